"""Sheets that hold several pages: where they part, and each page cut out of its sheet.

Two or four pages may be printed on a sheet, or a report in columns on a large one. What parts them is a gutter: a
strip that no word and no table crosses, with text on both sides that could stand on a page of its own. What crosses
it, as a title over all columns does, goes with what comes next.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkingest.model.paper import Box, Page, Part, Ruling, Word
from gkingest.read.ink.glyphs import lines_of

OwnText = Callable[[str], bool]  # whether a text could stand on a page of its own

_ORIGINS = ("text", "scan", "ofd")  # pages that were printed
_BIN = 4.0  # points: how finely a page is looked through for gutters
_NARROW = 8.0  # points: a narrower strip is a space between words
_SIDE = 0.2  # of the width: what a page or column takes up at least
_BUSY = 0.5  # of the height of what is printed: words along it that cross a strip show it to be no gutter
_LONG = 0.4  # of the height of the sheet along which a gutter runs that shows itself to be one
_SHORT = 0.08  # of the height: what is free of words by chance
_FOLD = 0.1  # of the height: how far from the middle of the sheet an upper page may end
_GAP = 0.025  # of the height: between an upper page and a lower one
_TALL = 2.0  # times the width: what is taller is no page but two
_NEAR = 0.03  # of the width within which the sheets of one file have their gutters
_DEPTH = 2  # gutters of gutters: four columns

@dataclass(frozen=True, slots=True)
class _Gutter:
    """A strip that parts what is left of it from what is right of it, in the ``bands`` (heights from, to)."""

    at: float
    bands: tuple[tuple[float, float], ...]


def apart(pages: Sequence[Page], own: OwnText) -> tuple[tuple[Page, ...], ...]:
    """The pages that each sheet holds, one for most, by rows: from left to right, then from top to bottom.

    Numbers of pages are those of their sheets; ``own`` tells whether text could stand on a page of its own. One
    sheet that shows its gutter shows it for all of its size, whose last may be nearly blank.
    """
    found = [_parts(page, own, ()) if _may_hold_several(page) else [whole(page)] for page in pages]
    shown = {
        (round(p.width), round(p.height)): [part.left for part in parts[1:]]
        for p, parts in zip(pages, found, strict=True)
        if len(parts) > 1
    }
    sheets: list[tuple[Page, ...]] = []
    for page, parts in zip(pages, found, strict=True):
        known = shown.get((round(page.width), round(page.height)), [])
        if len(parts) == 1 and known and _may_hold_several(page):
            parts = _parts(page, own, known)
        sheets.append(tuple(cut_out(page, part, page.number) for part in parts) if len(parts) > 1 else (page,))
    return tuple(sheets)


def _may_hold_several(page: Page) -> bool:
    return page.origin in _ORIGINS and len(page.words) > 1 and not page.tables and page.part is None


def whole(page: Page) -> Part:
    """The part of a sheet that holds one page."""
    box = Box(0.0, 0.0, page.width, page.height)
    return Part(page.number, page.width, page.height, 0.0, 0.0, (box,))


def _parts(page: Page, own: OwnText, known: Sequence[float]) -> list[Part]:
    """The parts of a sheet; ``known`` are left edges of parts of other sheets of its size."""
    columns = list(_columns(page, whole(page).areas, own, known, 0))
    cut = _between_rows(page) if len(columns) == 2 and page.height > _TALL * page.width / len(columns) else None
    rows = [(0.0, page.height)] if cut is None else [(0.0, cut), (cut, page.height)]
    parts = []
    for top, bottom in rows:
        for column in columns:
            areas = tuple(a for box in column if (a := box.within(Box(0.0, top, page.width, bottom))))
            left = min((a.x0 for a in areas if a.x1 - a.x0 < page.width), default=0.0)
            if any(a.contains(*w.box.centre) for a in areas for w in page.words):
                parts.append(Part(page.number, page.width, page.height, round(left), round(top), areas))
    return parts


def _columns(
    page: Page, areas: tuple[Box, ...], own: OwnText, known: Sequence[float], depth: int
) -> Iterator[tuple[Box, ...]]:
    """The areas of each column of some areas that hang together, from the left."""
    words = [w for w in page.words if any(a.contains(*w.box.centre) for a in areas)]
    main = max(areas, key=lambda a: a.height)
    gutter = _gutter(page, words, main, own, known) if depth < _DEPTH and words else None
    if gutter is None:
        yield areas
        return
    left: list[Box] = [a for a in areas if a is not main]
    right: list[Box] = []
    top = main.top
    for start, end in gutter.bands:
        if start > top:
            left.append(Box(main.x0, top, main.x1, start))
        left.append(Box(main.x0, start, gutter.at, end))
        right.append(Box(gutter.at, start, main.x1, end))
        top = end
    if top < main.bottom:
        right.append(Box(main.x0, top, main.x1, main.bottom))
    yield from _columns(page, tuple(left), own, known, depth + 1)
    yield from _columns(page, tuple(right), own, known, depth + 1)


def _gutter(
    page: Page, words: Sequence[Word], main: Box, own: OwnText, known: Sequence[float]
) -> _Gutter | None:
    """The gutter through an area that is free along most of it, ``None`` if there is none."""
    inside = [w for w in words if main.contains(*w.box.centre)]
    best: tuple[float, _Gutter] | None = None
    for low, high in _strips(inside, main):
        bands = _free(page, inside, main, low, high)
        at, along = (low + high) / 2, sum(b - a for a, b in bands)
        sides = [
            [w for w in inside if any(a <= w.box.centre[1] < b for a, b in bands) and (w.box.centre[0] < at) == left]
            for left in (True, False)
        ]
        shown = any(abs(at - k) < _NEAR * page.width for k in known)
        sure = along > _LONG * page.height and all(own("\n".join(lines_of(side))) for side in sides)
        if (sure or (shown and all(sides))) and (best is None or along > best[0]):
            best = along, _Gutter(at, tuple(bands))
    return best[1] if best else None


def _strips(words: Sequence[Word], main: Box) -> Iterator[tuple[float, float]]:
    """Strips (from x, to x) that few words cross, wide enough and far enough from the sides."""
    if not words:
        return
    high = max(w.box.bottom for w in words) - min(w.box.top for w in words)
    covered = [0.0] * (int(main.width / _BIN) + 2)
    for word in words:
        first, last = (min(max(int((x - main.x0) / _BIN), 0), len(covered) - 2) for x in (word.box.x0, word.box.x1))
        covered[first] += word.box.height
        covered[last + 1] -= word.box.height
    total, start = 0.0, None
    side = int(_SIDE * main.width / _BIN)
    for n, change in enumerate(covered):
        total += change
        free = total < _BUSY * high and side <= n <= len(covered) - 2 - side
        if free and start is None:
            start = n
        elif not free and start is not None:
            yield from _narrowed(words, main.x0 + _BIN * start, main.x0 + _BIN * n)
            start = None


def _narrowed(words: Sequence[Word], low: float, high: float) -> Iterator[tuple[float, float]]:
    """The widest strip between two places that the fewest words cross."""
    inside = [w for w in words if w.box.x1 > low and w.box.x0 < high]
    edges = sorted({low, high, *(x for w in inside for x in (w.box.x0, w.box.x1) if low < x < high)})
    strips = [(a, b) for a, b in pairwise(edges) if b - a >= _NARROW]
    crossed = [sum(w.box.height for w in inside if w.box.x0 < b and w.box.x1 > a) for a, b in strips]
    if strips:
        yield strips[min(range(len(strips)), key=lambda n: (crossed[n], strips[n][0] - strips[n][1]))]


def _free(page: Page, words: Sequence[Word], main: Box, low: float, high: float) -> list[tuple[float, float]]:
    """The bands (height from, to) in which neither a word nor a table crosses a strip."""
    crossing = [(w.box.top, w.box.bottom) for w in words if w.box.x0 < high and w.box.x1 > low]
    across = sorted(
        (r for r in page.rulings if r.horizontal and r.x0 < low and r.x1 > high), key=lambda r: (r.top, r.x0)
    )
    down = [r for r in page.rulings if not r.horizontal]
    crossing += [(r.top, r.bottom) for r in across]
    for one, other in pairwise(across):
        x0, x1 = max(one.x0, other.x0) - 2, min(one.x1, other.x1) + 2
        joined = any(
            x0 <= d.x0 <= x1 and d.top <= one.top + 3 and d.bottom >= other.top - 3
            for d in down
        )
        crossing += [(one.top, other.bottom)] if joined else []
    bands, top = [], main.top
    for start, end in sorted(crossing):
        if start - top > _SHORT * page.height:
            bands.append((top, start))
        top = max(top, end)
    if main.bottom - top > _SHORT * page.height:
        bands.append((top, main.bottom))
    return bands


def _between_rows(page: Page) -> float | None:
    """The height near the middle of a sheet at which upper pages end and lower ones begin."""
    low, high = (0.5 - _FOLD) * page.height, (0.5 + _FOLD) * page.height
    inked = [(w.box.top, w.box.bottom) for w in page.words]
    inked += [(r.top, r.bottom) for r in page.rulings]
    edges, gaps = low, []
    for top, bottom in sorted(i for i in inked if i[1] > low and i[0] < high):
        gaps.append((edges, top))
        edges = max(edges, bottom)
    gaps.append((edges, high))
    start, end = max(gaps, key=lambda g: g[1] - g[0])
    both = any(b <= start for _, b in inked) and any(t >= end for t, _ in inked)
    return (start + end) / 2 if both and end - start >= _GAP * page.height else None


def cut_out(page: Page, part: Part, number: int) -> Page:
    """The part of a sheet as a page of that number, its corner the part's."""
    across, down = -part.left, -part.top

    def boxes(found: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(c.moved(across, down) for b in found for a in part.areas if (c := b.within(a)))

    words = tuple(
        _moved(w, across, down) for w in page.words if any(a.contains(*w.box.centre) for a in part.areas)
    )
    rulings = tuple(
        Ruling(c.x0 + across, c.top + down, c.x1 + across, c.bottom + down)
        for r in page.rulings
        for a in part.areas
        if (c := Box(r.x0, r.top, r.x1, r.bottom).within(a))
    )
    frame = [a for a in part.areas if a.x1 - a.x0 < page.width] or list(part.areas)
    return replace(
        page,
        number=number,
        width=max(a.x1 for a in frame) + across,
        height=max(a.bottom for a in part.areas) + down,
        words=words,
        rulings=rulings,
        fills=boxes(page.fills),
        pictures=boxes(page.pictures),
        marks=boxes(page.marks),
        covered=boxes(page.covered),
        blots=boxes(page.blots),
        text="\n".join(lines_of(words)),
        part=part,
    )


def put_back(sheet: Page, parts: Sequence[Page]) -> Page:
    """A sheet with what its parts hold."""
    words = [_moved(w, p.part.left, p.part.top) for p in parts if p.part for w in p.words]
    boxes = [p.on_sheet(Box(r.x0, r.top, r.x1, r.bottom)) for p in parts for r in p.rulings]
    return replace(
        sheet,
        words=tuple(words),
        rulings=tuple(Ruling(b.x0, b.top, b.x1, b.bottom) for b in boxes),
        text="\n".join(p.text for p in parts),
        problem=next((p.problem for p in parts if p.problem), ""),
        hidden=max(p.hidden for p in parts),
        origin=parts[0].origin,
    )


def _moved(word: Word, across: float, down: float) -> Word:
    return replace(
        word,
        box=word.box.moved(across, down),
        edges=tuple(x + across for x in word.edges),
        inks=tuple(ink and ink.moved(across, down) for ink in word.inks),
    )
