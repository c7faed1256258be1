"""One rule for what stands on one line, with the tolerance that each use states."""

import pytest

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Word


def word(text: str, left: float, top: float, height: float = 10.0) -> Word:
    """A word of so many points, its box as high as its glyphs."""
    return Word(text, Box(left, top, left + 10, top + height), height)


def texts(words: list[Word], tolerance: Tolerance) -> list[str]:
    """Lines, word after word as they come."""
    return ["".join(w.text for w in line) for line in in_lines(words, tolerance)]


SLOPE = [word(c, 20.0 * n, 100.0 + 3.0 * n) for n, c in enumerate("一二三四五")]


@pytest.mark.parametrize(
    ("against", "found"),
    [("first", ["一二", "三四", "五"]), ("last", ["一二三四五"]), ("recent", ["一二", "三四", "五"])],
)
def test_a_line_that_lies_aslant_is_followed_from_word_to_word(against: str, found: list[str]) -> None:
    assert texts(SLOPE, Tolerance(0.5, "own", against)) == found  # type: ignore[arg-type]


def test_the_height_that_counts_is_the_one_stated() -> None:
    words = [word("甲", 0, 100, 20), word("注", 20, 111, 6)]  # their middles are four points apart
    found = {of: len(in_lines(words, Tolerance(0.5, of))) for of in ("own", "lower", "first", "size")}  # type: ignore[arg-type]
    assert found == {"own": 2, "lower": 2, "first": 1, "size": 2}


def test_words_without_height_stand_on_one_line_within_half_a_point() -> None:
    words = [word("甲", 0, 100, 0), word("乙", 20, 100.4, 0), word("丙", 40, 101, 0)]
    assert texts(words, Tolerance(0.5, "own")) == ["甲乙", "丙"]
    assert texts(words, Tolerance(0.5, "own", least=0.0)) == ["甲", "乙", "丙"]


def test_heights_that_round_alike_come_from_the_left() -> None:
    words = [word("乙", 20, 100.0), word("甲", 0, 100.3)]
    assert texts(words, Tolerance(0.5, "own")) == ["乙甲"]
    assert texts(words, Tolerance(0.5, "own", rounded=0)) == ["甲乙"]
