"""Numbers without loss, text that no terminal obeys, tables that stay aligned."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from gkingest.corpus.discovery import discover
from gkingest.errors import UsageError
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact, Report
from gkingest.paths import stored_path
from gkingest.render import printable, render_golden, render_json, render_table, render_value, shortened, text_width


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (Decimal(0), 0),
        (Decimal("-3"), -3),
        (Decimal("9116.36"), "9116.36"),
        (Decimal("1.50"), "1.50"),
        (Decimal("13575394432.52"), "13575394432.52"),
        (Decimal("1E+3"), "1E+3"),
        (Decimal(2**53 + 1), str(2**53 + 1)),
    ],
)
def test_a_number_survives_json(value: Decimal | None, shown: int | str | None) -> None:
    assert render_value(value) == shown
    again = json.loads(json.dumps(render_value(value)))
    assert value is None or Decimal(again) == value


def test_json_holds_any_text_on_one_line() -> None:
    tree = {"text": "年\n\x00\ud800\u2028"}
    line = render_json(tree)

    assert line.count(b"\n") == 1
    assert json.loads(line) == tree


def test_golden_lines_keep_states_apart() -> None:
    key = FactKey("proactive", "fees", "amount")
    facts = (
        Fact(key, CellState.REPORTED, Decimal("5"), "万元", "5\n万元"),
        Fact(key, CellState.DASH, raw="—"),
        Fact(key, CellState.ABSENT),
    )

    assert render_golden(Report("", None, "2021", "", facts, ())) == [
        "proactive/fees/amount\treported\t5\t万元\t5\\n万元",
        "proactive/fees/amount\tdash\t\t\t—",
        "proactive/fees/amount\tabsent\t\t\t",
    ]


def test_control_characters_are_shown_not_obeyed() -> None:
    assert printable("a\x1b[2J\nb报") == "a\\x1b[2J\\nb报"
    printable("\ud800").encode("utf-8")


def test_tables_align_chinese() -> None:
    lines = render_table([("自然人", "1"), ("a", "22")], indent="", right=True)

    assert lines == ["自然人   1", "a       22"]
    assert {text_width(line) for line in lines} == {10}
    assert shortened("政府信息公开", 7) == "政府信…"


def test_files_are_found_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b/2.pdf", "b/1.pdf", "a/x.pdf", "c.txt", ".dot/y.pdf", "b/.z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a/round").symlink_to("../a")
    (tmp_path / "b/over").symlink_to("../a")
    found = discover([Path("b/2.pdf"), tmp_path, Path("b")])

    assert [stored_path(p) for p in found] == ["a/x.pdf", "b/1.pdf", "b/2.pdf", "c.txt"]
    assert [stored_path(p) for p in discover([Path("b/.z")])] == ["b/.z"]


def test_paths_outside_the_current_folder_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert stored_path(Path("../x.pdf")) == (tmp_path / "x.pdf").as_posix()
    assert stored_path(tmp_path / "here/./x.pdf") == "x.pdf"


def test_a_command_in_the_wrong_place_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="a command comes first"):
        discover([Path("inspect")], ["ingest", "inspect"])
