"""``gkingest serve``: the database in a browser."""

from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import load, require
from gkingest.cli.options import DEFAULT_DATABASE, Database, Schemas


@app.command("serve")
def serve_database(
    db: Database = DEFAULT_DATABASE,
    host: Annotated[
        str, typer.Option(help="Address to listen on; only this machine reaches 127.0.0.1.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8001,
    browse: Annotated[bool, typer.Option("--open", help="Open the start page in a browser.")] = False,
    schemas: Schemas = None,
) -> None:
    """Show the database in a browser: tables, queries, charts, search, and every figure on its page."""
    from gkingest.formats.indicators import load_measures
    from gkingest.serve.server import build, serve

    require(db, "there is nothing to show")
    formats = load(schemas)
    served = build(db, formats, load_measures(formats, schemas))
    serve(served, host, port, lambda address: typer.echo(f"{db} is shown at {address} (Ctrl-C ends)"), browse)
