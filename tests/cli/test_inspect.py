"""``gkingest inspect``, ``formats``, ``codebook``: what the program shows when asked."""

import json
import re
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.conftest import DOUBTFUL, NEWS, REPORT, Call, copy_document
from gkingest.errors import ExitCode
from gkingest.render import text_width

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def doubtful(corpus: Path, here: Path) -> Path:
    """A report with a total that is wrong in print."""
    return copy_document(corpus, DOUBTFUL, here)


def test_every_stage_is_shown(doubtful: Path, call: Call) -> None:
    answer = call("inspect", doubtful)
    lines = answer.out.splitlines()
    stages = [line for line in lines if line.isupper() and not line.startswith(" ")]

    assert answer.code == 0
    assert stages == [
        *("SOURCE", "PAGES", "GRIDS", "SECTIONS", "IDENTITY", "FORMAT"),
        *("TABLES", "RULES", "FINDINGS", "VERDICT"),
    ]
    assert any(line.split() == ["organ", "固始县城乡建设发展局"] for line in lines)
    row = next(line for line in lines if line.split()[:1] == ["decided_total"])
    assert row.split() == ["decided_total", "63!", "3!", "0!", "0!", "0!", "0!", "39!"]
    found = lines[lines.index("RULES") :]
    assert sum(line.endswith("[rule.broken]") for line in found) == 3


def test_what_is_no_report_is_shown_as_far_as_it_was_read(corpus: Path, here: Path, call: Call) -> None:
    answer = call("inspect", copy_document(corpus, NEWS, here))

    assert answer.code == 0
    assert "not_a_report" in answer.out
    assert "PAGES" in answer.out


def test_an_unreadable_file_is_shown_with_its_reason(here: Path, call: Call) -> None:
    (here / "a.pdf").write_bytes(b"")
    answer = call("inspect", "a.pdf", "--svg", "a.svg")

    assert answer.code == 0
    assert "the file is empty" in answer.out
    assert "nothing was drawn" in answer.err


def test_json_holds_pages_and_grids(doubtful: Path, call: Call) -> None:
    seen = json.loads(call("inspect", doubtful, "--json").out)

    assert [p["number"] for p in seen["pages"]] == [1, 2, 3]
    assert [g["table"] for g in seen["grids"]] == ["proactive", "requests", "disputes"]
    assert seen["report"]["organ"] == "固始县城乡建设发展局"


def test_the_drawing_is_xml_with_a_box_for_every_figure(doubtful: Path, here: Path, call: Call) -> None:
    answer = call("inspect", doubtful, "--svg", "seen.svg")
    drawings = sorted(here.glob("*.svg"))
    marks: dict[str, ElementTree.Element] = {}
    for drawing in drawings:
        tree = ElementTree.parse(drawing)
        image = tree.find(f"{SVG}image")
        assert image is not None
        assert image.attrib["href"].startswith("data:image/png;base64,")
        marks |= {g.attrib["data-key"]: g for g in tree.iter(f"{SVG}g") if "data-key" in g.attrib}

    assert answer.code == 0
    assert [d.name for d in drawings] == ["seen-p1.svg", "seen-p2.svg", "seen-p3.svg"]
    assert len(marks) == 201  # the fee of section six is marked in its sentence
    wrong = marks["requests/decided_total/natural_person"]
    assert wrong.attrib["class"] == "reported flagged"
    assert "'63'" in (wrong.findtext(f"{SVG}title") or "")


def test_a_folder_cannot_be_inspected(here: Path, call: Call) -> None:
    answer = call("inspect", here)

    assert answer.code == ExitCode.USAGE
    assert "is a folder" in answer.err


def test_a_drawing_that_cannot_be_written_is_a_usage_error(corpus: Path, here: Path, call: Call) -> None:
    answer = call("inspect", copy_document(corpus, REPORT, here), "--svg", "no/such/folder.svg")

    assert answer.code == ExitCode.USAGE
    assert "cannot be written" in answer.err


def test_formats_lists_the_editions(call: Call) -> None:
    answer = call("formats")

    assert answer.code == 0
    older = {"words-2008", "fj-2009", "sh-2008", "dx-2008", "fj-2014", "gb-2014"}
    listed = re.findall(r"(?m)^  (\S+) .*\d$", answer.out)
    assert max(map(text_width, answer.out.splitlines()[1:])) <= 80
    assert (set(listed[:-2]), listed[-2:]) == (older, ["gk-2019", "gk-2021"])


def test_formats_checks_a_folder(here: Path, call: Call) -> None:
    answer = call("formats", "--schemas", here)

    assert answer.code == ExitCode.FORMAT
    assert str(here) in answer.err


@pytest.mark.parametrize(("language", "title"), [("en", "# Codebook"), ("zh", "# 编码手册")])
def test_the_codebook_is_printed(call: Call, language: str, title: str) -> None:
    answer = call("codebook", "--language", language)

    assert answer.out.startswith(title)
    assert "decided_total" in answer.out


def test_the_version_is_printed(call: Call) -> None:
    assert call("--version").out.strip() == f"gkingest {version('gkingest')}"
