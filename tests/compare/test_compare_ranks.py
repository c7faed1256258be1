"""Ranks, percentiles and quartiles, against definitions written out another way."""

import statistics
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gkingest.compare.ranks import groups, percentile, quantile, stands
from gkingest.formats.crosswalk import Wording
from gkingest.formats.indicators import Indicator
from gkingest.store.ask.series import Observation, Organ, quotient

SHARE = Indicator(
    key="share", title=Wording(en="s", zh="s"), unit="percent", numerator=("a",), denominator=("b",), source="s"
)
COUNT = Indicator(key="count", title=Wording(en="c", zh="c"), unit="count", numerator=("a",), source="s")
numbers = st.decimals(min_value=0, max_value=1000, places=1)


def organ(n: int = 0, **about: object) -> Organ:
    known: dict[str, object] = {
        "report_id": str(n),
        "organ": f"机关{n}",
        "organ_kind": "department",
        "organ_key": f"局{n}",
        "region_code": "410100",
        "region_name": "郑州市",
        "region_level": "prefecture",
        "province": "河南省",
        "prefecture": "郑州市",
        "year": 2023,
        "edition": "2021",
        "verdict": "accepted",
    }
    return Organ(**(known | about))  # type: ignore[arg-type]


def seen(n: int, value: str | None, reason: str = "", **about: object) -> Observation:
    number = None if value is None else Decimal(value)
    return Observation(organ(n, **about), number, number, None, reason, False)


def test_equal_values_share_the_better_rank_and_no_number_has_none() -> None:
    values = ["5", "9", None, "5", "1", "0"]
    told = stands([seen(n, v, "" if v else "dash") for n, v in enumerate(values)], split=False)
    assert [(s.seen.who.report_id, s.rank, s.ranked) for s in told] == [
        ("1", 1, 5),
        ("0", 2, 5),
        ("3", 2, 5),
        ("4", 4, 5),
        ("5", 5, 5),
        ("2", None, 5),
    ]


def test_the_least_comes_first_where_it_is_asked_for_and_no_number_stays_last() -> None:
    told = stands([seen(0, "3"), seen(1, None, "blank"), seen(2, "1")], split=False, ascending=True)
    assert [(s.seen.who.report_id, s.rank) for s in told] == [("2", 1), ("0", 2), ("1", None)]


def test_every_year_is_ranked_by_itself_and_with_split_every_edition() -> None:
    reports = [
        seen(0, "1", year=2020, edition="2019"),
        seen(1, "2", year=2021, edition="2019"),
        seen(2, "3", year=2021, edition="2021"),
        seen(3, "4", year=2021, edition="2021"),
    ]
    joined = {s.seen.who.report_id: s.rank for s in stands(reports, split=False)}
    apart = {s.seen.who.report_id: s.rank for s in stands(reports, split=True)}
    assert joined == {"0": 1, "1": 3, "2": 2, "3": 1}
    assert apart == {"0": 1, "1": 1, "2": 2, "3": 1}


@given(st.lists(numbers, min_size=1, max_size=30))
def test_a_rank_is_one_more_than_the_values_that_are_greater(values: list[Decimal]) -> None:
    told = stands([seen(n, str(v)) for n, v in enumerate(values)], split=False)
    for one in told:
        assert one.seen.value is not None
        assert one.rank == 1 + len([v for v in values if v > one.seen.value])


@given(st.lists(numbers, min_size=1, max_size=30), st.data())
def test_a_percentile_counts_the_peers_below_and_half_of_the_equal(
    values: list[Decimal], data: st.DataObject
) -> None:
    value = data.draw(st.sampled_from(values))
    wanted = Fraction(
        100 * sum(1 if v < value else Fraction(1, 2) if v == value else 0 for v in values), len(values)
    )
    found = percentile(value, sorted(values))
    assert found is not None
    assert abs(Fraction(found) - wanted) < Fraction(1, 10**20)


def test_peers_are_of_one_year_kind_and_level_and_have_a_number() -> None:
    own = seen(0, "5")
    others = [
        own,
        seen(1, "4"),
        seen(2, None, "blank"),
        seen(3, "9", year=2022),
        seen(4, "9", organ_kind="government"),
        seen(5, "9", region_level="county"),
    ]
    (told,) = stands([own], split=False, among=others)
    assert (told.percentile, told.peers) == (Decimal(75), 2)  # one below, itself equal: (1 + ½) / 2


def test_without_peers_asked_for_no_percentile_is_told() -> None:
    (told,) = stands([seen(0, "5")], split=False)
    assert (told.percentile, told.peers) == (None, None)


@given(st.lists(numbers, min_size=2, max_size=40))
def test_quartiles_are_those_of_the_statistics_module(values: list[Decimal]) -> None:
    wanted = statistics.quantiles([float(v) for v in values], n=4, method="inclusive")
    found = [quantile(sorted(values), q) for q in (1, 2, 3)]
    for one, other in zip(found, wanted, strict=True):
        assert one is not None
        assert abs(float(one) - other) < 1e-9


def test_no_values_have_no_quartiles() -> None:
    assert quantile([], 2) is None
    assert quantile([Decimal(4)], 1) == 4


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 9))
def test_equal_fractions_are_equal_values(above: int, below: int, times: int) -> None:
    """17/51 and 1/3 tie, whatever the last digit of their quotient."""
    one = quotient(Decimal(above), Decimal(below), 100)
    assert one == quotient(Decimal(above * times), Decimal(below * times), 100)


def divided(n: int, above: str, below: str, **about: object) -> Observation:
    value = quotient(Decimal(above), Decimal(below), 100)
    reason = "" if value is not None else "zero_denominator"
    return Observation(organ(n, **about), value, Decimal(above), Decimal(below), reason, False)


def test_a_pooled_rate_is_of_sums_and_no_mean_of_rates() -> None:
    reports = [divided(0, "1", "2"), divided(1, "90", "100"), divided(2, "0", "0")]
    (group,) = groups(reports, ("year",), False, 100)
    assert group.key == ("2023",)
    assert (group.n, dict(group.missing)) == (2, {"zero_denominator": 1})
    assert (group.numerator, group.denominator) == (91, 102)
    assert group.pooled is not None
    assert abs(group.pooled - Decimal(9100) / 102) < Decimal("1e-12")
    assert group.median == 70  # of 50 and 90


def test_a_group_without_a_number_says_nothing_but_why() -> None:
    (group,) = groups([seen(0, None, "dash"), seen(1, None, "blank")], ("province",), False, None)
    assert group.n == 0
    assert dict(group.missing) == {"dash": 1, "blank": 1}
    assert [group.low, group.median, group.high, group.pooled] == [None] * 4


def test_a_count_is_summed() -> None:
    (group,) = groups([seen(0, "3"), seen(1, "4"), seen(2, None, "blank")], ("level",), False, None)
    assert (group.key, group.pooled, group.denominator) == (("department",), 7, None)


def test_organs_of_one_name_in_two_places_are_two_groups() -> None:
    here = [
        seen(n, "1", organ="城关镇人民政府", organ_key="城关镇人民政府", region_code=c) for n, c in enumerate("12")
    ]
    assert [g.n for g in groups(here, ("organ",), False, None)] == [1, 1]


def test_what_does_not_compare_is_not_in_one_group() -> None:
    reports = [seen(0, "1", edition="2019"), seen(1, "3", edition="2021")]
    assert [g.key for g in groups(reports, ("year",), True, None)] == [("2023", "2019"), ("2023", "2021")]
    assert [g.key for g in groups(reports, ("year",), False, None)] == [("2023",)]
