"""Every command that the documents print is taken out of them and run, where ``make run`` leaves a reader."""

import re
import select
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.printed import PAGES, ROOT, SHELL, blocks, commands, installed_by_make_run, reader, run

from gkingest.cli.main import main

# What the tutorials print is run by test_tutorial.py, one step after the other.
TUTORIALS = ("docs/tutorial.md", "docs/tutorial.zh.md")
PRINTED = list(dict.fromkeys(c for page in PAGES if page not in TUTORIALS for c in commands(page, *SHELL)))

# Printed, and not run here; why.
NOT_RUN = {
    "make run": "installs from the net",
    "make test": "would run these tests within themselves",
    "make lint": "looks at the sources, not at the program; .ci/run runs it",
    "make test-stages": "would run tests within themselves; .ci/run runs it",
    "make check": "is make lint, make test and make test-stages",
    "make test-fast": "would run tests within themselves; .ci/run runs it",
    "make test-versions": "would run tests within themselves; .ci/run runs it",
    "make design": "writes pages of the sources; tests/house/test_rooms.py holds them against the package",
    "make package": "takes minutes; .ci/run runs it",
    "make release": "is make lint, make test-fast and a part of make package",
    'make test ARGS="tests/text -k numbers"': "would run tests within themselves",
    "python3 -m venv .venv": "the environment that the tests run in was made by it",
    ". .venv/bin/activate": "the tests run in the environment",
    "python -m pip install '.[all]'": "installs from the net",
    "python -m pip install '.[serve]'": "installs from the net",
}
# Printed, and run with something else in place of what no test can count on; why.
STANDS_IN = {
    "gkingest corpus/ --db postgresql+psycopg://localhost/gk": "a server of the tests in place of the reader's own",
    "gkingest s3://bucket/crawl --engine dask": "a bucket is rented; the few documents as file:// in place of it",
    "gkingest serve": "port 8001 may be taken: any that is free",
    "gkingest serve --open": "port 8001 may be taken: any that is free; the browser is one that does nothing",
    "gkingest serve --db db/gkingest.sqlite --port 0 --open": "the browser is one that does nothing",
    "gkingest serve --host 0.0.0.0 --share LiHua --share WangFang --port 0": "a server ends when it is told to",
    "gkingest serve --code coding/coding-LiHua.csv --code coding/coding-WangFang.csv --port 0": "a server, too",
}
# These read reports again: they are given a folder corpus/ that holds few.
READS_AGAIN = ("--dry-run", "--ocr never", "--db postgresql", "s3://")


def runs(command: str, folder: Path) -> None:
    """Fails unless the command does what it should: with --fail-on that may be exit code 1."""
    done = run(command, folder)
    allowed = (0, 1) if "--fail-on" in command else (0,)
    assert done.returncode in allowed, f"{command}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def test_what_is_listed_is_printed_and_has_one_reason() -> None:
    listed = [*NOT_RUN, *STANDS_IN]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(PRINTED)
    assert {"make run", "make test", "gkingest corpus/"} <= set(PRINTED)


def test_a_block_of_commands_says_that_it_is_one() -> None:
    """Else its commands would be run by nobody."""
    known = (*SHELL, "powershell", "bat")
    for page in PAGES:
        for block in blocks(page):
            if block.language not in known:
                assert not re.search(r"(?m)^\s*(\$ )?(gkingest|make|pip|python3?) ", block.text), (page, block.text)


RUN = [c for c in PRINTED if c not in NOT_RUN and c not in STANDS_IN]
# Those that only look into the database are called within this process, which takes a third of the time.
LOOKS = re.compile(r"gkingest (compare|cite|export|report|evaluate|search|formats|codebook|population) ?[^&|;<>$]*")


@pytest.mark.parametrize("command", [c for c in RUN if not LOOKS.fullmatch(c)])
def test_a_command_runs_as_it_is_printed(command: str, request: pytest.FixtureRequest) -> None:
    few = any(word in command for word in READS_AGAIN)
    runs(command, request.getfixturevalue("few_reports" if few else "after_make_run"))


@pytest.mark.parametrize("command", [c for c in RUN if LOOKS.fullmatch(c)])
def test_a_command_that_looks_runs_as_it_is_printed(
    command: str, after_make_run: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(after_make_run)
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0, capfd.readouterr().err


def test_a_command_for_a_postgresql_server_runs_on_one(few_reports: Path, empty_schema: str) -> None:
    printed = next(c for c in STANDS_IN if "postgresql" in c)
    runs(printed.replace("postgresql+psycopg://localhost/gk", shlex.quote(empty_schema)), few_reports)


@pytest.fixture
def empty_schema(postgres: str) -> Iterator[str]:
    from store.conftest import own_schema

    yield from own_schema.__wrapped__(postgres)


def test_a_command_for_a_corpus_afar_runs_on_a_url(few_reports: Path) -> None:
    printed = next(c for c in STANDS_IN if "s3://" in c)
    place = f"{few_reports.as_uri()}/corpus"
    runs(printed.replace("s3://bucket/crawl", place) + " --db afar.sqlite", few_reports)
    assert (few_reports / "afar.sqlite").exists()


@pytest.mark.parametrize("command", [c for c in STANDS_IN if "serve" in c])
def test_a_server_says_where_it_is_and_ends(command: str, after_make_run: Path) -> None:
    words = shlex.split(command) + ([] if "--port" in command else ["--port", "0"])
    server = subprocess.Popen(
        words, cwd=after_make_run, env=reader(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        ready, _, _ = select.select([server.stdout], [], [], 120)
        line = server.stdout.readline() if ready else ""
        assert re.search(r"http://(127\.0\.0\.1|0\.0\.0\.0):\d+/", line), line
    finally:
        server.terminate()
        server.communicate(timeout=120)


def extras_named(text: str) -> set[str]:
    """Extras in ``.[a,b]`` and ``gkingest[a,b]`` of a text."""
    found = re.findall(r"(?:\bgkingest|['\"]\.)\[([\w,]+)\]", text)
    return {extra for names in found for extra in names.split(",")}


@pytest.mark.parametrize("page", PAGES)
def test_an_install_line_names_extras_that_exist_and_is_not_of_an_index(page: str) -> None:
    """What is on no index cannot be installed by its name: only prose may say what will be, once it is released."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    text = (ROOT / page).read_text(encoding="utf-8")
    assert extras_named(text) <= set(extras)
    for line in commands(page, *SHELL, "powershell", "bat"):
        assert not re.search(r"pip install .*\bgkingest\b", line), line


def test_make_run_installs_what_the_readme_shows() -> None:
    """And the lines that do without make install the same."""
    for page in ("README.md", "README.zh.md"):
        lines = [c for c in commands(page, *SHELL, "powershell", "bat") if "pip install" in c]
        assert len(lines) == 3
        assert {words[-1] for words in map(shlex.split, lines)} == {installed_by_make_run()}
