"""Figures and blanks behind a label → the slots of its row, or the reason why they cannot be placed for certain."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple
from unicodedata import numeric

from gkingest.interpret.stream.rows import Line
from gkingest.interpret.stream.tokens import Token, text_of
from gkingest.told import Told

_CANDIDATES = 3  # splits of digits that a message proposes
_MOST_DIGITS = 18  # of a row in one run; fifteen figures of one digit and some larger are less
_STEADY = 3  # rows that must show what empty lines mean before one is taken for a blank


@dataclass(frozen=True, slots=True)
class Placed:
    """The token of every slot (a blank one has no text), or none with the ``reason``.

    ``unshown`` tells that nothing is printed behind the label, and no blank cell is shown either.
    """

    tokens: tuple[Token | None, ...] = ()
    reason: str = ""
    unshown: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the figures have their slots, and something printed shows it."""
        return bool(self.tokens) and not self.unshown


class _Row(NamedTuple):
    """A line that is one of the form's, and how many slots that has."""

    line: Line
    slots: int

    @property
    def is_full(self) -> bool:
        """Whether first and last figure stand as far apart as the row is long, with no other place for them."""
        return self.slots > 1 and len(self.line.between) == self.slots

    @property
    def is_complete(self) -> bool:
        """Whether it has a figure for each of several slots."""
        return self.slots > 1 and len(self.line.figures) == self.slots

    @property
    def is_parted(self) -> bool:
        """Whether blanks stand between its figures."""
        return any(t.blank for t in self.line.between)

    @property
    def has_spare(self) -> bool:
        """Whether it is longer than the form's with no more figures: it has a column that is no one's."""
        hard = [t for t in self.line.between if not t.soft]
        return len(hard) > self.slots >= len(self.line.figures)


class Frames:
    """Where figures begin behind the labels of a table, learned from its rows that are complete.

    A blank may be an empty cell, or the rest of a label that spans several: rows built alike tell which.
    """

    def __init__(self, rows: Sequence[tuple[Line, int]]) -> None:
        counts = {n for _, n in rows if n > 1}
        self._spacers = {n: _spacers([line for line, m in rows if m == n], n) for n in counts}
        self._rows = [_Row(self.bare(line, n), n) for line, n in rows]

    @cached_property
    def starts(self) -> Mapping[tuple[int, ...], Set[int]]:
        """Where figures begin in rows of a shape; nothing where a column of no one's makes places mean nothing."""
        found: dict[tuple[int, ...], set[int]] = {}
        if any(row.has_spare for row in self._rows):
            return found
        for line in (row.line for row in self._rows if row.is_full):
            for shape in _shapes(line):
                found.setdefault(shape, set()).add(line.items.index(line.figures[0]))
        return found

    @cached_property
    def soft(self) -> bool:
        """Whether empty lines are blanks: enough rows are full, and none is longer than the form's."""
        full = sum(row.is_full for row in self._rows)
        return full >= _STEADY and not any(len(row.line.between) > row.slots for row in self._rows)

    @cached_property
    def dense(self) -> bool:
        """Whether the figures of complete rows follow each other, most often, without a blank."""
        whole = [row for row in self._rows if row.is_complete]
        parted = sum(row.is_parted for row in whole)
        return len(whole) - parted >= _STEADY and 2 * parted < len(whole)

    @cached_property
    def alike(self) -> bool:
        """Whether each of several rows has as many figures and blanks as the form."""
        return len(self._rows) >= _STEADY and all(len(row.line.items) == row.slots for row in self._rows)

    def place(self, line: Line, count: int) -> Placed:
        """The figures of a line of ``count`` slots."""
        line = self.bare(line, count)
        # A sign that counts, such as ㊾ or 三, shows that the cell it stands in is not empty.
        may_count = any(numeric(c, None) is not None for c in text_of(line.strays))
        strays = line.strays if len(line.items) < count or may_count else ()
        figures = (*strays, *line.figures)
        items = [*strays, *(line.items if self.soft else line.hard)]
        blanks = len(items) - len(figures)
        if not figures:
            return Placed((None,) * count, unshown=blanks < count)
        if len(figures) > count:
            return Placed(reason=Told("{0} figures stand where the form has {1}", len(figures), count))
        if len(figures) == count:
            told = Told("blanks stand between {0} figures", count)
            return Placed(reason=told) if self.is_broken(line, count) else Placed(figures)
        if blanks:
            return self.among_blanks(line, items, count)
        return Placed(
            reason=Told("{0} figures stand where the form has {1}, and no blank is shown", len(figures), count)
        )

    def is_broken(self, line: Line, count: int) -> bool:
        """Whether blanks between the figures of a complete row say that these are not of its slots."""
        # empty lines between the figures of a row mean nothing only where other rows have them too
        if not any(t.blank and (self.dense or not t.soft) for t in line.between):
            return False
        # as many between any two figures of a long row: two tabs a cell, and no cell is empty
        at = [n for n, t in enumerate(line.items) if t.text]
        return count <= _STEADY or len({b - a for a, b in pairwise(at)}) != 1

    def among_blanks(self, line: Line, items: Sequence[Token], count: int) -> Placed:
        """Some figures and blanks behind a label in the slots of its row, where rows built alike tell these."""
        window = self.window(line, items, count)
        figures = sum(bool(t.text) for t in items)
        if len(window) == count and sum(bool(t.text) for t in window) == figures:
            return Placed(tuple(t if t.text else None for t in window))
        blanks, shape = len(items) - figures, "{0} figures and {1} blanks stand where the form has {2}"
        return Placed(reason=Told(shape, figures, blanks, count))

    def bare(self, line: Line, count: int) -> Line:
        """The line without the blanks of columns that hold nothing in any row."""
        empty = self._spacers.get(count, frozenset())
        columns = zip(line.items, _columns(line, count), strict=True)
        items = tuple(t for t, own in columns if t.text or empty.isdisjoint(own))
        return replace(line, items=items) if len(items) < len(line.items) else line

    def window(self, line: Line, items: Sequence[Token], count: int) -> Sequence[Token]:
        """The items from where figures begin in rows built as the line is; none if these do not agree on it."""
        starts = next((s for shape in _shapes(line) if (s := self.starts.get(shape))), set[int]())
        if not starts and (self.alike or not line.tokens) and len(items) == count:
            return items
        return items[min(starts) :][:count] if len(starts) == 1 else ()


def _spacers(lines: Sequence[Line], count: int) -> frozenset[tuple[int, int]]:
    """The columns with a blank between all their figures: these are empty.

    Only rows with a figure for each of the ``count`` slots tell them from a column that was left blank.
    """
    rows: Counter[int] = Counter()
    blanks: Counter[tuple[int, int]] = Counter()
    inked: set[tuple[int, int]] = set()
    for line in lines:
        columns = _columns(line, count)
        inked.update(*(own for t, own in zip(line.items, columns, strict=True) if t.text))
        if len(line.figures) != count:
            continue
        rows.update({kind for kind, _ in chain.from_iterable(columns)})
        inner = {id(t) for t in line.between if t.blank and not t.soft}
        empty = (own for t, own in zip(line.items, columns, strict=True) if id(t) in inner)
        blanks.update(chain.from_iterable(empty))
    return frozenset(c for c, n in blanks.items() if n == rows[c[0]] >= _STEADY and c not in inked)


def _columns(line: Line, count: int) -> list[tuple[tuple[int, int], ...]]:
    """Each item's columns: its place from the last on, its cell among so many, and from the first figure on.

    The last one is told of rows with all their figures only: another may begin with a blank.
    """
    items = line.items
    full = len(line.figures) == count
    first = items.index(line.figures[0]) if full and items else 0
    return [
        ((0, len(items) - n), *(((t.cells, t.cell),) if t.cells > 1 else ()), *(((-1, n - first),) if full else ()))
        for n, t in enumerate(items)
    ]


def _shapes(line: Line) -> tuple[tuple[int, ...], ...]:
    """How a line of cells is built, as exactly as can be first: its cells and where its label ends."""
    first = line.items[0]
    own = max((t.cell for t in line.tokens if t.line == first.line), default=-1)
    return ((first.cells, own), (own,))


def splits(figures: Sequence[Token], count: int, *, total_last: bool) -> tuple[str, ...]:
    """How digits that ran together might be parted into ``count`` figures of which the last sums up the others.

    They are proposals only: that a sum holds does not show where the gaps were.
    """
    digits = "".join(t.text for t in figures)
    if not digits.isdecimal() or not total_last or not count <= len(digits) <= _MOST_DIGITS:
        return ()
    found: list[str] = []
    for parts in _parted(digits, count):
        if sum(map(Decimal, parts[:-1])) == Decimal(parts[-1]):
            found.append(" ".join(parts))
            if len(found) == _CANDIDATES:
                break
    return tuple(found)


def _parted(digits: str, count: int) -> Iterator[tuple[str, ...]]:
    """Every way to part digits into numbers without a leading zero."""
    if count == 1:
        if digits == "0" or (digits and digits[0] != "0"):
            yield (digits,)
        return
    for size in range(1, len(digits) - count + 2):
        if size > 1 and digits[0] == "0":
            return
        for rest in _parted(digits[size:], count - 1):
            yield (digits[:size], *rest)
