"""Which files need not be read: their bytes, the code, the forms and what the crawl says are as they were."""

import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gkingest.batch.again import why_again, why_archive
from gkingest.batch.fingerprint import Fingerprint
from gkingest.batch.plan import Plan
from gkingest.corpus.files import Corpus
from gkingest.corpus.intake import File, sha256_of
from gkingest.corpus.remote import SIDECARS
from gkingest.corpus.stamp import Stamp
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.store.ask.known import (
    Known,
    known_at,
    known_bytes,
    packed,
    present_paths,
    set_gone,
    set_identities,
    set_stamps,
    stamps_of,
)
from gkingest.store.write.save import save_place

if TYPE_CHECKING:
    from sqlalchemy import Engine

_OF_PLACE = frozenset({"archive", "cover", "crawl_record"})  # kinds that depend on where a file lies


class Sieve:
    """Compares files with the database; without one everything is read."""

    def __init__(
        self,
        database: "Engine | None",
        now: Fingerprint,
        formats: Sequence[Format],
        plan: Plan,
        run_id: int | None,
        on_change: Callable[[], object],
    ) -> None:
        """``on_change`` is called where lines are written of files that are not read."""
        self._database, self._now, self._formats = database, now, formats
        self._plan, self._run_id, self._on_change = plan, run_id, on_change
        self._holding = packed(database) if database is not None and not plan.force else frozenset()

    def unchanged(self, files: Sequence[File]) -> dict[str, Known]:
        """Names of the files that need no reading, with what they are known as.

        Bytes that are known from another path get a line of their own at once. A file that cannot be opened is
        left to its reader, who says why. Where the file system tells of one what it told before, its bytes are not
        read. Of one that is not fetched yet its file system may say that it is so.
        """
        if self._database is None or self._plan.force:
            return {}
        names, begun = [f.name for f in files], time.time_ns()
        at, kept = known_at(self._database, names), stamps_of(self._database, names)
        same: dict[str, Known] = {}
        elsewhere: list[tuple[File, str]] = []
        identities: dict[str, str] = {}
        stamps: dict[str, tuple[str, str]] = {}
        for file in files:
            known, stamp = at.get(file.name), None
            if not file.afar:
                digest, stamp = _digest_of(file, known, kept.get(file.name))
            elif known and _is_same_afar(known, file):
                digest = known.sha256
            else:
                continue
            if known and known.sha256 == digest and self._holds(known, file):
                same[file.name] = known
                if stamp and stamp.is_settled(begun):
                    stamps[file.name] = (known.sha256 or "", str(stamp))
                if known.identity != file.identity:
                    identities[file.name] = file.identity
            elif digest:
                elsewhere.append((file, digest))
        if back := [name for name, known in same.items() if known.gone]:
            set_gone(self._database, back, gone=False)
            self._on_change()
        if stamps:
            set_stamps(self._database, stamps)
        if identities:
            set_identities(self._database, identities)
        return same | self._known_elsewhere(self._database, elsewhere)

    def _known_elsewhere(self, database: "Engine", files: Sequence[tuple[File, str]]) -> dict[str, Known]:
        """Files whose bytes were read at another path, of which the crawl told the same."""
        moved = {}
        known = known_bytes(database, [digest for _, digest in files])
        for file, digest in files:
            found = known.get(digest)
            if found is None or found.attached or file.provenance.attached_to or file.record:
                continue
            if found.kind in _OF_PLACE or found.path in self._holding:
                continue
            if self._holds(found, file, exactly=True):
                save_place(database, file.name, file.provenance, found.path, self._run_id, file.identity)
                moved[file.name] = found
                self._on_change()
        return moved

    def _holds(self, known: Known, file: File, *, exactly: bool = False) -> bool:
        told = {tuple(words) for words in file.provenance.said}
        before = {tuple(words) for words in known.said if words[2] != "page"}
        if told != before and (told or exactly):
            return False
        if known.path in self._holding:
            assert self._database is not None
            return not why_archive(self._database, known, self._now, self._formats, self._plan)
        return not why_again(known, self._now, self._formats, self._plan)


def _digest_of(file: File, known: Known | None, kept: tuple[str, str] | None) -> tuple[str | None, Stamp | None]:
    """The digest of a file here, none if it cannot be opened, and the stamp to keep where its bytes were read."""
    # Taken before the bytes are: what is written meanwhile shows in the next one.
    stamp = Stamp.at(file.path) if known and file.data is None else None
    if known and stamp and kept == (known.sha256 or "", str(stamp)):
        return known.sha256, None
    try:
        return sha256_of(file), stamp
    except DocumentError:
        return None, stamp


def mark_gone(database: "Engine", corpus: Corpus) -> int:
    """Mark what is no longer there below the folders that were looked through; gives how many files that is."""
    count = 0
    for paths in present_paths(database):
        gone = [p for p in paths if corpus.is_gone(p)]
        if gone:
            set_gone(database, gone, gone=True)
        count += len(gone)
    return count


def _is_same_afar(known: Known | None, file: File) -> bool:
    """Whether the file system says of a file itself, whatever lies beside it, what it said when it was read."""
    if known is None or not file.identity:
        return False
    said = [json.loads(identity or "{}") for identity in (known.identity, file.identity)]
    before, now = ({key: one[key] for key in one if key != SIDECARS} for one in said)
    return bool(before == now)
