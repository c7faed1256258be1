"""What the documents print: fenced blocks, and the commands in them, which a reader runs."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "README.zh.md",
    "CONTRIBUTING.md",
    *(f"docs/{p.name}" for p in sorted(ROOT.glob("docs/*.md"))),
)
SHELL = ("bash", "sh", "shell", "console")


class Block(NamedTuple):
    """A fenced block: the page, its language and what it holds."""

    page: str
    language: str
    text: str


def text_of(page: str) -> str:
    """A document's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in their order."""
    return [Block(page, *one) for one in re.findall(r"(?ms)^```(\w*)\n(.*?)^```", text_of(page))]


def commands(page: str, *languages: str) -> list[str]:
    """The lines of its blocks in these languages, without their comments."""
    lines = (line for b in blocks(page) if b.language in languages for line in b.text.splitlines())
    return [bare for line in lines if (bare := re.sub(r"(^|\s+)#.*", "", line).strip())]


def reader() -> dict[str, str]:
    """The environment of a reader who activated ``.venv`` and has a browser that does nothing."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", "BROWSER": "true"}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a shell, in ``folder``."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=reader(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def installed_by_make_run() -> str:
    """What the Makefile gives to pip for ``make run``, such as ``.[ocr]``."""
    recipe = re.search(r"(?m)^\$\(VENV\)/\.installed:.*\n(?:\t.*\n)*?\t.*--editable '(.*)'$", text_of("Makefile"))
    assert recipe is not None
    return recipe[1]
