"""A new kind of file is one module that reads it and one entry in the table of kinds; everything else follows."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import gkingest
from gkingest.batch.fingerprint import readers_of
from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.read.kinds import KINDS, Kind, kind_of
from gkingest.read.picture.png import has_picture
from gkingest.read.triage import media_type, open_bytes
from gkingest.regions.divisions import regions_folder

MODULE = """
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import flow_document
from gkingest.read.options import ReadOptions


def sheet_of_lines(data: bytes, options: ReadOptions) -> ReadDocument:
    assert options.ocr == "never"
    return flow_document(data, data.decode()[6:].split("|"), "lines")
"""
LINES = Kind(
    "application/x-lines",
    "lines",
    "gkingest.read.declared.lines:sheet_of_lines",
    starts=(b"LINES ",),
)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The one module and the one entry, before that of text, as its files are text too."""
    module = ModuleType(LINES.reader.partition(":")[0])
    exec(MODULE, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    others = dict(KINDS)
    KINDS.clear()
    KINDS.update({LINES.media_type: LINES, **others})
    yield
    KINDS.clear()
    KINDS.update(others)


@pytest.mark.usefixtures("lines")
def test_it_is_told_by_its_bytes_and_read(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    path = tmp_path / "年报"
    path.write_bytes("LINES 会同县林业局2023年政府信息公开工作年度报告|一、总体情况|没有表格".encode())
    assert open_bytes(path).media_type == LINES.media_type
    document = ingest(path, formats, "never")
    assert document.source is not None
    assert (document.source.media_type, document.source.page_count) == (LINES.media_type, 1)
    assert document.resembles == ("title", "headings")


@pytest.mark.usefixtures("lines")
def test_its_tables_are_taken_for_what_they_declare_and_no_picture_is_promised() -> None:
    assert not has_picture(LINES.media_type)
    assert kind_of(LINES.media_type).word == "lines"


@pytest.mark.usefixtures("lines")
def test_its_files_are_read_again_when_its_module_changes_and_no_others_are(tmp_path: Path) -> None:
    shipped = Path(gkingest.__file__).parent
    package = Path(shutil.copytree(shipped, tmp_path / "gkingest", ignore=shutil.ignore_patterns("__pycache__")))
    path = package / "read" / "declared" / "lines.py"
    path.write_text(MODULE, encoding="utf-8")
    before = readers_of(package, regions_folder())
    path.write_text(f"{MODULE}# another\n", encoding="utf-8")
    after = readers_of(package, regions_folder())
    archives = {"application/zip", "application/warc"}  # in which such a file may lie
    assert {kind for kind in before if before[kind] != after[kind]} == {LINES.media_type, *archives}


def test_without_its_entry_it_is_a_text_like_any_other() -> None:
    assert media_type(b"LINES one|two") == "text/plain"
