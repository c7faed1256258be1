"""What reading a document came to: a report, or what else it is, with its status and message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from gkingest.document.ladder import Understanding
from gkingest.document.read_with import ReadWith
from gkingest.document.second_look import has_layer, suspicion
from gkingest.formats.spec import Format
from gkingest.interpret.prose.narrative import read_statements
from gkingest.interpret.prose.sections import read_sections
from gkingest.interpret.table.promise import mentions_form
from gkingest.interpret.whose.borrowed import dated_by_sections
from gkingest.interpret.whose.kinds import NO_REPORTS
from gkingest.interpret.whose.owner import plain_text, with_owner
from gkingest.interpret.whose.title import Identity, identity_findings
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, whole_table
from gkingest.model.paper import PICTURE, Grid, Page, ReadDocument
from gkingest.model.report import CellState, Document, Fact, Report, Section, Status, Verdict
from gkingest.read.triage import Opened
from gkingest.text.labels import fold, simplified
from gkingest.text.numbers import is_number
from gkingest.told import Told, joined

_DOUBT = (Status.OK, Status.NEEDS_REVIEW, Status.NEEDS_OCR)  # of a report, from none to most
_NAMED_PAGES = 20  # pages whose numbers a message tells
_SILENT = 40  # characters: a file with fewer has its text in pictures
_STUB = 600  # characters of a page that holds a title, a link and the frame of its site
_MOST_NAMED = 3  # links that a message tells
_ATTACHMENT = re.compile(
    r"附件[^。]{0,60}\.(?:pdf|docx?|wps|xlsx?|ofd)|附件下载|(?:点击|请)(?:此处)?下载(?:附件)?|详见附件|见附件|附件:?\S{0,60}$"
)
HEADINGS = 3  # section headings that make a text without tables a report
ROW = 7  # figures that stand beside labels of the form: the requests table has so many in a row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pages came to, whatever file they are of: the fields of :class:`Document` that reading fills."""

    status: Status
    kind: str
    message: str
    report: Report | None = None
    grids: tuple[Grid, ...] = ()
    sections: tuple[Section, ...] = ()
    more: tuple[Report, ...] = ()
    resembles: tuple[str, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """All reports of the pages in printed order."""
        return (self.report, *self.more) if self.report else ()

    def of(self, file: Opened, page_count: int) -> Document:
        """The document that a file is by its pages, of which there are ``page_count``."""
        return Document(
            file.name,
            file.source(page_count),
            self.status,
            self.kind,
            self.message,
            self.report,
            self.grids,
            self.sections,
            self.more,
            file.provenance,
            self.resembles,
        )


def together(parts: Sequence[Outcome]) -> Outcome:
    """The reports of one file as one outcome: its status is that of the most doubtful."""
    worst = max(parts, key=lambda d: _DOUBT.index(d.status))
    told = joined("; ", (Told("report {0}: {1}", n, d.message) for n, d in enumerate(parts, 1) if d.message))
    return replace(
        parts[0],
        status=worst.status,
        message=told,
        grids=tuple(g for d in parts for g in d.grids),
        sections=tuple(s for d in parts for s in d.sections),
        more=tuple(d.report for d in parts[1:] if d.report),
    )


def status_of(report: Report, pages: Sequence[Page]) -> Status:
    """Whether a report was read without doubt, needs review, or pictures that were not read."""
    if any(p.problem and not p.damaged for p in pages) or (suspicion(report) and has_layer(pages)):
        return Status.NEEDS_OCR
    return Status.OK if report.verdict is Verdict.ACCEPTED else Status.NEEDS_REVIEW


def message_of(report: Report, unread: Sequence[Page]) -> str:
    """The first doubt about a report, "" where there is none; ``unread`` are its pages that could not be read."""
    if unread:
        numbers = _numbered(unread)
        return Told("page {0} cannot be read: {1}; the other pages were read", numbers, unread[0].problem)
    doubts = [f for f in report.findings if f.severity >= 20]
    if not doubts:
        return ""
    more = Told("(and {0} more findings)", len(doubts) - 1) if len(doubts) > 1 else ""
    first = suspicion(report) or doubts[0]
    return joined(" ", (Told("{0} [{1}]", first.message, first.code), more))


def _numbered(pages: Sequence[Page]) -> str:
    """The numbers of pages, of many the first."""
    first = ", ".join(str(p.number) for p in pages[:_NAMED_PAGES])
    return Told("{0} and {1} more", first, len(pages) - _NAMED_PAGES) if len(pages) > _NAMED_PAGES else first


def may_be_report(identity: Identity, pages: Sequence[Page], options: ReadWith) -> bool:
    """Whether a text that lacks tables may be a report's: by its title, by what it says, or as it says nothing."""
    if identity.kind not in ("", "report"):
        return False
    text = "\n".join(p.text for p in pages)
    return identity.kind == "report" or len(text.strip()) < _SILENT or options.promises_report(text)


def without_tables(read: ReadDocument, identity: Identity, understood: Understanding, options: ReadWith) -> Outcome:
    """What a document is that does not hold the tables."""
    form, grids, pages = understood.form, understood.grids, read.pages
    sections = read_sections(pages, (), form)
    if unread := [p for p in pages if p.problem and not is_lost(p)]:
        message: str = Told(
            "page {0} has no usable text: {1}; no figure was read", _numbered(unread), unread[0].problem
        )
        if all(p.damaged for p in unread):
            return Outcome(Status.CORRUPT, identity.kind, message, None, grids, sections)
        message = joined(", ", (message, "it needs character recognition"))
        return Outcome(Status.NEEDS_OCR, identity.kind, message, None, grids, sections)
    text = plain_text([p.text for p in pages])
    if (worded := _form_of_words(identity, options.formats)) is not None:
        sections = read_sections(pages, (), worded)
        report = _worded(dated_by_sections(identity, sections), sections, pages, grids, worded)
        report = with_owner(report, identity, read.provenance, text, options.divisions)
        message = report.findings[-1].message
        return Outcome(Status.NEEDS_REVIEW, "report", message, report, grids, sections)
    if message := _lacking(read, identity, understood, sections, text):
        report = _empty_report(dated_by_sections(identity, sections), sections, form)
        report = with_owner(report, identity, read.provenance, text, options.divisions)
        return Outcome(Status.NEEDS_REVIEW, "report", message, report, grids, sections)
    kind, reason = _other_kind(identity, understood)
    like = _likeness(identity, understood, sections)
    return Outcome(Status.NOT_A_REPORT, kind, reason, None, grids, sections, resembles=like)


def _lacking(
    read: ReadDocument, identity: Identity, understood: Understanding, sections: Sequence[Section], text: str
) -> str:
    """Why a report's tables are not on these pages, of which ``text`` is the plain text; empty: it is no report."""
    form, pages = understood.form, read.pages
    if attached := _attachment(identity, read, text):
        return Told(
            "it is the page of a report whose tables stand in a file that it points to: {0}; fetch that file "
            "and lay it beside the page",
            attached,
        )
    silent = not identity.kind and len("".join(p.text for p in pages).strip()) < _SILENT
    lost = lost_pictures(read) if identity.kind == "report" or silent else ""
    if lost:
        return Told(
            "its tables may be pictures that are not there or cannot be opened: {0}; fetch them, lay them "
            "beside the file and read it again (--force)",
            lost,
        )
    named = max(headings(sections), sum(simplified(fold(heading)) in text for heading in form.sections))
    pictured = any(named > 0 or mentions_form(p.text, (form,)) for p in pages if p.origin == "scan")
    if told := _told_report(identity, understood, named, pictured=pictured):
        return Told(
            "{0}, but no statutory table could be found on its pages; look at them: the tables may be laid out "
            "in a way that is not known yet, or be missing",
            told,
        )
    return ""


def _form_of_words(identity: Identity, formats: Sequence[Format]) -> Format | None:
    """The edition of reports without a table, where the title says that this is one of its years."""
    if identity.kind != "report" or identity.year is None:
        return None
    meant = (f for f in formats if not f.printed and f.first_year <= (identity.year or 0) <= (f.last_year or 9999))
    return next(meant, None)


def _worded(
    identity: Identity, sections: tuple[Section, ...], pages: Sequence[Page], grids: Sequence[Grid], form: Format
) -> Report:
    """A report whose figures stand in sentences, or in a table of a form that is not known."""
    statements = read_statements(sections, pages, form, identity.year)
    figures = sum(is_number(c.text) for g in grids for c in g.cells)
    unknown: str = ""
    if figures >= ROW:
        unknown = Told("it has a table with {0} figures, of a form that is not known", figures)
    stated: str = "no figure stands in its sentences"
    if statements:
        stated = Told("{0} figures stand in sentences", len(statements))
    finding = Finding(
        "form.words",
        joined("; ", (unknown or "it has no table of figures", stated)),
        hint="look at the pages; labels of a table can be added to a format file (docs/adding-a-format.md)"
        if unknown
        else "the table statement has what its sentences say",
    )
    return Report(
        identity.organ,
        identity.year,
        form.edition,
        identity.title,
        (),
        (*identity_findings(identity), finding),
        sections,
        statements,
        issued_on=identity.issued_on,
    )


def _attachment(identity: Identity, read: ReadDocument, text: str) -> str:
    """The file that a page with little more than a report's title points to; "" where it is no such page."""
    if identity.kind != "report" or len(text) > _STUB:
        return ""
    linked = [unquote(value) for field, value, _ in read.provenance.said if field == "attachment"]
    printed = _ATTACHMENT.search(text)
    return ", ".join(linked[:_MOST_NAMED]) or (printed[0] if printed else "")


def is_lost(page: Page) -> bool:
    """Whether a page is a picture inside a file of another kind that cannot be opened."""
    return page.origin == PICTURE and page.damaged


def lost_pictures(read: ReadDocument) -> str:
    """The pictures of a file that cannot be had or opened, some by name; "" for none."""
    damaged = (read.pictures[p.sheet].name for p in read.pages if is_lost(p) and p.sheet in read.pictures)
    names = list(dict.fromkeys((*read.lacking, *damaged)))
    more = Told("{0} and {1} more", ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED)
    return more if len(names) > _MOST_NAMED else ", ".join(names)


def headings(sections: Sequence[Section]) -> int:
    """How many of the form's section headings are there."""
    return len({section.number for section in sections if section.number > 0})


def _told_report(identity: Identity, understood: Understanding, named: int, *, pictured: bool) -> str:
    """By what a text without tables says that it is a report all the same; "" where it does not.

    ``named`` of the form's headings are in it, in lines of their own or not; ``pictured`` where one of them, or
    labels of the form, were read from pictures, of which more may be there than was read.
    """
    if identity.kind in ("template", *NO_REPORTS):
        return ""
    if identity.kind == "report":
        return "the title says it is a report" if named >= HEADINGS or pictured else ""
    inked = (CellState.REPORTED, CellState.UNREADABLE) if pictured else (CellState.REPORTED,)
    figures = sum(f.state in inked for f in understood.facts.values())
    # A form that somebody is to fill in has the headings too, and perhaps its tables, but no period and no figure.
    blank = any(understood.located.values()) and not figures
    if pictured and not (blank or identity.kind):
        return "its pictures show headings or labels of a report"
    own = identity.period is not None or not (identity.kind or blank)
    if named >= HEADINGS and own:
        return "it has no report's title and yet the headings of one"
    labelled = figures >= ROW and not identity.kind
    return "it has no report's title and yet labels of the form with figures" if labelled else ""


def _likeness(identity: Identity, understood: Understanding, sections: Sequence[Section]) -> tuple[str, ...]:
    """What a document that is no report has of one."""
    seen = {
        "title": identity.kind == "report",
        "headings": any(section.number > 0 for section in sections),
        "figures": understood.has_figures,
    }
    return tuple(name for name, there in seen.items() if there)


def _other_kind(identity: Identity, understood: Understanding) -> tuple[str, str]:
    """What a document without a report is, and why it is thought so."""
    blank = not understood.has_figures
    if identity.kind in ("template", "blank_form"):
        return "template", Told(
            "{0}: a form to be filled in", identity.reason or "names and figures are placeholders"
        )
    if any(understood.located.values()) and blank:
        empty = "it has the tables of the form without any figure: a form to be filled in"
        return (identity.kind, f"{identity.reason}; {empty}") if identity.reason else ("template", empty)
    kind = "other" if identity.kind in ("", "report") else identity.kind
    tables = "too little of its tables" if any(understood.located.values()) else "none of its tables"
    title = "a report's title but not its sections" if identity.kind == "report" else "no report's title"
    reason = f"{identity.reason}; " if identity.reason else ""
    return kind, Told("{0}it has {1} and {2}", reason, title, tables)


def _empty_report(identity: Identity, sections: tuple[Section, ...], form: Format) -> Report:
    facts = tuple(
        Fact(FactKey(t.key, row, column), CellState.ABSENT) for t in form.tables for row, column, _, _ in t.slots()
    )
    findings = tuple(
        Finding("table.absent", Told("no table {0} was found", t.title), place=t.key, touches=(whole_table(t.key),))
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
