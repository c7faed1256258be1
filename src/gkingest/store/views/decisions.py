"""``decisions``: what people decided, with what had been read beside it, whose report it is and where it lies."""

from gkingest.store.tables.decisions import DecidedRow, DecisionRow
from gkingest.store.views.current import PLACED
from gkingest.store.views.view import View, ViewColumn, Words, taken, words_of

_OWN = "value unit printed reason words person decided_at page box standing"


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
            *(_own(name) for name in _OWN.split()),
            ViewColumn("decision", "d.id", words_of(DecisionRow.__table__.c.id)),
        ),
        "FROM decision AS d\nJOIN report AS r ON r.sha256 = d.sha256 AND r.ordinal = d.report\n"
        f"{PLACED}\nWHERE d.standing IN ('stands', 'agrees', 'differs')",
    )


def _own(name: str) -> ViewColumn:
    return ViewColumn(name, f"d.{name}", words_of(DecisionRow.__table__.c[name]))
