"""What every reader may ask of whoever has a file read."""

from collections.abc import Callable
from typing import Literal, Protocol

OcrMode = Literal["auto", "always", "never"]
# Bytes of a file that another one points to, by what it writes; b"" where it is not there or may not be taken.
Beside = Callable[[str], bytes]


class ReadOptions(Protocol):
    """How a file is read: whether its pictures are, and what its text must say for a close look to be worth it.

    ``passwords`` are tried in turn on a file that is locked.
    """

    @property
    def ocr(self) -> OcrMode:
        """Whether pages that are pictures are read: where need be, all pages, or none."""

    @property
    def passwords(self) -> tuple[str, ...]:
        """What may unlock a file."""

    def worth_reading(self, text: str) -> bool:
        """Whether a page with this text may hold figures."""

    def promises_report(self, text: str) -> bool:
        """Whether a page with this text is one of a report."""
