"""Years and days as reports print them, in digits or Chinese numerals."""

import re

from gkingest.text.labels import ordinal

_CN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
    "Ｏ": "0",
}
YEAR = r"(20[0-3]\d|二[〇○零OＯ0][〇○零OＯ一二三0-9][〇○零OＯ一二三四五六七八九0-9])"
_NUMERALS = {ordinal(n): n for n in range(1, 32)} | {f"一{ordinal(n)}": n for n in range(10, 20)}
DAY = rf"{YEAR}年([\d一二三四五六七八九十]{{1,2}})月([\d一二三四五六七八九十]{{1,3}})日"


def number_of_year(text: str) -> int | None:
    """Year 2000–2039 from digits or Chinese numerals; ``None`` for anything else."""
    digits = "".join(_CN_DIGITS.get(c, c) for c in text)
    year = int(digits) if digits.isdigit() and len(digits) == 4 else 0
    return year if 2000 <= year <= 2039 else None


def iso_day(found: re.Match[str] | None) -> str:
    """ISO 8601 of what :data:`DAY` found; "" where it found none, or a day that there is not."""
    year = number_of_year(found[1]) if found else None
    if found is None or year is None:
        return ""
    month, day = (int(n) if n.isascii() else _NUMERALS.get(n, 0) for n in found.group(2, 3))
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
