"""Page with rules → grids: pdfplumber's table finder over the rulings that PDFium gave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from gkingest.model.method import RULED, Way
from gkingest.model.paper import Box, Grid, Page, Ruling, outline
from gkingest.tables.cells import assemble_grid, cluster

_MIN_RULE = 4.0  # points: shorter strokes are marks, not rules
_LEAST_DOT = 0.5  # points: what is smaller both ways draws nothing
_REACH = 1.0  # of the character height: a rule that ends this close to another is meant to touch it


@dataclass(frozen=True, slots=True)
class Feed:
    """As much of a ``pdfplumber.Page`` as its table finder looks at."""

    edges: list[dict[str, Any]]
    bbox: tuple[float, float, float, float]


def find_ruled(page: Page) -> tuple[Grid, ...]:
    """Grids drawn with rules (or with shaded areas that meet), from top to bottom."""
    from pdfplumber.table import TableFinder, TableSettings

    # Tiny marks may be some of many which together draw a dotted rule.
    rulings = [r for r in page.rulings if max(r.x1 - r.x0, r.bottom - r.top) > _LEAST_DOT]
    if len(rulings) < 8:  # no rules worth the name: the borders of shaded cells are all there is
        rulings += [side for fill in page.fills for side in outline(fill)]
    if len(rulings) < 4:
        return ()
    size = character_height(page)
    snapped = _close_sides(_meet(_snap(rulings, size), _REACH * size), size)
    settings = TableSettings(
        snap_tolerance=0.5, join_tolerance=0.5, edge_min_length=_MIN_RULE, intersection_tolerance=1.0
    )
    feed: Any = Feed([edge_of(r) for r in snapped], (0, 0, page.width, page.height))
    tables = ([Box(*cell) for cell in table.cells] for table in TableFinder(feed, settings).tables)
    way = RULED if page.origin == "text" else Way(page.origin)
    grids = (assemble_grid(page, cells, way, snapped) for cells in tables)
    return tuple(g for g in grids if g is not None)


def character_height(page: Page) -> float:
    """Median glyph height in points; 10 where the page has no words."""
    return median([w.size for w in page.words if w.size > 0] or [10.0])


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


def _close_sides(rules: list[Ruling], size: float) -> list[Ruling]:
    """Add the outer rules that open tables leave out, where the crossing rules all end in one line."""
    across = [r for r in rules if r.horizontal]
    down = [r for r in rules if not r.horizontal]
    if len(down) < 1 or len(across) < 2:
        return rules
    near = 0.6 * size
    added = []
    for ends in cluster(
        [(r.x0, r.top) for r in across] + [(r.x1, r.top) for r in across], key=lambda p: p[0], near=near
    ):
        added += _closing(ends, down, near)
    turned = [Ruling(r.top, r.x0, r.bottom, r.x1) for r in across]
    for ends in cluster(
        [(r.top, r.x0) for r in down] + [(r.bottom, r.x0) for r in down], key=lambda p: p[0], near=near
    ):
        added += [Ruling(a.top, a.x0, a.bottom, a.x1) for a in _closing(ends, turned, near)]
    return _meet(rules + added, near) if added else rules


def _closing(ends: list[tuple[float, float]], crossing: list[Ruling], near: float) -> list[Ruling]:
    """A rule through the ``ends`` of at least two others where no crossing rule runs already."""
    at = sum(e[0] for e in ends) / len(ends)
    low, high = min(e[1] for e in ends), max(e[1] for e in ends)
    if len({round(e[1]) for e in ends}) < 2 or high - low < near:
        return []
    covered = sum(max(0.0, min(c.bottom, high) - max(c.top, low)) for c in crossing if abs(c.x0 - at) <= near)
    return [] if covered > 0.2 * (high - low) else [Ruling(at, low, at, high)]


def edge_of(rule: Ruling) -> dict[str, Any]:
    """The rule as pdfplumber describes an edge."""
    return {
        "object_type": "line",
        "orientation": "h" if rule.horizontal else "v",
        "x0": rule.x0,
        "x1": rule.x1,
        "top": rule.top,
        "bottom": rule.bottom,
        "width": rule.x1 - rule.x0,
        "height": rule.bottom - rule.top,
    }
