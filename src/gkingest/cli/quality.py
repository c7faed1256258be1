"""``gkingest report``, ``evaluate`` and ``population``: how good the data are, and what they are put against."""

from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import load, opened, print_lines, require, write
from gkingest.cli.options import DEFAULT_DATABASE, AsJson, Database, Language, Schemas


@app.command("report")
def report_quality(
    out: Annotated[Path, typer.Argument(help="HTML file to write.", metavar="OUT.html")] = Path("quality.html"),
    db: Database = DEFAULT_DATABASE,
    truth: Annotated[
        Path | None, typer.Option(help="Folder of what reports really say: adds the accuracy.")
    ] = None,
    language: Annotated[Language, typer.Option("--language", "-l", help="Language.")] = Language.EN,
    schemas: Schemas = None,
) -> None:
    """Write an account of how good the data are, as one HTML file."""
    from gkingest.outfile import write_whole
    from gkingest.quality.evaluate import evaluate
    from gkingest.quality.page import quality_page
    from gkingest.store.ask.coverage import counts

    require(db, "there is nothing to report on")
    with opened(db, load(schemas), schemas) as (engine, _):
        assert engine is not None
        found = evaluate(engine, truth) if truth is not None else None
        page = quality_page(counts(engine), found, language.value)
    write_whole(out, page.encode("utf-8"))
    print_lines([f"written: {out}"])


@app.command("evaluate")
def evaluate_truth(
    truth: Annotated[Path, typer.Argument(help="Folder of what reports really say.", metavar="TRUTH_DIR")],
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    schemas: Schemas = None,
) -> None:
    """Compare the database with figures that a person read off the pages."""
    from gkingest.quality.evaluate import evaluate, render_evaluation
    from gkingest.render import render_json

    require(db, "there is nothing to evaluate")
    with opened(db, load(schemas), schemas) as (engine, _):
        assert engine is not None
        found = evaluate(engine, truth)
    if as_json:
        write(render_json(found.tree()))
    else:
        print_lines([*render_evaluation(found)])


@app.command()
def population(
    file: Annotated[Path, typer.Argument(help="CSV: region_code,year,population.", metavar="FILE.csv")],
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Save the inhabitants of divisions, against which the view per_capita puts its counts."""
    from gkingest.store.write.populate import save_population

    require(db, "there is nothing to put against a population")
    with opened(db, load(schemas), schemas) as (engine, place):
        assert engine is not None
        lines = save_population(engine, file)
    print_lines([f"{lines} divisions and years saved in {place}"])
