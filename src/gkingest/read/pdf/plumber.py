"""Pages as pdfplumber (pdfminer) reads them: an extraction of text and rulings independent of PDFium's."""

import io
import logging
from collections.abc import Sequence
from typing import Any

from gkingest.model.paper import Box, Page, Ruling
from gkingest.read.ink.glyphs import Glyph, build_words
from gkingest.text.signs import legible


def read_plumber(data: bytes, numbers: Sequence[int]) -> tuple[Page, ...]:
    """Pages ``numbers`` (1-based) with words and rulings; none where pdfminer cannot read what PDFium could."""
    if not numbers:
        return ()
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # what it doubts is told by what comes out
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return tuple(_page(document.pages[n - 1]) for n in numbers if n <= len(document.pages))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a second opinion gives up with whatever error comes first; the first stays
        return ()


def user_unit(data: bytes, number: int) -> float:
    """Points per unit of user space on page ``number`` (1-based); PDFium does not tell."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            unit = document.pages[number - 1].page_obj.attrs.get("UserUnit", 1)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return 1.0
    return float(unit) if isinstance(unit, (int, float)) and 0 < unit <= 1000 else 1.0


def _page(page: Any) -> Page:
    """A ``pdfplumber.Page`` with its upright words and its rulings."""
    left, top = page.bbox[0], page.bbox[1]
    glyphs = []
    for char in page.chars:
        if char["upright"] and char["text"].strip():
            box = Box(char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top)
            glyphs.append(Glyph(legible(char["text"][:1]), float(char["size"]), 0.0, 0, box))
    rules = tuple(Ruling(e["x0"] - left, e["top"] - top, e["x1"] - left, e["bottom"] - top) for e in page.edges)
    return Page(page.page_number, float(page.width), float(page.height), build_words(glyphs, rules), rules)
