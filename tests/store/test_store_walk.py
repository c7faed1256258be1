"""What an export makes of all reports in one walk is what the views say of each of them."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from gkingest.formats.spec import Format
from gkingest.store.ask.dump import MISSING, Sheet, Snapshot, sheets
from gkingest.store.database import open_database

from .cases import rows

VIEWS = {"facts": "facts_current", "comparable": "comparable", "indicators": "indicators"}
# Numbers that are odd in one way or another, one after the other put in the place of figures of the corpus: of many
# digits (kept as text), too large for an integer, broken, negative, none in the form's unit, zero.
ODD = ("9116.360000000000001\u00a0", "9223372036854775999\u00a0", 2**63 - 1, 0.1, -5, None, 0)


def damage(connection: Connection) -> None:
    """Figures of the corpus made odd, missing or decided, some editions unknown, one report without figures."""
    keys = connection.execute(text("SELECT report, slot FROM figure WHERE state = 0 ORDER BY 1, 2")).all()
    for at, (report, slot) in enumerate(keys):
        here = {"report": report, "slot": slot}
        where = "WHERE report = :report AND slot = :slot"
        if at % 3 == 0:
            odd = ODD[at // 3 % len(ODD)]
            printed = "" if odd is None else "value = :odd, "
            connection.execute(text(f"UPDATE figure SET {printed}form_value = :odd {where}"), {**here, "odd": odd})
        elif at % 7 == 1:
            gone = "value = NULL, form_value = NULL, flagged = 1, state = :state"
            connection.execute(text(f"UPDATE figure SET {gone} {where}"), {**here, "state": 1 + at % 4})
        elif at % 11 == 2:
            connection.execute(text(f"DELETE FROM figure {where}"), here)
        elif at % 23 == 0:
            values = ":report, :slot, 'x', 'reported', 12.5, '', '', 'D1', 'me'"
            connection.execute(text(f"INSERT INTO decided VALUES ({values})"), here)
    connection.execute(text("UPDATE report SET format = 'words-2008' WHERE serial % 5 = 1"))
    connection.execute(text("UPDATE report SET format = 'no-such' WHERE serial % 7 = 1"))
    connection.execute(text("DELETE FROM figure WHERE report = (SELECT max(serial) FROM report)"))


@pytest.fixture(scope="module", params=["as read", "damaged"])
def database(
    request: Any, shipped_database: Path, formats: tuple[Format, ...], tmp_path_factory: Any
) -> Iterator[Engine]:
    place = Path(shutil.copy(shipped_database, tmp_path_factory.mktemp("walk") / "gkingest.sqlite"))
    engine = open_database(str(place), formats)
    if request.param == "damaged":
        with engine.begin() as connection:
            damage(connection)
    yield engine
    engine.dispose()


def sheet_called(name: str, formats: tuple[Format, ...]) -> Sheet:
    return next(sheet for sheet in sheets(formats) if sheet.name == name)


def walked(engine: Engine, sheet: Sheet) -> list[tuple[Any, ...]]:
    with Snapshot(engine) as snapshot:
        return list(snapshot.rows(sheet))


def plain(value: object) -> object:
    """A value of the database as an export has it: text that is a number, and floats by their digits."""
    if isinstance(value, str) and value.endswith("\u00a0"):
        return Decimal(value)
    return Decimal(repr(value)) if isinstance(value, float) else value


@pytest.mark.parametrize("name", VIEWS)
def test_the_long_sheets_are_those_views(database: Engine, formats: tuple[Format, ...], name: str) -> None:
    sheet = sheet_called(name, formats)
    shared = [column.name for column in sheet.columns if column.name != "form_unit"]
    seen = rows(database, f"SELECT {', '.join(shared)} FROM {VIEWS[name]} ORDER BY {', '.join(sheet.key)}")
    made = [tuple(map(plain, row[: len(shared)])) for row in walked(database, sheet)]
    assert len(made) > 1000
    for one, other in zip(made, seen, strict=True):
        assert one == tuple(map(plain, other))


def test_the_panel_is_panel_beside_panel_missing(database: Engine, formats: tuple[Format, ...]) -> None:
    sheet = sheet_called("panel", formats)
    names = [column.name for column in sheet.columns]
    with database.connect() as connection:
        figures = connection.execute(text("SELECT * FROM panel ORDER BY report_id")).mappings().all()
        reasons = connection.execute(text("SELECT * FROM panel_missing ORDER BY report_id")).mappings().all()
    for row, figure, reason in zip(walked(database, sheet), figures, reasons, strict=True):
        for name, value in zip(names, row, strict=True):
            seen = reason[name.removesuffix(MISSING)] if name.endswith(MISSING) else figure[name]
            assert plain(value) == plain(seen), name


def test_the_wide_indicators_are_the_long_ones(database: Engine, formats: tuple[Format, ...]) -> None:
    sheet = sheet_called("indicators_wide", formats)
    names = [column.name for column in sheet.columns]
    asked = "SELECT report_id, indicator, value, reason FROM indicators"
    seen = {(report, indicator): (value, reason) for report, indicator, value, reason in rows(database, asked)}
    made = [dict(zip(names, row, strict=True)) for row in walked(database, sheet)]
    assert len(made) > 10
    for row in made:
        for indicator in (name for name in names if f"{name}{MISSING}" in names):
            assert (row[indicator], row[f"{indicator}{MISSING}"]) == seen[row["report_id"], indicator]
