"""Boxes and words become cells: each text where it is printed, spans as drawn, a doubt where ink is unsure."""

import pytest
from drawing_board import across, boxes, doubts, down, page, texts, word

from gkingest.model.paper import Box, Grid, Page, Ruling, Word
from gkingest.tables.along import cluster
from gkingest.tables.cells import assemble_grid, cell_text

COLUMNS, ROWS = (50.0, 150.0, 250.0), (100.0, 120.0, 140.0)
WIDE = Box(50, 100, 150, 120)


def made(words: list[Word], drawn: list[Box], rules: tuple[Ruling, ...] = ()) -> Grid:
    """The grid of a page with these words and boxes."""
    grid = assemble_grid(page(words), drawn, "ruled", rules)
    assert grid is not None
    return grid


def test_every_word_lands_in_the_cell_that_is_drawn_around_it() -> None:
    words = [word("规章", 60, 105), word("12", 200, 105), word("行政许可", 60, 125), word("7", 200, 125)]
    grid = made(words, boxes(COLUMNS, ROWS))
    assert texts(grid) == [["规章", "12"], ["行政许可", "7"]]
    assert (grid.rows, grid.columns, grid.column_edges, grid.page) == (2, 2, COLUMNS, 1)
    assert grid.box == Box(50, 100, 250, 140)
    cell = grid.cells[1]
    assert (cell.box, cell.ink) == (Box(150, 100, 250, 120), Box(200, 105, 210, 115))


def test_a_cell_without_text_is_blank_and_its_ink_is_its_box() -> None:
    blank = made([word("规章", 60, 105)], boxes(COLUMNS, ROWS)).cells[3]
    assert (blank.text, blank.ink, blank.doubt) == ("", blank.box, "")


def test_merged_cells_span_what_they_cover() -> None:
    drawn = [
        Box(50, 100, 150, 140),  # 申请人情况 beside two rows
        Box(150, 100, 350, 120),  # a heading over two columns
        Box(150, 120, 250, 140),
        Box(250, 120, 350, 140),
    ]
    words = [word("类别", 60, 115), word("法人", 240, 105), word("商业企业", 160, 125), word("其他", 260, 125)]
    grid = made(words, drawn)
    assert texts(grid) == [["类别", "法人", "^"], ["^", "商业企业", "其他"]]
    assert [(c.row_span, c.column_span) for c in grid.cells] == [(2, 1), (1, 2), (1, 1), (1, 1)]


def test_edges_that_wander_a_little_are_one_edge_half_way_between() -> None:
    upper, lower = Box(50, 100, 150, 120), Box(52, 121, 148, 140)
    grid = made([], [upper, lower])
    assert (grid.rows, grid.columns) == (2, 1)
    assert grid.column_edges == (51.0, 149.0)
    assert grid.cells[1].box.top == 120.5


def test_how_far_edges_may_wander_is_for_the_caller_to_say() -> None:
    drawn = [Box(50, 100, 150, 120), Box(53, 120, 150, 140)]
    apart = assemble_grid(page([]), drawn, "ruled")
    one = assemble_grid(page([]), drawn, "ruled", near=4.0)
    assert apart is not None and apart.columns == 2
    assert one is not None and one.columns == 1


@pytest.mark.parametrize("drawn", [[], [Box(50, 100, 150, 120)], [Box(50, 100, 50, 120), Box(50, 120, 50, 140)]])
def test_less_than_two_cells_are_no_table(drawn: list[Box]) -> None:
    assert assemble_grid(page([word("1", 60, 105)]), drawn, "ruled") is None


def test_of_boxes_that_overlap_the_smaller_ones_are_the_cells() -> None:
    whole = Box(50, 100, 250, 140)
    words = [word("规章", 60, 105)]
    assert texts(made(words, [whole, *boxes(COLUMNS, ROWS)])) == [["规章", ""], ["", ""]]
    assert texts(made(words, [whole, *boxes(COLUMNS, ROWS)[1:]])) == [["规章", ""], ["", ""]]


def test_a_place_that_nothing_is_drawn_around_is_a_cell_that_says_so() -> None:
    drawn = boxes(COLUMNS, ROWS)[:3]
    rules = (across(120, 50, 250), down(150, 100, 140))
    assert doubts(made([], drawn)) == {}  # nobody looked at rules
    assert doubts(made([], drawn, rules)) == {"1.1": "no cell is drawn here"}
    printed = made([word("7", 200, 125)], drawn, rules)
    assert texts(printed)[1] == ["", "7"]
    assert doubts(printed) == {}


def test_an_open_place_reaches_down_to_the_next_rule() -> None:
    rows = (100.0, 120.0, 140.0, 160.0)
    left = [b for b in boxes(COLUMNS, rows) if b.x0 == 50]
    drawn = [*left, Box(150, 140, 250, 160)]
    assert texts(made([word("5", 200, 115)], drawn)) == [["", "5"], ["", "^"], ["", ""]]
    half = across(120, 150, 195)  # a rule under less than half of the place parts nothing
    assert texts(made([word("5", 200, 125)], drawn, (half,))) == [["", "5"], ["", "^"], ["", ""]]
    whole = across(121, 150, 210)
    assert texts(made([word("5", 200, 125)], drawn, (whole,))) == [["", ""], ["", "5"], ["", ""]]


def test_open_places_beside_each_other_are_parted_where_a_rule_runs_down() -> None:
    columns = (50.0, 150.0, 250.0, 350.0)
    drawn = [*boxes(columns, (100.0, 120.0)), Box(50, 120, 150, 140)]
    words = [word("3", 160, 125), word("4", 300, 125)]
    assert texts(made(words, drawn))[1] == ["", "3 4", "^"]
    assert texts(made(words, drawn, (down(250, 100, 140),)))[1] == ["", "3", "4"]
    assert texts(made(words, drawn, (down(250, 100, 128),)))[1] == ["", "3 4", "^"]


def test_open_places_of_different_width_do_not_grow_together() -> None:
    columns, rows = (50.0, 150.0, 250.0, 350.0), (100.0, 120.0, 140.0, 160.0)
    open_places = [(150, 100), (250, 100), (250, 120)]
    drawn = [b for b in boxes(columns, rows) if (b.x0, b.top) not in open_places]
    assert texts(made([], drawn)) == [["", "", "^"], ["", "", ""], ["", "", ""]]


def test_words_set_without_a_gap_are_cut_at_the_rule() -> None:
    grid = made([word("许可公开", 130, 105)], boxes(COLUMNS, ROWS))
    assert texts(grid)[0] == ["许可", "公开"]
    assert doubts(grid) == {}
    assert (grid.cells[0].ink, grid.cells[1].ink) == (Box(130, 105, 150, 115), Box(150, 105, 170, 115))


def test_a_cut_between_a_label_and_its_figure_is_no_doubt() -> None:
    assert doubts(made([word("许可12", 130, 105)], boxes(COLUMNS, ROWS))) == {}


def test_a_cut_between_two_digits_may_have_cut_a_number() -> None:
    grid = made([word("共12件", 135, 105)], boxes(COLUMNS, ROWS))
    assert texts(grid)[0] == ["共1", "2件"]
    said = "digits of 共12件 stand on both sides of a rule"
    assert doubts(grid) == {"0.0": said, "0.1": said}


def test_a_number_is_never_cut_but_both_cells_are_doubted() -> None:
    grid = made([word("1234", 143, 105)], boxes(COLUMNS, ROWS))
    assert texts(grid)[0] == ["", "1234"]  # the middle of the number stands right of the rule, at 153
    said = "the number 1234 runs across a rule"
    assert doubts(grid) == {"0.0": said, "0.1": said}
    full = made([word("１，２", 130, 105)], boxes(COLUMNS, ROWS))
    assert texts(full)[0] == ["１，２", ""]


def test_a_number_is_cut_where_the_file_itself_begins_another_string() -> None:
    grid = made([word("1234", 140, 105, seams=(2,))], boxes(COLUMNS, ROWS))
    assert texts(grid)[0] == ["12", "34"]
    assert doubts(grid) == {}
    elsewhere = made([word("1234", 140, 105, seams=(1,))], boxes(COLUMNS, ROWS))
    assert "" in texts(elsewhere)[0] and len(doubts(elsewhere)) == 2


def test_a_word_whose_letters_have_no_places_goes_where_its_middle_lies() -> None:
    assert texts(made([word("许可公开", 140, 105, edges=())], boxes(COLUMNS, ROWS)))[0] == ["", "许可公开"]


def test_what_stands_outside_the_frame_is_in_no_cell() -> None:
    words = [word("规章", 60, 85), word("注", 60, 150), word("5", 60, 105)]
    assert texts(made(words, boxes(COLUMNS, ROWS))) == [["5", ""], ["", ""]]


@pytest.mark.parametrize(
    ("stray", "kept"),
    [
        (word("12", 252, 105), True),  # its middle lies 7 points to the right: less than a character and a half
        (word("12", 38, 105), True),
        (word("12", 261, 105), False),
        (word("12", 28, 105), False),
        (word("规", 252, 105), False),
        (word("12", 252, 85), False),
        (word("12", 240, 105), False),  # inside
    ],
)
def test_a_number_just_beside_the_table_is_remembered(stray: Word, *, kept: bool) -> None:
    assert made([stray], boxes(COLUMNS, ROWS)).loose == ((stray,) if kept else ())


def with_ink(text: str = "", **ink: tuple[Box, ...]) -> dict[str, str]:
    """Doubts of a table with ``text`` in its first cell and other ink on the page."""
    words = [word(text, 60, 105)] if text else []
    return doubts(assemble_grid(Page(1, 600, 800, tuple(words), (), **ink), boxes(COLUMNS, ROWS), "ruled"))


SMALL, LARGE = Box(60, 105, 70, 115), Box(40, 105, 160, 115)
DRAWN = {"0.0": "something is drawn in the cell that is no text"}


def test_a_blank_cell_with_something_drawn_in_it_is_not_simply_blank() -> None:
    assert with_ink(marks=(SMALL,)) == DRAWN
    assert with_ink(pictures=(SMALL,)) == DRAWN
    assert with_ink(blots=(SMALL,)) == {}  # a speck
    assert with_ink(blots=(Box(60, 105, 85, 115),)) == DRAWN
    assert with_ink(blots=(Box(60, 105, 85, 108),)) == {}  # a stroke that is not high enough to hide a figure


def test_ink_larger_than_the_cell_is_not_in_it() -> None:
    assert with_ink(marks=(LARGE,)) == {}
    assert with_ink(pictures=(Box(60, 60, 70, 160),)) == {}
    assert with_ink(marks=(Box(49, 99, 151, 121),)) == DRAWN  # its own outline


def test_a_cell_with_text_is_believed_unless_it_was_painted_over() -> None:
    assert with_ink("12", marks=(SMALL,), blots=(WIDE,)) == {}
    said = {"0.0": "characters were painted over in the cell"}
    assert with_ink("12", covered=(SMALL,)) == said
    assert with_ink(covered=(SMALL,)) == said


def test_a_cell_is_as_sure_as_the_least_sure_of_its_words() -> None:
    words = [word("1", 60, 105, confidence=0.9, doubt="pale"), word("2", 61, 105, confidence=0.4)]
    sure, blank = made(words, boxes(COLUMNS, ROWS)).cells[:2]
    assert (sure.confidence, sure.doubt) == (0.4, "pale")
    assert blank.confidence == 1.0


def test_lines_of_a_cell_are_kept_apart_in_reading_order() -> None:
    words = [word("企业", 60, 112), word("业", 80, 101), word("商", 60, 100)]
    assert cell_text(words, WIDE) == "商 业\n企业"
    assert cell_text([], WIDE) == ""


def test_words_with_a_gap_have_a_space_and_others_none() -> None:
    assert cell_text([word("12", 60, 100), word("34", 74, 100)], WIDE) == "1234"  # 4 points
    assert cell_text([word("12", 60, 100), word("34", 75, 100)], WIDE) == "12 34"


def test_a_long_number_that_fills_its_cell_goes_on_in_the_next_line() -> None:
    narrow = Box(60, 100, 92, 130)
    assert cell_text([word("12345", 61, 100), word("67", 61, 112)], narrow) == "1234567"
    assert cell_text([word("12345", 61, 100), word("67", 61, 112)], WIDE) == "12345\n67"
    assert cell_text([word("12", 61, 100), word("67", 61, 112)], Box(60, 100, 72, 130)) == "12\n67"
    assert cell_text([word("12345", 61, 100), word("件", 61, 112)], narrow) == "12345\n件"


def test_a_smaller_figure_behind_a_figure_is_a_note_and_no_digit_of_it() -> None:
    assert cell_text([word("12", 60, 100), word("1", 70, 100, 6)], WIDE) == "12¹"
    assert cell_text([word("12", 60, 100), word("1", 70, 100, 9)], WIDE) == "121"
    assert cell_text([word("规章", 60, 100), word("1", 80, 100, 6)], WIDE) == "规章1"


def test_labels_set_sideways_are_read_along_their_own_direction() -> None:
    tall = Box(50, 100, 90, 200)
    up = [word("本", 60, 140, angle=90), word("年", 60, 125, angle=90), word("度", 75, 140, angle=90)]
    assert cell_text(up, tall) == "本年\n度"
    fallen = [word("本", 75, 110, angle=270), word("年", 75, 125, angle=270), word("度", 60, 110, angle=270)]
    assert cell_text(fallen, tall) == "本年\n度"
    mixed = [word("一二三", 60, 110), word("年", 60, 125, angle=90)]
    assert cell_text(mixed, tall) == "一二三\n年"


def test_a_group_ends_where_something_lies_too_far_beyond_its_mean() -> None:
    assert cluster([10.0, 1.0, 2.0, 11.5], key=lambda v: v, near=2) == [[1.0, 2.0], [10.0, 11.5]]
    assert cluster([0.0, 2.0, 3.0, 4.5], key=lambda v: v, near=2) == [[0.0, 2.0, 3.0], [4.5]]
    assert cluster([], key=float, near=2) == []
