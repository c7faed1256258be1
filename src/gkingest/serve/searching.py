"""The page that searches the narrative in Chinese."""

from typing import Any

from markupsafe import Markup, escape

from gkingest.interpret.prose.search_words import phrase
from gkingest.serve.bounds import own_rows
from gkingest.serve.served import houses, page_address
from gkingest.store.ask.browse import SEARCH

_MOST_HITS = 50  # that one page shows
_AROUND = 60  # characters on both sides of what was found
_LONGEST_ASKED = 200


async def search_page(datasette: Any, request: Any) -> Any:
    """Sections that hold the words, each with a link to its page."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    words = str(request.args.get("words") or "").strip()[:_LONGEST_ASKED]
    hits = []
    if words:
        base = datasette.get_database(house.database)
        hits = [_hit(row, words) for row in await own_rows(base, SEARCH, {"words": words, "most": _MOST_HITS + 1})]
    told = {"words": words, "hits": hits[:_MOST_HITS], "more": len(hits) > _MOST_HITS, "most": _MOST_HITS}
    return Response.html(await datasette.render_template("gkingest_search.html", told, request=request))


def _hit(row: Any, words: str) -> dict[str, Any]:
    return {
        "organ": row["organ"] or row["path"] or "",
        "year": row["year"],
        "heading": row["heading"],
        "page": row["page"],
        "address": page_address(row["sha256"], row["page"]),
        "excerpt": excerpt(row["text"], words),
    }


def excerpt(text: str, words: str) -> Markup:
    """The text around the first place where the words stand, all of them marked; escaped."""
    plain = "".join(text.split())
    wanted = [w for w in dict.fromkeys(["".join(words.split()), *phrase(words).split()]) if w]
    places = [at for w in wanted if (at := plain.find(w)) >= 0]
    start = max(min(places[:1] or [0]) - _AROUND, 0)
    shown = plain[start : start + 2 * _AROUND + len(words)]
    return Markup("…{}…").format(_marked(shown, wanted))


def _marked(text: str, wanted: list[str]) -> Markup:
    """``text`` with each of the words marked, the longest first."""
    at, length = min(((place, -len(w)) for w in wanted if (place := text.find(w)) >= 0), default=(-1, 0))
    if at < 0:
        return escape(text)
    end = at - length
    return escape(text[:at]) + Markup("<mark>{}</mark>").format(text[at:end]) + _marked(text[end:], wanted)
