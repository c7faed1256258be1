"""One document from bytes to report: the order of the stages, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gkingest.check.articulation import check_articulation, tally
from gkingest.check.narrative import check_narrative
from gkingest.document.ladder import Understanding, understand
from gkingest.document.second_look import (
    as_pictures,
    has_layer,
    same_figures,
    second_look,
    suspicion,
    told_pictured,
    without_suspicion,
)
from gkingest.errors import DocumentError, GkingestError
from gkingest.formats.spec import Format
from gkingest.interpret.prose.narrative import read_statements
from gkingest.interpret.prose.sections import read_sections, read_stated
from gkingest.interpret.whose.borrowed import dated_by_sections, supplemented
from gkingest.interpret.whose.kinds import old_form
from gkingest.interpret.whose.owner import plain_text, with_owner
from gkingest.interpret.whose.parts import report_parts
from gkingest.interpret.whose.title import Identity, identify, identity_findings
from gkingest.model.finding import Finding
from gkingest.model.key import EVERY_FIGURE, FactKey, whole_table
from gkingest.model.paper import Page
from gkingest.model.provenance import UNKNOWN, Provenance, with_said
from gkingest.model.report import CellState, Document, Fact, Report, Section, Status, Verdict
from gkingest.read.files import read_file
from gkingest.read.pdf.pages import ReadDocument
from gkingest.read.picture.recognise import OcrMode, read_pictures
from gkingest.read.triage import Opened, open_bytes

_MOST = 0.5  # share of a table's slots that must be printed for it to count without a title
_DOUBT = (Status.OK, Status.NEEDS_REVIEW, Status.NEEDS_OCR)  # of a report, from none to most
_TOLD = 20  # pages whose numbers a message tells
_HEADINGS = 3  # section headings that make a titled text without tables a report


def ingest(path: Path, formats: Sequence[Format], ocr: OcrMode = "auto", passwords: Sequence[str] = ()) -> Document:
    """Read one file; whatever it is, the result says what became of it."""
    return examine(path, formats, ocr, passwords)[0]


def examine(
    path: Path, formats: Sequence[Format], ocr: OcrMode = "auto", passwords: Sequence[str] = ()
) -> tuple[Document, tuple[Page, ...]]:
    """Read one file as :func:`ingest` does, and give its pages too."""
    try:
        opened = open_bytes(path)
    except DocumentError as error:
        return Document(str(path), None, Status(error.status), "", error.message), ()
    return examine_bytes(opened, str(path), formats, ocr, passwords=passwords)


def examine_bytes(
    opened: Opened,
    name: str,
    formats: Sequence[Format],
    ocr: OcrMode = "auto",
    told: Provenance = UNKNOWN,
    *,
    before: Sequence[Page] = (),
    passwords: Sequence[str] = (),
) -> tuple[Document, tuple[Page, ...]]:
    """Read bytes that stand under ``name``, with what the crawl has ``told`` of them.

    ``before`` are pages of another file that belong in front of them, such as the web page a table is attached to;
    ``passwords`` are tried where the file is locked.
    """
    source = opened.source(0)
    try:
        read = read_file(opened, formats, ocr, passwords)
        source = opened.source(len(read.pages))
        told = with_said(told, read.said)
        if before:
            others = (replace(p, number=n) for n, p in enumerate(before, len(read.pages) + 1))
            read = replace(read, pages=(*others, *read.pages))
        document, pages = interpret(read, formats, ocr, told)
        return replace(document, path=name, source=source, provenance=told), pages
    except (GkingestError, ImportError):
        raise  # a missing library is not the document's fault
    except DocumentError as error:
        return Document(name, source, Status(error.status), "", error.message, provenance=told), ()
    except MemoryError:
        message = (
            "reading needed more memory than this process may take; look at what the file is, and give more "
            "(--memory) if it is a report"
        )
        return Document(name, source, Status.FAILED, "", message, provenance=told), ()
    except RecursionError:
        message = "its parts are nested deeper than those of any report, so it is not read; convert it to PDF"
        return Document(name, source, Status.UNSUPPORTED, "", message, provenance=told), ()
    except Exception as error:  # noqa: BLE001 - the one trap: a document may fail, the batch goes on
        cause = f"{type(error).__name__}: {error}"
        message = f"reading stopped at an internal error ({cause}); please report it with the file"
        return Document(name, source, Status.FAILED, "", message, provenance=told), ()


def interpret(
    read: ReadDocument, formats: Sequence[Format], ocr: OcrMode = "never", told: Provenance = UNKNOWN
) -> tuple[Document, tuple[Page, ...]]:
    """Pages → document; ``path`` and ``source`` are left for the caller. Gives the pages as they were read last.

    A file with several titles is cut at them, if every part is a report with figures of its own.
    """
    parts = report_parts(read.pages)
    if len(parts) > 1:
        done = [interpret_one(replace(read, pages=part), formats, ocr, told) for part in parts]
        if all(d.report and d.report.verdict is not Verdict.REJECTED for d, _ in done):
            return _together([d for d, _ in done]), read.pages
    return interpret_one(read, formats, ocr, told)


def _together(parts: Sequence[Document]) -> Document:
    """The reports of one file as one document: its status is that of the most doubtful."""
    worst = max(parts, key=lambda d: _DOUBT.index(d.status))
    told = "; ".join(f"report {n}: {d.message}" for n, d in enumerate(parts, 1) if d.message)
    return replace(
        parts[0],
        status=worst.status,
        message=told,
        grids=tuple(g for d in parts for g in d.grids),
        sections=tuple(s for d in parts for s in d.sections),
        more=tuple(d.report for d in parts[1:] if d.report),
    )


def interpret_one(
    read: ReadDocument, formats: Sequence[Format], ocr: OcrMode = "never", told: Provenance = UNKNOWN
) -> tuple[Document, tuple[Page, ...]]:
    """As :func:`interpret`, for pages that hold one report at most."""
    identity = supplemented(identify(read.pages), told.title)
    understood = understand(read, formats, identity.year, titled=identity.kind == "report")
    if lacking := pictured_tables(understood, read.pages):
        read = read_pictures(replace(read, pages=lacking), formats, ocr)
        understood = understand(read, formats, identity.year, titled=identity.kind == "report")
    pages = read.pages
    unread = [p for p in pages if p.problem]
    if not _is_report(identity, understood, pages):
        return _no_tables(identity, understood, pages, unread, told), pages
    tables = [g for grids in understood.located.values() for g in grids]
    sections = read_sections(pages, tables, understood.form)
    report = assemble(read, understood, dated_by_sections(identity, sections), sections, told)
    if (pictured := as_pictures(read, report, formats, ocr)) is not None:
        seen, seen_pages = interpret_one(pictured, formats, ocr, told)
        if seen.report and seen.report.verdict is not Verdict.REJECTED:
            if not same_figures(report, seen.report):
                return replace(seen, report=told_pictured(report, seen.report)), seen_pages
            report = without_suspicion(report)
    if read.layers_off:
        doubt = Finding(
            "page.layers",
            "the file has layers that are switched off: what is on them was read as well",
            touches=(EVERY_FIGURE,),
            hint="compare the figures with the page as a viewer shows it",
        )
        report = replace(report, findings=(*report.findings, doubt))
    document = Document(
        "",
        None,
        _status(report, pages),
        "report",
        _message(report, unread),
        report,
        understood.grids,
        sections,
    )
    return document, pages


def pictured_tables(understood: Understanding, pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages, those marked as unread on which a missing table may stand as a picture; empty if none does."""
    if all(understood.located.values()):
        return ()
    marked = [
        replace(p, problem="a table that is missing may be the picture on it") if _large_picture(p) else p
        for p in pages
    ]
    return tuple(marked) if any(m.problem and not p.problem for m, p in zip(marked, pages, strict=True)) else ()


def _large_picture(page: Page) -> bool:
    return (
        not page.problem
        and page.origin == "text"
        and any(b.width > 0.4 * page.width and b.height > 0.03 * page.height for b in page.pictures)
    )


def _is_report(identity: Identity, understood: Understanding, pages: Sequence[Page]) -> bool:
    """Whether enough of the form is there: a title with one table, or without a title most of two tables.

    A form without any figure and without an organ and a year is a template.
    """
    found = [key for key, grids in understood.located.items() if grids]
    facts = understood.facts.values()
    if identity.kind == "template":
        return False
    if identity.kind != "report":
        full = [
            key
            for key in found
            if sum(f.state not in (CellState.ABSENT, CellState.UNREADABLE) for f in understood.tables[key].facts)
            >= _MOST * len(understood.tables[key].facts)
        ]
        filled = any(f.state is CellState.REPORTED for f in facts)
        return len(full) >= 2 and (filled or identity.year is not None)
    return bool(found)


def assemble(
    read: ReadDocument,
    understood: Understanding,
    identity: Identity,
    sections: Sequence[Section],
    told: Provenance = UNKNOWN,
) -> Report:
    """Facts, findings, identity and owner as one report."""
    form, pages = understood.form, read.pages
    seen = second_look(read, form, understood.facts, confirmed=understood.confirmed)
    facts = list(seen.facts.values())
    doubts = [f for reading in understood.tables.values() for f in reading.findings]
    findings = [*identity_findings(identity), *doubts, *understood.findings, *seen.findings]
    for stated in form.stated:
        amount = read_stated(stated, sections, pages, unread=any(p.problem for p in pages))
        facts.append(amount.fact)
        findings += [amount.finding] if amount.finding else []
    narrated = read_statements(sections, pages, form, identity.year)
    statements, differences = check_narrative(form, narrated, {f.key: f for f in facts})
    findings += differences
    findings += page_findings(pages, facts)
    findings += check_articulation(form, {f.key: f for f in facts}, seen.evidence)
    if identity.year and not form.first_year <= identity.year <= (form.last_year or 9999):
        findings.append(
            Finding(
                "format.year",
                f"the tables are of the {form.edition} edition, the year is {identity.year}",
                found=form.edition,
                expected=str(identity.year),
            )
        )
    report = Report(
        identity.organ,
        identity.year,
        form.edition,
        identity.title,
        tuple(facts),
        tuple(findings),
        tuple(sections),
        statements,
        issued_on=identity.issued_on,
        tally=tally(form, {f.key: f for f in facts}, findings),
    )
    return with_owner(report, identity, told, plain_text([p.text for p in pages]))


def page_findings(pages: Sequence[Page], facts: Sequence[Fact]) -> list[Finding]:
    """Doubts about whole pages; an unread page touches the figures that may stand on it."""
    missing = tuple(f.key for f in facts if f.state is CellState.UNREADABLE and f.page is None)
    findings = [
        Finding(
            "page.unread",
            f"page {p.number} was not read: {p.problem}",
            page=p.number,
            touches=missing,
            hint="fetch the file again" if p.damaged else "it needs character recognition",
        )
        for p in pages
        if p.problem
    ]
    findings += [
        Finding(
            "page.hidden_text",
            f"{p.hidden} characters on page {p.number} are not visible to a reader and were ignored",
            page=p.number,
        )
        for p in pages
        if p.hidden and not p.problem
    ]
    return findings


def _status(report: Report, pages: Sequence[Page]) -> Status:
    if any(p.problem and not p.damaged for p in pages) or (suspicion(report) and has_layer(pages)):
        return Status.NEEDS_OCR
    return Status.OK if report.verdict is Verdict.ACCEPTED else Status.NEEDS_REVIEW


def _message(report: Report, unread: Sequence[Page]) -> str:
    if unread:
        numbers = _numbered(unread)
        return f"page {numbers} cannot be read: {unread[0].problem}; the other pages were read"
    doubts = [f for f in report.findings if f.severity >= 20]
    if not doubts:
        return ""
    more = f" (and {len(doubts) - 1} more findings)" if len(doubts) > 1 else ""
    first = suspicion(report) or doubts[0]
    return f"{first.code}: {first.message}{more}"


def _numbered(pages: Sequence[Page]) -> str:
    """The numbers of pages, of many the first."""
    first = ", ".join(str(p.number) for p in pages[:_TOLD])
    return f"{first} and {len(pages) - _TOLD} more" if len(pages) > _TOLD else first


def _no_tables(
    identity: Identity,
    understood: Understanding,
    pages: Sequence[Page],
    unread: Sequence[Page],
    told: Provenance,
) -> Document:
    """What a document is that does not hold the tables."""
    form, grids = understood.form, understood.grids
    sections = read_sections(pages, (), form)
    if unread:
        numbers = _numbered(unread)
        message = f"page {numbers} has no usable text: {unread[0].problem}; no figure was read"
        if all(p.damaged for p in unread):
            return Document("", None, Status.CORRUPT, identity.kind, message, None, grids, sections)
        message += ", it needs character recognition"
        return Document("", None, Status.NEEDS_OCR, identity.kind, message, None, grids, sections)
    older = old_form(identity.year) if identity.kind == "report" else None
    if older is not None:
        message, like = f"{older.reason}, and its tables are others", _likeness(identity, understood, sections)
        return Document("", None, Status.NOT_A_REPORT, older.name, message, None, grids, sections, resembles=like)
    if identity.kind == "report" and sum(s.number > 0 for s in sections) >= _HEADINGS:
        message = (
            "the title says it is a report, but no statutory table could be found on its pages; look at them: "
            "the tables may be laid out in a way that is not known yet, or be missing"
        )
        report = _empty_report(dated_by_sections(identity, sections), sections, form)
        report = with_owner(report, identity, told, plain_text([p.text for p in pages]))
        return Document("", None, Status.NEEDS_REVIEW, "report", message, report, grids, sections)
    kind, reason = _other_kind(identity, understood)
    like = _likeness(identity, understood, sections)
    return Document("", None, Status.NOT_A_REPORT, kind, reason, None, grids, sections, resembles=like)


def _likeness(identity: Identity, understood: Understanding, sections: Sequence[Section]) -> tuple[str, ...]:
    """What a document that is no report has of one."""
    seen = {
        "title": identity.kind == "report",
        "headings": any(section.number > 0 for section in sections),
        "figures": any(fact.state is CellState.REPORTED for fact in understood.facts.values()),
    }
    return tuple(name for name, there in seen.items() if there)


def _other_kind(identity: Identity, understood: Understanding) -> tuple[str, str]:
    """What a document without a report is, and why it is thought so."""
    blank = not any(f.state is CellState.REPORTED for f in understood.facts.values())
    if identity.kind in ("template", "blank_form"):
        return "template", f"{identity.reason or 'names and figures are placeholders'}: a form to be filled in"
    if any(understood.located.values()) and blank:
        return "template", "it has the tables of the form without any figure: a form to be filled in"
    kind = "other" if identity.kind in ("", "report") else identity.kind
    tables = "too little of its tables" if any(understood.located.values()) else "none of its tables"
    title = "a report's title but not its sections" if identity.kind == "report" else "no report's title"
    reason = f"{identity.reason}; " if identity.reason else ""
    return kind, f"{reason}it has {title} and {tables}; a report has three statutory tables"


def _empty_report(identity: Identity, sections: tuple[Section, ...], form: Format) -> Report:
    facts = tuple(
        Fact(FactKey(t.key, row, column), CellState.ABSENT) for t in form.tables for row, column, _, _ in t.slots()
    )
    findings = tuple(
        Finding("table.absent", f"no table {t.title} was found", place=t.key, touches=(whole_table(t.key),))
        for t in form.tables
    )
    return Report(
        identity.organ,
        identity.year,
        form.edition,
        identity.title,
        facts,
        (*identity_findings(identity), *findings),
        sections,
        issued_on=identity.issued_on,
    )
