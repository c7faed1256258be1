"""Pulling the plug: whatever is killed, and whenever, the database is whole and the next run goes on."""

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch.conftest import contents
from sqlalchemy import Engine

from gkingest.batch.interrupt import heeding_signals
from gkingest.formats.spec import Format
from gkingest.store.database import open_database

pytestmark = pytest.mark.stage
KILLS = 20
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to tell processes apart")
DOCUMENTS = 60
NAMES = "水林农城交文教卫民财"


# The tests may run where Ctrl-C is ignored, in a shell's background, and what they start would ignore it too.
IN_FOREGROUND = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("gkingest", run_name="__main__", alter_sys=True)
"""


def start(database: str, engine: str = "local") -> subprocess.Popen[str]:
    """The program reading ``crawl`` in two workers, a line for each document, in a process group of its own."""
    command = [sys.executable, "-c", IN_FOREGROUND, "crawl", "--db", database, "--jobs", "2", "-v", "--ocr=never"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "GKINGEST_ENGINE": engine}
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        start_new_session=True,
    )


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout.readline, "")


def descendants(pid: int) -> list[int]:
    """Processes below one, as /proc tells."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        below = [child for child, parent in parents.items() if parent == one]
        found += below
        todo += below
    return found


@pytest.fixture
def crawl(here: Path, write: Callable[..., Path]) -> Path:
    for n in range(DOCUMENTS):
        write(f"{n % 7}/{n}.txt", f"会同县{NAMES[n % 10]}{NAMES[n // 10]}局")
    return here


def opened(crawl: Path, name: str, formats: tuple[Format, ...]) -> Engine:
    return open_database(str(crawl / name), formats)


@needs_proc
def test_killed_at_twenty_moments_the_rows_are_those_of_an_undisturbed_run(
    crawl: Path, formats: tuple[Format, ...]
) -> None:
    assert start("whole.sqlite").wait() == 0
    moments = random.Random(5)
    done = 0
    for _ in range(KILLS):
        process = start("cut.sqlite")
        after = moments.randint(0, 3)
        for count, _line in enumerate(lines(process)):
            if count >= after:
                break
        below = descendants(process.pid)
        process.kill()
        process.communicate()
        assert all(is_over(pid) for pid in below)
        with sqlite3.connect(crawl / "cut.sqlite") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            (now,) = connection.execute("SELECT count(*) FROM location").fetchone()
        assert now >= done, "what was saved is lost"
        done = now
    last = start("cut.sqlite")
    out, err = last.communicate()
    assert last.returncode == 0, err
    assert "interrupted" not in out
    assert contents(opened(crawl, "cut.sqlite", formats)) == contents(opened(crawl, "whole.sqlite", formats))


def is_over(pid: int) -> bool:
    """Whether a process ends by itself, as its parent is gone."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([descriptor], [], [], 30)
        return bool(ready)
    finally:
        os.close(descriptor)


@needs_proc
def test_a_worker_that_is_killed_costs_no_more_than_its_document(crawl: Path, formats: tuple[Format, ...]) -> None:
    process = start("a.sqlite")
    for count, _line in enumerate(lines(process)):
        if count in (5, 15):
            workers = [pid for pid in descendants(process.pid) if not descendants(pid)]
            os.kill(workers[-1], signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 0, err
    with sqlite3.connect(crawl / "a.sqlite") as connection:
        counts = dict(connection.execute("SELECT status, count(*) FROM location GROUP BY 1").fetchall())
    assert sum(counts.values()) == DOCUMENTS
    assert counts.get("failed", 0) <= 2
    assert counts["ok"] >= DOCUMENTS - 2


def interrupted(
    database: str, after: int, times: int = 1, engine: str = "local", wish: int = signal.SIGINT
) -> subprocess.CompletedProcess[str]:
    """A run that gets Ctrl-C or another signal after some lines, as a terminal sends it, to all its processes."""
    process = start(database, engine)
    for count, _line in enumerate(lines(process)):
        if count >= after:
            break
    for _ in range(times):
        os.killpg(process.pid, wish)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def test_ctrl_c_ends_the_run_cleanly_at_whatever_moment(crawl: Path, formats: tuple[Format, ...]) -> None:
    for after in range(8):
        done = interrupted("cut.sqlite", after)
        assert done.returncode == 130
        assert "Traceback" not in done.stderr
        assert "stopping; what was read is being saved" in done.stderr
        assert "interrupted: the same command reads the others" in " ".join(done.stdout.split())
    assert start("cut.sqlite").wait() == 0
    assert start("whole.sqlite").wait() == 0
    assert contents(opened(crawl, "cut.sqlite", formats)) == contents(opened(crawl, "whole.sqlite", formats))


@needs_proc
@pytest.mark.parametrize(
    ("wish", "code", "all_at_once"),
    [(signal.SIGTERM, 143, False), (signal.SIGTERM, 143, True), (signal.SIGHUP, 129, True)],
    ids=["as kill sends it", "as a batch queue sends it", "as the terminal is closed"],
)
def test_a_signal_to_end_leaves_what_was_read_and_no_worker(
    crawl: Path, wish: signal.Signals, code: int, all_at_once: bool
) -> None:
    process = start("cut.sqlite")
    assert next(lines(process))
    below = descendants(process.pid)
    assert below
    (os.killpg if all_at_once else os.kill)(process.pid, wish)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code
    assert f"stopping ({wish.name}); what was read is being saved (a second one ends at once)" in err
    assert "Traceback" not in err
    assert "interrupted: the same command reads the others" in " ".join(out.split())
    assert all(is_over(pid) for pid in below)
    with sqlite3.connect(crawl / "cut.sqlite") as connection:
        counts = dict(connection.execute("SELECT status, count(*) FROM location GROUP BY 1").fetchall())
    assert counts.keys() == {"ok"}, "whoever is ended with the run has not failed"
    again = start("cut.sqlite")
    out, _ = again.communicate(timeout=120)
    assert f"{counts['ok']} unchanged since they were read" in out


def test_ctrl_c_ends_a_run_on_a_cluster_cleanly(crawl: Path) -> None:
    pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    for after in (1, 2, 5):
        done = interrupted("cut.sqlite", after, engine="dask")
        assert done.returncode == 130
        assert "Traceback" not in done.stderr
        assert "interrupted: the same command reads the others" in " ".join(done.stdout.split())
    assert start("cut.sqlite").wait() == 0


def test_a_second_ctrl_c_ends_the_run_at_once_and_the_next_goes_on(crawl: Path) -> None:
    assert interrupted("a.sqlite", 3, times=2).returncode in (-signal.SIGINT, 130)  # 130: the first had its time
    assert start("a.sqlite").wait() == 0


def test_the_second_wish_is_not_met_where_it_is_safe_but_at_once() -> None:
    code = """
import signal
from gkingest.batch.interrupt import heeding_signals
signal.signal(signal.SIGINT, signal.default_int_handler)
with heeding_signals(lambda number: print("noted", flush=True)) as wished:
    signal.raise_signal(signal.SIGINT)
    assert wished()
    signal.raise_signal(signal.SIGINT)
    print("still here")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGINT, "noted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_left_alone_where_it_is_ignored_or_somebody_elses(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    try:
        for handler in (signal.SIG_IGN, lambda number, frame: None):
            signal.signal(number, handler)
            with heeding_signals(lambda number: None) as wished:
                assert signal.getsignal(number) is handler
                signal.raise_signal(number)
                assert not wished()
    finally:
        signal.signal(number, before)
