"""Which cells of a page show at a glance what their text says: all digits at once, and no cell pixel by pixel.

Only cells that fail here are held against the picture one by one (:mod:`gkingest.read.ink.held`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Box, Word
from gkingest.read.ink.shapes import HIGH, WIDE, Shades, likeness

_EDGE = 1.2  # points along the sides of a cell that its rules may take
_FLAT = 44  # of 255: where pixels differ by less nothing is drawn
_CLEAR = 90  # of 255: ink that differs by more from its ground is plain to see
_ALIKE = 0.6  # correlation with its own digit from which a shape is that digit at a glance
_AHEAD = 0.02  # by which it must be more like its own digit than like any other
_LARGEST = 40  # pixels: digits higher or wider are looked at one by one
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Cutout:
    """A cell, the words in it, and the words of its neighbours that reach into it."""

    box: Box
    words: tuple[Word, ...]
    others: tuple[Word, ...] = ()


def cutouts(cells: Sequence[Box], words: Sequence[Word]) -> list[Cutout]:
    """Cells with the words of their page that lie in them or reach into them."""
    x0, top, x1, bottom = np.array([(w.box.x0, w.box.top, w.box.x1, w.box.bottom) for w in words]).reshape(-1, 4).T
    found = []
    for box in cells:
        down, across = (bottom > box.top) & (top < box.bottom), (x1 > box.x0) & (x0 < box.x1)
        near = [words[int(i)] for i in np.nonzero(down & across)[0]]
        inside = tuple(w for w in near if box.contains(*w.box.centre))
        found.append(Cutout(box, inside, tuple(w for w in near if w not in inside)))
    return found


def plain(pixels: NDArray[np.uint8], scale: float, cells: Sequence[Cutout]) -> list[bool]:
    """Whether each cell surely shows what its words say and nothing else; ``scale`` is in pixels to the point."""
    claims = np.zeros(pixels.shape[:2], bool)
    boxes: list[Box] = []
    signs: list[int] = []
    owner: list[int] = []
    sure = np.ones(len(cells), bool)
    for number, cell in enumerate(cells):
        for word in (*cell.words, *cell.others):
            for box in word.inks if word.inks and None not in word.inks else (word.box,):
                assert box is not None
                top, left = max(round(box.top * scale - 1.5), 0), max(round(box.x0 * scale - 1.5), 0)
                claims[top : round(box.bottom * scale + 1.5), left : round(box.x1 * scale + 1.5)] = True
        if not cell.words:
            continue
        inks = _digits_apart(cell.words, scale)
        if not inks:
            sure[number] = False
            continue
        boxes += inks
        signs += map(_DIGITS.index, cell.words[0].text)
        owner += [number] * len(inks)
    if boxes:
        told = _as_told(pixels, np.array([(b.x0, b.top, b.x1, b.bottom) for b in boxes]) * scale, np.array(signs))
        sure[np.array(owner)[~told]] = False
    for index in map(int, np.nonzero(sure)[0]):
        cell_box = cells[index].box
        y = slice(max(round((cell_box.top + _EDGE) * scale), 0), round((cell_box.bottom - _EDGE) * scale))
        x = slice(max(round((cell_box.x0 + _EDGE) * scale), 0), round((cell_box.x1 - _EDGE) * scale))
        unclaimed = pixels[y, x][~claims[y, x]]
        sure[index] = not unclaimed.size or int(np.ptp(unclaimed, axis=0).max()) < _FLAT
    return [bool(s) for s in sure]


def _digits_apart(words: Sequence[Word], scale: float) -> list[Box]:
    """What the digits of a cell fill, none unless it holds one number of digits that stand apart."""
    word, *more = words
    inks = [ink for ink in word.inks if ink]
    if more or word.claims or not set(word.text) <= set(_DIGITS):
        return []
    if not len(inks) == len(word.inks) == len(word.text) or min(i.height for i in inks) * scale < 6:
        return []
    return inks if all(a.x1 <= b.x0 + 0.1 * a.width for a, b in pairwise(inks)) else []


def _as_told(pixels: NDArray[np.uint8], boxes: Shades, signs: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each digit is seen clearly and whole, with no line through it, and is like no other digit."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    room_x, room_y = int(min(wide.max(), _LARGEST)) + 7, int(min(high.max(), _LARGEST)) + 7
    left, top = np.floor(boxes[:, 0]).astype(int) - 2, np.floor(boxes[:, 1]).astype(int) - 2
    inside = (left >= 0) & (top >= 0) & (left + room_x < pixels.shape[1]) & (top + room_y < pixels.shape[0])
    inside &= (wide < _LARGEST) & (high < _LARGEST)
    left, top = np.where(inside, left, 0), np.where(inside, top, 0)
    rows, columns = top[:, None] + np.arange(room_y), left[:, None] + np.arange(room_x)
    parts = pixels[rows[:, :, None], columns[:, None, :]].astype(np.float64).mean(axis=3)
    x0, y0 = boxes[:, 0] - left, boxes[:, 1] - top
    near = (np.arange(room_y) < (y0 + high + 2)[:, None])[:, :, None] & (
        np.arange(room_x) < (x0 + wide + 2)[:, None]
    )[:, None, :]
    ground = np.nanmedian(np.where(near, parts, np.nan).reshape(len(parts), -1), axis=1)
    shades = np.where(near, np.abs(parts - ground[:, None, None]), 0.0)
    darkest = shades.reshape(len(shades), -1).max(axis=1)
    shades /= np.maximum(darkest, 1.0)[:, None, None]
    shapes = _sampled(shades, x0, y0, wide, high)
    alike = likeness(shapes)
    mine = alike[np.arange(len(signs)), signs]
    alike[np.arange(len(signs)), signs] = -1.0
    whole = (
        np.minimum(shapes[:, [0, -1]].max(axis=2).min(axis=1), shapes[:, :, [0, -1]].max(axis=1).min(axis=1)) > 0.2
    )
    first, last = np.clip(np.round(x0).astype(int) - 2, 0, None), np.round(x0 + wide).astype(int) + 1
    sides = np.minimum(
        np.take_along_axis(shades, first[:, None, None].repeat(room_y, 1), 2)[:, :, 0],
        np.take_along_axis(shades, np.minimum(last, room_x - 1)[:, None, None].repeat(room_y, 1), 2)[:, :, 0],
    )
    clear = (darkest > _CLEAR) & (sides.max(axis=1) < 0.5)
    return np.asarray(inside & clear & whole & (mine > _ALIKE) & (mine - alike.max(axis=1) > _AHEAD))


def _sampled(shades: Shades, x0: Shades, y0: Shades, wide: Shades, high: Shades) -> Shades:
    """What lies in a box of each of n pictures as n × :data:`HIGH` × :data:`WIDE`."""
    total = np.zeros((len(shades), shades.shape[1] + 1, shades.shape[2] + 1))
    total[:, 1:, 1:] = shades.cumsum(1).cumsum(2)
    across = x0[:, None] + wide[:, None] * np.linspace(0, 1, WIDE + 1)
    down = y0[:, None] + high[:, None] * np.linspace(0, 1, HIGH + 1)
    x, y = across.astype(int), down.astype(int)
    at = np.arange(len(shades))[:, None]
    columns = total.transpose(0, 2, 1)
    part = columns[at, x] * (1 - (across - x))[:, :, None] + columns[at, x + 1] * (across - x)[:, :, None]
    part = part.transpose(0, 2, 1)
    whole = part[at, y] * (1 - (down - y))[:, :, None] + part[at, y + 1] * (down - y)[:, :, None]
    cell = np.maximum(wide / WIDE * high / HIGH, 1e-9)
    return np.asarray(np.diff(np.diff(whole, axis=1), axis=2) / cell[:, None, None])
