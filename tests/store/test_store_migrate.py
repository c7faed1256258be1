"""A database of an earlier version is taken over, and what a person entered is never lost on the way."""

import hashlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, event, inspect, text

from gkingest.errors import DatabaseError
from gkingest.formats.spec import Format
from gkingest.store import migrate as migrating
from gkingest.store.ask.browse import browsable
from gkingest.store.codebook import versions
from gkingest.store.database import connect, open_database
from gkingest.store.migrate import Migration, migrate
from gkingest.store.place import place_of
from gkingest.store.tables.ddl import shape, tables
from gkingest.store.tables.schema import ENTERED, SCHEMA_VERSION, Base
from gkingest.store.tables.versions import SHAPES
from gkingest.store.write.save import save_document, save_run

from .cases import about, document, dump, rows

Formats = tuple[Format, ...]
EARLIER = "9"  # the last whose tables were others
PEOPLE = [("410403", 2022, 300_000), ("410403", 2023, 301_500), ("430223", 2023, 701_200)]


def fill(engine: Engine) -> None:
    """A run, a report and inhabitants."""
    run = save_run(engine, {**about(), "options": {"paths": ["corpus/", "more"]}})
    save_run(engine, {**about(), "options": {"paths": ["corpus/", "s3://bucket/crawl"]}})
    save_document(engine, document(), run)
    with engine.begin() as connection:
        for code, year, people in PEOPLE:
            connection.execute(text(f"INSERT INTO population VALUES ('{code}', {year}, {people})"))


def make_earlier(engine: Engine) -> None:
    """Make the tables what they may have been: a column and a table fewer, a column that is there no longer."""
    with engine.begin() as connection:
        for statement in (
            "DROP VIEW pair_findings",
            "DROP TABLE pair_finding",
            "ALTER TABLE run ADD COLUMN once TEXT NOT NULL DEFAULT 'x'",
            f"UPDATE meta SET value = '{EARLIER}' WHERE key = 'schema_version'",
        ):
            connection.execute(text(statement))


@pytest.fixture
def earlier(engine: Engine) -> Iterator[Path]:
    """An SQLite database of an earlier version."""
    fill(engine)
    make_earlier(engine)
    place = Path(str(engine.url.database))
    engine.dispose()
    yield place


def contents(place: Path) -> dict[str, list[str]]:
    """Every statement and row of an SQLite file."""
    with closing(sqlite3.connect(place)) as connection:
        return {"dump": list(connection.iterdump())}


def people(place: Path) -> list[tuple[Any, ...]]:
    """What a person entered, as an SQLite file has it."""
    with closing(sqlite3.connect(place)) as connection:
        return connection.execute("SELECT region_code, year, population FROM population ORDER BY 1, 2").fetchall()


def refused(attempt: Callable[[], object]) -> str:
    """The message with which something is refused."""
    with pytest.raises(DatabaseError) as caught:
        attempt()
    return str(caught.value)


def test_an_earlier_version_is_refused_with_the_command_that_helps(earlier: Path, formats: Formats) -> None:
    from gkingest.formats.indicators import shipped_measures

    before = contents(earlier)
    for attempt in (
        lambda: open_database(str(earlier), formats),
        lambda: browsable(str(earlier), formats, shipped_measures()),
    ):
        message = refused(attempt)
        assert f"of schema version {EARLIER}, and version {SCHEMA_VERSION} is needed" in message
        assert f"`gkingest migrate --db {earlier}` keeps a copy, carries over what you entered" in message
    assert contents(earlier) == before


def test_it_is_made_anew_with_what_was_entered_and_a_copy_kept(earlier: Path, formats: Formats) -> None:
    earlier.chmod(0o640)
    before = contents(earlier)
    done = migrate(str(earlier), formats)

    copy = earlier.with_name(f"gkingest.schema-{EARLIER}.sqlite")
    assert done == Migration(
        EARLIER, SCHEMA_VERSION, str(copy), {"population": 3}, ("corpus/", "more", "s3://bucket/crawl")
    )
    assert contents(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o640
    assert people(earlier) == PEOPLE
    assert {p.name for p in earlier.parent.iterdir()} - {f"{earlier.name}-wal", f"{earlier.name}-shm"} == {
        earlier.name,
        copy.name,
    }
    opened = open_database(str(earlier), formats)
    assert rows(opened, "SELECT count(*) FROM documents") == [(0,)]
    assert rows(opened, "SELECT count(*) FROM pair_findings") == [(0,)]
    assert rows(opened, "PRAGMA foreign_key_check") == rows(opened, "SELECT * FROM run") == []
    save_document(opened, document())
    opened.dispose()
    assert migrate(str(earlier), formats) is None


def test_every_moment_at_which_it_may_end_leaves_the_old_or_the_new(
    earlier: Path, formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any of its statements, the file is as it was and the next call does all of it."""
    before, statements = contents(earlier), iter(range(10**6))
    last = 0

    def opened(place: Any) -> Engine:
        engine = connect(place)

        @event.listens_for(engine, "before_cursor_execute")
        def count(*_: object) -> None:
            nonlocal last
            last = next(statements)
            if last == at:
                raise KeyboardInterrupt

        return engine

    monkeypatch.setattr(migrating, "connect", opened)
    at = -1
    spare = earlier.with_name("spare.sqlite")
    with closing(sqlite3.connect(earlier)) as source, closing(sqlite3.connect(spare)) as target:
        source.backup(target)
    migrate(str(spare), formats)
    assert last > 30
    for at in {*range(0, last, 7), last - 1, last}:
        statements = iter(range(10**6))
        with pytest.raises(KeyboardInterrupt):
            migrate(str(earlier), formats)
        assert contents(earlier) == before, at
    at = -1
    assert migrate(str(earlier), formats) is not None
    assert people(earlier) == PEOPLE
    assert not list(earlier.parent.glob(".*"))
    assert all(contents(copy) == before for copy in earlier.parent.glob("gkingest.schema-*"))


def test_without_a_copy_nothing_is_changed(
    earlier: Path, formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(earlier)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gkingest.store.migrate.shutil.copymode", full)
    message = refused(lambda: migrate(str(earlier), formats))
    assert "no copy of it can be kept" in message and "nothing was changed; make room beside it" in message
    assert contents(earlier) == before
    assert [p.name for p in earlier.parent.iterdir() if "schema" in p.name] == []


def test_an_earlier_copy_is_never_overwritten(earlier: Path, formats: Formats) -> None:
    first = earlier.with_name(f"gkingest.schema-{EARLIER}.sqlite")
    first.write_text("kept by hand")
    done = migrate(str(earlier), formats)
    assert done is not None and done.copy.endswith(f"schema-{EARLIER}_2.sqlite")
    assert first.read_text() == "kept by hand"


def test_while_another_program_writes_it_waits_and_says_so(
    earlier: Path, formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkingest.store.database._SECONDS_TO_WAIT", 0.05)
    with closing(sqlite3.connect(earlier, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "another program is writing" in refused(lambda: migrate(str(earlier), formats))
    assert people(earlier) == PEOPLE


def test_tables_and_views_of_ones_own_stay(earlier: Path, formats: Formats) -> None:
    with closing(sqlite3.connect(earlier)) as connection, connection:
        connection.execute("CREATE TABLE my_notes (region_code TEXT, note TEXT)")
        connection.execute("INSERT INTO my_notes VALUES ('410403', '待核')")
        connection.execute("CREATE VIEW my_people AS SELECT sum(population) AS p FROM population")
    migrate(str(earlier), formats)
    with closing(sqlite3.connect(earlier)) as connection:
        assert connection.execute("SELECT note FROM my_notes").fetchall() == [("待核",)]
        assert connection.execute("SELECT p FROM my_people").fetchall() == [(sum(p for *_, p in PEOPLE),)]


def test_a_later_version_and_another_project_are_left_alone(
    engine: Engine, formats: Formats, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '99' WHERE key = 'schema_version'"))
    for attempt in (migrate, open_database):
        message = refused(lambda attempt=attempt: attempt(str(engine.url.database), formats))
        assert "of schema version 99" in message and "update gkingest" in message
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE meta (note)")
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    assert "of another project (meta)" in refused(lambda: migrate(str(other), formats))
    assert hashlib.sha256(other.read_bytes()).hexdigest() == digest


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DROP TABLE statement", "the table statement"),
        ("ALTER TABLE run DROP COLUMN machine", "the column run.machine"),
        ("DROP TRIGGER section_indexed", "section_indexed, for the search"),
        ("DROP TABLE section_words", "section_words, for the search"),
    ],
)
def test_what_is_missing_is_noticed_when_it_is_opened_and_mended(
    engine: Engine, formats: Formats, damage: str, named: str
) -> None:
    from gkingest.formats.indicators import shipped_measures

    fill(engine)
    place = str(engine.url.database)
    with engine.begin() as connection:
        for view in inspect(connection).get_view_names():  # SQLite reads each anew for a table that is altered
            connection.execute(text(f"DROP VIEW {view}"))
        connection.execute(text(damage))
    engine.dispose()
    for attempt in (lambda: open_database(place, formats), lambda: browsable(place, formats, shipped_measures())):
        message = refused(attempt)
        assert f"{named} is missing" in message
        assert f"gkingest migrate --db {place}" in message
    assert migrate(place, formats) is not None
    open_database(place, formats).dispose()
    assert people(Path(place)) == PEOPLE


def test_on_a_server_the_old_tables_are_set_aside(own_schema: str, formats: Formats) -> None:
    engine = open_database(own_schema, formats)
    fill(engine)
    before = {name: held for name, held in dump(engine).items() if name not in ("meta", "pair_finding")}
    make_earlier(engine)
    assert "`gkingest migrate --db postgresql" in refused(lambda: open_database(own_schema, formats))
    schema = rows(engine, "SELECT current_schema()")[0][0]
    engine.dispose()

    done = migrate(own_schema, formats)
    aside = f"{schema}_schema_{EARLIER}"
    try:
        assert done == Migration(
            EARLIER,
            SCHEMA_VERSION,
            f"the schema {aside} of the same database",
            {"population": 3},
            ("corpus/", "more", "s3://bucket/crawl"),
        )
        assert migrate(own_schema, formats) is None
        opened = open_database(own_schema, formats)
        assert rows(opened, "SELECT * FROM population ORDER BY 1, 2") == PEOPLE
        assert rows(opened, "SELECT count(*) FROM facts_long") == [(0,)]
        for name, held in before.items():
            # run passes; the others have columns that dump leaves out
            if name not in {"run", "report", "fact", "location", "finding"}:
                assert sorted(map(repr, rows(opened, f"SELECT * FROM {aside}.{name}"))) == held
        assert rows(opened, f"SELECT count(*) FROM {aside}.report JOIN {aside}.figure ON report = serial") == [(1,)]
        save_document(opened, document(), save_run(opened, about()))
        assert rows(opened, "SELECT count(*) FROM facts_long") == [(1,)]
        opened.dispose()
    finally:
        with connect(place_of(own_schema)).begin() as connection:
            connection.execute(text(f"DROP SCHEMA {aside} CASCADE"))


def test_on_a_server_too_it_is_all_or_nothing_and_views_of_ones_own_are_told(
    own_schema: str, formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(own_schema, formats)
    fill(engine)
    make_earlier(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW mine AS SELECT organ FROM panel"))
    assert "views of your own are made of ours: drop them" in refused(lambda: migrate(own_schema, formats))
    with engine.begin() as connection:
        connection.execute(text("DROP VIEW mine"))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(migrating, "make_views", interrupted)
        with pytest.raises(KeyboardInterrupt):
            migrate(own_schema, formats)
    assert rows(engine, "SELECT * FROM population ORDER BY 1, 2") == PEOPLE
    assert rows(engine, "SELECT value FROM meta WHERE key = 'schema_version'") == [(EARLIER,)]
    schema = rows(engine, "SELECT current_schema()")[0][0]
    assert rows(engine, f"SELECT nspname FROM pg_namespace WHERE nspname LIKE '{schema}%'") == [(schema,)]
    engine.dispose()


def test_tables_that_lack_indices_alone_are_taken_as_they_are(engine: Engine, formats: Formats) -> None:
    """Version 10 had other indices: they are made where its reports are, which need not be read again."""
    indices = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    fill(engine)
    wanted, reports = rows(engine, indices), rows(engine, "SELECT * FROM report")
    for taken in (
        lambda: open_database(str(engine.url), formats).dispose(),
        lambda: migrate(str(engine.url), formats),
    ):
        with engine.begin() as connection:
            for statement in (
                "DROP INDEX ix_location_sha256_gone_path_status",
                "DROP INDEX ix_report_year_organ_kind_region_code",
                "DROP INDEX ix_report_region_code_year_organ_key",
                "CREATE INDEX ix_location_sha256_path ON location (sha256, path)",
                "CREATE INDEX ix_report_year_region_code ON report (year, region_code)",
                "CREATE INDEX ix_report_region_code_year ON report (region_code, year)",
                "UPDATE meta SET value = '10' WHERE key = 'schema_version'",
            ):
                connection.execute(text(statement))
        assert taken() is None
        assert rows(engine, indices) == wanted
        assert rows(engine, "SELECT * FROM report") == reports
        assert rows(engine, "SELECT value FROM meta WHERE key = 'schema_version'") == [(SCHEMA_VERSION,)]


def test_the_version_is_raised_with_every_change_of_a_table() -> None:
    assert SHAPES[int(SCHEMA_VERSION)] == shape(), "a table changed: run `make schema`, which raises the version"
    assert SHAPES[max(SHAPES)] == shape()


def test_a_shape_tells_what_the_tables_are_and_not_what_is_said_of_them() -> None:
    def changed(change: Callable[[MetaData], object]) -> str:
        other = MetaData(naming_convention=Base.metadata.naming_convention)
        for table in tables():
            table.to_metadata(other)
        change(other)
        return shape(other.sorted_tables)

    assert changed(lambda m: setattr(m.tables["run"], "comment", "another word")) == shape()
    assert changed(lambda m: m.tables["run"].append_column(Column("more", Integer))) != shape()
    assert changed(lambda m: setattr(m.tables["run"].c.version, "nullable", True)) != shape()
    assert changed(lambda m: m.tables["location"].indexes.clear()) != shape()
    assert changed(lambda m: m.remove(m.tables["statement"])) != shape()


def test_make_schema_adds_a_version_where_the_shape_is_another() -> None:
    grown: dict[str, Any] = {}
    exec(versions({5: "a", 6: "b"}, "c"), grown)
    assert grown["SHAPES"] == {5: "a", 6: "b", 7: "c"}
    exec(versions({5: "a", 6: "b"}, "b"), grown)
    assert grown["SHAPES"] == {5: "a", 6: "b"}
    exec(versions({5: "a", 6: "b"}, "a"), grown)
    assert grown["SHAPES"][7] == "a"


def test_a_table_either_hangs_on_what_is_read_or_is_known_to_be_entered() -> None:
    """Else its rows would be lost where the tables are made anew, and nobody would have decided that."""
    for table in tables():
        if table.info.get(ENTERED):
            assert not table.foreign_keys, f"{table.name} points to rows that may be read anew"
        elif table.name not in ("meta", "run", "look", "source", "slot", "word", "phrase"):
            assert table.foreign_keys, f"{table.name}: is it entered by a person (schema.entered) or read?"


def test_figures_kept_in_words_make_way_for_those_in_numbers(earlier: Path, formats: Formats) -> None:
    with closing(sqlite3.connect(earlier)) as connection, connection:
        connection.execute("DROP VIEW fact")
        connection.execute("CREATE TABLE fact (report_id TEXT, row_key TEXT, value NUMERIC)")
        connection.execute("INSERT INTO fact VALUES ('x-1', 'new_received', 53)")
    assert migrate(str(earlier), formats) is not None
    engine = open_database(str(earlier), formats)
    save_document(engine, document())
    assert rows(engine, "SELECT row_key, value FROM fact") == [("new_received", 53)]
    engine.dispose()
