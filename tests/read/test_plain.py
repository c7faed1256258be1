"""Plain text: its tables with merged labels put together, and no figure moved without a word."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.document.ingest import interpret
from gkingest.document.outcome import Outcome
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import ReadDocument
from gkingest.model.report import Status
from gkingest.read.declared.charset import decoded_text
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, flow_page
from gkingest.read.declared.plain import read_plain

REPORT = Path(__file__).with_name("plain_report.txt").read_text(encoding="utf-8")

# What stands in plain_report.txt, typed from it: natural person, five kinds of organisations, total.
REQUESTS = """
new_received                0 0 0 0 53 0 53
carried_in                  0 0 0 0  0 0  0
granted                     0 0 0 0  9 0  9
partial                     0 0 0 0  4 0  4
denied.state_secret         0 0 0 0  0 0  0
denied.prohibited_by_law    0 0 0 0  0 0  0
denied.security_stability   0 0 0 0  0 0  0
denied.third_party          0 0 0 0  0 0  0
denied.internal             0 0 0 0  0 0  0
denied.process              0 0 0 0  0 0  0
denied.enforcement_files    0 0 0 0  0 0  0
denied.inquiry              0 0 0 0  0 0  0
unavailable.not_held        0 0 0 0 39 0 39
unavailable.needs_creation  0 0 0 0  1 0  1
unavailable.unclear         0 0 0 0  0 0  0
rejected.petition           0 0 0 0  0 0  0
rejected.repeated           0 0 0 0  0 0  0
rejected.publication        0 0 0 0  0 0  0
rejected.excessive          0 0 0 0  0 0  0
rejected.confirmation       0 0 0 0  0 0  0
other.correction_overdue    0 0 0 0  0 0  0
other.fee_overdue           0 0 0 0  0 0  0
other.misc                  0 0 0 0  0 0  0
decided_total               0 0 0 0 53 0 53
carried_out                 0 0 0 0  0 0  0
"""
APPLICANTS = ["natural_person", "commercial", "research", "public_interest", "legal_service", "other_org", "total"]
DEEP = range(4, 21)  # rows of the table whose labels take three columns of the file, and not two
PROACTIVE = """
regulations issued 0
regulations repealed 0
regulations in_force 0
normative_documents issued 2
normative_documents repealed 0
normative_documents in_force 18
licensing decisions 0
penalties decisions 0
coercion decisions 0
fees amount 0
"""
DISPUTES = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending", "total")


def printed() -> dict[FactKey, int]:
    """Every figure of the report by its place."""
    cells = {FactKey("disputes", row, column): 0 for row in DISPUTES for column in RESULTS}
    for line in REQUESTS.split("\n")[1:-1]:
        row, *figures = line.split()
        cells |= {FactKey("requests", row, c): int(f) for c, f in zip(APPLICANTS, figures, strict=True)}
    for line in PROACTIVE.split("\n")[1:-1]:
        row, column, figure = line.split()
        cells[FactKey("proactive", row, column)] = int(figure)
    return cells | {FactKey("fees_collected", "processing_fee", "amount"): 0}


def understood(data: bytes, formats: Sequence[Format]) -> Outcome:
    """What the pipeline makes of a text."""
    return interpret(ReadDocument(data, (flow_page(read_plain(data), "plain"),)), ReadWith(formats, "never"))[0]


def values(document: Outcome) -> dict[FactKey, Decimal | None]:
    assert document.report is not None, document.message
    return {f.key: f.value for f in document.report.facts}


def only(text: str) -> FlowTable:
    """The one table of a text."""
    (table,) = (b for b in read_plain(text.encode()) if isinstance(b, FlowTable))
    return table


def places(table: FlowTable) -> dict[str, tuple[int, int, int, int]]:
    """Row, column and spans of the cells with text."""
    return {c.text: (c.row, c.column, c.row_span, c.column_span) for c in table.cells if c.text}


def spans(table: FlowTable) -> dict[str, tuple[int, int, int, int]]:
    return {t: p for t, p in places(table).items() if p[2:] != (1, 1)}


def doubts(table: FlowTable) -> set[str]:
    return {c.doubt for c in table.cells} - {""}


def rows_of(table: FlowTable) -> list[list[str | None]]:
    """Texts by place; ``None`` where the file has no cell or a merged one goes on."""
    grid: list[list[str | None]] = [[None] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        assert grid[cell.row][cell.column] is None
        grid[cell.row][cell.column] = cell.text
    return grid


def test_every_cell_of_a_report_comes_out_as_it_stands_in_the_file(formats: tuple[Format, ...]) -> None:
    """The sample's labels over three columns took two in the file, and the rows behind a page break begin anew."""
    document = understood(REPORT.encode(), formats)
    assert document.report is not None
    assert values(document) == printed()
    assert all(f.raw == str(f.value) for f in document.report.facts if f.key.table != "fees_collected")
    assert document.status is Status.OK
    assert {f.code for f in document.report.findings} <= {"region.unknown"}  # 槐林县 is invented
    assert (document.report.organ, document.report.year) == ("槐林县人民政府办公室", 2023)
    assert [s.number for s in document.report.sections] == [0, 1, 2, 3, 4, 5, 6]


def test_the_labels_of_the_report_span_what_they_spanned_in_print() -> None:
    proactive, requests, disputes = (b for b in read_plain(REPORT.encode()) if isinstance(b, FlowTable))
    assert spans(proactive) == {}
    found = spans(requests)
    assert found["申请人情况"] == (0, 3, 1, 6) and found["总计"] == (0, 9, 3, 1)
    assert found["自然人"] == (1, 3, 2, 1) and found["法人或其他组织"] == (1, 4, 1, 5)
    assert found["三、本年度办理结果"] == (5, 0, 19, 1) and found["(三) 不予公开"] == (7, 1, 8, 1)
    assert found["(一) 予以公开"] == (5, 1, 1, 2) and found["四、结转下年度继续办理"] == (27, 0, 1, 3)
    found = spans(disputes)
    assert found["行政复议"] == (0, 0, 1, 5) and found["行政诉讼"] == (0, 5, 1, 10)
    assert found["未经复议直接起诉"] == (1, 5, 1, 5) and found["复议后起诉"] == (1, 10, 1, 5)


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode("gb18030"),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: "\n".join(line.rstrip("\t") for line in text.split("\n")).encode(),
        lambda text: "\n".join(
            f"| {x.replace(chr(9), ' | ')} |" if "\t" in x else x for x in text.split("\n")
        ).encode(),
    ],
    ids=["gb18030", "mark", "utf-16", "utf-16 bare", "dos", "blank lines", "ends stripped", "pipes"],
)
def test_the_same_report_saved_otherwise_says_the_same(formats: tuple[Format, ...], written) -> None:  # type: ignore[no-untyped-def]
    document = understood(written(REPORT), formats)
    assert values(document) == printed()
    assert document.report is not None and document.report.flagged() == frozenset()


def test_a_report_in_big5_is_read_in_traditional_characters() -> None:
    text = "政府信息公開工作年度報告\n申請\t數量\n合計\t12"
    assert decoded_text(text.encode("big5")) == text


@given(st.dictionaries(st.sampled_from(sorted(printed())), st.sampled_from(["", "-", "7", "1,234"]), max_size=40))
def test_a_blank_or_changed_figure_stays_in_its_own_cell_or_is_doubted(
    formats: tuple[Format, ...], changed: dict[FactKey, str]
) -> None:
    keys = [k for k in printed() if k.table == "requests"]
    lines = REPORT.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("一、本年新收"))
    for key in changed.keys() & set(keys):
        row, column = divmod(keys.index(key), 7)
        cells = lines[start + row].split("\t")
        cells[column + (3 if row in DEEP else 2)] = changed[key]
        lines[start + row] = "\t".join(cells)
    document = understood("\n".join(lines).encode(), formats)
    assert document.report is not None
    flagged = document.report.flagged()
    facts = {f.key: f for f in document.report.facts}
    for key, figure in printed().items():
        text = changed.get(key, str(figure)) if key.table == "requests" else str(figure)
        assert facts[key].raw == text or key in flagged or key.table == "fees_collected", key


def test_a_column_without_any_figure_moves_no_other() -> None:
    """Blank totals in rows of unequal depth leave two readings of the columns: then all are doubted."""
    rows = ["栏\t\t甲\t乙\t丙\t", "一、子\t\t1\t2\t\t", "二、丑\t寅\t\t3\t4\t", "\t卯\t辰\t3\t4\t"]
    table = only("\n".join(rows))
    assert doubts(table) == {"the file does not tell under which heading this cell stands"}
    assert all(c.doubt for c in table.cells if c.text.isdigit())
    assert [c.text for c in table.cells if c.row == 1] == ["一、子", "", "1", "2", "", ""]


def test_headings_whose_merged_cells_were_left_out_make_all_figures_doubtful() -> None:
    """Pasted from a word processor: a merged cell stands once, so that nothing stands below its heading."""
    table = only("甲类\t乙类\t\t\n结果一\t结果二\t总计\n\t\t\t\n1\t2\t3\t4\n".replace("\t\t\t\n", ""))
    assert {c.doubt for c in table.cells if c.text.isdigit()} == {
        "the file does not tell under which heading this cell stands"
    }
    assert not doubts(only("数量\t金额\n（件）\t（元）\n1\t2"))  # a row of units below the headings


@given(st.lists(st.sampled_from(["", "0", "12", "-", "无", "3.5", "１２"]), min_size=6, max_size=6))
def test_blanks_among_figures_stay_blanks(figures: list[str]) -> None:
    """Where labels and figures have columns of their own, nothing but labels is merged."""
    rows = [["项目", "类别", "甲", "乙", "丙"], ["一、子", "", *figures[:3]], ["二、丑", "寅", *figures[3:]]]
    rows += [["", "卯", "7", "8", "9"]]
    table = only("\n".join("\t".join(row) for row in rows))
    assert rows_of(table)[0] == rows[0]
    assert [row[2:] for row in rows_of(table)] == [row[2:] for row in rows]
    assert not doubts(table)
    labels = {"二、丑": (2, 0, 2, 1), "一、子": (1, 0, 1, 2)}
    assert spans(table) == labels


def test_a_row_that_breaks_off_has_no_cells_there() -> None:
    assert rows_of(only("甲\t乙\t丙\n子\t1\n丑\t\t3")) == [["甲", "乙", "丙"], ["子", "1", None], ["丑", "", "3"]]


def test_a_table_without_figures_is_left_as_it_stands() -> None:
    table = only("甲\t\t乙\n\t子\t\n丙\t\t丁")
    assert spans(table) == {} and rows_of(table)[1] == ["", "子", ""]


def test_lines_that_only_begin_with_a_tab_are_paragraphs() -> None:
    sentence = (
        "\t一是信息更新不够及时；二是培训不够经常，下一步将逐月检查栏目，每季度组织一次业务培训，并对结果进行通报。"
    )
    assert read_plain(f"{sentence}\n\t\n甲\t乙\n子\t1\n{sentence}".encode()) == (
        sentence.strip(),
        FlowTable(tuple(FlowCell(t, n // 2, n % 2) for n, t in enumerate(["甲", "乙", "子", "1"]))),
        sentence.strip(),
    )


def test_a_cell_of_several_lines_in_quotation_marks_is_one_cell() -> None:
    table = only('项目\t"本年\n数量"\n危及"三安全"的\t1\n"未闭合\t2')
    assert rows_of(table) == [["项目", "本年\n数量"], ['危及"三安全"的', "1"], ['"未闭合', "2"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| 甲 | 乙 |\n|---|:-:|\n| 子 | 1 |", [["甲", "乙"], ["子", "1"]]),
        ("| 甲 | 乙 |\n| 0 | 1 |\n| --- | --- |", [["甲", "乙"], ["0", "1"], ["---", "---"]]),
        ("+---+---+\n| 甲 | 乙 |\n+---+---+\n| 子 |   |\n+---+---+", [["甲", "乙"], ["子", ""]]),
        ("┌──┬──┐\n│ 甲 │ 乙 │\n├──┼──┤\n│ 子 │ 1 │\n└──┴──┘", [["甲", "乙"], ["子", "1"]]),
        (r"| 甲\|丙 | 乙<br>丁 |" + "\n| 子 | 1", [["甲|丙", "乙\n丁"], ["子", "1"]]),
        ("甲  乙　丙\n子    1　　2\n丑  3  4", [["甲", "乙", "丙"], ["子", "1", "2"], ["丑", "3", "4"]]),
    ],
)
def test_tables_of_pipes_and_of_blanks(text: str, expected: list[list[str]]) -> None:
    table = only(f"文字\n\n{text}\n\n文字")
    assert rows_of(table) == expected and not doubts(table)


def test_columns_told_by_blanks_alone_are_doubted() -> None:
    table = only("项目      甲      乙\n子        1       2\n丑                3")
    assert rows_of(table) == [["项目", "甲", "乙"], ["子", "1", "2"], ["丑", "", "3"]]
    assert {c.doubt for c in table.cells if c.column and c.row} == {
        "only blanks tell which column of the text this cell stands in"
    }


@pytest.mark.parametrize("text", ["张三　　李四\n王五　　赵六", "　　一、总体情况\n　　全年共公开信息。", "a | b"])
def test_wide_blanks_and_pipes_in_prose_make_no_table(text: str) -> None:
    assert read_plain(text.encode()) == tuple(line.strip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\x03" * 40, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(DocumentError, match="no text in UTF-8") as caught:
        read_plain(data)
    assert caught.value.status == "unsupported"


def test_a_text_larger_than_any_report_is_refused() -> None:
    with pytest.raises(DocumentError, match="more than any report"):
        read_plain(b"a" * 20_000_001)
    with pytest.raises(DocumentError, match="2000 rows and 2001 columns"):
        read_plain(b"a\tb\n" * 1999 + b"a" + b"\tb" * 2000)


def as_text(blocks: tuple[Block, ...]) -> str:
    return "".join(b if isinstance(b, str) else "".join(c.text for c in b.cells) for b in blocks)


@given(st.text(alphabet="一二（）、.。甲1-0 \t\n|+─　\"'", max_size=120))
def test_no_sign_of_a_text_is_lost_and_no_place_taken_twice(text: str) -> None:
    blocks = read_plain(text.encode())
    flow_page(blocks, "plain")
    for table in (b for b in blocks if isinstance(b, FlowTable)):
        taken = [
            (r, c)
            for cell in table.cells
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(taken) == len(set(taken))
    for sign in "一二（）、甲10":
        assert as_text(blocks).count(sign) == text.count(sign)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_document_error(data: bytes) -> None:
    try:
        flow_page(read_plain(data), "plain")
    except DocumentError as error:
        assert error.status in ("corrupt", "unsupported") and error.message
