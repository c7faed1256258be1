"""Figures and blanks behind a label → the slots of its row, or the reason why they cannot be placed for certain."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from unicodedata import numeric

from gkingest.interpret.stream.rows import Line
from gkingest.interpret.stream.tokens import Token
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


class Frames:
    """Where figures begin behind the labels of a table, learned from its rows that are complete.

    A blank may be an empty cell, or the rest of a label that spans several: rows built alike tell which.
    """

    def __init__(self, rows: Sequence[tuple[Line, int]]) -> None:
        counts = {n for _, n in rows}
        self._spacers = {n: _spacers([line for line, m in rows if m == n], n) for n in counts}
        rows = [(self._bare(line, n), n) for line, n in rows]
        self._starts: dict[tuple[int, ...], set[int]] = defaultdict(set)
        # where the first and the last figure stand as far apart as the row is long, no other place is left for it
        full = [line for line, n in rows if n > 1 and len(_between(line.items)) == n]
        for line in full:
            for shape in _shapes(line):
                self._starts[shape].add(line.items.index(line.figures[0]))
        broken = any(len(_between(line.items)) > n for line, n in rows)
        # a row of no more figures that is longer than the form's shows a column of no one's: places mean nothing
        if any(len(_between(_hard(line.items))) > n >= len(line.figures) for line, n in rows):
            self._starts.clear()
        self._soft = len(full) >= _STEADY and not broken
        whole = [line for line, n in rows if n > 1 and len(line.figures) == n]
        parted = sum(any(not t.text for t in _between(line.items)) for line in whole)
        self._dense = len(whole) - parted >= _STEADY and 2 * parted < len(whole)
        self._alike = len(rows) >= _STEADY and all(len(line.items) == n for line, n in rows)

    def place(self, line: Line, count: int) -> Placed:
        """The figures of a line of ``count`` slots."""
        line = self._bare(line, count)
        strays = line.strays if len(line.items) < count or _may_count(line.strays) else ()
        figures = (*strays, *line.figures)
        items = [*strays, *(t for t in line.items if t.text or not t.soft or self._soft)]
        blanks = len(items) - len(figures)
        if not figures:
            return Placed((None,) * count, unshown=blanks < count)
        if len(figures) > count:
            return Placed(reason=Told("{0} figures stand where the form has {1}", len(figures), count))
        if len(figures) == count:
            # empty lines between the figures of a row mean nothing only where other rows have them too
            hard = any(not t.text and (self._dense or not t.soft) for t in _between(line.items))
            hard = hard and not _evenly_parted(line, count)
            return Placed(reason=Told("blanks stand between {0} figures", count)) if hard else Placed(figures)
        if blanks:
            window = self._window(line, items, count)
            if len(window) == count and sum(bool(t.text) for t in window) == len(figures):
                return Placed(tuple(t if t.text else None for t in window))
            return Placed(
                reason=Told("{0} figures and {1} blanks stand where the form has {2}", len(figures), blanks, count)
            )
        return Placed(
            reason=Told("{0} figures stand where the form has {1}, and no blank is shown", len(figures), count)
        )

    def _bare(self, line: Line, count: int) -> Line:
        """The line without the blanks of columns that hold nothing in any row."""
        empty = self._spacers.get(count, frozenset())
        columns = zip(line.items, _columns(line, count), strict=True)
        items = tuple(t for t, own in columns if t.text or empty.isdisjoint(own))
        return replace(line, items=items) if len(items) < len(line.items) else line

    def _window(self, line: Line, items: Sequence[Token], count: int) -> Sequence[Token]:
        """The items from where figures begin in rows built as the line is; none if these do not agree on it."""
        starts = next((s for shape in _shapes(line) if (s := self._starts.get(shape))), set())
        if not starts and (self._alike or not line.tokens) and len(items) == count:
            return items
        return items[min(starts) :][:count] if len(starts) == 1 else ()


def _spacers(lines: Sequence[Line], count: int) -> frozenset[tuple[int, int]]:
    """The columns with a blank between all their figures: these are empty.

    Only rows with a figure for each of the ``count`` slots tell them from a column that was left blank.
    """
    rows: Counter[int] = Counter()
    blanks: Counter[tuple[int, int]] = Counter()
    inked: set[tuple[int, int]] = set()
    for line in lines if count > 1 else ():
        columns = _columns(line, count)
        inked.update(c for t, own in zip(line.items, columns, strict=True) if t.text for c in own)
        if len(line.figures) != count:
            continue
        rows.update({kind for own in columns for kind, _ in own})
        inner = {id(t) for t in _between(line.items) if not t.text and not t.soft}
        blanks.update(c for t, own in zip(line.items, columns, strict=True) if id(t) in inner for c in own)
    return frozenset(c for c, n in blanks.items() if n == rows[c[0]] >= _STEADY and c not in inked)


def _evenly_parted(line: Line, count: int) -> bool:
    """Whether as many blanks stand between any two figures of a long row: two tabs a cell, and no cell is empty."""
    at = [n for n, t in enumerate(line.items) if t.text]
    return count > _STEADY and len({b - a for a, b in pairwise(at)}) == 1


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


def _may_count(strays: Sequence[Token]) -> bool:
    """Whether texts in cells have a sign that counts, such as ㊾ or 三, so that their cell is not empty."""
    return any(numeric(c, None) is not None for t in strays for c in t.text)


def _shapes(line: Line) -> tuple[tuple[int, ...], ...]:
    """How a line of cells is built, as exactly as can be first: its cells and where its label ends."""
    first = line.items[0]
    own = max((t.cell for t in line.tokens if t.line == first.line), default=-1)
    return ((first.cells, own), (own,))


def _hard(items: Sequence[Token]) -> Sequence[Token]:
    return [t for t in items if t.text or not t.soft]


def _between(items: Sequence[Token]) -> Sequence[Token]:
    inked = [n for n, t in enumerate(items) if t.text]
    return items[inked[0] : inked[-1] + 1] if inked else ()


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
