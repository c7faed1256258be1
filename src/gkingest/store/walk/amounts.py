"""Amounts of one report as the views compute them: sums over its figures, and the word why one is missing."""

from collections.abc import Sequence
from decimal import Context, Decimal
from functools import reduce
from typing import cast

from gkingest.model.report import CellState
from gkingest.store.tables.figures import STATE_NUMBERS
from gkingest.store.tables.types import StoredNumber
from gkingest.store.views.cells import UNIT_UNKNOWN

Amount = StoredNumber | Decimal
ABSENT = STATE_NUMBERS[CellState.ABSENT]
STATES = {number: str(state) for state, number in STATE_NUMBERS.items()}
# The word why a figure gives no amount, by its state; one that is reported then has a unit that is not known.
WHY = STATES | {STATE_NUMBERS[CellState.REPORTED]: UNIT_UNKNOWN}
# Of several figures without an amount the first of these is told, as the views do.
_FIRST = (CellState.UNREADABLE, UNIT_UNKNOWN, CellState.ABSENT, CellState.DASH, CellState.BLANK)
_RANK = {str(word): rank for rank, word in enumerate(_FIRST)}
_EXACT = Context(prec=1000)  # digits: PostgreSQL adds without loss
_LARGEST_INTEGER = 2**63 - 1


def first_missing(words: Sequence[str | None]) -> str | None:
    """Which of these words, one a figure, is told of all of them; None if every figure gives an amount."""
    if not any(words):
        return None
    return min((word for word in words if word is not None), key=_RANK.__getitem__)


def total(amounts: Sequence[Amount | None], signs: Sequence[int]) -> Amount | None:
    """Amounts added up, each with its sign, as the database adds; None if one is missing.

    One by itself comes as it is stored.
    """
    if len(amounts) == 1 and signs[0] > 0:
        return amounts[0]
    if None in amounts:
        return None
    if isinstance(amounts[0], Decimal):  # as all of them are then
        return reduce(_EXACT.add, map(_EXACT.multiply, cast(Sequence[Decimal], amounts), signs))
    found: int | float = 0
    for amount, sign in zip(cast(Sequence[StoredNumber], amounts), signs, strict=True):
        number = sign * (float(amount) if isinstance(amount, str) else amount)
        added = found + number
        # A whole number that is too large for the database goes on as a float.
        found = float(found) + float(number) if isinstance(added, int) and abs(added) > _LARGEST_INTEGER else added
    return found
