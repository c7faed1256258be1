"""``gkingest export``: the database as files that others can use."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import load, opened, print_lines, require
from gkingest.cli.options import (
    DEFAULT_DATABASE,
    Authors,
    Database,
    Levels,
    Organs,
    Provinces,
    Schemas,
    Years,
)
from gkingest.language import language, said, titled


class FileFormat(StrEnum):
    """Formats of an export; CSV is always written."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    DTA = "dta"


@app.command("export")
def export_database(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Argument(help="Folder: new, empty, or an earlier export.", metavar="DIR")],
    db: Database = DEFAULT_DATABASE,
    formats: Annotated[
        list[FileFormat] | None,
        typer.Option("--format", "-f", help="Formats beside CSV; all that can be written by default."),
    ] = None,
    year: Years = None,
    province: Provinces = None,
    level: Levels = None,
    organ: Organs = None,
    indicator: Annotated[
        list[str] | None, typer.Option(help="Key or name of an indicator; may be given again.")
    ] = None,
    bom: Annotated[
        bool | None, typer.Option("--bom/--no-bom", help="Begin CSV as Excel wants it; so it is in Chinese.")
    ] = None,
    author: Authors = None,
    schemas: Schemas = None,
) -> None:
    """Write panels, figures, indicators and errata as CSV, Parquet, Excel and Stata, with codebooks and sums."""
    from gkingest.export.authors import authors_of
    from gkingest.export.run import Part, export
    from gkingest.export.writing import writable
    from gkingest.extras import install_line
    from gkingest.formats.indicators import find_indicator, load_measures
    from gkingest.store.ask.series import selection

    require(db, "there is nothing to export")
    authors = authors_of(author or ())
    forms = load(schemas)
    chosen = [f.value for f in formats] if formats else writable()
    measures = load_measures(forms, schemas)
    part = Part(
        selection(year or (), province or (), level or (), organ or ()),
        frozenset(find_indicator(name, measures).key for name in indicator or ()),
    )
    with opened(db, forms, schemas) as (engine, _):
        assert engine is not None
        files = export(
            engine,
            forms,
            measures,
            folder,
            chosen,
            language(),
            on_sheet=lambda name, rows: print_lines([said(f"{name}: {rows} rows")]),
            part=part,
            bom=language() == "zh" if bom is None else bom,
            authors=authors,
        )
    print_lines([titled(name, note) for name, note in files if note])
    print_lines([said(f"{len(files)} files and their SHA256SUMS in {folder}")])
    if not authors:
        print_lines([said('CITATION.cff names no author; add --author "Family, Given <ORCID>" to name yourself')])
    left_out = [] if formats else [f.name for f in FileFormat if f.value not in chosen]
    if left_out:
        told = f"left out, their libraries are not installed: {', '.join(left_out)}; {install_line('export')}"
        print_lines([said(told)])
