"""All pages of a PDF, each read as thoroughly as it deserves."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from gkingest.errors import DocumentError
from gkingest.formats.spec import Format, Node
from gkingest.model.paper import Page
from gkingest.read.pdf.pdfium import PdfiumError, open_pdf
from gkingest.read.pdf.plumber import user_unit
from gkingest.read.pdf.textlayer import page_text, read_page
from gkingest.text.labels import fold, label_key, simplified

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_LAYERS_OFF = re.compile(rb"/OFF\s*\[\s*\d")
_FEW_PATHS = 8  # painted paths or pictures below which a page has no ruled table
_PICTURE = "it is a picture without a text layer"
_A4 = (595.0, 842.0)
_TINY_PAGE = 300  # units: no page of paper is that small, so its unit is no point
_LITTLE_TEXT = 40  # characters below which a page may be a picture
_FEW_WORDS = 2  # labels of the form that make a page without rules worth a closer look
_LONG = 60  # pages: a longer document is looked into before all of it is read
_LOOKS = 30  # pages of a long document that are looked into
_TINY_SHEET, _LONGEST_SHEET = 20.0, 40.0  # points of a side, times the shorter side is the longer
_HUGE_SHEET = 14_400.0  # points: PDF allows no longer side
_NO_SHEET = "it has no text and the size of no paper; look at the page, or fetch the file again"
_DAMAGED = "the file is damaged there, so it cannot be opened; fetch the file again"


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
        only_pictures = _look_into(document, anchors)
        topics = tuple(stated.topics[0] for form in formats for stated in form.stated)
        read = _pictured if only_pictures else _read_one
        pages = tuple(_or_doubt(read, document, i, (anchors, topics, data)) for i in range(len(document)))
    if all(p.damaged for p in pages):
        raise DocumentError(
            "corrupt",
            f"the PDF is damaged: none of its {len(pages)} pages can be read, of the first it is known that "
            f"{pages[0].problem}",
        )
    return ReadDocument(data, pages, b"/OCProperties" in data and bool(_LAYERS_OFF.search(data)))


def _look_into(document: "PdfDocument", anchors: frozenset[str]) -> bool:
    """Refuse a long document with text, none of whose pages that are looked at has to do with a report.

    Gives whether it seems to be one of pictures. A report has a few dozen pages at most. To read a book of hundreds
    would cost as much time as a hundred reports, so its beginning, its end and pages at even distances decide.
    """
    count = len(document)
    if count <= _LONG:
        return False
    step = max((count - 13) // (_LOOKS - 13), 1)
    numbers = sorted({*range(10), *range(10, count - 3, step), *range(count - 3, count)})
    texts = [_text_of(document, n) for n in numbers]
    told = [t for t in texts if len(t.strip()) >= _LITTLE_TEXT]
    if any(_promises(t, anchors) for t in told):
        return False
    if 2 * len(told) < len(texts):
        return True
    raise DocumentError(
        "not_a_report",
        f"it has {count} pages, more than a report, and none of the {len(numbers)} that were looked at has a "
        "report's title or tables; if there is a report in it, take it out of the file and run again",
    )


def _text_of(document: "PdfDocument", index: int) -> str:
    try:
        return page_text(document[index])
    except PdfiumError:
        return ""


def _promises(text: str, anchors: frozenset[str]) -> bool:
    plain = "".join(simplified(fold(text)).split())
    return _mentions(text, anchors) or ("信息公开" in plain and ("年度报告" in plain or "年报" in plain))


def _or_doubt(read: Callable[..., Page], document: "PdfDocument", index: int, about: tuple[object, ...]) -> Page:
    """A page or, where PDFium finds none in a damaged file, a blank sheet that says so."""
    try:
        page = read(flat_page(document, index), index + 1, *about)
        if page.problem and not is_sheet(page.width, page.height):
            page = replace(page, problem=_NO_SHEET, damaged=True)
        return page
    except PdfiumError:
        return Page(index + 1, *_A4, (), (), problem=_DAMAGED, damaged=True)


def flat_page(document: "PdfDocument", index: int) -> "PdfPage":
    """The page with what its form fields and annotations show painted into it, as a viewer paints them."""
    page = document[index]
    if pdfium.FPDFPage_GetAnnotCount(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == (
        pdfium.FLATTEN_SUCCESS
    ):
        page.close()
        page = document[index]
    return page


def _read_one(page: "PdfPage", number: int, anchors: frozenset[str], topics: tuple[str, ...], data: bytes) -> Page:
    text = "" if _drawn(page) else page_text(page)
    wanted = _mentions(text, anchors) or any(t in simplified(fold(text)) for t in topics)
    if len(text.strip()) < _LITTLE_TEXT or wanted or _scattered(text):
        return read_page(page, number, page_unit(page, number, data))
    width, height = page.get_size()
    return Page(number, width, height, (), (), text=text)


def is_sheet(width: float, height: float) -> bool:
    """Whether a page of so many points is a sheet of which a picture can be made."""
    shorter, longer = sorted((width, height))
    return shorter >= _TINY_SHEET and longer <= min(_LONGEST_SHEET * shorter, _HUGE_SHEET)


def _pictured(page: "PdfPage", number: int, *about: Any) -> Page:
    """A page of a long document of pictures: only where it has text all the same it is worth a close look."""
    if page_text(page).strip() or not _drawn(page):
        return _read_one(page, number, *about)
    width, height = page.get_size()
    return Page(number, width, height, (), (), problem=_PICTURE, origin="scan")


def page_unit(page: "PdfPage", number: int, data: bytes) -> float:
    """Points in one unit of a page; only a page too small for paper is asked, as that takes a second library."""
    return user_unit(data, number) if max(page.get_size()) < _TINY_PAGE else 1.0


def _scattered(text: str) -> bool:
    """Whether a page's text comes out in single characters, so that no label could be found in it."""
    lines = text.split()
    return len(lines) > _LITTLE_TEXT and sum(len(line) for line in lines) < 2 * len(lines)


def _drawn(page: "PdfPage") -> bool:
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
