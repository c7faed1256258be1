"""What may be installed beside the package: the command that does it, written in one place, and LibreOffice."""

import os
import shutil
import sys
from pathlib import Path

_PROGRAMS = ("soffice", "libreoffice")
# Where installers put it that do not change the PATH, below the variables of Windows and on macOS.
_PLACES = (
    "%ProgramFiles%/LibreOffice/program/soffice.com",
    "%ProgramFiles(x86)%/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def install_line(extra: str, python: str | None = None) -> str:
    """Command that adds an extra to this gkingest; see :func:`pip_line`.

    pip keeps the gkingest that is there, a clone, a wheel or a release, and fetches only what the extra needs.
    """
    return pip_line(f'"gkingest[{extra}]"', python=python)


def pip_line(*words: str, python: str | None = None) -> str:
    """``… -m pip install`` and ``words``, to be quoted doubly, which sh, PowerShell and cmd understand alike.

    ``python``: what begins it, by default the Python that runs this; plain ``python`` in what is stored or shown to
    others, whom the paths of this machine do not concern.
    """
    if not python:
        # Plain where a shell finds this very one under that name, else its path, short if it lies below us.
        found, this, here = shutil.which("python"), Path(sys.executable), Path.cwd()
        python = str(this.relative_to(here) if here in this.parents[1:] else this)
        if found and Path(found).parent == this.parent and Path(found).samefile(this):
            python = "python"
        elif " " in python:
            python = f'"{python}"'
    return " ".join((python, "-m", "pip", "install", *words))


def repair_line(module: str) -> str:
    """Command that brings back a library that cannot be loaded: anew if it is there, else all that is needed."""
    from importlib.metadata import packages_distributions  # takes a sixth of the start of the programme

    there = packages_distributions().get(module.partition(".")[0])
    return pip_line("--force-reinstall", *there) if there else pip_line("gkingest")


def office_program() -> str:
    """The LibreOffice that is installed, "" if none is."""
    found = (shutil.which(name) for name in (*_PROGRAMS, *map(os.path.expandvars, _PLACES)))
    return next(filter(None, found), "")
