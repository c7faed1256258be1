"""A run with nothing to do is told by one look; whatever may give it something to do, it looks at everything."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from gkingest.batch import unchanged
from gkingest.batch.glance import Glance
from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus import stamp
from gkingest.corpus.discovery import discover
from gkingest.corpus.intake import File, sha256_of
from gkingest.formats.spec import Format
from gkingest.model.summary import Summary
from gkingest.review.apply import ledger_of

Write = Callable[..., Path]
World = tuple[Engine, tuple[Format, ...]]
FILE = Path("a.sqlite")


@pytest.fixture
def of_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as written long ago, whose next change shows."""
    monkeypatch.setattr(stamp, "COARSE", -(10**15))


@pytest.fixture
def of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as written a moment ago, however slow the machine is."""
    monkeypatch.setattr(stamp, "COARSE", 10**15)


@pytest.fixture
def world(database: Engine, formats: tuple[Format, ...], write: Write) -> World:
    for number, organ in enumerate(("会同县林业局", "会同县教育局", "会同县水利局")):
        write(f"{number}/report.txt", organ)
    return database, formats


def glanced(*words: str) -> Glance:
    glance = Glance(FILE, ["crawl"], ("crawl", *words))
    discover(["crawl"], but=FILE, noting=glance.note)
    return glance


def in_full(world: World, glance: Glance | None = None) -> Summary:
    database, formats = world
    plan = Plan(Settings(ocr="never"), roots=("crawl",), ledger=ledger_of(str(FILE)))
    keep = partial(glance.keep, how={}) if glance else None
    return run(discover(["crawl"], but=FILE), formats, database, plan, keep=keep)


def everything(database: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All rows but of runs and of what they looked at."""
    with database.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in inspect(connection).get_table_names()
            if name not in ("run", "look", "stamp") and not name.startswith("section_words")
        }


def by_hand(statement: str) -> None:
    with closing(sqlite3.connect(FILE)) as connection, connection:
        connection.execute(statement)


def told(summary: Summary) -> dict[str, object]:
    return summary.tree("") | {"seconds": 0}


def in_place(path: str, before: str, after: str) -> None:
    """Other words of the same length, in the same file, with the time of change put back."""
    place = Path(path)
    was = place.stat()
    with place.open("r+b") as stream:
        data = stream.read()
        assert before.encode() in data
        assert len(before.encode()) == len(after.encode())
        stream.seek(0)
        stream.write(data.replace(before.encode(), after.encode()))
    os.utime(place, ns=(was.st_atime_ns, was.st_mtime_ns))


def decide() -> None:
    with closing(sqlite3.connect(FILE)) as connection:
        (sha256,) = connection.execute("SELECT sha256 FROM location ORDER BY path").fetchone()
    Path("corrections.csv").write_text(
        "at,by,sha256,report,subject,verdict,value\n"
        f"2024-05-06T07:08:09Z,阅者,{sha256},1,organ,set,会同县林业和草原局\n",
        encoding="utf-8",
    )


CHANGES: dict[str, Callable[[], object]] = {
    "words in place": lambda: in_place("crawl/0/report.txt", "林业局", "农业局"),
    "a new file": lambda: Path("crawl/news.txt").write_text("今日新闻", encoding="utf-8"),
    "a file moved": lambda: Path("crawl/1").rename("crawl/4"),
    "a file removed": lambda: Path("crawl/2/report.txt").unlink(),
    "what a crawl says": lambda: Path("crawl/manifest.csv").write_text(
        "path,url\n0/report.txt,https://www.huitong.gov.cn/a.html\n", encoding="utf-8"
    ),
    "a decision": decide,
    "a line removed by hand": lambda: by_hand("DELETE FROM location WHERE path LIKE '%0/report.txt'"),
    "a line changed by hand": lambda: by_hand("UPDATE location SET gone = 1 WHERE path LIKE '%4/report.txt'"),
    "an end undone": lambda: by_hand("UPDATE run SET finished_at = NULL"),
    "other rules of years": lambda: by_hand("DELETE FROM meta WHERE key = 'year_rules'"),
}


@pytest.mark.usefixtures("of_old")
def test_what_may_give_a_run_something_to_do_makes_it_look_at_everything(world: World) -> None:
    in_full(world, glanced())
    for change, happens in CHANGES.items():
        said = glanced().nothing_to_do()
        assert said is not None, f"before {change}"
        happens()
        before = everything(world[0])
        assert glanced().nothing_to_do() is None, change
        done = in_full(world, glanced())
        # None of this is a false alarm, but where what had been left undone was done by chance.
        assert change == "an end undone" or done.documents or done.gone or everything(world[0]) != before, change
    known, said = everything(world[0]), glanced().nothing_to_do()
    full = in_full(world)
    assert said is not None
    assert everything(world[0]) == known
    assert told(said) == told(full)


@pytest.mark.usefixtures("of_old")
def test_a_run_told_by_one_look_is_noted_as_one_and_changes_nothing(world: World) -> None:
    first = in_full(world, glanced())
    assert first.documents == 3
    before = everything(world[0])
    for _ in range(2):
        said = glanced().nothing_to_do()
        assert said is not None
        assert dict(said.unchanged) == dict(first.statuses)
    assert everything(world[0]) == before
    with closing(sqlite3.connect(FILE)) as connection:
        runs = connection.execute(
            "SELECT formats, readers, options, counts, finished_at >= started_at FROM run"
        ).fetchall()
    assert len(runs) == 3
    assert len({run[:3] for run in runs}) == 1
    assert [run[3:] for run in runs[1:]] == [('{"unchanged":3}', 1)] * 2


@pytest.mark.usefixtures("of_old")
def test_another_question_is_another_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    in_full(world, glanced("--ocr=never"))
    assert glanced("--ocr=always").nothing_to_do() is None
    monkeypatch.setenv("GKINGEST_ENGINE", "inline")
    assert glanced("--ocr=never").nothing_to_do() is None
    monkeypatch.delenv("GKINGEST_ENGINE")
    assert glanced("--ocr=never").nothing_to_do() is not None


@pytest.mark.usefixtures("of_now")
def test_what_was_written_a_moment_ago_may_change_once_more_without_a_sign(world: World) -> None:
    in_full(world, glanced())
    assert glanced().nothing_to_do() is None


@pytest.mark.usefixtures("of_old")
def test_a_table_changed_by_another_program_is_looked_at(world: World) -> None:
    in_full(world, glanced())
    by_hand("CREATE INDEX of_mine ON report (title)")
    assert glanced().nothing_to_do() is None


@pytest.mark.usefixtures("of_old")
def test_a_file_that_failed_is_tried_again_each_time(world: World) -> None:
    Path("crawl/away.txt").symlink_to("nowhere")
    in_full(world, glanced())
    assert glanced().nothing_to_do() is None


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose bytes were read to know them again."""
    names: list[str] = []

    def noted(file: File) -> str:
        names.append(file.name)
        return sha256_of(file)

    monkeypatch.setattr(unchanged, "sha256_of", noted)
    return names


@pytest.mark.usefixtures("of_old")
def test_the_bytes_of_a_file_are_read_again_only_when_it_shows_a_change(world: World, hashed: list[str]) -> None:
    assert in_full(world).documents == 3
    assert in_full(world).documents == 0
    hashed.clear()
    assert in_full(world).unchanged.total() == 3
    assert hashed == []
    in_place("crawl/1/report.txt", "教育局", "财政局")
    assert in_full(world).documents == 1
    assert hashed == ["crawl/1/report.txt"]


@pytest.mark.usefixtures("of_now")
def test_the_bytes_of_a_file_that_was_just_written_are_read_each_time(world: World, hashed: list[str]) -> None:
    in_full(world)
    for _ in range(2):
        hashed.clear()
        assert in_full(world).documents == 0
        assert len(hashed) == 3


CALLS = """\
import sys
from gkingest.corpus import stamp
stamp.COARSE = -(10**15)
from gkingest.cli.main import main
sys.argv[1:] = ["crawl", "--db", "a.sqlite", "--ocr", "never", "--jobs", "1", *sys.argv[1:]]
try:
    main()
finally:
    print(*sorted(sys.modules.keys() & {"sqlalchemy", "pydantic", "yaml"}))
"""


def test_nothing_to_do_is_said_alike_without_what_reads(world: World) -> None:
    world[0].dispose()

    def called(*words: str) -> list[str]:
        done = subprocess.run([sys.executable, "-c", CALLS, *words], capture_output=True, check=True, text=True)
        return done.stdout.splitlines()

    called()
    quick = called()
    assert quick[-1] == ""
    assert "3 unchanged since they were read" in quick[0]
    by_hand("DELETE FROM look")
    full = called()
    assert full[-1] == "pydantic sqlalchemy yaml"
    assert quick[1:-1] == full[1:-1]
    assert called("--lang", "zh")[-1] == ""
