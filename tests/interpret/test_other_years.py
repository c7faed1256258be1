"""Figures of other years beside those of the report: the reported year's are read, wherever the others stand."""

from collections.abc import Callable, Sequence

import pytest

from gkingest.document.ladder import Understanding, understand
from gkingest.formats.spec import Format
from gkingest.interpret.stream.tokens import read_tokens
from gkingest.interpret.stream.years import of_the_year
from gkingest.model.key import FactKey
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import FlowCell, FlowTable, flow_page

YEAR = 2024
TITLE, SECTION, NEXT = (
    "槐林县水务局政府信息公开工作年度报告",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议",
)
Figure = Callable[[str, str], int]


def this_year(row: str, column: str) -> int:
    """Figures told apart by their place; no sum needs to hold here."""
    return 100 + len(row) * 7 + len(column)


def last_year(row: str, column: str) -> int:
    return 2000 + len(row) * 7 + len(column)


def change(row: str, column: str) -> int:
    return this_year(row, column) - last_year(row, column)


def table(form: Format, *columns: tuple[str, Figure], rows: Sequence[tuple[str, Figure]] = ()) -> FlowTable:
    """The requests, each column divided into ``columns`` or each row into ``rows``; one without a name is plain."""
    block = form.table("requests").blocks[0]
    leaves, wide = [c for c, _ in block.column_leaves()], len(columns) or 1
    cells = [FlowCell("申请人情况", 0, 0, 1, 2)]
    cells += [FlowCell(c.label, 0, 2 + n * wide, 1, wide) for n, c in enumerate(leaves)]
    at = 1
    if columns and columns[0][0]:
        cells += [FlowCell("", 1, 0, 1, 2)]
        cells += [FlowCell(columns[n % wide][0], 1, 2 + n) for n in range(wide * len(leaves))]
        at = 2
    for leaf, _ in block.row_leaves():
        cells.append(FlowCell(leaf.label, at, 0, max(len(rows), 1), 1 if rows else 2))
        for name, figure in rows or (("", columns[0][1]),):
            cells += [FlowCell(name, at, 1)] if name else []
            own = columns if not rows else (("", figure),)
            cells += [
                FlowCell(str(f(leaf.key or "", c.key or "")), at, 2 + n * wide + k)
                for n, c in enumerate(leaves)
                for k, (_, f) in enumerate(own)
            ]
            at += 1
    return FlowTable(tuple(cells))


def read(blocks: Sequence[str | FlowTable], formats: tuple[Format, ...], year: int | None = YEAR) -> Understanding:
    page = flow_page([TITLE, SECTION, *blocks, NEXT], "html")
    return understand(ReadDocument(b"", (page,)), formats, year, titled=True)


def figures(form: Format, figure: Figure) -> dict[FactKey, int]:
    rows = form.table("requests").slots()
    return {FactKey("requests", r, c): figure(r, c) for r, c, _, _ in rows}


def taken(found: Understanding) -> dict[FactKey, object]:
    return {k: f.value for k, f in found.facts.items() if k.table == "requests"}


def codes(found: Understanding) -> set[str]:
    doubts = [*found.findings, *(f for r in found.tables.values() for f in r.findings)]
    return {f.code for f in doubts} - {"table.absent"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（一）2023年情况", "（二）2024年情况"),
        ("上年数据（供对照）", "本年数据"),
        ("2023年收到和处理政府信息公开申请情况", "2024年"),
    ],
)
def test_last_years_table_before_this_years_is_passed_over(
    first: str, second: str, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    last, this = table(gk2021, ("", last_year)), table(gk2021, ("", this_year))
    found = read([first, last, second, this], formats)
    assert taken(found) == figures(gk2021, this_year)
    assert codes(found) == {"year.beside"}
    assert (
        any("2017" in c.text for g in found.grids for c in g.cells) or len(found.grids) > 1
    )  # kept as it is printed
    assert taken(read([second, this, first, last], formats)) == figures(gk2021, this_year)


def test_two_tables_whose_captions_tell_no_year_are_told(gk2021: Format, formats: tuple[Format, ...]) -> None:
    last, this = table(gk2021, ("", last_year)), table(gk2021, ("", this_year))
    assert "report.second" in codes(read(["甲表", last, "乙表", this], formats))
    # without the reported year, years in digits tell nothing either
    assert "report.second" in codes(read(["2023年情况", last, "2024年情况", this], formats, None))


def test_a_table_that_only_names_a_wrong_year_is_read(gk2021: Format, formats: tuple[Format, ...]) -> None:
    found = read(["2023年情况", table(gk2021, ("", this_year))], formats)
    assert taken(found) == figures(gk2021, this_year)
    assert codes(found) == set()


@pytest.mark.parametrize(
    "columns",
    [
        (("本年", this_year), ("上年", last_year), ("增减", change)),
        (("2023年", last_year), ("2024年", this_year)),
        (("本年度", this_year), ("历年累计", last_year)),
        (("同比", change), ("2024年度", this_year)),
    ],
)
def test_columns_of_other_years_are_left_out(
    columns: tuple[tuple[str, Figure], ...], gk2021: Format, formats: tuple[Format, ...]
) -> None:
    found = read([table(gk2021, *columns)], formats)
    assert taken(found) == figures(gk2021, this_year)
    assert codes(found) == {"year.beside"}


def test_rows_of_other_years_are_left_out(gk2021: Format, formats: tuple[Format, ...]) -> None:
    found = read([table(gk2021, rows=(("上年", last_year), ("本年", this_year), ("增减", change)))], formats)
    assert taken(found) == figures(gk2021, this_year)
    assert codes(found) == {"year.beside"}


@pytest.mark.parametrize("cell", [" ", "\t", "\n", " | "])
def test_years_beside_each_other_in_text_are_told_apart_too(
    cell: str, gk2021: Format, formats: tuple[Format, ...]
) -> None:
    by_column = (("2023年", last_year), ("2024年", this_year), ("增减", change))
    by_row = (("本年", this_year), ("上年", last_year))
    for flow in (table(gk2021, *by_column), table(gk2021, rows=by_row)):
        rows = [[c.text for c in flow.cells if c.row == n and c.text] for n in range(flow.rows)]
        page = flow_page([TITLE, SECTION, "\n".join(cell.join(r) for r in rows), NEXT], "plain")
        found = understand(ReadDocument(b"", (page,)), formats, YEAR, titled=True)
        assert taken(found) == figures(gk2021, this_year)
        assert "year.beside" in codes(found)


def test_a_table_below_one_divided_by_years_keeps_its_figures(formats: tuple[Format, ...]) -> None:
    lines = "行政许可 4 5 6\n行政处罚 7 8 9\n表二 1 2\n行政强制 1 2 3".splitlines()
    page = flow_page(["本年 上年 增减", *lines], "plain")
    told = of_the_year(read_tokens([page]), YEAR)
    assert " ".join(t.text for t in told.tokens) == "行政许可 4 行政处罚 7 表二 1 2 行政强制 1 2 3"
    # one word of a period says nothing, nor do several that all mean other years
    for head in ("本年", "上年 增减", "增减 上年"):
        tokens = read_tokens([flow_page([head, *lines], "plain")])
        assert of_the_year(tokens, YEAR) == (tokens, ())


def proactive(rows: Sequence[Sequence[str]], formats: tuple[Format, ...], year: int = YEAR) -> Understanding:
    cells = tuple(FlowCell(text, n, k) for n, row in enumerate(rows) for k, text in enumerate(row) if text)
    blocks = [TITLE, "二、主动公开政府信息情况", FlowTable(cells), SECTION]
    return understand(ReadDocument(b"", (flow_page(blocks, "html"),)), formats, year, titled=True)


@pytest.mark.parametrize(
    ("last", "this"),
    [("上年规章", "规章"), ("规章（2023年）", "规章（2024年）"), ("2023年规章", "本年规章"), ("去年规章", "规章")],
)
def test_a_year_within_a_rows_label_is_told_beside_this_years_row(
    last: str, this: str, formats: tuple[Format, ...]
) -> None:
    head = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    for rows in ([[last, "7", "8", "9"], [this, "1", "2", "3"]], [[this, "1", "2", "3"], [last, "7", "8", "9"]]):
        found = proactive([["第二十条第（一）项"], head, *rows, ["行政规范性文件", "4", "5", "6"]], formats)
        read = [found.facts[FactKey("proactive", "regulations", c)] for c in ("issued", "repealed", "in_force")]
        assert [f.value for f in read] == [1, 2, 3]
        (told,) = [f for r in found.tables.values() for f in r.findings if f.code == "year.beside"]
        assert told.found == label_of(last)
    # alone, what is of another year is no row of this year's
    alone = proactive([["第二十条第（一）项"], head, [last, "7", "8", "9"]], formats)
    fact = alone.facts[FactKey("proactive", "regulations", "issued")]
    assert fact.value is None or any(fact.key in f.touches for r in alone.tables.values() for f in r.findings)


def label_of(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


def test_a_year_within_a_columns_label_is_told_down_to_the_next_heading(formats: tuple[Format, ...]) -> None:
    rows = [
        ["第二十条第（五）项"],
        ["信息内容", "本年处理决定数量", "上年处理决定数量"],
        ["行政许可", "1", "7"],
        ["第二十条第（六）项"],
        ["信息内容", "上年处理决定数量", "本年处理决定数量"],
        ["行政处罚", "8", "2"],
        ["行政强制", "9", "3"],
    ]
    found = proactive(rows, formats)
    read = [found.facts[FactKey("proactive", r, "decisions")].value for r in ("licensing", "penalties", "coercion")]
    assert read == [1, 2, 3]


def test_fifteen_figures_of_disputes_in_fifteen_rows_are_read(formats: tuple[Format, ...]) -> None:
    names, figures_ = (
        ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"],
        [1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 0, 1, 0, 3, 4],
    )
    cells = [FlowCell("行政复议", 0, 0, 5, 2), FlowCell("行政诉讼", 5, 0, 10, 1)]
    cells += [FlowCell("未经复议直接起诉", 5, 1, 5, 1), FlowCell("复议后起诉", 10, 1, 5, 1)]
    cells += [FlowCell(names[n % 5], n, 2) for n in range(15)]
    cells += [FlowCell(str(figure), n, 3) for n, figure in enumerate(figures_)]
    page = flow_page([TITLE, NEXT, FlowTable(tuple(cells)), "五、存在的主要问题及改进情况"], "html")
    found = understand(ReadDocument(b"", (page,)), formats, YEAR, titled=True)
    facts = [f for f in found.facts.values() if f.key.table == "disputes"]
    assert [f.value for f in facts] == figures_
    assert len({f.box for f in facts}) == 15
    assert not found.tables["disputes"].findings


def test_a_label_of_another_period_is_another_label(gk2021: Format, formats: tuple[Format, ...]) -> None:
    plain = table(gk2021, ("", this_year))
    cells = [
        FlowCell(c.text.replace("本年新收", "历年累计收到"), c.row, c.column, c.row_span, c.column_span)
        for c in plain.cells
    ]
    found = read([FlowTable(tuple(cells))], formats)
    assert found.facts[FactKey("requests", "new_received", "total")].value is None
    assert {"row.unmatched", "row.absent"} <= codes(found)
    hint = next(f.hint for f in found.tables["requests"].findings if f.code == "row.unmatched")
    assert "new_received" not in hint, "an alias would make the sum of all years this year's figure"
