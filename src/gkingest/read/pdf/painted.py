"""Pages of a PDF painted as a viewer shows them: in grey, upright as their text is read."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from gkingest.model.paper import Page, character_height
from gkingest.read.pdf.objects import objects_of
from gkingest.read.pdf.pdfium import Pdf, PdfiumError, open_pdf

Pixels = NDArray[np.uint8]

_SCALE = 2.0  # pixels to the point: a digit of 9 points is 13 high, and a sheet takes some 5 ms
_PRINT, _FINER = 9.0, 2.0  # points of usual print; how many times finer a page of small print is painted
_SMALL = 6.5  # points: print as small as that of several pages on a sheet
_MOST_PIXELS = 12_000_000  # of a page: a sheet of A2; a larger one is painted coarser
_MOST_OBJECTS = 60_000  # things that a page draws: one with more is a map or a painting, and takes minutes
_MOST_PICTURED = 200_000_000  # pixels of a picture, which is unpacked whole whatever size it is shown in


@dataclass(frozen=True, slots=True)
class Painted:
    """A page's picture: (height, width, colours) and pixels to the point; one colour is grey, three are BGR."""

    pixels: Pixels
    scale: float


def painted(data: bytes, pages: Sequence[Page], *, coloured: bool = False) -> Iterator[tuple[Page, Painted | None]]:
    """Each page with its picture, annotations and form fields drawn; ``None`` where none can be made."""
    if not pages:
        return
    with open_pdf(data) as pdf:
        if pdf.document.get_formtype():
            pdf.document.init_forms()
        for page in pages:
            try:
                yield page, _picture(pdf, page, coloured=coloured)
            except (PdfiumError, IndexError):
                yield page, None


def _picture(pdf: Pdf, page: Page, *, coloured: bool) -> Painted | None:
    """The page itself, not a flattened one: that has lost the annotations without a look of their own."""
    sheet = pdf.page(page.sheet)
    if _is_art(sheet):
        return None
    unit = pdf.unit(sheet, page.sheet)
    width, height = (page.part.width, page.part.height) if page.part else (page.width, page.height)
    size = character_height(page)
    finer = min(max(_PRINT / size, 1.0), _FINER) if size < _SMALL or page.part else 1.0
    scale = min(_SCALE * finer, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    image: Any = sheet.render(scale=scale * unit, grayscale=not coloured, draw_annots=True, may_draw_forms=True)
    pixels = image.to_numpy()
    pixels = (pixels[:, :, None] if pixels.ndim == 2 else pixels)[:, :, : 3 if coloured else 1]
    upright = np.rot90(pixels, -page.turn // 90)
    scale = upright.shape[1] / width
    if part := page.part:  # whole pixels, so that the page is off by less than one
        left, top = round(part.left * scale), round(part.top * scale)
        upright = upright[top : top + round(page.height * scale), left : left + round(page.width * scale)]
    return Painted(np.ascontiguousarray(upright), scale)


def _is_art(sheet: Any) -> bool:
    if pdfium.FPDFPage_CountObjects(sheet) > _MOST_OBJECTS:
        return True
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    return any(
        not pdfium.FPDFImageObj_GetImagePixelSize(drawn, wide, high) or wide.value * high.value > _MOST_PICTURED
        for drawn, kind, _ in objects_of(sheet)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE
    )
