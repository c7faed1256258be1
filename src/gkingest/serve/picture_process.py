"""Pages as pictures, painted in a guarded process: PDFium is no matter for threads, and a file may crash it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from gkingest.engine.adapter import DiedError, Limits
from gkingest.engine.pool import Pool
from gkingest.errors import DocumentError
from gkingest.extras import install_line
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Turn, bounding_box
from gkingest.read.picture.png import marked_picture, page_sheet, sheet_picture

if TYPE_CHECKING:
    from gkingest.read.picture.raster import Raster

_LIMITS = Limits(jobs=1, seconds=40.0, megabytes=2048)  # what a page may take
_KEPT = 24  # pictures, of some hundred kB each
_DPI = 120.0
_KEPT_CELLS, _KEPT_SHEETS = 200, 4
# Points around a cell and its row, left of the figures for the labels of rows, over the first of them for headings.
_BESIDE, _OVER, _LABELS, _HEADINGS, _ABOVE = 16.0, 9.0, 230.0, 90.0, 4.0
_NOWHERE = Box(-99.0, -99.0, -98.0, -98.0)
_Asked = TypeVar("_Asked")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, with its size in points."""

    png: bytes
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cut:
    """What is cut out of a page for one cell: its box, those of its table on the page, how it is turned upright.

    ``begins``: the page on which its table begins, over which the headings are, and the boxes of the table there.
    """

    box: Box
    table: tuple[Box, ...]
    turn: Turn
    begins: tuple[int, tuple[Box, ...]] | None = None


@dataclass(frozen=True, slots=True)
class CellPictures:
    """PNG of a cell by itself, of its row, and of the headings over it, by their names; b"" where there is none."""

    parts: Mapping[str, bytes]


class Painter:
    """Paints one page at a time and remembers the last ones; ``close`` ends its process."""

    def __init__(self) -> None:
        self._pool: Pool | None = None
        self._lock: asyncio.Lock | None = None
        self._kept: OrderedDict[tuple[str, int], Picture] = OrderedDict()
        self._cells: OrderedDict[tuple[str, FactKey], CellPictures] = OrderedDict()

    def known(self, sha256: str, page: int) -> Picture | None:
        """A picture that was painted lately."""
        return self._kept.get((sha256, page))

    async def paint(self, sha256: str, data: bytes, kind: str, page: int) -> Picture:
        """Page ``page`` of a PDF or image file; raises :class:`DocumentError` where there is no picture."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if (kept := self._kept.get((sha256, page))) is not None:
                self._kept.move_to_end((sha256, page))
                return kept
            picture = await self._done(paint_page, (data, kind, page))
            self._kept[sha256, page] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return picture

    def known_cell(self, report: str, key: FactKey) -> CellPictures | None:
        """Pictures of a cell that were painted lately."""
        return self._cells.get((report, key))

    async def cell(
        self, asked: tuple[str, FactKey], data: bytes, sheet: tuple[str, str, int], cut: Cut
    ) -> CellPictures:
        """Pictures of one cell; ``sheet`` is the hash of the file, its kind and the page.

        Raises :class:`DocumentError` where there is none.
        """
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if (kept := self._cells.get(asked)) is not None:
                return kept
            pictures = await self._done(paint_cell, (data, sheet, cut))
            self._cells[asked] = pictures
            while len(self._cells) > _KEPT_CELLS:
                self._cells.popitem(last=False)
            return pictures

    async def _done(self, work: Callable[[_Asked], _Made], asked: _Asked) -> _Made:
        pool = self._running()
        limits = pool.limits
        try:
            # In a thread, as the first one waits until the process has started.
            return await asyncio.to_thread(lambda: pool.result(pool.schedule(work, asked)))
        except (TimeoutError, MemoryError, DiedError, CancelledError) as error:
            told = "the process that paints the page ended; the file may be damaged"
            if isinstance(error, TimeoutError):
                told = f"painting the page took more than {limits.seconds:g} seconds"
            elif isinstance(error, MemoryError):
                told = f"painting the page needed more than {limits.megabytes} MB of memory"
            raise DocumentError("failed", told) from error

    def prepare(self) -> None:
        """Start the process, so that the first picture need not wait for it; this waits for nothing."""
        pool = self._running()
        pool.schedule(ready, None)

    def _running(self) -> Pool:
        if self._pool is None or not self._pool.active:
            self.close()
            self._pool = Pool(_LIMITS)
        return self._pool

    def close(self) -> None:
        """End the process, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()


# The last sheets, in the process that paints: the next cell is mostly on the same page.
_sheets: "OrderedDict[tuple[str, str, int], Raster]" = OrderedDict()


def ready(nothing: None) -> None:
    """Done in the other process before there is anything to paint: this module loads what paints."""


def paint_cell(asked: tuple[bytes, tuple[str, str, int], Cut]) -> CellPictures:
    """Pictures of a cell, done in the other process; raises :class:`DocumentError`."""
    data, named, cut = asked
    sheet = _kept_sheet(data, named)
    box, *table = _upright(sheet, (cut.box, *cut.table), cut.turn)
    wide, head = bounding_box([box, *table]), b""
    if cut.begins is not None:
        number, boxes = cut.begins
        first = _kept_sheet(data, (*named[:2], number))
        over = bounding_box(_upright(first, boxes, cut.turn))
        area = Box(over.x0 - _LABELS, over.top - _HEADINGS, over.x1 + _BESIDE, over.top - _ABOVE)
        head = _piece(first, area, cut.turn)
    return CellPictures(
        {
            "cell": _piece(sheet, _around(box, box.x0 - _BESIDE, box.x1), cut.turn, cut.box),
            "row": _piece(sheet, _around(box, wide.x0 - _LABELS, wide.x1), cut.turn, cut.box),
            "head": head,
        }
    )


def _around(box: Box, left: float, right: float) -> Box:
    """The height of a cell, from ``left`` to a little beyond ``right``."""
    return Box(left, box.top - _OVER, right + _BESIDE, box.bottom + _OVER)


def _kept_sheet(data: bytes, named: tuple[str, str, int]) -> "Raster":
    sheet = _sheets.get(named) or _sheet(data, *named[1:])
    _sheets[named] = sheet
    _sheets.move_to_end(named)
    while len(_sheets) > _KEPT_SHEETS:
        _sheets.popitem(last=False)
    return sheet


def _upright(sheet: "Raster", boxes: Sequence[Box], turn: Turn) -> list[Box]:
    """Where boxes are once the page is set upright."""
    return [one.turned(turn, *sheet.size) for one in boxes]


def _piece(sheet: "Raster", area: Box, turn: Turn, framed: Box = _NOWHERE) -> bytes:
    """PNG of a part of a sheet, told as it is upright; of that alone, as to copy all pixels takes long."""
    width, height = sheet.size
    across, deep = (height, width) if turn in (90, 270) else (width, height)
    back: Turn = {0: 0, 90: 270, 180: 180, 270: 90}[turn]  # type: ignore[assignment]
    area = Box(max(area.x0, 0.0), max(area.top, 0.0), min(area.x1, across), min(area.bottom, deep))
    if area.x1 - area.x0 < 1 or area.bottom - area.top < 1:
        return b""
    area, scale = area.turned(back, across, deep), sheet.dpi / 72
    left, top, right, bottom = (round(edge * scale) for edge in (area.x0, area.top, area.x1, area.bottom))
    piece = replace(sheet, pixels=sheet.pixels[top:bottom, left:right])
    across, down = left / scale, top / scale
    box = Box(framed.x0 - across, framed.top - down, framed.x1 - across, framed.bottom - down)
    return marked_picture(piece, box, turn=turn, quick=True)


def paint_page(asked: tuple[bytes, str, int]) -> Picture:
    """The work itself, done in the other process: data, kind and page; raises :class:`DocumentError`."""
    sheet = _sheet(*asked)
    width, height = sheet.size
    return Picture(sheet_picture(sheet, _DPI), width, height)


def _sheet(data: bytes, kind: str, page: int) -> "Raster":
    try:
        return page_sheet(data, kind, page)
    except ImportError as error:
        raise DocumentError(
            "unsupported",
            f"a library for pictures is not installed ({error.name}); {install_line('ocr', 'python')}",
        ) from error
