"""Which files need not be read: their bytes, the code, the forms and what the crawl says are as they were."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.batch.again import why_again, why_archive
from gkingest.batch.fingerprint import Fingerprint
from gkingest.batch.plan import Plan
from gkingest.corpus.files import Corpus
from gkingest.corpus.intake import File
from gkingest.corpus.remote import SIDECARS
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.read.triage import open_file
from gkingest.store.ask.known import Known, known_at, known_bytes, packed, present_paths, set_gone, set_identities
from gkingest.store.write.save import save_place

if TYPE_CHECKING:
    from sqlalchemy import Engine

_AT_ONCE = 1000
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
        left to its reader, who says why. Of one that is not fetched yet its file system may say that it is so.
        """
        if self._database is None or self._plan.force:
            return {}
        at = known_at(self._database, [f.name for f in files])
        files = [f for f in files if not f.afar or (f.name in at and _is_same_afar(at[f.name], f))]
        digests = {f.name: d for f in files if (d := at[f.name].sha256 if f.afar else _sha256(f))}
        same = {}
        for file in files:
            known = at.get(file.name)
            if known and known.sha256 == digests.get(file.name) and self._holds(known, file):
                same[file.name] = known
        if back := [name for name in same if at[name].gone]:
            set_gone(self._database, back, gone=False)
            self._on_change()
        fresh = {f.name: f.identity for f in files if f.name in same and f.identity != at[f.name].identity}
        if fresh:
            set_identities(self._database, fresh)
        return same | self._elsewhere([f for f in files if f.name not in same and f.name in digests], digests)

    def _elsewhere(self, files: Sequence[File], digests: dict[str, str]) -> dict[str, Known]:
        """Files whose bytes were read at another path, of which the crawl told the same."""
        assert self._database is not None
        moved = {}
        known = known_bytes(self._database, [digests[f.name] for f in files])
        for file in files:
            found = known.get(digests[file.name])
            alike = found and found.kind not in _OF_PLACE and not found.attached and not file.provenance.attached_to
            alike = alike and found is not None and found.path not in self._holding
            if found and alike and not file.record and self._holds(found, file, exactly=True):
                save_place(self._database, file.name, file.provenance, found.path, self._run_id, file.identity)
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


def mark_gone(database: "Engine", corpus: Corpus) -> int:
    """Mark what is no longer there below the folders that were looked through; gives how many files that is."""
    count, after = 0, ""
    while paths := present_paths(database, after, _AT_ONCE):
        after = paths[-1]
        gone = [p for p in paths if corpus.is_gone(p)]
        if gone:
            set_gone(database, gone, gone=True)
        count += len(gone)
    return count


def _is_same_afar(known: Known, file: File) -> bool:
    """Whether the file system says of a file what it said when the file was read."""
    return bool(file.identity) and _of_bytes(known.identity) == _of_bytes(file.identity)


def _of_bytes(identity: str) -> dict[str, object]:
    """What an identity says of the file itself."""
    return {key: said for key, said in json.loads(identity or "{}").items() if key != SIDECARS}


def _sha256(file: File) -> str:
    """Digest of a file's bytes; "" where it cannot be opened."""
    if file.problem:
        return ""
    if file.data is not None:
        return hashlib.sha256(file.data).hexdigest()
    try:
        with open_file(Path(file.path)) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (DocumentError, OSError):
        return ""
