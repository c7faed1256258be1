"""A report of the form written as a text, in the forms that crawlers and converters leave, and read again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gkingest.document.ingest import interpret
from gkingest.document.outcome import Outcome
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Block, Format, Node
from gkingest.model.key import FactKey
from gkingest.model.paper import ReadDocument
from gkingest.model.report import CellState, Fact, Report
from gkingest.read.declared.flow import flow_page
from gkingest.read.declared.plain import read_plain

TITLE = "槐林县水务局2023年政府信息公开工作年度报告"
Figures = Mapping[FactKey, str]


@dataclass(frozen=True)
class Style:
    """How a text was made from cells: what parts cells and rows, and whether a blank leaves a trace."""

    cell: str
    row: str
    blanks: bool
    opening: str = ""
    closing: str = ""


STYLES = {
    "a cell a line": Style("\n", "\n", blanks=True),
    "one line": Style(" ", " ", blanks=False),
    "a row a line": Style(" ", "\n", blanks=False),
    "tabs": Style("\t", "\n", blanks=True),
    "pipes": Style(" | ", "\n", blanks=True),
    "pipes around": Style(" | ", "\n", blanks=True, opening="| ", closing=" |"),
    "box": Style(" │ ", "\n", blanks=True, opening="│ ", closing=" │"),
    "commas": Style(",", "\n", blanks=True),
}


def printed(form: Format, outcomes: Sequence[Sequence[int]]) -> dict[FactKey, str]:
    """A report without a broken sum, made from the outcomes of its requests: a row an outcome, six applicants."""
    figures = {FactKey(t.key, row, column): "0" for t in form.tables for row, column, _, _ in t.slots()}
    table = form.table("requests")
    rows = [leaf.key or "" for leaf, _ in table.blocks[0].row_leaves()]
    columns = [leaf.key or "" for leaf, _ in table.blocks[0].column_leaves()]
    parts = [r for r in rows if r not in ("new_received", "carried_in", "decided_total", "carried_out")]
    for row, values in zip(parts, outcomes, strict=False):
        for column, value in zip(columns, [*values, sum(values)], strict=True):
            figures[FactKey("requests", row, column)] = str(value)
    for column in columns:
        total = sum(int(figures[FactKey("requests", r, column)]) for r in parts)
        for row in ("new_received", "decided_total"):
            figures[FactKey("requests", row, column)] = str(total)
    for n, column in enumerate(("issued", "repealed", "in_force"), 3):
        figures[FactKey("proactive", "normative_documents", column)] = str(n)
    figures[FactKey("proactive", "fees", "amount")] = "18651.06"
    for n, column in enumerate(("upheld", "corrected", "other", "pending")):
        figures[FactKey("disputes", "review", column)] = str(n)
    return figures | {FactKey("disputes", "review", "total"): "6"}


def levels(nodes: Sequence[Node]) -> Iterator[list[str]]:
    """The labels of a heading, level by level."""
    while nodes:
        yield [n.label for n in nodes]
        nodes = [c for n in nodes for c in n.children]


def cells(form: Format, figures: Figures) -> Iterator[tuple[str, list[list[str]]]]:
    """Each table's title and its rows of cells, merged ones once, as a converter leaves them."""
    for number, table in enumerate(form.tables, 2):
        rows: list[list[str]] = []
        for block in table.blocks:
            rows += [[block.caption]] if block.caption else []
            rows += crossed(table.key, block, figures) if block.crossed else plain(table.key, block, figures)
        yield f"{'一二三四五六'[number - 1]}、{table.title}", rows


def crossed(table: str, block: Block, figures: Figures) -> list[list[str]]:
    names = [leaf.label for leaf, _ in block.column_leaves()]
    line = [
        figures[FactKey(table, r.key or "", c.key or "")]
        for r, _ in block.row_leaves()
        for c, _ in block.column_leaves()
    ]
    top = [n.label for n in block.rows]
    return [top, [*names, *(n.label for n in block.rows[-1].children)], names * 2, line]


def plain(table: str, block: Block, figures: Figures) -> list[list[str]]:
    rows = [
        ["信息内容", *level] if n == 0 and block.caption else level for n, level in enumerate(levels(block.columns))
    ]
    seen: set[str] = set()
    for leaf, above in block.row_leaves():
        outer = [n.label for n in above if n.label not in seen]
        seen |= {*outer}
        values = [figures[FactKey(table, leaf.key or "", c.key or "")] for c, _ in block.column_leaves()]
        rows.append([*outer, leaf.label, *values])
    return rows


Rows = list[list[str]]


def written(form: Format, figures: Figures, style: Style) -> str:
    """A report in one style of text."""
    return put_down(cells(form, figures), style)


def put_down(tables: Iterable[tuple[str, Rows]], style: Style) -> str:
    """Each table's title and rows, between the sections that have none, in one style of text."""
    lines = [
        TITLE,
        "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。",
        "一、总体情况",
        "本局公开信息。",
    ]
    for title, rows in tables:
        lines.append(title)
        for row in rows:
            kept = row if style.blanks else [c for c in row if c]
            lines.append(style.opening + style.cell.join(kept) + style.closing)
    lines += ["五、存在的主要问题及改进情况", "有待加强。", "六、其他需要报告的事项", "未收取信息处理费。"]
    return style.row.join(lines)


def read(text: str, formats: Sequence[Format]) -> Report:
    """The report that a text holds."""
    data = text.encode()
    document = ReadDocument(data, (flow_page(read_plain(data), "plain"),))
    outcome: Outcome = interpret(document, ReadWith(tuple(formats), "never"))[0]
    assert outcome.report is not None, outcome.message
    return outcome.report


def wrong(report: Report, figures: Figures) -> set[FactKey]:
    """Figures that are not those of the report, whether somebody was told or not."""
    facts = {f.key: f for f in report.facts}
    return {k for k, text in figures.items() if facts[k].raw != text or not is_told(facts[k], text)}


def is_told(fact: Fact, text: str) -> bool:
    """Whether a fact says what is printed."""
    state = {"": CellState.BLANK, "-": CellState.DASH}.get(text, CellState.REPORTED)
    return fact.state is state and (fact.value is None or fact.value == Decimal(text))


def silent(report: Report, figures: Figures) -> set[FactKey]:
    """Figures that are not those of the report and that nobody was told of."""
    return wrong(report, figures) - report.flagged()
