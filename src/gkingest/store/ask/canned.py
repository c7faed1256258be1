"""Queries that are asked again and again, over the views; ``gkingest serve`` offers each with a form.

SQL for SQLite. Parameters are text as a person types it; an empty one asks for everything where that makes sense.
"""

from dataclasses import dataclass

from gkingest.store.views.organ import joined_place, same_key
from gkingest.store.views.panel import why_missing
from gkingest.store.views.view import Words

MATCH_FUNCTION = "gk_match"  # words as typed → a full-text query; the server brings it along
_YEAR = "year = CAST(:year AS INTEGER)"
_ANY_YEAR = f"(:year = '' OR {_YEAR})"
_LIKE_ORGAN = "(instr(r.organ, :organ) > 0 OR r.region_code = :organ)"


@dataclass(frozen=True, slots=True)
class Canned:
    """One query: its name in addresses, title, what it tells and what its parameters take."""

    name: str
    title: Words
    about: Words
    sql: str


CANNED = (
    Canned(
        "indicator_in_a_year",
        Words("An indicator over all organs of a year", "某年度各机关的一项指标"),
        Words(
            "indicator: a key of the codebook, such as disclosure_rate; year: 2023. Where there is no value, "
            "reason says why",
            "indicator：编码手册中的键，如 disclosure_rate；year：如 2023。没有值时见 reason",
        ),
        f"""\
SELECT organ, region_code, region_name, province, value, unit, numerator, denominator, reason, flagged, verdict,
    report_id
FROM indicators
WHERE indicator = :indicator AND {_YEAR}
ORDER BY region_code, organ""",
    ),
    Canned(
        "ranking",
        Words("Ranking by an indicator", "按指标排名"),
        Words(
            "kind: government, department, township …; level: province, prefecture, county; province: its name; "
            "each may be left empty. Equal values share a rank; reports without a value are not ranked",
            "kind：机关类型；level：区划级别；province：省名；均可留空。值相同则名次相同；没有值的不参与排名",
        ),
        f"""\
SELECT RANK() OVER (ORDER BY value DESC) AS place, organ, region_name, province, value, unit, numerator,
    denominator, flagged, report_id
FROM indicators
WHERE indicator = :indicator AND {_YEAR} AND value IS NOT NULL
    AND (:kind = '' OR organ_kind = :kind) AND (:level = '' OR region_level = :level)
    AND (:province = '' OR province = :province)
ORDER BY place, organ""",
    ),
    Canned(
        "organ_panel",
        Words("All figures of one organ", "一个机关的全部数据"),
        Words(
            "organ: part of its name, or the code of its division; year may be left empty. page and raw_text lead "
            "to the printed cell",
            "organ：机关名称的一部分或区划代码；year 可留空。page、raw_text 链接到原页",
        ),
        f"""\
SELECT r.organ, r.year, f.table_key, f.row_key, f.column_key, f.form_value, f.missing, f.raw_text, f.page,
    f.flagged, f.report_id
FROM reports_current AS r
JOIN facts_current AS f ON f.report_id = r.id
WHERE :organ <> '' AND {_LIKE_ORGAN} AND {_ANY_YEAR.replace("OR year", "OR r.year")}
ORDER BY r.organ, r.year, f.table_key DESC, f.row_key, f.column_key""",
    ),
    Canned(
        "organ_indicators",
        Words("All indicators of one organ, year by year", "一个机关历年的全部指标"),
        Words("organ: part of its name, or the code of its division", "organ：机关名称的一部分或区划代码"),
        """\
SELECT indicator, year, value, unit, numerator, denominator, reason, flagged, comparable, organ, report_id
FROM indicators
WHERE :organ <> '' AND (instr(organ, :organ) > 0 OR region_code = :organ)
ORDER BY organ, indicator, year""",
    ),
    Canned(
        "changes",
        Words("Change of an indicator between two years", "一项指标在两个年度之间的变化"),
        Words(
            "Only where both years have a value, and both reports are of one edition or the indicator compares "
            "across the editions",
            "仅列两个年度均有值，且版本相同或该指标两版可比者",
        ),
        f"""\
SELECT a.organ, a.region_name, a.province, a.value AS before, b.value AS after, b.value - a.value AS change, a.unit,
    a.flagged + b.flagged > 0 AS flagged, b.report_id
FROM indicators AS a
JOIN indicators AS b ON b.indicator = :indicator AND b.year = CAST(:to_year AS INTEGER)
    AND {same_key("b", "a")} AND {joined_place("b", "a")}
WHERE a.indicator = :indicator AND a.year = CAST(:from_year AS INTEGER)
    AND a.value IS NOT NULL AND b.value IS NOT NULL AND (a.comparable + b.comparable = 2 OR a.format = b.format)
ORDER BY change DESC, a.organ""",
    ),
    Canned(
        "provinces",
        Words("An indicator by province and year", "各省各年度的一项指标"),
        Words(
            "reports: current reports with a value; of_all: with or without; pooled: sum of the numerators over "
            "the sum of the denominators",
            "reports：有值的现行报告数；of_all：全部；pooled：分子合计与分母合计之比",
        ),
        """\
SELECT province, year, count(value) AS reports, count(*) AS of_all, min(value) AS least, avg(value) AS mean,
    max(value) AS most, unit,
    CASE WHEN unit <> 'count' THEN (CASE unit WHEN 'percent' THEN 100.0 ELSE 1.0 END)
        * sum(CASE WHEN value IS NOT NULL THEN numerator END)
        / NULLIF(sum(CASE WHEN value IS NOT NULL THEN denominator END), 0) END AS pooled
FROM indicators
WHERE indicator = :indicator
GROUP BY province, year, unit
ORDER BY province, year""",
    ),
    Canned(
        "series",
        Words("A figure across the editions of the form", "跨版本可比的一个数位"),
        Words(
            "table, row, column: keys as in comparable, such as requests, new_received, total; organ may be left "
            "empty. Figures that do not compare across 2020/2021 are not in it",
            "table、row、column：comparable 中的键，如 requests、new_received、total；organ 可留空。"
            "两版不可比的数位不在其中",
        ),
        """\
SELECT organ, region_code, year, format, value, missing, relation, flagged, report_id
FROM comparable
WHERE table_key = :table AND row_key = :row AND column_key = :column
    AND (:organ = '' OR instr(organ, :organ) > 0 OR region_code = :organ)
ORDER BY region_code, organ, year""",
    ),
    Canned(
        "findings_by_kind",
        Words("Findings by kind", "各类疑问的数量"),
        Words(
            "verdict, of broken relations: printed (the report's own error), reading (ours), undetermined",
            "verdict 仅用于勾稽不符：printed（原文如此）、reading（识别有误）、undetermined（未能判定）",
        ),
        """\
SELECT code, severity, verdict, count(*) AS findings, count(DISTINCT report_id) AS reports, min(message) AS example,
    min(message_zh) AS example_zh
FROM finding
GROUP BY code, severity, verdict
ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, findings DESC, code, verdict""",
    ),
    Canned(
        "printed_errors",
        Words("Arithmetic errors that are printed", "报告自身的计算错误"),
        Words(
            "Relations that the report itself breaks: what it prints was read without doubt. year may be left "
            "empty",
            "报告自身不成立的勾稽关系，识读无疑。year 可留空",
        ),
        f"""\
SELECT r.organ, r.year, f.place, f.found, f.expected, f.message, f.message_zh, f.page, f.sha256, f.report_id
FROM finding AS f
JOIN report AS r ON r.id = f.report_id
WHERE f.code = 'rule.broken' AND f.verdict = 'printed' AND {_ANY_YEAR}
ORDER BY r.year, r.organ, f.ordinal""",
    ),
    Canned(
        "coverage",
        Words("Coverage by province and year", "各省各年度的覆盖情况"),
        Words(
            "Current reports, and how far they can be relied on",
            "现行报告数及其可靠程度",
        ),
        """\
SELECT province, year, count(*) AS reports, sum(verdict = 'accepted') AS accepted,
    sum(verdict = 'needs_review') AS needs_review, sum(verdict = 'rejected') AS rejected,
    count(DISTINCT region_code) AS divisions
FROM reports_current
GROUP BY province, year
ORDER BY province, year""",
    ),
    Canned(
        "missing_by_reason",
        Words("Cells without a number, by reason", "没有数字的单元格及原因"),
        Words(
            "A blank is no 0, a dash is no blank. of_all: cells of that row in the reports meant. year and "
            "province may be left empty; of very many reports name both",
            "空白不等于 0，横线不等于空白。of_all：所涉报告中该行的单元格总数。"
            "year、province 可留空；报告很多时宜都填写",
        ),
        # The reports first, and then their cells: the other way round all cells of the database are read.
        f"""\
WITH meant AS MATERIALIZED (
    SELECT id FROM reports_current
    WHERE {_ANY_YEAR} AND (:province = '' OR province = :province)
)
SELECT table_key, row_key, sum(missing = 'blank') AS blank, sum(missing = 'dash') AS dash,
    sum(missing = 'absent') AS absent, sum(missing = 'unreadable') AS unreadable,
    sum(missing = 'unit_unknown') AS unit_unknown, count(*) AS of_all
FROM (
    SELECT f.table_key, f.row_key, {why_missing("f")} AS missing
    FROM meant CROSS JOIN fact AS f
    WHERE f.report_id = meant.id
) AS cells
GROUP BY table_key, row_key
HAVING count(missing) > 0
ORDER BY count(missing) DESC, table_key, row_key""",
    ),
    Canned(
        "flagged_cells",
        Words("Figures that are flagged", "被标记的数据"),
        Words(
            "A warning or error touches them; page leads to the printed cell. year may be left empty",
            "有警告或错误涉及；page 链接到原页。year 可留空",
        ),
        f"""\
SELECT organ, year, table_key, row_key, column_key, raw_text, form_value, state, method, confidence, page, report_id
FROM facts_current
WHERE flagged = 1 AND {_ANY_YEAR}
ORDER BY organ, year, table_key, row_key, column_key""",
    ),
    Canned(
        "duplicates",
        Words("Several reports of one organ and year", "同一机关同一年度的多份报告"),
        Words(
            "The report that does not count, the one that does, why, and in how many cells they differ",
            "非现行报告、现行报告、选定理由及不同的单元格数",
        ),
        """\
SELECT r.organ, r.year, c.reason, c.agreed, c.differed, c.differences, c.report_id, c.current_id
FROM report_copy AS c
JOIN report AS r ON r.id = c.report_id
ORDER BY c.differed DESC, r.organ, r.year""",
    ),
    Canned(
        "contradicted",
        Words("Figures of the narrative that the tables contradict", "正文与表格不一致的数字"),
        Words("year may be left empty", "year 可留空"),
        f"""\
SELECT r.organ, r.year, s.label, s.value, s.sentence, s.page, r.sha256, s.report_id
FROM statement AS s
JOIN report AS r ON r.id = s.report_id
WHERE s.agrees = 0 AND {_ANY_YEAR}
ORDER BY r.organ, r.year, s.ordinal""",
    ),
    Canned(
        "narrative",
        Words("Search the narrative", "检索正文"),
        Words(
            "words: what the section must hold, cut into words as the index is. /-/gkingest/search shows the place",
            "words：正文须含的词语，按索引同样分词。/-/gkingest/search 显示所在处",
        ),
        f"""\
SELECT r.organ, r.year, s.heading, s.page, s.sha256, s.text
FROM section_words AS w
JOIN section AS s ON s.id = w.rowid
LEFT JOIN report AS r ON r.sha256 = s.sha256 AND r.ordinal = 1
WHERE section_words MATCH {MATCH_FUNCTION}(:words)
ORDER BY w.rank, s.id""",
    ),
    Canned(
        "unread_files",
        Words("Files that gave no report, and why", "没有读出报告的文件及原因"),
        Words("What is no report is listed too", "包括不是报告的文件"),
        """\
SELECT path, status, kind, message, message_zh, sha256
FROM documents
WHERE status NOT IN ('ok', 'needs_review')
ORDER BY status, kind, path""",
    ),
)
