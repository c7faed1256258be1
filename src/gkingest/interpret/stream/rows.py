"""Labels with the figures behind them: which lines of the stream belong to a table, and which row each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Self

from gkingest.formats.spec import Table
from gkingest.interpret.stream.pieces import Piece, Record, Words
from gkingest.interpret.stream.tokens import Token
from gkingest.interpret.table.match import Match, Printed, Slot, align
from gkingest.text.labels import label_key, read_label

_SHORT = 4  # characters: less, left over behind a spelled label, is a piece of a heading set beside it
_TAIL = 8  # words of a wrapped label that may stand behind its figures: so many has the longest in a narrow cell
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
        """Whether the last line of a table has a label of other tables too, or only headings."""
        return self.shared or any(p.is_a("column", table.key) for p in self.heads)

    def with_tail(
        self, following: Sequence[Piece], table: Table, words: Words, axis: str
    ) -> tuple["Line", tuple[Token, ...]]:
        """The line with the end of its label, which may stand below its figures, and the words taken for it."""
        loose: list[Token] = []
        for piece in following:
            if piece.roles:
                break
            loose += piece.tokens
        own = _below([self.tokens[-1], *loose])[1:]
        for tail, count in ((e, n) for e in (loose, own) for n in range(1, min(_TAIL, len(e)) + 1)):
            for text in self.texts:
                joined = text + "".join(t.text for t in tail[:count])
                roles = words.roles.get(label_key(joined), frozenset())
                if any(r.axis == axis and r.table == table.key for r in roles):
                    taken = tuple(tail[:count])
                    whole = replace(
                        self, texts=(joined,), tokens=(*self.tokens, *taken), spelled=True, shared=False
                    )
                    return whole, taken
        if loose and self.texts and not self.spelled and len(following) > 1:
            ends = "".join(t.text for t in loose[:1])
            return replace(self, texts=(*self.texts, *(t + ends for t in self.texts[:2]))), ()
        return self, ()

    @classmethod
    def with_figures(
        cls, items: tuple[Token, ...], heads: Sequence[Piece], label: Sequence[Piece], table: Table, axis: str
    ) -> Self:
        """The line of some figures: with the pieces of its label, and what else is set in cells behind these."""
        spelled = bool(label) and label[0].is_a(axis, table.key)
        shared = spelled and (_is_shared(label[0], table, axis) or len(label[0].roles) > 1)
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


@dataclass(slots=True)
class _Zone:
    """Records between two headings of sections."""

    section: int
    records: list[Record] = field(default_factory=list)

    def outside(self, table: Table, words: Words, axis: str) -> list[Line]:
        """Lines of a table that no heading announces: from its first known label to its last."""
        lines = _lines(self.records, table, words, axis)
        known = [n for n, line in enumerate(lines) if line.spelled and line.items and not line.shared]
        heads = {
            p.key for line in lines for p in line.heads if p.is_a("column", table.key) or p.is_a("row", table.key)
        }
        if len(known) < _FEW and not (known and len(heads) >= _FEW):
            return []
        first, last = known[0], known[-1]
        while first and not lines[first - 1].figures:
            first -= 1
        while last + 1 < len(lines) and lines[last + 1].items and lines[last + 1].goes_on(table):
            last += 1
        return lines[first : last + 1]


def _zones(records: Sequence[Record]) -> Iterator[_Zone]:
    zone = _Zone(0)
    for record in records:
        at = [n for n, p in enumerate(record.pieces) if p.is_a("section")]
        if at:
            last = at[-1]
            if last and any(p.roles for p in record.pieces[:last]):
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
    if not any(n.spelled for zone in lines for n in zone):
        lines = [z.outside(table, words, axis) for z in zones if z.section != table.section]
    region: list[Line] = []
    second: list[Line] = []
    for zone in lines:
        named = {label_key(n.label) for n in zone if n.spelled and n.figures}
        known = {label_key(n.label) for n in region if n.spelled and n.figures}
        if len(named & known) > len(named) / 2 or second:
            second += zone
        else:
            region += zone
    return Region(tuple(region), tuple(second))


def _lines(records: Sequence[Record], table: Table, words: Words, axis: str) -> list[Line]:
    """Records as lines: the last label before the figures is theirs, labels before it have none."""
    found: list[Line] = []
    tail: tuple[Token, ...] = ()
    for number, record in enumerate(records):
        pieces = _without(record.pieces, tail) if tail else list(record.pieces)
        tail = ()
        at = _own_label(pieces, table, axis, words)
        figured = bool(record.items) and (not record.prose or any(p.roles for p in pieces[at:]))
        at = at if figured else len(pieces)  # prose before the figures parts them from every label
        for p in pieces[:at]:
            if p.is_a(axis, table.key) and not _is_shared(p, table, axis):
                found.append(Line((p.text,), p.tokens, (), spelled=True))
        if figured:
            line = Line.with_figures(record.items, pieces[:at], pieces[at:], table, axis)
            if line.tokens and number + 1 < len(records):
                line, tail = line.with_tail(records[number + 1].pieces, table, words, axis)
            found.append(line)
        elif pieces:
            found.append(Line((), (), (), tuple(pieces)))
    return found


def _is_shared(piece: Piece, table: Table, axis: str) -> bool:
    return any(r.axis != axis and r.table == table.key for r in piece.roles)


def _own_label(pieces: Sequence[Piece], table: Table, axis: str, words: Words) -> int:
    """Where the label of the figures behind these pieces begins."""
    at = len(pieces)
    while at and not pieces[at - 1].roles:
        at -= 1
    left = "".join(p.key for p in pieces[at:])
    if at and pieces[at - 1].is_a(axis, table.key):
        begun = pieces[at - 1].key + left[:2]  # a label whose beginning is one too
        if len(left) < _SHORT or any(word.startswith(begun) for word in words.roles):
            return at - 1
    if at == len(pieces):  # headings of columns may stand between a label and its figure
        back = at
        while back and not pieces[back - 1].is_a(axis, table.key) and pieces[back - 1].roles:
            back -= 1
        if back and pieces[back - 1].is_a(axis, table.key):
            return back - 1
    return at


def _readings(label: Sequence[Piece]) -> tuple[str, ...]:
    """What a label may read: as spelled; or its words joined from the last back to where a number begins it."""
    if not label:
        return ()
    tokens = [t for p in label for t in p.tokens]
    spelled = [label[0].text] if label[0].roles else []
    if spelled and len(label) == 1:
        return (label[0].text,)
    numbered = [n for n, t in enumerate(tokens) if read_label(t.text).level]
    # in a narrow column the lines of a label and of the heading beside it alternate; each begins at its own margin
    margins = ["".join(t.text for t in _below(tokens[n:])) for n in reversed(numbered or [0])]
    if not spelled:
        tokens = tokens[numbered[-1] if numbered else 0 :]
    joined = ["".join(t.text for t in tokens[n:]) for n in range(len(tokens))]
    texts = [*spelled, joined[0], *margins, *reversed(joined[1:])]
    return tuple(dict.fromkeys(t for t in texts if label_key(t)))


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
    kept = []
    for piece in pieces:
        tokens = tuple(t for t in piece.tokens if t not in taken)
        if tokens:
            text = piece.text if len(tokens) == len(piece.tokens) else "".join(t.text for t in tokens)
            kept.append(replace(piece, text=text, tokens=tokens))
    return kept


def match_lines(lines: Sequence[Line], slots: Sequence[Slot]) -> tuple[Match, ...]:
    """Which row of the form each line is: by its label and by the order of all (the matcher of every table)."""
    return align([Printed(n.texts or ("",), (), bool(n.figures)) for n in lines], slots)
