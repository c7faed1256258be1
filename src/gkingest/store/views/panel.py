"""The panel: one row an organ and year, one column a figure, and beside it why a number is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Self

from gkingest.errors import FormatError
from gkingest.formats.load import by_age
from gkingest.formats.spec import Format, Node
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.store.views.cells import NOT_IN_EDITION, UNIT_UNKNOWN
from gkingest.store.views.current import ALL_REPORTS, CURRENT_REPORTS, WORDS_OF_LEFT_OUT
from gkingest.store.views.figures import looked_up
from gkingest.store.views.view import View, ViewColumn, Words, quoted, select_of, taken
from gkingest.told import Told

_NUMBERED = "JOIN report AS n ON n.id = r.id"  # by which the figures of ``r`` are looked up
LONGEST_NAME = 63  # bytes of an identifier in PostgreSQL
MOST_COLUMNS = 1500  # figures in panel; PostgreSQL stops at 1600 columns, SQLite at 2000

# The words of a missing number that are no state of a cell.
WORDS_OF_MISSING = {
    UNIT_UNKNOWN: Words(
        "a number is printed, in a unit that cannot be turned into the form's",
        "印有数字，但其单位不能折算为表格单位",
    ),
    NOT_IN_EDITION: Words("the edition that the report is printed in has no such figure", "报告所用版本没有该数位"),
}

REGION_LEVEL = ViewColumn(
    "region_level",
    "CASE WHEN substr(r.region_code, 3, 4) = '0000' THEN 'province' "
    "WHEN substr(r.region_code, 5, 2) = '00' THEN 'prefecture' "
    "WHEN r.region_code IS NOT NULL THEN 'county' END",
    Words(
        "Level of the division by its code: province (XX0000) · prefecture (XXXX00) · county; NULL if unknown",
        "按代码判断的区划级别：province（省级，XX0000） · prefecture（地级，XXXX00） · county（县级）；未知为 NULL",
    ),
)
_N_FLAGGED = ViewColumn(
    "n_flagged",
    "(SELECT count(*) FROM figure AS f WHERE f.report = n.serial AND f.flagged = 1)",
    Words("Facts of the report that are flagged", "报告中被标记（flagged）的数据个数"),
)
_REPORT_ID = ViewColumn(
    "report_id",
    "r.id",
    Words("Report they stand in: report.id, fact.report_id", "所在报告：report.id、fact.report_id"),
)
LEFT_OUT_COLUMN = ViewColumn(
    "left_out",
    "r.left_out",
    Words(
        f"Why it stands in no default view: {' · '.join(WORDS_OF_LEFT_OUT)}; NULL if it stands there",
        f"不进入默认视图的原因：{' · '.join(WORDS_OF_LEFT_OUT)}；进入则为 NULL",
    ),
)
_HEAD = (
    *taken("r.sha256"),
    replace(taken("l.path")[0], expression="r.path"),
    *taken("r.organ r.region_code r.region_name r.year r.format r.verdict"),
    _N_FLAGGED,
    _REPORT_ID,
    *taken("r.organ_kind r.organ_key r.province r.prefecture"),
    REGION_LEVEL,
)
# Who and when, for views that are about figures of one report.
WHO = (
    _REPORT_ID,
    *taken("r.organ r.organ_kind r.organ_key r.region_code r.region_name"),
    REGION_LEVEL,
    *taken("r.province r.prefecture r.year r.format r.verdict"),
)


def who(alias: str) -> tuple[ViewColumn, ...]:
    """The same, taken from a view that has them."""
    return tuple(replace(column, expression=f"{alias}.{column.name}") for column in WHO)


_LEVELS = {
    "province": Words("whole provinces", "省级政府"),
    "prefecture": Words("whole prefectures", "地级政府"),
    "county": Words("whole counties and districts", "县级政府"),
}
_KINDS = {
    "department": Words("departments, government offices included", "部门（含政府办公室）"),
    "township": Words("townships and subdistricts", "乡镇、街道"),
}


Leaf = tuple[Node, tuple[Node, ...]]  # a row or column with those above it


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure of the forms: its address, labels, the editions that have it, the unit of the newest of them."""

    table: str
    row: str
    column: str
    unit: str
    comment: Words
    editions: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: str, row: Leaf, column: Leaf) -> Self:
        """The figure where a row and a column of a table cross."""
        (across, _), (down, _) = row, column
        comment = Words(
            f"{across.title or across.label}: {down.title or down.label}", f"{_path(*row)}：{_path(*column)}"
        )
        return cls(table, across.key or "", down.key or "", down.unit or across.unit, comment)

    @property
    def fact_key(self) -> FactKey:
        """Its address."""
        return FactKey(self.table, self.row, self.column)

    @property
    def name(self) -> str:
        """Its column in ``panel``."""
        return panel_column(self.table, self.row, self.column)


def panel_column(table: str, row: str, column: str) -> str:
    """Name of the ``panel`` column of one figure: its keys joined by ``__``, dots written ``_``."""
    return "__".join(key.replace(".", "_") for key in (table, row, column))


def panel_slots(formats: Sequence[Format]) -> tuple[Slot, ...]:
    """Every figure of all editions once, the newest edition first; columns that are not wide are left out.

    Raises :class:`FormatError` where two figures would share a column, or a name or their number is too
    great.
    """
    slots: dict[tuple[str, str, str], Slot] = {}
    for form in sorted(formats, key=by_age, reverse=True):
        for slot in _slots(form):
            known = slots.setdefault((slot.table, slot.row, slot.column), slot)
            slots[slot.table, slot.row, slot.column] = replace(known, editions=(*known.editions, form.edition))
    taken_names: dict[str, Slot] = {}
    for slot in slots.values():
        other = taken_names.setdefault(slot.name, slot)
        if other is not slot:
            raise FormatError(
                Told(
                    "{0} and {1} would both be column {2} of panel; give one of them another key",
                    f"{slot.table}/{slot.row}/{slot.column}",
                    f"{other.table}/{other.row}/{other.column}",
                    slot.name,
                )
            )
        if len(slot.name) > LONGEST_NAME:
            raise FormatError(
                Told(
                    "panel column {0} has {1} characters, a database takes {2}; shorten a key",
                    slot.name,
                    len(slot.name),
                    LONGEST_NAME,
                )
            )
    if len(slots) > MOST_COLUMNS:
        raise FormatError(Told("panel would have {0} columns, a database takes {1}", len(slots), MOST_COLUMNS))
    return tuple(slots.values())


def _slots(form: Format) -> Iterator[Slot]:
    for table in form.tables:
        for block in table.blocks:
            columns = [leaf for leaf in block.column_leaves() if leaf[0].wide]
            for row, column in product(block.row_leaves(), columns):
                yield Slot.of(table.key, row, column)
    for key, label, unit, _ in form.stated_slots():
        yield Slot(*key, unit, Words(f"{key.row} {key.column}".replace("_", " ").capitalize(), label))


def _path(node: Node, above: tuple[Node, ...]) -> str:
    return " / ".join(n.label for n in (*above, node))


def panel_views(formats: Sequence[Format]) -> tuple[View, ...]:
    """``panel``, ``panel_missing``, ``panel_all`` and the parts of ``panel`` by level and kind."""
    slots = panel_slots(formats)
    amounts = View(
        "panel_amounts",
        Words(
            "The figures of panel for all reports, whether they count or not, for other views",
            "全部报告（无论是否进入默认视图）的 panel 各数位，供其他视图使用",
        ),
        (replace(_REPORT_ID, expression="n.id"), *map(_figure, slots)),
        "FROM report AS n",
        like="panel",
        head=1,
    )
    panel = View(
        "panel",
        Words(
            "One row an organ and year (its current report: see reports_current), one column a figure of any "
            "edition of the form: the amount in the form's unit, NULL unless the report gives one; panel_missing "
            "tells why. Columns of two editions are not joined: see comparable. In PostgreSQL, SET "
            "jit = off before reading all of it",
            "每个机关每个年度一行（取其现行报告，见 reports_current），各版表格的每个数位一列："
            "以表格规定单位计的数额，报告未给出数字时为 NULL，原因见 panel_missing。"
            "两版之间不合并，可比口径见 comparable。在 PostgreSQL 中读取全部列之前，宜先执行 SET jit = off",
        ),
        (*_HEAD, *map(_figure, slots)),
        _with_amounts(_HEAD, CURRENT_REPORTS),
        whole=True,
    )
    lacking: dict[str, str] = {}  # what panel_missing says of slots that have no figure, and under which name
    missing = tuple(_missing(slot, [f.edition for f in formats], lacking) for slot in slots)
    said = "".join(f",\n    {sql} AS {name}" for sql, name in lacking.items())
    return (
        amounts,
        panel,
        View(
            "panel_missing",
            Words(
                "The same rows and columns as panel: the word why a number is missing, NULL where there is one",
                "行列与 panel 相同：数字缺失的原因，有数字则为 NULL",
            ),
            (*_HEAD, *missing),
            f"FROM (SELECT r.*{said}\n{CURRENT_REPORTS}) AS r\n{_NUMBERED}",
            like="panel",
            head=len(_HEAD),
        ),
        View(
            "panel_all",
            Words(
                "The same columns as panel for all reports, those too that are in no default view because "
                "they could not be read for certain, with the reason (see reports_all)",
                "列与 panel 相同，另含因不能确定读取而不进入默认视图的报告，附原因（见 reports_all）",
            ),
            (*_HEAD, LEFT_OUT_COLUMN, *map(_figure, slots)),
            _with_amounts((*_HEAD, LEFT_OUT_COLUMN), ALL_REPORTS),
            whole=True,
            like="panel",
            head=len(_HEAD) + 1,
        ),
        *(
            _part(panel, level, words, f"p.organ_kind = 'government' AND p.region_level = '{level}'")
            for level, words in _LEVELS.items()
        ),
        *(_part(panel, kind, words, f"p.organ_kind = '{kind}'") for kind, words in _KINDS.items()),
    )


def _part(panel: View, name: str, who: Words, condition: str) -> View:
    """The rows of ``panel`` of one kind."""
    comment = Words(f"Those rows of panel that are about {who.en}", f"panel 中的{who.zh}")
    query = f"SELECT p.*\nFROM panel AS p\nWHERE {condition}"
    return View(f"panel_{name}", comment, panel.columns, parts=(query,), like="panel")


def _with_amounts(head: Sequence[ViewColumn], reports: str) -> str:
    """Reports ``r`` with these columns, and their figures beside them."""
    shown = select_of(head, f"{reports}\n{_NUMBERED}")
    return f"FROM (\n{shown}\n) AS h\nJOIN panel_amounts AS a USING (report_id)"


def _figure(slot: Slot) -> ViewColumn:
    unit = Words(f" ({slot.unit})", f"（{slot.unit}）") if slot.unit else Words("", "")
    unit = unit._replace(zh="") if slot.unit in slot.comment.zh else unit
    comment = Words(slot.comment.en + unit.en, slot.comment.zh + unit.zh)
    return ViewColumn(slot.name, looked_up("form_value", slot.fact_key), comment)


def why_missing(fact: str) -> str:
    """SQL: the word why a fact gives no amount; NULL if it does."""
    return (
        f"CASE WHEN {fact}.form_value IS NOT NULL THEN NULL "
        f"WHEN {fact}.state = '{CellState.REPORTED}' THEN '{UNIT_UNKNOWN}' ELSE {fact}.state END"
    )


def _missing(slot: Slot, editions: Sequence[str], said: dict[str, str]) -> ViewColumn:
    """A column of ``panel_missing``; what it says where there is no figure is ``said`` once for all slots."""
    lacking = [quoted(e) for e in editions if e not in slot.editions]
    none = f"'{CellState.ABSENT}'"  # no fact: the report gave no figure at all
    if lacking:
        none = f"CASE WHEN r.format IN ({', '.join(lacking)}) THEN '{NOT_IN_EDITION}' ELSE {none} END"
        none = f"r.{said.setdefault(none, f'none_{len(said)}')}"
    # '' stands for a number, so that COALESCE sees a fact that is there
    told = looked_up("missing", slot.fact_key, "cell")
    comment = Words(f"Why missing: {slot.comment.en}", f"缺失原因：{slot.comment.zh}")
    return ViewColumn(slot.name, f"NULLIF(COALESCE({told}, {none}), '')", comment)
