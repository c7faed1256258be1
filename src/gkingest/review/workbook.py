"""Decisions from and to a file that a person works in: CSV, or a workbook with the address of each page."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

from gkingest.errors import UsageError
from gkingest.model.decision import Decision
from gkingest.outfile import write_whole
from gkingest.review.ledger import COLUMNS, Book, book_of, cells_of, csv_of, told_by

_ADDRESS = "address"  # column with the address of the page, of a workbook only
_WIDTHS = {"sha256": 14, "subject": 30, "organ": 24, "file": 24, "words": 30, _ADDRESS: 40}


def read_decisions(path: Path) -> Book:
    """The decisions of a file in .csv or .xlsx; raises :class:`UsageError` where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"--from {path}: cannot be read ({error.strerror or error}); name another file") from error
    if path.suffix.lower() != ".xlsx":
        return book_of(data, str(path))
    return told_by(_rows(data, path), str(path))


def _rows(data: bytes, path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise UsageError(
            f"--from {path}: is no workbook ({error}); save it as .xlsx, or as CSV in UTF-8"
        ) from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if cell is None else _text(cell) for cell in row]


def _text(cell: object) -> str:
    """A cell as it was written: a spreadsheet makes 53.0 of 53."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def write_decisions(path: Path, decisions: Sequence[Decision], addresses: Mapping[str, str]) -> None:
    """Write decisions to a file in .csv or .xlsx; ``addresses`` are those of files by sha256.

    Raises :class:`UsageError` where it cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        write_whole(path, csv_of(decisions), "--to")
        return
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "corrections"
    sheet.append([*COLUMNS, _ADDRESS])
    for decision in decisions:
        address = addresses.get(decision.source, "")
        anchor = f"#page={decision.page}" if decision.page and address.lower().endswith(".pdf") else ""
        sheet.append([*cells_of(decision), address + anchor])
        if address:
            sheet.cell(sheet.max_row, len(COLUMNS) + 1).hyperlink = address + anchor
    for row in sheet.iter_rows():  # as text, so that neither ids nor codes become numbers, nor signs a formula
        for cell in row:
            cell.data_type = "s"
            cell.number_format = "@"
    for number, name in enumerate([*COLUMNS, _ADDRESS], 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    write_whole(path, written.getvalue(), "--to")
