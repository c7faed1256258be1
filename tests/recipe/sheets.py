"""The sheets of reports before 2019: rows, columns, and a report that ends with one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from figures import read
from paper import Cell, Paragraph, Table

_FJ_2009 = """
volume/disclosed 主动公开信息数 条
volume/disclosed.website 其中：1.网站公开 条
volume/disclosed.gazette 2.政府公报公开 条
applications/received 受理依申请公开信息总数 条
applications/received.in_person 其中：1.当面申请数 条
applications/received.fax 2.传真申请数 条
applications/received.email 3.电子邮件申请数 条
applications/received.online 4.网上申请数 条
applications/received.letter 5.信函申请数 条
applications/received.other 6.其它形式申请数 条
applications/answered 对申请的答复数 条
applications/answered.granted 其中：1.同意公开答复数 条
applications/answered.partial 2.同意部分公开答复数 条
applications/answered.denied 3.否决公开答复数 条
remedies/review 行政复议数 件
remedies/litigation 行政诉讼数 件
remedies/appeal 行政申诉数 件
"""
_FJ_2014 = """
volume/disclosed 主动公开文件数 条
volume/disclosed.website 其中：1.政府网站公开数 条
volume/disclosed.gazette 2.政府公报公开数 条
applications/received 受理依申请公开信息总数 条
applications/received.in_person 其中：1.当面申请数 条
applications/received.online 2.网上申请数 条
applications/received.letter_fax 3.信函、传真申请数 条
applications/received.letter 3.信函申请数 条
applications/answered 对申请的答复总数 条
applications/answered.granted 其中：1.同意公开答复数 条
applications/answered.partial 2.同意部分公开答复数 条
applications/answered.denied 3.不予公开答复数 条
applications/answered.other 4.其他类型答复数 条
charges/waived 政府信息公开收费减免金额 元
remedies/complaint 接受行政申诉、举报数 件
remedies/review 行政复议数 件
remedies/litigation 行政诉讼数 件
"""
_GB_2014 = """
- 一、主动公开情况 ——
volume/disclosed （一）主动公开政府信息数（不同渠道和方式公开相同信息计1条） 条
volume/disclosed.normative_documents 其中：主动公开规范性文件数 条
volume/normative_documents_issued 制发规范性文件总数 件
- （二）通过不同渠道和方式公开政府信息的情况 ——
volume/channel.gazette 1.政府公报公开政府信息数 条
volume/channel.website 2.政府网站公开政府信息数 条
volume/channel.weibo 3.政务微博公开政府信息数 条
volume/channel.wechat 4.政务微信公开政府信息数 条
volume/channel.other 5.其他方式公开政府信息数 条
- 二、回应解读情况 ——
responses/topics （一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次） 次
- （二）通过不同渠道和方式回应解读的情况 ——
responses/press_conferences 1.参加或举办新闻发布会总次数 次
responses/press_conferences.principal 其中：主要负责同志参加新闻发布会次数 次
responses/interviews 2.政府网站在线访谈次数 次
responses/interviews.principal 其中：主要负责同志参加政府网站在线访谈次数 次
responses/explanations 3.政策解读稿件发布数 篇
responses/weibo_wechat 4.微博微信回应事件数 次
responses/other 5.其他方式回应事件数 次
- 三、依申请公开情况 ——
applications/received （一）收到申请数 件
applications/received.in_person 1.当面申请数 件
applications/received.fax 2.传真申请数 件
applications/received.online 3.网络申请数 件
applications/received.letter 4.信函申请数 件
applications/closed （二）申请办结数 件
applications/closed.on_time 1.按时办结数 件
applications/closed.extended 2.延期办结数 件
applications/answered （三）申请答复数 件
applications/answered.already_public 1.属于已主动公开范围数 件
applications/answered.granted 2.同意公开答复数 件
applications/answered.partial 3.同意部分公开答复数 件
applications/answered.denied 4.不同意公开答复数 件
applications/answered.denied.state_secret 其中：涉及国家秘密 件
applications/answered.denied.trade_secret 涉及商业秘密 件
applications/answered.denied.privacy 涉及个人隐私 件
applications/answered.denied.security 危及国家安全、公共安全、经济安全和社会稳定 件
applications/answered.denied.not_government_information 不是《条例》所指政府信息 件
applications/answered.denied.other 法律法规规定的其他情形 件
applications/answered.not_competent 5.不属于本行政机关公开数 件
applications/answered.nonexistent 6.申请信息不存在数 件
applications/answered.correction_asked 7.告知作出更改补充数 件
applications/answered.other_channel 8.告知通过其他途径办理数 件
remedies/review 四、行政复议数量 件
remedies/review.upheld （一）维持具体行政行为数 件
remedies/review.corrected （二）被依法纠错数 件
remedies/review.other （三）其他情形数 件
remedies/litigation 五、行政诉讼数量 件
remedies/litigation.upheld （一）维持具体行政行为或者驳回原告诉讼请求数 件
remedies/litigation.corrected （二）被依法纠错数 件
remedies/litigation.other （三）其他情形数 件
remedies/complaint 六、举报投诉数量 件
charges/on_request 七、依申请公开信息收取的费用 万元
- 八、机构建设和保障经费情况 ——
resources/offices （一）政府信息公开工作专门机构数 个
resources/reading_points （二）设置政府信息公开查阅点数 个
resources/staff （三）从事政府信息公开工作人员数 人
resources/staff.full_time 1.专职人员数（不包括政府公报及政府网站工作人员数） 人
resources/staff.part_time 2.兼职人员数 人
resources/budget （四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费） 万元
- 九、政府信息公开会议和培训情况 ——
meetings/meetings （一）召开政府信息公开工作会议或专题会议数 次
meetings/courses （二）举办各类培训班数 次
meetings/trained （三）接受培训人员数 人次
"""
ROWS = {"fj-2009": _FJ_2009, "fj-2014": _FJ_2014, "gb-2014": _GB_2014, "words-2008": ""}
COLUMNS = {
    "fj-2009": ("year", "cumulative"),
    "fj-2014": ("year", "cumulative"),
    "gb-2014": ("year", "govt", "depts", "towns"),
    "words-2008": (),
}
OPTIONAL = {"fj-2014": {"letter", "letter_fax", "waived"}}  # rows that not every sheet has
MONEY = {"元", "万元"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet; the key of a heading is `-`."""

    key: str
    label: str
    unit: str


def rows_of(form: str) -> list[Row]:
    """Return the rows of a sheet in its order."""
    return [Row(*line.split(" ")) for line in ROWS[form].strip().splitlines() if line]


def report(data: dict) -> tuple[list[Paragraph | Table], list[str]]:
    """Return what a report before 2019 prints below its title, and its expectation."""
    form, sheet = data["format"], data.get("sheet", {})
    blocks: list[Paragraph | Table] = []
    for block in data["blocks"]:
        if block == "sheet":
            blocks += _sheet(form, sheet)
        elif block == "break":
            blocks.append(Paragraph("", "break"))
        elif block.startswith("## "):
            blocks.append(Paragraph(block[3:], "heading"))
        else:
            blocks.append(Paragraph(block))
    blocks += [Paragraph(t, "sign") for t in data.get("sign", [])]
    return blocks, _expected(data, form, sheet)


def _shown(form: str, sheet: dict) -> list[Row]:
    figures = sheet.get("figures", {})
    optional = OPTIONAL.get(form, ())
    rows = [r for r in rows_of(form) if r.key in ("-", *figures) or _name(r) not in optional]
    order = sheet.get("order", [])
    last = [r for key in order for r in rows if r.key == key]
    return [r for r in rows if r not in last] + last


def _name(row: Row) -> str:
    return row.key.rpartition("/")[2].rpartition(".")[2]


def _figures(form: str, sheet: dict) -> dict[str, str]:
    columns = [c for c in sheet["columns"] if c in COLUMNS[form]]
    found = {}
    for row in _shown(form, sheet):
        if row.key == "-":
            continue
        texts = str(sheet["figures"].get(row.key, sheet.get("fill"))).split()
        texts = texts * len(columns) if len(texts) == 1 else texts
        found |= {f"{row.key}/{c}": t for c, t in zip(columns, texts, strict=True)}
    return found


def _sheet(form: str, sheet: dict) -> list[Paragraph | Table]:
    figures, columns = _figures(form, sheet), sheet["columns"]
    labels, units = sheet.get("labels", {}), sheet.get("units", {})
    table = [tuple(Cell(t, role="head") for t in columns.values())]
    for number, row in enumerate(_shown(form, sheet), 1):
        own = {"number": str(number), "code": f"{number:02}", "label": labels.get(row.key, row.label)}
        own["unit"] = units.get(row.key, row.unit)
        cells = []
        for column in columns:
            text = own.get(column, figures.get(f"{row.key}/{column}", "——" if row.key == "-" else ""))
            cells.append(Cell(text, role="label" if column == "label" else "value"))
        table.append(tuple(cells))
    widths = tuple({"label": 3.2, "number": 0.6, "code": 0.6, "unit": 0.9}.get(c, 1.2) for c in columns)
    caption = [Paragraph(t, "caption") for t in sheet.get("caption", [])]
    return [*caption, Table("sheet", tuple(table), widths, head_rows=1)]


def _expected(data: dict, form: str, sheet: dict) -> list[str]:
    out = [f"# document\t{data['path']}", f"# organ\t{data['organ']}"]
    out += [f"# year\t{data['year']}", f"# format\t{form}"]
    figures = _figures(form, sheet) if sheet else {}
    out += [f"# broken\t{rule}\t{column}" for rule, column in _broken(form, figures)]
    found = [f"{rule} {column}" for rule, column in _broken(form, figures)]
    if found != data.get("broken", []):
        raise ValueError(f"{data['path']}: broken in print {found}, meant {data.get('broken', [])}")
    units = {r.key: sheet.get("units", {}).get(r.key, r.unit) for r in rows_of(form)}
    for row in (r for r in rows_of(form) if r.key != "-"):
        for column in COLUMNS[form]:
            key = f"{row.key}/{column}"
            unit = units[row.key] if units[row.key] in MONEY else ""
            got = read(figures[key], unit) if key in figures else None
            cells = [got.state, got.value, got.unit, got.raw] if got else ["absent", "", "", ""]
            out.append("\t".join([key, *cells]))
    return out


# rule: total, parts; at_most where the parts may be fewer
_SUMS = {
    "fj-2009": (
        ("applications.received", "applications/received", "applications/received."),
        ("applications.answered", "applications/answered", "applications/answered."),
        ("volume.channels", "volume/disclosed", "volume/disclosed."),
    ),
    "fj-2014": (
        ("applications.received", "applications/received", "applications/received."),
        ("applications.answered", "applications/answered", "applications/answered."),
        ("volume.channels", "volume/disclosed", "volume/disclosed."),
    ),
    "gb-2014": (
        ("applications.received", "applications/received", "applications/received."),
        ("applications.closed", "applications/closed", "applications/closed."),
        ("applications.answered", "applications/answered", "applications/answered."),
        ("applications.denied", "applications/answered.denied", "applications/answered.denied."),
        ("remedies.review", "remedies/review", "remedies/review."),
        ("remedies.litigation", "remedies/litigation", "remedies/litigation."),
        ("resources.staff", "resources/staff", "resources/staff."),
    ),
    "words-2008": (),
}


def _broken(form: str, figures: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for rule, total, front in _SUMS[form]:
        for column in COLUMNS[form]:
            parts = [
                Decimal(text)
                for key, text in figures.items()
                if key.startswith(front) and key.removeprefix(front).replace(f"/{column}", "").isidentifier()
            ]
            whole = figures.get(f"{total}/{column}")
            at_most = rule == "volume.channels"
            if whole and parts and (sum(parts) > Decimal(whole) if at_most else sum(parts) != Decimal(whole)):
                found.append((rule, column))
    return found
