"""What a report's findings mean for the report and for its figures; and geometry that can be undone."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.model.finding import CATALOGUE, Finding, Severity
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Page
from gkingest.model.report import CellState, Fact, Report, Status, Verdict

KEYS = [
    FactKey("requests", "granted", "research"),
    FactKey("requests", "granted", "total"),
    FactKey("requests", "partial", "total"),
    FactKey("disputes", "review", "total"),
    FactKey("fees_collected", "processing_fee", "amount"),
]
WARNING = "reading.disagrees"
INFO = "rule.blank_consistent"
ERROR = "cell.unreadable"


def report(*findings: Finding, states: Iterable[CellState] = ()) -> Report:
    """A report with one fact for each key."""
    given_states = [*states, *[CellState.REPORTED] * len(KEYS)][: len(KEYS)]
    facts = [
        Fact(k, s, Decimal(1) if s is CellState.REPORTED else None) for k, s in zip(KEYS, given_states, strict=True)
    ]
    return Report("某局", 2023, "2021", "某局2023年政府信息公开工作年度报告", tuple(facts), findings)


def touching(*places: tuple[str, str, str], code: str = WARNING) -> Finding:
    """A finding that touches these places."""
    return Finding(code, "look", touches=places)


@pytest.mark.parametrize(
    ("places", "flagged"),
    [
        ([], []),
        ([("requests", "granted", "research")], [0]),
        ([("requests", "granted", "*")], [0, 1]),
        ([("requests", "*", "total")], [1, 2]),
        ([("requests", "*", "*")], [0, 1, 2]),
        ([("*", "*", "total")], [1, 2, 3]),
        ([("*", "*", "*")], [0, 1, 2, 3, 4]),
        ([("requests", "granted", "research"), ("disputes", "*", "*")], [0, 3]),
        ([("requests", "denied", "*")], []),
        ([("proactive", "*", "*")], []),
        ([("requests", "granted", "tot")], []),
    ],
)
def test_a_warning_flags_the_figures_it_touches_and_no_others(
    places: list[tuple[str, str, str]], flagged: list[int]
) -> None:
    assert report(touching(*places)).flagged() == {KEYS[i] for i in flagged}


@pytest.mark.parametrize(("code", "count"), [(INFO, 0), (WARNING, 5), (ERROR, 5)])
def test_only_warnings_and_errors_flag(code: str, count: int) -> None:
    assert len(report(touching(("*", "*", "*"), code=code)).flagged()) == count


@pytest.mark.parametrize("code", ["organ.unknown", "year.unknown", "year.conflict"])
def test_a_doubt_about_the_document_flags_no_figure_but_wants_review(code: str) -> None:
    doubtful = report(Finding(code, "who?"))
    assert (doubtful.flagged(), doubtful.verdict) == (frozenset(), Verdict.NEEDS_REVIEW)


def test_the_verdict_follows_from_facts_and_findings() -> None:
    absent = [CellState.ABSENT] * len(KEYS)
    assert report().verdict is Verdict.ACCEPTED
    assert report(touching(code=INFO)).verdict is Verdict.ACCEPTED
    assert report(touching(code=WARNING)).verdict is Verdict.NEEDS_REVIEW
    assert report(touching(code=ERROR)).verdict is Verdict.NEEDS_REVIEW
    assert report(states=absent).verdict is Verdict.REJECTED
    assert report(touching(code=ERROR), states=absent).verdict is Verdict.REJECTED
    assert report(states=[*absent[:-1], CellState.BLANK]).verdict is Verdict.ACCEPTED


def test_the_five_things_a_cell_can_say_and_what_becomes_of_a_document_are_public() -> None:
    assert [s.value for s in CellState] == ["reported", "blank", "dash", "absent", "unreadable"]
    assert [v.value for v in Verdict] == ["accepted", "needs_review", "rejected"]
    assert {s.value for s in Status} == {
        "ok",
        "needs_review",
        "needs_ocr",
        "not_a_report",
        "encrypted",
        "corrupt",
        "unsupported",
        "failed",
    }


def test_a_key_is_written_with_slashes() -> None:
    assert str(KEYS[0]) == "requests/granted/research"


def test_no_finding_without_an_entry_in_the_catalogue() -> None:
    with pytest.raises(ValueError, match=r"made\.up"):
        Finding("made.up", "?")
    for code, (severity, meaning, step) in CATALOGUE.items():
        assert Finding(code, "!").severity is severity
        assert isinstance(severity, Severity)
        for told in (meaning, step):
            assert told and not told.endswith(".")


@pytest.mark.parametrize(
    "thing", [Fact(KEYS[0], CellState.BLANK), Finding(WARNING, "!"), report(), Box(0, 0, 1, 1)]
)
def test_what_has_been_read_cannot_be_changed(thing: object) -> None:
    name = fields(thing)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(thing, name, None)
    assert not hasattr(thing, "__dict__")


SIDES = st.integers(0, 1000)


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from([0, 90, 180, 270]))
def test_a_box_turned_with_its_page_and_back_is_where_it_was(x: int, y: int, w: int, h: int, turn: int) -> None:
    box = Box(x, y, x + w, y + h)
    width, height = 2000.0, 3000.0
    turned = box.turned(turn, width, height)  # type: ignore[arg-type]
    size = (height, width) if turn in (90, 270) else (width, height)
    assert 0 <= turned.x0 <= turned.x1 <= size[0] and 0 <= turned.top <= turned.bottom <= size[1]
    assert {turned.width, turned.height} == {box.width, box.height}
    assert turned.turned((360 - turn) % 360, *size) == box  # type: ignore[arg-type]


def test_a_quarter_turn_takes_the_top_left_corner_to_the_top_right() -> None:
    assert Box(0, 0, 10, 20).turned(90, 100, 200) == Box(180, 0, 200, 10)
    assert Box(0, 0, 10, 20).turned(180, 100, 200) == Box(90, 180, 100, 200)
    assert Box(0, 0, 10, 20).turned(270, 100, 200) == Box(0, 90, 20, 100)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_knows_where_a_box_is_displayed(turn: int) -> None:
    displayed = Box(10, 20, 30, 60)
    upright = displayed.turned(turn, 595, 842)  # type: ignore[arg-type]
    size = (842.0, 595.0) if turn in (90, 270) else (595.0, 842.0)
    page = Page(1, *size, (), (), turn=turn)  # type: ignore[arg-type]
    assert page.displayed(upright) == displayed


def test_boxes_join_and_contain() -> None:
    one, other = Box(0, 0, 10, 10), Box(20, 5, 30, 40)
    assert one.union(other) == other.union(one) == Box(0, 0, 30, 40)
    assert one.contains(*one.centre)
    assert not one.contains(11, 5)
    assert one.contains(11, 5, slack=1)
