"""Text that a database can hold, and text that a spreadsheet does not run."""

import pytest

from gkingest.text.signs import UNKNOWN, legible, sign_of
from gkingest.text.spreadsheet import cell_text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("某县人民政府", "某县人民政府"),
        ("12\0", "12\ufffd"),
        ("\ud83d半", "\ufffd半"),
        ("半\udfff\0", "半\ufffd\ufffd"),
        ("\ud7ff\ue000", "\ud7ff\ue000"),
        ("", ""),
    ],
)
def test_zeros_and_halves_of_pairs_become_the_sign_for_what_is_unknown(text: str, stored: str) -> None:
    assert legible(text) == stored


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r1", "\n1", "＝1", "＋1", "－1", "＠a", "'", "  =1"]
)
def test_what_a_spreadsheet_would_take_for_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["某县人民政府", "1=1", " 1", "", "a\n=1"])
def test_all_other_text_stays(text: str) -> None:
    assert cell_text(text) == text


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        (0x5E74, "年"),
        (0x31, "1"),
        (1, "\x01"),
        (0, UNKNOWN),
        (-1, UNKNOWN),
        (0xD800, UNKNOWN),
        (0xFFFD, UNKNOWN),
        (0xFFFE, UNKNOWN),
        (0xFFFF, UNKNOWN),
        (0x1FFFE, UNKNOWN),
        (0x10FFFD, "\U0010fffd"),
        (0x10FFFF, UNKNOWN),
        (0x110000, UNKNOWN),
        (2**40, UNKNOWN),
    ],
)
def test_a_number_that_is_no_character_is_the_sign_for_what_is_unknown(code: int, sign: str) -> None:
    assert sign_of(code) == sign
