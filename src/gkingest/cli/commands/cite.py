"""``gkingest cite``: one figure with everything that stands behind it."""

from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import asked, passwords_in, print_lines, say, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import AsJson, Database, PasswordFile, Schemas
from gkingest.errors import UsageError
from gkingest.language import said


@app.command("cite")
def cite_figure(  # noqa: PLR0913, PLR0917 - one parameter an option
    organ: Annotated[
        str, typer.Argument(help="Name of the organ, part of it, or its division's name or code.", metavar="ORGAN")
    ],
    year: Annotated[int, typer.Argument(help="Year that the figures are about.", metavar="YEAR")],
    cell: Annotated[str, typer.Argument(help="The cell, as requests/granted/total.", metavar="CELL")],
    crop: Annotated[
        Path | None, typer.Option(help="Cut the cell with its headings out of the page, framed: a file in .png.")
    ] = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
    as_bibtex: Annotated[bool, typer.Option("--bibtex", help="Print a BibTeX entry and nothing else.")] = False,
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Cite a figure: value, organ, title, address, dates, page, how it was read, checks, and references."""
    from gkingest.cite.citation import cite
    from gkingest.cite.references import bibtex
    from gkingest.cite.shown import citation_tree, render_citation
    from gkingest.render import render_json

    if crop is not None and crop.suffix.lower() != ".png":
        raise UsageError(f"--crop {crop}: the picture is written as PNG; name a file that ends in .png")
    with asked(db, "there is nothing to cite", schemas) as (engine, _, formats, measures):
        found = cite(engine, organ, year, cell, formats, measures)
    if crop is not None:
        from gkingest.cite.crop import crop_of
        from gkingest.outfile import write_whole

        write_whole(crop, crop_of(found, passwords_in(password_file)), "--crop")
        say(said(f"cut out: {crop}"), err=True)
    if as_json:
        write(render_json(citation_tree(found)))
    else:
        print_lines(bibtex(found) if as_bibtex else render_citation(found))
