"""The folder of an export: nothing of anybody else is overwritten, nothing half written looks whole."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gkingest.errors import UsageError

SUMS = "SHA256SUMS"  # written last: an export without it is not whole
_UNFINISHED = ".gkingest-unfinished"


@contextmanager
def export_folder(target: Path) -> Iterator[Path]:
    """A folder to write into; what is in it replaces the export at ``target`` when all is done.

    Raises :class:`UsageError` where ``target`` holds anything that no export left there.
    """
    own = _own_files(target)
    unfinished = target / _UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror}); name another folder") from error
    try:
        yield unfinished
        (target / SUMS).unlink(missing_ok=True)
        for name in own:
            (target / name).unlink(missing_ok=True)
        written = sorted(p for p in unfinished.iterdir() if p.name != SUMS)
        for path in [*written, unfinished / SUMS]:
            path.rename(target / path.name)
    except OSError as error:
        raise UsageError(
            f"{target}: the export broke off ({error.strerror}), so it is not whole (it has no {SUMS}); make "
            "room or name another folder"
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_sums(folder: Path, paths: Sequence[Path]) -> None:
    """``SHA256SUMS`` over these files, as ``sha256sum -c`` reads it."""
    lines = (f"{sha256_of(path)}  {path.name}\n" for path in sorted(paths))
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _own_files(target: Path) -> list[str]:
    """Names of the files of the export that lies at ``target``."""
    if not target.exists():
        return []
    if not target.is_dir():
        raise UsageError(f"{target}: is a file, so no folder can be made there; name another")
    present = {p.name for p in target.iterdir()} - {_UNFINISHED}
    try:
        lines = (target / SUMS).read_text(encoding="utf-8").splitlines() if SUMS in present else []
    except (OSError, UnicodeDecodeError):
        lines = []
    own = [line.partition("  ")[2] for line in lines]
    foreign = sorted(present - {*own, SUMS})
    if foreign:
        raise UsageError(
            f"{target}: holds files that no export of gkingest left there ({', '.join(foreign[:3])}), and they are "
            "not overwritten; name an empty folder or a new one"
        )
    return own
