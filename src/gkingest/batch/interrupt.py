"""Ctrl-C, and what else asks a process to end, as a wish that is met where nothing is half done.

The exception that Python raises for Ctrl-C may come between any two steps, within the locks of a pool of processes
or an open transaction too, and whoever needs these then waits for ever. What other signals do, to end the process
there and then, leaves its workers behind.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

# Ctrl-C; what systems and batch queues send; the terminal is gone (closed, on Windows). No system has all of them.
_WISHES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Wish:
    """Whether somebody wished the work to end since it began, and with which signal; 0 is none."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> bool:
        """As engines ask."""
        return bool(self.number)


@contextmanager
def heeding_signals(on_wish: Callable[[int], object]) -> Iterator[Wish]:
    """A question whether the work is to end; the second wish ends this process at once.

    ``on_wish`` is called the first time, with the signal's number, within a signal handler: it must not print
    through buffers. A signal that is ignored, as Ctrl-C in a shell's background or the end of the terminal under
    nohup, or that is somebody else's affair, is left alone.
    """
    wish = Wish()

    def note(number: int, frame: object) -> None:
        if wish():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        wish.number = number
        on_wish(number)

    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in _WISHES if hasattr(signal, name)):
                before = signal.getsignal(number)
                if before in (signal.SIG_DFL, signal.default_int_handler):
                    signal.signal(number, note)
                    stack.callback(signal.signal, number, before)
        yield wish
