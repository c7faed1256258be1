"""Text made to break what comes after reading: formulas, SQL, controls, half characters, endless names."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from kinds.writing import WRITERS, blocks
from reader import Seen

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.report import CellState, Document
from gkingest.text.numbers import read_number

Hostile = Callable[..., Seen]
TITLE = "平川县水务局2023年政府信息公开工作年度报告"
EVIL = {
    "formula": "=cmd|' /C calc'!A0",
    "another formula": '@SUM(1+1)*HYPERLINK("http://x.example","年报")',
    "sql": "'; DROP TABLE report;--",
    "sql of postgres": "$$; COPY report TO PROGRAM 'x'; --",
    "percent": "%s %(organ)s {organ} %",
    "html": "<script>alert(1)</script>",
    "right to left": "\u202e告报度年",
    "escape": "\x1b]0;title\x07\x1b[31m",
    "backspaces": "年报\b\b\b",
    "bidi and joiners": "\u2066\u200b\u200d\ufeff",
    "astral": "𠮷𪚥🏛️",
    "unassigned": "\U000e0001\uffff\ufdd0",
    "long": "长" * 5000,
    "lines": "一\n\n二\r\n三\u2028四",
}


def stored(found: Document, folder: Path, formats: tuple[Format, ...]) -> list[tuple[str, str]]:
    """Organ and title as the database gives them back; the tables are all there."""
    from sqlalchemy import text

    from gkingest.store.database import open_database
    from gkingest.store.write.save import save_document

    engine = open_database(str(folder / "a.sqlite"), formats)
    save_document(engine, found)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT organ, title FROM report")).all()
        assert connection.execute(text("SELECT count(*) FROM fact")).scalar_one() > 0
    engine.dispose()
    return [(organ or "", title or "") for organ, title in rows]


@pytest.mark.parametrize("evil", EVIL)
def test_text_that_means_something_elsewhere_is_text_here(
    tmp_path: Path, formats: tuple[Format, ...], gk2021: Format, evil: str
) -> None:
    page = WRITERS["html"]([f"{EVIL[evil]}{b}" if b == TITLE else b for b in blocks(gk2021)])
    data = page.decode("gb18030").encode("utf-8")
    path = tmp_path / "document"
    path.write_bytes(data)
    found = ingest(path, formats, "never")
    assert found.report is not None, found.message
    ((organ, title),) = stored(found, tmp_path, formats)
    assert (organ, title) == (found.report.organ, found.report.title)
    assert len([f for f in found.report.facts if f.state is CellState.REPORTED]) > 100


@pytest.mark.parametrize("evil", EVIL)
def test_no_odd_organ_changes_the_figures(
    tmp_path: Path, formats: tuple[Format, ...], gk2021: Format, evil: str
) -> None:
    plain, odd = tmp_path / "plain.html", tmp_path / "odd.html"
    page = WRITERS["html"](blocks(gk2021)).decode("gb18030")
    plain.write_text(page, encoding="utf-8")
    odd.write_text(page.replace("平川县水务局", EVIL[evil].replace("<", "&lt;")), encoding="utf-8")
    reports = [ingest(path, formats, "never").report for path in (plain, odd)]
    assert reports[0] is not None and reports[1] is not None
    assert [f.value for f in reports[0].facts] == [f.value for f in reports[1].facts]


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 1000 + "年度报告".encode(),
        "2023年度报告\0第二".encode(),
        b"<html><body><h1>&#0;&#xD800;&#xDFFF;&#x110000;&#xFFFF; 2023</h1></body></html>",
        "<html><body>\ud800年度报告\udfff</body></html>".encode("utf-8", "surrogatepass"),
        b"\xff\xfe" + b"\x00\xd8" * 500,
        b"\xfe\xff\xd8\x00" + "年度报告".encode("utf-16-be"),
        "年度报告".encode() + b"\x01\x02\x03\x04\x05\x06\x07\x08" * 5,
        ("\u202e" * 10_000 + "年度报告").encode(),
        ("̀" * 100_000 + "年度报告").encode(),
        ("政府信息公开工作年度报告" * 100_000).encode(),
        b"2023" * 500_000,
        ("2023年" * 100_000 + "政府信息公开").encode(),
        b"(" * 200_000 + b")" * 200_000,
        ("一、" * 100_000).encode(),
        "\n".join(["一、总体情况"] * 50_000).encode(),
    ],
    ids=range(15),
)
def test_text_of_any_kind_is_read_or_refused(hostile: Hostile, data: bytes) -> None:
    assert hostile(data).only["status"] in ("not_a_report", "unsupported", "corrupt", "needs_review")


@pytest.mark.parametrize("digits", ["1" + "0" * 400, "9" * 5000, "0." + "3" * 400, "1" + ",000" * 100, "９" * 60])
def test_a_number_longer_than_any_count_is_doubted_not_stored(digits: str) -> None:
    found = read_number(digits)
    assert (found.state, found.value) == (CellState.UNREADABLE, None)
    assert "digits" in found.problem


def test_full_width_digits_are_digits() -> None:
    assert read_number("１，２８４").value == Decimal(1284)
    assert read_number("－５").value == Decimal(-5)


def test_an_absurd_number_in_a_table_is_doubted_and_the_others_are_read(
    tmp_path: Path, formats: tuple[Format, ...], gk2021: Format
) -> None:
    path = tmp_path / "document.html"
    path.write_bytes(WRITERS["html"](blocks(gk2021)).replace(b"1,284", b"1" + b"0" * 400))
    report = ingest(path, formats, "never").report
    assert report is not None
    odd = [f for f in report.facts if f.state is CellState.UNREADABLE]
    assert [len(f.raw) for f in odd] == [401]
    assert odd[0].key in report.flagged()
    assert stored(ingest(path, formats, "never"), tmp_path, formats)


@pytest.mark.parametrize(
    "name", ["年报\n2023.html", "x" * 250, "=cmd|x.html", "'; DROP TABLE report;--", "\u202etxt.exe"]
)
def test_a_file_of_any_name_is_read(tmp_path: Path, formats: tuple[Format, ...], gk2021: Format, name: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / name).write_bytes(WRITERS["html"](blocks(gk2021)))
    found = ingest(folder / name, formats, "never")
    assert found.report is not None and found.path.endswith(name)
    assert stored(found, tmp_path, formats)
