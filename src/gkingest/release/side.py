"""A side of a comparison: a release or export in a folder, or a database; both give the same text for a figure."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from gkingest.errors import UsageError
from gkingest.export.plain import number
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.model.decision import Ruling
from gkingest.store.ask.dump import Snapshot, Value, sheets
from gkingest.store.ask.releasing import CORRECTIONS, SOURCES, reading_of, readings
from gkingest.store.views.organ import identity

if TYPE_CHECKING:
    from sqlalchemy import Engine

ABOUT = "release.json"  # what a release says of itself
# Rows of a sheet by the names of some of its columns, every cell a text, "" for nothing; a column that the sheet of
# an earlier version lacks is "" throughout. No rows where there is no such sheet.
Table = Callable[[str, Sequence[str]], Iterator[tuple[str, ...]]]
Cell = tuple[str, str, str]  # table, row, column


class Figure(NamedTuple):
    """What a release says of a cell."""

    state: str
    form_value: str
    value: str
    unit: str

    @property
    def told(self) -> str:
        """The amount in the form's unit, else the number as printed, else the state."""
        return self.form_value or (f"{self.value}{self.unit}" if self.value else self.state)


class Measured(NamedTuple):
    """An indicator of a report."""

    value: str
    numerator: str
    denominator: str
    unit: str


@dataclass(frozen=True, slots=True)
class Report:
    """A current report."""

    id: str
    sha256: str
    organ: str
    identity: tuple[str, ...]
    region_code: str
    province: str
    year: str
    path: str


@dataclass(frozen=True, slots=True)
class Side:
    """What a release or database has; ``known`` has all files by SHA-256: whether they are gone from every path.

    ``readings`` tells, by SHA-256 of a file, what it was read with; ``decided`` what people say otherwise than it
    was read and what counts: by report and subject (a cell, or what is decided of a report) the decision and who.
    """

    name: str
    version: str
    software: str
    reports: Mapping[str, Report]
    known: Mapping[str, bool]
    readings: Mapping[str, str]
    decided: Mapping[str, Mapping[str, tuple[str, str]]]
    table: Table

    def figures(self) -> Iterator[tuple[str, dict[Cell, Figure]]]:
        """The figures of each current report."""
        cells = ("report_id", "table_key", "row_key", "column_key", *Figure._fields)
        for report, rows in groupby(self.table("facts", cells), key=itemgetter(0)):
            yield report, {(r[1], r[2], r[3]): Figure(*r[4:]) for r in rows}

    def indicators(self) -> Iterator[tuple[str, dict[str, Measured]]]:
        """The indicators of each current report."""
        columns = ("report_id", "indicator", *Measured._fields)
        for report, rows in groupby(self.table("indicators", columns), key=itemgetter(0)):
            yield report, {r[1]: Measured(*r[2:]) for r in rows}

    @classmethod
    def of(
        cls, name: str, version: str, software: str, table: Table, read_with: Mapping[str, Mapping[str, object]]
    ) -> Self:
        """A side with what is asked of its tables again and again."""
        columns = ("id", "sha256", "organ", "organ_key", "region_code", "prefecture", "province", "year", "path")
        reports = {}
        for own, sha256, organ, key, code, prefecture, province, year, path in table("reports", columns):
            whose = identity(own, key, code, prefecture, province)
            reports[own] = Report(own, sha256, organ, whose, code, province, year, path)
        known: dict[str, bool] = {}
        for sha256, gone in table("documents", ("sha256", "gone")):
            if sha256:
                known[sha256] = known.get(sha256, True) and gone == "1"
        read = {
            sha256: reading_of(read_with[run], kind)
            for sha256, kind, run in table("sources", ("sha256", "media_type", "reading"))
            if run in read_with
        }
        decided: dict[str, dict[str, tuple[str, str]]] = {}
        for report, subject, decision, who, verdict, standing in table("corrections", _DECIDED):
            if standing == "stands" and verdict == Ruling.SET:
                decided.setdefault(report, {})[subject] = (decision, who)
        return cls(name, version, software, reports, known, read, decided, table)


@contextmanager
def opened_folder(folder: Path) -> Iterator[Side]:
    """A release or export in a folder; raises :class:`UsageError` where it is neither."""
    if not (folder / "facts.csv").is_file():
        raise UsageError(
            f"{folder}: this is no release and no export of gkingest (it has no facts.csv); name another folder, "
            "or a database"
        )
    about: Mapping[str, object] = {}
    try:
        if (folder / ABOUT).is_file():
            about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder / ABOUT}: it cannot be read ({error}); take a whole copy of the release"
        ) from error
    software = about.get("software", {})
    code = str(software.get("version", "")) if isinstance(software, dict) else ""
    read = about.get("readings", {})
    yield Side.of(
        folder.name, str(about.get("version", "")), code, _of_folder(folder), read if isinstance(read, dict) else {}
    )


def _of_folder(folder: Path) -> Table:
    def table(name: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
        path = folder / f"{name}.csv"
        if not path.is_file():
            return
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = csv.reader(stream)
                names = next(rows, [])
                places = [names.index(column) if column in names else -1 for column in columns]
                for row in rows:
                    # An apostrophe stands before a text that a spreadsheet would take for a formula.
                    yield tuple(row[at].removeprefix("'") if at >= 0 else "" for at in places)
        except (OSError, ValueError, IndexError, csv.Error) as error:
            raise UsageError(f"{path}: it cannot be read ({error}); take a whole copy of the release") from error

    return table


@contextmanager
def opened_database(
    engine: "Engine", name: str, forms: Sequence[Format], measures: Measures, version: str = ""
) -> Iterator[Side]:
    """A database in one state; raises :class:`DatabaseError`."""
    with Snapshot(engine) as snapshot:
        yield side_of(snapshot, name, forms, measures, version)


def side_of(snapshot: Snapshot, name: str, forms: Sequence[Format], measures: Measures, version: str = "") -> Side:
    """The state of a database as a side; ``version`` is that of the release that is being made of it."""
    made = {sheet.name: sheet for sheet in (*sheets(forms, measures), SOURCES, CORRECTIONS)}

    def table(name: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
        names = [column.name for column in made[name].columns]
        rows = (tuple(map(_text, row)) for row in snapshot.rows(made[name]))
        places = [names.index(column) if column in names else -1 for column in columns]
        yield from (tuple(row[at] if at >= 0 else "" for at in places) for row in rows)

    return Side.of(name, version, snapshot.latest_run()["version"], table, readings(snapshot))


def _text(value: Value) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, Decimal) else str(value)


_DECIDED = ("report_id", "subject", "id", "person", "verdict", "standing")
