"""Rectangles and words → a :class:`Grid`: rows, columns, spans, and the text inside each cell."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import TypeVar

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.method import Way
from gkingest.model.paper import Box, Cell, Grid, Page, Ruling, Word, bounding_box
from gkingest.text.numbers import is_number
from gkingest.text.signs import RAISED, is_note

T = TypeVar("T")
_DIGITS = frozenset("0123456789０１２３４５６７８９.．,，")
_HOLE = "no cell is drawn here"
# Less than half of the lower of two neighbours; lines set at half their height apart, as in some PDFs, are two.
_LINES = Tolerance(0.4999, "lower")
_NOTE = 0.88  # of the size beside it: a smaller figure in a picture is a note
_SPACE = 0.45  # of the glyph size: a gap this wide between words is a printed space


def cluster(items: Iterable[T], key: Callable[[T], float], near: float) -> list[list[T]]:
    """Items in order of ``key``, a new group wherever one lies more than ``near`` beyond the group's mean."""
    groups: list[list[T]] = []
    mean = 0.0
    for item in sorted(items, key=key):
        value = key(item)
        if groups and value - mean <= near:
            groups[-1].append(item)
            mean += (value - mean) / len(groups[-1])
        else:
            groups.append([item])
            mean = value
    return groups


Place = tuple[int, int, int, int]  # first row, first column, row after the last, column after the last


def assemble_grid(
    page: Page, boxes: Sequence[Box], way: Way, rules: Sequence[Ruling] = (), near: float = 2.0
) -> Grid | None:
    """Grid over ``boxes`` (cells in points); ``None`` if it is no grid.

    Holes that no box covers become cells, bounded by ``rules``: a cell cut by the page has no lower rule.
    """
    columns = mean_edges([b.x0 for b in boxes] + [b.x1 for b in boxes], near)
    rows = mean_edges([b.top for b in boxes] + [b.bottom for b in boxes], near)
    if len(columns) < 2 or len(rows) < 2:
        return None
    drawn = {
        (nearest(rows, b.top), nearest(columns, b.x0), nearest(rows, b.bottom), nearest(columns, b.x1))
        for b in boxes
    }
    places = _with_holes(drawn, rows, columns, rules)
    if len(places) < 2:
        return None
    owner = {square: p for p in places for square in _squares(p)}
    frame = Box(columns[0], rows[0], columns[-1], rows[-1])
    inside, doubts = _dealt((w for w in page.words if frame.contains(*w.box.centre)), rows, columns, owner)
    cells = []
    for place in sorted(places):
        own = inside.get(place, [])
        box = Box(columns[place[1]], rows[place[0]], columns[place[3]], rows[place[2]])
        hole = bool(rules) and place not in drawn and not own
        cell = _cell(place, own, box, page.number, doubts.get(place, _HOLE if hole else ""))
        cells.append(_with_drawn_ink(cell, page))
    loose = tuple(w for w in page.words if _hangs_out(w, frame))
    return Grid(tuple(cells), len(rows) - 1, len(columns) - 1, tuple(columns), frame, page.number, way, loose=loose)


def _dealt(
    words: Iterable[Word], rows: list[float], columns: list[float], owner: dict[tuple[int, int], Place]
) -> tuple[dict[Place, list[Word]], dict[Place, str]]:
    """Words by the cell that each lies in, one that a rule cuts in parts, and what is doubted of cells."""
    inside: dict[Place, list[Word]] = {}
    doubts: dict[Place, str] = {}
    for word in words:
        for part, place, doubt in _cut(word, rows, columns, owner):
            inside.setdefault(place, []).append(part)
            if doubt:
                doubts[place] = doubt
    return inside, doubts


def _with_drawn_ink(cell: Cell, page: Page) -> Cell:
    """A cell is doubted if characters in it were painted over, or something is drawn where it has no text."""
    if any(cell.box.contains(*b.centre) for b in page.covered):
        return replace(cell, doubt="characters were painted over in the cell")
    if cell.text:
        return cell
    width, height = cell.box.width + 2, cell.box.height + 2
    small = (b for b in (*page.marks, *page.pictures) if b.width <= width and b.height <= height)
    drawn = any(cell.box.contains(*b.centre) for b in small) or any(_lies_over(b, cell.box) for b in page.blots)
    return replace(cell, doubt="something is drawn in the cell that is no text") if drawn else cell


def _lies_over(blot: Box, box: Box) -> bool:
    """Whether a good part of a cell is under something that may hide a figure."""
    across = min(blot.x1, box.x1) - max(blot.x0, box.x0)
    down = min(blot.bottom, box.bottom) - max(blot.top, box.top)
    return across > 0.2 * box.width and down > 0.2 * box.height


def _hangs_out(word: Word, frame: Box) -> bool:
    """A number beside the table, within its height and close to its side."""
    x, y = word.box.centre
    near = 1.5 * max(word.size, 1.0)
    beside = frame.x0 - near < x < frame.x0 or frame.x1 < x < frame.x1 + near
    return beside and frame.top <= y <= frame.bottom and is_number(word.text)


def mean_edges(values: Iterable[float], near: float) -> list[float]:
    """Edges that lie ``near`` each other as one, at their mean."""
    return [sum(g) / len(g) for g in cluster(values, key=lambda v: v, near=near)]


def nearest(edges: Sequence[float], value: float) -> int:
    """Index of the edge that lies nearest to a value; ``edges`` are in order."""
    after = bisect_left(edges, value)
    if after == 0 or (after < len(edges) and edges[after] - value < value - edges[after - 1]):
        return after
    return after - 1


def _squares(place: Place) -> Iterator[tuple[int, int]]:
    """Row and column of every square that a place covers."""
    return product(range(place[0], place[2]), range(place[1], place[3]))


def _with_holes(
    places: set[Place], rows: list[float], columns: list[float], rules: Sequence[Ruling]
) -> list[Place]:
    """The places without overlaps, and a place for each stretch of a row that none of them covers.

    Stretches of one width grow downwards while no rule lies between them.
    """
    taken: set[tuple[int, int]] = set()
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: ((p[2] - p[0]) * (p[3] - p[1]), p)):
        squares = set(_squares(place))
        if squares and not squares & taken:
            kept.append(place)
            taken |= squares
    open_above: dict[tuple[int, int], Place] = {}
    for row in range(len(rows) - 1):
        stretches = list(_stretches(row, columns, rows, taken, rules))
        grown = {}
        for start, end in stretches:
            above = open_above.get((start, end))
            joins = above is not None and not _ruled(rules, rows[row], columns[start], columns[end])
            grown[start, end] = (above[0] if joins and above else row, start, row + 1, end)
            if above is not None and not joins:
                kept.append(above)
        kept += [p for span, p in open_above.items() if span not in grown]
        open_above = grown
    return kept + list(open_above.values())


def _stretches(
    row: int, columns: list[float], rows: list[float], taken: set[tuple[int, int]], rules: Sequence[Ruling]
) -> Iterable[tuple[int, int]]:
    """(first, after last) column of each uncovered stretch of a row, cut where a rule runs down."""
    down = [Ruling(r.top, r.x0, r.bottom, r.x1) for r in rules if not r.horizontal]
    start: int | None = None
    for column in range(len(columns)):
        free = column < len(columns) - 1 and (row, column) not in taken
        wall = start is not None and _ruled(down, columns[column], rows[row], rows[row + 1])
        if start is not None and (not free or wall):
            yield start, column
            start = None
        if free and start is None:
            start = column


def _ruled(rules: Sequence[Ruling], at: float, start: float, end: float) -> bool:
    """Whether rules across position ``at`` cover more than half of the way from ``start`` to ``end``."""
    covered = sum(
        max(0.0, min(r.x1, end) - max(r.x0, start)) for r in rules if r.horizontal and abs(r.top - at) <= 2.0
    )
    return covered > 0.5 * (end - start)


def _cut(
    word: Word,
    rows: list[float],
    columns: list[float],
    owner: dict[tuple[int, int], Place],
) -> Iterable[tuple[Word, Place, str]]:
    """Parts of a word with the cell each lies in; a number is never cut, only doubted."""
    row = min(max(bisect_right(rows, word.box.centre[1]) - 1, 0), len(rows) - 2)

    def place_at(x: float) -> Place:
        column = min(max(bisect_right(columns, x) - 1, 0), len(columns) - 2)
        return owner[row, column]

    centres = [(a + b) / 2 for a, b in zip(word.edges, word.edges[1:], strict=False)]
    if len(centres) != len(word.text):
        yield word, place_at(word.box.centre[0]), ""
        return
    places = [place_at(x) for x in centres]
    if len(set(places)) == 1:
        yield word, places[0], ""
        return
    changes = [i for i in range(1, len(places)) if places[i] != places[i - 1]]
    strings = set(changes) <= set(word.seams)  # the file itself parts the text where the rule does
    if all(c in _DIGITS for c in word.text) and not strings:
        home = place_at(word.box.centre[0])
        for place in dict.fromkeys([home, *places]):
            text = word if place == home else Word("", word.box)
            yield text, place, f"the number {word.text} runs across a rule"
        return
    for start, end in zip([0, *changes], [*changes, len(places)], strict=True):
        doubt = "" if strings else _split_doubt(word.text, start, end)
        box = Box(word.edges[start], word.box.top, word.edges[end], word.box.bottom)
        part = Word(word.text[start:end], box, word.size, word.edges[start : end + 1], word.angle)
        yield part, places[start], doubt


def _split_doubt(text: str, start: int, end: int) -> str:
    """A cut between two digits may have cut a number."""
    before = start > 0 and text[start - 1] in _DIGITS and text[start] in _DIGITS
    after = end < len(text) and text[end - 1] in _DIGITS and text[end] in _DIGITS
    return f"digits of {text} stand on both sides of a rule" if before or after else ""


def _cell(place: Place, words: list[Word], box: Box, page: int, doubt: str) -> Cell:
    inked = [w for w in words if w.text]
    doubt = doubt or next((w.doubt for w in inked if w.doubt), "")
    return Cell(
        text=cell_text(inked, box),
        box=box,
        ink=bounding_box([w.box for w in inked]) if inked else box,
        page=page,
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
    if sum(len(w.text) for w in words if w.angle in (90, 270)) > sum(len(w.text) for w in words if not w.angle):
        # Set at a right angle: read along its own direction.
        upwards = words[0].angle == 90
        columns = cluster(words, key=lambda w: w.box.centre[0], near=0.5 * max(words[0].size, 1.0))
        down = [sorted(c, key=lambda w: w.box.top, reverse=upwards) for c in columns]
        return "\n".join("".join(w.text for w in c) for c in (down if upwards else down[::-1]))
    text = ""
    full = False
    for row in in_lines(words, _LINES):
        line = sorted(row, key=lambda w: w.box.x0)
        printed = _line_text(line)
        wrapped = full and text[-1:] in _DIGITS and printed[:1] in _DIGITS
        text += printed if wrapped or not text else "\n" + printed
        # A number of three digits or more leaves no room for another on its line, cell padding allowed for.
        width = line[-1].box.x1 - line[0].box.x0
        full = sum(len(w.text) for w in line) >= 3 and width + 1.35 * line[-1].size > box.width
    return text


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
