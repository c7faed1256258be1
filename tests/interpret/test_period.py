"""The days that a report's figures are of; those of a part of a year are told apart."""

import pytest

from gkingest.interpret.whose.period import period_findings, read_period

WHOLE, LATE = ("2023-01-01", "2023-12-31"), ("2023-09-01", "2023-12-31")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。", WHOLE),
        ("统计期限为2023年1月至12月。", WHOLE),
        ("统计期限自二〇二三年1月1日起,至同年12月31日止", WHOLE),
        ("自2023年1月1日至12月31日", WHOLE),
        ("数据统计期限自2023年9月1日至12月31日。", LATE),
        ("统计期限:2023年9月—12月", LATE),
        ("本局数据统计期限为自2023年9月成立至2023年12月31日。", LATE),
        ("本报告所列数据的统计期限自2023年9月1日(挂牌之日)起至2023年12月31日止。", LATE),
        ("统计期限为2022年9月1日至2023年8月31日。", ("2022-09-01", "2023-08-31")),
        ("统计期限自2023年1月1日至12月31日,专项行动数据统计期限自2023年5月1日至10月31日。", WHOLE),
        ("2023年5月1日至10月31日开展专项行动。", None),
        ("统计期限自2023年9月31日至12月31日。", None),
        ("统计期限自2023年12月1日至2月1日。", None),
        ("统计期限自2022年1月1日至12月31日。统计期限自2023年1月1日至12月31日。", None),
        ("", None),
    ],
)
def test_the_statistical_period_is_read_in_whatever_words(text: str, days: tuple[str, str] | None) -> None:
    period = read_period(text)
    assert (period and (str(period.start), str(period.end))) == days


def test_only_what_is_no_calendar_year_is_a_doubt() -> None:
    assert period_findings(None) == ()
    assert period_findings(read_period("统计期限自2023年1月1日至12月31日")) == ()
    (finding,) = period_findings(read_period("统计期限自2023年9月1日至12月31日"))
    assert (finding.code, finding.found) == ("year.part", "2023-09-01/2023-12-31")
