"""Pages of a PDF painted as a viewer shows them: in grey, upright as their text is read."""

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from gkingest.model.paper import Box, Page, character_height
from gkingest.read.ink.plane import Rect
from gkingest.read.pdf.objects import objects_of
from gkingest.read.pdf.pdfium import PdfiumError, open_pdf

Pixels = NDArray[np.uint8]

_SCALE = 2.0  # pixels to the point: a digit of 9 points is 13 high, and a sheet takes some 5 ms
_PRINT, _FINER = 9.0, 2.0  # points of usual print; how many times finer a page of small print is painted
_SMALL = 6.5  # points: print as small as that of several pages on a sheet
_AROUND = 40.0  # points above and below what is asked for that are painted too
_MOST_PIXELS = 12_000_000  # of a page: a sheet of A2; a larger one is painted coarser
_MOST_OBJECTS = 60_000  # things that a page draws: one with more is a map or a painting, and takes minutes
_MOST_NOTES = 1_000  # of a page
_DRAWN_BY_VIEWERS = frozenset((
    pdfium.FPDF_ANNOT_LINE, pdfium.FPDF_ANNOT_POLYGON, pdfium.FPDF_ANNOT_POLYLINE, pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_CARET, pdfium.FPDF_ANNOT_REDACT, pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_FILEATTACHMENT, pdfium.FPDF_ANNOT_SOUND, pdfium.FPDF_ANNOT_WIDGET,
))  # fmt: skip
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_MOST_PICTURED = 200_000_000  # pixels of a picture, which is unpacked whole whatever size it is shown in


@dataclass(frozen=True, slots=True)
class Painted:
    """A page's picture: (height, width, colours) and pixels to the point; one colour is grey, three are BGR.

    ``left_out`` is where viewers draw something of their own making that is not in it, ``None`` for nowhere.
    """

    pixels: Pixels
    scale: float
    left_out: NDArray[np.bool_] | None = None

    def leaves_out(self, box: Box) -> bool:
        """Whether something is left out in a box; its edges, which such things may touch, do not count."""
        if self.left_out is None:
            return False
        inner = [round(n * self.scale) for n in (box.top + 1, box.bottom - 1, box.x0 + 1, box.x1 - 1)]
        return bool(self.left_out[max(inner[0], 0) : inner[1], max(inner[2], 0) : inner[3]].any())


class Paintable:
    """A page that can be painted while its document is open: in grey, then once more in colours."""

    def __init__(self, page: Page, sheet: Any = None, unit: float = 1.0) -> None:
        """``sheet`` is the open ``pypdfium2.PdfPage``, not a flattened one: that has lost notes without a look.

        Without it no picture can be made.
        """
        self._page, self._sheet, self._unit = page, sheet, unit
        width, height = (page.part.width, page.part.height) if page.part else (page.width, page.height)
        size = character_height(page)
        finer = min(max(_PRINT / size, 1.0), _FINER) if size < _SMALL or page.part else 1.0
        self._width = width
        self._scale = min(_SCALE * finer, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        # before it is painted, which gives some of them an empty look
        self._notes = list(_left_out(sheet)) if sheet else []

    def painted(self, top: float, bottom: float, *, coloured: bool = False) -> Painted | None:
        """Its picture, surely painted from ``top`` to ``bottom`` (points); ``None`` where none can be made."""
        page, scale = self._page, self._scale * self._unit
        if self._sheet is None:
            return None
        above, below, shape = 0, 0, tuple(math.ceil(side * scale) for side in reversed(self._sheet.get_size()))
        if not page.turn and not page.part:
            above = max(int((top - _AROUND) * self._scale), 0)
            below = max(shape[0] - max(int((bottom + _AROUND) * self._scale), above + 1), 0)
        try:
            image: Any = self._sheet.render(
                scale=scale,
                grayscale=not coloured,
                crop=(0, max(below - 0.5, 0) / scale, 0, max(above - 0.5, 0) / scale),  # rounded up to whole pixels
                draw_annots=True,
                may_draw_forms=True,
            )
            drawn = image.to_numpy()
        except PdfiumError:
            return None
        drawn = (drawn[:, :, None] if drawn.ndim == 2 else drawn)[:, :, : 3 if coloured else 1]
        pixels = np.full((*shape, drawn.shape[2]), 255, np.uint8)
        pixels[above : shape[0] - below] = drawn
        left_out = _where(self._sheet, self._notes, pixels[:, :, 0].shape) if self._notes else None
        scale = np.rot90(pixels, -page.turn // 90).shape[1] / self._width

        def upright(shown: NDArray[Any]) -> NDArray[Any]:
            shown = np.rot90(shown, -page.turn // 90)
            if part := page.part:  # whole pixels, so that the page is off by less than one
                left, top = round(part.left * scale), round(part.top * scale)
                shown = shown[top : top + round(page.height * scale), left : left + round(page.width * scale)]
            return np.ascontiguousarray(shown)

        return Painted(upright(pixels), scale, None if left_out is None else upright(left_out))


def paintable(data: bytes, pages: Sequence[Page]) -> Iterator[tuple[Page, Paintable]]:
    """Each page, which can be painted until the next is asked for; annotations and form fields are drawn."""
    if not pages:
        return
    with open_pdf(data) as pdf:
        if pdf.document.get_formtype():
            pdf.document.init_forms()
        for page in pages:
            try:
                sheet = pdf.page(page.sheet)
                unit = pdf.unit(sheet, page.sheet)
                whole = Paintable(page) if _is_art(sheet) else Paintable(page, sheet, unit)
            except (PdfiumError, IndexError):
                whole = Paintable(page)
            yield page, whole


def pages_with_paths(data: bytes, numbers: Sequence[int]) -> list[int]:
    """Those of some pages (1-based) of a PDF that opens on which anything is drawn that may be a rule."""
    if not numbers:
        return []
    with open_pdf(data) as pdf:
        kinds = {n: (kind for _, kind, _ in objects_of(pdf.page(n))) for n in numbers}
        return [n for n, drawn in kinds.items() if pdfium.FPDF_PAGEOBJ_PATH in drawn]


def _left_out(sheet: Any) -> Iterator[Rect]:
    """Where notes lie that say what they are, and not how they look: viewers draw them, PDFium does not."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(sheet), _MOST_NOTES)):
        note, rect = pdfium.FPDFPage_GetAnnot(sheet, index), pdfium.FS_RECTF()
        bare = pdfium.FPDFAnnot_GetSubtype(note) in _DRAWN_BY_VIEWERS and not pdfium.FPDFAnnot_HasKey(note, b"AP")
        shown = bare and not pdfium.FPDFAnnot_GetFlags(note) & _HIDDEN
        if shown and pdfium.FPDFAnnot_GetRect(note, rect):
            yield rect.left, rect.bottom, rect.right, rect.top
        pdfium.FPDFPage_CloseAnnot(note)


def _where(sheet: Any, rects: Iterable[Rect], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels of a picture of the sheet, as it is displayed, lie in one of some places in user space."""
    found = np.zeros(shape, np.bool_)
    across, down = ctypes.c_int(), ctypes.c_int()
    for rect in rects:
        corners = []
        for x, y in (rect[:2], rect[2:]):
            pdfium.FPDF_PageToDevice(sheet, 0, 0, shape[1], shape[0], 0, x, y, across, down)
            corners.append((max(across.value, 0), max(down.value, 0)))
        (x0, x1), (y0, y1) = map(sorted, zip(*corners, strict=True))
        found[y0 : y1 + 1, x0 : x1 + 1] = True
    return found


def _is_art(sheet: Any) -> bool:
    if pdfium.FPDFPage_CountObjects(sheet) > _MOST_OBJECTS:
        return True
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    return any(
        not pdfium.FPDFImageObj_GetImagePixelSize(drawn, wide, high) or wide.value * high.value > _MOST_PICTURED
        for drawn, kind, _ in objects_of(sheet)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE
    )
