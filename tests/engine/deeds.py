"""What items do in the tests of engines: things that documents do to the libraries that read them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gkingest.errors import UsageError

HOARD = "import sys, time; kept = b'x' * (int(sys.argv[1]) << 20); time.sleep(1000)"
GUEST = "import sys, time; kept = open(sys.argv[1], 'w'); time.sleep(1000)"


def deed(item: str) -> str:
    """Give the item back, or do what it says."""
    word = item.partition(" ")[0]
    if word == "segfault":
        ctypes.string_at(0)
    if word == "exit":
        os._exit(3)
    if word == "patricide":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1000)
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "say":
        os.write(1, b"hanging\n")
        return deed(item.partition(" ")[2])
    if word == "hang":
        while True:
            signal.pause()
    if word == "seize":  # as a library does that never lets others have their turn
        ctypes.PyDLL(None).pause()
    if word == "hoard":
        kept = b"x" * (int(item.partition(" ")[2]) << 20)
        time.sleep(1000)
        return str(len(kept))
    if word == "breed":
        subprocess.run([sys.executable, "-c", HOARD, item.partition(" ")[2]], check=True, start_new_session=True)
    if word == "host":
        subprocess.run([sys.executable, "-c", GUEST, item.partition(" ")[2]], check=True, start_new_session=True)
    if word == "memory":
        return str(len(bytearray(10**11)))
    if word == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    return item.upper()


@contextmanager
def begun(word: str) -> Iterator[Callable[[str], str]]:
    """What a member of a crew begins with: its number goes with what it makes; it may fail at once."""
    if word == "fail":
        raise UsageError("there is nothing to begin with")
    yield lambda piece: f"{deed(piece)} {os.getpid()}"
