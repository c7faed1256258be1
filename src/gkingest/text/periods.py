"""Printed words → the years that they speak of, as seen from the year of the report."""

import re
from enum import Enum
from functools import lru_cache

from gkingest.text.labels import fold, label_key, simplified


class Period(Enum):
    """The reported year, the one before, the one after, several years together, or a difference between years."""

    THIS = "this"
    LAST = "last"
    NEXT = "next"
    ALL = "all"
    CHANGE = "change"


_WORDS = {
    Period.CHANGE: r"(?:同比|环比|[与比较](?:上年|去年)(?:同期)?(?:相比)?)?"
    r"(?:增\(?[/、]?减\)?|增长|增加|增幅|变化|变动)|同比|环比",
    Period.LAST: r"上一?年|去年|前年|上期|往年",
    Period.NEXT: r"下一?年|次年|明年",
    Period.ALL: r"历年|累计|历史|累积",
    Period.THIS: r"本年|当年|今年|本期",
}
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_PERIOD = re.compile("|".join(f"(?P<{p.value}>{words})" for p, words in _WORDS.items()))
_MORE = re.compile(
    r"(?:年度|年|度|同期|末|底|初|至今|全|的|数据|数量|件数|总|数|量|值|率|件|幅度|情况|统计|[()\[\]:：,，、.%+\-±/])*"
)
_FILLING = re.compile(r"(?:[仅供]*(?:对照|对比|比较|参考)|附表?|一览表?|表)")
_UNITS = re.compile(r"(?<=.)\((?:单位:?)?[^()]{1,6}\)$")


@lru_cache(maxsize=16384)
def periods_of(text: str) -> frozenset[Period]:
    """The periods that the words of a label name; a year in digits is none, nor is what only compares."""
    found = (Period(m.lastgroup) for m in _PERIOD.finditer(simplified(fold(text))))
    return frozenset(p for p in found if p is not Period.CHANGE)


@lru_cache(maxsize=16384)
def only_period(text: str, year: int | None) -> Period | None:
    """The period that is all a heading says, as 上年, 2023年度 or 增减; ``None`` if it says more.

    ``year`` is the reported one; without it a year in digits tells nothing.
    """
    folded = _UNITS.sub("", simplified(fold(text)))
    found = dated(folded, year)
    left = _MORE.sub("", _PERIOD.sub("", _YEAR.sub("", folded)))
    if left or not found:
        return None
    if Period.CHANGE in found:
        return Period.CHANGE
    of_one = found - {Period.ALL} or found  # 上年累计 is of one year all the same
    return next(iter(of_one)) if len(of_one) == 1 else None


def dated(text: str, year: int | None) -> frozenset[Period]:
    """The periods that a text names in words or, where the reported ``year`` is known, in digits."""
    folded = simplified(fold(text))
    found = {Period(m.lastgroup) for m in _PERIOD.finditer(folded)}
    if year is not None:
        years = (int(m[1]) for m in _YEAR.finditer(folded))
        found |= {Period.THIS if y == year else Period.LAST if y < year else Period.NEXT for y in years}
    return frozenset(found)


def without_periods(text: str) -> str:
    """What a caption says beside its period, without numbering, marks and words such as 供对照."""
    return _MORE.sub("", _FILLING.sub("", _PERIOD.sub("", _YEAR.sub("", label_key(text)))))
