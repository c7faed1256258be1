"""What is taken out of a database: typed, labelled columns, streamed in a fixed order from one snapshot."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.formats.indicators import Measures, shipped_measures
from gkingest.formats.spec import Format
from gkingest.model.report import CellState
from gkingest.store.database import database_error
from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.findings import FindingRow
from gkingest.store.tables.population import PopulationRow
from gkingest.store.tables.schema import Base, LocationRow
from gkingest.store.tables.types import loaded_number
from gkingest.store.views.all_views import views
from gkingest.store.views.findings import of_place
from gkingest.store.views.indicators import WORDS_OF_REASON
from gkingest.store.views.panel import NOT_IN_EDITION, WORDS_OF_MISSING, Slot, panel_column, panel_slots
from gkingest.store.views.view import View, ViewColumn, Words, words_of

_AT_ONCE = 500  # rows fetched in one go
_UNIT = "form_unit"
MISSING = "__missing"  # ending of the column that tells why the number before it is missing
_INTEGERS = frozenset(
    "year page flagged n_flagged comparable reported assessed misprinted gone population ordinal "  # noqa: SIM905
    "earlier_year later_year earlier_page later_page series_break".split()
)
_FIGURES = frozenset(("form_value", "numerator", "denominator", "value_read"))
_PAIR = ("earlier_id", "later_id", "rule", "table_key", "row_key", "column_key")
_AMOUNTS = ("form_value", "value")
_REALS = frozenset(("value", "confidence", "x0", "top", "x1", "bottom"))
_OF_LOCATION = "path sha256 status kind gone url title published_at fetched_at source_name attached_to"
_OF_FINDING = "code severity verdict place found expected message hint message_zh hint_zh page"
# Why a number is missing, in the order of Stata's extended missing values .a to .i.
REASONS: tuple[tuple[str, Words], ...] = (
    ("blank", Words("the cell is empty; that is not 0", "空白，不等于 0")),
    ("dash", Words("a dash or a word for none is printed", "印有横线或表示没有的字样")),
    ("absent", Words("the row or column is not printed", "没有印出该行或该列")),
    ("unreadable", Words("there is ink that could not be read", "有字迹而无法读取")),
    *WORDS_OF_MISSING.items(),
    *WORDS_OF_REASON.items(),
)


Value = str | int | float | Decimal | None


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"  # as printed, exact: Decimal
    REAL = "real"  # computed: float


class Shape(Enum):
    """How the rows of a sheet are made."""

    ASKED = "as the query gives them"
    WITH_UNIT = "as the query gives them, and behind each the unit that the form prescribes"
    FIGURES_WIDE = "a figure a column, and beside it why it is missing"
    INDICATORS_WIDE = "an indicator a column, and beside it why it is missing"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet; ``reason`` names the column that tells why its number is missing.

    ``tells_why`` marks such a column where it stands beside one number alone.
    """

    name: str
    kind: Kind
    label: Words
    reason: str = ""
    unit: str = ""
    tells_why: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it is taken out: rows in the order of ``key``, which tells them apart."""

    name: str
    title: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    query: str = ""
    shape: Shape = Shape.ASKED

    @property
    def has_reasons(self) -> bool:
        """Whether reasons stand beside its numbers."""
        return any(column.tells_why for column in self.columns)

    def head(self) -> list[str]:
        """Names of the columns that hold neither a number that may be missing nor its reason."""
        return [c.name for c in self.columns if not c.reason and not c.tells_why]

    def with_unit(self) -> "Sheet":
        """The sheet and behind it the unit that the form prescribes, which no table of the database holds."""
        words = Words("Unit that the form prescribes; empty for counts", "表格规定的单位；计数为空")
        return replace(self, columns=(*self.columns, Column(_UNIT, Kind.TEXT, words)), shape=Shape.WITH_UNIT)


def sheets(formats: Sequence[Format], measures: Measures | None = None) -> tuple[Sheet, ...]:
    """Everything that can be taken out, wide and long."""
    made = {view.name: view for view in views(formats, measures)}
    pairs = made["pair_findings"]  # whose column of JSON is no cell
    cells = ("report_id", "table_key", "row_key", "column_key")
    # Rates, once there is a population to divide by; before, each of them would only say that there is none.
    rates = _of_view(made["per_capita"], "per_capita", ("report_id", "indicator"), reason={"value": "reason"})
    some = "WHERE EXISTS (SELECT 1 FROM population)"
    shown = tuple(
        ViewColumn(name, f"l.{name}", words_of(LocationRow.__table__.c[name])) for name in _OF_LOCATION.split()
    )
    place = (*shown[:4], *of_place("l"), *shown[4:])
    return (
        _of_view(made["reports_current"], "reports", ("id",)),
        _panel(made["panel"], formats),
        _of_view(made["facts_current"], "facts", cells, reason=dict.fromkeys(_AMOUNTS, "missing")).with_unit(),
        _of_view(made["comparable"], "comparable", (*cells, "relation"), reason={"value": "missing"}).with_unit(),
        _indicators_wide(made["indicators"], measures or shipped_measures()),
        _of_view(made["indicators"], "indicators", ("report_id", "indicator"), reason={"value": "reason"}),
        replace(rates, query=rates.query.replace(" ORDER BY ", f" {some} ORDER BY ")),
        _errata(),
        _of_view(made["decisions"], "decisions", ("decision",)),
        _of_view(replace(pairs, columns=tuple(c for c in pairs.columns if c.name != "cells")), pairs.name, _PAIR),
        Sheet(
            "documents",
            Words("One row a path that was given, whatever became of it", "每个给定路径一行，无论结果如何"),
            tuple(Column(c.name, _kind("", c.name), c.comment) for c in place),
            ("path",),
            f"SELECT {', '.join(f'{c.expression} AS {c.name}' for c in place)} FROM location AS l ORDER BY path",
        ),
        Sheet(
            "population",
            Words("Inhabitants of divisions, as given by the user", "用户提供的各区划人口"),
            _from_table(PopulationRow, "region_code year population"),
            ("region_code", "year"),
            "SELECT region_code, year, population FROM population ORDER BY region_code, year",
        ),
    )


def _of_view(view: View, name: str, key: tuple[str, ...], reason: dict[str, str] | None = None) -> Sheet:
    columns = tuple(
        Column(c.name, _kind(view.name, c.name), c.comment, (reason or {}).get(c.name, "")) for c in view.columns
    )
    names = ", ".join(c.name for c in columns)
    query = f"SELECT {names} FROM {view.name} ORDER BY {', '.join(key)}"
    return Sheet(name, view.comment, columns, key, query)


def _kind(view: str, name: str) -> Kind:
    if name in _INTEGERS:
        return Kind.INTEGER
    if name in _FIGURES or (name == "value" and view in ("comparable", "facts_current")):
        return Kind.NUMBER
    return Kind.REAL if name in _REALS and view != "decisions" else Kind.TEXT


def _panel(panel: View, formats: Sequence[Format]) -> Sheet:
    units = {slot.name: slot.unit for slot in panel_slots(formats)}
    columns: list[Column] = []
    for column in panel.columns:
        if column.name not in units:
            columns.append(Column(column.name, _kind("panel", column.name), column.comment))
            continue
        name = f"{column.name}{MISSING}"
        columns.append(Column(column.name, Kind.NUMBER, column.comment, name, units[column.name]))
        columns.append(Column(name, Kind.TEXT, _why(column.comment), tells_why=True))
    return Sheet("panel", panel.comment, tuple(columns), ("report_id",), shape=Shape.FIGURES_WIDE)


def _indicators_wide(long: View, measures: Measures) -> Sheet:
    own = (
        "indicator",
        "value",
        "numerator",
        "denominator",
        "unit",
        "reason",
        "flagged",
        "comparable",
        "series_break",
    )
    columns = [Column(c.name, _kind("", c.name), c.comment) for c in long.columns if c.name not in own]
    for indicator in sorted(measures.indicators, key=lambda i: i.key):
        unit = "" if indicator.unit == "count" else indicator.unit
        label = Words(indicator.title.en, indicator.title.zh)
        name = f"{indicator.key}{MISSING}"
        columns.append(Column(indicator.key, Kind.REAL, label, name, unit))
        columns.append(Column(name, Kind.TEXT, _why(label), tells_why=True))
    title = Words(
        "One row a current report, one column an indicator, beside it why it is missing",
        "每份现行报告一行，每个指标一列，旁附缺失原因",
    )
    return Sheet("indicators_wide", title, tuple(columns), ("report_id",), shape=Shape.INDICATORS_WIDE)


def _why(label: Words) -> Words:
    return Words(f"Why missing: {label.en}", f"缺失原因：{label.zh}")


def _from_table(table: type[Base | FindingRow], names: str) -> tuple[Column, ...]:
    chosen = (table.__table__.c[name] for name in names.split())
    return tuple(Column(c.name, _kind("", c.name), words_of(c)) for c in chosen)


def _errata() -> Sheet:
    columns = _from_table(FindingRow, f"report_id ordinal {_OF_FINDING}")
    shown = ", ".join(f"d.{c.name}" for c in columns)
    organ = Column("organ", Kind.TEXT, Words("Name of the organ as printed", "机关名称（照印）"))
    year = Column("year", Kind.INTEGER, Words("Year that the figures are about", "数据所属年度"))
    decided = tuple(
        Column(c.name, _kind("", c.name), words_of(c))
        for c in (FactRow.__table__.c[name] for name in ("value_read", "decided_by", "decision"))
    )
    title = Words(
        "Doubts about current reports: what adds up wrongly in print (verdict printed), what may be misread, what "
        "wants a look, and what people decided otherwise than it was read (code decision.set). Findings that only "
        "inform are left out",
        "对现行报告的疑问：印刷本身不平的（verdict 为 printed）、可能误读的、需要核对的，以及经人工更正的"
        "（代码 decision.set）；仅供参考的不列",
    )
    query = (
        f"SELECT {shown}, r.organ, r.year, e.value_read, e.decided_by, e.decision FROM finding AS d "
        "JOIN reports_current AS r ON r.id = d.report_id JOIN report AS n ON n.id = r.id "
        "LEFT JOIN decided AS e ON e.report = n.serial AND e.subject = d.place "
        "WHERE d.severity <> 'info' OR d.code = 'decision.set' ORDER BY d.report_id, d.ordinal"
    )
    return Sheet("errata", title, (*columns, organ, year, *decided), ("report_id", "ordinal"), query)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A figure of panel, and the editions that lack it."""

    name: str
    lacking: frozenset[str]

    @classmethod
    def of(cls, slot: Slot, formats: Sequence[Format]) -> Self:
        """The slot of the panel."""
        return cls(slot.name, frozenset(f.edition for f in formats if f.edition not in slot.editions))

    def nothing(self, edition: str) -> tuple[None, str]:
        """What stands in the row of a report that has no fact of it."""
        return None, NOT_IN_EDITION if edition in self.lacking else CellState.ABSENT.value


class Snapshot:
    """One state of a database, whatever is written to it meanwhile. Raises :class:`DatabaseError`."""

    def __init__(self, engine: Engine, formats: Sequence[Format]) -> None:
        self._slots = [_Slot.of(slot, formats) for slot in panel_slots(formats)]
        self._units = {
            (form.edition, slot.table, slot.row, slot.column): slot.unit
            for form in formats
            for slot in panel_slots([form])
        }
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._engine = engine.execution_options(**level)
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Begin to read."""
        try:
            self._connection = self._engine.connect()
            self._connection.execute(text("SELECT count(*) FROM meta"))  # the first read fixes the state
        except SQLAlchemyError as error:
            raise database_error(self._engine, "it cannot be read", error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the state."""
        if self._connection is not None:
            self._connection.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[Value, ...]]:
        """The rows of a sheet in its order, as ``str``, ``int``, ``Decimal``, ``float`` or ``None``."""
        raw: dict[Shape, Callable[[Sheet], Iterator[Sequence[Value]]]] = {
            Shape.FIGURES_WIDE: self._panel,
            Shape.INDICATORS_WIDE: self._wide,
            Shape.WITH_UNIT: self._told_units,
            Shape.ASKED: lambda sheet: self._asked(sheet.query),
        }
        made = [(at, _MAKERS[c.kind]) for at, c in enumerate(sheet.columns) if c.kind in _MAKERS]
        try:
            for row in raw[sheet.shape](sheet):
                values = list(row)
                for at, make in made:
                    if (value := values[at]) is not None:
                        values[at] = make(value)
                yield tuple(values)
        except SQLAlchemyError as error:
            raise database_error(self._engine, f"{sheet.name} cannot be read", error) from error

    def latest_run(self) -> dict[str, str]:
        """Version and end of the last run, for the record."""
        version, ended = next(iter([*self._asked(_LAST), ("", "")]))
        return {"version": str(version), "finished_at": str(ended or "")}

    def _told_units(self, sheet: Sheet) -> Iterator[Sequence[Value]]:
        names = [c.name for c in sheet.columns]
        address = itemgetter(*(names.index(n) for n in ("format", "table_key", "row_key", "column_key")))
        for row in self._asked(sheet.query):
            yield (*row, self._units.get(address(row), ""))

    def _asked(self, query: str) -> Iterator[Sequence[Value]]:
        assert self._connection is not None
        yield from self._connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(text(query))

    def _panel(self, sheet: Sheet) -> Iterator[Sequence[Value]]:
        """Figures and reasons side by side: what panel and panel_missing say, in one walk over the facts.

        The views look every figure up by itself, which takes five times as long for all of them.
        """
        head = sheet.head()
        report, edition = head.index("report_id"), head.index("format")
        reports = self._asked(f"SELECT {', '.join(head)} FROM panel ORDER BY report_id")
        facts = self._asked(
            "SELECT report_id, table_key, row_key, column_key, form_value, missing FROM facts_current "
            "ORDER BY report_id"
        )
        groups = groupby(facts, key=itemgetter(0))
        owner, group = next(groups, _NONE)
        for row in reports:
            told: dict[str, tuple[Value, Value]] = {}
            if owner == row[report]:
                told = {panel_column(*map(str, fact[1:4])): (fact[4], fact[5]) for fact in group}
                owner, group = next(groups, _NONE)
            yield (
                *row,
                *(v for slot in self._slots for v in told.get(slot.name) or slot.nothing(str(row[edition]))),
            )
        assert owner is None, "facts_current has facts of reports that are not in panel"

    def _wide(self, sheet: Sheet) -> Iterator[Sequence[Value]]:
        """The long indicators of each report in one row."""
        head = sheet.head()
        keys = [c.name for c in sheet.columns if c.reason]
        query = f"SELECT {', '.join(head)}, indicator, value, reason FROM indicators ORDER BY report_id, indicator"
        for _, group in groupby(self._asked(query), key=itemgetter(0)):
            members = list(group)
            told = {m[len(head)]: (m[len(head) + 1], m[len(head) + 2]) for m in members}
            yield (*members[0][: len(head)], *(v for key in keys for v in told.get(key, (None, NOT_IN_EDITION))))


_NONE: tuple[object, Iterator[Sequence[Value]]] = (None, iter(()))
_LAST = "SELECT version, finished_at FROM run ORDER BY id DESC LIMIT 1"
# The others come as they are.
_MAKERS: dict[Kind, Callable[[float | str | Decimal], Value]] = {Kind.NUMBER: loaded_number, Kind.REAL: float}
