"""Text that a database can hold, and text that a spreadsheet does not run."""

import pytest

from gkingest.text.signs import storable
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
    assert storable(text) == stored


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r1", "\n1", "＝1", "＋1", "－1", "＠a", "'", "  =1"]
)
def test_what_a_spreadsheet_would_take_for_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["某县人民政府", "1=1", " 1", "", "a\n=1"])
def test_all_other_text_stays(text: str) -> None:
    assert cell_text(text) == text
