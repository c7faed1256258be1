"""Stata: files of format 118 (Stata 14 and later), written in a stream.

The libraries that write .dta want the whole table in memory, so the layout is written here, as ``help dta`` of
Stata describes it. A number that is missing carries its reason as extended missing value (.a blank, .b dash, … in
the order of :data:`gkingest.store.ask.dump.REASONS`), so the columns with reasons are left out. Rows are laid aside
where the file is to lie (/tmp may be memory) until the longest text of each column is known.
"""

import pickle
import struct
import tempfile
from collections.abc import Iterator, Sequence
from operator import or_
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from gkingest.export.names import short_names
from gkingest.export.writing import SheetWriter
from gkingest.formats.short_names import shipped_short_words
from gkingest.language import Language
from gkingest.store.ask.dump import REASONS, Kind, Sheet, Value

_LONGEST_TEXT = 2045  # bytes of a text of fixed width; longer ones lie behind the data
_STRL, _DOUBLE, _LONG = 32768, 65526, 65528
_MISSING_LONG = 2147483621
_LARGEST_LONG = 2147483620
_TAGS = {word: number for number, (word, _) in enumerate(REASONS, 1)}  # 1: .a
# The numbers that mean . and .a, .b, … in a column.
_MISSING: dict[int, list[float]] = {
    _DOUBLE: [struct.unpack("<d", struct.pack("<Q", 0x7FE0000000000000 + (n << 40)))[0] for n in range(27)],
    _LONG: [_MISSING_LONG + n for n in range(27)],
}
_LABELS = "why_missing"


class StataFormat:
    """A file a sheet."""

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder, self._language, self._files = folder, language, list[tuple[Path, str]]()

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        path = self._folder / f"{sheet.name}.dta"
        self._files.append((path, ""))
        return _StataWriter(path, sheet, self._language)

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class Laid(NamedTuple):
    """Rows as they are laid aside, and what their columns need: the longest text in bytes, large whole numbers."""

    rows: bytes
    number: int
    longest: list[int]
    large: list[bool]


class StataTeller:
    """Rows of a sheet as they are laid aside: but for the columns with reasons, which are in the numbers."""

    def __init__(self, sheet: Sheet) -> None:
        names = [c.name for c in sheet.columns]
        reasons = {c.reason for c in sheet.columns if c.reason}
        self._kept = [i for i, n in enumerate(names) if n not in reasons]
        self.columns = [sheet.columns[i] for i in self._kept]
        self.reason = [names.index(c.reason) if c.reason else -1 for c in self.columns]
        self._texts = [at for at, c in enumerate(self.columns) if c.kind is Kind.TEXT]
        self._numbers = [at for at, c in enumerate(self.columns) if c.kind is not Kind.TEXT]

    def told(self, columns: Sequence[Sequence[Value]]) -> Laid:
        """Some rows, column by column."""
        longest, large = [1] * len(self._kept), [False] * len(self._kept)
        laid = []
        for row in zip(*columns, strict=True):
            values: list[Any] = [row[i] for i in self._kept]
            for at in self._texts:
                values[at] = data = (values[at] or "").encode()
                longest[at] = max(longest[at], len(data))
            for at in self._numbers:
                value = values[at]
                if value is None:
                    reason = self.reason[at]
                    values[at] = (_TAGS.get(str(row[reason]), 0) if reason >= 0 else 0,)
                elif type(value) is int:
                    large[at] |= abs(value) > _LARGEST_LONG
                else:
                    values[at] = float(value)
            laid.append(pickle.dumps(values, protocol=pickle.HIGHEST_PROTOCOL))
        return Laid(b"".join(laid), len(laid), longest, large)


class _StataWriter:
    """Lays rows aside in a file without a name; ``close`` writes the .dta from it."""

    def __init__(self, path: Path, sheet: Sheet, language: Language) -> None:
        teller = StataTeller(sheet)
        self._path, self._title, self._language = path, getattr(sheet.title, language), language
        self._columns, self._reason = teller.columns, teller.reason
        self._names = short_names([c.name for c in self._columns], shipped_short_words())
        self._longest = [1] * len(self._columns)
        self._large = [False] * len(self._columns)
        self._count = 0
        self._aside = cast(BinaryIO, tempfile.TemporaryFile(dir=path.parent))  # noqa: SIM115

    def write(self, told: Laid) -> None:
        self._aside.write(told.rows)
        self._count += told.number
        self._longest = [*map(max, self._longest, told.longest)]
        self._large = [*map(or_, self._large, told.large)]

    def close(self) -> None:
        with self._aside, self._path.open("wb") as out:
            types = []
            for column, longest, large in zip(self._columns, self._longest, self._large, strict=True):
                if column.kind is Kind.TEXT:
                    types.append(longest if longest <= _LONGEST_TEXT else _STRL)
                else:
                    types.append(_LONG if column.kind is Kind.INTEGER and not large else _DOUBLE)
            places = [0]
            label = _cut(self._title, 80).encode()
            out.write(
                b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>"
                + struct.pack("<H", len(types))
                + b"</K><N>"
                + struct.pack("<Q", self._count)
                + b"</N><label>"
                + struct.pack("<H", len(label))
                + label
                + b"</label><timestamp>\0</timestamp></header>"
            )
            with tempfile.TemporaryFile(dir=self._path.parent) as texts:
                for part, body in self._parts(types):
                    places.append(out.tell())
                    out.write(f"<{part}>".encode() + body + f"</{part}>".encode())
                places.append(out.tell())
                self._data(out, types, cast(BinaryIO, texts))
                places.append(out.tell())
                out.write(b"<strls>")
                texts.seek(0)
                while block := texts.read(1 << 20):
                    out.write(block)
                out.write(b"</strls>")
            places.append(out.tell())
            out.write(b"<value_labels>" + self._value_labels() + b"</value_labels>")
            places.append(out.tell())
            out.write(b"</stata_dta>")
            places.append(out.tell())
            out.seek(places[1] + len("<map>"))
            out.write(struct.pack(f"<{len(places)}Q", *places))

    def _parts(self, types: Sequence[int]) -> Iterator[tuple[str, bytes]]:
        """Everything between header and data."""
        mark = "（{}）" if self._language == "zh" else " ({})"
        units = (mark.format(c.unit_in(self._language)) if c.unit else "" for c in self._columns)
        labels = [getattr(c.label, self._language) + unit for c, unit in zip(self._columns, units, strict=True)]
        named = [_LABELS if at >= 0 else "" for at in self._reason]
        yield "map", bytes(14 * 8)
        yield "variable_types", struct.pack(f"<{len(types)}H", *types)
        yield "varnames", b"".join(_padded(n, 129) for n in self._names)
        yield "sortlist", bytes(2 * (len(types) + 1))
        yield "formats", b"".join(_padded(_display(t), 57) for t in types)
        yield "value_label_names", b"".join(_padded(name, 129) for name in named)
        named_labels = list(zip(self._names, self._columns, labels, strict=True))
        # A name that was shortened is told in full first, so that it is found by its key.
        told = (label if c.name == name else f"{c.name}: {label}" for name, c, label in named_labels)
        yield "variable_labels", b"".join(_padded(_cut(label, 80), 321) for label in told)
        yield "characteristics", b"".join(_note(n, c.name, label) for n, c, label in named_labels)

    def _data(self, out: BinaryIO, types: Sequence[int], texts: BinaryIO) -> None:
        letters = {_STRL: "8s", _DOUBLE: "d", _LONG: "i"}
        row = struct.Struct("<" + "".join(letters.get(t, f"{t}s") for t in types))
        long_texts = [at for at, t in enumerate(types) if t == _STRL]
        missing = [(at, _MISSING[t]) for at, t in enumerate(types) if t in _MISSING]
        out.write(b"<data>")
        self._aside.seek(0)
        for number in range(1, self._count + 1):
            values: list[Any] = pickle.load(self._aside)
            for at, codes in missing:
                if type(values[at]) is tuple:
                    values[at] = codes[values[at][0]]
            for at in long_texts:
                # A long text is put behind the data; in its place stands where it is.
                place, text = bytes(8), values[at]
                if text:
                    texts.write(b"GSO" + struct.pack("<IQBI", at + 1, number, 130, len(text) + 1) + text + b"\0")
                    place = struct.pack("<H", at + 1) + struct.pack("<Q", number)[:6]
                values[at] = place
            out.write(row.pack(*values))
        out.write(b"</data>")

    def _value_labels(self) -> bytes:
        if not any(at >= 0 for at in self._reason):
            return b""
        texts = [getattr(words, self._language).encode() + b"\0" for _, words in REASONS]
        starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
        values = [_MISSING_LONG + n for n in range(1, len(texts) + 1)]
        count, together = len(texts), b"".join(texts)
        table = struct.pack(f"<2i{count}i{count}i", count, len(together), *starts, *values) + together
        return b"<lbl>" + struct.pack("<i", len(table)) + _padded(_LABELS, 129) + bytes(3) + table + b"</lbl>"


def _display(kind: int) -> str:
    if kind <= _LONGEST_TEXT:
        return f"%-{min(kind, 40)}s"
    return {_STRL: "%-40s", _LONG: "%12.0g", _DOUBLE: "%10.0g"}[kind]


def _note(name: str, column: str, label: str) -> bytes:
    """The column's full name and label as a note on the variable, as both may be cut."""
    text = f"{column}: {label}".encode() + b"\0"
    notes = ((b"note1", text), (b"note0", b"1\0"))
    bodies = (_padded(name, 129) + what.ljust(129, b"\0") + body for what, body in notes)
    return b"".join(b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>" for body in bodies)


def _padded(text: str, size: int) -> bytes:
    return text.encode().ljust(size, b"\0")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
