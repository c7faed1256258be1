"""Sheets that hold several pages: read page by page, and told of by the sheets that a reader has before him."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from gkingest.document.outcome import Outcome
from gkingest.formats.spec import Format
from gkingest.interpret.prose.sections import is_section_heading
from gkingest.interpret.whose.parts import places_in_form
from gkingest.model.finding import Finding
from gkingest.model.paper import Cell, Grid, Page
from gkingest.model.report import Fact, Report
from gkingest.read.sheets import apart, put_back, whole
from gkingest.text.labels import label_key
from gkingest.told import Told

_PROSE = re.compile(r"[\u4e00-\u9fff，。、；：《》（）“”\d]{14,}")  # longer than any heading of a column
_LINES = 3  # of prose: a title and what stands at the foot of a page are less
_SHORT_LABEL = 4  # characters: a shorter label stands in any prose
_FEW = 2  # labels of rows that show a table of its own
_PAGE = re.compile(r"\bpage \{(\d+)\}")  # where a message has the numbers of pages
_NUMBERS = re.compile(r"\d+(?:, \d+)*")


def unfolded(pages: tuple[Page, ...], formats: tuple[Format, ...]) -> tuple[Page, ...]:
    """The pages that the sheets of a file hold, numbered anew; ``pages`` themselves where each holds one."""
    if any(page.tables for page in pages):  # of a file that declares its cells
        return pages
    sheets = apart(pages, lambda text: _own(text, formats))
    if not sheets:
        return pages
    by_rows = [p for parts in sheets for p in parts]
    by_columns = [p for parts in sheets for p in sorted(parts, key=_column)]
    orders = [by_rows, by_columns, *_as_folded(sheets)]
    found = min(orders, key=lambda order: _turns_back(order, formats))
    return tuple(_numbered(page, number) for number, page in enumerate(found, 1))


def _as_folded(sheets: Sequence[Sequence[Page]]) -> Iterator[list[Page]]:
    """The pages of sheets that are to be folded into a booklet: 4 and 1 on one side, 2 and 3 on the other.

    Bound on the left, or on the right as books in upright lines are.
    """
    if len(sheets) < 2 or any(len(parts) > 2 for parts in sheets):
        return
    for first in (1, 0):
        early: list[Page] = []
        late: list[Page] = []
        for n, parts in enumerate(sheets):
            for page in parts:
                own = early if _half(page) == (first + n) % 2 else late
                own.append(page)
        yield [*early, *reversed(late)]


def _half(page: Page) -> int:
    """Whether a page is the left one of its sheet (0) or the right one (1), whose other may be blank."""
    if page.part is not None:
        return int(page.part.left > 0)
    return int(all(w.box.x0 > page.width / 2 for w in page.words))


def _numbered(page: Page, number: int) -> Page:
    """The page with a number of its own; its sheet is told all the same."""
    return replace(page, number=number, part=page.part or whole(page))


def _own(text: str, formats: tuple[Format, ...]) -> bool:
    """Whether a text could stand on a page of its own: prose, a section's heading or rows, not columns alone."""
    lines = text.splitlines()
    if sum(bool(_PROSE.search(line)) for line in lines) >= _LINES or any(
        is_section_heading(n, formats) for n in lines
    ):
        return True
    key = label_key(text)
    return sum(label in key for label in _rows(formats)) >= _FEW


@lru_cache(maxsize=4)
def _rows(formats: tuple[Format, ...]) -> frozenset[str]:
    """Labels of rows that are none of columns, and long enough to be known anywhere."""
    blocks = [b for form in formats for t in form.tables for b in t.blocks if not b.crossed]
    columns = {label_key(n.label) for b in blocks for leaf, above in b.column_leaves() for n in (leaf, *above)}
    rows = {label_key(leaf.label) for b in blocks for leaf, _ in b.row_leaves()}
    return frozenset(r for r in rows - columns if len(r) >= _SHORT_LABEL)


def _column(page: Page) -> tuple[float, float]:
    return (page.part.left, page.part.top) if page.part else (0.0, 0.0)


def _turns_back(pages: Sequence[Page], formats: tuple[Format, ...]) -> int:
    """How often a page stands in the form before the one before it."""
    return sum(a > b for a, b in pairwise(places_in_form(pages, formats)))


def folded(outcome: Outcome, pages: Sequence[Page]) -> Outcome:
    """What was read of ``pages``, told of by the sheets that they are of."""
    told = _Sheets({p.number: p for p in pages})
    return replace(
        outcome,
        message=told.text(outcome.message),
        report=outcome.report and told.report(outcome.report),
        more=tuple(map(told.report, outcome.more)),
        grids=tuple(map(told.grid, outcome.grids)),
        sections=tuple(replace(s, page=told.sheet(s.page)) for s in outcome.sections),
    )


class _Sheets:
    """Numbers and places of pages as those of their sheets."""

    def __init__(self, pages: dict[int, Page]) -> None:
        self._pages = pages

    def sheet(self, number: int) -> int:
        """The sheet of a page."""
        return self._pages[number].sheet if number in self._pages else number

    def text(self, message: str) -> str:
        """A message, pages in which are sheets."""
        if not isinstance(message, Told):
            return message
        pages = {int(m[1]) for m in _PAGE.finditer(message.shape)}
        values = enumerate(message.values)
        return Told(message.shape, *(self._sheets(v) if n in pages else self.text(v) for n, v in values))

    def _sheets(self, numbers: str) -> str:
        """Numbers of pages, as a message has them, as those of their sheets, each once."""
        return _NUMBERS.sub(
            lambda m: ", ".join(dict.fromkeys(str(self.sheet(int(n))) for n in m[0].split(", "))), numbers, count=1
        )

    def report(self, report: Report) -> Report:
        """A report; places of figures are on the sheet already."""
        return replace(
            report,
            facts=tuple(map(self._fact, report.facts)),
            findings=tuple(dict.fromkeys(map(self._finding, report.findings))),
            sections=tuple(replace(s, page=self.sheet(s.page)) for s in report.sections),
            statements=tuple(replace(s, page=self.sheet(s.page)) for s in report.statements),
        )

    def _fact(self, fact: Fact) -> Fact:
        return fact if fact.page is None else replace(fact, page=self.sheet(fact.page))

    def _finding(self, finding: Finding) -> Finding:
        page = None if finding.page is None else self.sheet(finding.page)
        return replace(finding, page=page, message=self.text(finding.message))

    def grid(self, grid: Grid) -> Grid:
        """A grid whose cells lie on their sheets."""
        cells = tuple(map(self._cell, grid.cells))
        return replace(grid, cells=cells, page=self.sheet(grid.page))

    def _cell(self, cell: Cell) -> Cell:
        page = self._pages.get(cell.page)
        if page is None:
            return cell
        return replace(cell, page=page.sheet, box=page.on_sheet(cell.box), ink=page.on_sheet(cell.ink))


def on_sheets(pages: Sequence[Page], sheets: Sequence[Page]) -> tuple[Page, ...]:
    """The ``sheets`` with what their ``pages`` were read as last."""
    parts: dict[int, list[Page]] = {}
    for page in pages:
        parts.setdefault(page.sheet, []).append(page)
    return tuple(put_back(sheet, own) if (own := parts.get(sheet.number)) else sheet for sheet in sheets)
