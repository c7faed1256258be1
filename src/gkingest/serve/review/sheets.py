"""Sheets of cells that are coded blind: what is asked is on them, what was read is not; a sheet is one person's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from gkingest.errors import UsageError
from gkingest.model.decision import STATES
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.outfile import write_whole
from gkingest.review.workbook import read_table, table_of
from gkingest.text.numbers import read_number


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell of a sheet, and what its coder wrote so far."""

    number: int
    report: str
    key: FactKey
    organ: str
    year: str
    page: int
    labels: tuple[str, ...]
    value: str
    remark: str


@dataclass
class Sheets:
    """The sheets that are coded in the browser, by their file names; a change is on the disk once it returns.

    Raises :class:`UsageError` for one that cannot be read, before anybody is shown a page without it.
    """

    paths: Sequence[Path]
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        for path in self.paths:
            self._coder(path)

    def names(self, coder: str | None = None) -> list[str]:
        """The names of the sheets, or of those that are one coder's."""
        return [path.name for path in self.paths if coder is None or self._coder(path) == coder]

    def cells(self, name: str) -> list[Asked]:
        """The cells of a sheet in their order. Raises :class:`UsageError` where there is none, or no such file."""
        head, *rows = read_table(self._path(name))
        cells = []
        for number, row in enumerate(rows):
            told = dict(zip(head, row, strict=False))
            table, line, column = [*told["cell"].split("/"), "", ""][:3]
            page = int(told["page"]) if told.get("page", "").isdecimal() else 1
            labels = tuple(told.get(part, "") for part in ("table", "row", "column"))
            cells.append(
                Asked(
                    number, told["report_id"], FactKey(table, line, column), told.get("organ", ""),
                    told.get("year", ""), page, labels, told.get("value", ""), told.get("remark", ""),
                )
            )  # fmt: skip
        return cells

    def keep(self, name: str, number: int, value: str, remark: str) -> None:
        """Write what a coder read in one cell, "" to take it back. Raises :class:`UsageError` if it is none."""
        if value and value not in STATES and (told := read_number(value)).state is CellState.UNREADABLE:
            raise UsageError(f"{value!r} is no number ({told.problem}); or one of {', '.join(sorted(STATES))}")
        path = self._path(name)
        with self._lock:
            head, *rows = read_table(path)
            if not 0 <= number < len(rows):
                raise UsageError(f"{name}: there is no cell {number + 1} on it")
            for column, written in (("value", value), ("remark", remark)):
                rows[number][head.index(column)] = written
            write_whole(path, table_of(path, head, rows))

    def _path(self, name: str) -> Path:
        for path in self.paths:
            if path.name == name:
                return path
        raise UsageError(f"{name}: there is no such sheet among those that are coded here")

    def _coder(self, path: Path) -> str:
        head, *rows = read_table(path)
        return rows[0][head.index("coder")] if rows and "coder" in head else ""
