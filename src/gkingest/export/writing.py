"""What every format of an export can do: take rows of a sheet, some at a time, and leave whole files behind."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from gkingest.errors import UsageError
from gkingest.extras import install_line
from gkingest.store.ask.dump import Sheet, Value

FORMATS = ("csv", "parquet", "xlsx", "dta")
LIBRARIES = {"parquet": "pyarrow", "xlsx": "xlsxwriter"}  # what the others do not need


def writable() -> tuple[str, ...]:
    """The formats whose libraries are installed."""
    return tuple(f for f in FORMATS if f not in LIBRARIES or find_spec(LIBRARIES[f]))


def require_libraries(formats: Sequence[str]) -> None:
    """Raise :class:`UsageError` where a library of one of the formats cannot be loaded."""
    try:
        for name in formats:
            if name in LIBRARIES:
                import_module(LIBRARIES[name])
    except ImportError as error:
        raise UsageError(
            f"Parquet and Excel need a library that is not installed ({error.name}), so nothing was written; "
            f"{install_line('export')}, or choose --format csv --format dta"
        ) from error


class Teller(Protocol):
    """Makes of rows of a sheet what its file takes of them; it has no file, so that any process can do it."""

    def told(self, columns: Sequence[Sequence[Value]]) -> Any:
        """Some rows, column by column: ``str``, ``int``, ``Decimal``, ``float`` or ``None`` for each cell."""
        ...


class SheetWriter(Protocol):
    """Takes rows as the teller of its format tells them; after ``close`` the file is whole."""

    def write(self, told: Any) -> None:
        """Take what was told of some rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Format(Protocol):
    """One format of an export, which may put every sheet into a file of its own or all into one."""

    def sheet(self, sheet: Sheet) -> SheetWriter:
        """Begin a sheet."""
        ...

    def close(self) -> list[tuple[Path, str]]:
        """Finish; gives the files that were written, and for each what a reader should know, "" if nothing."""
        ...
