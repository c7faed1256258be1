"""A few of the documents that ``make fuzz`` reads by the thousand, the same ones on every run."""

from pathlib import Path

import pytest
from fuzz import Worker, document, run, seeds, untyped

from gkingest.model.report import Document, Status

COUNT = 60


def test_the_same_seed_damages_the_same_documents_in_the_same_way() -> None:
    whole = seeds(small=True)
    assert [document(n, 7, whole) for n in range(5)] == [document(n, 7, whole) for n in range(5)]
    assert document(0, 7, whole) != document(0, 8, whole)


def test_damaged_documents_have_a_status_and_a_reason(tmp_path: Path) -> None:
    worker = Worker(60, 2560, "never")
    try:
        tally = run(iter(range(COUNT)), 11, seeds(small=True), worker, tmp_path / "kept")
    finally:
        worker.stop()
    assert tally.broken == []
    assert tally.statuses.total() == COUNT
    assert len(tally.statuses) > 3  # what is damaged so little or so much that all are alike would test nothing


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        (Document("a", None, Status.FAILED, "", "reading stopped at an internal error (KeyError)"), True),
        (Document("a", None, Status.CORRUPT, "", "damaged"), True),
        (Document("a", None, Status.OK, "report", ""), True),
        (Document("a\0", None, Status.CORRUPT, "", "the file is damaged; fetch it again"), True),
        (Document("a\ud800", None, Status.CORRUPT, "", "the file is damaged; fetch it again"), True),
        (Document("a", None, Status.CORRUPT, "", "the file is damaged; fetch it again"), False),
    ],
)
def test_an_outcome_that_no_row_could_hold_or_nobody_could_act_on_is_noticed(found: Document, broken: bool) -> None:
    assert bool(untyped(found)) is broken


def test_a_process_that_dies_or_hangs_costs_its_own_document(tmp_path: Path) -> None:
    """Too little memory to import what is needed kills the process; too little time is told as such."""
    (tmp_path / "a").write_text("2023年度报告")
    starved, hurried = Worker(60, 60, "never"), Worker(0.01, 2560, "never")
    try:
        assert starved.read(tmp_path / "a")[0] in ("death", "exception")
        assert hurried.read(tmp_path / "a")[0] == "timeout"
    finally:
        starved.stop()
        hurried.stop()
