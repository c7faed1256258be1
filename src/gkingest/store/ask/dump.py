"""What is taken out of a database: typed, labelled columns, streamed in a fixed order from one snapshot."""

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, PoolProxiedConnection, text
from sqlalchemy.exc import SQLAlchemyError

from gkingest.formats.indicators import Measures, shipped_measures
from gkingest.formats.spec import Format
from gkingest.store.database import database_error
from gkingest.store.place import file_of
from gkingest.store.tables.figures import FactRow
from gkingest.store.tables.findings import FindingRow
from gkingest.store.tables.population import PopulationRow
from gkingest.store.tables.schema import Base, LocationRow
from gkingest.store.tables.types import loaded_number
from gkingest.store.views.all_views import views
from gkingest.store.views.findings import of_place
from gkingest.store.views.indicators import WORDS_OF_REASON
from gkingest.store.views.panel import WORDS_OF_MISSING, panel_slots
from gkingest.store.views.view import View, ViewColumn, Words, words_of
from gkingest.store.walk.indicators import Computed
from gkingest.store.walk.long import Comparable, Facts, Indicators
from gkingest.store.walk.reports import AT_ONCE, Columns, Maker, Remembered, Stored, Walk, current_reports
from gkingest.store.walk.wide import IndicatorsWide, Panel

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

    def unit_in(self, language: str) -> str:
        """The unit as a language says it; those of the form are Chinese in both."""
        return {"percent": "%", "ratio": "比值"}.get(self.unit, self.unit) if language == "zh" else self.unit


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it is taken out: rows in the order of ``key``, which tells them apart.

    They are what the ``query`` gives, or what a ``maker`` makes of the current reports.
    """

    name: str
    title: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    query: str = ""
    maker: Callable[[], Maker] | None = None

    @property
    def has_reasons(self) -> bool:
        """Whether reasons stand beside its numbers."""
        return any(column.tells_why for column in self.columns)

    def head(self) -> list[str]:
        """Names of the columns that hold neither a number that may be missing nor its reason."""
        return [c.name for c in self.columns if not c.reason and not c.tells_why]

    @classmethod
    def of_view(cls, view: View, name: str, key: tuple[str, ...], reason: dict[str, str] | None = None) -> Self:
        """The sheet that a view is."""
        columns = tuple(
            Column(c.name, _kind(view.name, c.name), c.comment, (reason or {}).get(c.name, ""))
            for c in view.columns
        )
        names = ", ".join(c.name for c in columns)
        query = f"SELECT {names} FROM {view.name} ORDER BY {', '.join(key)}"
        return cls(name, view.comment, columns, key, query)

    def with_unit(self) -> "Sheet":
        """The sheet and behind it the unit that the form prescribes, which no table of the database holds."""
        words = Words("Unit that the form prescribes; empty for counts", "表格规定的单位；计数为空")
        return replace(self, columns=(*self.columns, Column(_UNIT, Kind.TEXT, words)))

    def made_by(self, maker: Callable[[list[str]], Maker]) -> "Sheet":
        """The sheet as it is made of every report, in place of the query."""
        names = [column.name for column in self.columns]
        return replace(self, query="", maker=lambda: maker(names))

    @classmethod
    def of_panel(cls, panel: View, formats: Sequence[Format]) -> Self:
        """The panel with a reason beside each figure."""
        units = {slot.name: slot.unit for slot in panel_slots(formats)}
        columns: list[Column] = []
        for column in panel.columns:
            if column.name not in units:
                columns.append(Column(column.name, _kind("panel", column.name), column.comment))
                continue
            name = f"{column.name}{MISSING}"
            columns.append(Column(column.name, Kind.NUMBER, column.comment, name, units[column.name]))
            columns.append(Column(name, Kind.TEXT, _why(column.comment), tells_why=True))
        sheet = cls("panel", panel.comment, tuple(columns), ("report_id",))
        return replace(sheet, maker=lambda: Panel(sheet.head(), len(columns), formats))

    @classmethod
    def of_indicators(cls, long: View, measures: Measures, computed: Computed) -> Self:
        """Indicators side by side."""
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
        sheet = cls("indicators_wide", title, tuple(columns), ("report_id",))
        return replace(sheet, maker=lambda: IndicatorsWide(sheet.head(), len(columns), computed))

    @classmethod
    def of_errata(cls) -> Self:
        """What is doubted in print or by people."""
        columns = _from_table(FindingRow, f"report_id ordinal {_OF_FINDING}")
        shown = ", ".join(f"d.{c.name}" for c in columns)
        organ = Column("organ", Kind.TEXT, Words("Name of the organ as printed", "机关名称（照印）"))
        year = Column("year", Kind.INTEGER, Words("Year that the figures are about", "数据所属年度"))
        decided = tuple(
            Column(c.name, _kind("", c.name), words_of(c))
            for c in (FactRow.__table__.c[name] for name in ("value_read", "decided_by", "decision"))
        )
        title = Words(
            "Doubts about current reports: what adds up wrongly in print (verdict printed), what may be misread, "
            "what wants a look, and what people decided otherwise than it was read (code decision.set). Findings "
            "that only inform are left out",
            "对现行报告的疑问：印刷本身不平的（verdict 为 printed）、可能误读的、需要核对的，以及经人工更正的"
            "（代码 decision.set）；仅供参考的不列",
        )
        query = (
            f"SELECT {shown}, r.organ, r.year, e.value_read, e.decided_by, e.decision FROM finding AS d "
            "JOIN reports_current AS r ON r.id = d.report_id JOIN report AS n ON n.id = r.id "
            "LEFT JOIN decided AS e ON e.report = n.serial AND e.subject = d.place "
            "WHERE d.severity <> 'info' OR d.code = 'decision.set' ORDER BY d.report_id, d.ordinal"
        )
        return cls("errata", title, (*columns, organ, year, *decided), ("report_id", "ordinal"), query)

    def typed(self, columns: Columns, numbers: Remembered[Decimal | None]) -> Columns:
        """What the database gave, as the kinds of the columns say."""
        typed = list(columns)
        for at, column in enumerate(self.columns):
            if column.kind is Kind.NUMBER:
                typed[at] = Stored(typed[at], numbers.__getitem__)
            elif column.kind is Kind.REAL and self.maker is None:
                typed[at] = [None if value is None else float(value) for value in typed[at]]
        return typed


def sheets(formats: Sequence[Format], measures: Measures | None = None) -> tuple[Sheet, ...]:
    """Everything that can be taken out, wide and long."""
    made = {view.name: view for view in views(formats, measures)}
    measures = measures or shipped_measures()
    computed = Computed(formats, measures)
    pairs = made["pair_findings"]  # whose column of JSON is no cell
    cells = ("report_id", "table_key", "row_key", "column_key")
    # Rates, once there is a population to divide by; before, each of them would only say that there is none.
    rates = Sheet.of_view(made["per_capita"], "per_capita", ("report_id", "indicator"), reason={"value": "reason"})
    some = "WHERE EXISTS (SELECT 1 FROM population)"
    facts = Sheet.of_view(made["facts_current"], "facts", cells, reason=dict.fromkeys(_AMOUNTS, "missing"))
    comparable = Sheet.of_view(made["comparable"], "comparable", (*cells, "relation"), reason={"value": "missing"})
    indicators = Sheet.of_view(
        made["indicators"], "indicators", ("report_id", "indicator"), reason={"value": "reason"}
    )
    shown = tuple(
        ViewColumn(name, f"l.{name}", words_of(LocationRow.__table__.c[name])) for name in _OF_LOCATION.split()
    )
    place = (*shown[:4], *of_place("l"), *shown[4:])
    return (
        Sheet.of_view(made["reports_current"], "reports", ("id",)),
        Sheet.of_panel(made["panel"], formats),
        facts.with_unit().made_by(lambda names: Facts(names, formats, _UNIT)),
        comparable.with_unit().made_by(lambda names: Comparable(names, formats, measures, _UNIT)),
        Sheet.of_indicators(made["indicators"], measures, computed),
        indicators.made_by(lambda names: Indicators(names, computed)),
        replace(rates, query=rates.query.replace(" ORDER BY ", f" {some} ORDER BY ")),
        Sheet.of_errata(),
        Sheet.of_view(made["decisions"], "decisions", ("decision",)),
        Sheet.of_view(
            replace(pairs, columns=tuple(c for c in pairs.columns if c.name != "cells")), pairs.name, _PAIR
        ),
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


def _kind(view: str, name: str) -> Kind:
    if name in _INTEGERS:
        return Kind.INTEGER
    if name in _FIGURES or (name == "value" and view in ("comparable", "facts_current")):
        return Kind.NUMBER
    return Kind.REAL if name in _REALS and view != "decisions" else Kind.TEXT


def _why(label: Words) -> Words:
    return Words(f"Why missing: {label.en}", f"缺失原因：{label.zh}")


def _from_table(table: type[Base | FindingRow], names: str) -> tuple[Column, ...]:
    chosen = (table.__table__.c[name] for name in names.split())
    return tuple(Column(c.name, _kind("", c.name), words_of(c)) for c in chosen)


class Snapshot:
    """One state of a database, whatever is written to it meanwhile. Raises :class:`DatabaseError`.

    ``file`` is the file that it lies in, where it is one.
    """

    def __init__(self, engine: Engine) -> None:
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._engine = engine.execution_options(**level)
        self._connection: Connection | None = None
        self._numbers: Remembered[Decimal | None] = Remembered(loaded_number, None)
        url = engine.url.render_as_string(hide_password=False)
        self.file = url if file_of(url) else ""
        self._watch: PoolProxiedConnection | None = None  # reads nothing else, so that it is told of what is new
        self._version: int | None = None

    def __enter__(self) -> Self:
        """Begin to read."""
        try:
            self._watch = self._engine.raw_connection() if self.file else None
            self._version = self._written()
            self._connection = self._engine.connect()
            self._connection.execute(text("SELECT count(*) FROM meta"))  # the first read fixes the state
        except SQLAlchemyError as error:
            raise database_error(self._engine, "it cannot be read", error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the state."""
        for one in (self._connection, self._watch):
            if one is not None:
                one.close()

    def is_latest(self) -> bool:
        """Whether nobody has written to the file since: who began to read it meanwhile reads the same state."""
        return self._version is not None and self._written() == self._version

    def _written(self) -> int | None:
        """A number that is another one after each write of anybody else; none where that cannot be told."""
        if self._watch is None:
            return None
        with closing(self._watch.cursor()) as cursor:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])

    def rows(self, sheet: Sheet) -> Iterator[tuple[Value, ...]]:
        """The rows of a sheet in its order, as ``str``, ``int``, ``Decimal``, ``float`` or ``None``."""
        if sheet.maker is None:
            blocks = self.blocks(sheet)
        else:
            make = self.making([sheet])
            blocks = (one for piece in self.pieces() for one in make(piece))
        for columns in blocks:
            yield from zip(*columns, strict=True)

    def blocks(self, sheet: Sheet) -> Iterator[Columns]:
        """The rows of a sheet that is asked for by its query, some at a time, column by column."""
        assert self._connection is not None
        try:
            asked = self._connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
            for rows in asked.execute(text(sheet.query)).partitions():
                yield sheet.typed(list(zip(*rows, strict=True)), self._numbers)
        except SQLAlchemyError as error:
            raise database_error(self._engine, f"{sheet.name} cannot be read", error) from error

    def pieces(self, wanted: Collection[str] | None = None) -> list["array[int]"]:
        """The current reports, or the ``wanted`` alone, some at a time: their numbers in the order of their ids."""
        assert self._connection is not None
        try:
            serials = current_reports(self._connection, wanted)
        except SQLAlchemyError as error:
            raise database_error(self._engine, "reports cannot be read", error) from error
        return [serials[at : at + AT_ONCE] for at in range(0, len(serials), AT_ONCE)]

    def making(self, some: Sequence[Sheet]) -> Callable[[Sequence[int]], list[Columns]]:
        """What makes of reports, given their numbers, the rows of each of these sheets, column by column."""
        assert self._connection is not None
        makers = [sheet.maker() for sheet in some if sheet.maker is not None]
        walk = Walk(self._connection)

        def make(serials: Sequence[int]) -> list[Columns]:
            try:
                for report in walk.reports(serials):
                    for maker in makers:
                        maker.add(report)
            except SQLAlchemyError as error:
                names = ", ".join(sheet.name for sheet in some)
                raise database_error(self._engine, f"{names} cannot be read", error) from error
            return [sheet.typed(maker.take(), self._numbers) for sheet, maker in zip(some, makers, strict=True)]

        return make

    def latest_run(self) -> dict[str, str]:
        """Version and end of the last run, for the record."""
        assert self._connection is not None
        version, ended = next(iter([*self._connection.execute(text(_LAST)), ("", "")]))
        return {"version": str(version), "finished_at": str(ended or "")}


_LAST = "SELECT version, finished_at FROM run ORDER BY id DESC LIMIT 1"
