"""The bytes that a report was read from, found again and known by their hash; or what lies there instead."""

import errno
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gkingest.corpus.intake import INSIDE, files_inside, outermost
from gkingest.errors import DocumentError
from gkingest.read.kinds import WARC
from gkingest.read.triage import media_type

_HERE = (Path(),)
_HEAD = 65_536  # bytes that tell a web archive, which is walked where it lies: it may be larger than memory


@dataclass(frozen=True, slots=True)
class Miss:
    """Why the bytes are not at ``path``: it is ``absent`` or ``unreadable`` with the reason, an archive is
    ``without`` the file, or it has ``other`` bytes, then the SHA-256 of them."""

    path: str
    state: Literal["afar", "absent", "unreadable", "without", "other"]
    detail: str = ""


class MissingOriginalError(Exception):
    """No file at the paths of a source has its bytes; ``misses`` says of each path what is there instead."""

    def __init__(self, misses: Sequence[Miss]) -> None:
        super().__init__("; ".join(f"{m.path}: {m.state}" for m in misses))
        self.misses = tuple(misses)


def find_original(
    sha256: str,
    paths: Iterable[str],
    *,
    roots: Sequence[Path] = _HERE,
    passwords: Sequence[str] = (),
    largest: int | None = None,
) -> bytes:
    """The bytes with that SHA-256, from the first of ``paths`` below one of ``roots`` that has them.

    Paths are as rows carry them; archives are looked into, locked ones with ``passwords``; files of more than
    ``largest`` bytes are left alone. Raises :class:`MissingOriginalError`.
    """
    misses = []
    for path in paths:
        miss = Miss(path, "afar", os.strerror(errno.ENOENT))
        for root in roots if "://" not in outermost(path) else ():
            found = _bytes_at(root, path, passwords, largest)
            if isinstance(found, bytes):
                if (digest := hashlib.sha256(found).hexdigest()) == sha256:
                    return found
                miss = Miss(path, "other", digest)
            elif found.state != "absent" or miss.state == "afar":  # what lies below one root says more than nothing
                miss = found
        misses.append(miss)
    raise MissingOriginalError(misses)


def _bytes_at(root: Path, path: str, passwords: Sequence[str], largest: int | None) -> bytes | Miss:
    outer, inside, name = path.partition(INSIDE)
    file = root / outer
    try:
        if largest is not None and not (file.is_file() and file.stat().st_size <= largest):
            return Miss(path, "absent", os.strerror(errno.ENOENT))
        if not inside:
            return file.read_bytes()
        with file.open("rb") as stream:
            kind = media_type(stream.read(_HEAD))
        where = file if kind == WARC else file.read_bytes()
        if isinstance(where, bytes):  # what a ZIP holds is told at its end
            kind = media_type(where)
        for number, one in enumerate(files_inside(where, kind, passwords), 1):
            # Where an archive has no name for a file, it was called by its number.
            if (one.name or str(number)) == name:
                return Miss(path, "unreadable", one.problem) if one.problem else one.data
    except (OSError, ValueError) as error:  # or a path that no file can have
        return Miss(path, "absent", getattr(error, "strerror", "") or str(error))
    except DocumentError as error:
        return Miss(path, "unreadable", error.message)
    return Miss(path, "without")
