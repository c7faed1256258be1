"""What a file is shows in its bytes, whatever it is called; and every file gets its status and a message."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from making import EMPTY_PAGE, locked, locked_strangely, numbered, picture_of

from gkingest.document.ingest import ingest
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.report import Document, Status
from gkingest.read.triage import media_type, open_bytes

HTML = (
    "<!DOCTYPE html>\n<html><head><title>404</title></head><body>您访问的页面不存在，"
    "2023年政府信息公开工作年度报告</body></html>"
).encode()
PDF = numbered(EMPTY_PAGE, b"")
NO_PAGES = numbered([EMPTY_PAGE[0], b"<< /Type /Pages /Kids [] /Count 0 >>"], b"")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PDF, "application/pdf"),
        (b"\r\n\r\n" + PDF, "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.7\n", "application/pdf"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (b"GIF89a", "image/gif"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"{\\rtf1\\ansi", "text/rtf"),
        (HTML, "text/html"),
        (b"\xef\xbb\xbf  \n<HTML>", "text/html"),
        (b'<?xml version="1.0"?><html>', "text/html"),
        (b"<!-- error -->\n<html>", "text/html"),
        (b"", "application/x-empty"),
        (b"\0" * 4096, "application/x-empty"),
        (b" \r\n\t", "application/x-empty"),
        (b"just some words", "text/plain"),
        ("没有这个文件".encode("gb18030"), "text/plain"),
        (b"%!PS-Adobe-3.0", "application/postscript"),
        (b"\x01\x02words", "application/octet-stream"),
        (b"WARC/1.0\r\n", "application/warc"),
        (b"PK\x03\x04\x14\0 a.pdf %PDF-1.7\n", "application/zip"),  # stored in it as it is
        (b"WARC/1.0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n%PDF-1.7\n", "application/warc"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "multipart/related"),
    ],
)
def test_the_bytes_say_what_a_file_is(data: bytes, expected: str) -> None:
    assert media_type(data) == expected


def taken(folder: Path, data: bytes, formats: Sequence[Format], name: str = "年报.pdf") -> Document:
    """What becomes of a file with these bytes where no pictures are read."""
    path = folder / name
    path.write_bytes(data)
    document = ingest(path, formats, "never")
    assert document.path == str(path)
    assert document.report is None
    assert document.message
    return document


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"\n"], ids=["no byte", "zero bytes", "a line break"])
def test_an_empty_file_is_corrupt(tmp_path: Path, formats: tuple[Format, ...], data: bytes) -> None:
    document = taken(tmp_path, data, formats)
    assert document.status is Status.CORRUPT
    assert document.source is not None and document.source.page_count == 0


def test_an_error_page_named_pdf_is_no_report(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    document = taken(tmp_path, HTML, formats)
    assert document.status is Status.NOT_A_REPORT
    assert document.source is not None and document.source.media_type == "text/html"


def test_a_picture_named_pdf_waits_for_character_recognition(
    tmp_path: Path, corpus: Path, formats: tuple[Format, ...]
) -> None:
    (path,) = (corpus / "www.weidong.gov.cn").iterdir()
    document = taken(tmp_path, picture_of(path, 1), formats)
    assert document.status is Status.NEEDS_OCR
    assert "image/png" in document.message


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + b"\0" * 50, b"Rar!\x1a\x07" + b"\0" * 50, b"%!PS-Adobe-3.0\n", b"\1\2words " * 50]
)
def test_another_kind_of_file_is_unsupported(tmp_path: Path, formats: tuple[Format, ...], data: bytes) -> None:
    assert taken(tmp_path, data, formats).status is Status.UNSUPPORTED


def test_a_pdf_locked_with_a_password_is_encrypted(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    document = taken(tmp_path, locked(b"secret"), formats)
    assert document.status is Status.ENCRYPTED
    assert "password" in document.message


def test_a_pdf_under_an_unknown_protection_is_encrypted(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    assert taken(tmp_path, locked_strangely(), formats).status is Status.ENCRYPTED


def test_a_pdf_locked_with_an_empty_password_opens(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    assert taken(tmp_path, locked(b""), formats).status is Status.NOT_A_REPORT


def test_a_pdf_of_one_empty_page_is_no_report(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    document = taken(tmp_path, PDF, formats)
    assert document.status is Status.NOT_A_REPORT
    assert document.source is not None and document.source.page_count == 1


def test_a_pdf_without_pages_is_corrupt(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    assert taken(tmp_path, NO_PAGES, formats).status is Status.CORRUPT


def test_what_a_file_is_does_not_depend_on_the_file_before_it(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    """PDFium keeps the last error of the process, also where it has no error to tell of the next file."""
    for before in (locked_strangely(), locked(b"secret"), b"%PDF-1.7\n", PDF):
        taken(tmp_path, before, formats, "before.pdf")
        assert taken(tmp_path, NO_PAGES, formats).status is Status.CORRUPT


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF\n", b"%PDF-" + b"\xff" * 500])
def test_a_pdf_in_name_only_is_corrupt(tmp_path: Path, formats: tuple[Format, ...], data: bytes) -> None:
    assert taken(tmp_path, data, formats).status is Status.CORRUPT


def test_a_file_that_is_not_there_fails_alone(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    document = ingest(tmp_path / "gone.pdf", formats)
    assert (document.status, document.source, document.report) == (Status.FAILED, None, None)
    assert document.message
    with pytest.raises(DocumentError):
        open_bytes(tmp_path)  # a folder is no file
