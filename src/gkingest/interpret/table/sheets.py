"""Sheets: a printed table that holds the rows of several, with columns for units and numbers beside the figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple, Self

from gkingest.formats.spec import Table
from gkingest.interpret.table.layout import FEW_CELLS, vocabulary
from gkingest.interpret.table.understanding import TableReading
from gkingest.interpret.table.years import dated_otherwise, without
from gkingest.model.finding import Finding
from gkingest.model.key import ANY, FactKey, KeyPattern
from gkingest.model.paper import Cell, Grid
from gkingest.model.report import CellState
from gkingest.text.labels import fold, label_key, label_keys
from gkingest.text.numbers import UNITS

Units = Mapping[tuple[int, int], str]  # by grid and row
_MOSTLY = 0.8  # share of a column's cells that name a unit which makes it the column of units, whatever its heading


class SheetWords(NamedTuple):
    """What sheets print beside figures: kinds of columns by their headings, the other heads, words for units."""

    named: Mapping[str, str]
    columns: frozenset[str]
    units: frozenset[str]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Self:
        """Units are those of amounts, and what the rows count."""
        named = {label_key(text): b.kind for t in tables for b in t.beside for text in b.labels}
        columns = frozenset[str]().union(*(vocabulary(t).columns for t in tables))
        counters = (leaf.counter for t in tables for leaf, _ in t.row_leaves())
        return cls(named, columns, frozenset(filter(None, (*UNITS, *counters))))

    def kinds(self, texts: Mapping[int, str]) -> dict[int, str]:
        """What cells say that stands in their columns beside figures."""
        return {at: self.named[key] for at, text in texts.items() if (key := label_key(text)) in self.named}

    def heads(self, texts: Iterable[str]) -> int:
        """How many texts are other heads."""
        return sum(not self.columns.isdisjoint(label_keys(text)) for text in texts)


def without_beside(grids: Sequence[Grid], table: Table) -> tuple[tuple[Grid, ...], Units]:
    """The grids of a sheet without the columns beside its figures, and the units that stood in them.

    Grids that continue one (as many columns, and no heading) lose the same columns.
    """
    if not table.beside:
        return tuple(grids), {}
    left: list[Grid] = []
    units: dict[tuple[int, int], str] = {}
    before: tuple[int, dict[int, str]] = (0, {})
    for number, grid in enumerate(grids):
        kinds = _kinds(grid, table)
        if not kinds and grid.columns == before[0]:
            kinds = before[1]
        before = grid.columns, kinds
        for cell in grid.cells:
            if kinds.get(cell.column) == "unit":
                units |= {(number, row): fold(cell.text) for row in range(cell.row, cell.row + cell.row_span)}
        left.append(without(grid, frozenset(), frozenset(kinds)) if kinds else grid)
    return tuple(left), units


def _kinds(grid: Grid, table: Table) -> dict[int, str]:
    """Columns of a grid that hold units or numbers of rows, by what stands above them or in them."""
    words = SheetWords.of([table])
    inked = [c for c in grid.cells if fold(c.text)]
    for cells in _by(attrgetter("row"), inked):
        kinds = words.kinds({c.column: c.text for c in cells if c.column_span == 1})
        if len(kinds) + words.heads(c.text for c in cells) >= 2:
            return {column: kind for column, kind in kinds.items() if kind != "label"}
    units = {*words.units, "——"}
    return {
        cells[0].column: "unit"
        for cells in _by(attrgetter("column"), inked)
        if len(cells) >= FEW_CELLS and sum(fold(c.text) in units for c in cells) >= _MOSTLY * len(cells)
    }


def _by(place: Callable[[Cell], int], cells: Iterable[Cell]) -> Iterable[list[Cell]]:
    """Cells by row or column."""
    found: dict[int, list[Cell]] = {}
    for cell in cells:
        found.setdefault(place(cell), []).append(cell)
    return found.values()


def of_sheet(reading: TableReading, table: Table, year: int | None, *, coded: bool = False) -> TableReading:
    """What was read of a table: of a sheet under the keys of the tables whose rows it holds, with its own doubts.

    ``year`` is the reported one; ``coded``: numbers of the rows may stand among figures told by order.
    """
    if table.holds:
        facts = tuple(replace(f, key=FactKey(*_split(f.key))) for f in reading.facts)
        findings = [_of_parts(f, table) for f in reading.findings]
        keys = tuple(f.key for f in facts if f.state is CellState.REPORTED)
        if coded and keys:
            doubt = "a column of numbers of the rows is printed: they may have been taken for figures"
            hint = "look at the page whether these are the figures"
            findings.append(Finding("cell.doubt", doubt, touches=keys, hint=hint))
        reading = replace(reading, facts=facts, findings=tuple(findings))
    return replace(reading, findings=(*reading.findings, *dated_otherwise(reading.facts, year)))


def told_of_all(findings: Iterable[Finding], tables: Iterable[Table]) -> list[Finding]:
    """Findings about these tables; those about sheets as ones about the tables whose rows they hold."""
    listed = list(findings)
    for table in tables:
        listed = [_of_parts(f, table) for f in listed]
    return listed


def _of_parts(finding: Finding, table: Table) -> Finding:
    """A finding about a sheet as one about the tables whose rows it holds."""
    if not table.holds:
        return finding
    touches: list[KeyPattern] = []
    for pattern in finding.touches:
        if pattern.table != table.key:
            touches.append(pattern)
        elif "/" in pattern.row:
            split = _split(pattern)
            touches.append(FactKey(*split) if isinstance(pattern, FactKey) else KeyPattern(*split))
        else:
            touches += [KeyPattern(key, ANY, pattern.column) for key in table.holds]
    place = finding.place.removeprefix(f"{table.key}/")
    return replace(finding, touches=tuple(touches), place=place)


def _split(pattern: KeyPattern) -> tuple[str, str, str]:
    table, _, row = pattern.row.partition("/")
    return table, row, pattern.column
