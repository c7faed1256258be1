"""Pages as pictures: a PDF page rendered at the resolution of its scan, or the frames of an image file."""

import io
import struct
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from gkingest.errors import DocumentError
from gkingest.read.pdf.pdfium import Pdf, is_sheet

Pixels = NDArray[np.uint8]

_COARSEST = 200.0  # dots per inch: below that the recogniser loses digits, so coarser scans are enlarged
_FINEST = 300.0  # dots per inch: beyond that pixels cost time and tell nothing
_PAPER = (5.0, 24.0)  # inches: a longer side outside of these is no sheet of paper
_A4 = 11.69  # inches, the longer side of the sheet that nearly every report is printed on
_MAX_PIXELS = 60_000_000  # a larger picture is no scanned sheet
_MOST_RENDERED = 20_000_000  # pixels of a page: a sheet of A3 at the finest
_LONGEST_SHAPE = 40  # times its width is the length of a picture at most: a page of a site as one strip
_MOST_OBJECTS = 60_000  # things that a page draws: one with more is a map or a painting, and takes minutes
_MOST_FRAMES = 300  # of an image file
_MAX_PICTURE = 200_000_000  # pixels of a picture in a PDF; scans of plans have so many, with few bits each
# What PIL raises at pictures that are damaged, or made to be.
_DAMAGED = (OSError, EOFError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, struct.error)


@dataclass(frozen=True, slots=True)
class Raster:
    """One page as pixels: (height, width, 3) in red, green, blue, and its resolution in dots per inch."""

    pixels: Pixels
    dpi: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        height, width = self.pixels.shape[:2]
        return width * 72 / self.dpi, height * 72 / self.dpi


def page_raster(page: Any, unit: float = 1.0) -> Raster:
    """A ``pypdfium2.PdfPage`` as a viewer displays it, at the resolution of the largest picture on it.

    ``unit`` is the page's unit in points (its UserUnit).
    """
    _refuse_art(page)
    dpi = min(max(_scan_resolution(page) / unit, _COARSEST), _FINEST)
    width, height = (unit * n for n in page.get_size())
    longest, pixels_in_all = max(width, height) / 72 * dpi, width * height * (dpi / 72) ** 2
    dpi *= min(1.0, _PAPER[1] * _FINEST / longest, (_MOST_RENDERED / pixels_in_all) ** 0.5)
    image = page.render(scale=dpi / 72 * unit, rev_byteorder=True, prefer_bgrx=False, draw_annots=True)
    pixels = image.to_numpy()
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return Raster(np.ascontiguousarray(pixels[:, :, :3]), dpi)


def sheet_raster(pdf: Pdf, page: Any, number: int) -> Raster | None:
    """A page of an open PDF as :func:`page_raster` gives it; ``None`` where it has the size of no sheet."""
    unit = pdf.unit(page, number)
    return page_raster(page, unit) if is_sheet(*(unit * side for side in page.get_size())) else None


def _refuse_art(page: Any) -> None:
    """Pictures are unpacked whole, whatever the size they are shown in, and everything is painted."""
    count = pdfium.FPDFPage_CountObjects(page)
    if count > _MOST_OBJECTS:
        raise DocumentError(
            "unsupported",
            f"a page of the PDF draws {count:,} things, more than any report, so no picture is made of it; "
            "print it to PDF anew, or scan it",
        )
    for obj in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        width, height = obj.get_px_size()
        if width * height > _MAX_PICTURE:
            raise DocumentError(
                "unsupported",
                f"a picture in the PDF has {width} × {height} pixels, more than any scanned sheet; make it smaller",
            )


def _scan_resolution(page: Any) -> float:
    """Pixels per inch of the largest picture of a page; 0 where there is none."""
    best = (0.0, 0.0)
    for obj in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = obj.get_bounds()
        wide, high = right - left, top - bottom
        pixels = obj.get_px_size()
        if wide > 1 and high > 1:
            longer = max(pixels) / max(wide, high) * 72
            best = max(best, (wide * high, longer))
    return best[1]


def frame_count(data: bytes) -> int:
    """How many frames a PNG, JPEG or TIFF has; :class:`DocumentError` if it is damaged or has too many."""
    with _opened_image(data) as image:
        # TIFF names its frames one after the other, so that to count them all may take for ever.
        count = next((n for n in range(1, _MOST_FRAMES + 1) if not _has_frame(image, n)), _MOST_FRAMES + 1)
    if count > _MOST_FRAMES:
        raise DocumentError(
            "unsupported",
            f"the picture has more than {_MOST_FRAMES} pages, more than any report; take the report out of the "
            "file and run again",
        )
    return count


def image_rasters(data: bytes, wanted: Iterable[int] | None = None) -> Iterator[Raster]:
    """Frames ``wanted`` (1-based) of a PNG, JPEG or TIFF, turned as the camera noted; all of them without.

    Frames that are not there are left out. :class:`DocumentError` if the picture is damaged.
    """
    numbers = range(1, frame_count(data) + 1)
    with _opened_image(data) as image:
        for number in numbers if wanted is None else (n for n in wanted if n in numbers):
            image.seek(number - 1)
            yield _frame(image)


@contextmanager
def _opened_image(data: bytes) -> Iterator[Any]:
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a picture says of itself, nothing else is needed
        try:
            with Image.open(io.BytesIO(data)) as image:
                yield image
        except (UnidentifiedImageError, Image.DecompressionBombError, *_DAMAGED) as error:
            raise DocumentError(
                "corrupt", f"the picture is damaged ({error}), so it cannot be read; fetch it again"
            ) from error


def _has_frame(image: Any, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _frame(image: Any) -> Raster:
    from PIL import Image, ImageOps

    size = f"the picture has {image.width} × {image.height} pixels"
    if image.width * image.height > _MAX_PIXELS:
        raise DocumentError("unsupported", f"{size}, more than any scanned sheet; make it smaller")
    if max(image.size) > _LONGEST_SHAPE * min(image.size):
        raise DocumentError("unsupported", f"{size}, which is no shape of a sheet; look at what it is")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")  # what is transparent shows white paper
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    return _sheet(np.asarray(upright.convert("RGB")), image.info.get("dpi"))


def _sheet(pixels: Pixels, stated: Any) -> Raster:
    """A frame at its stated resolution, if a sheet of that size exists; otherwise it is taken for A4."""
    longest = max(pixels.shape[:2])
    dpi = float(stated[0]) if isinstance(stated, tuple) and stated and stated[0] else 0.0
    if not dpi or not _PAPER[0] <= longest / dpi <= _PAPER[1]:
        dpi = longest / _A4
    wanted = min(max(dpi, _COARSEST), _FINEST)
    if abs(wanted - dpi) > 1:
        import cv2

        shrinks = wanted < dpi
        way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        pixels = cv2.resize(pixels, None, fx=wanted / dpi, fy=wanted / dpi, interpolation=way)  # type: ignore[assignment]
        dpi = wanted
    return Raster(np.ascontiguousarray(pixels), dpi)
