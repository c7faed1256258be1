"""What a finding says is kept once for all reports, and told in both languages by whatever reads the database."""

import json
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gkingest.formats.spec import Format
from gkingest.language import choose, in_chinese
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.store.database import open_database
from gkingest.store.write.save import save_document
from gkingest.told import Told, joined

from .cases import ONE, TWO, document, fact, rows

BROKEN = Finding(
    "rule.broken",
    Told(
        "{0}: {1} {2} {3}, a difference of {4}",
        "总计等于各项之和（自然人）",
        "总计 63",
        "≠",
        "予以公开 30 + 部分公开 6 = 36",
        27,
    ),
    place="requests.decided natural_person",
    found="予以公开 30 + 部分公开 6 = 36",
    expected="总计 63",
    hint=joined(
        "; ",
        (
            Told("a single wrong cell would explain it: {0}", "总计·自然人 63 → 36"),
            "two independent readings of the page agree, so the report is printed so",
        ),
    ),
    verdict="printed",
    touches=(("requests", "decided_total", "natural_person"),),
    page=2,
)
TELLS = "SELECT message, hint, message_zh, hint_zh FROM finding ORDER BY sha256, ordinal"


def test_a_finding_is_told_in_both_languages(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE, fact(), findings=(BROKEN,)))
    assert rows(engine, TELLS) == [
        (
            "总计等于各项之和（自然人）: 总计 63 ≠ 予以公开 30 + 部分公开 6 = 36, a difference of 27",
            "a single wrong cell would explain it: 总计·自然人 63 → 36; "
            "two independent readings of the page agree, so the report is printed so",
            "总计等于各项之和（自然人）：总计 63 ≠ 予以公开 30 + 部分公开 6 = 36，相差 27",
            "只要一格有误即可解释：总计·自然人 63 → 36；两种独立的读法一致，可见原文如此",
        )
    ]
    query = "SELECT code, severity, verdict, place, found, expected, page, touches FROM finding"
    ((*words, page, touches),) = rows(engine, query)
    assert words == ["rule.broken", "warning", "printed", BROKEN.place, BROKEN.found, BROKEN.expected]
    assert (page, json.loads(touches)) == (2, [["requests", "decided_total", "natural_person"]])


def test_any_program_that_knows_sqlite_reads_them(tmp_path: Path, engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE, fact(), findings=(BROKEN,)))
    with closing(sqlite3.connect(tmp_path / "gkingest.sqlite")) as plain:
        ((message,),) = plain.execute("SELECT message_zh FROM finding WHERE code = 'rule.broken'").fetchall()
    assert message.endswith("，相差 27")


def test_words_are_kept_once_for_all_reports(engine: Engine) -> None:
    for path, sha256 in (("a.pdf", ONE), ("b.pdf", TWO)):
        save_document(engine, document(path, sha256, fact(), findings=(BROKEN, BROKEN)))
    assert rows(engine, "SELECT count(*) FROM doubt") == [(4,)]
    assert rows(engine, "SELECT count(*) FROM phrase") == [(2,)]


def test_where_a_finding_names_no_step_that_of_its_kind_is_told(engine: Engine) -> None:
    kinds = tuple(Finding(code, "看不清") for code in CATALOGUE)
    save_document(engine, document("a.pdf", ONE, fact(), findings=kinds))
    told = rows(engine, "SELECT code, hint, hint_zh FROM finding")
    assert {code: hint for code, hint, _ in told} == {code: kind.step for code, kind in CATALOGUE.items()}
    assert {code: hint for code, _, hint in told} == {code: in_chinese(k.step) for code, k in CATALOGUE.items()}


@pytest.mark.parametrize(
    "message",
    [
        "印有 {0} 和 {found} 的报告",  # braces that are printed are no gaps
        Told("{0}; its figures: {1}", Told("no row of the form reads “{0}”", "{1}"), "3 {2}"),
        Told("{0}: {1}", "", ""),
        joined("; ", [Told("page {0} was not read: {1}", n, f"为 {n}") for n in range(9)]),  # more than columns
        Told("page {0} was not read: {1}", 3, Told("{0} hidden characters", 5)),
        Told("page {0} was not read: {1}", 3, "5 hidden characters"),  # plain text is found by its words
        "",
    ],
)
def test_whatever_is_said_comes_back_word_for_word(engine: Engine, message: str) -> None:
    doubt = Finding("cell.doubt", message, found="3", expected="为 4")
    save_document(engine, document("a.pdf", ONE, fact(), findings=(doubt,)))
    ((english, _, chinese, _),) = rows(engine, TELLS)
    assert (english, chinese) == (message, in_chinese(message))


def test_a_message_comes_whole_out_of_another_process() -> None:
    back = pickle.loads(pickle.dumps(BROKEN))
    assert back == BROKEN and in_chinese(back.message) == in_chinese(BROKEN.message)


def test_the_language_of_a_run_changes_no_row(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    kept = []
    for word in ("en", "zh"):
        choose(word)
        opened = open_database(str(tmp_path / f"{word}.sqlite"), formats)
        save_document(opened, document("a.pdf", ONE, fact(), findings=(BROKEN, Finding("row.absent", "缺"))))
        kept.append([rows(opened, f"SELECT * FROM {name}") for name in ("doubt", "phrase", "word", "finding")])
        opened.dispose()
    choose("en")
    assert kept[0] == kept[1]
