"""Of several readings of a table the one that leaves least open is taken; signs beside figures count against it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from gkingest.document.attempt import Attempt, TableAttempt, best_of, is_settled, judged
from gkingest.formats.spec import Format
from gkingest.interpret.table.locate import Located
from gkingest.interpret.table.understanding import TableReading
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import ALIGNED, RULED, STREAM, Way
from gkingest.model.paper import Box, Grid
from gkingest.model.report import CellState, Fact

GRID = Grid((), 0, 0, (), Box(0, 0, 1, 1), 1, RULED)


def attempt(
    form: Format,
    way: Way,
    printed: Mapping[str, str],
    cost: int = 0,
    *,
    missing: int = 0,
    broken: int = 0,
    grids: bool = True,
) -> Attempt:
    """A reading of one row by columns: a number, ink that is none, or "-" for what is not there."""
    facts = []
    for column, raw in printed.items():
        state = CellState.REPORTED if raw.isdigit() else CellState.UNREADABLE if raw != "-" else CellState.ABSENT
        value = Decimal(raw) if raw.isdigit() else None
        facts.append(Fact(FactKey("requests", "new_received", column), state, value, raw=raw, page=1))
    found = (GRID,) if grids else ()
    table = TableAttempt(TableReading(tuple(facts), ()), found, missing, broken, cost)
    return Attempt(way, form, (), Located({}, (), (), frozenset(), 0.0), {"requests": table})


@pytest.mark.parametrize(
    ("ruled", "stream", "cost", "taken"),
    [
        ({"a": "办12", "b": "3"}, {"a": "12", "b": "3"}, 0, STREAM),  # a watermark's sign that another tells apart
        (
            {"a": "办12", "b": "3"},
            {"a": "12", "b": "3"},
            1,
            RULED,
        ),  # at the price of another doubt: the first stays
        ({"a": "办12", "b": "公3"}, {"a": "12", "b": "3"}, 1, STREAM),  # two signs for one doubt
        ({"a": "办12", "b": "3"}, {"a": "办12", "b": "3"}, 0, RULED),  # nobody reads it: no reading is worse for it
        ({"a": "办12", "b": "3"}, {"a": "-", "b": "3"}, 0, RULED),
        ({"a": "12", "b": "3"}, {"a": "12", "b": "3"}, 0, RULED),
        ({"a": "12 7", "b": "3"}, {"a": "12", "b": "3"}, 0, RULED),  # digits alone are no signs of a watermark
    ],
)
def test_signs_that_another_reading_tells_apart_count_against_one(
    ruled: Mapping[str, str], stream: Mapping[str, str], cost: int, taken: Way, gk2021: Format
) -> None:
    attempts = [attempt(gk2021, RULED, ruled), attempt(gk2021, STREAM, stream, cost)]
    assert best_of(attempts, "requests").way == taken


def test_of_readings_that_leave_as_much_open_one_that_found_the_table_is_taken(gk2021: Format) -> None:
    empty = attempt(gk2021, RULED, {"a": "-"}, 3, grids=False)
    assert best_of([empty, attempt(gk2021, ALIGNED, {"a": "-"}, 3)], "requests").way == ALIGNED
    assert best_of([empty, attempt(gk2021, ALIGNED, {"a": "-"}, 4)], "requests").way == RULED


def test_sums_that_do_not_hold_are_settled_by_one_more_reading(gk2021: Format) -> None:
    ruled = attempt(gk2021, RULED, {"a": "12", "b": "3"}, 3, broken=1)
    assert not is_settled("requests", [ruled])
    assert is_settled("requests", [ruled, attempt(gk2021, ALIGNED, {"a": "12", "b": "3"}, 3, broken=1)])
    assert not is_settled("requests", [ruled, attempt(gk2021, ALIGNED, {"a": "12", "b": "8"}, 3, broken=1)])


def test_a_doubt_besides_and_a_gap_take_two_more_readings_that_agree(gk2021: Format) -> None:
    for printed, cost in (({"a": "12", "b": "3"}, 1), ({"a": "12", "b": "3", "c": "4", "d": "-"}, 1)):
        gaps = sum(raw == "-" for raw in printed.values())
        same = [attempt(gk2021, way, printed, cost, missing=gaps) for way in (RULED, STREAM, ALIGNED)]
        assert not is_settled("requests", same[:2])
        assert is_settled("requests", same)


def test_a_table_that_nobody_found_is_not_settled_by_that(gk2021: Format) -> None:
    ways = (RULED, STREAM, ALIGNED)
    none = [attempt(gk2021, way, {"a": "-", "b": "-"}, 3, missing=2, grids=False) for way in ways]
    assert not is_settled("requests", none)


def test_a_drawn_cell_over_several_figures_is_no_reason_to_prefer_a_reading_without_rules(gk2021: Format) -> None:
    """Columns found from where figures stand would take the places beside a merged cell's zero for blanks."""
    keys = [FactKey("requests", "new_received", c) for c in ("commercial", "research", "other_org")]
    facts = tuple(Fact(k, CellState.UNREADABLE, raw="0", page=1) for k in keys)
    merged = Finding("cell.ambiguous", "one cell stands for 3 figures", found="0", touches=tuple(keys))
    several = Finding("cell.ambiguous", "one cell stands for 3 figures", found="4 7 1", touches=tuple(keys))
    reading = TableReading(facts, (merged,))
    assert judged(gk2021, "requests", reading, (GRID,)).cost == 0
    assert judged(gk2021, "requests", reading, (replace(GRID, way=ALIGNED),)).cost == 4
    assert judged(gk2021, "requests", replace(reading, findings=(several,)), (GRID,)).cost == 4
