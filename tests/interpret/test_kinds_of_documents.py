"""What is no report says what it is, and by which words."""

from pathlib import Path

import pytest

from gkingest.document.ingest import ingest
from gkingest.formats.spec import Format
from gkingest.interpret.whose.kinds import kind_of
from gkingest.model.report import Document, Status


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("平川县水务局政府信息公开指南", "guide"),
        ("关于做好2023年政府信息公开工作年度报告编制发布工作的通知", "notice"),
        ("政府信息公开工作年度报告格式(试行)", "blank_form"),
        ("平川县2024年政务公开工作要点", "plan"),
        ("平川县水务局2024年部门预算", "budget"),
        ("一图读懂平川县2023年政府信息公开年报", "infographic"),
        ("平川县召开政务公开工作推进会", "news"),
        ("平川县政府信息公开目录", "catalogue"),
        ("平川县政府信息公开保密审查办法", "regulation"),
        ("平川县水务局", ""),
        ("", ""),
    ],
)
def test_the_first_lines_name_the_kind_and_the_word_that_told(line: str, kind: str) -> None:
    found = kind_of([line])
    assert found.name == kind
    assert not kind or line in found.reason


def taken(folder: Path, text: str, formats: tuple[Format, ...]) -> Document:
    path = folder / "a.txt"
    path.write_text(text, encoding="utf-8")
    return ingest(path, formats)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("平川县水务局政府信息公开指南\n\n为了方便公民获取政府信息。", "guide"),
        ("关于印发年度报告格式的通知\n\n各乡镇人民政府：", "notice"),
        ("404 Not Found", "other"),
    ],
)
def test_a_document_that_is_no_report_is_one_line_with_its_reason(
    tmp_path: Path, formats: tuple[Format, ...], text: str, kind: str
) -> None:
    document = taken(tmp_path, text, formats)
    assert (document.status, document.kind, document.report) == (Status.NOT_A_REPORT, kind, None)
    assert document.message


def test_a_form_to_be_filled_in_is_a_template(tmp_path: Path, gk2021: Format, formats: tuple[Format, ...]) -> None:
    rows = "\n".join(f"{label}\t\t\t" for label in ("规章", "行政规范性文件"))
    text = f"信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n{rows}\n"
    document = taken(tmp_path, text, formats)
    assert (document.status, document.kind) == (Status.NOT_A_REPORT, "template")


HEADINGS = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
PERIOD = "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADINGS, "headings"),
        (PERIOD + HEADINGS.replace("\n", " "), "headings"),
        ("平川县水务局政府信息公开指南\n" + PERIOD + HEADINGS, "headings"),
        ("平川县水务局2023年政府信息公开工作年度报告\n附件：年报.pdf", "附件:年报.pdf"),
    ],
)
def test_what_may_be_a_report_goes_to_review(
    tmp_path: Path, formats: tuple[Format, ...], text: str, words: str
) -> None:
    document = taken(tmp_path, text, formats)
    assert (document.status, document.kind) == (Status.NEEDS_REVIEW, "report")
    assert words in document.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("关于编制2023年年度报告的通知\n" + HEADINGS, "notice"),
        ("平川县2022年与2023年政府信息公开年度报告对比\n" + PERIOD + HEADINGS, "comparison"),
        ("2023年政府信息公开工作年度报告评分排名\n" + HEADINGS, "ranking"),
        ("\n".join(f"平川县水务局{y}年政府信息公开工作年度报告" for y in range(2019, 2024)), "list"),
    ],
)
def test_what_speaks_of_reports_says_what_it_is(
    tmp_path: Path, formats: tuple[Format, ...], text: str, kind: str
) -> None:
    document = taken(tmp_path, text, formats)
    assert (document.status, document.kind, document.report) == (Status.NOT_A_REPORT, kind, None)
