"""A data file becomes a paper to print and, for a report, the lines of its expectation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import figures as fig
import sheets
import truth
import yaml
from paper import Cell, Paper, Paragraph, Table
from tables import Printer

HEADINGS = {
    "one": "一、总体情况",
    "two": "二、主动公开政府信息情况",
    "three": "三、收到和处理政府信息公开申请情况",
    "four": "四、政府信息公开行政复议、行政诉讼情况",
    "five": "五、存在的主要问题及改进情况",
    "six": "六、其他需要报告的事项",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A paper, its expectation when it is a report, and how it was scanned, if it was."""

    paper: Paper
    expected: list[str] | None
    scan: dict | None = None


def load(path: Path) -> Made:
    """Read one data file."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "format" not in data:
        made = _other(data)
    else:
        made = _sheet_report(data) if data["format"] in sheets.ROWS else _report(data)
    return _in_traditional(made) if data.get("look", {}).get("traditional") else made


def _report(data: dict) -> Made:
    figures = fig.load(data)
    _check_arithmetic(data, figures)
    printer = Printer(figures, data.get("print", {}))
    heads = HEADINGS | data.get("headings", {})
    text = data["text"]
    blocks: list[Paragraph | Table] = [*_opening(data)]
    blocks += [Paragraph(t) for t in text.get("preface", [])]
    for name, inner in (
        ("one", []),
        ("two", printer.proactive()),
        ("three", [printer.requests()]),
        ("four", [printer.disputes()]),
        ("five", []),
        ("six", []),
    ):
        if name in data.get("breaks", []):
            blocks.append(Paragraph("", "break"))
        blocks.append(Paragraph(heads[name], "heading"))
        blocks += [_paragraph(t) for t in text.get(name, [])]
        blocks += inner
        blocks += [_paragraph(t) for t in text.get(f"{name}_after", [])]
    blocks += [Paragraph(t, "sign") for t in text.get("sign", [])]
    expected = truth.lines(data["path"], data["organ"], data["year"], figures)
    return Made(_paper(data, blocks), expected, data.get("scan"))


def _sheet_report(data: dict) -> Made:
    blocks, expected = sheets.report(data)
    return Made(_paper(data, [*_opening(data), *blocks]), expected)


def _other(data: dict) -> Made:
    blocks: list[Paragraph | Table] = [*_opening(data)]
    for block in data["blocks"]:
        blocks.append(_plain_table(block) if isinstance(block, dict) else _paragraph(block))
    return Made(_paper(data, blocks), None, data.get("scan"))


def _opening(data: dict) -> list[Paragraph]:
    titles = data["title"] if isinstance(data["title"], list) else [data["title"]]
    out = [Paragraph(t, "title") for t in titles]
    return [*out, *(Paragraph(t, "date") for t in data.get("dateline", []))]


def _paragraph(text: str) -> Paragraph:
    if text.startswith("## "):
        return Paragraph(text[3:], "heading")
    if text.startswith("# "):
        return Paragraph(text[2:], "subheading")
    return Paragraph(text)


def _plain_table(block: dict) -> Table:
    rows = []
    for r, row in enumerate(block["table"]):
        role = "head" if r == 0 else "label"
        rows.append(tuple(Cell(str(t), role=role) for t in row))
    return Table("plain", tuple(rows), tuple(block["widths"]), head_rows=1)


def _paper(data: dict, blocks: list[Paragraph | Table]) -> Paper:
    title = data["title"] if isinstance(data["title"], str) else "".join(data["title"])
    return Paper(
        path=data["path"],
        producer=data["producer"],
        blocks=tuple(blocks),
        look=data.get("look", {}),
        site=data.get("site", {}),
        published=str(data["published"]),
        title=title,
    )


def _check_arithmetic(data: dict, figures: fig.Figures) -> None:
    found = [f"{rule} {key}" for rule, key in truth.broken(figures)]
    wanted = data.get("broken", [])
    if found != wanted:
        raise ValueError(f"{data['path']}: broken in print {found}, meant {wanted}")


def _in_traditional(made: Made) -> Made:
    """Print the whole paper in traditional characters, as mirrored sites do."""
    from opencc import OpenCC

    turn = OpenCC("s2tw").convert
    blocks: list[Paragraph | Table] = []
    for block in made.paper.blocks:
        if isinstance(block, Paragraph):
            blocks.append(Paragraph(turn(block.text), block.kind))
        else:
            rows = tuple(tuple(Cell(turn(c.text), c.rows, c.cols, c.role) for c in r) for r in block.rows)
            blocks.append(Table(block.name, rows, block.widths, block.head_rows))
    old = made.paper
    paper = Paper(old.path, old.producer, tuple(blocks), old.look, old.site, old.published, turn(old.title))
    return Made(paper, made.expected, made.scan)
