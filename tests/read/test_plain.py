"""Plain text: its lines come out as they stand, and no figure of its tables is moved without a word."""

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
from gkingest.read.declared.flow import Block, FlowTable, flow_page
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


def test_what_parts_cells_stays_in_the_line_and_empty_lines_are_counted() -> None:
    assert read_plain("甲\t\t乙\t\n\n\n| 子 | |\n　　一、总体情况".encode()) == (
        "甲\t\t乙\t",
        "\n\n",
        "| 子 | |",
        "一、总体情况",
    )


def test_a_cell_of_several_lines_in_quotation_marks_stays_in_its_line() -> None:
    text = '项目\t"本年\n数量"\n危及"三安全"的\t1\n"未闭合\t2'
    assert read_plain(text.encode()) == ("项目\t本年 数量", '危及"三安全"的\t1', '"未闭合\t2')


def test_remarks_are_no_text_and_one_without_an_end_is() -> None:
    text = "| 许可 | 147<!-- 9 --> |\n<!-- 说明\n3\n-->\n| 处罚 | 5 <!-- 6 |"
    assert read_plain(text.encode()) == ("| 许可 | 147 |", "\n", "| 处罚 | 5 <!-- 6 |")


def test_marks_of_emphasis_and_breaks_are_no_text() -> None:
    assert read_plain("**一、总体情况**\n| 商业<br>企业 | 1 |".encode()) == ("一、总体情况", "| 商业 企业 | 1 |")


def test_a_table_written_as_markup_is_the_table_it_declares() -> None:
    markup = "<html><body><table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table></body></html>"
    first, table, last = read_plain(f"上\n{markup}\n下".encode())
    assert (first, last) == ("上", "下") and isinstance(table, FlowTable)
    assert [(c.text, c.row, c.column, c.row_span) for c in table.cells] == [
        ("甲", 0, 0, 2),
        ("1", 0, 1, 1),
        ("2", 1, 1, 1),
    ]


def test_a_page_in_one_line_is_parted_at_its_blanks_or_at_its_sentences() -> None:
    spaced = " ".join(["规章", "0"] * 120)
    assert read_plain(spaced.encode()) == tuple(spaced.split())
    joined = "本局公开信息。" * 80
    assert read_plain(joined.encode()) == ("本局公开信息。",) * 80


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
def test_no_sign_of_a_text_is_lost(text: str) -> None:
    blocks = read_plain(text.encode())
    flow_page(blocks, "plain")
    for sign in "一二（）、甲10":
        assert as_text(blocks).count(sign) == text.count(sign)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_document_error(data: bytes) -> None:
    try:
        flow_page(read_plain(data), "plain")
    except DocumentError as error:
        assert error.status in ("corrupt", "unsupported") and error.message
