"""Done with a whole database: ``gkingest migrate``, ``report``, ``evaluate``, ``population``; and what it means.

The meaning of the form and of the tables is printed by ``gkingest formats`` and ``codebook``.
"""

from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.commands.ingest import ingest
from gkingest.cli.common import asked, load, print_lines, require, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import (
    AsJson,
    Corrections,
    Database,
    EngineName,
    Jobs,
    Memory,
    Ocr,
    OcrOption,
    PasswordFile,
    Schemas,
    Timeout,
)
from gkingest.language import language, said, titled


@app.command("migrate")
def migrate_database(  # noqa: PLR0913, PLR0917 - one parameter an option
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
    jobs: Jobs = 0,
    timeout: Timeout = 300.0,
    memory: Memory = 6144,
    engine: EngineName = "local",
    password_file: PasswordFile = None,
    ocr: OcrOption = Ocr.AUTO,
    corrections: Corrections = None,
) -> None:
    """Take over a database of an earlier version: keep a copy, carry over what was entered, read the reports again.

    Also where a table or column is missing. Where reading is interrupted, `gkingest PATH…` goes on with it.
    """
    from gkingest.corpus.discovery import is_remote
    from gkingest.formats.indicators import load_measures
    from gkingest.store.migrate import migrate
    from gkingest.store.place import place_of, shown

    require(db, "there is nothing to migrate")
    formats = load(schemas)
    done, name = migrate(db, formats, load_measures(formats, schemas)), shown(place_of(db))
    if done is None:
        print_lines([said(f"{name}: the tables are of this version already; nothing was changed")])
        return
    told = [f"{name}: tables of schema version {done.before} made anew in version {done.after}"]
    told.append(f"what was there is kept in {done.copy}")
    told += [f"carried over: {table}, {rows} rows" for table, rows in done.carried.items()]
    here = [path for path in done.roots if not is_remote(path) and Path(path).exists()]
    for path in done.roots:
        if path not in here:
            why = "it lies afar" if is_remote(path) else "it is not found from this folder"
            told.append(f"not read again, as {why}: {path}; gkingest PATH --db {name} reads it")
    print_lines([said(line) for line in told])
    if here:
        ingest(
            here,
            db,
            schemas,
            jobs=jobs,
            timeout=timeout,
            memory=memory,
            engine=engine,
            password_file=password_file,
            ocr=ocr,
            corrections=corrections,
        )


@app.command("report")
def report_quality(
    out: Annotated[Path, typer.Argument(help="HTML file to write.", metavar="OUT.html")] = Path("quality.html"),
    db: Database = DEFAULT_DATABASE,
    truth: Annotated[
        Path | None, typer.Option(help="Folder of what reports really say: adds the accuracy.")
    ] = None,
    schemas: Schemas = None,
) -> None:
    """Write an account of how good the data are, as one HTML file."""
    from gkingest.outfile import write_whole
    from gkingest.quality.evaluate import evaluate
    from gkingest.quality.page import quality_page
    from gkingest.store.ask.coverage import counts

    with asked(db, "there is nothing to report on", schemas) as known:
        found = evaluate(known.engine, truth) if truth is not None else None
        page = quality_page(counts(known.engine), found, language())
    write_whole(out, page.encode("utf-8"))
    print_lines([said(f"written: {out}")])


@app.command("evaluate")
def evaluate_truth(
    truth: Annotated[Path, typer.Argument(help="Folder of what reports really say.", metavar="TRUTH_DIR")],
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    schemas: Schemas = None,
) -> None:
    """Compare the database with figures that a person read off the pages."""
    from gkingest.formats.names import printed_names
    from gkingest.quality.evaluate import evaluate, render_evaluation
    from gkingest.render import render_json

    with asked(db, "there is nothing to evaluate", schemas) as (engine, _, formats, _):
        found = evaluate(engine, truth)
    if as_json:
        write(render_json(found.tree()))
    else:
        print_lines([said(line) for line in render_evaluation(found, printed_names(formats))])


@app.command()
def population(
    file: Annotated[Path, typer.Argument(help="CSV: region_code,year,population.", metavar="FILE.csv")],
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Save the inhabitants of divisions, against which the view per_capita puts its counts."""
    from gkingest.store.write.populate import save_population

    with asked(db, "there is nothing to put against a population", schemas) as known:
        lines = save_population(known.engine, file)
    print_lines([said(f"{lines} divisions and years saved in {known.place}")])


@app.command("formats")
def list_formats(schemas: Schemas = None) -> None:
    """List the editions of the form that are known, and check their files, the crosswalk and the indicators."""
    from gkingest.formats.indicators import load_measures
    from gkingest.formats.load import shipped_folder
    from gkingest.render import render_formats

    formats = load(schemas)
    measures = load_measures(formats, schemas)
    checked = f"all format files are valid, and {len(measures.indicators)} indicators"
    print_lines([titled(str(schemas or shipped_folder()), checked), *render_formats(formats)])


@app.command("codebook")
def print_codebook(
    schemas: Schemas = None,
) -> None:
    """Print what every table, column and key of the database means."""
    from gkingest.formats.indicators import load_measures
    from gkingest.store.codebook import codebook

    formats = load(schemas)
    print_lines([codebook(formats, language(), load_measures(formats, schemas))])
