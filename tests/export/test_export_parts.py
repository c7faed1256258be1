"""A part of a database is taken out, and Excel in China opens it with the names that the form prints."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from gkingest.errors import UsageError
from gkingest.export.run import Part, export
from gkingest.formats.indicators import find_indicator, shipped_measures
from gkingest.store.ask.series import selection
from gkingest.store.database import open_database


@pytest.fixture(scope="module")
def folder(shipped_database: Path, tmp_path_factory: pytest.TempPathFactory, formats) -> Path:  # type: ignore[no-untyped-def]
    out = tmp_path_factory.mktemp("part")
    measures = shipped_measures()
    part = Part(selection(["2023"], ["河南"], (), ()), frozenset([find_indicator("公开率", measures).key]))
    engine = open_database(str(shipped_database), formats)
    export(engine, formats, measures, out / "out", ("csv", "xlsx"), "zh", part=part, bom=True)
    with pytest.raises(UsageError, match="the database has years: 2009"):
        export(engine, formats, measures, out / "none", part=Part(selection((), ["西藏"], (), ())))
    engine.dispose()
    return out / "out"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_only_what_was_asked_for_is_written(folder: Path) -> None:
    panel = rows(folder / "panel.csv")
    assert {(r["province"], r["year"]) for r in panel} == {("河南省", "2023")}
    ids = {r["report_id"] for r in panel}
    assert {r["report_id"] for r in rows(folder / "facts.csv")} == ids
    assert {r["indicator"] for r in rows(folder / "indicators.csv")} == {"disclosure_rate"}


def test_excel_knows_the_encoding_and_shows_printed_names(folder: Path) -> None:
    assert (folder / "panel.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    page = openpyxl.load_workbook(folder / "gkingest.xlsx")["panel"]
    heads = [cell.value for cell in page[1]]
    assert "机关名称（照印）" in heads
    assert any("予以公开" in str(head) and "总计" in str(head) for head in heads)
    assert page.column_dimensions["C"].width > 8


def test_a_heading_of_excel_is_a_name_and_no_list_of_words_for_programs(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "gkingest.xlsx", read_only=True)
    heads = {page.title: [str(v) for v in next(page.iter_rows(max_row=1, values_only=True))] for page in book}
    assert {"严重程度", "疑问代码"} <= {*heads["errata"]} and "文件种类" in heads["documents"]
    for head in (head for row in heads.values() for head in row):
        assert head.count("（") == head.count("）"), "it is not cut within its brackets"
        assert not re.match(r"[a-z]+([（：]|$)", head), head


def test_an_unknown_indicator_is_told_with_those_that_are_near() -> None:
    with pytest.raises(UsageError, match="公开率"):
        find_indicator("公开", shipped_measures())
