"""``gkingest serve``: the database in a browser."""

from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import load, print_lines, require
from gkingest.cli.options import DEFAULT_DATABASE, Database, Schemas
from gkingest.language import said
from gkingest.redact import redacted


@app.command("serve")
def serve_database(
    db: Database = DEFAULT_DATABASE,
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="Address to listen on, by default 127.0.0.1, which only this machine reaches; given again: a "
            "further name to answer to."
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8001,
    browse: Annotated[bool, typer.Option("--open", help="Open the start page in a browser.")] = False,
    schemas: Schemas = None,
) -> None:
    """Show the database in a browser: tables, queries, charts, search, and every figure on its page."""
    from gkingest.formats.indicators import load_measures
    from gkingest.serve.server import build, serve

    require(db, "there is nothing to show")
    formats = load(schemas)
    hosts = host or ["127.0.0.1"]
    served = build(db, formats, load_measures(formats, schemas), hosts)
    shown = redacted(db)
    serve(served, hosts[0], port, lambda at: print_lines([said(f"{shown} is shown at {at} (Ctrl-C ends)")]), browse)
