"""Corpora that lie afar: the same rows as from a local folder, under their URLs."""

import dataclasses
import hashlib
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from batch.conftest import Run, contents, rows, rows_changed
from batch.readers import strict
from sqlalchemy import Engine

from gkingest.batch.desk import read_parcel
from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import RemotePath, discover, is_remote
from gkingest.corpus.intake import Parcel, Reading
from gkingest.engine.adapter import Limits
from gkingest.errors import UsageError
from gkingest.formats.spec import Format
from gkingest.model.summary import Summary
from gkingest.store.database import open_database

if TYPE_CHECKING:
    from batch.counted import Counted

fsspec = pytest.importorskip("fsspec", reason="pip install 'gkingest[remote]'")
URL = "memory://province/crawl"


def plan(url: str) -> Plan:
    return Plan(Settings(ocr="never"), roots=(url,))


@pytest.fixture
def afar(write: Callable[..., Path], here: Path) -> Iterator[Path]:
    """A folder with a manifest, a report and a hidden file, also in the memory file system."""
    write("县/a.txt", "林业局")
    (here / "crawl/manifest.csv").write_text("path,url,site\n县/a.txt,http://www.huitong.gov.cn/a,会同县人民政府\n")
    (here / "crawl/.hidden").write_text("x")
    system = fsspec.filesystem("memory")
    system.put(str(here / "crawl"), "/province/crawl", recursive=True)
    yield here / "crawl"
    system.rm("/province", recursive=True)


@pytest.mark.parametrize("engine", ["inline", "local"])
def test_a_corpus_in_memory_gives_the_rows_of_the_same_folder(
    afar: Path, here: Path, read: Run, database: Engine, formats: tuple[Format, ...], engine: str
) -> None:
    read(database)
    other = open_database(str(here / "b.sqlite"), formats)
    run(discover([URL]), formats, other, dataclasses.replace(plan(URL), engine=engine, limits=Limits(1, 60, 4096)))
    local, remote = contents(database), contents(other)
    assert local.keys() == remote.keys()
    # A document is told by its address, which alone differs.
    local["documents"] = [(p.replace("crawl/", f"{URL}/", 1), *rest) for p, *rest in local["documents"]]
    assert {t: r for t, r in local.items() if t != "location"} == {
        t: r for t, r in remote.items() if t != "location"
    }
    query = "SELECT path, status, url, source_name FROM location ORDER BY path"
    assert rows(other, query) == [(p.replace("crawl/", f"{URL}/", 1), *rest) for p, *rest in rows(database, query)]


def test_what_is_unchanged_afar_is_not_read_again_and_what_is_gone_is_marked(
    afar: Path, database: Engine, formats: tuple[Format, ...]
) -> None:
    first = run(discover([URL]), formats, database, plan(URL))
    second = run(discover([URL]), formats, database, plan(URL))
    assert (first.documents, second.documents, second.unchanged.total()) == (2, 0, 2)
    fsspec.filesystem("memory").rm("/province/crawl/县/a.txt")
    assert run(discover([URL]), formats, database, plan(URL)).gone == 1


def test_a_file_url_is_read_like_its_folder(afar: Path, database: Engine, formats: tuple[Format, ...]) -> None:
    url = afar.as_uri()
    assert run(discover([url]), formats, database, plan(url)).documents == 2
    assert rows(database, "SELECT count(*) FROM location WHERE path LIKE 'file://%/a.txt'") == [(1,)]


@pytest.mark.parametrize("url", ["memory://nothing/here", "nosuchscheme://a/b"])
def test_a_url_where_nothing_is_found_is_refused(url: str, formats: tuple[Format, ...]) -> None:
    with pytest.raises(UsageError, match="nothing to read"):
        run(discover([url]), formats, None, plan(url))


def test_urls_and_paths_are_told_apart(here: Path, write: Callable[..., Path]) -> None:
    write("a.txt")
    assert discover(["crawl", "s3://bucket/a"]) == (Path("crawl/a.txt"), RemotePath("s3://bucket/a"))
    assert not is_remote("C:\\reports")
    assert not is_remote("a/b")


# ---- what is fetched


@pytest.fixture
def counted(write: Callable[..., Path], here: Path) -> "Iterator[type[Counted]]":
    """Three reports afar, of which the file system tells a checksum."""
    from batch.counted import Counted

    fsspec.register_implementation("counted", Counted, clobber=True)
    for name, organ in REPORTS.items():
        put(Counted, name, write(name, organ).read_bytes())
    yield Counted
    for told in (Counted.store, Counted.opened, Counted.shown, Counted.failing):
        told.clear()


REPORTS = {"a.txt": "会同县林业局", "县/b.txt": "会同县水利局", "县/c.txt": "会同县民政局"}
AFAR = "counted://crawl"


def put(system: "type[Counted]", name: str, data: bytes, **told: object) -> None:
    """Put a file afar; without anything told its checksum is."""
    path = f"/crawl/{name}"
    system().pipe_file(path, data)
    system.shown[path] = told or {"ETag": hashlib.md5(data, usedforsecurity=False).hexdigest()}
    system.opened.clear()


def read_afar(
    database: Engine, formats: tuple[Format, ...], counted: "type[Counted]", **more: Any
) -> tuple[Summary, list[str]]:
    """A run, and the names of the files of which it asked for bytes."""
    counted.opened.clear()
    summary = run(discover([AFAR]), formats, database, plan(AFAR), **more)
    return summary, sorted(path.removeprefix("/crawl/") for path in counted.opened.elements())


def test_what_a_checksum_says_is_unchanged_is_not_even_opened(
    counted: "type[Counted]", database: Engine, formats: tuple[Format, ...]
) -> None:
    first, opened = read_afar(database, formats, counted)
    assert (first.documents, opened) == (3, sorted(REPORTS))
    before = contents(database)
    second, opened = read_afar(database, formats, counted, reader=strict)
    assert (second.unchanged, opened) == ({"ok": 3}, [])
    assert contents(database) == before

    put(counted, "县/b.txt", counted().cat_file("/crawl/县/b.txt").replace("水利局".encode(), "教育局".encode()))
    third, opened = read_afar(database, formats, counted)
    assert (third.documents, opened) == (1, ["县/b.txt"])
    assert ("会同县教育局",) in rows(database, "SELECT organ FROM report")


@pytest.mark.parametrize(
    ("before", "after", "again", "settles"),
    [
        ({"LastModified": "2024-01-01"}, {"LastModified": "2024-01-01"}, False, True),
        ({"LastModified": "2024-01-01"}, {"LastModified": "2024-01-02"}, True, True),
        ({"mtime": 1.5}, {"mtime": 1.5}, False, True),
        ({"md5Hash": "x"}, {"md5Hash": "x", "updated": "2024-01-02"}, True, True),
        ({"created": "2024-01-01"}, {"created": "2024-01-01"}, True, False),  # says nothing of later changes
        ({"mtime": 1.5, "islink": True}, {"mtime": 1.5, "islink": True}, True, False),  # that of the link itself
    ],
)
def test_where_nothing_vouches_for_the_bytes_they_decide_themselves(
    counted: "type[Counted]",
    database: Engine,
    formats: tuple[Format, ...],
    before: dict[str, object],
    after: dict[str, object],
    again: bool,
    settles: bool,
) -> None:
    for told in (before, after):
        for name in REPORTS:
            counted.shown[f"/crawl/{name}"] = told
        summary, opened = read_afar(database, formats, counted)
    assert (summary.documents, summary.unchanged) == (0, {"ok": 3})
    assert opened == (sorted(REPORTS) if again else [])
    assert read_afar(database, formats, counted)[1] == ([] if settles else sorted(REPORTS))


def test_one_window_of_files_is_here_at_a_time_and_none_afterwards(
    counted: "type[Counted]",
    database: Engine,
    formats: tuple[Format, ...],
    monkeypatch: pytest.MonkeyPatch,
    here: Path,
) -> None:
    data = counted().cat_file("/crawl/a.txt")
    for n in range(30):
        put(counted, f"{n}.txt", data.replace("林业局".encode(), f"{n}局".encode()))
    (here / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "tmp"))
    kept: list[int] = []

    def count(document: object) -> None:
        kept.append(sum(len(files) for _, _, files in os.walk(here / "tmp")))

    read_afar(database, formats, counted, on_done=count)
    assert len(kept) == 33
    assert max(kept) <= plan(AFAR).limits.window
    assert list((here / "tmp").iterdir()) == []


def test_a_connection_that_breaks_costs_its_file_and_nothing_that_was_read(
    counted: "type[Counted]", database: Engine, formats: tuple[Format, ...]
) -> None:
    read_afar(database, formats, counted)
    put(counted, "new.txt", b"new", ETag="1")
    counted.shown["/crawl/a.txt"] = {"ETag": "changed"}
    counted.failing["/crawl/a.txt"] = ConnectionResetError(104, "Connection reset by peer")
    counted.failing["/crawl/new.txt"] = KeyError("whatever a driver raises")
    told: dict[str, str] = {}
    summary, _ = read_afar(
        database, formats, counted, on_done=lambda document: told.update({document.path: document.message})
    )
    assert (summary.statuses, summary.unchanged) == ({"failed": 2}, {"ok": 2})
    assert told[f"{AFAR}/a.txt"].startswith(
        "it cannot be fetched (Connection reset by peer), so nothing of it was read"
    )
    assert rows(database, "SELECT path, status FROM location WHERE path NOT LIKE '%县%' ORDER BY path") == [
        (f"{AFAR}/a.txt", "ok"),
        (f"{AFAR}/new.txt", "failed"),
    ]
    assert rows(database, "SELECT count(*) FROM report") == [(3,)]
    counted.failing.clear()
    summary, opened = read_afar(database, formats, counted)
    assert (summary.documents, opened) == (1, ["a.txt", "new.txt"])
    assert read_afar(database, formats, counted, reader=strict)[1] == []


def test_a_file_that_comes_short_is_not_taken_for_the_whole(
    counted: "type[Counted]", database: Engine, formats: tuple[Format, ...]
) -> None:
    counted.shown["/crawl/a.txt"] = {"size": 1_000_000, "ETag": "1"}
    read_afar(database, formats, counted)
    ((status, message),) = rows(database, f"SELECT status, message FROM documents WHERE path = '{AFAR}/a.txt'")
    assert status == "failed"
    assert "of 1000000 bytes came" in message


def test_a_folder_afar_that_cannot_be_listed_is_told_and_hides_no_report(
    counted: "type[Counted]", database: Engine, formats: tuple[Format, ...]
) -> None:
    read_afar(database, formats, counted)
    counted.failing["/crawl/县"] = PermissionError(13, "Permission denied")
    summary, _ = read_afar(database, formats, counted)
    assert list(summary.unlisted) == [f"{AFAR}/县"]
    assert summary.gone == 0
    counted.failing.clear()
    summary, _ = read_afar(database, formats, counted)
    assert (summary.gone, summary.unlisted) == (1, {})  # the line of the folder
    assert rows(database, "SELECT path FROM location WHERE gone = 1") == [(f"{AFAR}/县",)]


@pytest.mark.parametrize("engine", ["inline", "dask:tcp://elsewhere"])
def test_a_cluster_elsewhere_gets_the_bytes_themselves(
    counted: "type[Counted]",
    database: Engine,
    formats: tuple[Format, ...],
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
) -> None:
    from gkingest.engine.inline import run_inline

    monkeypatch.setattr("gkingest.batch.run.engine_named", lambda name: run_inline)
    seen: list[bool] = []

    def looked(settings: Settings, parcel: Parcel) -> Reading:
        sent = pickle.loads(pickle.dumps(parcel))
        seen.extend(file.data is not None and not file.path for file in sent.files)
        return read_parcel(settings, sent)

    chosen = dataclasses.replace(plan(AFAR), engine=engine)
    summary = run(discover([AFAR]), formats, database, chosen, reader=looked)
    assert summary.statuses == {"ok": 3}
    assert seen == [engine != "inline"] * 3


def test_a_sidecar_that_is_unchanged_is_believed_unread(
    counted: "type[Counted]", database: Engine, formats: tuple[Format, ...]
) -> None:
    for name, title in (("a.txt.json", "林业局年报"), ("县/b.json", "水利局年报")):
        put(counted, name, json.dumps({"title": title}).encode())
    read_afar(database, formats, counted)
    query = "SELECT title FROM location WHERE title IS NOT NULL ORDER BY path"
    assert rows(database, query) == [("林业局年报",), ("水利局年报",)]
    before = contents(database)
    summary, opened = read_afar(database, formats, counted, reader=strict)
    assert (summary.unchanged.total(), opened) == (5, [])
    assert contents(database) == before

    # Its own line may be newer than that of the file it speaks of, where a run was cut off between the two.
    data = json.dumps({"title": "林业局年度报告"}).encode()
    put(counted, "a.txt.json", data, ETag="new")
    newer = json.dumps({"ETag": "new", "size": len(data)}).replace(":", r"\:")
    rows_changed(
        database, f"UPDATE location SET identity = '{newer}' WHERE url IS NULL AND path LIKE '%a.txt.json'"
    )
    summary, opened = read_afar(database, formats, counted)
    assert set(opened) == {"a.txt", "a.txt.json"}
    assert rows(database, query) == [("林业局年度报告",), ("水利局年报",)]
    assert read_afar(database, formats, counted, reader=strict)[1] == []

    put(counted, "县/b.json", json.dumps({"title": "水利局年报"}).encode(), ETag="written again")
    assert set(read_afar(database, formats, counted)[1]) == {"县/b.json"}
    assert read_afar(database, formats, counted, reader=strict)[1] == []

    counted().pipe_file("/crawl/a.json", json.dumps({"title": "另一标题"}).encode())
    counted.shown["/crawl/a.json"] = {"ETag": "2"}
    read_afar(database, formats, counted)
    told = rows(database, f"SELECT said FROM location WHERE path = '{AFAR}/a.txt'")
    assert "林业局年度报告" in told[0][0] and "另一标题" in told[0][0]
    assert (
        read_afar(database, formats, counted)[0].documents == 0
    )  # two that contradict each other are read each time
    assert rows(database, f"SELECT said FROM location WHERE path = '{AFAR}/a.txt'") == told
