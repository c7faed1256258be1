"""Signs without ink: a figure that has them is the one a reader sees, or nobody's."""

import unicodedata
from decimal import Decimal

import pytest

from gkingest.read.declared.charset import decoded_text
from gkingest.text.labels import label_key
from gkingest.text.numbers import read_number
from gkingest.text.signs import placed, sign_of

RLO, LRO, RLE, LRE, PDF, RLI, PDI, RLM, LRM = "\u202e\u202d\u202b\u202a\u202c\u2067\u2069\u200f\u200e"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (f"{RLO}35{PDF}", 53),  # every sign from the right
        (f"{RLO}35", 53),  # to the end of the paragraph
        (f"{RLO}350,1{PDF}件", 1053),
        (f"{LRO}53{PDF}", 53),
        (f"{RLE}53{PDF}", 53),  # a figure runs from the left in text from the right
        (f"{RLI}1,053{PDI}", 1053),
        (f"{RLM}53{RLM}", 53),
        (f"5{LRM}3", 53),
        ("5\u200b3", 53),
        ("5\xad3", 53),
        ("5\u20633", 53),
        ("5\U000e00303", 53),  # a tag
        ("5\ufe0e3\ufe0e", 53),  # shape of a sign as text
        ("5\ufe0f\u20e33\ufe0f\u20e3", 53),  # two keys
        ("\u316453\u2800", 53),  # a letter and a pattern that are empty
        ("5\u3007", 50),
        ("1\u3007\u30075", 1005),
    ],
)
def test_a_figure_with_signs_without_ink_is_the_one_that_is_seen(written: str, seen: int) -> None:
    assert read_number(written).value == Decimal(seen)


@pytest.mark.parametrize(
    "written",
    [
        f"1{RLO}35{PDF}",  # what stands beside what is turned may move
        f"{RLO}{RLE}35{PDF}{PDF}",
        f"{RLO}5\u0338{PDF}",
        f"5{RLM}3",
        f"{RLE}-53{PDF}",  # the sign moves behind the figure
        f"{RLE}5 3{PDF}",
        f"{RLI}53%{PDI}",
        "5\u31643",
        "9\b53",
        "9\r53",
        "5\x1c3",
        "\u06005",  # an Arabic sign of number, which is drawn
        "5\ufff93\ufffa9\ufffb",  # a note above a character
        "5\u206e3",
        "\u07c5\u07c3",  # digits that run from the right
        "5\u03363",  # struck out
        "5\u20dd",
        "5\u0663\u200f5",
    ],
)
def test_a_figure_of_which_nobody_can_say_how_it_is_seen_is_none(written: str) -> None:
    assert read_number(written).problem


def test_a_blank_of_signs_without_ink_is_blank() -> None:
    for text in ("\u3164", "\u2800", f"{RLO}{PDF}", f"{RLE}{PDF}", RLM, "\ufeff\u200b"):
        assert read_number(text).state.value == "blank"


def test_no_sign_of_format_falls_away_that_unicode_knows_to_have_ink_or_to_move_others() -> None:
    """Between two digits each sign of category Cf either shows nothing at all or makes the figure doubtful."""
    silent = {chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) == "Cf"}
    silent = {c for c in silent if read_number(f"5{c}3").value is not None}
    assert silent == {
        *"\xad\u180e\u200b\u200c\u200d\u200e\u202a\u202c\u202d\u2060\u2061\u2062\u2063\u2064\u2066\u2068\u2069\ufeff",
        *map(chr, [0xE0001, *range(0xE0020, 0xE0080)]),
    }


def test_a_label_is_known_by_what_is_seen_of_it() -> None:
    assert label_key(f"{RLO}可许政行{PDF}") == label_key("行政许可") == label_key(f"{RLM}行政{LRM}许可")
    assert label_key(f"{RLO}行政许可{PDF}") == "可许政行"


def test_in_a_text_a_sign_of_direction_reaches_over_cells() -> None:
    text = f"许可\t{RLO}35\t12\t\n处罚\t{RLO}35{PDF}\t12\n强制|{RLE}5|3\n"
    assert decoded_text(text.encode()) == (
        f"许可\t\ufffd35\t\ufffd12\t\ufffd\n处罚\t{RLO}35{PDF}\t12\n强制|\ufffd5|\ufffd3\n"
    )


def test_on_a_page_where_every_sign_has_its_place_none_turns_others() -> None:
    assert sign_of(ord(RLO)) == sign_of(ord(RLI)) == "\ufffd"
    assert placed(f"{RLO}35{PDF}") == f"\ufffd35{PDF}"


@pytest.mark.parametrize("end", ["\r", "\u2028", "\v", "\x85"])
def test_a_sign_that_ends_lines_elsewhere_stays_within_its_line(end: str) -> None:
    lines = ["项目\t数量", "许可\t9", "处罚\t3"]
    assert decoded_text(end.join([*lines, ""]).encode()) == "\n".join([*lines, ""])
    assert decoded_text(f"项目\n许可\t9{end}53\n处罚\n强制\n".encode()) == f"项目\n许可\t9{end}53\n处罚\n强制\n"


def test_lines_end_alike_however_they_are_ended() -> None:
    assert decoded_text("甲\r\n乙\n\f丙\f丁".encode()) == "甲\n乙\n丙\n丁"
