"""Evaluation with planted errors, the page on quality, and the commands."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from store.cases import FEES, NEW, ONE, SECRET, TWO, document, fact, report
from store.conftest import own_schema  # noqa: F401 - a fixture

from gkingest.errors import UsageError
from gkingest.formats.spec import Format
from gkingest.language import catalogue
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.report import CellState, Document, Status
from gkingest.quality.coverage import coverage
from gkingest.quality.evaluate import evaluate, render_evaluation
from gkingest.quality.page import quality_page
from gkingest.quality.truth import load_truth
from gkingest.store.ask.coverage import counts
from gkingest.store.database import open_database
from gkingest.store.write.save import save_document

PARTIAL = FactKey("requests", "partial", "total")
GRANTED = FactKey("requests", "granted", "total")
OTHER = FactKey("requests", "other.misc", "total")


@pytest.fixture
def engine(tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    opened = open_database(str(tmp_path / "x.sqlite"), formats)
    yield opened
    opened.dispose()


def put(engine: Engine, name: str = "a.pdf", sha256: str = ONE, **more: Any) -> None:
    """A report with a right number, a flagged one, two blanks, a dash and a sum of money."""
    facts = (
        fact(NEW, "53", method=Method.parse("ruled/exact")),
        fact(GRANTED, "7", method=Method.parse("ruled/exact")),
        fact(SECRET, None, method=Method.parse("ruled/exact")),
        fact(PARTIAL, None, state=CellState.DASH, method=Method.parse("ruled/exact")),
        fact(OTHER, "4", method=Method.parse("scan/exact")),
        fact(FEES, "5", unit="万元", method=Method.parse("ruled/exact")),
    )
    doubt = Finding("cell.doubt", "?", touches=(tuple(GRANTED),))
    known = {"organ_key": "教育局", "region_code": "410403"} | more
    save_document(engine, document(name, sha256, report=report(*facts, findings=(doubt,), **known)))


def csv_of(*lines: str) -> str:
    return "table,row,column,state,value,unit\n" + "".join(f"{line}\n" for line in lines)


RIGHT = (
    "requests,new_received,total,reported,53,",
    "requests,granted,total,reported,7,",
    "requests,denied.state_secret,total,blank,,",
    "requests,partial,total,dash,,",
    "requests,other.misc,total,reported,4,",
    "proactive,fees,amount,reported,5,万元",
)


def told(engine: Engine, folder: Path, *lines: str, name: str = "a.pdf.csv") -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(csv_of(*lines), encoding="utf-8")
    return evaluate(engine, folder).tree()


def test_what_is_right_is_right(engine: Engine, tmp_path: Path) -> None:
    put(engine)
    found = told(engine, tmp_path / "truth", *RIGHT)
    assert (found["total"]["right"], found["total"]["silent"], found["errors"]) == (6, 0, [])


@pytest.mark.parametrize(
    ("place", "line", "outcome", "silent"),
    [
        (0, "requests,new_received,total,reported,54,", "wrong", True),
        (1, "requests,granted,total,reported,8,", "wrong", False),
        (2, "requests,denied.state_secret,total,reported,2,", "missed", True),
        (4, "requests,other.misc,total,blank,,", "invented", True),
        (2, "requests,denied.state_secret,total,dash,,", "state", True),
        (3, "requests,partial,total,absent,,", "state", True),
        (5, "proactive,fees,amount,reported,5,元", "wrong", True),
        (1, "requests,granted,total,dash,,", "invented", False),
    ],
)
def test_each_kind_of_planted_error_is_found(
    engine: Engine, tmp_path: Path, place: int, line: str, outcome: str, silent: bool
) -> None:
    put(engine)
    lines = [*RIGHT]
    lines[place] = line
    found = told(engine, tmp_path / "truth", *lines)
    assert [(e["outcome"], e["silent"], e["cell"]) for e in found["errors"]] == [
        (outcome, silent, "/".join(line.split(",")[:3]))
    ]
    assert found["total"][outcome] == 1
    assert found["total"]["silent"] == int(silent)
    assert found["total"]["told"][outcome] == int(not silent)


@pytest.mark.parametrize(
    ("status", "silent"), [(Status.NEEDS_OCR, 0), (Status.FAILED, 0), (Status.NOT_A_REPORT, 4)]
)
def test_a_file_said_not_to_be_read_is_told_one_called_no_report_is_silent(
    engine: Engine, tmp_path: Path, status: Status, silent: int
) -> None:
    plain = document("a.pdf", ONE)
    save_document(engine, Document("a.pdf", plain.source, status, "", "why"))
    found = told(engine, tmp_path / "truth", *(line for line in RIGHT if "reported" in line))
    assert (found["total"]["missed"], found["total"]["silent"]) == (4, silent)


@pytest.mark.parametrize("name", [f"{ONE}.csv", "a.pdf.csv", "a.csv"])
def test_a_file_is_named_by_digest_file_name_or_stem(engine: Engine, tmp_path: Path, name: str) -> None:
    put(engine, "somewhere/a.pdf")
    assert told(engine, tmp_path / "truth", *RIGHT, name=name)["total"]["right"] == 6


def test_a_name_that_may_be_two_files_is_refused_and_one_unknown_is_told(engine: Engine, tmp_path: Path) -> None:
    put(engine, "x/a.pdf")
    put(engine, "y/a.pdf", TWO)
    with pytest.raises(UsageError, match="2 different files"):
        told(engine, tmp_path / "truth", *RIGHT)
    found = told(engine, tmp_path / "other", *RIGHT, name="b.csv")
    assert found["not_in_database"] == [str(tmp_path / "other" / "b.csv")]
    assert found["total"]["cells"] == 0


def test_json_and_golden_lines_say_the_same(engine: Engine, tmp_path: Path) -> None:
    put(engine)
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "one.tsv").write_text(
        "# document\ta.pdf\n# year\t2022\nrequests/new_received/total\treported\t54\t\t54\n", encoding="utf-8"
    )
    first = evaluate(engine, folder).tree()
    (folder / "one.tsv").unlink()
    cell = {
        "table": "requests",
        "row": "new_received",
        "column": "total",
        "state": "reported",
        "value": 54,
        "unit": "",
    }
    (folder / "one.json").write_text(json.dumps({"document": "a.pdf", "year": 2022, "cells": [cell]}), "utf-8")
    assert evaluate(engine, folder).tree() == first
    assert first["identity"] == [{"document": "a.pdf", "what": "year", "truth": "2022", "read": "2023"}]
    assert any("year is 2022, read as 2023" in line for line in render_evaluation(evaluate(engine, folder)))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "table,row,column\n", "a.csv:1: no column state, value"),
        ("a.csv", csv_of("requests,granted,total,seen,1,"), "a.csv:2: there is no state 'seen'"),
        ("a.csv", csv_of("requests,granted,total,reported,x,"), "a.csv:2: 'x' is no number"),
        ("a.csv", csv_of("requests,granted,total,blank,0,"), "a.csv:2: blank with 0"),
        ("a.csv", csv_of("requests,granted,total,reported,,"), "a.csv:2: reported with no value"),
        ("a.csv", csv_of(RIGHT[0], RIGHT[0]), "told twice"),
        ("a.csv", csv_of(), "tells of no cell"),
        ("a.json", "[", "is no JSON"),
        ("a.json", "{}", "has no list of cells"),
        ("a.tsv", "requests/granted\treported\t1\n", "a.tsv:1: requests/granted is no table, row and column"),
        ("a.txt", "", "holds no .csv"),
    ],
)
def test_a_truth_that_cannot_be_read_says_where(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(words)):
        load_truth(tmp_path)


def test_the_shipped_corpus_is_read_as_a_person_read_it(
    engine: Engine, root: Path, expectations: dict[str, Any], ingested: Any
) -> None:
    from dataclasses import replace

    for name in expectations:
        save_document(engine, replace(ingested(name), path=f"corpus/{name}"))
    found = evaluate(engine, root / "tests/expected").tree()
    total = found["total"]
    assert total["cells"] == sum(len(e.cells) for e in expectations.values())
    assert (total["right"], total["silent"], total["reports"]) == (total["cells"], 0, len(expectations))
    assert found["identity"] == found["not_in_database"] == []
    assert total["silent_by_report"] is None


class Page(HTMLParser):
    """What a browser would fetch or run, and whether every element that opens closes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{tag} {n}" for n, _ in attrs if n in ("src", "href", "onclick") or tag == "script"]
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_escapes_everything_and_is_the_same_again(
    engine: Engine, tmp_path: Path, language: Any
) -> None:
    evil = "<script>alert(1)</script>&"
    put(engine, f"{evil}.pdf", organ=evil, province=evil)
    save_document(engine, Document(f"b{evil}.pdf", None, Status.FAILED, "", evil))
    save_document(engine, Document("c.pdf", None, Status.NOT_A_REPORT, "", "news"))
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / f"{ONE}.csv").write_text(csv_of("requests,new_received,total,reported,54,"), "utf-8")
    found = evaluate(engine, tmp_path / "truth")
    html = quality_page(counts(engine), found, language)
    assert html == quality_page(counts(engine), found, language)
    page = Page()
    page.feed(html)
    assert (page.open, page.fetched) == ([], [])
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    told = re.sub("<(style|code).*?</|<[^>]*>", " ", html, flags=re.DOTALL)
    if language == "zh":
        assert "不是报告" in told and "失败" in told
        assert re.findall(r"not_a_report|needs_review|\b(?:ok|failed|warning|info|printed)\b", told) == []


def test_both_databases_give_the_same_page(
    engine: Engine,
    own_schema: str,  # noqa: F811
    formats: tuple[Format, ...],
    tmp_path: Path,
) -> None:
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / f"{ONE}.csv").write_text(csv_of(*RIGHT), "utf-8")
    server, pages = open_database(own_schema, formats), []
    for one in (engine, server):
        put(one, "a/1.pdf", year=2021)
        put(one, "a/2.pdf", TWO, year=2023, organ_key="财政局")
        save_document(one, Document("a/scan.pdf", None, Status.NEEDS_OCR, "", "pictures"))
        pages.append(quality_page(counts(one), evaluate(one, tmp_path / "truth"), "zh"))
    server.dispose()
    assert pages[0] == pages[1]


def test_an_empty_database_has_a_page_too(engine: Engine) -> None:
    assert "</html>" in quality_page(counts(engine), None, "en")


def test_every_hole_has_its_reason(engine: Engine) -> None:
    """2021 to 2024 are seen; 教育局 has 2021 and an empty 2022, 财政局 2024 beside a file that was not read."""
    put(engine, "a/1.pdf", "1" * 64, year=2021)
    empty = report(year=2022, organ_key="教育局", region_code="410403", organ="教育局")
    nothing = tuple(fact(k, None, state=CellState.ABSENT) for k in (NEW, SECRET))
    save_document(engine, document("a/2.pdf", TWO, report=type(empty)(
        **{n: getattr(empty, n) for n in empty.__dataclass_fields__} | {"facts": nothing})))  # fmt: skip
    put(engine, "b/3.pdf", "3" * 64, year=2024, organ_key="财政局", organ="财政局")
    save_document(engine, Document("b/scan.pdf", None, Status.NEEDS_OCR, "", "pictures"))
    found = coverage(counts(engine))
    assert found.years == (2021, 2022, 2023, 2024)
    assert [(h.organ, h.year, h.reason, h.files) for h in found.holes] == [
        ("教育局", 2022, "rejected", ("a/2.pdf",)),
        ("教育局", 2023, "not_in_folder", ()),
        ("教育局", 2024, "not_in_folder", ()),
        ("财政局", 2021, "unread_beside", ("b/scan.pdf",)),
        ("财政局", 2022, "unread_beside", ("b/scan.pdf",)),
        ("财政局", 2023, "unread_beside", ("b/scan.pdf",)),
    ]
    assert sum(found.reports.values()) == 2


def test_every_finding_has_its_chinese_meaning() -> None:
    assert {kind.meaning for kind in CATALOGUE.values()} <= set(catalogue())


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gkingest", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_commands(engine: Engine, tmp_path: Path) -> None:
    put(engine, year=2023)
    db = tmp_path / "x.sqlite"
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "a.csv").write_text(csv_of(*RIGHT), "utf-8")
    assert run("report", tmp_path / "q.html", "--db", db, "--truth", tmp_path / "truth").returncode == 0
    assert "</html>" in (tmp_path / "q.html").read_text("utf-8")
    assert "silent errors: 0" in run("evaluate", tmp_path / "truth", "--db", db).stdout
    assert json.loads(run("evaluate", tmp_path / "truth", "--db", db, "--json").stdout)["total"]["right"] == 6

    people = tmp_path / "people.csv"
    people.write_text("region_code,year,population\n410403,2023,300000\n", "utf-8")
    assert run("population", people, "--db", db).stdout.startswith("1 divisions and years saved in ")
    people.write_text("region_code,year,population\n410403,2023,30万\n", "utf-8")
    bad = run("population", people, "--db", db)
    assert (bad.returncode, "people.csv:2" in bad.stderr) == (2, True)
    missing = run("report", tmp_path / "q.html", "--db", tmp_path / "none.sqlite")
    assert (missing.returncode, "no such database" in missing.stderr) == (2, True)
