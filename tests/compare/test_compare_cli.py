"""``gkingest compare`` and ``gkingest cite`` as a user types them."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from gkingest.cli.main import main


@pytest.fixture
def call(corpus_file: Path, root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The program with arguments, on a database of the corpus: exit code, output, messages."""
    monkeypatch.chdir(root)

    def run(*arguments: object, db: object = corpus_file) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gkingest", *map(str, arguments), "--db", str(db)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capfd.readouterr()

    return run


def test_a_table_with_title_formula_and_notes(call) -> None:  # type: ignore[no-untyped-def]
    code, out, err = call("compare", "disclosure_rate", "--year", "2023", "--percentile")
    assert (code, err) == (0, "")
    assert "公开率：予以公开与部分公开占办结" in out
    assert "(requests/granted/total + requests/partial/total) / requests/decided_total/total" in " ".join(
        out.split()
    )
    assert "33/57" in out
    assert "(blank)" in out
    assert "half of those equal" in out


def test_csv_and_json_and_nothing_else(call) -> None:  # type: ignore[no-untyped-def]
    code, out, err = call("compare", "requests/granted/total", "--organ", "攸县", "--csv")
    assert (code, err) == (0, "")
    assert [(row["year"], row["value"]) for row in csv.DictReader(io.StringIO(out))] == [
        ("2020", "19"),
        ("2021", "23"),
        ("2022", "26"),
        ("2023", "25"),
    ]
    code, out, err = call("compare", "requests", "--by", "year,province", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["groups"][0]["group"][0] == "2020"


def test_counts_by_inhabitants(call, corpus_file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / "own.sqlite"
    shutil.copy(corpus_file, own)
    people = tmp_path / "people.csv"
    people.write_text("region_code,year,population\n410403,2023,400000\n430223,2023,737500\n")
    assert call("population", people, db=own)[0] == 0

    code, out, err = call("compare", "requests", "--year", "2023", "--per-capita", db=own)
    assert (code, err) == (0, "")
    # 53 requests and 400,000 inhabitants; 59 and 737,500
    first, second, *others = (line.split() for line in out.splitlines() if "  2023  " in line)
    assert (first[0], first[-2:]) == ("1", ["1.325", "53/400,000"])
    assert (second[0], second[-2:]) == ("2", ["0.800", "59/737,500"])
    assert others
    assert all(line[0] == "–" and "(no inhabitants known)" in line for line in others)
    assert "for each 10,000 inhabitants" in out

    code, out, _ = call("compare", "requests/granted/total", "--by", "year", "--per-capita", "--json", db=own)
    assert code == 0
    (group,) = (g for g in json.loads(out)["groups"] if g["group"] == ["2023"])
    # granted: 9 in Weidong, 25 in You county
    assert (group["numerator"], group["denominator"]) == (34, 1137500)
    assert Decimal(group["pooled"]) == round(Decimal(340000) / 1137500, 15)

    for name in ("disclosure_rate", "completeness"):
        code, _, err = call("compare", name, "--per-capita", db=own)
        assert (code, "a rate by inhabitants would mean nothing" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "no such indicator or cell"),
        (["requests", "--json", "--csv"], "exclude each other"),
        (["requests", "--chart-kind", "series"], "add --chart"),
        (["requests", "--year", "soon"], "no year"),
        (["requests", "--level", "city"], "no such level"),
        (["requests", "--by", "colour"], "groups are made by"),
        (["requests", "--province", "海南"], "the database has"),
    ],
)
def test_what_cannot_be_done_ends_with_exit_code_2(arguments: list[str], told: str, call) -> None:  # type: ignore[no-untyped-def]
    code, out, err = call("compare", *arguments)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize("command", [["compare", "requests"], ["cite", "某县", 2023, "requests/granted/total"]])
def test_without_a_database_nothing_is_made(command: list[object], call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, err = call(*command, db=tmp_path / "no.sqlite")
    assert code == 2
    assert "there is no such database" in err
    assert not (tmp_path / "no.sqlite").exists()


def documented(root: Path) -> list[list[str]]:
    """Every command of ``docs/comparing.md``."""
    text = (root / "docs" / "comparing.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"(?ms)^```bash\n(.*?)^```", text) for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("gkingest ")]


def test_the_commands_of_the_documentation_run(call, root: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = documented(root)
    assert len(found) > 12
    for words in found:
        if "--chart" in words:
            pytest.importorskip("matplotlib")
        written = [w for w in words if w.endswith((".svg", ".png"))]
        code, _, err = call(*(tmp_path / w if w in written else w for w in words))
        if code == 5 and "no font" in err and os.environ.get("CI") != "true":
            pytest.skip(err)
        assert code == 0, f"{words}: {err}"
        assert all((tmp_path / w).stat().st_size > 1000 for w in written)


def test_a_chart_is_written_and_its_notes_are_said(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("matplotlib")
    out = tmp_path / "a.svg"
    code, printed, err = call("compare", "disclosure_rate", "--chart", out, "-l", "zh")
    if code == 5 and "no font" in err and os.environ.get("CI") != "true":
        pytest.skip(err)
    assert (code, printed) == (0, "")
    assert err.startswith(f"已画出：{out}")
    assert out.read_bytes().startswith(b"<?xml")


def test_a_citation_with_its_picture(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "格.png"
    code, printed, err = call("cite", "卫东区", 2023, "requests/granted/total", "--crop", out)
    assert (code, err) == (0, f"cut out: {out}\n")
    assert "value    9\n" in printed
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_citation_as_json_and_bibtex(call) -> None:  # type: ignore[no-untyped-def]
    words = ("cite", "卫东区", 2023, "requests/granted/total")
    _, printed, _ = call(*words, "--json")
    assert json.loads(printed)["value"] == 9
    _, printed, _ = call(*words, "--bibtex")
    assert printed.startswith("@techreport{gk410403-2023-")


def test_an_ambiguous_organ_ends_with_exit_code_2(call) -> None:  # type: ignore[no-untyped-def]
    code, printed, err = call("cite", "县", 2023, "requests/granted/total")
    assert (code, printed) == (2, "")
    assert "may be any of" in err


def test_a_picture_that_is_no_png_or_cannot_be_written_is_refused(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    words = ("cite", "卫东区", 2023, "requests/granted/total", "--crop")
    assert "ends in .png" in call(*words, tmp_path / "a.jpg")[2]
    assert "cannot be written" in call(*words, tmp_path / "no" / "a.png")[2]
