"""One function over many items: every item has one outcome, whatever its reader dies of."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from deeds import deed
from elsewhere import environment

from gkingest.engine.adapter import Limits, Outcome, died
from gkingest.engine.choose import engine_named
from gkingest.engine.pool import limit_address_space
from gkingest.errors import UsageError

POISON = {
    "segfault": "the process that read it was killed by SIGSEGV",
    "exit": "the process that read it ended with exit code 3",
    "kill": "the process that read it was killed by SIGKILL",
    "hang": "it took longer than 2 seconds (--timeout) and was ended",
    "memory": "it needed more than 2048 MB of memory (--memory)",
}
LIMITS = Limits(jobs=2, seconds=2, megabytes=2048)


def outcomes(engine: str, items: Sequence[str], limits: Limits = LIMITS) -> list[Outcome[str, str]]:
    waiting = iter(items)
    return list(engine_named(engine)(deed, lambda: next(waiting, None), limits))


def test_every_result_comes_once_and_poison_costs_no_other() -> None:
    items = [f"item {n}" for n in range(40)]
    for place, word in enumerate(POISON, 1):
        items.insert(7 * place, f"{word} {place}")
    told = outcomes("local", items)
    assert sorted(o.item for o in told) == sorted(items)
    for outcome in told:
        word = outcome.item.partition(" ")[0]
        expected = (None, POISON[word]) if word in POISON else (outcome.item.upper(), "")
        assert (outcome.result, outcome.cause) == expected


def test_a_killer_that_comes_again_and_again_costs_itself_alone() -> None:
    told = outcomes("local", ["kill"] * 6 + [f"item {n}" for n in range(6)])
    assert [o.cause for o in told if o.item == "kill"] == [POISON["kill"]] * 6
    assert sum(o.result is not None for o in told) == 6


def test_where_all_workers_die_at_once_every_item_still_has_its_outcome() -> None:
    items = [word for n in range(4) for word in ("kill", "kill", f"item {n}")]
    told = outcomes("local", items, Limits(jobs=2, seconds=20, megabytes=2048))
    assert sorted(o.item for o in told) == sorted(items)
    assert all((o.result is None) == (o.item == "kill") for o in told)


def test_where_the_process_dies_that_starts_workers_another_takes_its_place() -> None:
    items = iter([f"item {n}" for n in range(130)])  # too many for the workers that were started by the first one
    told = []
    for outcome in engine_named("local")(deed, lambda: next(items, None), LIMITS):
        told.append(outcome)
        if len(told) == 3:
            (server,) = (p for p in psutil.Process().children() if "forkserver" in " ".join(p.cmdline()))
            server.kill()
    assert sorted((o.item, o.result) for o in told) == sorted((f"item {n}", f"ITEM {n}") for n in range(130))


def test_an_item_that_kills_the_process_that_starts_workers_costs_itself_alone() -> None:
    told = outcomes("local", ["a", "patricide", "b"])
    assert {o.item: o.result for o in told} == {"a": "A", "patricide": None, "b": "B"}


@pytest.mark.parametrize("engine", ["local", "inline"])
def test_a_result_may_bring_further_items(engine: str) -> None:
    waiting = ["a"]
    seen = []
    for outcome in engine_named(engine)(deed, lambda: waiting.pop() if waiting else None, LIMITS):
        seen.append(outcome.result)
        if len(seen) < 5:
            waiting.append(f"{outcome.result}x")
    assert seen == ["A", "AX", "AXX", "AXXX", "AXXXX"]


def test_items_are_taken_as_they_are_needed_and_not_all_at_once() -> None:
    taken = []
    items = (f"item {n}" for n in range(100))

    def take() -> str | None:
        taken.append(next(items, None))
        return taken[-1]

    run = engine_named("local")(deed, take, LIMITS)
    next(run)
    assert len(taken) <= LIMITS.window + 2
    run.close()  # type: ignore[attr-defined]


def test_an_engine_that_is_left_early_leaves_no_process() -> None:
    run = engine_named("local")(deed, lambda: "item", Limits(2, 30, 2048))
    next(run)
    run.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_a_worker_leaves_ctrl_c_to_the_parent() -> None:
    assert [o.result for o in outcomes("local", ["interrupt"])] == ["INTERRUPT"]


def test_an_unknown_engine_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UsageError, match=r"local .* dask .* inline"):
        engine_named("spark")


def test_causes_say_which_signal_it_was() -> None:
    assert died(-signal.SIGSEGV).endswith("was killed by SIGSEGV")
    assert died(-250).endswith("was killed by signal 250")
    assert died(None).endswith("was killed")


ORPHAN = """
import sys
from deeds import deed
from gkingest.engine.adapter import Limits
from gkingest.engine.local import run_local
list(run_local(deed, iter([sys.argv[1], None]).__next__, Limits(1, float(sys.argv[2]), 2048)))
"""


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        pytest.param("say hang", 600, id="as its parent has ended"),
        pytest.param("say seize", 1, id="as its time is over, though nothing else runs in it"),
    ],
)
def test_a_worker_that_hangs_ends_by_itself_though_nobody_is_left_to_end_it(word: str, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, word, str(seconds)], cwd=Path(__file__).parent, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        said = parent.stdout.readline()
        parent.kill()
        # The worker holds it open, and ends, or this never returns.
        assert (said, parent.stdout.read()) == (b"hanging\n", b"")


# ---- memory, on whatever system


OUTCOMES = """
import json, sys
from deeds import deed
from gkingest.engine.adapter import Limits
from gkingest.engine.local import run_local
items = iter(sys.argv[1:])
told = run_local(deed, lambda: next(items, None), Limits(2, 600, 512))
print(json.dumps({outcome.item: outcome.result or outcome.cause for outcome in told}))
"""


@pytest.mark.parametrize("word", ["hoard", "breed"])
def test_memory_of_an_item_with_all_that_it_starts_is_bounded_where_the_system_sets_no_limit(word: str) -> None:
    items = ["a", f"{word} 700", "b"]
    done = subprocess.run(
        [sys.executable, "-c", OUTCOMES, *items], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "a": "A",
        "b": "B",
        f"{word} 700": "it needed more than 512 MB of memory (--memory)",
    }


@pytest.mark.parametrize("kind", [OSError, ValueError])
def test_a_system_that_refuses_a_limit_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    asked = []

    def refuse(*limits: object) -> None:
        asked.append(limits)
        raise kind("current limit exceeds maximum limit")

    monkeypatch.setattr("resource.setrlimit", refuse)
    limit_address_space(1 << 40)
    assert asked


def test_what_an_item_started_ends_with_its_worker(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = Thread(target=pipe.read_bytes)  # until whoever writes to it ends
    held.start()
    assert [o.cause for o in outcomes("local", [f"host {pipe}"])] == [POISON["hang"]]
    held.join()


# ---- a real cluster


@pytest.fixture
def cluster() -> Any:
    """A scheduler and two workers in processes of their own."""
    dask = pytest.importorskip("dask", reason="pip install 'gkingest[dask]'")
    distributed = pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=None
        ) as found,
    ):
        yield found


@pytest.mark.xdist_group("cluster")
def test_a_cluster_gives_every_result_once_though_a_worker_is_killed(cluster: Any) -> None:
    items = [f"item {n}" for n in range(30)] + ["segfault 1", "memory 1"]
    waiting = iter(items)
    victims = [worker.pid for worker in cluster.workers.values()]
    told: list[Outcome[str, str]] = []
    for outcome in engine_named(f"dask:{cluster.scheduler_address}")(deed, lambda: next(waiting, None), LIMITS):
        told.append(outcome)
        if len(told) == 5:
            os.kill(victims[0], signal.SIGKILL)
    assert sorted(o.item for o in told) == sorted(items)
    assert {o.item: o.cause for o in told if o.cause} == {
        "segfault 1": POISON["segfault"],
        "memory 1": POISON["memory"],
    }


@pytest.mark.xdist_group("cluster")
def test_a_cluster_of_this_machine_is_made_where_none_is_named() -> None:
    pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    told = outcomes("dask", ["a", "b", "hang", "c"])
    assert {o.item: o.result or o.cause for o in told} == {"a": "A", "b": "B", "c": "C", "hang": POISON["hang"]}


@pytest.mark.xdist_group("cluster")
def test_a_run_leaves_nothing_on_a_cluster_that_was_there_before(cluster: Any) -> None:
    from distributed import Client

    assert {o.result for o in outcomes(f"dask:{cluster.scheduler_address}", ["a", "b"])} == {"A", "B"}
    with Client(cluster) as client:
        assert set(client.run(lambda: len(multiprocessing.active_children())).values()) == {0}
        assert not any("gkingest" in name for names in client.run(plugins_there).values() for name in names)


def plugins_there(dask_worker: Any) -> list[str]:
    return list(dask_worker.plugins)


QUIET = """
from deeds import deed
from gkingest.engine.adapter import Limits
from gkingest.engine.cluster import run_on_cluster
if __name__ == "__main__":
    items = iter(["a", "segfault", "b"])
    print(sorted(o.result or "" for o in run_on_cluster(deed, lambda: next(items, None), Limits(2, 600, 2048))))
"""


@pytest.mark.xdist_group("cluster")
def test_a_cluster_of_this_machine_ends_without_a_word(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    script = tmp_path / "script.py"
    script.write_text(QUIET)
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    with socket.socket() as taken:
        with suppress(OSError):  # taken already
            taken.bind(("", 8787))  # where Dask shows what it does, if it can
            taken.listen()
        done = subprocess.run(
            [sys.executable, script],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("['', 'A', 'B']\n", "")


def test_a_cluster_that_is_not_there_is_named() -> None:
    pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    with pytest.raises(UsageError, match="cannot be reached"):
        outcomes("dask:nonsense://nowhere", ["a"])


def fails(kind: type[Exception], item: str) -> str:
    raise kind(item)


@pytest.mark.parametrize("engine", ["local"])
def test_an_error_of_the_work_itself_is_a_mistake_of_ours_and_is_not_hidden(engine: str) -> None:
    work: Callable[[str], str] = partial(fails, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        list(engine_named(engine)(work, iter(["a", None]).__next__, LIMITS))


@pytest.mark.parametrize(
    "engine", ["local", "inline", pytest.param("dask", marks=pytest.mark.xdist_group("cluster"))]
)
def test_work_that_is_to_stop_ends_without_what_is_under_way(engine: str) -> None:
    if engine == "dask":
        pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    items = iter(["a", "b", *(["c"] if engine == "inline" else ["hang"]) * 20])
    told: list[str | None] = []
    run = engine_named(engine)(deed, lambda: next(items, None), Limits(2, 30, 2048), lambda: len(told) >= 2)
    for outcome in run:
        told.append(outcome.result)
    assert sorted(filter(None, told)) == ["A", "B"]


def test_work_that_is_to_stop_before_it_begins_takes_nothing() -> None:
    def take() -> str:
        raise AssertionError

    for engine in ("local", "inline"):
        assert list(engine_named(engine)(deed, take, LIMITS, lambda: True)) == []
