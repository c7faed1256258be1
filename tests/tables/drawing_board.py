"""Words, boxes, rules and pages made by hand, for tests of how tables are found on them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

from gkingest.model.paper import Box, Grid, Page, Ruling, Word


def word(text: str, x: float, y: float, size: float = 10.0, **more: Any) -> Word:
    """A word that begins at ``x``, its top at ``y``: letters and digits half as wide as high."""
    widths = [size / 2 if c.isascii() else size for c in text]
    edges = tuple(accumulate(widths, initial=x))
    return replace(Word(text, Box(x, y, edges[-1], y + size), size, edges), **more)


def page(words: Sequence[Word], rulings: Sequence[Ruling] = (), **more: Any) -> Page:
    """A sheet of 600 × 800 points."""
    return Page(1, 600.0, 800.0, tuple(words), tuple(rulings), **more)


def across(y: float, x0: float, x1: float) -> Ruling:
    """A rule across the page."""
    return Ruling(x0, y, x1, y)


def down(x: float, top: float, bottom: float) -> Ruling:
    """A rule down the page."""
    return Ruling(x, top, x, bottom)


def boxes(columns: Sequence[float], rows: Sequence[float]) -> list[Box]:
    """One box for each place between these edges, row by row."""
    return [Box(a, top, b, bottom) for top, bottom in pairwise(rows) for a, b in pairwise(columns)]


def rules(columns: Sequence[float], rows: Sequence[float]) -> list[Ruling]:
    """The rules of a full table."""
    return [across(y, columns[0], columns[-1]) for y in rows] + [down(x, rows[0], rows[-1]) for x in columns]


def texts(grid: Grid | None) -> list[list[str]]:
    """The text at every place, row by row; a cell says its own where it begins and "^" wherever else it reaches."""
    assert grid is not None
    shown = [["?"] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                shown[row][column] = cell.text if (row, column) == (cell.row, cell.column) else "^"
    return shown


def doubts(grid: Grid | None) -> dict[str, str]:
    """Doubts of the cells that have one, by ``row.column``."""
    assert grid is not None
    return {f"{c.row}.{c.column}": c.doubt for c in grid.cells if c.doubt}
