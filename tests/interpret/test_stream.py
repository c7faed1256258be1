"""Reading by order alone: a report written as a stream of words comes back with its figures, or with a doubt."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from written_report import STYLES, Figures, Style, cells, printed, read, silent, written, wrong

from gkingest.document.ladder import understand
from gkingest.formats.load import load_format
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Page, ReadDocument, Word
from gkingest.model.report import CellState
from gkingest.read.declared.flow import flow_page
from gkingest.read.declared.plain import read_plain

# A form that no code knows: one table of sixteen rows and two columns.
WELLS = """\
id: wells-2020
edition: "2020"
title: 水井统计表
authority: 某办发〔2020〕9号
first_year: 2020
sections: [水井概况, 水井数量情况]
tables:
  - key: wells
    section: 2
    title: 水井数量情况
    blocks:
      - key: wells
        columns: [{key: old, label: 旧井数}, {key: new, label: 新井数}]
        rows:
"""
TOWNS = "东岭 西岭 南岭 北岭 上河 下河 前塘 后塘 大坪 小坪 石桥 木桥 沙洲 长洲 高岗 全部"


def wells(folder: Path) -> Format:
    """The made-up form."""
    rows = "".join(f"          - {{key: town{n}, label: {n}.{t}村}}\n" for n, t in enumerate(TOWNS.split(), 1))
    parts = ", ".join(f"town{n}" for n in range(1, 16))
    rule = f"  - {{id: w.all, kind: sum, table: wells, along: rows, total: town16, parts: [{parts}], sentence: 和}}"
    path = folder / "wells.yml"
    path.write_text(f"{WELLS}{rows}rules:\n{rule}\n", encoding="utf-8")
    return load_format(path)


FULL = [[2, 0, 1, 0, 0, 0], [0, 3, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [11, 0, 0, 0, 5, 0]]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_text_form_of_a_report_is_read_without_a_doubt(
    style: Style, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    figures = printed(gk2021, FULL)
    report = read(written(gk2021, figures, style), formats)
    assert wrong(report, figures) == set()
    assert report.flagged() == frozenset()
    assert {str(f.method) for f in report.facts if f.key.table == "requests"} == {"stream/exact"}


@pytest.mark.parametrize("name", [n for n, s in STYLES.items() if s.blanks and n != "a cell a line"])
def test_cells_that_the_source_shows_to_be_blank_stay_blank(
    name: str, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """Zeros left out everywhere: rows with a figure at both ends tell where the others stand."""
    figures = {k: "" if v == "0" and k.table == "requests" else v for k, v in printed(gk2021, FULL).items()}
    report = read(written(gk2021, figures, STYLES[name]), formats)
    assert wrong(report, figures) == set()


def test_a_row_with_fewer_figures_than_columns_and_no_blank_shown_is_not_guessed(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    key = FactKey("requests", "partial", "research")
    figures = printed(gk2021, FULL) | {key: ""}
    report = read(written(gk2021, figures, STYLES["one line"]), formats)
    row = [f for f in report.facts if f.key.row == "partial"]
    assert {f.state for f in row} == {CellState.UNREADABLE} and {f.raw for f in row} == {"0 3 0 0 1 4"}
    assert {f.key for f in row} <= report.flagged()
    assert not any(k.row == "granted" for k in report.flagged() if k.column == "natural_person" and k.row == "x")
    (told,) = [f for f in report.findings if f.code == "cell.ambiguous"]
    assert "6 figures stand where the form has 7" in told.message


def test_digits_that_ran_together_are_told_with_what_the_sums_would_allow(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """That a split makes the sum hold is no proof of it: the figures stay unread."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["one line"]).replace(
        "（一）予以公开 2 0 1 0 0 0 3", "（一）予以公开 2010003"
    )
    report = read(text, formats)
    row = [f for f in report.facts if f.key.row == "granted"]
    assert {f.state for f in row} == {CellState.UNREADABLE}
    assert any("the sums would allow 2 0 1 0 0 0 3" in f.message for f in report.findings)


def test_a_row_whose_label_is_gone_doubts_the_row_before_it(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """Figures behind a label may be those of a row whose own label was lost, if they stand in no line together."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["a cell a line"])
    lost = text.replace(
        "（一）予以公开\n2\n0\n1\n0\n0\n0\n3\n（二）部分公开（区分处理的，只计这一情形，不计其他情形）\n",
        "（一）予以公开\n",
    )
    assert lost != text
    assert silent(read(lost, formats), figures) == set()


def test_last_years_table_behind_this_years_is_told(gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures, last = printed(gk2021, FULL), printed(gk2021, FULL[1:])
    titles = dict(cells(gk2021, last))
    rows = next(r for t, r in titles.items() if t.startswith("三"))
    text = written(gk2021, figures, STYLES["tabs"])
    twice = text.replace("\n四、", "\n" + "\n".join("\t".join(r) for r in rows) + "\n四、", 1)
    report = read(twice, formats)
    assert {f.key for f in report.facts if f.key.table == "requests"} <= report.flagged()


def test_columns_in_another_order_are_read_by_their_heads(gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["tabs"])
    moved = text.replace("本年制发件数\t本年废止件数\t现行有效件数", "现行有效件数\t本年制发件数\t本年废止件数")
    moved = moved.replace("行政规范性文件\t3\t4\t5", "行政规范性文件\t5\t3\t4")
    assert wrong(read(moved, formats), figures) == set()


def test_a_table_that_was_transposed_is_read_by_its_columns(gk2021: Format, formats: tuple[Format, ...]) -> None:
    figures = printed(gk2021, FULL)
    block = gk2021.table("requests").blocks[0]
    names = [leaf.label for leaf, _ in block.row_leaves()]
    rows = [
        [c.label, *(figures[FactKey("requests", r.key or "", c.key or "")] for r, _ in block.row_leaves())]
        for c, _ in block.column_leaves()
    ]
    text = written(gk2021, figures, STYLES["tabs"])
    front, _, rest = text.partition("三、收到和处理政府信息公开申请情况\n")
    back = "\n四、政府" + rest.partition("\n四、政府")[2]
    turned = (
        f"{front}三、收到和处理政府信息公开申请情况\n"
        + "\n".join("\t".join(r) for r in [["", *names], *rows])
        + back
    )
    assert wrong(read(turned, formats), figures) == set()


def test_any_form_is_read_by_its_file_alone(tmp_path: Path) -> None:
    form = wells(tmp_path)
    towns = [f"{n}.{t}村" for n, t in enumerate(TOWNS.split(), 1)]
    counts = [(n % 3, n % 5) for n in range(1, 16)]
    counts.append((sum(a for a, _ in counts), sum(b for _, b in counts)))
    body = " ".join(f"{town} {a} {b}" for town, (a, b) in zip(towns, counts, strict=True))
    data = f"水井统计表\n一、水井概况 略 二、水井数量情况 村名 旧井数 新井数 {body}".encode()
    page = flow_page(read_plain(data), "plain")
    found = understand(ReadDocument(data, (page,)), (form,), 2020, titled=True)
    values = [(found.facts[FactKey("wells", f"town{n}", c)].value) for n in range(1, 17) for c in ("old", "new")]
    assert values == [v for pair in counts for v in pair]
    assert [f for r in found.tables.values() for f in r.findings if f.severity >= 20] == []


def test_labels_that_wrap_around_their_figures_on_a_page_are_put_together(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """A page without rules: words in lines, a label above and below its figures, a heading beside many rows."""
    figures = printed(gk2021, FULL)
    words: list[Word] = []
    y = 40.0

    def line(*texts: str, x: float = 40.0, gap: float = 0.0) -> None:
        nonlocal y
        for n, text in enumerate(texts):
            at = x if n == 0 else 300.0 + 35 * n
            words.append(Word(text, Box(at, y, at + 9.0 * len(text), y + 9), 9.0))
        y += 14 + gap

    for title, rows in cells(gk2021, figures):
        line(title)
        for row in rows:
            label, values = [c for c in row if not c[:1].isdigit() or "." in c[:2]], row
            values = [c for c in row if c not in label]
            if values and label and len(label[-1]) > 20:
                front, back = label[-1][:17], label[-1][17:]
                line(front)
                y -= 7
                line("", *values)
                y -= 7
                line(back)
            elif values or len(row) < 8:
                line("".join(label) if values else row[0], *(values or row[1:]))
            else:
                line("", *row)
    words = [w for w in words if w.text]
    page = Page(1, 900.0, y + 60, tuple(words), (), text="\n".join(w.text for w in words))
    found = understand(ReadDocument(b"", (page,)), formats, 2023, titled=True)
    facts = {f.key: f.raw for f in found.facts.values() if f.key.table != "disputes"}
    assert facts == {k: v for k, v in figures.items() if k.table != "disputes"}


SET_OUT = """\
                                    申请人情况
                                           法人或其他组织
                             自然人  商业企业 科研机构 社会公益 法律服务 其他   总计
                                                   组织   机构
"""


def set_out(form: Format, figures: Figures, heads: str, columns: Sequence[int]) -> str:
    """A report whose table of requests is set out by spaces under ``heads``, its columns in the order told."""
    text = written(form, figures, STYLES["a row a line"])
    front, _, rest = text.partition(
        "申请人情况\n自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他\n"
    )
    assert rest
    lines = rest.split("\n")
    for n, line in enumerate(lines[: lines.index("四、政府信息公开行政复议、行政诉讼情况")]):
        *label, a, b, c, d, e, f, total = line.split(" ")
        moved = [(a, b, c, d, e, f)[i] for i in columns]
        name = " ".join(label)
        lines[n] = name + " " * max(1, 28 - 2 * len(name)) + "".join(f"{v:<5}" for v in [*moved, total])
    return front + heads + "\n".join(lines)


def test_a_heading_on_a_higher_line_does_not_come_before_what_stands_left_of_it(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """法人或其他组织 stands over its columns, 自然人 beside it half a line lower: as pdftotext sets a page out."""
    figures = printed(gk2021, FULL)
    report = read(set_out(gk2021, figures, SET_OUT, range(6)), formats)
    assert wrong(report, figures) == set() and not report.flagged()


COLUMNS = (80, 88, 94, 100, 110, 119, 125)
HEADS = (
    [("申请人情况", 90)],
    [("法人或其他组织", 92)],
    [("自然人", 80), ("社会公益", 100), ("法律服务", 110), ("总计", 125)],
    [("商业企业", 88), ("科研机构", 94), ("组织", 100), ("机构", 110), ("其他", 119)],
)


def placed(words: Sequence[tuple[str, int]], wide: int) -> str:
    """A line of words that begin in the columns told, where a Chinese character takes up so many."""
    line, at = "", 0
    for word, column in words:
        line += " " * (column - at) + word
        at = column + sum(wide if ord(c) > 0x2E7F else 1 for c in word)
    return line


@pytest.mark.parametrize("wide", [1, 2], ids=["a column to a character", "two to a character"])
def test_halves_of_headings_stand_where_blanks_set_them(
    wide: int, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """The figures that stand below each other show how wide a Chinese character is counted."""
    figures = printed(gk2021, FULL)
    front, _, rest = set_out(gk2021, figures, SET_OUT, range(6)).partition(SET_OUT)
    end = rest.index("四、政府信息公开行政复议")
    lines = [placed(words, wide) for words in HEADS]
    for line in rest[:end].splitlines():
        label, *own = line.rsplit(maxsplit=len(COLUMNS))
        lines.append(placed([(label, 0), *zip(own, COLUMNS, strict=True)], wide))
    report = read("\n".join([front, *lines, rest[end:]]), formats)
    assert wrong(report, figures) == set() and not report.flagged()


def test_columns_whose_order_only_spaces_show_are_doubted(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """自然人 behind the organisations: that sums hold tells nothing of it."""
    figures = printed(gk2021, FULL)
    heads = SET_OUT.replace(
        "自然人  商业企业 科研机构 社会公益 法律服务 其他 ", "商业企业 科研机构 社会公益 法律服务 其他 自然人"
    )
    assert heads != SET_OUT
    report = read(set_out(gk2021, figures, heads, (1, 2, 3, 4, 5, 0)), formats)
    assert silent(report, figures) == set()
    assert any(f.code == "column.inherited" and "spaces alone" in f.message for f in report.findings)


def test_an_empty_column_between_the_figures_is_none_of_the_forms(
    gk2021: Format, formats: tuple[Format, ...]
) -> None:
    figures = printed(gk2021, FULL)
    lines = written(gk2021, figures, STYLES["tabs"]).split("\n")
    spaced = [
        "\t".join([*cells[:-1], "", cells[-1]]) if len(cells := n.split("\t")) >= 8 and cells[-1].isdigit() else n
        for n in lines
    ]
    report = read("\n".join(spaced), formats)
    own = {k for k in figures if k.table == "requests"}
    assert not own & (wrong(report, figures) | report.flagged())
    # where no row has all its figures, nothing tells the empty column from one that was left blank
    bare = {k: "" if v == "0" and k in own else v for k, v in figures.items()}
    lines = written(gk2021, bare, STYLES["tabs"]).split("\n")
    spaced = ["\t".join([*n.split("\t")[:-6], "", *n.split("\t")[-6:]]) if n.count("\t") > 6 else n for n in lines]
    assert silent(read("\n".join(spaced), formats), bare) == set()


@pytest.mark.parametrize("style", ["tabs", "a cell a line", "one line", "pipes"])
@pytest.mark.parametrize("every", [True, False], ids=["named each time", "named once"])
def test_a_crossed_heading_may_be_printed_as_a_list(
    style: str, every: bool, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    """行政复议结果维持 in one cell, its figure in the next; or 行政复议 before the first of its five only."""
    figures = {k: str(n) for n, k in enumerate(k for k in printed(gk2021, FULL) if k.table == "disputes")}
    figures = printed(gk2021, FULL) | figures
    (block,) = gk2021.table("disputes").blocks
    rows = []
    for leaf, above in block.row_leaves():
        name = "".join(n.label for n in above) + leaf.label
        for n, (column, _) in enumerate(block.column_leaves()):
            label = name + column.label if every or n == 0 else column.label
            rows.append([label, figures[FactKey("disputes", leaf.key or "", column.key or "")]])
    made = STYLES[style]
    text = written(gk2021, figures, made)
    front, title, rest = text.partition("四、政府信息公开行政复议、行政诉讼情况")
    listed = made.row.join(made.opening + made.cell.join(r) + made.closing for r in rows)
    report = read(
        front + title + made.row + listed + made.row + "五、存在的" + rest.partition("五、存在的")[2], formats
    )
    assert wrong(report, figures) == set()
    short = read(text.replace(rest, "").rstrip() + made.row + listed.replace("其他结果", "", 1), formats)
    assert silent(short, figures) == set()


def test_the_number_of_a_page_in_a_text_is_no_row_of_dashes(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """“- 2 -” right behind blank cells that left empty lines, and behind heads in an order of their own."""
    zeros = {k: "" for k, v in printed(gk2021, FULL).items() if v == "0" and k.row == "granted"}
    figures = printed(gk2021, FULL) | zeros
    label = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    text = written(gk2021, figures, STYLES["a cell a line"]).replace(label, f"- 2 -\n{label}")
    assert silent(read(text, formats), figures) == set()
    moved = written(gk2021, figures, STYLES["tabs"]).replace("商业企业\t科研机构", "科研机构\t商业企业")
    swapped = {FactKey("requests", r, c) for r in ("granted", "partial") for c in ("commercial", "research")}
    other = {"commercial": "research", "research": "commercial"}
    for between in ("\n- 2 -\n", "\n\n- 2 -\n\n", "\n 2 \n"):
        told = read(moved.replace("\n一、本年新收", f"{between}一、本年新收"), formats)
        values = {f.key: f.raw for f in told.facts if f.key in swapped}
        assert values == {k: figures[FactKey("requests", k.row, other[k.column])] for k in swapped}


def test_a_row_of_another_table_is_no_heading_of_the_next(gk2021: Format, formats: tuple[Format, ...]) -> None:
    """其他 with two figures, in a table of the site's own right above that of the requests."""
    figures = printed(gk2021, FULL)
    text = written(gk2021, figures, STYLES["one line"])
    own = "指标 本年新增数量 累计 政务新媒体账号 2 5 人大代表建议 3 3 其他 1 1 申请人情况"
    report = read(text.replace("申请人情况", own, 1), formats)
    assert silent(report, figures) == set()
    assert not {f for f in wrong(report, figures) if f.table == "requests"}
