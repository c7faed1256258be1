"""Pages of an OFD document that are pictures, and pictures on pages with text: put together to be read as scans."""

import io
import warnings
from collections.abc import Mapping, Sequence

from gkingest.errors import DocumentError
from gkingest.model.paper import PICTURE, Box, Page, Picture, ReadDocument
from gkingest.read.ofd.package import Package

_FINEST = 300.0  # dots per inch in which a page is put together
_WIDE, _HIGH = 0.4, 0.03  # of a page with text: a smaller picture is no table
_WHOLE = 0.8  # of a page with text: a larger picture is its ground
_MOST_PIXELS = 60_000_000  # of one picture
_MOST_PICTURES = 30  # pictures of a document that are kept
_DAMAGED = (OSError, EOFError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError)

Media = Sequence[tuple[Box, str]]  # places on a page in points, and the members of the package that are shown there


def with_pictures(
    data: bytes, pages: tuple[Page, ...], package: Package, media: Mapping[int, Media]
) -> ReadDocument:
    """The document with what may be read of it as a scan.

    A page without usable text is put together of its pictures. Of a page with text each large picture becomes a
    page of its own behind all others, which is read only where a table is missing.
    """
    pictures: dict[int, Picture] = {}
    more: list[Page] = []
    lacking: list[str] = []
    for page in pages:
        own = [(box, member) for box, member in media.get(page.number, ()) if member]
        if any((page.turn, page.damaged, not own, len(pictures) >= _MOST_PICTURES)):
            continue
        if page.problem:
            if whole := _sheet(page, own, package):
                pictures[page.number] = Picture(str(page.number), whole)
            continue
        for box, member in own:
            share = box.width * box.height / (page.width * page.height)
            if any((box.width < _WIDE * page.width, box.height < _HIGH * page.height, share > _WHOLE)):
                continue
            number, name = len(pages) + len(more) + 1, member.rpartition("/")[2]
            alone = Page(number, box.width, box.height, (), (), origin=PICTURE)
            if shown := _sheet(alone, [(box.moved(-box.x0, -box.top), member)], package):
                pictures[number] = Picture(name, shown)
                more.append(alone)
            else:
                lacking.append(name)
    return ReadDocument(data, (*pages, *more), pictures=pictures, lacking=tuple(dict.fromkeys(lacking)))


def _sheet(page: Page, media: Media, package: Package) -> bytes:
    """The pictures of a page where they lie on it, as PNG; b"" where none of them can be opened."""
    from PIL import Image

    opened = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for box, member in ((box, member) for box, member in media if min(box.width, box.height) >= 1):
            try:
                with Image.open(io.BytesIO(package.read(member))) as found:
                    if found.width * found.height <= _MOST_PIXELS:
                        opened.append((box, found.convert("RGBA")))
            except (DocumentError, Image.DecompressionBombError, *_DAMAGED):
                continue
    if not opened:
        return b""
    dpi = min(max(image.width / box.width * 72 for box, image in opened), _FINEST)
    size = (round(page.width * dpi / 72), round(page.height * dpi / 72))
    if size[0] * size[1] > _MOST_PIXELS:
        return b""
    whole = Image.new("RGB", size, "white")
    for box, image in opened:
        left, top, right, bottom = (round(side * dpi / 72) for side in (box.x0, box.top, box.x1, box.bottom))
        placed = image.resize((max(right - left, 1), max(bottom - top, 1)), Image.Resampling.LANCZOS)
        whole.paste(placed, (left, top), placed)
    out = io.BytesIO()
    whole.save(out, "PNG", dpi=(dpi, dpi), compress_level=1)
    return out.getvalue()
