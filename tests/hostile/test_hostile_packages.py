"""Packages, archives and markup made to break a reader, and what they would steal or overwrite."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from poison import (
    GB,
    LAUGHTER,
    THIEF,
    docx,
    gzip_bomb,
    paragraph,
    relations,
    warc,
    with_bomb,
    xlsx,
    zipped,
)
from reader import Seen

Hostile = Callable[..., Seen]
DEEP = 100_000
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
WORD, SHEET = docx(paragraph("年度报告")), xlsx(ONE_CELL)
OFD = {"OFD.xml": '<OFD xmlns="http://www.ofdspec.org/2016"><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>'}


def utf8(text: str) -> bytes:
    return text.encode()


def without(members: dict[str, bytes | str], name: str) -> dict[str, bytes | str]:
    return {k: v for k, v in members.items() if k != name}


@pytest.mark.parametrize("honest", [True, False], ids=["that says so", "that lies about its size"])
@pytest.mark.parametrize(
    ("members", "name"),
    [
        (without(WORD, "word/document.xml"), "word/document.xml"),
        (WORD, "word/styles.xml"),
        (WORD, "word/numbering.xml"),
        (SHEET, "xl/sharedStrings.xml"),
        (SHEET, "xl/media/picture.png"),
        (SHEET, "xl/worksheets/_rels/sheet1.xml.rels"),
        (without(SHEET, "xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml"),
        (OFD, "D.xml"),
        ({"a.txt": "年度报告"}, "b.pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_member_that_unpacks_to_gigabytes_is_not_unpacked(
    hostile: Hostile, members: dict[str, bytes | str], name: str, honest: bool
) -> None:
    seen = hostile(with_bomb(members, name, 3 * GB, honest=honest))
    assert {d["status"] for d in seen.documents} & {"unsupported", "corrupt"}


def test_archives_in_archives_are_followed_to_a_depth_and_then_told(hostile: Hostile) -> None:
    nested = zipped({"a.txt": "年度报告"})
    for level in range(200):
        nested = zipped({f"{level}.zip": nested})
    inside, whole = hostile(nested).documents
    assert "archive inside 3 archives" in inside["message"]
    assert whole["kind"] == "archive"


def test_an_archive_that_copies_itself_ends(hostile: Hostile) -> None:
    """Forty names for one archive of forty names for … : by depth alone it would be thousands of files."""
    nested = zipped({"a.txt": "年度报告"})
    for _ in range(5):
        nested = zipped({f"{n}.zip": nested for n in range(20)})
    seen = hostile(nested)
    assert len(seen.documents) <= 10_002


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../../../etc/cron.d/x",
            "/etc/passwd",
            "C:\\Windows\\x",
            "..\\..\\x",
            "a/../../../x",
            "//server/share/x",
        ),
        *(
            "a\nb\r\n.txt",
            "\x1b[31mred",
            "\u202egnp.exe",
            "长" * 300 + ".txt",
            "con:stream",
            "....//....//x",
            "'; --",
        ),
    ],
)
def test_a_name_that_leads_out_of_its_archive_leads_nowhere(hostile: Hostile, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    seen = hostile(zipped({name: "2023年度报告"}), "a.zip")
    assert sorted(set(tmp_path.rglob("*")) - {tmp_path / "a.zip"}) == before
    inside = seen.documents[0]["name"]
    assert inside.startswith("a.zip!/") and inside.isprintable()
    assert ".." not in inside.split("/") and len(inside.encode()) < 1000


@pytest.mark.parametrize("make", [docx, xlsx])
def test_an_entity_that_grows_is_not_grown(hostile: Hostile, make: Callable[..., dict[str, bytes | str]]) -> None:
    text = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>' if make is xlsx else paragraph("&l11;")
    )
    found = hostile(zipped(make(text, LAUGHTER))).only
    assert found["status"] == "corrupt" and "beyond all bounds" in found["message"]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ofd", "html"])
def test_an_entity_that_names_a_file_gives_nothing_of_it(hostile: Hostile, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("2023年政府信息公开工作年度报告 SECRET")
    head = THIEF.format(secret)
    made = {
        "docx": lambda: zipped(docx(paragraph("&stolen;"), head)),
        "xlsx": lambda: zipped(xlsx('<row r="1"><c t="inlineStr"><is><t>&stolen;</t></is></c></row>', head)),
        "ofd": lambda: zipped({"OFD.xml": f"{head}<OFD><DocBody>&stolen;</DocBody></OFD>"}),
        "html": lambda: utf8(f"{head}<html><body><h1>&stolen;</h1></body></html>"),
    }
    found = hostile(made[kind]()).only
    assert found["kind"] not in ("report", "template")
    assert "SECRET" not in found["message"]


DEEPLY = {
    "html": lambda: utf8(f"<html><body>{'<div>' * DEEP}年度报告"),
    "html, closed": lambda: utf8(f"<html><body>{'<div>' * DEEP}x{'</div>' * DEEP}"),
    "html, tables": lambda: utf8(f"<html><body>{'<table><tr><td>' * DEEP}1"),
    "html, tables of figures": lambda: utf8(f"<html><body>{'<table><tr><td>a</td><td>1' * 3000}"),
    "docx, controls": lambda: zipped(
        docx("<w:sdt><w:sdtContent>" * DEEP + paragraph("x") + "</w:sdtContent></w:sdt>" * DEEP)
    ),
    "docx, tables": lambda: zipped(docx("<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80)),
    "docx, fields": lambda: zipped(docx("<w:p>" + FIELD * DEEP + "</w:p>")),
    "xlsx": lambda: zipped(xlsx("<a>" * DEEP + "</a>" * DEEP)),
    "ofd": lambda: zipped({"OFD.xml": "<a>" * DEEP + "</a>" * DEEP}),
    "mhtml": lambda: utf8(
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b0\n\n"
        + "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(3000))
    ),
}


@pytest.mark.parametrize("kind", DEEPLY)
def test_a_hundred_thousand_levels_are_no_way_down(hostile: Hostile, kind: str) -> None:
    assert hostile(DEEPLY[kind]()).only["status"] in ("not_a_report", "unsupported", "corrupt")


@pytest.mark.parametrize(
    "table",
    [
        '<tr><td colspan="1000000000">a</td><td rowspan="1000000000">1</td></tr><tr><td>b</td></tr>',
        "<tr>" + "<td rowspan=9999 colspan=9999>1</td>" * 300 + "</tr>" + "<tr><td>2</td></tr>" * 9999,
        ("<tr>" + "<td>1</td>" * 2000 + "</tr>") * 200,
        ("<tr>" + "<td>1</td>" * 100 + "</tr>") * 900,
        "<tr><td colspan=-1 rowspan=0>1</td><td colspan='九' rowspan=''>2</td></tr>",
    ],
    ids=["a billion columns", "cells over one another", "more than any report", "nearly too many", "no numbers"],
)
def test_a_web_table_of_any_size_is_read_or_refused(hostile: Hostile, table: str) -> None:
    found = hostile(f"<html><body><table>{table}</table></body></html>".encode()).only
    assert found["status"] in ("not_a_report", "unsupported")


SHEETS = {
    "a cell at the far end": xlsx(f'{ONE_CELL}<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'),
    "a cell beyond the end": xlsx(f'{ONE_CELL}<row r="99999999"><c r="ZZZZ99999999"><v>7</v></c></row>'),
    "a merged range of all": {
        **SHEET,
        "xl/worksheets/sheet1.xml": str(SHEET["xl/worksheets/sheet1.xml"]).replace(
            "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
    },
    "two billion hidden columns": {
        **SHEET,
        "xl/worksheets/sheet1.xml": str(SHEET["xl/worksheets/sheet1.xml"]).replace(
            "<sheetData>", '<cols><col min="1" max="2000000000" hidden="1"/></cols><sheetData>'
        ),
    },
    "numbers without measure": xlsx(
        f'<row r="1"><c r="A1"><v>1e400</v></c><c r="B1"><v>-1e-400</v></c><c r="C1"><v>{"9" * 400}</v></c></row>'
    ),
    "more digits than Python reads": xlsx(f'<row r="1"><c r="A1"><v>{"9" * 5000}</v></c></row>'),
    "half of a character": xlsx(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>_xD800_ _x0000_ 年报</t></is></c></row>'
    ),
    "a sheet that is the book": {**SHEET, "xl/_rels/workbook.xml.rels": relations(worksheet="workbook.xml")},
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_spreadsheet_of_any_extent_is_read_or_refused(hostile: Hostile, sheet: str) -> None:
    assert hostile(zipped(SHEETS[sheet])).only["status"] in ("not_a_report", "unsupported", "corrupt")


def test_a_word_table_of_ten_million_columns_is_refused(hostile: Hostile) -> None:
    span = '<w:tcPr><w:gridSpan w:val="9999999"/></w:tcPr>'
    table = f"<w:tbl><w:tr><w:tc>{span}<w:p/></w:tc></w:tr></w:tbl>"
    assert hostile(zipped(docx(table))).only["status"] == "unsupported"


ARCHIVES = {
    "headers without an end": lambda: gzip_bomb(4 * GB, b"WARC/1.0\r\nWARC-Type: response\r\n"),
    "a packed answer": lambda: warc(gzip_bomb(4 * GB, b"<html>"), b"Content-Encoding: gzip\r\n"),
    "no archive at all": lambda: gzip_bomb(4 * GB, b"x"),
    "an archive packed twice": lambda: gzip.compress(gzip.compress(warc(b"<html>"))),
    "a record without a length": lambda: warc(b"<html>").replace(b"Content-Length: ", b"Content-Length: -"),
    "a record of exabytes": lambda: warc(b"<html>").replace(
        b"Content-Length: ", b"Content-Length: 9999999999999999"
    ),
    "chunks of exabytes": lambda: warc(b"ffffffffffffffff\r\nx", b"Transfer-Encoding: chunked\r\n"),
}


@pytest.mark.parametrize("archive", ARCHIVES)
def test_a_web_archive_made_to_do_harm_is_told(hostile: Hostile, archive: str) -> None:
    seen = hostile(ARCHIVES[archive]())
    assert {d["status"] for d in seen.documents} <= {"corrupt", "unsupported", "not_a_report"}
