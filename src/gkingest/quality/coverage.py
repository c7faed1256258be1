"""Which organs have reports for which years, and what is known of the years that they lack.

How many reports there should be is not known: no list of all organs exists. A *hole* is a year, within the years
that the database has reports of, for which an organ with a report for some other year has none with figures.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        if not report.lack and report.year is not None:  # whose year is unknown is always left out
            key = (_place(report), report.year)
            with_figures[key] = with_figures.get(key, 0) + 1
    organs: dict[tuple[str, ...], list[CountedReport]] = {}
    for report in reports:
        if report.organ_key:
            organs.setdefault(report.organ_identity, []).append(report)
    return Coverage(span, with_figures, len(organs), tuple(_holes(organs, span, counted)), unplaced)


def _place(report: CountedReport) -> Place:
    return report.province or "", report.prefecture or ""


class _Files:
    """Where the reports lie, and what lies beside them unread."""

    def __init__(self, counted: Counts) -> None:
        self._paths: dict[str, list[str]] = {}
        for place in counted.places:
            self._paths.setdefault(place.sha256, []).append(place.path)
        self._unread: dict[str, list[str]] = {}
        for row in counted.unread:
            self._unread.setdefault(str(PurePosixPath(row.path).parent), []).append(row.path)

    def of(self, reports: Iterable[CountedReport]) -> list[str]:
        """Paths of reports."""
        return [path for report in reports for path in self._paths.get(report.sha256, [])]

    def beside(self, paths: Iterable[str]) -> list[str]:
        """Files in the folders of these paths that could not be read."""
        return sorted({file for path in paths for file in self._unread.get(str(PurePosixPath(path).parent), [])})


def _holes(
    organs: Mapping[tuple[str, ...], Sequence[CountedReport]],
    span: Sequence[int],
    counted: Counts,
) -> Iterator[Hole]:
    files = _Files(counted)
    for _, reports in sorted(organs.items(), key=lambda organ: organ[0][::-1]):  # by place
        by_year = {r.year: r for r in reports}
        undated = files.of(r for r in reports if r.year is None)
        beside = files.beside(files.of(reports))
        # Why there are no figures of a year without report, and the files that may hold it: the surest first.
        unseen = ("no_year", undated) if undated else ("unread_beside", beside) if beside else ("not_in_folder", [])
        for year in span if set(by_year) - {None} else ():
            report = by_year.get(year)
            reason, found = unseen if report is None else (report.lack, files.of([report]))
            if reason:
                yield Hole(reports[-1].organ, _place(by_year.get(year, reports[-1])), year, reason, tuple(found))
