"""Addresses of figures, and the one rule by which a name stands for several of them."""

import pickle

import pytest

from gkingest.model.key import EVERY_FIGURE, FactKey, KeyPattern, whole_row, whole_table

KEY = FactKey("requests", "denied.internal", "total")


@pytest.mark.parametrize(
    ("pattern", "stands"),
    [
        (KEY, True),
        (EVERY_FIGURE, True),
        (whole_table("requests"), True),
        (whole_table("disputes"), False),
        (whole_row("requests", "denied.internal"), True),
        (whole_row("requests", "denied"), False),
        (KeyPattern.parse("requests/denied.*/total"), True),
        (KeyPattern.parse("requests/den.*/total"), False),
        (KeyPattern.parse("requests/denied.internal.*/total"), False),
        (KeyPattern.parse("*/*/research"), False),
        (KeyPattern.parse("*/*/total"), True),
    ],
    ids=str,
)
def test_a_pattern_stands_for_a_figure_if_each_of_its_parts_does(pattern: KeyPattern, stands: bool) -> None:
    assert KEY.matches(pattern) is stands
    assert KEY.matches_any((KeyPattern("elsewhere", "*", "*"), pattern)) is stands


def test_nothing_is_matched_by_no_pattern() -> None:
    assert not KEY.matches_any(())


def test_an_address_reads_as_it_is_written() -> None:
    assert FactKey.parse(str(KEY)) == KEY
    assert type(FactKey.parse("a/b/c")) is FactKey
    assert type(pickle.loads(pickle.dumps(KEY))) is FactKey


@pytest.mark.parametrize("text", ["", "requests", "requests/granted", "requests/granted/total/x"])
def test_what_has_not_three_parts_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="table/row/column"):
        KeyPattern.parse(text)
