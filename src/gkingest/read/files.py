"""Any kind of file → the pages it shows: which reader takes which kind."""

from collections.abc import Callable, Mapping

from gkingest.errors import DocumentError
from gkingest.imports import loaded
from gkingest.model.paper import ReadDocument
from gkingest.read import triage
from gkingest.read.options import ReadOptions
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.pdf.pages import read_document
from gkingest.read.pdf.pdfium import unlocked
from gkingest.read.picture.recognise import read_image, read_pictures
from gkingest.read.triage import Opened

# Which function, from bytes to ReadDocument, reads a kind of file that needs code of its own. It is loaded when
# such a file comes; a change of what it imports, and nothing else does, makes readings of that kind alone stale.
READERS: Mapping[str, str] = {
    triage.HTML: "gkingest.read.declared.webpage:web_page",
    triage.MHTML: "gkingest.read.declared.webpage:saved_page",
    triage.DOCX: "gkingest.read.declared.docx:word_file",
    triage.XLSX: "gkingest.read.declared.xlsx:spreadsheet",
    triage.TEXT: "gkingest.read.declared.plain:text_file",
    triage.OFD: "gkingest.read.ofd.pages:fixed_layout",
    triage.OLE: "gkingest.read.declared.convert:old_office",
    triage.RTF: "gkingest.read.declared.convert:rich_text",
}


def read_file(opened: Opened, options: ReadOptions) -> ReadDocument:
    """The pages of a file of any kind; raises :class:`DocumentError` where there is no reader for it."""
    kind = opened.media_type
    if kind == triage.PDF:
        refuse_bombs(opened.data)
        plain = unlocked(opened.data, options.passwords)
        if plain is not opened.data:
            refuse_bombs(plain)
        return read_pictures(read_document(plain, options), options)
    if kind in triage.PICTURES:
        return read_image(opened.data, options)
    if kind not in READERS:
        raise _unsupported(opened)
    reader: Callable[[bytes], ReadDocument] = loaded(READERS[kind])
    return reader(opened.data)


def _unsupported(opened: Opened) -> DocumentError:
    if opened.media_type == triage.EMPTY:
        found = f"the file is empty ({len(opened.data)} bytes), so there is nothing to read; fetch it again"
        return DocumentError("corrupt", found)
    return DocumentError(
        "unsupported",
        f"there is no reader for this kind of file ({opened.media_type}); convert it to PDF, DOCX or a web page",
    )
