"""The SQLite statements that make the tables, as reviewed in ``db/schema.sql``."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain, product

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from gkingest.store.tables import contents, decisions, figures, findings, population  # noqa: F401 - for Base
from gkingest.store.tables.schema import Base


def tables() -> tuple[Table, ...]:
    """All tables, each after those it points to."""
    return tuple(Base.metadata.sorted_tables)


def shape(of: Iterable[Table] | None = None) -> str:
    """SHA-256 over the tables as both databases make them, comments aside: what a schema version stands for."""
    from sqlalchemy.dialects import postgresql  # asked by the tests and `make schema` alone, and slow to load

    digest = hashlib.sha256()
    dialects: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]
    for dialect, table in product(dialects, sorted(tables() if of is None else of, key=lambda t: t.name)):
        made: list[CreateTable | CreateIndex] = [CreateTable(table), *map(CreateIndex, table.indexes)]
        lines = chain.from_iterable(str(one.compile(dialect=dialect)).splitlines() for one in made)
        # Sorted: in which order columns and constraints stand is no difference.
        digest.update("\n".join([table.name, *sorted(line.strip(" ,\t") for line in lines), ""]).encode())
    digest.update("\n".join((*IN_SQLITE_ALONE, GIN)).encode())
    return digest.hexdigest()


def table_statements() -> Iterator[str]:
    """SQLite statements that make the tables and their indices, with the comments as SQL comments."""
    dialect = sqlite.dialect()
    for table in tables():
        comments = {column.name: column.comment for column in table.columns}
        lines = []
        for line in str(CreateTable(table).compile(dialect=dialect)).strip().splitlines():
            first = next(iter(line.split()), "").strip('"')
            if line.startswith("CREATE TABLE"):
                lines.append(f"{line.rstrip()} -- {table.comment}")
                continue
            if first in comments:
                lines.append(f"    -- {comments[first]}")
            lines.append(line.rstrip().replace("\t", "    "))
        yield "\n".join(lines)
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


# The index over the words of the sections. SQLite only; it follows the table by triggers.
_FORGET = (
    "INSERT INTO section_words (section_words, rowid, words) "
    "SELECT 'delete', old.id, old.words WHERE old.words IS NOT NULL;"
)
FULL_TEXT = (
    "CREATE VIRTUAL TABLE section_words USING fts5(words, content='section', content_rowid='id')",
    f"CREATE TRIGGER section_forgotten AFTER DELETE ON section BEGIN\n    {_FORGET}\nEND",
    f"CREATE TRIGGER section_indexed AFTER UPDATE OF words ON section BEGIN\n    {_FORGET}\n"
    "    INSERT INTO section_words (rowid, words) SELECT new.id, new.words WHERE new.words IS NOT NULL;\nEND",
)

# What a run depends on that finds nothing to do: whoever changes any of it, the next run looks at everything again.
# A run that is noted with its end, as one is that had nothing to do, changes nothing.
_LOOKED_AT = ("as_read", "decision", "location", "meta", "report", "report_pair", "run", "source")
_UNLESS = {("run", "INSERT"): " WHEN new.finished_at IS NULL"}
LOOKS = tuple(
    f"CREATE TRIGGER look_{table}_{event.lower()} AFTER {event} ON {table}{_UNLESS.get((table, event), '')} BEGIN\n"
    "    DELETE FROM look;\nEND"
    for table, event in product(_LOOKED_AT, ("INSERT", "UPDATE", "DELETE"))
)
IN_SQLITE_ALONE = (*FULL_TEXT, *LOOKS)

# The full-text index in PostgreSQL, which keeps it by itself.
GIN = "CREATE INDEX ix_section_words ON section USING gin (to_tsvector('simple', coalesce(words, '')))"
