"""What items do in the tests of engines: things that documents do to the libraries that read them."""

import ctypes
import os
import signal


def deed(item: str) -> str:
    """Give the item back, or do what it says."""
    word = item.partition(" ")[0]
    if word == "segfault":
        ctypes.string_at(0)
    if word == "exit":
        os._exit(3)
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "say":
        os.write(1, b"hanging\n")
        return deed(item.partition(" ")[2])
    if word == "hang":
        while True:
            signal.pause()
    if word == "memory":
        return str(len(bytearray(10**11)))
    if word == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    return item.upper()
