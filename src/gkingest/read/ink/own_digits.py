"""Figures of a picture by another way than recognition: each digit held against those of its own page.

A page of tables holds hundreds of digits of one print. What a recogniser was certain of gives their shapes, and the
digits of each figure must be more like their own than like any other: variants of one picture, read again by the
same recogniser, agree on the same mistake.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.ink.shapes import HIGH, WIDE, Shades, sampled

_LOW = 0.55  # of the height of a figure: lower ink is a point, a comma or dirt
_LEAST = 6  # examples of a digit that make its shape known
_CLOSE = 0.75  # correlation from which a digit surely has a shape; measured on noisy and faxed tables at 200 dpi
_AHEAD = 0.08  # by which it must have it more than that of the digit it was read as
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was read: its text, whether that is certain, and its ink (0 to 255, white on black)."""

    text: str
    certain: bool
    ink: NDArray[np.uint8]

    @property
    def digits(self) -> list[str]:
        """The digits of its text."""
        return [c for c in self.text if c in _DIGITS]


def by_own_digits(figures: Sequence[Figure]) -> list[str | None]:
    """The digits of each figure by the shapes of its page; ``None`` where these tell nothing certain.

    They are those that were read where each is like its own shape, or hardly more like another.
    """
    seen = [(_shapes(f.ink), f.digits) for f in figures]
    examples: dict[str, list[Shades]] = defaultdict(list)
    for figure, (own, read) in zip(figures, seen, strict=True):
        if figure.certain and len(own) == len(read):
            for digit, shape in zip(read, own, strict=True):
                examples[digit].append(shape)
    known = [d for d in _DIGITS if len(examples[d]) >= _LEAST]
    if len(known) < 2:
        return [None] * len(figures)
    models = _unit(np.stack([np.median(examples[d], axis=0) for d in known]))
    return [_most_like(own, read, known, models) for own, read in seen]


def _most_like(own: Sequence[Shades], read: Sequence[str], known: Sequence[str], models: Shades) -> str | None:
    """The digits that shapes are of by the ``models`` of the ``known`` ones, those that were ``read`` in a tie."""
    if not own or len(own) < len(read):  # a stroke that is broken makes no digit
        return None
    alike = _unit(np.stack(own)) @ models.T
    if (alike.max(axis=1) < _CLOSE).any():
        return None
    seen = [known[int(row.argmax())] for row in alike]
    if len(own) == len(read):
        for n, (digit, row) in enumerate(zip(read, alike, strict=True)):
            if digit in known and row.max() < row[known.index(digit)] + _AHEAD:
                seen[n] = digit
    return "".join(seen)


def _shapes(ink: NDArray[np.uint8]) -> list[Shades]:
    """The digits of a figure from left to right, each on its raster."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high = ink.shape[0]
    boxes = sorted(
        (int(s[0]), int(s[1]), int(s[2]), int(s[3]), i)
        for i, s in enumerate(stats[:count])
        if i and s[3] >= _LOW * high
    )
    found = []
    for x, y, wide, tall, index in boxes:
        own = (labels[y : y + tall, x : x + wide] == index).astype(np.float64)
        found.append(sampled(own, (0, 0, wide, tall)))
    return found


def _unit(shapes: Shades) -> Shades:
    """Shapes around a mean of 0, of length 1: their products are correlations."""
    rows = shapes.reshape(len(shapes), HIGH * WIDE)
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9))
