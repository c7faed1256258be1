"""Sheets that hold several pages: where they part, and each page cut out of its sheet.

Two or four pages may be printed on a sheet, or a report in columns on a large one. What parts them is a gutter: a
strip that no word and no table crosses, with text on both sides that could stand on a page of its own. What crosses
it, as a title over all columns does, goes with what comes next.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from gkingest.model.lines import in_lines
from gkingest.model.paper import Box, Page, Part, Ruling, Word
from gkingest.read.ink.glyphs import WORDS, lines_of
from gkingest.text.numbers import is_number

Stretch = tuple[float, float]  # heights, or places across: from, to
OwnText = Callable[[str], bool]  # whether a text could stand on a page of its own
Areas = tuple[Box, ...]
Margins = dict[tuple[int, int], dict[float, float]]  # where ink begins in columns, by sizes and where they begin

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
    bands: tuple[Stretch, ...]

    @property
    def along(self) -> float:
        """Height along which it parts anything."""
        return sum(b - a for a, b in self.bands)

    def lies_at(self, places: Sequence[float], near: float) -> bool:
        """Whether it lies so near one of some places."""
        return any(abs(self.at - x) < near for x in places)

    def sides(self, words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
        """The words left and right of it that it parts."""
        beside = [w for w in words if any(a <= w.box.centre[1] < b for a, b in self.bands)]
        return [w for w in beside if w.box.centre[0] < self.at], [w for w in beside if w.box.centre[0] >= self.at]

    def beside_tables(self, words: Sequence[Word], own: OwnText) -> Self:
        """The gutter without the bands in which it would cut a table."""
        bands = (band for band in self.bands if not _cuts_a_table(*_Gutter(self.at, (band,)).sides(words), own))
        return replace(self, bands=tuple(bands))

    def parted(self, main: Box, others: Sequence[Box], rulings: Sequence[Ruling]) -> Iterator[Areas]:
        """The areas left and right of it in ``main``, the ``others`` with the first, in the order of reading.

        A table over several columns ends those above it; other words that cross a gutter go with the first column.
        """
        left, right, top = list(others), list[Box](), main.top
        for start, end in (*self.bands, (main.bottom, main.bottom)):
            if start > top:
                crossing = (r for r in rulings if r.horizontal and r.x0 < self.at < r.x1)
                if right and any(top <= r.top <= start for r in crossing):
                    yield from (tuple(left), tuple(right))
                    left, right = [], []
                left.append(Box(main.x0, top, main.x1, start))
            if end > start:
                left.append(Box(main.x0, start, self.at, end))
                right.append(Box(self.at, start, main.x1, end))
            top = end
        yield from filter(None, (tuple(left), tuple(right)))


@dataclass(frozen=True, slots=True)
class _Obstacles:
    """What no gutter runs through: words, rules ``across``, rows of ``shaded`` cells, and tables.

    These have rules ``down``. What is free along less than ``least`` points is free by chance.
    """

    words: Sequence[Word]
    across: Sequence[Box]
    shaded: Sequence[Box]
    down: Sequence[Ruling]
    least: float

    @classmethod
    def of(cls, page: Page, words: Sequence[Word]) -> Self:
        """Those of a page, of its words some."""
        across = _in_rows([Box(r.x0, r.top, r.x1, r.bottom) for r in page.rulings if r.horizontal])
        shaded = _in_rows([f for f in page.fills if f.height < _GROUND * page.height])
        down = [r for r in page.rulings if not r.horizontal]
        return cls(words, list(across), list(shaded), down, _SHORT * page.height)

    def gutter(self, low: float, high: float, main: Box) -> _Gutter:
        """A strip (from x, to x) of an area with the bands in which nothing crosses it."""
        words = [(w.box.top, w.box.bottom) for w in self.words if w.box.x0 < high and w.box.x1 > low]
        gaps = _gaps([*words, *self.crossing(low, high)], main.top, main.bottom)
        return _Gutter((low + high) / 2, tuple(gap for gap in gaps if gap[1] - gap[0] > self.least))

    def crossing(self, low: float, high: float) -> list[Stretch]:
        """Heights in which rules, shaded cells and tables cross a strip."""
        across = sorted((b for b in self.across if b.x0 < low and b.x1 > high), key=lambda b: b.top)
        shaded = (b for b in self.shaded if b.x0 < low and b.x1 > high)
        found = [(b.top, b.bottom) for b in (*across, *shaded)]
        return found + [(one.top, other.bottom) for one, other in pairwise(across) if self.are_joined(one, other)]

    def are_joined(self, upper: Box, lower: Box) -> bool:
        """Whether a rule down runs from one rule across to the next."""
        x0, x1 = max(upper.x0, lower.x0) - _TOUCH, min(upper.x1, lower.x1) + _TOUCH
        top, bottom = upper.top + _TOUCH, lower.top - _TOUCH
        return any(d.top <= top and d.bottom >= bottom and x0 <= d.x0 <= x1 for d in self.down)


def apart(pages: Sequence[Page], own: OwnText) -> tuple[tuple[Page, ...], ...]:
    """The pages that each sheet holds, by rows: from left to right, then from top to bottom; () if each holds one.

    Numbers of pages are those of their sheets; ``own`` tells whether text could stand on a page of its own. One
    sheet that shows its gutter shows it for all of its size, whose last may be nearly blank.
    """
    found = [_parts(page, own, ()) for page in pages]
    shown: dict[tuple[int, int], list[float]] = {}
    for page, parts in zip(pages, found, strict=True):
        shown.setdefault(_size(page), []).extend(left for areas in parts if (left := _edge(page, areas)))
    for n, page in enumerate(pages):
        if len(found[n]) == 1 and shown[_size(page)]:
            found[n] = _parts(page, own, shown[_size(page)])
    if all(len(parts) == 1 for parts in found):
        return ()
    margins = _margins(pages, found)
    return tuple(_cut_apart(page, parts, margins) for page, parts in zip(pages, found, strict=True))


def _cut_apart(page: Page, parts: Sequence[Areas], margins: Margins) -> tuple[Page, ...]:
    """The pages of a sheet by their areas, the sheet itself where it holds one."""
    if len(parts) < 2:
        return (page,)
    return tuple(cut_out(page, _part(page, areas, margins), page.number) for areas in parts)


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


def _margins(pages: Sequence[Page], found: Sequence[Sequence[Areas]]) -> Margins:
    """Where ink begins in the columns of the sheets of each size, by where they begin."""
    margins: Margins = {}
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


def _part(page: Page, areas: Areas, margins: Margins) -> Part:
    """Areas of a sheet as a page whose ink begins where that of the first column does."""
    own, edge = margins[_size(page)], _edge(page, areas)
    ink = next((x for e, x in own.items() if abs(e - edge) < _NEAR * page.width), 0.0)
    first = own[min(own)]
    left = round(ink - first) if edge else 0
    top = round(min(a.top for a in areas))
    return Part(page.number, page.width, page.height, left, top, areas)


def _parts(page: Page, own: OwnText, known: Sequence[float]) -> list[Areas]:
    """The areas of each page on a sheet; ``known`` is where columns of other sheets of its size begin."""
    if not _may_hold_several(page):
        return [whole(page).areas]
    columns = list(_columns(page, whole(page).areas, own, known, 0))
    tall = len(columns) == 2 and page.height > _TALL * page.width / len(columns)
    rows = _rows(page) if tall else [(0.0, page.height)]
    parts = [
        tuple(a for box in column if (a := box.within(Box(0.0, top, page.width, bottom))))
        for top, bottom in rows
        for column in columns
    ]
    return [areas for areas in parts if any(a.contains(*w.box.centre) for a in areas for w in page.words)]


def _columns(page: Page, areas: Areas, own: OwnText, known: Sequence[float], depth: int) -> Iterator[Areas]:
    """The areas of each column of some areas that hang together, in the order in which they are read."""
    main = max(areas, key=lambda a: a.height)
    words = [w for w in page.words if main.contains(*w.box.centre)]
    gutter = _gutter(page, words, main, own, known) if depth < _DEPTH and words else None
    if gutter is None:
        yield areas
        return
    for part in gutter.parted(main, [a for a in areas if a is not main], page.rulings):
        yield from _columns(page, part, own, known, depth + 1)


def _gutter(page: Page, words: Sequence[Word], main: Box, own: OwnText, known: Sequence[float]) -> _Gutter | None:
    """The gutter through an area with ``words`` that is free along most of it, ``None`` if there is none."""
    obstacles = _Obstacles.of(page, words)
    best: _Gutter | None = None
    for low, high in _strips(words, main):
        gutter = obstacles.gutter(low, high, main)
        shown = gutter.lies_at(known, _NEAR * page.width)
        longest = best.along if best else -1.0
        if not shown and gutter.along >= _LONG * page.height and gutter.along > longest:
            gutter = gutter.beside_tables(words, own)  # which only makes it shorter
        if gutter.along <= longest or (not shown and gutter.along < _LONG * page.height):
            continue
        sides = gutter.sides(words)
        if all(sides) and (shown or all(own("\n".join(lines_of(side))) for side in sides)):
            best = gutter
    return best


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


def _strips(words: Sequence[Word], main: Box) -> list[Stretch]:
    """Strips (from x, to x) that few words cross, where columns of equal width would part; the widest first."""
    most = _BUSY * (max(w.box.bottom for w in words) - min(w.box.top for w in words))
    found: list[Stretch] = []
    for share in _EQUAL:
        low, high = (main.x0 + (share + off) * main.width for off in (-_OFF, _OFF))
        found += [strip for strip, crossed in _strips_within(low, high, words) if crossed < most]
    return sorted(found, key=lambda s: s[0] - s[1])[:_MOST_STRIPS]


def _strips_within(low: float, high: float, words: Sequence[Word]) -> Iterator[tuple[Stretch, float]]:
    """Strips between edges of words, and the height of the words that cross each."""
    near = [w for w in words if w.box.x1 > low and w.box.x0 < high]
    edges = sorted({low, high, *(x for w in near for x in (w.box.x0, w.box.x1) if low < x < high)})
    for one, other in (strip for strip in pairwise(edges) if strip[1] - strip[0] >= _NARROW):
        yield (one, other), sum(w.box.height for w in near if w.box.x0 < other and w.box.x1 > one)


def _gaps(stretches: Iterable[Stretch], low: float, high: float) -> Iterator[Stretch]:
    """What lies between the stretches from ``low`` to ``high``; those that overlap leave less than nothing."""
    begin = low
    for start, end in (*sorted(stretches), (high, high)):
        yield begin, start
        begin = max(begin, end)


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


def _rows(page: Page) -> list[Stretch]:
    """The heights of upper and lower pages, which part near the middle of a sheet; its own where they do not."""
    low, high = (0.5 - _FOLD) * page.height, (0.5 + _FOLD) * page.height
    inked = [(w.box.top, w.box.bottom) for w in page.words]
    inked += [(r.top, r.bottom) for r in page.rulings]
    gaps = _gaps((i for i in inked if i[1] > low and i[0] < high), low, high)
    middle = page.height / 2  # where sheets that are printed part; a page's number may stand between wider gaps
    start, end = max(gaps, key=lambda g: (g[0] < middle < g[1] and g[1] - g[0] >= _GAP * page.height, g[1] - g[0]))
    both = any(b <= start for _, b in inked) and any(t >= end for t, _ in inked)
    if not both or end - start < _GAP * page.height:
        return [(0.0, page.height)]
    cut = middle if start < middle < end else (start + end) / 2
    return [(0.0, cut), (cut, page.height)]


def cut_out(page: Page, part: Part, number: int) -> Page:
    """The part of a sheet as a page of that number, its corner the part's."""
    across, down = -part.left, -part.top

    def boxes(found: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(c.moved(across, down) for b in found for a in part.areas if (c := b.within(a)))

    def words_of(found: Sequence[Word]) -> tuple[Word, ...]:
        return tuple(_moved(w, across, down) for w in found if part.holds(w.box))

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
