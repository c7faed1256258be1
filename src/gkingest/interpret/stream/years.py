"""Figures of other years in a stream: under or behind such words as 上年 and 增减, where 本年 stands there too."""

from collections.abc import Sequence, Set
from itertools import groupby
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
    periods = {id(t): p for t in tokens if t.text and not t.figure and (p := only_period(t.text, year))}
    if len(periods) < 2:
        return OwnYear(tuple(tokens))
    own = {
        id(t)
        for t in tokens
        if periods.get(id(t)) in (Period.THIS, Period.ALL) and not columns.isdisjoint(label_keys(t.text))
    }
    inked = [list(run) for _, run in groupby(tokens, lambda t: t.blank or t.figure)]
    return _of_rows(_of_columns(inked, periods, own), {n: p for n, p in periods.items() if n not in own})


def _of_columns(runs: Sequence[Sequence[Token]], periods: dict[int, Period], own: Set[int]) -> OwnYear:
    """Of as many figures as a heading names periods, those below 本年 and below columns of the form's ``own``."""
    heads: list[Token] = []
    used = False
    kept: list[Token] = []
    beside: list[Token] = []
    for run in runs:
        if not (run[0].blank or run[0].figure):
            if new := _heading(run, periods, own):
                heads, used = new, False
            left = {id(h) for h in heads} - own
            kept += [t for t in run if id(t) not in left]
            beside += [t for t in new if id(t) in left]
            continue
        blanks = next((n for n, t in enumerate(run) if t.text), len(run))
        start = len(run) - len(heads)
        if not heads or not 0 <= start <= blanks:
            heads = [] if used and len(run) > 1 else heads  # another table has begun
            kept += run
            continue
        used = True
        for token, head in zip(run[start:], heads, strict=True):
            (kept if periods[id(head)] is Period.THIS or id(head) in own else beside).append(token)
    figures = any(t.figure for t in beside)
    return OwnYear(tuple(kept), tuple(beside)) if figures else OwnYear(tuple(t for run in runs for t in run))


def _heading(run: Sequence[Token], periods: dict[int, Period], own: Set[int]) -> list[Token]:
    """The longest row of periods in some words, if this year's and another are among them."""
    parts = [list(part) for named, part in groupby(run, lambda t: id(t) in periods) if named]
    longest = max(parts, key=len, default=[])
    others = {periods[id(t)] is Period.THIS for t in longest if id(t) not in own or periods[id(t)] is Period.THIS}
    return longest if len(others) == 2 else []


def _of_rows(told: OwnYear, periods: dict[int, Period]) -> OwnYear:
    """Of figures behind a period each, those behind 本年."""
    tokens = told.tokens
    heads = [
        n for n, t in enumerate(tokens[:-1]) if id(t) in periods and (tokens[n + 1].figure or tokens[n + 1].blank)
    ]
    others = [n for n in heads if periods[id(tokens[n])] is not Period.THIS]
    if len(others) < _FEW or len(heads) - len(others) < _FEW:
        return told
    dropped = set(heads)
    for n in others:
        end = n + 1
        while end < len(tokens) and (tokens[end].figure or tokens[end].blank):
            dropped.add(end)
            end += 1
    kept = tuple(t for n, t in enumerate(tokens) if n not in dropped)
    return OwnYear(kept, (*told.beside, *(tokens[n] for n in sorted(dropped))))
