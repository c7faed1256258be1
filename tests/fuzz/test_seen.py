"""A reader sees the page: what its text says otherwise is no figure, and what is drawn honestly is no doubt."""

from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from kinds.pdf_writing import KEY, Drawn, report, show
from tricks import TRICKS, Trick, outcome

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.paper import Box, Word
from gkingest.model.report import Status
from gkingest.read.ink.held import held

CELL = Box(10, 10, 60, 30)


def edition(formats: tuple[Format, ...]) -> Format:
    return next(f for f in formats if f.edition == "2021")


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("trick", TRICKS, ids=lambda t: f"{t.kind}-{t.name}")
def test_no_trick_is_silent_and_honest_print_is_read(
    trick: Trick, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    data, seen = trick.make(edition(formats), Random(trick.name))
    told = outcome(ingest(saved(tmp_path / "report.pdf", data), formats, "never"), seen)
    assert told == "right" if trick.plain else told in ("right", "doubted")


def test_digits_that_leave_no_ink_are_dropped_and_the_rest_is_believed(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    data = report(
        edition(formats), lambda x, y: Drawn(f"q 0 0 0 0 re W n {show('9', x - 5, y)} Q {show('53', x, y)}")
    )
    found = ingest(saved(tmp_path / "report.pdf", data), formats, "never")
    assert found.report is not None
    fact = next(f for f in found.report.facts if f.key == KEY)
    assert (fact.value, fact.raw) == (Decimal(53), "53")
    assert KEY not in found.report.flagged()
    assert "page.hidden_text" in {f.code for f in found.report.findings}


def test_a_plain_report_has_no_doubt(formats: tuple[Format, ...], tmp_path: Path) -> None:
    found = ingest(saved(tmp_path / "report.pdf", report(edition(formats))), formats, "never")
    assert found.status is Status.OK
    assert not found.report or not found.report.flagged()


def test_ink_that_no_text_claims_is_told_and_what_crosses_the_cell_is_not() -> None:
    paper = np.full((100, 160, 1), 255, np.uint8)
    assert not held(paper, 2.0, CELL, []).doubt
    spot = paper.copy()
    spot[34:44, 60:66] = 0
    assert held(spot, 2.0, CELL, []).legible
    stamp = paper.copy()
    for step in range(90):
        stamp[5 + step : 8 + step, 20 + step : 24 + step] = 60
    assert not held(stamp, 2.0, CELL, []).doubt


def test_a_glyph_of_the_colour_of_its_ground_is_gone() -> None:
    paper = np.full((100, 160, 1), 255, np.uint8)
    paper[24:50, 44:70] = 180
    ink = Box(24, 14, 30, 22)
    word = Word("9", Box(23, 12, 31, 24), 10, (23, 31), inks=(ink,))
    assert held(paper, 2.0, CELL, [word]).gone == ((0, 0),)
