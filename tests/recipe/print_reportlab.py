"""Platypus tables with SPAN, printed by ReportLab.

ReportLab will not break a table inside a span, so the data file says where the table is cut and
how the labels of the cells that are cut are divided: `cuts: [{row: 15, labels: {unavailable: [..]}}]`.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from paper import Cell, Paper, Paragraph, Table, one_a_line
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

FONT_FOLDERS = [Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts")]
FONTS = {"song": ("arphic/uming.ttc", 0), "sungti": ("arphic-gbsn00lp/gbsn00lp.ttf", 0),
         "kai": ("arphic/ukai.ttc", 0), "hei": ("wqy/wqy-microhei.ttc", 0)}  # fmt: skip


def with_reportlab(paper: Paper, target: Path) -> None:
    """Lay the paper out and write it."""
    for name, (path, index) in FONTS.items():
        found = next(f / path for f in FONT_FOLDERS if (f / path).exists())
        pdfmetrics.registerFont(TTFont(name, str(found), subfontIndex=index))
    _Layout(paper, target).write()


class _Layout:
    def __init__(self, paper: Paper, target: Path) -> None:
        self.paper = paper
        self.look = paper.look
        side, top = self.look.get("margin_mm", [26, 25])
        self.side, self.top = side * mm, top * mm
        self.document = BaseDocTemplate(str(target), pagesize=A4, title=paper.title, author="")
        self.document.addPageTemplates([self._template("tall", A4), self._template("wide", landscape(A4))])
        self.width = A4[0] - 2 * self.side

    def _template(self, name: str, size: tuple[float, float]) -> PageTemplate:
        frame = Frame(self.side, self.top, size[0] - 2 * self.side, size[1] - 2 * self.top, 0, 0, 0, 0)
        return PageTemplate(name, [frame], onPage=self._foot, pagesize=size)

    def _foot(self, canvas: object, document: object) -> None:
        canvas.setFont(self.look.get("font", "song"), 9)
        canvas.drawCentredString(canvas._pagesize[0] / 2, 12 * mm, f"- {document.page} -")

    def write(self) -> None:
        flow: list[Flowable] = []
        for block in self.paper.blocks:
            flow += self._table(block) if isinstance(block, Table) else self._paragraph(block)
        self.document.build(flow)

    def _style(self, kind: str) -> ParagraphStyle:
        size = self.look.get("size", 12)
        font = self.look.get("font", "song")
        base = {"fontName": font, "fontSize": size, "leading": size * 1.8, "wordWrap": "CJK"}
        special = {
            "title": {
                "fontName": "hei",
                "fontSize": 19,
                "leading": 28,
                "alignment": TA_CENTER,
                "spaceAfter": 8,
            },
            "heading": {"fontName": "hei", "firstLineIndent": 2 * size, "spaceBefore": 6},
            "subheading": {"fontName": "kai", "firstLineIndent": 2 * size},
            "caption": {
                "alignment": TA_CENTER,
                "fontName": self.look.get("caption_font", "hei"),
                "spaceBefore": 4,
            },
            "date": {"alignment": TA_CENTER},
            "sign": {"alignment": TA_RIGHT, "rightIndent": 2 * size},
        }
        return ParagraphStyle(kind, **(base | special.get(kind, {"firstLineIndent": 2 * size})))

    def _paragraph(self, block: Paragraph) -> list[Flowable]:
        if block.kind == "break":
            return [PageBreak()]
        return [Text(escape(block.text), self._style(block.kind))]

    def _table(self, block: Table) -> list[Flowable]:
        wide = block.name in self.look.get("wide_tables", [])
        width = (A4[1] if wide else A4[0]) - 2 * self.side
        pieces = [block]
        for cut in self.look.get("cuts", []) if block.name == "requests" else []:
            pieces[-1:] = _cut(pieces[-1], cut, self.look.get("head_repeat", False))
        out: list[Flowable] = [NextPageTemplate("wide"), PageBreak()] if wide else []
        for i, piece in enumerate(pieces):
            out += [PageBreak()] if i else [Spacer(1, 4)]
            out.append(self._grid(piece, width))
        out.append(Spacer(1, 8))
        return [*out, NextPageTemplate("tall"), PageBreak()] if wide else out

    def _grid(self, table: Table, width: float) -> Grid:
        total = sum(table.widths)
        widths = [width * w / total for w in table.widths]
        data: list[list[object]] = [[""] * len(widths) for _ in table.rows]
        commands: list[tuple] = [*self._rules(), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        pad = self.look.get("pad", 2.5)
        commands += [(f"{side}PADDING", (0, 0), (-1, -1), pad) for side in ("TOP", "BOTTOM")]
        commands += [(f"{side}PADDING", (0, 0), (-1, -1), 1.5) for side in ("LEFT", "RIGHT")]
        for r, c, cell in table.placed():
            data[r][c] = self._text(cell)
            end = (c + cell.cols - 1, r + cell.rows - 1)
            if (c, r) != end:
                commands.append(("SPAN", (c, r), end))
            if self.look.get("shade") and cell.role in ("head", "caption", "corner"):
                commands.append(("BACKGROUND", (c, r), end, colors.HexColor(self.look["shade"])))
        return Grid(data, colWidths=widths, style=commands, repeatRows=0)

    def _rules(self) -> list[tuple]:
        rules = self.look.get("rules", "full")
        if rules == "horizontal":
            return [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black),
                ("LINEABOVE", (0, 0), (-1, 0), 1.2, colors.black),
            ]
        if rules == "double":
            return [("INNERGRID", (0, 0), (-1, -1), 0.4, colors.black),
                    ("BOX", (0, 0), (-1, -1), 0.5, colors.black, None, None, None, 2, 1.5)]  # fmt: skip
        return [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]

    def _text(self, cell: Cell) -> Text:
        size = self.look.get("table_size", 8.5)
        left = cell.role in ("label", "corner")
        style = ParagraphStyle(
            cell.role, fontName=self.look.get("table_font", self.look.get("font", "song")), fontSize=size,
            leading=size * 1.3, wordWrap="CJK", alignment=TA_LEFT if left else TA_CENTER,
        )  # fmt: skip
        text = one_a_line(cell.text) if cell.role == "stub" else cell.text
        return Text(escape(text).replace("\n", "<br/>"), style)


def _cut(table: Table, cut: dict, repeat: bool) -> list[Table]:
    """Cut a table above row `row`, or through that row when `through` gives its two label halves."""
    at = cut["row"] + table.head_rows
    through = cut.get("through")
    first: list[list[Cell]] = [list(r) for r in table.rows[: at + bool(through)]]
    second: list[list[Cell]] = [list(r) for r in table.rows[at:]]
    if through:
        first[-1] = [_half(c, through[0], keep=True) for c in first[-1]]
        second[0] = [_half(c, through[1], keep=False) for c in second[0]]
    placed = [(r, c, cell) for r, c, cell in table.placed() if r < at < r + cell.rows]
    for r, _c, cell in reversed(placed):
        above, below = _divide(cell, cut.get("labels", {}))
        kept = at - r + bool(through)
        index = table.rows[r].index(cell)
        first[r][index] = Cell(above, kept, cell.cols, cell.role)
        second[0].insert(0, Cell(below, cell.rows - (at - r), cell.cols, cell.role))
    head = list(table.rows[: table.head_rows]) if repeat else []
    later = [*head, *(tuple(r) for r in second)]
    return [
        Table(table.name, tuple(tuple(r) for r in first), table.widths, table.head_rows),
        Table(table.name, tuple(later), table.widths, len(head)),
    ]


def _half(cell: Cell, text: str, *, keep: bool) -> Cell:
    if cell.role == "label":
        return Cell(text, cell.rows, cell.cols, cell.role)
    return cell if keep else Cell("", cell.rows, cell.cols, cell.role)


def _divide(cell: Cell, labels: dict[str, list[str]]) -> tuple[str, str]:
    halves = labels.get(cell.role)
    return (halves[0], halves[1]) if halves else (cell.text, "")
