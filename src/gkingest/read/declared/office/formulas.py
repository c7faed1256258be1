"""Plain formulas of a spreadsheet: sums and products of cells, for results that are not stored or out of date."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|(SUM\()|(\$?[A-Z]{1,3}\$?\d{1,7})(?::(\$?[A-Z]{1,3}\$?\d{1,7}))?|([-+*(),]))",
    re.IGNORECASE,
)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DEEPEST, _MOST = 30, 5_000  # formulas in one another, cells of all of them

Value = object  # of a cell: a number, a text, a formula that begins with "=", or None
Cells = Callable[[int, int], Value]  # row and column, from 1


class _UnclearError(Exception):
    """The formula is not plain."""


def evaluated(formula: str, cells: Cells) -> Decimal | None:
    """The number that a formula gives, ``None`` where it is not plain or a cell of it holds no number.

    >>> evaluated("=A1+SUM(A1:B1)-2", lambda row, column: 5)
    Decimal('13')
    """
    try:
        return _Reader(cells, 0, [_MOST]).result(formula)
    except (_UnclearError, InvalidOperation, RecursionError):
        return None


class _Reader:
    def __init__(self, cells: Cells, depth: int, left: list[int]) -> None:
        self._cells, self._depth, self._left = cells, depth, left
        self._tokens: list[tuple[str, ...]] = []

    def result(self, formula: str) -> Decimal:
        text = formula.removeprefix("=").strip()
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or self._depth > _DEEPEST:
                raise _UnclearError
            self._tokens.append(tuple(g or "" for g in found.groups()))
            at = found.end()
        self._tokens.reverse()
        value = self._sum()
        if self._tokens:
            raise _UnclearError
        return value

    def _next(self, *signs: str) -> str:
        """The next token if it is one of these signs."""
        if self._tokens and self._tokens[-1][4] in signs and self._tokens[-1][4]:
            return self._tokens.pop()[4]
        return ""

    def _sum(self) -> Decimal:
        value = self._product()
        while sign := self._next("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Decimal:
        value = self._factor()
        while self._next("*"):
            value *= self._factor()
        return value

    def _factor(self) -> Decimal:
        if sign := self._next("+", "-"):
            value = self._factor()
            return -value if sign == "-" else value
        if self._next("("):
            value = self._sum()
            if not self._next(")"):
                raise _UnclearError
            return value
        if not self._tokens:
            raise _UnclearError
        number, total, first, last, _ = self._tokens.pop()
        if total:
            return self._total()
        if last:
            raise _UnclearError
        if number:
            return Decimal(number)
        if not first:
            raise _UnclearError
        return self._cell(*_place(first), in_sum=False)

    def _total(self) -> Decimal:
        """What stands in the brackets of a SUM: ranges, cells and numbers."""
        value = Decimal(0)
        while True:
            if self._tokens and self._tokens[-1][3]:
                _, _, first, last, _ = self._tokens.pop()
                value += sum((self._cell(*p, in_sum=True) for p in _places(first, last)), Decimal(0))
            else:
                value += self._sum()
            if self._next(")"):
                return value
            if not self._next(","):
                raise _UnclearError

    def _cell(self, row: int, column: int, *, in_sum: bool) -> Decimal:
        self._left[0] -= 1
        if self._left[0] < 0:
            raise _UnclearError
        value = self._cells(row, column)
        if value is None:
            return Decimal(0)
        if isinstance(value, str) and value.startswith("="):
            return _Reader(self._cells, self._depth + 1, self._left).result(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(repr(value))
        if in_sum and isinstance(value, str):  # texts in the ranges of a sum count for nothing
            return Decimal(0)
        raise _UnclearError


def _place(text: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(text.replace("$", "").upper())
    if found is None:
        raise _UnclearError
    return int(found[2]), column_number(found[1])


def column_number(letters: str) -> int:
    """Number of a column from its capital letters, from 1.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _places(first: str, last: str) -> Iterator[tuple[int, int]]:
    (top, left), (bottom, right) = _place(first), _place(last)
    rows, columns = (range(min(a, b), max(a, b) + 1) for a, b in ((top, bottom), (left, right)))
    if len(rows) * len(columns) > _MOST:
        raise _UnclearError
    return ((row, column) for row in rows for column in columns)
