"""Two years of one organ held against each other, without a database: who is blamed, and what stays open."""

from decimal import Decimal

import pytest

from gkingest.check.years import YearRules
from gkingest.formats.crosswalk import load_crosswalk
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.report import CellState
from gkingest.model.years import Doubt, Figure, YearFinding, YearReport

IN, OUT = (FactKey("requests", row, "natural_person") for row in ("carried_in", "carried_out"))


@pytest.fixture(scope="module")
def rules(formats: tuple[Format, ...]) -> YearRules:
    """What the shipped editions promise across years."""
    return YearRules(formats, load_crosswalk(formats))


def figure(value: int | None = 3, *, flagged: bool = False, method: str = "ruled/exact") -> Figure:
    """A figure on page 2; blank without ``value``."""
    state = CellState.BLANK if value is None else CellState.REPORTED
    amount = None if value is None else Decimal(value)
    return Figure(state, amount, 2, Method.parse(method), flagged=flagged)


def year_report(year: int, key: FactKey, said: Figure, *doubts: Doubt) -> YearReport:
    """A report of the 2021 edition that has one figure."""
    return YearReport(str(year), year, "2021", {key: said}, doubts)


def about(rules: YearRules, earlier: YearReport, later: YearReport) -> YearFinding | None:
    """What is said of the requests of natural persons that were carried over."""
    _, findings = rules.compare(earlier, later)
    return next((f for f in findings if f.key == IN), None)


def verdict(rules: YearRules, said: Figure, *doubts: Doubt) -> str:
    """Who is blamed where three were carried out of 2022 and ``said`` was carried into 2023."""
    finding = about(rules, year_report(2022, OUT, figure(3)), year_report(2023, IN, said, *doubts))
    assert finding is not None
    assert (finding.found, finding.expected) == ("5", "3")
    return finding.verdict


def doubt(code: str, verdict: str = "", touches: tuple[str, str, str] = (*IN,)) -> Doubt:
    """A doubt about the figure that was carried in, or about ``touches``."""
    return Doubt(code, verdict, (touches,))


OWN = doubt("rule.broken", "printed")


def test_what_was_carried_out_is_carried_in(rules: YearRules) -> None:
    assert about(rules, year_report(2022, OUT, figure(3)), year_report(2023, IN, figure(3))) is None


def test_figures_that_nobody_doubts_are_printed_so(rules: YearRules) -> None:
    assert verdict(rules, figure(5)) == "printed"


def test_a_report_whose_own_sum_is_wrong_in_print_was_read_twice_and_stands(rules: YearRules) -> None:
    assert verdict(rules, figure(5, flagged=True), OWN) == "printed"


@pytest.mark.parametrize(
    "other",
    [
        doubt("cell.doubt"),
        doubt("rule.broken", "undetermined"),
        doubt("reading.disagrees"),
        doubt("row.unmatched", "printed"),
    ],
)
def test_one_doubt_that_is_not_the_organs_own_is_enough_to_blame_nobody(rules: YearRules, other: Doubt) -> None:
    assert verdict(rules, figure(5, flagged=True), OWN, other) == "undetermined"
    assert verdict(rules, figure(5, flagged=True), other) == "undetermined"


def test_doubts_about_other_figures_are_none_about_this_one(rules: YearRules) -> None:
    elsewhere = doubt("cell.doubt", touches=("requests", "granted", "natural_person"))
    assert verdict(rules, figure(5, flagged=True), OWN, elsewhere) == "printed"
    wide = doubt("cell.doubt", touches=("requests", "*", "natural_person"))
    assert verdict(rules, figure(5, flagged=True), OWN, wide) == "undetermined"


def test_a_second_look_that_reads_otherwise_blames_the_reading_whatever_else_is_doubted(rules: YearRules) -> None:
    seen = doubt("rule.broken", "reading")
    assert verdict(rules, figure(5, flagged=True), OWN, seen, doubt("cell.doubt")) == "reading"
    assert verdict(rules, figure(5), seen) == "printed"  # it does not touch what is not flagged


def test_a_figure_from_a_picture_was_looked_at_once(rules: YearRules) -> None:
    assert verdict(rules, figure(5, method="scan/exact")) == "undetermined"


def test_a_flag_without_a_doubt_that_says_why_blames_nobody(rules: YearRules) -> None:
    assert verdict(rules, figure(5, flagged=True)) == "undetermined"


def test_the_pages_of_both_years_and_the_figures_used_are_told(rules: YearRules) -> None:
    finding = about(rules, year_report(2022, OUT, figure(3)), year_report(2023, IN, figure(5)))
    assert finding is not None
    assert (finding.earlier_page, finding.later_page) == (2, 2)
    assert [(t.year, t.key, t.says) for t in finding.cells] == [(2023, IN, "5"), (2022, OUT, "3")]


def test_a_blank_is_no_zero_across_years_either(rules: YearRules) -> None:
    for before, after in ((figure(None), figure(0)), (figure(0), figure(None)), (figure(None), figure(None))):
        finding = about(rules, year_report(2022, OUT, before), year_report(2023, IN, after))
        assert finding is not None
        assert finding.code == "years.not_assessable"
