"""Excel: one workbook, a sheet of labels first; written row by row, so that memory stays flat.

A sheet of Excel ends at 1,048,576 rows and a cell at 32,767 characters: what has more is cut, and that is told, in
the last row of the sheet too.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.export.writing import SheetWriter
from gkingest.language import Language
from gkingest.store.ask.dump import Sheet, Value

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WORKBOOK = "gkingest.xlsx"
MOST_ROWS = 1_048_576
_LONGEST = 32_767  # characters of a cell
_REST = re.compile(r"(?<!^)[；，。：](?![^（]*）).*", re.DOTALL)  # of a label, from where it explains itself
_THE_SAME_ALWAYS = datetime(2000, 1, 1)  # what a workbook says of its making: equal data, equal bytes


class ExcelFormat:
    """All sheets in ``gkingest.xlsx``."""

    def __init__(self, folder: Path, language: Language, sheets: Sequence[Sheet]) -> None:
        import xlsxwriter

        self._path, self._short = folder / WORKBOOK, list[str]()
        self._cut: list[str] = []
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(self._path), {**options, "tmpdir": str(folder)})
        self._book.set_properties({"created": _THE_SAME_ALWAYS})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._language = language
        page = self._book.add_worksheet("codebook")
        heads = ("表", "列", "单位", "含义") if language == "zh" else ("sheet", "column", "unit", "label")
        rows = [heads]
        longest = max(len(c.name) for s in sheets for c in s.columns)  # keys are copied from here: none is cut
        for column, width in enumerate((18, longest, 10, 80)):
            page.set_column(column, column, width)
        rows += [
            (s.name, c.name, c.unit_in(language), getattr(c.label, language)) for s in sheets for c in s.columns
        ]
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write_string(at, column, value, self._bold if at == 0 else None)
        page.freeze_panes(1, 0)

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        page = self._book.add_worksheet(sheet.name)
        for at, column in enumerate(sheet.columns):
            # In Chinese the name that the form prints; the sheet of labels has the key of each column.
            label = column.label.zh if column.reason else _REST.sub("", column.label.zh)
            head = label if self._language == "zh" else column.name
            page.set_column(at, at, min(max(2 * len(head) if self._language == "zh" else len(head), 8), 28))
            page.write_string(0, at, head, self._bold)
        page.freeze_panes(1, 0)
        return _ExcelWriter(page, sheet.name, self._short, self._cut)

    def close(self) -> list[tuple[Path, str]]:
        """The workbook, and what is cut in it."""
        from xlsxwriter.exceptions import FileCreateError, FileSizeError

        try:
            self._book.close()
        except FileCreateError as error:
            raise (error.__context__ if isinstance(error.__context__, OSError) else error) from None
        except FileSizeError as error:
            raise UsageError(
                f"{WORKBOOK}: a sheet grows too large for a workbook, so nothing was exported; leave Excel away "
                "(--format csv --format parquet --format dta)"
            ) from error
        notes = []
        if self._short:
            notes.append(f"not whole, as Excel ends at {MOST_ROWS} rows: {', '.join(self._short)}")
        if self._cut:
            notes.append(f"texts of more than {_LONGEST} characters are cut: {', '.join(self._cut)}")
        return [(self._path, "; ".join(notes))]


class ExcelTeller:
    """Rows of a sheet one by one."""

    def told(self, columns: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
        """Some rows, column by column."""
        return list(zip(*columns, strict=True))


class _ExcelWriter:
    """Holds one row back, as the last one gives way to a note where there are more than Excel takes."""

    def __init__(self, page: "Worksheet", name: str, short: list[str], cut: list[str]) -> None:
        self._page, self._name, self._short, self._cut, self._at = page, name, short, cut, 0
        self._held: Sequence[Value] | None = None

    def write(self, told: Sequence[Sequence[Value]]) -> None:
        for row in told:
            if self._name in self._short:
                return
            if self._at + 2 == MOST_ROWS and self._held is not None:
                self._short.append(self._name)
                cut = f"Cut: Excel ends at {MOST_ROWS} rows. 表格至此截断。{self._name}.csv has all of them."
                self._held = [cut]
                return
            self._put()
            self._held = row

    def close(self) -> None:
        """Write the row that was held back; the workbook is finished at once."""
        self._put()

    def _put(self) -> None:
        if self._held is None:
            return
        self._at += 1
        for column, value in enumerate(self._held):
            if isinstance(value, str):
                text = value
                units = len(text.encode("utf-16-le")) // 2 if len(text) * 2 > _LONGEST else 0  # as Excel counts
                if units > _LONGEST:
                    text = text.encode("utf-16-le")[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
                    if self._name not in self._cut:
                        self._cut.append(self._name)
                self._page.write_string(self._at, column, text)
            elif value is not None:
                self._page.write_number(self._at, column, float(value) if isinstance(value, Decimal) else value)
        self._held = None
