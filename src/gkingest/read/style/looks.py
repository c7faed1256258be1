"""What style makes of an element: whether its text is drawn, where, how large and on what ground.

A :class:`Look` is reckoned from that of the element around it, as a browser does (CSS 2.2, Color 4, Transforms 1,
and HTML, chapter 15, for what elements look like by themselves). Lengths are CSS pixels.
"""

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gkingest.read.style.css import Declared, PageRules, TooMuchStyleError
from gkingest.read.style.said import BY_ITSELF, HINTS, NAMED_SIZES, QUIRKY, Said, hinted
from gkingest.read.style.values import Colour, called, colour, contrast, laid_on, length

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WHITE, _BLACK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)
# Looked at in Chromium at 100 %: digits of 1 and 2 px leave nothing, of 3 px a speck, of 6 px one can guess them;
# on white #f6f6f6 leaves nothing, #eee a shade (contrast 1.16), #ddd (1.36) a pale digit, #ccc (1.6) a digit.
_TINY, _SMALL = 3.0, 7.0  # CSS pixels: below which nobody sees a character, and sees it for certain
_SAME, _PALE = 12 / 255, 1.5  # of a channel; ratio of contrast
_CLEAR, _DIM = 0.06, 0.3  # opacity: below which nothing is left, and a digit is pale
_AWAY = -1000.0  # CSS pixels: to the left of any page; half of a screen is about what menus are moved by
_RAISED, _LOWERED = 0.15, -0.08  # of the font's size: sup rises by a third, sub sinks by a fifth

FAINT = "characters in the cell are hardly to be told from their ground, or hardly large enough to be read"
MOVED = "style moves, turns, cuts or covers characters of the cell"
TURNED = "style turns or mirrors characters of the cell"
PLACED = "style sets parts of the cell in an order or at distances that the file does not tell"
OWN_FONT = "the cell is set in a font that the page brings along, whose shapes are not in the file"
REVEALED = "the table is hidden until a script of the page shows it"
UNFOLLOWED = "the page's rules of style cannot be followed to their end"


@dataclass(frozen=True)
class Look:
    """How the text in an element looks; what it inherits, what adds up from outside, and at last its own box.

    ``ground`` is ``None`` under a picture. ``shift`` is how far text is raised above its line. ``gone``: nothing of
    the element is drawn, whatever stands in it. ``absent``: it takes no room either. ``lifted`` out of the flow.
    """

    size: float = 16.0
    color: Colour = _BLACK
    fill: Colour | None = None
    visible: bool = True
    indent: float = 0.0
    spacing: float = 0.0
    rtl: bool = False
    pre: bool = False
    family: str = ""
    edged: bool = False  # a shadow or an outline is drawn even of transparent text
    variables: tuple[tuple[str, str], ...] = ()
    ground: Colour | None = _WHITE
    opacity: float = 1.0
    zoom: float = 1.0
    shift: float = 0.0
    gone: bool = False
    struck: bool = False
    reversed: bool = False
    doubt: str = ""
    placed: bool = False
    display: str = "inline"
    absent: bool = False
    lifted: bool = False
    pictured: bool = False
    drawn: bool = False  # the box shows itself by its ground or a border
    covers: bool = False  # it is lifted out of the flow, and its ground hides what lies below
    column: bool = False  # what stands in it stands one below the other
    row: bool = False  # what stands in it stands side by side
    bare: bool = False  # a list without marks
    in_cell: bool = False
    content: str = ""  # what style writes here

    @cached_property
    def drawn_size(self) -> float:
        """Size of its characters on the screen."""
        return self.size * self.zoom

    @cached_property
    def pale(self) -> bool | None:
        """Whether its characters cannot be told from their ground, ``None`` where that is hard or not certain."""
        ink = self.fill or self.color
        shown = ink[3] * self.opacity
        if shown < _CLEAR:
            return None if self.edged else True
        if self.ground is None:
            return None if min(ink[:3]) > 0.8 or shown < _DIM else False
        mixed = laid_on(self.ground, ink, self.opacity)
        if max(abs(a - b) for a, b in zip(mixed[:3], self.ground[:3], strict=True)) <= _SAME:
            return None if self.edged else True
        return None if contrast(mixed, self.ground) < _PALE else False

    @cached_property
    def seen(self) -> bool:
        """Whether a reader sees its characters, be it with trouble."""
        return not (
            self.gone or not self.visible or self.drawn_size < _TINY or self.pale or self.indent <= _AWAY * 0.9
        )

    @cached_property
    def trouble(self) -> str:
        """Why one cannot be certain of what a reader makes of its characters; "" where one can."""
        if self.doubt:
            return self.doubt
        if self.pale is None or self.drawn_size < _SMALL:
            return FAINT
        return MOVED if self.indent < -100 or self.indent > 300 or self.spacing < -0.3 * self.size else ""

    @property
    def breaks(self) -> bool:
        """Whether it stands on lines of its own."""
        return not self.lifted and self.display in ("block", "flex", "grid", "list-item", "flow-root", "table")


class Looks:
    """The looks of the elements of one page; ``doubt`` tells why none of them is certain."""

    def __init__(self, root: "Element", revealed: bool = False) -> None:
        self.doubt = ""
        self.revealed = revealed  # tables that style hides until a script shows them count as shown
        self._rules = PageRules(root)
        self._quirks = not root.getroottree().docinfo.doctype
        self._known: dict[tuple[object, ...], Look] = {}
        self._kept: list[Look] = []  # so that the identity of a look stays its own

    def within(self, element: "Element") -> Look:
        """The look of an element, reckoned from the root of the page."""
        look = Look()
        for around in (*reversed(list(element.iterancestors())), element):
            look = self.of(around, look)
        return look

    def of(self, element: "Element", around: Look) -> Look:
        """The look of an element within one that looks like ``around``."""
        attributes = element.attrib
        hints = tuple(pair for pair in attributes.items() if pair[0] in HINTS) if len(attributes) else ()
        declared, _ = self._declared(element)
        look = self._reckoned(around, element.tag.lower(), hints, declared)
        hidden = self.revealed and not look.seen and element.tag not in ("td", "th", "tr")
        if not hidden or next(element.iter("table"), None) is None:
            return look
        key = (id(look), "revealed")
        if key not in self._known:
            shown = replace(look, visible=True, gone=False, absent=False, opacity=1.0, display="block")
            self._known[key] = self._keep(replace(shown, doubt=REVEALED))
        return self._known[key]

    def written(self, element: "Element", look: Look, where: str) -> Look | None:
        """The look of what style writes ``before`` or ``after`` the content of an element."""
        pseudo = self._declared(element)[1] if self._rules.writes else {}
        if where not in pseudo:
            return None
        written = self._reckoned(look, "", (), pseudo[where])
        return None if written.content in ("", "none", "normal") or written.absent else written

    def begins_otherwise(self, element: "Element") -> bool:
        """Whether the first letter or line of an element looks otherwise than the rest."""
        return self._rules.writes and any(name.startswith("first") for name in self._declared(element)[1])

    def _declared(self, element: "Element") -> tuple[Declared, dict[str, Declared]]:
        try:
            return self._rules.declared(element)
        except (TooMuchStyleError, RecursionError):
            self._rules.matched = False
            self._rules.unfollowed = True
            return (), {}
        finally:
            if self._rules.unfollowed:
                self.doubt = UNFOLLOWED

    def _reckoned(self, around: Look, tag: str, hints: tuple[tuple[str, str], ...], declared: Declared) -> Look:
        key = (id(around), tag, hints, declared)
        found = self._known.get(key)
        if found is None:
            by_itself = BY_ITSELF.get(tag, ())
            if tag == "table" and self._quirks:
                by_itself = QUIRKY
            said = Said((*by_itself, *hinted(tag, dict(hints)), *declared), around.variables, self._quirks)
            found = self._known[key] = self._keep(_look(said, around, tag, self._rules.fonts))
        return found

    def _keep(self, look: Look) -> Look:
        self._kept.append(look)
        return look


def _look(said: Said, around: Look, tag: str, fonts: set[str]) -> Look:
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
        bare=around.bare if "list-style-type" not in said.values else said.values["list-style-type"] == "none",
        in_cell=(around.in_cell and tag != "table") or tag in ("td", "th"),
        content=said.values.get("content", ""),
    )
    named = {name.strip().strip("\"'") for name in family.split(",")}
    unknown = said.get("-webkit-text-security") or said.get("mask") or said.get("mix-blend-mode")
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
    shaded = max((abs(a - b) for a, b in pairs), default=0.0) > _SAME
    covers = look.lifted and (own[3] > _CLEAR or bool(image))
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
        away = _AWAY if position == "fixed" else 5 * _AWAY  # what it is moved from may stand far down the page
        clip = [length(a) for name, found in called(said.get("clip")) if name == "rect" for a in found]
        gone = gone or (left or 0.0) <= _AWAY or (top or 0.0) <= away
        if len(clip) == 4 and (clip[1] - clip[3] <= 1 or clip[2] - clip[0] <= 1):
            gone = True
        doubt = MOVED if look.in_cell else doubt
    elif position == "relative":
        sideways = left if left is not None else -(right or 0.0)
        gone = gone or sideways <= _AWAY or (top or 0.0) <= 5 * _AWAY
        placed = placed or abs(sideways) >= 3
    if (margin <= _AWAY or above <= _AWAY) and look.in_cell:
        gone, doubt = gone or (boxed and margin <= _AWAY), MOVED
    alone = (f"{name}({said.get(name)})" for name in ("scale", "translate", "rotate") if said.get(name))
    turning = (said.get("transform"), *alone)
    for name, arguments in called(" ".join(turning)) if boxed else ():
        numbers = [length(a, size, size) for a in arguments]
        if name.startswith("translate"):
            gone = gone or any(n <= _AWAY for n in numbers)
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
