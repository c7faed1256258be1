"""How a run of a Word document looks: hidden, struck out, small, raised, in the colour of its ground."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gkingest.read.declared.office.colours import WHITE, Colour, Theme, colour_of, mixed, shaded, sight, tinted
from gkingest.read.declared.office.fields import is_on_attribute
from gkingest.read.declared.office.pieces import FAINT, SIGN_FONT
from gkingest.read.declared.office.styles import InTable, Styles, properties
from gkingest.read.declared.package import attribute, child, is_on, local_name
from gkingest.read.style.values import is_of_pictures
from gkingest.text.signs import LOWERED, RAISED

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SMALL = {"superscript": RAISED, "subscript": LOWERED}
USUAL_SIZE = 10.0  # points of text that says nothing of its size
_SQUEEZED = "characters in the cell are squeezed or set over one another"
_HIDDEN_TWICE = "characters in the cell may be hidden"
_PATTERN = "characters in the cell are filled with a pattern, or not at all"
# Digits are half as wide as high: closer by a fifth of their height they touch; at a fifth of their width nobody
# reads them; a height farther apart they are no longer one figure.
_CLOSEST, _NARROWEST, _FARTHEST = -0.2, 20, 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks; ``size`` and ``rise`` in points, ``small`` what its digits become."""

    size: float
    rise: float = 0.0
    small: dict[int, int] = field(default_factory=dict)
    hidden: bool = False
    struck: bool = False
    seen: bool = True
    from_right: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a run stands in: the style and the properties of its paragraph, its place in a table."""

    style: str
    own: "Element"
    place: InTable


class WordLook:
    """Looks of runs by their own properties, their styles and the cell that they stand in."""

    def __init__(self, styles: Styles, theme: Theme, page: Colour = WHITE) -> None:
        self.styles, self._theme, self._page = styles, theme, page

    def of(self, run: "Element", around: Around) -> Look:
        """The look of a run."""
        own = {k: v for e in run if local_name(e) == "rPr" for k, v in properties(e).items()}  # formulas have two
        character = attribute(own.get("rStyle"), "val")
        all_ = {**self.styles.run(around.style, character, around.place), **own}
        complex_ = is_on(all_.get("rtl")) or is_on(all_.get("cs"))
        size = _number(all_.get("szCs" if complex_ else "sz"), 2 * USUAL_SIZE) / 2
        seen, doubt = self._sight(all_, around)
        spacing, rise = _number(all_.get("spacing"), 0) / 20, _number(all_.get("position"), 0) / 2
        doubts = (
            (_HIDDEN_TWICE, is_on(all_.get("specVanish")) and not is_on(all_.get("vanish"))),
            (SIGN_FONT, is_of_pictures(attribute(all_.get("rFonts"), "ascii"))),
            (_SQUEEZED, is_on_attribute(all_.get("eastAsianLayout"), "combine")),  # two lines of one
            (_SQUEEZED, "fitText" in all_ and _number(all_["fitText"], 0) < 20 * size),
            (_SQUEEZED, _number(all_.get("w"), 100) < _NARROWEST),
            (_SQUEEZED, not _CLOSEST * size <= spacing <= _FARTHEST * size),
            (_SQUEEZED, abs(rise) > size),  # it stands on another line, or outside of the row
            (doubt, True),
        )
        return Look(
            size=size,
            rise=rise,
            small=_SMALL.get(attribute(all_.get("vertAlign"), "val"), {}),
            hidden=is_on(all_.get("vanish")),
            struck=is_on(all_.get("strike")) or is_on(all_.get("dstrike")),
            seen=seen,
            from_right=is_on(all_.get("rtl")),
            doubt=next(reason for reason, holds in doubts if holds),
        )

    def _sight(self, run: "Mapping[str, Element]", around: Around) -> tuple[bool, str]:
        """Whether the colour of a run can be seen on its ground, and a doubt."""
        fill = run.get("textFill")
        named = run.get("color")
        colour = self._themed(named, "themeColor", attribute(named, "val")) if named is not None else None
        if fill is not None:
            inside = child(fill, "solidFill")
            if inside is None:
                return True, _PATTERN
            colour = self._filled(next(iter(inside), None), colour)
        if colour is None:  # drawn in white where its ground is dark
            return True, ""
        ground = self._ground(run, around)
        if fill is not None and (clear := next(fill.iter("{*}alpha"), None)) is not None:
            colour = mixed(colour, ground, 1 - min(_number(clear, 0), 100_000) / 100_000)
        how = sight(colour, ground)
        return how != "unseen", FAINT if how == "faint" else ""

    def _ground(self, run: "Mapping[str, Element]", around: Around) -> Colour:
        """What a run stands on: its highlighting, or the nearest shading around it."""
        marked = colour_of(attribute(run.get("highlight"), "val"))
        own = child(around.own, "shd")
        if own is None:
            own = self.styles.find(around.style, "pPr", "shd")
        shades = [run.get("shd"), own, *around.place.shades]
        found = (self._shade(shade) for shade in shades if shade is not None)
        return marked or next((c for c in found if c is not None), self._page)

    def _shade(self, shade: "Element") -> Colour | None:
        """The colour of a shading, ``None`` if it lets the ground shine through."""
        kind = attribute(shade, "val", "clear")
        fill = self._themed(shade, "themeFill", attribute(shade, "fill"))
        if kind in ("clear", "nil"):
            return fill
        share = int(kind[3:]) / 100 if kind.startswith("pct") and kind[3:].isdigit() else 0.5
        colour = self._themed(shade, "themeColor", attribute(shade, "color")) or (0, 0, 0)
        return colour if kind == "solid" else mixed(colour, fill or WHITE, min(share, 1.0))

    def _themed(self, element: "Element", name: str, value: str) -> Colour | None:
        """A colour of the theme where one is named, with what makes it lighter or darker, or the one given."""
        colour = self._theme.colour(attribute(element, name)) if attribute(element, name) else None
        if colour is None:
            return colour_of(value) if len(value) == 6 else None
        start = "themeFill" if name == "themeFill" else "theme"
        tint, shade = (attribute(element, start + end) for end in ("Tint", "Shade"))
        if tint:
            colour = tinted(colour, 1 - _hex(tint) / 255)
        return tinted(colour, _hex(shade) / 255 - 1) if shade else colour

    def _filled(self, element: "Element", usual: Colour | None) -> Colour | None:
        """The colour of a filling as drawings have it."""
        value = attribute(element, "val")
        named = element is not None and local_name(element) == "schemeClr"
        colour = self._theme.colour(value) if named else colour_of(value)
        if colour is None:
            return usual
        share, more = (_number(child(element, name), usual) for name, usual in (("lumMod", 100_000), ("lumOff", 0)))
        return shaded(colour, share / 100_000, more / 100_000)


def _number(element: "Element", usual: float) -> float:
    """A number in the attribute ``val``, negative ones too, ``usual`` where there is none."""
    text = attribute(element, "val")
    digits = text.removeprefix("-")
    return float(text) if digits.isascii() and digits.isdigit() and len(digits) < 8 else usual


def _hex(text: str) -> int:
    return int(text, 16) if len(text) == 2 and all(c in "0123456789abcdefABCDEF" for c in text) else 255
