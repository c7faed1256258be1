"""Which reports stand in the default views: those read for certain; the others are told apart, with the reason."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from gkingest.compare.comparison import Wanted, compare
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import Document, Status
from gkingest.store.ask.coverage import counts
from gkingest.store.ask.dump import Snapshot, sheets
from gkingest.store.database import open_database
from gkingest.store.views.all_views import views
from gkingest.store.views.view import View
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document

from .cases import ONE, TWO, document, fact, report, rows

THREE = "3" * 64
SUSPECT = Finding("reading.suspect", "12 of 20 relations do not hold", touches=(("*", "*", "*"),))
UNREAD = Finding("page.unread", "page 3 was not read", page=3)
PLACE = {"organ": "某县财政局", "organ_key": "财政局", "region_code": "410403", "organ_kind": "department"}
FIGURES = [fact(FactKey("requests", row, "total"), n) for row, n in (("granted", "3"), ("decided_total", "4"))]
# what keeps a report out → the word that says so
LEFT_OUT: dict[str, tuple[Status, dict[str, Any], tuple[Finding, ...], str]] = {
    "an unread page": (Status.NEEDS_OCR, {}, (UNREAD,), "needs_ocr"),
    "a file that needs recognition": (Status.NEEDS_OCR, {}, (), "needs_ocr"),
    "a text layer in doubt": (Status.NEEDS_OCR, {}, (SUSPECT,), "reading_suspect"),
    "a picture in doubt": (Status.NEEDS_REVIEW, {}, (SUSPECT,), "reading_suspect"),
    "no organ": (Status.NEEDS_REVIEW, {"organ": "", "organ_key": ""}, (), "organ_unknown"),
    "no year": (Status.NEEDS_REVIEW, {"year": None}, (), "year_unknown"),
}
# Views over everything.
ENDS = ("panel_all", "reports_all", "facts_long", "documents", "fact", "finding", "panel_amounts", "cell")
ENDS += ("numbered",)


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Any, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """An empty database of either kind."""
    kind = request.param
    url = str(tmp_path / "g.sqlite") if kind == "sqlite" else str(request.getfixturevalue("own_schema"))
    opened = open_database(url, formats)
    yield opened
    opened.dispose()


def put(engine: Engine, sha256: str, status: Status = Status.OK, *findings: Finding, **more: Any) -> None:
    """Save one report of 2023; of a certain organ unless told otherwise."""
    made = report(*FIGURES, findings=findings, **(PLACE | more))
    save_document(engine, document(f"{sha256[0]}.pdf", sha256, status=status, report=made))


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_report_that_was_not_read_for_certain_is_in_no_default_view(
    base: Engine, name: str, formats: tuple[Format, ...]
) -> None:
    status, more, findings, word = LEFT_OUT[name]
    put(base, ONE, organ="某县水利局", organ_key="水利局")
    put(base, TWO, status, *findings, **more)
    assert rows(base, "SELECT sha256, left_out FROM panel_all ORDER BY sha256") == [(ONE, None), (TWO, word)]
    assert rows(base, "SELECT sha256, left_out FROM reports_all ORDER BY sha256") == [(ONE, None), (TWO, word)]
    for view in (v for v in views(formats) if v.name not in ENDS):
        told = reports_in(base, view)
        assert f"{TWO}-1" not in told, view.name
    assert reports_in(base, next(v for v in views(formats) if v.name == "panel_department")) == {f"{ONE}-1"}


def reports_in(engine: Engine, view: View) -> set[str]:
    """Identifiers of the reports that a view has rows of."""
    names = {c.name for c in view.columns}
    key = next(n for n in ("report_id", "id", "later_id") if n in names)
    return {r[0] for r in rows(engine, f"SELECT DISTINCT {key} FROM {view.name}")}


def test_nothing_of_it_is_ranked_exported_or_counted(base: Engine, formats: tuple[Format, ...]) -> None:
    put(base, ONE, organ="某县水利局", organ_key="水利局")
    put(base, TWO, Status.NEEDS_OCR, SUSPECT)
    found = compare(base, "disclosure_rate", formats, shipped_measures(), Wanted())
    assert [s.seen.who.organ for s in found.standings] == ["某县水利局"]
    with Snapshot(base) as snapshot:
        for sheet in sheets(formats):
            if sheet.name != "documents":
                assert TWO not in repr(list(snapshot.rows(sheet))), sheet.name
    counted = counts(base)
    assert [(r.sha256, r.left_out) for r in counted.reports] == [(ONE, None), (TWO, "reading_suspect")]
    assert sum(row.n for row in counted.cells) == len(FIGURES)
    assert counted.tally.reports == 1


def test_one_that_was_read_for_certain_comes_before_one_that_was_not(base: Engine) -> None:
    put(base, ONE, Status.NEEDS_OCR, UNREAD, title="年度报告（更正）")
    put(base, TWO)
    assert link_copies(base) == 1
    assert rows(base, "SELECT sha256 FROM panel") == [(TWO,)]
    assert rows(base, "SELECT sha256, left_out FROM panel_all") == [(TWO, None)]
    assert rows(base, "SELECT report_id, reason FROM report_copy") == [
        (f"{ONE}-1", "the other could not be read for certain")
    ]


def test_of_a_file_with_two_reports_only_the_one_with_the_unread_page_is_left_out(base: Engine) -> None:
    first, second = (report(*FIGURES, **(PLACE | {"year": year})) for year in (2022, 2023))
    doubtful = report(*FIGURES, findings=(UNREAD,), **(PLACE | {"year": 2023}))
    kept = document("a.pdf", ONE, status=Status.NEEDS_OCR, report=first)
    save_document(base, Document(kept.path, kept.source, kept.status, "report", "", first, more=(doubtful,)))
    assert rows(base, "SELECT year, left_out FROM panel_all ORDER BY year") == [(2022, None), (2023, "needs_ocr")]
    assert rows(base, "SELECT year FROM panel") == [(2022,)]
    save_document(base, Document(kept.path, kept.source, Status.OK, "report", "", first, more=(second,)))
    assert rows(base, "SELECT year FROM panel ORDER BY year") == [(2022,), (2023,)]


def test_once_it_is_read_it_stands_where_the_others_do(base: Engine) -> None:
    put(base, ONE, Status.NEEDS_OCR, UNREAD)
    assert not rows(base, "SELECT * FROM panel")
    put(base, ONE)
    assert rows(base, "SELECT sha256 FROM panel") == [(ONE,)]


def test_an_edition_that_the_crosswalk_lacks_breaks_no_view_and_moves_no_row(
    tmp_path: Any, formats: tuple[Format, ...]
) -> None:
    newer = formats[-1].model_copy(update={"edition": "2031", "id": "gk-2031"})
    seen = []
    for name, editions in (("two", formats), ("three", (*formats, newer))):
        base = open_database(str(tmp_path / f"{name}.sqlite"), editions)
        put(base, ONE, organ="某县水利局", organ_key="水利局", format="2019", year=2020)
        put(base, TWO)
        if len(editions) > len(formats):
            put(base, THREE, format="2031", organ="某县民政局", organ_key="民政局")
        link_copies(base)
        made = {view.name: view for view in views(editions)}
        told = {}
        for view in made.values():
            names = [c.name for c in view.columns]
            key = next((name for name in names if name in ("report_id", "id", "later_id", "report")), "path")
            shown = [dict(zip(names, r, strict=True)) for r in all_rows(base, view)]
            told[view.name] = sorted(repr(r) for r in shown if not str(r[key]).startswith("3"))
        assert compare(base, "requests", editions, shipped_measures(), Wanted()).standings
        ours = [r for r in rows(base, "SELECT DISTINCT report_id, comparable FROM indicators") if r[0][0] == "3"]
        assert {comparable for _, comparable in ours} <= {0}
        seen.append(told)
        base.dispose()
    assert seen[0] == seen[1]


def all_rows(engine: Engine, view: View) -> list[tuple[Any, ...]]:
    """Every row of a view."""
    return rows(engine, f"SELECT {', '.join(c.name for c in view.columns)} FROM {view.name}")
