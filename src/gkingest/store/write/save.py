"""Save documents and runs: one document, one transaction.

A source that is read again replaces its own rows: documents may be saved in any order, any number of times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import aliased

from gkingest.errors import DocumentError
from gkingest.model.provenance import Provenance
from gkingest.model.report import Document, Status
from gkingest.store.database import database_error, upserting, writing
from gkingest.store.tables.contents import GridRow, SectionRow
from gkingest.store.tables.schema import GAPS, Base, Json, LocationRow, ReportRow, RunRow, SourceRow
from gkingest.store.write.figures import insert_facts, next_serial
from gkingest.store.write.findings import insert_findings
from gkingest.store.write.phrases import told_of_file
from gkingest.store.write.rows import Row, document_rows, fact_rows, location_row, numbered_findings

_SAID = tuple(LocationRow.__table__.c[name] for name in ("message", *(f"v{n}" for n in range(GAPS))))
_UNREAD = frozenset({Status.FAILED, Status.NEEDS_OCR, Status.ENCRYPTED, Status.UNSUPPORTED})


def save_document(engine: Engine, document: Document, run_id: int | None = None, *, grids: bool = True) -> None:
    """Save one document in one transaction, its raw ``grids`` too if wanted; its earlier rows are replaced.

    Raises :class:`DocumentError` if its rows contradict the schema, :class:`DatabaseError` if the database
    cannot be written; either way nothing of the document is changed.
    """
    try:
        with writing(engine).begin() as connection:
            saving = _Saving(connection)
            before = saving.sha256_at(document.path)
            source = document.source
            first = saving.first_place(document, run_id) if source else None
            if source and first is None:
                # The source and all that was read from it, in place of what was there.
                values: dict[str, object] = {"media_type": source.media_type, "page_count": source.page_count}
                values["edition"] = source.edition or None
                saving.upsert(SourceRow, {"sha256": source.sha256}, values)
                for table in (SectionRow, GridRow, ReportRow):  # facts, findings, statements go with their report
                    connection.execute(delete(table).where(table.sha256 == source.sha256))
                for filled, rows in document_rows(document, next_serial(connection), grids):
                    if rows:
                        connection.execute(insert(filled), rows)
                insert_facts(connection, list(fact_rows(document)))
                insert_findings(connection, list(numbered_findings(document)))
            saving.save_location(document, run_id, first)
            saving.drop_unplaced(before)
    except (IntegrityError, DataError) as error:
        raise DocumentError(
            Status.FAILED,
            f"its rows contradict the database's rules and were not saved ({error.orig}); "
            "please report it with the file",
        ) from error
    except SQLAlchemyError as error:
        raise database_error(engine, f"{document.path} could not be saved", error) from error


def save_run(engine: Engine, about: Mapping[str, object]) -> int:
    """Note that a run begins; gives its number. ``about`` fills the columns of table ``run``."""
    values = {**about, "started_at": _now()}
    try:
        with writing(engine).begin() as connection:
            return connection.execute(insert(RunRow).values(values).returning(RunRow.id)).scalar_one()
    except SQLAlchemyError as error:
        raise database_error(engine, "the run could not be noted", error) from error


def save_run_end(engine: Engine, run_id: int, counts: Mapping[str, int]) -> None:
    """Note that a run has ended, with its counts (documents by status)."""
    change = update(RunRow).where(RunRow.id == run_id).values(finished_at=_now(), counts=dict(counts))
    try:
        with writing(engine).begin() as connection:
            connection.execute(change)
    except SQLAlchemyError as error:
        raise database_error(engine, "the end of the run could not be noted", error) from error


def unfinished(engine: Engine) -> bool:
    """Whether the latest run that saved anything did not come to its end."""
    query = select(RunRow.finished_at).order_by(RunRow.id.desc()).limit(1)
    try:
        with engine.connect() as connection:
            found = connection.execute(query).first()
            return found is not None and found.finished_at is None
    except SQLAlchemyError as error:
        raise database_error(engine, "it cannot be read", error) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class _Outcome(NamedTuple):
    """What came of a path, and with what it was read."""

    path: str
    status: str
    kind: str
    said: Row
    readers: Json
    formats: Json


@dataclass(frozen=True, slots=True)
class _Saving:
    """Lines of files and sources, written within one transaction."""

    connection: Connection

    def sha256_at(self, path: str) -> str | None:
        """Bytes that the path held when it was last saved."""
        return self.connection.execute(select(LocationRow.sha256).where(LocationRow.path == path)).scalar()

    def first_place(self, document: Document, run_id: int | None) -> _Outcome | None:
        """A path before this one where the same bytes were read with the same code and formats: its reading counts.

        What a crawl tells of a path may decide whose report it is. So one path speaks for the bytes, the first by
        name, in whatever order they are read.
        """
        source, run = document.source, aliased(RunRow)
        assert source is not None
        now = self.connection.execute(select(RunRow.readers, RunRow.formats).where(RunRow.id == run_id)).first()
        query = (
            select(LocationRow.path, LocationRow.status, LocationRow.kind, *_SAID, run.readers, run.formats)
            .join(run, run.id == LocationRow.run_id)
            .where(LocationRow.sha256 == source.sha256, LocationRow.path < document.path, LocationRow.gone == 0)
            .order_by(LocationRow.path)
        )
        names = [column.name for column in _SAID]
        found = self.connection.execute(query) if now else ()
        rows = [
            _Outcome(row.path, row.status, row.kind, dict(zip(names, said, strict=True)), row.readers, row.formats)
            for row in found
            if (said := row[3 : 3 + len(_SAID)])
        ]
        same = (row for row in rows if now and (row.readers, row.formats) == (now.readers, now.formats))
        return next((row for row in same if row.status not in _UNREAD), None)

    def save_location(self, document: Document, run_id: int | None, first: _Outcome | None) -> None:
        """The document's line, with what was read of the same bytes at the ``first`` place, if that counts.

        If not, other paths of the same bytes follow where the outcome is another than theirs. What is known of a
        path from a crawl stays where this run was told nothing of it.
        """
        sha256 = document.source.sha256 if document.source else None
        counts = first or document
        said = first.said if first else told_of_file(self.connection, document.message)
        outcome = {"status": str(counts.status), "kind": counts.kind, **said}
        found: Row = {
            "sha256": sha256,
            "run_id": run_id,
            "gone": 0,
            **outcome,
            "resembles": ", ".join(document.resembles) or None,
            "identity": document.identity or None,
            "seconds": document.seconds,
        }
        told = location_row(document)
        changes = {**found, **told} if document.provenance.said else found
        self.upsert(LocationRow, {"path": document.path, **told}, changes, key=["path"])
        if sha256 and first is None:
            others = (LocationRow.sha256 == sha256) & (
                (LocationRow.status != outcome["status"]) | (LocationRow.kind != outcome["kind"])
            )
            self.connection.execute(update(LocationRow).where(others).values(outcome))

    def drop_unplaced(self, sha256: str | None) -> None:
        """Remove a source, with its rows, that no path holds any more."""
        if sha256:
            placed = select(LocationRow.path).where(LocationRow.sha256 == sha256).exists()
            self.connection.execute(delete(SourceRow).where(SourceRow.sha256 == sha256, ~placed))

    def upsert(self, table: type[Base], fresh: Row, values: Row, key: Sequence[str] = ("sha256",)) -> None:
        """Insert a row of ``fresh`` and ``values``, or change these values of the row that has the key."""
        statement = upserting(self.connection, table).values({**fresh, **values})
        self.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def save_place(
    engine: Engine, name: str, provenance: Provenance, other: str, run_id: int | None, identity: str = ""
) -> None:
    """Note a further path of bytes that were read at the path ``other``, with the same outcome."""
    place = LocationRow
    columns = (place.sha256, place.status, place.kind, *_SAID, place.resembles, place.seconds)
    try:
        with writing(engine).begin() as connection:
            saving = _Saving(connection)
            before = saving.sha256_at(name)
            found = connection.execute(select(*columns).where(LocationRow.path == other)).one()
            told = location_row(Document(name, None, Status(found.status), "", "", provenance=provenance))
            values = {**found._mapping, **told, "run_id": run_id, "gone": 0, "identity": identity or None}
            saving.upsert(LocationRow, {"path": name}, values, key=["path"])
            if before != found.sha256:
                saving.drop_unplaced(before)
    except SQLAlchemyError as error:
        raise database_error(engine, f"{name} could not be saved", error) from error
