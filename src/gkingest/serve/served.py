"""What the pages of one server share: the database by name, forms, painter, folders of files, and addresses."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from gkingest.formats.indicators import Indicator, Measures
from gkingest.formats.spec import Format
from gkingest.language import Language, language
from gkingest.model.key import FactKey
from gkingest.serve.hosts import LOCAL
from gkingest.serve.picture_process import Painter
from gkingest.serve.review.coders import Coders
from gkingest.serve.review.desk import Desk
from gkingest.serve.review.sheets import Sheets
from gkingest.store.views.panel import panel_slots
from gkingest.store.views.view import Words

_Answer = TypeVar("_Answer")
BASE = "/-/gkingest"
_OF_A_FACT = ("page", "raw_text", "state", "value", "form_value", "missing")
_USED = {"report_id", "table_key", "row_key", "column_key", "sha256", "page", "x0", "top", "x1", "bottom"}


class Results(Protocol):
    """What a query gives."""

    rows: list[sqlite3.Row]

    def first(self) -> sqlite3.Row | None:
        """The first row, if there is one."""


class Database(Protocol):
    """A database as Datasette has it; ``ds`` is the instance that it belongs to."""

    ds: "Datasette"

    async def execute(self, sql: str, params: Mapping[str, object] | None = None) -> Results:
        """Rows of a query, within Datasette's limits."""

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """What a function makes of a connection, in a thread of its own."""


class Urls(Protocol):
    """Addresses below the one at which Datasette is served."""

    def path(self, path: str) -> str:
        """A path."""

    def row(self, database: str, table: str, row_path: str) -> str:
        """The page of a row."""

    def query(self, database: str, query: str) -> str:
        """The page of a canned query."""

    def database(self, database: str) -> str:
        """The page of a database."""


class Datasette(Protocol):
    """What we ask of an instance of Datasette, which has no types of its own."""

    urls: Urls
    sql_time_limit_ms: int

    def get_database(self, name: str) -> Database:
        """One of its databases."""

    async def render_template(self, templates: str, context: Mapping[str, object], request: "Request") -> str:
        """A page."""


class Args(Protocol):
    """The words behind the question mark of an address."""

    def get(self, name: str) -> str | None:
        """The first of a name."""


class Request(Protocol):
    """A request; ``url_vars`` are the named parts of its address."""

    args: Args
    url_vars: Mapping[str, str]
    scope: Mapping[str, Any]
    method: str
    path: str

    async def post_vars(self) -> dict[str, str]:
        """The words of a form that was sent."""


@dataclass(frozen=True, slots=True)
class House:
    """One database being served.

    ``roots`` are the folders that relative paths of rows may lie below, ``names`` the hosts that it is asked as,
    ``coders`` those who may decide from elsewhere, ``desk`` is there where the database can be written,
    ``sheets`` are those that are coded here.
    """

    database: str
    formats: tuple[Format, ...]
    measures: Measures
    roots: tuple[Path, ...]
    painter: Painter = field(default_factory=Painter)
    cells: dict[str, FactKey] = field(default_factory=dict)
    labels: dict[FactKey, Words] = field(default_factory=dict)
    described: dict[Language, dict[str, object]] = field(default_factory=dict)
    names: frozenset[str] = LOCAL
    coders: Coders = field(default_factory=Coders)
    desk: Desk | None = None
    sheets: Sheets = field(default_factory=lambda: Sheets(()))

    @property
    def indicators(self) -> Sequence[Indicator]:
        """The indicators, in the order of their file."""
        return self.measures.indicators

    def form(self, edition: str) -> Format:
        """The edition of the form that a report is printed in."""
        return next((form for form in self.formats if form.edition == edition), self.formats[-1])

    def title(self, key: FactKey) -> str:
        """What a figure is called, in the visitor's language."""
        words = self.labels.get(key)
        return str(key) if words is None else words.zh if language() == "zh" else words.en

    def to_fact(self, row: Mapping[str, Any], column: str) -> str | None:
        """Where a value of a table leads, if it is of one figure."""
        report = row.get("report_id")
        if not report:
            return None
        key = self.cells.get(column)  # of panel
        if key is None and column in _OF_A_FACT and {"table_key", "row_key", "column_key"} <= row.keys():
            key = key_of(row)
        # comparable has keys of sums too, which are no cell of the form.
        return fact_address(report, key) if key in self.labels else None


def with_titles(house: House) -> House:
    """The house once it knows what its figures are called."""
    for slot in panel_slots(house.formats):
        house.cells[slot.name] = slot.fact_key
        house.labels[slot.fact_key] = slot.comment
    return house


# Plugins of Datasette are told which instance asks; each has its house.
houses: WeakKeyDictionary[Datasette, House] = WeakKeyDictionary()


def key_of(row: sqlite3.Row | Mapping[str, Any]) -> FactKey:
    """The figure that a row of the view ``fact`` is about."""
    return FactKey(row["table_key"], row["row_key"], row["column_key"])


def fact_address(report: str, key: Sequence[str]) -> str:
    """Where one figure is shown on its page."""
    return f"{BASE}/fact/{'/'.join(quote(part, safe='') for part in (report, *key))}"


def report_address(report: str) -> str:
    """Where one report is shown as the form."""
    return f"{BASE}/report/{quote(report, safe='')}"


def organ_address(report: str) -> str:
    """Where the organ of a report is shown, its years side by side."""
    return f"{BASE}/organ/{quote(report, safe='')}"


def page_address(sha256: str, page: object, box: Sequence[float] = ()) -> str:
    """Where one page is shown, with a box marked."""
    asked = "?" + urlencode({"box": ",".join(f"{n:g}" for n in box)}) if box else ""
    return f"{BASE}/page/{quote(sha256, safe='')}/{page}{asked}"


def link_of(house: House, row: sqlite3.Row, value: object, column: str) -> str | None:
    """Address that a cell of a row leads to; None where it leads nowhere. Blank cells stay blank."""
    # Where a column points to another table, Datasette gives a dict and makes the link itself.
    if value is None or value == "" or isinstance(value, dict):
        return None
    columns = set(row.keys())
    told = {name: row[name] for name in columns & _USED}
    plain = {name: value["value"] if isinstance(value, dict) else value for name, value in told.items()}
    return house.to_fact(plain, column) or _to_page(plain, column)


def _to_page(row: Mapping[str, Any], column: str) -> str | None:
    if not row.get("sha256"):
        return None
    box = [row.get(name) for name in ("x0", "top", "x1", "bottom")]
    numbers = [n for n in box if isinstance(n, int | float)]
    page = row.get("page")
    if column in _OF_A_FACT and isinstance(page, int):
        return page_address(row["sha256"], page, numbers if len(numbers) == 4 else ())
    return page_address(row["sha256"], 1) if column == "sha256" else None
