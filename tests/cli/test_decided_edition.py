"""A person decides of which edition a form is: the next run reads by it alone, and by all once that is undone."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import REPORT, Answer, Call, copy_document

AGAIN = "what a person decided of the edition of its form is not what it was read by"
DECIDE = ("correct", f"crawl/{REPORT}", "--edition", "2019", "--by", "王", "--reason", "whose")


def figures(database: str) -> list[tuple[object, ...]]:
    """The edition of the report and what it says, cell by cell."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT format, table_key, row_key, column_key, state, value FROM facts_long ORDER BY 2, 3, 4"
        return connection.execute(query).fetchall()


def told(answer: Answer) -> str:
    """What the terminal said, without its lines."""
    return " ".join(f"{answer.out} {answer.err}".split())


def editions(database: str) -> set[object]:
    """The editions of all reports."""
    return {edition for edition, *_ in figures(database)}


@pytest.fixture
def read(here: Path, corpus: Path, call: Call) -> Path:
    """A folder with a report of the 2021 edition, read into ``a.sqlite``."""
    copy_document(corpus, REPORT, here / "crawl")
    assert call("crawl", "--db", "a.sqlite").code == 0
    assert editions("a.sqlite") == {"2021"}
    return here


def test_the_next_run_reads_by_the_edition_that_was_decided_and_then_no_more(read: Path, call: Call) -> None:
    decided = call(*DECIDE, "--db", "a.sqlite")
    assert decided.code == 0, decided.err
    with closing(sqlite3.connect("a.sqlite")) as connection:
        hints = connection.execute("SELECT hint FROM finding WHERE code = 'decision.set'").fetchall()
    (hint,) = hints
    assert hint[0].startswith(
        "its figures are still those of the other edition: run gkingest over its folder again"
    )
    assert AGAIN in told(call("status", "--db", "a.sqlite"))
    assert AGAIN in told(call("crawl", "--db", "a.sqlite"))
    by_2019 = figures("a.sqlite")
    assert {edition for edition, *_ in by_2019} == {"2019"}
    with closing(sqlite3.connect("a.sqlite")) as connection:
        hints = connection.execute("SELECT hint FROM finding WHERE code = 'decision.set'").fetchall()
    assert not any("still those of the other edition" in hint for (hint,) in hints)
    assert AGAIN not in told(call("status", "--db", "a.sqlite"))
    third = call("crawl", "--db", "a.sqlite", "--json")
    assert json.loads(third.out.splitlines()[-1])["documents"] == 0
    assert figures("a.sqlite") == by_2019


def test_a_new_database_is_read_by_what_was_decided(read: Path, call: Call) -> None:
    call(*DECIDE, "--db", "a.sqlite")
    call("crawl", "--db", "a.sqlite")
    call("crawl", "--db", "b.sqlite", "--corrections", "corrections.csv")
    assert figures("a.sqlite") == figures("b.sqlite")
    assert editions("b.sqlite") == {"2019"}


def test_what_is_undone_is_read_by_all_editions_again(read: Path, call: Call) -> None:
    before = figures("a.sqlite")
    call(*DECIDE, "--db", "a.sqlite")
    call("crawl", "--db", "a.sqlite")
    undone = call("correct", f"crawl/{REPORT}", "--edition", "2019", "--undo", "--by", "王", "--db", "a.sqlite")
    assert undone.code == 0, undone.err
    assert AGAIN in told(call("crawl", "--db", "a.sqlite"))
    assert figures("a.sqlite") == before
