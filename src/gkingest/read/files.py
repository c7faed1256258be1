"""Any kind of file → the pages it shows: which reader takes which kind."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.paper import Origin
from gkingest.read import triage
from gkingest.read.bombs import refuse_bombs
from gkingest.read.document import ReadDocument, read_document
from gkingest.read.flow import Block, flow_page
from gkingest.read.pdf import unlocked
from gkingest.read.recognise import OcrMode, read_image, read_pictures
from gkingest.read.triage import Opened

if TYPE_CHECKING:
    from gkingest.read.webpage import WebPage

_OLE_NAMES = {"Workbook": ".xls", "Book": ".xls", "WordDocument": ".doc", "EncryptedPackage": ""}


def read_file(
    opened: Opened, formats: Sequence[Format], ocr: OcrMode, passwords: Sequence[str] = ()
) -> ReadDocument:
    """The pages of a file of any kind; raises :class:`DocumentError` where there is no reader for it.

    ``passwords`` are tried in turn on a PDF that is locked.
    """
    kind = opened.media_type
    if kind == triage.PDF:
        refuse_bombs(opened.data)
        plain = unlocked(opened.data, passwords)
        if plain is not opened.data:
            refuse_bombs(plain)
        return read_pictures(read_document(plain, formats), formats, ocr)
    if kind in triage.PICTURES:
        return read_image(opened.data, kind, ocr)
    reader = _READERS.get(kind)
    if reader is None:
        raise _unsupported(opened)
    return reader(opened.data)


def _unsupported(opened: Opened) -> DocumentError:
    if opened.media_type == triage.EMPTY:
        found = f"the file is empty ({len(opened.data)} bytes), so there is nothing to read; fetch it again"
        return DocumentError("corrupt", found)
    return DocumentError(
        "unsupported",
        f"there is no reader for this kind of file ({opened.media_type}); convert it to PDF, DOCX or a web page",
    )


def _flow(data: bytes, blocks: Sequence[Block], origin: Origin) -> ReadDocument:
    return ReadDocument(data, (flow_page(blocks, origin),))


def _web_page(data: bytes) -> ReadDocument:
    from gkingest.read.webpage import read_html

    return _shown(data, read_html(data))


def _saved_page(data: bytes) -> ReadDocument:
    from gkingest.read.webpage import read_mhtml

    return _shown(data, read_mhtml(data))


def _shown(data: bytes, page: "WebPage") -> ReadDocument:
    """An article, its title above it where it is not printed there anyway, and what the page says of itself."""
    blocks = page.blocks
    above = "".join("".join(b.split()) for b in blocks[:6] if isinstance(b, str))
    if page.title and "".join(page.title.split()) not in above:
        blocks = (page.title, *blocks)
    told = (("url", page.canonical), ("title", page.title), ("published_at", page.published))
    said = tuple((field, value, "page") for field, value in told if value)
    return ReadDocument(data, (flow_page(blocks, "html"),), said=said)


def _word_file(data: bytes) -> ReadDocument:
    from gkingest.read.docx import read_docx

    return _flow(data, read_docx(data), "docx")


def _spreadsheet(data: bytes) -> ReadDocument:
    from gkingest.read.xlsx import read_xlsx

    return _flow(data, read_xlsx(data), "xlsx")


def _text_file(data: bytes) -> ReadDocument:
    from gkingest.read.plain import read_plain

    return _flow(data, read_plain(data), "plain")


def _fixed_layout(data: bytes) -> ReadDocument:
    from gkingest.read.ofd import read_ofd

    return ReadDocument(data, read_ofd(data))


def _old_office(data: bytes) -> ReadDocument:
    from gkingest.read.convert import as_docx

    names = {name for name in _OLE_NAMES if name.encode("utf-16-le") in data}
    if "EncryptedPackage" in names:
        raise DocumentError("encrypted", "the file is locked with a password; save a copy without one")
    suffix = next((_OLE_NAMES[n] for n in ("WordDocument", "Workbook", "Book") if n in names), ".doc")
    return _converted(as_docx(data, suffix))


def _rich_text(data: bytes) -> ReadDocument:
    from gkingest.read.convert import as_docx

    return _converted(as_docx(data, ".rtf"))


def _converted(package: bytes) -> ReadDocument:
    return _spreadsheet(package) if triage.media_type(package) == triage.XLSX else _word_file(package)


_READERS: dict[str, Callable[[bytes], ReadDocument]] = {
    triage.HTML: _web_page,
    triage.MHTML: _saved_page,
    triage.DOCX: _word_file,
    triage.XLSX: _spreadsheet,
    triage.TEXT: _text_file,
    triage.OFD: _fixed_layout,
    triage.OLE: _old_office,
    triage.RTF: _rich_text,
}
