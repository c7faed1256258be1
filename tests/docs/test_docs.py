"""The documents keep pace with the code: every code, exit code and command that exists or is promised."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from docs.printed import SHELL, commands

from gkingest.errors import ExitCode
from gkingest.model.finding import CATALOGUE

READMES = ("README.md", "README.zh.md")
FAMILIES = sorted({code.split(".")[0] for code in CATALOGUE})


def text_of(root: Path, name: str) -> str:
    """A document's text."""
    return (root / name).read_text(encoding="utf-8")


def entries(text: str) -> set[str]:
    """Code words that begin a line, a list item or a table row."""
    return set(re.findall(r"(?m)^[\s|#*-]*`([^`]+)`", text))


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_stands_in_the_book_of_errors(root: Path, code: str) -> None:
    assert f"`{code}`" in text_of(root, "docs/errors.md")


@pytest.mark.parametrize("code", list(ExitCode), ids=lambda c: c.name)
def test_every_exit_code_has_its_line_in_the_book_of_errors(root: Path, code: ExitCode) -> None:
    assert re.search(rf"(?m)^\W*{code.value}\b", text_of(root, "docs/errors.md"))


def test_the_book_of_errors_explains_no_finding_that_is_gone(root: Path) -> None:
    pattern = re.compile(rf"(?:{'|'.join(FAMILIES)})\.[a-z_]+")
    explained = {e for e in entries(text_of(root, "docs/errors.md")) if pattern.fullmatch(e)}
    assert explained <= set(CATALOGUE)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_gives_the_two_commands_and_make_knows_every_target(root: Path, name: str) -> None:
    targets = set(re.findall(r"(?m)^([\w-]+)\s*:(?!=)", text_of(root, "Makefile")))
    asked = {words[1] for words in map(str.split, commands(name, *SHELL)) if words[0] == "make"}
    assert {"run", "test"} <= asked <= targets


def test_the_two_readmes_show_the_same_commands() -> None:
    one, other = (commands(name, *SHELL) for name in READMES)
    assert one == other


def test_every_library_that_the_code_imports_is_declared(root: Path) -> None:
    """A fresh machine has what ``pyproject.toml`` names and nothing else."""
    project = tomllib.loads(text_of(root, "pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    named = [
        *project["dependencies"],
        *(n for e in ("ocr", "dask", "remote", "export", "charts", "serve", "browser") for n in extras[e]),
    ]
    declared = {re.split(r"[\s<>=!~\[;]", d)[0].lower() for d in named}
    by_import = {
        "yaml": "pyyaml",
        "camelot": "camelot-py",
        "cv2": "opencv-python-headless",
        "PIL": "pillow",
        "dask": "distributed",  # which brings it along
        "markdown_it": "markdown-it-py",
        "uvicorn": "datasette",  # which brings these two along
        "markupsafe": "datasette",
        "pydantic_core": "pydantic",
    }
    imported: set[str] = set()
    for path in (root / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    foreign = {i for i in imported if i not in sys.stdlib_module_names and i != "gkingest"}
    assert {by_import.get(i, i).lower() for i in foreign} <= declared


PAGES = sorted(path.name.removesuffix(".zh.md") for path in (Path(__file__).parents[2] / "docs").glob("*.zh.md"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_users_has_the_same_parts_and_calls_in_both_languages(root: Path, page: str) -> None:
    english, chinese = (text_of(root, f"docs/{page}{tail}.md") for tail in ("", ".zh"))
    levels = [
        [line.split()[0] for line in text.splitlines() if re.match("#+ ", line)] for text in (english, chinese)
    ]
    assert levels[0] == levels[1]
    called = [
        re.findall(r"(?m)^gkingest ([a-z]+)|^(SELECT)\b", "".join(re.findall(r"(?s)```\w+\n.*?```", text)))
        for text in (english, chinese)
    ]
    assert called[0] == called[1]


# What a language is called by is another word in each.
OF_ONE_LANGUAGE = {"GKINGEST_LANG=en", "GKINGEST_LANG=zh"}


def names(text: str) -> set[str]:
    """What is set as code in prose and has no blank and no Chinese: keys, options, codes, names of files."""
    prose = re.sub(r"(?s)```.*?```", "", text)
    return {word for word in re.findall(r"`([^`]+)`", prose) if re.fullmatch("[!-~]+", word)} - OF_ONE_LANGUAGE


@pytest.mark.parametrize("page", ["README", *(f"docs/{page}" for page in PAGES)])
def test_a_page_for_users_names_the_same_keys_options_and_files_in_both_languages(root: Path, page: str) -> None:
    english, chinese = (names(text_of(root, f"{page}{tail}.md")) for tail in ("", ".zh"))
    assert (sorted(english - chinese), sorted(chinese - english)) == ([], [])


def test_every_page_for_users_is_in_both_languages(root: Path) -> None:
    """Those in English alone speak to who changes the program, or are in both languages line by line."""
    pages = {path.name.removesuffix(".md") for path in (root / "docs").glob("*.md")}
    assert {page for page in pages if not page.endswith(".zh")} - {*PAGES} == {"design", "performance", "recipes"}
