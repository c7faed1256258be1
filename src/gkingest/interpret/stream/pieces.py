"""Tokens → pieces: words of the stream cut into labels that the form spells, and what is left between them.

Labels may be spread over tokens or run together in one; of all ways to cut a run of words, that one is taken which
explains most of its characters by the fewest labels (dynamic programming over the characters of the run).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from gkingest.formats.spec import Format
from gkingest.interpret.stream.tokens import Token, is_ordinal, part_of
from gkingest.model.paper import Box
from gkingest.text.labels import fold, label_key, read_label, simplified

# Costs of a cut: a label counts as one, a character that no label explains too, a cut inside of a token as four, so
# that 行政许可 is no label within 办理行政许可 while the long titles and rows of a text without any gap still are.
_LABEL, _NUMBERED, _NOISE, _SWITCH = 0.9, 0.2, 1.0, 4.0
_COVERED = 0.8  # share of a token's characters in labels that shows its digits to be figures run into labels
_LONG = 60  # characters: longer than any label of a table
_NUMERALS = "一二三四五六七八九十"
_ORDINAL = re.compile(rf"[{_NUMERALS}]{{1,3}}|\d{{1,2}}")
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
_ORDINAL_ALONE = re.compile(r"[(（]?\d{1,2}[)）.．、]+")
_STOPS = "：:、，,。；;·|（）() \u3000"  # other signs before a figure, such as < or ~, say something of it
_NOWHERE = Box(0, 0, 0, 0)
_PARTS = re.compile(r"(?:\D|(?<!\d)\d{1,2}[.．、](?=\D))+|\d[\d,]*(?:\.\d+)?")


class Role(NamedTuple):
    """What a label is in the form: of which table ("" for a section's heading, told by its number), and what."""

    table: str
    axis: Literal["row", "column", "group", "caption", "ignored", "section"]
    section: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that belong together: a label with its roles, or (without roles) words that the form does not spell."""

    text: str
    key: str
    tokens: tuple[Token, ...]
    roles: frozenset[Role] = frozenset()

    def is_a(self, axis: str, table: str = "") -> bool:
        """Whether it is spelled as a label of that kind, of that table or of any."""
        return any(r.axis == axis and table in ("", r.table) for r in self.roles)


@dataclass(frozen=True, slots=True)
class Record:
    """Words, and the figures and blanks that follow them up to the next words; ``prose`` stood between the two."""

    pieces: tuple[Piece, ...]
    items: tuple[Token, ...]
    prose: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The labels of a form by their comparison keys, and how long they are, from the longest, by first character.

    One for each form (see :func:`words_of`), so that it is known by what it is and not by what is in it.
    """

    roles: Mapping[str, frozenset[Role]]
    lengths: Mapping[str, tuple[int, ...]]


@lru_cache(maxsize=8)
def words_of(form: Format) -> Words:
    """Every label of a form with its roles."""
    roles: dict[str, set[Role]] = {}

    def add(texts: Sequence[str], role: Role) -> None:
        for text in texts:
            if key := label_key(text):
                roles.setdefault(key, set()).add(role)

    for number, title in enumerate(form.sections, 1):
        add([title], Role("", "section", number))
    for table in form.printed:
        add([table.title], Role("", "section", table.section))
        add(table.ignored, Role(table.key, "ignored"))
        for block in table.blocks:
            add([block.caption, *block.caption_aliases], Role(table.key, "caption"))
            for axis, leaves in (("row", block.row_leaves()), ("column", block.column_leaves())):
                for leaf, above in leaves:
                    add(leaf.labels, Role(table.key, axis))  # type: ignore[arg-type]
                    for node in above:
                        add(node.labels, Role(table.key, "group"))
    lengths = {
        first: tuple(sorted({len(k) for k in keys}, reverse=True))
        for first, keys in groupby(sorted(roles), key=lambda k: k[0])
    }
    return Words({k: frozenset(r) for k, r in roles.items()}, lengths)


def read_records(tokens: Sequence[Token], words: Words) -> tuple[Record, ...]:
    """The stream as labels with what follows each."""
    loose = [part for token in tokens for part in _loosened(token, words)]
    found: list[Record] = []
    run: list[Token] = []
    items: list[Token] = []
    pieces: list[Piece] = []
    prose = False

    def flush() -> None:
        nonlocal prose
        if run:
            pieces.extend(cut(run, words))
            run.clear()
        if pieces or items:
            found.append(Record(tuple(pieces), tuple(items), prose))
        pieces.clear()
        items.clear()
        prose = False

    for token, following in zip(loose, [*loose[1:], None], strict=True):
        if token.blank or (token.figure and not is_ordinal(token, following)):
            if run:
                pieces.extend(cut(run, words))
                run.clear()
            items.append(token)
            continue
        if items:
            flush()
        if _is_prose(token, words):
            flush()
            prose = True
        else:
            run.append(token)
    flush()
    return tuple(found)


def _letters(token: Token) -> list[tuple[str, int]]:
    """Letters, digits and characters of a token with their places in its folded text."""
    return [(c, n) for n, c in enumerate(simplified(fold(token.text)).lower()) if c.isalnum()]


@lru_cache(maxsize=4096)
def _covered(text: str, words: Words) -> float:
    """Share of a text's characters that labels of the form explain; of signs alone those that part or announce."""
    pieces = cut([Token(text, 0, _NOWHERE, 0)], words)
    total = sum(len(p.key) for p in pieces)
    return sum(len(p.key) for p in pieces if p.roles) / total if total else float(not text.strip(_STOPS))


def _loosened(token: Token, words: Words) -> Iterator[Token]:
    """A token, or its parts where figures have run into labels: 规章0, or a whole table without a gap."""
    mixed = not token.figure and any(c.isdigit() for c in token.text) and not token.text.isdigit()
    if not mixed or _ORDINAL_ALONE.fullmatch(token.text) or label_key(token.text) in words.roles:
        yield token
        return
    for sentence in _SENTENCE.finditer(token.text):
        parts = list(_PARTS.finditer(sentence[0]))
        names = [p[0] for p in parts if not p[0][0].isdigit() or not p[0][-1].isdigit()]
        total = sum(map(len, names))
        share = sum(len(n) * _covered(n, words) for n in names) / total if total else 0.0
        if share < _COVERED or len(parts) < 2:
            yield _sub(token, sentence.start(), sentence.end())
            continue
        for part in parts:
            yield _sub(token, sentence.start() + part.start(), sentence.start() + part.end())


def _sub(token: Token, start: int, end: int) -> Token:
    if (start, end) == (0, len(token.text)):
        return token
    return replace(token, text=token.text[start:end], box=part_of(token.box, (), len(token.text), start, end))


def _is_prose(token: Token, words: Words) -> bool:
    text = token.text
    long = len(text) > _LONG or (len(text) > 8 and any(c in text for c in "。；;"))
    return long and label_key(text) not in words.roles and _covered(text, words) < 0.5


def cut(run: Sequence[Token], words: Words) -> list[Piece]:
    """The pieces of a run of words."""
    letters = [(c, t, n) for t, token in enumerate(run) for c, n in _letters(token)]
    text = "".join(c for c, _, _ in letters)
    size = len(text)
    edges = frozenset(i for i in range(size) if i == 0 or letters[i][1] != letters[i - 1][1]) | {size}
    spans: list[tuple[int, int, bool]] = []
    start = 0
    for end, label in _cheapest_steps(text, words, edges):
        if not label and spans and not spans[-1][2] and not _parts_unknown(letters, start, run):
            spans[-1] = (spans[-1][0], end, False)
        else:
            spans.append((start, end, label))
        start = end
    return [_piece(run, letters, a, b, words if label else None) for a, b, label in spans]


@lru_cache(maxsize=2048)  # each edition looks at the same runs twice, and reports print the same labels
def _cheapest_steps(text: str, words: Words, edges: frozenset[int]) -> tuple[tuple[int, bool], ...]:
    """The cheapest steps over a text: where each ends, and whether it is a label or an unknown character.

    ``edges`` are the places where tokens meet.
    """
    size = len(text)
    # From each place, behind a label and behind an unknown character: cost to the end, end of the step, label.
    steps: list[list[tuple[float, int, bool]]] = [[(0.0, size, False)] * 2 for _ in range(size + 1)]
    for i in range(size - 1, -1, -1):
        first = text[i]
        begins = first in words.lengths or first in _NUMERALS or first.isdecimal()
        labels = list(_labels_at(text, i, words, edges)) if begins else []
        for noisy in (False, True):
            # a character that nothing explains; to begin such inside of a token right behind a label is dear
            switch = 0.0 if noisy or i in edges else _SWITCH
            best = (_NOISE + switch + steps[i + 1][1][0], i + 1, False)
            entry = _SWITCH if noisy and i not in edges else 0.0
            for end, cost in labels:
                total = cost + entry + steps[end][0][0]
                if total < best[0]:
                    best = (total, end, True)
            steps[i][noisy] = best
    taken: list[tuple[int, bool]] = []
    i, noisy = 0, False
    while i < size:
        _, i, label = steps[i][noisy]
        noisy = not label
        taken.append((i, label))
    return tuple(taken)


def _labels_at(text: str, at: int, words: Words, edges: frozenset[int]) -> Iterator[tuple[int, float]]:
    """Labels that begin at a place, with or without a number before them: where each ends, and its cost."""
    number = _ORDINAL.match(text, at)
    for start in {at, *(range(at + 1, number.end() + 1) if number else ())}:
        for length in words.lengths.get(text[start : start + 1], ()):
            end = start + length
            if end > len(text) or text[start:end] not in words.roles:
                continue
            if length == 1 and not (at in edges and end in edges):
                continue
            yield end, _LABEL + (_NUMBERED if start > at else 0.0)


def _parts_unknown(letters: Sequence[tuple[str, int, int]], at: int, run: Sequence[Token]) -> bool:
    """Whether unknown words begin anew at a character: another cell, or a number before the label."""
    this, before = letters[at][1], letters[at - 1][1]
    if this == before:
        return False
    new, old = run[this], run[before]
    return (new.cells > 1 and (new.line, new.cell) != (old.line, old.cell)) or bool(read_label(new.text).level)


def _piece(
    run: Sequence[Token], letters: Sequence[tuple[str, int, int]], start: int, end: int, words: Words | None
) -> Piece:
    key = "".join(c for c, _, _ in letters[start:end])
    texts = []
    tokens = []
    after = start
    for t, own in groupby(t for _, t, _ in letters[start:end]):
        begin, after = after, after + sum(1 for _ in own)
        plain = simplified(fold(run[t].text))
        first = 0 if begin == 0 or letters[begin - 1][1] != t else letters[begin][2]
        last = letters[after][2] if after < len(letters) and letters[after][1] == t else len(plain)
        whole = (first, last) == (0, len(plain))
        texts.append(run[t].text if whole else plain[first:last])
        box = run[t].box if whole else part_of(run[t].box, (), len(plain), first, last)
        tokens.append(run[t] if whole else replace(run[t], text=plain[first:last], box=box))
    roles: frozenset[Role] = frozenset()
    if words is not None:
        spelled = next(k for k in (key, *(key[n:] for n in range(1, 4))) if k in words.roles)
        key, roles = spelled, words.roles[spelled]
    return Piece("".join(texts), key, tuple(tokens), roles)
