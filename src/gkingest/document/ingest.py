"""One document from bytes to report: the order of the stages, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gkingest.check.articulation import check_articulation, tally
from gkingest.check.narrative import check_narrative
from gkingest.document.ladder import Understanding, understand
from gkingest.document.outcome import (
    HEADINGS,
    ROW,
    Outcome,
    headings,
    is_lost,
    lost_pictures,
    may_be_report,
    message_of,
    status_of,
    together,
    without_tables,
)
from gkingest.document.printout import against_print, unprinted
from gkingest.document.read_with import ReadWith
from gkingest.document.second_look import (
    as_pictures,
    same_figures,
    second_look,
    told_pictured,
    unsure_print,
    without_suspicion,
)
from gkingest.document.sheets import folded, on_sheets, unfolded
from gkingest.errors import DocumentError, GkingestError
from gkingest.formats.spec import Format
from gkingest.interpret.prose.narrative import read_statements
from gkingest.interpret.prose.sections import read_sections, read_stated
from gkingest.interpret.whose.borrowed import dated_by_sections, supplemented
from gkingest.interpret.whose.kinds import NO_REPORTS
from gkingest.interpret.whose.owner import plain_text, with_owner
from gkingest.interpret.whose.parts import backwards, report_parts
from gkingest.interpret.whose.title import Identity, identify, identity_findings
from gkingest.model.finding import Finding
from gkingest.model.paper import PICTURE, Page, ReadDocument
from gkingest.model.provenance import with_said
from gkingest.model.report import CellState, Document, Fact, Report, Section, Status, Verdict
from gkingest.read.files import read_file
from gkingest.read.kinds import kind_of
from gkingest.read.options import OcrMode
from gkingest.read.picture.recognise import read_pictures
from gkingest.read.triage import Opened, as_opened, open_bytes
from gkingest.regions.divisions import Divisions
from gkingest.told import Told

_PAINTED = ("text", "scan", "ofd")  # origins of pages on which things may lie over one another
_PRINTED = 0.5  # share of a table's slots that must be printed for it to count without a title


def ingest(path: Path, formats: Sequence[Format], ocr: OcrMode = "auto", passwords: Sequence[str] = ()) -> Document:
    """Read one file; whatever it is, the result says what became of it."""
    return examine(path, ReadWith(tuple(formats), ocr, tuple(passwords)))[0]


def examine(path: Path, options: ReadWith) -> tuple[Document, tuple[Page, ...]]:
    """Read one file as :func:`ingest` does, and give its pages too."""
    try:
        opened = open_bytes(path)
    except DocumentError as error:
        return Document(str(path), None, Status(error.status), "", error.message), ()
    return examine_bytes(opened, options)


def examine_bytes(
    opened: Opened, options: ReadWith, before: Sequence[Page] = ()
) -> tuple[Document, tuple[Page, ...]]:
    """Read a file that is open; gives its pages as they were read last, too.

    ``before`` are pages of another file that belong in front of them, such as the web page a table is attached to.
    Where a person decided of which edition the form is, it is read by that alone.
    """
    edition = options.editions.get(opened.sha256, "")
    document, pages = _examined(opened, options.by_edition(edition), before)
    if edition and document.source is not None:
        document = replace(document, source=replace(document.source, edition=edition))
    return document, pages


def _examined(opened: Opened, options: ReadWith, before: Sequence[Page]) -> tuple[Document, tuple[Page, ...]]:
    count = 0
    try:
        read = read_file(opened, options)
        count = len(read.pages)
        opened = replace(opened, provenance=with_said(opened.provenance, read.said))
        others = tuple(replace(p, number=n) for n, p in enumerate(before, count + 1))
        read = replace(read, pages=(*others, *read.pages), provenance=opened.provenance)
        outcome, pages = interpret(read, options)
        if options.render and kind_of(opened.media_type).browsed:
            outcome = _held_against_print(outcome, opened, options)
        return outcome.of(opened, count), pages
    except (GkingestError, ImportError):
        raise  # a missing library is not the document's fault
    except DocumentError as error:
        status, message = Status(error.status), error.message
    except MemoryError:
        status = Status.FAILED
        message = (
            "reading needed more memory than this process may take; look at what the file is, and give more "
            "(--memory) if it is a report"
        )
    except RecursionError:
        status = Status.UNSUPPORTED
        message = "its parts are nested deeper than those of any report, so it is not read; convert it to PDF"
    except Exception as error:  # noqa: BLE001 - the one trap: a document may fail, the batch goes on
        status, cause = Status.FAILED, f"{type(error).__name__}: {error}"
        message = Told("reading stopped at an internal error ({0}); please report it with the file", cause)
    return Outcome(status, "", message).of(opened, count), ()


def _held_against_print(outcome: Outcome, opened: Opened, options: ReadWith) -> Outcome:
    """A web page held against what a browser prints of it, which is read as any PDF by the edition of the page."""
    from gkingest.read import browser  # it needs asyncio and more, which most files do not

    try:
        data = browser.printed_page(opened.data, opened.media_type)
    except DocumentError as error:
        return unprinted(outcome, error.message)
    editions = {report.format for report in outcome.reports}
    formats = tuple(f for f in options.formats if not editions or f.edition in editions)
    alike = replace(options, formats=formats, render=False)
    return against_print(outcome, examine_bytes(as_opened(opened.name, data, opened.provenance), alike)[0])


def interpret(read: ReadDocument, options: ReadWith) -> tuple[Outcome, tuple[Page, ...]]:
    """Sheets → what they are; gives the sheets as they were read last, too. One may hold several pages."""
    pages = unfolded(read.pages, options.formats)
    outcome, last = _interpret(replace(read, pages=pages), options)
    return (outcome, last) if pages is read.pages else (folded(outcome, last), on_sheets(last, read.pages))


def _interpret(read: ReadDocument, options: ReadWith) -> tuple[Outcome, tuple[Page, ...]]:
    """Pages → what they are; gives the pages as they were read last, too.

    Pages that come from the last to the first are turned round; they keep their numbers.

    A file with several titles is cut at them, if every part is a report with figures of its own.
    """
    if backwards(read.pages, options.formats):
        read = replace(read, pages=read.pages[::-1])
    parts = report_parts(read.pages)
    if len(parts) > 1:
        done = [interpret_one(replace(read, pages=part), options) for part in parts]
        if all(d.report and d.report.verdict is not Verdict.REJECTED for d, _ in done):
            return together([d for d, _ in done]), read.pages
    return interpret_one(read, options)


def interpret_one(read: ReadDocument, options: ReadWith) -> tuple[Outcome, tuple[Page, ...]]:
    """As :func:`_interpret`, for pages that hold one report at most."""
    own_title = next((value for field, value, _ in read.provenance.said if field == "document_title"), "")
    identity = supplemented(identify(read.pages), read.provenance.title, own_title)
    understood = understand(read, options.formats, identity.year, titled=identity.kind == "report")
    if lacking := pictured_tables(understood, read, identity, options):
        read = read_pictures(replace(read, pages=lacking), options)
        if not identity.kind and read.pictures:  # perhaps the title is in one of them
            identity = supplemented(identify(read.pages), read.provenance.title, own_title)
        understood = understand(read, options.formats, identity.year, titled=identity.kind == "report")
    if any(p.origin in _PAINTED for p in read.pages):
        from gkingest.document.seen import seen  # it needs numpy and PDFium, which most files do not

        read, understood = seen(
            read,
            understood,
            options,
            lambda read: understand(read, options.formats, identity.year, titled=identity.kind == "report"),
        )
    pages = read.pages
    local = [table.grid for table in understood.local]
    tables = [g for grids in (*understood.located.values(), local) for g in grids]
    sections = read_sections(pages, tables, understood.form)
    if not _is_report(identity, understood, sections):
        return without_tables(read, identity, understood, options), pages
    report = assemble(read, understood, dated_by_sections(identity, sections), sections, options.divisions)
    if (pictured := as_pictures(read, report, options)) is not None:
        shown, shown_pages = interpret_one(pictured, options)
        if shown.report and shown.report.verdict is not Verdict.REJECTED:
            if not same_figures(report, shown.report):
                report, unread = told_pictured(report, shown.report), [p for p in shown_pages if p.problem]
                status, message = status_of(report, shown_pages), message_of(report, unread)
                return replace(shown, status=status, message=message, report=report), shown_pages
            report = without_suspicion(report)
    message = message_of(report, [p for p in pages if p.problem])
    return Outcome(status_of(report, pages), "report", message, report, understood.grids, sections), pages


def pictured_tables(
    understood: Understanding, read: ReadDocument, identity: Identity, options: ReadWith
) -> tuple[Page, ...]:
    """The pages, those marked as unread on which a missing table may stand as a picture; empty if none does.

    Pictures inside files of other kinds count where those may be reports, as web pages of all kinds have pictures.
    """
    if all(understood.located.values()):
        return ()
    pages = read.pages
    promised = may_be_report(identity, pages, options)
    marked = []
    for page in pages:
        if page.origin == PICTURE and page.sheet in read.pictures and promised:
            told: str = Told(
                "a table that is missing may be the picture {0} of the file", read.pictures[page.sheet].name
            )
            marked.append(replace(page, problem=page.problem or told))
        elif _large_picture(page):
            marked.append(replace(page, problem="a table that is missing may be the picture on it"))
        else:
            marked.append(page)
    return tuple(marked) if any(m.problem != p.problem for m, p in zip(marked, pages, strict=True)) else ()


def _large_picture(page: Page) -> bool:
    return (
        not page.problem
        and page.origin == "text"
        and any(b.width > 0.4 * page.width and b.height > 0.03 * page.height for b in page.pictures)
    )


def _is_report(identity: Identity, understood: Understanding, sections: Sequence[Section]) -> bool:
    """Whether enough of the form is there: a title with one table, or without a title most of two tables.

    Where nothing says that it is something else, figures with the form's headings, or a whole row of them, do too:
    its organ or year may be unknown then, which is told. A form without any figure is a template, or what a notice
    carries; whatever compares, ranks or lists reports is none.
    """
    found = [key for key, grids in understood.located.items() if grids]
    if identity.kind == "template" or identity.kind in NO_REPORTS:
        return False
    if identity.kind == "report":
        return bool(found)
    figures = sum(f.state is CellState.REPORTED or _is_inked(f) for f in understood.facts.values())
    unnamed = not identity.kind
    if unnamed and found and (figures >= ROW or (figures and headings(sections) >= HEADINGS)):
        return True
    full = [
        key
        for key in found
        if sum(
            f.state not in (CellState.ABSENT, CellState.UNREADABLE) or _is_inked(f)
            for f in understood.tables[key].facts
        )
        >= _PRINTED * len(understood.tables[key].facts)
    ]
    return len(full) >= 2 and (bool(figures) or (unnamed and identity.year is not None))


def _is_inked(fact: Fact) -> bool:
    """Whether something stands in a cell that cannot be read, unlike on a page that was not."""
    return fact.state is CellState.UNREADABLE and fact.page is not None


def assemble(
    read: ReadDocument,
    understood: Understanding,
    identity: Identity,
    sections: Sequence[Section],
    divisions: Divisions,
) -> Report:
    """Facts, findings, identity and owner as one report."""
    form, pages = understood.form, read.pages
    looked = second_look(read, form, understood.facts, confirmed=understood.confirmed)
    facts = list(looked.facts.values())
    doubts = [f for reading in understood.tables.values() for f in reading.findings]
    local = {table.stated.fact_key: table for table in understood.local}
    findings = [*identity_findings(identity), *doubts, *understood.findings, *looked.findings]
    for stated in form.stated:
        amount = read_stated(stated, sections, pages, unread=any(p.problem for p in pages))
        table, unclear = local.get(stated.fact_key), [amount.finding] if amount.finding else []
        told, unsure = table.beside(amount.fact, amount.finding) if table else ([amount.fact], unclear)
        facts += told
        findings += unsure
    narrated = read_statements(sections, pages, form, identity.year)
    statements, differences = check_narrative(form, narrated, {f.key: f for f in facts})
    findings += differences
    findings += page_findings([p for p in pages if not is_lost(p)], facts)
    if not all(understood.located.values()) and (lost := lost_pictures(read)):
        lacking = Told("a table that is missing may be a picture that is not there or cannot be opened: {0}", lost)
        findings.append(Finding("picture.lacking", lacking, found=lost))
    broken = check_articulation(form, {f.key: f for f in facts}, looked.evidence)
    if any(f.code == "reading.suspect" for f in findings):  # known from the picture; the sums need not say it again
        broken = tuple(f for f in broken if f.code != "reading.suspect")
    findings += broken
    findings += edition_findings(form, identity.year)
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
    print_doubt = unsure_print(form, report, looked.evidence.pictured)
    if print_doubt is not None:
        report = replace(report, findings=(*report.findings, print_doubt))
    return with_owner(report, identity, read.provenance, plain_text([p.text for p in pages]), divisions)


def edition_findings(form: Format, year: int | None) -> list[Finding]:
    """Doubts about the edition: its form is recalled only, or the report's year is none of its years."""
    findings: list[Finding] = []
    if form.provisional:
        reason = Told("{0}: {1}", form.title, form.provisional)
        findings.append(Finding("form.provisional", reason, found=form.edition))
    if year and not form.first_year <= year <= (form.last_year or 9999):
        told = Told("the tables are of the {0} edition, the year is {1}", form.edition, year)
        findings.append(Finding("format.year", told, found=form.edition, expected=str(year)))
    return findings


def page_findings(pages: Sequence[Page], facts: Sequence[Fact]) -> list[Finding]:
    """Doubts about whole pages; an unread page touches the figures that may stand on it."""
    missing = tuple(f.key for f in facts if f.state is CellState.UNREADABLE and f.page is None)
    findings = [
        Finding(
            "page.unread",
            Told("page {0} was not read: {1}", p.number, p.problem),
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
            Told("{0} characters on page {1} are not visible to a reader and were ignored", p.hidden, p.number),
            page=p.number,
        )
        for p in pages
        if p.hidden and not p.problem
    ]
    return findings
