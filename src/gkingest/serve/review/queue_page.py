"""The page of the queue: one doubtful figure after the other, its picture large, decided by keyboard alone."""

import asyncio
from typing import TYPE_CHECKING

from gkingest.errors import GkingestError
from gkingest.formats.names import printed_names, with_printed_names
from gkingest.language import language, said
from gkingest.model.decision import REASONS
from gkingest.model.finding import CATALOGUE
from gkingest.review.queue import CONFLICT, Doubtful, Wanted, counts
from gkingest.serve.pages.answer import nothing, page
from gkingest.serve.review.cells import PARTS, cell_address
from gkingest.serve.review.coders import Coder, enter, plain_name, refused
from gkingest.serve.served import (
    BASE,
    Datasette,
    House,
    Request,
    fact_address,
    houses,
    page_address,
    report_address,
)
from gkingest.serve.spoken import say
from gkingest.store.ask.browse import PROVINCES, YEARS
from gkingest.store.ask.series import Selection

if TYPE_CHECKING:
    from datasette import Response

_MOST_ITEMS = 20  # items that are handed out at a time


async def queue_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/review``: the queue by year, province and kind of doubt."""
    house = houses[datasette]
    coder, desk = house.coders.coder_of(request.scope), house.desk
    if coder is None:
        return await refused(datasette, request)
    if desk is None:
        words = say("The database lies where nothing can be written, so nothing can be decided.")
        return await nothing(datasette, request, words, 403)
    if (answer := enter(request, coder, datasette.urls.path(f"{BASE}/review"))) is not None:
        return answer
    asked = {name: (request.args.get(name) or "").strip()[:80] for name in ("year", "province", "code")}
    years = (int(asked["year"]),) if asked["year"].isascii() and asked["year"].isdigit() else ()
    chosen = Selection(years=years, provinces=(asked["province"],) if asked["province"] else ())
    wanted = Wanted(chosen, codes=(asked["code"],) if asked["code"] else ())
    name, places = await asyncio.to_thread(desk.begin, wanted)
    base = datasette.get_database(house.database)
    told = {
        "asked": asked,
        "queue": name,
        "total": len(places),
        "codes": [(code, said(CATALOGUE[code].meaning), n) for code, n in counts(places).items()],
        "years": [row["year"] for row in (await base.execute(YEARS)).rows],
        "provinces": [row["province"] for row in (await base.execute(PROVINCES)).rows],
        "coder": coder,
        "seal": house.coders.seal(coder),
        "reasons": [(word, said(meaning)) for word, meaning in REASONS.items()],
        "ledger": desk.ledger.path.name,
        "blind": False,
        "first": 0,
        "done": 0,
        "sheets": house.sheets.paths,
    }
    return await page(datasette, request, "gkingest_review.html", told)


async def queue_items(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/review/items.json?queue=…&first=…&most=…``: some items of a queue."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    desk = house.desk
    if desk is None or house.coders.coder_of(request.scope) is None:
        return Response.json({"problem": say("You may not decide here.")}, status=403)
    first, most = whole(request, "first", 0), min(whole(request, "most", _MOST_ITEMS), _MOST_ITEMS)
    found = await asyncio.to_thread(desk.part, request.args.get("queue") or "", first, most)
    if found is None:
        return Response.json({"problem": say("The queue is gone; open the page again.")}, status=404)
    return Response.json({"items": [_item(datasette, house, n, one) for n, one in found]})


def whole(request: Request, name: str, otherwise: int) -> int:
    """A whole number of an address, ``otherwise`` where there is none."""
    word = request.args.get(name) or ""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 9 else otherwise


def _item(datasette: Datasette, house: House, number: int, one: Doubtful) -> dict[str, object]:
    """An item as the script shows it."""
    place, who = one.place, one.report.who
    path, key = datasette.urls.path, one.place.key
    names = printed_names(house.formats)
    sha256 = one.report.sha256
    pictures = [path(cell_address(place.report_id, key, part)) for part in PARTS] if key and one.box else []
    return {
        "number": number,
        "report": place.report_id,
        "subject": place.subject,
        "organ": who.organ or say("Organ unknown"),
        "year": who.year,
        "title": house.title(key) if key else say(place.subject),
        "says": told_value(one.says),
        "raw": one.raw,
        "page": one.page,
        "doubts": [_doubt(code, message, names) for code, message in one.doubts],
        "candidates": [
            {
                "value": c.value,
                "told": told_value(c.value),
                "why": say("as it was read") if c.why == "read" else said(c.told),
            }
            for c in one.candidates
        ],
        "pictures": pictures,
        "sheet": "" if pictures else path(f"{BASE}/picture/{sha256}/{one.page or 1}.png"),
        "address": path(fact_address(place.report_id, key)) if key else path(page_address(sha256, one.page or 1)),
        "form": path(report_address(place.report_id)),
        "open": say("people differ on it") if one.is_open else "",
    }


def told_value(value: str) -> str:
    """A number as it is, the word of a state in the visitor's language."""
    return value if value[:1].isdigit() or value[:1] in "-+" else say(value) if value.isascii() else value


def _doubt(code: str, message: str, names: dict[str, str]) -> str:
    told = said(message)
    in_names = with_printed_names(told, names) if language() == "zh" else told
    if code == CONFLICT:  # its meaning is what its message begins with
        return in_names
    return f"{said(CATALOGUE[code].meaning)}{say(': ')}{in_names}"


async def decide(datasette: Datasette, request: Request) -> "Response":
    """``POST /-/gkingest/review/decide``: keep a decision; answered once it is on the disk."""
    return await _kept(datasette, request, "decide")


async def take_back(datasette: Datasette, request: Request) -> "Response":
    """``POST /-/gkingest/review/undo``: keep that a decision is taken back."""
    return await _kept(datasette, request, "undo")


async def _kept(datasette: Datasette, request: Request, what: str) -> "Response":
    from datasette.utils.asgi import Response

    house = houses[datasette]
    asked = await request.post_vars() if request.method == "POST" else {}
    coder, desk = house.coders.coder_of(request.scope), house.desk
    if coder is None or desk is None or not house.coders.is_own(coder, asked.get("seal", ""), request.scope):
        return Response.json({"problem": say("You may not decide here.")}, status=403)
    by = name_of(coder, asked)
    if not by:
        return Response.json({"problem": say("Say who decides: write your name first.")}, status=400)
    told = [asked.get(name, "")[:1000] for name in ("report", "subject", "value", "reason", "words", "decision")]
    report, subject, value, reason, words, decision = told
    try:
        if what == "undo":
            await asyncio.to_thread(desk.take_back, decision, by)
            return Response.json({"problem": desk.problem})
        kept = await asyncio.to_thread(desk.decide, report, subject, by, value, reason, words)
    except GkingestError as error:
        return Response.json({"problem": said(str(error))}, status=400)
    return Response.json({"decision": kept, "problem": said(desk.problem)})


def name_of(coder: Coder, asked: dict[str, str]) -> str:
    """Who decides: the name that came with the token, else the one that is written in the form."""
    return coder.name if coder.is_given else plain_name(asked.get("by", ""))
