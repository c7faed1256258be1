"""Commands. Each is a few lines: check what was asked, call a room, print what :mod:`gkingest.render` gives.

Heavy libraries are imported where they are used, so that ``gkingest --help`` answers at once.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from gkingest.errors import EngineError, ExitCode, GkingestError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.batch import Summary
    from gkingest.formats.spec import Format
    from gkingest.inspection import Inspection
    from gkingest.model.report import Document

DEFAULT_DATABASE = "db/gkingest.sqlite"
_DEFAULT_COMMAND = "ingest"
_SHOWN_DOUBTS = 20  # doubts shown after a run; the rest is in table finding
_DOUBTS_EACH = 4  # of them for one document


class _Group(TyperGroup):
    """``gkingest corpus/`` is ``gkingest ingest corpus/``: what begins with no command is given to ingest."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        own = {"--help", "--version", "--install-completion", "--show-completion"}
        if args and args[0] not in self.commands and args[0] not in own:
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class FailOn(StrEnum):
    """From which kind of document on a finished run counts as failed."""

    REVIEW = "review"
    UNREADABLE = "unreadable"


class Language(StrEnum):
    """Languages of the codebook."""

    EN = "en"
    ZH = "zh"


class Ocr(StrEnum):
    """Which pages are read from their pictures."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


OcrOption = Annotated[
    Ocr, typer.Option("--ocr", help="Read pages as pictures: those without usable text, all, or none.")
]
Schemas = Annotated[
    Path | None, typer.Option("--schemas", help="Folder of format files to use in place of the shipped ones.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def _print_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"gkingest {version('gkingest')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Read 政府信息公开工作年度报告 (annual reports on government information disclosure) into a database.

    `gkingest PATH…` is short for `gkingest ingest PATH…`.
    """


@app.command()
def ingest(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of reports.", metavar="PATH")],
    db: Annotated[str, typer.Option(help="Database: a file or any SQLAlchemy URL.")] = DEFAULT_DATABASE,
    schemas: Schemas = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print a line for each document.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first doubtful document, with exit code 1.")
    ] = False,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Exit with 1 if a document was unreadable; with review, also if one was doubtful."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, save nothing.")] = False,
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Read reports and save every figure under its key (what `gkingest PATH…` does)."""
    from gkingest.batch import discover, run

    formats = _load(schemas)
    files = discover(paths, _commands(), but=Path(db.removeprefix("sqlite:///")))
    options = {
        "paths": [str(p) for p in paths],
        "fail_fast": fail_fast,
        "schemas": str(schemas or ""),
        "ocr": ocr.value,
    }
    with _database(None if dry_run else db, formats) as (engine, place):
        with _progress(len(files), shown=not (quiet or verbose)) as advance:
            reporter = _Reporter(advance, quiet=quiet, verbose=verbose, as_json=as_json)
            summary = run(
                files,
                formats,
                engine,
                schemas=schemas,
                options=options,
                on_done=reporter.done,
                fail_fast=fail_fast,
            )
        reporter.close(summary, place)
    raise typer.Exit(_exit_code(summary, fail_on))


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="One report.", metavar="FILE")],
    schemas: Schemas = None,
    svg: Annotated[
        Path | None, typer.Option(help="Draw what was read over the page, one file a page with tables.")
    ] = None,
    as_json: AsJson = False,
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Show what is understood of one document, stage by stage; saves nothing."""
    from gkingest.batch import look
    from gkingest.inspection import render_inspection, render_inspection_json
    from gkingest.render import render_json

    if not file.is_file():
        state = "is a folder; inspect looks at one file" if file.is_dir() else "there is no such file"
        raise UsageError(f"{file}: {state}, so there is nothing to show; name one document")
    seen = look(file, _load(schemas), ocr.value)
    if svg is not None:
        _draw(seen, file, svg)
    if as_json:
        _write(render_json(render_inspection_json(seen)))
    else:
        _print(render_inspection(seen))


@app.command("search")
def search_narrative(
    words: Annotated[str, typer.Argument(help="Words that the section must hold, all of them.", metavar="WORDS")],
    db: Annotated[str, typer.Option(help="Database: a file or any SQLAlchemy URL.")] = DEFAULT_DATABASE,
    most: Annotated[int, typer.Option(help="Show so many sections at most.", min=1)] = 20,
    schemas: Schemas = None,
) -> None:
    """Search the narrative of the reports that were ingested."""
    from gkingest.batch import search
    from gkingest.render import printable

    if "://" not in db and not Path(db).exists():
        raise UsageError(
            f"{db}: there is no such database, so there is nothing to search; ingest first, or name it"
        )
    with _database(db, _load(schemas)) as (engine, _):
        found = search(engine, words, most) if engine is not None else []
    for hit in found:
        _print([f"{hit.organ}, {hit.year or '?'}: {hit.heading} ({hit.path}, page {hit.page})"])
        _print([f"    …{printable(hit.excerpt)}…"])
    if not found:
        _print([f"no section holds {words}"])


@app.command("formats")
def list_formats(schemas: Schemas = None) -> None:
    """List the editions of the form that are known, and check their files."""
    from gkingest.formats.load import shipped_folder
    from gkingest.render import render_formats

    _print([f"{schemas or shipped_folder()}: all format files are valid", *render_formats(_load(schemas))])


@app.command("codebook")
def print_codebook(
    language: Annotated[Language, typer.Option("--language", "-l", help="Language.")] = Language.EN,
    schemas: Schemas = None,
) -> None:
    """Print what every table, column and key of the database means."""
    from gkingest.store.codebook import codebook

    _print([codebook(_load(schemas), language.value)])


def main() -> None:
    """Console entry point: errors of ours become a message and an exit code, never a traceback.

    A library that cannot be loaded is one of them, wherever it is missed.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="gkingest")
    except GkingestError as error:
        _end(error)
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "gkingest":
            raise
        _end(
            EngineError(
                f"a library cannot be loaded ({error}), so nothing can be read; "
                "install gkingest again: pip install --force-reinstall gkingest"
            )
        )


def _end(error: GkingestError) -> NoReturn:
    typer.echo(f"gkingest: {error}", err=True)
    sys.exit(int(error.exit_code))


def _commands() -> list[str]:
    return [_DEFAULT_COMMAND, "inspect", "formats", "codebook"]


def _load(schemas: Path | None) -> "tuple[Format, ...]":
    from gkingest.formats.load import load_formats

    return load_formats(schemas)


def _exit_code(summary: "Summary", fail_on: FailOn | None) -> int:
    from gkingest.batch import GOOD, READABLE

    if summary.interrupted:
        return ExitCode.INTERRUPTED
    fine = {None: None, FailOn.REVIEW: GOOD, FailOn.UNREADABLE: READABLE}[fail_on]
    failed = fine is not None and any(n and s not in fine for s, n in summary.statuses.items())
    return ExitCode.FINDINGS if failed or summary.stopped else ExitCode.OK


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _headline(summary: "Summary") -> str:
    told = f"{summary.documents} documents in {summary.seconds:.1f} s"
    if summary.interrupted:
        return f"{told}; interrupted: the others were not read"
    return f"{told}; stopped at the first doubtful one (--fail-fast)" if summary.stopped else told


class _Reporter:
    """What a run says on standard output: lines as documents are done, doubts and summary at the end."""

    def __init__(self, advance: Callable[[], object], *, quiet: bool, verbose: bool, as_json: bool) -> None:
        self._advance = advance
        self._quiet, self._verbose, self._as_json = quiet, verbose, as_json
        self._doubts: list[str] = []
        self._shown = self._more = 0

    def done(self, document: "Document") -> None:
        """Report one document."""
        from gkingest.render import (
            printable,
            render_document,
            render_doubts,
            render_json,
            render_line,
        )

        self._advance()
        if self._as_json:
            _write(render_json(render_document(document)))
            return
        if self._verbose:
            typer.echo(render_line(document))
        doubts = render_doubts(document)
        shown = doubts[: min(_DOUBTS_EACH, _SHOWN_DOUBTS - self._shown)]
        self._doubts += [printable(document.path), *shown] if shown else []
        self._shown += len(shown)
        self._more += len(doubts) - len(shown)

    def close(self, summary: "Summary", place: str) -> None:
        """Report the run."""
        from gkingest.render import render_json, render_summary

        if self._as_json:
            _write(render_json(summary.tree(place)))
        elif not self._quiet:
            _print(self._doubts)
            _print([f"… and {self._more} more (in tables finding and location)"] if self._more else [])
            _print([f"crawl record: {problem}" for problem in summary.problems])
            _print(render_summary(summary.statuses, summary.cells, summary.findings, _headline(summary)))
            _print([f"saved in {place}" if place else "nothing was saved (dry run)"])


@contextmanager
def _database(db: str | None, formats: "Sequence[Format]") -> "Iterator[tuple[Engine | None, str]]":
    """The database open, and where it lies; neither if there is none to write to."""
    if db is None:
        yield None, ""
        return
    from gkingest.store.database import open_database, shown

    engine = open_database(db, formats)
    try:
        yield engine, shown(engine.url)
    finally:
        engine.dispose()


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[], object]]:
    """A progress bar on standard error if that is a terminal; gives the function that moves it on."""
    if not shown or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda: bar.advance(task)


def _draw(seen: "Inspection", file: Path, out: Path) -> None:
    """Write one SVG for each page that holds a grid, and say where they are."""
    from gkingest.inspection import render_svg
    from gkingest.read.picture import page_picture
    from gkingest.read.triage import open_bytes

    grids, report = seen.document.grids, seen.document.report
    numbers = {c.page for g in grids for c in g.cells}
    pages = [p for p in seen.pages if p.number in numbers]
    if not pages:
        typer.echo(f"{file}: no page holds a table, so nothing was drawn", err=True)
    data = open_bytes(file).data if pages else b""
    for page in pages:
        name = f"{out.stem}-p{page.number}.svg" if len(pages) > 1 else f"{out.stem}.svg"
        target = out.with_name(name)
        drawing = render_svg(page, page_picture(data, page.number), grids, report)
        try:
            target.write_text(drawing, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{target}: cannot be written ({error.strerror}); choose another --svg") from error
        typer.echo(f"drawn: {target}", err=True)
