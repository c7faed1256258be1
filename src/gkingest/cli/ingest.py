"""``gkingest ingest`` and ``gkingest status``: read reports, and say where the database stands."""

import os
import signal
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gkingest.cli.app import app, command_names
from gkingest.cli.common import load, opened, passwords_in, print_lines, require, write
from gkingest.cli.options import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    EngineName,
    FailOn,
    Jobs,
    Memory,
    Ocr,
    OcrOption,
    PasswordFile,
    Schemas,
    Timeout,
)
from gkingest.errors import ExitCode

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.batch.discovery import Found
    from gkingest.batch.plan import Plan, Summary
    from gkingest.engine.adapter import Limits
    from gkingest.model.report import Document

_SHOWN_DOUBTS = 20  # doubts shown after a run; the rest is in table finding
_DOUBTS_EACH = 4  # of them for one document


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
    password_file: PasswordFile = None,
    log: Annotated[Path | None, typer.Option(help="Add a line of JSON for each document to this file.")] = None,
    ocr: OcrOption = Ocr.AUTO,
) -> None:
    """Read reports and save every figure under its key (what `gkingest PATH…` does).

    What is unchanged since it was read is passed over; a run that was interrupted goes on where it stopped.
    """
    from gkingest.batch.discovery import discover
    from gkingest.batch.plan import Plan

    files = discover(paths, command_names(), but=Path(db.removeprefix("sqlite:///")))
    plan = Plan(
        ocr=ocr.value,
        schemas=schemas,
        passwords=passwords_in(password_file),
        engine=engine,
        limits=_limits(jobs, timeout, memory),
        force=force,
        retry=retry,
        fail_fast=fail_fast,
        roots=tuple(paths),
        log=log,
    )
    with opened(None if dry_run else db, load(schemas), schemas) as (database, place):
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

    require(db, "nothing is known")
    with opened(db, load(schemas), schemas) as (database, place):
        assert database is not None
        found = standing(database, load(schemas), ocr.value)
        failed = [path for path, _ in found.failed if retry and os.path.exists(path)]  # noqa: PTH110 - raises nothing
        if not failed:
            write(render_json(found.tree(place))) if as_json else print_lines(render_standing(found, place))
            return
        limits = _limits(jobs, timeout, memory)
        plan = Plan(ocr.value, schemas, engine=engine, limits=limits, retry=True, roots=tuple(failed))
        summary = _ingest(discover(failed), plan, database, place, _Tone(as_json=as_json))
    raise typer.Exit(_exit_code(summary, None))


def _exit_code(summary: "Summary", fail_on: FailOn | None) -> int:
    from gkingest.batch.plan import GOOD, READABLE

    if summary.interrupted:
        return 128 + summary.ended_by  # as shells count
    fine = {None: None, FailOn.REVIEW: GOOD, FailOn.UNREADABLE: READABLE}[fail_on]
    failed = fine is not None and any(
        n and s not in fine for s, n in (summary.statuses + summary.unchanged).items()
    )
    return ExitCode.FINDINGS if failed or summary.stopped else ExitCode.OK


def _ingest(
    files: "Sequence[Found]", plan: "Plan", database: "Engine | None", place: str, tone: "_Tone"
) -> "Summary":
    """Run, and say what comes of it."""
    from gkingest.batch.run import run

    with _progress(len(files), shown=not (tone.quiet or tone.verbose)) as advance:
        reporter = _Reporter(advance, tone)
        summary = run(
            files,
            load(plan.schemas),
            database,
            plan,
            on_done=reporter.done,
            on_same=lambda same: advance(len(same)),
            on_interrupt=_stopping,
        )
    reporter.close(summary, place)
    return summary


def _stopping(number: int) -> None:
    """Called within a signal handler, where no buffer may be touched."""
    name, again = (
        (f" ({signal.Signals(number).name})", "a second one") if number != signal.SIGINT else ("", "Ctrl-C again")
    )
    with suppress(OSError):  # nobody may be left to read it
        os.write(2, f"\ngkingest: stopping{name}; what was read is being saved ({again} ends at once)\n".encode())


def _limits(jobs: int, seconds: float, megabytes: int) -> "Limits":
    from gkingest.engine.adapter import Limits
    from gkingest.engine.machine import available_cores

    return Limits(jobs or available_cores(), seconds, megabytes)


def _headline(summary: "Summary") -> str:
    told = f"{summary.documents} documents in {summary.seconds:.1f} s"
    told += f"; {summary.unchanged.total()} unchanged since they were read" if summary.unchanged else ""
    told += f"; {summary.gone} no longer there" if summary.gone else ""
    if summary.interrupted:
        return f"{told}; interrupted: the same command reads the others"
    return f"{told}; stopped at the first doubtful one (--fail-fast)" if summary.stopped else told


def _unlisted(summary: "Summary", told: Container[str]) -> list[str]:
    """Lines on what could not be looked into, unless it was told among the doubts."""
    from gkingest.render import in_lines, printable

    some = [(n, reason) for name, reason in summary.unlisted.items() if (n := printable(name)) not in told]
    shown = [in_lines(f"not looked into: {name}: {reason}") for name, reason in some[:_SHOWN_DOUBTS]]
    lines, more = [line for lines in shown for line in lines], len(some) - _SHOWN_DOUBTS
    return [*lines, *([f"… and {more} more not looked into (table location)"] if more > 0 else [])]


def _years_line(summary: "Summary") -> list[str]:
    """A line on what was held against the year before, if anything was."""
    if summary.years is None or not summary.years.pairs:
        return []
    pairs, broken, told = summary.years.pairs, summary.years.broken, summary.years.relations
    line = f"{pairs} pairs of consecutive years: {told.held} relations hold, {told.broken} broken in {broken} pairs"
    line += f", {told.differing} soft ones differ" if told.differing else ""
    line += f", {told.not_assessable} not assessable" if told.not_assessable else ""
    line += f", {told.not_comparable} not comparable across the editions" if told.not_comparable else ""
    return [f"{line} (view pair_findings)"]


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
            write(render_json(render_document(document)))
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
            write(render_json(summary.tree(place)))
        elif not self._quiet:
            print_lines(self._doubts)
            print_lines([f"… and {self._more} more (in tables finding and location)"] if self._more else [])
            print_lines([f"crawl record: {problem}" for problem in summary.problems])
            print_lines(_unlisted(summary, self._doubts))
            print_lines(render_summary(summary.statuses, summary.cells, summary.findings, _headline(summary)))
            print_lines(_years_line(summary))
            print_lines([f"saved in {place}" if place else "nothing was saved (dry run)"])


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
