"""On a system that has only what Windows has, the same files give the same rows."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.conftest import contents
from kinds.writing import TITLE, as_docx, as_html, as_text, blocks

from elsewhere import environment
from gkingest.formats.spec import Format
from gkingest.read.picture.png import page_picture
from gkingest.store.database import open_database

pytestmark = pytest.mark.stage
PRINT = "www.qdlc.gov.cn/沧台路街道办事处2024年年报.pdf"


def ran(folder: Path, database: str, more: dict[str, str]) -> str:
    """The program over ``crawl`` in two workers; what it printed on a console of code page 936."""
    done = subprocess.run(
        [sys.executable, "-m", "gkingest", "crawl", "--db", database, "--jobs", "2", "-v"],
        cwd=folder,
        env=environment(PYTHONIOENCODING="gbk") if more else None,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("gbk" if more else "utf-8")


@pytest.mark.slow
def test_without_anything_of_posix_every_file_gives_the_rows_that_it_gives_with_it(
    tmp_path: Path, corpus: Path, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    pytest.importorskip("rapidocr", reason="pip install 'gkingest[ocr]'")
    folder = tmp_path / "crawl"
    folder.mkdir()
    kinds: dict[str, Callable[..., bytes]] = {"txt": as_text, "html": as_html, "docx": as_docx}
    for number, (ending, written) in enumerate(kinds.items()):
        title = f"会同县{'水林农'[number]}局2023年政府信息公开工作年度报告"
        parts = [title if part == TITLE else part for part in blocks(gk2021)]
        (folder / f"年报{number}.{ending}").write_bytes(written(parts))
    shutil.move(shutil.make_archive(str(tmp_path / "全部"), "zip", folder), folder)
    shutil.copy(corpus / PRINT, folder)
    (folder / "扫描.png").write_bytes(page_picture((corpus / PRINT).read_bytes(), 1))
    here = ran(tmp_path, "here.sqlite", {})
    there = ran(tmp_path, "there.sqlite", {"elsewhere": "yes"})
    assert sorted(line for line in there.splitlines() if "会同县" in line) == sorted(
        line for line in here.splitlines() if "会同县" in line
    )
    rows, usual = (contents(open_database(str(tmp_path / f"{n}.sqlite"), formats)) for n in ("there", "here"))
    unlike = {name: [row for row in rows[name] if row not in usual[name]][:3] for name in usual}
    assert (unlike, rows.keys()) == ({name: [] for name in usual}, usual.keys())
    assert [len(rows[name]) for name in usual] == [len(usual[name]) for name in usual]
    assert len(rows["report"]) == 5, "three of office, which the archive has once more, one printed, one scanned"
    assert any("scan/exact" in row for row in rows["fact"])


def test_that_system_lacks_what_windows_lacks() -> None:
    code = """
import multiprocessing
namespace = {"__name__": "gkingest.somewhere"}
exec('''
import os, signal
lacking = [n for n in ("sched_getaffinity", "fork", "killpg") if hasattr(os, n)]
lacking += [n for n in ("SIGKILL", "SIGALRM", "SIGHUP", "setitimer", "pthread_sigmask") if hasattr(signal, n)]
for name in ("resource", "fcntl"):
    try:
        __import__(name, globals())
    except ImportError:
        continue
    lacking.append(name)
''', namespace)
print(namespace["lacking"], multiprocessing.get_all_start_methods())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] ['spawn']\n"
