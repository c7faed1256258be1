"""The pages that show where a figure is printed: by its key, or a page of a file with a box."""

import json
import math
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.model.key import FactKey, KeyPattern
from gkingest.serve.page_view import Corners, Sheet, picture_of, sheet_of
from gkingest.serve.served import Datasette, Request, fact_address, houses, page_address
from gkingest.store.ask.browse import FACT, FACTS_AT, FINDINGS_ABOUT

if TYPE_CHECKING:
    from datasette import Response

_STYLE = Path(__file__).with_name("style.css")
_FARTHEST = 100_000.0  # points: no page is that large


async def fact_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/fact/REPORT/TABLE/ROW/COLUMN``: one figure, its doubts, and its page with the cell marked."""
    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    fact = (await base.execute(FACT, {name: parts[name] for name in ("report", "table", "row", "column")})).first()
    if fact is None:
        return await _nothing(datasette, request, "The database has no such figure. 数据库中没有这个数。")
    x0, top, x1, bottom = (fact[name] for name in ("x0", "top", "x1", "bottom"))
    box = None if None in (x0, top, x1, bottom) else (x0, top, x1, bottom)
    sheet = await sheet_of(house, base, fact["sha256"], fact["page"] or 1, box)
    return await _shown(datasette, request, sheet, [fact])


async def source_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/page/SHA256/PAGE?box=x0,top,x1,bottom``: a page, the box marked and the figures in it named."""
    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    sha256, page = parts["sha256"], int(parts["page"])
    asked = request.args.get("box")
    box = parse_box(asked) if asked else None
    if asked and box is None:
        told = "A box is four numbers in points, x0,top,x1,bottom. 方框为四个数：x0,top,x1,bottom（点）。"
        return await _nothing(datasette, request, told, 400)
    sheet = await sheet_of(house, base, sha256, page, box)
    if sheet is None or not 1 <= page <= max(sheet.pages, 1):
        return await _nothing(datasette, request, "The database has no such page. 数据库中没有这一页。")
    facts: Sequence[sqlite3.Row] = ()
    if box is not None:
        corners = dict(zip(("x0", "top", "x1", "bottom"), box, strict=True))
        facts = (await base.execute(FACTS_AT, {"sha256": sha256, "page": page, **corners})).rows
    return await _shown(datasette, request, sheet, facts)


async def style(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/style.css``."""
    from datasette.utils.asgi import Response

    return Response(_STYLE.read_text(encoding="utf-8"), content_type="text/css; charset=utf-8")


async def picture(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/picture/SHA256/PAGE.png``."""
    from datasette.utils.asgi import Response

    house, parts = houses[datasette], request.url_vars
    base = datasette.get_database(house.database)
    found = await picture_of(house, base, parts["sha256"], int(parts["page"]))
    if found is None:
        return Response.text("no picture of this page can be shown", status=404)
    kept = {"cache-control": "private, max-age=3600"}
    return Response(found.png, headers=kept, content_type="image/png")


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
    from datasette.utils.asgi import Response

    house = houses[datasette]
    if sheet is None:
        return await _nothing(datasette, request, "The database has no such page. 数据库中没有这一页。")
    figures = []
    for fact in facts:
        # Each with its title, its doubts and the address that a paper can name.
        key = FactKey(fact["table_key"], fact["row_key"], fact["column_key"])
        base = datasette.get_database(house.database)
        doubts = (await base.execute(FINDINGS_ABOUT, {"report": fact["report_id"]})).rows
        figure = {
            "row": fact,
            "key": str(key),
            "title": house.title(key),
            "address": datasette.urls.path(fact_address(fact["report_id"], key)),
            "report": datasette.urls.row(house.database, "report", fact["report_id"]),
            "findings": [d for d in doubts if touches(d["touches"], key)],
        }
        figures.append(figure)
    told = {
        "sheet": sheet,
        "facts": figures,
        "picture_url": datasette.urls.path(f"/-/gkingest/picture/{sheet.sha256}/{sheet.page}.png"),
        "page_url": lambda number: datasette.urls.path(page_address(sheet.sha256, number)),
        "web": [row for row in sheet.places if is_web(row["url"])],
        "printed": not facts or facts[0]["page"] is not None,
    }
    return Response.html(await datasette.render_template("gkingest_page.html", told, request=request))


def touches(listed: str | None, key: FactKey) -> bool:
    """Whether a finding names a figure; ``listed`` are patterns as JSON.

    >>> touches('[["requests","*","total"]]', FactKey("requests", "granted", "total"))
    True
    """
    return key.matches_any([KeyPattern(*parts) for parts in json.loads(listed or "[]") if len(parts) == 3])


def is_web(url: str | None) -> bool:
    """Whether an address may be a link: the database has what a crawl wrote, and that may be anything."""
    return bool(url) and str(url).lower().startswith(("http://", "https://"))


async def _nothing(datasette: Datasette, request: Request, words: str, status: int = 404) -> "Response":
    from datasette.utils.asgi import Response

    body = await datasette.render_template("gkingest_nothing.html", {"words": words}, request=request)
    return Response.html(body, status=status)
