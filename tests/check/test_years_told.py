"""What a reader is told of two years that do not fit: each word, the figures and pages used, and the counts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gkingest.check.years import YearRules
from gkingest.formats.crosswalk import load_crosswalk
from gkingest.formats.spec import Format
from gkingest.model.finding import Severity
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.report import CellState
from gkingest.model.years import Doubt, Figure, Taken, YearFinding, YearReport, YearTally

READ = Method.parse("ruled/exact")
IN, OUT = (FactKey("requests", row, "natural_person") for row in ("carried_in", "carried_out"))
FORCE, ISSUED, REPEALED = (FactKey("proactive", "regulations", c) for c in ("in_force", "issued", "repealed"))
APPLICANTS = (
    "natural_person", "commercial", "research", "public_interest", "legal_service", "other_org", "total",
)  # fmt: skip
PRINTED = "neither reading is in doubt: the organ prints both; look at the two pages before relying on either"


@pytest.fixture(scope="module")
def rules(formats: tuple[Format, ...]) -> YearRules:
    """What the shipped editions promise across years."""
    return YearRules(formats, load_crosswalk(formats))


def figure(value: str | int, page: int | None = 1, method: str = "ruled/exact", *, flagged: bool = False) -> Figure:
    """A figure that a report gives."""
    return Figure(CellState.REPORTED, Decimal(value), page, Method.parse(method), flagged=flagged)


def about(key: FactKey, rules: YearRules, earlier: YearReport, later: YearReport) -> YearFinding | None:
    """What is said of one figure of the later report."""
    return next((f for f in rules.compare(earlier, later)[1] if f.key == key), None)


def test_requests_that_were_not_carried_over(rules: YearRules) -> None:
    earlier = YearReport("a", 2022, "2021", {OUT: figure(3, 4)})
    later = YearReport("b", 2023, "2021", {IN: figure(5, 6)})
    assert about(IN, rules, earlier, later) == YearFinding(
        code="years.broken",
        severity=Severity.WARNING,
        rule="requests.carry",
        key=IN,
        found="5",
        expected="3",
        cells=(Taken(2023, IN, -1, "5"), Taken(2022, OUT, 1, "3")),
        message="上年结转等于上一年度报告的结转下年度继续办理（二、上年结转政府信息公开申请数量·自然人）: "
        "5 in the report of 2023, and it should be 3 = 四、结转下年度继续办理·自然人 3 (2022)",
        hint=PRINTED,
        verdict="printed",
        earlier_page=4,
        later_page=6,
    )


def test_documents_in_force_are_those_of_last_year_and_the_issued_less_the_repealed(rules: YearRules) -> None:
    earlier = YearReport("a", 2022, "2021", {FORCE: figure(10, 2)})
    figures = {FORCE: figure(12, 3), ISSUED: figure(3), REPEALED: figure(2)}
    assert about(FORCE, rules, earlier, YearReport("b", 2023, "2021", figures)) == YearFinding(
        code="years.differs",
        severity=Severity.INFO,
        rule="proactive.carry",
        key=FORCE,
        found="12",
        expected="11",
        cells=(
            Taken(2023, FORCE, -1, "12"),
            Taken(2022, FORCE, 1, "10"),
            Taken(2023, ISSUED, 1, "3"),
            Taken(2023, REPEALED, -1, "2"),
        ),
        message="现行有效件数等于上年现行有效件数加本年制发件数减本年废止件数（规章·现行有效件数）: "
        "12 in the report of 2023, and it should be 11 = "
        "规章·现行有效件数 10 (2022) + 规章·本年制发件数 3 (2023) - 规章·本年废止件数 2 (2023)",
        hint=PRINTED,
        verdict="printed",
        earlier_page=2,
        later_page=3,
    )
    right = {**figures, FORCE: figure(11, 3)}
    assert about(FORCE, rules, earlier, YearReport("b", 2023, "2021", right)) is None


def test_a_doubt_about_any_figure_of_the_relation_keeps_the_organ_from_blame(rules: YearRules) -> None:
    earlier = YearReport("a", 2022, "2021", {FORCE: figure(10)})
    sound = {FORCE: figure(12), ISSUED: figure(3), REPEALED: figure(2)}
    pictured = figure(2, method="scan/exact")
    for key in sound:
        found = about(FORCE, rules, earlier, YearReport("b", 2023, "2021", {**sound, key: pictured}))
        assert found and found.verdict == "undetermined", key
    before = YearReport("a", 2022, "2021", {FORCE: figure(9, method="scan/exact")})
    found = about(FORCE, rules, before, YearReport("b", 2023, "2021", sound))
    assert found and found.verdict == "undetermined"
    assert found.hint == "a figure is flagged, or was read from a picture once; look at the two pages"


def test_a_second_look_at_either_page_is_what_the_hint_names(rules: YearRules) -> None:
    seen = Doubt("rule.broken", "reading", ((*OUT,),))
    earlier = YearReport("a", 2022, "2021", {OUT: figure(3, flagged=True)}, (seen,))
    found = about(IN, rules, earlier, YearReport("b", 2023, "2021", {IN: figure(5)}))
    assert found and found.verdict == "reading"
    assert found.hint == "a second look at a page already reads one of these figures differently; look at it first"


def test_figures_that_are_lacking_are_named_with_what_stands_in_their_place(rules: YearRules) -> None:
    foreign = Figure(CellState.REPORTED, None, 7, READ, flagged=False)
    blank = Figure(CellState.BLANK, None, 5, READ, flagged=False)
    earlier = YearReport("a", 2022, "2021", {FORCE: foreign})
    later = YearReport("b", 2023, "2021", {FORCE: blank, ISSUED: figure(3)})
    assert about(FORCE, rules, earlier, later) == YearFinding(
        code="years.not_assessable",
        severity=Severity.INFO,
        rule="proactive.carry",
        key=FORCE,
        found="blank",
        expected="unit_unknown",
        cells=(
            Taken(2023, FORCE, -1, "blank"),
            Taken(2022, FORCE, 1, "unit_unknown"),
            Taken(2023, ISSUED, 1, "3"),
            Taken(2023, REPEALED, -1, "absent"),
        ),
        message="现行有效件数等于上年现行有效件数加本年制发件数减本年废止件数（规章·现行有效件数）: "
        "the report of 2023 has 规章·现行有效件数: blank; the report of 2022 has 规章·现行有效件数: unit_unknown; "
        "the report of 2023 has 规章·本年废止件数: absent",
        earlier_page=7,
        later_page=5,
    )


def test_a_figure_that_last_year_lacks_is_lacking_though_this_year_has_it(rules: YearRules) -> None:
    earlier = YearReport("a", 2022, "2021", {})
    later = YearReport("b", 2023, "2021", {FORCE: figure(12), ISSUED: figure(3), REPEALED: figure(2)})
    found = about(FORCE, rules, earlier, later)
    assert found and found.message.endswith("）: the report of 2022 has 规章·现行有效件数: absent")
    assert (found.found, found.expected) == ("12", "absent")


def test_two_editions_are_compared_only_where_a_figure_means_the_same(rules: YearRules) -> None:
    """2019 counts what was ever disclosed of regulations, and has no figure for those in force."""
    earlier = YearReport("a", 2020, "2019", {OUT: figure(3)})
    figures = {IN: figure(4), FORCE: figure(12, 3), ISSUED: figure(3), REPEALED: figure(2)}
    later = YearReport("b", 2021, "2021", figures)
    carried = about(IN, rules, earlier, later)
    assert carried and (carried.code, carried.found, carried.expected) == ("years.broken", "4", "3")
    assert about(FORCE, rules, earlier, later) == YearFinding(
        code="years.not_comparable",
        severity=Severity.INFO,
        rule="proactive.carry",
        key=FORCE,
        found="12",
        expected="",
        cells=(
            Taken(2021, FORCE, -1, "12"),
            Taken(2020, FORCE, 1, "absent"),
            Taken(2021, ISSUED, 1, "3"),
            Taken(2021, REPEALED, -1, "2"),
        ),
        message="现行有效件数等于上年现行有效件数加本年制发件数减本年废止件数（规章·现行有效件数）: "
        "the report of 2020 is of edition 2019, where nothing means the same as 规章·现行有效件数 of 2021",
        earlier_page=None,
        later_page=3,
    )


def whole(year: int, edition: str, **values: int) -> YearReport:
    """A report in which every applicant carried nothing over, but for the ``values`` of the row that is named."""
    figures = {
        FactKey("requests", row, column): figure(0)
        for row in ("carried_in", "carried_out")
        for column in APPLICANTS
    }
    for row in ("regulations", "normative_documents"):
        for column, value in (("issued", 1), ("repealed", 0), ("in_force", year - 2000)):
            figures[FactKey("proactive", row, column)] = figure(value)
    for name, value in values.items():
        row, _, column = name.partition("__")
        figures[FactKey("requests", row, column)] = figure(value)
    return YearReport(str(year), year, edition, figures)


def test_each_relation_between_two_reports_is_counted_once(rules: YearRules) -> None:
    """Seven applicants and two kinds of documents make nine relations."""
    earlier, later = whole(2022, "2021"), whole(2023, "2021")
    assert rules.compare(earlier, later) == (YearTally(held=9), ())
    later = whole(2023, "2021", carried_in__research=2, carried_in__total=2)
    later = replace(
        later,
        figures={
            **later.figures,
            FORCE: figure(99),
            IN: Figure(CellState.BLANK, None, 1, READ, flagged=False),
        },
    )
    tally, findings = rules.compare(earlier, later)
    assert tally == YearTally(held=5, broken=2, differing=1, not_assessable=1, not_comparable=0)
    assert [f.code for f in findings] == [
        "years.not_assessable", "years.broken", "years.broken", "years.differs",
    ]  # fmt: skip


def test_between_editions_the_documents_in_force_cannot_be_compared(rules: YearRules) -> None:
    tally, findings = rules.compare(whole(2020, "2019"), whole(2021, "2021"))
    assert tally == YearTally(held=7, not_comparable=2)
    assert {f.key.row for f in findings} == {"regulations", "normative_documents"}


def test_an_edition_that_nobody_described_promises_nothing(rules: YearRules) -> None:
    assert rules.compare(whole(2029, "2021"), whole(2030, "2030")) == (YearTally(), ())
    assert rules.compare(whole(2006, "2006"), whole(2021, "2021"))[0] == YearTally(not_comparable=9)


def test_the_figures_that_the_rules_ask_for(rules: YearRules) -> None:
    asked = {FactKey("requests", row, c) for row in ("carried_in", "carried_out") for c in APPLICANTS}
    kinds = ("regulations", "normative_documents")
    asked |= {FactKey("proactive", kind, c) for kind in kinds for c in ("issued", "repealed", "in_force")}
    of_2019_and_later = {key for key in rules.cells if key.table in ("requests", "proactive")}
    assert of_2019_and_later == asked
    # Before that what is counted since the beginning carries over with the figure of the year.
    assert {key.column for key in rules.cells - asked} == {"year", "cumulative"}


def test_the_order_of_the_rules_in_a_format_changes_no_relation(rules: YearRules) -> None:
    turned = tuple(f.model_copy(update={"rules": f.rules[::-1]}) for f in rules.formats)
    assert replace(rules, formats=turned).cells == rules.cells


def test_large_and_small_amounts_are_told_as_a_person_writes_them(rules: YearRules) -> None:
    earlier = YearReport("a", 2022, "2021", {OUT: figure("1E+3")})
    found = about(IN, rules, earlier, YearReport("b", 2023, "2021", {IN: figure("2E+3")}))
    assert found and [t.says for t in found.cells] == ["2000", "1000"]
    assert found.found == "2000"
