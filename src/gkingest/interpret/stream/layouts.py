"""The ways in which a table may be printed in a stream, and the one that its lines bear out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from gkingest.formats.spec import Block, Format, Node, Table
from gkingest.interpret.stream.expected import (
    Expected,
    Head,
    Order,
    Spot,
    columns_of,
    crossed_line,
    order_above,
    printed_order,
    rows_of,
)
from gkingest.interpret.stream.pieces import Piece, Record, Words, cut, words_of
from gkingest.interpret.stream.rows import Line, Region, find_region, match_lines
from gkingest.interpret.table.match import Match
from gkingest.model.method import LabelMatch
from gkingest.text.labels import label_key

EXACT = Match(None, LabelMatch.EXACT, 1.0)


@dataclass(frozen=True, slots=True)
class Known:
    """A line that is one of the form's."""

    line: Line
    expected: Expected
    match: Match


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

    @classmethod
    def ruled(cls, table: Table, region: Region, words: Words, *, transposed: bool) -> Self:
        """Row by row, as the form prints it, or ``transposed`` with the rows of the form as columns."""
        lines = columns_of if transposed else rows_of
        across = {b.key: b.rows if transposed else b.columns for b in table.blocks}
        plain = {key: printed_order(nodes, ()) for key, nodes in across.items()}
        known, _ = _matched(region, lines(table, plain))
        orders = _orders(table, region, known, plain, across, words)
        known, strangers = _matched(region, lines(table, orders))
        return cls(region, known, strangers, orders, transposed)

    @classmethod
    def crossed(cls, table: Table, region: Region, words: Words) -> Self:
        """The heading of rows and columns, and the one line of figures below it."""
        heads: list[Piece] = []
        inked = [n for n in region.lines if n.items]
        if not inked:
            return cls(region, (), (), {})
        main = max(inked, key=lambda n: (len(n.figures), len(n.items)))
        for line in region.lines:
            heads += [*line.heads, *as_pieces(line)]
            if line is main:
                break
        heads += [p for p in cut(main.tokens, words) if p.roles] if main.tokens else ()
        known, orders = [], {}
        for block in table.blocks:
            rows, columns = printed_order(block.rows, heads), printed_order(block.columns, heads)
            names = [p.key for p in heads if p.is_a("column", table.key)]
            repeated = len(names) == len(rows.leaves) * len(columns.leaves) and all(
                names[n] == names[n % len(columns.leaves)] for n in range(len(names))
            )
            if not (columns.told and repeated):
                # names of rows below each column, or halves of headings beside figures on lines of their own,
                # tell none
                by_column = sum(p.is_a("row", table.key) for p in heads) > 2 * len(rows.leaves)
                told = columns.told and rows.told and len(names) <= len(columns.leaves)
                guessed = by_column or main.scattered(cut=True)
                columns = replace(printed_order(block.columns, ()), told=told, guessed=guessed)
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
        slots = {(r.key, c.key) for b in table.blocks for r, _ in b.row_leaves() for c, _ in b.column_leaves()}
        if {(s.row, s.column) for k in known for s in k.expected.spots} != slots or len(known) > len(slots):
            return cls(region, (), (), {})
        own = {id(k.line) for k in known}
        others = tuple((n, Match(None)) for n in region.lines if n.figures and id(n) not in own)
        return cls(region, known, others, {})


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
    rows = {label_key(t): (leaf, b) for b in table.blocks for leaf, _ in b.row_leaves() for t in leaf.labels}
    columns = {(b.key, label_key(t)): n for b in table.blocks for n, _ in b.column_leaves() for t in n.labels}
    row = None
    for line in lines:
        row = next((rows[p.key] for p in reversed(line.heads) if p.key in rows), row)
        column = columns.get((row[1].key, label_key(line.label))) if row else None
        if row is None or column is None or not line.spelled or sum(not t.soft for t in line.items) != 1:
            continue
        (leaf, block), head = row, Piece(line.label, label_key(line.label), line.tokens)
        spot = Spot(leaf.key or "", column.key or "", Head(column, head))
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


def _orders(
    table: Table,
    region: Region,
    known: Sequence[Known],
    plain: Mapping[str, Order],
    nodes: Mapping[str, Sequence[Node]],
    words: Words,
) -> dict[str, Order]:
    """The order of each block's figures by the heads printed before its first line."""
    orders = dict(plain)
    for block in table.blocks:
        own = [k.line for k in known if k.expected.block is block]
        if not own:
            continue
        heads = _heads_above(block, region, known, words)
        order = printed_order(nodes[block.key], heads, lined=any(n.alone for n in own))
        found = len(order.leaves) - len(order.missing)
        most = max(len(line.figures) for line in own)
        needed = tuple(h for h in order.leaves if h.piece or not h.node.optional)
        if most == len(needed) < len(order.leaves):  # as many figures as columns that must be there, or are named
            order = Order(needed, all(h.piece for h in needed))
            found = len(needed) - len(order.missing)
        strange = any(not p.roles and len(p.key) > 1 for p in heads)  # a column may be there by another name
        if order.missing and found and not strange and all(len(line.figures) == found for line in own):
            order = Order(tuple(h for h in order.leaves if h.piece), told=True)
        elif not order.told:
            above = (order_above(nodes[block.key], heads, line.figures) for line in own)
            order = next(filter(None, above), order)
        orders[block.key] = order
    return orders


def _heads_above(block: Block, region: Region, known: Sequence[Known], words: Words) -> list[Piece]:
    """The heads between the first line of a block and what stands of other blocks above it."""
    at = {id(line): n for n, line in enumerate(region.lines)}
    last = min(at[id(k.line)] for k in known if k.expected.block is block)
    others = (at[id(k.line)] for k in known if k.expected.block is not block)
    start = max((n for n in others if n < last), default=-1)
    heads = [p for n in region.lines[start + 1 : last] for p in (*n.heads, *(as_pieces(n) or _spelled(n, words)))]
    return heads + list(region.lines[last].heads)


def as_pieces(line: Line) -> tuple[Piece, ...]:
    """The label of a line without figures as a piece: a row printed above its columns."""
    if line.items or not line.tokens:
        return ()
    return (Piece(line.label, label_key(line.label), line.tokens),)


def _spelled(line: Line, words: Words) -> Sequence[Piece]:
    """Headings with blanks or a page's number behind them; one label by itself is a row of another table."""
    pieces = [p for p in cut(line.tokens, words) if p.roles] if line.tokens else []
    among_heads = any(p.is_a("column") for p in line.heads[-1:])
    return pieces if len(pieces) > 1 or not line.figures or among_heads else ()
