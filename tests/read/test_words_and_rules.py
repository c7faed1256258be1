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
