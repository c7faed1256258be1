"""Straight rules found in the picture of a page: what a table is drawn with.

Long dark runs give the places where rules may lie; each stretch from one crossing rule to the next is then judged
by itself, as a rule parts two cells or it does not. Strokes of letters that happen to stand in one line never
reach from rule to rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.picture.raster import Pixels

_ACROSS = 0.40  # inches: the shortest piece of a horizontal rule; no stroke of a character is that long
_DOWN = 0.13  # inches: the same for vertical rules, which low rows cut up
_LONG_MEAN, _SHORT_MEAN = 0.12, 0.02  # inches along which darkness is averaged: to find, to judge
_APART = (0.02, 0.035)  # inches from the middle of a rule to the clear ground beside it: thin rule, thick rule
_DARKER = 26  # of 255: what is that much darker than the ground beside it is no noise
_PALEST = 9  # of 255: the same for a rule that is nearly gone on a quiet ground
_NOISES = 4.5  # standard deviations of the ground by which a rule is darker
_ONE_SIGMA = 68  # percentile of the differences on a page, most of them noise, that is one standard deviation
_THICK = 0.06  # inches: a band thicker than this is shading or a picture
_BREAK = 0.12  # inches: pieces of a rule this close are one rule with a gap worn into it
_REACH = 0.07  # inches: a rule that ends this close to another is meant to touch it
_TRACED = 1.0  # inches: the shortest run that tells how a sheet is bent
_HALF = 0.005  # inches to both sides of the middle of a rule where its ink is looked for
_STRAY = 0.02  # inches: as far as a rule strays sideways on a warped sheet in one window
_WINDOW = 0.5  # inches: the stretch of a rule that is straight
_EVEN = 0.5  # of its usual darkness: where a rule is paler it is interrupted
_USUAL = 0.65  # quantile of darkness along a stretch that is the usual one
_SOLID = 0.86  # share of its length along which a rule is drawn
_DASH = 0.1  # inches: dashes are shorter
_FULL = 0.95  # the same where ink stands close beside it, as in a letter
_CROWDED = 0.6  # share of its length with nothing beside it, below which a rule may be a stroke of a letter
_GROUND = 12  # of 255: the ground is not paler than that below white
_PADDING = 0.022  # inches that a letter at least keeps away from a rule, after averaging
_DOTS = 0.045  # inches: the usual gap in a dashed or dotted rule, after averaging
_DOTTED = 0.35  # share of its length along which a dotted rule is drawn
_HALF_FREE = 0.5  # the same for a stretch of a rule that is known to be dotted
_LONELY = 0.6  # share of its length along which a dotted rule has nothing beside it
_LONG = 0.6  # inches: a dotted rule is longer than any figure
_TAIL, _LONGEST_TAIL = 0.15, 3.0  # inches: lengths of a rule that ends freely, as where a page cuts the table
_FREE = 2.0  # inches: a horizontal rule this long needs no crossing rule to be believed


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in pixels: ``at`` across its direction, from ``start`` to ``end`` along it, ``thick`` pixels wide."""

    at: float
    start: float
    end: float
    thick: float

    @property
    def length(self) -> float:
        """Length in pixels."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Lines:
    """The rules of a page by direction, each cut where others cross it."""

    across: tuple[Line, ...]
    down: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """The page seen along one direction: ``grey`` turned so that the rules sought lie flat.

    ``dark`` tells by how much a short stretch is darker than the ground beside it; less than ``least`` is noise.
    ``drawn`` counts from the left the pixels that have more than noise not far above or below.
    """

    grey: Pixels
    dark: NDArray[np.int16]
    drawn: NDArray[np.int32]
    least: float
    dpi: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A piece of a rule, pixel by pixel: where it is ``drawn``, darker than the ground beside it; where there is
    any ink, as also between the lines of a double rule that crosses it; where nothing stands beside it.
    """

    at: float
    drawn: NDArray[np.bool_]
    inked: NDArray[np.bool_]
    alone: NDArray[np.bool_]


def find_lines(grey: Pixels, dpi: float) -> Lines:
    """Rules of a straightened page with an even ground."""
    flat, steep = _look(grey, dpi), _look(np.ascontiguousarray(grey.T), dpi)
    across = [a for a in _joined(_runs(flat, _LONG_MEAN, _ACROSS), dpi) if _sound(flat, a)]
    places = _distinct((*_joined(_runs(steep, _LONG_MEAN, _ACROSS), dpi), *_runs(steep, _SHORT_MEAN, _DOWN)), dpi)
    down = _between(steep, places, across)
    across = [a for a in across if a.length >= _FREE * dpi or _crossings(a, down, _REACH * dpi) >= 2]
    down = _between(steep, places, across)
    return Lines(tuple(_between(flat, across, down, free=True)), tuple(down))


def traces(grey: Pixels, dpi: float) -> list[NDArray[np.float64]]:
    """Where the long horizontal runs of a page lie: (position along, position across) every quarter of an inch."""
    dark = _darker(grey, dpi, _LONG_MEAN)
    labels, found = _components(dark, _threshold(dark, dpi), int(_TRACED * dpi))
    step = int(dpi / 4)
    lines = []
    for index, (left, top, width, height) in found:
        part = np.where(
            labels[top : top + height, left : left + width] == index,
            dark[top : top + height, left : left + width],
            0,
        )
        sums = np.add.reduceat(part, np.arange(0, width, step), axis=1).astype(np.float64)
        middles = (sums * np.arange(height)[:, None]).sum(axis=0) / np.maximum(sums.sum(axis=0), 1)
        places = left + np.minimum(np.arange(0, width, step) + step / 2, width)
        lines.append(np.stack([places, top + middles], axis=1)[:-1])
    return [line for line in lines if len(line) >= 3]


def _look(grey: Pixels, dpi: float) -> _Look:
    dark = _darker(grey, dpi, _SHORT_MEAN)
    least = _threshold(dark, dpi) * 0.5
    stray = max(round(_STRAY * dpi), 1)
    near = cv2.dilate((dark > least).astype(np.uint8), np.ones((2 * stray + 1, 1), np.uint8))
    return _Look(grey, dark, np.cumsum(near, axis=1, dtype=np.int32), least, dpi)


def _darker(grey: Pixels, dpi: float, length: float) -> NDArray[np.int16]:
    """By how much the mean along a stretch of a line is darker than what lies a little above and below it."""
    mean = np.asarray(cv2.blur(grey, (int(length * dpi) | 1, 1)), np.int16)
    above, below = np.full_like(mean, 0), np.full_like(mean, 0)
    for apart in {max(int(a * dpi), 3) for a in _APART}:
        above[apart:] = np.maximum(above[apart:], mean[:-apart])
        below[:-apart] = np.maximum(below[:-apart], mean[apart:])
    return np.asarray(np.minimum(above, below) - mean, np.int16)


def _threshold(dark: NDArray[np.int16], dpi: float) -> float:
    noise = float(np.percentile(np.abs(dark[:: max(int(dpi / 40), 1)]), _ONE_SIGMA))
    return min(max(_NOISES * noise, _PALEST), _DARKER)


def _distinct(places: Sequence[Line], dpi: float) -> list[Line]:
    """One place of those that lie side by side, the longest."""
    kept: dict[int, Line] = {}
    for place in sorted(places, key=lambda p: -p.length):
        spot = round(place.at / (_STRAY * dpi))
        near = [kept[s] for s in (spot - 1, spot, spot + 1) if s in kept]
        if not any(abs(n.at - place.at) <= _STRAY * dpi / 2 for n in near):
            kept.setdefault(spot, place)
    return list(kept.values())


def _runs(look: _Look, mean: float, least: float) -> list[Line]:
    """Runs of what is darker than the noise, longer than ``least`` inches, when averaged along ``mean`` inches."""
    dark = _darker(look.grey, look.dpi, mean)
    labels, components = _components(dark, _threshold(dark, look.dpi), int(least * look.dpi))
    found = []
    for index, (left, top, width, height) in components:
        part = (slice(top, top + height), slice(left, left + width))
        own = labels[part] == index
        thick = float(own.sum()) / width
        if thick <= _THICK * look.dpi:
            weights = np.where(own, dark[part], 0).sum(axis=1)
            found.append(Line(top + _middle(weights), float(left), float(left + width), thick))
    return found


def _components(
    dark: NDArray[np.int16], threshold: float, least: int
) -> tuple[NDArray[np.int32], list[tuple[int, tuple[int, int, int, int]]]]:
    """Connected runs of at least ``least`` pixels: the picture of their numbers, and (left, top, width, height)."""
    runs = ((dark > threshold) * 255).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (least, 1))
    runs = np.asarray(cv2.morphologyEx(runs, cv2.MORPH_OPEN, kernel), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    boxes = [(i, (int(s[0]), int(s[1]), int(s[2]), int(s[3]))) for i, s in enumerate(stats[:count]) if i]
    return np.asarray(labels, np.int32), boxes


def _middle(weights: NDArray[np.int64]) -> float:
    """Where the weight of rows lies, near the heaviest of them."""
    peak = int(np.argmax(weights))
    first = max(peak - 2, 0)
    near = weights[first : peak + 3]
    return first + float((near * np.arange(len(near))).sum() / max(float(near.sum()), 1.0))


def _joined(pieces: list[Line], dpi: float) -> list[Line]:
    """Pieces in one line with small gaps between them as one rule."""
    near, gap = _STRAY * dpi, _BREAK * dpi
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda p: p.start):
        home = next(
            (i for i, n in enumerate(lines) if abs(n.at - piece.at) <= near and piece.start - n.end <= gap), None
        )
        if home is None:
            lines.append(piece)
            continue
        known = lines[home]
        total = known.length + piece.length
        at = (known.at * known.length + piece.at * piece.length) / total
        thick = (known.thick * known.length + piece.thick * piece.length) / total
        lines[home] = Line(at, known.start, max(known.end, piece.end), thick)
    return lines


def _crossings(line: Line, crossing: Sequence[Line], reach: float) -> int:
    """How many rules cross or touch a rule."""
    places = {
        round(c.at / reach)
        for c in crossing
        if line.start - reach <= c.at <= line.end + reach and c.start - reach <= line.at <= c.end + reach
    }
    return len(places)


def _between(look: _Look, places: Sequence[Line], crossing: Sequence[Line], *, free: bool = False) -> list[Line]:
    """Stretches of rules from one crossing rule to the next.

    ``free`` keeps to the extent of each place and takes it whole where nothing crosses it; otherwise a place
    tells only where to look, and every stretch in line with it is judged.
    """
    reach = _REACH * look.dpi
    found: dict[tuple[float, float], list[Line]] = {}
    for place in sorted(places, key=lambda p: -p.length):
        meets = sorted(c.at for c in crossing if c.start - reach <= place.at <= c.end + reach)
        stops = _stops(place, meets, reach, free=free)
        at, dotted = place.at, _along(look, place)
        for start, end in stops:
            known = found.setdefault((start, end), [])
            if any(abs(k.at - at) <= 1.5 * _STRAY * look.dpi for k in known):
                continue
            lines = _followed(look, at, start, end, thick=place.thick, dotted=dotted)
            if lines and not any(abs(k.at - lines[0].at) <= _STRAY * look.dpi for k in known):
                known += lines
        if not free:
            ends = _tails(look, at, meets) if meets else _alone_standing(look, place)
            for start, end in ends:
                known = found.setdefault((-1.0, start if start not in meets else end), [])
                if not any(abs(k.at - at) <= 1.5 * _STRAY * look.dpi for k in known):
                    known.append(Line(at, start, end, place.thick))
    return [line for lines in found.values() for line in lines]


def _sound(look: _Look, place: Line) -> bool:
    """Whether a place is a rule all along; strokes of letters in one line are not."""
    count = max(round(place.length / (_WINDOW * look.dpi)), 1)
    bounds = np.linspace(place.start, place.end, count + 1).tolist()
    at, parts = place.at, []
    for first, last in pairwise(bounds):
        part = _judged(look, at, first, last)
        at = part.at
        parts.append(part.drawn)
    drawn = np.trim_zeros(np.concatenate(parts))
    solid = drawn.size > 0 and float(drawn.mean()) >= _SOLID
    return bool(solid) or _along(look, place)


def _along(look: _Look, place: Line) -> bool:
    """Whether a whole place is one dotted rule; figures that stand in one column are too far apart for that."""
    if place.length < _LONG * look.dpi:
        return False
    part = _judged(look, place.at, place.start, place.end)
    return _is_dotted(part.drawn, look.dpi) and float(part.alone.mean()) >= _LONELY


def _stops(place: Line, meets: Sequence[float], reach: float, *, free: bool) -> list[tuple[float, float]]:
    """The stretches to be judged: between neighbouring crossings, and for a free rule also what sticks out."""
    stops = [m for i, m in enumerate(meets) if not i or m - meets[i - 1] > reach / 2]
    if free:
        stops = [m for m in stops if place.start - reach <= m <= place.end + reach]
        if not stops or place.start < stops[0] - reach:
            stops.insert(0, place.start)
        if place.end > stops[-1] + reach:
            stops.append(place.end)
    return list(pairwise(stops))


def _followed(look: _Look, at: float, start: float, end: float, *, thick: float, dotted: bool) -> list[Line]:
    """The rule from ``start`` to ``end`` near ``at``, window by window as it strays; nothing if it is broken."""
    if not _worth_a_look(look, at, start, end):
        return []
    count = max(round((end - start) / (_WINDOW * look.dpi)), 1)
    bounds = np.linspace(start, end, count + 1)
    lines, parts = [], []
    for first, last in pairwise(bounds.tolist()):
        part = _judged(look, at, first, last)
        at = part.at
        parts.append(part)
        lines.append(Line(at, first, last, thick))
    whole = np.concatenate([p.drawn for p in parts])
    clear = float(np.concatenate([p.alone for p in parts]).mean())
    solid = float(whole.mean()) >= (_SOLID if clear >= _CROWDED else _FULL)
    solid = solid and _touches_ends(parts[0].inked, parts[-1].inked, look.dpi)
    return lines if solid or (dotted and clear >= _HALF_FREE and _has_dots(whole, look.dpi)) else []


def _has_dots(drawn: NDArray[np.bool_], dpi: float) -> bool:
    """Whether a stretch of a dotted rule is drawn."""
    return float(drawn.mean()) >= _DOTTED and int(_stretches(~drawn).max(initial=0)) <= _BREAK / 2 * dpi


def _touches_ends(first: NDArray[np.bool_], last: NDArray[np.bool_], dpi: float) -> bool:
    """Whether a stretch is drawn right from and to the crossing rules: letters keep away from them."""
    margin = max(int(_PADDING * dpi), 1)
    return bool(first[:margin].any() and last[-margin:].any())


def _worth_a_look(look: _Look, at: float, start: float, end: float) -> bool:
    """Whether there is anything like a rule near a place, told without looking closely; long ones may stray."""
    if end - start > 2 * _WINDOW * look.dpi:
        return True
    row = min(max(round(at), 0), look.drawn.shape[0] - 1)
    first, last = max(int(start), 0), min(int(end), look.drawn.shape[1] - 1)
    count = int(look.drawn[row, last]) - int(look.drawn[row, first])
    return bool(count >= _DOTTED * (last - first))


def _is_dotted(drawn: NDArray[np.bool_], dpi: float) -> bool:
    """Whether a rule consists of dots or dashes close to each other, none long."""
    gaps, dashes = _stretches(~drawn), _stretches(drawn)
    return bool(
        gaps.size > 2
        and float(drawn.mean()) >= _DOTTED
        and float(np.percentile(gaps, 80)) <= _DOTS * dpi
        and float(gaps.max()) <= _BREAK * dpi
        and float(np.percentile(dashes, 80)) <= _DASH * dpi
    )


def _judged(look: _Look, at: float, first: float, last: float) -> _Stretch:
    """The stretch of a rule near ``at`` where it is darkest."""
    stray, half = max(round(_STRAY * look.dpi), 1), max(round(_HALF * look.dpi), 1)
    margin = half + 2  # the crossing rules themselves
    low, high = int(first) + margin, max(int(last) - margin, int(first) + margin + 1)
    top = max(round(at) - stray, 0)
    block = look.dark[top : round(at) + stray + 1, low:high]
    if not block.size:
        return _Stretch(at, np.zeros(1, bool), np.zeros(1, bool), np.zeros(1, bool))
    best = top + int(np.argmax(np.clip(block, 0, 80).sum(axis=1)))
    rows = slice(max(best - half, 0), best + half + 1)
    profile = look.dark[rows, low:high].max(axis=0).clip(0, 255).astype(np.uint8)
    level = max(_EVEN * float(np.sort(profile)[int(_USUAL * (len(profile) - 1))]), look.least)
    drawn = np.asarray(profile > level, np.bool_)
    inked = drawn | (look.grey[rows, low:high].min(axis=0) < 255 - _GROUND - level)
    return _Stretch(float(best), drawn, np.asarray(inked, np.bool_), _alone(look, best, low, high, half))


def _alone(look: _Look, at: int, low: int, high: int, half: int) -> NDArray[np.bool_]:
    """Along which pixels there is no ink close to a rule on either side."""
    near = max(half + 2, int(_APART[1] * look.dpi))
    far = near + int(0.04 * look.dpi)
    sides = (look.grey[max(at - far, 0) : max(at - near, 1), low:high], look.grey[at + near : at + far, low:high])
    inked = [(s < 160).any(axis=0) if s.size else np.zeros(high - low, bool) for s in sides]
    return np.asarray(~(inked[0] | inked[1]), np.bool_)


def _stretches(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lengths in pixels of the stretches that are set."""
    at = np.flatnonzero(np.concatenate([[True], ~flags, [True]]))
    lengths = np.diff(at) - 1
    return np.asarray(lengths[lengths > 0], np.int64)


def _tails(look: _Look, at: float, meets: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Ends of a vertical rule beyond its outermost crossings, where a page cuts the table."""
    least, most = _TAIL * look.dpi, _LONGEST_TAIL * look.dpi
    above = _unbroken(_judged(look, at, max(meets[0] - most, 0), meets[0]).drawn[::-1], look.dpi)
    below = _unbroken(_judged(look, at, meets[-1], min(meets[-1] + most, look.dark.shape[1])).drawn, look.dpi)
    if above >= least:
        yield meets[0] - above, meets[0]
    if below >= least:
        yield meets[-1], meets[-1] + below


def _unbroken(drawn: NDArray[np.bool_], dpi: float) -> int:
    """Pixels from the beginning that are drawn without a gap to speak of."""
    at = np.flatnonzero(drawn)
    if not at.size or at[0] > _PADDING * dpi:
        return 0
    wide = np.flatnonzero(np.diff(at) > _DOTS * dpi)
    return int(at[wide[0]] if wide.size else at[-1]) + 1


def _alone_standing(look: _Look, place: Line) -> Iterator[tuple[float, float]]:
    """A vertical rule that no other meets, as the side of a cell that goes on over a whole page."""
    if place.length >= 2 * _LONG * look.dpi and _sound(look, place):
        yield place.start, place.end
