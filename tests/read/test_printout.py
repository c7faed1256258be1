"""Web pages that a browser prints too: what its print shows otherwise is flagged, and nothing is changed."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest
from kinds.writing import as_html, as_mhtml, blocks
from typer.testing import CliRunner

from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.cli.commands.all import app
from gkingest.corpus.discovery import discover
from gkingest.document import ingest
from gkingest.document.outcome import Outcome
from gkingest.document.printout import against_print
from gkingest.document.read_with import ReadWith
from gkingest.engine.adapter import Limits
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.report import Document, Status
from gkingest.model.summary import Summary
from gkingest.read import browser
from gkingest.read.triage import as_opened
from gkingest.store.database import open_database

PENALTIES = ("proactive", "penalties", "decisions")  # 97 in print
FEES = ("proactive", "fees", "amount")  # 25.6 in the last row
Formats = tuple[Format, ...]


@pytest.fixture
def chromium() -> None:
    """Chromium is there; without it the test is skipped, on the build machine it fails."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        words = "there is no Chromium; on Debian: apt install chromium fonts-noto-cjk"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)


def page(form: Format, css: str = "", figure: str = "97", beside: str = "", after: str = "") -> bytes:
    """The report with style, another content of one cell, and something before all or after its first table."""
    text = as_html(blocks(form)).decode("gb18030")
    assert text.count(">97<") == 1
    text = (
        text.replace(">97<", f">{figure}<")
        .replace("</head>", f"<style>{css}</style></head>")
        .replace("</table>", f"</table>{after}", 1)
    )
    return text.replace("<body>", f"<body>{beside}").encode("gb18030")


def read(data: bytes, formats: Formats, *, render: bool = True) -> Document:
    return ingest.examine_bytes(as_opened("a.html", data), ReadWith(formats, "never", render=render))[0]


def told(document: Document) -> list[str]:
    assert document.report is not None
    return [f.message for f in document.report.findings if f.code.startswith("page.")]


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("kind", [as_html, as_mhtml])
def test_a_plain_page_is_printed_as_it_is_read(kind: object, gk2021: Format, formats: Formats) -> None:
    data = kind(blocks(gk2021))  # type: ignore[operator]
    printed = read(data, formats)
    assert printed == read(data, formats, render=False)
    assert printed.status is Status.OK


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
def test_a_figure_that_the_print_does_not_show_is_flagged_and_stays(gk2021: Format, formats: Formats) -> None:
    """What lies over the last row of a table from below it is nothing that the rules of style tell of its cells."""
    over = "<div style='margin-top:-30px;height:30px;position:relative;background:#fff'></div>"
    data = page(gk2021, after=over)
    plain, printed = read(data, formats, render=False), read(data, formats)
    assert plain.report and printed.report
    assert (plain.status, printed.status) == (Status.OK, Status.NEEDS_REVIEW)
    assert printed.report.facts == plain.report.facts
    assert told(printed) == ["the source of the page has 25.6万元, its print shows nothing"]
    assert printed.report.flagged() == {FEES}
    assert "[page.renders_differently]" in printed.message


# What may not be followed by the rules of style; each was looked at in a window of Chromium.
TRICKS = [
    ('q{quotes:"1" ""}', "<q>97</q>", "97", "197"),
    ('b{display:list-item;list-style-position:inside} b::marker{content:"1"}', "<b>97</b>", "97", "197"),
    ("b{line-height:0;overflow:hidden;display:inline-block}", "97<b>1</b>", "971", "97"),
]


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(("css", "figure", "declared", "seen"), TRICKS)
def test_a_figure_that_the_print_shows_otherwise_is_flagged(
    css: str, figure: str, declared: str, seen: str, gk2021: Format, formats: Formats
) -> None:
    printed = read(page(gk2021, css, figure), formats)
    assert told(printed) == [f"the source of the page has {declared}, its print shows {seen}"]
    assert printed.report and printed.report.flagged() == {PENALTIES}


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
def test_what_lies_over_the_whole_page_takes_its_tables_away(gk2021: Format, formats: Formats) -> None:
    cover = "<div style='position:absolute;left:0;top:0;width:100%;height:9999px;background:#fff'>维护中</div>"
    printed = read(page(gk2021, beside=cover), formats)
    assert printed.report is not None
    assert told(printed)
    assert printed.report.flagged() >= {f.key for f in printed.report.facts if f.value is not None and f.page}


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
def test_no_script_runs_nothing_is_fetched_and_no_other_page_is_shown(gk2021: Format, formats: Formats) -> None:
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    beside = (
        f"<meta http-equiv=refresh content='0;url={at}/next'><link rel=stylesheet href='{at}/a.css'>"
        f"<link rel=preconnect href='{at}'><img src='{at}/a.png'><iframe src='{at}/frame'></iframe>"
        f"<script>document.body.innerHTML = '';</script><script src='{at}/a.js'></script><noscript>9</noscript>"
    )
    printed = read(page(gk2021, beside=beside), formats)
    server.shutdown()
    assert asked == []
    assert told(printed) == []


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
def test_a_page_that_takes_too_long_costs_its_print_alone(
    gk2021: Format, formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(read(page(gk2021), formats)) == []
    with monkeypatch.context() as patch:
        patch.setattr(browser, "_PATIENCE", 0.01)
        late = read(page(gk2021), formats)
    assert told(late) == [
        "the page could not be held against its print: the browser did not print it within 0.01 seconds"
    ]
    assert late.status is Status.OK
    assert told(read(page(gk2021), formats)) == []


@pytest.mark.stage
@pytest.mark.usefixtures("chromium")
def test_each_worker_has_a_browser_and_none_is_left(
    gk2021: Format, formats: Formats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers have a limit of address space, far below what Chromium reserves."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_bytes(page(gk2021, TRICKS[0][0], f"<q>97</q><!--{name}-->"))
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    plan = Plan(Settings(ocr="never", render=True), engine="local", limits=Limits(2, 300, 2048), roots=(".",))
    summary = run(discover(["."]), formats, None, plan)
    assert summary.findings["page.renders_differently"] == 3
    assert summary.findings["page.not_rendered"] == 0
    after = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    _, alive = psutil.wait_procs(after, 10)
    assert not [p for p in alive if "chrom" in p.name() or "node" in p.name()]


def test_a_report_that_only_the_print_shows_is_looked_at(gk2021: Format, formats: Formats) -> None:
    nothing = Outcome(Status.NOT_A_REPORT, "other", "it has no report's title")
    shown = against_print(nothing, read(page(gk2021), formats, render=False))
    assert (shown.status, shown.report) == (Status.NEEDS_REVIEW, None)
    assert "a browser shows a report" in shown.message
    news = replace(read(page(gk2021), formats, render=False), report=None)
    assert against_print(nothing, news) == nothing


def test_a_report_that_the_print_does_not_show_is_doubted(gk2021: Format, formats: Formats) -> None:
    document = read(page(gk2021), formats, render=False)
    whole = Outcome(Status.OK, "report", "", document.report)
    doubted = against_print(whole, replace(document, report=None, message="it has no report's title"))
    assert doubted.report is not None and document.report is not None
    assert doubted.report.flagged() == {f.key for f in document.report.facts}
    assert doubted.status is Status.NEEDS_REVIEW


@pytest.fixture
def call(tmp_path: Path, gk2021: Format, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.html").write_bytes(page(gk2021))
    return ["a.html", "--render", "--ocr", "never"]


@pytest.mark.parametrize("command", [["ingest"], ["inspect"]])
def test_without_the_extra_the_message_says_how_to_install_it(
    command: list[str], call: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    answer = CliRunner().invoke(app, [*command, *call])
    assert "gkingest[browser]" in str(answer.exception)
    assert not Path("db").exists()


def test_without_a_browser_the_message_says_where_to_get_one(
    call: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setattr(browser, "_programs", list)
    answer = CliRunner().invoke(app, ["ingest", *call])
    said = str(answer.exception)
    assert "no Chromium, Chrome or Edge was found" in said
    assert "apt install chromium" in said and "playwright install chromium" in said
    assert not Path("db").exists()


def test_pages_are_read_again_to_be_printed_and_stay_so(
    call: list[str], formats: Formats, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(data: bytes, media_type: str) -> bytes:
        raise DocumentError("failed", "the browser fell asleep")

    monkeypatch.setattr(browser, "printed_page", fails)
    database = open_database("a.sqlite", formats)
    reasons: list[str] = []

    def ran(*, render: bool) -> Summary:
        plan = Plan(Settings(ocr="never", render=render), roots=("a.html",))
        return run(
            discover(["a.html"]),
            formats,
            database,
            plan,
            on_again=lambda found: reasons.extend(found.reasons.values()),
        )

    assert ran(render=False).findings["page.not_rendered"] == 0
    assert ran(render=True).findings["page.not_rendered"] == 1
    assert reasons == ["web pages are to be held against their print"]
    assert ran(render=True).documents == 0
    left = ran(render=False)
    assert left.documents == 0
    assert list(left.left) == [
        "were held against their print before: that stays as it is (--force reads them without --render)"
    ]
