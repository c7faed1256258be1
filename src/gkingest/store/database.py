"""Open a database, or say why it cannot be used."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, inspect, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from gkingest.errors import DatabaseError
from gkingest.extras import install_line, pip_line
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.redact import redacted
from gkingest.store.place import file_of, place_of, secrets, shown
from gkingest.store.tables.ddl import GIN, IN_SQLITE_ALONE, table_statements, tables
from gkingest.store.tables.fit import (
    FORMER_INDICES,
    IN_POSTGRES,
    IN_SQLITE,
    PROJECT,
    Found,
    check_fit,
    found_in,
    is_described,
)
from gkingest.store.tables.schema import SCHEMA_VERSION, Base, MetaRow
from gkingest.store.tables.types import storable
from gkingest.store.views.all_views import views
from gkingest.store.views.view import View, view_comments, views_hash
from gkingest.told import Told, joined

# With the write-ahead log the file stays whole; a power cut may cost the last documents, which are then read again.
_NORMAL = "PRAGMA synchronous = NORMAL"
_SECONDS_TO_WAIT = 60  # for another writer of the same SQLite file
_ADVICE = (
    ("is not a database", "the file is no SQLite database; name another file, or move this one away"),
    ("malformed", "the file is damaged; restore a copy, or move it away and ingest again"),
    ("readonly", "the file or its folder is write-protected; change that, or name another place"),
    ("unable to open", "it is no file that can be written; name a file in a folder where you may write"),
    ("locked", "another program is writing to it; wait for it to end and start again"),
    ("disk is full", "the disk is full; make room, or name another place"),
    ("disk i/o", "the disk is full or fails; make room, look at it, or name another place"),
    ("authentication", "the server refuses user or password; correct them in the URL"),
    ("connection", "check that the server runs, and host, port, user and database name in the URL"),
    ("depend", "views of your own are made of ours: drop them, start again, and make them anew"),
    ("permission denied", "the user may not do that; grant the right, or name another user in the URL"),
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_Typed = TypeVar("_Typed")


def open_database(url: str, formats: Sequence[Format], measures: Measures | None = None) -> Engine:
    """The database at ``url``, a path or an SQLAlchemy URL, with its tables and the views of ``formats``.

    ``measures`` are the crosswalk and the indicators, by default those that ship. What is missing is made,
    folders too. Raises :class:`DatabaseError` if it cannot be opened or is not ours.
    """
    place = place_of(url)
    if file := file_of(url):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"{file}: its folder {file.parent} cannot be made ({error.strerror}), so there is no place for the "
                "database; name a file in a folder where you may write"
            ) from error
    engine = connect(place)
    try:
        with writing(engine).begin() as connection:
            found = tables_found(connection)
            if found:
                meta = meta_of(connection, found)
                check_fit(shown(place), meta, found, connection.dialect.name)
                if meta["schema_version"] != SCHEMA_VERSION:
                    renew_indices(connection)
            else:
                make_tables(connection)
            make_views(connection, views(formats, measures))
        if place.get_backend_name() == "sqlite":
            # Let readers read while we write, where the file system can; SQLite remembers it in the file.
            raw = engine.raw_connection()
            with closing(raw), suppress(sqlite3.OperationalError):
                if raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",):
                    raw.cursor().execute(_NORMAL)
    except SQLAlchemyError as error:
        engine.dispose()
        raise database_error(engine, "it cannot be opened", error) from error
    except DatabaseError:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Engine:
    """``engine`` for transactions that write; in SQLite they take the lock at once, so none fails midway."""
    return engine.execution_options(writes=True)


def upserting(connection: Connection, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    """An insert into ``table`` that can say what to do about a row that is there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # drivers and all, a fifth of a second that SQLite need not wait

        return postgresql.insert(table)
    return sqlite.insert(table)


def database_error(engine: Engine, consequence: str, error: Exception) -> DatabaseError:
    """What the driver said, why that stops us and what to do."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
    first = redacted(said[0] if said else type(error).__name__, secrets(engine.url))
    advice = next((advice for words, advice in _ADVICE if words in " ".join(said).lower()), "")
    told = Told("{0}: {1}: {2}", shown(engine.url), consequence, first)
    return DatabaseError(joined("; ", (told, advice)))


def read_rows(
    engine: Engine,
    kind: Callable[..., _Typed],
    query: Executable | str,
    values: Mapping[str, object] | None = None,
    *,
    doing: str = "it cannot be read",
) -> list[_Typed]:
    """What a query gives, each row as a ``kind`` of its columns in their order.

    Raises :class:`DatabaseError`, which says what could not be done.
    """
    statement = text(query) if isinstance(query, str) else query
    try:
        with engine.connect() as connection:
            return [kind(*row) for row in connection.execute(statement, values)]
    except SQLAlchemyError as error:
        raise database_error(engine, doing, error) from error


def connect(place: URL) -> Engine:
    """An engine whose connections are set up as ours are; raises :class:`DatabaseError` without its driver."""
    is_sqlite = place.get_backend_name() == "sqlite"
    options = {"timeout": _SECONDS_TO_WAIT} if is_sqlite else {}
    try:
        as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode
        engine = create_engine(place, json_serializer=lambda v: storable(as_json(v)), connect_args=options)
    except NoSuchModuleError as error:
        raise DatabaseError(
            f"{shown(place)}: there is no driver {place.drivername}, so the database cannot be reached; write "
            f"{place.get_backend_name()}://, which takes one that is known"
        ) from error
    except ModuleNotFoundError as error:
        driver = error.name or place.get_driver_name()
        line = install_line("postgres") if driver == "psycopg" else pip_line(driver)
        raise DatabaseError(
            f"{shown(place)}: the driver {driver} is not installed, so the database cannot be reached; "
            f"{line}, or give the path of an SQLite file"
        ) from error
    event.listen(engine, "connect", _prepare_sqlite if is_sqlite else _prepare_postgres)
    if is_sqlite:
        event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin
    if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
        connection.execute(_NORMAL)
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_postgres(connection: DBAPIConnection, _: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute("SET jit = off")  # compiling the columns of panel takes longer than reading them
    connection.commit()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def tables_found(connection: Connection) -> dict[str, set[str]]:
    """The tables that are there, ours or not, with their columns."""
    query = IN_SQLITE if connection.dialect.name == "sqlite" else IN_POSTGRES
    return found_in(tuple(row) for row in connection.exec_driver_sql(query))


def meta_of(connection: Connection, found: Found) -> dict[str, str]:
    """What the database says it is; nothing if its table ``meta`` is another project's."""
    if not is_described(found):
        return {}
    return {row.key: row.value for row in connection.execute(select(MetaRow.key, MetaRow.value))}


def make_tables(connection: Connection) -> None:
    """Make the tables of this version, where there are none."""
    if connection.dialect.name == "sqlite":
        for statement in (*table_statements(), *IN_SQLITE_ALONE):
            connection.exec_driver_sql(statement)
    else:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(GIN)
    _note(connection, "project", PROJECT)
    _note(connection, "schema_version", SCHEMA_VERSION)


def renew_indices(connection: Connection) -> None:
    """Make tables that differ in indices alone those of this version; takes a second for 100,000 reports."""
    for name in FORMER_INDICES:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    for table in tables():
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    _note(connection, "schema_version", SCHEMA_VERSION)


def make_views(connection: Connection, wanted: Sequence[View]) -> None:
    """Make the views again if these are others than the database has."""
    present, current = set(inspect(connection).get_view_names()), views_hash(wanted)
    noted = connection.execute(select(MetaRow.value).where(MetaRow.key == "views")).scalar()
    if noted == current and present >= {view.name for view in wanted}:
        return
    for view in reversed(wanted):  # those made of others first
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
    for view in wanted:
        connection.exec_driver_sql(view.statement(connection.dialect.name))
    if connection.dialect.name == "postgresql":
        for statement in view_comments(wanted):
            connection.execute(text(statement.replace(":", r"\:")))
    _note(connection, "views", current)


def _note(connection: Connection, key: str, value: str) -> None:
    table = MetaRow.__table__
    connection.execute(table.delete().where(table.c.key == key))  # type: ignore[attr-defined]
    connection.execute(table.insert().values(key=key, value=value))  # type: ignore[attr-defined]
