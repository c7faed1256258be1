"""A reader that some files kill."""

import os
import signal

from gkingest.batch.parcels import Settings, read_parcel
from gkingest.intake import Parcel, Reading


def deadly(settings: Settings, parcel: Parcel) -> Reading:
    """Read a parcel; a document with the word killer in its name ends the process, every time."""
    reading = read_parcel(settings, parcel)
    if any("killer" in document.path for document in reading.documents):
        os.kill(os.getpid(), signal.SIGKILL)
    return reading


def strict(settings: Settings, parcel: Parcel) -> Reading:
    """A reader that must not be called."""
    raise AssertionError(f"{[f.name for f in parcel.files]} need not be read")
