"""``comparable``: the figures that may stand in one series across the editions of the form, and no others."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from gkingest.formats.crosswalk import Crosswalk, Joined, joined
from gkingest.formats.spec import Format
from gkingest.store.views.cells import Sum, fact_joins, flagged, missing
from gkingest.store.views.current import CURRENT_REPORTS
from gkingest.store.views.figures import CURRENT_NUMBERED
from gkingest.store.views.panel import WHO, why_missing
from gkingest.store.views.view import View, ViewColumn, Words, quoted, select_of

_COMMENTS = {
    "table_key": Words("Key of the table, in either edition", "表的键（两版通用）"),
    "row_key": Words("Key of the row; of a sum, its name in the crosswalk", "行的键；合计则为对照表中的名称"),
    "column_key": Words("Key of the column", "列的键"),
    "relation": Words(
        "same: one figure in every edition · sum: a sum over figures of one edition",
        "same：两版同一数位 · sum：其中一版为若干数位之和",
    ),
    "value": Words(
        "Amount in the form's unit; NULL unless every figure needed is given",
        "以表格单位计的数额；缺任一数则为 NULL",
    ),
    "missing": Words(
        "Why it is NULL: unreadable · unit_unknown · absent · dash · blank", "为 NULL 的原因：unreadable 等，见取值"
    ),
    "flagged": Words("1 if a figure that it is made of is flagged", "所含任一数被标记则为 1"),
}


def comparable_view(formats: Sequence[Format], crosswalk: Crosswalk) -> View:
    """The view ``comparable``; figures that the crosswalk does not call comparable are not in it."""
    figures = joined(crosswalk, formats)
    alike = [f for f in figures if f.relation == "same"]
    parts = [_alike(alike)] if alike else []
    for figure in (f for f in figures if f.relation == "sum"):
        for edition, cells in figure.parts.items():
            total = Sum(tuple((cell, 1) for cell in cells), tuple(cells)).value()
            key = (quoted(part) for part in figure.key)
            columns = _columns(*key, f"'{figure.relation}'", total, missing(cells), flagged(cells))
            where = f"WHERE r.format = {quoted(edition)}"
            parts.append(select_of(columns, f"{CURRENT_NUMBERED}\n{fact_joins(cells)}\n{where}"))
    return View(
        "comparable",
        Words(
            "One row a current report and figure that compares across the editions, under its common key. "
            "Figures that are different, or in one edition only, are not here: see the crosswalk in the codebook",
            "现行报告中两版可比的每个数位一行，以通用的键标识。口径不同或仅一版有的数位不在其中，见编码手册中的版本对照",
        ),
        _columns(*[""] * len(_COMMENTS)),
        parts=tuple(parts) or (_alike([]),),
    )


def _columns(*own: str) -> tuple[ViewColumn, ...]:
    """Who and when, then these expressions in the order of the comments."""
    return (*WHO, *(ViewColumn(n, sql, w) for (n, w), sql in zip(_COMMENTS.items(), own, strict=True)))


def _alike(figures: Iterable[Joined]) -> str:
    """Figures of one key in every edition; rows with the same columns are told together."""
    by_shape: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (table, row), members in groupby(figures, key=lambda f: (f.key.table, f.key.row)):
        kept = list(members)
        editions = tuple(sorted({e for f in kept for e in f.parts}))
        by_shape.setdefault((table, tuple(f.key.column for f in kept), editions), []).append(row)
    chosen = "\n        OR ".join(
        f"(f.table_key = {quoted(table)} AND {_one_of('f.row_key', rows)} AND {_one_of('f.column_key', columns)} "
        f"AND {_one_of('r.format', editions)})"
        for (table, columns, editions), rows in by_shape.items()
    )
    columns = _columns(
        *("f.table_key", "f.row_key", "f.column_key", "'same'", "f.form_value", why_missing("f"), "f.flagged")
    )
    facts = f"JOIN fact AS f ON f.report_id = r.id AND (\n        {chosen or '1 = 0'}\n    )"
    return select_of(columns, f"{CURRENT_REPORTS}\n{facts}")


def _one_of(name: str, keys: Iterable[str]) -> str:
    return f"{name} IN ({', '.join(quoted(k) for k in keys)})"
