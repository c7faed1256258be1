"""Decisions from and to a file that a person works in: CSV, or a workbook with the address of each page."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

from gkingest.errors import UsageError
from gkingest.model.decision import Decision
from gkingest.outfile import write_whole
from gkingest.review.ledger import COLUMNS, Book, book_of, cells_of, csv_of, told_by
from gkingest.store.ask.deciding import Filed

_ADDRESS = "address"  # column with the address of the page, of a workbook only
_WIDTHS = {
    "sha256": 14,
    "subject": 30,
    "organ": 24,
    "file": 24,
    "words": 30,
    _ADDRESS: 40,
    "row": 36,
    "table": 30,
    "column": 20,
}


def read_decisions(path: Path) -> Book:
    """The decisions of a file in .csv or .xlsx; raises :class:`UsageError` where it cannot be read."""
    if path.suffix.lower() == ".xlsx":
        return told_by(read_table(path), str(path))
    return book_of(_bytes(path), str(path))


def read_table(path: Path) -> Iterator[list[str]]:
    """The rows of a file in .csv or .xlsx as text; raises :class:`UsageError` where it cannot be read."""
    data = _bytes(path)
    if path.suffix.lower() == ".xlsx":
        from openpyxl import load_workbook

        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise UsageError(f"{path}: is no workbook ({error}); save it as .xlsx, or as CSV in UTF-8") from error
        for row in book.worksheets[0].iter_rows(values_only=True):
            # As it was written: a spreadsheet makes 53.0 of 53.
            plain = (int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row)
            yield ["" if cell is None else str(cell) for cell in plain]
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is no text in UTF-8 ({error}); save it as CSV UTF-8, or as .xlsx") from error
    yield from csv.reader(io.StringIO(text))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}); name another file") from error


def write_decisions(path: Path, decisions: Sequence[Decision], places: Mapping[str, Sequence[Filed]]) -> None:
    """Write decisions to a file in .csv or .xlsx; ``places`` tell by sha256 where files lie, for a workbook.

    Raises :class:`UsageError` where it cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        write_whole(path, csv_of(decisions), "--to")
        return
    rows = []
    for decision in decisions:
        address = next((place.url for place in places.get(decision.source, ()) if place.url), "")
        anchor = f"#page={decision.page}" if decision.page and address.lower().endswith(".pdf") else ""
        rows.append([*cells_of(decision), address + anchor])
    write_whole(path, table_of(path, [*COLUMNS, _ADDRESS], rows), "--to")


def table_of(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table as a file of the kind that ``path`` ends in: .xlsx, or CSV that begins as Excel wants it."""
    if path.suffix.lower() != ".xlsx":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([columns, *rows])
        return f"\ufeff{text.getvalue()}".encode()
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    for line in (columns, *rows):
        sheet.append(list(line))
    for row in sheet.iter_rows():  # as text, so that neither ids nor codes become numbers, nor signs a formula
        for cell in row:
            cell.data_type = "s" if cell.value else cell.data_type
            cell.number_format = "@"
            if cell.value and str(cell.value).startswith(("http://", "https://")):
                cell.hyperlink = cell.value
    for number, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
