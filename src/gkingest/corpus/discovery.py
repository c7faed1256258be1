"""The files of a corpus: what lies at or below the paths that were given, each once, in a fixed order."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What a walk came to and could not look into: why, and what to do."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return str(self.path)


Found = Path | RemotePath | Unlisted
Noting = Callable[[str, os.stat_result | None], object]
_ADVICE = {
    errno.EACCES: "give yourself the right to list and enter it (chmod u+rx), or leave it out",
    errno.EPERM: "allow this program to look into it, or leave it out",
    errno.ENAMETOOLONG: "shorten the names of the folders that it lies in, or move it further up",
    errno.ELOOP: "its links lead to one another; remove them",
}


def is_remote(path: str) -> bool:
    """Whether a path is a URL of another file system."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isalnum() and len(scheme) > 1


def discover(
    paths: Sequence[Path | str],
    commands: Sequence[str] = (),
    but: Path | None = None,
    noting: Noting = lambda path, told: None,
) -> tuple[Found, ...]:
    """Every file at or below ``paths``, each once, sorted; names that begin with a dot only if given.

    ``but`` is the SQLite file that is being written: it and its companions are no documents. URLs stay as they are.
    ``noting`` gets all that was come to, folders too, with what the file system says of it, ``None`` for nothing.
    Raises :class:`UsageError` for a path that does not exist, with the one of ``commands`` it may stand for.
    """
    local = [Path(path) for path in paths if not is_remote(str(path))]
    for path in local:
        if is_absent(path):
            raise UsageError(_missing(path, commands))
    found: dict[str, Path | Unlisted] = {}
    seen: set[tuple[int, int]] = set()
    ours = os.path.abspath(str(but)) if but else ""  # noqa: PTH100
    companions = {f"{ours}{ending}" for ending in ("", "-wal", "-shm", "-journal")} if but else set()
    for path in local:
        for file, told in _files(path, seen):
            whole = os.path.abspath(str(file))  # noqa: PTH100
            if whole in companions:
                continue
            noting(whole, told)
            if told is None or not stat.S_ISDIR(told.st_mode):
                found.setdefault(whole, file)
    afar = [RemotePath(str(path)) for path in paths if is_remote(str(path))]
    return (*(found[name] for name in sorted(found, key=_parts)), *afar)


def _parts(name: str) -> list[str]:
    return name.split(os.sep)  # noqa: PTH206 - of many names many times faster


def _files(given: Path, seen: set[tuple[int, int]]) -> Iterator[tuple[Path | Unlisted, os.stat_result | None]]:
    """Files and folders at or below ``given``, with what is told of them.

    Real folders come before linked ones, no folder twice (links may run in a circle).

    What cannot be looked into is given too, so that its failure is recorded. What vanishes meanwhile is no longer
    there; a link that leads nowhere is a file that its reader cannot open.
    """
    waiting = [given]
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                # Pipes, sockets and devices too: whoever reads them says that they are not opened.
                yield path, status
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            with os.scandir(path) as listing:
                entries = sorted((e.is_symlink(), e.name) for e in listing if not e.name.startswith("."))
        except FileNotFoundError:
            if os.path.lexists(path):
                yield path, None
            continue
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, "look after the disk or the connection and run again")
            why = f"it cannot be looked into ({error.strerror}), so nothing at or below it is read; {advice}"
            yield Unlisted(path, why), None
            continue
        seen.add((status.st_dev, status.st_ino))
        yield path, status
        waiting += [path / name for _, name in reversed(entries)]


def is_absent(path: Path | str) -> bool:
    """Whether nothing is at a path; ``False`` where that cannot be told."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        return False
    return False


def _missing(path: Path, commands: Sequence[str]) -> str:
    name = str(path)
    near = [name] if name in commands else get_close_matches(name, commands, 1)
    if not near:
        return f"{name}: there is no such file or folder, so there is nothing to read; check the path"
    place = " (a command comes first)" if near[0] == name else ""
    return f"{name}: there is no such file or folder; did you mean the command `gkingest {near[0]}`?{place}"
