"""Open a PDF with pypdfium2 and close it again; the only place that knows PDFium's error codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gkingest.errors import DocumentError, EngineError

try:
    import pypdfium2
    import pypdfium2.raw as pdfium
except (ImportError, OSError) as error:  # pragma: no cover - a broken installation
    raise EngineError(
        f"pypdfium2 cannot be loaded ({error}), so no PDF can be read; "
        "install it again: pip install --force-reinstall pypdfium2"
    ) from error


@contextmanager
def open_pdf(data: bytes) -> Iterator[Any]:
    """A ``pypdfium2.PdfDocument`` over ``data``; raises :class:`DocumentError` (encrypted, corrupt)."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = b"/Encrypt" in data  # PDFium may report the error of the file before
        if locked and (code == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()):
            raise DocumentError(
                "encrypted",
                "the PDF is locked with a password, so it cannot be opened; save an unlocked copy",
            ) from error
        if locked and code == pdfium.FPDF_ERR_SECURITY:
            raise DocumentError(
                "encrypted", "the PDF uses a protection that PDFium does not know; save an unprotected copy"
            ) from error
        raise DocumentError(
            "corrupt", f"the PDF is damaged ({error}), often a download that broke off; fetch it again"
        ) from error
    try:
        if len(document) == 0:
            raise DocumentError("corrupt", "the PDF has no pages; fetch it again")
        yield document
    finally:
        document.close()
