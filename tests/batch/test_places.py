"""One corpus, read by whatever engine into whatever database, gives the same rows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from batch.conftest import HTML
from kinds.writing import as_docx
from sqlalchemy import Engine, select, text
from store.conftest import own_schema  # noqa: F401 - a fixture

from gkingest.export.run import export
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.store.database import open_database
from gkingest.store.tables.schema import Base

NAMES = [
    "卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf",  # read without a doubt
    "P020240118603311224455.pdf",  # a total wrong in print
    "content_3384712.pdf",  # no report
]
VIEWS = ["fact", "finding", "documents", "facts_long", "reports_current"]
VIEWS += ["panel", "panel_missing", "comparable", "indicators"]


@pytest.fixture
def crawl(here: Path, corpus: Path, write: Callable[..., Path]) -> Path:
    """Reports of several kinds, two of one organ, a broken file and one that is no report."""
    for name in NAMES:
        shutil.copy(next(corpus.rglob(name)), here / write("a.txt").parent / name)
    write("b.html", "会同县水利局", HTML)
    write("c.docx", "会同县农业农村局", as_docx)
    write("copy/a.txt")
    write("again.docx", "会同县林业局", as_docx)
    (here / "crawl/broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    (here / "crawl/empty.pdf").write_bytes(b"")
    return here


def ingest(place: str, engine: str) -> None:
    command = [sys.executable, "-m", "gkingest", "crawl", "--db", place, "--engine", engine, "--jobs", "2", "-q"]
    done = subprocess.run(
        [*command, "--ocr", "never"], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr


def plain(value: Any) -> Any:
    """A value as both databases mean it: SQLite has one kind of number where PostgreSQL has several."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return round(float(value), 6)
    return value


def held(place: str, formats: tuple[Format, ...]) -> Iterator[tuple[str, list[Any]]]:
    """Every row of every table and view; runs are known by their number, so a run must have the same one."""
    engine: Engine = open_database(place, formats)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            # Numbers of words, phrases and reports are given as they come; the views tell them in words.
            if table.name not in ("run", "meta", "figure", "slot", "word", "doubt", "phrase"):
                columns = [
                    column for column in table.columns if column.name not in ("seconds", "serial", "message")
                ]
                found = connection.execute(select(*columns)).all()
                yield table.name, sorted(([plain(v) for v in row] for row in found), key=repr)
        for view in VIEWS:
            rows = connection.execute(text(f"SELECT * FROM {view}")).all()
            yield view, sorted(([plain(v) for v in row] for row in rows), key=repr)
    engine.dispose()


def exported(place: str, formats: tuple[Format, ...]) -> dict[str, bytes]:
    """The files of an export that do not tell when the run was."""
    engine, folder = open_database(place, formats), Path(f"out-{place[:6]}")
    export(engine, formats, shipped_measures(), folder, ["csv", "dta"])
    engine.dispose()
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in (".csv", ".dta")}


@pytest.fixture
def undisturbed(crawl: Path, formats: tuple[Format, ...]) -> dict[str, list[Any]]:
    """What one process reads into SQLite, one file after the other."""
    ingest("inline.sqlite", "inline")
    found = dict(held("inline.sqlite", formats))
    assert len(found["location"]) == 10
    assert len(found["report"]) == 6
    assert found["report_copy"] and found["facts_long"]
    return found


def test_processes_and_postgresql_give_the_rows_of_one_process_and_sqlite(
    undisturbed: dict[str, list[Any]],
    formats: tuple[Format, ...],
    own_schema: str,  # noqa: F811
) -> None:
    ingest(own_schema, "local")
    found = dict(held(own_schema, formats))
    for table, rows in undisturbed.items():
        assert found[table] == rows, table
    ours, theirs = exported("inline.sqlite", formats), exported(own_schema, formats)
    assert len(ours) > 10
    for name, data in ours.items():
        assert theirs[name] == data, name


def test_a_cluster_gives_the_rows_of_one_process(
    undisturbed: dict[str, list[Any]], formats: tuple[Format, ...]
) -> None:
    pytest.importorskip("distributed", reason="pip install 'gkingest[dask]'")
    ingest("dask.sqlite", "dask")
    found = dict(held("dask.sqlite", formats))
    for table, rows in undisturbed.items():
        assert found[table] == rows, table
