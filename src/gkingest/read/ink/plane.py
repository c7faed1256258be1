"""Places on a drawn page: transformations, hulls, and from which size ink is a rule, a letter or an area."""

from collections.abc import Iterable
from itertools import pairwise

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # the smallest x and y, the largest x and y

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
THIN = 3.2  # points: a filled rectangle or picture thinner than this is a rule, not an area
_LETTER = 40.0  # points: a drawn shape larger than this is no letter
_SPECK = 1.5  # points: a drawn shape narrower than this is no letter either
_STROKE_WIDTH = 520.0  # points: as wide as a cell may be that is struck out with a slanting line
STRAIGHT = 0.8  # points by which a side may lean and still be horizontal or vertical
WHITE = 250  # of 255, in each colour: from here on a colour is that of the paper


def times(m: Matrix, n: Matrix) -> Matrix:
    """The transformation that does ``m`` first, then ``n``."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def apply(m: Matrix, x: float, y: float) -> Point:
    """Where a transformation takes a point."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def hull(points: Iterable[Point]) -> Rect:
    """Smallest rectangle around points; raises ``ValueError`` on none."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def common(one: Rect, other: Rect) -> Rect:
    """What lies in both rectangles; its ends are the wrong way round where nothing does."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def moved(m: Matrix, rect: Rect) -> Rect:
    """The smallest rectangle around what a transformation makes of one."""
    return hull([apply(m, x, y) for x in (rect[0], rect[2]) for y in (rect[1], rect[3])])


def is_upright(run: Iterable[Point]) -> bool:
    """Whether every side of a run of points is horizontal or vertical."""
    return all(min(abs(b[0] - a[0]), abs(b[1] - a[1])) <= STRAIGHT for a, b in pairwise(run))


def may_be_mark(width: float, height: float, *, stroked: bool) -> bool:
    """Whether a drawn shape of so many points may be a letter, or the slanting stroke through a cell."""
    small = _SPECK <= width <= _LETTER and THIN <= height <= _LETTER
    return small or (stroked and width <= _STROKE_WIDTH and height <= 2 * _LETTER)
