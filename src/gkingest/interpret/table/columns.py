"""Heading cells of a grid → columns of the form, block by block."""

from collections.abc import Sequence
from dataclasses import dataclass

from gkingest.formats.spec import Block, Node
from gkingest.interpret.table.layout import Heading
from gkingest.interpret.table.match import UNSURE, Match, Printed, Slot, align, make_slot
from gkingest.model.paper import Cell
from gkingest.text.labels import label_key, label_keys


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column that is one of the form's.

    ``row_key`` is set in crossed blocks only, where the heading names rows and columns both; ``start`` and
    ``end`` (exclusive) are columns of the grid.
    """

    row_key: str
    key: str
    node: Node
    start: int
    end: int
    label: str
    match: Match


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How a heading fits a block: the columns found, cells that fit nothing, columns of the form missing."""

    columns: tuple[Column, ...]
    strangers: tuple[Cell, ...]
    missing: tuple[tuple[str, str], ...]

    @property
    def score(self) -> float:
        """Columns found, as a share of the form's, less a little for every stranger."""
        total = len(self.columns) + len(self.missing)
        return len(self.columns) / total - 0.01 * len(self.strangers) if total else 0.0


def column_slots(block: Block, *, crossed: bool) -> tuple[tuple[Slot, str, Node], ...]:
    """(slot, row key, column node) in printed order; the row key is "" unless the block is read crossed."""
    rows: Sequence[tuple[Node | None, tuple[Node, ...]]] = block.row_leaves() if crossed else ((None, ()),)
    found = []
    for row, over in rows:
        front = (*over, row) if row is not None else ()
        for leaf, above in block.column_leaves():
            slot = make_slot(leaf, (*front, *above), leaf.name)
            found.append((slot, row.name if row is not None else "", leaf))
    return tuple(found)


def read_columns(heading: Heading, block: Block, *, crossed: bool) -> ColumnReading:
    """Align the innermost heading cells with the columns of a block."""
    known = column_slots(block, crossed=crossed)
    printed = []
    for cell, above in heading.cells:  # one may be cut by a rule or the page, and read on from the cells above it
        joined = ["".join((*above[-n:], cell.text)) for n in range(1, len(above) + 1)]
        unsure = cell.confidence < UNSURE
        printed.append(Printed((cell.text, *joined), above, not heading.stands_over_labels(cell), unsure))
    matches = align(printed, [slot for slot, _, _ in known])
    columns, strangers = [], []
    for (cell, above), match in zip(heading.cells, matches, strict=True):
        if match.slot is None:
            strangers.append(cell)
            continue
        _, row_key, node = known[match.slot]
        cut = match.score < 1.0 and len(cell.text) < len(node.label)
        label = "\n".join((*above, cell.text)[-2:]) if cut else cell.text
        columns.append(Column(row_key, node.name, node, cell.column, cell.column + cell.column_span, label, match))
    taken = {(c.row_key, c.key) for c in columns}
    missing = tuple((r, n.name) for _, r, n in known if (r, n.name) not in taken)
    return ColumnReading(tuple(columns), tuple(strangers), missing)


def under_their_rows(columns: Sequence[Column], heading: Heading, block: Block) -> bool:
    """Whether each column of a crossed heading has a name of its row above it."""
    names = {
        leaf.key: {label_key(text) for node in (leaf, *above) for text in node.labels}
        for leaf, above in block.row_leaves()
    }
    printed = {cell.column: {k for text in above for k in label_keys(text)} for cell, above in heading.cells}
    return all(names[column.row_key] & printed.get(column.start, set()) for column in columns)


def is_crossed(block: Block, headings: Sequence[Heading]) -> bool:
    """Whether a block that the form prints crossed is printed so here, and not as plain rows."""
    across = max((len(read_columns(h, block, crossed=True).columns) for h in headings), default=0)
    return across > len(block.column_leaves())
