"""Picture of a page → :class:`Page`: the same words and rulings in points that a text layer would give."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from gkingest.model.paper import Box, Page, Ruling, Turn, Word
from gkingest.read.ink.glyphs import lines_of
from gkingest.read.picture.clean import Sheet, clean_sheet
from gkingest.read.picture.ocr import OcrEngine, Reading
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.rules import Lines, find_lines
from gkingest.read.picture.segments import Piece, Segmentation, find_pieces
from gkingest.read.picture.warp import flattened

_UPRIGHT = 7.0  # Chinese characters that the longest lines have on average on a page which lies the right way
_SAMPLE, _FEW = 6, 3  # lines that are read to tell which way a page lies; fewer tell less
_GLANCE = 12  # heights of a line: as much of it is read for that
_ABOVE, _BESIDE = 0.22, 0.45  # of the print size: the ground left around a piece
_LEGIBLE = 0.5  # chance below which a large piece is more likely part of a stamp than text
_BLACK = 140  # of 255: what is darker is black when a figure is read as pure black and white
_SURE = 0.98  # chance from which a figure is taken at the first look
_STRAIGHT = -0.9  # correlation of height and width in the ink of a slash; a 7 stays above −0.7
_ENOUGH = 0.80  # chance from which a figure is taken when every look gave it
_FIGURE = re.compile(r"[+\-−－]?\d[\d,，.．]*(元|万元|亿元|件|项|条|个|%)?")
_ALIKE = frozenset("0123456789.,oO〇○。口日DQ|lIi!][)(·°'`， +十丨｜tT")  # what a recogniser makes of lone digits
_SLASHES = ("1", "7", "/", "丿", "ノ")  # what it makes of a slash
_DASHES = frozenset("-—–一ー−_－﹣﹘~")


@dataclass(frozen=True, slots=True)
class _View:
    """A page turned one way, with its rules and pieces."""

    sheet: Sheet
    lines: Lines
    found: Segmentation
    turn: Turn


def read_scan(raster: Raster, number: int, engine: OcrEngine) -> Page:
    """Read one page from its picture; whichever way it lies, the result is upright."""
    view = _upright(raster, engine)
    pieces = _with_columns(view)
    crops = [_crop(view, group) for group in pieces]
    readings = engine.read(crops)
    words, marks, blots = [], [], []
    looks = _second_looks(view, pieces, readings, engine)
    for index, (group, reading) in enumerate(zip(pieces, readings, strict=True)):
        box = _points(view, _around(group))
        text, sure, doubt = _settled(
            group,
            reading,
            looks.get(index, ()),
            view.found.size,
            slanted=len(group) == 1 and _is_slash(view, group[0]),
        )
        if group[0].cell in view.found.crossed and text[:1].isdigit():
            doubt = doubt or f"something large, perhaps a stamp, lies over it: {text}"
        if len(group) == 1 and text[:1].isdigit() and len(text) > 1 and _has_plus(view, group[0]):
            text = f"+{text[1:]}"
        if text:
            size = max(view.found.size, 0.9 * max(p.height for p in group)) * 72 / view.sheet.dpi
            words.append(Word(text, box, size, confidence=round(sure, 3), doubt=doubt))
        elif _counts(group, view.found.size):
            marks.append(box)
        if _is_blot(group, sure, view.found.size):
            blots.append(box)
    height, width = (n * 72 / view.sheet.dpi for n in view.sheet.grey.shape[:2])
    return Page(
        number=number,
        width=width,
        height=height,
        words=tuple(words),
        rulings=tuple(_rulings(view)),
        origin="scan",
        turn=view.turn,
        skew=view.sheet.angle,
        marks=tuple(marks),
        blots=(*blots, *(_points(view, box) for box in (*view.found.crossed.values(), *view.found.pale))),
        text="\n".join(lines_of(words)),
    )


def read_again(
    raster: Raster, turn: Turn, boxes: Sequence[Box], engine: OcrEngine
) -> list[tuple[tuple[str, float], ...]]:
    """Four more looks at the figures in ``boxes`` (points on the page as it was read): figure and chance of each.

    Larger and sharper, blurred, in pure black and white, and with other ground around; nothing where no ink is.
    """
    view = _view(raster, turn)
    pieces = [[p for p in view.found.pieces if _covers(box, _points(view, p.box))] for box in boxes]
    crops = [_crop(view, group[:1]) if group else np.full((48, 48), 255, np.uint8) for group in pieces]
    looks = [engine.read([way(c) for c in crops]) for way in (_sharper, _blurred, _blackened, _closer)]
    return [
        tuple(_first(readings[i]) for readings in looks) if len(pieces[i]) == 1 else () for i in range(len(boxes))
    ]


def _covers(box: Box, other: Box) -> bool:
    x, y = other.centre
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom


def _sharper(crop: Pixels) -> Pixels:
    large = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.addWeighted(large, 1.6, cv2.GaussianBlur(large, (0, 0), 2), -0.6, 0), np.uint8)


def _blurred(crop: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.9), np.uint8)


def _blackened(crop: Pixels) -> Pixels:
    black = np.where(crop < _BLACK, 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(black, (3, 3), 0), np.uint8)


def _closer(crop: Pixels) -> Pixels:
    cut = crop.shape[0] // 10
    return np.ascontiguousarray(crop[cut : crop.shape[0] - cut])


def _upright(raster: Raster, engine: OcrEngine) -> _View:
    """The page the right way up: as it lies if its lines read well so, else the way in which the longest do."""
    best: tuple[float, Turn, _View] | None = None
    for turn in (0, 90):
        view = _view(raster, turn)
        for more in (0, 180):
            score = _legibility(view, engine, upside_down=bool(more))
            if best is None or score > best[0]:
                best = (score, turn + more, view)  # type: ignore[assignment]
            if more == turn == 0 and (score >= _UPRIGHT or not view.found.pieces):
                return view
    assert best is not None
    _, way, view = best
    return view if view.turn == way else _view(raster, way)


def _view(raster: Raster, turn: Turn) -> _View:
    sheet = flattened(clean_sheet(raster, turn))
    lines = find_lines(sheet.grey, sheet.dpi)
    return _View(sheet, lines, find_pieces(sheet, lines), turn)


def _legibility(view: _View, engine: OcrEngine, *, upside_down: bool) -> float:
    """How many Chinese characters the longest lines have, each counted with its chance.

    The recogniser reads characters that lie on their side as well, so it is the length that tells: across the
    lines of a page that lies on its side stand only a few characters without a gap.
    """
    size = view.found.size
    lines = [p for p in view.found.pieces if 0.6 * size < p.height < 2.2 * size and p.width > 3 * p.height]
    sample = sorted(lines, key=lambda p: (-p.width / p.height, p.box))[:_SAMPLE]
    if not sample:
        return 0.0
    crops = [_crop(view, (p,))[:, : _GLANCE * p.height] for p in sample]
    readings = engine.read([np.ascontiguousarray(np.rot90(c, 2)) if upside_down else c for c in crops])
    counts = [r.mean * sum("\u4e00" <= c <= "\u9fff" for c in r.text) for r in readings]
    return sum(counts) / max(len(counts), _FEW)


def _with_columns(view: _View) -> list[tuple[Piece, ...]]:
    """Pieces, those of a label set one character a line together, as one line to be read."""
    by_cell: dict[int, list[Piece]] = {}
    for piece in view.found.pieces:
        by_cell.setdefault(piece.cell, []).append(piece)
    groups: list[tuple[Piece, ...]] = []
    for cell, pieces in by_cell.items():
        narrow = all(p.width <= 2.3 * view.found.size for p in pieces)
        stacked = len(pieces) >= 3 and _stacked(pieces)
        if cell and narrow and stacked:
            groups.append(tuple(pieces))
        else:
            groups += [(p,) for p in pieces]
    return sorted(groups, key=lambda g: (g[0].box[1], g[0].box[0]))


def _stacked(pieces: Sequence[Piece]) -> bool:
    ordered = sorted(pieces, key=lambda p: p.box[1])
    return all(a.box[3] <= b.box[1] + 2 for a, b in pairwise(ordered))


def _around(group: Sequence[Piece]) -> tuple[int, int, int, int]:
    boxes = [p.box for p in group]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _crop(view: _View, group: Sequence[Piece]) -> Pixels:
    """Grey picture of a piece with some ground around it; of several pieces side by side."""
    parts = [_one(view, piece) for piece in group]
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


def _one(view: _View, piece: Piece) -> Pixels:
    """A piece on white ground: only its own ink, so that no rule and no neighbour is taken for a letter."""
    size = max(view.found.size, piece.height)
    above, beside = int(_ABOVE * size), int(_BESIDE * size)
    short = max(0, int(0.95 * view.found.size) - piece.height)  # digits and points keep their size
    left, top, right, bottom = piece.box
    top, bottom = top - above - short // 2, bottom + above + short - short // 2
    left, right = left - beside, right + beside
    height, width = view.sheet.grey.shape[:2]
    out = np.full((bottom - top, right - left), 255, np.uint8)
    y0, y1, x0, x1 = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
    own = np.zeros((y1 - y0, x1 - x0), bool)
    b = piece.box
    own[max(b[1] - y0 - 2, 0) : b[3] - y0 + 2, max(b[0] - x0 - 2, 0) : b[2] - x0 + 2] = True
    own &= view.found.ruled[y0:y1, x0:x1] == 0
    part = np.where(own, view.sheet.grey[y0:y1, x0:x1], 255)
    out[y0 - top : y1 - top, x0 - left : x1 - left] = part
    return out


def _second_looks(
    view: _View, pieces: Sequence[tuple[Piece, ...]], readings: Sequence[Reading], engine: OcrEngine
) -> dict[int, tuple[Reading, ...]]:
    """Further readings of the figures that were not certain: blurred, and as pure black and white."""
    again = [i for i, r in enumerate(readings) if _is_figure(r) and _first(r)[1] < _SURE]
    if not again:
        return {}
    crops = [_crop(view, pieces[i]) for i in again]
    soft, hard = engine.read([_blurred(c) for c in crops]), engine.read([_blackened(c) for c in crops])
    return {i: (a, b) for i, a, b in zip(again, soft, hard, strict=True)}


def _is_figure(reading: Reading) -> bool:
    text = unicodedata.normalize("NFKC", reading.text)
    if _FIGURE.fullmatch(text):
        return True
    return bool(reading.figures) and all(c in _ALIKE for c in reading.text)


def _first(reading: Reading) -> tuple[str, float]:
    """Figure and chance of one reading: the free one where it is a figure, else the one held to digits."""
    text = unicodedata.normalize("NFKC", reading.text).replace(" ", "")
    if not _FIGURE.fullmatch(text):
        return reading.figures, 0.9 * reading.figures_sure
    if re.sub(r"[^\d.,]", "", text) == reading.figures:
        return text, max(reading.sure, reading.figures_sure) if text == reading.figures else reading.sure
    if text[0] == "+" and text[1:] == reading.figures[1:]:  # held to digits, a plus sign becomes one
        return text, reading.sure
    return text, min(reading.sure, 0.5)


def _settled(
    group: Sequence[Piece], reading: Reading, looks: Sequence[Reading], size: float, *, slanted: bool
) -> tuple[str, float, str]:
    """Text, chance and doubt of a piece from all readings of it."""
    if len(group) == 1 and _is_dash(group[0], reading, size):
        return "—", max(reading.sure, 0.9), ""
    if slanted and reading.text.strip("., ") in _SLASHES:
        return "/", min(max(reading.sure, _ENOUGH), 0.9), ""
    if not _is_figure(reading):
        text = reading.text.strip()
        return text, reading.sure, ""
    text, sure = _first(reading)
    if sure >= _SURE:
        return text, sure, ""
    others = [_first(r) for r in looks]
    chances = [sure, *(c for _, c in others)]
    if all(t == text for t, _ in others) and min(chances) >= _ENOUGH:
        return text, min(chances), ""
    seen = ", ".join(dict.fromkeys([text, *(t for t, _ in others)]))
    return text, min(chances), f"read from a picture, not with certainty: {seen}"


def _is_slash(view: _View, piece: Piece) -> bool:
    """Whether the ink of a piece is one thin stroke from the lower left to the upper right."""
    left, top, right, bottom = piece.box
    high, wide = bottom - top, right - left
    if not 0.2 < wide / max(high, 1) < 1.2 or high < 0.4 * view.found.size:
        return False
    rows, columns = np.nonzero(view.found.ink[top:bottom, left:right])
    across, down = columns - columns.mean(), rows - rows.mean()
    spread = float((across**2).sum() * (down**2).sum()) ** 0.5
    return bool(spread > 0 and float((across * down).sum()) / spread < _STRAIGHT)


def _has_plus(view: _View, piece: Piece) -> bool:
    """Whether a piece begins with a plus sign, which recognisers take for a 4: its corners are clear."""
    left, top, right, bottom = piece.box
    ink = view.found.ink[top:bottom, left:right]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = [(int(s[0]), int(s[1]), int(s[2]), int(s[3]), i) for i, s in enumerate(stats[:count]) if i and s[4] > 8]
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


def _is_dash(piece: Piece, reading: Reading, size: float) -> bool:
    flat = piece.height < 0.22 * size and piece.width > max(1.8 * piece.height, 0.25 * size)
    return flat and (len(reading.text) <= 2 or all(c in _DASHES for c in reading.text))


def _counts(group: Sequence[Piece], size: float) -> bool:
    """Whether ink without a reading is too large for dirt."""
    return any(p.height > 0.35 * size for p in group)


def _is_blot(group: Sequence[Piece], sure: float, size: float) -> bool:
    """Whether a piece is no line of text: too high for one, or unreadable and large."""
    high = max(p.height for p in group)
    return len(group) == 1 and (high > 2.5 * size or (sure < _LEGIBLE and high > 1.3 * size))


def _points(view: _View, box: tuple[int, int, int, int]) -> Box:
    unit = 72 / view.sheet.dpi
    return Box(box[0] * unit, box[1] * unit, box[2] * unit, box[3] * unit)


def _rulings(view: _View) -> list[Ruling]:
    unit = 72 / view.sheet.dpi
    across = [Ruling(n.start * unit, n.at * unit, n.end * unit, n.at * unit) for n in view.lines.across]
    down = [Ruling(n.at * unit, n.start * unit, n.at * unit, n.end * unit) for n in view.lines.down]
    return across + down
