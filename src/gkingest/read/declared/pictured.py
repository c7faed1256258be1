"""Pictures in files that declare their cells: which of them may show a table, and what a web page points to."""

import base64
import binascii
import io
import re
import warnings
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urljoin

from gkingest.read.declared.flow import FlowPicture
from gkingest.read.kinds import PDF, kind_of
from gkingest.read.options import Beside
from gkingest.read.picture.installed import is_installed
from gkingest.read.triage import media_type

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WIDE, _HIGH = 300, 60  # pixels: a smaller picture is an icon, a code to be scanned or a line, and no table
_LARGEST = 40_000_000  # bytes of a picture
_STRIP = 1.9  # times its width: a longer picture may be read as several sheets
_DRAWINGS = (b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a")  # EMF and WMF, which only Windows draws
_NAMED = 60  # characters of a name that are told
# Scripts of a page put its pictures in place when they come into sight; until then these attributes have them.
_SOURCES = ("src", "data-src", "data-original", "data-echo", "data-lazy-src", "_src", "oldsrc", "data-url", "href")
_LENGTH = re.compile(r"\s*(\d+)(?:px)?\s*$")


def picture(name: str, data: bytes) -> FlowPicture | None:
    """A picture by its bytes; ``None`` where it is too small for a table or no picture at all.

    One of a kind that cannot be opened has no bytes then.
    """
    from PIL import Image

    kind = media_type(data[:4096])
    if any((kind == PDF, not kind_of(kind).pictured, len(data) > _LARGEST)):
        return FlowPicture(name) if kind.startswith("image/") or data.startswith(_DRAWINGS) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                wide, high = image.size
    except (
        OSError,
        ValueError,
        SyntaxError,
        LookupError,
        TypeError,
        ArithmeticError,
        Image.DecompressionBombError,
    ):
        return FlowPicture(name)
    if wide < _WIDE or high < _HIGH:
        return None
    sheets = 1
    if high > _STRIP * wide and is_installed():
        from gkingest.errors import DocumentError
        from gkingest.read.picture.raster import sheet_count

        try:
            sheets = sheet_count(data)
        except DocumentError:
            return FlowPicture(name)
    return FlowPicture(name, data, high / wide, sheets)


def linked(element: "Element", beside: Beside) -> FlowPicture | None:
    """The picture that an element of a web page shows, from itself or from a file that ``beside`` gives."""
    extents = [_LENGTH.match(element.get(side) or "") for side in ("width", "height")]
    if any(e and int(e[1]) < least // 2 for e, least in zip(extents, (_WIDE, _HIGH), strict=True)):
        return None
    lost = ""
    for address in dict.fromkeys((element.get(name) or "").strip() for name in _SOURCES):
        if not address:
            continue
        data = inline(address) if address[:5].lower() == "data:" else beside(address)
        if data and (found := picture(_name_of(address), data)):
            return found
        lost = lost or ("" if data or address[:5].lower() == "data:" else address)
    return FlowPicture(_name_of(lost)) if lost else None


def inline(address: str) -> bytes:
    """What an address of the kind ``data:`` holds; b"" where it is damaged."""
    head, comma, body = address.partition(",")
    if not comma:
        return b""
    if not head.lower().rstrip().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", unquote(body)) + "==")
    except binascii.Error:
        return b""


def parts_of(message: Message, page: str) -> Beside:
    """The files that are saved with a web page, by their addresses and identifiers; ``page`` is its own address."""
    parts: dict[str, Message] = {}
    for part in message.walk():
        if part.get_content_maintype() == "image":
            for name in (part.get("Content-Location"), f"cid:{(part.get('Content-ID') or '').strip(' <>')}"):
                if name:
                    parts.setdefault(str(name), part)

    def beside(address: str) -> bytes:
        part = parts.get(address) or parts.get(_joined(page, address))
        data = part.get_payload(decode=True) if part is not None else b""
        return data if isinstance(data, bytes) else b""

    return beside


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _name_of(address: str) -> str:
    """What a picture is called by the last part of its address; "" where that says nothing."""
    if address[:5].lower() == "data:":
        return ""
    return unquote(address.partition("?")[0]).rstrip("/").rpartition("/")[2][-_NAMED:]
