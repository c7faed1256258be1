"""The files of a run: local paths with what their crawl says of them, or a corpus that lies afar."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gkingest.corpus.discovery import Found, RemotePath, Unlisted, is_absent
from gkingest.corpus.intake import File, Together, file_at, outermost
from gkingest.crawl.folder import FolderProvenance
from gkingest.paths import stored_path
from gkingest.store.ask.known import Known

if TYPE_CHECKING:
    from gkingest.corpus.remote import RemoteCorpus


class Corpus:
    """Files to be read, in their order; ``roots`` are the paths that were given.

    ``unlisted`` are names of what could not be looked into, with the reason.
    """

    def __init__(self, paths: Sequence[Found], roots: Sequence[str]) -> None:
        self._paths = [p for p in paths if isinstance(p, Path)]
        self.unlisted = {stored_path(p.path): p.reason for p in paths if isinstance(p, Unlisted)}
        self._urls = [p.url for p in paths if isinstance(p, RemotePath)]
        self._afar: list[RemoteCorpus] = []
        self._here: frozenset[str] = frozenset()
        given = [Path(r) for r in roots if "://" not in r]
        self._crawl = FolderProvenance(given or self._paths)
        self._roots = [stored_path(r) for r in given if os.path.isdir(r)]  # noqa: PTH112
        self._odd = {n for n in (*map(stored_path, self._paths), *self.unlisted) if "\\x" in n}

    def __enter__(self) -> Self:
        """List what lies afar; raises :class:`UsageError`."""
        if self._urls:
            from gkingest.corpus.remote import open_remote

            self._afar = [open_remote(url) for url in self._urls]
            for corpus in self._afar:
                self.unlisted |= corpus.unlisted
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw away what was fetched."""
        for corpus in self._afar:
            corpus.close()

    def files(self, known: Callable[[Sequence[str]], Mapping[str, Known]] = lambda names: {}) -> Iterator[File]:
        """Every file with what the crawl says of it; ``known`` gives what is known of names."""
        for path in self._paths:
            yield file_at(path, self._crawl)
        for corpus in self._afar:
            yield from corpus.files(known)
        for name, reason in self.unlisted.items():
            yield File(name, "", problem=reason)

    def groups(
        self, known: Callable[[Sequence[str]], Mapping[str, Known]] = lambda names: {}
    ) -> Iterator[Together]:
        """The same, a page together with its attachments, which come next as they lie in its folder or below."""
        group: list[File] = []
        for file in self.files(known):
            page = group[0].provenance.attached_to if group else file.provenance.attached_to
            if group and not file.name.startswith(page.rpartition("/")[0] + "/"):
                yield tuple(group)
                group, page = [], file.provenance.attached_to
            if page and page in (file.provenance.attached_to, file.name):
                group.append(file)
            else:
                yield (file,)
        if group:
            yield tuple(group)

    def fetched(self, file: File, *, carried: bool) -> File:
        """A file that lies afar with its bytes, or the reason why there are none; ``carried``: in that value."""
        return next(c for c in self._afar if file.name in c).fetched(file, carried=carried)

    @property
    def problems(self) -> list[str]:
        """Records of the crawl that could not be used."""
        return [*self._crawl.problems, *(p for corpus in self._afar for p in corpus.problems)]

    def holds(self, name: str) -> bool:
        """Whether a file of the database is among those that are looked at."""
        if not self._here:
            self._here = frozenset(map(stored_path, self._paths)) | {*self.unlisted}
        return name in self._here or any(name in corpus for corpus in self._afar)

    def is_gone(self, name: str) -> bool:
        """Whether a file of the database lies below what was looked through and is not there any more."""
        place = outermost(name)
        if any(corpus.is_gone(place) for corpus in self._afar):
            return True
        if place in self._odd or not any(_lies_in(place, root) for root in self._roots):
            return False
        # A folder has a line only while it cannot be looked into.
        return is_absent(place) or (place not in self.unlisted and os.path.isdir(place))  # noqa: PTH112


def _lies_in(name: str, root: str) -> bool:
    if root == ".":
        return "://" not in name and not Path(name).anchor  # a drive is one too
    return name == root or name.startswith(root.rstrip("/") + "/")
