"""HTML for the producers that print HTML: Chromium, WeasyPrint and LibreOffice."""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path
from string import Template

from paper import Cell, Paper, Paragraph, Table, one_a_line

TAGS = {"title": "h1", "heading": "h2", "subheading": "h3"}
SANS = "'Noto Sans CJK SC', sans-serif"
SHEETS = Path(__file__).resolve().parent / "css"
TABLE_LOOK = {"table_size": 9, "pad": "3px 3px", "line": "1px solid #000", "group_valign": "middle"}
SITE_LOOK = {"margin": "10mm 10mm", "font": SANS, "size": 11, "leading": 1.8}
LETTER_LOOK = {
    "margin": "25mm 24mm",
    "font": "'AR PL UMing CN'",
    "title_font": SANS,
    "head_font": SANS,
    "size": 12,
    "leading": 1.75,
    "foot": "'— ' counter(page) ' —'",
    "after_heading": "avoid",
}


def with_chromium(paper: Paper, target: Path) -> None:
    """Print as a person does from the browser."""
    _by_chromium(_page(paper, _site_css(paper), _site(paper)), target)


def saved(paper: Paper, target: Path) -> None:
    """A page of a site as a crawler saves it."""
    target.write_text(_page(paper, _site_css(paper), _site(paper)), encoding="utf-8")


def letter_with_chromium(paper: Paper, target: Path) -> None:
    """Print a plain letter, without a site around it, as office systems do."""
    _by_chromium(_page(paper, _letter_css(paper), _body(paper)), target)


def _by_chromium(html: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", page.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def with_weasyprint(paper: Paper, target: Path) -> None:
    """Print with WeasyPrint, as document servers do."""
    from weasyprint import HTML

    HTML(string=_page(paper, _letter_css(paper), _body(paper))).write_pdf(target)


def with_libreoffice(paper: Paper, target: Path) -> None:
    """Print a saved web page with LibreOffice Writer."""
    from print_docx import convert

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / f"{target.stem}.html"
        page.write_text(_office_page(paper), encoding="utf-8")
        convert(page, target, infilter="HTML (StarWriter)")


def _page(paper: Paper, css: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(paper.title)}</title>'
        f"<style>{css}</style></head><body>{body}</body></html>"
    )


def _body(paper: Paper) -> str:
    return "\n".join(_block(b, paper) for b in paper.blocks)


def _block(block: Paragraph | Table, paper: Paper) -> str:
    if isinstance(block, Table):
        return _table(block, paper)
    if block.kind == "break":
        return '<div style="break-before: page"></div>'
    tag = TAGS.get(block.kind, "p")
    return f'<{tag} class="{block.kind}">{_text(block.text)}</{tag}>'


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _table(table: Table, paper: Paper) -> str:
    total = sum(table.widths)
    cols = "".join(f'<col style="width:{w / total:.2%}">' for w in table.widths)
    head, body = table.rows[: table.head_rows], table.rows[table.head_rows :]
    repeat = paper.look.get("head_repeat", False)
    out = [f'<table class="{table.name}"><colgroup>{cols}</colgroup>']
    if head:
        tag = "thead" if repeat else "tbody"
        out.append(f"<{tag}>{''.join(_row(r) for r in head)}</{tag}>" if repeat else "")
    rows = body if repeat else table.rows
    out.append(f"<tbody>{''.join(_row(r) for r in rows)}</tbody></table>")
    return "".join(out)


def _row(row: tuple[Cell, ...]) -> str:
    return f"<tr>{''.join(_cell(c) for c in row)}</tr>"


def _spans(cell: Cell) -> str:
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return rows + (f' colspan="{cell.cols}"' if cell.cols > 1 else "")


def _cell(cell: Cell) -> str:
    text = one_a_line(cell.text) if cell.role == "stub" else cell.text
    return f'<td class="{cell.role}"{_spans(cell)}>{_text(text)}</td>'


def _css(paper: Paper, sheet: str, **defaults: object) -> str:
    """Fill a style sheet and that of the tables with what the look asks for."""
    look = paper.look
    values = {**TABLE_LOOK, **defaults, **look, "colour": paper.site.get("colour", "#c7000b")}
    values["head_size"] = float(values["size"]) + 1
    values["corner_size"] = float(values["table_size"]) - 0.5
    sheets = [(SHEETS / name).read_text(encoding="utf-8") for name in (sheet, "table.css")]
    parts = [Template(text).substitute(values) for text in sheets]
    if look.get("shade"):
        parts.append(f"td.head, td.caption, td.corner {{ background: {look['shade']}; }}")
    if look.get("rules") == "horizontal":
        parts.append("td { border-left: none; border-right: none; }")
        parts.append("table { border-top: 2px solid #000; border-bottom: 2px solid #000; }")
    if not look.get("row_split", False):
        parts.append("tr { break-inside: avoid; }")
    return "\n".join([*parts, look.get("css", "")])


def _letter_css(paper: Paper) -> str:
    return _css(paper, "letter.css", **LETTER_LOOK)


def _site_css(paper: Paper) -> str:
    return _css(paper, "site.css", **SITE_LOOK)


def _site(paper: Paper) -> str:
    site = paper.site
    nav = " ".join(f"<span>{t}</span>" for t in site["nav"])
    title, rest = paper.blocks[0], paper.blocks[1:]
    inner = "\n".join(_block(b, paper) for b in rest)
    return f"""
    <div class="top"><b>{site["name"]}</b><small>{site["host"]}</small></div><div class="nav">{nav}</div>
    <div class="crumb">当前位置：{" &gt; ".join(site["crumb"])}</div>
    {_block(title, paper)}
    <div class="meta">{site["meta"]}</div>
    <div class="content">{inner}</div>
    <div class="foot">{"<br>".join(site["foot"])}</div>
    """


def _office_page(paper: Paper) -> str:
    """Plain HTML of the kind an office program understands: attributes rather than style sheets."""
    look = paper.look
    blocks = [_office_table(b, look) if isinstance(b, Table) else _office_line(b) for b in paper.blocks]
    css = (
        "@page { size: 21cm 29.7cm; margin: 2.2cm } "
        f"body, p, td {{ font-family: '{look.get('font', 'AR PL UMing CN')}' }} "
        f"body, p, td {{ font-size: {look.get('size', 12)}pt }} "
        f"td p {{ font-size: {look.get('table_size', 9)}pt; margin: 0 }}"
    )
    return _page(paper, css, "\n".join(blocks))


def _office_line(block: Paragraph) -> str:
    text = _text(block.text)
    if block.kind == "title":
        return f'<p align="center"><font size="5"><b>{text}</b></font></p>'
    if block.kind in ("heading", "subheading"):
        return f'<p style="text-indent:0.85cm"><b>{text}</b></p>'
    if block.kind in ("caption", "date", "sign"):
        return f'<p align="{"right" if block.kind == "sign" else "center"}">{text}</p>'
    return f'<p style="text-indent:0.85cm; line-height:150%">{text}</p>'


def _office_table(table: Table, look: dict) -> str:
    width = look.get("table_width", 640)
    total = sum(table.widths)
    cols = "".join(f'<col width="{round(width * w / total)}">' for w in table.widths)
    rows = "".join(f"<tr>{''.join(_office_cell(c, look) for c in row)}</tr>" for row in table.rows)
    frame = f'cellpadding="{look.get("cellpadding", 3)}" cellspacing="{look.get("cellspacing", 0)}"'
    return f'<table border="1" {frame} width="{width}" align="center">{cols}{rows}</table>'


def _office_cell(cell: Cell, look: dict) -> str:
    align = "left" if cell.role == "label" else "center"
    high = look.get("group_valign", "middle") if cell.role in ("stub", "group") else "middle"
    return f'<td{_spans(cell)} valign="{high}"><p align="{align}">{_text(cell.text)}</p></td>'
