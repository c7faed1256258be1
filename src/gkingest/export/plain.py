"""CSV (RFC 4180, UTF-8): every digit as printed, and text that no spreadsheet takes for a formula.

A text that a spreadsheet would take for a formula has an apostrophe put before it (OWASP, CSV injection); numbers
are never touched.
"""

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from gkingest.export.writing import SheetWriter
from gkingest.store.ask.dump import Column, Kind, Sheet, Value
from gkingest.text.spreadsheet import cell_text

_REMEMBERED = 50_000  # texts that a file remembers at most
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
            return _CsvWriter(path, sheet.columns, self._encoding)
        labelled = self._folder / f"{sheet.name}{LABELLED}"
        self._files.append((labelled, ""))
        return _Both(sheet, path, labelled, self._encoding)

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class _Texts(dict[Value, Value]):
    """Texts as cells: most of them (names, keys, labels) stand in thousands of rows and are looked at once."""

    def __missing__(self, value: Value) -> Value:
        if type(value) is not str:
            return value
        if len(self) >= _REMEMBERED:
            self.clear()
        self[value] = made = cell_text(value)
        return made


class _CsvWriter:
    def __init__(self, path: Path, columns: Sequence[Column], encoding: str) -> None:
        self._stream = path.open("w", encoding=encoding, newline="")
        self._csv = csv.writer(self._stream)
        self._csv.writerow([c.name for c in columns])
        self._texts = [at for at, c in enumerate(columns) if c.kind is Kind.TEXT]
        self._exact = [at for at, c in enumerate(columns) if c.kind is Kind.NUMBER]
        # Whole numbers and what is computed: in a labelled file the word why there is none may stand there.
        self._others = [at for at, c in enumerate(columns) if c.kind in (Kind.INTEGER, Kind.REAL)]
        self._known = _Texts()

    def write(self, row: Sequence[Value]) -> None:
        # The module writes None as nothing and whole numbers and floats with every digit.
        cells: list[Value] = list(row)
        known = self._known
        for at in self._texts:
            cells[at] = known[cells[at]]
        for at in self._exact:
            value = cells[at]
            cells[at] = number(value) if type(value) is Decimal else known[value]
        for at in self._others:
            if type(cells[at]) is str:
                cells[at] = known[cells[at]]
        self._csv.writerow(cells)

    def close(self) -> None:
        self._stream.close()


class _Both:
    """The sheet with numbers and reasons side by side, and again with the reason in the number's place."""

    def __init__(self, sheet: Sheet, path: Path, labelled: Path, encoding: str) -> None:
        names = [c.name for c in sheet.columns]
        self._kept = [i for i, c in enumerate(sheet.columns) if not c.tells_why]
        self._reason = {i: names.index(c.reason) for i, c in enumerate(sheet.columns) if c.reason}
        self._plain = _CsvWriter(path, sheet.columns, encoding)
        self._labelled = _CsvWriter(labelled, [sheet.columns[i] for i in self._kept], encoding)

    def write(self, row: Sequence[Value]) -> None:
        self._plain.write(row)
        self._labelled.write(
            [row[i] if row[i] is not None or i not in self._reason else row[self._reason[i]] for i in self._kept]
        )

    def close(self) -> None:
        self._plain.close()
        self._labelled.close()
