"""Words → lines: what stands on one line, by one rule whose tolerance each use states."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from gkingest.model.paper import Box


class Printed(Protocol):
    """What stands on a line: a word, or a glyph."""

    @property
    def box(self) -> Box:
        """Where it stands, in points."""
        ...

    @property
    def size(self) -> float:
        """Height of its glyphs in points."""
        ...


T = TypeVar("T", bound=Printed)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far the middle of a word lies at most from that of the line that it goes on.

    It is a ``share`` of a height: ``own`` of the word's box, ``lower`` of the lower of it and the box it is held
    against, ``first`` of the line's first word, or the ``size`` of the word's glyphs; heights below ``least``
    points count as that. The word is held ``against`` the first or the last of the line, or against the mean of
    its last three (of fewer the first), which follows a line that lies aslant without jumping with one high sign.
    Words whose middles are alike when ``rounded`` to so many decimals come from left to right.
    """

    share: float
    of: Literal["own", "lower", "first", "size"]
    against: Literal["first", "last", "recent"] = "last"
    rounded: int | None = None
    least: float = 1.0

    def level(self, word: Printed) -> float:
        """The height in points by which words are put in order."""
        middle = word.box.centre[1]
        return middle if self.rounded is None else round(middle, self.rounded)

    def joins(self, line: Sequence[Printed], word: Printed) -> bool:
        """Whether a word, the next from the top, stands on a line begun before it."""
        known = line[-1] if self.against == "last" else line[0]
        middle = known.box.centre[1]
        if self.against == "recent" and len(line) >= 3:
            middle = sum(w.box.centre[1] for w in line[-3:]) / 3
        match self.of:
            case "own":
                height = word.box.height
            case "lower":
                height = min(word.box.height, known.box.height)
            case "first":
                height = line[0].box.height
            case "size":
                height = word.size
        return abs(word.box.centre[1] - middle) <= self.share * max(height, self.least)


def in_lines(words: Iterable[T], tolerance: Tolerance) -> list[list[T]]:
    """Words line by line from the top; within a line by the height they are put in order by, then from the left."""
    lines: list[list[T]] = []
    for word in sorted(words, key=lambda w: (tolerance.level(w), w.box.x0)):
        if lines and tolerance.joins(lines[-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines
