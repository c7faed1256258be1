"""What lies at a path: one document, or an archive with many; each with what the crawl says of it."""

import hashlib
import os
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from gkingest.crawl.folder import FolderProvenance
from gkingest.crawl.mirror import site_folder
from gkingest.crawl.naming import Names, safe_name
from gkingest.crawl.provenance import merge
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.imports import loaded
from gkingest.model.paper import Page, Source
from gkingest.model.provenance import UNKNOWN, Provenance
from gkingest.model.report import Document, Status, Verdict
from gkingest.paths import stored_path
from gkingest.read.kinds import PDF, WARC, ZIP, kind_of
from gkingest.read.triage import Opened, as_opened, media_type, open_bytes, open_file

# Which function walks a kind of archive; loaded when one comes. Any kind of file may lie in it.
ARCHIVES: Mapping[str, str] = {ZIP: "gkingest.crawl.archive:members", WARC: "gkingest.crawl.warc:responses"}
INSIDE = "!/"  # between the path of an archive and the name of a file in it


def outermost(path: str) -> str:
    """The file itself of a path, or the archive that it is in."""
    return path.partition(INSIDE)[0]


NOTHING: Mapping[str, "File"] = MappingProxyType({})
_HEAD = 65_536  # bytes that tell what a file is
_LARGEST_PACKAGE = 512 * 1024 * 1024  # bytes: a larger ZIP is no office file, and is not looked into to tell so


class Inside(NamedTuple):
    """A file inside another one; with a ``problem`` it has no data. ``locked``: for want of a password."""

    name: str
    data: bytes
    problem: str = ""
    provenance: Provenance = UNKNOWN
    locked: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One file of a corpus: its ``name`` as rows carry it, where to open it, or its bytes where that is afar.

    ``provenance`` is what the crawl says of it, ``record`` which of its records it is, "" for a document. With a
    ``problem`` it cannot be had: why, and what to do. Of a file ``afar`` that is not fetched yet ``path`` is where
    its file system has it; ``identity`` is what that one says of its bytes, and ``copy`` keeps those that were
    fetched where they are.
    """

    name: str
    path: str
    provenance: Provenance = UNKNOWN
    record: str = ""
    data: bytes | None = None
    problem: str = ""
    afar: bool = False
    identity: str = ""
    copy: object = field(default=None, compare=False, repr=False)

    def opened(self) -> Opened:
        """Its bytes with what they say; raises :class:`DocumentError` where they cannot be had."""
        if self.problem:
            raise DocumentError("failed", self.problem)
        if self.data is None:
            return open_bytes(Path(self.path), self.name, self.provenance, site_folder(Path(self.path)))
        return as_opened(self.name, self.data, self.provenance)

    def head_kind(self) -> str:
        """Media type by the first bytes; raises :class:`DocumentError` where it cannot be opened."""
        if self.problem:
            return ""
        if self.data is not None:
            return media_type(self.data[:_HEAD])
        with open_file(Path(self.path)) as stream:
            return media_type(stream.read(_HEAD))

    def kind(self) -> str:
        """Media type, that of a ZIP by what is at its end; raises :class:`DocumentError` if it cannot be opened."""
        kind = self.head_kind()
        if kind != ZIP and not kind_of(kind).part:
            return kind
        large = self.data is None and Path(self.path).stat().st_size > _LARGEST_PACKAGE
        return ZIP if large else self.opened().media_type

    def documents_of(
        self, options: ReadWith, inside: Iterable[Inside], start: int
    ) -> Generator[Document, None, int]:
        """What is inside of a file from number ``start`` on; returns how many there are in all."""
        count = 0
        # What is said of an archive holds for its files too: where it comes from, but not its own address.
        own = self.provenance
        shared = replace(own, url="", said=tuple(s for s in own.said if s[0] != "url"))
        for member, data, problem, said, locked in inside:
            count += 1
            if count <= start:
                continue
            path = f"{self.name}{INSIDE}{member or count}"
            if problem:
                status = Status.ENCRYPTED if locked else Status.CORRUPT
                yield Document(path, None, status, "", problem, provenance=said)
                continue
            yield _examined(as_opened(path, data, merge(said, shared)), options)[0]
        return count

    def documents_with_own(
        self, options: ReadWith, inside: Iterable[Inside], source: Source, start: int
    ) -> Iterator[Document]:
        """What is inside of an archive, and behind it the archive with how many files it holds."""
        provenance = self.provenance
        try:
            count = yield from self.documents_of(options, inside, start)
        except DocumentError as error:
            status = Status(error.status)
            yield Document(self.name, source, status, "archive", error.message, provenance=provenance)
            return
        message = f"an archive of {count} files, each with a line of its own"
        yield Document(self.name, source, Status.NOT_A_REPORT, "archive", message, provenance=provenance)


Together = tuple[File, ...]  # what is read in one go: one file, or a page and its attachments in their order


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is read in one go: a file, or a page with its attachments; of an archive a stretch of its members.

    ``beside`` are files that may be looked into, such as the page of an attachment. Members before number ``start``
    are passed over; ``most`` documents are read, and after ``seconds`` no further one is begun.
    """

    files: Together
    beside: tuple[File, ...] = ()
    start: int = 0
    most: int = 1_000_000
    seconds: float = 1e9


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a parcel, and the ``rest`` of it where the archive has more."""

    documents: tuple[Document, ...]
    rest: Parcel | None = None


def take_in(parcel: Parcel, options: ReadWith) -> Reading:
    """Everything in a parcel, or as much of it as its bounds allow."""
    end, documents = time.monotonic() + parcel.seconds, []
    beside = {f.name: f for f in (*parcel.files, *parcel.beside)}
    begun = time.monotonic()
    for file in parcel.files:
        for number, document in enumerate(documents_in(file, options, beside, parcel.start), parcel.start):
            seconds, begun = time.monotonic() - begun, time.monotonic()
            done = document.path == file.name
            identity = file.identity if done else ""
            documents.append(replace(document, identity=identity, seconds=seconds))
            if not done and (len(documents) >= parcel.most or time.monotonic() > end):
                return Reading(_with_covers(documents, beside), replace(parcel, start=number + 1))
    return Reading(_with_covers(documents, beside))


def documents_in(
    file: File, options: ReadWith, beside: Mapping[str, File] = NOTHING, start: int = 0
) -> Iterator[Document]:
    """Everything in a file, an archive's own line after those of its members from number ``start`` on.

    ``beside`` are files by name that may be looked into for what an attachment does not say itself.
    """
    try:
        if file.record:
            message = (
                f"a record that the crawler left ({file.record}); what it says is kept with the files it is about"
            )
            yield Document(file.name, digest(file), Status.NOT_A_REPORT, "crawl_record", message)
            return
        if file.head_kind() == WARC:
            stored = files_inside(file.data if file.data is not None else Path(file.path), WARC, ())
            yield from file.documents_with_own(options, stored, digest(file), start)
            return
        opened = file.opened()
        if opened.media_type == ZIP:
            inside = files_inside(opened.data, ZIP, options.passwords)
            yield from file.documents_with_own(options, inside, opened.source(0), start)
            return
    except DocumentError as error:
        yield Document(file.name, None, Status(error.status), "", error.message, provenance=file.provenance)
        return
    count = 0
    if opened.media_type == PDF and (attached := list(files_inside(opened.data, PDF, options.passwords))):
        count = yield from file.documents_of(options, attached, start)
    document = _examined(opened, options)[0]
    if count and document.report is None:
        told = f"{count} files are attached inside it, each with a line of its own"
        document = replace(document, message="; ".join(m for m in (told, document.message) if m))
    page = file.provenance.attached_to
    yield _with_page(document, opened, beside[page], options) if page in beside else document


def _examined(opened: Opened, options: ReadWith, before: Sequence[Page] = ()) -> tuple[Document, tuple[Page, ...]]:
    from gkingest.document.ingest import (
        examine_bytes,  # half a second, which a run with nothing to do need not wait
    )

    return examine_bytes(opened, options, before)


def _with_page(document: Document, opened: Opened, cover: File, options: ReadWith) -> Document:
    """An attachment that does not say whose report it is, read again with the page that it is attached to."""
    report = document.report
    if report is not None and report.organ and report.year is not None:
        return document
    try:
        from gkingest.read.files import read_file

        page = read_file(cover.opened(), replace(options, ocr="never")).pages
    except DocumentError:
        return document
    joined = _examined(opened, options, page)[0] if page else document
    if joined is document or not joined.has_figures:
        return document
    words = f"its text stands on the page that it is attached to, {opened.provenance.attached_to}"
    return replace(joined, message="; ".join(m for m in (joined.message, words) if m))


def _with_covers(documents: Sequence[Document], beside: Mapping[str, File]) -> tuple[Document, ...]:
    """The documents, in which a page without figures whose report is attached to it is no report of its own."""
    alone = (d for d in documents if d.path in beside and d.has_figures)  # not those inside of archives
    attached = {d.provenance.attached_to: d.path for d in alone if d.provenance.attached_to}
    settled = list(documents)
    for at, document in enumerate(documents):
        attachment, report = attached.get(document.path), document.report
        if attachment is not None and report is not None and report.verdict is Verdict.REJECTED:
            message = f"its tables stand in the attachment {attachment}, where the report is kept"
            settled[at] = replace(document, status=Status.NOT_A_REPORT, kind="cover", message=message, report=None)
    return tuple(settled)


def file_at(path: Path, crawl: FolderProvenance) -> File:
    """A local file with what its crawl says of it, the page that it is attached to named as rows name it."""
    provenance = crawl.of(path)
    if provenance.attached_to:
        page = stored_path(Path(provenance.attached_to))
        said = tuple((f, page if f == "attached_to" else v, w) for f, v, w in provenance.said)
        provenance = replace(provenance, attached_to=page, said=said)
    return File(stored_path(path), os.path.abspath(path), provenance, crawl.bookkeeping(path))  # noqa: PTH100


def is_archive(file: File) -> bool:
    """Whether a file is taken for an archive with documents inside; an office file, which is a ZIP too, is none."""
    try:
        return file.kind() in (WARC, ZIP)
    except DocumentError:
        return False


def sha256_of(file: File) -> str:
    """SHA-256 of a file's bytes; raises :class:`DocumentError` where they cannot be had."""
    if file.problem:
        raise DocumentError("failed", file.problem)
    if file.data is not None:
        return hashlib.sha256(file.data).hexdigest()
    with open_file(Path(file.path)) as stream:
        try:
            return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise DocumentError("failed", f"the file cannot be read ({error.strerror}); fetch it again") from error


def digest(file: File) -> Source:
    """What the bytes of a file are; raises :class:`DocumentError` where it cannot be opened."""
    if file.data is not None or file.problem:
        return file.opened().source(0)
    return Source(sha256_of(file), file.kind(), 0)


def files_inside(where: bytes | Path, kind: str, passwords: Sequence[str]) -> Iterator[Inside]:
    """The files inside a web archive, a ZIP file or a PDF, in their order; none in a file of another kind.

    ``where`` are its bytes, or its path if it is a web archive. Raises :class:`DocumentError`.
    """
    if kind == WARC:
        yield from (Inside(a.name, a.data, a.problem, a.provenance) for a in loaded(ARCHIVES[WARC])(where))
    elif kind == ZIP:
        found = loaded(ARCHIVES[ZIP])(where, passwords)
        yield from (Inside(m.name, m.data, m.problem, locked=m.locked) for m in found)
    elif kind == PDF and isinstance(where, bytes):
        from gkingest.read.pdf.attachments import attached_files  # PDFium is for workers that meet a PDF

        names = Names()
        for number, one in enumerate(attached_files(where, passwords), 1):
            # Files are attached under names of any kind; these are fit for a path.
            name = names.unique(safe_name(one.name) or f"attachment-{number}")
            yield Inside(name, one.data, one.problem)
