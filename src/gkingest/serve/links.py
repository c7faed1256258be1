"""Links from the cells of a table that Datasette shows to the page where the figure is printed."""

from typing import Any

from gkingest.serve.house import House, fact_address, page_address

_OF_A_FACT = ("page", "raw_text", "state", "value", "form_value", "missing")
_OF_A_PAGE = ("page", "sha256")
_USED = {"report_id", "table_key", "row_key", "column_key", "sha256", "page", "x0", "top", "x1", "bottom"}


def link_of(house: House, row: Any, value: Any, column: str) -> str | None:
    """Address that a cell of a row leads to; None where it leads nowhere. Blank cells stay blank."""
    if value is None or value == "":
        return None
    if isinstance(value, dict):  # Datasette has found the label of what it points to, and links there itself
        return None
    columns = set(row.keys())
    row = {name: _plain(row[name]) for name in columns & _USED}
    report = row.get("report_id")
    if report and column in house.cells:
        return fact_address(report, house.cells[column])
    if column in _OF_A_FACT and report and {"table_key", "row_key", "column_key"} <= columns:
        # `series` and `comparable` have keys of sums, which are no cell of the form.
        key = (row["table_key"], row["row_key"], row["column_key"])
        return fact_address(report, key) if key in house.labels else None
    if column in _OF_A_FACT and "sha256" in columns and _has_box(row, columns):
        return page_address(row["sha256"], row["page"], [row[name] for name in ("x0", "top", "x1", "bottom")])
    if column in _OF_A_PAGE and "sha256" in columns and row["sha256"]:
        page = row["page"] if "page" in columns and isinstance(row["page"], int) else 1
        return page_address(row["sha256"], page)
    return None


def _plain(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) else value


def _has_box(row: Any, columns: set[str]) -> bool:
    needed = ("page", "x0", "top", "x1", "bottom")
    return columns.issuperset(needed) and all(isinstance(row[name], int | float) for name in needed)
