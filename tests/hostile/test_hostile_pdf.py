"""PDFs made to break a reader: each gets a status and a reason, within seconds and within memory."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from poison import FONT, GB, WORDS, one_page, pages, pdf, png, stream, zlib_bomb
from reader import Reader, Seen

from gkingest.document.ingest import ingest
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.paper import Box, Ruling
from gkingest.model.report import Document
from gkingest.read.ink import strokes
from gkingest.read.pdf import bombs
from gkingest.read.pdf.bombs import refuse_bombs
from gkingest.read.printed import read_document
from gkingest.text.signs import sign_of

Hostile = Callable[..., Seen]
SMALL = "www.huitong.gov.cn/6930075aad5947f5a446349aa1b736d4.pdf"
FLATE = b"/Filter /FlateDecode"
A4 = b"/MediaBox [0 0 595 842] "
LINES = b"".join(b"%d %d m %d %d l S\n" % (x, y, x + 30, y) for x in range(20, 560, 12) for y in range(20, 800, 16))
CATALOGUE = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
SHEET = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"

needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf makes the locked copies for this test")


def with_font(font: bytes, more: dict[int, bytes]) -> bytes:
    return one_page(stream(WORDS), A4 + FONT, {5: font, **more})


def with_picture(width: int, height: int, size: int) -> bytes:
    looks = b"/Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 " % (width, height)
    page = A4 + b"/Resources << /XObject << /I 6 0 R >> >>"
    return one_page(stream(b"q 595 0 0 842 0 0 cm /I Do Q"), page, {6: stream(zlib_bomb(size), looks + FLATE)})


def with_cross_references(body: bytes) -> bytes:
    """A PDF whose table of cross references is the stream ``body``."""
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    table = stream(body, b"/Type /XRef /W [1 4 2] /Size 99999999 /Root 1 0 R " + FLATE)
    return head + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (table, len(head))


BOMBS = {
    "in a page": lambda: one_page(stream(zlib_bomb(3 * GB, b" "), FLATE), A4 + FONT),
    "packed twice": lambda: one_page(
        stream(zlib.compress(zlib_bomb(3 * GB, b" ")), b"/Filter [/FlateDecode /FlateDecode]"), A4 + FONT
    ),
    "written as hexadecimal": lambda: one_page(
        stream(zlib_bomb(GB, b" ").hex().encode() + b">", b"/Filter [/ASCIIHexDecode /FlateDecode]"), A4 + FONT
    ),
    "under another name": lambda: one_page(
        stream(zlib_bomb(GB, b" "), b"/Subtype /Image /Filter /Fl#61teDecode"), A4 + FONT
    ),
    "in a table of characters": lambda: with_font(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        {6: stream(zlib_bomb(2 * GB, b" "), FLATE)},
    ),
    "in a font": lambda: with_font(
        b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R >>",
        {
            6: b"<< /Type /FontDescriptor /FontName /X /FontFile2 7 0 R /Flags 4 >>",
            7: stream(zlib_bomb(2 * GB, b" "), FLATE),
        },
    ),
    "in the cross references": lambda: with_cross_references(zlib_bomb(2 * GB)),
    "in a picture": lambda: with_picture(20_000, 20_000, GB),
}


@pytest.mark.parametrize("place", BOMBS)
def test_a_stream_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(hostile: Hostile, place: str) -> None:
    found = hostile(BOMBS[place]()).only
    assert found["status"] == "unsupported"
    assert "unpacks to more than" in found["message"]


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_says_it_is_huge_is_not_painted(hostile: Hostile, size: tuple[int, int]) -> None:
    found = hostile(with_picture(*size, 1 << 20), ocr="auto").only
    assert found["status"] in ("unsupported", "needs_ocr")
    assert "pixels" in found["message"] or "recognition" in found["message"]


@pytest.mark.parametrize("ocr", ["auto", "never"])
@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (59_000_000, 1), (0, 0)])
def test_a_png_of_impossible_size_is_told_by_its_head(hostile: Hostile, size: tuple[int, int], ocr: str) -> None:
    found = hostile(png(*size, zlib_bomb(64 << 20)), ocr=ocr).only
    assert found["status"] in ("unsupported", "corrupt", "needs_ocr")


def test_four_hundred_pages_that_are_no_report_are_left_after_a_few(hostile: Hostile) -> None:
    seen = hostile(pages(400, LINES + WORDS))
    assert seen.only["status"] == "not_a_report"
    assert "400 pages" in seen.only["message"] and "take it out" in seen.only["message"]
    assert seen.seconds < 60  # not the minutes that all its pages would take


def test_four_hundred_pages_of_drawings_are_left_too(hostile: Hostile) -> None:
    found = hostile(pages(400, LINES)).only
    assert found["status"] == "needs_ocr"
    assert "and 380 more" in found["message"]


def test_a_report_at_the_end_of_a_book_is_read_with_it(
    tmp_path: Path, corpus: Path, formats: tuple[Format, ...], ingested: Callable[[str], Document]
) -> None:
    import pypdfium2

    book = pypdfium2.PdfDocument(pages(100))
    book.import_pages(pypdfium2.PdfDocument(corpus / SMALL))
    book.save(tmp_path / "book.pdf")
    document, alone = ingest(tmp_path / "book.pdf", formats, "never"), ingested(SMALL)
    assert document.report is not None and alone.report is not None, document.message
    values = [{f.key: f.value for f in report.facts} for report in (document.report, alone.report)]
    assert values[0] == values[1]


TREES = {
    "is its own child": CATALOGUE | {2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"},
    "goes in a circle": CATALOGUE
    | {
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 5 >>",
        3: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R /Count 5 >>",
    },
    "claims two billion": CATALOGUE | {2: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", 3: SHEET},
    "claims less than none": CATALOGUE | {2: b"<< /Type /Pages /Kids [3 0 R] /Count -7 >>", 3: SHEET},
    "names one page a hundred thousand times": CATALOGUE
    | {2: b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % (b"3 0 R " * 100_000), 3: SHEET},
    "is twenty thousand levels deep": CATALOGUE
    | {n: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n + 1, n - 1) for n in range(2, 20_000)}
    | {20_000: SHEET},
    "is nested in a dictionary of a hundred thousand": CATALOGUE
    | {2: b"<< /Kids [3 0 R] /Count 1 /X %s >>" % (b"<< /A " * 100_000), 3: SHEET},
}


@pytest.mark.parametrize("tree", TREES)
def test_a_page_tree_that_leads_nowhere_is_left(hostile: Hostile, tree: str) -> None:
    assert hostile(pdf(TREES[tree])).only["status"] in ("corrupt", "unsupported", "not_a_report")


@pytest.mark.parametrize("ocr", ["auto", "never"])
@pytest.mark.parametrize("content", [WORDS, LINES], ids=["words", "lines"])
@pytest.mark.parametrize(
    "box",
    [
        *(b"0 0 1000000 1000000", b"0 0 1e6 1e6", b"0 0 1000000 1", b"0 0 0 0", b"0 0 -595 -842", b"842 595 0 0"),
        *(b"0 0 NaN NaN", b"0 0 999999999999999999999 9", b"1 2", b"0 0 0.0001 0.0001", b"0 0 0.001 800"),
    ],
)
def test_a_sheet_of_impossible_size_is_read_or_said_to_be_none(
    hostile: Hostile, box: bytes, content: bytes, ocr: str
) -> None:
    found = hostile(one_page(stream(content), b"/MediaBox [%s] " % box + FONT), ocr=ocr).only
    assert found["status"] in ("not_a_report", "needs_ocr", "corrupt")


@pytest.mark.parametrize("unit", [b"1000000", b"-1", b"0", b"(x)"])
def test_an_impossible_unit_of_length_changes_nothing(hostile: Hostile, unit: bytes) -> None:
    page = b"/MediaBox [0 0 200 200] /UserUnit %s " % unit + FONT
    assert hostile(one_page(stream(WORDS), page)).only["status"] == "not_a_report"


FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >>"
DRAWS = A4 + b"/Resources << /XObject << /X 6 0 R >> >>"
CONTENTS = {
    "a form that paints itself": one_page(stream(b"/X Do"), DRAWS, {6: stream(b"/X Do " + WORDS, FORM)}),
    "three million states saved": one_page(stream(zlib.compress(b"q " * 3_000_000), FLATE), A4 + FONT),
    "three million brackets": one_page(stream(zlib.compress(b"[" * 3_000_000), FLATE), A4 + FONT),
    "a million characters in one place": one_page(
        stream(zlib.compress(b"BT /F1 1 Tf %s ET" % (b"1 0 0 1 72 700 Tm (0123456789) Tj " * 100_000)), FLATE),
        A4 + FONT,
    ),
    "a grid of a thousand lines": one_page(
        stream(
            zlib.compress(b"".join(b"0 %d m 595 %d l S %d 0 m %d 842 l S\n" % (n, n, n, n) for n in range(590)))
        ),
        A4 + FONT,
    ),
    "a length that is the stream itself": one_page(
        b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % WORDS, A4 + FONT
    ),
    "an annotation that is its own look": one_page(
        stream(WORDS),
        A4 + b"/Annots [6 0 R 6 0 R] " + FONT,
        {6: b"<< /Type /Annot /Subtype /Popup /Parent 6 0 R /Rect [0 0 1e9 1e9] /AP << /N 6 0 R >> >>"},
    ),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_a_page_with_odd_content_is_read_as_far_as_it_goes(hostile: Hostile, content: str) -> None:
    assert hostile(CONTENTS[content]).only["status"] in ("not_a_report", "needs_ocr", "unsupported")


def form(content: bytes, named: int, entries: bytes = b"") -> bytes:
    """A form that calls object ``named`` X."""
    looks = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X %d 0 R >> >> " % named
    return stream(zlib.compress(content), looks + entries + FLATE)


LEAF = {14: stream(zlib.compress(WORDS), b"/Subtype /Form /BBox [0 0 595 842] " + FONT + FLATE)}
ONCE = stream(b"/X Do")
REPEATED = {
    "a form that draws itself three times": one_page(ONCE, DRAWS, {6: form(b"/X Do " * 3, 6)}),
    "two forms that draw each other": one_page(
        ONCE, DRAWS, {6: form(b"/X Do /X Do", 7), 7: form(b"/X Do /X Do", 6)}
    ),
    "forms ten wide and eight deep": one_page(
        ONCE, DRAWS, {n: form(b"/X Do " * 10, n + 1) for n in range(6, 14)} | LEAF
    ),
    "resources that are objects of their own": one_page(
        ONCE,
        DRAWS,
        {
            n: stream(b"/X Do " * 10, b"/Subtype /Form /BBox [0 0 9 9] /Resources %d 0 R" % (n + 20))
            for n in range(6, 14)
        }
        | {n + 20: b"<< /XObject %d 0 R >>" % (n + 40) for n in range(6, 14)}
        | {n + 40: b"<< /X %d 0 R >>" % (n + 1) for n in range(6, 14)}
        | LEAF,
    ),
    "names that the page means": one_page(
        ONCE, DRAWS, {6: stream(b"/X Do /X Do", b"/Subtype /Form /BBox [0 0 595 842]")}
    ),
    "names written as numbers": one_page(
        stream(b"/#58 Do"), DRAWS, {6: form(b"/#58 Do /X Do", 6).replace(b"/Form", b"/F#6frm")}
    ),
    "a long form drawn often": one_page(
        stream(b"/X Do " * 50_000), DRAWS, {6: form(b"0 0 m 9 9 l S " * 50_000, 6)}
    ),
    "a page whose content is listed three thousand times": one_page(
        stream(b"0 0 m 9 9 l S " * 2000), A4 + FONT
    ).replace(b"/Contents 4 0 R", b"/Contents [%s]" % (b"4 0 R " * 3000)),
    "notes that all look like one long form": one_page(
        stream(WORDS),
        A4 + FONT + b"/Annots [%s]" % (b"7 0 R " * 20_000),
        {
            6: form(b"0 0 m 9 9 l S " * 5000, 6),
            7: b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 100 100] /AP << /N 6 0 R >> >>",
        },
    ),
    "letters without end": one_page(
        stream(zlib.compress(b"BT /F1 1 Tf %s ET" % (b"(%s) Tj " % (b"a" * 900) * 7000)), FLATE), A4 + FONT
    ),
}


@pytest.mark.parametrize("content", REPEATED)
def test_what_is_drawn_again_and_again_is_counted_before_it_is_drawn(hostile: Hostile, content: str) -> None:
    found = hostile(REPEATED[content]).only
    assert found["status"] == "unsupported"
    assert "draws more than 8 MB of content on one page" in found["message"]


@pytest.mark.parametrize(
    "content",
    [
        one_page(ONCE, DRAWS, {6: form(b"/X Do", 6)}),
        one_page(ONCE, DRAWS, {n: form(b"/X Do /X Do", n + 1) for n in range(6, 14)} | LEAF),
        one_page(stream(b"/X Do " * 2000), DRAWS, LEAF | {6: LEAF[14]}),
    ],
    ids=["itself, once", "two wide and eight deep", "a small one, often"],
)
def test_forms_that_a_report_may_have_are_drawn(content: bytes) -> None:
    refuse_bombs(content)


def test_a_border_of_dots_is_no_more_than_its_points() -> None:
    """A browser writes each dot of a rounded border with curves of nine digits: ten megabytes a page."""
    dot = b"14.8875027 142.1441193 m 14.6637211 142.1441193 14.4089127 141.9341736 14.7754097 141.9064998 c "
    refuse_bombs(one_page(stream(zlib.compress(dot * 100_000), FLATE), A4))
    with pytest.raises(DocumentError, match="draws more than 8 MB"):
        refuse_bombs(one_page(stream(zlib.compress(b"0 0 m 1 1 l S " * 700_000), FLATE), A4))


def test_a_name_means_what_each_page_says(root: Path) -> None:
    """A picture that one page draws a thousand times has the name of a long form of another page."""
    picture = stream(b"\0", b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8")
    page = SHEET.removesuffix(b">>") + b"/Contents %d 0 R /Resources << /XObject << /X %d 0 R >> >> >>"
    refuse_bombs(
        pdf(
            CATALOGUE
            | {
                2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
                3: page % (5, 7),
                4: page % (6, 8),
                5: stream(b"/X Do " * 1000),
                6: ONCE,
                7: picture,
                8: stream(b"0 0 m 9 9 l S " * 5000, b"/Subtype /Form /BBox [0 0 595 842]"),
            }
        )
    )


@pytest.mark.parametrize("word", [b"stream\n41", b"stream\nx\x9c", b"stream\nx\x01\0\0\0\xff\xff", b"stream\n<~x"])
def test_each_byte_of_a_file_is_unpacked_a_few_times_at_most(monkeypatch: pytest.MonkeyPatch, word: bytes) -> None:
    """Streams that begin within one another: to read each to the end of the file would take hours."""
    read = 0
    decompressobj, decoded = zlib.decompressobj, bombs._decoded

    class Counting:
        def __init__(self) -> None:
            self._engine = decompressobj()

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal read
            read += len(data)
            return self._engine.decompress(data, most)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._engine, name)

    def counted(text: bytes) -> bytes:
        nonlocal read
        read += len(text)
        return decoded(text)

    monkeypatch.setattr(bombs.zlib, "decompressobj", Counting)
    monkeypatch.setattr(bombs, "_decoded", counted)
    data = b"%PDF-1.7\n" + word * (8_000_000 // len(word))
    with pytest.raises(DocumentError, match="begins more streams than it ends"):
        refuse_bombs(data)
    assert read < 20 * len(data)


def test_a_page_of_hatching_is_no_table_and_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    touch = strokes._touch

    def counted(one: Ruling, other: Ruling) -> bool:
        nonlocal looked
        looked += 1
        return touch(one, other)

    monkeypatch.setattr(strokes, "_touch", counted)
    hatched = tuple(Ruling(x / 10, 100, x / 10 + 5, 100) for x in range(5000))
    kept, marks = strokes.apart_from_strokes(hatched)
    assert (kept, marks) == (hatched, ())
    assert looked < 5_000_000
    letter = (Ruling(10, 10, 14, 10), Ruling(10, 10, 10, 18), Ruling(10, 18, 14, 18))
    rule = Ruling(10, 60, 300, 60)
    assert strokes.apart_from_strokes((*letter, rule)) == ((rule,), (Box(10, 10, 14, 18),))


NUMBERS = {
    "beyond Unicode": 0x7FFFFFFF,
    "half of a pair": 0xD800,
    "none": 0xFFFF,
    "zero": 0,
    "none of plane one": 0x1FFFE,
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_code_that_is_no_character_is_a_sign_that_nobody_can_read(number: str) -> None:
    assert sign_of(NUMBERS[number]) == "\ufffd"


@pytest.mark.parametrize("code", [b"FFFFFFFF", b"00110000", b"D800", b"FFFF", b"0000", b"D83DFFFF"])
def test_a_font_that_means_no_character_gives_no_figure(hostile: Hostile, code: bytes) -> None:
    table = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <35> <%s> endbfchar" % code
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    words = b"BT /F1 12 Tf 72 700 Td (The budget is 1525 and the year 2023 as below 5) Tj ET " + LINES
    found = hostile(one_page(stream(words), A4 + FONT, {5: font, 6: stream(table)})).only
    assert found["status"] in ("not_a_report", "needs_ocr")


@pytest.mark.parametrize(
    "change",
    [
        (b"startxref", b"startxref\n99999999999999999999 %"),
        (b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
        (b"/Root 1 0 R", b"/Root 77 0 R"),
        (b"/Root 1 0 R", b"/Root 5 0 R"),
        (b"00000 n", b"65535 f"),
        (b"/Count 1", b"/Count 1 /Kids 2 0 R"),
        (b"xref\n0 1", b"xref\n0 2147483647"),
        (b"endobj", b""),
    ],
)
def test_broken_cross_references_are_mended_or_the_file_is_damaged(
    hostile: Hostile, change: tuple[bytes, bytes]
) -> None:
    data = one_page(stream(WORDS), A4 + FONT).replace(*change)
    assert hostile(data).only["status"] in ("not_a_report", "corrupt")


def test_a_file_that_breaks_off_anywhere_is_read_or_said_to_be_damaged(hostile: Hostile) -> None:
    data = one_page(stream(WORDS), A4 + FONT)
    for end in range(0, len(data), 23):
        assert hostile(data[:end]).only["status"] in ("not_a_report", "corrupt", "unsupported"), end


def test_a_page_that_is_lost_costs_its_own_figures_only(
    tmp_path: Path, corpus: Path, formats: tuple[Format, ...], ingested: Callable[[str], Document]
) -> None:
    """PDFium loads a document whose last page is no page; the pages before it are read all the same."""
    import pypdfium2

    whole = pypdfium2.PdfDocument(corpus / SMALL)
    whole.new_page(595, 842)
    path = tmp_path / "document.pdf"
    whole.save(path)
    data = path.read_bytes()
    *_, last = re.finditer(rb"/Type\s*/Page\b", data)
    path.write_bytes(data[: last.start()] + b"/Type /Pagf " + data[last.end() :])
    document, alone = ingest(path, formats, "never"), ingested(SMALL)
    assert document.report is not None and alone.report is not None, document.message
    assert {f.key: f.value for f in document.report.facts} == {f.key: f.value for f in alone.report.facts}


# Passwords ----------------------------------------------------------------------------------------------------


def locked(source: Path, target: Path, user: str, *more: str) -> Path:
    lock = ["--allow-weak-crypto", "--encrypt", user, "owner", *(more or ("256",)), "--"]
    subprocess.run(["qpdf", *lock, str(source), str(target)], check=True)
    return target


@needs_qpdf
@pytest.mark.parametrize(
    ("user", "lock"),
    [
        *(("", ("40",)), ("open2023", ("40",)), ("", ("128", "--use-aes=y")), ("open2023", ("128", "--use-aes=y"))),
        *(("", ("256",)), ("开放2023", ("256",))),
    ],
    ids=str,
)
def test_a_locked_report_is_read_as_if_it_were_open(
    tmp_path: Path,
    corpus: Path,
    formats: tuple[Format, ...],
    expectations: dict[str, Any],
    unlike: Callable[[Document, Any], dict[FactKey, str]],
    user: str,
    lock: tuple[str, ...],
) -> None:
    path = locked(corpus / SMALL, tmp_path / "locked.pdf", user, *lock)
    document = ingest(path, formats, "never", passwords=("wrong", user or "unneeded"))
    assert document.report is not None, document.message
    assert unlike(document, expectations[SMALL]) == {}


@needs_qpdf
def test_a_locked_report_says_what_to_do(tmp_path: Path, corpus: Path, formats: tuple[Format, ...]) -> None:
    path = locked(corpus / SMALL, tmp_path / "locked.pdf", "secret")
    without, wrong = ingest(path, formats, "never"), ingest(path, formats, "never", passwords=("a", "b", "a"))
    assert without.status.value == wrong.status.value == "encrypted"
    assert "--password-file" in without.message
    assert "none of the 2 passwords given opens it" in wrong.message
    assert "secret" not in wrong.message


@needs_qpdf
def test_odd_passwords_are_passed_over(tmp_path: Path, corpus: Path, formats: tuple[Format, ...]) -> None:
    path = locked(corpus / SMALL, tmp_path / "locked.pdf", "secret")
    odd = ("\ud800", "sec\0ret", "x" * 100_000, "", "secret")
    assert ingest(path, formats, "never", passwords=odd).report is not None


@needs_qpdf
def test_passwords_reach_a_report_in_an_archive(
    tmp_path: Path, corpus: Path, formats: tuple[Format, ...], reader: Reader
) -> None:
    from poison import zipped

    inside = locked(corpus / SMALL, tmp_path / "locked.pdf", "secret").read_bytes()
    (tmp_path / "a.zip").write_bytes(zipped({"年报.pdf": inside}))
    seen = reader.read(tmp_path / "a.zip", 20, passwords=("secret",))
    assert [d["kind"] for d in seen.documents] == ["report", "archive"]


@needs_qpdf
def test_a_bomb_behind_a_lock_is_refused(hostile: Hostile, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(one_page(stream(zlib_bomb(GB, b" "), FLATE), A4 + FONT))
    command = ["qpdf", "--stream-data=preserve", "--encrypt", "", "owner", "256", "--", str(bomb)]
    subprocess.run([*command, str(tmp_path / "locked.pdf")], check=True)
    assert hostile((tmp_path / "locked.pdf").read_bytes()).only["status"] == "unsupported"


# What was read before -----------------------------------------------------------------------------------------


def test_what_is_read_of_a_document_does_not_depend_on_those_before_it(
    root: Path, formats: tuple[Format, ...]
) -> None:
    """PDFium keeps the fonts that it painted with in the place of missing ones, and measures with them later."""
    import pypdfium2

    whole = (root / "tests/documents/d02_extra_other_unmerged.pdf").read_bytes()
    data = re.sub(rb"/FontFile(\d?) ", rb"/FontFilx\1 ", whole)
    assert data != whole
    before = read_document(data, ReadWith(formats)).pages
    painted = pypdfium2.PdfDocument(data)
    for page in painted:
        page.render(scale=1)
    painted.close()
    assert read_document(data, ReadWith(formats)).pages == before


def test_a_damaged_file_is_said_to_be_so_in_the_same_words_whatever_was_read_before(
    formats: tuple[Format, ...],
) -> None:
    def told(data: bytes) -> str:
        with pytest.raises(DocumentError) as error:
            read_document(data, ReadWith(formats))
        return error.value.message

    pageless = pdf(CATALOGUE | {2: b"<< /Type /Pages /Kids [] /Count 0 >>"})
    alone = told(pageless)
    told(b"%PDF-1.7\n" + b"x" * 2000)
    assert told(pageless) == alone
