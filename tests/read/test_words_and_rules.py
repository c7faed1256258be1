"""Words of characters: those that rules part are apart, a number that runs across one is not."""

from collections.abc import Sequence

from gkingest.model.paper import Box, Ruling
from gkingest.read.ink.glyphs import Glyph, build_words
from gkingest.read.ink.strokes import without_decoration

WIDE = 4.0  # points that each digit takes; it is 7 points high


def strings(*placed: tuple[float, str], owner: int | None = None, gap: float = 0.0) -> list[Glyph]:
    """Digits of strings that begin at these places, each string one of the file (``owner``: all of that one)."""
    return [
        Glyph(
            char,
            7.0,
            0.0,
            number if owner is None else owner,
            Box(x + i * (WIDE + gap), 20, x + i * (WIDE + gap) + WIDE, 27),
        )
        for number, (x, text) in enumerate(placed, 1)
        for i, char in enumerate(text)
    ]


def wall(*places: float) -> tuple[Ruling, ...]:
    """Rules that run down past the digits."""
    return tuple(Ruling(x, 18, x, 29) for x in places)


def words(glyphs: Sequence[Glyph], *rules: float) -> list[str]:
    return [w.text for w in build_words(glyphs, wall(*rules))]


def test_figures_of_a_hairline_grid_are_two_where_its_rule_stands() -> None:
    # 363 fills its cell: 1.5 points and the rule are all that part it from 1848
    pair = strings((10, "363"), (23.5, "1848"))
    assert words(pair, 22.9) == ["363", "1848"]
    assert words(pair) == ["3631848"]
    assert words(pair, 21.7) == ["363", "1848"]  # set to the right, up to the middle of the rule
    assert words(strings((10, "3"), (15.5, "4"), (40, "120"), (60, "57")), 14.9) == ["3", "4", "120", "57"]


def test_where_the_file_tells_no_strings_the_wider_gap_parts_figures() -> None:
    assert words(strings((10, "363"), (23.5, "1848"), owner=0), 22.9) == ["363", "1848"]
    # it may as well be 34 in a narrow column
    assert words(strings((10, "3"), (15.5, "4"), owner=0), 14.9) == ["34"]


def test_a_number_too_wide_for_its_cell_stays_one() -> None:
    assert words(strings((10, "3631848")), 22.0) == ["3631848"]
    assert words(strings((10, "3631848"), gap=1.5), 26.0) == ["3631848"]  # letter-spaced: no gap is wider
    digit_by_digit = strings(*((10 + i * 5.5, c) for i, c in enumerate("3631848")))
    assert words(digit_by_digit, 26.0) == ["3631848"]


def test_a_rule_of_another_line_parts_nothing() -> None:
    pair = strings((10, "363"), (23.5, "1848"))
    assert [w.text for w in build_words(pair, (Ruling(22.9, 2, 22.9, 21),))] == ["3631848"]
    assert [w.text for w in build_words(pair, (Ruling(12, 23, 40, 23),))] == ["3631848"]


def test_the_side_of_a_cell_no_wider_than_its_figure_does_not_underline_it() -> None:
    figure = build_words(strings((10, "363")))
    side, line = Ruling(9.6, 27.4, 22.9, 27.4), Ruling(9.6, 27.0, 22.4, 27.0)
    assert side in without_decoration((side, *wall(9.6, 22.9)), figure)
    assert without_decoration((line,), figure) == ()
    assert line not in without_decoration((line, *wall(2, 40)), figure)
    struck = Ruling(9.6, 24, 22.9, 24)  # from side to side of the cell, but through the figure
    assert struck not in without_decoration((struck, *wall(9.6, 22.9)), figure)


LABEL = "行政规范性文件"
APART = 2.6  # points between the characters of letter-spaced print: more than a third of their size


def row(top: float, label: str, *figures: tuple[float, str], parted: bool = False) -> list[Glyph]:
    """A line of letter-spaced print, ``parted`` by blanks of the file instead; each character is a string."""
    found: list[Glyph] = []
    for x, text, wide in ((10.0, label, 7.0), *((x, text, WIDE) for x, text in figures)):
        for i, char in enumerate(text):
            left = x + i * (wide + APART)
            box = Box(left, top, left + wide, top + 7)
            found.append(Glyph(char, 7.0, 0.0, len(found) + int(100 * top), box, parted=parted and i > 0))
    return found


def page(*figures: tuple[tuple[float, str], ...], parted: bool = False) -> list[str]:
    """The words of a page that has these figures in its rows."""
    rows = (row(20 + 12 * n, LABEL, *own, parted=parted) for n, own in enumerate((*figures, (), (), ())))
    return [w.text for w in build_words(g for line in rows for g in line)]


def test_letter_spaced_figures_are_numbers() -> None:
    assert page(((100, "128"), (150, "40")), ((100, "7"), (150, "9"))) == [
        *(LABEL, "128", "40", LABEL, "7", "9"),
        *(LABEL, LABEL, LABEL),
    ]


def test_the_gap_of_narrow_columns_is_none_of_letter_spaced_figures() -> None:
    """Headings of single characters stand as far apart as two figures whose own digits touch."""
    heads = [
        Glyph(c, 7.0, 0.0, 0, Box(10 + 14 * i, y, 17 + 14 * i, y + 7))
        for y in (20, 30)
        for i, c in enumerate("结纠其审" * 3)
    ]
    digits = [
        Glyph(c, 7.0, 0.0, 0, Box(x, 50, x + 3.5, 57)) for c, x in zip("1230", (10, 13.5, 24, 27.5), strict=True)
    ]
    words = [w.text for w in build_words([*heads, *digits])]
    assert words[-2:] == ["12", "30"]


def test_characters_set_apart_by_blanks_show_no_spacing() -> None:
    assert page(((100, "128"),), parted=True)[7:10] == ["1", "2", "8"]


def test_a_figure_that_fills_its_cell_is_not_joined_with_the_next_column() -> None:
    full = 100 + 2 * (WIDE + APART)  # where the next column begins if 36 fills its own
    words = page(((100, "36"), (full, "1848")), ((100, "6"), (full, "21")), ((100, "7"), (full, "35")))
    assert words[1:7] == ["3", "6", "1", "8", "4", "8"]
    assert words[8:10] == ["6", "21"]


def test_a_note_raised_out_of_its_line_stands_behind_its_figure() -> None:
    """A word processor sets the line of a figure with a note lower than the line beside it."""
    figure = strings((10, "26"), (60, "8"))

    def noted(char: str, x: float, top: float, size: float) -> list[str]:
        note = Glyph(char, size, 0.0, 9, Box(x, top, x + 2.5, top + size))
        return [w.text for w in build_words([*figure, note])]

    assert noted("2", 18.2, 17.0, 4.5) == ["26²", "8"]
    assert noted("*", 18.2, 17.0, 4.5) == ["26*", "8"]
    assert noted("2", 25.0, 17.0, 4.5) == ["2", "26", "8"]  # too far away
    assert noted("2", 18.2, 31.0, 4.5) == ["26", "8", "2"]  # of the row below
    assert noted("2", 18.2, 17.0, 7.0) == ["2", "26", "8"]  # as large as the figure
