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
from gkingest.read.ink.shapes import DASHES, HIGH, WIDE, Shades, is_flat, likeness

_EDGE = 1.2  # points along the sides of a cell that its rules may take
_RULE = 4  # pixels from a side of a cell in which a rule may lie that is wider or somewhere else than told
_FLAT = 44  # of 255: where pixels differ by less nothing is drawn
_CLEAR = 90  # of 255: ink that differs by more from its ground is plain to see
_ALIKE = 0.6  # correlation with its own digit from which a shape is that digit at a glance
_AHEAD = 0.02  # by which it must be more like its own digit than like any other
ROOM = 0.3  # of the height of digits: room between two in which a point may stand
_LARGEST = 40  # pixels: digits higher or wider are looked at one by one


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
        inside: list[Word] = []
        others: list[Word] = []
        for index in np.nonzero(down & across)[0]:
            word = words[int(index)]
            (inside if box.contains(*word.box.centre) else others).append(word)
        found.append(Cutout(box, tuple(inside), tuple(others)))
    return found


def plain(pixels: NDArray[np.uint8], scale: float, cells: Sequence[Cutout]) -> list[bool]:
    """Whether each cell surely shows what its words say and nothing else; ``scale`` is in pixels to the point."""
    claims = _claimed(pixels, scale, cells)
    boxes: list[Box] = []
    signs: list[int] = []
    owner: list[int] = []
    sure = np.ones(len(cells), bool)
    for number, cell in enumerate(cells):
        if not cell.words:
            continue
        inks = _digits_apart(cell.words, scale)
        if not inks:
            sure[number] = _is_dashed(pixels, scale, cell.words)
            continue
        boxes += inks
        signs += map(int, cell.words[0].text)
        owner += [number] * len(inks)
    if boxes:
        told = _as_told(pixels, np.array([(b.x0, b.top, b.x1, b.bottom) for b in boxes]) * scale, np.array(signs))
        sure[np.array(owner)[~told]] = False
    for index in map(int, np.nonzero(sure)[0]):
        part = _place(cells[index].box, scale, -_EDGE * scale)
        shown, claimed = pixels[part], claims[part]
        sure[index] = _is_bare(shown, claimed) or _is_bare(*_within_rules(shown, claimed))
    return [bool(s) for s in sure]


def _is_bare(shown: NDArray[np.uint8], claimed: NDArray[np.bool_]) -> bool:
    """Whether a part of a picture is as flat as its corner without what words claim."""
    if not shown.size:
        return True
    bare = shown.copy()
    np.copyto(bare, bare[0, 0], where=claimed[:, :, None])
    return all(int(np.ptp(bare[:, :, colour])) < _FLAT for colour in range(bare.shape[2]))


def _within_rules(
    shown: NDArray[np.uint8], claimed: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A part of a picture without the rows and columns along its sides that a rule fills from end to end."""
    ground = np.median(shown, axis=(0, 1))
    for _ in range(2):
        rules = (np.ptp(shown, axis=1).max(axis=1) < _FLAT) & (np.abs(shown[:, 0] - ground).max(axis=1) > _FLAT)
        rules[_RULE:-_RULE] = False
        kept = ~rules | rules.all()
        shown, claimed = shown[kept].swapaxes(0, 1), claimed[kept].T
    return shown, claimed


def _claimed(pixels: NDArray[np.uint8], scale: float, cells: Sequence[Cutout]) -> NDArray[np.bool_]:
    """Where on the picture the words of cells say that they are, and 1.5 pixels around them."""
    claims = np.zeros(pixels.shape[:2], bool)
    for word in {id(word): word for cell in cells for word in (*cell.words, *cell.others)}.values():
        for ink in word.inks if word.inks and None not in word.inks else (word.box,):
            assert ink is not None
            claims[_place(ink, scale, 1.5)] = True
    return claims


def _place(box: Box, scale: float, more: float) -> tuple[slice, slice]:
    """Rows and columns of pixels in a box that is grown by so many of them at each side."""
    return (
        slice(max(round(box.top * scale - more), 0), max(round(box.bottom * scale + more), 0)),
        slice(max(round(box.x0 * scale - more), 0), max(round(box.x1 * scale + more), 0)),
    )


def _is_dashed(pixels: NDArray[np.uint8], scale: float, words: Sequence[Word]) -> bool:
    """Whether a cell holds one dash alone, which is flat and clearly seen."""
    word, *more = words
    if more or word.text not in DASHES or word.claims or not word.inks or word.inks[0] is None:
        return False
    ink = word.inks[0]
    part = pixels[_place(ink, scale, 1.5)]
    return (
        is_flat(ink.width, ink.height, word.size)
        and part.size > 0
        and int(np.ptp(part, axis=(0, 1)).max()) > _CLEAR
    )


def _digits_apart(words: Sequence[Word], scale: float) -> list[Box]:
    """What the digits of a cell fill, none unless it holds one number of digits that stand apart."""
    word, *more = words
    inks = list(filter(None, word.inks))
    if more or word.claims or not word.text.isdecimal():
        return []
    if not len(inks) == len(word.inks) == len(word.text) or min(i.height for i in inks) * scale < 6:
        return []
    gaps = [(b.x0 - a.x1, a.height) for a, b in pairwise(inks)]
    return inks if all(-0.1 * high < gap < ROOM * high for gap, high in gaps) else []


def _as_told(pixels: NDArray[np.uint8], boxes: Shades, signs: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each digit is seen clearly and whole, with no line through it, and is like no other digit."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    room_x, room_y = int(min(wide.max(), _LARGEST)) + 7, int(min(high.max(), _LARGEST)) + 7
    left, top = np.floor(boxes[:, 0]).astype(int) - 2, np.floor(boxes[:, 1]).astype(int) - 2
    inside = (left >= 0) & (top >= 0) & (left + room_x < pixels.shape[1]) & (top + room_y < pixels.shape[0])
    inside &= (wide < _LARGEST) & (high < _LARGEST)
    left, top = np.where(inside, left, 0), np.where(inside, top, 0)
    rows, columns = top[:, None] + np.arange(room_y), left[:, None] + np.arange(room_x)
    parts = pixels[rows[:, :, None], columns[:, None, :]].mean(axis=3, dtype=np.float64)
    x0, y0 = np.where(inside, (boxes[:, :2] - np.stack([left, top], axis=1)).T, 2.0)
    wide, high = np.where(inside, wide, 1.0), np.where(inside, high, 1.0)
    near = (np.arange(room_y) < (y0 + high + 2)[:, None])[:, :, None] & (
        np.arange(room_x) < (x0 + wide + 2)[:, None]
    )[:, None, :]
    ordered = np.sort(np.where(near, parts, np.inf).reshape(len(parts), -1), axis=1)
    middle = near.sum(axis=(1, 2)) // 2
    ground = ordered[np.arange(len(ordered)), middle]
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
