"""One report in every kind of file: the figures are the same, cell by cell, and so are organ, year and text."""

import io
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from kinds.writing import ABOUT, HEADINGS, WRITERS, as_docx, as_ofd, as_xlsx, blocks, expected

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.report import Document, Status


def read(document: Document) -> dict[FactKey, tuple[str, Decimal | None]]:
    assert document.report is not None, document.message
    return {f.key: (f.state.value, f.value) for f in document.report.facts}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_file_gives_the_same_cells(
    tmp_path: Path, gk2021: Format, formats: tuple[Format, ...], kind: str
) -> None:
    path = tmp_path / "年报"  # the bytes decide, not the name
    path.write_bytes(WRITERS[kind](blocks(gk2021)))
    document = ingest(path, formats, "never")
    assert read(document) == expected(gk2021)
    assert document.status is Status.OK, document.message
    report = document.report
    assert report is not None
    assert (report.organ, report.year, report.format) == ("平川县水务局", 2023, "2021")
    assert [s.heading for s in report.sections if s.number] == list(HEADINGS)
    assert ABOUT in {s.number: s.text for s in report.sections}[1]
    assert {(s.key, int(s.value), s.agrees) for s in report.statements} == {
        ("received", 62, True),
        ("carried_in", 6, True),
    }
    assert all(f.box is not None and f.page for f in report.facts if f.raw)


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed; it reads DOC and WPS files"
)
def test_an_old_word_file_is_read_through_libreoffice(
    tmp_path: Path, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    import subprocess

    (tmp_path / "a.docx").write_bytes(as_docx(blocks(gk2021)))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "doc"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "a.docx")], check=True, timeout=120)
    document = ingest(tmp_path / "a.doc", formats, "never")
    assert read(document) == expected(gk2021)


def test_without_libreoffice_an_old_word_file_says_what_to_install(
    tmp_path: Path, formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    document = ingest(tmp_path / "a.doc", formats)
    assert document.status is Status.UNSUPPORTED
    assert "LibreOffice" in document.message


def test_a_package_cut_off_is_damaged_and_nothing_worse(
    tmp_path: Path, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    for writer in (as_docx, as_xlsx, as_ofd):
        data = writer(blocks(gk2021))
        (tmp_path / "a").write_bytes(data[: len(data) // 2])
        document = ingest(tmp_path / "a", formats)
        assert document.status in (Status.CORRUPT, Status.UNSUPPORTED)
        assert document.message


def test_a_package_with_another_name_inside_is_what_it_holds(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("ppt/presentation.xml", "<p/>")
    (tmp_path / "a.docx").write_bytes(out.getvalue())
    document = ingest(tmp_path / "a.docx", formats)
    assert document.status is Status.UNSUPPORTED
    assert "presentation" in document.message
