"""The views that researchers query, all of them, made from the format files, the crosswalk and the indicators.

The SQL is plain enough for SQLite and PostgreSQL alike.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from gkingest.formats.indicators import Measures, shipped_measures
from gkingest.formats.spec import Format
from gkingest.store.views.cells import helping_views
from gkingest.store.views.crosswalk import comparable_view, comparable_wide_view
from gkingest.store.views.current import CURRENT_REPORTS, IS_CURRENT, LEFT_OUT, MEASURES, PLACED, STANDS
from gkingest.store.views.figures import decisions_view, fact_view
from gkingest.store.views.findings import finding_view, of_place
from gkingest.store.views.indicators import indicator_views
from gkingest.store.views.panel import LEFT_OUT_COLUMN, WHO, panel_views, why_missing
from gkingest.store.views.sentences import sentences_view
from gkingest.store.views.view import View, ViewColumn, Words, taken
from gkingest.store.views.years import pair_findings_view

_FACTS_LONG = (
    "l.path r.sha256 r.organ r.region_code r.region_name r.year r.format f.table_key f.row_key f.column_key "
    "f.state f.value f.unit f.raw_text f.page f.x0 f.top f.x1 f.bottom f.method f.confidence f.flagged "
    "r.verdict f.value_read f.decided_by f.decision"
)
_DOCUMENTS = "l.path l.sha256 l.status l.kind r.organ r.year r.format r.verdict"
_CURRENT = (
    "r.id r.sha256 l.path r.organ r.organ_kind r.organ_key r.region_code r.region_name r.province r.prefecture "
    "r.year r.format r.title r.period_start r.period_end r.issued_on l.published_at l.url r.verdict "
    "r.reported r.flagged r.assessed r.misprinted"
)
_FIGURES = (
    "f.table_key f.row_key f.column_key f.form_value f.state f.raw_text f.page f.method f.confidence f.flagged "
    "f.value f.unit f.x0 f.top f.x1 f.bottom"
)
_DECIDED = "f.value_read f.decided_by f.decision"
_MISSING = ViewColumn(
    "missing",
    why_missing("f"),
    Words(
        "Why there is no form_value: blank · dash · absent · unreadable · unit_unknown; NULL if there is one",
        "没有 form_value 的原因：blank · dash · absent · unreadable · unit_unknown；有则为 NULL",
    ),
)


def views(formats: Sequence[Format], measures: Measures | None = None) -> tuple[View, ...]:
    """The views as these formats make them, each after those it is made of; ``measures``: those shipped."""
    return _made(tuple(formats), measures or shipped_measures())


@lru_cache(maxsize=4)
def _made(formats: tuple[Format, ...], measures: Measures) -> tuple[View, ...]:
    return (
        fact_view(),
        finding_view(),
        View(
            "facts_long",
            Words(
                "One row a fact, whatever its state; a source with several paths is told under the least",
                "每个数据一行，无论状态；同一文件有多个路径时取最小的路径",
            ),
            taken(_FACTS_LONG),
            f"FROM report AS r\n{PLACED}\nJOIN fact AS f ON f.report_id = r.id",
        ),
        View(
            "documents",
            Words("One row a path that was given, whatever became of it", "每个给定路径一行，无论结果如何"),
            (*taken(_DOCUMENTS), *of_place("l")),
            "FROM location AS l\nLEFT JOIN report AS r ON r.sha256 = l.sha256 AND r.ordinal = 1",
        ),
        View(
            "reports_all",
            Words(
                "Exactly one report for each organ and year, whether read for certain or not; those whose organ or "
                "year is unknown stand one by one. Of several, in this order: "
                f"{'; '.join(one.first.en for one in MEASURES)}. The others are in report_copy",
                "每个机关每个年度恰有一份报告，无论是否可靠；机关或年度未知的逐份列出。有多份时依次取："
                f"{'；'.join(one.first.zh for one in MEASURES)}。其余见 report_copy",
            ),
            (*taken(_CURRENT), replace(LEFT_OUT_COLUMN, expression=LEFT_OUT)),
            f"FROM report AS r\n{PLACED}\nWHERE {IS_CURRENT}",
        ),
        View(
            "reports_current",
            Words(
                "Those of reports_all that stand in the default views (panel, facts_current, comparable, "
                "indicators, what is made of them): organ and year are known, every page was read, and the reading "
                "as a whole is not in doubt. The others are in panel_all, with the reason",
                "reports_all 中进入默认视图（panel、facts_current、comparable、indicators 等）的报告："
                "机关与年度已知，各页均已读取，整体识读可信。其余见 panel_all，附原因",
            ),
            taken(_CURRENT),
            f"FROM report AS r\n{PLACED}\nWHERE {STANDS}\n    AND {IS_CURRENT}",
        ),
        View(
            "facts_current",
            Words(
                "One row a fact of the current reports (see reports_current), with region and kind of organ, the "
                "amount in the form's unit and why it is missing",
                "现行报告（见 reports_current）的每个数据一行，附区划、机关类型、以表格单位计的数额及缺失原因",
            ),
            (*WHO, *taken(_FIGURES), _MISSING, *taken(_DECIDED)),
            f"{CURRENT_REPORTS}\nJOIN fact AS f ON f.report_id = r.id",
        ),
        *helping_views(WHO),
        *panel_views(formats),
        sentences_view(),
        comparable_view(formats, measures.crosswalk),
        comparable_wide_view(formats, measures.crosswalk),
        *indicator_views(formats, measures),
        pair_findings_view(),
        decisions_view(),
    )
