"""The page for coding blind: one cell after the other, its picture and headings, and nothing of what was read."""

import asyncio
from typing import TYPE_CHECKING

from gkingest.errors import GkingestError
from gkingest.language import said
from gkingest.serve.pages.answer import nothing, page
from gkingest.serve.review.cells import PARTS, cell_address
from gkingest.serve.review.coders import Coder, enter, refused
from gkingest.serve.review.queue_page import whole
from gkingest.serve.review.sheets import Sheets
from gkingest.serve.served import BASE, Datasette, Request, houses, page_address
from gkingest.serve.spoken import say

if TYPE_CHECKING:
    from datasette import Response

_MOST_CELLS = 20


async def code_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/code?sheet=NAME``: the cells of a sheet, from the first that is not coded."""
    house = houses[datasette]
    coder, sheets = house.coders.coder_of(request.scope), house.sheets
    if coder is None:
        return await refused(datasette, request)
    if not sheets.paths:
        words = say("No sheet is coded here; draw one with `gkingest code sample` and name it with serve --code.")
        return await nothing(datasette, request, words)
    if (answer := enter(request, coder, datasette.urls.path(f"{BASE}/code"))) is not None:
        return answer
    try:
        names = await asyncio.to_thread(sheets.names, coder.name if coder.is_given else None)
        name = request.args.get("sheet") or ""
        name = name if name in names else (names[0] if names else "")
        cells = await asyncio.to_thread(sheets.cells, name) if name else []
    except GkingestError as error:
        return await nothing(datasette, request, said(str(error)))
    told = {
        "blind": True,
        "queue": name,
        "sheets": names,
        "total": len(cells),
        "first": next((one.number for one in cells if not one.value), len(cells)),
        "done": sum(bool(one.value) for one in cells),
        "coder": coder,
        "seal": house.coders.seal(coder),
        "reasons": [],
        "ledger": name,
    }
    return await page(datasette, request, "gkingest_review.html", told)


async def code_items(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/code/items.json?queue=SHEET&first=…``: some cells of a sheet, without what was read."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    coder = house.coders.coder_of(request.scope)
    name = request.args.get("queue") or ""
    if coder is None or not _may(house.sheets, coder, name):
        return Response.json({"problem": say("You may not decide here.")}, status=403)
    first = whole(request, "first", 0)
    items = []
    for one in (await asyncio.to_thread(house.sheets.cells, name))[first : first + _MOST_CELLS]:
        path, sha256 = datasette.urls.path, one.report.partition("-")[0]
        items.append(
            {
                "number": one.number,
                "report": one.report,
                "subject": str(one.key),
                "organ": one.organ or say("Organ unknown"),
                "year": one.year,
                "title": house.title(one.key),
                "says": "",
                "raw": "",
                "page": one.page,
                "doubts": [],
                "candidates": [],
                "pictures": [path(cell_address(one.report, one.key, part)) for part in PARTS],
                "sheet": path(f"{BASE}/picture/{sha256}/{one.page}.png"),
                "address": path(page_address(sha256, one.page)),
                "form": "",
                "open": "",
            }
        )
    return Response.json({"items": items})


async def code_keep(datasette: Datasette, request: Request) -> "Response":
    """``POST /-/gkingest/code/decide`` and ``undo``: what a coder read; answered once it is on the disk."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    asked = await request.post_vars() if request.method == "POST" else {}
    coder, name = house.coders.coder_of(request.scope), asked.get("queue", "")
    if coder is None or not house.coders.is_own(coder, asked.get("seal", ""), request.scope):
        return Response.json({"problem": say("You may not decide here.")}, status=403)
    if not _may(house.sheets, coder, name):
        return Response.json({"problem": say("You may not decide here.")}, status=403)
    number = asked.get("number", "")
    value = "" if request.url_vars["what"] == "undo" else asked.get("value", "").strip()[:200]
    if not number.isdecimal() or not (value or request.url_vars["what"] == "undo"):
        return Response.json({"problem": say("Write what stands there, or choose blank.")}, status=400)
    try:
        await asyncio.to_thread(house.sheets.keep, name, int(number), value, asked.get("words", "")[:500])
    except GkingestError as error:
        return Response.json({"problem": said(str(error))}, status=400)
    return Response.json({"decision": number, "problem": ""})


def _may(sheets: Sheets, coder: Coder, name: str) -> bool:
    """Whether a sheet is there for this coder: with a token one's own alone, unseen by others."""
    return name in sheets.names(coder.name if coder.is_given else None)
