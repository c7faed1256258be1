"""What the tests share: the shipped formats, the corpus, and what a person read in it."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, chdir, closing
from decimal import Decimal
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from pgserver import running_server
from recorded.recording import recorded

from gkingest.batch.desk import read_parcel
from gkingest.batch.plan import Plan
from gkingest.batch.run import run
from gkingest.batch.settings import Settings
from gkingest.corpus.discovery import discover
from gkingest.corpus.intake import Parcel, Reading
from gkingest.document.ingest import ingest
from gkingest.formats.load import load_formats
from gkingest.formats.spec import Format
from gkingest.language import choose
from gkingest.model.key import FactKey
from gkingest.model.report import Document
from gkingest.store.database import open_database

ROOT = Path(__file__).parents[1]
os.environ["GKINGEST_LANG"] = "en"  # whatever this machine speaks; tests of Chinese ask for it

# The same examples on every machine and in every order; no example is timed.
settings.register_profile(
    "gkingest",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("gkingest")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A test that spoke Chinese within this process leaves English behind."""
    yield
    choose("en")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Under mutation testing no test remembers what another asked, or it would not notice a change."""
    if "MUTANT_UNDER_TEST" in os.environ:
        for name in [name for name in sys.modules if name.startswith("gkingest")]:
            for item in vars(sys.modules[name]).values():
                if isinstance(item, _lru_cache_wrapper):
                    item.cache_clear()


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[], None]]:
    """Sends this process what a terminal sends on Ctrl-C, as if it had been started in the foreground."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server; tests that ask for it are skipped where there is none."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the sample reports that ship."""
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def formats() -> tuple[Format, ...]:
    """The shipped editions of the form, oldest first."""
    return load_formats(ROOT / "schemas")


@pytest.fixture(scope="session")
def gk2019(formats: tuple[Format, ...]) -> Format:
    """The edition of reporting years 2019 and 2020."""
    return next(f for f in formats if f.edition == "2019")


@pytest.fixture(scope="session")
def gk2021(formats: tuple[Format, ...]) -> Format:
    """The edition of reporting years from 2021 on."""
    return next(f for f in formats if f.edition == "2021")


class Expected(NamedTuple):
    """What a person read on the printed pages of one corpus document; see ``tests/expected/CHECKED.md``."""

    document: str
    organ: str
    year: int
    format: str
    cells: dict[FactKey, tuple[str, Decimal | None, str, str]]  # state, value, unit, printed text
    broken: frozenset[tuple[str, str]]  # rule, and the row or column that it holds along


def read_expected(path: Path) -> Expected:
    """One file of ``tests/expected``."""
    head: dict[str, str] = {}
    broken = set()
    cells = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# broken\t"):
            broken.add(tuple(line.split("\t")[1:3]))
        elif line.startswith("# "):
            name, _, value = line[2:].partition("\t")
            head[name] = value
        elif line:
            key, state, value, unit, raw = (line + "\t" * 4).split("\t")[:5]
            cells[FactKey.parse(key)] = (state, Decimal(value) if value else None, unit, raw)
    return Expected(head["document"], head["organ"], int(head["year"]), head["format"], cells, frozenset(broken))


@cache
def _expectations() -> dict[str, Expected]:
    found = (read_expected(path) for path in sorted((ROOT / "tests/expected").glob("*.tsv")))
    return {e.document: e for e in found}


@cache
def _document(name: str) -> Document:
    path = ROOT / "corpus" / name
    with recorded(path):
        return ingest(path, load_formats(ROOT / "schemas"))


@pytest.fixture(scope="session")
def shipped_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all of ``corpus/``, read as ``gkingest corpus/`` reads it, scans from their recordings.

    It is made once for all processes of a test run: copy it before you write to it.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    place = folder / "shipped.sqlite"
    with closing(sqlite3.connect(folder / "shipped.lock", timeout=3600, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # a lock that every system has; it ends with the connection
        if not place.exists():
            with chdir(ROOT):
                _fill(folder / "unfinished.sqlite")
            (folder / "unfinished.sqlite").rename(place)
    return place


def _fill(place: Path) -> None:
    def read(settings: Settings, parcel: Parcel) -> Reading:
        with ExitStack() as stack:
            for file in parcel.files:
                stack.enter_context(recorded(Path(file.path)))
            return read_parcel(settings, parcel)

    formats = load_formats(ROOT / "schemas")
    engine = open_database(str(place), formats)
    run(discover(["corpus"]), formats, engine, Plan(roots=("corpus",)), reader=read)
    engine.dispose()
    with closing(sqlite3.connect(place)) as connection:  # no companions beside the file, so that it can be moved
        connection.execute("PRAGMA journal_mode = DELETE")


@pytest.fixture(scope="session")
def recorded_pages() -> Callable[[Path], Any]:
    """What the recogniser made of a scanned document when it was recorded, in place of the recogniser."""
    return recorded


# Why a test may be skipped in CI too: what a machine is, which no installation changes.
OF_THE_MACHINE = ("root may write everywhere", "this file system holds UTF-8 names only")


def _must_run(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With CI=true a test that is skipped for want of a program or library fails, as ``.ci/run`` installs them."""
    if report.outcome != "skipped" or os.environ.get("CI") != "true" or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if not any(known in reason for known in OF_THE_MACHINE):
        report.outcome = "failed"
        report.longrepr = f"{reason}; with CI=true that fails"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_run(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_run(report)
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``report_name`` runs once for each report of the corpus."""
    if "report_name" in metafunc.fixturenames:
        # One group a report, so that with --dist loadgroup each is read by one worker only.
        reports = [
            pytest.param(name, id=Path(name).stem, marks=pytest.mark.xdist_group(name))
            for name in sorted(_expectations())
        ]
        metafunc.parametrize("report_name", reports, scope="session")


@pytest.fixture(scope="session")
def expectations() -> dict[str, Expected]:
    """What the corpus documents say, by their path below ``corpus/``."""
    return _expectations()


@pytest.fixture(scope="session")
def ingested() -> Callable[[str], Document]:
    """Corpus documents by their path below ``corpus/``; each is read once a process."""
    return _document


@pytest.fixture(scope="session")
def unlike() -> Callable[[Document, Expected], dict[FactKey, str]]:
    """Finds the figures of a document that are not what is printed: key → what differs."""

    def compare(document: Document, expected: Expected) -> dict[FactKey, str]:
        facts = {f.key: f for f in document.report.facts} if document.report else {}
        differ = {}
        for key, (state, value, unit, _) in expected.cells.items():
            fact = facts.get(key)
            said = (fact.state.value, fact.value, fact.unit) if fact else None
            if said != (state, value, unit):
                differ[key] = f"printed {state} {value} {unit}, read {said}"
        return differ

    return compare
