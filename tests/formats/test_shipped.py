"""The two national editions say what the law prints: every key, label, unit and relation, in order."""

import pytest

from gkingest.formats.load import load_formats
from gkingest.formats.names import axis_keys, expand
from gkingest.formats.spec import Format, Table

COLUMNS = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}

# row key -> printed label, in the order of the print (国办公开办函〔2021〕30号)
REQUESTS_2021 = {
    "new_received": "一、本年新收政府信息公开申请数量",
    "carried_in": "二、上年结转政府信息公开申请数量",
    "granted": "（一）予以公开",
    "partial": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "denied.state_secret": "1.属于国家秘密",
    "denied.prohibited_by_law": "2.其他法律行政法规禁止公开",
    "denied.security_stability": "3.危及“三安全一稳定”",
    "denied.third_party": "4.保护第三方合法权益",
    "denied.internal": "5.属于三类内部事务信息",
    "denied.process": "6.属于四类过程性信息",
    "denied.enforcement_files": "7.属于行政执法案卷",
    "denied.inquiry": "8.属于行政查询事项",
    "unavailable.not_held": "1.本机关不掌握相关政府信息",
    "unavailable.needs_creation": "2.没有现成信息需要另行制作",
    "unavailable.unclear": "3.补正后申请内容仍不明确",
    "rejected.petition": "1.信访举报投诉类申请",
    "rejected.repeated": "2.重复申请",
    "rejected.publication": "3.要求提供公开出版物",
    "rejected.excessive": "4.无正当理由大量反复申请",
    "rejected.confirmation": "5.要求行政机关确认或重新出具已获取信息",
    "other.correction_overdue": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.fee_overdue": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.misc": "3.其他",
    "decided_total": "（七）总计",
    "carried_out": "四、结转下年度继续办理",
}
REQUESTS_2019 = {
    **dict(list(REQUESTS_2021.items())[:20]),
    "other": "（六）其他处理",
    "decided_total": "（七）总计",
    "carried_out": "四、结转下年度继续办理",
}
PARENTS_2021 = {
    "granted": ["三、本年度办理结果"],
    "partial": ["三、本年度办理结果"],
    "denied": ["三、本年度办理结果", "（三）不予公开"],
    "unavailable": ["三、本年度办理结果", "（四）无法提供"],
    "rejected": ["三、本年度办理结果", "（五）不予处理"],
    "other": ["三、本年度办理结果", "（六）其他处理"],
    "decided_total": ["三、本年度办理结果"],
}
PROACTIVE_2021 = [
    *[
        f"{row}/{column}"
        for row in ("regulations", "normative_documents")
        for column in ("issued", "repealed", "in_force")
    ],
    "licensing/decisions",
    "penalties/decisions",
    "coercion/decisions",
    "fees/amount",
]
MADE = ("newly_made", "newly_disclosed", "total_disclosed")
ITEMS = ("previous_items", "change", "decisions")
PROACTIVE_2019 = [
    *[f"{row}/{column}" for row in ("regulations", "normative_documents") for column in MADE],
    *[f"{row}/{column}" for row in ("licensing", "other_services") for column in ITEMS],
    *[f"{row}/{column}" for row in ("penalties", "coercion") for column in ITEMS],
    "fees/previous_items",
    "fees/change",
    "procurement/items",
    "procurement/amount",
]
DISPUTES = [
    f"{row}/{column}"
    for row in ("review", "litigation_direct", "litigation_after_review")
    for column in ("upheld", "corrected", "other", "pending", "total")
]
LABELS_PROACTIVE = {
    "2021": {
        "regulations": "规章",
        "normative_documents": "行政规范性文件",
        "licensing": "行政许可",
        "penalties": "行政处罚",
        "coercion": "行政强制",
        "fees": "行政事业性收费",
        "issued": "本年制发件数",
        "repealed": "本年废止件数",
        "in_force": "现行有效件数",
        "decisions": "本年处理决定数量",
        "amount": "本年收费金额（单位：万元）",
    },
    "2019": {
        "regulations": "规章",
        "normative_documents": "规范性文件",
        "licensing": "行政许可",
        "other_services": "其他对外管理服务事项",
        "penalties": "行政处罚",
        "coercion": "行政强制",
        "fees": "行政事业性收费",
        "procurement": "政府集中采购",
        "newly_made": "本年新制作数量",
        "newly_disclosed": "本年新公开数量",
        "total_disclosed": "对外公开总数量",
        "previous_items": "上一年项目数量",
        "change": "本年增/减",
        "decisions": "处理决定数量",
        "items": "采购项目数量",
        "amount": "采购总金额",
    },
}
CAPTIONS = {
    "2021": [f"第二十条第（{n}）项" for n in "一五六八"],
    "2019": [f"第二十条第（{n}）项" for n in "一五六八九"],
}


@pytest.fixture
def formats() -> tuple[Format, ...]:
    """The national editions since 2019; what came before has tests of its own."""
    return tuple(f for f in load_formats() if f.first_year >= 2019)


def slots(table: Table) -> list[str]:
    """Slots of a table as ``row/column``."""
    return [f"{row}/{column}" for row, column, _, _ in table.slots()]


def test_two_editions_ship_and_the_older_comes_first(formats: tuple[Format, ...]) -> None:
    assert [f.edition for f in formats] == ["2019", "2021"]
    assert [f.authority for f in formats] == ["国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号"]
    assert [(f.first_year, f.last_year) for f in formats] == [(2019, 2020), (2021, None)]


def test_both_editions_have_six_sections_and_three_tables(formats: tuple[Format, ...]) -> None:
    for form in formats:
        assert form.sections == (
            "总体情况",
            "主动公开政府信息情况",
            "收到和处理政府信息公开申请情况",
            "政府信息公开行政复议、行政诉讼情况",
            "存在的主要问题及改进情况",
            "其他需要报告的事项",
        )
        assert [(t.key, t.section) for t in form.tables] == [
            ("proactive", 2),
            ("requests", 3),
            ("disputes", 4),
        ]


@pytest.mark.parametrize(("edition", "expected"), [("2019", PROACTIVE_2019), ("2021", PROACTIVE_2021)])
def test_proactive_has_the_slots_of_the_law_in_printed_order(
    formats: tuple[Format, ...], edition: str, expected: list[str]
) -> None:
    table = next(f for f in formats if f.edition == edition).table("proactive")
    assert slots(table) == expected


@pytest.mark.parametrize(("edition", "rows"), [("2019", REQUESTS_2019), ("2021", REQUESTS_2021)])
def test_requests_crosses_every_row_with_seven_columns(
    formats: tuple[Format, ...], edition: str, rows: dict[str, str]
) -> None:
    table = next(f for f in formats if f.edition == edition).table("requests")
    assert slots(table) == [f"{row}/{column}" for row in rows for column in COLUMNS]


def test_disputes_has_fifteen_figures_in_one_printed_row(formats: tuple[Format, ...]) -> None:
    for form in formats:
        assert slots(form.table("disputes")) == DISPUTES
        (block,) = form.table("disputes").blocks
        assert block.crossed


def test_the_fee_of_section_six_is_a_slot_of_its_own(formats: tuple[Format, ...]) -> None:
    for form in formats:
        (fee,) = form.stated
        assert (fee.table, fee.row, fee.column, fee.section, fee.unit) == (
            "fees_collected",
            "processing_fee",
            "amount",
            6,
            "元",
        )


@pytest.mark.parametrize(
    ("edition", "proactive", "requests", "disputes"), [("2019", 22, 23 * 7, 15), ("2021", 10, 25 * 7, 15)]
)
def test_the_numbers_of_slots(
    formats: tuple[Format, ...], edition: str, proactive: int, requests: int, disputes: int
) -> None:
    form = next(f for f in formats if f.edition == edition)
    assert [len(slots(t)) for t in form.tables] == [proactive, requests, disputes]
    assert all(len(set(slots(t))) == len(slots(t)) for t in form.tables)


@pytest.mark.parametrize(("edition", "rows"), [("2019", REQUESTS_2019), ("2021", REQUESTS_2021)])
def test_requests_is_labelled_as_printed(formats: tuple[Format, ...], edition: str, rows: dict[str, str]) -> None:
    (block,) = next(f for f in formats if f.edition == edition).table("requests").blocks
    assert {leaf.key: leaf.label for leaf, _ in block.row_leaves()} == rows
    assert {leaf.key: leaf.label for leaf, _ in block.column_leaves()} == COLUMNS


def test_rows_of_requests_stand_under_the_printed_headings(formats: tuple[Format, ...]) -> None:
    for form in formats:
        (block,) = form.table("requests").blocks
        for leaf, above in block.row_leaves():
            family = (leaf.key or "").split(".")[0]
            expected = PARENTS_2021.get(family, [])
            if leaf.key == "other":  # one row without sub-items in the edition of 2019
                expected = ["三、本年度办理结果"]
            assert [n.label for n in above] == expected, leaf.key


def test_five_kinds_of_organisations_stand_under_legal_persons(formats: tuple[Format, ...]) -> None:
    for form in formats:
        (block,) = form.table("requests").blocks
        above = {leaf.key: [n.label for n in over] for leaf, over in block.column_leaves()}
        assert above["natural_person"] == ["申请人情况"]
        for key in ("commercial", "research", "public_interest", "legal_service", "other_org"):
            assert above[key] == ["申请人情况", "法人或其他组织"]


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_proactive_is_labelled_and_captioned_as_printed(formats: tuple[Format, ...], edition: str) -> None:
    table = next(f for f in formats if f.edition == edition).table("proactive")
    leaves = [leaf for b in table.blocks for leaf, _ in (*b.row_leaves(), *b.column_leaves())]
    assert {leaf.key: leaf.label for leaf in leaves} == LABELS_PROACTIVE[edition]
    assert [b.caption for b in table.blocks] == CAPTIONS[edition]


def test_money_has_its_unit_and_change_its_sign(formats: tuple[Format, ...]) -> None:
    for form in formats:
        for table in form.tables:
            for row, column, _, node in table.slots():
                money = (row, column) in {("fees", "amount"), ("procurement", "amount")}
                assert bool(node.unit) == money, (row, column)
                assert (node.number == "change") == (column == "change")
    new = {(r, c): n for r, c, _, n in formats[1].table("proactive").slots()}
    assert new["fees", "amount"].unit == "万元"


def test_the_sums_and_balances_of_the_form_are_all_there(formats: tuple[Format, ...]) -> None:
    for form in formats:
        rules = {r.id: r for r in form.rules}
        assert {i for i, r in rules.items() if r.kind != "carry"} == {
            "requests.balance",
            "requests.decided",
            "requests.row_total",
            "disputes.row_total",
        }
        assert {r.severity for r in rules.values() if r.kind != "carry"} == {"warning"}
        rows, columns = axis_keys(form.table("requests"))
        decided = [k for name in rules["requests.decided"].parts for k in expand(name, rows)]
        outcomes = [k for k in rows if k not in ("new_received", "carried_in", "decided_total", "carried_out")]
        assert decided == outcomes
        assert list(rules["requests.row_total"].parts) == [c for c in columns if c != "total"]


def test_every_node_has_a_title_in_english_for_the_codebook(formats: tuple[Format, ...]) -> None:
    for form in formats:
        for table in form.tables:
            for _, _, row, column in table.slots():
                assert row.title.isascii() and column.title.isascii() and row.title and column.title
