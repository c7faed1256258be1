"""Reports of one organ for consecutive years, held against each other; every expectation was worked out by hand."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from gkingest.check.years import YearRules
from gkingest.formats.crosswalk import load_crosswalk
from gkingest.formats.spec import Format
from gkingest.model.finding import CATALOGUE, Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.report import Fact
from gkingest.model.years import YearTally
from gkingest.store.ask.known import set_gone
from gkingest.store.database import open_database
from gkingest.store.write.save import save_document
from gkingest.store.write.years import compare_years

from .cases import document, dump, fact, report, rows

COLUMNS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org", "total")
Numbers = tuple[int | None, ...]


@pytest.fixture(scope="session")
def rules(formats: tuple[Format, ...]) -> YearRules:
    return YearRules(formats, load_crosswalk(formats))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, formats: tuple[Format, ...]) -> Any:
    """Both databases must say the same."""
    if request.param == "sqlite":
        yield request.getfixturevalue("engine")
        return
    opened = open_database(request.getfixturevalue("own_schema"), formats)
    yield opened
    opened.dispose()


def line(row: str, numbers: Numbers, table: str = "requests", **more: Any) -> list[Fact]:
    """One row of ``requests``: natural persons, companies, …, total; ``None`` is a blank cell."""
    return [
        fact(FactKey(table, row, column), None if n is None else str(n), **more)
        for column, n in zip(COLUMNS, numbers, strict=True)
    ]


def stock(row: str, issued: int, repealed: int, in_force: int) -> list[Fact]:
    """One row of the first table of the 2021 edition."""
    named = {"issued": issued, "repealed": repealed, "in_force": in_force}
    return [fact(FactKey("proactive", row, column), str(n)) for column, n in named.items()]


def put(engine: Engine, sha: str, year: int, facts: list[Fact], **more: Any) -> None:
    """Save the report of one year of 教育局 in 卫东区."""
    known = {"organ": "卫东区教育局", "organ_key": "教育局", "region_code": "410403", "year": year} | more
    findings = known.pop("findings", ())
    made = report(*facts, findings=findings, **known)
    save_document(engine, document(f"{sha}.pdf", sha * 64, report=made))


def link(engine: Engine, rules: YearRules) -> tuple[int, int, YearTally]:
    return compare_years(engine, rules.compare, rules.cells, rules.version)


def found(engine: Engine, columns: str) -> list[tuple[Any, ...]]:
    return rows(
        engine, f"SELECT {columns} FROM pair_findings ORDER BY earlier_year, table_key, row_key, column_key"
    )


ZERO: Numbers = (0,) * 7
FIVE: Numbers = (3, 1, 0, 0, 1, 0, 5)
SIX: Numbers = (4, 1, 0, 0, 1, 0, 6)
CALM = stock("regulations", 0, 0, 0) + stock("normative_documents", 0, 0, 0)


def year_of(carried_in: Numbers, carried_out: Numbers, stocks: list[Fact] = CALM) -> list[Fact]:
    return [*line("carried_in", carried_in), *line("carried_out", carried_out), *stocks]


def test_what_is_handed_on_arrives(database: Engine, rules: YearRules) -> None:
    put(database, "1", 2021, year_of(ZERO, FIVE))
    put(database, "2", 2022, year_of(FIVE, ZERO))
    assert link(database, rules) == (1, 0, YearTally(held=9))
    assert found(database, "code") == []


def test_a_column_and_the_total_that_do_not_carry_over(database: Engine, rules: YearRules) -> None:
    """2021 hands on 3 + 1 + 1 = 5, 2022 takes over 4 + 1 + 1 = 6: natural persons and the total break."""
    put(database, "1", 2021, year_of(ZERO, FIVE))
    put(database, "2", 2022, year_of(SIX, ZERO))
    assert link(database, rules) == (1, 1, YearTally(held=7, broken=2))
    assert found(
        database, "organ, earlier_year, later_year, code, severity, verdict, column_key, found, expected"
    ) == [
        ("卫东区教育局", 2021, 2022, "years.broken", "warning", "printed", "natural_person", "4", "3"),
        ("卫东区教育局", 2021, 2022, "years.broken", "warning", "printed", "total", "6", "5"),
    ]
    assert found(database, "earlier_path, later_path, message")[1] == (
        "1.pdf",
        "2.pdf",
        "上年结转等于上一年度报告的结转下年度继续办理（二、上年结转政府信息公开申请数量·总计）: "
        "6 in the report of 2022, and it should be 5 = 四、结转下年度继续办理·总计 5 (2021)",
    )
    assert found(database, "severity")[0][0] == CATALOGUE["years.broken"][0].name.lower()


def test_the_stock_in_force_is_last_years_and_what_came_less_what_went(database: Engine, rules: YearRules) -> None:
    """10 + 4 - 1 = 13 holds for regulations; 63 + 7 - 12 = 58, but 60 is printed."""
    put(
        database,
        "1",
        2021,
        year_of(ZERO, ZERO, stock("regulations", 0, 0, 10) + stock("normative_documents", 9, 0, 63)),
    )
    put(
        database,
        "2",
        2022,
        year_of(ZERO, ZERO, stock("regulations", 4, 1, 13) + stock("normative_documents", 7, 12, 60)),
    )
    assert link(database, rules) == (1, 0, YearTally(held=8, differing=1))
    ((code, severity, cell, said, expected, message),) = found(
        database, "code, severity, row_key, found, expected, message"
    )
    assert (code, severity, cell, said, expected) == ("years.differs", "info", "normative_documents", "60", "58")
    assert message.endswith(
        "58 = 行政规范性文件·现行有效件数 63 (2021) + 行政规范性文件·本年制发件数 7 (2022) "
        "- 行政规范性文件·本年废止件数 12 (2022)"
    )


def test_a_blank_is_not_zero_and_its_reason_is_kept(database: Engine, rules: YearRules) -> None:
    put(database, "1", 2021, year_of(ZERO, (3, None, 0, 0, 1, 0, 5)))
    put(database, "2", 2022, year_of(FIVE, ZERO))
    assert link(database, rules) == (1, 0, YearTally(held=8, not_assessable=1))
    assert found(database, "code, severity, column_key, found, expected, verdict, message") == [
        (
            "years.not_assessable", "info", "commercial", "1", "blank", None,
            "上年结转等于上一年度报告的结转下年度继续办理（二、上年结转政府信息公开申请数量·商业企业）: "
            "the report of 2021 has 四、结转下年度继续办理·商业企业: blank",
        )
    ]  # fmt: skip


def test_a_row_that_is_not_there_is_absent(database: Engine, rules: YearRules) -> None:
    put(database, "1", 2021, [*line("carried_in", ZERO), *CALM])
    put(database, "2", 2022, year_of(FIVE, ZERO))
    assert link(database, rules) == (1, 0, YearTally(held=2, not_assessable=7))
    assert {row[0] for row in found(database, "expected")} == {"absent"}


def test_editions_are_joined_only_where_the_crosswalk_says_so(database: Engine, rules: YearRules) -> None:
    """From the form of 2019 to that of 2021 the requests compare; 对外公开总数量 is not 现行有效件数."""
    put(database, "1", 2020, [*line("carried_out", FIVE)], format="2019")
    put(database, "2", 2021, year_of(SIX, ZERO))
    assert link(database, rules) == (1, 1, YearTally(held=5, broken=2, not_comparable=2))
    put(database, "1", 2020, [*line("carried_out", FIVE)])  # the same on the form of 2021
    assert link(database, rules) == (1, 1, YearTally(held=5, broken=2, not_assessable=2))


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"year": 2019}, "no consecutive years"),
        ({"organ_key": "财政局"}, "another organ"),
        ({"organ_key": ""}, "an organ that may be several"),
        ({"region_code": "410402"}, "another division"),
        ({"year": None}, "no year"),
    ],
)
def test_what_is_no_pair_is_not_compared(
    engine: Engine, rules: YearRules, other: dict[str, Any], reason: str
) -> None:
    put(engine, "1", **({"year": 2021, "facts": year_of(ZERO, FIVE)} | other))
    put(engine, "2", 2022, year_of(ZERO, ZERO))
    assert link(engine, rules) == (0, 0, YearTally()), reason


FLAGGED_TOTAL = (("requests", "carried_in", "total"),)


@pytest.mark.parametrize(
    ("doubt", "method", "verdict"),
    [
        (None, "ruled/exact", "printed"),
        (None, "scan/exact", "undetermined"),
        (Finding("cell.doubt", "?", touches=FLAGGED_TOTAL), "ruled/exact", "undetermined"),
        (Finding("rule.broken", "?", touches=FLAGGED_TOTAL, verdict="printed"), "ruled/exact", "printed"),
        (Finding("rule.broken", "?", touches=FLAGGED_TOTAL, verdict="printed"), "scan/exact", "printed"),
        (Finding("rule.broken", "?", touches=FLAGGED_TOTAL, verdict="reading"), "scan/exact", "reading"),
        (
            Finding("rule.broken", "?", touches=(("requests", "*", "total"),), verdict="undetermined"),
            "",
            "undetermined",
        ),
    ],
)
def test_doubts_about_a_figure_soften_the_blame(
    database: Engine, rules: YearRules, doubt: Finding | None, method: str, verdict: str
) -> None:
    put(database, "1", 2021, year_of(ZERO, (0, 0, 0, 0, 0, 0, 5)))
    facts = [
        *line("carried_in", (0, 0, 0, 0, 0, 0, 6), method=Method.parse(method)),
        *line("carried_out", ZERO),
        *CALM,
    ]
    put(database, "2", 2022, facts, findings=(doubt,) if doubt else ())
    link(database, rules)
    assert found(database, "column_key, verdict") == [("total", verdict)]


def test_a_report_read_again_is_compared_again(database: Engine, rules: YearRules) -> None:
    put(database, "1", 2021, year_of(ZERO, FIVE))
    put(database, "2", 2022, year_of(SIX, ZERO))
    assert link(database, rules)[1] == 1
    put(database, "1", 2021, year_of(ZERO, SIX))  # corrected
    assert found(database, "code") == []  # nothing stale is shown meanwhile
    assert link(database, rules) == (1, 0, YearTally(held=9))


def test_another_current_report_takes_the_place_in_the_pair(engine: Engine, rules: YearRules) -> None:
    put(engine, "1", 2021, year_of(ZERO, FIVE))
    put(engine, "2", 2022, year_of(SIX, ZERO))
    put(engine, "3", 2022, year_of(FIVE, ZERO), title="年度报告（更正）")
    assert link(engine, rules) == (1, 0, YearTally(held=9))
    set_gone(engine, ["3.pdf"], gone=True)
    assert link(engine, rules) == (1, 1, YearTally(held=7, broken=2))
    put(engine, "2", 2025, year_of(SIX, ZERO))
    assert rows(engine, "SELECT later_id FROM report_pair") == []
    assert link(engine, rules) == (1, 0, YearTally(held=9))  # the one that is gone is all there is for 2022


def test_other_rules_mean_comparing_anew(engine: Engine, rules: YearRules) -> None:
    put(engine, "1", 2021, year_of(ZERO, FIVE))
    put(engine, "2", 2022, year_of(FIVE, ZERO))
    link(engine, rules)
    forms = tuple(
        form.model_copy(update={"rules": tuple(r for r in form.rules if r.id != "proactive.carry")})
        for form in rules.formats
    )
    assert link(engine, replace(rules, formats=forms)) == (1, 0, YearTally(held=7))


SAVED = {
    "1": (2021, year_of(ZERO, FIVE)),
    "2": (2022, year_of(SIX, ZERO)),
    "3": (2023, year_of((None,) * 7, FIVE)),
    "4": (2022, year_of(FIVE, (1, 0, 0, 0, 0, 0, 1))),
}


@settings(max_examples=25)
@given(steps=st.lists(st.sampled_from([*SAVED, "link"]), max_size=8), order=st.permutations(list(SAVED)))
def test_the_order_of_reading_decides_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    formats: tuple[Format, ...],
    rules: YearRules,
    steps: list[str],
    order: list[str],
) -> None:
    def held(names: list[str]) -> dict[str, list[str]]:
        engine = open_database(str(tmp_path_factory.mktemp("db") / "x.sqlite"), formats)
        for name in [*names, "link"]:
            if name == "link":
                link(engine, rules)
            else:
                put(engine, name, *SAVED[name])
        left = {t: r for t, r in dump(engine).items() if t in ("report_pair", "pair_finding")}
        engine.dispose()
        return left

    expected = held(["1", "2", "3", "4"])
    assert held([*steps, *order]) == expected
    assert len(expected["report_pair"]) == 2


def test_a_rule_across_years_asks_for_figures_that_the_form_has(rules: YearRules) -> None:
    assert FactKey("requests", "carried_out", "total") in rules.cells
    assert FactKey("proactive", "regulations", "repealed") in rules.cells
    assert FactKey("proactive", "licensing", "decisions") not in rules.cells
    # Before 2019 the 17 rows of Fujian's sheet of 2009 and four of 2014, each of the year and since the beginning.
    assert len(rules.cells) == 2 * 7 + 2 * 3 + 2 * (17 + 4)


def test_a_report_of_a_part_of_a_year_makes_no_pair(database: Engine, rules: YearRules) -> None:
    whole, part = ("2023-01-01", "2023-12-31"), ("2023-09-01", "2023-12-31")
    for period, pairs in ((None, 1), (whole, 1), (part, 0)):
        put(database, "a", 2022, line("carried_out", (2, 0, 0, 0, 0, 0, 2)))
        put(database, "b", 2023, line("carried_in", (2, 0, 0, 0, 0, 0, 2)), period=period)
        assert link(database, rules)[0] == pairs
    assert rows(database, "SELECT period_start, period_end FROM reports_current WHERE year = 2023") == [part]
