"""Whether the tables of a database are those that this version reads and writes; if not, what to do."""

from collections.abc import Collection, Iterable, Mapping

from gkingest.errors import DatabaseError
from gkingest.store.tables.ddl import FULL_TEXT, LOOKS, tables
from gkingest.store.tables.schema import SCHEMA_VERSION, MetaRow
from gkingest.told import Told, joined

_SHOWN = 3  # of what is missing
# Versions that differ from this one in indices alone, which are made where the tables are; and those they had.
ALIKE = frozenset(("10",))
FORMER_INDICES = ("ix_location_sha256_path", "ix_report_year_region_code", "ix_report_region_code_year")

PROJECT = "gkingest"
# Names of tables and triggers, each with its columns: one line each, none for what has no columns.
IN_SQLITE = """\
SELECT m.name, c.name FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c
WHERE m.type IN ('table', 'trigger')"""
IN_POSTGRES = """\
SELECT t.relname, c.attname FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
LEFT JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p')"""
Found = Mapping[str, Collection[str]]


def is_readable(version: str) -> bool:
    """Whether tables of this version are those of the present one, or differ in indices alone."""
    return version == SCHEMA_VERSION or version in ALIKE


def found_in(rows: Iterable[tuple[str, str | None]]) -> dict[str, set[str]]:
    """Columns by table, from the lines of one of the queries above."""
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).update([column] if column else [])
    return found


def check_fit(name: str, meta: Mapping[str, str], found: Found, dialect: str) -> None:
    """Raise :class:`DatabaseError` unless the database ``name`` is ours, of this version, and whole."""
    check_ours(name, meta, found)
    version = meta.get("schema_version", "")
    if not is_readable(version):
        raise DatabaseError(
            f"{name}: the tables are of schema version {version}, and version {SCHEMA_VERSION} is needed; "
            f"{_migrate(name)}, carries over what you entered (inhabitants) and reads the reports again"
        )
    if lacking := missing(found, dialect):
        listed = joined(", ", lacking[:_SHOWN])
        raise DatabaseError(
            Told(
                "{0}: {1} is missing, so another program changed the tables; {2} and makes them anew, or "
                "restore a copy of your own",
                name,
                Told("{0} and more", listed) if len(lacking) > _SHOWN else listed,
                _migrate(name),
            )
        )


def check_ours(name: str, meta: Mapping[str, str], found: Found) -> None:
    """Raise :class:`DatabaseError` for the tables of another project, or of a later gkingest."""
    if meta.get("project") != PROJECT:
        raise DatabaseError(
            f"{name}: this database holds tables of another project ({', '.join(sorted(found)[:3])}), and "
            "ours could overwrite them; name a new file or an empty database"
        )
    version = meta.get("schema_version", "")
    if not version.isdecimal() or int(version) > int(SCHEMA_VERSION):
        raise DatabaseError(
            f"{name}: the tables are of schema version {version or 'unknown'}, and the latest known here is "
            f"{SCHEMA_VERSION}, so a later release made them; update gkingest, or ingest into a new database"
        )


def missing(found: Found, dialect: str) -> list[str]:
    """Tables, columns and, in SQLite, what keeps the search up to date, that are not there."""
    lacking: list[str] = []
    for table in tables():
        columns = found.get(table.name)
        if columns is None:
            lacking.append(Told("the table {0}", table.name))
        else:
            lacking += [
                Told("the column {0}.{1}", table.name, c.name) for c in table.columns if c.name not in columns
            ]
    if dialect == "sqlite":
        made = [statement.split()[3 if "VIRTUAL" in statement else 2] for statement in FULL_TEXT]
        lacking += [Told("{0}, for the search", name) for name in made if name not in found]
        watching = (statement.split()[2] for statement in LOOKS)
        lacking += [Told("{0}, by which a run knows of changes", name) for name in watching if name not in found]
    return lacking


def is_described(found: Found) -> bool:
    """Whether there is a table ``meta`` of the kind that ours is."""
    return {"key", "value"} <= set(found.get(MetaRow.__tablename__, ()))


def _migrate(name: str) -> str:
    return f"`gkingest migrate --db {name}` keeps a copy"
