"""Guarded workers of this machine: each in limits of time and memory, and replaced when it dies."""

import faulthandler
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Any
from weakref import WeakSet

from pebble import ProcessExpired, ProcessPool

from gkingest.engine.adapter import (
    DiedError,
    Item,
    Limits,
    Outcome,
    Result,
    died,
    too_large,
    too_slow,
)
from gkingest.engine.machine import OF_THE_TERMINAL, deaf_to_the_terminal, end_with_parent, limit_address_space
from gkingest.engine.watch import Watch

_TASKS = 50  # items of one worker: what libraries leak goes with it
_GRACE = 10.0  # seconds beyond its time until a worker ends that nobody watches any more
_PRELOADED = ["gkingest.corpus.intake", "gkingest.document.ingest"]  # imported once, before workers are forked off
_UNKNOWN = 255  # exit code of a worker whose end nobody saw, as the process had died that it was forked off


class Pool:
    """As many guarded workers as ``limits`` has jobs; started with the first item, ended by ``stop``."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        # Workers are forked off a process that has imported what they need and nothing else runs in.
        forks = "forkserver" in multiprocessing.get_all_start_methods()
        base: BaseContext = multiprocessing.get_context("forkserver" if forks else "spawn")
        if forks:
            base.set_forkserver_preload(_PRELOADED)
        self._context = _Context(base)
        self._open: set[Future[Any]] = set()
        self._watch = Watch(self._context.numbers, lambda: bool(self._open), limits.megabytes * 1024 * 1024)
        self._pool = ProcessPool(
            max_workers=limits.jobs,
            max_tasks=_TASKS,
            initializer=_guard,
            initargs=(limits.megabytes,),
            context=self._context,
        )

    @property
    def active(self) -> bool:
        """Whether it takes items; not after all its workers died at once, or could not be started."""
        try:
            return bool(self._pool.active)
        except RuntimeError:  # BrokenProcessPool is one
            return False

    def schedule(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """An item under way; in a pool that is broken, one that says so."""
        future: Future[Result] = Future()
        try:
            limit = self.limits.seconds
            with deaf_to_the_terminal():  # the first starts what starts workers
                future = self._pool.schedule(_within, args=[limit, work, item], timeout=limit)
        except RuntimeError as error:
            future.set_exception(BrokenProcessPool(str(error)))
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        self._watch.begin()
        return future

    def result(self, future: "Future[Result]") -> Result:
        """The result once it is there; an error of the work itself is raised.

        Raises ``TimeoutError`` and ``MemoryError`` for an item beyond its limits, :class:`DiedError` where its
        worker died, ``CancelledError`` where the pool was stopped.
        """
        try:
            return future.result()
        except ProcessExpired as error:
            if error.pid in self._watch.too_large:
                raise MemoryError from error
            raise DiedError(error.exitcode) from error
        except BrokenProcessPool as error:
            raise DiedError(None) from error

    def outcome(self, item: Item, future: "Future[Result]") -> Outcome[Item, Result]:
        """The result of an item, or why there is none; an error of the work itself is raised."""
        try:
            return Outcome(item, self.result(future))
        except TimeoutError:
            cause = too_slow(self.limits)
        except MemoryError:
            cause = too_large(self.limits)
        except DiedError as error:
            cause = died(error.exitcode)
        except CancelledError:
            cause = "it was taken back before it was read"
        except OSError as error:  # a result that could not be passed on
            cause = f"its result was lost ({error})"
        return Outcome(item, None, cause)

    def stop(self) -> None:
        """End the workers and all that they started, whatever they do."""
        self._pool.stop()
        self._watch.close()
        self._pool.join()
        for future in list(self._open):
            future.cancel()


def is_innocent(future: "Future[Any]") -> bool:
    """Whether an item that is done has no result for another reason than what it does: the pool broke under it."""
    error = None if future.cancelled() else future.exception()
    lost = isinstance(error, ProcessExpired) and error.exitcode == _UNKNOWN
    return lost or isinstance(error, BrokenProcessPool)


class _Context:
    """A context of multiprocessing that remembers which processes were started in it."""

    def __init__(self, base: Any) -> None:  # a BaseContext, whose pipes have another type on Windows
        self._base = base
        self._started: WeakSet[BaseProcess] = WeakSet()  # whoever keeps one keeps its descriptors open
        self._changing = Lock()
        self.Pipe, self.RLock, self.get_start_method = base.Pipe, base.RLock, base.get_start_method

    def Process(self, **how: Any) -> BaseProcess:  # noqa: N802 - as multiprocessing names it
        """A process that is not started yet."""
        process: BaseProcess = self._base.Process(**how)
        with self._changing:
            self._started.add(process)
        return process

    def numbers(self) -> list[int]:
        """Numbers of the processes that were started."""
        with self._changing:
            return [process.pid for process in self._started if process.pid is not None]


def _within(seconds: float, work: Callable[[Item], Result], item: Item) -> Result:
    """Work on an item in a worker that ends by itself, whatever it hangs in, should nobody be left to end it."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        faulthandler.dump_traceback_later(seconds + _GRACE, exit=True, file=nowhere)
        try:
            return work(item)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _guard(megabytes: int) -> None:
    """A worker keeps its limits, leaves the terminal's signals to its parent, and ends when that ends."""
    for number in OF_THE_TERMINAL:
        with suppress(ValueError):  # not in the main thread
            signal.signal(number, signal.SIG_IGN)
    limit_address_space(megabytes * 1024 * 1024)
    Thread(target=end_with_parent, daemon=True).start()
