"""Current reports with their figures, some at a time, in the order of their ids; by plain queries."""

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, groupby, islice, repeat
from operator import itemgetter
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Connection

from gkingest.model.key import FactKey
from gkingest.store.views.current import PLACED
from gkingest.store.views.panel import WHO

Cell = str | int | float | Decimal | None
Columns = Sequence[Sequence[Cell]]

AT_ONCE = 50  # reports: ten thousand figures
_MOST_LAYOUTS = 5_000  # that are remembered: reports of one edition have few
_REMEMBERED = 20_000  # values, for each kind of what is made of them
_COUNTED = ("reported", "assessed", "misprinted")
_FIGURE = "slot state value form_value raw_text page x0 top x1 bottom unit method confidence flagged".split()  # noqa: SIM905

# What is known of a report by name: who and when, what is counted over all of it, and where it lies.
_HEAD = {
    **{column.name: column.expression for column in WHO},
    **{name: f"r.{name}" for name in (*_COUNTED, "sha256")},
    "path": "l.path",
}


class Layout:
    """Which figures a report has: their keys in the order of the keys, as many reports have them.

    ``at`` tells where in that order a key stands, ``put`` puts a column of figures into it.
    """

    def __init__(self, slots: Sequence[int], keys: Mapping[int, FactKey]) -> None:
        """``slots`` are the numbers of the figures as they come."""
        known = sorted((keys[slot], at) for at, slot in enumerate(slots) if slot in keys)
        self.keys = tuple(key for key, _ in known)
        self.slots = tuple(slots[at] for _, at in known)
        self.at = {key: n for n, key in enumerate(self.keys)}
        self.put = picking([at for _, at in known])

    def picks(self, cells: Sequence[FactKey]) -> "Picking":
        """Picks these cells from a column in the order of the keys, behind which stands what is not printed."""
        return picking([self.at.get(cell, len(self.keys)) for cell in cells])


Picking = Callable[[Sequence[Any]], tuple[Any, ...]]


def picking(order: Sequence[int]) -> Picking:
    """Picks what stands at these places of a column."""
    return itemgetter(*order) if len(order) > 1 else lambda column: tuple(column[at] for at in order)


@dataclass(frozen=True, slots=True)
class Filled:
    """A report with its figures: ``head`` by name, ``figures`` by name in the order of the layout.

    ``decided`` has for the number of a slot what was read, who decided otherwise, and the decision.
    """

    head: Mapping[str, Cell]
    edition: str
    layout: Layout
    figures: Mapping[str, tuple[Any, ...]]
    decided: Mapping[int, tuple[Cell, Cell, Cell]]


class Runs(Sequence[Cell]):
    """A column in which one value follows another, each so many times: what all rows of a report share."""

    def __init__(self) -> None:
        self.values, self.counts = list[Cell](), list[int]()

    def add(self, value: Cell, count: int) -> None:
        """Put a value behind the others."""
        self.values.append(value)
        self.counts.append(count)

    def __iter__(self) -> Iterator[Cell]:
        return chain.from_iterable(map(repeat, self.values, self.counts))

    def __len__(self) -> int:
        return sum(self.counts)

    def __getitem__(self, at: int) -> Cell:  # type: ignore[override]
        return next(islice(self, at, None))


class Stored(Sequence[Cell]):
    """A column as it is kept: ``told`` says what each of its values stands for, but for None, which is none."""

    def __init__(self, values: Sequence[Any], told: Callable[[Any], Cell]) -> None:
        self.values, self.told = values, told

    def __iter__(self) -> Iterator[Cell]:
        told = self.told
        return (None if value is None else told(value) for value in self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, at: int) -> Cell:  # type: ignore[override]
        return None if (value := self.values[at]) is None else self.told(value)


_Made = TypeVar("_Made")


class Remembered(dict[Any, _Made]):
    """What is made of values, each once, as most of them stand in thousands of cells; of None nothing is made."""

    def __init__(self, make: Callable[[Any], _Made], nothing: _Made) -> None:
        self._make, self._nothing = make, nothing

    def __missing__(self, value: Any) -> _Made:
        if value is None:
            return self._nothing
        made = self._make(value)
        if len(self) >= _REMEMBERED:
            self.clear()
        if value != 0 or type(value) is not float:  # 0.0 and -0.0 are one key
            self[value] = made
        return made


class Maker(Protocol):
    """Makes the rows of a sheet, column by column."""

    def add(self, report: Filled) -> None:
        """Make the rows of a report."""
        ...

    def take(self) -> Columns:
        """The rows that were made since."""
        ...


def current_reports(connection: Connection, wanted: Collection[str] | None) -> "array[int]":
    """The numbers of the current reports in the order of their ids; of ``wanted`` alone where that is given."""
    asked = "SELECT n.serial, r.id FROM reports_current AS r JOIN report AS n ON n.id = r.id ORDER BY r.id"
    rows = connection.exec_driver_sql(asked).yield_per(1000)
    return array("q", (serial for serial, own in rows if wanted is None or own in wanted))


class Walk:
    """Gives reports of one state of a database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys = dict[int, FactKey]()
        self._layouts: dict[tuple[int, ...], Layout] = {}
        self._words: dict[int, str | None] = {}

    def reports(self, serials: Sequence[int]) -> Iterator[Filled]:
        """The reports of these numbers."""
        if not self._keys:
            asked = self._asked("SELECT id, table_key, row_key, column_key FROM slot")
            self._keys = {number: FactKey(*key) for number, *key in asked}
        listed = ", ".join(map(str, serials))
        heads = self._by_report(
            f"SELECT r.serial, {', '.join(_HEAD.values())} FROM report AS r\n{PLACED}\nWHERE r.serial IN ({listed})"
        )
        decided = self._by_report(
            f"SELECT d.report, d.slot, d.value_read, d.decided_by, d.decision FROM decided AS d "
            f"WHERE d.report IN ({listed})"
        )
        # Figures are turned as they come: to keep ten thousand rows costs more. Not taken from the driver's cursor:
        # where rows are streamed, SQLAlchemy has the first of them already.
        coming = self._connection.exec_driver_sql(
            f"SELECT f.report, {', '.join(f'f.{name}' for name in _FIGURE)} FROM figure AS f "
            f"WHERE f.report IN ({listed}) ORDER BY f.report, f.slot"
        )
        by_report = groupby(coming, itemgetter(0))
        figures = {serial: [*zip(*rows, strict=True)] for serial, rows in by_report}
        for serial in serials:
            _, *columns = figures.get(serial, [()] * (1 + len(_FIGURE)))
            layout = self._layout(columns[0])
            put = {name: layout.put(column) for name, column in zip(_FIGURE, columns, strict=True)}
            for name in ("unit", "method"):
                put[name] = self._told(put[name])
            head = dict(zip(_HEAD, heads[serial][0][1:], strict=True))
            read = {slot: (value, who, by) for _, slot, value, who, by in decided.get(serial, ())}
            yield Filled(head, str(head["format"]), layout, put, read)

    def _by_report(self, query: str) -> dict[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in self._asked(query):
            found.setdefault(row[0], []).append(row)
        return found

    def _asked(self, query: str) -> Sequence[tuple[Any, ...]]:
        return cast(Sequence[tuple[Any, ...]], self._connection.exec_driver_sql(query).fetchall())

    def _layout(self, slots: tuple[int, ...]) -> Layout:
        if (known := self._layouts.get(slots)) is None:
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            self._layouts[slots] = known = Layout(slots, self._keys)
        return known

    def _told(self, numbers: Sequence[int]) -> tuple[str | None, ...]:
        """The words of these numbers; there are few."""
        unknown = {number for number in numbers if number not in self._words}
        if unknown:
            listed = ", ".join(map(str, sorted(unknown)))
            self._words |= dict.fromkeys(unknown)
            self._words |= dict(self._asked(f"SELECT id, text FROM word WHERE id IN ({listed})"))
        return tuple(map(self._words.__getitem__, numbers))
