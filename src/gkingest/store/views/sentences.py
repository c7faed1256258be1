"""``sentences``: figures of the year that reports state in words, a source of their own beside the tables."""

from gkingest.model.report import UNCLEAR
from gkingest.store.tables.contents import StatementRow
from gkingest.store.views.current import CURRENT_REPORTS
from gkingest.store.views.panel import WHO
from gkingest.store.views.view import View, ViewColumn, Words, words_of

_TOLD = ("key", "label", "value", "agrees", "sentence", "page")


def sentences_view() -> View:
    """``sentences``: what sentences of current reports count, with the sentence."""
    stated = StatementRow.__table__.c
    return View(
        "sentences",
        Words(
            "One row a figure that a sentence of a current report states and that is certain in what it counts. "
            "Before 2019 many reports have no others (format words-2008). Figures of tables are in panel and "
            "comparable: where both are used together, source tells them apart",
            "现行报告的文字中所述、所指明确的每个数字一行。2019年以前许多报告仅有文字（format 为 words-2008）。"
            "表格中的数字在 panel 与 comparable 中，两者并用时以 source 区分",
        ),
        (
            *WHO,
            ViewColumn("source", "'sentence'", Words("sentence: it stands in words", "sentence：出自文字表述")),
            *(ViewColumn(n, f"s.{n}", words_of(stated[n])) for n in _TOLD),
        ),
        f"{CURRENT_REPORTS}\nJOIN statement AS s ON s.report_id = r.id\nWHERE s.key <> '{UNCLEAR}'",
    )
