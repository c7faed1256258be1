"""Figures of other years in a stream: under or behind such words as 上年 and 增减, where 本年 stands there too."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from gkingest.interpret.stream.tokens import Token
from gkingest.text.labels import label_keys
from gkingest.text.periods import Period, only_period

_FEW = 3  # rows with a line of their own for this year, and for others, that show a table divided so


class OwnYear(NamedTuple):
    """A stream without the figures of other years, and the words and figures that were left out."""

    tokens: tuple[Token, ...]
    beside: tuple[Token, ...] = ()


def of_the_year(tokens: Sequence[Token], year: int | None, columns: Set[str] = frozenset()) -> OwnYear:
    """The figures of the reported ``year`` alone; what is not divided by years in a steady way stays as it is.

    ``columns`` are keys of the form's own headings: 历年累计 is one of some editions, and of other years elsewhere.
    """
    periods = {id(t): p for t in tokens if not t.figure and (p := only_period(t.text, year))}
    if len(periods) < 2:
        return OwnYear(tuple(tokens))
    own = {
        id(t)
        for t in tokens
        if periods.get(id(t)) in (Period.THIS, Period.ALL) and not columns.isdisjoint(label_keys(t.text))
    }
    # Of as many figures as a heading names periods, those below 本年 and below columns of the form's own.
    divided = _Divided(periods, own)
    for inked, run in groupby(tokens, lambda t: t.holds_place):
        if inked:
            divided.figures(list(run))
        else:
            divided.words(list(run))
    if not any(t.figure for t in divided.beside):
        divided.this, divided.beside = list(tokens), []
    return _of_rows(OwnYear(tuple(divided.this), tuple(divided.beside)), periods, periods.keys() - own)


@dataclass(slots=True)
class _Divided:
    """A stream as it is divided: what is of this year, what is not, and the ``heads`` above the figures that come.

    ``periods`` are known by the identity of their tokens, as are those that the form's ``own`` columns have;
    ``used`` tells that figures stood below the heads.
    """

    periods: dict[int, Period]
    own: Set[int]
    heads: list[Token] = field(default_factory=list)
    used: bool = False
    this: list[Token] = field(default_factory=list)
    beside: list[Token] = field(default_factory=list)

    def words(self, run: Sequence[Token]) -> None:
        """Some words, with a heading among them or none; its heads of other years are left out."""
        if new := self.heading(run):
            self.heads, self.used = new, False
        left = {id(h) for h in self.heads} - self.own
        self.this += [t for t in run if id(t) not in left]
        self.beside += [t for t in new if id(t) in left]

    def figures(self, run: Sequence[Token]) -> None:
        """The figures and blanks between two words, the last of which stand below the heads."""
        blanks = next((n for n, t in enumerate(run) if t.text), len(run))
        start = len(run) - len(self.heads)
        if not self.heads or not 0 <= start <= blanks:
            self.heads = [] if self.used and len(run) > 1 else self.heads  # another table has begun
            self.this += run
            return
        self.used = True
        for token, head in zip(run[start:], self.heads, strict=True):
            of_this = self.periods[id(head)] is Period.THIS or id(head) in self.own
            (self.this if of_this else self.beside).append(token)

    def heading(self, run: Sequence[Token]) -> list[Token]:
        """The longest row of periods in some words, if this year's and another are among them."""
        parts = [list(part) for named, part in groupby(run, lambda t: id(t) in self.periods) if named]
        longest = max(parts, key=len, default=[])
        this = [self.periods[id(t)] is Period.THIS for t in longest]
        others = {yes for yes, t in zip(this, longest, strict=True) if yes or id(t) not in self.own}
        return longest if len(others) == 2 else []


def _of_rows(divided: OwnYear, periods: dict[int, Period], named: Set[int]) -> OwnYear:
    """Of figures behind a period each, those behind 本年; ``named`` are the periods that may be such."""
    tokens = divided.tokens
    heads = [n for n, t in enumerate(tokens[:-1]) if id(t) in named and tokens[n + 1].holds_place]
    others = [n for n in heads if periods[id(tokens[n])] is not Period.THIS]
    if len(others) < _FEW or len(heads) - len(others) < _FEW:
        return divided
    dropped = set(heads)
    for n in others:
        behind = takewhile(lambda t: t.holds_place, islice(tokens, n + 1, None))
        dropped.update(at for at, _ in enumerate(behind, n + 1))
    this = tuple(t for n, t in enumerate(tokens) if n not in dropped)
    return OwnYear(this, (*divided.beside, *(tokens[n] for n in sorted(dropped))))
