"""Bytes → :class:`Source` and kind; decides what is worth opening before anything expensive is done."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from gkingest.errors import DocumentError
from gkingest.model.paper import Source

PDF = "application/pdf"
_PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff"})
# First bytes of what crawlers save under the name of a PDF.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!", "application/vnd.rar"),
    (b"{\\rtf", "text/rtf"),
)
_HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--", b"<div", b"<meta")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's bytes with what they say about themselves."""

    data: bytes
    sha256: str
    media_type: str

    def source(self, page_count: int) -> Source:
        """The source these bytes are."""
        return Source(self.sha256, self.media_type, page_count)


def open_bytes(path: Path) -> Opened:
    """Read a file and name its kind by its bytes; raises :class:`DocumentError` where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            "failed", f"the file cannot be opened ({error.strerror}); check its permissions or fetch it again"
        ) from error
    return Opened(data, hashlib.sha256(data).hexdigest(), media_type(data))


def media_type(data: bytes) -> str:
    """Media type by content; ``application/octet-stream`` where nothing is recognised."""
    if not data.strip(b"\0 \t\r\n"):
        return "application/x-empty"
    if b"%PDF-" in data[:1024]:
        return PDF
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_STARTS) or b"<html" in data[:2048].lower():
        return "text/html"
    return "application/octet-stream"


def is_picture(opened: Opened) -> bool:
    """Whether the file is an image that may show pages; raises :class:`DocumentError` unless it or a PDF."""
    kind = opened.media_type
    if kind == PDF:
        return False
    if kind in _PICTURES:
        return True
    if kind == "application/x-empty":
        raise DocumentError(
            "corrupt",
            f"the file is empty ({len(opened.data)} bytes), so there is nothing to read; fetch it again",
        )
    if kind == "text/html":
        raise DocumentError(
            "unsupported",
            "the file is a web page, not a PDF, perhaps an error page that the server "
            "sent in its place; fetch the PDF again or print the page to PDF",
        )
    raise DocumentError(
        "unsupported",
        f"the file is no PDF and no picture ({kind}); this version reads PDF, PNG, JPEG and TIFF: convert it first",
    )
