"""Bytes as they were stored and sent: gzipped files piece by piece, bodies of answers put together and unpacked."""

import re
import zlib
from collections.abc import Mapping
from typing import Protocol

from gkingest.crawl.archive import Limits

BLOCK = 64 * 1024
_SIP = 4096  # zlib gives nothing of a piece that is damaged, so the pieces are small
_GZIP, _ZLIB, _RAW = 31, 15, -15  # how zlib is told the framing
_AS_IT_IS = 0
_NOT_PACKED = dict.fromkeys(("", "identity", "none", "utf-8"), _AS_IT_IS)  # some servers tell the character set
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = re.compile(rb"([0-9a-fA-F]+)[ \t]*(?:;[^\r\n]*)?\r?\n")  # of any length: a lie is told, not overlooked


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class PlainStream:
    """A file without its gzip packing; ends early, with ``problem`` set, where it is damaged or unpacks too far.

    Whoever reads it calls :meth:`allow` now and then: what is read in between is bounded, so that a header
    without an end cannot fill the memory. ``part`` counts the gzip members, ``bad_part`` is the damaged one.
    """

    def __init__(self, raw: Readable, limits: Limits) -> None:
        self.problem = ""
        self.part = 0
        self.bad_part = -1
        self._raw = raw
        self._limits = limits
        self._waiting = raw.read(_SIP)
        self._taken = len(self._waiting)
        self._given = 0
        self._allowed = BLOCK
        self._inflate = zlib.decompressobj(_GZIP) if self._waiting.startswith(_GZIP_MAGIC) else None
        self._begun = False
        self._first = self._next(BLOCK)

    def peek(self) -> bytes:
        """The first bytes, which are still to be read."""
        return self._first

    def allow(self, size: int) -> None:
        """Let ``size`` more bytes be read from here."""
        self._allowed = size

    def tell(self) -> int:
        """How many bytes were read."""
        return self._given

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; none at the end or once there is a problem."""
        size = BLOCK if size < 0 else min(size, BLOCK)
        piece, self._first = self._first[:size], self._first[size:]
        if not piece and size:
            piece = self._next(size)
        self._given += len(piece)
        self._allowed -= len(piece)
        if self._allowed < -BLOCK:
            self._fail("the headers of a record have no end")
        elif self._given > self._limits.total_bytes:
            self._fail(f"the file unpacks to more than {self._limits.total_bytes >> 20} MB")
        elif self._inflate and self._given > max(self._limits.ratio_from, self._limits.ratio * self._taken):
            self._fail(f"the file unpacks to more than {self._limits.ratio} times its size")
        return b"" if self.problem else piece

    def _fail(self, problem: str, part: int = -1) -> None:
        if not self.problem:
            self.problem, self.bad_part = problem, part

    def _refill(self) -> bool:
        if not self._waiting:
            self._waiting = self._raw.read(_SIP)
            self._taken += len(self._waiting)
        return bool(self._waiting)

    def _next(self, size: int) -> bytes:
        if self._inflate is None:
            if not self._refill():
                return b""
            piece, self._waiting = self._waiting[:size], self._waiting[size:]
            return piece
        while not self.problem:
            if self._inflate.eof:
                # On to the gzip member behind the one that ended; zeros behind the last are padding.
                self._waiting = (self._inflate.unused_data or self._waiting).lstrip(b"\0")
                self._inflate = zlib.decompressobj(_GZIP)
                self._begun = False
                while not self._waiting:
                    if not self._refill():
                        return b""
                    self._waiting = self._waiting.lstrip(b"\0")
                self.part += 1
            if not self._refill() and not self._begun:
                return b""
            piece = self._inflated(size)
            if piece:
                return piece
        return b""

    def _inflated(self, size: int) -> bytes:
        assert self._inflate is not None
        ended = not self._waiting
        self._begun = True
        try:
            piece = self._inflate.decompress(self._waiting, size)
        except zlib.error as error:
            self._fail(f"the gzip packing is damaged ({error})", self.part)
            return b""
        self._waiting = self._inflate.unconsumed_tail
        if ended and not piece and not self._inflate.eof:
            self._fail("the file breaks off inside its gzip packing", self.part)
        return piece


def entity(body: bytes, headers: Mapping[str, str], limits: Limits) -> tuple[bytes, str]:
    """The document that an answer carries: chunks joined and unpacked; else the problem.

    Many crawlers store the body unpacked and keep the header that says it is packed; so the bytes decide.
    """
    problem = ""
    if "chunked" in headers.get("transfer-encoding", "").lower() and _CHUNK.match(body):
        body, problem = _joined(body)
    for coding in reversed(re.split(r"[,\s]+", headers.get("content-encoding", "").strip().lower())):
        if not body:  # nor is there one where there is a problem
            break
        gzip = _GZIP if body.startswith(_GZIP_MAGIC) else _AS_IT_IS
        # Servers send both framings as deflate; only zlib's has a mark (RFC 1950: divisible by 31).
        marked = len(body) > 1 and (body[0] & 0xF, int.from_bytes(body[:2], "big") % 31) == (8, 0)
        framings = {"gzip": gzip, "x-gzip": gzip, "deflate": _ZLIB if marked else _RAW, **_NOT_PACKED}
        if coding not in framings:
            return b"", f"it was sent packed by {coding}, which is not read here"
        if framings[coding] != _AS_IT_IS:
            body, problem = _inflate(body, framings[coding], limits)
    return body, problem


def _joined(body: bytes) -> tuple[bytes, str]:
    """A body sent in chunks."""
    pieces: list[bytes] = []
    place = 0
    while found := _CHUNK.match(body, place):
        size = int(found[1], 16)
        if not size:
            return b"".join(pieces), ""
        end = found.end() + size
        pieces.append(body[found.end() : end])
        if end > len(body):
            break
        place = end + (2 if body[end : end + 2] == b"\r\n" else 1)
    return b"", "the body was sent in chunks and the last of them is missing"


def _inflate(body: bytes, framing: int, limits: Limits) -> tuple[bytes, str]:
    pieces, size, engine, waiting = [], 0, zlib.decompressobj(framing), body
    while not engine.eof:
        try:
            piece = engine.decompress(waiting, BLOCK)
        except zlib.error as error:
            return b"", f"the body's packing is damaged ({error})"
        ended, waiting = not waiting, engine.unconsumed_tail
        size += len(piece)
        if problem := limits.beyond(size, len(body)):
            return b"", problem
        pieces.append(piece)
        if ended and not piece:
            return b"", "the body breaks off inside its packing"
        if engine.eof and framing == _GZIP and engine.unused_data.startswith(_GZIP_MAGIC):
            engine, waiting = zlib.decompressobj(framing), engine.unused_data
    return b"".join(pieces), ""
