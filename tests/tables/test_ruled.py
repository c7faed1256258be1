"""Rules as programs draw them: doubled, in pieces, short of each other, left open, or only shaded areas."""

import pytest
from drawing_board import across, boxes, down, page, rules, texts, word

from gkingest.model.paper import Box, Grid, Ruling, Word, character_height
from gkingest.tables.ruled import find_ruled

COLUMNS, ROWS = (50.0, 150.0, 250.0), (100.0, 120.0, 140.0)
WORDS = [word("规章", 60, 105), word("12", 200, 105), word("行政许可", 60, 125), word("7", 200, 125)]
READ = [["规章", "12"], ["行政许可", "7"]]


def found(rulings: list[Ruling], words: list[Word] = WORDS) -> list[Grid]:
    """Grids between these rules."""
    return list(find_ruled(page(words, rulings)))


def test_a_table_drawn_with_rules_is_read_cell_by_cell() -> None:
    (grid,) = found(rules(COLUMNS, ROWS))
    assert texts(grid) == READ
    assert (str(grid.way), grid.box) == ("ruled", Box(50, 100, 250, 140))


def test_tables_that_stand_apart_are_told_from_the_top() -> None:
    lower = [word("审结", 60, 305), word("3", 200, 305)]
    both = rules(COLUMNS, (300.0, 320.0, 340.0)) + rules(COLUMNS, ROWS)
    assert [texts(g)[0] for g in found(both, WORDS + lower)] == [["规章", "12"], ["审结", "3"]]


def test_a_cell_merged_in_print_has_no_rule_inside() -> None:
    drawn = [r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + [down(150, 120, 140)]
    (grid,) = found(drawn)
    assert texts(grid) == [["规章 12", "^"], ["行政许可", "7"]]


@pytest.mark.parametrize("origin", ["scan", "ofd"])
def test_the_method_names_where_the_page_comes_from(origin: str) -> None:
    (grid,) = find_ruled(page(WORDS, rules(COLUMNS, ROWS), origin=origin))
    assert str(grid.way) == origin


def test_less_than_four_rules_enclose_nothing() -> None:
    assert found([across(100, 50, 250), across(120, 50, 250), down(50, 100, 120)]) == []


def test_short_strokes_are_no_rules() -> None:
    (grid,) = found([*rules(COLUMNS, ROWS), down(100, 108, 111)])  # the stroke of a character
    assert texts(grid) == READ


def test_a_double_rule_is_one_rule() -> None:
    doubled = [*rules(COLUMNS, ROWS), down(152.5, 100, 140), across(122.5, 50, 250)]
    (grid,) = found(doubled)
    assert texts(grid) == READ
    assert grid.column_edges == (50.0, 151.25, 250.0)


def test_rules_further_apart_than_print_doubles_them_are_two() -> None:
    (grid,) = found([*rules(COLUMNS, ROWS), down(154.5, 100, 140)])
    assert grid.columns == 3  # in print of ten points; larger print has wider double rules
    (grid,) = found([*rules(COLUMNS, ROWS), down(160, 100, 140)])
    assert grid.columns == 3
    assert texts(grid) == [["规章", "", "12"], ["行政许可", "", "7"]]


def test_rules_drawn_in_pieces_are_whole() -> None:
    pieces = [across(y, x, x + 47 + (x == 200) * 3) for y in ROWS for x in (50, 100, 150, 200)]
    pieces += [down(x, y, y + 18) for x in COLUMNS for y in (100, 120)]
    (grid,) = found(pieces)
    assert texts(grid) == READ


def test_a_dotted_rule_is_a_rule() -> None:
    dots = [Ruling(150, 100 + 2 * n, 151, 101 + 2 * n) for n in range(20)]
    (grid,) = found([r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + dots)
    assert texts(grid) == READ
    specks = [Ruling(150, 100 + 2 * n, 150.4, 100.4 + 2 * n) for n in range(20)]
    (grid,) = found([r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + specks)
    assert grid.columns == 1


def test_rules_that_end_short_of_each_other_are_meant_to_meet() -> None:
    drawn = [across(y, 58, 242) for y in ROWS] + [down(x, 108, 132) for x in COLUMNS]
    (grid,) = found(drawn)  # eight points: less than a character is high
    assert texts(grid) == READ
    assert grid.box == Box(50, 100, 250, 140)


def test_rules_that_end_further_than_a_character_from_each_other_do_not_meet() -> None:
    far = [r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + [down(150, 111, 140)]
    (grid,) = found(far)
    assert texts(grid)[0] == ["规章 12", "^"]
    (grid,) = found([*far[:-1], down(150, 109, 140)])
    assert texts(grid) == READ


def test_rules_that_stick_out_a_little_make_no_columns_of_their_own() -> None:
    drawn = [across(y, 44, 256) for y in ROWS] + [down(x, 95, 145) for x in COLUMNS]
    (grid,) = found(drawn)
    assert texts(grid) == READ
    assert grid.column_edges == COLUMNS


def test_a_table_open_at_its_sides_is_closed_where_its_rules_end() -> None:
    (grid,) = found([across(y, 50, 250) for y in ROWS] + [down(150, 100, 140)])
    assert texts(grid) == READ
    assert grid.box == Box(50, 100, 250, 140)


def test_a_table_open_above_and_below_is_closed_too() -> None:
    words = [*WORDS, word("行政处罚", 60, 145)]
    (grid,) = found([down(x, 100, 160) for x in COLUMNS] + [across(y, 50, 250) for y in (120, 140)], words)
    assert texts(grid) == [*READ, ["行政处罚", ""]]


def test_rules_across_alone_are_no_table() -> None:
    """Columns are not to be seen; whoever reads by alignment may look."""
    assert found([across(y, 50, 250) for y in (100, 120, 140, 160)]) == []


def test_shaded_cells_that_meet_are_a_table_where_no_rules_are_drawn() -> None:
    shaded = tuple(boxes(COLUMNS, ROWS))
    (grid,) = find_ruled(page(WORDS, fills=shaded))
    assert texts(grid) == READ


def test_shaded_areas_say_nothing_where_there_are_rules() -> None:
    stripe = (Box(50, 100, 250, 110),)
    drawn = [*rules(COLUMNS, (*ROWS, 160.0, 180.0))]
    (grid,) = find_ruled(page(WORDS, drawn, fills=stripe))
    assert grid.rows == 4
    (grid,) = find_ruled(page(WORDS, rules(COLUMNS, ROWS), fills=stripe))  # six rules: hardly any
    assert grid.rows == 3


def test_how_large_print_is_decides_how_far_rules_reach() -> None:
    assert character_height(page([word("甲", 60, 105, 12), word("乙", 60, 125, 8), word("丙", 60, 145, 9)])) == 9
    assert character_height(page([])) == 10
    assert character_height(page([Word("甲", Box(60, 105, 70, 115)), word("乙", 60, 125, 8)])) == 8
    small = [word("规章", 60, 105, 4), word("12", 200, 105, 4), word("行政许可", 60, 125, 4)]
    drawn = [r for r in rules(COLUMNS, ROWS) if r != down(150, 100, 140)] + [down(150, 106, 140)]
    assert texts(found(drawn, small)[0])[0] == ["规章 12", "^"]  # six points are much beside small print
    assert texts(found(drawn)[0])[0] == ["规章", "12"]


def test_the_side_of_a_cell_that_begins_before_the_page_and_ends_after_it_bounds_a_column() -> None:
    (grid,) = found([*rules(COLUMNS, ROWS), down(30, 100, 140)])
    assert texts(grid) == [["", "规章", "12"], ["^", "行政许可", "7"]]


def test_a_cell_that_goes_on_overleaf_is_open_below_and_the_cells_beside_it_are_not() -> None:
    drawn = [across(100, 30, 250), across(120, 50, 250), across(140, 50, 250)]
    (grid,) = found([*drawn, down(30, 100, 140), *(down(x, 100, 140) for x in COLUMNS)])
    assert texts(grid) == [["", "规章", "12"], ["^", "行政许可", "7"]]


def test_rules_down_that_stick_out_part_a_row_that_has_no_rule_of_its_own() -> None:
    drawn = [*(across(y, 50, 250) for y in (120, 140, 160)), down(150, 100, 180)]
    below = [word("强制", 60, 145), word("3", 200, 145), word("收费", 60, 165), word("5", 200, 165)]
    (grid,) = found(drawn, WORDS + below)
    assert texts(grid) == [*READ, ["强制", "3"], ["收费", "5"]]


def test_lines_that_hang_out_of_an_open_cell_at_the_foot_of_a_page_are_in_it() -> None:
    drawn = [
        across(100, 50, 250),
        across(120, 150, 250),
        down(50, 100, 120),
        down(150, 100, 120),
        down(250, 100, 120),
    ]
    words = [word("自然", 60, 105), word("12", 200, 105), word("人", 60, 121)]
    (grid,) = found(drawn, words)
    assert texts(grid)[0][0] == "自然\n人"


def test_tables_side_by_side_stay_two_and_cells_cut_askew_by_a_page_are_one() -> None:
    right = [across(y, 300, 400) for y in ROWS] + [down(x, 100, 140) for x in (300, 350, 400)]
    more = [word("甲", 310, 105), word("3", 370, 105)]
    assert len(found([*rules(COLUMNS, ROWS), *right], WORDS + more)) == 2
    askew = [across(y, 20, 50) for y in (100, 128, 140)] + [down(20, 100, 140), down(50, 100, 140)]
    assert len(found([*rules(COLUMNS, ROWS), *askew])) == 1
