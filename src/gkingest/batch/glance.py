"""Whether a run has anything to do, told by one look at the files and one at the database.

It judges nothing. A run that leaves nothing to do keeps what it looked at: the files as the file system tells of
them, its options, its own code, the libraries. While all of that is as it was, and nobody changed a row or a table
that such a run depends on, another one would do and say the same, so it need not be made. Everything else is looked
at in full.
"""

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gkingest
from gkingest.corpus.stamp import Stamp
from gkingest.extras import office_program
from gkingest.language import VARIABLE
from gkingest.model.decision import FILE_NAME
from gkingest.model.summary import Summary
from gkingest.paths import shipped_data
from gkingest.store.look import last_told, note_look, nothing_since


class Glance:
    """What a run sees of its files and of itself, before it opens any; ``file`` is the database.

    ``roots`` are the paths that it was given, ``words`` all that was typed. It is sure where all roots are folders
    of this machine: beside a single file may lie records of its crawl.
    """

    def __init__(self, file: Path, roots: Sequence[str], words: Sequence[str]) -> None:
        self._file, self._asked, self._begun = file, asked(file, words), time.time_ns()
        self._sure = all(map(os.path.isdir, roots))
        self._state = hashlib.sha256(json.dumps(_installation()).encode())
        package = Path(gkingest.__file__).parent
        for folder in dict.fromkeys((package, shipped_data())):
            self._note_below(str(folder))
        # Where libraries lie: what is installed or removed there changes the folder. Where we stand anything may.
        for place in sys.path:
            if place not in ("", os.getcwd()):  # noqa: PTH109
                self._note_one(place)
        self._note_one(str(file.parent / FILE_NAME))

    def note(self, path: str, told: os.stat_result | None) -> None:
        """Take a file or folder of the corpus into account."""
        if told is None:
            self._sure = False
            return
        # A folder is as the files in it are; its own times change with whatever else is written there.
        is_folder = stat.S_ISDIR(told.st_mode)
        stamp = None if is_folder else Stamp.of(told)
        self._state.update(f"{told.st_mode} {stamp} {path}\n".encode("utf-8", "surrogateescape"))
        self._sure &= stamp is None or stamp.is_settled(self._begun)

    def nothing_to_do(self) -> Summary | None:
        """What a run says that finds nothing to do, which is noted as one; ``None``: that has to be looked at."""
        if not self._sure:
            return None
        told = nothing_since(self._file, self._asked, self._state.hexdigest())
        return None if told is None else Summary.told_again(told, (time.time_ns() - self._begun) / 1e9)

    def keep(self, summary: Summary, run_id: int, how: Mapping[str, object]) -> None:
        """Keep what was seen: a run that sees the same will say ``summary``, as it has nothing to do.

        ``how`` is what the words meant, for :func:`meant`.
        """
        if self._sure:
            told = {**summary.tree(""), "how": how}
            note_look(self._file, self._asked, self._state.hexdigest(), run_id, told)

    def _note_below(self, folder: str) -> None:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name == "__pycache__" or entry.name.startswith("."):
                continue
            if entry.is_dir():
                self._note_below(entry.path)
            else:
                self.note(entry.path, entry.stat())

    def _note_one(self, path: str) -> None:
        try:
            told = os.stat(path)  # noqa: PTH116
        except OSError:
            self._state.update(f"no {path}\n".encode("utf-8", "surrogateescape"))
            return
        stamp = Stamp.of(told)._replace(changed=0)  # which links to a folder change too
        self._state.update(f"{stamp} {path}\n".encode("utf-8", "surrogateescape"))
        self._sure &= stamp.is_settled(self._begun)


def asked(file: Path, words: Sequence[str]) -> str:
    """By what a run is known again: the words that were typed, where, and the database that they name."""
    told = [*words, os.getcwd(), os.path.abspath(file)]  # noqa: PTH100, PTH109
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def meant(file: Path, words: Sequence[str]) -> Mapping[str, Any] | None:
    """What these words meant to the last run that they were typed for, if it left nothing to do; else ``None``."""
    told = last_told(file, asked(file, words))
    return None if told is None else told["how"]


def _installation() -> list[object]:
    """What else a run depends on: Python, the machine, programs beside us, what the environment says to us."""
    said = {name: value for name, value in os.environ.items() if name.startswith("GKINGEST_") and name != VARIABLE}
    machine = list(os.uname()) if hasattr(os, "uname") else []
    return [sys.version, sys.executable, machine, os.cpu_count(), office_program(), sorted(said.items())]
