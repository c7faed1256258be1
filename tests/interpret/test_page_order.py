"""Pages that a scanner or a printer delivered from the last to the first are read in the form's order."""

from gkingest.document.ingest import interpret
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.interpret.whose.parts import backwards
from gkingest.model.key import FactKey
from gkingest.model.paper import Page, ReadDocument
from gkingest.read.declared.flow import FlowCell, FlowTable, flow_page

FRONT = ["槐林县水务局2023年政府信息公开工作年度报告", "一、总体情况", "三、收到和处理政府信息公开申请情况"]
BACK = ["四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]


def pages(form: Format) -> tuple[Page, Page]:
    """A table that goes on on the second page, without its heading."""
    block = form.table("requests").blocks[0]
    names = [c.label for c, _ in block.column_leaves()]
    rows = [[r.label, *(str(n * 10 + m) for m in range(len(names)))] for n, (r, _) in enumerate(block.row_leaves())]
    halves = [[["申请人情况", *names], *rows[:9]], rows[9:]]
    tables = [
        FlowTable(tuple(FlowCell(t, r, c) for r, row in enumerate(half) for c, t in enumerate(row)))
        for half in halves
    ]
    return flow_page([*FRONT, tables[0]], "html", 1), flow_page([tables[1], *BACK], "html", 2)


def test_pages_from_the_last_to_the_first_are_turned_round(gk2021: Format, formats: tuple[Format, ...]) -> None:
    first, second = pages(gk2021)
    assert backwards((second, first), formats)
    reports = []
    for order in ((first, second), (second, first)):
        report = interpret(ReadDocument(b"", order), ReadWith(formats, "never"))[0].report
        assert report is not None
        reports.append({f.key: (f.raw, f.page) for f in report.facts})
    assert reports[0] == reports[1]
    last = FactKey("requests", "carried_out", "total")
    assert reports[1][last] == ("246", 2)  # the page keeps its number


def test_other_orders_are_left_alone(gk2021: Format, formats: tuple[Format, ...]) -> None:
    first, second = pages(gk2021)
    prose = flow_page(["本年办理行政复议案件三件，重复申请两件。"], "html", 3)
    assert not backwards((first, second), formats)
    assert not backwards((first, second, prose), formats)
    assert not backwards((second, first, second), formats)
    assert not backwards((prose, second), formats)
    assert not backwards((), formats)
