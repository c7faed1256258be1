"""A Word document with truly merged cells, printed by LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL as VERTICAL
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from paper import Cell, Paper, Paragraph, Table

SONG, SANS, KAI = "AR PL UMing CN", "WenQuanYi Zen Hei", "AR PL UKai CN"


def with_libreoffice(paper: Paper, target: Path) -> None:
    """Write the DOCX and let LibreOffice print it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{target.stem}.docx"
        _Writer(paper).document.save(str(source))
        convert(source, target)


def convert(source: Path, target: Path, infilter: str = "") -> None:
    """Turn a file into PDF with LibreOffice."""
    extra = [f"--infilter={infilter}"] if infilter else []
    command = [
        "soffice", f"-env:UserInstallation=file://{source.parent}/profile", "--headless", *extra,
        "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(target.parent), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.look = paper.look
        self.document = Document()
        self._page()
        for block in paper.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block)
        if self.look.get("page_number", True):
            self._page_number()

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if self.look.get("landscape"):
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        top, side = self.look.get("margin_cm", [2.6, 2.4])
        section.top_margin = section.bottom_margin = Cm(top)
        section.left_margin = section.right_margin = Cm(side)
        self.width = section.page_width - section.left_margin - section.right_margin
        style = self.document.styles["Normal"]
        style.font.size = Pt(self.look.get("size", 14))
        _font(style.element.get_or_add_rPr(), self.look.get("font", SONG))

    def _page_number(self) -> None:
        line = self.document.sections[0].footer.paragraphs[0]
        line.alignment = ALIGN.CENTER
        run = line.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            mark = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                mark.set(qn("w:fldCharType"), kind)
            mark.text = text
            run._r.append(mark)
        run.font.size = Pt(9)

    def _paragraph(self, block: Paragraph) -> None:
        if block.kind == "break":
            self.document.add_page_break()
            return
        line = self.document.add_paragraph()
        size = self.look.get("size", 14)
        line.paragraph_format.space_after = Pt(0)
        line.paragraph_format.line_spacing = Pt(self.look.get("leading", 28))
        run = line.add_run(block.text)
        if block.kind == "title":
            line.alignment = ALIGN.CENTER
            line.paragraph_format.line_spacing = Pt(34)
            _dress(run, self.look.get("title_font", SANS), 20)
        elif block.kind in ("date", "caption"):
            line.alignment = ALIGN.CENTER
            _dress(run, self.look.get("caption_font", KAI), size - 1)
        elif block.kind == "sign":
            line.alignment = ALIGN.RIGHT
        else:
            line.paragraph_format.first_line_indent = Pt(2 * size)
            if block.kind == "heading":
                line.paragraph_format.keep_with_next = self.look.get("keep_heading", True)
                _dress(run, self.look.get("head_font", SANS), size)
            elif block.kind == "subheading":
                _dress(run, KAI, size)

    def _table(self, block: Table) -> None:
        rows, cols = len(block.rows), len(block.widths)
        table = self.document.add_table(rows, cols)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if self.look.get("border"):
            _borders(table, self.look["border"])
        widths = [int(self.width * w / sum(block.widths)) for w in block.widths]
        for i, width in enumerate(widths):
            table.columns[i].width = width
        grid = [list(row.cells) for row in table.rows]
        for line in grid:
            for cell, width in zip(line, widths, strict=True):
                cell.width = width
        for r, c, cell in block.placed():
            corner = grid[r][c]
            if cell.rows > 1 or cell.cols > 1:
                corner = corner.merge(grid[r + cell.rows - 1][c + cell.cols - 1])
            self._fill(corner, cell)
        for r, row in enumerate(table.rows):
            self._row(row, r < block.head_rows)
        gap = self.document.add_paragraph()
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(self.look.get("gap", 10))

    def _row(self, row: object, is_head: bool) -> None:
        properties = row._tr.get_or_add_trPr()
        if not self.look.get("row_split", False):
            properties.append(OxmlElement("w:cantSplit"))
        if is_head and self.look.get("head_repeat", False):
            properties.append(OxmlElement("w:tblHeader"))
        if self.look.get("row_height"):
            row.height = Cm(self.look["row_height"])

    def _fill(self, target: object, cell: Cell) -> None:
        for extra in target.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        top = cell.role in ("stub", "group") and self.look.get("group_valign") == "top"
        target.vertical_alignment = VERTICAL.TOP if top else VERTICAL.CENTER
        if self.look.get("shade") and cell.role in ("head", "caption", "corner"):
            _shade(target, self.look["shade"])
        size = self.look.get("table_size", 9)
        for i, text in enumerate(cell.text.split("\n")):
            line = target.paragraphs[0] if i == 0 else target.add_paragraph()
            line.alignment = ALIGN.LEFT if cell.role in ("label", "corner") else ALIGN.CENTER
            line.paragraph_format.space_after = Pt(0)
            line.paragraph_format.line_spacing = Pt(self.look.get("table_leading", size * 1.35))
            line.paragraph_format.widow_control = False
            font = self.look.get("table_font", self.look.get("font", SONG))
            _dress(line.add_run(text), font, size)


def _dress(run: object, font: str, size: float) -> None:
    run.font.size = Pt(size)
    _font(run._r.get_or_add_rPr(), font)


def _font(properties: object, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), name)


def _shade(target: object, colour: str) -> None:
    mark = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        mark.set(qn(f"w:{key}"), value)
    target._tc.get_or_add_tcPr().append(mark)


def _borders(table: object, borders: dict[str, str]) -> None:
    box = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        value = borders.get(side, borders.get("all", "single"))
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), value)
        edge.set(qn("w:sz"), "4")
        edge.set(qn("w:color"), "000000")
        box.append(edge)
    table._tbl.tblPr.append(box)
