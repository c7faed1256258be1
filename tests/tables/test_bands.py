"""Where no rule tells the columns, they are where the figures stand, and headings show those that hold none."""

import pytest
from drawing_board import page, word

from gkingest.model.paper import Word
from gkingest.model.report import CellState
from gkingest.tables.bands import WordLine, Zone, column_edges, find_bands, is_figure, read_lines
from gkingest.text.numbers import read_number


def lines(*rows: list[Word]) -> list[WordLine]:
    """Lines of a page with these words."""
    return read_lines(page([w for row in rows for w in row]))


def printed(found: list[WordLine]) -> list[list[str]]:
    """Words of each line."""
    return [[w.text for w in n.words] for n in found]


HEAD = [word("自然人", 200, 100), word("商业企业", 260, 100), word("总计", 330, 100)]
GRANTED = [word("（一）予以公开", 60, 120), word("12", 210, 120), word("3", 278, 120), word("15", 335, 120)]
SECRET = [word("1.属于国家秘密", 60, 140), word("1", 212, 140), word("0", 278, 140), word("1", 337, 140)]


def test_words_are_read_line_by_line_from_left_to_right() -> None:
    found = lines(SECRET, GRANTED[::-1], HEAD)
    assert printed(found) == [
        ["自然人", "商业企业", "总计"],
        ["（一）予以公开", "12", "3", "15"],
        ["1.属于国家秘密", "1", "0", "1"],
    ]
    assert [w.text for w in found[1].figures] == ["12", "3", "15"]
    assert (found[1].top, found[1].bottom, found[1].middle) == (120, 130, 125)


def test_words_that_stand_a_little_higher_are_still_on_the_line() -> None:
    assert printed(lines([word("甲", 60, 100), word("乙", 80, 104)])) == [["甲", "乙"]]
    assert printed(lines([word("甲", 60, 100), word("乙", 80, 105)])) == [["甲"], ["乙"]]
    small = word("1", 80, 103, 4)  # its middle lies as high as that of the line
    assert printed(lines([word("甲", 60, 100), small])) == [["甲", "1"]]


@pytest.mark.parametrize(
    ("text", "figure"),
    [("12", True), ("１，２３４", True), ("—", True), ("无", True), ("规章", False), ("3 4", False)],
)
def test_numbers_and_dashes_are_figures(text: str, *, figure: bool) -> None:
    assert is_figure(word(text, 60, 100)) is figure
    assert (read_number(text).state in (CellState.REPORTED, CellState.DASH)) is figure


def test_a_column_reaches_as_far_as_the_figures_below_one_another() -> None:
    assert find_bands(lines(GRANTED, SECRET), 10) == [(210, 220), (278, 283), (335, 345)]


def test_a_number_right_before_a_label_numbers_it_and_is_no_figure() -> None:
    numbered = [word("1", 60, 140), word("属于国家秘密", 70, 140), word("5", 212, 140)]
    assert find_bands(lines(numbered), 10) == [(212, 217)]
    apart = [word("1", 60, 140), word("属于国家秘密", 80, 140), word("5", 212, 140)]
    assert find_bands(lines(apart), 10) == [(60, 65), (212, 217)]


def test_a_column_without_any_figure_is_known_by_its_heading() -> None:
    blank = [[w for w in row if w.box.x0 not in (278,)] for row in (GRANTED, SECRET)]
    assert find_bands(lines(*blank), 10) == [(210, 220), (335, 345)]
    assert find_bands(lines(HEAD, *blank), 10) == [(210, 220), (260, 300), (335, 345)]


def test_a_heading_over_several_columns_makes_none() -> None:
    wide = word("法人或其他组织情况", 205, 80)
    blank = [[w for w in row if w.box.x0 != 278] for row in (GRANTED, SECRET)]
    assert len(find_bands(lines([wide], HEAD, *blank), 10)) == 3
    loose = [word("申请人", 240, 80)]
    assert find_bands(lines(loose, GRANTED), 10) == [(210, 220), (278, 283), (335, 345)]


def test_a_heading_that_touches_a_column_is_its_own() -> None:
    blank = [w for w in GRANTED if w.box.x0 != 278]
    head = [word("自然人", 190, 100), word("企业", 220.5, 100), word("总计", 330, 100)]
    assert find_bands(lines(head, blank), 10) == [(210, 220), (335, 345)]


def test_words_above_the_labels_are_no_columns() -> None:
    head = [word("项目", 70, 100), *HEAD]
    blank = [w for w in GRANTED if w.box.x0 != 278]
    assert find_bands(lines(head, blank), 10) == [(210, 220), (260, 300), (335, 345)]


def test_a_heading_alone_at_the_foot_of_a_page_tells_the_columns() -> None:
    assert find_bands(lines(HEAD), 10) == [(200, 230), (260, 300), (330, 350)]
    assert find_bands(lines(HEAD[:2]), 10) == []  # two words may be anything
    above = [word("其他", 400, 90)]
    assert find_bands(lines(above, HEAD), 10)[-1] == (400, 420)
    wide = [word("法人或其他组织", 400, 90)]  # twice as wide as the others: it stands over several
    assert len(find_bands(lines(wide, HEAD), 10)) == 3


def test_columns_part_half_way_between_figures_and_two_are_for_labels() -> None:
    region = lines(GRANTED, SECRET)
    edges = column_edges(find_bands(region, 10), region, 10)
    # Labels begin at 60; figures at 210, less a fifth of a character; outer and inner labels share the way.
    assert edges == (60, 134, 208, 249, 309, 346)


def test_without_labels_room_is_left_for_them() -> None:
    region = lines([word("12", 210, 120), word("15", 335, 120)])
    assert column_edges(find_bands(region, 10), region, 10) == (200, 204, 208, 277.5, 346)


def test_a_label_stands_beside_the_figures_and_not_above_them() -> None:
    zone = Zone(((210, 220), (278, 283)), 208, (60, 134, 208, 249, 284))
    assert zone.is_label(word("（一）予以公开", 60, 120))
    assert not zone.is_label(word("12", 210, 120))
    assert not zone.is_label(word("自然人情", 190, 100))  # above the first column, though its middle is left of it
    assert zone.is_label(word("属于国家秘密的信息及其", 120, 120))  # a long label may run into the column
