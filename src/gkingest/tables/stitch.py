"""Grids of consecutive pages that are one table → one grid, recognised by the x positions of their columns."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from math import nan

from gkingest.model.method import ALIGNED
from gkingest.model.paper import Cell, Grid
from gkingest.tables.along import mean_edges, nearest
from gkingest.text.numbers import is_number

_NEAR = 4.0  # points by which a column edge may wander between two pages
_AGREE = 0.7  # share of the smaller table's edges that the other must have too
_FIGURES = 4  # columns of figures at least that show by their widths alone that two grids are one table
_WANDER = 0.3  # of the narrowest of them: how far an edge may lie from its place on a page of another scale
_ROWS, _HEIGHT = 4, 0.08  # rows at least that two pages share, and by how much of its height one may be higher
_LABELS = 4  # columns of labels at most that stand beside the figures, one of them of spacers or of numbers


def stitch_grids(pages: Sequence[Sequence[Grid]], blank: Collection[int] = ()) -> tuple[Grid, ...]:
    """Grids page by page → grids, those that go on over a page break joined; ``blank`` pages part no table.

    Below another table, cells without a word are none.

    ``page_starts`` of a joined grid are the rows where a new page begins; whether the two rows at such a
    place are one row cut in two is for the labels to decide.
    """
    done: list[Grid] = []
    for grids in pages:
        for n, grid in enumerate(grids):
            if n and grid.is_blank:
                continue  # a browser draws the room at the foot of a page that a row left which went to the next
            whole = _continued(done[-1], grid, blank, first=not n) if done else None
            if whole is None:
                done.append(grid)
            else:
                done[-1] = whole
    return tuple(done)


def _continued(above: Grid, grid: Grid, blank: Collection[int], *, first: bool) -> Grid | None:
    """A table with the grid in which it goes on overleaf, ``None`` where that is another.

    ``first`` tells that the grid is the first of its page.
    """
    end = above.cells[-1].page  # of the page that was joined last
    start = min((c.page for c in grid.cells), default=grid.page)
    between = range(min(end, start) + 1, max(end, start))  # pages that were printed backwards count down
    if end == start or any(n not in blank for n in between):
        return None
    edges = _edges_on(above, grid)
    if edges is not None:
        return _join(above, replace(grid, column_edges=edges))
    return _beside(above, grid) if first else None


def _edges_on(above: Grid, below: Grid) -> tuple[float, ...] | None:
    """Column edges of a grid where they would lie on the page before, ``None`` if it is another table.

    A table ends at the same right edge on each page; its labels need not begin at the same left one, for the page
    may begin inside of a cell that nobody drew a left rule for.
    """
    if _aligned_alike(above, below):
        return above.column_edges
    if _same_columns(above, below):
        return below.column_edges
    return _scaled(above, below)


def _scaled(above: Grid, below: Grid) -> tuple[float, ...] | None:
    """Column edges of a grid from a page of another size or scale, laid over those above by the columns of figures.

    ``None`` where these do not fit.
    """
    first, second = _figure_edges(above), _figure_edges(below)
    if len(first) != len(second) or len(first) <= _FIGURES:
        return None
    scale = (first[-1] - first[0]) / (second[-1] - second[0])
    moved = [first[0] + scale * (x - second[0]) for x in below.column_edges]
    narrow = min(b - a for a, b in pairwise(first))
    if any(abs(a - b) > _WANDER * narrow for a, b in zip(first, moved[-len(first) :], strict=True)):
        return None
    known = above.column_edges
    close = [min(known, key=lambda edge, x=x: abs(edge - x)) for x in moved]  # type: ignore[misc]
    return tuple(n if abs(n - x) <= _WANDER * narrow else x for n, x in zip(close, moved, strict=True))


def _row_beside(above: Grid, grid: Grid) -> int | None:
    """The first of the rows that go on in a grid of the next page, which has figures and no labels of its own.

    They are those of one page, as many and as high as its own, and nothing stands right of them yet.
    """
    if _figure_edges(grid) != grid.column_edges:
        return None
    heights = _heights(grid.cells, 0, grid.rows)
    starts = (0, *above.page_starts)
    for first, end in zip(starts, (*above.page_starts, above.rows), strict=True):
        own = [c for c in above.cells if first <= c.row < end]
        pages = {c.page for c in own}
        if len(pages) > 1 or len(heights) != end - first or len(heights) < _ROWS:
            continue
        pairs = zip(heights, _heights(own, first, end), strict=True)
        if all(abs(a - b) <= _HEIGHT * a for a, b in pairs):
            return first
    return None


def _heights(cells: Sequence[Cell], start: int, end: int) -> list[float]:
    """How high each row is, as cells of that row alone show it; NaN, which is like nothing, where none does."""
    known = {c.row: c.box.height for c in cells if c.row_span == 1}
    return [known.get(row, nan) for row in range(start, end)]


def _beside(above: Grid, grid: Grid) -> Grid | None:
    """A table with its right part from the next page, ``None`` where that is no part of it."""
    row = _row_beside(above, grid)
    if row is None:
        return None
    edges, right = above.column_edges, above.column_edges[-1]
    known = next((n for n in range(len(edges)) if abs(edges[n] - above.box.x1) <= _NEAR), len(edges) - 1)
    moved = tuple(above.box.x1 + x - grid.column_edges[0] for x in grid.column_edges[1:])
    if known == len(edges) - 1:
        edges = (*edges, *moved)
    elif len(edges) - 1 - known != grid.columns or abs(moved[-1] - right) > _NEAR:
        return None  # another page of it has other columns there
    cells = (replace(c, row=c.row + row, column=c.column + known) for c in grid.cells)
    return replace(
        above,
        cells=(*above.cells, *cells),
        columns=len(edges) - 1,
        column_edges=edges,
        loose=above.loose + grid.loose,
    )


def _figure_edges(grid: Grid) -> tuple[float, ...]:
    """Edges of the columns from the first that holds mostly figures to the last."""
    for column in range(grid.columns):
        own = [c.text for c in grid.cells if c.column == column and c.column_span == 1 and c.text.strip()]
        if own and 2 * sum(is_number(t) for t in own) > len(own):
            return grid.column_edges[column:]
    return ()


def _same_columns(above: Grid, below: Grid) -> bool:
    first, second = above.column_edges, below.column_edges
    if len(first) > len(second):
        first, second = second, first
    shared = sum(any(abs(a - b) <= _NEAR for b in second) for a in first)
    begins = any(abs(first[0] - b) <= _NEAR for b in second[:_LABELS])
    ends = begins and abs(above.box.x1 - below.box.x1) <= _NEAR
    return ends and shared >= 2 and shared >= _AGREE * len(first)


def _aligned_alike(above: Grid, below: Grid) -> bool:
    """Columns read off the figures wander with the figures: as many of them, each over the other, are the same."""
    if above.way != ALIGNED or below.way != ALIGNED or above.columns != below.columns:
        return False
    pairs = zip(pairwise(above.column_edges), pairwise(below.column_edges), strict=True)
    return all(min(a[1], b[1]) - max(a[0], b[0]) > 0.5 * min(a[1] - a[0], b[1] - b[0]) for a, b in pairs)


def _join(above: Grid, below: Grid) -> Grid:
    edges = tuple(mean_edges([*above.column_edges, *below.column_edges], _NEAR))
    cells = [_moved(c, above.column_edges, edges, 0) for c in above.cells]
    cells += [_moved(c, below.column_edges, edges, above.rows) for c in below.cells]
    return replace(
        above,
        cells=tuple(cells),
        rows=above.rows + below.rows,
        columns=len(edges) - 1,
        column_edges=edges,
        page_starts=(*above.page_starts, above.rows, *(above.rows + r for r in below.page_starts)),
        loose=above.loose + below.loose,
    )


def _moved(cell: Cell, old: tuple[float, ...], new: tuple[float, ...], rows: int) -> Cell:
    """The cell in the joined grid: shifted down by ``rows``, its columns counted by the ``new`` edges.

    A column so narrow that its two edges became one is part of the column beside it.
    """
    start = min(nearest(new, old[cell.column]), len(new) - 2)
    end = nearest(new, old[cell.column + cell.column_span])
    return replace(cell, row=cell.row + rows, column=start, column_span=max(end - start, 1))
