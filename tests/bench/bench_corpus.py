"""Time and memory of the whole job on the sample reports, beside bare pdfplumber on the same files.

``make bench``. Not a test: it measures and judges nothing. Each measurement is a process of its own; the two
kinds alternate, so that a noisy machine disturbs both alike. The import of pdfplumber is in neither's seconds (but
in "start included"); camelot and jieba, which only some documents need, are in those of the whole job.
"""

import argparse
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
ROUNDS = 3
STARTS = 5


def whole_job(paths: list[Path]) -> dict[str, float]:
    """Ingest and save every file; CPU seconds of each."""
    import pdfplumber  # noqa: F401 - both kinds find it loaded

    from gkingest.batch.discovery import discover
    from gkingest.batch.run import run
    from gkingest.formats.load import load_formats
    from gkingest.store.database import open_database

    formats = load_formats()
    times: dict[str, float] = {}
    last = time.process_time()

    def done(document: Any) -> None:
        nonlocal last
        now = time.process_time()
        times[document.path] = now - last
        last = now

    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"{folder}/bench.sqlite", formats)
        last = time.process_time()
        run(discover(paths), formats, engine, on_done=done)
        engine.dispose()
    return times


def bare_pdfplumber(paths: list[Path]) -> dict[str, float]:
    """``extract_tables()`` over all pages of every file; CPU seconds of each."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    times: dict[str, float] = {}
    for path in paths:
        start = time.process_time()
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_tables()
        times[path.relative_to(ROOT).as_posix()] = time.process_time() - start
    return times


KINDS: dict[str, Callable[[list[Path]], dict[str, float]]] = {"job": whole_job, "bare": bare_pdfplumber}


def child(kind: str) -> None:
    """Do one measurement and print it as JSON."""
    paths = sorted(CORPUS.rglob("*.pdf"))
    start = time.monotonic()
    files = KINDS[kind](paths)
    seen = {
        "files": files,
        "wall": time.monotonic() - start,
        "cpu": sum(files.values()),
        "process_cpu": time.process_time(),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(seen))


def measure(kind: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--child", kind]
    done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def start_seconds() -> float:
    """Median seconds that ``gkingest --help`` takes."""
    program = Path(sys.executable).with_name("gkingest")
    seconds = []
    for _ in range(STARTS):
        start = time.monotonic()
        subprocess.run([program, "--help"], check=True, capture_output=True)
        seconds.append(time.monotonic() - start)
    return median(seconds)


def main() -> None:
    """Alternate the two kinds and print a table."""
    results: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind, runs in results.items():
            runs.append(measure(kind))
    middle = {
        kind: {name: median(r[name] for r in runs) for name in ("wall", "cpu", "process_cpu", "memory")}
        for kind, runs in results.items()
    }
    files = {
        path: [median(r["files"][path] for r in results[kind]) for kind in KINDS]
        for path in results["job"][0]["files"]
    }
    job, bare = middle["job"], middle["bare"]
    print(f"{len(files)} documents, {ROUNDS} alternating rounds, medians")
    print(f"{'':34}{'whole job':>12}{'pdfplumber':>12}{'ratio':>8}")
    for name, title, share in (
        ("wall", "seconds a document", len(files)),
        ("cpu", "CPU seconds a document", len(files)),
        ("process_cpu", "CPU seconds, start included", 1),
        ("memory", "peak memory, MB", 1),
    ):
        print(f"{title:34}{job[name] / share:12.3f}{bare[name] / share:12.3f}{job[name] / bare[name]:8.2f}")
    ratios = sorted((ours / theirs, path) for path, (ours, theirs) in files.items())
    print(f"{'CPU ratio of the median document':58}{median(r for r, _ in ratios):8.2f}")
    for ratio, path in reversed(ratios[-4:]):
        print(f"  {path[:54]:<56}{ratio:8.2f}")
    print(f"{'seconds of gkingest --help':34}{start_seconds():12.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", choices=KINDS)
    chosen = parser.parse_args().child
    if chosen:
        child(chosen)
    else:
        main()
