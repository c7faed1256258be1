"""Sheets drawn pixel by pixel, and a recogniser that knows only what was drawn on them."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.model.paper import Box
from gkingest.read.picture.ocr import Reading
from gkingest.read.picture.raster import Pixels, Raster

DPI = 200
Room = tuple[int, int, int, int]  # left, top, right, bottom in pixels
BLACK = (0, 0, 0)


def ink_box(pixels: Pixels) -> Room:
    """The box around everything dark in a picture."""
    grey = pixels.min(axis=2) if pixels.ndim == 3 else pixels
    down, along = np.nonzero(grey < 128)
    if not down.size:
        return (0, 0, 0, 0)
    return (int(along.min()), int(down.min()), int(along.max()) + 1, int(down.max()) + 1)


def points(room: Room) -> Box:
    """A box drawn in pixels as the points that it takes on paper."""
    left, top, right, bottom = (n * 72 / DPI for n in room)
    return Box(left, top, right, bottom)


def near(one: Box, other: Box, slack: float = 1.0) -> bool:
    """Whether two boxes differ by no more than ``slack`` points at any side."""
    pairs = ((one.x0, other.x0), (one.top, other.top), (one.x1, other.x1), (one.bottom, other.bottom))
    return all(abs(a - b) <= slack for a, b in pairs)


class Sheet:
    """White paper; whatever is drawn on it tells the box of its ink."""

    def __init__(self, width: int = 900, height: int = 600) -> None:
        self.pixels: Pixels = np.full((height, width, 3), 255, np.uint8)

    def _drawn(self, way: Any, *arguments: Any) -> Room:
        layer = np.full_like(self.pixels, 255)
        way(layer, *arguments)
        self.pixels = np.minimum(self.pixels, layer)
        return ink_box(layer)

    def write(self, text: str, x: int, y: int, *, grey: int = 0, scale: float = 1.2) -> Room:
        """Text with its foot at (x, y), its digits some 24 pixels high."""
        return self._drawn(cv2.putText, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (grey,) * 3, 3)

    def stroke(self, start: tuple[int, int], end: tuple[int, int], thick: int = 3) -> Room:
        """A straight stroke."""
        return self._drawn(cv2.line, start, end, BLACK, thick)

    def ring(self, x: int, y: int, radius: int, colour: tuple[int, int, int] = BLACK) -> Room:
        """A ring, as of a seal."""
        return self._drawn(cv2.circle, (x, y), radius, colour, 8)

    def table(self, columns: Sequence[int], rows: Sequence[int]) -> None:
        """The rules of a table."""
        for x in columns:
            self.stroke((x, rows[0]), (x, rows[-1]), 2)
        for y in rows:
            self.stroke((columns[0], y), (columns[-1], y), 2)

    def characters(self, count: int, x: int, y: int) -> Room:
        """As many square characters in one line, each standing on a thick foot, like 凸."""
        for left in range(x, x + 32 * count, 32):
            cv2.rectangle(self.pixels, (left, y + 11), (left + 22, y + 27), BLACK, -1)
            cv2.rectangle(self.pixels, (left + 9, y), (left + 13, y + 27), BLACK, -1)
        return (x, y, x + 32 * count - 9, y + 28)

    def raster(self) -> Raster:
        """The sheet as a page."""
        return Raster(self.pixels, float(DPI))


def figure(text: str, sure: float = 0.99) -> Reading:
    """A reading that is the same when only digits are allowed."""
    return Reading(text, sure, sure, "".join(c for c in text if c in "0123456789.,"), sure)


class Reader:
    """Knows what was drawn by the size of its ink; asked again, it goes on to the next of its readings.

    What it shall say of a whole page, piece by piece as they stand, may be set as ``in_order``.
    """

    name = "made for the test"

    def __init__(self) -> None:
        self._known: list[tuple[Room, list[Reading]]] = []
        self.seen: list[Pixels] = []
        self.in_order: list[Reading] = []

    def knows(self, room: Room, *readings: Reading) -> None:
        """What it says of the ink that was drawn in ``room``, look by look."""
        self._known.append((room, list(readings)))

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Nothing where the ink has another size than all that it knows."""
        self.seen += lines
        if len(lines) == len(self.in_order):
            return self.in_order
        return [self._reading(ink_box(line)) for line in lines]

    def _reading(self, seen: Room) -> Reading:
        def unlike(known: Room) -> int:
            wide, high = seen[2] - seen[0], seen[3] - seen[1]
            return abs(known[2] - known[0] - wide) + abs(known[3] - known[1] - high)

        room, readings = min(self._known, key=lambda k: unlike(k[0]), default=((0, 0, 0, 0), []))
        if not readings or unlike(room) > 8:
            return Reading("", 0.0)
        return readings.pop(0) if len(readings) > 1 else readings[0]


class Upright:
    """Reads the characters of :meth:`Sheet.characters` only where they stand on their feet."""

    name = "made for the test"

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """A Chinese character for every one drawn, something else where they lie."""
        return [self._reading(line) for line in lines]

    def _reading(self, line: Pixels) -> Reading:
        left, top, right, bottom = ink_box(line)
        ink = line[top:bottom, left:right] < 128
        middle = (bottom - top) // 2
        stands = bool(ink[middle:].sum() > 1.4 * ink[:middle].sum())
        return self.said(count_across(ink)) if stands else Reading("E", 0.9, 0.9)

    def said(self, count: int) -> Reading:
        """What it makes of so many characters."""
        return Reading("信" * count, 0.9, 0.9)


def count_across(ink: NDArray[np.bool_]) -> int:
    """How many things stand side by side."""
    columns = np.concatenate([[False], ink.any(axis=0)])
    return int((columns[1:] & ~columns[:-1]).sum())
