"""Organ and year that a document leaves open are borrowed, and said to be."""

from dataclasses import replace

import pytest

from gkingest.interpret.whose.borrowed import dated_by_sections, supplemented
from gkingest.interpret.whose.clues import Clues
from gkingest.interpret.whose.owner import organ_key
from gkingest.interpret.whose.region import Whose, identify_region
from gkingest.interpret.whose.title import Identity
from gkingest.model.report import Section
from gkingest.regions.divisions import load_divisions


def identity(organ: str = "", year: int | None = None, kind: str = "report") -> Identity:
    return Identity(organ, year, "政府信息公开工作年度报告", kind, ())


def first_section(text: str) -> tuple[Section, ...]:
    return (
        Section(1, "一、总体情况", text, 1),
        Section(5, "五、存在的问题", "2031年将继续改进，2031年再提高。", 2),
    )


def codes(told: Identity) -> list[str]:
    return [f.code for f in told.findings]


@pytest.mark.parametrize(
    "title",
    [
        "会同县林业局2022年政府信息公开工作年度报告",
        "会同县林业局2022年政府信息公开工作年度报告_会同县人民政府",
        "会同县林业局2022年度政府信息公开工作报告 - 会同县政府网",
    ],
)
def test_what_is_lacking_is_taken_from_the_title_in_the_crawl(title: str) -> None:
    told = supplemented(identity(), title)
    assert (told.organ, told.year) == ("会同县林业局", 2022)
    assert codes(told) == ["organ.unknown", "year.unknown"]
    assert "会同县林业局" in told.findings[0].message


def test_the_document_decides_against_the_crawl_and_another_year_is_told() -> None:
    told = supplemented(identity("会同县水利局", 2023), "会同县林业局2022年政府信息公开工作年度报告")
    assert (told.organ, told.year, codes(told)) == ("会同县水利局", 2023, ["year.conflict"])


@pytest.mark.parametrize("title", ["", "附件1", "关于公布年度报告的通知", "下载"])
def test_a_title_that_is_none_tells_nothing(title: str) -> None:
    assert supplemented(identity(), title) == identity()


@pytest.mark.parametrize(
    ("read", "doubts"),
    [
        ("平川县宗合实验区", ["organ.conflict"]),
        ("平川县综合实验区", []),
        ("平川县综合实验区管理委员会", []),
    ],
)
def test_an_organ_read_in_a_picture_is_held_against_the_title_in_the_crawl(read: str, doubts: list[str]) -> None:
    pictured = replace(identity(read, 2023), pictured=True)
    told = supplemented(pictured, "平川县综合实验区2023年政府信息公开工作年度报告")
    assert (told.organ, codes(told), told.pictured) == (read, doubts, bool(doubts))


def test_the_title_among_a_file_s_properties_is_asked_last() -> None:
    own = "会同县林业局2022年政府信息公开工作年度报告"
    told = supplemented(identity(), "", own)
    assert (told.organ, told.year, codes(told)) == ("会同县林业局", 2022, ["organ.unknown", "year.unknown"])
    assert supplemented(identity("会同县水利局", 2023), "", own) == identity("会同县水利局", 2023)


def test_a_form_to_be_filled_in_borrows_no_name() -> None:
    form = identity(kind="template")
    assert supplemented(form, "会同县林业局2022年政府信息公开工作年度报告") == form


def test_the_first_section_dates_a_report_that_nothing_else_does() -> None:
    told = dated_by_sections(
        identity("会同县林业局"), first_section("2022年，我局主动公开信息40条，较2021年增加。2022年12月")
    )
    assert (told.year, codes(told)) == (2022, ["year.unknown"])


def test_a_first_section_that_speaks_of_another_year_alone_is_a_doubt() -> None:
    copied = first_section("2022年，我局公开信息40条。截至2022年12月31日，无申请。")
    told = dated_by_sections(identity("会同县林业局", 2023), copied)
    assert (told.year, codes(told)) == (2023, ["year.conflict"])


@pytest.mark.parametrize(
    "text", ["2023年公开40条，比2022年多。2022年为30条，2022年底。", "公开40条。", "2022年起实行。", ""]
)
def test_a_first_section_that_may_compare_years_is_none(text: str) -> None:
    same = identity("会同县林业局", 2023)
    assert dated_by_sections(same, first_section(text)) == same


@pytest.mark.parametrize(
    ("organ", "host", "key"),
    [
        ("卫东区人民政府", "", "人民政府"),
        ("卫东区政府", "", "人民政府"),
        ("平顶山市卫东区教育局", "", "教育局"),
        ("卫东區教育局", "", "教育局"),
        ("鼓楼区教育局", "", ""),
        ("鼓楼区教育局", "jy.example.cn", "鼓楼区教育局@jy.example.cn"),
        ("县林业局", "", ""),
        ("平顶山高新技术产业开发区管理委员会", "", "高新技术产业开发区管理委员会"),
        ("北京铁路公安局", "", "北京铁路公安局"),
        ("", "www.example.cn", ""),
    ],
)
def test_an_organ_has_one_key_whatever_stands_before_its_name(organ: str, host: str, key: str) -> None:
    whose: Whose = identify_region(load_divisions(), organ, 2023, Clues())
    assert organ_key(load_divisions(), organ, whose, host) == key


ZONE = "蓝湾综合实验区"


@pytest.mark.parametrize(
    ("clues", "province"),
    [
        (Clues(site_code="3590000001"), "福建省"),
        (Clues(site_code="3506220012"), "福建省"),
        (Clues(filings=("闽ICP备05022042号",)), "福建省"),
        (Clues(filings=("35012802000041",)), "福建省"),
        (Clues(site_code="9990000001"), None),
        (Clues(), None),
    ],
)
def test_a_site_s_code_and_its_filings_tell_where_a_zone_lies(clues: Clues, province: str | None) -> None:
    assert identify_region(load_divisions(), ZONE, 2023, clues).province == province


def test_a_site_s_code_tells_same_names_apart_and_contradicts_another_place() -> None:
    table = load_divisions()
    assert identify_region(table, "鼓楼区财政局", 2023, Clues(site_code="3201060001")).code == "320106"
    assert identify_region(table, "鼓楼区财政局", 2023, Clues(site_code="3501020001")).code == "350102"
    elsewhere = identify_region(table, "攸县财政局", 2023, Clues(site_code="3501020001"))
    assert [f.code for f in elsewhere.findings] == ["region.conflict"]
