"""The pages of the rooms say what the package is, and every module says what it is."""

import ast
from pathlib import Path

import pytest
from house.rooms import DECISIONS, DESIGN, PACKAGE, PAGES, asking, decisions, first_pages, pages, traced


def test_the_pages_of_the_rooms_are_those_of_this_package() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert written == pages(), "run make design"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_module_says_in_one_line_what_it_is(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first, *rest = told.split("\n")
    assert first.endswith((".", ";")) and (not rest or not rest[0]), f"{path}: {first!r}"


def test_every_decision_is_listed() -> None:
    assert (DECISIONS / "README.md").read_text(encoding="utf-8") == decisions(), "run make design"


@pytest.mark.slow
def test_the_way_of_a_document_is_short_and_as_it_is_drawn() -> None:
    drawn = DESIGN.read_text(encoding="utf-8").split("```")[1].strip("\n")
    assert drawn == traced(), "run make design"
    steps = [line.split()[0] for line in drawn.splitlines() if not line.startswith(" ")]
    assert steps[0] == "batch.run", "the terminal hands it the paths"
    assert len(steps) + 1 <= 14


def test_only_the_ladder_goes_back_to_the_paper() -> None:
    assert asking("tables") == {"document.ladder"}
    # What is read with and what a document is hold tests for text that speaks of the form, which read nothing; an
    # attempt is what the ladder got.
    others = {"document.attempt", "document.read_with", "document.outcome"}
    assert asking("interpret.table") == {"document.ladder", *others}
    assert asking("read.pdf.plumber") == {"document.ladder"}


def test_the_first_page_of_help_that_is_shown_is_the_one_that_the_commands_write() -> None:
    written = first_pages()
    assert {path: path.read_text(encoding="utf-8") for path in written} == written, "run make design"
