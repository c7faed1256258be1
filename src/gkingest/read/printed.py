"""PDF files: each page as closely as it deserves, by its text layer, and where that says nothing by its picture."""

from collections.abc import Callable
from dataclasses import replace

from gkingest.errors import DocumentError
from gkingest.model.paper import Page, ReadDocument
from gkingest.read.options import ReadOptions
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.pdf.pdfium import Pdf, PdfiumError, is_sheet, open_pdf, unlocked
from gkingest.read.pdf.textlayer import is_drawn, page_text, read_page
from gkingest.read.picture.recognise import read_pictures

_PICTURE = "it is a picture without a text layer"
_A4 = (595.0, 842.0)
_LITTLE_TEXT = 40  # characters below which a page may be a picture
_LONG = 60  # pages: a longer document is looked into before all of it is read
_LOOKS = 30  # pages of a long document that are looked into
_NO_SHEET = "it has no text and the size of no paper; look at the page, or fetch the file again"
_DAMAGED = "the file is damaged there, so it cannot be opened; fetch the file again"
_TOPIC = "信息公开"  # in a title among the properties of a file that may be a report's

TextTest = Callable[[str], bool]


def pdf_file(data: bytes, options: ReadOptions) -> ReadDocument:
    """All pages of a PDF, unlocked first by one of the passwords; raises :class:`DocumentError`."""
    refuse_bombs(data)
    plain = unlocked(data, options.passwords)
    if plain is not data:
        refuse_bombs(plain)
    return read_pictures(read_document(plain, options), options)


def read_document(data: bytes, options: ReadOptions) -> ReadDocument:
    """Read every page: closely where tables may be, otherwise only its text."""
    with open_pdf(data) as pdf:
        title = pdf.document.get_metadata_value("Title")
        only_pictures = len(pdf) > _LONG and _shows_pictures(pdf, options.promises_report)
        pages = tuple(
            _read_one(pdf, number, options.worth_reading, only_pictures=only_pictures)
            for number in range(1, len(pdf) + 1)
        )
    if all(p.damaged for p in pages):
        raise DocumentError(
            "corrupt",
            f"the PDF is damaged: none of its {len(pages)} pages can be read, of the first it is known that "
            f"{pages[0].problem}",
        )
    said = (("document_title", title, "pdf"),) if _TOPIC in title else ()
    return ReadDocument(data, pages, said)


def _shows_pictures(pdf: Pdf, promises_report: TextTest) -> bool:
    """Whether a long document seems to be one of pictures, as far as it is looked into.

    One with text is refused, none of whose pages that are looked at has to do with a report. A report has a few
    dozen pages at most. To read a book of hundreds would cost as much time as a hundred reports, so its beginning,
    its end and pages at even distances decide.
    """
    count = len(pdf)
    step = max((count - 13) // (_LOOKS - 13), 1)
    numbers = sorted({*range(1, 11), *range(11, count - 2, step), *range(count - 2, count + 1)})
    written = 0
    for number in numbers:
        try:
            text = page_text(pdf.page(number))
        except PdfiumError:
            continue
        if len(text.strip()) >= _LITTLE_TEXT:
            if promises_report(text):
                return False
            written += 1
    if 2 * written < len(numbers):
        return True
    raise DocumentError(
        "not_a_report",
        f"it has {count} pages, more than a report, and none of the {len(numbers)} that were looked at has a "
        "report's title or tables; if there is a report in it, take it out of the file and run again",
    )


def _is_unclear(text: str) -> bool:
    """Whether the text of a page tells too little: it is short, or in single characters, which make no label."""
    pieces = text.split()
    scattered = len(pieces) > _LITTLE_TEXT and sum(map(len, pieces)) < 2 * len(pieces)
    return scattered or len(text.strip()) < _LITTLE_TEXT


def _read_one(pdf: Pdf, number: int, worth_reading: TextTest, *, only_pictures: bool) -> Page:
    """A page or, where PDFium finds none in a damaged file, a blank sheet that says so.

    Where the document is one of pictures, only a page that has text all the same is worth a close look.
    """
    try:
        page = pdf.flat_page(number)
        drawn = is_drawn(page)
        if only_pictures and drawn and not page_text(page).strip():
            width, height = page.get_size()
            found = Page(number, width, height, (), (), problem=_PICTURE, origin="scan")
        else:
            text = "" if drawn else page_text(page)
            if _is_unclear(text) or worth_reading(text):
                found = read_page(page, number, pdf.unit(page, number))
            else:
                width, height = page.get_size()
                found = Page(number, width, height, (), (), text=text)
        if found.problem and not is_sheet(found.width, found.height):
            return replace(found, problem=_NO_SHEET, damaged=True)
        return found
    except PdfiumError:
        return Page(number, *_A4, (), (), problem=_DAMAGED, damaged=True)
