"""Layouts made to break the reader: whatever it cannot read right, it says so."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.report import CellState, Document, Status

FOLDER = Path(__file__).parents[1] / "documents"
NAMES = sorted(p.stem for p in FOLDER.glob("*.json"))

# What is flagged but not read in full yet: how many cells of it are right, and why not all. The numbers only rise.
PARTLY = {
    "e18_2019_std": (197, "one sign has no Unicode value in its font"),
    "e20_vlines_dis_split": (185, "rules run down only, and one table is cut in two"),
    "e21_typos_wrap": (193, "typos in rows that are out of order as well"),
    "e25_num_overflow_wrap": (196, "numbers that overflow their cells"),
    "e50_norules_top": (191, "no rules, mostly blank, columns aligned to the right"),
    "e51_booktabs": (199, "no rules and a blank total column below a spanning heading"),
    "d06_docx_norules_hdr": (197, "no rules, a running header, columns aligned to the right"),
    "a01_sup_docx": (198, "Word superscript note numbers behind figures in proactive (12 with rai"),
    "a02_tracked_docx": (198, "printed with tracked changes: deleted figure struck, inserted one unde"),
    "a03_strike_docx": (198, "hand correction: old figure with strike-through formatting, new one be"),
    "b11_norules": (198, "no (vertical) rules, many blanks {'nalign': 'l'}"),
    "b12_norules": (193, "no (vertical) rules, many blanks {'nalign': 'r'}"),
    "b15_norules": (197, "no (vertical) rules, many blanks {'nalign': 'r', 'lines': 'zebra', 'ze"),
    "b16_norules": (196, "no (vertical) rules, many blanks {'nalign': 'l', 'lines': 'hlines'}"),
    "c02_gov_dept_rows": (197, "行政规范性文件 as two rows: 县政府规范性文件 3/1/20 and"),
    "c06_two_labels_requests": (186, "rule missing between 1.属于国家秘密 and 2.其他法律"),
    "c09_empty_label": (199, "label cell of 行政处罚 is empty, its figure stands there"),
    "c12_change_split": (193, "2019 form: 本年增/减 printed as two columns 本年增 and 本年减 (change = 增 - 减)"),
    "c13_extra_column": (197, "(八) has two columns: 收费项目数 and 本年收费金额（单位"),
    "d01_extra_other_denied": (193, "row 9.其他 (3 cases) added under （三）不予公开;"),
    "d02_extra_other_unmerged": (193, "the same with 4.其他 under （四）无法提供, parent"),
    "d03_drawn_dashes": (198, "cells that do not apply carry a short drawn line (Word shape) instead "),
    "d04_diagonals": (198, "cells that do not apply are struck out by a diagonal line (Word 斜线): a"),
    "d05_flat_watermark": (68, "light grey level watermark 办公室 0335 repeated over the page (OA systems"),
    "d11_stamp_opaque": (197, "an opaque picture (scanned seal with white ground) covers the 行政复议 fig"),
    "f01_small_mark_baseline": (197, "note mark as a smaller digit (6 pt) on the base line right behind the "),
    "f02_sup_cairo": (197, "superscript digit in cairo output, raised by 3 pt, 6 pt high"),
    "f03_red_then_black": (197, "old figure left in red, new one in black right behind it, nothing stru"),
    "f04_strike_line": (197, "old figure struck by a drawn line (filled rectangle .7 pt), new figure"),
    "f05_struck_alone": (197, "figure struck out and nothing in its place (withdrawn): it must not pa"),
    "f06_inserted_above": (199, "inserted digit above the line as by hand: 3 8 with a small 2 above bet"),
    "f16_plan_row": (197, "rows 规章（计划） before 规章（实际）, 行政规范性文件（计划）/（实际）; truth is 实际"),
    "f08_stroked_digits": (198, "figures drawn as straight strokes"),
    "z01_dashes_left": (183, "dashes far to the left of their headings, and a table of disputes that is cut off"),
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


def complaint(name: str, right: int, of: int) -> str:
    """What is wrong with the number of right cells by the list above, "" if nothing is."""
    recorded = PARTLY[name][0] if name in PARTLY else of
    if right == recorded:
        return ""
    if right < recorded:
        return (
            f"{name}: {right} of {of} cells are right, {recorded - right} fewer than recorded; mend what broke them"
        )
    if right == of:
        return f"{name}: all {of} cells are right; take it off the list"
    return f"{name}: {right} of {of} cells are right; raise the recorded number to {right}"


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
def test_as_many_cells_are_right_as_ever_were(name: str, read: Any) -> None:
    truth, document = read(name)
    if truth["expect"] != "report":
        assert document.status not in (Status.OK, Status.FAILED)
        return
    wrong = differences(truth, document)
    of = sum(not key.startswith("fees_collected/") for key in truth["facts"])
    told = complaint(name, of - len(wrong), of)
    assert not told, f"{told}\n{wrong}"


def test_the_list_knows_only_documents_of_the_folder_and_less_than_all_of_their_cells() -> None:
    for name, (right, reason) in PARTLY.items():
        truth = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        assert truth["expect"] == "report" and right < len(truth["facts"]) and reason, name


def test_a_cell_lost_or_won_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PARTLY, "half", (7, "made for the test"))
    assert complaint("half", 7, 10) == "" and complaint("whole", 10, 10) == ""
    assert "1 fewer than recorded" in complaint("half", 6, 10)
    assert "1 fewer than recorded" in complaint("whole", 9, 10)
    assert "raise the recorded number to 8" in complaint("half", 8, 10)
    assert "take it off the list" in complaint("half", 10, 10)


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
