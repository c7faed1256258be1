"""Rules → the rectangles that they enclose, as pdfplumber's table finder gives them, to the last digit.

It decides what a cell is; here the same is found without its dictionaries of edges and its 11 MB of libraries.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Self

from gkingest.model.paper import Box, Ruling
from gkingest.tables.along import Stretch, joined

_SNAP = 0.5  # points: rules that lie so close to the next are at one place, and pieces so close are one rule
_CROSS = 1.0  # points by which rules may miss each other and meet all the same
_LEAST, _SHORTEST = 1.0, 4.0  # points: what is shorter is no piece of a rule, and no rule

Point = tuple[float, float]  # x, y


class _Rule(NamedTuple):
    """A rule across or down: where it lies, and from where to where it runs."""

    at: float
    start: float
    end: float


class _Crossing(NamedTuple):
    """The rules down and across that meet in a point, by their numbers."""

    down: set[int]
    across: set[int]


def find_cells(rules: Sequence[Ruling]) -> list[list[Box]]:
    """Cells of each table, from the top: the smallest rectangles between crossings, those that share corners."""
    across = _whole([_Rule(r.top, r.x0, r.x1) for r in rules if r.horizontal])
    down = _whole([_Rule(r.x0, r.top, r.bottom) for r in rules if not r.horizontal])
    crossings = _Crossings.of(across, down)
    cells = [box for point in crossings.met if (box := crossings.smallest(point)) is not None]
    tables = [own for own in _hanging_together(cells) if len(own) > 1]
    return sorted(tables, key=lambda own: min((c.top, c.x0) for c in own))


def _whole(pieces: Iterable[_Rule]) -> list[_Rule]:
    """Rules of pieces: at the mean of those that follow so closely, joined where one goes on in the next."""
    lines = [p for p in pieces if p.end - p.start >= _LEAST]
    place: dict[float, int] = {}
    number, last = -1, -inf
    for at in sorted({line.at for line in lines}):
        number += at > last + _SNAP
        place[at], last = number, at
    groups: dict[int, list[_Rule]] = {}
    for line in lines:
        groups.setdefault(place[line.at], []).append(line)
    placed: dict[float, list[Stretch]] = {}
    for group in groups.values():
        mean = sum(line.at for line in group) / len(group)
        for line in group:  # not at the mean: it may differ in the last digit
            placed.setdefault(line.at + (mean - line.at), []).append((line.start, line.end))
    return [
        rule
        for at in sorted(placed)
        for stretch in joined(placed[at], _SNAP)
        if (rule := _Rule(at, *stretch)).end - rule.start >= _SHORTEST
    ]


@dataclass(frozen=True, slots=True)
class _Crossings:
    """Where rules meet, from left to right and then from the top: all, and those of each column and row."""

    met: dict[Point, _Crossing]
    columns: dict[float, list[Point]]
    rows: dict[float, list[Point]]

    @classmethod
    def of(cls, across: Sequence[_Rule], down: Sequence[_Rule]) -> Self:
        """The points in which rules across and down meet."""
        found: dict[Point, _Crossing] = {}
        for n, one in enumerate(down):
            for m, other in enumerate(across):
                low, high = one.start <= other.at + _CROSS, one.end >= other.at - _CROSS
                if low and high and other.start - _CROSS <= one.at <= other.end + _CROSS:
                    crossing = found.setdefault((one.at, other.at), _Crossing(set(), set()))
                    crossing.down.add(n)
                    crossing.across.add(m)
        crossings = cls(dict(sorted(found.items())), {}, {})
        for point in crossings.met:
            crossings.columns.setdefault(point[0], []).append(point)
            crossings.rows.setdefault(point[1], []).append(point)
        return crossings

    def runs_down(self, one: Point, other: Point) -> bool:
        """Whether a rule down goes through both points."""
        return not self.met[one].down.isdisjoint(self.met[other].down)

    def runs_across(self, one: Point, other: Point) -> bool:
        """Whether a rule across goes through both points."""
        return not self.met[one].across.isdisjoint(self.met[other].across)

    def smallest(self, point: Point) -> Box | None:
        """The smallest rectangle below and right of a crossing whose sides are all drawn."""
        x, y = point
        right = [p for p in self.rows[y] if p[0] > x and self.runs_across(point, p)]
        for below in (p for p in self.columns[x] if p[1] > y and self.runs_down(point, p)):
            for beside in right:
                corner = beside[0], below[1]
                if corner in self.met and self.runs_down(corner, beside) and self.runs_across(corner, below):
                    return Box(x, y, *corner)
        return None


def _hanging_together(cells: list[Box]) -> Iterator[list[Box]]:
    """Cells that have corners in common, directly or through others."""
    while cells:
        corners: set[Point] = set()
        group: list[Box] = []
        before = -1
        while len(group) > before:
            before = len(group)
            left = []
            for cell in cells:
                own = {(cell.x0, cell.top), (cell.x0, cell.bottom), (cell.x1, cell.top), (cell.x1, cell.bottom)}
                if group and corners.isdisjoint(own):
                    left.append(cell)
                else:
                    corners |= own
                    group.append(cell)
            cells = left
        yield group
