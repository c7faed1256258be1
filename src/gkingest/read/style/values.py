"""Values of style properties as numbers: lengths, colours, and what transformations do to a box."""

import math
import re
from collections.abc import Callable

from tinycss2.color4 import parse_color

Colour = tuple[float, float, float, float]  # sRGB and opacity, each from 0 to 1

_UNITS = {
    "px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
    "vw": 12.8, "vh": 7.2, "vmin": 7.2, "vmax": 12.8,
}  # fmt: skip
_OF_SIZE = {"em": 1.0, "ex": 0.5, "ch": 0.5, "ic": 1.0, "lh": 1.2}
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)")
_CALLED = re.compile(r"([a-z-]+[a-z0-9]*)\(([^()]*)\)")
_SYSTEM = {
    **dict.fromkeys(("window", "canvas", "field", "highlighttext"), "#fff"), "buttonface": "#efefef",
    **dict.fromkeys(("windowtext", "canvastext", "fieldtext", "buttontext", "marktext"), "#000"),
}  # fmt: skip
# Those of a system that are not the same everywhere.
OF_SYSTEM = frozenset((
    "accentcolor", "accentcolortext", "activetext", "appworkspace", "background", "buttonborder",
    "buttonhighlight", "buttonshadow", "captiontext", "graytext", "highlight", "inactiveborder",
    "inactivecaption", "inactivecaptiontext", "infobackground", "infotext", "linktext", "mark", "menu",
    "menutext", "scrollbar", "selecteditem", "selecteditemtext", "threedface", "visitedtext", "activeborder",
    "activecaption", "threeddarkshadow", "threedhighlight", "threedlightshadow", "threedshadow", "windowframe",
))  # fmt: skip
_PICTURES = (
    "wingdings", "webdings", "marlett", "zapfdingbats", "zapf dingbats", "mt extra", "bookshelf symbol",
    "segoe mdl2",
)  # fmt: skip
_CHOSEN: dict[str, Callable[[list[float]], float]] = {
    "max(": max,
    "clamp(": lambda parts: max(parts[0], min(parts[1:])),
}
_TURN = {"deg": 1.0, "turn": 360.0, "rad": 57.29578, "grad": 0.9, "": 1.0}


def length(value: str, size: float = 16.0, whole: float | None = None) -> float:
    """CSS pixels; not a number where it cannot be told.

    ``size`` is that of the font, ``whole`` what a percentage is of.

    >>> length("calc(1em - 16px)"), length("min(3px, 1em)"), length("clamp(0px, 2px, 1px)")
    (0.0, 3.0, 1.0)
    """
    found = _LENGTH.fullmatch(value.strip().lower())
    if found is None:
        return _Reckoned(value, size, whole).total() if "(" in value and len(value) < 200 else math.nan
    number, unit = float(found[1]), found[2]
    if number == 0:
        return 0.0
    if unit == "%":
        return number / 100 * whole if whole is not None else math.nan
    return number * (_OF_SIZE[unit] * size if unit in _OF_SIZE else _UNITS.get(unit, math.nan))


class _Reckoned:
    """What ``calc()``, ``min()``, ``max()`` and ``clamp()`` of lengths come to; not a number for what is none."""

    def __init__(self, value: str, size: float, whole: float | None) -> None:
        self._tokens = re.findall(r"[a-z-]+\(|(?:\d+\.?\d*|\.\d+)[a-z%]*|\S", value.strip().lower())
        self._size, self._whole = size, whole

    def total(self) -> float:
        """The value of the whole text."""
        found = self.sum()
        return math.nan if self._tokens else found

    def sum(self) -> float:
        """Products, added or taken away."""
        total = self.product()
        while self._next_is("+", "-"):
            total += self.product() if self._tokens.pop(0) == "+" else -self.product()
        return total

    def product(self) -> float:
        """Values, multiplied or divided."""
        found = self.single()
        while self._next_is("*", "/"):
            multiplied = self._tokens.pop(0) == "*"
            by = self.single()
            found = found * by if multiplied else found / by if by else math.nan
        return found

    def single(self) -> float:
        """A length, or what stands in brackets, by the function before them."""
        token = self._tokens.pop(0) if self._tokens else ""
        if token == "-":
            return -self.single()
        if token not in ("(", "calc(", "min(", "max(", "clamp("):
            return length(token, self._size, self._whole) if "(" not in token else math.nan
        parts = [self.sum()]
        while self._next_is(","):
            self._tokens.pop(0)
            parts.append(self.sum())
        closed = bool(self._tokens) and self._tokens.pop(0) == ")"
        if not closed or any(map(math.isnan, parts)) or (token == "clamp(") != (len(parts) == 3):
            return math.nan
        return _CHOSEN.get(token, min)(parts)

    def _next_is(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in signs


def angle(value: str) -> float:
    """Degrees; not a number where it cannot be told."""
    found = _LENGTH.fullmatch(value.strip().lower())
    return float(found[1]) * _TURN[found[2]] if found and found[2] in _TURN else math.nan


def colour(value: str, current: Colour, quirks: bool = False) -> Colour | None:
    """A colour; ``None`` for what is none. Quirky pages leave the # out."""
    value = value.strip().lower()
    if value == "currentcolor":
        return current
    if quirks and re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", value):
        value = f"#{value}"
    try:
        parsed = parse_color(_SYSTEM.get(value, value))
        if parsed is None or isinstance(parsed, str):
            return None
        red, green, blue, opacity = (float(n or 0) for n in tuple(parsed.to("srgb")))
    except (ValueError, NotImplementedError, TypeError):
        return None
    return (red, green, blue, opacity)


def hint_colour(value: str) -> str:
    """The colour of an attribute such as ``bgcolor`` as style has it (HTML, rules for legacy colour values)."""
    value = value.strip().lower()
    if value in ("", "transparent"):
        return ""
    if re.fullmatch(r"#?[0-9a-f]{6}|#[0-9a-f]{3}", value):
        return f"#{value.lstrip('#')}"
    if colour(value, (0, 0, 0, 1)) is not None and value.isalpha():
        return value
    digits = re.sub(r"[^0-9a-f]", "0", value.lstrip("#")[:128])
    digits = digits.ljust(-(-len(digits) // 3) * 3, "0")
    third = max(len(digits) // 3, 1)
    parts = [digits[n * third : (n + 1) * third][-8:] for n in range(3)]
    spare = min(len(parts[0]) - 2, *(len(p) - len(p.lstrip("0")) for p in parts))
    return "#" + "".join(p[max(spare, 0) :][:2].rjust(2, "0") for p in parts)


def laid_on(ground: Colour, upper: Colour, opacity: float = 1.0) -> Colour:
    """A colour laid on a ground that lets nothing through."""
    share = upper[3] * opacity
    red, green, blue = (u * share + g * (1 - share) for u, g in zip(upper[:3], ground[:3], strict=True))
    return (red, green, blue, 1.0)


def contrast(one: Colour, other: Colour) -> float:
    """Ratio of contrast, from 1 to 21 (WCAG 2.1, 1.4.3)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(shade: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def called(value: str) -> list[tuple[str, list[str]]]:
    """Functions of a value with their arguments.

    >>> called("scale(0) translate(-5px, 2em)")
    [('scale', ['0']), ('translate', ['-5px', '2em'])]
    """
    return [(name, [w for w in re.split(r"[\s,/]+", inner) if w]) for name, inner in _CALLED.findall(value.lower())]


def words(value: str) -> list[str]:
    """Words of a value, calls of functions in one piece.

    >>> words("0/1.2 a, rgba(0, 0, 0, 0) url( x.png )")
    ['0', '1.2', 'a', 'rgba(0, 0, 0, 0)', 'url( x.png )']
    """
    return re.findall(r"[^\s,/()\"']+\([^()]*(?:\([^()]*\)[^()]*)*\)|\"[^\"]*\"|'[^']*'|[^\s,/]+", value)


def factor(value: str) -> float:
    """A number or a percentage; 0 for none."""
    found = length(value, 1.0, 1.0) if value else 0.0
    return 0.0 if math.isnan(found) else found


def is_of_pictures(font: str) -> bool:
    """Whether a font shows pictures in the place of digits, by its name.

    >>> is_of_pictures("Wingdings 2"), is_of_pictures("SimSun")
    (True, False)
    """
    return font.strip().lower().startswith(_PICTURES)
