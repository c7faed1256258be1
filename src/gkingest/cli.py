"""Commands. Each is a few lines: check what was asked, call a room, print what :mod:`gkingest.render` gives.

Heavy libraries are imported where they are used, so that ``gkingest --help`` answers at once.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

from gkingest.errors import EngineError, ExitCode, GkingestError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.batch.discovery import RemotePath
    from gkingest.batch.plan import Plan, Summary
    from gkingest.engine.adapter import Limits
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
Database = Annotated[str, typer.Option("--db", help="Database: a file or any SQLAlchemy URL.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="Documents read at once; 0: one for each core.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds that one document may take.")]
Memory = Annotated[int, typer.Option(min=256, help="Megabytes of memory that one worker may use.")]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        envvar="GKINGEST_ENGINE",
        help="Where to read: local processes, dask, dask:tcp://host:port, or inline.",
    ),
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
    paths: Annotated[list[str], typer.Argument(help="Files, folders or URLs of reports.", metavar="PATH")],
    db: Database = DEFAULT_DATABASE,
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
    force: Annotated[bool, typer.Option("--force", help="Read files again that are unchanged.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read files again that failed.")] = False,
    jobs: Jobs = 0,
    timeout: Timeout = 300.0,
    memory: Memory = 6144,
    engine: EngineName = "local",
    password_file: Annotated[
        Path | None, typer.Option(help="Passwords to be tried on locked files, one a line.")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="Add a line of JSON for each document to this file.")] = None,
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Read reports and save every figure under its key (what `gkingest PATH…` does).

    What is unchanged since it was read is passed over; a run that was interrupted goes on where it stopped.
    """
    from gkingest.batch.discovery import discover
    from gkingest.batch.plan import Plan

    files = discover(paths, _commands(), but=Path(db.removeprefix("sqlite:///")))
    plan = Plan(
        ocr=ocr.value,
        schemas=schemas,
        passwords=_passwords(password_file),
        engine=engine,
        limits=_limits(jobs, timeout, memory),
        force=force,
        retry=retry,
        fail_fast=fail_fast,
        roots=tuple(paths),
        log=log,
    )
    with _database(None if dry_run else db, _load(schemas), schemas) as (database, place):
        summary = _ingest(files, plan, database, place, _Tone(quiet, verbose, as_json))
    raise typer.Exit(_exit_code(summary, fail_on))


@app.command()
def status(  # noqa: PLR0913, PLR0917 - one parameter an option
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
    as_json: AsJson = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read the failed files again.")] = False,
    jobs: Jobs = 0,
    timeout: Timeout = 300.0,
    memory: Memory = 6144,
    engine: EngineName = "local",
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Say what is in the database: how much, what is stale, what failed and why."""
    from gkingest.batch.discovery import discover
    from gkingest.batch.plan import Plan
    from gkingest.batch.standing import render_standing, standing
    from gkingest.render import render_json

    _require(db, "nothing is known")
    with _database(db, _load(schemas), schemas) as (database, place):
        assert database is not None
        found = standing(database, _load(schemas), ocr.value)
        failed = [path for path, _ in found.failed if retry and Path(path).exists()]
        if not failed:
            _write(render_json(found.tree(place))) if as_json else _print(render_standing(found, place))
            return
        limits = _limits(jobs, timeout, memory)
        plan = Plan(ocr.value, schemas, engine=engine, limits=limits, retry=True, roots=tuple(failed))
        summary = _ingest(discover(failed), plan, database, place, _Tone(as_json=as_json))
    raise typer.Exit(_exit_code(summary, None))


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
    from gkingest.inspection import look, render_inspection, render_inspection_json
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
    db: Database = DEFAULT_DATABASE,
    most: Annotated[int, typer.Option(help="Show so many sections at most.", min=1)] = 20,
    schemas: Schemas = None,
) -> None:
    """Search the narrative of the reports that were ingested."""
    from gkingest.batch.searching import search
    from gkingest.render import printable

    _require(db, "there is nothing to search")
    with _database(db, _load(schemas), schemas) as (engine, _):
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
    from gkingest.formats.indicators import load_measures
    from gkingest.store.codebook import codebook

    formats = _load(schemas)
    _print([codebook(formats, language.value, load_measures(formats, schemas))])


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
    return [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


def _load(schemas: Path | None) -> "tuple[Format, ...]":
    from gkingest.formats.load import load_formats

    return load_formats(schemas)


def _exit_code(summary: "Summary", fail_on: FailOn | None) -> int:
    from gkingest.batch.plan import GOOD, READABLE

    if summary.interrupted:
        return ExitCode.INTERRUPTED
    fine = {None: None, FailOn.REVIEW: GOOD, FailOn.UNREADABLE: READABLE}[fail_on]
    failed = fine is not None and any(
        n and s not in fine for s, n in (summary.statuses + summary.unchanged).items()
    )
    return ExitCode.FINDINGS if failed or summary.stopped else ExitCode.OK


def _ingest(
    files: "Sequence[Path | RemotePath]", plan: "Plan", database: "Engine | None", place: str, tone: "_Tone"
) -> "Summary":
    """Run, and say what comes of it."""
    from gkingest.batch.run import run

    with _progress(len(files), shown=not (tone.quiet or tone.verbose)) as advance:
        reporter = _Reporter(advance, tone)
        summary = run(files, _load(plan.schemas), database, plan, on_done=reporter.done, on_same=advance)
    reporter.close(summary, place)
    return summary


def _limits(jobs: int, seconds: float, megabytes: int) -> "Limits":
    from gkingest.engine.adapter import Limits, available_cores

    return Limits(jobs or available_cores(), seconds, megabytes)


def _passwords(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        return tuple(line for line in path.read_text(encoding="utf-8").splitlines() if line)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the passwords cannot be read ({error}); give a text file, one a line") from error


def _require(db: str, consequence: str) -> None:
    if "://" not in db and not Path(db).exists():
        raise UsageError(f"{db}: there is no such database, so {consequence}; ingest first, or name it")


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _headline(summary: "Summary") -> str:
    told = f"{summary.documents} documents in {summary.seconds:.1f} s"
    told += f"; {summary.unchanged.total()} unchanged since they were read" if summary.unchanged else ""
    told += f"; {summary.gone} no longer there" if summary.gone else ""
    if summary.interrupted:
        return f"{told}; interrupted: the same command reads the others"
    return f"{told}; stopped at the first doubtful one (--fail-fast)" if summary.stopped else told


class _Tone(NamedTuple):
    """How much a run says, and how."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False


class _Reporter:
    """What a run says on standard output: lines as documents are done, doubts and summary at the end."""

    def __init__(self, advance: Callable[[int], object], tone: _Tone) -> None:
        self._advance = advance
        self._quiet, self._verbose, self._as_json = tone
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

        self._advance(1)
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
def _database(
    db: str | None, formats: "Sequence[Format]", schemas: Path | None
) -> "Iterator[tuple[Engine | None, str]]":
    """The database open, and where it lies; neither if there is none to write to."""
    if db is None:
        yield None, ""
        return
    from gkingest.formats.indicators import load_measures
    from gkingest.store.database import open_database, shown

    engine = open_database(db, formats, load_measures(formats, schemas))
    try:
        yield engine, shown(engine.url)
    finally:
        engine.dispose()


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """A progress bar on standard error if that is a terminal; gives the function that moves it on."""
    if not shown or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda count: bar.advance(task, count)


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
