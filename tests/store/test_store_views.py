"""The views are the contract with researchers: exact columns, nothing doubled, nothing made up."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine

from gkingest.errors import FormatError
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.report import CellState, Document, Status
from gkingest.store.database import open_database
from gkingest.store.views.all_views import views
from gkingest.store.views.panel import LONGEST_NAME, panel_column, panel_slots
from gkingest.store.write.save import save_document

from .cases import BOX, FEES, NEW, ONE, SECRET, TWO, document, fact, report, rows

FACTS_LONG = (
    "path sha256 organ region_code region_name year format table_key row_key column_key state value unit "
    "raw_text page x0 top x1 bottom method confidence flagged verdict value_read decided_by decision"
)
DOCUMENTS = "path sha256 status kind organ year format verdict message message_zh"
PANEL = (
    "sha256 path organ region_code region_name year format verdict n_flagged "
    "report_id organ_kind organ_key province prefecture region_level"
)
FIRST_FIGURE = len(PANEL.split())


def columns(engine: Engine, view: str) -> list[str]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(f"SELECT * FROM {view}").keys())


def test_the_columns_are_exactly_these(engine: Engine) -> None:
    assert " ".join(columns(engine, "facts_long")) == FACTS_LONG
    assert " ".join(columns(engine, "documents")) == DOCUMENTS
    assert " ".join(columns(engine, "panel")[:FIRST_FIGURE]) == PANEL


def test_panel_has_a_column_for_every_figure_of_every_edition(engine: Engine, formats: tuple[Format, ...]) -> None:
    shown = columns(engine, "panel")[FIRST_FIGURE:]
    for form in formats:
        # Some columns of sheets before 2019 have none: figures of a month, of a period, of a level of government.
        narrow = {"month", "period", "govt", "depts", "towns"}
        slots = [(t.key, row, column) for t in form.tables for row, column, _, _ in t.slots()]
        wanted = [panel_column(*slot) for slot in slots if slot[2] not in narrow]
        wanted += [panel_column(s.table, s.row, s.column) for s in form.stated]
        assert set(wanted) <= set(shown)
        newest = max(f.edition for f in formats)
        if form.edition == newest:
            assert shown[: len(wanted)] == wanted
    assert len(set(shown)) == len(shown)
    assert {"requests__denied_state_secret__total", "requests__new_received__total"} <= set(shown)


def test_a_fact_is_shown_whole(engine: Engine) -> None:
    one = fact(NEW, "53", unit="件", page=2, box=BOX, method=Method.parse("ruled/exact"), confidence=0.75)
    known = report(one, region_code="410403", region_name="卫东区")
    save_document(engine, document("a.pdf", ONE, report=known))
    (row,) = rows(engine, "SELECT * FROM facts_long")
    assert dict(zip(FACTS_LONG.split(), row, strict=True)) == {
        "path": "a.pdf",
        "sha256": ONE,
        "organ": "某县人民政府办公室",
        "region_code": "410403",
        "region_name": "卫东区",
        "year": 2023,
        "format": "2021",
        "table_key": "requests",
        "row_key": "new_received",
        "column_key": "total",
        "state": "reported",
        "value": 53,
        "unit": "件",
        "raw_text": "53",
        "page": 2,
        "x0": 10.5,
        "top": 20.2,
        "x1": 30.0,
        "bottom": 40.8,
        "method": "ruled/exact",
        "confidence": 0.75,
        "flagged": 0,
        "verdict": "accepted",
        "value_read": 53,
        "decided_by": None,
        "decision": None,
    }


def test_every_path_is_in_documents(engine: Engine) -> None:
    save_document(engine, document("a.pdf", ONE))
    for status in Status:
        save_document(engine, Document(f"{status}.pdf", None, status, "", f"it is {status}"))
    seen = rows(engine, "SELECT path, status, organ, year, format, verdict FROM documents WHERE path = 'a.pdf'")
    assert seen == [("a.pdf", "ok", "某县人民政府办公室", 2023, "2021", "accepted")]
    assert rows(engine, "SELECT count(*) FROM documents") == [(1 + len(Status),)]


def test_panel_shows_zero_as_zero_and_everything_unsaid_as_null(engine: Engine) -> None:
    facts = [
        fact(FactKey("requests", "granted", "total"), "0"),
        *(
            fact(FactKey("requests", row, "total"), None, state=state)
            for row, state in [
                ("partial", CellState.BLANK),
                ("carried_in", CellState.DASH),
                ("carried_out", CellState.ABSENT),
                ("decided_total", CellState.UNREADABLE),
            ]
        ),
    ]
    save_document(engine, document("a.pdf", ONE, *facts))
    names = ", ".join(f"requests__{f.key.row}__total" for f in facts)
    assert rows(engine, f"SELECT {names}, requests__new_received__total FROM panel") == [
        (0, None, None, None, None, None)
    ]


def test_panel_gives_amounts_in_the_unit_of_the_form(engine: Engine) -> None:
    known = fact(FEES, "251000", unit="元", form_value=Decimal("25.1"))
    save_document(engine, document("a.pdf", ONE, known))
    save_document(engine, document("b.pdf", TWO, fact(FEES, "3", unit="两", form_value=None)))
    assert rows(engine, "SELECT path, proactive__fees__amount FROM panel ORDER BY path") == [
        ("a.pdf", 25.1),
        ("b.pdf", None),
    ]


@pytest.mark.parametrize(
    ("touch", "flagged"),
    [
        (("requests", "new_received", "total"), {NEW}),
        (("requests", "*", "total"), {NEW, SECRET}),
        (("requests", "denied.state_secret", "*"), {SECRET}),
        (("proactive", "*", "*"), {FEES}),
        (("*", "*", "*"), {NEW, SECRET, FEES}),
        (("disputes", "*", "*"), set()),
    ],
)
def test_a_warning_flags_what_it_touches(
    engine: Engine, touch: tuple[str, str, str], flagged: set[FactKey]
) -> None:
    doubt = Finding("rule.broken", "1 + 1 = 3", touches=(touch,))
    save_document(engine, document("a.pdf", ONE, *map(fact, (NEW, SECRET, FEES)), findings=(doubt,)))
    query = "SELECT table_key, row_key, column_key FROM facts_long WHERE flagged = 1"
    assert set(rows(engine, query)) == {tuple(key) for key in flagged}
    assert rows(engine, "SELECT n_flagged, verdict FROM panel") == [(len(flagged), "needs_review")]


def test_a_doubt_about_the_organ_and_mere_information_flag_no_figure(engine: Engine) -> None:
    doubts = (Finding("organ.unknown", "no organ"), Finding("row.fuzzy", "近似", touches=(tuple(NEW),)))
    save_document(engine, document("a.pdf", ONE, fact(), findings=doubts))
    assert rows(engine, "SELECT flagged FROM facts_long") == [(0,)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT organ, value FROM facts_long WHERE year = 2023 AND table_key = 'requests' "
        "AND row_key = 'new_received' AND column_key = 'total'",
        "SELECT organ, requests__new_received__total FROM panel WHERE year = 2023",
        "SELECT * FROM panel WHERE organ = '某县' ORDER BY year",
        "SELECT * FROM facts_long WHERE path = 'a.pdf'",
    ],
)
def test_the_usual_questions_scan_no_table(engine: Engine, query: str) -> None:
    steps = [step for *_, step in rows(engine, f"EXPLAIN QUERY PLAN {query}")]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]


def test_views_follow_the_formats(engine: Engine, gk2019: Format, formats: tuple[Format, ...]) -> None:
    save_document(engine, document())
    other = open_database(str(engine.url.database), [gk2019])
    assert "proactive__regulations__issued" not in columns(other, "panel")
    assert rows(other, "SELECT requests__new_received__total FROM panel") == [(53,)]
    again = open_database(str(engine.url), formats)
    assert "proactive__regulations__issued" in columns(again, "panel")
    for one in (other, again):
        one.dispose()


def test_the_statements_of_all_views_stay_small(formats: tuple[Format, ...]) -> None:
    """SQLite keeps them in each file, and reads them all whenever one is opened, whatever is asked of it."""
    assert sum(len(view.statement()) for view in views(formats)) < 250_000


def test_figures_that_would_share_a_column_are_a_format_error(gk2021: Format) -> None:
    table = gk2021.table("disputes")
    block = table.blocks[0]
    first = block.rows[0]
    clash = [first.model_copy(update={"key": key}) for key in ("a.b", "a_b")]
    wrong = table.model_copy(update={"blocks": (block.model_copy(update={"rows": tuple(clash)}),)})
    with pytest.raises(FormatError, match="would both be column disputes__a_b__upheld"):
        panel_slots([gk2021.model_copy(update={"printed": (wrong,)})])


def test_a_name_too_long_for_a_database_is_a_format_error(gk2021: Format) -> None:
    wrong = gk2021.tables[0].model_copy(update={"key": "x" * LONGEST_NAME})
    with pytest.raises(FormatError, match="shorten a key"):
        panel_slots([gk2021.model_copy(update={"printed": (wrong,)})])


def test_every_view_and_column_has_its_comment_in_both_languages(formats: tuple[Format, ...]) -> None:
    for view in views(formats):
        assert all(view.comment)
        assert [c.name for c in view.columns if not all(c.comment)] == []
