"""A reader sees the page: what its text says otherwise is no figure, and what is drawn honestly is no doubt."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from kinds.pdf_writing import KEY, Drawn, report, several, show
from tricks import KEYS, TRICKS, Trick, called_otherwise, other_digits, outcome, shortened

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.interpret.table.doubts import cut_off
from gkingest.interpret.table.layout import TableLine
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Cell, Word
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


@pytest.mark.parametrize("turn", [90, 270])
def test_a_note_without_a_look_is_doubted_where_it_lies_on_a_turned_page(
    turn: int, formats: tuple[Format, ...], tmp_path: Path
) -> None:
    """The page is displayed turned; its text runs across the sheet all the same."""
    tricks = {t.name: t for t in TRICKS}
    told = {}
    for name in ("noted", "linked"):
        data, seen = tricks[name].make(edition(formats), Random(name))
        turned = data.replace(b"/MediaBox", b"/Rotate %d/MediaBox" % turn)
        told[name] = outcome(ingest(saved(tmp_path / "report.pdf", turned), formats, "never"), seen)
    assert told == {"noted": "doubted", "linked": "right"}


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


def test_a_line_through_a_figure_parts_no_cells_of_the_table_below(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    """Its end stands in line with a rule further down, and once made a column that cut the headings in two."""

    def struck(x: float, y: float) -> Drawn:
        return Drawn(show("887", x, y) + f"q 1 w {x - 2.5:g} {y + 3:g} m 333 {y + 3:g} l S Q\n")

    struck_at = FactKey("proactive", "regulations", "issued")
    plain = {KEY: lambda x, y: Drawn(show("565", x, y))}
    data = several(edition(formats), {struck_at: struck} | plain)
    found = ingest(saved(tmp_path / "report.pdf", data), formats, "never")
    assert outcome(found, Decimal(565)) == "right"
    assert outcome(found, "no number", struck_at) == "doubted"


def test_a_field_is_seen_where_words_and_not_rules_make_the_table(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    """A struck figure and a speck below another make its words be read without the rules that are drawn."""
    tricks = {t.name: t for t in TRICKS}
    played = dict(zip(KEYS, ("a_field", "struck", "other_digits", "tiny"), strict=False))
    drawn = {key: tricks[name].at(Random(name)) for key, name in played.items()}
    data = several(edition(formats), {key: draw for key, (draw, _) in drawn.items()})
    found = ingest(saved(tmp_path / "report.pdf", data), formats, "never")
    assert {name: outcome(found, drawn[key][1][0], key) for key, name in played.items()} == {
        "a_field": "doubted", "struck": "doubted", "other_digits": "doubted", "tiny": "right",
    }  # fmt: skip


def test_a_sign_behind_a_figure_is_held_though_its_row_was_first_read_as_one_figure(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    """A speck that reaches over its row joined it, so that nobody had asked whether its 件 looks like one."""
    form = shortened(edition(formats))[2]
    tricks = {t.name: t for t in TRICKS}
    names = ("a_stroke_on_a_digit", "no_shape", "struck", "other_fonts", "tiny", "a_sign_called_otherwise")
    rng = Random("3")  # 43K, which the file calls 43件
    drawn = {key: tricks[name].at(rng) for key, name in zip(KEYS, names, strict=False)}
    data = several(form, {key: draw for key, (draw, _) in drawn.items()})
    found = ingest(saved(tmp_path / "report.pdf", data), (form,), "never")
    sign = KEYS[names.index("a_sign_called_otherwise")]
    assert outcome(found, drawn[sign][1][0], sign) == "doubted"


class Chosen(Random):
    """Calls the last digit of a figure *, and shows 5 for 6 and 6 for 5."""

    def choice(self, seq: Any) -> Any:
        return "002A"

    def sample(self, population: Any, k: int, **_: Any) -> Any:
        return [population[n] for n in (0, 1, 2, 3, 4, 6, 5, 7, 8, 9)]


def test_a_digit_that_is_called_a_mark_is_seen_though_ink_of_the_next_row_reaches_into_the_cell(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    digit = FactKey("proactive", "penalties", "decisions")
    below = FactKey("proactive", "coercion", "decisions")
    drawn = {
        digit: lambda x, y: called_otherwise("", "64", x, y, Chosen())[0],
        below: lambda x, y: Drawn(f"q 0 g {x - 8:g} {y - 7:g} 36 21.5 re f Q\n"),
    }
    found = ingest(saved(tmp_path / "report.pdf", several(edition(formats), drawn)), formats, "never")
    assert outcome(found, Decimal(64), digit) == "doubted"


def test_a_five_that_is_called_six_is_seen_though_ink_of_the_digit_before_it_is_looked_at_too(
    formats: tuple[Format, ...], tmp_path: Path
) -> None:
    key = FactKey("proactive", "penalties", "decisions")
    drawn = {key: lambda x, y: other_digits("", "46", x, y, Chosen())[0]}
    found = ingest(saved(tmp_path / "report.pdf", several(edition(formats), drawn)), formats, "never")
    assert outcome(found, Decimal(45), key) == "doubted"


def test_a_figure_beside_a_blank_that_was_cut_from_it_is_told() -> None:
    """A heading that was cut in two leaves its figures to its second half, which is no column of the form."""
    blank, figure, dash = (Cell(t, CELL, CELL, 1, 4, n) for n, t in enumerate(("", "565", "—"), 1))
    line = TableLine(0, (4,), (), (blank, figure, dash), (), 0)
    (told,) = cut_off(figure, line, {blank: [KEY]})
    assert told.touches == (KEY,)
    assert not list(cut_off(dash, line, {blank: [KEY]}))


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
