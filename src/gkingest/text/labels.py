"""Printed label → comparison key: width, brackets, numbering, spaces and line breaks fall away."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gkingest.text.seen import as_seen

OrdinalLevel = Literal["section", "group", "item", ""]

_CN = "一二三四五六七八九十"
_CIRCLED = {chr(0x2460 + i): f"{i + 1}." for i in range(20)} | {chr(0x2776 + i): f"{i + 1}." for i in range(10)}
_NUMBERING = re.compile(
    rf"""^(?:
        [(\[【〔<《]\s*(?P<group>[{_CN}]{{1,3}})\s*[)\]】〕>》]?[、.,。:]?
      | (?P<group2>[{_CN}]{{1,3}})\s*[)\]】]
      | (?P<section>[{_CN}]{{1,3}})\s*[、.,。:·]
      | [(\[]?(?P<item>\d{{1,2}})\s*[)\]]\s*[、.,。]?
      | (?P<item2>\d{{1,2}})\s*[、.,。:·](?!\d)
      | (?P<item3>\d{{1,2}})(?=[\u4e00-\u9fff“"'「『《〈‘])
    )""",
    re.VERBOSE,
)
# Radicals that fonts map to and that NFKC leaves alone (Unicode: EquivalentUnifiedIdeograph.txt).
_RADICALS = str.maketrans(
    "⺁⺇⺋⺎⺒⺓⺕⺗⺘⺙⺛⺝⺟⺠⺡⺢⺣⺦⺫⺬⺭⺮⺰⺳⺶⺷⺹⺼⺽⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂几㔾尢巳幺彐心手攵旡月母民水水火丬目示礻竹纟网羊羊耂肉臼虎衤覀西见角讠贝车辶辶辶阝钅長镸长门雨青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label taken apart: comparison ``key``, its numbering ``level`` and ``ordinal`` (0 if none)."""

    text: str
    key: str
    level: OrdinalLevel = ""
    ordinal: int = 0


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """``text`` in one width and without any white space; radicals and compatibility forms become characters."""
    for sign, plain in _CIRCLED.items():
        if sign in text:
            text = text.replace(sign, plain)
    folded = _SPACES.sub("", unicodedata.normalize("NFKC", text)).translate(_RADICALS)
    if folded.isprintable():
        return folded
    seen = as_seen(folded)
    return seen if seen is not None else "".join(c for c in folded if unicodedata.category(c) != "Cf")


def _cn_number(text: str) -> int:
    value = 0
    for char in text:
        value = (value or 1) * 10 if char == "十" else value + int(unicodedata.numeric(char))
    return value


@lru_cache(maxsize=1)
def _converter():  # type: ignore[no-untyped-def]
    import opencc  # only mirrored sites print traditional characters

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """``text`` in simplified characters; loads OpenCC only where GB 2312 cannot spell the text."""
    spelled = text.encode("gb2312", "ignore").decode("gb2312")
    beyond = set(text).difference(spelled)
    return str(_converter().convert(text)) if any("\u4e00" <= c <= "\u9fff" for c in beyond) else text


def _letters(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN").lower()


@lru_cache(maxsize=8192)
def read_label(text: str) -> Label:
    """Take a printed label apart; never raises. ``key`` is "" where nothing but signs is printed."""
    folded = simplified(fold(text))
    found = _NUMBERING.match(folded)
    if found is None:
        return Label(text, _letters(folded))
    rest = _letters(folded[found.end() :])
    if not rest:  # numbering alone: keep it, or nothing would be left to compare
        return Label(text, _letters(folded))
    groups = found.groupdict()
    if section := groups["section"]:
        return Label(text, rest, "section", _cn_number(section))
    if group := groups["group"] or groups["group2"]:
        return Label(text, rest, "group", _cn_number(group))
    item = groups["item"] or groups["item2"] or groups["item3"]
    return Label(text, rest, "item", int(item))


def label_key(text: str) -> str:
    """Comparison key of a printed label: letters, digits and characters only, without its numbering."""
    return read_label(text).key


_REMARK = re.compile(r"(?<=.)[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")


_OF_WHICH = re.compile(r"^其中[:：,，]?")
_FOREIGN = 3  # letters of another language that make a label one of two languages and no misprint
_LAST_REMARK = re.compile(r"(?<=.)[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]$")


@lru_cache(maxsize=8192)
def label_keys(text: str) -> tuple[str, ...]:
    """Comparison keys of a label: as printed, without remarks in brackets, without 其中 before it, Chinese alone.

    Where a label is printed in two languages, the form knows the Chinese one.
    """
    key = label_key(text)
    folded = fold(text)
    shorter = [label_key(_REMARK.sub("", folded)), label_key(_LAST_REMARK.sub("", folded))]
    shorter += [label_key(_OF_WHICH.sub("", folded))] if folded.startswith("其中") else []
    if sum(c.isalpha() and not _is_chinese(c) for c in folded) >= _FOREIGN:
        begin = next((i for i, c in enumerate(folded) if _is_chinese(c)), len(folded))
        chinese = folded[:begin] + "".join(c for c in folded[begin:] if _is_chinese(c) or not c.isalnum())
        shorter += [label_key(chinese)] if sum(map(_is_chinese, chinese)) >= 2 else []
    return tuple(dict.fromkeys(filter(None, (key, *shorter)))) or ("",)


def ordinal(value: int) -> str:
    """A number as headings count; "" from 100 on.

    >>> ordinal(7), ordinal(12), ordinal(20)
    ('七', '十二', '二十')
    """
    tens, ones = divmod(value, 10)
    if not 0 < value < 100:
        return ""
    return (_CN[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_CN[ones - 1] if ones else "")


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
