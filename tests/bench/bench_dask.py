"""How many Dask workers one scheduler and one run keep busy, where a document is a sleep of measured length.

``python tests/bench/bench_dask.py``. Not a test: it measures and judges nothing. Scheduler and run are in this
process, as the engine has them; the workers, so many objects with so many threads each, share a second process, as
they do nothing but sleep and send back as many bytes as a reading has. The guarded process below each worker is
left out. What the run costs a document, here and in saving, limits how many workers it keeps busy: CPU seconds of
this process tell that on a busy machine too.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from distributed import Client, LocalCluster, Worker

from gkingest.engine import cluster, cluster_pool
from gkingest.engine.adapter import Limits, Outcome


def asleep(seconds: float, size: int, number: int) -> bytes:
    """A document: its time passes, and something of the size of a reading is sent back."""
    time.sleep(seconds)
    return os.urandom(16) * (size // 16)


def unguarded(run: str, work: Callable[[Any], Any], item: Any) -> Outcome[None, Any]:
    """What a worker does with an item, without a process of its own below it."""
    return Outcome(None, work(item))


@contextlib.contextmanager
def without_processes(client: Client, limits: Limits) -> Iterator[str]:
    """No guarded processes for the time of the run."""
    yield ""


async def workers(address: str, count: int, threads: int) -> None:
    """So many workers, until the scheduler ends."""
    async with contextlib.AsyncExitStack() as stack:
        some = [await stack.enter_async_context(Worker(address, nthreads=threads)) for _ in range(count)]
        await asyncio.gather(*(worker.finished() for worker in some))


def busy(address: str, documents: int, seconds: float, size: int, slots: int) -> None:
    """One run; prints what share of the time the workers were busy, and what a document cost here."""
    items = iter(range(documents))
    limits = Limits(1, 3600.0, 4096)
    start, before = time.monotonic(), time.process_time()
    took = sum(
        1
        for _ in cluster.run_on_cluster(
            partial(asleep, seconds, size), lambda: next(items, None), limits, address=address
        )
    )
    wall, own = time.monotonic() - start, time.process_time() - before
    share = 100 * took * seconds / (slots * wall)
    told = f"{took:8,} documents of {seconds:6.2f} s {wall:8.1f} s on the wall {share:6.1f} % busy"
    print(
        f"{told} {1000 * own / took:8.2f} ms of CPU here a document: {took / own:6.0f} a second at most", flush=True
    )


def main(count: int, threads: int, lengths: list[float], rounds: int, size: int) -> None:
    """Start workers and run with documents of each length."""
    cluster._guarded_processes = without_processes
    cluster_pool.guarded = unguarded
    slots = count * threads
    with LocalCluster(n_workers=0, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0") as here:
        command = [sys.executable, __file__, "--child", here.scheduler_address, str(count), str(threads)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as child:  # they tell of themselves at length
            try:
                with Client(here) as client:
                    client.wait_for_workers(count)
                    print(f"{count} workers of {threads} threads, {size:,} bytes a result", flush=True)
                    for seconds in lengths:
                        busy(here.scheduler_address, rounds * slots, seconds, size, slots)
            finally:
                child.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=3, metavar=("ADDRESS", "WORKERS", "THREADS"))
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 5.0, 20.0])
    parser.add_argument("--rounds", type=int, default=5, help="documents for each thread")
    parser.add_argument("--bytes", type=int, default=50_000, help="of a result")
    given = parser.parse_args()
    if given.child:
        asyncio.run(workers(given.child[0], int(given.child[1]), int(given.child[2])))
    else:
        main(given.workers, given.threads, given.seconds, given.rounds, given.bytes)
