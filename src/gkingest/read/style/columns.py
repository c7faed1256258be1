"""Columns of a table: what style says of all cells of one, and how wide they are whatever stands in them."""

import math
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from gkingest.read.style.look import FAINT, PLACED, Look
from gkingest.read.style.looks import Looks

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DIGITS, _DIGIT = re.compile(r"\d[\d.,]*"), 0.5  # which no line is broken between; how wide each is, of its size


class Columns:
    """The columns of one table: ``doubt`` tells why none of its cells is certain, "" for no reason.

    ``first`` are the cells of its first row: how many columns each spans, and its look.
    """

    def __init__(self, table: "Element", look: Look, looks: Looks, first: Sequence[tuple[int, Look]]) -> None:
        self.doubt = ""
        told: list[float] = []
        for element in table.iter("col", "colgroup"):
            if next(element.iterancestors("table")) is not table:
                continue
            column = looks.of(element, look)
            if column.absent or column.pale is not False:
                self.doubt = self.doubt or (PLACED if column.absent else FAINT)
            if element.tag == "col" or element.find("col") is None:
                span = element.get("span") or "1"
                told += [column.width] * (min(int(span), 100) if span.isdecimal() else 1)
        by_cell = [own.width / span for span, own in first for _ in range(span)]
        self._rooms = [] if look.fixed is None else _shared(look.fixed, told, by_cell)

    def cut(self, own: Look, text: str, start: int, span: int) -> bool:
        """Whether digits of a cell stand outside of its columns, where they are cut off or run into the next."""
        longest = max(map(len, _DIGITS.findall(text)), default=0)
        rooms = self._rooms[start : start + span]
        return len(rooms) == span and math.fsum(rooms) < longest * _DIGIT * own.drawn_size


def _shared(whole: float, told: Sequence[float], by_cell: Sequence[float]) -> list[float]:
    """CSS pixels of each column; as many as wanted where they hang on the width of what is around the table."""
    pairs = zip_longest(told, by_cell, fillvalue=math.nan)
    widths = [by_its_cell if math.isnan(width) else width for width, by_its_cell in pairs]
    known = [w for w in widths if not math.isnan(w)]
    if len(known) == len(widths):
        wider = whole / math.fsum(known) if whole > math.fsum(known) > 0 else 1.0
        return [w * wider for w in known]
    share = math.inf if math.isnan(whole) else max(whole - math.fsum(known), 0.0) / (len(widths) - len(known))
    return [share if math.isnan(w) else w for w in widths]
