"""CPU time and memory of the whole job, beside bare pdfplumber on the same files, with every process counted.

``make bench``. Not a test: it measures and judges nothing, but ends with an error where processes were not counted.
Other documents: ``make bench ARGS="folder list.txt a.pdf"`` or BENCH_DOCS (folders, PDFs, and text files with a
path a line). Pictures of pages are not recognised, which would take most of the time and is what
``make bench-scans`` measures; ``--ocr auto`` recognises them here too. Each measurement is a command of its own,
from its start to the end of its last process; the kinds alternate, so that a noisy machine disturbs all alike. CPU
ratios within a run hold on a busy machine too, seconds on the wall do not.

``job`` is ``gkingest`` as it comes: worker processes, an SQLite database. ``inline`` does the same in one process;
a job that costs less was not counted whole. ``bare`` is ``extract_tables()`` over all pages. What a document costs
is the CPU time of reading it in its worker; the job has the start, saving and the end besides.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from accounting import Cost, account, not_below
from stages import FALLBACKS, REST, STAGES, cpu, notes, observed

ROOT = Path(__file__).parents[2]
ROUNDS = 3
STARTS = 5
WORST = 6  # documents that are listed
Files = dict[str, dict[str, Any]]


def documents(given: list[str]) -> Iterator[Path]:
    """PDFs in folders, in text files with a path a line, and named themselves."""
    for path in map(Path, given):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() == ".pdf")
        elif path.suffix.lower() == ".txt":
            yield from (Path(line.strip()) for line in path.read_text().splitlines() if line.strip())
        else:
            yield path


def whole_job(paths: list[Path], engine: str, folder: Path, ocr: str) -> Files:
    """Ingest and save every file; what each cost and how its tables were read."""
    from gkingest.batch.plan import Plan
    from gkingest.batch.run import run
    from gkingest.batch.settings import Settings
    from gkingest.corpus.discovery import discover
    from gkingest.engine.adapter import Limits
    from gkingest.engine.machine import available_cores
    from gkingest.formats.load import load_formats
    from gkingest.store.database import open_database

    formats = load_formats()
    files: Files = {}

    def done(document: Any) -> None:
        kept = Counter(str(f.method.way) for r in document.reports for f in r.facts if f.method and f.page)
        files[document.path] = {"status": document.status.value, "methods": kept}

    database = open_database(str(folder / "bench.sqlite"), formats)
    plan = Plan(Settings(ocr=ocr), engine=engine, limits=Limits(available_cores()))
    run(discover(paths), formats, database, plan, on_done=done, reader=observed)
    database.dispose()
    for note in notes(folder):
        files[note["files"][0]] |= {"cpu": note["cpu"], "stages": note["stages"]}
    return files


def bare_pdfplumber(paths: list[Path]) -> Files:
    """``extract_tables()`` over all pages of every file; CPU seconds of each, none where pdfplumber cannot."""
    import pdfplumber

    from gkingest.paths import stored_path

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    files: Files = {}
    for path in paths:
        start = cpu()
        try:
            with pdfplumber.open(path) as document:
                for page in document.pages:
                    page.extract_tables()
        except Exception as error:  # noqa: BLE001 - whatever it cannot read is left out of the ratios
            print(f"pdfplumber cannot read {path}: {type(error).__name__}", file=sys.stderr)
            continue
        files[stored_path(path)] = {"cpu": cpu() - start}
    return files


KINDS: dict[str, Callable[[list[Path], Path, str], Files]] = {
    "job": lambda paths, folder, ocr: whole_job(paths, "local", folder, ocr),
    "inline": lambda paths, folder, ocr: whole_job(paths, "inline", folder, ocr),
    "bare": lambda paths, folder, ocr: bare_pdfplumber(paths),
}


def measure(kind: str, listed: Path, ocr: str) -> tuple[Cost, Files]:
    """One measurement: what the command cost, and what it says of each file."""
    print(f"measuring {kind}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="gkingest-bench-") as folder:
        command = [sys.executable, __file__, "--child", kind, "--ocr", ocr, str(listed)]
        cost = account(command, env={"BENCH_NOTES": folder})
    return cost, json.loads(cost.out.splitlines()[-1])


def main(paths: list[Path], rounds: int, ocr: str) -> None:
    """Alternate the kinds and print what was measured."""
    if not paths:
        raise SystemExit("there is no PDF to read: name folders, PDFs, or text files with a path a line")
    runs: dict[str, list[tuple[Cost, Files]]] = {kind: [] for kind in KINDS}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(str(p.absolute()) for p in paths))
        listed.flush()
        for _ in range(rounds):
            for kind, some in runs.items():
                some.append(measure(kind, Path(listed.name), ocr))
    costs = {kind: [cost for cost, _ in some] for kind, some in runs.items()}
    print(f"{len(paths)} documents, {rounds} alternating rounds, medians; every process is counted")
    print(f"{'':40}{'job':>10}{'inline':>10}{'pdfplumber':>12}{'job/pdfpl.':>12}")
    row("CPU seconds, start and end included", {k: median(c.cpu for c in some) for k, some in costs.items()})
    spent = {k: median(sum(f.get("cpu", 0.0) for f in files.values()) for _, files in s) for k, s in runs.items()}
    row("CPU seconds, documents alone", spent)
    row("seconds on the wall (noisy)", {k: median(c.wall for c in some) for k, some in costs.items()})
    row("MB of the largest process", {k: max(c.memory for c in some) for k, some in costs.items()})
    by_document(runs)
    by_stage([files for _, files in runs["job"]])
    starts = [account([Path(sys.executable).with_name("gkingest"), "--help"]).cpu for _ in range(STARTS)]
    print(f"{'CPU seconds of gkingest --help':40}{median(starts):10.3f}")
    if left := sum(c.ended for some in costs.values() for c in some):
        print(f"{left} processes did not end by themselves and were ended; their time until then is counted")
    not_below(median(c.cpu for c in costs["job"]), spent["inline"], "the same documents in one process")


def row(title: str, values: dict[str, float]) -> None:
    """A line of the table, with the ratio of the job to bare pdfplumber."""
    job, inline, bare = (values[k] for k in ("job", "inline", "bare"))
    print(f"{title:40}{job:10.2f}{inline:10.2f}{bare:12.2f}{job / bare:12.2f}")


def by_document(runs: dict[str, list[tuple[Cost, Files]]]) -> None:
    """Ratios of documents, and which of them were not read by their rules."""

    def middle(kind: str, name: str) -> float:
        return median(files[name]["cpu"] for _, files in runs[kind])

    job = runs["job"][0][1]
    both = [name for name in job if "cpu" in job[name] and name in runs["bare"][0][1]]
    pictured = {name for name in both if "pictures (OCR)" in job[name]["stages"] and "scan" in job[name]["methods"]}
    for title, some in (("text", [n for n in both if n not in pictured]), ("pictures", sorted(pictured))):
        if not some:
            continue
        ratios = sorted(((middle("job", n) / middle("bare", n), n) for n in some), reverse=True)
        total = sum(middle("job", n) for n in some) / sum(middle("bare", n) for n in some)
        print(
            f"\n{len(some)} documents with {title}: CPU ratio to pdfplumber {total:.2f} in sum, "
            f"median {median(r for r, _ in ratios):.2f}, {ratios[-1][0]:.2f} to {ratios[0][0]:.2f}"
        )
        for ratio, name in ratios:
            tried = [word for stage, word in FALLBACKS.items() if stage in job[name]["stages"]]
            kept = sorted(m for m in job[name]["methods"] if m.partition("-")[0] in FALLBACKS.values())
            told = f"  tried {', '.join(tried)}" if tried else ""
            told += f"; kept {', '.join(kept)}" if kept else ""
            print(f"{ratio:8.2f}{middle('job', name):8.2f} s  {name[-48:]:<50}{told}")


def by_stage(rounds: list[Files]) -> None:
    """Where the time of reading goes."""
    print(f"\n{'CPU seconds of reading, by stage':40}{'':>10}{'share':>8}  documents")
    whole = median(sum(f.get("cpu", 0.0) for f in files.values()) for files in rounds)
    for stage in (*STAGES, REST):
        seconds = median(sum(f.get("stages", {}).get(stage, 0.0) for f in files.values()) for files in rounds)
        concerned = sum(stage in f.get("stages", {}) for f in rounds[0].values())
        print(f"  {stage:38}{seconds:10.2f}{100 * seconds / whole:7.1f} %{concerned:11}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--child", choices=KINDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--ocr", choices=("never", "auto"), default="never")
    usual = os.environ.get("BENCH_DOCS", "").split() or [str(ROOT / "corpus")]
    parser.add_argument("documents", nargs="*", default=usual)
    chosen = parser.parse_args()
    given = list(documents(chosen.documents))
    if chosen.child:
        print(json.dumps(KINDS[chosen.child](given, Path(os.environ["BENCH_NOTES"]), chosen.ocr)))
    else:
        main(given, chosen.rounds, chosen.ocr)
