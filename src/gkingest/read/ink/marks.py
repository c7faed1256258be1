"""Ink of a cell that is no text: what is of more than the cell, what a border of dots, and how large it is.

Masks are pixels of one cell's cutting, two to the point.
"""

import numpy as np
from numpy.typing import NDArray

_DOTS, _ACROSS = 6, 0.6  # dots of a line at least, and the share of the cell that it runs through

Mask = NDArray[np.bool_]


def without_dots(dark: Mask) -> bool:
    """Clear the dotted lines that run through a cell; whether there were any.

    They are small dots from side to side with room on both sides; a row of digits is as high as a digit.
    """
    found = False
    for lines in (dark, dark.T):
        counts = lines.sum(axis=1)
        for at in np.flatnonzero(counts):
            band = lines[max(at - 1, 0) : at + 2]
            beside = int(counts[max(at - 4, 0) : max(at - 1, 0)].sum() + counts[at + 2 : at + 5].sum())
            marks = np.flatnonzero(band.any(axis=0))
            dots = np.split(marks, np.flatnonzero(np.diff(marks) > 1) + 1)
            through = marks.size and np.ptp(marks) >= _ACROSS * lines.shape[1]
            if through and len(dots) >= _DOTS and max(map(len, dots)) <= 2 and 4 * beside <= len(marks):
                band[:] = False
                found = True
    return found


def extent(dark: Mask) -> int:
    """How many pixels wide or high that ink is at most which hangs together, gaps of one pixel left out."""
    left, most = dark.copy(), 0
    while left.any():
        at = np.argwhere(left)[0]
        box, size = np.array([at, at + 1]), 0
        while True:
            x = np.maximum(box[0] - 2, 0)
            part = np.argwhere(left[x[0] : box[1][0] + 2, x[1] : box[1][1] + 2]) + x
            if len(part) == size:
                break
            box, size = np.array([part.min(axis=0), part.max(axis=0) + 1]), len(part)
        most = max(most, int((box[1] - box[0]).max()))
        left[box[0][0] : box[1][0], box[0][1] : box[1][1]] = False
    return most


def from_outside(dark: Mask) -> Mask:
    """What hangs together with ink at the edge: it belongs to more than this cell, as a stamp or a rule does."""
    reached = np.zeros_like(dark)
    reached[0], reached[-1], reached[:, 0], reached[:, -1] = dark[0], dark[-1], dark[:, 0], dark[:, -1]
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= grown[:, :-1].copy()
        grown[:, :-1] |= grown[:, 1:].copy()
        grown &= dark
        if (grown == reached).all():
            return reached
        reached = grown
