"""Which reports are of one organ: its key and its place are the same; in SQL and in Python.

The place is the division, or where that is not known the prefecture or province. A report whose organ may be one of
several has no key, and is of no organ but its own.
"""

from collections.abc import Sequence

_PLACE = ("region_code", "prefecture", "province")


def place_of_organ(report: str) -> str:
    """SQL: where the organ of a report is; "" if that is not known. ``report`` is an alias with its dot, or ""."""
    return f"COALESCE({', '.join(report + name for name in _PLACE)}, '')"


def organ_identity(report: str, report_id: str) -> str:
    """SQL: a text that is the same in all reports of one organ; that of a report of no known organ is its own."""
    key = f"{report}organ_key"
    return f"CASE WHEN {key} = '' THEN {report_id} ELSE {key} || ' ' || {place_of_organ(report)} END"


def same_key(one: str, other: str) -> str:
    """SQL: whether two reports, told by their aliases, are of organs of one key."""
    return f"{one}.organ_key = {other}.organ_key AND {one}.organ_key <> ''"


def joined_place(one: str, other: str) -> str:
    """SQL: whether the organs of two reports are in one place, for a join of many reports with many.

    The division is asked by itself too, which changes nothing and gives SQLite a column to look rows up by: all
    governments have one key, so that without it each report of a year would be held against each of the other.
    """
    places = (place_of_organ(f"{alias}.") for alias in (one, other))
    return f"{one}.region_code IS {other}.region_code AND {' = '.join(places)}"


def same_place(one: str, other: str) -> Sequence[str]:
    """SQL: two conditions, one of which holds where the organs of two reports are in one place.

    They are two, as an index serves each of them and would not serve one over COALESCE.
    """
    ones, others = (f"COALESCE({a}.prefecture, {a}.province, '')" for a in (one, other))
    return (
        f"{one}.region_code = {other}.region_code",
        f"{other}.region_code IS NULL AND {one}.region_code IS NULL\n        AND {ones} = {others}",
    )


def identity(report_id: str, organ_key: str, *place: str | None) -> tuple[str, ...]:
    """What is the same in all reports of one organ, of its ``place`` the division, prefecture and province."""
    return (organ_key, next((name for name in place if name), "")) if organ_key else (report_id,)
