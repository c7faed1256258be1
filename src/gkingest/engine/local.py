"""Processes of this machine: each item in a worker with limits, which is replaced when it dies."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.context import BaseContext
from typing import Any

from pebble import ProcessExpired, ProcessPool

from gkingest.engine.adapter import Item, Limits, Outcome, Result, died, never, too_large, too_slow

_TASKS = 50  # items of one worker: what libraries leak goes with it
_ATTEMPTS = 3
_GRACE = 10.0  # seconds beyond its time until a worker ends that nobody watches any more
_GLANCE = 0.1  # seconds until it is asked again whether the work is to stop
_PRELOADED = ["gkingest.intake"]  # imported once, before workers are forked off


def run_local(
    work: Callable[[Item], Result],
    take: Callable[[], Item | None],
    limits: Limits,
    stopped: Callable[[], bool] = never,
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over the items of ``take``, as they complete."""
    if stopped() or (first := take()) is None:
        return  # no process is started for nothing
    pool = process_pool(limits)
    pending: dict[Future[Result], Item] = {_scheduled(pool, work, first, limits): first}
    try:
        while not stopped():
            while len(pending) < limits.window and pool.active and (item := take()) is not None:
                pending[_scheduled(pool, work, item, limits)] = item
            if not pending and pool.active:
                break
            done = _first_done(pending, stopped)
            if not pool.active or any(_broken(future) for future in done):
                suspects, pending = list(pending.items()), {}
                _stop(pool)
                for future, item in suspects:
                    done_alone = None if _succeeded(future) else _alone(work, item, limits, stopped)
                    if stopped():
                        return
                    yield done_alone or outcome_of(item, future, limits)
                pool = process_pool(limits)
                continue
            for future in done:
                yield outcome_of(pending.pop(future), future, limits)
    finally:
        _stop(pool)


def _alone(
    work: Callable[[Item], Result], item: Item, limits: Limits, stopped: Callable[[], bool]
) -> Outcome[Item, Result]:
    """One item in a pool of its own, after all workers had died at once: so the blame falls on the right one."""
    outcome: Outcome[Item, Result] = Outcome(item, None, died(None))
    for _ in range(_ATTEMPTS):  # whoever kills workers may kill the process too that starts them
        pool = process_pool(Limits(1, limits.seconds, limits.megabytes))
        try:
            future = pool.schedule(within, args=[limits.seconds, work, item], timeout=limits.seconds)
            if not _first_done([future], stopped):
                break
            if not _broken(future):
                outcome = outcome_of(item, future, limits)
                break
        except BrokenProcessPool:
            continue
        finally:
            _stop(pool)
    return outcome


def _scheduled(pool: ProcessPool, work: Callable[[Item], Result], item: Item, limits: Limits) -> "Future[Result]":
    """An item under way; in a pool that is just broken, one that says so."""
    try:
        return pool.schedule(within, args=[limits.seconds, work, item], timeout=limits.seconds)
    except BrokenProcessPool as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        return failed


def _first_done(pending: "Iterable[Future[Result]]", stopped: Callable[[], bool]) -> "set[Future[Result]]":
    """Those that are done as soon as one is; none where the work is to stop before."""
    done: set[Future[Result]] = set()
    while not done and not stopped():
        done = wait(pending, _GLANCE, return_when=FIRST_COMPLETED).done
    return done


def _stop(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _broken(future: "Future[Any]") -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)


def _succeeded(future: "Future[Any]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def process_pool(limits: Limits) -> ProcessPool:
    """A pool of guarded workers."""
    return ProcessPool(
        max_workers=limits.jobs,
        max_tasks=_TASKS,
        initializer=_guard,
        initargs=(limits.megabytes,),
        context=_context(),
    )


def outcome_of(item: Item, future: "Future[Result]", limits: Limits) -> Outcome[Item, Result]:
    """The result of an item, or why there is none; an error of the work itself is raised."""
    try:
        return Outcome(item, future.result())
    except (TimeoutError, FutureTimeoutError):
        cause = too_slow(limits)
    except ProcessExpired as error:
        cause = died(error.exitcode)
    except MemoryError:
        cause = too_large(limits)
    except BrokenProcessPool:
        cause = died(None)
    except CancelledError:
        cause = "it was taken back before it was read"
    except OSError as error:  # a result that could not be passed on
        cause = f"its result was lost ({error})"
    return Outcome(item, None, cause)


def within(seconds: float, work: Callable[[Item], Result], item: Item) -> Result:
    """Work on an item in a worker that ends by itself, whatever it hangs in, should nobody be left to end it."""
    if not hasattr(signal, "setitimer"):  # Windows
        return work(item)
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)  # its signal ends a process that does not heed it
    try:
        return work(item)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _context() -> BaseContext:
    """Workers forked off a process that has imported what they need and nothing else runs in."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _guard(megabytes: int) -> None:
    """Limit a worker's memory, and leave Ctrl-C to the process that hands out the work."""
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    most = megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
