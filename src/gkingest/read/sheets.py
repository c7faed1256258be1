"""Sheets that hold several pages: where they part, and each page cut out of its sheet.

Two or four pages may be printed on a sheet, or a report in columns on a large one. What parts them is a gutter: a
strip that no word and no table crosses, with text on both sides that could stand on a page of its own. What crosses
it, as a title over all columns does, goes with what comes next.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gkingest.model.lines import in_lines
from gkingest.model.paper import Box, Page, Part, Ruling, Word
from gkingest.read.ink.glyphs import WORDS, lines_of
from gkingest.text.numbers import is_number

Rows = tuple[Sequence[Box], Sequence[Box]]  # rules across, and rows of shaded cells
OwnText = Callable[[str], bool]  # whether a text could stand on a page of its own
Areas = tuple[Box, ...]

_ORIGINS = ("text", "scan", "ofd")  # pages that were printed
_TOUCH = 3.0  # points between rules that hang together
_NARROW = 8.0  # points: a narrower strip is a space between words
_EQUAL = (1 / 2, 1 / 3, 2 / 3)  # of the width: where pages and columns, which are equally wide, part
_OFF = 0.04  # of the width by which a gutter may lie elsewhere
_BUSY = 0.5  # of the height of what is printed: words along it that cross a strip show it to be no gutter
_LONG = 0.4  # of the height of the sheet along which a gutter runs that shows itself to be one
_SHORT = 0.08  # of the height: what is free of words by chance
_FOLD = 0.1  # of the height: how far from the middle of the sheet an upper page may end
_GAP = 0.025  # of the height: between an upper page and a lower one
_TALL = 2.0  # times the width: what is taller is no page but two
_NEAR = 0.03  # of the width within which the sheets of one file have their gutters
_MOST_STRIPS = 12  # that are looked at where hardly any word crosses
_BESIDE = 6.0  # points between the cells of one row
_GROUND = 0.3  # of the height of a sheet: what is shaded over more is no row
_WRAPPED = 1.0  # of the size of print: how far from its figures a line of a label may stand
_FEW_LINES = 2  # of figures: a table of one row has its names above
_DEPTH = 2  # gutters of gutters: four columns


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A strip that parts what is left of it from what is right of it, in the ``bands`` (heights from, to)."""

    at: float
    bands: tuple[tuple[float, float], ...]


def apart(pages: Sequence[Page], own: OwnText) -> tuple[tuple[Page, ...], ...]:
    """The pages that each sheet holds, by rows: from left to right, then from top to bottom; () if each holds one.

    Numbers of pages are those of their sheets; ``own`` tells whether text could stand on a page of its own. One
    sheet that shows its gutter shows it for all of its size, whose last may be nearly blank.
    """
    found = [_parts(page, own, ()) if _may_hold_several(page) else [(whole(page).areas)] for page in pages]
    shown: dict[tuple[int, int], list[float]] = {}
    for page, parts in zip(pages, found, strict=True):
        shown.setdefault(_size(page), []).extend(left for areas in parts if (left := _edge(page, areas)))
    for n, page in enumerate(pages):
        if len(found[n]) == 1 and shown[_size(page)] and _may_hold_several(page):
            found[n] = _parts(page, own, shown[_size(page)])
    if all(len(parts) == 1 for parts in found):
        return ()
    margins = _margins(pages, found)
    return tuple(
        tuple(cut_out(page, _part(page, areas, margins), page.number) for areas in parts)
        if len(parts) > 1
        else (page,)
        for page, parts in zip(pages, found, strict=True)
    )


def _may_hold_several(page: Page) -> bool:
    return page.origin in _ORIGINS and len(page.words) > 1 and not page.tables and page.part is None


def whole(page: Page) -> Part:
    """The part of a sheet that holds one page."""
    box = Box(0.0, 0.0, page.width, page.height)
    return Part(page.number, page.width, page.height, 0.0, 0.0, (box,))


def _size(page: Page) -> tuple[int, int]:
    return round(page.width), round(page.height)


def _edge(page: Page, areas: Areas) -> float:
    """Where a column begins, 0 for the first."""
    return min((a.x0 for a in areas if a.width < page.width), default=0.0)


def _margins(pages: Sequence[Page], found: Sequence[Sequence[Areas]]) -> dict[tuple[int, int], dict[float, float]]:
    """Where ink begins in the columns of the sheets of each size, by where they begin."""
    margins: dict[tuple[int, int], dict[float, float]] = {}
    for page, parts in zip(pages, found, strict=True):
        own = margins.setdefault(_size(page), {})
        for areas in parts if len(parts) > 1 else ():
            narrow = [a for a in areas if a.width < page.width]
            edge = _edge(page, areas)
            known = next((e for e in own if abs(e - edge) < _NEAR * page.width), edge)
            ink = [w.box.x0 for w in page.words if any(a.contains(*w.box.centre) for a in narrow)]
            ink += [r.x0 for r in page.rulings if any(a.contains(r.x0, r.top) for a in narrow)]
            own[known] = min([own.get(known, page.width), *ink])
    return margins


def _part(page: Page, areas: Areas, margins: dict[tuple[int, int], dict[float, float]]) -> Part:
    """Areas of a sheet as a page whose ink begins where that of the first column does."""
    own, edge = margins[_size(page)], _edge(page, areas)
    ink = next((x for e, x in own.items() if abs(e - edge) < _NEAR * page.width), 0.0)
    first = own[min(own)]
    left = round(ink - first) if edge else 0
    top = round(min(a.top for a in areas))
    return Part(page.number, page.width, page.height, left, top, areas)


def _parts(page: Page, own: OwnText, known: Sequence[float]) -> list[Areas]:
    """The areas of each page on a sheet; ``known`` is where columns of other sheets of its size begin."""
    columns = list(_columns(page, whole(page).areas, own, known, 0))
    cut = _between_rows(page) if len(columns) == 2 and page.height > _TALL * page.width / len(columns) else None
    rows = [(0.0, page.height)] if cut is None else [(0.0, cut), (cut, page.height)]
    parts = [
        tuple(a for box in column if (a := box.within(Box(0.0, top, page.width, bottom))))
        for top, bottom in rows
        for column in columns
    ]
    return [areas for areas in parts if any(a.contains(*w.box.centre) for a in areas for w in page.words)]


def _columns(page: Page, areas: Areas, own: OwnText, known: Sequence[float], depth: int) -> Iterator[Areas]:
    """The areas of each column of some areas that hang together, in the order in which they are read.

    A table over several columns ends those above it; other words that cross a gutter go with the first column.
    """
    words = [w for w in page.words if any(a.contains(*w.box.centre) for a in areas)]
    main = max(areas, key=lambda a: a.height)
    gutter = _gutter(page, words, main, own, known) if depth < _DEPTH and words else None
    if gutter is None:
        yield areas
        return
    left: list[Box] = [a for a in areas if a is not main]
    right: list[Box] = []
    top = main.top
    for start, end in (*gutter.bands, (main.bottom, main.bottom)):
        if start > top:
            across = Box(main.x0, top, main.x1, start)
            ruled = any(r.horizontal and top <= r.top <= start and r.x0 < gutter.at < r.x1 for r in page.rulings)
            if ruled and right:
                yield from _columns(page, tuple(left), own, known, depth + 1)
                yield from _columns(page, tuple(right), own, known, depth + 1)
                left, right = [], []
            left.append(across)
        if end > start:
            left.append(Box(main.x0, start, gutter.at, end))
            right.append(Box(gutter.at, start, main.x1, end))
        top = end
    yield from _columns(page, tuple(left), own, known, depth + 1)
    if right:
        yield from _columns(page, tuple(right), own, known, depth + 1)


def _gutter(page: Page, words: Sequence[Word], main: Box, own: OwnText, known: Sequence[float]) -> _Gutter | None:
    """The gutter through an area that is free along most of it, ``None`` if there is none."""
    inside = [w for w in words if main.contains(*w.box.centre)]
    rules = list(_in_rows([Box(r.x0, r.top, r.x1, r.bottom) for r in page.rulings if r.horizontal]))
    shades = list(_in_rows([f for f in page.fills if f.height < _GROUND * page.height]))
    best: tuple[float, _Gutter] | None = None
    for low, high in _strips(inside, main):
        bands = _free(page, inside, main, (low, high), (rules, shades))
        at = (low + high) / 2
        shown = any(abs(at - k) < _NEAR * page.width for k in known)
        if not shown:
            bands = [b for b in bands if not _cuts_a_table(*_sides(inside, at, [b]), own)]
        along = sum(b - a for a, b in bands)
        if (along < _LONG * page.height and not shown) or (best and along <= best[0]):
            continue
        sides = _sides(inside, at, bands)
        if all(sides) and (shown or all(own("\n".join(lines_of(side))) for side in sides)):
            best = along, _Gutter(at, tuple(bands))
    return best[1] if best else None


def _sides(
    words: Sequence[Word], at: float, bands: Sequence[tuple[float, float]]
) -> tuple[Sequence[Word], Sequence[Word]]:
    """The words left and right of a gutter in some bands."""
    beside = [w for w in words if any(a <= w.box.centre[1] < b for a, b in bands)]
    return [w for w in beside if w.box.centre[0] < at], [w for w in beside if w.box.centre[0] >= at]


def _cuts_a_table(left: Sequence[Word], right: Sequence[Word], own: OwnText) -> bool:
    """Whether lines of figures are parted from what stands before them: their labels, or groups of these.

    Groups alone could stand on no page; and labels are missed where most figures have no words before them.
    """
    lines = [sorted(line, key=lambda w: w.box.x0) for line in in_lines(right, WORDS)]
    figured = bare = 0
    for before, line, after in zip([[], *lines], lines, [*lines[1:], []], strict=False):
        first = next((w for w in line if is_number(w.text)), None)
        if first is not None:  # a label may be wrapped, with its figures beside the middle of it
            near = (w for w in (*before, *line, *after) if abs(w.box.top - first.box.top) < _WRAPPED * w.size)
            figured += 1
            bare += not any(w.box.x0 < first.box.x0 and not is_number(w.text) for w in near)
    if figured < _FEW_LINES or not left:
        return False
    return (bare >= _FEW_LINES and 2 * bare > figured) or not own("\n".join(lines_of(left)))


def _strips(words: Sequence[Word], main: Box) -> Iterator[tuple[float, float]]:
    """Strips (from x, to x) that few words cross, where columns of equal width would part; the widest first."""
    if not words:
        return
    high = max(w.box.bottom for w in words) - min(w.box.top for w in words)
    found = []
    for share in _EQUAL:
        low, end = (main.x0 + (share + off) * main.width for off in (-_OFF, _OFF))
        near = [w for w in words if w.box.x1 > low and w.box.x0 < end]
        edges = sorted({low, end, *(x for w in near for x in (w.box.x0, w.box.x1) if low < x < end)})
        for one, other in (strip for strip in pairwise(edges) if strip[1] - strip[0] >= _NARROW):
            crossed = sum(w.box.height for w in near if w.box.x0 < other and w.box.x1 > one)
            if crossed < _BUSY * high:
                found.append((one, other))
    yield from sorted(found, key=lambda s: s[0] - s[1])[:_MOST_STRIPS]


def _free(
    page: Page,
    words: Sequence[Word],
    main: Box,
    strip: tuple[float, float],
    rows: tuple[Sequence[Box], Sequence[Box]],
) -> list[tuple[float, float]]:
    """The bands (height from, to) in which neither a word nor a table crosses a strip.

    ``rows`` are rules across and rows of shaded cells.
    """
    low, high = strip
    crossing = [(w.box.top, w.box.bottom) for w in words if w.box.x0 < high and w.box.x1 > low]
    across, shaded = (sorted((r for r in own if r.x0 < low and r.x1 > high), key=lambda r: r.top) for own in rows)
    crossing += [(r.top, r.bottom) for r in (*across, *shaded)]
    down = [r for r in page.rulings if r.bottom - r.top > r.x1 - r.x0] if len(across) > 1 else []
    for one, other in pairwise(across):
        x0, x1 = max(one.x0, other.x0) - _TOUCH, min(one.x1, other.x1) + _TOUCH
        top, bottom = one.top + _TOUCH, other.top - _TOUCH
        if any(d.top <= top and d.bottom >= bottom and x0 <= d.x0 <= x1 for d in down):
            crossing.append((one.top, other.bottom))
    bands, top = [], main.top
    for start, end in (*sorted(crossing), (main.bottom, main.bottom)):
        if start - top > _SHORT * page.height:
            bands.append((top, start))
        top = max(top, end)
    return bands


def _in_rows(pieces: Sequence[Box]) -> Iterator[Box]:
    """Pieces of one height that stand beside each other as one: rules of cells, cells that are shaded."""
    rows: dict[tuple[int, int], list[Box]] = {}
    for piece in sorted(pieces, key=lambda f: f.x0):
        rows.setdefault((round(piece.top), round(piece.bottom)), []).append(piece)
    for own in rows.values():
        row = own[0]
        for piece in own[1:]:
            if piece.x0 - row.x1 > _BESIDE:
                yield row
                row = piece
            else:
                row = row.union(piece)
        yield row


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
    middle = page.height / 2  # where sheets that are printed part; a page's number may stand between wider gaps
    start, end = max(gaps, key=lambda g: (g[0] < middle < g[1] and g[1] - g[0] >= _GAP * page.height, g[1] - g[0]))
    both = any(b <= start for _, b in inked) and any(t >= end for t, _ in inked)
    if not both or end - start < _GAP * page.height:
        return None
    return middle if start < middle < end else (start + end) / 2


def cut_out(page: Page, part: Part, number: int) -> Page:
    """The part of a sheet as a page of that number, its corner the part's."""
    across, down = -part.left, -part.top

    def boxes(found: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(c.moved(across, down) for b in found for a in part.areas if (c := b.within(a)))

    def words_of(found: Sequence[Word]) -> tuple[Word, ...]:
        return tuple(_moved(w, across, down) for w in found if any(a.contains(*w.box.centre) for a in part.areas))

    words = words_of(page.words)
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
        under=words_of(page.under),
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
