"""Installs the built wheel as users do, in clean environments away from the checkout, and calls every command.

    python tests/package/environments.py dist            # all of them
    python tests/package/environments.py dist bare all   # some

``bare`` has no extra, each extra has an environment of its own, ``all`` has all. An extra is installed by the very
line that the command prints which misses it. ``source`` is ``pip install .`` in the unpacked source archive,
``clone`` an editable installation that is never activated. Each reads a copy of ``corpus/`` first.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest
from dists import ROOT, content, only, unpack

sys.path.append(str(ROOT / "tests"))
from pgserver import running_server

EXTRAS = ("postgres", "dask", "remote", "charts", "export", "serve", "ocr", "browser")
NAMES = ("bare", *EXTRAS, "all", "source", "clone")
BROUGHT_ALONG = {"dask": ("remote",)}  # dask needs fsspec itself
REPORT = "corpus/www.weidong.gov.cn"
SCAN = "corpus/www.yuexi.gov.cn"
LINE = re.compile(r'\S+ -m pip install "gkingest\[(\w+)\]"')
AT_MOST = 900  # seconds for one command
COMMANDS = "import gkingest.cli.main, gkingest.cli.app as it; print(*it.command_names())"
NOWHERE = "postgresql://nobody@127.0.0.1:9/gk"


class Step(NamedTuple):
    """A call that must end well; where ``needs`` is not installed, it must name the line that installs it."""

    words: str
    needs: str = ""
    leaves: str = ""  # a file it writes


STEPS = (
    Step("ingest {report}"),
    Step("ingest {scan} --ocr always --dry-run", "ocr"),
    Step("ingest {report} --engine dask --db dask.sqlite", "dask", "dask.sqlite"),
    Step("file://{here}/{report} --db remote.sqlite", "remote", "remote.sqlite"),
    Step("{report} --db {postgres}", "postgres"),
    Step("status"),
    Step("inspect {pdf}"),
    Step("inspect {pdf} --svg seen.svg", leaves="seen-p2.svg"),
    Step("inspect page.html --render", "browser"),
    Step("search 公开"),
    Step("compare disclosure_rate --year 2023"),
    Step("compare disclosure_rate --year 2023 --chart ranking.svg", "charts", "ranking.svg"),
    Step("cite 卫东区 2023 requests/granted/total"),
    Step("cite 卫东区 2023 requests/granted/total --crop cell.png", leaves="cell.png"),
    Step("population people.csv"),
    Step("migrate"),  # a database of this version is left as it is
    Step("migrate"),
    Step("export out", leaves="out/SHA256SUMS"),
    Step("export columns --format parquet --format xlsx", "export", "columns/gkingest.xlsx"),
    Step(
        "release 2026.1 --version 2026.1 --author Li,Na --truth truth --allow provisional",
        leaves="2026.1/croissant.json",
    ),
    Step("diff 2026.1 db/gkingest.sqlite --exit-code"),
    Step("expect 2026.1"),
    Step("report quality.html", leaves="quality.html"),
    Step("evaluate truth/"),
    Step("correct 卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf 予以公开 --confirm --by A"),
    Step("review --decided"),
    Step("code sample --n 5", leaves="coding/coding-1.csv"),
    Step("serve --help"),
    Step("formats"),
    Step("codebook"),
)


class Environment:
    """A virtual environment and the folder where its user works."""

    def __init__(self, folder: Path, name: str, venv: Path | None = None) -> None:
        self.name, self.here = name, folder / "work"
        self.venv = venv or folder / "venv"
        self.programs = self.venv / ("Scripts" if os.name == "nt" else "bin")
        self.has: set[str] = set()
        self.said: list[str] = []
        self.here.mkdir(parents=True)
        shutil.copytree(ROOT / "corpus", self.here / "corpus")
        shutil.copytree(ROOT / "tests" / "expected", self.here / "truth")
        (self.here / "people.csv").write_text("region_code,year,population\n410403,2023,320000\n", encoding="utf-8")
        (self.here / "page.html").write_text("<html><p>政府信息公开</p></html>", encoding="utf-8")
        run([sys.executable, "-m", "venv", self.venv], self.here)

    def timed(self, what: str, step: Callable[[], object]) -> None:
        """Do it, and note how long it took."""
        start = time.monotonic()
        step()
        self.said.append(f"{time.monotonic() - start:6.1f} s  {self.name}: {what}")

    def pip(self, *words: object, cwd: Path | None = None) -> None:
        """Install with the environment's own pip."""
        run([self.programs / "python", "-m", "pip", "install", "--quiet", *words], cwd or self.here)

    def python(self, script: str) -> str:
        """What a script says in the environment."""
        return run([self.programs / "python", "-c", script], self.here)

    def gkingest(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The command as a shell would find it by its path: the environment is not active."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "GKINGEST_"))}
        command = [self.programs / "gkingest", *words]
        return subprocess.run(
            list(map(str, command)),
            cwd=self.here,
            env={**own, "PYTHONUTF8": "1"},
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=AT_MOST,
        )

    def take(self, step: Step) -> str:
        """Call it; gives the line that installs what it misses, "" where it ended well."""
        with self.filled(step) as words:
            done = self.gkingest(*words)
        told = f"{self.name}: gkingest {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr, told
        found = LINE.search(done.stderr)
        if step.needs and step.needs not in self.has:
            assert done.returncode, told
            assert found and found[1] == step.needs, f"{told}\nno line that installs the extra {step.needs}"
            return found[0]
        assert done.returncode == 0, told
        assert not step.leaves or (self.here / step.leaves).exists(), told
        return ""

    @contextmanager
    def filled(self, step: Step) -> Iterator[list[str]]:
        """The words of a step; with a server beside it where it asks for one and could reach it."""
        pdf = next((self.here / REPORT).rglob("*.pdf")).relative_to(self.here)
        names = {"here": self.here, "report": REPORT, "scan": SCAN, "pdf": pdf.as_posix()}
        reachable = "{postgres}" in step.words and "postgres" in self.has
        with running_server() if reachable else nullcontext(NOWHERE) as url:
            yield [word.format(**names, postgres=url) for word in step.words.split()]

    def read_corpus(self) -> None:
        """The main job: every document has a line, and scans are read where that is installed."""
        done = self.gkingest("corpus/")
        assert done.returncode == 0 and "Traceback" not in done.stderr, f"{self.name}: {done.stdout}{done.stderr}"
        status = json.loads(self.gkingest("status", "--json").stdout)
        files = [p for p in (self.here / "corpus").rglob("*") if p.is_file()]
        counts = status["statuses"]
        assert sum(counts.values()) == len(files), f"{self.name}: {counts}, {len(files)} files"
        assert ("needs_ocr" in counts) == ("ocr" not in self.has), f"{self.name}: {counts}"
        again = self.gkingest("corpus/")
        assert "unchanged since they were read" in again.stdout + again.stderr, f"{self.name}: {again.stdout}"

    def serve(self) -> None:
        """Start the server, look at pages of it, and end it with Ctrl-C."""
        started = subprocess.Popen(
            [self.programs / "gkingest", "serve", "--port", "0"],
            cwd=self.here,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert started.stdout
            said = started.stdout.readline()
            address = re.search(r"http://\S+/", said)
            assert address, f"{self.name}: serve said {said!r}"
            for page in ("", "-/gkingest/chart", "gkingest/panel"):
                with urllib.request.urlopen(address[0] + page, timeout=60) as answer:
                    assert answer.status == 200 and b"gkingest" in answer.read()
            started.send_signal(signal.SIGINT)
            assert started.wait(60) in (0, 130), f"{self.name}: serve ended with {started.returncode}"
        finally:
            started.kill()

    def every_command(self) -> None:
        """Each step; and no command of gkingest is left out."""
        names = self.python(COMMANDS).split()
        uncalled = set(names) - {step.words.split()[0] for step in STEPS}
        assert not uncalled, f"nothing calls {', '.join(sorted(uncalled))}: add a Step"
        for step in STEPS:
            self.take(step)
        if "serve" in self.has:
            self.serve()
        else:
            self.take(Step("serve --port 0", "serve"))
        left_out = self.gkingest("export", "again").stdout.splitlines()[-1]
        assert ("left out" in left_out) == ("export" not in self.has), f"{self.name}: {left_out}"

    def is_away(self, wheel: Path) -> None:
        """What runs here is what the wheel holds, and nothing of the checkout."""
        where = self.python("import gkingest; print(gkingest.__file__)").strip()
        assert Path(where).is_relative_to(self.venv), where
        site = Path(where).parents[1]
        for name, data in content(wheel).items():
            if name.startswith("gkingest/"):
                assert (site / name).read_bytes() == data, f"{self.name}: {name} is not that of {wheel.name}"


def run(command: list[object], cwd: Path) -> str:
    """Output of a command that must end well."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


def add_by_its_line(one: Environment, extra: str) -> None:
    """Let the command that misses the extra say how to install it, and do just that, as a shell would."""
    needing = Step("serve --port 0", "serve") if extra == "serve" else next(s for s in STEPS if s.needs == extra)
    line = one.take(needing)
    done = subprocess.run(line, shell=True, cwd=one.here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{one.name}: {line}\n{done.stdout}{done.stderr}"
    one.has.update({extra, *BROUGHT_ALONG.get(extra, ())})


def prove(name: str, dists: Path, folder: Path) -> list[str]:
    """One environment from beginning to end; gives what it did and how long that took."""
    wheel = only(dists, "*.whl")
    if name == "clone":
        source = unpack(only(dists, "*.tar.gz"), folder / "clone")
        one = Environment(folder, name, source / ".venv")
        one.timed("pip install --editable .", lambda: one.pip("--editable", ".", cwd=source))
        one.timed("corpus/", one.read_corpus)
        one.timed("the line for the extra export", lambda: add_by_its_line(one, "export"))
        one.timed("every command", one.every_command)
        return one.said
    one = Environment(folder, name)
    if name == "source":
        source = unpack(only(dists, "*.tar.gz"), folder / "source")
        one.timed("pip install .", lambda: one.pip(".", cwd=source))
    elif name == "all":
        one.timed("pip install WHEEL[all]", lambda: one.pip(f"{wheel}[all]"))
        one.has.update(EXTRAS)
    else:
        one.timed("pip install WHEEL", lambda: one.pip(wheel))
    one.is_away(wheel)
    if name == "ocr":
        one.timed("the line for the extra ocr", lambda: add_by_its_line(one, name))
    one.timed("corpus/", one.read_corpus)
    if name in EXTRAS and name != "ocr":
        one.timed(f"the line for the extra {name}", lambda: add_by_its_line(one, name))
    run([one.programs / "python", "-m", "pip", "check"], one.here)
    one.timed("every command", one.every_command)
    return one.said


def attempt(name: str, dists: Path) -> bool:
    """Whether the environment proved itself; what it did or what went wrong is printed at once."""
    with tempfile.TemporaryDirectory(prefix=f"gkingest-{name}-") as folder:
        try:
            print("\n".join(prove(name, dists, Path(folder))), flush=True)
        except (Exception, pytest.skip.Exception) as error:  # noqa: BLE001 - the others have their turn
            print(f"{name} FAILED", *traceback.format_exception(error, limit=-2), flush=True)
            return False
    return True


def main() -> None:
    """All environments that are asked for, two at a time."""
    parser = argparse.ArgumentParser(description="Install the wheel of a folder and use it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    asked = parser.parse_args()
    start = time.monotonic()
    names = asked.names or NAMES
    with ThreadPoolExecutor(2) as pool:
        fine = list(pool.map(lambda name: attempt(name, asked.folder.resolve()), names))
    print(f"{time.monotonic() - start:6.1f} s  in all")
    if failed := [name for name, good in zip(names, fine, strict=True) if not good]:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
