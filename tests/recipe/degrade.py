"""What paper, glass, lens and sensor do to a page. Every function returns a new picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Chance = np.random.Generator


def rendered(pdf: Path, number: int, dpi: int) -> Picture:
    """Return one page of a PDF in RGB."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(number), "-l", str(number), "-png", str(pdf)]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def grey(picture: Picture) -> Picture:
    """Drop the colours."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def printed_on(picture: Picture, ink: int, paper: list[int]) -> Picture:
    """Map black to toner and white to paper."""
    white = np.array(_on(picture, paper), np.float32)
    return _levels(ink + picture.astype(np.float32) / 255 * (white - ink))


def laid(picture: Picture, degrees: float, paper: list[int]) -> Picture:
    """Turn the sheet clockwise by a small angle about its middle."""
    if not degrees:
        return picture
    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), -degrees, 1)
    return cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=_on(picture, paper))


def turned(picture: Picture, degrees: int) -> Picture:
    """Turn clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(picture, -degrees // 90))


def blurred(picture: Picture, radius: float) -> Picture:
    """Blur by a Gaussian of this standard deviation in pixels."""
    return cv2.GaussianBlur(picture, (0, 0), radius) if radius else picture


def halved(picture: Picture) -> Picture:
    """Bring down to half the size, each pixel the mean of four."""
    high, wide = picture.shape[:2]
    return cv2.resize(picture, (wide // 2, high // 2), interpolation=cv2.INTER_AREA)


def mottled(picture: Picture, strength: float, chance: Chance) -> Picture:
    """Make the paper uneven in patches of some millimetres."""
    return _added(picture, strength * _clouds(picture, 64, chance)) if strength else picture


def noisy(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """Add the noise of a sensor."""
    if not sigma:
        return picture
    return _levels(picture.astype(np.float32) + chance.normal(0, sigma, picture.shape))


def dirtied(picture: Picture, count: int, chance: Chance) -> Picture:
    """Scatter faint specks of dust and toner."""
    out = picture.copy()
    high, wide = picture.shape[:2]
    for x, y, size, level in zip(
        chance.integers(0, wide, count),
        chance.integers(0, high, count),
        chance.integers(1, 3, count),
        chance.integers(90, 200, count),
        strict=True,
    ):
        colour = _on(picture, [int(level)] * 3)
        cv2.ellipse(out, (int(x), int(y)), (int(size), 1), int(level), 0, 360, colour, -1, cv2.LINE_AA)
    return np.minimum(out, picture)


def salted(bits: NDArray[np.bool_], share: float, chance: Chance) -> NDArray[np.bool_]:
    """Turn single pixels of a black and white picture over."""
    return bits ^ (chance.random(bits.shape) < share)


def photographed(picture: Picture, keystone: float, shade: float, paper: list[int], chance: Chance) -> Picture:
    """See the sheet from below its middle, in the light of a window on the left."""
    high, wide = picture.shape[:2]
    lost = keystone * wide / 2
    seen = np.array([[lost, lost], [wide - 0.7 * lost, 0.4 * lost], [wide, high], [0, high - 0.5 * lost]])
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]])
    matrix = cv2.getPerspectiveTransform(sheet.astype(np.float32), seen.astype(np.float32))
    size, white = (wide, high), _on(picture, paper)
    out = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=white)
    across, down = np.meshgrid(np.linspace(0, 1, wide), np.linspace(0, 1, high))
    light = 1 - shade * (0.65 * across**1.5 + 0.35 * down**2) + 0.008 * _clouds(picture, 1200, chance)
    return _levels(out.astype(np.float32) * (light[..., None] if picture.ndim == 3 else light))


def _clouds(picture: Picture, size: int, chance: Chance) -> NDArray[np.float32]:
    """Return smooth noise of mean 0 and deviation 1 with features of about `size` pixels."""
    high, wide = picture.shape[:2]
    grain = max(size // 8, 1)
    coarse = chance.normal(0, 1, (high // grain + 2, wide // grain + 2)).astype(np.float32)
    smooth = cv2.GaussianBlur(coarse, (0, 0), 4)
    return cv2.resize(smooth / smooth.std(), (wide, high), interpolation=cv2.INTER_LINEAR)


def _added(picture: Picture, much: NDArray[np.float32]) -> Picture:
    return _levels(picture.astype(np.float32) + (much[..., None] if picture.ndim == 3 else much))


def _on(picture: Picture, colour: list[int]) -> tuple[int, ...]:
    """Return a colour as this picture has it: three channels, or their mean."""
    return tuple(colour) if picture.ndim == 3 else (round(sum(colour) / 3),)


def _levels(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
