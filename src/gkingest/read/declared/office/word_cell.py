"""What stands in a cell of a Word document beside its text: why a reader may see other figures."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from gkingest.read.declared.office.fields import is_on_attribute
from gkingest.read.declared.office.pieces import TWO_WAYS
from gkingest.read.declared.office.styles import Styles
from gkingest.read.declared.package import attribute, child, count, is_on, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_INSIDE = {
    "altChunk": "an embedded document stands in the cell",
    "subDoc": "an embedded document stands in the cell",
    "contentPart": "a drawing by hand stands in the cell",
    "control": "a control stands in the cell",
    "dataBinding": "text of the cell is taken from another part of the file when it is opened",
    "framePr": "text of the cell is moved to another place of the page",
    "pgNum": "a number of a page stands in the cell",
    "cellMerge": "the cell was merged or split, and the change is not accepted",
}
_AID = "small figures stand over the characters in the cell"
_LOW, _SHIFTED = (
    "the row is too low for what stands in it",
    "text of the cell is moved out of it or over other text",
)
# Of the height of characters: digits reach from their line to seven tenths of it, a line takes up twelve tenths.
_DIGIT, _LINE = 0.7, 1.2
_OUTSIDE = 20.0  # points before its cell that text may begin; cells have margins of 5


def found_inside(tc: "Element") -> str:
    """A doubt about what a cell holds that is no plain text."""
    for element in tc.iter():
        name = local_name(element)
        if name in _INSIDE:
            return _INSIDE[name]
        if name == "rt" and re.search(r"\d", "".join(element.itertext())):
            return _AID
        if name == "AlternateContent":
            texts = {_text(way) for way in element if local_name(way) in ("Choice", "Fallback")} - {""}
            if len(texts) > 1:
                return TWO_WAYS
    around = takewhile(lambda e: local_name(e) != "tbl", tc.iterancestors())
    bound = any(child(e, "sdtPr", "dataBinding") is not None for e in around)
    return _INSIDE["dataBinding"] if bound else ""


def _text(element: "Element") -> str:
    return "".join(t.text or "" for t in element.iter("{*}t"))


def squeezed(
    row: "Element", tc: "Element", paragraphs: "Sequence[tuple[Element, str, float]]", styles: Styles
) -> str:
    """A doubt about text that has no room: paragraphs with their style and size in points, in a cell of a row."""
    exact = next((e for e in _heights(row) if attribute(e, "hRule") == "exact"), None)
    room = count(exact, 0) / 20 if exact is not None and child(tc, "tcPr", "vMerge") is None else 0.0
    width = child(tc, "tcPr", "tcW")
    wide = count(width, 0, "w") / 20 if attribute(width, "type") == "dxa" else 0.0
    top = 0.0
    for paragraph, style, size in paragraphs:
        spacing, indent = (_property(paragraph, style, name, styles) for name in ("spacing", "ind"))
        line = count(spacing, 0, "line") / 20 if attribute(spacing, "lineRule") == "exact" else 0.0
        top += count(spacing, 0, "before") / 20
        if room and top + _DIGIT * size > room:
            return _LOW
        if line and line < _DIGIT * size:
            return _LOW
        left = sum(_twips(indent, name) for name in ("left", "start", "firstLine")) - _twips(indent, "hanging")
        right = sum(_twips(indent, name) for name in ("right", "end"))
        if min(left, right) < -_OUTSIDE or (wide and left > wide):
            return _SHIFTED
        top += max(line, _LINE * size) + count(spacing, 0, "after") / 20
    return ""


def runs_from_right(paragraph: "Element", style: str, styles: Styles) -> bool:
    """Whether the text of a paragraph runs from the right."""
    return is_on(_property(paragraph, style, "bidi", styles))


def is_note_mark(element: "Element") -> bool:
    """Whether an element prints a mark of a note that the file does not spell out."""
    return not is_on_attribute(element, "customMarkFollows")


def _property(paragraph: "Element", style: str, name: str, styles: Styles) -> "Element":
    own = child(paragraph, "pPr", name)
    return own if own is not None else styles.find(style, "pPr", name)


def _heights(row: "Element") -> "list[Element]":
    own = child(row, "trPr")
    return [e for e in own if local_name(e) == "trHeight"] if own is not None else []


def _twips(element: "Element", name: str) -> float:
    """A length in points from an attribute in twentieths of a point, negative ones too."""
    text = attribute(element, name)
    digits = text.removeprefix("-")
    return float(text) / 20 if digits.isascii() and digits.isdigit() and len(digits) < 8 else 0.0
