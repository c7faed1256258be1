"""``gkingest migrate``: a database of an earlier version is taken over, and its reports are read again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from cli.conftest import NEWS, REPORT, Call, copy_document
from gkingest.errors import ExitCode
from gkingest.store.tables.schema import SCHEMA_VERSION

EARLIER = "9"  # the last whose tables were others


def make_earlier(place: str) -> None:
    """Make it a database of the version before, with inhabitants that a person entered."""
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("INSERT INTO population VALUES ('410403', 2023, 301500)")
        connection.execute("DROP TABLE statement")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (EARLIER,))


def test_the_reports_are_read_again_from_where_the_runs_had_them(corpus: Path, here: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    copy_document(corpus, NEWS, here / "moved")
    for folder in ("in", "moved"):
        call(folder, "--db", "a.sqlite", "-q")
    make_earlier("a.sqlite")
    (here / "moved").rename(here / "away")

    refused = call("status", "--db", "a.sqlite")
    assert refused.code == ExitCode.DATABASE
    assert "gkingest migrate --db a.sqlite" in refused.err

    answer = call("migrate", "--db", "a.sqlite")
    assert answer.code == 0
    assert answer.out.splitlines()[:4] == [
        f"a.sqlite: tables of schema version {EARLIER} made anew in version {SCHEMA_VERSION}",
        f"what was there is kept in a.schema-{EARLIER}.sqlite",
        "carried over: population, 1 rows",
        "not read again, as it is not found from this folder: moved; gkingest PATH --db a.sqlite reads it",
    ]
    assert answer.out.splitlines()[-1] == "saved in a.sqlite"
    with closing(sqlite3.connect("a.sqlite")) as connection:
        assert connection.execute("SELECT path, status FROM location").fetchall() == [(f"in/{REPORT}", "ok")]
        per_capita = "SELECT count(*) FROM per_capita WHERE value IS NOT NULL"
        assert connection.execute(per_capita).fetchone()[0] > 0
        assert connection.execute("SELECT population FROM population").fetchall() == [(301500,)]

    again = call("migrate", "--db", "a.sqlite")
    assert again.code == 0
    assert again.out == "a.sqlite: the tables are of this version already; nothing was changed\n"
    assert call("status", "--db", "a.sqlite").code == 0


def test_what_is_not_there_is_not_migrated(here: Path, call: Call) -> None:
    answer = call("migrate", "--db", "none.sqlite")
    assert answer.code == ExitCode.USAGE
    assert "there is no such database, so there is nothing to migrate" in answer.err
    assert list(here.iterdir()) == []
