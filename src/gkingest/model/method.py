"""How a figure came off the page: how its table's cells were made out, and how its label was matched."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Self

from gkingest.told import Told, joined


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
_PLAIN = "pdfplumber-"  # before the tolerance


def plain_way(tolerance: float) -> Way:
    """pdfplumber's own rules, at a tolerance in points."""
    return Way(f"{_PLAIN}{tolerance:g}")


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


# What a person reads for the name of a way, of a page's origin and of a match.
_WORDS = {
    "text": "text layer",
    "ruled": "along ruled lines",
    "stream": "in the order of the text",
    "aligned": "by the alignment of words",
    "camelot": "by Camelot",
    "scan": "recognised in the picture",
    "picture": "picture",
    "sentence": "from a sentence",
    "html": "cells of the web page",
    "docx": "cells of the Word file",
    "xlsx": "cells of the worksheet",
    "ofd": "page of the OFD file",
    "plain": "plain text",
    LabelMatch.EXACT: "label as on the form",
    LabelMatch.ALIAS: "label by another known name",
    LabelMatch.FUZZY: "label by likeness",
}


def in_words(told: object) -> str:
    """A method, way or origin as a person reads it, in English that can be said in every language.

    >>> in_words(Method(STREAM, LabelMatch.FUZZY))
    'in the order of the text, label by likeness'
    """
    words: list[str] = []
    for part in str(told).split("/"):
        if part.startswith(_PLAIN):
            words.append(Told("by pdfplumber, tolerance {0}", part.removeprefix(_PLAIN)))
        else:
            words.append(Told(_WORDS[part]) if part in _WORDS else part)
    return joined(", ", words)
