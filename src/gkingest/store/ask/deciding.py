"""What decisions are held against: the reports of a database as they were read, and the decisions that it has."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select

from gkingest.model.decision import Decision, Edges, Ruling
from gkingest.model.key import FactKey, KeyPattern
from gkingest.model.method import Method
from gkingest.model.paper import Box
from gkingest.model.report import CellState, Fact
from gkingest.store.database import read_rows
from gkingest.store.tables.contents import StatementRow
from gkingest.store.tables.decisions import AsReadRow, DecidedRow, DecisionRow
from gkingest.store.tables.figures import FactRow, slot_number
from gkingest.store.tables.findings import FindingRow
from gkingest.store.tables.schema import LocationRow, ReportRow

_DOING = "the decisions cannot be applied"
COPIES = "copy.differs"  # found when all is decided, so it is nothing that was read
IDENTITY = ("organ", "organ_kind", "organ_key", "region_code", "region_name", "province", "prefecture")
_OF_A_REPORT = ("id", "sha256", "ordinal", "year", "format", "title", *IDENTITY)


@dataclass(frozen=True, slots=True)
class Known:
    """A report as it was read, whatever was decided of it.

    ``digest`` tells which decisions are applied, "" for none.
    """

    id: str
    sha256: str
    ordinal: int
    year: int | None
    format: str
    title: str
    organ: str
    organ_kind: str
    organ_key: str
    region_code: str | None
    region_name: str | None
    province: str | None
    prefecture: str | None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the bytes lie and what a crawl said of them: witnesses of whose report it is."""

    path: str
    url: str
    title: str
    source_name: str
    said: tuple[tuple[str, str, str], ...]


class Doubt(NamedTuple):
    """A finding, as far as decisions look at it."""

    ordinal: int
    code: str
    severity: str
    place: str
    verdict: str
    touches: tuple[KeyPattern, ...]


class Stated(NamedTuple):
    """A figure of the narrative, and whether the tables have it."""

    ordinal: int
    key: str
    label: str
    value: Decimal
    sentence: str
    page: int
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class AsRead:
    """A report as it was read."""

    id: str
    format: str
    facts: Mapping[FactKey, Fact]
    doubts: tuple[Doubt, ...]
    stated: tuple[Stated, ...]


def known_reports(engine: Engine, report_ids: Collection[str] = ()) -> dict[str, Known]:
    """Every report by its id, or these. Raises :class:`DatabaseError`."""
    r = ReportRow
    query = select(
        *(getattr(r, name) for name in _OF_A_REPORT), AsReadRow.digest, AsReadRow.before
    ).join(AsReadRow, AsReadRow.report_id == r.id, isouter=True)  # fmt: skip
    if report_ids:
        query = query.where(r.id.in_(report_ids))
    return {known.id: known for known in read_rows(engine, _known, query, doing=_DOING)}


def _known(*row: Any) -> Known:
    *values, digest, before = row
    told = dict(zip(_OF_A_REPORT, values, strict=True))
    return Known(**{**told, **{k: v for k, v in (before or {}).items() if k in told}}, digest=digest or "")


def places_of(engine: Engine, sources: Collection[str]) -> Mapping[str, list[Filed]]:
    """The paths of these bytes, those that are still there first. Raises :class:`DatabaseError`."""
    at = LocationRow
    query = select(at.sha256, at.path, at.url, at.title, at.source_name, at.said)
    found: dict[str, list[Filed]] = {}
    wanted = sorted(sources)
    for start in range(0, len(wanted), 500):
        part = query.where(at.sha256.in_(wanted[start : start + 500])).order_by(at.sha256, at.gone, at.path)
        for sha256, place in read_rows(engine, _filed, part, doing=_DOING):
            found.setdefault(sha256, []).append(place)
    return found


def _filed(
    sha256: str, path: str, url: str | None, title: str | None, source: str | None, said: list[list[str]]
) -> tuple[str, Filed]:
    witnesses = tuple((field, value, witness) for field, value, witness in said or ())
    return sha256, Filed(path, url or "", title or "", source or "", witnesses)


def sources_known(engine: Engine) -> dict[str, list[str]]:
    """Every path by the bytes that lie there. Raises :class:`DatabaseError`."""
    query = select(LocationRow.sha256, LocationRow.path).where(LocationRow.sha256.is_not(None))
    found: dict[str, list[str]] = {}
    for sha256, path in read_rows(engine, lambda *row: row, query.order_by(LocationRow.path), doing=_DOING):
        found.setdefault(sha256, []).append(path)
    return found


class CellAsRead(NamedTuple):
    """What was read in a cell, whatever was decided of it."""

    state: str
    value: Decimal | None
    unit: str
    printed: str
    page: int | None
    box: Edges | None


def cell_read(engine: Engine, report_id: str, key: FactKey) -> CellAsRead | None:
    """What was read in a cell; ``None`` if the report has no such figure. Raises :class:`DatabaseError`."""
    f, d = FactRow, DecidedRow
    names = ("page", "x0", "top", "x1", "bottom")
    query = (
        select(f.state, f.value, f.unit, f.raw_text, d.state_read, d.value_read, d.unit_read, d.decision,
               *(getattr(f, name) for name in names))
        .join(ReportRow, ReportRow.id == f.report_id)
        .join(d, (d.report == ReportRow.serial) & (d.slot == slot_number(*key)), isouter=True)
        .where(f.report_id == report_id, f.table_key == key.table, f.row_key == key.row, f.column_key == key.column)
    )  # fmt: skip
    return next(iter(read_rows(engine, _cell, query, doing=_DOING)), None)


def _cell(*row: Any) -> CellAsRead:
    state, value, unit, printed, *was, decision, page, x0, top, x1, bottom = row
    if decision is not None:
        state, value, unit = was
    return CellAsRead(state, value, unit, printed, page, None if x0 is None else (x0, top, x1, bottom))


def has_decisions(engine: Engine) -> bool:
    """Whether there are decisions, or reports that are still as some decided. Raises :class:`DatabaseError`."""
    queries = (select(DecisionRow.id).limit(1), select(AsReadRow.report_id).limit(1))
    return any(read_rows(engine, str, query, doing=_DOING) for query in queries)


def kept_decisions(engine: Engine) -> list[Decision]:
    """The decisions that the database has, in their order in time. Raises :class:`DatabaseError`."""
    d = DecisionRow
    query = select(
        d.sha256, d.subject, d.verdict, d.value, d.person, d.decided_at, d.report, d.unit, d.value_read, d.printed,
        d.reason, d.words, d.page, d.box, d.undoes, d.file, d.organ, d.year,
    ).order_by(d.decided_at, d.id)  # fmt: skip
    return read_rows(engine, _decision, query, doing=_DOING)


def _decision(  # noqa: PLR0913, PLR0917 - one parameter a column
    source: str, subject: str, verdict: str, value: str, by: str, at: str, report: int, unit: str, read: str,
    printed: str, reason: str, words: str, page: int | None, box: str | None, undoes: str, file: str, organ: str,
    year: int | None,
) -> Decision:  # fmt: skip
    edges: Edges | None = None
    if box:
        x0, top, x1, bottom = map(float, box.split())
        edges = (x0, top, x1, bottom)
    return Decision(
        source, subject, Ruling(verdict), value, by, at, report, unit, read, printed, reason, words, page, edges,
        undoes, file, organ, year,
    )  # fmt: skip


def as_read(connection: Connection, report_id: str) -> AsRead:
    """A report as its rows tell it now."""
    c, d, s = connection, FindingRow, StatementRow
    doubts = select(d.ordinal, d.code, d.severity, d.place, d.verdict, d.touches).where(
        d.report_id == report_id, d.code != COPIES
    )
    stated = select(s.ordinal, s.key, s.label, s.value, s.sentence, s.page, s.agrees)
    return AsRead(
        report_id,
        c.scalar(select(ReportRow.format).where(ReportRow.id == report_id)) or "",
        dict(_facts(c, report_id)),
        tuple(
            Doubt(r[0], r[1], r[2], r[3], r[4] or "", tuple(KeyPattern(*t) for t in json.loads(r[5])))
            for r in c.execute(doubts.order_by(d.ordinal))
        ),
        tuple(
            Stated(*r[:6], agrees=None if r.agrees is None else bool(r.agrees))
            for r in c.execute(stated.where(s.report_id == report_id).order_by(s.ordinal))
        ),
    )


def _facts(connection: Connection, report_id: str) -> Iterator[tuple[FactKey, Fact]]:
    f = FactRow
    query = select(
        f.table_key, f.row_key, f.column_key, f.state, f.value, f.unit, f.raw_text, f.form_value, f.page, f.method,
        f.x0, f.top, f.x1, f.bottom,
    ).where(f.report_id == report_id)  # fmt: skip
    for r in connection.execute(query):
        key = FactKey(r[0], r[1], r[2])
        box = None if r.x0 is None else Box(r.x0, r.top, r.x1, r.bottom)
        yield key, Fact(key, CellState(r.state), r.value, r.unit, r.raw_text, r.form_value, r.page, box,
                        Method.parse(r.method))  # fmt: skip
