"""What the pages of one server share: the database by name, forms, painter, folders of files, and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from gkingest.formats.indicators import Indicator, Measures
from gkingest.formats.spec import Format
from gkingest.serve.hosts import LOCAL
from gkingest.serve.picture_process import Painter
from gkingest.store.views.panel import panel_slots

BASE = "/-/gkingest"
Key = tuple[str, str, str]
_OF_A_FACT = ("page", "raw_text", "state", "value", "form_value", "missing")
_USED = {"report_id", "table_key", "row_key", "column_key", "sha256", "page", "x0", "top", "x1", "bottom"}


@dataclass(frozen=True, slots=True)
class House:
    """One database being served.

    ``roots`` are the folders that relative paths of rows may lie below, ``names`` the hosts that it is asked as.
    """

    database: str
    formats: tuple[Format, ...]
    measures: Measures
    roots: tuple[Path, ...]
    painter: Painter = field(default_factory=Painter)
    cells: dict[str, Key] = field(default_factory=dict)
    labels: dict[Key, str] = field(default_factory=dict)
    names: frozenset[str] = LOCAL

    @property
    def indicators(self) -> Sequence[Indicator]:
        """The indicators, in the order of their file."""
        return self.measures.indicators

    def title(self, key: Key) -> str:
        """What a figure is called, in English and Chinese."""
        return self.labels.get(key, "/".join(key))


def build_house(
    database: str, formats: Sequence[Format], measures: Measures, roots: Sequence[Path], names: frozenset[str]
) -> House:
    """The house of one database."""
    house = House(database, tuple(formats), measures, tuple(roots), names=names)
    for slot in panel_slots(formats):
        key = (slot.table, slot.row, slot.column)
        house.cells[slot.name] = key
        house.labels[key] = f"{slot.comment.en} · {slot.comment.zh}"
    return house


# Plugins of Datasette are told which instance asks; each has its house.
houses: WeakKeyDictionary[Any, House] = WeakKeyDictionary()


def fact_address(report: str, key: Sequence[str]) -> str:
    """Where one figure is shown on its page."""
    return f"{BASE}/fact/{'/'.join(quote(part, safe='') for part in (report, *key))}"


def page_address(sha256: str, page: object, box: Sequence[float] = ()) -> str:
    """Where one page is shown, with a box marked."""
    asked = "?" + urlencode({"box": ",".join(f"{n:g}" for n in box)}) if box else ""
    return f"{BASE}/page/{quote(sha256, safe='')}/{page}{asked}"


def link_of(house: House, row: Any, value: Any, column: str) -> str | None:
    """Address that a cell of a row leads to; None where it leads nowhere. Blank cells stay blank."""
    # Where a column points to another table, Datasette gives a dict and makes the link itself.
    if value is None or value == "" or isinstance(value, dict):
        return None
    columns = set(row.keys())
    plain = {name: _plain(row[name]) for name in columns & _USED}
    return _to_fact(house, plain, column) or _to_page(plain, column)


def _to_fact(house: House, row: Mapping[str, Any], column: str) -> str | None:
    report = row.get("report_id")
    if not report:
        return None
    key = house.cells.get(column)  # of panel
    if key is None and column in _OF_A_FACT and {"table_key", "row_key", "column_key"} <= row.keys():
        key = (row["table_key"], row["row_key"], row["column_key"])
    # comparable has keys of sums too, which are no cell of the form.
    return fact_address(report, key) if key in house.labels else None


def _to_page(row: Mapping[str, Any], column: str) -> str | None:
    if not row.get("sha256"):
        return None
    box = [row.get(name) for name in ("x0", "top", "x1", "bottom")]
    numbers = [n for n in box if isinstance(n, int | float)]
    page = row.get("page")
    if column in _OF_A_FACT and isinstance(page, int):
        return page_address(row["sha256"], page, numbers if len(numbers) == 4 else ())
    return page_address(row["sha256"], 1) if column == "sha256" else None


def _plain(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) else value
