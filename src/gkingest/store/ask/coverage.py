"""What an account of quality asks the database: cells of single reports, and counts over everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.key import FactKey
from gkingest.model.method import Method
from gkingest.store.database import database_error
from gkingest.store.tables.contents import FactRow
from gkingest.store.tables.schema import LocationRow, ReportRow, SourceRow
from gkingest.store.views.current import RANKED


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
    """What was made of a file: its status, and the cells of one of its reports; none if it gave no such report."""

    path: str
    media_type: str
    status: str
    organ: str
    year: int | None
    format: str
    cells: Mapping[FactKey, ReadCell]


def paths_of(engine: Engine) -> list[tuple[str, str]]:
    """Every path with the SHA-256 of its bytes, those without bytes left out."""
    query = select(LocationRow.path, LocationRow.sha256).where(LocationRow.sha256.is_not(None))
    return [(p, s) for p, s in _read(engine, query.order_by(LocationRow.path)) if s]


def read_report(engine: Engine, sha256: str, ordinal: int) -> ReadReport | None:
    """The report of that number in that file; ``None`` if the file is not in the database."""
    place = select(LocationRow.path, LocationRow.status, SourceRow.media_type).join(SourceRow)
    places = _read(engine, place.where(SourceRow.sha256 == sha256).order_by(LocationRow.gone, LocationRow.path))
    if not places:
        return None
    about = select(ReportRow.id, ReportRow.organ, ReportRow.year, ReportRow.format)
    found = _read(engine, about.where(ReportRow.sha256 == sha256, ReportRow.ordinal == ordinal))
    path, status, media_type = places[0]
    if not found:
        return ReadReport(path, media_type, status, "", None, "", {})
    report = found[0]
    keys = (FactRow.table_key, FactRow.row_key, FactRow.column_key)
    said = (FactRow.state, FactRow.value, FactRow.unit, FactRow.method, FactRow.flagged)
    rows = _read(engine, select(*keys, *said).where(FactRow.report_id == report.id))
    cells = {FactKey(*r[:3]): ReadCell(r[3], r[4], r[5], Method.parse(r[6]), bool(r[7])) for r in rows}
    return ReadReport(path, media_type, status, report.organ, report.year, report.format, cells)


_CURRENT = f"(SELECT * FROM ({RANKED}) AS m WHERE m.place = 1)"
_STANDING = f"(SELECT * FROM ({RANKED}) AS m WHERE m.place = 1 AND m.left_out IS NULL)"
_COUNTS = {
    "documents": "SELECT status, kind, count(*) AS n, sum(gone) AS gone FROM location GROUP BY status, kind "
    "ORDER BY status, kind",
    "reasons": "SELECT status, message, count(*) AS n FROM location WHERE status NOT IN ('ok', 'needs_review') "
    "GROUP BY status, message ORDER BY n DESC, status, message",
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
}


def counts(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Everything that the report on quality counts, by name; each is a list of rows in a fixed order."""
    try:
        with engine.connect() as connection:
            return {
                name: [dict(row) for row in connection.execute(text(query)).mappings()]
                for name, query in _COUNTS.items()
            }
    except SQLAlchemyError as error:
        raise database_error(engine, "it cannot be read", error) from error


def _read(engine: Engine, query: Any) -> Sequence[Any]:
    try:
        with engine.connect() as connection:
            return connection.execute(query).all()
    except SQLAlchemyError as error:
        raise database_error(engine, "it cannot be read", error) from error
