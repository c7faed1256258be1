"""A page as a picture for a person to look at: whole, with a place framed, or cut out around it."""

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gkingest.errors import DocumentError
from gkingest.model.paper import Box, Turn
from gkingest.read.kinds import PDF, kind_of
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.pdf.pdfium import PdfiumError, open_pdf

if TYPE_CHECKING:
    from gkingest.read.picture.raster import Raster

_RED = (215, 0, 32)
_WHITE, _GREY = (255, 255, 255), (190, 190, 190)
_GAP = 2.0  # points between what is framed and its frame, so that no ink is covered
_LINE = 1.2  # points: width of the frame


def page_picture(data: bytes, number: int, dpi: int = 100) -> bytes:
    """PNG of page ``number`` (1-based) as a viewer displays it."""
    with open_pdf(data) as pdf:
        image = pdf.page(number).render(scale=dpi / 72).to_pil()
    return _png(image)


def shown_page(data: bytes, kind: str, number: int) -> bytes:
    """PNG of page ``number`` (1-based) of a file of any kind; b"" where no picture can show its pages."""
    if kind == PDF:
        return page_picture(data, number)
    return sheet_picture(page_sheet(data, kind, number), 100) if has_picture(kind) else b""


def has_picture(kind: str) -> bool:
    """Whether the pages of a file of this media type are pictures, or print from which one can be made."""
    return kind_of(kind).pictured


def page_sheet(data: bytes, kind: str, number: int) -> "Raster":
    """Page ``number`` (1-based) of a PDF or image file as a viewer displays it, at 200 to 300 dots per inch.

    Raises :class:`DocumentError` where the file cannot be opened, has no such page, or its kind has no pictures.
    """
    if not has_picture(kind):
        raise DocumentError("unsupported", f"a file of this kind ({kind}) has no pages that a picture can show")
    from gkingest.read.picture.raster import image_rasters, sheet_raster

    found = None
    if kind == PDF:
        refuse_bombs(data)
        with open_pdf(data) as pdf, suppress(PdfiumError):
            if 1 <= number <= len(pdf):
                found = sheet_raster(pdf, pdf.flat_page(number), number)
    else:
        found = next(image_rasters(data, (number,)), None)
    if found is None:
        raise DocumentError("corrupt", f"no picture can be made of page {number}")
    return found


def marked_picture(
    sheet: "Raster",
    framed: Box,
    cut: Box | None = None,
    turn: Turn = 0,
    dpi: float | None = None,
    above: "tuple[Raster, Box] | None" = None,
    quick: bool = False,
) -> bytes:
    """PNG of a sheet with a red frame around one box, the part ``cut`` out of it (all of it without).

    Boxes are in points of the page as displayed; the picture is turned clockwise by ``turn`` at the end, and made
    smaller to ``dpi`` where that is less than the sheet has. ``above``, a part of another sheet, is put on top at
    the same scale, with a line between. ``quick``: somebody waits for it, so time matters more than bytes.
    """
    from PIL import ImageDraw

    image = _image(sheet, dpi)
    scale = min(dpi or sheet.dpi, sheet.dpi) / 72
    line = max(round(_LINE * scale), 2)
    outline = _pixels(Box(framed.x0 - _GAP, framed.top - _GAP, framed.x1 + _GAP, framed.bottom + _GAP), scale)
    left, top, right, bottom = outline
    # PIL draws the line inwards, so the frame is that much larger.
    ImageDraw.Draw(image).rectangle(
        (left - line, top - line, right + line, bottom + line), outline=_RED, width=line
    )
    image = _part(image, cut, scale, turn)
    if above is not None:
        other, place = above
        own = min(dpi or other.dpi, other.dpi) / 72
        strip = _part(_image(other, dpi), place, own, turn)
        size = (round(strip.width * scale / own), round(strip.height * scale / own))
        image = _stacked(strip.resize(size) if own != scale else strip, image, line)
    return _png(image, quick)


def _part(image: Any, cut: Box | None, scale: float, turn: Turn) -> Any:
    """The part of a picture, set upright."""
    if cut is not None:
        left, top, right, bottom = _pixels(cut, scale)
        image = image.crop((max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)))
    return image.rotate(-turn, expand=True) if turn else image


def _stacked(above: Any, below: Any, line: int) -> Any:
    """Two pictures, one on top of the other, with a grey line between."""
    from PIL import Image

    whole = Image.new("RGB", (max(above.width, below.width), above.height + 5 * line + below.height), _WHITE)
    whole.paste(above, (0, 0))
    whole.paste(_GREY, (0, above.height + 2 * line, whole.width, above.height + 3 * line))
    whole.paste(below, (0, above.height + 5 * line))
    return whole


def sheet_picture(sheet: "Raster", dpi: float) -> bytes:
    """PNG of a whole sheet, made smaller to ``dpi`` where that is less than the sheet has."""
    return _png(_image(sheet, dpi))


def _image(sheet: "Raster", dpi: float | None) -> Any:
    from PIL import Image

    image = Image.fromarray(sheet.pixels)
    if dpi is None or dpi >= sheet.dpi:
        return image
    wide, high = (max(round(side * dpi / sheet.dpi), 1) for side in image.size)
    return image.resize((wide, high), Image.Resampling.LANCZOS)


def _pixels(box: Box, scale: float) -> tuple[int, int, int, int]:
    return round(box.x0 * scale), round(box.top * scale), round(box.x1 * scale), round(box.bottom * scale)


def _png(image: Any, quick: bool = False) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format="PNG", **{"compress_level": 1} if quick else {"optimize": True})
    return stream.getvalue()
