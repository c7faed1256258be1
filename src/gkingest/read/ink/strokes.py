"""Short strokes that are no rules of a table: what strikes or underlines text, and what is drawn in a cell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gkingest.model.paper import Box, Ruling, Word, bounding_box
from gkingest.read.ink.glyphs import Glyph

_STROKE = 80.0  # points: a longer rule belongs to a table
_BEYOND = 0.6  # of the size of a word: so far a line that strikes or underlines it may reach beyond it
_LETTER = 14.0  # points: rules that hang together within this are a drawn letter, not a table
_MEET = 0.5  # points between the end of a rule and the rule that it was drawn to meet
_TOUCH = 2.5  # points between rules that hang together
_SQUARE = 10  # points: side of the squares in which rules are looked for
_MOST_LOOKS = 3_000_000  # pairs of rules: a page on which more lie close together is hatched, not written


def without_struck(glyphs: list[Glyph], rulings: tuple[Ruling, ...]) -> list[Glyph]:
    """Glyphs, those that a short rule strikes through made unreadable: a correction is for a person to judge."""
    strokes = _by_height(r for r in rulings if r.horizontal and r.x1 - r.x0 < _STROKE)
    return [
        replace(g, char="\ufffd") if g.char.isdigit() and any(_strikes(r, g) for r in _near(strokes, g.box)) else g
        for g in glyphs
    ]


def without_decoration(rulings: tuple[Ruling, ...], words: tuple[Word, ...]) -> tuple[Ruling, ...]:
    """Rulings without those that underline or strike a word: about as wide as the word, below its middle.

    What strikes a figure reaches beyond it; as a rule its ends would part cells far above and below. The side of a
    narrow cell, drawn by itself, lies below its words and ends on rules that run down.
    """
    short = _by_height(r for r in rulings if r.horizontal and 2 < r.x1 - r.x0 < _STROKE)
    lines = {
        (r, r.top > w.box.bottom - 0.1 * w.box.height)
        for w in words
        for r in _near(short, w.box)
        if _decorates(r, w)
    }
    down: dict[int, list[Ruling]] = {}
    for rule in rulings:
        if not rule.horizontal:
            down.setdefault(round(rule.x0), []).append(rule)
    dropped = {r for r, low in lines if not (low and _is_side(r, down))}
    return tuple(r for r in rulings if r not in dropped)


def _decorates(rule: Ruling, word: Word) -> bool:
    """Whether a rule across is about as wide as a word, and below the upper part of it."""
    beyond, box = _BEYOND * word.size, word.box
    along = box.x0 - beyond <= rule.x0 and rule.x1 <= box.x1 + beyond
    return along and box.top + 0.3 * box.height < rule.top < box.bottom + 0.12 * box.height


def _is_side(rule: Ruling, down: Mapping[int, Iterable[Ruling]]) -> bool:
    """Whether a rule ends on two of those that run down, which are told by their rounded place."""
    return all(
        any(
            abs(d.x0 - end) <= _MEET and d.top - _MEET <= rule.top <= d.bottom + _MEET
            for at in {round(end - _MEET), round(end + _MEET)}
            for d in down.get(at, ())
        )
        for end in (rule.x0, rule.x1)
    )


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
    short = [r for r in rulings if max(r.x1 - r.x0, r.bottom - r.top) <= _LETTER]
    if not short:
        return rulings, ()
    squares = _Squares(rulings)
    marks: set[Ruling] = set()
    boxes = []
    seen: set[Ruling] = set()
    for rule in short:
        if rule in seen:
            continue
        group = squares.hanging_together(rule)
        if squares.looks > _MOST_LOOKS:
            return rulings, ()
        seen |= group
        box = bounding_box([Box(r.x0, r.top, r.x1, r.bottom) for r in group])
        if max(box.width, box.height) <= _LETTER:
            marks |= group
            boxes.append(box)
    return tuple(r for r in rulings if r not in marks), tuple(boxes)


class _Squares:
    """Rulings by every square of the page that they run through; ``looks`` counts how often one was looked at."""

    def __init__(self, rulings: Iterable[Ruling]) -> None:
        self.looks = 0
        self._squares: dict[tuple[int, int], list[Ruling]] = {}
        for rule in dict.fromkeys(rulings):
            for square in _squares(rule, 0):
                self._squares.setdefault(square, []).append(rule)

    def near(self, rule: Ruling) -> Iterator[Ruling]:
        """Rulings in the squares that a rule comes near to."""
        for square in _squares(rule, _TOUCH):
            found = self._squares.get(square, ())
            self.looks += len(found)
            yield from found

    def hanging_together(self, rule: Ruling) -> set[Ruling]:
        """The rule and those it touches, directly or through others, until the group is too large for a letter."""
        group, left, end = {rule}, rule.x0, rule.x1
        queue = [rule]
        while queue and end - left <= _LETTER and self.looks <= _MOST_LOOKS:
            one = queue.pop()
            for other in self.near(one):
                if other not in group and _touch(one, other):
                    group.add(other)
                    queue.append(other)
                    left, end = min(left, other.x0), max(end, other.x1)
        return group


def _squares(rule: Ruling, beyond: float) -> Iterator[tuple[int, int]]:
    for row in range(int((rule.top - beyond) // _SQUARE), int((rule.bottom + beyond) // _SQUARE) + 1):
        for column in range(int((rule.x0 - beyond) // _SQUARE), int((rule.x1 + beyond) // _SQUARE) + 1):
            yield row, column


def _touch(one: Ruling, other: Ruling) -> bool:
    apart = max(one.x0, other.x0) - min(one.x1, other.x1), max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(apart) <= _TOUCH
