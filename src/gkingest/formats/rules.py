"""The kinds of relations that a form promises. A new kind is a :class:`RuleKind` and its entry in ``KINDS``.

The table stands here and not in ``check``: a format file is refused when it is loaded, so what a rule may say must
be known below all that applies it.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from gkingest.formats.names import signed

# (what the known cells differ by, signs of the cells without a number) -> whether no number there could mend it
Breaks = Callable[[Decimal, Set[int]], bool]


@dataclass(frozen=True, slots=True)
class RuleKind:
    """What a kind of rule says of its sides, as far as their cells are printed.

    ``signs`` are the sides that go into the difference, those with -1 being the total's, in the order in which they
    are read; ``optional`` those of them that may be left out, ``signed`` those whose names may have a minus.
    ``unlike`` stands between the two sides of a broken one. ``across_years`` tells that the side ``last`` is taken
    from last year's report.
    """

    signs: Mapping[str, int]
    breaks: Breaks
    optional: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    unlike: str = "≠"
    across_years: bool = False

    @property
    def needed(self) -> frozenset[str]:
        """Sides that a rule of this kind must have."""
        return frozenset(self.signs) - self.optional

    def term(self, side: str, written: str) -> tuple[str, int]:
        """The name that stands on a side, and its own sign; a minus is one where the side may have it."""
        return signed(written) if side in self.signed else (written, 1)


def _sum_breaks(residual: Decimal, unknown: Set[int]) -> bool:
    # The known parts may exceed a known total. Without a total nothing is known: no form promises what it is.
    return residual > 0 if unknown == {1} else not unknown and residual != 0


def _balance_breaks(residual: Decimal, unknown: Set[int]) -> bool:
    return residual < 0 if unknown == {-1} else _sum_breaks(residual, unknown)


def _at_most_breaks(residual: Decimal, unknown: Set[int]) -> bool:
    # What is not known on the lesser side could only make it worse.
    return residual > 0 and unknown <= {1}


KINDS: dict[str, RuleKind] = {
    "sum": RuleKind({"parts": 1, "total": -1}, _sum_breaks),
    "balance": RuleKind({"left": 1, "right": -1}, _balance_breaks),
    "at_most": RuleKind({"left": 1, "right": -1}, _at_most_breaks, unlike=">"),
    "carry": RuleKind(
        {"last": 1, "parts": 1, "total": -1},
        lambda residual, unknown: not unknown and residual != 0,
        optional=frozenset({"parts"}),
        signed=frozenset({"last", "parts"}),
        across_years=True,
    ),
}
