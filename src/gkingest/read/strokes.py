"""Short strokes that are no rules of a table: what strikes or underlines text, and what is drawn in a cell."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gkingest.model.paper import Box, Ruling, Word, bounding_box
from gkingest.read.glyphs import Glyph

_STROKE = 80.0  # points: a longer rule belongs to a table
_LETTER = 14.0  # points: rules that hang together within this are a drawn letter, not a table
_TOUCH = 2.5  # points between rules that hang together


def without_struck(glyphs: list[Glyph], rulings: tuple[Ruling, ...]) -> list[Glyph]:
    """Glyphs, those that a short rule strikes through made unreadable: a correction is for a person to judge."""
    strokes = _by_height(r for r in rulings if r.horizontal and r.x1 - r.x0 < _STROKE)
    return [
        replace(g, char="\ufffd") if g.char.isdigit() and any(_strikes(r, g) for r in _near(strokes, g.box)) else g
        for g in glyphs
    ]


def without_decoration(rulings: tuple[Ruling, ...], words: tuple[Word, ...]) -> tuple[Ruling, ...]:
    """Rulings without those that underline or strike a word: as wide as the word, below its middle."""
    short = _by_height(r for r in rulings if r.horizontal and 2 < r.x1 - r.x0 < _STROKE)
    dropped = {
        r
        for w in words
        for r in _near(short, w.box)
        if w.box.x0 - 2 <= r.x0
        and r.x1 <= w.box.x1 + 2
        and w.box.top + 0.3 * w.box.height < r.top < w.box.bottom + 0.12 * w.box.height
    }
    return tuple(r for r in rulings if r not in dropped) if dropped else rulings


def _by_height(rulings: Iterable[Ruling]) -> dict[int, list[Ruling]]:
    """Rulings by the strip of ten points they lie in."""
    strips: dict[int, list[Ruling]] = {}
    for rule in rulings:
        strips.setdefault(int(rule.top // 10), []).append(rule)
    return strips


def _near(strips: dict[int, list[Ruling]], box: Box) -> Iterator[Ruling]:
    for strip in range(int(box.top // 10), int((box.bottom + 2) // 10) + 1):
        yield from strips.get(strip, ())


def _strikes(rule: Ruling, glyph: Glyph) -> bool:
    box, y = glyph.box, (rule.top + rule.bottom) / 2
    inside = box.top + 0.35 * box.height < y < box.bottom - 0.25 * box.height
    overlap = min(rule.x1, box.x1) - max(rule.x0, box.x0)
    return glyph.char.isdigit() and inside and overlap > 0.6 * box.width and rule.x1 - rule.x0 < 6 * glyph.size


def apart_from_strokes(rulings: tuple[Ruling, ...]) -> tuple[tuple[Ruling, ...], tuple[Box, ...]]:
    """Rulings of tables, and the boxes of strokes that touch no other rule: figures that a plotter drew."""
    short = [r for r in rulings if r.x1 - r.x0 <= _LETTER and r.bottom - r.top <= _LETTER]
    if not short:
        return rulings, ()
    strips = _by_strip(rulings)
    marks: set[Ruling] = set()
    boxes = []
    seen: set[Ruling] = set()
    for rule in short:
        if rule in seen:
            continue
        group = _hanging_together(rule, strips)
        seen |= group
        box = bounding_box([Box(r.x0, r.top, r.x1, r.bottom) for r in group])
        if box.width <= _LETTER and box.height <= _LETTER:
            marks |= group
            boxes.append(box)
    return tuple(r for r in rulings if r not in marks), tuple(boxes)


def _by_strip(rulings: Iterable[Ruling]) -> dict[int, list[Ruling]]:
    """Rulings by every strip of ten points that they run through."""
    strips: dict[int, list[Ruling]] = {}
    for rule in rulings:
        for strip in range(int(rule.top // 10), int(rule.bottom // 10) + 1):
            strips.setdefault(strip, []).append(rule)
    return strips


def _hanging_together(rule: Ruling, strips: dict[int, list[Ruling]]) -> set[Ruling]:
    """The rule and those it touches, directly or through others, until the group is too large for a letter."""
    group, left, end = {rule}, rule.x0, rule.x1
    queue = [rule]
    while queue and end - left <= _LETTER:
        one = queue.pop()
        for strip in range(int((one.top - _TOUCH) // 10), int((one.bottom + _TOUCH) // 10) + 1):
            for other in strips.get(strip, ()):
                if other not in group and _touch(one, other):
                    group.add(other)
                    queue.append(other)
                    left, end = min(left, other.x0), max(end, other.x1)
    return group


def _touch(one: Ruling, other: Ruling) -> bool:
    apart = max(one.x0, other.x0) - min(one.x1, other.x1), max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(apart) <= _TOUCH
