"""Page without (enough) rules → grids: columns from where the figures and heading words stand, rows from lines.

Only geometry and numbering are looked at; where one table ends and the next begins the caller says, because
section headings are words of the form.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Self

from gkingest.model.method import ALIGNED
from gkingest.model.paper import Box, Cell, Grid, Page, Word, bounding_box, character_height
from gkingest.tables.bands import WordLine, Zone, column_edges, find_bands, is_figure, read_lines
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

    @classmethod
    def of(cls, line: WordLine, zone: Zone, stacked: Set[Word]) -> Self:
        """A line without its characters of stacked labels."""
        row = cls([], [], line.middle)
        row.take(line.words, zone, stacked)
        return row

    def take(self, words: Iterable[Word], zone: Zone, stacked: Set[Word]) -> None:
        """Put words beside the figures or into the columns, but those of stacked labels."""
        for word in words:
            if word not in stacked:
                (self.labels if zone.is_label(word) else self.others).append(word)

    @property
    def words(self) -> tuple[Word, ...]:
        """All of them."""
        return (*self.labels, *self.others)

    @property
    def has_figures(self) -> bool:
        """Whether figures stand in the columns."""
        return any(map(is_figure, self.others))

    def labels_beyond(self, leaf: float) -> list[Word]:
        """The labels that reach beyond an x."""
        return [w for w in self.labels if w.box.x1 > leaf]

    def label_parts(self) -> tuple[list[Word], list[Word]]:
        """Label words apart by a wide gap: what stands left of it, and the innermost label."""
        inner: list[Word] = []
        for word in sorted(self.labels, key=lambda w: w.box.x0, reverse=True):
            if inner and min(w.box.x0 for w in inner) - word.box.x1 > 0.8 * word.size:
                break
            inner.append(word)
        return [w for w in self.labels if w not in inner], inner

    def is_wrapped_heading(self, zone: Zone) -> bool:
        """Whether it may go on in the headings below it.

        A line with a word over several columns, or a lone word over the middle, is a heading of its own level.
        """
        lone = len(self.others) == 1 and zone.is_centred(self.others[0])
        heading = bool(self.others) and not self.has_figures and not lone
        return heading and not any(map(zone.is_over_several, self.others))

    def by_column(self, zone: Zone) -> dict[tuple[int, int], list[Word]]:
        """Words by the (first, after last) column that they stand in or over."""
        words = sorted(self.words, key=lambda w: w.box.x0)
        one_line = all(abs(w.box.centre[1] - self.middle) < 2 for w in words)
        if one_line and len(words) == len(zone.edges) - 2 and not any(map(is_figure, words)):
            return {(i, i + 1): [w] for i, w in enumerate(words, 1)}  # a heading for each, labels' column too
        outer, inner = self.label_parts()
        columns = {(0, 1): outer, (1, 2): inner}
        for span, word in zone.spans(self.others):
            columns.setdefault(span, []).append(word)
        return columns

    def cells(self, index: int, zone: Zone, page: int) -> Iterator[Cell]:
        """Cells of the row, empty ones too."""
        box = bounding_box([w.box for w in self.words])
        edges, columns = zone.edges, self.by_column(zone)
        filled = {c for a, b in columns for c in range(a, b)}
        columns.update({(c, c + 1): [] for c in range(len(edges) - 1) if c not in filled})
        for (start, end), inside in sorted(columns.items()):
            area = Box(edges[start], box.top, edges[end], box.bottom)
            ink = bounding_box([w.box for w in inside]) if inside else area
            yield Cell(cell_text(inside, area), area, ink, page, index, start, 1, end - start)


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines that may be a table, their words, its columns, and the usual ``size`` of glyphs.

    ``leaf`` is an x that innermost labels reach beyond and the headings left of them do not, minus one if it is
    unknown. It lies half a character to the right of where the labels numbered 1. 2. 3. begin.
    """

    lines: Sequence[WordLine]
    words: Sequence[Word]
    zone: Zone
    size: float
    leaf: float

    @classmethod
    def of(cls, lines: Sequence[WordLine], size: float) -> Self | None:
        """The region of some lines, ``None`` where no figures stand in columns."""
        bands = find_bands(lines, size)
        if not bands:
            return None
        words = [w for line in lines for w in line.words]
        zone = Zone(tuple(bands), bands[0][0] - 0.2 * size, column_edges(bands, lines, size))
        labels = (w for w in words if zone.is_label(w) and read_label(w.text).level == "item")
        starts = [w.box.x0 for w in labels if not is_figure(w)]
        leaf = median(starts) + 0.5 * median(w.size for w in words) if len(starts) >= 3 else -1.0
        return cls(lines, words, zone, size, leaf)

    def grid(self, page: Page) -> Grid | None:
        """Its grid, ``None`` where that has less than two cells."""
        stacked = self.stacked()
        rules = self.rules_of(page)
        found = self.rows_between(rules, stacked) if self.are_parted(rules) else self.rows_by_lines(stacked)
        rows = self.with_joined_headings(found)
        cells = [cell for index, row in enumerate(rows) for cell in row.cells(index, self.zone, page.number)]
        if len(cells) < 2:
            return None
        box = bounding_box([c.box for c in cells])
        placed = {w for row in rows for w in row.words}
        loose = tuple(w for w in self.words if w not in placed)
        edges = self.zone.edges
        return Grid(tuple(cells), len(rows), len(edges) - 1, edges, box, page.number, ALIGNED, loose=loose)

    def stacked(self) -> set[Word]:
        """Single characters set one below the other: a heading beside many rows, no label of any one."""
        letters = (w for w in self.words if len(w.text) == 1 and self.zone.is_label(w) and not is_figure(w))
        single = [w for w in letters if self.leaf < 0 or w.box.x1 <= self.leaf]
        least = 4 if self.leaf > 0 else 6
        return {
            w for w in single if sum(abs(o.box.centre[0] - w.box.centre[0]) < 0.4 * w.size for o in single) >= least
        }

    def rules_of(self, page: Page) -> list[float]:
        """y positions of the rules that run under its figures."""
        top, bottom, border = self.lines[0].top - 20, self.lines[-1].bottom + 20, self.zone.border + 20
        across = (r for r in page.rulings if r.horizontal and r.x1 - r.x0 > 40 and r.x1 > border)
        rules: list[float] = []
        for y in sorted((r.top + r.bottom) / 2 for r in across if top < r.top < bottom):
            if not rules or y - rules[-1] > 3:
                rules.append(y)
        return rules

    def are_parted(self, rules: Sequence[float]) -> bool:
        """Whether there is about one of some rules for each line of figures."""
        figures = [line.middle for line in self.lines if line.figures]
        return bool(rules) and all(any(a < y < b for y in rules) for a, b in pairwise(figures))

    def rows_between(self, rules: Sequence[float], stacked: Set[Word]) -> list[_Row]:
        """Rows between rules that run across; headings beside several rows are left out of their labels."""
        rows: dict[int, _Row] = {}
        for line in self.lines:
            row = rows.setdefault(sum(y < line.middle for y in rules), _Row([], [], line.middle))
            row.take(line.words, self.zone, stacked)
        for row in rows.values():
            row.labels = row.labels_beyond(self.leaf) or row.labels
        return [rows[i] for i in sorted(rows) if rows[i].words]

    def rows_by_lines(self, stacked: Set[Word]) -> list[_Row]:
        """Lines with something in the columns are rows; lines of label alone join the row they belong to."""
        rows: list[_Row] = []
        inner: list[Word] = []
        outer: dict[int, list[Word]] = {}
        for line in self.lines:
            row = _Row.of(line, self.zone, stacked)
            inner += row.labels_beyond(self.leaf)
            if row.others:
                outer[id(row)] = [w for w in row.labels if w.box.x1 <= self.leaf]
                rows.append(row)
            row.labels = []
        self.label(rows, inner)
        for row in rows:  # 予以公开 stands where the headings stand, but in the line of its own figures
            row.labels = row.labels or outer.get(id(row), [])
        return sorted(rows, key=lambda r: r.middle)

    def label(self, rows: list[_Row], labels: Sequence[Word]) -> None:
        """Give each block of labels to the row whose line runs through it; without one it is a row of its own."""
        figure_rows = [r for r in rows if r.has_figures]
        top = figure_rows[0].middle - 3 * self.size if figure_rows else 0.0
        for block in _blocks(labels, self.size):
            box = bounding_box([w.box for w in block])
            below = block[0].box.centre[1] > top
            inside = [r for r in (figure_rows if below else rows) if box.top - 1 <= r.middle <= box.bottom + 1]
            if inside:
                next((r for r in inside if not r.labels), inside[0]).labels += block
            else:
                rows.append(_Row(block, [], box.centre[1]))

    def with_joined_headings(self, rows: Sequence[_Row]) -> list[_Row]:
        """Heading words wrapped over several lines become one row: from the figures upwards, column by column."""
        joined: list[_Row] = []
        below: _Row | None = None
        for row in reversed(rows):
            wrapped = row.is_wrapped_heading(self.zone)
            if below is not None and wrapped:
                below.others += row.others
                below.labels += row.labels
                continue
            joined.append(row)
            below = row if wrapped else None
        return joined[::-1]


def find_aligned(page: Page, ends_table: Callable[[str], bool]) -> tuple[Grid, ...]:
    """Grids of a page by alignment; ``ends_table`` tells whether a line of text is a heading between tables."""
    size = character_height(page)
    # Lines may be a table, or the heading of one that goes on overleaf.
    tabular = (r for r in _between_headings(page, ends_table) if any(n.figures or len(n.words) >= 3 for n in r))
    regions = (_Region.of(lines, size) for lines in tabular)
    grids = (region.grid(page) for region in regions if region is not None)
    return tuple(g for g in grids if g is not None)


def _between_headings(page: Page, ends_table: Callable[[str], bool]) -> Iterator[list[WordLine]]:
    """Lines of a page that hang together: between prose and headings, without what stands in the margins."""
    lines: list[WordLine] = []
    for line in read_lines(page):
        margin = line.middle < _MARGIN * page.height or line.middle > (1 - _MARGIN) * page.height
        if margin and len(line.words) <= 3:
            continue
        prose = any(w.box.width > _PROSE * page.width for w in line.words)
        if prose or ends_table("".join(w.text for w in line.words)):
            yield lines
            lines = []
        else:
            lines.append(line)
    yield lines


def _blocks(words: Sequence[Word], size: float) -> Iterator[list[Word]]:
    """Label words of one row each: a new block at a numbering, or after a gap wider than between lines.

    Where nearly every label is numbered, only a very wide gap ends a block without a numbering.
    """
    ordered = sorted(words, key=lambda w: (round(w.box.centre[1]), w.box.x0))
    numbered = sum(bool(read_label(w.text).level) for w in ordered)
    wide = (1.3 if numbered >= 6 else 0.55) * size
    block = ordered[:1]
    for before, word in pairwise(ordered):
        same_line = abs(word.box.centre[1] - before.box.centre[1]) < 0.5 * size
        if not same_line and (word.box.top - before.box.bottom > wide or read_label(word.text).level):
            yield block
            block = []
        block.append(word)
    if block:
        yield block
