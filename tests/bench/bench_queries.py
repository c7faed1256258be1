"""What a researcher asks of 100,000 reports, and how long SQLite takes to answer.

``make bench-queries``. Not a test: it measures and judges nothing. The database is filled once with synthetic
reports through the store, into a folder that is thrown away (``--database`` keeps one). Each query is asked
five times on a connection of its own; the first answer may come from a cold cache of pages, the median is of all.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from accounting import account, not_below
from sqlalchemy import Engine, text
from stages import cpu
from synthetic import fill

from gkingest.formats.load import load_formats
from gkingest.store.database import open_database

TIMES = 5
YEAR = 2023
QUERIES = {
    "documents by status": "SELECT status, count(*) FROM documents GROUP BY status",
    "documents by year and verdict": "SELECT year, verdict, count(*) FROM documents GROUP BY year, verdict",
    "one indicator, all districts, a year": (
        "SELECT organ, value, numerator, denominator, reason FROM indicators "
        f"WHERE indicator = '{{indicator}}' AND year = {YEAR} AND organ_kind = 'government'"
    ),
    "the same of departments too": (
        "SELECT organ, value, reason FROM indicators WHERE indicator = 'disclosure_rate' "
        f"AND year = {YEAR} AND region_code < '15'"
    ),
    "a ranking": (
        "SELECT organ, value FROM indicators WHERE indicator = 'disclosure_rate' "
        f"AND year = {YEAR} AND organ_kind = 'government' ORDER BY value DESC LIMIT 20"
    ),
    "a ranking over the wide view": (
        f"SELECT organ, disclosure_rate FROM indicators_wide WHERE year = {YEAR} AND organ_kind = 'government' "
        "ORDER BY disclosure_rate DESC LIMIT 20"
    ),
    "one district's panel": "SELECT * FROM panel WHERE region_code = '{region}'",
    "one district's indicators": "SELECT * FROM indicators WHERE region_code = '{region}'",
    "a cell of all counties, a year": (
        f"SELECT organ, requests__new_received__total FROM panel_county WHERE year = {YEAR}"
    ),
    "a comparable series of one district": (
        "SELECT year, value FROM comparable WHERE region_code = '{region}' AND table_key = 'requests' "
        "AND row_key = 'granted' AND column_key = 'total'"
    ),
}
INDICATORS = ("requests", "disclosure_rate", "disclosure_rate_admissible", "completeness", "arithmetic_error_rate")


def asked(engine: Engine, query: str) -> tuple[list[float], int]:
    """Seconds of each time a query is asked, and its rows."""
    seconds, count = [], 0
    for _ in range(TIMES):
        with engine.connect() as connection:
            start = time.perf_counter()
            count = len(connection.execute(text(query)).all())
            seconds.append(time.perf_counter() - start)
    return seconds, count


def main(count: int, database: Path) -> None:
    """Fill, ask, print a table."""
    formats = load_formats()
    if not database.exists():
        start = time.perf_counter()
        engine = open_database(str(database), formats)
        fill(engine, formats, count)
        engine.dispose()
        print(f"filled with {count} reports in {time.perf_counter() - start:.0f} s, ", end="")
        print(f"{database.stat().st_size / 1e9:.2f} GB")
    ask(database)


def ask(database: Path) -> None:
    """Every query, in a command of its own whose processes are all counted."""
    cost = account([sys.executable, __file__, "--child", "--database", database])
    *lines, last = cost.out.splitlines()
    print("\n".join(lines))
    print(f"{'CPU seconds of all, start and end included':58}{cost.cpu:8.1f} s{cost.memory:8.0f} MB")
    not_below(cost.cpu, json.loads(last), "the queries in one process")


def child(database: Path) -> None:
    """Ask every query and print what it took; the last line is what this process took for it, as JSON."""
    before, formats = cpu(), load_formats()
    start = time.perf_counter()
    engine = open_database(str(database), formats)
    print(f"{'opened':58}{(time.perf_counter() - start) * 1000:8.0f} ms")
    print(f"{'':58}{'first':>8}{'median':>8}    rows")
    with engine.connect() as connection:
        region: Any = connection.execute(
            text("SELECT region_code FROM report WHERE region_code IS NOT NULL AND region_code <> '' LIMIT 1")
        ).scalar_one()
    for title, query in QUERIES.items():
        for indicator in INDICATORS if "{indicator}" in query else ("",):
            seconds, rows = asked(engine, query.format(indicator=indicator, region=region))
            name = f"{title} ({indicator})" if indicator else title
            print(f"{name:58}{seconds[0] * 1000:8.0f}{median(seconds) * 1000:8.0f} ms {rows:6}", flush=True)
    engine.dispose()
    print(json.dumps(cpu() - before))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--database", type=Path, help="a database that is kept, and used as it is if it is there")
    parser.add_argument("--child", action="store_true")
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.database)
        sys.exit()
    with tempfile.TemporaryDirectory(prefix="gkingest-bench-") as folder:
        main(chosen.reports, chosen.database or Path(folder) / "bench.sqlite")
