"""Colours, drawing parameters, composite units and pictures of an OFD document (GB/T 33190-2016, 7 and 8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from gkingest.read.ink.plane import WHITE
from gkingest.read.ofd.package import Node, Package, Part, child, children, local, number, numbers, texts

Colour = tuple[float, float, float, float]  # red, green, blue, opacity: 0–255

BLACK: Colour = (0.0, 0.0, 0.0, 255.0)
_OPAQUE = (b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*", b"\x97JB2")  # pictures of kinds that know no opacity


@dataclass(frozen=True, slots=True)
class Style:
    """How objects are painted; ``None`` leaves it to what lies around them. ``width`` is in millimetres."""

    fill: Colour | None = None
    stroke: Colour | None = None
    width: float | None = None
    dashed: bool | None = None
    shown: bool = True

    def over(self, below: "Style") -> "Style":
        """This style, with what it leaves open taken from another."""
        return Style(
            below.fill if self.fill is None else self.fill,
            below.stroke if self.stroke is None else self.stroke,
            below.width if self.width is None else self.width,
            below.dashed if self.dashed is None else self.dashed,
            self.shown and below.shown,
        )


def own_style(node: Node) -> Style:
    """The style that an object or a set of drawing parameters declares itself."""
    width, pattern = numbers(node.get("LineWidth")), numbers(node.get("DashPattern"))
    dashed = any(gap > 0 for gap in pattern[1::2] or pattern) if pattern else None
    return Style(_colour(node, "FillColor"), _colour(node, "StrokeColor"), width[0] if width else None, dashed)


def _colour(node: Node, name: str) -> Colour | None:
    """A colour as red, green and blue; grey and CMYK are told by the count of parts, the rest counts as black."""
    told = child(node, name)
    if told is None:
        return None
    words = told.get("Value", "").replace(",", " ").split()
    parts = [float(int(w[1:], 16)) if w.startswith("#") else number(w) for w in words]
    red, green, blue = 0.0, 0.0, 0.0
    if len(parts) == 4:
        most = 255 if max(parts) > 100 else 100
        red, green, blue = (255 * (1 - p / most) * (1 - parts[3] / most) for p in parts[:3])
    elif len(parts) in (1, 3):
        red, green, blue = parts if len(parts) == 3 else parts * 3
    return red, green, blue, opacity(told)


def opacity(node: Node) -> float:
    """Opacity that an object or a colour declares, 0–255."""
    return number(node.get("Alpha", "").strip() or "255")


def is_white(colour: Colour) -> bool:
    """Whether a colour is that of the paper."""
    return min(colour[:3]) >= WHITE


def is_alike(one: int, other: int) -> bool:
    """Whether a reader sees no difference between two colours as :func:`tint` gives them."""
    return all(abs((one >> shift & 255) - (other >> shift & 255)) < 20 for shift in (0, 8, 16))


def tint(colour: Colour) -> int:
    """The colour as one number, 0xRRGGBB."""
    red, green, blue = (min(max(round(part), 0), 255) for part in colour[:3])
    return (red << 16) + (green << 8) + blue


class Resources:
    """Drawing parameters, composite units and pictures by their identifiers."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles: dict[str, Node] = {}
        self._units: dict[str, Node] = {}
        self._media: dict[str, str] = {}

    def with_parts(self, parts: Iterable[Part]) -> "Resources":
        """These resources and those of more resource files, which go before."""
        more = Resources(self._package)
        more._styles, more._units, more._media = dict(self._styles), dict(self._units), dict(self._media)
        for part in parts:
            base = f"{part.name.rpartition('/')[0]}/{part.root.get('BaseLoc', '')}/-"
            for kind in children(part.root, "DrawParams", "CompositeGraphicUnits", "MultiMedias"):
                for entry in children(kind):
                    name = entry.get("ID", "")
                    if local(entry) == "MultiMedia":
                        file = next(texts(entry, "MediaFile"), "")
                        more._media[name] = more._package.find(file, base) or more._package.find(file, part.name)
                    elif local(entry) == "DrawParam":
                        more._styles[name] = entry
                    else:
                        more._units[name] = entry
        return more

    def style(self, name: str | None) -> Style:
        """The drawing parameters called ``name``, with those that they refine."""
        found, seen = Style(), set()
        while name in self._styles and name not in seen:
            seen.add(name)
            node = self._styles[name]
            found, name = found.over(own_style(node)), node.get("Relative")
        return found

    def unit(self, name: str | None) -> Node | None:
        """The content of a composite unit."""
        node = self._units.get(name or "")
        return None if node is None else child(node, "Content")

    def member(self, name: str | None) -> str:
        """The member of the package that a picture is, "" where it is not there."""
        return self._media.get(name or "", "")

    def is_opaque(self, name: str | None) -> bool:
        """Whether a picture hides what is under it, as the head of its file tells."""
        member = self.member(name)
        head = self._package.head(member, 4096) if member else b""
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return head[25:26] in (b"\0", b"\2", b"\3") and b"tRNS" not in head
        return head.startswith(_OPAQUE)
