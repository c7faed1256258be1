"""This machine, whatever its system: its cores, and processes with all that they started."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

import psutil

# Signals that a terminal sends to all its processes: they are for the one that hands out the work. Windows has one.
OF_THE_TERMINAL = tuple(getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name))


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def deaf_to_the_terminal() -> Iterator[None]:
    """Processes and threads started within do not hear what a terminal sends to all; this thread hears it after."""
    if sys.platform == "win32" or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
    try:
        resource_tracker.ensure_running()  # multiprocessing would start it within, and unblock SIGINT then
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def unbounded_address_space() -> Iterator[None]:
    """Processes started within may claim address space as they like: Chromium reserves far more than it takes."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def limit_address_space(most: int) -> None:
    """A wall right at the limit, on systems that have one; beyond it, and everywhere else, there is the watch."""
    if sys.platform == "win32":
        return
    with suppress(ImportError, OSError, ValueError):  # macOS refuses it
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def trees_below(pids: Iterable[int]) -> dict[int, list[psutil.Process]]:
    """Each of these descendants of this process that runs, by its number, with all below it; itself comes first."""
    everything = psutil.Process().children(recursive=True)
    children: dict[int, list[psutil.Process]] = {}
    for process in everything:
        with suppress(psutil.Error):
            children.setdefault(process.ppid(), []).append(process)
    wanted = set(pids)
    trees = {process.pid: [process] for process in everything if process.pid in wanted}
    for tree in trees.values():
        for process in tree:  # it grows while it is walked
            tree.extend(children.get(process.pid, ()))
    return trees


def memory_of(processes: Sequence[psutil.Process]) -> int:
    """Bytes of memory that processes hold; on Windows what is paged out too, which no resident size shows."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            held = process.memory_info()
            total += max(held.rss, getattr(held, "private", 0))
    return total


def end(processes: Iterable[psutil.Process]) -> None:
    """End processes at once, in this order, whatever they do; who has the number of an ended one now is left."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def end_tree(pid: int) -> None:
    """End a process and all that it started."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        end([process, *process.children(recursive=True)])


def end_with_parent() -> None:
    """Leave nothing behind where the process is killed that hands out the work."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    with suppress(psutil.Error, OSError):
        end(psutil.Process().children(recursive=True))
    os._exit(1)
