"""Word documents: what a reader sees of them comes out, where it stands, and nothing else does."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import writing
from kinds.ofd_writing import placed_cells

from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.read.declared.docx import read_docx
from gkingest.read.declared.flow import Block, FlowTable, flow_page

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARED = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def packed(parts: dict[str, str]) -> bytes:
    """A ZIP file of some parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return target.getvalue()


def document(body: str, **parts: str) -> bytes:
    """A document with this XML in its body, and what other parts are given by name."""
    main = f"<w:document {DECLARED}><w:body>{body}</w:body></w:document>"
    others = {f"word/{name}.xml": f"<w:{name} {DECLARED}>{text}</w:{name}>" for name, text in parts.items()}
    return packed({"_rels/.rels": RELATIONS, "word/document.xml": main} | others)


def p(*runs: str, properties: str = "") -> str:
    """A paragraph; what is no XML is the text of a run."""
    inside = "".join(r if r.startswith("<") else f"<w:r><w:t>{r}</w:t></w:r>" for r in runs)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f"<w:r><w:rPr>{properties}</w:rPr>{text if text.startswith('<') else f'<w:t>{text}</w:t>'}</w:r>"


def put(name: str, content: str) -> str:
    """Something with an element around it."""
    return f"<w:{name}>{content}</w:{name}>"


def tc(content: str, properties: str = "") -> str:
    """A cell; what is no XML is the text of its one paragraph."""
    inside = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tbl(*rows: str) -> str:
    """A table of rows that are given by their cells."""
    return f"<w:tbl>{''.join(row if row.startswith('<w:tr') else f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def paragraphs(body: str, **parts: str) -> list[Block]:
    return list(read_docx(document(body, **parts)))


def cell(content: str, properties: str = "") -> tuple[str, str]:
    """Text and doubt of a cell with this content, read beside one with a figure."""
    (table,) = read_docx(document(tbl(tc(content, properties) + tc("1"))))[:1]
    assert isinstance(table, FlowTable)
    return table.cells[0].text, table.cells[0].doubt


def places(table: Block) -> set[tuple[str, int, int, int, int]]:
    assert isinstance(table, FlowTable)
    return {(c.text, c.row, c.column, c.row_span, c.column_span) for c in table.cells}


def saved(written: Any) -> bytes:
    target = BytesIO()
    written.save(target)
    return target.getvalue()


def test_paragraphs_and_tables_come_in_printed_order() -> None:
    written = Document()
    written.add_paragraph("一、总体情况")
    written.add_paragraph("")
    table = written.add_table(2, 2)
    for n, target in enumerate(c for row in table.rows for c in row.cells):
        target.text = f"格{n}"
    written.add_paragraph("二、其他\n下一行\t制表")
    written.sections[0].header.paragraphs[0].text = "页眉"
    written.sections[0].footer.paragraphs[0].text = "第 1 页"
    first, grid, last = read_docx(saved(written))
    assert (first, last) == ("一、总体情况", "二、其他\n下一行\t制表")
    assert places(grid) == {("格0", 0, 0, 1, 1), ("格1", 0, 1, 1, 1), ("格2", 1, 0, 1, 1), ("格3", 1, 1, 1, 1)}


@st.composite
def merges(draw: st.DrawFn) -> tuple[int, int, list[tuple[int, int, int, int]]]:
    """Rows, columns and rectangles that do not touch one another: row, column, rows, columns."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(row, column) for row in range(rows) for column in range(columns)}
    found = []
    for _ in range(draw(st.integers(0, 6))):
        row, column = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
        down, across = draw(st.integers(1, rows - row)), draw(st.integers(1, columns - column))
        wanted = {(y, x) for y in range(row, row + down) for x in range(column, column + across)}
        if wanted <= free:
            free -= wanted
            found.append((row, column, down, across))
    return rows, columns, found + [(y, x, 1, 1) for y, x in free]


@settings(max_examples=60)
@given(merges())
def test_cells_merged_at_random_come_out_where_they_were_written(
    grid: tuple[int, int, list[tuple[int, int, int, int]]],
) -> None:
    rows, columns, areas = grid
    written = Document()
    table = written.add_table(rows, columns)
    for row, column, down, across in areas:
        table.cell(row, column).merge(table.cell(row + down - 1, column + across - 1)).text = f"{row}/{column}"
    (found,) = read_docx(saved(written))
    assert places(found) == {(f"{row}/{column}", row, column, down, across) for row, column, down, across in areas}


def test_a_report_written_as_a_document_is_the_report_again(gk2021: Format) -> None:
    parts = writing.blocks(gk2021)
    again = read_docx(writing.as_docx(parts))
    assert [b for b in again if isinstance(b, str)] == [p for p in parts if isinstance(p, str)]
    again_tables, tables = ([b for b in bs if not isinstance(b, str)] for bs in (again, parts))
    for found, table in zip(again_tables, tables, strict=True):
        assert places(found) == {
            (cell.text, row, column, cell.rows, cell.columns) for row, column, cell in placed_cells(table.rows)
        }


def test_cells_left_out_before_and_behind_a_row_are_no_cells() -> None:
    before = "<w:trPr><w:gridBefore w:val='2'/><w:gridAfter w:val='1'/></w:trPr>"
    (table,) = read_docx(document(tbl(tc("甲") * 4, f"<w:tr>{before}{tc('乙')}</w:tr>")))
    assert ("乙", 1, 2, 1, 1) in places(table) and len(places(table)) == 5
    holes = flow_page([table], "docx").tables[0].cells
    assert [c.doubt != "" for c in holes if c.row == 1] == [True, True, False, True]


def test_a_cell_goes_on_only_below_one_of_its_own_width_that_is_merged() -> None:
    begun, goes_on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    (table,) = read_docx(
        document(
            tbl(
                tc("甲", begun) + tc("乙", begun) + tc("丙"),
                tc("看不见", goes_on) + tc("丁", goes_on + "<w:gridSpan w:val='2'/>"),
                tc("", "<w:vMerge w:val='continue'/>") + tc("戊") + tc("己", goes_on),
            )
        )
    )
    assert places(table) == {
        *{("甲", 0, 0, 3, 1), ("乙", 0, 1, 1, 1), ("丙", 0, 2, 1, 1)},
        *{("丁", 1, 1, 1, 2), ("戊", 2, 1, 1, 1), ("己", 2, 2, 1, 1)},
    }


def test_cells_merged_the_old_way_and_rows_deleted_or_hidden() -> None:
    begun, goes_on = "<w:hMerge w:val='restart'/>", "<w:hMerge/>"
    deleted, hidden = "<w:trPr><w:del w:id='1'/></w:trPr>", "<w:trPr><w:hidden/></w:trPr>"
    rows = [tc("甲", begun) + tc("", goes_on) + tc("乙"), f"<w:tr>{deleted}{tc('删')}</w:tr>"]
    rows += [f"<w:tr>{hidden}{tc('藏')}</w:tr>", tc("丙") * 3]
    (table,) = read_docx(document(tbl(*rows)))
    assert places(table) == {
        *{("甲", 0, 0, 1, 2), ("乙", 0, 2, 1, 1)},
        *{("丙", 1, 0, 1, 1), ("丙", 1, 1, 1, 1), ("丙", 1, 2, 1, 1)},
    }


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (["收到", put("del", r("<w:delText>10</w:delText><w:t>11</w:t>")), put("ins", r("12"))], "收到12"),
        ([put("moveFrom", r("旧")), put("moveTo", r("新"))], "新"),
        (["见", put("hyperlink", r("网站"))], "见网站"),
        ([put("sdt", "<w:sdtPr><w:alias w:val='x'/></w:sdtPr>" + put("sdtContent", r("5"))), "件"], "5件"),
        (["<w:fldSimple w:instr='=1+1'><w:r><w:t>2</w:t></w:r></w:fldSimple>"], "2"),
        ([r("甲"), r("隐", "<w:vanish/>"), r("乙", "<w:vanish w:val='0'/>")], "甲乙"),
        (["共", r("3", "<w:strike/>"), r("4", "<w:strike w:val='false'/>"), r("5", "<w:dstrike/>")], "共4"),
        ([r("<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>")], "a\tb\nc-d"),
        ([r(put("ruby", put("rt", r("zi")) + put("rubyBase", r("字"))))], "字"),
        ([r("12"), r("1", "<w:vertAlign w:val='superscript'/>")], "12¹"),
        ([r("12"), r("1", "<w:vertAlign w:val='subscript'/>")], "12₁"),
        (["1", r("<w:sym w:font='Wingdings' w:char='F0FC'/>")], "1\ufffd"),
        (["<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>"], "12"),
        (["<m:oMath><m:sSup><m:r><m:t>1</m:t></m:r><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"],
         "\ufffd"),
    ],
)  # fmt: skip
def test_a_paragraph_says_what_is_printed(runs: list[str], expected: str) -> None:
    assert paragraphs(p(*runs)) == [expected]


def turn(kind: str) -> str:
    return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_fields_give_their_result_and_not_what_they_are_made_of() -> None:
    inner = [turn("begin"), code("REF x"), turn("separate"), "99", turn("end")]
    asked = [turn("begin"), code("IF "), *inner, turn("separate"), "12", turn("end")]
    assert paragraphs(p("共", *asked, "件")) == ["共12件"]
    contents = [turn("begin"), code("TOC"), turn("separate"), "一、甲"]
    assert paragraphs(p(*contents) + p("二、乙", turn("end")) + p("正文")) == ["一、甲", "二、乙", "正文"]


def test_a_field_that_is_never_ended_swallows_nothing() -> None:
    assert paragraphs(p("甲", turn("begin"), code("REF x")) + p("乙") + p(turn("end"), "丙")) == ["甲", "乙", "丙"]


def test_the_look_of_a_text_may_come_from_its_styles() -> None:
    styles = (
        "<w:style w:type='character' w:styleId='gone'><w:rPr><w:strike/></w:rPr></w:style>"
        "<w:style w:type='character' w:styleId='also'><w:basedOn w:val='gone'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='secret'><w:basedOn w:val='secret'/>"
        "<w:rPr><w:vanish/></w:rPr></w:style>"
    )
    struck = r("1", "<w:rStyle w:val='also'/>")
    kept = r("2", "<w:rStyle w:val='also'/><w:strike w:val='0'/>")
    hidden = p("藏", properties="<w:pStyle w:val='secret'/>")
    assert paragraphs(p("甲", struck, kept) + hidden, styles=styles) == ["甲2"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (p(r("3", "<w:strike/>"), r("4")), ("4", "characters in the cell are struck out")),
        (p(r(" ", "<w:strike/>"), r("4")), ("4", "")),
        (p(r("<w:drawing><wp/></w:drawing>")), ("", "a picture stands in the cell")),
        (p(r("<w:drawing><wp/></w:drawing>"), "5"), ("5", "a picture stands in the cell")),
        (p(r("<w:pict><v:shape><v:imagedata/></v:shape></w:pict>")), ("", "a picture stands in the cell")),
        (p(""), ("", "")),
        (p("结果") + p("") + p("维持"), ("结果\n维持", "")),
        ("<w:sdt><w:sdtContent>" + p("7") + "</w:sdtContent></w:sdt>", ("7", "")),
    ],
)
def test_a_cell_says_what_stands_in_it_and_what_is_no_text(content: str, expected: tuple[str, str]) -> None:
    assert cell(content) == expected


def test_a_line_across_a_cell_is_doubted_and_a_deleted_cell_is_empty() -> None:
    crossed = "<w:tcBorders><w:tl2br w:val='single'/></w:tcBorders>"
    assert cell("", crossed) == ("", "a line is drawn across the cell")
    assert cell("0", crossed) == ("0", "a line is drawn across the cell")
    assert cell("", crossed.replace("single", "nil")) == ("", "")
    assert cell("6", "<w:cellDel w:id='1'/>") == ("", "")


def box(content: str) -> str:
    """A text box as Word writes it: for new programs, and once more for old ones."""
    new = f"<w:drawing><wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{new}</mc:Choice>"
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_stands_once_behind_its_paragraph() -> None:
    inside = p("框内") + tbl(tc("甲") + tc("1"))
    first, boxed, table, last = paragraphs(p("文", box(inside), "字") + p("后"))
    assert (first, boxed, last) == ("文字", "框内", "后")
    assert places(table) == {("甲", 0, 0, 1, 1), ("1", 0, 1, 1, 1)}


def test_only_the_drawing_for_old_programs_may_have_the_text() -> None:
    old = f"<w:pict><v:textbox><w:txbxContent>{p('旧')}</w:txbxContent></v:textbox></w:pict>"
    both = f"<mc:Choice><w:drawing><wp/></w:drawing></mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    assert paragraphs(p(f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>")) == ["旧"]


def test_a_text_box_in_a_cell_is_read_with_it_and_doubted() -> None:
    assert cell(p("1", box(p("2")))) == ("1\n2", "a text box stands in the cell")


def test_a_table_that_only_sets_out_the_page_falls_away() -> None:
    inner = tbl(tc("甲") + tc("1"))
    outer = tbl(tc(p("题目") + inner + p("")), tc("", "<w:vMerge/>"))
    assert [b if isinstance(b, str) else places(b) for b in paragraphs(outer)] == [
        "题目",
        {("甲", 0, 0, 1, 1), ("1", 0, 1, 1, 1)},
    ]


def test_a_table_inside_a_table_of_figures_comes_behind_it() -> None:
    outer, inner = paragraphs(tbl(tc("甲") + tc("5"), tc("乙") + tc(p("6") + tbl(tc("丙")))))
    assert isinstance(outer, FlowTable) and places(inner) == {("丙", 0, 0, 1, 1)}
    assert [(c.text, c.doubt) for c in outer.cells][2:] == [("乙", ""), ("6", "a table stands in the cell")]


def lists(*levels: tuple[str, str], extra: str = "") -> str:
    """A numbering part with one list of these levels: format and text."""
    inside = "".join(
        f"<w:lvl w:ilvl='{n}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for n, (form, text) in enumerate(levels)
    )
    return (
        f"<w:abstractNum w:abstractNumId='0'>{inside}</w:abstractNum>"
        f"<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>{extra}"
    )


def numbered(text: str, level: int = 0, number: int = 1) -> str:
    return p(text, properties=f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>")


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("decimal", "%1.", ["1. 甲", "2. 乙"]),
        ("chineseCounting", "（%1）", ["（一） 甲", "（二） 乙"]),
        ("chineseCountingThousand", "%1、", ["一、 甲", "二、 乙"]),
        ("japaneseCounting", "第%1条", ["第一条 甲", "第二条 乙"]),
        ("ideographTraditional", "%1、", ["甲、 甲", "乙、 乙"]),
        ("decimalFullWidth", "%1．", ["１． 甲", "２． 乙"]),
        ("decimalEnclosedCircleChinese", "%1", ["① 甲", "② 乙"]),
        ("bullet", "●", ["甲", "乙"]),
        ("upperRoman", "%1.", ["甲", "乙"]),
        ("none", "", ["甲", "乙"]),
    ],
)
def test_plain_numbering_is_text(form: str, text: str, expected: list[str]) -> None:
    body = numbered("甲") + p("间") + numbered("乙")
    assert [b for b in paragraphs(body, numbering=lists((form, text))) if b != "间"] == expected


def test_numbering_counts_in_levels_and_begins_again() -> None:
    again = (
        "<w:num w:numId='2'><w:abstractNumId w:val='0'/>"
        "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>"
    )
    numbering = lists(("chineseCounting", "%1、"), ("decimal", "%2."), ("decimal", "%2.%3"), extra=again)
    body = numbered("a") + numbered("b", 1) + numbered("c", 1) + numbered("d", 2) + numbered("e") + numbered("f", 1)
    body += numbered("g", 0, 2) + numbered("h", 0, 2) + numbered("i", 0, 9)
    assert paragraphs(body, numbering=numbering) == [
        *["一、 a", "1. b", "2. c", "2.1 d", "二、 e", "1. f"],
        *["五、 g", "六、 h", "i"],
    ]


@pytest.mark.parametrize(("count", "expected"), [(10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "")])
def test_chinese_numerals_as_far_as_lists_go(count: int, expected: str) -> None:
    body = numbered("x") * count
    last = paragraphs(body, numbering=lists(("chineseCounting", "%1、")))[-1]
    assert last == (f"{expected}、 x" if expected else "x")


def test_numbering_may_come_from_a_style_or_from_a_list_of_another_style() -> None:
    numbers = put("pPr", put("numPr", "<w:numId w:val='2'/>"))
    styles = f"<w:style w:type='paragraph' w:styleId='item'>{numbers}</w:style>"
    linked = lists(("decimal", "%1.")).replace("<w:lvl ", "<w:styleLink w:val='s'/><w:lvl ", 1) + (
        "<w:abstractNum w:abstractNumId='7'><w:numStyleLink w:val='s'/></w:abstractNum>"
        "<w:num w:numId='2'><w:abstractNumId w:val='7'/></w:num>"
    )
    none = p("乙", properties="<w:pStyle w:val='item'/><w:numPr><w:numId w:val='0'/></w:numPr>")
    body = p("甲", properties="<w:pStyle w:val='item'/>") + none
    assert paragraphs(body, styles=styles, numbering=linked) == ["1. 甲", "乙"]


def test_a_deleted_paragraph_of_a_list_is_not_counted() -> None:
    gone = numbered("<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>").replace(
        "</w:pPr>", "<w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    )
    assert paragraphs(gone + numbered("新"), numbering=lists(("decimal", "%1."))) == ["1. 新"]


def test_labels_of_cells_are_numbered_too() -> None:
    (table,) = read_docx(document(tbl(tc(numbered("国家秘密")) + tc("0")), numbering=lists(("decimal", "%1."))))
    assert places(table) == {("1. 国家秘密", 0, 0, 1, 1), ("0", 0, 1, 1, 1)}


def test_the_strict_spelling_of_the_format_is_read_alike() -> None:
    written = Document()
    written.add_table(1, 1).cell(0, 0).text = "甲"
    strict = {
        name: part.decode().replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
        for name, part in parts_of(saved(written)).items()
        if name.endswith((".xml", ".rels"))
    }
    (table,) = read_docx(packed(strict))
    assert places(table) == {("甲", 0, 0, 1, 1)}


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def refused(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_docx(data)
    assert len(caught.value.message) > 40
    return caught.value


def test_a_document_that_cannot_be_read_says_why() -> None:
    whole = document(p("甲"))
    assert refused(whole[: len(whole) // 2]).status == "corrupt"
    assert refused(b"").status == "corrupt"
    assert refused(packed({"mimetype": "application/zip"})).status == "unsupported"
    assert refused(packed({"word/document.xml": "<w:document"})).status == "corrupt"
    assert (
        refused(document(tbl(tc("甲", "<w:gridSpan w:val='999999'/>"), tc("乙"), tc("丙")))).status == "unsupported"
    )
    assert refused(document("<w:sdt>" * 300 + "</w:sdt>" * 300)).status == "corrupt"


def test_entities_are_not_looked_up() -> None:
    secret = Path(__file__).as_uri()
    main = (
        f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret}"><!ENTITY a "aaaa">]>'
        f"<w:document {DECLARED}><w:body>{p('甲')}&e;<w:p><w:r><w:t>乙&a;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert read_docx(packed({"word/document.xml": main})) == ("甲", "乙")


def declared_size(data: bytes, size: int) -> bytes:
    """The same ZIP file, with another size of the first part of its directory."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def test_a_document_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked() -> None:
    data = packed({"word/document.xml": f"<w:document {DECLARED}/>"})
    assert refused(declared_size(data, 200_000_001)).status == "unsupported"


def test_a_part_with_a_password_is_told_apart_from_damage() -> None:
    data = bytearray(packed({"word/document.xml": "<x/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(data)).status == "encrypted"


def small() -> bytes:
    written = Document()
    written.add_paragraph("一、总体情况")
    written.add_table(2, 2).cell(0, 0).merge(written.tables[0].cell(1, 0)).text = "甲"
    written.paragraphs[0]._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>乙</w:t></w:r>"))
    return saved(written)


SMALL = small()


def outcome(read: Callable[[bytes], tuple[Block, ...]], data: bytes) -> None:
    try:
        flow_page(read(data), "docx")
    except DocumentError as error:
        assert error.status in ("corrupt", "unsupported", "encrypted") and error.message


@settings(max_examples=40)
@given(st.floats(0, 1, exclude_max=True))
def test_a_download_that_broke_off_is_a_document_error(part: float) -> None:
    outcome(read_docx, SMALL[: int(part * len(SMALL))])


@settings(max_examples=80)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=30))
def test_flipped_bytes_never_raise_anything_else(flips: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL)
    for place, mask in flips:
        data[int(place * len(data))] ^= mask
    outcome(read_docx, bytes(data))


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_mark_of_a_package_are_a_document_error(tail: bytes) -> None:
    outcome(read_docx, b"PK\x03\x04" + tail)


NAMES = ["p", "r", "t", "tbl", "tr", "tc", "tcPr", "vMerge", "gridSpan", "sdt", "fldChar", "numPr", "ilvl", "numId"]


@settings(max_examples=60)
@given(
    st.recursive(
        st.sampled_from(NAMES), lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner)), max_leaves=25
    )
)
def test_elements_in_places_where_they_do_not_belong_raise_nothing(tree: Any) -> None:
    def xml(node: Any) -> str:
        name, inner = (node, []) if isinstance(node, str) else node
        return f"<w:{name} w:val='2'>{''.join(map(xml, inner))}</w:{name}>"

    outcome(read_docx, document(xml(tree), numbering=lists(("decimal", "%1."))))


def test_a_part_whose_sum_is_wrong_is_damage() -> None:
    data = packed({"word/document.xml": f"<w:document {DECLARED}><w:body>{p('甲')}</w:body></w:document>"})
    crc = zlib.crc32(parts_of(data)["word/document.xml"])
    assert refused(data.replace(struct.pack("<I", crc), b"\0\0\0\1")).status == "corrupt"
