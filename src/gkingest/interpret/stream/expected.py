"""What a table of the form leads one to expect of a stream: lines of so many figures, and their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gkingest.formats.spec import Block, Node, Table
from gkingest.interpret.stream.pieces import Piece
from gkingest.interpret.table.match import Slot, make_slot
from gkingest.text.labels import label_key


class Spot(NamedTuple):
    """One figure of the form: its row, its column, and the text printed above or beside it ("" if none was met)."""

    row: str
    column: str
    node: Node
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of the form: its label's slot (``None``: the figures have none of their own), and its figures."""

    slot: Slot | None
    block: Block
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The leaves of one axis as the heads of a stream put them, with what is printed for each.

    ``told`` tells that the heads name every leaf, ``missing`` which they do not.
    """

    leaves: tuple[tuple[Node, str], ...]
    told: bool
    missing: tuple[Node, ...] = ()


def rows_of(table: Table, orders: Mapping[str, Order]) -> tuple[Expected, ...]:
    """Lines of a table printed row by row; ``orders`` are those of each block's columns by its key."""
    return tuple(
        Expected(
            make_slot(leaf, above, leaf.key or ""),
            block,
            tuple(Spot(leaf.key or "", c.key or "", c, text) for c, text in orders[block.key].leaves),
        )
        for block in table.blocks
        for leaf, above in block.row_leaves()
    )


def columns_of(table: Table, orders: Mapping[str, Order]) -> tuple[Expected, ...]:
    """Lines of a transposed table; ``orders`` are those of each block's rows."""
    return tuple(
        Expected(
            make_slot(leaf, above, leaf.key or ""),
            block,
            tuple(Spot(r.key or "", leaf.key or "", leaf, "") for r, _ in orders[block.key].leaves),
        )
        for block in table.blocks
        for leaf, above in block.column_leaves()
    )


def crossed_line(block: Block, rows: Order, columns: Order) -> Expected:
    """The one line of figures below a crossed heading."""
    spots = (Spot(r.key or "", c.key or "", c, text) for r, _ in rows.leaves for c, text in columns.leaves)
    return Expected(None, block, tuple(spots))


def printed_order(nodes: Sequence[Node], pieces: Sequence[Piece]) -> Order:
    """The leaves below ``nodes``, brothers put as a stream names them, by rows or columns."""
    at: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        at.setdefault(piece.key, number)
    leaves: list[tuple[Node, str]] = []
    missing: list[Node] = []

    def place(node: Node) -> int | None:
        own = [at[k] for text in node.labels if (k := label_key(text)) in at]
        below = [p for c in node.children if (p := place(c)) is not None]
        return min(own or below, default=None) if own or below else None

    def walk(level: Sequence[Node]) -> None:
        places = {id(n): place(n) for n in level}
        known = all(p is not None for p in places.values())
        for node in sorted(level, key=lambda n: places[id(n)] or 0) if known else level:
            if node.children:
                walk(node.children)
                continue
            number = next((at[k] for text in node.labels if (k := label_key(text)) in at), None)
            if number is None:
                missing.append(node)
            leaves.append((node, pieces[number].text if number is not None else ""))

    walk(nodes)
    return Order(tuple(leaves), not missing, tuple(missing))
