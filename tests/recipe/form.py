"""The two national forms: keys, printed labels and order. The data files choose and vary."""

from __future__ import annotations

from dataclasses import dataclass

APPLICANTS = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
OUTCOMES = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
PROCEEDINGS = {
    "review": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One 第二十条第（…）项: its columns and its rows."""

    number: str
    columns: dict[str, str]
    rows: dict[str, str]


_MADE = {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"}
_DECIDED = {"decisions": "本年处理决定数量"}
_SHOWN = {
    "newly_made": "本年新制作数量",
    "newly_disclosed": "本年新公开数量",
    "total_disclosed": "对外公开总数量",
}
_ITEMS = {"previous_items": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"}

PROACTIVE: dict[str, tuple[Clause, ...]] = {
    "2021": (
        Clause("一", _MADE, {"regulations": "规章", "normative_documents": "行政规范性文件"}),
        Clause("五", _DECIDED, {"licensing": "行政许可"}),
        Clause("六", _DECIDED, {"penalties": "行政处罚", "coercion": "行政强制"}),
        Clause("八", {"amount": "本年收费金额（单位：万元）"}, {"fees": "行政事业性收费"}),
    ),
    "2019": (
        Clause("一", _SHOWN, {"regulations": "规章", "normative_documents": "规范性文件"}),
        Clause("五", _ITEMS, {"licensing": "行政许可", "other_services": "其他对外管理服务事项"}),
        Clause("六", _ITEMS, {"penalties": "行政处罚", "coercion": "行政强制"}),
        Clause(
            "八",
            {"previous_items": "上一年项目数量", "change": "本年增/减"},
            {"fees": "行政事业性收费"},
        ),
        Clause("九", {"items": "采购项目数量", "amount": "采购总金额"}, {"procurement": "政府集中采购"}),
    ),
}

_DENIED = {
    "denied.state_secret": "属于国家秘密",
    "denied.prohibited_by_law": "其他法律行政法规禁止公开",
    "denied.security_stability": "危及“三安全一稳定”",
    "denied.third_party": "保护第三方合法权益",
    "denied.internal": "属于三类内部事务信息",
    "denied.process": "属于四类过程性信息",
    "denied.enforcement_files": "属于行政执法案卷",
    "denied.inquiry": "属于行政查询事项",
}
_UNAVAILABLE = {
    "unavailable.not_held": "本机关不掌握相关政府信息",
    "unavailable.needs_creation": "没有现成信息需要另行制作",
    "unavailable.unclear": "补正后申请内容仍不明确",
}
_REJECTED = {
    "rejected.petition": "信访举报投诉类申请",
    "rejected.repeated": "重复申请",
    "rejected.publication": "要求提供公开出版物",
    "rejected.excessive": "无正当理由大量反复申请",
    "rejected.confirmation": "要求行政机关确认或重新出具已获取信息",
}
_OTHER = {
    "other.correction_overdue": "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.fee_overdue": "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.misc": "其他",
}
WHOLE = {
    "new_received": "本年新收政府信息公开申请数量",
    "carried_in": "上年结转政府信息公开申请数量",
    "stub": "本年度办理结果",
    "granted": "予以公开",
    "partial": "部分公开（区分处理的，只计这一情形，不计其他情形）",
    "denied": "不予公开",
    "unavailable": "无法提供",
    "rejected": "不予处理",
    "other": "其他处理",
    "decided_total": "总计",
    "carried_out": "结转下年度继续办理",
}
GROUPS = {"denied": _DENIED, "unavailable": _UNAVAILABLE, "rejected": _REJECTED, "other": _OTHER}
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def groups(form: str) -> dict[str, dict[str, str]]:
    """Return the parents with sub-items of this format."""
    return {k: v for k, v in GROUPS.items() if form == "2021" or k != "other"}


def request_rows(form: str) -> list[str]:
    """Return the row keys of `requests` in printed order."""
    keys = ["new_received", "carried_in", "granted", "partial"]
    for items in groups(form).values():
        keys += items
    if form == "2019":
        keys.append("other")
    return [*keys, "decided_total", "carried_out"]


def slots(form: str) -> list[str]:
    """Return every slot `table/row/column` of the format in the form's order."""
    keys = [f"proactive/{r}/{c}" for cl in PROACTIVE[form] for r in cl.rows for c in cl.columns]
    keys += [f"requests/{r}/{c}" for r in request_rows(form) for c in APPLICANTS]
    keys += [f"disputes/{r}/{c}" for r in PROCEEDINGS for c in OUTCOMES]
    return [*keys, "fees_collected/processing_fee/amount"]
