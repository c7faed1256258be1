"""Page with rules → grids: the cells that rules enclose, once those that are meant to meet do."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gkingest.model.method import RULED, Way
from gkingest.model.paper import Box, Grid, Page, Ruling, Word, bounding_box, character_height, outline
from gkingest.tables.cells import assemble_grid, cluster
from gkingest.tables.lattice import find_cells

_MIN_RULE = 4.0  # points: shorter strokes are marks, not rules
_LEAST_DOT = 0.5  # points: what is smaller both ways draws nothing
_BESIDE = 0.8  # of a rule's height along which the next one runs that bounds the same open cell
_REACH = 1.0  # of the character height: a rule that ends this close to another is meant to touch it


def find_ruled(page: Page) -> tuple[Grid, ...]:
    """Grids drawn with rules (or with shaded areas that meet), from top to bottom."""
    # Tiny marks may be some of many which together draw a dotted rule.
    rulings = [r for r in page.rulings if max(r.x1 - r.x0, r.bottom - r.top) > _LEAST_DOT]
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
        whole = cells
        for other in [o for o in joined if _touch_along(bounding_box(o), bounding_box(cells), near)]:
            joined.remove(other)
            whole = [*other, *whole]
        joined.append(whole)
    return joined


def _touch_along(one: Box, other: Box, near: float) -> bool:
    """Whether one box ends beside the other where it begins or reaches into it, or ends above one of its width."""
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    alike = abs(one.x0 - other.x0) < near and abs(one.x1 - other.x1) < near
    return (down > near and across > -near) or (alike and down > -near)


def _snap(rulings: Sequence[Ruling], size: float) -> list[Ruling]:
    """Rules on one line become one: near positions (double rules too) share their mean, pieces are joined."""
    near = min(max(0.3 * size, 2.0), 5.0)
    horizontal = [r for r in rulings if r.horizontal]
    vertical = [r for r in rulings if not r.horizontal]
    dots = [r for r in rulings if max(r.x1 - r.x0, r.bottom - r.top) < _MIN_RULE]
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
) -> Iterable[tuple[float, float, float]]:
    """(position, start, end) of rules, from (position, start, end) of their pieces."""
    gap = max(0.35 * size, 3.0)
    for group in cluster(pieces, key=lambda p: p[0], near=near):
        at = sum(p[0] for p in group) / len(group)
        start = end = None
        for _, a, b in sorted(group, key=lambda p: p[1]):
            if end is not None and a <= end + gap:
                end = max(end, b)
                continue
            if start is not None and end is not None and end - start >= _MIN_RULE:
                yield at, start, end
            start, end = a, b
        if start is not None and end is not None and end - start >= _MIN_RULE:
            yield at, start, end


def _meet(rules: list[Ruling], reach: float) -> list[Ruling]:
    """Lengthen rules that stop just short of a crossing rule, and cut what sticks out a little."""
    across = [r for r in rules if r.horizontal]
    down = [r for r in rules if not r.horizontal]
    met = [Ruling(_end(r.x0, r.top, down, reach), r.top, _end(r.x1, r.top, down, reach), r.top) for r in across]
    turned = [Ruling(r.top, r.x0, r.bottom, r.x1) for r in across]
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
    near = 0.6 * size
    turned = [_turned(r) for r in across]
    added = [*_closing(across, down, near)]
    foot = [_turned(r) for r in _closing([_turned(r) for r in down], turned, near)]
    added += [side for rule in foot for side in _with_hanging(rule, foot, down, words, size)]
    for rule in down:
        added += _sticking_out(rule, across, down, near)
        if any(_touch(rule, c, near) for c in across):
            continue
        beside = [
            d for d in down if d.x0 > rule.x0 + near and _overlap(d, rule) >= _BESIDE * (rule.bottom - rule.top)
        ]
        if beside:
            other = min(beside, key=lambda d: d.x0)
            heights = max(rule.top, other.top), min(rule.bottom, other.bottom)
            added += [Ruling(rule.x0, y, other.x0, y) for y in heights]
    return _meet(rules + added, near) if added else rules


def _sticking_out(rule: Ruling, across: list[Ruling], down: list[Ruling], near: float) -> Iterator[Ruling]:
    """The sides of the row that a rule down parts beyond the last rule across which it meets, if none is drawn."""
    met = [c for c in across if c.x0 + near < rule.x0 < c.x1 - near and _touch(rule, c, near)]
    turned = [_turned(c) for c in across]
    for last, end in ((min, rule.top), (max, rule.bottom)) if met else ():
        row = last(met, key=lambda c: c.top)
        low, high, sides = min(row.top, end), max(row.top, end), (row.x0, row.x1)
        drawn = any(_covered(x, low, high, down, near) for x in sides)
        if high - low > near and not drawn and not _covered(end, *sides, turned, near):
            yield Ruling(row.x0, end, row.x1, end)
            yield from (Ruling(x, low, x, high) for x in sides)


def _turned(rule: Ruling) -> Ruling:
    """The rule with its axes exchanged."""
    return Ruling(rule.top, rule.x0, rule.bottom, rule.x1)


def _overlap(one: Ruling, other: Ruling) -> float:
    """Points of height that two rules down have in common."""
    return max(0.0, min(one.bottom, other.bottom) - max(one.top, other.top))


def _touch(down: Ruling, across: Ruling, near: float) -> bool:
    """Whether a rule across meets a rule down, or ends close to it."""
    beside = across.x0 - near <= down.x0 <= across.x1 + near
    return beside and down.top - near <= across.top <= down.bottom + near


def _closing(across: list[Ruling], down: list[Ruling], near: float) -> Iterator[Ruling]:
    """Rules down through ends of rules across: over all of them if none runs there yet, else between neighbours."""
    left, right = [(r.x0, r) for r in across], [(r.x1, r) for r in across]
    whole: list[float] = []
    for at, rules in _ending_together(left + right, near):
        heights = [r.top for r in rules]
        low, high = min(heights), max(heights)
        if len({round(y) for y in heights}) >= 2 and high - low >= near and not _covered(at, low, high, down, near):
            whole.append(at)
            yield Ruling(at, low, at, high)
    for at, rules in (*_ending_together(left, near), *_ending_together(right, near)):
        if any(abs(at - w) <= near for w in whole):
            continue
        for one, other in pairwise(sorted(rules, key=lambda r: r.top)):
            low, high = one.top, other.top
            passed = any(low < r.top < high and r.x0 < at - near and r.x1 > at + near for r in across)
            open_end = high - low >= near and not passed and not _covered(at, low, high, down, near)
            if open_end and _linked(one, other, down, near):
                yield Ruling(at, low, at, high)


def _ending_together(ends: list[tuple[float, Ruling]], near: float) -> Iterator[tuple[float, list[Ruling]]]:
    """Where ends of rules across stand above each other, and the rules."""
    for group in cluster(ends, key=lambda e: e[0], near=near):
        yield sum(x for x, _ in group) / len(group), [rule for _, rule in group]


def _linked(one: Ruling, other: Ruling, down: list[Ruling], near: float) -> bool:
    """Whether a rule down runs from a rule across to a lower one."""
    left, right = max(one.x0, other.x0) - near, min(one.x1, other.x1) + near
    return any(left <= d.x0 <= right and d.top <= one.top + near and d.bottom >= other.top - near for d in down)


def _covered(at: float, low: float, high: float, down: list[Ruling], near: float) -> bool:
    """Whether rules down run at a position for more than a fifth of the way."""
    return sum(_overlap(d, Ruling(at, low, at, high)) for d in down if abs(d.x0 - at) <= near) > 0.2 * (high - low)


def _with_hanging(
    rule: Ruling, foot: list[Ruling], down: list[Ruling], words: Sequence[Word], size: float
) -> Iterator[Ruling]:
    """A closing rule across, below the lines that a browser lets hang out of an open cell at the foot of a page.

    They hang only where everything that stands so close below the rules is inside of open cells.
    """
    end = rule.top
    below = [w for w in words if end - 0.5 * size < w.box.centre[1] < end + 2.0 * size]
    opened = [f for f in foot if abs(f.top - end) <= 0.6 * size]
    inside = [w for w in below if any(f.x0 < w.box.x0 and w.box.x1 < f.x1 for f in opened)]
    lower = any(d.bottom > end + 0.6 * size for d in down)
    own = [w.box.bottom for w in inside if w.box.bottom > end]
    if not own or len(inside) < len(below) or lower:
        yield rule
        return
    yield Ruling(rule.x0, max(own), rule.x1, max(own))
    yield from (Ruling(x, end, x, max(own)) for x in (rule.x0, rule.x1))
