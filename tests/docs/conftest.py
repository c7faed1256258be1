"""Where the commands that the documents print are run."""

import shutil
from pathlib import Path

import pytest
from docs.printed import ROOT

FEW = ("www.weidong.gov.cn", "www.gushi.gov.cn")  # one read without a doubt, one that prints a wrong sum


def _laid_out(folder: Path, *hosts: str) -> Path:
    """A folder like a clone, with the documents of some hosts, of all if none is named."""
    for name in ("docs", "tests"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    for host in hosts or sorted(p.name for p in (ROOT / "corpus").iterdir()):
        shutil.copytree(ROOT / "corpus" / host, folder / "corpus" / host)
    return folder


@pytest.fixture(scope="session")
def after_make_run(tmp_path_factory: pytest.TempPathFactory, shipped_database: Path) -> Path:
    """Where ``make run`` leaves a reader: a clone, and the database with all of ``corpus/``."""
    folder = _laid_out(tmp_path_factory.mktemp("clone"))
    (folder / "db").mkdir()
    shutil.copy(shipped_database, folder / "db/gkingest.sqlite")
    return folder


@pytest.fixture(scope="session")
def few_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with two reports and no database."""
    return _laid_out(tmp_path_factory.mktemp("few"), *FEW)
