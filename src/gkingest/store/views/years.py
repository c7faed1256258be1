"""``pair_findings``: what does not carry over from one year to the next, with organ, years and files beside it."""

from gkingest.store.tables.findings import PairFindingRow
from gkingest.store.views.current import CURRENT_REPORTS
from gkingest.store.views.findings import phrases, sentences
from gkingest.store.views.view import View, ViewColumn, Words, taken, words_of


def pair_findings_view() -> View:
    """``pair_findings``: what does not carry over, with organ, years and files beside it."""
    shown = ("code", "severity", "verdict", "rule", "table_key", "row_key", "column_key", "found", "expected")
    details = ("cells", "earlier_page", "later_page")
    return View(
        "pair_findings",
        Words(
            "One row a relation between an organ's current reports of two consecutive years that does not hold or "
            "could not be judged, with the files and pages to look at",
            "同一机关相邻两个年度现行报告之间每项不成立或无法判断的关系一行，附文件与页码",
        ),
        (
            *taken("r.organ r.organ_kind r.region_code r.region_name r.province r.prefecture"),
            ViewColumn("earlier_year", "e.year", Words("The earlier year", "前一年度")),
            ViewColumn("later_year", "r.year", Words("The year after it", "后一年度")),
            *(_own(name) for name in shown),
            *sentences("p"),
            *(_own(name) for name in details),
            ViewColumn("earlier_path", "e.path", Words("File of the earlier report", "前一年度报告的文件")),
            ViewColumn("later_path", "r.path", Words("File of the later report", "后一年度报告的文件")),
            _own("earlier_id"),
            _own("later_id"),
        ),
        f"{CURRENT_REPORTS}\nJOIN pair_finding AS p ON p.later_id = r.id\n"
        f"JOIN reports_current AS e ON e.id = p.earlier_id\n{phrases('p')}",
    )


def _own(name: str) -> ViewColumn:
    column = PairFindingRow.__table__.c[name]
    return ViewColumn(name, f"p.{name}", words_of(column))
