"""A PDF opened with pypdfium2, and closed here again; the only place that knows PDFium's error codes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gkingest.errors import DocumentError, EngineError
from gkingest.extras import pip_line
from gkingest.read.pdf.plumber import user_unit

try:
    import pypdfium2
    import pypdfium2.raw as pdfium
    from pypdfium2 import _library_scope as library
    from pypdfium2.internal import bases
except (ImportError, OSError) as error:  # pragma: no cover - a broken installation
    raise EngineError(
        f"pypdfium2 cannot be loaded ({error}), so no PDF can be read; "
        f"install it again: {pip_line('--force-reinstall', 'pypdfium2', python='python')}"
    ) from error

PdfiumError: type[Exception] = pypdfium2.PdfiumError
_LONGEST_PASSWORD = 500  # characters; of more than 127 bytes the rest counts for nothing (ISO 32000-2, 7.6.4)
_MOST_PAGES = 5_000
_TINY_PAGE = 300  # units: no page of paper is that small, so its unit is no point
_TINY_SHEET, _LONGEST_SHEET = 20.0, 40.0  # points of a side, times the shorter side is the longer
_HUGE_SHEET = 14_400.0  # points: PDF allows no longer side


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF while it is open: the ``pypdfium2.PdfDocument``, and the bytes that it was opened from."""

    document: Any
    data: bytes

    def __len__(self) -> int:
        """How many pages it has."""
        return len(self.document)

    def page(self, number: int) -> Any:
        """The ``pypdfium2.PdfPage`` of this number (1-based); raises ``PdfiumError`` where it is damaged."""
        return self.document[number - 1]

    def flat_page(self, number: int) -> Any:
        """The page with what its form fields and annotations show painted into it, as a viewer paints them."""
        page = self.page(number)
        if pdfium.FPDFPage_GetAnnotCount(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == (
            pdfium.FLATTEN_SUCCESS
        ):
            page.close()
            page = self.page(number)
        return page

    def unit(self, page: Any, number: int) -> float:
        """Points in one unit of a page.

        Only a page too small for paper is asked, as that takes a second library.
        """
        return user_unit(self.data, number) if max(page.get_size()) < _TINY_PAGE else 1.0


def is_sheet(width: float, height: float) -> bool:
    """Whether a page of so many points is a sheet of which a picture can be made."""
    shorter, longer = sorted((width, height))
    return shorter >= _TINY_SHEET and longer <= min(_LONGEST_SHEET * shorter, _HUGE_SHEET)


@contextmanager
def open_pdf(data: bytes, passwords: Sequence[str] = ()) -> Iterator[Pdf]:
    """The document in ``data``; raises :class:`DocumentError` (encrypted, corrupt, unsupported).

    A locked one is opened with the empty password or the first of ``passwords`` that fits.
    """
    _forget()
    document = _opened(data, passwords)
    try:
        if len(document) == 0:
            raise DocumentError("corrupt", "the PDF has no pages; fetch it again")
        if len(document) > _MOST_PAGES:
            raise DocumentError(
                "unsupported",
                f"the PDF says that it has {len(document)} pages, more than any report; take the report out of the "
                "file and run again",
            )
        yield Pdf(document, data)
    finally:
        document.close()


def unlocked(data: bytes, passwords: Sequence[str] = ()) -> bytes:
    """The PDF without its lock, so that every reader sees the same plain bytes; ``data`` where there is none.

    Raises as :func:`open_pdf` does.
    """
    if b"/Encrypt" not in data:
        return data
    with open_pdf(data, passwords) as pdf:
        if pdfium.FPDF_GetSecurityHandlerRevision(pdf.document) < 0:  # it is a word of the text
            return data
        plain = io.BytesIO()
        try:
            pdf.document.save(plain, flags=pdfium.FPDF_REMOVE_SECURITY)
        except PdfiumError:
            return data  # a damaged file that can be read but not written
    return plain.getvalue()


def _forget() -> None:
    """Start PDFium anew, unless anything of it is in use.

    It keeps the fonts that it puts in the place of missing and damaged ones and prefers them the next time, so that
    what is read of a document would depend on those that the same process read before.
    """
    alive = (ref() for refs in bases.ObjectTracker.values() for ref in tuple(refs))
    if bases.LIBRARY_AVAILABLE and all(thing is None for thing in alive):
        library.destroy_lib()
        library.init_lib()


def _can_be_tried(password: str) -> bool:
    """Whether PDFium can take it: as UTF-8 that ends with a zero, and long ones take it minutes."""
    written = password.encode("utf-8", "ignore").decode() == password
    return written and len(password) <= _LONGEST_PASSWORD and "\0" not in password


def _opened(data: bytes, passwords: Sequence[str]) -> Any:
    tried = dict.fromkeys(("", *filter(_can_be_tried, passwords)))
    locks = b"/Encrypt" in data
    refused: Exception | None = None
    pdfium.FPDF_LoadMemDocument64(b"", 0, None)  # where it finds no page it tells the error of the file before
    for password in tried:
        try:
            return pypdfium2.PdfDocument(data, password=password or None)
        except PdfiumError as error:
            code = getattr(error, "err_code", None)
            if locks and (code == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()):
                refused = error
                continue
            if locks and code == pdfium.FPDF_ERR_SECURITY:
                raise DocumentError(
                    "encrypted", "the PDF uses a protection that PDFium does not know; save an unprotected copy"
                ) from error
            raise DocumentError(
                "corrupt", f"the PDF is damaged ({error}), often a download that broke off; fetch it again"
            ) from error
    found = f"none of the {len(tried) - 1} passwords given opens it" if len(tried) > 1 else "it cannot be opened"
    raise DocumentError(
        "encrypted",
        f"the PDF is locked with a password, and {found}; add its password to the file that --password-file names, "
        "or save an unlocked copy",
    ) from refused
