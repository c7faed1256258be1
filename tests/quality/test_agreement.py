"""Coefficients of agreement, held against values that were published with the data."""

from collections.abc import Sequence

import pytest

from gkingest.quality.agreement import cohen, krippendorff


def units(*observers: str) -> list[list[str]]:
    """What each observer said of each unit, a point for nothing."""
    return [[said for said in unit if said != "."] for unit in zip(*(o.split() for o in observers), strict=True)]


# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): two observers and two values, two and five,
# four observers of whom not all saw everything.
@pytest.mark.parametrize(
    ("observers", "alpha"),
    [
        (("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), 0.095),
        (("a a b b d c c c e d d a", "b a b b b c c c e d d d"), 0.692),
        (
            (
                "1 2 3 3 2 1 4 1 2 . . .",
                "1 2 3 3 2 2 4 1 2 5 . 3",
                ". 3 3 3 2 3 4 2 2 5 1 .",
                "1 2 3 3 2 4 4 1 2 5 1 .",
            ),
            0.743,
        ),
    ],
)
def test_alpha_is_that_of_the_published_examples(observers: Sequence[str], alpha: float) -> None:
    found = krippendorff(units(*observers))
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert found.low is not None and found.high is not None and found.low <= alpha <= found.high


# J. L. Fleiss, Statistical Methods for Rates and Proportions (2nd ed. 1981), table 13.1: 100 patients.
FLEISS = ((75, 1, 4), (5, 4, 1), (0, 0, 10))


def test_kappa_and_its_standard_error_are_those_of_fleiss() -> None:
    pairs = [(a, b) for a in range(3) for b in range(3) for _ in range(FLEISS[a][b])]
    found = cohen(pairs)
    assert found.value == pytest.approx(0.68, abs=0.005)
    assert found.high is not None and (found.high - found.value) / 1.96 == pytest.approx(0.087, abs=0.001)


def test_what_cannot_be_told_is_not_told() -> None:
    assert cohen([]).value is None and cohen([("0", "0")] * 5).value is None
    assert krippendorff([["0", "0"], ["0", "0"]]).value is None
    assert cohen([("0", "1"), ("1", "0")]).value == -1
    perfect = krippendorff([["0", "0"], ["1", "1"]])
    assert (perfect.value, perfect.high) == (1, 1)
