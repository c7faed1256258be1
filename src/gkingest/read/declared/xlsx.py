"""Spreadsheets (XLSX): each visible sheet as the table that a reader sees, the text around it as paragraphs."""

import re
import warnings
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from io import BytesIO
from itertools import groupby, pairwise
from math import isfinite
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, flow_document
from gkingest.read.declared.package import Package, attribute, check_size, child, local_name
from gkingest.read.options import ReadOptions
from gkingest.text.labels import read_label
from gkingest.text.numbers import is_number
from gkingest.text.signs import RAISED

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LONG = 40  # characters of a text that stands in a row by itself and belongs to no table
_LAST_COLUMN, _LETTERS = 16_384, (1, 26, 676)  # weight of the letters of a column from the right
_NO_RESULT = "a formula without a stored result stands in the cell"
_STRUCK = "characters in the cell are struck out"
_NOT_SHOWN = "a figure is stored in the cell that its format does not show"
_FORMAT = "the figure is stored as here, and printed in a format that is not known"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_LONGEST_FORMAT = 255  # characters, as of Excel
_GENERAL = ("General", "G/通用格式", "@", "")
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # as many digits as a float can have
# Pieces of a number format: quoted text, escaped sign, a space, a filling, something in brackets, digits, other.
_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|(_.)|(\*.)|\[(.*?)\]|(General|G/通用格式|[0#?.,]*[0#?][0#?.,]*)|(.)', re.DOTALL
)
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].|.', re.DOTALL)
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
    lacking = _examined(Package(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out, nothing is needed
            book = _load(data, values=True)
            formulas = _load(data, values=False) if lacking else None
            return tuple(
                block
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
                for block in _sheet(sheet, formulas[sheet.title] if formulas else None, lacking)
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


def _examined(package: Package) -> frozenset[str]:
    """Places of formulas without a result; refuses a spreadsheet that would grow out of bounds when loaded."""
    if package.xml(package.related("", "officeDocument", "xl/workbook.xml")) is None:
        raise DocumentError(
            "unsupported",
            "the ZIP file holds no spreadsheet, so there are no cells to read; convert it to XLSX or PDF first",
        )
    lacking: set[str] = set()
    cells = 0
    for name in sorted(package.names):
        if not name.lower().endswith(".xml"):
            package.verify(name)
            continue
        for element in package.scan(name, "c", "mergeCell", "hyperlink"):
            cells += 1 if local_name(element) == "c" else _area(attribute(element, "ref"))
            check_size(cells, 1)
            if child(element, "f") is not None and child(element, "v") is None:
                lacking.add(attribute(element, "r"))
    return frozenset(lacking)


def _area(reference: str) -> int:
    """How many cells a range takes up."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return 1
    left, right = (sum((ord(c) - 64) * _LETTERS[n] for n, c in enumerate(reversed(found[g]))) for g in (1, 3))
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


def _sheet(sheet: "Worksheet", formulas: "Worksheet", lacking: frozenset[str]) -> Iterator[Block]:
    """Rows that belong together as tables, texts that stand by themselves between them."""
    spans = list(_spans(sheet, formulas, lacking))
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
        if span.text or span.doubt:
            inked.setdefault(span.row, []).append(span)
    end = max((s.row + s.down for own in inked.values() for s in own), default=0)
    start = min(inked, default=0)
    check_size(end - start, 1)
    crossed = {row for s in spans for row in range(s.row + 1, s.row + s.down)}
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
    inked = [s for s in own if s.text or s.doubt]
    if not inked:
        return
    top, left = min(s.row for s in inked), min(s.column for s in inked)
    bottom, right = max(s.row + s.down for s in inked), max(s.column + s.across for s in inked)
    check_size(bottom - top, right - left)
    cells = []
    free = {(row, column) for row in range(top, bottom) for column in range(left, right)}
    for s in own:
        taken = {(r, c) for r in range(s.row, s.row + s.down) for c in range(s.column, s.column + s.across)}
        if s.text or s.doubt or taken <= free:
            free -= taken
            cells.append(FlowCell(s.text, s.row - top, s.column - left, s.down, s.across, s.doubt))
    cells += [FlowCell("", row - top, column - left) for row, column in free]
    yield FlowTable(tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def _spans(sheet: "Worksheet", formulas: "Worksheet", lacking: frozenset[str]) -> Iterator[_Span]:
    """Cells with something in them and merged ranges, as far as they are not hidden."""
    from openpyxl.cell.cell import MergedCell

    hidden = _hidden(sheet)
    merged = {(area.min_row, area.min_col): (area.max_row, area.max_col) for area in sheet.merged_cells.ranges}
    cells = {place: cell for place, cell in sheet._cells.items() if not isinstance(cell, MergedCell)}
    for place in sorted({*cells, *merged}):
        end = merged.get(place, place)
        (row, down), (column, across) = (_shown(place[n], end[n], hidden[n]) for n in (0, 1))
        cell = cells.get(place)
        text, doubt = _content(cell, sheet) if cell is not None else ("", "")
        if cell is not None and cell.value is None and cell.coordinate in lacking:
            doubt = _NO_RESULT if formulas[cell.coordinate].data_type == "f" else ""
        if down and across and (text or doubt or place in merged):
            beside = sheet._cells.get((place[0], end[1] + 1))
            boxed = beside is not None and bool(beside.border.left.style or beside.border.right.style)
            yield _Span(row, column, down, across, text, doubt, boxed)


def _hidden(sheet: "Worksheet") -> tuple[list[int], list[int]]:
    """Numbers of the rows and columns that a reader does not see."""
    rows = sorted(n for n, row in sheet.row_dimensions.items() if row.hidden or row.height == 0)
    columns = {
        number
        for column in sheet.column_dimensions.values()
        if column.min and (column.hidden or column.width == 0)
        for number in range(column.min, min(column.max or column.min, _LAST_COLUMN) + 1)
    }
    return rows, sorted(columns)


def _shown(first: int, last: int, hidden: Sequence[int]) -> tuple[int, int]:
    """Where a stretch of rows or columns begins, and how many of them are shown, with the hidden ones left out."""
    start = first - bisect_left(hidden, first)
    return start, last + 1 - bisect_left(hidden, last + 1) - start


def _content(cell: "Cell", sheet: "Worksheet") -> tuple[str, str]:
    """Text of a cell as a reader sees it, and what is to be doubted."""
    value, code = cell.value, str(cell.number_format)
    text, doubt = "", ""
    for part in value if isinstance(value, list) else [value]:  # a text of several runs is a list of them
        font = getattr(part, "font", cell.font)
        piece = getattr(part, "text", part)
        if isinstance(piece, int | float) and not isinstance(piece, bool):
            piece, doubt = format_number(piece, code)
            if not piece or (not value and sheet.sheet_view.showZeros is False):
                piece, doubt = "", _NOT_SHOWN
        piece = _written(piece, code)
        if font is not None and font.strike:
            piece, doubt = "", _STRUCK if piece.strip() else doubt
        text += piece.translate(RAISED) if font is not None and font.vertAlign == "superscript" else piece
    return text.strip(), doubt


def _written(value: object, code: str) -> str:
    """A value that is no number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date) and "年" in code:
        day = f"{value.day}日" if "日" in code else ""
        return f"{value.year}年" + (f"{value.month}月{day}" if "月" in code else "")
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return re.sub(r"_x000[Dd]_\n?", "\n", str(value))


def format_number(value: float, code: str) -> tuple[str, str]:
    """A number as its format prints it, and a doubt where the format is not known here.

    >>> format_number(1234.5, "#,##0.00")
    ('1,234.50', '')
    """
    if code in _GENERAL or not isfinite(value):
        return _plain(value), ""
    if len(code) > _LONGEST_FORMAT:
        return _plain(value), _FORMAT
    sections = [""]
    for token in _TOKEN.findall(code):
        sections += [""] if token == ";" else [sections.pop() + token]
    wanted = 1 if value < 0 else 2 if value == 0 else 0
    chosen = sections[wanted] if wanted < len(sections) else sections[0]
    amount = Decimal(repr(value))
    signed = amount < 0 and len(sections) < 2
    printed = _in_section(abs(amount), chosen)
    if printed is None:
        return _plain(value), _FORMAT
    return ("-" if signed and re.search("[1-9]", printed) else "") + printed, ""


def _in_section(amount: Decimal, section: str) -> str | None:
    """A number in one section of a format; ``None`` for dates, fractions, exponents and conditions."""
    text, figures = "", 0
    percent = sum(other == "%" for *_, other in _PIECE.findall(section))
    for quoted, escaped, _, _, bracket, figure, other in _PIECE.findall(section):
        if figure:
            text += _digits(amount.scaleb(2 * percent, _EXACT), figure)
            figures += 1
        elif bracket:
            if bracket[0] in "<>=" or re.match("(?i)dbnum|natnum|[hms]+$", bracket):
                return None
            text += bracket[1:].partition("-")[0] if bracket[0] == "$" else ""
        elif other == "/" or (other.isascii() and other.isalpha()):
            return None
        else:
            text += quoted or escaped or other
    return text.strip() if figures < 2 else None


def _digits(amount: Decimal, pattern: str) -> str:
    """Digits as many as a pattern of ``0``, ``#``, ``?``, comma and point asks for, or all."""
    if pattern in _GENERAL:
        return f"{amount:f}".removesuffix(".0")
    whole, point, decimals = pattern.partition(".")
    body = whole.rstrip(",") if not point else whole
    shift = len(whole) - len(body) + len(decimals) - len(decimals.rstrip(","))
    decimals = decimals.replace(",", "")
    rounded = amount.scaleb(-3 * shift, _EXACT).quantize(Decimal(1).scaleb(-len(decimals)), context=_EXACT)
    digits, _, fraction = f"{rounded:f}".partition(".")
    least = body.replace(",", "").count("0")
    digits = (digits.lstrip("0") or "").rjust(least, "0")
    if "," in body:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    kept = decimals.rfind("0") + 1
    fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    return digits + (f".{fraction}" if point and fraction else "")


def _plain(value: float) -> str:
    """A number without a format: every digit that is stored, none that is not."""
    if isinstance(value, float) and isfinite(value):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return str(value)
