"""Column types: numbers exact to the printed digit, and text that every database can hold."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

StoredNumber = int | float | str

# SQLite turns any text that reads as a number into an integer or a float, digits lost or not. A no-break
# space at the end prevents that; SQL arithmetic and Python's Decimal and float read the number all the same.
_KEEP_AS_TEXT = "\u00a0"
_LARGEST_INTEGER = 2**63 - 1


def stored_number(value: Decimal) -> StoredNumber:
    """What SQLite stores for ``value``: an integer, a float that prints the same digits, or else text.

    >>> stored_number(Decimal("53")), stored_number(Decimal("9116.36"))
    (53, 9116.36)
    """
    if value == value.to_integral_value() and abs(value) <= _LARGEST_INTEGER:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else f"{value:f}{_KEEP_AS_TEXT}"


def loaded_number(stored: StoredNumber | Decimal) -> Decimal:
    """The number that :func:`stored_number` stored.

    >>> loaded_number(9116.36)
    Decimal('9116.36')
    """
    return Decimal(repr(stored)) if isinstance(stored, float) else Decimal(stored)


class _SqliteNumeric(UserDefinedType[object]):
    """A column of NUMERIC affinity whose values SQLAlchemy leaves alone."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "NUMERIC"


class ExactNumber(TypeDecorator[Decimal]):
    """A :class:`~decimal.Decimal` that comes back with every digit, and that SQL can calculate with."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC in every dialect; bare in SQLite, whose driver knows no decimals."""
        return dialect.type_descriptor(_SqliteNumeric() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | float | int | Decimal | None:
        """Python → database."""
        return stored_number(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Database → Python."""
        return None if value is None else loaded_number(value)


def storable(text: str) -> str:
    """``text`` with what no database stores made visible: NUL, and bytes of a name that is no UTF-8.

    >>> storable("a\\udcb5")
    'a\\\\udcb5'
    """
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode("utf-8")


class PrintedText(TypeDecorator[str]):
    """Text as found on paper or in a file system, whatever it holds.

    ``ordered`` text compares by code point in PostgreSQL too, so that the least path is the same everywhere.
    """

    impl = Text
    cache_ok = True

    def __init__(self, ordered: bool = False) -> None:
        super().__init__()
        self.ordered = ordered

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TEXT, with the collation "C" where order matters and is not by code point anyway."""
        bytewise = self.ordered and dialect.name == "postgresql"
        return dialect.type_descriptor(Text(collation="C") if bytewise else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Python → database."""
        return None if value is None else storable(value)
