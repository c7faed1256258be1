"""Reports before 2019 in other shapes: texts with columns beside the figures, sentences, and their titles."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.model.report import Report

SHEET = [
    ("主动公开信息数", "条", "63", "97"),
    ("其中：1.网站公开", "条", "41", "55"),
    ("2.政府公报公开", "条", "6", "9"),
    ("受理依申请公开信息总数", "条", "5", "19"),
    ("其中：1.当面申请数", "条", "2", "8"),
    ("2.传真申请数", "条", "0", "1"),
    ("3.电子邮件申请数", "条", "1", "2"),
    ("4.网上申请数", "条", "2", "7"),
    ("5.信函申请数", "条", "0", "1"),
    ("6.其它形式申请数", "条", "0", "0"),
    ("对申请的答复数", "条", "5", "18"),
    ("其中：1.同意公开答复数", "条", "3", "12"),
    ("2.同意部分公开答复数", "条", "1", "2"),
    ("3.否决公开答复数", "条", "1", "4"),
    ("行政复议数", "件", "1", "2"),
    ("行政诉讼数", "件", "0", "1"),
    ("行政申诉数", "件", "4", "6"),
]
RETURN = [
    ("主动公开信息数", "条", "124", "1612"),
    ("其中：全文电子化的主动公开信息数", "条", "120", "1560"),
    ("新增的行政规范性文件数", "条", "2", "26"),
    ("提供服务类信息数", "条", "16", "208"),
    ("网站专栏页面访问量", "人次", "4012", "52156"),
    ("现场接待人数", "人次", "36", "468"),
    ("网上咨询数", "人次", "4", "52"),
    ("咨询电话接听数", "人次", "12", "156"),
    ("依申请公开信息目录数", "条", "8", "104"),
    ("申请总数", "条", "12", "156"),
    ("其中：1.当面申请数", "条", "7", "90"),
    ("2.传真申请数", "条", "0", "1"),
    ("3.电子邮件申请数", "条", "2", "30"),
    ("4.网上申请数", "条", "3", "33"),
    ("5.信函申请数", "条", "0", "2"),
    ("6.其他形式申请数", "条", "0", "0"),
]


def read(path: Path, text: str, formats: tuple[Format, ...]) -> Report:
    """A document of this text."""
    path.write_text(text, encoding="utf-8")
    report = ingest(path, formats).report
    assert report is not None
    return report


def amounts(report: Report, *keys: str) -> list[Decimal | None]:
    """The values of some figures."""
    values = {f.key: f.value for f in report.facts}
    return [values[FactKey.parse(key)] for key in keys]


def lines(organ: str, year: int, rows: Sequence[Sequence[str]], gap: str = "\t") -> str:
    """A text of a title and rows of cells."""
    return "\n".join([f"{organ}{year}年政府信息公开工作年度报告", "", *(gap.join(row) for row in rows)])


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_units_in_a_text_are_no_figures(tmp_path: Path, formats: tuple[Format, ...], gap: str) -> None:
    rows = [("指标名称", "计量单位", "2012年度", "历年累计"), *SHEET]
    report = read(tmp_path / "a.txt", lines("周宁县高山蔬菜产业局", 2012, rows, gap), formats)
    keys = "volume/disclosed/year", "applications/received.online/cumulative", "remedies/appeal/year"
    assert (report.format, amounts(report, *keys), report.flagged()) == ("fj-2009", [63, 7, 4], frozenset())


def test_a_text_of_one_column_leaves_out_the_one_that_may_lack(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    rows = [("指标名称", "计量单位", "年末统计"), *(row[:3] for row in SHEET)]
    report = read(tmp_path / "a.txt", lines("周宁县高山蔬菜产业局", 2009, rows), formats)
    assert (report.format, report.flagged()) == ("fj-2009", frozenset())
    assert amounts(report, "volume/disclosed/year", "remedies/appeal/year") == [63, 4]
    assert {f.state for f in report.facts if f.key.column == "cumulative"} == {"absent"}


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_numbers_of_rows_in_a_text_are_no_figures(tmp_path: Path, formats: tuple[Format, ...], gap: str) -> None:
    coded = [(label, unit, f"{n:02}", *figures) for n, (label, unit, *figures) in enumerate(RETURN, 1)]
    rows = [("指标名称", "计量单位", "代码", "本期实际", "本年累计"), *coded]
    report = read(tmp_path / "a.txt", lines("陇西县发展和改革局", 2011, rows, gap), formats)
    keys = "volume/disclosed/period", "volume/disclosed/year_to_date", "applications/received.letter/year_to_date"
    assert (report.format, amounts(report, *keys)) == ("dx-2008", [124, 1612, 2])


def test_numbers_below_the_names_of_columns_do_not_hide_these(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    head = [("指标名称", "计量单位", "代码", "本期实际", "本年累计"), ("甲", "乙", "丙", "1", "2")]
    coded = [(label, unit, f"{n:02}", *figures) for n, (label, unit, *figures) in enumerate(RETURN, 1)]
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in [*head, *coded])
    page = f"<meta charset=utf-8><h1>陇西县发展和改革局2011年政府信息公开年度报告</h1><table>{cells}</table>"
    report = read(tmp_path / "a.html", page, formats)
    assert amounts(report, "volume/disclosed/period", "volume/disclosed/year_to_date") == [124, 1612]


def test_a_second_reading_of_a_sheet_with_a_misprint_doubts_nothing_else(
    tmp_path: Path, formats: tuple[Format, ...]
) -> None:
    """行政复议 twice makes its table doubtful, so that it is read by order too: 历年累计 is no other year there."""
    rows = [("指标名称", "单位", "2012年度", "历年累计"), *SHEET[:-1], ("行政复议数", "件", "4", "6")]
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    page = f"<meta charset=utf-8><h1>周宁县高山蔬菜产业局2012年政府信息公开年度报告</h1><table>{cells}</table>"
    report = read(tmp_path / "a.html", page, formats)
    assert "reading.disagrees" not in {f.code for f in report.findings}
    assert amounts(report, "volume/disclosed/year", "volume/disclosed/cumulative") == [63, 97]


SAID = [
    ("没有发生针对本机关有关信息公开事务的行政复议案、行政诉讼案和申诉案。", [("reviews", 0), ("lawsuits", 0)]),
    ("2009年度未发生因政府信息公开申请行政复议、提起行政诉讼的情况。", [("reviews", 0), ("lawsuits", 0)]),
    ("全年未向申请人收取任何费用。", [("fees", 0)]),
    ("2009年度未发生收费。", [("fees", 0)]),
    ("未发生因政府信息公开引起的投诉。", []),
    ("通过各种渠道主动公开政府信息311条。", [("disclosed", 311)]),
    ("通过网站主动公开政府信息299条。", [("unclear", 299)]),
    ("本年度新增公开信息236条。", [("disclosed", 236)]),
    (
        "全年共收到信息公开申请23件（其中网上申请15件，当面申请8件），答复22件，同意公开18件。",
        [("received", 23), ("answered", 22), ("granted", 18)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "told"), SAID)
def test_sentences_of_old_reports(
    tmp_path: Path, formats: tuple[Format, ...], sentence: str, told: list[tuple[str, int]]
) -> None:
    title = "周宁县高山蔬菜产业局2009年政府信息公开年度报告"
    report = read(tmp_path / "a.txt", f"{title}\n\n{sentence}\n", formats)
    assert [(s.key, s.value) for s in report.statements] == told


TITLES = [
    ("会昌县林业局2010年政府信息公开工作总结", "会昌县林业局", 2010),
    ("会昌县林业局政务公开工作总结（2014年）", "会昌县林业局", 2014),
    ("会昌县林业局信息公开2014年度报告", "会昌县林业局", 2014),
    ("会昌县林业局2010年度《政府信息公开条例》执行情况报告", "会昌县林业局", 2010),
    ("2013年度会昌县人民政府政务公开工作报告", "会昌县人民政府", 2013),
]
NONE = [
    "会昌县林业局2021年政务公开工作总结",
    "会昌县林业局2013年政府信息公开工作总结会议召开",
    "关于印发2014年政务公开工作要点的通知",
]


@pytest.mark.parametrize(("title", "organ", "year"), TITLES)
def test_titles_of_old_reports(
    tmp_path: Path, formats: tuple[Format, ...], title: str, organ: str, year: int
) -> None:
    """Organ, year and region are told although no figure is."""
    report = read(tmp_path / "a.txt", f"{title}\n\n一年来，各项工作有序推进。\n", formats)
    assert (report.organ, report.year, report.region_code, report.format) == (organ, year, "360733", "words-2008")


@pytest.mark.parametrize("title", NONE)
def test_what_only_sounds_like_an_old_report(tmp_path: Path, formats: tuple[Format, ...], title: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{title}\n\n一年来，各项工作有序推进。\n", encoding="utf-8")
    assert ingest(path, formats).report is None
