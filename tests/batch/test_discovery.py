"""What cannot be looked into costs itself and is told; everything beside it is read."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch.conftest import Run, rows
from sqlalchemy import Engine

from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import Unlisted, discover
from gkingest.errors import UsageError
from gkingest.formats.spec import Format

Write = Callable[..., Path]
PLACES = "SELECT path, status, gone FROM location ORDER BY path"


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Folders of a name cannot be listed from now on, for whatever reason the system gives; 0: they can again."""
    reasons: dict[str, int] = {}
    listing = os.scandir

    def scandir(path: Any) -> Any:
        if number := reasons.get(Path(path).name, 0):
            raise OSError(number, os.strerror(number))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return reasons.__setitem__


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.EACCES, "chmod u+rx"), (errno.ENAMETOOLONG, "shorten the names"), (errno.EIO, "run again")],
)
def test_a_folder_that_cannot_be_listed_is_told_and_the_others_are_read(
    write: Write,
    database: Engine,
    read: Run,
    refusing: Callable[[str, int], None],
    number: int,
    advice: str,
) -> None:
    write("a.txt")
    write("locked/deep/b.txt", "会同县水利局")
    refusing("locked", number)
    summary = read(database)
    assert dict(summary.statuses) == {"ok": 1, "failed": 1}
    ((name, reason),) = summary.unlisted.items()
    assert name == "crawl/locked"
    assert os.strerror(number) in reason
    assert advice in reason
    assert summary.tree("")["unlisted"] == [{"path": name, "reason": reason}]
    assert rows(database, PLACES) == [("crawl/a.txt", "ok", 0), ("crawl/locked", "failed", 0)]

    refusing("locked", 0)
    assert read(database).unlisted == {}
    assert rows(database, PLACES) == [
        ("crawl/a.txt", "ok", 0),
        ("crawl/locked", "failed", 1),
        ("crawl/locked/deep/b.txt", "ok", 0),
    ]


def test_reports_in_a_folder_that_cannot_be_looked_into_are_not_taken_for_removed(
    write: Write, database: Engine, read: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, removed = write("locked/a.txt"), write("locked/b.txt", "会同县水利局")
    read(database)
    removed.unlink()
    denied, look = str(kept.parent), os.stat

    def refused(path: Any, *rest: Any, **more: Any) -> os.stat_result:
        if str(path).startswith((denied, "crawl/locked")):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return look(path, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", refused)
        patched.setattr(os, "lstat", refused)
        summary = read(database)
    assert (summary.gone, list(summary.unlisted)) == (0, ["crawl/locked"])
    assert rows(database, "SELECT count(*) FROM report") == [(2,)]
    assert read(database).gone == 2  # the report, and the line of the folder


def test_a_reading_stays_where_its_file_cannot_be_opened_any_more(
    write: Write, database: Engine, read: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.txt")
    read(database)
    opening = Path.open

    def refused(self: Path, *rest: Any, **more: Any) -> Any:
        if self.name == path.name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opening(self, *rest, **more)

    def denied(self: Path) -> bytes:
        with self.open("rb") as stream:
            return bytes(stream.read())

    told: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refused)
        patched.setattr(Path, "read_bytes", denied)
        summary = read(database, on_done=lambda document: told.append(document.message))
    assert dict(summary.statuses) == {"failed": 1}
    assert told[0].endswith("what was read of it before is kept")
    assert rows(database, "SELECT status FROM location") == [("ok",)]
    assert rows(database, "SELECT count(*) FROM report") == [(1,)]


def test_files_and_folders_that_vanish_meanwhile_end_nothing(
    write: Write, database: Engine, formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.txt")
    doomed, folder = write("b.txt", "会同县水利局"), write("c/d.txt", "会同县民政局").parent
    listing = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == Path("crawl"):
            with listing(path) as found:
                entries = list(found)
            (folder / "d.txt").unlink()
            folder.rmdir()
            return _Listed(entries)
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = discover(["crawl"])
    assert found == (Path("crawl/a.txt"), Path("crawl/b.txt"))
    doomed.unlink()
    summary = run(found, formats, database, Plan(Settings(ocr="never"), roots=("crawl",)))
    assert dict(summary.statuses) == {"ok": 1, "failed": 1}
    assert rows(database, PLACES) == [("crawl/a.txt", "ok", 0), ("crawl/b.txt", "failed", 1)]


class _Listed(list[Any]):
    def __enter__(self) -> "Iterator[Any]":
        return iter(self)

    def __exit__(self, *error: object) -> None:
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders, and links need rights")
def test_pipes_and_links_that_run_in_a_circle_are_told_and_not_waited_for(here: Path, write: Write) -> None:
    write("a.txt")
    os.mkfifo(here / "crawl/pipe")
    (here / "crawl/one").symlink_to("two")
    (here / "crawl/two").symlink_to("one")
    (here / "crawl/up").symlink_to("..")
    found = {str(f): f.reason if isinstance(f, Unlisted) else "" for f in discover(["crawl"])}
    assert sorted(found) == ["crawl/a.txt", "crawl/one", "crawl/pipe", "crawl/two"]
    assert found["crawl/pipe"] == ""  # its reader says that it is not opened
    assert "its links lead to one another" in found["crawl/one"]


@pytest.mark.skipif(sys.platform == "win32", reason="paths of Windows end elsewhere")
def test_paths_longer_than_the_system_takes_are_told_and_any_depth_is_walked(here: Path, write: Write) -> None:
    write("a.txt")
    for name, depth in (("d" * 200, 25), ("e", 1200)):  # more than 4096 bytes; deeper than Python may recurse
        os.chdir(here / "crawl")
        for _ in range(depth):
            os.mkdir(name)  # noqa: PTH102 - the whole path is too long to be named
            os.chdir(name)
        Path("deep.txt").write_text("深")
    os.chdir(here)
    found = discover(["crawl"])
    subprocess.run(["rm", "-r", "crawl"], check=True)  # what clears up after tests cannot
    assert [len(Path(str(f)).parts) for f in found if isinstance(f, Path)] == [2, 1202]
    (long,) = [f for f in found if isinstance(f, Unlisted)]
    assert "shorten the names of the folders" in long.reason
    assert len(os.fsencode(str(here / str(long)))) >= 4095


def test_a_path_that_cannot_be_looked_at_is_not_said_to_be_missing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        discover(["nowhere"])

    def refused(path: Any, *rest: Any, **more: Any) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "stat", refused)
    monkeypatch.setattr(os, "lstat", refused)
    (found,) = discover(["locked/a.pdf"])
    assert isinstance(found, Unlisted)


@pytest.mark.skipif(sys.platform == "win32", reason="other rights")
def test_a_user_without_rights_gets_all_the_rest(here: Path, write: Write) -> None:
    """The real thing: folders that may not be listed or entered, and a run without the powers of root."""
    write("a.txt")
    write("no_search/b.txt", "会同县水利局").parent.chmod(0o644)
    write("no_list/c.txt", "会同县民政局").parent.chmod(0o311)
    write("closed.txt", "会同县教育局").chmod(0)
    command = [sys.executable, "-m", "gkingest", "crawl", "--engine", "inline", "--db", "a.sqlite"]
    if os.geteuid() == 0:
        dropped = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={dropped}", f"--inh-caps={dropped}", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for folder in ("no_search", "no_list"):
        (here / "crawl" / folder).chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert ["unreadable:", "failed", "3"] in [line.split() for line in done.stdout.splitlines()]
    for name in ("crawl/no_search/b.txt", "crawl/no_list", "crawl/closed.txt"):
        assert name in done.stdout.splitlines()
    told = done.stdout.partition(" documents in ")[0]
    assert all(len(line) <= 80 for line in told.splitlines())
