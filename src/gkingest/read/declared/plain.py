"""Plain text: tables of tabs, of pipes or of blanks, with the cells put together that merged labels left blank.

A text file has no merged cells: where a label spanned several cells, the others come out blank, in rows that may
not even be equally long. A blank is taken for the rest of a label only where nothing else can stand; a blank among
the figures stays one. Where the rows do not tell which column a figure stands in, all figures are doubted.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from gkingest.model.paper import ReadDocument
from gkingest.model.report import CellState
from gkingest.read.declared.charset import decoded_text
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, flow_document
from gkingest.read.declared.package import check_size
from gkingest.read.options import ReadOptions
from gkingest.text.numbers import is_number, read_number

_BROKEN = "the file does not tell under which heading this cell stands"
_BY_BLANKS = "only blanks tell which column of the text this cell stands in"
_LARGEST, _PROSE = 1_000_000, 40  # characters of a table of blanks, of a text that may be a cell
_FOLDED, _TALLEST = 10, 12  # lines that one cell may take up, rows that a heading may
_INK_OF_FIGURES = re.compile(r"[\d\s.,，．/+\-−—¹²³⁰⁴-⁹]+")
_FRAMES = str.maketrans("│┃║｜", "||||")
_BORDER = re.compile(r"\s*(?:\+[-=+:]{3,}|[─━═┄┅┈┉┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├-╋╒-╬|]{3,})\s*")
_UNDERLINE = re.compile(r"\s*:?-+:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")
_WIDE_BLANK = re.compile(r" {2,}|[ \u3000]*\u3000[ \u3000]*")

Rows = list[list[str]]
Found = tuple[list[Block], int]  # the blocks, and the line after them


def text_file(data: bytes, options: ReadOptions) -> ReadDocument:
    """A text as a document of one sheet."""
    return flow_document(data, read_plain(data), "plain")


def read_plain(data: bytes) -> tuple[Block, ...]:
    """Paragraphs and tables of a text in any encoding that China uses; raises :class:`DocumentError` alone."""
    lines = decoded_text(data).split("\n")
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        found = _tabbed(lines, at) or _piped(lines, at) or _spaced(lines, at)
        own, at = found or ([lines[at].strip()], at + 1)
        blocks += [b for b in own if b]
    return tuple(blocks)


def _tabbed(lines: Sequence[str], at: int) -> Found | None:
    """Consecutive lines with tabs; a blank line after every single one parts no table."""
    found: list[tuple[str, list[str]]] = []
    end, blanks = at, 0
    while end < len(lines) and "\t" in lines[end]:
        after = _unfolded(lines, end)
        line = "\n".join(lines[end:after])
        found.append((line, [_unquoted(cell) for cell in line.split("\t")]))
        end = after
        blank = [bool(line.strip()) for line in lines[end : end + 2]] == [False, True]
        if blank and blanks == len(found) - 1 and "\t" in lines[end + 1]:
            end, blanks = end + 1, blanks + 1
    before, behind = 0, len(found)
    while before < behind and _is_prose(found[before][1]):
        before += 1
    while behind > before and _is_prose(found[behind - 1][1]):
        behind -= 1
    rows = [cells for _, cells in found[before:behind]]
    table = [_declared(rows)] if any(sum(map(bool, cells)) > 1 for cells in rows) else None
    texts = [line.strip() for line, _ in found]
    return ([*texts[:before], *(table or texts[before:behind]), *texts[behind:]], end) if found else None


def _unfolded(lines: Sequence[str], at: int) -> int:
    """The line after a row; spreadsheets put a cell of several lines in quotation marks."""
    for end in range(at + 1, min(at + _FOLDED, len(lines)) + 1):
        cells = "\n".join(lines[at:end]).split("\t")
        if not any(c.startswith('"') and c.count('"') % 2 for c in cells):
            return end
    return at + 1


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and "\n" in cell
    return cell[1:-1].replace('""', '"').strip() if quoted else cell


def _is_prose(cells: Sequence[str]) -> bool:
    """Whether a line with tabs is an indented paragraph, or nothing at all."""
    inked = [c for c in cells if c]
    return not inked or (len(inked) == 1 and (len(inked[0]) > _PROSE or inked[0][-1] in "。；："))


def _is_piped(line: str) -> bool:
    """Whether a line begins as one of a table of pipes does, or draws a part of its frame."""
    line = line.strip().translate(_FRAMES)
    return line.startswith("|") or _BORDER.fullmatch(line) is not None


def _piped(lines: Sequence[str], at: int) -> Found | None:
    """Consecutive lines that begin with a pipe, as Markdown has them; lines that only draw a frame fall away."""
    rows: Rows = []
    end = at
    while end < len(lines):
        line = lines[end].strip().translate(_FRAMES)
        if _BORDER.fullmatch(line) is None:
            if not line.startswith("|") or len(_PIPE.findall(line)) < 2:
                break
            cells = _PIPE.split(line.removeprefix("|").removesuffix("|"))
            under = len(rows) == 1 and all(map(_UNDERLINE.fullmatch, cells))
            rows += [] if under else [[re.sub(r"<br\s*/?>", "\n", c.replace(r"\|", "|")).strip() for c in cells]]
        end += 1
    frames: list[Block] = [line.strip() for line in lines[at:end]]
    return ([_declared(rows)] if rows else frames, end) if end > at else None


def _spaced(lines: Sequence[str], at: int) -> Found | None:
    """Consecutive lines of several texts with wide blanks between them, some with figures.

    Equally many in each line stand in columns. Otherwise only the strips of ground that run down all lines part
    columns, and what stands between them is doubted.
    """
    pieces: Rows = []
    end = start = at
    while end < len(lines) and "\t" not in lines[end] and not _is_piped(lines[end]):
        own = _WIDE_BLANK.split(lines[end].strip())
        if len(own) < 2:
            break
        pieces.append(own)
        end += 1
        if any(len(t) > _PROSE for t in own):  # a table begins below it at the earliest
            start, pieces = end, []
    figures = any(_is_figure(t) for p in pieces for t in p)
    if len(pieces) < 2 or not figures or max(map(len, lines[start:end])) * len(pieces) > _LARGEST:
        start, pieces = end, []
    before: list[Block] = [line.strip() for line in lines[at:start]]
    if not pieces:
        return (before, end) if before else None
    if len({len(p) for p in pieces}) == 1:
        return [*before, _declared(pieces)], end
    return [*before, _declared(_by_position(lines[start:end]), _BY_BLANKS)], end


def _by_position(lines: Sequence[str]) -> Rows:
    spread = ["".join(c + "\0" * (unicodedata.east_asian_width(c) in "WFA") for c in line) for line in lines]
    width = max(map(len, spread))
    spread = [line.replace("\u3000\0", "  ").ljust(width) for line in spread]
    ground = [all(line[x] == " " for line in spread) for x in range(width)]
    cuts = [x for x in range(2, width) if ground[x - 2] and ground[x - 1] and not (ground[x] or all(ground[:x]))]
    return [[line[a:b].replace("\0", "").strip() for a, b in pairwise([0, *cuts, width])] for line in spread]


class _Parts(NamedTuple):
    """Columns of a row: the last with a label, the first and the last with a figure (-1: there is none)."""

    label: int
    first: int
    last: int


def _is_figure(text: str) -> bool:
    """Whether a cell holds a figure, a dash or what may be a misprinted figure, and no label."""
    state = read_number(text).state if text else CellState.BLANK
    return is_number(text) or state is CellState.DASH or _INK_OF_FIGURES.fullmatch(text) is not None


def _parts(row: Sequence[str]) -> _Parts:
    figures = [c for c, text in enumerate(row) if _is_figure(text)]
    last = figures[-1] if figures else -1
    words = sorted({c for c, text in enumerate(row) if text}.difference(figures))
    label = max((c for c in words if c < last or not figures), default=-1)
    return _Parts(label, next((c for c in figures if c > label), -1), last)


def _declared(rows: Rows, doubt: str = "") -> FlowTable:
    """The table, taken apart at its headings."""
    check_size(len(rows), max(map(len, rows)))
    merger = _Merger()
    for head, body in _sections(rows):
        merger.add(*_settled(head, body, doubt))
    return merger.table()


def _sections(rows: Rows) -> Iterable[tuple[Rows, Rows]]:
    """Heading rows with the rows below them; neither half need be there."""
    parts = [p for p in map(_parts, rows) if p.first >= 0]
    front = min(min((p.first for p in parts), default=0), max((p.label for p in parts), default=-1) + 1)
    head: Rows = []
    body: Rows = []
    at = 0
    while at < len(rows):
        end = _block_end(rows, at, front) if parts else at
        if end > at and _is_heading(rows[at:end], front):
            if body or len(head) > _TALLEST:
                yield head, body
                head, body = [], []
            head = head + rows[at:end]
        else:
            end = max(end, at + 1)
            body += rows[at:end]
        at = end
    yield head, body


def _block_end(rows: Rows, at: int, front: int) -> int:
    """The row after a run of rows without figures, of which no more than one has a text where labels stand."""
    labelled = False
    for end in range(at, len(rows)):
        own = any(rows[end][:front])
        if _parts(rows[end]).first >= 0 or (own and labelled):
            return end
        labelled |= own
    return len(rows)


def _is_heading(block: Rows, front: int) -> bool:
    over = sum(bool(text) for row in block for text in row[front:])
    beside = any(any(row[:front]) and any(row[front:]) for row in block)
    return len(block) <= _TALLEST and (over > 1 or (over == 1 and beside))


def _settled(head: Rows, body: Rows, doubt: str) -> tuple[Rows, Rows, int, str]:
    """Rows with their figures below the headings, the number of columns for labels, and what is doubted."""
    parts = [p for p in map(_parts, body) if p.first >= 0]
    if not parts:
        return head, body, 0, doubt
    labels = max(p.label for p in parts) + 1
    inked, headed = ({c for row in rows for c, text in enumerate(row) if text} for rows in (body, head))
    inked -= set(range(labels))
    if _has_lost_cells(head):
        return head, body, 0, doubt or _BROKEN
    spare = bool(head) and max(map(len, (*head, *body))) > max(headed) + 1  # columns at the end have no heading
    pushed = spare and any(0 < c < labels for c in headed)  # while headings stand over labels
    if labels <= min(p.first for p in parts) and not pushed and (inked <= headed or not head):
        return head, body, labels, doubt
    moved = _moved(head, body, labels)
    return (*moved, labels, doubt) if moved else (head, body, 0, doubt or _BROKEN)


def _has_lost_cells(head: Rows) -> bool:
    """Whether headings stand as if their merged cells had been left out: side by side, with more below."""
    wide = max((len(row) for row in head), default=0)
    rows = [row + [""] * (wide - len(row)) for row in head]
    first = {c for c, text in enumerate(rows[0]) if text} if rows else set()
    if all(c in first for row in rows for c, text in enumerate(row) if text):
        return False  # a row of units below a row of headings
    return any(
        row[c] and row[c + 1] and any(lower[c] for lower in rows[r + 1 :])
        for r, row in enumerate(rows)
        for c in range(wide - 1)
    )


def _moved(head: Rows, body: Rows, labels: int) -> tuple[Rows, Rows] | None:
    """Rows in which a merged label took up fewer cells than it spans, with their figures moved into line.

    Only if rows with labels equally deep have their figures in as many columns as the heading, no more and no less.
    """
    groups: dict[int, tuple[int, int]] = {}
    for part in (p for p in map(_parts, body) if p.first >= 0):
        first, last = groups.get(part.label, (part.first, part.last))
        groups[part.label] = min(first, part.first), max(last, part.last)
    widths = {last - first + 1 for first, last in groups.values()}
    headed = {c for row in head for c, text in enumerate(row) if text}
    if len(widths) != 1 or not headed:
        return None
    width = widths.pop()
    start = max(headed) - width + 1
    run = set(range(start, start + width))
    if not 0 <= start <= labels or not run <= headed or (start > 1 and start - 1 in headed):
        return None
    rows: Rows = []
    for row in body:
        part = _parts(row)
        first, _ = groups.get(part.label, (part.label + 1, 0))
        if any(row[part.label + 1 : first]) or any(row[first + width :]) or part.label >= labels:
            return None
        gap = [""] * (labels - part.label - 1)
        rows.append([*row[: part.label + 1], *gap, *row[first : first + width]])
    return [[*row[:start], *[""] * (labels - start), *row[start : start + width]] for row in head], rows


@dataclass(slots=True)
class _Cell:
    """A cell that may still grow."""

    text: str
    row: int
    column: int
    across: int = 1
    doubt: str = ""
    down: int = 1

    @property
    def columns(self) -> range:
        return range(self.column, self.column + self.across)


class _Merger:
    """Cells of a table as they come together, section by section."""

    def __init__(self) -> None:
        self._cells: list[_Cell] = []
        self._owner: dict[tuple[int, int], _Cell] = {}
        self._rows = 0

    def table(self) -> FlowTable:
        return FlowTable(tuple(FlowCell(c.text, c.row, c.column, c.down, c.across, c.doubt) for c in self._cells))

    def add(self, head: Rows, body: Rows, labels: int, doubt: str) -> None:
        """Put a section below the ones before; with no columns for labels nothing is merged below its heading."""
        wide = max((len(row) for row in head), default=0)
        padded = [row + [""] * (wide - len(row)) for row in head]
        for r, row in enumerate(padded):
            for c, text in enumerate(row):
                if text:
                    end = self._over(padded, r, c, labels) if doubt != _BROKEN else c + 1
                    self._grow(self._put(_Cell(text, self._rows + r, c, end - c)), padded[r + 1 :])
            self._fill(head[r], self._rows + r, wide, "")
        self._rows += len(head)
        top = self._rows
        for row in body:
            self._labels(row, labels, top)
            self._fill(row, self._rows, labels, doubt)
            self._rows += 1

    def _put(self, cell: _Cell) -> _Cell:
        self._cells.append(cell)
        self._owner |= {(cell.row, c): cell for c in cell.columns}
        return cell

    def _fill(self, row: Sequence[str], at: int, labels: int, doubt: str) -> None:
        """Cells for the places that none has taken; what is doubted are figures and blanks behind the labels."""
        for c, text in enumerate(row):
            if (at, c) not in self._owner:
                doubted = c >= labels and (not text or _is_figure(text))
                self._put(_Cell(text, at, c, doubt=doubt if doubted else ""))

    def _over(self, head: Rows, r: int, c: int, labels: int) -> int:
        """The column after a heading: over labels as far as it can, over figures as far as headings below it."""
        wide = len(head[r])
        stop = next((x for x in range(c + 1, wide) if head[r][x]), wide)
        if c < labels:
            return min(stop, labels)
        above = [cell for row in range(r) if (cell := self._owner.get((self._rows + row, c))) and cell.text]
        stop = min(stop, above[-1].columns.stop if above else wide)
        below = [x for x in range(c + 1, stop) if any(row[x] for row in head[r + 1 :])]
        return max(below, default=c) + 1

    def _grow(self, cell: _Cell, below: Rows) -> None:
        for row in below:
            if any(row[c] for c in cell.columns):
                return
            self._lengthen(cell)

    def _lengthen(self, cell: _Cell) -> None:
        self._owner |= {(cell.row + cell.down, c): cell for c in cell.columns}
        cell.down += 1

    def _labels(self, row: Sequence[str], labels: int, top: int) -> None:
        """Blanks right of a label are its own, blanks left of one belong to the label above."""
        inked = [c for c, text in enumerate(row[:labels]) if text]
        for c, after in pairwise([*inked, labels]):
            self._put(_Cell(row[c], self._rows, c, after - c))
        for c in range(inked[0] if inked else 0):
            above = self._owner.get((self._rows - 1, c))
            if above and above.text and above.row >= top and above.column == c and above.columns.stop <= inked[0]:
                self._lengthen(above)
