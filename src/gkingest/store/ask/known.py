"""What the database knows of paths and bytes, so that nothing is read twice without need."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from gkingest.model.method import SCAN
from gkingest.model.report import Status
from gkingest.store.database import database_error, read_rows, writing
from gkingest.store.tables.contents import GridRow
from gkingest.store.tables.schema import Json, LocationRow, ReportRow, RunRow, SourceRow, StampRow
from gkingest.store.views.findings import of_place
from gkingest.told import Bilingual

_AT_ONCE = 500  # values in one query


@dataclass(frozen=True, slots=True)
class Known:
    """What was read at a path, and with what.

    ``said`` is what the crawl told then, ``identity`` what the file system afar did, ``seconds`` how long
    reading took and ``message`` what came of it; ``formats``, ``readers``, ``ocr``, ``passwords``, ``timeout``
    (s), ``memory`` (MB) and ``rendered`` are of the run that read it; ``editions`` and ``year`` of its reports;
    ``run`` is its number; ``pictured``: tables of it were read from pictures; ``edition`` is the one that a person
    had decided, "" for none.
    """

    path: str
    sha256: str | None
    media_type: str
    status: Status
    kind: str
    gone: bool
    attached: bool
    said: Sequence[Sequence[str]]
    identity: str
    seconds: float | None
    message: str
    formats: Mapping[str, str]
    readers: Mapping[str, str]
    ocr: str
    passwords: bool
    timeout: float
    memory: int
    run: int | None
    pictured: bool
    editions: tuple[str, ...] = ()
    year: int | None = None
    rendered: bool = False
    edition: str = ""


def known_at(engine: Engine, paths: Sequence[str]) -> dict[str, Known]:
    """What is known at these paths."""
    return {k.path: k for k in _known(engine, LocationRow.path, paths)}


def known_inside(engine: Engine, archive: str) -> list[Known]:
    """What is known of the files in an archive."""
    after, before = f"{archive}!/", f"{archive}!0"  # 0 comes next to /
    place = LocationRow.path
    query = select(place).where(place > after, place < before, LocationRow.gone == 0).order_by(place)
    paths = read_rows(engine, str, query)
    return [*known_at(engine, paths).values()] if paths else []


def packed(engine: Engine) -> frozenset[str]:
    """Paths of the files that others lie in: archives, and PDFs with files attached."""
    place = LocationRow.path
    inside = read_rows(engine, str, select(place).where(place.contains("!/"), LocationRow.gone == 0))
    return frozenset(path.partition("!/")[0] for path in inside)


def known_bytes(engine: Engine, digests: Sequence[str]) -> dict[str, Known]:
    """One path for each of these SHA-256 that lies somewhere, the first of them by name."""
    found: dict[str, Known] = {}
    for known in _known(engine, LocationRow.sha256, digests):
        assert known.sha256 is not None
        if known.sha256 not in found or known.path < found[known.sha256].path:
            found[known.sha256] = known
    return found


def known_with(engine: Engine, statuses: Iterable[Status]) -> list[tuple[str, str]]:
    """Paths whose file ended with one of these statuses, in their order, with the message."""
    place = LocationRow
    query = select(place.path, *_said()).where(place.status.in_([s.value for s in statuses]), place.gone == 0)
    return read_rows(engine, lambda path, *told: (path, Bilingual(*told)), query.order_by(place.path))


def known_alike(engine: Engine) -> list[tuple[str, str, str]]:
    """Paths of documents that are no reports but have something of one, with what that is and the message."""
    place = LocationRow
    query = select(place.path, place.resembles, *_said()).where(place.resembles.is_not(None), place.gone == 0)
    return read_rows(engine, lambda path, like, *told: (path, like, Bilingual(*told)), query.order_by(place.path))


def _said() -> tuple[ColumnElement[str], ColumnElement[str]]:
    """What is said of a file, in both languages."""
    english, chinese = (
        literal_column(column.expression, Text).label(column.name) for column in of_place("location")
    )
    return english, chinese


def status_counts(engine: Engine) -> tuple[dict[str, int], int]:
    """Paths by status, and how many of all are gone."""
    query = select(LocationRow.status, func.count(), func.sum(LocationRow.gone)).group_by(LocationRow.status)
    rows = read_rows(engine, lambda status, count, gone: (status, count, gone), query)
    return {status: count for status, count, _ in rows}, sum(int(gone or 0) for _, _, gone in rows)


class LastRun(NamedTuple):
    """A run that was noted; ``counts`` by status, none where it did not end."""

    id: int
    version: str
    started_at: str
    finished_at: str | None
    counts: Mapping[str, int] | None
    options: Mapping[str, object]


def last_runs(engine: Engine, most: int) -> list[LastRun]:
    """The latest runs, the newest first."""
    columns = (RunRow.id, RunRow.version, RunRow.started_at, RunRow.finished_at, RunRow.counts, RunRow.options)
    query = select(*columns).order_by(RunRow.id.desc()).limit(most)
    return read_rows(engine, LastRun, query)


def set_gone(engine: Engine, paths: Sequence[str], *, gone: bool) -> None:
    """Note that files are there no longer, or again."""
    try:
        with writing(engine).begin() as connection:
            for start in range(0, len(paths), _AT_ONCE):
                where = LocationRow.path.in_(paths[start : start + _AT_ONCE])
                connection.execute(update(LocationRow).where(where).values(gone=int(gone)))
    except SQLAlchemyError as error:
        raise database_error(engine, "removed files could not be marked", error) from error


def set_identities(engine: Engine, identities: Mapping[str, str]) -> None:
    """Note what the file system afar says now of bytes that are as they were, by path."""
    try:
        with writing(engine).begin() as connection:
            for path, identity in identities.items():
                where = LocationRow.path == path
                connection.execute(update(LocationRow).where(where).values(identity=identity or None))
    except SQLAlchemyError as error:
        raise database_error(engine, "what is known of files afar could not be noted", error) from error


def stamps_of(engine: Engine, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """SHA-256 of the bytes that lay at these paths, with what the file system told of them when they were read."""
    row, found = StampRow, {}
    for start in range(0, len(paths), _AT_ONCE):
        query = select(row.path, row.sha256, row.told).where(row.path.in_(paths[start : start + _AT_ONCE]))
        found.update({path: (sha256, told) for path, sha256, told in read_rows(engine, _Stamped, query)})
    return found


def set_stamps(engine: Engine, stamps: Mapping[str, tuple[str, str]]) -> None:
    """Note what the file system tells of files whose bytes were read, by path."""
    rows = [{"path": path, "sha256": sha256, "told": told} for path, (sha256, told) in stamps.items()]
    try:
        with writing(engine).begin() as connection:
            connection.execute(
                delete(StampRow).where(StampRow.path == bindparam("of")), [{"of": p} for p in stamps]
            )
            connection.execute(insert(StampRow), rows)
    except SQLAlchemyError as error:
        raise database_error(engine, "what the file system tells of files could not be noted", error) from error


def present_paths(engine: Engine) -> Iterator[list[str]]:
    """Paths that are not marked as gone, in their order, some at a time as they are asked for."""
    after = ""
    present = select(LocationRow.path).where(LocationRow.gone == 0).order_by(LocationRow.path).limit(_AT_ONCE)
    while paths := read_rows(engine, str, present.where(LocationRow.path > after)):
        after = paths[-1]
        yield paths


class _Stamped(NamedTuple):
    """A path with the bytes and the stamp of its file."""

    path: str
    sha256: str
    told: str


class _Location(NamedTuple):
    """What is kept of a path, and the media type of its bytes."""

    path: str
    sha256: str | None
    status: str
    kind: str
    gone: int
    attached_to: str | None
    said: Sequence[Sequence[str]]
    identity: str | None
    seconds: float | None
    message: str
    message_zh: str
    run_id: int | None
    media_type: str | None
    edition: str | None

    def known(
        self, run: "_ReadBy", reports: Sequence[tuple[str, int | None]], pictured: Collection[str | None]
    ) -> Known:
        """What is known of it, with the run that read it and its reports."""
        years = [year for _, year in reports if year is not None]
        return Known(
            self.path,
            self.sha256,
            self.media_type or "",
            Status(self.status),
            self.kind,
            bool(self.gone),
            self.attached_to is not None,
            [tuple(words) for words in self.said],
            self.identity or "",
            self.seconds,
            Bilingual(self.message, self.message_zh),
            run.formats,
            run.readers,
            run.options.get("ocr_used", ""),
            bool(run.options.get("passwords")),
            float(run.options.get("timeout", 0)),
            int(run.options.get("memory", 0)),
            self.run_id,
            self.sha256 in pictured,
            tuple(edition for edition, _ in reports),
            years[0] if len(years) == len(reports) and years else None,
            bool(run.options.get("render")),
            self.edition or "",
        )


class _ReadBy(NamedTuple):
    """With what a run read."""

    id: int | None
    formats: Mapping[str, str]
    readers: Mapping[str, str]
    options: Json


def _known(engine: Engine, column: InstrumentedAttribute[str | None], values: Sequence[str]) -> Iterable[Known]:
    for start in range(0, len(values), _AT_ONCE):
        try:
            with engine.connect() as connection:
                found = _some(connection, column, list(values[start : start + _AT_ONCE]))
        except SQLAlchemyError as error:
            raise database_error(engine, "it cannot be read", error) from error
        yield from found


def _some(connection: Connection, column: InstrumentedAttribute[str | None], values: Sequence[str]) -> list[Known]:
    place = LocationRow
    about = (place.path, place.sha256, place.status, place.kind, place.gone, place.attached_to, place.said)
    then = (place.identity, place.seconds, *_said(), place.run_id, SourceRow.media_type, SourceRow.edition)
    query = select(*about, *then).outerjoin(SourceRow, SourceRow.sha256 == place.sha256).where(column.in_(values))
    rows = [_Location._make(row) for row in connection.execute(query)]
    digests = sorted({row.sha256 for row in rows if row.sha256})
    reports: dict[str, list[tuple[str, int | None]]] = {}
    of_reports = select(ReportRow.sha256, ReportRow.format, ReportRow.year).where(ReportRow.sha256.in_(digests))
    for sha256, edition, year in connection.execute(of_reports):
        reports.setdefault(sha256, []).append((edition, year))
    numbers = {row.run_id for row in rows if row.run_id is not None}
    of_runs = select(RunRow.id, RunRow.formats, RunRow.readers, RunRow.options).where(RunRow.id.in_(numbers))
    runs = {run.id: run for run in (_ReadBy(*row) for row in connection.execute(of_runs))}
    seen = select(GridRow.sha256).where(GridRow.sha256.in_(digests), GridRow.method == str(SCAN)).distinct()
    pictured = set(connection.scalars(seen))
    return [
        row.known(runs.get(row.run_id, _ReadBy(None, {}, {}, {})), reports.get(row.sha256 or "", []), pictured)
        for row in rows
    ]
