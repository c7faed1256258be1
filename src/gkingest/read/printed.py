"""PDF files: their text layer, and where that says nothing or is not to be had the pictures of their pages."""

from gkingest.model.paper import ReadDocument
from gkingest.read.options import ReadOptions
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.pdf.pages import read_document
from gkingest.read.pdf.pdfium import unlocked
from gkingest.read.picture.recognise import read_pictures


def pdf_file(data: bytes, options: ReadOptions) -> ReadDocument:
    """All pages of a PDF, unlocked first by one of the passwords; raises :class:`DocumentError`."""
    refuse_bombs(data)
    plain = unlocked(data, options.passwords)
    if plain is not data:
        refuse_bombs(plain)
    return read_pictures(read_document(plain, options), options)
