"""Web pages: the tables as they are drawn, the article among the rest, the text in whatever encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkingest.errors import DocumentError
from gkingest.read.declared.flow import FlowTable
from gkingest.read.declared.webpage import WebPage, read_html, read_mhtml

TEXT = "本机关二〇二三年度政府信息公开工作年度报告，全年收到申请五件，均已按期答复。"


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def table(markup: str) -> dict[tuple[int, int, int, int], str]:
    """(row, column, rows, columns) → text of the one table of a page."""
    (found,) = (b for b in read_html(page(f"<table>{markup}</table>")).blocks if isinstance(b, FlowTable))
    return {(c.row, c.column, c.row_span, c.column_span): c.text for c in found.cells}


def texts(read: WebPage) -> list[str]:
    return [b for b in read.blocks if isinstance(b, str)]


def doubt(cell: str) -> tuple[str, str]:
    """Text and doubt of a cell."""
    (found,) = (
        b for b in read_html(page(f"<table><tr><td>{cell}</td><td>1</td></tr></table>")).blocks
        if isinstance(b, FlowTable)
    )  # fmt: skip
    return found.cells[0].text, found.cells[0].doubt


def test_spans_push_the_cells_beside_and_below_them() -> None:
    assert table(
        "<tr><td rowspan=2>甲</td><td colspan='2'>乙</td><td>1</td></tr><tr><td>2</td><td>3</td><td>4</td></tr>"
    ) == {
        (0, 0, 2, 1): "甲",
        (0, 1, 1, 2): "乙",
        (0, 3, 1, 1): "1",
        (1, 1, 1, 1): "2",
        (1, 2, 1, 1): "3",
        (1, 3, 1, 1): "4",
    }


@pytest.mark.parametrize("span", ["0", "99", "2px"])
def test_a_span_ends_with_the_table(span: str) -> None:
    cells = table(f"<tr><td rowspan='{span}'>甲</td><td>1</td></tr><tr><td>2</td></tr>")
    assert cells == {(0, 0, 2, 1): "甲", (0, 1, 1, 1): "1", (1, 1, 1, 1): "2"}


def test_tags_that_are_not_closed_are_closed_by_the_next() -> None:
    assert list(table("<tr><td>甲<td>1<tr><td>乙<td>2").values()) == ["甲", "1", "乙", "2"]


def test_figures_stay_as_they_are_printed_and_blanks_stay_blank() -> None:
    cells = table("<tr><td>1,234</td><td>&nbsp;</td><td>—</td><td>　</td><td><p>12</p></td><td>总<br>计</td></tr>")
    assert list(cells.values()) == ["1,234", "", "—", "", "12", "总\n计"]


def test_what_no_reader_sees_is_not_read() -> None:
    cells = table(
        "<tr style='display:none'><td>9</td><td>9</td></tr>"
        "<tr><td>甲</td><td><span style='display: none'>8</span>5<script>7</script><!-- 6 --></td></tr>"
    )
    assert list(cells.values()) == ["甲", "5"]


def test_struck_out_text_is_left_out_and_the_cell_is_doubted() -> None:
    assert doubt("<del>8</del>5") == ("5", "characters in the cell are struck out")
    assert doubt("<span style='text-decoration: line-through'>8</span>5")[1] != ""


def test_a_footnote_is_not_glued_to_its_figure() -> None:
    assert doubt("5<sup>2</sup>") == ("5", "")
    assert doubt("<sup>2</sup>5")[0] == "²5"
    assert doubt("数量<sup>2</sup>")[0] == "数量²"


def test_a_picture_in_place_of_a_figure_is_told() -> None:
    assert doubt("<img src='5.gif'>") == ("\ufffd", "a picture stands in the cell")


def test_a_table_that_only_holds_other_tables_is_no_table() -> None:
    inner = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    read = read_html(page(f"<table><tr><td><p>{TEXT}</p></td></tr><tr><td>{inner}</td></tr></table>"))
    assert texts(read) == [TEXT]
    (found,) = (b for b in read.blocks if isinstance(b, FlowTable))
    assert [c.text for c in found.cells] == ["甲", "1", "乙", "2"]


def test_the_article_is_told_from_what_stands_around_it() -> None:
    menu = "<div class='nav'><a href='/'>首页</a></div><ul class='menu'><li>领导之窗</li></ul>"
    read = read_html(page(f"{menu}<div id='zoom'><p>{TEXT * 5}</p></div><div class='footer'>版权所有</div>"))
    assert texts(read) == [TEXT * 5]


def test_a_table_with_figures_is_never_dropped_whatever_its_frame_is_called() -> None:
    read = read_html(page("<div class='footer-nav'><table><tr><td>甲</td><td>1</td></tr></table></div>"))
    assert any(isinstance(b, FlowTable) for b in read.blocks)


def test_line_breaks_of_the_source_are_blanks_and_breaks_of_the_page_are_breaks() -> None:
    assert texts(read_html(page("<p>一、总体\n情况</p><p>甲<br>乙</p>"))) == ["一、总体 情况", "甲\n乙"]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("claim", ["", "utf-8", "gb2312", "big5", "iso-8859-1"])
def test_the_characters_tell_the_encoding_whatever_the_page_claims(charset: str, claim: str) -> None:
    head = f"<meta charset='{claim}'>" if claim else ""
    data = page(f"<p>{TEXT.replace('〇', '零')}</p>", head).decode().encode(charset)
    assert texts(read_html(data)) == [TEXT.replace("〇", "零")]


def test_big5_pages_of_mirrored_sites_are_read() -> None:
    text = "本機關政府資訊公開申請年度報告，全年收到申請五件，均已答復，沒有收費。"
    assert texts(read_html(page(f"<p>{text}</p>").decode().encode("big5"))) == [text]


def test_the_page_says_its_title_date_and_address() -> None:
    head = (
        "<title>某局2023年政府信息公开工作年度报告-某县人民政府</title>"
        "<meta name='PubDate' content='2024-01-30 10:00'>"
        "<link rel='canonical' href='http://www.x.gov.cn/a.html'>"
    )
    read = read_html(page(f"<p>{TEXT}</p>", head))
    assert (read.title, read.published, read.canonical) == (
        "某局2023年政府信息公开工作年度报告",
        "2024-01-30",
        "http://www.x.gov.cn/a.html",
    )


def test_the_date_may_stand_in_the_text() -> None:
    assert read_html(page(f"<div>发布时间：2024年1月5日 来源：某局</div><p>{TEXT}</p>")).published == "2024-01-05"


def test_a_page_saved_as_one_file_is_read() -> None:
    data = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.x.gov.cn/a.html\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n----x\r\n'
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    import base64

    data += base64.encodebytes(page(f"<p>{TEXT}</p>")) + b"\r\n----x--\r\n"
    read = read_mhtml(data)
    assert texts(read) == [TEXT]
    assert read.canonical == "http://www.x.gov.cn/a.html"


def test_a_saved_page_without_a_page_is_corrupt() -> None:
    with pytest.raises(DocumentError, match="text/html") as caught:
        read_mhtml(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n")
    assert caught.value.status == "corrupt"


def test_absurd_nesting_neither_breaks_nor_loses_text() -> None:
    read = read_html(page("<div>" * 1500 + TEXT + "</div>" * 1500))
    assert TEXT in "".join(texts(read))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_damaged(data: bytes) -> None:
    for read in (read_html, read_mhtml):
        try:
            read(data)
        except DocumentError as error:
            assert error.status == "corrupt"


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=4), min_size=1, max_size=5
    )
)
def test_cells_never_lie_over_each_other(rows: list[list[tuple[int, int]]]) -> None:
    markup = "".join(
        "<tr>" + "".join(f"<td rowspan={down} colspan={across}>1</td>" for down, across in row) + "</tr>"
        for row in rows
    )
    blocks = read_html(page(f"<table>{markup}<tr><td>甲</td><td>2</td></tr></table>")).blocks
    for found in (b for b in blocks if isinstance(b, FlowTable)):
        places = [
            (c.row + r, c.column + n) for c in found.cells for r in range(c.row_span) for n in range(c.column_span)
        ]
        assert len(places) == len(set(places))
