"""Files that are attached inside a PDF, as in a portfolio, or pinned to one of its pages."""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

import pypdfium2.raw as pdfium

from gkingest.errors import DocumentError
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.pdf.pdfium import PdfiumError, open_pdf, unlocked

_MARK = b"/EmbeddedFile"  # of the list of them, and of each of their streams
_MOST_FILES = 1_000  # files
_LARGEST = 200 * 1024 * 1024  # bytes of one, as of a file in an archive
_MOST_PINNED = 50  # pages that are looked at for files pinned to them


class Attached(NamedTuple):
    """One attached file; with a ``problem`` it has no data."""

    name: str
    data: bytes = b""
    problem: str = ""

    @classmethod
    def of(cls, attachment: Any) -> Self:
        """An attachment, unpacked within bounds."""
        size = pdfium.FPDFAttachment_GetName(attachment, None, 0)
        letters = ctypes.create_string_buffer(size)
        pdfium.FPDFAttachment_GetName(attachment, ctypes.cast(letters, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
        name = letters.raw.decode("utf-16-le", "replace").rstrip("\0")
        length = ctypes.c_ulong()
        if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, length):
            return cls(name, problem="nothing is attached under this name, or it is damaged; take it out by hand")
        if length.value > _LARGEST:
            return cls(name, problem=f"it has {length.value:,} bytes, too much for a document; take it out by hand")
        content = ctypes.create_string_buffer(length.value)
        pdfium.FPDFAttachment_GetFile(attachment, content, length.value, length)
        return cls(name, content.raw)


def attached_files(data: bytes, passwords: Sequence[str] = ()) -> tuple[Attached, ...]:
    """The files inside a PDF; none in a PDF that cannot be opened, as whoever reads its pages says why."""
    if _MARK not in data:
        return ()
    try:
        refuse_bombs(data)
        with open_pdf(unlocked(data, passwords), passwords) as pdf:
            listed = range(min(pdfium.FPDFDoc_GetAttachmentCount(pdf.document), _MOST_FILES))
            found = [Attached.of(pdfium.FPDFDoc_GetAttachment(pdf.document, index)) for index in listed]
            for number in range(1, min(len(pdf), _MOST_PINNED) + 1):
                found += _pinned(pdf.page(number))
    except (DocumentError, PdfiumError):
        return ()
    return tuple(dict.fromkeys(found))


def _pinned(page: Any) -> Iterator[Attached]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_FILES)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            yield Attached.of(pdfium.FPDFAnnot_GetFileAttachment(note))
        pdfium.FPDFPage_CloseAnnot(note)
