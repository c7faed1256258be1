"""What a document is that is no report, and by which words it says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD, _LONGEST = 25, 60  # lines that are looked at; characters of a line that may be a title
# Kinds of documents that hold figures of several reports, and are none whatever their tables look like.
NO_REPORTS = ("comparison", "ranking", "list")
_LISTED = 3  # titles: a report may name that of the year before beside its own

# In this order: a notice about drawing up reports names the report too. A title ends with the word, or has it
# before brackets and quotation marks; words of news and pictures may stand anywhere in it.
_ENDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("guide", ("指南",)),
    ("catalogue", ("目录", "清单")),
    ("notice", ("通知", "公告", "通报", "函", "公示")),
    ("plan", ("方案", "计划", "要点", "安排")),
    ("regulation", ("办法", "规定", "条例", "制度", "细则", "规程")),
    ("budget", ("预算", "决算", "预算公开", "决算公开", "部门预算", "部门决算")),
    ("interpretation", ("解读", "解读材料", "政策解读", "情况说明")),
    ("comparison", ("对比", "对比表", "对比分析", "比较", "比较表", "对照表")),
    ("ranking", ("排名", "排名表", "排行", "排行榜", "得分", "得分表", "评分表", "评估结果", "考核结果")),
    ("list", ("一览表", "汇总", "汇总表", "列表", "名单")),
    ("blank_form", ("模板", "参考格式", "格式", "样表", "样式", "填报说明")),
)
_INSIDE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("infographic", ("一图读懂", "图解", "一张图", "长图", "图说")),
    (
        "news",
        ("召开", "举行", "举办", "开展", "印发", "发布会", "培训班", "推进会", "获评", "荣获", "调研"),
    ),
)
_ENDINGS, _INNER = (tuple((name, word) for name, words in kinds for word in words) for kinds in (_ENDS, _INSIDE))
# A line of a sentence, as the first of a page may be, is no title.
_PROSE = re.compile(r"[，,；;。：:].*[，,；;。：:]")
_CLOSING = re.compile(r"[》”\"』」）)\]】!！。.\s]+$")
_BRACKETS = re.compile(r"[(（][^()（）]{0,20}[)）]$")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is, one word, and the reason in a sentence; both empty where no word tells."""

    name: str
    reason: str


def kind_of(lines: Sequence[str]) -> Kind:
    """The kind that a document's first lines name; ``lines`` are folded and simplified."""
    head = [line for line in lines[:_HEAD] if 2 <= len(line) <= _LONGEST and not _PROSE.search(line)]
    for line in head:
        plain = _CLOSING.sub("", _BRACKETS.sub("", line))
        for name, word in _ENDINGS:
            if plain.endswith(word):
                return Kind(name, f"its title ends with {word}: {line}")
    for line in head[:8]:
        for name, word in _INNER:
            if word in line:
                return Kind(name, f"a line at its head has {word}: {line}")
    return Kind("", "")


def list_of(lines: Sequence[str], titles: Sequence[str]) -> Kind | None:
    """The kind of a document that is a list of reports: half of its ``lines`` are their ``titles``, or more."""
    different = len(set(titles))
    if different < _LISTED or 2 * len(titles) < len(lines):
        return None
    return Kind("list", f"it lists the titles of {different} reports and holds none of them")
