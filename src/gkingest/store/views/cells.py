"""Cells of one report in SQL: each is looked up once and added, and its gaps say why a sum of them is no number.

Views are read whenever a database is opened, so what many of their queries need stands in views of its own:
``numbered``, all reports with the number of their figures, ``current_numbered``, the current ones; ``cell``, the
figures with their gaps. Which report counts is a long condition, and SQLite plans it anew wherever it stands: what
is made of a hundred queries takes all reports in each, and asks once of what they give whether it counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.store.tables.figures import STATE_NUMBERS, FigureRow, slot_number
from gkingest.store.views.current import CURRENT_REPORTS
from gkingest.store.views.view import View, ViewColumn, Words, quoted, taken, words_of

# What a figure tells that older editions of the form count otherwise, wherever such figures stand in one column.
SERIES_BREAK = Words(
    "1 if the report's edition counts it otherwise than later ones (relation break in the crosswalk): a series "
    "breaks where this changes, so do not join the values on both sides",
    "报告所用版本的统计口径与其后各版不同（版本对照中的 break）则为 1；其值变化之处序列中断，两侧不宜直接相连",
)
UNIT_UNKNOWN = "unit_unknown"
NOT_IN_EDITION = "not_in_edition"
_CURRENT_NUMBERED = "current_numbered"
NUMBERED = f"FROM {_CURRENT_NUMBERED} AS r"
ALL_NUMBERED = "FROM numbered AS r"
COUNTS = "EXISTS (SELECT 1 FROM reports_current AS c WHERE c.id = m.report_id)"  # of what is made of all reports

# What keeps a cell from being a number, each a bit of ``gaps``, so that those of several cells are joined by |. Of
# several the highest is told: what we could not read before what was never said, and a blank, which may well be a
# zero, last. The lowest bit says that a figure is flagged.
FLAGGED = 1
_BITS = {
    CellState.BLANK: 2,
    CellState.DASH: 4,
    CellState.ABSENT: 8,
    UNIT_UNKNOWN: 16,
    CellState.UNREADABLE: 32,
    NOT_IN_EDITION: 64,
}


def word_of(gaps: str) -> str:
    """SQL: the word of the highest of these gaps; NULL if there is none."""
    told = " ".join(f"WHEN {gaps} >= {bit} THEN '{word}'" for word, bit in reversed(_BITS.items()))
    return f"CASE {told} END"


LACKING = str(_BITS[NOT_IN_EDITION])  # the gap of what an edition has not


def helping_views(who: Sequence[ViewColumn]) -> tuple[View, ...]:
    """The views that others are made of; ``who`` are the columns that tell a report's organ and year."""
    states = {n: UNIT_UNKNOWN if state is CellState.REPORTED else state for state, n in STATE_NUMBERS.items()}
    words, bits = (
        " ".join(f"WHEN {number} THEN {told(word)}" for number, word in states.items())
        for told in (quoted, _BITS.__getitem__)
    )
    listed = " · ".join(f"{bit} {word}" for word, bit in _BITS.items())
    figures = FigureRow.__table__.c
    own = (ViewColumn(name, f"f.{name}", words_of(figures[name])) for name in ("report", "slot", "form_value"))
    counted = taken("r.reported r.assessed r.misprinted r.serial")
    return (
        View(
            "numbered",
            Words(
                "All reports, whether they count or not, with the number by which their figures are kept, for "
                "other views",
                "全部报告（无论是否进入默认视图）及存储其数据所用编号，供其他视图使用",
            ),
            (*who, *counted),
            "FROM report AS r",
        ),
        View(
            _CURRENT_NUMBERED,
            Words(
                "The reports of reports_current with the number by which their figures are kept, for other views",
                "reports_current 的各报告及存储其数据所用编号，供其他视图使用",
            ),
            (
                *who,
                *counted[:-1],
                replace(counted[-1], expression="n.serial"),
            ),
            f"{CURRENT_REPORTS}\nJOIN report AS n ON n.id = r.id",
        ),
        View(
            "cell",
            Words(
                "The figures of all reports, in numbers, with what keeps them from being a number, for other views",
                "全部报告的数据（以编号存储）及其没有数额的原因，供其他视图使用",
            ),
            (
                *own,
                ViewColumn(
                    "gaps",
                    f"f.flagged + CASE WHEN f.form_value IS NULL THEN CASE f.state {bits} END ELSE 0 END",
                    Words(f"Sum of: {FLAGGED} flagged · {listed}", f"之和：{FLAGGED} 被标记（flagged） · {listed}"),
                ),
                ViewColumn(
                    "missing",
                    f"CASE WHEN f.form_value IS NULL THEN CASE f.state {words} END ELSE '' END",
                    Words("Why there is no form_value; empty if there is one", "没有 form_value 的原因；有则为空"),
                ),
            ),
            "FROM figure AS f",
        ),
    )


def _alias(place: int) -> str:
    return f"c{place}"


def cell_joins(cells: Sequence[FactKey]) -> str:
    """Joins of report ``r`` with one figure for each of these cells, by its number, found or not."""
    return "\n".join(
        f"LEFT JOIN cell AS {name} ON {name}.report = r.serial AND {name}.slot = {slot_number(*cell)}"
        for name, cell in ((_alias(n), cell) for n, cell in enumerate(cells))
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over some of the cells that :func:`cell_joins` joined; NULL if one of them is no number."""

    terms: tuple[tuple[FactKey, int], ...]
    joined: tuple[FactKey, ...]

    def value(self) -> str:
        """The sum."""
        return added((f"{_alias(self.joined.index(cell))}.form_value", sign) for cell, sign in self.terms)


def added(terms: Iterable[tuple[str, int]]) -> str:
    """SQL expressions added up, each with its sign."""
    text = " ".join(f"{'+' if sign > 0 else '-'} {sql}" for sql, sign in terms)
    return text.removeprefix("+ ")


def gaps(cells: Sequence[FactKey]) -> str:
    """SQL: the gaps of all the joined cells."""
    return " | ".join(f"COALESCE({_alias(n)}.gaps, {_BITS[CellState.ABSENT]})" for n in range(len(cells)))
