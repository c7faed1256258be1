"""The console entry point: every command at hand, every error of ours a message and an exit code."""

import os
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

from gkingest.cli.common import on_standard_output, say
from gkingest.cli.early import answered
from gkingest.errors import EngineError, GkingestError
from gkingest.extras import repair_line
from gkingest.language import said
from gkingest.redact import redacted


def main() -> None:
    """Console entry point: errors of ours become a message and an exit code, never a traceback.

    A library that cannot be loaded is one of them, wherever it is missed, and so is a place that takes no more.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with on_standard_output():
            if answered(sys.argv[1:]):
                return
            from gkingest.cli.commands.all import app

            try:
                app(prog_name="gkingest")
            finally:
                sys.excepthook = _print_error  # typer has set one of its own
                sys.stdout.flush()
    except GkingestError as error:
        _end(error)
    except BrokenPipeError:  # nobody reads on
        _let_go()
        sys.exit(1)
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "gkingest":
            raise
        _end(
            EngineError(
                f"a library cannot be loaded ({error}), so nothing can be read; "
                f"install it again: {repair_line(error.name or '')}"
            )
        )


def _print_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw, as Python prints it, without the credentials of an address."""
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))


def _end(error: GkingestError) -> NoReturn:
    with suppress(OSError):
        say(f"gkingest: {said(error.message)}", err=True)
    _let_go()
    sys.exit(int(error.exit_code))


def _let_go() -> None:
    """Drop what a stream holds and cannot write; Python would fail on it once more when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
