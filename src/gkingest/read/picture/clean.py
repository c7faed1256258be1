"""Picture of a page → clean ink: stamps taken out, the ground made even, the sheet set straight."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Turn
from gkingest.read.picture.raster import Pixels, Raster

Mask = NDArray[np.uint8]  # 255 where there is ink, 0 where there is none

_REDDER = 45  # of 255: red this far above green and blue is stamp or seal, not print; and so is blue of a seal
_TINGED = 15  # of 255: what is that much more coloured is partly stamp, where it lies near one
_SEAL, _SEAL_SHAPE = (0.8, 2.4), 1.7  # inches, and its longer side by the shorter: the frame of a seal
_STAMP_GAP = 0.1  # inches: ink of one stamp is not farther apart
_STAMP_LEAST = 200  # pixels: a smaller red spot tells nothing of what is below it
_STAMP_EVEN, _STAMP_EVENLY = 20.0, 0.6  # of 255: so even is a stamp laid on by a program, and this share of it
_BELOW_LEAST = 0.003  # of the pixels of a stamp are print below it, where there is any
_BELOW_APART, _BELOW_DENSER = 25.0, 8.0  # of 255: so much darker than paper is print below, and no more coloured
_STEEPEST = 5.0  # degrees: a sheet lies no more askew than that in a feeder
_INK_SHARE = 0.36  # between ground (0) and full ink (1): what is darker counts as ink
_PAPER = 216  # of 255: what is as light as that is ground
_NOISES = 9.0  # standard deviations of the ground by which ink is darker


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page on its way from a picture to its rules and pieces of text: ``grey`` with an even white ground.

    ``ink`` is what is print of it, as a mask; ``turn`` the clockwise turn that set it upright, and ``angle`` the
    turn in degrees (counter-clockwise) that set it straight after that.
    """

    grey: Pixels
    ink: Mask
    dpi: float
    angle: float
    turn: Turn = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.grey.shape[:2]
        return width, height


def clean_sheet(raster: Raster, turn: Turn = 0) -> Sheet:
    """Grey picture and ink of a page, turned clockwise by ``turn`` and then set straight."""
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, -turn // 90)) if turn else raster.pixels
    grey = without_stamps(pixels, raster.dpi)
    grey = full_contrast(even_ground(grey, raster.dpi))
    ink = ink_of(grey, raster.dpi)
    angle = skew_of(ink, raster.dpi)
    if abs(angle) >= 0.03:
        grey = rotated(grey, angle, 255)
        ink = ink_of(grey, raster.dpi)
    return Sheet(grey, ink, raster.dpi, angle, turn)


def without_stamps(pixels: Pixels, dpi: float) -> Pixels:
    """Grey picture without red ink, and without blue where it is a seal; elsewhere blue ink writes figures.

    Stamps are light in the channel of their colour, so that black print below them stays readable. One that a
    program laid over the page covers print as it covers paper, evenly: there print is made as dark again as
    elsewhere.
    """
    red, green, blue = (np.asarray(channel, np.uint8) for channel in cv2.split(pixels))
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    for light, others in ((red, cv2.max(green, blue)), (blue, cv2.max(red, green))):
        excess = np.asarray(cv2.subtract(light, others), np.uint8)  # saturates at 0
        mask = (excess > _REDDER).view(np.uint8)
        if light is blue and mask.any():
            mask = _seals_of(mask, dpi)
        if mask.any():
            grey = _without_ink(grey, light, excess, mask, dpi)
    return grey


def _seals_of(mask: Mask, dpi: float) -> Mask:
    """What lies within frames that have the size and shape of a seal."""
    found = np.zeros_like(mask)
    closed = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    for left, top, width, height in cv2.connectedComponentsWithStats(closed)[2][1:, :4].tolist():
        low, high = sorted((width, height))
        if _SEAL[0] * dpi <= low and high <= min(_SEAL[1] * dpi, _SEAL_SHAPE * low):
            part = (slice(top, top + height), slice(left, left + width))
            found[part] = mask[part]
    return found


def _without_ink(grey: Pixels, light: Pixels, excess: Pixels, mask: Mask, dpi: float) -> Pixels:
    """The picture without the ink of a stamp, where ``mask`` is set; ``light`` is the channel of its colour."""
    spread = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    found = np.where(spread > 0, cv2.max(grey, light), grey)
    edges = cv2.dilate(mask, np.ones((7, 7), np.uint8))
    whole = cv2.dilate(mask, np.ones((int(_STAMP_GAP * dpi) | 1,) * 2, np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    for index in range(1, count):
        left, top, width, height = (int(n) for n in boxes[index][:4])
        part = (slice(top, top + height), slice(left, left + width))
        tinged = (edges[part] > 0) | (excess[part] > _TINGED)  # and strokes as thin as a pixel
        own = (labels[part] == index) & tinged
        core = own & (mask[part] > 0)
        levels = _levels_below(grey[part][core], excess[part][core])
        if levels is not None:
            dark, ground = levels
            covered = np.minimum(excess[part][own] / np.float32(_REDDER), 1)
            clear = (grey[part][own] - covered * dark) / (1 - covered * (1 - (ground - dark) / 255))
            found[part][own] = np.clip(clear, 0, 255).astype(np.uint8)
    return np.asarray(found, np.uint8)


def _levels_below(grey: NDArray[np.uint8], excess: NDArray[np.uint8]) -> tuple[float, float] | None:
    """How dark print below an even stamp is and how dark paper below it; ``None`` where it is not even.

    Denser ink is darker too, but more coloured at the same time, which print is not. Brightness tells more than
    colour does, of which pictures keep but a coarse one.
    """
    ground = float(np.median(grey))
    even = np.abs(grey - ground) <= _STAMP_EVEN
    below = grey < ground - _BELOW_APART
    if grey.size < _STAMP_LEAST or even.mean() < _STAMP_EVENLY:
        return None
    if below.mean() < _BELOW_LEAST:
        return ground / 2, ground - _BELOW_APART / 2
    denser = float(np.median(excess[below])) - float(np.median(excess[even]))
    return (float(np.median(grey[below])), ground - _BELOW_APART / 2) if denser <= _BELOW_DENSER else None


def even_ground(grey: Pixels, dpi: float) -> Pixels:
    """The picture divided by its ground: shadows, yellowed paper and uneven light become white."""
    scale = max(dpi / 25.0, 1.0)
    small = cv2.resize(grey, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    ground = cv2.dilate(small, np.ones((9, 9), np.uint8))
    ground = cv2.GaussianBlur(ground, (0, 0), 4)
    full = cv2.resize(ground, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(full, 40), scale=255), np.uint8)


def full_contrast(grey: Pixels) -> Pixels:
    """The picture stretched so that its print is black, however faded the toner was."""
    dark = grey[grey < 190]
    level = float(np.percentile(dark, 25)) if dark.size > 200 else 60.0
    gain = 240.0 / max(255.0 - level, 60.0)
    return cv2.convertScaleAbs(grey, alpha=gain, beta=255.0 * (1 - gain)) if gain > 1.1 else grey  # type: ignore[return-value]


def ink_of(grey: Pixels, dpi: float) -> Mask:
    """Ink of a picture with an even ground: clearly darker than the ground and its noise."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0) if dpi >= 150 else grey
    counts = cv2.calcHist([smooth], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    ground, levels = counts[_PAPER:], np.arange(_PAPER, 256)
    total = max(float(ground.sum()), 1.0)
    usual = float(ground @ levels) / total
    noise = math.sqrt(float(ground @ (levels - usual) ** 2) / total)
    threshold = 255 - min(max(_INK_SHARE * 255, _NOISES * noise), 150)
    darkest = math.ceil(threshold) - 1  # what is no lighter is ink
    return np.asarray(cv2.threshold(smooth, darkest, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def skew_of(ink: Mask, dpi: float) -> float:
    """Degrees by which to turn the sheet counter-clockwise: where the rows of ink are sharpest."""
    scale = 75 / dpi
    small = np.asarray(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    if not small.any():
        return 0.0
    best, step = 0.0, 0.5
    angles = np.arange(-_STEEPEST, _STEEPEST + 0.01, step)
    while step >= 0.02:
        scores = []
        for angle in angles:
            rows = rotated(small, float(angle), 0).sum(axis=1, dtype=np.float64)
            scores.append(float(np.square(np.diff(rows)).sum()))
        best = float(angles[int(np.argmax(scores))])
        angles = np.linspace(best - step, best + step, 9)
        step /= 4
    return best


def rotated(picture: Pixels, angle: float, ground: int) -> Pixels:
    """The picture turned about its centre, its size kept; what comes in from outside is ``ground``."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    way = cv2.INTER_CUBIC if ground else cv2.INTER_LINEAR
    return cv2.warpAffine(picture, matrix, (width, height), flags=way, borderValue=ground)  # type: ignore[return-value]
