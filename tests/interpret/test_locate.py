"""Grids find their table by their labels: neither their number nor their order on the page is trusted."""

from collections.abc import Sequence
from itertools import chain

import pytest

from gkingest.formats.spec import Format
from gkingest.interpret.table.locate import Located, choose_format, locate_tables, rivals
from gkingest.model.paper import Box, Cell, Grid

Rows = Sequence[Sequence[str]]

PROACTIVE: Rows = (
    ("第二十条第（一）项",),
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "2"),
    ("行政规范性文件", "3", "1", "20"),
)
SERVICES: Rows = (
    ("第二十条第（五）项",),
    ("信息内容", "本年处理决定数量"),
    ("行政许可", "41"),
    ("第二十条第（六）项",),
    ("行政处罚", "328"),
    ("行政强制", "3"),
)
REQUESTS: Rows = (
    ("", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"),
    ("一、本年新收政府信息公开申请数量", "1", "0", "0", "0", "0", "0", "1"),
    ("二、上年结转政府信息公开申请数量", "0", "0", "0", "0", "0", "0", "0"),
    ("（一）予以公开", "1", "0", "0", "0", "0", "0", "1"),
    ("（七）总计", "1", "0", "0", "0", "0", "0", "1"),
    ("四、结转下年度继续办理", "0", "0", "0", "0", "0", "0", "0"),
)
DISPUTES: Rows = (
    ("行政复议", "", "行政诉讼", ""),
    ("结果维持", "结果纠正", "未经复议直接起诉", "复议后起诉"),
    ("0", "1", "0", "0"),
)
BUDGET: Rows = (("收入", "支出"), ("12", "10"), ("总计", "结余"))


def grid(rows: Rows, page: int = 1, *, named: float = 0.0) -> Grid:
    """A grid with these texts; ``named`` moves it down the page, so that grids with one text are still two."""
    box = Box(50, 100 + named, 550, 700)
    cells = [Cell(text, box, box, page, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)]
    columns = max(map(len, rows))
    return Grid(
        tuple(cells), len(rows), columns, tuple(50.0 + 60 * n for n in range(columns + 1)), box, page, "ruled"
    )


def first_cells(grids: Sequence[Grid]) -> list[str]:
    """What stands first in each grid."""
    return [next(c.text for c in g.cells if c.text) for g in grids]


def located(form: Format, *tables: Rows) -> Located:
    """These tables, one a page."""
    return locate_tables([grid(t, n) for n, t in enumerate(tables, 1)], form)


def test_each_table_is_known_by_its_labels_wherever_it_stands(gk2021: Format) -> None:
    found = located(gk2021, DISPUTES, PROACTIVE, BUDGET, REQUESTS, SERVICES)
    assert first_cells(found.tables["disputes"]) == ["行政复议"]
    assert first_cells(found.tables["proactive"]) == ["第二十条第（一）项", "第二十条第（五）项"]
    assert first_cells(found.tables["requests"]) == ["自然人"]
    assert first_cells(found.others) == ["收入"]
    assert (found.second, found.repeated) == ((), frozenset())


def test_labels_that_several_tables_have_are_little_evidence(gk2021: Format) -> None:
    found = located(gk2021, (("总计", "合计", "备注"), ("1", "2", "3")))
    assert found.tables == {"proactive": (), "requests": (), "disputes": ()}
    assert len(found.others) == 1
    assert found.score == 0  # of the report, not of the grid


def test_a_word_of_the_form_in_a_large_foreign_table_does_not_make_it_one(gk2021: Format) -> None:
    foreign = [("行政许可", "事项")] + [(f"{c}局事项", "办理") for c in "甲乙丙丁戊己庚辛"]
    assert len(located(gk2021, foreign).others) == 1
    assert len(located(gk2021, foreign[:3]).tables["proactive"]) == 1


def test_a_misprinted_label_still_counts(gk2021: Format) -> None:
    found = located(gk2021, (("一、本年新收政府信息公幵申请数量", "1"), ("二、上年结转政府信息公开申清数量", "0")))
    assert len(found.tables["requests"]) == 1
    assert found.score == pytest.approx(1.4)
    assert len(located(gk2021, (("一、本年征收的各种费用数额", "1"), ("二、上年", "0"))).others) == 1


@pytest.mark.parametrize(
    "rows",
    [
        (("本年新收政府信息公开申请数量（件）", "1"), ("二、上年结转政府信息\n公开申请数量", "0")),
        (("一、本年新收政府資訊公開申請數量", "1"), ("四、結轉下年度繼續辦理", "0")),
    ],
)
def test_remarks_line_breaks_and_traditional_characters_are_no_hindrance(gk2021: Format, rows: Rows) -> None:
    assert len(located(gk2021, rows).tables["requests"]) == 1


def test_tables_glued_into_one_grid_are_cut_where_the_next_begins(gk2021: Format) -> None:
    found = located(gk2021, [*PROACTIVE, *REQUESTS, *DISPUTES])
    shape = {t: [(g.rows, first_cells([g])[0]) for g in grids] for t, grids in found.tables.items()}
    assert shape == {
        "proactive": [(4, "第二十条第（一）项")],
        "requests": [(6, "自然人")],
        "disputes": [(3, "行政复议")],
    }


def test_one_row_with_another_tables_word_cuts_nothing(gk2021: Format) -> None:
    strange = [*REQUESTS[:4], ("行政许可", "1"), *REQUESTS[4:]]
    found = located(gk2021, strange)
    assert [g.rows for g in chain.from_iterable(found.tables.values())] == [7]


def test_rows_in_front_of_the_first_known_one_stay_with_it(gk2021: Format) -> None:
    found = located(gk2021, [("表格",), *PROACTIVE, *REQUESTS])
    assert [g.rows for g in found.tables["proactive"]] == [5]


def test_a_second_report_begins_where_an_earlier_table_comes_again(gk2021: Format) -> None:
    tables = (PROACTIVE, REQUESTS, DISPUTES)
    found = located(gk2021, *tables, *tables)
    assert [len(g) for g in found.tables.values()] == [1, 1, 1]
    assert [g.page for g in chain.from_iterable(found.tables.values())] == [1, 2, 3]
    assert [g.page for g in found.second] == [4, 5, 6]
    assert found.repeated == {"proactive", "requests", "disputes"}


def test_a_table_printed_twice_counts_once_and_is_told(gk2021: Format) -> None:
    found = located(gk2021, PROACTIVE, REQUESTS, REQUESTS)
    assert [g.page for g in found.tables["requests"]] == [2]
    assert ([g.page for g in found.second], found.repeated) == ([3], {"requests"})


def test_of_two_tables_with_the_forms_rows_the_one_with_its_columns_is_meant(gk2021: Format) -> None:
    other = [(row[0], "件", "备注") for row in REQUESTS[1:]]
    found = located(gk2021, other, REQUESTS)
    assert [g.page for g in found.tables["requests"]] == [2]
    assert [g.page for g in found.others] == [1]
    turned = located(gk2021, REQUESTS, other)
    assert [g.page for g in turned.tables["requests"]] == [1]
    assert [g.page for g in turned.second] == [2]


def test_parts_of_one_table_with_different_rows_are_no_rivals(gk2021: Format) -> None:
    found = located(gk2021, REQUESTS[:4], REQUESTS[:1] + tuple(REQUESTS[4:]))
    assert [g.page for g in found.tables["requests"]] == [1, 2]
    assert found.second == ()


OLD: Rows = (
    ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"),
    ("规章", "0", "0", "2"),
    ("规范性文件", "3", "1", "20"),
)


def test_the_edition_is_that_of_the_printed_tables_not_of_the_year(formats: tuple[Format, ...]) -> None:
    assert choose_format([grid(OLD)], formats, 2021).edition == "2019"
    assert choose_format([grid(PROACTIVE)], formats, 2020).edition == "2021"
    assert choose_format([grid(OLD)], formats[::-1], None).edition == "2019"


def test_where_the_print_does_not_tell_the_year_does(formats: tuple[Format, ...]) -> None:
    common = [grid((("行政许可", "1"), ("行政处罚", "2")))]
    assert choose_format(common, formats, 2020).edition == "2019"
    assert choose_format(common, formats, 2023).edition == "2021"
    assert choose_format(common, formats, None).edition == "2021"  # the one in use
    assert choose_format([], formats[::-1], 1999).edition == "2019"  # meant for neither: the older


def test_labels_of_two_editions_in_one_document_are_told(gk2019: Format, formats: tuple[Format, ...]) -> None:
    whole = [grid(OLD), grid((("行政许可", "1"),))]
    assert list(rivals(whole, gk2019, formats)) == []
    one = [*whole, grid((("本年制发件数", "1"),))]
    assert list(rivals(one, gk2019, formats)) == []  # a single label may be a slip
    mixed = [*whole, grid((("本年制发件数", "本年废止件数"),))]
    assert [(f.edition, both) for f, both in rivals(mixed, gk2019, formats)] == [("2021", True)]


def test_another_edition_that_knows_as_many_labels_is_a_rival(gk2021: Format, formats: tuple[Format, ...]) -> None:
    common = [grid((("行政许可", "1"), ("行政处罚", "2")))]
    assert [(f.edition, both) for f, both in rivals(common, gk2021, formats)] == [("2019", False)]
