"""The order of figures in a stream: what proves it, and figures that are doubted where nothing does."""

from collections.abc import Sequence

import pytest
from written_report import STYLES, Figures, Style, cells, printed, put_down, read, silent, written, wrong

from gkingest.formats.spec import Format
from gkingest.interpret.stream.expected import Expected, Head, Spot
from gkingest.interpret.stream.layouts import EXACT, Known, Layout
from gkingest.interpret.stream.pieces import Piece
from gkingest.interpret.stream.placing import Placed
from gkingest.interpret.stream.proof import order_doubts
from gkingest.interpret.stream.rows import Line, Region
from gkingest.interpret.stream.tokens import Token
from gkingest.model.key import FactKey, whole_row
from gkingest.model.paper import Box

FULL = [[2, 0, 1, 0, 0, 0], [0, 3, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [11, 0, 0, 0, 5, 0]]
# The heading of section four as a converter of pages leaves it: cut into lines where its cells wrap.
CUT = """\
行政复议
行政诉讼
未经复议直接起诉
复议后起诉
结果维 结果纠 其他结 尚未审 总计 结果维 结果纠
其他结 尚未审
结果维 结果纠 其他结 尚未审
持 正 果 结
持 正 果 结 总计 持 正 果 结 总计
"""
FOUR = "四、政府信息公开行政复议、行政诉讼情况\n"
PARTS = ("upheld", "corrected", "other", "pending")


def disputed(form: Format, outcomes: Sequence[Sequence[int]]) -> Figures:
    """A report with these figures for the outcomes of each kind of dispute."""
    rows = ("review", "litigation_direct", "litigation_after_review")
    own = {
        FactKey("disputes", r, c): str(n)
        for r, four in zip(rows, outcomes, strict=True)
        for c, n in zip(PARTS, four, strict=True)
    }
    totals = {FactKey("disputes", r, "total"): str(sum(four)) for r, four in zip(rows, outcomes, strict=True)}
    return printed(form, FULL) | own | totals


@pytest.mark.parametrize("moved", [(3, 1, 2, 0), (1, 0, 2, 3), (2, 3, 0, 1)])
def test_an_order_of_figures_that_keeps_the_sums_is_no_order_that_they_prove(
    moved: tuple[int, ...], gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """结果维持 and 尚未审结 exchanged: each total is still the sum of its four, and the heading tells no order."""
    true = disputed(gk2021, [[1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 2, 0]])
    other = disputed(gk2021, [[four[n] for n in moved] for four in ([1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 2, 0])])
    front, _, rest = written(gk2021, other, STYLES["a cell a line"]).partition(FOUR)
    heads, _, figures = rest.partition("总计\n" + other[FactKey("disputes", "review", "upheld")])
    assert figures and "结果维持" in heads
    text = front + FOUR + CUT + other[FactKey("disputes", "review", "upheld")] + figures
    assert silent(read(text, formats), true) == set()
    # below headings that are repeated in full, one below the other as cells are, they are believed
    whole = read(written(gk2021, true, STYLES["a cell a line"]), formats)
    assert wrong(whole, true) == set() and not whole.flagged()


def test_a_heading_over_others_shows_no_order_on_a_line_of_its_own(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """法人或其他组织 stands a little higher than 自然人 left of it, each on its own line above lines of rows."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["a row a line"])
    heads = "自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他\n"
    assert heads in text
    for lines in (
        "法人或其他组织\n自然人\n商业企业 科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n",
        "法人或其他组织\n自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n",
    ):
        assert silent(read(text.replace(heads, lines), formats), figures) == set()


def test_where_no_order_is_shown_the_form_s_is_read_and_doubted(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """pdfplumber's page text: 法人或其他组织 stands a line above 自然人, and single spaces set nothing out."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["a row a line"])
    heads = "自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他\n"
    lines = (
        "法人或其他组织\n等于第三项加第四项之和） 自然人 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他\n"
    )
    report = read(text.replace(heads, lines), formats)
    assert wrong(report, figures) == set()
    assert any(f.code == "column.inherited" for f in report.findings)


def test_figures_on_lines_of_their_own_inside_of_a_label_are_doubted(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """A label that goes on below its figures shows a page cut into lines, whose order tells nothing."""
    figures = printed(gk2021, FULL)
    label = "5.要求行政机关确认或重新出具已获取信息\n"
    text = written(gk2021, figures, STYLES["a cell a line"])
    assert label in text
    front, _, rest = text.partition(label)
    row, rest = rest.split("\n")[:7], "\n".join(rest.split("\n")[7:])
    text = "\n".join([front + "5.要求行政机关确认或重新出", *row, "具已获取信息", rest])
    first = figures[FactKey("requests", "granted", "natural_person")]
    assert first == "2"
    exchanged = text.replace("（一）予以公开\n2\n0\n1", "（一）予以公开\n1\n0\n2")
    assert exchanged != text
    assert silent(read(exchanged, formats), figures) == set()


@pytest.mark.parametrize("sign", ["；", ";", "，"])
def test_signs_of_prose_may_part_the_cells(sign: str, gk2021: Format, formats: tuple[Format, ...]) -> None:
    """A line of figures is no prose; the labels of the form have a comma of their own."""
    figures = printed(gk2021, FULL) | {FactKey("requests", "partial", "total"): ""}
    report = read(written(gk2021, figures, Style(sign, "\n", blanks=True)), formats)
    assert wrong(report, figures) == set()
    assert {k for k in report.flagged() if isinstance(k, FactKey)} <= {FactKey("requests", "partial", "total")}


def test_a_mark_by_itself_belongs_to_the_figure_before_it(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """What a raised mark leaves in a page's text: 2 ※ is a figure with a note, and not two figures."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["one line"])
    marked = text.replace("（一）予以公开 2 0 1", "（一）予以公开 2 ※ 0 1 *", 1)
    assert marked != text
    report = read(marked, formats)
    assert {f.key: f.value for f in report.facts} == {f.key: f.value for f in read(text, formats).facts}
    assert silent(report, figures) <= {FactKey("requests", "granted", c) for c in ("natural_person", "research")}


def test_an_empty_column_is_known_in_rows_that_are_not_equally_long(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """Rows with the cell of a group before their label, and those without, have the column elsewhere."""
    figures = printed(gk2021, FULL)
    tables = [
        (title, [[*r[:-1], "", r[-1]] if len(r) > 7 and r[-1].isdigit() else r for r in rows])
        for title, rows in cells(gk2021, figures)
    ]
    tables[-1] = list(cells(gk2021, figures))[-1]
    report = read(put_down(tables, Style("；", "\n", blanks=True)), formats)
    assert wrong(report, figures) == set() and not report.flagged()


def test_tables_whose_titles_a_converter_dropped_keep_their_headings(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """No section is announced: each table begins with its headings, also where sums cannot bear out its columns."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["pipes around"])
    bare = "\n".join(n for n in text.split("\n") if not n.startswith(("二、主动", "三、收到", "四、政府")))
    assert bare.count("\n") == text.count("\n") - 3
    report = read(bare, formats)
    assert wrong(report, figures) == set() and not report.flagged()
    assert silent(read(bare.replace("| 2 | 0 | 1 |", "| 2① | 0 | 1 |"), formats), figures) <= {
        FactKey("requests", "granted", "natural_person")
    }


def test_two_tabs_between_all_cells_leave_none_of_them_empty(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """resiliparse's text: also the fifteen figures of disputes, which are the one row of their table."""
    figures = printed(gk2021, FULL)
    style = Style("\t\t", "\n", blanks=True)
    report = read(written(gk2021, figures, style), formats)
    assert wrong(report, figures) == set() and not report.flagged()
    last = written(gk2021, figures, style).replace("0\t\t0\n五、", "0\t0\n五、")
    assert last != written(gk2021, figures, style)
    assert any(f.code == "cell.ambiguous" for f in read(last, formats).findings)


@pytest.mark.parametrize(
    ("at", "doubted"), [((110.0, 170.0), False), ((170.0, 110.0), True), ((40.0, 260.0), False)]
)
def test_a_figure_right_below_the_heading_of_another_column_is_doubted(
    at: tuple[float, float], doubted: bool, gk2021: Format
) -> None:
    """Halves of headings in one run of words have one middle: figures then come in an order of other columns."""
    table = gk2021.table("disputes")
    block = table.blocks[0]
    nodes = {n.key: n for n, _ in block.column_leaves()}

    def word(text: str, x: float, y: float) -> Token:
        return Token(text, 1, Box(x, y, x + 9 * len(text), y + 9), int(y), paged=True)

    heads = {"upheld": word("结果维持", 100, 50), "corrected": word("结果纠正", 160, 50)}
    spots = tuple(Spot("review", k, Head(nodes[k], Piece(t.text, t.text, (t,)))) for k, t in heads.items())
    figures = tuple(word(str(n), x, 70) for n, x in enumerate(at, 1))
    line = Known(Line(("行政复议",), (word("行政复议", 20, 70),), figures), Expected(None, block, spots), EXACT)
    layout = Layout(Region((line.line,)), (line,), (), {})
    found = order_doubts(table=table, layout=layout, placed=[(line, Placed(figures))], facts={}, sums=())
    told = [f for f in found if "below other headings" in str(f.message)]
    assert bool(told) is doubted
    assert not doubted or told[0].touches == (whole_row("disputes", "review"),)
