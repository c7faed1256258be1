"""Figures of other years printed beside those of the report: tables with a caption of their own, columns and rows.

They are told by words that name a period, and only where figures of the reported year stand beside them: what
merely calls its year wrongly is no comparison.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple, Self

from rapidfuzz import fuzz

from gkingest.formats.spec import Format
from gkingest.interpret.prose.sections import is_section_heading
from gkingest.interpret.table.layout import vocabulary
from gkingest.model.finding import Finding
from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Cell, Grid, Page
from gkingest.model.report import Fact
from gkingest.text.labels import fold, label_key, label_keys, read_label
from gkingest.text.periods import Period, dated, only_period, without_periods
from gkingest.told import Told

_LINES = Tolerance(0.45, "lower", "first")  # as those of a stream
_LONGEST = 60  # characters of a caption: the longest title of a table with its year and a remark is half of it
_TITLED = 90  # similarity (0–100) of what else a caption says to some part of a table's title
_BELOW = 4  # lines below a caption among which the heading of its table begins
_REPEATED = 0.7  # share of a table's labels that must be printed elsewhere too for it to be one of two
_FEW_LABELS = 3  # labels that show a table
_DATED = re.compile(r"20\d\d年")
_STOP = re.compile(r"[。；;]")

Place = tuple[int, float]  # page and height on it


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of a page, in points from its top, that tells of another year than the report's."""

    page: int
    top: float
    bottom: float

    def holds(self, page: int, box: Box) -> bool:
        """Whether something stands in it."""
        return page == self.page and self.top <= box.centre[1] < self.bottom


@dataclass(frozen=True, slots=True)
class _YearLine:
    place: Place
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class _Labels:
    """What some editions of the form print, by comparison keys: labels of rows, heads of columns, titles.

    ``dated`` are the heads that name a year, such as 2015年度. ``spelled`` are labels of rows and other heads that
    say something beside a period, ``named`` the same by what they say.
    """

    rows: frozenset[str]
    heads: frozenset[str]
    dated: frozenset[str]
    titles: tuple[str, ...]
    spelled: frozenset[str]
    named: Mapping[str, Set[str]]

    def names_row(self, text: str) -> bool:
        """Whether a line is the label of a row, or one begins with it."""
        key = label_key(text)
        begun = bool(read_label(text).level) and any(label.startswith(key) for label in self.rows)
        return key in self.rows or begun

    def entitles(self, left: str) -> bool:
        """Whether what a caption says beside its period is nothing, or part of the title of a table."""
        alike = (fuzz.partial_ratio(left, title) >= _TITLED for title in self.titles)
        return not left or (len(left) >= _FEW_LABELS and any(alike))

    def is_head(self, text: str) -> bool:
        """Whether a text is the head of a column."""
        return not self.heads.isdisjoint(label_keys(text))

    def printed_in(self, lines: Iterable[_YearLine]) -> frozenset[str]:
        """Those of its labels that stand in some lines."""
        text = "".join(line.text for line in lines)
        return frozenset(k for k in self.rows | self.heads if len(k) > 2 and k in text)


@lru_cache(maxsize=8)
def _labels_of(formats: tuple[Format, ...]) -> _Labels:
    tables = [*chain.from_iterable(form.printed for form in formats)]
    words = [vocabulary(table) for table in tables]
    rows = frozenset[str]().union(*(w.rows for w in words))
    columns = frozenset[str]().union(*(w.columns for w in words))
    heads = columns.union(*(w.captions | w.ignored for w in words))
    plain = frozenset(k for k in heads if len(k) > 1 and not _DATED.match(k))
    spelled = frozenset(filter(without_periods, rows | plain))
    named: dict[str, set[str]] = {}
    for label in spelled:
        named.setdefault(without_periods(label), set()).add(label)
    titles = tuple(label_key(table.title) for table in tables)
    return _Labels(rows, plain, frozenset(filter(_DATED.match, columns)), titles, spelled, named)


def bands_of_other_years(pages: Sequence[Page], formats: Sequence[Format], year: int | None) -> tuple[Band, ...]:
    """Where tables of other years stand: from a caption that says so to the next caption or section heading.

    Only tables that are printed a second time outside of these strips count; ``year`` is the reported one.
    """
    labels = _labels_of(tuple(formats))
    lines = [*chain.from_iterable(map(_lines, pages))]
    stretches = list(_stretches(lines, formats, year))
    if not stretches:
        return ()
    inside = {*chain.from_iterable(stretches)}
    outside = labels.printed_in(line for n, line in enumerate(lines) if n not in inside)
    numbers = [page.number for page in pages]
    bands: list[Band] = []
    for stretch in stretches:
        known = labels.printed_in(lines[stretch.start : stretch.stop])
        if len(known) < _FEW_LABELS or len(known & outside) < _REPEATED * len(known):
            continue
        start, foot = lines[stretch.start].place, (numbers[-1], pages[-1].height)
        end = lines[stretch.stop].place if stretch.stop < len(lines) else foot
        tops, bottoms = dict([start]), dict([end])  # of the pages where it begins and ends
        for page in pages[numbers.index(start[0]) : numbers.index(end[0]) + 1]:
            band = Band(page.number, tops.get(page.number, 0.0), bottoms.get(page.number, page.height))
            bands += [band] if band.top < band.bottom else []
    return tuple(bands)


def _stretches(lines: Sequence[_YearLine], formats: Sequence[Format], year: int | None) -> Iterator[range]:
    """The numbers of the lines under each caption of another year, itself among them."""
    labels = _labels_of(tuple(formats))
    begun: int | None = None
    for n, line in enumerate(lines):
        period = _caption(line.text, lines[n + 1 : n + 1 + _BELOW], labels, year)
        if begun is not None and (period is not None or is_section_heading(line.text, formats)):
            yield range(begun, n)
            begun = None
        if period is Period.LAST:
            begun = n
    if begun is not None:
        yield range(begun, len(lines))


def _lines(page: Page) -> list[_YearLine]:
    """Lines of words and rows of declared cells from the top."""
    free = in_lines(page.outside(g.box for g in page.tables), _LINES)
    found = [(row[0].box.top, [w.text for w in row]) for row in free]
    for grid in page.tables:
        inked = [c for c in grid.cells if fold(c.text)]
        for _, row in groupby(sorted(inked, key=lambda c: c.row), key=lambda c: c.row):
            cells = list(row)
            found.append((min(c.box.top for c in cells), [fold(c.text) for c in cells]))
    return [_YearLine((page.number, top), tuple(texts)) for top, texts in sorted(found, key=lambda f: f[0])]


def _caption(text: str, below: Sequence[_YearLine], labels: _Labels, year: int | None) -> Period | None:
    """The period that a line gives the table below it, ``None`` if it is no caption."""
    if len(text) > _LONGEST or not dated(text, 0) or _STOP.search(text):
        return None
    found = dated(text, year) - {Period.CHANGE, Period.ALL}
    if len(found) != 1 or labels.names_row(text) or not labels.entitles(without_periods(text)):
        return None
    return next(iter(found)) if any(map(labels.is_head, chain.from_iterable(n.texts for n in below))) else None


def outside_of(pages: Sequence[Page], bands: Sequence[Band]) -> tuple[Page, ...]:
    """The pages without what stands in the strips; nothing else changes."""
    left = []
    for page in pages:
        own = [b for b in bands if b.page == page.number]
        if not own:
            left.append(page)
            continue
        words = tuple(w for w in page.words if not any(b.holds(page.number, w.box) for b in own))
        boxes = ((r, Box(r.x0, r.top, r.x1, r.bottom)) for r in page.rulings)
        rulings = tuple(r for r, box in boxes if not any(b.holds(page.number, box) for b in own))
        tables = tuple(g for grid in page.tables if (g := grid_outside_of(grid, own)) is not None)
        left.append(replace(page, words=words, rulings=rulings, tables=tables))
    return tuple(left)


def grid_outside_of(grid: Grid, bands: Sequence[Band]) -> Grid | None:
    """A grid whose cells in the strips are empty, ``None`` if nothing is left in it."""
    held = {c for c in grid.cells if any(b.holds(c.page, c.box) for b in bands)}
    cells = tuple(replace(c, text="") if c in held else c for c in grid.cells)
    return replace(grid, cells=cells) if any(fold(c.text) for c in cells) else None


def inside_of(bands: Sequence[Band], grids: Sequence[Grid]) -> list[Grid]:
    """Tables that stand in the strips: they are kept as they are printed, and not read."""
    return [g for g in grids if not grid_outside_of(g, bands)]


def told_beside(bands: Sequence[Band]) -> tuple[Finding, ...]:
    """What to say of tables of other years."""
    shape = "the table of another year on page {0} was not read"
    return tuple(Finding("year.beside", Told(shape, n), page=n) for n in sorted({b.page for b in bands}))


def of_the_year(
    grids: Sequence[Grid], form: Format, year: int | None
) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """The grids of one table without columns and rows of other years, and what to say of these.

    Labels of the form itself mean what the form says, as 本年增/减 does. Grids that continue one with such columns
    (as many, and no heading of periods) lose the same ones.
    """
    labels = _labels_of((form,))
    found: list[Grid] = []
    left: dict[str, int] = {}
    before: tuple[int, frozenset[int]] = (0, frozenset())
    for grid in grids:
        compared = _Compared.of(grid, labels, year)
        if compared.columns:
            before = (grid.columns, compared.columns)
        elif grid.columns == before[0] and not compared.periods:
            compared = replace(compared, columns=before[1])
        found.append(compared.of_this_year(labels) if compared.compares else grid)
        left |= {fold(c.text): c.page for c in compared.heads} if compared.compares else {}
    if not left:
        return tuple(found), ()
    message = Told("what stands under or beside {0} was not read", " ".join(left))
    return tuple(found), (Finding("year.beside", message, found=" ".join(left), page=min(left.values())),)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A grid with its cells that say no more than a period, and the ``columns`` and ``rows`` of other years."""

    grid: Grid
    periods: Mapping[Cell, Period]
    columns: frozenset[int]
    rows: frozenset[int]
    labelled: "_Labelled"

    @classmethod
    def of(cls, grid: Grid, labels: _Labels, year: int | None) -> Self:
        """What a grid has of other years; heads of the form itself mean what the form says."""
        inked = (c for c in grid.cells if fold(c.text) and label_key(c.text) not in labels.heads)
        periods = {c: p for c in inked if (p := only_period(c.text, year))}
        labelled = _Labelled.of(grid, labels, year)
        columns, rows = _others(periods, by_row=True), _others(periods, by_row=False)
        return cls(grid, periods, columns, rows | labelled.rows, labelled)

    @property
    def compares(self) -> bool:
        """Whether anything in the grid is of another year."""
        return bool(self.columns or self.rows or self.labelled.others)

    @property
    def heads(self) -> tuple[Cell, ...]:
        """The cells that name other periods."""
        return (*(c for c, p in self.periods.items() if p is not Period.THIS), *self.labelled.others)

    def of_this_year(self, labels: _Labels) -> Grid:
        """The grid without what is of other years, and without the words that tell this one from them."""
        own = (c for c, p in self.periods.items() if p is Period.THIS)
        # a cell with a year may be the head of one of the form's own columns
        plain = dict.fromkeys((c for c in own if labels.dated.isdisjoint(label_keys(c.text))), "")
        texts = {**plain, **self.labelled.plain}
        cells = tuple(replace(c, text=texts.get(c, c.text)) for c in self.grid.cells)
        return without(replace(self.grid, cells=cells), self.rows, self.columns)


class _Named(NamedTuple):
    """A cell by what it says beside a period; ``own`` tells that the form spells it so, with its period."""

    cell: Cell
    base: str
    own: bool
    periods: frozenset[Period]

    @classmethod
    def of(cls, cell: Cell, labels: _Labels, year: int | None) -> Self:
        """What a cell says."""
        own = label_key(cell.text) in labels.spelled
        return cls(cell, without_periods(cell.text), own, frozenset() if own else dated(cell.text, year))

    def counterparts(self, this: Sequence["_Named"]) -> list["_Named"]:
        """Those of this year's with the same name in the same row, or else in the same column."""
        alike = [n for n in this if n.base == self.base]
        beside = [n for n in alike if n.cell.row == self.cell.row]
        return beside or [n for n in alike if n.cell.column == self.cell.column]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Labels of the form with a period in them, ``others`` of which are of another year, as are their ``rows``.

    ``plain`` is what cells say without these: figures below such a heading nothing, this year's what the form does.
    """

    others: tuple[Cell, ...]
    rows: frozenset[int]
    plain: Mapping[Cell, str]

    @classmethod
    def of(cls, grid: Grid, labels: _Labels, year: int | None) -> Self:
        """Labels such as 上年规章 or 规章(2022年), where this year's stands in the same row or column."""
        inked = (_Named.of(c, labels, year) for c in grid.cells if fold(c.text))
        named = [n for n in inked if n.base in labels.named]
        this = [n for n in named if n.own or n.periods == {Period.THIS}]
        gone: list[Cell] = []
        rows: set[int] = set()
        plain: dict[Cell, str] = {}
        for other in (n for n in named if n.periods == {Period.LAST}):
            met = other.counterparts(this)
            if not met:
                continue
            gone.append(other.cell)
            if met[0].cell.row == other.cell.row:
                plain |= dict.fromkeys((other.cell, *_under(other.cell, grid, labels)), "")
            else:
                rows |= {*other.cell.rows}
            plain |= {n.cell: min(labels.named[n.base]) for n in met if not n.own}
        return cls(tuple(gone), frozenset(rows), plain)


def _under(head: Cell, grid: Grid, labels: _Labels) -> Iterator[Cell]:
    """The cells under a heading, down to the next one of the table."""
    first = head.row + head.row_span
    heads = (c.row for c in grid.cells if fold(c.text) and label_key(c.text) in labels.heads)
    end = min((row for row in heads if row >= first), default=grid.rows)
    return (c for c in grid.cells if first <= c.row < end and c.column in head.columns)


def dated_otherwise(facts: Iterable[Fact], year: int | None) -> tuple[Finding, ...]:
    """A doubt about columns of the form that are headed by another year than the report's."""
    headed: dict[str, list[Fact]] = {}
    for fact in facts:
        if year is not None and (found := _DATED.match(fold(fact.column_label))) and int(found[0][:4]) != year:
            headed.setdefault(fold(fact.column_label), []).append(fact)
    return tuple(
        Finding(
            "year.conflict",
            Told("the column is headed {0}, the report is of {1}", label, year),
            found=label,
            expected=str(year),
            page=own[0].page,
            touches=tuple(f.key for f in own),
            hint="look at the page which year the figures are of",
        )
        for label, own in headed.items()
    )


def declared_of_the_year(page: Page, form: Format, year: int | None) -> Page:
    """The page with the tables that its file declares as :func:`of_the_year` leaves them."""
    return replace(page, tables=tuple(g for grid in page.tables for g in of_the_year([grid], form, year)[0]))


def _others(periods: Mapping[Cell, Period], *, by_row: bool) -> frozenset[int]:
    """Columns below a heading of another period that stands in a row with one of this year; or rows beside one."""
    place = attrgetter("row" if by_row else "column")
    this = {place(c) for c, period in periods.items() if period is Period.THIS}
    others = (c for c, period in periods.items() if period is not Period.THIS and place(c) in this)
    return frozenset(chain.from_iterable(c.columns if by_row else c.rows for c in others))


def without(grid: Grid, rows: frozenset[int], columns: frozenset[int]) -> Grid:
    """The grid without some of its rows and columns; cells that reach beyond them shrink."""
    left_rows = sorted({*range(grid.rows)} - rows)
    left_columns = sorted({*range(grid.columns)} - columns)
    cells = []
    for cell in grid.cells:
        down = [n for n, row in enumerate(left_rows) if row in cell.rows]
        across = [n for n, column in enumerate(left_columns) if column in cell.columns]
        if down and across:
            own = replace(cell, row=down[0], column=across[0], row_span=len(down), column_span=len(across))
            cells.append(own)
    edges = tuple(grid.column_edges[c] for c in (*left_columns, grid.columns))
    starts = tuple(dict.fromkeys(bisect_left(left_rows, start) for start in grid.page_starts))
    return replace(
        grid,
        cells=tuple(cells),
        rows=len(left_rows),
        columns=len(left_columns),
        column_edges=edges,
        page_starts=tuple(s for s in starts if 0 < s < len(left_rows)),
    )
