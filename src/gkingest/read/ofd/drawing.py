"""Blocks of an OFD page → what is painted, in points and in order of painting (GB/T 33190-2016, chapters 8–13)."""

import math
from dataclasses import dataclass, field, replace

from gkingest.model.paper import Box
from gkingest.read.ink.glyphs import Glyph
from gkingest.read.ink.plane import THIN, Matrix, Point, is_upright, may_be_mark, times
from gkingest.read.ofd.objects import (
    BLANKS,
    Trace,
    box_around,
    characters,
    clip_boxes,
    corners,
    straight_sides,
)
from gkingest.read.ofd.package import (
    Node,
    child,
    children,
    flag,
    local,
    matrix,
    numbers,
    texts,
    too_large,
)
from gkingest.read.ofd.resources import BLACK, Colour, Resources, Style, is_white, opacity, own_style, tint

_SEEN = 20  # of 255: ink that differs by less from its ground is none to a reader (5 % black: 13)
_FAINT = 44  # of 255: ink that differs by less may be overlooked
_SOLID = 230  # of 255: as much opacity hides what is under it
_LINE_WIDTH = 0.353  # millimetres, where the file does not say
_DEPTH = 8  # composite units within one another
_MOST_DRAWN = 2_000_000  # characters, points of paths and objects of one document
_UNMAPPED = 3  # glyphs of one font that share a character: it stands for none of them
_OBJECTS = frozenset({"TextObject", "PathObject", "ImageObject", "CompositeObject"})


@dataclass(slots=True)
class Budget:
    """How much a document may still draw: a small file can ask for more than memory holds."""

    left: int = _MOST_DRAWN

    def spend(self, count: int) -> None:
        """Take ``count`` things off; raises :class:`DocumentError` where too few are left."""
        self.left -= count
        if self.left < 0:
            raise too_large(f"the document draws more than {_MOST_DRAWN:,} characters and lines")


@dataclass(slots=True)
class Drawing:
    """What is painted on a page, in points. What may lie over text comes with its place in the order of painting.

    The ``owner`` of a glyph is its place in that order too, ``white`` are owners painted in white. ``shapes`` are
    the glyphs that the file gives by number: indexes of ``glyphs`` by font and character, then by number. ``rooms``
    are the boundaries of text objects by owner, ``colours`` those of areas by their place in the order. ``media``
    are the places of pictures whose members of the package are known.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    white: set[int] = field(default_factory=set)
    hidden: int = 0
    shapes: dict[tuple[str, str], dict[int, list[int]]] = field(default_factory=dict)
    rulings: list[Box] = field(default_factory=list)
    fills: list[tuple[int, Box]] = field(default_factory=list)
    patches: list[tuple[int, Box]] = field(default_factory=list)
    pictures: list[tuple[int, Box]] = field(default_factory=list)
    media: list[tuple[Box, str]] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)
    rooms: dict[int, Box] = field(default_factory=dict)
    colours: dict[int, Colour] = field(default_factory=dict)
    paths: int = 0

    def unmapped(self) -> set[int]:
        """Indexes of the glyphs whose character says nothing, as it stands for several glyphs of its font."""
        found: set[int] = set()
        for (_, char), by_number in self.shapes.items():
            if len(by_number) >= (2 if char in BLANKS else _UNMAPPED):
                found.update(*by_number.values())
        return found


class Painter:
    """Paints blocks on the drawing of one page; ``covers`` tells whether they hide what they lie over."""

    def __init__(self, drawing: Drawing, resources: Resources, budget: Budget) -> None:
        self.resources = resources
        self.covers = True
        self._drawing = drawing
        self._budget = budget
        self._order = 0

    def paint(self, block: Node, m: Matrix, above: Style | None = None, depth: int = 0) -> None:
        """Paint the objects of a layer, an appearance or a block; ``m`` takes its space to points on the page."""
        style = self.resources.style(block.get("DrawParam")).over(above or Style())
        for node in children(block):
            if local(node) in ("PageBlock", "Layer"):
                self.paint(node, m, style, depth)
            elif local(node) in _OBJECTS:
                self._budget.spend(1)
                self._order += 1
                self._paint_object(node, m, style, depth)

    def _paint_object(self, node: Node, m: Matrix, above: Style, depth: int) -> None:
        boundary = numbers(node.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        if len(boundary) != 4:
            raise ValueError(f"a boundary of {len(boundary)} numbers")
        style = own_style(node).over(self.resources.style(node.get("DrawParam"))).over(above)
        seen = flag(node, "Visible", otherwise=True) and opacity(node) >= _SEEN
        style = replace(style, shown=style.shown and seen)
        inner = times(matrix(node.get("CTM")), times((1, 0, 0, 1, *boundary[:2]), m))
        room = corners(m, *boundary) if min(boundary[2:]) > 0 else None
        kind = local(node)
        if kind == "TextObject":
            self._text(node, inner, style, room)
        elif kind == "CompositeObject":
            unit = self.resources.unit(node.get("ResourceID"))
            if unit is not None and depth < _DEPTH:
                self.paint(unit, inner, style, depth + 1)
        elif style.shown and kind == "PathObject":
            self._path(node, inner, style, room)
        elif style.shown:
            self._picture(node, inner, room)

    def _text(self, node: Node, m: Matrix, style: Style, room: Box | None) -> None:
        """Glyphs of a text object; characters that nobody can see are only counted."""
        drawing, font = self._drawing, node.get("Font", "")
        inks = _inks(node, style)
        # By how much the ink differs from white paper, of 255
        shades = [(255 - min(ink[:3])) * ink[3] / 255 * opacity(node) / 255 for ink in inks]
        depth = max(shades, default=0.0)
        clips, certain = clip_boxes(node, m)
        string = -1
        for c in characters(node, m):
            self._budget.spend(1)
            if c.string != string:
                string, self._order = c.string, self._order + 1
                drawing.white |= {self._order} if depth < _SEEN else set()
                drawing.rooms |= {self._order: room} if room else {}
            if c.char in BLANKS and c.shape is None:
                continue
            if not inks:
                drawing.hidden += c.char not in BLANKS
                continue
            if c.shape is not None:
                drawing.shapes.setdefault((font, c.char), {}).setdefault(c.shape, []).append(len(drawing.glyphs))
            shown = [any(_cut(c.box, area) for area in clip) for clip in clips]
            whole = all(any(_cut(c.box, area) == c.box for area in clip) for clip in clips)
            if certain and not all(shown):
                drawing.hidden += 1
                continue
            stray = room is not None and _cut(c.box, room.grown(c.size, c.size)) is None
            doubted = not whole or stray or _SEEN <= depth < _FAINT
            drawing.glyphs.append(
                Glyph(c.char, c.size, c.angle, self._order, c.box, tint(inks[0]), blended=doubted)
            )

    def _picture(self, node: Node, m: Matrix, room: Box | None) -> None:
        """A picture fills the unit square, which its transformation spreads out; its boundary cuts it."""
        box = _cut(corners(m, 0, 0, 1, 1), room) if node.get("CTM") else room
        if box is None:
            return
        if _is_thin(box):
            self._drawing.rulings.append(box)  # some producers paint rules as stretched pictures
            return
        self._drawing.pictures.append((self._order, box))
        image = node.get("ResourceID")
        if member := self.resources.member(image):
            self._drawing.media.append((box, member))
        if self.covers and _is_solid(node) and not node.get("ImageMask") and self.resources.is_opaque(image):
            self._drawing.patches.append((self._order, box))

    def _path(self, node: Node, m: Matrix, style: Style, room: Box | None) -> None:
        """Rules and areas of a path; what is small and not made of upright sides is a mark."""
        ink = style.stroke or BLACK
        stroke = flag(node, "Stroke", otherwise=True) and ink[3] >= _SEEN
        fill = style.fill if flag(node, "Fill", otherwise=False) and style.fill and style.fill[3] >= _SEEN else None
        if not stroke and not fill:
            return
        trace = Trace(" ".join(texts(node, "AbbreviatedData")), m)
        self._budget.spend(len(trace.points))
        if not trace.points:
            return
        self._drawing.paths += 1
        whole = box_around(trace.points)
        if not trace.upright and may_be_mark(whole.width, whole.height, stroked=stroke and not _is_thin(whole)):
            self._drawing.marks.append(whole)
            return
        pen = _LINE_WIDTH if style.width is None else style.width
        reach = pen * math.hypot(m[0], m[2]), pen * math.hypot(m[1], m[3])
        for run in trace.runs:
            if stroke and not style.dashed:
                self._line(run, reach, ink)
            if fill and len(run) >= 4 and is_upright(run):
                self._rectangle(box_around(run), room, fill, outlined=stroke, solid=_is_solid(node))

    def _line(self, run: list[Point], pen: Point, ink: Colour) -> None:
        """The rules of a line, its ``pen`` as wide and high as told; one thicker than any rule paints an area."""
        whole = box_around(run)
        for side in [whole] if _is_thin(whole) else straight_sides(run):
            across, down = (0.0, pen[1] / 2) if side.width > side.height else (pen[0] / 2, 0.0)
            if 2 * max(across, down) <= THIN:
                self._drawing.rulings.append(side)
            elif not is_white(ink):
                self._drawing.fills.append((self._order, side.grown(across, down)))

    def _rectangle(self, box: Box, room: Box | None, fill: Colour, *, outlined: bool, solid: bool) -> None:
        """A filled rectangle: a rule if it is thin, else an area as far as its boundary shows it."""
        if _is_thin(box):
            self._drawing.rulings += [] if outlined else [box]
            return
        seen = _cut(box, room) if room else box
        if seen is None:
            return
        if not is_white(fill):
            self._drawing.fills.append((self._order, seen))
            self._drawing.colours[self._order] = fill
        if solid and self.covers and fill[3] >= _SOLID:
            self._drawing.patches.append((self._order, seen))


def _inks(node: Node, style: Style) -> list[Colour]:
    """Colours that a text object is seen in, none where nobody can see it."""
    inks = [style.fill or BLACK] if flag(node, "Fill", otherwise=True) else []
    inks += [style.stroke or BLACK] if flag(node, "Stroke", otherwise=False) else []
    return [ink for ink in inks if ink[3] >= _SEEN] if style.shown else []


def _is_solid(node: Node) -> bool:
    """Whether an object hides what is under it; where it is clipped, nobody knows what it leaves open."""
    return opacity(node) >= _SOLID and child(node, "Clips") is None


def _is_thin(box: Box) -> bool:
    return min(box.width, box.height) <= THIN


def _cut(box: Box, room: Box | None) -> Box | None:
    """The part of a box that lies in its boundary."""
    if room is None:
        return box
    x0, top = max(box.x0, room.x0), max(box.top, room.top)
    x1, bottom = min(box.x1, room.x1), min(box.bottom, room.bottom)
    return Box(x0, top, x1, bottom) if x1 > x0 and bottom > top else None
