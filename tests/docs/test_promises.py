"""What a message tells a user to do can be done: every command, option and file that it names exists."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gkingest.cli.app import command_names
from gkingest.cli.commands.all import app

TOLD = re.compile(r"`gkingest ([^`\n]+)`|(?<![\w'`])gkingest ((?:[a-z]+)(?: --?[a-z-]+(?: [A-Z]+)?)*)")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)(?: ([a-z]+))?")
FILE = re.compile(r"(?<![\w/])(?:docs|schemas|db|tests)/[\w./-]+\.(?:md|yml|yaml|sql|tsv)")
# ``gkingest`` begins a clause of which it is the subject or object; the word behind it is no command.
PROSE = {"again", "made", "reads", "shows", "that", "writes", "left", "over", "contributors"}
PIP = re.compile(r"pip install [^;,]*")
# What messages once promised, with the reason why it is none; other words for it are caught by eye alone.
NEVER = re.compile(r"(?:recorded|entered|saved) as a correction|reading can be recorded")

Commands = Mapping[str, Mapping[str, frozenset[str]]]


@pytest.fixture(scope="module")
def commands() -> Commands:
    """The options of every command as its help tells them, with the words that each takes (none: any)."""
    said = {name: CliRunner().invoke(app, [name, "--help"]).stdout for name in command_names()}
    return {name: dict(_options(text)) for name, text in said.items()}


def _options(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for line in re.findall(r"(?m)^ +(-.*)$", text):
        named = line.split("  ")[0]
        words = re.search(r"[<\[]([\w|]+)[>\]]", named)
        for option in re.findall(r"--[a-z][a-z-]*", named):
            yield option, frozenset(words[1].split("|")) if words and "|" in words[1] else frozenset()


def texts(path: Path) -> Iterator[str]:
    """The strings of a module that are no docstrings; of one with values in it, the words around them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    about = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    about |= {id(part) for node in joined for part in ast.walk(node) if part is not node}
    for node in joined:
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
            yield node.value


@pytest.fixture(scope="module")
def messages(root: Path) -> list[str]:
    """Every text of the package that has several words, and the lines of the book of errors."""
    said = [text for path in sorted((root / "src").rglob("*.py")) for text in texts(path) if " " in text.strip()]
    return [*said, *(root / "docs/errors.md").read_text(encoding="utf-8").splitlines()]


def broken_promises(text: str, commands: Commands, root: Path) -> Iterator[str]:
    """What a text names and there is not."""
    text = PIP.sub("", text)
    for found in TOLD.finditer(text):
        told = (found[1] or found[2]).split()
        name = told[0] if told[0] in commands else "ingest"
        if told[0] not in commands and told[0] not in PROSE and re.fullmatch("[a-z]+", told[0]):
            yield f"there is no command {told[0]}: {text}"
        for option in (word for word in told if word.startswith("-")):
            if option not in commands[name]:
                yield f"{name} has no option {option}: {text}"
    for option, value in OPTION.findall(text):
        taken = [options[option] for options in commands.values() if option in options]
        if not taken and option not in ("--help", "--version"):
            yield f"there is no option {option}: {text}"
        choices = frozenset[str]().union(*taken)
        if value and choices and all(taken) and value not in choices:
            yield f"{option} takes no {value}: {text}"
    yield from (f"there is no file {name}: {text}" for name in FILE.findall(text) if not (root / name).exists())
    if NEVER.search(text):
        yield f"nothing can be recorded: {text}"


def test_messages_name_only_what_exists(messages: list[str], commands: Commands, root: Path) -> None:
    assert [wrong for text in messages for wrong in broken_promises(text, commands, root)] == []


def test_the_texts_that_give_a_step_are_found(messages: list[str]) -> None:
    """The messages that this test is about, by a word of each: were they not seen, nothing would be tested."""
    for part in ("gkingest status --retry", "gkingest codebook", "--ocr never", "docs/crawls.md", "--chart-kind"):
        assert any(part in text for text in messages), part


@pytest.mark.parametrize(
    "text",
    [
        "look at the page; a person's reading can be recorded as a correction",
        "the table is older; carry it over: gkingest repair --db FILE",
        "read again: gkingest status --again",
        "it was not read (--ocr sometimes)",
        "give more (--memroy)",
        "see docs/nowhere.md for its form",
        "`gkingest mend` lists all of them",
    ],
)
def test_a_promise_that_nothing_keeps_is_noticed(text: str, commands: Commands, root: Path) -> None:
    assert list(broken_promises(text, commands, root))
