"""Intervals against published values and by what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.quality.intervals import by_report, none_seen, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score without correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_score_interval_has_the_published_ends(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


@given(trials=st.integers(1, 10_000), part=st.floats(0, 1))
def test_a_score_interval_holds_the_share_and_is_its_own_mirror(trials: int, part: float) -> None:
    hits = round(part * trials)
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    other = wilson(trials - hits, trials)
    assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high))


def test_nothing_tried_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert none_seen(0) == 1.0
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@pytest.mark.parametrize("trials", [30, 100, 1000])
def test_none_seen_is_about_three_in_n(trials: int) -> None:
    assert none_seen(trials) == pytest.approx(3 / trials, rel=0.06)
    assert (1 - none_seen(trials)) ** trials == pytest.approx(0.05)


def test_errors_in_one_report_make_the_interval_wider() -> None:
    """Ten errors in one of fifty reports tell less than one error in each of ten."""
    together = by_report([(10, 200), *[(0, 200)] * 49])
    apart = by_report([*[(1, 200)] * 10, *[(0, 200)] * 40])
    assert together and apart
    assert together[0] == 0
    assert together[1] - together[0] > apart[1] - apart[0]
    assert apart == by_report([*[(1, 200)] * 10, *[(0, 200)] * 40])


def test_without_errors_or_with_one_report_there_is_nothing_to_draw() -> None:
    assert by_report([(0, 200)] * 30) is None
    assert by_report([(5, 200)]) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(5, 50)), min_size=2, max_size=12))
def test_drawn_shares_are_shares_of_some_report(counts: list[tuple[int, int]]) -> None:
    ends = by_report(counts)
    if ends is not None:
        shares = [hits / trials for hits, trials in counts]
        assert min(shares) <= ends[0] <= ends[1] <= max(shares)
