"""The folder of an export: nothing of anybody else is overwritten, nothing half written looks whole."""

import hashlib
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gkingest.errors import UsageError

SUMS = "SHA256SUMS"  # written last: an export without it is not whole
_UNFINISHED = ".gkingest-unfinished"


_BEFORE = "before"  # the sums of the earlier export while it is being replaced
# What every export has: a folder with sums of other files is somebody else's.
DOCUMENTS = frozenset(
    "README.md datapackage.json CITATION.cff codebook.en.md codebook.en.html codebook.zh.md "  # noqa: SIM905
    "codebook.zh.html".split()
)


@contextmanager
def export_folder(target: Path, possible: Collection[str]) -> Iterator[Path]:
    """A folder to write into; what is in it replaces the export at ``target`` when all is done.

    ``possible`` are the names that an export may leave. Raises :class:`UsageError` where ``target`` holds anything
    that no export left there as it is.
    """
    own = _own_files(target, possible)
    earlier, made = (target / SUMS).exists(), not target.exists()
    unfinished = target / _UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror}); name another folder") from error
    replacing = False
    try:
        yield unfinished
        replacing = True
        _replace(target, unfinished, own)
        replacing = False
    except OSError as error:
        left = "nothing was written"
        if replacing:
            left = f"it is not whole (it has no {SUMS})"
        elif earlier:
            left = "the earlier export in it is as it was"
        raise UsageError(
            f"{target}: the export broke off ({error.strerror or error}); {left}; make room or name another "
            "folder, and export again"
        ) from error
    finally:
        if not replacing:  # else it holds the sums by which the next export knows what is ours
            shutil.rmtree(unfinished, ignore_errors=True)
            if made:
                with suppress(OSError):
                    target.rmdir()


def _replace(target: Path, unfinished: Path, own: Sequence[str]) -> None:
    """Put the new files in the place of the old; killed at any point, what lies there is known to be ours."""
    written = sorted(p for p in unfinished.iterdir() if p.name != SUMS)
    if (target / SUMS).exists():
        (target / SUMS).replace(unfinished / _BEFORE)
    for name in own:
        (target / name).unlink(missing_ok=True)
    for path in [*written, unfinished / SUMS]:
        path.replace(target / path.name)


class Sums:
    """SHA-256 of the files of a folder, each read once: an export may have many gigabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._known = folder, dict[str, str]()

    def of(self, name: str) -> str:
        """That of a file that is not changed any more, hexadecimal."""
        if name not in self._known:
            self._known[name] = sha256_of(self.folder / name)
        return self._known[name]

    def write(self, names: Iterable[str]) -> None:
        """``SHA256SUMS`` over these files, as ``sha256sum -c`` reads it."""
        lines = (f"{self.of(name)}  {name}\n" for name in sorted(names))
        (self.folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _own_files(target: Path, possible: Collection[str]) -> list[str]:
    """Names of the files of the export that lies at ``target``, or of one that was killed while it was replaced."""
    if not target.exists():
        return []
    if not target.is_dir():
        raise UsageError(f"{target}: is a file, so no folder can be made there; name another")
    present = {p.name for p in target.iterdir()} - {_UNFINISHED}
    unfinished = target / _UNFINISHED
    listed = [sums for path in (target / SUMS, unfinished / SUMS, unfinished / _BEFORE) if (sums := _sums(path))]
    known = {name for name in present if any(name in sums for sums in listed) and (target / name).is_file()}
    foreign = sorted(present - known - ({SUMS} if listed else set()) | (known - set(possible)))
    if foreign:
        raise UsageError(
            f"{target}: holds files that no export of gkingest left there ({', '.join(foreign[:3])}), and they are "
            "not overwritten; name an empty folder or a new one"
        )
    changed = sorted(name for name in known if sha256_of(target / name) not in {s.get(name) for s in listed})
    if changed:
        raise UsageError(
            f"{target}: holds files of an export that were changed since ({', '.join(changed[:3])}), and they are "
            "not overwritten; remove them or name another folder"
        )
    return sorted(known)


def _sums(path: Path) -> dict[str, str]:
    """Digest of each file that an export lists; nothing if there is no list, or it is of something else."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return sums if sums.keys() >= DOCUMENTS else {}
