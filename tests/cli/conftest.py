"""A folder of a few reports to call the program on, and a way to call it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gkingest.cli.main import main

REPORT = "卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"  # read without a doubt
DOUBTFUL = "P020240118603311224455.pdf"  # a total wrong in print
NEWS = "content_3384712.pdf"  # no report


@dataclass(frozen=True)
class Answer:
    """What a call of the program gave."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


def copy_document(corpus: Path, name: str, folder: Path) -> Path:
    """One document of the corpus, copied into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    source = next(corpus.rglob(name))
    return Path(shutil.copy(source, folder / name))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, current while the test runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """``gkingest`` with arguments, in this process."""

    def run(*arguments: object) -> Answer:
        monkeypatch.setenv("GKINGEST_ENGINE", "inline")
        monkeypatch.setattr(sys, "argv", ["gkingest", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Answer(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def program() -> Path:
    """The installed command."""
    return Path(sys.executable).with_name("gkingest")


@pytest.fixture(scope="session")
def corpus_run(corpus: Path, program: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """One real run, ``gkingest reports/`` in a pipe with nothing else said: its folder and what it printed."""
    folder = tmp_path_factory.mktemp("run")
    for name in (REPORT, DOUBTFUL, NEWS):
        copy_document(corpus, name, folder / "reports")
    done = subprocess.run(
        [program, "reports/"],
        cwd=folder,
        capture_output=True,
        check=False,
        env={**os.environ, "FORCE_COLOR": "", "PYTHONIOENCODING": "utf-8"},
    )
    return folder, Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
