"""What a text says of a cell held against its picture: every figure where a reader sees it, and no other ink.

Boxes are points on the upright page; inside of this module places are pixels of one cell's cutting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, starmap
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Box, Word, bounding_box
from gkingest.read.ink.glance import ROOM
from gkingest.read.ink.marks import extent, from_outside, without_dots
from gkingest.read.ink.shapes import DASHES, Shades, is_flat, likeness, sampled
from gkingest.read.ink.signs import UNITS, is_other

_UNSEEN = 20  # of 255: ink that differs from its ground by less is none to a reader (5 % black: 13)
_FAINT = 44  # of 255: ink that differs by less may be overlooked
_DARK = 0.4  # of the darkest ink beside it: what counts as ink
_SPECK, _SMALL = 0.9, 2.2  # points: a digit lower than this is a speck, or too small to be read (5 points: 3.4)
_SEEN_OF = (0.15, 1.0, 1.0)  # of blue, green and red
_PRINT = 9.0  # points of usual print; of smaller print, as of two pages on a sheet, smaller digits are read too
_OTHER = 0.08  # by so much more it is like another digit than like its own (1 in 1,000 of the shapes measured)
_UNLIKE = 0.35  # correlation with its own digit below which a shape is none (1 in 1,000 of those measured)
_OVER = 0.2  # of the width of a digit that another digit of its line may cover: slanted ones do, by 0.1
_AROUND = 18  # pixels around a cell that are looked at too
_DIGITS = "0123456789"
_NARROW = str.maketrans("０１２３４５６７８９", _DIGITS)
_SLANTED = frozenset("/／∕⁄")
_LIKE_DIGITS = frozenset("lIOoSBZzsDQb|°ⅠІО０１２３４５６７８９" + _DIGITS)  # signs that look like digits by right
_A_DIGIT = 0.8  # correlation from which the ink of another sign is a digit
_STROKE = -0.75  # / of 27 fonts: -0.87 to -0.96; digits of the same: 0.27 to -0.57

Place = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a cell is seen.

    ``gone`` are the characters that leave no ink: index of the word, index in it. ``doubt`` says in what the
    picture differs from the text, "" if in nothing; ``legible`` tells that the ink itself may be read, ``lost``
    that the text is no figure then.
    """

    gone: tuple[tuple[int, int], ...] = ()
    doubt: str = ""
    legible: bool = False
    lost: bool = True


AS_TOLD = Sight()


def held(
    pixels: NDArray[np.uint8],
    scale: float,
    cell: Box,
    words: Sequence[Word],
    others: Sequence[Word] = (),
    size: float = _PRINT,
) -> Sight:
    """Hold the words of one cell against the picture of their page; ``scale`` is in pixels to the point.

    ``others`` are words of its neighbours that reach into it, ``size`` is that of the page's print in points.
    """
    cutting = _Cutting(pixels, scale, cell, words, size)
    if cutting.empty:
        return AS_TOLD
    gone = cutting.gone_of(words)
    left = [(word, [c for c in range(len(word.text)) if (w, c) not in gone]) for w, word in enumerate(words)]
    if differs := next(filter(None, starmap(cutting.doubt_of, left)), None):
        return Sight(gone, differs[0], legible=differs[1], lost="faint" not in differs[0])
    if over := _overprinted(left):
        return Sight(gone, f"{over[0]} and {over[1]} are printed over one another")
    claimed = list(filter(itemgetter(1), left))
    if cutting.has_other_ink(claimed, others):
        doubt = "the cell shows ink that is no text" + (" beside its text" if claimed else "")
        return Sight(gone, doubt, legible=True)
    if gone and not claimed:
        return Sight(gone, "no reader sees the text of the cell", lost=False)
    return Sight(gone)


def _overprinted(words: Sequence[tuple[Word, Sequence[int]]]) -> tuple[str, str] | None:
    """Two characters of a cell that take the same place; one printed twice, to look bold, is none."""
    prints = [((w.claims or w.text)[c], ink) for w, kept in words if w.inks for c in kept if (ink := w.inks[c])]
    for (one, a), (other, b) in combinations(prints, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.bottom, b.bottom) - max(a.top, b.top)
        over = across > _OVER * min(a.width, b.width) and down > 0.2 * min(a.height, b.height)
        if over and (one != other or abs(a.x0 - b.x0) > 0.4 * a.width):
            return one, other
    return None


class _Cutting:
    """The part of a picture that shows one cell, and how far it differs from the ground of the cell."""

    def __init__(
        self, pixels: NDArray[np.uint8], scale: float, cell: Box, words: Sequence[Word], size: float
    ) -> None:
        whole = bounding_box([cell, *(w.box for w in words)])
        self._small = _SMALL * min(size / _PRINT, 1.0)
        self._scale = scale
        self._left, self._top = (max(int(v * scale) - _AROUND, 0) for v in (whole.x0, whole.top))
        right, bottom = int(whole.x1 * scale) + _AROUND, int(whole.bottom * scale) + _AROUND
        colours = pixels[self._top : bottom, self._left : right]
        # By its blue alone the eye tells little: yellow on white is as good as unseen.
        self._colours = (colours * _SEEN_OF if colours.shape[2] == 3 else colours).astype(np.int16)
        self._cell = self._place(cell)
        self.empty = min(self._colours.shape[:2]) < 2

    def _place(self, box: Box) -> Place:
        s = self._scale
        return box.x0 * s - self._left, box.top * s - self._top, box.x1 * s - self._left, box.bottom * s - self._top

    def _part(self, place: Place, more: float = 0.0) -> NDArray[np.int16]:
        """The pixels of a place, grown by ``more`` at each side; at least one."""
        x0, y0 = max(round(place[0] - more), 0), max(round(place[1] - more), 0)
        x1, y1 = max(round(place[2] + more), x0 + 1), max(round(place[3] + more), y0 + 1)
        return self._colours[y0:y1, x0:x1]

    def gone_of(self, words: Sequence[Word]) -> tuple[tuple[int, int], ...]:
        """The characters of words that are gone: index of the word, index in it."""
        each = ((w, c) for w, word in enumerate(words) for c in range(len(word.text)))
        return tuple((w, c) for w, c in each if self.is_gone(words[w], c))

    def is_gone(self, word: Word, index: int) -> bool:
        """Whether a character leaves nothing that a reader would see."""
        ink = word.inks[index] if word.inks else None
        if ink is None:
            if len(word.edges) != len(word.text) + 1:
                return False
            ink = Box(word.edges[index], word.box.top, word.edges[index + 1], word.box.bottom)
        elif (word.claims or word.text)[index] in _DIGITS and ink.height < _SPECK:
            return True
        part = self._part(self._place(ink), 1.5 if min(ink.width, ink.height) * self._scale < 4 else -0.5)
        return part.size == 0 or _range(part) < _UNSEEN

    def doubt_of(self, word: Word, kept: Sequence[int]) -> tuple[str, bool] | None:
        """In what the shapes of a word differ from those that it claims, and whether the ink may be read."""
        claims = word.claims or word.text
        told = dict(enumerate(word.inks))
        for c in kept:
            if not told.get(c) and self._is_a_digit(word, c, claims[c]):
                return f"{claims[c]!r} stands for ink of another shape", True
        inks = [(claims[c].translate(_NARROW), ink) for c in kept if (ink := told.get(c))]
        if not inks:
            return None
        place = self._place(bounding_box([ink for _, ink in inks]))
        part = self._part(place, 4)
        ground = np.median(part.reshape(-1, part.shape[2]), axis=0)
        differs = np.abs(part - ground).max(axis=2)
        darkest = differs.max()
        if darkest < _FAINT:
            return f"{word.text} is printed so faintly that it may be overlooked", False
        shades = differs / darkest
        off = max(round(place[0] - 4), 0), max(round(place[1] - 4), 0)

        def shifted(box: Box) -> Place:
            x0, y0, x1, y1 = self._place(box)
            return x0 - off[0], y0 - off[1], x1 - off[0], y1 - off[1]

        places = [shifted(ink) for _, ink in inks]
        digits = [i for i, (char, _) in enumerate(inks) if char in _DIGITS]
        reason, legible = self._signs_differ(word, shades, inks, places, digits)
        if reason:
            return reason, legible
        slots = [
            shifted(Box(word.edges[c], ink.top, word.edges[c + 1], ink.bottom))
            if len(word.edges) > c + 1
            else shifted(ink)
            for c in kept
            if (ink := word.inks[c])
        ]
        return _unlike(shades, [(inks[i][0], places[i], slots[i]) for i in digits], word.text)

    def _signs_differ(
        self,
        word: Word,
        shades: Shades,
        inks: Sequence[tuple[str, Box]],
        places: Sequence[Place],
        digits: Sequence[int],
    ) -> tuple[str, bool]:
        """What tells another figure than the signs of a word do, and whether it may be read; "" for nothing."""
        if _is_struck(shades, [places[i] for i in digits]):
            return f"a line runs through {word.text}", False
        others = sorted(set(range(len(inks))) - set(digits))
        size = word.size * self._scale
        if other := [inks[i][0] for i in others if _is_no_sign(shades, places[i], inks[i][0], size)]:
            return f"{other[0]!r} stands for ink of another shape", True
        if any(starmap(_is_other_point, inks)):
            return f"a point in {word.text} looks like a comma, or a comma like a point", True
        if any(_has_point(shades, places[a], places[b]) for a, b in pairwise(digits) if b == a + 1):
            return "something is drawn between two digits, as a decimal point may be", True
        if any(inks[i][1].height < self._small for i in digits):
            return f"{word.text} is too small to be read", False
        return "", False

    def _is_a_digit(self, word: Word, index: int, char: str) -> bool:
        """Whether the picture shows a digit where a sign stands that is none, as 件 or ▲; 〇 is a 0 to a reader."""
        if char in _LIKE_DIGITS or len(word.edges) != len(word.text) + 1:
            return False
        part = self._part(self._place(Box(word.edges[index], word.box.top, word.edges[index + 1], word.box.bottom)))
        if min(part.shape[:2]) < 6:
            return False
        differs = np.abs(part - np.median(part.reshape(-1, part.shape[2]), axis=0)).max(axis=2)
        if differs.max() < _FAINT:
            return False
        shades = differs / differs.max()
        # the rows of a digit hang together: what lies apart from them reaches in from the row below or above
        rows = np.flatnonzero((shades > _DARK).any(axis=1))
        rows = max(np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1), key=len)
        shades = shades[rows[0] : rows[-1] + 1]
        place = _inked(shades, (0.0, 0.0, float(shades.shape[1]), float(shades.shape[0])), 0.0)
        if place[3] - place[1] < 0.5 * word.size * self._scale:
            return False
        raster = sampled(shades, place)
        alike = likeness(raster[None])[0]
        return is_other(char, raster) or (
            alike.max() > _A_DIGIT and not (char == "〇" and int(alike.argmax()) == 0)
        )

    def has_other_ink(self, words: Sequence[tuple[Word, Sequence[int]]], others: Sequence[Word]) -> bool:
        """Whether something is drawn in the cell that is neither its text, a rule nor what crosses the cell."""
        s = self._scale
        x0, y0 = round(self._cell[0] + 1.2 * s), round(self._cell[1] + 1.2 * s)
        x1, y1 = round(self._cell[2] - 1.2 * s), round(self._cell[3] - 1.2 * s)
        part = self._colours[max(y0, 0) : y1, max(x0, 0) : x1]
        if min(part.shape[:2]) < 4:
            return False
        ground = np.median(part.reshape(-1, part.shape[2]), axis=0)
        dark = np.abs(part - ground).max(axis=2) > max(_FAINT, 0.3 * 255)
        rows, columns = dark.mean(axis=1) > 0.9, dark.mean(axis=0) > 0.9
        dark[rows] = False
        dark[:, columns] = False
        if not dark.any():
            return False
        for word, kept in (*words, *((w, range(len(w.text))) for w in others)):
            boxes: list[Box] = [word.box] if not word.inks else []
            for c in kept if word.inks else ():
                boxes.append(word.inks[c] or Box(word.edges[c], word.box.top, word.edges[c + 1], word.box.bottom))
            for place in map(self._place, boxes):
                left, top = round(place[0] - x0 - 1.5), round(place[1] - y0 - 1.5)
                right, bottom = round(place[2] - x0 + 1.5), round(place[3] - y0 + 1.5)
                dark[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = False
            if boxes:  # what underlines a word is none
                under = round((max(b.bottom for b in boxes)) * s - self._top - y0)
                below = dark[max(under, 0) : max(under + round(3 * s), 0)]
                below[below.mean(axis=1) > 0] = False
        if not dark.any():
            return False
        near = self._colours  # what comes in from further than that is a stamp, a rule or a watermark
        around = np.abs(near - ground).max(axis=2) > max(_FAINT, 0.3 * 255)
        for edge, wide in ((self._cell[1], 0), (self._cell[3], 0), (self._cell[0], 1), (self._cell[2], 1)):
            lines = around if wide == 0 else around.T
            inside = slice(
                max(round(self._cell[0 if wide == 0 else 1]), 0), round(self._cell[2 if wide == 0 else 3])
            )
            for at in range(max(round(edge - 1.5 * s), 0), min(round(edge + 1.5 * s) + 1, len(lines))):
                if lines[at, inside].mean() > 0.8:
                    lines[at] = False
        dark &= ~from_outside(around)[max(y0, 0) : y1, max(x0, 0) : x1]
        # of a dotted border its corners are left, where the dots may touch
        least = self._small if without_dots(dark) else 1.2
        return bool(dark.sum() >= 4 and extent(dark) > least * s)


def _range(part: Any) -> int:
    """By how much the pixels differ among themselves, in the colour that shows it best."""
    flat = part.reshape(-1, part.shape[2])
    return int((flat.max(axis=0) - flat.min(axis=0)).max())


def _is_struck(shades: Shades, places: Sequence[Place]) -> bool:
    """Whether a line runs through digits and beyond them on both sides."""
    if not places:
        return False
    top, bottom = min(p[1] for p in places), max(p[3] for p in places)
    x0, x1 = max(round(min(p[0] for p in places) - 1.5), 0), round(max(p[2] for p in places) + 1.5)
    rows = shades[round(top + 0.2 * (bottom - top)) : round(bottom - 0.15 * (bottom - top)), x0:x1]
    return bool(rows.size and (rows > _DARK).all(axis=1).any())


def _is_no_sign(shades: Shades, place: Place, char: str, size: float) -> bool:
    """Whether a dash, a point or a stroke claims ink that is as high as a digit, or looks like one."""
    wide, high = place[2] - place[0], place[3] - place[1]
    if char in DASHES:
        return not is_flat(wide, high, size)
    if char in ".,，．":
        return high > 0.4 * size
    raster = sampled(shades, place)
    if char in UNITS:
        return is_other(char, raster)
    if char in _SLANTED:  # a stroke is much like some digits on a small raster, but none slants like it
        return _slant(raster) > _STROKE
    return bool(likeness(raster[None])[0].max() > 0.88)


def _is_other_point(char: str, ink: Box) -> bool:
    """Whether a point is as long as a comma, or a comma as short as a point."""
    return (char == "," and ink.height < 1.25 * ink.width) or (char == "." and ink.height > 1.5 * ink.width)


def _has_point(shades: Shades, one: Place, other: Place) -> bool:
    """Whether something stands at the foot of the gap between two digits."""
    if other[0] - one[2] < ROOM * (one[3] - one[1]):
        return False
    gap = slice(round(one[2] + 1.2), round(other[0] - 1.2))
    foot = slice(max(round(one[3] - 0.25 * (one[3] - one[1])), 0), round(one[3] + 1))
    dark = shades[:, gap] > _DARK
    above = dark[max(round(one[1]), 0) : foot.start - 1]  # a rule between two cells is there too
    return bool((dark[foot].any(axis=0) & ~above.any(axis=0)).any())


def _slant(raster: Shades) -> float:
    """Correlation of the places across and down of the ink in a raster: -1 for a stroke as / is."""
    down, across = np.indices(raster.shape)
    weights = np.clip(raster, 0, None).ravel()
    if weights.sum() <= 0:
        return 0.0
    (xx, xy), (_, yy) = np.cov(across.ravel(), down.ravel(), aweights=weights)
    return float(xy / (xx * yy) ** 0.5) if xx > 0 and yy > 0 else 0.0


def _unlike(shades: Shades, digits: Sequence[tuple[str, Place, Place]], text: str) -> tuple[str, bool] | None:
    """Which digit looks like another one or like none.

    It is looked for in the box that its font claims, in that of the ink there, and in that of the ink on its way to
    the next: where a font is not in the file, viewers take another, whose shapes are elsewhere. A box that shows
    another digit outweighs those in which the shape is less like its own than it is like that one there.
    """
    if not digits or any(p[3] - p[1] < 4 for _, p, _ in digits):
        return None
    open_ = list(range(len(digits)))
    cut: set[int] = set()
    like_another = np.zeros(len(digits))
    for way in (
        lambda place, slot: place,
        lambda place, slot: _inked(shades, place, 1.5),
        lambda place, slot: _inked(shades, slot, 0.5),
    ):
        boxes = [way(*digits[i][1:]) for i in open_]
        alike = likeness(np.stack([sampled(shades, box) for box in boxes]))
        left = []
        for row, (i, box) in enumerate(zip(open_, boxes, strict=True)):
            own, claimed = _DIGITS.index(digits[i][0]), digits[i][1]
            mine, best = alike[row, own], max(a for n, a in enumerate(alike[row]) if n != own)
            part = _is_cut(claimed, _inked(shades, claimed, 1.5) if box == claimed else box)
            if part or not (mine > max(_UNLIKE, like_another[i]) and best - mine < _OTHER):
                left.append(i)
                if not part and best > _A_DIGIT and best - mine >= _OTHER:
                    like_another[i] = max(like_another[i], best)
            cut |= {i} if part else set()
        open_ = left
        if not open_:
            return None
    char = digits[open_[0]][0]
    what = "is shown in part only" if open_[0] in cut else "does not look like one"
    return f"the {char} of {text} {what}", open_[0] not in cut


def _inked(shades: Shades, place: Place, more: float) -> Place:
    """The box of the ink at a place, so many pixels around it looked at too."""
    x0, y0 = max(round(place[0] - more), 0), max(round(place[1] - 1.5), 0)
    part = shades[y0 : round(place[3] + 1.5), x0 : round(place[2] + more)] > _DARK
    rows, columns = np.nonzero(part)
    if not rows.size:
        return place
    return x0 + float(columns.min()), y0 + float(rows.min()), x0 + columns.max() + 1.0, y0 + rows.max() + 1.0


def _is_cut(claimed: Place, inked: Place) -> bool:
    """Whether ink takes clearly less room than the font claims for it."""
    wide, high = claimed[2] - claimed[0], claimed[3] - claimed[1]
    across, down = wide - (inked[2] - inked[0]), high - (inked[3] - inked[1])
    return across > max(2.5, 0.3 * wide) or down > max(2.0, 0.18 * high)
