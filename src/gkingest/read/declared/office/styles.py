"""Styles of a Word document, what they are based on, and those of tables by the place of a cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gkingest.read.declared.package import attribute, child, is_on, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Properties = Mapping[str, "Element"]
# Switched by every kind of style that has them: two that switch on switch off again (ECMA-376 part 1, 17.7.3).
_TOGGLES = ("vanish", "strike")
# What a table says of its style, and the bits of it in the older spelling.
_LOOK = {
    "firstRow": 0x20,
    "lastRow": 0x40,
    "firstColumn": 0x80,
    "lastColumn": 0x100,
    "noHBand": 0x200,
    "noVBand": 0x400,
}


@dataclass(frozen=True, slots=True)
class InTable:
    """What a table and its style say of the text of a cell, and the shading of the cell, the nearest first."""

    runs: tuple[Properties, ...] = ()  # the nearest last
    shades: "tuple[Element, ...]" = ()


class Styles:
    """Styles by id, each with what it is based on."""

    def __init__(self, root: "Element") -> None:
        own = [e for e in root if local_name(e) == "style"] if root is not None else []
        usual = [e for e in own if attribute(e, "default") in ("1", "true")]
        self._usual = {attribute(e, "type"): attribute(e, "styleId") for e in reversed(usual)}
        self.usual = self._usual.get("paragraph", "")
        self._by_id = {attribute(e, "styleId"): e for e in own}
        self._found: dict[tuple[str, ...], Element] = {}
        self._runs: dict[tuple[str, str, tuple[int, ...]], dict[str, Element]] = {}
        self._cached: dict[Element, dict[str, Element]] = {}
        self._by_part: dict[str, dict[str, list[Element]]] = {}
        self._defaults = properties(child(root, "docDefaults", "rPrDefault", "rPr"))

    def find(self, style: str, *path: str) -> "Element":
        """The first element at ``path`` in a style or those that it is based on."""
        if (style, *path) not in self._found:
            found = (child(element, *path) for element in self._chain(style))
            self._found[style, *path] = next((e for e in found if e is not None), None)
        return self._found[style, *path]

    def run(self, paragraph: str, character: str, table: InTable) -> "Mapping[str, Element]":
        """Properties of text that has them from these styles alone; those that toggle are elements or ``None``."""
        key = (paragraph, character, tuple(map(id, table.runs)))
        if key not in self._runs:
            layers = [*table.runs, self._merged(paragraph), self._merged(character)]
            found = {k: v for layer in (self._defaults, *layers) for k, v in layer.items()}
            for name in _TOGGLES:
                on = [layer[name] for layer in layers if is_on(layer.get(name))]
                if name not in self._defaults:
                    found[name] = on[0] if len(on) % 2 else None
            self._runs[key] = found
        return self._runs[key]

    def in_table(self, table: "Element", row: int, rows: int, column: int, columns: int) -> InTable:
        """What the style of a table says at a place of it, 0-based, ``columns`` wide."""
        own = child(table, "tblPr")
        style = attribute(child(own, "tblStyle"), "val") or self._usual.get("table", "")
        parts = self._parts(style)
        whole = [child(own, "shd")] if child(own, "shd") is not None else []
        if not parts:
            return InTable((), tuple(whole))
        names = list(_parts_at(_looks(child(own, "tblLook")), row, rows, column, columns))
        found = [e for name in names for e in parts.get(name, ())]
        shades = [e for part in reversed(found) if (e := child(part, "tcPr", "shd")) is not None]
        runs = [self._properties(part) for part in found]
        return InTable(tuple(r for r in runs if r), (*shades, *whole))

    def _chain(self, style: str) -> "Iterator[Element]":
        """A style and what it is based on, in turn."""
        for _ in range(20):  # styles may go round in circles
            element = self._by_id.get(style)
            if element is None:
                return
            yield element
            style = attribute(child(element, "basedOn"), "val")

    def _merged(self, style: str) -> "dict[str, Element]":
        chain = reversed(list(self._chain(style)))
        return {k: v for e in chain for k, v in self._properties(e).items()}

    def _properties(self, element: "Element") -> "dict[str, Element]":
        if (found := self._cached.get(element)) is None:
            found = self._cached[element] = properties(child(element, "rPr"))
        return found

    def _parts(self, style: str) -> "dict[str, list[Element]]":
        """Parts of a table with a look of their own, by name, the nearest style last."""
        if style in self._by_part:
            return self._by_part[style]
        found = self._by_part.setdefault(style, {})
        for element in reversed(list(self._chain(style))):
            for part in (element, *element):
                if local_name(part) in ("style", "tblStylePr") and (
                    child(part, "rPr") is not None or child(part, "tcPr", "shd") is not None
                ):
                    found.setdefault(attribute(part, "type") if part is not element else "wholeTable", []).append(
                        part
                    )
        return found


def properties(element: "Element") -> "dict[str, Element]":
    """The children of an element by name."""
    return {local_name(e): e for e in element} if element is not None else {}


def _looks(look: "Element") -> frozenset[str]:
    """Which parts of a table its style applies to, as the table says."""
    bits = attribute(look, "val")
    old = int(bits, 16) if len(bits) < 9 and set(bits) <= set("0123456789abcdefABCDEF") and bits else 0
    return frozenset(
        name for name, bit in _LOOK.items() if attribute(look, name, "1" if old & bit else "0") in ("1", "true")
    )


_PARTS = (
    ("firstCol", {"firstColumn"}),
    ("lastCol", {"lastColumn"}),
    ("firstRow", {"firstRow"}),
    ("lastRow", {"lastRow"}),
    ("nwCell", {"firstRow", "firstColumn"}),
    ("neCell", {"firstRow", "lastColumn"}),
    ("swCell", {"lastRow", "firstColumn"}),
    ("seCell", {"lastRow", "lastColumn"}),
)


def _parts_at(looks: frozenset[str], row: int, rows: int, column: int, columns: int) -> Iterator[str]:
    """Names of the parts of a table that a place belongs to, the strongest last."""
    yield "wholeTable"
    for axis, place, first in (("Vert", column, "firstColumn"), ("Horz", row, "firstRow")):
        if f"no{axis[0]}Band" not in looks:
            yield f"band{1 + (place - (first in looks)) % 2}{axis}"
    ends = (
        ("firstColumn", column == 0),
        ("lastColumn", column == columns - 1),
        ("firstRow", row == 0),
        ("lastRow", row == rows - 1),
    )
    here = {name for name, is_here in ends if is_here} & looks
    yield from (name for name, ends_at in _PARTS if ends_at <= here)
