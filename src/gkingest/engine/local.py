"""Processes of this machine: each item in a worker with limits, which is replaced when it dies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait

from gkingest.engine.adapter import Item, Limits, Outcome, Result, never
from gkingest.engine.pool import Pool, is_innocent

_ATTEMPTS = 3
_GLANCE = 0.1  # seconds until it is asked again whether the work is to stop


def run_local(
    work: Callable[[Item], Result],
    take: Callable[[], Item | None],
    limits: Limits,
    stopped: Callable[[], bool] = never,
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over the items of ``take``, as they complete."""
    pool = Pool(limits)
    pending: dict[Future[Result], Item] = {}
    try:
        while not stopped():
            # A pool that is asked whether it is active is started: not for nothing.
            while len(pending) < limits.window and (not pending or pool.active) and (item := take()) is not None:
                pending[pool.schedule(work, item)] = item
            if not pending:
                break
            done = _first_done(pending, stopped)
            if not pool.active or any(is_innocent(future) for future in done):
                suspects, pending = pending, {}
                pool.stop()
                yield from _each_by_itself(work, suspects, pool, limits, stopped)
                pool = Pool(limits)
                continue
            for future in done:
                if stopped() and not _succeeded(future):
                    continue  # who ends this process may have ended its workers first
                yield pool.outcome(pending.pop(future), future)
    finally:
        pool.stop()


def _each_by_itself(
    work: Callable[[Item], Result],
    suspects: Mapping[Future[Result], Item],
    pool: Pool,
    limits: Limits,
    stopped: Callable[[], bool],
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of what all workers had in hand when the ``pool`` died; not all where the work is to stop."""
    for future, item in suspects.items():
        outcome = pool.outcome(item, future) if _succeeded(future) else _alone(work, item, limits, stopped)
        if outcome is None or stopped():
            return
        yield outcome


def _alone(
    work: Callable[[Item], Result], item: Item, limits: Limits, stopped: Callable[[], bool]
) -> Outcome[Item, Result] | None:
    """One item in a pool of its own, after all workers had died at once: so the blame falls on the right one.

    ``None`` where the work is to stop before it is done.
    """
    outcome = None
    for _ in range(_ATTEMPTS):  # whoever kills workers may kill the process too that starts them
        pool = Pool(Limits(1, limits.seconds, limits.megabytes))
        try:
            future = pool.schedule(work, item)
            if not _first_done([future], stopped):
                return None
            outcome = pool.outcome(item, future)
            if not is_innocent(future):
                break
        finally:
            pool.stop()
    return outcome


def _first_done(pending: "Iterable[Future[Result]]", stopped: Callable[[], bool]) -> "set[Future[Result]]":
    """Those that are done as soon as one is; none where the work is to stop before."""
    done: set[Future[Result]] = set()
    while not done and not stopped():
        done = wait(pending, _GLANCE, return_when=FIRST_COMPLETED).done
    return done


def _succeeded(future: "Future[Result]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
