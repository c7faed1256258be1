"""How the cells of a spreadsheet look: colours, sizes, rules for them, and whether there is room for a figure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gkingest.read.declared.office.colours import BLACK, WHITE, Colour, Theme, colour_of, mixed, sight, tinted
from gkingest.read.declared.office.covers import Cover, column_width, row_height
from gkingest.read.declared.office.number_format import section_colour
from gkingest.read.declared.office.pieces import FAINT, SIGN_FONT, Piece
from gkingest.read.style.values import is_of_pictures
from gkingest.text.signs import LOWERED, RAISED

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_SMALL = {"superscript": RAISED, "subscript": LOWERED}
_LOW, _NARROW = "the row is too low for what stands in it", "the column is too narrow for the figure"
_REPEATED, _RULED = "the cell repeats its text as often as it has room", "a rule of the sheet may hide the figure"
_SECTION = dict.fromkeys(("color 2", "color2", "colour2", "颜色2", "颜色 2", "白", "白色"), "white")
# Digits reach from their line to seven tenths of the size; of a width, 5 pixels are margin where a digit has 7. A
# number that lacks more than a third of a digit is shown as ####.
_DIGIT, _MARGIN, _SPARE = 0.7, 5 / 7, 0.35
_MOST_LAID, _MANY = 500, "the sheet has more rules and pictures than can be held against its cells"
_BUILT_IN = ("TableStyleLight", "TableStyleMedium", "TableStyleDark")
_ORDER: dict[str, Callable[[float, float, float], bool]] = {
    "equal": lambda v, a, b: v == a,
    "notEqual": lambda v, a, b: v != a,
    "greaterThan": lambda v, a, b: v > a,
    "lessThan": lambda v, a, b: v < a,
    "greaterThanOrEqual": lambda v, a, b: v >= a,
    "lessThanOrEqual": lambda v, a, b: v <= a,
    "between": lambda v, a, b: min(a, b) <= v <= max(a, b),
    "notBetween": lambda v, a, b: not min(a, b) <= v <= max(a, b),
}


class SheetLook:
    """Looks of the cells of one sheet; ``palette`` has the colours that are known by number."""

    def __init__(
        self, sheet: "Worksheet", theme: Theme, palette: Sequence[str], size: float, over: Sequence[Cover]
    ) -> None:
        self._sheet, self._theme, self._palette, self._size, self._covers = sheet, theme, palette, size, over
        self._rules = [(own.cells, own.rules) for own in sheet.conditional_formatting]
        self._many = max(len(self._covers), sum(len(cells.ranges) for cells, _ in self._rules)) > _MOST_LAID
        self._widths: dict[int, float] = {}
        self._tables = [(t.ref, t.tableStyleInfo) for t in sheet.tables.values()]

    def piece(self, text: str, cell: "Cell", font: Any, value: object) -> Piece:
        """A piece of the text of a cell in its own font, or that of the cell."""
        if font is None:
            return Piece(text)
        colour = self.colour(font.color)
        named = section_colour(value, str(cell.number_format))
        if named:
            colour = colour_of(_SECTION.get(named, named))
        seen, doubt = self._sight(colour, self._ground(cell))
        if str(cell.fill.fill_type).startswith("dark") and self._is_lost(colour, [cell.fill.fgColor]):
            doubt = FAINT
        if is_of_pictures(str((font.rFont if hasattr(font, "rFont") else font.name) or "")):
            doubt = SIGN_FONT
        small = _SMALL.get(str(font.vertAlign), {})
        size = float(font.sz or cell.font.sz or self._size)
        return Piece(text.translate(small), size, doubt=doubt, seen=seen)

    def colour(self, colour: Any) -> Colour | None:
        """The colour that a font or filling names, ``None`` if none."""
        if colour is None or colour.type == "auto":
            return None
        if colour.type == "theme":
            found = self._theme.in_sheet(colour.theme)
        elif colour.type == "indexed":
            number = colour.indexed
            known = {64: BLACK, 65: WHITE}.get(number)
            found = known or (colour_of(self._palette[number]) if 0 <= number < len(self._palette) else None)
        else:
            found = colour_of(str(colour.rgb))
        return tinted(found, max(-1.0, min(1.0, float(colour.tint or 0)))) if found else None

    def _ground(self, cell: "Cell") -> Colour | None:
        """What the text of a cell stands on, ``None`` where that is not known."""
        fill = cell.fill
        kind = fill.fill_type
        if kind is None:
            styled = any(_holds(ref, cell.row, cell.column) for ref, style in self._tables if style)
            return None if styled else WHITE
        if not hasattr(fill, "fgColor"):  # a gradient
            return None
        front = self.colour(fill.fgColor)
        return front or WHITE if kind == "solid" else mixed(front or BLACK, self.colour(fill.bgColor) or WHITE, 0.5)

    @staticmethod
    def _sight(colour: Colour | None, ground: Colour | None) -> tuple[bool, str]:
        how = sight(colour or BLACK, ground or WHITE)
        if ground is None:
            return True, FAINT if how != "seen" else ""
        return how != "unseen", FAINT if how == "faint" else ""

    def doubt(self, cell: "Cell", text: str, end: tuple[int, int]) -> str:
        """Why a reader may not see the text of a cell that ends at a row and column."""
        if self._many:
            return _MANY
        doubts = (*self._over(cell, end), *self._by_rules(cell), self._room(cell, text, end))
        return next(filter(None, doubts), "")

    def _width(self, column: int) -> float:
        if column not in self._widths:
            self._widths[column] = column_width(self._sheet, column)
        return self._widths[column]

    def _over(self, cell: "Cell", end: tuple[int, int]) -> Iterator[str]:
        place = (cell.row, cell.column, *end)
        yield from (c.doubt for c in self._covers if c.lies_over(*place))
        for ref, style in self._tables:
            strange = style and style.name and not str(style.name).startswith(_BUILT_IN)
            if strange and _holds(ref, cell.row, cell.column):
                yield _RULED

    def _by_rules(self, cell: "Cell") -> Iterator[str]:
        """Doubts about rules that hide the figure of a cell, or may."""
        for cells, rules in self._rules:
            if cell.coordinate not in cells:
                continue
            for rule in rules:
                shows = getattr(rule.dataBar or rule.iconSet, "showValue", None)
                painted = (*getattr(rule.colorScale, "color", ()), getattr(rule.dataBar, "color", None))
                if (
                    shows is False
                    or self._is_lost(self.colour(cell.font.color), filter(None, painted))
                    or (rule.dxf and self._hides(rule.dxf, cell) and _applies(rule, cell.value) != "no")
                ):
                    yield _RULED

    def _is_lost(self, ink: Colour | None, grounds: Iterable[Any]) -> bool:
        """Whether text of a colour is lost on one of the colours that something paints its cell with."""
        return any(sight(ink or BLACK, self.colour(ground) or BLACK) != "seen" for ground in grounds)

    def _hides(self, look: Any, cell: "Cell") -> bool:
        """Whether a look of a rule makes text unlike what stands in the cell."""
        font, fill = look.font, look.fill
        colour = self.colour(getattr(font, "color", None) or cell.font.color)
        filled = getattr(fill, "bgColor", None)
        ground = self.colour(filled) if filled else None
        if font and font.strike:
            return True
        how = sight(colour or BLACK, ground or self._ground(cell) or WHITE)
        return how != "seen" or look.numFmt is not None

    def _room(self, cell: "Cell", text: str, end: tuple[int, int]) -> str:
        """A doubt about a figure that has no room in its cell."""
        sheet, size = self._sheet, float(cell.font.sz or self._size)
        high = sum(row_height(sheet, row) for row in range(cell.row, min(end[0], cell.row + 99) + 1))
        if high < _DIGIT * size:
            return _LOW
        place = cell.alignment
        columns = range(cell.column, min(end[1], cell.column + 99) + 1)
        room = sum(map(self._width, columns)) - _MARGIN - 2 * float(place.indent or 0)
        wide = sum(0.5 if c in ",. " else 2 if ord(c) > 0x2E7F else 1 for c in text) * size / self._size
        if place.horizontal == "fill" and 2 * wide < room:
            return _REPEATED
        if place.textRotation or (place.wrap_text and isinstance(cell.value, str)):
            wide = 1.0
        # Programs that set a merged cell from its first column show ### where that one is too narrow.
        narrow = room + _SPARE < wide * (0.5 if place.shrink_to_fit else 1) or self._width(columns[0]) < _DIGIT
        return _NARROW if narrow else ""


def _holds(ref: str, row: int, column: int) -> bool:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(ref)
    return bool(left <= column <= right and top <= row <= bottom)


def _applies(rule: Any, value: object) -> str:
    """Whether a rule applies to a value: yes, no, or "" if that cannot be told."""
    formulas = [str(f).strip() for f in rule.formula or ()]
    if rule.type == "expression" and "".join(formulas[:1]).upper() in ("FALSE", "0"):
        return "no"
    order = {"cellIs": _ORDER}.get(rule.type, {}).get(str(rule.operator))
    if order is None or not isinstance(value, int | float):
        return ""
    try:
        limits = [float(f) for f in formulas]
        return "yes" if order(value, limits[0], limits[-1]) else "no"
    except (ValueError, IndexError):
        return ""
