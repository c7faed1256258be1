"""The look of an element, reckoned from that of the element around it and from what is said of its style.

As browsers do: CSS 2.2, Color 4, Transforms 1, Flexbox 1. Lengths are CSS pixels.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gkingest.read.style.css import UNSURE
from gkingest.read.style.look import AWAY, CLEAR, FAINT, MOVED, OWN_FONT, SAME, TURNED, Look
from gkingest.read.style.said import CONTROLS, Said
from gkingest.read.style.values import angle, called, factor, is_of_pictures, laid_on, length

# What hides or redraws text by means that are not followed; in cells also what moves or sizes it.
_UNFOLLOWED = ("-webkit-text-security", "mask", "mix-blend-mode", "backdrop-filter", "-webkit-text-stroke")
_CARRIED = (
    *("offset", "offset-path", "font-size-adjust", "text-emphasis", "hyphenate-character", "initial-letter"),
    *("baseline-shift", "-webkit-box-reflect"),
)
_UNSIZED = re.compile(r"\b(?:size|inline-size|strict)\b")  # a box that its content does not make larger
_EDGES = ("text-shadow", "-webkit-text-stroke")
_WIDE = 4.0  # CSS pixels: a wider outline covers what is beside it
_OUTSIDE = -16.0  # CSS pixels: Word sets paragraphs by -5.4 points before their cell
_BESIDE = ("margin-left", "margin-right", "padding-left", "padding-right")
_NO_COLOUR = (0.0, 0.0, 0.0, 0.0)
_ALONE = ("scale", "translate", "rotate")  # transformations that have properties of their own
_ELSEWHERE = re.compile(r"\b(?:attr|if|random|sibling-\w+)\(")  # a value that is calculated from what is around
_REPAINTED = re.compile(r"(?:blur|brightness|contrast|invert|drop-shadow)\(")
_STRIPED = re.compile(r"gradient\(.*\d(?:%|px|em|pt)")  # what is drawn of a gradient with stops may be a line
_TIGHT = 0.6  # of its size: lines of text that are lower lie over one another, or are cut
# What text has from that around it unless it is said: the field, the property, and what is made of its value.
_INHERITED: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("visible", "visibility", lambda value: value == "visible"),
    ("pre", "white-space", lambda value: value.startswith(("pre", "break"))),
    ("rtl", "direction", {"rtl": True, "ltr": False}.get),
    ("family", "font-family", str),
)
_RAISED = {"super": 0.33, "sub": -0.2, "text-top": 0.2, "top": 0.2, "text-bottom": -0.1, "bottom": -0.1}
_CLIPPED = {"inset": (50.0, math.inf), "circle": (0.0, 0.0)}  # the first arguments of shapes that leave nothing


def reckoned(said: Said, around: Look, tag: str, fonts: set[str]) -> Look:
    """The look of an element for which ``said`` holds."""
    own, size = _Reckoning(said, around, tag in CONTROLS), said.font_size(around.size)
    shade = said.shade("color", around.color, around.color)
    told = {field: of(value) for field, name, of in _INHERITED if (value := said.get(name))}
    look = replace(
        own.boxed(tag),
        size=size,
        color=shade or around.color,
        fill=said.shade("-webkit-text-fill-color", around.color, around.fill),
        visited=said.followed(around.color, around.visited),
        root=size if tag == "html" else around.root,
        indent=said.told("text-indent", size, 800.0, around.indent),
        spacing=said.told("letter-spacing", size, size, around.spacing),
        edged=around.edged or any(map(said.get, _EDGES)) or said.get("background-clip") == "text",
        variables=tuple(said.variables.items()),
        bullet=said.values.get("list-style-type", around.bullet),
        content=said.values.get("content", ""),
        unsure=bool(said.get(UNSURE)) or "revert-layer" in said.values.values(),
        **{field: value for field, value in told.items() if value is not None},
    )
    if "override" in said.get("unicode-bidi"):
        look = replace(look, reversed=look.rtl)
    look = replace(look, doubt=FAINT) if shade is None else own.followed(look, fonts)
    look = own.on_ground(look)
    return own.set_in_line(own.cut(own.turned(own.moved(look))))


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """What is said of an element, and the look of what stands around it."""

    said: Said
    around: Look
    control: bool

    def boxed(self, tag: str) -> Look:
        """The kind of its box, and what that takes from the boxes around it."""
        said, table = self.said, tag == "table"
        around = self.around.around_table() if table else self.around
        floats, lifted = bool(said.get("float")), said.get("position") in ("absolute", "fixed")
        display = self.display(floats or lifted)
        collapsed = said.get("visibility") == "collapse"
        absent = said.values.get("display") == "none" or (
            collapsed and display.startswith("table-") and display != "table-cell"
        )
        column = said.get("flex-direction").startswith("column")
        # A line through text is not drawn through boxes that are set apart from it.
        follows = not (lifted or floats or display.startswith("inline-"))
        fixed = table and "table" in display and said.get("table-layout") == "fixed"
        return replace(
            around,
            display=display,
            absent=absent,
            lifted=lifted,
            column=column,
            row=display.endswith("flex") and not column,
            backwards=display.endswith("flex") and said.get("flex-direction").endswith("reverse"),
            width=said.told("width", around.size, around.fixed, math.nan),
            fixed=said.px("width", around.size) if fixed else around.fixed,
            in_cell=tag in ("td", "th") or around.in_cell,
            opacity=around.opacity * said.opacity(),
            zoom=around.zoom * (factor(said.get("zoom")) or 1.0),
            gone=around.gone or absent or said.get("content-visibility") == "hidden",
            struck="line-through" in said.get("text-decoration-line") or (around.struck and follows),
        )

    def display(self, apart: bool) -> str:
        """Its kind of box as what stands around it makes it, or its being set ``apart`` from the flow."""
        around = self.around
        if apart:
            return "inline-block"
        if around.display.endswith("flex"):
            return "block" if around.column else "inline-block"
        return "block" if around.display.endswith("grid") else self.said.get("display") or "inline"

    def followed(self, look: Look, fonts: set[str]) -> Look:
        """Text in shapes that the page brings along, or drawn by means that are not followed."""
        said = self.said
        named = {name.strip().strip("\"'") for name in look.family.split(",")}
        if named & fonts or any(map(is_of_pictures, named)):
            return replace(look, doubt=OWN_FONT)
        unfollowed = any(map(said.get, _UNFOLLOWED)) or _REPAINTED.search(said.get("filter")) is not None
        if look.in_cell and not unfollowed:
            values = [value for name, value in said.values.items() if name != "content"]
            found = (*map(said.get, _CARRIED), *map(_ELSEWHERE.search, values), self.painted(look.size))
            unfollowed = any(found)
        return replace(look, doubt=MOVED) if unfollowed else look

    def painted(self, size: float) -> bool:
        """Whether something is painted over or beside the text, or its size is no number."""
        said = self.said
        sized = said.get("font-size")
        return any((
            self.shadowed(),
            said.get("color-scheme") == "dark",
            any(length(part) > _WIDE for part in said.get("outline").split()),
            _STRIPED.search(said.get("background-image")),
            said.line_height(size) < _TIGHT * size,
            "(" in sized and math.isnan(length(sized, self.around.size, self.around.size)),
            said.get("z-index").startswith("-"),  # below the ground of what stands around it
            said.distance("text-underline-offset", size, size) < 0,  # a line through the text
            _UNSIZED.search(said.get("contain")),
        ))  # fmt: skip

    def shadowed(self) -> bool:
        """Whether a shadow covers the text, or may pass for text or a stroke beside it."""
        said, size = self.said, self.around.size
        cast = [said.get("text-shadow"), said.get("box-shadow") if said.get("display") in ("", "inline") else ""]
        far = any(abs(length(part.strip(","), size)) >= 2.5 for value in cast for part in value.split())
        return far or "inset" in said.get("box-shadow")

    def on_ground(self, look: Look) -> Look:
        """The ground of a box, and whether something is drawn on it."""
        said, around = self.said, self.around
        image = said.get("background-image")
        own = said.shade("background-color", look.color, _NO_COLOUR) or _NO_COLOUR
        if image:
            ground = None
        elif around.ground is None:
            ground = own if own[3] > 0.95 else None
        else:
            ground = laid_on(around.ground, own)
        border = said.get("border")
        lined = (
            bool(border) and not border.startswith("0") and re.search(r"none|hidden|transparent", border) is None
        )
        pictured = "url(" in image or "image-set(" in image or "url(" in look.content
        pairs = zip(ground, around.ground, strict=True) if ground and around.ground else ()
        shaded = max((abs(a - b) for a, b in pairs), default=0.0) > SAME
        up = any(said.distance(n, look.size) < -0.3 * look.size for n in ("margin-top", "margin-left"))
        ruled = look.lifted and any(map(said.get, ("border", "border-top", "border-bottom")))
        covers = (look.lifted or up) and (own[3] > CLEAR or bool(image) or ruled)
        return replace(look, ground=ground, pictured=pictured, drawn=lined or shaded, covers=covers)

    def moved(self, look: Look) -> Look:
        """A box moved away or over another by its position and its margins."""
        said = self.said
        size, position = look.size, said.get("position")
        relative = position == "relative"
        sideways, down = said.distance("left", size, 1000.0), said.distance("top", size, 1000.0)
        if relative and not said.get("left"):
            sideways = -said.distance("right", size, 1000.0)
        margin, above = said.distance("margin-left", size, 1000.0), said.distance("margin-top", size, 1000.0)
        gone, doubt = look.gone, look.doubt
        if look.lifted or relative:
            away = AWAY if position == "fixed" else 5 * AWAY  # what it is moved from may stand far down the page
            gone = gone or sideways <= AWAY or down <= away
        if look.lifted and look.in_cell:
            doubt = MOVED
        if look.in_cell and (margin <= AWAY or above <= AWAY):
            gone, doubt = gone or (look.boxed and margin <= AWAY), MOVED
        elif look.in_cell and look.display != "table-cell" and margin + max(look.indent, 0.0) <= _OUTSIDE:
            doubt = MOVED
        return replace(look, gone=gone, doubt=doubt, placed=look.placed or (relative and abs(sideways) >= 3))

    def turned(self, look: Look) -> Look:
        """A box moved, made larger or smaller, or turned by transformations."""
        said = self.said
        if not look.boxed:
            return look
        gone, doubt, placed, zoom = look.gone, look.doubt, look.placed, look.zoom
        alone = (f"{name}({said.get(name)})" for name in _ALONE if said.get(name))
        asked = " ".join((said.get("transform"), *alone))
        if asked.count("(") > len(called(asked)):
            doubt = TURNED  # a value that is calculated
        for name, arguments in called(asked):
            if name.startswith("translate"):
                numbers = [length(a, look.size, look.size) for a in arguments]
                gone = gone or any(n <= AWAY for n in numbers)
                placed = placed or any(abs(n) >= 3 for n in numbers)
            elif name.startswith("scale") and all(factor(a) >= 0 for a in arguments):
                zoom *= min(map(factor, arguments), default=1.0)
                gone = gone or zoom < 0.05
            elif name.startswith(("scale", "matrix")) or any(angle(a) != 0 for a in arguments):
                doubt = TURNED
        return replace(look, gone=gone, doubt=doubt, placed=placed, zoom=zoom)

    def cut(self, look: Look) -> Look:
        """A box of which only a part is shown, or none."""
        look = self.clipped(look)
        if not look.boxed or look.display.startswith("table-r"):
            return look
        said = self.said
        gone, doubt, clear = look.gone, look.doubt, look.room
        room = said.distance("padding-left", look.size) + said.distance("padding-top", look.size)
        for axis, extents, least in (("x", ("width", "max-width"), 1.2), ("y", ("height", "max-height"), 0.7)):
            if self.control or said.get(f"overflow-{axis}") in ("hidden", "clip", "auto", "scroll"):
                # A cell of a table is as wide and high as its text asks for, unless that is forbidden.
                names = extents[1:] if look.display == "table-cell" else extents
                extent = min(said.told(name, look.size, None, math.inf) for name in names)
                if extent <= 1 and room <= 2:
                    gone = True
                elif extent < least * look.size:
                    doubt = MOVED
                elif axis == "x":
                    clear = min(clear, extent)
        if self.control and look.indent < -0.5 * look.size:
            doubt = MOVED
        if look.lifted:
            clip = [length(a) for name, found in called(said.get("clip")) if name == "rect" for a in found]
            gone = gone or (len(clip) == 4 and (clip[1] - clip[3] <= 1 or clip[2] - clip[0] <= 1))
        return replace(look, gone=gone, doubt=doubt, room=clear)

    def clipped(self, look: Look) -> Look:
        """A box that a path cuts, away or in part."""
        for name, arguments in called(self.said.get("clip-path")):
            first = length(arguments[0], look.size, 100.0) if arguments else math.nan
            low, high = _CLIPPED.get(name, (math.nan, math.nan))
            look = replace(look, gone=True) if low <= first <= high else replace(look, doubt=MOVED)
        return look

    def stands_apart(self, look: Look) -> bool:
        """Whether something within a cell has a place of its own beside the text around it."""
        said = self.said
        sides = [said.distance(name, look.size) for name in _BESIDE]
        apart = look.inline and any(n >= 0.4 * look.size or n <= -2 for n in sides)
        wide = look.display == "inline-block" and said.distance("width", look.size) > 1.5 * look.size
        wraps = said.get("flex-direction").endswith("reverse") or said.get("flex-wrap").startswith("wrap")
        gap = look.row and said.distance("gap", look.size) >= 0.4 * look.size
        framed = all((look.inline, look.drawn, said.get("border"), not self.control))
        return any((apart, wide, wraps, gap, framed))

    def set_in_line(self, look: Look) -> Look:
        """How text is set in its line: raised, lowered, or out of its turn."""
        said = self.said
        shift, placed, doubt = self.shift(look), look.placed, look.doubt
        tabular = "table" in look.display
        turned = bool(said.get("float")) or said.get("order") not in ("", "0")
        if look.in_cell and look.display != "table-cell":
            placed = any((placed, tabular, turned, self.stands_apart(look)))
        if said.get("animation-name") and (look.in_cell or tabular):
            doubt = MOVED
        if look.display.startswith(("table-cell", "table-row")):
            # Cells and rows that are set out of their turn stand under other headings.
            if any((turned, look.placed, look.lifted, abs(shift) >= 8)):
                doubt = MOVED
            shift, placed = 0.0, False
        return replace(look, shift=shift, placed=placed, doubt=doubt)

    def shift(self, look: Look) -> float:
        """How far text is raised above its line."""
        said = self.said
        size, shift = self.around.size, 0.0
        if look.inline:
            upright, small = said.get("vertical-align"), look.size < 0.9 * size
            named = upright in ("super", "sub") or (small and upright in _RAISED)
            own = _RAISED[upright] * size if named else said.told("vertical-align", look.size, 1.2 * look.size, 0.0)
            shift = self.around.shift + own
        if said.get("position") == "relative":
            up = (
                -said.distance("top", look.size, 0.0)
                if said.get("top")
                else said.distance("bottom", look.size, 0.0)
            )
            shift += up
        variants = " ".join(map(said.get, ("font-variant-position", "font-feature-settings", "font-variant")))
        if "super" in variants or "sups" in variants:
            shift += 0.33 * size
        elif "sub" in variants:
            shift -= 0.2 * size
        return shift
