"""One wrong cell breaks exactly the relations it takes part in, and blanks are neither zeros nor excuses."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import product

import pytest
from seed_figures import (
    APPLICANTS,
    DISPUTES,
    RESULTS,
    ROWS,
    cells_of,
    facts_of,
    figures,
    residual_of_one_more,
    rules_touching,
    spread,
    with_state,
    with_value,
)

from gkingest.check.articulation import Judgement, check_articulation, judge, relations
from gkingest.formats.names import printed_names
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding, Severity
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact, Report, Verdict

Figures = Callable[[str], dict[FactKey, int]]
EDITIONS = ("2019", "2021")
BOTH = pytest.mark.parametrize("made", [figures, spread], ids=["the seed report", "figures without zeros"])


@pytest.fixture(params=EDITIONS)
def form(request: pytest.FixtureRequest, formats: tuple[Format, ...]) -> Format:
    """Each edition in turn."""
    return next(f for f in formats if f.edition == request.param)


def lines_broken(form: Format, facts: Mapping[FactKey, Fact]) -> set[tuple[str, str]]:
    """(rule, line) of every finding of a broken relation."""
    findings = [f for f in check_articulation(form, facts) if f.code == "rule.broken"]
    lines = [tuple(f.place.split(" ")) for f in findings]
    assert len(lines) == len(set(lines))
    return set(lines)


def broken(form: Format, facts: Mapping[FactKey, Fact]) -> list[Judgement]:
    """The relations that do not hold."""
    judged = [judge(relation, facts) for relation in relations(form)]
    return [j for j in judged if j.outcome == "broken"]


def of_line(findings: Sequence[Finding], rule: str, line: str) -> list[Finding]:
    """Findings about one relation."""
    return [f for f in findings if f.place == f"{rule} {line}"]


def test_the_form_promises_thirty_odd_relations_and_no_more(form: Format) -> None:
    expected = {("requests.row_total", row) for row in ROWS[form.edition]}
    expected |= {(rule, c) for rule in ("requests.balance", "requests.decided") for c in APPLICANTS}
    expected |= {("disputes.row_total", row) for row in DISPUTES}
    found = [(r.rule.id, r.line) for r in relations(form)]
    assert len(found) == len(expected)
    assert set(found) == expected


def test_each_relation_has_the_cells_that_the_form_says(form: Format) -> None:
    for relation in relations(form):
        line = (relation.rule.id, relation.line)
        assert {k for k, _ in relation.terms} == cells_of(line, form.edition)
        for key, sign in relation.terms:
            assert sign == residual_of_one_more(key, line), (line, key)


@BOTH
def test_a_consistent_report_breaks_nothing(form: Format, made: Figures) -> None:
    assert check_articulation(form, facts_of(made(form.edition))) == ()


CELLS = {edition: [k for k in spread(edition) if k.table in ("requests", "disputes")] for edition in EDITIONS}
GROUPS = [
    (e, t, row) for e in EDITIONS for t, rows in (("requests", ROWS[e]), ("disputes", DISPUTES)) for row in rows
]


@BOTH
@pytest.mark.parametrize(("edition", "table", "row"), GROUPS, ids=["-".join(g) for g in GROUPS])
def test_one_more_in_one_cell_breaks_exactly_the_relations_that_touch_it(
    formats: tuple[Format, ...], edition: str, table: str, row: str, made: Figures
) -> None:
    form = next(f for f in formats if f.edition == edition)
    cells = made(edition)
    facts = facts_of(cells)
    printed = printed_names([form])
    for column in APPLICANTS if table == "requests" else RESULTS:
        key = FactKey(table, row, column)
        changed = with_value(facts, key, cells[key] + 1)
        expected = rules_touching(key)
        assert lines_broken(form, changed) == expected
        for judgement in broken(form, changed):
            line = (judgement.relation.rule.id, judgement.relation.line)
            assert judgement.residual == residual_of_one_more(key, line)
            assert judgement.unknown == ()
        for finding in check_articulation(form, changed):
            line = tuple(finding.place.split(" "))
            assert {FactKey(*t) for t in finding.touches} == cells_of(line, edition)
            assert finding.severity is Severity.WARNING
            assert f"{printed[str(key)]} {cells[key] + 1} → {cells[key]}" in finding.hint


@pytest.mark.parametrize("edition", EDITIONS)
def test_where_two_relations_cross_the_explanation_is_the_cell_they_share_alone(
    formats: tuple[Format, ...], edition: str
) -> None:
    form = next(f for f in formats if f.edition == edition)
    cells = spread(edition)
    for key in (k for k in CELLS[edition] if k.table == "requests"):
        changed = with_value(facts_of(cells), key, cells[key] + 1)
        for finding in check_articulation(form, changed):
            assert finding.hint.count(" → ") == 1, (key, finding.hint)


@BOTH
def test_figures_outside_all_relations_break_none(gk2021: Format, made: Figures) -> None:
    cells = {**figures("2021"), **made("2021")}
    for key in (k for k in cells if k.table == "proactive"):
        assert check_articulation(gk2021, with_value(facts_of(cells), key, cells[key] + 1)) == ()


def test_a_digit_read_twice_breaks_by_the_whole_difference(gk2021: Format) -> None:
    key = FactKey("requests", "unavailable.not_held", "legal_service")
    changed = with_value(facts_of(figures()), key, 339)
    assert {j.residual for j in broken(gk2021, changed)} == {Decimal(300)}
    assert all(
        "本机关不掌握相关政府信息·法律服务机构 339 → 39" in f.hint for f in check_articulation(gk2021, changed)
    )


def test_two_wrong_cells_that_share_nothing_are_not_explained_by_one(gk2021: Format) -> None:
    """A total printed for another row: its row and its column are wrong by different amounts."""
    facts = with_value(facts_of(spread()), FactKey("requests", "granted", "total"), 1)
    facts = with_value(facts, FactKey("requests", "partial", "research"), 99)
    findings = [f for f in check_articulation(gk2021, facts) if f.code == "rule.broken"]
    by_place = {f.place: f for f in findings}
    assert set(by_place) == {
        "requests.row_total granted",
        "requests.row_total partial",
        "requests.decided total",
        "requests.decided research",
    }
    assert "（二）部分公开·科研机构 99" in by_place["requests.row_total partial"].hint


def test_the_message_shows_the_printed_sentence_and_the_difference(gk2021: Format) -> None:
    facts = with_value(facts_of(figures()), FactKey("requests", "granted", "legal_service"), 10)
    (finding,) = of_line(check_articulation(gk2021, facts), "requests.row_total", "granted")
    assert "总计等于各类申请人之和" in finding.message
    assert finding.message.endswith(", a difference of 1")
    assert (finding.found, finding.expected) == ("法律服务机构 10", "总计 9")


def test_a_cell_is_never_explained_by_a_number_below_zero(gk2021: Format) -> None:
    """One dispute was upheld and the total says none: no other result can have been minus one."""
    facts = with_value(facts_of(figures()), FactKey("disputes", "review", "upheld"), 1)
    (finding,) = check_articulation(gk2021, facts)
    assert "行政复议·结果维持 1 → 0" in finding.hint
    assert "行政复议·总计 0 → 1" in finding.hint
    assert finding.hint.count(" → ") == 2


def misprinted(pairs: int, disputes: int) -> dict[FactKey, Fact]:
    """Figures with ``pairs`` of row totals, one a unit too high and one too low, and totals of ``disputes`` rows.

    What is too high in one row is too low in the other, so that no column notices: each total breaks its row alone.
    """
    facts = facts_of(spread())
    outcomes = [r for r in ROWS["2021"] if r not in ("new_received", "carried_in", "decided_total", "carried_out")]
    wrong = [FactKey("requests", row, "total") for row in outcomes[: 2 * pairs]]
    wrong += [FactKey("disputes", row, "total") for row in DISPUTES[:disputes]]
    for number, key in enumerate(wrong):
        value = facts[key].value
        assert value is not None
        facts = with_value(facts, key, int(value) + (-1) ** number)
    return facts


@pytest.mark.parametrize(
    ("pairs", "disputes", "unread", "assessed", "suspect"),
    [
        (8, 0, (), 42, False),
        (8, 1, (), 42, True),
        (6, 0, ("carried_in",), 34, False),
        (6, 0, ("carried_in", "carried_out", "disputes"), 30, True),
        (6, 0, ("carried_in", "disputes"), 31, False),
        (5, 0, ("new_received", "carried_in", "carried_out", "decided_total", "disputes"), 21, False),
        (6, 0, ("new_received", "carried_in", "carried_out", "decided_total", "disputes"), 21, True),
    ],
)
def test_a_dozen_broken_relations_and_four_in_ten_are_no_organs_own_errors(
    gk2021: Format, pairs: int, disputes: int, unread: Sequence[str], assessed: int, suspect: bool
) -> None:
    facts = misprinted(pairs, disputes)
    facts |= {k: Fact(k, CellState.UNREADABLE) for k in facts if k.row in unread or k.table in unread}
    findings = check_articulation(gk2021, facts)
    wrong = sum(f.code == "rule.broken" for f in findings)
    assert wrong == 2 * pairs + disputes
    told = [f.message for f in findings if f.code == "reading.suspect"]
    assert [m[: m.index(" relations")] for m in told] == ([f"{wrong} of {assessed}"] if suspect else [])


def test_checking_changes_no_figure(gk2021: Format) -> None:
    facts = with_state(facts_of(figures()), FactKey("requests", "granted", "research"), CellState.BLANK)
    before = dict(facts)
    check_articulation(gk2021, facts)
    assert facts == before


ROW = [FactKey("requests", "granted", c) for c in APPLICANTS]
DISPUTE = [FactKey("disputes", "review", c) for c in RESULTS]
BALANCE = [
    FactKey("requests", r, "research") for r in ("new_received", "carried_in", "decided_total", "carried_out")
]
BLANK, DASH = CellState.BLANK, CellState.DASH


def outcome_of(form: Format, rule: str, line: str, cells: Mapping[FactKey, int | CellState]) -> str:
    """Code of the finding about one relation whose cells read so, "" for none."""
    facts = facts_of({k: v for k, v in cells.items() if not isinstance(v, CellState)})
    facts |= {k: Fact(k, v) for k, v in cells.items() if isinstance(v, CellState)}
    found = of_line(check_articulation(form, facts), rule, line)
    return found[0].code if found else ""


@pytest.mark.parametrize(
    ("parts", "total", "code"),
    [
        ((1, 2, 3, 0, 0, 0), 6, ""),
        ((1, 2, 3, 0, 0, 0), 5, "rule.broken"),
        ((1, 2, 3, BLANK, 0, 0), 5, "rule.broken"),
        ((1, 2, 3, DASH, 0, 0), 5, "rule.broken"),
        ((1, 2, 3, BLANK, DASH, BLANK), 5, "rule.broken"),
        ((1, 2, 3, BLANK, 0, 0), 6, "rule.blank_consistent"),
        ((1, 2, 3, DASH, 0, 0), 6, "rule.blank_consistent"),
        ((BLANK, BLANK, BLANK, BLANK, BLANK, BLANK), 0, "rule.blank_consistent"),
        ((1, 2, 3, BLANK, 0, 0), 7, "rule.not_assessable"),
        ((1, 2, 3, DASH, 0, 0), 7, "rule.not_assessable"),
        ((BLANK, BLANK, BLANK, BLANK, BLANK, BLANK), 7, "rule.not_assessable"),
        ((1, 2, 3, 0, 0, 0), BLANK, "rule.not_assessable"),
        ((1, 2, 3, 0, 0, 0), DASH, "rule.not_assessable"),
        ((0, 0, 0, 0, 0, 0), BLANK, "rule.blank_consistent"),
        ((-1, 0, 0, 0, 0, 0), BLANK, "rule.not_assessable"),
        ((-1, -2, BLANK, 0, 0, 0), BLANK, "rule.not_assessable"),
        ((BLANK, BLANK, BLANK, BLANK, BLANK, BLANK), BLANK, ""),
        ((DASH, DASH, DASH, DASH, DASH, DASH), DASH, ""),
        ((1, 2, 3, CellState.UNREADABLE, 0, 0), 6, "rule.not_assessable"),
        ((1, 2, 3, CellState.UNREADABLE, 0, 0), 7, "rule.not_assessable"),
        ((1, 2, 3, CellState.UNREADABLE, BLANK, 0), 6, "rule.not_assessable"),
        ((1, 2, 3, 0, 0, 0), CellState.UNREADABLE, "rule.not_assessable"),
    ],
)
def test_known_parts_decide_where_some_are_blank(
    gk2021: Format, parts: tuple[int | CellState, ...], total: int | CellState, code: str
) -> None:
    cells = dict(zip(ROW, (*parts, total), strict=True))
    assert outcome_of(gk2021, "requests.row_total", "granted", cells) == code


@pytest.mark.parametrize(
    ("parts", "total", "code"),
    [
        ((1, 0, 0, 2), 3, ""),
        ((1, 0, BLANK, 2), 2, "rule.broken"),
        ((1, 0, BLANK, 2), 3, "rule.blank_consistent"),
        ((1, 0, DASH, 2), 4, "rule.not_assessable"),
        ((1, 0, 0, 2), BLANK, "rule.not_assessable"),
        ((DASH, DASH, DASH, DASH), DASH, ""),
    ],
)
def test_the_same_holds_for_disputes(
    gk2021: Format, parts: tuple[int | CellState, ...], total: int | CellState, code: str
) -> None:
    cells = dict(zip(DISPUTE, (*parts, total), strict=True))
    assert outcome_of(gk2021, "disputes.row_total", "review", cells) == code


@pytest.mark.parametrize(
    ("received", "carried_in", "decided", "carried_out", "code"),
    [
        (5, 1, 4, 2, ""),
        (5, 1, 4, 1, "rule.broken"),
        (5, BLANK, 4, 1, "rule.blank_consistent"),
        (5, BLANK, 3, 1, "rule.broken"),
        (5, BLANK, 6, 1, "rule.not_assessable"),
        (BLANK, 5, 3, 1, "rule.broken"),
        (5, 1, 6, BLANK, "rule.blank_consistent"),
        (5, 1, 7, BLANK, "rule.broken"),
        (5, 1, 4, BLANK, "rule.not_assessable"),
        (5, 1, DASH, 2, "rule.not_assessable"),
        (5, BLANK, 5, BLANK, "rule.blank_consistent"),
        (5, BLANK, 3, BLANK, "rule.not_assessable"),
        (BLANK, BLANK, 3, 0, "rule.not_assessable"),
        (BLANK, BLANK, BLANK, BLANK, ""),
        (5, CellState.UNREADABLE, 3, 1, "rule.not_assessable"),
        (5, 1, CellState.UNREADABLE, BLANK, "rule.not_assessable"),
    ],
)
def test_the_same_holds_for_a_balance(
    gk2021: Format,
    received: int | CellState,
    carried_in: int | CellState,
    decided: int | CellState,
    carried_out: int | CellState,
    code: str,
) -> None:
    cells = dict(zip(BALANCE, (received, carried_in, decided, carried_out), strict=True))
    assert outcome_of(gk2021, "requests.balance", "research", cells) == code


@pytest.mark.parametrize("state", [BLANK, DASH])
def test_a_blank_for_a_zero_is_noted_and_not_held_against_the_report(gk2021: Format, state: CellState) -> None:
    key = FactKey("requests", "granted", "research")
    findings = check_articulation(gk2021, with_state(facts_of(figures()), key, state))
    assert {f.place for f in findings} == {"requests.row_total granted", "requests.decided research"}
    assert {(f.code, f.severity) for f in findings} == {("rule.blank_consistent", Severity.INFO)}


def test_a_cell_that_could_not_be_read_is_never_blamed(gk2021: Format) -> None:
    cells = spread()
    for key in CELLS["2021"]:
        facts = with_state(facts_of(cells), key, CellState.UNREADABLE)
        findings = check_articulation(gk2021, facts)
        assert {f.code for f in findings} == {"rule.not_assessable"}
        assert {tuple(f.place.split(" ")) for f in findings} == rules_touching(key)


def test_a_fact_that_is_missing_altogether_is_no_zero(gk2021: Format) -> None:
    cells = spread()
    key = FactKey("requests", "granted", "research")
    facts = {k: f for k, f in facts_of(cells).items() if k != key}
    assert {f.code for f in check_articulation(gk2021, facts)} == {"rule.not_assessable"}


def report_of(form: Format, facts: Mapping[FactKey, Fact]) -> Report:
    """A report that says these facts and nothing more."""
    findings = check_articulation(form, facts)
    return Report("某局", 2023, form.edition, "", tuple(facts.values()), findings)


def test_the_flagged_cells_are_those_of_the_broken_relations_and_no_others(gk2021: Format) -> None:
    cells = {**figures(), **spread()}
    facts = facts_of(cells)
    assert report_of(gk2021, facts).flagged() == frozenset()
    for key in CELLS["2021"]:
        report = report_of(gk2021, with_value(facts, key, cells[key] + 1))
        expected = {k for line in rules_touching(key) for k in cells_of(line)}
        assert report.flagged() == expected, key
        assert report.verdict is Verdict.NEEDS_REVIEW


def test_blanks_consistent_with_zero_flag_nothing(gk2021: Format) -> None:
    facts = with_state(facts_of(figures()), FactKey("requests", "granted", "research"), BLANK)
    report = report_of(gk2021, facts)
    assert (report.flagged(), report.verdict) == (frozenset(), Verdict.ACCEPTED)


def test_every_pair_of_cells_in_one_row_breaks_the_row_or_balances_out(gk2021: Format) -> None:
    cells = spread()
    parts = [FactKey("requests", "granted", c) for c in APPLICANTS[:-1]]
    for up, down in product(parts, parts):
        if up == down:
            continue
        facts = with_value(with_value(facts_of(cells), up, cells[up] + 1), down, cells[down] - 1)
        assert lines_broken(gk2021, facts) == {
            ("requests.decided", up.column),
            ("requests.decided", down.column),
        }
