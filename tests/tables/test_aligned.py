"""Tables without rules: columns by where figures stand, rows by lines, labels to the row that they belong to."""

from drawing_board import across, page, texts, word

from gkingest.model.paper import Grid, Ruling, Word
from gkingest.tables.aligned import find_aligned

HEAD = [word("自然人", 200, 100), word("商业企业", 260, 100), word("总计", 330, 100)]


def row(label: str, y: float, *figures: str, x: float = 60) -> list[Word]:
    """A label, and figures under the headings ("" for a blank)."""
    places = zip((210, 278, 335), figures, strict=False)
    return [word(label, x, y)] + [word(f, at, y) for at, f in places if f]


def found(*rows: list[Word], rules: tuple[Ruling, ...] = (), ends: str = "四、") -> list[Grid]:
    """Grids of a page with these words; lines that begin with ``ends`` are headings between tables."""
    return list(find_aligned(page([w for r in rows for w in r], rules), lambda t: t.startswith(ends)))


def test_figures_in_columns_with_labels_beside_them_are_a_table() -> None:
    (grid,) = found(HEAD, row("予以公开", 120, "12", "3", "15"), row("部分公开", 140, "1", "0", "1"))
    assert texts(grid) == [
        ["", "", "自然人", "商业企业", "总计"],
        ["", "予以公开", "12", "3", "15"],
        ["", "部分公开", "1", "0", "1"],
    ]
    assert (str(grid.way), grid.page, grid.loose) == ("aligned", 1, ())


def test_a_blank_stays_blank_and_moves_no_figure() -> None:
    (grid,) = found(HEAD, row("予以公开", 120, "12", "", "12"), row("部分公开", 140, "", "3", "3"))
    assert texts(grid)[1:] == [["", "予以公开", "12", "", "12"], ["", "部分公开", "", "3", "3"]]


def test_a_section_heading_ends_a_table_and_prose_does_too() -> None:
    first, second = row("予以公开", 120, "1", "2", "3"), row("部分公开", 160, "4", "5", "9")
    assert len(found(first, second)) == 1
    assert len(found(first, [word("四、复议诉讼", 60, 140)], second)) == 2
    prose = [word("本机关严格执行" * 5, 60, 140)]  # 350 points of the 600
    assert len(found(first, prose, second)) == 2


def test_page_numbers_in_the_margin_are_no_figures() -> None:
    (grid,) = found(row("予以公开", 120, "1", "2", "3"), [word("12", 295, 770)])
    assert texts(grid) == [["", "予以公开", "1", "2", "3"]]
    assert found([word("12", 295, 20)]) == []


def test_prose_alone_is_no_table() -> None:
    assert found([word("本机关严格执行条例", 60, 120)], [word("无", 60, 140), word("其他事项", 100, 140)][1:]) == []


def test_the_lines_of_a_wrapped_label_join_the_row_of_its_figures() -> None:
    wrapped = [[word("2.其他法律行政", 60, 134)], [word("法规禁止公开", 60, 146)]]
    figures = [word("7", 212, 140), word("8", 278, 140), word("15", 335, 140)]
    (grid,) = found(HEAD, row("1.属于国家秘密", 115, "1", "0", "1"), *wrapped, figures)
    assert texts(grid)[2] == ["", "2.其他法律行政\n法规禁止公开", "7", "8", "15"]


def test_a_lone_label_between_rows_is_a_row_of_its_own() -> None:
    (grid,) = found(
        row("1.属于国家秘密", 120, "1", "0", "1"), [word("2.重复申请", 60, 150)], row("3.其他", 180, "2", "", "2")
    )
    assert [r[1:] for r in texts(grid)] == [
        ["1.属于国家秘密", "1", "0", "1"], ["2.重复申请", "", "", ""], ["3.其他", "2", "", "2"],
    ]  # fmt: skip


def test_rules_across_tell_the_rows_where_there_are_any() -> None:
    rules = tuple(across(y, 50, 360) for y in (110, 130, 160))
    upper, lower = word("部分公开", 60, 133), word("（区分处理的）", 60, 148)
    figures = [word("4", 212, 141), word("5", 278, 141), word("9", 335, 141)]
    (grid,) = found(row("予以公开", 115, "1", "2", "3"), [upper], figures, [lower], rules=rules)
    assert texts(grid) == [["", "予以公开", "1", "2", "3"], ["", "部分公开\n（区分处理的）", "4", "5", "9"]]


def test_a_heading_wrapped_over_two_lines_is_one_row() -> None:
    top = [word("社会", 205, 88), word("商业", 270, 88)]
    low = [word("公益", 205, 100), word("企业", 270, 100), word("总计", 330, 100)]
    (grid,) = found(top, low, row("予以公开", 120, "1", "2", "3"))
    assert texts(grid)[0] == ["", "", "社会\n公益", "商业\n企业", "总计"]


def test_a_lone_word_over_the_middle_spans_all_columns() -> None:
    (grid,) = found([word("申请人情况", 250, 80)], HEAD, row("予以公开", 120, "1", "2", "3"))
    assert texts(grid)[0] == ["", "", "申请人情况", "^", "^"]


def test_a_label_left_of_a_wide_gap_is_an_outer_one() -> None:
    inner = row("属于国家秘密", 120, "1", "0", "1", x=120)
    (grid,) = found([word("不予公开", 50, 120), *inner], row("属于行政查询", 140, "2", "0", "2", x=120))
    assert texts(grid) == [["不予公开", "属于国家秘密", "1", "0", "1"], ["", "属于行政查询", "2", "0", "2"]]


def test_characters_set_one_below_the_other_are_no_label_of_any_row() -> None:
    rows = [row(f"{n}.属于第{n}类", 100 + 20 * n, "1", "0", "1", x=100) for n in range(1, 7)]
    stacked = [[word(c, 60, 100 + 20 * n)] for n, c in enumerate("年度办理结果", 1)]
    (grid,) = found(*rows, *stacked)
    assert [r[:2] for r in texts(grid)] == [["", f"{n}.属于第{n}类"] for n in range(1, 7)]
    assert "".join(w.text for w in grid.loose) == "年度办理结果"


def test_six_characters_below_one_another_are_a_heading_and_five_may_be_labels() -> None:
    rows = [row("属于某类信息", 100 + 20 * n, "1", "0", "1", x=100) for n in range(1, 7)]
    stacked = [[word(c, 60, 100 + 20 * n)] for n, c in enumerate("年度办理结果", 1)]
    assert [r[0] for r in texts(found(*rows, *stacked)[0])] == [""] * 6
    assert [r[0] for r in texts(found(*rows, *stacked[:5])[0])] == [*"年度办理结", ""]
