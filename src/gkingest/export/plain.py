"""CSV (RFC 4180, UTF-8): every digit as printed, and text that no spreadsheet takes for a formula.

A text that a spreadsheet would take for a formula has an apostrophe put before it (OWASP, CSV injection); numbers
are never touched.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from gkingest.export.writing import SheetWriter
from gkingest.store.ask.dump import Column, Kind, Sheet, Value
from gkingest.store.walk.reports import Remembered, Runs, Stored
from gkingest.text.spreadsheet import cell_text

_END = b"\r\n"
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


def _cell(value: Value) -> str:
    """A value between commas: a text as no spreadsheet runs it, in quotes where it needs them."""
    if not isinstance(value, str):
        return repr(value) if isinstance(value, float) else str(value)
    made = io.StringIO()
    csv.writer(made, lineterminator="").writerow(["", cell_text(value)])
    return made.getvalue()[1:]


def _number(value: Value) -> str:
    return number(value) if isinstance(value, Decimal) else _cell(value)


class _CsvWriter:
    def __init__(self, path: Path, columns: Sequence[Column], encoding: str) -> None:
        self._stream = path.open("wb")
        self._stream.write(",".join(c.name for c in columns).encode(encoding) + _END)
        self._kinds = [c.kind for c in columns]
        self._known = dict[tuple[Kind, Callable[[Any], Value] | None], Remembered[bytes]]()

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        self.put(self.texts(columns))

    def texts(self, columns: Sequence[Sequence[Value]]) -> list[Sequence[bytes]]:
        """Their cells as they are written; those that whole runs of rows begin with are one text."""
        told: list[Sequence[bytes]] = []
        shared: Runs | None = None
        for kind, column in zip(self._kinds, columns, strict=True):
            values, stands_for = column, None
            if isinstance(column, Stored):
                values, stands_for = column.values, column.told
            elif isinstance(column, Runs):
                values, shared = column.values, column
            told.append([*map(self._cells(kind, stands_for).__getitem__, values)])
        if shared is not None:
            width = sum(isinstance(column, Runs) for column in columns)
            heads = map(b",".join, zip(*told[:width], strict=True))
            told[:width] = [list(chain.from_iterable(map(repeat, heads, shared.counts)))]
        return told

    def _cells(self, kind: Kind, stands_for: Callable[[Any], Value] | None) -> Remembered[bytes]:
        """Cells as they stand in the file, by the values that are kept."""
        if (known := self._known.get((kind, stands_for))) is None:
            tell = _number if kind is Kind.NUMBER else _cell
            known = Remembered(lambda value: tell(stands_for(value) if stands_for else value).encode(), b"")
            self._known[kind, stands_for] = known
        return known

    def put(self, texts: Iterable[Sequence[bytes]]) -> None:
        """Write rows of such cells."""
        self._stream.write(b"".join([line + _END for line in map(b",".join, zip(*texts, strict=True))]))

    def close(self) -> None:
        self._stream.close()


class _Both:
    """The sheet with numbers and reasons side by side, and again with the reason in the number's place."""

    def __init__(self, sheet: Sheet, path: Path, labelled: Path, encoding: str) -> None:
        names = [c.name for c in sheet.columns]
        kept = [i for i, c in enumerate(sheet.columns) if not c.tells_why]
        self._kept = [(i, names.index(c.reason) if (c := sheet.columns[i]).reason else i) for i in kept]
        self._plain = _CsvWriter(path, sheet.columns, encoding)
        self._labelled = _CsvWriter(labelled, [sheet.columns[i] for i in kept], encoding)

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        texts = self._plain.texts(columns)
        self._plain.put(texts)
        self._labelled.put(
            [texts[i] if i == why else list(map(_or, texts[i], texts[why])) for i, why in self._kept]
        )

    def close(self) -> None:
        self._plain.close()
        self._labelled.close()


def _or(text: bytes, reason: bytes) -> bytes:
    return text or reason
