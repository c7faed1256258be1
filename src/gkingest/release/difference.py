"""What differs between two releases or databases, figure by figure, each with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain, zip_longest
from operator import attrgetter
from typing import NamedTuple, TypeVar

from gkingest.model.decision import cell_of
from gkingest.release.side import Cell, Figure, Measured, Report, Side

_Rows = TypeVar("_Rows")


class Change(StrEnum):
    """What became of a figure or a report."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


class Reason(StrEnum):
    """Why it did."""

    CORRECTED = "corrected"
    REISSUED = "reissued"
    OTHER_REPORT = "other_report"
    REREAD = "reread"
    NEW_REPORT = "new_report"
    NOW_CERTAIN = "now_certain"
    LEFT_OUT = "left_out"
    FILE_GONE = "file_gone"
    NOT_GIVEN = "not_given"
    UNEXPLAINED = "unexplained"


# What each reason means to a person.
MEANINGS: dict[str, str] = {
    Reason.CORRECTED: "a person decided, or took a decision back",
    Reason.REISSUED: "the organ issued the report again: a file that was not there before",
    Reason.OTHER_REPORT: "another report of the organ and year counts now, which was there before",
    Reason.REREAD: "the same file was read again, by other code, forms or settings",
    Reason.NEW_REPORT: "the file was not there before",
    Reason.NOW_CERTAIN: "the file was there before, and its report did not count",
    Reason.LEFT_OUT: "the file is still there, and its report does not count any more",
    Reason.FILE_GONE: "the file is gone",
    Reason.NOT_GIVEN: "the file is not among those that were given",
    Reason.UNEXPLAINED: "nothing tells why: same file, same code, nobody decided",
}


class FigureChange(NamedTuple):
    """A figure that differs; ``before`` and ``after`` are an amount in the form's unit, or the word of a state."""

    change: Change
    reason: Reason
    organ: str
    region_code: str
    year: str
    table: str
    row: str
    column: str
    before: str
    after: str
    by: str
    before_report: str
    after_report: str


class ReportChange(NamedTuple):
    """A report that came, went, or is another now; ``figures`` differ in it."""

    change: Change
    reason: Reason
    organ: str
    region_code: str
    year: str
    before_report: str
    after_report: str
    before_path: str
    after_path: str
    figures: int
    told: str


class Sum(NamedTuple):
    """An indicator in one year: reports with a value, their sum or pooled share, and how many values differ."""

    indicator: str
    year: str
    unit: str
    before: int
    after: int
    added: int
    gone: int
    changed: int
    total_before: str
    total_after: str

    @property
    def differs(self) -> bool:
        """Whether an author must look."""
        return bool(self.added or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, in the order of place, organ, year and cell."""

    before: tuple[str, str, str]  # name, version of the release, version of gkingest
    after: tuple[str, str, str]
    reports: tuple[ReportChange, ...]
    figures: tuple[FigureChange, ...]
    sums: tuple[Sum, ...]

    def __bool__(self) -> bool:
        return bool(self.reports or self.figures)


def compare(before: Side, after: Side) -> Difference:
    """What differs from ``before`` to ``after``."""
    return _Comparison(before, after).all()


class _Pair(NamedTuple):
    before: Report | None
    after: Report | None

    @property
    def shown(self) -> Report:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def change(self) -> Change:
        """What became of the report."""
        return (Change.CHANGED if self.before else Change.ADDED) if self.after else Change.GONE

    @property
    def is_same(self) -> bool:
        """Whether both are one report of the same bytes."""
        return self.before is not None and self.after is not None and self.before.id == self.after.id

    @property
    def years(self) -> tuple[str, str]:
        """The year of each, "" of one that is not there."""
        return self.before.year if self.before else "", self.after.year if self.after else ""


class _Comparison:
    """Two sides, and which of their reports answer to each other: the same one, else that of organ and year."""

    def __init__(self, before: Side, after: Side) -> None:
        self._before, self._after = before, after
        left = {(r.identity, r.year): r for r in before.reports.values() if r.id not in after.reports}
        self._pairs: dict[str, _Pair] = {}
        self._key_after: dict[str, str] = {}
        for report in after.reports.values():
            same = before.reports.get(report.id) or left.pop((report.identity, report.year), None)
            self._key_after[report.id] = same.id if same else report.id
            self._pairs[self._key_after[report.id]] = _Pair(same, report)
        for report in left.values():
            self._pairs[report.id] = _Pair(report, None)
        for report in before.reports.values():  # those that share organ and year with another
            self._pairs.setdefault(report.id, _Pair(report, None))

    def all(self) -> Difference:
        figures: list[FigureChange] = []
        counted: dict[str, int] = {}
        groups = _paired(self._before.figures(), self._renamed(self._after.figures()))
        for key, before, after in groups:
            found = list(self._figures(self._pairs[key], before or {}, after or {}))
            counted[key] = len(found)
            figures += found
        place = attrgetter("shown.region_code", "shown.organ", "shown.year", "shown.id")
        order = sorted(self._pairs.items(), key=lambda item: place(item[1]))
        reports = tuple(
            change for key, pair in order if (change := self._report(pair, counted.get(key, 0))) is not None
        )
        figures.sort(key=lambda f: (f.region_code, f.organ, f.year, f.before_report, f.after_report, f[5:8]))
        told = ((s.name, s.version, s.software) for s in (self._before, self._after))
        return Difference(next(told), next(told), reports, tuple(figures), tuple(self._sums()))

    def _renamed(self, groups: Iterator[tuple[str, _Rows]]) -> Iterator[tuple[str, _Rows]]:
        return ((self._key_after[report], rows) for report, rows in groups)

    def _figures(
        self, pair: _Pair, before: Mapping[Cell, Figure], after: Mapping[Cell, Figure]
    ) -> Iterator[FigureChange]:
        shown = pair.shown
        ids = (pair.before.id if pair.before else "", pair.after.id if pair.after else "")
        for cell in dict.fromkeys(chain(before, after)):
            old, new = before.get(cell), after.get(cell)
            told = (old.told if old else "", new.told if new else "")
            if told[0] == told[1]:
                continue
            change = Change.CHANGED if old and new else Change.ADDED if new else Change.GONE
            reason, who = self._reason(pair, cell)
            yield FigureChange(change, reason, shown.organ, shown.region_code, shown.year, *cell, *told, who, *ids)

    def _reason(self, pair: _Pair, cell: Cell) -> tuple[Reason, str]:
        """Why a figure differs, and who decided it."""
        before, after = pair
        was = self._before.decided.get(before.id, {}).get("/".join(cell)) if before else None
        now = self._after.decided.get(after.id, {}).get("/".join(cell)) if after else None
        if now and (now != was or not pair.is_same):
            return Reason.CORRECTED, now[1]
        if was and pair.is_same and not now:
            return Reason.CORRECTED, was[1]
        return self._of_reports(pair)

    def _of_reports(self, pair: _Pair) -> tuple[Reason, str]:
        """Why a report is there, gone or another; of the same report, why it says something else."""
        before, after = pair
        if who := self._decided(pair):
            return Reason.CORRECTED, who
        if after is None:
            assert before is not None
            return _GONE[self._after.known.get(before.sha256)], ""
        if before is None or not pair.is_same:
            return _CAME[before is None, after.sha256 in self._before.known], ""
        readings = (self._before.readings.get(before.sha256), self._after.readings.get(after.sha256))
        other = readings[0] != readings[1] or self._before.software != self._after.software
        return (Reason.REREAD if other else Reason.UNEXPLAINED), ""

    def _decided(self, pair: _Pair) -> str:
        """Who decided on what the report is, where that is the reason of a difference."""
        before, after = pair
        if before and after and (before.identity, before.year) == (after.identity, after.year):
            return ""
        told: list[Mapping[str, tuple[str, str]]] = []
        for side, report in ((self._before, before or after), (self._after, after or before)):
            assert report is not None
            told.append({s: d for s, d in side.decided.get(report.id, {}).items() if cell_of(s) is None})
        changed = {*told[0].values()} ^ {*told[1].values()}
        return ", ".join(sorted({who for _, who in changed}))

    def _report(self, pair: _Pair, figures: int) -> ReportChange | None:
        before, after = pair
        told = ""
        if before and after:
            named = (("organ", before.organ, after.organ), ("year", before.year, after.year))
            told = "; ".join(f"{name}: {old} → {new}" for name, old, new in named if old != new)
            if pair.is_same and not told:
                return None
        reason, _ = self._of_reports(pair)
        shown = pair.shown
        return ReportChange(
            pair.change, reason, shown.organ, shown.region_code, shown.year, before.id if before else "",
            after.id if after else "", before.path if before else "", after.path if after else "", figures, told,
        )  # fmt: skip

    def _sums(self) -> Iterator[Sum]:
        tallies: dict[tuple[str, str], _Tally] = {}
        groups = _paired(self._before.indicators(), self._renamed(self._after.indicators()))
        for key, before, after in groups:
            years = self._pairs[key].years
            old, new = before or {}, after or {}
            for name in dict.fromkeys(chain(old, new)):
                was, now = old.get(name, _NOTHING), new.get(name, _NOTHING)
                if years[0] == years[1] or not (years[0] and years[1]):
                    tallies.setdefault((name, years[1] or years[0]), _Tally()).add(was, now)
                else:  # a report of another year than before
                    tallies.setdefault((name, years[0]), _Tally()).add(was, _NOTHING)
                    tallies.setdefault((name, years[1]), _Tally()).add(_NOTHING, now)
        for (name, year), tally in sorted(tallies.items()):
            yield tally.sum(name, year)


_NOTHING = Measured("", "", "", "")
# Why a report is gone, by whether its file is (None: nobody looked), and why one came, by whether it is the first
# of its organ and year and whether its file was known.
_GONE = {None: Reason.NOT_GIVEN, True: Reason.FILE_GONE, False: Reason.LEFT_OUT}
_CAME = {
    (True, True): Reason.NOW_CERTAIN,
    (True, False): Reason.NEW_REPORT,
    (False, True): Reason.OTHER_REPORT,
    (False, False): Reason.REISSUED,
}


class _Tally:
    """What is counted of an indicator in a year, before and after."""

    def __init__(self) -> None:
        self._unit = ""
        self._values = [Decimal(0), Decimal(0)]
        self._numerators = [Decimal(0), Decimal(0)]
        self._denominators = [Decimal(0), Decimal(0)]
        self._n = [0, 0]
        self._changes = dict.fromkeys(Change, 0)

    def add(self, was: Measured, now: Measured) -> None:
        self._unit = now.unit or was.unit or self._unit
        for at, one in enumerate((was, now)):
            if one.value:
                self._n[at] += 1
                self._values[at] += Decimal(one.value)
                self._numerators[at] += Decimal(one.numerator or 0)
                self._denominators[at] += Decimal(one.denominator or 0)
        if was[:3] != now[:3] and (was.value or now.value):
            change = Change.CHANGED if was.value and now.value else Change.ADDED if now.value else Change.GONE
            self._changes[change] += 1

    def sum(self, indicator: str, year: str) -> Sum:
        counts = self._changes
        return Sum(
            indicator, year, self._unit, self._n[0], self._n[1], counts[Change.ADDED], counts[Change.GONE],
            counts[Change.CHANGED], self._total(0), self._total(1),
        )  # fmt: skip

    def _total(self, at: int) -> str:
        """The sum of counts; of shares the numerators over the denominators."""
        if not self._n[at]:
            return ""
        if self._unit == "count":
            return f"{self._values[at].normalize():f}"
        if not self._denominators[at]:
            return ""
        share = self._numerators[at] / self._denominators[at] * (100 if self._unit == "percent" else 1)
        return f"{share:.2f}"


def _paired(
    before: Iterator[tuple[str, _Rows]], after: Iterator[tuple[str, _Rows]]
) -> Iterator[tuple[str, _Rows | None, _Rows | None]]:
    """Groups of one key side by side. Both come in about the same order, so few wait for the other."""
    waiting: tuple[dict[str, _Rows], dict[str, _Rows]] = ({}, {})
    for groups in zip_longest(before, after):
        for own, group in enumerate(groups):
            if group is None:
                continue
            key, rows = group
            if key in waiting[1 - own]:
                other = waiting[1 - own].pop(key)
                yield (key, other, rows) if own else (key, rows, other)
            else:
                waiting[own][key] = rows
    yield from ((key, rows, None) for key, rows in waiting[0].items())
    yield from ((key, None, rows) for key, rows in waiting[1].items())
