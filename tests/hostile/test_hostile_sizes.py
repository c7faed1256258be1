"""Files larger than any report in one way or another: read in as many steps as they are long, or refused."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from kinds.writing import FEE, WRITERS, blocks
from poison import FONT, docx, one_page, paragraph, relations, stream, xlsx, zipped
from reader import Seen

from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.paper import ReadDocument
from gkingest.read.declared import docx as word
from gkingest.read.declared import plain
from gkingest.read.declared.office.number_format import format_number
from gkingest.read.declared.office.styles import Styles
from gkingest.read.declared.plain import read_plain
from gkingest.read.declared.webpage import read_html
from gkingest.read.picture import recognise

Hostile = Callable[..., Seen]
TITLE = "平川县水务局2023年政府信息公开工作年度报告\n"
HEAD = f"<html><body><h1>{TITLE}</h1>"
MANY = 1_000_000
A4 = b"/MediaBox [0 0 595 842] "

TEXTS = {
    "blanks in a line": f"{TITLE}a{' ' * MANY}b",
    "wide blanks in a line": f"{TITLE}a{' 　' * MANY}b",
    "blanks in every line": TITLE + f"a{' ' * 1000}b\n" * 3000,
    "lines with blanks and figures, and prose at the end": TITLE + "a  1  b\n" * 30_000 + f"a  {'字' * 50}\n",
    "lines with blanks and no figure": TITLE + "a  b  c\n" * 90_000,
    "line ends": TITLE + "\n" * MANY,
    "tabs": TITLE + "\t" * MANY,
    "quotation marks that nothing closes": TITLE + '\t"\n' * 60_000,
    "frames": TITLE + "+---+---+\n" * 90_000,
    "pipes": TITLE + "|a|1|\n" * 90_000,
    "brackets that nothing closes": TITLE + "（《【(" * 200_000,
    "headings": TITLE + "一、总体情况\n" * 90_000,
    "lines": TITLE + "字\n" * 300_000,
    "more bytes than any report": TITLE * 100_000,
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_anything_a_million_times_is_read_or_refused(hostile: Hostile, text: str) -> None:
    assert hostile(TEXTS[text].encode()).only["status"] in ("not_a_report", "unsupported")


@pytest.mark.parametrize(
    "line", ["a  b  c", "a  1  " + "字" * 50, "+---+---+"], ids=["without figures", "prose", "frames"]
)
def test_each_line_of_a_text_is_looked_at_a_few_times(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    looks = 0

    class Counting:
        def __init__(self, pattern: re.Pattern[str]) -> None:
            self._pattern = pattern

        def __getattr__(self, name: str) -> Any:
            nonlocal looks
            looks += 1
            return getattr(self._pattern, name)

    for name in ("_BREAK", "_STRONG"):
        monkeypatch.setattr(plain, name, Counting(getattr(plain, name)))
    assert len(read_plain("\n".join([line] * 1000).encode())) == 1000
    assert looks <= 6000


def attributes(count: int) -> str:
    return " ".join(f'a{n}="{n}>"' for n in range(count))


TAGS = {
    "with values": f"<div {attributes(300_000)}>",
    "without": f"<div {'a ' * 300_000}>",
    "signs": f"<p><b\n{'=' * 300_000}",
    "slashes": f"<i {'x/' * 300_000}",
    "quotes": "<p a='" + "<b a='" * 50_000,
}


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_of_hundreds_of_thousands_of_attributes_is_not_parsed(tag: str) -> None:
    with pytest.raises(DocumentError, match="more than 10,000 attributes"):
        read_html(f"{HEAD}{TAGS[tag]}x".encode())


@pytest.mark.parametrize(
    "page",
    [
        f"<img src='data:image/png;base64,{'A' * 300_000}'>",
        f"<p>{'年 ' * 200_000}</p>",
        f"<script>if (a <b) {'x = 1; ' * 3000}</script>",
        f"<div {attributes(9000)}>" * 2,
        f"<p title='{'a=1 ' * 100_000}'>",
        f"<p a='{'x' * 300_000}",
    ],
    ids=["a picture", "prose", "a program", "many attributes", "a long one", "a quote that nothing closes"],
)
def test_a_page_that_is_only_long_is_parsed(page: str) -> None:
    assert read_html(f"{HEAD}{page}".encode()).blocks


LARGE = {
    "lines of a page": HEAD + "<p>字</p>" * 100_001,
    "lines of a cell": f"{HEAD}<table><tr><td>1</td><td>{'字<br>' * 100_001}</td></tr></table>",
    "tables of a page": HEAD + "<table><tr><td>字</td><td>1</td></tr></table>" * 501,
    "bytes of a page": HEAD + "字" * 7_000_000,
}


@pytest.mark.parametrize("large", LARGE)
def test_a_page_with_more_of_anything_than_a_report_is_refused(hostile: Hostile, large: str) -> None:
    found = hostile(LARGE[large].encode()).only
    assert found["status"] == "unsupported"
    assert "more than any report; take the report out" in found["message"]


NARRATIVES = {
    "titles that nothing closes": "《" * 300_000,
    "brackets that nothing closes": "（号" * 150_000,
    "notices": "通知" * 150_000,
    "counts": "受理政府信息公开申请1件，" * 20_000,
    "digits": "1,111" * 60_000,
    "years": "2022年" * 60_000,
    "one long word": "县" * 300_000,
}


@pytest.mark.parametrize("where", [FEE, "一、总体情况"], ids=["fee", "first section"])
@pytest.mark.parametrize("words", NARRATIVES)
def test_a_report_with_a_narrative_without_end_is_read(
    hostile: Hostile, gk2021: Format, words: str, where: str
) -> None:
    told = [f"本年度收取信息处理费{NARRATIVES[words]}" if b == FEE == where else b for b in blocks(gk2021)]
    if where != FEE:
        told.insert(told.index(where) + 1, f"2023年收到政府信息公开申请62件，{NARRATIVES[words]}。")
    assert hostile(WRITERS["html"](told)).only["status"] in ("ok", "needs_review")


def test_each_style_of_a_word_file_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    chain_of = Styles._chain

    def counted(self: Styles, style: str) -> Any:
        nonlocal looks
        looks += 1
        return chain_of(self, style)

    monkeypatch.setattr(Styles, "_chain", counted)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    chain = "".join(
        f'<w:style w:type="character" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>' for n in range(20)
    )
    run = "<w:r><w:rPr><w:rStyle w:val='s19'/></w:rPr><w:t>年</w:t></w:r>"
    package = docx(
        f"<w:p>{run * 500}</w:p>",
        **{
            "word/styles.xml": f"<w:styles {space}>{chain}</w:styles>",
            "word/_rels/document.xml.rels": relations(styles="styles.xml"),
        },
    )
    assert word.read_docx(zipped(package)) == ("年" * 500,)
    assert looks < 20


def test_tables_and_paragraphs_of_a_word_file_without_end_are_refused(hostile: Hostile) -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('1')}</w:tc></w:tr></w:tbl>"
    for body in (table * 600, paragraph("字") * 100_001):
        assert hostile(zipped(docx(body))).only["status"] == "unsupported"


def test_a_format_longer_than_excel_takes_is_doubted() -> None:
    assert format_number(12, "[" * 300_000) == format_number(12, "[" * 256)
    assert format_number(12, "0")[0] == "12" == format_number(12, "[" * 256)[0]
    assert format_number(12, "[" * 256)[1]


def test_a_sheet_of_many_rows_is_refused(hostile: Hostile) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 60_000))
    assert hostile(zipped(xlsx(rows))).only["status"] == "unsupported"


def tiff(count: int) -> bytes:
    from PIL import Image

    out, sheet = io.BytesIO(), Image.new("1", (1654, 2339), 1)
    sheet.save(out, "TIFF", save_all=True, append_images=[sheet] * (count - 1), compression="group4")
    return out.getvalue()


def test_a_picture_of_thousands_of_pages_is_refused(hostile: Hostile) -> None:
    found = hostile(tiff(301), ocr="auto").only
    assert found["status"] == "unsupported"
    assert "more than 300 pages, more than any report" in found["message"]


def test_of_a_picture_of_many_pages_a_few_decide(
    monkeypatch: pytest.MonkeyPatch, formats: tuple[Format, ...]
) -> None:
    from gkingest.read.picture import raster

    frames = []
    upright = raster._upright

    def counted(image: Any) -> raster.Pixels:
        frames.append(image.tell())
        return upright(image)

    monkeypatch.setattr(raster, "_upright", counted)
    monkeypatch.setattr(recognise, "is_installed", lambda: True)
    read: ReadDocument = recognise.read_image(tiff(40), ReadWith(formats))
    assert [p.number for p in read.pages] == list(range(1, 41))
    assert len(frames) == 8 and frames[:3] == [0, 1, 2]
    assert all("show no report" in p.problem for p in read.pages if p.number - 1 not in frames)


@pytest.mark.parametrize("areas", [0, 3000])
def test_a_page_fuller_than_any_sheet_is_not_read_sign_by_sign(hostile: Hostile, areas: int) -> None:
    letters = 100_100 if not areas else 12_000
    words = b"BT /F1 1 Tf 1 1 Td %s ET" % (b"(%s) Tj 0 1 Td " % (b"a" * 100) * (letters // 100))
    content = words + b"1 g " + b"0 0 50 50 re f " * areas + b"0 0 m 9 9 l S " * 20
    found = hostile(one_page(stream(content), A4 + FONT)).only
    assert found["status"] == "needs_ocr"
    assert "more than any sheet of paper can show" in found["message"]


def test_an_ofd_page_with_areas_over_all_its_text_is_refused(hostile: Hostile) -> None:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    text = (
        '<ofd:TextObject Boundary="10 10 100 10" Font="1" Size="4"><ofd:TextCode X="0" Y="4">{}</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    body = "<ofd:DocBody><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:DocBody>"
    pages = '<ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages>'
    patch = (
        '<ofd:PathObject Boundary="0 0 200 200" Fill="true" Stroke="false"><ofd:AbbreviatedData>'
        "M 0 0 L 90 0 L 90 90 L 0 90 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    patch = patch.replace("<ofd:Abbrev", '<ofd:FillColor Value="255 255 255"/><ofd:Abbrev', 1)
    layer = text.format("年" * 10_000) + patch * 3000
    found = hostile(
        zipped(
            {
                "OFD.xml": f"<ofd:OFD {space}>{body}</ofd:OFD>",
                "D.xml": f"<ofd:Document {space}>{pages}</ofd:Document>",
                "P.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>",
            }
        )
    ).only
    assert found["status"] == "unsupported"
