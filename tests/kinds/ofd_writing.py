"""A small writer of OFD documents (GB/T 33190-2016): objects, pages, packages, and reports set on A4 sheets.

Lengths are millimetres, as in the format. It shares no code with the reader.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gkingest.model.paper import Box

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0
SPEC = "http://www.ofdspec.org/2016"
POINTS = 72 / 25.4


def points(x: float, y: float, width: float, height: float) -> Box:
    """A rectangle in millimetres as the box that it takes on paper, in points."""
    return Box(x * POINTS, y * POINTS, (x + width) * POINTS, (y + height) * POINTS)


def ems(char: str) -> float:
    """Width of a character in a Chinese font."""
    return 0.5 if ord(char) < 0x2E80 and char not in "“”—…·" else 1.0


def wide(text: str, size: float) -> float:
    """Width of a line of text."""
    return sum(map(ems, text)) * size


def attributes(more: Mapping[str, object]) -> str:
    """XML attributes."""
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in more.items())


def text(
    words: str, x: float, y: float, size: float = 3.7, inside: str = "", code: str | None = None, **more: object
) -> str:
    """A TextObject whose em boxes begin at (x, y), each character set with its own step."""
    steps = [f"{ems(c) * size:.3f}" for c in words[:-1]]
    codes = {"X": 0, "Y": f"{0.85 * size:.3f}"} | ({"DeltaX": " ".join(steps)} if steps else {})
    code = f"<ofd:TextCode{attributes(codes)}>{escape(words)}</ofd:TextCode>" if code is None else code
    own = {"ID": 7, "Boundary": f"{x:.3f} {y:.3f} {wide(words, size) + 1:.3f} {size:.3f}", "Font": 3, "Size": size}
    return f"<ofd:TextObject{attributes(own | more)}>{inside}{code}</ofd:TextObject>"


def path(data: str, boundary: str = f"0 0 {WIDTH} {HEIGHT}", inside: str = "", **more: object) -> str:
    """A PathObject."""
    own = {"ID": 8, "Boundary": boundary, "LineWidth": 0.25}
    return (
        f"<ofd:PathObject{attributes(own | more)}>{inside}"
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float, **more: object) -> str:
    """A rule: a path in the object space of its own boundary."""
    boundary = f"{x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f}"
    return path(f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}", boundary, **more)


def area(x: float, y: float, width: float, height: float, colour: str = "0 0 0", **more: object) -> str:
    """A filled rectangle."""
    data = f"M 0 0 L {width} 0 L {width} {height} L 0 {height} C"
    inside = f'<ofd:FillColor Value="{colour}"/>'
    return path(data, f"{x} {y} {width} {height}", inside, **({"Fill": "true", "Stroke": "false"} | more))


def picture(x: float, y: float, width: float, height: float, resource: int = 90, **more: object) -> str:
    """An ImageObject."""
    own = {"ID": 9, "Boundary": f"{x} {y} {width} {height}", "CTM": f"{width} 0 0 {height} 0 0"}
    return f"<ofd:ImageObject{attributes(own | {'ResourceID': resource} | more)}/>"


def content(*objects: str, before: str = "", layer: str = 'Type="Body"') -> str:
    """Content.xml of a page or a template."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ofd:Page xmlns:ofd="{SPEC}">{before}<ofd:Content>'
        f'<ofd:Layer ID="2" {layer}>{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def resources(inside: str) -> str:
    """A resource file."""
    return f'<?xml version="1.0"?><ofd:Res xmlns:ofd="{SPEC}" BaseLoc="Res">{inside}</ofd:Res>'


def parts(pages: Sequence[str], common: str = "", behind: str = "", body: str = "") -> dict[str, str | bytes]:
    """Parts of a document by their names, page after page."""
    entries = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return {
        "OFD.xml": f'{head}<ofd:OFD xmlns:ofd="{SPEC}" DocType="OFD" Version="1.1"><ofd:DocBody>'
        f"<ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'{head}<ofd:Document xmlns:ofd="{SPEC}"><ofd:CommonData><ofd:MaxUnitID>999'
        f"</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>"
        f"{behind}</ofd:Document>",
        "Doc_0/PublicRes.xml": resources('<ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'),
    } | {f"Doc_0/Pages/Page_{n}/Content.xml": page for n, page in enumerate(pages)}


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """The package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def package(*pages: str) -> bytes:
    """An OFD document of these pages."""
    return zipped(parts(pages))


def sheet(*objects: str) -> bytes:
    """An OFD document of one page."""
    return package(content(*objects))


@dataclass(frozen=True)
class Cell:
    """A cell of a table with the rows and columns that it spans."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Table:
    """Widths of the columns, and the cells of each row that begin in it."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Printed:
    """A line of text as it was set, with its box in points."""

    text: str
    page: int
    box: Box


@dataclass
class Report:
    """Paragraphs and tables set one below the other on A4 sheets; a table goes on on the next sheet."""

    size: float = 3.7
    small: float = 2.8
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    printed: list[Printed] = field(default_factory=list)
    _y: float = MARGIN

    def bytes(self) -> bytes:
        """The document."""
        return package(*(content(*objects) for objects in self.pages))

    def paragraph(self, words: str) -> None:
        """A paragraph over the width of the sheet."""
        for row in _wrapped(words, WIDTH - 2 * MARGIN, self.size):
            if self._y + self.size > HEIGHT - MARGIN:
                self._turn()
            self._set(row, MARGIN, self._y, self.size)
            self._y += 1.5 * self.size
        self._y += 2

    def table(self, table: Table) -> None:
        """A table, cut between rows where the sheet ends."""
        placed = list(placed_cells(table.rows))
        heights = self._heights(table, placed)
        first = 0
        while first < len(heights):
            last = first
            room = HEIGHT - MARGIN - self._y
            while last < len(heights) and sum(heights[first : last + 1]) <= room:
                last += 1
            if last > first:
                self._slice(table, placed, heights, first, last)
            first = last
            if first < len(heights):
                self._turn()
        self._y += 5

    def _turn(self) -> None:
        self.pages.append([])
        self._y = MARGIN

    def _set(self, words: str, x: float, y: float, size: float) -> None:
        if not words.strip():
            return
        self.pages[-1].append(text(words, x, y, size))
        self.printed.append(Printed(words, len(self.pages), points(x, y, wide(words, size), size)))

    def _heights(self, table: Table, placed: Iterable[tuple[int, int, Cell]]) -> list[float]:
        heights = [1.8 * self.small] * len(table.rows)
        for row, column, cell in sorted(placed, key=lambda p: p[2].rows):
            rows = len(_wrapped(cell.text, _width(table, column, cell) - 2, self.small))
            own = sum(heights[row : row + cell.rows])
            heights[row + cell.rows - 1] += max(0.0, (1.2 * rows + 0.6) * self.small - own)
        return heights

    def _slice(
        self, table: Table, placed: Iterable[tuple[int, int, Cell]], heights: list[float], first: int, last: int
    ) -> None:
        """Rows ``first`` to ``last`` (exclusive) on the current sheet; a cell that is cut has its text above."""
        for row, column, cell in placed:
            above, below = max(row, first), min(row + cell.rows, last)
            if above >= below:
                continue
            x, width = MARGIN + sum(table.widths[:column]), _width(table, column, cell)
            y, height = self._y + sum(heights[first:above]), sum(heights[above:below])
            self.pages[-1] += [line(x, y, x + width, y), line(x, y, x, y + height)]
            self.pages[-1] += [
                line(x, y + height, x + width, y + height),
                line(x + width, y, x + width, y + height),
            ]
            rows = _wrapped(cell.text, width - 2, self.small) if row >= first else []
            y += (height - 1.2 * self.small * len(rows)) / 2 + 0.1 * self.small
            for words in rows:
                inset = (width - wide(words, self.small)) / 2
                self._set(words, x + inset, y, self.small)
                y += 1.2 * self.small
        self._y += sum(heights[first:last])


def _width(table: Table, column: int, cell: Cell) -> float:
    return sum(table.widths[column : column + cell.columns])


def placed_cells(rows: Sequence[Sequence[Cell]]) -> Iterable[tuple[int, int, Cell]]:
    """Cells with row and column, as a table of spans lays them out."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + r, column + c) for r in range(cell.rows) for c in range(cell.columns)}
            yield row, column, cell


def _wrapped(words: str, width: float, size: float) -> list[str]:
    """Lines of text no wider than ``width``."""
    rows = [""]
    for char in words:
        if rows[-1] and wide(rows[-1] + char, size) > width:
            rows.append("")
        rows[-1] += char
    return rows


@dataclass(frozen=True)
class Heading:
    """A label of the form with those below it."""

    label: str
    below: tuple["Heading", ...] = ()

    @property
    def leaves(self) -> int:
        """How many labels without others below them it covers."""
        return sum(h.leaves for h in self.below) or 1

    @property
    def levels(self) -> int:
        """How many labels stand one below the other."""
        return 1 + max((h.levels for h in self.below), default=0)


def _headings(nodes: Iterable[Any], ends: tuple[Heading, ...] = ()) -> tuple[Heading, ...]:
    """Nodes of a format as headings; ``ends`` go below every leaf."""
    return tuple(Heading(n.label, _headings(n.children, ends) or ends) for n in nodes)


def _across(headings: Sequence[Heading], span: int = 1) -> list[list[Cell]]:
    """Headings above columns, each leaf ``span`` columns wide and as far down as the deepest."""
    deepest = max(h.levels for h in headings)
    rows: list[list[Cell]] = [[] for _ in range(deepest)]

    def lay(heading: Heading, level: int) -> None:
        down = 1 if heading.below else deepest - level
        rows[level].append(Cell(heading.label, down, heading.leaves * span))
        for below in heading.below:
            lay(below, level + 1)

    for heading in headings:
        lay(heading, 0)
    return rows


def _beside(headings: Sequence[Heading], columns: int) -> list[list[Cell]]:
    """Headings left of rows, each leaf as wide as the columns that are left."""
    rows: list[list[Cell]] = []
    for heading in headings:
        if not heading.below:
            rows.append([Cell(heading.label, 1, columns)])
            continue
        inner = _beside(heading.below, columns - 1)
        inner[0].insert(0, Cell(heading.label, len(inner)))
        rows += inner
    return rows


def statutory(table: Any, figures: Mapping[tuple[str, str, str], str]) -> Table:
    """A table of a format with its figures, as the form prints it: 170 mm wide, labels in two fifths of that."""
    rows: list[list[Cell]] = []
    labels = max(h.levels for b in table.blocks for h in _headings(b.rows))
    wide_ = max(len(b.column_leaves()) for b in table.blocks)
    for block in table.blocks:
        leaves = [c.key for c, _ in block.column_leaves()]
        if block.crossed:
            heads = _headings(block.rows, _headings(block.columns))
            keys = [(r.key, c) for r, _ in block.row_leaves() for c in leaves]
            figured = [Cell(figures[table.key, r, c]) for r, c in keys]
            return Table((170 / len(keys),) * len(keys), (*map(tuple, _across(heads)), tuple(figured)))
        if block.caption:
            rows.append([Cell(block.caption, 1, labels + wide_)])
        span = wide_ // len(leaves)
        above = _across(_headings(block.columns), span)
        above[0].insert(0, Cell("信息内容" if block.caption else "", len(above), labels))
        rows += above
        for beside, (leaf, _) in zip(_beside(_headings(block.rows), labels), block.row_leaves(), strict=True):
            rows.append([*beside, *(Cell(figures[table.key, leaf.key, c], 1, span) for c in leaves)])
    share = {1: (68.0,), 3: (10.0, 20.0, 44.0)}[labels]
    return Table((*share, *((170 - sum(share)) / wide_,) * wide_), tuple(map(tuple, rows)))
