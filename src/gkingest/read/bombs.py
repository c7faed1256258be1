"""PDF streams that unpack to more than memory holds, found before PDFium unpacks them."""

import base64
import re
import zlib
from collections.abc import Iterator

from gkingest.errors import DocumentError

_MB = 1 << 20
# No page, font or table of characters is longer; PDFium keeps up to a hundred bytes for each byte of a page.
_LONGEST, _LARGEST_PICTURE = 48 * _MB, 256 * _MB
_TOGETHER = 1024 * _MB  # streams of one file that are no pictures
_PIECE, _DEPTH = _MB, 4  # bytes at a time; packings within one another
_STREAM = re.compile(rb"stream\r?\n?(?=.)", re.DOTALL)
_HEAD = 400  # bytes before a stream in which it is said what it is
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")


def refuse_bombs(data: bytes) -> None:
    """Raise :class:`DocumentError` (unsupported) where a stream of a PDF unpacks to more than any report holds.

    Streams are told by their bytes: what a file says of a stream's length and packing may be wrong on purpose.
    """
    whole = 0
    for found in _STREAM.finditer(data):
        if not _may_be_packed(data, found.end()):
            continue
        picture = bool(_PICTURE.search(data, max(found.start() - _HEAD, 0), found.start()))
        limit = _LARGEST_PICTURE if picture else _LONGEST
        size = _unpacked_size(data, found.end(), limit)
        whole += 0 if picture else size
        if size > limit or whole > _TOGETHER:
            most = (limit if size > limit else _TOGETHER) // _MB
            raise DocumentError(
                "unsupported",
                f"the PDF unpacks to more than {most} MB {'in one stream' if size > limit else 'in all'}, which no "
                "report does and which may exhaust the memory; look at what it is before opening it",
            )


def _may_be_packed(data: bytes, start: int) -> bool:
    """Whether zlib's mark stands at the start (RFC 1950), or characters that may stand for it."""
    mark = data[start : start + 2]
    return _is_zlib(mark) or mark.isalnum() or mark == b"<~"


def _is_zlib(mark: bytes) -> bool:
    return len(mark) == 2 and mark[0] & 0xF == 8 and int.from_bytes(mark, "big") % 31 == 0


def _unpacked_size(data: bytes, start: int, limit: int) -> int:
    """How long a stream is at its longest, packing by packing; more than ``limit`` as soon as it is beyond."""
    if not _is_zlib(data[start : start + 2]):
        end = data.find(b"endstream", start)
        plain = _decoded(data[start : end if end >= 0 else len(data)])
        return _unpacked_size(plain, 0, limit) if _is_zlib(plain[:2]) else 0
    size, inner, packed = 0, b"", memoryview(data)[start:]
    for _ in range(_DEPTH):
        size, inner = _measured(packed, limit)
        if size > limit or not _is_zlib(inner[:2]):
            break
        packed = memoryview(inner)
    return size


def _measured(packed: memoryview, limit: int) -> tuple[int, bytes]:
    """Length of what is unpacked and, where it is packed once more, the bytes themselves."""
    size, kept = 0, bytearray()
    for piece in _pieces(packed):
        if size == 0 or kept:
            kept += piece if size or _is_zlib(piece[:2]) else b""
        size += len(piece)
        if size > limit:
            break
    return size, bytes(kept)


def _pieces(packed: memoryview) -> Iterator[bytes]:
    """What zlib unpacks, up to its end or to where it is damaged."""
    engine, waiting, at = zlib.decompressobj(), b"", 0
    while not engine.eof:
        if not waiting:
            waiting, at = bytes(packed[at : at + _PIECE]), at + _PIECE
        try:
            piece = engine.decompress(waiting, _PIECE)
        except zlib.error:
            return
        if not piece and not waiting:
            return
        waiting = engine.unconsumed_tail
        if piece:
            yield piece


def _decoded(text: bytes) -> bytes:
    """Bytes written as text, in either of the two ways of PDF; nothing where they are not."""
    text = b"".join(text.split())
    try:
        if re.fullmatch(rb"[0-9A-Fa-f]+>?", text):
            digits = text.rstrip(b">")
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        return base64.a85decode(text.removeprefix(b"<~").partition(b"~>")[0])
    except ValueError:
        return b""
