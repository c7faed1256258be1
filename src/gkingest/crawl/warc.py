"""WARC and ARC files: the documents that a crawler stored with the answers that brought them."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator, WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from gkingest.crawl.archive import MB, Limits
from gkingest.crawl.naming import Names
from gkingest.crawl.provenance import Provenance, clean, told
from gkingest.crawl.transfer import BLOCK, PlainStream, entity
from gkingest.errors import DocumentError

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord
    from warcio.statusandheaders import StatusAndHeaders

# A WARC file of the usual size (1 GB, packed) holds tens of thousands of answers; it is read record by record, so
# that only one of them is in memory, and the ratio still stops what was made to do harm.
WARC_LIMITS = Limits(members=200_000, total_bytes=20 * 1024 * MB)
_HEADERS = 1 * MB
# What warcio raises on damaged records, beside its own.
_BROKEN = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
)
_HTTP = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_WANTED = re.compile(r"(?:response|resource) (?i:https?|ftp)://")  # wget stores its own log under metadata://
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_PART = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Response:
    """A document out of a WARC file; with a ``problem`` it has no data.

    ``name`` is its address, told apart where an address was fetched several times. ``http_status`` is ``None``
    for a resource, which came without an answer.
    """

    name: str
    data: bytes = b""
    problem: str = ""
    url: str = ""
    fetched_at: str = ""  # as the record writes it
    http_status: int | None = None
    media_type: str = ""
    charset: str = ""

    @property
    def provenance(self) -> Provenance:
        """What the record says of the document."""
        status = "" if self.http_status is None else str(self.http_status)
        return told("warc", {"url": self.url, "fetched_at": self.fetched_at, "http_status": status})

    def typed(self, content_type: str | None) -> "Response":
        """The response with media type and charset as its header declares them."""
        declared = content_type or ""
        charset = _CHARSET.search(declared)
        kind = declared.partition(";")[0].strip().lower()
        return replace(self, media_type=kind, charset=charset[1].lower() if charset else "")


def responses(source: bytes | Path, *, limits: Limits = WARC_LIMITS) -> Iterator[Response]:
    """Answers of status 2xx and resources of a WARC or ARC file, gzipped or not, in its order.

    What a damaged file holds before the damage is given, and then a response without name that tells of it.
    Raises :class:`DocumentError` when first asked, if the file cannot be opened or is neither.
    """
    try:
        file: BinaryIO = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        message = f"the file cannot be opened ({error.strerror}); check its permissions or fetch it again"
        raise DocumentError("failed", message) from error
    with closing(file):
        stream = PlainStream(file, limits)
        start = stream.peek()
        if start.startswith(b"WARC/"):
            records = WARCIterator(stream, no_record_parse=True)
        elif start.startswith(b"filedesc://"):
            records = ArchiveIterator(stream, no_record_parse=True, arc2warc=True)
        else:
            why = stream.problem or "it does not begin as WARC or ARC files do"
            raise DocumentError("corrupt", f"the crawl's archive cannot be read ({why}); fetch or export it again")
        yield from _Reading(stream, records, limits).all()


class _Reading:
    """One file, record by record."""

    def __init__(self, stream: PlainStream, records: ArchiveIterator, limits: Limits) -> None:
        self._stream = stream
        self._records = records
        self._limits = limits
        self._names = Names()
        self._stopped = ""  # why nothing behind the current record can be read
        self._told = False  # whether that was told of the record itself

    def all(self) -> Iterator[Response]:
        """Every response; at the end what stopped the reading, unless nothing did."""
        count = 0
        while not self._stopped:
            record = None
            with self._guarded():
                record = next(self._records, None)
            if record is None:
                break
            found = self._response(record)
            cut = bool(self._stopped)
            doubt = self._finish()
            if found is None:
                continue
            if doubt and not found.problem:
                found = replace(found, data=b"", problem=f"{doubt}, so the document may be wrong; fetch it again")
            self._told = cut or doubt == self._stopped != ""
            if self._told:
                found = replace(found, problem=f"{found.problem}. Nothing behind it was read")
            count += 1
            if count > self._limits.members:
                self._stopped, self._told = f"the file holds more than {self._limits.members} documents", False
            else:
                yield replace(found, name=self._names.unique(found.name))
        if self._stopped and not self._told:
            yield Response("", problem=f"{self._stopped}; what comes behind it was not read: fetch the file again")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """What warcio does for us, of which no damaged record makes an exception."""
        self._stream.allow(_HEADERS)
        with redirect_stderr(StringIO()):  # warcio prints its doubts
            try:
                yield
            except _BROKEN as error:
                self._stopped = self._stopped or f"a record is damaged ({clean(str(error))[:200]})"
        self._stopped = self._stream.problem or self._stopped

    def _finish(self) -> str:
        """Read on to the next record; gives what that tells against the record before it."""
        part, doubts = self._stream.part, self._records.err_count
        with self._guarded():
            self._records.read_to_end()  # past the check sum at the end of a gzip member
        if self._stream.problem and self._stream.bad_part == part:
            return self._stream.problem
        return "the record is longer than it says" if self._records.err_count > doubts else ""

    def _response(self, record: "ArcWarcRecord") -> Response | None:
        """The document of a record that has been read to its end; ``None`` if it is none that is wanted."""
        headers = record.rec_headers
        url = headers.get_header("WARC-Target-URI", "")
        wanted = _WANTED.match(f"{record.rec_type} {url}") is not None
        if not headers.get_header("Content-Length", "").isdecimal() or record.length is None:
            self._stopped = "a record does not say how long it is"
            return None
        block, size = self._block(record, wanted)
        status = _HTTP.match(block) if record.rec_type == "response" else None
        if not wanted or (status and not 200 <= int(status[1]) < 300):
            return None
        name = clean(url)
        if len(name.encode()) > 700:  # longer than a database indexes
            name = name.encode()[:690].decode("utf-8", "ignore") + "…"
        found = Response(name, url=url, fetched_at=headers.get_header("WARC-Date", ""))
        if problem := self._stopped or self._limits.beyond(size, size) or _disowned(headers, block):
            return replace(found, problem=f"{problem}, so the document was not read; fetch it again")
        if record.rec_type == "resource":
            return replace(found, data=block).typed(record.content_type)
        return self._answer(found, status, block)

    def _block(self, record: "ArcWarcRecord", wanted: bool) -> tuple[bytes, int]:
        """A record's bytes, as far as one document may go, and how many there were."""
        pieces, size = [], 0
        while piece := record.raw_stream.read(BLOCK):
            self._stream.allow(_HEADERS)
            size += len(piece)
            if wanted and size <= self._limits.member_bytes:
                pieces.append(piece)
        if size < record.length:
            cut = f"a record breaks off after {size} of {record.length} bytes"
            self._stopped = self._stream.problem or cut
        return b"".join(pieces), size

    def _answer(self, found: Response, status: re.Match[bytes] | None, block: bytes) -> Response:
        """The document in a server's answer."""
        if status is None:
            return replace(found, problem="the record holds no answer of a web server; fetch the document again")
        code = int(status[1])
        ended = _BLANK_LINE.search(block, 0, _HEADERS)
        head = block[: ended.start()] if ended else block[:_HEADERS]
        # Fields by their names in small letters; the first of two, save where they add up.
        headers: dict[str, str] = {}
        for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines()[1:]:  # what begins blank continues a line
            name, _, value = line.decode("latin-1").partition(":")
            name, value = name.strip().lower(), value.strip()
            if name in ("content-encoding", "transfer-encoding") and name in headers:
                headers[name] += f", {value}"
            else:
                headers.setdefault(name, value)
        body = block[ended.end() :] if ended else b""
        data, problem = b"", _incomplete(code, headers, body)
        if not problem:
            data, problem = entity(body, headers, self._limits)
        told_why = f"{problem}, so it was not read; fetch it again" if problem else ""
        found = replace(found, data=data, problem=told_why, http_status=code)
        return found.typed(headers.get("content-type"))


def _incomplete(status: int | None, headers: dict[str, str], body: bytes) -> str:
    """Why an answer's body is not the whole document; "" if nothing says so."""
    if status == 206:
        part = _PART.fullmatch(headers.get("content-range", ""))
        if not part or int(part[1]) > 0 or int(part[2]) + 1 < int(part[3]):
            return f"it is a part of a document only ({headers.get('content-range') or 'no range is given'})"
    length = headers.get("content-length", "")
    packed = headers.get("content-encoding", "") or headers.get("transfer-encoding", "")
    if length.isdecimal() and not packed and len(body) < int(length):
        return f"only {len(body)} of its {length} bytes were stored"
    return ""


def _disowned(headers: "StatusAndHeaders", block: bytes) -> str:
    """Why a record should not be believed by its own account; "" if it says nothing against itself."""
    if why := headers.get_header("WARC-Truncated"):
        return f"the crawler cut the document ({clean(why)})"
    if headers.get_header("WARC-Segment-Number"):
        return "the document is spread over several records"
    method, _, digest = (headers.get_header("WARC-Block-Digest") or "").strip().lower().partition(":")
    method = method.replace("-", "")
    if method not in ("md5", "sha1", "sha256", "sha512") or not digest:
        return ""
    own = hashlib.new(method, block, usedforsecurity=False).digest()
    spelled = {own.hex(), base64.b32encode(own).decode().lower()}
    return (
        ""
        if digest in spelled or digest in {s.rstrip("=") for s in spelled}
        else "the record's bytes are not those of its check sum"
    )
