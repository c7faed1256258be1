"""Files that pages need beside their text: how they look, what they do, pictures of printed pages."""

from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.serve.pages.page_view import picture_of
from gkingest.serve.served import Datasette, Request, houses
from gkingest.serve.wording import in_script

if TYPE_CHECKING:
    from datasette import Response

_FOLDER = Path(__file__).parents[1] / "static"
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


async def static_file(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/style.css`` and the scripts; which there are, the routes say."""
    from datasette.utils.asgi import Response

    path = _FOLDER / request.url_vars["file"]
    return Response(path.read_text(encoding="utf-8"), content_type=_KINDS[path.suffix])


async def script_of_tables(datasette: Datasette, request: Request) -> "Response":
    """The script of Datasette's tables in the visitor's language, so it is asked for each time."""
    import datasette as package
    from datasette.utils.asgi import Response

    path = Path(package.__file__).parent / "static" / "table.js"
    source = in_script(path.read_text(encoding="utf-8"))
    return Response(source, headers={"cache-control": "no-cache"}, content_type=_KINDS[".js"])


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
