"""Tables cut by a page break come together again, and tables that merely follow each other stay apart."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from gkingest.model.method import ALIGNED, RULED, Way
from gkingest.model.paper import Box, Cell, Grid, Word
from gkingest.tables.stitch import stitch_grids

EDGES = (50.0, 150.0, 250.0, 350.0, 450.0)


def grid(page: int, edges: Sequence[float] = EDGES, *, rows: int = 2, name: str = "", way: Way = RULED) -> Grid:
    """A grid of ``rows`` on a page; each cell says its name, row and column."""
    cells = [
        Cell(f"{name}{r}{c}", box, box, page, r, c)
        for r in range(rows)
        for c, (left, right) in enumerate(pairwise(edges))
        for box in [Box(left, 100.0 + 20 * r, right, 120.0 + 20 * r)]
    ]
    box = Box(edges[0], 100.0, edges[-1], 100.0 + 20 * rows)
    return Grid(tuple(cells), rows, len(edges) - 1, tuple(edges), box, page, way)


def shape(grids: Sequence[Grid]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Rows, columns and page starts of each grid."""
    return [(g.rows, g.columns, g.page_starts) for g in grids]


def test_a_table_over_three_pages_is_one_with_the_rows_where_pages_begin() -> None:
    (whole,) = stitch_grids([[grid(1, name="a")], [grid(2, rows=3, name="b")], [grid(3, name="c")]])
    assert shape([whole]) == [(7, 4, (2, 5))]
    assert [(c.row, c.page) for c in whole.cells if c.column == 0] == [
        (0, 1), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 3),
    ]  # fmt: skip
    assert whole.page == 1


@pytest.mark.parametrize("pages", [(1, 3), (1, 4), (2, 2), (3, 1)])
def test_only_the_next_page_goes_on_with_a_table(pages: tuple[int, int]) -> None:
    first, second = (grid(p) for p in pages)
    assert len(stitch_grids([[first], [], [second]])) == 2


def test_pages_in_reverse_go_on_too() -> None:
    (whole,) = stitch_grids([[grid(3)], [grid(2)], [grid(1)]])
    assert shape([whole]) == [(6, 4, (2, 4))]
    assert shape(stitch_grids([[grid(3)], [], [grid(1)]], {2})) == [(4, 4, (2,))]
    assert len(stitch_grids([[grid(3)], [grid(1)]])) == 2


def test_a_page_without_a_table_ends_it() -> None:
    assert len(stitch_grids([[grid(1)], [], [grid(3)]])) == 2


def test_only_the_last_table_of_a_page_goes_on_and_only_in_the_first_of_the_next() -> None:
    other = grid(2, (60.0, 200.0, 440.0))
    assert len(stitch_grids([[grid(1), grid(1, (60.0, 440.0, 450.0))], [grid(2)]])) == 3
    assert len(stitch_grids([[grid(1)], [other, grid(2)]])) == 3
    assert shape(stitch_grids([[other, grid(2)], [grid(3)]])) == [(2, 2, ()), (4, 4, (2,))]


@pytest.mark.parametrize(
    ("second", "one"),
    [
        ((54.0, 153.0, 247.0, 354.0, 446.0), True),  # every edge wanders by at most four points
        ((54.2, 150.0, 250.0, 350.0, 450.0), False),  # the left outer edge by more
        ((50.0, 154.2, 245.8, 350.0, 450.0), False),  # two inner ones: three of five are left
        ((50.0, 150.0, 250.0, 350.0, 445.0), False),  # the right one
        ((50.0, 150.0, 450.0), True),  # a heading over merged columns: all of its edges are the other's
        ((50.0, 450.0), True),
        ((50.0, 120.0, 200.0, 300.0, 350.0, 450.0), False),  # three of five edges
        ((50.0, 150.0, 250.0, 300.0, 450.0), True),  # four of five
        ((50.0, 100.0, 450.0), False),  # two of three
    ],
)
def test_the_edges_of_the_columns_tell_whether_it_is_the_same_table(second: Sequence[float], *, one: bool) -> None:
    assert len(stitch_grids([[grid(1)], [grid(2, second)]])) == (1 if one else 2)
    assert len(stitch_grids([[grid(1, second)], [grid(2)]])) == (1 if one else 2)


def test_cells_of_a_page_with_fewer_columns_span_those_of_the_other() -> None:
    (whole,) = stitch_grids([[grid(1, (50.0, 150.0, 450.0), rows=1)], [grid(2, rows=1)]])
    assert whole.columns == 4
    assert [(c.column, c.column_span) for c in whole.cells if c.row == 0] == [(0, 1), (1, 3)]
    assert [(c.column, c.column_span) for c in whole.cells if c.row == 1] == [(0, 1), (1, 1), (2, 1), (3, 1)]


def test_a_column_so_narrow_that_its_edges_fall_together_keeps_a_width() -> None:
    """A double rule is a column of two points on one page and a single rule on the next."""
    doubled = (50.0, 150.0, 152.0, 250.0, 350.0, 450.0)
    (whole,) = stitch_grids([[grid(1, doubled, rows=1)], [grid(2, rows=1)]])
    assert whole.columns == 4
    assert [(c.column, c.column_span) for c in whole.cells if c.row == 0] == [
        (0, 1),
        (1, 1),
        (1, 1),
        (2, 1),
        (3, 1),
    ]
    last = (50.0, 150.0, 250.0, 350.0, 448.0, 450.0)
    (whole,) = stitch_grids([[grid(1, last, rows=1)], [grid(2, rows=1)]])
    assert [(c.column, c.column_span) for c in whole.cells if c.row == 0][-2:] == [(3, 1), (3, 1)]


def test_joined_edges_lie_between_those_of_the_pages() -> None:
    (whole,) = stitch_grids([[grid(1)], [grid(2, tuple(e + 2 for e in EDGES))]])
    assert whole.column_edges == tuple(e + 1 for e in EDGES)


def test_columns_read_off_the_figures_are_one_where_each_lies_over_the_other() -> None:
    shifted = tuple(e + 45 for e in EDGES)
    far = tuple(e + 55 for e in EDGES)
    first = grid(1, way=ALIGNED)
    assert shape(stitch_grids([[first], [grid(2, shifted, way=ALIGNED)]])) == [(4, 4, (2,))]
    assert len(stitch_grids([[first], [grid(2, far, way=ALIGNED)]])) == 2
    assert len(stitch_grids([[first], [grid(2, shifted)]])) == 2
    assert len(stitch_grids([[grid(1)], [grid(2, shifted, way=ALIGNED)]])) == 2
    assert len(stitch_grids([[first], [grid(2, (95.0, 195.0, 495.0), way=ALIGNED)]])) == 2


def test_loose_words_and_inner_page_starts_travel_with_their_grid() -> None:
    word = Word("注", Box(60.0, 90.0, 70.0, 99.0))
    first = replace(grid(1), loose=(word,))
    second = replace(grid(2, rows=3), loose=(word,), page_starts=(1,))
    second = replace(second, cells=tuple(replace(c, page=3) if c.row else c for c in second.cells))
    (whole,) = stitch_grids([[first], [second], [grid(4)]])
    assert whole.loose == (word, word)
    assert whole.page_starts == (2, 3, 5)
    assert whole.rows == 7


def figures(page: int, edges: Sequence[float], labels: int) -> Grid:
    """A grid whose columns from ``labels`` on hold figures."""
    plain = grid(page, edges)
    cells = tuple(replace(c, text=str(c.row) if c.column >= labels else "甲") for c in plain.cells)
    return replace(plain, cells=cells)


def test_a_page_that_begins_inside_a_label_goes_on_with_the_table_though_its_left_edge_is_another() -> None:
    (whole,) = stitch_grids([[grid(1)], [grid(2, EDGES[1:])]])
    assert [c.column for c in whole.cells if c.page == 2 and c.row == 2] == [1, 2, 3]


def test_pages_of_another_scale_are_laid_over_each_other_by_their_figures() -> None:
    edges = (50.0, 110.0, 200.0, 240.0, 300.0, 340.0, 400.0, 450.0)
    smaller = tuple(20 + 0.9 * x for x in edges[1:])
    (whole,) = stitch_grids([[figures(1, edges, 2)], [figures(2, smaller, 1)]])
    assert whole.columns == 7
    assert [c.column for c in whole.cells if c.page == 2 and c.row == 2] == [1, 2, 3, 4, 5, 6]
    other = (*smaller[:2], 250.0, 270.0, *smaller[4:])
    assert len(stitch_grids([[figures(1, edges, 2)], [figures(2, other, 1)]])) == 2


def test_an_edge_that_wanders_on_a_page_of_another_scale_is_the_one_it_lies_nearest_to() -> None:
    edges = (50.0, 110.0, 200.0, 240.0, 300.0, 340.0, 400.0, 450.0)
    wandered = tuple(20 + 0.9 * x for x in (110.0, 200.0, 240.0, 300.0, 347.0, 400.0, 450.0))
    (whole,) = stitch_grids([[figures(1, edges, 2)], [figures(2, wandered, 1)]])
    assert whole.columns == 7
    assert whole.column_edges == pytest.approx(edges)


def test_a_blank_page_parts_no_table() -> None:
    assert len(stitch_grids([[grid(1)], [], [grid(3)]], {2})) == 1


def test_room_without_a_word_below_a_table_parts_it_from_nothing() -> None:
    """A browser rules the room at the foot of a page that a row left for the next page."""
    room = grid(1)
    empty = replace(room, cells=tuple(replace(c, text=" ") for c in room.cells))
    assert shape(stitch_grids([[grid(1), empty], [grid(2)]])) == [(4, 4, (2,))]
    assert len(stitch_grids([[grid(1), room], [grid(2)]])) == 2
    # alone on its page it may be a line of figures that an organ left blank
    assert shape(
        stitch_grids([[grid(1)], [replace(empty, page=2, cells=tuple(replace(c, page=2) for c in empty.cells))]])
    ) == [(4, 4, (2,))]


LEFT, RIGHT = (50.0, 150.0, 250.0, 350.0), (50.0, 120.0, 190.0)


def tall(page: int, edges: Sequence[float], labels: int, *, rows: int = 5, step: float = 20.0) -> Grid:
    """A grid of figures, labels in its first columns, whose rows are ``step`` high."""
    plain = grid(page, edges, rows=rows)
    cells = []
    for c in plain.cells:
        box = Box(c.box.x0, 100 + step * c.row, c.box.x1, 100 + step * (c.row + 1))
        text = f"{page}{c.row}{c.column}" if c.column >= labels else "\u7532"
        cells.append(replace(c, box=box, ink=box, text=text))
    return replace(plain, cells=tuple(cells))


def rows_of(whole: Grid) -> list[list[str]]:
    return [[c.text for c in sorted(whole.cells, key=lambda c: c.column) if c.row == n] for n in range(whole.rows)]


def test_columns_that_stand_on_the_next_page_are_joined_on_the_right() -> None:
    (whole,) = stitch_grids([[tall(1, LEFT, 1)], [tall(2, RIGHT, 0, step=20.8)]])
    assert rows_of(whole) == [["甲", f"1{n}1", f"1{n}2", f"2{n}0", f"2{n}1"] for n in range(5)]
    assert whole.column_edges == (*LEFT, 420.0, 490.0) and whole.columns == 5
    assert {(c.page, c.box.x0) for c in whole.cells if c.column == 3} == {
        (2, 50.0)
    }  # places are those of the print


def test_pages_go_over_then_down_or_down_then_over() -> None:
    a1, b1, a2, b2 = tall(1, LEFT, 1), tall(2, RIGHT, 0), tall(3, LEFT, 1, rows=4), tall(4, RIGHT, 0, rows=4)
    (over,) = stitch_grids([[a1], [b1], [a2], [b2]])
    assert shape([over]) == [(9, 5, (5,))]
    assert rows_of(over)[6] == ["甲", "311", "312", "410", "411"]
    renumbered = [tall(1, LEFT, 1), tall(2, LEFT, 1, rows=4), tall(3, RIGHT, 0), tall(4, RIGHT, 0, rows=4)]
    (down,) = stitch_grids([[g] for g in renumbered])
    assert shape([down]) == [(9, 5, (5,))]
    assert rows_of(down)[6] == ["甲", "211", "212", "410", "411"]


@pytest.mark.parametrize(
    "second",
    [
        tall(2, RIGHT, 1),  # labels of its own
        tall(2, RIGHT, 0, rows=4),  # fewer rows
        tall(2, RIGHT, 0, step=22.0),  # higher rows
        tall(3, RIGHT, 0),  # not on the next page
    ],
)
def test_what_may_be_another_table_is_not_joined_on_the_right(second: Grid) -> None:
    assert len(stitch_grids([[tall(1, LEFT, 1)], [second]])) == 2


def test_three_rows_show_nothing_and_only_the_first_grid_of_a_page_goes_on() -> None:
    assert len(stitch_grids([[tall(1, LEFT, 1, rows=3)], [tall(2, RIGHT, 0, rows=3)]])) == 2
    assert len(stitch_grids([[tall(1, LEFT, 1)], [grid(2, (60.0, 200.0)), tall(2, RIGHT, 0)]])) == 3


def test_a_right_part_of_other_columns_stays_a_table_of_its_own() -> None:
    pages = [tall(1, LEFT, 1), tall(2, RIGHT, 0), tall(3, LEFT, 1), tall(4, (50.0, 120.0, 190.0, 260.0), 0)]
    whole, other = stitch_grids([[g] for g in pages])
    assert shape([whole, other]) == [(10, 5, (5,)), (5, 3, ())]
