"""``gkingest export``, ``release``, ``diff``, ``expect``: the database as files that others can use and cite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkingest.cli.app import app
from gkingest.cli.common import asked, load, print_lines, progress, say, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import (
    AsJson,
    Authors,
    Database,
    Levels,
    Organs,
    Provinces,
    Schemas,
    Years,
)
from gkingest.errors import ExitCode, UsageError
from gkingest.language import language, said, titled
from gkingest.told import Told

if TYPE_CHECKING:
    from gkingest.formats.indicators import Measures
    from gkingest.formats.spec import Format
    from gkingest.release.side import Side


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
    from gkingest.engine.machine import available_cores
    from gkingest.export.authors import authors_of
    from gkingest.export.run import Part, export
    from gkingest.export.telling import HELPERS
    from gkingest.export.writing import writable
    from gkingest.extras import install_line
    from gkingest.formats.indicators import find_indicator
    from gkingest.store.ask.series import selection

    authors = authors_of(author)
    chosen = [*map(str, formats or writable())]
    with asked(db, "there is nothing to export", schemas) as (engine, _, forms, measures):
        part = Part(
            selection(year, province, level, organ),
            frozenset(find_indicator(name, measures).key for name in indicator or ()),
        )
        with progress(said("writing"), None) as bar:
            files = export(
                engine,
                forms,
                measures,
                folder,
                chosen,
                language(),
                on_sheet=lambda name, rows: bar.tell(said(f"{name}: {rows} rows")),
                on_progress=lambda names, done: bar.reach(float(done), ", ".join(names)),
                part=part,
                bom=language() == "zh" if bom is None else bom,
                authors=authors,
                helpers=HELPERS if available_cores() > 1 else 0,
            )
    print_lines([titled(name, note) for name, note in files if note])
    print_lines([said(f"{len(files)} files and their SHA256SUMS in {folder}")])
    if not authors:
        print_lines([said('CITATION.cff names no author; add --author "Family, Given <ORCID>" to name yourself')])
    if left_out := [f.name for f in FileFormat if not formats and f.value not in chosen]:
        told = f"left out, their libraries are not installed: {', '.join(left_out)}; {install_line('export')}"
        print_lines([said(told)])


class Allowed(StrEnum):
    """What a release may lack where it is told so."""

    ACCURACY = "accuracy"
    CONFLICTS = "conflicts"
    PROVISIONAL = "provisional"
    EXPECTATIONS = "expectations"
    AUTHOR = "author"
    UNFINISHED = "unfinished"


Expectations = Annotated[
    Path | None,
    typer.Option("--expectations", help="File of expectations in place of those of the schemas folder."),
]


@app.command("release")
def make_release(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Argument(help="Folder: new, empty, or an earlier export.", metavar="DIR")],
    version: Annotated[str, typer.Option("--version", help="Version of the data set, as 2026.1.")],
    previous: Annotated[Path | None, typer.Option(help="Folder of the release before, for what changed.")] = None,
    author: Authors = None,
    title: Annotated[str, typer.Option(help="Title of the data set.")] = "",
    licence: Annotated[
        str, typer.Option("--license", help="Licence of the data set by its SPDX identifier.")
    ] = "CC-BY-4.0",
    publisher: Annotated[str, typer.Option(help="Who publishes the data set, for DataCite.")] = "",
    at: Annotated[str, typer.Option(help="DOI or address under which it will lie.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Folder of what reports really say: the accuracy.")] = None,
    coded: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="<path>", help="Filled sheets of `gkingest code sample`: the accuracy; given for each coder."
        ),
    ] = None,
    third: Annotated[
        Path | None, typer.Option("--third", help="Filled sheet of a third, who decides where two differ.")
    ] = None,
    allow: Annotated[
        list[Allowed] | None, typer.Option(help="What may be lacking; may be given again.", show_default=False)
    ] = None,
    formats: Annotated[
        list[FileFormat] | None,
        typer.Option("--format", "-f", help="Formats beside CSV; all that can be written by default."),
    ] = None,
    expectations: Expectations = None,
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
) -> None:
    """Write a release: a data set to cite, with its accuracy, sources, corrections, coverage and what changed.

    The same database gives the same bytes. What is lacking is told, and nothing is written unless it is allowed.
    """
    from gkingest.export.authors import authors_of
    from gkingest.export.package import TITLE
    from gkingest.export.writing import writable
    from gkingest.formats.expectations import load_expectations
    from gkingest.release.accuracy import accuracy
    from gkingest.release.run import LackingError, release
    from gkingest.release.wanted import Wanted, licence_of, place_of

    if not version.strip():
        raise UsageError("--version: a release needs a version; write one, as 2026.1")
    doi, url = place_of(at)
    wanted = Wanted(
        version.strip(),
        authors_of(author),
        licence_of(licence),
        title or TITLE,
        publisher,
        doi,
        url,
        frozenset(map(str, allow or ())),
    )
    chosen = [*map(str, formats or writable())]
    with asked(db, "there is nothing to release", schemas) as (engine, _, forms, measures):
        held = load_expectations(measures, schemas, expectations)
        told = accuracy(engine, truth, coded or (), third)
        try:
            files = release(
                engine,
                forms,
                measures,
                folder,
                wanted,
                held,
                told,
                previous,
                chosen,
                language(),
                lambda name, rows: print_lines([said(Told("{0}: {1} rows", name, rows))]),
            )
        except LackingError as error:
            for lack in error.lacks:
                say(titled(lack.kind, lack.told), err=True)
                say(f"    → {said(lack.step)}", err=True)
            raise
    print_lines([titled(name, note) for name, note in files if note])
    print_lines([said(f"release {wanted.version}: {len(files)} files and their SHA256SUMS in {folder}")])


@app.command("diff")
def show_difference(
    before: Annotated[str, typer.Argument(help="Folder of a release or export, or a database.", metavar="A")],
    after: Annotated[str, typer.Argument(help="The later one.", metavar="B")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with exit code 1 where anything differs.")
    ] = False,
    schemas: Schemas = None,
) -> None:
    """Show what differs between two releases or databases, figure by figure, each with the reason."""
    from gkingest.formats.indicators import load_measures, names_of
    from gkingest.formats.names import printed_names
    from gkingest.release.difference import compare
    from gkingest.release.shown import difference_tree, render_csv, render_difference
    from gkingest.render import render_json

    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other; give one of them")
    forms = load(schemas)
    measures = load_measures(forms, schemas)
    with _side(before, forms, measures, schemas) as one, _side(after, forms, measures, schemas) as other:
        found = compare(one, other)
    if as_json:
        write(render_json(difference_tree(found)))
    elif as_csv:
        write(render_csv(found).encode("utf-8", "backslashreplace"))
    else:
        titles = {i.key: names_of(i)[language() == "zh"] for i in measures.indicators}
        print_lines(list(render_difference(found, printed_names(forms), titles)))
    if exit_code and found:
        raise typer.Exit(ExitCode.FINDINGS)


@app.command("expect")
def check_expectations(
    place: Annotated[
        str, typer.Argument(help="Folder of a release or export, or a database.", metavar="PLACE")
    ] = DEFAULT_DATABASE,
    previous: Annotated[Path | None, typer.Option(help="Folder of the release before.")] = None,
    expectations: Expectations = None,
    as_json: AsJson = False,
    schemas: Schemas = None,
) -> None:
    """Check what a release is expected to hold; exit code 1 where it does not and that stops a release."""
    from contextlib import nullcontext

    from gkingest.formats.expectations import load_expectations
    from gkingest.formats.indicators import load_measures
    from gkingest.release.expected import check, render_outcomes
    from gkingest.release.side import opened_folder
    from gkingest.render import render_json

    forms = load(schemas)
    measures = load_measures(forms, schemas)
    held = load_expectations(measures, schemas, expectations)
    earlier = opened_folder(previous) if previous else nullcontext(None)
    with _side(place, forms, measures, schemas) as side, earlier as before:
        outcomes = check(held, side, before)
    if as_json:
        write(render_json({"type": "expectations", "expectations": [one.tree() for one in outcomes]}))
    else:
        print_lines(list(render_outcomes(outcomes)))
    if any(one.stops for one in outcomes):
        raise typer.Exit(ExitCode.FINDINGS)


@contextmanager
def _side(place: str, forms: "Sequence[Format]", measures: "Measures", schemas: Path | None) -> "Iterator[Side]":
    """A folder or database that was named."""
    from gkingest.release.side import opened_database, opened_folder

    if Path(place).is_dir():
        with opened_folder(Path(place)) as side:
            yield side
        return
    with (
        asked(place, "there is nothing to look at", schemas) as known,
        opened_database(known.engine, known.place, forms, measures) as side,
    ):
        yield side
