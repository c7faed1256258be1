"""Picture of a page → :class:`Page`: the same words and rulings in points that a text layer would give."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

import numpy as np

from gkingest.model.paper import Box, Page, Turn, Word, bounding_box
from gkingest.read.ink.alike import alike
from gkingest.read.ink.glyphs import lines_of
from gkingest.read.ink.own_digits import Figure, by_own_digits
from gkingest.read.picture.ocr import OcrEngine, Reading
from gkingest.read.picture.pieces import Piece, Room
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.view import (
    View,
    blackened,
    blurred,
    closer,
    crop,
    has_plus,
    is_slash,
    sharper,
    view_of,
    with_neighbours,
)

_UPRIGHT = 7.0  # Chinese characters that the longest lines have on average on a page which lies the right way
_SAMPLE, _FEW = 6, 3  # lines that are read to tell which way a page lies; fewer tell less
_GLANCE = 12  # characters of a line that count for that
_LEGIBLE = 0.5  # chance below which a large piece is more likely part of a stamp than text
_SURE = 0.98  # chance from which a figure is taken at the first look
_ENOUGH = 0.80  # chance from which a figure is taken when every look gave it
# Chance below which looks at one crop may agree on a mistake: 3 figures of 274 were wrong, 4 of 9,743 above it.
_FAIR = 0.9
_FEW_LETTERS = 3  # that a recogniser makes of a figure: U or a for 0, oy for 89
_DIGIT = 0.9  # of its height is the width of a digit at most
_ALONE, _MANY = 2, 20  # dashes that are few on a page of as many figures: there one may be what is left of a figure
_PLAIN = re.compile(r"\d[\d.,]*")
Settled = tuple[str, float, str]  # text, chance and doubt of a piece
_SLASHES = ("1", "7", "/", "丿", "ノ")  # what a recogniser makes of a slash
_DASHES = frozenset("-—–一ー−_－﹣﹘~")


def read_scan(raster: Raster, number: int, engine: OcrEngine) -> Page:
    """Read one page from its picture; whichever way it lies, the result is upright."""
    view, known = _upright(raster, engine)
    found = view.found
    groups = _with_columns(view)
    readings = _first_looks(view, groups, known, engine)
    looks = _second_looks(view, groups, readings, engine)
    settled = [_settled(view, group, readings[i], looks.get(i, ())) for i, group in enumerate(groups)]
    settled = _with_neighbours(view, groups, settled, engine)
    settled = _by_shape(view, groups, settled)
    words, marks, blots = [], [], []
    for index, group in enumerate(groups):
        box, high = bounding_box([view.points(p.box) for p in group]), max(p.height for p in group)
        text, sure, doubt = settled[index]
        if group[0].cell in found.crossed and text[:1].isdigit():
            doubt = doubt or f"something large, perhaps a stamp, lies over it: {text}"
        if len(group) == 1 and text[:1].isdigit() and len(text) > 1 and has_plus(view, group[0]):
            text = f"+{text[1:]}"
        if text:
            size = max(found.size, 0.9 * high) * 72 / view.sheet.dpi
            words.append(Word(text, box, size, confidence=round(sure, 3), doubt=doubt))
        elif high > 0.35 * found.size:  # too large for dirt
            marks.append(box)
        # Too high for a line of text, or unreadable and large.
        if len(group) == 1 and (high > 2.5 * found.size or (sure < _LEGIBLE and high > 1.3 * found.size)):
            blots.append(box)
    width, height = view.size
    return Page(
        number=number,
        width=width,
        height=height,
        words=tuple(words),
        rulings=view.rulings(),
        origin="scan",
        turn=view.sheet.turn,
        skew=view.sheet.angle,
        marks=tuple(marks),
        blots=(*blots, *(view.points(room) for room in (*found.crossed.values(), *found.pale))),
        text="\n".join(lines_of(words)),
    )


def read_again(
    raster: Raster, turn: Turn, boxes: Sequence[Box], engine: OcrEngine
) -> list[tuple[tuple[str, float], ...]]:
    """Four more looks at the figures in ``boxes`` (points on the page as it was read): figure and chance of each.

    Larger and sharper, blurred, in pure black and white, and with other ground around; nothing where no ink is.
    """
    view = view_of(raster, turn)
    pieces = [[p for p in view.found.pieces if box.contains(*view.points(p.box).centre)] for box in boxes]
    crops = [crop(view, group[:1]) if group else np.full((48, 48), 255, np.uint8) for group in pieces]
    looks = [engine.read([way(c) for c in crops]) for way in (sharper, blurred, blackened, closer)]
    return [
        tuple(readings[i].figure for readings in looks) if len(pieces[i]) == 1 else () for i in range(len(boxes))
    ]


def _first_looks(
    view: View, groups: Sequence[tuple[Piece, ...]], known: Mapping[Room, Reading], engine: OcrEngine
) -> list[Reading]:
    """Every piece read once, the same picture once for all; ``known`` are those read already, by their boxes.

    Of digits that look the same, which most cells of a page hold, the one that the others are like and the one
    least like it are read; both must say the same with certainty, else each is read. All are held against the
    digits of the page later.
    """
    crops = [crop(view, group) for group in groups]
    signs = [i for i, group in enumerate(groups) if len(group) == 1 and _is_sign(view, group[0])]
    same = [
        [signs[n] for n in group]
        for group in alike([_grey_of(view, groups[i][0]) for i in signs])
        if len(group) > 2
    ]
    told = {i for group in same for i in group[1:-1]}
    found = {i: known[g[0].box] for i, g in enumerate(groups) if len(g) == 1 and g[0].box in known}

    def look(wanted: Iterable[int]) -> None:
        places = list(wanted)
        found.update(zip(places, engine.read([crops[i] for i in places]), strict=True))

    look(i for i in range(len(groups)) if i not in told and i not in found)
    for group in same:
        first, last = found[group[0]], found[group[-1]]
        if first.is_figure and first.figure[0] == last.figure[0] and min(first.figure[1], last.figure[1]) >= _SURE:
            found.update((i, last if last.figure[1] < first.figure[1] else first) for i in group[1:-1])
    look(i for i in range(len(groups)) if i not in found)
    return [found[i] for i in range(len(groups))]


def _chinese(reading: Reading) -> int:
    """How many Chinese characters a reading has."""
    return sum("\u4e00" <= c <= "\u9fff" for c in reading.text)


def _is_sign(view: View, piece: Piece) -> bool:
    """Whether a piece has the size of one digit, alone in a cell."""
    size = view.found.size
    return bool(piece.cell) and 0.4 * size < piece.height < 1.2 * size and piece.width < _DIGIT * piece.height


def _grey_of(view: View, piece: Piece) -> Pixels:
    left, top, right, bottom = piece.box
    return view.sheet.grey[top:bottom, left:right]


def _with_neighbours(
    view: View, groups: Sequence[tuple[Piece, ...]], settled: Sequence[Settled], engine: OcrEngine
) -> list[Settled]:
    """Figures and dashes beside which something stands, read once more with that: in doubt if it says otherwise.

    So is a figure with specks of ink close beside it, which may be what is left of a broken digit.
    """
    found = list(settled)
    wider = {}
    for index, (text, _, doubt) in enumerate(settled):
        known = doubt or len(groups[index]) > 1 or groups[index][0].cell in view.found.crossed
        if not known and (_PLAIN.fullmatch(text) or text == "—"):
            around = with_neighbours(view, groups[index][0])
            if around is not None:
                wider[index] = around
    readings = engine.read([line for line, _ in wider.values()])
    for (index, (_, specks)), reading in zip(wider.items(), readings, strict=True):
        text, sure, _ = settled[index]
        more, chance = reading.figure
        if reading.is_figure and chance >= _ENOUGH and more.strip(".,") != text:
            told = f"read as {text}, together with what stands beside it as {more}"
        elif specks and text != "—":
            told = f"specks of ink stand close beside it, perhaps of a broken digit: {text}"
        else:
            continue
        found[index] = text, min(sure, 0.5), told
    return found


def _by_shape(view: View, groups: Sequence[tuple[Piece, ...]], settled: Sequence[Settled]) -> list[Settled]:
    """What was read, held against the digits of its page, which are another witness than further looks at a crop.

    Doubted are figures that look otherwise, those read with little certainty of which no shape tells the same, and
    dashes where nearly all cells have figures. A few letters in a cell that look like digits are those, in doubt.
    """
    found = list(settled)
    told, figures = [], []
    for index, (text, sure, doubt) in enumerate(settled):
        letters = 0 < len(text) <= _FEW_LETTERS and groups[index][0].cell and text.isalpha() and text < "\u2e80"
        if len(groups[index]) == 1 and (letters or _PLAIN.fullmatch(text)):
            left, top, right, bottom = groups[index][0].box
            told.append(index)
            figures.append(Figure(text, sure >= _SURE and not doubt, view.found.ink[top:bottom, left:right]))
    dashes = [i for i, (text, _, _) in enumerate(settled) if text == "—" and groups[i][0].cell]
    if len(dashes) <= _ALONE and len(told) >= _MANY:
        for index in dashes:
            found[index] = (*settled[index][:2], "a dash, alone among figures: perhaps what is left of one")
    for index, seen in zip(told, by_own_digits(figures), strict=True):
        found[index] = _beside_shapes(settled[index], seen)
    return found


def _beside_shapes(settled: Settled, seen: str | None) -> Settled:
    """A figure as it was read, in doubt where shapes tell other digits, or none and it is unsure."""
    text, sure, doubt = settled
    if seen is None:
        unsure = sure < _FAIR and not doubt and text[0].isdigit()
        return text, sure, f"read from a picture, with little certainty: {text}" if unsure else doubt
    if seen == "".join(c for c in text if c.isdigit()):
        return settled
    told = f"read as {text}, while its digits look like {seen} beside others of the page"
    return text if text[0].isdigit() else seen, min(sure, 0.5), doubt or told


def _upright(raster: Raster, engine: OcrEngine) -> tuple[View, dict[Room, Reading]]:
    """The page the right way up: as it lies if its lines read well so, else the way in which the longest do.

    With it the lines that were read to tell, by their boxes.
    """
    tried: list[tuple[float, Turn, View, dict[Room, Reading]]] = []
    sides: tuple[tuple[Turn, Turn], ...] = ((0, 180), (90, 270))
    for turn, other in sides:
        view = view_of(raster, turn)
        for way in (turn, other):
            score, known = _legibility(view, engine, upside_down=way == other)
            tried.append((score, way, view, known))
            if score >= _UPRIGHT or (way == 0 and not view.found.pieces):
                return (view, known) if way == turn else (view_of(raster, way), {})
    _, way, view, known = max(tried, key=itemgetter(0))
    return (view, known) if view.sheet.turn == way else (view_of(raster, way), {})


def _legibility(view: View, engine: OcrEngine, *, upside_down: bool) -> tuple[float, dict[Room, Reading]]:
    """How many Chinese characters the longest lines begin with, each counted with its chance, and what they say.

    The recogniser reads characters that lie on their side as well, so it is the length that tells: across the
    lines of a page that lies on its side stand only a few characters without a gap.
    """
    size = view.found.size
    lines = [p for p in view.found.pieces if 0.6 * size < p.height < 2.2 * size and p.width > 3 * p.height]
    sample = sorted(lines, key=lambda p: (-p.width / p.height, p.box))[:_SAMPLE]
    if not sample:
        return 0.0, {}
    crops = [crop(view, (p,)) for p in sample]
    if upside_down:  # few pages are, so that only a glance is taken at the others
        crops = [
            np.ascontiguousarray(np.rot90(c[:, : _GLANCE * p.height], 2))
            for c, p in zip(crops, sample, strict=True)
        ]
    readings = engine.read(crops)
    counts = [r.mean * min(_chinese(r), _GLANCE) for r in readings]
    score = sum(counts) / max(len(counts), _FEW)
    return score, {} if upside_down else {p.box: r for p, r in zip(sample, readings, strict=True)}


def _with_columns(view: View) -> list[tuple[Piece, ...]]:
    """Pieces, those of a label set one character a line together, as one line to be read."""
    by_cell: dict[int, list[Piece]] = {}
    for piece in view.found.pieces:
        by_cell.setdefault(piece.cell, []).append(piece)
    groups: list[tuple[Piece, ...]] = []
    for cell, pieces in by_cell.items():
        narrow = all(p.width <= 2.3 * view.found.size for p in pieces)
        ordered = sorted(pieces, key=lambda p: p.box[1])
        stacked = len(pieces) >= 3 and all(a.box[3] <= b.box[1] + 2 for a, b in pairwise(ordered))
        if cell and narrow and stacked:
            groups.append(tuple(pieces))
        else:
            groups += [(p,) for p in pieces]
    return sorted(groups, key=lambda g: (g[0].box[1], g[0].box[0]))


def _second_looks(
    view: View, groups: Sequence[tuple[Piece, ...]], readings: Sequence[Reading], engine: OcrEngine
) -> dict[int, tuple[Reading, ...]]:
    """Further readings of the figures that were not certain: blurred, and as pure black and white."""
    again = [i for i, r in enumerate(readings) if r.is_figure and r.figure[1] < _SURE]
    if not again:
        return {}
    crops = [crop(view, groups[i]) for i in again]
    soft, hard = engine.read([blurred(c) for c in crops]), engine.read([blackened(c) for c in crops])
    return {i: (a, b) for i, a, b in zip(again, soft, hard, strict=True)}


def _settled(view: View, group: Sequence[Piece], reading: Reading, looks: Sequence[Reading]) -> Settled:
    """What a piece says from all readings of it."""
    if len(group) == 1:
        high, wide = group[0].height, group[0].width
        flat = high < 0.22 * view.found.size and wide > max(1.8 * high, 0.25 * view.found.size)
        if flat and (len(reading.text) <= 2 or all(c in _DASHES for c in reading.text)):
            return "—", max(reading.sure, 0.9), ""
        if reading.text.strip("., ") in _SLASHES and is_slash(view, group[0]):
            return "/", min(max(reading.sure, _ENOUGH), 0.9), ""
    if not reading.is_figure:
        return reading.text.strip(), reading.sure, ""
    text, sure = reading.figure
    if sure >= _SURE:
        return text, sure, ""
    others = [r.figure for r in looks]
    chances = [sure, *(c for _, c in others)]
    if all(t == text for t, _ in others) and min(chances) >= _ENOUGH:
        return text, min(chances), ""
    seen = ", ".join(dict.fromkeys([text, *(t for t, _ in others)]))
    return text, min(chances), f"read from a picture, not with certainty: {seen}"
