"""The indicators of one report, as the view ``indicators`` computes them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from gkingest.formats.indicators import Counted, Measures, is_comparable
from gkingest.formats.spec import Format
from gkingest.model.report import Verdict
from gkingest.store.views.cells import NOT_IN_EDITION
from gkingest.store.views.indicators import (
    COUNTED,
    Case,
    cases_of,
    slots_of,
)
from gkingest.store.walk.amounts import ABSENT, WHY, Amount, first_missing, total
from gkingest.store.walk.reports import Filled, Layout

_MOST_PLANS = 5_000


class Figures(NamedTuple):
    """The figures of a report side by side, behind them one that is absent."""

    amounts: Sequence[Amount | None]
    missing: Sequence[str | None]
    flagged: Sequence[int]


class Indicated(NamedTuple):
    """A row of ``indicators`` but for who and when."""

    indicator: str
    value: float | None
    numerator: Amount | None
    denominator: Amount | None
    unit: str
    reason: str | None
    flagged: int
    comparable: int
    series_break: int


class _Made:
    """An indicator as reports of one edition that have the same figures make it."""

    def __init__(self, case: Case, comparable: bool, layout: Layout) -> None:
        self._case = case
        self._comparable = int(comparable and case.known)
        self._slots = slots_of(case.form)
        self._cells = layout.picks(case.cells)
        self._sides = [
            (side, layout.picks([cell for cell, _ in made]), [sign for _, sign in made])
            for side, made in case.made()
        ]

    def of(self, figures: Figures, report: Filled) -> Indicated:
        """What it is of a report with these figures."""
        key, unit = self._case.indicator.key, self._case.indicator.unit
        if not self._sides:
            return Indicated(
                key, None, None, None, unit, NOT_IN_EDITION, 0, self._comparable, int(self._case.broken)
            )
        numbers: list[Amount | None] = [
            self._counted(side, report.head) if isinstance(side, Counted) else total(picked(figures.amounts), signs)
            for side, picked, signs in self._sides
        ]
        reason, value = first_missing(self._cells(figures.missing)), None
        above, below = (*numbers, None)[:2]
        if len(numbers) == 1:
            value = None if above is None else float(above)
        elif above is not None and below is not None and reason is None:
            value, reason = self._case.quotient(float(above), float(below))
        own = self._cells(figures.flagged)
        flagged = any(own) if own else report.head["verdict"] != Verdict.ACCEPTED
        return Indicated(
            key, value, above, below, unit, reason, int(flagged), self._comparable, int(self._case.broken)
        )

    def _counted(self, side: Counted, head: Mapping[str, object]) -> Amount:
        if side.count == "slots":
            return self._slots
        return cast(int, head[COUNTED[side.count]])


class Computed:
    """The indicators of reports; those of the last one are remembered, as two sheets ask for them."""

    def __init__(self, formats: Sequence[Format], measures: Measures) -> None:
        ordered = sorted(measures.indicators, key=lambda indicator: indicator.key)
        self._cases = [
            (tuple(cases_of(one, formats, measures.crosswalk)), is_comparable(one, formats, measures.crosswalk))
            for one in ordered
        ]
        self._plans: dict[tuple[str, Layout], list[_Made]] = {}
        self._last: tuple[Filled | None, list[Indicated]] = (None, [])

    def of(self, report: Filled) -> list[Indicated]:
        """The indicators of a report by their keys."""
        known, rows = self._last
        if known is not report:
            amounts, states = report.figures["form_value"], report.figures["state"]
            missing = [WHY[s] if a is None else None for a, s in zip(amounts, states, strict=True)]
            figures = Figures((*amounts, None), (*missing, WHY[ABSENT]), (*report.figures["flagged"], 0))
            rows = [made.of(figures, report) for made in self._plan(report)]
            self._last = (report, rows)
        return rows

    def _plan(self, report: Filled) -> list[_Made]:
        asked = (report.edition, report.layout)
        if (known := self._plans.get(asked)) is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            self._plans[asked] = known = [
                _Made(next(case for case in cases if case.is_for(report.edition)), comparable, report.layout)
                for cases, comparable in self._cases
            ]
        return known
