"""ZIP archives: what is in them, within limits, without a step outside and without an exception."""

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gkingest.crawl.naming import Names, safe_name
from gkingest.errors import DocumentError

PackageKind = Literal["docx", "xlsx", "pptx", "ofd", "epub", "odt", "ods", "zip"]

MB = 1024 * 1024
_BLOCK = 64 * 1024
# What zipfile raises on damaged archives; UnicodeDecodeError is a ValueError, NotImplementedError a RuntimeError.
_BROKEN = (BadZipFile, RuntimeError, ValueError, EOFError, OSError, OverflowError, struct.error, zlib.error)
_UTF8, _ENCRYPTED = 0x800, 0x1  # flags of a member
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field
_MIMETYPES: dict[bytes, PackageKind] = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is unpacked: of what goes beyond, a problem is told and nothing given."""

    members: int = 10_000
    member_bytes: int = 200 * MB
    total_bytes: int = 1024 * MB
    ratio: int = 200  # unpacked to packed, once more than ratio_from is unpacked
    ratio_from: int = 10 * MB
    depth: int = 2  # archives within archives

    def beyond(self, size: int, packed: int) -> str:
        """Why unpacking stops at ``size`` bytes out of ``packed``; "" while it may go on."""
        if size > self.member_bytes:
            return f"it unpacks to more than {self.member_bytes // MB} MB, too much for a document"
        if size > self.ratio_from and size > self.ratio * max(packed, 1):
            return f"it unpacks to more than {self.ratio} times its size, as only archives made to do harm do"
        return ""

    def opened(self, data: bytes) -> ZipFile:
        """The archive with its directory read; raises :class:`DocumentError`."""
        most = 20 * self.members  # a directory of millions would fill the memory before the first member is read
        if data.count(b"PK\1\2") > most:
            raise DocumentError(
                "corrupt", f"the ZIP archive lists more than {most} files, too many to be read; unpack it by hand"
            )
        try:
            return ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise DocumentError(
                "corrupt",
                f"the ZIP archive cannot be opened ({error}), so nothing in it can be read; "
                "fetch it again, or unpack it by hand",
            ) from error


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; with a ``problem`` it has no data. ``locked``: for want of a password."""

    name: str
    data: bytes = b""
    problem: str = ""
    locked: bool = False


def members(data: bytes, passwords: Sequence[str] = (), *, limits: Limits = Limits()) -> Iterator[Member]:
    """The files of a ZIP archive in the order of its directory, those of archives inside it among them.

    Folders, links, and names that begin with a dot or lie below ``__MACOSX`` are left out; ``passwords`` are tried
    on locked ones. Raises :class:`DocumentError` if the archive itself cannot be opened.
    """
    return _Unpacking(limits, passwords).walk(data)


def package_kind(data: bytes) -> PackageKind:
    """What a ZIP file is by the names inside; ``zip`` for a plain archive and for a damaged one."""
    try:
        with Limits().opened(data) as archive:
            names = {info.filename.replace("\\", "/").lstrip("/").lower() for info in archive.infolist()}
            if office := _office(names):
                return office
            # EPUB and OpenDocument declare themselves in a member of this name.
            info = archive.NameToInfo.get("mimetype")
            if info is not None and info.compress_type in (ZIP_STORED, ZIP_DEFLATED):
                with archive.open(info) as file:
                    declared = _MIMETYPES.get(file.read(200).strip())
                if declared:
                    return declared
            return "epub" if "meta-inf/container.xml" in names else "zip"
    except (DocumentError, *_BROKEN):
        return "zip"


def _office(names: set[str]) -> PackageKind | None:
    """The kind of an OFD or Office Open XML package; Office itself numbers main parts: ``word/document2.xml``."""
    if "ofd.xml" in names:
        return "ofd"
    if "[content_types].xml" not in names:
        return None
    main: tuple[tuple[str, PackageKind], ...] = (
        ("word/document", "docx"),
        ("xl/workbook", "xlsx"),
        ("ppt/presentation", "pptx"),
    )
    return next((kind for start, kind in main if any(name.startswith(start) for name in names)), None)


class _Unpacking:
    """One archive with all that is inside it: counts and limits are shared."""

    def __init__(self, limits: Limits, passwords: Sequence[str]) -> None:
        self._limits = limits
        # The format says nothing of characters; programs of Chinese Windows write them in GB18030.
        self._keys = dict.fromkeys(p.encode(e, "replace") for p in passwords for e in ("utf-8", "gb18030"))
        self._names = Names()
        self._members = 0
        self._bytes = 0
        self._stopped = False

    def walk(self, data: bytes, inside: str = "", depth: int = 0) -> Iterator[Member]:
        """Members of the archive ``data``, which is itself the member ``inside`` of another one."""
        with self._limits.opened(data) as archive:
            for number, info in enumerate(archive.infolist(), 1):
                raw = _decoded_name(info)
                name = safe_name(raw) or f"member-{number}"
                # Folders, links and the like, and what the batch would not look at in a folder either.
                kind = stat.S_IFMT(info.external_attr >> 16)
                odd = raw.endswith(("/", "\\")) or kind not in (0, stat.S_IFREG)
                if odd or "__MACOSX" in name.split("/") or "/." in f"/{name}":
                    continue
                name = self._names.unique(f"{inside}/{name}" if inside else name)
                self._members += 1
                if self._members > self._limits.members:
                    self._stopped = True
                    most = f"more than {self._limits.members} files"
                    yield Member(name, problem=f"the archive holds {most}, so this and the rest {_UNREAD}")
                else:
                    yield from self._member(archive, info, name, depth)
                if self._stopped:
                    return

    def _member(self, archive: ZipFile, info: ZipInfo, name: str, depth: int) -> Iterator[Member]:
        try:
            data, problem = self._unpacked(archive, info)
        except _BROKEN as error:
            data, problem = b"", f"it is damaged ({error}), so it was not read; fetch the archive again"
        if problem or not data.startswith(b"PK\3\4") or package_kind(data) != "zip":
            yield Member(name, data, problem, locked=problem == _LOCKED)
        elif depth >= self._limits.depth:
            deep = f"it is an archive inside {depth + 1} archives"
            yield Member(name, problem=f"{deep}, which is deeper than is searched, so it {_UNREAD}")
        else:
            try:
                yield from self.walk(data, name, depth + 1)
            except DocumentError as error:
                yield Member(name, problem=error.message)

    def _unpacked(self, archive: ZipFile, info: ZipInfo) -> tuple[bytes, str]:
        """A member's bytes, or why there are none; what the archive says of its size is not believed."""
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            # zipfile unpacks the others in pieces of any size, out of which no limit could take it.
            locked = "locked and " if info.flag_bits & _ENCRYPTED else ""
            how = f"{locked}packed by method {info.compress_type}"  # 99: locked by AES
            return b"", f"it is {how}, which is not read here; unpack it by hand"
        if not info.flag_bits & _ENCRYPTED:
            return self._read(archive, info, None)
        for key in self._keys:
            # A wrong one is noticed at once or, one time in 256, by what comes out.
            with suppress(RuntimeError, BadZipFile, zlib.error):
                return self._read(archive, info, key)
        return b"", _LOCKED

    def _read(self, archive: ZipFile, info: ZipInfo, key: bytes | None) -> tuple[bytes, str]:
        pieces, size, packed = [], 0, min(info.compress_size, archive.start_dir)
        with archive.open(info, pwd=key) as file:
            while piece := file.read(_BLOCK):
                size += len(piece)
                self._bytes += len(piece)
                if self._bytes > self._limits.total_bytes:
                    self._stopped = True
                    most = f"more than {self._limits.total_bytes // MB} MB"
                    return b"", f"the archive unpacks to {most} in all, so this and the rest {_UNREAD}"
                if problem := self._limits.beyond(size, packed):
                    return b"", f"{problem}, so it {_UNREAD}"
                pieces.append(piece)
        return b"".join(pieces), ""


_LOCKED = (
    "it is locked, and no password that was given opens it, so it cannot be read; give its password "
    "(--password-file, and --force if others were given before), or unpack it by hand"
)
_UNREAD = "was not read; unpack it by hand if a report is in it"


def _decoded_name(info: ZipInfo) -> str:
    """A member's name as its maker wrote it: archives made on Chinese Windows name members in GB18030."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")  # as which zipfile reads names without the flag
    except UnicodeEncodeError:
        return info.orig_filename
    # Info-ZIP's extra field has it in UTF-8, where the field is there and about this very name.
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<BI", field) == (1, zlib.crc32(raw)):
            if told := field[5:].decode("utf-8", "ignore"):
                return told
            break
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename
