"""What one query and one page may take, beside the time of SQL: memory, and cells that are drawn.

A function of SQL is not interrupted, and while a page is drawn no other is, so both must be short by their size.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gkingest.serve.spoken import say

if TYPE_CHECKING:
    from gkingest.serve.served import Database

MOST_CELLS = 75_000  # of a page of HTML: some seconds of drawing
_VALUE = 500_000  # bytes of one value: functions that compare each place with each are done in seconds
_OWN_VALUE = 50_000_000  # bytes of one value that a page of ours reads: a raw table of any report
_ANSWER = 64_000_000  # bytes of all values of an answer
_HEAP = 200_000_000  # bytes that SQLite may take in this process
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _VALUE,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_COLUMN: 1_000,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 1_000_000,  # the view indicators takes 36,000
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
_LONG = re.compile(r"\*|[0-9]{5}")  # a width that is given apart, or is beyond any line
_drawn: ContextVar[list[int] | None] = ContextVar("drawn", default=None)


def connected(usual: Callable[..., sqlite3.Connection], database: Any, write: bool = False) -> sqlite3.Connection:
    """A connection of Datasette's ``database``; one for reading keeps no prepared statements.

    Of those of the view indicators each takes 7 MB, and Python keeps 128 of them, which is more than the heap.
    """
    if write:
        return usual(database, write=True)
    how = "mode=ro" if database.is_mutable else "immutable=1"
    address = f"file:{database.path}?{how}"
    opened = sqlite3.connect(address, uri=True, check_same_thread=False, cached_statements=0)
    database._all_file_connections.append(opened)  # which it closes
    return opened


def bound_process() -> None:
    """Bound what SQLite may take in this process, for good: only a process that does nothing but serve calls it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")


def bound(connection: sqlite3.Connection) -> None:
    """Bound what queries over a connection may take."""
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, min(most, connection.getlimit(limit)))
    taken: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()
    aside = sqlite3.connect(":memory:", check_same_thread=False)

    def row(cursor: sqlite3.Cursor, values: tuple[object, ...]) -> sqlite3.Row:
        # What an answer holds is counted while its rows are made.
        size = taken.get(cursor, 0) + sum(len(v) for v in values if isinstance(v, str | bytes))
        if size > _ANSWER:
            raise sqlite3.OperationalError(
                f"the answer is larger than {_ANSWER // 1_000_000} MB; ask for fewer rows or columns"
            )
        taken[cursor] = size
        return sqlite3.Row(cursor, values)

    def printf(*words: str | float | None) -> str:
        # SQLite's own, but for widths that it would count up to before it finds them too long.
        if words and _LONG.search(str(words[0])):
            return " " * (_VALUE + 1)  # which SQLite itself says is too big
        written: str = aside.execute(f"SELECT printf({', '.join('?' * len(words))})", words).fetchone()[0]
        return written

    connection.row_factory = row
    for name in ("printf", "format"):
        connection.create_function(name, -1, printf, deterministic=True)


async def own_rows(base: "Database", query: str, asked: Mapping[str, object]) -> list[sqlite3.Row]:
    """Rows of a query of ours over what reports hold, however long."""
    from datasette.utils import sqlite_timelimit

    def ask(connection: sqlite3.Connection) -> list[sqlite3.Row]:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _OWN_VALUE)
        try:
            with sqlite_timelimit(connection, base.ds.sql_time_limit_ms):
                return connection.execute(query, asked).fetchall()
        finally:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE)

    return list(await base.execute_fn(ask))


def begin_page() -> None:
    """From here on the cells of another page are counted."""
    _drawn.set([0])


def count_cell() -> None:
    """One more cell is drawn; raises Datasette's ``BadRequest`` where the page would have too many."""
    drawn = _drawn.get()
    if drawn is not None:
        drawn[0] += 1
        if drawn[0] > MOST_CELLS:
            from datasette.utils.asgi import BadRequest

            raise BadRequest(
                say(
                    "This page would have more than {0} cells, so it is not drawn; ask for fewer rows or columns, "
                    "or for .json or .csv in its place.",
                    f"{MOST_CELLS:,}",
                )
            )
