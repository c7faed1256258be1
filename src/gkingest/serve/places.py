"""Bytes of a source: looked for at the paths that the database has, and taken only where they hash to it."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from gkingest.corpus.intake import INSIDE
from gkingest.crawl.archive import members
from gkingest.errors import DocumentError

_LARGEST = 512 * 1024 * 1024  # bytes of a file that is opened for showing a page of it


class MissingFileError(Exception):
    """No file at the paths of a source has its bytes; says of each path what is there instead."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__("; ".join(found))
        self.found = tuple(found)


def source_bytes(sha256: str, paths: Iterable[str], roots: Sequence[Path]) -> bytes:
    """The bytes with that SHA-256, from the first of ``paths`` below one of ``roots`` that has them.

    Paths are as rows carry them, ``!/`` before the name of a file in an archive. Raises :class:`MissingFileError`.
    """
    found = []
    for path in paths:
        outside, inside = path.partition(INSIDE)[::2]
        if "://" in outside:
            found.append(f"{path}: lies afar, and only files of this machine are opened")
            continue
        state = "is no longer there"
        for root in roots:
            data = _read(root / outside)
            if data is None:
                continue
            state = "has other bytes now"
            for candidate in _candidates(data, inside):
                if hashlib.sha256(candidate).hexdigest() == sha256:
                    return candidate
        found.append(f"{path}: {state}")
    raise MissingFileError(found or ["the database has no path of it"])


def _read(path: Path) -> bytes | None:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes()
    except (OSError, ValueError):  # a path that no file can have
        return None


def _candidates(data: bytes, inside: str) -> Iterable[bytes]:
    """The file itself, or what an archive has under a name; web archives have no names to go by."""
    if not inside:
        yield data
        return
    try:
        yield from (m.data for m in members(data) if m.name == inside and not m.problem)
    except DocumentError:
        return
