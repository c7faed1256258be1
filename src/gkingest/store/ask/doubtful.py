"""What is doubtful in the reports that count: flagged figures, and the findings that flag them."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.finding import Severity
from gkingest.model.key import KeyPattern
from gkingest.store.ask.series import WHO_OF_REPORT, Organ, Selection, conditions
from gkingest.store.database import database_error, read_rows
from gkingest.store.tables.findings import VERDICT_NUMBERS

_DOING = "what is doubtful cannot be looked up"
_AT_ONCE = 500
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
    if serials is None:
        return read_rows(engine, Flagged, query, doing=_DOING)
    wanted = sorted(serials)
    found: list[Flagged] = []
    statement = text(f"{query} AND f.report IN :some").bindparams(bindparam("some", expanding=True))
    for start in range(0, len(wanted), _AT_ONCE):
        found += read_rows(engine, Flagged, statement, {"some": wanted[start : start + _AT_ONCE]}, doing=_DOING)
    return found


def warnings(engine: Engine, report_ids: Sequence[str] | None = None) -> list[Warned]:
    """Every warning and error about a report, of these reports if any are given. Raises :class:`DatabaseError`."""
    query = (
        "SELECT r.id, c.text, d.severity, d.verdict, p.text, d.found, d.expected, t.text FROM doubt AS d "
        "JOIN report AS r ON r.serial = d.report JOIN word AS c ON c.id = d.code JOIN word AS p ON p.id = d.place "
        f"JOIN word AS t ON t.id = d.touches WHERE d.severity >= {int(Severity.WARNING)}"
    )
    order = "ORDER BY d.report, d.ordinal"
    if report_ids is None:
        return read_rows(engine, _warned, f"{query} {order}", doing=_DOING)
    found: list[Warned] = []
    statement = text(f"{query} AND r.id IN :some {order}").bindparams(bindparam("some", expanding=True))
    for start in range(0, len(report_ids), _AT_ONCE):
        found += read_rows(engine, _warned, statement, {"some": report_ids[start : start + _AT_ONCE]}, doing=_DOING)
    return found


def _warned(report_id: str, code: str, severity: int, verdict: int | None, *more: str) -> Warned:
    return Warned(report_id, code, severity, _VERDICTS.get(verdict or 0, ""), *more)


@lru_cache(maxsize=65_536)
def touched(touches: str) -> tuple[KeyPattern, ...]:
    """The figures that a finding names; one rule names the same in every report."""
    return tuple(KeyPattern(*touch) for touch in json.loads(touches) or ())


def decided_subjects(engine: Engine) -> Mapping[tuple[int, str], tuple[str, str]]:
    """What is decided, by the number of the report and the subject: the decision and who made it."""
    query = "SELECT report, subject, decision, decided_by FROM decided"
    rows = read_rows(engine, lambda *row: row, query, doing=_DOING)
    return {(report, subject): (decision, by) for report, subject, decision, by in rows}


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
