"""Sheets that a release has beside those of an export: sources, corrections, coverage, gaps, changes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from gkingest.export.run import Extra
from gkingest.quality.coverage import REASONS, Coverage
from gkingest.release.difference import MEANINGS, Change, Difference
from gkingest.store.ask.dump import Column, Kind, Sheet, Snapshot, Value
from gkingest.store.ask.releasing import CORRECTIONS, SOURCES, told_by
from gkingest.store.views.view import Words

_T, _N = Kind.TEXT, Kind.INTEGER
Rows = Callable[[Snapshot], Iterable[Sequence[Value]]]


def extras(found: Coverage, changes: Difference | None) -> tuple[Extra, ...]:
    """The sheets with their rows; ``changes`` where there is an earlier release."""
    holes = Counter((hole.place, hole.year) for hole in found.holes)
    covered = [
        (*place, year, found.reports.get((place, year), 0), holes[place, year])
        for place, year in sorted({*found.reports, *holes})
    ]
    gaps = [
        (number, hole.organ, *hole.place, hole.year, hole.reason, "; ".join(hole.files))
        for number, hole in enumerate(found.holes, 1)
    ]
    made = [
        Extra(CORRECTIONS, lambda snapshot: snapshot.rows(CORRECTIONS)),
        Extra(SOURCES, _sources),
        Extra(_COVERAGE, _given(covered)),
        Extra(_GAPS, _given(gaps)),
    ]
    if changes is not None:
        figures = [
            (number, str(f.change), str(f.reason), f.organ, f.region_code, int(f.year) if f.year else None, *f[5:])
            for number, f in enumerate(changes.figures, 1)
        ]
        made += [Extra(_CHANGES, _given(figures)), Extra(_BY_INDICATOR, _given(_sums(changes)))]
    return tuple(made)


def _given(rows: Iterable[Sequence[Value]]) -> Rows:
    kept = list(rows)
    return lambda snapshot: kept


def _sources(snapshot: Snapshot) -> Iterator[Sequence[Value]]:
    at = [column.name for column in SOURCES.columns].index("url_told_by")
    for row in snapshot.rows(SOURCES):
        yield (*row[:at], told_by(str(row[at] or "")), *row[at + 1 :])


def _sums(changes: Difference) -> Iterator[Sequence[Value]]:
    for one in changes.sums:
        if one.differs:
            year = int(one.year) if one.year else None
            totals = (float(t) if t else None for t in (one.total_before, one.total_after))
            yield one.indicator, year, one.unit, one.before, one.after, one.changed, one.added, one.gone, *totals


def _column(name: str, kind: Kind, english: str, chinese: str) -> Column:
    return Column(name, kind, Words(english, chinese))


_PLACE = (
    _column("province", _T, "Province; empty if unknown", "所在省级区划；未知为空"),
    _column("prefecture", _T, "Prefecture; empty if unknown or none", "所在地级区划；未知或没有为空"),
    _column("year", _N, "Year that the figures are about", "数据所属年度"),
)
_COVERAGE = Sheet(
    "coverage",
    Words(
        "Reports with figures by place and year, and how many organs with other years lack this one",
        "各地各年度有数据的报告数，及另有其他年度而缺该年度的机关数",
    ),
    (
        *_PLACE,
        _column("reports", _N, "Reports with figures in the default views", "默认视图中有数据的报告数"),
        _column(
            "gaps", _N, "Organs with a report of another year and none of this", "有其他年度而缺该年度的机关数"
        ),
    ),
    ("province", "prefecture", "year"),
)
_GAPS = Sheet(
    "gaps",
    Words("Years that an organ with reports of other years lacks", "机关有其他年度而缺少的年度"),
    (
        _column("number", _N, "Number of the row", "序号"),
        _column("organ", _T, "Name of the organ as printed", "机关名称（照印）"),
        *_PLACE,
        _column("reason", _T, f"Why: {' · '.join(REASONS)}", f"原因：{' · '.join(REASONS)}"),
        _column("files", _T, "Files that may hold it", "可能含有该报告的文件"),
    ),
    ("number",),
)
_CHANGES = Sheet(
    "changes",
    Words("One row a figure that differs from the release before", "与上一版不同的每个数据一行"),
    (
        _column("number", _N, "Number of the row", "序号"),
        _column(
            "change",
            _T,
            f"What became of it: {' · '.join(Change)}",
            "added（新增） · gone（消失） · changed（改变）",
        ),
        _column(
            "reason", _T, "Why: " + "; ".join(f"{k}: {v}" for k, v in MEANINGS.items()), "原因，见 releasing 说明"
        ),
        _column("organ", _T, "Name of the organ as printed", "机关名称（照印）"),
        _column("region_code", _T, "Code of the administrative division", "行政区划代码"),
        _column("year", _N, "Year that the figures are about", "数据所属年度"),
        _column("table_key", _T, "Table", "表"),
        _column("row_key", _T, "Row", "行"),
        _column("column_key", _T, "Column", "列"),
        _column("before", _T, "Amount in the form's unit before, or the state", "此前以表格单位计的数额，或状态"),
        _column("after", _T, "The same now", "现在的数额或状态"),
        _column("by", _T, "Who decided, where a person did", "判定人"),
        _column("before_report", _T, "Report it stood in", "此前所在报告"),
        _column("after_report", _T, "Report it stands in now", "现在所在报告"),
    ),
    ("number",),
)
_BY_INDICATOR = Sheet(
    "changes_by_indicator",
    Words(
        "One row an indicator and year that differs from the release before",
        "与上一版不同的每个指标年度一行",
    ),
    (
        _column("indicator", _T, "Key of the indicator", "指标的键"),
        _column("year", _N, "Year that the figures are about", "数据所属年度"),
        _column("unit", _T, "count · percent · ratio", "count（计数） · percent（百分比） · ratio（比值）"),
        _column("reports_before", _N, "Reports with a value before", "此前有值的报告数"),
        _column("reports_after", _N, "Reports with a value now", "现在有值的报告数"),
        _column("changed", _N, "Values that changed", "改变的值"),
        _column("added", _N, "Values that came", "新增的值"),
        _column("gone", _N, "Values that went", "消失的值"),
        _column("total_before", Kind.REAL, "Sum, of shares pooled, before", "此前的合计（比率为汇总值）"),
        _column("total_after", Kind.REAL, "The same now", "现在的合计或汇总值"),
    ),
    ("indicator", "year"),
)
