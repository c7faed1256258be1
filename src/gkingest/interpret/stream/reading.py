"""A stream as facts of the form, table by table, with the doubts that its order leaves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
from gkingest.interpret.table.understanding import TableReading
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, KeyPattern, whole_row, whole_table
from gkingest.model.method import STREAM, LabelMatch, Method
from gkingest.model.paper import Cell, Grid, Page, bounding_box
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
    unread = any(p.problem for p in pages)
    return {
        t.key: replace(_Reader(t, records, form, by_number, sums, beside).read(unread=unread), coded=bare.coded)
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

    def read(self, *, unread: bool) -> StreamTable:
        """Facts, doubts and cells."""
        layout = self.layout
        missing = CellState.UNREADABLE if unread else CellState.ABSENT
        if not layout.known or not any(k.line.items for k in layout.known):
            touches = (whole_table(self.table.key),)
            finding = Finding(
                "table.absent",
                Told("no table {0} was found", self.table.title),
                place=self.table.key,
                expected=self.table.title,
                touches=touches,
                hint="look at the page: is it a picture, or a layout that is not known yet?",
            )
            work = extract_facts(self.table, (), self.pages, missing)
            return StreamTable(TableReading(tuple(work.facts.values()), (finding,)), ())
        frames = Frames([(k.line, len(k.expected.spots)) for k in layout.known])
        placed = [(k, _under_heads(k) or frames.place(k.line, len(k.expected.spots))) for k in layout.known]
        places = [p for n, (k, at) in enumerate(placed) for p in self._places(k, at, n)]
        captions = [p.text for line in layout.region.lines for p in line.heads]
        work = extract_facts(self.table, places, self.pages, missing, captions)
        facts = dict(work.facts)
        for known, at in placed:
            facts |= self._unplaced(known, at)
        self._strangers()
        self._surplus(placed)
        self._missing_rows()
        self._missing_columns(facts)
        self.findings += order_doubts(table=self.table, layout=layout, placed=placed, facts=facts, sums=self.sums)
        self._other_years()
        findings = (*self.findings, *work.findings)
        grid = self._cells(placed)
        inked = sum(len(n.figures) for n in layout.region.lines)
        used = sum(len(k.line.figures) for k, at in placed if at.tokens)
        return StreamTable(TableReading(tuple(facts.values()), findings, inked, used), (grid,))

    def _places(self, known: Known, placed: Placed, row: int) -> Iterator[Place]:
        line, expected = known.line, known.expected
        if known.expected.slot is not None:
            label = self._table_line(line, (), row)
            self.findings += row_doubts(self.table.key, label, known.match, expected.slot, self.form.id)  # type: ignore[arg-type]
        if not placed.tokens or (placed.unshown and not line.figures):
            return
        near = line.figures[0] if line.figures else (line.tokens or line.items)[0]
        cells = tuple(_cell(t.text if t else "", (t or near,), row, n + 1) for n, t in enumerate(placed.tokens))
        printed = self._table_line(line, cells, row)
        method = Method(STREAM, known.match.method or LabelMatch.EXACT)
        for n, spot in enumerate(expected.spots):
            column = Column(spot.row, spot.column, spot.head.node, n + 1, n + 2, spot.head.text, EXACT)
            yield Place(spot.row, printed, known.match, column, method)

    def _table_line(self, line: Line, cells: tuple[Cell, ...], row: int) -> TableLine:
        label = (_cell(line.label, line.tokens, row, 0),) if line.tokens else ()
        return TableLine(0, (row,), label, cells, (), 0)

    def _unplaced(self, known: Known, placed: Placed) -> dict[FactKey, Fact]:
        """Facts of a line whose figures cannot be placed, or behind whose label nothing is printed."""
        line, spots = known.line, known.expected.spots
        if placed.tokens and not placed.unshown:
            return {}
        tokens = line.figures or line.tokens or line.items
        raw = line.raw
        state = CellState.BLANK if placed.unshown else CellState.UNREADABLE
        page = self.pages.get(tokens[0].page)
        ink = bounding_box([t.box for t in tokens if t.page == tokens[0].page])
        touches: tuple[KeyPattern, ...] = tuple(FactKey(self.table.key, s.row, s.column) for s in spots)
        name = line.label or self.table.title
        if placed.unshown:
            self.findings.append(
                Finding(
                    "cell.doubt",
                    Told("no figure stands behind “{0}”, and the text shows no blank cells", name),
                    place=name,
                    page=tokens[0].page,
                    touches=touches,
                    hint="look whether the cells are blank in the original",
                )
            )
        else:
            keys = [FactKey(self.table.key, s.row, s.column) for s in spots]
            last = any(dict(terms).keys() == set(keys) and dict(terms)[keys[-1]] == -1 for terms in self.sums)
            proposed = splits(line.figures, len(spots), total_last=last)
            told = Told("the sums would allow {0}", " / ".join(proposed)) if proposed else ""
            self.findings.append(
                Finding(
                    "cell.ambiguous",
                    joined("; ", (Told("{0}: {1}", placed.reason, raw), told)),
                    place=name,
                    found=raw,
                    page=tokens[0].page,
                    expected=str(len(spots)),
                    touches=touches,
                    hint="look at the original which figure is which: only their order is known here",
                )
            )
        method = Method(STREAM, known.match.method or LabelMatch.EXACT)
        return {
            key: Fact(
                key,
                state,
                raw=raw,
                page=tokens[0].page,
                box=page.displayed(ink) if page else ink,
                method=method,
                row_label=line.label,
                column_label=spot.head.text,
            )
            for spot in spots
            if (key := FactKey(self.table.key, spot.row, spot.column))
        }

    def _strangers(self) -> None:
        """Figures inside the table, or beside it, that belong to no line of the form."""
        layout, whole = self.layout, (whole_table(self.table.key),)
        at = {id(n): i for i, n in enumerate(layout.region.rows)}
        known = sorted(at[id(k.line)] for k in layout.known if id(k.line) in at)
        lengths = {len(k.expected.spots) for k in layout.known}
        slots = [k.expected.slot for k in layout.known]
        for line, match in layout.strangers:
            if not known or known[0] < at.get(id(line), -1) < known[-1] or (line.spelled and not line.shared):
                cells = tuple(_cell(t.text, (t,), 0, n + 1) for n, t in enumerate(line.figures))
                printed = self._table_line(line, cells, 0)
                near = next((s for n, s in enumerate(slots) if n == match.near), None)
                kind = "twice" if line.spelled and not layout.transposed else ""
                self.findings.append(stranger(self.table.key, printed, near, self.form.id, whole, kind=kind))  # type: ignore[arg-type]
            elif line.label and match.near is not None and len(line.figures) in lengths:
                told = Told("{0} stands beside the table", line.raw)
                self.findings.append(Finding("ink.unused", told, found=line.raw, page=line.page, touches=whole))
            elif line.label:
                told = Told("beside the table, figures that are none of its rows: {0} {1}", line.label, line.raw)
                self.findings.append(Finding("grid.unclaimed", told, page=line.page))

    def _surplus(self, placed: Sequence[tuple[Known, Placed]]) -> None:
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

    def _other_years(self) -> None:
        """What stands among the lines of the table and is of another year."""
        lines = [t.line for line in self.layout.region.lines for t in (*line.tokens, *line.items)]
        own = [t for t in self.beside if min(lines) <= t.line <= max(lines)]
        if figures := " ".join(t.text for t in own if t.figure):
            message = Told("figures of other years were not read: {0}", figures)
            self.findings.append(Finding("year.beside", message, place=self.table.key, page=own[0].page))

    def _missing_rows(self) -> None:
        """Lines of the form that were not met; the figures of one may stand behind the label before it."""
        layout, key = self.layout, self.table.key
        found = {(k.expected.slot.key, k.expected.block.key): k for k in layout.known if k.expected.slot}
        if not found:  # a crossed table has one line, which needs no label
            return
        before: Known | None = None
        for block in self.table.blocks:
            for leaf, _ in block.column_leaves() if layout.transposed else block.row_leaves():
                name = leaf.key or ""
                if met := found.get((name, block.key)):
                    before = met
                    continue
                if leaf.optional:
                    continue
                own = [whole_row(key, name)]
                if layout.transposed:
                    own = [KeyPattern(key, r.key or "", name) for r, _ in block.row_leaves()]
                slipped = before.expected.spots if before and not before.line.beside else ()
                self.findings.append(
                    Finding(
                        "row.absent",
                        Told("the row {0} was not found", leaf.label),
                        place=name,
                        expected=leaf.label,
                        touches=(*own, *(KeyPattern(key, s.row, s.column) for s in slipped)),
                    )
                )

    def _missing_columns(self, facts: Mapping[FactKey, Fact]) -> None:
        """Columns of the rows that were met under which none of them has a figure's place."""
        if self.layout.transposed:
            return
        spots = {(s.row, s.column) for k in self.layout.known for s in k.expected.spots}
        reached = {row for row, _ in spots}
        optional = {leaf.key for b in self.table.blocks for leaf, _ in b.column_leaves() if leaf.optional}
        gone: dict[str, list[FactKey]] = defaultdict(list)
        for key in (f.key for f in facts.values()):
            if key.row in reached and key.column not in optional and (key.row, key.column) not in spots:
                gone[key.column].append(key)
        for column, keys in gone.items():
            self.findings.append(
                Finding(
                    "column.absent", Told("the column {0} was not found", column), place=column, touches=tuple(keys)
                )
            )

    def _cells(self, placed: Sequence[tuple[Known, Placed]]) -> Grid:
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
    heads = [s.head.piece.tokens[-1] for s in known.expected.spots if s.head.piece]
    cells = {t.cell: t for t in known.line.items if t.line == known.line.items[0].line}
    shapes = {t.cells for t in (*heads, *known.line.items)}
    columns = [t.cell for t in heads]
    if (
        len(heads) < len(known.expected.spots)
        or len(shapes) > 1
        or shapes <= {1}
        or columns != sorted(set(columns))
    ):
        return None
    inked = {t.cell for t in known.line.figures}
    if not inked <= {*columns} or any(c not in cells for c in columns):
        return None
    return Placed(tuple(t if (t := cells[c]).text else None for c in columns))


def _cell(text: str, tokens: Sequence[Token], row: int, column: int) -> Cell:
    box = bounding_box([t.box for t in tokens if t.page == tokens[0].page])
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
