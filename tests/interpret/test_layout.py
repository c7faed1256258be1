"""A grid seen as a table: headings, captions and lines told apart, each line with the labels it stands under."""

from collections.abc import Sequence
from typing import Any

import pytest

from gkingest.formats.spec import Format
from gkingest.interpret.table.layout import (
    Layout,
    Sketch,
    TableLine,
    merged,
    read_headings,
    read_layout,
    vocabulary,
)
from gkingest.model.paper import Box, Cell, Grid


def cell(text: str, row: int, column: int, rows: int = 1, columns: int = 1) -> Cell:
    """A cell at its place."""
    box = Box(100.0 * column, 20.0 * row, 100.0 * (column + columns), 20.0 * (row + rows))
    return Cell(text, box, box, 1, row, column, rows, columns)


def grid(*rows: Sequence[Any]) -> Grid:
    """A grid from texts; ``(text, rows, columns)`` is a merged cell, ``None`` a place that one covers."""
    cells = []
    for r, row in enumerate(rows):
        for c, what in enumerate(row):
            if what is not None:
                text, *spans = (what,) if isinstance(what, str) else what
                cells.append(cell(text, r, c, *spans))
    columns = max(map(len, rows))
    edges = tuple(100.0 * n for n in range(columns + 1))
    return Grid(tuple(cells), len(rows), columns, edges, Box(0, 0, edges[-1], 20.0 * len(rows)), 1, "ruled")


def sketch(form: Format, table: str, *grids: Grid) -> Sketch:
    """First look at grids of one table of the form."""
    return read_headings(grids, vocabulary(form.table(table)))


def layout(form: Format, table: str, *grids: Grid, first: dict[int, int] | None = None) -> Layout:
    """Grids of one table of the form taken apart."""
    return read_layout(sketch(form, table, *grids), vocabulary(form.table(table)), first or {})


def figures(line: TableLine) -> list[str]:
    """Texts of a line's figure cells."""
    return [c.text for c in line.figure_cells]


PROACTIVE = grid(
    [("第二十条第（一）项", 1, 4), None, None, None],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "", "2"],
    ["行政规范性文件", "/", "1", "20"],
    [("第二十条第（五）项", 1, 4), None, None, None],
    ["信息内容", ("本年处理决定数量", 1, 3), None, None],
    ["行政许可", ("41", 1, 3), None, None],
)


def test_captions_headings_and_lines_of_a_table_are_told_apart(gk2021: Format) -> None:
    assert sketch(gk2021, "proactive", PROACTIVE).kinds == (
        ("caption", "heading", "line", "line", "caption", "heading", "line"),
    )
    read = layout(gk2021, "proactive", PROACTIVE)
    assert read.captions == ("第二十条第（一）项", "第二十条第（五）项")
    assert [(n.label, figures(n), n.heading) for n in read.lines] == [
        ("规章", ["0", "", "2"], 0),
        ("行政规范性文件", ["/", "1", "20"], 0),
        ("行政许可", ["41"], 1),
    ]


def test_a_row_of_words_that_the_form_ignores_is_a_caption_alone_and_a_heading_with_others(gk2021: Format) -> None:
    lone = grid([("信息内容", 1, 2), None], ["规章", "1"])
    assert sketch(gk2021, "proactive", lone).kinds[0][0] == "caption"
    two = grid(["信息内容", "项目"], ["规章", "1"])
    assert sketch(gk2021, "proactive", two).kinds[0][0] == "heading"


REQUESTS = grid(
    [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), None, None,
     ("申请人情况", 1, 4), None, None, None],
    [None, None, None, ("自然人", 2, 1), ("法人或其他组织", 1, 2), None, ("总计", 2, 1)],
    [None, None, None, None, "商业企业", "其他", None],
    [("一、本年新收政府信息公开申请数量", 1, 3), None, None, "1", "2", "3", "6"],
    [("三、本年度办理结果", 4, 1), ("（一）予以公开", 1, 2), None, "4", "5", "6", "15"],
    [None, ("（三）不予公开", 2, 1), "1.属于国家秘密", "", "-", "0", "0"],
    [None, None, "2.其他法律行政法规禁止公开", "7", "8", "9", "24"],
    [None, ("（六）其他处理", 1, 1), "3.其他", "0", "0", "0", "0"],
    [("四、结转下年度继续办理", 1, 3), None, None, "0", "0", "1", "1"],
)  # fmt: skip


def test_merged_headings_stand_above_every_column_they_cover(gk2021: Format) -> None:
    (heading,) = sketch(gk2021, "requests", REQUESTS).headings
    assert heading.rows == (0, 1, 2)
    above = {c.text: over for c, over in heading.cells[1:]}
    assert above == {
        "自然人": ("申请人情况",),
        "商业企业": ("申请人情况", "法人或其他组织"),
        "其他": ("申请人情况", "法人或其他组织"),
        "总计": ("申请人情况",),
    }


def test_a_merged_label_beside_many_rows_stands_over_each_of_them(gk2021: Format) -> None:
    lines = layout(gk2021, "requests", REQUESTS).lines
    assert [(n.label, figures(n)[-1]) for n in lines] == [
        ("一、本年新收政府信息公开申请数量", "6"),
        ("（一）予以公开", "15"),
        ("1.属于国家秘密", "0"),
        ("2.其他法律行政法规禁止公开", "24"),
        ("3.其他", "0"),
        ("四、结转下年度继续办理", "1"),
    ]
    printed = [n.printed() for n in lines]
    assert printed[2].texts[0] == "1.属于国家秘密"
    assert printed[2].texts[1] == "（三）不予公开1.属于国家秘密"
    assert set(printed[3].above) == {"三、本年度办理结果", "（三）不予公开"}
    assert set(printed[4].above) == {"三、本年度办理结果", "（六）其他处理"}
    assert printed[5].above == ()


def test_the_columns_of_labels_are_those_without_figures(gk2021: Format) -> None:
    (heading,) = sketch(gk2021, "requests", REQUESTS).headings
    assert heading.labels == 3
    over_labels = [c.text[:3] for c, _ in heading.cells if heading.stands_over_labels(c)]
    assert over_labels == ["（本列"]
    (few, _) = sketch(gk2021, "proactive", PROACTIVE).headings
    assert few.labels == 0  # two rows do not show it


def test_outer_labels_printed_once_are_carried_down_until_another_stands_there(gk2021: Format) -> None:
    head = ["", "", "自然人", "总计"]
    unmerged = grid(
        head,
        ["（三）不予公开", "1.属于国家秘密", "1", "1"],
        ["", "8.属于行政查询事项", "2", "2"],
        ["（四）无法提供", "1.本机关不掌握相关政府信息", "3", "3"],
        ["", "3.补正后申请内容仍不明确", "4", "4"],
        ["（七）总计", "", "10", "10"],
    )
    lines = layout(gk2021, "requests", unmerged).lines
    assert [n.printed().above for n in lines] == [
        ("（三）不予公开",), ("（三）不予公开",), ("（四）无法提供",), ("（四）无法提供",), (),
    ]  # fmt: skip
    again = layout(gk2021, "requests", REQUESTS.part(0, 6), grid(head, ["", "3.其他", "2", "2"]))
    assert again.lines[-1].printed().above == ()  # a heading begins anew


def test_a_repeated_heading_is_a_heading_of_its_own(gk2021: Format) -> None:
    second = grid(["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["行政规范性文件", "3", "1", "20"])
    read = layout(gk2021, "proactive", PROACTIVE.part(0, 3), second)
    assert [(h.grid, h.rows) for h in read.headings] == [(0, (1,)), (1, (0,))]
    assert [(n.grid, n.label, n.heading) for n in read.lines] == [(0, "规章", 0), (1, "行政规范性文件", 1)]


def test_lines_before_any_heading_have_none(gk2021: Format) -> None:
    (line,) = layout(gk2021, "proactive", grid(["规章", "3", "1", "20"])).lines
    assert (line.heading, line.label, figures(line)) == (-1, "规章", ["3", "1", "20"])
    (unknown,) = layout(gk2021, "proactive", grid(["某某事项", "甲", "3", "1"])).lines
    assert figures(unknown) == ["3", "1"]  # figures begin at the first number


def test_the_caller_may_know_where_figures_begin(gk2021: Format) -> None:
    table = grid(["信息内容", "", "本年制发件数"], ["规章", "（一）", "3"])
    (line,) = layout(gk2021, "proactive", table, first={0: 1}).lines
    assert figures(line) == ["（一）", "3"]
    (line,) = layout(gk2021, "proactive", table).lines
    assert (figures(line), line.printed().texts) == (["3"], ("（一）", "规章（一）"))


def test_a_row_with_a_numbering_is_a_line_even_where_a_column_is_called_alike(gk2021: Format) -> None:
    """其他 and 总计 are columns too; without figures only the numbering tells."""
    for label, kind in (("3.其他", "line"), ("（七）总计", "line"), ("总计", "heading")):
        table = grid(["（一）予以公开", "1", "2"], [label, "", ""], ["四、结转下年度继续办理", "", "1"])
        assert sketch(gk2021, "requests", table).kinds == (("line", kind, "line"),)


def test_pieces_of_heading_words_below_a_heading_belong_to_it(gk2021: Format) -> None:
    cut = grid(
        ["", "自然人", "商业企业", "社会公益组织"], ["", "", "", "（续）"], ["（一）予以公开", "1", "2", "3"]
    )
    assert sketch(gk2021, "requests", cut).kinds == (("heading", "heading", "line"),)
    blank = grid(["", "自然人", "商业企业"], ["", "", ""], ["（一）予以公开", "1", "2"])
    assert sketch(gk2021, "requests", blank).kinds == (("heading", "line", "line"),)
    dashed = grid(["", "自然人", "商业企业"], ["", "/", "续"], ["（一）予以公开", "1", "2"])
    assert sketch(gk2021, "requests", dashed).kinds == (("heading", "line", "line"),)
    beside = grid(["", "自然人", "商业企业"], ["某事项", "", "续"], ["（一）予以公开", "1", "2"])
    assert sketch(gk2021, "requests", beside).kinds == (("heading", "line", "line"),)


def test_a_label_over_two_grid_rows_is_one_line_unless_both_have_figures(gk2021: Format) -> None:
    head = ["信息内容", "本年制发件数", "本年废止件数"]
    one = layout(gk2021, "proactive", grid(head, [("规章", 2, 1), "3", ""], [None, "", "4"]))
    assert [(n.label, n.rows, figures(n)) for n in one.lines] == [("规章", (1, 2), ["3", "", "", "4"])]
    two = layout(gk2021, "proactive", grid(head, [("规章", 2, 1), "3", ""], [None, "5", "4"]))
    assert [(n.label, n.rows, figures(n)) for n in two.lines] == [
        ("规章", (1,), ["3", ""]),
        ("", (2,), ["5", "4"]),
    ]
    assert two.lines[1].above == ("规章",)  # the label belongs to the row where it begins


def test_a_line_knows_whether_anything_is_printed_in_it(gk2021: Format) -> None:
    head = ["信息内容", "本年制发件数"]
    full, empty = layout(gk2021, "proactive", grid(head, ["规章", "/"], ["行政规范性文件", " "])).lines
    assert (full.inked, empty.inked) == (True, False)
    assert (full.printed().figures, empty.printed().figures) == (True, False)


def half(label: str, *texts: str, row: int) -> TableLine:
    """A line with one label cell."""
    labels = (cell(label, row, 0),)
    return TableLine(0, (row,), labels, tuple(cell(t, row, c) for c, t in enumerate(texts, 1)), ("三、",), 0)


def test_a_row_cut_by_the_page_is_one_again() -> None:
    whole = merged(half("（四）无", "1", "", row=0), half("法提供", "", "2", row=1))
    assert whole is not None
    assert (whole.label, whole.rows, figures(whole)) == ("（四）无\n法提供", (0, 1), ["1", "", "", "2"])
    assert whole.above == ("三、",)


def test_rows_with_figures_in_one_column_are_two_and_a_blank_row_is_no_rest() -> None:
    assert merged(half("（四）无", "1", row=0), half("法提供", "2", row=1)) is None
    assert merged(half("（四）无", "1", row=0), half("", "", row=1)) is None
    rest = merged(half("（四）无", "", row=0), half("", "2", row=1))
    assert rest is not None and figures(rest) == ["", "2"]


@pytest.mark.parametrize(("table", "word"), [("disputes", "行政复议"), ("disputes", "未经复议直接起诉")])
def test_rows_of_a_crossed_table_are_printed_as_columns(gk2021: Format, table: str, word: str) -> None:
    words = vocabulary(gk2021.table(table))
    assert word in words.columns and word in words.rows
    assert "结果维持" in words.columns and "结果维持" not in words.rows
