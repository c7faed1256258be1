"""A browser without a browser: pages of the shipped database, asked within this process."""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gkingest.formats.indicators import load_measures
from gkingest.formats.load import load_formats
from gkingest.serve.served import houses
from gkingest.serve.server import build


class Asked:
    """Pages of one database; ``get`` gives the answer, ``rows`` what a query finds."""

    def __init__(self, database: Path, runner: asyncio.Runner, **more: Any) -> None:
        formats = load_formats()
        self.datasette = build(str(database), formats, load_measures(formats, None), **more)
        self.path, self.name = database, database.stem
        self._runner = runner
        runner.run(self.datasette.invoke_startup())

    def get(self, address: str, **words: str) -> Any:
        """The answer at an address."""
        asked = f"{address}?{urlencode(words)}" if words else address
        return self._runner.run(self.datasette.client.get(asked, follow_redirects=True))

    def run(self, story: Any) -> Any:
        """What a coroutine gives, in the loop of these pages."""
        return self._runner.run(story)

    def rows(self, query: str, **words: str) -> list[dict[str, Any]]:
        """Rows of a canned query."""
        answer = self.get(f"/{self.name}/{query}.json", _shape="objects", **words)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert not found["truncated"]
        return list(found["rows"])

    def close(self) -> None:
        """End what paints and what keeps decisions."""
        house = houses[self.datasette]
        house.painter.close()
        if house.desk is not None:
            house.desk.close()


@contextmanager
def asking(database: Path, **more: Any) -> Iterator[Asked]:
    """The pages of a database for a while."""
    with asyncio.Runner() as runner:
        asked = Asked(database, runner, **more)
        try:
            yield asked
        finally:
            asked.close()


@pytest.fixture(scope="package")
def shipped_database(shipped_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for each process of a test run, with a log of changes as every database of ours has.

    What serves may be decided on, so its file is opened for writing; that log would be begun then, and lock it.
    """
    copy = Path(shutil.copy(shipped_database, tmp_path_factory.mktemp("served") / shipped_database.name))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return copy


@pytest.fixture(scope="package")
def shipped(shipped_database: Path, root: Path) -> Iterator[Asked]:
    """The pages of the shipped corpus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        with asking(shipped_database) as asked:
            yield asked


@pytest.fixture(scope="package")
def printed_nine(corpus: Path) -> tuple[float, float]:
    """Where pdfplumber finds the total of 予以公开 of 卫东, 9: across and down, in parts of the page."""
    import pdfplumber

    with pdfplumber.open(
        corpus / "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
    ) as pdf:
        page = pdf.pages[1]
        words = page.extract_words()
        label = next(w for w in words if "予以公开" in w["text"])
        middle = (label["top"] + label["bottom"]) / 2
        nine = max((w for w in words if w["top"] < middle < w["bottom"]), key=lambda w: w["x0"])
        assert nine["text"] == "9"
        across, down = (nine["x0"] + nine["x1"]) / 2, (nine["top"] + nine["bottom"]) / 2
        return float(across / page.width), float(down / page.height)


@pytest.fixture
def changed(
    shipped_database: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Asked]]:
    """The pages of a copy of the database in which some statements were carried out."""
    monkeypatch.chdir(root)
    open_now = []

    def make(*statements: str, **more: Any) -> Asked:
        copy = tmp_path / "changed.sqlite"
        shutil.copy(shipped_database, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        context = asking(copy, **more)
        open_now.append(context)
        return context.__enter__()

    yield make
    for context in open_now:
        context.__exit__(None, None, None)


@pytest.fixture(scope="package")
def served(shipped_database: Path) -> Iterator[int]:
    """Port of ``gkingest serve`` as a process that goes by another name too."""
    command = [sys.executable, "-m", "gkingest", "serve", "--db", str(shipped_database), "--port", "0"]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--host", "gk.example.org"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", running.stdout.readline())
        assert port
        yield int(port[1])
        running.terminate()
