"""The picture of a page gives the words and rules that were drawn on it, and says of which it is not sure."""

from collections.abc import Sequence
from unittest.mock import patch

import cv2
import numpy as np
import pytest
from drawing import DPI, Reader, Room, Sheet, Upright, figure, ink_box, near, points

from gkingest.model.paper import Page, Turn
from gkingest.read.picture.ocr import OcrEngine, Reading
from gkingest.read.picture.raster import Pixels, Raster
from gkingest.read.picture.scan import read_again, read_scan
from gkingest.read.picture.view import view_of

COLUMNS, ROWS = (100, 300, 500, 700), (100, 220, 340, 460)


def table() -> Sheet:
    """A sheet with a table of nine cells, each an inch wide."""
    sheet = Sheet()
    sheet.table(COLUMNS, ROWS)
    return sheet


def read(sheet: Sheet, reader: OcrEngine) -> Page:
    """The sheet as the reader reads it."""
    return read_scan(sheet.raster(), 1, reader)


def only_word(sheet: Sheet, room: Room, *readings: Reading) -> tuple[str, str]:
    """Text and doubt of the one thing written on a sheet, its readings look by look."""
    reader = Reader()
    reader.knows(room, *readings)
    (word,) = read(sheet, reader).words
    assert near(word.box, points(room))
    return word.text, word.doubt


def test_words_come_out_in_points_where_they_were_drawn() -> None:
    sheet, reader = table(), Reader()
    drawn = {t: sheet.write(t, x, y) for t, x, y in (("7", 190, 170), ("38", 380, 290), ("2019", 560, 410))}
    for text, room in drawn.items():
        reader.knows(room, figure(text))
    page = read(sheet, reader)

    assert (page.number, page.origin, page.turn) == (1, "scan", 0)
    assert (page.width, page.height) == (900 * 72 / DPI, 600 * 72 / DPI)
    assert {w.text for w in page.words} == set(drawn)
    for word in page.words:
        assert near(word.box, points(drawn[word.text])), word.text
        assert word.doubt == ""
    assert page.text.split() == ["7", "38", "2019"]


def test_every_rule_comes_out_where_it_was_drawn_and_no_other() -> None:
    page = read(table(), Reader())
    for flat, places, ends in ((True, ROWS, COLUMNS), (False, COLUMNS, ROWS)):
        found: dict[int, list[tuple[float, float]]] = {}
        for rule in page.rulings:
            if rule.horizontal is flat:
                at, start, end = (rule.top, rule.x0, rule.x1) if flat else (rule.x0, rule.top, rule.bottom)
                place = places[int(np.argmin([abs(p * 72 / DPI - at) for p in places]))]
                assert abs(place * 72 / DPI - at) < 1
                found.setdefault(place, []).append((start, end))
        assert set(found) == set(places)
        for spans in found.values():
            covered = sum(end - start for start, end in spans)
            assert covered == pytest.approx((ends[-1] - ends[0]) * 72 / DPI, abs=3)


def test_what_is_read_is_the_ink_of_a_cell_without_its_rules_and_neighbours() -> None:
    sheet, reader = table(), Reader()
    room = sheet.write("38", 308, 338)  # at the lower left corner of its cell, a pixel above the rule
    sheet.write("7", 276, 338)  # at the other side of the rule
    drawn = Sheet()
    drawn.write("38", 308, 338)
    reader.knows(room, figure("38"))
    read(sheet, reader)

    sizes = {(b[2] - b[0], b[3] - b[1]): line for line in reader.seen if (b := ink_box(line))}
    (seen,) = (line for size, line in sizes.items() if abs(size[0] - (room[2] - room[0])) <= 2)
    ink = int((drawn.pixels[:, :, 0] < 128).sum())
    assert int((seen < 128).sum()) == pytest.approx(ink, rel=0.08)
    assert (seen < 128).sum(axis=1).max() <= (drawn.pixels[:, :, 0] < 128).sum(axis=1).max() + 2
    assert all((edge > 250).all() for edge in (seen[:2], seen[-2:], seen[:, :4], seen[:, -4:]))


def text_page() -> tuple[Sheet, list[Room]]:
    """A page of four lines of text."""
    sheet = Sheet(700, 560)
    return sheet, [sheet.characters(18 - n, 60, 100 + 60 * n) for n in range(4)]


@pytest.mark.parametrize(("quarters", "turn"), [(0, 0), (1, 90), (2, 180), (3, 270)])
def test_a_page_on_its_side_is_turned(quarters: int, turn: Turn) -> None:
    """The picture lies turned to the left by some quarters; turning it back to the right sets it upright."""
    sheet, rooms = text_page()
    lying = np.ascontiguousarray(np.rot90(sheet.pixels, quarters))
    page = read_scan(Raster(lying, float(DPI)), 1, Upright())

    assert page.turn == turn
    assert [w.text for w in page.words] == ["信" * (18 - n) for n in range(4)]
    for word, (left, top, right, bottom) in zip(page.words, rooms, strict=True):
        assert near(word.box, points((left, top, right, bottom)))
        alone = np.full_like(sheet.pixels, 255)
        alone[top:bottom, left:right] = 0
        displayed = ink_box(np.rot90(alone, quarters))
        assert near(page.displayed(word.box), points(displayed))


@pytest.mark.parametrize("angle", [-2.0, 1.5])
def test_a_sheet_that_lies_askew_is_set_straight(angle: float) -> None:
    sheet, rooms = text_page()
    height, width = sheet.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    askew = cv2.warpAffine(sheet.pixels, matrix, (width, height), borderValue=(255, 255, 255))
    page = read_scan(Raster(np.asarray(askew, np.uint8), float(DPI)), 1, Upright())

    assert page.skew == pytest.approx(-angle, abs=0.1)
    for word, room in zip(page.words, rooms, strict=True):
        assert near(word.box, points(room), 2)
        x, y = matrix @ ((room[0] + room[2]) / 2, (room[1] + room[3]) / 2, 1)
        assert page.displayed(word.box).centre == pytest.approx((x * 72 / DPI, y * 72 / DPI), abs=1.5)


@pytest.mark.parametrize("read_as", ["1", "7"])
def test_a_slash_that_is_read_as_a_digit_is_a_slash(read_as: str) -> None:
    sheet = table()
    room = sheet.stroke((390, 295), (406, 265))
    assert only_word(sheet, room, figure(read_as)) == ("/", "")


@pytest.mark.parametrize("text", ["1", "7"])
def test_a_digit_that_leans_less_stays_a_digit(text: str) -> None:
    sheet = table()
    room = sheet.write(text, 390, 290)
    assert only_word(sheet, room, figure(text)) == (text, "")


def test_a_stroke_that_leans_to_the_left_is_no_slash() -> None:
    sheet = table()
    room = sheet.stroke((390, 265), (402, 295))
    assert only_word(sheet, room, figure("1")) == ("1", "")


def test_a_plus_sign_that_is_read_as_a_digit_is_a_sign() -> None:
    sheet = table()
    room = sheet.write("+5", 370, 290)
    assert only_word(sheet, room, figure("45")) == ("+5", "")


@pytest.mark.parametrize("scale", [0.9, 1.2], ids=["low", "as high as the next digit"])
def test_a_four_before_a_figure_stays_a_four(scale: float) -> None:
    sheet = table()
    four, five = sheet.write("4", 370, 287, scale=scale), sheet.write("5", 392, 290)
    room = (four[0], min(four[1], five[1]), five[2], five[3])
    assert only_word(sheet, room, figure("45")) == ("45", "")


@pytest.mark.parametrize("reading", [figure("1", 0.6), Reading("一", 0.99, 0.99), Reading("", 0.0)])
def test_a_flat_stroke_is_a_dash_whatever_it_is_read_as(reading: Reading) -> None:
    sheet = table()
    room = sheet.stroke((385, 280), (410, 280))
    assert only_word(sheet, room, reading) == ("—", "")


def test_an_uncertain_figure_that_reads_otherwise_again_is_doubted_with_all_its_readings() -> None:
    sheet = table()
    room = sheet.write("38", 380, 290)
    text, doubt = only_word(sheet, room, figure("38", 0.9), figure("33", 0.9), figure("38", 0.9))
    assert text == "38"
    assert "38" in doubt and "33" in doubt


@pytest.mark.parametrize(
    ("chances", "doubted"),
    [((0.99, 0.1, 0.1), False), ((0.95, 0.91, 0.95), False), ((0.85, 0.81, 0.95), True), ((0.95, 0.7, 0.95), True)],
)
def test_looks_that_agree_are_believed_if_each_is_fairly_sure(
    chances: tuple[float, float, float], doubted: bool
) -> None:
    sheet = table()
    room = sheet.write("38", 380, 290)
    text, doubt = only_word(sheet, room, *(figure("38", c) for c in chances))
    assert text == "38"
    assert bool(doubt) is doubted


def test_a_figure_that_is_certain_is_read_once() -> None:
    sheet, reader = table(), Reader()
    reader.knows(sheet.write("38", 380, 290), figure("38", 0.99), figure("33", 0.99))
    (word,) = read(sheet, reader).words
    assert (word.text, word.doubt, len(reader.seen)) == ("38", "", 1)


def ringed(colour: tuple[int, int, int]) -> dict[str, str]:
    """Doubt of each figure of a sheet with a ring drawn over the two figures on the left."""
    sheet, reader = Sheet(), Reader()
    sheet.table((100, 300, 500, 700), (100, 320))
    for text, x in (("1", 220), ("38", 330), ("204", 570)):
        reader.knows(sheet.write(text, x, 225), figure(text))
    sheet.ring(300, 210, 95, colour)
    return {w.text: w.doubt for w in read(sheet, reader).words if w.text}


def test_a_figure_below_large_black_ink_is_doubted_and_its_neighbour_is_not() -> None:
    doubts = ringed((0, 0, 0))
    assert set(doubts) == {"1", "38", "204"}
    assert "stamp" in doubts["1"] and "stamp" in doubts["38"]
    assert doubts["204"] == ""


def test_a_red_seal_is_taken_out_and_doubts_nothing() -> None:
    assert ringed((220, 40, 40)) == {"1": "", "38": "", "204": ""}


def test_ink_that_says_nothing_is_a_mark_and_no_word() -> None:
    sheet = table()
    room = sheet.write("S", 390, 290)
    page = read(sheet, Reader())
    assert page.words == ()
    (mark,) = page.marks
    assert near(mark, points(room))


def full_of(figures: str, *more: tuple[str, Reading]) -> Page:
    """A page that holds every one of ``figures`` seven times, and ``more`` besides, as these were read."""
    sheet, reader = Sheet(), Reader()
    columns, rows = range(60, 861, 100), range(40, 541, 50)
    sheet.table(columns, rows)
    cells = iter([(x + 30, y + 38) for y in list(rows)[:-1] for x in list(columns)[:-1]])
    said = [(text, figure(text)) for text in figures * 7] + list(more)
    by_ink = {}
    for text, reading in said:
        room = sheet.write(text, *next(cells))
        by_ink[room] = reading
        reader.knows(room, reading)  # what it says at further looks
    for piece in view_of(sheet.raster(), 0).found.pieces:
        x, y = (piece.box[0] + piece.box[2]) / 2, (piece.box[1] + piece.box[3]) / 2
        reader.in_order += [r for room, r in by_ink.items() if room[0] <= x <= room[2] and room[1] <= y <= room[3]]
    # Each cell is read by itself: the reader knows them by their order.
    with patch("gkingest.read.picture.scan.alike", lambda pictures: [[n] for n in range(len(pictures))]):
        return read(sheet, reader)


def test_a_digit_that_a_page_prints_again_and_again_is_read_twice_for_all() -> None:
    sheet, reader = Sheet(), Reader()
    columns, rows = range(60, 861, 100), range(40, 541, 50)
    sheet.table(columns, rows)
    cells = [(x + 30, y + 38) for y in list(rows)[:-1] for x in list(columns)[:-1]]
    for x, y in cells:
        reader.knows(sheet.write("0", x, y), figure("0"))
    words = read(sheet, reader).words
    assert [(w.text, w.doubt) for w in words] == [("0", "")] * len(cells)
    assert len(reader.seen) == 2


def test_of_copies_that_are_read_otherwise_each_is_read_by_itself() -> None:
    sheet, reader = table(), Reader()
    for column in COLUMNS[:-1]:
        room = sheet.write("0", column + 90, 170)
    reader.knows(room, *(figure(said, 0.99) for said in ("0", "8", "0")))
    assert sorted(w.text for w in read(sheet, reader).words) == ["0", "0", "8"]


def test_a_figure_beside_which_paler_print_stands_is_doubted() -> None:
    sheet, reader = table(), Reader()
    reader.knows(sheet.write("48", 390, 170), figure("48"), figure("348"))  # alone, and with what stands beside it
    sheet.write("3", 366, 170, grey=178)
    reader.knows(sheet.write("17", 590, 170), figure("17"), figure("3"))
    doubts = {w.text: w.doubt for w in read(sheet, reader).words}
    assert "beside it as 348" in doubts["48"]
    assert doubts["17"] == ""


def test_a_figure_beside_the_rest_of_a_broken_digit_is_doubted() -> None:
    sheet, reader = table(), Reader()
    reader.knows(sheet.write("92", 390, 170), figure("92"))
    for y in (150, 162):
        sheet.stroke((384, y), (384, y), 3)
    (word,) = read(sheet, reader).words
    assert "broken digit" in word.doubt


@pytest.mark.parametrize(("drawn", "read_as"), [("6", "0"), ("38", "33"), ("2", "7"), ("63", "3")])
def test_a_figure_that_looks_like_other_digits_of_its_page_is_doubted(drawn: str, read_as: str) -> None:
    words = full_of("02367850", (drawn, figure(read_as))).words
    doubted = {w.text: w.doubt for w in words if w.doubt}
    assert list(doubted) == [read_as]
    assert f"look like {drawn} " in doubted[read_as]


def test_a_figure_read_with_little_certainty_is_believed_where_its_page_shows_the_same_digits() -> None:
    page = full_of("02367850", ("38", figure("38", 0.85)))
    assert not [w for w in page.words if w.doubt]


def test_letters_that_look_like_digits_of_their_page_are_these_in_doubt() -> None:
    page = full_of("02367850", ("0", Reading("U", 0.9, 0.9, "", 0.0)))
    (word,) = (w for w in page.words if w.doubt)
    assert word.text == "0"


def test_a_dash_that_is_alone_among_figures_is_doubted() -> None:
    page = full_of("02367850", ("-", figure("1", 0.9)))
    assert [(w.text, "alone among figures" in w.doubt) for w in page.words if w.doubt] == [("—", True)]


def test_ink_in_a_cell_of_which_nothing_was_read_leaves_a_blot() -> None:
    sheet, reader = table(), Reader()
    reader.knows(sheet.write("38", 180, 170), figure("38"))
    middle, down = (COLUMNS[1] + COLUMNS[2]) // 2, (ROWS[1] + ROWS[2]) // 2
    sheet.stroke((middle - 45, down), (middle + 45, down))  # too long for a dash, and no rule
    page = read(sheet, reader)
    assert [w.text for w in page.words] == ["38"]
    assert any(near(blot, points((COLUMNS[1], ROWS[1], COLUMNS[2], ROWS[2])), 1.5) for blot in page.blots)


def test_a_figure_that_has_faded_away_leaves_a_blot_in_its_cell() -> None:
    sheet, reader = table(), Reader()
    reader.knows(sheet.write("38", 180, 170), figure("38"))
    sheet.write("56", 380, 290, grey=215)
    page = read(sheet, reader)
    assert [w.text for w in page.words] == ["38"]
    (blot,) = page.blots
    assert near(blot, points((COLUMNS[1], ROWS[1], COLUMNS[2], ROWS[2])), 1.5)


def test_a_label_set_one_character_a_line_is_read_as_one_line() -> None:
    sheet = Sheet()
    sheet.table((100, 180, 700), (100, 320))
    rooms = [sheet.characters(1, 126, y) for y in (130, 175, 220)]
    (word,) = read(sheet, Upright()).words
    assert word.text == "信信信"
    assert near(word.box, points((rooms[0][0], rooms[0][1], rooms[2][2], rooms[2][3])))


def test_a_blank_page_is_empty() -> None:
    page = read(Sheet(), Reader())
    assert (page.words, page.rulings, page.marks, page.blots, page.text) == ((), (), (), (), "")
    assert (page.origin, page.turn, page.problem) == ("scan", 0, "")


def test_a_blank_page_lies_straight() -> None:
    assert read(Sheet(), Reader()).skew == 0


def test_a_figure_is_looked_at_four_times_more_and_nothing_where_no_ink_is() -> None:
    sheet, reader = table(), Reader()
    room = sheet.write("38", 380, 290)
    boxes = [points((left, 224, left + 192, 336)) for left in (104, 304)]

    class Four(Reader):
        answers = (figure("38", 0.95), figure("33", 0.6), figure("38", 0.9), figure("3", 0.7))

        def read(self, lines: Sequence[Pixels]) -> list[Reading]:
            self.seen += lines
            return [self.answers[len(self.seen) // len(lines) - 1]] * len(lines)

    reader = Four()
    nothing, looks = read_again(sheet.raster(), 0, boxes, reader)
    assert nothing == ()
    assert looks == (("38", 0.95), ("33", 0.6), ("38", 0.9), ("3", 0.7))
    shown = [line for line in reader.seen if ink_box(line) != (0, 0, 0, 0)]
    assert len(shown) == 4 and len({line.tobytes() for line in shown}) == 4
    ratio = (room[2] - room[0]) / (room[3] - room[1])
    for line in shown:
        left, top, right, bottom = ink_box(line)
        assert (right - left) / (bottom - top) == pytest.approx(ratio, rel=0.1)


def test_a_figure_of_a_page_that_was_turned_is_looked_at_in_its_place() -> None:
    class Counts(Upright):
        def said(self, count: int) -> Reading:
            return figure(str(count), 0.9)

    sheet, rooms = text_page()
    lying = np.ascontiguousarray(np.rot90(sheet.pixels, 1))
    boxes = [points(rooms[2]), points(rooms[0])]
    looks = read_again(Raster(lying, float(DPI)), 90, boxes, Counts())
    assert [[text for text, _ in seen] for seen in looks] == [["16"] * 4, ["18"] * 4]
