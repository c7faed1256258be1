"""Figures that section one states in words."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.formats.spec import Format
from gkingest.interpret.prose.narrative import read_statements
from gkingest.model.paper import Box, Page, Word
from gkingest.model.report import Section

SENTENCES = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    if not line.startswith("#")
]


def said(text: str, form: Format, year: int = 2023) -> list[tuple[str, int]]:
    """(key, value) of what a section one with this text states, in order."""
    statements = read_statements([Section(1, "一、总体情况", text, 1)], (), form, year)
    return [(s.key, int(s.value)) for s in statements]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("全年共收到政府信息公开申请41件。", [("received", 41)]),
        ("2023年，区政府办受理政府信息公开申请 10 件。", [("received", 10)]),
        ("共受理政府信息公开申请1,368件，上年结转52件。", [("received", 1368), ("carried_in", 52)]),
        (
            "新收政府信息公开申请25件，上年结转2件，办结26件，结转下年度1件。",
            [("received", 25), ("carried_in", 2), ("decided", 26), ("carried_out", 1)],
        ),
        (
            "答复申请30件，其中予以公开16件、部分公开5件、不予公开3件、无法提供4件、不予处理2件。",
            [("decided", 30), ("granted", 16), ("partial", 5), ("denied", 3), ("unavailable", 4), ("rejected", 2)],
        ),
        ("收到申请\n12件，均已按期答复。", [("received", 12)]),
        ("本年度未收到政府信息公开申请。", [("received", 0)]),
        ("未发生因政府信息公开引起的行政复议。", []),
        ("未出现行政诉讼案件，政府信息公开工作平稳。", [("lawsuits", 0)]),
        ("因政府信息公开被申请行政复议2件，行政诉讼1件。", [("reviews", 2), ("lawsuits", 1)]),
    ],
)
def test_a_sentence_gives_what_it_counts(gk2021: Format, text: str, figures: list[tuple[str, int]]) -> None:
    assert said(text, gk2021) == figures


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请较上年增加5件。",
        "2022年收到政府信息公开申请30件。",
        "申请办理情况：其中网络收到8件。",
        "收到政府信息公开申请约50件。",
        "主动公开政府信息178条，作出行政许可决定214件。",
        "办理人大建议19件，政协提案7件，均已答复。",
        "受理各类投诉35件。",
        "",
    ],
)
def test_what_counts_something_else_or_another_year_is_not_taken(gk2021: Format, text: str) -> None:
    assert said(text, gk2021) == []


def test_two_counts_of_one_thing_are_one_figure_in_two_units(gk2021: Format) -> None:
    section = Section(1, "一、总体情况", "受理政府信息公开申请 10 件/53 条，均已答复。", 1)
    (statement,) = read_statements([section], (), gk2021, 2023)
    assert (statement.value, statement.also) == (Decimal(10), (Decimal(53),))


def test_only_section_one_is_read(gk2021: Format) -> None:
    section = Section(5, "五、存在的主要问题及改进情况", "全年共收到政府信息公开申请41件。", 1)
    assert read_statements([section], (), gk2021, 2023) == ()


def test_what_is_told_comes_with_its_sentence_and_its_place(gk2021: Format) -> None:
    sentence = "全年共收到政府信息公开申请41件。"
    word = Word(sentence, Box(50, 100, 300, 112), 12)
    page = Page(3, 595, 842, (word,), (), text=sentence)
    (statement,) = read_statements([Section(1, "一、总体情况", sentence, 3)], [page], gk2021, 2023)
    assert (statement.key, statement.value, statement.sentence) == ("received", 41, sentence)
    assert (statement.page, statement.box, statement.agrees) == (3, word.box, None)


@given(st.text(alphabet="收到受理申请件0123456789,，。;（）()其中上年结转答复予以公开年2023 \n", max_size=60))
def test_whatever_is_written_a_figure_is_one_that_stands_there(gk2021: Format, text: str) -> None:
    plain = text.replace("\n", "").replace(" ", "").replace(",", "")
    for _, value in said(text, gk2021):
        assert value == 0 or str(value) in plain


@pytest.mark.parametrize(("sentence", "counts"), SENTENCES)
def test_a_sentence_is_understood_whole_or_counted_as_unclear(gk2021: Format, sentence: str, counts: str) -> None:
    statements = read_statements([Section(1, "一、总体情况", sentence, 1)], (), gk2021, 2023)
    read = (f"{s.key}={'/'.join(str(v) for v in (s.value, *s.also))}" for s in statements)
    assert " ".join(read) == counts.replace("-", "")
