"""Paths as rows carry them, and where the package's own data lie."""

import os
from importlib import resources
from pathlib import Path


def stored_path(path: Path) -> str:
    """The path as rows carry it: below the current directory if it lies there, with forward slashes.

    Bytes of a name that are not UTF-8 are written as ``\\xNN``, so that every database can hold it.
    """
    whole, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100 - links must stay as they are named
    shown = whole.relative_to(here) if whole.is_relative_to(here) else whole
    return os.fsencode(shown.as_posix()).decode("utf-8", "backslashreplace")


def shipped_data() -> Path:
    """Folder of the data that ship: inside the installed package, or ``schemas/`` of a checkout."""
    packaged = Path(str(resources.files("gkingest"))) / "schemas"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"


def data_files(folder: Path, *endings: str) -> list[Path]:
    """Files of ``folder`` whose names end as data of that kind do (``.tsv``), by name; [] where there is no folder.

    What else lies there is nobody's data: installers compile what they find, editors and file systems leave hidden
    files.
    """
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix in endings and p.name[0] != "." and p.is_file())
