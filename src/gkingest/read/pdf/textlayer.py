"""Text layer of a PDF page → :class:`Page`: characters and rulings through PDFium, in reading orientation."""

import ctypes
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from gkingest.model.paper import Box, Page, Ruling, Turn
from gkingest.read.ink.glyphs import Glyph, build_words, dominant_turn, lines_of, visible_text_problem
from gkingest.read.ink.plane import WHITE, Rect
from gkingest.read.ink.strokes import apart_from_strokes, without_decoration, without_struck
from gkingest.read.pdf.objects import PageObjects, address, read_objects
from gkingest.text.signs import FIGURES, sign_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_BLANKS = frozenset({0x20, 0x0A, 0x0D, 0x09, 0x3000, 0xA0})
_FIGURES = frozenset(map(ord, FIGURES))
_FEW_PATHS = 8  # painted paths or pictures below which a page has no ruled table
_OUTLINES = 60  # painted paths on a page without text: its letters are drawn as outlines
_MOST_GLYPHS = 100_000  # a large sheet full of the smallest print has fewer
_MOST_PAIRS = 30_000_000  # characters times areas and pictures of one page: each is held against each
_TOO_MANY = "it has {:,} characters{}, more than any sheet of paper can show"
_PICTURE = 0.3  # share of the page that pictures cover from which it may be one
_COVER = 0.5  # share of the page that a picture covers before text under it is suspected


@dataclass(slots=True)
class _TextObject:
    """What all characters of one PDF text object share."""

    angle: float
    size: float
    hidden: bool
    white: bool
    order: int
    colour: int
    blended: bool


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
        plain = Box(
            (rect[0] - left) * unit, (top - rect[3]) * unit, (rect[2] - left) * unit, (top - rect[1]) * unit
        )
        return plain.turned(self.turn, self.width, self.height)

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)


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
        glyphs, inks, hidden, covered, unmapped = _read_glyphs(text, objects, bounds)
    finally:
        text.close()
    turn = dominant_turn(glyphs)
    width, height = (bounds[2] - bounds[0]) * unit, (bounds[3] - bounds[1]) * unit
    frame = _Frame(bounds[0], bounds[3], width, height, turn, unit)
    upright = [
        g.placed(frame.box(g.rect), (g.angle - turn) % 360, unit, frame.box(inks[i]) if i in inks else None)
        for i, g in enumerate(glyphs)
    ]
    boxes = (frame.box(r) for r in objects.rulings)
    width, height = frame.size
    everything = tuple(
        Ruling(b.x0, b.top, b.x1, b.bottom)
        for b in boxes
        if b.x1 >= 0 and b.bottom >= 0 and b.x0 <= width and b.top <= height
    )
    words = build_words(without_struck([g for g in upright if g.angle % 90 == 0], everything))
    rulings, strokes = apart_from_strokes(without_decoration(everything, words))
    pictured = sum(_share(r, bounds) for _, r in objects.images) >= _PICTURE
    problem = visible_text_problem(upright, hidden, unmapped, drawn=pictured or objects.paths > _OUTLINES)
    return Page(
        number=number,
        width=width,
        height=height,
        words=words,
        rulings=rulings,
        turn=(turn - page.get_rotation()) % 360,
        fills=tuple(frame.box(r) for r in objects.fills),
        pictures=tuple(frame.box(r) for _, r in objects.images),
        covered=tuple(frame.box(r) for r in covered),
        marks=(*(frame.box(r) for r in objects.marks), *strokes),
        text="\n".join(lines_of(words)),
        problem=problem,
        hidden=hidden,
        origin="scan" if problem else "text",
    )


def _read_glyphs(
    text: "PdfTextPage", objects: PageObjects, bounds: Rect
) -> tuple[list[Glyph], dict[int, Rect], int, list[Rect], int]:
    """Visible glyphs in user space and what the shapes of figures fill, by their index.

    And how many are hidden, where some were painted over, how many are unmapped.
    """
    covers = [o for o, r in objects.opaque if _share(r, bounds) >= _COVER]
    grounds = [*objects.fills, *(r for _, r in objects.images)]
    owners: dict[int, _TextObject] = {}
    glyphs: list[Glyph] = []
    inks: dict[int, Rect] = {}
    covered: list[Rect] = []
    hidden = unmapped = 0
    rect = pdfium.FS_RECTF()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    shapeless = dict(objects.shapeless)
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _BLANKS and not shapeless:
            continue
        pointer = pdfium.FPDFText_GetTextObject(text, index)
        key = address(pointer)
        shapeless.pop(key, None)
        if code in _BLANKS:
            continue
        owner = owners.get(key)
        if owner is None:
            owner = owners[key] = _text_object(text, index, pointer, objects.order.get(key, 0), covers)
        pdfium.FPDFText_GetLooseCharBox(text, index, rect)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        box = _em_box((rect.left, rect.bottom, rect.right, rect.top), (x.value, y.value), owner)
        # White text shows on a shaded area or a picture; editors paint a patch over a figure to correct it.
        centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        unseen = owner.hidden or (owner.white and not any(_lies_in(centre, g) for g in grounds))
        patched = any(order > owner.order and _lies_in(centre, r) for order, r in objects.patches)
        if unseen or patched:
            hidden += 1
            covered += [box] if patched else []
            continue
        if not 0x3000 <= code <= 0x9FFF and pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
            unmapped += 1
        if _lies_in(centre, bounds):
            if code in _FIGURES and pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top):
                inks[len(glyphs)] = left.value, bottom.value, right.value, top.value
            glyphs.append(
                Glyph(sign_of(code), box, owner.size, owner.angle, key, colour=owner.colour, blended=owner.blended)
            )
    covered += shapeless.values()  # text that PDFium leaves out, as it shows nothing of it
    return glyphs, inks, hidden, covered, unmapped


def _text_object(
    text: "PdfTextPage", index: int, pointer: pdfium.FPDF_PAGEOBJECT, order: int, covers: list[int]
) -> _TextObject:
    m = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, m)
    angle = math.degrees(math.atan2(m.b, m.a)) % 360
    size = pdfium.FPDFText_GetFontSize(text, index) * (math.hypot(m.a, m.b) or 1.0)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(pointer) if pointer else 0
    unseen = mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    covered = any(order < cover for cover in covers)
    channels = [ctypes.c_uint() for _ in range(4)]
    outlined = mode == pdfium.FPDF_TEXTRENDERMODE_STROKE
    ask = pdfium.FPDFPageObj_GetStrokeColor if outlined else pdfium.FPDFPageObj_GetFillColor
    red, green, blue, alpha = 0, 0, 0, 255  # black if it does not say
    if pointer and ask(pointer, *channels):
        red, green, blue, alpha = (channel.value for channel in channels)
    white = min(red, green, blue) >= WHITE
    # With no alpha of its own it has a blend mode or a soft mask, which PDFium does not paint over plain paper.
    blended = alpha == 255 and bool(pointer) and bool(pdfium.FPDFPageObj_HasTransparency(pointer))
    tint = (red << 16) + (green << 8) + blue
    return _TextObject(
        round(angle, 1) % 360, abs(size), unseen or covered or alpha < 10, white, order, tint, blended
    )


def _em_box(loose: Rect, origin: tuple[float, float], owner: _TextObject) -> Rect:
    """Box of a glyph across its line: from the baseline and the size.

    PDFium's loose box is the tight one for Type 3 fonts, and then 一 and a full stop hang in the air.
    """
    below, above = 0.15 * owner.size, 0.85 * owner.size
    x, y = origin
    along = owner.angle % 180 > 45 and owner.angle % 180 < 135
    height = loose[2] - loose[0] if along else loose[3] - loose[1]
    if owner.size < 1 or height > 2 * owner.size:
        return loose
    quarter = round(owner.angle / 90) % 4
    if quarter == 0:
        return loose[0], y - below, loose[2], y + above
    if quarter == 1:
        return x - above, loose[1], x + below, loose[3]
    if quarter == 2:
        return loose[0], y - above, loose[2], y + below
    return x - below, loose[1], x + above, loose[3]


def _lies_in(point: tuple[float, float], rect: Rect) -> bool:
    return rect[0] <= point[0] <= rect[2] and rect[1] <= point[1] <= rect[3]


def _share(rect: Rect, bounds: Rect) -> float:
    width = min(rect[2], bounds[2]) - max(rect[0], bounds[0])
    height = min(rect[3], bounds[3]) - max(rect[1], bounds[1])
    area = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
    return max(width, 0) * max(height, 0) / area if area else 0.0
