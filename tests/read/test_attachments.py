"""Files inside a PDF are read as those of an archive are."""

import ctypes
import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from gkingest.corpus.intake import File, documents_in
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.model.report import Status
from gkingest.read.pdf.attachments import attached_files


def with_files(*files: tuple[str, bytes]) -> bytes:
    """A PDF of one blank page with these files attached."""
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    for name, data in files:
        letters = ctypes.create_string_buffer((name + "\0").encode("utf-16-le"))
        one = pdfium.FPDFDoc_AddAttachment(document, ctypes.cast(letters, ctypes.POINTER(pdfium.FPDF_WCHAR)))
        assert pdfium.FPDFAttachment_SetFile(one, document, ctypes.create_string_buffer(data, len(data)), len(data))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


GUIDE = "平川县水务局政府信息公开指南\n为方便公民获取政府信息。".encode()
OLD = "平川县水务局2016年政府信息公开工作年度报告\n一、概述\n主动公开政府信息120条。".encode()


def test_names_and_bytes_come_out_as_they_went_in() -> None:
    found = attached_files(with_files(("指南.txt", GUIDE), ("b.bin", b"\0\1")))
    # A PDF keeps them by name.
    assert [(one.name, one.data, one.problem) for one in found] == [
        ("b.bin", b"\0\1", ""),
        ("指南.txt", GUIDE, ""),
    ]


def test_a_pdf_without_any_has_none_nor_has_what_is_no_pdf() -> None:
    assert attached_files(with_files()) == ()
    assert attached_files(b"/EmbeddedFile but no PDF") == ()


def test_each_file_gets_a_line_and_the_cover_says_so(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(with_files(("../指南.txt", GUIDE), ("b.txt", OLD), ("../b.txt", GUIDE)))
    documents = list(documents_in(File("a.pdf", str(path)), ReadWith(formats, "never")))
    assert [(d.path, d.kind) for d in documents[:-1]] == [
        ("a.pdf!/b.txt", "guide"),
        ("a.pdf!/指南.txt", "guide"),
        ("a.pdf!/b~2.txt", "report"),
    ]
    assert documents[-1].path == "a.pdf"
    assert documents[-1].status is not Status.OK
    assert documents[-1].message.startswith("3 files are attached inside it")
