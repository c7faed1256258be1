"""What is handed out to be read, and what comes back: files in parcels, unchanged ones left out, failures told."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from gkingest.batch.settings import Settings, read_with
from gkingest.corpus.intake import INSIDE, File, Parcel, Reading, Together, digest, is_archive, take_in
from gkingest.engine.adapter import DIED, Limits, Outcome
from gkingest.errors import DocumentError
from gkingest.model.report import Document, Status

if TYPE_CHECKING:
    from gkingest.store.ask.known import Known

_MOST_MEMBERS = 200  # members of an archive that are read in one go
_TRIES = 3  # members in a row that may fail before the archive itself is thought to be the cause
_AT_ONCE = 200  # files that are compared with the database in one go


_Given = TypeVar("_Given")
Same = Mapping[str, "Known"]  # names of files that need not be read, with what is known of them


def _as_it_is(given: _Given) -> _Given:
    return given


def read_parcel(settings: Settings, parcel: Parcel) -> Reading:
    """Read a parcel, in whatever process this is."""
    return take_in(parcel, read_with(settings))


class Desk:
    """Hands out parcels of files that are read together, and takes back outcomes.

    ``unchanged`` is asked about many files at a time and gives those that need not be read; ``fetched`` gives a
    file from afar with its bytes, when it is its turn. ``on_same`` gets those that are passed over.
    """

    def __init__(
        self,
        groups: Iterable[Together],
        limits: Limits,
        unchanged: Callable[[Sequence[File]], Same],
        fetched: Callable[[File], File] = _as_it_is,
        on_same: Callable[[Same], object] = _as_it_is,
    ) -> None:
        self._again: deque[Parcel] = deque()
        self._failed: dict[str, int] = {}
        self._limits = limits
        self._fresh = (self._bounded(p) for p in _changed(groups, unchanged, fetched, on_same))

    def take(self) -> Parcel | None:
        """The next parcel, ``None`` if there is none at the moment."""
        return self._again.popleft() if self._again else next(self._fresh, None)

    def settle(self, outcome: Outcome[Parcel, Reading]) -> Sequence[Document]:
        """Documents that are done; what is left of the parcel is handed out again."""
        parcel, reading = outcome.item, outcome.result
        if reading is not None:
            if parcel.start or reading.rest:
                self._failed.pop(parcel.files[0].name, None)
            if reading.rest:
                self._again.append(self._bounded(reading.rest, 2 * parcel.most))
            return reading.documents
        if len(parcel.files) > 1:
            for file in parcel.files:
                beside = tuple(f for f in parcel.files if f is not file)
                self._again.append(self._bounded(Parcel((file,), beside=beside)))
            return ()
        file = parcel.files[0]
        packed = is_archive(file)
        if parcel.most > 1 and (packed or outcome.cause.startswith(DIED)):  # somebody else may have killed it
            self._again.append(replace(parcel, most=1))
            return ()
        if not packed:
            return [_failed(file.name, file, outcome.cause)]
        # A member that could not be read by itself is given up, an archive of which several could not too.
        tries = self._failed[file.name] = self._failed.get(file.name, 0) + 1
        if tries >= _TRIES:
            return [_failed(file.name, file, f"{outcome.cause}, {tries} times in a row")]
        self._again.append(replace(parcel, start=parcel.start + 1))
        return [_failed(f"{file.name}{INSIDE}{parcel.start + 1}", file, outcome.cause)]

    def _bounded(self, parcel: Parcel, most: int = _MOST_MEMBERS) -> Parcel:
        return replace(parcel, most=min(most, _MOST_MEMBERS), seconds=self._limits.seconds / 4)


def _changed(
    groups: Iterable[Together],
    unchanged: Callable[[Sequence[File]], Same],
    fetched: Callable[[File], File],
    on_same: Callable[[Same], object],
) -> Iterator[Parcel]:
    """Parcels that are to be read. Of what lies afar one at a time is fetched, and its bytes are compared then."""
    waiting = iter(groups)
    while some := list(islice(waiting, _AT_ONCE)):
        known = unchanged(list(chain.from_iterable(some)))
        for group in some:
            names, here, same = [file.name for file in group], group, known
            if any(file.afar for file in group) and not same.keys() >= {*names}:
                here = tuple(fetched(file) if file.afar else file for file in group)
                same = unchanged(here)
            if same.keys() >= {*names}:
                on_same({name: same[name] for name in names})
            else:
                yield Parcel(here)


def _failed(name: str, file: File, cause: str) -> Document:
    message = f"{cause}, so nothing of it was read; the other files are not affected; look at it by hand"
    try:
        source = digest(file) if name == file.name else None
    except DocumentError:
        source = None
    identity = file.identity if source else ""
    return Document(name, source, Status.FAILED, "", message, provenance=file.provenance, identity=identity)
