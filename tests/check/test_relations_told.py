"""What a reader is told of a relation that does not hold or is left open: every word, the place and the page."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from seed_figures import APPLICANTS, DISPUTES, RESULTS, ROWS, facts_of, figures, spread, with_state, with_value

from gkingest.check.articulation import Evidence, broken, check_articulation, relations, tally
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact

# In these figures a row adds up 2 + 3 + 4 + 5 + 6 + 7 = 27; 4, of the research institutes, is printed as 14.
WRONG = FactKey("requests", "granted", "research")
ROW_TOTAL = "总计等于各类申请人之和"
DECIDED = "第三项第（七）总计等于（一）至（六）各项之和"
ONE_CELL = "a single wrong cell would explain it: （一）予以公开·科研机构 14 → 4"
OPEN = "no second reading of the page confirms the figures: compare them with it"


def misprinted() -> dict[FactKey, Fact]:
    """The figures with one cell too great by ten."""
    return with_value(facts_of(spread()), WRONG, 14)


def at(
    form: Format, facts: Mapping[FactKey, Fact], place: str, evidence: Evidence | None = None, code: str = "rule."
) -> Finding:
    """The one finding about a place."""
    found = check_articulation(form, facts, evidence) if evidence else check_articulation(form, facts)
    (finding,) = [f for f in found if f.place == place and f.code.startswith(code)]
    return finding


def test_a_sum_of_applicants_that_is_wrong_is_told_with_its_numbers_and_the_cell_that_would_explain_it(
    gk2021: Format,
) -> None:
    left = "自然人 2 + 商业企业 3 + 科研机构 14 + 社会公益组织 5 + 法律服务机构 6 + 其他 7 = 37"
    assert at(gk2021, misprinted(), "requests.row_total granted") == Finding(
        "rule.broken",
        f"{ROW_TOTAL}（（一）予以公开）: 总计 27 ≠ {left}, a difference of 10",
        place="requests.row_total granted",
        found=left,
        expected="总计 27",
        hint=f"{ONE_CELL}; {OPEN}",
        verdict="undetermined",
        touches=tuple(("requests", "granted", c) for c in APPLICANTS),
        page=1,
    )


def test_a_sum_of_outcomes_that_is_wrong_names_the_rows(gk2021: Format) -> None:
    """Of the research institutes: 4 granted, printed as 14, then 5, 6 … 24 down the rows: 21 × 14 = 294."""
    told = at(gk2021, misprinted(), "requests.decided research")
    start = "（七）总计 294 ≠ （一）予以公开 14 + （二）部分公开 5 + 1.属于国家秘密 6 + "
    assert told.message.startswith(f"{DECIDED}（科研机构）: {start}")
    assert told.message.endswith(" = 304, a difference of 10")
    assert (told.expected, told.hint) == ("（七）总计 294", f"{ONE_CELL}; {OPEN}")


def test_a_side_of_one_number_or_none_is_no_sum(gk2021: Format) -> None:
    facts = with_value(facts_of(figures()), FactKey("disputes", "review", "total"), 3)
    told = at(gk2021, facts, "disputes.row_total review")
    assert (told.found, told.expected) == ("0", "总计 3")
    facts = with_value(facts_of(figures()), FactKey("disputes", "review", "pending"), 3)
    told = at(gk2021, facts, "disputes.row_total review")
    assert (told.found, told.expected) == ("尚未审结 3", "0")
    assert told.message.endswith(": 0 ≠ 尚未审结 3, a difference of 3")
    facts = with_value(facts, FactKey("disputes", "review", "upheld"), 2)
    told = at(gk2021, facts, "disputes.row_total review")
    assert (told.found, told.expected) == ("结果维持 2 + 尚未审结 3 = 5", "0")


def test_the_page_of_a_relation_is_the_first_that_is_known(gk2021: Format) -> None:
    facts = {k: replace(f, page=None) for k, f in misprinted().items()}
    assert at(gk2021, facts, "requests.row_total granted").page is None
    for column, page in (("total", 3), ("public_interest", 2)):
        key = FactKey("requests", "granted", column)
        facts[key] = replace(facts[key], page=page)
    assert at(gk2021, facts, "requests.row_total granted").page == 2


def test_a_relation_that_no_single_cell_explains_says_so(gk2021: Format) -> None:
    """Two cells of one row, too great by one and by two: each column wants another change than the row."""
    cells = spread()
    facts = with_value(facts_of(cells), WRONG, cells[WRONG] + 1)
    other = FactKey("requests", "granted", "commercial")
    facts = with_value(facts, other, cells[other] + 2)
    told = at(gk2021, facts, "requests.row_total granted")
    assert told.hint == f"no single cell explains it; {OPEN}"


def test_what_may_explain_a_relation_is_told_cell_by_cell(gk2021: Format) -> None:
    """In the table of disputes no other rule says which of the cells is the wrong one."""
    facts = with_value(facts_of(spread()), FactKey("disputes", "review", "total"), 8)  # 1 + 2 + 3 + 4 = 10
    assert at(gk2021, facts, "disputes.row_total review").hint == (
        "a single wrong cell would explain it: 行政复议·结果纠正 2 → 0 / "
        "行政复议·其他结果 3 → 1 / 行政复议·尚未审结 4 → 2 / "
        f"行政复议·总计 8 → 10; {OPEN}"
    )


def test_a_cell_without_a_number_explains_nothing_and_hides_no_other(gk2021: Format) -> None:
    """Known parts of 2 + 3 + 4 exceed a total of 8, whatever stands in the blank."""
    facts = with_value(facts_of(spread()), FactKey("disputes", "review", "total"), 8)
    facts = with_state(facts, FactKey("disputes", "review", "upheld"), CellState.BLANK)
    assert at(gk2021, facts, "disputes.row_total review").hint == (
        "a single wrong cell would explain it: 行政复议·结果纠正 2 → 1 / "
        "行政复议·其他结果 3 → 2 / 行政复议·尚未审结 4 → 3 / "
        f"行政复议·总计 8 → 9; {OPEN}"
    )


def test_a_relation_that_is_left_open_constrains_no_cell(gk2021: Format) -> None:
    """The row is wrong by ten; the column could not be read in one place, so any cell of the row may be it."""
    facts = with_state(misprinted(), FactKey("requests", "partial", "research"), CellState.UNREADABLE)
    told = at(gk2021, facts, "requests.row_total granted")
    assert told.hint == f"{ONE_CELL}; {OPEN}"
    others = {k for k in facts if k.row in ("partial", "decided_total")}
    facts |= {k: Fact(k, CellState.UNREADABLE) for k in others}
    told = at(gk2021, facts, "requests.row_total granted")
    assert told.hint == f"{ONE_CELL} / （一）予以公开·总计 27 → 37; {OPEN}"


PICTURED = frozenset(misprinted())


@pytest.mark.parametrize(
    ("evidence", "verdict", "reason"),
    [
        (Evidence(), "undetermined", OPEN),
        (
            Evidence(confirmed=True),
            "printed",
            "two independent readings of the page agree, so the report is printed so",
        ),
        (
            Evidence(pictured=PICTURED, steady=PICTURED),
            "printed",
            "every figure was read again from its picture with one result, so it is printed so",
        ),
        (
            Evidence(
                pictured=PICTURED,
                steady=PICTURED - {WRONG, FactKey("requests", "granted", "total")},
            ),
            "undetermined",
            "looks at the picture differ or failed (（一）予以公开·科研机构、（一）予以公开·总计): "
            "compare them with the page",
        ),
        (
            Evidence(confirmed=True, others={WRONG: (Decimal(11), Decimal(4))}),
            "reading",
            "（一）予以公开·科研机构 reads 14, but 4 at a second look, which would mend it",
        ),
    ],
)
def test_the_verdict_is_told_with_its_reason(gk2021: Format, evidence: Evidence, verdict: str, reason: str) -> None:
    told = at(gk2021, misprinted(), "requests.row_total granted", evidence)
    assert (told.verdict, told.hint) == (verdict, f"{ONE_CELL}; {reason}")


def test_another_reading_that_mends_nothing_is_no_evidence(gk2021: Format) -> None:
    evidence = Evidence(confirmed=True, others={WRONG: (Decimal(24),)})
    assert at(gk2021, misprinted(), "requests.row_total granted", evidence).verdict == "printed"


def test_a_total_that_reads_otherwise_at_a_second_look_mends_the_sum_too(gk2021: Format) -> None:
    total = FactKey("requests", "granted", "total")
    facts = with_value(facts_of(spread()), total, 24)
    told = at(gk2021, facts, "requests.row_total granted", Evidence(others={total: (Decimal(27),)}))
    assert told.hint.endswith("; （一）予以公开·总计 reads 24, but 27 at a second look, which would mend it")


def test_cells_without_a_number_are_named_up_to_four_and_counted_beyond(gk2021: Format) -> None:
    facts = facts_of(spread())
    words = {
        1: "科研机构",
        4: "科研机构、社会公益组织、法律服务机构、其他",
        5: "5 cells",
    }
    for count, named in words.items():
        blank = APPLICANTS[2:-1] if count < 5 else APPLICANTS[1:-1]
        changed = dict(facts)
        for column in blank[:count]:
            changed = with_state(changed, FactKey("requests", "granted", column), CellState.BLANK)
        lacking = {1: 4, 4: 4 + 5 + 6 + 7, 5: 27 - 2}[count]
        assert at(gk2021, changed, "requests.row_total granted") == Finding(
            "rule.not_assessable",
            f"{ROW_TOTAL}（（一）予以公开）: cannot be judged, as {named} gives no number; "
            f"the other numbers differ by {lacking}",
            place="requests.row_total granted",
            touches=tuple(("requests", "granted", c) for c in APPLICANTS),
        )


def test_along_a_column_the_rows_without_a_number_are_named(gk2021: Format) -> None:
    facts = with_state(facts_of(spread()), WRONG, CellState.DASH)
    told = at(gk2021, facts, "requests.decided research")
    assert told.message == (
        f"{DECIDED}（科研机构）: cannot be judged, as （一）予以公开 gives no number; the other numbers differ by 4"
    )
    assert told.touches == tuple(
        ("requests", row, "research")
        for row in ROWS["2021"]
        if row not in ("new_received", "carried_in", "carried_out")
    )


def test_a_relation_that_holds_with_blanks_as_zeros_is_told_so(gk2021: Format) -> None:
    facts = with_state(facts_of(figures()), FactKey("disputes", "review", "other"), CellState.BLANK)
    assert at(gk2021, facts, "disputes.row_total review") == Finding(
        "rule.blank_consistent",
        "总计等于结果维持、结果纠正、其他结果、尚未审结之和（行政复议）: "
        "holds if the cells without a number are zeros (其他结果)",
        place="disputes.row_total review",
        touches=tuple(("disputes", "review", c) for c in RESULTS),
    )


def test_a_picture_in_which_a_needed_figure_was_not_seen_is_to_be_looked_at(gk2021: Format) -> None:
    facts = {**facts_of(spread()), WRONG: Fact(WRONG, CellState.BLANK, page=2)}
    evidence = Evidence(pictured=frozenset(facts))
    assert at(gk2021, facts, "requests.row_total granted", evidence, "cell.") == Finding(
        "cell.doubt",
        "nothing was seen in the picture, but the sum lacks 4",
        place="requests.row_total granted",
        touches=(("requests", "granted", "research"),),
        page=2,
        hint="look at the page: the cell may hold a faint figure",
    )


@pytest.mark.parametrize("state", [CellState.DASH, CellState.UNREADABLE])
def test_ink_that_is_no_number_was_seen_and_is_not_looked_for(gk2021: Format, state: CellState) -> None:
    facts = {**facts_of(spread()), WRONG: Fact(WRONG, state, page=2)}
    found = check_articulation(gk2021, facts, Evidence(pictured=frozenset(facts)))
    assert {f.code for f in found} == {"rule.not_assessable"}


def test_a_blank_that_stands_for_zero_is_not_looked_for(gk2021: Format) -> None:
    key = FactKey("disputes", "review", "other")
    facts = with_state(facts_of(figures()), key, CellState.BLANK)
    found = check_articulation(gk2021, facts, Evidence(pictured=frozenset(facts)))
    assert [f.code for f in found] == ["rule.blank_consistent"]


def test_a_text_layer_in_which_half_the_sums_are_wrong_is_doubted_as_a_whole(gk2021: Format) -> None:
    """Every outcome's total is printed a hundred too great: 21 rows and what is decided in all, of 42 relations."""
    facts = facts_of(spread())
    for row in ROWS["2021"][2:-2]:
        key = FactKey("requests", row, "total")
        facts = with_value(facts, key, spread()[key] + 100)
    wrong = len(ROWS["2021"][2:-2]) + 1
    assert check_articulation(gk2021, facts)[-1] == Finding(
        "reading.suspect",
        f"{wrong} of {25 + 7 + 7 + 3} relations do not hold: the text layer may not say what is printed",
        touches=(("*", "*", "*"),),
        hint="compare a few figures with the page; where they differ, "
        "gkingest FILE --ocr always --force reads it as a picture",
    )


def test_the_broken_relations_of_one_table_are_its_own(gk2021: Format) -> None:
    facts = with_value(misprinted(), FactKey("disputes", "review", "total"), 11)
    for table, expected in (
        ("requests", {("requests.row_total", "granted"), ("requests.decided", "research")}),
        ("disputes", {("disputes.row_total", "review")}),
        ("proactive", set()),
    ):
        assert {(j.relation.rule.id, j.relation.line) for j in broken(gk2021, table, facts)} == expected


def test_the_order_of_the_rules_in_a_format_changes_no_relation(gk2021: Format) -> None:
    turned = gk2021.model_copy(update={"rules": gk2021.rules[::-1]})
    assert set(relations(turned)) == set(relations(gk2021))
    assert len(relations(turned)) == 25 + 7 + 7 + len(DISPUTES)


def test_what_is_counted_over_a_report(gk2021: Format) -> None:
    """All relations of the form, of which two are wrong in print, one for an unknown reason, and one is open."""
    facts = {**facts_of({**figures(), **spread()}), **facts_of({FactKey("elsewhere", "a", "b"): 1})}
    numbers = 25 * 7 + 3 * 5 + 10
    relations_in_all = 25 + 7 + 7 + 3
    assert tally(gk2021, facts, ()) == (numbers, relations_in_all, 0)
    printed = Finding("rule.broken", "1 ≠ 2", verdict="printed")
    findings = (
        printed,
        printed,
        Finding("rule.broken", "1 ≠ 2", verdict="undetermined"),
        Finding("rule.not_assessable", "?"),
        Finding("rule.blank_consistent", "0"),
        Finding("cell.doubt", "?"),
    )
    assert tally(gk2021, facts, findings) == (numbers, relations_in_all - 2, 2)


def test_a_table_without_a_number_counts_for_nothing(gk2021: Format) -> None:
    facts = {k: f if k.table == "requests" else Fact(k, CellState.BLANK) for k, f in facts_of(spread()).items()}
    assert tally(gk2021, facts, ()) == (25 * 7, 25 + 7 + 7, 0)
