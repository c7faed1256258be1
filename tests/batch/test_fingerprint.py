"""What a reading depends on: every module that takes part in it, and nothing that only looks at it."""

import shutil
from pathlib import Path

import pytest

import gkingest
from gkingest.batch.fingerprint import readers, readers_of
from gkingest.read.triage import DOCX, HTML, MHTML, OLE, PDF, RTF, TEXT


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package as it is, free to be changed."""
    return Path(shutil.copytree(Path(gkingest.__file__).parent, tmp_path / "gkingest"))


@pytest.fixture
def tables(tmp_path: Path, root: Path) -> Path:
    """The tables of divisions, free to be changed."""
    return Path(shutil.copytree(root / "schemas" / "regions", tmp_path / "regions"))


@pytest.mark.parametrize(
    ("module", "kinds"),
    [
        ("read/docx.py", {DOCX, OLE, RTF}),
        ("read/webpage.py", {HTML, MHTML}),
        ("read/plain.py", {TEXT}),
        ("read/textlayer.py", "all"),
        ("text/numbers.py", "all"),
        ("interpret/match.py", "all"),
        ("check/articulation.py", "all"),
        ("regions/divisions.py", "all"),
        ("crawl/folder.py", "all"),
        ("pipeline.py", "all"),
        ("store/rows.py", "all"),
        ("store/indicators.py", set()),
        ("cli/ingest.py", set()),
        ("batch/run.py", set()),
        ("render.py", set()),
        ("engine/local.py", set()),
    ],
)
def test_a_changed_module_makes_stale_what_it_reads(
    package: Path, tables: Path, module: str, kinds: object
) -> None:
    before = readers_of(package, tables)
    with (package / module).open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    after = readers_of(package, tables)
    changed = {kind for kind in before if before[kind] != after[kind]}
    assert changed == (set(before) if kinds == "all" else kinds)
    assert PDF in before


def test_the_shipped_package_is_what_is_looked_at(package: Path, tables: Path) -> None:
    assert readers() == readers_of(package, tables)


def test_changed_tables_of_divisions_make_all_stale(package: Path, tables: Path) -> None:
    before = readers_of(package, tables)
    (tables / "hosts.tsv").write_bytes((tables / "hosts.tsv").read_bytes() + b"\n")
    after = readers_of(package, tables)
    assert all(before[kind] != after[kind] for kind in before)
