"""The form as a person knows it: tables with their headings merged as they are printed, a place for each figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from gkingest.formats.spec import Block, Format, Node
from gkingest.model.key import FactKey


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of the form: a heading with its ``label`` (and ``title`` in English), or the place of a figure."""

    label: str = ""
    title: str = ""
    rows: int = 1
    columns: int = 1
    scope: str = ""
    key: FactKey | None = None


class Part(NamedTuple):
    """One block of a table: what is printed over it, the rows of its head, the rows below."""

    caption: str
    head: list[list[Square]]
    body: list[list[Square]]

    @property
    def keys(self) -> list[FactKey]:
        """The figures in it."""
        return [square.key for row in self.body for square in row if square.key]

    @classmethod
    def of(cls, table: str, block: Block) -> Self:
        """A block of a table, its headings above and beside the figures."""
        columns = [leaf.key or "" for leaf, _ in block.column_leaves()]
        rows = [leaf.key or "" for leaf, _ in block.row_leaves()]
        if block.crossed:
            return cls.side_by_side(table, block, rows, columns)
        deep, levels = _levels(block.rows), _levels(block.columns)
        head = _across(block.columns, levels)
        head[0].insert(0, Square(rows=levels, columns=deep))
        body = [
            [*headings, *(Square(key=FactKey(table, row, column)) for column in columns)]
            for row, headings in zip(rows, _down(block.rows, deep), strict=True)
        ]
        return cls(block.caption, head, body)

    @classmethod
    def side_by_side(cls, table: str, block: Block, rows: Sequence[str], columns: Sequence[str]) -> Self:
        """A block whose rows are printed side by side, each over all of the columns: one long row of figures."""
        above = _across(block.rows, _levels(block.rows), len(columns))
        below = [Square(leaf.label, leaf.title, scope="col") for _ in rows for leaf, _ in block.column_leaves()]
        figures = [Square(key=FactKey(table, row, column)) for row in rows for column in columns]
        return cls(block.caption, [*above, below], [figures])


class FormTable(NamedTuple):
    """One statutory table, with the number of its section."""

    key: str
    section: int
    title: str
    parts: list[Part]


def laid_out(form: Format) -> list[FormTable]:
    """The tables of an edition, and what section six states in words as a table of one column."""
    tables = [FormTable(t.key, t.section, t.title, [Part.of(t.key, b) for b in t.blocks]) for t in form.tables]
    for stated in form.stated:
        rows = [[Square(label, label, scope="row"), Square(key=key)] for key, label, _, _ in stated.slots()]
        tables.append(
            FormTable(stated.table, stated.section, form.sections[stated.section - 1], [Part("", [], rows)])
        )
    return tables


def _levels(nodes: Sequence[Node]) -> int:
    return max(1 + (_levels(node.children) if node.children else 0) for node in nodes)


def _leaves(node: Node) -> int:
    return sum(1 for _ in node.leaves())


def _across(nodes: Sequence[Node], levels: int, each: int = 1) -> list[list[Square]]:
    """Headings over columns, level by level; every leaf stands over ``each`` columns."""
    lines: list[list[Square]] = [[] for _ in range(levels)]

    def put(node: Node, level: int) -> None:
        rows = 1 if node.children else levels - level
        wide = _leaves(node) * each
        lines[level].append(Square(node.label, node.title, rows, wide, "col" if wide == 1 else "colgroup"))
        for child in node.children:
            put(child, level + 1)

    for node in nodes:
        put(node, 0)
    return lines


def _down(nodes: Sequence[Node], deep: int) -> Iterator[list[Square]]:
    """For each row its headings, of those that are merged over several rows only in the first of them."""

    def lines(node: Node, left: int) -> Iterator[list[Square]]:
        if not node.children:
            yield [Square(node.label, node.title, columns=left, scope="row")]
            return
        own = Square(node.label, node.title, rows=_leaves(node), scope="rowgroup")
        for number, line in enumerate(line for child in node.children for line in lines(child, left - 1)):
            yield [own, *line] if number == 0 else line

    for node in nodes:
        yield from lines(node, deep)
