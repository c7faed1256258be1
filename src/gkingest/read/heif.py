"""Pictures in HEIC, as telephones take them: opened by a library of their own, which not every installation has."""

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.options import ReadOptions
from gkingest.read.picture.recognise import read_image

if TYPE_CHECKING:
    from PIL.Image import Image

_DECODER = "pi_heif"


def read_heif(data: bytes, options: ReadOptions) -> ReadDocument:
    """A picture in HEIC as a document, read as any other; raises :class:`DocumentError`."""
    _check_decoder()
    return read_image(data, options)


def opened_heif(data: bytes) -> "Image":
    """The first picture of the file, turned as the camera noted; raises ``ValueError`` where it is damaged."""
    _check_decoder()
    from pi_heif import open_heif

    found: Image = open_heif(io.BytesIO(data), convert_hdr_to_8bit=True).to_pillow()
    found.info.pop("exif", None)  # the decoder has turned it already
    return found


def _check_decoder() -> None:
    if find_spec(_DECODER) is None:
        raise DocumentError(
            "unsupported",
            "the file is a picture in HEIC, as telephones take them, which needs the library pi-heif; install the "
            "extra ocr anew, or save the picture as JPEG, and run again",
        )
