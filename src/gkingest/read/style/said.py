"""What is said of the style of one element: by what kind it is of, by its attributes, and by rules of style."""

import math
import re
from collections.abc import Callable

from gkingest.read.style.css import VISITED, Declared
from gkingest.read.style.values import OF_SYSTEM, Colour, called, colour, factor, hint_colour, length, words

NAMED_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0, "xxx-large": 48.0,
}  # fmt: skip
_BLOCKS = (
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html body legend listing main menu nav ol optgroup option "
    "p plaintext pre search section summary ul xmp "
)
_NEVER = "area base basefont datalist head link meta noembed noframes param rp script style template title noscript"
_TABLES = {
    "table": "table", "caption": "table-caption", "colgroup": "table-column-group", "col": "table-column",
    "thead": "table-header-group", "tbody": "table-row-group", "tfoot": "table-footer-group", "tr": "table-row",
    "td": "table-cell", "th": "table-cell",
}  # fmt: skip
CONTROLS = ("input", "select", "textarea", "button", "meter", "progress")
_CONTROL = (
    ("display", "inline-block"), ("color", "#000"), ("background-color", "#fff"), ("font-size", "13.333px"),
    ("text-indent", "0"), ("letter-spacing", "0"),
)  # fmt: skip
BY_ITSELF: dict[str, Declared] = {
    **dict.fromkeys(_BLOCKS.split(), (("display", "block"),)),
    **dict.fromkeys(_NEVER.split(), (("display", "none"),)),
    **{tag: (("display", display),) for tag, display in _TABLES.items()},
    **dict.fromkeys(CONTROLS, _CONTROL),
    **{tag: (("display", "block"), ("font-size", s)) for tag, s in (("h1", "2em"), ("h2", "1.5em"))},
    **dict.fromkeys(("s", "strike", "del"), (("text-decoration-line", "line-through"),)),
    "li": (("display", "list-item"),),
    "ul": (("display", "block"), ("list-style-type", "disc")),
    "ol": (("display", "block"), ("list-style-type", "decimal")),
    "sup": (("vertical-align", "super"), ("font-size", "smaller")),
    "sub": (("vertical-align", "sub"), ("font-size", "smaller")),
    "small": (("font-size", "smaller"),),
    "big": (("font-size", "larger"),),
    "mark": (("background-color", "#ff0"), ("color", "#000")),
    "marquee": (("display", "inline-block"),),
    "pre": (("display", "block"), ("white-space", "pre")),
    "bdo": (("unicode-bidi", "bidi-override"),),
}
QUIRKY = (("font-size", "medium"), ("display", "table"))  # a table of a page without a document type
HINTS = frozenset(
    (
        "hidden",
        "color",
        "size",
        "bgcolor",
        "background",
        "dir",
        "text",
        "open",
        "popover",
        "href",
        "type",
        "width",
        "face",
    )
)
_HINT_FONTS = ("10px", "13px", "16px", "18px", "24px", "32px", "48px")
_BLACK = (0.0, 0.0, 0.0, 1.0)
_NO = frozenset(("", "none", "normal", "auto", "initial", "unset", "inherit", "revert", "revert-layer", "static"))
# Two values of one property, as in text that runs from left to right: what runs otherwise is doubted anyway.
_PAIRS = {
    "overflow": ("overflow-x", "overflow-y"),
    "margin-inline": ("margin-left", "margin-right"),
    "padding-inline": ("padding-left", "padding-right"),
    "inset-inline": ("left", "right"),
}
# Sides of which each has its value, by where it stands among those of all.
_SIDES = {
    "margin": {"margin-top": 0, "margin-right": 1, "margin-left": 3},
    "padding": {"padding-top": 0, "padding-right": 1, "padding-left": 3},
    "inset": {"top": 0, "right": 1, "bottom": 2, "left": 3},
}
_SYNONYMS = {
    "text-decoration": "text-decoration-line",
    "flex-flow": "flex-direction",
    "animation": "animation-name",
    "-webkit-background-clip": "background-clip",
    "-webkit-mask-box-image": "mask",
    "mask-border": "mask",
    "list-style": "list-style-type",
    "border-left": "border",
    "border-right": "border",
    "inline-size": "width",
    "block-size": "height",
    "max-inline-size": "max-width",
    "max-block-size": "max-height",
    "inset-inline-start": "left",
    "inset-block-start": "top",
    "margin-inline-start": "margin-left",
    "margin-inline-end": "margin-right",
    "margin-block-start": "margin-top",
    "padding-inline-start": "padding-left",
    "padding-inline-end": "padding-right",
    "mask-image": "mask",
    "-webkit-mask-image": "mask",
    "-webkit-mask": "mask",
    "-webkit-text-stroke-width": "-webkit-text-stroke",
    "text-emphasis-style": "text-emphasis",
    "-webkit-text-emphasis": "text-emphasis",
    "outline-width": "outline",
    "column-gap": "gap",
    "list-style-image": "list-style-type",
}
_INITIAL = {"color": "#000", "visibility": "visible"}
_OF_ROOT = re.compile(r"(\d+\.?\d*|\.\d+)rem\b", re.IGNORECASE)
_VAR = re.compile(r"var\(\s*(--[^\s,()]+)\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")


# What attributes say: the attribute, the elements on which it says that, the property, and its value in style.
_PAINTED = frozenset((*_TABLES, "body"))
_SIZED = frozenset(("table", "col", "colgroup", "td", "th"))
_HINTED: tuple[tuple[str, frozenset[str] | None, str, Callable[[str], str]], ...] = (
    ("popover", None, "display", lambda _: "none"),
    ("dir", None, "direction", str.lower),
    ("color", frozenset(("font",)), "color", hint_colour),
    ("href", frozenset(("a",)), "color", lambda _: "#0000ee"),
    ("text", frozenset(("body",)), "color", hint_colour),
    ("face", frozenset(("font",)), "font-family", str.lower),
    ("width", _SIZED, "width", str.strip),
    ("bgcolor", _PAINTED, "background-color", hint_colour),
    ("background", _PAINTED, "background-image", lambda _: "url(x)"),
)


def hinted(tag: str, hints: dict[str, str]) -> Declared:
    """What attributes say of style."""
    until, dialog = hints.get("hidden", "").strip().lower() == "until-found", tag == "dialog"
    rules = (
        ("content-visibility", "hidden", until),
        ("display", "none", "hidden" in hints and not until),
        ("display", "none", dialog and "open" not in hints),
        ("position", "absolute", dialog),
        ("display", "none", tag == "input" and hints.get("type", "").strip().lower() == "hidden"),
    )
    found = [(name, value) for name, value, holds in rules if holds]
    found += [
        (property_, value(hints[name]))
        for name, tags, property_, value in _HINTED
        if name in hints and (tags is None or tag in tags)
    ]
    asked = re.match(r"\s*([+-]?)(\d+)", hints.get("size", "")) if tag == "font" else None
    if asked:
        step = 3 * bool(asked[1]) + int(asked[1] + asked[2])
        found.append(("font-size", _HINT_FONTS[min(max(step, 1), 7) - 1]))
    return tuple(found)


class Said:
    """Properties of one element with the value that holds for each, shorthands taken apart."""

    def __init__(
        self, declared: Declared, variables: tuple[tuple[str, str], ...], quirks: bool, root: float = 16.0
    ) -> None:
        self.values: dict[str, str] = {}
        self.quirks = quirks
        own = {name: value for name, value in declared if name.startswith("--")}
        self.variables = {**dict(variables), **own}
        for name, raw in declared:
            value = self._put_in(raw) if "var(" in raw else raw
            if value and name != "content":
                value = _OF_ROOT.sub(lambda found: f"{float(found[1]) * root:g}px", value)
            if not name.startswith("--") and value is not None:
                self._take(name, value if name == "content" else value.lower())

    def _put_in(self, value: str) -> str | None:
        """A value with those of its variables; ``None`` where one of them has none."""
        for _ in range(20):
            found = _VAR.search(value)
            if found is None:
                return value.strip()
            given = self.variables.get(found[1], found[2])
            if given is None or len(value) > 2000:
                return None
            value = value[: found.start()] + given.strip() + value[found.end() :]
        return None

    def _take(self, name: str, value: str) -> None:
        """A declaration; one of several values is taken apart."""
        parts = words(value)
        if name == "font":
            self._take_font(value)
        elif name == "background":
            self._take_background(parts)
        elif name in _SIDES and parts:
            # What is not said of a side is that of the one across from it, or the first.
            for side, n in _SIDES[name].items():
                self.values[side] = parts[n if n < len(parts) else min(max(n - 2, 0), len(parts) - 1)]
        elif name in _PAIRS:
            self.values.update(zip(_PAIRS[name], (parts * 2)[:2] or ("", ""), strict=True))
        elif name == "all":
            self.values = {"unset": value}
        else:
            if value == "initial":
                value = _INITIAL.get(name, value)
            if name == "display":
                value = value.removeprefix("block ").removeprefix("inline ")
            # Where nobody knows a colour the one before holds; one called like a function may be of tomorrow.
            told = value == "inherit" or "(" in value or value in OF_SYSTEM or name != "color"
            if told or colour(value, _BLACK, self.quirks) is not None:
                if name == "color":  # of links that were followed too, as it was said later
                    self.values.pop(VISITED, None)
                self.values[_SYNONYMS.get(name, name)] = value

    def _take_background(self, parts: list[str]) -> None:
        shades = [p for p in parts if colour(p, _BLACK, self.quirks) is not None]
        self.values["background-color"] = shades[-1] if shades else "transparent"
        self.values["background-image"] = next((p for p in parts if re.match(r"url|.*gradient|image", p)), "")
        self.values["background-clip"] = "text" if "text" in parts else ""

    def _take_font(self, value: str) -> None:
        family = value
        for part in words(value.partition("/")[0]):
            sized = part in NAMED_SIZES or part in ("smaller", "larger") or not math.isnan(length(part, 16, 16))
            if sized and not re.fullmatch(r"[1-9]00", part):  # which is a weight
                self.values["font-size"] = part
                family = re.sub(r"^\s*/\s*\S+", "", value.partition(part)[2])
        self.values["font-family"] = family.strip()

    def get(self, name: str) -> str:
        """The value of a property, "" where none holds or it is that by default."""
        value = self.values.get(name, "")
        return "" if value in _NO else value

    def shade(self, name: str, current: Colour, otherwise: Colour | None) -> Colour | None:
        """A colour; ``otherwise`` where none holds, ``None`` where it cannot be told."""
        value = self.get(name)
        return colour(value, current, self.quirks) if value else otherwise

    def followed(self, current: Colour, around: Colour | None) -> Colour | None:
        """The colour of a link for readers who have followed it, where that is another than for the rest."""
        return self.shade(VISITED, current, None if self.get("color") else around)

    def px(self, name: str, size: float, whole: float | None = None) -> float | None:
        """A length; ``None`` where none holds, not a number where it cannot be told."""
        value = self.get(name)
        return length(value, size, whole) if value else None

    def distance(self, name: str, size: float, whole: float | None = None) -> float:
        """A length; 0 where none holds, not a number where it cannot be told."""
        return self.px(name, size, whole) or 0.0

    def told(self, name: str, size: float, whole: float | None, otherwise: float) -> float:
        """A length; ``otherwise`` where none holds or it cannot be told."""
        found = self.px(name, size, whole)
        return otherwise if found is None or math.isnan(found) else found

    def line_height(self, size: float) -> float:
        """CSS pixels; infinite where none holds or it cannot be told."""
        value = self.get("line-height")
        return self.told("line-height", size, size, math.inf) * (size if value.replace(".", "").isdigit() else 1.0)

    def font_size(self, around: float) -> float:
        """Size of the text in a box where that around it has the size ``around``."""
        value = self.values.get("font-size", "")
        if value in ("initial", "medium"):
            return 16.0
        if value in ("smaller", "larger"):
            return around / 1.2 if value == "smaller" else around * 1.2
        if value in NAMED_SIZES:
            return NAMED_SIZES[value]
        found = length(value, around, around)
        return around if math.isnan(found) or found < 0 else found

    def opacity(self) -> float:
        """How much of the box is seen, 0 to 1, by its own style."""
        value = self.get("opacity")
        own = min(max(factor(value), 0.0), 1.0) if value else 1.0
        for name, arguments in called(self.get("filter")):
            if name == "opacity" and arguments:
                own *= min(factor(arguments[0]), 1.0)
        return own
