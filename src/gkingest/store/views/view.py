"""What a view is: columns with comments in both languages over SQL that SQLite and PostgreSQL understand alike."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.sql.elements import KeyedColumnElement

from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.schema import Base, LocationRow, ReportRow

_ALIASES: dict[str, type[Base | FactRow]] = {"l": LocationRow, "r": ReportRow, "f": FactRow}


class Words(NamedTuple):
    """One thing said in both languages of the codebook."""

    en: str
    zh: str


def words_of(described: Table | KeyedColumnElement[Any]) -> Words:
    """What the schema says of a table or one of its columns."""
    return Words(described.comment or "", described.info["zh"])


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view: its name, the SQL it is made of, its comment."""

    name: str
    expression: str
    comment: Words


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, its comment, its columns and where they come from.

    A view that is put together of several queries has them as ``parts``. One that is ``whole`` shows all that its
    origin has, which SQLite need not be told again: it reads the statements of all views whenever a database is
    opened. ``like`` names another view that has the same columns after the ``head`` first ones, so that the
    codebook need not list them twice.
    """

    name: str
    comment: Words
    columns: tuple[ViewColumn, ...]
    origin: str = ""
    parts: tuple[str, ...] = ()
    whole: bool = False
    like: str = ""
    head: int = 0

    def statement(self, dialect: str = "sqlite") -> str:
        """``CREATE VIEW``, in SQL that both databases understand; PostgreSQL puts columns of USING first."""
        query = "\nUNION ALL\n".join(self.parts)
        if self.whole:
            names = "*" if dialect == "sqlite" else ", ".join(c.name for c in self.columns)
            query = f"SELECT {names}\n{self.origin}"
        return f"CREATE VIEW {self.name} AS\n{query or select_of(self.columns, self.origin)}"


def select_of(columns: Iterable[ViewColumn], origin: str, *, named: bool = True) -> str:
    """The query that gives these columns; the first query of a UNION alone need name them."""
    told = (
        c.expression if not named or c.expression.partition(".")[2] == c.name else f"{c.expression} AS {c.name}"
        for c in columns
    )
    listed = ",\n".join(f"    {one}" for one in told)
    return f"SELECT\n{listed}\n{origin}"


def union_of(queries: Iterable[tuple[Iterable[ViewColumn], str]]) -> str:
    """The rows of several queries with columns of the same names, each with its origin."""
    return "\nUNION ALL\n".join(
        select_of(columns, origin, named=n == 0) for n, (columns, origin) in enumerate(queries)
    )


def taken(names: str) -> tuple[ViewColumn, ...]:
    """View columns that show a table's column under its own name and with its own comment."""
    shown = []
    for alias, name in (one.split(".") for one in names.split()):
        column = _ALIASES[alias].__table__.c[name]
        shown.append(ViewColumn(name, f"{alias}.{name}", words_of(column)))
    return tuple(shown)


def quoted(text: str) -> str:
    """``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def view_comments(shown: Sequence[View]) -> Iterator[str]:
    """PostgreSQL statements that comment the views and their columns."""
    for view in shown:
        yield f"COMMENT ON VIEW {view.name} IS {quoted(view.comment.en)}"
        for column in view.columns:
            yield f"COMMENT ON COLUMN {view.name}.{column.name} IS {quoted(column.comment.en)}"


def views_hash(shown: Sequence[View]) -> str:
    """SHA-256 over the views as made and commented, to know whether a database has these."""
    text = "\n".join([*(view.statement() for view in shown), *view_comments(shown)])
    return hashlib.sha256(text.encode()).hexdigest()
