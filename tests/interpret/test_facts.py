"""Cells of a located table become figures: state, value, unit and place as printed, and every doubt beside them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from gkingest.formats.spec import Block, Node, Table
from gkingest.interpret.table.columns import Column
from gkingest.interpret.table.facts import Extraction, Place, extract_facts
from gkingest.interpret.table.layout import TableLine
from gkingest.interpret.table.match import Match
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.paper import Box, Cell, Page
from gkingest.model.report import CellState, Fact

ISSUED = Node(key="issued", label="本年制发件数")
REPEALED = Node(key="repealed", label="本年废止件数")
CHANGE = Node(key="change", label="本年增/减", number="change")
YUAN = Node(key="amount", label="采购总金额", unit="元", number="amount", unit_printed=False)
WAN = Node(key="amount", label="本年收费金额（单位：万元）", unit="万元", number="amount")
RULES = Node(key="regulations", label="规章")
SHEET = {1: Page(1, 600.0, 800.0, (), ())}


def cell(text: str, column: int = 1, span: int = 1, **more: Any) -> Cell:
    """A cell of the row, 100 points wide and 20 high, its ink in the middle of it."""
    left = 100.0 * column
    box, ink = Box(left, 100, left + 100 * span, 120), Box(left + 40, 105, left + 60, 115)
    return Cell(text, box, ink, 1, 1, column, 1, span, **more)


def read(
    cells: Sequence[Cell],
    *nodes: Node,
    missing: CellState = CellState.ABSENT,
    captions: Sequence[str] = (),
    places: int | None = None,
    pages: dict[int, Page] = SHEET,
    heading: str = "",
    **match: Any,
) -> Extraction:
    """What one row labelled 规章 gives, with a column of the form for each of ``nodes`` from the second on."""
    block = Block(key="one", columns=nodes, rows=(RULES,))
    table = Table(key="proactive", section=2, title="主动公开", blocks=(block,))
    label = Cell("规章", Box(0, 100, 100, 120), Box(5, 105, 25, 115), 1, 1, 0)
    line = TableLine(0, (1,), (label,), tuple(cells), (), 0)
    found = [
        Place(
            "regulations",
            line,
            Match(0, score=match.get("row", 1.0)),
            Column("", n.key or "", n, at, at + 1, heading or n.label, Match(0, score=match.get("column", 1.0))),
            Method.parse("ruled/exact"),
        )
        for at, n in enumerate(nodes, 1)
    ]
    return extract_facts(table, found[:places], pages, missing, captions)


def fact(work: Extraction, column: str = "issued") -> Fact:
    """The figure of a column."""
    return work.facts[FactKey("proactive", "regulations", column)]


def told(work: Extraction) -> list[str]:
    """Codes of the doubts."""
    return [f.code for f in work.findings]


def test_a_figure_carries_everything_that_leads_back_to_its_ink() -> None:
    work = read([cell("12")], ISSUED, row=0.9, column=0.8)
    assert fact(work) == Fact(
        FactKey("proactive", "regulations", "issued"),
        CellState.REPORTED,
        value=Decimal(12),
        raw="12",
        form_value=Decimal(12),
        page=1,
        box=Box(140, 105, 160, 115),
        method=Method.parse("ruled/exact"),
        confidence=0.8,
        row_label="规章",
        column_label="本年制发件数",
    )
    assert told(work) == []


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("0", CellState.REPORTED, Decimal(0)),
        ("１，２３４", CellState.REPORTED, Decimal(1234)),
        ("", CellState.BLANK, None),
        (" \n　", CellState.BLANK, None),
        ("/", CellState.DASH, None),
        ("——", CellState.DASH, None),
        ("无", CellState.DASH, None),
        ("见附件", CellState.UNREADABLE, None),
    ],
)
def test_the_states_of_a_cell_are_kept_apart(text: str, state: CellState, value: Decimal | None) -> None:
    work = read([cell(text)], ISSUED)
    assert (fact(work).state, fact(work).value, fact(work).form_value) == (state, value, value)
    assert told(work) == (["cell.unreadable"] if state is CellState.UNREADABLE else [])


def test_a_mark_behind_a_figure_is_told_and_the_figure_is_read() -> None:
    work = read([cell("12①")], ISSUED)
    assert (fact(work).value, fact(work).raw, told(work)) == (Decimal(12), "12①", ["cell.mark"])
    assert work.findings[0].touches == (fact(work).key,)


def test_a_blank_cell_has_its_place_on_the_page_and_no_text() -> None:
    blank = fact(read([cell("")], ISSUED))
    assert (blank.raw, blank.page, blank.box) == ("", 1, Box(140, 105, 160, 115))


@pytest.mark.parametrize("missing", [CellState.ABSENT, CellState.UNREADABLE])
def test_a_slot_without_a_place_is_missing_in_the_way_the_caller_says(missing: CellState) -> None:
    work = read([cell("1")], ISSUED, REPEALED, places=1, missing=missing)
    assert fact(work).value == 1
    assert fact(work, "repealed") == Fact(FactKey("proactive", "regulations", "repealed"), missing)


def test_a_row_without_a_cell_in_the_column_has_no_figure_there() -> None:
    absent = fact(read([cell("7", 2)], ISSUED, REPEALED))
    assert (absent.state, absent.page, absent.box) == (CellState.ABSENT, None, None)


def test_places_are_those_on_the_page_as_a_viewer_shows_it() -> None:
    turned = {1: Page(1, 600.0, 800.0, (), (), turn=90)}
    # Reading orientation 600 × 800 was reached by a quarter turn clockwise: left there is up as displayed.
    assert fact(read([cell("12")], ISSUED, pages=turned)).box == Box(105, 440, 115, 460)
    assert fact(read([cell("12")], ISSUED, pages={})).box == Box(140, 105, 160, 115)


def test_confidence_is_that_of_the_weakest_of_row_column_and_recogniser() -> None:
    assert fact(read([cell("12", confidence=0.5)], ISSUED, row=0.7)).confidence == 0.5
    assert fact(read([cell("12", confidence=0.9)], ISSUED, row=0.7)).confidence == 0.7
    assert fact(read([cell("12")], ISSUED, row=0.0, column=0.6)).confidence == 0.6  # a row by its place alone


def test_a_doubt_about_a_cell_is_told_and_the_figure_kept() -> None:
    work = read([cell("12", doubt="the number 12 runs across a rule")], ISSUED)
    assert fact(work).value == 12
    (finding,) = work.findings
    assert (finding.code, finding.page, finding.found) == ("cell.doubt", 1, "12")
    assert finding.touches == (("proactive", "regulations", "issued"),)


def test_two_inked_cells_in_one_column_are_no_figure() -> None:
    upper, lower = cell("1"), Cell("2", Box(100, 120, 200, 140), Box(140, 125, 160, 135), 1, 2, 1)
    work = read([upper, lower], ISSUED)
    assert (fact(work).state, fact(work).value, fact(work).raw) == (CellState.UNREADABLE, None, "1\n2")
    assert told(work) == ["cell.ambiguous"]
    assert fact(read([upper, Cell("", lower.box, lower.ink, 1, 2, 1)], ISSUED)).value == 1


def test_one_inked_cell_over_two_columns_is_neither_figure() -> None:
    work = read([cell("5", span=2)], ISSUED, REPEALED)
    for column in ("issued", "repealed"):
        one = fact(work, column)
        assert (one.state, one.value, one.form_value, one.raw) == (CellState.UNREADABLE, None, None, "5")
    (finding,) = work.findings
    assert (finding.code, len(finding.touches)) == ("cell.ambiguous", 2)
    blank = read([cell("", span=2)], ISSUED, REPEALED)
    assert [f.state for f in blank.facts.values()] == [CellState.BLANK] * 2
    assert told(blank) == []


def test_ink_that_is_no_number_touches_its_row_where_it_may_be_a_neighbours() -> None:
    (one,) = read([cell("见附件")], ISSUED).findings
    (two,) = read([cell("3 4")], ISSUED).findings
    assert one.touches == (("proactive", "regulations", "issued"),)
    assert two.touches == (("proactive", "regulations", "*"),)
    assert two.place == "proactive/regulations/issued"


def test_a_sign_belongs_only_where_the_form_asks_for_a_change() -> None:
    assert told(read([cell("-3")], CHANGE)) == []
    assert fact(read([cell("-3")], CHANGE), "change").value == -3
    assert told(read([cell("-3")], ISSUED)) == ["cell.sign"]
    assert told(read([cell("+3")], ISSUED)) == ["cell.sign"]
    assert fact(read([cell("-3")], ISSUED)).value == -3  # what is printed is kept


def test_a_fraction_belongs_only_where_the_form_asks_for_an_amount() -> None:
    assert told(read([cell("1.5")], WAN)) == []
    assert told(read([cell("1.5")], ISSUED)) == ["cell.fraction"]
    assert told(read([cell("1.5")], CHANGE)) == ["cell.fraction"]
    assert told(read([cell("2.0")], ISSUED)) == []


def amount(work: Extraction) -> tuple[Decimal | None, str, Decimal | None]:
    """Value and unit as printed, and the value in the form's unit."""
    one = fact(work, "amount")
    return one.value, one.unit, one.form_value


def test_an_amount_is_in_the_unit_of_its_cell_then_its_heading_then_the_caption() -> None:
    assert amount(read([cell("5")], WAN)) == (5, "万元", 5)
    said_twice = read([cell("5万元")], WAN)
    assert (amount(said_twice), told(said_twice)) == ((5, "万元", 5), [])
    in_cell = read([cell("250000元")], WAN)
    assert amount(in_cell) == (250000, "元", 25)
    assert told(in_cell) == ["cell.unit"]
    assert amount(read([cell("250000")], WAN, heading="本年收费金额（单位：元）")) == (250000, "元", 25)
    assert amount(read([cell("3")], YUAN, captions=["政府集中采购", "（单位：万元）"])) == (3, "万元", 30000)


def test_an_amount_whose_unit_nobody_prints_stays_without_one() -> None:
    work = read([cell("3")], YUAN)
    assert amount(work) == (3, "", None)
    assert told(work) == ["cell.unit_missing"]
    assert told(read([cell("0")], YUAN)) == []  # nothing is nothing in any unit
    assert amount(read([cell("3")], WAN, heading="本年收费金额")) == (3, "万元", 3)  # the form itself prints it


def test_a_heading_and_a_caption_that_name_two_units_are_told_and_the_heading_holds() -> None:
    work = read([cell("3")], WAN, captions=["单位：元"])
    assert amount(work) == (3, "万元", 3)
    assert told(work) == ["cell.unit_unknown"]
    assert told(read([cell("3")], WAN, captions=["单位：万元"])) == []


def test_counts_take_counters_but_no_money() -> None:
    work = read([cell("3件")], ISSUED)
    assert (fact(work).value, fact(work).unit, fact(work).form_value, told(work)) == (3, "件", 3, [])
    money = read([cell("3元")], ISSUED)
    assert (fact(money).value, fact(money).form_value, told(money)) == (3, None, ["cell.unit_unknown"])
    assert told(read([cell("3")], ISSUED, captions=["单位：万元"])) == []  # of amounts, not of counts


def test_a_very_long_number_beside_a_blank_may_be_two() -> None:
    long = "135753945432"
    assert told(read([cell(long), cell("", 2)], ISSUED, REPEALED)) == ["cell.run_together"]
    assert told(read([cell(long), cell("0", 2)], ISSUED, REPEALED)) == []
    assert told(read([cell(long), cell("/", 2)], ISSUED, REPEALED)) == []
    assert told(read([cell(long[:11]), cell("", 2)], ISSUED, REPEALED)) == []
