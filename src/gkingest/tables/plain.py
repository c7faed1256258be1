"""Second readings of a page that share nothing with the first but the paper: pdfplumber and camelot."""

import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gkingest.errors import EngineError
from gkingest.extras import pip_line
from gkingest.model.method import CAMELOT, plain_way
from gkingest.model.paper import Box, Cell, Grid, Page
from gkingest.tables.cells import assemble_grid
from gkingest.text.signs import legible

_STRAY = 500  # characters that pdfminer may see beyond twice those that a viewer shows


@dataclass(frozen=True, slots=True)
class _Feed:
    """As much of a ``pdfplumber.Page`` as its table finder looks at."""

    edges: list[dict[str, Any]]
    bbox: tuple[float, float, float, float]


def find_plain(page: Page, tolerance: float) -> tuple[Grid, ...]:
    """Grids by pdfplumber's own rules at a snap and join tolerance in points, without any mending of ours."""
    from pdfplumber.table import TableFinder, TableSettings

    edges = [  # as pdfplumber describes them
        {
            "object_type": "line",
            "orientation": "h" if rule.horizontal else "v",
            "x0": rule.x0,
            "x1": rule.x1,
            "top": rule.top,
            "bottom": rule.bottom,
            "width": rule.x1 - rule.x0,
            "height": rule.bottom - rule.top,
        }
        for rule in page.rulings
        if rule.length >= 1
    ]
    if len(edges) < 4:
        return ()
    settings = TableSettings(snap_tolerance=tolerance, join_tolerance=tolerance, intersection_tolerance=tolerance)
    feed: Any = _Feed(edges, (0, 0, page.width, page.height))
    finder = TableFinder(feed, settings)
    grids = (assemble_grid(page, [Box(*cell) for cell in t.cells], plain_way(tolerance)) for t in finder.tables)
    return tuple(g for g in grids if g is not None)


def read_camelot(data: bytes, pages: tuple[Page, ...]) -> dict[int, tuple[Grid, ...]]:
    """Grids of camelot's hybrid parser by page number; raises :class:`EngineError` if camelot is not usable."""
    try:
        import camelot
    except (ImportError, OSError) as error:
        raise EngineError(
            f"camelot cannot be loaded ({error}), so pages without rules cannot be read a second time; "
            f"install it again: {pip_line('--force-reinstall', 'camelot-py', python='python')}"
        ) from error
    for name in ("camelot", "playa"):  # what they doubt in a damaged file is told by what comes out
        logging.getLogger(name).setLevel(logging.CRITICAL)
    by_number = {p.number: p for p in pages}
    read_pdf: Any = camelot.read_pdf  # type: ignore[attr-defined]
    numbers = ",".join(map(str, by_number))
    found: dict[int, tuple[Grid, ...]] = dict.fromkeys(by_number, ())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps what is still open
        path = Path(folder) / "document.pdf"
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tables = read_pdf(str(path), pages=numbers, flavor="hybrid", suppress_stdout=True)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - a second opinion gives up with whatever error comes first; the first stays
                tables = ()
        for table in tables:
            page = by_number.get(int(table.page))
            if page is not None and page.turn == 0 and (grid := _grid(table, page)) is not None:
                found[page.number] += (grid,)
    return found


def _grid(table: Any, page: Page) -> Grid | None:
    cells = []
    for row, line in enumerate(table.cells):
        for column, cell in enumerate(line):
            box = Box(cell.x1, page.height - cell.y2, cell.x2, page.height - cell.y1)
            cells.append(Cell(legible(cell.text.strip()), box, box, page.number, row, column))
    if len(cells) < 2:
        return None
    edges = [c.box.x0 for c in cells if c.row == 0]
    right = max(c.box.x1 for c in cells)
    box = Box(edges[0], min(c.box.top for c in cells), right, max(c.box.bottom for c in cells))
    return Grid(tuple(cells), len(table.cells), len(edges), (*edges, right), box, page.number, CAMELOT)


def shows_all(page: Page) -> bool:
    """Whether readers that know nothing of hidden text, of turned pages or of parts of sheets can be asked."""
    return page.turn == 0 and not page.hidden and page.origin == "text" and page.part is None


def is_odd_sheet(page: Page, pages: Sequence[Page]) -> bool:
    """Whether a page as pdfminer sees it is far from what a viewer shows: damaged, and beyond camelot's patience.

    camelot takes minutes over characters as large as the sheet, and over thousands that stand outside of it.
    """
    seen = next((sum(len(w.text) for w in p.words) for p in pages if p.number == page.number), 0)
    sizes = (max(w.size, w.box.width / max(len(w.text), 1)) for w in page.words)
    return sum(len(w.text) for w in page.words) > 2 * seen + _STRAY or any(s > page.height / 4 for s in sizes)
