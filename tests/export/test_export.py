"""What is exported comes back in the programs researchers use: every number, reason, label and key, and no more."""

import csv
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from frictionless import Package, validate
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gkingest.errors import UsageError
from gkingest.export.folder import SUMS
from gkingest.export.names import short_names
from gkingest.export.plain import number
from gkingest.export.run import export
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.short_names import shipped_short_words
from gkingest.formats.spec import Format
from gkingest.store.ask.dump import REASONS, Snapshot, sheets
from gkingest.store.database import open_database
from gkingest.text.spreadsheet import cell_text

TAGS = {word: f"{chr(ord('a') + n)}" for n, (word, _) in enumerate(REASONS)}
SHEETS = [
    *("reports", "panel", "facts", "comparable", "indicators_wide"),
    *("indicators", "per_capita", "errata", "decisions", "pair_findings", "documents", "population"),
]


@pytest.fixture(scope="module")
def database(shipped_database: Path, formats: tuple[Format, ...], tmp_path_factory: Any) -> Iterator[Engine]:
    place = Path(shutil.copy(shipped_database, tmp_path_factory.mktemp("export") / "gkingest.sqlite"))
    engine = open_database(str(place), formats)
    with engine.begin() as connection:  # a title and a name that mean something elsewhere, and a long text
        connection.execute(text("INSERT INTO phrase VALUES (99999, :m, :m)"), {"m": "长" * 900})
        connection.execute(text("UPDATE location SET title = '=HYPERLINK(\"http://x\")', message = 99999"))
        connection.execute(text("INSERT INTO population VALUES ('410403', 2023, 320000)"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def folder(database: Engine, formats: tuple[Format, ...], tmp_path_factory: Any) -> Path:
    """The shipped corpus exported in every format."""
    target = tmp_path_factory.mktemp("exported") / "out"
    export(database, formats, shipped_measures(), target)
    return Path(target)


def test_processes_that_help_give_the_same_bytes(
    database: Engine, folder: Path, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkingest.store.ask.dump.AT_ONCE", 3)
    monkeypatch.setattr("gkingest.export.telling.WORTH", 3)
    parts = list[Fraction]()
    by_hand = Path(tmp_path / "out")
    export(
        database,
        formats,
        shipped_measures(),
        by_hand,
        on_progress=lambda _, done: parts.append(done),
        helpers=2,
    )
    assert parts.count(Fraction(6, 11)) == 1, "31 reports, three at a time"
    for path in folder.iterdir():
        assert (by_hand / path.name).read_bytes() == path.read_bytes(), path.name


def test_who_writes_meanwhile_is_noticed(database: Engine, tmp_path: Path, formats: tuple[Format, ...]) -> None:
    """Others who begin to read then would read another state."""
    place = str(shutil.copy(str(database.url.database), tmp_path / "written.sqlite"))
    engine, other = open_database(place, formats), open_database(place, formats)
    with Snapshot(engine) as snapshot:
        assert snapshot.file and snapshot.is_latest()
        with other.begin() as connection:
            connection.execute(text("INSERT INTO population VALUES ('110000', 2023, 1)"))
        assert not snapshot.is_latest()
    engine.dispose()
    other.dispose()


def plain_text(cell: str) -> str:
    """The text of a CSV cell, as the export's README says."""
    return cell.removeprefix("'")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def asked(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)).all())


def test_there_is_a_file_of_every_sheet_in_every_format(folder: Path) -> None:
    names = {p.name for p in folder.iterdir()}
    assert {f"{s}.{ending}" for s in SHEETS for ending in ("csv", "parquet", "dta")} <= names
    assert names >= {"gkingest.xlsx", "README.md", "datapackage.json", "CITATION.cff", "codebook.zh.html", SUMS}
    assert not any(name.startswith(".") for name in names)


def test_the_sums_are_those_of_the_files(folder: Path) -> None:
    listed = dict(reversed(line.split("  ")) for line in (folder / SUMS).read_text().splitlines())
    assert set(listed) == {p.name for p in folder.iterdir()} - {SUMS}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_every_printed_number_comes_back_with_every_digit(folder: Path, expectations: dict[str, Any]) -> None:
    """Against what a person read on the pages."""
    reports = {r["path"].removeprefix("corpus/"): r["id"] for r in rows_of(folder / "reports.csv")}
    found = {
        (r["report_id"], f"{r['table_key']}/{r['row_key']}/{r['column_key']}"): r
        for r in rows_of(folder / "facts.csv")
    }
    checked = 0
    for name, expected in expectations.items():
        for key, (state, value, _, raw) in expected.cells.items():
            row = found[reports[name], str(key)]
            assert row["state"] == state
            assert plain_text(row["raw_text"]).split() == raw.split() or key.column == "amount"
            if state == "reported" and row["form_value"]:
                checked += 1
                assert Decimal(row["value"]) == value
                assert Decimal(row["form_value"]) == value or key.table == "proactive"
    assert checked > 4000


def test_an_amount_comes_with_its_unit_and_its_place(folder: Path) -> None:
    """固始县城乡建设发展局 prints 251000元 under a heading in 万元, 仙居县 318.46万元 where the form has 元."""
    facts = rows_of(folder / "facts.csv")
    amounts = {(r["form_unit"], r["table_key"], r["row_key"], r["column_key"]) for r in facts if r["form_unit"]}
    assert amounts == {
        ("万元", "proactive", "fees", "amount"),
        ("元", "proactive", "procurement", "amount"),
        ("元", "fees_collected", "processing_fee", "amount"),
        # Before 2019: what was charged, waived and spent.
        ("万元", "charges", "on_request", "year"),
        ("元", "charges", "waived", "year"),
        ("元", "charges", "waived", "cumulative"),
        ("万元", "resources", "budget", "year"),
    }
    other = [r for r in facts if r["unit"] and r["unit"] != r["form_unit"] and r["form_value"]]
    printed = {(r["value"], r["unit"], r["form_value"], r["form_unit"]) for r in other}
    assert printed >= {("251000", "元", "25.1", "万元"), ("318.46", "万元", "3184600", "元")}
    assert all(float(r["x0"]) < float(r["x1"]) and float(r["top"]) < float(r["bottom"]) for r in facts if r["x0"])
    frame = pd.read_stata(folder / "facts.dta", convert_categoricals=False)
    assert list(frame["form_unit"]) == [r["form_unit"] for r in facts]


def test_rates_per_inhabitant_come_where_there_are_inhabitants(
    folder: Path, shipped_database: Path, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    """Of the corpus one organ of 卫东区 reports for 2023; 320,000 live there in the test's table of population."""
    rows = rows_of(folder / "per_capita.csv")
    known = [r for r in rows if r["population"]]
    assert {(r["region_code"], r["year"], r["population"]) for r in known} == {("410403", "2023", "320000")}
    for row in known:
        assert float(row["value"]) == pytest.approx(10_000 * int(row["numerator"]) / 320_000)
    assert {r["reason"] for r in rows if not r["population"]} >= {"no_population"}
    frame, _ = pyreadstat.read_dta(str(folder / "per_capita.dta"), user_missing=True)
    assert (frame["value"] == "i").sum() == sum(r["reason"] == "no_population" for r in rows) > 0
    engine = open_database(str(shutil.copy(shipped_database, tmp_path / "none.sqlite")), formats)
    export(engine, formats, shipped_measures(), tmp_path / "out", ["csv"])
    engine.dispose()
    assert rows_of(tmp_path / "out/per_capita.csv") == []


def test_wide_and_long_say_the_same(folder: Path, formats: tuple[Format, ...]) -> None:
    panel = {r["report_id"]: r for r in rows_of(folder / "panel.csv")}
    labelled = {r["report_id"]: r for r in rows_of(folder / "panel_labelled.csv")}
    # Figures of the national sheet by level of government have no columns of their own in the panel.
    levels = ("govt", "depts", "towns")
    facts = [f for f in rows_of(folder / "facts.csv") if f["column_key"] not in levels]
    for fact in facts:
        name = "__".join(fact[k].replace(".", "_") for k in ("table_key", "row_key", "column_key"))
        row = panel[fact["report_id"]]
        assert (row[name], row[f"{name}__missing"]) == (fact["form_value"], fact["missing"])
        assert labelled[fact["report_id"]][name] == (fact["form_value"] or fact["missing"])
    cells = sum(1 for row in panel.values() for name in row if name.endswith("__missing"))
    lacking = sum(1 for row in panel.values() for word in row.values() if word == "not_in_edition")
    # What a report may print beside a fee has a column in all rows, and a figure only where it is printed.
    beside = {key for f in formats for stated in f.stated for key, *_ in stated.slots() if key != stated.fact_key}
    names = [f"{key.table}__{key.row}__{key.column}__missing" for key in beside]
    assert cells == len(facts) + lacking + sum(row[n] == "absent" for row in panel.values() for n in names)


def test_the_panel_is_that_of_the_views(folder: Path, database: Engine) -> None:
    with database.connect() as connection:
        figures = connection.execute(text("SELECT * FROM panel ORDER BY report_id")).mappings().all()
        reasons = connection.execute(text("SELECT * FROM panel_missing ORDER BY report_id")).mappings().all()
    for row, figure, reason in zip(rows_of(folder / "panel.csv"), figures, reasons, strict=True):
        assert [n for n in row if not n.endswith("__missing")] == list(figure)
        for name, value in figure.items():
            if f"{name}__missing" in row:
                printed = Decimal(row[name]) if row[name] else None
                assert printed == (None if value is None else Decimal(str(value)))
                assert row[f"{name}__missing"] == (reason[name] or "")
            else:
                assert plain_text(row[name]) == ("" if value is None else str(value))


@pytest.mark.parametrize("sheet", SHEETS)
def test_stata_files_hold_the_numbers_the_reasons_and_the_labels(folder: Path, sheet: str) -> None:
    plain = rows_of(folder / f"{sheet}.csv")
    frame, about = pyreadstat.read_dta(str(folder / f"{sheet}.dta"), user_missing=True)
    fields = {f["name"]: f for f in resource(folder, sheet)["schema"]["fields"]}
    reasons = {n: reason_of(n, fields) for n in fields}
    kept = [n for n in fields if n not in reasons.values()]
    assert len(frame) == len(plain)
    for short, name in zip(frame.columns, kept, strict=True):
        assert len(short) <= 32
        wanted = fields[name]["title"] if short == name else f"{name}: {fields[name]['title']}"
        label = about.column_names_to_labels[short]
        assert label.startswith(wanted[:70]) or wanted.startswith(label[:-1])
        for seen, row in zip(frame[short], plain, strict=True):
            if fields[name]["type"] == "string":
                assert seen == plain_text(row[name])
            elif row[name]:
                assert seen == pytest.approx(float(row[name]), rel=1e-15)
            elif reasons[name]:
                assert seen == TAGS[row[reasons[name]]]
            else:
                assert pd.isna(seen) or seen == ""
    assert len(pd.read_stata(folder / f"{sheet}.dta", convert_categoricals=False)) == len(plain)


def reason_of(name: str, fields: dict[str, Any]) -> str:
    """The column that tells why a number is missing, as the Data Package says."""
    for told in fields[name].get("missingValues", []):
        if told["label"].startswith("no number; the reason is in "):
            return str(told["label"].rpartition(" ")[2])
    return ""


def resource(folder: Path, name: str) -> dict[str, Any]:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return next(r for r in package["resources"] if r["name"] == name)


def test_the_data_package_is_valid_and_its_missing_values_have_labels(folder: Path) -> None:
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:3]
    fields = {f["name"]: f for f in resource(folder, "panel_labelled")["schema"]["fields"]}
    words = {m["value"] for m in fields["requests__granted__total"]["missingValues"]}
    assert words == {word for word, _ in REASONS}
    read = Package(str(folder / "datapackage.json")).get_resource("panel_labelled").read_rows()
    assert {type(row["requests__granted__total"]) for row in read} <= {Decimal, type(None)}


def test_a_damaged_data_package_is_not_valid(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    lines = (copy / "facts.csv").read_text(encoding="utf-8").splitlines()
    (copy / "facts.csv").write_text("\n".join([*lines, lines[1]]), encoding="utf-8")  # a row twice
    assert not validate(str(copy / "datapackage.json")).valid


def test_parquet_is_the_same_in_pandas_and_duckdb(folder: Path, database: Engine) -> None:
    for sheet in SHEETS:
        plain = rows_of(folder / f"{sheet}.csv")
        frame = pd.read_parquet(folder / f"{sheet}.parquet")
        assert list(frame.columns) == [f["name"] for f in resource(folder, sheet)["schema"]["fields"]]
        assert len(frame) == len(plain)
    path = folder / "facts.parquet"
    (count, total, year) = duckdb.sql(
        f"SELECT count(*), sum(form_value), max(year) FROM '{path}' WHERE table_key = 'requests'"
    ).fetchall()[0]
    query = "SELECT count(*), sum(form_value), max(year) FROM facts_current WHERE table_key = 'requests'"
    assert (count, total, year) == tuple(asked(database, query)[0])


def test_a_workbook_has_numbers_as_numbers_and_no_formula(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "gkingest.xlsx")
    assert book.sheetnames == ["codebook", *SHEETS]
    title = [cell.value for cell in book["documents"][1]].index("title")
    titles = {row[title].value for row in book["documents"].iter_rows(min_row=2)}
    assert titles == {'=HYPERLINK("http://x")'}
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}
    header = [cell.value for cell in book["panel"][1]]
    column = header.index("requests__new_received__total")
    plain = [r["requests__new_received__total"] for r in rows_of(folder / "panel.csv")]
    assert [row[column].value for row in book["panel"].iter_rows(min_row=2)] == [
        int(v) if v else None for v in plain
    ]


@pytest.mark.parametrize(("most", "cut"), [(31, True), (32, False), (33, False)])
def test_a_sheet_that_excel_does_not_take_says_so_itself(
    database: Engine,
    formats: tuple[Format, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    cut: bool,
) -> None:
    """The 31 reports and their heading want 32 rows."""
    monkeypatch.setattr("gkingest.export.workbook.MOST_ROWS", most)
    notes = dict(export(database, formats, shipped_measures(), tmp_path / "out", ["xlsx"]))["gkingest.xlsx"]
    assert "facts" in notes
    assert ("reports" in notes) is cut
    book = openpyxl.load_workbook(tmp_path / "out/gkingest.xlsx")
    rows = list(book["reports"].iter_rows(values_only=True))
    plain = rows_of(tmp_path / "out/reports.csv")
    assert len(rows) == min(most, 32)
    assert [row[0] for row in rows[1:31]] == [r["id"] for r in plain[: 30 - cut]] + [
        "Cut: " + CUT.format(most)
    ] * cut
    assert rows[-1].count(None) == len(rows[0]) - 1 or not cut
    assert notes in (tmp_path / "out/README.md").read_text()


CUT = "Excel ends at {} rows. 表格至此截断。reports.csv has all of them."


@pytest.mark.parametrize(("length", "cut"), [(32_767, False), (32_768, True)])
def test_a_text_that_a_cell_of_excel_does_not_take_is_said_to_be_cut(
    formats: tuple[Format, ...], shipped_database: Path, tmp_path: Path, length: int, cut: bool
) -> None:
    """Excel counts a character beyond the basic plane twice."""
    said = "𠮷" + "长" * (length - 2)
    engine = open_database(str(shutil.copy(shipped_database, tmp_path / "x.sqlite")), formats)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO phrase VALUES (99999, :m, :m)"), {"m": said})
        connection.execute(text("UPDATE location SET message = 99999"))
    notes = dict(export(engine, formats, shipped_measures(), tmp_path / "out", ["xlsx", "dta"]))
    engine.dispose()
    assert ("documents" in notes["gkingest.xlsx"]) is cut
    page = openpyxl.load_workbook(tmp_path / "out/gkingest.xlsx")["documents"]
    column = next(c.column for c in page[1] if c.value == "message")
    shown = page.cell(2, column).value
    assert shown == (said[:-2] + "…" if cut else said)
    frame, _ = pyreadstat.read_dta(str(tmp_path / "out/documents.dta"))
    assert set(frame["message"]) == {said}


def test_no_text_of_a_report_runs_in_a_spreadsheet(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        for row in rows_of(path):
            for name, cell in row.items():
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                    assert float(cell) <= 0, f"{path.name} {name}"
    assert {r["title"] for r in rows_of(folder / "documents.csv")} == {'\'=HYPERLINK("http://x")'}


@given(st.text())
def test_any_text_comes_back_and_none_is_a_formula(words: str) -> None:
    cell = cell_text(words)
    assert plain_text(cell) == words
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30))
def test_any_number_comes_back(value: Decimal) -> None:
    assert Decimal(number(value)) == value
    assert "E" not in number(value)


def test_a_person_can_type_the_names_of_stata(formats: tuple[Format, ...]) -> None:
    """Short words by the shipped file, the same in whatever order and beside whatever else; no numbers."""
    (panel,) = (s for s in sheets(formats) if s.name == "panel")
    names = [c.name for c in panel.columns if not c.tells_why]
    short = dict(zip(names, short_names(names, shipped_short_words()), strict=True))
    assert short["requests__granted__total"] == "requests__granted__total"
    assert short["requests__denied_process__natural_person"] == "req_denied_process_nat"
    assert short["disputes__litigation_after_review__upheld"] == "dis_lit_after_review_upheld"
    assert len({*short.values()}) == len(short)
    assert not [name for name in short.values() if re.search(r"_[2-9]$", name)]
    others = short_names(names[::-3], shipped_short_words())
    assert others == [short[name] for name in names[::-3]]


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True), unique=True))
def test_names_for_stata_are_short_and_each_stands_once(names: list[str]) -> None:
    short = short_names(names)
    assert len(set(short)) == len(names)
    assert all(0 < len(s) <= 32 for s in short)
    assert short_names(short) == short


def test_the_same_database_gives_the_same_bytes(
    folder: Path, database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    export(database, formats, shipped_measures(), tmp_path / "again")
    for path in sorted(folder.iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_chinese_labels(database: Engine, formats: tuple[Format, ...], tmp_path: Path) -> None:
    export(database, formats, shipped_measures(), tmp_path / "zh", ["dta"], "zh")
    _, about = pyreadstat.read_dta(str(tmp_path / "zh/panel.dta"), user_missing=True)
    assert "新收" in about.column_names_to_labels["requests__new_received__total"]
    assert about.variable_value_labels["requests__new_received__total"]["a"] == "空白，不等于 0"
    assert not (tmp_path / "zh/gkingest.xlsx").exists()
    assert (tmp_path / "zh/panel.csv").exists()


def test_nothing_of_anybody_else_is_overwritten(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UsageError, match=r"thesis\.docx"):
        export(database, formats, shipped_measures(), tmp_path, ["csv"])
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def sums_of(folder: Path) -> str:
    """What ``sha256sum *`` prints there."""
    listed = sorted(p for p in folder.iterdir() if p.is_file() and p.name != SUMS)
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in listed)


def test_a_folder_with_sums_of_its_own_is_not_ours(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    (tmp_path / "reports.csv").write_text("collected by hand")
    (tmp_path / SUMS).write_text(sums_of(tmp_path))
    with pytest.raises(UsageError, match=r"reports\.csv"):
        export(database, formats, shipped_measures(), tmp_path, ["csv"])
    assert (tmp_path / "reports.csv").read_text() == "collected by hand"


def test_work_beside_or_in_an_export_is_not_overwritten(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    target = tmp_path / "out"
    export(database, formats, shipped_measures(), target, ["csv"])
    (target / "thesis.do").write_text("regress")
    (target / SUMS).write_text(sums_of(target))  # somebody took the sums anew, with files of their own
    with pytest.raises(UsageError, match=r"thesis\.do"):
        export(database, formats, shipped_measures(), target, ["csv"])
    (target / "thesis.do").unlink()
    (target / "panel.csv").write_text("with a column of my own")
    with pytest.raises(UsageError, match=r"changed since \(panel\.csv\)"):
        export(database, formats, shipped_measures(), target, ["csv"])
    assert (target / "panel.csv").read_text() == "with a column of my own"


@pytest.mark.parametrize("at", [1, 3, 12, 20])
def test_an_export_killed_while_it_replaces_another_is_taken_up(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    target = tmp_path / "out"
    export(database, formats, shipped_measures(), target, ["csv", "dta"])
    steps = iter(range(1, 1000))

    replace_really = Path.replace

    def replace(path: Path, aim: Path) -> None:
        if next(steps) == at:
            raise KeyboardInterrupt
        replace_really(path, aim)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            export(database, formats, shipped_measures(), target, ["csv"], "zh")
    if at > 1:
        assert not (target / SUMS).exists()  # nobody takes it for whole
    export(database, formats, shipped_measures(), target, ["csv"], "zh")
    assert (target / SUMS).read_text() == sums_of(target)
    assert not list(target.glob("*.dta"))


def test_an_earlier_export_is_replaced_as_a_whole(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    target = tmp_path / "out"
    export(database, formats, shipped_measures(), target, ["dta"])
    export(database, formats, shipped_measures(), target, ["csv"])
    assert not list(target.glob("*.dta"))
    assert (target / SUMS).exists()


def test_an_export_that_breaks_off_leaves_the_earlier_one(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    target = tmp_path / "out"
    export(database, formats, shipped_measures(), target, ["csv"])
    before = {p.name: p.read_bytes() for p in target.iterdir()}

    def stop(name: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(database, formats, shipped_measures(), target, ["csv"], on_sheet=stop)
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before


@pytest.mark.parametrize("kind", ["csv", "dta", "parquet", "xlsx"])
def test_a_full_disk_leaves_the_earlier_export_and_says_so(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    target = tmp_path / "out"
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fail(*_: object) -> None:
        raise full

    def broken_off() -> str:
        with monkeypatch.context() as patched, pytest.raises(UsageError) as caught:
            patched.setattr(f"gkingest.export.{PLACES[kind]}", fail)
            export(database, formats, shipped_measures(), target, [kind])
        return str(caught.value)

    assert broken_off() == (
        f"{target}: the export broke off (No space left on device); nothing was written; make room or name another "
        "folder, and export again"
    )
    assert not target.exists()
    export(database, formats, shipped_measures(), target, [kind])
    before = {p.name: p.read_bytes() for p in target.iterdir()}
    assert "the earlier export in it is as it was" in broken_off()
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before


# Where each format writes its last.
PLACES = {
    "csv": "plain._CsvWriter.close",
    "dta": "stata.StataFormat.close",
    "parquet": "columnar._ParquetWriter.close",
    "xlsx": "workbook.ExcelFormat.close",
}


def test_a_workbook_for_which_there_is_no_room(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library puts an error of its own in front of what the system says."""

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("xlsxwriter.workbook.Workbook._store_workbook", fail)
    with pytest.raises(UsageError, match=r"broke off \(No space left on device\); nothing was written"):
        export(database, formats, shipped_measures(), tmp_path / "out", ["xlsx"])


def test_a_full_disk_while_the_new_takes_the_place_of_the_old_says_that_it_is_not_whole(
    database: Engine, formats: tuple[Format, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    export(database, formats, shipped_measures(), target, ["csv"])
    replace, steps = Path.replace, iter(range(1, 1000))

    def replace_three(path: Path, aim: Path) -> None:
        if next(steps) > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(path, aim)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_three)
        with pytest.raises(UsageError, match="it is not whole"):
            export(database, formats, shipped_measures(), target, ["csv"])
    export(database, formats, shipped_measures(), target, ["csv"])
    assert (target / SUMS).read_text() == sums_of(target)


def test_the_command_says_what_it_wrote(shipped_database: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gkingest", "export", str(tmp_path / "out"), "--db", str(shipped_database)]
    done = subprocess.run([*command, "-f", "csv"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "panel: 31 rows" in done.stdout
    assert "left out" not in done.stdout
    missing = [*command[:-1], str(tmp_path / "none.sqlite")]
    done = subprocess.run(missing, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no such database, so there is nothing to export" in done.stderr


def bare(missing: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """``gkingest`` in a Python that lacks some libraries."""
    script = f"import sys; sys.modules |= dict.fromkeys({missing!r}.split())\n"
    script += "from gkingest.cli.main import main; main()"
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_extras_the_rest_is_written_and_it_is_said_what_was_left_out(
    shipped_database: Path, tmp_path: Path
) -> None:
    done = bare("pyarrow xlsxwriter", "export", tmp_path / "out", "--db", shipped_database)
    assert done.returncode == 0, done.stderr
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".csv", ".dta", ".json", ".cff", ".md", ".html", ""}
    last = done.stdout.splitlines()[-1]
    assert last.startswith("left out, their libraries are not installed: PARQUET, XLSX; ")
    assert last.endswith('-m pip install "gkingest[export]"')

    done = bare("xlsxwriter", "export", tmp_path / "more", "--db", shipped_database)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "more" / "panel.parquet").exists()
    assert "not installed: XLSX; " in done.stdout


def test_a_format_that_was_asked_for_and_cannot_be_written_is_an_error(
    shipped_database: Path, tmp_path: Path
) -> None:
    asked = ("export", tmp_path / "out", "--db", shipped_database, "-f", "csv", "-f", "parquet")
    done = bare("pyarrow", *asked)
    assert done.returncode == 2
    assert '-m pip install "gkingest[export]"' in done.stderr
    assert not (tmp_path / "out").exists()
