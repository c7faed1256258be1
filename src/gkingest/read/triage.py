"""Bytes → :class:`Source` and kind; decides what is worth opening before anything expensive is done."""

import hashlib
import io
import stat
import struct
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BufferedReader
from pathlib import Path

from gkingest.errors import DocumentError
from gkingest.model.paper import Source
from gkingest.model.provenance import UNKNOWN as UNKNOWN_PROVENANCE
from gkingest.model.provenance import Provenance
from gkingest.read.beside import beside, nothing
from gkingest.read.kinds import EMPTY, KINDS, UNKNOWN, ZIP_STARTS
from gkingest.read.options import Beside
from gkingest.told import Told

_SPECIAL = (
    (stat.S_ISFIFO, "a pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# Parts of a package: the names of more would take much memory, and no office program writes as many.
_MOST_PARTS = 100_000
# What a damaged ZIP file may raise.
_DAMAGED = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's bytes with what they say about themselves, and its name and provenance, which travel with them.

    ``beside`` gives the files that belong to it.
    """

    name: str
    data: bytes
    sha256: str
    media_type: str
    provenance: Provenance = UNKNOWN_PROVENANCE
    beside: Beside = field(default=nothing, compare=False, repr=False)

    def source(self, page_count: int) -> Source:
        """The source these bytes are."""
        return Source(self.sha256, self.media_type, page_count)


def open_file(path: Path) -> BufferedReader:
    """A file open for reading; raises :class:`DocumentError` where it cannot be.

    What is no file is not opened: a pipe makes whoever opens it wait, a device may do anything.
    """
    try:
        mode = path.stat().st_mode
        if special := next((name for is_one, name in _SPECIAL if is_one(mode)), ""):
            raise DocumentError(
                "unsupported",
                Told(
                    "this is {0} and no file, and opening one may never end, so it was not opened; save what it "
                    "gives to a file and name that",
                    Told(special),
                ),
            )
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = getattr(error, "strerror", None) or error
        raise DocumentError(
            "failed", f"the file cannot be opened ({reason}); check its permissions or fetch it again"
        ) from error


def open_bytes(
    path: Path, name: str = "", provenance: Provenance = UNKNOWN_PROVENANCE, site: Path | None = None
) -> Opened:
    """Read a file and name its kind by its bytes; raises :class:`DocumentError` where it cannot be read.

    ``name`` is what it is called, its path if nothing else; ``site`` the folder of the site that it is of.
    """
    with open_file(path) as stream:
        try:
            data = stream.read()
        except OSError as error:
            raise DocumentError(
                "failed", f"the file cannot be read ({error.strerror}); check its disk or fetch it again"
            ) from error
    return replace(as_opened(name or str(path), data, provenance), beside=beside(path, site))


def as_opened(name: str, data: bytes, provenance: Provenance = UNKNOWN_PROVENANCE) -> Opened:
    """Bytes that are at hand as an open file."""
    return Opened(name, data, hashlib.sha256(data).hexdigest(), media_type(data), provenance)


def media_type(data: bytes) -> str:
    """Media type by content; ``application/octet-stream`` where nothing is recognised."""
    if not data.strip(b"\0 \t\r\n"):
        return EMPTY
    # Names in a ZIP file tell what it is a package of; any other file, or a damaged one, has none.
    parts: list[str] = []
    if data.startswith(ZIP_STARTS) and data.count(b"PK\1\2") <= _MOST_PARTS:
        with suppress(*_DAMAGED), zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [name.replace("\\", "/").lower() for name in package.namelist()[:2000]]
    return next((kind.media_type for kind in KINDS.values() if kind.fits(data, parts)), UNKNOWN)
