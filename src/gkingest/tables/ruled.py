"""Page with rules → grids: the cells that rules enclose, once those that are meant to meet do."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from gkingest.model.method import RULED, Way
from gkingest.model.paper import Box, Grid, Page, Ruling, Word, bounding_box, character_height, outline
from gkingest.tables.along import cluster, joined
from gkingest.tables.cells import assemble_grid
from gkingest.tables.lattice import find_cells

_MIN_RULE = 4.0  # points: shorter strokes are marks, not rules
_LEAST_DOT = 0.5  # points: what is smaller both ways draws nothing
_BESIDE = 0.8  # of a rule's height along which the next one runs that bounds the same open cell
_REACH = 1.0  # of the character height: a rule that ends this close to another is meant to touch it


def find_ruled(page: Page) -> tuple[Grid, ...]:
    """Grids drawn with rules (or with shaded areas that meet), from top to bottom."""
    # Tiny marks may be some of many which together draw a dotted rule.
    rulings = [r for r in page.rulings if r.length > _LEAST_DOT]
    if len(rulings) < 8:  # no rules worth the name: the borders of shaded cells are all there is
        rulings += [side for fill in page.fills for side in outline(fill)]
    if len(rulings) < 4:
        return ()
    size = character_height(page)
    snapped = _meet(_snap(rulings, size), _REACH * size)
    if page.origin != "scan":  # rules found in a picture may be longer than drawn, by a stroke of a heading beside
        snapped = _close_sides(snapped, page.words, size)
    way = RULED if page.origin == "text" else Way(page.origin)
    grids = (assemble_grid(page, cells, way, snapped) for cells in _side_by_side(find_cells(snapped), 0.6 * size))
    return tuple(g for g in grids if g is not None)


def _side_by_side(tables: list[list[Box]], near: float) -> list[list[Box]]:
    """Cells of each table; those that touch along a side are one, whose rules do not meet in the corners of cells.

    A browser cuts a cell over many rows at another height than the row that ends beside it, and leaves a little
    room above a row that it cuts at the foot of the page.
    """
    joined: list[list[Box]] = []
    for cells in tables:
        whole, own = cells, bounding_box(cells)
        for other in list(joined):
            box = bounding_box(other)
            down = min(box.bottom, own.bottom) - max(box.top, own.top)
            across = min(box.x1, own.x1) - max(box.x0, own.x0)
            alike = abs(box.x0 - own.x0) < near and abs(box.x1 - own.x1) < near
            # One ends beside the other where it begins or reaches into it, or ends above one of its width.
            if (down > near and across > -near) or (alike and down > -near):
                joined.remove(other)
                whole = [*other, *whole]
        joined.append(whole)
    return joined


def _snap(rulings: Sequence[Ruling], size: float) -> list[Ruling]:
    """Rules on one line become one: near positions (double rules too) share their mean, pieces are joined."""
    near = min(max(0.3 * size, 2.0), 5.0)
    horizontal = [r for r in rulings if r.horizontal]
    vertical = [r for r in rulings if not r.horizontal]
    dots = [r for r in rulings if r.length < _MIN_RULE]
    vertical += [r for r in dots if r.horizontal]  # a square dot may belong to a rule either way
    horizontal += [r for r in dots if not r.horizontal]
    lines = [
        Ruling(a, at, b, at)
        for at, a, b in _joined([((r.top + r.bottom) / 2, r.x0, r.x1) for r in horizontal], near, size)
    ]
    lines += [
        Ruling(at, a, at, b)
        for at, a, b in _joined([((r.x0 + r.x1) / 2, r.top, r.bottom) for r in vertical], near, size)
    ]
    return lines


def _joined(
    pieces: list[tuple[float, float, float]], near: float, size: float
) -> Iterator[tuple[float, float, float]]:
    """(position, start, end) of rules, from (position, start, end) of their pieces."""
    gap = max(0.35 * size, 3.0)
    for group in cluster(pieces, key=lambda p: p[0], near=near):
        at = sum(p[0] for p in group) / len(group)
        whole = joined(((start, end) for _, start, end in group), gap)
        yield from ((at, start, end) for start, end in whole if end - start >= _MIN_RULE)


def _meet(rules: list[Ruling], reach: float) -> list[Ruling]:
    """Lengthen rules that stop just short of a crossing rule, and cut what sticks out a little."""
    across = [r for r in rules if r.horizontal]
    down = [r for r in rules if not r.horizontal]
    met = [Ruling(_end(r.x0, r.top, down, reach), r.top, _end(r.x1, r.top, down, reach), r.top) for r in across]
    turned = [r.turned for r in across]
    met += [Ruling(r.x0, _end(r.top, r.x0, turned, reach), r.x0, _end(r.bottom, r.x0, turned, reach)) for r in down]
    return [r for r in met if r.x1 > r.x0 or r.bottom > r.top]


def _end(end: float, at: float, crossing: list[Ruling], reach: float) -> float:
    """Where an end belongs: on the nearest crossing rule within reach, else where it is."""
    near = [c.x0 for c in crossing if abs(c.x0 - end) <= reach and c.top - reach <= at <= c.bottom + reach]
    return min(near, key=lambda x: abs(x - end)) if near else end


def _close_sides(rules: list[Ruling], words: Sequence[Word], size: float) -> list[Ruling]:
    """Add the outer rules that open cells leave out: where rules end in one line, and where the page cuts a table.

    Rules that end beside each other without a rule between their ends, though one joins them further in, enclose
    a cell that goes on overleaf. A rule down that sticks out of the last rule across parts the cells of one more
    row; one that meets none is the side of a cell that began before the page and ends after it.
    """
    across = [r for r in rules if r.horizontal]
    down = [r for r in rules if not r.horizontal]
    if not down or not across:
        return rules
    drawn = _Drawn(across, down, 0.6 * size)
    added = list(drawn.closing())
    foot = [r.turned for r in drawn.turned.closing()]
    added += [side for rule in foot for side in _with_hanging(rule, foot, down, words, size)]
    for rule in down:
        added += drawn.sticking_out(rule)
        added += drawn.through(rule)
    return _meet(rules + added, drawn.near) if added else rules


@dataclass(frozen=True)
class _Drawn:
    """Rules across and down; what lies ``near`` each other (points) is at one place."""

    across: list[Ruling]
    down: list[Ruling]
    near: float

    @cached_property
    def turned(self) -> "_Drawn":
        """The same with the axes exchanged."""
        return _Drawn([r.turned for r in self.down], [r.turned for r in self.across], self.near)

    def touching(self, rule: Ruling) -> list[Ruling]:
        """Rules across that a rule down meets, or that end close to it."""
        beside = (c for c in self.across if c.x0 - self.near <= rule.x0 <= c.x1 + self.near)
        return [c for c in beside if rule.top - self.near <= c.top <= rule.bottom + self.near]

    def cover(self, at: float, low: float, high: float) -> bool:
        """Whether rules down run at a position for more than a fifth of the way."""
        part = Ruling(at, low, at, high)
        return sum(_overlap(d, part) for d in self.down if abs(d.x0 - at) <= self.near) > 0.2 * (high - low)

    def closing(self) -> Iterator[Ruling]:
        """Rules down through ends of rules across: over all of them if none runs there yet, else between two."""
        whole = list(self.closing_all())
        yield from whole
        yield from self.closing_between([rule.x0 for rule in whole])

    def closing_all(self) -> Iterator[Ruling]:
        """Rules down over all ends of rules across that stand above each other."""
        ends = [*((r.x0, r) for r in self.across), *((r.x1, r) for r in self.across)]
        for at, rules in _ending_together(ends, self.near):
            heights = [r.top for r in rules]
            low, high = min(heights), max(heights)
            several = len(set(map(round, heights))) >= 2 and high - low >= self.near
            if several and not self.cover(at, low, high):
                yield Ruling(at, low, at, high)

    def closing_between(self, closed: Collection[float]) -> Iterator[Ruling]:
        """Rules down between neighbouring ends of rules across on one side, but where all are ``closed``."""
        for ends in ([(r.x0, r) for r in self.across], [(r.x1, r) for r in self.across]):
            for at, rules in _ending_together(ends, self.near):
                if not any(abs(at - x) <= self.near for x in closed):
                    pairs = pairwise(sorted(rules, key=lambda r: r.top))
                    yield from (Ruling(at, a.top, at, b.top) for a, b in pairs if self.is_open(at, a, b))

    def is_open(self, at: float, upper: Ruling, lower: Ruling) -> bool:
        """Whether nothing is drawn between the ends of two rules across, which a rule down joins further in."""
        low, high, near = upper.top, lower.top, self.near
        if high - low < near or self.cover(at, low, high):
            return False
        passed = any(low < r.top < high and r.x0 < at - near and r.x1 > at + near for r in self.across)
        left, right = max(upper.x0, lower.x0) - near, min(upper.x1, lower.x1) + near
        between = (d for d in self.down if left <= d.x0 <= right)
        return not passed and any(d.top <= low + near and d.bottom >= high - near for d in between)

    def sticking_out(self, rule: Ruling) -> Iterator[Ruling]:
        """The sides of the row that a rule down parts beyond the last rule across it meets, if none is drawn."""
        met = [c for c in self.touching(rule) if c.x0 + self.near < rule.x0 < c.x1 - self.near]
        for last, end in ((min, rule.top), (max, rule.bottom)) if met else ():
            row = last(met, key=lambda c: c.top)
            low, high, sides = min(row.top, end), max(row.top, end), (row.x0, row.x1)
            drawn = any(self.cover(x, low, high) for x in sides) or self.turned.cover(end, *sides)
            if high - low > self.near and not drawn:
                yield Ruling(row.x0, end, row.x1, end)
                yield from (Ruling(x, low, x, high) for x in sides)

    def through(self, rule: Ruling) -> Iterator[Ruling]:
        """Rules across from both ends of a rule down that meets none to the next of its kind beside it."""
        if self.touching(rule):
            return
        right = (d for d in self.down if d.x0 > rule.x0 + self.near)
        beside = [d for d in right if _overlap(d, rule) >= _BESIDE * (rule.bottom - rule.top)]
        if beside:
            other = min(beside, key=lambda d: d.x0)
            heights = max(rule.top, other.top), min(rule.bottom, other.bottom)
            yield from (Ruling(rule.x0, y, other.x0, y) for y in heights)


def _overlap(one: Ruling, other: Ruling) -> float:
    """Points of height that two rules down have in common."""
    return max(0.0, min(one.bottom, other.bottom) - max(one.top, other.top))


def _ending_together(ends: list[tuple[float, Ruling]], near: float) -> Iterator[tuple[float, list[Ruling]]]:
    """Where ends of rules across stand above each other, and the rules."""
    for group in cluster(ends, key=lambda e: e[0], near=near):
        yield sum(x for x, _ in group) / len(group), [rule for _, rule in group]


def _with_hanging(
    rule: Ruling, foot: list[Ruling], down: list[Ruling], words: Sequence[Word], size: float
) -> Iterator[Ruling]:
    """A closing rule across, below the lines that a browser lets hang out of an open cell at the foot of a page.

    They hang only where everything that stands so close below the rules is inside of open cells.
    """
    end, near = rule.top, 0.6 * size
    below = [w.box for w in words if end - 0.5 * size < w.box.centre[1] < end + 2.0 * size]
    low = max([end, *(b.bottom for b in below)])
    lowest = max(map(attrgetter("bottom"), down))
    opened = [f for f in foot if abs(f.top - end) <= near]
    inside = all(any(f.x0 < b.x0 and b.x1 < f.x1 for f in opened) for b in below)
    if low == end or not inside or lowest > end + near:
        yield rule
    else:
        yield Ruling(rule.x0, low, rule.x1, low)
        yield Ruling(rule.x0, end, rule.x0, low)
        yield Ruling(rule.x1, end, rule.x1, low)
