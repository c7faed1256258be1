"""The six sections keep their words, and the fee that the last one states becomes a figure or a doubt."""

from decimal import Decimal

import pytest

from gkingest.formats.spec import Format
from gkingest.interpret.prose.sections import StatedAmount, is_section_heading, read_sections, read_stated
from gkingest.model.key import FactKey
from gkingest.model.paper import Page
from gkingest.model.report import CellState, Section

HEADINGS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
TEXTS = [
    "（一）主动公开。全年公开信息三千余条。\n（二）依申请公开。受理申请10件。",
    "第二条",
    "第三条",
    "第四条",
    "一、2023年存在问题。一是公开不及时。\n二、2022年问题改进情况。加强培训。",
    "本年度未收取信息处理费。",
]


def page(text: str, number: int = 1) -> Page:
    """A page that carries nothing but text."""
    return Page(number, 595.0, 842.0, (), (), text=text)


def report(headings: list[str], preface: str = "某局2023年政府信息公开工作年度报告") -> str:
    """A report's text under ``headings``."""
    return "\n".join([preface, *(f"{h}\n{t}" for h, t in zip(headings, TEXTS, strict=True))])


@pytest.mark.parametrize(
    "headings",
    [
        pytest.param(HEADINGS, id="as in the form"),
        pytest.param([h.replace("、", ".", 1) for h in HEADINGS], id="with full stops"),
        pytest.param([h.replace("、", "　、", 1) for h in HEADINGS], id="with spaces"),
        pytest.param([f"  {h}  " for h in HEADINGS], id="indented"),
        pytest.param([h.split("、", 1)[1] for h in HEADINGS], id="without numbers"),
        pytest.param(
            [*HEADINGS[:3], "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", *HEADINGS[4:]],
            id="as in 2019",
        ),
        pytest.param(
            [
                "一、總體情況",
                "二、主動公開政府信息情況",
                "三、收到和處理政府信息公開申請情況",
                "四、政府信息公開行政複議、行政訴訟情況",
                "五、存在的主要問題及改進情況",
                "六、其他需要報告的事項",
            ],
            id="traditional",
        ),
    ],
)
def test_six_headings_cut_the_text_into_six_sections(gk2021: Format, headings: list[str]) -> None:
    sections = read_sections([page(report(headings))], (), gk2021)
    assert [s.number for s in sections] == [0, 1, 2, 3, 4, 5, 6]
    assert [s.heading for s in sections[1:]] == [h.strip() for h in headings]
    assert [s.text for s in sections[1:]] == TEXTS


def test_not_a_character_of_the_narrative_is_lost(gk2021: Format) -> None:
    text = report(HEADINGS)
    sections = read_sections([page(text)], (), gk2021)
    assert "".join(s.heading + s.text for s in sections).replace("\n", "") == text.replace("\n", "")


def test_a_section_goes_on_over_the_page_break(gk2021: Format) -> None:
    pages = [
        page("五、存在的主要问题及改进情况\n一是公开"),
        page("不及时。\n六、其他需要报告的事项\n无。", 2),
    ]
    sections = read_sections(pages, (), gk2021)
    assert [(s.number, s.text, s.page) for s in sections] == [(5, "一是公开\n不及时。", 1), (6, "无。", 2)]


def test_numbered_points_of_the_narrative_are_no_headings(gk2021: Format) -> None:
    for line in (
        "一、2023年存在问题。一是主动公开信息有时不及时。",
        "二、培训还不到位",
        "三、下一步打算",
        "（一）主动公开",
    ):
        assert not is_section_heading(line, [gk2021])


def test_a_sentence_that_names_a_heading_is_no_heading(gk2021: Format) -> None:
    line = "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六个部分组成。"
    assert not is_section_heading(line, [gk2021])


def test_every_heading_of_the_form_is_a_heading(formats: tuple[Format, ...]) -> None:
    assert all(is_section_heading(h, formats) for h in HEADINGS)


def stated(text: str, form: Format, *, unread: bool = False) -> StatedAmount:
    """The fee that a section six with this text states."""
    sections = [Section(1, HEADINGS[0], "收取信息处理费999元。", 1), Section(6, HEADINGS[5], text, 3)]
    return read_stated(form.stated[0], sections, (), unread=unread)


NO_FEE = [
    "本年度未收取信息处理费。",
    "2023年卫东区政府办公室依申请公开政府信息未收费。",
    "没有收取信息处理费，也没有其他需要报告的事项。",
    "本年度未产生信息处理费。",
    "本年度收取信息处理费0元。",
    "本年度收取信息处理费共计 0 元。",
    "信息处理费：无。",
    "收取信息处理费情况：无。",
    "无信息处理费收取情况。",
    "我办未收取任何信息处理费，无其他需要报告的事项。",
    "沒有收取信息處理費。",
    "依申请提供政府信息没有收取费用，信息处理费为0元。",
    "信息处理费：按照《政府信息公开信息处理费管理办法》计收，2022年未产生信息处理费。",
    "按照《国务院办公厅关于印发政府信息公开信息处理费管理办法的通知》（国办函〔2020〕109号）规定，2023年未收费。",
    "依据《政府信息公开信息处理费管理办法》，2023 年办理依申请公开\n事项未收\n费。",
]


@pytest.mark.parametrize("text", NO_FEE)
def test_no_fee_in_words_or_figures_is_a_reported_zero(gk2021: Format, text: str) -> None:
    fact, finding = stated(text, gk2021).fact, stated(text, gk2021).finding
    assert finding is None
    assert fact.key == FactKey("fees_collected", "processing_fee", "amount")
    assert (fact.state, fact.value, fact.unit, fact.form_value) == (CellState.REPORTED, 0, "元", 0)
    assert fact.raw and fact.page == 3


@pytest.mark.parametrize(
    ("text", "value", "unit", "yuan"),
    [
        ("本年度收取信息处理费120元。", "120", "元", "120"),
        ("2021 年，共收取信息处理费 120 元，已全部上缴国库。", "120", "元", "120"),
        ("全年共收取政府信息公开信息处理费1,260元。", "1260", "元", "1260"),
        ("全年收取信息处理费１２０元。", "120", "元", "120"),
        ("全年收取信息处理费1.2万元。", "1.2", "万元", "12000"),
        ("全年收取信息处理费 120.50 元。", "120.50", "元", "120.50"),
        ("本年度我办共发出收费通知1件，收取信息处理费80元。", "80", "元", "80"),
        (
            "按照《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），收取信息处理费30元。",
            "30",
            "元",
            "30",
        ),
        ("无其他事项。\n另：收取信息\n处理费40元。", "40", "元", "40"),
    ],
)
def test_a_fee_is_read_with_its_unit(gk2021: Format, text: str, value: str, unit: str, yuan: str) -> None:
    fact, finding = stated(text, gk2021).fact, stated(text, gk2021).finding
    assert finding is None
    assert (fact.state, fact.value, fact.unit, fact.form_value) == (
        CellState.REPORTED,
        Decimal(value),
        unit,
        Decimal(yuan),
    )


def test_a_section_that_says_no_more_than_none_reports_no_fee(gk2021: Format) -> None:
    for text in ("无。", "无", "无 。"):
        fact = stated(text, gk2021).fact
        assert (fact.state, fact.value) == (CellState.REPORTED, 0), text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无其他需要报告的事项。",
        "本机关没有其他需要报告的事项。",
        "全年举办培训3次，参训120人次，投入经费5万元。",
        "按照《政府信息公开信息处理费管理办法》，做好相关工作。",
        "认真落实《国务院办公厅关于印发〈政府信息公开信息处理费管理办法〉的通知》（国办函〔2020〕109号）。",
        "本年行政事业性收费12万元。",
    ],
)
def test_a_fee_that_is_not_mentioned_is_absent_and_not_zero(gk2021: Format, text: str) -> None:
    fact, finding = stated(text, gk2021).fact, stated(text, gk2021).finding
    assert (fact.state, fact.value, finding) == (CellState.ABSENT, None, None)


def test_a_fee_not_found_while_a_page_was_not_read_is_unreadable_and_not_absent(gk2021: Format) -> None:
    fact = stated("无其他需要报告的事项。", gk2021, unread=True).fact
    assert (fact.state, fact.value) == (CellState.UNREADABLE, None)


@pytest.mark.parametrize(
    "text",
    [
        "收取信息处理费120元，减免30元。",
        "应收信息处理费120元，实收信息处理费80元。",
        "未收取信息处理费，退还上年信息处理费120元。",
        "信息处理费收取3笔。",
        "收取信息处理费若干，共计5千。",
    ],
)
def test_a_fee_that_cannot_be_made_out_is_a_doubt_about_that_figure(gk2021: Format, text: str) -> None:
    amount = stated(text, gk2021)
    assert (amount.fact.state, amount.fact.value) == (CellState.UNREADABLE, None)
    assert amount.finding is not None
    assert amount.finding.code == "fee.unclear"
    assert amount.finding.touches == (tuple(amount.fact.key),)


def test_a_fee_that_another_section_mentions_is_not_the_one_of_section_six(gk2021: Format) -> None:
    sections = [Section(5, HEADINGS[4], "收取信息处理费120元。", 2), Section(6, HEADINGS[5], "另有培训。", 3)]
    assert read_stated(gk2021.stated[0], sections, (), unread=False).fact.state is CellState.ABSENT
