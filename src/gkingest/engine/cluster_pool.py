"""What lives in the workers of a Dask cluster during a run: a guarded process below each, ended with the run."""

from collections.abc import Callable

from distributed import Worker, WorkerPlugin, get_worker

from gkingest.engine.adapter import Item, Limits, Outcome, Result
from gkingest.engine.pool import Pool


class GuardedProcess(WorkerPlugin):
    """The pool of one Dask worker for one run, by the name of which it is found."""

    def __init__(self, run: str, limits: Limits) -> None:
        self.name, self._limits = run, limits
        self.pool: Pool | None = None

    def setup(self, worker: Worker) -> None:
        """The worker begins to take part in the run."""
        self.pool = Pool(Limits(1, self._limits.seconds, self._limits.megabytes))

    def teardown(self, worker: Worker) -> None:
        """The run is over, or the worker leaves: Dask waits for its process to end, and that for its children."""
        if self.pool is not None:
            self.pool.stop()


def guarded(run: str, work: Callable[[Item], Result], item: Item) -> Outcome[None, Result]:
    """Run one item in a process of its own below a Dask worker; the item itself is not sent back."""
    plugin = get_worker().plugins[run]
    assert isinstance(plugin, GuardedProcess) and plugin.pool is not None
    return plugin.pool.outcome(None, plugin.pool.schedule(work, item))
