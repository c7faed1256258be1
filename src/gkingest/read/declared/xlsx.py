"""Spreadsheets (XLSX): each visible sheet as the table that a reader sees, the text around it as paragraphs."""

import re
import warnings
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, groupby, pairwise, product
from operator import attrgetter
from typing import TYPE_CHECKING, Self
from zipfile import BadZipFile

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, check_extent, flow_document
from gkingest.read.declared.office.colours import Theme
from gkingest.read.declared.office.covers import covers, pictures
from gkingest.read.declared.office.fields import is_on_attribute
from gkingest.read.declared.office.formulas import column_number, evaluated
from gkingest.read.declared.office.number_format import format_value
from gkingest.read.declared.office.pieces import TWO_WAYS, Piece, together
from gkingest.read.declared.office.sheet_look import SheetLook
from gkingest.read.declared.package import Package, attribute, check_size, child, local_name
from gkingest.read.options import ReadOptions
from gkingest.text.labels import read_label
from gkingest.text.numbers import is_number

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LONG = 40  # characters of a text that stands in a row by itself and belongs to no table
_LAST_COLUMN = 16_384
_NO_RESULT = "a formula without a stored result stands in the cell"
_STRUCK = "characters in the cell are struck out"
_OLD_RESULT = "the result of a formula in the cell may be out of date as it is stored"
_FORMULAS = "the sheet shows its formulas in the place of results"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
# What openpyxl raises at parts that are damaged or that it does not understand.
_UNREADABLE = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RuntimeError),
    *(BadZipFile, zlib.error, OSError, EOFError, SyntaxError),
)


def spreadsheet(data: bytes, options: ReadOptions) -> ReadDocument:
    """The visible sheets of a workbook as a document of one sheet."""
    return flow_document(data, read_xlsx(data), "xlsx")


def read_xlsx(data: bytes) -> tuple[Block, ...]:
    """Tables and paragraphs of the visible sheets in order; raises :class:`DocumentError` alone."""
    package = Package(data)
    pending = _Pending.of(package)
    main = package.related("", "officeDocument", "xl/workbook.xml")
    anew = is_on_attribute(child(package.xml(main), "calcPr"), "fullCalcOnLoad")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out, nothing is needed
            book = _load(data, values=True)
            formulas = _load(data, values=False) if pending.formulas and (anew or pending.lacking) else None
            theme = Theme(package.xml(package.related(main, "theme", "xl/theme/theme1.xml")))
            size = float(book._fonts[0].sz or 11)
            return tuple(
                block
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
                for block in chain(
                    _Shown(
                        sheet,
                        SheetLook(sheet, theme, book._colors, size, covers(package, main, sheet)),
                        _Results(formulas[sheet.title] if formulas else None, pending, anew=anew),
                    ).blocks(),
                    pictures(package, main, sheet),
                )
            )
    except _UNREADABLE as error:
        cause = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        raise DocumentError(
            "corrupt",
            f"the spreadsheet cannot be read ({cause}): it is damaged or written by a program that strays from the "
            "format; open it, save it as XLSX again, or fetch it again",
        ) from error


def _load(data: bytes, *, values: bool) -> "Workbook":
    from openpyxl import load_workbook  # met only where there is such a file

    return load_workbook(BytesIO(data), data_only=values, rich_text=True, keep_links=False)


@dataclass(frozen=True, slots=True)
class _Pending:
    """Places on any sheet: of formulas, of those without a result or made anew whenever the file is opened.

    ``twice`` are places that one sheet gives two cells to, of which programs show either or none.
    """

    formulas: frozenset[str]
    lacking: frozenset[str]
    twice: frozenset[str]

    @classmethod
    def of(cls, package: Package) -> Self:
        """Places of formulas; refuses a spreadsheet that would grow out of bounds when loaded."""
        if package.xml(package.related("", "officeDocument", "xl/workbook.xml")) is None:
            raise DocumentError(
                "unsupported",
                "the ZIP file holds no spreadsheet, so there are no cells to read; convert it to XLSX or PDF first",
            )
        formulas: set[str] = set()
        lacking: set[str] = set()
        twice: set[str] = set()
        cells = 0
        for name in sorted(package.names):
            if not name.lower().endswith(".xml"):
                package.verify(name)
                continue
            own: set[str] = set()
            for element in package.scan(name, "c", "mergeCell", "hyperlink"):
                is_cell = local_name(element) == "c"
                cells += 1 if is_cell else _area(attribute(element, "ref"))
                check_size(cells, 1)
                place = attribute(element, "r")
                if place in own and next(element.iterancestors("{*}row"), None) is not None:
                    twice.add(place)  # the list of formulas has the same places for all sheets
                own.add(place)
                if (formula := child(element, "f")) is not None:
                    formulas.add(place)
                    if child(element, "v") is None or is_on_attribute(formula, "ca"):
                        lacking.add(place)
        return cls(frozenset(formulas), frozenset(lacking), frozenset(twice))


@dataclass(frozen=True, slots=True)
class _Results:
    """The formulas of a sheet, if any of their results may not be what is shown."""

    sheet: "Worksheet"
    pending: _Pending
    anew: bool

    def of(self, cell: "Cell") -> tuple[object, str]:
        """The value of a cell, calculated where it must be and can, and a doubt."""
        place = cell.coordinate
        if place in self.pending.twice:
            return cell.value, TWO_WAYS
        formula = self.sheet[place].value if self.sheet is not None and place in self.pending.formulas else None
        if formula is None or self.sheet[place].data_type != "f":
            return cell.value, ""
        if not self.anew and place not in self.pending.lacking:
            return cell.value, ""

        def stored(row: int, column: int) -> object:
            other = self.sheet._cells.get((row, column))
            return other.value if other is not None else None

        found = evaluated(formula, stored) if isinstance(formula, str) else None
        if found is None:
            return cell.value, _NO_RESULT if cell.value is None else _OLD_RESULT
        value = int(found) if found == found.to_integral_value() else float(found)
        return value, "" if self.anew or cell.value == value else _NO_RESULT


def _area(reference: str) -> int:
    """How many cells a range takes up."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return 1
    left, right = column_number(found[1]), column_number(found[3])
    return (abs(right - left) + 1) * (abs(int(found[4]) - int(found[2])) + 1)


@dataclass(frozen=True, slots=True)
class _Span:
    """A cell or merged range: place and extent in rows and columns that are shown, and what a reader sees."""

    row: int
    column: int
    down: int
    across: int
    text: str
    doubt: str
    boxed: bool  # whether a cell with a rule at its side stands behind it

    @property
    def is_inked(self) -> bool:
        """Whether something is printed in it, or may be."""
        return bool(self.text or self.doubt)


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows that no cell connects with others: the first, the one after the last, and what stands in them."""

    first: int
    after: int
    inked: tuple[_Span, ...]

    @property
    def alone(self) -> _Span | None:
        """The only thing in it."""
        return self.inked[0] if len(self.inked) == 1 else None

    @property
    def is_long(self) -> bool:
        """Whether it holds only a text that is too long for a table."""
        return self.alone is not None and len(self.alone.text) > _LONG


def _apart(bands: Sequence[_Band]) -> Iterator[tuple[_Band, str | None]]:
    """Bands with the text of each that stands by itself, ``None`` for those of a table."""
    labels: set[tuple[int, int]] = set()
    started = gap = in_table = False
    first: tuple[int, int] | None = None
    for band, heads in zip(bands, _stand_over(bands), strict=True):
        own = band.alone
        if own is None:
            started |= len(band.inked) > 1
            labels |= {(s.column, s.across) for s in band.inked if s.across > 1}
            if any(is_number(s.text) for s in band.inked):  # a row of figures begins with its label
                first = (band.inked[0].column, band.inked[0].across)
            if started:
                yield band, None
                in_table = True
        else:
            place = own.column, own.across
            # Where the labels of figures stand and numbered as no section is, it goes on with the table.
            shaped = place in labels or (place == first and read_label(own.text).level != "section")
            is_row = own.boxed or (shaped and not gap)
            is_text = not started or band.is_long or ((heads or gap or not in_table) and not is_row)
            yield band, own.text if is_text else None
            in_table = not is_text
        gap = not band.inked


def _bands(spans: Sequence[_Span]) -> Iterator[_Band]:
    inked: dict[int, list[_Span]] = {}
    for span in spans:
        if span.is_inked:
            inked.setdefault(span.row, []).append(span)
    end = max((s.row + s.down for own in inked.values() for s in own), default=0)
    start = min(inked, default=0)
    check_size(end - start, 1)
    crossed = set(chain.from_iterable(range(s.row + 1, s.row + s.down) for s in spans))
    for first, after in pairwise([*(row for row in range(start, end) if row not in crossed), end]):
        yield _Band(first, after, tuple(s for row in range(first, after) for s in inked.get(row, ())))


def _stand_over(bands: Sequence[_Band]) -> list[bool]:
    """For each band whether a table begins below it, with a heading and not with figures, or the closing text."""
    below: list[bool] = []
    heads = closing = False
    for band in reversed(bands):
        below.append(heads)
        if len(band.inked) > 1:
            heads, closing = not any(is_number(s.text) for s in band.inked), True
        heads |= band.is_long and not closing
    return below[::-1]


def _table(own: Sequence[_Span]) -> Iterator[FlowTable]:
    """The table of some cells, without the blank margin."""
    inked = [s for s in own if s.is_inked]
    if not inked:
        return
    top, left = min(map(attrgetter("row"), inked)), min(map(attrgetter("column"), inked))
    bottom, right = max(s.row + s.down for s in inked), max(s.column + s.across for s in inked)
    check_size(bottom - top, right - left)
    cells = []
    free = set(product(range(top, bottom), range(left, right)))
    for s in own:
        taken = set(product(range(s.row, s.row + s.down), range(s.column, s.column + s.across)))
        if s.is_inked or taken <= free:
            free -= taken
            cells.append(FlowCell(s.text, s.row - top, s.column - left, s.down, s.across, s.doubt))
    cells += [FlowCell("", row - top, column - left) for row, column in free]
    yield FlowTable(tuple(sorted(cells, key=lambda c: (c.row, c.column))))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A sheet with the look of its cells and the results of its formulas."""

    sheet: "Worksheet"
    look: SheetLook
    results: _Results

    def blocks(self) -> Iterator[Block]:
        """Rows that belong together as tables, texts that stand by themselves between them."""
        spans = list(self.spans())
        rows = {row: list(own) for row, own in groupby(spans, key=lambda s: s.row)}
        table: list[int] = []
        for band, text in _apart(list(_bands(spans))):
            if text is None:
                table += range(band.first, band.after)
                continue
            yield from _table([s for row in table for s in rows.get(row, ())])
            yield from filter(None, [text])
            table = []
        yield from _table([s for row in table for s in rows.get(row, ())])

    def spans(self) -> Iterator[_Span]:
        """Cells with something in them and merged ranges, as far as they are not hidden."""
        sheet = self.sheet
        from openpyxl.cell.cell import MergedCell

        hidden = self.hidden()
        merged = {(area.min_row, area.min_col): (area.max_row, area.max_col) for area in sheet.merged_cells.ranges}
        cells = {place: cell for place, cell in sheet._cells.items() if not isinstance(cell, MergedCell)}
        rows, columns = map(set, hidden)
        # Counted first: how each of them looks takes 0.2 ms.
        shown = (c for (r, n), c in cells.items() if r not in rows and n not in columns)
        check_extent(sum(cell.value is not None for cell in shown), 0)
        for place in sorted({*cells, *merged}):
            end = merged.get(place, place)
            (row, down), (column, across) = (_shown(place[n], end[n], hidden[n]) for n in (0, 1))
            cell = cells.get(place)
            text, doubt = self.content(cell, end) if cell is not None else ("", "")
            if down and across and (text or doubt or place in merged):
                beside = sheet._cells.get((place[0], end[1] + 1))
                boxed = beside is not None and bool(beside.border.left.style or beside.border.right.style)
                yield _Span(row, column, down, across, text, doubt, boxed)

    def hidden(self) -> tuple[list[int], list[int]]:
        """Numbers of the rows and columns that a reader does not see."""
        rows = sorted(n for n, row in self.sheet.row_dimensions.items() if row.hidden or row.height == 0)
        columns = {
            number
            for column in self.sheet.column_dimensions.values()
            if column.min and (column.hidden or column.width == 0)
            for number in range(column.min, min(column.max or column.min, _LAST_COLUMN) + 1)
        }
        return rows, sorted(columns)

    def content(self, cell: "Cell", end: tuple[int, int]) -> tuple[str, str]:
        """Text of a cell, merged up to ``end``, as a reader sees it, and what is to be doubted."""
        code = str(cell.number_format)
        value, doubt = self.results.of(cell)
        if self.sheet.sheet_view.showFormulas and cell.coordinate in self.results.pending.formulas:
            doubt = _FORMULAS
        pieces: list[Piece] = []
        zeros = self.sheet.sheet_view.showZeros is not False
        for part in value if isinstance(value, list) else [value]:  # a text of several runs is a list of them
            font = getattr(part, "font", cell.font)
            shown, doubt = format_value(getattr(part, "text", part), code, zeros or bool(value), doubt)
            if font is not None and font.strike:
                shown, doubt = "", _STRUCK if shown.strip() else doubt
            pieces.append(self.look.piece(shown, cell, font, value))
        text, unseen = together(pieces)
        from_right = (
            cell.alignment.readingOrder == 2 and isinstance(value, str) and any(c.isdecimal() for c in text)
        )
        shown, doubt = f"\u202b{text.strip()}\u202c" if from_right else text.strip(), doubt or unseen
        if not doubt and len(shown) <= _LONG and any(c.isdecimal() for c in shown):
            doubt = self.look.doubt(cell, shown, end)
        return shown, doubt


def _shown(first: int, last: int, hidden: Sequence[int]) -> tuple[int, int]:
    """Where a stretch of rows or columns begins, and how many of them are shown, with the hidden ones left out."""
    start = first - bisect_left(hidden, first)
    return start, last + 1 - bisect_left(hidden, last + 1) - start
