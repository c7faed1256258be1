"""Every kind of page in Chromium: both languages, by keyboard, wide and narrow windows, with the rules of axe."""

import csv
import importlib.util
import json
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

from .test_browser import SECONDS, chromium, seen
from .test_form_pages import GUSHI, PAGES

pytestmark = pytest.mark.stage
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, as the package axe-playwright-python brings it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed (the extra dev)")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


class Served:
    """``gkingest serve`` over a copy of the shipped database, which may be killed and started again."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.start()

    def start(self) -> None:
        """Start it and learn its address."""
        command = [sys.executable, "-u", "-m", "gkingest", "serve", "--db", str(self.folder / "copy.sqlite")]
        command += ["--port", "0", "--lang", "en"]
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src")}
        self.process = subprocess.Popen(command, cwd=self.root, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
        found = re.search(r"http://127\.0\.0\.1:\d+", self.process.stdout.readline() if ready else "")
        assert found, "the server did not say where it is"
        self.address = found[0]

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.wait(SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def served(root: Path, shipped_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    chromium()
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(shipped_database, folder / "copy.sqlite")
    running = Served(root, folder)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A tab; what the console complains of fails the test. Waiting for a state needs a script of the test's own."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, bypass_csp=True)
    opened = context.new_page()
    opened.set_default_timeout(SECONDS * 1000)
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    fine = re.compile("404|net::ERR")  # a picture that there is not; a server that was killed
    opened.on("console", lambda m: None if m.type != "error" or fine.search(m.text) else complaints.append(m.text))
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_grave_rule_and_nothing_of_it_is_covered(
    tab: Any, served: Served, axe: str, name: str
) -> None:
    for language, wide in (("en", 1440), ("zh", 390)):
        tab.set_viewport_size({"width": wide, "height": 900})
        join = "&" if "?" in PAGES[name] else "?"
        tab.goto(f"{served.address}{PAGES[name]}{join}_lang={language}")
        tab.wait_for_load_state("networkidle")
        seen(tab, f"{name}-{wide}")
        assert tab.evaluate("document.documentElement.lang").startswith(language)
        assert tab.evaluate("document.documentElement.scrollWidth") <= wide, "nothing is wider than the window"
        tab.evaluate(axe)
        found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
        grave = {
            v["id"]: [node["html"][:160] for node in v["nodes"][:3]]
            for v in found["violations"]
            if v["impact"] in GRAVE
        }
        assert grave == {}, json.dumps(grave, indent=1)
        covered = tab.evaluate(
            """() => [...document.querySelectorAll('.gk-doubts li, dl.facts a[href^=http]')].filter((one) => {
                if (one.closest('details:not([open])')) return false;
                one.scrollIntoView({block: 'center'});
                const box = one.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + Math.min(box.width, 60) / 2, box.top + 8);
                return box.width > 0 && !(top && (one.contains(top) || top.contains(one)));
            }).map((one) => one.textContent.slice(0, 60))"""
        )
        assert covered == []


def test_a_figure_and_its_ink_light_up_together_by_keyboard(tab: Any, served: Served) -> None:
    tab.goto(f"{served.address}/-/gkingest/report/{GUSHI}")
    cell = tab.locator("[data-ink=ink-requests-decided_total-natural_person]")
    ink = tab.locator("#ink-requests-decided_total-natural_person")
    tab.wait_for_function("() => !document.querySelector('.sheet.unseen')")
    assert "lit" not in (ink.get_attribute("class") or "")
    cell.locator("a").first.focus()
    assert "lit" in ink.get_attribute("class") and "lit" in cell.get_attribute("class")
    panel, place = tab.locator(".sheets").bounding_box(), ink.bounding_box()
    assert panel["y"] < place["y"] < panel["y"] + panel["height"], "its page is turned to it"
    seen(tab, "lit")
    tab.keyboard.press("Tab")
    assert "lit" in ink.get_attribute("class"), "the mark of a doubt is within the same cell"
    tab.locator("[data-ink=ink-requests-carried_out-total] a").focus()
    assert "lit" not in ink.get_attribute("class")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#mark")
    assert tab.inner_text(".figure .raw") == "4"


def lines(served: Served) -> list[dict[str, str]]:
    """What is kept."""
    text = (served.folder / "corrections.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_the_queue_is_gone_through_by_keyboard_and_a_kill_loses_nothing(tab: Any, served: Served) -> None:
    """One key confirms; what is typed is another value; s skips, u takes back, c comments."""

    def onward(number: str | None) -> None:
        tab.wait_for_function("(old) => document.getElementById('item').dataset.number !== old", arg=number)

    def number() -> str | None:
        return str(tab.get_attribute("#item", "data-number"))

    def kept() -> None:
        tab.wait_for_function("() => document.getElementById('told').textContent.startsWith('kept')")

    tab.goto(f"{served.address}/-/gkingest/review?code=rule.broken")
    tab.wait_for_selector("#item:not([hidden])")
    tab.keyboard.type("Li Hua")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "value", "a name confirms nothing"
    assert not (served.folder / "corrections.csv").exists()
    tab.wait_for_function("() => document.getElementById('row').naturalWidth > 300")
    seen(tab, "review")
    tab.wait_for_function("() => items.size >= 15")
    assert tab.evaluate("[...items.keys()].join()") == ",".join(map(str, range(15))), (
        "none is asked for out of turn"
    )
    before = number()
    tab.keyboard.press("Enter")
    onward(before)
    kept()
    assert [(r["by"], r["verdict"]) for r in lines(served)] == [("Li Hua", "confirm")]
    before = number()
    tab.keyboard.press("c")
    tab.keyboard.type("seen on the page")
    tab.keyboard.press("Escape")
    tab.keyboard.type("7")
    tab.keyboard.press("Enter")
    onward(before)
    tab.wait_for_function("() => document.getElementById('told').textContent.endsWith(' 7')")
    assert [(r["verdict"], r["value"], r["words"]) for r in lines(served)][1:] == [("set", "7", "seen on the page")]
    before = number()
    tab.keyboard.press("s")
    onward(before)
    before = number()
    tab.keyboard.press("b")
    onward(before)
    kept()
    assert lines(served)[-1]["value"] == "blank"
    tab.keyboard.press("u")
    tab.wait_for_function("(old) => document.getElementById('item').dataset.number === old", arg=before)
    assert lines(served)[-1]["verdict"] == "undo"
    assert "decided: 2" in tab.inner_text("#progress")
    before = number()
    tab.keyboard.press("Enter")
    kept()
    served.kill()
    whole = lines(served)
    assert [r["verdict"] for r in whole] == ["confirm", "set", "set", "undo", "confirm"]
    # It is looked ahead while nobody answers, and asked for once more when it is wanted.
    no_answer = "() => document.getElementById('told').textContent.startsWith('The server does not answer')"
    tab.evaluate("() => { items.clear(); fetchFrom(0); fetchFrom(1); }")
    tab.wait_for_function(no_answer)
    tab.evaluate("() => { document.getElementById('told').textContent = ''; }")
    tab.keyboard.press("s")
    tab.wait_for_function(no_answer)
    served.start()
    tab.goto(f"{served.address}/-/gkingest/review?code=rule.broken")
    tab.wait_for_selector("#item:not([hidden])")
    tab.goto(f"{served.address}/copy/decisions.json?_shape=array")
    decided = json.loads(tab.inner_text("body"))
    assert [row["person"] for row in decided] == ["Li Hua"] * 3
