"""``gkingest inspect``, ``search`` and ``serve``: look at one document, into what all say, at all in a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import asked, load, print_lines, require, say, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import AsJson, Database, Ocr, OcrOption, Render, Schemas
from gkingest.errors import UsageError
from gkingest.language import said
from gkingest.redact import redacted
from gkingest.told import Told, joined

if TYPE_CHECKING:
    from gkingest.document.inspection import Inspection


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="One report.", metavar="FILE")],
    schemas: Schemas = None,
    svg: Annotated[
        Path | None, typer.Option(help="Draw what was read over the page, one file a page with tables.")
    ] = None,
    as_json: AsJson = False,
    ocr: OcrOption = Ocr.AUTO,
    render: Render = False,
) -> None:
    """Show what is understood of one document, stage by stage; saves nothing."""
    from gkingest.document.inspection import look, render_inspection, render_inspection_json
    from gkingest.document.read_with import ReadWith
    from gkingest.read.browser import require_browser
    from gkingest.render import render_json

    if not file.is_file():
        state = "is a folder; inspect looks at one file" if file.is_dir() else "there is no such file"
        raise UsageError(f"{file}: {state}, so there is nothing to show; name one document")
    if render:
        require_browser()
    seen = look(file, ReadWith(load(schemas), ocr.value, render=render))
    if svg is not None:
        _draw(seen, file, svg)
    if as_json:
        write(render_json(render_inspection_json(seen)))
    else:
        print_lines(render_inspection(seen))


@app.command("search")
def search_narrative(
    words: Annotated[str, typer.Argument(help="Words that the section must hold, all of them.", metavar="WORDS")],
    db: Database = DEFAULT_DATABASE,
    most: Annotated[int, typer.Option(help="Show so many sections at most.", min=1)] = 20,
    schemas: Schemas = None,
) -> None:
    """Search the narrative of the reports that were ingested."""
    from gkingest.batch.search import search
    from gkingest.render import printable

    with asked(db, "there is nothing to search", schemas) as known:
        found = search(known.engine, words, most)
    for hit in found:
        whose: str = Told("{0}, {1}", hit.organ, hit.year or "?") if hit.organ else Told("no report")
        where = Told("{0}, page {1}", printable(hit.path), hit.page)
        print_lines([said(Told("{0} ({1})", joined(": ", (whose, printable(hit.heading))), where))])
        print_lines([f"    …{printable(hit.excerpt)}…"])
    if not found:
        print_lines([said(Told("no section holds {0}", words))])


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
    share: Annotated[
        list[str] | None,
        typer.Option(
            help="Name of one who may decide from another machine, once for each; the address with their token is "
            "printed. Without it only this machine may."
        ),
    ] = None,
    code: Annotated[
        list[Path] | None,
        typer.Option(
            help="Sheet of `gkingest code sample` whose cells are coded in the browser; given again: another."
        ),
    ] = None,
    schemas: Schemas = None,
) -> None:
    """Show the database in a browser: reports as the form, comparisons, every figure on its page, and decide."""
    from gkingest.formats.indicators import load_measures
    from gkingest.serve.server import addresses, build, serve

    require(db, "there is nothing to show")
    formats = load(schemas)
    hosts = host or ["127.0.0.1"]
    served = build(db, formats, load_measures(formats, schemas), hosts, share or (), code=code or ())
    shown = redacted(db)

    def announce(at: str) -> None:
        print_lines([said(f"{shown} is shown at {at} (Ctrl-C ends)")])
        print_lines([f"{name}  {address}" for name, address in addresses(served, at).items()])

    serve(served, hosts[0], port, announce, browse)


def _draw(seen: "Inspection", file: Path, out: Path) -> None:
    """Write one SVG for each page that holds a grid, and say where they are."""
    from gkingest.document.inspection import render_svg
    from gkingest.outfile import write_whole
    from gkingest.read.picture.png import shown_page
    from gkingest.read.triage import open_bytes

    grids, report = seen.document.grids, seen.document.report
    numbers = {c.page for g in grids for c in g.cells}
    pages = [p for p in seen.pages if p.number in numbers]
    if not pages:
        say(said(f"{file}: no page holds a table, so nothing was drawn"), err=True)
        return
    opened = open_bytes(file)
    for page in pages:
        name = f"{out.stem}-p{page.number}.svg" if len(pages) > 1 else f"{out.stem}.svg"
        target = out.with_name(name)
        picture = shown_page(opened.data, opened.media_type, page.number)
        drawing = render_svg(page, picture, grids, report)
        write_whole(target, drawing.encode("utf-8"), "--svg")
        say(said(f"drawn: {target}"), err=True)
