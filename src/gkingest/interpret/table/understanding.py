"""The grids of one statutory table → its facts: headings, lines, labels and slots brought together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

from gkingest.formats.spec import Node, Table
from gkingest.interpret.table.columns import Column, ColumnReading, is_crossed, read_columns, under_their_rows
from gkingest.interpret.table.doubts import alias_hint, column_doubt, cut_off, page_of, row_doubts, stranger
from gkingest.interpret.table.facts import Extraction, Place, extract_facts
from gkingest.interpret.table.layout import (
    Heading,
    Layout,
    TableLine,
    as_columns,
    lines_beside,
    merged,
    read_headings,
    read_layout,
    vocabulary,
)
from gkingest.interpret.table.match import Match, Slot, align, of_another_period, slots_of
from gkingest.model.finding import Finding
from gkingest.model.key import ANY, FactKey, whole_row, whole_table
from gkingest.model.method import LabelMatch, Method
from gkingest.model.paper import Cell, Grid, Page
from gkingest.model.report import CellState, Fact
from gkingest.text.labels import fold, label_key, label_keys
from gkingest.text.numbers import is_number, read_number
from gkingest.told import Told

_EXACT = Match(None, LabelMatch.EXACT, 1.0)


@dataclass(frozen=True, slots=True)
class TableReading:
    """What a table says: one fact a slot, the doubts, and the share of its inked figure cells that were used."""

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    inked: int = 0
    used: int = 0


@dataclass(frozen=True, slots=True)
class _Rows:
    lines: tuple[TableLine, ...]
    matches: tuple[Match, ...]
    slots: tuple[Slot, ...]


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
        work = extract_facts(table, (), pages, missing)
        finding = Finding(
            "table.absent",
            Told("no table {0} was found", table.title),
            place=table.key,
            expected=table.title,
            touches=(whole_table(table.key),),
            hint="look at the page: is it a picture, or a layout that is not known yet?",
        )
        return TableReading(tuple(work.facts.values()), (finding,))
    reader = _Reader(table, [as_columns(grid, table) for grid in grids], format_id)
    places = tuple(replace(p, unit=_unit_of(p.line, units)) for p in reader.places())
    work = extract_facts(table, places, pages, missing, (*reader.layout.captions, *lines_beside(grids, pages)))
    findings = [*reader.findings, *work.findings, *reader.unused(work), *reader.missing(places)]
    inked = reader.figure_cells()
    return TableReading(tuple(work.facts.values()), tuple(findings), len(inked), sum(c in work.used for c in inked))


def _unit_of(line: TableLine, units: Mapping[tuple[int, int], str]) -> str:
    return next((units[line.grid, row] for row in line.rows if (line.grid, row) in units), "")


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
        starts = {h: self._first_figures(h, n) for h, n in enumerate(sketch.headings) if self._all(h)}
        self.layout: Layout = read_layout(sketch, words, starts)
        lines = [n for n in self.layout.lines if n.inked or n.label or self._is_blank_line(n)]
        self.rows = self._align_rows(lines)

    def _is_blank_line(self, line: TableLine) -> bool:
        """The one line of figures below a crossed heading, left blank by the organ."""
        if not any(self.crossed.values()) or line.heading < 0:
            return False
        below = [n for n in self.layout.lines if n.heading == line.heading]
        return not any(n.inked for n in below) and line is below[0]

    def _all(self, heading: int) -> list[Column]:
        return [c for b in self.table.blocks for c in self.columns[heading, b.key].columns]

    def _first_figures(self, index: int, heading: Heading) -> int:
        """First figure column: the first that is known, or one before it that holds figures all the same."""
        known = min(c.start for c in self._all(index))
        return min(known, heading.labels) if heading.labels else known

    def _align_rows(self, lines: Sequence[TableLine]) -> _Rows:
        leaves = [leaf for b in self.table.blocks if not self.crossed[b.key] for leaf in b.row_leaves()]
        slots = slots_of(leaves)
        best, score = _Rows((), (), slots), -1.0
        for variant in self._variants(lines):
            matches = align([n.printed() for n in variant], slots) if slots else tuple(_EXACT for _ in variant)
            total = sum(m.score for m in matches if m.slot is not None) - 0.001 * len(variant)
            if total > score:
                best, score = _Rows(tuple(variant), matches, slots), total
            if all(m.method and m.method.spelled for m in matches):
                break
        return best

    def _variants(self, lines: Sequence[TableLine]) -> Iterator[list[TableLine]]:
        """The lines with the two at a page break taken as two rows or as one row cut in two, likelier first."""
        breaks = [i for i in range(1, len(lines)) if self._at_break(lines[i - 1], lines[i])][:4]
        rows = vocabulary(self.table).rows
        named = {n: any(k in rows for text in n.printed().texts for k in label_keys(text)) for n in lines}
        # Halves of one row have one half's figures and one label: two labels that the form knows are two rows.
        halves = [(lines[i - 1], lines[i]) for i in breaks]
        one = [a.inked != b.inked and not (named[a] and named[b]) for a, b in halves]
        likely = [(yes, not yes) for yes in one]
        for choice in product(*likely):
            joins = {b for b, yes in zip(breaks, choice, strict=True) if yes}
            variant: list[TableLine] = []
            for index, line in enumerate(lines):
                joined = merged(variant[-1], line) if index in joins and variant else None
                if joined is not None:
                    variant[-1] = joined
                else:
                    variant.append(line)
            yield variant

    def _at_break(self, upper: TableLine, lower: TableLine) -> bool:
        """Whether two lines stand on both sides of a page break and could be halves of one row."""
        starts = self.grids[lower.grid].page_starts
        apart = upper.grid == lower.grid and any(upper.rows[-1] < s <= lower.rows[0] for s in starts)
        return apart and merged(upper, lower) is not None

    def places(self) -> Iterator[Place]:
        """Every slot of the form that is printed, with its line and column."""
        nodes = {leaf.key: (leaf, b) for b in self.table.blocks for leaf, _ in b.row_leaves()}
        for line, match in zip(self.rows.lines, self.rows.matches, strict=True):
            heading = self._heading_of(line)
            if match.slot is not None and not self.rows.slots[match.slot].heading:
                slot = self.rows.slots[match.slot]
                self.findings += row_doubts(self.table.key, line, match, slot, self.format_id)
                node, block = nodes[slot.key]
                if heading is not None and not self.crossed[block.key]:
                    yield from self._line_places(line, match, node, self.columns[heading, block.key].columns)
            elif heading is not None and (not line.label or is_number(line.label)):  # a column may number the rows
                yield from self._crossed_places(line, heading)
            if match.slot is None or self.rows.slots[match.slot].heading:
                self._note_stranger(line, match)

    def _heading_of(self, line: TableLine) -> int | None:
        if line.heading >= 0:
            return line.heading
        before = [n for n, h in enumerate(self.layout.headings) if h.grid < line.grid]
        if not before or self.grids[self.layout.headings[before[-1]].grid].columns != self.grids[line.grid].columns:
            return None
        touches = tuple(whole_row(self.table.key, row) for row in self._row_keys(line))
        self.findings.append(
            Finding(
                "column.inherited",
                "no heading above this row; read under the one before it",
                place=line.label,
                page=page_of(line),
                touches=touches,
            )
        )
        return before[-1]

    def _row_keys(self, line: TableLine) -> list[str]:
        for known, match in zip(self.rows.lines, self.rows.matches, strict=True):
            if known is line and match.slot is not None:
                return [self.rows.slots[match.slot].key]
        return [ANY]

    def _line_places(self, line: TableLine, match: Match, node: Node, columns: Sequence[Column]) -> Iterator[Place]:
        method = self._method(line, match)
        self._note_columns(columns, line)
        for column in columns:
            yield Place(node.key or "", line, match, column, method)

    def _crossed_places(self, line: TableLine, heading: int) -> Iterator[Place]:
        for block in self.table.blocks:
            if self.crossed[block.key]:
                reading = self.columns[heading, block.key]
                self._note_columns(reading.columns, line)
                if reading.missing and not under_their_rows(reading.columns, self.layout.headings[heading], block):
                    self._note_rows_unnamed(line)
                for column in reading.columns:
                    yield Place(column.row_key, line, _EXACT, column, self._method(line, column.match))

    def _note_rows_unnamed(self, line: TableLine) -> None:
        """Some columns are missing and some have no name of a row above them: each may be of another row."""
        told = "not every column of the heading is there, and the names of rows do not stand above those that are"
        table, whole = self.table.key, (whole_table(self.table.key),)
        self.findings.append(Finding("column.inherited", told, place=table, page=page_of(line), touches=whole))

    def _note_columns(self, columns: Sequence[Column], line: TableLine) -> None:
        """Say once which headings were matched by similarity."""
        for column in columns:
            if column.match.method is LabelMatch.FUZZY and column.label not in self.similar:
                self.similar.add(column.label)
                self.findings.append(column_doubt(column, self.format_id, page_of(line)))

    def _method(self, line: TableLine, match: Match) -> Method:
        return Method(self.grids[line.grid].way, match.method or LabelMatch.EXACT)

    def _note_stranger(self, line: TableLine, match: Match) -> None:
        if not line.inked or (any(self.crossed.values()) and line.heading >= 0):
            return
        heading = match.slot is not None
        if self._only_heads(line):
            return
        near = self.rows.slots[match.near] if match.near is not None else None
        named = near is not None and bool({near.official, *near.aliases} & set(label_keys(line.label)))
        twice = named and any(m.slot == match.near for m in self.rows.matches if m is not match)
        keys = self._neighbours(line) | ({near.key} if near is not None and not near.heading else set())
        touched = [] if self._complete() and not twice else sorted(keys)
        if twice and near is not None:
            touched = [near.key]
        touches = tuple(whole_row(self.table.key, key) for key in touched)
        if near is not None and of_another_period(label_key(line.label), near):
            near = None  # however alike the labels are, no alias may make one year's figures another's
        self.findings.append(
            stranger(
                self.table.key,
                line,
                near,
                self.format_id,
                touches,
                kind="twice" if twice else "heading" if heading else "",
            )
        )

    def _complete(self) -> bool:
        """Whether every row of the form was found by its own name, so that a further row can claim none."""
        found = {m.slot for m in self.rows.matches if m.method and m.method.spelled}
        return all(i in found for i, s in enumerate(self.rows.slots) if not s.heading)

    def _neighbours(self, line: TableLine) -> set[str]:
        """Rows of the form matched just before and after a line: its figures may be theirs."""
        index = next(i for i, known in enumerate(self.rows.lines) if known is line)
        found: set[str] = set()
        for step in (-1, 1):
            at = index + step
            while 0 <= at < len(self.rows.lines):
                slot = self.rows.matches[at].slot
                if slot is not None and not self.rows.slots[slot].heading:
                    found.add(self.rows.slots[slot].key)
                    break
                at += step
        return found

    def unused(self, work: Extraction) -> Iterator[Finding]:
        """Figures in lines that were matched, but under no column of the form.

        Dashes fill the columns that a row does not have; they count only where a slot of the row stayed blank.
        """
        extra: dict[str, list[str]] = {}
        yield from self._unused_in_rows(work, extra)
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

    def _unused_in_rows(self, work: Extraction, extra: dict[str, list[str]]) -> Iterator[Finding]:
        """Row by row; figures under a foreign column are not told but put into ``extra``, by its heading."""
        holes = {k.row for k, f in work.facts.items() if f.state is CellState.BLANK}
        for line, match in zip(self.rows.lines, self.rows.matches, strict=True):
            slot = self.rows.slots[match.slot] if match.slot is not None else None
            known = slot is not None and not slot.heading
            if not known and not (any(self.crossed.values()) and line.heading >= 0):
                continue
            row = slot.key if slot is not None and known else ANY
            left = [c for c in line.figure_cells if fold(c.text) and c not in work.used]
            for cell in [c for c in left if self._extra_column(c, line)]:
                extra.setdefault(self._extra_column(cell, line), []).append(fold(cell.text))
                left.remove(cell)
                yield from cut_off(cell, line, work.used)
            if row not in holes:
                left = [c for c in left if read_number(c.text).state is not CellState.DASH]
            else:
                left += [c for c in line.label_cells if read_number(c.text).state is CellState.DASH]
            if left:
                yield Finding(
                    "ink.unused",
                    Told("printed under no column of the form: {0}", " ".join(fold(c.text) for c in left)),
                    place=row,
                    found=left[0].text,
                    page=left[0].page,
                    touches=(whole_row(self.table.key, row),),
                )

    def _extra_column(self, cell: Cell, line: TableLine) -> str:
        """Heading of the foreign column a cell stands in, "" unless the form's own columns are all there."""
        if line.heading < 0:
            return ""
        for block in self.table.blocks:
            reading = self.columns[line.heading, block.key]
            for foreign in reading.strangers:
                over = foreign.column < cell.column + cell.column_span and cell.column < (
                    foreign.column + foreign.column_span
                )
                if over and reading.columns and not reading.missing:
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
                        place=leaf.key or "",
                        expected=leaf.label,
                        touches=(whole_row(self.table.key, leaf.key or ""),),
                    )
            present = [leaf.key for leaf, _ in block.row_leaves() if leaf.key in rows]
            for column, _ in block.column_leaves():
                gone = [r for r in present if (r, column.key) not in found]
                if gone and not (column.optional and len(gone) == len(present)):
                    yield self._missing_column(column, gone, whole=len(gone) == len(present))

    def _missing_column(self, column: Node, rows: Sequence[str | None], *, whole: bool) -> Finding:
        strangers = [
            fold(c.text)
            for r in self.columns.values()
            for c in r.strangers
            if not any(c.text == x.label for y in self.columns.values() for x in y.columns)
        ]
        known = set(vocabulary(self.table).ignored) | set(vocabulary(self.table).rows)
        strangers = [s for s in dict.fromkeys(strangers) if label_key(s) not in known]
        hint = alias_hint(self.format_id, column.key or "", strangers[0]) if whole and len(strangers) == 1 else ""
        return Finding(
            "column.absent",
            Told("the column {0} was not found", column.label),
            place=column.key or "",
            expected=column.label,
            found=" ".join(strangers),
            hint=hint,
            touches=tuple(FactKey(self.table.key, r or "", column.key or "") for r in rows),
        )

    def figure_cells(self) -> list[Cell]:
        """Inked figure cells of all lines, each once."""
        lines = [n for n in self.rows.lines if not self._only_heads(n)]
        return list(dict.fromkeys(c for n in lines for c in n.figure_cells if fold(c.text)))

    def _only_heads(self, line: TableLine) -> bool:
        """Whether a line names those below it in words that the form ignores, and holds —— at most."""
        named = label_key(line.label) in vocabulary(self.table).ignored
        return named and all(read_number(c.text).state is not CellState.REPORTED for c in line.figure_cells)
