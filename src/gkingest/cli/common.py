"""What the commands have in common: formats and database opened, text and JSON printed."""

import errno
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gkingest.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.formats.indicators import Measures
    from gkingest.formats.spec import Format

_NO_ROOM = frozenset(getattr(errno, n) for n in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, n))


def load(schemas: Path | None) -> "tuple[Format, ...]":
    """The format files of ``schemas``, or those that ship."""
    from gkingest.formats.load import load_formats

    return load_formats(schemas)


@contextmanager
def opened(
    db: str | None, formats: "Sequence[Format]", schemas: Path | None
) -> "Iterator[tuple[Engine | None, str]]":
    """The database open, and where it lies; neither if there is none to write to."""
    if db is None:
        yield None, ""
        return
    from gkingest.formats.indicators import load_measures
    from gkingest.store.database import open_database
    from gkingest.store.place import shown

    engine = open_database(db, formats, load_measures(formats, schemas))
    try:
        yield engine, shown(engine.url)
    finally:
        engine.dispose()


class Asked(NamedTuple):
    """The database that a command asks, where it lies, and what is known of the form."""

    engine: "Engine"
    place: str
    formats: "tuple[Format, ...]"
    measures: "Measures"


@contextmanager
def asked(db: str, consequence: str, schemas: Path | None) -> Iterator[Asked]:
    """The database that is there, open; raises :class:`UsageError` with the consequence where there is none."""
    from gkingest.formats.indicators import load_measures
    from gkingest.store.database import open_database
    from gkingest.store.place import shown

    require(db, consequence)
    formats = load(schemas)
    measures = load_measures(formats, schemas)
    engine = open_database(db, formats, measures)
    try:
        yield Asked(engine, shown(engine.url), formats, measures)
    finally:
        engine.dispose()


def require(db: str, consequence: str) -> None:
    """Raise :class:`UsageError` if there is no database at ``db``, :class:`DatabaseError` if it names none."""
    from gkingest.store.place import file_of

    file = file_of(db)
    if file is not None and not file.exists():
        raise UsageError(f"{file}: there is no such database, so {consequence}; ingest first, or name it")


@contextmanager
def on_standard_output() -> "Iterator[None]":
    """Raise :class:`UsageError` where standard output takes no more; that nobody reads it is another matter."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise UsageError(
            f"{error.filename or 'standard output'}: cannot be written ({error.strerror}), so the command broke "
            "off; what was saved in the database stays; make room or name another place, and call it again"
        ) from error


def print_lines(lines: Sequence[str]) -> None:
    """Print each line on standard output."""
    with on_standard_output():
        for line in lines:
            say(line)


def say(text: str, *, err: bool = False) -> None:
    """Print text; what steers a terminal or turns words round, from a document or a file name, is shown as a code.

    Everything that a command prints for people goes through here. On a terminal no word is broken.
    """
    from gkingest.render import fitted, is_shown

    if not text.isprintable():
        text = "".join(c if c == "\n" or is_shown(c) else c.encode("unicode_escape").decode("ascii") for c in text)
    if (sys.stderr if err else sys.stdout).isatty():
        text = fitted(text, shutil.get_terminal_size().columns)
    print(text, file=sys.stderr if err else sys.stdout, flush=True)


def write(data: bytes) -> None:
    """Write bytes on standard output at once."""
    with on_standard_output():
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


def passwords_in(path: Path | None) -> tuple[str, ...]:
    """The lines of a file of passwords; raises :class:`UsageError` where it is no text."""
    if path is None:
        return ()
    try:
        return tuple(line for line in path.read_text(encoding="utf-8").splitlines() if line)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the passwords cannot be read ({error}); give a text file, one a line") from error
