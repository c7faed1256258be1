"""The words of the report on quality, in both languages."""

from gkingest.language import Language, in_chinese

WORDS: dict[str, tuple[str, str]] = {
    "title": ("How good the data are", "数据质量报告"),
    "intro": (
        "Made by gkingest report from one database. Figures count the current report of each organ and year, "
        "unless said otherwise.",
        "由 gkingest report 根据一个数据库生成。除另有说明外，均按每个机关每个年度的现行报告统计。",
    ),
    "runs": ("Runs", "运行次数"),
    "last_run": ("Last run", "最近一次运行"),
    "files": ("Files", "文件"),
    "reports": ("Reports", "报告"),
    "organs": ("Organs", "机关"),
    "years": ("Years", "年度"),
    "status": ("Status", "结果"),
    "number": ("Number", "数量"),
    "share": ("Share", "占比"),
    "gone": ("no longer there", "已不在"),
    "files_title": ("What became of the files", "文件的处理结果"),
    "reason": ("Reason", "原因"),
    "reasons_title": ("Why files gave no report", "未得到报告的原因"),
    "coverage": ("Coverage by region and year", "各地区各年度的覆盖"),
    "coverage_note": (
        "Reports with figures; behind the plus sign, holes. How many reports there should be is not known. A hole "
        "is a year, within the years seen here, for which an organ with a report for another year has none with "
        "figures.",
        "有数据的报告数；加号后为缺口数。应有多少份报告无从得知。缺口指：某机关在本库所见年度范围内，"
        "另有年度的报告，而该年度没有带数据的报告。",
    ),
    "unplaced": ("Reports that cannot be placed", "无法归入的报告"),
    "lack_year": ("no year", "年度不明"),
    "lack_organ": ("organ unknown, or may be several", "机关不明或可能不止一个"),
    "region": ("Region", "地区"),
    "unknown": ("(unknown)", "（不明）"),
    "directly": ("(province itself, or no prefecture)", "（省本级或无地级）"),
    "holes_title": ("Holes by reason", "缺口及原因"),
    "hole_rejected": ("there is a report, but not one figure was found in it", "有报告，但未找到任何数据"),
    "hole_gone": ("the report's file is no longer there", "报告文件已不在"),
    "hole_uncertain": (
        "there is a report, but it could not be read for certain (see panel_all)",
        "有报告，但不能确定读取（见 panel_all）",
    ),
    "hole_no_year": ("the organ has a report whose year is unknown", "该机关有年度不明的报告"),
    "hole_unread_beside": (
        "unread files lie in the folder of the organ's other reports; one may be it",
        "该机关其他报告所在文件夹内有未读文件，可能即是",
    ),
    "hole_not_in_folder": ("nothing that could be it was in the folders given", "所给文件夹中没有可能的文件"),
    "organ": ("Organ", "机关"),
    "year": ("Year", "年度"),
    "may_be": ("Files", "文件"),
    "more": ("and {} more", "另有 {} 项"),
    "cells": ("Cells by method", "按读取方法"),
    "method": ("Method", "方法"),
    "flagged": ("flagged", "被标记"),
    "reported": ("reported", "有数字"),
    "blank": ("blank", "空白"),
    "dash": ("dash", "横线"),
    "absent": ("absent", "未印"),
    "unreadable": ("unreadable", "无法读取"),
    "none": ("(nothing on paper)", "（无印刷内容）"),
    "confidence": ("Printed cells by confidence", "按置信度（所印单元格）"),
    "band3": ("0.99 and above", "0.99 及以上"),
    "band2": ("0.90 to 0.99", "0.90–0.99"),
    "band1": ("0.50 to 0.90", "0.50–0.90"),
    "band0": ("below 0.50", "低于 0.50"),
    "findings": ("Findings by kind (all reports)", "疑问分类（全部报告）"),
    "code": ("Code", "代码"),
    "severity": ("Severity", "程度"),
    "verdict": ("Verdict", "判断"),
    "meaning": ("Meaning", "含义"),
    "arithmetic": ("Arithmetic: theirs or ours", "勾稽关系：原文之误或识读之误"),
    "arithmetic_note": (
        "{misprinted} of {assessed} relations that could be judged without doubting the reading are broken by the "
        "current reports themselves ({share}). Broken relations in all reports, by verdict:",
        "在无需怀疑识读即可判断的 {assessed} 项关系中，现行报告自身不成立的有 {misprinted} 项（{share}）。"
        "全部报告中不成立的关系按判断分：",
    ),
    "printed": ("printed: the report prints it so", "原文如此"),
    "reading": ("reading: our reading is at fault", "识读有误"),
    "undetermined": ("undetermined: could not be told", "未能判定"),
    "from_year": ("From year to year", "跨年核对"),
    "pairs_note": (
        "{pairs} pairs of an organ's reports for consecutive years: {held} relations hold, {broken} are broken, "
        "{differing} soft ones differ, {not_assessable} lack a number, {not_comparable} do not compare across "
        "editions.",
        "同一机关相邻年度报告 {pairs} 对：成立 {held} 项，不成立 {broken} 项，软性关系不符 {differing} 项，"
        "缺数字 {not_assessable} 项，两版不可比 {not_comparable} 项。",
    ),
    "cell": ("Figure", "数位"),
    "found": ("found", "所填"),
    "expected": ("expected", "应为"),
    "pages": ("Files and pages", "文件与页码"),
    "page": ("page", "页"),
    "accuracy": ("Accuracy against the truth folder", "与核对数据比较的准确度"),
    "accuracy_note": (
        "Silent errors are cells that differ from what the page says without a flag. Interval over cells: Wilson, "
        "95 %, as if cells were independent. Interval over reports: bootstrap of whole reports, 95 %; where no "
        "report has one, the share of reports that may have one at most (95 %). The reports of the folder are no "
        "random sample unless they were drawn so.",
        "无声错误指与页面不符而未被标记的单元格。按格区间：Wilson 95 %，视各格独立。按报告区间：以整份报告重抽样，"
        "95 %；若无一份有误，则给出可能有误的报告占比上限（95 %）。除非随机抽取，这些报告不是随机样本。",
    ),
    "decisions": ("What people decided", "人工判定"),
    "decisions_note": (
        "{stand} decisions stand in the figures; {differ} are by people who differ, so that there what was read "
        "stands. What was read is kept beside every one of them.",
        "有效判定 {stand} 条，已进入数据；{differ} 条彼此不一致，仍以识读结果为准。原识读结果均保留。",
    ),
    "read_as": ("read as", "识读为"),
    "decided": ("decided", "判定为"),
    "person": ("by", "判定人"),
    "standing": ("standing", "效力"),
    "stands": ("stands", "有效"),
    "differs": ("differs", "彼此不一致"),
    "stratum": ("Stratum", "分层"),
    "all": ("all", "全部"),
    "right": ("right", "正确"),
    "wrong": ("wrong", "数字错误"),
    "missed": ("missed", "漏读"),
    "invented": ("invented", "凭空"),
    "state": ("other state", "状态不同"),
    "told": ("told", "已提示"),
    "silent": ("silent", "无声错误"),
    "by_cells": ("silent, over cells", "无声错误（按格）"),
    "by_reports": ("silent, over reports", "无声错误（按报告）"),
    "at_most": ("at most {} of reports", "至多 {} 的报告"),
    "table": ("table", "表"),
    "format": ("edition", "版本"),
    "level": ("level", "级别"),
    "kind_of_file": ("kind of file", "文件类型"),
    "source": ("read from", "来源"),
    "not_found": ("Not in the database, not counted", "数据库中没有，未计入"),
    "nothing": ("none", "无"),
}


def word(key: str, language: Language) -> str:
    """One text in one language."""
    return WORDS[key][language == "zh"]


def of_data(value: str | None, language: Language) -> str | None:
    """A word that the database has for a status, a severity, a verdict or a standing, as people read it."""
    if value is None or language == "en":
        return value and value.replace("_", " ")
    return word(value, language) if value in WORDS else in_chinese(value)
