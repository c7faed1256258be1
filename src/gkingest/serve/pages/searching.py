"""The page that searches the narrative in Chinese."""

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from gkingest.interpret.prose.search_words import phrase
from gkingest.serve.bounds import own_rows
from gkingest.serve.pages.answer import page
from gkingest.serve.served import Datasette, Request, houses, page_address
from gkingest.store.ask.browse import SEARCH

if TYPE_CHECKING:
    from datasette import Response

_MOST_HITS = 50  # that one page shows
_AROUND = 60  # characters on both sides of what was found
_LONGEST_ASKED = 200


async def search_page(datasette: Datasette, request: Request) -> "Response":
    """Sections that hold the words, each with a link to its page."""
    house = houses[datasette]
    words = str(request.args.get("words") or "").strip()[:_LONGEST_ASKED]
    hits = []
    if words:
        await asyncio.to_thread(phrase, words)  # the dictionary that cuts them may have to be loaded
        base = datasette.get_database(house.database)
        hits = [
            {
                "organ": row["organ"] or row["path"] or "",
                "year": row["year"],
                "heading": row["heading"],
                "page": row["page"],
                "address": page_address(row["sha256"], row["page"]),
                "excerpt": excerpt(row["text"], words),
            }
            for row in await own_rows(base, SEARCH, {"words": words, "most": _MOST_HITS + 1})
        ]
    told = {"words": words, "hits": hits[:_MOST_HITS], "more": len(hits) > _MOST_HITS, "most": _MOST_HITS}
    return await page(datasette, request, "gkingest_search.html", told)


class Piece(NamedTuple):
    """Text, ``found`` where it is one of the words that were asked for."""

    text: str
    found: bool = False


def excerpt(text: str, words: str) -> list[Piece]:
    """The text around the first place where the words stand, in pieces of what was found and what was not."""
    plain = "".join(text.split())
    wanted = [w for w in dict.fromkeys(["".join(words.split()), *phrase(words).split()]) if w]
    places = [at for w in wanted if (at := plain.find(w)) >= 0]
    start = max(min(places[:1] or [0]) - _AROUND, 0)
    rest = plain[start : start + 2 * _AROUND + len(words)]
    pieces = []
    while rest:
        # The longest of those that stand first.
        at, length = min(((place, -len(w)) for w in wanted if (place := rest.find(w)) >= 0), default=(len(rest), 0))
        pieces += [Piece(rest[:at]), Piece(rest[at : at - length], found=True)]
        rest = rest[at - length :]
    return [piece for piece in pieces if piece.text]
