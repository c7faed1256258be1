"""The console entry point: every command at hand, every error of ours a message and an exit code."""

import sys
from typing import NoReturn

import typer

from gkingest.cli import cite, compare, export, ingest, looking, quality, reference, serve
from gkingest.cli.app import app
from gkingest.errors import EngineError, GkingestError
from gkingest.extras import repair_line

__all__ = ["app", "cite", "compare", "export", "ingest", "looking", "main", "quality", "reference", "serve"]


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
                f"install it again: {repair_line(error.name or '')}"
            )
        )


def _end(error: GkingestError) -> NoReturn:
    typer.echo(f"gkingest: {error}", err=True)
    sys.exit(int(error.exit_code))
