"""Figures in SQL: ``fact`` gives the words of the table ``figure`` back; the wide views ask the table by number."""

from sqlalchemy import Table

from gkingest.model.key import FactKey
from gkingest.store.tables.decisions import DecidedRow, DecisionRow
from gkingest.store.tables.figures import STATE_NUMBERS, TENTHS, FactRow, FigureRow, slot_number
from gkingest.store.views.current import PLACED
from gkingest.store.views.view import View, ViewColumn, Words, taken, words_of

_DECIDED = "FROM decided AS d WHERE d.report = f.report AND d.slot = f.slot"
_TOLD = "value unit printed reason words person decided_at page box standing"
_WORDS = ("unit", "method", "row_label", "column_label")
_EDGES = ("x0", "top", "x1", "bottom")


def looked_up(column: str, key: FactKey, of: str = "figure") -> str:
    """SQL: what a column of ``figure``, or of a view of it, has for that slot of the report with ``serial``."""
    return f"(SELECT {column} FROM {of} WHERE report = serial AND slot = {slot_number(*key)})"


def fact_view() -> View:
    """``fact``: every figure with its keys, labels and method in words."""
    states = " ".join(f"WHEN {n} THEN '{state}'" for state, n in STATE_NUMBERS.items())
    made = {
        "report_id": "r.id",
        **{name: f"s.{name}" for name in ("table_key", "row_key", "column_key")},
        "state": f"CASE f.state {states} END",
        **{name: f"(SELECT w.text FROM word AS w WHERE w.id = f.{name})" for name in _WORDS},
        **{name: f"f.{name} / {TENTHS}" for name in _EDGES},
        "value_read": f"CASE WHEN EXISTS (SELECT 1 {_DECIDED}) THEN (SELECT d.value_read {_DECIDED}) "
        "ELSE f.value END",
        "decided_by": f"(SELECT d.decided_by {_DECIDED})",
        "decision": f"(SELECT d.decision {_DECIDED})",
    }
    described = FactRow.__table__
    assert isinstance(described, Table)
    return View(
        "fact",
        words_of(described),
        tuple(ViewColumn(c.name, made.get(c.name, f"f.{c.name}"), words_of(c)) for c in described.columns),
        f"FROM {FigureRow.__tablename__} AS f\nJOIN report AS r ON r.serial = f.report\n"
        "JOIN slot AS s ON s.id = f.slot",
    )


def decisions_view() -> View:
    """``decisions``: a row for each line that is not undone and is about a report of this database."""
    part = "(SELECT {0} FROM decided AS e WHERE e.report = r.serial AND e.subject = d.subject)"
    read = {name: part.format(f"e.{name}") for name in ("state_read", "value_read", "text_read")}
    shown = DecidedRow.__table__.c
    return View(
        "decisions",
        Words(
            "One row a decision that is not undone, about a figure or about whose report it is, with what had been "
            "read; of several about one thing, that with standing stands counts",
            "每条未撤销的人工判定一行（数字或报告归属），附原识读结果；同一事项有多条时，standing 为 stands 的有效",
        ),
        (
            ViewColumn("report_id", "r.id", Words("Report it is about", "所涉报告")),
            *taken("r.organ r.region_code r.region_name r.province r.year l.path"),
            _own("sha256"),
            _own("subject"),
            _own("verdict"),
            ViewColumn("state_read", read["state_read"], words_of(shown["state_read"])),
            ViewColumn("value_read", read["value_read"], words_of(shown["value_read"])),
            ViewColumn("text_read", read["text_read"], words_of(shown["text_read"])),
            *(_own(name) for name in _TOLD.split()),
            ViewColumn("decision", "d.id", words_of(DecisionRow.__table__.c.id)),
        ),
        "FROM decision AS d\nJOIN report AS r ON r.sha256 = d.sha256 AND r.ordinal = d.report\n"
        f"{PLACED}\nWHERE d.standing IN ('stands', 'agrees', 'differs')",
    )


def _own(name: str) -> ViewColumn:
    return ViewColumn(name, f"d.{name}", words_of(DecisionRow.__table__.c[name]))
