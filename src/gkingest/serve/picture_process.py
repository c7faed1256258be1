"""Pages as pictures, painted in a guarded process: PDFium is no matter for threads, and a file may crash it."""

import asyncio
from collections import OrderedDict
from concurrent.futures import CancelledError
from dataclasses import dataclass

from gkingest.engine.adapter import DiedError, Limits
from gkingest.engine.pool import Pool
from gkingest.errors import DocumentError
from gkingest.extras import install_line
from gkingest.read.picture.png import page_sheet, sheet_picture

_LIMITS = Limits(jobs=1, seconds=40.0, megabytes=2048)  # what a page may take
_KEPT = 24  # pictures, of some hundred kB each
_DPI = 120.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, with its size in points."""

    png: bytes
    width: float
    height: float


class Painter:
    """Paints one page at a time and remembers the last ones; ``close`` ends its process."""

    def __init__(self) -> None:
        self._pool: Pool | None = None
        self._lock: asyncio.Lock | None = None
        self._kept: OrderedDict[tuple[str, int], Picture] = OrderedDict()

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
            picture = await self._painted(data, kind, page)
            self._kept[sha256, page] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return picture

    async def _painted(self, data: bytes, kind: str, page: int) -> Picture:
        if self._pool is None or not self._pool.active:
            self.close()
            self._pool = Pool(_LIMITS)
        pool, limits = self._pool, self._pool.limits
        try:
            # In a thread, as the first one waits until the process has started.
            return await asyncio.to_thread(lambda: pool.result(pool.schedule(paint_page, (data, kind, page))))
        except (TimeoutError, MemoryError, DiedError, CancelledError) as error:
            told = "the process that paints the page ended; the file may be damaged"
            if isinstance(error, TimeoutError):
                told = f"painting the page took more than {limits.seconds:g} seconds"
            elif isinstance(error, MemoryError):
                told = f"painting the page needed more than {limits.megabytes} MB of memory"
            raise DocumentError("failed", told) from error

    def close(self) -> None:
        """End the process, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()


def paint_page(asked: tuple[bytes, str, int]) -> Picture:
    """The work itself, done in the other process: data, kind and page; raises :class:`DocumentError`."""
    data, kind, page = asked
    try:
        sheet = page_sheet(data, kind, page)
    except ImportError as error:
        raise DocumentError(
            "unsupported",
            f"a library for pictures is not installed ({error.name}); {install_line('ocr', 'python')}",
        ) from error
    width, height = sheet.size
    return Picture(sheet_picture(sheet, _DPI), width, height)
