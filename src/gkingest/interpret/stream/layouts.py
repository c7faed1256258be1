"""The ways in which a table may be printed in a stream, and the one that its lines bear out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Self

from gkingest.formats.spec import Block, Format, Node, Table
from gkingest.interpret.stream.expected import (
    Expected,
    Head,
    Order,
    Spot,
    by_label,
    columns_of,
    crossed_columns,
    crossed_line,
    order_above,
    printed_order,
    rows_of,
)
from gkingest.interpret.stream.pieces import Piece, Record, Words, cut, words_of
from gkingest.interpret.stream.rows import Line, Region, find_region, match_lines
from gkingest.interpret.stream.tokens import Token
from gkingest.interpret.table.match import Match
from gkingest.model.key import KeyPattern, whole_row
from gkingest.model.method import STREAM, LabelMatch, Method
from gkingest.text.labels import label_key

EXACT = Match(None, LabelMatch.EXACT, 1.0)


@dataclass(frozen=True, slots=True)
class Known:
    """A line that is one of the form's."""

    line: Line
    expected: Expected
    match: Match

    @property
    def method(self) -> Method:
        """How its figures were read."""
        return Method(STREAM, self.match.method or LabelMatch.EXACT)

    @property
    def heads(self) -> list[Token]:
        """The last words above each of its figures, if all have some in lines of as many cells, left to right."""
        heads = [s.head.tokens[-1] for s in self.expected.spots if s.head.tokens]
        shapes, columns = {t.cells for t in (*heads, *self.line.items)}, [t.cell for t in heads]
        whole = len(heads) == len(self.expected.spots) and columns == sorted(set(columns))
        return heads if whole and len(shapes) == 1 and shapes != {1} else []


@dataclass(frozen=True, slots=True)
class Layout:
    """A way in which a table may be printed, held against its region."""

    region: Region
    known: tuple[Known, ...]
    strangers: tuple[tuple[Line, Match], ...]
    orders: Mapping[str, Order]
    transposed: bool = False

    @property
    def figures(self) -> int:
        """How many figures stand in lines with as many as the form has."""
        return sum(len(k.expected.spots) for k in self.known if len(k.line.figures) == len(k.expected.spots))

    @property
    def spots(self) -> set[tuple[str, str]]:
        """Row and column of every figure that its lines have."""
        return {(s.row, s.column) for k in self.known for s in k.expected.spots}

    @property
    def inside(self) -> set[int]:
        """The identities of the lines from the first that is the form's to the last; of all where none is."""
        own = {id(k.line) for k in self.known}
        rows = self.region.rows
        at = [n for n, line in enumerate(rows) if id(line) in own] or [0, len(rows)]
        return set(map(id, rows[at[0] : at[-1] + 1]))

    def lines_of(self, block: Block) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """The rows of a block, or its columns where these are printed as lines; each with its headings."""
        return block.column_leaves() if self.transposed else block.row_leaves()

    def whole_line(self, table: Table, block: Block, leaf: Node) -> list[KeyPattern]:
        """All figures of a line of the form."""
        if self.transposed:
            return [KeyPattern(table.key, row.name, leaf.name) for row, _ in block.row_leaves()]
        return [whole_row(table.key, leaf.name)]

    @classmethod
    def ruled(cls, table: Table, region: Region, words: Words, *, transposed: bool) -> Self:
        """Row by row, as the form prints it, or ``transposed`` with the rows of the form as columns."""
        lines = columns_of if transposed else rows_of
        across = {b.key: b.rows if transposed else b.columns for b in table.blocks}
        plain = {key: printed_order(nodes, ()) for key, nodes in across.items()}
        known, _ = _matched(region, lines(table, plain))
        orders = dict(plain)
        for block in table.blocks:
            if own := [k.line for k in known if k.expected.block is block]:
                orders[block.key] = _order(across[block.key], own, _heads_above(block, region, known, words))
        known, strangers = _matched(region, lines(table, orders))
        return cls(region, known, strangers, orders, transposed)

    @classmethod
    def crossed(cls, table: Table, region: Region, words: Words) -> Self:
        """The heading of rows and columns, and the one line of figures below it."""
        inked = [n for n in region.lines if n.items]
        if not inked:
            return cls(region, (), (), {})
        main = max(inked, key=lambda n: (len(n.figures), len(n.items)))
        above = region.lines[: region.lines.index(main) + 1]
        heads = [p for line in above for p in (*line.heads, *as_pieces(line))]
        heads += [p for p in cut(main.tokens, words) if p.roles]
        known, orders = [], {}
        for block in table.blocks:
            rows = printed_order(block.rows, heads)
            columns = crossed_columns(table, block, rows, heads, scattered=main.scattered(cut=True))
            line = replace(main, texts=(), tokens=())
            known.append(Known(line, crossed_line(block, rows, columns), EXACT))
            orders[block.key] = columns
        others = tuple((n, Match(None)) for n in inked if n is not main and n.figures)
        return cls(region, tuple(known), others, orders)

    @classmethod
    def listed(cls, table: Table, region: Region) -> Self:
        """The figures of a crossed heading one below the other, each behind the names of its row and its column.

        The row may stand before each column or before the first only; every figure of the form must be there once.
        """
        known = tuple(_doubly_named(table, region.lines))
        own = {id(k.line) for k in known}
        others = tuple((n, Match(None)) for n in region.lines if n.figures and id(n) not in own)
        found = cls(region, known, others, {})
        slots = {(row, column) for row, column, *_ in table.slots()}
        return cls(region, (), (), {}) if found.spots != slots or len(known) > len(slots) else found


def find_layout(table: Table, records: Sequence[Record], form: Format) -> Layout:
    """Row by row, transposed, or (where the form prints rows and columns above one line) crossed."""
    words = words_of(form)
    upright = Layout.ruled(table, find_region(records, table, words, "row"), words, transposed=False)
    layouts = [upright]
    if any(len(b.row_leaves()) > 1 for b in table.blocks):
        layouts.append(Layout.ruled(table, find_region(records, table, words, "column"), words, transposed=True))
    if all(b.crossed for b in table.blocks):
        layouts.insert(0, Layout.crossed(table, upright.region, words))
        layouts.append(Layout.listed(table, find_region(records, table, words, "column")))
    return max(layouts, key=lambda x: x.figures)


def _doubly_named(table: Table, lines: Sequence[Line]) -> Iterator[Known]:
    """Lines of one figure each behind the names of its row, or below one that is, and of its column."""
    rows = {key: (leaf, b) for b in table.blocks for key, leaf in by_label(b.row_leaves()).items()}
    columns = {b.key: by_label(b.column_leaves()) for b in table.blocks}
    row = None
    for line in lines:
        row = next((rows[p.key] for p in reversed(line.heads) if p.key in rows), row)
        if row is None:
            continue
        (leaf, block), key = row, label_key(line.label)
        column = columns[block.key].get(key)
        if column is not None and line.spelled and len(line.hard) == 1:
            spot = Spot(leaf.name, column.name, Head(column, Piece(line.label, key, line.tokens)))
            yield Known(line, Expected(None, block, (spot,)), EXACT)


def _matched(
    region: Region, expected: Sequence[Expected]
) -> tuple[tuple[Known, ...], tuple[tuple[Line, Match], ...]]:
    lines = region.rows
    slots = [e.slot for e in expected if e.slot is not None]
    matches = match_lines(lines, slots) if lines else ()
    pairs = list(zip(lines, matches, strict=True))
    known = tuple(Known(line, expected[m.slot], m) for line, m in pairs if m.slot is not None)
    return known, tuple((line, m) for line, m in pairs if m.slot is None and line.figures)


def _order(nodes: Sequence[Node], lines: Sequence[Line], heads: Sequence[Piece]) -> Order:
    """The order of the figures of a block's lines, by the heads printed before the first."""
    order = printed_order(nodes, heads, lined=any(line.alone for line in lines))
    counts = {len(line.figures) for line in lines}
    if max(counts) == len(order.needed.leaves) < len(order.leaves):
        order = order.needed  # as many figures as columns that must be there, or are named
    if not order.missing:
        return order
    strange = any(len(p.key) > 1 for p in heads if not p.roles)  # a column may be there by another name
    if order.met.leaves and not strange and counts == {len(order.met.leaves)}:
        return order.met
    above = (order_above(nodes, heads, line.figures) for line in lines)
    return next(filter(None, above), order)


def _heads_above(block: Block, region: Region, known: Sequence[Known], words: Words) -> list[Piece]:
    """The heads between the first line of a block and what stands of other blocks above it."""
    owner = {id(k.line): k.expected.block for k in known}
    first = next(n for n, line in enumerate(region.lines) if owner.get(id(line)) is block)
    above = [*takewhile(lambda line: id(line) not in owner, reversed(region.lines[:first]))]
    heads: list[Piece] = []
    for line in reversed(above):
        # Headings with blanks or a page's number behind them; one label by itself is a row of another table.
        spelled = [p for p in cut(line.tokens, words) if p.roles]
        among_heads = any(p.is_a("column") for p in line.heads[-1:])
        told = spelled if len(spelled) > 1 or not line.figures or among_heads else ()
        heads += (*line.heads, *(as_pieces(line) or told))
    return [*heads, *region.lines[first].heads]


def as_pieces(line: Line) -> tuple[Piece, ...]:
    """The label of a line without figures as a piece: a row printed above its columns."""
    if line.items or not line.tokens:
        return ()
    return (Piece(line.label, label_key(line.label), line.tokens),)
