"""Sheets that are not flat: a page photographed aslant or curled is pulled straight by its own rules."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.picture.clean import Sheet, ink_of
from gkingest.read.picture.raster import Pixels
from gkingest.read.picture.rules import traces

_LEAST_LINES = 3  # rules in one direction that are needed to tell how a sheet is bent
_LEAST_BEND = 1.0  # pixels: a bend below that disturbs nobody
_FAR = 3.0  # pixels from the fitted bend: such a rule is none, or drawn aslant
_COARSE = 16  # pixels between the knots at which the bend is computed
_FIRM = 1e-3  # weight of the wish to leave the sheet as it is

Numbers = NDArray[Any]
Trace = NDArray[np.float64]  # (n, 2): position along the rule, position across it


def flattened(sheet: Sheet) -> Sheet:
    """The sheet with its rules straight and at right angles; itself where they are so."""
    height, width = sheet.grey.shape
    down = _bend(traces(sheet.grey, sheet.dpi), width, height)
    right = _bend(traces(np.ascontiguousarray(sheet.grey.T), sheet.dpi), height, width)
    across = np.arange(0, width + _COARSE, _COARSE, dtype=np.float32)
    columns, rows = np.meshgrid(across, np.arange(0, height + _COARSE, _COARSE, dtype=np.float32))
    move_down = _moved(down, columns, rows, width, height)
    move_right = _moved(right, rows, columns, height, width)
    if max(float(np.abs(move_down).max()), float(np.abs(move_right).max())) < _LEAST_BEND:
        return sheet
    columns, rows = _fine(columns + move_right, width, height), _fine(rows + move_down, width, height)
    grey = _remapped(sheet.grey, columns, rows)
    return replace(sheet, grey=grey, ink=ink_of(grey, sheet.dpi))


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
        kept = [t for t, b in zip(kept, blocks, strict=True) if _residual(t, b, weights) <= _FAR]
    return np.asarray(weights, np.float64)


def _residual(line: Trace, block: Numbers, weights: Numbers) -> float:
    """Pixels by which a rule is off the fitted bend at most."""
    fitted = (block - block.mean(axis=0)) @ weights
    return float(np.abs(fitted - (line[:, 1] - line[:, 1].mean())).max())


def _moved(
    weights: NDArray[np.float64], along: NDArray[np.float32], across: NDArray[np.float32], length: int, breadth: int
) -> NDArray[np.float32]:
    """By how many pixels every point of the sheet has moved across the rules."""
    if not weights.any():
        return np.zeros_like(along)
    terms = _terms(along, across, length, breadth)
    return np.asarray(sum(float(w) * t for w, t in zip(weights, terms, strict=True)), np.float32)


def _fine(coarse: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """Places known at every so many pixels, for all pixels: a bend is smooth."""
    grow = np.array([[1 / _COARSE, 0, 0], [0, 1 / _COARSE, 0]], np.float32)
    return np.asarray(
        cv2.warpAffine(coarse, grow, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), np.float32
    )


def _remapped(picture: Pixels, columns: Numbers, rows: Numbers) -> Pixels:
    """The picture with every pixel fetched from its place, white where that lies outside."""
    way, edge = cv2.INTER_LINEAR, cv2.BORDER_CONSTANT
    return np.asarray(cv2.remap(picture, columns, rows, way, borderMode=edge, borderValue=255), np.uint8)
