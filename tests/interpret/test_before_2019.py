"""Reports before 2019: one sheet with the rows of several tables, or sentences alone; what is printed decides."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Document, Report, Status

HEAD = ("指标名称", "计量单位", "{year}年度", "历年累计")
ROWS = [
    ("主动公开信息数", "条", "61", "210"),
    ("其中：1.网站公开", "条", "48", "180"),
    ("2.政府公报公开", "条", "2", "5"),
    ("受理依申请公开信息总数", "条", "9", "21"),
    ("其中：1.当面申请数", "条", "4", "10"),
    ("2.传真申请数", "条", "0", "1"),
    ("3.电子邮件申请数", "条", "3", "6"),
    ("4.网上申请数", "条", "1", "2"),
    ("5.信函申请数", "条", "1", "2"),
    ("6.其它形式申请数", "条", "0", "0"),
    ("对申请的答复数", "条", "8", "20"),
    ("其中：1.同意公开答复数", "条", "5", "14"),
    ("2.同意部分公开答复数", "条", "1", "3"),
    ("3.否决公开答复数", "条", "2", "3"),
    ("行政复议数", "件", "1", "2"),
    ("行政诉讼数", "件", "0", "1"),
    ("行政申诉数", "件", "3", "4"),
]
LATER = [
    ("主动公开文件数", "条", "70", "70"),
    ("其中：1.政府网站公开数", "条", "70", "70"),
    ("2.政府公报公开数", "条", "0", "0"),
    ("受理政府信息公开申请总数", "条", "6", "6"),
    ("其中：1.当面申请数", "条", "1", "1"),
    ("2.网上申请数", "条", "3", "3"),
    ("3.信函、传真申请数", "条", "2", "2"),
    ("对申请的答复总数", "条", "6", "6"),
    ("其中：1.同意公开答复数", "条", "4", "4"),
    ("2.同意部分公开答复数", "条", "0", "0"),
    ("3.不予公开答复数", "条", "1", "1"),
    ("4.其他类型答复数", "条", "1", "1"),
    ("政府信息公开收费减免金额", "元", "80", "80"),
    ("接受行政诉讼、举报数", "件", "2", "2"),
    ("行政复议数", "件", "1", "1"),
    ("行政诉讼数", "件", "0", "0"),
]


def page(rows: Sequence[Sequence[str]], year: int = 2013, head: Sequence[str] = HEAD, text: str = "") -> str:
    """A web page with a report of 周宁县 and a sheet."""
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    heads = "".join(f"<td>{h.format(year=year)}</td>" for h in head)
    title = f"周宁县高山蔬菜产业局{year}年政府信息公开工作年度报告"
    table = f"<table border=1><tr>{heads}</tr>{lines}</table>" if rows else ""
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{text}</p>{table}"


def taken(folder: Path, html: str, formats: tuple[Format, ...]) -> Document:
    """The page as a document."""
    path = folder / "a.html"
    path.write_text(html, encoding="utf-8")
    return ingest(path, formats)


def read(folder: Path, html: str, formats: tuple[Format, ...]) -> Report:
    """The report of the page."""
    report = taken(folder, html, formats).report
    assert report is not None
    return report


def amount(report: Report, key: str) -> Decimal | None:
    """The value of one figure."""
    return next(f.value for f in report.facts if f.key == FactKey.parse(key))


def codes(report: Report) -> set[str]:
    """Codes of what is doubted."""
    return {f.code for f in report.findings} - {"region.unknown"}


def test_one_sheet_gives_the_figures_of_several_tables(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    report = read(tmp_path, page(ROWS), formats)
    assert (report.format, report.year, report.flagged()) == ("fj-2009", 2013, frozenset())
    assert amount(report, "volume/disclosed/year") == 61
    assert amount(report, "volume/disclosed.website/cumulative") == 180
    assert amount(report, "applications/received.letter/year") == 1
    assert amount(report, "applications/answered.denied/cumulative") == 3
    assert amount(report, "remedies/appeal/year") == 3
    assert codes(report) == set()


def test_the_table_decides_and_not_the_year(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    late = read(tmp_path, page(ROWS, 2016), formats)
    assert (late.format, late.year, codes(late)) == ("fj-2009", 2016, {"format.year"})
    assert read(tmp_path, page(LATER, 2016), formats).format == "fj-2014"


def test_a_misprinted_label_is_told_by_its_place(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    """行政诉讼 stands twice, the second for 行政申诉."""
    report = read(tmp_path, page([*ROWS[:-1], ("行政诉讼数", "件", "3", "4")]), formats)
    assert amount(report, "remedies/litigation/year") == 0
    assert amount(report, "remedies/appeal/year") == 3
    assert codes(report) == {"row.fuzzy"}


def test_rows_may_stand_in_another_order_and_letters_alone(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    moved = [*LATER[:-3], *LATER[-2:], LATER[-3]]
    moved[6] = ("3.信函申请数", "条", "2", "2")
    report = read(tmp_path, page(moved, 2015), formats)
    assert amount(report, "remedies/complaint/year") == 2
    assert amount(report, "applications/received.letter/year") == 2
    letters = next(f for f in report.facts if f.key.row == "received.letter_fax" and f.key.column == "year")
    assert letters.state is CellState.ABSENT
    assert codes(report) == set()


def test_columns_may_be_in_another_order_with_numbers_of_rows(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    head = ("序号", "指标名称", "历年累计", "{year}年度", "单位")
    rows = [(str(n), label, ever, now, unit) for n, (label, unit, now, ever) in enumerate(ROWS, 1)]
    report = read(tmp_path, page(rows, head=head), formats)
    assert (amount(report, "volume/disclosed/year"), amount(report, "volume/disclosed/cumulative")) == (61, 210)
    assert report.flagged() == frozenset()


def test_the_unit_beside_a_row_of_money_is_that_of_its_figures(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    rows = [(label, "万元" if unit == "元" else unit, now, ever) for label, unit, now, ever in LATER]
    report = read(tmp_path, page(rows, 2015), formats)
    fact = next(f for f in report.facts if f.key == FactKey("charges", "waived", "year"))
    assert (fact.value, fact.unit, fact.form_value) == (80, "万元", 800_000)


def test_a_column_of_another_year_is_a_doubt_about_its_figures(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    head = (*HEAD[:2], "2012年度", HEAD[3])
    report = read(tmp_path, page(ROWS, head=head), formats)
    assert "year.conflict" in codes(report)
    assert FactKey("volume", "disclosed", "year") in report.flagged()
    assert FactKey("volume", "disclosed", "cumulative") not in report.flagged()


def test_of_which_may_be_less_than_the_whole_but_not_more(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    rows = [ROWS[0], ("其中：1.网站公开", "条", "62", "180"), *ROWS[2:]]
    (broken,) = (f for f in read(tmp_path, page(rows), formats).findings if f.code == "rule.broken")
    assert broken.place == "volume.channels year"


def test_a_sum_without_the_row_that_a_sheet_lacks_is_still_judged(
    tmp_path: Path, formats: tuple[Format, ...]
) -> None:
    rows = [*LATER[:3], ("受理政府信息公开申请总数", "条", "7", "6"), *LATER[4:]]
    report = read(tmp_path, page(rows, 2015), formats)
    assert [f.place for f in report.findings if f.code == "rule.broken"] == ["applications.received year"]


def test_glued_cells_are_not_cut(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    glued = "".join("".join(row) for row in ROWS)
    document = taken(tmp_path, page([], text=f"指标名称计量单位2013年度历年累计{glued}"), formats)
    assert document.report is not None
    assert (document.report.facts, document.report.format) == ((), "words-2008")


def test_what_stands_in_sentences_only_is_kept_as_sentences(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    text = (
        "2013年，我局主动公开政府信息86条，其中通过网站公开80条。截至2013年底，累计主动公开政府信息532条。"
        "全年共收到政府信息公开申请3件，已答复3件，其中同意公开2件，部分公开1件。全年未收取任何费用。"
        "全年未发生行政复议、行政诉讼。我局依申请公开收取费用0.5万元。"
    )
    document = taken(tmp_path, page([], text=text), formats)
    report = document.report
    assert report is not None
    assert (document.status, document.kind, report.facts) == (Status.NEEDS_REVIEW, "report", ())
    assert (report.organ, report.year, report.region_code) == ("周宁县高山蔬菜产业局", 2013, "350925")
    assert [(s.key, s.value) for s in report.statements] == [
        ("disclosed", 86),
        ("unclear", 532),
        ("received", 3),
        ("answered", 3),
        ("granted", 2),
        ("partial", 1),
        ("fees", 0),
        ("reviews", 0),
        ("lawsuits", 0),
        ("fees", 5000),
    ]
    assert all(s.agrees is None and s.sentence for s in report.statements)
    assert codes(report) == {"form.words"}


@pytest.mark.parametrize("edition", ["gb-2014"])
def test_what_is_recalled_says_so(edition: str, formats: tuple[Format, ...], ingested: object) -> None:
    form = next(f for f in formats if f.edition == edition)
    assert form.provisional
    report = ingested("www.zhuxi.gov.cn/2017/0214/512073.pdf").report  # type: ignore[operator]
    assert "form.provisional" in codes(report)
    assert report.flagged() == frozenset()


def test_no_edition_of_old_reads_what_is_new(formats: tuple[Format, ...], ingested: object) -> None:
    """A report of 2021 in the form of 2019, and one of 2023: the older sheets change nothing for them."""
    for name, edition in (
        ("www.lueyang.gov.cn/lyxzf/略阳县自然资源局2021年政府信息公开工作年度报告.pdf", "2019"),
        ("www.hnyx.gov.cn/c26121/P020230130633557799112.pdf", "2021"),
    ):
        assert ingested(name).report.format == edition  # type: ignore[operator]
