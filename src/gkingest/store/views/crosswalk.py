"""``comparable``: the figures that may stand in one series across the editions of the form, and no others.

``comparable_wide`` has those of them in columns that no column of ``panel`` has for all the editions.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from gkingest.formats.crosswalk import Crosswalk, Joined, joined
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.store.views.cells import (
    ALL_NUMBERED,
    COUNTS,
    FLAGGED,
    NUMBERED,
    SERIES_BREAK,
    Sum,
    cell_joins,
    gaps,
    word_of,
)
from gkingest.store.views.figures import looked_up
from gkingest.store.views.panel import panel_column, who
from gkingest.store.views.view import View, ViewColumn, Words, quoted, union_of

_COMMENTS = {
    "table_key": Words("Key of the table, in either edition", "表的键（两版通用）"),
    "row_key": Words("Key of the row; of a sum, its name in the crosswalk", "行的键；合计则为对照表中的名称"),
    "column_key": Words("Key of the column", "列的键"),
    "relation": Words(
        "same: one figure in every edition that has it · sum: a sum over figures of one edition · break: one "
        "concept whose counting changed",
        "各版关系：same（各版同一数位） · sum（其中一版为若干数位之和） · break（同一概念而口径有变）",
    ),
    "value": Words(
        "Amount in the form's unit; NULL unless every figure needed is given",
        "以表格单位计的数额；缺任一数则为 NULL",
    ),
    "missing": Words(
        "Why it is NULL: unreadable · unit_unknown · absent · dash · blank", "为 NULL 的原因：unreadable 等，见取值"
    ),
    "flagged": Words("1 if a figure that it is made of is flagged", "所含任一数被标记则为 1"),
    "series_break": SERIES_BREAK,
}


def comparable_view(formats: Sequence[Format], crosswalk: Crosswalk) -> View:
    """The view ``comparable``; figures that the crosswalk does not call comparable are not in it."""
    figures = joined(crosswalk, formats)
    alike = [own for f in figures if (own := _under_own_key(f)).parts]
    parts = []
    for figure in figures:
        made: dict[tuple[str, tuple[FactKey, ...]], list[str]] = {}  # editions that make it of the same cells
        for edition, cells in figure.parts.items():
            if not _is_own(figure, edition):
                made.setdefault((figure.relations[edition], cells), []).append(edition)
        for (relation, cells), editions in made.items():
            total = Sum(tuple((cell, 1) for cell in cells), tuple(cells)).value()
            key = (quoted(part) for part in figure.key)
            broken = str(int(relation == "break"))
            where = f"WHERE {_one_of('r.format', editions)}"
            told = _told(*key, quoted(relation), total, gaps(cells), broken)
            parts.append((told, f"{ALL_NUMBERED}\n{cell_joins(cells)}\n{where}"))
    # A report has 180 figures of the first kind, and is asked once whether it counts; of the others it has a few.
    together = [_alike(alike)]
    if parts:
        counting = f"FROM (\n{union_of(parts)}\n) AS m\nWHERE {COUNTS}"
        together.append(((ViewColumn("*", "m.*", Words("", "")),), counting))
    shown = {"missing": word_of("m.gaps"), "flagged": f"m.gaps & {FLAGGED}"}
    return View(
        "comparable",
        Words(
            "One row a current report and figure that compares across the editions, under its common key. "
            "Figures that are different, or in one edition only, are not here: see the crosswalk in the codebook. "
            "Where series_break changes, the counting changed: the values on both sides are not to be joined",
            "现行报告中各版可比的每个数位一行，以通用的键标识。口径不同或仅一版有的数位不在其中，见编码手册中的版本对照。"
            "series_break 变化之处口径有变，两侧的值不宜直接相连",
        ),
        (
            *who("m"),
            *(ViewColumn(name, shown.get(name, f"m.{name}"), words) for name, words in _COMMENTS.items()),
        ),
        f"FROM (\n{union_of(together)}\n) AS m",
    )


def comparable_wide_view(formats: Sequence[Format], crosswalk: Crosswalk) -> View:
    """The view ``comparable_wide``: a column for each figure that is not one cell in every edition."""
    columns = list(who("r"))
    for figure in (f for f in joined(crosswalk, formats) if not all(_is_own(f, e) for e in f.parts)):
        made: dict[tuple[FactKey, ...], list[str]] = {}
        for edition, cells in figure.parts.items():
            made.setdefault(cells, []).append(edition)
        cases = (f"WHEN {_one_of('r.format', editions)} THEN {_added(cells)}" for cells, editions in made.items())
        name = panel_column(*figure.key)
        told = Words(
            f"{figure.key}, in the editions {', '.join(figure.parts)}",
            f"{figure.key}，见于 {'、'.join(figure.parts)} 各版",
        )
        columns.append(ViewColumn(name, f"CASE {' '.join(cases)} END", told))
        if broken := [edition for edition in figure.parts if figure.breaks(edition)]:
            mark = f"CASE WHEN {_one_of('r.format', broken)} THEN 1 ELSE 0 END"
            columns.append(ViewColumn(f"{name}__break", mark, SERIES_BREAK))
    return View(
        "comparable_wide",
        Words(
            "One panel over all editions, from 2008 on: one row a current report, one column a figure that "
            "editions print under different keys, under its common key; NULL where the edition has none or the "
            "report gives none (comparable tells which). Beside a figure whose counting changed stands __break. "
            "Figures that are one cell in every edition that has them stand in panel",
            "贯通各版（2008年起）的面板：每份现行报告一行，各版键不同而可比的每个数位一列，以通用的键标识；"
            "该版无此数位或报告未给出时为 NULL（详见 comparable）。口径有变的数位旁有 __break 一列。"
            "各版键相同的数位见 panel",
        ),
        tuple(columns),
        NUMBERED,
    )


def _added(cells: Sequence[FactKey]) -> str:
    """SQL: the sum of figures of the report ``n``; NULL unless each is given."""
    return " + ".join(looked_up("form_value", cell) for cell in cells)


def _is_own(figure: Joined, edition: str) -> bool:
    """Whether an edition has the figure as one cell of its key."""
    return figure.relations[edition] == "same" and figure.parts[edition] == (figure.key,)


def _under_own_key(figure: Joined) -> Joined:
    """The figure in those editions alone that have it as one cell of its key."""
    own = {e: cells for e, cells in figure.parts.items() if _is_own(figure, e)}
    return Joined(figure.key, "same", own, dict.fromkeys(own, "same"))


def _told(*own: str) -> tuple[ViewColumn, ...]:
    """All that is known of a report; then these: keys, relation, value, gaps, whether a series breaks."""
    names = ["table_key", "row_key", "column_key", "relation", "value", "gaps", "series_break"]
    none = Words("", "")
    return (ViewColumn("*", "r.*", none), *(ViewColumn(n, sql, none) for n, sql in zip(names, own, strict=True)))


def _alike(figures: Iterable[Joined]) -> tuple[tuple[ViewColumn, ...], str]:
    """Figures of one key in every edition; rows with the same columns are told together."""
    by_shape: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (table, row), members in groupby(figures, key=lambda f: (f.key.table, f.key.row)):
        kept = list(members)
        for editions, alike in groupby(kept, key=lambda f: tuple(sorted(f.parts))):
            by_shape.setdefault((table, tuple(f.key.column for f in alike), editions), []).append(row)
    chosen = "\n        OR ".join(
        f"(s.table_key = {quoted(table)} AND {_one_of('s.row_key', rows)} AND {_one_of('s.column_key', columns)} "
        f"AND {_one_of('r.format', editions)})"
        for (table, columns, editions), rows in by_shape.items()
    )
    told = _told("s.table_key", "s.row_key", "s.column_key", "'same'", "f.form_value", "f.gaps", "0")
    slots = f"JOIN slot AS s ON s.id = f.slot AND (\n        {chosen or '1 = 0'}\n    )"
    return told, f"{NUMBERED}\nJOIN cell AS f ON f.report = r.serial\n{slots}"


def _one_of(name: str, keys: Iterable[str]) -> str:
    return f"{name} IN ({', '.join(quoted(k) for k in keys)})"
