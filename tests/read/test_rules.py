"""Rules found in pictures of tables: where they were drawn, and nowhere else."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from drawing import DPI, Sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from gkingest.read.picture.clean import Sheet as Clean
from gkingest.read.picture.clean import ink_of
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.rules import Rule, Rules, find_rules
from gkingest.read.picture.straight import flat_sheet, papers_of, straightened, traces, unfolded
from gkingest.read.picture.view import with_columns

COLUMNS, ROWS = (60, 260, 420, 640, 820), (50, 130, 210, 290, 370, 450)


def grey(sheet: Sheet) -> Pixels:
    """The sheet without colour."""
    return np.asarray(cv2.cvtColor(sheet.pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def rules(picture: Pixels) -> Rules:
    """The rules of a sheet that lies straight."""
    return find_rules(Clean(picture, picture, float(DPI), 0.0))


def places(lines: Sequence[Rule]) -> list[int]:
    """Where rules lie, each place once, those a pixel or two apart as one."""
    found: list[float] = []
    for at in sorted(n.at for n in lines):
        if not found or at - found[-1] > 3:
            found.append(at)
    return [round(at) for at in found]


def close(found: Sequence[int], drawn: Sequence[int]) -> bool:
    """Whether as many rules were found as drawn, each within two pixels."""
    return len(found) == len(drawn) and all(abs(a - b) <= 2 for a, b in zip(found, drawn, strict=True))


def ruled(columns: Sequence[int] = COLUMNS, rows: Sequence[int] = ROWS) -> Sheet:
    """A sheet with one table."""
    sheet = Sheet()
    sheet.table(columns, rows)
    return sheet


def test_every_rule_of_a_table_is_found_at_its_place() -> None:
    lines = rules(grey(ruled()))
    assert close(places(lines.across), ROWS)
    assert close(places(lines.down), COLUMNS)
    assert min(n.start for n in lines.across) == pytest.approx(COLUMNS[0], abs=4)
    assert max(n.end for n in lines.across) == pytest.approx(COLUMNS[-1], abs=4)


def test_rules_come_in_stretches_from_crossing_to_crossing() -> None:
    lines = rules(grey(ruled()))
    drawn = [(x, top) for x in COLUMNS for top in ROWS[:-1]]
    for x, top in drawn:
        at = [n for n in lines.down if abs(n.at - x) <= 2 and n.start <= top + 10 and n.end >= top + 60]
        assert at, (x, top)


def test_a_cell_that_spans_two_columns_has_no_rule_inside() -> None:
    sheet = ruled()
    sheet.pixels[ROWS[1] + 4 : ROWS[2] - 4, COLUMNS[2] - 3 : COLUMNS[2] + 4] = 255
    lines = rules(grey(sheet))
    middle = (ROWS[1] + ROWS[2]) / 2
    through = [n for n in lines.down if abs(n.at - COLUMNS[2]) <= 3 and n.start < middle < n.end]
    assert not through
    assert close(places(lines.down), COLUMNS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_hides_no_rule_and_makes_none(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 12, (600, 900))
    noisy = np.clip(grey(ruled()).astype(float) * 0.8 + 40 + noise, 0, 255).astype(np.uint8)
    lines = rules(noisy)
    assert close(places(lines.across), ROWS)
    assert close(places(lines.down), COLUMNS)


def test_thin_pale_rules_are_rules() -> None:
    sheet = Sheet()
    for x in COLUMNS:
        sheet.pixels[ROWS[0] : ROWS[-1], x] = 170
    for y in ROWS:
        sheet.pixels[y, COLUMNS[0] : COLUMNS[-1]] = 170
    lines = rules(grey(sheet))
    assert close(places(lines.across), ROWS)
    assert close(places(lines.down), COLUMNS)


def test_figures_below_each_other_make_no_rule() -> None:
    sheet = ruled(columns=(60, 460, 820))
    for top in ROWS[:-1]:
        sheet.write("1", 250, top + 55, scale=1.6)
        sheet.write("111", 600, top + 55, scale=1.6)
    assert close(places(rules(grey(sheet)).down), (60, 460, 820))


def test_strokes_of_characters_in_rows_as_high_as_they_are_make_no_rule() -> None:
    rows = range(60, 460, 38)  # 13.7 points, with characters of 11.5
    sheet = ruled(columns=(60, 460, 820), rows=rows)
    for top in list(rows)[:-1:2]:
        for x in (180, 240, 300):  # 本, but for its slanting strokes
            sheet.stroke((x, top + 4), (x, top + 34), 2)
            sheet.stroke((x - 13, top + 12), (x + 13, top + 12), 2)
    assert close(places(rules(grey(sheet)).down), (60, 460, 820))


def test_a_rule_that_is_worn_in_some_rows_is_whole() -> None:
    sheet = ruled(rows=range(60, 460, 40))
    for top in (100, 180, 220):
        sheet.pixels[top + 12 : top + 16, 255:266] = 255
    down = [n for n in rules(grey(sheet)).down if abs(n.at - 260) <= 3]
    assert sum(n.length for n in down) >= 350


def test_rules_that_shine_through_from_the_other_side_are_none() -> None:
    picture = grey(ruled())
    picture[250, 60:820] = picture[50:450, 340] = 241
    lines = rules(picture)
    assert close(places(lines.across), ROWS)
    assert close(places(lines.down), COLUMNS)


def test_a_rule_that_shines_through_figures_strikes_none_of_them_out() -> None:
    sheet = ruled()
    for top in ROWS[:-1]:
        for x in (120, 300, 500, 700):
            sheet.write("888", x, top + 55)
    picture = grey(sheet)
    picture[ROWS[1] + 44, 60:820] = np.minimum(picture[ROWS[1] + 44, 60:820], 228)  # at half the height of figures
    picture[50:450, 140] = np.minimum(picture[50:450, 140], 228)
    lines = rules(picture)
    assert close(places(lines.across), ROWS)
    assert close(places(lines.down), COLUMNS)


def test_the_stripes_of_a_photographed_screen_are_no_rules() -> None:
    picture = grey(ruled())
    for x in range(70, 815, 9):
        picture[50:450, x : x + 2] = np.minimum(picture[50:450, x : x + 2], 190)
    assert close(places(rules(picture).down), COLUMNS)


def test_a_curled_sheet_two_degrees_aslant_is_pulled_straight() -> None:
    picture = np.full((1000, 1000), 255, np.uint8)
    x = np.arange(40, 960)
    bend = 0.035 * x + 14 * np.sin((x - 40) / 920 * np.pi)
    for top in (150, 300, 450, 600, 750):
        for across, down in zip(x, np.round(top + bend).astype(int), strict=True):
            picture[down : down + 3, across] = 0
    flat = straightened(Clean(picture, 255 - picture, float(DPI), 0.0))
    rows = np.array([[np.flatnonzero(flat.grey[:, c] < 128)[0]] for c in range(60, 940, 40)])
    assert np.ptp(rows) <= 3


@pytest.mark.parametrize("upright", [True, False])
def test_a_sharply_folded_sheet_is_laid_flat(upright: bool) -> None:
    picture = grey(ruled(rows=tuple(range(50, 560, 60))))
    along = np.arange(picture.shape[1 if upright else 0])
    zigzag = np.interp(along, [250, 330, 410], [0, 24, 0]).round().astype(int)
    folded = picture.copy() if upright else picture.T.copy()
    for column, shift in enumerate(zigzag):
        folded[:, column] = np.roll(folded[:, column], shift)
    folded = np.ascontiguousarray(folded if upright else folded.T)

    flat = rules(unfolded(Clean(folded, 255 - folded, float(DPI), 0.0)).grey)
    assert close(places(flat.across), tuple(range(50, 560, 60)))
    assert close(places(flat.down), COLUMNS)


def test_a_sheet_that_is_not_folded_stays_as_it_is() -> None:
    picture = grey(ruled())
    text = Sheet()
    for y in range(60, 560, 50):
        text.write("Annual report of 2023 11 12 13", 40, y)
    for even in (picture, grey(text), np.full_like(picture, 255)):
        sheet = Clean(even, 255 - even, float(DPI), 0.0)
        assert unfolded(sheet) is sheet


def test_a_page_of_text_or_of_nothing_has_no_rules() -> None:
    sheet = Sheet()
    assert rules(grey(sheet)).across == ()
    for y in range(60, 560, 50):
        sheet.write("Annual report of 2023 11 12 13", 40, y)
    lines = rules(grey(sheet))
    assert (lines.across, lines.down) == ((), ())


def test_a_shaded_band_is_no_rule() -> None:
    sheet = Sheet()
    sheet.pixels[200:260, 60:820] = 120
    assert rules(grey(sheet)).across == ()


def test_rules_that_a_page_cuts_keep_their_ends() -> None:
    sheet = ruled(rows=(50, 130, 210, 290))
    for x in COLUMNS:
        sheet.stroke((x, 290), (x, 420), 2)
    lines = rules(grey(sheet))
    for x in COLUMNS:
        assert max(n.end for n in lines.down if abs(n.at - x) <= 3) == pytest.approx(420, abs=6)


def test_traces_follow_a_rule_that_lies_aslant() -> None:
    sheet = Sheet()
    sheet.stroke((50, 200), (850, 212), 3)
    (trace,) = traces(grey(sheet), DPI)
    slope = np.polyfit(trace[:, 0], trace[:, 1], 1)[0]
    assert slope == pytest.approx(12 / 800, abs=0.003)


@settings(max_examples=10)
@given(
    st.lists(st.integers(45, 160), min_size=2, max_size=6),
    st.lists(st.integers(45, 110), min_size=2, max_size=6),
)
def test_whatever_the_table_its_rules_are_those_drawn(wide: list[int], high: list[int]) -> None:
    columns = [40 + sum(wide[:n]) for n in range(len(wide) + 1)]
    rows = [30 + sum(high[:n]) for n in range(len(high) + 1)]
    sheet = Sheet(1100, 760)
    sheet.table(columns, rows)
    lines = rules(grey(sheet))
    assert close(places(lines.across), rows)
    assert close(places(lines.down), columns)


def test_rules_across_are_found_where_none_runs_down() -> None:
    sheet = Sheet()
    for y in ROWS:
        sheet.stroke((COLUMNS[0], y), (COLUMNS[-1], y), 2)
    lines = rules(grey(sheet))
    assert close(places(lines.across), ROWS)
    assert min(n.start for n in lines.across) == pytest.approx(COLUMNS[0], abs=4)
    assert max(n.end for n in lines.across) == pytest.approx(COLUMNS[-1], abs=4)


@pytest.mark.parametrize("side", [COLUMNS[0], COLUMNS[-1]])
def test_a_side_of_a_table_that_is_not_seen_runs_where_its_rules_end(side: int) -> None:
    picture = grey(ruled())
    picture[:, side - 1 : side + 4] = 255
    lines = rules(picture)
    assert close(places(lines.across), ROWS)
    assert [places([n])[0] for n in lines.down if abs(n.at - side) <= 5]
    ends = [(n.start, n.end) for n in lines.down if abs(n.at - side) <= 5]
    assert min(ends)[0] == pytest.approx(ROWS[0], abs=4)
    assert max(e for _, e in ends) == pytest.approx(ROWS[-1], abs=4)


@pytest.mark.parametrize("cut", ["head", "foot"])
def test_a_row_that_the_end_of_a_sheet_cuts_is_closed(cut: str) -> None:
    rows = ROWS[1:] if cut == "head" else ROWS[:-1]
    sheet = ruled(rows=rows)
    near, end = (rows[0], rows[0] - 60) if cut == "head" else (rows[-1], rows[-1] + 60)
    for x in COLUMNS[:-1]:  # the last one is worn away
        sheet.stroke((x, near), (x, end), 2)
    lines = rules(grey(sheet))
    (closing,) = [n for n in lines.across if abs(n.at - end) <= 8]
    assert closing.start == pytest.approx(COLUMNS[0], abs=4)
    assert closing.end == pytest.approx(COLUMNS[-1], abs=4)
    low, high = sorted((near, end))
    assert any(abs(n.at - COLUMNS[-1]) <= 4 and n.start <= low + 9 and n.end >= high - 9 for n in lines.down)


def test_tables_below_one_another_with_text_between_are_not_joined() -> None:
    sheet = ruled(rows=(50, 110, 170))
    sheet.write("3. What was asked for", 80, 240)
    sheet.table(COLUMNS, (300, 360, 420))
    lines = rules(grey(sheet))
    assert not [n for n in lines.down if n.start < 200 < 270 < n.end]


def test_strokes_below_a_table_do_not_close_it_again() -> None:
    sheet = ruled(rows=(50, 130, 210))
    for x in COLUMNS[:2]:
        sheet.stroke((x, 210), (x, 245), 2)  # of characters that touch the last rule
    assert close(places(rules(grey(sheet)).across), (50, 130, 210))


def photograph(angles: Sequence[float], shade: int = 90) -> Raster:
    """Sheets with a table each, side by side on a darker ground, each turned by some degrees."""
    ground = np.full((800, 1000 * len(angles), 3), shade, np.uint8)
    for n, angle in enumerate(angles):
        turned = cv2.getRotationMatrix2D((450, 300), angle, 1.0)
        turned[:, 2] += (50 + 1000 * n, 100)
        size = (ground.shape[1], ground.shape[0])
        paper = cv2.warpAffine(np.full((600, 900), 255, np.uint8), turned, size)
        sheet = cv2.warpAffine(ruled().pixels, turned, size, borderValue=(255, 255, 255))
        ground[paper > 127] = sheet[paper > 127]
    return Raster(ground, float(DPI))


def test_two_sheets_in_one_photograph_are_set_straight_each_for_itself() -> None:
    sheet = flat_sheet(photograph([1.5, -1.2]))
    halves = [find_rules(replace(sheet, grey=np.ascontiguousarray(h))) for h in np.split(sheet.grey, 2, axis=1)]
    for half in halves:
        assert len(places(half.across)) == len(ROWS)
        assert len(places(half.down)) == len(COLUMNS)
    assert sheet.grey[:60].min() == 255  # the ground is gone


def test_paper_without_ground_around_and_soft_shadows_are_left_as_they_are() -> None:
    assert papers_of(Raster(ruled().pixels, float(DPI))) == []
    shadow = np.linspace(60, 255, 900)[None, :, None].repeat(600, axis=0)
    shaded = np.minimum(ruled().pixels, shadow).astype(np.uint8)
    assert papers_of(Raster(shaded, float(DPI))) == []
    assert len(papers_of(photograph([0.0]))) == 1


def test_rules_of_the_other_side_bend_no_sheet() -> None:
    picture = grey(ruled())
    for y in range(480, 580, 12):
        cv2.line(picture, (60, y), (840, y + 22), 215, 2)
    sheet = Clean(picture, 255 - picture, float(DPI), 0.0)
    assert straightened(sheet) is sheet


def with_figures(columns: Sequence[int], rows: Sequence[int]) -> Sheet:
    """A table of which only the rules across are drawn, with a label and figures in each row."""
    sheet = Sheet()
    for y in rows:
        sheet.stroke((COLUMNS[0], y), (COLUMNS[-1], y), 2)
    for number, top in enumerate(rows[:-1]):
        sheet.write("Label of it"[: 7 + number], COLUMNS[0] + 10, top + 50)
        for n, (left, right) in enumerate(pairwise(columns)):
            sheet.write("1234"[: 1 + (n + number) % 4], (left + right) // 2 - 20, top + 50)
    return sheet


def columns_of(sheet: Sheet) -> list[int]:
    """Where rules down run once the rules of a sheet are complete."""
    picture = grey(sheet)
    clean = Clean(picture, ink_of(picture, float(DPI)), float(DPI), 0.0)
    return places(with_columns(clean, find_rules(clean)).down)


def test_where_no_rule_runs_down_columns_are_what_the_figures_have_in_common() -> None:
    left, *inner, right = columns_of(with_figures((300, 480, 640, 820), ROWS))
    assert (left, right) == (pytest.approx(COLUMNS[0], abs=6), pytest.approx(COLUMNS[-1], abs=6))
    assert len(inner) == 3
    assert 230 < inner[0] < 370 < 400 < inner[1] < 540 < inner[2] < 710


def test_a_rule_across_that_ends_inside_of_a_table_tells_where_a_column_begins() -> None:
    sheet = with_figures((300, 480, 640, 820), ROWS)
    sheet.pixels[ROWS[2] - 4 : ROWS[2] + 5, COLUMNS[0] - 5 : 240] = 255
    sheet.pixels[ROWS[1] + 10 : ROWS[3] - 5, COLUMNS[0] + 5 : 240] = 255  # its cells have no label of their own
    down = columns_of(sheet)
    assert any(abs(x - 240) <= 6 for x in down)


def test_a_figure_as_wide_as_two_columns_is_not_cut() -> None:
    sheet = with_figures((300, 480, 640, 820), ROWS)
    sheet.pixels[ROWS[2] + 10 : ROWS[3] - 5, 300:700] = 255
    sheet.write("1234567890123", 360, ROWS[2] + 50)
    picture = grey(sheet)
    clean = Clean(picture, ink_of(picture, float(DPI)), float(DPI), 0.0)
    middle = (ROWS[2] + ROWS[3]) / 2
    cut = [d for d in with_columns(clean, find_rules(clean)).down if d.start < middle < d.end and 370 < d.at < 560]
    assert not cut


def test_text_between_rules_across_is_no_table() -> None:
    sheet = Sheet()
    for y in (60, 200, 340, 480):
        sheet.stroke((60, y), (820, y), 2)
        sheet.write("Annual report of 2023, and what was made of it", 70, y + 60)
    assert not columns_of(sheet)
