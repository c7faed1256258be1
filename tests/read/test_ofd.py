"""OFD documents are read natively: what the format draws is on the page, and what it does not is not."""

import io
import tracemalloc
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from math import cos, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds.ofd_writing import (
    HEIGHT,
    POINTS,
    WIDTH,
    Report,
    area,
    content,
    ems,
    line,
    package,
    parts,
    path,
    picture,
    points,
    resources,
    sheet,
    statutory,
    text,
    zipped,
)

from gkingest.document.ingest import interpret
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.finding import Severity
from gkingest.model.paper import Box, Page, ReadDocument, Ruling, Word
from gkingest.model.report import CellState
from gkingest.read.ofd import package as ofd_package
from gkingest.read.ofd import pages as ofd
from gkingest.read.ofd.drawing import Budget
from gkingest.tables.ruled import find_ruled

Figures = dict[tuple[str, str, str], str]
ORGAN = "清河市人民政府办公室"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8) + b"\x08\x02"  # true colour, no opacity
CLEAR = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8) + b"\x08\x06"  # with opacity


def figures_of(form: Format) -> Figures:
    """Figures for every slot of the statutory tables that keep every rule of the form."""
    figures: Figures = {}
    for row, column, node, _ in form.table("proactive").slots():
        figures["proactive", row, column] = "12.5" if node.key == "fees" else str(17 * len(figures) + 4)
    table = form.table("requests")
    applicants = [c.key or "" for c, _ in table.blocks[0].column_leaves()]
    outcomes = [r.key or "" for r, above in table.blocks[0].row_leaves() if above and r.kind == "data"]
    counts = {
        (row, a): (3 * n + 7 * m) % 5 for n, row in enumerate(outcomes) for m, a in enumerate(applicants[:-1])
    }
    for one in applicants[:-1]:
        decided = sum(counts[row, one] for row in outcomes)
        counts |= {("decided_total", one): decided, ("carried_in", one): 1, ("carried_out", one): 2}
        counts["new_received", one] = decided + 1
    counts |= {(row, "total"): sum(counts[row, a] for a in applicants[:-1]) for row, _ in list(counts)}
    figures |= {("requests", row, column): str(value) for (row, column), value in counts.items()}
    ends = ["upheld", "corrected", "other", "pending"]
    for n, row in enumerate(["review", "litigation_direct", "litigation_after_review"]):
        figures |= {("disputes", row, end): str(n + m) for m, end in enumerate(ends)}
        figures["disputes", row, "total"] = str(sum(n + m for m in range(4)))
    return figures


def written(form: Format) -> Report:
    """A report of three tables on two sheets."""
    report, figures = Report(), figures_of(form)
    report.paragraph(f"{ORGAN}2023年政府信息公开工作年度报告")
    report.paragraph(f"本报告由{ORGAN}编制，统计期限自2023年1月1日起至2023年12月31日止。")
    for number, heading in zip("一二三四五六", form.sections, strict=True):
        report.paragraph(f"{number}、{heading}")
        own = [t for t in form.tables if t.section == "一二三四五六".index(number) + 1]
        for table in own:
            report.table(statutory(table, figures))
        if not own:
            report.paragraph("本年度未收取信息处理费。" if number == "六" else "各项工作平稳有序，制度不断完善。")
    return report


def read_ofd(data: bytes) -> tuple[Page, ...]:
    """The pages of a document, no picture recognised."""
    return ofd.fixed_layout(data, ReadWith((), "never")).pages


def only(data: bytes) -> Page:
    """The single page of a document."""
    (page,) = read_ofd(data)
    return page


def one(page: Page, words: str) -> Word:
    """The word that reads so."""
    (found,) = [w for w in page.words if w.text == words]
    return found


def near(box: Box, other: Box, slack: float = 0.5) -> bool:
    """Whether two boxes differ by no more than ``slack`` points at any side."""
    pairs = ((box.x0, other.x0), (box.top, other.top), (box.x1, other.x1), (box.bottom, other.bottom))
    return all(abs(a - b) <= slack for a, b in pairs)


def refused(data: bytes) -> DocumentError:
    """The error of a document that is not read."""
    with pytest.raises(DocumentError) as caught:
        read_ofd(data)
    assert len(caught.value.message) > 40 and ("; " in caught.value.message or ": " in caught.value.message)
    return caught.value


def test_a_report_of_three_tables_on_two_sheets_comes_back_word_by_word(gk2021: Format) -> None:
    report = written(gk2021)
    pages = read_ofd(report.bytes())
    assert [p.number for p in pages] == [1, 2] == sorted({p.page for p in report.printed})
    for page in pages:
        assert (page.origin, page.turn, page.problem, page.hidden) == ("ofd", 0, "", 0)
        assert (page.width, page.height) == pytest.approx((WIDTH * POINTS, HEIGHT * POINTS))
        printed = [p for p in report.printed if p.page == page.number]
        assert len(page.words) == len(printed)
        for line_ in printed:
            (word,) = [w for w in page.words if near(w.box, line_.box)]
            assert word.text == line_.text
            assert len(word.edges) == len(word.text) + 1
            assert word.edges[-1] == pytest.approx(word.box.x1)
            assert word.size == pytest.approx(line_.box.height, abs=0.01)
    assert pages[0].text.splitlines()[0] == f"{ORGAN}2023年政府信息公开工作年度报告"


def test_the_tables_of_a_report_are_found_with_the_texts_that_were_written(gk2021: Format) -> None:
    pages = read_ofd(written(gk2021).bytes())
    grids = [g for page in pages for g in find_ruled(page)]
    assert {str(g.way) for g in grids} == {"ofd"}
    said = ["".join(c.text.split()) for g in grids for c in g.cells if c.text]
    figures = figures_of(gk2021)
    wanted: list[str] = []
    for table in gk2021.tables:
        wanted += [c.text for row in statutory(table, figures).rows for c in row if c.text]
    assert sorted(said) == sorted(wanted)
    assert not [c for g in grids for c in g.cells if c.doubt]


def test_a_report_gives_the_figures_written_without_a_doubt(gk2021: Format, formats: tuple[Format, ...]) -> None:
    data = written(gk2021).bytes()
    document, _ = interpret(ReadDocument(data, read_ofd(data)), ReadWith(formats, "never"))
    report = document.report
    assert report is not None, document.message
    assert (report.organ, report.year, report.format) == (ORGAN, 2023, "2021")
    got = {(f.key.table, f.key.row, f.key.column): f.value for f in report.facts if f.state is CellState.REPORTED}
    wanted = {key: Decimal(value) for key, value in figures_of(gk2021).items()}
    assert {k: v for k, v in got.items() if k[0] != "fees_collected"} == wanted
    assert [f for f in report.findings if f.severity >= Severity.WARNING] == []


def test_a_word_can_be_cut_where_a_rule_runs_through_it() -> None:
    page = only(sheet(text("规章行政", 20, 30, 4)))
    steps = [
        (b - a) / POINTS for a, b in zip(one(page, "规章行政").edges, one(page, "规章行政").edges[1:], strict=False)
    ]
    assert steps == pytest.approx([4, 4, 4, 4])


# Text ------------------------------------------------------------------------------------------------------------


def test_repeated_steps_are_written_short() -> None:
    code = '<ofd:TextCode X="0" Y="3.4" DeltaX="g 3 4 4 2 g 2 2 2">公开年报2023号</ofd:TextCode>'
    word = one(only(sheet(text("公开年报2023号", 20, 30, 4, code=code))), "公开年报2023号")
    assert [(e - 20 * POINTS) / POINTS for e in word.edges] == pytest.approx([0, 4, 8, 12, 16, 18, 20, 22, 24, 28])


@pytest.mark.parametrize("steps", ["g 4 4", "4", "g 9000000 4", "4 4 4 4 4 4 4 4 4 4", "g -3 1 4"])
def test_steps_too_few_go_on_and_steps_too_many_are_left_over(steps: str) -> None:
    code = f'<ofd:TextCode X="0" Y="3.4" DeltaX="{steps}">政府信息</ofd:TextCode>'
    assert one(only(sheet(text("政府信息", 20, 30, 4, code=code))), "政府信息").box.x1 == pytest.approx(36 * POINTS)


def test_characters_without_steps_stand_side_by_side() -> None:
    code = '<ofd:TextCode X="0" Y="3.4">共12件</ofd:TextCode>'
    assert near(one(only(sheet(text("共12件", 20, 30, 4, code=code))), "共12件").box, points(20, 30, 12, 4))


def test_strings_of_one_object_have_their_own_places_or_go_on_from_the_last() -> None:
    code = (
        '<ofd:TextCode X="0" Y="3.4" DeltaX="4">行政</ofd:TextCode>'
        '<ofd:TextCode X="30" Y="3.4" DeltaX="4">诉讼</ofd:TextCode>'
        '<ofd:TextCode Y="13.4" DeltaX="4">复议</ofd:TextCode>'
    )
    page = only(sheet(text("行政", 20, 30, 4, code=code)))
    assert near(one(page, "诉讼").box, points(50, 30, 8, 4))
    assert near(one(page, "复议").box, points(50, 40, 8, 4))


def test_pretty_printed_and_escaped_characters_are_those_meant() -> None:
    code = '<ofd:TextCode X="0" Y="3.4" DeltaX="4 4 4">\n      \\516c开\\5E74报\n    </ofd:TextCode>'
    assert near(one(only(sheet(text("公开年报", 20, 30, 4, code=code))), "公开年报").box, points(20, 30, 16, 4))


def test_a_transformation_scales_and_moves_text_and_rules() -> None:
    ctm = "2 0 0 2 5 10"
    page = only(sheet(text("总计", 20, 30, 4, CTM=ctm), path("M 0 0 L 30 0", "20 30 70 20", CTM=ctm)))
    word = one(page, "总计")
    assert near(word.box, points(25, 40, 16, 8))
    assert word.size == pytest.approx(8 * POINTS)
    (rule,) = page.rulings
    assert (rule.x0, rule.top, rule.x1, rule.bottom) == pytest.approx(
        (25 * POINTS, 40 * POINTS, 85 * POINTS, 40 * POINTS)
    )


def test_stretched_text_is_as_wide_as_it_is_set() -> None:
    code = '<ofd:TextCode X="0" Y="3.4" DeltaX="2">总计</ofd:TextCode>'
    page = only(sheet(text("总计", 20, 30, 4, HScale=0.5, code=code)))
    assert near(one(page, "总计").box, points(20, 30, 4, 4))


@pytest.mark.parametrize(("ctm", "angle"), [("0 -1 1 0 0 0", 90), ("0 1 -1 0 0 0", 270)])
def test_a_label_that_a_transformation_sets_sideways_keeps_its_direction(ctm: str, angle: int) -> None:
    lines = [text("本年度政府信息公开工作", 20, 100 + 8 * n, 4) for n in range(3)]
    page = only(sheet(text("办理", 20, 60, 4, CTM=ctm), *lines))
    assert {w.text: w.angle for w in page.words if len(w.text) == 1} == {"办": angle, "理": angle}
    first, second = (next(w.box for w in page.words if w.text == c) for c in "办理")
    assert (first.top > second.top) == (angle == 90)
    assert first.x0 == pytest.approx(second.x0)


def test_characters_that_are_laid_on_their_side_are_told() -> None:
    code = '<ofd:TextCode X="0" Y="0" DeltaY="4">办理</ofd:TextCode>'
    lines = [text("本年度政府信息公开工作", 20, 100 + 8 * n, 4) for n in range(3)]
    page = only(sheet(text("办理", 20, 60, 4, code=code, CharDirection=90, ReadDirection=90), *lines))
    assert {w.text: w.angle for w in page.words if len(w.text) == 1} == {"办": 270, "理": 270}


def test_characters_set_one_below_the_other_stand_so() -> None:
    code = '<ofd:TextCode X="0" Y="3.4" DeltaY="g 1 5">办理</ofd:TextCode>'
    page = only(sheet(text("办理", 20, 60, 4, code=code, ReadDirection=90)))
    assert [(w.text, w.angle) for w in page.words] == [("办", 0), ("理", 0)]
    assert near(page.words[1].box, points(20, 65, 4, 4))


def test_a_sheet_whose_text_runs_sideways_is_turned_upright() -> None:
    page = only(sheet(text("本年新收政府信息公开申请数量", 60, 200, 4, CTM="0 -1 1 0 0 0"), line(80, 100, 80, 200)))
    assert (page.turn, page.width, page.height) == (
        90,
        pytest.approx(HEIGHT * POINTS),
        pytest.approx(WIDTH * POINTS),
    )
    word = one(page, "本年新收政府信息公开申请数量")
    assert word.angle == 0
    assert near(page.displayed(word.box), points(60, 200 - 56, 4, 56))
    assert page.rulings[0].horizontal


def test_slanting_text_as_of_a_watermark_is_no_word() -> None:
    turn = f"{cos(radians(30))} {-sin(radians(30))} {sin(radians(30))} {cos(radians(30))} 0 0"
    page = only(sheet(text("内部资料", 60, 200, 9, CTM=turn), text("本年度共收到申请十二件，均已办结。", 20, 30)))
    assert [w.text for w in page.words] == ["本年度共收到申请十二件，均已办结。"]


# What a reader cannot see ----------------------------------------------------------------------------------------

SEEN = text("本年度共收到申请十二件，均已办结。", 20, 30)
WHITE = '<ofd:FillColor Value="255 255 255"/>'


@pytest.mark.parametrize(
    "unseen",
    [
        text("37", 20, 60, Visible="false"),
        text("37", 20, 60, Alpha=0),
        text("37", 20, 60, inside='<ofd:FillColor Value="0 0 0" Alpha="0"/>'),
        text("37", 20, 60, inside=WHITE),
        text("37", 20, 60, inside='<ofd:FillColor Value="#FF #FF #FF"/>'),
        text("37", 20, 60, inside='<ofd:FillColor Value="255"/>'),
        text("37", 20, 60, inside='<ofd:FillColor Value="0 0 0 0"/>'),
        text("37", 20, 60, Fill="false"),
        text("37", 20, 60) + area(15, 55, 30, 20, "255 255 255"),
        text("37", 260, 60),
        text("37", 20, 60, 900),
    ],
)
def test_text_that_nobody_can_see_is_counted_and_is_no_text(unseen: str) -> None:
    page = only(sheet(SEEN, unseen))
    assert (page.hidden, page.problem) == (2, "")
    assert "37" not in page.text and len(page.words) == 1


@pytest.mark.parametrize(
    "seen",
    [
        text("37", 20, 60, inside="<ofd:StrokeColor Value='0 0 0'/>", Fill="false", Stroke="true"),
        area(15, 55, 30, 20, "0 70 140") + text("37", 20, 60, inside=WHITE),
        area(15, 55, 30, 20, "255 255 255") + text("37", 20, 60),
        text("37", 20, 60) + area(15, 55, 30, 20, "255 255 0", Alpha=80),
        text("37", 20, 60) + path("M 0 0 L 30 0 L 30 20 L 0 20 C", "15 55 30 20"),
        text("37", 20, 60) + path("M 0 0 L 30 0 L 30 20 L 0 20 C", "15 55 30 20", Fill="true", Stroke="false"),
        text("37", 20, 60) + area(15, 55, 30, 20, "255 255 255", Visible="false"),
        text("37", 20, 60, inside='<ofd:FillColor Value="200 0 0"/>'),
    ],
)
def test_text_that_a_reader_sees_is_text(seen: str) -> None:
    page = only(sheet(SEEN, seen))
    assert page.hidden == 0
    assert one(page, "37")


def test_what_is_painted_over_is_told_with_its_place() -> None:
    page = only(sheet(SEEN, text("37", 20, 60, 4), area(19, 59, 8, 6, "255 255 255"), text("73", 20, 60, 4)))
    assert one(page, "73")
    assert page.hidden == 2
    assert near(page.covered[0], points(20, 60, 2, 4))


def test_white_by_drawing_parameters_is_white_and_an_object_may_say_otherwise() -> None:
    """Colours come from the object, else its parameters, else those that these refine, else the layer's."""
    styles = (
        '<ofd:DrawParams><ofd:DrawParam ID="41"><ofd:FillColor Value="255 255 255"/></ofd:DrawParam>'
        '<ofd:DrawParam ID="42" Relative="41" LineWidth="1"/><ofd:DrawParam ID="43" Relative="43"/>'
        "</ofd:DrawParams>"
    )
    black = '<ofd:FillColor Value="0 0 0"/>'
    objects = (
        text("甲", 20, 60, DrawParam=42),
        text("乙", 40, 60, DrawParam=42, inside=black),
        text("丙", 60, 60, DrawParam=43),
    )
    members = parts([content(SEEN, *objects), content(text("丁", 20, 30), layer='DrawParam="41"')])
    members["Doc_0/PublicRes.xml"] = resources(styles)
    first, second = read_ofd(zipped(members))
    assert ([w.text for w in first.words[1:]], first.hidden) == (["乙", "丙"], 1)
    assert (second.words, second.hidden) == ((), 1)


def test_a_page_may_bring_resources_of_its_own() -> None:
    colour = '<ofd:FillColor Value="255 255 255"/>'
    white = f'<ofd:DrawParams><ofd:DrawParam ID="41">{colour}</ofd:DrawParam></ofd:DrawParams>'
    page = content(SEEN, text("37", 20, 60, DrawParam=41), before="<ofd:PageRes>PageRes.xml</ofd:PageRes>")
    first, second = read_ofd(zipped({**parts([page, page]), "Doc_0/Pages/Page_1/PageRes.xml": resources(white)}))
    assert (first.hidden, second.hidden) == (0, 2)


def test_a_scan_with_its_recognised_text_behind_it_cannot_be_used() -> None:
    lines = [text("本年度政府信息公开工作", 20, 30 + 8 * n, 4) for n in range(20)]
    for unseen in (
        [
            picture(0, 0, WIDTH, HEIGHT),
            *(t.replace("<ofd:TextObject", '<ofd:TextObject Visible="false"') for t in lines),
        ],
        [*lines, picture(0, 0, WIDTH, HEIGHT)],
    ):
        members = parts([content(*unseen)])
        members["Doc_0/PublicRes.xml"] = resources(
            '<ofd:MultiMedias><ofd:MultiMedia ID="90" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
            "</ofd:MultiMedia></ofd:MultiMedias>"
        )
        members["Doc_0/Res/a.png"] = PNG
        page = only(zipped(members))
        assert (page.words, page.hidden) == ((), 220)
        assert "hidden layer over a picture" in page.problem
        members["Doc_0/Res/a.png"] = CLEAR
        assert only(zipped(members)).hidden == (220 if unseen[0].startswith("<ofd:Image") else 0)


def test_a_sheet_that_is_a_picture_has_no_text() -> None:
    page = only(sheet(picture(0, 0, WIDTH, HEIGHT)))
    assert page.problem == "it is a picture without a text layer"
    assert near(page.pictures[0], Box(0, 0, page.width, page.height))


def mapped(words: str, numbers: str, y: float = 30) -> str:
    """Text whose glyphs are given by number."""
    inside = (
        f'<ofd:CGTransform CodePosition="0" CodeCount="{len(words)}" GlyphCount="{len(numbers.split())}">'
        f"<ofd:Glyphs>{numbers}</ofd:Glyphs></ofd:CGTransform>"
    )
    steps = " ".join(str(4 * ems(c)) for c in words) or "2"
    code = f'<ofd:TextCode X="0" Y="3.4" DeltaX="{steps}">{words}</ofd:TextCode>'
    return text(words, 20, y, 4, inside, code)


@pytest.mark.parametrize("words", ["", " " * 16, "¤" * 16, "\ue000" * 16])
def test_glyphs_without_characters_are_no_text(words: str) -> None:
    page = only(sheet(mapped(words, " ".join(str(n) for n in range(300, 316)))))
    assert "its font does not say which characters it draws" in page.problem


def test_a_figure_that_is_only_a_glyph_is_unreadable_and_the_page_is_not() -> None:
    others = [text("本年度政府信息公开工作", 20, 50 + 8 * n, 4) for n in range(9)]
    page = only(sheet(mapped("  ", "21 22"), *others))
    assert page.problem == ""
    assert one(page, "\ufffd\ufffd").box.x0 == pytest.approx(20 * POINTS)


def test_glyphs_with_their_characters_are_text_and_blanks_among_them_are_blanks() -> None:
    page = only(sheet(mapped("年报 2023 年报", "5 6 3 7 8 7 9 3 5 6")))
    assert (page.problem, page.text) == ("", "年报 2023 年报")


# Rules, areas, pictures ------------------------------------------------------------------------------------------


def rule_of(page: Page) -> Ruling:
    """The single rule of a page."""
    (rule,) = page.rulings
    return rule


@pytest.mark.parametrize(
    "drawn",
    [
        line(20, 50, 120, 50),
        path("S 20 50 L 120 50"),
        path("M20 50L120 50"),
        path("M 0 0 L 100 0", "20 50 100 0"),
        path("M 0 0 L 1 0", "20 50 100 1", CTM="100 0 0 1 0 0"),
        area(20, 49.8, 100, 0.4),
        area(20, 49.8, 100, 0.4, Stroke="true"),
        picture(20, 49.8, 100, 0.4),
        f"<ofd:PageBlock ID='5'><ofd:PageBlock ID='6'>{line(20, 50, 120, 50)}</ofd:PageBlock></ofd:PageBlock>",
    ],
)
def test_a_rule_is_one_however_it_is_painted(drawn: str) -> None:
    rule = rule_of(only(sheet(drawn)))
    assert rule.horizontal
    assert (rule.x0, rule.x1) == pytest.approx((20 * POINTS, 120 * POINTS), abs=0.1)
    assert (rule.top + rule.bottom) / 2 == pytest.approx(50 * POINTS, abs=0.1)


def test_a_frame_has_four_rules_and_a_shaded_cell_is_an_area() -> None:
    page = only(sheet(path("M 0 0 L 80 0 L 80 30 L 0 30 C", "20 50 80 30"), area(20, 90, 80, 30, "200 200 200")))
    assert sorted(r.horizontal for r in page.rulings) == [False, False, True, True]
    assert [near(f, points(20, 90, 80, 30)) for f in page.fills] == [True]


@pytest.mark.parametrize(
    "drawn",
    [
        line(20, 50, 120, 50, DashPattern="2 1"),
        line(20, 50, 120, 50, Visible="false"),
        line(20, 50, 120, 50, Alpha=0),
        line(20, 50, 120, 50, Stroke="false"),
        line(20, 50, 120, 50, LineWidth=9),
        path("M 20 50 B 50 10 90 90 120 50"),
        path("M 20 50 Q 70 10 120 50"),
        path("M 20 50 A 50 50 0 0 1 120 50"),
        path("M 20 50 L 120 150"),
        path("M 20 50 L 120"),
        path("M 20 50 X"),
        path(""),
        line(300, 50, 400, 50),
    ],
)
def test_dashed_curved_and_slanting_lines_and_those_unseen_are_no_rules(drawn: str) -> None:
    assert only(sheet(drawn, SEEN)).rulings == ()


def test_a_small_shape_drawn_with_curves_is_a_mark() -> None:
    page = only(sheet(path("M 0 4 B 0 1 4 1 4 4 B 4 8 0 8 0 4 C", "20 50 4 8"), path("M 0 0 L 20 6", "40 50 20 6")))
    assert near(page.marks[0], points(20, 51, 4, 7), 4)
    assert near(page.marks[1], points(40, 50, 20, 6))
    assert page.rulings == ()


def test_pictures_lie_where_their_transformation_puts_them_within_their_boundary() -> None:
    page = only(sheet(SEEN, picture(20, 50, 40, 30), picture(20, 90, 40, 30, CTM="80 0 0 20 0 5")))
    assert near(page.pictures[0], points(20, 50, 40, 30))
    assert near(page.pictures[1], points(20, 95, 40, 20))


def test_a_composite_unit_is_painted_where_it_is_used() -> None:
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="50" Width="20" Height="10"><ofd:Content>'
        f"{text('印', 2, 2, 4)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    use = '<ofd:CompositeObject ID="51" Boundary="100 100 40 20" ResourceID="50" CTM="2 0 0 2 0 0"{}/>'
    members = parts([content(SEEN, use.format("")), content(SEEN, use.format(' Visible="false"'))])
    members["Doc_0/PublicRes.xml"] = resources(unit)
    first, second = read_ofd(zipped(members))
    assert near(one(first, "印").box, points(104, 104, 8, 8))
    assert (len(second.words), second.hidden) == (1, 1)


# The package -----------------------------------------------------------------------------------------------------

TEMPLATE = '<ofd:TemplatePage ID="60" BaseLoc="Tpls/Tpl_0/Content.xml"{}/>'
USED = '<ofd:Template TemplateID="60"{}/>'


def test_a_template_gives_every_page_its_header() -> None:
    members = parts([content(SEEN, before=USED.format(""))] * 2, TEMPLATE.format(""))
    members["Doc_0/Tpls/Tpl_0/Content.xml"] = content(text("清河市", 20, 10, 4), line(20, 16, 190, 16))
    for page in read_ofd(zipped(members)):
        assert near(one(page, "清河市").box, points(20, 10, 12, 4))
        assert page.text.startswith("清河市\n本年度")
        assert rule_of(page).horizontal


@pytest.mark.parametrize(
    ("declared", "used", "shown"),
    [
        ("", "", 0),
        ("", ' ZOrder="Foreground"', 1),
        (' ZOrder="Foreground"', "", 1),
        (' ZOrder="Foreground"', ' ZOrder="Background"', 0),
    ],
)
def test_a_template_lies_behind_the_page_or_before_it(declared: str, used: str, shown: int) -> None:
    """A patch in a template hides the figure where the template is painted later than the page."""
    page = content(text("37", 20, 60), text("件", 28, 60), before=USED.format(used))
    members = parts([page], TEMPLATE.format(declared))
    members["Doc_0/Tpls/Tpl_0/Content.xml"] = content(area(15, 55, 11, 20, "255 255 255"))
    assert only(zipped(members)).hidden == 2 * shown


def test_layers_are_painted_from_the_background_up() -> None:
    """The order in the file does not count: the ground is named as the background though it comes last."""
    page = content(text("37", 20, 60))
    ground = f'<ofd:Layer ID="9" Type="Background">{area(15, 55, 30, 20, "255 255 255")}</ofd:Layer>'
    assert only(package(page.replace("</ofd:Content>", f"{ground}</ofd:Content>"))).text == "37"
    assert (
        only(package(page.replace("</ofd:Content>", f"{ground.replace('Back', 'Fore')}</ofd:Content>"))).hidden == 2
    )


@pytest.mark.parametrize(
    ("document", "page"),
    [
        ("Doc_0/Document.xml", "Pages/Page_0/Content.xml"),
        ("/Doc_0/Document.xml", "/Doc_0/Pages/Page_0/Content.xml"),
        ("./Doc_0/Document.xml", "./Pages/../Pages/Page_0/Content.xml"),
        ("Doc_0\\Document.xml", "Pages\\Page_0\\Content.xml"),
        ("doc_0/document.XML", "pages/page_0/CONTENT.xml"),
        ("  Doc_0/Document.xml\n", "Doc_0/Pages/Page_0/Content.xml"),
    ],
)
def test_paths_are_taken_as_producers_write_them(document: str, page: str) -> None:
    members = parts([content(SEEN)])
    members["OFD.xml"] = str(members["OFD.xml"]).replace("Doc_0/Document.xml", document)
    members["Doc_0/Document.xml"] = str(members["Doc_0/Document.xml"]).replace("Pages/Page_0/Content.xml", page)
    assert len(only(zipped(members)).words) == 1


@pytest.mark.parametrize("page", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "", "../x.xml"])
def test_no_path_leads_out_of_the_package(page: str) -> None:
    members = parts([content(SEEN)])
    members["Doc_0/Document.xml"] = str(members["Doc_0/Document.xml"]).replace("Pages/Page_0/Content.xml", page)
    error = refused(zipped(members))
    assert error.status == "corrupt" and "missing from the package" in error.message


@pytest.mark.parametrize("space", ["http://www.ofdspec.org", "http://example.cn/ofd"])
def test_the_namespace_does_not_matter(space: str) -> None:
    members = {n: str(d).replace("http://www.ofdspec.org/2016", space) for n, d in parts([content(SEEN)]).items()}
    assert len(only(zipped(members)).words) == 1
    bare = {n: d.replace(f' xmlns:ofd="{space}"', "").replace("ofd:", "") for n, d in members.items()}
    assert len(only(zipped(bare)).words) == 1


def test_the_sheet_is_the_pages_own_and_may_begin_anywhere() -> None:
    own = "<ofd:Area><ofd:PhysicalBox>10 20 297 210</ofd:PhysicalBox></ofd:Area>"
    shown = "<ofd:Area><ofd:ApplicationBox>0 0 100 80</ofd:ApplicationBox></ofd:Area>"
    first, second, third = read_ofd(
        package(content(text("总计", 20, 30, 4), before=own), content(SEEN, before=shown), content())
    )
    assert (first.width, first.height) == pytest.approx((297 * POINTS, 210 * POINTS))
    assert near(one(first, "总计").box, points(10, 10, 8, 4))
    assert (second.width, second.height) == pytest.approx((100 * POINTS, 80 * POINTS))
    assert (third.words, third.problem, third.text) == ((), "", "")


def test_all_documents_of_a_package_are_read_in_order() -> None:
    members = parts([content(text("甲", 20, 30)), content(text("乙", 20, 30))])
    other = {
        n.replace("Doc_0", "Doc_1"): d for n, d in parts([content(text("丙", 20, 30))]).items() if n != "OFD.xml"
    }
    more = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    members["OFD.xml"] = str(members["OFD.xml"]).replace("</ofd:OFD>", more)
    assert [(p.number, p.text) for p in read_ofd(zipped(members | other))] == [(1, "甲"), (2, "乙"), (3, "丙")]


def annotated(annotation: str) -> bytes:
    """A document of one page with one annotation."""
    spec = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = parts(
        [content(SEEN, text("37", 20, 60))], behind="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    )
    members["Doc_0/Annots/Annotations.xml"] = (
        f'<ofd:Annotations {spec}><ofd:Page PageID="100"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc>'
        "</ofd:Page></ofd:Annotations>"
    )
    members["Doc_0/Annots/Page_0/Annotation.xml"] = f"<ofd:PageAnnot {spec}>{annotation}</ofd:PageAnnot>"
    return zipped(members)


def test_text_drawn_by_an_annotation_is_on_the_page_if_it_is_shown() -> None:
    look = f'<ofd:Appearance Boundary="100 200 40 20">{text("核", 5, 5, 4)}</ofd:Appearance>'
    drawn = f'<ofd:Annot ID="1" Type="Stamp"{{}}>{look}</ofd:Annot>'
    page = only(annotated(drawn.format("")))
    assert near(one(page, "核").box, points(105, 205, 4, 4))
    assert len(only(annotated(drawn.format(' Visible="false"'))).words) == 2
    assert len(only(annotated('<ofd:Annot ID="1" Type="Link"/>')).words) == 2


def test_a_marker_does_not_hide_what_it_marks() -> None:
    look = f'<ofd:Appearance Boundary="15 55 30 20">{area(0, 0, 30, 20, "255 255 0")}</ofd:Appearance>'
    marker = f'<ofd:Annot Type="Highlight">{look}</ofd:Annot>'
    assert only(annotated(marker)).hidden == 0
    assert only(annotated(marker.replace("Highlight", "Stamp"))).hidden == 2


def signed(stamps: str) -> Mapping[str, str | bytes]:
    """A document of one page with one signature."""
    spec = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = parts([content(SEEN)], body="<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>")
    members["Doc_0/Signs/Signatures.xml"] = (
        f'<ofd:Signatures {spec}><ofd:Signature ID="1" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/>'
        "</ofd:Signatures>"
    )
    members["Doc_0/Signs/Sign_0/Signature.xml"] = (
        f"<ofd:Signature {spec}><ofd:SignedInfo>{stamps}</ofd:SignedInfo></ofd:Signature>"
    )
    return members


def test_a_seal_is_a_picture_where_it_is_stamped() -> None:
    stamps = (
        '<ofd:StampAnnot ID="1" PageRef="100" Boundary="120 230 40 40"/>'
        '<ofd:StampAnnot ID="2" PageRef="100" Boundary="190 100 40 40" Clip="0 0 20 40"/>'
        '<ofd:StampAnnot ID="3" PageRef="7" Boundary="0 0 9 9"/><ofd:StampAnnot PageRef="100"/>'
    )
    page = only(zipped(signed(stamps)))
    assert [
        near(a, b) for a, b in zip(page.pictures, [points(120, 230, 40, 40), points(190, 100, 20, 40)], strict=True)
    ]
    assert page.hidden == 0


@pytest.mark.parametrize("lost", ["Doc_0/Signs/Signatures.xml", "Doc_0/Signs/Sign_0/Signature.xml"])
def test_a_signature_that_is_damaged_or_gone_takes_nothing_from_the_page(lost: str) -> None:
    members = signed('<ofd:StampAnnot PageRef="100" Boundary="120 230 40 40"/>')
    assert len(only(zipped({n: d for n, d in members.items() if n != lost})).words) == 1
    assert len(only(zipped({**members, lost: "<ofd:broken"})).words) == 1


# Damage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06" + bytes(17), "不是文件".encode()])
def test_what_is_no_package_is_corrupt(data: bytes) -> None:
    error = refused(data)
    assert error.status == "corrupt" and "ZIP" in error.message


@pytest.mark.parametrize("members", [{}, {"word/document.xml": "<w/>"}, {"a.pdf": b"%PDF-1.7"}])
def test_an_archive_that_is_no_ofd_is_told(members: dict[str, str | bytes]) -> None:
    error = refused(zipped(members))
    assert error.status == "unsupported" and "OFD.xml" in error.message


@pytest.mark.parametrize(
    "lost", ["Doc_0/Document.xml", "Doc_0/Pages/Page_1/Content.xml", "Doc_0/Tpls/Tpl_0/Content.xml"]
)
def test_a_part_that_is_missing_is_named(lost: str) -> None:
    members = parts([content(SEEN, before=USED.format(""))] * 2, TEMPLATE.format(""))
    members["Doc_0/Tpls/Tpl_0/Content.xml"] = content()
    assert len(read_ofd(zipped(members))) == 2
    del members[lost]
    error = refused(zipped(members))
    assert error.status == "corrupt" and lost.removeprefix("Doc_0/") in error.message


def test_a_template_that_nobody_declares_is_told() -> None:
    assert "template '60'" in refused(package(content(SEEN, before=USED.format("")))).message


def test_resources_that_are_missing_cost_no_text() -> None:
    members = parts([content(SEEN)])
    del members["Doc_0/PublicRes.xml"]
    assert len(only(zipped(members)).words) == 1


@pytest.mark.parametrize(
    "name", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Pages/Page_0/Content.xml"]
)
@pytest.mark.parametrize("broken", ["", "<a", "<a><b></a>", "\0\0", "<a>&x;</a>"])
def test_a_part_that_is_no_xml_is_named(name: str, broken: str) -> None:
    error = refused(zipped({**parts([content(SEEN)]), name: broken}))
    assert error.status == "corrupt" and name in error.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Boundary="20.000', 'Boundary="NaN'),
        ('Boundary="20.000', 'Boundary="1e400'),
        (' Size="3.7"', ""),
        (' Size="3.7"', ' Size="large"'),
        ("<ofd:TextCode", '<ofd:TextCode DeltaY="g 3"'),
        ("<ofd:TextCode", '<ofd:TextCode DeltaY="x"'),
        ("<ofd:Content>", "<ofd:Area><ofd:PhysicalBox>0 0 99999 99999</ofd:PhysicalBox></ofd:Area><ofd:Content>"),
        (' Font="3"', ' CTM="1 0 0 1"'),
    ],
)
def test_text_that_cannot_be_placed_stops_the_reading(old: str, new: str) -> None:
    page = content(SEEN)
    assert old in page
    error = refused(package(page.replace(old, new)))
    assert error.status == "corrupt" and "page 1" in error.message


def test_a_document_without_pages_is_corrupt() -> None:
    assert refused(package()).status == "corrupt"


@pytest.mark.parametrize("tenths", range(10))
def test_a_download_that_broke_off_is_corrupt(gk2021: Format, tenths: int) -> None:
    data = written(gk2021).bytes()
    assert refused(data[: len(data) * tenths // 10]).status == "corrupt"


def test_a_member_whose_bytes_were_changed_is_corrupt() -> None:
    data = bytearray(sheet(SEEN))
    at = data.find(b"Doc_0/Pages/Page_0/Content.xml") + 60
    data[at] ^= 0x55
    assert refused(bytes(data)).status == "corrupt"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY x "0123456789"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "http://example.cn/a.dtd">',
    ],
)
def test_no_entity_is_replaced(declared: str) -> None:
    for use in ("", "&x;"):
        page = content(SEEN).replace("十二", use).replace("?>", f"?>{declared}", 1)
        assert refused(package(page)).status == "corrupt"


def bomb(size: int, name: str = "Doc_0/Pages/Page_0/Content.xml") -> bytes:
    """A document one of whose parts unpacks to ``size`` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in parts([content(SEEN)]).items():
            if other != name:
                archive.writestr(other, data)
        with archive.open(name, "w") as stream:
            for _ in range(size // 1_000_000):
                stream.write(b" " * 1_000_000)
    return out.getvalue()


@pytest.mark.parametrize("name", ["Doc_0/Pages/Page_0/Content.xml", "OFD.xml"])
def test_a_part_that_unpacks_to_hundreds_of_megabytes_is_refused_without_memory(name: str) -> None:
    data = bomb(200_000_000, name)
    assert len(data) < 2_000_000
    tracemalloc.start()
    try:
        error = refused(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert error.status == "unsupported" and "200,000,000" in error.message


def test_a_part_that_is_larger_than_it_says_is_corrupt() -> None:
    data = bytearray(bomb(30_000_000))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert refused(bytes(data)).status == "corrupt"


def test_all_that_is_unpacked_counts_however_often(monkeypatch: pytest.MonkeyPatch) -> None:
    members = parts([content(SEEN)] * 40)
    assert len(read_ofd(zipped(members))) == 40
    again = str(members["Doc_0/Document.xml"]).replace("Page_1/", "Page_0/").replace("Page_2/", "Page_0/")
    monkeypatch.setattr(ofd_package, "_ALL", 20_000)
    error = refused(zipped({**members, "Doc_0/Document.xml": again}))
    assert error.status == "unsupported" and "20,000" in error.message


def test_a_document_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd, "_MOST_PAGES", 3)
    assert len(read_ofd(package(*[content()] * 3))) == 3
    assert refused(package(*[content()] * 4)).status == "unsupported"


def test_a_page_that_is_all_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sheet(SEEN, *(line(20, 50 + n, 120, 50 + n) for n in range(40)))
    assert len(only(data).rulings) == 40
    monkeypatch.setattr(ofd, "_MOST_PAIRS", 500)
    assert refused(data).status == "unsupported"


def test_units_that_use_one_another_a_billion_times_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    uses = "".join('<ofd:CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="{0}"/>' for _ in range(10))
    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="{n}"><ofd:Content>{uses.format(n + 1)}</ofd:Content>'
        "</ofd:CompositeGraphicUnit>"
        for n in range(50, 60)
    )
    members = parts([content(uses.format(50))])
    members["Doc_0/PublicRes.xml"] = resources(f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>")
    monkeypatch.setattr(ofd, "Budget", lambda: Budget(5_000))
    assert refused(zipped(members)).status == "unsupported"


@pytest.mark.parametrize(
    "members",
    [
        {"Encryptions.xml": '<ofd:Encryptions xmlns:ofd="x"><ofd:EncryptInfo ID="1"/></ofd:Encryptions>'},
        {"encryptions.XML": "not to be read"},
        {"OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot><Encryption/></DocBody></OFD>"},
    ],
)
def test_an_encrypted_document_is_told(members: dict[str, str | bytes]) -> None:
    assert refused(zipped({**parts([content(SEEN)]), **members})).status == "encrypted"


def test_a_list_of_no_encryption_locks_nothing() -> None:
    assert len(only(zipped({**parts([content(SEEN)]), "Encryptions.xml": "<Encryptions/>"})).words) == 1


def test_a_package_with_a_password_is_encrypted() -> None:
    data = bytearray(sheet(SEEN))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    assert refused(bytes(data)).status == "encrypted"


def tried(data: bytes) -> None:
    """Read what may be damaged: pages or a typed error."""
    try:
        pages = read_ofd(data)
    except DocumentError as error:
        assert error.status in ("corrupt", "encrypted", "unsupported") and error.message
    else:
        assert [p.number for p in pages] == list(range(1, len(pages) + 1))


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail)))
def test_any_bytes_are_typed(data: bytes) -> None:
    tried(data)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=20))
def test_flipped_bytes_are_typed(flips: list[tuple[float, int]]) -> None:
    data = bytearray(sheet(SEEN, line(20, 50, 120, 50)))
    for place, mask in flips:
        data[int(place * len(data))] ^= mask
    tried(bytes(data))


WORDS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1e7",
        "9999999",
        "1e-9",
        "g",
        "g 3",
        "g 9 9",
        "M",
        "L",
        "B 1",
        "A 1 1 0 0 1 5 5",
        "C",
        "NaN",
        "#",
        "#FF",
    ]
)
VALUES = st.lists(WORDS, max_size=7).map(" ".join)
NAMES = st.sampled_from(
    [
        "Boundary",
        "CTM",
        "Size",
        "HScale",
        "Alpha",
        "LineWidth",
        "DashPattern",
        "CharDirection",
        "ReadDirection",
        "Fill",
    ]
)


@settings(max_examples=300)
@given(
    st.sampled_from(["TextObject", "PathObject", "ImageObject", "CompositeObject", "PageBlock", "Layer"]),
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.dictionaries(st.sampled_from(["X", "Y", "DeltaX", "DeltaY"]), VALUES, max_size=4),
    VALUES,
)
def test_any_object_is_drawn_or_told(kind: str, own: dict[str, str], code: dict[str, str], data: str) -> None:
    written_ = {"Size": "4", "Boundary": "20 50 100 40"} | own
    attributes = "".join(f' {n}="{v}"' for n, v in written_.items())
    codes = "".join(f' {n}="{v}"' for n, v in ({"X": "0", "Y": "0"} | code).items())
    inside = (
        f"<ofd:FillColor Value='{data}'/><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
        f"<ofd:CGTransform CodePosition='{code.get('X', 0)}'><ofd:Glyphs>{data}</ofd:Glyphs></ofd:CGTransform>"
        f"<ofd:TextCode{codes}>公开{data}</ofd:TextCode>"
    )
    tried(sheet(f"<ofd:{kind}{attributes}>{inside}</ofd:{kind}>"))
