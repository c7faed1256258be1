"""What Datasette tells of the database: every table, view and column described, in the visitor's language."""

from collections.abc import Iterable, Sequence

from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.serve.spoken import told
from gkingest.store.ask.canned import CANNED
from gkingest.store.tables.ddl import tables
from gkingest.store.views.all_views import views
from gkingest.store.views.view import Words, words_of

# What researchers do not ask for: what the file is, the index over the words of the sections, and the figures in
# numbers, which the view fact tells in words.
_HIDDEN = ("meta", "section_words", "figure", "slot", "word", "doubt", "phrase")
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
_INDEX = Words("SQLite's own index of the words of section", "SQLite 对 section 词语的索引")
_TITLE = Words("Annual reports on government information disclosure", "政府信息公开工作年度报告")
_ABOUT = Words(
    "Every figure as printed, with the place where it is printed and every doubt about it. Blank is not 0, a "
    "dash is not blank, unread is not absent.",
    "每个数字照印，附出处与疑问：空白不等于 0，横线不等于空白，未读不等于没有。",
)
_LICENSE = Words(
    "figures are facts of public record; the texts are the organs'", "数字为公开事实；文字归各机关所有"
)
_SOURCE = Words(
    "annual reports that the organs of China publish by law, each with its address; gkingest reads them",
    "各机关依法公布的年度报告，附网址，由 gkingest 读取",
)


def metadata(database: str, formats: Sequence[Format], measures: Measures) -> dict[str, object]:
    """Datasette's metadata for one database of that name, in the language that is spoken."""
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
        described.setdefault(name, {"description": told(_INDEX), "columns": {}})["hidden"] = True
    queries = {
        q.name: {"sql": q.sql, "title": told(q.title), "description": told(q.about), "hide_sql": True}
        for q in CANNED
    }
    return {
        "title": told(_TITLE),
        "description": told(_ABOUT),
        "license": told(_LICENSE),
        "source": told(_SOURCE),
        "databases": {database: {"description": told(_ABOUT), "tables": described, "queries": queries}},
    }


def _described(about: Words, columns: Iterable[tuple[str, Words]]) -> dict[str, object]:
    return {"description": told(about), "columns": {name: told(words) for name, words in columns}}
