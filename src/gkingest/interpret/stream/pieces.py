"""Tokens → pieces: words of the stream cut into labels that the form spells, and what is left between them.

Labels may be spread over tokens or run together in one; of all ways to cut a run of words, that one is taken which
explains most of its characters by the fewest labels (dynamic programming over the characters of the run).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import Literal, NamedTuple, Self

from gkingest.formats.spec import Format
from gkingest.interpret.stream.tokens import Token, part_of, text_of
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

    def is_shared(self, axis: str, table: str) -> bool:
        """Whether it is spelled as a label of another kind in that table."""
        return any(r.axis != axis and r.table == table for r in self.roles)


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

    def begin_with(self, sign: str) -> bool:
        """Whether a label may begin with a sign, or the number before one."""
        return sign in self.lengths or sign in _NUMERALS or sign.isdecimal()

    def spell(self, text: str, axis: str, table: str) -> bool:
        """Whether a text is a label of that kind and table."""
        return any(r.axis == axis and r.table == table for r in self.roles.get(label_key(text), ()))


@lru_cache(maxsize=8)
def words_of(form: Format) -> Words:
    """Every label of a form with its roles."""
    roles: dict[str, set[Role]] = {}

    def add(texts: Sequence[str], role: Role) -> None:
        for key in filter(None, map(label_key, texts)):
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
        first: tuple(sorted({*map(len, keys)}, reverse=True))
        for first, keys in groupby(sorted(roles), key=lambda k: k[0])
    }
    return Words({k: frozenset(r) for k, r in roles.items()}, lengths)


def read_records(tokens: Sequence[Token], words: Words) -> tuple[Record, ...]:
    """The stream as labels with what follows each."""
    loose = [*chain.from_iterable(_loosened(token, words) for token in tokens)]
    found: list[Record] = []
    run: list[Token] = []
    items: list[Token] = []
    prose = False  # whether the words of the run stand behind some

    def flush() -> None:
        record = Record(tuple(cut(run, words)), tuple(items), prose)
        if record.pieces or record.items:
            found.append(record)
        run.clear()
        items.clear()

    for token, following in zip(loose, [*loose[1:], None], strict=True):
        if token.holds_place and not token.numbers(following):
            items.append(token)
            continue
        is_prose = _is_prose(token, words)
        if items or is_prose:
            flush()
            prose = is_prose
        if not is_prose:
            run.append(token)
    flush()
    return tuple(found)


class _Letters(NamedTuple):
    """The letters, digits and characters of a run: of which token each is, and its stretch of the folded token.

    Signs go with the letter before them; those before the first go with that.
    """

    text: str
    tokens: list[int]
    stretches: list[tuple[int, int]]

    @classmethod
    def of(cls, run: Sequence[Token]) -> Self:
        """Take the tokens of a run apart."""
        signs: list[str] = []
        tokens: list[int] = []
        stretches: list[tuple[int, int]] = []
        for number, token in enumerate(run):
            folded = simplified(fold(token.text))
            lowered = folded.lower()
            at = [n for n, c in enumerate(lowered) if c.isalnum()]
            signs += [lowered[n] for n in at]
            tokens += [number] * len(at)
            stretches += zip([0, *at[1:]], [*at[1:], len(folded)], strict=True) if at else ()
        return cls("".join(signs), tokens, stretches)

    def edges(self) -> frozenset[int]:
        """The places where tokens meet, with the begin and the end."""
        met = (n for n, (a, b) in enumerate(pairwise(self.tokens), 1) if a != b)
        return frozenset({0, len(self.text), *met})


@lru_cache(maxsize=4096)
def _covered(text: str, words: Words) -> float:
    """Share of a text's characters that labels of the form explain; of signs alone those that part or announce."""
    pieces = cut([Token(text, 0, _NOWHERE, 0)], words)
    total = sum(len(p.key) for p in pieces)
    return sum(len(p.key) for p in pieces if p.roles) / total if total else float(not text.strip(_STOPS))


def _loosened(token: Token, words: Words) -> Iterator[Token]:
    """A token, or its parts where figures have run into labels: 规章0, or a whole table without a gap."""
    if not token.is_mixed or _ORDINAL_ALONE.fullmatch(token.text) or label_key(token.text) in words.roles:
        yield token
        return
    for sentence in _SENTENCE.finditer(token.text):
        parts = list(_PARTS.finditer(sentence[0]))
        # What stands between digits is labels, so that these are figures, or else words of a sentence.
        names = [p[0] for p in parts if not (p[0][0] + p[0][-1]).isdigit()]
        spelled = sum(len(name) * _covered(name, words) for name in names)
        if len(parts) < 2 or spelled / max(sum(map(len, names)), 1) < _COVERED:
            yield token.part(*sentence.span())
            continue
        for part in parts:
            yield token.part(sentence.start() + part.start(), sentence.start() + part.end())


def _is_prose(token: Token, words: Words) -> bool:
    text = token.text
    long = len(text) > _LONG or (len(text) > 8 and any(c in text for c in "。；;"))
    return long and label_key(text) not in words.roles and _covered(text, words) < 0.5


def cut(run: Sequence[Token], words: Words) -> list[Piece]:
    """The pieces of a run of words."""
    letters = _Letters.of(run)
    spans: list[tuple[int, int, bool]] = []
    start, known = 0, True
    for end, label in _cheapest_steps(letters.text, words, letters.edges()):
        # Unknown words begin anew in another cell, or with a number before the label.
        new, old = run[letters.tokens[start]], run[letters.tokens[start - 1]]
        elsewhere = new.cells > 1 and (new.line, new.cell) != (old.line, old.cell)
        if label or known or (new is not old and (elsewhere or read_label(new.text).level)):
            spans.append((start, end, label))
        else:  # unknown words go on
            spans[-1] = (spans[-1][0], end, False)
        start, known = end, label
    return [_piece(run, letters, span, words) for span in spans]


@lru_cache(maxsize=2048)  # each edition looks at the same runs twice, and reports print the same labels
def _cheapest_steps(text: str, words: Words, edges: frozenset[int]) -> tuple[tuple[int, bool], ...]:
    """The cheapest steps over a text: where each ends, and whether it is a label or an unknown character.

    ``edges`` are the places where tokens meet.
    """
    size = len(text)
    # From each place, behind a label and behind an unknown character: cost to the end, end of the step, label.
    steps: list[list[tuple[float, int, bool]]] = [[(0.0, size, False)] * 2 for _ in range(size + 1)]
    for i in range(size - 1, -1, -1):
        labels = list(_labels_at(text, i, words, edges)) if words.begin_with(text[i]) else []
        inside = 0.0 if i in edges else _SWITCH
        for noisy, switch, entry in ((False, inside, 0.0), (True, 0.0, inside)):
            # a character that nothing explains; to begin such inside of a token right behind a label is dear
            best = (_NOISE + switch + steps[i + 1][1][0], i + 1, False)
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
            if length == 1 and not edges >= {at, end}:
                continue
            yield end, _LABEL + (_NUMBERED if start > at else 0.0)


def _piece(run: Sequence[Token], letters: _Letters, span: tuple[int, int, bool], words: Words) -> Piece:
    """A span of letters as a piece, which is a label or words that the form does not spell."""
    first, after, label = span
    tokens = []
    for number, group in groupby(range(first, after), key=letters.tokens.__getitem__):
        own, token = list(group), run[number]
        plain = simplified(fold(token.text))
        start, end = letters.stretches[own[0]][0], letters.stretches[own[-1]][1]
        if (start, end) != (0, len(plain)):
            token = replace(token, text=plain[start:end], box=part_of(token.box, (), len(plain), start, end))
        tokens.append(token)
    key = letters.text[first:after]
    if not label:
        return Piece(text_of(tokens), key, tuple(tokens))
    spelled = next(k for k in (key, *(key[n:] for n in range(1, 4))) if k in words.roles)
    return Piece(text_of(tokens), spelled, tuple(tokens), words.roles[spelled])
