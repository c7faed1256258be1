"""A grid seen as a table: which rows are heading, caption or line, and what labels stand beside and above."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, product

from gkingest.formats.spec import Node, Table
from gkingest.interpret.table.match import UNSURE, Printed
from gkingest.model.paper import Cell, Grid, Page
from gkingest.model.report import CellState
from gkingest.text.labels import fold, label_key, label_keys, read_label
from gkingest.text.numbers import is_number, read_number

FEW_CELLS = 3  # printed cells below which a column does not show whether it holds labels or figures


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Comparison keys that a table's rows, columns and captions can have."""

    rows: frozenset[str]
    columns: frozenset[str]
    captions: frozenset[str]
    ignored: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """Consecutive heading rows of one grid; ``cells`` are the innermost cells with the texts above each.

    The first ``labels`` columns below it hold hardly any figure.
    """

    grid: int
    rows: tuple[int, ...]
    cells: tuple[tuple[Cell, tuple[str, ...]], ...]
    labels: int = 0

    def stands_over_labels(self, cell: Cell) -> bool:
        """Whether the rows' labels stand below a heading cell, and no figures."""
        return cell.column + cell.column_span <= self.labels


@dataclass(frozen=True, slots=True)
class TableLine:
    """A printed row: the grid rows it takes up, its label cells, and the heading it stands under (index or -1)."""

    grid: int
    rows: tuple[int, ...]
    label_cells: tuple[Cell, ...]
    figure_cells: tuple[Cell, ...]
    above: tuple[str, ...]
    heading: int

    @property
    def inked(self) -> bool:
        """Whether anything is printed in its figure cells."""
        return any(fold(c.text) for c in self.figure_cells)

    @property
    def inked_cells(self) -> list[Cell]:
        """Its figure cells in which something is printed."""
        return [c for c in self.figure_cells if fold(c.text)]

    def is_named(self, names: frozenset[str]) -> bool:
        """Whether its label may read as one of these names."""
        return any(_knows(names, text) for text in self.printed().texts)

    @property
    def label(self) -> str:
        """Innermost label as printed, "" if there is none."""
        return next((c.text for c in reversed(self.label_cells) if fold(c.text)), "")

    def printed(self) -> Printed:
        """What the label may read: the innermost cell, the cells joined, then the outer ones."""
        inner = [c for c in reversed(self.label_cells) if fold(c.text)]
        texts = [c.text for c in inner]
        joined = ["".join(reversed(texts[:n])) for n in range(2, len(texts) + 1)]
        outer = tuple(texts[1:])
        unsure = bool(inner) and inner[0].confidence < UNSURE
        return Printed((texts[0] if texts else "", *joined), (*self.above, *outer), self.inked, unsure)


@dataclass(frozen=True, slots=True)
class Layout:
    """All grids of one table taken apart."""

    headings: tuple[Heading, ...]
    lines: tuple[TableLine, ...]
    captions: tuple[str, ...]


@lru_cache(maxsize=32)
def vocabulary(table: Table) -> Vocabulary:
    """The words of one table of the form."""
    rows: set[str] = set()
    columns: set[str] = set()
    captions: set[str] = set()
    for block in table.blocks:
        captions |= {label_key(c) for c in (block.caption, *block.caption_aliases) if c}
        row_words = _words_of(block.row_leaves())
        columns |= _words_of(block.column_leaves())
        rows |= row_words
        columns |= row_words if block.crossed else set()
    return Vocabulary(
        frozenset(rows),
        frozenset(columns),
        frozenset(captions),
        frozenset(label_key(t) for t in (*table.ignored, *(text for b in table.beside for text in b.labels))),
    )


def _words_of(leaves: Iterable[tuple[Node, tuple[Node, ...]]]) -> set[str]:
    """Comparison keys of leaves and of the headings above them."""
    return {label_key(t) for leaf, above in leaves for node in (leaf, *above) for t in node.labels}


def _knows(words: frozenset[str], text: str) -> bool:
    return any(key in words for key in label_keys(text))


class GridView:
    """Cells of a grid by place."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._at: dict[tuple[int, int], Cell] = {}
        for cell in grid.cells:
            self._at |= dict.fromkeys(product(cell.rows, cell.columns), cell)

    def row(self, row: int) -> tuple[Cell, ...]:
        """Cells that cover a row, each once, from left to right."""
        return self.between((row,), 0, self.grid.columns)

    def inked(self, row: int) -> list[Cell]:
        """Cells of a row in which something is printed."""
        return [c for c in self.row(row) if fold(c.text)]

    def between(self, rows: Iterable[int], start: int, end: int) -> tuple[Cell, ...]:
        """Cells that cover rows within columns ``start`` to ``end`` (exclusive), row by row."""
        cells = map(self._at.get, product(rows, range(start, end)))
        return tuple(dict.fromkeys(c for c in cells if c is not None))

    def column(self, column: int, rows: Iterable[int]) -> tuple[Cell, ...]:
        """Cells that cover a column within ``rows``, from the top."""
        cells = (self._at.get((r, column)) for r in rows)
        return tuple(dict.fromkeys(c for c in cells if c is not None))

    def holds_only_pieces(self, row: int, headings: Set[int], words: Vocabulary) -> bool:
        """Whether a row holds only words above the figures: no figure, and nothing where the labels stand.

        ``headings`` are the rows known to be headings.
        """
        near = {row - 1, row + 1} & headings
        starts = [c.column for r in near for c in self.row(r) if _knows(words.columns, c.text)]
        cells = self.inked(row)
        labels = any(_knows(words.rows - words.columns, c.text) for c in cells)
        figures = any(read_number(c.text).state in (CellState.REPORTED, CellState.DASH) for c in cells)
        return bool(cells and starts) and min(c.column for c in cells) >= min(starts) and not labels and not figures

    def kind(self, row: int, words: Vocabulary) -> str:
        """What a row is: a caption, a heading or a line."""
        cells = self.inked(row)
        if cells and all(_knows(words.captions | words.ignored, c.text) for c in cells):
            caption = len(cells) == 1 or any(_knows(words.captions, c.text) for c in cells)
            return "caption" if caption else "heading"
        if any(is_number(c.text) for c in cells if c.row == row):
            return "line"
        return "heading" if _are_heads(cells, row, words) else "line"

    def kinds(self, words: Vocabulary) -> list[str]:
        """Kind of every row; rows between or beside headings that only carry pieces of words are headings too."""
        kinds = [self.kind(row, words) for row in range(self.grid.rows)]
        headings = {row for row, kind in enumerate(kinds) if kind == "heading"}
        changed = True
        while changed:
            changed = False
            for row, kind in enumerate(kinds):
                if kind == "line" and self.holds_only_pieces(row, headings, words):
                    kinds[row] = "heading"
                    headings.add(row)
                    changed = True
        return kinds

    def label_columns(self, start: int, kinds: Sequence[str]) -> int:
        """How many columns from the left hold labels below a heading: few of their cells are numbers."""
        end = next((r for r in range(start, len(kinds)) if kinds[r] == "heading"), len(kinds))
        lines = [r for r in range(start, end) if kinds[r] == "line"]
        for column in range(self.grid.columns):
            inked = [c for c in self.column(column, lines) if fold(c.text)]
            if len(inked) >= FEW_CELLS and sum(is_number(c.text) for c in inked) > len(inked) / 2:
                return column
        return 0

    def heading(self, grid: int, rows: tuple[int, ...], kinds: Sequence[str], words: Vocabulary) -> Heading:
        """Innermost heading cells from left to right, each with the texts above it from the outermost in.

        What the form declares ignored, as the numbers 甲 乙 1 2 below the names of columns, is none where others
        are.
        """
        innermost: dict[Cell, tuple[str, ...]] = {}
        for column in range(self.grid.columns):
            inked = [c for c in self.column(column, rows) if fold(c.text)]
            stack = [c for c in inked if not _knows(words.ignored, c.text)] or inked
            if stack and stack[-1] not in innermost:
                innermost[stack[-1]] = tuple(c.text for c in stack[:-1])
        return Heading(grid, rows, tuple(innermost.items()), self.label_columns(rows[-1] + 1, kinds))

    def first_column(
        self,
        row: int,
        current: int,
        headings: Sequence[Heading],
        words: Vocabulary,
        known: dict[int, int],
    ) -> int:
        """First figure column for a row."""
        if current in known:
            return known[current]
        if current >= 0:
            starts = [c.column for c, _ in headings[current].cells if _knows(words.columns, c.text)]
            if starts:
                return min(starts)
        figures = [c.column for c in self.row(row) if is_number(c.text)]
        labels = [c.column + c.column_span for c in self.row(row) if _knows(words.rows, c.text)]
        return max(labels, default=min(figures, default=min(1, self.grid.columns)))

    def rows_of(self, row: int, first: int, leaf: Cell | None) -> tuple[int, ...]:
        """Grid rows of a printed row: those its label cell spans, unless they hold figures of their own."""
        if leaf is None or leaf.row != row or leaf.row_span == 1:
            return (row,)
        rows = tuple(range(row, min(leaf.row + leaf.row_span, self.grid.rows)))
        for column in range(first, self.grid.columns):
            if sum(bool(fold(c.text)) for c in self.column(column, rows)) > 1:
                return (row,)
        return rows

    def lower_part(self, row: int, first: int, words: Vocabulary) -> tuple[str, ...] | None:
        """What a label goes on with in a row where no figure begins; ``None`` if the row is one of its own.

        Where a page cuts cells at different heights, a rule beside a row cuts its label and not its figures.
        """
        figures = self.between((row,), first, self.grid.columns) if row < self.grid.rows else ()
        pieces = tuple(c.text for c in self.between((row,), 0, first) if c.row == row and fold(c.text))
        own = any(read_label(p).level or _knows(words.rows, p) for p in pieces)
        return None if own or not figures or any(c.row == row for c in figures) else pieces

    def line(
        self, grid: int, row: int, first: int, heading: int, carried: dict[int, str], words: Vocabulary
    ) -> TableLine:
        """A line of the table, labels left of column ``first`` and figures from there on."""
        labels = list(self.between((row,), 0, first))
        inked = [c for c in labels if fold(c.text)]
        leaf = next(reversed(inked), None)
        rows = self.rows_of(row, first, leaf)
        while (pieces := self.lower_part(rows[-1] + 1, first, words)) is not None:
            rows = (*rows, rows[-1] + 1)
            if leaf is not None and pieces:
                whole = replace(leaf, text="\n".join((leaf.text, *pieces)))
                labels[labels.index(leaf)] = whole
                leaf = inked[-1] = whole
        figures = tuple(c for c in self.between(rows, first, self.grid.columns) if c not in labels)
        above = _labels_above(carried, inked)
        if leaf is not None and leaf.row < row:  # the label belongs to the row where it begins
            own = tuple(c for c in labels if c.column > leaf.column)
            return TableLine(grid, rows, own, figures, (*above, leaf.text), heading)
        return TableLine(grid, rows, tuple(labels), figures, above, heading)


def as_columns(grid: Grid, table: Table) -> Grid:
    """The grid of a crossed table that is printed as a list, a row for each figure, its rows and columns exchanged.

    Places stay those of the print; only the order of cells is another.
    """
    figures = [c for c in grid.cells if read_number(c.text).state in (CellState.REPORTED, CellState.DASH)]
    longest = max((len(b.column_leaves()) for b in table.blocks if b.crossed), default=0)
    listed = len({c.column for c in figures}) == 1 and len(figures) > longest > 0
    if not listed or not all(b.crossed for b in table.blocks):
        return grid
    cells = (
        replace(c, row=c.column, column=c.row, row_span=c.column_span, column_span=c.row_span) for c in grid.cells
    )
    step = grid.box.width / grid.rows
    edges = tuple(grid.box.x0 + step * n for n in range(grid.rows + 1))
    turned = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    return replace(grid, cells=turned, rows=grid.columns, columns=grid.rows, column_edges=edges, page_starts=())


@dataclass(frozen=True, slots=True)
class Sketch:
    """First look at the grids of one table: their cells by place, the kind of every row, the headings."""

    views: tuple[GridView, ...]
    kinds: tuple[tuple[str, ...], ...]
    headings: tuple[Heading, ...]


def read_headings(grids: Sequence[Grid], words: Vocabulary) -> Sketch:
    """Tell headings, captions and lines apart by the words of the form."""
    views = tuple(GridView(grid) for grid in grids)
    kinds = tuple(tuple(view.kinds(words)) for view in views)
    headings = []
    for index, (view, rows) in enumerate(zip(views, kinds, strict=True)):
        for kind, run in groupby(range(len(rows)), key=rows.__getitem__):
            if kind == "heading":
                headings.append(view.heading(index, tuple(run), rows, words))
    return Sketch(views, kinds, tuple(headings))


def read_layout(sketch: Sketch, words: Vocabulary, first_column: dict[int, int]) -> Layout:
    """Take the lines of one table apart; ``first_column`` is the first figure column by heading index."""
    lines: list[TableLine] = []
    captions: list[str] = []
    begins = {(h.grid, h.rows[0]): n for n, h in enumerate(sketch.headings)}
    for index, (view, kinds) in enumerate(zip(sketch.views, sketch.kinds, strict=True)):
        current, row = -1, 0
        carried: dict[int, str] = {}
        while row < view.grid.rows:
            end = row + 1
            if kinds[row] == "heading":
                if (index, row) in begins:
                    current, carried = begins[index, row], {}
            elif kinds[row] == "caption":
                captions += [c.text for c in view.inked(row)]
            else:
                first = view.first_column(row, current, sketch.headings, words, first_column)
                line = view.line(index, row, first, current, carried, words)
                end = line.rows[-1] + 1
                lines.append(line)
            row = end
    return Layout(sketch.headings, tuple(lines), tuple(captions))


def _are_heads(cells: Sequence[Cell], row: int, words: Vocabulary) -> bool:
    """Whether the cells of a row without figures name columns.

    One label alone may be that of a row too: 3.其他 and （七）总计 carry the numbering of one.
    """
    columns = [c for c in cells if _knows(words.columns, c.text)]
    if not columns or any(_knows(words.rows, c.text) for c in cells if not _knows(words.columns, c.text)):
        return False
    numbered = any(read_label(c.text).level for c in columns if _knows(words.rows, c.text))
    return len(columns) > 1 or columns[0].row != row or not numbered


def _labels_above(carried: dict[int, str], inked: Sequence[Cell]) -> tuple[str, ...]:
    """The labels ``carried`` by column from lines above that stand above these too; then these are carried on."""
    if not inked:
        return ()
    own = {c.column for c in inked}
    above = [text for column, text in sorted(carried.items()) if column not in own and column < inked[-1].column]
    for cell in inked:
        carried[cell.column] = cell.text
        for column in [c for c in carried if c > cell.column]:
            del carried[column]
    return tuple(above)


def joined_at(breaks: Set[int], lines: Sequence[TableLine]) -> list[TableLine]:
    """Lines, with those of these numbers and the ones before them as one where that can be."""
    found: list[TableLine] = []
    for number, line in enumerate(lines):
        whole = merged(found[-1], line) if number in breaks and found else None
        if whole is not None:
            found.pop()
        found.append(whole or line)
    return found


def merged(upper: TableLine, lower: TableLine) -> TableLine | None:
    """Two lines on both sides of a page break as one; ``None`` if both have a figure in one column."""
    taken = {c.column for c in upper.figure_cells if fold(c.text)}
    if taken & {c.column for c in lower.figure_cells if fold(c.text)}:
        return None
    ends = {c.column: c for c in lower.label_cells}
    cells = [
        replace(c, text=c.text + "\n" + ends.pop(c.column).text) if c.column in ends else c
        for c in upper.label_cells
    ]
    blank = not any(fold(c.text) for c in lower.label_cells) and not lower.inked
    if blank:
        return None
    return replace(
        upper,
        rows=upper.rows + lower.rows,
        label_cells=(*cells, *ends.values()),
        figure_cells=upper.figure_cells + lower.figure_cells,
    )


def lines_beside(grids: Sequence[Grid], pages: dict[int, Page]) -> Iterator[str]:
    """Text printed close above or below a grid, where a unit may be stated for the whole table."""
    for grid in grids:
        page = pages.get(grid.page)
        for word in page.words if page is not None else ():
            y, near = word.box.centre[1], 3.5 * max(word.size, 8)
            if 0 < grid.box.top - y < near or 0 < y - grid.box.bottom < near:
                yield word.text
