"""Figures of other years printed beside those of the report: tables with a caption of their own, columns and rows.

They are told by words that name a period, and only where figures of the reported year stand beside them: what
merely calls its year wrongly is no comparison.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from rapidfuzz import fuzz

from gkingest.formats.spec import Format
from gkingest.interpret.prose.sections import is_section_heading
from gkingest.interpret.table.layout import vocabulary
from gkingest.model.finding import Finding
from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Cell, Grid, Page, Word
from gkingest.model.report import Fact
from gkingest.text.labels import fold, label_key, label_keys, read_label
from gkingest.text.periods import Period, dated, only_period, without_periods
from gkingest.told import Told

_LINES = Tolerance(0.45, "lower", "first")  # as those of a stream
_LONGEST = 60  # characters of a caption: the longest title of a table with its year and a remark is half of it
_TITLED = 90  # similarity (0–100) of what else a caption says to some part of a table's title
_BELOW = 4  # lines below a caption among which the heading of its table begins
_REPEATED = 0.7  # share of a table's labels that must be printed elsewhere too for it to be one of two
_FEW = 3  # labels that show a table

_DATED = re.compile(r"20\d\d年")

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


def bands_of_other_years(pages: Sequence[Page], formats: Sequence[Format], year: int | None) -> tuple[Band, ...]:
    """Where tables of other years stand: from a caption that says so to the next caption or section heading.

    Only tables that are printed a second time outside of these strips count; ``year`` is the reported one.
    """
    lines = [line for page in pages for line in _lines(page)]
    if not any(_may_caption(line.text) for line in lines):
        return ()
    starts = list(_stretches(lines, formats, year))
    inside = {n for a, b in starts for n in range(a, b)}
    outside = "".join(line.text for n, line in enumerate(lines) if n not in inside)
    bands: list[Band] = []
    for start, end in starts:
        own = "".join(line.text for line in lines[start:end])
        known = [k for k in _labels(tuple(formats)) if k in own]
        if len(known) >= _FEW and sum(k in outside for k in known) >= _REPEATED * len(known):
            bands += _between(lines[start].place, lines[end].place if end < len(lines) else None, pages)
    return tuple(bands)


def _stretches(
    lines: Sequence[_YearLine], formats: Sequence[Format], year: int | None
) -> Iterator[tuple[int, int]]:
    """First line of each stretch under a caption of another year, and the line behind its last."""
    begun: int | None = None
    for n, line in enumerate(lines):
        period = _caption(lines, n, formats, year)
        if begun is not None and (period is not None or is_section_heading(line.text, formats)):
            yield begun, n
            begun = None
        if period is Period.LAST:
            begun = n
    if begun is not None:
        yield begun, len(lines)


def _may_caption(text: str) -> bool:
    return len(text) <= _LONGEST and bool(dated(text, 0))


def _lines(page: Page) -> list[_YearLine]:
    """Lines of words and rows of declared cells from the top."""
    free = [w for w in page.words if not any(g.box.contains(*w.box.centre) for g in page.tables)]
    lines = [_YearLine((page.number, row[0].box.top), tuple(w.text for w in row)) for row in in_lines(free, _LINES)]
    for grid in page.tables:
        for row in range(grid.rows):
            cells = [c for c in grid.cells if c.row == row and fold(c.text)]
            if cells:
                lines.append(
                    _YearLine((page.number, min(c.box.top for c in cells)), tuple(fold(c.text) for c in cells))
                )
    return sorted(lines, key=lambda line: line.place)


def _caption(lines: Sequence[_YearLine], n: int, formats: Sequence[Format], year: int | None) -> Period | None:
    """The period that a line gives the table below it, ``None`` if it is no caption."""
    text = lines[n].text
    if not _may_caption(text) or any(c in text for c in "。；;"):
        return None
    found = dated(text, year) - {Period.CHANGE, Period.ALL}
    if len(found) != 1 or _names_row(text, formats):
        return None
    left = without_periods(text)
    titles = [label_key(t.title) for form in formats for t in form.printed]
    if left and not (len(left) >= _FEW and any(fuzz.partial_ratio(left, t) >= _TITLED for t in titles)):
        return None
    heads = {k for form in formats for k in _heads(form)}
    below = (t for line in lines[n + 1 : n + 1 + _BELOW] for t in line.texts)
    return next(iter(found)) if any(k in heads for t in below for k in label_keys(t)) else None


def _names_row(text: str, formats: Sequence[Format]) -> bool:
    """Whether a line is the label of a row, or one begins with it."""
    key = label_key(text)
    whole = {label for form in formats for label in _row_labels(form)}
    return key in whole or (bool(read_label(text).level) and any(label.startswith(key) for label in whole))


@lru_cache(maxsize=8)
def _row_labels(form: Format) -> frozenset[str]:
    return frozenset(k for t in form.printed for k in vocabulary(t).rows)


@lru_cache(maxsize=8)
def _heads(form: Format) -> frozenset[str]:
    words = [vocabulary(t) for t in form.printed]
    return frozenset(
        k for w in words for k in (*w.columns, *w.captions, *w.ignored) if len(k) > 1 and not _DATED.match(k)
    )


@lru_cache(maxsize=8)
def _labels(formats: tuple[Format, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(k for form in formats for k in (*_row_labels(form), *_heads(form)) if len(k) > 2))


def _between(start: Place, end: Place | None, pages: Sequence[Page]) -> Iterable[Band]:
    numbers = [p.number for p in pages]
    last = numbers.index(end[0]) if end else len(pages)
    for page in pages[numbers.index(start[0]) : last + 1]:
        top = start[1] if page.number == start[0] else 0.0
        bottom = end[1] if end and page.number == end[0] else page.height
        if top < bottom:
            yield Band(page.number, top, bottom)


def outside_of(pages: Sequence[Page], bands: Sequence[Band]) -> tuple[Page, ...]:
    """The pages without what stands in the strips; nothing else changes."""
    return tuple(_outside(p, own) if (own := [b for b in bands if b.page == p.number]) else p for p in pages)


def _outside(page: Page, bands: Sequence[Band]) -> Page:
    def kept(word: Word) -> bool:
        return not any(b.holds(page.number, word.box) for b in bands)

    rulings = tuple(
        r for r in page.rulings if not any(b.holds(page.number, Box(r.x0, r.top, r.x1, r.bottom)) for b in bands)
    )
    tables = tuple(g for grid in page.tables if (g := grid_outside_of(grid, bands)) is not None)
    return replace(page, words=tuple(filter(kept, page.words)), rulings=rulings, tables=tables)


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
    numbers = sorted({b.page for b in bands})
    return tuple(
        Finding("year.beside", Told("the table of another year on page {0} was not read", n), page=n)
        for n in numbers
    )


def of_the_year(
    grids: Sequence[Grid], form: Format, year: int | None
) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """The grids of one table without columns and rows of other years, and what to say of these.

    Labels of the form itself mean what the form says, as 本年增/减 does. Grids that continue one with such columns
    (as many, and no heading of periods) lose the same ones.
    """
    labels, named = _heads(form), _named(form)
    found: list[Grid] = []
    left: dict[str, int] = {}
    before: tuple[int, frozenset[int]] = (0, frozenset())
    for grid in grids:
        inked = [c for c in grid.cells if fold(c.text) and label_key(c.text) not in labels]
        periods = {c: p for c in inked if (p := only_period(c.text, year))}
        columns, rows = _others(periods, by_row=True), _others(periods, by_row=False)
        if columns:
            before = (grid.columns, columns)
        elif grid.columns == before[0] and not periods:
            columns = before[1]
        own = _Labelled.of(grid, named, labels, year)
        rows |= own.rows
        if columns or rows or own.others:
            left |= {fold(c.text): c.page for c, p in periods.items() if p is not Period.THIS}
            left |= {fold(c.text): c.page for c in own.others}
            plain = {c: "" for c, p in periods.items() if p is Period.THIS and not _heads_column(c, form)}
            cells = tuple(replace(c, text=own.plain.get(c, plain.get(c, c.text))) for c in grid.cells)
            found.append(without(replace(grid, cells=cells), rows, columns))
        else:
            found.append(grid)
    message = Told("what stands under or beside {0} was not read", " ".join(left))
    page = min(left.values(), default=None)
    return tuple(found), (Finding("year.beside", message, found=" ".join(left), page=page),) if left else ()


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Labels of the form with a period in them, ``others`` of which are of another year, as are their ``rows``.

    ``plain`` is what cells say without these: figures below such a heading nothing, this year's what the form does.
    """

    others: tuple[Cell, ...]
    rows: frozenset[int]
    plain: Mapping[Cell, str]

    @classmethod
    def of(cls, grid: Grid, named: Mapping[str, frozenset[str]], heads: frozenset[str], year: int | None) -> Self:
        """Labels such as 上年规章 or 规章(2022年), where this year's stands in the same row or column."""
        known = frozenset(label for labels in named.values() for label in labels)
        keys = {c: label_key(c.text) for c in grid.cells if fold(c.text)}
        bases = {c: base for c in keys if (base := without_periods(c.text)) in named}
        told = {c: dated(c.text, year) for c in bases if keys[c] not in known}
        this = [c for c in bases if keys[c] in known or told[c] == {Period.THIS}]
        gone: list[Cell] = []
        rows: set[int] = set()
        plain: dict[Cell, str] = {}
        for cell in (c for c, periods in told.items() if periods == {Period.LAST}):
            alike = [c for c in this if bases[c] == bases[cell]]
            beside, below = [c for c in alike if c.row == cell.row], [c for c in alike if c.column == cell.column]
            if beside:
                plain |= dict.fromkeys((cell, *_under(cell, grid, keys, heads)), "")
            elif below:
                rows |= set(range(cell.row, cell.row + cell.row_span))
            if beside or below:
                gone.append(cell)
                plain |= {c: min(named[bases[c]]) for c in beside or below if keys[c] not in known}
        return cls(tuple(gone), frozenset(rows), plain)


def _under(head: Cell, grid: Grid, keys: Mapping[Cell, str], heads: frozenset[str]) -> Iterator[Cell]:
    """The cells under a heading, down to the next one of the table."""
    first, after = head.row + head.row_span, head.column + head.column_span
    end = min((c.row for c, key in keys.items() if c.row >= first and key in heads), default=grid.rows)
    return (c for c in grid.cells if first <= c.row < end and head.column <= c.column < after)


@lru_cache(maxsize=8)
def _named(form: Format) -> Mapping[str, frozenset[str]]:
    """Labels of rows and columns by what they say beside a period."""
    found: dict[str, set[str]] = {}
    for label in _row_labels(form) | _heads(form):
        found.setdefault(without_periods(label), set()).add(label)
    return {base: frozenset(labels) for base, labels in found.items() if base}


def _heads_column(cell: Cell, form: Format) -> bool:
    """Whether a cell with a year is the heading of one of the form's own columns, as 2015年度 is of some."""
    dated = {k for t in form.printed for k in vocabulary(t).columns if _DATED.match(k)}
    return not dated.isdisjoint(label_keys(cell.text))


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


def _others(periods: dict[Cell, Period], *, by_row: bool) -> frozenset[int]:
    """Columns below a heading of another period that stands in a row with one of this year; or rows beside one."""
    lines: dict[int, list[Cell]] = {}
    for cell in periods:
        lines.setdefault(cell.row if by_row else cell.column, []).append(cell)
    found: set[int] = set()
    for cells in lines.values():
        if any(periods[c] is Period.THIS for c in cells):
            for cell in (c for c in cells if periods[c] is not Period.THIS):
                start, span = (cell.column, cell.column_span) if by_row else (cell.row, cell.row_span)
                found |= set(range(start, start + span))
    return frozenset(found)


def without(grid: Grid, rows: frozenset[int], columns: frozenset[int]) -> Grid:
    """The grid without some of its rows and columns; cells that reach beyond them shrink."""
    left_rows = [r for r in range(grid.rows) if r not in rows]
    left_columns = [c for c in range(grid.columns) if c not in columns]
    cells = []
    for cell in grid.cells:
        own_rows = [r for r in left_rows if cell.row <= r < cell.row + cell.row_span]
        own_columns = [c for c in left_columns if cell.column <= c < cell.column + cell.column_span]
        if own_rows and own_columns:
            place = (left_rows.index(own_rows[0]), left_columns.index(own_columns[0]))
            cells.append(
                replace(
                    cell,
                    row=place[0],
                    column=place[1],
                    row_span=len(own_rows),
                    column_span=len(own_columns),
                )
            )
    edges = tuple(grid.column_edges[c] for c in (*left_columns, grid.columns))
    starts = tuple(dict.fromkeys(sum(r < s for r in left_rows) for s in grid.page_starts))
    return replace(
        grid,
        cells=tuple(cells),
        rows=len(left_rows),
        columns=len(left_columns),
        column_edges=edges,
        page_starts=tuple(s for s in starts if 0 < s < len(left_rows)),
    )
