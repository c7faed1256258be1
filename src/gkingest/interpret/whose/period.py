"""Which days a report's figures are of, as its statistical period says; a part of a year is told apart."""

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from gkingest.interpret.whose.dates import YEAR, number_of_year
from gkingest.model.finding import Finding
from gkingest.told import Told

_WHOLE = re.compile(
    rf"{YEAR}年0?1月0?1日?(?:0时)?起?[,，、]?(?:至|到|—|－|-|–|~|～|止)+(?:{YEAR}年|同年|当年)?12月31日"
)
_SENTENCE = re.compile(r"[^。；;]+")
_ABOUT = re.compile(r"统计(?:期限|时限|期间|周期|时间|区间|范围)|所列数据|数据(?:时限|期限|范围)")
# What stands between may say why it begins there (自2023年9月15日成立之日起至), but is not another year.
_SPAN = re.compile(
    rf"{YEAR}年(\d{{1,2}})月(?:(\d{{1,2}})[日号])?[^年]{{0,30}}?(?:至|到|—|－|-|–|~|～)+"
    rf"(?:{YEAR}年|同年|当年)?(\d{{1,2}})月(?:(\d{{1,2}})[日号])?"
)


class Period(NamedTuple):
    """First and last day."""

    start: date
    end: date

    @property
    def is_whole_year(self) -> bool:
        """Whether it is a calendar year."""
        year = self.end.year
        return self == Period(date(year, 1, 1), date(year, 12, 31))


def read_period(text: str) -> Period | None:
    """The statistical period in a text (folded, simplified); ``None`` where none or several are printed."""
    periods = {
        period
        for sentence in _SENTENCE.findall(text)
        if _ABOUT.search(sentence)
        for m in _SPAN.finditer(sentence)
        if (period := _period(m))
    }
    if not periods:
        years = {year for m in _WHOLE.finditer(text) if (year := number_of_year(m[1]))}
        periods = {Period(date(year, 1, 1), date(year, 12, 31)) for year in years}
    whole = {period for period in periods if period.is_whole_year}  # other spans may be those of an activity
    return next(iter(whole if len(periods) > 1 else periods)) if len(periods) == 1 or len(whole) == 1 else None


def period_findings(period: Period | None) -> tuple[Finding, ...]:
    """A doubt where the figures are not of a calendar year."""
    if period is None or period.is_whole_year:
        return ()
    return (
        Finding(
            "year.part",
            Told(
                "the figures are of {0} to {1}, not of a calendar year; they are not compared with "
                "those of other years",
                period.start,
                period.end,
            ),
            found=f"{period.start}/{period.end}",
            hint="leave the report out of comparisons of years, or count it for the months that it is of",
        ),
    )


def _period(found: re.Match[str]) -> Period | None:
    first = number_of_year(found[1])
    last = number_of_year(found[4]) if found[4] else first
    if first is None or last is None:
        return None
    try:
        start = date(first, int(found[2]), int(found[3] or 1))
        month = int(found[5])
        end = date(last, month, int(found[6]) if found[6] else monthrange(last, month)[1])
    except ValueError:  # a day or month that there is not
        return None
    return Period(start, end) if start < end else None
