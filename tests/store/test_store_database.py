"""A database that cannot be used is named, with the reason and the way out."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gkingest.errors import DatabaseError, ExitCode
from gkingest.formats.spec import Format
from gkingest.store import database
from gkingest.store.database import open_database
from gkingest.store.tables.ddl import IN_SQLITE_ALONE, table_statements
from gkingest.store.write.save import save_document, save_run, save_run_end

from .cases import about, document, dump, rows


def refused(url: str | Path, formats: tuple[Format, ...] = ()) -> str:
    """The message with which a database is refused."""
    with pytest.raises(DatabaseError) as caught:
        open_database(str(url), formats)
    assert caught.value.exit_code == ExitCode.DATABASE
    return str(caught.value)


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_path_or_a_url_makes_folders_tables_and_views(
    tmp_path: Path, formats: tuple[Format, ...], url: str
) -> None:
    place = tmp_path / "new" / "folder" / "g.sqlite"
    engine = open_database(url.format(place), formats)
    assert place.is_file()
    assert rows(engine, "SELECT * FROM documents") == []
    engine.dispose()


def test_a_database_may_live_in_memory(formats: tuple[Format, ...]) -> None:
    engine = open_database(":memory:", formats)
    save_document(engine, document())
    assert rows(engine, "SELECT count(*) FROM facts_long") == [(1,)]
    engine.dispose()


def test_every_connection_holds_foreign_keys_and_readers_need_not_wait(engine: Engine) -> None:
    for _ in range(2):
        assert rows(engine, "PRAGMA foreign_keys") == [(1,)]
        assert rows(engine, "PRAGMA journal_mode") == [("wal",)]
        engine.dispose()


def test_a_reader_sees_whole_documents_while_another_is_written(engine: Engine) -> None:
    save_document(engine, document())
    with database.writing(engine).begin() as connection:
        connection.execute(text("DELETE FROM source"))
        assert rows(engine, "SELECT count(*) FROM facts_long") == [(1,)]


def test_opening_again_keeps_everything(engine: Engine, formats: tuple[Format, ...]) -> None:
    save_document(engine, document())
    before = dump(engine)
    again = open_database(str(engine.url.database), formats)
    assert dump(again) == before
    again.dispose()


def test_the_tables_are_those_of_the_reviewed_script(engine: Engine) -> None:
    kept = rows(engine, "SELECT sql FROM sqlite_master WHERE type <> 'view' AND sql IS NOT NULL")
    own = {sql for (sql,) in kept if "section_words_" not in sql}  # SQLite's own, of the full-text index
    assert own == {*table_statements(), *IN_SQLITE_ALONE}


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("这是一份笔记。\n" * 100, encoding="utf-8")
    before = place.read_bytes()
    assert refused(place) == (
        f"{place}: it cannot be opened: file is not a database; the file is no SQLite database; "
        "name another file, or move this one away"
    )
    assert place.read_bytes() == before


def test_a_database_of_another_project_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "other.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE report (id INTEGER, meta TEXT)")
    before = place.read_bytes()
    message = refused(place)
    assert "holds tables of another project (report)" in message
    assert "name a new file or an empty database" in message
    assert place.read_bytes() == before


@pytest.mark.parametrize("shape", ["id INTEGER", "key TEXT, value TEXT"])
def test_a_table_called_meta_makes_no_database_ours(tmp_path: Path, shape: str) -> None:
    place = tmp_path / "other.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute(f"CREATE TABLE meta ({shape})")
    assert "tables of another project (meta)" in refused(place)


def test_a_database_of_another_schema_version_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '99' WHERE key = 'schema_version'"))
    message = refused(str(engine.url.database))
    assert "the tables are of schema version 99, and the latest known here is" in message
    assert "ingest into a new database" in message


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = refused(tmp_path / "file" / "g.sqlite")
    assert f"its folder {tmp_path / 'file'} cannot be made" in message
    assert "name a file in a folder where you may write" in message


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "unable to open database file" in refused(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "name a file in a folder where you may write" in refused(tmp_path / "g.sqlite")


def test_a_url_without_its_driver_says_what_to_install() -> None:
    message = refused("postgresql+pg8000://me:secret@localhost/gk")
    assert "the driver pg8000 is not installed" in message
    assert "pip install pg8000" in message
    assert "secret" not in message


def test_other_databases_are_declined() -> None:
    assert "written for SQLite and PostgreSQL, not for mysql" in refused("mysql://me:secret@localhost/gk")
    assert "secret" not in refused("mysql://me:secret@localhost/gk")
    assert "this is no database URL" in refused("://")


def test_a_database_that_another_program_holds_is_named(
    tmp_path: Path, formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_SECONDS_TO_WAIT", 0.05)
    engine = open_database(str(tmp_path / "g.sqlite"), formats)
    holder = sqlite3.connect(tmp_path / "g.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for attempt in (
        lambda: save_document(engine, document()),
        lambda: save_run(engine, about()),
        lambda: save_run_end(engine, 1, {}),
        lambda: open_database(str(tmp_path / "g.sqlite"), formats),
    ):
        with pytest.raises(DatabaseError, match="another program is writing to it; wait"):
            attempt()
    holder.close()
    engine.dispose()
