"""Parquet: a row group for every so many cells, so that memory stays flat; labels are metadata of fields.

Numbers are doubles: those of more than 15 digits are rounded here; the CSV beside it has every digit.
"""

from collections.abc import Callable, Sequence
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
        return _ParquetWriter(path, sheet, self._language)

    def close(self) -> list[tuple[Path, str]]:
        """The files."""
        return self._files


class _ParquetWriter:
    def __init__(self, path: Path, sheet: Sheet, language: Language) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        number = pa.float64()
        types = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.NUMBER: number, Kind.REAL: number}
        fields = []
        for column in sheet.columns:
            about = {"label": getattr(column.label, language), "unit": column.unit, "reason": column.reason}
            metadata = {name: text for name, text in about.items() if text}
            fields.append(pa.field(column.name, types[column.kind], metadata=metadata))
        self._schema = pa.schema(fields, metadata={"title": getattr(sheet.title, language)})
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._known = dict[Callable[[Any], Value], Remembered[Value]]()
        self._held, self._rows = list[pa.RecordBatch](), 0
        self._group = -(-_AT_ONCE // len(sheet.columns))  # rows

    def write(self, columns: Sequence[Sequence[Value]]) -> None:
        import pyarrow as pa

        arrays = [self._array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        while self._rows + len(batch) >= self._group:
            room = self._group - self._rows
            self._held.append(batch.slice(0, room))
            batch = batch.slice(room)
            self._flush()
        if len(batch):
            self._held.append(batch)
            self._rows += len(batch)

    def _array(self, column: Sequence[Value], kind: "pa.DataType") -> "pa.Array":
        import pyarrow as pa

        if isinstance(column, Runs):
            rows = chain.from_iterable(map(repeat, range(len(column.counts)), column.counts))
            return self._array(column.values, kind).take(pa.array(rows, pa.int32()))
        if isinstance(column, Stored):
            if (known := self._known.get(column.told)) is None:
                self._known[column.told] = known = Remembered(column.told, None)
            column = [*map(known.__getitem__, column.values)]
        if pa.types.is_floating(kind):
            column = [None if value is None else float(value) for value in column]
        return pa.array(column, kind)

    def close(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_batches(self._held).combine_chunks())
        self._held, self._rows = [], 0
