"""How a figure came off the page: how its table's cells were made out, and how its label was matched."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Self


@dataclass(frozen=True, slots=True)
class Way:
    """A way of making out the cells of a table, known by its name alone.

    No enum, as every kind of file brings its own; ``declared`` tells that the file itself says which cells it has.
    """

    name: str
    declared: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def pictured(self) -> bool:
        """Whether the figures were recognised in a picture."""
        return self == SCAN


RULED = Way("ruled")
STREAM = Way("stream")
ALIGNED = Way("aligned")
CAMELOT = Way("camelot")
SCAN = Way("scan")
SENTENCE = Way("sentence")


def plain_way(tolerance: float) -> Way:
    """pdfplumber's own rules, at a tolerance in points."""
    return Way(f"pdfplumber-{tolerance:g}")


class LabelMatch(StrEnum):
    """How a printed label was found to be one of the form's."""

    EXACT = "exact"
    ALIAS = "alias"
    FUZZY = "fuzzy"

    @property
    def spelled(self) -> bool:
        """Whether the label is one that the form or its aliases spell, so that nothing was guessed."""
        return self is not LabelMatch.FUZZY


class Method(NamedTuple):
    """How one figure was read; what stands in no table has no label."""

    way: Way
    label: LabelMatch | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What :meth:`__str__` wrote; ``None`` for "", a figure that was not found. Raises ``ValueError``.

        >>> Method.parse("scan/exact").way.pictured, Method.parse("scanned/exact").way.pictured
        (True, False)
        """
        way, slash, label = text.partition("/")
        return cls(Way(way), LabelMatch(label) if slash else None) if text else None

    def __str__(self) -> str:
        return f"{self.way}/{self.label}" if self.label else str(self.way)
