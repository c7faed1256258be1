"""camelot takes seconds and pdfplumber tenths, so they are asked only about what they could make a table of."""

import io
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from drawing_board import word

from gkingest.document.ladder import understand
from gkingest.formats.spec import Format
from gkingest.model.paper import Page, ReadDocument

# Prose with the form's labels, as it stands beside tables that are pictures.
PROSE = (
    "第二十条第（一）项 规章 行政规范性文件 第二十条第（五）项 行政许可 第二十条第（六）项 行政处罚 行政强制",
    "予以公开 部分公开 不予公开 本机关不掌握相关政府信息 没有现成信息需要另行制作 信访举报投诉类申请 重复申请",
    "结果维持 结果纠正 尚未审结 行政复议 行政诉讼",
)


def page_of(figures: Sequence[str]) -> Page:
    """Prose about the form, with these figures below it."""
    lines = [word(text, 50, 100 + 30 * n) for n, text in enumerate(PROSE)]
    alone = [word(text, 50 + 40 * n, 400) for n, text in enumerate(figures)]
    return Page(1, 800.0, 800.0, (*lines, *alone), (), text="\n".join((*PROSE, " ".join(figures))))


@pytest.mark.parametrize(("figures", "asked"), [(("3",), False), (("53", "3"), False), (("53", "12", "7"), True)])
def test_camelot_is_asked_where_figures_stand_by_themselves(
    formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch, figures: Sequence[str], asked: bool
) -> None:
    looked_at: list[Sequence[Page]] = []
    monkeypatch.setattr("gkingest.document.ladder.pages_with_paths", lambda *_: [])
    monkeypatch.setattr("gkingest.document.ladder.read_plumber", lambda *_: [])
    monkeypatch.setattr("gkingest.document.ladder.read_camelot", lambda _, pages: looked_at.append(pages) or {})
    understand(ReadDocument(b"", (page_of(figures),)), formats, 2023, titled=True)
    assert bool(looked_at) == asked


@pytest.mark.parametrize("drawn", [True, False])
def test_pdfplumber_is_asked_about_few_figures_only_where_something_is_drawn(
    formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch, drawn: bool
) -> None:
    asked: list[int] = []
    with pypdfium2.PdfDocument.new() as pdf, io.BytesIO() as file:
        sheet = pdf.new_page(800, 800)
        if drawn:
            rule = pdfium.FPDFPageObj_CreateNewRect(10, 10, 50, 1)
            pdfium.FPDFPath_SetDrawMode(rule, pdfium.FPDF_FILLMODE_ALTERNATE, 0)
            pdfium.FPDFPage_InsertObject(sheet, rule)
            sheet.gen_content()
        pdf.save(file)
        data = file.getvalue()
    monkeypatch.setattr("gkingest.document.ladder.read_plumber", lambda _, numbers: asked.extend(numbers) or ())
    understand(ReadDocument(data, (page_of(["3"]),)), formats, 2023, titled=True)
    assert asked == ([1] if drawn else [])
