"""Cells of one report in SQL: each is looked up once, added, and asked why it is missing or if it is flagged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.store.tables.figures import STATE_NUMBERS
from gkingest.store.views.figures import UNIT_UNKNOWN, at
from gkingest.store.views.view import Words

# What a figure tells that older editions of the form count otherwise, wherever such figures stand in one column.
SERIES_BREAK = Words(
    "1 if the report's edition counts it otherwise than later ones (relation break in the crosswalk): a series "
    "breaks where this changes, so do not join the values on both sides",
    "报告所用版本的统计口径与其后各版不同（版本对照中的 break）则为 1；其值变化之处序列中断，两侧不宜直接相连",
)

# What keeps a cell from being a number, by state. Of several missing cells the first of these is told: what we
# could not read before what was never said, and a blank, which may well be a zero, last.
_TESTS = {
    CellState.UNREADABLE: f"{{0}}.state = {STATE_NUMBERS[CellState.UNREADABLE]}",
    UNIT_UNKNOWN: f"({{0}}.state = {STATE_NUMBERS[CellState.REPORTED]} AND {{0}}.form_value IS NULL)",
    CellState.ABSENT: "COALESCE({0}.state, {1}) = {1}".replace("{1}", str(STATE_NUMBERS[CellState.ABSENT])),
    CellState.DASH: f"{{0}}.state = {STATE_NUMBERS[CellState.DASH]}",
    CellState.BLANK: f"{{0}}.state = {STATE_NUMBERS[CellState.BLANK]}",
}


def _alias(place: int) -> str:
    return f"c{place}"


def fact_joins(cells: Sequence[FactKey]) -> str:
    """Joins of report ``n`` with one figure for each of these cells, by its number, found or not."""
    return "\n".join(f"LEFT JOIN figure AS {_alias(n)} ON {at(_alias(n), c)}" for n, c in enumerate(cells))


def looked_up(cell: FactKey) -> str:
    """The amount of one cell of report ``n``, by a query of its own."""
    return f"(SELECT f.form_value FROM figure AS f WHERE {at('f', cell)})"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over some of the cells that :func:`fact_joins` joined; NULL if one of them is no number."""

    terms: tuple[tuple[FactKey, int], ...]
    joined: tuple[FactKey, ...]

    def value(self) -> str:
        """The sum."""
        return added((f"{_alias(self.joined.index(cell))}.form_value", sign) for cell, sign in self.terms)


def added(terms: Iterable[tuple[str, int]]) -> str:
    """SQL expressions added up, each with its sign."""
    text = " ".join(f"{'+' if sign > 0 else '-'} {sql}" for sql, sign in terms)
    return text.removeprefix("+ ")


def missing(cells: Sequence[FactKey]) -> str:
    """Which state keeps a sum over the joined cells from being a number; NULL if none does."""
    names = [_alias(n) for n in range(len(cells))]
    asked = " ".join(
        f"WHEN {' OR '.join(test.format(n) for n in names)} THEN '{state}'" for state, test in _TESTS.items()
    )
    given = " AND ".join(f"{n}.form_value IS NOT NULL" for n in names)
    return f"CASE WHEN {given} THEN NULL {asked} END"


def flagged(cells: Sequence[FactKey]) -> str:
    """1 if one of the joined cells is flagged, else 0."""
    return f"CASE WHEN {' OR '.join(f'{_alias(n)}.flagged = 1' for n in range(len(cells)))} THEN 1 ELSE 0 END"
