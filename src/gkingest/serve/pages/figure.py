"""The pages that show where a figure is printed: by its key, or a page of a file with a box."""

import math
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from gkingest.serve.pages.answer import nothing, page
from gkingest.serve.pages.citations import cited_figure, web_of
from gkingest.serve.pages.doubts import doubts_of
from gkingest.serve.pages.page_view import Corners, Sheet, sheet_of
from gkingest.serve.served import Datasette, Request, fact_address, houses, key_of, page_address, report_address
from gkingest.serve.spoken import say
from gkingest.store.ask.browse import FACT, FACTS_AT, FINDINGS_ABOUT, REPORT

if TYPE_CHECKING:
    from datasette import Response

_FARTHEST = 100_000.0  # points: no page is that large


async def fact_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/fact/REPORT/TABLE/ROW/COLUMN``: one figure, its doubts, and its page with the cell marked."""
    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    fact = (await base.execute(FACT, {name: parts[name] for name in ("report", "table", "row", "column")})).first()
    if fact is None:
        return await nothing(datasette, request, say("The database has no such figure."))
    x0, top, x1, bottom = (fact[name] for name in ("x0", "top", "x1", "bottom"))
    box = None if None in (x0, top, x1, bottom) else (x0, top, x1, bottom)
    sheet = await sheet_of(house, base, fact["sha256"], fact["page"] or 1, box)
    return await _shown(datasette, request, sheet, [fact])


async def source_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/page/SHA256/PAGE?box=x0,top,x1,bottom``: a page, the box marked and the figures in it named."""
    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    sha256, number = parts["sha256"], int(parts["page"])
    asked = request.args.get("box")
    box = parse_box(asked) if asked else None
    if asked and box is None:
        told = say("A box is four numbers in points, x0,top,x1,bottom.")
        return await nothing(datasette, request, told, 400)
    sheet = await sheet_of(house, base, sha256, number, box)
    if sheet is None or not 1 <= number <= max(sheet.pages, 1):
        return await nothing(datasette, request, say("The database has no such page."))
    facts: Sequence[sqlite3.Row] = ()
    if box is not None:
        corners = dict(zip(("x0", "top", "x1", "bottom"), box, strict=True))
        facts = (await base.execute(FACTS_AT, {"sha256": sha256, "page": number, **corners})).rows
    return await _shown(datasette, request, sheet, facts)


def parse_box(text: str) -> Corners | None:
    """Four finite numbers ``x0,top,x1,bottom`` that make a box; None if these are none.

    >>> parse_box("10,20,30.5,40"), parse_box("1,2,3"), parse_box("0,0,nan,1")
    ((10.0, 20.0, 30.5, 40.0), None, None)
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(math.isfinite(n) and abs(n) <= _FARTHEST for n in numbers):
        return None
    x0, top, x1, bottom = numbers
    return (x0, top, x1, bottom) if x0 <= x1 and top <= bottom else None


async def _shown(
    datasette: Datasette, request: Request, sheet: Sheet | None, facts: Sequence[sqlite3.Row]
) -> "Response":
    house = houses[datasette]
    if sheet is None:
        return await nothing(datasette, request, say("The database has no such page."))
    base = datasette.get_database(house.database)
    figures = []
    for fact in facts:
        # Each with its title, its doubts and the address that a paper can name.
        key = key_of(fact)
        asked = {"report": fact["report_id"]}
        report = (await base.execute(REPORT, asked)).rows[0]
        found = (await base.execute(FINDINGS_ABOUT, asked)).rows
        figure = {
            "row": fact,
            "key": str(key),
            "title": house.title(key),
            "address": datasette.urls.path(fact_address(fact["report_id"], key)),
            "report": datasette.urls.path(report_address(fact["report_id"])),
            "citation": cited_figure(fact, report, sheet.places, house.form(report["format"])),
            "findings": [d for d in chain(*doubts_of(house, found)) if key.matches_any(d.touches)],
        }
        figures.append(figure)
    told = {
        "sheet": sheet,
        "facts": figures,
        "picture_url": datasette.urls.path(f"/-/gkingest/picture/{sheet.sha256}/{sheet.page}.png"),
        "page_url": lambda number: datasette.urls.path(page_address(sheet.sha256, number)),
        "web": web_of(sheet.places),
        "printed": not facts or facts[0]["page"] is not None,
        "report_url": lambda report: datasette.urls.path(report_address(report)),
    }
    return await page(datasette, request, "gkingest_page.html", told)
