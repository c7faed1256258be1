"""Sheets of many rows a report: its figures, those that compare across the editions, its indicators."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from gkingest.formats.crosswalk import Joined, joined
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.store.tables.figures import TENTHS
from gkingest.store.views.panel import WHO, panel_slots
from gkingest.store.walk.amounts import ABSENT, STATES, WHY, first_missing, total
from gkingest.store.walk.indicators import Computed
from gkingest.store.walk.reports import Cell, Columns, Filled, Layout, Runs, Stored

_WHO = frozenset(column.name for column in WHO)
_EDGES = ("x0", "top", "x1", "bottom")
_MOST_PLANS = 5_000
_PLAIN = ("raw_text", "page", "method", "confidence", "flagged", "value", "unit", "form_value")


def _points(tenths: int) -> float:
    return tenths / TENTHS


class Long:
    """Rows by column; a sheet gives the columns of a report by name."""

    # What the values of a column stand for, by its name.
    _stand_for: Mapping[str, Callable[[Any], Cell]] = {}

    def __init__(self, names: Sequence[str]) -> None:
        """``names`` are the columns of the sheet: first those that all rows of a report share."""
        self._names = names
        self._shared, self._made = dict[str, Runs](), dict[str, list[Cell]]()
        self.take()

    def take(self) -> Columns:
        """The rows that were made since."""
        taken: list[Sequence[Cell]] = list(self._shared.values())
        for name, values in self._made.items():
            stands_for = self._stand_for.get(name)
            taken.append(values if stands_for is None else Stored(values, stands_for))
        self._shared = {name: Runs() for name in self._names if name in _WHO}
        self._made = {name: [] for name in self._names if name not in _WHO}
        return taken

    def _put(self, report: Filled, count: int, columns: Mapping[str, Sequence[Cell]]) -> None:
        for name, shared in self._shared.items():
            shared.add(report.head[name], count)
        for name, made in self._made.items():
            made.extend(columns[name])


class Facts(Long):
    """The rows of ``facts_current``, and behind them the unit that the form prescribes."""

    _stand_for = {"state": STATES.__getitem__, **dict.fromkeys(_EDGES, _points)}  # noqa: RUF012 - told, not changed

    def __init__(self, names: Sequence[str], formats: Sequence[Format], unit: str) -> None:
        """``unit`` is the name of the column of the unit."""
        super().__init__(names)
        self._units, self._unit = units_of(formats), unit

    def add(self, report: Filled) -> None:
        """Make the rows of a report."""
        keys, figures = report.layout.keys, report.figures
        if not keys:
            return
        tables, rows, columns = zip(*keys, strict=True)
        amounts = figures["form_value"]
        made: dict[str, Sequence[Cell]] = {
            **{name: figures[name] for name in _PLAIN},
            **{name: figures[name] for name in _EDGES},
            "table_key": tables,
            "row_key": rows,
            "column_key": columns,
            "state": figures["state"],
            "missing": whys(amounts, figures["state"]),
            "value_read": figures["value"],
            "decided_by": (nobody := [None] * len(keys)),
            "decision": nobody,
            self._unit: [self._units.get((report.edition, key), "") for key in keys],
        }
        if report.decided:
            told = [
                report.decided.get(slot, (value, None, None))
                for slot, value in zip(report.layout.slots, figures["value"], strict=True)
            ]
            made["value_read"], made["decided_by"], made["decision"] = zip(*told, strict=True)
        self._put(report, len(keys), made)


@dataclass(frozen=True, slots=True)
class _Comparable:
    """A figure of ``comparable`` as an edition makes it of its cells; ``own``: only where the report has it."""

    key: FactKey
    relation: str
    cells: tuple[FactKey, ...]
    own: bool

    @classmethod
    def of(cls, figure: Joined, edition: str) -> "_Comparable":
        cells, relation = figure.parts[edition], figure.relations[edition]
        return cls(figure.key, relation, cells, relation == "same" and cells == (figure.key,))

    def stands_in(self, layout: Layout) -> bool:
        """Whether a report of this layout has a row of it."""
        return not self.own or self.key in layout.at

    def places(self, layout: Layout) -> list[int]:
        """Where its cells stand; behind the figures stands one that is not printed."""
        return [layout.at.get(cell, len(layout.keys)) for cell in self.cells]


class _Plan:
    """The rows of ``comparable`` of reports of one edition that have the same figures."""

    def __init__(self, made: Sequence[_Comparable], layout: Layout, edition: str, units: "Units") -> None:
        kept = sorted((m for m in made if m.stands_in(layout)), key=lambda m: (m.key, m.relation))
        self.count = len(kept)
        self.told: dict[str, Sequence[Cell]] = {
            **{f"{name}_key": [getattr(m.key, name) for m in kept] for name in ("table", "row", "column")},
            "relation": [m.relation for m in kept],
            "series_break": [int(m.relation == "break") for m in kept],
            "unit": [units.get((edition, m.key), "") for m in kept],
        }
        places = [m.places(layout) for m in kept]
        self.first = [own[0] for own in places]
        self.sums = [(n, itemgetter(*own), [1] * len(own)) for n, own in enumerate(places) if len(own) > 1]


class Comparable(Long):
    """The rows of ``comparable``, and behind them the unit that the form prescribes."""

    def __init__(self, names: Sequence[str], formats: Sequence[Format], measures: Measures, unit: str) -> None:
        """``unit`` is the name of the column of the unit."""
        super().__init__(names)
        self._units, self._unit = units_of(formats), unit
        self._made_of: dict[str, list[_Comparable]] = {}
        for figure in joined(measures.crosswalk, formats):
            for edition in figure.parts:
                self._made_of.setdefault(edition, []).append(_Comparable.of(figure, edition))
        self._plans: dict[tuple[str, Layout], _Plan] = {}

    def add(self, report: Filled) -> None:
        """Make the rows of a report."""
        plan = self._plan(report)
        if not plan.count:
            return
        amounts = (*report.figures["form_value"], None)
        missing = whys(amounts, (*report.figures["state"], ABSENT))
        flagged = (*report.figures["flagged"], 0)
        made: dict[str, list[Cell]] = {
            "value": [amounts[at] for at in plan.first],
            "missing": [missing[at] for at in plan.first],
            "flagged": [flagged[at] for at in plan.first],
        }
        for n, cells, signs in plan.sums:
            made["value"][n] = total(cells(amounts), signs)
            made["missing"][n] = first_missing(cells(missing))
            made["flagged"][n] = int(any(cells(flagged)))
        self._put(report, plan.count, {**plan.told, **made, self._unit: plan.told["unit"]})

    def _plan(self, report: Filled) -> _Plan:
        asked = (report.edition, report.layout)
        if (known := self._plans.get(asked)) is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            made = self._made_of.get(report.edition, ())
            self._plans[asked] = known = _Plan(made, report.layout, report.edition, self._units)
        return known


class Indicators(Long):
    """The rows of ``indicators``."""

    def __init__(self, names: Sequence[str], computed: Computed) -> None:
        """``names`` are the columns of the sheet."""
        super().__init__(names)
        self._computed = computed

    def add(self, report: Filled) -> None:
        """Make the rows of a report."""
        if rows := self._computed.of(report):
            self._put(report, len(rows), dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)))


Units = Mapping[tuple[str, FactKey], str]


def units_of(formats: Sequence[Format]) -> Units:
    """The unit that each edition prescribes for each of its figures."""
    return {(form.edition, slot.fact_key): slot.unit for form in formats for slot in panel_slots([form])}


def whys(amounts: Sequence[Cell], states: Sequence[int]) -> list[str | None]:
    """The word why each figure gives no amount; None where it does."""
    return [WHY[s] if a is None else None for a, s in zip(amounts, states, strict=True)]
