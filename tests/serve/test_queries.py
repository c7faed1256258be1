"""Every query answers with what a person read in the shipped reports (tests/expected)."""

import inspect
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gkingest.store.ask.canned import CANNED

from .conftest import Asked

Expectations = dict[str, Any]  # what the fixture of that name gives
YOUXIAN = "攸县人民政府办公室"


def test_every_query_has_a_test_here() -> None:
    names = {name for name, one in inspect.getmembers(sys.modules[__name__], inspect.isfunction)}
    assert {f"test_{q.name}" for q in CANNED} <= names


def printed(expectations: Expectations, organ: str, year: int) -> Any:
    """What a person read in one report."""
    return next(e for e in expectations.values() if (e.organ, e.year) == (organ, year))


def total(expected: Any, row: str) -> Decimal:
    """A printed total of the table of requests."""
    return Decimal(expected.cells["requests", row, "total"][1])


def test_indicator_in_a_year(shipped: Asked) -> None:
    """2023: 13 of 53 in 卫东, 12 of 17 in 民乐, 21 of 39 in 固始, 33 of 57 in 攸县; 宝塔 leaves the cells blank."""
    rows = {r["organ"]: r for r in shipped.rows("indicator_in_a_year", indicator="disclosure_rate", year="2023")}
    told = {organ: (r["numerator"], r["denominator"], r["reason"]) for organ, r in rows.items()}
    assert told == {
        "卫东区人民政府办公室": (13, 53, None),
        "民乐县草畜产业局": (12, 17, None),
        "固始县城乡建设发展局": (21, 39, None),
        YOUXIAN: (33, 57, None),
        "宝塔区统计局": (None, 0, "blank"),
    }
    assert rows["宝塔区统计局"]["value"] is None
    assert rows["卫东区人民政府办公室"]["value"] == pytest.approx(100 * 13 / 53)


def test_ranking(shipped: Asked) -> None:
    asked = {"indicator": "disclosure_rate", "year": "2023", "kind": "", "level": "", "province": ""}
    rows = shipped.rows("ranking", **asked)
    assert [(r["place"], r["organ"]) for r in rows] == [
        (1, "民乐县草畜产业局"),
        (2, YOUXIAN),
        (3, "固始县城乡建设发展局"),
        (4, "卫东区人民政府办公室"),
    ]
    assert [r["organ"] for r in shipped.rows("ranking", **{**asked, "province": "湖南省"})] == [YOUXIAN]
    assert shipped.rows("ranking", **{**asked, "kind": "township"}) == []
    two = shipped.rows("ranking", **{**asked, "year": "2024", "level": "prefecture"})
    assert [(r["organ"], r["numerator"], r["denominator"]) for r in two] == [("襄阳市人民政府", 971 + 302, 2579)]


def test_organ_panel(shipped: Asked, expectations: Expectations) -> None:
    """All cells of the three tables of 卫东 2023 as printed."""
    rows = shipped.rows("organ_panel", organ="410403", year="2023")
    expected = printed(expectations, "卫东区人民政府办公室", 2023)
    found = {(r["table_key"], r["row_key"], r["column_key"]): r["raw_text"] for r in rows}
    assert found.pop(("fees_collected", "processing_fee", "amount")).endswith("未收费。")
    cells = {tuple(k): raw for k, (_, _, _, raw) in expected.cells.items() if k.table != "fees_collected"}
    assert found == cells
    assert shipped.rows("organ_panel", organ="", year="") == []
    assert {r["year"] for r in shipped.rows("organ_panel", organ="攸县", year="")} == {2020, 2021, 2022, 2023}


def test_organ_indicators(shipped: Asked) -> None:
    rows = shipped.rows("organ_indicators", organ="攸县")
    rates = {r["year"]: (r["numerator"], r["denominator"]) for r in rows if r["indicator"] == "disclosure_rate"}
    assert rates == {2020: (23, 40), 2021: (30, 49), 2022: (34, 56), 2023: (33, 57)}


def test_changes(shipped: Asked) -> None:
    rows = shipped.rows("changes", indicator="disclosure_rate", from_year="2021", to_year="2023")
    assert [r["organ"] for r in rows] == [YOUXIAN]
    assert rows[0]["change"] == pytest.approx(100 * 33 / 57 - 100 * 30 / 49)


def test_changes_look_up_a_division_instead_of_trying_all_governments(shipped_database: Path) -> None:
    """All governments have one key: without the division in it a join of two years grows with their square."""
    (changes,) = (q for q in CANNED if q.name == "changes")
    asked = {"indicator": "requests", "from_year": "2022", "to_year": "2023"}
    with closing(sqlite3.connect(shipped_database)) as base:
        plan = [row[3] for row in base.execute(f"EXPLAIN QUERY PLAN {changes.sql}", asked)]
    assert any("organ_key=?" in step and "region_code=?" in step for step in plan), plan


def test_changes_never_join_what_does_not_compare(shipped: Asked) -> None:
    """The completeness of one edition is of other slots than that of the other."""
    asked = {"indicator": "completeness", "from_year": "2020", "to_year": "2021"}
    assert shipped.rows("changes", **asked) == []
    assert len(shipped.rows("changes", **{**asked, "from_year": "2021", "to_year": "2022"})) == 1


def test_provinces(shipped: Asked) -> None:
    """湖南 2020: 攸县 23 of 40, 会同 4 of 171."""
    rows = shipped.rows("provinces", indicator="disclosure_rate")
    found = next(r for r in rows if (r["province"], r["year"]) == ("湖南省", 2020))
    assert (found["reports"], found["of_all"]) == (2, 2)
    assert found["pooled"] == pytest.approx(100 * 27 / 211)
    blank = next(r for r in rows if (r["province"], r["year"]) == ("陕西省", 2023))
    assert (blank["reports"], blank["of_all"], blank["pooled"]) == (0, 1, None)


def test_series(shipped: Asked, expectations: Expectations) -> None:
    """其他处理 is one row in 2020 and three rows from 2021 on: only their sum compares."""
    asked = {"table": "requests", "row": "other", "column": "total", "organ": YOUXIAN}
    found = {r["year"]: r["value"] for r in shipped.rows("series", **asked)}
    parts = ("other.correction_overdue", "other.fee_overdue", "other.misc")
    wanted = {2020: total(printed(expectations, YOUXIAN, 2020), "other")}
    for year in (2021, 2022, 2023):
        wanted[year] = sum((total(printed(expectations, YOUXIAN, year), p) for p in parts), Decimal(0))
    assert found == wanted


def test_findings_by_kind(shipped: Asked, expectations: Expectations) -> None:
    rows = shipped.rows("findings_by_kind")
    broken = sum(len(e.broken) for e in expectations.values())
    assert [(r["verdict"], r["findings"]) for r in rows if r["code"] == "rule.broken"] == [("printed", broken)]


def test_printed_errors(shipped: Asked, expectations: Expectations) -> None:
    rows = shipped.rows("printed_errors", year="")
    wanted = Counter({(e.organ, e.year): len(e.broken) for e in expectations.values() if e.broken})
    assert Counter((r["organ"], r["year"]) for r in rows) == wanted
    assert {r["year"] for r in shipped.rows("printed_errors", year="2023")} == {2023}


def test_coverage(shipped: Asked, expectations: Expectations) -> None:
    rows = shipped.rows("coverage")
    assert sum(r["reports"] for r in rows) == len(expectations) == 31
    assert Counter({r["year"]: 0 for r in rows}) + Counter(e.year for e in expectations.values()) == Counter(
        {y: sum(r["reports"] for r in rows if r["year"] == y) for y in {r["year"] for r in rows}}
    )
    hunan = {r["year"]: r["reports"] for r in rows if r["province"] == "湖南省"}
    assert hunan == {2020: 2, 2021: 1, 2022: 2, 2023: 1}


def test_missing_by_reason(shipped: Asked, expectations: Expectations) -> None:
    rows = shipped.rows("missing_by_reason", year="", province="")
    for state in ("blank", "dash"):
        wanted = Counter(
            (k.table, k.row) for e in expectations.values() for k, c in e.cells.items() if c[0] == state
        )
        assert {(r["table_key"], r["row_key"]): r[state] for r in rows if r[state]} == wanted
    shaanxi = [e for e in expectations.values() if (e.organ, e.year) == ("宝塔区统计局", 2023)]
    wanted = Counter((k.table, k.row) for e in shaanxi for k, c in e.cells.items() if c[0] == "blank")
    rows = shipped.rows("missing_by_reason", year="2023", province="陕西省")
    assert {(r["table_key"], r["row_key"]): r["blank"] for r in rows if r["blank"]} == wanted


def test_flagged_cells(shipped: Asked, expectations: Expectations) -> None:
    """Where the arithmetic of a report is broken, its figures are flagged; elsewhere none is."""
    organs = {r["organ"] for r in shipped.rows("flagged_cells", year="")}
    assert organs == {e.organ for e in expectations.values() if e.broken}


def test_duplicates(shipped: Asked, changed: Callable[..., Asked]) -> None:
    assert shipped.rows("duplicates") == []
    rows = changed(
        "INSERT INTO report_copy SELECT a.id, b.id, 'it was published later', 200, 1, '[]' "
        "FROM report AS a, report AS b WHERE a.organ = '卫东区人民政府办公室' AND b.organ = '湖北省生态环境厅'"
    ).rows("duplicates")
    assert [(r["organ"], r["agreed"], r["differed"]) for r in rows] == [("卫东区人民政府办公室", 200, 1)]


def test_contradicted(shipped: Asked, changed: Callable[..., Asked]) -> None:
    assert shipped.rows("contradicted", year="") == []
    asked = changed("UPDATE statement SET agrees = 0 WHERE report_id LIKE '3d179cc9%' AND ordinal = 1")
    assert [(r["organ"], r["year"]) for r in asked.rows("contradicted", year="")] == [
        ("卫东区人民政府办公室", 2023)
    ]
    assert asked.rows("contradicted", year="2022") == []


def test_narrative(shipped: Asked) -> None:
    """林果 stands in the narrative of 西林县林果产业局 alone; words are cut as the index is."""
    rows = shipped.rows("narrative", words="沙糖桔苗木抽检")
    assert {r["organ"] for r in rows} == {"西林县林果产业局"}
    assert shipped.rows("narrative", words="") == []
    assert shipped.rows("narrative", words='" OR "公开') == []


def test_unread_files(shipped: Asked, root: Path) -> None:
    lines = (root / "tests/expected/not-reports.txt").read_text(encoding="utf-8").splitlines()
    wanted = {f"corpus/{line.split(chr(9))[0]}" for line in lines if line and not line.startswith("#")}
    assert {r["path"] for r in shipped.rows("unread_files")} == wanted
