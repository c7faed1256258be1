"""CSV (RFC 4180, UTF-8): every digit as printed, and text that no spreadsheet takes for a formula.

A text that a spreadsheet would take for a formula has an apostrophe put before it (OWASP, CSV injection); numbers
are never touched.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from gkingest.export.writing import SheetWriter
from gkingest.store.ask.dump import Kind, Sheet, Value
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
        plain = [c.name for c in sheet.columns]
        heads = {self._folder / f"{sheet.name}.csv": plain}
        if sheet.has_reasons:
            kept = [c.name for c in sheet.columns if not c.tells_why]
            heads[self._folder / f"{sheet.name}{LABELLED}"] = kept
        self._files += [(path, "") for path in heads]
        return _CsvWriter({path: ",".join(names).encode(self._encoding) + _END for path, names in heads.items()})

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class _CsvWriter:
    """Writes one file or two, each with what was told for it."""

    def __init__(self, heads: Mapping[Path, bytes]) -> None:
        self._streams = [path.open("wb") for path in heads]
        self.write(tuple(heads.values()))

    def write(self, told: tuple[bytes, ...]) -> None:
        for stream, lines in zip(self._streams, told, strict=True):
            stream.write(lines)

    def close(self) -> None:
        for stream in self._streams:
            stream.close()


def _cell(value: Value) -> str:
    """A value between commas: a text as no spreadsheet runs it, in quotes where it needs them."""
    if not isinstance(value, str):
        return repr(value) if isinstance(value, float) else str(value)
    made = io.StringIO()
    csv.writer(made).writerow(
        ["", cell_text(value)]
    )  # a line break is quoted only where the dialect ends rows with it
    return made.getvalue()[1 : -len(_END)]


def _number(value: Value) -> str:
    return number(value) if isinstance(value, Decimal) else _cell(value)


class CsvTeller:
    """The lines of a sheet as they stand in its file, and in a second one with the reason in the number's place."""

    def __init__(self, sheet: Sheet) -> None:
        names = [c.name for c in sheet.columns]
        kept = [i for i, c in enumerate(sheet.columns) if sheet.has_reasons and not c.tells_why]
        self._labelled = [(i, names.index(c.reason) if (c := sheet.columns[i]).reason else i) for i in kept]
        self._kinds = [c.kind for c in sheet.columns]
        self._known = dict[tuple[Kind, Callable[[Any], Value] | None], Remembered[bytes]]()

    def told(self, columns: Sequence[Sequence[Value]]) -> tuple[bytes, ...]:
        """Some rows, column by column: lines for each file."""
        texts = self._texts(columns)
        files = [texts]
        if self._labelled:
            files.append(
                [texts[i] if i == why else list(map(_or, texts[i], texts[why])) for i, why in self._labelled]
            )
        return tuple(b"".join([line + _END for line in map(b",".join, zip(*file, strict=True))]) for file in files)

    def _texts(self, columns: Sequence[Sequence[Value]]) -> list[Sequence[bytes]]:
        """Their cells as they are written; those that whole runs of rows begin with are one text."""
        told: list[Sequence[bytes]] = []
        shared: Runs | None = None
        for kind, column in zip(self._kinds, columns, strict=True):
            values, stands_for = column, None
            if isinstance(column, Stored):
                values, stands_for = column.values, column.told
            elif isinstance(column, Runs):
                values, shared = column.values, column
            if (known := self._known.get((kind, stands_for))) is None:
                tell = _number if kind is Kind.NUMBER else _cell
                self._known[kind, stands_for] = known = Remembered(partial(_encoded, tell, stands_for), b"")
            told.append([*map(known.__getitem__, values)])
        if shared is not None:
            width = sum(isinstance(column, Runs) for column in columns)
            heads = map(b",".join, zip(*told[:width], strict=True))
            told[:width] = [list(chain.from_iterable(map(repeat, heads, shared.counts)))]
        return told


def _encoded(tell: Callable[[Value], str], stands_for: Callable[[Any], Value] | None, value: Value) -> bytes:
    """A cell as it stands in the file, by the value that is kept."""
    return tell(stands_for(value) if stands_for else value).encode()


def _or(text: bytes, reason: bytes) -> bytes:
    return text or reason
