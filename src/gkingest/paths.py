"""Paths as rows carry them."""

import os
from pathlib import Path


def stored_path(path: Path) -> str:
    """The path as rows carry it: below the current directory if it lies there, with forward slashes.

    Bytes of a name that are not UTF-8 are written as ``\\xNN``, so that every database can hold it.
    """
    whole, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100 - links must stay as they are named
    shown = whole.relative_to(here) if whole.is_relative_to(here) else whole
    return os.fsencode(shown.as_posix()).decode("utf-8", "backslashreplace")
