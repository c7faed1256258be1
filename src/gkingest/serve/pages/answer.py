"""What pages have in common: a filled template, a page that is not there, a table as a file."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from gkingest.language import language
from gkingest.serve.served import Datasette, Request
from gkingest.serve.spoken import say
from gkingest.text.spreadsheet import cell_text

if TYPE_CHECKING:
    from datasette import Response


async def page(
    datasette: Datasette, request: Request, template: str, told: Mapping[str, object], status: int = 200
) -> "Response":
    """A filled template."""
    from datasette.utils.asgi import Response

    return Response.html(await datasette.render_template(template, told, request=request), status=status)


async def nothing(
    datasette: Datasette, request: Request, words: str, status: int = 404, heading: str = ""
) -> "Response":
    """A page that says what is not there, or what ``heading`` calls it; words are in the visitor's language."""
    told = {"words": words, "heading": heading or say("Nothing here")}
    return await page(datasette, request, "gkingest_nothing.html", told, status)


async def no_page(datasette: Datasette, request: Request) -> "Response":
    """A page that Datasette has and we have not."""
    return await nothing(datasette, request, say("There is no page of this address."))


def table_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> "Response":
    """A CSV file called ``name`` that a spreadsheet opens as it is meant; in Chinese with the mark for Excel."""
    from datasette.utils.asgi import Response

    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell_text(value) if isinstance(value, str) else value for value in row])
    mark = "\ufeff" if language() == "zh" else ""
    return Response(
        mark + stream.getvalue(),
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv"},
        content_type="text/csv; charset=utf-8",
    )
