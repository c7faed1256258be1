"""Page without (enough) rules → grids: columns from where the figures and heading words stand, rows from lines.

Only geometry and numbering are looked at; where one table ends and the next begins the caller says, because
section headings are words of the form.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from gkingest.model.method import ALIGNED
from gkingest.model.paper import Box, Cell, Grid, Page, Word, bounding_box, character_height
from gkingest.tables.bands import LABELS, WordLine, Zone, column_edges, find_bands, is_figure, read_lines
from gkingest.tables.cells import cell_text
from gkingest.text.labels import read_label

_PROSE = 0.55  # of the page width: a word this long is prose, not a label
_MARGIN = 0.06  # of the page height: page numbers stand there


@dataclass(slots=True)
class _Row:
    """Words of a row to be: beside the figures, and in the columns."""

    labels: list[Word]
    others: list[Word]
    middle: float

    def take(self, words: Sequence[Word], zone: Zone, stacked: set[Word]) -> None:
        """Put words beside the figures or into the columns, but those of stacked labels."""
        for word in words:
            if word not in stacked:
                (self.labels if zone.is_label(word) else self.others).append(word)

    def cells(self, index: int, zone: Zone, page: int) -> Iterator[Cell]:
        """Cells of the row, empty ones too."""
        box = bounding_box([w.box for w in (*self.labels, *self.others)])
        edges = zone.edges
        groups: dict[tuple[int, int], list[Word]]
        everything = sorted((*self.labels, *self.others), key=lambda w: w.box.x0)
        one_line = all(abs(w.box.centre[1] - self.middle) < 2 for w in everything)
        figures = any(is_figure(w) for w in everything)
        if one_line and len(everything) == len(edges) - 2 and not figures:
            groups = {
                (i, i + 1): [w] for i, w in enumerate(everything, 1)
            }  # a heading for each, labels' column too
        else:
            outer, inner = _label_parts(self.labels)
            groups = {(0, 1): outer, (1, 2): inner}
            for span, word in _spans(self.others, zone):
                groups.setdefault(span, []).append(word)
        filled = {c for a, b in groups for c in range(a, b)}
        groups.update({(c, c + 1): [] for c in range(len(edges) - 1) if c not in filled})
        for (start, end), inside in sorted(groups.items()):
            area = Box(edges[start], box.top, edges[end], box.bottom)
            ink = bounding_box([w.box for w in inside]) if inside else area
            yield Cell(cell_text(inside, area), area, ink, page, index, start, 1, end - start)


def find_aligned(page: Page, ends_table: Callable[[str], bool]) -> tuple[Grid, ...]:
    """Grids of a page by alignment; ``ends_table`` tells whether a line of text is a heading between tables."""
    grids = []
    for region in _regions(page, ends_table):
        grid = _grid(page, region)
        if grid is not None:
            grids.append(grid)
    return tuple(grids)


def _regions(page: Page, ends_table: Callable[[str], bool]) -> Iterator[list[WordLine]]:
    region: list[WordLine] = []
    for line in read_lines(page):
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


def _tabular(region: Sequence[WordLine]) -> bool:
    """Whether lines may be a table, or the heading of one that goes on overleaf."""
    return any(n.figures for n in region) or sum(len(n.words) >= 3 for n in region) >= 1


def _grid(page: Page, region: list[WordLine]) -> Grid | None:
    size = character_height(page)
    bands = find_bands(region, size)
    if not bands:
        return None
    zone = Zone(tuple(bands), bands[0][0] - 0.2 * size, column_edges(bands, region, size))
    stacked = _stacked(region, zone, _leaf_start(region, zone))
    rules = _ruled_rows(page, region, zone.border)
    found = _rows_between(region, rules, zone, stacked) if rules else _rows_by_lines(region, zone, stacked, size)
    rows = _with_joined_headings([r for r in found if r.labels or r.others], zone)
    cells = [cell for index, row in enumerate(rows) for cell in row.cells(index, zone, page.number)]
    if len(cells) < 2:
        return None
    box = bounding_box([c.box for c in cells])
    placed = {w for r in rows for w in (*r.labels, *r.others)}
    loose = tuple(w for n in region for w in n.words if w not in placed)
    return Grid(tuple(cells), len(rows), len(zone.edges) - 1, zone.edges, box, page.number, ALIGNED, loose=loose)


def _stacked(region: Sequence[WordLine], zone: Zone, leaf: float) -> set[Word]:
    """Single characters set one below the other: a heading beside many rows, no label of any one."""
    single = [
        w
        for n in region
        for w in n.words
        if len(w.text) == 1 and zone.is_label(w) and not is_figure(w) and (leaf < 0 or w.box.x1 <= leaf)
    ]
    least = 4 if leaf > 0 else 6
    return {
        w for w in single if sum(abs(o.box.centre[0] - w.box.centre[0]) < 0.4 * w.size for o in single) >= least
    }


def _ruled_rows(page: Page, region: list[WordLine], border: float) -> list[float]:
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
    apart = all(any(a < y < b for y in merged) for a, b in pairwise(figures))
    return merged if apart else []


def _rows_between(region: list[WordLine], rules: list[float], zone: Zone, stacked: set[Word]) -> list[_Row]:
    """Rows between rules that run across; headings beside several rows are left out of their labels."""
    leaf = _leaf_start(region, zone)
    rows: dict[int, _Row] = {}
    for line in region:
        index = sum(y < line.middle for y in rules)
        row = rows.setdefault(index, _Row([], [], line.middle))
        row.take(line.words, zone, stacked)
    for row in rows.values():
        inner = [w for w in row.labels if w.box.x1 > leaf]
        row.labels = inner or row.labels
    return [rows[i] for i in sorted(rows)]


def _rows_by_lines(region: list[WordLine], zone: Zone, stacked: set[Word], size: float) -> list[_Row]:
    """Lines with something in the columns are rows; lines of label alone join the row they belong to."""
    leaf = _leaf_start(region, zone)
    rows: list[_Row] = []
    inner: list[Word] = []
    outer: dict[int, list[Word]] = {}
    for line in region:
        row = _Row([], [], line.middle)
        row.take(line.words, zone, stacked)
        inner += [w for w in row.labels if w.box.x1 > leaf]
        if row.others:
            outer[id(row)] = [w for w in row.labels if w.box.x1 <= leaf]
            rows.append(row)
        row.labels = []
    figure_rows = [r for r in rows if any(is_figure(w) for w in r.others)]
    top = figure_rows[0].middle - 3 * size if figure_rows else 0.0
    for block in _blocks(inner, size):
        _attach(block, rows, figure_rows if block[0].box.centre[1] > top else rows)
    for row in rows:  # 予以公开 stands where the headings stand, but in the line of its own figures
        row.labels = row.labels or outer.get(id(row), [])
    return sorted(rows, key=lambda r: r.middle)


def _leaf_start(region: list[WordLine], zone: Zone) -> float:
    """x that innermost labels reach beyond and the headings left of them do not; minus one if it is unknown.

    It lies half a character to the right of where the labels numbered 1. 2. 3. begin.
    """
    starts = [
        w.box.x0
        for n in region
        for w in n.words
        if zone.is_label(w) and read_label(w.text).level == "item" and not is_figure(w)
    ]
    return median(starts) + 0.5 * median(w.size for n in region for w in n.words) if len(starts) >= 3 else -1.0


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


def _with_joined_headings(rows: list[_Row], zone: Zone) -> list[_Row]:
    """Heading words wrapped over several lines become one row: from the figures upwards, column by column.

    A line with a word over several columns, or a lone word over the middle, is a heading of its own level.
    """
    joined: list[_Row] = []
    below: _Row | None = None
    for row in reversed(rows):
        heading = bool(row.others) and not any(is_figure(w) for w in row.others)
        single = heading and all(
            sum(w.box.x1 > a + 1 and w.box.x0 < b - 1 for a, b in zone.bands) <= 1 for w in row.others
        )
        single = single and not (len(row.others) == 1 and _is_centred(row.others[0], zone))
        if below is not None and single:
            below.others += row.others
            below.labels += row.labels
            continue
        joined.append(row)
        below = row if single else None
    return joined[::-1]


def _label_parts(words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Label words apart by a wide gap: what stands left of it, and the innermost label."""
    inner: list[Word] = []
    for word in sorted(words, key=lambda w: w.box.x0, reverse=True):
        if inner and min(w.box.x0 for w in inner) - word.box.x1 > 0.8 * word.size:
            break
        inner.append(word)
    return [w for w in words if w not in inner], inner


def _spans(words: Sequence[Word], zone: Zone) -> Iterator[tuple[tuple[int, int], Word]]:
    """(first, after last) column of each word above or in the columns."""
    last = len(zone.edges) - 1
    figures = any(is_figure(w) for w in words)
    if len(words) == 1 and not figures and _is_centred(words[0], zone):
        yield (LABELS, last), words[0]
    elif not figures and len(words) == last - LABELS:  # a heading for each column: in order, however aligned
        for column, word in enumerate(sorted(words, key=lambda w: w.box.x0), LABELS):
            yield (column, column + 1), word
    else:
        for word in words:
            box, edges = word.box, zone.edges
            over = max(range(last), key=lambda i: min(box.x1, edges[i + 1]) - max(box.x0, edges[i]))
            column = max(over, LABELS)
            yield (column, column + 1), word


def _is_centred(word: Word, zone: Zone) -> bool:
    """Whether a lone heading stands over the middle of all columns (or of the whole table)."""
    x = word.box.centre[0]
    whole, figures = zone.edges[0], zone.edges[LABELS]
    right = zone.edges[-1]
    near = 0.12 * (right - whole)
    return min(abs(x - (figures + right) / 2), abs(x - (whole + right) / 2)) < near
