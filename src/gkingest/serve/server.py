"""Datasette over one database, and the server around it."""

import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.extras import install_line
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.review.apply import ledger_of
from gkingest.serve.bounds import bound_process, connected
from gkingest.serve.hosts import names_of
from gkingest.serve.review.coders import ASKED, coders_of
from gkingest.serve.review.desk import Desk
from gkingest.serve.review.sheets import Sheets
from gkingest.serve.served import BASE, House, houses, with_titles
from gkingest.store.ask.browse import browsable
from gkingest.store.database import open_database

if TYPE_CHECKING:
    from datasette.app import Datasette

_TEMPLATES = Path(__file__).parent / "templates"
_PLUGIN = "gkingest"
_GIVE_WAY = 0.0005  # seconds that one thread of this process keeps others waiting; of Python itself ten times that
# What is asked for is cut off rather than waited for; docs/serve.md explains each.
_SETTINGS = {
    "sql_time_limit_ms": 5_000,
    "max_returned_rows": 5_000,
    "default_page_size": 50,
    "facet_time_limit_ms": 500,
    "suggest_facets": False,  # it would try each of the 250 columns of panel
    "allow_download": False,  # a file that is being written to cannot be copied byte by byte
    "default_cache_ttl": 0,
    "truncate_cells_html": 400,
    "num_sql_threads": 3,
    "max_csv_mb": 500,
}


def build(
    db: str,
    formats: Sequence[Format],
    measures: Measures,
    hosts: Sequence[str] = (),
    share: Sequence[str] = (),
    corrections: Path | None = None,
    code: Sequence[Path] = (),
) -> "Datasette":
    """A ``datasette.app.Datasette`` over the SQLite database ``db``, which answers to ``hosts`` and this machine.

    Those named in ``share`` may decide from elsewhere too, each with a token (:func:`addresses`); decisions are
    kept in ``corrections``, else beside the database. ``code`` are sheets whose cells are coded in the browser.

    Raises :class:`UsageError` where Datasette is not installed, :class:`DatabaseError` where the database cannot be
    shown.
    """
    try:
        from datasette.app import Datasette
        from datasette.plugins import pm

        from gkingest.serve import plugin
    except ImportError as error:
        raise UsageError(
            f"a library that serve needs is not installed ({error.name}); {install_line('serve')}"
        ) from error
    # Where rich is installed, Datasette 0.65 prints every 404 with it, and fails where there is none to print.
    import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    if not pm.has_plugin(_PLUGIN):
        pm.register(plugin, _PLUGIN)
    shown = browsable(db, formats, measures)
    path = str(shown.path)
    name = shown.path.stem
    served = Datasette(
        files=[] if shown.immutable else [path],
        immutables=[path] if shown.immutable else [],
        settings=dict(_SETTINGS),
        template_dir=str(_TEMPLATES),
    )
    own = served.get_database(name)
    own.connect = partial(connected, type(own).connect, own)
    folder = shown.path.absolute().parent
    # Where decisions about the database are kept; it is opened for writing once somebody decides.
    ledger = None if shown.immutable else ledger_of(path, corrections)
    engine = cache(lambda: open_database(path, formats, measures))
    house = House(
        name,
        tuple(formats),
        measures,
        (Path.cwd(), folder, folder.parent),
        names=names_of(hosts),
        coders=coders_of(share),
        sheets=Sheets(tuple(code)),
        desk=Desk(engine, ledger, formats, measures) if ledger is not None else None,
    )
    houses[served] = with_titles(house)
    return served


def addresses(served: "Datasette", start: str) -> dict[str, str]:
    """The address that each coder is given; ``start`` is that of the start page."""
    house = houses[served]
    page = "code" if house.sheets.paths else "review"
    return {n: f"{start.rstrip('/')}{BASE}/{page}?{ASKED}={token}" for n, token in house.coders.tokens.items()}


def serve(served: "Datasette", host: str, port: int, announce: Callable[[str], None], browse: bool = False) -> None:
    """Answer until interrupted; port 0 takes any that is free. ``announce`` is told the address.

    Raises :class:`UsageError` where the port is taken.
    """
    import uvicorn

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform == "win32":  # there SO_REUSEADDR lets two have the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        raise UsageError(
            f"{host}:{port}: it cannot be listened on ({error.strerror or error}), so nothing can be served; name "
            "another --port, or --port 0 for any that is free"
        ) from error
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    announce(address)
    house = houses[served]
    if browse:
        webbrowser.open(address)
    bound_process()
    # Who asks gives way at each row of an answer, and waits so long to go on while doubts are ranked behind that.
    sys.setswitchinterval(_GIVE_WAY)
    config = uvicorn.Config(served.app(), log_level="warning", lifespan="on")
    try:
        house.painter.prepare()
        if house.desk is not None:
            house.desk.prepare()
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # that is how it ends
    finally:
        house.painter.close()
        if house.desk is not None:
            house.desk.close()
        listening.close()
