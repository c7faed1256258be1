"""What a person sees: the server as a user starts it, in a real Chromium without a window."""

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.stage
SECONDS = 60


def chromium() -> str:
    """Path of the browser; without one the test is skipped, on the build machine it fails."""
    found = next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None
    )
    if found is None:
        words = "there is no Chromium; on Debian: apt install chromium fonts-noto-cjk"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    return found


@pytest.fixture(scope="module")
def address(root: Path, shipped_database: Path) -> Iterator[str]:
    """Start page of ``gkingest serve`` over the shipped corpus."""
    chromium()
    command = [sys.executable, "-u", "-m", "gkingest", "serve", "--db", str(shipped_database), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    server = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        ready, _, _ = select.select([server.stdout], [], [], SECONDS)
        line = server.stdout.readline() if ready else ""
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, f"the server did not say where it is: {line!r}"
        yield found[0]
    finally:
        server.terminate()
        server.wait(SECONDS)
        server.stdout.close()


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    """A tab; what the console or the network complains of fails the test."""
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1300, "height": 900})
        tab.set_default_timeout(SECONDS * 1000)
        tab.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda e: complaints.append(str(e)))
        tab.on("requestfailed", lambda r: complaints.append(f"{r.url}: {r.failure}"))
        tab.on("request", lambda r: None if r.url.startswith(address) else complaints.append(f"outside: {r.url}"))
        yield tab
        browser.close()
    assert complaints == []


def seen(page: Any, name: str) -> None:
    """Keep a picture of the page where a person may look at it: GKINGEST_TEST_SHOTS names a folder."""
    if folder := os.environ.get("GKINGEST_TEST_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_a_word_is_searched_and_its_page_opened(page: Any, address: str) -> None:
    page.goto(address)
    assert "31 reports" in page.inner_text("#counts")
    seen(page, "start")
    page.fill("form[action$=search] input[name=words]", "依申请公开")
    page.click("#search")
    assert page.locator(".hit").count() > 0
    assert page.locator(".hit mark").first.inner_text() in "依申请公开"
    seen(page, "search")
    page.locator(".hit a").first.click()
    page.wait_for_selector(".sheet img")
    assert page.evaluate("document.querySelector('.sheet img').naturalWidth") > 600


def test_a_figure_of_a_query_is_marked_where_it_is_printed(
    page: Any, address: str, printed_nine: tuple[float, float]
) -> None:
    """卫东区 2023, 予以公开 in total: the mark is around what another reader finds, and in view."""
    page.goto(f"{address}shipped/organ_panel?organ=410403&year=2023")
    seen(page, "query")
    row = page.locator("tr", has=page.locator("td", has_text=re.compile("^granted$"))).filter(
        has=page.locator("td", has_text=re.compile("^total$"))
    )
    row.locator("td.col-page a").click()
    page.wait_for_selector("#mark")
    assert page.inner_text(".figure .amount") == "9"
    assert page.inner_text(".figure .raw") == "9"
    page.wait_for_function("document.querySelector('.sheet img').complete")
    mark, sheet = (page.locator(name).bounding_box() for name in ("#mark", ".sheet img"))
    across, down = mark["x"] + mark["width"] / 2 - sheet["x"], mark["y"] + mark["height"] / 2 - sheet["y"]
    assert abs(across - printed_nine[0] * sheet["width"]) < 3
    assert abs(down - printed_nine[1] * sheet["height"]) < 3
    assert 12 < mark["width"] < 40, "around the figure, and not on it"
    assert 0 < mark["y"] < 900, "the mark is scrolled into view"
    seen(page, "figure")


def test_a_scan_is_shown_with_its_mark(page: Any, address: str) -> None:
    page.goto(f"{address}shipped/organ_panel?organ=522626&year=")
    page.locator("td.col-page a").first.click()
    page.wait_for_selector("#mark")
    assert page.evaluate("document.querySelector('.sheet img').naturalWidth") > 600
    seen(page, "scan")


def test_charts_are_drawn_with_chinese_names(page: Any, address: str) -> None:
    page.goto(f"{address}-/gkingest/chart")
    page.select_option("select[name=year]", "2023")
    page.click("button[type=submit]")
    names = page.locator(".on-wide svg a text:first-of-type").all_text_contents()
    assert names == [
        "民乐县草畜产业局",
        "攸县人民政府办公室",
        "固始县城乡建设发展局",
        "卫东区人民政府办公室",
    ]
    seen(page, "ranking")
    page.goto(f"{address}-/gkingest/chart?chart=series&indicator=disclosure_rate&organ=攸县")
    assert page.locator(".on-wide svg circle").count() == 4
    seen(page, "series")


def test_the_tables_of_the_database_open(page: Any, address: str) -> None:
    for place in ("shipped", "shipped/facts_long", "shipped/panel_county", "shipped/finding"):
        page.goto(address + place)
        assert page.locator("h1").count() == 1
    page.goto(f"{address}shipped/facts_long?_size=3")
    seen(page, "facts")
