"""Every kind of file: how its bytes are told, what reads it, and what is known of its pages before it is read.

A new kind is a module with a function from bytes and :class:`ReadOptions` to :class:`ReadDocument`, and an entry
here. Which files are read, when they are read again and what of them can be shown is taken from the entries.
"""

import codecs
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

PDF = "application/pdf"
HTML, MHTML, TEXT = "text/html", "multipart/related", "text/plain"
ZIP, GZIP, WARC = "application/zip", "application/gzip", "application/warc"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD, OLE, RTF = "application/ofd", "application/x-ole-storage", "text/rtf"
HEIC = "image/heic"
EMPTY, UNKNOWN = "application/x-empty", "application/octet-stream"
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")  # brands of pictures coded as HEVC
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_BLANKS = frozenset(b"\t\n\r\f\x1a")
_HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--", b"<div", b"<meta")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file, by its media type.

    It is told by the first bytes (``starts``), by a ``part`` that a ZIP package of this kind has, or by a
    ``test``. ``word`` is what users read for it, ``reader`` the function that reads it (``module:function``),
    loaded when such a file comes; a kind without one is told so that a message can name it, or is an archive.
    ``pictured`` where a picture of its pages can be made, ``converted`` where LibreOffice has to be there,
    ``browsed`` where a browser can show it: its
    reader is given what lies beside the file, too (:data:`gkingest.read.options.Beside`). Whether a file says
    itself which cells it has, each grid tells (:class:`gkingest.model.method.Way`).
    """

    media_type: str
    word: str = ""
    reader: str = ""
    pictured: bool = False
    converted: bool = False
    browsed: bool = False
    starts: tuple[bytes, ...] = ()
    part: str = ""
    test: Callable[[bytes], bool] | None = None

    def fits(self, data: bytes, parts: Iterable[str]) -> bool:
        """Whether bytes are of this kind; ``parts`` are the names in them, in small letters, if they are a ZIP."""
        if self.part:
            return any(name == self.part or name.endswith(f"/{self.part}") for name in parts)
        return self.test(data) if self.test else data.startswith(self.starts)

    @classmethod
    def picture(cls, media_type: str, *starts: bytes, test: Callable[[bytes], bool] | None = None) -> Self:
        """A kind of picture."""
        reader = "gkingest.read.picture.recognise:read_image"
        return cls(media_type, "image", reader, pictured=True, starts=starts, test=test)


def kind_of(media_type: str) -> Kind:
    """The kind with that media type, an empty one where nothing is known of it."""
    return KINDS.get(media_type, Kind(media_type))


def _is_pdf(data: bytes) -> bool:
    """An archive may hold a PDF as it is, within its first bytes; it is still an archive."""
    return b"%PDF-" in data[:1024] and not data.startswith((b"PK\x03\x04", b"WARC/"))


def _is_web_archive(data: bytes) -> bool:
    """A web archive is usually packed record by record; any other packed file stays one."""
    try:
        packed = data.startswith(b"\x1f\x8b")
        return (zlib.decompressobj(31).decompress(data[:4096], 64) if packed else data).startswith(b"WARC/")
    except zlib.error:
        return False


def _is_html(data: bytes) -> bool:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(_HTML_STARTS) or b"<html" in data[:2048].lower()


def _is_saved_page(data: bytes) -> bool:
    head = data[:4096].lower()
    return b"mime-version:" in head and (b"multipart/related" in head or b"snapshot-content-location" in head)


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


def _is_bitmap(data: bytes) -> bool:
    """Whether bytes are a Windows bitmap: two letters are little, so the size of its second header counts too."""
    return data[:2] == b"BM" and data[14:18] in (bytes((n, 0, 0, 0)) for n in (12, 40, 52, 56, 64, 108, 124))


# The first kind that fits is it: packages come before plain ZIP files, text comes last.
KINDS: dict[str, Kind] = {
    kind.media_type: kind
    for kind in (
        Kind(PDF, "PDF", "gkingest.read.printed:pdf_file", pictured=True, test=_is_pdf),
        Kind.picture("image/png", b"\x89PNG\r\n"),
        Kind.picture("image/jpeg", b"\xff\xd8\xff"),
        Kind.picture("image/tiff", b"II*\x00", b"MM\x00*"),
        Kind.picture("image/gif", b"GIF87a", b"GIF89a"),
        Kind.picture("image/webp", test=lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP"),
        Kind.picture("image/bmp", test=_is_bitmap),
        Kind.picture("image/avif", test=lambda data: data[4:8] == b"ftyp" and b"avif" in data[8:64]),
        Kind.picture("image/jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
        Kind(
            HEIC,
            "image",
            "gkingest.read.heif:read_heif",
            pictured=True,
            test=lambda data: data[4:8] == b"ftyp" and data[8:12] in _HEIF,
        ),
        Kind(
            DOCX,
            "DOCX",
            "gkingest.read.declared.docx:word_file",
            part="word/document.xml",
        ),
        Kind(
            XLSX,
            "XLSX",
            "gkingest.read.declared.xlsx:spreadsheet",
            part="xl/workbook.xml",
        ),
        Kind(
            "application/vnd.openxmlformats-officedocument.presentationml.presentation", part="ppt/presentation.xml"
        ),
        Kind(OFD, "OFD", "gkingest.read.ofd.pages:fixed_layout", part="ofd.xml"),
        Kind("application/epub+zip", part="meta-inf/container.xml"),
        Kind(ZIP, "ZIP", starts=ZIP_STARTS),
        Kind(
            OLE,
            "DOC, WPS and XLS",
            "gkingest.read.declared.convert:old_office",
            converted=True,
            starts=(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
        ),
        Kind(WARC, "WARC", test=_is_web_archive),
        Kind(GZIP, starts=(b"\x1f\x8b",)),
        Kind("application/vnd.rar", starts=(b"Rar!",)),
        Kind("application/x-7z-compressed", starts=(b"7z\xbc\xaf\x27\x1c",)),
        Kind(
            RTF,
            "RTF",
            "gkingest.read.declared.convert:rich_text",
            converted=True,
            starts=(b"{\\rtf",),
        ),
        Kind("application/postscript", starts=(b"%!PS",)),
        Kind(HTML, "HTML", "gkingest.read.declared.webpage:web_page", browsed=True, test=_is_html),
        Kind(
            MHTML,
            "MHTML",
            "gkingest.read.declared.webpage:saved_page",
            browsed=True,
            test=_is_saved_page,
        ),
        Kind(TEXT, "text", "gkingest.read.declared.plain:text_file", test=_is_text),
    )
}
