"""The look of an element, reckoned from that of the element around it and from what is said of its style.

As browsers do: CSS 2.2, Color 4, Transforms 1, Flexbox 1. Lengths are CSS pixels.
"""

import math
import re
from dataclasses import replace

from gkingest.read.style.look import AWAY, CLEAR, FAINT, MOVED, OWN_FONT, REVEALED, SAME, TURNED, Look
from gkingest.read.style.said import NAMED_SIZES, Said
from gkingest.read.style.values import called, colour, laid_on, length

_CARRIED = ("offset", "offset-path", "font-size-adjust")  # what moves or sizes text by means that are not followed
_ELSEWHERE = re.compile(r"\b(?:attr|if|random|sibling-\w+)\(")  # a value that is calculated from what is around


def reckoned(said: Said, around: Look, tag: str, fonts: set[str]) -> Look:
    """The look of an element for which ``said`` holds."""
    size = _font_size(said, around)
    display = said.values.get("display", "")
    absent = display == "none"
    display = said.get("display") or "inline"
    floats, lifted = said.get("float"), said.get("position") in ("absolute", "fixed")
    if around.display.endswith("flex") or floats or lifted:
        display = "block" if around.column and not floats and not lifted else "inline-block"
    elif around.display.endswith("grid"):
        display = "block"
    visible = said.get("visibility")
    absent = absent or (visible == "collapse" and display.startswith("table-") and display != "table-cell")
    ink = said.get("color")
    shade = colour(ink, around.color, said.quirks) if ink else around.color
    filled = said.get("-webkit-text-fill-color")
    direction = said.get("direction")
    override = said.get("unicode-bidi")
    rtl = direction == "rtl" if direction in ("rtl", "ltr") else around.rtl
    spaces = said.get("white-space")
    indent, spacing = said.px("text-indent", size, 800.0), said.px("letter-spacing", size, size)
    family = said.get("font-family") or around.family
    column = said.get("flex-direction").startswith("column")
    look = Look(
        size=size,
        color=shade or around.color,
        fill=colour(filled, around.color, said.quirks) if filled else around.fill,
        visible=visible == "visible" if visible else around.visible,
        indent=around.indent if indent is None or math.isnan(indent) else indent,
        spacing=around.spacing if spacing is None or math.isnan(spacing) else spacing,
        rtl=rtl,
        pre=spaces.startswith(("pre", "break")) if spaces else around.pre,
        family=family,
        edged=around.edged or bool(said.get("text-shadow")) or said.get("background-clip") == "text",
        variables=tuple(said.variables.items()),
        opacity=around.opacity * _opacity(said),
        zoom=around.zoom * (_factor(said.get("zoom")) or 1.0),
        gone=around.gone or absent or said.get("content-visibility") == "hidden",
        struck="line-through" in said.get("text-decoration-line")
        or (around.struck and not lifted and not floats and not display.startswith("inline-")),
        reversed=rtl if "override" in override else around.reversed,
        # What a cell around another table does with its own text says nothing of the figures in that.
        doubt=around.doubt if tag != "table" or around.doubt in (REVEALED, TURNED) else "",
        placed=around.placed and tag != "table",
        display=display,
        absent=absent,
        lifted=lifted,
        column=column,
        row=display.endswith("flex") and not column,
        bullet=said.values.get("list-style-type", around.bullet),
        in_cell=(around.in_cell and tag != "table") or tag in ("td", "th"),
        content=said.values.get("content", ""),
    )
    named = {name.strip().strip("\"'") for name in family.split(",")}
    unknown = said.get("-webkit-text-security") or said.get("mask") or said.get("mix-blend-mode")
    if look.in_cell and not unknown:
        elsewhere = any(n != "content" and _ELSEWHERE.search(value) for n, value in said.values.items())
        unknown = "attr" if elsewhere else next(filter(None, map(said.get, _CARRIED)), "")
    if ink and shade is None:
        look = replace(look, doubt=FAINT)
    elif fonts and named & fonts:
        look = replace(look, doubt=OWN_FONT)
    elif unknown or re.search(r"(?:blur|brightness|contrast|invert)\(", said.get("filter")):
        look = replace(look, doubt=MOVED)
    look = _on_ground(look, said, around)
    return _set(_cut(_moved(look, said), said), said, around)


def _font_size(said: Said, around: Look) -> float:
    value = said.values.get("font-size", "")
    if value in ("initial", "medium"):
        return 16.0
    if value in ("smaller", "larger"):
        return around.size / 1.2 if value == "smaller" else around.size * 1.2
    if value in NAMED_SIZES:
        return NAMED_SIZES[value]
    found = length(value, around.size, around.size)
    return around.size if math.isnan(found) or found < 0 else found


def _factor(value: str) -> float:
    """A number or a percentage; 0 for none."""
    found = length(value, 1.0, 1.0) if value else 0.0
    return 0.0 if math.isnan(found) else found


def _opacity(said: Said) -> float:
    value = said.get("opacity")
    own = min(max(_factor(value), 0.0), 1.0) if value else 1.0
    for name, arguments in called(said.get("filter")):
        if name == "opacity" and arguments:
            own *= min(_factor(arguments[0]), 1.0)
    return own


def _on_ground(look: Look, said: Said, around: Look) -> Look:
    """The ground of a box, and whether something is drawn on it."""
    image = said.get("background-image")
    own = colour(said.get("background-color") or "transparent", look.color, said.quirks) or (0.0, 0.0, 0.0, 0.0)
    if image:
        ground = None
    elif around.ground is None:
        ground = own if own[3] > 0.95 else None
    else:
        ground = laid_on(around.ground, own)
    border = said.get("border")
    lined = bool(border) and not border.startswith("0") and re.search(r"none|hidden|transparent", border) is None
    pictured = "url(" in image or "image-set(" in image or "url(" in look.content
    pairs = zip(ground, around.ground, strict=True) if ground and around.ground else ()
    shaded = max((abs(a - b) for a, b in pairs), default=0.0) > SAME
    covers = look.lifted and (own[3] > CLEAR or bool(image))
    return replace(look, ground=ground, pictured=pictured, drawn=lined or shaded, covers=covers)


def _moved(look: Look, said: Said) -> Look:
    """A box moved away, over another, or turned."""
    size, position = look.size, said.get("position")
    left, right = said.px("left", size, 1000.0), said.px("right", size, 1000.0)
    top = said.px("top", size, 1000.0)
    margin, above = said.px("margin-left", size, 1000.0) or 0.0, said.px("margin-top", size, 1000.0) or 0.0
    boxed = look.display not in ("inline", "contents")
    gone, doubt, placed, zoom = look.gone, look.doubt, look.placed, look.zoom
    if look.lifted:
        away = AWAY if position == "fixed" else 5 * AWAY  # what it is moved from may stand far down the page
        clip = [length(a) for name, found in called(said.get("clip")) if name == "rect" for a in found]
        gone = gone or (left or 0.0) <= AWAY or (top or 0.0) <= away
        if len(clip) == 4 and (clip[1] - clip[3] <= 1 or clip[2] - clip[0] <= 1):
            gone = True
        doubt = MOVED if look.in_cell else doubt
    elif position == "relative":
        sideways = left if left is not None else -(right or 0.0)
        gone = gone or sideways <= AWAY or (top or 0.0) <= 5 * AWAY
        placed = placed or abs(sideways) >= 3
    if (margin <= AWAY or above <= AWAY) and look.in_cell:
        gone, doubt = gone or (boxed and margin <= AWAY), MOVED
    alone = (f"{name}({said.get(name)})" for name in ("scale", "translate", "rotate") if said.get(name))
    turning = (said.get("transform"), *alone)
    for name, arguments in called(" ".join(turning)) if boxed else ():
        numbers = [length(a, size, size) for a in arguments]
        if name.startswith("translate"):
            gone = gone or any(n <= AWAY for n in numbers)
            placed = placed or any(abs(n) >= 3 for n in numbers)
        elif name.startswith("scale") and all(_factor(a) >= 0 for a in arguments):
            factors = [_factor(a) for a in arguments]
            zoom *= min(factors, default=1.0)
            gone = gone or zoom < 0.05
        elif any(_factor(a.replace("deg", "")) for a in arguments):
            doubt = TURNED
    return replace(look, gone=gone, doubt=doubt, placed=placed, zoom=zoom)


def _cut(look: Look, said: Said) -> Look:
    """A box of which only a part is shown, or none."""
    if look.display in ("inline", "contents") or look.display.startswith("table-r"):
        return look
    gone, doubt = look.gone, look.doubt
    room = (said.px("padding-left", look.size) or 0.0) + (said.px("padding-top", look.size) or 0.0)
    for axis, extents, least in (("x", ("width", "max-width"), 1.2), ("y", ("height", "max-height"), 0.7)):
        if said.get(f"overflow-{axis}") in ("hidden", "clip", "auto", "scroll"):
            # A cell of a table is as wide and high as its text asks for, unless that is forbidden.
            names = extents[1:] if look.display == "table-cell" else extents
            lengths = [n for name in names if (n := said.px(name, look.size)) is not None]
            if any(n <= 1 for n in lengths) and room <= 2:
                gone = True
            elif any(n < least * look.size for n in lengths):
                doubt = MOVED
    for name, arguments in called(said.get("clip-path")):
        edges = [length(a, look.size, 100.0) for a in arguments]
        none_left = bool(edges) and ((name == "inset" and edges[0] >= 50) or (name == "circle" and edges[0] == 0))
        gone, doubt = gone or none_left, doubt if none_left else MOVED
    return replace(look, gone=gone, doubt=doubt)


def _set(look: Look, said: Said, around: Look) -> Look:
    """How text is set in its line: raised, lowered, or out of its turn."""
    size = around.size
    inline = look.display.startswith("inline")
    shift = around.shift if inline else 0.0
    upright = said.get("vertical-align")
    if inline and upright:
        named = {"super": 0.33, "sub": -0.2, "text-top": 0.2, "top": 0.2, "text-bottom": -0.1, "bottom": -0.1}
        moved = length(upright, look.size, 1.2 * look.size)
        small = look.size < 0.9 * size
        if upright in ("super", "sub") or (upright in named and small):
            shift += named[upright] * size
        elif not math.isnan(moved):
            shift += moved
    if said.get("position") == "relative":
        top, bottom = said.px("top", look.size, 0.0), said.px("bottom", look.size, 0.0)
        shift += -top if top is not None else bottom or 0.0
    variants = said.get("font-variant-position") + said.get("font-feature-settings")
    if "super" in variants or "sups" in variants:
        shift += 0.33 * size
    elif "sub" in variants:
        shift -= 0.2 * size
    sides = [said.px(f"{n}-{side}", look.size) or 0.0 for n in ("margin", "padding") for side in ("left", "right")]
    wide = said.px("width", look.size) if look.display == "inline-block" else None
    placed = look.placed
    if look.in_cell and look.display != "table-cell":
        apart = inline and any(n >= 0.4 * look.size or n <= -2 for n in sides)
        placed = placed or apart or look.display.startswith("table") or (wide or 0.0) > 1.5 * look.size
        placed = placed or bool(said.get("float")) or said.get("order") not in ("", "0")
        placed = placed or said.get("flex-direction").endswith("reverse")
    doubt = look.doubt
    if said.get("animation-name") and (look.in_cell or look.display.startswith("table")):
        doubt = MOVED
    if look.display == "table-cell" or look.display.startswith("table-row"):
        # Cells and rows that are set out of their turn stand under other headings.
        turned = said.get("float") or said.get("order") not in ("", "0") or look.placed
        doubt = MOVED if turned or look.lifted or abs(shift) >= 8 else doubt
        shift, placed = 0.0, False
    return replace(look, shift=shift, placed=placed, doubt=doubt)
