"""Letter-spaced print: characters set apart by one gap all over, which is that of their figures too."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

from gkingest.model.paper import Box, bounding_box

if TYPE_CHECKING:
    from gkingest.read.ink.glyphs import Glyph

_SHOWN = 20  # pairs of characters that show a spacing
_SHARE = 0.6  # of the pairs of one size that have it
_WIDEST = 1.2  # of the size: characters further apart are of two words
_LEAST = 0.15  # of the size: less is how a font is cut
_ALIKE = 0.02  # of the size: gaps that differ by less are one
_LACK = 0.2  # of the size: what the ink of a character leaves of its em
_ROWS = 12  # of figures above and below that show the columns


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart the characters of a page are set, by their size in tenths of a point.

    ``close`` are the sizes whose digits mostly touch: there the gap is that of narrow columns, and of no number.
    """

    gaps: Mapping[int, float]
    close: frozenset[int] = frozenset()

    @classmethod
    def of(cls, glyphs: Sequence["Glyph"]) -> Self:
        """The spacing that the Chinese characters of each size share, if most of them have one."""
        found: dict[int, Counter[float]] = defaultdict(Counter)
        for one, other in pairwise(glyphs):
            if not (_is_figure([one]) or _is_figure([other])) and _beside(one, other):
                found[round(one.size * 10)][round(other.box.x0 - one.box.x1, 1)] += 1
        gaps: dict[int, float] = {}
        for size, counts in found.items():
            gap = counts.most_common(1)[0][0]
            near = sum(n for g, n in counts.items() if abs(g - gap) < 0.15)
            if near >= _SHOWN and near >= _SHARE * counts.total() and gap > _LEAST * size / 10:
                gaps[size] = gap
        return cls(gaps, frozenset(size for size, gap in gaps.items() if _digits_touch(glyphs, size, gap)))

    def joins(self, one: "Glyph", other: "Glyph") -> bool:
        """Whether two glyphs stand as far apart as characters of their size do, and no blank is between them."""
        size = round(one.size * 10)
        gap = self.gaps.get(size)
        digits = one.char.isdigit() and other.char.isdigit()
        if gap is None or not _beside(one, other) or (digits and size in self.close):
            return False
        near = _ALIKE * one.size + 0.05  # places are rounded by producers
        return -near < other.box.x0 - one.box.x1 - gap < near + _lack(one) + _lack(other)

    def by_columns(self, runs: Sequence[list["Glyph"]]) -> Iterator[list["Glyph"]]:
        """Runs of glyphs; one that stands over or under two figures of another row is of several columns.

        Where a number fills its cell, the next column may begin as far from it as its own digits are apart.
        """
        if not self.gaps:
            yield from runs
            return
        boxes = {n: bounding_box([g.box for g in run]) for n, run in enumerate(runs) if _is_figure(run)}
        rows = _Rows(boxes.values())
        for n, run in enumerate(runs):
            if n in boxes and len(run) > 1 and rows.part(boxes[n]):
                start = 0
                for i, (one, other) in enumerate(pairwise(run), 1):
                    if self.joins(one, other):
                        yield run[start:i]
                        start = i
                yield run[start:]
            else:
                yield run


def _digits_touch(glyphs: Sequence["Glyph"], size: int, gap: float) -> bool:
    """Whether more digits of a size stand close behind one another than about as far apart as a gap."""
    pairs = [
        other.box.x0 - one.box.x1
        for one, other in pairwise(glyphs)
        if round(one.size * 10) == size and one.char.isdigit() and other.char.isdigit() and _beside(one, other)
    ]
    return 2 * sum(2 * x < gap for x in pairs) > len(pairs)


class _Rows:
    """Rows of figures, from the top."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._rows: list[list[float]] = []
        self._tops: list[float] = []
        last: Box | None = None
        for box in sorted(boxes, key=lambda b: b.centre[1]):
            if last is None or box.centre[1] - last.centre[1] > 0.5 * box.height:
                self._rows.append([])
                self._tops.append(box.centre[1])
                last = box
            self._rows[-1].append(box.centre[0])
        for row in self._rows:
            row.sort()

    def part(self, box: Box) -> bool:
        """Whether a row near a box has two figures or more above or below it."""
        at = bisect_right(self._tops, box.centre[1])
        near = self._rows[max(at - 1 - _ROWS, 0) : at + _ROWS]
        return any(bisect_right(row, box.x1) - bisect_left(row, box.x0) > 1 for row in near)


def _lack(glyph: "Glyph") -> float:
    """How much narrower than its em a Chinese character is told: of text that stands for other text only ink is."""
    return 0.0 if _is_figure([glyph]) else min(max(glyph.size - glyph.box.width, 0.0), _LACK * glyph.size)


def _is_figure(run: Sequence["Glyph"]) -> bool:
    """Whether no Chinese character is among glyphs."""
    return not any("\u4e00" <= g.char <= "\u9fff" for g in run)


def _beside(one: "Glyph", other: "Glyph") -> bool:
    """Whether a glyph follows another of its size on its line, with no blank of the file between them."""
    level = abs(one.box.centre[1] - other.box.centre[1]) < 0.1 * one.size and abs(one.size - other.size) < 0.05
    return (
        level
        and not other.parted
        and not (one.angle or other.angle)
        and (-0.1 * one.size < other.box.x0 - one.box.x1 < _WIDEST * one.size)
    )
