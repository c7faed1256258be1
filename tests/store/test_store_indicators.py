"""Indicators: every value of the shipped corpus against a value computed by hand, null in and null out."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from gkingest.check.articulation import tally
from gkingest.errors import UsageError
from gkingest.formats.indicators import shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Document
from gkingest.store.database import open_database
from gkingest.store.views.all_views import views
from gkingest.store.views.view import Words
from gkingest.store.write.populate import save_population
from gkingest.store.write.save import save_document

from .cases import ONE, TWO, document, fact, report, rows

Figures = dict[FactKey, tuple[str, Decimal | None, str, str]]
APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org")
DENIED = [
    *("state_secret", "prohibited_by_law", "security_stability", "third_party"),
    *("internal", "process", "enforcement_files", "inquiry"),
]
UNAVAILABLE = ["not_held", "needs_creation", "unclear"]
REJECTED = ["petition", "repeated", "publication", "excessive", "confirmation"]
NULL_STATES = ("unreadable", "absent", "dash", "blank")  # in the order in which they are told


def request(row: str) -> list[str]:
    return [f"requests/{row}/total"]


def dispute(column: str, *which: str) -> list[str]:
    return [f"disputes/{row}/{column}" for row in which]


def by_hand(edition: str) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """For each indicator the cells of the numerator, of the denominator, and those taken off the denominator."""
    new, on_hand, decided = request("new_received"), request("new_received") + request("carried_in"), None
    decided = request("decided_total")
    denied = [c for r in DENIED for c in request(f"denied.{r}")]
    unavailable = [c for r in UNAVAILABLE for c in request(f"unavailable.{r}")]
    rejected = [c for r in REJECTED for c in request(f"rejected.{r}")]
    other = request("other")
    if edition == "2021":
        other = request("other.correction_overdue") + request("other.fee_overdue") + request("other.misc")
    given = request("granted") + request("partial")
    courts = ("litigation_direct", "litigation_after_review")
    found: dict[str, tuple[list[str], list[str], list[str]]] = {
        "requests": (new, [], []),
        "caseload": (on_hand, [], []),
        "decisions": (decided, [], []),
        "disclosure_rate_full": (request("granted"), decided, []),
        "disclosure_rate": (given, decided, []),
        "disclosure_rate_admissible": (given, decided, rejected + other),
        "partial_rate": (request("partial"), decided, []),
        "denial_rate": (denied, decided, []),
        "unavailability_rate": (unavailable, decided, []),
        "rejection_rate": (rejected, decided, []),
        "other_rate": (other, decided, []),
        "clearance_rate": (decided, on_hand, []),
        "backlog_rate": (request("carried_out"), on_hand, []),
        "reviews": (dispute("total", "review"), [], []),
        "lawsuits": (dispute("total", *courts), [], []),
        "review_rate": (dispute("total", "review"), decided, []),
        "litigation_rate": (dispute("total", *courts), decided, []),
        "disputes_per_decision": (dispute("total", "review", *courts), decided, []),
        "review_correction_rate": (
            dispute("corrected", "review"),
            dispute("total", "review"),
            dispute("pending", "review"),
        ),
        "litigation_loss_rate": (
            dispute("corrected", *courts),
            dispute("total", *courts),
            dispute("pending", *courts),
        ),
    }
    for court in courts:
        sides = (dispute("corrected", court), dispute("total", court), dispute("pending", court))
        found[f"{court}_loss_rate"] = sides
    for who in APPLICANTS:
        found[f"share_{who}"] = ([f"requests/new_received/{who}"], new, [])
    for group, reasons, whole in (
        ("denied", DENIED, denied),
        ("unavailable", UNAVAILABLE, unavailable),
        ("rejected", REJECTED, rejected),
    ):
        for reason in reasons:
            found[f"reason_{group}_{reason}"] = (request(f"{group}.{reason}"), whole, [])
    return found


def before_2019(edition: str) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """The few indicators that forms before 2019 have, as :func:`by_hand`; of kinds of applicant they had none."""
    if edition == "words-2008":
        return {}
    reviews, lawsuits = ["remedies/review/year"], ["remedies/litigation/year"]
    found: dict[str, tuple[list[str], list[str], list[str]]] = {
        "reviews": (reviews, [], []),
        "lawsuits": (lawsuits, [], []),
    }
    if edition == "gb-2014":
        answered, partial = ["applications/answered/year"], ["applications/answered.partial/year"]
        granted = ["applications/answered.granted/year", "applications/answered.already_public/year"]
        found |= {
            "requests": (["applications/received/year"], [], []),
            "decisions": (answered, [], []),
            "disclosure_rate_full": (granted, answered, []),
            "disclosure_rate": (granted + partial, answered, []),
            "partial_rate": (partial, answered, []),
            "review_rate": (reviews, answered, []),
        }
    return found


def added(figures: Figures, names: list[str], off: list[str] | None = None) -> Decimal | None:
    values = [figures[FactKey(*n.split("/"))][1] for n in names]
    less = [figures[FactKey(*n.split("/"))][1] for n in off or []]
    if None in values or None in less:
        return None
    return sum((v for v in values if v), Decimal(0)) - sum((v for v in less if v), Decimal(0))


def expected_row(
    key: str, figures: Figures, sides: tuple[list[str], list[str], list[str]]
) -> tuple[float | None, Decimal | None, Decimal | None, str | None]:
    above, below, off = sides
    number, base = added(figures, above), added(figures, below, off) if below else None
    states = {figures[FactKey(*n.split("/"))][0] for n in (*above, *below, *off)}
    reason = next((s for s in NULL_STATES if s in states), None)
    if not below:
        return (None if number is None else float(number)), number, None, reason
    if reason is None and base is not None and base <= 0:
        reason = "negative_denominator" if base < 0 else "zero_denominator"
    factor = 1 if key == "disputes_per_decision" else 100
    usable = number is not None and base is not None and base > 0
    value = float(factor * number / base) if usable and number is not None and base is not None else None
    return value, number, base, reason


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, formats: tuple[Format, ...]) -> Iterator[Engine]:
    """The same views in either database."""
    place = str(tmp_path / "g.sqlite") if request.param == "sqlite" else request.getfixturevalue("own_schema")
    opened = open_database(place, formats)
    yield opened
    opened.dispose()


def shown(
    engine: Engine, columns: str, view: str = "indicators", where: str = "1 = 1"
) -> dict[str, tuple[Any, ...]]:
    return {
        key: tuple(rest) for key, *rest in rows(engine, f"SELECT indicator, {columns} FROM {view} WHERE {where}")
    }


def test_every_indicator_of_every_report_is_what_the_print_gives_by_hand(
    report_name: str, engine: Engine, expectations: dict[str, Any], ingested: Callable[[str], Document]
) -> None:
    expected = expectations[report_name]
    save_document(engine, ingested(report_name))
    seen = shown(engine, "value, numerator, denominator, reason")
    is_old = expected.year < 2019
    sides = before_2019(expected.format) if is_old else by_hand(expected.format)
    counted = {"completeness", "arithmetic_error_rate"} | (set() if is_old else {"backlog_change"})
    assert set(seen) == {i.key for i in shipped_measures().indicators}
    assert {key for key, (*_, reason) in seen.items() if reason != "not_in_edition"} == set(sides) | counted
    for key, cells in sides.items():
        value, *rest = expected_row(key, expected.cells, cells)
        assert seen[key][1:] == tuple(rest), key
        assert seen[key][0] == (None if value is None else pytest.approx(value, rel=1e-12)), key
    if is_old:
        given = sum(state == "reported" for state, *_ in expected.cells.values())
        assert seen["completeness"][1:3] == (given, len(expected.cells))
        return
    change = added(expected.cells, request("carried_out"), request("carried_in"))
    assert seen["backlog_change"][1] == change
    slots = {k: c for k, c in expected.cells.items() if k.table != "fees_collected"}
    given = sum(state == "reported" for state, *_ in slots.values())
    assert seen["completeness"][1:3] == (given, 198 if expected.format == "2019" else 200)
    assert_wide_agrees(engine, seen)


def assert_wide_agrees(engine: Engine, seen: dict[str, tuple[Any, ...]]) -> None:
    with engine.connect() as connection:
        (wide,) = connection.exec_driver_sql("SELECT * FROM indicators_wide").mappings().all()
    for key, (value, *_) in seen.items():
        assert wide[key] == (None if value is None else pytest.approx(value, rel=1e-12)), key


def test_the_report_of_hubei_in_printed_figures(engine: Engine, ingested: Callable[[str], Document]) -> None:
    """湖北省生态环境厅 2022: every number below is copied from the page."""
    save_document(engine, ingested("sthjt.hubei.gov.cn/1675044123887.pdf"))
    seen = {key: value for key, (value,) in shown(engine, "value").items()}
    assert seen["requests"] == 1368
    assert seen["caseload"] == 1368 + 52
    assert seen["backlog_change"] == 41 - 52
    assert seen["disclosure_rate_full"] == pytest.approx(100 * 646 / 1379)
    assert seen["disclosure_rate"] == pytest.approx(100 * (646 + 104) / 1379)
    assert seen["clearance_rate"] == pytest.approx(100 * 1379 / (1368 + 52))
    assert seen["backlog_rate"] == pytest.approx(100 * 41 / (1368 + 52))
    assert seen["review_rate"] == pytest.approx(100 * 20 / 1379)
    assert seen["litigation_rate"] == pytest.approx(100 * (6 + 8) / 1379)
    assert seen["disputes_per_decision"] == pytest.approx((20 + 6 + 8) / 1379)
    assert seen["review_correction_rate"] == pytest.approx(100 * 2 / (20 - 1))
    assert seen["litigation_loss_rate"] == 100 * 0 / (6 + 8 - 2 - 2)


def test_a_report_of_the_edition_of_2019_in_printed_figures(
    engine: Engine, ingested: Callable[[str], Document]
) -> None:
    """仙居县城市运行管理局 2020; its 其他处理 is one row."""
    save_document(engine, ingested("www.zjxj.gov.cn/art/2021/1/22/art_1229550123_59012348.pdf"))
    seen = {key: value for key, (value,) in shown(engine, "value").items()}
    assert seen["other_rate"] == pytest.approx(100 * 2 / 76)
    assert seen["disclosure_rate"] == pytest.approx(100 * (35 + 7) / 76)
    assert seen["backlog_rate"] == pytest.approx(100 * 4 / (74 + 6))
    assert seen["review_correction_rate"] == pytest.approx(100 * 1 / (5 - 1))
    assert seen["litigation_after_review_loss_rate"] == 100 * 0 / (3 - 1)


def test_the_sums_that_a_report_prints_wrong(engine: Engine, ingested: Callable[[str], Document]) -> None:
    """固始县 2023 breaks 3 of the 7 balances, 7 sums of decisions, 25 totals of applicants and 3 of disputes."""
    save_document(engine, ingested("www.gushi.gov.cn/P020240118603311224455.pdf"))
    query = "SELECT numerator, denominator, flagged FROM indicators WHERE indicator = 'arithmetic_error_rate'"
    assert rows(engine, query) == [(3, 7 + 7 + 25 + 3, 1)]


def test_a_break_of_unknown_cause_and_what_cannot_be_judged_count_nowhere(database: Engine, gk2021: Format) -> None:
    """Three rows of applicants with numbers, one balance: a printed break, one of unknown cause, one open."""
    keys = [FactKey("requests", row, "total") for row in ("granted", "partial", "decided_total")]
    findings = (
        Finding("rule.broken", "1 ≠ 2", verdict="printed"),
        Finding("rule.broken", "1 ≠ 2", verdict="undetermined"),
        Finding("rule.not_assessable", "?"),
    )
    facts = [fact(key) for key in keys]
    counts = tally(gk2021, {f.key: f for f in facts}, findings)
    told = report(*facts, findings=findings, tally=counts)
    save_document(database, document("a.pdf", ONE, report=told))
    # three row totals and, in the column of totals, one balance and one sum have a number: five, less two
    seen = shown(database, "numerator, denominator, value")["arithmetic_error_rate"]
    assert seen == (1, 3, pytest.approx(100 / 3))


GRANTED, DECIDED = FactKey("requests", "granted", "total"), FactKey("requests", "decided_total", "total")


@pytest.mark.parametrize("state", [s for s in CellState if s is not CellState.REPORTED])
def test_null_in_null_out_with_the_state_as_reason(database: Engine, state: CellState) -> None:
    save_document(database, document("a.pdf", ONE, fact(GRANTED, None, state=state), fact(DECIDED, "8")))
    seen = shown(database, "value, numerator, denominator, reason")["disclosure_rate_full"]
    assert seen == (None, None, 8, state.value)
    save_document(database, document("a.pdf", ONE, fact(GRANTED, "4"), fact(DECIDED, None, state=state)))
    seen = shown(database, "value, numerator, denominator, reason")["disclosure_rate_full"]
    assert seen == (None, 4, None, state.value)


def test_what_was_not_read_is_told_before_what_was_not_said(database: Engine) -> None:
    facts = (fact(GRANTED, None, state=CellState.BLANK), fact(DECIDED, None, state=CellState.UNREADABLE))
    save_document(database, document("a.pdf", ONE, *facts))
    assert shown(database, "reason")["disclosure_rate_full"] == ("unreadable",)
    assert shown(database, "reason")["requests"] == ("absent",)


def test_nothing_is_divided_by_nothing(database: Engine) -> None:
    save_document(database, document("a.pdf", ONE, fact(GRANTED, "0"), fact(DECIDED, "0")))
    seen = shown(database, "value, numerator, denominator, reason")["disclosure_rate_full"]
    assert seen == (None, 0, 0, "zero_denominator")
    assert rows(database, "SELECT disclosure_rate_full FROM indicators_wide") == [(None,)]


def test_more_pending_than_there_are_gives_no_rate(database: Engine) -> None:
    told = {"corrected": "1", "total": "2", "pending": "3"}
    facts = (fact(FactKey("disputes", "review", column), value) for column, value in told.items())
    save_document(database, document("a.pdf", ONE, *facts))
    seen = shown(database, "value, numerator, denominator, reason")["review_correction_rate"]
    assert seen == (None, 1, -1, "negative_denominator")
    assert rows(database, "SELECT review_correction_rate FROM indicators_wide") == [(None,)]


def test_a_cell_that_is_flagged_flags_the_indicators_made_of_it(database: Engine) -> None:
    doubt = Finding("cell.doubt", "?", touches=(tuple(GRANTED),))
    save_document(database, document("a.pdf", ONE, fact(GRANTED, "4"), fact(DECIDED, "8"), findings=(doubt,)))
    seen = shown(database, "value, flagged")
    assert seen["disclosure_rate_full"] == (50, 1)
    assert seen["decisions"] == (8, 0)


def test_only_current_reports_have_indicators_and_one_row_each(database: Engine) -> None:
    known = {"organ_key": "人民政府", "region_code": "410403", "organ_kind": "government"}
    for path, sha256, issued in (("a.pdf", ONE, "2024-01-20"), ("b.pdf", TWO, "2024-03-01")):
        told = report(fact(GRANTED, "4"), fact(DECIDED, "8"), issued_on=issued, **known)
        save_document(database, document(path, sha256, report=told))
    query = "SELECT report_id, organ_kind, region_code, region_level, year FROM {} WHERE year = 2023"
    for view in ("indicators_wide", "panel", "panel_missing", "panel_county"):
        assert rows(database, query.format(view)) == [(f"{TWO}-1", "government", "410403", "county", 2023)]
    assert not rows(database, query.format("panel_department"))
    assert len(rows(database, query.format("indicators"))) == len(shipped_measures().indicators)


@pytest.mark.parametrize(
    ("code", "kind", "view"),
    [
        ("410000", "government", "panel_province"),
        ("410400", "government", "panel_prefecture"),
        ("410403", "government", "panel_county"),
        ("410403", "department", "panel_department"),
        ("410403", "township", "panel_township"),
    ],
)
def test_the_parts_of_the_panel(database: Engine, code: str, kind: str, view: str) -> None:
    told = report(fact(GRANTED, "4"), organ_key="某", region_code=code, organ_kind=kind)
    save_document(database, document("a.pdf", ONE, report=told))
    names = ("province", "prefecture", "county", "department", "township")
    parts = [f"panel_{name}" for name in names if rows(database, f"SELECT 1 FROM panel_{name}")]
    assert parts == [view]
    assert rows(database, f"SELECT requests__granted__total FROM {view}") == [(4,)]


def test_why_a_number_is_missing_stands_beside_the_panel(database: Engine) -> None:
    told = [
        fact(GRANTED, "0"),
        fact(DECIDED, None, state=CellState.UNREADABLE),
        fact(FactKey("requests", "partial", "total"), None, state=CellState.DASH),
        fact(FactKey("proactive", "fees", "amount"), "3", unit="两", form_value=None),
    ]
    save_document(database, document("a.pdf", ONE, *told))
    names = (
        "requests__granted__total requests__decided_total__total requests__partial__total proactive__fees__amount "
        "requests__carried_in__total requests__other__total proactive__procurement__amount"
    )
    assert rows(database, f"SELECT {', '.join(names.split())} FROM panel_missing") == [
        (None, "unreadable", "dash", "unit_unknown", "absent", "not_in_edition", "not_in_edition")
    ]
    query = "SELECT row_key, form_value, missing FROM facts_current ORDER BY row_key"
    assert rows(database, query) == [
        ("decided_total", None, "unreadable"),
        ("fees", None, "unit_unknown"),
        ("granted", 0, None),
        ("partial", None, "dash"),
    ]


def test_an_indicator_that_an_edition_lacks(database: Engine, formats: tuple[Format, ...], tmp_path: Path) -> None:
    measures = shipped_measures()
    limited = measures.indicators[0].model_copy(update={"editions": ("2021",)})
    own = measures.model_copy(update={"indicators": (limited,)})
    opened = open_database(str(tmp_path / "own.sqlite"), formats, own)
    save_document(opened, document("a.pdf", ONE, report=report(fact(), format="2019", organ_key="甲")))
    save_document(opened, document("b.pdf", TWO, report=report(fact(), format="2021", organ_key="乙")))
    seen = rows(opened, "SELECT format, value, reason, comparable FROM indicators ORDER BY format")
    assert seen == [("2019", None, "not_in_edition", 0), ("2021", 53, None, 0)]
    assert rows(opened, "SELECT format, requests FROM indicators_wide ORDER BY format") == [
        ("2019", None),
        ("2021", 53),
    ]
    opened.dispose()


def test_counts_against_the_population(database: Engine, tmp_path: Path) -> None:
    facts = (fact(FactKey("requests", "new_received", "total"), "53"), fact(GRANTED, "4"))
    for path, sha256, code in (("a.pdf", ONE, "410403"), ("b.pdf", TWO, "410402")):
        save_document(
            database, document(path, sha256, report=report(*facts, organ_key="人民政府", region_code=code))
        )
    people = tmp_path / "people.csv"
    people.write_text("\ufeffregion_code,year,population\n410403,2023,265000\n410403,2022,1\n", encoding="utf-8")
    assert save_population(database, people) == 2
    assert save_population(database, people) == 2
    query = (
        "SELECT region_code, value, numerator, population, reason FROM per_capita "
        "WHERE indicator = '{}' ORDER BY region_code"
    )
    assert rows(database, query.format("requests")) == [
        ("410402", None, 53, None, "no_population"),
        ("410403", pytest.approx(2.0), 53, 265000, None),
    ]
    assert [row[4] for row in rows(database, query.format("decisions"))] == ["absent", "absent"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code,year\n", "no column region_code, population"),
        ("region_code,year,population\n41040,2023,5\n", ":2: '41040'"),
        ("region_code,year,population\n410403,2023,26.5\n", "whole number"),
        ("region_code,year,population\n410403,2023,5\n410403,2023,6\n", "line 2 already"),
    ],
)
def test_a_population_that_cannot_be_read_is_refused_whole(
    engine: Engine, tmp_path: Path, text: str, words: str
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        save_population(engine, people)
    assert not rows(engine, "SELECT * FROM population")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT organ FROM indicators WHERE indicator = 'decisions' AND year = 2023 AND region_code = '1'",
        "SELECT * FROM indicators WHERE organ = '某县' AND year = 2023",
        "SELECT organ, disclosure_rate FROM indicators_wide WHERE year = 2023 AND region_code = '410403'",
        "SELECT * FROM panel_county WHERE year = 2023",
        "SELECT * FROM comparable WHERE organ = '某县'",
    ],
)
def test_what_is_asked_for_is_found_by_an_index(engine: Engine, query: str) -> None:
    steps = [step for *_, step in rows(engine, f"EXPLAIN QUERY PLAN {query}")]
    assert steps
    assert not [step for step in steps if step in ("SCAN r", "SCAN f", "SCAN l")]  # report, fact, location


def test_titles_are_told_in_both_languages(formats: tuple[Format, ...]) -> None:
    for one in shipped_measures().indicators:
        assert all(Words(one.title.en, one.title.zh)) and one.source


def test_both_databases_show_the_same(
    engine: Engine, own_schema: str, formats: tuple[Format, ...], ingested: Callable[[str], Document]
) -> None:
    """Three reports with blanks, dashes and wrong sums, of both editions."""
    other = open_database(own_schema, formats)
    names = (
        "www.baotaqu.gov.cn/zfxxgk/1706601234567.pdf",
        "www.shanghai.gov.cn/P020200131358123456789.pdf",
        "www.gushi.gov.cn/P020240118603311224455.pdf",
    )
    for name in names:
        for one in (engine, other):
            save_document(one, ingested(name))
    for view in views(formats):
        columns = ", ".join(c.name for c in view.columns)
        here, there = (
            sorted(map(repr, plain(one, f"SELECT {columns} FROM {view.name}"))) for one in (engine, other)
        )
        assert here == there, view.name
    other.dispose()


def plain(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    """Rows with every number as a float: the drivers give one number different types."""
    return [
        tuple(float(v) if isinstance(v, (int, float, Decimal)) else v for v in row) for row in rows(engine, query)
    ]
