"""Pages as pdfplumber (pdfminer) reads them: an extraction of text and rulings independent of PDFium's."""

import io
import logging
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from gkingest.model.paper import Box, Page, Ruling
from gkingest.read.glyphs import Glyph, build_words


def read_plumber(data: bytes, numbers: Sequence[int]) -> tuple[Page, ...]:
    """Pages ``numbers`` (1-based) with words and rulings; none where pdfminer cannot read what PDFium could."""
    if not numbers:
        return ()
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font without a bounding box
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return tuple(_page(document.pages[n - 1]) for n in numbers if n <= len(document.pages))
    except _gives_up():
        return ()


def user_unit(data: bytes, number: int) -> float:
    """Points per unit of user space on page ``number`` (1-based); PDFium does not tell."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            unit = document.pages[number - 1].page_obj.attrs.get("UserUnit", 1)
    except _gives_up():
        return 1.0
    return float(unit) if isinstance(unit, (int, float)) and 0 < unit <= 1000 else 1.0


def _gives_up() -> tuple[type[Exception], ...]:
    """What comes out of pdfplumber on damaged files: pdfminer's errors wrapped, and what slips past."""
    from pdfplumber.utils.exceptions import PdfminerException

    broken = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError)
    return (PdfminerException, struct.error, zlib.error, *broken)


def _page(page: Any) -> Page:
    left, top = page.bbox[0], page.bbox[1]
    glyphs = [_glyph(c, left, top) for c in page.chars if c["upright"] and c["text"].strip()]
    rulings = tuple(_rulings(page, left, top))
    return Page(page.page_number, float(page.width), float(page.height), build_words(glyphs), rulings)


def _glyph(char: dict[str, Any], left: float, top: float) -> Glyph:
    box = Box(char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top)
    return Glyph(char["text"][:1], (0, 0, 0, 0), float(char["size"]), 0.0, 0, box)


def _rulings(page: Any, left: float, top: float) -> Iterator[Ruling]:
    for edge in page.edges:
        yield Ruling(edge["x0"] - left, edge["top"] - top, edge["x1"] - left, edge["bottom"] - top)
