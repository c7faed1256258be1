"""Sheets of one row a report: every figure or indicator a column, and beside it why it is missing."""

from collections.abc import Sequence

from gkingest.formats.spec import Format
from gkingest.model.report import CellState
from gkingest.store.views.cells import NOT_IN_EDITION
from gkingest.store.views.panel import panel_column, panel_slots
from gkingest.store.walk.indicators import Computed
from gkingest.store.walk.long import whys
from gkingest.store.walk.reports import Cell, Columns, Filled, Layout, Picking, picking

_MOST_PLANS = 5_000


def side_by_side(values: Sequence[Cell], reasons: Sequence[Cell]) -> list[Cell]:
    """Each value with its reason behind it."""
    told: list[Cell] = [None] * (2 * len(values))
    told[::2], told[1::2] = values, reasons
    return told


class Panel:
    """The rows of ``panel`` and ``panel_missing`` side by side."""

    def __init__(self, head: Sequence[str], width: int, formats: Sequence[Format]) -> None:
        """``head`` are the columns before the figures, ``width`` is the number of all."""
        self._head, self._width, self._rows = head, width, list[tuple[Cell, ...]]()
        self._slots = panel_slots(formats)
        self._editions = frozenset(form.edition for form in formats)
        self._plans: dict[tuple[str, Layout], Picking] = {}

    def add(self, report: Filled) -> None:
        """Make the row of a report."""
        # Behind the figures stand one that is not printed and one that the edition lacks.
        amounts = (*report.figures["form_value"], None, None)
        why = (*whys(amounts[:-2], report.figures["state"]), str(CellState.ABSENT), NOT_IN_EDITION)
        head = {**report.head, "n_flagged": sum(flag == 1 for flag in report.figures["flagged"])}
        picked = self._plan(report)
        self._rows.append((*(head[name] for name in self._head), *side_by_side(picked(amounts), picked(why))))

    def take(self) -> Columns:
        """The rows that were made since."""
        rows, self._rows = self._rows, []
        return list(zip(*rows, strict=True)) or [()] * self._width

    def _plan(self, report: Filled) -> Picking:
        asked = (report.edition, report.layout)
        if (known := self._plans.get(asked)) is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            places = {panel_column(*key): at for key, at in report.layout.at.items()}
            absent = len(report.layout.keys)
            known_form = report.edition in self._editions
            lacking = [absent + (known_form and report.edition not in slot.editions) for slot in self._slots]
            self._plans[asked] = known = picking(
                [places.get(slot.name, gap) for slot, gap in zip(self._slots, lacking, strict=True)]
            )
        return known


class IndicatorsWide:
    """The indicators of a report in one row."""

    def __init__(self, head: Sequence[str], width: int, computed: Computed) -> None:
        """``head`` are the columns before the indicators, ``width`` is the number of all."""
        self._head, self._width, self._rows = head, width, list[tuple[Cell, ...]]()
        self._computed = computed

    def add(self, report: Filled) -> None:
        """Make the row of a report."""
        rows = self._computed.of(report)
        told = side_by_side([one.value for one in rows], [one.reason for one in rows])
        self._rows.append((*(report.head[name] for name in self._head), *told))

    def take(self) -> Columns:
        """The rows that were made since."""
        rows, self._rows = self._rows, []
        return list(zip(*rows, strict=True)) or [()] * self._width
