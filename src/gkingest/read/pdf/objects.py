"""Page objects of a PDF: rulings and shaded areas from paths, pictures, and the order they are painted in.

Coordinates are PDF user space (origin bottom left, y up); :mod:`gkingest.read.pdf.textlayer` turns them.
"""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from gkingest.read.ink.plane import (
    IDENTITY,
    STRAIGHT,
    THIN,
    WHITE,
    Matrix,
    Point,
    Rect,
    apply,
    common,
    hull,
    is_upright,
    may_be_mark,
    moved,
    times,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_OPAQUE = 0.9  # share of opaque pixels from which a picture hides the text under it
_MAX_OBJECTS = 60_000  # a page of vector art, not of tables
_MOST_RULES = 20_000  # pieces of rules: a page of hatching has more, and no table
_MAX_DEPTH = 6
_MOST_CLIPS, _MOST_CORNERS = 8, 16  # paths and corners that are looked at: a cell has four corners
_EVERYWHERE: Rect = (-1e9, -1e9, 1e9, 1e9)
_SAME = 0.01  # points: two calls of PDFium round alike

_Drawn = tuple[pdfium.FPDF_PAGEOBJECT, int, Matrix]


@dataclass(frozen=True, slots=True)
class InForm:
    """A text object of a form that is moved or scaled: the matrix of the form, and its bounds before that."""

    matrix: Matrix
    inside: Rect

    def is_left_inside(self, rect: Rect) -> bool:
        """Whether a box of its text is told in the form's own space instead of in that of the page.

        PDFium tells text that stands for other text (ActualText) so: all of it as high as the whole object.
        """
        left, bottom, right, top = self.inside
        return (
            abs(rect[1] - bottom) < _SAME
            and abs(rect[3] - top) < _SAME
            and left - _SAME < rect[0]
            and rect[2] < right + _SAME
        )


@dataclass(slots=True)
class PageObjects:
    """What is painted on a page besides text: all in user space.

    Opaque pictures (``opaque``) and areas and pictures of any size (``patches``) come with the order of
    painting, so that text under them is known; ``order`` gives that of every object by its address. ``shapeless``
    are text objects whose characters are drawings of the file (Type 3) without any extent, by address: a font with
    shapes has none for a blank alone. ``marks`` are small drawn shapes that are no rules: a letter may be drawn so.
    ``in_forms`` are text objects of forms, by address.
    """

    rulings: list[Rect] = field(default_factory=list)
    fills: list[Rect] = field(default_factory=list)
    images: list[tuple[int, Rect]] = field(default_factory=list)
    opaque: list[tuple[int, Rect]] = field(default_factory=list)
    patches: list[tuple[int, Rect]] = field(default_factory=list)
    order: dict[int, int] = field(default_factory=dict)
    shapeless: dict[int, Rect] = field(default_factory=dict)
    marks: list[Rect] = field(default_factory=list)
    in_forms: dict[int, InForm] = field(default_factory=dict)
    paths: int = 0


def address(pointer: pdfium.FPDF_PAGEOBJECT) -> int:
    """Identity of a PDFium object behind a ctypes pointer."""
    return ctypes.addressof(pointer.contents) if pointer else 0


def read_objects(page: "PdfPage") -> PageObjects:
    """All path and image objects of a ``pypdfium2.PdfPage``, forms included."""
    found = PageObjects()
    written = False
    for count, (obj, kind, matrix) in enumerate(objects_of(page)):
        if count > _MAX_OBJECTS:
            break
        key = address(obj)
        found.order[key] = count
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths += 1
            _read_path(obj, matrix, count, found)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            _read_image(page, obj, matrix, count, found, over_text=written)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            written = True
            _read_text(obj, key, matrix, found)
    if len(found.rulings) > _MOST_RULES:
        found.rulings.clear()
    return found


def _read_text(obj: pdfium.FPDF_PAGEOBJECT, key: int, matrix: Matrix, found: PageObjects) -> None:
    rect = _bounds(obj, matrix)
    if rect is None:
        return
    if rect[2] - rect[0] < STRAIGHT and rect[3] - rect[1] < STRAIGHT and not _has_shapes(obj):
        found.shapeless[key] = rect
    if matrix != IDENTITY and (inside := _bounds(obj, IDENTITY)):
        found.in_forms[key] = InForm(matrix, inside)


def _has_shapes(obj: pdfium.FPDF_PAGEOBJECT) -> bool:
    """Whether the font of a text object is a file of shapes; that of Type 3 is a list of drawings."""
    size = ctypes.c_size_t()
    return bool(pdfium.FPDFFont_GetFontData(pdfium.FPDFTextObj_GetFont(obj), None, 0, size)) and size.value > 0


def objects_of(page: "PdfPage") -> Iterator[_Drawn]:
    """All objects of a ``pypdfium2.PdfPage`` in the order of painting: each, its kind, its form's matrix."""
    drawn = page.raw
    for index in range(pdfium.FPDFPage_CountObjects(drawn)):
        obj = pdfium.FPDFPage_GetObject(drawn, index)
        kind = pdfium.FPDFPageObj_GetType(obj)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _inside(obj, IDENTITY, 0)
        else:
            yield obj, kind, IDENTITY


def _inside(form: pdfium.FPDF_PAGEOBJECT, matrix: Matrix, depth: int) -> Iterator[_Drawn]:
    if depth >= _MAX_DEPTH:
        return
    inner = times(_matrix(form), matrix)
    for index in range(pdfium.FPDFFormObj_CountObjects(form)):
        obj = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(obj)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _inside(obj, inner, depth + 1)
        else:
            yield obj, kind, inner


def _matrix(obj: pdfium.FPDF_PAGEOBJECT) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(obj, m):
        return IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _bounds(obj: pdfium.FPDF_PAGEOBJECT, matrix: Matrix) -> Rect | None:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    if not pdfium.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
        return None
    rect = (left.value, bottom.value, right.value, top.value)
    return rect if matrix == IDENTITY else moved(matrix, rect)


def _read_image(
    page: "PdfPage", obj: pdfium.FPDF_PAGEOBJECT, matrix: Matrix, order: int, found: PageObjects, *, over_text: bool
) -> None:
    rect = _bounds(obj, matrix)
    if rect is None:
        return
    if min(rect[2] - rect[0], rect[3] - rect[1]) <= THIN:
        found.rulings.append(rect)  # some producers paint rules as stretched pictures
    else:
        found.images.append((order, rect))
        if over_text and _is_opaque(page, obj):  # asked only then, as it is unpacked for that
            found.opaque.append((order, rect))
            found.patches.append((order, rect))


def _is_opaque(page: "PdfPage", obj: pdfium.FPDF_PAGEOBJECT) -> bool:
    """Whether a picture hides what is under it: nearly all of its pixels are opaque."""
    if pdfium.FPDFPageObj_HasTransparency(obj):
        return False
    bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(page.pdf.raw, page.raw, obj)
    if not bitmap:
        return True
    try:
        if pdfium.FPDFBitmap_GetFormat(bitmap) != pdfium.FPDFBitmap_BGRA:
            return True
        size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
        alpha = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)[3::4]
        return alpha.count(255) >= _OPAQUE * len(alpha)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _read_path(obj: pdfium.FPDF_PAGEOBJECT, matrix: Matrix, order: int, found: PageObjects) -> None:
    fill_mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(obj, fill_mode, stroke) or not (fill_mode.value or stroke.value):
        return
    bounds = _bounds(obj, matrix)
    if bounds is None:
        return
    if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= THIN:
        found.rulings.append(bounds)
        return
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    if may_be_mark(width, height, stroked=bool(stroke.value)) and not _is_box(obj):
        found.marks.append(bounds)  # a letter drawn as an outline, or the slanting stroke through a cell
        return
    outlines = _outlines(obj, times(_matrix(obj), matrix))
    if stroke.value:
        for outline in outlines:
            found.rulings.extend(_straight_segments(outline))
    else:
        _read_fills(obj, filter(None, map(_rectangle, outlines)), _clip_of(obj, matrix), order, found)


def _read_fills(
    obj: pdfium.FPDF_PAGEOBJECT, rects: Iterable[Rect], clip: Rect, order: int, found: PageObjects
) -> None:
    """What of some rectangles is painted inside the clip: rules, patches over others, shaded areas."""
    for rect in (common(whole, clip) for whole in rects):
        if rect[0] > rect[2] or rect[1] > rect[3]:
            continue
        if min(rect[2] - rect[0], rect[3] - rect[1]) <= THIN:
            found.rulings.append(rect)
            continue
        if not pdfium.FPDFPageObj_HasTransparency(obj):
            found.patches.append((order, rect))
        if not _is_white(obj):
            found.fills.append(rect)


def _clip_of(obj: pdfium.FPDF_PAGEOBJECT, matrix: Matrix) -> Rect:
    """Where an object may paint at all: some producers cut each cell out of a fill of the whole page."""
    room = _EVERYWHERE
    clip = pdfium.FPDFPageObj_GetClipPath(obj)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(min(pdfium.FPDFClipPath_CountPaths(clip), _MOST_CLIPS)):
        count = pdfium.FPDFClipPath_CountPathSegments(clip, path)
        points = []
        for index in range(count if count <= _MOST_CORNERS else 0):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
            points.append(apply(matrix, x.value, y.value))
        room = common(room, hull(points)) if points else room
    return room


def _is_box(obj: pdfium.FPDF_PAGEOBJECT) -> bool:
    """Whether a path has only straight sides along the axes, as borders and shaded cells have."""
    segments = (pdfium.FPDFPath_GetPathSegment(obj, i) for i in range(pdfium.FPDFPath_CountSegments(obj)))
    if any(pdfium.FPDFPathSegment_GetType(s) == pdfium.FPDF_SEGMENT_BEZIERTO for s in segments):
        return False
    return all(is_upright(outline) for outline in _outlines(obj, _matrix(obj)))


def _is_white(obj: pdfium.FPDF_PAGEOBJECT) -> bool:
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    known = pdfium.FPDFPageObj_GetFillColor(obj, r, g, b, a)
    return bool(known) and min(r.value, g.value, b.value) >= WHITE


def _outlines(obj: pdfium.FPDF_PAGEOBJECT, matrix: Matrix) -> Iterator[list[Point]]:
    """Sub-paths as lists of points; a curve breaks the sub-path it belongs to off."""
    points: list[Point] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium.FPDFPath_CountSegments(obj)):
        segment = pdfium.FPDFPath_GetPathSegment(obj, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = apply(matrix, x.value, y.value)
        if kind != pdfium.FPDF_SEGMENT_LINETO and points:
            yield points
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if points:
        yield points


def _straight_segments(points: list[Point]) -> Iterator[Rect]:
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        if min(dx, dy) <= STRAIGHT and max(dx, dy) > STRAIGHT:
            yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _rectangle(points: list[Point]) -> Rect | None:
    """Hull of an outline all of whose sides are horizontal or vertical, else ``None``."""
    return hull(points) if len(points) >= 4 and is_upright(points) else None
