"""Headings that are misread: what stands over the figures decides where the labels end."""

from decimal import Decimal

import pytest

from gkingest.formats.spec import Format
from gkingest.interpret.table.understanding import TableReading, read_table
from gkingest.model.paper import Box, Cell, Grid

HEADINGS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def requests(form: Format, headings: tuple[str, ...], cut: int = 0) -> TableReading:
    """The table of requests with these headings; the figures of row r are 10r, 10r + 1, … 10r + 6.

    A page ends above row ``cut``, which then is blank.
    """
    table = form.table("requests")
    labels = [leaf.label for block in table.blocks for leaf, _ in block.row_leaves()]
    rows = [("申请人情况", *headings), *((label, *_figures(r)) for r, label in enumerate(labels))]
    rows[cut + 1] = (labels[cut], *[""] * 7) if cut else rows[cut + 1]
    cells = tuple(
        Cell(text, (box := Box(50 * c, 20 * r, 50 * c + 50, 20 * r + 20)), box, 1, r, c)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    xs = tuple(50.0 * c for c in range(len(rows[0]) + 1))
    starts = (cut + 1,) if cut else ()
    grid = Grid(cells, len(rows), len(rows[0]), xs, Box(0, 0, 400, 20 * len(rows)), 1, "ruled", starts)
    return read_table(table, (grid,), {}, form.id, unread=False)


def _figures(row: int) -> list[str]:
    return [str(10 * row + n) for n in range(7)]


def column(reading: TableReading, key: str) -> list[Decimal | None]:
    """Values of one column from the top."""
    return [f.value for f in reading.facts if f.key.column == key]


@pytest.mark.parametrize("misread", ["白然人", "自燃人", "自然入"])
def test_the_first_heading_with_one_character_misread_is_known_by_its_place(gk2021: Format, misread: str) -> None:
    reading = requests(gk2021, (misread, *HEADINGS[1:]))
    assert column(reading, "natural_person")[:3] == [0, 10, 20]
    assert [f.code for f in reading.findings if f.code.startswith("column")] == ["column.fuzzy"]


def test_a_first_heading_that_says_something_else_costs_its_own_column_and_no_row(gk2021: Format) -> None:
    reading = requests(gk2021, ("接待人数", *HEADINGS[1:]))
    assert set(column(reading, "natural_person")) == {None}
    assert column(reading, "commercial")[:3] == [1, 11, 21]
    assert column(reading, "total")[:3] == [6, 16, 26]
    codes = {f.code for f in reading.findings}
    assert "column.absent" in codes
    assert "ink.unused" in codes
    assert "row.absent" not in codes


def test_headings_as_the_form_prints_them_raise_no_doubt(gk2021: Format) -> None:
    reading = requests(gk2021, HEADINGS)
    assert column(reading, "natural_person")[:3] == [0, 10, 20]
    assert not [f for f in reading.findings if f.code.startswith(("column", "row", "ink"))]


def test_a_blank_row_with_a_label_of_its_own_is_no_rest_of_the_row_before_the_page(gk2021: Format) -> None:
    reading = requests(gk2021, HEADINGS, cut=4)
    assert column(reading, "natural_person")[2:6] == [20, 30, None, 50]
    assert not [f for f in reading.findings if f.code.startswith("row")]
