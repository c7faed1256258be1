"""One made-up report written in every kind of file; its figures are those below, its relations hold."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import docx
import openpyxl

from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from kinds.ofd_writing import Cell, Report, Table, placed_cells, statutory

TITLE = "平川县水务局2023年政府信息公开工作年度报告"
PREFACE = "本报告所列数据的统计期限自2023年1月1日至12月31日。"
ABOUT = "全年收到政府信息公开申请62件，上年结转6件。"
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
FEE = "本年度未收取信息处理费。"
Block = str | Table

# Applicant by applicant, row by row of the form; what is not named is 0. The relations hold.
APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org", "total")
REQUESTS = {
    "new_received": (40, 12, 0, 3, 5, 2, 62),
    "carried_in": (4, 1, 0, 0, 1, 0, 6),
    "granted": (20, 6, 0, 1, 2, 1, 30),
    "partial": (5, 2, 0, 1, 1, 0, 9),
    "denied.third_party": (1, 1, 0, 0, 0, 0, 2),
    "denied.internal": (3, 0, 0, 0, 1, 0, 4),
    "unavailable.not_held": (9, 2, 0, 1, 1, 1, 14),
    "rejected.repeated": (2, 0, 0, 0, 0, 0, 2),
    "other.misc": (1, 1, 0, 0, 0, 0, 2),
    "decided_total": (41, 12, 0, 3, 5, 2, 63),
    "carried_out": (3, 1, 0, 0, 1, 0, 5),
}
PROACTIVE = {
    ("normative_documents", "issued"): "3",
    ("normative_documents", "in_force"): "41",
    ("licensing", "decisions"): "1,284",
    ("penalties", "decisions"): "97",
    ("coercion", "decisions"): "",
    ("fees", "amount"): "25.6",
}
DISPUTES = {("review", "upheld"): "2", ("review", "total"): "2", ("litigation_direct", "pending"): "—"}


def figures(form: Format) -> dict[tuple[str, str, str], str]:
    """The printed text of every cell."""
    cells = {}
    for table in form.tables:
        for row, column, *_ in table.slots():
            given: dict[tuple[str, str], str] = {"proactive": PROACTIVE, "disputes": DISPUTES}.get(table.key, {})
            text = given.get((row, column), "0")
            if table.key == "requests" and row in REQUESTS:
                text = str(REQUESTS[row][APPLICANTS.index(column)])
            cells[table.key, row, column] = text
    return cells


def blocks(form: Format, other: Mapping[FactKey, str] | None = None) -> list[Block]:
    """The report from its title to its end; ``other`` are figures that are printed in the place of its own."""
    cells = figures(form) | {tuple(key): text for key, text in (other or {}).items()}
    tables: dict[int, Table] = {n: statutory(t, cells) for n, t in enumerate(form.tables, 2)}
    found: list[Block] = [TITLE, PREFACE]
    for number, heading in enumerate(HEADINGS, 1):
        found.append(heading)
        found += [tables[number]] if number in tables else [{1: ABOUT, 6: FEE}.get(number, "继续改进工作。")]
    return found


def as_html(parts: Sequence[Block]) -> bytes:
    body = ""
    for part in parts:
        if isinstance(part, str):
            body += f"<p>{html.escape(part)}</p>\n"
            continue
        body += "<table border=1>"
        for row in part.rows:
            body += "<tr>" + "".join(
                f'<td rowspan="{c.rows}" colspan="{c.columns}">{html.escape(c.text) or "&nbsp;"}</td>' for c in row
            )
        body += "</table>"
    menu = "<div class='nav'><a href='/'>首页</a> <a href='/gk'>政务公开</a></div>"
    page = f"<html><head><title>{TITLE}</title></head><body>{menu}<div id='zoom'>{body}</div></body></html>"
    return page.encode("gb18030")


def as_mhtml(parts: Sequence[Block]) -> bytes:
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
    kind = "Content-Type: text/html; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (head + kind).encode() + base64.encodebytes(as_html(parts)) + b"\r\n--b--\r\n"


def as_docx(parts: Sequence[Block]) -> bytes:
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        cells = list(placed_cells(part.rows))
        table = document.add_table(len(part.rows), len(part.widths))
        for row, column, cell in cells:
            first = table.cell(row, column)
            last = table.cell(row + cell.rows - 1, column + cell.columns - 1)
            first.merge(last).text = cell.text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx(parts: Sequence[Block]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    at = 1
    for part in parts:
        if isinstance(part, str):
            sheet.cell(at, 1, part)
            at += 1
            continue
        for row, column, cell in placed_cells(part.rows):
            sheet.cell(at + row, column + 1, _number(cell))
            if cell.rows > 1 or cell.columns > 1:
                end = (at + row + cell.rows - 1, column + cell.columns)
                sheet.merge_cells(start_row=at + row, start_column=column + 1, end_row=end[0], end_column=end[1])
        at += len(part.rows) + 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _number(cell: Cell) -> int | float | str | None:
    """Figures as numbers, as people type them into spreadsheets."""
    if cell.text.isdigit():
        return int(cell.text)
    return cell.text or None


def as_text(parts: Sequence[Block]) -> bytes:
    lines = []
    for part in parts:
        if isinstance(part, str):
            lines += [part, ""]
            continue
        grid = [[""] * len(part.widths) for _ in part.rows]
        for row, column, cell in placed_cells(part.rows):
            grid[row][column] = cell.text
        lines += ["\t".join(row) for row in grid] + [""]
    return "\n".join(lines).encode("utf-8-sig")


def as_ofd(parts: Sequence[Block]) -> bytes:
    report = Report()
    for part in parts:
        if isinstance(part, str):
            report.paragraph(part)
        else:
            report.table(part)
    return report.bytes()


WRITERS = {
    "html": as_html,
    "mhtml": as_mhtml,
    "docx": as_docx,
    "xlsx": as_xlsx,
    "text": as_text,
    "ofd": as_ofd,
}


def expected(form: Format) -> dict[FactKey, tuple[str, Decimal | None]]:
    """What each cell says, from what was written into it."""
    said = {}
    for key, text in figures(form).items():
        plain = text.replace(",", "")
        state = {"": CellState.BLANK, "—": CellState.DASH}.get(text, CellState.REPORTED)
        said[FactKey(*key)] = (state.value, Decimal(plain) if state is CellState.REPORTED else None)
    said[FactKey("fees_collected", "processing_fee", "amount")] = ("reported", Decimal(0))
    return said
