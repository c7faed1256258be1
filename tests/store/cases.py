"""Small hand-built documents, and a look at everything that a database holds of them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import RULED
from gkingest.model.paper import Box, Cell, Grid, Source, Word
from gkingest.model.report import CellState, Document, Fact, Report, Section, Status
from gkingest.store.tables.ddl import tables
from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.findings import FindingRow

ONE = "1" * 64
TWO = "2" * 64
NEW = FactKey("requests", "new_received", "total")
SECRET = FactKey("requests", "denied.state_secret", "total")
FEES = FactKey("proactive", "fees", "amount")
BOX = Box(10.5, 20.25, 30.0, 40.75)


def fact(key: FactKey = NEW, value: str | None = "53", **more: Any) -> Fact:
    """A reported fact; one without a value where that is ``None``."""
    if value is None:
        return Fact(key, more.pop("state", CellState.BLANK), **more)
    number = Decimal(value)
    return Fact(key, CellState.REPORTED, number, raw=value, **({"form_value": number} | more))


def about(readers: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """What is noted of a run that begins."""
    return {
        "version": "1.0",
        "format_hash": "f00",
        "formats": {"gk-2021": "f"},
        "readers": readers or {"": "r"},
        "options": options,
        "machine": {"cores": 2},
    }


def report(*facts: Fact, findings: tuple[Finding, ...] = (), **more: Any) -> Report:
    """A report of 2023."""
    known = {"organ": "某县人民政府办公室", "year": 2023, "format": "2021", "title": "年度报告"} | more
    return Report(facts=facts or (fact(),), findings=findings, **known)


def document(path: str = "a.pdf", sha256: str = ONE, *facts: Fact, **more: Any) -> Document:
    """A file with a report in it."""
    findings = more.pop("findings", ())
    return Document(
        path,
        Source(sha256, "application/pdf", 4),
        more.pop("status", Status.OK),
        "report",
        more.pop("message", ""),
        more.pop("report", report(*facts, findings=findings)),
        (GRID,),
        (Section(1, "一、总体情况", "全年新收申请 53 件。", 1),),
        **more,
    )


GRID = Grid(
    cells=(
        Cell("总\n计", BOX, BOX, 1, 0, 0, row_span=2),
        Cell("53", Box(30, 20, 60.123456, 40), BOX, 1, 0, 1, confidence=0.5, doubt="glyphs overlap"),
    ),
    rows=2,
    columns=2,
    column_edges=(10.5, 30.0, 60.123456),
    box=BOX,
    page=1,
    way=RULED,
    page_starts=(1,),
    loose=(Word("旁注", BOX),),
)


def rows(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Result of a query as a researcher would write it."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table but ``run``, in a fixed order; figures in words, as their numbers tell nothing."""
    told = [
        *((t.name, t.columns) for t in tables()),
        *((t.__tablename__, t.__table__.columns) for t in (FactRow, FindingRow)),
    ]
    listed = {
        name: ", ".join(
            c.name
            for c in columns
            if c.name != "serial" and (name == "finding" or c.name not in ("message", "hint"))
        )
        for name, columns in told
    }
    return {
        name: sorted(repr(row) for row in rows(engine, f"SELECT {columns} FROM {name}"))
        for name, columns in listed.items()
        if name not in {"run", "figure", "slot", "word", "doubt", "phrase"}
    }


def counts(engine: Engine) -> dict[str, int]:
    """Rows by table, the empty ones left out."""
    held = {name: len(found) for name, found in dump(engine).items() if name != "meta"}
    return {name: number for name, number in held.items() if number}
