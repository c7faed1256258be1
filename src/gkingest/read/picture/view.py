"""A page from pixels to pieces: clean → straight → rules → pieces, and each piece as a recogniser sees it.

Nothing goes back: every stage takes the values of those before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gkingest.model.paper import Box, Ruling, Turn
from gkingest.read.picture.clean import Sheet
from gkingest.read.picture.pieces import Piece, Room, Segmentation, find_pieces
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.rules import Rules, find_rules
from gkingest.read.picture.straight import flat_sheet

_ABOVE, _BESIDE = 0.22, 0.45  # of the print size: the ground left around a piece
_NEAR, _SIGN, _PALER = 1.0, 0.35, 0.25  # of the print size beside a piece; of its height; of its own darkness
_SPECKS = 0.4  # of its height: specks close beside a piece that reach so far are what is left of a digit, no point
_BLACK = 140  # of 255: what is darker is black when a figure is read as pure black and white
_STRAIGHT = -0.9  # correlation of height and width in the ink of a slash; a 7 stays above −0.7


@dataclass(frozen=True, slots=True)
class View:
    """A page turned one way, with its rules and pieces."""

    sheet: Sheet
    rules: Rules
    found: Segmentation

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        width, height = self.sheet.size
        return width * 72 / self.sheet.dpi, height * 72 / self.sheet.dpi

    def points(self, room: Room) -> Box:
        """A box of pixels in points."""
        unit = 72 / self.sheet.dpi
        return Box(room[0] * unit, room[1] * unit, room[2] * unit, room[3] * unit)

    def rulings(self) -> tuple[Ruling, ...]:
        """The rules in points."""
        unit = 72 / self.sheet.dpi
        across = (Ruling(n.start * unit, n.at * unit, n.end * unit, n.at * unit) for n in self.rules.across)
        down = (Ruling(n.at * unit, n.start * unit, n.at * unit, n.end * unit) for n in self.rules.down)
        return (*across, *down)

    def crop_of_one(self, piece: Piece) -> Pixels:
        """A piece on white ground: only its own ink, so that no rule and no neighbour is taken for a letter."""
        size = max(self.found.size, piece.height)
        above, beside = int(_ABOVE * size), int(_BESIDE * size)
        short = max(0, int(0.95 * self.found.size) - piece.height)  # digits and points keep their size
        left, top, right, bottom = piece.box
        top, bottom = top - above - short // 2, bottom + above + short - short // 2
        left, right = left - beside, right + beside
        width, height = self.sheet.size
        out = np.full((bottom - top, right - left), 255, np.uint8)
        y0, y1, x0, x1 = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
        own = np.zeros((y1 - y0, x1 - x0), bool)
        b = piece.box
        own[max(b[1] - y0 - 2, 0) : b[3] - y0 + 2, max(b[0] - x0 - 2, 0) : b[2] - x0 + 2] = True
        own &= self.found.ruled[y0:y1, x0:x1] == 0
        part = np.where(own, self.sheet.grey[y0:y1, x0:x1], 255)
        out[y0 - top : y1 - top, x0 - left : x1 - left] = part
        return out


def view_of(raster: Raster, turn: Turn) -> View:
    """The page turned clockwise by ``turn``, its sheet cleaned, set straight and taken apart."""
    sheet = flat_sheet(raster, turn)
    rules = find_rules(sheet)
    return View(sheet, rules, find_pieces(sheet, rules))


def crop(view: View, group: Sequence[Piece]) -> Pixels:
    """Grey picture of a piece with some ground around it; of several pieces side by side."""
    parts = [view.crop_of_one(piece) for piece in group]
    if len(parts) == 1:
        return parts[0]
    high = max(p.shape[0] for p in parts)
    even = [
        cv2.copyMakeBorder(
            p, (high - p.shape[0]) // 2, high - p.shape[0] - (high - p.shape[0]) // 2, 0, 0,
            cv2.BORDER_CONSTANT, value=255,
        )
        for p in parts
    ]  # fmt: skip
    return np.ascontiguousarray(np.hstack(even))


def with_neighbours(view: View, piece: Piece) -> tuple[Pixels, bool] | None:
    """A piece with what stands beside it on its line, and whether that is ink; ``None`` where it is only ground.

    Print that is paler than the rest, or broken into specks, is left out of pieces.
    """
    left, top, right, bottom = piece.box
    high, reach = bottom - top, int(_NEAR * view.found.size)
    x0, x1 = max(left - reach, piece.room[0] + 2), min(right + reach, piece.room[2] - 2)
    band = np.where(view.found.ruled[top:bottom, x0:x1] > 0, 0, 255 - view.sheet.grey[top:bottom, x0:x1])
    own = band[:, left - x0 : right - x0]
    wide = max(int(_SIGN * high), 1)
    means = [band[:, a:b].mean(axis=0) for a, b in ((0, left - x0 - 1), (right - x0 + 1, band.shape[1]))]
    outside = np.concatenate(means)
    if own.size == 0 or outside.size < wide:
        return None
    ground = float(np.percentile(outside, 25))
    windows = [np.convolve(m, np.full(wide, 1 / wide), "valid") for m in means if m.size >= wide]
    most = max((float(w.max()) for w in windows), default=0.0)
    beside = view.sheet.ink[top:bottom, x0:x1] & ~view.found.ruled[top:bottom, x0:x1]  # dirt too
    beside[:, left - x0 : right - x0] = 0
    rows = np.flatnonzero(beside[:, max(left - x0 - wide, 0) : right - x0 + wide].any(axis=1))
    specks = rows.size > 0 and int(rows[-1] - rows[0]) >= _SPECKS * high
    if not specks and most - ground < _PALER * (float(own.mean()) - ground):
        return None
    whole = replace(piece, box=(x0, top, x1, bottom))
    return view.crop_of_one(whole), bool(specks)


def sharper(line: Pixels) -> Pixels:
    """The picture of a line larger and sharper."""
    large = cv2.resize(line, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.addWeighted(large, 1.6, cv2.GaussianBlur(large, (0, 0), 2), -0.6, 0), np.uint8)


def blurred(line: Pixels) -> Pixels:
    """The picture of a line blurred."""
    return np.asarray(cv2.GaussianBlur(line, (0, 0), 0.9), np.uint8)


def blackened(line: Pixels) -> Pixels:
    """The picture of a line in pure black and white, its edges softened."""
    black = np.where(line < _BLACK, 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(black, (3, 3), 0), np.uint8)


def closer(line: Pixels) -> Pixels:
    """The picture of a line with less ground above and below."""
    cut = line.shape[0] // 10
    return np.ascontiguousarray(line[cut : line.shape[0] - cut])


def is_slash(view: View, piece: Piece) -> bool:
    """Whether the ink of a piece is one thin stroke from the lower left to the upper right."""
    left, top, right, bottom = piece.box
    high, wide = bottom - top, right - left
    if not 0.2 < wide / max(high, 1) < 1.2 or high < 0.4 * view.found.size:
        return False
    rows, columns = np.nonzero(view.found.ink[top:bottom, left:right])
    across, down = columns - columns.mean(), rows - rows.mean()
    spread = float((across**2).sum() * (down**2).sum()) ** 0.5
    return bool(spread > 0 and float((across * down).sum()) / spread < _STRAIGHT)


def has_plus(view: View, piece: Piece) -> bool:
    """Whether a piece begins with a plus sign, which recognisers take for a 4: its corners are clear."""
    left, top, right, bottom = piece.box
    ink = view.found.ink[top:bottom, left:right]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = [(int(s[0]), int(s[1]), int(s[2]), int(s[3]), i) for i, s in enumerate(stats[1:count], 1) if s[4] > 8]
    if len(boxes) < 2:
        return False
    x, y, wide, high, index = min(boxes)
    if not 0.75 < wide / high < 1.34 or high > 0.92 * piece.height:
        return False
    sign = labels[y : y + high, x : x + wide] == index
    third_down, third_right = max(high // 3, 1), max(wide // 3, 1)
    corners = [sign[a, b] for a in (slice(0, third_down), slice(-third_down, None))
               for b in (slice(0, third_right), slice(-third_right, None))]  # fmt: skip
    clear = all(float(c.mean()) < 0.15 for c in corners)
    cross = sign[high // 3 : -third_down].mean() > 0.5 and sign[:, wide // 3 : -third_right].mean() > 0.5
    return bool(clear and cross)
