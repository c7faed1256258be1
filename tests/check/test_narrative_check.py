"""The narrative held against the tables."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gkingest.check.narrative import check_narrative
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact, Statement


def differs(
    form: Format, row: str, value: int, cells: dict[str, int | None], also: tuple[int, ...] = ()
) -> list[tuple[str, str]]:
    """(found, expected) of the findings when the narrative says ``value`` and the tables these totals."""
    facts = {}
    for name, number in cells.items():
        key = FactKey("requests", name, "total")
        state = CellState.BLANK if number is None else CellState.REPORTED
        amount = None if number is None else Decimal(number)
        facts[key] = Fact(key, state, amount, form_value=amount)
    statement = Statement(row, "…", Decimal(value), "…", 1, tuple(Decimal(v) for v in also))
    (judged,), findings = check_narrative(form, [statement], facts)
    assert (judged.agrees is False) == bool(findings)
    return [(f.found, f.expected) for f in findings]


def test_a_figure_that_the_table_has_raises_nothing(gk2021: Format) -> None:
    assert differs(gk2021, "received", 41, {"new_received": 41, "carried_in": 2}) == []


def test_what_was_carried_in_may_be_counted_too(gk2021: Format) -> None:
    assert differs(gk2021, "received", 43, {"new_received": 41, "carried_in": 2}) == []


def test_another_figure_is_told_with_all_that_it_could_have_been(gk2021: Format) -> None:
    assert differs(gk2021, "received", 40, {"new_received": 41, "carried_in": 2}) == [("40", "41 or 43")]


def test_the_same_thing_counted_in_another_unit_may_be_what_the_table_has(gk2021: Format) -> None:
    assert differs(gk2021, "received", 10, {"new_received": 53, "carried_in": 0}, also=(53,)) == []


def test_a_blank_cell_contradicts_nothing(gk2021: Format) -> None:
    assert differs(gk2021, "carried_in", 3, {"carried_in": None}) == []


@pytest.mark.parametrize(("value", "told"), [(6, []), (7, [("7", "6")])])
def test_an_outcome_is_the_sum_of_its_rows(gk2021: Format, value: int, told: list[tuple[str, str]]) -> None:
    table = gk2021.table("requests")
    denied = [r for r in dict.fromkeys(row for row, *_ in table.slots()) if r.startswith("denied.")]
    cells: dict[str, int | None] = dict.fromkeys(denied, 0)
    cells[denied[0]], cells[denied[-1]] = 4, 2
    assert differs(gk2021, "denied", value, cells) == told


def test_the_warning_quotes_the_sentence_and_touches_no_cell_of_a_table(gk2021: Format) -> None:
    facts = {}
    for row, number in (("new_received", 41), ("carried_in", 2)):
        key = FactKey("requests", row, "total")
        facts[key] = Fact(key, CellState.REPORTED, Decimal(number), form_value=Decimal(number))
    statement = Statement("received", "收到政府信息公开申请", Decimal(40), "全年共收到申请40件。", 3)
    (judged,), (finding,) = check_narrative(gk2021, [statement], facts)
    assert judged == replace(statement, agrees=False)
    assert finding == Finding(
        "narrative.differs",
        "the narrative says 收到政府信息公开申请 40, the table 41 or 43: 全年共收到申请40件。",
        place="narrative/received",
        found="40",
        expected="41 or 43",
        page=3,
        hint="read the sentence: it may count something else, or one of the two is misprinted",
        touches=(),
    )


def test_whether_the_tables_agree_is_noted(gk2021: Format) -> None:
    key = FactKey("requests", "carried_in", "total")
    facts = {key: Fact(key, CellState.REPORTED, Decimal(2), form_value=Decimal(2))}
    told = Statement("carried_in", "上年结转", Decimal(2), "上年结转2件。", 1)
    assert [s.agrees for s in check_narrative(gk2021, [told], facts)[0]] == [True]
    assert [s.agrees for s in check_narrative(gk2021, [told], {})[0]] == [None]


def test_a_narrative_that_counts_in_another_unit_contradicts_nothing(gk2021: Format) -> None:
    cells = {"new_received": 53, "carried_in": 0, "decided_total": 53}
    facts = {}
    for row, number in cells.items():
        key = FactKey("requests", row, "total")
        facts[key] = Fact(key, CellState.REPORTED, Decimal(number), form_value=Decimal(number))
    received = Statement("received", "收到", Decimal(10), "受理申请10件/53条。", 1, (Decimal(53),))
    decided = Statement("decided", "办结", Decimal(10), "答复申请10件。", 1)
    judged, findings = check_narrative(gk2021, [received, decided], facts)
    assert [s.agrees for s in judged] == [True, None]
    assert findings == ()
