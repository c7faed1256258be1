"""Ctrl-C as a wish that is met where nothing is half done.

The exception that Python raises for it may come between any two steps, within the locks of a pool of processes or
an open transaction too, and whoever needs these then waits for ever.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def heeding_ctrl_c(on_wish: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """A question whether Ctrl-C was pressed since; the second time it ends this process at once.

    ``on_wish`` is called the first time, within a signal handler: it must not print through buffers. Where Ctrl-C
    is ignored, as in a shell's background, or somebody else's affair, the answer is always no.
    """
    wishes: list[int] = []

    def note(number: int, frame: object) -> None:
        if wishes:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        wishes.append(number)
        on_wish()

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield lambda: False
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(wishes)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
