"""Sheets that are not flat: a page photographed aslant or curled is pulled straight by its own rules."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.picture.clean import Sheet, ink_of
from gkingest.read.picture.raster import Pixels
from gkingest.read.picture.runs import LONG_MEAN, darkness, long_runs

_TRACED = 1.0  # inches: the shortest run that tells how a sheet is bent
_LEAST_LINES = 3  # rules in one direction that are needed to tell how a sheet is bent
_LEAST_BEND = 1.0  # pixels: a bend below that disturbs nobody
_FAR = 3.0  # pixels from the fitted bend: such a rule is none, or drawn aslant
_COARSE = 16  # pixels between the knots at which the bend is computed
_FIRM = 1e-3  # weight of the wish to leave the sheet as it is

Numbers = NDArray[Any]
Trace = NDArray[np.float64]  # (n, 2): position along the rule, position across it


def straightened(sheet: Sheet) -> Sheet:
    """The sheet with its rules straight and at right angles; itself where they are so."""
    height, width = sheet.grey.shape
    down = _bend(traces(sheet.grey, sheet.dpi), width, height)
    right = _bend(traces(np.ascontiguousarray(sheet.grey.T), sheet.dpi), height, width)
    columns, rows = np.meshgrid(
        np.arange(0, width + _COARSE, _COARSE, dtype=np.float32),
        np.arange(0, height + _COARSE, _COARSE, dtype=np.float32),
    )
    move_down = _moved(down, columns, rows, width, height)
    move_right = _moved(right, rows, columns, height, width)
    if max(float(np.abs(move_down).max()), float(np.abs(move_right).max())) < _LEAST_BEND:
        return sheet
    # A bend is smooth, so that what is known at the knots tells the places of all pixels between them.
    grow = np.array([[1 / _COARSE, 0, 0], [0, 1 / _COARSE, 0]], np.float32)
    across, below = (
        cv2.warpAffine(coarse, grow, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        for coarse in (columns + move_right, rows + move_down)
    )
    edge = cv2.BORDER_CONSTANT  # what comes in from outside is white
    pulled = cv2.remap(sheet.grey, across, below, cv2.INTER_LINEAR, borderMode=edge, borderValue=255)
    grey = np.asarray(pulled, np.uint8)
    return replace(sheet, grey=grey, ink=ink_of(grey, sheet.dpi))


def traces(grey: Pixels, dpi: float) -> list[Trace]:
    """Where the long horizontal runs of a page lie: (position along, position across) every quarter of an inch."""
    dark = darkness(grey, dpi, LONG_MEAN)
    step = int(dpi / 4)
    lines = []
    for run in long_runs(dark, dpi, _TRACED):
        starts = np.arange(0, run.width, step)
        sums = np.add.reduceat(run.weights(dark), starts, axis=1).astype(np.float64)
        middles = (sums * np.arange(run.height)[:, None]).sum(axis=0) / np.maximum(sums.sum(axis=0), 1)
        places = run.left + np.minimum(starts + step / 2, run.width)
        lines.append(np.stack([places, run.top + middles], axis=1)[:-1])
    return [line for line in lines if len(line) >= 3]


def _terms(along: Numbers, across: Numbers, length: int, breadth: int) -> list[Numbers]:
    """Slope and curve of a rule, each changing evenly from one side of the sheet to the other."""
    x, y = along / length * 2 - 1, across / breadth * 2 - 1
    return [x, x * y, x * x, x * x * y]


def _bend(lines: Sequence[Trace], length: int, breadth: int) -> NDArray[np.float64]:
    """Weights of :func:`_terms` that describe how far rules deviate from straight ones, in pixels."""
    kept = list(lines)
    weights = np.zeros(4)
    for _ in range(2):
        if len(kept) < _LEAST_LINES:
            return np.zeros(4)
        blocks = [np.stack(_terms(t[:, 0], t[:, 1], length, breadth), axis=1) for t in kept]
        left = np.concatenate([b - b.mean(axis=0) for b in blocks])
        right = np.concatenate([t[:, 1] - t[:, 1].mean() for t in kept])
        firm = _FIRM * len(left) * np.eye(4)
        weights = np.linalg.solve(left.T @ left + firm, left.T @ right)
        close = []
        for trace, block in zip(kept, blocks, strict=True):
            fitted = (block - block.mean(axis=0)) @ weights
            if float(np.abs(fitted - (trace[:, 1] - trace[:, 1].mean())).max()) <= _FAR:
                close.append(trace)
        kept = close
    return np.asarray(weights, np.float64)


def _moved(
    weights: NDArray[np.float64], along: NDArray[np.float32], across: NDArray[np.float32], length: int, breadth: int
) -> NDArray[np.float32]:
    """By how many pixels every point of the sheet has moved across the rules."""
    if not weights.any():
        return np.zeros_like(along)
    terms = _terms(along, across, length, breadth)
    return np.asarray(sum(float(w) * t for w, t in zip(weights, terms, strict=True)), np.float32)
