"""Pages as pictures: a PDF page rendered at the resolution of its scan, or the sheets of an image file.

A sheet is a frame of the file. One picture much longer than any sheet, as a screenshot of a whole page of a site or
pages glued together, is cut into several.
"""

import io
import struct
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from gkingest.errors import DocumentError
from gkingest.imports import loaded
from gkingest.read.kinds import HEIC
from gkingest.read.pdf.pdfium import Pdf, is_sheet
from gkingest.read.triage import media_type

Pixels = NDArray[np.uint8]

_COARSEST = 200.0  # dots per inch: below that the recogniser loses digits, so coarser scans are enlarged
_FINEST = 300.0  # dots per inch: beyond that pixels cost time and tell nothing
_PAPER = (5.0, 24.0)  # inches: a longer side outside of these is no sheet of paper
_A4 = 11.69  # inches, the longer side of the sheet that nearly every report is printed on
_STRIP = 1.9  # times its width is the length of a picture from which it is no one sheet; a receipt would be 1.65
_SHAPE, _REST = 1.414, 1.6  # length of a sheet by its width, and of a last one in sheets
_MARGIN = 0.3  # inches of ground that are set around each sheet of a strip
_EVEN = 24  # of 255: rows in which all pixels are so close are ground, whatever its shade
_PRINT = 10.6  # points that the larger characters of a report have, as measured on pages of known size
_LETTER, _FEW_LETTERS = (6, 120), 40  # pixels that they have in pictures of any resolution; fewer tell nothing
_AT_ONCE = 1000  # rows of pixels that are compared at a time
_MAX_PIXELS = 60_000_000  # a larger picture is no scanned sheet
_MOST_RENDERED = 20_000_000  # pixels of a page: a sheet of A3 at the finest
_LONGEST_SHAPE = 40  # times its width is the length of a picture at most: a page of a site as one strip
_MOST_OBJECTS = 60_000  # things that a page draws: one with more is a map or a painting, and takes minutes
_MOST_FRAMES = 300  # of an image file
_MAX_PICTURE = 200_000_000  # pixels of a picture in a PDF; scans of plans have so many, with few bits each
# What PIL raises at pictures that are damaged, or made to be.
_HEIF = "gkingest.read.heif:opened_heif"
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

    @classmethod
    def at_dpi(cls, pixels: Pixels, dpi: float) -> Self:
        """A sheet of ``dpi`` dots per inch, made larger or smaller where it would not be read well."""
        wanted = min(max(dpi, _COARSEST), _FINEST)
        if abs(wanted - dpi) > 1:
            pixels, dpi = _resized(pixels, wanted / dpi, wanted / dpi), wanted
        return cls(np.ascontiguousarray(pixels), dpi)


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


def sheet_count(data: bytes) -> int:
    """How many sheets an image file holds; :class:`DocumentError` if it is damaged or has too many frames."""
    with _opened_image(data) as image:
        # TIFF names its frames one after the other, so that to count them all may take for ever.
        count = next((n for n in range(1, _MOST_FRAMES + 1) if not _has_frame(image, n)), _MOST_FRAMES + 1)
        if count > _MOST_FRAMES:
            raise DocumentError(
                "unsupported",
                f"the picture has more than {_MOST_FRAMES} pages, more than any report; take the report out of the "
                "file and run again",
            )
        if count == 1 and _is_strip(image):
            image.seek(0)
            return len(_sheets_of(_upright(image)))
    return count


def image_rasters(data: bytes, wanted: Iterable[int] | None = None) -> Iterator[Raster]:
    """Sheets ``wanted`` (1-based) of an image file, turned as the camera noted; all of them without.

    Sheets that are not there are left out. :class:`DocumentError` if the picture is damaged.
    """
    with _opened_image(data) as image:
        if _is_strip(image) and not _has_frame(image, 1):
            image.seek(0)
            pixels = _upright(image)
            sheets, dpi = _sheets_of(pixels), _dpi_of_print(pixels)
            for number in range(1, len(sheets) + 1) if wanted is None else wanted:
                if 1 <= number <= len(sheets):
                    top, bottom = sheets[number - 1]
                    # A table may fill a screen from side to side, and a rule is told by the ground on both sides.
                    raster = Raster.at_dpi(pixels[top:bottom], dpi)
                    edge, ground = round(_MARGIN * raster.dpi), int(np.percentile(raster.pixels[::8, ::8], 90))
                    room = ((edge, edge), (edge, edge), (0, 0))
                    yield Raster(np.pad(raster.pixels, room, constant_values=ground), raster.dpi)
            return
        for number in range(1, _MOST_FRAMES + 1) if wanted is None else wanted:
            if number < 1 or not _has_frame(image, number - 1):
                if wanted is None:
                    return
                continue
            pixels = _upright(image)
            stated = image.info.get("dpi")
            across, down = (
                (float(n or 0) for n in stated) if isinstance(stated, tuple) and len(stated) == 2 else (0, 0)
            )
            if 0 < down < across:  # a fax, whose pixels are not square
                pixels = _resized(pixels, 1.0, across / down)
            longest = max(pixels.shape[:2])
            # At a resolution with which no sheet of paper exists it is taken for A4.
            paper = across and _PAPER[0] <= longest / across <= _PAPER[1]
            yield Raster.at_dpi(pixels, across if paper else longest / _A4)


@contextmanager
def _opened_image(data: bytes) -> Iterator[Any]:
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a picture says of itself, nothing else is needed
        try:
            # Found by name: what reads other pictures is not another where this library is.
            heif = media_type(data[:4096]) == HEIC
            with loaded(_HEIF)(data) if heif else Image.open(io.BytesIO(data)) as image:
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


def _upright(image: Any) -> Pixels:
    """The frame of an open image in colour, turned as the camera noted; what is transparent is white."""
    from PIL import Image, ImageOps

    size = f"the picture has {image.width} × {image.height} pixels"
    if image.width * image.height > _MAX_PIXELS:
        raise DocumentError("unsupported", f"{size}, more than any scanned sheet; make it smaller")
    if max(image.size) > _LONGEST_SHAPE * min(image.size):
        raise DocumentError("unsupported", f"{size}, which is no shape of a sheet; look at what it is")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    return np.asarray(upright.convert("RGB"))


def _is_strip(image: Any) -> bool:
    return bool(max(image.size) > _STRIP * min(image.size))


def _sheets_of(pixels: Pixels) -> list[tuple[int, int]]:
    """First row and row after the last of each sheet of a strip that runs down; one sheet if it runs across.

    It is cut where nothing is printed, at the widest gap that leaves neither a scrap nor much more than a sheet, so
    that a table stays whole; else at a rule, which both sheets keep.
    """
    import cv2

    height, width = pixels.shape[:2]
    usual = round(_SHAPE * width)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    # Column by column: beside a page a site has another shade.
    ground = np.percentile(grey[::4], 97, axis=0).astype(np.int16)
    # A thousand rows at a time: wider numbers of all pixels would take a gigabyte.
    rows, dark = np.empty(height, np.bool_), np.empty(height, np.int64)
    for n in range(0, height, _AT_ONCE):
        part = grey[n : n + _AT_ONCE].astype(np.int16) - ground
        rows[n : n + _AT_ONCE] = (np.abs(part) < _EVEN).all(axis=1)
        dark[n : n + _AT_ONCE] = (part < -_EVEN).sum(axis=1)
    start, sheets = 0, []
    while height - start > _REST * usual and width < height:
        low, high = start + usual // 2, min(start + 2 * usual, height - usual // 4)
        stops = np.flatnonzero(np.diff(np.concatenate([[0], rows[low:high].astype(np.int8), [0]]))).reshape(-1, 2)
        first, last = max(stops.tolist(), key=lambda s: (s[1] - s[0], s[0]), default=(0, 0))
        if last - first >= width // 100:
            sheets.append((start, low + (first + last) // 2))
            start = sheets[-1][1]
        else:
            at, edge = low + int(np.argmax(dark[low:high])), max(width // 200, 2)
            sheets.append((start, at + edge))
            start = at - edge
    return [*sheets, (start, height)]


def _dpi_of_print(pixels: Pixels) -> float:
    """The resolution at which the characters of a picture have the size of print; that of A4 where it has few."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    stats = cv2.connectedComponentsWithStats(ink)[2][1:]
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    heights = high[(high >= _LETTER[0]) & (high <= _LETTER[1]) & (wide >= 0.2 * high) & (wide <= 1.6 * high)]
    if len(heights) < _FEW_LETTERS:
        return float(max(pixels.shape[:2])) / _A4
    return float(np.percentile(heights, 75)) * 72 / _PRINT


def _resized(pixels: Pixels, across: float, down: float) -> Pixels:
    import cv2

    way = cv2.INTER_AREA if across < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=across, fy=down, interpolation=way), np.uint8)
