"""Files without pages: what they say, block by block, set on one long sheet as pages and grids.

Web pages, word-processor files, spreadsheets and plain text say which cells a table has, but not where they lie.
They are set on a sheet as wide as A4 and as long as need be, every cell in a box of its own, so that whatever is
read from them has a place that can be drawn. The places mean nothing beyond that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from operator import attrgetter
from statistics import pstdev

from gkingest.errors import DocumentError
from gkingest.model.method import Way
from gkingest.model.paper import (
    PICTURE,
    Box,
    Cell,
    Grid,
    Origin,
    Page,
    Picture,
    ReadDocument,
    Ruling,
    Word,
    outline,
)

_WIDTH, _MARGIN = 595.0, 48.0  # points
_SIZE, _LINE, _GAP = 10.0, 14.0, 10.0  # points: height of characters, of a line, of the ground between blocks
MOST_PLACES = 100_000  # lines and places of tables in a file; a report has a thousand or two
_ROW = 4  # words of a line at least that ends with a figure: a row of a table
_MOST_TABLES = 500  # in a file; a report has a dozen at most
MOST_PICTURES = 30  # sheets of pictures in a file; a report has some, an album more
_HOLE = "the file has no cell here"
_TWICE = "two cells of the file claim this place"


@dataclass(frozen=True, slots=True)
class FlowCell:
    """A cell as the file declares it: text with ``\\n`` between its lines, 0-based place, spans."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class FlowTable:
    """A table as the file declares it; places that no cell takes are holes."""

    cells: tuple[FlowCell, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((c.row + c.row_span for c in self.cells), default=0)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max((c.column + c.column_span for c in self.cells), default=0)

    def owners(self) -> tuple[dict[tuple[int, int], int], dict[int, str]]:
        """Which cell takes each place, and the cells that are doubted as another claims one of theirs."""
        owners: dict[tuple[int, int], int] = {}
        doubts: dict[int, str] = {}
        for index, cell in enumerate(self.cells):
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    first = owners.setdefault((row, column), index)
                    if first != index:
                        doubts[first] = doubts[index] = _TWICE
        return owners, doubts

    def grid(self, top: float, origin: Origin, number: int) -> Grid:
        """The table set out on a page from ``top`` on."""
        rows, columns = self.rows, self.columns
        owners, doubts = self.owners()
        heights = [_LINE] * rows
        for cell in self.cells:
            lines = cell.text.count("\n") + 1
            if cell.row_span == 1:
                heights[cell.row] = max(heights[cell.row], lines * _LINE)
        wide = (_WIDTH - 2 * _MARGIN) / columns
        xs = tuple(_MARGIN + wide * c for c in range(columns + 1))
        ys = [top]
        for height in heights:
            ys.append(ys[-1] + height + _LINE / 2)
        cells = []
        places = ((r, c) for r in range(rows) for c in range(columns))
        holes = (FlowCell("", r, c, doubt=_HOLE) for r, c in places if (r, c) not in owners)
        for index, cell in enumerate((*self.cells, *holes)):
            end_row, end_column = cell.row + cell.row_span, cell.column + cell.column_span
            box = Box(xs[cell.column], ys[cell.row], xs[end_column], ys[end_row])
            doubt = doubts.get(index, cell.doubt)
            place = (cell.row, cell.column, cell.row_span, cell.column_span)
            cells.append(Cell(cell.text.strip(), box, box, number, *place, doubt=doubt))
        ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
        return Grid(
            ordered, rows, columns, xs, Box(xs[0], ys[0], xs[-1], ys[-1]), number, Way(origin, declared=True)
        )


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """A picture that may show a table: what the file calls it, its bytes, and how often it is as high as wide.

    Without bytes it cannot be had, or nothing here opens it. A long one is read as several ``sheets``.
    """

    name: str
    data: bytes = b""
    shape: float = 1.0
    sheets: int = 1


Block = str | FlowTable | FlowPicture  # a paragraph (``\n`` between its lines), a table, or a picture


def flow_document(
    data: bytes, blocks: Iterable[Block], origin: Origin, said: tuple[tuple[str, str, str], ...] = ()
) -> ReadDocument:
    """A file without pages as a document of one sheet; each picture is a page of its own and parts the sheet."""
    pages: list[Page] = []
    pictures: dict[int, Picture] = {}
    lacking: list[str] = []
    text: list[Block] = []

    def laid() -> None:
        pages.append(flow_page(text, origin, len(pages) + 1))
        text.clear()

    count = 0
    for block in blocks:
        if not isinstance(block, FlowPicture):
            text.append(block)
            continue
        count += 1
        name = f"{count} ({block.name})" if block.name else str(count)
        if not block.data:
            lacking.append(name)
        elif len(pictures) < MOST_PICTURES:
            if text:
                laid()
            for sheet in range(1, block.sheets + 1):
                number, high = len(pages) + 1, _WIDTH * block.shape / block.sheets
                pictures[number] = Picture(name, block.data, sheet)
                whole = (Box(0, 0, _WIDTH, high),)
                pages.append(Page(number, _WIDTH, high, (), (), origin=PICTURE, pictures=whole))
    if text or not pages:
        laid()
    return ReadDocument(data, tuple(pages), said, pictures=pictures, lacking=tuple(dict.fromkeys(lacking)))


def flow_page(blocks: Iterable[Block], origin: Origin, number: int = 1) -> Page:
    """The blocks set below each other on one sheet, with the tables as the file declares them."""
    words: list[Word] = []
    rulings: list[Ruling] = []
    grids: list[Grid] = []
    top = _MARGIN
    places = 0
    blocks = list(blocks)
    columns = _columns_of([b for b in blocks if isinstance(b, str)]) if origin == "plain" else 0
    for block in blocks:
        if isinstance(block, str):
            lines = block.splitlines()
            places += len(lines)
            check_extent(places, len(grids))
            for line in lines:
                if not block.strip():
                    top += _LINE  # empty lines of a text: they show that cells are empty, where a cell is a line
                elif line.strip():
                    words.append(_set_out(line.rstrip(" \r\n"), top, columns))
                    top += _LINE
            top += _GAP / 2
        elif isinstance(block, FlowTable) and block.rows * block.columns:
            places += block.rows * block.columns + sum(c.text.count("\n") for c in block.cells)
            check_extent(places, len(grids) + 1)
            grid = block.grid(top, origin, number)
            grids.append(grid)
            for cell in grid.cells:
                words += _words_of(cell)
                rulings += outline(cell.box)
            top = grid.box.bottom + _GAP
    return Page(
        number=number,
        width=max((w.box.x1 + _MARGIN for w in words), default=_WIDTH) if columns else _WIDTH,
        height=top + _MARGIN,
        words=tuple(words),
        rulings=tuple(rulings),
        origin=origin,
        text="\n".join(map(attrgetter("text"), words)),
        tables=tuple(grids),
    )


def _words_of(cell: Cell) -> Iterator[Word]:
    """The lines of a cell as words, in the middle of its height."""
    lines = [line.strip() for line in cell.text.splitlines() if line.strip()]
    first = (cell.box.top + cell.box.bottom - _LINE * len(lines)) / 2
    for number, line in enumerate(lines):
        yield _word(line, cell.box.x0 + 2, first + _LINE * number, cell.box.width - 4)


class Places:
    """The places of a table row by row, where each cell takes the next that are free."""

    def __init__(self) -> None:
        self._taken: set[tuple[int, int]] = set()

    def take(self, row: int, column: int, down: int, across: int) -> tuple[int, int]:
        """The column and width of a cell that begins at a column or after it; it never runs into one from above.

        Raises :class:`DocumentError` where the cells take more places than those of any report.
        """
        while (row, column) in self._taken:
            column += 1
        while across > 1 and any((row, column + n) in self._taken for n in range(across)):
            across -= 1
        check_extent(len(self._taken) + down * across)
        self._taken.update(product(range(row, row + down), range(column, column + across)))
        return column, across


def check_extent(places: int, tables: int = 0) -> None:
    """Refuse a document with more lines and places of tables, or more tables, than any report."""
    if places > MOST_PLACES or tables > _MOST_TABLES:
        found = f"{_MOST_TABLES} tables" if places <= MOST_PLACES else f"{MOST_PLACES:,} lines and cells"
        raise DocumentError(
            "unsupported",
            f"the document has more than {found}, more than any report; take the report out of the file and run "
            "again",
        )


def _columns_of(lines: Sequence[str]) -> int:
    """How many columns of a text that blanks set out a Chinese character takes up; 0 where they set none out.

    Figures that end a row stand one below the other, whatever is before them: programs count one or two.
    """
    if not any(line[:1] == " " for line in lines):
        return 0
    rows = [line for line in lines if line[-1:].isdigit() and len(line.split()) >= _ROW]
    ends = {n: [sum(n if _is_wide(c) else 1 for c in line) for line in rows] for n in (1, 2)}
    return min(ends, key=lambda n: pstdev(ends[n])) if rows else 1


def _set_out(line: str, top: float, columns: int) -> Word:
    """A line of text, which begins at the margin unless blanks set it out in ``columns`` to a Chinese character."""
    text = line.lstrip(" ")
    if not columns:
        return _word(text, _MARGIN, top, _WIDTH - 2 * _MARGIN)
    first = _MARGIN + (len(line) - len(text)) * _SIZE / 2
    steps = (columns * _SIZE / 2 if _is_wide(c) else _SIZE / 2 for c in text)
    edges = tuple(accumulate(steps, initial=first))
    return Word(text, Box(first, top + 2, edges[-1], top + 2 + _SIZE), _SIZE, edges)


def _is_wide(sign: str) -> bool:
    return ord(sign) > 0x2E7F


def _word(text: str, x0: float, top: float, room: float) -> Word:
    """A line of text as one word, as wide as it would be printed but never wider than its room."""
    wide = min(sum(_SIZE if _is_wide(c) else _SIZE / 2 for c in text), room)
    return Word(text, Box(x0, top + 2, x0 + wide, top + 2 + _SIZE), _SIZE)
