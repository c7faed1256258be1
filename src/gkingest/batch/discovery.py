"""The files of a corpus: what lies at or below the paths that were given, each once, in a fixed order."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from gkingest.errors import UsageError
from gkingest.redact import without_login


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A corpus that lies afar: its files are listed when it is opened."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        return without_login(self.url)


def is_remote(path: str) -> bool:
    """Whether a path is a URL of another file system."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isalnum() and len(scheme) > 1


def discover(
    paths: Sequence[Path | str], commands: Sequence[str] = (), but: Path | None = None
) -> tuple[Path | RemotePath, ...]:
    """Every file at or below ``paths``, each once, sorted; names that begin with a dot only if given.

    ``but`` is the SQLite file that is being written: it and its companions are no documents. URLs stay as they are.
    Raises :class:`UsageError` for a path that does not exist, with the one of ``commands`` it may stand for.
    """
    local = [Path(path) for path in paths if not is_remote(str(path))]
    for path in local:
        if not os.path.lexists(path):
            raise UsageError(_missing(path, commands))
    found: dict[str, Path] = {}
    seen: set[tuple[int, int]] = set()
    for path in local:
        for file in _files(path, seen) if path.is_dir() else [path]:
            found.setdefault(os.path.abspath(file), file)  # noqa: PTH100
    for ending in ("", "-wal", "-shm", "-journal") if but else ():
        found.pop(f"{os.path.abspath(str(but))}{ending}", None)  # noqa: PTH100
    afar = [RemotePath(str(path)) for path in paths if is_remote(str(path))]
    return (*(found[name] for name in sorted(found, key=lambda n: Path(n).parts)), *afar)


def _files(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Files below ``folder``, real folders before linked ones, no folder twice (links may run in a circle).

    What cannot be opened is a document too, so that its failure is recorded: a folder without permission, a
    link that leads nowhere.
    """
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda e: (e.is_symlink(), e.name))
    except OSError:
        yield folder
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        if path.is_dir():
            yield from _files(path, seen)
        else:  # pipes, sockets and devices too: whoever reads them says that they are not opened
            yield path


def _missing(path: Path, commands: Sequence[str]) -> str:
    name = str(path)
    near = [name] if name in commands else get_close_matches(name, commands, 1)
    if not near:
        return f"{name}: there is no such file or folder, so there is nothing to read; check the path"
    place = " (a command comes first)" if near[0] == name else ""
    return f"{name}: there is no such file or folder; did you mean the command `gkingest {near[0]}`?{place}"
