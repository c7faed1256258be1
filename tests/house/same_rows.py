"""Holds what two commits make of the same documents against each other: rows, views, exports, what inspect shows.

``make same`` compares the work tree with the commit before, ``make same BASE=REV`` with another. Run numbers, times
and hashes of the code are left out, as they differ by what they are. Ends with 1 and the differences if any.
"""

import argparse
import csv
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from difflib import unified_diff
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("corpus", "tests/documents")
# What differs between two runs of equal code: when it was, how long it took, and what it hashed.
_PASSING = {
    "run_id",
    "started_at",
    "finished_at",
    "readers",
    "machine",
    "ingested_at",
    "format_hash",
    "rules",
    "seconds",
    "serial",
}
_SHOWN = 40  # lines of one difference


def main(arguments: Sequence[str]) -> int:
    """0 where both commits say the same of every document, 1 where they do not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", default="HEAD~1", help="the commit to compare with")
    parser.add_argument("--ocr", default="auto", help="auto, or never: pages that are pictures stay unread")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-inspect", action="store_true", help="leave out what inspect shows")
    parser.add_argument("documents", nargs="*", default=DOCUMENTS, help="folders or files below the checkout")
    options = parser.parse_args(arguments)
    git = ["git", "-C", str(ROOT), "worktree"]
    with tempfile.TemporaryDirectory(prefix="same-rows-") as scratch:
        before, told = Path(scratch) / "before", {}
        subprocess.run([*git, "add", "--quiet", "--detach", before, options.base], check=True)
        try:
            for name, tree in (("before", before), ("now", ROOT)):
                folder = Path(scratch) / f"told-{name}"
                folder.mkdir()
                told[name] = told_by(tree, folder, options)
        finally:
            subprocess.run([*git, "remove", "--force", before], check=True)
    return report(told["before"], told["now"])


def told_by(tree: Path, folder: Path, options: argparse.Namespace) -> dict[str, list[str]]:
    """What the code in ``tree`` makes of the documents of this checkout: lines by where they stand."""
    database = folder / "rows.sqlite"
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "COLUMNS": "120", "NO_COLOR": "1"}

    def gkingest(*words: str) -> str:
        command = [sys.executable, "-m", "gkingest", *words]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return ended.stdout + ended.stderr

    gkingest(*options.documents, "--db", str(database), "--ocr", options.ocr, "--jobs", str(options.jobs))
    told = dict(rows(database))
    gkingest("export", str(folder / "export"), "--db", str(database))
    told |= {f"export {path.name}": exported(path) for path in sorted((folder / "export").rglob("*.csv"))}
    if not options.no_inspect:
        names = [path for (path,) in asked(database, "SELECT path FROM location ORDER BY path") if "!/" not in path]
        with ThreadPoolExecutor(options.jobs) as pool:
            shown = pool.map(lambda name: gkingest("inspect", name, "--ocr", options.ocr), names)
            told |= {f"inspect {name}": text.splitlines() for name, text in zip(names, shown, strict=True)}
    return told


def rows(database: Path) -> Iterator[tuple[str, list[str]]]:
    """Every table and view of a database as sorted lines of JSON, without what passes."""
    kinds = (
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    for (name,) in asked(database, kinds):
        if name in {"run", "meta", "figure", "slot", "word", "doubt", "phrase"} or name.startswith(
            ("sqlite_", "section_words")
        ):
            continue
        columns = [c for _, c, *_ in asked(database, f'PRAGMA table_info("{name}")') if c not in _PASSING]
        listed = ", ".join(f'"{c}"' for c in columns)
        found = asked(database, f'SELECT {listed} FROM "{name}"')
        lines = (json.dumps(dict(zip(columns, r, strict=True)), ensure_ascii=False, default=repr) for r in found)
        yield f"rows {name}", sorted(lines)


def asked(database: Path, query: str) -> list[tuple[str, ...]]:
    """Rows of a query; none where there is no database."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def exported(path: Path) -> list[str]:
    """Lines of a CSV file without the columns that pass."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            "\t".join(f"{c}={v}" for c, v in row.items() if c not in _PASSING) for row in csv.DictReader(stream)
        ]


def report(before: dict[str, list[str]], now: dict[str, list[str]]) -> int:
    """Print what differs, and in how much nothing does."""
    differing = [k for k in sorted({*before, *now}) if before.get(k) != now.get(k)]
    for key in differing:
        lines = list(unified_diff(before.get(key, []), now.get(key, []), "before", "now", lineterm="", n=0))
        print(f"== {key}: {sum(line[0] in '+-' for line in lines) - 2} lines differ")
        print("\n".join(line[:400] for line in lines[2 : 2 + _SHOWN]))
    whole = hashlib.sha256(json.dumps(now, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    count = sum(map(len, now.values()))
    print(f"{len(now)} tables, views, exports and documents with {count} lines: {len(differing)} differ ({whole})")
    return 1 if differing or not now else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
