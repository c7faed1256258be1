"""Excel: one workbook, a sheet of labels first; written row by row, so that memory stays flat.

A sheet of Excel ends at 1,048,576 rows: what has more is left to the other formats, and that is told.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from gkingest.export.writing import Language, SheetWriter
from gkingest.store.dump import Sheet

MOST_ROWS = 1_048_576
_LONGEST = 32_767  # characters of a cell
_THE_SAME_ALWAYS = datetime(2000, 1, 1)  # what a workbook says of its making: equal data, equal bytes


class ExcelFormat:
    """All sheets in ``gkingest.xlsx``."""

    def __init__(self, folder: Path, language: Language, sheets: Sequence[Sheet]) -> None:
        import xlsxwriter

        self._path, self._short = folder / "gkingest.xlsx", list[str]()
        self._book = xlsxwriter.Workbook(
            str(self._path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"created": _THE_SAME_ALWAYS})
        self._bold = self._book.add_format({"bold": True})
        self._labels(sheets, language)

    def _labels(self, sheets: Sequence[Sheet], language: Language) -> None:
        page = self._book.add_worksheet("codebook")
        rows = [("sheet", "column", "unit", "label")]
        rows += [(s.name, c.name, c.unit, getattr(c.label, language)) for s in sheets for c in s.columns]
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write_string(at, column, value, self._bold if at == 0 else None)
        page.freeze_panes(1, 0)

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        page = self._book.add_worksheet(sheet.name)
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, column.name, self._bold)
        page.freeze_panes(1, 0)
        return _ExcelWriter(page, sheet.name, self._short)

    def close(self) -> list[tuple[Path, str]]:
        """The workbook, and which sheets are cut in it."""
        self._book.close()
        cut = f"not whole, as Excel ends at {MOST_ROWS} rows: {', '.join(self._short)}" if self._short else ""
        return [(self._path, cut)]


class _ExcelWriter:
    def __init__(self, page: Any, name: str, short: list[str]) -> None:
        self._page, self._name, self._short, self._at = page, name, short, 0

    def write(self, row: Sequence[Any]) -> None:
        self._at += 1
        if self._at >= MOST_ROWS:
            if self._name not in self._short:
                self._short.append(self._name)
            return
        for column, value in enumerate(row):
            if isinstance(value, str):
                self._page.write_string(self._at, column, value[:_LONGEST])
            elif value is not None:
                self._page.write_number(self._at, column, float(value) if isinstance(value, Decimal) else value)

    def close(self) -> None:
        """Nothing: the workbook is finished at once."""
