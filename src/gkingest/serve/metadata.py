"""What Datasette tells of the database: every table, view and column described, in English and Chinese."""

from collections.abc import Iterable, Sequence

from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.store.ask.canned import CANNED
from gkingest.store.tables.ddl import tables
from gkingest.store.views.all_views import views
from gkingest.store.views.view import Words, words_of

# What researchers do not ask for: what the file is, the index over the words of the sections, and the figures in
# numbers, which the view fact tells in words.
_HIDDEN = ("meta", "section_words", "figure", "slot", "word")
# Few words each and an index or few rows behind them: facets over the figures would take seconds.
_FACETS = {
    "documents": ("status", "kind"),
    "location": ("status", "kind"),
    "report": ("year", "province", "organ_kind", "format", "verdict"),
    "reports_current": ("year", "province", "organ_kind", "format", "verdict"),
    "reports_all": ("left_out", "year", "province", "organ_kind", "format", "verdict"),
    "finding": ("severity", "code", "verdict"),
    "report_copy": ("reason",),
}
_LABELS = {"report": "title", "source": "media_type", "section": "heading"}
_INDEX = "SQLite's own index of the words of section"
_TITLE = "政府信息公开工作年度报告 · Annual reports on government information disclosure"
_ABOUT = (
    "Every figure as printed, with the place where it is printed and every doubt about it. Blank is not 0, a "
    "dash is not blank, unread is not absent. Begin with the queries of the database, or search the narrative. "
    "每个数字照印，附出处与疑问：空白不等于 0，横线不等于空白，未读不等于没有。可从预设查询或正文检索开始。"
)
_SOURCE = "annual reports that the organs of China publish by law, each with its address; gkingest reads them"


def metadata(database: str, formats: Sequence[Format], measures: Measures) -> dict[str, object]:
    """Datasette's metadata for one database of that name."""
    described = {}
    for table in tables():
        described[table.name] = _described(words_of(table), ((c.name, words_of(c)) for c in table.columns))
    for view in views(formats, measures):
        described[view.name] = _described(view.comment, ((c.name, c.comment) for c in view.columns))
    for name, facets in _FACETS.items():
        described[name]["facets"] = list(facets)
    for name, column in _LABELS.items():
        described[name]["label_column"] = column
    for name in _HIDDEN:
        described.setdefault(name, {"description": _INDEX, "columns": {}})["hidden"] = True
    queries = {
        q.name: {"sql": q.sql, "title": both(q.title), "description": both(q.about), "hide_sql": True}
        for q in CANNED
    }
    return {
        "title": _TITLE,
        "description": _ABOUT,
        "license": "figures are facts of public record; the texts are the organs'",
        "source": _SOURCE,
        "databases": {database: {"description": _ABOUT, "tables": described, "queries": queries}},
    }


def both(words: Words) -> str:
    """English and Chinese in one line."""
    return f"{words.en} · {words.zh}"


def _described(about: Words, columns: Iterable[tuple[str, Words]]) -> dict[str, object]:
    return {"description": both(about), "columns": {name: both(words) for name, words in columns}}
