"""Which report of one organ for one year is the current one, as a rule in SQL.

In this order: a report without figures comes last, and before it one whose file is gone from every path; one that
calls itself corrected or issued again comes first, then the one published last (by the crawl, else by the date
below it), the one relied on most, the one with fewest flags.
A report whose organ or year is not known stands alone.

The rule is written twice over the same measures: ``RANKED`` numbers all reports, to compare copies; ``IS_CURRENT``
is a condition on one report ``r`` that looks at its rivals only, so that a view of one district reads one district.
"""

# A source may lie under several paths; a report is told once, under the least of those that are still there.
PLACED = """\
JOIN location AS l ON l.sha256 = r.sha256
    AND NOT EXISTS (SELECT 1 FROM location AS o WHERE o.sha256 = l.sha256
        AND (o.gone < l.gone OR o.gone = l.gone AND o.path < l.path))"""

_WORDS_OF_CORRECTION = ("更正", "修订", "修改", "订正", "重新发布")


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
        ORDER BY m.without_figures, m.withdrawn, m.uncorrected, m.published DESC, m.doubtful, m.flags, m.id
    ) AS place
FROM (
SELECT
    r.*,
    CASE WHEN r.organ_key = '' OR r.year IS NULL THEN r.id
        ELSE r.organ_key || ' ' || COALESCE(r.region_code, r.prefecture, r.province, '') || ' '
            || CAST(r.year AS TEXT) END AS organ_year,
{_SHOWN}
FROM report AS r
) AS m"""


def _comes_before() -> str:
    """Whether ``o`` comes before ``r``; the last published comes first, so there the two change sides."""
    other, own = _measures("o"), _measures("r")
    other["published"], own["published"] = own["published"], other["published"]
    return f"({', '.join(other.values())})\n        < ({', '.join(own.values())})"


def _no_rival(same_place: str) -> str:
    return f"""\
NOT EXISTS (
    SELECT 1 FROM report AS o
    WHERE o.year = r.year AND {same_place}
        AND o.organ_key = r.organ_key AND o.organ_key <> '' AND o.id <> r.id
        AND {_comes_before()}
)"""


# For views that are made of others: ``r`` with the columns of ``reports_current``.
CURRENT_REPORTS = "FROM reports_current AS r"

# Two conditions, as an index serves each of them and would not serve one over COALESCE.
IS_CURRENT = " AND ".join(
    [
        _no_rival("o.region_code = r.region_code"),
        _no_rival(
            "r.region_code IS NULL AND o.region_code IS NULL\n"
            "        AND COALESCE(o.prefecture, o.province, '') = COALESCE(r.prefecture, r.province, '')"
        ),
    ]
)
