"""Divisions of one name weighed against each other by the clues: one wins clearly, or it stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from gkingest.interpret.whose.clues import STRONG, Clue, Clues, read_text, spelled
from gkingest.regions.divisions import Division, Divisions

_NOW, _NEAR, _FAR = 0, 1, 2  # stood in the year; until the year before or from the year after; neither


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that the name can mean: under the code and name that were ``printed``, and what it was in the year.

    ``now`` is ``None`` where the body was gone or not yet there, or it is not certain what became of it.
    """

    printed: Division
    now: Division | None
    reach: int

    @property
    def code(self) -> str:
        """Its code in the year, else the one of its printed name."""
        return (self.now or self.printed).code

    @property
    def in_the_year(self) -> tuple[str | None, str | None]:
        """Its code and name in the year, ``None`` where it did not stand."""
        return (self.now.code, self.now.name) if self.now else (None, None)

    @classmethod
    def of(cls, table: Divisions, stages: Sequence[Division], year: int | None) -> Self:
        """The body that had a code and name by stages, in the year."""
        if year is None:
            latest = max(stages, key=lambda d: d.since)
            only = len(table.stages(latest)) == 1 and latest.until is None
            return cls(latest, latest if only else None, _NOW if latest.until is None else _FAR)
        printed = min(stages, key=lambda d: _distance(d, year))
        gap = _distance(printed, year)
        now = printed if gap == 0 else table.same_body(printed, year)
        return cls(printed, now, min(gap, _FAR))


@dataclass(frozen=True, slots=True)
class Choice:
    """``winner`` or, where that stays open, ``rivals``, the likeliest first.

    ``opposed`` tells that strong clues speak for several, ``hint`` which weak clue decided (text, spelling).
    """

    winner: Candidate | None = None
    rivals: tuple[Candidate, ...] = ()
    opposed: bool = False
    hint: str = ""


def candidates(table: Divisions, pool: Sequence[Division], year: int | None) -> list[Candidate]:
    """One candidate a body, sorted by code."""
    bodies: dict[int, list[Division]] = {}
    for division in pool:
        bodies.setdefault(table.body(division), []).append(division)
    found = [Candidate.of(table, stages, year) for stages in bodies.values()]
    return sorted(found, key=lambda c: c.code)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Candidates within reach, and how much each clue speaks for whom."""

    near: Sequence[Candidate]
    support: Mapping[Candidate, Sequence[int]]

    def gain(self, one: Candidate, other: Candidate) -> int:
        """What speaks for ``one`` more than for ``other``, clue by clue."""
        return sum(max(0, a - b) for a, b in zip(self.support[one], self.support[other], strict=True))

    def leader(self) -> Candidate | None:
        """The one that is ahead of every other, with no strong clue for the other against it."""
        if len(self.near) == 1:
            return self.near[0]
        for one in self.near:
            pairs = [(self.gain(one, other), self.gain(other, one)) for other in self.near if other is not one]
            if pairs and all(gain > 0 and loss < STRONG and gain >= 2 * loss for gain, loss in pairs):
                return one
        return None

    @property
    def is_opposed(self) -> bool:
        """Whether strong clues speak for several, against each other."""
        gain = self.gain
        return any(gain(a, b) >= STRONG and gain(b, a) >= STRONG for a in self.near for b in self.near)

    def outdoing(self, first: Candidate) -> list[Candidate]:
        """Those out of reach for which a strong clue speaks, and nothing for the ``first`` against them."""
        far = (c for c in self.support if c not in self.near)
        return [c for c in far if self.gain(c, first) >= STRONG and not self.gain(first, c)]

    def others(self, winner: Candidate) -> tuple[Candidate, ...]:
        """All but the winner."""
        return tuple(c for c in self.near if c is not winner)


def choose(
    table: Divisions, pool: Sequence[Division], year: int | None, context: Sequence[Clue], clues: Clues
) -> Choice:
    """Weigh the divisions of ``pool`` by ``context``; where that leaves it open, by text, then host name."""
    everyone = candidates(table, pool, year)
    near = _within_reach(table, everyone)
    weighed = _Weighed(near, {c: [clue.support(table, c.printed) for clue in context] for c in everyone})
    if first := weighed.leader():
        better = weighed.outdoing(first)
        return Choice(better[0], (first,)) if len(better) == 1 else Choice(first, weighed.others(first))
    opposed = weighed.is_opposed
    for hint, weigh in (("text", _by_text), ("spelling", _by_spelling)):
        weak = weigh(table, near, clues)
        weighed = _Weighed(near, {c: [*weighed.support[c], weak.get(c, 0)] for c in everyone})
        if not opposed and (first := weighed.leader()):
            return Choice(first, weighed.others(first), hint=hint)
    order = sorted(near, key=lambda c: (-sum(weighed.support[c]), c.reach, c.code))
    return Choice(None, tuple(order), opposed)


def _distance(division: Division, year: int) -> int:
    """Years between ``year`` and the time in which the division stood."""
    if division.stands(year):
        return 0
    return division.since - year if year < division.since else year - (division.until or year)


def _within_reach(table: Divisions, everyone: Sequence[Candidate]) -> list[Candidate]:
    """Those that stood in the year, and neighbours in time unless these are the same place in other words.

    A report may print the name of the year before or after; but nothing else is meant by 铜仁市 once the district
    that was 铜仁市 lies in it. Where nothing stood in the year, all are within reach.
    """
    now = [c for c in everyone if c.reach == _NOW]
    if not now:
        nearest = [c for c in everyone if c.reach == _NEAR]
        return nearest or list(everyone)
    near = [
        c
        for c in everyone
        if c.reach == _NEAR and not any(c.now and table.related(c.now, other.printed) for other in now)
    ]
    return [*now, *near]


def _by_text(table: Divisions, near: Sequence[Candidate], clues: Clues) -> dict[Candidate, int]:
    text = read_text(table, clues)
    return {c: sum(clue.support(table, c.printed) for clue in text) for c in near} if text else {}


def _by_spelling(table: Divisions, near: Sequence[Candidate], clues: Clues) -> dict[Candidate, int]:
    found = spelled(table, clues.host, [c.printed for c in near])
    return {c: found.get(c.printed, 0) for c in near}
