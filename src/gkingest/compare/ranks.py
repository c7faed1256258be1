"""Ranks, percentiles within peers, and groups: what many values say together. Pure functions."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self, TypeVar

from gkingest.store.ask.series import Observation, Organ, quotient

_Key = TypeVar("_Key", bound=Hashable)

PERCENTILE = (
    "percentile: the share of peers below, half of those equal (the organ itself among them) counted in; peers are "
    "the current reports in the database with a number, of the same year, kind of organ and level of division"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """An observation with its rank among those shown, and its percentile within its peers (0 to 100).

    ``rank`` and ``percentile`` are ``None`` without a value, ``percentile`` also where it was not asked for;
    ``ranked`` and ``peers`` are how many values it is ranked among, itself included.
    """

    seen: Observation
    rank: int | None
    ranked: int
    percentile: Decimal | None = None
    peers: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What the observations of one group say together.

    ``n`` have a value; ``missing`` counts the others by reason. ``pooled`` is the sum of the numerators over that
    of the denominators of the n, for a count their sum; quartiles are interpolated (as in R's type 7).
    """

    key: tuple[str, ...]
    n: int
    flagged: int
    missing: Mapping[str, int]
    low: Decimal | None
    median: Decimal | None
    high: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    pooled: Decimal | None

    @classmethod
    def of(cls, key: tuple[str, ...], members: Sequence[Observation], factor: int | None) -> Self:
        """What the observations of a group say; ``factor`` is what a quotient of theirs is multiplied by."""
        told = [o for o in members if o.value is not None]
        values = _values(told)
        above = sum((o.numerator for o in told if o.numerator is not None), Decimal(0)) if told else None
        below = sum((o.denominator for o in told if o.denominator is not None), Decimal(0)) if told else None
        pooled = above if factor is None else quotient(above, below, factor)
        return cls(
            key,
            len(told),
            sum(o.flagged for o in told),
            Counter(o.reason for o in members if o.value is None),
            quantile(values, 1),
            quantile(values, 2),
            quantile(values, 3),
            above,
            None if factor is None else below,
            pooled,
        )


def stands(
    seen: Sequence[Observation], split: bool, ascending: bool = False, among: Sequence[Observation] | None = None
) -> list[Standing]:
    """The observations year by year, the greatest first (with ``ascending`` the least), those without a value last.

    Equal values share the better rank. With ``split`` each edition of the form is ranked by itself. ``among`` are
    the reports in which peers are sought; without it no percentiles are told.
    """
    peers = {key: _values(members) for key, members in _by(among or (), lambda o: peer_key(o, split)).items()}
    standings = []
    for members in _by(seen, lambda o: (o.who.year or 0, o.who.edition if split else "")).values():
        values = _values(members)
        best_first = values if ascending else values[::-1]
        place: dict[Decimal | None, int] = {value: n for n, value in reversed(list(enumerate(best_first, 1)))}
        for one in sorted(members, key=lambda o: _order(o, ascending)):
            rank = place.get(one.value)
            known = peers.get(peer_key(one, split), [])
            told = (None, None) if among is None else (percentile(one.value, known), len(known))
            standings.append(Standing(one, rank, len(values), *told))
    return standings


def _order(one: Observation, ascending: bool) -> tuple[bool, Decimal, str, str]:
    value = one.value if one.value is not None else Decimal(0)
    return one.value is None, value if ascending else -value, one.who.region_code or "", one.who.organ


def peer_key(one: Observation, split: bool) -> tuple[Hashable, ...]:
    """What peers have in common: year, kind of organ, level of the division, and with ``split`` the edition."""
    who = one.who
    return who.year, who.organ_kind, who.region_level, who.edition if split else ""


def percentile(value: Decimal | None, peers: Sequence[Decimal]) -> Decimal | None:
    """Mid-rank percentile of a value that is one of the sorted ``peers``, 0 to 100; ``None`` without a value.

    >>> percentile(Decimal(3), [Decimal(n) for n in (1, 2, 3, 3)])
    Decimal('75')
    """
    if value is None or not peers:
        return None
    below, up_to = bisect_left(peers, value), bisect_right(peers, value)
    return Decimal(100 * (below + up_to)) / (2 * len(peers))


GROUPS: Mapping[str, Callable[[Organ], str]] = {
    "organ": lambda w: f"{w.organ or '?'} {w.region_code or w.prefecture or w.province or ''}".rstrip(),
    "province": lambda w: w.province or "?",
    "prefecture": lambda w: "".join(dict.fromkeys(p for p in (w.province, w.prefecture) if p)) or "?",
    "level": lambda w: w.level or "?",
    "year": lambda w: str(w.year or "?"),
    "edition": lambda w: w.edition,
}


def grouped_by(by: Sequence[str], split: bool) -> tuple[str, ...]:
    """The names ``by``, and with ``split`` the edition too."""
    return tuple(dict.fromkeys((*by, "edition"))) if split else tuple(by)


def groups(seen: Sequence[Observation], by: Sequence[str], split: bool, factor: int | None) -> list[Group]:
    """The observations by the words of :data:`GROUPS`, and with ``split`` by edition too.

    ``factor`` is that of the pooled rate, ``None`` for counts, which are summed.
    """
    names = grouped_by(by, split)

    def key(one: Observation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        # Organs of one name in two places are two groups.
        return tuple(GROUPS[n](one.who) for n in names), one.who.identity if "organ" in by else ()

    return [Group.of(k, members, factor) for (k, _), members in sorted(_by(seen, key).items())]


def quantile(values: Sequence[Decimal], quarter: int) -> Decimal | None:
    """The first, second or third quartile of sorted values, linear between neighbours; ``None`` of none.

    >>> quantile([Decimal(n) for n in (1, 2, 3, 4)], 1)
    Decimal('1.75')
    """
    if not values:
        return None
    place = Decimal((len(values) - 1) * quarter) / 4
    at = int(place)
    low, high = values[at], values[min(at + 1, len(values) - 1)]
    return low + (high - low) * (place - at)


def _values(seen: Sequence[Observation]) -> list[Decimal]:
    return sorted(o.value for o in seen if o.value is not None)


def _by(seen: Sequence[Observation], key: Callable[[Observation], _Key]) -> dict[_Key, list[Observation]]:
    found: dict[_Key, list[Observation]] = defaultdict(list)
    for one in seen:
        found[key(one)].append(one)
    return found
