"""What every format of an export can do: take the rows of a sheet one by one and leave whole files behind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from gkingest.store.dump import Sheet

Language = Literal["en", "zh"]
FORMATS = ("csv", "parquet", "xlsx", "dta")


class SheetWriter(Protocol):
    """Takes rows; after ``close`` the file is whole."""

    def write(self, row: Sequence[Any]) -> None:
        """Take one row: ``str``, ``int``, ``Decimal``, ``float`` or ``None`` for each column."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Format(Protocol):
    """One format of an export, which may put every sheet into a file of its own or all into one."""

    def sheet(self, sheet: Sheet) -> SheetWriter | None:
        """Begin a sheet; ``None`` where the format has no place for it."""
        ...

    def close(self) -> list[tuple[Path, str]]:
        """Finish; gives the files that were written, and for each what a reader should know, "" if nothing."""
        ...
