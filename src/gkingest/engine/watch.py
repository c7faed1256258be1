"""A watch over processes: what takes too much memory is ended, and so is what a process leaves behind.

A limit that the system keeps (``RLIMIT_AS``) is there on some systems only, and counts each process by itself. Here
a process is counted with all that it started, such as LibreOffice, by what they hold.
"""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

from gkingest.engine.machine import end, memory_of, trees_below

_INTERVAL = 0.2  # seconds between looks: memory is taken at some GB a second, and the limit is overrun by that
_SHARE = 20  # looking takes a twentieth of a core at most, however many processes there are


class Watch:
    """Looks after the processes that ``numbers`` gives while any of them is ``busy``, ``close`` ends them all.

    ``too_large`` holds the numbers of those that were ended for holding more than ``most`` bytes.
    """

    def __init__(self, numbers: Callable[[], Iterable[int]], busy: Callable[[], bool], most: int) -> None:
        self._numbers, self._busy, self._most = numbers, busy, most
        self._seen: dict[int, list[psutil.Process]] = {}
        self._looking, self._stirred, self._over = threading.Lock(), threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self.too_large: set[int] = set()

    def begin(self) -> None:
        """Look from now on, as there is something to do for them."""
        self._stirred.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="gkingest-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the processes and all that they started."""
        self._over.set()
        self._stirred.set()
        self._look()
        for tree in self._seen.values():
            end(tree)

    def _watch(self) -> None:
        pause = _INTERVAL
        while self._stirred.wait() and not self._over.is_set():
            self._stirred.clear()
            busy = True
            while busy and not self._over.wait(pause):
                busy, start = self._busy(), time.monotonic()
                self._look()
                pause = max(_INTERVAL, _SHARE * (time.monotonic() - start))

    def _look(self) -> None:
        with self._looking, suppress(psutil.Error, OSError):  # what the system does not tell now, it may tell next
            trees = trees_below(self._numbers())
            for number, tree in self._seen.items():
                if number not in trees:  # what it started may have other parents now
                    end(tree[1:])
            self._seen = trees
            for number, tree in trees.items():
                if memory_of(tree) > self._most:
                    self.too_large.add(number)
                    end(tree)  # itself first, so that it cannot tell a wrong story of what is ended below it
