"""Page without (enough) rules → grids: columns from where the figures and heading words stand, rows from lines.

Only geometry and numbering are looked at; where one table ends and the next begins the caller says, because
section headings are words of the form.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from gkingest.model.paper import Box, Cell, Grid, Page, Word, bounding_box
from gkingest.model.report import CellState
from gkingest.tables.cells import cell_text
from gkingest.tables.ruled import character_height
from gkingest.text.labels import read_label
from gkingest.text.numbers import read_number

_PROSE = 0.55  # of the page width: a word this long is prose, not a label
_MARGIN = 0.06  # of the page height: page numbers stand there


@dataclass(frozen=True, slots=True)
class _Line:
    """Words on one line; ``figures`` are those that are a number or a dash by themselves."""

    words: tuple[Word, ...]
    top: float
    bottom: float
    figures: tuple[Word, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class _Row:
    """Words of a row to be: beside the figures, and in the columns."""

    labels: list[Word]
    others: list[Word]
    middle: float


def find_aligned(page: Page, ends_table: Callable[[str], bool]) -> tuple[Grid, ...]:
    """Grids of a page by alignment; ``ends_table`` tells whether a line of text is a heading between tables."""
    grids = []
    for region in _regions(page, ends_table):
        grid = _grid(page, region)
        if grid is not None:
            grids.append(grid)
    return tuple(grids)


def _is_figure(word: Word) -> bool:
    return read_number(word.text).state in (CellState.REPORTED, CellState.DASH)


def _lines(page: Page) -> list[_Line]:
    rows: list[list[Word]] = []
    for word in sorted(page.words, key=lambda w: (w.box.centre[1], w.box.x0)):
        near = 0.45 * max(min(word.box.height, rows[-1][0].box.height), 1.0) if rows else 0.0
        if rows and word.box.centre[1] - rows[-1][0].box.centre[1] <= near:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(r, key=lambda w: w.box.x0)) for r in rows]


def _line(words: list[Word]) -> _Line:
    box = bounding_box([w.box for w in words])
    return _Line(tuple(words), box.top, box.bottom, tuple(w for w in words if _is_figure(w)))


def _regions(page: Page, ends_table: Callable[[str], bool]) -> Iterator[list[_Line]]:
    region: list[_Line] = []
    for line in _lines(page):
        margin = line.middle < _MARGIN * page.height or line.middle > (1 - _MARGIN) * page.height
        if margin and len(line.words) <= 3:
            continue
        prose = any(w.box.width > _PROSE * page.width for w in line.words)
        if prose or ends_table("".join(w.text for w in line.words)):
            if _tabular(region):
                yield region
            region = []
        else:
            region.append(line)
    if _tabular(region):
        yield region


def _tabular(region: Sequence[_Line]) -> bool:
    """Whether lines may be a table, or the heading of one that goes on overleaf."""
    return any(n.figures for n in region) or sum(len(n.words) >= 3 for n in region) >= 1


def _grid(page: Page, region: list[_Line]) -> Grid | None:
    size = character_height(page)
    bands = _bands(region, size)
    if not bands:
        return None
    zone = _Zone(tuple(bands), bands[0][0] - 0.2 * size, _edges(bands, region, size))
    stacked = _stacked(region, zone, _leaf_start(region, zone))
    rows = _with_joined_headings(_rows(page, region, zone, stacked, size), zone)
    cells = [cell for index, row in enumerate(rows) for cell in _cells(row, index, zone, page.number)]
    if len(cells) < 2:
        return None
    box = bounding_box([c.box for c in cells])
    placed = {w for r in rows for w in (*r.labels, *r.others)}
    loose = tuple(w for n in region for w in n.words if w not in placed)
    return Grid(
        tuple(cells), len(rows), len(zone.edges) - 1, zone.edges, box, page.number, "aligned", loose=loose
    )


@dataclass(frozen=True, slots=True)
class _Zone:
    """Figure columns of a region: their extents, where the labels end, and the edges between columns."""

    bands: tuple[tuple[float, float], ...]
    border: float
    edges: tuple[float, ...]

    def is_label(self, word: Word) -> bool:
        """Whether a word stands beside the figures rather than above them."""
        overlaps = word.box.x1 > self.bands[0][0] + 1 and len(word.text) <= 8
        return word.box.centre[0] < self.border and not overlaps


def _stacked(region: Sequence[_Line], zone: _Zone, leaf: float) -> set[Word]:
    """Single characters set one below the other: a heading beside many rows, no label of any one."""
    single = [
        w
        for n in region
        for w in n.words
        if len(w.text) == 1 and zone.is_label(w) and not _is_figure(w) and (leaf < 0 or w.box.x1 <= leaf)
    ]
    least = 4 if leaf > 0 else 6
    return {
        w
        for w in single
        if sum(abs(o.box.centre[0] - w.box.centre[0]) < 0.4 * w.size for o in single) >= least
    }


def _bands(region: Sequence[_Line], size: float) -> list[tuple[float, float]]:
    """x extents of the figure columns: what the figures cover, and heading words beside them."""
    bands = _merged([(w.box.x0, w.box.x1) for n in region for w in n.figures if not _ordinal(w, n)])
    if not bands:
        return _heading_bands(region, size)
    left = _label_end(region, bands)
    headings = sorted((_heading_words(n, bands, left) for n in region if not n.figures), key=len)
    if headings and len(headings[-1]) > len(bands):  # some columns have a heading but no figure at all
        usual = median(w.box.width for w in headings[-1])
        for word in (w for words in reversed(headings) for w in words if w.box.width < 1.6 * usual):
            clear = all(word.box.x1 < a - 0.1 * size or word.box.x0 > b + 0.1 * size for a, b in bands)
            bands = _merged([*bands, (word.box.x0, word.box.x1)]) if clear else bands
    return bands


def _heading_bands(region: Sequence[_Line], size: float) -> list[tuple[float, float]]:
    """Bands of a heading that stands alone at the foot of a page."""
    lines = sorted((list(n.words) for n in region), key=len)
    words = [w for w in lines[-1] if len(w.text) <= 10]
    if len(words) < 3:
        return []
    usual = median(w.box.width for w in words)
    bands = _merged([(w.box.x0, w.box.x1) for w in words])
    for word in (w for line in lines for w in line if w.box.width < 1.6 * usual and len(w.text) <= 8):
        clear = all(word.box.x1 < a - 0.1 * size or word.box.x0 > b + 0.1 * size for a, b in bands)
        bands = _merged([*bands, (word.box.x0, word.box.x1)]) if clear else bands
    return bands


def _heading_words(line: _Line, bands: Sequence[tuple[float, float]], left: float) -> list[Word]:
    """Words of a line that stand above figure columns: some do for certain, so the others beside them may."""
    words = [w for w in line.words if w.box.x0 > left and len(w.text) <= 10]
    return words if any(w.box.x1 > bands[0][0] for w in words) else []


def _label_end(region: Sequence[_Line], bands: Sequence[tuple[float, float]]) -> float:
    """Right end of the labels that stand beside figures."""
    return max(
        (
            w.box.x1
            for n in region
            if n.figures
            for w in n.words
            if w not in n.figures and w.box.x1 < bands[0][0]
        ),
        default=0.0,
    )


def _ordinal(word: Word, line: _Line) -> bool:
    """A number that numbers the label right after it."""
    after = [w for w in line.words if w.box.x0 >= word.box.x1]
    return bool(after) and not _is_figure(after[0]) and after[0].box.x0 - word.box.x1 < 0.8 * word.size


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _edges(bands: list[tuple[float, float]], region: Sequence[_Line], size: float) -> tuple[float, ...]:
    """Column edges: the left margin, then half way between neighbouring bands."""
    left = min(w.box.x0 for n in region for w in n.words)
    right = max(w.box.x1 for n in region for w in n.words)
    between = [(a[1] + b[0]) / 2 for a, b in zip(bands, bands[1:], strict=False)]
    first = bands[0][0] - 0.2 * size
    return (min(left, bands[0][0] - size), first, *between, max(right, bands[-1][1]) + 1)


def _rows(page: Page, region: list[_Line], zone: _Zone, stacked: set[Word], size: float) -> list[_Row]:
    rules = _ruled_rows(page, region, zone.border)
    if rules:
        rows = _rows_between(region, rules, zone, stacked)
    else:
        rows = _rows_by_lines(region, zone, stacked, size)
    return [r for r in rows if r.labels or r.others]


def _ruled_rows(page: Page, region: list[_Line], border: float) -> list[float]:
    """y positions of rules that run under the figures, if there is about one for each line of figures."""
    top, bottom = region[0].top, region[-1].bottom
    rules = sorted(
        (r.top + r.bottom) / 2
        for r in page.rulings
        if r.horizontal and r.x1 - r.x0 > 40 and r.x1 > border + 20 and top - 20 < r.top < bottom + 20
    )
    merged: list[float] = []
    for y in rules:
        if not merged or y - merged[-1] > 3:
            merged.append(y)
    figures = [n.middle for n in region if n.figures]
    apart = all(any(a < y < b for y in merged) for a, b in zip(figures, figures[1:], strict=False))
    return merged if apart else []


def _rows_between(region: list[_Line], rules: list[float], zone: _Zone, stacked: set[Word]) -> list[_Row]:
    """Rows between rules that run across; headings beside several rows are left out of their labels."""
    leaf = _leaf_start(region, zone)
    rows: dict[int, _Row] = {}
    for line in region:
        index = sum(y < line.middle for y in rules)
        row = rows.setdefault(index, _Row([], [], line.middle))
        _deal(line.words, zone, row, stacked)
    for row in rows.values():
        inner = [w for w in row.labels if w.box.x1 > leaf]
        row.labels = inner or row.labels
    return [rows[i] for i in sorted(rows)]


def _deal(words: Sequence[Word], zone: _Zone, row: _Row, stacked: set[Word]) -> None:
    for word in words:
        if word not in stacked:
            (row.labels if zone.is_label(word) else row.others).append(word)


def _rows_by_lines(region: list[_Line], zone: _Zone, stacked: set[Word], size: float) -> list[_Row]:
    """Lines with something in the columns are rows; lines of label alone join the row they belong to."""
    leaf = _leaf_start(region, zone)
    rows: list[_Row] = []
    inner: list[Word] = []
    outer: dict[int, list[Word]] = {}
    for line in region:
        row = _Row([], [], line.middle)
        _deal(line.words, zone, row, stacked)
        inner += [w for w in row.labels if w.box.x1 > leaf]
        if row.others:
            outer[id(row)] = [w for w in row.labels if w.box.x1 <= leaf]
            rows.append(row)
        row.labels = []
    figure_rows = [r for r in rows if any(_is_figure(w) for w in r.others)]
    top = figure_rows[0].middle - 3 * size if figure_rows else 0.0
    for block in _blocks(inner, size):
        _attach(block, rows, figure_rows if block[0].box.centre[1] > top else rows)
    for row in rows:  # 予以公开 stands where the headings stand, but in the line of its own figures
        row.labels = row.labels or outer.get(id(row), [])
    return sorted(rows, key=lambda r: r.middle)


def _leaf_start(region: list[_Line], zone: _Zone) -> float:
    """x that innermost labels reach beyond and the headings left of them do not; minus one if it is unknown.

    It lies half a character to the right of where the labels numbered 1. 2. 3. begin.
    """
    starts = [
        w.box.x0
        for n in region
        for w in n.words
        if zone.is_label(w) and read_label(w.text).level == "item" and not _is_figure(w)
    ]
    return (
        median(starts) + 0.5 * median(w.size for n in region for w in n.words) if len(starts) >= 3 else -1.0
    )


def _blocks(words: list[Word], size: float) -> Iterator[list[Word]]:
    """Label words of one row each: a new block at a numbering, or after a gap wider than between lines.

    Where nearly every label is numbered, only a very wide gap ends a block without a numbering.
    """
    ordered = sorted(words, key=lambda w: (round(w.box.centre[1]), w.box.x0))
    numbered = sum(bool(read_label(w.text).level) for w in ordered)
    wide = (1.3 if numbered >= 6 else 0.55) * size
    block: list[Word] = []
    for word in ordered:
        same_line = block and abs(word.box.centre[1] - block[-1].box.centre[1]) < 0.5 * size
        gap = word.box.top - block[-1].box.bottom if block else 0.0
        if block and not same_line and (gap > wide or read_label(word.text).level):
            yield block
            block = []
        block.append(word)
    if block:
        yield block


def _attach(block: list[Word], rows: list[_Row], candidates: list[_Row]) -> None:
    """Give a block to the row whose line runs through it; without one it is a row of its own."""
    box = bounding_box([w.box for w in block])
    inside = [r for r in candidates if box.top - 1 <= r.middle <= box.bottom + 1]
    if len(inside) == 1 or (inside and all(not r.labels for r in inside)):
        inside[0].labels += block
    elif inside:
        free = [r for r in inside if not r.labels] or inside
        free[0].labels += block
    else:
        rows.append(_Row(list(block), [], box.centre[1]))


def _with_joined_headings(rows: list[_Row], zone: _Zone) -> list[_Row]:
    """Heading words wrapped over several lines become one row: from the figures upwards, column by column.

    A line with a word over several columns, or a lone word over the middle, is a heading of its own level.
    """
    joined: list[_Row] = []
    below: _Row | None = None
    for row in reversed(rows):
        heading = bool(row.others) and not any(_is_figure(w) for w in row.others)
        single = heading and all(_within_one(w, zone) for w in row.others)
        single = single and not (len(row.others) == 1 and _is_centred(row.others[0], zone))
        if below is not None and single:
            below.others += row.others
            below.labels += row.labels
            continue
        joined.append(row)
        below = row if single else None
    return joined[::-1]


def _within_one(word: Word, zone: _Zone) -> bool:
    """Whether a word stands over one column only."""
    over = [i for i, (a, b) in enumerate(zone.bands) if word.box.x1 > a + 1 and word.box.x0 < b - 1]
    return len(over) <= 1


def _cells(row: _Row, index: int, zone: _Zone, page: int) -> Iterator[Cell]:
    box = bounding_box([w.box for w in (*row.labels, *row.others)])
    edges = zone.edges
    groups: dict[tuple[int, int], list[Word]] = {(0, 1): []}
    everything = sorted((*row.labels, *row.others), key=lambda w: w.box.x0)
    one_line = all(abs(w.box.centre[1] - row.middle) < 2 for w in everything)
    if one_line and len(everything) == len(edges) - 1 and not any(_is_figure(w) for w in everything):
        groups = {
            (i, i + 1): [w] for i, w in enumerate(everything)
        }  # a heading for each column, label column too
    else:
        groups[0, 1] = list(row.labels)
        for span, word in _spans(row.others, zone):
            groups.setdefault(span, []).append(word)
    filled = {c for a, b in groups for c in range(a, b)}
    groups.update({(c, c + 1): [] for c in range(len(edges) - 1) if c not in filled})
    for (start, end), inside in sorted(groups.items()):
        area = Box(edges[start], box.top, edges[end], box.bottom)
        ink = bounding_box([w.box for w in inside]) if inside else area
        yield Cell(cell_text(inside, area), area, ink, page, index, start, 1, end - start)


def _spans(words: Sequence[Word], zone: _Zone) -> Iterator[tuple[tuple[int, int], Word]]:
    """(first, after last) column of each word above or in the columns."""
    last = len(zone.edges) - 1
    figures = any(_is_figure(w) for w in words)
    if len(words) == 1 and not figures and _is_centred(words[0], zone):
        yield (1, last), words[0]
    elif (
        not figures and len(words) == last - 1
    ):  # as many headings as columns: in order, wherever they are aligned
        for column, word in enumerate(sorted(words, key=lambda w: w.box.x0), 1):
            yield (column, column + 1), word
    else:
        for word in words:
            column = max(_column(word, zone.edges), 1)
            yield (column, column + 1), word


def _is_centred(word: Word, zone: _Zone) -> bool:
    """Whether a lone heading stands over the middle of all columns (or of the whole table)."""
    x = word.box.centre[0]
    whole, figures = zone.edges[0], zone.edges[1]
    right = zone.edges[-1]
    near = 0.12 * (right - whole)
    return min(abs(x - (figures + right) / 2), abs(x - (whole + right) / 2)) < near


def _column(word: Word, edges: Sequence[float]) -> int:
    return max(
        range(len(edges) - 1), key=lambda i: min(word.box.x1, edges[i + 1]) - max(word.box.x0, edges[i])
    )
