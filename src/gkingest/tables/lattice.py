"""Rules → the rectangles that they enclose, as pdfplumber's table finder gives them, to the last digit.

It decides what a cell is; here the same is found without its dictionaries of edges and its 11 MB of libraries.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gkingest.model.paper import Box, Ruling

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
    tables = [cells for cells in _hanging_together(list(_cells(_crossings(across, down)))) if len(cells) > 1]
    return sorted(tables, key=lambda cells: min((c.top, c.x0) for c in cells))


def _whole(pieces: Iterable[_Rule]) -> list[_Rule]:
    """Rules of pieces: each at the mean of the place where it lies, joined where one goes on in the next."""
    placed: dict[float, list[_Rule]] = {}
    for line in _snapped([p for p in pieces if p.end - p.start >= _LEAST]):
        placed.setdefault(line.at, []).append(line)
    found: list[_Rule] = []
    for at in sorted(placed):
        start = end = None
        for line in sorted(placed[at], key=lambda p: p.start):
            if start is not None and end is not None and line.start <= end + _SNAP:
                end = max(end, line.end)
                continue
            if start is not None and end is not None:
                found.append(_Rule(at, start, end))
            start, end = line.start, line.end
        if start is not None and end is not None:
            found.append(_Rule(at, start, end))
    return [line for line in found if line.end - line.start >= _SHORTEST]


def _snapped(lines: Sequence[_Rule]) -> Iterator[_Rule]:
    """Lines moved to the mean of those that follow one another so closely."""
    place: dict[float, int] = {}
    last = None
    for at in sorted({line.at for line in lines}):
        place[at] = len(place) if last is None else place[last] + (at > last + _SNAP)
        last = at
    groups: dict[int, list[_Rule]] = {}
    for line in lines:
        groups.setdefault(place[line.at], []).append(line)
    for group in groups.values():
        mean = sum(line.at for line in group) / len(group)
        for line in group:
            yield line._replace(at=line.at + (mean - line.at))  # not the mean: it may differ in the last digit


def _crossings(across: Sequence[_Rule], down: Sequence[_Rule]) -> dict[Point, _Crossing]:
    """Where rules meet, from left to right and then from the top."""
    found: dict[Point, _Crossing] = {}
    for n, one in enumerate(down):
        for m, other in enumerate(across):
            low, high = one.start <= other.at + _CROSS, one.end >= other.at - _CROSS
            if low and high and other.start - _CROSS <= one.at <= other.end + _CROSS:
                crossing = found.setdefault((one.at, other.at), _Crossing(set(), set()))
                crossing.down.add(n)
                crossing.across.add(m)
    return dict(sorted(found.items()))


def _cells(crossings: dict[Point, _Crossing]) -> Iterator[Box]:
    """The smallest rectangle below and right of each crossing whose sides are all drawn."""
    columns: dict[float, list[Point]] = {}
    rows: dict[float, list[Point]] = {}
    for point in crossings:
        columns.setdefault(point[0], []).append(point)
        rows.setdefault(point[1], []).append(point)

    def runs_down(one: Point, other: Point) -> bool:
        return not crossings[one].down.isdisjoint(crossings[other].down)

    def runs_across(one: Point, other: Point) -> bool:
        return not crossings[one].across.isdisjoint(crossings[other].across)

    def smallest(point: Point) -> Box | None:
        x, y = point
        right = [p for p in rows[y] if p[0] > x and runs_across(point, p)]
        for below in (p for p in columns[x] if p[1] > y and runs_down(point, p)) if right else ():
            for beside in right:
                corner = beside[0], below[1]
                if corner in crossings and runs_down(corner, beside) and runs_across(corner, below):
                    return Box(x, y, *corner)
        return None

    yield from (box for point in crossings if (box := smallest(point)) is not None)


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
