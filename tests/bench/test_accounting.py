"""The benches count every process: those below, and those that outlive whoever started them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from accounting import account, not_below

BURNT = 0.6  # CPU seconds
HELD = 120  # MB
# Burns for so long by the clock that is counted, while it holds memory; begins when its parent has ended.
ORPHAN = f"""
import os, sys, time
while os.getppid() == int(sys.argv[1]):
    time.sleep(0.01)
held = b"x" * ({HELD} << 20)
while time.process_time() < {BURNT}:
    pass
"""
PARENT = "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1], str(os.getpid())])"
COMMAND = (
    "import resource, subprocess, sys\n"
    "subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[2]], check=True)\n"
    "used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
    "print(sum(u.ru_utime + u.ru_stime for u in used))\n"
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are handed on by Linux alone")


def test_a_process_that_outlives_its_parent_is_counted() -> None:
    cost = account([sys.executable, "-c", COMMAND, PARENT, ORPHAN])
    seen_by_the_command = float(cost.out)  # which knows nothing of the orphan
    assert cost.cpu >= BURNT + seen_by_the_command
    assert cost.memory >= HELD
    assert cost.ended == 0


def test_what_the_command_itself_and_its_children_burn_is_counted() -> None:
    burn = f"import time\nwhile time.process_time() < {BURNT}: pass"
    below = f"import subprocess, sys; {burn!r}; exec({burn!r}); subprocess.run([sys.executable, '-c', {burn!r}])"
    assert account([sys.executable, "-c", below]).cpu >= 2 * BURNT


def test_a_command_that_fails_ends_the_bench() -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        account([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_sum_below_its_parts_ends_the_bench() -> None:
    not_below(2.0, 2.0, "the documents in one process")
    with pytest.raises(SystemExit, match=r"1\.90 CPU seconds were counted, but the documents .* are 2\.00"):
        not_below(1.9, 2.0, "the documents in one process")


def test_a_watched_reader_notes_its_stages_and_the_product_knows_nothing_of_it(tmp_path: Path, root: Path) -> None:
    """In a process of its own, as watching wraps functions for good."""
    paper = next(iter(sorted((root / "corpus").rglob("*.pdf"))))
    script = (
        "import sys; from pathlib import Path; import stages\n"
        "from gkingest.batch.desk import read_parcel\n"
        "from gkingest.batch.settings import Settings\n"
        "from gkingest.corpus.intake import File, Parcel\n"
        "parcel = Parcel((File('a.pdf', sys.argv[1]),))\n"
        "plain = read_parcel(Settings(None, 'never'), parcel)\n"
        "assert stages.observed(Settings(None, 'never'), parcel) == plain\n"
    )
    env = {**os.environ, "BENCH_NOTES": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", script, str(paper)], check=True, env=env)
    (note,) = (json.loads(line) for path in tmp_path.iterdir() for line in path.read_text().splitlines())
    assert note["files"] == ["a.pdf"]
    assert {"text layer (PDFium)", "grids by rules", "labels to slots to facts"} <= set(note["stages"])
    assert sum(note["stages"].values()) == pytest.approx(note["cpu"])
    assert all(seconds >= -1e-6 for seconds in note["stages"].values())
