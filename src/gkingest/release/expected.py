"""Expectations held against a release or database: what was found, and where it is otherwise."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gkingest.formats.expectations import Expectation, Range, Rows, Share
from gkingest.language import language, said, titled
from gkingest.model.report import Status
from gkingest.release.side import Side
from gkingest.render import printable, wrapped

_UNREAD = frozenset({Status.NEEDS_OCR, Status.ENCRYPTED, Status.CORRUPT, Status.UNSUPPORTED, Status.FAILED})
_SHOWN = 10  # places that a message names
_ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an expectation came out: ``held`` is ``None`` where there is nothing to hold it against."""

    expectation: Expectation
    held: bool | None
    found: str
    places: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether it keeps a release from being made."""
        return self.held is False and self.expectation.stops

    def tree(self) -> dict[str, object]:
        """As plain values for JSON."""
        title = self.expectation.title
        return {
            "key": self.expectation.key,
            "title": {"en": title.en, "zh": title.zh},
            "held": self.held,
            "stops": self.expectation.stops,
            "found": self.found,
            "places": list(self.places),
        }

    @classmethod
    def of_rows(cls, one: Expectation, rows: Rows, side: Side, previous: Side | None) -> Self:
        """How many reports there are, by province and year."""
        if rows.of_previous is not None and previous is None:
            return cls(one, None, "there is no earlier release")
        found, before = _counts(side), _counts(previous) if previous is not None else Counter()
        years = {str(year) for year in rows.years} or {year for _, year in (*found, *before)}
        provinces = {rows.province} if rows.province else {province for province, _ in (*found, *before)}
        if rows.province or rows.years:  # what is named is expected whether it is there or not
            wanted = {(province, year) for province in provinces for year in years}
        else:
            wanted = {*found, *before}
        places = []
        for province, year in sorted(wanted):
            n = found[province, year]
            least = rows.at_least
            if rows.of_previous is not None:
                least = max(least, -int(-(rows.of_previous * before[province, year]) // 1))
            if n < least or (rows.at_most is not None and n > rows.at_most):
                bound = f"at least {least}" if n < least else f"at most {rows.at_most}"
                places.append(f"{province} {year}: {n}, expected {bound}")
        return cls(
            one, not places, f"{sum(found.values())} reports, {len(found)} provinces and years", tuple(places)
        )

    @classmethod
    def of_range(cls, one: Expectation, wanted: Range, side: Side) -> Self:
        """How many values lie within their bounds."""
        values = 0
        places = []
        for report, measured in side.indicators():
            whose = side.reports[report]
            for name, value in measured.items():
                if value.value and (name in wanted.indicators or (wanted.unit and value.unit == wanted.unit)):
                    values += 1
                    amount = Decimal(value.value)
                    low = wanted.at_least is not None and amount < wanted.at_least
                    if low or (wanted.at_most is not None and amount > wanted.at_most):
                        places.append(f"{whose.organ} {whose.year}: {name} {value.value}")
        held = not places or len(places) <= wanted.outside * values
        return cls(one, held if values else None, f"{len(places)} of {values} values outside", tuple(places))

    @classmethod
    def of_share(cls, one: Expectation, wanted: Share, side: Side) -> Self:
        """How large a part is."""
        part, whole = _PARTS[wanted.of](side)
        if not whole:
            return cls(one, None, "there is nothing to count")
        share = Decimal(part) / whole
        return cls(one, share <= wanted.at_most, f"{part} of {whole} ({100 * share:.2f} %)")

    @classmethod
    def of(cls, one: Expectation, side: Side, previous: Side | None) -> Self:
        """How one expectation came out."""
        if one.rows is not None:
            return cls.of_rows(one, one.rows, side, previous)
        if one.range is not None:
            return cls.of_range(one, one.range, side)
        assert one.share is not None
        return cls.of_share(one, one.share, side)


def check(expectations: Sequence[Expectation], side: Side, previous: Side | None = None) -> list[Outcome]:
    """Every expectation held against a side; those of an earlier release need one."""
    return [Outcome.of(one, side, previous) for one in expectations]


def _counts(side: Side) -> Counter[tuple[str, str]]:
    return Counter((r.province or "?", r.year or "?") for r in side.reports.values())


def _of_reports(part: str, whole: str, side: Side) -> tuple[int, int]:
    rows = list(side.table("reports", (part, whole)))
    return sum(int(one or 0) for one, _ in rows), sum(int(all_ or 0) for _, all_ in rows)


def _needs_review(side: Side) -> tuple[int, int]:
    verdicts = [verdict for (verdict,) in side.table("reports", ("verdict",))]
    return sum(verdict != _ACCEPTED for verdict in verdicts), len(verdicts)


def _unread(side: Side) -> tuple[int, int]:
    there = [status for status, gone in side.table("documents", ("status", "gone")) if gone != "1"]
    return sum(status in _UNREAD for status in there), len(there)


_PARTS = {
    "flagged": lambda side: _of_reports("flagged", "reported", side),
    "misprinted": lambda side: _of_reports("misprinted", "assessed", side),
    "needs_review": _needs_review,
    "unread": _unread,
}


def render_outcomes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines for a terminal."""
    words = {True: "held", False: "not held", None: "not assessable"}
    for one in outcomes:
        title = getattr(one.expectation.title, language())
        told = "" if one.expectation.stops or one.held is not False else f" ({said('only told')})"
        yield from wrapped(titled(f"{said(words[one.held])}{told}", titled(title, one.found)), 79)
        for place in one.places[:_SHOWN]:
            yield from (f"    {line}" for line in wrapped(printable(said(place)), 75))
        if len(one.places) > _SHOWN:
            yield f"    {said(f'… and {len(one.places) - _SHOWN} more')}"
