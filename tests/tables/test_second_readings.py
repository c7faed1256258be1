"""The readings that share nothing with the first one: rules taken as they are drawn, and camelot's."""

import logging
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from drawing_board import down, page, rules, texts, word

from gkingest.errors import EngineError
from gkingest.model.paper import Box, Page
from gkingest.tables.plain import find_plain, read_camelot

COLUMNS, ROWS = (50.0, 150.0, 250.0), (100.0, 120.0, 140.0)
WORDS = [word("规章", 60, 105), word("12", 200, 105), word("行政许可", 60, 125), word("7", 200, 125)]
READ = [["规章", "12"], ["行政许可", "7"]]


def test_rules_are_taken_as_they_are_drawn() -> None:
    (grid,) = find_plain(page(WORDS, rules(COLUMNS, ROWS)), 3)
    assert texts(grid) == READ
    assert str(grid.way) == "pdfplumber-3"
    (grid,) = find_plain(page(WORDS, rules(COLUMNS, ROWS)), 1.5)
    assert str(grid.way) == "pdfplumber-1.5"


def test_rules_that_do_not_meet_are_mended_only_within_the_tolerance() -> None:
    short = [r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + [down(150, 104, 140)]
    (strict,), (loose,) = find_plain(page(WORDS, short), 3), find_plain(page(WORDS, short), 5)
    assert texts(strict)[0] == ["规章 12", "^"]
    assert texts(loose) == READ


def test_less_than_four_rules_are_no_table_and_specks_no_rules() -> None:
    three = rules(COLUMNS, ROWS)[:3]
    assert find_plain(page(WORDS, three), 3) == ()
    speck = down(300, 300, 300.5)
    assert find_plain(page(WORDS, [*three, speck]), 3) == ()


class Camelot(ModuleType):
    """Stands in for camelot: gives these tables, or raises what it is told to."""

    def __init__(self, tables: list[Any], error: BaseException | None = None) -> None:
        super().__init__("camelot")
        self.tables, self.error, self.asked = tables, error, dict[str, Any]()

    def read_pdf(self, path: str, **asked: Any) -> list[Any]:
        """What a call gives; the bytes it would read are kept."""
        with open(path, "rb") as file:  # noqa: PTH123 - as camelot opens it
            self.asked = {"data": file.read(), **asked}
        if self.error:
            raise self.error
        return self.tables


def cell(text: str, x1: float, y1: float, x2: float, y2: float) -> SimpleNamespace:
    """A cell as camelot gives it: y upwards from the foot of the page."""
    return SimpleNamespace(text=text, x1=x1, y1=y1, x2=x2, y2=y2)


def table(number: object, *lines: list[SimpleNamespace]) -> SimpleNamespace:
    """A table on a page."""
    return SimpleNamespace(page=number, cells=list(lines))


LINES = (
    [cell(" 规章\n", 50, 680, 150, 700), cell("12", 150, 680, 250, 700)],
    [cell("行政\0许可", 50, 660, 150, 680), cell("", 150, 660, 250, 680)],
)


@pytest.fixture
def camelot(monkeypatch: pytest.MonkeyPatch) -> Camelot:
    """A camelot that finds one table on the first page."""
    made = Camelot([table("1", *LINES)])
    monkeypatch.setitem(sys.modules, "camelot", made)
    return made


def test_camelots_cells_stand_where_they_are_printed(camelot: Camelot) -> None:
    found = read_camelot(b"%PDF of the report", (page([]),))
    (grid,) = found[1]
    assert texts(grid) == [["规章", "12"], ["行政\ufffd许可", ""]]
    assert (str(grid.way), grid.page, grid.column_edges) == ("camelot", 1, (50, 150, 250))
    assert grid.box == Box(50, 100, 250, 140)
    assert grid.cells[0].box == Box(50, 100, 150, 120)
    assert camelot.asked["data"] == b"%PDF of the report"


def test_camelot_is_asked_for_the_wanted_pages_alone_and_each_has_an_answer(camelot: Camelot) -> None:
    pages = (page([]), Page(3, 600.0, 800.0, (), ()))
    camelot.tables = [table(3, *LINES), table(2, *LINES)]
    found = read_camelot(b"", pages)
    assert camelot.asked["pages"] == "1,3"
    assert [(n, len(grids)) for n, grids in found.items()] == [(1, 0), (3, 1)]


def test_a_page_that_is_turned_is_left_out_for_its_places_would_be_others(camelot: Camelot) -> None:
    assert read_camelot(b"", (page([], turn=90),)) == {1: ()}


def test_a_single_cell_is_no_table(camelot: Camelot) -> None:
    camelot.tables = [table(1, LINES[0][:1])]
    assert read_camelot(b"", (page([]),)) == {1: ()}


def test_a_second_opinion_that_fails_is_none_but_want_of_memory_is_told(camelot: Camelot) -> None:
    camelot.error = ZeroDivisionError()
    assert read_camelot(b"", (page([]),)) == {1: ()}
    camelot.error = MemoryError()
    with pytest.raises(MemoryError):
        read_camelot(b"", (page([]),))


def test_what_it_has_to_say_about_a_damaged_file_is_not_printed(camelot: Camelot) -> None:
    read_camelot(b"", (page([]),))
    assert [logging.getLogger(n).level for n in ("camelot", "playa")] == [logging.CRITICAL] * 2


def test_without_camelot_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "camelot", None)
    with pytest.raises(EngineError, match=r"cannot be read a second time.*camelot-py"):
        read_camelot(b"", (page([]),))
