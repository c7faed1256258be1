"""What Word puts before the paragraphs of its lists."""

from typing import TYPE_CHECKING

from gkingest.read.declared.office.styles import Styles
from gkingest.read.declared.package import attribute, child, count, local_name
from gkingest.text.labels import ordinal

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_COUNTING = ("chineseCounting", "taiwaneseCounting", "japaneseCounting")  # and those that end in Thousand
_ONE_SIGN = {"ideographTraditional": "甲乙丙丁戊己庚辛壬癸", "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"}


class Numbering:
    """Automatic numbering, as far as it is plain."""

    UNKNOWN = "\0"  # stands before a paragraph whose mark is none that could be written here

    def __init__(self, root: "Element", styles: Styles) -> None:
        own = list(root) if root is not None else []
        self._styles = styles
        self._lists = {attribute(e, "abstractNumId"): e for e in own if local_name(e) == "abstractNum"}
        self._numbers = {attribute(e, "numId"): e for e in own if local_name(e) == "num"}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def text(self, paragraph: "Element", style: str) -> str:
        """What stands before a paragraph, counted on; :data:`UNKNOWN` for bullets and whatever is not plain."""
        direct = child(paragraph, "pPr", "numPr")
        found = direct if direct is not None else self._styles.find(style, "pPr", "numPr")
        number, level = attribute(child(found, "numId"), "val"), count(child(found, "ilvl"), 0)
        if number not in self._numbers:
            return ""
        counts = self._counts.setdefault(self._list(number), {})
        start = child(self._override(number, level), "startOverride")
        if start is not None and (number, level) not in self._begun:
            counts[level] = count(start, 1) - 1
        self._begun.add((number, level))
        counts[level] = counts.get(level, self._start(number, level) - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        return self._printed(number, level, counts)

    def _list(self, number: str) -> str:
        """Id of the list that a number belongs to; the levels of a list made by a style stand in another."""
        own = attribute(child(self._numbers[number], "abstractNumId"), "val")
        style = attribute(child(self._lists.get(own), "numStyleLink"), "val")
        linked = (k for k, e in self._lists.items() if attribute(child(e, "styleLink"), "val") == style)
        return next(linked, own) if style else own

    def _override(self, number: str, level: int) -> "Element":
        return _at_level(self._numbers[number], "lvlOverride", level)

    def _level(self, number: str, level: int) -> "Element":
        if (own := child(self._override(number, level), "lvl")) is not None:
            return own
        return _at_level(self._lists.get(self._list(number), ()), "lvl", level)

    def _start(self, number: str, level: int) -> int:
        return count(child(self._level(number, level), "start"), 1)

    def _printed(self, number: str, level: int, counts: dict[int, int]) -> str:
        own = self._level(number, level)
        text = attribute(child(own, "lvlText"), "val")
        if not text:
            return ""
        if attribute(child(own, "numFmt"), "val") == "bullet":
            return self.UNKNOWN
        for n in range(9):
            if f"%{n + 1}" in text:
                form = attribute(child(self._level(number, n), "numFmt"), "val", "decimal")
                sign = _ordinal(counts.get(n, self._start(number, n)), form)
                if not sign:
                    return self.UNKNOWN
                text = text.replace(f"%{n + 1}", sign)
        return text + ("" if attribute(child(own, "suff"), "val") == "nothing" else " ")


def _at_level(parent: "Element", name: str, level: int) -> "Element":
    return next((e for e in parent if local_name(e) == name and count(e, -1, "ilvl") == level), None)


def _ordinal(value: int, form: str) -> str:
    """A number as its list writes it, "" if that is not known here."""
    if form.startswith(_COUNTING):
        return ordinal(value)
    if form.startswith("decimalFullWidth"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    signs = _ONE_SIGN.get(form.removesuffix("Chinese"), "")
    if 0 < value <= len(signs):
        return signs[value - 1]
    return {"decimal": str(value), "decimalZero": f"{value:02}"}.get(form, "")
