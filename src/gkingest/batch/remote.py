"""A corpus that lies afar, at any URL that fsspec knows: its files, and a local copy of its crawl records."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gkingest.crawl.folder import FolderProvenance
from gkingest.errors import UsageError
from gkingest.extras import install_line, pip_line
from gkingest.intake import File
from gkingest.model.provenance import Provenance
from gkingest.redact import redacted, secrets_of, without_login

_RECORDS = (".json", ".jsonl", ".csv", ".tsv")  # what records of a crawl end in
_LARGEST = 50_000_000  # bytes of a record; a longer one is a document


@dataclass(slots=True)
class RemoteCorpus:
    """Files below one URL. Bytes are fetched one file at a time; nothing is kept but the crawl's records."""

    url: str
    _system: Any
    _root: str
    _names: list[str]
    _copy: tempfile.TemporaryDirectory[str]
    _crawl: FolderProvenance

    _urls: frozenset[str] = frozenset()

    def __contains__(self, name: object) -> bool:
        """Whether there is a file of that URL."""
        if not self._urls:
            self._urls = frozenset(map(self._url, self._names))
        return name in self._urls

    def close(self) -> None:
        """Throw the copies of crawl records away."""
        self._copy.cleanup()

    @property
    def problems(self) -> list[str]:
        """Records of the crawl that could not be used."""
        return [p.replace(self._copy.name, self.url.rstrip("/")) for p in self._crawl.problems]

    def files(self) -> Iterator[File]:
        """The files in their order, with their bytes."""
        for name in self._names:
            place = self._place(name)
            told = self._as_urls(self._crawl.of(place))
            record = self._crawl.bookkeeping(place)
            yield File(self._url(name), "", told, record, self._system.cat_file(name))

    def _url(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name.removeprefix(self._root).lstrip('/')}".rstrip("/")

    def _place(self, name: str) -> Path:
        return Path(self._copy.name) / name.removeprefix(self._root).lstrip("/")

    def _as_urls(self, told: Provenance) -> Provenance:
        """``told`` with pages named as rows name them."""
        start = self.url.rstrip("/")

        def named(text: str) -> str:
            return text.replace(self._copy.name, start)

        said = tuple((f, named(v) if f == "attached_to" else v, w) for f, v, w in told.said)
        return replace(told, attached_to=named(told.attached_to), said=said)


def open_remote(url: str) -> RemoteCorpus:
    """The corpus at ``url``; raises :class:`UsageError` where it cannot be reached or its driver is missing."""
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f"{url}: files afar need a library that is not installed; {install_line('remote')}"
        ) from error
    try:
        system, root = fsspec.core.url_to_fs(url)
        found = system.find(root, detail=True)
    except ImportError as error:
        raise UsageError(
            f"{without_login(url)}: its driver is not installed ({error}), so there is nothing to read; "
            f"{install_line('remote')} brings that of s3://, {pip_line('gcsfs')} that of gs://"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{without_login(url)}: it cannot be listed ({redacted(str(error), secrets_of(url))}), so there is "
            "nothing to read; check the address and the rights"
        ) from error
    if not found:
        raise UsageError(f"{url}: there is no file, so there is nothing to read; check the address")
    names = sorted(n for n in found if not any(p.startswith(".") for p in n.removeprefix(root).split("/")))
    copy = tempfile.TemporaryDirectory(prefix="gkingest-")
    corpus = RemoteCorpus(without_login(url), system, root, names, copy, FolderProvenance([Path(copy.name)]))
    for name in names:
        place = corpus._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        small = found[name].get("size", 0) <= _LARGEST
        # The others are there by name only: whether a page lies beside tells what a file is.
        place.write_bytes(system.cat_file(name) if place.suffix in _RECORDS and small else b"")
    return corpus
