"""The ZIP package of an OFD document and its XML parts, read within bounds (GB/T 33190-2016, chapters 6 and 7).

Elements are known by their local names: files in the wild use several namespaces, or none.
"""

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from gkingest.errors import DocumentError
from gkingest.read.ink.plane import IDENTITY, Matrix

Node = Any  # an lxml element

_ALL = 300_000_000  # bytes unpacked from one package
_PART = 16_000_000  # bytes of one XML part: its tree takes many times as much memory
_CHUNK = 65_536
_LARGEST = 1e7  # millimetres: no number of a drawing is larger
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others unpack without a bound on memory
_ENCRYPTED = 0x1  # flag of a ZIP member that needs a password
# What zipfile raises on damaged archives, itself or from what lies beneath.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, OverflowError, IndexError, NotImplementedError, RuntimeError),
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """An XML part of the package: its member name, and the element it holds."""

    name: str
    root: Node


class Package:
    """Members of an OFD package by the paths that its parts use.

    Raises :class:`DocumentError` for whatever is not there, too large or damaged. Everything that is unpacked
    counts towards one limit, also where a member is read twice.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = [m for m in self._zip.infolist() if not m.is_dir()]
        except _BROKEN as error:
            raise DocumentError(
                "corrupt",
                f"the file is no complete ZIP package ({error}), so the parts of the OFD document cannot be told "
                "apart; the download may have broken off: fetch it again",
            ) from error
        self._left = _ALL
        self._exact: dict[str, zipfile.ZipInfo] = {}
        self._folded: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            if path := _normal(member.filename):
                self._exact[path] = member
                self._folded.setdefault(path.casefold(), member)

    def find(self, path: str, base: str = "") -> str:
        """Name of the member that ``path`` means when the part ``base`` names it, "" if there is none.

        Paths begin at the root of the package with a slash, else beside ``base`` (ST_Loc); some producers leave
        the slash out. Case and the kind of slash are forgiven. What points out of the package is no member.
        """
        path = path.strip().replace("\\", "/")
        beside = base.rpartition("/")[0]
        for tried in [path] if path.startswith("/") else [f"{beside}/{path}", path]:
            name = _normal(tried)
            if name in self._exact:
                return name
            if member := self._folded.get(name.casefold()):
                return _normal(member.filename)
        return ""

    def part(self, path: str, base: str = "") -> Part:
        """The XML part that ``base`` names by ``path``."""
        name = self.find(path, base)
        if not name:
            raise DocumentError(
                "corrupt",
                f"the part {path.strip() or '(without a name)'} that {base or 'the package'} names is missing from "
                "the package, so what stands on it is lost; fetch the file again or open it in an OFD reader to "
                "see whether it is whole",
            )
        return Part(name, _parsed(name, self.read(name)))

    def part_if_any(self, path: str, base: str = "") -> Part | None:
        """The XML part that ``base`` names by ``path``; ``None`` where the package does not hold it."""
        return self.part(path, base) if self.find(path, base) else None

    def read(self, name: str) -> bytes:
        """All bytes of one part."""
        return self._unpacked(name, _PART, whole=True)

    def head(self, name: str, length: int) -> bytes:
        """The first ``length`` bytes of a member."""
        return self._unpacked(name, length, whole=False)

    def _unpacked(self, name: str, limit: int, *, whole: bool) -> bytes:
        member = self._exact[name]
        if member.flag_bits & _ENCRYPTED:
            raise encrypted(f"{name} needs a password")
        if whole and member.file_size > limit:
            raise too_large(f"{name} unpacks to {member.file_size:,} bytes, {limit:,} are read")
        if min(member.file_size, limit) > self._left:
            raise too_large(f"the package unpacks to more than {_ALL:,} bytes")
        try:
            if member.compress_type not in _METHODS:
                raise NotImplementedError(f"compression method {member.compress_type}")
            chunks, left = list[bytes](), limit
            with self._zip.open(member) as stream:
                while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
                    chunks.append(chunk)
                    left -= len(chunk)
            data = b"".join(chunks)
        except _BROKEN as error:
            raise DocumentError(
                "corrupt",
                f"the part {name} cannot be unpacked ({error}), so the document cannot be read as a whole; "
                "fetch the file again",
            ) from error
        self._left -= len(data)
        return data

    def is_encrypted(self) -> bool:
        """Whether the package says that its parts are encrypted (GM/T 0099-2020)."""
        name = self.find("/Encryptions.xml")
        if not name:
            return False
        try:
            return len(_parsed(name, self.read(name))) > 0
        except DocumentError:
            return True


def _normal(path: str) -> str:
    """A path from the root of the package without ``.`` and ``..``; "" where it leads out of it."""
    steps: list[str] = []
    for step in path.replace("\\", "/").split("/"):
        if step == "..":
            if not steps:
                return ""
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _parsed(name: str, data: bytes) -> Node:
    """The root element; entities are neither fetched nor replaced, and a part that declares any is refused."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(
            "corrupt",
            f"the part {name} is no well-formed XML ({error}), so what stands on it cannot be trusted; fetch the "
            "file again",
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(
            "corrupt",
            f"the part {name} declares a document type, which no part of an OFD document does and which may hide "
            "text; have the file exported anew",
        )
    return root


def encrypted(found: str) -> DocumentError:
    """The error of a document that is locked."""
    return DocumentError(
        "encrypted",
        f"the OFD document is encrypted ({found}), so its pages cannot be read; get a copy without protection",
    )


def too_large(found: str) -> DocumentError:
    """The error of a document that exceeds what is read."""
    return DocumentError(
        "unsupported",
        f"{found}: no report is that large, and reading on might exhaust the memory; look at the file and split it",
    )


def local(node: Node) -> str:
    """Name of an element without its namespace, "" for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(node: Node, *names: str) -> Iterator[Node]:
    """Child elements with one of these local names, all without any."""
    return (c for c in node if (local(c) in names if names else local(c)))


def child(node: Node, name: str) -> Node | None:
    """First child element of this local name."""
    return next(children(node, name), None)


def texts(node: Node, *names: str) -> Iterator[str]:
    """Text of each child element with one of these local names, if it has any."""
    return (t for c in children(node, *names) if (t := "".join(c.itertext()).strip()))


def flag(node: Node, name: str, *, otherwise: bool) -> bool:
    """A boolean attribute."""
    value = node.get(name, "").strip().lower()
    return value in ("true", "1") if value else otherwise


def number(text: str) -> float:
    """A number of a drawing; raises ``ValueError`` for what is none, or too large to be drawn."""
    value = float(text) if _NUMBER.match(text) else math.nan
    if not abs(value) <= _LARGEST:
        raise ValueError(f"{text[:40]!r} is no number of a drawing")
    return value


def numbers(text: str | None) -> tuple[float, ...]:
    """Numbers parted by blanks or commas (ST_Array)."""
    return tuple(number(t) for t in (text or "").replace(",", " ").split())


def matrix(text: str | None) -> Matrix:
    """A transformation of six numbers (CTM), the identity where there is none."""
    values = numbers(text)
    if not values:
        return IDENTITY
    if len(values) != 6:
        raise ValueError(f"a transformation of {len(values)} numbers")
    return values[0], values[1], values[2], values[3], values[4], values[5]
