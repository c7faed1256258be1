"""``gkingest formats`` and ``gkingest codebook``: what the form and the database mean."""

from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import load, print_lines
from gkingest.cli.options import Language, Schemas


@app.command("formats")
def list_formats(schemas: Schemas = None) -> None:
    """List the editions of the form that are known, and check their files, the crosswalk and the indicators."""
    from gkingest.formats.indicators import load_measures
    from gkingest.formats.load import shipped_folder
    from gkingest.render import render_formats

    formats = load(schemas)
    measures = load_measures(formats, schemas)
    checked = f"all format files are valid, and {len(measures.indicators)} indicators"
    print_lines([f"{schemas or shipped_folder()}: {checked}", *render_formats(formats)])


@app.command("codebook")
def print_codebook(
    language: Annotated[Language, typer.Option("--language", "-l", help="Language.")] = Language.EN,
    schemas: Schemas = None,
) -> None:
    """Print what every table, column and key of the database means."""
    from gkingest.formats.indicators import load_measures
    from gkingest.store.codebook import codebook

    formats = load(schemas)
    print_lines([codebook(formats, language.value, load_measures(formats, schemas))])
