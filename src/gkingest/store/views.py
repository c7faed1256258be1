"""The views that researchers query: ``facts_long``, ``documents`` and ``panel``.

The SQL is plain enough for SQLite and PostgreSQL alike.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gkingest.errors import FormatError
from gkingest.formats.spec import Format, Node
from gkingest.store.contents import FactRow
from gkingest.store.schema import Base, LocationRow, ReportRow

LONGEST_NAME = 63  # bytes of an identifier in PostgreSQL
MOST_COLUMNS = 1500  # figures in panel; PostgreSQL stops at 1600 columns, SQLite at 2000

_ALIASES: dict[str, type[Base]] = {"l": LocationRow, "r": ReportRow, "f": FactRow}
_FACTS_LONG = (
    "l.path r.sha256 r.organ r.region_code r.region_name r.year r.format f.table_key f.row_key f.column_key "
    "f.state f.value f.unit f.raw_text f.page f.x0 f.top f.x1 f.bottom f.method f.confidence f.flagged "
    "r.verdict"
)
_DOCUMENTS = "l.path l.sha256 l.status l.kind r.organ r.year r.format r.verdict l.message"
_CURRENT = (
    "r.id r.sha256 l.path r.organ r.organ_kind r.organ_key r.region_code r.region_name r.province r.prefecture "
    "r.year r.format r.title r.issued_on l.published_at l.url r.verdict"
)
_PANEL = "r.sha256 l.path r.organ r.region_code r.region_name r.year r.format r.verdict"

# A source may lie under several paths; a report is told once, under the least of them.
_PLACED = """\
JOIN location AS l ON l.sha256 = r.sha256
    AND NOT EXISTS (SELECT 1 FROM location AS o WHERE o.sha256 = l.sha256 AND o.path < l.path)"""
_REPORTS = f"FROM report AS r\n{_PLACED}"


# Reports of one organ (its name without divisions, and its division) for one year, the current one first. In this
# order: a report without figures comes last; one that calls itself corrected or issued again comes first, then the
# one published last (by the crawl, else by the date below it), the one relied on most, the one with fewest flags.
# A report whose organ or year is not known stands alone.
_WORDS_OF_CORRECTION = ("更正", "修订", "修改", "订正", "重新发布")
# No LIKE: its percent signs would be taken for parameters by PostgreSQL's driver.
_CORRECTED = " OR ".join(f"replace(r.title, '{word}', '') <> r.title" for word in _WORDS_OF_CORRECTION)
_MEASURED = f"""\
SELECT
    r.*,
    CASE WHEN r.organ_key = '' OR r.year IS NULL THEN r.id
        ELSE r.organ_key || ' ' || COALESCE(r.region_code, r.prefecture, r.province, '') || ' '
            || CAST(r.year AS TEXT) END AS organ_year,
    CASE WHEN r.verdict = 'rejected' THEN 1 ELSE 0 END AS without_figures,
    CASE WHEN {_CORRECTED} THEN 0 ELSE 1 END AS uncorrected,
    COALESCE(
        (SELECT max(l.published_at) FROM location AS l WHERE l.sha256 = r.sha256), r.issued_on, ''
    ) AS published,
    CASE WHEN r.verdict = 'accepted' THEN 0 ELSE 1 END AS doubtful,
    (SELECT count(*) FROM fact AS f WHERE f.report_id = r.id AND f.flagged = 1) AS flags
FROM report AS r"""
RANKED = f"""\
SELECT
    m.*,
    ROW_NUMBER() OVER (
        PARTITION BY m.organ_year
        ORDER BY m.without_figures, m.uncorrected, m.published DESC, m.doubtful, m.flags, m.id
    ) AS place
FROM (
{_MEASURED}
) AS m"""


class Words(NamedTuple):
    """One thing said in both languages of the codebook."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view: its name, the SQL it is made of, its comment."""

    name: str
    expression: str
    comment: Words


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, its comment, its columns and where they come from."""

    name: str
    comment: Words
    columns: tuple[ViewColumn, ...]
    origin: str

    @property
    def statement(self) -> str:
        """``CREATE VIEW``, in SQL that both databases understand."""
        columns = ",\n".join(f"    {c.expression} AS {c.name}" for c in self.columns)
        return f"CREATE VIEW {self.name} AS\nSELECT\n{columns}\n{self.origin}"


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure of the forms: its address, its labels and the unit of the newest edition that has it."""

    table: str
    row: str
    column: str
    unit: str
    comment: Words

    @property
    def name(self) -> str:
        """Its column in ``panel``."""
        return panel_column(self.table, self.row, self.column)


def panel_column(table: str, row: str, column: str) -> str:
    """Name of the ``panel`` column of one figure: its keys joined by ``__``, dots written ``_``."""
    return "__".join(key.replace(".", "_") for key in (table, row, column))


def panel_slots(formats: Sequence[Format]) -> tuple[Slot, ...]:
    """Every figure of all editions once: in the form's order, the newest edition first.

    Raises :class:`FormatError` where two figures would share a column, or a name or their number is too
    great.
    """
    slots: dict[tuple[str, str, str], Slot] = {}
    for form in sorted(formats, key=lambda f: f.edition, reverse=True):
        for slot in _slots(form):
            slots.setdefault((slot.table, slot.row, slot.column), slot)
    taken: dict[str, Slot] = {}
    for slot in slots.values():
        other = taken.setdefault(slot.name, slot)
        if other is not slot:
            raise FormatError(
                f"{slot.table}/{slot.row}/{slot.column} and {other.table}/{other.row}/{other.column} would "
                f"both be column {slot.name} of panel; give one of them another key"
            )
        if len(slot.name) > LONGEST_NAME:
            raise FormatError(
                f"panel column {slot.name} has {len(slot.name)} characters, a database takes {LONGEST_NAME}; "
                "shorten a key"
            )
    if len(slots) > MOST_COLUMNS:
        raise FormatError(f"panel would have {len(slots)} columns, a database takes {MOST_COLUMNS}")
    return tuple(slots.values())


def _slots(form: Format) -> Iterator[Slot]:
    for table in form.tables:
        for block in table.blocks:
            for row, row_above in block.row_leaves():
                for column, column_above in block.column_leaves():
                    comment = Words(
                        f"{row.title or row.label}: {column.title or column.label}",
                        f"{_path(row, row_above)}：{_path(column, column_above)}",
                    )
                    unit = column.unit or row.unit
                    yield Slot(table.key, row.key or "", column.key or "", unit, comment)
    for stated in form.stated:
        words = Words(f"{stated.row} {stated.column}".replace("_", " ").capitalize(), stated.label)
        yield Slot(stated.table, stated.row, stated.column, stated.unit, words)


def _path(node: Node, above: tuple[Node, ...]) -> str:
    return " / ".join(n.label for n in (*above, node))


def views(formats: Sequence[Format]) -> tuple[View, ...]:
    """The views as these formats make them."""
    return (
        View(
            "facts_long",
            Words(
                "One row a fact, whatever its state; a source with several paths is told under the least",
                "每个数据一行，无论状态；同一文件有多个路径时取最小的路径",
            ),
            _taken(_FACTS_LONG),
            f"{_REPORTS}\nJOIN fact AS f ON f.report_id = r.id",
        ),
        View(
            "documents",
            Words("One row a path that was given, whatever became of it", "每个给定路径一行，无论结果如何"),
            _taken(_DOCUMENTS),
            "FROM location AS l\nLEFT JOIN report AS r ON r.sha256 = l.sha256 AND r.ordinal = 1",
        ),
        View(
            "reports_current",
            Words(
                "Exactly one report for each organ and year. Of several, in this order: not one without figures; "
                "one whose title says that it is corrected; the one published last; an accepted one; the one with "
                "fewest flagged figures. The others are in report_copy",
                "每个机关每个年度恰有一份报告。有多份时依次取：有数据的；标题注明更正、修订的；发布日期最晚的；"
                "可以采用的；标记最少的。其余见 report_copy",
            ),
            _taken(_CURRENT),
            f"FROM (\n{RANKED}\n) AS r\n{_PLACED}\nWHERE r.place = 1",
        ),
        View(
            "panel",
            Words(
                "One row a report, one column a figure of any edition of the form: the amount in the form's "
                "unit, NULL unless the report gives one. In PostgreSQL, SET jit = off before reading all of it",
                "每份报告一行，各版表格的每个数位一列：以表格规定单位计的数额，报告未给出数字时为 NULL。"
                "在 PostgreSQL 中读取全部列之前，宜先执行 SET jit = off",
            ),
            (*_taken(_PANEL), _N_FLAGGED, *(_figure(slot) for slot in panel_slots(formats))),
            _REPORTS,
        ),
    )


_N_FLAGGED = ViewColumn(
    "n_flagged",
    "(SELECT count(*) FROM fact AS f WHERE f.report_id = r.id AND f.flagged = 1)",
    Words("Facts of the report that are flagged", "报告中被标记（flagged）的数据个数"),
)


def _taken(names: str) -> tuple[ViewColumn, ...]:
    """View columns that show a table's column under its own name and with its own comment."""
    return tuple(_shown(*name.split(".")) for name in names.split())


def _shown(alias: str, name: str) -> ViewColumn:
    column = _ALIASES[alias].__table__.c[name]
    return ViewColumn(name, f"{alias}.{name}", Words(column.comment or "", column.info["zh"]))


def _figure(slot: Slot) -> ViewColumn:
    unit = Words(f" ({slot.unit})", f"（{slot.unit}）") if slot.unit else Words("", "")
    unit = unit._replace(zh="") if slot.unit in slot.comment.zh else unit
    return ViewColumn(
        slot.name,
        "(SELECT f.form_value FROM fact AS f WHERE f.report_id = r.id "
        f"AND f.table_key = '{slot.table}' AND f.row_key = '{slot.row}' AND f.column_key = '{slot.column}')",
        Words(slot.comment.en + unit.en, slot.comment.zh + unit.zh),
    )


def view_comments(shown: Sequence[View]) -> Iterator[str]:
    """PostgreSQL statements that comment the views and their columns."""
    for view in shown:
        yield f"COMMENT ON VIEW {view.name} IS {_literal(view.comment.en)}"
        for column in view.columns:
            yield f"COMMENT ON COLUMN {view.name}.{column.name} IS {_literal(column.comment.en)}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def views_hash(shown: Sequence[View]) -> str:
    """SHA-256 over the views as made and commented, to know whether a database has these."""
    text = "\n".join([*(view.statement for view in shown), *view_comments(shown)])
    return hashlib.sha256(text.encode()).hexdigest()
