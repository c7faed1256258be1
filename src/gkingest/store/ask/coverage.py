"""What an account of quality asks the database: cells of single reports, and counts over everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeVar

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.decision import cell_of
from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.store.database import database_error, read_rows
from gkingest.store.tables.decisions import AsReadRow, DecidedRow
from gkingest.store.tables.figures import FactRow, slot_number
from gkingest.store.tables.schema import Json, LocationRow, SourceRow
from gkingest.store.views.current import RANKED
from gkingest.store.views.organ import identity
from gkingest.store.views.panel import REGION_LEVEL

_Counted = TypeVar("_Counted")


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell as it was read."""

    state: str
    value: Decimal | None
    unit: str
    method: Method | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What was made of a file: its status, and the cells of one of its reports; none if it gave no such report.

    ``level`` is that of the division of a government, of other organs their kind.
    """

    path: str
    media_type: str
    status: str
    organ: str
    year: int | None
    format: str
    cells: Mapping[FactKey, ReadCell]
    level: str = ""


class DocumentCount(NamedTuple):
    """Paths by status and kind, and how many of them are gone."""

    status: str
    kind: str
    n: int
    gone: int | None


class ReasonCount(NamedTuple):
    """Paths without a report by what is said of them."""

    status: str
    message: str
    message_zh: str
    n: int


class CountedReport(NamedTuple):
    """A current report, with why it is in no default view."""

    organ: str
    organ_key: str
    region_code: str | None
    province: str | None
    prefecture: str | None
    year: int | None
    verdict: str
    sha256: str
    withdrawn: int
    left_out: str | None

    @property
    def lack(self) -> str:
        """Why its figures are in no default view, the surest first; "" if they are."""
        if self.verdict == "rejected":
            return "rejected"
        if self.withdrawn:
            return "gone"
        return "uncertain" if self.left_out else ""

    @property
    def organ_identity(self) -> tuple[str, ...]:
        """What is the same in all reports of one organ that has a key; asked of no other."""
        return identity(self.sha256, self.organ_key, self.region_code, self.prefecture, self.province)


class UnreadFile(NamedTuple):
    """A path whose file could not be read."""

    path: str
    status: str


class FilePlace(NamedTuple):
    """A path with the SHA-256 of its bytes."""

    sha256: str
    path: str


class CellCount(NamedTuple):
    """Cells by method, state and band of confidence, 3 the surest."""

    method: str
    state: str
    band: int
    n: int
    flagged: int | None


class FindingCount(NamedTuple):
    """Findings by code, severity and verdict, and in how many reports they are."""

    code: str
    severity: str
    verdict: str
    n: int
    reports: int


class YearCount(NamedTuple):
    """Findings between two years by code, severity and verdict."""

    code: str
    severity: str
    verdict: str
    n: int


class PairTally(NamedTuple):
    """Pairs of reports of two years, and what came of the rules between them."""

    pairs: int
    held: int
    broken: int
    differing: int
    not_assessable: int
    not_comparable: int


class BrokenPair(NamedTuple):
    """A rule between two years that does not hold, with the two places."""

    organ: str
    earlier_year: int
    later_year: int
    code: str
    verdict: str | None
    table_key: str
    row_key: str
    column_key: str
    found: str
    expected: str
    earlier_path: str
    earlier_page: int | None
    later_path: str
    later_page: int | None


class RuleTally(NamedTuple):
    """Relations of the form in the reports of the default views."""

    assessed: int
    misprinted: int
    reports: int


class CountedRun(NamedTuple):
    """A run."""

    id: int
    version: str
    started_at: str
    finished_at: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the report on quality counts; each list is in a fixed order."""

    documents: list[DocumentCount]
    reasons: list[ReasonCount]
    reports: list[CountedReport]
    unread: list[UnreadFile]
    places: list[FilePlace]
    cells: list[CellCount]
    findings: list[FindingCount]
    years: list[YearCount]
    pairs: PairTally
    broken_pairs: list[BrokenPair]
    tally: RuleTally
    runs: list[CountedRun]
    decided: list["DecidedCount"]


class DecidedCount(NamedTuple):
    """A figure or field that a person decided, with what had been read."""

    organ: str
    year: int | None
    path: str
    subject: str
    state_read: str | None
    value_read: str | float | Decimal | None
    text_read: str | None
    value: str
    unit: str
    person: str
    reason: str
    standing: str


def paths_of(engine: Engine) -> list[tuple[str, str]]:
    """Every path with the SHA-256 of its bytes, those without bytes left out."""
    query = select(LocationRow.path, LocationRow.sha256).where(LocationRow.sha256 > "")
    return read_rows(engine, lambda path, sha256: (path, sha256), query.order_by(LocationRow.path))


class _Placed(NamedTuple):
    path: str
    status: str
    media_type: str


class _Read(NamedTuple):
    """A report as it was read."""

    id: str
    organ: str
    year: int | None
    format: str
    serial: int
    organ_kind: str
    level: str | None


def read_report(engine: Engine, sha256: str, ordinal: int) -> ReadReport | None:
    """The report of that number in that file; ``None`` if the file is not in the database."""
    place = select(LocationRow.path, LocationRow.status, SourceRow.media_type).join(SourceRow)
    place = place.where(SourceRow.sha256 == sha256).order_by(LocationRow.gone, LocationRow.path)
    places = read_rows(engine, _Placed, place)
    if not places:
        return None
    path, status, media_type = places[0]
    about = (
        f"SELECT r.id, r.organ, r.year, r.format, r.serial, r.organ_kind, {REGION_LEVEL.expression} AS level "
        "FROM report AS r WHERE r.sha256 = :sha256 AND r.ordinal = :ordinal"
    )
    found = read_rows(engine, _Read, about, {"sha256": sha256, "ordinal": ordinal})
    if not found:
        return ReadReport(path, media_type, status, "", None, "", {})
    report = found[0]
    said = select(
        FactRow.table_key, FactRow.row_key, FactRow.column_key,
        FactRow.state, FactRow.value, FactRow.unit, FactRow.method, FactRow.flagged,
    ).where(FactRow.report_id == report.id)  # fmt: skip
    cells = dict(read_rows(engine, _cell, said))
    cells |= _before_decisions(engine, report, cells)
    level = (report.level or "") if report.organ_kind == "government" else report.organ_kind
    return ReadReport(path, media_type, status, report.organ, report.year, report.format, cells, level)


def _before_decisions(
    engine: Engine, report: "_Read", cells: Mapping[FactKey, ReadCell]
) -> dict[FactKey, ReadCell]:
    """The cells of a report that people decided, as they were read: it is the reading that is judged."""
    d = DecidedRow
    query = select(d.subject, d.state_read, d.value_read, d.unit_read).where(d.report == report.serial)
    kept = select(AsReadRow.content).where(AsReadRow.report_id == report.id)
    flagged = {slot for content in read_rows(engine, _whole, kept) for slot in content["flagged"]}
    found = {}
    for subject, state, value, unit in read_rows(engine, lambda *row: row, query):
        key = cell_of(subject)
        if key is not None:
            method = cells[key].method if key in cells else None
            found[key] = ReadCell(state, value, unit, method, slot_number(*key) in flagged)
    return found


def _whole(content: Json) -> Json:
    return content


def _cell(  # noqa: PLR0913, PLR0917 - one parameter a column
    table: str, row: str, column: str, state: str, value: Decimal | None, unit: str, method: str, flagged: int
) -> tuple[FactKey, ReadCell]:
    return FactKey(table, row, column), ReadCell(state, value, unit, Method.parse(method), bool(flagged))


_CURRENT = f"(SELECT * FROM ({RANKED}) AS m WHERE m.place = 1)"
_STANDING = f"(SELECT * FROM ({RANKED}) AS m WHERE m.place = 1 AND m.left_out IS NULL)"
_COUNTS = {
    "documents": "SELECT status, kind, count(*) AS n, sum(gone) AS gone FROM location GROUP BY status, kind "
    "ORDER BY status, kind",
    "reasons": "SELECT status, message, message_zh, count(*) AS n FROM documents "
    "WHERE status NOT IN ('ok', 'needs_review') GROUP BY status, message, message_zh "
    "ORDER BY n DESC, status, message",
    "reports": "SELECT r.organ, r.organ_key, r.region_code, r.province, r.prefecture, r.year, "
    f"r.verdict, r.sha256, r.withdrawn, r.left_out FROM {_CURRENT} AS r "
    "ORDER BY r.province, r.prefecture, r.region_code, r.organ_key, r.year, r.id",
    "unread": "SELECT path, status FROM location WHERE status IN ('needs_ocr', 'encrypted', 'corrupt', "
    "'unsupported', 'failed') AND gone = 0 ORDER BY path",
    "places": "SELECT sha256, path FROM location WHERE sha256 IS NOT NULL ORDER BY sha256, path",
    "cells": "SELECT f.method, f.state, CASE WHEN f.confidence >= 0.99 THEN 3 WHEN f.confidence >= 0.9 THEN 2 "
    "WHEN f.confidence >= 0.5 THEN 1 ELSE 0 END AS band, count(*) AS n, sum(f.flagged) AS flagged "
    f"FROM fact AS f JOIN {_STANDING} AS r ON r.id = f.report_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "findings": "SELECT code, severity, COALESCE(verdict, '') AS verdict, count(*) AS n, "
    "count(DISTINCT COALESCE(report_id, sha256)) AS reports FROM finding GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3",
    "years": "SELECT code, severity, COALESCE(verdict, '') AS verdict, count(*) AS n FROM pair_finding "
    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "pairs": "SELECT count(*) AS pairs, COALESCE(sum(held), 0) AS held, COALESCE(sum(broken), 0) AS broken, "
    "COALESCE(sum(differing), 0) AS differing, COALESCE(sum(not_assessable), 0) AS not_assessable, "
    "COALESCE(sum(not_comparable), 0) AS not_comparable FROM report_pair",
    "broken_pairs": "SELECT organ, earlier_year, later_year, code, verdict, table_key, row_key, column_key, found, "
    "expected, earlier_path, earlier_page, later_path, later_page FROM pair_findings "
    "WHERE code IN ('years.broken', 'years.differs') "
    "ORDER BY code, organ, earlier_year, table_key, row_key, column_key, later_path",
    "tally": f"SELECT COALESCE(sum(r.assessed), 0) AS assessed, COALESCE(sum(r.misprinted), 0) AS misprinted, "
    f"count(*) AS reports FROM {_STANDING} AS r",
    "runs": "SELECT id, version, started_at, finished_at FROM run ORDER BY id",
    "decided": "SELECT organ, year, path, subject, state_read, value_read, text_read, value, unit, person, reason, "
    "standing FROM decisions ORDER BY organ, year, report_id, subject, decided_at, decision",
}


def counts(engine: Engine) -> Counts:
    """Everything that the report on quality counts. Raises :class:`DatabaseError`."""
    try:
        with engine.connect() as connection:

            def rows(name: str, kind: Callable[..., _Counted]) -> list[_Counted]:
                return [kind(*row) for row in connection.execute(text(_COUNTS[name]))]

            return Counts(
                rows("documents", DocumentCount),
                rows("reasons", ReasonCount),
                rows("reports", CountedReport),
                rows("unread", UnreadFile),
                rows("places", FilePlace),
                rows("cells", CellCount),
                rows("findings", FindingCount),
                rows("years", YearCount),
                rows("pairs", PairTally)[0],
                rows("broken_pairs", BrokenPair),
                rows("tally", RuleTally)[0],
                rows("runs", CountedRun),
                rows("decided", DecidedCount),
            )
    except SQLAlchemyError as error:
        raise database_error(engine, "it cannot be read", error) from error
