"""A reader that some files kill."""

import os
import signal
from pathlib import Path

from gkingest.batch.desk import read_parcel
from gkingest.batch.settings import Settings
from gkingest.corpus.intake import Parcel, Reading


def deadly(settings: Settings, parcel: Parcel) -> Reading:
    """Read a parcel; a document with the word killer in its name ends the process, every time."""
    reading = read_parcel(settings, parcel)
    if killers := [document.path for document in reading.documents if "killer" in document.path]:
        with Path("killed").open("a") as told:
            told.write(f"{killers}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    return reading


def strict(settings: Settings, parcel: Parcel) -> Reading:
    """A reader that must not be called."""
    raise AssertionError(f"{[f.name for f in parcel.files]} need not be read")
