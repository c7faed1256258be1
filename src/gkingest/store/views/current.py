"""Which report of one organ for one year is the current one, and which of those stand in the default views; in SQL.

In this order: a report without figures comes last, before it one that was not read for certain, and before that one
whose file is gone from every path; one that calls itself corrected or issued again comes first, then the one
published last (by the crawl, else by the date below it), the one relied on most, the one with fewest flags.
A report whose organ or year is not known stands alone.

The rule is written twice over the same measures: ``RANKED`` numbers all reports, to compare copies; ``IS_CURRENT``
is a condition on one report ``r`` that looks at its rivals only, so that a view of one district reads one district.

A current report stands in the default views unless ``LEFT_OUT`` gives a reason; :data:`STANDS` says that of ``r``.
"""

from gkingest.store.views.findings import of_codes
from gkingest.store.views.organ import place_of_organ, same_key, same_place
from gkingest.store.views.view import Words

# A source may lie under several paths; a report is told once, under the least of those that are still there.
PLACED = """\
JOIN location AS l ON l.sha256 = r.sha256
    AND NOT EXISTS (SELECT 1 FROM location AS o WHERE o.sha256 = l.sha256
        AND (o.gone < l.gone OR o.gone = l.gone AND o.path < l.path))"""

_WORDS_OF_CORRECTION = ("更正", "修订", "修改", "订正", "重新发布")


# Why a report is left out of the default views, the first that applies.
WORDS_OF_LEFT_OUT = {
    "no_report": Words("a person decided that it is no report", "经人工判定不是报告"),
    "reading_suspect": Words(
        "so many relations are broken that its text layer, or the reading of its picture, is in doubt",
        "不成立的勾稽关系过多，其文字层或图像识读可疑",
    ),
    "needs_ocr": Words(
        "a page of it could not be read and needs character recognition", "有页面未能读取，需要文字识别"
    ),
    "organ_unknown": Words("no organ could be read", "未能读出机关名称"),
    "year_unknown": Words("no year could be read", "未能读出年度"),
}


def left_out(report: str) -> str:
    """SQL: the word of :data:`WORDS_OF_LEFT_OUT` for a report; NULL if it stands in the default views.

    The status is that of the file, at the path that it is told under. Of a file with several reports only those are
    meant that have a page unread, if it is known which.
    """
    status = (
        f"(SELECT p.status FROM location AS p WHERE p.sha256 = {report}.sha256 ORDER BY p.gone, p.path LIMIT 1)"
    )
    unread = f"WHERE {of_codes('d', 'page.unread', 'reading.suspect')} AND"
    beside = f"SELECT 1 FROM doubt AS d JOIN report AS x ON x.serial = d.report {unread} x.sha256 = {report}.sha256"
    own = f"d.report = {report}.serial"
    elsewhere = f"(NOT EXISTS (SELECT 1 FROM doubt AS d {unread} {own}) AND EXISTS ({beside}))"
    suspect = f"SELECT 1 FROM doubt AS d WHERE {of_codes('d', 'reading.suspect')} AND {own}"
    none = f"SELECT 1 FROM doubt AS d WHERE {of_codes('d', 'decision.no_report')} AND {own}"
    return (
        f"CASE WHEN EXISTS ({none}) THEN 'no_report' WHEN EXISTS ({suspect}) THEN 'reading_suspect'\n"
        f"        WHEN {status} = 'needs_ocr' AND NOT {elsewhere} THEN 'needs_ocr'\n"
        f"        WHEN {report}.organ = '' THEN 'organ_unknown' WHEN {report}.year IS NULL THEN 'year_unknown' END"
    )


LEFT_OUT = left_out("r")
STANDS = f"({LEFT_OUT}) IS NULL"


def _measures(report: str) -> dict[str, str]:
    """What decides between reports of one organ and year, first things first; the least comes first."""
    # No LIKE: its percent signs would be taken for parameters by PostgreSQL's driver.
    corrected = " OR ".join(
        f"replace({report}.title, '{word}', '') <> {report}.title" for word in _WORDS_OF_CORRECTION
    )
    present = f"SELECT 1 FROM location AS p WHERE p.sha256 = {report}.sha256 AND p.gone = 0"
    published = f"(SELECT max(p.published_at) FROM location AS p WHERE p.sha256 = {report}.sha256)"
    return {
        "without_figures": f"CASE WHEN {report}.verdict = 'rejected' THEN 1 ELSE 0 END",
        "uncertain": f"CASE WHEN {left_out(report)} IS NULL THEN 0 ELSE 1 END",
        "withdrawn": f"CASE WHEN EXISTS ({present}) THEN 0 ELSE 1 END",
        "uncorrected": f"CASE WHEN {corrected} THEN 0 ELSE 1 END",
        "published": f"COALESCE({published}, {report}.issued_on, '')",
        "doubtful": f"CASE WHEN {report}.verdict = 'accepted' THEN 0 ELSE 1 END",
        "flags": f"{report}.flagged",
        "id": f"{report}.id",
    }


_SHOWN = ",\n".join(f"    {sql} AS {name}" for name, sql in _measures("r").items() if name != "id")
RANKED = f"""\
SELECT
    m.*,
    ROW_NUMBER() OVER (
        PARTITION BY m.organ_year
        ORDER BY m.without_figures, m.uncertain, m.withdrawn, m.uncorrected, m.published DESC, m.doubtful,
            m.flags, m.id
    ) AS place
FROM (
SELECT
    r.*,
    CASE WHEN r.organ_key = '' OR r.year IS NULL THEN r.id
        ELSE r.organ_key || ' ' || {place_of_organ("r.")} || ' '
            || CAST(r.year AS TEXT) END AS organ_year,
{_SHOWN},
    {LEFT_OUT} AS left_out
FROM report AS r
) AS m"""


def _no_rival(in_one_place: str) -> str:
    # Whether ``o`` comes before ``r``; the last published comes first, so there the two change sides.
    other, own = _measures("o"), _measures("r")
    other["published"], own["published"] = own["published"], other["published"]
    comes_before = f"({', '.join(other.values())})\n        < ({', '.join(own.values())})"
    return f"""\
NOT EXISTS (
    SELECT 1 FROM report AS o
    WHERE o.year = r.year AND {in_one_place}
        AND {same_key("o", "r")} AND o.id <> r.id
        AND {comes_before}
)"""


# For views that are made of others: ``r`` with the columns of ``reports_current``, or of ``reports_all``.
CURRENT_REPORTS = "FROM reports_current AS r"
ALL_REPORTS = "FROM reports_all AS r"

IS_CURRENT = " AND ".join(_no_rival(condition) for condition in same_place("o", "r"))
