"""The user's own Chromium: a web page printed to PDF as it shows it, without scripts and without a network.

Playwright drives it. One browser serves all pages of a process; it is started with the first of them and closed
when the process ends.
"""

import asyncio
import shutil
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from email import message_from_bytes
from functools import cache
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, TypeVar

from gkingest.engine.machine import unbounded_address_space
from gkingest.errors import DocumentError, EngineError
from gkingest.extras import install_line, pip_line
from gkingest.read.declared.charset import decoded_page
from gkingest.read.kinds import MHTML

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright, Route

# Whatever Playwright brings itself or finds where the systems keep programs comes after what a shell finds.
_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "microsoft-edge")
_CHANNELS = ("", "chrome", "msedge")
_ADDRESS = "http://page.invalid/"
_WIDTH = 1280  # CSS pixels: a window as most readers have it
_HIGHEST = 19_200  # CSS pixels: 14,400 points, the longest side of a PDF page; a longer page is cut into several
_PATIENCE = 60.0  # seconds: a report takes one or two, a busy machine ten times as long
_CLOSING = 10.0  # seconds that a browser has to end by itself
# On a screen there are no sheets: what a page says of its own is left out, as what it tells who runs no scripts.
_SHEET = (
    "@page{size:%dpx %dpx!important;margin:0!important}"
    "*,::before,::after{break-before:auto!important;break-after:auto!important}noscript{display:none!important}"
)
_ADD = "s => { document.documentElement.appendChild(document.createElement('style')).textContent = s; }"
_NOWHERE = "http://127.0.0.1:9"  # the proxy for whatever is asked beside the page: nothing listens there
Result = TypeVar("Result")
_Parts = Mapping[str, tuple[str, bytes]]  # address -> content type and bytes


def require_browser() -> None:
    """Start Chromium once and close it; raises :class:`EngineError` where pages cannot be printed here."""
    chromium = _Chromium()
    try:
        chromium.start()
    except ImportError as error:
        raise EngineError(
            f"a library that --render needs is not installed ({error.name}); {install_line('browser')}"
        ) from error
    except DocumentError as error:
        raise EngineError(error.message) from error
    finally:
        chromium.close()


def printed_page(data: bytes, media_type: str) -> bytes:
    """A web page as a PDF, as a window of 1280 pixels shows it, on one long sheet where that can be.

    Whatever it wants to fetch is refused but what an MHTML file brings along. Raises :class:`DocumentError` where
    the browser cannot be started, fails, or takes more than a minute.
    """
    address, parts = _saved(data) if media_type == MHTML else (_ADDRESS, {_ADDRESS: _plain(data)})
    try:
        return _chromium().printed(address, parts)
    except ImportError as error:
        raise DocumentError(
            "failed", f"{error.name} is not installed; {install_line('browser', 'python')}"
        ) from error


@cache
def _chromium() -> "_Chromium":
    chromium = _Chromium()
    Finalize(None, chromium.close, exitpriority=10)  # runs in workers too, where atexit does not
    return chromium


def _plain(data: bytes, declared: str = "") -> tuple[str, bytes]:
    """A page in the encoding that its characters tell, as it is read otherwise."""
    return "text/html; charset=utf-8", decoded_page(data, declared).encode("utf-8", "replace")


def _saved(data: bytes) -> tuple[str, _Parts]:
    """The first page of a saved one with its address, and what is saved beside it."""
    address, parts = "", {}
    for part in message_from_bytes(data).walk():
        body, kind = part.get_payload(decode=True), part.get_content_type()
        if isinstance(body, bytes) and body.strip():
            place = str(part.get("Content-Location") or "")
            if kind == "text/html" and not address:
                address = place if place.startswith(("http://", "https://")) else _ADDRESS
                parts[address] = _plain(body, part.get_content_charset(""))
            elif place:
                parts.setdefault(place, (kind, body))
    return address or _ADDRESS, parts


class _Chromium:
    """A browser with a loop of its own, so that nothing it does can take for ever."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._player: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> None:
        """Start it unless it runs; raises :class:`DocumentError`, ``ImportError`` without Playwright."""
        import playwright.async_api

        if self._browser is None or not self._browser.is_connected():
            self.close()
            self._loop = asyncio.new_event_loop()
            try:
                with unbounded_address_space():
                    self._browser = self._run(self._started(), _PATIENCE)
            except (TimeoutError, OSError, playwright.async_api.Error) as error:
                raise DocumentError("failed", f"the browser cannot be started ({_said(error)})") from error

    def printed(self, address: str, parts: _Parts) -> bytes:
        """A page as PDF."""
        self.start()
        from playwright.async_api import Error

        try:
            return self._run(self._printed(address, parts), _PATIENCE)
        except TimeoutError as error:
            self.close()
            raise DocumentError("failed", f"the browser did not print it within {_PATIENCE:g} seconds") from error
        except Error as error:
            self.close()
            raise DocumentError("failed", f"the browser failed on it ({_said(error)})") from error

    def close(self) -> None:
        """End the browser and what drives it; the next page starts another."""
        if self._loop is None:
            return
        for ending in (self._browser and self._browser.close(), self._player and self._player.stop()):
            if ending:
                with suppress(Exception):  # what hangs or is gone already ends with the pipe to it
                    self._run(ending, _CLOSING)
        self._loop.close()
        self._loop = self._player = self._browser = None

    def _run(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        assert self._loop is not None
        return self._loop.run_until_complete(asyncio.wait_for(work, seconds))

    async def _started(self) -> "Browser":
        """The first browser that starts: those of the PATH, what Playwright brought, where systems keep them."""
        from playwright.async_api import Error, async_playwright

        self._player = await async_playwright().start()
        failed: list[Error] = []
        for path, channel in _programs():
            for sandboxed in (True, False):  # containers and the superuser have no sandbox
                try:
                    return await self._player.chromium.launch(
                        executable_path=path or None,
                        channel=channel or None,
                        chromium_sandbox=sandboxed,
                        handle_sigint=False,
                        proxy={"server": _NOWHERE},
                    )
                except Error as error:
                    failed.append(error)
        if len(_programs()) > len(_CHANNELS):
            raise failed[0]
        fetch = pip_line("playwright").partition(" -m ")[0] + " -m playwright install chromium"
        raise Error(
            "no Chromium, Chrome or Edge was found; install one (Debian: apt install chromium fonts-noto-cjk), or "
            f"let Playwright fetch its own: {fetch}"
        )

    async def _printed(self, address: str, parts: _Parts) -> bytes:
        assert self._browser is not None

        async def answer(route: "Route") -> None:
            kind, body = parts.get(route.request.url, ("", b""))
            # A page that is sent elsewhere stays: only then would "failed" put an error in its place.
            await (route.fulfill(body=body, content_type=kind) if kind else route.abort("aborted"))

        context = await self._browser.new_context(
            java_script_enabled=False,
            offline=True,
            service_workers="block",
            bypass_csp=True,  # a page may forbid the style that makes it one sheet
            accept_downloads=False,
            viewport={"width": _WIDTH, "height": 900},
        )
        await context.route("**/*", answer)
        page = await context.new_page()
        await page.emulate_media(media="screen")
        await page.goto(address, wait_until="load", timeout=0)
        high = int(await page.evaluate("Math.ceil(document.documentElement.scrollHeight)"))
        # Not by add_style_tag, which waits for what a page without scripts never tells.
        await page.evaluate(_ADD, _SHEET % (_WIDTH, min(max(high, 400) + 40, _HIGHEST)))
        printed = await page.pdf(prefer_css_page_size=True, print_background=True)
        await context.close()
        return printed


def _programs() -> Sequence[tuple[str, str]]:
    """Path or channel of each browser that may be there."""
    found = [path for name in _ON_PATH if (path := shutil.which(name))]
    return [*((path, "") for path in dict.fromkeys(found)), *(("", channel) for channel in _CHANNELS)]


def _said(error: Exception) -> str:
    """The first line of an error: the rest is a drawing, or what the browser wrote."""
    return (str(error) or type(error).__name__).strip().splitlines()[0]
