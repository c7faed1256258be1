"""One figure with everything that stands behind it: its report, its file, doubts, and other copies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, select, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.key import FactKey, KeyPattern
from gkingest.model.method import Method
from gkingest.model.paper import Box
from gkingest.model.report import CellState, Fact
from gkingest.store.database import database_error
from gkingest.store.tables.contents import CopyRow, FactRow, FindingRow
from gkingest.store.tables.schema import LocationRow, ReportRow, SourceRow

_Made = TypeVar("_Made")


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
class Place:
    """One path under which the file of a report was found, with what the crawl said of it."""

    path: str
    gone: bool
    url: str
    title: str
    published_at: str
    fetched_at: str
    source_name: str


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
    places: tuple[Place, ...]


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
    query = "SELECT id, organ, organ_key, region_code, region_name, province, prefecture, year FROM reports_all"
    found = [_made(Candidate, *_told(row[:7]), row[7]) for row in _rows(engine, text(query))]
    return sorted(found, key=lambda c: (c.organ, c.region_code, c.year or 0, c.report_id))


def source_of(engine: Engine, report_id: str) -> Source:
    """The report and its file. Raises :class:`DatabaseError`."""
    r, s = ReportRow, SourceRow
    query = select(
        r.organ, r.region_code, r.region_name, r.province, r.prefecture, r.year, r.format, r.title, r.issued_on,
        r.verdict, r.sha256, s.media_type, s.page_count,
    ).join(s, s.sha256 == r.sha256).where(r.id == report_id)  # fmt: skip
    row = next(iter(_rows(engine, query)))
    about = [row[0], *_told(row[1:5]), row[5], row[6], row[7], row[8] or "", *row[9:13]]
    return _made(Source, report_id, *about, tuple(_places(engine, row[10])))


def _places(engine: Engine, sha256: str) -> Iterator[Place]:
    at = LocationRow
    query = (
        select(at.path, at.gone, at.url, at.title, at.published_at, at.fetched_at, at.source_name)
        .where(at.sha256 == sha256)
        .order_by(at.gone, at.path)
    )
    for row in _rows(engine, query):
        yield _made(Place, row[0], bool(row[1]), *_told(row[2:]))


def facts_of(engine: Engine, report_id: str) -> tuple[dict[FactKey, Fact], frozenset[FactKey]]:
    """All figures of a report, and those of them that are flagged. Raises :class:`DatabaseError`."""
    f = FactRow
    query = select(
        f.table_key, f.row_key, f.column_key, f.state, f.value, f.unit, f.raw_text, f.form_value, f.page,
        f.x0, f.top, f.x1, f.bottom, f.method, f.confidence, f.row_label, f.column_label, f.flagged,
    ).where(f.report_id == report_id)  # fmt: skip
    facts, flagged = {}, set()
    for row in _rows(engine, query):
        key = FactKey(row[0], row[1], row[2])
        box = Box(*row[9:13]) if all(edge is not None for edge in row[9:13]) else None
        facts[key] = _made(Fact, key, CellState(row[3]), *row[4:9], box, Method.parse(row[13]), *row[14:17])
        if row[17]:
            flagged.add(key)
    return facts, frozenset(flagged)


def doubts_of(engine: Engine, report_id: str) -> tuple[Doubt, ...]:
    """Every finding of a report. Raises :class:`DatabaseError`."""
    d = FindingRow
    query = (
        select(d.code, d.severity, d.message, d.place, d.hint, d.verdict, d.touches)
        .where(d.report_id == report_id)
        .order_by(d.ordinal)
    )
    return tuple(
        _made(Doubt, *_told(row[:6]), tuple(KeyPattern(*touch) for touch in row[6] or ()))
        for row in _rows(engine, query)
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
    return tuple(_copy(engine, *row) for row in _rows(engine, query))


def _copy(engine: Engine, report_id: str, reason: str, differences: Sequence[Sequence[str]], sha256: str) -> Copy:
    facts, _ = facts_of(engine, report_id)
    told: dict[FactKey, str] = {FactKey(d[0], d[1], d[2]): d[3] for d in differences or ()}
    has = {key: fact.raw or str(fact.state) for key, fact in facts.items()}
    return Copy(report_id, tuple(p.path for p in _places(engine, sha256)), reason, has, told)


def _made(make: Callable[..., _Made], *values: Any) -> _Made:
    return make(*values)


def _told(row: Sequence[Any]) -> list[Any]:
    """Values of a row, "" where there is none."""
    return ["" if value is None else value for value in row]


def _rows(engine: Engine, query: Select[Any] | Any) -> list[Any]:
    try:
        with engine.connect() as connection:
            return list(connection.execute(query))
    except SQLAlchemyError as error:
        raise database_error(engine, "the figure cannot be looked up", error) from error
