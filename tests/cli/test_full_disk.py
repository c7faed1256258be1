"""A disk that takes no more ends a command with one line that says so, whatever was being written."""

import errno
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import DOUBTFUL, REPORT, Answer, Call, copy_document
from gkingest.batch.runlog import RunLog
from gkingest.errors import ExitCode, UsageError
from gkingest.outfile import write_whole
from gkingest.store import database

FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture(scope="module")
def read(corpus: Path, program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a report and a database into which it was read."""
    folder = tmp_path_factory.mktemp("read")
    copy_document(corpus, REPORT, folder / "in")
    subprocess.run([program, "in", "-q"], cwd=folder, check=True, env={**os.environ, "GKINGEST_ENGINE": "inline"})
    return folder


def into(place: Path, program: Path, folder: Path, *words: str) -> Answer:
    """``gkingest`` as a process, its standard output going to ``place``."""
    with place.open("wb") as out:
        done = subprocess.run(
            [program, *words],
            cwd=folder,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "GKINGEST_ENGINE": "inline"},
        )
    return Answer(done.returncode, "", done.stderr.decode())


@full
@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        ("formats",),
        ("codebook", "-l", "en"),
        ("in", "--force"),
        ("in", "--force", "--json"),
        ("in", "--force", "-v"),
        ("status",),
        ("status", "--json"),
        ("inspect", f"in/{REPORT}"),
        ("inspect", f"in/{REPORT}", "--json"),
        ("search", "公开"),
        ("compare", "requests/granted/total"),
        ("compare", "requests/granted/total", "--csv"),
        ("cite", "卫东区", "2023", "requests/granted/total"),
        ("export", "out", "-f", "csv"),
        ("report", "quality.html"),
    ],
)
def test_standard_output(program: Path, read: Path, words: tuple[str, ...]) -> None:
    answer = into(FULL, program, read, *words)

    assert answer.code == ExitCode.USAGE
    (line,) = answer.err.splitlines()
    assert line.startswith("gkingest: standard output: cannot be written (No space left on device)")
    assert "make room or name another place" in line


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_that_has_gone_away_is_no_error_to_tell(program: Path, read: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([program, "codebook"], cwd=read, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    assert done.stderr == b""


@full
def test_standard_error_too_still_gives_the_exit_code(program: Path, here: Path) -> None:
    with FULL.open("wb") as out:
        done = subprocess.run([program, "nowhere"], stdout=out, stderr=out, check=False)
    assert done.returncode == ExitCode.USAGE


@full
def test_the_log_ends_the_run_as_it_would_not_be_whole(here: Path, corpus: Path, call: Call) -> None:
    copy_document(corpus, REPORT, here / "in")
    answer = call("in", "--db", "a.sqlite", "--log", FULL)

    assert answer.code == ExitCode.USAGE
    (line,) = answer.err.splitlines()
    assert line.startswith(f"gkingest: {FULL}: cannot be written (No space left on device)")
    assert "without its log" in line


def test_a_log_that_fills_up_midway_keeps_what_was_read(
    here: Path, corpus: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_document(corpus, REPORT, here / "in")
    copy_document(corpus, DOUBTFUL, here / "in")
    real = RunLog.__enter__

    class Filling:
        """A log file that takes the start of the run and no more."""

        def write(self, line: str) -> None:
            if '"start"' not in line:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def enter(log: Any) -> Any:
        real(log)._file = Filling()
        return log

    monkeypatch.setattr(RunLog, "__enter__", enter)
    answer = call("in", "--db", "a.sqlite", "--log", "log.jsonl")

    assert answer.code == ExitCode.USAGE
    (line,) = answer.err.splitlines()
    assert line.startswith("gkingest: log.jsonl: cannot be written (No space left on device)")
    with sqlite3.connect(here / "a.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM location").fetchone() == (1,)


def test_the_database(here: Path, corpus: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not grow says what a full disk says."""
    copy_document(corpus, REPORT, here / "in")
    copy_document(corpus, DOUBTFUL, here / "other")
    assert call("other", "--db", "a.sqlite").code == 0
    real = database._prepare_sqlite

    def narrow(connection: Any, record: object) -> None:
        real(connection, record)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        if pages > 20:  # the tables are there
            connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    monkeypatch.setattr(database, "_prepare_sqlite", narrow)
    answer = call("in", "--db", "a.sqlite")

    assert answer.code == ExitCode.DATABASE
    (line,) = answer.err.splitlines()
    assert "a.sqlite: " in line
    assert line.endswith("database or disk is full; the disk is full; make room, or name another place")


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "chart.svg").write_text("an older drawing")
    (here / "chart.svg").chmod(0o640)
    (here / "link.svg").symlink_to("chart.svg")

    def full_up(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full_up)
        with pytest.raises(UsageError) as caught:
            write_whole(here / "link.svg", b"a newer drawing", "--chart")
    assert str(caught.value) == (
        f"--chart {here / 'link.svg'}: it cannot be written (No space left on device); what was there is as it "
        "was; make room there, or name another place"
    )
    assert (here / "chart.svg").read_text() == "an older drawing"
    assert {p.name for p in here.iterdir()} == {"chart.svg", "link.svg"}

    write_whole(here / "link.svg", b"a newer drawing")
    assert (here / "link.svg").is_symlink()
    assert (here / "chart.svg").read_bytes() == b"a newer drawing"
    assert (here / "chart.svg").stat().st_mode & 0o777 == 0o640


@full
@pytest.mark.parametrize(
    "words",
    [
        ("report", "full.html"),
        ("inspect", f"in/{REPORT}", "--svg", "full.html"),
        ("compare", "requests/granted/total", "--chart", "full.svg"),
        ("cite", "卫东区", "2023", "requests/granted/total", "--crop", "full.png"),
    ],
)
def test_a_file_on_a_full_device(
    read: Path, call: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str]
) -> None:
    """A device is written to as it is: never replaced by a file."""
    if "--chart" in words:
        pytest.importorskip("matplotlib", reason="pip install 'gkingest[charts]'")
    monkeypatch.chdir(read)
    for name in ("full.html", "full-p1.svg", "full-p2.svg", "full-p3.svg", "full.svg", "full.png"):
        if not Path(name).is_symlink():
            Path(name).symlink_to(FULL)
    answer = call(*words)

    assert answer.code == ExitCode.USAGE
    assert "cannot be written (No space left on device)" in answer.err.splitlines()[-1]
    assert "Traceback" not in answer.err
    assert FULL.is_char_device()
