"""A file that a command writes, whole or not at all: what lay there before stays where it cannot be written."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from gkingest.errors import UsageError


def write_whole(path: Path, data: bytes, option: str = "") -> None:
    """Put ``data`` at ``path`` in place of what lies there.

    Raises :class:`UsageError`, with the ``option`` that named the file. Devices and pipes are written to directly.
    """
    place = Path(os.path.realpath(path))
    aside = place.with_name(f".gkingest-{os.getpid()}")
    existed = place.exists()
    beside = (place.is_file() or not existed) and os.access(place.parent, os.W_OK)
    try:
        with (aside if beside else place).open("wb") as stream:
            stream.write(data)
        if beside:
            if existed:
                shutil.copymode(place, aside)
            aside.replace(place)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        kept = "; what was there is as it was" if beside and existed else ""
        raise UsageError(
            f"{option + ' ' if option else ''}{path}: it cannot be written ({error.strerror or error}){kept}; make "
            "room there, or name another place"
        ) from error
