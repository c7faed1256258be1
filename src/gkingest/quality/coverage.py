"""Which organs have reports for which years, and what is known of the years that they lack.

How many reports there should be is not known: no list of all organs exists. A *hole* is a year, within the years
that the database has reports of, for which an organ with a report for some other year has none with figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from gkingest.store.ask.coverage import CountedReport, Counts

Place = tuple[str, str]  # province, prefecture; "" where unknown or none
REASONS = ("rejected", "gone", "uncertain", "no_year", "unread_beside", "not_in_folder")


@dataclass(frozen=True, slots=True)
class Hole:
    """A year of an organ without figures: the reason, and files that may hold it."""

    organ: str
    place: Place
    year: int
    reason: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Reports with figures by place and year, the holes, and reports that cannot be placed (by what they lack)."""

    years: tuple[int, ...]
    reports: Mapping[tuple[Place, int], int]
    organs: int
    holes: tuple[Hole, ...]
    unplaced: Mapping[str, int]

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place with a report or a hole, in order, the unknown last."""
        found = {place for place, _ in self.reports} | {h.place for h in self.holes}
        return tuple(sorted(found, key=lambda p: (not p[0], p)))


def coverage(counted: Counts) -> Coverage:
    """The coverage of a database by :func:`gkingest.store.ask.coverage.counts`."""
    reports = counted.reports
    years = sorted({r.year for r in reports if r.year is not None})
    span = tuple(range(years[0], years[-1] + 1)) if years else ()
    with_figures: dict[tuple[Place, int], int] = {}
    unplaced: dict[str, int] = {}
    for report in reports:
        lack = [n for n, v in (("year", report.year), ("organ", report.organ_key)) if not v]
        for name in lack:
            unplaced[name] = unplaced.get(name, 0) + 1
        shown = report.left_out is None and report.verdict != "rejected" and not report.withdrawn
        if shown and report.year is not None:  # whose year is unknown is always left out
            key = (_place(report), report.year)
            with_figures[key] = with_figures.get(key, 0) + 1
    organs: dict[tuple[str, ...], list[CountedReport]] = {}
    for report in reports:
        if report.organ_key:
            organs.setdefault(report.organ_identity, []).append(report)
    return Coverage(span, with_figures, len(organs), tuple(_holes(organs, span, counted)), unplaced)


def _place(report: CountedReport) -> Place:
    return report.province or "", report.prefecture or ""


def _holes(
    organs: Mapping[tuple[str, ...], Sequence[CountedReport]],
    span: Sequence[int],
    counted: Counts,
) -> Iterator[Hole]:
    paths: dict[str, list[str]] = {}
    for place in counted.places:
        paths.setdefault(place.sha256, []).append(place.path)
    unread: dict[str, list[str]] = {}
    for row in counted.unread:
        unread.setdefault(str(PurePosixPath(row.path).parent), []).append(row.path)
    for _, reports in sorted(organs.items(), key=lambda organ: organ[0][::-1]):  # by place
        own = [p for r in reports for p in paths.get(r.sha256, [])]
        beside = sorted({u for p in own for u in unread.get(str(PurePosixPath(p).parent), [])})
        undated = [p for r in reports if r.year is None for p in paths.get(r.sha256, [])]
        by_year = {r.year: r for r in reports}
        for year in span if any(y is not None for y in by_year) else ():
            reason, files = _reason(by_year.get(year), undated, beside)
            if reason:
                at = by_year.get(year, reports[-1])
                if reason in ("rejected", "gone", "uncertain"):
                    files = paths.get(at.sha256, [])
                yield Hole(reports[-1].organ, _place(at), year, reason, tuple(files))


def _reason(report: CountedReport | None, undated: list[str], beside: list[str]) -> tuple[str, list[str]]:
    """Why an organ has no figures for a year, the surest first; "" if it has some."""
    if report is not None:
        if report.verdict == "rejected" or report.withdrawn:
            return "rejected" if report.verdict == "rejected" else "gone", []
        return "uncertain" if report.left_out else "", []
    if undated:
        return "no_year", undated
    return ("unread_beside", beside) if beside else ("not_in_folder", [])
