"""Pictures of signs that look the same: most figures of a page are the same few digits, printed again and again."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

_HIGH, _WIDE = 24, 16  # cells of the raster on which two pictures are compared
# Correlation from which two signs are the same. On nine scans no two digits that differ had more than 0.78, and
# half of the zeros had more than 0.93; noise makes like signs unlike, and never unlike ones like.
_SAME = 0.93
_SIZE = 2  # pixels by which they may differ in width and height


def alike(pictures: Sequence[NDArray[np.uint8]]) -> list[list[int]]:
    """Places of pictures (grey, cut at the ink) that look the same, group by group.

    The first of a group is the one that the others are like, the last the least like it. A picture that is
    like no other is a group of its own.
    """
    if not pictures:
        return []
    sizes = np.array([p.shape for p in pictures])
    rasters = np.stack([cv2.resize(p, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA).ravel() for p in pictures])
    centred = rasters - rasters.mean(axis=1, keepdims=True)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    likeness = unit @ unit.T
    likeness[(np.abs(sizes[:, None] - sizes[None]) > _SIZE).any(axis=2)] = -1.0
    same = likeness >= _SAME
    np.fill_diagonal(same, val=True)
    groups, left = [], np.ones(len(pictures), np.bool_)
    while left.any():
        counts = (same & left).sum(axis=1) * left
        head = int(counts.argmax())
        members = np.flatnonzero(same[head] & left)
        others = sorted((int(m) for m in members if m != head), key=lambda m: (-likeness[head, m], m))
        groups.append([head, *others])
        left[members] = False
    return groups
