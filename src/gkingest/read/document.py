"""All pages of a PDF, each read as thoroughly as it deserves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2.raw as pdfium

from gkingest.formats.spec import Format, Node
from gkingest.model.paper import Page
from gkingest.read.pdf import open_pdf
from gkingest.read.plumber import user_unit
from gkingest.read.textlayer import page_text, read_page
from gkingest.text.labels import fold, label_key, simplified

_LAYERS_OFF = re.compile(rb"/OFF\s*\[\s*\d")
_FEW_PATHS = 8  # painted paths or pictures below which a page has no ruled table
_TINY_PAGE = 300  # units: no page of paper is that small, so its unit is no point
_LITTLE_TEXT = 40  # characters below which a page may be a picture
_FEW_WORDS = 2  # labels of the form that make a page without rules worth a closer look


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Pages of one document; ``data`` are its bytes, for readers that open it again.

    ``layers_off`` tells that the file has layers that are switched off, whose text PDFium gives all the same.
    ``said`` is what the file says of itself: field of the provenance, value, witness.
    """

    data: bytes
    pages: tuple[Page, ...]
    layers_off: bool = False
    said: tuple[tuple[str, str, str], ...] = ()


def read_document(data: bytes, formats: Sequence[Format]) -> ReadDocument:
    """Read every page: closely where tables may be, otherwise only its text."""
    anchors = anchor_keys(tuple(formats))
    with open_pdf(data) as document:
        topics = tuple(stated.topics[0] for form in formats for stated in form.stated)
        pages = tuple(_read_one(_flat(document, i), i + 1, anchors, topics, data) for i in range(len(document)))
    return ReadDocument(data, pages, b"/OCProperties" in data and bool(_LAYERS_OFF.search(data)))


def _flat(document: Any, index: int) -> Any:
    """The page with what its form fields and annotations show painted into it, as a viewer paints them."""
    page = document[index]
    if pdfium.FPDFPage_GetAnnotCount(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == (
        pdfium.FLATTEN_SUCCESS
    ):
        page.close()
        page = document[index]
    return page


def _read_one(page: Any, number: int, anchors: frozenset[str], topics: tuple[str, ...], data: bytes) -> Page:
    text = "" if _drawn(page) else page_text(page)
    wanted = _mentions(text, anchors) or any(t in simplified(fold(text)) for t in topics)
    if len(text.strip()) < _LITTLE_TEXT or wanted or _scattered(text):
        return read_page(page, number, page_unit(page, number, data))
    width, height = page.get_size()
    return Page(number, width, height, (), (), text=text)


def page_unit(page: Any, number: int, data: bytes) -> float:
    """Points in one unit of a page; only a page too small for paper is asked, as that takes a second library."""
    return user_unit(data, number) if max(page.get_size()) < _TINY_PAGE else 1.0


def _scattered(text: str) -> bool:
    """Whether a page's text comes out in single characters, so that no label could be found in it."""
    lines = text.split()
    return len(lines) > _LITTLE_TEXT and sum(len(line) for line in lines) < 2 * len(lines)


def _drawn(page: Any) -> bool:
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


@lru_cache(maxsize=4)
def anchor_keys(formats: tuple[Format, ...]) -> frozenset[str]:
    """Labels of the form long enough to tell a table from prose."""
    nodes: list[Node] = []
    captions: list[str] = []
    for form in formats:
        for table in form.tables:
            for block in table.blocks:
                captions += [block.caption] if block.caption else []
                for leaf, above in (*block.row_leaves(), *block.column_leaves()):
                    nodes += [leaf, *above]
    keys: Iterable[str] = (label_key(text) for text in [*captions, *(n.label for n in nodes)])
    return frozenset(k for k in keys if len(k) >= 4)


def mentions_form(text: str, formats: tuple[Format, ...]) -> bool:
    """Whether a page's text has enough of the form's labels for a table of its own."""
    return _mentions(text, anchor_keys(formats))


def _mentions(text: str, anchors: frozenset[str]) -> bool:
    key = label_key(simplified(text))
    return sum(a in key for a in anchors) >= _FEW_WORDS
