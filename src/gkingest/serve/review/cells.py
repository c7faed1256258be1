"""Pictures of one cell: large by itself, in its row, and the headings of its columns."""

import sqlite3
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from gkingest.cite.crop import reading_turn
from gkingest.corpus.originals import MissingOriginalError
from gkingest.errors import DocumentError
from gkingest.model.key import FactKey
from gkingest.model.paper import Box
from gkingest.serve.pages.page_view import bytes_of
from gkingest.serve.picture_process import CellPictures, Cut
from gkingest.serve.served import BASE, Database, Datasette, House, Request, houses, key_of
from gkingest.store.ask.browse import FACTS_OF, SOURCE

if TYPE_CHECKING:
    from datasette import Response

PARTS = ("cell", "row", "head")


def cell_address(report: str, key: FactKey, part: str) -> str:
    """Where a picture of a cell is."""
    return f"{BASE}/cell/{report}/{key.table}/{key.row}/{key.column}/{part}.png"


async def cell_picture(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/cell/REPORT/TABLE/ROW/COLUMN/PART.png``."""
    from datasette.utils.asgi import Response

    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    key = FactKey(parts["table"], parts["row"], parts["column"])
    found = await _pictures(house, base, parts["report"], key)
    png = found.parts.get(parts["part"]) if found else None
    if not png:
        return Response.text("no picture of this cell can be shown", status=404)
    kept = {"cache-control": "private, max-age=3600"}
    return Response(png, headers=kept, content_type="image/png")


async def _pictures(house: House, base: Database, report: str, key: FactKey) -> CellPictures | None:
    """None where nothing is printed, or the file is not to be had."""
    if (known := house.painter.known_cell(report, key)) is not None:
        return known
    rows = {key_of(row): row for row in (await base.execute(FACTS_OF, {"report": report})).rows}
    # In the order of the form: the database has them in none, and by it is told which way up a page is.
    facts = {one: rows[one] for one in (*house.labels, *rows) if one in rows}
    fact = facts.get(key)
    if fact is None or fact["page"] is None or fact["x0"] is None:
        return None
    source = (await base.execute(SOURCE, {"sha256": fact["sha256"]})).first()
    if source is None:
        return None
    try:
        data = await bytes_of(house, base, fact["sha256"], source["media_type"])
        cut = _cut(fact, {k: row for k, row in facts.items() if k.table == key.table})
        sheet = (fact["sha256"], source["media_type"], fact["page"])
        return await house.painter.cell((report, key), data, sheet, cut)
    except (MissingOriginalError, DocumentError):
        return None


def _cut(fact: sqlite3.Row, table: Mapping[FactKey, sqlite3.Row]) -> Cut:
    """What is to be cut out of the page of a figure."""
    pages: dict[int, list[tuple[str, Box]]] = {}
    for key, row in table.items():
        if row["page"] and row["x0"] is not None:
            pages.setdefault(row["page"], []).append((key.row, _box(row)))
    turns = {
        page: reading_turn([[box for _, box in group] for _, group in groupby(placed, key=lambda one: one[0])])
        for page, placed in pages.items()
    }
    boxes = tuple(box for _, box in pages[fact["page"]])
    # Some tables are several, one below the other: what has the same column has the same heading.
    alike = {key.row for key in table if key.column == fact["column_key"]}
    headed = {page: own for page, placed in pages.items() if (own := [b for row, b in placed if row in alike])}
    first, turn = min(headed), turns[fact["page"]]
    return Cut(_box(fact), boxes, turn, (first, tuple(headed[first])) if turns[first] == turn else None)


def _box(row: sqlite3.Row) -> Box:
    return Box(row["x0"], row["top"], row["x1"], row["bottom"])
