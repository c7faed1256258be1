"""The bytes that a report was read from, found again and known by their hash; or why they are not to be had."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gkingest.corpus.intake import INSIDE
from gkingest.crawl.archive import members
from gkingest.crawl.warc import responses
from gkingest.errors import DocumentError, UsageError
from gkingest.read.kinds import WARC, ZIP
from gkingest.read.triage import media_type
from gkingest.store.ask.citing import Source


def original(source: Source, passwords: Sequence[str] = ()) -> bytes:
    """The bytes of a report's file from the first of its paths that still holds them.

    Paths are as rows carry them, below the current folder; archives are looked into, locked
    ones with ``passwords``. Raises :class:`UsageError` where none holds them any more.
    """
    tried = []
    for place in source.places:
        try:
            data = _bytes_at(place.path, passwords)
        except (OSError, DocumentError) as error:
            reason = error.message if isinstance(error, DocumentError) else error.strerror
            tried.append(f"{place.path}: it cannot be opened ({reason})")
            continue
        if data is None:
            tried.append(f"{place.path}: the archive no longer has it")
        elif (digest := hashlib.sha256(data).hexdigest()) == source.sha256:
            return data
        else:
            tried.append(f"{place.path}: it was changed since it was read (sha256 now {digest[:12]}…)")
    listed = "; ".join(tried) or "no path of it is known"
    raise UsageError(
        f"the file that the report was read from (sha256 {source.sha256[:12]}…) is not to be had: {listed}; run in "
        "the folder that paths are below, restore the file, or ingest again what is there now"
    )


def _bytes_at(path: str, passwords: Sequence[str]) -> bytes | None:
    outer, inside, name = path.partition(INSIDE)
    data = Path(outer).read_bytes()
    return data if not inside else next((found for n, found in _inside(data, passwords) if n == name), None)


def _inside(data: bytes, passwords: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    kind = media_type(data)
    if kind == ZIP:
        named = ((m.name, m.data) for m in members(data, passwords))
    elif kind == WARC:
        named = ((r.name, r.data) for r in responses(data))
    else:
        return
    # Where an archive has no name for a file, it was called by its number.
    yield from ((name or str(number), found) for number, (name, found) in enumerate(named, 1))
