"""Ink of a page → pieces of text: what stands on one line inside one cell, each with the room around it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gkingest.read.picture.clean import Mask, Sheet
from gkingest.read.picture.rules import Rules

_SPECK = 0.012  # inches: ink smaller than this both ways is dirt
_LETTER = (0.05, 0.32)  # inches: heights among which the size of print is looked for
_TALLEST = 0.6  # inches: higher ink is a picture, a frame or a seal
_SPACE = 1.3  # of the print size: a gap this wide parts two pieces on one line
_DOUBLE, _STROKE = 0.06, 0.22  # inches: as near to a rule lies its double; no stroke of a figure is that long
_THIN, _WHOLE = 0.03, 0.72  # inches, and of the side of the cell: the double of a rule is thin and that long
_BROKEN = 0.1  # of the print size: ink so close beside a character is of it, as no speck is but by chance
_STAIN = 0.08  # of the square of the print size: that much ink of a stamp in a cell may hide a figure
_REST = 0.06  # of the square of the print size: ink of a 1, of which nothing was read
_REACH = 0.07  # inches by which a rule may fall short of the one it is meant to meet
_PALE = 18.0  # of 255, after averaging: what is that much darker than an empty cell around it may be faded print
_PALE_NOISES = 6.0  # standard deviations of the cell's ground by which faded print is darker
_SOFT, _CLEAR = 0.012, 0.05  # inches: along which faded ink is averaged; kept clear around rules and dirt
_CELL = (4.0, 2.0)  # inches across and down: a larger room is no cell of figures

Labels = NDArray[np.int32]
Room = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line of one cell.

    ``box`` is (left, top, right, bottom) of its ink in pixels; ``cell`` numbers the region between rules that
    it stands in and ``room`` is that region's box, 0 and the whole sheet outside of all rules.
    """

    box: Room
    cell: int
    room: Room

    @property
    def height(self) -> int:
        """Height of the ink in pixels."""
        return self.box[3] - self.box[1]

    @property
    def width(self) -> int:
        """Width of the ink in pixels."""
        return self.box[2] - self.box[0]

    def is_dirt(self, size: float) -> bool:
        """Whether it is too small for a character that stands alone, and no dash; or a splinter of a rule."""
        small = self.width < 0.36 * size and self.height < 0.36 * size
        dash = self.width >= 2 * self.height and self.width >= 0.24 * size
        left, top, right, bottom = self.room
        near = 0.2 * size
        x0, y0, x1, y1 = self.box
        hugging = self.cell and any((x1 < left + near, x0 > right - near, y1 < top + near, y0 > bottom - near))
        thin = min(self.width, self.height) < 0.2 * size
        stroke = max(self.width, self.height) > 2.6 * size and thin
        return (small and not dash) or bool(hugging and thin) or stroke


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The pieces of a sheet, the ink with the rules taken out, and the size of print in pixels.

    ``crossed`` are the cells over which ink lies that is larger than any letter, as of a stamp: number of the
    cell and box of that ink in it. ``pale`` are the cells without a piece that are not quite empty either: ink may
    have faded there, or was taken for a rule or dirt.
    """

    pieces: tuple[Piece, ...]
    ink: Mask
    size: float
    ruled: Mask
    crossed: dict[int, Room]
    pale: tuple[Room, ...] = ()


def find_pieces(sheet: Sheet, rules: Rules) -> Segmentation:
    """Text of a straightened sheet, cut at its rules."""
    width, height = sheet.size
    walls = _walls(sheet, rules)
    ruled = _with_doubles(sheet.ink, _ink_of_rules(sheet, rules), sheet.dpi)
    ink = cv2.bitwise_and(sheet.ink, cv2.bitwise_not(ruled))
    count, regions, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(walls), connectivity=4)
    rooms: dict[int, Room] = {}  # the region that holds the margins of the sheet is no cell
    for index in range(1, count):
        left, top, wide, high = (int(v) for v in stats[index][:4])
        if left and top and left + wide < width and top + high < height:
            rooms[index] = (left, top, left + wide, top + high)
    areas = np.asarray(regions, np.int32)
    boxes, owners, ink, large = _letters(np.asarray(ink, np.uint8), areas, rooms, sheet.dpi)
    # The upper half of the plausible letters gives the full Chinese ones.
    heights = (boxes[:, 3] - boxes[:, 1]) if len(boxes) else np.array([])
    plausible = heights[(heights > _LETTER[0] * sheet.dpi) & (heights < _LETTER[1] * sheet.dpi)]
    size = float(np.percentile(plausible, 75)) if len(plausible) > 20 else 0.14 * sheet.dpi
    pieces: list[Piece] = []
    for cell in np.unique(owners):
        own = boxes[owners == cell]
        inside = bool(cell) and int(cell) in rooms
        room = rooms.get(int(cell), (0, 0, width, height))
        found = (Piece(box, int(cell) if inside else 0, room) for box in _runs_of(own, size, trimmed=inside))
        pieces += [p for p in found if not p.is_dirt(size)]
    pieces.sort(key=lambda p: (p.box[1], p.box[0]))
    crossed = _crossed(large, areas, rooms, size)
    read = {p.cell for p in pieces} | set(crossed)
    empty = {cell: room for cell, room in rooms.items() if cell not in read}
    pale = _pale(sheet, np.asarray(cv2.bitwise_or(ruled, sheet.ink), np.uint8), areas, empty, size)
    return Segmentation(tuple(pieces), ink, size, ruled, crossed, pale)


def _pale(sheet: Sheet, known: Mask, regions: Labels, empty: dict[int, Room], size: float) -> tuple[Room, ...]:
    """Empty cells in which something is clearly darker than their ground, though too pale for ink, or in which lies
    ink that was taken for a rule or for dirt.
    """
    soft = np.asarray(cv2.GaussianBlur(sheet.grey, (0, 0), _SOFT * sheet.dpi), np.float32)
    around = int(_CLEAR * sheet.dpi)
    busy = cv2.dilate(known, np.ones((2 * around + 1,) * 2, np.uint8)) > 0
    found = []
    for cell, (left, top, right, bottom) in empty.items():
        if right - left > _CELL[0] * sheet.dpi or bottom - top > _CELL[1] * sheet.dpi:
            continue
        part = (slice(top, bottom), slice(left, right))
        own = np.pad((regions[part] == cell) | (regions[part] == 0), 1)  # within the padding lie other cells
        inner = cv2.erode(own.astype(np.uint8), np.ones((2 * around + 1,) * 2, np.uint8))[1:-1, 1:-1]
        if int(np.count_nonzero(sheet.ink[part][inner > 0])) > _REST * size * size:
            found.append((left, top, right, bottom))
            continue
        ground = soft[part][(regions[part] == cell) & ~busy[part]]
        if ground.size < around * around:
            continue
        usual = float(np.median(ground))
        noise = float(np.percentile(np.abs(ground - usual), 68))
        if usual - float(ground.min()) > max(_PALE, _PALE_NOISES * noise):
            found.append((left, top, right, bottom))
    return tuple(found)


def _crossed(large: Mask, regions: Labels, rooms: dict[int, Room], size: float) -> dict[int, Room]:
    """Cells with a fair part of ink that is no letter."""
    counts = np.bincount(regions[large > 0], minlength=1)
    found = {}
    for cell in np.flatnonzero(counts > _STAIN * size * size):
        if int(cell) in rooms:
            left, top, right, bottom = rooms[int(cell)]
            own = (large[top:bottom, left:right] > 0) & (regions[top:bottom, left:right] == cell)
            down, along = np.nonzero(own)
            box = (left + along.min(), top + down.min(), left + along.max() + 1, top + down.max() + 1)
            found[int(cell)] = (int(box[0]), int(box[1]), int(box[2]), int(box[3]))
    return found


def _walls(sheet: Sheet, rules: Rules) -> Mask:
    """The rules drawn anew, thin and closed at their corners."""
    walls = np.zeros(sheet.ink.shape, np.uint8)
    reach = int(_REACH * sheet.dpi)
    for rule in rules.across:
        y = round(rule.at)
        cv2.line(walls, (int(rule.start) - reach, y), (int(rule.end) + reach, y), 255, 1)
    for rule in rules.down:
        x = round(rule.at)
        cv2.line(walls, (x, int(rule.start) - reach), (x, int(rule.end) + reach), 255, 1)
    return walls


def _ink_of_rules(sheet: Sheet, rules: Rules) -> Mask:
    """Where the ink of the rules lies, a pixel more to both sides."""
    mask = np.zeros(sheet.ink.shape, np.uint8)
    for drawn, own in ((mask, rules.across), (mask.T, rules.down)):
        for rule in own:
            half = rule.thick / 2 + 1.5
            first, last = max(round(rule.at - half), 0), round(rule.at + half) + 1
            drawn[first:last, max(int(rule.start) - 1, 0) : int(rule.end) + 2] = 255
    return mask


def _with_doubles(ink: Mask, ruled: Mask, dpi: float) -> Mask:
    """The rules together with their doubles: long strokes close beside a rule, as in double or thick frames."""
    left = cv2.bitwise_and(ink, cv2.bitwise_not(ruled))
    near = cv2.dilate(ruled, np.ones((2 * int(_DOUBLE * dpi) + 1,) * 2, np.uint8))
    long = int(_STROKE * dpi)
    flat = cv2.morphologyEx(left, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    steep = cv2.morphologyEx(left, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    doubles = cv2.dilate(cv2.bitwise_and(cv2.bitwise_or(flat, steep), near), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(ruled, doubles), np.uint8)


def _letters(
    ink: Mask, regions: Labels, rooms: dict[int, Room], dpi: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], Mask, Mask]:
    """Boxes of the connected ink without dirt and pictures, the region of each, that ink, and what is too large."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    least = max(_SPECK * dpi, 2.0)
    boxes, owners = [], []
    kept, large = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    for index in range(1, count):
        left, top, width, height, area = (int(v) for v in stats[index])
        if max(width, height) < least or area < 0.6 * least * least:
            continue
        if height > _TALLEST * dpi or width > 4 * dpi:
            large[index] = 255
            continue
        x, y = centres[index]
        region = int(regions[min(int(y), regions.shape[0] - 1), min(int(x), regions.shape[1] - 1)])
        if region == 0:  # on a rule: ask where most of its box lies
            part = regions[top : top + height, left : left + width]
            counts = np.bincount(part.ravel())
            counts[0] = 0
            region = int(counts.argmax())
        if region in rooms and _is_side(left, top, width, height, rooms[region], dpi):
            continue
        boxes.append((left, top, left + width, top + height))
        owners.append(region)
        kept[index] = 255
    return np.array(boxes, np.int32).reshape(-1, 4), np.array(owners, np.int32), kept[labels], large[labels]


def _is_side(left: int, top: int, width: int, height: int, room: Room, dpi: float) -> bool:
    """Whether ink is the double of a rule: a thin stroke close to a side of a cell and nearly as long as it."""
    thin, near = _THIN * dpi, _DOUBLE * dpi
    beside = left - room[0] <= near or room[2] - left - width <= near
    below = top - room[1] <= near or room[3] - top - height <= near
    down = width <= thin and height >= _WHOLE * (room[3] - room[1])
    flat = height <= thin and width >= _WHOLE * (room[2] - room[0])
    return (down and beside) or (flat and below)


def _runs_of(boxes: NDArray[np.int32], size: float, *, trimmed: bool) -> list[Room]:
    """Boxes of letters joined: those of one line without a wide gap.

    ``trimmed`` leaves specks at both ends of a line out: no figure and no label begins or ends with a point.
    """
    found: list[Room] = []
    for line in _rows(boxes, size):
        letters = _without_specks(sorted(line), size) if trimmed else sorted(line)
        for index, (left, top, right, bottom) in enumerate(letters):
            run = found[-1] if index else None
            high = max(size, bottom - top, run[3] - run[1] if run else 0)
            if run and left - run[2] <= _SPACE * high:
                found[-1] = (run[0], min(run[1], top), max(run[2], right), max(run[3], bottom))
            else:
                found.append((left, top, right, bottom))
    return found


def _without_specks(line: list[Room], size: float) -> list[Room]:
    small = [max(b[2] - b[0], b[3] - b[1]) < 0.22 * size for b in line]
    if all(small):
        return line
    first, last = small.index(False), len(small) - small[::-1].index(False)
    while first and line[first][0] - line[first - 1][2] <= _BROKEN * size:  # the arm of a broken 4
        first -= 1
    while last < len(line) and line[last][0] - line[last - 1][2] <= _BROKEN * size:
        last += 1
    if first:  # a small mark is a sign: flat, at half the height of the figure, close before it
        mark, figure = line[first - 1], line[first]
        high = figure[3] - figure[1]
        level = figure[1] + 0.3 * high < (mark[1] + mark[3]) / 2 < figure[3] - 0.2 * high
        flat = mark[2] - mark[0] >= 1.3 * (mark[3] - mark[1])
        first -= level and flat and figure[0] - mark[2] < 0.7 * size
    return line[first:last]


def _rows(boxes: NDArray[np.int32], size: float) -> list[list[Room]]:
    """Letters line by line: each joins the line whose band it mostly lies in, tall letters first."""
    rows: list[list[Room]] = []
    bands: list[tuple[float, float]] = []
    order = sorted((tuple(int(v) for v in b) for b in boxes), key=lambda b: -(b[3] - b[1]))
    for left, top, right, bottom in order:
        best, share = -1, 0.0
        for index, (low, high) in enumerate(bands):
            overlap = min(high, bottom) - max(low, top)
            part = overlap / max(1, min(bottom - top, high - low))
            if part <= max(0.5, share):
                continue
            # It must stand near one of the line at nearly its height: a sheet may be a little warped.
            near = sorted(rows[index], key=lambda b: max(b[0] - right, left - b[2], 0))[:6]
            if any(min(b[3], bottom) - max(b[1], top) > 0.4 * min(b[3] - b[1], bottom - top) for b in near):
                best, share = index, part
        if best < 0:
            rows.append([(left, top, right, bottom)])
            bands.append((top, bottom))
            continue
        rows[best].append((left, top, right, bottom))
    return _with_strays(rows, size)


def _with_strays(rows: list[list[Room]], size: float) -> list[list[Room]]:
    """Lines of nothing but low strokes (二, 三, a point) joined to what stands just above or below them."""
    rows.sort(key=lambda r: min(b[1] for b in r))
    merged: list[list[Room]] = []
    for row in rows:
        for before in merged[:-3:-1]:  # beside 三 a comma may stand between its strokes
            top, bottom = min(b[1] for b in before), max(b[3] for b in row)
            high = (max(b[3] for b in line) - min(b[1] for b in line) for line in (before, row))
            low = min(high) < 0.55 * size
            across = min(max(b[2] for b in before), max(b[2] for b in row)) - max(
                min(b[0] for b in before), min(b[0] for b in row)
            )
            if low and bottom - top <= 1.25 * size and across > 0:
                before.extend(row)
                break
        else:
            merged.append(list(row))
    return merged
