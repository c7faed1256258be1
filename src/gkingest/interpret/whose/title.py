"""Whose report and of which year: title, preface, signature; and whether the document claims to be a report."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gkingest.interpret.whose.dates import DAY, YEAR, iso_day, number_of_year
from gkingest.interpret.whose.kinds import Kind, kind_of, list_of
from gkingest.interpret.whose.period import Period, period_findings, read_period
from gkingest.model.finding import Finding
from gkingest.model.paper import Page
from gkingest.text.labels import fold, simplified
from gkingest.told import Told

_REPORT = (
    r"(?:政府信息公开|政府信息工作公开|政府公开信息|政务信息公开|信息公开)"
    r"(?:工作|条例|执行|实施|情况|年度|总结|的)*(?:报告|年报)"
)
_TOPIC_WORD, _END_WORD = "公开", re.compile("报|总结")  # of every title of a report, whatever its name
_NOT_BEHIND = re.compile(
    r"通知|通报|函|公告|要求|模板|格式|解读|图解|说明|解析|的|对比|比较|排名|排行|汇总|一览|对照|统计|评估|考核|评分"
)
_NOT_IN_TITLE = re.compile(r"[。，,；;！!？?]|\.{3}|…|\d$|编制|发布|公布(?!$)|集中|指南|按时|完成|《关于|格式")
_TITLE = re.compile(rf"{YEAR}年?度?(?:的)?{_REPORT}")
_EARLY_YEAR = re.compile(rf"{YEAR}年度?(?P<organ>[^\s，。；：:>/|]{{2,36}}?)(?:的)?{_REPORT}")
_NO_YEAR = re.compile(rf"(?P<year>)(?:年度)?{_REPORT}$")
_LATE_YEAR = re.compile(rf"{_REPORT}[(（]?{YEAR}年?度?[)）]?")
# Before 2019 reports had names of other kinds: 信息公开工作总结, 政务公开工作报告, 《条例》执行情况报告.
_TOPIC = (
    r"(?:政府信息(?:主动|依申请)?公开|政府信息工作公开|政府公开信息|政务信息公开|信息公开|政务公开|"
    r"(?:(?:实施|执行|贯彻|落实)*)《?(?:中华人民共和国)?政府信息公开条例》?)"
)
_ABOUT = r"(?:工作|执行|实施|贯彻|落实|情况|年度|年终|自查|总结|的)*"
_OLD_REPORT = rf"{_TOPIC}(?:[和与及暨、]{_TOPIC})?{_ABOUT}"
_OLD_END = r"(?:报告书?|年报|总结)"
_OLD_TITLES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{YEAR}年?度?(?:的)?{_OLD_REPORT}{_OLD_END}",
        rf"{YEAR}年度?(?P<organ>[^\s，。；：:>/|]{{2,36}}?)(?:的)?{_OLD_REPORT}{_OLD_END}",
        rf"{_OLD_REPORT}{YEAR}年?度?{_ABOUT}{_OLD_END}",
        rf"{_OLD_REPORT}{_OLD_END}[(（]?{YEAR}年?度?[)）]?",
    )
)
_OLD_ENDED = re.compile(r"(?:报告书?|年报|总结|度|[年)）》])$")  # and not 总结会议召开
_LAST_OLD = 2018  # since then there is one name, and a 政务公开工作总结 is another document
_LONGEST = 70  # characters of a title
_OLD_HEAD = 30  # lines: further down such a name is a link
_DATE = re.compile(rf"{DAY}[)）]?$")
_DATE_ALONE = re.compile(rf"[(（]?{DAY}[)）]?")
_PUBLISHED = re.compile(rf"(?:发布|发文|公布|成文|生成)(?:日期|时间)[:：]?{DAY}")
_IN_DIGITS = re.compile(r"(20[0-3]\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_FOOT = re.compile(r"[—\-–\d/第页共\s]+$")
_ORGAN_END = re.compile(
    r"(?:政府(?:办公厅|办公室)?|街道|苏木|海关|委员会|办公室|办公厅|办事处|管委会|总队|支队|大队|分局|总局|中心|中学|小学|学校|学院|"
    r"大学|医院|集团|公司|联合会|残联|妇联|工会|团委|图书馆|博物馆|档案馆|文化馆|研究院|研究所|基金|[局厅委办院所署处会站队区县市镇乡省州盟旗馆社台部])$"
)
_PREFACES = tuple(  # the organ that has drawn the report up
    re.compile(pattern)
    for pattern in (
        r"(?:^|[，。；、,;:])([^，。；、,;:]{3,30}?)(?:特)?编制(?:了)?本年度报告",
        r"(?:现公布|特编制|编制了?|现将|由)([^，。；、,;:]{3,30}?)(?:20\d\d年度?|二〇..年度?)政府信息公开",
    )
)
_PLACEHOLDER = re.compile(r"某某|某[市县区镇乡局]|[××xXＸ＊*_]{2,}|\(单位名称\)")
# Marks of Markdown and wikis around a line, a bold name or a link.
# Stars around less than four signs may stand for a name: **县**局.
_HEADING = re.compile(r"^(?:[#>|=]+|h[1-6]\.)|[#|=]+$")
_BOLD = re.compile(r"(\*{1,3}|_{1,3}|`)([^*_`]{4,})\1")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_DATED = re.compile(
    rf"^(.*?){YEAR}年[\d一二三四五六七八九十]{{1,2}}月(?:[\d一二三四五六七八九十]{{1,3}}日?)?[)）]?$"
)
# What a section may end with before a signature that runs on: 其他需要报告的事项无甲乙县教育局.
_FORM_WORDS = re.compile(
    r"^(?:.*(?:需要报告的事项|改进情况|总体情况|如下|信息处理费|费用))?(?:暂?无(?!锡|为[市县]|棣|极)|没有|为?零(?!陵))?(?:其他)?(?:需要报告的)?(?:事项|情况)?"
)
_BRACKETED = re.compile(r"[(（]?[^()（）]*\d月[^()（）]*[)）]$")  # the period behind a title
_SITE = re.compile(r"(?:网站?|门户)$")
_PIECE = 4  # signs of a name at most that may be the end of a longer one
_PLACE_FIRST = re.compile(r"(?![各全本])[\u4e00-\u9fff]{1,8}?[省市县区州旗盟]")
# A piece of a name, words of the form, or signs and letters of another script in front, as marks of headings are.
_DOUBTFUL = re.compile(
    r"^(?:其他需要|需要报告|事项|情况|报告|信息公开|的|年度|.{1,2}$|[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff×])"
)
_NOISE = re.compile(r"^(?:首页|当前位置|您的位置|索引号|发布|来源|日期|字号|打印|http|www\.)")


@dataclass(frozen=True, slots=True)
class Identity:
    """Organ and year as printed, the title they come from, and the doubts about them.

    ``kind`` is ``report`` where a title says so, otherwise what else the first lines name, with the ``reason``.
    ``preface`` and ``signature`` are the organs named there, ``issued_on`` the date below the report (ISO 8601),
    or where there is none that alone below its title or behind 发布日期, ``period`` the days that its figures are
    of. ``pictured`` tells that the organ was recognised in a picture, and that nothing else has it.
    """

    organ: str
    year: int | None
    title: str
    kind: str
    findings: tuple[Finding, ...]
    issued_on: str = ""
    preface: str = ""
    signature: str = ""
    reason: str = ""
    period: Period | None = None
    pictured: bool = False


def identify(pages: Sequence[Page]) -> Identity:
    """Read organ, year and kind from the first pages and the signature."""
    lines = _lines_of(pages[:3])
    title, organ, year = _title(lines)
    everything = "".join(fold(page.text) for page in pages)
    plain = simplified(everything)
    printed = read_period(plain)
    period = printed.end.year if printed else None
    prefaces = (m for pattern in _PREFACES if (m := pattern.search(plain)))
    said = next((m[1] for m in prefaces if _ORGAN_END.search(m[1])), "")
    signature = _signature(_lines_of(pages[-2:]))
    organ, title, findings = _agreed(organ, title, said, signature)
    template = _PLACEHOLDER.search(organ)
    year, doubts = _year(year, period, () if template else lines, plain)
    findings += doubts
    if template:
        return Identity(organ, year, title, "template", tuple(findings))
    findings += period_findings(printed)
    # The date below the report; else one that stands alone in the first lines, or that a site prints above.
    head = [simplified(line) for line in lines[:_OLD_HEAD]]
    dated = [_IN_DIGITS.sub(r"\1年\2月\3日", line) for line in head]
    below = _DATE.search(_FOOT.sub("", everything[-200:].rstrip()))
    dates = (below, *map(_DATE_ALONE.fullmatch, head), *map(_PUBLISHED.search, dated))
    title, kind = _with_kind(title, lines, dated=period is not None)
    return Identity(
        organ,
        year,
        title,
        kind.name,
        tuple(findings),
        next(filter(None, map(iso_day, dates)), ""),
        said,
        signature,
        kind.reason,
        printed,
        any(page.origin == "scan" for page in pages[:1]),
    )


def _with_kind(title: str, lines: Sequence[str], *, dated: bool) -> tuple[str, Kind]:
    """The title, none where the document lists those of several, and what the document is.

    ``dated`` tells that it has a period, as no list has.
    """
    if not dated and (listed := list_of(lines, [line for line in lines if title_of([line])])):
        return "", listed
    return title, Kind("report", "") if title else kind_of([simplified(line) for line in lines])


def _lines_of(pages: Sequence[Page]) -> list[str]:
    """Lines of pages, plain, without the empty ones."""
    return [line for page in pages for text in page.text.splitlines() if (line := plain_line(text))]


@lru_cache(maxsize=4096)  # a line is looked at as a title of its own, and as part of longer ones
def plain_line(text: str) -> str:
    """A line of text folded, without the marks that Markdown sets around headings, bold words and links."""
    return _HEADING.sub("", _BOLD.sub(r"\2", _LINK.sub(r"\1", _HEADING.sub("", fold(text)))))


def _agreed(organ: str, title: str, said: str, signature: str) -> tuple[str, str, list[Finding]]:
    """The organ of a title, held against that of the preface, or another where it has none; the whole title."""
    findings = []
    if organ and said and simplified(organ) not in said and said not in simplified(organ):
        findings.append(
            Finding(
                "organ.conflict",
                Told("the title names {0}, the preface {1}", organ, said),
                found=organ,
                expected=said,
                hint="check whose report it is",
            )
        )
        organ = organ if organ in title else said
    organ = next(filter(None, (organ, signature, said)), "")
    return organ, title if not title or organ in title else organ + title, findings


def identity_findings(identity: Identity) -> tuple[Finding, ...]:
    """What could not be made out about a document that is a report."""
    findings = list(identity.findings)
    if not identity.organ:
        findings.append(
            Finding("organ.unknown", "neither title nor signature names an organ", found=identity.title)
        )
    elif _DOUBTFUL.match(identity.organ):
        findings.append(
            Finding(
                "organ.doubtful",
                Told(
                    "the organ was read as {0}, a piece of a name, or with words of the form before it",
                    identity.organ,
                ),
                found=identity.organ,
                hint="look at the title and below the report",
            )
        )
    if identity.year is None:
        findings.append(
            Finding("year.unknown", "neither title nor preface names the reporting year", found=identity.title)
        )
    return tuple(findings)


def title_of(lines: Sequence[str]) -> tuple[str, int | None] | None:
    """Organ and year of a report's title that these lines make up, all of them; ``None`` if they make up none."""
    folded = [plain_line(line) for line in lines]
    if not all(folded):
        return None
    for title, organ, year in _titles(folded, (_TITLE, _EARLY_YEAR, _LATE_YEAR)):
        if organ and year and title == "".join(folded):
            return organ, year
    return None


def _title(lines: Sequence[str]) -> tuple[str, str, int | None]:
    """Title, organ and year: the fewest lines that end as a report's title does, the organ before or above."""
    with_year = list(_titles(lines[:60], (_TITLE, _EARLY_YEAR, _LATE_YEAR)))
    for title, organ, year in with_year:
        if organ:
            return title, organ, year
    if with_year:
        return with_year[0]
    for title, organ, year in _titles(lines[:_OLD_HEAD], _OLD_TITLES):
        if organ and year and year <= _LAST_OLD and _OLD_ENDED.search(simplified(title)):
            return title, organ, year
    return next((t for t in _titles(lines[:8], (_NO_YEAR,)) if t[1]), ("", "", None))


def _year(
    year: int | None, period: int | None, lines: Sequence[str], plain: str
) -> tuple[int | None, list[Finding]]:
    """The year of a title held against that which the figures are of, or without a period against other titles.

    Where titles of several years stand in the lines, as in a site's menu, it is that of which the text speaks most.
    """
    if period and (not year or year == period):
        return period, []
    if period:
        doubt = Finding(
            "year.conflict",
            Told("the title says {0}, the statistical period {1}", year, period),
            found=str(year),
            expected=str(period),
            hint="the period decides which year the figures are about; check which is meant",
        )
        return period, [doubt]
    rivals = {other for *_, other in _titles(lines[:60], (_TITLE, _EARLY_YEAR, _LATE_YEAR)) if other} - {year}
    if not rivals:
        return year, []
    year = max(sorted({*rivals, year or 0}), key=lambda y: plain.count(f"{y}年"))
    others = ", ".join(str(y) for y in sorted(rivals))
    doubt = Finding(
        "year.conflict",
        Told("titles of several years are printed ({0} too) and no period", others),
        found=str(year),
        hint="check which year the figures are about",
    )
    return year, [doubt]


def _titles(lines: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, str, int | None]]:
    for length in range(1, 5):
        for start in range(len(lines) - length + 1):
            run = lines[start : start + length]
            text = "".join(run)
            found = _heading(text, run, patterns) if len(text) <= _LONGEST else None
            if found is None:
                continue
            before = text[slice(*found.span("organ"))] if found.groupdict().get("organ") else text[: found.start()]
            organ = _organ(before)
            if len(organ) <= _PIECE:  # none, or the end of one that the line above begins: 攸县农业农/村局
                organ = _organ_above(lines[:start], before, begun=bool(organ)) or organ
            yield text, organ, number_of_year(found[1])


def _heading(text: str, run: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> re.Match[str] | None:
    """A title in the text of some lines that are its heading, and that it ends in the last of."""
    plain = simplified(text)
    if _TOPIC_WORD not in plain or not _END_WORD.search(plain):  # faster than patterns
        return None
    found = next((m for p in patterns if (m := p.search(plain))), None)
    # Where it ends above the last of the lines, a shorter run shows it.
    if found is None or max(map(len, run)) > 60 or found.end() <= len(text) - len(run[-1]):
        return None
    after = text[found.end() :]
    told = len(_BRACKETED.sub("", after)) <= 12 and not _NOT_BEHIND.search(after) and not _NOT_IN_TITLE.search(text)
    return found if told else None


def _organ_above(lines: Sequence[str], before: str, *, begun: bool) -> str:
    """Organ that stands on the line above a title which begins with its year (or with the organ's last words).

    Where the title has a name of its own that may be the end of one (``begun``), the line above must begin with a
    place and not be a name by itself.
    """
    if not lines or len(before) > 12:
        return ""
    above = lines[-1]
    if len(above) > 40 or re.search(r"[。，,；;：:>/|]", above) or _NOISE.match(above):
        return ""
    if begun and (not _PLACE_FIRST.match(above) or _ORGAN_END.search(simplified(above))):
        return ""
    return _organ(above + before) if _ORGAN_END.search(simplified(above + before)) else ""


def _organ(text: str) -> str:
    """An organ's name at the end of ``text``, freed from what sites print before it; "" if it is none."""
    organ = re.split(r"[>›»/|：:#*]|\s", text)[-1]
    organ = re.sub(r"(?:关于|公布|发布|[(（\"“《·\-_—])+$", "", organ).strip('《“"(（)·-_—. ')
    organ = re.sub(r"^(?:关于|中共|\d{1,2}[.、])", "", organ)
    good = (
        2 <= len(organ) <= 40
        and not _SITE.search(organ)
        and not re.search(r"\d{2,}|[.…]{2,}", organ)
        and _ORGAN_END.search(simplified(organ))
    )
    return organ if good else ""


def _signature(lines: Sequence[str]) -> str:
    """Organ above or before the date at the end of the report, cut where it begins."""
    for at in range(len(lines) - 1, max(len(lines) - 12, -1), -1):
        found = _DATED.search(lines[at])
        if found is None:
            continue
        # The last line of the section before it, or of the organ's own name, stands above.
        own = found[1].strip("()（）: ：")
        above = re.split(r"[。，；：,;:]", lines[at - 1])[-1] if at else ""
        organ = own or above
        if not own and at > 1 and not _is_organ(above) and _is_organ(lines[at - 2] + above):
            organ = lines[at - 2] + above
        organ = _FORM_WORDS.sub("", re.split(r"[。，；：,;:]", organ)[-1])
        if _is_organ(organ):
            return organ
    return ""


def _is_organ(text: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff()（）]{4,30}", text) and _ORGAN_END.search(simplified(text)))
