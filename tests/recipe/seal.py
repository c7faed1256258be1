"""A round red seal: ring, star, name on the arc. Drawn for invented organs only."""

from __future__ import annotations

import math

import cv2
import numpy as np
from degrade import Chance, Picture
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
SONG_SC = 2  # the face for simplified characters in the collection
RED = (206, 30, 38)
BIG = 1600  # pixels of the drawing


def stamped(picture: Picture, dpi: int, stamp: dict, chance: Chance) -> Picture:
    """Press a seal on the page; ink over ink stays dark.

    `stamp` has `text`, `at` (middle, in millimetres from the upper left corner), and may have
    `size` (millimetres across), `turn` (degrees) and `strength`.
    """
    side = round(stamp.get("size", 42) / 25.4 * dpi)
    shape = _drawn(stamp["text"]).rotate(stamp.get("turn", 0), Image.Resampling.BICUBIC)
    cover = np.asarray(shape.resize((side, side), Image.Resampling.LANCZOS), np.float32) / 255
    cover *= stamp.get("strength", 0.8) * _pressure(side, chance)
    left, top = (round(mm / 25.4 * dpi) - side // 2 for mm in stamp["at"])
    high, wide = picture.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, wide), min(top + side, high)
    cover = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    passing = 1 - cover * (1 - np.array(RED, np.float32) / 255)
    out = picture.copy()
    out[y0:y1, x0:x1] = np.rint(out[y0:y1, x0:x1] * passing).astype(np.uint8)
    return out


def _pressure(side: int, chance: Chance) -> np.ndarray:
    """Return how much ink came off, uneven in large patches and in grain."""
    coarse = chance.normal(0, 1, (6, 6)).astype(np.float32)
    patches = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(chance.normal(0, 1, (side, side)).astype(np.float32), (0, 0), 2)
    return np.clip(0.9 + 0.08 * patches + 0.9 * grain, 0.35, 1.0)


def _drawn(text: str) -> Image.Image:
    """Return the seal's shape, white on black."""
    shape = Image.new("L", (BIG, BIG), 0)
    draw = ImageDraw.Draw(shape)
    draw.ellipse((20, 20, BIG - 20, BIG - 20), outline=255, width=46)
    middle, outer, inner = BIG / 2, BIG * 0.165, BIG * 0.165 * 0.382
    points = []
    for i in range(10):
        radius, angle = (inner if i % 2 else outer), math.pi * i / 5
        points.append((middle + radius * math.sin(angle), middle - radius * math.cos(angle)))
    draw.polygon(points, fill=255)
    step = min(26.0, 250 / max(len(text) - 1, 1))
    font = ImageFont.truetype(FONT, 210, index=SONG_SC)
    for i, letter in enumerate(text):
        angle = (i - (len(text) - 1) / 2) * step
        tile = Image.new("L", (300, 300), 0)
        ImageDraw.Draw(tile).text((150, 150), letter, font=font, fill=255, anchor="mm")
        tile = tile.resize((230, 300)).rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        radius, turn = BIG * 0.375, math.radians(angle)
        x, y = middle + radius * math.sin(turn), middle - radius * math.cos(turn)
        box = Image.new("L", shape.size, 0)
        box.paste(tile, (round(x - tile.width / 2), round(y - tile.height / 2)))
        shape = Image.fromarray(np.maximum(np.asarray(shape), np.asarray(box)))
    return shape
