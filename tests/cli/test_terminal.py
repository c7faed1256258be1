"""What a document, a file name or a crawl says is shown on a terminal and never obeyed by it."""

import json
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kinds.writing import as_docx, as_html, as_mhtml, as_ofd, as_text, as_xlsx, blocks

from cli.conftest import Call
from gkingest.formats.spec import Format

SVG = "{http://www.w3.org/2000/svg}"
WRITERS = {"html": as_html, "mhtml": as_mhtml, "docx": as_docx, "xlsx": as_xlsx, "txt": as_text, "ofd": as_ofd}
# Clear the screen, rename the window, one control of eight bits, and two marks that turn what follows round.
EVIL = "\x1b[2J\x1b]0;x\x07\x9b31m\u202e\u2066"


def steering(text: str) -> list[str]:
    """Characters that a terminal does not show: controls and marks of direction."""
    return sorted({f"{ord(c):04x}" for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")})


@pytest.fixture
def page(gk2021: Format, here: Path) -> Path:
    """A report as a web page whose organ, labels and file name would steer a terminal."""
    html = as_html(blocks(gk2021)).decode("gb18030")
    assert html.count("规章") and html.count("总体情况")
    html = html.replace("规章", f"规{EVIL}章").replace("总体情况", f"总体{EVIL}情况")
    path = here / "re\x1b[2Jport\u202e.html"
    path.write_text(html, encoding="gb18030")
    return path


@pytest.mark.parametrize(
    "command",
    [
        ["inspect", "FILE"],
        ["inspect", "FILE", "--json"],
        ["inspect", "FILE", "--svg", "out.svg"],
        ["FILE", "-v"],
        ["FILE", "--json"],
        ["FILE", "--dry-run", "-v"],
        ["inspect", "no\x1b[2Jsuch\u202efile"],
        ["no\x1b[2Jsuch\u202efile"],
    ],
    ids=" ".join,
)
def test_nothing_steers_the_terminal(page: Path, call: Call, command: list[str]) -> None:
    answer = call(*(str(page) if word == "FILE" else word for word in command))
    assert answer.out or answer.err
    assert steering(answer.out + answer.err) == []


def test_what_was_saved_is_shown_as_safely_and_kept_as_it_was_read(page: Path, call: Call) -> None:
    assert call(page).code == 0
    asked = (["status"], ["search", "情况"], ["report", "q.html"], ["compare", "requests", "--year", "2023"])
    for command in asked:
        answer = call(*command)
        assert steering(answer.out + answer.err) == [], command
    told = [json.loads(line) for line in call(page, "--force", "--json").out.splitlines()]
    assert any("re\x1b[2Jport\u202e.html" in str(line.get("path")) for line in told)


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_files_without_pages_are_drawn_with_the_words_in_place_of_a_picture(
    gk2021: Format, here: Path, call: Call, kind: str
) -> None:
    (here / f"report.{kind}").write_bytes(WRITERS[kind](blocks(gk2021)))
    answer = call("inspect", f"report.{kind}", "--svg", "out.svg")
    assert answer.code == 0, answer.err
    drawn = sorted(here.glob("out*.svg"))
    assert drawn
    roots = [ElementTree.parse(path).getroot() for path in drawn]
    assert not [image for root in roots for image in root.iter(f"{SVG}image")]
    words = "".join("".join(element.itertext()) for root in roots for element in root.iter(f"{SVG}text"))
    assert words.count("一、本年新收政府信息公开申请数量") == 1
    assert [g for root in roots for g in root.iter(f"{SVG}g") if g.get("data-key", "").startswith("requests/")]
