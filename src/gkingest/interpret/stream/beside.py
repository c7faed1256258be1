"""What stands beside the figures of a sheet in a stream: units and numbers of rows, in columns of their own."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from gkingest.formats.spec import Format
from gkingest.interpret.stream.tokens import Token
from gkingest.interpret.table.sheets import SheetWords
from gkingest.text.labels import fold, label_key

_STEADY = 0.8  # share of lines whose first figure is the next of that above: these number the rows
_FEW = 5  # such lines that show it


class Bare(NamedTuple):
    """A stream without what stands beside figures; ``coded`` tells that numbers of rows may still be among them."""

    tokens: tuple[Token, ...]
    coded: bool = False


def without_beside(tokens: Sequence[Token], form: Format) -> Bare:
    """The stream without units and numbers of rows, where a sheet of the form has columns for these.

    A cell is known by the heading of its column where cells are shown, else a unit by its word, and numbers of rows
    by counting the lines. On a printed page numbers that count the lines left of all labels are figures of no form.
    """
    counted = _counted([list(line) for _, line in groupby(tokens, lambda t: t.line)])
    tokens = [t for t in tokens if id(t) not in counted] if counted else tokens
    tables = [t for t in form.printed if t.beside]
    if not tables:
        return Bare(tuple(tokens))
    words = SheetWords.of(tables)
    lines = [list(line) for _, line in groupby(tokens, lambda t: t.line)]
    rows, named = _without_columns(lines, words)
    coded = not named and any(words.named.get(label_key(t.text)) == "code" for t in tokens)
    numbered = _numbered(rows) if coded else frozenset[int]()
    left = tuple(t for line in rows for t in line if id(t) not in numbered)
    return Bare(left, coded and not numbered)


def _without_columns(lines: Sequence[list[Token]], words: SheetWords) -> tuple[list[list[Token]], bool]:
    """Lines without cells in columns that a heading names so, or without units; and whether one is of numbers."""
    left: list[list[Token]] = []
    kinds: Mapping[int, str] = {}
    width, named = 0, False
    for line in lines:
        texts: dict[int, str] = {}
        for token in line:
            texts[token.cell] = texts.get(token.cell, "") + token.text
        # What the cells of a heading say stands beside the figures, by their place.
        if line[0].cells > 1 and (heads := words.kinds(texts)) and len(heads) + words.heads(texts.values()) > 1:
            kinds, width = heads, line[0].cells
            named |= "code" in kinds.values()
            left.append(line)
        elif kinds and line[0].cells == width:
            left.append([t for t in line if kinds.get(t.cell, "label") == "label"])
        else:
            left.append([t for t in line if fold(t.text) not in words.units])
    return left, named


def _numbered(lines: Sequence[Sequence[Token]]) -> frozenset[int]:
    """The first figures of lines that have several, if these count the lines."""
    firsts = [figures[0] for line in lines if len(figures := [t for t in line if t.figure]) > 1]
    counts = [(t, int(t.text)) for t in firsts if t.text.isascii() and t.text.isdigit()]
    steps = sum(b - a == 1 for (_, a), (_, b) in pairwise(counts))
    if len(counts) < _FEW or steps < _STEADY * (len(firsts) - 1):
        return frozenset()
    return frozenset(id(t) for t, _ in counts)


def _counted(lines: Sequence[list[Token]]) -> frozenset[int]:
    """Numbers one below the other, left of all else on a printed page, that count from one; labels follow most."""
    found: set[int] = set()
    run: list[list[Token]] = []
    for line in lines:
        token = line[0]
        if not token.paged or not token.text.isdecimal() or len(token.text) > 3:
            continue
        last = run[-1][0] if run else token
        if abs(token.box.centre[0] - last.box.centre[0]) > token.box.height:
            continue
        if run and int(token.text) == int(last.text) + 1:
            run.append(line)
            continue
        found |= _numbers(run)
        run = [line] if int(token.text) == 1 else []
    return frozenset(found | _numbers(run))


def _numbers(lines: Sequence[list[Token]]) -> set[int]:
    """The first tokens of lines, if these are enough and the next is a word in most."""
    named = sum(len(line) > 1 and not line[1].figure for line in lines)
    return {id(line[0]) for line in lines} if len(lines) >= _FEW and 2 * named > len(lines) else set()
