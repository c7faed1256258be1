"""One measure compared: what was asked for, looked up and put in order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gkingest.compare.measure import Measure, find_measure, printed_in
from gkingest.compare.ranks import GROUPS, Group, Standing, grouped_by, groups, stands
from gkingest.errors import UsageError
from gkingest.formats.crosswalk import Wording
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.language import enumerated, in_chinese
from gkingest.store.ask.series import Observation, Selection, nothing_meant, observations
from gkingest.store.views.cells import NOT_IN_EDITION
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine

_ALL = Selection()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the measure: which reports, how grouped, how many, with percentiles or not.

    ``top`` is how many of each year are shown, 0 for all; ``per_capita`` wants counts by inhabitants.
    """

    selection: Selection = _ALL
    by: tuple[str, ...] = ()
    top: int = 0
    ascending: bool = False
    peers: bool = False
    per_capita: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure in the reports that were asked for, in order, with what was left out said in numbers."""

    measure: Measure
    wanted: Wanted
    seen: tuple[Observation, ...]
    standings: tuple[Standing, ...]
    groups: tuple[Group, ...]

    @property
    def shown(self) -> tuple[Standing, ...]:
        """The standings that ``top`` leaves: of every year the first so many ranks, ties with them."""
        if not self.wanted.top:
            return self.standings
        return tuple(s for s in self.standings if s.rank is not None and s.rank <= self.wanted.top)

    @property
    def grouped_by(self) -> tuple[str, ...]:
        """Names of :data:`GROUPS` that make the groups; the edition is one where its values must stay apart."""
        return grouped_by(self.wanted.by, self.measure.split)

    @property
    def missing(self) -> Mapping[str, int]:
        """How many have no value, by reason, the commonest first."""
        counted = Counter(o.reason for o in self.seen if o.value is None)
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def editions(self) -> tuple[str, ...]:
        """Editions of the form that the values are from."""
        first: dict[str, int] = {}
        for one in (o for o in self.seen if o.value is not None):
            first[one.who.edition] = min(first.get(one.who.edition, 9999), one.who.year or 9999)
        return tuple(sorted(first, key=lambda edition: (first[edition], edition)))

    @property
    def breaks(self) -> tuple[str, ...]:
        """Editions with values here that are counted otherwise than those of other editions here."""
        marks = {o.who.edition: o.series_break for o in self.seen if o.value is not None}
        return tuple(e for e in self.editions if marks[e]) if len(set(marks.values())) > 1 else ()

    @property
    def stops(self) -> tuple[tuple[tuple[str, ...], Wording | None], ...]:
        """Editions of reports here that have nothing for it, those of one reason together, each with why."""
        lacking = {o.who.edition for o in self.seen if o.reason == NOT_IN_EDITION}
        found: dict[Wording | None, list[str]] = {}
        for edition, why in self.measure.stops:
            if edition in lacking:
                found.setdefault(why, []).append(edition)
        return tuple((tuple(editions), why) for why, editions in found.items())

    @property
    def broken(self) -> bool:
        """Whether values of two editions are here that must not be joined."""
        return self.measure.split and len(self.editions) > 1


def compare(
    engine: "Engine", name: str, formats: Sequence[Format], measures: Measures, wanted: Wanted
) -> Comparison:
    """The measure ``name`` as ``wanted``.

    Raises :class:`UsageError` if there is no such measure or no report is meant, :class:`DatabaseError`.
    """
    measure = find_measure(name, formats, measures, per_capita=wanted.per_capita)

    def observed(chosen: Selection) -> list[Observation]:
        return observations(
            engine, measure.indicator, formats, measures.crosswalk, chosen, per_capita=measure.per_capita
        )

    seen = observed(wanted.selection)
    if not seen:
        raise nothing_meant(engine, wanted.selection, "there is nothing to compare")
    among = None
    if wanted.peers:
        years = tuple(sorted({o.who.year for o in seen if o.who.year is not None}))
        among = observed(Selection(years=years))
    printed = {o.who.edition for o in (*seen, *(among or ()))}
    measure = printed_in(measure, printed, formats, measures.crosswalk)
    return Comparison(
        measure,
        wanted,
        tuple(seen),
        tuple(stands(seen, measure.split, wanted.ascending, among)),
        tuple(groups(seen, wanted.by, measure.split, measure.factor)) if wanted.by else (),
    )


def grouping(by: Sequence[str]) -> tuple[str, ...]:
    """What was typed after ``--by``; raises :class:`UsageError`."""
    known = {word: group for group in GROUPS for word in (group, in_chinese(group))}
    names = dict.fromkeys(part.strip() for words in by for part in words.split(","))
    for name in names:
        if name not in known:
            raise UsageError(Told("--by {0}: groups are made by {1}", name, enumerated(GROUPS)))
    return tuple(dict.fromkeys(known[name] for name in names))
