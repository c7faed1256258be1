"""One document looked at closely: what each stage made of it, as text, as JSON and drawn over its pages."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Self

from gkingest.check.articulation import TOLD
from gkingest.document.ingest import examine
from gkingest.document.read_with import ReadWith
from gkingest.formats.names import printed_names
from gkingest.formats.spec import Block, Format, Node
from gkingest.language import language, said
from gkingest.markup import fill
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Way, in_words
from gkingest.model.paper import Box, Grid, Page, Word
from gkingest.model.report import CellState, Document, Fact, Report
from gkingest.paths import stored_path
from gkingest.render import (
    filled,
    finding_line,
    in_lines,
    printable,
    render_document,
    render_table,
    shortened,
    step_of,
    text_width,
)
from gkingest.told import Told

_MARKS = {CellState.BLANK: "·", CellState.DASH: "-", CellState.ABSENT: "∅", CellState.UNREADABLE: "?"}
_COLOURS = {
    CellState.REPORTED: "#1a7f37",
    CellState.BLANK: "#8c959f",
    CellState.DASH: "#0969da",
    CellState.UNREADABLE: "#bc4c00",
}
_FLAGGED = "#d1242f"
_MANY = 5  # columns whose headings fit side by side on a terminal
_SHORT = 3  # characters of a heading that fit into a column
# What tells the division of an organ.
_EVIDENCE = {
    "organ": "name of the organ",
    "title": "title",
    "signature": "signature",
    "host": "address of the site",
    "site": "code of the site",
    "source": "source told by the crawl",
    "preface": "opening words",
    "filing": "registration of the site",
    "text": "text of the report",
    "spelling": "spelling of the address",
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """One document with its pages; ``forms`` are the editions that the tables of its reports were read by."""

    document: Document
    pages: tuple[Page, ...] = ()
    forms: tuple[Format, ...] = ()

    def grid_lines(self) -> list[str]:
        """Its grids, one a line."""
        head = ("grid", "page", "method", "rows×columns", "cells", "loose words", "table")
        names = printed_names(self.forms)
        rows = [
            (
                str(number),
                "–".join(str(n) for n in sorted({min(c.page for c in g.cells), max(c.page for c in g.cells)})),
                said(in_words(g.way)),
                f"{g.rows}×{g.columns}",
                str(len(g.cells)),
                str(len(g.loose)),
                said(", ").join(_called(key, names) for key in table.split(", ")) if table else said("(none)"),
            )
            for number, (g, table) in enumerate(grid_tables(self), 1)
            if g.cells
        ]
        return render_table([[said(word) for word in head], *rows]) if rows else [said("  none")]


def look(path: Path, options: ReadWith) -> Inspection:
    """One document with its pages, to be shown stage by stage."""
    document, pages = examine(path, options)
    document = replace(document, path=stored_path(path))
    if document.source is None or document.source.page_count == 0:  # its pages could not be read
        return Inspection(document)
    editions = {f.edition: f for f in options.formats}
    return Inspection(document, pages, tuple(editions[r.format] for r in document.reports))


def grid_tables(look: Inspection) -> list[tuple[Grid, str]]:
    """Each grid with the tables whose figures were read from it."""
    pages = {p.number: p for p in look.pages}
    inks: dict[tuple[Way, int, Box], str] = {}
    for report in look.document.reports:
        for fact in report.facts:
            if fact.page and fact.box and fact.method:
                inks[fact.method.way, fact.page, fact.box] = fact.key.table
    told = []
    for grid in look.document.grids:
        cells = ((grid.way, c.page, pages[c.page].displayed(c.ink)) for c in grid.cells if c.page in pages)
        told.append((grid, ", ".join(dict.fromkeys(inks[cell] for cell in cells if cell in inks))))
    return told


def render_inspection(look: Inspection) -> list[str]:
    """What was understood of a document, stage by stage."""
    document = look.document
    lines = [said("SOURCE"), *_source_lines(document), said("PAGES"), *_page_lines(look.pages)]
    lines += [said("GRIDS"), *look.grid_lines(), said("SECTIONS")]
    lines += [f"  {s.number} {s.heading} ({said(f'{len(s.text)} characters')})" for s in document.sections]
    if not look.forms:
        return [*lines, said("REPORT"), *in_lines(f"  {printable(said(Told('none: {0}', document.message)))}")]
    for number, (report, form) in enumerate(zip(document.reports, look.forms, strict=True), 1):
        lines += [said(f"REPORT {number} of {len(look.forms)}")] if len(look.forms) > 1 else []
        lines += _report_lines(report, form, document.path)
    return lines


def _report_lines(report: Report, form: Format, path: str) -> list[str]:
    lines = [said("IDENTITY"), *_identity_lines(report), said("FORMAT"), f"  {form.id}: {form.title}"]
    rules = [f for f in report.findings if f.code in TOLD]
    others = [f for f in report.findings if f not in rules]
    lines += [said("TABLES"), *table_lines(report, form)]
    for title, some in (("RULES", rules), ("FINDINGS", others)):
        lines += [said(title), *_finding_lines(some, form, report, path)]
    return [*lines, said("VERDICT"), f"  {said(report.verdict.value)}"]


def _source_lines(document: Document) -> list[str]:
    source = document.source
    rows = [("path", printable(document.path)), ("status", said(document.status.value))]
    rows += [("message", printable(said(document.message)))] if document.message else []
    if source:
        rows += [("sha256", source.sha256), ("kind", source.media_type), ("pages", str(source.page_count))]
    return _named(rows)


def _named(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Lines of values behind their names."""
    return render_table([(said(name), told) for name, told in rows])


def _page_lines(pages: Sequence[Page]) -> list[str]:
    head = ("page", "size", "origin", "words", "rulings", "turned", "problem")
    rows = [
        (
            str(p.number),
            f"{p.width:.0f}×{p.height:.0f}",
            said(in_words(p.origin)),
            str(len(p.words)) if p.words else said("text only"),
            str(len(p.rulings)),
            f"{p.turn}°" if p.turn else "",
            said(p.problem or (f"{p.hidden} hidden characters" if p.hidden else "")),
        )
        for p in pages
    ]
    return render_table([[said(word) for word in head], *rows]) if rows else [said("  none could be read")]


def _identity_lines(report: Report) -> list[str]:
    path = "".join(dict.fromkeys(p for p in (report.province, report.prefecture, report.region_name) if p))
    rows = [("title", report.title), ("organ", report.organ), ("kind", said(report.organ_kind))]
    rows += [("region", f"{report.region_code or said('none')} {path}".rstrip()), ("year", str(report.year or ""))]
    rows += [("period", "–".join(report.period))] if report.period else []
    rows += [("issued", report.issued_on)] if report.issued_on else []
    for source, *told in report.region_evidence:
        rows.append(("evidence", printable("  ".join(filter(None, (said(_EVIDENCE.get(source, source)), *told))))))
    return _named(rows)


def table_lines(report: Report, form: Format) -> list[str]:
    """Every table as rows × columns of what is printed, and how many cells are in each state."""
    flagged, facts = report.flagged(), {f.key: f for f in report.facts}
    lines: list[str] = []
    for table in form.tables:
        own = [f for key, f in facts.items() if key.table == table.key]
        counts = {s: sum(f.state is s for f in own) for s in CellState}
        told = said(", ").join(f"{n} {said(s.value)}" for s, n in counts.items() if n)
        methods = said("; ").join(said(m) for m in sorted({in_words(f.method) for f in own if f.method}))
        key = "" if language() == "zh" else f"{table.key} "
        lines += in_lines(f"  {key}{table.title} [{methods or said('not found')}]{said(': ')}{told}")
        for block in table.blocks:
            lines += render_table(_block_rows(table.key, block, facts, flagged), indent="    ", right=True)
    stated = [f for key, f in facts.items() if key.table not in {t.key for t in form.tables}]
    names = printed_names([form])
    for one in stated:
        way = said(in_words(one.method) if one.method else "not mentioned")
        lines.append(f"  {_called(str(one.key), names)} [{way}]{said(': ')}{_shown(one, one.key in flagged)}")
    return [*lines, said("  (· blank, - dash, ∅ not printed, ? unreadable, ! flagged)")]


def _block_rows(
    table: str, block: Block, facts: Mapping[FactKey, Fact], flagged: frozenset[FactKey]
) -> list[list[str]]:
    leaves = [leaf for leaf, _ in block.column_leaves()]
    rows = _heading_rows([_name(leaf) for leaf in leaves])
    for leaf, _ in block.row_leaves():
        keys = [FactKey(table, leaf.key or "", column.key or "") for column in leaves]
        rows.append([_name(leaf), *(_shown(facts.get(k), k in flagged) for k in keys)])
    return rows


def _heading_rows(heads: Sequence[str]) -> list[list[str]]:
    """The headings of columns, many Chinese ones in two lines as the form prints them."""
    if language() != "zh" or len(heads) <= _MANY:
        return [["", *heads]]
    at = [(len(head) + 1) // 2 if len(head) > _SHORT else 0 for head in heads]
    halves = [(head[:n], head[n:]) for n, head in zip(at, heads, strict=True)]
    return [["", *line] for line in zip(*halves, strict=True)]


def _name(node: Node) -> str:
    """What a row or column is called: by its key, in Chinese as the form prints it."""
    return shortened(node.label, 26) if language() == "zh" else node.key or ""


def _called(key: str, names: Mapping[str, str]) -> str:
    """A table or cell by its key, in Chinese as the form prints it."""
    return names.get(key, key) if language() == "zh" else key


def _shown(fact: Fact | None, flagged: bool) -> str:
    if fact is None:
        return ""
    text = f"{fact.value}{fact.unit}" if fact.state is CellState.REPORTED else _MARKS[fact.state]
    return f"{text}!" if flagged else text


def _finding_lines(findings: Iterable[Finding], form: Format, report: Report, path: str) -> list[str]:
    lines: list[str] = []
    names = printed_names([form])
    for one in findings:
        step = filled(step_of(one, names), one, report, path)
        lines += [*in_lines(f"  {finding_line(one, names)}"), f"    → {step}"]
    return lines or [said("  nothing doubtful")]


def render_inspection_json(look: Inspection) -> dict[str, object]:
    """An inspection as plain values: the document, its pages and its grids with their cells' texts."""
    pages = [
        {
            "number": p.number,
            "width": p.width,
            "height": p.height,
            "turn": p.turn,
            "origin": p.origin,
            "words": len(p.words),
            "rulings": len(p.rulings),
            "hidden": p.hidden,
            "problem": p.problem,
        }
        for p in look.pages
    ]
    grids = [
        {
            "page": g.page,
            "method": str(g.way),
            "rows": g.rows,
            "columns": g.columns,
            "table": table or None,
            "cells": [[c.row, c.column, c.row_span, c.column_span, c.page, c.text] for c in g.cells],
        }
        for g, table in grid_tables(look)
    ]
    return {**render_document(look.document), "type": "inspection", "pages": pages, "grids": grids}


def render_svg(page: Page, picture: bytes, grids: Sequence[Grid], report: Report | None) -> str:
    """The page as a picture with cells outlined and each figure's box coloured by state, flagged ones red.

    ``picture`` is a PNG of the page as displayed; without one, as of files without pages, the words that were read
    stand in its place. Key and value stand in each box's tooltip and beside it.
    """
    wide = page.turn in (90, 270)
    grids_here = [[page.displayed(c.box) for c in grid.cells if c.page == page.number] for grid in grids]
    facts = report.facts if report else ()
    flagged = report.flagged() if report else frozenset()
    return fill(
        Path(__file__).with_suffix(".svg"),
        number=page.number,
        width=page.height if wide else page.width,
        height=page.width if wide else page.height,
        picture=base64.b64encode(picture).decode("ascii"),
        words=[_Written.of(word) for word in page.words],
        grids=grids_here,
        marks=[_Mark.of(f, f.box, f.key in flagged) for f in facts if f.page == page.number and f.box],
    )


class _Written(NamedTuple):
    """A word where it was read, ``squeezed`` to the width of its box where that is narrower."""

    x: float
    y: float
    size: float
    squeezed: float | None
    text: str

    @classmethod
    def of(cls, word: Word) -> Self:
        """A word of a page as it is drawn."""
        size = 0.85 * word.box.height
        squeezed = word.box.width if size * text_width(word.text) / 2 > word.box.width else None
        return cls(word.box.x0, word.box.bottom - 0.15 * word.box.height, size, squeezed, printable(word.text))


class _Mark(NamedTuple):
    """A figure in its box: what its tooltip tells, and the lines below it from ``under`` on."""

    key: str
    state: str
    told: str
    box: Box
    colour: str
    under: float
    lines: Sequence[str]

    @classmethod
    def of(cls, fact: Fact, box: Box, flagged: bool) -> Self:
        """The mark of a figure."""
        told = f"{fact.key}: {fact.state.value} {fact.raw!r}" + (" (flagged)" if flagged else "")
        return cls(
            str(fact.key),
            f"{fact.state.value}{' flagged' if flagged else ''}",
            printable(told),
            box,
            _FLAGGED if flagged else _COLOURS.get(fact.state, "#000000"),
            box.bottom - 4 if fact.state is CellState.BLANK else box.bottom,  # an empty cell's box is the cell
            (printable(fact.key.row), printable(f"{fact.key.column} {_shown(fact, flagged)}")),
        )
