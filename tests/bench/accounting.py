"""What a command costs, with every process that it starts, however deep, and those that outlive their parents.

The command runs below a small process of its own that takes in orphans (PR_SET_CHILD_SUBREAPER), and waits until
none is left: the kernel hands the times of a process to whoever waits for it, so what nobody waits for is in no
sum. Imports of the command and its end count, as nothing is left out. Needs Linux.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_PATIENCE = 60.0  # seconds that processes may outlive the command


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of all processes, seconds on the wall, MB of the largest process, processes left over and ended.

    ``out`` is what the command printed.
    """

    cpu: float
    wall: float
    memory: float
    ended: int
    out: str


def account(command: Sequence[str | Path], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to the end of its last process; a command that fails ends the benchmark."""
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        done = subprocess.run(
            [sys.executable, __file__, told.name, *map(str, command)],
            check=False,
            stdout=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}")
        seen = json.loads(Path(told.name).read_text())
    return Cost(seen["cpu"], seen["wall"], seen["memory"], seen["ended"], done.stdout)


def not_below(cpu: float, least: float, what: str) -> None:
    """End the benchmark where a sum is less than its parts: then some process was not counted."""
    if cpu < least:
        raise SystemExit(
            f"{cpu:.2f} CPU seconds were counted, but {what} alone are {least:.2f}: some process was not counted, "
            "so none of the figures above holds"
        )


def _supervise(told: Path, command: Sequence[str]) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SUBREAPER, 1, 0, 0, 0):
        raise SystemExit("this system cannot hand orphaned processes on (prctl), so their times would be lost")
    start = time.monotonic()
    first = subprocess.Popen(command)
    code = first.wait()
    ended = _reap(time.monotonic() + _PATIENCE)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seen = {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.monotonic() - start,
        "memory": used.ru_maxrss / 1024,
        "ended": ended,
    }
    told.write_text(json.dumps(seen))
    return code


def _reap(until: float) -> int:
    """Wait for all that is left; what is there after ``until`` is ended, and counted."""
    ended = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid:
            continue
        if time.monotonic() > until:
            for child in _children():
                os.kill(child, signal.SIGKILL)
                ended += 1
            until = time.monotonic() + _PATIENCE
        time.sleep(0.02)


def _children() -> list[int]:
    return [int(p) for p in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


if __name__ == "__main__":
    sys.exit(_supervise(Path(sys.argv[1]), sys.argv[2:]))
