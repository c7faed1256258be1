"""Errors that stop a run, and the exit codes that scripts can rely on.

A document that cannot be read is not an error of the run: it gets a status and a message in
``documents`` (see :class:`DocumentError`), and the run goes on.
"""

from enum import IntEnum
from pathlib import Path

from gkingest.redact import redacted
from gkingest.told import Bilingual, Told


class ExitCode(IntEnum):
    """The contract with the shell; documented in ``docs/errors.md``."""

    OK = 0
    FINDINGS = 1  # only with --fail-on or --fail-fast: the run finished or stopped at a document
    USAGE = 2
    FORMAT = 3
    DATABASE = 4
    ENGINE = 5
    INTERRUPTED = 130  # Ctrl-C: 128 and the number of the signal, as shells count; others that end a run likewise


class GkingestError(Exception):
    """A failure that ends the run; says what was found, why that stops us and what to do next."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str) -> None:
        """What is said names no password, token or key, wherever it is printed, logged or stored."""
        self.message = _without_secrets(message)
        super().__init__(self.message)


class UsageError(GkingestError):
    """The command asks for something that is not there."""


class FormatError(GkingestError):
    """A format file is wrong; the message carries file and line."""

    exit_code = ExitCode.FORMAT

    @classmethod
    def at(cls, path: Path | str, line: int, told: str) -> "FormatError":
        """What is wrong at a line (1-based) of a file, and what to do."""
        return cls(Told("{0}:{1}: {2}", path, line, told))


class DatabaseError(GkingestError):
    """The database cannot be opened, written, or is not ours."""

    exit_code = ExitCode.DATABASE


class EngineError(GkingestError):
    """A library that reading depends on is missing or broken."""

    exit_code = ExitCode.ENGINE


class DocumentError(Exception):
    """One document cannot be read: becomes its line in ``documents``, never ends the run.

    ``status`` is one of the document statuses (``corrupt``, ``encrypted``, ``unsupported``, …).
    """

    def __init__(self, status: str, message: str) -> None:
        self.message = _without_secrets(message)
        super().__init__(self.message)
        self.status = status

    def __reduce__(self) -> tuple[type["DocumentError"], tuple[str, str]]:
        """Both parts go with it from one process to another."""
        return DocumentError, (self.status, self.message)


def _without_secrets(message: str) -> str:
    """The message, which keeps its shape where there is nothing to hide."""
    shown = redacted(message)
    return message if shown == message and isinstance(message, Told | Bilingual) else shown
