"""What is on paper, before it means anything: sources, pages, words, rulings, grids, cells.

All lengths are PDF points; the origin is the top left corner of the page, y grows downwards.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from gkingest.model.method import Way
from gkingest.model.provenance import UNKNOWN, Provenance

# Where a page comes from: "text", the text layer of a PDF; "scan", a picture; "picture", one in a file of another
# kind that nobody read; or the kind of file that it is of, as read.kinds names it.
Origin = str
PICTURE = "picture"
Turn = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points: left, top, right, bottom."""

    x0: float
    top: float
    x1: float
    bottom: float

    # There are many of them in a reading: by way of its fields, dataclasses pickle one four times more slowly.
    def __reduce__(self) -> tuple[type["Box"], tuple[float, ...]]:
        return Box, (self.x0, self.top, self.x1, self.bottom)

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """Centre as (x, y) in points."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    def union(self, other: "Box") -> "Box":
        """Smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )

    def contains(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether the point lies inside, with ``slack`` points to spare."""
        return self.x0 - slack <= x <= self.x1 + slack and self.top - slack <= y <= self.bottom + slack

    def moved(self, across: float, down: float) -> "Box":
        """The box moved to the right and down by so many points."""
        return Box(self.x0 + across, self.top + down, self.x1 + across, self.bottom + down)

    def within(self, other: "Box") -> "Box | None":
        """The part of the box that lies in another one, ``None`` if none does."""
        x0, top = max(self.x0, other.x0), max(self.top, other.top)
        x1, bottom = min(self.x1, other.x1), min(self.bottom, other.bottom)
        return Box(x0, top, x1, bottom) if x0 <= x1 and top <= bottom else None

    def grown(self, across: float, down: float) -> "Box":
        """The box with each side moved outwards by so much."""
        return Box(self.x0 - across, self.top - down, self.x1 + across, self.bottom + down)

    def turned(self, turn: Turn, width: float, height: float) -> "Box":
        """The box after the page of ``width`` × ``height`` points is turned clockwise by ``turn`` degrees."""
        if turn == 90:
            return Box(height - self.bottom, self.x0, height - self.top, self.x1)
        if turn == 180:
            return Box(width - self.x1, height - self.bottom, width - self.x0, height - self.top)
        if turn == 270:
            return Box(self.top, width - self.x1, self.bottom, width - self.x0)
        return self

    def swung(self, angle: float, x: float, y: float) -> "Box":
        """A box of the same size where its centre comes to lie after a counter-clockwise turn about (x, y)."""
        turn = math.radians(angle)
        across, down = self.centre[0] - x, self.centre[1] - y
        right = x + math.cos(turn) * across + math.sin(turn) * down - self.centre[0]
        below = y - math.sin(turn) * across + math.cos(turn) * down - self.centre[1]
        return Box(self.x0 + right, self.top + below, self.x1 + right, self.bottom + below)


def bounding_box(boxes: "list[Box] | tuple[Box, ...]") -> Box:
    """Smallest box around all of ``boxes``; raises ``ValueError`` on none."""
    if not boxes:
        raise ValueError("no boxes to bound")
    return Box(
        min([b.x0 for b in boxes]),
        min([b.top for b in boxes]),
        max([b.x1 for b in boxes]),
        max([b.bottom for b in boxes]),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file. Identity is ``sha256``, not the path.

    ``edition`` is that of the form which a person decided before they were read, "" where all were tried.
    """

    sha256: str
    media_type: str
    page_count: int
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters set without a gap on one line.

    ``edges`` are the left edges of its characters and the right edge of the last, in points, so that a word
    can be cut at a ruling. ``size`` is the glyph height in points; ``angle`` the direction of writing in
    degrees counter-clockwise from the page's own (0, or 90/180/270 for a label set sideways). ``seams`` are
    the indexes where the file begins another string, though nothing in print parts the two. ``confidence``
    (0–1) and ``doubt`` tell how sure the recogniser was of a word read from a picture. ``inks`` are the boxes that
    the shapes of its characters fill, as far as they are those of a figure and the font says so. ``claims`` are the
    characters that the file names, where ``text`` doubts some of them.
    """

    text: str
    box: Box
    size: float = 0.0
    edges: tuple[float, ...] = ()
    angle: int = 0
    seams: tuple[int, ...] = ()
    confidence: float = 1.0
    doubt: str = ""
    inks: tuple[Box | None, ...] = ()
    claims: str = ""

    @property
    def centres(self) -> list[float]:
        """x of the middle of each character; of the whole word alone where their edges are not known."""
        middles = [(a + b) / 2 for a, b in pairwise(self.edges)]
        return middles if len(middles) == len(self.text) else [self.box.centre[0]]

    @property
    def base(self) -> float:
        """Where its em box ends on the upright page: a steady way below the line that it stands on."""
        return self.box.bottom - 0.15 * self.size


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight rule, horizontal or vertical, as a thin box along its centre line."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether the rule runs across the page."""
        return (self.x1 - self.x0) >= (self.bottom - self.top)

    @property
    def length(self) -> float:
        """Length in points."""
        return max(self.x1 - self.x0, self.bottom - self.top)

    @property
    def turned(self) -> "Ruling":
        """The rule with its axes exchanged."""
        return Ruling(self.top, self.x0, self.bottom, self.x1)


def outline(box: Box) -> tuple[Ruling, ...]:
    """The four sides of a box as rules."""
    return (
        Ruling(box.x0, box.top, box.x1, box.top),
        Ruling(box.x0, box.bottom, box.x1, box.bottom),
        Ruling(box.x0, box.top, box.x0, box.bottom),
        Ruling(box.x1, box.top, box.x1, box.bottom),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Where a page lies on a sheet that holds several.

    ``sheet`` is the number of the sheet in its file, ``width`` and ``height`` are its size in points, its text
    upright. ``areas`` of it are the page, whose upper left corner lies at (``left``, ``top``).
    """

    sheet: int
    width: float
    height: float
    left: float
    top: float
    areas: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading orientation.

    ``width`` and ``height`` are those of the page turned so that its text is upright; ``turn`` is the
    clockwise turn in degrees that was applied to the page as a viewer displays it. ``fills`` are
    shaded areas, ``pictures`` images, ``marks`` small drawn shapes that may be letters,
    ``covered`` characters that were painted over, ``blots`` ink on a scanned sheet that could not be told apart.
    ``text`` is the page's text line by line (a page that no table needs has only that). ``problem`` says why
    the text layer cannot be used, "" if it can; ``hidden`` counts characters that no viewer shows. ``skew`` is
    the counter-clockwise turn in degrees that set a scanned sheet straight after ``turn``. ``tables`` are those
    that the file itself declares, cell by cell; nobody has to look for them. ``damaged`` tells that the problem is
    one of the file, so that no picture can be made of the page either. ``part`` tells where it lies on a sheet that
    holds several pages; turn and skew are those of the sheet then. ``under`` are the words of the characters that
    were painted over: a layer that is switched off paints over nothing, which only a picture tells.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]
    origin: Origin = "text"
    turn: Turn = 0
    fills: tuple[Box, ...] = ()
    text: str = ""
    problem: str = ""
    hidden: int = 0
    pictures: tuple[Box, ...] = ()
    marks: tuple[Box, ...] = ()
    covered: tuple[Box, ...] = ()
    blots: tuple[Box, ...] = ()
    skew: float = 0.0
    tables: "tuple[Grid, ...]" = ()
    damaged: bool = False
    part: Part | None = None
    under: tuple[Word, ...] = ()

    @property
    def sheet(self) -> int:
        """Number of the page of the file that shows it: its own, or that of the sheet it is a part of."""
        return self.part.sheet if self.part else self.number

    def outside(self, boxes: Iterable[Box]) -> list[Word]:
        """The words that stand in none of the boxes."""
        taken = list(boxes)
        return [w for w in self.words if not any(b.contains(*w.box.centre) for b in taken)]

    def on_sheet(self, box: Box) -> Box:
        """``box`` where it lies on the upright sheet."""
        return box.moved(self.part.left, self.part.top) if self.part else box

    def displayed(self, box: Box) -> Box:
        """``box`` in the coordinates of the page of the file as a viewer displays it."""
        box = self.on_sheet(box)
        width, height = (self.part.width, self.part.height) if self.part else (self.width, self.height)
        if self.skew:
            box = box.swung(-self.skew, width / 2, height / 2)
        back: Turn = {0: 0, 90: 270, 180: 180, 270: 90}[self.turn]  # type: ignore[assignment]
        return box.turned(back, width, height)


def character_height(page: Page) -> float:
    """Median glyph height in points; 10 where the page has no words."""
    return median([w.size for w in page.words if w.size > 0] or [10.0])


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle of a grid with the text inside it.

    ``text`` keeps line breaks as ``\\n``; ``row``/``column`` are 0-based; ``ink`` is the box around the
    printed text (the cell's box where it is empty); ``doubt`` says why its text may not be what a reader
    would see, "" if there is no reason.
    """

    text: str
    box: Box
    ink: Box
    page: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    confidence: float = 1.0
    doubt: str = ""

    @property
    def rows(self) -> range:
        """The rows of the grid that it covers."""
        return range(self.row, self.row + self.row_span)

    @property
    def columns(self) -> range:
        """The columns of the grid that it covers."""
        return range(self.column, self.column + self.column_span)

    def __hash__(self) -> int:
        return hash((self.page, self.row, self.column, self.text))

    def __reduce__(self) -> tuple[type["Cell"], tuple[object, ...]]:
        return Cell, tuple(getattr(self, name) for name in Cell.__slots__)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells that hang together; geometry only.

    ``column_edges`` are x positions in points; ``page_starts`` are the row indexes at which a new page begins
    (0 is not among them); ``way`` tells how its cells were made out; ``loose`` are words inside the outline that
    lie in no cell.
    """

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    column_edges: tuple[float, ...]
    box: Box
    page: int
    way: Way
    page_starts: tuple[int, ...] = ()
    loose: tuple[Word, ...] = ()

    def __hash__(self) -> int:
        return hash((self.page, self.rows, self.columns, self.way, self.box.top))

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds a word."""
        return not any(c.text.strip() for c in self.cells)

    def part(self, start: int, end: int) -> "Grid":
        """Rows ``start`` to ``end`` (exclusive) as a grid of their own; a cell that reaches across is cut."""
        cells = []
        for cell in self.cells:
            first, last = max(cell.row, start), min(cell.row + cell.row_span, end)
            if first < last:
                own = cell if cell.row >= start else replace(cell, text="")
                cells.append(replace(own, row=first - start, row_span=last - first))
        starts = tuple(r - start for r in self.page_starts if start < r < end)
        box = bounding_box([c.box for c in cells]) if cells else self.box
        page = min((c.page for c in cells), default=self.page)
        return replace(self, cells=tuple(cells), rows=end - start, page_starts=starts, loose=(), box=box, page=page)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside a file, or beside one that shows it: what it is called, its bytes, which sheet of it."""

    name: str
    data: bytes
    sheet: int = 1


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Pages of one document; ``data`` are its bytes, for readers that open it again.

    ``said`` is what the file says of itself: field of the provenance, value, witness. ``provenance`` is that and
    what the crawl says, once somebody has held the two together. ``pictures`` are those that pages consist of, by
    number, in files that are none themselves; ``lacking`` the names of those that cannot be had or opened.
    """

    data: bytes
    pages: tuple[Page, ...]
    said: tuple[tuple[str, str, str], ...] = ()
    provenance: Provenance = UNKNOWN
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
