"""Several reports in one file."""

from decimal import Decimal
from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.interpret.whose.parts import report_parts
from gkingest.interpret.whose.title import title_of
from gkingest.model.paper import Box, Page, Word


def page(number: int, *lines: str) -> Page:
    """A page with these lines, 20 points apart, from 40 points on."""
    words = tuple(Word(t, Box(50, 40 + 20 * n, 500, 52 + 20 * n), 12) for n, t in enumerate(lines))
    return Page(number, 595, 842, words, (), text="\n".join(lines))


def texts(parts: tuple[tuple[Page, ...], ...]) -> list[list[list[str]]]:
    """The lines of each page of each part."""
    return [[[w.text for w in p.words] for p in part] for part in parts]


FIRST, SECOND = "平安区人民政府2023年政府信息公开工作年度报告", "平安区司法局2023年政府信息公开工作年度报告"


def test_a_file_with_one_title_is_one_report() -> None:
    pages = (page(1, FIRST, "一、总体情况"), page(2, "二、主动公开"))
    assert report_parts(pages) == (pages,)


def test_another_organs_title_begins_another_report_in_the_middle_of_a_page() -> None:
    pages = (page(1, FIRST, "一、总体情况"), page(2, "六、其他", SECOND, "一、总体情况甲"), page(3, "完"))
    assert texts(report_parts(pages)) == [
        [[FIRST, "一、总体情况"], ["六、其他"]],
        [[SECOND, "一、总体情况甲"], ["完"]],
    ]


def test_the_parts_of_a_cut_page_keep_their_places() -> None:
    whole = page(1, FIRST, "甲", SECOND, "乙")
    (first,), (second,) = report_parts((whole,))
    assert first.words + second.words == whole.words
    assert {(p.number, p.width, p.height) for p in (first, second)} == {(1, 595, 842)}
    assert (first.text, second.text) == (f"{FIRST}\n甲", f"{SECOND}\n乙")


def test_the_same_title_on_every_page_cuts_nothing() -> None:
    pages = (page(1, FIRST, "甲"), page(2, FIRST, "乙"))
    assert report_parts(pages) == (pages,)


def test_another_years_title_begins_another_report() -> None:
    later = FIRST.replace("2023", "2024")
    assert texts(report_parts((page(1, FIRST, "甲"), page(2, later, "乙")))) == [[[FIRST, "甲"]], [[later, "乙"]]]


@pytest.mark.parametrize(
    "lines",
    [
        ("根据要求，现公布平安区司法局2023年政府信息公开工作年度报告。",),
        ("关于做好2023年政府信息公开工作年度报告编制工作的通知",),
        ("政府信息公开指南",),
        ("",),
    ],
)
def test_a_sentence_that_speaks_of_a_report_is_no_title(lines: tuple[str, ...]) -> None:
    assert title_of(lines) is None


def test_a_title_may_take_two_lines() -> None:
    assert title_of(("平安区司法局", "2023年政府信息公开工作年度报告")) == ("平安区司法局", 2023)


def test_two_reports_in_one_pdf_become_two(root: Path, formats: tuple[Format, ...]) -> None:
    document = ingest(root / "tests/documents/e34_two_reports.pdf", formats)
    assert [(r.organ, r.year) for r in document.reports] == [("平安区人民政府", 2023), ("平安区乡村振兴局", 2023)]
    for report in document.reports:
        figures = {str(f.key): f.value for f in report.facts}
        parts = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org")
        assert figures["requests/new_received/total"] == sum(
            (figures[f"requests/new_received/{p}"] or Decimal(0) for p in parts), Decimal(0)
        )
        assert not any(f.code == "report.second" for f in report.findings)
