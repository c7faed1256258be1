"""A Dask cluster: one that runs already, or one of this machine for the time of the run.

Each task runs in a guarded process below its Dask worker, so that what kills a reader does not kill the worker. Few
tasks are out at a time and each is released once it is taken: a worker that dies takes nothing along that was done.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from gkingest.engine.adapter import Item, Limits, Outcome, Result, never
from gkingest.engine.machine import deaf_to_the_terminal
from gkingest.errors import UsageError
from gkingest.extras import install_line
from gkingest.redact import redacted, secrets_of

if TYPE_CHECKING:
    from distributed import Client, Future

_PATIENCE = 1.0  # seconds that a result may travel until it is asked again whether the work is to stop
_GLANCE = 0.05  # seconds between looks whether something is done


def run_on_cluster(
    work: Callable[[Item], Result],
    take: Callable[[], Item | None],
    limits: Limits,
    stopped: Callable[[], bool] = never,
    *,
    address: str = "",
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over the items of ``take``, as they complete on the cluster at ``address``.

    Raises :class:`UsageError` where Dask is not installed or the cluster cannot be reached.
    """
    with _client(address, limits) as client, _guarded_processes(client, limits) as run:
        from gkingest.engine.cluster_pool import guarded

        pending: dict[object, tuple[Future[Any], Item]] = {}
        from distributed import as_completed

        finished = as_completed()
        while not stopped():
            window = max(limits.window, 2 * sum(client.nthreads().values()))
            while len(pending) < window and (item := take()) is not None:
                future = client.submit(guarded, run, work, item, pure=False, retries=0)
                pending[future.key] = (future, item)
                finished.add(future)
            if not pending:
                return
            while not finished.has_ready() and not stopped():
                time.sleep(_GLANCE)
            if stopped():
                break
            future = next(finished)
            _, item = pending.pop(future.key)
            if (outcome := _outcome(item, future, stopped)) is None:
                break
            yield outcome
            future.release()
        client.cancel([future for future, _ in pending.values()])


def _outcome(item: Item, future: "Future[Any]", stopped: Callable[[], bool]) -> Outcome[Item, Any] | None:
    """What became of an item that is done; ``None`` where it is to stop before that has arrived."""
    from distributed import CancelledError, KilledWorker

    while future.status not in ("error", "cancelled"):
        if stopped():
            return None
        # Where its worker died with the result, it is computed once more, or given up.
        with contextlib.suppress(TimeoutError, CancelledError, KilledWorker):
            done = future.result(timeout=_PATIENCE)
            return Outcome(item, done.result, done.cause)
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return Outcome(item, None, "every worker of the cluster that it was given to was killed")
    return Outcome(item, None, f"the cluster lost it ({type(error).__name__}: {error})")


@contextlib.contextmanager
def _guarded_processes(client: "Client", limits: Limits) -> Iterator[str]:
    """A guarded process below each Dask worker for the time of the run; gives the name by which it is found."""
    from gkingest.engine.cluster_pool import GuardedProcess

    run = f"gkingest-{uuid4()}"
    client.register_plugin(GuardedProcess(run, limits))
    try:
        yield run
    finally:
        # A worker may have come too late to have one, or be gone with its own; so may the scheduler.
        with contextlib.suppress(KeyError, OSError, ValueError):
            client.unregister_worker_plugin(run)


@contextlib.contextmanager
def _client(address: str, limits: Limits) -> "Iterator[Client]":
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError(
            f"the engine dask needs a library that is not installed ({error.name}); {install_line('dask')}, "
            "or leave --engine out to use the processes of this machine"
        ) from error
    # A guarded process is a child of its worker, which daemons may not have.
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.worker.daemon": False}))
        try:
            if address:
                client = stack.enter_context(Client(address, timeout="20s"))
            else:
                with deaf_to_the_terminal():
                    cluster = stack.enter_context(
                        LocalCluster(
                            n_workers=limits.jobs,
                            threads_per_worker=1,
                            dashboard_address="127.0.0.1:0",  # without an address it warns where its port is taken
                            scheduler_kwargs={"dashboard": False},
                            memory_limit=None,
                            silence_logs=logging.CRITICAL,  # what matters becomes the outcome of an item
                        )
                    )
                client = stack.enter_context(Client(cluster))
        except (OSError, TimeoutError, ValueError) as error:
            said = redacted(str(error), secrets_of(address))
            raise UsageError(
                f"the Dask scheduler at {address} cannot be reached ({said}); check that it runs and its address, "
                "as in --engine dask:tcp://host:8786"
            ) from error
        yield client
