"""Whose report and of which year: title, preface, signature; and whether the document claims to be a report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gkingest.model.finding import Finding
from gkingest.model.paper import Page
from gkingest.text.labels import fold, simplified

_CN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
    "Ｏ": "0",
}
_YEAR = r"(20[0-3]\d|二[〇○零OＯ0][〇○零OＯ一二三0-9][〇○零OＯ一二三四五六七八九0-9])"
_REPORT = r"政府信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:报告|年报)"
_TITLE = re.compile(rf"{_YEAR}年?度?(?:的)?{_REPORT}")
_LATE_YEAR = re.compile(rf"政府信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)[(（]?{_YEAR}年?度?[)）]?")
_PERIOD = re.compile(
    rf"{_YEAR}年1月1日?(?:0时)?(?:起)?(?:至|到|—|－|-|–|~|～)+(?:{_YEAR}年|同年|当年)?12月31日"
)
_OTHER_KIND = (
    ("指南", "guide"),
    ("目录", "catalogue"),
    ("通知", "notice"),
    ("实施方案", "plan"),
    ("办法", "regulation"),
)
_ORGAN_END = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|政府办公室|委员会|办公室|办公厅|管理局|街道办事处|办事处|管委会|监督局|税务局|公安局|分局|总队|支队|"
    r"中心|总局|[^\s]{1,12}[局厅委办院所署处会社站队区县市镇乡])$"
)
_NOISE = re.compile(r"^(?:首页|当前位置|您的位置|索引号|发布|来源|日期|字号|打印|http|www\.)")


@dataclass(frozen=True, slots=True)
class Identity:
    """Organ and year as printed, the title they come from, and the doubts about them.

    ``kind`` is ``report`` where a title says so, otherwise what else the title names, "" if nothing.
    """

    organ: str
    year: int | None
    title: str
    kind: str
    findings: tuple[Finding, ...]


def identify(pages: Sequence[Page]) -> Identity:
    """Read organ, year and kind from the first pages and the signature."""
    lines = [simplified(fold(line)) for page in pages[:3] for line in page.text.splitlines()]
    lines = [line for line in lines if line]
    title, year = _title(lines)
    everything = "".join(simplified(fold(page.text)) for page in pages)
    period = _period(everything)
    organ = _organ(title) or _signature(everything) or _preface(everything)
    findings = []
    if year and period and year != period:
        findings.append(
            Finding(
                "year.conflict",
                f"the title says {year}, the statistical period {period}",
                found=str(year),
                expected=str(period),
                hint="the period decides which year the figures are about; check which is meant",
            )
        )
    kind = "report" if title else _kind(lines)
    return Identity(organ, period or year, title, kind, tuple(findings))


def identity_findings(identity: Identity) -> tuple[Finding, ...]:
    """What could not be made out about a document that is a report."""
    findings = list(identity.findings)
    if not identity.organ:
        findings.append(
            Finding("organ.unknown", "neither title nor signature names an organ", found=identity.title)
        )
    if identity.year is None:
        findings.append(
            Finding(
                "year.unknown", "neither title nor preface names the reporting year", found=identity.title
            )
        )
    return tuple(findings)


def number_of_year(text: str) -> int | None:
    """Year 2000–2039 from digits or Chinese numerals; ``None`` for anything else."""
    digits = "".join(_CN_DIGITS.get(c, c) for c in text)
    return int(digits) if digits.isdigit() and len(digits) == 4 else None


def _title(lines: Sequence[str]) -> tuple[str, int | None]:
    """The first run of up to four lines that ends as a report's title does, and the year in it."""
    for start in range(min(len(lines), 60)):
        for length in range(1, 5):
            run = lines[start : start + length]
            if len(run) < length or any(len(line) > 60 for line in run):
                break
            text = "".join(run)
            found = _TITLE.search(text) or _LATE_YEAR.search(text)
            if found and _is_heading(text, found):
                return _with_organ_above(lines, start, text), number_of_year(found[1])
    return "", None


def _is_heading(text: str, found: re.Match[str]) -> bool:
    after = text[found.end() :]
    return len(after) <= 12 and not re.search(r"[。，；]", text) and len(text) <= 70 and "编制" not in text


def _with_organ_above(lines: Sequence[str], start: int, text: str) -> str:
    """Title with the organ that may stand on the line above it."""
    if _organ(text) or start == 0:
        return text
    above = lines[start - 1]
    fits = len(above) <= 40 and not re.search(r"[。，；：:]", above) and not _NOISE.match(above)
    return above + text if fits and _ORGAN_END.search(above) else text


def _organ(title: str) -> str:
    found = _TITLE.search(title) or _LATE_YEAR.search(title)
    if not found:
        return ""
    organ = title[: found.start()]
    organ = re.sub(r"^.*(?:>|›|»|/|\||：|:)", "", organ)
    organ = re.sub(r"(?:关于|公布|发布|\(|（|\"|“|《|·|-|_|—)+$", "", organ).strip('《“"(（ ·-_—')
    organ = re.sub(r"^关于", "", organ)
    return organ if 2 <= len(organ) <= 50 and not re.fullmatch(r"[\d.\-/]+", organ) else ""


def _preface(text: str) -> str:
    found = re.search(
        r"(?:现公布|特编制|编制了?|现将|由)([^，。；、]{3,30}?)(?:20\d\d年度?|二〇..年度?)政府信息公开", text
    )
    return found[1] if found and _ORGAN_END.search(found[1]) else ""


def _signature(text: str) -> str:
    found = re.findall(
        rf"([\u4e00-\u9fff]{{4,30}}){_YEAR}年\d{{1,2}}月\d{{1,2}}日$",
        text[-200:].rstrip("0123456789—-/第页共 "),
    )
    return found[-1][0] if found and _ORGAN_END.search(found[-1][0]) else ""


def _period(text: str) -> int | None:
    years = {number_of_year(m[1]) for m in _PERIOD.finditer(text)}
    return years.pop() if len(years) == 1 else None


def _kind(lines: Sequence[str]) -> str:
    head = [line for line in lines[:25] if len(line) <= 50]
    for line in head:
        for word, kind in _OTHER_KIND:
            if line.endswith(word) or line.endswith(word + "》"):
                return kind
    return ""
