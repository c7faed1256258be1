"""Colours of Office files, from their themes too, and whether text in one can be seen on ground of another."""

import colorsys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from gkingest.read.declared.package import attribute, child, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Colour = tuple[int, int, int]  # red, green and blue, 0 to 255
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# Within 8 of 255 no screen shows two colours apart; below a contrast (WCAG 2, 1 to 21) of 1.5 text is a shade that
# is easily missed. Grey of placeholders, the palest text that programs set by themselves, has 4.
_SAME, _FAINT = 8, 1.5
_NAMED: Mapping[str, Colour] = {
    "black": BLACK,
    "blue": (0, 0, 255),
    "cyan": (0, 255, 255),
    "darkBlue": (0, 0, 128),
    "darkCyan": (0, 128, 128),
    "darkGray": (128, 128, 128),
    "darkGreen": (0, 128, 0),
    "darkMagenta": (128, 0, 128),
    "darkRed": (128, 0, 0),
    "darkYellow": (128, 128, 0),
    "green": (0, 255, 0),
    "lightGray": (192, 192, 192),
    "magenta": (255, 0, 255),
    "red": (255, 0, 0),
    "white": WHITE,
    "yellow": (255, 255, 0),
}
# What a theme calls its colours in text, and in its list; colours of a file without a theme are those of Office.
_SLOTS = {"text1": "dk1", "tx1": "dk1", "dark1": "dk1", "background1": "lt1", "bg1": "lt1", "light1": "lt1"} | {
    **{"text2": "dk2", "tx2": "dk2", "dark2": "dk2", "background2": "lt2", "bg2": "lt2", "light2": "lt2"},
    **{"hyperlink": "hlink", "followedHyperlink": "folHlink"},
}
_OFFICE = {"dk1": BLACK, "lt1": WHITE, "dk2": (68, 84, 106), "lt2": (231, 230, 230)}


def colour_of(text: str) -> Colour | None:
    """A colour by its name or in hexadecimal digits, alpha before them or not; ``None`` for what is none."""
    if text in _NAMED:
        return _NAMED[text]
    digits = text.removeprefix("#")[-6:]
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return red, green, blue


class Theme:
    """The colours of a theme by name."""

    def __init__(self, root: "Element") -> None:
        self._by_slot: dict[str, Colour] = dict(_OFFICE)
        scheme = child(root, "themeElements", "clrScheme")
        for slot in scheme if scheme is not None else ():
            own = next(iter(slot), None)
            value = attribute(own, "lastClr") or attribute(own, "val")
            if (colour := colour_of(value)) is not None:
                self._by_slot[local_name(slot)] = colour

    def colour(self, name: str) -> Colour | None:
        """The colour of a name such as ``accent1``, ``text1`` or ``bg1``."""
        return self._by_slot.get(_SLOTS.get(name, name))

    def in_sheet(self, index: int) -> Colour | None:
        """The colour that a spreadsheet knows by its number."""
        slots = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
        return self._by_slot.get(slots[index]) if 0 <= index < len(slots) else None


def tinted(colour: Colour, tint: float) -> Colour:
    """A colour made lighter (``tint`` above 0, at most 1) or darker (below), ECMA-376 part 1, 18.8.19."""
    return shaded(colour, 1 + tint, 0) if tint < 0 else shaded(colour, 1 - tint, tint)


def shaded(colour: Colour, share: float, more: float) -> Colour:
    """A colour with ``share`` of its lightness and ``more`` added to it, both of 1 (lumMod and lumOff)."""
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    rgb = colorsys.hls_to_rgb(hue, min(max(light * share + more, 0), 1), saturation)
    red, green, blue = (round(255 * c) for c in rgb)
    return red, green, blue


def mixed(colour: Colour, ground: Colour, share: float) -> Colour:
    """A colour laid over another with ``share`` of its strength."""
    red, green, blue = (round(c * share + g * (1 - share)) for c, g in zip(colour, ground, strict=True))
    return red, green, blue


def sight(colour: Colour, ground: Colour) -> Literal["seen", "faint", "unseen"]:
    """Whether text in a colour can be seen on its ground.

    >>> sight((0, 0, 0), (255, 255, 255)), sight((250, 250, 250), (255, 255, 255))
    ('seen', 'unseen')
    """
    if max(abs(c - g) for c, g in zip(colour, ground, strict=True)) <= _SAME:
        return "unseen"
    lights = sorted((_light(colour), _light(ground)))
    return "seen" if (lights[1] + 0.05) / (lights[0] + 0.05) >= _FAINT else "faint"


def _light(colour: Colour) -> float:
    """Relative luminance of a colour (WCAG 2)."""
    linear = (c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
