"""What a page's text promises before anything on it is read: labels of the form, its topics, a report's title."""

from collections.abc import Iterable
from functools import lru_cache

from gkingest.formats.spec import Format, Node
from gkingest.text.labels import fold, label_key, simplified

_FEW_WORDS = 2  # labels of the form that make a page without rules worth a closer look
_ENOUGH = 8  # labels of a form that suffice to know its tables by
_SHORT_LABEL = 4  # characters: a shorter label stands in any prose


def mentions_form(text: str, formats: tuple[Format, ...]) -> bool:
    """Whether a page's text has enough of the form's labels for a table of its own."""
    key = label_key(simplified(text))
    return sum(label in key for label in _labels(formats)) >= _FEW_WORDS


def worth_reading(text: str, formats: tuple[Format, ...]) -> bool:
    """Whether a page with this text may hold figures: labels of a table, or the topic of a stated one."""
    topics = [stated.topics[0] for form in formats for stated in form.stated]
    return mentions_form(text, formats) or any(topic in simplified(fold(text)) for topic in topics)


def promises_report(text: str, formats: tuple[Format, ...]) -> bool:
    """Whether a page with this text is one of a report: it has a table's labels, or what a title says."""
    plain = simplified(fold(text))
    return mentions_form(text, formats) or ("信息公开" in plain and ("年度报告" in plain or "年报" in plain))


@lru_cache(maxsize=4)
def _labels(formats: tuple[Format, ...]) -> frozenset[str]:
    """Labels of the forms long enough to tell a table from prose; a form that has few such gives all of its own."""
    found: set[str] = set()
    for form in formats:
        nodes: list[Node] = []
        captions: list[str] = []
        for table in form.printed:
            for block in table.blocks:
                captions.append(block.caption)
                for leaf, above in (*block.row_leaves(), *block.column_leaves()):
                    nodes += [leaf, *above]
        keys: Iterable[str] = {label_key(text) for text in [*captions, *(n.label for n in nodes)]}
        long = {k for k in keys if len(k) >= _SHORT_LABEL}
        found |= long if len(long) >= _ENOUGH else {k for k in keys if len(k) > 1}
    return frozenset(found)
