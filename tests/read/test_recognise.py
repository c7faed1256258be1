"""Which pages are read from their pictures, how many of a long scan, and what is said where none can be."""

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawing import Sheet, Upright
from making import photographed, picture_of
from PIL import Image

from gkingest.cli.main import main
from gkingest.document.ingest import ingest, interpret
from gkingest.document.read_with import ReadWith
from gkingest.errors import DocumentError, EngineError
from gkingest.formats.spec import Format
from gkingest.model.paper import Page, ReadDocument
from gkingest.model.report import Document, Status
from gkingest.read.options import OcrMode
from gkingest.read.picture import recognise
from gkingest.read.picture.recognise import read_image, read_pictures

Unlike = Callable[[Document, Any], dict[Any, str]]
SEED = "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"  # three pages of text
MIXED = "www.sjzps.gov.cn/columns/7f3a1c/202501/24/2024年度政府信息公开工作年报.pdf"  # two of text, two pictures
INSTALL = 'pip install "gkingest[ocr]"'
MISSING = "character recognition is not installed"  # what to install is told once, at the end of a run
PNG = b"\x89PNG\r\n\x1a\n"
PICTURE = "it is a picture without a text layer"


class Recogniser:
    """Stands in for the reading of pictures, and counts the pages that it is asked for."""

    def __init__(self, text: str = "", report_on: int = 0) -> None:
        self.text, self.report_on = text, report_on
        self.asked: list[int] = []

    def read_pages(self, data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
        for number in wanted if wanted is not None else [1]:
            self.asked.append(number)
            text = "某局2023年政府信息公开工作年度报告" if number == self.report_on else self.text
            yield Page(number, 595, 842, (), (), origin="scan", text=text)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Recogniser], Recogniser]:
    """Puts a recogniser in the place of the real one."""

    def put(recogniser: Recogniser) -> Recogniser:
        monkeypatch.setattr(recognise, "is_installed", lambda: True)
        monkeypatch.setattr(recognise, "read_pages", recogniser.read_pages)
        return recogniser

    return put


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No recogniser is installed; whoever asks one all the same fails."""

    def read_pages(data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
        raise AssertionError("there is no recogniser")

    monkeypatch.setattr(recognise, "is_installed", lambda: False)
    monkeypatch.setattr(recognise, "read_pages", read_pages)


def document(*problems: str) -> ReadDocument:
    """A document of as many pages, each with text or the reason why it has none."""
    pages = (
        Page(n, 595, 842, (), (), text="" if problem else f"第{n}页", problem=problem)
        for n, problem in enumerate(problems, 1)
    )
    return ReadDocument(b"%PDF-", tuple(pages))


Install = Callable[[Recogniser], Recogniser]


def test_only_pages_without_usable_text_are_read_again(installed: Install, formats: tuple[Format, ...]) -> None:
    recogniser, before = installed(Recogniser("读到的")), document("", PICTURE, "")
    after = read_pictures(before, ReadWith(formats, "auto"))

    assert recogniser.asked == [2]
    assert (after.pages[0], after.pages[2]) == (before.pages[0], before.pages[2])
    assert (after.pages[1].text, after.pages[1].problem) == ("读到的", "")


def test_every_page_is_read_from_its_picture_where_that_is_asked_for(
    installed: Install, formats: tuple[Format, ...]
) -> None:
    recogniser = installed(Recogniser("读到的"))
    after = read_pictures(document("", PICTURE, ""), ReadWith(formats, "always"))

    assert recogniser.asked == [1, 2, 3]
    assert [(p.number, p.text) for p in after.pages] == [(1, "读到的"), (2, "读到的"), (3, "读到的")]


def test_no_picture_is_read_where_that_is_switched_off(installed: Install, formats: tuple[Format, ...]) -> None:
    recogniser, before = installed(Recogniser()), document("", PICTURE)
    after = read_pictures(before, ReadWith(formats, "never"))

    assert recogniser.asked == []
    assert after.pages[0] == before.pages[0]
    assert PICTURE in after.pages[1].problem and "--ocr never" in after.pages[1].problem


@pytest.mark.parametrize("mode", ["auto", "never"])
@pytest.mark.usefixtures("missing")
def test_a_document_of_text_needs_no_recogniser(mode: OcrMode, formats: tuple[Format, ...]) -> None:
    before = document("", "")
    assert read_pictures(before, ReadWith(formats, mode)) == before


@pytest.mark.usefixtures("missing")
def test_without_a_recogniser_a_page_says_what_is_missing(formats: tuple[Format, ...]) -> None:
    before = document("", PICTURE)
    after = read_pictures(before, ReadWith(formats, "auto"))

    assert after.pages[0] == before.pages[0]
    assert PICTURE in after.pages[1].problem and MISSING in after.pages[1].problem


@pytest.mark.usefixtures("missing")
def test_a_scan_without_a_recogniser_needs_one_and_says_which(
    tmp_path: Path, corpus: Path, formats: tuple[Format, ...]
) -> None:
    scan, picture = tmp_path / "scan.pdf", tmp_path / "scan.png"
    scan.write_bytes(photographed(corpus / SEED, {1, 2, 3}))
    picture.write_bytes(picture_of(corpus / SEED, 1))
    for path in (scan, picture):
        taken = ingest(path, formats)
        assert (taken.status, taken.report) == (Status.NEEDS_OCR, None)
        assert MISSING in taken.message


@pytest.mark.usefixtures("missing")
def test_to_insist_on_a_recogniser_that_is_missing_ends_the_run(formats: tuple[Format, ...]) -> None:
    for pages in (document("", PICTURE), document("", "")):
        with pytest.raises(EngineError, match="gkingest\\[ocr\\]"):
            read_pictures(pages, ReadWith(formats, "always"))
    with pytest.raises(EngineError, match="gkingest\\[ocr\\]"):
        read_image(PNG, ReadWith((), "always"))


@pytest.mark.usefixtures("missing")
def test_the_command_ends_with_the_code_of_a_missing_engine(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["ingest", "--ocr", "always", "--dry-run", str(corpus / SEED)]
    monkeypatch.setattr(sys, "argv", ["gkingest", *arguments])
    monkeypatch.setenv("GKINGEST_ENGINE", "inline")
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 5
    err = capfd.readouterr().err
    assert INSTALL in err and "Traceback" not in err


def test_a_picture_file_is_not_read_where_that_is_switched_off(installed: Install) -> None:
    recogniser = installed(Recogniser())
    with pytest.raises(DocumentError, match="--ocr never") as refused:
        read_image(PNG, ReadWith((), "never"))
    assert (refused.value.status, recogniser.asked) == ("needs_ocr", [])


@pytest.mark.parametrize("length", [31, 40, 250])
def test_a_long_scan_that_shows_no_report_is_only_looked_into(
    installed: Install, formats: tuple[Format, ...], length: int
) -> None:
    recogniser = installed(Recogniser("工程招标文件"))
    after = read_pictures(document(*[PICTURE] * length), ReadWith(formats, "auto"))

    assert len(recogniser.asked) == len(set(recogniser.asked)) == 8
    assert recogniser.asked[:3] == [1, 2, 3]
    assert max(recogniser.asked) > length / 2
    assert [p.number for p in after.pages] == list(range(1, length + 1))
    for page in after.pages:
        assert (page.problem == "") is (page.number in recogniser.asked)
        assert not page.problem or f"8 of {length}" in page.problem


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ("三、收到和处理政府信息公开申请情况", Status.NEEDS_REVIEW),
        ("本年制发件数 行政规范性文件", Status.NEEDS_REVIEW),
        ("工程招标文件", Status.NOT_A_REPORT),
    ],
)
def test_a_picture_of_which_a_heading_or_labels_were_read_is_looked_at(
    installed: Install, formats: tuple[Format, ...], shown: str, status: Status
) -> None:
    installed(Recogniser(shown))
    outcome, _ = interpret(read_pictures(document(PICTURE), ReadWith(formats, "auto")), ReadWith(formats, "auto"))
    assert outcome.status is status, outcome.message


@pytest.mark.parametrize("report_on", [1, 3])
def test_a_long_scan_that_shows_a_report_is_read_whole_and_each_page_once(
    installed: Install, formats: tuple[Format, ...], report_on: int
) -> None:
    recogniser = installed(Recogniser("工程招标文件", report_on))
    after = read_pictures(document(*[PICTURE] * 40), ReadWith(formats, "auto"))

    assert sorted(recogniser.asked) == list(range(1, 41))
    assert all(not p.problem for p in after.pages)
    assert [p.number for p in after.pages] == list(range(1, 41))


def test_a_long_scan_whose_title_is_text_is_read_whole(installed: Install, formats: tuple[Format, ...]) -> None:
    recogniser, before = installed(Recogniser()), document("", *[PICTURE] * 40)
    title = replace(before.pages[0], text="某局2023年政府信息公开工作年度报告")
    read_pictures(replace(before, pages=(title, *before.pages[1:])), ReadWith(formats, "auto"))
    assert sorted(recogniser.asked) == list(range(2, 42))


def test_a_scan_of_thirty_pages_is_read_whole_whatever_it_shows(
    installed: Install, formats: tuple[Format, ...]
) -> None:
    recogniser = installed(Recogniser())
    read_pictures(document(*[PICTURE] * 30), ReadWith(formats, "auto"))
    assert recogniser.asked == list(range(1, 31))


def test_of_a_mixed_report_only_the_pictures_are_read(
    corpus: Path,
    formats: tuple[Format, ...],
    recorded_pages: Callable[[Path], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    expectations: dict[str, Any],
    unlike: Unlike,
) -> None:
    asked: list[int] = []
    with recorded_pages(corpus / MIXED), monkeypatch.context() as patched:
        read_pages = recognise.read_pages

        def counted(data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
            asked.extend(wanted or [])
            yield from read_pages(data, wanted)

        patched.setattr(recognise, "read_pages", counted)
        taken = ingest(corpus / MIXED, formats)
    assert asked == [3, 4]
    assert unlike(taken, expectations[MIXED]) == {}


@pytest.fixture
def upright(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of drawn characters as the engine."""
    monkeypatch.setattr(recognise, "is_installed", lambda: True)
    monkeypatch.setattr("gkingest.read.picture.ocr.default_engine", Upright)


def sheets() -> list[Image.Image]:
    """Two sheets, one higher than wide and one wider than high, with some text each."""
    drawn = []
    for width, height, count in ((1000, 1400, 12), (1400, 1000, 9)):
        sheet = Sheet(width, height)
        for n in range(3):
            sheet.characters(count, 100, 200 + 60 * n)
        drawn.append(Image.fromarray(sheet.pixels))
    return drawn


@pytest.mark.usefixtures("upright")
def test_every_frame_of_a_picture_is_a_page(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    first, second = sheets()
    path = tmp_path / "scan.tif"
    first.save(path, "TIFF", save_all=True, append_images=[second], dpi=(200, 200))
    read = read_image(path.read_bytes(), ReadWith(formats))

    assert [(p.number, p.origin, p.width, p.height) for p in read.pages] == [
        (1, "scan", 360, 504),
        (2, "scan", 504, 360),
    ]
    assert [p.text.split() for p in read.pages] == [["信" * 12] * 3, ["信" * 9] * 3]
    source = ingest(path, formats).source
    assert source is not None and (source.media_type, source.page_count) == ("image/tiff", 2)


@pytest.mark.usefixtures("upright")
def test_pictures_in_a_pdf_keep_the_number_and_size_of_their_pages() -> None:
    out = io.BytesIO()
    first, second = sheets()
    first.save(out, "PDF", save_all=True, append_images=[second], resolution=200)
    (page,) = recognise.read_pages(out.getvalue(), [2])

    assert (page.number, page.text.split()) == (2, ["信" * 9] * 3)
    assert (page.width, page.height) == pytest.approx((504, 360), abs=0.5)
    assert [p.number for p in recognise.read_pages(out.getvalue())] == [1, 2]
