"""CSV (RFC 4180, UTF-8): every digit as printed, and text that no spreadsheet takes for a formula.

A text that a spreadsheet would take for a formula has an apostrophe put before it (OWASP, CSV injection); numbers
are never touched.
"""

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from gkingest.export.writing import SheetWriter
from gkingest.store.ask.dump import Sheet, Value
from gkingest.text.spreadsheet import cell_text

LABELLED = "_labelled.csv"  # ending of the file with reasons in place of numbers


def number(value: Decimal) -> str:
    """A number with every digit, without an exponent and without zeros that nobody printed.

    >>> number(Decimal("1E+3")), number(Decimal("9116.360"))
    ('1000', '9116.36')
    """
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


class CsvFormat:
    """A file a sheet; ``labelled`` sheets a second one with the reason in place of the number."""

    def __init__(self, folder: Path, bom: bool = False) -> None:
        """``bom`` begins each file with the mark by which Excel knows UTF-8."""
        self._folder, self._files = folder, list[tuple[Path, str]]()
        self._encoding = "utf-8-sig" if bom else "utf-8"

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        path = self._folder / f"{sheet.name}.csv"
        self._files.append((path, ""))
        if not sheet.has_reasons:
            return _CsvWriter(path, [c.name for c in sheet.columns], self._encoding)
        labelled = self._folder / f"{sheet.name}{LABELLED}"
        self._files.append((labelled, ""))
        return _Both(sheet, path, labelled, self._encoding)

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class _CsvWriter:
    def __init__(self, path: Path, header: Sequence[str], encoding: str) -> None:
        self._stream = path.open("w", encoding=encoding, newline="")
        self._csv = csv.writer(self._stream)
        self._csv.writerow(header)

    def write(self, row: Sequence[Value]) -> None:
        # The module writes None as nothing and whole numbers and floats with every digit.
        cells: list[Value] = list(row)
        for at, value in enumerate(row):
            if isinstance(value, Decimal):
                cells[at] = number(value)
            elif type(value) not in _PLAIN:
                cells[at] = cell_text(str(value))
        self._csv.writerow(cells)

    def close(self) -> None:
        self._stream.close()


class _Both:
    """The sheet with numbers and reasons side by side, and again with the reason in the number's place."""

    def __init__(self, sheet: Sheet, path: Path, labelled: Path, encoding: str) -> None:
        names = [c.name for c in sheet.columns]
        self._kept = [i for i, c in enumerate(sheet.columns) if not c.tells_why]
        self._reason = {i: names.index(c.reason) for i, c in enumerate(sheet.columns) if c.reason}
        self._plain = _CsvWriter(path, names, encoding)
        self._labelled = _CsvWriter(labelled, [names[i] for i in self._kept], encoding)

    def write(self, row: Sequence[Value]) -> None:
        self._plain.write(row)
        self._labelled.write(
            [row[i] if row[i] is not None or i not in self._reason else row[self._reason[i]] for i in self._kept]
        )

    def close(self) -> None:
        self._plain.close()
        self._labelled.close()


_PLAIN = (int, float, type(None))
