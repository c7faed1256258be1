"""A difference as people and programs read it: lines of text, CSV, JSON."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping

from gkingest.language import said, titled
from gkingest.release.difference import MEANINGS, Change, Difference, FigureChange, ReportChange
from gkingest.render import printable, render_table, wrapped

MOST = 40  # figures and reports that the terminal names; CSV and JSON have all
_COLUMNS = 78


def difference_tree(found: Difference) -> dict[str, object]:
    """As plain values for JSON."""
    return {
        "type": "difference",
        "before": dict(zip(("name", "version", "gkingest"), found.before, strict=True)),
        "after": dict(zip(("name", "version", "gkingest"), found.after, strict=True)),
        "counts": {change: sum(f.change is change for f in found.figures) for change in Change},
        "reports": [_told(one) for one in found.reports],
        "figures": [_told(one) for one in found.figures],
        "indicators": [one._asdict() for one in found.sums if one.differs],
    }


def _told(one: FigureChange | ReportChange) -> dict[str, object]:
    return {name: value for name, value in one._asdict().items() if value not in ("", None)}


def render_csv(found: Difference) -> str:
    """A figure a row."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(FigureChange._fields)
    writer.writerows(found.figures)
    return stream.getvalue()


_NO_NAMES: Mapping[str, str] = {}


def render_difference(
    found: Difference, names: Mapping[str, str], titles: Mapping[str, str] = _NO_NAMES
) -> Iterator[str]:
    """Lines for a terminal; ``names`` are cells as printed, ``titles`` names of indicators."""
    for word, (name, version, software) in (("before", found.before), ("after", found.after)):
        called = printable(" ".join(filter(None, (name, version))))
        yield titled(word, f"{called} (gkingest {software or '?'})")
    if not found:
        yield said("no report and no figure differs")
        return
    counts = Counter(f.change for f in found.figures)
    yield said(
        f"figures: {counts[Change.CHANGED]} changed, {counts[Change.ADDED]} added, {counts[Change.GONE]} gone; "
        f"reports: {len(found.reports)} came, went or are others"
    )
    figures = Counter(f.reason for f in found.figures)
    reports = Counter(r.reason for r in found.reports)
    reasons = {*figures, *reports}
    rows = [[said("reason"), said("reports"), said("figures")]]
    rows += [[said(word), str(reports[word]), str(figures[word])] for word in sorted(reasons)]
    yield from render_table(rows, right=True)
    for word in sorted(reasons):
        yield from (f"  {line}" for line in wrapped(titled(word, MEANINGS[word]), _COLUMNS))
    yield from _each(found, names)
    yield from _sums(found, titles)


def _each(found: Difference, names: Mapping[str, str]) -> Iterator[str]:
    """The reports that differ, then the figures of those that both sides have.

    Of a report that one side has the number of figures stands beside it.
    """
    for report in found.reports[:MOST]:
        path = report.after_path or report.before_path
        counted = said(f"{report.figures} figures differ")
        told = f"; {printable(report.told)}" if report.told else ""
        whose = f"{printable(report.organ)} {report.year}"
        line = f"{said(report.change)} ({said(report.reason)}): {whose}, {counted}{told} ({printable(path)})"
        yield from wrapped(line, _COLUMNS)
    yield from _more(len(found.reports))
    seen = [f for f in found.figures if f.before_report and f.after_report]
    for one in seen[:MOST]:
        key = f"{one.table}/{one.row}/{one.column}"
        by = f", {printable(one.by)}" if one.by else ""
        values = f"{said(one.before) or '–'} → {said(one.after) or '–'}"
        line = f"{printable(one.organ)} {one.year} {key} {names.get(key, '')}: {values} ({said(one.reason)}{by})"
        yield from wrapped(" ".join(line.split()), _COLUMNS)
    yield from _more(len(seen))


def _more(count: int) -> Iterator[str]:
    if count > MOST:
        yield said(f"… and {count - MOST} more; --csv or --json names all")


def _sums(found: Difference, titles: Mapping[str, str]) -> Iterator[str]:
    differing = [one for one in found.sums if one.differs]
    if not differing:
        return
    told = "indicators that differ, by year: reports with a value, and the sum or the pooled share over them"
    yield from wrapped(said(told), _COLUMNS)
    head = ["indicator", "year", "reports", "changed", "added", "gone", "before", "after"]
    rows = [list(map(said, head))]
    for one in differing:
        counts = f"{one.before} → {one.after}" if one.before != one.after else str(one.after)
        changes = (one.changed, one.added, one.gone)
        unit = "%" if one.unit == "percent" else ""
        totals = (f"{total}{unit}" if total else "–" for total in (one.total_before, one.total_after))
        rows.append([titles.get(one.indicator, one.indicator), one.year, counts, *map(str, changes), *totals])
    yield from render_table(rows, right=True)
