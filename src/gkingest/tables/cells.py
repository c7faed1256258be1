"""Rectangles and words → a :class:`Grid`: rows, columns, spans, and the text inside each cell."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Self

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.method import Way
from gkingest.model.paper import Box, Cell, Grid, Page, Ruling, Word, bounding_box
from gkingest.tables.along import cluster, mean_edges, nearest
from gkingest.text.numbers import is_number
from gkingest.text.signs import RAISED, is_note

_DIGITS = frozenset("0123456789０１２３４５６７８９.．,，")
_HOLE = "no cell is drawn here"
# Less than half of the lower of two neighbours; lines set at half their height apart, as in some PDFs, are two.
_LINES = Tolerance(0.4999, "lower")
_NOTE = 0.88  # of the size beside it: a smaller figure in a picture is a note
_SIDEWAYS = {0: -1, 90: 1, 270: 1}  # how the angles of a cell's characters count for it being set sideways
_SPACE = 0.45  # of the glyph size: a gap this wide between words is a printed space


Place = tuple[int, int, int, int]  # first row, first column, row after the last, column after the last


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where the rows and columns of a grid begin and end, in points."""

    rows: list[float]
    columns: list[float]

    @classmethod
    def of(cls, boxes: Sequence[Box], near: float) -> Self:
        """Those of some cells, edges that lie ``near`` each other as one."""
        rows = mean_edges([y for b in boxes for y in (b.top, b.bottom)], near)
        return cls(rows, mean_edges([x for b in boxes for x in (b.x0, b.x1)], near))

    def place(self, box: Box) -> Place:
        """The place that a cell fills."""
        first, start = nearest(self.rows, box.top), nearest(self.columns, box.x0)
        return first, start, nearest(self.rows, box.bottom), nearest(self.columns, box.x1)

    def box(self, place: Place) -> Box:
        """The box of a place."""
        return Box(self.columns[place[1]], self.rows[place[0]], self.columns[place[3]], self.rows[place[2]])

    @property
    def frame(self) -> Box:
        """The box of the whole grid."""
        return Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def row_at(self, y: float) -> int:
        """The row that a point stands in, or the nearest."""
        return min(max(bisect_right(self.rows, y) - 1, 0), len(self.rows) - 2)

    def column_at(self, x: float) -> int:
        """The column that a point stands in, or the nearest."""
        return min(max(bisect_right(self.columns, x) - 1, 0), len(self.columns) - 2)

    def with_holes(self, places: set[Place], rules: Sequence[Ruling]) -> list[Place]:
        """The places without overlaps, of two the smaller, and those that none of them covers."""
        taken: set[tuple[int, int]] = set()
        kept: list[Place] = []
        for place in sorted(places, key=lambda p: ((p[2] - p[0]) * (p[3] - p[1]), p)):
            squares = set(_squares(place))
            if squares and squares.isdisjoint(taken):
                kept.append(place)
                taken |= squares
        return [*kept, *self.holes(taken, rules)]

    def holes(self, taken: Set[tuple[int, int]], rules: Sequence[Ruling]) -> Iterator[Place]:
        """A place for each stretch of a row that is not taken; one grows downwards while no rule lies below it."""
        above: dict[tuple[int, int], Place] = {}
        for row in range(len(self.rows) - 1):
            grown = {}
            for start, end in self.stretches(row, taken, rules):
                begun = above.get((start, end))
                if begun is None or _ruled(rules, self.rows[row], self.columns[start], self.columns[end]):
                    grown[start, end] = row, start, row + 1, end
                else:
                    grown[start, end] = begun[0], start, row + 1, end
                    del above[start, end]
            yield from above.values()
            above = grown
        yield from above.values()

    def stretches(
        self, row: int, taken: Set[tuple[int, int]], rules: Sequence[Ruling]
    ) -> Iterator[tuple[int, int]]:
        """(first, after last) column of each stretch of a row that is not taken, cut where a rule runs down."""
        down = [r.turned for r in rules if not r.horizontal]
        start: int | None = None
        for column, x in enumerate(self.columns):
            free = column < len(self.columns) - 1 and (row, column) not in taken
            wall = start is not None and _ruled(down, x, self.rows[row], self.rows[row + 1])
            if start is not None and (not free or wall):
                yield start, column
                start = None
            if free and start is None:
                start = column


def assemble_grid(
    page: Page, boxes: Sequence[Box], way: Way, rules: Sequence[Ruling] = (), near: float = 2.0
) -> Grid | None:
    """Grid over ``boxes`` (cells in points); ``None`` if it is no grid.

    Holes that no box covers become cells, bounded by ``rules``: a cell cut by the page has no lower rule.
    """
    edges = _Edges.of(boxes, near)
    if min(len(edges.columns), len(edges.rows)) < 2:
        return None
    drawn = set(map(edges.place, boxes))
    places = edges.with_holes(drawn, rules)
    if len(places) < 2:
        return None
    inside, doubts = _dealt(page.words, edges, places)
    holes = set(places) - drawn - inside.keys() if rules else set()
    cells = []
    for place in sorted(places):
        doubt = doubts.get(place, _HOLE if place in holes else "")
        cells.append(_cell(place, inside.get(place, []), edges.box(place), page, doubt))
    rows, columns, frame = len(edges.rows) - 1, len(edges.columns) - 1, edges.frame
    # A number within its height and close to its side hangs out of the table.
    level = (
        (w, w.box.centre[0], 1.5 * max(w.size, 1.0))
        for w in page.words
        if frame.top <= w.box.centre[1] <= frame.bottom
    )
    loose = tuple(
        word
        for word, x, near in level
        if (frame.x0 - near < x < frame.x0 or frame.x1 < x < frame.x1 + near) and is_number(word.text)
    )
    return Grid(tuple(cells), rows, columns, tuple(edges.columns), frame, page.number, way, loose=loose)


def _dealt(
    words: Iterable[Word], edges: _Edges, places: Iterable[Place]
) -> tuple[dict[Place, list[Word]], dict[Place, str]]:
    """Words by the cell that each lies in, one that a rule cuts in parts, and what is doubted of cells."""
    owner = {square: p for p in places for square in _squares(p)}
    frame = edges.frame
    inside: dict[Place, list[Word]] = {}
    doubts: dict[Place, str] = {}
    for word in (w for w in words if frame.contains(*w.box.centre)):
        for part, place, doubt in _cut(word, edges, owner):
            inside.setdefault(place, []).append(part)
            if doubt:
                doubts[place] = doubt
    return inside, doubts


def _is_drawn_in(box: Box, page: Page) -> bool:
    """Whether something is drawn in a cell, or a good part of it is under something that may hide a figure."""
    width, height = box.width + 2, box.height + 2
    small = (b for b in (*page.marks, *page.pictures) if b.width <= width and b.height <= height)
    if any(box.contains(*b.centre) for b in small):
        return True
    for blot in page.blots:
        across = min(blot.x1, box.x1) - max(blot.x0, box.x0)
        down = min(blot.bottom, box.bottom) - max(blot.top, box.top)
        if across > 0.2 * box.width and down > 0.2 * box.height:
            return True
    return False


def _squares(place: Place) -> Iterator[tuple[int, int]]:
    """Row and column of every square that a place covers."""
    return product(range(place[0], place[2]), range(place[1], place[3]))


def _ruled(rules: Sequence[Ruling], at: float, start: float, end: float) -> bool:
    """Whether rules across position ``at`` cover more than half of the way from ``start`` to ``end``."""
    covered = sum(
        max(0.0, min(r.x1, end) - max(r.x0, start)) for r in rules if r.horizontal and abs(r.top - at) <= 2.0
    )
    return covered > 0.5 * (end - start)


def _cut(word: Word, edges: _Edges, owner: Mapping[tuple[int, int], Place]) -> Iterator[tuple[Word, Place, str]]:
    """Parts of a word with the cell each lies in; a number is never cut, only doubted."""
    row = edges.row_at(word.box.centre[1])
    places = [owner[row, edges.column_at(x)] for x in word.centres]
    if len(set(places)) == 1:
        yield word, places[0], ""
        return
    changes = [i for i, (one, other) in enumerate(pairwise(places), 1) if one != other]
    strings = set(changes) <= set(word.seams)  # the file itself parts the text where the rule does
    if _DIGITS.issuperset(word.text) and not strings:
        home = owner[row, edges.column_at(word.box.centre[0])]
        doubt = f"the number {word.text} runs across a rule"
        yield word, home, doubt
        yield from ((Word("", word.box), place, doubt) for place in dict.fromkeys(places) if place != home)
        return
    for start, end in pairwise((0, *changes, len(places))):
        doubt = "" if strings else _split_doubt(word.text, start, end)
        box = Box(word.edges[start], word.box.top, word.edges[end], word.box.bottom)
        part = Word(word.text[start:end], box, word.size, word.edges[start : end + 1], word.angle)
        yield part, places[start], doubt


def _split_doubt(text: str, start: int, end: int) -> str:
    """A cut between two digits may have cut a number."""
    before = start > 0 and text[start - 1] in _DIGITS and text[start] in _DIGITS
    after = end < len(text) and text[end - 1] in _DIGITS and text[end] in _DIGITS
    return f"digits of {text} stand on both sides of a rule" if before or after else ""


def _cell(place: Place, words: list[Word], box: Box, page: Page, doubt: str) -> Cell:
    """The cell at a place with its words; ``doubt`` is what else is doubted of it."""
    inked = [w for w in words if w.text]
    text = cell_text(inked, box)
    if any(box.contains(*b.centre) for b in page.covered):
        doubt = "characters were painted over in the cell"
    elif not text and _is_drawn_in(box, page):
        doubt = "something is drawn in the cell that is no text"
    else:
        doubt = next(filter(None, (doubt, *(w.doubt for w in inked))), "")
    return Cell(
        text=text,
        box=box,
        ink=bounding_box([w.box for w in inked]) if inked else box,
        page=page.number,
        row=place[0],
        column=place[1],
        row_span=place[2] - place[0],
        column_span=place[3] - place[1],
        confidence=min((w.confidence for w in inked), default=1.0),
        doubt=doubt,
    )


def cell_text(words: Sequence[Word], box: Box) -> str:
    """Words of a cell in reading order; lines are kept apart, a number that fills its line goes on in the next."""
    if not words:
        return ""
    if sum(_SIDEWAYS.get(w.angle, 0) * len(w.text) for w in words) > 0:
        return _sideways_text(words)
    lines: list[str] = []
    full = False
    for row in in_lines(words, _LINES):
        line = sorted(row, key=lambda w: w.box.x0)
        printed = _line_text(line)
        if full and lines[-1][-1:] in _DIGITS and printed[:1] in _DIGITS:
            lines[-1] += printed
        else:
            lines.append(printed)
        # A number of three digits or more leaves no room for another on its line, cell padding allowed for.
        width = line[-1].box.x1 - line[0].box.x0
        full = sum(len(w.text) for w in line) >= 3 and width + 1.35 * line[-1].size > box.width
    return "\n".join(lines)


def _sideways_text(words: Sequence[Word]) -> str:
    """Words set at a right angle, read along their own direction."""
    upwards = words[0].angle == 90
    columns = cluster(words, key=lambda w: w.box.centre[0], near=0.5 * max(words[0].size, 1.0))
    down = [sorted(c, key=lambda w: w.box.top, reverse=upwards) for c in columns]
    return "\n".join("".join(w.text for w in c) for c in (down if upwards else down[::-1]))


def _line_text(line: list[Word]) -> str:
    text = line[0].text
    for before, word in pairwise(line):
        gap = word.box.x0 - before.box.x1
        told = word.inks and before.inks  # the edges of words that a recogniser saw are not as sure
        notes = is_note(word.size, word.base, (before.size, before.base))
        small = notes if told else word.size < _NOTE * before.size
        note = small and before.text[-1:].isdigit() and word.text.isdigit()
        space = " " if gap > _SPACE * max(min(before.size, word.size), 1.0) else ""
        text += space + (word.text.translate(RAISED) if note else word.text)  # a small figure behind one is a note
    return text
