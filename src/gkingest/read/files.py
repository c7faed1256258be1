"""Any kind of file → the pages it shows."""

from collections.abc import Callable

from gkingest.errors import DocumentError
from gkingest.imports import loaded
from gkingest.model.paper import ReadDocument
from gkingest.read.kinds import EMPTY, kind_of
from gkingest.read.options import Beside, ReadOptions
from gkingest.read.triage import Opened


def read_file(opened: Opened, options: ReadOptions) -> ReadDocument:
    """The pages of a file of any kind; raises :class:`DocumentError` where there is no reader for it."""
    kind = kind_of(opened.media_type)
    if kind.reader and kind.browsed:
        linked: Callable[[bytes, ReadOptions, Beside], ReadDocument] = loaded(kind.reader)
        return linked(opened.data, options, opened.beside)
    if kind.reader:
        reader: Callable[[bytes, ReadOptions], ReadDocument] = loaded(kind.reader)
        return reader(opened.data, options)
    if opened.media_type == EMPTY:
        found = f"the file is empty ({len(opened.data)} bytes), so there is nothing to read; fetch it again"
        raise DocumentError("corrupt", found)
    raise DocumentError(
        "unsupported",
        f"there is no reader for this kind of file ({opened.media_type}); convert it to PDF, DOCX or a web page",
    )
