"""Printed labels → slots of the form: exact, by an alias, or by similarity together with place.

The printed labels of one axis are aligned with the form's in one pass (dynamic programming over two ordered
sequences), so that the order and the headings above decide what a label alone cannot, such as 其他.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from gkingest.formats.spec import Node
from gkingest.interpret.segmenter import words_of
from gkingest.model.method import LabelMatch
from gkingest.text.labels import label_key, label_keys, read_label
from gkingest.text.periods import Period, periods_of

_FUZZY = 0.72  # similarity below which a label is not even a candidate
_ACCEPT = 0.78  # similarity above which it may be accepted, if its place agrees
# Similarity that suffices for the one row between two known ones, numbered as the form's, or read with as little
# chance as two characters of which one is misread
_PLACED = 0.4
UNSURE = 0.9  # chance of a label below which it may be misread
_PLACED_PLAIN = 0.55  # the same without numbering: three characters of which one is misread
_MARGIN = 0.1  # by which the runner-up must be behind
_SAME_CHARACTERS = 75  # similarity (0–100) of two labels' characters in any order that makes words worth a look
_PARENT_AGREES = 0.08
_PARENT_DIFFERS = 0.45


@dataclass(frozen=True, slots=True)
class Slot:
    """A row or column of the form: comparison keys of its label and aliases, and of the headings above it.

    ``loose`` tells that it may stand elsewhere than in the form.
    """

    key: str
    label: str
    official: str
    aliases: frozenset[str]
    joint: frozenset[str]
    above: tuple[frozenset[str], ...]
    ordinal: int
    level: str
    heading: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed label: what it may read, best guess first, and the headings printed above or left of it.

    ``figures`` tells whether anything is printed in its cells, ``unsure`` that it was hardly read from a picture.
    """

    texts: tuple[str, ...]
    above: tuple[str, ...] = ()
    figures: bool = True
    unsure: bool = False

    def method(self, slot: Slot) -> LabelMatch:
        """How it is found to be a slot of the form."""
        keys = [key for t in self.texts for key in label_keys(t)]
        if slot.official in keys:
            return LabelMatch.EXACT
        if any(k in slot.aliases or k in slot.joint for k in keys):
            return LabelMatch.ALIAS
        return LabelMatch.FUZZY

    def parent_bonus(self, slot: Slot, slots: Sequence[Slot]) -> float:
        """Whether what is printed above is the slot's heading, another slot's, or nothing we know."""
        if not self.above:
            return 0.0
        own = {key for keys in slot.above for key in keys}
        others = {key for s in slots for keys in s.above for key in keys} - own
        bonus = 0.0
        for text in self.above:
            key = label_key(text)
            if key in own:
                bonus += _PARENT_AGREES
            elif key in others:
                bonus -= _PARENT_DIFFERS
        return bonus

    def number_bonus(self, slot: Slot) -> float:
        """Whether label and slot are numbered alike, where both are numbered in one way."""
        label = read_label(self.texts[0])
        if not (label.ordinal and slot.ordinal and label.level == slot.level):
            return 0.0
        return 0.03 if label.ordinal == slot.ordinal else -0.04

    def score(self, slot: Slot, slots: Sequence[Slot]) -> float:
        """Similarity of label and place; 0 where the two cannot mean the same."""
        if slot.heading and self.figures and label_key(self.texts[0]) not in {slot.official, *slot.aliases}:
            return 0.0
        plain = similarity(self.texts, slot)
        if plain < _FUZZY:
            return 0.0
        place = self.parent_bonus(slot, slots)
        if place < 0 and sum(s.official == slot.official for s in slots) > 1:
            return 0.0  # a label that recurs means what stands above it
        score = plain + self.number_bonus(slot) + place
        if slot.heading == self.figures:
            score -= 0.15
        return max(score, 0.0)

    def scores(self, slots: Sequence[Slot]) -> list[float]:
        """Score of a printed label for every slot; a label that spells a slot is not compared with the others."""
        spelled = [self.method(s).spelled for s in slots]
        known = any(spelled)
        return [self.score(s, slots) if yes or not known else 0.0 for s, yes in zip(slots, spelled, strict=True)]

    def spells(self, slots: Sequence[Slot]) -> list[int]:
        """The rows or columns of the form that it spells."""
        return [k for k, s in enumerate(slots) if not s.heading and self.method(s).spelled]

    def belongs(self, slot: Slot) -> bool:
        """Whether a misprinted label is that of the one slot at its place: it resembles it, numbered as it is."""
        label = read_label(self.texts[0])
        if of_another_period(label.key, slot):
            return False
        numbered = label.level == slot.level and label.ordinal == slot.ordinal and label.ordinal > 0
        least = _PLACED if numbered or self.unsure else _PLACED_PLAIN
        return (numbered or not label.ordinal) and similarity(self.texts[:1], slot) >= least

    def names_another(self, slot: Slot, slots: Sequence[Slot]) -> bool:
        """Whether it contains the whole label of another slot, a figure or another period: it is another then."""
        key = label_key(self.texts[0])
        if key[-1:].isdigit() and not slot.official[-1:].isdigit():
            return True  # a figure has got into the label
        if of_another_period(key, slot):
            return True
        names = {s.official for s in slots if s is not slot and not s.heading and len(s.official) >= 2}
        return any(name in key and name not in slot.official for name in names)

    def matched(self, slots: Sequence[Slot], scores: list[float], j: int | None, *, in_order: bool) -> "Match":
        """What it is matched to: slot ``j``, or none."""
        if j is not None and (method := self.method(slots[j])).spelled:
            return Match(j, method, similarity(self.texts, slots[j]), 0.0, j, in_order)
        plain = [similarity(self.texts, s) for s in slots]
        if j is None:
            near = max(range(len(slots)), key=lambda k: (plain[k], scores[k]), default=None)
            score = plain[near] if near is not None else 0.0
            return Match(None, None, score, 0.0, near if score >= 0.4 else None)
        runner = max(
            (p for k, p in enumerate(plain) if k != j and slots[k].official != slots[j].official), default=0.0
        )
        return Match(j, LabelMatch.FUZZY, plain[j], runner, j, in_order)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a printed label belongs: ``slot`` is an index, ``None`` if nowhere with certainty.

    ``score`` is a similarity in 0–1 and ``runner_up`` that of the next best slot; ``near`` names the slot that
    would be meant if the label were known: the nearest by its letters, or the only one that is free at its place.
    """

    slot: int | None
    method: LabelMatch | None = None
    score: float = 0.0
    runner_up: float = 0.0
    near: int | None = None
    in_order: bool = True

    @property
    def spelled(self) -> bool:
        """Whether the label is one that the form or an alias spells."""
        return self.method is not None and self.method.spelled


def slots_of(leaves: Sequence[tuple[Node, tuple[Node, ...]]], *, headings: bool = True) -> tuple[Slot, ...]:
    """Slots of one axis in printed order; a heading stands before its children."""
    slots: list[Slot] = []
    seen: set[int] = set()
    for leaf, above in leaves:
        for depth, node in enumerate(above):
            if headings and id(node) not in seen:
                seen.add(id(node))
                slots.append(make_slot(node, above[:depth], node.label, heading=True))
        slots.append(make_slot(leaf, above, leaf.key or ""))
    return tuple(slots)


def make_slot(node: Node, above: tuple[Node, ...], key: str, *, heading: bool = False) -> Slot:
    """The slot of one node below its headings."""
    label = read_label(node.label)
    joint = set()
    for depth in range(len(above)):
        front = "".join(label_key(n.label) for n in above[depth:])
        number = str(label.ordinal) if label.level == "item" else ""
        joint |= {front + number + label.key, front + label.key}
    return Slot(
        key=key,
        label=node.label,
        official=label.key,
        aliases=frozenset(label_key(text) for text in node.labels) - {label.key},
        joint=frozenset(joint),
        above=tuple(frozenset(label_key(text) for text in n.labels) for n in above),
        ordinal=label.ordinal,
        level=label.level,
        heading=heading,
        loose=node.loose,
    )


def align(printed: Sequence[Printed], slots: Sequence[Slot]) -> tuple[Match, ...]:
    """One match for each printed label; no slot is given twice."""
    return _aligned(tuple(printed), tuple(slots))


@lru_cache(maxsize=1024)  # most reports print the same labels in the same order
def _aligned(printed: tuple[Printed, ...], slots: tuple[Slot, ...]) -> tuple[Match, ...]:
    scores = [p.scores(slots) for p in printed]
    pairs = _monotone(scores)
    pairs = {i: j for i, j in pairs.items() if _certain(i, j, printed, slots, scores, pairs)}
    matches = []
    pairs |= _only_place(printed, slots, pairs)
    moved = _out_of_order(printed, slots, scores, pairs)
    for i in range(len(printed)):
        j = pairs.get(i, moved.get(i))
        match = printed[i].matched(slots, scores[i], j, in_order=i in pairs)
        if j is None and match.near is None:
            left = (k for k in _gap(i, pairs, slots) if k not in moved.values())
            free = [k for k in left if not slots[k].heading]
            match = replace(match, near=free[0]) if len(free) == 1 else match
        matches.append(match)
    return tuple(matches)


def _gap(i: int, pairs: Mapping[int, int], slots: Sequence[Slot]) -> range:
    """The slots between those of the labels before and after one."""
    before = max((pairs[k] for k in pairs if k < i), default=-1)
    after = min((pairs[k] for k in pairs if k > i), default=len(slots))
    return range(before + 1, after)


def similarity(texts: Sequence[str], slot: Slot) -> float:
    """Best similarity of any reading of a label to any spelling of the slot, 0–1; later readings count less."""
    best = 0.0
    for rank, text in enumerate(texts):
        for key in label_keys(text):
            if key:
                best = max(best, _key_similarity(key, slot, words=rank == 0) - 0.01 * rank)
    return max(best, 0.0)


@lru_cache(maxsize=32768)
def _key_similarity(key: str, slot: Slot, *, words: bool) -> float:
    if key == slot.official:
        return 1.0
    if key in slot.aliases or key in slot.joint:
        return 0.99
    spellings = {slot.official, *slot.aliases}
    score = 0.0
    for spelling in spellings:
        ratio = fuzz.ratio(key, spelling) / 100
        # In a short label one character is a different word: 行政许可 and 行政处罚.
        score = max(score, ratio if min(len(key), len(spelling)) >= 4 else ratio * 0.9)
    if words and score < _ACCEPT and len(key) >= 4:
        alike = [_token_ratio(key, s) for s in spellings if fuzz.ratio(sorted(key), sorted(s)) >= _SAME_CHARACTERS]
        score = max([score, *alike])
    return 0.97 * score


@lru_cache(maxsize=65536)
def _token_ratio(key: str, spelling: str) -> float:
    """Similarity of the words (jieba) in whatever order: reordered or padded labels."""
    return fuzz.token_sort_ratio(" ".join(words_of(key)), " ".join(words_of(spelling))) / 100


def _monotone(scores: list[list[float]]) -> dict[int, int]:
    """Pairs (printed, slot) in order on both sides with the greatest sum of scores."""
    rows, columns = len(scores), max(map(len, scores), default=0)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = scores[i][j] + best[i + 1][j + 1] if scores[i][j] > 0 else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    pairs, i, j = {}, 0, 0
    while i < rows and j < columns:
        if scores[i][j] > 0 and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return pairs


def _certain(
    i: int,
    j: int,
    printed: Sequence[Printed],
    slots: Sequence[Slot],
    scores: list[list[float]],
    pairs: dict[int, int],
) -> bool:
    """Whether label and place leave no other slot in question."""
    free = [k for k in _gap(i, pairs, slots) if k not in pairs.values()]
    if any(scores[i][k] >= scores[i][j] - 0.02 for k in free if slots[k].heading == slots[j].heading):
        return False
    if printed[i].method(slots[j]).spelled:
        return True
    if printed[i].names_another(slots[j], slots):
        return False
    plain = similarity(printed[i].texts, slots[j])
    rivals = [similarity(printed[i].texts, s) for k, s in enumerate(slots) if k != j]
    return plain >= _ACCEPT and plain - max(rivals, default=0.0) >= _MARGIN


def of_another_period(key: str, slot: Slot) -> bool:
    """Whether a label names years that no spelling of the slot does: 历年累计收到 is not 本年新收."""
    own = {p for spelling in (slot.official, *slot.aliases) for p in periods_of(spelling)}
    return bool(periods_of(key) - (own or {Period.THIS}))


def _only_place(printed: Sequence[Printed], slots: Sequence[Slot], pairs: dict[int, int]) -> dict[int, int]:
    """Misprinted labels that stand alone between two known ones where the form has one row: there they belong.

    Numbering, if both have it, must agree, and the label must still resemble the slot.
    """
    found: dict[int, int] = {}
    known = [(-1, -1), *sorted(pairs.items()), (len(printed), len(slots))]
    for (i, j), (after, last) in pairwise(known):
        rows = [k for k in range(i + 1, after) if printed[k].figures]
        free = [k for k in range(j + 1, last) if not slots[k].heading]
        if len(rows) == len(free) == 1 and printed[rows[0]].belongs(slots[free[0]]):
            found[rows[0]] = free[0]
    return found


def _out_of_order(
    printed: Sequence[Printed], slots: Sequence[Slot], scores: list[list[float]], pairs: dict[int, int]
) -> dict[int, int]:
    """Labels left over that spell exactly one slot which nobody has: rows printed elsewhere than in the form."""
    taken = set(pairs.values())
    found: dict[int, int] = {}
    for i, p in enumerate(printed):
        if i in pairs or not label_key(p.texts[0]):
            continue
        exact = [k for k in p.spells(slots) if scores[i][k] > 0]
        alone = len(exact) == 1 and exact[0] not in taken
        key = label_key(p.texts[0])
        once = sum(label_key(other.texts[0]) == key for other in printed if other.figures) == 1
        if alone and (once or p.parent_bonus(slots[exact[0]], slots) > 0):
            found[i] = exact[0]
            taken.add(exact[0])
    return found
