"""Corpora that lie afar: the same rows as from a local folder, under their URLs."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch.conftest import Run, contents, rows
from sqlalchemy import Engine

from gkingest.batch.discovery import RemotePath, discover, is_remote
from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.engine.adapter import Limits
from gkingest.errors import UsageError
from gkingest.formats.spec import Format
from gkingest.store.database import open_database

fsspec = pytest.importorskip("fsspec", reason="pip install 'gkingest[remote]'")
URL = "memory://province/crawl"


def plan(url: str) -> Plan:
    return Plan(ocr="never", roots=(url,))


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
