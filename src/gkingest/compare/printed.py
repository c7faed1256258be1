"""What a chart says, in both languages: why a number is missing, notes, and how a cell of the map looks."""

from typing import NamedTuple

from gkingest.chart.drawings import State
from gkingest.language import Language

NUMBER, FLAGGED, NO_REPORT = "number", "flagged", "no_report"


class _Look(NamedTuple):
    colour: str
    sign: str
    en: str
    zh: str


_LOOKS = {
    NUMBER: _Look("#b4d9c0", "", "a number", "有数字"),
    FLAGGED: _Look("#f2c38b", "!", "a number that is flagged", "有数字，被标记"),
    "blank": _Look("#dcd6f7", "□", "blank", "空白"),
    "dash": _Look("#b9c6f2", "—", "dash", "横线或斜线"),
    "absent": _Look("#f3b3bf", "×", "not printed", "未印出"),
    "unreadable": _Look("#cf5a68", "?", "unreadable", "无法识别"),
    "unit_unknown": _Look("#e8d27a", "u", "unit unknown", "单位不明"),
    "not_in_edition": _Look("#e6e9ed", "·", "not in this edition of the form", "该版表格无此项"),
    "zero_denominator": _Look("#c9ccd1", "0", "denominator is 0", "分母为 0"),
    "negative_denominator": _Look("#a9adb5", "−", "denominator is negative", "分母为负"),
    "no_population": _Look("#d5d9c1", "p", "no inhabitants known", "人口不详"),
    NO_REPORT: _Look("#ffffff", "", "no report", "无报告"),
}


def looks(language: Language) -> dict[str, State]:
    """How each word of the map looks, in the order of the legend."""
    return {word: State(one.colour, one.sign, getattr(one, language)) for word, one in _LOOKS.items()}


def reason(word: str, language: Language) -> str:
    """A reason in a word or two."""
    return str(getattr(_LOOKS[word], language)) if word in _LOOKS else word


_SAID: dict[str, tuple[str, str]] = {
    "drawn": ("{0} of {1} {2} are drawn; {3}", "共 {1} 个{2}，图中为 {0} 个；{3}"),
    "first ranks": ("the first of each year", "各年排在前面者"),
    "longest": ("those with the most years, then the greatest last value", "年份最多、最近数值最大者"),
    "first rows": ("the first in order", "按顺序在前者"),
    "reports": ("reports", "份报告"),
    "organs": ("organs", "机关"),
    "columns": ("columns", "列"),
    "flagged": (
        "! hatched or hollow: rests on a flagged figure ({0})",
        "! 斜纹或空心：所依据的数字被标记（{0} 处）",
    ),
    "crosses": (
        "× below the axis: no number in that year ({0}). A year without a mark has no report.",
        "轴下 × 表示该年没有数字（{0}）；没有任何标记的年份没有报告。",
    ),
    "missing": ("without a number: {0}", "没有数字：{0}"),
    "broken": (
        "dashed line and squares: the form of {0}; not joined, as the editions do not compare: {1}",
        "虚线与方点：{0}年版表格；两版不可比，不连线：{1}",
    ),
    "apart": (
        "the editions {0} are ranked apart, as they do not compare: {1}",
        "{0} 两版分别排列，因两版不可比：{1}",
    ),
    "series break": (
        "dotted: in the edition {0} this was counted otherwise than later: {1}",
        "虚线：{0} 版的统计口径与其后不同：{1}",
    ),
    "stops": (
        "the series stops at {0}, which has nothing that compares: {1}",
        "序列到 {0} 为止，该版没有可比的数位：{1}",
    ),
    "not joined": ("years that do not follow one another are not joined", "不相邻的年份之间不连线"),
    "value": ("value", "数值"),
    "all years": ("all years", "全部年度"),
    "edition": ("form of {0}", "{0}年版表格"),
}


def said(key: str, language: Language, *parts: object) -> str:
    """A sentence with its parts filled in."""
    return _SAID[key][language == "zh"].format(*parts)
