"""Reports with all figures of the form, as a database may hold them, and what that database says of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from check.seed_figures import figures
from sqlalchemy import Engine
from store.cases import rows

from gkingest.check.articulation import Evidence, check_articulation, tally
from gkingest.formats.spec import Format
from gkingest.model.decision import Decision, Ruling
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.model.paper import Box, Source
from gkingest.model.report import CellState, Document, Fact, Report, Statement, Status
from gkingest.store.write.save import save_document

GRANTED = FactKey("requests", "granted", "total")
BY_SERVICE = FactKey("requests", "granted", "legal_service")
ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64
READ = Method.parse("ruled/exact")


def told(form: Format, changed: Mapping[FactKey, int | CellState], *more: Finding, year: int = 2023) -> Report:
    """A report with the figures of 卫东区, some of them changed, checked as when it is read."""
    facts = {}
    for key, number in {**figures(form.edition), **changed}.items():
        fact = Fact(key, CellState.REPORTED, Decimal(0), page=2, box=Box(1, 2, 3, 4), method=READ)
        if isinstance(number, CellState):
            facts[key] = replace(fact, state=number, value=None)
        else:
            value = Decimal(number)
            facts[key] = replace(fact, value=value, form_value=value, raw=str(number))
    findings = (*check_articulation(form, facts, Evidence(confirmed=True)), *more)
    return Report(
        "平顶山市卫东区人民政府办公室",
        year,
        form.edition,
        f"卫东区人民政府办公室{year}年年度报告",
        tuple(facts.values()),
        findings,
        statements=(Statement("new_received", "新收", Decimal(53), "全年新收53件。", 1, agrees=True),),
        region_code="410403",
        organ_kind="department",
        organ_key="人民政府办公室",
        tally=tally(form, facts, findings),
    )


def keep(engine: Engine, sha256: str, report: Report, path: str = "") -> None:
    """Save a report as the only one of a file."""
    status = Status.OK if report.verdict == "accepted" else Status.NEEDS_REVIEW
    source = Source(sha256, "application/pdf", 4)
    save_document(engine, Document(path or f"{sha256[0]}.pdf", source, status, "report", report=report))


def says(subject: object, value: str, by: str = "王", at: int = 1, source: str = ONE, **more: object) -> Decision:
    """A decision of one person at one time."""
    ruling = more.pop("verdict", Ruling.SET)
    time = f"2026-01-01T00:00:{at:02}+00:00"
    return Decision(source, str(subject), ruling, value, by, time, **more)  # type: ignore[arg-type]


# What researchers and the next run see; numbers that differ with the order of saving are in none of these.
_SEEN = (
    "SELECT * FROM fact",
    "SELECT sha256, report_id, code, severity, place, found, expected, message, hint, verdict, page, touches "
    "FROM finding",
    "SELECT id, organ, organ_kind, organ_key, region_code, year, format, verdict, reported, flagged, assessed, "
    "misprinted FROM report",
    "SELECT path, status, kind, message, message_zh FROM documents",
    "SELECT report_id, ordinal, agrees FROM statement",
    "SELECT id, standing FROM decision",
    "SELECT * FROM decisions",
    "SELECT * FROM panel_all",
)


def seen(engine: Engine) -> list[list[str]]:
    """All of it, in a fixed order."""
    return [sorted(map(repr, rows(engine, query))) for query in _SEEN]
