"""``gkingest code``: cells that two people read blind, how far they agree, and the accuracy that comes of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import asked, print_lines, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import AsJson, Database, Levels, Organs, Provinces, Schemas, Years
from gkingest.errors import ExitCode, UsageError


class Coding(StrEnum):
    """What is to be done about double coding."""

    SAMPLE = "sample"
    AGREEMENT = "agreement"


@app.command("code")
def code(  # noqa: PLR0913, PLR0917 - one parameter an option
    what: Annotated[
        Coding, typer.Argument(help="sample draws cells; agreement compares filled sheets.", metavar="WHAT")
    ],
    sheets: Annotated[
        list[Path] | None, typer.Argument(help="Of agreement: the filled sheets of two coders.", metavar="SHEET")
    ] = None,
    number: Annotated[int, typer.Option("--n", min=1, help="How many cells to draw.")] = 200,
    by: Annotated[
        str, typer.Option("--by", help="Strata: year, level, method, format, province, table.")
    ] = "year,level,method",
    seed: Annotated[str, typer.Option("--seed", help="Where chance begins; the same draws the same.")] = "1",
    coders: Annotated[str, typer.Option("--coders", help="Names of the coders, with commas between.")] = "1,2",
    out: Annotated[Path, typer.Option("--out", help="Folder of the sheets.")] = Path("coding"),
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write workbooks in place of CSV.")] = False,
    third: Annotated[
        Path | None, typer.Option("--third", help="Filled sheet of a third, who decides where two differ.")
    ] = None,
    disputes: Annotated[
        Path | None, typer.Option("--disputes", help="Write a sheet of what is disputed, for a third.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option("--truth", help="Write what is settled to this folder, for evaluate and report --truth."),
    ] = None,
    year: Years = None,
    province: Provinces = None,
    level: Levels = None,
    organ: Organs = None,
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Double coding: draw cells for two people who read them blind, and see how far they agree.

    A sheet shows where a cell stands and not what was read. What both say is true, else what a third says.
    """
    if what is Coding.AGREEMENT:
        _compare(sheets or [], third, disputes, truth, as_json=as_json)
        return
    from gkingest.render import in_lines
    from gkingest.review.coding import sample, write_sheets
    from gkingest.store.ask.series import selection

    names, strata = ([one.strip() for one in words.split(",") if one.strip()] for words in (coders, by))
    chosen = selection(year, province, level, organ)
    with asked(db, "there is nothing to code", schemas) as (engine, _, formats, _):
        drawn = sample(engine, formats, number, strata, seed, chosen)
        paths = write_sheets(out, drawn, names, formats, workbook=xlsx)
    groups = len({one.stratum for one in drawn})
    told = [f"{len(drawn)} cells drawn from {groups} strata", *(f"written: {path}" for path in paths)]
    named = " ".join(map(str, paths))
    told += [f"each coder fills in the column value; then: gkingest code agreement {named}"]
    print_lines([line for one in told for line in in_lines(one)])


def _compare(
    paths: list[Path], third: Path | None, disputes: Path | None, truth: Path | None, *, as_json: bool
) -> None:
    from gkingest.quality.agreement import agreement, render_agreement
    from gkingest.quality.truth import write_truth
    from gkingest.render import in_lines, render_json
    from gkingest.review.coding import dispute_sheet, read_sheet

    if len(paths) < 2:
        raise UsageError("name the filled sheets of two coders, as `gkingest code sample` wrote them")
    sheets = [read_sheet(path) for path in paths]
    found = agreement(sheets, read_sheet(third) if third is not None else None)
    if not found.cells:
        raise UsageError("no cell was read by two people; fill in the column value of both sheets")
    lines = list(render_agreement(found))
    lines += [f"{sheet.coder} left {sheet.empty} cells empty" for sheet in sheets if sheet.empty]
    if disputes is not None:
        lines.append(f"{dispute_sheet(disputes, found.disputed, paths)} disputed cells written to {disputes}")
        lines.append(f"a third fills in the column value; then the same command with --third {disputes}")
    elif found.disputed and third is None:
        lines.append("--disputes FILE writes a sheet of them for a third")
    if truth is not None:
        written = write_truth(truth, found.settled())
        lines.append(f"{len(written)} reports written to {truth}; gkingest evaluate {truth} compares")
    if as_json:
        write(render_json(found.tree()))
    else:
        print_lines([line for told in lines for line in in_lines(told)])
    raise typer.Exit(ExitCode.FINDINGS if found.disputed else ExitCode.OK)
