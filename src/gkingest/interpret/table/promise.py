"""What a page's text promises before anything on it is read: labels of the form, its topics, a report's title."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median_low

from gkingest.formats.spec import Format, Node
from gkingest.model.paper import Page
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


def backwards(pages: Sequence[Page], formats: tuple[Format, ...]) -> bool:
    """Whether pages come from the last to the first: each stands in the form before the one before it."""
    order = _order(formats)
    places = []
    for page in pages:
        texts = [w.text for w in page.words] or page.text.splitlines()
        if found := [order[k] for t in texts if (k := label_key(t)) in order]:
            places.append(median_low(found))
    return len(places) > 1 and all(a > b for a, b in pairwise(places))


@lru_cache(maxsize=4)
def _order(formats: tuple[Format, ...]) -> dict[str, int]:
    """Where the headings of sections and the labels of rows stand in a form, those that stand in one place only."""
    found: dict[str, int] = {}
    for form in formats:
        texts: list[str] = []
        for number, title in enumerate(form.sections, 1):
            tables = [t for t in form.tables if t.section == number]
            rows = (leaf.label for t in tables for b in t.blocks for leaf, _ in b.row_leaves())
            texts += [title, *(t.title for t in tables), *rows]
        keys = [label_key(t) for t in texts]
        for n, key in enumerate(keys):
            if len(key) >= _SHORT_LABEL and (keys.count(key) == 1 or key == keys[n - 1]):
                found.setdefault(key, n)
    return found


@lru_cache(maxsize=4)
def _labels(formats: tuple[Format, ...]) -> frozenset[str]:
    """Labels of the forms long enough to tell a table from prose; a form that has few such gives all of its own."""
    found: set[str] = set()
    for form in formats:
        nodes: list[Node] = []
        captions: list[str] = []
        for table in form.tables:
            for block in table.blocks:
                captions += [block.caption] if block.caption else []
                for leaf, above in (*block.row_leaves(), *block.column_leaves()):
                    nodes += [leaf, *above]
        keys: Iterable[str] = {label_key(text) for text in [*captions, *(n.label for n in nodes)]}
        long = {k for k in keys if len(k) >= _SHORT_LABEL}
        found |= long if len(long) >= _ENOUGH else {k for k in keys if len(k) > 1}
    return frozenset(found)
