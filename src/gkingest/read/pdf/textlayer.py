"""Text layer of a PDF page → :class:`Page`: characters and rulings through PDFium, in reading orientation."""

import ctypes
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import pypdfium2.raw as pdfium

from gkingest.model.paper import Box, Page, Ruling, Turn
from gkingest.read.ink.glyphs import Glyph, build_words, dominant_turn, lines_of, snapped, visible_text_problem
from gkingest.read.ink.plane import WHITE, Rect, apply, moved
from gkingest.read.ink.signs import UNITS
from gkingest.read.ink.strokes import apart_from_strokes, without_decoration, without_struck
from gkingest.read.pdf.objects import PageObjects, address, read_objects
from gkingest.text.signs import FIGURES, UNKNOWN, sign_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_BLANKS = frozenset({0x20, 0x0A, 0x0D, 0x09, 0x3000, 0xA0})
_FIGURES = frozenset(map(ord, (*FIGURES, *UNITS)))
# Joiners, marks of direction, thin blanks, fillers: as text they show nothing.
_NO_INK = frozenset((0xAD, 0x34F, 0x115F, 0x1160, 0x180E, 0x2800, 0x3164, 0xFEFF, 0xFFA0, *range(0x2000, 0x2010),
                     *range(0x2028, 0x2030), *range(0x205F, 0x2070), *range(0xFE00, 0xFE10)))  # fmt: skip
_FEW_PATHS = 8  # painted paths or pictures below which a page has no ruled table
_OUTLINES = 60  # painted paths on a page without text: its letters are drawn as outlines
_MOST_GLYPHS = 100_000  # a large sheet full of the smallest print has fewer
_MOST_PAIRS = 30_000_000  # characters times areas and pictures of one page: each is held against each
_TOO_MANY = "it has {:,} characters{}, more than any sheet of paper can show"
_PICTURE = 0.3  # share of the page that pictures cover from which it may be one
_COVER = 0.5  # share of the page that a picture covers before text under it is suspected


@dataclass(slots=True)  # some producers make one of each character
class _TextObject:
    """What all characters of one PDF text object share; ``patches`` are painted over it."""

    key: int
    angle: float
    size: float
    hidden: bool
    white: bool
    colour: int
    blended: bool
    patches: tuple[Rect, ...]


_Edges = tuple[ctypes.c_double, ctypes.c_double, ctypes.c_double, ctypes.c_double]
# Code, text object, em box, what the shape of a figure fills, and whether the file has a blank before it
_Placed = tuple[int, _TextObject, Rect, Rect | None, bool]


@dataclass(slots=True)
class _TextLayer:
    """Characters of a page in user space, those that were painted over (``under``) and where these were apart.

    And how many are hidden, how many are unmapped.
    """

    glyphs: list[_Placed] = field(default_factory=list)
    under: list[_Placed] = field(default_factory=list)
    covered: list[Rect] = field(default_factory=list)
    hidden: int = 0
    unmapped: int = 0

    @classmethod
    def of(cls, text: "PdfTextPage", objects: PageObjects, bounds: Rect) -> Self:
        """The characters of a page, one by one."""
        layer = cls()
        chars = text.raw  # taken out of its wrapper once, as each question would take it out again
        owners = _TextObjects(chars, objects, bounds)
        grounds = [*objects.fills, *(r for _, r in objects.images)]
        edges = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
        parted = False
        for index in range(pdfium.FPDFText_CountChars(chars)):
            code = pdfium.FPDFText_GetUnicode(chars, index)
            if code in _BLANKS:  # PDFium puts some of its own where there is room
                parted |= pdfium.FPDFText_IsGenerated(chars, index) != 1
                continue
            owner = owners.of(index)
            box = owners.box_of(index, owner)
            # White text shows on a shaded area or a picture; editors paint a patch over a figure to correct it.
            centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            patched = bool(owner.patches) and _lies_in_one(centre, owner.patches)
            if owner.hidden or patched or (owner.white and not _lies_in_one(centre, grounds)):
                layer.hidden += 1
                layer.covered += [box] if patched else []
                if not patched or owner.hidden or owner.white:
                    continue
            elif not 0x3000 <= code <= 0x9FFF and pdfium.FPDFText_HasUnicodeMapError(chars, index) == 1:
                layer.unmapped += 1
            if _lies_in(centre, bounds):
                told = code in _FIGURES or code in _NO_INK
                code, ink = _inked(chars, index, code, edges) if told else (code, None)
                (layer.under if patched else layer.glyphs).append((code, owner, box, ink, parted))
                parted = False
        layer.covered += _left_out(text, objects.shapeless) if objects.shapeless else []
        return layer


@dataclass(frozen=True, slots=True)
class _Frame:
    """From PDF user space to the page in reading orientation."""

    left: float
    top: float
    width: float
    height: float
    turn: Turn
    unit: float

    def box(self, rect: Rect) -> Box:
        left, top, unit = self.left, self.top, self.unit
        x0, bottom, x1, upper = rect
        plain = Box((x0 - left) * unit, (top - upper) * unit, (x1 - left) * unit, (top - bottom) * unit)
        return plain.turned(self.turn, self.width, self.height) if self.turn else plain

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def upright(self, glyphs: list[_Placed]) -> list[Glyph]:
        """The characters as they stand on the page in reading orientation, in points."""
        signs = {code: sign_of(code) for code in {placed[0] for placed in glyphs}}
        angles = {angle: snapped(angle - self.turn) for angle in {owner.angle for _, owner, *_ in glyphs}}
        return [
            Glyph(
                char=signs[code],
                size=owner.size * self.unit,
                angle=angles[owner.angle],
                owner=owner.key,
                box=self.box(em),
                colour=owner.colour,
                ink=ink and self.box(ink),
                blended=owner.blended,
                parted=parted,
            )
            for code, owner, em, ink, parted in glyphs
        ]


def is_drawn(page: "PdfPage") -> bool:
    """Whether the page carries enough graphics for a table, or any picture or form that may hide one."""
    few = 0
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, index))
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            return True
        few += kind == pdfium.FPDF_PAGEOBJ_PATH
        if few >= _FEW_PATHS:
            return True
    return False


def page_text(page: "PdfPage") -> str:
    """The page's text as PDFium strings it together: the cheapest look at a page."""
    text = page.get_textpage()
    try:
        return str(text.get_text_range(errors="ignore"))
    finally:
        text.close()


def read_page(page: "PdfPage", number: int, unit: float = 1.0) -> Page:
    """Words, rulings and shaded areas of one ``pypdfium2.PdfPage``, its text upright.

    ``unit`` is the page's UserUnit: points per unit of user space.

    ``problem`` of the result is set where the text layer cannot be used: no text, garbage, or text that a
    viewer does not show.
    """
    objects = read_objects(page)
    bounds = page.get_bbox()
    text = page.get_textpage()
    try:
        count, areas = pdfium.FPDFText_CountChars(text), len(objects.patches) + len(objects.fills)
        if count > _MOST_GLYPHS or count * areas > _MOST_PAIRS:
            told = _TOO_MANY.format(
                count, "" if count > _MOST_GLYPHS else f" and {areas:,} areas over or under them"
            )
            return Page(number, bounds[2] - bounds[0], bounds[3] - bounds[1], (), (), problem=told, origin="scan")
        layer = _TextLayer.of(text, objects, bounds)
    finally:
        text.close()
    turn = dominant_turn(owner.angle for _, owner, *_ in layer.glyphs)
    width, height = (bounds[2] - bounds[0]) * unit, (bounds[3] - bounds[1]) * unit
    frame = _Frame(bounds[0], bounds[3], width, height, turn, unit)
    upright = frame.upright(layer.glyphs)
    boxes = (frame.box(r) for r in objects.rulings)
    width, height = frame.size
    everything = tuple(
        Ruling(b.x0, b.top, b.x1, b.bottom)
        for b in boxes
        if b.x1 >= 0 and b.bottom >= 0 and b.x0 <= width and b.top <= height
    )
    words = build_words(without_struck([g for g in upright if g.angle % 90 == 0], everything), everything)
    rulings, strokes = apart_from_strokes(without_decoration(everything, words))
    pictured = sum(_share(r, bounds) for _, r in objects.images) >= _PICTURE
    problem = visible_text_problem(
        upright, layer.hidden, layer.unmapped, drawn=pictured or objects.paths > _OUTLINES
    )
    return Page(
        number=number,
        width=width,
        height=height,
        words=words,
        rulings=rulings,
        turn=(turn - page.get_rotation()) % 360,
        fills=tuple(frame.box(r) for r in objects.fills),
        pictures=tuple(frame.box(r) for _, r in objects.images),
        covered=tuple(frame.box(r) for r in layer.covered),
        marks=(*(frame.box(r) for r in objects.marks), *strokes),
        text="\n".join(lines_of(words)),
        problem=problem,
        hidden=layer.hidden,
        origin="scan" if problem else "text",
        under=build_words(frame.upright(layer.under)) if layer.under else (),
    )


def _inked(chars: pdfium.FPDF_TEXTPAGE, index: int, code: int, edges: _Edges) -> tuple[int, Rect | None]:
    """What a character is and paints, as far as the font says so; ``edges`` are filled for it."""
    left, right, bottom, top = edges
    if not pdfium.FPDFText_GetCharBox(chars, index, left, right, bottom, top):
        return code, None
    ink = left.value, bottom.value, right.value, top.value
    # Of a sign that should have no ink the font may draw something, whatever it calls it.
    drawn = code in _NO_INK and ink[2] > ink[0] and ink[3] > ink[1]
    return ord(UNKNOWN) if drawn else code, ink


def _left_out(text: "PdfTextPage", shapeless: Mapping[int, Rect]) -> list[Rect]:
    """Places of text objects without a shape that PDFium leaves out of the text, as it shows nothing of them."""
    indexes = range(pdfium.FPDFText_CountChars(text))
    told = {address(pdfium.FPDFText_GetTextObject(text, index)) for index in indexes}
    return [rect for key, rect in shapeless.items() if key not in told]


class _TextObjects:
    """The text objects of a page, each asked once about what its characters share."""

    def __init__(self, text: pdfium.FPDF_TEXTPAGE, objects: PageObjects, bounds: Rect) -> None:
        self._text, self._objects = text, objects
        self._covers = [o for o, r in objects.opaque if _share(r, bounds) >= _COVER]
        self._known: dict[int, _TextObject] = {}
        self._matrix = pdfium.FS_MATRIX()
        self._channels = [ctypes.c_uint() for _ in range(4)]
        self._loose, self._x, self._y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()

    def of(self, index: int) -> _TextObject:
        """That of a character."""
        pointer = pdfium.FPDFText_GetTextObject(self._text, index)
        key = address(pointer)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._asked(index, pointer, key)
        return known

    def box_of(self, index: int, owner: _TextObject) -> Rect:
        """Box of a character across its line, in user space."""
        loose, x, y = self._loose, self._x, self._y
        pdfium.FPDFText_GetLooseCharBox(self._text, index, loose)
        pdfium.FPDFText_GetCharOrigin(self._text, index, x, y)
        rect, at = (loose.left, loose.bottom, loose.right, loose.top), (x.value, y.value)
        form = self._objects.in_forms.get(owner.key)
        if form is not None and form.is_left_inside(rect):
            rect, at = moved(form.matrix, rect), apply(form.matrix, *at)
        return _em_box(rect, *at, owner)

    def _asked(self, index: int, pointer: pdfium.FPDF_PAGEOBJECT, key: int) -> _TextObject:
        m = self._matrix
        pdfium.FPDFText_GetMatrix(self._text, index, m)
        angle = round(math.degrees(math.atan2(m.b, m.a)) % 360, 1) % 360
        size = pdfium.FPDFText_GetFontSize(self._text, index) * (math.hypot(m.a, m.b) or 1.0)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(pointer) if pointer else 0
        unseen = mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
        red, green, blue, alpha = self.channels_of(pointer, outlined=mode == pdfium.FPDF_TEXTRENDERMODE_STROKE)
        # With no alpha of its own it has a blend mode or a soft mask, which PDFium does not paint over plain paper.
        blended = alpha == 255 and bool(pointer) and bool(pdfium.FPDFPageObj_HasTransparency(pointer))
        order = self._objects.order.get(key, 0)
        hidden = unseen or alpha < 10 or any(order < cover for cover in self._covers)
        white = min(red, green, blue) >= WHITE
        colour = (red << 16) + (green << 8) + blue
        over = self._objects.patches
        patches = tuple(r for above, r in over if above > order) if over else ()
        return _TextObject(key, angle, abs(size), hidden, white, colour, blended, patches)

    def channels_of(self, pointer: pdfium.FPDF_PAGEOBJECT, *, outlined: bool) -> tuple[int, int, int, int]:
        """Red, green, blue and alpha that a text object is painted in; black if it does not say."""
        ask = pdfium.FPDFPageObj_GetStrokeColor if outlined else pdfium.FPDFPageObj_GetFillColor
        if not pointer or not ask(pointer, *self._channels):
            return 0, 0, 0, 255
        red, green, blue, alpha = self._channels
        return red.value, green.value, blue.value, alpha.value


def _em_box(loose: Rect, x: float, y: float, owner: _TextObject) -> Rect:
    """Box of a glyph across its line: from the baseline (through ``x`` and ``y``) and the size.

    PDFium's loose box is the tight one for Type 3 fonts, and then 一 and a full stop hang in the air.
    """
    below, above = 0.15 * owner.size, 0.85 * owner.size
    quarter = round(owner.angle / 90) % 4
    height = loose[2] - loose[0] if quarter % 2 else loose[3] - loose[1]
    if owner.size < 1 or height > 2 * owner.size:
        return loose
    if quarter == 0:
        return loose[0], y - below, loose[2], y + above
    if quarter == 1:
        return x - above, loose[1], x + below, loose[3]
    if quarter == 2:
        return loose[0], y - above, loose[2], y + below
    return x - below, loose[1], x + above, loose[3]


def _lies_in(point: tuple[float, float], rect: Rect) -> bool:
    return rect[0] <= point[0] <= rect[2] and rect[1] <= point[1] <= rect[3]


def _lies_in_one(point: tuple[float, float], rects: Iterable[Rect]) -> bool:
    return any(_lies_in(point, rect) for rect in rects)


def _share(rect: Rect, bounds: Rect) -> float:
    width = min(rect[2], bounds[2]) - max(rect[0], bounds[0])
    height = min(rect[3], bounds[3]) - max(rect[1], bounds[1])
    area = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
    return max(width, 0) * max(height, 0) / area if area else 0.0
