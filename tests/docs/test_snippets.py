"""What the documents give to paste can be pasted as it stands, and then does what they say."""

import re
import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from docs.printed import blocks, text_of

from gkingest.cli.main import main
from gkingest.document.ingest import ingest
from gkingest.formats.load import load_formats
from gkingest.model.finding import Finding
from gkingest.model.report import Document


@pytest.fixture
def my_schemas(root: Path, tmp_path: Path) -> Path:
    """A copy of the folder, as docs/adding-a-format.md has one make it."""
    return Path(shutil.copytree(root / "schemas", tmp_path / "my-schemas"))


@pytest.fixture
def strange_label(root: Path, tmp_path: Path) -> Path:
    """A report that prints one row under a name of its own."""
    text = (root / "tests/read/plain_report.txt").read_text(encoding="utf-8")
    assert text.count("1. 属于国家秘密") == 1
    path = tmp_path / "report.txt"
    path.write_text(text.replace("1. 属于国家秘密", "1.涉密信息"), encoding="utf-8")
    return path


def said_of_rows(document: Document) -> list[Finding]:
    """The findings about rows of its report."""
    assert document.report is not None
    return [f for f in document.report.findings if f.code.startswith("row.")]


def snippet(page: str) -> str:
    """The only YAML that a page gives."""
    (found,) = (b.text for b in blocks(page) if b.language == "yaml")
    return found


def test_an_alias_pasted_over_its_line_makes_the_label_known(my_schemas: Path, strange_label: Path) -> None:
    line = snippet("docs/adding-a-format.md")
    before = ingest(strange_label, load_formats(my_schemas))
    assert [f.code for f in said_of_rows(before)] == ["row.unmatched", "row.absent"]
    path = my_schemas / "formats/gk-2021.yml"
    text = path.read_text(encoding="utf-8")
    (old,) = re.findall(r"(?m)^.*\{key: denied\.state_secret,.*\n", text)
    path.write_text(text.replace(old, line), encoding="utf-8")
    after = ingest(strange_label, load_formats(my_schemas))
    assert said_of_rows(after) == []
    assert after.report is not None
    secret = [f for f in after.report.facts if f.key.row == "denied.state_secret"]
    assert [f.value for f in secret] == [Decimal(0)] * 7
    # The pasted line keeps all that the form's own line says, and adds one alias.
    assert line == old.replace("aliases: [国家秘密]", "aliases: [国家秘密, 1.涉密信息]")


def test_the_findings_that_are_shown_are_those_of_such_a_report(strange_label: Path, root: Path) -> None:
    shown = [b.text for b in blocks("docs/adding-a-format.md") if b.language == "text"]
    document = ingest(strange_label, load_formats(root / "schemas"))
    for line, finding in zip(shown[0].splitlines(), said_of_rows(document), strict=True):
        assert line.startswith(f"{finding.severity.name.capitalize()}: ")
        assert f" ({finding.place}" in line
        assert line.endswith(f": {finding.message} [{finding.code}]")


def test_a_label_that_is_near_has_the_line_that_is_shown(strange_label: Path, root: Path) -> None:
    shown = [b.text for b in blocks("docs/adding-a-format.md") if b.language == "text"]
    text = strange_label.read_text(encoding="utf-8").replace("1.涉密信息", "1.国家涉密")
    strange_label.write_text(text, encoding="utf-8")
    document = ingest(strange_label, load_formats(root / "schemas"))
    (near,) = said_of_rows(document)
    assert near.code == "row.fuzzy"
    assert shown[1].strip() == f"→ {near.hint}"


def test_an_indicator_pasted_at_the_end_is_compared(
    my_schemas: Path,
    after_make_run: Path,
    expectations: dict[str, object],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its value is that of the figures which a person read in the report."""
    pasted = snippet("docs/indicators.md")
    assert "`schemas/indicators.yaml`" in text_of("docs/indicators.md")
    with (my_schemas / "indicators.yaml").open("a", encoding="utf-8") as file:
        file.write(pasted)
    database = shutil.copy(after_make_run / "db/gkingest.sqlite", my_schemas.parent / "own.sqlite")
    words = ["compare", "refusal_rate", "--organ", "攸县", "--year", "2023", "--csv"]
    monkeypatch.setattr(sys, "argv", ["gkingest", *words, "--db", database, "--schemas", str(my_schemas)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capfd.readouterr()
    assert ended.value.code == 0, err
    (report,) = (e for e in expectations.values() if "攸县" in e.document and e.year == 2023)
    refused = sum(
        value
        for key, (_, value, _, _) in report.cells.items()
        if key.column == "total" and key.row.partition(".")[0] in ("denied", "unavailable", "rejected")
    )
    decided = next(v for k, (_, v, _, _) in report.cells.items() if k == ("requests", "decided_total", "total"))
    head, row = (line.split(",") for line in out.splitlines())
    told = dict(zip(head, row, strict=True))
    assert (Decimal(told["numerator"]), Decimal(told["denominator"])) == (refused, decided)
    assert round(float(told["value"]), 6) == round(100 * float(refused / decided), 6)
