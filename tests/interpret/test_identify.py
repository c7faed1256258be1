"""Whose report, and of which year: from titles in every shape, and never from what is no title."""

import pytest

from gkingest.interpret.whose.dates import number_of_year
from gkingest.interpret.whose.title import Identity, identify, identity_findings
from gkingest.model.paper import Page

PERIOD = "本报告所列数据的统计期限自{0}年1月1日至{0}年12月31日止。"


def pages(*texts: str) -> tuple[Page, ...]:
    """Pages that carry nothing but text."""
    return tuple(Page(n, 595.0, 842.0, (), (), text=text) for n, text in enumerate(texts, 1))


def codes(identity: Identity) -> set[str]:
    """Codes of the doubts about an identity."""
    return {f.code for f in identity_findings(identity)}


TITLES = {
    "on one line": ("卫东区人民政府办公室2023年政府信息公开工作年度报告", "卫东区人民政府办公室", 2023),
    "with spaces": ("卫东区人民政府办公室 2023 年 政府信息公开工作年度报告", "卫东区人民政府办公室", 2023),
    "full-width digits": (
        "卫东区人民政府办公室２０２３年政府信息公开工作年度报告",
        "卫东区人民政府办公室",
        2023,
    ),
    "letters set apart": (
        "宝 塔 区 统 计 局\n2023 年 政 府 信 息 公 开 工 作 年 度 报 告",
        "宝塔区统计局",
        2023,
    ),
    "the organ on the line above": (
        "攸县人民政府办公室\n2023年政府信息公开工作年度报告",
        "攸县人民政府办公室",
        2023,
    ),
    "cut in the middle": (
        "固始县城乡建设发展局2023年政府信息公开工作年\n度报告",
        "固始县城乡建设发展局",
        2023,
    ),
    "three lines": ("攸县人民政府办公室\n2023年政府信息公开工作\n年度报告", "攸县人民政府办公室", 2023),
    "year on a line of its own": ("会同县林业局\n2020年\n政府信息公开工作年度报告", "会同县林业局", 2020),
    "Chinese numerals": ("略阳县自然资源局二〇二三年政府信息公开工作年度报告", "略阳县自然资源局", 2023),
    "Chinese numerals with a circle": (
        "略阳县自然资源局二○二一年政府信息公开工作年度报告",
        "略阳县自然资源局",
        2021,
    ),
    "Chinese numerals with 零": (
        "略阳县自然资源局二零一九年政府信息公开工作年度报告",
        "略阳县自然资源局",
        2019,
    ),
    "year with 年度": ("会同县林业局2020年度政府信息公开工作报告", "会同县林业局", 2020),
    "short name": ("会同县林业局2022年政府信息公开年报", "会同县林业局", 2022),
    "without 工作": ("会同县林业局2022年政府信息公开年度报告", "会同县林业局", 2022),
    "with 关于": ("会同县林业局关于2022年政府信息公开工作年度报告", "会同县林业局", 2022),
    "year in brackets at the end": ("会同县林业局政府信息公开工作年度报告（2022年）", "会同县林业局", 2022),
    "year in brackets at the end, 年度": (
        "会同县林业局政府信息公开工作年度报告（2022年度）",
        "会同县林业局",
        2022,
    ),
    "year first": ("2022年会同县林业局政府信息公开工作年度报告", "会同县林业局", 2022),
    "year first, 年度": ("2022年度会同县林业局政府信息公开工作年度报告", "会同县林业局", 2022),
    "site breadcrumb in front": (
        "当前位置：首页 > 政务公开 > 政府信息公开年报\n卫东区人民政府办公室2023年政府信息公开工作年度报告",
        "卫东区人民政府办公室",
        2023,
    ),
    "breadcrumb on the same line": (
        "您的位置：首页 > 政务公开 > 卫东区人民政府办公室2023年政府信息公开工作年度报告",
        "卫东区人民政府办公室",
        2023,
    ),
    "site head and publishing line": (
        "攸县人民政府门户网站\nwww.hnyx.gov.cn\n首页 走进攸县 政务公开 办事服务\n"
        "攸县人民政府办公室2022年政府信息公开工作年度报告\n发布时间：2023-01-30 来源：县政府办",
        "攸县人民政府办公室",
        2022,
    ),
    "quotes": ("《卫东区人民政府办公室2023年政府信息公开工作年度报告》", "卫东区人民政府办公室", 2023),
    "a long organ": (
        "青岛市李沧区人民政府沧台路街道办事处\n2024 年政府信息公开工作年度报告",
        "青岛市李沧区人民政府沧台路街道办事处",
        2024,
    ),
    "a township": ("桃江县松木塘镇人民政府\n2022 年政府信息公开工作年度报告", "桃江县松木塘镇人民政府", 2022),
    "traditional characters": (
        "鶴山市雅瑤鎮人民政府\n2020年度政府信息公開工作年度報告",
        "鶴山市雅瑤鎮人民政府",
        2020,
    ),  # as printed
    "a heading in Markdown": ("# 会同县林业局2022年政府信息公开工作年度报告", "会同县林业局", 2022),
    "bold in Markdown": ("**会同县林业局**\n\n**2022年政府信息公开工作年度报告**", "会同县林业局", 2022),
    "a quotation and a link": (
        "> [首页](http://a.cn/1) > [年报](http://a.cn/2)\n### [会同县林业局2022年政府信息公开年报](http://a.cn/3)",
        "会同县林业局",
        2022,
    ),
    "the organ cut in two": ("会同县农业农\n村局2022年政府信息公开工作年度报告", "会同县农业农村局", 2022),
    "a column of the site above": (
        "政府信息公开年报\n会同县林业局2022年政府信息公开工作年度报告",
        "会同县林业局",
        2022,
    ),
    "report of what was done": ("会同县林业局关于2022年度政府信息公开工作情况的报告", "会同县林业局", 2022),
    "the period in brackets behind": (
        "会同县林业局政府信息公开工作年度报告（2022年1月1日—12月31日）",
        "会同县林业局",
        2022,
    ),
    "words transposed": ("会同县林业局2011年度政府信息工作公开年度报告", "会同县林业局", 2011),
    "without 政府": ("会同县林业局2013年信息公开年度报告", "会同县林业局", 2013),
    "radicals for characters": (
        "卫东区人⺠政府办公室2023年政府信息公开⼯作年度报告",
        "卫东区人民政府办公室",
        2023,
    ),
}


@pytest.mark.parametrize("shape", TITLES)
def test_a_title_names_organ_and_year_in_whatever_shape(shape: str) -> None:
    text, organ, year = TITLES[shape]
    identity = identify(pages(f"{text}\n根据《中华人民共和国政府信息公开条例》编制本报告。\n一、总体情况\n"))
    assert (identity.kind, identity.organ, identity.year) == ("report", organ, year)
    assert codes(identity) == set()


@pytest.mark.parametrize(
    "period",
    [
        PERIOD.format(2023),
        "统计期限自 2023 年 1 月 1 日至 12 月 31 日。",
        "数据统计期限为2023年1月1日到2023年12月31日。",
        "数据自2023年1月1日起，至\n2023年12月31日止。",
        "统计期限从２０２３年１月１日起至同年１２月３１日止。",
        "自二〇二三年1月1日至12月31日",
        "2023年1月1日—12月31日",
    ],
)
def test_the_period_of_the_figures_gives_the_year_where_the_title_gives_none(period: str) -> None:
    identity = identify(pages(f"政府信息公开工作年度报告\n{period}\n"))
    assert identity.year == 2023


def test_title_and_period_that_agree_raise_no_doubt() -> None:
    identity = identify(pages("会同县林业局2023年政府信息公开工作年度报告\n" + PERIOD.format(2023)))
    assert (identity.year, codes(identity)) == (2023, set())


def test_title_and_period_that_differ_are_a_conflict_and_the_period_decides() -> None:
    identity = identify(pages("会同县林业局2022年政府信息公开工作年度报告\n" + PERIOD.format(2023)))
    (finding,) = [f for f in identity_findings(identity) if f.code == "year.conflict"]
    assert (identity.year, finding.found, finding.expected) == (2023, "2022", "2023")


def test_the_year_of_publication_is_not_the_reporting_year() -> None:
    text = "会同县林业局2022年政府信息公开工作年度报告\n发布日期：2023年1月30日\n" + PERIOD.format(2022)
    identity = identify(pages(text, "", "会同县林业局\n2023年1月30日"))
    assert (identity.year, codes(identity)) == (2022, set())


def test_a_title_without_an_organ_takes_it_from_the_signature() -> None:
    identity = identify(
        pages("2024年政府信息公开工作年度报告\n一、总体情况\n", "无。\n襄阳市人民政府\n2025年1月20日")
    )
    assert (identity.organ, identity.year) == ("襄阳市人民政府", 2024)


@pytest.mark.parametrize(
    ("end", "organ"),
    [
        ("六、其他需要报告的事项\n无\n会同县林业局\n2025年1月20日", "会同县林业局"),
        ("六、其他需要报告的事项\n无 会同县林业局 2025年1月20日", "会同县林业局"),
        ("六、其他需要报告的事项无会同县林业局2025年1月20日", "会同县林业局"),
        ("本年度未收取信息处理费 会同县林业局\n2025年1月20日", "会同县林业局"),
        ("无\n会同县农业\n农村局\n2025年1月20日", "会同县农业农村局"),
        ("无\n会同县林业局\n2025年1月", "会同县林业局"),
        ("无\n会同县林业局\n2025年1月20日\n联系电话：0745-1234567\n发布日期：2025年2月1日", "会同县林业局"),
        ("无\n无锡市水利局\n2025年1月20日", "无锡市水利局"),
        ("无\n无为市教育局\n2025年1月20日", "无为市教育局"),
    ],
)
def test_a_signature_is_cut_where_the_organ_begins(end: str, organ: str) -> None:
    identity = identify(pages(f"2024年政府信息公开工作年度报告\n一、总体情况\n无。\n{end}"))
    assert (identity.organ, codes(identity)) == (organ, set())


def test_the_name_of_a_site_is_no_organ() -> None:
    identity = identify(pages("攸县人民政府门户网站\n2024年政府信息公开工作年度报告\n一、总体情况\n"))
    assert (identity.organ, codes(identity)) == ("", {"organ.unknown"})


def test_the_end_of_a_name_is_doubted() -> None:
    assert codes(identify(pages("村局2024年政府信息公开工作年度报告\n一、总体情况\n"))) == {"organ.doubtful"}


def test_figures_of_a_part_of_a_year_are_a_doubt_and_come_with_their_days() -> None:
    text = "会同县数据局2023年政府信息公开工作年度报告\n统计期限自2023年9月1日起至2023年12月31日止。"
    identity = identify(pages(text))
    assert (identity.year, codes(identity)) == (2023, {"year.part"})
    assert identity.period is not None and str(identity.period.start) == "2023-09-01"


def test_an_organ_that_nobody_names_is_not_made_up() -> None:
    identity = identify(pages("2024年政府信息公开工作年度报告\n一、总体情况\n今年以来工作取得进展。"))
    assert (identity.organ, codes(identity)) == ("", {"organ.unknown"})


def test_a_year_that_nobody_names_is_not_made_up() -> None:
    identity = identify(pages("会同县林业局政府信息公开工作年度报告\n一、总体情况\n"))
    assert identity.year is None
    assert "year.unknown" in codes(identity)


NO_REPORTS = {
    "guide": "苍溪县自然资源局政府信息公开指南\n（2024年3月修订）\n为便于公民获取政府信息，编制本指南。",
    "catalogue": "会同县林业局政府信息公开目录\n一、机构职能",
    "notice to write one": "关于做好2023年政府信息公开工作年度报告编制工作的通知\n各乡镇人民政府：",
    "notice to hand one in": "关于报送2023年政府信息公开工作年度报告的通知\n各乡镇人民政府：",
    "news of a course": "我区举办2023年政府信息公开工作年度报告编制培训班\n1月5日，区政府办公室组织培训。",
    "news of a publication": "要闻动态\n近日，县政府办公室发布了2023年政府信息公开工作年度报告，共六个部分。",
    "budget": "会同县林业局2023年部门预算公开\n一、部门职责",
    "regulation": "政府信息公开信息处理费管理办法\n第一条 为了规范信息处理费管理",
    "titles of many years": "\n".join(f"会同县林业局{y}年政府信息公开工作年度报告" for y in range(2019, 2024)),
    "comparison": "会同县林业局2022年与2023年政府信息公开年度报告对比\n一、总体情况",
    "ranking": "2023年政府信息公开工作年度报告评分排名\n会同县林业局 95",
    "error page": "404 Not Found\nnginx",
    "nothing": "",
}


@pytest.mark.parametrize("what", NO_REPORTS)
def test_what_only_speaks_of_reports_is_none(what: str) -> None:
    assert identify(pages(NO_REPORTS[what])).kind != "report"


def test_a_guide_is_called_a_guide() -> None:
    assert identify(pages(NO_REPORTS["guide"])).kind == "guide"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023", 2023),
        ("２０２３", 2023),
        ("二〇二三", 2023),
        ("二○一九", 2019),
        ("二零二四", 2024),
        ("2039", 2039),
        ("1999", None),
        ("2040", None),
        ("202", None),
        ("20233", None),
        ("二十三", None),
        ("abcd", None),
        ("", None),
    ],
)
def test_a_year_is_one_of_this_century_or_none(text: str, year: int | None) -> None:
    assert number_of_year(text) == year


def test_no_pages_and_empty_pages_are_nobodys_report() -> None:
    for nothing in ((), pages(""), pages("", "")):
        identity = identify(nothing)
        assert (identity.organ, identity.year, identity.title, identity.kind) == ("", None, "", "")


@pytest.mark.parametrize(
    ("head", "foot", "day"),
    [
        ("（2025年1月26日）\n", "", "2025-01-26"),
        ("索引号：011158112 发布日期：2025年03月28日 有效\n", "", "2025-03-28"),
        ("发布时间：2025-03-28 10:20\n", "", "2025-03-28"),
        ("发布日期：2025年03月28日\n", "\n某县水利局\n2025年1月20日", "2025-01-20"),
        ("", "\n某县水利局\n二〇二五年十二月三十一日", "2025-12-31"),
        ("", "\n某县水利局\n二〇二五年一月十十日", ""),
        ("我局于2025年1月26日召开会议。\n", "", ""),
        ("", "", ""),
    ],
)
def test_the_day_of_issue_is_printed_below_else_above(head: str, foot: str, day: str) -> None:
    text = "攸县水利局2024年政府信息公开工作年度报告\n" + head + PERIOD.format(2024) + foot
    assert identify(pages(text)).issued_on == day


@pytest.mark.parametrize("marks", ["# {}", "== {} ==", "======{}======", "= {}", "h1. {}", "**{}**", "> {}"])
def test_marks_of_a_heading_are_no_part_of_the_organ(marks: str) -> None:
    title = "攸县水利局2024年政府信息公开工作年度报告"
    identity = identify(pages(marks.format(title) + "\n" + PERIOD.format(2024)))
    assert (identity.organ, identity.year, codes(identity)) == ("攸县水利局", 2024, set())


@pytest.mark.parametrize("before", [".SH ", "+", "■", "□", "\\section{"])
def test_what_stands_before_an_organ_and_is_no_name_is_doubted(before: str) -> None:
    identity = identify(pages(f"{before}攸县水利局2024年政府信息公开工作年度报告\n" + PERIOD.format(2024)))
    assert identity.organ == "攸县水利局" or codes(identity) & {"organ.doubtful", "organ.unknown"}
