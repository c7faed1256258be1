"""What lies at a path: one document, or an archive with many; each with what the crawl says of it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gkingest.crawl.archive import members
from gkingest.crawl.folder import FolderProvenance
from gkingest.crawl.provenance import merge
from gkingest.crawl.warc import responses
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.paper import Page, Source
from gkingest.model.provenance import UNKNOWN, Provenance
from gkingest.model.report import Document, Status, Verdict
from gkingest.paths import stored_path
from gkingest.pipeline import examine_bytes
from gkingest.read.files import read_file
from gkingest.read.recognise import OcrMode
from gkingest.read.triage import WARC, ZIP, Opened, media_type, open_bytes

INSIDE = "!/"  # between the path of an archive and the name of a file in it
_HEAD = 65_536  # bytes that tell what a file is


@dataclass(frozen=True, slots=True)
class Intake:
    """How files are taken in: the formats, whether pictures are read, and the records of the crawl.

    ``attached`` remembers pages whose report was found in an attachment: page → attachment.
    """

    formats: Sequence[Format]
    ocr: OcrMode = "auto"
    crawl: FolderProvenance = field(default_factory=lambda: FolderProvenance(()))
    attached: dict[str, str] = field(default_factory=dict)

    def documents(self, path: Path) -> Iterator[Document]:
        """Everything at a path, an archive's own line after those of its files."""
        name, told = stored_path(path), self._told(path)
        try:
            if record := self.crawl.bookkeeping(path):
                yield _record(path, name, record)
                return
            if _kind(path) == WARC:
                yield from self._archive(name, _web_answers(path), _digest(path), told)
                return
            opened = open_bytes(path)
            if opened.media_type == ZIP:
                inside = ((m.name, m.data, m.problem, UNKNOWN) for m in members(opened.data))
                yield from self._archive(name, inside, opened.source(0), told)
                return
        except DocumentError as error:
            yield Document(name, None, Status(error.status), "", error.message, provenance=told)
            return
        document = examine_bytes(opened, name, self.formats, self.ocr, told)[0]
        if told.attached_to:
            document = self._with_page(document, opened)
        yield self._unless_cover(document)

    def _with_page(self, document: Document, opened: Opened) -> Document:
        """An attachment that does not say whose report it is, read again with the page that it is attached to."""
        told, report = document.provenance, document.report
        if report is None or not report.organ or report.year is None:
            page = self._page(Path(told.attached_to))
            joined = (
                examine_bytes(opened, document.path, self.formats, self.ocr, told, before=page)[0] if page else None
            )
            if joined is None or not _has_figures(joined):
                return document
            words = f"its text stands on the page that it is attached to, {told.attached_to}"
            document = replace(joined, message="; ".join(m for m in (joined.message, words) if m))
        if _has_figures(document):
            self.attached[told.attached_to] = document.path
        return document

    def _page(self, path: Path) -> tuple[Page, ...]:
        try:
            return read_file(open_bytes(path), self.formats, "never").pages
        except DocumentError:
            return ()

    def _unless_cover(self, document: Document) -> Document:
        """A page without figures whose report is attached to it is no report of its own."""
        report, attachment = document.report, self.attached.get(document.path)
        if attachment is None or report is None or report.verdict is not Verdict.REJECTED:
            return document
        message = f"its tables stand in the attachment {attachment}, where the report is kept"
        return replace(document, status=Status.NOT_A_REPORT, kind="cover", message=message, report=None)

    def _told(self, path: Path) -> Provenance:
        """What the crawl says of a file, the page it is attached to named as rows name it."""
        told = self.crawl.of(path)
        if not told.attached_to:
            return told
        page = stored_path(Path(told.attached_to))
        said = tuple((f, page if f == "attached_to" else v, w) for f, v, w in told.said)
        return replace(told, attached_to=page, said=said)

    def _archive(
        self, name: str, inside: Iterable[tuple[str, bytes, str, Provenance]], source: Source, told: Provenance
    ) -> Iterator[Document]:
        count = 0
        try:
            for member, data, problem, said in inside:
                count += 1
                path = f"{name}{INSIDE}{member or count}"
                if problem:
                    yield Document(path, None, Status.CORRUPT, "", problem, provenance=said)
                    continue
                opened = Opened(data, hashlib.sha256(data).hexdigest(), media_type(data))
                yield examine_bytes(opened, path, self.formats, self.ocr, merge(said, _of_archive(told)))[0]
        except DocumentError as error:
            yield Document(name, source, Status(error.status), "archive", error.message, provenance=told)
            return
        message = f"an archive of {count} files, each with a line of its own"
        yield Document(name, source, Status.NOT_A_REPORT, "archive", message, provenance=told)


def _has_figures(document: Document) -> bool:
    return document.report is not None and document.report.verdict is not Verdict.REJECTED


def _of_archive(told: Provenance) -> Provenance:
    """What is said of an archive that holds for its files too: where it comes from, but not its own address."""
    return replace(told, url="", said=tuple(s for s in told.said if s[0] != "url"))


def _record(path: Path, name: str, record: str) -> Document:
    message = f"a record that the crawler left ({record}); what it says is kept with the files it is about"
    return Document(name, _digest(path), Status.NOT_A_REPORT, "crawl_record", message)


def _kind(path: Path) -> str:
    """Media type by the first bytes; whatever cannot be opened is told by reading it."""
    try:
        with path.open("rb") as file:
            return media_type(file.read(_HEAD))
    except OSError:
        return ""


def _digest(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            return Source(hashlib.file_digest(file, "sha256").hexdigest(), _kind(path), 0)
    except OSError as error:
        raise DocumentError("failed", f"the file cannot be opened ({error.strerror}); fetch it again") from error


def _web_answers(path: Path) -> Iterator[tuple[str, bytes, str, Provenance]]:
    return ((r.name, r.data, r.problem, r.provenance) for r in responses(path))
