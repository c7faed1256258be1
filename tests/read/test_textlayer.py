"""The text layer of a page as a reader sees it: upright, without what is hidden, doubted where it is garbage."""

import pypdfium2
import pytest
from making import numbered

from gkingest.model.paper import Box, Page
from gkingest.read.pdf.textlayer import page_text, read_page

TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end end"""


def stream(data: bytes) -> bytes:
    """A stream object."""
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def document(
    content: str, *, rotate: int = 0, named: bool = True, box: str = "0 0 600 800", placed: str = ""
) -> bytes:
    """A PDF of one page: font /D has digits, font /C any character (``named``: with a ToUnicode table).

    ``placed`` by a matrix, the content is that of a form, as programs make that put several pages on a sheet.
    """
    names = b"/ToUnicode 6 0 R" if named else b""
    painted = f"q {placed} cm /Sheet Do Q" if placed else content
    form = content.encode() if placed else b""
    return numbered(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Rotate %d /Contents 7 0 R /Resources"
            b" << /Font << /D 4 0 R /C 5 0 R >> /XObject << /Sheet 10 0 R >> >> >>" % (box.encode(), rotate),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [8 0 R] %s >>"
            % names,
            stream(TO_UNICODE),
            stream(painted.encode()),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /FontDescriptor 9 0 R /CIDSystemInfo"
            b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
            b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -150 1000 850] /ItalicAngle 0"
            b" /Ascent 850 /Descent -150 /CapHeight 700 /StemV 80 >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /D 4 0 R /C 5 0 R >> >>"
            b" /Length %d >>\nstream\n%s\nendstream" % (len(form), form),
        ],
        b"",
    )


def read(content: str, unit: float = 1.0, **how: object) -> Page:
    """The page with this content."""
    pdf = pypdfium2.PdfDocument(document(content, **how))  # type: ignore[arg-type]
    try:
        return read_page(pdf[0], 1, unit)
    finally:
        pdf.close()


def figure(text: str, x: float, y: float, *, before: str = "", turn: str = "1 0 0 1", size: int = 10) -> str:
    """Digits whose baseline begins at (x, y), y from the foot of the page."""
    return f"q {before} BT /D {size} Tf {turn} {x} {y} Tm ({text}) Tj ET Q\n"


def label(text: str, x: float, y: float, *, before: str = "", turn: str = "1 0 0 1") -> str:
    """Characters of ten points."""
    return f"q {before} BT /C 10 Tf {turn} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET Q\n"


def words(page: Page) -> list[str]:
    """Words of a page."""
    return [w.text for w in page.words]


def near(box: Box, x0: float, top: float, x1: float, bottom: float) -> bool:
    """Whether a box lies where it should, to half a point."""
    wanted = (x0, top, x1, bottom)
    return all(abs(a - b) < 0.5 for a, b in zip((box.x0, box.top, box.x1, box.bottom), wanted, strict=True))


UP, FALLEN, OVER = "0 1 -1 0", "0 -1 1 0", "-1 0 0 -1"
PLAIN = label("行政许可", 60, 700) + figure("41", 200, 700)


def test_words_stand_where_they_are_printed_counted_from_the_top() -> None:
    page = read(PLAIN)
    assert words(page) == ["行政许可", "41"]
    # Four characters of ten points each; 85 parts of the size above the baseline and 15 below it.
    assert near(page.words[0].box, 60, 91.5, 100, 101.5)
    assert page.words[0].size == pytest.approx(10, abs=0.1)
    assert page.words[0].edges == pytest.approx((60, 70, 80, 90, 100), abs=0.5)
    assert (page.width, page.height, page.turn, page.origin, page.problem) == (600, 800, 0, "text", "")


def test_a_page_need_not_begin_at_nought() -> None:
    page = read(PLAIN, box="20 100 620 900")
    assert near(page.words[0].box, 40, 191.5, 80, 201.5)
    assert words(read(PLAIN + label("页外", 700, 700), box="20 100 620 900")) == ["行政许可", "41"]


@pytest.mark.parametrize(
    "placed", ["0.5 0 0 0.5 0 400", "0.5 0 0 0.5 300 400", "0.5 0 0 0.5 300 0", "0 -0.7 0.7 0 20 600"]
)
def test_text_that_stands_for_other_text_is_where_its_form_is_placed(placed: str) -> None:
    """Browsers print characters with the shape of a radical (⽔) so; PDFium tells them in the form's space."""
    before, after = label("平川县", 60, 700), label("务局", 103, 700) + figure("41", 300, 700)
    plain = before + figure("88", 91, 700) + after
    spoken = (
        before
        + f"/Span <</ActualText <feff{'水利'.encode('utf-16-be').hex()}>>> BDC {figure('88', 91, 700)} EMC\n"
        + after
    )
    as_printed, page = read(plain, placed=placed), read(spoken, placed=placed)
    assert words(as_printed) == ["平川县88务局", "41"]
    assert words(page) == ["平川县水利务局", "41"]
    for one, other in zip(page.words, as_printed.words, strict=True):
        assert near(one.box, other.box.x0, other.box.top, other.box.x1, other.box.bottom)


def test_a_unit_of_the_page_enlarges_everything_alike() -> None:
    page = read(PLAIN, unit=2.0)
    assert (page.width, page.height) == (1200, 1600)
    assert near(page.words[0].box, 120, 183, 200, 203)
    assert page.words[0].size == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize(
    ("turn", "x", "y", "clockwise"), [(UP, 100, 60, 90), (OVER, 540, 100, 180), (FALLEN, 500, 740, 270)]
)
def test_a_page_whose_text_lies_is_set_upright(turn: str, x: float, y: float, clockwise: int) -> None:
    """Each text begins 60 points from its edge, its baseline 100 points below the top of the sheet as one reads."""
    page = read(figure("123456", x, y, turn=turn))
    assert page.turn == clockwise
    assert (page.width, page.height) == ((600, 800) if clockwise == 180 else (800, 600))
    (whole,) = page.words
    assert (whole.text, whole.angle) == ("123456", 0)
    assert near(whole.box, 60, 91.5, 93.4, 101.5)  # digits of Helvetica are 0.556 of the size wide


def test_how_a_viewer_turns_the_page_does_not_change_how_its_text_runs() -> None:
    page = read(PLAIN, rotate=90)
    assert words(page) == ["行政许可", "41"]
    assert near(page.words[0].box, 60, 91.5, 100, 101.5)
    assert page.turn == 270  # back from what the viewer shows
    assert read(figure("123456", 100, 60, turn=UP), rotate=90).turn == 0


def test_a_label_set_sideways_keeps_its_direction_on_an_upright_page() -> None:
    page = read(PLAIN + figure("2023", 40, 600, turn=UP))
    assert page.turn == 0
    sideways = sorted((w for w in page.words if w.angle), key=lambda w: -w.box.top)
    assert "".join(w.text for w in sideways) == "2023"
    assert {w.angle for w in sideways} == {90}
    assert near(sideways[0].box.union(sideways[-1].box), 31.5, 177.8, 41.5, 200)


def test_text_that_runs_aslant_is_no_word() -> None:
    assert words(read(PLAIN + label("样稿", 300, 400, turn="0.7 0.7 -0.7 0.7"))) == ["行政许可", "41"]


@pytest.mark.parametrize(
    "unseen",
    [
        figure("99", 300, 700, before="3 Tr"),  # invisible
        figure("99", 300, 700, before="7 Tr"),  # only cuts out
        figure("99", 300, 700, before="1 1 1 rg"),  # white on white
        figure("99", 300, 700) + "q 1 1 1 rg 290 690 60 30 re f Q\n",  # under a white patch
    ],
)
def test_what_no_reader_sees_is_left_out_and_counted(unseen: str) -> None:
    page = read(PLAIN + unseen)
    assert words(page) == ["行政许可", "41"]
    assert page.hidden == 2


def test_where_a_figure_was_painted_over_is_remembered() -> None:
    patch = "q 1 1 1 rg 190 690 60 30 re f Q\n"
    page = read(label("行政许可", 60, 700) + figure("41", 200, 700) + patch + figure("58", 200, 700))
    assert words(page) == ["行政许可", "58"]
    assert len(page.covered) == 2
    assert near(page.covered[0], 200, 91.5, 205.5, 101.5)
    assert read(PLAIN + figure("99", 300, 700, before="3 Tr")).covered == ()


def test_white_figures_on_a_dark_ground_are_seen() -> None:
    ground = "q 0 0 0.5 rg 290 690 60 30 re f Q\n"
    page = read(PLAIN + ground + figure("99", 300, 700, before="1 1 1 rg"))
    assert words(page) == ["行政许可", "41", "99"]
    assert page.hidden == 0
    assert any(near(f, 290, 80, 350, 110) for f in page.fills)


@pytest.mark.parametrize(
    ("placed", "cell"), [("", (190, 80, 250, 110)), ("0.5 0 0 0.5 300 0", (395, 440, 425, 455))]
)
def test_a_cell_cut_out_of_a_fill_of_the_whole_page_is_as_large_as_its_cut(
    placed: str, cell: tuple[float, float, float, float]
) -> None:
    """So some browsers and printers shade cells; what is shaded elsewhere is not painted over."""
    cut = "q 190 690 60 30 re W n 0.9 0.9 1 rg 0 0 600 800 re f Q\n"
    page = read(label("行政许可", 60, 700) + cut + figure("41", 200, 700), placed=placed)
    assert words(page) == ["行政许可", "41"]
    assert page.hidden == 0
    assert len(page.fills) == 1
    assert near(page.fills[0], *cell)
    white = cut.replace("0.9 0.9 1 rg", "1 1 1 rg")
    assert words(read(PLAIN + white + figure("58", 200, 700), placed=placed)) == ["行政许可", "58"]
    nothing = "q 190 690 60 30 re W n 300 100 50 50 re W n 0.9 g 0 0 600 800 re f Q\n"
    assert words(read(PLAIN + nothing, placed=placed)) == ["行政许可", "41"]


def test_pale_figures_are_seen() -> None:
    assert words(read(PLAIN + figure("99", 300, 700, before="0.9 0.9 0.9 rg")))[-1] == "99"


def test_outlined_letters_are_as_visible_as_their_outline() -> None:
    outlined = figure("99", 300, 700, before="1 Tr 1 1 1 rg 0 0 0 RG")
    assert words(read(PLAIN + outlined))[-1] == "99"
    assert words(read(PLAIN + figure("99", 300, 700, before="1 Tr 0 0 0 rg 1 1 1 RG"))) == ["行政许可", "41"]


def test_characters_come_as_the_file_names_them() -> None:
    assert read(label("人⺠政府⼯作", 60, 700)).words[0].text == "人⺠政府⼯作"
    assert read(label("４１", 60, 700)).words[0].text == "４１"


def test_text_whose_font_does_not_say_what_it_is_cannot_be_used() -> None:
    glyphs = "".join(chr(n) for n in range(1, 31))  # numbers of glyphs in the font, of no meaning elsewhere
    garbage = read(label(glyphs, 60, 700), named=False)
    assert garbage.problem != ""
    assert garbage.origin == "scan"


def test_letters_drawn_as_curves_are_no_text_and_an_empty_page_is_no_problem() -> None:
    assert (read("").words, read("").problem) == ((), "")
    curves = (f"{x} 700 m {x + 3} 704 {x + 4} 706 {x} 708 c S\n" for x in range(60, 560, 7))
    drawn = read("".join(curves))
    assert drawn.words == ()
    assert (drawn.problem != "", drawn.origin) == (True, "scan")


def test_rules_and_words_are_in_one_frame() -> None:
    rules = "q 0.4 w 50 690 m 250 690 l S 50 600 m 50 690 l S Q\n"
    page = read(PLAIN + rules)
    across, down = page.rulings
    assert near(Box(across.x0, across.top, across.x1, across.bottom), 50, 110, 250, 110)
    assert near(Box(down.x0, down.top, down.x1, down.bottom), 50, 110, 50, 200)
    assert (across.horizontal, down.horizontal) == (True, False)
    outside = read(PLAIN + "q 1 w 700 690 m 900 690 l S Q\n")
    assert outside.rulings == ()


def test_the_cheapest_look_gives_the_text_alone() -> None:
    pdf = pypdfium2.PdfDocument(document(PLAIN))
    assert page_text(pdf[0]).split() == ["行政许可", "41"]
    pdf.close()
