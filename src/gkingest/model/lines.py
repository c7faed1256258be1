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

    def joins(self, line: Sequence[Printed], middles: Sequence[float], word: Printed, middle: float) -> bool:
        """Whether a word, the next from the top, stands on a line begun before it.

        ``middles`` are those of the words of the line, ``middle`` that of the word.
        """
        at = -1 if self.against == "last" else 0
        level = middles[at]
        if self.against == "recent" and len(middles) >= 3:
            level = (middles[-3] + middles[-2] + middles[-1]) / 3
        match self.of:
            case "own":
                height = word.box.height
            case "lower":
                height = min(word.box.height, line[at].box.height)
            case "first":
                height = line[0].box.height
            case "size":
                height = word.size
        return abs(middle - level) <= self.share * max(height, self.least)


def in_lines(words: Iterable[T], tolerance: Tolerance) -> list[list[T]]:
    """Words line by line from the top; within a line by the height they are put in order by, then from the left."""
    lines: list[list[T]] = []
    middles: list[float] = []  # of the words of the last line
    placed = [(w.box.centre[1], w.box.x0, w) for w in words]
    digits = tolerance.rounded
    placed.sort(key=lambda p: (p[0] if digits is None else round(p[0], digits), p[1]))
    for middle, _, word in placed:
        if lines and tolerance.joins(lines[-1], middles, word, middle):
            lines[-1].append(word)
            middles.append(middle)
        else:
            lines.append([word])
            middles = [middle]
    return lines
