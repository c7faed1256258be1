"""What the documents print for Windows, as far as text can be tested: quotes, paths, and what it does elsewhere."""

import re
import shlex
from pathlib import Path

import pytest
from docs.printed import PAGES, ROOT, SHELL, blocks, commands, run

WINDOWS = ("powershell", "bat")
READMES = ("README.md", "README.zh.md")
PRINTED = list(dict.fromkeys(c for page in PAGES for c in commands(page, *WINDOWS)))
ELSEWHERE = {c for page in PAGES for c in commands(page, *SHELL)}
WORD = r"[^\s\"]+"
# Printed, and not run here; why.
NOT_RUN = {
    "python -m venv .venv": "the environment that the tests run in was made by it",
    "Set-ExecutionPolicy -Scope Process -ExecutionPolicy RemoteSigned": "a command of PowerShell",
    r".venv\Scripts\Activate.ps1": "a script of PowerShell, which venv writes",
    r".venv\Scripts\activate.bat": "a script of cmd, which venv writes",
    'python -m pip install ".[all]"': "installs from the net",
    'python -m pip install --editable ".[all,dev]"': "installs from the net",
    r'python -m pytest -n auto "@tests\fast.txt"': "would run tests within themselves",
}


def words(line: str) -> list[str]:
    """The words of a line, as both shells take them: double quotes hold one together, a backslash is a sign."""
    return [quoted or bare for quoted, bare in re.findall(rf'"([^"]*)"|({WORD})', line)]


def elsewhere(line: str) -> str:
    """The same command for a shell of this platform."""
    return shlex.join(re.sub(r"\\", "/", word) for word in words(line))


def test_what_is_listed_is_printed() -> None:
    assert set(NOT_RUN) <= set(PRINTED)


@pytest.mark.parametrize("page", READMES)
def test_a_readme_has_both_shells_which_do_the_same(page: str) -> None:
    shells = {b.language: commands(page, b.language) for b in blocks(page) if b.language in WINDOWS}
    assert set(shells) == set(WINDOWS)
    done = {name: [c for c in lines if c.startswith(("gkingest", "python"))] for name, lines in shells.items()}
    assert done["powershell"] == done["bat"]
    assert {r"gkingest corpus" + "\\", "python -m venv .venv"} <= set(done["bat"])


def test_both_readmes_show_the_same_for_windows() -> None:
    one, other = ([b[1:] for b in blocks(page) if b.language in WINDOWS] for page in READMES)
    assert one == other


@pytest.mark.parametrize("line", PRINTED)
def test_a_line_means_the_same_to_powershell_and_cmd(line: str) -> None:
    """Nothing in it is a sign of another shell, or of one of the two alone."""
    assert re.fullmatch(rf'({WORD}|"[^"]*")( ({WORD}|"[^"]*"))*', line)
    bare = re.sub(r'"[^"]*"', "", line)
    assert not re.search(r"[';&|<>()$`^%!~*?{}@#,]", bare), "a sign that a shell takes for something else"
    assert not re.search(r"[$`%!'\"]", " ".join(words(line))), "a sign that quotes do not hide from a shell"
    assert not line.startswith(("make ", "export ", "source ", ". ", "./", "rm ", "cp ", "ls ")), "no such command"
    for word in words(line)[1:]:
        assert not ("/" in word and (ROOT / word).exists()), f"{word}: a path of another platform"
        if "\\" in word and not word.startswith(".venv"):
            assert (ROOT / word.removeprefix("@").replace("\\", "/")).exists()


def test_comments_stand_in_no_block_for_windows() -> None:
    """cmd takes # for a word."""
    for page in PAGES:
        for block in blocks(page):
            assert block.language not in WINDOWS or "#" not in block.text


@pytest.mark.parametrize("line", [c for c in PRINTED if c not in NOT_RUN and elsewhere(c) not in ELSEWHERE])
def test_a_line_runs_once_it_is_written_for_this_platform(line: str, after_make_run: Path) -> None:
    """Those that are printed for it too are run by test_commands.py."""
    done = run(elsewhere(line), after_make_run)
    assert done.returncode == 0, done.stderr
