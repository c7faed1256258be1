"""Labels with the figures behind them: which lines of the stream belong to a table, and which row each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise, takewhile
from typing import Self

from gkingest.formats.spec import Table
from gkingest.interpret.stream.pieces import Piece, Record, Role, Words
from gkingest.interpret.stream.tokens import Token, text_of
from gkingest.interpret.table.match import Match, Printed, Slot, align
from gkingest.model.paper import bounding_box
from gkingest.text.labels import label_key, read_label

_SHORT = 4  # characters: less, left over behind a spelled label, is a piece of a heading set beside it
_TAIL = 8  # words of a wrapped label that may stand behind its figures: so many has the longest in a narrow cell
_COLUMNS = 3  # of labels beside the figures: headings of two levels, and the label itself
_MIDDLE = 0.6  # of the height of words: how far the middles of centred lines lie apart
_FEW = 3  # labels of one table that show it to be printed where no heading of its section is


@dataclass(frozen=True, slots=True)
class Line:
    """A label and the figures and blanks behind it; ``texts`` are its possible readings, the likeliest first.

    ``heads`` are the pieces between the line before and this label; ``figures`` of the items are no blanks.
    ``strays`` are texts in cells of their own between the label and the items: where figures stand, but none.
    """

    texts: tuple[str, ...]
    tokens: tuple[Token, ...]
    items: tuple[Token, ...]
    heads: tuple[Piece, ...] = ()
    spelled: bool = False
    shared: bool = False
    strays: tuple[Token, ...] = ()

    @property
    def label(self) -> str:
        """The label as printed."""
        return self.texts[0] if self.texts else ""

    @property
    def figures(self) -> tuple[Token, ...]:
        """What is printed behind the label."""
        return tuple(t for t in self.items if t.text)

    @property
    def ink(self) -> tuple[Token, ...]:
        """Its figures, or else its label or its blanks."""
        return self.figures or self.tokens or self.items

    @property
    def hard(self) -> tuple[Token, ...]:
        """Its items without the blanks that empty lines alone show."""
        return tuple(t for t in self.items if not t.soft)

    @property
    def between(self) -> tuple[Token, ...]:
        """Its items from the first figure to the last."""
        inked = [n for n, t in enumerate(self.items) if t.text]
        return self.items[inked[0] : inked[-1] + 1] if inked else ()

    @property
    def is_own(self) -> bool:
        """Whether its label is one of the table alone, and something stands behind it."""
        return self.spelled and bool(self.items) and not self.shared

    @property
    def raw(self) -> str:
        """The figures as printed."""
        return " ".join(t.text for t in self.figures)

    @property
    def page(self) -> int | None:
        """The page of its figures, or else of its label or its blanks."""
        return next((t.page for t in (*self.figures, *self.tokens, *self.items)), None)

    @property
    def beside(self) -> bool:
        """Whether label and figures stand in one line, so that a figure has not slipped from another row."""
        lines = {t.line for t in self.figures}
        return bool(self.tokens) and lines <= {t.line for t in self.tokens}

    @property
    def alone(self) -> bool:
        """Whether its figures share one line of a text without cells, which is that of a row then."""
        figures = self.figures
        return len(figures) > 1 and len({t.line for t in figures}) == figures[0].cells == 1

    @property
    def cut(self) -> bool:
        """Whether its label goes on below its figures in a text, as it does where a page was cut into lines."""
        figures = self.figures
        return bool(figures) and not figures[-1].paged and any(t.line > figures[-1].line for t in self.tokens)

    def scattered(self, *, cut: bool) -> bool:
        """Whether the places of its figures do not show their order.

        On a page each stands right of that before it. In a text they stand on one line, or else one below the other
        as the cells of a file without pages do; in what was ``cut`` from a page that order shows nothing.
        """
        figures = self.figures
        if len({t.line for t in figures}) < 2:
            return False
        if figures[0].paged:
            return any(a.page == b.page and a.box.x0 >= b.box.x0 for a, b in pairwise(figures))
        return cut

    def goes_on(self, table: Table) -> bool:
        """Whether a table's lines go on with it, whose label is of other tables too or which has only headings."""
        return bool(self.items) and (self.shared or any(p.is_a("column", table.key) for p in self.heads))

    def with_tail(
        self, following: Sequence[Piece], table: Table, words: Words, axis: str
    ) -> tuple["Line", tuple[Token, ...]]:
        """The line with the end of its label, which may stand below its figures, and the words taken for it."""
        tails = self.tails(following)
        wholes = ((text + text_of(tail), tail) for tail in tails for text in self.texts)
        whole = next((w for w in wholes if words.spell(w[0], axis, table.key)), None)
        whole = whole or self.overleaf(following, table, words, axis)
        if whole is not None:
            text, tail = whole
            tokens = (*self.tokens, *tail)
            return replace(self, texts=(text,), tokens=tokens, spelled=True, shared=False), tail
        if tails and self.texts and not self.spelled and len(following) > 1:
            ends = text_of(tails[0])
            return replace(self, texts=(*self.texts, *(t + ends for t in self.texts[:2]))), ()
        return self, ()

    def overleaf(
        self, following: Sequence[Piece], table: Table, words: Words, axis: str
    ) -> tuple[str, tuple[Token, ...]] | None:
        """Its label where that stands whole on the next page, as a browser sets one that fits no more on its own.

        Beside the figures there is at most a part of a heading; a further label follows there before any figure.
        """
        labels = [p for p in following if p.is_a(axis, table.key)]
        first = next((p for p in following if p.is_a(axis, table.key) or p.is_a("group", table.key)), None)
        if len(self.figures) < 2 or len(labels) < 2 or first is not labels[0] or first.is_shared(axis, table.key):
            return None
        last, key = self.figures[-1], label_key(text_of(self.tokens))
        heading = Role(table.key, "group")
        if not last.paged or first.tokens[0].page != last.page + 1:
            return None
        beside = not key or any(key in word for word, roles in words.roles.items() if heading in roles)
        return (first.text, first.tokens) if beside else None

    def tails(self, following: Sequence[Piece]) -> list[tuple[Token, ...]]:
        """What may end its label below its figures: words up to the next label, or those at its margin."""
        if not self.tokens:
            return []
        loose = [*chain.from_iterable(p.tokens for p in takewhile(lambda p: not p.roles, following))]
        begun = [t for t in self.tokens if read_label(t.text).level][-_COLUMNS:]
        columns = [_below([first, *loose])[1:] for first in dict.fromkeys((self.tokens[-1], *reversed(begun)))]
        ends = (tuple(words[:n]) for words in (loose, *columns) for n in range(1, min(_TAIL, len(words)) + 1))
        return [*dict.fromkeys(ends)]

    @classmethod
    def with_figures(
        cls, items: tuple[Token, ...], heads: Sequence[Piece], label: Sequence[Piece], table: Table, axis: str
    ) -> Self:
        """The line of some figures: with the pieces of its label, and what else is set in cells behind these."""
        spelled = bool(label) and label[0].is_a(axis, table.key)
        shared = spelled and (label[0].is_shared(axis, table.key) or len(label[0].roles) > 1)
        tokens = tuple(t for p in label for t in p.tokens)
        last = label[0].tokens[-1] if spelled else None
        strays = tuple(t for t in tokens if last and t.line == last.line and t.cell > last.cell)
        return cls(_readings(label), tokens, items, tuple(heads), spelled, shared, strays)


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of one table in printed order; ``second`` tells that its labels come a second time."""

    lines: tuple[Line, ...] = ()
    second: tuple[Line, ...] = ()

    @property
    def rows(self) -> tuple[Line, ...]:
        """The lines that have a label or a figure, and not only heads or blanks."""
        return tuple(n for n in self.lines if n.texts or n.figures)

    @property
    def captions(self) -> list[str]:
        """What stands before the labels of its lines."""
        return [p.text for p in chain.from_iterable(n.heads for n in self.lines)]


@dataclass(slots=True)
class _Zone:
    """Records between two headings of sections."""

    section: int
    records: list[Record] = field(default_factory=list)

    def outside(self, table: Table, words: Words, axis: str) -> list[Line]:
        """Lines of a table that no heading announces: from its first known label to its last."""
        lines = _lines(self.records, table, words, axis)
        known = [n for n, line in enumerate(lines) if line.is_own]
        axes = {Role(table.key, "row"), Role(table.key, "column")}
        names = {p.key for p in chain.from_iterable(line.heads for line in lines) if p.roles & axes}
        if not known or max(len(known), len(names)) < _FEW:
            return []
        first, last = known[0], known[-1]
        while first and not lines[first - 1].figures:
            first -= 1
        return [*lines[first : last + 1], *takewhile(lambda n: n.goes_on(table), lines[last + 1 :])]


def _zones(records: Sequence[Record]) -> Iterator[_Zone]:
    zone = _Zone(0)
    for record in records:
        at = [n for n, p in enumerate(record.pieces) if p.is_a("section")]
        if at:
            last = at[-1]
            if last:
                zone.records.append(Record(record.pieces[: at[0]], ()))
            yield zone
            zone = _Zone(next(r.section for r in record.pieces[last].roles if r.axis == "section"))
            rest = Record(record.pieces[last + 1 :], record.items, record.prose)
        else:
            rest = record
        if rest.pieces or rest.items:
            zone.records.append(rest)
    yield zone


def find_region(records: Sequence[Record], table: Table, words: Words, axis: str) -> Region:
    """Lines of ``table`` whose labels are those of its rows (``axis`` row) or, if it is transposed, columns."""
    zones = [z for z in _zones(records) if z.records]
    own = [z for z in zones if z.section == table.section]
    lines = [_lines(z.records, table, words, axis) for z in own]
    if not any(n.spelled for n in chain.from_iterable(lines)):
        lines = [z.outside(table, words, axis) for z in zones if z.section != table.section]
    region: list[Line] = []
    second: list[Line] = []
    for zone in lines:
        named, known = _labels_with_figures(zone), _labels_with_figures(region)
        if len(named & known) > len(named) / 2 or second:
            second += zone
        else:
            region += zone
    return Region(tuple(region), tuple(second))


def _labels_with_figures(lines: Sequence[Line]) -> set[str]:
    return {label_key(n.label) for n in lines if n.spelled and n.figures}


def _lines(records: Sequence[Record], table: Table, words: Words, axis: str) -> list[Line]:
    """Records as lines: the last label before the figures is theirs, labels before it have none."""
    found: list[Line] = []
    tail: tuple[Token, ...] = ()
    for record, following in zip(records, [*records[1:], Record((), ())], strict=False):  # there may be none
        pieces = _without(record.pieces, tail)
        tail = ()
        at = _own_label(pieces, table, axis, words)
        figured = bool(record.items) and (not record.prose or any(p.roles for p in pieces[at:]))
        at = at if figured else len(pieces)  # prose before the figures parts them from every label
        found += [
            Line((p.text,), p.tokens, (), spelled=True)
            for p in pieces[:at]
            if p.is_a(axis, table.key) and not p.is_shared(axis, table.key)
        ]
        if figured:
            line = Line.with_figures(record.items, pieces[:at], pieces[at:], table, axis)
            line, tail = line.with_tail(following.pieces, table, words, axis)
            found.append(line)
        elif pieces:
            found.append(Line((), (), (), tuple(pieces)))
    return found


def _own_label(pieces: Sequence[Piece], table: Table, axis: str, words: Words) -> int:
    """Where the label of the figures behind these pieces begins."""
    at = len(pieces) - len(list(takewhile(lambda p: not p.roles, reversed(pieces))))
    last = max((n for n, p in enumerate(pieces) if p.is_a(axis, table.key)), default=-1)
    left = "".join(p.key for p in pieces[at:])
    if 0 <= last == at - 1:
        # a label whose beginning is one too, or goes on so in its column beside the lines of a heading
        column = _going_on(pieces[last].tokens, [*chain.from_iterable(p.tokens for p in pieces[at:])])
        begun = {pieces[last].key + more[:2] for more in (left, label_key(text_of(column))) if more}
        if len(left) < _SHORT or any(word.startswith(tuple(begun)) for word in words.roles):
            return last
    # headings of columns may stand between a label and its figure
    return last if last >= 0 and all(p.roles for p in pieces[last:]) else at


def _readings(label: Sequence[Piece]) -> tuple[str, ...]:
    """What a label may read: as spelled; or its words joined from the last back to where a number begins it."""
    tokens = [*chain.from_iterable(p.tokens for p in label)]
    spelled = [p.text for p in label[:1] if p.roles]
    if not tokens or len(spelled) == len(label) == 1:
        return tuple(spelled)
    begins = [n for n, t in enumerate(tokens) if read_label(t.text).level] or [0]
    # in a narrow column the lines of a label and of the heading beside it alternate; each begins at its own margin
    margins = [text_of(_below(tokens[n:])) for n in reversed(begins)]
    first = 0 if spelled else begins[-1]
    joined = [text_of(tokens[n:]) for n in range(first, len(tokens))]
    texts = [*spelled, *joined[:1], *margins, *reversed(joined[1:])]
    return tuple(dict.fromkeys(filter(label_key, texts)))


def _going_on(label: Sequence[Token], rest: Sequence[Token]) -> list[Token]:
    """The words behind a label that go on with its last line, or else in the column below that."""
    last = label[-1]
    more: list[Token] = []
    for token in rest:
        if token.line == last.line and abs(token.box.x0 - (more or label)[-1].box.x1) < _MIDDLE * token.box.height:
            more.append(token)
    whole = bounding_box([t.box for t in label if t.line == last.line])
    return more or _below([replace(last, box=whole), *rest])[1:]


def _below(tokens: Sequence[Token]) -> list[Token]:
    """The first of some words with those that begin at its margin, or on a page are set about its middle."""
    first = tokens[0]
    return [
        t
        for t in tokens
        if abs(t.box.x0 - first.box.x0) < first.box.height
        or (t.paged and abs(t.box.centre[0] - first.box.centre[0]) < _MIDDLE * first.box.height)
    ]


def _without(pieces: Sequence[Piece], taken: Sequence[Token]) -> list[Piece]:
    left = []
    for piece in pieces if taken else ():
        tokens = tuple(t for t in piece.tokens if t not in taken)
        if tokens:
            text = piece.text if len(tokens) == len(piece.tokens) else "".join(t.text for t in tokens)
            left.append(replace(piece, text=text, tokens=tokens))
    return left if taken else list(pieces)


def match_lines(lines: Sequence[Line], slots: Sequence[Slot]) -> tuple[Match, ...]:
    """Which row of the form each line is: by its label and by the order of all (the matcher of every table)."""
    return align([Printed(n.texts or ("",), (), bool(n.figures)) for n in lines], slots)
