"""Which years the words of a heading or a caption speak of, as seen from the report's."""

import pytest

from gkingest.text.periods import Period, dated, only_period, periods_of, without_periods


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("本年", Period.THIS),
        ("2024 年度（件）", Period.THIS),
        ("本年累计", Period.THIS),
        ("上一年", Period.LAST),
        ("上年同期数", Period.LAST),
        ("2023年", Period.LAST),
        ("（上年）", Period.LAST),
        ("2025年", Period.NEXT),
        ("历年累计", Period.ALL),
        ("增减（%）", Period.CHANGE),
        ("与上年相比增减", Period.CHANGE),
        ("同比", Period.CHANGE),
        ("总计", None),
        ("2024", None),  # a figure as well as a year
        ("上一年项目数量", None),
        ("2023-2024年", None),
        ("本年上年", None),
    ],
)
def test_a_heading_that_is_nothing_but_a_period(text: str, period: Period | None) -> None:
    assert only_period(text, 2024) is period


def test_a_year_in_digits_tells_nothing_where_the_reported_year_is_not_known() -> None:
    assert (only_period("2023年", None), only_period("上年", None)) == (None, Period.LAST)
    assert dated("2023年情况", None) == set()


def test_periods_within_a_label() -> None:
    assert periods_of("一、历年累计收到政府信息公开申请数量") == {Period.ALL}
    assert periods_of("四、结转下年度继续办理") == {Period.NEXT}
    assert periods_of("较上年增减") == set()
    assert periods_of("（一）予以公开") == set()


def test_what_a_caption_says_beside_its_period() -> None:
    assert without_periods("（一）2022年情况") == ""
    assert without_periods("2023年数据（供参考）：") == ""
    assert without_periods("2023年度收到申请情况（上年，供对照）") == "收到申请"
