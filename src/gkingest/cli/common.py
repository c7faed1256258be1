"""What the commands have in common: formats and database opened, text and JSON printed."""

import errno
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gkingest.errors import UsageError
from gkingest.language import said

if TYPE_CHECKING:
    from rich.progress import Progress
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


class Bar:
    """What moves a progress bar on; nothing happens where none is shown."""

    def __init__(self, bar: "Progress | None" = None, total: float = 0.0) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total, name="") if bar else None

    def advance(self, count: int, name: str = "") -> None:
        """So many are done, the last of them that of this path."""
        self._update(name.rpartition("/")[2], advance=count)

    def reach(self, part: float, name: str) -> None:
        """This part of the whole is done, and the one of this name is in hand."""
        self._update(name, completed=part)

    def _update(self, name: str, *, advance: float | None = None, completed: float | None = None) -> None:
        from gkingest.render import shortened

        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=advance, completed=completed, name=shortened(name, 24))

    def tell(self, line: str) -> None:
        """Print a line, which may go to the same terminal."""
        if self._bar is not None:
            self._bar.stop()
        print_lines([line])
        if self._bar is not None:
            self._bar.start()


@contextmanager
def progress(doing: str, count: int | None, *, shown: bool = True) -> Iterator[Bar]:
    """A progress bar on standard error, if that is a terminal: of ``count`` things, or else of parts of a whole."""
    if not shown or not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    parts = (BarColumn(20), TaskProgressColumn()) if count is None else (BarColumn(), MofNCompleteColumn())
    left = (TextColumn(said("time left")), TimeRemainingColumn(), TextColumn("{task.fields[name]}"))
    console, redirected = Console(stderr=True), count is not None
    with Progress(
        TextColumn(doing), *parts, *left, console=console, transient=True, redirect_stdout=redirected
    ) as bar:
        yield Bar(bar, 1.0 if count is None else count)


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
