"""Whether rules under a condition hold: for a page at rest on the screen of a desk, in a browser of these years."""

import re
from base64 import b64decode
from binascii import Error
from urllib.parse import unquote_to_bytes

_WIDE, _HIGH = 1280.0, 720.0  # CSS pixels: how large a window is taken to be
_UNITS = {"px": 1.0, "em": 16.0, "rem": 16.0, "dppx": 1.0, "x": 1.0, "dpi": 1 / 96, "": 1.0}
_EXTENTS = {
    "width": _WIDE, "device-width": _WIDE, "height": _HIGH, "device-height": _HIGH, "resolution": 1.0,
    "-webkit-device-pixel-ratio": 1.0, "color": 8.0, "aspect-ratio": _WIDE / _HIGH,
}  # fmt: skip
_FEATURES = {
    "prefers-color-scheme": "light", "hover": "hover", "any-hover": "hover", "pointer": "fine",
    "any-pointer": "fine", "orientation": "landscape", "scripting": "enabled",
    "prefers-reduced-motion": "no-preference",
    "forced-colors": "none", "prefers-contrast": "no-preference", "display-mode": "browser", "update": "fast",
    "inverted-colors": "none", "overflow-block": "scroll", "color-gamut": "srgb", "dynamic-range": "standard",
}  # fmt: skip
_FEATURE = re.compile(r"\(([^()]*)\)")
_NUMBER = re.compile(r"([\d.]+)(?:\s*/\s*([\d.]+))?([a-z]*)")
_COMPARED = re.compile(r"(?:([^<>=]+?)\s*([<>]=?)\s*)?([a-z-]+)(?:\s*([<>]=?|=)\s*([^<>=]+))?")
# What every browser of the last years knows, and nobody asks whether it does to hide a figure.
_SUPPORTED = re.compile(
    r"\(\s*(?:display\s*:\s*(?:grid|flex|inline-flex|inline-grid|contents|flow-root)|position\s*:\s*sticky|"
    r"--[\w-]+\s*:[^()]*|color\s*:\s*var\(--[\w-]*\)|gap\s*:[^()]*|object-fit\s*:[^()]*)\s*\)|selector\(.*\)"
)
_TEXT = re.compile(r"data:text/css([^,]{0,60}),([^\s\"']*)", re.IGNORECASE)


def holds_on_screen(media: str) -> bool:
    """Whether a media query holds for a page on the screen of a desk.

    >>> holds_on_screen("print"), holds_on_screen("screen and (width >= 700px)"), holds_on_screen("not print")
    (False, True, True)
    """
    for query in media.lower().split(",") if media.strip() else ["all"]:
        wanted = query.strip()
        negated = re.match(r"not\b", wanted) is not None
        kind = re.match(r"(?:only\s+|not\s+)?([a-z]+)", wanted)
        holds = kind is None or kind[1] in ("all", "screen")
        asked = [_is_so(feature) for feature in _FEATURE.findall(wanted)]
        holds = holds and (any(asked) if ") or (" in wanted else all(asked))
        if holds != negated:
            return True
    return False


def is_supported(condition: str) -> bool:
    """Whether every browser meets an ``@supports`` condition, so that there is no question."""
    return _SUPPORTED.fullmatch(condition) is not None


def sheet_within(text: str) -> str:
    """The style sheet that is written in an address of the kind ``data:``, "" if ``text`` has none.

    >>> sheet_within("url('data:text/css;base64,Yntmb250OjB9')")
    'b{font:0}'
    """
    found = _TEXT.search(text)
    if found is None:
        return ""
    data = unquote_to_bytes(found[2].rstrip(")"))
    try:
        return (b64decode(data) if "base64" in found[1].lower() else data).decode("utf-8", "replace")
    except (Error, ValueError):
        return ""


def _is_so(feature: str) -> bool:
    """Whether a feature is as it is asked for; no, if nobody knows it."""
    name, _, value = (part.strip() for part in feature.partition(":"))
    bound = re.match(r"(-webkit-)?(min|max)-", name)
    if bound:
        extent, wanted = _EXTENTS.get((bound[1] or "") + name[bound.end() :]), _number(value)
        known = extent is not None and wanted is not None
        return known and (extent >= wanted if bound[2] == "min" else extent <= wanted)  # type: ignore[operator]
    if value:
        return name in _FEATURES and value == _FEATURES[name]
    compared = _COMPARED.fullmatch(feature.strip())
    if compared is None or compared[3] not in _EXTENTS:
        return _FEATURES.get(name, "none") not in ("none", "no-preference")
    extent = _EXTENTS[compared[3]]
    sides = [(_number(compared[1] or ""), compared[2], 1), (_number(compared[5] or ""), compared[4], -1)]
    return all(number is not None and _meets(extent, sign, number, turn) for number, sign, turn in sides if sign)


def _meets(extent: float, sign: str, number: float, turn: int) -> bool:
    """Whether ``number sign extent`` (``turn`` 1) or ``extent sign number`` (-1) is true."""
    apart = (extent - number) * turn
    return (apart == 0 and "=" in sign) or (apart > 0 if "<" in sign else apart < 0 if ">" in sign else False)


def _number(value: str) -> float | None:
    found = _NUMBER.fullmatch(value.strip())
    if found is None or found[3] not in _UNITS:
        return None
    try:
        return float(found[1]) / float(found[2] or 1) * _UNITS[found[3]]
    except (ValueError, ZeroDivisionError):
        return None
