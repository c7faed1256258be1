"""What is on paper: paragraphs and tables of cells with spans. No figures are understood here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell; `rows` and `cols` are its spans, `role` says how it is set."""

    text: str
    rows: int = 1
    cols: int = 1
    role: str = "value"  # value | head | corner | stub | group | label | caption | spacer


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of anchor cells, as in HTML: a cell covered by a span above or left is not listed."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    head_rows: int = 0

    def placed(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield every anchor cell with its row and column."""
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(self.rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                taken.update((r + i, c + j) for i in range(cell.rows) for j in range(cell.cols))
                yield r, c, cell
                c += cell.cols
        if len(taken) != len(self.rows) * len(self.widths):
            raise ValueError(f"table {self.name}: spans do not fill the grid")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text; `kind` is title, date, text, heading, subheading, caption, sign or break."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to be printed: where, by which producer, how it looks, and its blocks."""

    path: str
    producer: str
    blocks: tuple[Paragraph | Table, ...]
    look: dict = field(default_factory=dict)
    site: dict = field(default_factory=dict)
    published: str = ""
    title: str = ""


def one_a_line(text: str) -> str:
    """Set a label one character a line, as the narrow merged cell of the form has it."""
    return "\n".join(text).replace("\n、", "、")
