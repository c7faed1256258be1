"""The data that ship: only what the package knows lies there, and whatever else comes to lie there is nobody's."""

import compileall
import shutil
from pathlib import Path

import gkingest
from gkingest.batch.fingerprint import readers_of
from gkingest.formats.load import format_hash, load_formats
from gkingest.paths import data_files, shipped_data


def test_nothing_but_data_ships_as_data() -> None:
    files = {p for p in shipped_data().rglob("*") if p.is_file()}
    assert {p.suffix for p in files} == {".yml", ".yaml", ".tsv"}
    assert {p.name for p in data_files(shipped_data() / "regions", ".tsv")} == {"gb2260.tsv", "hosts.tsv"}


def test_what_installers_editors_and_file_systems_leave_in_the_folders_changes_nothing(tmp_path: Path) -> None:
    schemas = Path(shutil.copytree(shipped_data(), tmp_path / "schemas"))
    package = Path(shutil.copytree(Path(gkingest.__file__).parent, tmp_path / "gkingest"))
    tables = schemas / "regions"
    before = (readers_of(package, tables), format_hash(schemas), load_formats(schemas))

    (tables / "make_table.py").write_text("print()\n", encoding="utf-8")
    assert compileall.compile_dir(tables, quiet=1) and (tables / "__pycache__").is_dir()
    (tables / "._gb2260.tsv").write_bytes(b"\0\5\x16\7")
    (tables / "old.tsv").mkdir()
    (schemas / "formats" / "._gk-2021.yml").write_bytes(b"\0\5\x16\7")
    (schemas / "formats" / ".#gk-2021.yml").write_text("nobody@nowhere.1", encoding="utf-8")
    (schemas / "formats" / "gk-2021.yml~").write_text("id: old\n", encoding="utf-8")
    (schemas / "formats" / "old.yml").mkdir()

    assert (readers_of(package, tables), format_hash(schemas), load_formats(schemas)) == before


def test_a_folder_that_is_not_there_has_no_data(tmp_path: Path) -> None:
    assert data_files(tmp_path / "nowhere", ".yml") == []
