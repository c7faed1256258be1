"""Bytes → :class:`Source` and kind; decides what is worth opening before anything expensive is done."""

import codecs
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from gkingest.errors import DocumentError
from gkingest.model.paper import Source
from gkingest.model.provenance import UNKNOWN as UNKNOWN_PROVENANCE
from gkingest.model.provenance import Provenance

PDF = "application/pdf"
HTML, MHTML, TEXT = "text/html", "multipart/related", "text/plain"
ZIP, GZIP, WARC = "application/zip", "application/gzip", "application/warc"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD, OLE, RTF = "application/ofd", "application/x-ole-storage", "text/rtf"
EMPTY, UNKNOWN = "application/x-empty", "application/octet-stream"
PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff"})
_BLANKS = frozenset(b"\t\n\r\f\x1a")
_SPECIAL = (
    (stat.S_ISFIFO, "a pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MOST_PARTS = (
    100_000  # of a package: the names of more would take much memory, and no office program writes as many
)
# Parts by which a package is known.
_PARTS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("ofd.xml", OFD),
    ("meta-inf/container.xml", "application/epub+zip"),
)
PACKAGES = frozenset(kind for _, kind in _PARTS)
# First bytes of what crawlers save under whatever name.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x1f\x8b", GZIP),
    (b"WARC/", WARC),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", RTF),
    (b"%!PS", "application/postscript"),
)
_HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--", b"<div", b"<meta")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's bytes with what they say about themselves, and its name and provenance, which travel with them."""

    name: str
    data: bytes
    sha256: str
    media_type: str
    provenance: Provenance = UNKNOWN_PROVENANCE

    def source(self, page_count: int) -> Source:
        """The source these bytes are."""
        return Source(self.sha256, self.media_type, page_count)


def open_file(path: Path) -> BufferedReader:
    """A file open for reading; raises :class:`DocumentError` where it cannot be.

    What is no file is not opened: a pipe makes whoever opens it wait, a device may do anything.
    """
    try:
        mode = path.stat().st_mode
        if special := next((name for is_one, name in _SPECIAL if is_one(mode)), ""):
            raise DocumentError(
                "unsupported",
                f"this is {special} and no file, and opening one may never end, so it was not opened; save what it "
                "gives to a file and name that",
            )
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = getattr(error, "strerror", None) or error
        raise DocumentError(
            "failed", f"the file cannot be opened ({reason}); check its permissions or fetch it again"
        ) from error


def open_bytes(path: Path, name: str = "", provenance: Provenance = UNKNOWN_PROVENANCE) -> Opened:
    """Read a file and name its kind by its bytes; raises :class:`DocumentError` where it cannot be read.

    ``name`` is what it is called, its path if nothing else.
    """
    with open_file(path) as stream:
        try:
            data = stream.read()
        except OSError as error:
            raise DocumentError(
                "failed", f"the file cannot be read ({error.strerror}); check its disk or fetch it again"
            ) from error
    return as_opened(name or str(path), data, provenance)


def as_opened(name: str, data: bytes, provenance: Provenance = UNKNOWN_PROVENANCE) -> Opened:
    """Bytes that are at hand as an open file."""
    return Opened(name, data, hashlib.sha256(data).hexdigest(), media_type(data), provenance)


def media_type(data: bytes) -> str:
    """Media type by content; ``application/octet-stream`` where nothing is recognised."""
    if not data.strip(b"\0 \t\r\n"):
        return EMPTY
    # An archive may hold a PDF as it is, within its first bytes; it is still an archive.
    if b"%PDF-" in data[:1024] and not data.startswith((b"PK\x03\x04", b"WARC/")):
        return PDF
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return _package(data) if name == ZIP else _unpacked(data) if name == GZIP else name
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_STARTS) or b"<html" in data[:2048].lower():
        return HTML
    head = data[:4096].lower()
    if b"mime-version:" in head and (b"multipart/related" in head or b"snapshot-content-location" in head):
        return MHTML
    return TEXT if _is_text(data) else UNKNOWN


def _package(data: bytes) -> str:
    """What a ZIP file is a package of; a damaged one is just a ZIP file."""
    if data.count(b"PK\1\2") > _MOST_PARTS:
        return ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name.replace("\\", "/").lower() for name in package.namelist()[:2000]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, struct.error):
        return ZIP
    for part, kind in _PARTS:
        if any(name == part or name.endswith(f"/{part}") for name in names):
            return kind
    return ZIP


def _unpacked(data: bytes) -> str:
    """A web archive is usually packed record by record; any other packed file stays one."""
    try:
        start = zlib.decompressobj(31).decompress(data[:4096], 64)
    except zlib.error:
        return GZIP
    return WARC if start.startswith(b"WARC/") else GZIP


def _is_text(data: bytes) -> bool:
    """Whether bytes are text in one of the usual encodings: no control characters, nothing undecodable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:65536]
    if any(byte < 32 and byte not in _BLANKS for byte in head):
        return False
    for name in ("utf-8", "gb18030", "big5"):
        try:
            codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        return any(c.isalnum() for c in head.decode(name, "ignore"))
    return False
