"""What a run looked at that left nothing to do: asked and noted in an SQLite file with the standard library alone.

SQLAlchemy and the tables that it knows take half a second to load, which a run with nothing to do need not wait.
Triggers empty the table ``look`` as soon as anything changes that such a run depends on.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SECONDS_TO_WAIT = 60  # for another writer
_OF_THE_RUN = "version, format_hash, formats, readers, options, machine"


def last_told(file: Path, asked: str) -> Mapping[str, Any] | None:
    """What the last run said that was ``asked`` the same and left nothing to do, whatever changed since."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT told FROM look WHERE asked = ?", (asked,)).fetchone()
            return None if found is None else json.loads(found[0])
    except sqlite3.Error:
        return None


def nothing_since(file: Path, asked: str, state: str) -> Mapping[str, Any] | None:
    """What the run said that was ``asked`` the same and found the same ``state``; this one is noted like it.

    ``None`` where there was none, or anything changed since: then nothing is noted. Raises no error, as whoever
    opens the database next has better words for it.
    """
    started = _now()
    try:
        with _writing(file) as connection:
            found = connection.execute(
                "SELECT told, run_id FROM look WHERE asked = ? AND state = ?",
                (asked, _with_tables(connection, state)),
            ).fetchone()
            if found is None:
                return None
            told: Mapping[str, Any] = json.loads(found[0])
            unchanged = sum(told["unchanged"].values())
            counts = json.dumps({"unchanged": unchanged} if unchanged else {}, separators=(",", ":"))
            connection.execute(
                f"INSERT INTO run ({_OF_THE_RUN}, started_at, finished_at, counts) "
                f"SELECT {_OF_THE_RUN}, ?, ?, ? FROM run WHERE id = ?",
                (started, _now(), counts, found[1]),
            )
            return told
    except sqlite3.Error:
        return None


def note_look(file: Path, asked: str, state: str, run_id: int, told: Mapping[str, object]) -> None:
    """Note what a run looked at that left nothing to do; where that cannot be, the next run looks at everything."""
    try:
        with _writing(file) as connection:
            values = (asked, _with_tables(connection, state), run_id, json.dumps(told, separators=(",", ":")))
            connection.execute(
                "INSERT OR REPLACE INTO look (asked, state, run_id, told) VALUES (?, ?, ?, ?)", values
            )
    except sqlite3.Error:
        return


@contextmanager
def _writing(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection within a transaction that writes."""
    place = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(place, uri=True, timeout=_SECONDS_TO_WAIT, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def _with_tables(connection: sqlite3.Connection, state: str) -> str:
    """The state together with a number that is another one as soon as a table, view or trigger is."""
    return f"{state}-{connection.execute('PRAGMA schema_version').fetchone()[0]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
