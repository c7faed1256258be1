"""What lies over the cells of a sheet, and rules for their look that only newer programs know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gkingest.read.declared.flow import FlowPicture
from gkingest.read.declared.office.fields import is_on_attribute
from gkingest.read.declared.office.formulas import column_number
from gkingest.read.declared.package import Package, attribute, child, count, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from openpyxl.worksheet.worksheet import Worksheet

_OVER = "a picture or shape lies over the cell"
_RULED = "a rule of the sheet may hide the figure"
_ANCHORS = ("oneCellAnchor", "twoCellAnchor", "absoluteAnchor")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_PIXEL, _POINT, _LAST = 9525, 12_700, 1 << 20  # English Metric Units; more rows than any sheet has
_DRAWN = frozenset({"drawing", "vmlDrawing"})


@dataclass(frozen=True, slots=True)
class Cover:
    """An area of a sheet, rows and columns from 1 to and with the last, and why its figures are doubted."""

    top: int
    left: int
    bottom: int
    right: int
    doubt: str

    def lies_over(self, row: int, column: int, last_row: int, last_column: int) -> bool:
        """Whether it touches the cells from a place to another."""
        rows = self.top <= last_row and row <= self.bottom
        return rows and self.left <= last_column and column <= self.right


def covers(package: Package, workbook: str, sheet: "Worksheet") -> tuple[Cover, ...]:
    """All that lies over a sheet of the workbook that is this part of the package."""
    part = _part_of(package, workbook, sheet)
    if part not in package.names:
        return ()
    found = list(_ruled(package, part))
    for kind, name in package.targets(part).values():
        root = package.xml(name) if kind in _DRAWN else None
        if root is not None:
            found += _drawn(root, sheet) if kind == "drawing" else _controls(root)
    return tuple(found)


def pictures(package: Package, workbook: str, sheet: "Worksheet") -> Iterator[FlowPicture]:
    """The pictures on a sheet that may show a table, in the order of their places."""
    part = _part_of(package, workbook, sheet)
    for drawing in [name for kind, name in package.targets(part).values() if kind == "drawing"] if part else ():
        root, targets = package.xml(drawing), package.targets(drawing)
        anchors = [a for a in (root if root is not None else ()) if local_name(a) in _ANCHORS]
        for anchor in sorted(anchors, key=_place):
            for shown in anchor.iter("{*}blip"):
                yield from package.pictures([targets.get(attribute(shown, "embed"), ("", ""))[1]])


def _place(anchor: "Element") -> tuple[int, int]:
    start = child(anchor, "from")
    return (_at(start, "row")[0], _at(start, "col")[0]) if start is not None else (0, 0)


def _part_of(package: Package, workbook: str, sheet: "Worksheet") -> str:
    """The part of the package that a sheet is."""
    sheets = child(package.xml(workbook), "sheets")
    own = next((e for e in (sheets if sheets is not None else ()) if attribute(e, "name") == sheet.title), None)
    return package.targets(workbook).get(attribute(own, "id"), ("", ""))[1]


def _ruled(package: Package, part: str) -> Iterator[Cover]:
    """Areas of rules in the extensions of a sheet that set a colour or a format, or leave out the figure."""
    for rules in package.scan(part, "conditionalFormatting"):
        if "main" in rules.tag:  # those that older programs know are read elsewhere
            continue
        looks = any(local_name(e) in ("font", "numFmt", "fill") for e in rules.iter())
        bare = any(attribute(e, "showValue", "1") in ("0", "false") for e in rules.iter())
        if looks or bare:
            for area in _AREA.finditer(attribute_text(rules, "sqref")):
                left, top = column_number(area[1]), int(area[2])
                right = column_number(area[3]) if area[3] else left
                yield Cover(top, left, int(area[4] or top), right, _RULED)


def attribute_text(element: "Element", name: str) -> str:
    """Text of the elements of a name below one."""
    return " ".join(e.text or "" for e in element.iter() if local_name(e) == name)


def _drawn(root: "Element", sheet: "Worksheet") -> Iterator[Cover]:
    """Areas below the pictures and shapes of a drawing."""
    for anchor in root:
        name = local_name(anchor)
        shown = not any(is_on_attribute(e, "hidden") for e in anchor.iter("{*}cNvPr"))
        if name not in _ANCHORS or not shown:
            continue
        start = child(anchor, "from")
        if start is None:
            yield Cover(1, 1, _LAST, _LAST, _OVER)
            continue
        (top, down), (left, right) = (_at(start, axis) for axis in ("row", "col"))
        end = child(anchor, "to")
        if end is not None:
            (bottom, below), (last, beyond) = (_at(end, axis) for axis in ("row", "col"))
            yield Cover(top, left, bottom - (not below), last - (not beyond), _OVER)
            continue
        size = child(anchor, "ext")
        bottom, last = top, left
        down += count(size, 0, "cy")
        right += count(size, 0, "cx")
        while bottom < top + 1000 and down > (high := int(row_height(sheet, bottom) * _POINT)):
            down, bottom = down - high, bottom + 1
        while last < left + 1000 and right > (wide := int((column_width(sheet, last) * 7) * _PIXEL)):
            right, last = right - wide, last + 1
        yield Cover(top, left, bottom, last, _OVER)


def _at(corner: "Element", axis: str) -> tuple[int, int]:
    """Number of a row or column, from 1, and how far behind its beginning, in EMU."""
    values = [
        (e.text or "").strip() if e is not None else "" for e in (child(corner, axis), child(corner, f"{axis}Off"))
    ]
    number, offset = (int(v) if v.isascii() and v.isdigit() and len(v) < 9 else 0 for v in values)
    return number + 1, offset


def _controls(root: "Element") -> Iterator[Cover]:
    """Areas below what old programs draw: controls, and notes that are shown."""
    for data in root.iter("{*}ClientData"):
        kind = attribute(data, "ObjectType")
        corners = [part.strip() for part in (attribute_text(data, "Anchor")).split(",")]
        if len(corners) != 8 or not all(c.isdigit() and len(c) < 8 for c in corners):
            continue
        if kind != "Note" or child(data, "Visible") is not None:
            left, _, top, _, last, beyond, bottom, below = map(int, corners)
            yield Cover(top + 1, left + 1, bottom + (below > 0), last + (beyond > 0), _OVER)


def row_height(sheet: "Worksheet", row: int) -> float:
    """Height of a row in points."""
    own = sheet.row_dimensions[row].height if row in sheet.row_dimensions else None
    usual = sheet.sheet_format.defaultRowHeight
    return float(own if own is not None else usual or 15)


def column_width(sheet: "Worksheet", column: int) -> float:
    """Width of a column in digits of the usual font, five pixels of margin among them."""
    for own in sheet.column_dimensions.values():
        if own.min and own.min <= column <= (own.max or own.min) and own.width is not None and own.customWidth:
            return float(own.width)
    usual = sheet.sheet_format
    return float(usual.defaultColWidth or (usual.baseColWidth if usual.baseColWidth is not None else 8) + 5 / 7)
