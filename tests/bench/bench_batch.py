"""A province in small: thousands of documents made from the sample reports, one in twenty of them hostile.

``make bench-batch``. Not a test: it measures and judges nothing. The documents come in parts; each part is read
with one worker and with two, in changing order, into two databases that grow, so that a noisy machine disturbs both
alike. Then the second database is asked to read everything again, which is nothing to do. Scans are left out:
reading pictures has a benchmark of its own (``make bench-scans``). CPU seconds are of all processes.

The hostile ones: damaged copies, decompression bombs, page trees that loop, empty files; a few kill their reader
with a signal or never end, which no file at hand does by itself, so the benchmark's reader does it for them.
"""

import argparse
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from accounting import account, not_below
from stages import notes, observed

ROOT = Path(__file__).parents[2]
for folder in ("", "fuzz", "hostile"):
    sys.path.insert(0, str(ROOT / "tests" / folder))
HOSTILE = 20  # one of so many is
KILLERS, HANGING = 10, 50  # one of so many hostile ones
SECONDS = 10.0  # that one document may take
CONNECTED = "水林农城交文教卫民财工商税统计房园渔盐气"


def seeds() -> list[tuple[str, bytes]]:
    """Sample reports that have a text layer, and what is no report."""
    from gkingest.document.ingest import ingest
    from gkingest.formats.load import load_formats
    from gkingest.model.report import Status

    formats = load_formats(ROOT / "schemas")
    paths = sorted((ROOT / "corpus").rglob("*.pdf"))
    readable = [p for p in paths if ingest(p, formats, ocr="never").status is not Status.NEEDS_OCR]
    return [(p.stem, p.read_bytes()) for p in readable]


def documents(count: int, folder: Path, parts: int) -> None:
    """Write ``count`` documents, each with bytes of its own, into ``parts`` folders."""
    from kinds.writing import TITLE, WRITERS, blocks
    from mutations import mutated
    from poison import GB, deflated, one_page, pages, stream, zlib_bomb

    from gkingest.formats.load import load_formats

    form = next(f for f in load_formats(ROOT / "schemas") if f.edition == "2021")
    shipped, rng = seeds(), Random(5)
    poisons = [
        one_page(stream(zlib_bomb(GB), b"/Filter /FlateDecode")),
        pages(400),
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R] "
        b"/Count 9 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n",
        b"",
        b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated(GB),
    ]
    for number in range(count):
        place = folder / str(number % parts) / f"{number // parts % 40:02}"
        place.mkdir(parents=True, exist_ok=True)
        name, data = shipped[number % len(shipped)]
        ending = "pdf"
        if number % HOSTILE == 7:
            nth = number // HOSTILE
            what = "hang" if nth % HANGING == 25 else "killer" if nth % KILLERS == 5 else "bad"
            data = poisons[nth % len(poisons)] if nth % 2 else mutated(rng, data, [d for _, d in shipped])[0]
            name = f"{what}-{name}"
        elif number % 5 == 1:
            ending, write = sorted(WRITERS.items())[number // 5 % len(WRITERS)]
            organ = f"会同县{''.join(rng.choices(CONNECTED, k=4))}局"
            title = f"{organ}2023年政府信息公开工作年度报告"
            data = write([title if part == TITLE else part for part in blocks(form)])
        own = f"\n%% {number}\n".encode() if ending == "pdf" and data else b""
        (place / f"{number}-{name[:40]}.{ending}").write_bytes(data + own)


def poisoned(settings: Any, parcel: Any) -> Any:
    """Read a parcel as the product does; a file named killer ends its process, one named hang never ends."""
    names = [f.name for f in parcel.files]
    if any("-killer-" in n for n in names):
        os.kill(os.getpid(), signal.SIGSEGV)
    if any("-hang-" in n for n in names):
        time.sleep(3600)
    return observed(settings, parcel)


def child(folder: str, database: str, jobs: int) -> None:
    """One run; prints what it took as JSON."""
    from gkingest.batch.plan import Plan
    from gkingest.batch.run import run
    from gkingest.batch.settings import Settings
    from gkingest.corpus.discovery import discover
    from gkingest.engine.adapter import Limits
    from gkingest.formats.load import load_formats
    from gkingest.store.database import open_database

    formats = load_formats()
    plan = Plan(Settings(ocr="never"), engine="local", limits=Limits(jobs, SECONDS, 4096), roots=(folder,))
    engine = open_database(database, formats)
    summary = run(discover([folder]), formats, engine, plan, reader=poisoned)
    engine.dispose()
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": summary.documents, "statuses": summary.statuses, "parent": parent}))


def measure(folder: Path, database: Path, jobs: int) -> dict[str, Any]:
    """One run as a command with all its processes: CPU seconds, seconds, MB of the largest of them."""
    command = [sys.executable, __file__, "--child", str(folder), str(database), str(jobs)]
    with tempfile.TemporaryDirectory(prefix="gkingest-bench-") as told:
        cost = account(command, env={"BENCH_NOTES": told})
        read = sum(note["cpu"] for note in notes(Path(told)))
    not_below(cost.cpu, read, "the documents in the processes that read them")
    return {"seconds": cost.wall, "cpu": cost.cpu, "worker": cost.memory, "spent": read, **_last(cost.out)}


def _last(out: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


def spin(count: int) -> int:
    """Work that needs nothing but a core."""
    total = 0
    for number in range(count):
        total += number * number % 7
    return total


def scaling() -> float:
    """How much more two bare processes do than one at this moment: what no programme here can surpass."""
    seconds = []
    for jobs in (1, 2):
        start = time.monotonic()
        processes = [multiprocessing.Process(target=spin, args=(10_000_000,)) for _ in range(jobs)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        seconds.append(time.monotonic() - start)
    return 2 * seconds[0] / seconds[1]


def main(count: int, parts: int) -> None:
    """Make the documents, read them, print a table."""
    bare: list[float] = []
    with tempfile.TemporaryDirectory(prefix="gkingest-bench-") as name:
        folder = Path(name)
        documents(count, folder / "crawl", parts)
        runs: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
        for part in range(parts):
            bare += [scaling() for _ in range(3)]
            for jobs in (1, 2) if part % 2 else (2, 1):
                runs[jobs].append(measure(folder / "crawl" / str(part), folder / f"{jobs}.sqlite", jobs))
                print(
                    f"part {part + 1} of {parts}, {jobs} worker(s): {runs[jobs][-1]['seconds']:.1f} s", flush=True
                )
        again = measure(folder / "crawl", folder / "2.sqlite", 2)
        print(f"two bare processes do {median(bare):.2f} times what one does ({min(bare):.2f}–{max(bare):.2f})")
        report(count, runs, again, folder / "2.sqlite")


def report(count: int, runs: dict[int, list[dict[str, Any]]], again: dict[str, Any], database: Path) -> None:
    """Print what was measured."""
    import sqlite3

    total = {jobs: sum(r["seconds"] for r in some) for jobs, some in runs.items()}
    print(f"\n{count} documents, one in {HOSTILE} hostile, in {len(runs[1])} parts")
    for jobs, seconds in total.items():
        print(f"{jobs} worker(s): {seconds:8.1f} s {count / seconds:8.2f} documents a second")
    ratios = [one["seconds"] / two["seconds"] for one, two in zip(runs[1], runs[2], strict=True)]
    low, middle, high = min(ratios), median(ratios), max(ratios)
    print(
        f"two workers: {total[1] / total[2]:.2f} times as fast; by part {low:.2f}–{high:.2f}, median {middle:.2f}"
    )
    for jobs, some in runs.items():
        whole, read = (sum(r[what] for r in some) for what in ("cpu", "spent"))
        print(f"{jobs} worker(s): {whole / count:8.2f} CPU seconds a document, {read / count:.2f} to read it")
    worst = {what: max(r[what] for some in runs.values() for r in some) for what in ("worker", "parent")}
    print(f"peak memory: largest process {worst['worker']:.0f} MB, parent {worst['parent']:.0f} MB")
    grown = ", ".join(f"{r['parent']:.0f}" for r in runs[2])
    print(f"  parent by part, the database growing: {grown} MB; run again {again['parent']:.0f}")
    share = 100 * again["seconds"] / total[2]
    print(f"second run, {again['read']} documents to read: {again['seconds']:.1f} s, {share:.2f} % of the first")
    with sqlite3.connect(database) as connection:
        (reports,) = connection.execute("SELECT count(*) FROM report").fetchone()
    size = database.stat().st_size
    print(f"database: {size / 1e6:.1f} MB, {reports} reports, {size / reports / 1000:.1f} kB each")
    statuses: Counter[str] = Counter()
    for one in runs[2]:
        statuses.update(one["statuses"])
    print("status: " + ", ".join(f"{n} {status}" for status, n in statuses.most_common()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "DATABASE", "JOBS"))
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--parts", type=int, default=4)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child[0], chosen.child[1], int(chosen.child[2]))
    else:
        main(chosen.documents, chosen.parts)
