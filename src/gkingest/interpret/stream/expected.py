"""What a table of the form leads one to expect of a stream: lines of so many figures, and their order."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from operator import attrgetter
from typing import NamedTuple

from gkingest.formats.spec import Block, Node, Table, leaves_of
from gkingest.interpret.stream.pieces import Piece
from gkingest.interpret.stream.tokens import Token, part_of
from gkingest.interpret.table.match import Slot, make_slot
from gkingest.model.key import FactKey
from gkingest.text.labels import label_key


class Head(NamedTuple):
    """A leaf of the form's rows or columns with the piece that names it in the stream, if one does."""

    node: Node
    piece: Piece | None = None

    @property
    def text(self) -> str:
        """What is printed, "" if nothing was met."""
        return self.piece.text if self.piece else ""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The words that are printed, none if nothing was met."""
        return self.piece.tokens if self.piece else ()


class Spot(NamedTuple):
    """One figure of the form: its row, its column, and what is printed above it."""

    row: str
    column: str
    head: Head


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of the form: its label's slot (``None``: the figures have none of their own), and its figures."""

    slot: Slot | None
    block: Block
    spots: tuple[Spot, ...]

    def keys(self, table: Table) -> list[FactKey]:
        """The figures that it has."""
        return [FactKey(table.key, s.row, s.column) for s in self.spots]


@dataclass(frozen=True, slots=True)
class Order:
    """The leaves of one axis as the heads of a stream put them; ``told`` tells that these name every one.

    ``guessed`` tells that they come in an order of their own which spaces in a text alone show.
    """

    leaves: tuple[Head, ...]
    told: bool
    guessed: bool = False

    @property
    def missing(self) -> tuple[Node, ...]:
        """Leaves that no head names."""
        return tuple(h.node for h in self.leaves if h.piece is None)

    @property
    def met(self) -> "Order":
        """The leaves that heads name, alone."""
        return Order(tuple(h for h in self.leaves if h.piece), told=True)

    @property
    def needed(self) -> "Order":
        """Without leaves that may be missing and that no head names."""
        leaves = tuple(h for h in self.leaves if h.piece or not h.node.optional)
        return Order(leaves, all(h.piece for h in leaves))


def rows_of(table: Table, orders: Mapping[str, Order]) -> tuple[Expected, ...]:
    """Lines of a table printed row by row; ``orders`` are those of each block's columns by its key."""
    return tuple(
        Expected(
            make_slot(leaf, above, leaf.name),
            block,
            tuple(Spot(leaf.name, c.node.name, c) for c in orders[block.key].leaves),
        )
        for block in table.blocks
        for leaf, above in block.row_leaves()
    )


def columns_of(table: Table, orders: Mapping[str, Order]) -> tuple[Expected, ...]:
    """Lines of a transposed table; ``orders`` are those of each block's rows."""
    return tuple(
        Expected(
            make_slot(leaf, above, leaf.name),
            block,
            tuple(Spot(r.node.name, leaf.name, Head(leaf)) for r in orders[block.key].leaves),
        )
        for block in table.blocks
        for leaf, above in block.column_leaves()
    )


def crossed_line(block: Block, rows: Order, columns: Order) -> Expected:
    """The one line of figures below a crossed heading."""
    spots = (Spot(r.node.name, c.node.name, c) for r in rows.leaves for c in columns.leaves)
    return Expected(None, block, tuple(spots))


def crossed_columns(table: Table, block: Block, rows: Order, heads: Sequence[Piece], *, scattered: bool) -> Order:
    """The columns of a crossed heading: as its words put them, once for each row or once; else as the form does.

    ``scattered`` tells that the places of the figures below do not show their order.
    """
    columns = printed_order(block.columns, heads)
    names = [p.key for p in heads if p.is_a("column", table.key)]
    width = len(columns.leaves)
    repeated = len(names) == len(rows.leaves) * width and names == names[:width] * len(rows.leaves)
    if columns.told and repeated:
        return columns
    # names of rows below each column, or halves of headings beside figures on lines of their own, tell none
    by_column = sum(p.is_a("row", table.key) for p in heads) > 2 * len(rows.leaves)
    told = columns.told and rows.told and len(names) <= width
    return replace(printed_order(block.columns, ()), told=told, guessed=by_column or scattered)


def by_label(leaves: Iterable[tuple[Node, tuple[Node, ...]]]) -> dict[str, Node]:
    """Leaves by the comparison keys of their labels."""
    return {label_key(text): leaf for leaf, _ in leaves for text in leaf.labels}


@dataclass(frozen=True, slots=True)
class _Met:
    """Where the pieces of a stream name the nodes of an axis: ``at`` has the number of a piece by its key."""

    at: Mapping[str, int]
    pieces: Sequence[Piece]

    def named(self, node: Node) -> int | None:
        """The piece that names a node."""
        return next((self.at[k] for text in node.labels if (k := label_key(text)) in self.at), None)

    def place(self, node: Node) -> float | None:
        """Where a node stands in the stream of a text, or from left to right on a page."""
        own = self.named(node)
        if own is not None and not (node.children and paged(self.pieces[own])):
            return centre_of(self.pieces[own]) if paged(self.pieces[own]) else own
        # what stands below a heading is left or right of its neighbours on a page, but comes later in a text
        below = [p for c in node.children if (p := self.place(c)) is not None]
        return min(below, default=None) if any(map(paged, self.pieces)) else None

    def across(self, node: Node) -> float | None:
        """Where the first of what stands below a node stands from left to right."""
        own = self.named(node)
        below = [x for c in node.children if (x := self.across(c)) is not None]
        return min(below, default=None if own is None else centre_of(self.pieces[own]))

    def brothers(self, level: Sequence[Node], *, lined: bool) -> tuple[dict[int, float | None], bool, bool]:
        """Where the nodes of a level stand, by their identity; whether all are named; whether that is guessed."""
        places = {id(n): self.place(n) for n in level}
        known = None not in places.values()
        heads = [self.pieces[number] for n in level if (number := self.named(n)) is not None]
        guessed = False
        if known and _interlaced(heads, self.pieces, lined=lined) and not _in_order(places, level):
            places, guessed = self.set_out(level)
        met = [n for n in level if places[id(n)] is not None]
        # some are named, in another order than the form's
        return places, known, guessed or not (known or _in_order(places, met))

    def set_out(self, level: Sequence[Node]) -> tuple[dict[int, float | None], bool]:
        """Where brothers stand on lines of a text that spaces may set out, and whether that is guessed.

        What stands higher may stand further right: they are taken as the form prints them, unless two that share a
        line show another order.
        """
        across = {id(n): self.across(n) for n in level}
        tied = len({x for x in across.values() if x is not None}) < len(level)
        if not tied and _in_order(across, level):
            return across, False
        heads = [(at, self.pieces[at].tokens[0].line) for n in level if (at := self.named(n)) is not None]
        if any(a > b and one == other for (a, one), (b, other) in combinations(heads, 2)):
            return across, True
        return {id(n): at for at, n in enumerate(level)}, True


def printed_order(nodes: Sequence[Node], pieces: Sequence[Piece], *, lined: bool = False) -> Order:
    """The leaves below ``nodes``, brothers put as a stream names them.

    In a text that is the order of the stream, by rows or by columns; on a page it is that from left to right.
    ``lined`` tells that the lines of a text are those of the table's rows: brothers on several show no order.
    """
    words: list[Piece] = []
    for piece in pieces:
        if piece.roles:
            words.append(piece)
        else:  # halves of headings stand in places of their own
            words += [Piece(t.text, label_key(t.text), (t,)) for t in piece.tokens]
    met_at = _Met(_places_of_labels(nodes, words), words)
    found: list[Head] = []
    guessed = False

    def walk(level: Sequence[Node]) -> None:
        nonlocal guessed
        places, known, unsure = met_at.brothers(level, lined=lined)
        guessed |= unsure
        for node in sorted(level, key=lambda n: places[id(n)] or 0) if known else level:
            if node.children:
                walk(node.children)
            else:
                number = met_at.named(node)
                found.append(Head(node, words[number] if number is not None else None))

    walk(nodes)
    return Order(tuple(found), all(map(attrgetter("piece"), found)), guessed)


def _in_order(places: Mapping[int, float | None], level: Sequence[Node]) -> bool:
    """Whether brothers come as the form prints them."""
    return all((places[id(a)] or 0) <= (places[id(b)] or 0) for a, b in pairwise(level))


def _interlaced(heads: Sequence[Piece], pieces: Sequence[Piece], *, lined: bool) -> bool:
    """Whether brothers stand on several lines of a text whose lines hold more than one heading, or a row each."""
    lines = {h.tokens[0].line for h in heads}
    if len(lines) < 2 or any(map(paged, heads)):
        return False
    return lined or any(sum(p.tokens[0].line == line for p in pieces) > 1 for line in lines)


def _places_of_labels(nodes: Sequence[Node], pieces: Sequence[Piece]) -> dict[str, int]:
    """Which piece names each label first, by its key: one that spells it, or else one with half of a heading."""
    at = {piece.key: number for number, piece in reversed(list(enumerate(pieces)))}
    spelled = by_label(leaves_of(nodes))
    words = ((label_key(t.text), n) for n, piece in enumerate(pieces) if not piece.roles for t in piece.tokens)
    for part, number in words:
        # half of a heading that was set on two lines, if it is the half of one heading only
        whole = [k for k in spelled if len(part) > 1 and (k.startswith(part) or k.endswith(part))]
        if len({spelled[k].key for k in whole}) == 1:
            at = {**dict.fromkeys(whole, number), **at}
    return at


def paged(piece: Piece) -> bool:
    """Whether the places of a piece are those of a page, and not of a text set on a sheet."""
    return any(t.paged for t in piece.tokens)


def centre_of(piece: Piece) -> float:
    """x of a piece's middle in points; a word that stands elsewhere than those before it is of another heading."""
    box = piece.tokens[0].box
    for token in piece.tokens[1:]:
        if box.x0 - token.box.height < token.box.x1 and token.box.x0 < box.x1 + token.box.height:
            box = box.union(token.box)
    return box.centre[0]


def order_above(nodes: Sequence[Node], pieces: Sequence[Piece], figures: Sequence[Token]) -> Order | None:
    """The leaves below ``nodes`` by what is printed above each of the figures of a line, character by character.

    ``None`` unless every figure has a leaf of its own above it: so heads are read that several lines interlace.
    """
    leaves = leaves_of(nodes)
    in_line = {(t.line, t.paged) for t in figures} == {(figures[0].line, True)} if figures else False
    if not (in_line and 1 < len(leaves) == len(figures)):
        return None
    named = by_label(reversed(leaves))
    found: list[Head] = []
    for text, token in zip(_texts_above(pieces, figures), figures, strict=False):  # there may be no texts
        key = label_key(text)
        ends = [label for label in named if key.endswith(label)]
        if not ends:
            return None
        found.append(Head(named[max(ends, key=len)], Piece(text, key, (token,))))
    return Order(tuple(found), told=True) if len({h.node.key for h in found}) == len(leaves) else None


def _texts_above(pieces: Sequence[Piece], figures: Sequence[Token]) -> list[str]:
    """The characters of the pieces that stand nearest to each figure of a line; none if they run backwards."""
    middles = [t.box.centre[0] for t in figures]
    if middles != sorted(middles):
        return []
    edges = [(a + b) / 2 for a, b in pairwise(middles)]
    first = 2 * middles[0] - edges[0]
    above = [""] * len(figures)
    for token in (t for p in pieces for t in p.tokens if t.paged):
        for n in range(len(token.text)):
            x = part_of(token.box, (), len(token.text), n, n + 1).centre[0]
            if x > first:
                above[bisect(edges, x)] += token.text[n]
    return above
