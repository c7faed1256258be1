"""``gkingest ingest`` and ``gkingest status``: read reports, and say where the database stands."""

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkingest.cli.account import FailOn, Reporter, Tone, statuses_fine
from gkingest.cli.app import app, command_names
from gkingest.cli.common import asked, load, opened, passwords_in, print_lines, progress, write
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
    Render,
    Schemas,
    Timeout,
)
from gkingest.errors import ExitCode
from gkingest.language import said

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.batch.plan import Plan
    from gkingest.corpus.discovery import Found
    from gkingest.engine.adapter import Limits
    from gkingest.model.summary import Summary


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
    render: Render = False,
    no_grids: Annotated[
        bool,
        typer.Option("--no-grids", help="Save no raw tables, which serve shows where originals are gone."),
    ] = False,
    corrections: Corrections = None,
    ctx: typer.Context = None,  # type: ignore[assignment]  # there is none where another command reads
) -> None:
    """Read reports and save every figure under its key (what `gkingest PATH…` does).

    What is unchanged since it was read is passed over; a run that was interrupted goes on where it stopped.
    """
    from gkingest.batch.glance import Glance
    from gkingest.batch.plan import Plan
    from gkingest.batch.settings import Settings
    from gkingest.corpus.discovery import discover
    from gkingest.review.apply import ledger_of

    if render:
        from gkingest.read.browser import require_browser

        require_browser()
    file = Path(db.removeprefix("sqlite:///"))
    glance = Glance(file, paths, ctx.obj if ctx else ())
    files = discover(paths, command_names(), file, glance.note)
    # What else a run depends on, one look cannot tell; and where single files are minded, they are to be told.
    unusual = (schemas, fail_on, dry_run, force, retry, password_file, log, render, corrections, engine != "local")
    is_plain = ctx is not None and "://" not in db and not any(unusual)
    keep = partial(glance.keep, how={"paths": paths, "tone": [quiet, verbose, as_json]})
    tone = Tone(quiet, verbose, as_json, fail_on)
    plan = Plan(
        Settings(schemas, ocr.value, passwords_in(password_file), render),
        engine=engine,
        limits=_limits(jobs, timeout, memory),
        force=force,
        retry=retry,
        fail_fast=fail_fast,
        roots=tuple(paths),
        log=log,
        grids=not no_grids,
        ledger=ledger_of(db, corrections),
    )
    with opened(None if dry_run else db, load(schemas), schemas) as (database, place):
        summary = _ingest(files, plan, database, place, tone, keep=keep if is_plain else None)
    raise typer.Exit(_exit_code(summary, fail_on))


@app.command()
def status(  # noqa: PLR0913, PLR0917 - one parameter an option
    db: Database = DEFAULT_DATABASE,
    schemas: Schemas = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name all that would be read again.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read the failed files again.")] = False,
    jobs: Jobs = 0,
    timeout: Timeout = 300.0,
    memory: Memory = 6144,
    engine: EngineName = "local",
    ocr: OcrOption = Ocr.AUTO,
    corrections: Corrections = None,
) -> None:
    """Say what is in the database: how much, what is stale, what failed and why."""
    from gkingest.batch.plan import Plan
    from gkingest.batch.settings import Settings
    from gkingest.batch.status import render_standing, standing
    from gkingest.corpus.discovery import discover
    from gkingest.corpus.intake import outermost
    from gkingest.render import render_json
    from gkingest.review.apply import ledger_of

    with asked(db, "nothing is known", schemas) as (database, place, formats, _):
        reading, limits = Settings(schemas, ocr.value), _limits(jobs, timeout, memory)
        ledger = ledger_of(db, corrections)
        found = standing(database, formats, Plan(reading, engine=engine, limits=limits, ledger=ledger))
        places = dict.fromkeys(outermost(path) for path, _ in found.failed)
        failed = [path for path in places if retry and os.path.exists(path)]  # noqa: PTH110 - raises nothing
        if not failed:
            lines = [] if as_json else render_standing(found, place, whole=verbose)
            write(render_json(found.tree(place))) if as_json else print_lines(lines)
            return
        plan = Plan(
            reading,
            engine=engine,
            limits=limits,
            retry=True,
            roots=tuple(failed),
            ledger=ledger,
        )
        summary = _ingest(discover(failed), plan, database, place, Tone(as_json=as_json))
    raise typer.Exit(_exit_code(summary, None))


def _exit_code(summary: "Summary", fail_on: FailOn | None) -> int:
    if summary.interrupted:
        return 128 + summary.ended_by  # as shells count
    fine = statuses_fine(fail_on)
    failed = any(n and s not in fine for s, n in (summary.statuses + summary.unchanged).items())
    return ExitCode.FINDINGS if failed or summary.stopped else ExitCode.OK


def _ingest(
    files: "Sequence[Found]",
    plan: "Plan",
    database: "Engine | None",
    place: str,
    tone: Tone,
    *,
    keep: "Callable[[Summary, int], object] | None" = None,
) -> "Summary":
    """Run, and say what comes of it."""
    from gkingest.batch.run import run

    with progress(said("reading"), len(files), shown=not (tone.quiet or tone.verbose)) as bar:
        reporter = Reporter(bar.advance, tone, load(plan.reading.schemas))
        summary = run(
            files,
            load(plan.reading.schemas),
            database,
            plan,
            on_done=reporter.done,
            on_again=reporter.again,
            on_same=reporter.same,
            on_interrupt=_stopping,
            keep=keep,
        )
    reporter.close(summary, place)
    return summary


def _stopping(number: int) -> None:
    """Called within a signal handler, where no buffer may be touched."""
    name, again = (
        (f" ({signal.Signals(number).name})", "a second one") if number != signal.SIGINT else ("", "Ctrl-C again")
    )
    with suppress(OSError):  # nobody may be left to read it
        told = f"\ngkingest: stopping{name}; what was read is being saved ({again} ends at once)\n"
        os.write(2, said(told).encode())


def _limits(jobs: int, seconds: float, megabytes: int) -> "Limits":
    from gkingest.engine.adapter import Limits
    from gkingest.engine.machine import available_cores

    return Limits(jobs or available_cores(), seconds, megabytes)
