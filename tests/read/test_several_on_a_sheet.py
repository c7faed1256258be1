"""Two or four pages on a sheet, and columns on a large one, are read page by page; places are the sheet's."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gkingest.document.ingest import ingest, interpret
from gkingest.document.read_with import ReadWith
from gkingest.document.sheets import unfolded
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Page, ReadDocument, Ruling, Word
from gkingest.model.report import Report
from gkingest.read.files import read_file
from gkingest.read.ink.glance import Cutout, plain
from gkingest.read.ink.glyphs import lines_of
from gkingest.read.sheets import apart, put_back
from gkingest.read.triage import open_bytes

REPORT = "www.hnyx.gov.cn/c26121/攸县人民政府办公室2023年政府信息公开工作年度报告.pdf"


def moved(page: Page, across: float, down: float) -> Page:
    """What a page holds, elsewhere."""
    words = tuple(
        replace(
            w,
            box=w.box.moved(across, down),
            edges=tuple(x + across for x in w.edges),
            inks=tuple(i and i.moved(across, down) for i in w.inks),
        )
        for w in page.words
    )
    rulings = tuple(Ruling(r.x0 + across, r.top + down, r.x1 + across, r.bottom + down) for r in page.rulings)
    return replace(page, words=words, rulings=rulings)


def sheet(
    number: int, pages: Sequence[Page], places: Sequence[tuple[float, float]], size: tuple[float, float]
) -> Page:
    """Pages side by side on one; ``origin`` ofd, of which no picture is held against the text."""
    put = [moved(p, x, y) for p, (x, y) in zip(pages, places, strict=False)]
    words = tuple(w for p in put for w in p.words)
    rulings = tuple(r for p in put for r in p.rulings)
    return Page(number, *size, words, rulings, origin="ofd", text="\n".join(lines_of(words)))


@pytest.fixture(scope="module")
def pages(corpus: Path, formats: tuple[Format, ...]) -> tuple[Page, ...]:
    """The three pages of a report, of A4."""
    return read_file(open_bytes(corpus / REPORT), ReadWith(formats, "never")).pages


def report(sheets: Sequence[Page], formats: tuple[Format, ...]) -> tuple[Report, tuple[Page, ...]]:
    outcome, last = interpret(ReadDocument(b"", tuple(sheets)), ReadWith(formats, "never"))
    assert outcome.report is not None
    return outcome.report, last


def assert_as_printed(found: Report, expected: Any) -> None:
    facts = {f.key: f for f in found.facts}
    read = {k: (facts[k].state.value, facts[k].value, facts[k].unit) for k in expected.cells}
    assert read == {k: cell[:3] for k, cell in expected.cells.items()}
    assert (found.organ, found.year) == (expected.organ, expected.year)
    assert found.flagged() == frozenset()


SIDE_BY_SIDE = [(0.0, 0.0), (595.0, 0.0)]


def test_two_pages_on_a_sheet_are_read_one_after_the_other(
    pages: tuple[Page, ...], formats: tuple[Format, ...], expectations: dict[str, Any]
) -> None:
    sheets = [sheet(1, pages[:2], SIDE_BY_SIDE, (1190, 842)), sheet(2, pages[2:], SIDE_BY_SIDE, (1190, 842))]
    found, last = report(sheets, formats)
    assert_as_printed(found, expectations[REPORT])
    assert {f.page for f in found.facts if f.page} == {1, 2}
    assert [(p.number, p.width, len(p.words)) for p in last] == [(p.number, p.width, len(p.words)) for p in sheets]
    places = {w.box for w in sheets[0].words}
    figure = next(f for f in found.facts if f.key == FactKey("requests", "new_received", "total"))
    assert any(figure.box and b.contains(*figure.box.centre) for b in places)


@pytest.mark.parametrize(
    "places",
    [
        [(0.0, 0.0), (595.0, 0.0), (0.0, 842.0)],  # row by row
        [(0.0, 0.0), (0.0, 842.0), (595.0, 0.0)],  # column by column
    ],
)
def test_four_pages_on_a_sheet_are_put_in_the_order_of_the_form(
    places: list[tuple[float, float]],
    pages: tuple[Page, ...],
    formats: tuple[Format, ...],
    expectations: dict[str, Any],
) -> None:
    found, _ = report([sheet(1, pages, places, (1190, 1684))], formats)
    assert_as_printed(found, expectations[REPORT])
    assert {f.page for f in found.facts if f.page} == {1}


def test_a_title_over_both_columns_goes_with_the_first(
    pages: tuple[Page, ...], formats: tuple[Format, ...], expectations: dict[str, Any]
) -> None:
    whole = sheet(1, pages[:2], [(0.0, 60.0), (595.0, 60.0)], (1190, 920))
    title = Word("攸县2023年度报告汇编选登之一", Box(400, 30, 790, 50), 20)
    whole = replace(whole, words=(title, *whole.words))
    second = sheet(2, pages[2:], SIDE_BY_SIDE, (1190, 920))
    first, *others = unfolded((whole, second), formats)
    assert title.text in first.text and not any(title.text in p.text for p in others)
    found, _ = report([whole, second], formats)
    assert facts(found) == {k: c[1] for k, c in expectations[REPORT].cells.items()}


def facts(found: Report) -> dict[FactKey, Any]:
    return {f.key: f.value for f in found.facts}


def test_what_each_page_was_read_as_is_put_back_where_it_lies(
    pages: tuple[Page, ...], formats: tuple[Format, ...]
) -> None:
    whole = sheet(1, pages[:2], SIDE_BY_SIDE, (1190, 842))
    parts = unfolded((whole,), formats)
    assert [p.number for p in parts] == [1, 2] and {p.sheet for p in parts} == {1}
    again = put_back(whole, parts)
    assert sorted(w.text for w in again.words) == sorted(w.text for w in whole.words)
    near = {(w.text, round(w.box.x0), round(w.box.top)) for w in whole.words}
    assert {(w.text, round(w.box.x0), round(w.box.top)) for w in again.words} == near
    word = parts[1].words[0]
    assert parts[1].displayed(word.box).x0 == pytest.approx(word.box.x0 + parts[1].part.left)  # type: ignore[union-attr]


def test_a_page_of_one_report_stays_whole(
    corpus: Path, formats: tuple[Format, ...], pages: tuple[Page, ...]
) -> None:
    assert unfolded(pages, formats) is pages
    norules = Path(__file__).parents[1] / "documents/b12_norules.pdf"
    own = read_file(open_bytes(norules), ReadWith(formats, "never")).pages
    assert unfolded(own, formats) is own  # labels left of a gap, figures right of it, and no rule


def test_the_last_sheet_parts_where_the_others_do_however_little_it_holds(formats: tuple[Format, ...]) -> None:
    def column(x: float, count: int) -> list[Word]:
        return [Word("字" * 30, Box(x, 60 + 20 * n, x + 300, 70 + 20 * n), 10) for n in range(count)]

    full = Page(1, 842, 595, (*column(50, 20), *column(480, 20)), ())
    last = Page(2, 842, 595, (*column(50, 4), *column(480, 1)), ())
    alone = replace(last, number=1)
    assert [len(s) for s in apart([full, last], lambda text: text.count("\n") > 2)] == [2, 2]
    assert apart([alone], lambda text: text.count("\n") > 2) == ()


def test_two_pages_on_a_sheet_of_a_pdf_are_held_against_its_picture(formats: tuple[Format, ...]) -> None:
    document = ingest(Path(__file__).parents[1] / "documents/x08_two_up.pdf", formats)
    assert document.report is not None and document.source is not None
    assert document.source.page_count == 2
    assert {f.page for f in document.report.facts if f.page} <= {1, 2}
    assert document.report.flagged() == frozenset()


def test_a_figure_outside_of_the_picture_is_not_plain() -> None:
    ink = Box(300.0, 10.0, 306.0, 20.0)
    word = Word("5", ink, 10.0, (300.0, 306.0), inks=(ink,))
    paper = np.full((60, 60, 1), 255, np.uint8)
    assert plain(paper, 1.0, [Cutout(Box(290.0, 5.0, 320.0, 25.0), (word,))]) == [False]


@pytest.mark.parametrize(
    "sides",
    [
        [(None, 0), (1, 2)],  # bound on the left, its last page blank
        [(0, None), (2, 1)],  # bound on the right, as upright lines are read
    ],
)
def test_sheets_of_a_booklet_are_read_as_they_are_folded(
    sides: Sequence[Sequence[int | None]],
    pages: tuple[Page, ...],
    formats: tuple[Format, ...],
    expectations: dict[str, Any],
) -> None:
    sheets = []
    for number, side in enumerate(sides, 1):
        own = [(pages[n], place) for n, place in zip(side, SIDE_BY_SIDE, strict=True) if n is not None]
        sheets.append(sheet(number, [p for p, _ in own], [at for _, at in own], (1190, 842)))
    found, _ = report(sheets, formats)
    assert_as_printed(found, expectations[REPORT])


@pytest.mark.parametrize("right_to_left", [False, True])
def test_pages_of_a_booklet_of_two_sheets_come_from_the_outside_in(
    right_to_left: bool, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    labels = [leaf.label for leaf, _ in gk2021.table("requests").blocks[0].row_leaves()]

    def leaf(number: int) -> Page:
        lines = [t for label in labels[3 * number - 3 : 3 * number] for t in (label, "0 0 0 0 0 0 0")]
        words = [
            Word(t, Box(40, 80.0 + 120 * n, 40.0 + 9 * len(t), 90.0 + 120 * n), 10) for n, t in enumerate(lines)
        ]
        return Page(number, 595, 842, tuple(words), (), text="\n".join(lines))

    sides = [(8, 1), (2, 7), (6, 3), (4, 5)]
    sheets = [
        sheet(n, [leaf(p) for p in (reversed(side) if right_to_left else side)], SIDE_BY_SIDE, (1190, 842))
        for n, side in enumerate(sides, 1)
    ]
    read = unfolded(tuple(sheets), formats)
    assert [p.text for p in read] == [leaf(n).text for n in range(1, 9)]


@pytest.mark.parametrize("step", [17.0, 34.0], ids=["every row", "every other row"])
def test_rows_of_shaded_cells_are_no_pages_beside_each_other(formats: tuple[Format, ...], step: float) -> None:
    """A table without rules on a landscape page: labels left of the middle, figures and headings right of it."""
    form = formats[-1]
    rows = [leaf.label for leaf, _ in form.table("requests").blocks[0].row_leaves()]
    words = []
    for n, label in enumerate(rows):
        top = 40 + 17 * n
        words += [Word(label[:12], Box(60, top, 60 + 9 * len(label[:12]), top + 9), 9)]
        words += [
            Word(f"{n}.{label[:9]}", Box(480, top, 560, top + 9), 9),
            Word("0", Box(700, top, 705, top + 9), 9),
        ]
    cells = [(50, 420), (422, 690), (692, 790)]
    shades = [Box(a, y, b, y + 15) for y in np.arange(38, 38 + 17 * len(rows), step) for a, b in cells]
    page = Page(1, 842, 595, tuple(words), (), origin="ofd", text="\n".join(lines_of(words)))
    assert len(unfolded((page,), formats)) == 2  # nothing else tells the two halves from two pages
    assert unfolded((replace(page, fills=tuple(shades)),), formats) == (replace(page, fills=tuple(shades)),)
    ground = (Box(0, 0, 842, 595), Box(20, 20, 410, 575))
    assert len(unfolded((replace(page, fills=ground),), formats)) == 2


@pytest.mark.parametrize(("own", "sheets"), [("", []), ("丙类", [2])], ids=["figures alone", "figures with labels"])
def test_columns_of_figures_are_no_page_beside_their_labels(own: str, sheets: list[int]) -> None:
    """Rules that run down alone, labels set to the right: a strip of each row is free of words."""
    words = []
    for n in range(24):
        top = 40 + 20 * n
        words += [Word("甲类事项", Box(100, top, 136, top + 9), 9)]
        words += [Word(str(n), Box(x, top, x + 9, top + 9), 9) for x in (330, 500)]
        if own:  # in two lines beside the middle of which its figures stand, as in the narrow columns of two pages
            words += [Word(own, Box(230, top + dy, 250, top + dy + 9), 9) for dy in (-5, 5)]
    page = Page(1, 540, 595, tuple(words), (), origin="ofd", text="\n".join(lines_of(words)))
    assert [len(parts) for parts in apart([page], lambda text: True)] == sheets
