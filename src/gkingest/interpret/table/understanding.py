"""The grids of one statutory table → its facts: headings, lines, labels and slots brought together."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Literal, Self

from gkingest.formats.spec import Block, Node, Table
from gkingest.interpret.table.columns import Column, ColumnReading, is_crossed, read_columns, under_their_rows
from gkingest.interpret.table.doubts import absent, alias_hint, column_doubt, cut_off, page_of, row_doubts, stranger
from gkingest.interpret.table.facts import Extraction, Place, extract_facts
from gkingest.interpret.table.layout import (
    Heading,
    Layout,
    TableLine,
    as_columns,
    lines_beside,
    read_headings,
    read_layout,
    vocabulary,
)
from gkingest.interpret.table.match import Match, of_another_period, slots_of
from gkingest.interpret.table.rows import EXACT, Rows
from gkingest.model.finding import Finding
from gkingest.model.key import ANY, FactKey, whole_row, whole_table
from gkingest.model.method import LabelMatch, Method
from gkingest.model.paper import Cell, Grid, Page
from gkingest.model.report import CellState, Fact
from gkingest.text.labels import fold, label_key
from gkingest.text.numbers import is_number, read_number
from gkingest.told import Told


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a table says: one fact a slot, the doubts, and the share of its inked figure cells that were used."""

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    inked: int = 0
    used: int = 0

    @classmethod
    def of_nothing(cls, table: Table, missing: CellState) -> Self:
        """What a table says that was not found: all its figures are ``missing`` (absent, or on unread pages)."""
        return cls(tuple(extract_facts(table, (), {}, missing).facts.values()), (absent(table),))


def read_table(
    table: Table,
    grids: Sequence[Grid],
    pages: dict[int, Page],
    format_id: str,
    units: Mapping[tuple[int, int], str] = MappingProxyType({}),
    *,
    unread: bool,
) -> TableReading:
    """Facts of ``table`` from the grids located for it.

    ``units`` are those that stand beside rows, by grid and row. ``unread`` tells that some page could not be read,
    so that what is missing may stand there.
    """
    missing = CellState.UNREADABLE if unread else CellState.ABSENT
    if not grids:
        return TableReading.of_nothing(table, missing)
    reader = _Reader(table, [as_columns(grid, table) for grid in grids], format_id)
    places = []
    for place in reader.places():
        beside = ((place.line.grid, row) for row in place.line.rows)
        places.append(replace(place, unit=next((units[at] for at in beside if at in units), "")))
    work = extract_facts(table, places, pages, missing, (*reader.layout.captions, *lines_beside(grids, pages)))
    findings = [*reader.findings, *work.findings, *reader.unused(work), *reader.missing(places)]
    inked = reader.figure_cells()
    return TableReading(tuple(work.facts.values()), tuple(findings), len(inked), sum(c in work.used for c in inked))


class _Reader:
    """One table's headings and lines with what they were matched to."""

    def __init__(self, table: Table, grids: Sequence[Grid], format_id: str) -> None:
        self.table = table
        self.grids = grids
        self.format_id = format_id
        self.findings: list[Finding] = []
        self.similar: set[str] = set()
        words = vocabulary(table)
        sketch = read_headings(grids, words)
        self.crossed = {b.key: b.crossed and is_crossed(b, sketch.headings) for b in table.blocks}
        self.columns: dict[tuple[int, str], ColumnReading] = {
            (i, b.key): read_columns(h, b, crossed=self.crossed[b.key])
            for i, h in enumerate(sketch.headings)
            for b in table.blocks
        }
        starts = {h: self.first_figures(h, n) for h, n in enumerate(sketch.headings) if self.columns_of(h)}
        self.layout: Layout = read_layout(sketch, words, starts)
        lines = [n for n in self.layout.lines if n.inked or n.label or self.is_blank_line(n)]
        ruled = (b.row_leaves() for b in table.blocks if not self.crossed[b.key])
        slots = slots_of([*chain.from_iterable(ruled)])
        self.rows = Rows.aligned(lines, slots, grids, words.rows)

    def is_blank_line(self, line: TableLine) -> bool:
        """The one line of figures below a crossed heading, left blank by the organ."""
        if not self.is_crossed_line(line):
            return False
        below = [n for n in self.layout.lines if n.heading == line.heading]
        return not any(n.inked for n in below) and line is below[0]

    def is_crossed_line(self, line: TableLine) -> bool:
        """Whether a line stands below a heading of a table that is printed crossed."""
        return any(self.crossed.values()) and line.heading >= 0

    def columns_of(self, heading: int) -> list[Column]:
        """The columns that a heading names."""
        return [c for b in self.table.blocks for c in self.columns[heading, b.key].columns]

    def first_figures(self, index: int, heading: Heading) -> int:
        """First figure column: the first that is known, or one before it that holds figures all the same."""
        known = min(c.start for c in self.columns_of(index))
        return min(known, heading.labels) if heading.labels else known

    def places(self) -> Iterator[Place]:
        """Every slot of the form that is printed, with its line and column."""
        nodes = {leaf.key: (leaf, b) for b in self.table.blocks for leaf, _ in b.row_leaves()}
        for line, match in self.rows.pairs():
            heading, slot = self.heading_of(line), self.rows.slot_of(match)
            if slot is None:
                # a column may number the rows
                if heading is not None and (not line.label or is_number(line.label)):
                    yield from self.crossed_places(line, heading)
                self.note_stranger(line, match)
                continue
            self.findings += row_doubts(self.table.key, line, match, slot, self.format_id)
            node, block = nodes[slot.key]
            if heading is not None and not self.crossed[block.key]:
                yield from self.line_places(line, match, node, self.columns[heading, block.key].columns)

    def heading_of(self, line: TableLine) -> int | None:
        """The heading that a line stands under, or that of the grid before its own, with a doubt."""
        if line.heading >= 0:
            return line.heading
        before = [n for n, h in enumerate(self.layout.headings) if h.grid < line.grid]
        if not before or self.grids[self.layout.headings[before[-1]].grid].columns != self.grids[line.grid].columns:
            return None
        self.findings.append(
            Finding(
                "column.inherited",
                "no heading above this row; read under the one before it",
                place=line.label,
                page=page_of(line),
                touches=tuple(whole_row(self.table.key, key) for key in self.rows.keys_of(line)),
            )
        )
        return before[-1]

    def line_places(self, line: TableLine, match: Match, node: Node, columns: Sequence[Column]) -> Iterator[Place]:
        """The figures of a row under its columns."""
        method = self.method_of(line, match)
        self.note_columns(columns, line)
        for column in columns:
            yield Place(node.name, line, match, column, method)

    def crossed_places(self, line: TableLine, heading: int) -> Iterator[Place]:
        """The figures of a line under a heading of rows and columns."""
        for block in self.table.blocks:
            if self.crossed[block.key]:
                reading = self.columns[heading, block.key]
                self.note_columns(reading.columns, line)
                if reading.missing and not under_their_rows(reading.columns, self.layout.headings[heading], block):
                    self.note_rows_unnamed(line)
                for column in reading.columns:
                    yield Place(column.row_key, line, EXACT, column, self.method_of(line, column.match))

    def note_rows_unnamed(self, line: TableLine) -> None:
        """Some columns are missing and some have no name of a row above them: each may be of another row."""
        told = "not every column of the heading is there, and the names of rows do not stand above those that are"
        table, whole = self.table.key, (whole_table(self.table.key),)
        self.findings.append(Finding("column.inherited", told, place=table, page=page_of(line), touches=whole))

    def note_columns(self, columns: Sequence[Column], line: TableLine) -> None:
        """Say once which headings were matched by similarity."""
        for column in columns:
            if column.match.method is LabelMatch.FUZZY and column.label not in self.similar:
                self.similar.add(column.label)
                self.findings.append(column_doubt(column, self.format_id, page_of(line)))

    def method_of(self, line: TableLine, match: Match) -> Method:
        """How the figures of a line were read."""
        return Method(self.grids[line.grid].way, match.method or LabelMatch.EXACT)

    def note_stranger(self, line: TableLine, match: Match) -> None:
        """A doubt about a line with figures that is none of the form's."""
        if not line.inked or self.is_crossed_line(line) or self.only_heads(line):
            return
        near, twice = self.rows.near(match), self.rows.is_twice(line, match)
        touches = tuple(whole_row(self.table.key, key) for key in self.rows.claimed(line, match))
        if near is not None and of_another_period(label_key(line.label), near):
            near = None  # however alike the labels are, no alias may make one year's figures another's
        kind: Literal["twice", "heading", ""] = "twice" if twice else "heading" if match.slot is not None else ""
        self.findings.append(stranger(self.table.key, line, near, self.format_id, touches, kind=kind))

    def unused(self, work: Extraction) -> Iterator[Finding]:
        """Figures in lines that were matched, but under no column of the form.

        Dashes fill the columns that a row does not have; they count only where a slot of the row stayed blank.
        """
        extra: dict[str, list[str]] = {}
        yield from self.unused_in_rows(work, extra)
        for word in (w for g in self.grids for w in g.loose if is_number(w.text)):
            touches = (whole_table(self.table.key),)
            yield Finding(
                "ink.unused", Told("{0} stands beside the table", word.text), found=word.text, touches=touches
            )
        for label, texts in extra.items():
            yield Finding(
                "column.extra",
                Told("the form has no column {0}; its figures: {1}", label, " ".join(texts)),
                place=self.table.key,
                found=label,
            )

    def unused_in_rows(self, work: Extraction, extra: dict[str, list[str]]) -> Iterator[Finding]:
        """Row by row; figures under a foreign column are not told but put into ``extra``, by its heading."""
        holes = {k.row for k, f in work.facts.items() if f.state is CellState.BLANK}
        for line, match in self.rows.pairs():
            slot = self.rows.slot_of(match)
            if slot is None and not self.is_crossed_line(line):
                continue
            left = [c for c in line.inked_cells if c not in work.used]
            foreign = {c: name for c in left if (name := self.extra_column(c, line))}
            for cell, name in foreign.items():
                extra.setdefault(name, []).append(fold(cell.text))
                yield from cut_off(cell, line, work.used)
            row = slot.key if slot is not None else ANY
            yield from self.left_over([c for c in left if c not in foreign], line, row, holes)

    def left_over(self, cells: list[Cell], line: TableLine, row: str, holes: Set[str]) -> Iterator[Finding]:
        """What stands in a line under no column at all; a dash counts where a figure of the row may be it."""
        if row in holes:
            cells += [c for c in line.label_cells if read_number(c.text).state is CellState.DASH]
        else:
            cells = [c for c in cells if read_number(c.text).state is not CellState.DASH]
        if cells:
            yield Finding(
                "ink.unused",
                Told("printed under no column of the form: {0}", " ".join(fold(c.text) for c in cells)),
                place=row,
                found=cells[0].text,
                page=cells[0].page,
                touches=(whole_row(self.table.key, row),),
            )

    def extra_column(self, cell: Cell, line: TableLine) -> str:
        """Heading of the foreign column a cell stands in, "" unless the form's own columns are all there."""
        if line.heading < 0:
            return ""
        for block in self.table.blocks:
            reading = self.columns[line.heading, block.key]
            for foreign in reading.strangers if reading.columns and not reading.missing else ():
                if not {*foreign.columns}.isdisjoint(cell.columns):
                    return fold(foreign.text)
        return ""

    def missing(self, places: Sequence[Place]) -> Iterator[Finding]:
        """Rows and columns of the form that were not found."""
        found = {(p.row_key, p.column.key) for p in places}
        rows = {row for row, _ in found}
        for block in self.table.blocks:
            for leaf, _ in block.row_leaves():
                if leaf.key not in rows and not leaf.optional:
                    yield Finding(
                        "row.absent",
                        Told("the row {0} was not found", leaf.label),
                        place=leaf.name,
                        expected=leaf.label,
                        touches=(whole_row(self.table.key, leaf.name),),
                    )
            yield from self.missing_columns(block, [n.name for n, _ in block.row_leaves() if n.key in rows], found)

    def missing_columns(self, block: Block, rows: Sequence[str], found: Set[tuple[str, str]]) -> Iterator[Finding]:
        """Columns of a block that some of its ``rows`` lack; ``found`` are the rows and columns of its figures."""
        for column, _ in block.column_leaves():
            gone = [r for r in rows if (r, column.name) not in found]
            if gone and not (column.optional and len(gone) == len(rows)):
                yield self.missing_column(column, gone, whole=len(gone) == len(rows))

    def missing_column(self, column: Node, rows: Sequence[str], *, whole: bool) -> Finding:
        """That some rows, or all of them, lack a column; what stands in its place may be it by another name."""
        labels = {c.label for reading in self.columns.values() for c in reading.columns}
        words = vocabulary(self.table)
        others = (c.text for reading in self.columns.values() for c in reading.strangers)
        strangers = [*dict.fromkeys(fold(text) for text in others if text not in labels)]
        strangers = [s for s in strangers if label_key(s) not in words.ignored | words.rows]
        hint = alias_hint(self.format_id, column.name, strangers[0]) if whole and len(strangers) == 1 else ""
        return Finding(
            "column.absent",
            Told("the column {0} was not found", column.label),
            place=column.name,
            expected=column.label,
            found=" ".join(strangers),
            hint=hint,
            touches=tuple(FactKey(self.table.key, row, column.name) for row in rows),
        )

    def figure_cells(self) -> list[Cell]:
        """Inked figure cells of all lines, each once."""
        lines = [n for n in self.rows.lines if not self.only_heads(n)]
        return list(dict.fromkeys(c for n in lines for c in n.inked_cells))

    def only_heads(self, line: TableLine) -> bool:
        """Whether a line names those below it in words that the form ignores, and holds —— at most."""
        named = label_key(line.label) in vocabulary(self.table).ignored
        return named and all(read_number(c.text).state is not CellState.REPORTED for c in line.figure_cells)
