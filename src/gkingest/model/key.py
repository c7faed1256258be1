"""Addresses of figures: table, row and column by the keys of the form, and names that stand for several of them."""

from collections.abc import Collection
from typing import NamedTuple, Self

ANY = "*"


def is_several(address: tuple[str, str, str]) -> bool:
    """Whether an address may stand for several figures."""
    return any(ANY in part for part in address)


def stands_for(name: str, key: str) -> bool:
    """Whether a name on one axis stands for a key: its own, one below it (``denied.*``), or any (``*``).

    >>> stands_for("denied.*", "denied.internal"), stands_for("denied.*", "denied"), stands_for("*", "denied")
    (True, False, True)
    """
    return name in (key, ANY) or (name.endswith(".*") and key.startswith(name[:-1]))


class KeyPattern(NamedTuple):
    """A name for one figure or for several; what each of its parts stands for, :func:`stands_for` says."""

    table: str
    row: str
    column: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """``table/row/column`` as an address; raises ``ValueError`` where it has not three parts."""
        parts = text.split("/")
        if len(parts) != 3:
            raise ValueError(f"{text}: an address is written table/row/column")
        return cls(*parts)

    def __str__(self) -> str:
        return "/".join(self)


class FactKey(KeyPattern):
    """The public address of a figure: table, row, column (canonical keys)."""

    __slots__ = ()

    def matches(self, pattern: KeyPattern) -> bool:
        """Whether the pattern stands for this figure, among others or alone."""
        return all(map(stands_for, pattern, self))

    def matches_any(self, patterns: Collection[KeyPattern]) -> bool:
        """Whether one of the patterns stands for this figure."""
        return any(self.matches(pattern) for pattern in patterns)


EVERY_FIGURE = KeyPattern(ANY, ANY, ANY)


def whole_table(table: str) -> KeyPattern:
    """Every figure of a table."""
    return KeyPattern(table, ANY, ANY)


def whole_row(table: str, row: str) -> KeyPattern:
    """Every figure of a row."""
    return KeyPattern(table, row, ANY)
