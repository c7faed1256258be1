"""A small table beside the form's: read where it is printed, and no doubt where it is not."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.interpret.table.local import LocalTable, read_local_tables
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact
from gkingest.read.declared.webpage import web_page

AMOUNT = FactKey("fees_collected", "processing_fee", "amount")
HEADS = ("", "通知收取件数", "通知收取金额（元）", "实际收取金额（元）")


def printed(form: Format, heads: Sequence[str], *lines: Sequence[str]) -> tuple[LocalTable, ...]:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in (heads, *lines))
    page = f"<html><body><p>六、其他需要报告的事项</p><table>{rows}</table></body></html>"
    pages = web_page(page.encode(), ReadWith((form,), "never")).pages
    return read_local_tables(form, pages[0].tables, pages)


def shown(facts: Sequence[Fact]) -> dict[str, tuple[str, int | None]]:
    return {f.key.column: (str(f.state), None if f.form_value is None else int(f.form_value)) for f in facts}


def test_each_column_is_a_figure_of_its_own(gk2021: Format) -> None:
    (table,) = printed(gk2021, HEADS, ("信息处理费收取情况", "2", "1,200", "400"))
    assert shown(table.facts) == {
        "notices": ("reported", 2),
        "notified": ("reported", 1200),
        "amount": ("reported", 400),
    }
    assert table.findings == ()


@pytest.mark.parametrize("heads", [("项目", "金额（元）"), ("", "通知收取件数", "通知收取金额（元）")])
def test_a_table_without_all_its_columns_is_another(gk2021: Format, heads: Sequence[str]) -> None:
    assert printed(gk2021, heads, ["1"] * len(heads)) == ()


def test_an_edition_that_knows_no_such_table_reads_none(gk2019: Format) -> None:
    assert printed(gk2019, HEADS, ("", "2", "1200", "400")) == ()


def test_a_blank_is_no_zero_and_two_lines_are_no_figure(gk2021: Format) -> None:
    (table,) = printed(gk2021, HEADS, ("", "2", "", "/"))
    assert [str(f.state) for f in table.facts] == ["reported", "blank", "dash"]
    (table,) = printed(gk2021, HEADS, ("第一季度", "2", "1200", "400"), ("第二季度", "1", "5", "0"))
    assert {str(f.state) for f in table.facts} == {"unreadable"}
    assert {f.code for f in table.findings} == {"cell.unreadable"}


def test_the_table_speaks_before_the_sentence_and_a_contradiction_is_told(gk2021: Format) -> None:
    (table,) = printed(gk2021, HEADS, ("", "2", "1200", "400"))
    unclear = Finding("fee.unclear", "…", touches=(AMOUNT,))
    facts, doubts = table.beside(Fact(AMOUNT, CellState.UNREADABLE), unclear)
    assert (shown(facts)["amount"], list(doubts)) == (("reported", 400), [])
    nothing = Fact(AMOUNT, CellState.REPORTED, table.facts[0].value, "元", "…", table.facts[0].value)
    facts, doubts = table.beside(nothing, None)
    assert [f.code for f in doubts] == ["fee.unclear"]
    assert shown(facts)["amount"] == ("reported", 400)


def test_where_the_table_leaves_the_amount_open_the_sentence_tells_it(gk2021: Format) -> None:
    (table,) = printed(gk2021, HEADS, ("", "2", "1200", ""))
    said = Fact(AMOUNT, CellState.REPORTED, Decimal(0), "元", "未收取", Decimal(0))
    facts, doubts = table.beside(said, None)
    assert shown(facts) == {"amount": ("reported", 0), "notices": ("reported", 2), "notified": ("reported", 1200)}
    assert list(doubts) == []
