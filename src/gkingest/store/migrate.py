"""Tables of an earlier version made anew: a copy is kept, and what a person entered is carried over.

All of it is one transaction: whatever interrupts it, the database is either as it was or as it shall be. What was
read of reports is not carried over, as the same files read anew give it in the present shape.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gkingest.errors import DatabaseError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.store.database import (
    connect,
    database_error,
    make_tables,
    make_views,
    meta_of,
    renew_indices,
    tables_found,
    writing,
)
from gkingest.store.place import file_of, place_of, shown
from gkingest.store.tables.ddl import FULL_TEXT, tables
from gkingest.store.tables.fit import Found, check_ours, is_readable, missing
from gkingest.store.tables.schema import ENTERED, SCHEMA_VERSION
from gkingest.store.views.all_views import views

_FORMER = ("fact",)  # tables until version 6
_INDEX = FULL_TEXT[0].split()[3]  # the full-text index: a table of SQLite's own kind


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done: versions, where the copy lies, rows carried over by table, the paths that runs were given."""

    before: str
    after: str
    copy: str
    carried: dict[str, int]
    roots: tuple[str, ...]


def migrate(db: str, formats: Sequence[Format], measures: Measures | None = None) -> Migration | None:
    """Make the tables of the database ``db`` anew in the present version; ``None`` if they are as they should be.

    Raises :class:`DatabaseError` where it is not ours, of a later version, or cannot be copied or written; then
    nothing is changed.
    """
    engine = connect(place_of(db))
    try:
        with writing(engine).connect() as connection:
            if connection.dialect.name == "sqlite":
                # Else dropping a table would first delete, one by one, all rows that hang on it.
                connection.connection.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                return _migrated(connection, formats, measures, file_of(db))
    except SQLAlchemyError as error:
        raise database_error(engine, "it could not be migrated and is as it was", error) from error
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(
            f"{shown(engine.url)}: no copy of it can be kept ({error}), so nothing was changed; make room beside it"
        ) from error
    finally:
        engine.dispose()


def _migrated(
    connection: Connection, formats: Sequence[Format], measures: Measures | None, file: Path | None
) -> Migration | None:
    found = tables_found(connection)
    meta = meta_of(connection, found)
    check_ours(shown(connection.engine.url), meta, found)
    before = meta["schema_version"]
    if is_readable(before) and not missing(found, connection.dialect.name):
        if before != SCHEMA_VERSION:
            renew_indices(connection)
        return None
    old = _Old(connection, found)
    kept, roots = old.entered(), old.roots()
    wanted = views(formats, measures)
    copy = str(_copied(file, before)) if file else ""
    for view in reversed(wanted):
        if view.name not in found:  # as a table, which it was in an earlier version
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
    if file:
        for name in (_INDEX, *_FORMER, *(t.name for t in reversed(tables()))):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    else:
        copy = old.set_aside(before)
    make_tables(connection)
    make_views(connection, wanted)
    for table, rows in kept.items():
        connection.execute(insert(table), rows)
    return Migration(before, SCHEMA_VERSION, copy, {t.name: len(r) for t, r in kept.items()}, roots)


@dataclass(frozen=True, slots=True)
class _Old:
    """A database of an older version: what stands in it, and how it is put aside."""

    connection: Connection
    found: Found

    def entered(self) -> dict[Table, list[dict[str, object]]]:
        """What was entered, by table, in the columns that a table has in both versions."""
        kept: dict[Table, list[dict[str, object]]] = {}
        for table in (table for table in tables() if table.info.get(ENTERED)):
            columns = [c for c in table.columns if c.name in self.found.get(table.name, ())]
            if columns and (rows := [dict(row._mapping) for row in self.connection.execute(select(*columns))]):
                kept[table] = rows
        return kept

    def roots(self) -> tuple[str, ...]:
        """The paths that runs were given, in the order in which they first were."""
        if "options" not in self.found.get("run", ()):
            return ()
        noted = [row[0] for row in self.connection.exec_driver_sql("SELECT options FROM run ORDER BY id")]
        told = [json.loads(one) if isinstance(one, str) else one for one in noted]
        return tuple(
            dict.fromkeys(str(path) for one in told if isinstance(one, dict) for path in one.get("paths", ()))
        )

    def set_aside(self, version: str) -> str:
        """Put the tables of a server into a schema of their own; gives its name."""
        connection = self.connection
        current = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        taken = {row[0] for row in connection.exec_driver_sql("SELECT nspname FROM pg_namespace")}
        free = next(one for one in _numbered(f"{current}_schema_{version}") if one not in taken)
        quoted = connection.dialect.identifier_preparer.quote(free)
        connection.exec_driver_sql(f"CREATE SCHEMA {quoted}")
        for name in (*_FORMER, *(table.name for table in tables())):
            if name in self.found:
                connection.exec_driver_sql(f"ALTER TABLE {name} SET SCHEMA {quoted}")
        return f"the schema {free} of the same database"


def _copied(file: Path, version: str) -> Path:
    """A copy of an SQLite file beside it, whole or not there, while the caller holds off every other writer."""
    name = f"{file.stem}.schema-{version}"
    copy = next(path for n in _numbered(name) if not (path := file.with_name(n + file.suffix)).exists())
    part = file.with_name(f".{copy.name}.unfinished")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        shutil.copymode(file, part)
        part.replace(copy)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return copy


def _numbered(name: str) -> Iterator[str]:
    """The name, and with numbers behind it, for where it is taken."""
    yield name
    yield from (f"{name}_{n}" for n in count(2))
