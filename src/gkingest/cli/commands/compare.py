"""``gkingest compare``: one indicator or cell across organs, years and levels."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import asked, print_lines, say, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import AsJson, Database, Levels, Organs, Provinces, Schemas, Years
from gkingest.errors import UsageError
from gkingest.language import language, said


class ChartKind(StrEnum):
    """What a chart shows."""

    RANKING = "ranking"
    SERIES = "series"
    PANELS = "panels"
    MISSING = "missing"


@app.command("compare")
def compare_measure(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: Annotated[
        str,
        typer.Argument(
            help="Key of an indicator (disclosure_rate), or a cell (requests/granted/total).", metavar="NAME"
        ),
    ],
    year: Years = None,
    province: Provinces = None,
    level: Levels = None,
    organ: Organs = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Groups: organ, province, prefecture, level, year, edition.")
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="Show so many ranks of each year; 0: all.")] = 0,
    ascending: Annotated[bool, typer.Option("--ascending", help="The least first.")] = False,
    peers: Annotated[
        bool, typer.Option("--percentile", "--peers", help="Percentile among peers: same year, kind and level.")
    ] = False,
    per_capita: Annotated[
        bool, typer.Option("--per-capita", help="Counts for each 10,000 inhabitants (gkingest population).")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")] = False,
    chart: Annotated[Path | None, typer.Option(help="Draw a chart: a file ending in .svg or .png.")] = None,
    chart_kind: Annotated[
        ChartKind | None, typer.Option(help="Kind of chart; by default ranking, of several years series.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Compare an indicator or cell across organs, years and levels: a table, CSV, JSON or a chart.

    What has no number is shown with the reason and never ranked; ! marks what rests on a flagged figure.
    """
    from gkingest.compare.comparison import Wanted, compare, grouping
    from gkingest.store.ask.series import selection

    wanted = Wanted(
        selection(year, province, level, organ),
        grouping(by or ()),
        top,
        ascending,
        peers,
        per_capita,
    )
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other; give one of them")
    if chart_kind is not None and chart is None:
        raise UsageError(f"--chart-kind {chart_kind}: there is no file to draw it in; add --chart FILE.svg")
    with asked(db, "there is nothing to compare", schemas) as (engine, _, formats, measures):
        if chart is not None:
            from gkingest.compare.pictures import draw

            told = draw(engine, name, formats, measures, wanted, chart, str(chart_kind or ""), language())
            say("\n".join(map(said, told)), err=True)
            if not (as_json or as_csv):
                return
        found = compare(engine, name, formats, measures, wanted)
    from gkingest.compare.shown import comparison_tree, render_comparison, render_csv
    from gkingest.formats.names import printed_names
    from gkingest.render import render_json

    if as_json:
        write(render_json(comparison_tree(found)))
    elif as_csv:
        write(render_csv(found).encode("utf-8", "backslashreplace"))
    else:
        print_lines(render_comparison(found, printed_names(formats)))
