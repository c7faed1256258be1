"""Double coding: cells drawn by chance, sheets on which people read them without knowing what was read by machine.

The draw is the same on every machine for the same seed: each cell has a number made of the seed and its address,
and of each stratum those with the least numbers are taken, as many as the stratum's share of all cells.
"""

import hashlib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.formats.names import printed_names
from gkingest.formats.spec import Format
from gkingest.language import enumerated
from gkingest.model.decision import STATES
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.outfile import write_whole
from gkingest.review.making import typed
from gkingest.review.workbook import read_table, table_of
from gkingest.store.ask.doubtful import Considered, considered, every_figure, words
from gkingest.store.ask.series import Selection, nothing_meant
from gkingest.store.tables.figures import slot_number
from gkingest.store.views.panel import panel_slots
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine

STRATA = ("year", "level", "method", "format", "province", "table")
_SHEET = (
    "item", "file", "organ", "year", "page", "table", "row", "column", "value", "remark", "coder", "report_id",
    "cell", "stratum",
)  # fmt: skip
_NEEDED = ("value", "report_id", "cell")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell that was drawn: of which report, on which page, from which stratum of how many cells."""

    report: Considered
    key: FactKey
    page: int | None
    stratum: str
    cells: int

    def row(self, number: int, coder: str, names: Mapping[str, str]) -> list[str]:
        """A row of a sheet that a person codes."""
        who, key = self.report.who, self.key
        return [
            str(number), self.report.path, who.organ, str(who.year or ""), str(self.page or ""),
            names.get(key.table, key.table), names.get(f"{key.table}/{key.row}", key.row),
            names.get(f"{key.table}/*/{key.column}", key.column).rpartition("·")[2], "", "", coder, who.report_id,
            str(key), f"{self.stratum} ({self.cells})",
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coded:
    """What one person read in one cell: as the table says it, ``53`` or the word of a state; with the unit."""

    report_id: str
    key: FactKey
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person read."""

    coder: str
    cells: tuple[Coded, ...]
    empty: int = 0

    def by_cell(self) -> dict[tuple[str, FactKey], Coded]:
        """Each cell by its report and address."""
        return {(one.report_id, one.key): one for one in self.cells}


def sample(
    engine: "Engine",
    formats: Sequence[Format],
    number: int,
    by: Sequence[str],
    seed: str,
    selection: Selection,
) -> list[Drawn]:
    """Draw so many cells of the reports that count, from strata by these words of :data:`STRATA`.

    Raises :class:`UsageError` where there are no such strata or no cells, :class:`DatabaseError`.
    """
    if unknown := [word for word in by if word not in STRATA]:
        raise UsageError(f"--by {', '.join(unknown)}: there is no such stratum; choose among {', '.join(STRATA)}")
    reports = {one.serial: one for one in considered(engine, selection).values()}
    keys = {slot_number(*slot.fact_key): slot.fact_key for slot in panel_slots(tuple(formats))}
    named = words(engine)
    drawing = _Drawing(number, seed, by)
    for figure in every_figure(engine):
        report, key = reports.get(figure.serial), keys.get(figure.slot)
        if report is not None and key is not None:
            drawing.add(report, key, figure.page, named.get(figure.method, ""))
    if selection != Selection() and not reports:
        raise nothing_meant(engine, selection, "there is nothing to code")
    if not drawing.sizes:
        raise UsageError("the database has no figure that could be drawn; ingest reports first")
    return drawing.drawn()


class _Drawing:
    """Of each stratum the cells with the least numbers, while all pass by."""

    def __init__(self, number: int, seed: str, by: Sequence[str]) -> None:
        self.number, self.seed, self.by = number, seed, by
        self.sizes: dict[str, int] = {}
        self.least: dict[str, list[tuple[int, str, Drawn]]] = {}

    def add(self, report: Considered, key: FactKey, page: int | None, method: str) -> None:
        """Look at one cell."""
        who, read = report.who, Method.parse(method)
        strata = {
            "year": str(who.year or "?"),
            "level": who.level or "?",
            "method": str(read.way) if read else "none",
            "format": who.edition,
            "province": who.province or "?",
            "table": key.table,
        }
        stratum = " · ".join(strata[word] for word in self.by)
        address = f"{who.report_id}/{key}"
        drawn = hashlib.blake2b(f"{self.seed}/{address}".encode(), digest_size=8).digest()
        rank = -int.from_bytes(drawn)
        heap = self.least.setdefault(stratum, [])
        self.sizes[stratum] = self.sizes.get(stratum, 0) + 1
        if len(heap) < self.number:
            heapq.heappush(heap, (rank, address, Drawn(report, key, page, stratum, 0)))
        elif rank > heap[0][0]:
            heapq.heapreplace(heap, (rank, address, Drawn(report, key, page, stratum, 0)))

    def drawn(self) -> list[Drawn]:
        """The cells, of each stratum its share; in an order by chance."""
        found = []
        for stratum, share in self.shares().items():
            taken = sorted(self.least[stratum], key=lambda one: -one[0])[:share]
            found += [(rank, address, one) for rank, address, one in taken]
        found.sort(key=lambda one: (-one[0], one[1]))
        return [Drawn(d.report, d.key, d.page, d.stratum, self.sizes[d.stratum]) for _, _, d in found]

    def shares(self) -> dict[str, int]:
        """How many cells each stratum gives: at least one if there are as many to draw, else by its size."""
        total = sum(self.sizes.values())
        number = min(self.number, total)
        least = 1 if number >= len(self.sizes) else 0
        exact = {s: n * (number - least * len(self.sizes)) / total for s, n in sorted(self.sizes.items())}
        shares = {s: min(self.sizes[s], least + int(part)) for s, part in exact.items()}
        order = sorted(exact, key=lambda s: (int(exact[s]) - exact[s], s))
        while (left := number - sum(shares.values())) > 0:
            open_ = [s for s in order if shares[s] < self.sizes[s]]
            for stratum in open_[:left]:
                shares[stratum] += 1
        return shares


def write_sheets(
    folder: Path, drawn: Sequence[Drawn], coders: Sequence[str], formats: Sequence[Format], *, workbook: bool
) -> list[Path]:
    """A sheet for each coder with the same cells, in the order of the files; nothing that was read is on it.

    Raises :class:`UsageError` where one cannot be written, or is there already: it may hold somebody's work.
    """
    names = printed_names(formats)
    ordered = sorted(drawn, key=lambda d: (d.report.path, d.report.ordinal, d.page or 0))
    paths = []
    for coder in coders:
        path = folder / f"coding-{coder}.{'xlsx' if workbook else 'csv'}"
        if path.exists():
            raise UsageError(f"{path}: is there already and may hold what somebody coded; name another folder")
        rows = [one.row(n, coder, names) for n, one in enumerate(ordered, 1)]
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, table_of(path, _SHEET, rows))
        paths.append(path)
    return paths


def read_sheet(path: Path) -> Sheet:
    """What a person filled in; cells that are left empty are not coded (``blank`` says that the page is empty).

    Raises :class:`UsageError` with the line where it cannot be read.
    """
    rows = read_table(path)
    head = [cell.strip().lower() for cell in next(rows, [])]
    if lacking := [name for name in _NEEDED if name not in head]:
        raise UsageError(f"{path}:1: no column {', '.join(lacking)}; give a sheet of `gkingest code sample`")
    found, coders, empty = [], set(), 0
    for number, row in enumerate(rows, 2):
        told = dict(zip(head, row, strict=False))
        if not told.get("report_id"):
            continue
        coders.add(told.get("coder", "").strip())
        value = told.get("value", "").strip()
        if not value:
            empty += 1
            continue
        parts = told["cell"].split("/")
        if len(parts) != 3:
            raise UsageError(f"{path}:{number}: {told['cell']} is no cell; leave that column as it was")
        amount = typed(value)
        if amount.problem:
            about = (f"{path}:{number}", repr(value), amount.problem, enumerated(sorted(STATES)))
            raise UsageError(Told("{0}: {1} is no number ({2}); or one of {3}", *about))
        found.append(Coded(told["report_id"].strip(), FactKey(*parts), amount.value, amount.unit))
    return Sheet(", ".join(sorted(coders - {""})) or path.stem, tuple(found), empty)


def dispute_sheet(path: Path, disputed: Iterable[tuple[str, FactKey]], sheets: Sequence[Path]) -> int:
    """A sheet for a third coder with the cells on which people differ, blind too; gives how many there are."""
    wanted = {(report_id, str(key)) for report_id, key in disputed}
    coded = read_table(sheets[0])
    head = next(coded, [])
    rows = []
    for cells in coded:
        row = dict(zip(head, cells, strict=False))
        if any(cells) and (row["report_id"], row["cell"]) in wanted:
            rows.append([*(row.get(name, "") for name in _SHEET[:8]), "", "", "", *(row[n] for n in _SHEET[11:])])
    write_whole(path, table_of(path, _SHEET, rows))
    return len(rows)
