"""Several reports of one organ for one year: one is current, the others are held against it."""

from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import Engine, text

from gkingest.model.finding import Finding
from gkingest.model.provenance import Provenance
from gkingest.store.ask.known import set_gone
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document

from .cases import NEW, ONE, SECRET, TWO, document, dump, fact, report, rows

THREE = "3" * 64


def put(engine: Engine, sha256: str, *values: str, published: str = "", **more: Any) -> None:
    """Save one report of the same organ and year, with its total and the first reason to deny."""
    facts = [fact(key, value) for key, value in zip((NEW, SECRET), values, strict=True)]
    known = {"organ_key": "人民政府办公室", "region_code": "410403", "verdict": None} | more
    known.pop("verdict")
    told = Provenance(published_at=published, said=(("published_at", published, "manifest"),))
    save_document(
        engine,
        document(f"{sha256[0]}.pdf", sha256, report=report(*facts, **known), provenance=told),
    )


def current(engine: Engine) -> list[str]:
    """First characters of the sources that hold current reports, whether they stand in the default views or not."""
    return sorted(row[0][0] for row in rows(engine, "SELECT sha256 FROM reports_all"))


def test_a_report_that_is_alone_is_current(engine: Engine) -> None:
    put(engine, ONE, "53", "2")
    assert link_copies(engine) == 0
    assert current(engine) == ["1"]


def test_the_same_report_as_two_files_agrees_cell_by_cell(engine: Engine) -> None:
    put(engine, ONE, "53", "2")
    put(engine, TWO, "53", "2")
    assert link_copies(engine) == 1
    assert current(engine) == ["1"]
    assert rows(engine, "SELECT report_id, current_id, agreed, differed FROM report_copy") == [
        (f"{TWO}-1", f"{ONE}-1", 2, 0)
    ]
    assert not rows(engine, "SELECT * FROM finding WHERE code = 'copy.differs'")


def test_a_correction_is_current_and_the_difference_is_told(engine: Engine) -> None:
    put(engine, ONE, "53", "2", published="2024-02-01")
    put(engine, TWO, "54", "2", title="年度报告（更正）", published="2024-01-20")
    link_copies(engine)
    assert current(engine) == ["2"]
    assert rows(engine, "SELECT report_id, reason, agreed, differed, differences FROM report_copy") == [
        (
            f"{ONE}-1",
            "its title says that it is corrected",
            1,
            1,
            '[["requests","new_received","total","53","54"]]',
        )
    ]
    ((message, severity),) = rows(engine, "SELECT message, severity FROM finding WHERE code = 'copy.differs'")
    assert "requests/new_received/total 53 ≠ 54" in message
    assert severity == "info"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({"published": "2024-01-20"}, {"published": "2024-03-01"}, "2"),
        ({"published": "2024-03-01"}, {"published": "2024-01-20"}, "1"),
        ({}, {"published": "2024-01-20"}, "2"),
        ({"issued_on": "2024-01-20"}, {"issued_on": "2024-01-30"}, "2"),
        ({"findings": (Finding("organ.unknown", "?"),)}, {}, "2"),
        ({}, {}, "1"),
    ],
)
def test_the_one_published_last_is_current_then_the_one_without_doubts(
    engine: Engine, first: dict[str, Any], second: dict[str, Any], kept: str
) -> None:
    put(engine, ONE, "53", "2", **first)
    put(engine, TWO, "53", "2", **second)
    assert current(engine) == [kept]


# What decides between two reports of one organ and year, first things first: the better case, the worse.
DECIDING: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({}, {"without_figures": True}),
    ({}, {"gone": True}),
    ({"title": "年度报告（修订）"}, {"title": "年度报告"}),
    ({"published": "2024-03-01"}, {"published": "2024-01-20"}),
    ({}, {"findings": (Finding("organ.unknown", "?"),)}),
    (
        {"findings": (Finding("organ.unknown", "?"),)},
        {"findings": (Finding("cell.doubt", "?", touches=((*NEW,),)),)},
    ),
)


# Each rule alone against the lesser identifier, and against each rule that comes later; an accepted report has no
# flags, so that the last two are never at odds.
RANKS = [(rank, None) for rank in range(6)] + [p for p in combinations(range(6), 2) if p != (4, 5)]


@pytest.mark.parametrize(("rank", "later"), RANKS)
def test_what_decides_first_decides_whatever_comes_later(engine: Engine, rank: int, later: int | None) -> None:
    better, worse = (dict(case) for case in DECIDING[rank])
    if later is not None:
        better, worse = DECIDING[later][1] | better, DECIDING[later][0] | worse
    for sha256, case in ((TWO, better), (ONE, worse)):
        gone, empty = case.pop("gone", False), case.pop("without_figures", False)
        put(engine, sha256, "53", "2", **case)
        if empty:
            with engine.begin() as connection:
                connection.execute(text("UPDATE report SET verdict = 'rejected' WHERE sha256 = :s"), {"s": sha256})
        if gone:
            set_gone(engine, [f"{sha256[0]}.pdf"], gone=True)
    assert link_copies(engine) == 1
    assert current(engine) == ["2"]
    assert rows(engine, "SELECT report_id, current_id FROM report_copy") == [(f"{ONE}-1", f"{TWO}-1")]


@pytest.mark.parametrize(
    "other", [{"year": 2022}, {"region_code": "410402"}, {"organ_key": "教育局"}, {"organ_key": ""}, {"year": None}]
)
def test_another_organ_place_or_year_is_no_copy(engine: Engine, other: dict[str, Any]) -> None:
    put(engine, ONE, "53", "2")
    put(engine, TWO, "53", "2", **other)
    assert link_copies(engine) == 0
    assert current(engine) == ["1", "2"]


def test_linking_depends_on_what_is_held_and_not_on_what_was(engine: Engine) -> None:
    put(engine, ONE, "53", "2")
    put(engine, TWO, "54", "3", published="2024-02-01")
    put(engine, THREE, "53", "3")
    link_copies(engine)
    before = dump(engine)
    put(engine, ONE, "53", "2")  # read again
    link_copies(engine)
    link_copies(engine)
    assert dump(engine) == before
    assert len(rows(engine, "SELECT * FROM report_copy")) == 2


def test_when_the_current_report_goes_another_takes_its_place(engine: Engine) -> None:
    put(engine, ONE, "53", "2")
    put(engine, TWO, "54", "2", published="2024-02-01")
    link_copies(engine)
    put(engine, TWO, "54", "2", published="2024-02-01", year=2022)
    assert link_copies(engine) == 0
    assert current(engine) == ["1", "2"]
    assert not rows(engine, "SELECT * FROM report_copy")
