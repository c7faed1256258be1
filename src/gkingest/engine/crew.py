"""A crew of processes that each keep open what they need: pieces of work go round, results come in their order."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import cycle
from threading import Thread
from typing import Generic, Protocol, Self, TypeVar, cast

from gkingest.engine.machine import OF_THE_TERMINAL, deaf_to_the_terminal, end_with_parent
from gkingest.errors import GkingestError

_AHEAD = 2  # pieces that a member has: one is being made while the last is taken
_SECONDS = 5.0  # until a member that does not end by itself is ended

Piece = TypeVar("Piece")
Made = TypeVar("Made")


class Channel(Protocol):
    """One end of a pipe to another process, which each system has a class of its own for."""

    def send(self, obj: object, /) -> None:
        """Send an object."""

    def recv(self) -> object:
        """The next object; raises ``EOFError`` where the other end is closed."""

    def close(self) -> None:
        """Close this end."""


class Crew(Generic[Piece, Made]):
    """So many processes that each ``begin``, which gives what makes something of a piece; ended with the block.

    For work of our own on data that we wrote: nothing limits its time or memory.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Callable[[Piece], Made]]], number: int) -> None:
        self._begin, self._number = begin, number
        self._members: list[tuple[multiprocessing.process.BaseProcess, Channel]] = []

    def __enter__(self) -> Self:
        """Start the processes."""
        context = multiprocessing.get_context("spawn")
        with deaf_to_the_terminal():
            for _ in range(self._number):
                own, theirs = context.Pipe()
                process = context.Process(target=_member, args=(self._begin, theirs), daemon=True)
                process.start()
                theirs.close()
                self._members.append((process, own))
        return self

    def __exit__(self, *error: object) -> None:
        """End them, whatever they do."""
        for _, line in self._members:
            line.close()
        for process, _ in self._members:
            process.join(_SECONDS)
            process.kill()
            process.join()

    def ready(self) -> bool:
        """Wait until they have begun; whether all of them have."""
        try:
            return all(line.recv() is None for _, line in self._members)
        except (EOFError, OSError):
            return False

    def made(self, pieces: Iterable[Piece], instead: Callable[[Piece], Made]) -> Iterator[Made]:
        """What is made of the pieces, in their order; ``instead`` makes here what a member that died has left."""
        lines = cycle([line for _, line in self._members])
        waiting = deque[tuple[Piece, Channel]]()
        for piece in pieces:
            line = next(lines)
            with suppress(OSError):  # who has died sends nothing either
                line.send(piece)
            waiting.append((piece, line))
            if len(waiting) == _AHEAD * self._number:
                yield _received(*waiting.popleft(), instead)
        while waiting:
            yield _received(*waiting.popleft(), instead)


def _received(piece: Piece, line: Channel, instead: Callable[[Piece], Made]) -> Made:
    try:
        return cast(Made, line.recv())
    except (EOFError, OSError):
        return instead(piece)


def _member(begin: Callable[[], AbstractContextManager[Callable[[Piece], Made]]], line: Channel) -> None:
    """Make something of each piece that comes; an error ends it, and is met again by who does the work instead."""
    for number in OF_THE_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    Thread(target=end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError, MemoryError, GkingestError), begin() as make:
        line.send(None)
        while True:
            line.send(make(cast(Piece, line.recv())))
