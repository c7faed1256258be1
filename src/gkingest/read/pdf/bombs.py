"""PDF streams that unpack to more than memory holds, found before PDFium unpacks them."""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from gkingest.errors import DocumentError
from gkingest.read.pdf.forms import Drawing

_MB = 1 << 20
# No page, font or table of characters is longer; PDFium keeps up to a hundred bytes for each byte of a page.
_LONGEST, _LARGEST_PICTURE = 48 * _MB, 256 * _MB
_TOGETHER = 1024 * _MB  # streams of one file that are no pictures
_PICTURES = 2 * _TOGETHER  # all streams of one file
_PIECE, _SIP, _DEPTH = _MB, 65_536, 4  # bytes given and taken at a time; packings within one another
_OVERLAP = 4  # times its size that the streams of a file may take up: some stand in one another, as attachments do
_STREAM = re.compile(rb"stream(?<!endstream)\r?\n?(?=.)", re.DOTALL)  # begins with letters, which is fast to find
_HEAD = 400  # bytes before a stream in which it is said what it is
_PICTURE = re.compile(rb"/Subtype\s{0,20}/Image\b")
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]++>?")


def refuse_bombs(data: bytes) -> None:
    """Raise :class:`DocumentError` (unsupported) where a PDF unpacks to more, or draws more, than any report.

    Streams are told by their bytes: what a file says of a stream's length and packing may be wrong on purpose.
    """
    drawing = Drawing(data)
    whole = everything = taken = 0
    for found in _STREAM.finditer(data):
        picture = bool(_PICTURE.search(data, max(found.start() - _HEAD, 0), found.start()))
        limit = _LARGEST_PICTURE if picture else _LONGEST
        stream = _Stream.of(data, found.end(), limit, keep=not picture)
        taken += stream.taken
        whole += 0 if picture else stream.size
        everything += stream.size
        if stream.size > limit:
            raise _refused(f"the PDF unpacks to more than {limit // _MB} MB in one stream")
        if whole > _TOGETHER or everything > _PICTURES:
            most = _TOGETHER if whole > _TOGETHER else _PICTURES
            raise _refused(f"the PDF unpacks to more than {most // _MB} MB in all")
        if taken > _OVERLAP * (len(data) + 4 * _MB):  # each would be read to the end of all
            raise _refused(f"the PDF begins more streams than it ends (at byte {found.start():,})")
        if not picture:
            drawing.add(found.start(), bytes(stream.content), max(stream.size, len(stream.content)))
    drawing.refuse()


def _refused(found: str) -> DocumentError:
    return DocumentError(
        "unsupported",
        f"{found}, which no report does and which may exhaust the memory; look at what it is before opening it",
    )


def _is_zlib(mark: bytes | bytearray) -> bool:
    """Whether zlib's mark stands at the start (RFC 1950)."""
    return len(mark) > 1 and mark[0] & 0xF == 8 and int.from_bytes(mark[:2], "big") % 31 == 0


class _Unpacking:
    """What zlib unpacks out of some bytes: its ``size``, the bytes ``taken`` for it, its beginning as ``content``.

    It goes on to the end, to where it is damaged, or until it is longer than ``limit``. Unless ``keep``, more than
    the first piece is kept only where it is packed once more.
    """

    def __init__(self, packed: memoryview, limit: int, *, keep: bool) -> None:
        self.size = self.taken = 0
        self.content = bytearray()
        for piece in self._pieces(packed):
            self.size += len(piece)
            if not self.content or ((keep or _is_zlib(self.content)) and self.size <= _LONGEST):
                self.content += piece
            if self.size > limit:
                return

    def _pieces(self, packed: memoryview) -> Iterator[bytes]:
        engine, waiting = zlib.decompressobj(), b""
        while not engine.eof:
            if not waiting:
                waiting = bytes(packed[self.taken : self.taken + _SIP])
                self.taken += len(waiting)
            try:
                piece = engine.decompress(waiting, _PIECE)
            except zlib.error:
                return
            if not piece and not waiting:
                return
            waiting = engine.unconsumed_tail
            if piece:
                yield piece
        self.taken -= len(engine.unused_data)


@dataclass(slots=True)
class _Stream:
    """How long a stream is at its longest, packing by packing; the bytes ``taken`` for it, what came out last."""

    size: int
    taken: int
    content: bytes | bytearray

    @classmethod
    def of(cls, data: bytes, start: int, limit: int, *, keep: bool) -> Self:
        """A stream that begins at ``start``; its size is more than ``limit`` as soon as it is beyond."""
        stream = cls(0, 0, b"")
        if not _is_zlib(data[start : start + 2]):
            stream = cls.as_written(data, start)
            if not _is_zlib(stream.content):
                return stream
        packed = memoryview(stream.content or data)[0 if stream.content else start :]
        for _ in range(_DEPTH):
            inner = _Unpacking(packed, limit, keep=keep)
            stream = cls(inner.size, stream.taken or inner.taken, inner.content)
            if inner.size > limit or not _is_zlib(inner.content):
                break
            packed = memoryview(inner.content)
        return stream

    @classmethod
    def as_written(cls, data: bytes, start: int) -> Self:
        """A stream that is not packed, decoded where its bytes are written as text."""
        end = data.find(b"endstream", start)
        text = data[start : end if end >= 0 else len(data)]
        plain = _decoded(text) if text[:2].isalnum() or text[:2] == b"<~" else b""
        return cls(0, len(text), plain or text)


def _decoded(text: bytes) -> bytes:
    """Bytes written as text, in either of the two ways of PDF; nothing where they are not."""
    text = b"".join(text.split())
    try:
        if _HEXADECIMAL.fullmatch(text):
            digits = text.rstrip(b">")
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        return base64.a85decode(text.removeprefix(b"<~").partition(b"~>")[0])
    except ValueError:
        return b""
