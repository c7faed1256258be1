"""Which report of one organ for one year is the current one, and which of those stand in the default views; in SQL.

``MEASURES`` say which of two comes first, with the words for it: the codebook's, and the reason that is stored
beside a report that is not current. A report whose organ or year is not known stands alone.

Two queries are made of them: ``RANKED`` numbers all reports, to compare copies; ``IS_CURRENT`` is a condition on
one report ``r`` that looks at its rivals only, so that a view of one district reads one district.

A current report stands in the default views unless ``LEFT_OUT`` gives a reason; :data:`STANDS` says that of ``r``.
"""

from collections.abc import Callable
from typing import NamedTuple

from gkingest.store.views.findings import of_codes
from gkingest.store.views.organ import place_of_organ, same_key, same_place
from gkingest.store.views.view import Words
from gkingest.told import Told

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


class Measure(NamedTuple):
    """What may decide between two reports of one organ and year.

    ``of`` is the SQL for a report of that alias; the least comes first, or the ``greatest``. ``first`` are the
    words for the report that comes first, ``reason`` tells why it did, as it is stored beside the other.
    """

    name: str
    of: Callable[[str], str]
    first: Words
    reason: Told
    greatest: bool = False


def _uncorrected(report: str) -> str:
    # No LIKE: its percent signs would be taken for parameters by PostgreSQL's driver.
    words = (f"replace({report}.title, '{word}', '') <> {report}.title" for word in _WORDS_OF_CORRECTION)
    return f"CASE WHEN {' OR '.join(words)} THEN 0 ELSE 1 END"


def _placed(report: str, what: str, more: str = "") -> str:
    # Something of the paths that a report's source lies under.
    return f"(SELECT {what} FROM location AS p WHERE p.sha256 = {report}.sha256{more})"


# First things first. What is equal in all of them has the lesser identifier first.
MEASURES = (
    Measure(
        "without_figures",
        lambda report: f"CASE WHEN {report}.verdict = 'rejected' THEN 1 ELSE 0 END",
        Words("not one without figures", "有数据的"),
        Told("the other gives no figures"),
    ),
    Measure(
        "uncertain",
        lambda report: f"CASE WHEN {left_out(report)} IS NULL THEN 0 ELSE 1 END",
        Words("one that was read for certain", "读取确定的"),
        Told("the other could not be read for certain"),
    ),
    Measure(
        "withdrawn",
        lambda report: f"CASE WHEN EXISTS {_placed(report, '1', ' AND p.gone = 0')} THEN 0 ELSE 1 END",
        Words("one whose file is still there", "文件仍在的"),
        Told("the file of the other is no longer there"),
    ),
    Measure(
        "uncorrected",
        _uncorrected,
        Words("one whose title says that it is corrected", "标题注明更正、修订的"),
        Told("its title says that it is corrected"),
    ),
    Measure(  # as the crawl says, else by the date below the report
        "published",
        lambda report: f"COALESCE({_placed(report, 'max(p.published_at)')}, {report}.issued_on, '')",
        Words("the one published last", "发布日期最晚的"),
        Told("it was published later"),
        greatest=True,
    ),
    Measure(
        "doubtful",
        lambda report: f"CASE WHEN {report}.verdict = 'accepted' THEN 0 ELSE 1 END",
        Words("an accepted one", "可以采用的"),
        Told("it has no doubts"),
    ),
    Measure(
        "flags",
        lambda report: f"{report}.flagged",
        Words("the one with fewest flagged figures", "标记最少的"),
        Told("fewer of its figures are flagged"),
    ),
)


_ORDER = ", ".join(f"m.{one.name}{' DESC' if one.greatest else ''}" for one in MEASURES)
_SHOWN = ",\n".join(f"    {one.of('r')} AS {one.name}" for one in MEASURES)
RANKED = f"""\
SELECT
    m.*,
    ROW_NUMBER() OVER (PARTITION BY m.organ_year ORDER BY {_ORDER}, m.id) AS place
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
    # Whether ``o`` comes before ``r``; where the greatest comes first the two change sides.
    other, own = (
        ", ".join([*(one.of(this if not one.greatest else that) for one in MEASURES), f"{this}.id"])
        for this, that in (("o", "r"), ("r", "o"))
    )
    return f"""\
NOT EXISTS (
    SELECT 1 FROM report AS o
    WHERE o.year = r.year AND {in_one_place}
        AND {same_key("o", "r")} AND o.id <> r.id
        AND ({other})
        < ({own})
)"""


# For views that are made of others: ``r`` with the columns of ``reports_current``, or of ``reports_all``.
CURRENT_REPORTS = "FROM reports_current AS r"
ALL_REPORTS = "FROM reports_all AS r"

IS_CURRENT = " AND ".join(_no_rival(condition) for condition in same_place("o", "r"))
