"""A folder of small reports, and databases to read it into."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from kinds.writing import TITLE, as_html, as_text, blocks
from sqlalchemy import Engine, inspect, text

from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import discover
from gkingest.formats.spec import Format
from gkingest.model.summary import Summary
from gkingest.store.database import open_database

Run = Callable[..., Summary]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(here: Path, gk2021: Format) -> Callable[..., Path]:
    """Write a report of some organ into the folder ``crawl``."""
    parts = blocks(gk2021)

    def written(name: str, organ: str = "会同县林业局", kind: Callable[[Any], bytes] = as_text) -> Path:
        path = here / "crawl" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        title = f"{organ}2023年政府信息公开工作年度报告"
        path.write_bytes(kind([title if part == TITLE else part for part in parts]))
        return path

    return written


@pytest.fixture
def database(here: Path, formats: tuple[Format, ...]) -> Engine:
    return open_database(str(here / "a.sqlite"), formats)


@pytest.fixture
def read(formats: tuple[Format, ...]) -> Run:
    """Run over the folder ``crawl``."""

    def ran(database: Engine | None, plan: Plan | None = None, **more: Any) -> Summary:
        plan = plan or Plan(Settings(ocr="never"), roots=("crawl",))
        return run(discover(["crawl"]), formats, database, plan, **more)

    return ran


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def rows_changed(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


OF_RUNS = ("run", "meta", "look", "stamp")  # tables of what runs did and saw, not of what they read


def contents(engine: Engine, but: Sequence[str] = OF_RUNS) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what tells one run from another, and the index of words checked.

    How FTS5 keeps its index inside depends on the order in which it got its rows.
    """
    if engine.dialect.name == "sqlite":
        rows_changed(engine, "INSERT INTO section_words (section_words, rank) VALUES ('integrity-check', 1)")
    found = {}
    for table in inspect(engine).get_table_names():
        columns = [c["name"] for c in inspect(engine).get_columns(table) if c["name"] not in (*OF_A_RUN, "message")]
        if table in (*but, *NUMBERED) or table.startswith("section_words"):
            continue
        found[table] = sorted(rows(engine, f"SELECT {', '.join(columns)} FROM {table}"), key=repr)
    for view in ("fact", "finding", "documents"):
        found[view] = sorted(rows(engine, f"SELECT * FROM {view}"), key=repr)
    return found


HTML = as_html
OF_A_RUN = ("run_id", "seconds", "serial")  # what rows say of the run that wrote them
# By the order of saving, as is the message of a place; the views fact, finding and documents tell them in words.
NUMBERED = ("figure", "slot", "word", "doubt", "phrase")
