"""What is doubtful in the reports that count: flagged figures, and the findings that flag them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.finding import Severity
from gkingest.model.key import KeyPattern
from gkingest.store.ask.series import WHO_OF_REPORT, Organ, Selection, conditions
from gkingest.store.database import database_error, read_rows
from gkingest.store.tables.contents import CopyRow
from gkingest.store.tables.findings import VERDICT_NUMBERS

_DOING = "what is doubtful cannot be looked up"
_AT_ONCE = 500
_Row = TypeVar("_Row")
_Name = TypeVar("_Name", int, str)
_VERDICTS = {number: word for word, number in VERDICT_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Considered:
    """A report that counts, with the number that its figures have, the place of its file, and where that lies."""

    who: Organ
    serial: int
    sha256: str
    ordinal: int
    path: str


class Warned(NamedTuple):
    """A warning or error about a report; ``touches`` is JSON, which :func:`touched` reads."""

    report_id: str
    code: str
    severity: int
    verdict: str
    place: str
    found: str
    expected: str
    touches: str


class Flagged(NamedTuple):
    """A figure that is flagged, or that people differ on."""

    serial: int
    slot: int
    state: int
    decided: bool


def considered(engine: Engine, selection: Selection, report_ids: Collection[str] = ()) -> dict[str, Considered]:
    """The reports of ``reports_all`` that are meant, those with these ids alone if any are given, by their ids.

    Raises :class:`DatabaseError`.
    """
    where, values = conditions(selection)
    more = ", r.serial, r.sha256, r.ordinal, r.path"
    source = "(SELECT a.*, n.serial, n.ordinal FROM reports_all AS a JOIN report AS n ON n.id = a.id) AS r"
    query = f"SELECT * FROM (SELECT {WHO_OF_REPORT}{more} FROM {source}) AS m\n{where}"
    if report_ids:
        query += f"{' AND' if where else 'WHERE'} report_id IN :ids"
        statement = text(query).bindparams(bindparam("ids", expanding=True))
        rows = read_rows(engine, _considered, statement, {**values, "ids": sorted(report_ids)}, doing=_DOING)
    else:
        rows = read_rows(engine, _considered, query, values, doing=_DOING)
    return {one.who.report_id: one for one in rows}


def _considered(*row: Any) -> Considered:
    *who, serial, sha256, ordinal, path = row
    return Considered(Organ(*who), serial, sha256, ordinal, path)


def flagged_figures(engine: Engine, serials: Collection[int] | None = None) -> list[Flagged]:
    """Every flagged figure, of these reports if any are given. Raises :class:`DatabaseError`."""
    query = (
        "SELECT f.report, f.slot, f.state, EXISTS (SELECT 1 FROM decided AS d WHERE d.report = f.report "
        "AND d.slot = f.slot) FROM figure AS f WHERE f.flagged = 1"
    )
    return _of_reports(engine, Flagged, query + "{}", "AND f.report", serials)


def warnings(engine: Engine, report_ids: Sequence[str] | None = None) -> list[Warned]:
    """Every warning and error about a report, of these reports if any are given. Raises :class:`DatabaseError`."""
    query = (
        "SELECT r.id, c.text, d.severity, d.verdict, p.text, d.found, d.expected, t.text FROM doubt AS d "
        "JOIN report AS r ON r.serial = d.report JOIN word AS c ON c.id = d.code JOIN word AS p ON p.id = d.place "
        f"JOIN word AS t ON t.id = d.touches WHERE d.severity >= {int(Severity.WARNING)}"
    )
    query += "{} ORDER BY d.report, d.ordinal"
    return _of_reports(engine, _warned, query, "AND r.id", report_ids)


def _warned(report_id: str, code: str, severity: int, verdict: int | None, *more: str) -> Warned:
    return Warned(report_id, code, severity, _VERDICTS.get(verdict or 0, ""), *more)


def _of_reports(
    engine: Engine, kind: Callable[..., _Row], query: str, narrowed: str, reports: Collection[_Name] | None
) -> list[_Row]:
    """Rows of a query, in whose gap stands what narrows it to some reports, where any are given."""
    if reports is None:
        return read_rows(engine, kind, query.format(""), doing=_DOING)
    wanted = sorted(reports)
    found: list[_Row] = []
    statement = text(query.format(f" {narrowed} IN :some")).bindparams(bindparam("some", expanding=True))
    for start in range(0, len(wanted), _AT_ONCE):
        found += read_rows(engine, kind, statement, {"some": wanted[start : start + _AT_ONCE]}, doing=_DOING)
    return found


@lru_cache(maxsize=65_536)
def touched(touches: str) -> tuple[KeyPattern, ...]:
    """The figures that a finding names; one rule names the same in every report."""
    return tuple(KeyPattern(*touch) for touch in json.loads(touches) or ())


def decided_subjects(
    engine: Engine, serials: Collection[int] | None = None
) -> Mapping[tuple[int, str], tuple[str, str]]:
    """What is decided, of these reports if any are given, by the number of the report and the subject.

    Gives the decision and who made it. Raises :class:`DatabaseError`.
    """
    query = "SELECT report, subject, decision, decided_by FROM decided"
    found = _of_reports(engine, lambda *row: row, query + "{}", "WHERE report", serials)
    return {(report, subject): (decision, by) for report, subject, decision, by in found}


def sides(engine: Engine, report_ids: Collection[str]) -> Mapping[tuple[str, str], Sequence[tuple[str, str, str]]]:
    """Value, code and person of those who differ, by report and subject. Raises :class:`DatabaseError`."""
    query = (
        "SELECT sha256 || '-' || report, subject, value || unit, person FROM decision WHERE standing = 'differs'{} "
        "ORDER BY decided_at, id"
    )
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    rows = _of_reports(engine, lambda *row: row, query, "AND sha256 || '-' || report", report_ids)
    for report_id, subject, value, person in rows:
        found.setdefault((report_id, subject), []).append((value, "decision.conflict", person))
    return found


def runs_so_far(engine: Engine) -> tuple[object, ...]:
    """What is another as soon as a run saved something: runs, ends, reports. Raises :class:`DatabaseError`."""
    query = (
        "SELECT (SELECT max(id) FROM run), (SELECT max(finished_at) FROM run), (SELECT count(*) FROM report), "
        "(SELECT max(serial) FROM report)"
    )
    return next(iter(read_rows(engine, lambda *row: row, query, doing=_DOING)))


def rivals(engine: Engine, report_ids: Collection[str]) -> list[str]:
    """The reports that these are copies of, and their copies. Raises :class:`DatabaseError`."""
    pairs = (("report_id", "current_id"), ("current_id", "report_id"))
    queries = (f"SELECT {other} FROM {CopyRow.__tablename__}{{}}" for _, other in pairs)
    narrowed = (f"WHERE {one}" for one, _ in pairs)
    return [i for q, n in zip(queries, narrowed, strict=True) for i in _of_reports(engine, str, q, n, report_ids)]


class Kept(NamedTuple):
    """A figure of a report, by numbers: where it is kept, how it was read, on which page."""

    serial: int
    slot: int
    method: int
    page: int | None


def every_figure(engine: Engine) -> Iterator[Kept]:
    """Every figure of the database, in no order. Raises :class:`DatabaseError`."""
    query = text("SELECT report, slot, method, page FROM figure")
    try:
        with engine.connect() as connection:
            rows = connection.execution_options(stream_results=True, yield_per=5000).execute(query)
            yield from (Kept(*row) for row in rows)
    except SQLAlchemyError as error:
        raise database_error(engine, _DOING, error) from error


def words(engine: Engine) -> dict[int, str]:
    """The words that figures share, by their numbers. Raises :class:`DatabaseError`."""
    return dict(read_rows(engine, lambda *row: row, "SELECT id, text FROM word", doing=_DOING))
