"""Current reports of one organ for years that follow each other: which they are, their figures, what was found.

A pair goes when one of its reports is read anew (its rows point to the report) and when another report becomes the
current one; a report of a part of a year is in none. So only missing pairs are compared, and the tables are those
that comparing everything would give.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, text, tuple_
from sqlalchemy.exc import SQLAlchemyError

from gkingest.model.finding import Severity
from gkingest.model.key import FactKey, KeyPattern
from gkingest.model.method import Method
from gkingest.model.report import CellState
from gkingest.model.years import Doubt, Figure, YearFinding, YearReport, YearTally
from gkingest.store.database import database_error, writing
from gkingest.store.tables.contents import PairRow
from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.findings import FindingRow, PairFindingRow
from gkingest.store.tables.schema import MetaRow, severity_word
from gkingest.store.views.current import RANKED
from gkingest.store.views.organ import organ_identity
from gkingest.store.write.findings import sentences_of
from gkingest.store.write.phrases import phrases_of
from gkingest.store.write.rows import Row

Pair = tuple[str, str]
Compare = Callable[[YearReport, YearReport], tuple[YearTally, Sequence[YearFinding]]]

_AT_ONCE = 200  # pairs compared in one transaction
_META = "year_rules"
_KNOWN = f"""\
SELECT id, year, format, {organ_identity("r.", "r.id")} AS organ
FROM ({RANKED}) AS r
WHERE r.place = 1 AND r.left_out IS NULL AND r.organ_key <> '' AND r.year IS NOT NULL
    AND (r.period_start IS NULL OR r.period_start = CAST(r.year AS TEXT) || '-01-01'
        AND r.period_end = CAST(r.year AS TEXT) || '-12-31')
ORDER BY organ, year"""


class _Known(NamedTuple):
    """A current report; ``organ`` is the same in all of one organ."""

    id: str
    year: int
    format: str
    organ: str


def compare_years(
    engine: Engine, compare: Compare, cells: frozenset[FactKey], version: str, *, changed: bool = True
) -> tuple[int, int, YearTally]:
    """Compare every pair that has not been; gives how many there are, how many have a broken rule, all outcomes.

    ``cells`` are the figures that ``compare`` looks at; with another ``version`` of it everything is compared anew.
    Where nothing ``changed`` since the last time, nothing is looked for. Raises :class:`DatabaseError`.
    """
    try:
        with engine.connect() as connection:
            if not changed and _Pairs(connection).version() == version:
                return _Pairs(connection).counted()
        with writing(engine).begin() as connection:
            reports, missing = _Pairs(connection).remove_outdated(version)
        for part in _in_parts(missing):
            with writing(engine).begin() as connection:
                _Pairs(connection).compare(part, reports, compare, cells)
        with engine.connect() as connection:
            return _Pairs(connection).counted()
    except SQLAlchemyError as error:
        raise database_error(engine, "reports of consecutive years could not be compared", error) from error


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The pairs of reports of consecutive years that a database holds."""

    connection: Connection

    def remove_outdated(self, version: str) -> tuple[Mapping[str, _Known], list[Pair]]:
        """Reports by id, and the pairs of them still to be compared; what no longer pairs up is removed."""
        connection = self.connection
        known = [_Known(*row) for row in connection.execute(text(_KNOWN))]
        reports = {row.id: row for row in known}
        wanted = set()
        for _, years in groupby(known, key=lambda row: row.organ):
            for earlier, later in pairwise(years):
                if later.year == earlier.year + 1:
                    wanted.add((earlier.id, later.id))
        if self.version() != version:
            connection.execute(delete(PairRow))
            connection.execute(delete(MetaRow).where(MetaRow.key == _META))
            connection.execute(insert(MetaRow).values(key=_META, value=version))
        held = {(row[0], row[1]) for row in connection.execute(select(PairRow.earlier_id, PairRow.later_id))}
        both = tuple_(PairRow.earlier_id, PairRow.later_id)
        for gone in _in_parts(sorted(held - wanted)):
            connection.execute(delete(PairRow).where(both.in_(gone)))
        return reports, sorted(wanted - held)

    def version(self) -> str | None:
        """The rules by which the pairs were compared that are there."""
        return self.connection.scalar(select(MetaRow.value).where(MetaRow.key == _META))

    def compare(
        self,
        pairs: Sequence[Pair],
        reports: Mapping[str, _Known],
        compare: Compare,
        cells: frozenset[FactKey],
    ) -> None:
        """Compare these pairs of reports and save what came of it."""
        read = self.read(sorted({*chain.from_iterable(pairs)}), reports, cells)
        tallies: list[Row] = []
        findings: list[Row] = []
        told: list[YearFinding] = []
        for earlier, later in pairs:
            tally, found = compare(read[earlier], read[later])
            names = {"earlier_id": earlier, "later_id": later}
            tallies.append({**names, **tally._asdict()})
            findings += ({**names, "ordinal": n, **_row(f)} for n, f in enumerate(found, 1))
            told += found
        self.connection.execute(insert(PairRow), tallies)
        if findings:
            said = phrases_of(self.connection, [sentences_of(one) for one in told])
            rows = [{**row, **words} for row, words in zip(findings, said, strict=True)]
            self.connection.execute(insert(PairFindingRow), rows)

    def read(
        self, ids: Sequence[str], reports: Mapping[str, _Known], cells: frozenset[FactKey]
    ) -> dict[str, YearReport]:
        """These reports with the wanted figures, and what is doubtful about them, by their ids."""
        figures = self.figures(ids, cells)
        doubts = self.doubts([i for i in ids if any(f.flagged for f in figures.get(i, {}).values())])
        return {
            i: YearReport(i, reports[i].year, reports[i].format, figures.get(i, {}), tuple(doubts.get(i, ())))
            for i in ids
        }

    def figures(self, ids: Sequence[str], cells: frozenset[FactKey]) -> dict[str, dict[FactKey, Figure]]:
        """The wanted figures by report."""
        rows_of: dict[str, set[str]] = {}
        for key in cells:
            rows_of.setdefault(key.table, set()).add(key.row)
        in_rows = (and_(FactRow.table_key == t, FactRow.row_key.in_(sorted(r))) for t, r in sorted(rows_of.items()))
        columns = (FactRow.report_id, FactRow.table_key, FactRow.row_key, FactRow.column_key, FactRow.state)
        said = (FactRow.form_value, FactRow.page, FactRow.method, FactRow.flagged)
        found: dict[str, dict[FactKey, Figure]] = {}
        for r in self.connection.execute(select(*columns, *said).where(FactRow.report_id.in_(ids), or_(*in_rows))):
            key = FactKey(r.table_key, r.row_key, r.column_key)
            if key in cells:
                method = Method.parse(r.method)
                figure = Figure(CellState(r.state), r.form_value, r.page, method, flagged=bool(r.flagged))
                found.setdefault(r.report_id, {})[key] = figure
        return found

    def doubts(self, ids: Sequence[str]) -> dict[str, list[Doubt]]:
        """Warnings and errors by report."""
        grave = [severity_word(s) for s in Severity if s >= Severity.WARNING]
        query = select(FindingRow.report_id, FindingRow.code, FindingRow.verdict, FindingRow.touches)
        query = query.where(FindingRow.report_id.in_(ids), FindingRow.severity.in_(grave))
        found: dict[str, list[Doubt]] = {}
        for row in self.connection.execute(query.order_by(FindingRow.sha256, FindingRow.ordinal)):
            touches = tuple(KeyPattern(*touch) for touch in json.loads(row.touches))
            found.setdefault(row.report_id, []).append(Doubt(row.code, row.verdict or "", touches))
        return found

    def counted(self) -> tuple[int, int, YearTally]:
        """How many pairs there are, how many broken ones, and how their relations came out."""
        names = ("held", "broken", "differing", "not_assessable", "not_comparable")
        sums = [func.coalesce(func.sum(getattr(PairRow, name)), 0) for name in names]
        row = self.connection.execute(select(func.count(), *sums).select_from(PairRow)).one()
        broken = select(func.count()).select_from(PairRow).where(PairRow.broken > 0)
        return row[0], self.connection.scalar(broken) or 0, YearTally(*(int(n) for n in row[1:]))


def _in_parts(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    return (pairs[start : start + _AT_ONCE] for start in range(0, len(pairs), _AT_ONCE))


def _row(finding: YearFinding) -> Row:
    return {
        "code": finding.code,
        "severity": severity_word(finding.severity),
        "rule": finding.rule,
        "table_key": finding.key.table,
        "row_key": finding.key.row,
        "column_key": finding.key.column,
        "found": finding.found,
        "expected": finding.expected,
        "cells": [[c.year, *c.key, c.sign, c.says] for c in finding.cells],
        "verdict": finding.verdict or None,
        "earlier_page": finding.earlier_page,
        "later_page": finding.later_page,
    }
