"""Links from the cells of a table that Datasette shows to the page where the figure is printed."""

from collections.abc import Mapping
from typing import Any

from gkingest.model.key import FactKey
from gkingest.serve.served import House, fact_address, page_address

_OF_A_FACT = ("page", "raw_text", "state", "value", "form_value", "missing")
_USED = {"report_id", "table_key", "row_key", "column_key", "sha256", "page", "x0", "top", "x1", "bottom"}


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
        key = FactKey(row["table_key"], row["row_key"], row["column_key"])
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
