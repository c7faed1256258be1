"""A page from pixels to pieces: clean → straight → rules → pieces, and each piece as a recogniser sees it.

Nothing goes back: every stage takes the values of those before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, Self

import cv2
import numpy as np

from gkingest.model.paper import Box, Ruling, Turn
from gkingest.read.picture.clean import Sheet
from gkingest.read.picture.pieces import Piece, Room, Segmentation, find_pieces
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.rules import Rule, Rules, find_rules, whole_rules
from gkingest.read.picture.runs import STRAY
from gkingest.read.picture.straight import flat_sheet

_ABOVE, _BESIDE = 0.22, 0.45  # of the print size: the ground left around a piece
_NEAR, _SIGN, _PALER = 1.0, 0.35, 0.25  # of the print size beside a piece; of its height; of its own darkness
_SPECKS = 0.4  # of its height: specks close beside a piece that reach so far are what is left of a digit, no point
_BLACK = 140  # of 255: what is darker is black when a figure is read as pure black and white
_LEAST_ROWS, _HIGHEST_ROW = 4, 1.2  # rules across, and inches between two, of a table in which none runs down
_GAP, _GUTTER = 0.15, 0.05  # inches without ink between the columns of a row, and between those of all its rows
_CLEAR = 0.03  # inches along a rule across that may hold what is left of those down
_MIDDLE = 0.08  # of the width of a table: so close to its middle stands a title inside of it
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


class _Row(NamedTuple):
    """What stands between two neighbouring rules across: the stretches of its ink, from left to right."""

    above: Rule
    below: Rule
    ink: tuple[tuple[int, int], ...]

    @property
    def sides(self) -> tuple[float, float]:
        """Where both rules begin and end that it stands between."""
        return max(self.above.start, self.below.start), min(self.above.end, self.below.end)

    @property
    def is_title(self) -> bool:
        """Whether it holds one line in its middle, as no heading between two tables does."""
        left, right = self.sides
        return len(self.ink) == 1 and abs(sum(self.ink[0]) - left - right) < 2 * _MIDDLE * (right - left)

    def goes_on(self, before: "_Row", near: float) -> bool:
        """Whether it follows right below another of about as many stretches; of two only if both begin alike."""
        few, many = sorted((len(self.ink), len(before.ink)))
        alike = few > 2 or abs(self.sides[0] - before.sides[0]) <= near
        return before.below is self.above and 2 * few >= many and alike


@dataclass(frozen=True, slots=True)
class _Across:
    """The rules across of a sheet, from the top, and the rows between them in which none runs down."""

    sheet: Sheet
    lines: tuple[Rule, ...]
    rows: tuple[_Row, ...]

    @classmethod
    def of(cls, sheet: Sheet, rules: Rules) -> Self:
        """The rows of tables of which only the rules across are drawn."""
        near, edge = 2 * STRAY * sheet.dpi, round(_CLEAR * sheet.dpi)
        lines = sorted(whole_rules(rules.across, sheet.dpi), key=lambda r: r.at)
        rows = []
        for above, below in pairwise(lines):
            row = _Row(above, below, ())
            left, right = (round(x) for x in row.sides)
            ruled = any(d.start < below.at - near and d.end > above.at + near for d in rules.down)
            if ruled or below.at - above.at > _HIGHEST_ROW * sheet.dpi or right <= left:
                continue
            band = sheet.ink[int(above.at) + edge : int(below.at) - edge, left:right]
            at = np.flatnonzero(band.any(axis=0))
            wide = np.flatnonzero(np.diff(at) > _GAP * sheet.dpi)
            found = zip([*at[:1], *at[wide + 1]], [*at[wide], *at[-1:]], strict=True)
            sizes = ((a, b, np.ptp(np.flatnonzero(band[:, a : b + 1].any(axis=1)))) for a, b in found)
            ink = tuple((left + int(a), left + int(b)) for a, b, high in sizes if max(b - a, high) > edge)
            rows.append(row._replace(ink=ink))
        return cls(sheet, tuple(lines), tuple(r for r in rows if len(r.ink) > 1 or r.is_title))

    def through(self, at: float, row: _Row) -> Iterator[Rule]:
        """The rule down at a place of a row from the next rule across above to that below.

        None where more ink lies in its way, or as near as digits stand to each other, than what is left of rules.
        """
        near, edge = 2 * STRAY * self.sheet.dpi, round(_CLEAR * self.sheet.dpi)
        met = [n.at for n in self.lines if n.start - near <= at <= n.end + near]
        top = max((y for y in met if y <= row.above.at), default=None)
        foot = min((y for y in met if y >= row.below.at), default=None)
        if top is None or foot is None:
            return
        between = [n.at for n in self.lines if top <= n.at < foot]
        beside = slice(max(round(at) - edge, 0), round(at) + edge + 1)
        bands = [self.sheet.ink[int(a) + edge : int(b) - edge, beside] for a, b in pairwise([*between, foot])]
        clear = sum(int(np.count_nonzero(b.any(axis=1))) for b in bands) <= edge
        if clear and {*between} <= {r.above.at for r in self.rows}:
            yield Rule(at, top, foot, self.lines[0].thick)

    def at_ends(self) -> Iterator[Rule]:
        """Rules down where those across begin and end."""
        for row in self.rows:
            for line in (row.above, row.below):
                for x in (line.start, line.end):
                    yield from self.through(x, row)

    def in_gaps(self, known: Sequence[Rule]) -> Iterator[Rule]:
        """Rules down in the gaps that neighbouring rows have in common; there where one is ``known``, if it is."""
        runs: list[list[_Row]] = []
        for row in self.rows:
            if len(row.ink) > 1:
                goes_on = bool(runs) and row.goes_on(runs[-1][-1], 2 * STRAY * self.sheet.dpi)
                runs = [*runs[:-1], [*runs[-1], row]] if goes_on else [*runs, [row]]
        for run in runs:
            most = max(len(r.ink) for r in run)
            full = [r for r in run if len(r.ink) == most]
            beside = [d.at for d in known if d.end >= run[0].above.at and d.start <= run[-1].below.at]
            for n in range(most - 1):
                left, right = max(r.ink[n][1] for r in full), min(r.ink[n + 1][0] for r in full)
                if right - left >= _GUTTER * self.sheet.dpi:
                    places = [(left + right) / 2 + n * (right - left) / 8 for n in (0, -1, 1, -2, 2, -3, 3)]
                    places = [x for x in beside if left < x < right] or places
                    for row in run:
                        yield from next((r for x in places if (r := [*self.through(x, row)])), [])


def with_columns(sheet: Sheet, rules: Rules) -> Rules:
    """The rules with those down that a table has none of: where its rules across begin and end, and in the gaps
    that its rows have in common.
    """
    across = _Across.of(sheet, rules)
    if len(across.rows) < _LEAST_ROWS:
        return rules
    ends = [*across.at_ends()]
    return Rules(rules.across, (*rules.down, *dict.fromkeys([*ends, *across.in_gaps(ends)])))


def view_of(raster: Raster, turn: Turn) -> View:
    """The page turned clockwise by ``turn``, its sheet cleaned, set straight and taken apart."""
    sheet = flat_sheet(raster, turn)
    rules = with_columns(sheet, find_rules(sheet))
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
