"""Long dark runs in the picture of a page, and stretches of them pixel by pixel: what rules are told from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.picture.raster import Pixels

LONG_MEAN = 0.12  # inches along which darkness is averaged to find rules
SHORT_MEAN = 0.02  # inches: the same to judge them
STRAY = 0.02  # inches: as far as a rule strays sideways on a warped sheet in one window
BREAK = 0.12  # inches: pieces of a rule this close are one rule with a gap worn into it
DOTTED = 0.35  # share of its length along which a dotted rule is drawn
_APART = (0.02, 0.035)  # inches from the middle of a rule to the clear ground beside it: thin rule, thick rule
_DARKER = 26  # of 255: what is that much darker than the ground beside it is no noise
_PALEST = 9  # of 255: the same for a rule that is nearly gone on a quiet ground
_NOISES = 4.5  # standard deviations of the ground by which a rule is darker
_ONE_SIGMA = 68  # percentile of the differences on a page, most of them noise, that is one standard deviation
_HALF = 0.005  # inches to both sides of the middle of a rule where its ink is looked for
_EVEN = 0.5  # of its usual darkness: where a rule is paler it is interrupted
_USUAL = 0.65  # quantile of darkness along a stretch that is the usual one
_DASH = 0.1  # inches: dashes are shorter
_BESIDE = 160  # of 255: what is darker close beside a rule is ink
_GROUND = 12  # of 255: the ground is not paler than that below white
_PADDING = 0.022  # inches that a letter at least keeps away from a rule, after averaging
_DOTS = 0.045  # inches: the usual gap in a dashed or dotted rule, after averaging


T = TypeVar("T")
Darkness = NDArray[np.int16] | NDArray[np.uint8]  # the latter with 0 for what is lighter


@dataclass(frozen=True, slots=True)
class Run:
    """A connected dark run: its box in pixels, and which pixels of the box are its own."""

    left: int
    top: int
    width: int
    height: int
    own: NDArray[np.bool_]

    def weights(self, dark: Darkness) -> NDArray[np.int16]:
        """Darkness of its pixels, 0 beside them."""
        part = dark[self.top : self.top + self.height, self.left : self.left + self.width]
        return np.asarray(np.where(self.own, part, 0), np.int16)


def darkness(grey: Pixels, dpi: float, length: float) -> NDArray[np.int16]:
    """By how much the mean along ``length`` inches of a line is darker than what lies a little above and below."""
    mean = np.asarray(cv2.blur(grey, (int(length * dpi) | 1, 1)), np.uint8)
    above, below = np.zeros_like(mean), np.zeros_like(mean)
    for apart in {max(int(a * dpi), 3) for a in _APART}:
        above[apart:] = np.maximum(above[apart:], mean[:-apart])
        below[:-apart] = np.maximum(below[:-apart], mean[apart:])
    return np.asarray(cv2.subtract(np.minimum(above, below), mean, dtype=cv2.CV_16S), np.int16)


def above_noise(dark: Darkness, dpi: float) -> float:
    """Darkness from which a place on this page is no noise of its ground."""
    noise = float(np.percentile(np.abs(dark[:: max(int(dpi / 40), 1)]), _ONE_SIGMA))
    return min(max(_NOISES * noise, _PALEST), _DARKER)


def long_runs(dark: Darkness, dpi: float, least: float, noise: float | None = None) -> Iterator[Run]:
    """Horizontal runs of what is darker than the noise, at least ``least`` inches long.

    ``noise`` is the darkness of that where it is known.
    """
    level = int(above_noise(dark, dpi) if noise is None else noise)
    runs = (dark > level).view(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (int(least * dpi), 1))
    runs = np.asarray(cv2.morphologyEx(runs, cv2.MORPH_OPEN, kernel), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for index in range(1, count):
        left, top, width, height = (int(n) for n in stats[index][:4])
        yield Run(left, top, width, height, labels[top : top + height, left : left + width] == index)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a rule, pixel by pixel from ``low`` on: where it is ``drawn``, darker than the ground beside it;
    where there is any ink, as also between the lines of a double rule that crosses it.
    """

    at: float
    low: int
    drawn: NDArray[np.bool_]
    inked: NDArray[np.bool_]

    def undrawn(self, most: int) -> int:
        """Pixels before the first that is drawn, from the end if ``most`` is negative; 0 where they are more."""
        edge = self.drawn[:most] if most > 0 else self.drawn[: most - 1 : -1]
        return int(np.argmax(edge)) if edge.size else 0

    def without(self, first: int, last: int) -> "Stretch":
        """The stretch without so many pixels at its beginning and at its end."""
        kept = slice(first, self.drawn.size - last)
        return Stretch(self.at, self.low + first, self.drawn[kept], self.inked[kept])


@dataclass(frozen=True, slots=True)
class Look:
    """The page seen along one direction: ``grey`` turned so that the rules sought lie flat.

    ``dark`` tells by how much a short stretch is darker than the ground beside it; less than ``least`` is noise.
    ``near`` counts from the upper left corner the pixels that have more than noise not far above or below.
    ``faintest`` is how dark a rule of this side of the sheet is at least.
    """

    grey: Pixels
    dark: NDArray[np.uint8]
    near: NDArray[np.int32]
    least: float
    dpi: float
    faintest: float = 0.0

    def stretch(self, at: float, first: float, last: float) -> Stretch:
        """The stretch of a rule near ``at`` where it is darkest."""
        stray, half = max(round(STRAY * self.dpi), 1), max(round(_HALF * self.dpi), 1)
        margin = half + 2  # the crossing rules themselves
        low, high = int(first) + margin, max(int(last) - margin, int(first) + margin + 1)
        top = max(round(at) - stray, 0)
        block = self.dark[top : round(at) + stray + 1, low:high]
        if not block.size:
            return Stretch(at, low, np.zeros(1, bool), np.zeros(1, bool))
        best = top + int(np.argmax(np.minimum(block, 80).sum(axis=1)))
        rows = slice(max(best - half, 0), best + half + 1)
        profile = self.dark[rows, low:high].max(axis=0)
        usual = int(_USUAL * (len(profile) - 1))
        level = max(_EVEN * float(np.partition(profile, usual)[usual]), self.least)
        drawn = np.asarray(profile > int(level), np.bool_)
        inked = drawn | (self.grey[rows, low:high].min(axis=0) < 255 - _GROUND - level)
        return Stretch(float(best), low, drawn, np.asarray(inked, np.bool_))

    def alone(self, part: Stretch) -> NDArray[np.bool_]:
        """Where nothing stands beside a stretch, pixel by pixel."""
        best, low, high = int(part.at), part.low, part.low + part.drawn.size
        close = max(round(_HALF * self.dpi), 1) + 2
        close = max(close, int(_APART[1] * self.dpi))
        far = close + int(0.04 * self.dpi)
        beside = [self.grey[max(best - far, 0) : max(best - close, 1), low:high]]
        beside.append(self.grey[best + close : best + far, low:high])
        darkest = [s.min(axis=0) for s in beside if s.size]
        return np.asarray(np.all([d >= _BESIDE for d in darkest], axis=0), np.bool_)

    def ink(self, at: float, first: float, last: float) -> float:
        """How dark a stretch of a rule near ``at`` mostly is where it is drawn, of 255.

        A rule of the other side of the sheet stays pale though dark figures of this one may stand upon it.
        """
        row = max(round(at) - 2, 0)
        along = self.dark[row : row + 5, max(int(first), 0) : int(last) + 1]
        drawn = along.max(axis=0, initial=0)
        drawn = drawn[drawn > self.least]
        return float(np.partition(drawn, drawn.size // 2)[drawn.size // 2]) if drawn.size else 0.0

    def shows_any(self, at: float, start: float, end: float, share: float) -> bool:
        """Whether something like a rule may be near a place along that share of it, at a glance."""
        row = min(max(round(at), 0), self.near.shape[0] - 2)
        first, last = max(int(start), 0), min(int(end), self.near.shape[1] - 1)
        above, below = self.near[row], self.near[row + 1]
        count = int(below[last]) - int(above[last]) - int(below[first]) + int(above[first])
        return bool(count >= share * (last - first))


def look_along(grey: Pixels, dpi: float) -> Look:
    """A page seen along its rows."""
    dark = darkness(grey, dpi, SHORT_MEAN)
    least = above_noise(dark, dpi) * 0.5
    stray = max(round(STRAY * dpi), 1)
    near = cv2.dilate((dark > int(least)).view(np.uint8), np.ones((2 * stray + 1, 1), np.uint8))
    return Look(grey, np.maximum(dark, 0).astype(np.uint8), np.asarray(cv2.integral(near), np.int32), least, dpi)


def is_dotted(drawn: NDArray[np.bool_], dpi: float) -> bool:
    """Whether a rule consists of dots or dashes close to each other, none long."""
    gaps, dashes = lengths(~drawn), lengths(drawn)
    return bool(
        gaps.size > 2
        and float(drawn.mean()) >= DOTTED
        and float(np.percentile(gaps, 80)) <= _DOTS * dpi
        and float(gaps.max()) <= BREAK * dpi
        and float(np.percentile(dashes, 80)) <= _DASH * dpi
    )


def touches_ends(first: NDArray[np.bool_], last: NDArray[np.bool_], dpi: float) -> bool:
    """Whether a stretch is drawn right from and to the crossing rules: letters keep away from them."""
    margin = max(int(_PADDING * dpi), 1)
    return bool(first[:margin].any() and last[-margin:].any())


def unbroken(drawn: NDArray[np.bool_], dpi: float) -> int:
    """Pixels from the beginning that are drawn without a gap to speak of."""
    at = np.flatnonzero(drawn)
    if not at.size or at[0] > _PADDING * dpi:
        return 0
    wide = np.flatnonzero(np.diff(at) > _DOTS * dpi)
    return int(at[wide[0]] if wide.size else at[-1]) + 1


def lengths(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lengths in pixels of the stretches that are set."""
    at = np.flatnonzero(np.concatenate([[True], ~flags, [True]]))
    runs = np.diff(at) - 1
    return np.asarray(runs[runs > 0], np.int64)


def at_one_place(items: Iterable[tuple[float, T]], near: float) -> Iterator[tuple[float, list[T]]]:
    """Items of which each lies less than ``near`` / 2 from the next, and where they lie; given as (place, item)."""
    group: list[tuple[float, T]] = []
    for place, item in sorted(items, key=lambda i: i[0]):
        if group and place - group[-1][0] > near / 2:
            yield float(np.median([p for p, _ in group])), [i for _, i in group]
            group = []
        group.append((place, item))
    if group:
        yield float(np.median([p for p, _ in group])), [i for _, i in group]
