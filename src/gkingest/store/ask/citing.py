"""One figure with everything that stands behind it: its report, its file, doubts, and other copies."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select

from gkingest.model.key import FactKey, KeyPattern
from gkingest.model.method import Method
from gkingest.model.paper import Box, bounding_box
from gkingest.model.report import CellState, Fact
from gkingest.store.database import read_rows
from gkingest.store.tables.contents import CopyRow, GridRow
from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.findings import FindingRow
from gkingest.store.tables.packed import unpacked
from gkingest.store.tables.schema import LocationRow, ReportRow, SourceRow
from gkingest.store.tables.types import loaded_number

_DOING = "the figure cannot be looked up"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A current report by which an organ may be meant."""

    report_id: str
    organ: str
    organ_key: str
    region_code: str
    region_name: str
    province: str
    prefecture: str
    year: int | None

    @property
    def place(self) -> str:
        """Where its organ is."""
        return "".join(dict.fromkeys(p for p in (self.province, self.prefecture, self.region_name) if p))


@dataclass(frozen=True, slots=True)
class Location:
    """One path under which the file of a report was found, with what the crawl said of it.

    ``inferred``: nobody tells the address ``url``; it was made from the folders that the file lies in.
    """

    path: str
    gone: bool
    url: str
    title: str
    published_at: str
    fetched_at: str
    source_name: str
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A report and the file that it stands in; ``places`` are in the order of their paths, those there first."""

    report_id: str
    organ: str
    region_code: str
    region_name: str
    province: str
    prefecture: str
    year: int | None
    edition: str
    title: str
    issued_on: str
    verdict: str
    sha256: str
    media_type: str
    page_count: int
    places: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding that touches a figure."""

    code: str
    severity: str
    message: str
    place: str
    hint: str
    verdict: str
    touches: tuple[KeyPattern, ...]
    message_zh: str = ""
    hint_zh: str = ""

    def concerns(self, key: FactKey) -> bool:
        """Whether it touches this figure, by itself or by its row, column or table."""
        return key.matches_any(self.touches)


@dataclass(frozen=True, slots=True)
class Copy:
    """Another report of the same organ and year; ``differences`` are figure → its text there."""

    report_id: str
    paths: tuple[str, ...]
    reason: str
    has: Mapping[FactKey, str]
    differences: Mapping[FactKey, str]


def candidates(engine: Engine) -> list[Candidate]:
    """Every current report, those too that are in no default view. Raises :class:`DatabaseError`."""
    names = ("organ", "organ_key", "region_code", "region_name", "province", "prefecture")
    told = ", ".join(f"coalesce({name}, '')" for name in names)
    found = read_rows(engine, Candidate, f"SELECT id, {told}, year FROM reports_all", doing=_DOING)
    return sorted(found, key=lambda c: (c.organ, c.region_code, c.year or 0, c.report_id))


def source_of(engine: Engine, report_id: str) -> Source:
    """The report and its file. Raises :class:`DatabaseError`."""
    r, s = ReportRow, SourceRow
    query = select(
        r.organ, r.region_code, r.region_name, r.province, r.prefecture, r.year, r.format, r.title, r.issued_on,
        r.verdict, r.sha256, s.media_type, s.page_count,
    ).join(s, s.sha256 == r.sha256).where(r.id == report_id)  # fmt: skip
    row = read_rows(engine, _Filed, query, doing=_DOING)[0]
    places = tuple(_places(engine, row.sha256))
    where = (row.region_code or "", row.region_name or "", row.province or "", row.prefecture or "")
    return Source(
        report_id, row.organ, *where, row.year, row.format, row.title, row.issued_on or "", row.verdict,
        row.sha256, row.media_type, row.page_count, places,
    )  # fmt: skip


class _Filed(NamedTuple):
    """A report with its file."""

    organ: str
    region_code: str | None
    region_name: str | None
    province: str | None
    prefecture: str | None
    year: int | None
    format: str
    title: str
    issued_on: str | None
    verdict: str
    sha256: str
    media_type: str
    page_count: int


def _places(engine: Engine, sha256: str) -> Sequence[Location]:
    at = LocationRow
    query = (
        select(at.path, at.gone, at.said, at.url, at.title, at.published_at, at.fetched_at, at.source_name)
        .where(at.sha256 == sha256)
        .order_by(at.gone, at.path)
    )

    def place(path: str, gone: int, said: Sequence[Sequence[str]], *words: str | None) -> Location:
        witnesses = {witness for field, _, witness in said or () if field == "url"}
        url, title, published, fetched, source = (word or "" for word in words)
        return Location(path, bool(gone), url, title, published, fetched, source, witnesses == {"mirror"})

    return read_rows(engine, place, query, doing=_DOING)


class _Figure(NamedTuple):
    """A figure as rows have it."""

    table_key: str
    row_key: str
    column_key: str
    state: str
    value: Decimal | None
    unit: str
    raw_text: str
    form_value: Decimal | None
    page: int | None
    x0: float | None
    top: float | None
    x1: float | None
    bottom: float | None
    method: str
    confidence: float
    row_label: str
    column_label: str
    flagged: int


def facts_of(engine: Engine, report_id: str) -> tuple[dict[FactKey, Fact], frozenset[FactKey]]:
    """All figures of a report, and those of them that are flagged. Raises :class:`DatabaseError`."""
    f = FactRow
    query = select(
        f.table_key, f.row_key, f.column_key, f.state, f.value, f.unit, f.raw_text, f.form_value, f.page,
        f.x0, f.top, f.x1, f.bottom, f.method, f.confidence, f.row_label, f.column_label, f.flagged,
    ).where(f.report_id == report_id)  # fmt: skip
    facts, flagged = {}, set()
    for row in read_rows(engine, _Figure, query, doing=_DOING):
        key = FactKey(row.table_key, row.row_key, row.column_key)
        box = None
        if row.x0 is not None and row.top is not None and row.x1 is not None and row.bottom is not None:
            box = Box(row.x0, row.top, row.x1, row.bottom)
        facts[key] = Fact(
            key, CellState(row.state), row.value, row.unit, row.raw_text, row.form_value, row.page, box,
            Method.parse(row.method), row.confidence, row.row_label, row.column_label,
        )  # fmt: skip
        if row.flagged:
            flagged.add(key)
    return facts, frozenset(flagged)


def doubts_of(engine: Engine, report_id: str) -> tuple[Doubt, ...]:
    """Every finding of a report. Raises :class:`DatabaseError`."""
    d = FindingRow
    told = (func.coalesce(column, "") for column in (d.place, d.hint, d.verdict, d.message_zh, d.hint_zh))
    query = (
        select(d.touches, d.code, d.severity, d.message, *told).where(d.report_id == report_id).order_by(d.ordinal)
    )
    return tuple(
        read_rows(
            engine,
            lambda touches, code, severity, message, *told: Doubt(
                code,
                severity,
                message,
                told[0],
                told[1],
                told[2],
                tuple(KeyPattern(*touch) for touch in json.loads(touches)),
                *told[3:],
            ),
            query,
            doing=_DOING,
        )
    )


def copies_of(engine: Engine, report_id: str) -> tuple[Copy, ...]:
    """The other reports of the same organ and year. Raises :class:`DatabaseError`."""
    c = CopyRow
    query = (
        select(c.report_id, c.reason, c.differences, ReportRow.sha256)
        .join(ReportRow, ReportRow.id == c.report_id)
        .where(c.current_id == report_id)
        .order_by(c.report_id)
    )
    copies = []
    for row in read_rows(engine, _Linked, query, doing=_DOING):
        facts, _ = facts_of(engine, row.report_id)
        told: dict[FactKey, str] = {FactKey(d[0], d[1], d[2]): d[3] for d in row.differences or ()}
        has = {key: fact.raw or str(fact.state) for key, fact in facts.items()}
        paths = tuple(place.path for place in _places(engine, row.sha256))
        copies.append(Copy(row.report_id, paths, row.reason, has, told))
    return tuple(copies)


def headings_before(engine: Engine, sha256: str, table: Sequence[Fact]) -> tuple[int, Box] | None:
    """The page at whose foot the headings of a table stand alone, and where: its figures begin on the next.

    None where they stand above the figures, or the run kept no grids. Raises :class:`DatabaseError`.
    """
    placed = [(f.page, f.box) for f in table if f.page is not None and f.box is not None]
    first = min((page for page, _ in placed), default=0)
    inks = {(page, round(box.x0, 1), round(box.top, 1)) for page, box in placed}
    kept = select(GridRow.content).where(
        GridRow.sha256 == sha256, GridRow.page < first, GridRow.content.is_not(None)
    )
    for content in read_rows(engine, lambda packed: unpacked(packed)["cells"], kept, doing=_DOING):
        own = [c["row"] for c in content if (c["page"], *(round(edge, 1) for edge in c["ink"][:2])) in inks]
        heads = [c for c in content if own and c["row"] < min(own) and c["page"] < first]
        if heads:
            page = max(c["page"] for c in heads)
            return page, bounding_box([Box(*c["box"]) for c in heads if c["page"] == page])
    return None


class _Linked(NamedTuple):
    """A copy as its row has it."""

    report_id: str
    reason: str
    differences: Sequence[Sequence[str]]
    sha256: str


class Said(NamedTuple):
    """What one person decided of a figure, beside what had been read; ``standing`` as in the table of decisions."""

    decision: str
    by: str
    at: str
    verdict: str
    value: str
    unit: str
    reason: str
    words: str
    standing: str
    state_read: str | None
    value_read: Decimal | None


def decisions_on(engine: Engine, report_id: str, subject: str) -> tuple[Said, ...]:
    """The decisions on a figure that are not undone, in their order in time. Raises :class:`DatabaseError`."""
    query = (
        "SELECT decision, person, decided_at, verdict, value, unit, reason, words, standing, state_read, "
        "value_read FROM decisions WHERE report_id = :report AND subject = :subject ORDER BY decided_at, decision"
    )

    def told(*row: Any) -> Said:
        said = Said(*row)
        return said if said.value_read is None else said._replace(value_read=loaded_number(said.value_read))

    return tuple(read_rows(engine, told, query, {"report": report_id, "subject": subject}, doing=_DOING))
