"""Open a PDF with pypdfium2 and close it again; the only place that knows PDFium's error codes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gkingest.errors import DocumentError, EngineError
from gkingest.extras import pip_line

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


@contextmanager
def open_pdf(data: bytes, passwords: Sequence[str] = ()) -> "Iterator[pypdfium2.PdfDocument]":
    """A ``pypdfium2.PdfDocument`` over ``data``; raises :class:`DocumentError` (encrypted, corrupt, unsupported).

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
        yield document
    finally:
        document.close()


def unlocked(data: bytes, passwords: Sequence[str] = ()) -> bytes:
    """The PDF without its lock, so that every reader sees the same plain bytes; ``data`` where there is none.

    Raises as :func:`open_pdf` does.
    """
    if b"/Encrypt" not in data:
        return data
    with open_pdf(data, passwords) as document:
        if pdfium.FPDF_GetSecurityHandlerRevision(document) < 0:  # it is a word of the text
            return data
        plain = io.BytesIO()
        try:
            document.save(plain, flags=pdfium.FPDF_REMOVE_SECURITY)
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


def _opened(data: bytes, passwords: Sequence[str]) -> "pypdfium2.PdfDocument":
    tried = dict.fromkeys(("", *(p for p in passwords if _is_typeable(p))))
    refused: Exception | None = None
    pdfium.FPDF_LoadMemDocument64(b"", 0, None)  # where it finds no page it tells the error of the file before
    for password in tried:
        try:
            return pypdfium2.PdfDocument(data, password=password or None)
        except PdfiumError as error:
            if not _is_locked(error, data):
                raise _failure(error, data) from error
            refused = error
    found = f"none of the {len(tried) - 1} passwords given opens it" if len(tried) > 1 else "it cannot be opened"
    raise DocumentError(
        "encrypted",
        f"the PDF is locked with a password, and {found}; add its password to the file that --password-file names, "
        "or save an unlocked copy",
    ) from refused


def _is_typeable(password: str) -> bool:
    """Whether a text can be a password: PDFium takes UTF-8 that ends with a zero, and long ones take it minutes."""
    return (
        len(password) <= _LONGEST_PASSWORD
        and "\0" not in password
        and password.encode("utf-8", "ignore").decode() == password
    )


def _is_locked(error: Exception, data: bytes) -> bool:
    asked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
    return asked and b"/Encrypt" in data


def _failure(error: Exception, data: bytes) -> DocumentError:
    """Why a PDF that asks for no password cannot be opened."""
    if getattr(error, "err_code", None) == pdfium.FPDF_ERR_SECURITY and b"/Encrypt" in data:
        return DocumentError(
            "encrypted", "the PDF uses a protection that PDFium does not know; save an unprotected copy"
        )
    return DocumentError(
        "corrupt", f"the PDF is damaged ({error}), often a download that broke off; fetch it again"
    )
