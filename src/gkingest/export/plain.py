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

from gkingest.export.writing import SheetWriter
from gkingest.store.ask.dump import Column, Kind, Sheet, Value
from gkingest.store.walk.reports import Runs
from gkingest.text.spreadsheet import cell_text

_REMEMBERED = 20_000  # cells of a kind that a file remembers at most
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


class _Texts(dict[Value, str]):
    """Cells as they stand in a file: most values stand in thousands of rows and are looked at once."""

    def __init__(self, told: Callable[[Value], str]) -> None:
        self._told = told

    def __missing__(self, value: Value) -> str:
        text = "" if value is None else self._told(value)
        if len(self) >= _REMEMBERED:
            self.clear()
        if value != 0 or type(value) is not float:  # 0.0 and -0.0 are one key
            self[value] = text
        return text


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
        self._stream = path.open("w", encoding=encoding, newline="")
        csv.writer(self._stream).writerow([c.name for c in columns])
        known = {kind: _Texts(_number if kind is Kind.NUMBER else _cell) for kind in Kind}
        self._known = [known[c.kind].__getitem__ for c in columns]

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        self.put(self.texts(columns))

    def texts(self, columns: Sequence[Sequence[Value]]) -> list[Sequence[str]]:
        """Their cells as they are written; those that whole runs of rows begin with are one text."""
        shared = [column for column in columns if isinstance(column, Runs)]
        told: list[Sequence[str]] = [
            list(map(known, column.values if isinstance(column, Runs) else column))
            for known, column in zip(self._known, columns, strict=True)
        ]
        if shared:
            heads = map(",".join, zip(*told[: len(shared)], strict=True))
            told[: len(shared)] = [list(chain.from_iterable(map(repeat, heads, shared[0].counts)))]
        return told

    def put(self, texts: Iterable[Sequence[str]]) -> None:
        """Write rows of such cells."""
        self._stream.writelines([f"{line}\r\n" for line in map(",".join, zip(*texts, strict=True))])

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


def _or(text: str, reason: str) -> str:
    return text or reason
