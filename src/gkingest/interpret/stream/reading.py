"""A stream as facts of the form, table by table, with the doubts that its order leaves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Literal

from gkingest.formats.spec import Format, Table
from gkingest.interpret.stream.beside import without_beside
from gkingest.interpret.stream.layouts import EXACT, Known, as_pieces, find_layout
from gkingest.interpret.stream.pieces import Piece, Record, read_records, words_of
from gkingest.interpret.stream.placing import Frames, Placed, splits
from gkingest.interpret.stream.proof import Terms, order_doubts
from gkingest.interpret.stream.rows import Line
from gkingest.interpret.stream.tokens import Token, read_tokens
from gkingest.interpret.stream.years import of_the_year
from gkingest.interpret.table.columns import Column
from gkingest.interpret.table.doubts import row_doubts, stranger
from gkingest.interpret.table.facts import Place, extract_facts
from gkingest.interpret.table.layout import TableLine, vocabulary
from gkingest.interpret.table.match import Match
from gkingest.interpret.table.understanding import TableReading
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, KeyPattern, whole_row, whole_table
from gkingest.model.method import STREAM
from gkingest.model.paper import Box, Cell, Grid, Page, bounding_box
from gkingest.model.report import CellState, Fact
from gkingest.told import Told, joined

_EXTRA = 2  # rows with more figures than the form has that show a column of its own


@dataclass(frozen=True, slots=True)
class StreamTable:
    """One table as the stream tells it, and its cells as a grid (none where the table was not found).

    ``coded`` tells that numbers of its rows are printed, and may have been taken for figures.
    """

    reading: TableReading
    grids: tuple[Grid, ...]
    coded: bool = False


def read_stream(
    pages: Sequence[Page], form: Format, keys: Sequence[str], sums: Sequence[Terms], year: int | None = None
) -> dict[str, StreamTable]:
    """The tables ``keys`` of ``form`` read by order alone from all the pages.

    ``sums`` are the form's; figures of other years than the reported ``year`` are passed over.
    """
    bare = without_beside(read_tokens(pages), form)
    columns = frozenset(k for t in form.printed for k in vocabulary(t).columns)
    tokens, beside = of_the_year(bare.tokens, year, columns)
    records = read_records(tokens, words_of(form))
    by_number = {p.number: p for p in pages}
    missing = CellState.UNREADABLE if any(p.problem for p in pages) else CellState.ABSENT
    return {
        t.key: replace(_Reader(t, records, form, by_number, sums, beside).read(missing), coded=bare.coded)
        for t in form.printed
        if t.key in keys
    }


def stream_labels(pages: Sequence[Page], formats: Sequence[Format]) -> tuple[Grid, ...]:
    """The labels that the stream spells in any of the editions, as cells of one grid without figures."""
    found: dict[str, Piece] = {}
    tokens = read_tokens(pages)
    for form in formats:
        for record in read_records(tokens, words_of(form)):
            for piece in record.pieces:
                if piece.roles and not piece.is_a("section"):
                    found.setdefault(piece.text, piece)
    cells = [_cell(p.text, p.tokens, n, 0) for n, p in enumerate(found.values())]
    return (_grid(cells),) if cells else ()


class _Reader:
    """One table: the way it is printed, its lines given to rows, their figures to slots."""

    def __init__(
        self,
        table: Table,
        records: Sequence[Record],
        form: Format,
        pages: dict[int, Page],
        sums: Sequence[Terms],
        beside: Sequence[Token],
    ) -> None:
        self.table, self.form, self.pages = table, form, pages
        self.sums = [s for s in sums if s[0][0].table in table.keys]
        self.findings: list[Finding] = []
        self.layout = find_layout(table, records, form)
        self.beside = beside

    def read(self, missing: CellState) -> StreamTable:
        """Facts, doubts and cells; what is not found is in state ``missing``."""
        layout = self.layout
        if not any(k.line.items for k in layout.known):
            return StreamTable(TableReading.of_nothing(self.table, missing), ())
        frames = Frames([(k.line, len(k.expected.spots)) for k in layout.known])
        placed = [(k, _under_heads(k) or frames.place(k.line, len(k.expected.spots))) for k in layout.known]
        places = [*chain.from_iterable(self.places(k, at, n) for n, (k, at) in enumerate(placed))]
        work = extract_facts(self.table, places, self.pages, missing, layout.region.captions)
        facts = dict(work.facts)
        for known, at in placed:
            facts |= self.unplaced(known, at)
        self.tell_strangers()
        self.tell_surplus(placed)
        self.tell_missing_rows()
        self.tell_missing_columns(facts)
        self.findings += order_doubts(table=self.table, layout=layout, placed=placed, facts=facts, sums=self.sums)
        self.tell_other_years()
        findings = (*self.findings, *work.findings)
        grid = self.cells()
        inked = sum(len(n.figures) for n in layout.region.lines)
        used = sum(len(k.line.figures) for k, at in placed if at.tokens)
        return StreamTable(TableReading(tuple(facts.values()), findings, inked, used), (grid,))

    def places(self, known: Known, placed: Placed, row: int) -> Iterator[Place]:
        """The figures of a line with their rows and columns, as those of a grid's ``row``."""
        line, expected = known.line, known.expected
        if expected.slot is not None:
            label = _table_line(line, (), row)
            self.findings += row_doubts(self.table.key, label, known.match, expected.slot, self.form.id)
        if not placed.tokens or (placed.unshown and not line.figures):
            return
        near = line.ink[0]
        cells = tuple(_cell(t.text if t else "", (t or near,), row, n + 1) for n, t in enumerate(placed.tokens))
        printed = _table_line(line, cells, row)
        for n, spot in enumerate(expected.spots):
            column = Column(spot.row, spot.column, spot.head.node, n + 1, n + 2, spot.head.text, EXACT)
            yield Place(spot.row, printed, known.match, column, known.method)

    def unplaced(self, known: Known, placed: Placed) -> dict[FactKey, Fact]:
        """Facts of a line whose figures cannot be placed, or behind whose label nothing is printed."""
        if placed.is_shown:
            return {}
        line, keys = known.line, known.expected.keys(self.table)
        number, raw = line.ink[0].page, line.raw
        state = CellState.BLANK if placed.unshown else CellState.UNREADABLE
        page, ink = self.pages.get(number), _box_of(line.ink)
        name = line.label or self.table.title
        if placed.unshown:
            self.findings.append(
                Finding(
                    "cell.doubt",
                    Told("no figure stands behind “{0}”, and the text shows no blank cells", name),
                    place=name,
                    page=number,
                    touches=tuple(keys),
                    hint="look whether the cells are blank in the original",
                )
            )
        else:
            last = any(dict(terms).keys() == set(keys) and dict(terms)[keys[-1]] == -1 for terms in self.sums)
            proposed = splits(line.figures, len(keys), total_last=last)
            told = Told("the sums would allow {0}", " / ".join(proposed)) if proposed else ""
            self.findings.append(
                Finding(
                    "cell.ambiguous",
                    joined("; ", (Told("{0}: {1}", placed.reason, raw), told)),
                    place=name,
                    found=raw,
                    page=number,
                    expected=str(len(keys)),
                    touches=tuple(keys),
                    hint="look at the original which figure is which: only their order is known here",
                )
            )
        return {
            key: Fact(
                key,
                state,
                raw=raw,
                page=number,
                box=page.displayed(ink) if page else ink,
                method=known.method,
                row_label=line.label,
                column_label=spot.head.text,
            )
            for key, spot in zip(keys, known.expected.spots, strict=True)
        }

    def tell_strangers(self) -> None:
        """Figures inside the table, or beside it, that belong to no line of the form."""
        layout, whole = self.layout, (whole_table(self.table.key),)
        inside = layout.inside
        lengths = {len(k.expected.spots) for k in layout.known}
        for line, match in layout.strangers:
            if id(line) in inside or (line.spelled and not line.shared):
                self.findings.append(self.stranger(line, match))
            elif line.label and match.near is not None and len(line.figures) in lengths:
                told = Told("{0} stands beside the table", line.raw)
                self.findings.append(Finding("ink.unused", told, found=line.raw, page=line.page, touches=whole))
            elif line.label:
                told = Told("beside the table, figures that are none of its rows: {0} {1}", line.label, line.raw)
                self.findings.append(Finding("grid.unclaimed", told, page=line.page))

    def stranger(self, line: Line, match: Match) -> Finding:
        """A line with figures that is none of the form's: read twice, or unknown."""
        cells = tuple(_cell(t.text, (t,), 0, n + 1) for n, t in enumerate(line.figures))
        slots = [k.expected.slot for k in self.layout.known]
        near = next((s for n, s in enumerate(slots) if n == match.near), None)
        kind: Literal["twice", ""] = "twice" if line.spelled and not self.layout.transposed else ""
        whole = (whole_table(self.table.key),)
        return stranger(self.table.key, _table_line(line, cells, 0), near, self.form.id, whole, kind=kind)

    def tell_surplus(self, placed: Sequence[tuple[Known, Placed]]) -> None:
        """Tables that come twice, and rows of more figures than the form has columns."""
        key, second = self.table.key, self.layout.region.second
        if second:
            self.findings.append(
                Finding(
                    "report.second",
                    "the rows of this table stand a second time; only the first were read",
                    page=second[0].page,
                    touches=(whole_table(key),),
                    hint="look which are meant: a second organ's report, or another year's figures",
                )
            )
        extra = [k for k, _ in placed if len(k.line.figures) > len(k.expected.spots)]
        if len(extra) >= _EXTRA:
            self.findings.append(
                Finding(
                    "column.extra",
                    Told("{0} rows have more figures than the form has columns", len(extra)),
                    place=key,
                )
            )
            rows = dict.fromkeys(s.row for k, _ in placed for s in k.expected.spots)
            touches = tuple(whole_row(key, row) for row in rows)
            self.findings.append(
                Finding(
                    "column.inherited",
                    "as rows beside it have more figures than columns, columns are in doubt",
                    place=key,
                    touches=touches,
                )
            )

    def tell_other_years(self) -> None:
        """What stands among the lines of the table and is of another year."""
        lines = [t.line for line in self.layout.region.lines for t in (*line.tokens, *line.items)]
        own = [t for t in self.beside if min(lines) <= t.line <= max(lines)]
        if figures := " ".join(t.text for t in own if t.figure):
            message = Told("figures of other years were not read: {0}", figures)
            self.findings.append(Finding("year.beside", message, place=self.table.key, page=own[0].page))

    def tell_missing_rows(self) -> None:
        """Lines of the form that were not met; the figures of one may stand behind the label before it."""
        layout, key = self.layout, self.table.key
        found = {(k.expected.slot.key, k.expected.block.key): k for k in layout.known if k.expected.slot}
        if not found:  # a crossed table has one line, which needs no label
            return
        before: Known | None = None
        for block in self.table.blocks:
            for leaf, _ in layout.lines_of(block):
                if met := found.get((leaf.name, block.key)):
                    before = met
                    continue
                if leaf.optional:
                    continue
                slipped = before.expected.spots if before and not before.line.beside else ()
                self.findings.append(
                    Finding(
                        "row.absent",
                        Told("the row {0} was not found", leaf.label),
                        place=leaf.name,
                        expected=leaf.label,
                        touches=(
                            *layout.whole_line(self.table, block, leaf),
                            *(KeyPattern(key, s.row, s.column) for s in slipped),
                        ),
                    )
                )

    def tell_missing_columns(self, facts: Mapping[FactKey, Fact]) -> None:
        """Columns of the rows that were met under which none of them has a figure's place."""
        if self.layout.transposed:
            return
        spots = self.layout.spots
        reached = {row for row, _ in spots}
        optional = {leaf.key for b in self.table.blocks for leaf, _ in b.column_leaves() if leaf.optional}
        gone: dict[str, list[FactKey]] = defaultdict(list)
        for key in facts:
            if key.row in reached and key.column not in optional and (key.row, key.column) not in spots:
                gone[key.column].append(key)
        for column, keys in gone.items():
            self.findings.append(
                Finding(
                    "column.absent", Told("the column {0} was not found", column), place=column, touches=tuple(keys)
                )
            )

    def cells(self) -> Grid:
        """What was read as cells: the heads first, then line by line a label and its figures."""
        cells: list[Cell] = []
        heads = [p for line in self.layout.region.lines for p in (*line.heads, *as_pieces(line)) if p.roles]
        cells += [_cell(p.text, p.tokens, 0, n) for n, p in enumerate({p.text: p for p in heads}.values())]
        for row, line in enumerate(self.layout.region.rows, 1):
            if line.tokens:
                cells.append(_cell(line.label, line.tokens, row, 0))
            cells += [_cell(t.text, (t,), row, n) for n, t in enumerate(line.items, 1)]
        return _grid(cells)


def _under_heads(known: Known) -> Placed | None:
    """The figures of a line of cells by those of its heads, if the heads' lines have as many cells as the line."""
    columns = [t.cell for t in known.heads]
    if not columns:
        return None
    cells = {t.cell: t for t in known.line.items if t.line == known.line.items[0].line}
    inked = {t.cell for t in known.line.figures}
    if not inked <= {*columns} <= cells.keys():
        return None
    return Placed(tuple(t if (t := cells[c]).text else None for c in columns))


def _box_of(tokens: Sequence[Token]) -> Box:
    """The box around some words, as far as they stand on the page of the first."""
    return bounding_box([t.box for t in tokens if t.page == tokens[0].page])


def _table_line(line: Line, cells: tuple[Cell, ...], row: int) -> TableLine:
    """A line as that of a grid, with its figures in ``cells``."""
    label = (_cell(line.label, line.tokens, row, 0),) if line.tokens else ()
    return TableLine(0, (row,), label, cells, (), 0)


def _cell(text: str, tokens: Sequence[Token], row: int, column: int) -> Cell:
    box = _box_of(tokens)
    doubt = next((t.doubt for t in tokens if t.doubt), "")
    sure = min(t.confidence for t in tokens)
    return Cell(text, box, box, tokens[0].page, row, column, confidence=sure, doubt=doubt)


def _grid(cells: Sequence[Cell]) -> Grid:
    rows, columns = max(c.row for c in cells) + 1, max(c.column for c in cells) + 1
    box = bounding_box([c.box for c in cells])
    step = box.width / columns
    edges = tuple(box.x0 + step * n for n in range(columns + 1))
    starts = [b.row for a, b in pairwise(cells) if b.page != a.page and b.row > a.row]
    page = min(c.page for c in cells)
    return Grid(tuple(cells), rows, columns, edges, box, page, STREAM, page_starts=tuple(dict.fromkeys(starts)))
