"""Pages as pictures, painted in a process of their own: PDFium is not made for threads, and a file may crash it."""

import asyncio
import os
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from threading import Thread

from gkingest.errors import DocumentError
from gkingest.extras import install_line
from gkingest.read.picture import page_sheet, sheet_picture

_SECONDS = 40.0  # that a page may take, the start of the process among them
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
        self._pool: ProcessPoolExecutor | None = None
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
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent)
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._pool, paint_page, data, kind, page), _SECONDS)
        except TimeoutError as error:
            self.close()
            raise DocumentError("failed", f"painting the page took more than {_SECONDS:.0f} seconds") from error
        except BrokenProcessPool as error:
            self.close()
            raise DocumentError(
                "failed", "the process that paints the page ended; the file may be damaged"
            ) from error

    def close(self) -> None:
        """End the process, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            with suppress(OSError):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _end_with_parent() -> None:
    """Leave nothing behind where the server is killed: in the other process, wait for the end of this one."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(0)

    Thread(target=watch, daemon=True).start()


def paint_page(data: bytes, kind: str, page: int) -> Picture:
    """The work itself, done in the other process; raises :class:`DocumentError`."""
    try:
        sheet = page_sheet(data, kind, page)
    except ImportError as error:
        raise DocumentError(
            "unsupported",
            f"a library for pictures is not installed ({error.name}); {install_line('ocr', 'python')}",
        ) from error
    width, height = sheet.size
    return Picture(sheet_picture(sheet, _DPI), width, height)
