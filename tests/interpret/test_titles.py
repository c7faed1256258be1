"""Whose report and of which year, measured on a list of titles that a person labelled."""

import csv
from pathlib import Path

import pytest

from gkingest.interpret.whose.owner import clues_of
from gkingest.interpret.whose.region import Whose, identify_region
from gkingest.interpret.whose.title import Identity, identify, identity_findings
from gkingest.model.paper import Page
from gkingest.model.provenance import Provenance
from gkingest.regions.divisions import load_divisions
from gkingest.text.labels import fold

LIST = Path(__file__).with_name("titles.tsv")
LINES = list(
    csv.DictReader(
        (row for row in LIST.read_text(encoding="utf-8").splitlines() if not row.startswith("#")),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
)
FLAGS = {
    "region.unknown",
    "region.ambiguous",
    "region.outdated",
    "region.conflict",
    "organ.unknown",
    "organ.conflict",
    "year.unknown",
}


def identity(line: dict[str, str]) -> Identity:
    """What a page with this title and preface says of itself."""
    preface = f"根据《政府信息公开条例》，{line['preface']}编制本年度报告。" if line["preface"] else ""
    return identify([Page(1, 600, 800, (), (), text=f"{line['title']}\n{preface}\n一、总体情况")])


def whose(line: dict[str, str], organ: str, year: int | None) -> Whose:
    told = Provenance(url=f"http://{line['host']}/" if line["host"] else "", source_name=line["source"])
    return identify_region(load_divisions(), organ, year, clues_of(identity(line), told))


def answer(line: dict[str, str]) -> tuple[str, str, str, bool]:
    """Organ, year and code as read, and whether a doubt about organ, year or division is told."""
    own = identity(line)
    found = whose(line, own.organ, own.year)
    doubts = {f.code for f in (*identity_findings(own), *found.findings)}
    return own.organ, str(own.year or ""), found.code or ("?" if doubts & FLAGS else "-"), bool(doubts & FLAGS)


def right(line: dict[str, str]) -> bool:
    organ, year, code, flagged = answer(line)
    if (organ, year) != (fold(line["organ"]), line["year"]):
        return False
    if line["code"] == "?":
        return flagged and code == "?"
    return code == line["code"] or (line["code"] == "-" and code == "?")


def test_the_list_is_long_and_has_every_kind_of_answer() -> None:
    assert len(LINES) >= 150
    assert {"?", "-"} < {line["code"] for line in LINES}
    assert {line["kind"] for line in LINES} == {"government", "department", "township", "zone", "public_body"}


def test_at_least_98_of_100_titles_are_read_right_and_none_is_wrong_in_silence() -> None:
    wrong = [line for line in LINES if not right(line)]
    silent = [line["title"] for line in wrong if not answer(line)[3]]
    told = [(line["title"], line["code"], answer(line)) for line in wrong]
    assert silent == [], told
    assert len(wrong) <= 0.02 * len(LINES), told


@pytest.mark.parametrize("kind", ["government", "department", "township", "zone", "public_body"])
def test_the_kind_of_organ_is_told(kind: str) -> None:
    lines = [line for line in LINES if line["kind"] == kind]
    wrong = [(x["organ"], w) for x in lines if (w := whose(x, x["organ"], int(x["year"])).organ_kind) != kind]
    assert len(wrong) <= 0.05 * len(lines), wrong
