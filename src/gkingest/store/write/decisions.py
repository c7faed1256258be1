"""Decisions into the database: reports are put back as they were read, decided anew, and kept to be put back again.

So applying the same decisions twice, or after others, gives the same rows: those are made of what was read and of
what is decided, and of nothing that was there before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Text, bindparam, delete, insert, literal_column, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from gkingest.language import in_chinese
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.report import Fact
from gkingest.store.ask.deciding import COPIES, AsRead, as_read
from gkingest.store.database import database_error, writing
from gkingest.store.tables.contents import PairRow, StatementRow
from gkingest.store.tables.decisions import AsReadRow, DecidedRow, DecisionRow
from gkingest.store.tables.figures import STATE_NUMBERS, FigureRow, slot_number
from gkingest.store.tables.findings import DoubtRow, FindingRow
from gkingest.store.tables.schema import Json, LocationRow, ReportRow
from gkingest.store.views.findings import of_place
from gkingest.store.write.figures import insert_facts, word_number
from gkingest.store.write.findings import insert_findings
from gkingest.store.write.phrases import told_of_file
from gkingest.store.write.rows import Row
from gkingest.told import Bilingual

_FIRST_ORDINAL = 1_000_000  # of findings made here: beyond those that reading or comparing copies makes
_DOING = "the decisions could not be applied"


class Instead(NamedTuple):
    """What had been read of a subject, and the decision that stands in its place."""

    subject: str
    state: str
    value: Decimal | None
    unit: str
    text: str
    decision: str
    by: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What decisions make of a report: only what changes.

    ``columns`` are those of its row; ``settled`` the ordinals of findings that are no longer open; ``said`` new
    findings; ``flagged`` every figure that is flagged now; ``agrees`` statements by ordinal.
    """

    digest: str
    columns: Row = field(default_factory=dict)
    facts: Mapping[FactKey, Fact] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    said: tuple[Finding, ...] = ()
    flagged: frozenset[FactKey] = frozenset()
    agrees: Mapping[int, bool | None] = field(default_factory=dict)
    instead: tuple[Instead, ...] = ()


class FileStanding(NamedTuple):
    """What a run says of a file; the message may have its Chinese beside it."""

    status: str
    kind: str
    message: str


class Standing(NamedTuple):
    """A report of a file once it is decided: its verdict and its open findings as (code, severity, message)."""

    verdict: str
    doubts: Sequence[tuple[str, str, str]]


Decide = Callable[[AsRead], Rewritten | None]
SettlePlace = Callable[[FileStanding, Sequence[Standing]], FileStanding]


def save_decisions(engine: Engine, rows: Sequence[Row]) -> None:
    """Make the table ``decision`` say this and nothing else. Raises :class:`DatabaseError`."""
    d = DecisionRow
    try:
        with engine.connect() as connection:
            known = dict(connection.execute(select(d.id, d.standing)).tuples().all())
        wanted = {row["id"]: row for row in rows}
        if {name: row["standing"] for name, row in wanted.items()} == known:
            return
        gone = [{"gone": name} for name in known.keys() - wanted.keys()]
        fresh = [row for name, row in wanted.items() if name not in known]
        others = [
            {"changed": name, "became": row["standing"]}
            for name, row in wanted.items()
            if known.get(str(name), row["standing"]) != row["standing"]
        ]
        change = update(d.__table__).where(d.id == bindparam("changed"))  # type: ignore[arg-type]
        with writing(engine).begin() as connection:
            for statement, told in (
                (delete(d).where(d.id == bindparam("gone")), gone),
                (change.values(standing=bindparam("became")), others),
                (insert(d), fresh),
            ):
                if told:
                    connection.execute(statement, told)
    except SQLAlchemyError as error:
        raise database_error(engine, _DOING, error) from error


def rewrite(engine: Engine, sha256: str, decide: Decide, settle: SettlePlace) -> None:
    """Put the reports of a source back as they were read, and write what ``decide`` makes of each, all or nothing.

    ``settle`` gives what is said of the file at each of its paths. Pairs of years with these reports are removed,
    to be compared anew. Raises :class:`DatabaseError`.
    """
    try:
        with writing(engine).begin() as connection:
            source = _Source(connection, sha256)
            reports = source.reports()
            places = source.put_back(reports)
            for row in reports:
                before = as_read(connection, row.id)
                if (made := decide(before)) is not None:
                    source.write(row, before, made, places)
            source.settle(reports, places, settle)
            ids = [row.id for row in reports]
            connection.execute(delete(PairRow).where(or_(PairRow.earlier_id.in_(ids), PairRow.later_id.in_(ids))))
    except SQLAlchemyError as error:
        raise database_error(engine, _DOING, error) from error


class _Numbered(NamedTuple):
    """A report of a source, with its number."""

    id: str
    ordinal: int
    serial: int

    def put_back(self, connection: Connection, content: Json) -> None:
        """One report as it was read."""
        f = FigureRow
        for slot, *was in content["figures"]:
            at = (f.report == self.serial) & (f.slot == slot)
            if not was:
                connection.execute(delete(f).where(at))
                continue
            state, value, form_value, unit = was
            values = {"state": state, "value": _number(value), "form_value": _number(form_value), "unit": unit}
            connection.execute(update(f).where(at).values(values))
        _set_flags(connection, self.serial, content["flagged"])
        made_here = (DoubtRow.report == self.serial) & (DoubtRow.ordinal >= _FIRST_ORDINAL)
        connection.execute(delete(DoubtRow).where(made_here))
        if content["findings"]:
            connection.execute(insert(DoubtRow), content["findings"])
        _set_agrees(connection, self.id, {int(n): agrees for n, agrees in content["agrees"].items()})
        connection.execute(delete(DecidedRow).where(DecidedRow.report == self.serial))
        connection.execute(delete(AsReadRow).where(AsReadRow.report_id == self.id))


_Places = dict[str, FileStanding]


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of one source, within one transaction."""

    connection: Connection
    sha256: str

    def reports(self) -> list[_Numbered]:
        """Its reports in printed order."""
        query = select(ReportRow.id, ReportRow.ordinal, ReportRow.serial).where(ReportRow.sha256 == self.sha256)
        return [_Numbered(*row) for row in self.connection.execute(query.order_by(ReportRow.ordinal))]

    def put_back(self, reports: Sequence[_Numbered]) -> _Places:
        """Undo what earlier decisions changed; gives what was said of the file at each path before any."""
        c, at = self.connection, LocationRow
        english, chinese = (literal_column(column.expression, Text) for column in of_place("location"))
        query = select(at.path, at.status, at.kind, english, chinese).where(at.sha256 == self.sha256)
        now = {path: FileStanding(status, kind, Bilingual(*told)) for path, status, kind, *told in c.execute(query)}
        before: _Places = {}
        for row in reports:
            kept = c.execute(
                select(AsReadRow.before, AsReadRow.content).where(AsReadRow.report_id == row.id)
            ).first()
            if kept is None:
                continue
            places = kept.content["places"].items()
            before = {path: FileStanding(status, kind, Bilingual(*told)) for path, (status, kind, *told) in places}
            if kept.before:
                c.execute(update(ReportRow).where(ReportRow.id == row.id).values(kept.before))
            row.put_back(c, kept.content)
        if not before:
            return now
        other = before[min(before)]  # a path that came later was told what the decided file was
        places = {path: before.get(path, other) for path in now}
        self.say(places)
        return places

    def say(self, places: _Places) -> None:
        """What a run says of the file at each path."""
        for path, place in places.items():
            change = update(LocationRow).where(LocationRow.path == path)
            said = told_of_file(self.connection, place.message)
            self.connection.execute(change.values(status=place.status, kind=place.kind, **said))

    def write(self, row: _Numbered, before: AsRead, made: Rewritten, places: _Places) -> None:
        """What decisions make of a report, once what it was is kept."""
        c = self.connection
        content: Json = {
            "places": {path: [*place, in_chinese(place.message)] for path, place in places.items()},
            "figures": list(self.figures(row.serial, made.facts)),
            "flagged": sorted(
                c.scalars(select(FigureRow.slot).where(FigureRow.report == row.serial, FigureRow.flagged == 1))
            ),
            "findings": self.taken(row.serial, made.settled),
            "agrees": {str(s.ordinal): s.agrees for s in before.stated if s.ordinal in made.agrees},
        }
        c.execute(
            insert(AsReadRow).values(
                report_id=row.id, digest=made.digest, before=self.columns(row.id, made.columns), content=content
            )
        )
        if made.columns:
            c.execute(update(ReportRow).where(ReportRow.id == row.id).values(made.columns))
        self.write_figures(row, made)
        insert_findings(c, [(row.id, _FIRST_ORDINAL + n, finding) for n, finding in enumerate(made.said)])
        _set_agrees(c, row.id, made.agrees)
        decided = [
            {
                "report": row.serial,
                "slot": slot_of(one.subject),
                "subject": one.subject,
                "state_read": one.state,
                "value_read": one.value,
                "unit_read": one.unit,
                "text_read": one.text,
                "decision": one.decision,
                "decided_by": one.by,
            }
            for one in made.instead
        ]
        if decided:
            c.execute(insert(DecidedRow), decided)

    def columns(self, report_id: str, changed: Row) -> Json:
        """What a report's row holds in the columns that are changed."""
        if not changed:
            return {}
        table = ReportRow.__table__
        row = self.connection.execute(select(*(table.c[name] for name in changed)).where(table.c.id == report_id))
        return dict(row.one()._mapping)

    def figures(self, serial: int, facts: Mapping[FactKey, Fact]) -> Iterator[list[object]]:
        """What is kept in these slots: slot, state, numbers as text, unit; the slot alone if nothing is."""
        f = FigureRow
        for key in sorted(facts):
            slot = slot_number(*key)
            query = select(f.state, f.value, f.form_value, f.unit).where(f.report == serial, f.slot == slot)
            row = self.connection.execute(query).first()
            yield [slot, row[0], _text(row[1]), _text(row[2]), row[3]] if row else [slot]

    def taken(self, serial: int, ordinals: frozenset[int]) -> list[Json]:
        """Findings taken out of their table, as they stood there."""
        if not ordinals:
            return []
        of = (DoubtRow.report == serial) & DoubtRow.ordinal.in_(sorted(ordinals))
        query = select(DoubtRow.__table__).where(of).order_by(DoubtRow.ordinal)
        rows = [dict(row._mapping) for row in self.connection.execute(query)]
        self.connection.execute(delete(DoubtRow).where(of))
        return rows

    def write_figures(self, row: _Numbered, made: Rewritten) -> None:
        """The decided figures, and the flags of all."""
        c, f = self.connection, FigureRow
        for key, fact in made.facts.items():
            values = {
                "state": STATE_NUMBERS[fact.state],
                "value": fact.value,
                "form_value": fact.form_value,
                "unit": word_number(c, fact.unit),
            }
            at = (f.report == row.serial) & (f.slot == slot_number(*key))
            if not c.execute(update(f).where(at).values(values)).rowcount:
                insert_facts(c, [_new_fact(row.id, fact)])
        _set_flags(c, row.serial, [slot_number(*key) for key in made.flagged])

    def settle(self, reports: Sequence[_Numbered], places: _Places, settle: SettlePlace) -> None:
        """What is said of the file at each path, now that its reports are decided."""
        c, d = self.connection, FindingRow
        told = []
        for row in reports:
            verdict = c.scalar(select(ReportRow.verdict).where(ReportRow.id == row.id)) or ""
            query = select(d.code, d.severity, d.message, d.message_zh)
            rows = c.execute(query.where(d.report_id == row.id, d.code != COPIES).order_by(d.ordinal))
            told.append(Standing(verdict, [(code, severity, Bilingual(*said)) for code, severity, *said in rows]))
        decided = c.scalar(
            select(AsReadRow.report_id).where(AsReadRow.report_id.in_([row.id for row in reports])).limit(1)
        )
        if decided is not None:
            self.say({path: settle(place, told) for path, place in places.items()})


def slot_of(subject: str) -> int:
    """The number under which a decided subject is kept: of a cell its slot."""
    parts = subject.split("/")
    return slot_number(*parts) if len(parts) == 3 else slot_number("", subject, "")


def _set_flags(connection: Connection, serial: int, slots: Sequence[int]) -> None:
    f = FigureRow
    wanted = set(slots)
    now = set(connection.scalars(select(f.slot).where(f.report == serial, f.flagged == 1)))
    for flag, changed in ((0, now - wanted), (1, wanted - now)):
        if changed:
            of = (f.report == serial) & f.slot.in_(sorted(changed))
            connection.execute(update(f).where(of).values(flagged=flag))


def _set_agrees(connection: Connection, report_id: str, agrees: Mapping[int, bool | None]) -> None:
    s = StatementRow
    for ordinal, agreed in agrees.items():
        change = update(s).where(s.report_id == report_id, s.ordinal == ordinal)
        connection.execute(change.values(agrees=None if agreed is None else int(agreed)))


def _new_fact(report_id: str, fact: Fact) -> Row:
    """A figure that was not read at all, as the view ``fact`` tells it."""
    nowhere = dict.fromkeys(("page", "x0", "top", "x1", "bottom"))
    words = dict.fromkeys(("raw_text", "method", "row_label", "column_label"), "")
    return {
        "report_id": report_id,
        **dict(zip(("table_key", "row_key", "column_key"), fact.key, strict=True)),
        "state": str(fact.state),
        "value": fact.value,
        "unit": fact.unit,
        "form_value": fact.form_value,
        **nowhere,
        **words,
        "confidence": 1.0,
        "flagged": 0,
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
