"""Parquet: a row group for every so many cells, so that memory stays flat; labels are metadata of fields.

Numbers are doubles: those of more than 15 digits are rounded here; the CSV beside it has every digit.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gkingest.export.writing import SheetWriter
from gkingest.language import Language
from gkingest.store.ask.dump import Kind, Sheet, Value
from gkingest.store.walk.reports import Remembered, Runs, Stored

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 500_000  # cells of a row group: every group costs memory until the file is finished


class ParquetFormat:
    """A file a sheet."""

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder, self._language, self._files = folder, language, list[tuple[Path, str]]()

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        path = self._folder / f"{sheet.name}.parquet"
        self._files.append((path, ""))
        return _ParquetWriter(path, ParquetTeller(sheet, self._language).schema)

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class ParquetTeller:
    """Rows of a sheet as arrays of Arrow."""

    def __init__(self, sheet: Sheet, language: Language) -> None:
        import pyarrow as pa

        number = pa.float64()
        types = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.NUMBER: number, Kind.REAL: number}
        fields = []
        for column in sheet.columns:
            about = {"label": getattr(column.label, language), "unit": column.unit, "reason": column.reason}
            metadata = {name: text for name, text in about.items() if text}
            fields.append(pa.field(column.name, types[column.kind], metadata=metadata))
        self.schema = pa.schema(fields, metadata={"title": getattr(sheet.title, language)})
        self._known = dict[tuple[Callable[[Any], Value] | None, bool], Remembered[Value]]()

    def told(self, columns: Sequence[Sequence[Value]]) -> "pa.RecordBatch":
        """Some rows, column by column."""
        import pyarrow as pa

        arrays = [self._array(column, field.type) for column, field in zip(columns, self.schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, column: Sequence[Value], kind: "pa.DataType") -> "pa.Array":
        import pyarrow as pa

        if isinstance(column, Runs):
            rows = chain.from_iterable(map(repeat, range(len(column.counts)), column.counts))
            return self._array(column.values, kind).take(pa.array(rows, pa.int32()))
        values, stands_for = (column.values, column.told) if isinstance(column, Stored) else (column, None)
        if (real := pa.types.is_floating(kind)) or stands_for:
            if (known := self._known.get((stands_for, real))) is None:
                self._known[stands_for, real] = known = Remembered(partial(_meant, stands_for, real), None)
            values = [*map(known.__getitem__, values)]
        return pa.array(values, kind)


def _meant(stands_for: Callable[[Any], Value] | None, real: bool, value: Value) -> Value:
    """What a value that is kept stands for; a number as Arrow takes it."""
    meant = stands_for(value) if stands_for else value
    return float(meant) if real and meant is not None else meant


class _ParquetWriter:
    def __init__(self, path: Path, schema: "pa.Schema") -> None:
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._held: list[pa.RecordBatch] = []
        self._rows = 0
        self._group = -(-_AT_ONCE // len(schema))  # rows

    def write(self, told: "pa.RecordBatch") -> None:
        while self._rows + len(told) >= self._group:
            room = self._group - self._rows
            self._held.append(told.slice(0, room))
            told = told.slice(room)
            self._flush()
        if len(told):
            self._held.append(told)
            self._rows += len(told)

    def close(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_batches(self._held).combine_chunks())
        self._held, self._rows = [], 0
