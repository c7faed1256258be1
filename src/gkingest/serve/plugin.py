"""The hooks through which Datasette asks us: links, pages, functions of SQL, headers."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import Response, hookimpl
from datasette.database import QueryInterrupted
from markupsafe import Markup

from gkingest.interpret.prose.search_words import phrase
from gkingest.language import language
from gkingest.serve.bounds import begin_page, bound, count_cell
from gkingest.serve.hosts import misdirected
from gkingest.serve.metadata import metadata
from gkingest.serve.pages import comparing, figure, files, organs, reports, searching
from gkingest.serve.pages.answer import no_page, nothing
from gkingest.serve.review import cells, coding_page, queue_page
from gkingest.serve.served import BASE, Datasette, Request, houses, link_of, report_address
from gkingest.serve.spoken import answering, kept, other_language, rounded, say, told, wanted, way
from gkingest.serve.wording import TOO_LONG, Spoken, asked_for, counted, described, reported
from gkingest.store.ask.browse import COUNTS
from gkingest.store.ask.canned import CANNED, MATCH_FUNCTION

# Nothing is fetched from elsewhere. Datasette's own pages have scripts and styles in their text.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_DIGITS = 8  # of a hash: enough to tell the rows of a table apart
_REPORT_COLUMNS = ("report_id", "current_id")
_LONGEST_ASKED = 200  # characters of words to search for
Scope = dict[str, Any]  # of ASGI, as are the others
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Bound what a query may take, and give SQL the function that turns words as typed into a full-text query."""
    if datasette in houses:
        bound(conn)
        conn.create_function(MATCH_FUNCTION, 1, full_text_query, deterministic=True)


def full_text_query(words: object) -> str:
    """Words as a person types them → a query for FTS5 that all of them must stand in; ``""`` matches nothing.

    >>> full_text_query('')
    '""'
    """
    cut = phrase(str(words or "")[:_LONGEST_ASKED]).split()
    return " AND ".join('"' + word.replace('"', '""') + '"' for word in cut) or '""'


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Our pages."""
    report = "(?P<report>[0-9a-f]{64}-[0-9]{1,4})"
    return [
        (rf"^{BASE}/(?P<file>style\.css|pages\.js|review\.js)$", files.static_file),
        (r"^/-/static/table\.js$", files.script_of_tables),
        # Those who write for Datasette try things out there; nobody who reads reports is led to them.
        (r"^/-/(?:patterns|messages|allow-debug)$", no_page),
        (rf"^{BASE}/review$", queue_page.queue_page),
        (rf"^{BASE}/code$", coding_page.code_page),
        (rf"^{BASE}/code/items\.json$", coding_page.code_items),
        (rf"^{BASE}/code/(?P<what>decide|undo)$", coding_page.code_keep),
        (rf"^{BASE}/review/items\.json$", queue_page.queue_items),
        (rf"^{BASE}/review/decide$", queue_page.decide),
        (rf"^{BASE}/review/undo$", queue_page.take_back),
        (
            rf"^{BASE}/cell/{report}/(?P<table>[^/]+)/(?P<row>[^/]+)/(?P<column>[^/]+)/(?P<part>cell|row|head)\.png$",
            cells.cell_picture,
        ),
        (rf"^{BASE}/search$", searching.search_page),
        (rf"^{BASE}/(?:compare|chart)$", comparing.compare_page),
        (rf"^{BASE}/compare\.(?P<kind>csv|svg)$", comparing.compare_file),
        (rf"^{BASE}/reports$", organs.organs_page),
        (rf"^{BASE}/organ/{report}$", organs.organ_page),
        (rf"^{BASE}/organ/{report}\.csv$", organs.organ_file),
        (rf"^{BASE}/report/{report}$", reports.report_page),
        (rf"^{BASE}/report/{report}\.csv$", reports.report_file),
        (rf"^{BASE}/fact/(?P<report>[^/]+)/(?P<table>[^/]+)/(?P<row>[^/]+)/(?P<column>[^/]+)$", figure.fact_page),
        (rf"^{BASE}/page/(?P<sha256>[0-9a-f]{{64}})/(?P<page>[0-9]{{1,4}})$", figure.source_page),
        (rf"^{BASE}/picture/(?P<sha256>[0-9a-f]{{64}})/(?P<page>[0-9]{{1,4}})\.png$", files.picture),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(datasette: Datasette, scope: Scope) -> bool:
    """Our forms carry a seal of their own, which is asked for even where there is no cookie."""
    return datasette in houses and bool(scope["path"].startswith((f"{BASE}/review/", f"{BASE}/code/")))


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls(datasette: Datasette) -> list[str]:
    """How our pages look."""
    return [datasette.urls.path(f"{BASE}/style.css")] if datasette in houses else []


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: sqlite3.Row, value: object, column: str, datasette: Datasette) -> Markup | None:
    """Figures lead to the page where they are printed."""
    house = houses.get(datasette)
    if house is None:
        return None
    count_cell()
    if column in _REPORT_COLUMNS and isinstance(value, str) and value:
        return _short_link(datasette.urls.path(report_address(value)), value)
    address = link_of(house, row, value, column)
    if address is None:
        return None
    if column == "sha256":
        return _short_link(datasette.urls.path(address), str(value))
    return Markup('<a href="{}#mark">{}</a>').format(datasette.urls.path(address), str(value))


def _short_link(address: str, value: str) -> Markup:
    """A link with the first digits of a hash; all of it shows under the pointer, and is in JSON and CSV."""
    digits, hyphen, ordinal = value.partition("-")
    shown = digits[:_DIGITS] + "…" + hyphen + ordinal if len(digits) > _DIGITS else value
    return Markup('<a href="{}" title="{}">{}</a>').format(address, value, shown)


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """What can be looked at, in the menu of every page."""
    if datasette not in houses:
        return []
    return [
        {"href": datasette.urls.path(f"{BASE}/{name}"), "label": say(label)}
        for name, label in (
            ("reports", "Reports"),
            ("review", "Review"),
            ("compare", "Compare"),
            ("search", "Search the narrative"),
        )
    ]


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette) -> dict[str, object]:
    """What our pages name; ``gkingest_start`` is asked by the start page only."""
    house = houses.get(datasette)
    if house is None:
        return {}

    async def start() -> dict[str, object]:
        # The dictionary that cuts words takes a second: while somebody types what to search, and not before doubts.
        asyncio.get_running_loop().run_in_executor(None, phrase, "公开")
        counts = (await datasette.get_database(house.database).execute(COUNTS)).first()
        asked = [(q, datasette.urls.query(house.database, q.name)) for q in CANNED]
        return {"counts": counts, "queries": asked, "database": datasette.urls.database(house.database)}

    return {
        "gkingest_start": start,
        "gkingest_base": datasette.urls.path(BASE),
        "lang": language(),
    }


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any, datasette: Datasette) -> None:
    """What every template may call: words and numbers in the visitor's language."""
    env.globals |= {"say": say, "told": told, "rounded": rounded, "way": way}
    env.globals |= {"counted": counted, "described": described, "reported": reported, "asked_for": asked_for}
    # Pages that tell an error are given no styles and no menu.
    env.globals["extra_css_urls"] = [{"url": address} for address in extra_css_urls(datasette)]
    env.globals["own_links"] = lambda: menu_links(datasette)
    env.globals |= {"language": language, "other_language": other_language}
    env.extensions[Spoken.identifier] = Spoken()


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette) -> dict[str, object]:
    """What Datasette tells of the database, in the visitor's language."""
    house = houses.get(datasette)
    if house is None:
        return {}
    if language() not in house.described:
        house.described[language()] = metadata(house.database, house.formats, house.measures)
    return house.described[language()]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Every answer is in the visitor's language and tells the browser to load nothing from elsewhere."""

    def guarded(app: App) -> App:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            extra: list[tuple[bytes, bytes]] = []

            async def with_headers(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    event = {**event, "headers": [*event.get("headers", []), *_HEADERS, *extra]}
                await send(event)

            # Asked now: Datasette makes its own client before it can be known whose instance this is.
            house = houses.get(datasette)
            if house is None:
                await app(scope, receive, send)
            elif scope["type"] == "http" and (refused := misdirected(scope, house.names)):
                status, words = refused
                headers = [(b"content-type", b"text/plain; charset=utf-8")]
                await with_headers({"type": "http.response.start", "status": status, "headers": headers})
                await with_headers({"type": "http.response.body", "body": words.encode()})
            else:
                begin_page()
                asked, new = wanted(scope)
                extra.extend([kept(asked)] if asked and new else [])
                with answering(scope, asked or language()):
                    await app(scope, receive, with_headers)

        return answer

    return guarded


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]] | None:
    """A query for which there is no memory, or on a page of ours no time, says so; to a program in plain text."""
    words = {
        MemoryError: "The query needs more memory than it may take; ask for fewer rows or columns.",
        QueryInterrupted: TOO_LONG,
    }.get(type(exception))
    if datasette not in houses or words is None:
        return None

    async def told() -> Response:
        if request.path.endswith((".json", ".csv")):
            return Response.text(say(words) + "\n", status=400)
        return await nothing(datasette, request, say(words), 400, heading=say("SQL Interrupted"))

    return told


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def forbidden(datasette: Datasette, request: Request, message: str) -> Callable[[], Awaitable[Response]] | None:
    """What Datasette refuses is told on a page like all others."""
    if datasette not in houses:
        return None
    return partial(nothing, datasette, request, say(message), 403, heading=say("Not allowed"))
