"""Pictures are painted in another process, and the server outlives it."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from gkingest.engine.adapter import Limits
from gkingest.errors import DocumentError
from gkingest.serve import picture_process as painting
from gkingest.serve.picture_process import Painter, Picture, paint_page
from gkingest.serve.served import houses

from .conftest import Asked

WEIDONG = "3d179cc91e90c09cba96d66d8073efe4ae2566d408d5b677583935052242b9ae"


@pytest.fixture
def report(corpus: Path) -> bytes:
    """A PDF of three pages."""
    return (corpus / "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf").read_bytes()


def die(_: object) -> Picture:
    """A page that ends the process that paints it."""
    os._exit(1)


def hang(_: object) -> Picture:
    """A page that never ends."""
    time.sleep(600)
    raise AssertionError


def swell(_: object) -> Picture:
    """A page that takes more and more memory."""
    return Picture(b"x" * (1200 << 20), 1, 1)


@pytest.mark.parametrize(
    ("deed", "seconds", "told"),
    [
        (die, 40.0, "the process that paints the page ended"),
        (hang, 5.0, "painting the page took more than 5 seconds"),
        (swell, 40.0, "painting the page needed more than 1024 MB of memory"),
    ],
)
def test_a_page_that_kills_its_painter_is_told_and_the_next_is_painted(
    report: bytes, monkeypatch: pytest.MonkeyPatch, deed: Any, seconds: float, told: str
) -> None:
    async def story() -> Picture:
        one = Painter()
        try:
            with monkeypatch.context() as patch:
                patch.setattr(painting, "paint_page", deed)
                patch.setattr(painting, "_LIMITS", Limits(1, seconds, 1024))
                with pytest.raises(DocumentError, match=told):
                    await one.paint("a", report, "application/pdf", 1)
            return await one.paint("a", report, "application/pdf", 1)
        finally:
            one.close()

    picture = asyncio.run(story())
    assert picture.png.startswith(b"\x89PNG")
    assert (round(picture.width), round(picture.height)) == (595, 842)  # A4


def test_the_painter_ends_when_its_server_is_killed(report: bytes, tmp_path: Path) -> None:
    """A child that starts a painter and is killed leaves no process behind."""
    import multiprocessing

    told = tmp_path / "pid"
    server = multiprocessing.get_context("spawn").Process(target=_serve_and_tell, args=(report, str(told)))
    server.start()
    while not told.exists() and server.is_alive():
        server.join(0.05)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.join()
    assert all(_is_gone(int(pid)) for pid in told.read_text().split())


def _serve_and_tell(report: bytes, told: str) -> None:
    async def story() -> None:
        one = Painter()
        await one.paint("a", report, "application/pdf", 1)
        below = [process.pid for process in psutil.Process().children(recursive=True)]
        unfinished = Path(told + ".part")
        unfinished.write_text(" ".join(map(str, below)))
        unfinished.rename(told)
        await asyncio.sleep(600)

    asyncio.run(story())


def _is_gone(pid: int) -> bool:
    """Whether a process has ended, within a time that is long for any machine."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":  # ended; who inherited it has not asked yet
            return True
        time.sleep(0.1)
    return False


def test_other_pages_are_answered_while_one_is_painted(shipped: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> list[str]:
        told, painted = [], asyncio.Event()

        async def slow(*_: object) -> Picture:
            await painted.wait()
            raise DocumentError("failed", "too late")

        monkeypatch.setattr(Painter, "_done", slow)
        houses[shipped.datasette].painter._kept.clear()
        client = shipped.datasette.client

        async def picture() -> None:
            await client.get(f"/-/gkingest/picture/{WEIDONG}/3.png")
            told.append("picture")

        waiting = asyncio.create_task(picture())
        await client.get("/")
        told.append("start page")
        painted.set()
        await waiting
        return told

    assert shipped.run(story()) == ["start page", "picture"]


def test_pages_of_pictures_and_of_what_has_none(report: bytes, corpus: Path) -> None:
    photograph = (corpus / "www.qdncg.gov.cn/zwgk/202301/W020230116394412350871.jpg").read_bytes()
    assert paint_page((photograph, "image/jpeg", 1)).png.startswith(b"\x89PNG")
    for data, kind, page in (
        (report, "application/pdf", 9),
        (report, "text/html", 1),
        (b"%PDF-", "application/pdf", 1),
    ):
        with pytest.raises(DocumentError):
            paint_page((data, kind, page))
