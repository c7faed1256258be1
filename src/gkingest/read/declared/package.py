"""DOCX and XLSX as packages: ZIP files of XML, unpacked within bounds, elements known by their local names.

So files in the strict namespaces are read alike.
"""

import posixpath
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from gkingest.errors import DocumentError
from gkingest.read.declared.flow import FlowPicture
from gkingest.read.declared.pictured import picture

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LARGEST = 200_000_000  # bytes that are unpacked
_LARGEST_PICTURE = 40_000_000  # bytes
_PIECE = 65_536  # bytes unpacked at a time
_MOST_CELLS = 1_000_000  # places of a table
# lxml's complaints are syntax errors; a compression that is not known and a password are runtime errors.
_EXCESS = ("amplification", "Excessive depth", "entity reference loop")
_UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, SyntaxError)


class Package:
    """The ZIP file of an Office document, of which no more than a bounded number of bytes is unpacked."""

    def __init__(self, data: bytes) -> None:
        self._weight = 0
        self._shown: set[str] = set()
        try:
            self._zip = ZipFile(BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except _UNREADABLE as error:
            raise damaged(error) from error

    def weigh(self, name: str) -> None:
        """Count a part before it is read."""
        part = self._zip.getinfo(name)
        if part.flag_bits & 1:
            raise DocumentError("encrypted", "the document is protected by a password; ask for a copy without one")
        self._weight += part.file_size
        if self._weight > _LARGEST:
            raise DocumentError(
                "unsupported",
                f"the document would unpack to more than {_LARGEST // 1_000_000} MB, which no report does; "
                "look at what it is before opening it",
            )

    def xml(self, name: str) -> "Element":
        """Root element of a part, ``None`` if there is no such part."""
        from lxml import etree  # met only where there is such a file

        if name not in self.names:
            return None
        self.weigh(name)
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            return etree.fromstring(b"".join(self._pieces(name)), parser)
        except _UNREADABLE as error:
            raise damaged(error) from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        """A part piece by piece: read at one go, one that is longer than it says would be unpacked whole."""
        with self._zip.open(name) as part:
            while piece := part.read(_PIECE):
                yield piece

    def verify(self, name: str) -> None:
        """Unpack a part that another library will read, so that it is known to be as long as it says."""
        self.weigh(name)
        try:
            for _ in self._pieces(name):
                pass
        except _UNREADABLE as error:
            raise damaged(error) from error

    def scan(self, name: str, *names: str) -> "Iterator[Element]":
        """Elements of a part with one of these names as they end, without the whole part in memory."""
        from lxml import etree

        self.weigh(name)
        try:
            with self._zip.open(name) as part:
                tags = [f"{{*}}{n}" for n in names]
                for _, element in etree.iterparse(part, tag=tags, resolve_entities=False, no_network=True):
                    yield element
                    element.clear()
        except _UNREADABLE as error:
            raise damaged(error) from error

    def related(self, part: str, kind: str, usual: str) -> str:
        """Name of the part that another one refers to, ``usual`` where it names none that exists."""
        folder, file = posixpath.split(part)
        relations = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in relations if relations is not None else ():
            if attribute(relation, "Type").endswith(f"/{kind}"):
                name = posixpath.normpath(posixpath.join("/", folder, attribute(relation, "Target"))).lstrip("/")
                return name if name in self.names else usual
        return usual

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: kind and name by identifier."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        found = {}
        for relation in root if root is not None else ():
            name = posixpath.normpath(posixpath.join("/", folder, attribute(relation, "Target"))).lstrip("/")
            found[attribute(relation, "Id")] = attribute(relation, "Type").rpartition("/")[2], name
        return found

    def pictures(self, names: Iterable[str]) -> Iterator[FlowPicture]:
        """Those of the parts that are pictures which may show a table, each where it is met first."""
        for name in names:
            if name not in self.names or name in self._shown:
                continue
            self._shown.add(name)
            if self._zip.getinfo(name).file_size > _LARGEST_PICTURE:
                yield FlowPicture(posixpath.basename(name))
                continue
            self.weigh(name)
            try:
                found = picture(posixpath.basename(name), b"".join(self._pieces(name)))
            except _UNREADABLE as error:
                raise damaged(error) from error
            if found:
                yield found


def damaged(error: Exception) -> DocumentError:
    """What is said of a document that cannot be unpacked."""
    cause = str(error) or type(error).__name__
    if any(word in cause for word in _EXCESS):
        return DocumentError(
            "corrupt",
            f"the document grows or nests beyond all bounds when it is read ({cause}), as no report does; look at "
            "what it is before opening it",
        )
    return DocumentError(
        "corrupt",
        f"the document cannot be unpacked ({cause}): it is damaged, or only part of it was fetched; fetch it again",
    )


def local_name(element: "Element") -> str:
    """Name of an element without its namespace; "" for what is no element, such as an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: "Element", name: str, default: str = "") -> str:
    """Value of an attribute, whatever its namespace."""
    if element is None:
        return default
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), default)


def child(element: "Element", *path: str) -> "Element":
    """The first element down a path of names, ``None`` where it breaks off."""
    for name in path:
        if element is None:
            return None
        element = next((e for e in element if local_name(e) == name), None)
    return element


def count(element: "Element", default: int, name: str = "val") -> int:
    """A number in an attribute, ``default`` where there is none that makes sense."""
    text = attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def is_on(element: "Element") -> bool:
    """Whether an element that switches something on is there and does."""
    return element is not None and attribute(element, "val", "1") not in ("0", "false", "off", "none", "nil")


def check_size(rows: int, columns: int, most: int = _MOST_CELLS) -> None:
    """Refuse a table that is larger than any of a report."""
    if rows * columns > most:
        raise DocumentError(
            "unsupported",
            f"a table of the document has {rows} rows and {columns} columns, more than any report; "
            "take the report out of the file and run again",
        )
