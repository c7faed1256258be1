"""Reports whose tables are pictures inside another file: read as scans where that can be done, else said so."""

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.shared import Inches
from kinds import ofd_writing as ofd
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from recorded.recording import load_pages

from gkingest.document.ingest import examine, ingest, interpret
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.model.paper import Page, ReadDocument
from gkingest.model.report import Document, Status
from gkingest.read.ink.glyphs import lines_of
from gkingest.read.picture import recognise

SCAN = "www.gxxl.gov.cn/xxgk/jcxxgk/t4286611.pdf"  # three pages, all pictures
TITLE = "平川县水务局2022年政府信息公开工作年度报告"
WORDS = "六、其他需要报告的事项"
SHADES = (40, 120, 200)  # of the pictures that stand for the three pages of the scan
Ingested = Callable[[str], Document]


def drawn(shade: int, size: tuple[int, int] = (827, 1170)) -> bytes:
    """A picture that stands for a page of the scan."""
    out = io.BytesIO()
    Image.new("L", size, shade).save(out, "PNG")
    return out.getvalue()


PICTURES = tuple(map(drawn, SHADES))


class Eye:
    """Stands in for the recogniser: each picture shows the page of the scan that its shade stands for."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages, self.asked = pages, 0

    def read_pages(self, data: bytes, wanted: Sequence[int] | None = None) -> Iterator[Page]:
        assert wanted == [1]
        self.asked += 1
        shade = Image.open(io.BytesIO(data)).convert("L").getpixel((5, 5))
        yield replace(self.pages[SHADES.index(int(shade))], number=1)


@pytest.fixture
def eye(monkeypatch: pytest.MonkeyPatch, corpus: Path) -> Eye:
    """The recogniser is installed, and this is it."""
    found = Eye(load_pages((corpus / SCAN).read_bytes()))
    monkeypatch.setattr(recognise, "is_installed", lambda: True)
    monkeypatch.setattr(recognise, "read_pages", found.read_pages)
    monkeypatch.setattr("gkingest.document.second_look.look_again", lambda read, wanted: no_looks(wanted))
    return found


def no_looks(wanted: Any) -> dict[Any, Any]:
    return {(number, box): () for number, boxes in wanted.items() for box in boxes}


def as_html(pictures: Sequence[bytes]) -> bytes:
    inline = (f"<img src='data:image/png;base64,{base64.b64encode(p).decode()}'>" for p in pictures)
    return f"<html><body><h1>{TITLE}</h1><p>{'</p><p>'.join(inline)}</p><p>{WORDS}</p></body></html>".encode()


def as_layout(pictures: Sequence[bytes]) -> bytes:
    """Pictures in the cells of a table that sets them out, in place only when a script puts them there."""
    rows = (
        f"<tr><td><img src='wait.gif' data-src='data:;base64,{base64.b64encode(p).decode()}'></td><td></td></tr>"
        for p in pictures
    )
    return f"<html><body><h1>{TITLE}</h1><table>{''.join(rows)}</table><p>{WORDS}</p></body></html>".encode()


def as_saved(pictures: Sequence[bytes]) -> bytes:
    """A page saved as one file with its pictures."""
    page = f"<html><body><h1>{TITLE}</h1>" + "".join(f"<img src='p/{n}.png'>" for n in range(len(pictures)))
    parts = [
        ("text/html; charset=utf-8", "http://a.gov.cn/b/c.html", f"{page}<p>{WORDS}</p></body></html>".encode())
    ]
    parts += [("image/png", f"http://a.gov.cn/b/p/{n}.png", p) for n, p in enumerate(pictures)]
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n'
    for kind, place, data in parts:
        own = f"\r\n--b\r\nContent-Type: {kind}\r\nContent-Location: {place}\r\nContent-Transfer-Encoding: base64"
        head += f"{own}\r\n\r\n{base64.encodebytes(data).decode()}"
    return f"{head}\r\n--b--\r\n".encode()


def as_docx(pictures: Sequence[bytes]) -> bytes:
    document = docx.Document()
    document.add_paragraph(TITLE)
    for picture in pictures:
        document.add_picture(io.BytesIO(picture), Inches(5))
    document.add_paragraph(WORDS)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx(pictures: Sequence[bytes]) -> bytes:
    book = openpyxl.Workbook()
    book.active.cell(1, 1, TITLE)
    for number, picture in enumerate(pictures):
        book.active.add_image(SheetImage(io.BytesIO(picture)), f"A{5 + 60 * number}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_ofd(pictures: Sequence[bytes]) -> bytes:
    """Every page a picture, as a scanner writes it."""
    media = "".join(
        f'<ofd:MultiMedia ID="{90 + n}" Type="Image"><ofd:MediaFile>{n}.png</ofd:MediaFile></ofd:MultiMedia>'
        for n in range(len(pictures))
    )
    pages = [ofd.content(ofd.picture(0, 0, ofd.WIDTH, ofd.HEIGHT, 90 + n)) for n in range(len(pictures))]
    return ofd.zipped(
        ofd.parts(pages)
        | {"Doc_0/PublicRes.xml": ofd.resources(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>")}
        | {f"Doc_0/Res/{n}.png": picture for n, picture in enumerate(pictures)}
    )


def as_lettered_ofd(pictures: Sequence[bytes]) -> bytes:
    """One page with the title as text, the pictures below."""
    media = "".join(
        f'<ofd:MultiMedia ID="{90 + n}" Type="Image"><ofd:MediaFile>{n}.png</ofd:MediaFile></ofd:MultiMedia>'
        for n in range(len(pictures))
    )
    fonts = '<ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'
    shown = [ofd.picture(20, 40 + 80 * n, 170, 75, 90 + n) for n in range(len(pictures))]
    page = ofd.content(ofd.text(TITLE, 20, 20), ofd.text(WORDS, 20, 30), *shown)
    return ofd.zipped(
        ofd.parts([page])
        | {"Doc_0/PublicRes.xml": ofd.resources(f"{fonts}<ofd:MultiMedias>{media}</ofd:MultiMedias>")}
        | {f"Doc_0/Res/{n}.png": picture for n, picture in enumerate(pictures)}
    )


WRITERS = {
    "html": as_html,
    "layout.html": as_layout,
    "mhtml": as_saved,
    "docx": as_docx,
    "xlsx": as_xlsx,
    "ofd": as_ofd,
    "lettered.ofd": as_lettered_ofd,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_that_is_a_picture_in_a_file_is_read_as_a_scan(
    kind: str, tmp_path: Path, formats: tuple[Format, ...], eye: Eye, ingested: Ingested
) -> None:
    path = tmp_path / f"report.{kind}"
    path.write_bytes(WRITERS[kind](PICTURES))
    document, pages = examine(path, ReadWith(formats))
    assert document.report is not None, document.message
    as_scan = ingested(SCAN).report
    assert as_scan is not None
    assert {f.key: f.value for f in document.report.facts} == {f.key: f.value for f in as_scan.facts}
    shown = {p.number for p in pages if p.origin == "scan"}
    assert {f.page for f in document.report.facts if f.box and f.key.table != "fees_collected"} <= shown
    assert eye.asked == 3


@pytest.mark.parametrize("kind", WRITERS)
def test_where_pictures_are_not_read_the_file_says_which_may_hold_the_table(
    kind: str, tmp_path: Path, formats: tuple[Format, ...]
) -> None:
    path = tmp_path / f"report.{kind}"
    path.write_bytes(WRITERS[kind](PICTURES))
    document = ingest(path, formats, "never")
    assert document.status is Status.NEEDS_OCR
    assert "--ocr never" in document.message
    if kind != "ofd":  # its pages are pictures, and have numbers
        assert "a table that is missing may be the picture" in document.message


# Pictures that lie beside a page


def page(*sources: str, title: str = TITLE) -> bytes:
    shown = "".join(f"<p><img src='{s}'></p>" for s in sources)
    return f"<html><body><h1>{title}</h1>{shown}<p>{WORDS}</p></body></html>".encode()


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("W02023.png", "./W02023.png"),
        ("W02023.png", "http://www.a.gov.cn/zwgk/W02023.png?v=3"),
        ("attachments/W02023.png", "/upload/2023/W02023.png"),
        ("图/表 一.png", "%E5%9B%BE/%E8%A1%A8%20%E4%B8%80.png"),
    ],
)
def test_a_picture_is_found_in_the_folder_of_its_page(
    place: str, source: str, tmp_path: Path, formats: tuple[Format, ...], eye: Eye
) -> None:
    for number, shade in enumerate(SHADES):
        file = tmp_path / place.replace("W", f"{number}W").replace("表", f"{number}表")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(drawn(shade))
    sources = (source.replace("W02", f"{n}W02").replace("%E8%A1%A8", f"{n}%E8%A1%A8") for n in range(len(SHADES)))
    (tmp_path / "page.html").write_bytes(page(*sources))
    document = ingest(tmp_path / "page.html", formats)
    assert document.has_figures and eye.asked == 3


@pytest.mark.usefixtures("eye")
def test_a_picture_that_is_not_there_is_named(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    (tmp_path / "page.html").write_bytes(page("images/W0202301.png"))
    document = ingest(tmp_path / "page.html", formats)
    assert (document.status, document.kind) == (Status.NEEDS_REVIEW, "report")
    assert "W0202301.png" in document.message and "fetch" in document.message


def test_where_some_tables_are_there_the_missing_picture_is_a_doubt(
    tmp_path: Path, formats: tuple[Format, ...], eye: Eye
) -> None:
    (tmp_path / "a.png").write_bytes(PICTURES[2])  # it ends with the second table and has the third
    (tmp_path / "page.html").write_bytes(page("lost.png", "a.png"))
    report = ingest(tmp_path / "page.html", formats).report
    assert report is not None and eye.asked == 1
    assert [f.found for f in report.findings if f.code == "picture.lacking"] == ["1 (lost.png)"]


def test_nothing_outside_of_its_folder_is_opened(tmp_path: Path, formats: tuple[Format, ...], eye: Eye) -> None:
    (tmp_path / "secret.png").write_bytes(PICTURES[0])
    folder = tmp_path / "crawl"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    sources = ("../secret.png", (tmp_path / "secret.png").as_uri(), str(tmp_path / "secret.png"), "link.png")
    (folder / "page.html").write_bytes(page(*sources))
    assert ingest(folder / "page.html", formats).status is Status.NEEDS_REVIEW
    assert eye.asked == 0


@pytest.mark.parametrize(
    ("title", "picture"),
    [
        ("平川县举办政务公开培训班", drawn(40)),  # no report: its photographs are not looked at
        (TITLE, drawn(40, (200, 200))),  # a code to be scanned
        (TITLE, b"GIF89a, so it says"),
    ],
)
def test_what_can_be_no_table_of_a_report_is_not_read(
    title: str, picture: bytes, tmp_path: Path, formats: tuple[Format, ...], eye: Eye
) -> None:
    (tmp_path / "photo.png").write_bytes(picture)
    text = page("photo.png", title=title).replace(WORDS.encode(), ("培训班学员认真听讲，" * 8).encode())
    (tmp_path / "page.html").write_bytes(text)
    ingest(tmp_path / "page.html", formats)
    assert eye.asked == 0


# Parts of pages, whose title nobody can read


def part(page: Page, first: float, last: float) -> Page:
    """What a photograph shows of a page between two heights."""
    words = tuple(w for w in page.words if first <= w.box.centre[1] / page.height < last)
    rulings = tuple(r for r in page.rulings if first <= (r.top + r.bottom) / 2 / page.height < last)
    text = "\n".join(lines_of(words))
    return replace(page, number=1, words=words, rulings=rulings, marks=(), blots=(), text=text)


@pytest.mark.parametrize(
    ("scan", "number", "first", "last"),
    [
        (SCAN, 1, 0.12, 1.0),  # its top is cut off
        (SCAN, 2, 0.0, 1.0),  # the second page alone
        (SCAN, 3, 0.5, 1.0),  # half a page, with a line that ends with 计划
        ("www.yuexi.gov.cn/public/P020230118402276613318.pdf", 3, 0.3, 0.6),  # a strip with 图解 in a sentence
        ("www.yuexi.gov.cn/public/P020230118402276613318.pdf", 3, 0.5, 1.0),  # one heading is all that is seen
    ],
)
def test_a_picture_that_shows_labels_or_headings_is_never_no_report(
    scan: str, number: int, first: float, last: float, corpus: Path, formats: tuple[Format, ...], eye: Eye
) -> None:
    shown = part(load_pages((corpus / scan).read_bytes())[number - 1], first, last)
    outcome, _ = interpret(ReadDocument(b"", (shown,)), ReadWith(formats))
    assert (outcome.status, outcome.kind) == (Status.NEEDS_REVIEW, "report"), outcome.message
