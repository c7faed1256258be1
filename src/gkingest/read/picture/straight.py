"""Sheets that are not flat: a page photographed aslant or curled is pulled straight by its own rules.

Of several that lie side by side in a photograph each is pulled straight for itself.

A sharp fold bends no rule smoothly. Strip by strip, as wide as a stroke, what is drawn along the rules is laid over
what the strips before show, and moved by as much.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Turn
from gkingest.read.picture.clean import Mask, Sheet, clean_sheet, ink_of, rotated
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.runs import LONG_MEAN, SHORT_MEAN, darkness, long_runs

_TRACED = 1.0  # inches: the shortest rule that tells how a sheet is bent
_PALE = 0.35  # of the ink of the darkest rule of a page: what is paler may be of the other side of the sheet
_STEP = 0.22  # inches: as far a bent rule is followed along one row of pixels, up to three degrees aslant
_LEAST_LINES, _ENOUGH = 3, 6.0  # rules in one direction that tell how a sheet is bent; or two, inches in all
_LEAST_BEND = 1.0  # pixels: a bend below that disturbs nobody
_FAR = 3.0  # pixels from the fitted bend: such a rule is none, or drawn aslant
_COARSE = 16  # pixels between the knots at which the bend is computed
_FIRM = 1e-3  # weight of the wish to leave the sheet as it is
_STRIP = 0.04  # inches: strips of a sheet that may be folded
_STEEPEST = 0.45  # of the width of a strip: as far the next one may be moved
_FARTHEST = 0.5  # inches that a fold moves what lies along it at most
_FORGOTTEN = 0.15  # of what the strips before show is taken from each new one
_CLOSER = 1.05  # times as well a strip must lie over those before, to be moved
_USUAL_BEND, _FEW_STRIPS = 0.06, 4  # slope, and strips along which it lasts: below that a sheet is bent smoothly
_SHARPER = 1.2  # times as sharp rules must become; an even sheet of text stays below 1.02

_GLANCE = 50.0  # dots per inch at which the edges of paper are looked for
_PAPER, _CONVEX = 0.12, 0.9  # of the picture, and of its hull, is a sheet of paper that lies on a darker ground
_DARKER, _GROUND = 50.0, 0.6  # of 255: the ground is that much darker; so much of the picture's border is ground
_SHARP, _EDGE = 0.85, 0.08  # share of its outline along which paper ends sharply, within so many inches
_TRIMMED = 0.05  # inches: the edge of paper itself is left out

Numbers = NDArray[Any]
Trace = NDArray[np.float64]  # (n, 2): position along the rule, position across it


class Sides(NamedTuple):
    """A sheet along its rules: how long and how broad it is in pixels, and between which of −1 and 1 rules lie."""

    length: int
    breadth: int
    known: tuple[float, float]

    def terms(self, along: Numbers, across: Numbers) -> list[Numbers]:
        """Slope, curve and wave of a rule; the first two change evenly from one side of the sheet to the other.

        Of waves nothing is known where there are no rules.
        """
        x, y = along / self.length * 2 - 1, across / self.breadth * 2 - 1
        wave = np.clip(x, *self.known)
        return [x, x * y, x**2, x**2 * y, wave**3, wave**4, wave**5]


def flat_sheet(raster: Raster, turn: Turn = 0) -> Sheet:
    """The sheet of a picture turned clockwise by ``turn``, cleaned, without folds and with its rules straight.

    What lies around the paper in a photograph is left white.
    """
    papers = papers_of(raster)
    if not papers:
        return straightened(unfolded(clean_sheet(raster, turn)))
    around = np.max(papers, axis=0) == 0
    pixels = raster.pixels.copy()
    pixels[around] = 255
    sheet = clean_sheet(Raster(pixels, raster.dpi), turn)
    whole = np.full_like(sheet.grey, 255)
    for paper in papers:
        lying = rotated(np.ascontiguousarray(np.rot90(paper, -turn // 90)), sheet.angle, 0)
        left, top, width, height = cv2.boundingRect(lying)
        part = (slice(top, top + height), slice(left, left + width))
        grey = np.where(lying[part] > 0, sheet.grey[part], 255).astype(np.uint8)
        own = straightened(unfolded(replace(sheet, grey=grey, ink=ink_of(grey, sheet.dpi))))
        whole[part] = np.minimum(whole[part], own.grey)
    return replace(sheet, grey=whole, ink=ink_of(whole, sheet.dpi))


def papers_of(raster: Raster) -> list[Mask]:
    """Where sheets of paper lie on a darker ground, one mask each; none where a picture shows nothing but paper.

    A sheet is convex, and its edge is sharp as that of a shadow is not.
    """
    scale = _GLANCE / raster.dpi
    small = cv2.resize(raster.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (3, 3), 0), np.uint8)
    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found, covered = [], np.zeros_like(grey)
    for outline in outlines:
        hull = cv2.convexHull(outline)
        if cv2.contourArea(hull) < _PAPER * grey.size:
            continue
        mask = np.zeros_like(grey)
        cv2.drawContours(mask, [hull], -1, 255, cv2.FILLED)
        if cv2.contourArea(outline) < _CONVEX * cv2.contourArea(hull) or not _ends_sharply(grey, mask):
            return []
        found.append(mask)
        covered = np.maximum(covered, mask)
    border = np.concatenate([covered[0], covered[-1], covered[:, 0], covered[:, -1]])
    if not found or float((border == 0).mean()) < _GROUND:
        return []
    trim = np.ones((2 * round(_TRIMMED * _GLANCE) + 1,) * 2, np.uint8)
    size = raster.pixels.shape[1::-1]
    trimmed = (cv2.resize(cv2.erode(m, trim), size, interpolation=cv2.INTER_NEAREST) for m in found)
    return [np.asarray(m, np.uint8) for m in trimmed]


def _ends_sharply(grey: Pixels, mask: Mask) -> bool:
    """Whether what lies around a mask is darker than its inside, nearly all along its outline."""
    far = round(_EDGE * _GLANCE)
    reach = np.ones((2 * far + 1,) * 2, np.uint8)
    inside = np.where(mask > 0, grey, 0)
    outside = np.where(mask > 0, 255, grey)
    lightest, darkest = cv2.dilate(inside, reach), cv2.erode(outside, reach)
    edge = (mask > 0) & (cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=255) == 0)
    edge[:far], edge[-far:], edge[:, :far], edge[:, -far:] = False, False, False, False
    steps = lightest[edge].astype(np.int16) - darkest[edge]
    return steps.size > 0 and float((steps >= _DARKER).mean()) >= _SHARP


def straightened(sheet: Sheet) -> Sheet:
    """The sheet with its rules straight and at right angles; itself where they are so."""
    height, width = sheet.grey.shape
    columns, rows = np.meshgrid(
        np.arange(0, width + _COARSE, _COARSE, dtype=np.float32),
        np.arange(0, height + _COARSE, _COARSE, dtype=np.float32),
    )
    move_down = _moved(sheet.grey, sheet.dpi, columns, rows)
    move_right = _moved(np.ascontiguousarray(sheet.grey.T), sheet.dpi, rows, columns)
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


def unfolded(sheet: Sheet) -> Sheet:
    """The sheet without sharp folds, which shift what lies along them; itself where it has none."""
    grey = sheet.grey
    for upright in (True, False):
        # Half as fine tells whether there is a fold at all.
        small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        if not _shifts(np.ascontiguousarray(small if upright else small.T), sheet.dpi / 2).any():
            continue
        seen = grey if upright else np.ascontiguousarray(grey.T)
        moved = _shifts(seen, sheet.dpi)
        rows, columns = (np.arange(n, dtype=np.float32) for n in seen.shape)
        below = rows[:, None] + moved[None, :].astype(np.float32)
        across = np.broadcast_to(columns, below.shape).copy()
        edge = cv2.BORDER_CONSTANT
        flat = cv2.remap(seen, across, below, cv2.INTER_LINEAR, borderMode=edge, borderValue=255)
        grey = np.asarray(flat if upright else np.ascontiguousarray(flat.T), np.uint8)
    return sheet if grey is sheet.grey else replace(sheet, grey=grey, ink=ink_of(grey, sheet.dpi))


def _shifts(grey: Pixels, dpi: float) -> NDArray[np.float64]:
    """By how many pixels each column lies too low on a folded sheet; all 0 on one that is not folded."""
    wide = max(int(_STRIP * dpi), 4)
    dark = np.clip(darkness(grey, dpi, SHORT_MEAN), 0, 80).astype(np.uint8)
    count, width = dark.shape[1] // wide, dark.shape[1]
    # One row a strip: how dark it is from top to bottom, a little blurred.
    strips = cv2.resize(dark[:, : count * wide], (count, dark.shape[0]), interpolation=cv2.INTER_AREA).T
    strips = cv2.GaussianBlur(np.ascontiguousarray(strips, np.float32), (5, 1), 1.0)
    high, far, reach = dark.shape[0], int(_FARTHEST * dpi), int(_STEEPEST * wide) + 1
    room = far + reach
    padded = np.pad(strips, ((0, 0), (room, room)))
    first = int(np.argmax(cv2.blur(np.square(strips).sum(axis=1, keepdims=True), (1, 15))))
    moves = np.zeros(count, np.int64)
    for order in (range(first + 1, count), range(first - 1, -1, -1)):
        before, at = strips[first].copy(), 0
        for index in order:
            near = np.correlate(padded[index, far + at : far + at + high + 2 * reach], before, "valid")
            best = int(np.argmax(near))
            if near[best] > _CLOSER * near[reach]:
                at = min(max(at + best - reach, -far), far)
            moves[index] = at
            before += _FORGOTTEN * (padded[index, room + at : room + at + high] - before)
    slopes = np.abs(moves[_FEW_STRIPS:] - moves[:-_FEW_STRIPS]) / (_FEW_STRIPS * wide)
    if slopes.max(initial=0) < _USUAL_BEND:
        return np.zeros(width)
    flat = np.sum([row[room + n : room + n + high] for row, n in zip(padded, moves, strict=True)], axis=0)
    if np.square(flat).sum() < _SHARPER * np.square(strips.sum(axis=0)).sum():
        return np.zeros(width)
    moves -= int(np.median(moves))  # most of the sheet stays where it is
    smooth = cv2.blur(moves.astype(np.float64).reshape(1, -1), (3, 1)).ravel()
    return np.interp(np.arange(width), (np.arange(count) + 0.5) * wide, smooth)


def traces(grey: Pixels, dpi: float) -> list[Trace]:
    """Where the long horizontal runs of a page lie: (position along, position across) every quarter of an inch.

    Without paler ones, as rules of the other side of the sheet, which lie aslant to those of this one.
    """
    dark = darkness(grey, dpi, LONG_MEAN)
    step = int(dpi / 4)
    lines, inks = [], []
    for run in long_runs(dark, dpi, _STEP):
        if run.width < _TRACED * dpi:
            continue
        starts = np.arange(0, run.width, step)
        weights = run.weights(dark)
        sums = np.add.reduceat(weights, starts, axis=1).astype(np.float64)
        middles = (sums * np.arange(run.height)[:, None]).sum(axis=0) / np.maximum(sums.sum(axis=0), 1)
        places = run.left + np.minimum(starts + step / 2, run.width)
        lines.append(np.stack([places, run.top + middles], axis=1)[:-1])
        inks.append(float(np.median(weights.max(axis=0))))
    palest = _PALE * max(inks, default=0.0)
    return [line for line, ink in zip(lines, inks, strict=True) if len(line) >= 3 and ink >= palest]


def _moved(
    grey: Pixels, dpi: float, along: NDArray[np.float32], across: NDArray[np.float32]
) -> NDArray[np.float32]:
    """By how many pixels every point of the sheet has moved across its horizontal rules.

    By none where the rules are few and short.
    """
    kept = traces(grey, dpi)
    nowhere = np.zeros_like(along)
    height, width = grey.shape
    if kept:
        ends = np.concatenate([t[[0, -1], 0] for t in kept]) / width * 2 - 1
        sides = Sides(width, height, (float(ends.min()), float(ends.max())))
    for _ in range(2):
        if len(kept) < 2 or (
            len(kept) < _LEAST_LINES and sum(float(np.ptp(t[:, 0])) for t in kept) < _ENOUGH * dpi
        ):
            return nowhere
        blocks = [np.stack(sides.terms(t[:, 0], t[:, 1]), axis=1) for t in kept]
        left = np.concatenate([b - b.mean(axis=0) for b in blocks])
        right = np.concatenate([t[:, 1] - t[:, 1].mean() for t in kept])
        firm = _FIRM * len(left) * np.eye(left.shape[1])
        weights = np.linalg.solve(left.T @ left + firm, left.T @ right)
        close = []
        for trace, block in zip(kept, blocks, strict=True):
            fitted = (block - block.mean(axis=0)) @ weights
            if float(np.abs(fitted - (trace[:, 1] - trace[:, 1].mean())).max()) <= _FAR:
                close.append(trace)
        kept = close
    return np.asarray(
        sum(float(w) * t for w, t in zip(weights, sides.terms(along, across), strict=True)), np.float32
    )
