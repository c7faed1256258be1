"""How long an export takes, how large it is, and whether memory stays flat, at two sizes of database.

``make bench-export``. Not a test: it measures and judges nothing. Each format is written by a command of its own
(CSV always goes with it), from databases of synthetic reports; CPU seconds are of all its processes.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from accounting import account, not_below
from stages import cpu
from synthetic import fill

from gkingest.export.writing import FORMATS
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.load import load_formats
from gkingest.store.database import open_database


def child(database: str, folder: str, name: str) -> None:
    """One export; prints rows and its seconds as JSON."""
    from gkingest.export.run import export
    from gkingest.export.telling import HELPERS

    formats = load_formats()
    engine = open_database(database, formats)
    start, before, rows = time.monotonic(), cpu(), []
    count = rows.append
    export(
        engine, formats, shipped_measures(), Path(folder), [name], on_sheet=lambda _, n: count(n), helpers=HELPERS
    )
    print(json.dumps({"rows": sum(rows), "seconds": time.monotonic() - start, "own": cpu() - before}))


def measure(database: Path, folder: Path, name: str) -> None:
    """One export in a process of its own, as a line of the table."""
    command = [sys.executable, __file__, "--child", str(database), str(folder), name]
    cost = account(command)
    done = json.loads(cost.out.splitlines()[-1])
    not_below(cost.cpu, done["own"], "the export in one process")
    size = sum(p.stat().st_size for p in folder.iterdir() if p.suffix == f".{name}")
    took = f"{done['seconds']:10.1f} s{cost.cpu:10.1f} s{cost.memory:8.0f} MB{size / 1e6:10.0f} MB"
    print(f"{name:8}{done['rows']:12,}{took}", flush=True)


def main(sizes: list[int], large: Path | None, chosen: list[str]) -> None:
    """Fill, export, print a table for each size."""
    formats = load_formats()
    for count in sizes:
        with tempfile.TemporaryDirectory(prefix="gkingest-bench-") as name:
            database = large if large and count == sizes[-1] else Path(name) / "bench.sqlite"
            if not database.exists():
                engine = open_database(str(database), formats)
                fill(engine, formats, count)
                engine.dispose()
            print(
                f"{count:,} reports\n{'':8}{'rows':>12}{'time':>12}{'CPU':>12}{'memory':>11}{'files':>13}",
                flush=True,
            )
            for kind in chosen:
                measure(database, Path(name) / kind, kind)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=3, metavar=("DATABASE", "FOLDER", "FORMAT"))
    parser.add_argument("--reports", type=int, nargs="+", default=[5_000, 100_000])
    parser.add_argument("--database", type=Path, help="a database of the last size that is there already")
    parser.add_argument("--format", nargs="+", choices=FORMATS, default=list(FORMATS))
    given = parser.parse_args()
    if given.child:
        child(*given.child)
    else:
        main(given.reports, given.database, given.format)
