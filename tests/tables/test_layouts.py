"""Layouts made to break the reader: whatever it cannot read right, it says so."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gkingest.formats.spec import Format
from gkingest.model.report import CellState, Document, Status
from gkingest.pipeline import ingest

FOLDER = Path(__file__).parents[1] / "documents"
NAMES = sorted(p.stem for p in FOLDER.glob("*.json"))

# What is flagged but not read in full yet, with the reason; a document that is read after all fails the test below.
PARTLY = {
    "e18_2019_std": "one sign has no Unicode value in its font",
    "e20_vlines_dis_split": "rules run down only, and one table is cut in two",
    "e21_typos_wrap": "typos in rows that are out of order as well",
    "e25_num_overflow_wrap": "numbers that overflow their cells",
    "e35_dis_vertical": "disputes printed as fifteen rows",
    "e50_norules_top": "no rules, mostly blank, columns aligned to the right",
    "e51_booktabs": "no rules and a blank total column below a spanning heading",
    "e59_column_split": "three columns stand on a page of their own without labels",
    "e63_letterspaced_digits": "the digits of each number are spread over the cell",
    "e64_covered_text": "a patch that half covers a digit",
    "d06_docx_norules_hdr": "no rules, a running header, columns aligned to the right",
    "x08_two_up": "two pages of the report on one sheet",
}


def found(document: Document) -> dict[str, tuple[str, Decimal | None, bool]]:
    """State, value and flag of every fact by its key."""
    assert document.report is not None
    flagged = document.report.flagged()
    return {str(f.key): (f.state.value, f.value, f.key in flagged) for f in document.report.facts}


def differences(truth: dict[str, Any], document: Document) -> dict[str, bool]:
    """Keys that were read otherwise than they are printed, and whether they are flagged."""
    facts = found(document)
    wrong = {}
    for key, (state, value, _unit, _raw) in truth["facts"].items():
        if key.startswith("fees_collected/"):
            continue
        got_state, got_value, flagged = facts[key]
        if (got_state, got_value) != (state, Decimal(value) if value else None):
            wrong[key] = flagged
    return wrong


@pytest.fixture(scope="module")
def read(formats: tuple[Format, ...]) -> Any:
    """A document of the folder and what was printed on it; each is read once."""
    known: dict[str, tuple[dict[str, Any], Document]] = {}

    def _read(name: str) -> tuple[dict[str, Any], Document]:
        if name not in known:
            truth = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
            known[name] = truth, ingest(FOLDER / f"{name}.pdf", formats)
        return known[name]

    return _read


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_in_silence(name: str, read: Any) -> None:
    truth, document = read(name)
    if document.report is None:
        assert truth["expect"] != "report"
        return
    silent = [key for key, flagged in differences(truth, document).items() if not flagged]
    assert silent == [], truth["note"]


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_read_is_read(name: str, read: Any) -> None:
    truth, document = read(name)
    if truth["expect"] != "report":
        assert document.status not in (Status.OK, Status.FAILED)
        return
    wrong = differences(truth, document)
    assert bool(wrong) == (name in PARTLY), wrong


@pytest.mark.parametrize("name", [n for n in NAMES if n not in PARTLY])
def test_rules_that_are_broken_in_print_are_told_and_no_others(name: str, read: Any) -> None:
    truth, document = read(name)
    if truth["expect"] != "report" or document.report is None:
        return
    told = {tuple(f.place.split(" ")) for f in document.report.findings if f.code == "rule.broken"}
    assert told == {tuple(rule) for rule in truth["broken"]}


def test_a_blank_cell_is_never_a_zero(read: Any) -> None:
    for name in ("e08_no_rules_blank", "p03_weasy_blanks"):
        if name in NAMES:
            truth, document = read(name)
            states = {key: state for key, (state, _, _) in found(document).items()}
            blanks = [key for key, (state, *_) in truth["facts"].items() if state == "blank"]
            assert all(states[key] != CellState.REPORTED for key in blanks)
