"""Printed cell → state, value, unit. Never raises, whatever the ink."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Self

from gkingest.model.report import CellState
from gkingest.text.labels import fold, simplified
from gkingest.text.seen import as_seen

# What a unit is worth in the smallest of its kind; counters are worth one another.
UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "十万元": Decimal(100_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
}
_UNIT_NAMES = {
    "万": "万元",
    "亿": "亿元",
    "人民币元": "元",
    "万元整": "万元",
    "元整": "元",
    "万人民币": "万元",
}
COUNTERS = frozenset(["件", "条", "项", "次", "个", "宗", "份", "起", "人", "家", "部", "篇", "例"])
_UNITS_READ = {"", *UNITS, *COUNTERS}  # behind a number
_DASH = re.compile(r"[-/\\—–―－‐‑‒﹣−_∕⁄]{1,8}|无|無|没有|不适用|n/a|na|none|null|nil")
_MINUS = str.maketrans(dict.fromkeys("−–—－﹣‐‑‒", "-") | {"＋": "+", "﹢": "+", "﹐": ",", "．": "."})
_OF_INDIA = re.compile("[\u0966-\u0def]")  # digits that look like other ones of ours: ৪ is four
_ZERO_WORDS = frozenset({"零", "〇"})
_ZERO_BY_DIGIT = re.compile(r"(?<=\d)〇|〇(?=〇*\d)")
_NUMBER = re.compile(
    r"""^(?P<sign>(?:[+-]|增加?|减少?|[↑↓])?)
        (?P<digits>[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
        (?P<unit>[^\d\s,.+\-]{0,6})$""",
    re.VERBOSE,
)
# A reference to a note, a tick or a full stop: behind a number it leaves the number clear. A raised digit does not.
_MARKED = re.compile(
    r"""^(\s*[+-]?[0-9０-９][0-9０-９,，.．]*?[^\d\s,.()（）\[\]]{0,2}?)\s*
        ([*＊※#＃†‡★☆▲△√✓✔]{1,3}|[\u2460-\u2473]|[\[［〔【]\s*[注註]?\s*\d{1,2}\s*[\]］〕】]|[(（]\s*[注註]\s*\d{0,2}\s*[)）]
         |[.．])\s*$""",
    re.VERBOSE,
)
_STOPS = frozenset(".．")
_DIGITS = frozenset("0123456789")
_LONGEST = 20  # characters of a number
_DIGIT_SPACES = re.compile(r"(?<=[\d.,])\s+(?=[\d.,])")


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell says: ``state``, the printed ``value`` and its ``unit`` ("" where the cell names none).

    ``signed`` tells whether a sign was printed; ``mark`` is what stands behind a number and is no part of it;
    ``problem`` says why ink could not be read.
    """

    state: CellState
    value: Decimal | None = None
    unit: str = ""
    signed: bool = False
    problem: str = ""
    mark: str = ""

    @classmethod
    def unreadable(cls, problem: str) -> Self:
        """Ink that could not be read, and why."""
        return cls(CellState.UNREADABLE, problem=problem)


@lru_cache(maxsize=8192)
def read_number(printed: str) -> Number:
    """Read one cell: blank, dash, a number with its unit, or unreadable with the reason.

    >>> read_number("５万元").value
    Decimal('5')
    """
    found = _MARKED.match(printed)
    plain = read_number(found[1]) if found is not None else None
    if found is not None and plain is not None and plain.state is CellState.REPORTED:
        return replace(plain, mark="".join(found[2].split()))
    return _unmarked(printed)


def _unmarked(printed: str) -> Number:
    if any(unicodedata.category(c) == "No" for c in printed):
        return Number.unreadable("a raised, circled or broken figure")
    seen = printed if printed.isascii() and printed.isprintable() else as_seen(printed)
    if seen is None:
        return Number.unreadable("signs without ink may turn or hide figures here")
    text = _ZERO_BY_DIGIT.sub("0", unicodedata.normalize("NFKC", seen)).strip()
    if not text:
        return Number(CellState.BLANK)
    if not _DIGITS.isdisjoint(text) and _DIGIT_SPACES.search(text):
        return Number.unreadable("two groups of digits in one cell")
    text = "".join(text.split()).translate(_MINUS)
    if _DASH.fullmatch(text.lower()):
        return Number(CellState.DASH)
    return _signed_number(text.rstrip("。"))


def _signed_number(text: str) -> Number:
    if text in _ZERO_WORDS:
        return Number(CellState.REPORTED, Decimal(0))
    found = _NUMBER.match(text)
    if found is None or _OF_INDIA.search(text):
        return Number.unreadable("not a number, a blank or a dash")
    unit = simplified(found["unit"])
    unit = unit[1:-1] if unit[:1] + unit[-1:] in ("()", "[]") else unit
    unit = _UNIT_NAMES.get(unit, unit)
    if unit not in _UNITS_READ:
        return Number.unreadable(f"unknown unit {found['unit']!r}")
    if re.match(r"0\d", found["digits"]):
        return Number.unreadable("a number does not begin with zero")
    digits = found["digits"].replace(",", "")
    if len(digits) > _LONGEST:
        return Number.unreadable(f"a number of {len(digits)} digits, more than any count or amount has")
    value = Decimal(digits)
    if found["sign"][:1] in {"-", "减", "↓"} and value:
        value = -value
    return Number(CellState.REPORTED, value, unit, bool(found["sign"]))


def is_number(printed: str) -> bool:
    """Whether a text is a number by itself; one with a stop behind it may number a label instead."""
    number = read_number(printed)
    return number.state is CellState.REPORTED and number.mark not in _STOPS


def convert(value: Decimal, unit: str, to: str) -> Decimal | None:
    """``value`` in ``to`` (both of :data:`UNITS`), exact; ``None`` where that makes no sense."""
    if unit == to or not value or (unit in COUNTERS and not to):
        return value
    if unit not in UNITS or to not in UNITS:
        return None
    return value * UNITS[unit] / UNITS[to]


_HEADER_UNIT = re.compile(
    r"(?:单位[::为]?(?:[^()]{0,6}?[、/,])?|[(/]|以)(?:人民币)?([百千]?元|[十百千]?万元|亿元)(?:$|[)\]，,。为计])"
)


def header_unit(label: str) -> str:
    """Money unit that a column heading states, such as （单位：万元）; "" if it states none."""
    text = simplified(fold(label)).replace("¥", "元")
    found = _HEADER_UNIT.search(text)
    return found[1] if found else ""
