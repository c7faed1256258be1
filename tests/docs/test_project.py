"""The pages about the project itself: how to contribute, how to cite, what changed."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| (`[^|]+) \| ([^|]+) \|$", CONTRIBUTING)


def version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def files_in(text: str) -> list[str]:
    """Words set as code that look like a file or folder of the project."""
    return [w for w in re.findall(r"`([^`\s]+)`", text) if re.search(r"/|\.(py|md|ya?ml|toml|sql|cff)$", w)]


def test_every_file_that_contributing_names_exists() -> None:
    named = files_in(CONTRIBUTING)
    assert len(named) > 25
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("what", ["alias", "edition", "rule", "input", "indicator"])
def test_contributing_tells_how_to_add(what: str) -> None:
    part = re.search(rf"(?ms)^### [^\n]*\b{what}\b.*?(?=^##|\Z)", CONTRIBUTING)
    assert part is not None
    assert any(name.startswith(("src/", "schemas/")) for name in files_in(part[0]))
    assert any(name.startswith("tests/") for name in files_in(part[0]))


@pytest.mark.parametrize(
    "what", ["An alias", "A kind of rule", "A kind of input", "What counts as the current report"]
)
def test_what_is_added_often_asks_a_newcomer_for_three_files_at_most(what: str) -> None:
    """A row is one thing to write: a page in both languages is one, and so is one of several format files."""
    part = re.search(rf"(?ms)^### {what}.*?(?=^##|\Z)", CONTRIBUTING)
    assert part is not None
    assert 0 < len(re.findall(r"(?m)^\| `", part[0])) <= 3


def test_what_contributing_says_is_in_a_file_is_in_it() -> None:
    """A name of the code, set as code, stands in the files of its line."""
    told = 0
    for files, what in ROWS:
        paths = [ROOT / name for name in files_in(files) if (ROOT / name).is_file()]
        text = "".join(path.read_text(encoding="utf-8") for path in paths)
        for name in re.findall(r"`(_?[A-Za-z]\w*)(?:\.\w+)?`", what):
            assert re.search(rf"\b{re.escape(name)}\b", text), (files, name)
            told += 1
    assert told >= 3


def test_contributing_names_targets_that_make_knows() -> None:
    targets = set(re.findall(r"(?m)^([\w-]+)\s*:(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    asked = set(re.findall(r"(?m)(?:^|`)make ([\w-]+)", CONTRIBUTING))
    assert {"test", "lint", "schema"} <= asked <= targets


def test_the_citation_is_one_of_cff_1_2_0() -> None:
    """As its schema has it: these keys are required, an entity has a name, a date is one, a licence is of SPDX."""
    read = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(read)
    assert set(read) <= {
        *("cff-version", "message", "title", "authors", "abstract", "type", "version", "date-released"),
        *("license", "keywords", "repository-code", "url", "doi", "identifiers", "references", "contact"),
    }
    assert read["cff-version"] == "1.2.0"
    assert read["type"] == "software"
    assert read["authors"] == [{"name": "gkingest contributors"}]
    assert all(isinstance(read[key], str) and read[key] for key in ("message", "title", "abstract"))
    assert datetime.date.fromisoformat(read["date-released"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (read["version"], read["license"]) == (project["version"], project["license"])
    assert len(set(read["keywords"])) == len(read["keywords"]) > 0


def test_the_changelog_has_what_is_unreleased_above_dated_versions() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    head, first, *versions = re.findall(r"(?m)^#{1,2} .*$", text)
    assert (head, first) == ("# Changelog", "## Unreleased")
    found = [re.fullmatch(r"## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", line) for line in versions]
    assert found and all(found)
    dates = [datetime.date.fromisoformat(f[2]) for f in found if f]
    assert dates == sorted(dates, reverse=True)
    assert next(f[1] for f in found if f) == version()


def test_the_citation_is_of_the_newest_version_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\S+) \((.+)\)$", text)
    assert newest is not None
    assert f"version: {newest[1]}\n" in cited and f'date-released: "{newest[2]}"\n' in cited
