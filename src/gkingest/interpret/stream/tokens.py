"""Pages → tokens in reading order: words, figures, and blanks where the source shows that a cell is empty.

Lines of words, cells that a file declares, and lines with tabs or pipes between cells all become one stream.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple, Self

from gkingest.interpret.stream.written import Span, bullet, outer_pipes, rows_of_cells
from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Grid, Page, Word
from gkingest.model.report import CellState
from gkingest.text.labels import fold
from gkingest.text.numbers import read_number

# Words of ten points that stand four apart are on one line, at five on two: there a label wraps beside its figures.
_LINES = Tolerance(0.45, "lower", "first")
_MARGIN = 0.06  # of the page height: page numbers stand there
_FEW_WORDS = 5  # words of a line that may number a page: 第 2 页 共 5 页 is one of six words at most
_PAGE_NUMBER = re.compile(r"[\d\s\-—–/第页共.·|]+")
_BETWEEN_DASHES = re.compile(r"[-—–]\s*\d{1,3}\s*[-—–]")  # how a page's number is set, in a text as well
_INK_OF_FIGURES = re.compile(
    r"[\d\s.,，．/+\-−—%*＊√〇¹²³⁰⁴-⁹①-⑳]*[\d¹²³⁰⁴-⁹①-⑳][\d\s.,，．/+\-−—%*＊√〇¹²³⁰⁴-⁹①-⑳]*"
)
_ORDINAL = re.compile(r"[(（]?\d{1,2}[)）.．、]+")
_MOST_ORDINAL = 30  # no table numbers more rows than that without beginning anew
_LOOSE = 0.34  # share of neighbouring words with an empty line between them in a text that is set that way
_MOST_EMPTY = 20  # empty lines that can be cells of one row
_PAGED = ("text", "scan", "ofd")  # origins of pages that were printed, unlike those of files without pages
_FRAMES = str.maketrans("│┃║｜", "||||")
_BORDER = re.compile(
    r"[\s|+:]*(?:[-=]{3,}|[─━═┄┅┈┉┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├-╋╒-╬]{2,})[\s|+:=─━═┄┅┈┉┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├-╋╒-╬-]*"
)
_MARKS = re.compile(r"[*＊√†‡※¹²³⁴-⁹①-⑳]")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands between two gaps: its text ("" for a blank cell) and its place.

    ``line`` counts lines or rows of cells through the document; ``cell`` is the place among the ``cells`` of it.
    ``soft`` marks a blank that only an empty line shows, ``paged`` a place that means more than its order.
    ``confidence`` and ``doubt`` are those of the word.
    """

    text: str
    page: int
    box: Box
    line: int
    cell: int = 0
    cells: int = 1
    soft: bool = False
    paged: bool = False
    confidence: float = 1.0
    doubt: str = ""

    @property
    def figure(self) -> bool:
        """Whether it is ink that stands where figures do: a number, a dash, digits with a mark."""
        return bool(self.text) and is_figure(self.text)

    @property
    def blank(self) -> bool:
        """Whether it is a cell that the source shows to be empty."""
        return not self.text

    @property
    def holds_place(self) -> bool:
        """Whether it stands where figures do: one of them, or a blank."""
        return self.blank or self.figure

    @property
    def is_mark(self) -> bool:
        """Whether it may be the mark of a note in a text."""
        return not self.paged and self.cells == 1 and _MARKS.fullmatch(self.text) is not None

    @property
    def is_mixed(self) -> bool:
        """Whether digits stand among other signs in it, and it is no figure."""
        return not self.figure and any(c.isdigit() for c in self.text) and not self.text.isdigit()

    def numbers(self, following: "Token | None") -> bool:
        """Whether it numbers the label that follows it, as ``1.`` does."""
        if following is None or following.holds_place or not _ORDINAL.fullmatch(self.text):
            return False
        return 0 < int("".join(c for c in fold(self.text) if c.isdigit())) <= _MOST_ORDINAL

    def part(self, start: int, end: int) -> "Token":
        """Some of its characters, all of them as wide."""
        if (start, end) == (0, len(self.text)):
            return self
        return replace(self, text=self.text[start:end], box=part_of(self.box, (), len(self.text), start, end))

    @classmethod
    def cut(cls, word: Word, page: Page, start: int, end: int, place: tuple[int, int, int]) -> Self:
        """Some characters of a word, of the line, cell and number of cells that are its ``place``."""
        text = word.text[start:end].strip().replace("\\", "")
        return cls(
            text,
            page.number,
            part_of(word.box, word.edges, len(word.text), start, end),
            *place,
            False,
            page.origin in _PAGED,
            word.confidence,
            word.doubt,
        )


@lru_cache(maxsize=8192)
def is_figure(text: str) -> bool:
    """Whether a text is a number, a dash, or digits that some mark makes unclear; labels are none of these."""
    state = read_number(text).state
    return state in (CellState.REPORTED, CellState.DASH) or _INK_OF_FIGURES.fullmatch(text) is not None


def text_of(tokens: Iterable[Token]) -> str:
    """What tokens say without the gaps between them."""
    return "".join(t.text for t in tokens)


def read_tokens(pages: Sequence[Page]) -> tuple[Token, ...]:
    """The document as one stream, page by page from the top."""
    found: list[Token] = []
    for page in pages:
        found += _tokens_on(page, found[-1].line + 1 if found else 0)
    # Where empty lines part what is no figure either, they tell nothing of blank cells.
    texts = [n for n, t in enumerate(found) if not t.holds_place and t.cells == 1]
    gaps = [gap for a, b in pairwise(texts) if not text_of(gap := found[a + 1 : b])]
    double_spaced = sum(any(t.soft for t in gap) for gap in gaps) > _LOOSE * len(gaps)
    return tuple(_with_marks([t for t in found if not t.soft] if double_spaced else found))


def _tokens_on(page: Page, line: int) -> list[Token]:
    """The stream of one page, whose first line is called ``line``."""
    found: list[Token] = []
    outside = page.outside(map(attrgetter("box"), page.tables))
    blocks: list[Grid | list[Word]] = [*page.tables, *in_lines(outside, _LINES)]
    blocks.sort(key=lambda b: b.box.top if isinstance(b, Grid) else min(w.box.top for w in b))
    signs = _Signs.of(page)
    bottom: float | None = None
    for block in blocks:
        if isinstance(block, Grid):  # the file declares its cells
            for cell in sorted(block.cells, key=lambda c: (c.row, c.column)):
                place = (line + cell.row, cell.column, block.columns)
                told = (cell.page, cell.ink, *place, False, False, cell.confidence, cell.doubt)
                texts = [cell.text] if is_figure(cell.text) else cell.text.split() or [""]
                found += [Token(text.strip(), *told) for text in texts]
            bottom = None
        else:
            found += _printed(block, page, line, bottom, signs)
            bottom = block[0].box.bottom
        line = found[-1].line + 1 if found else line
    return found


def _with_marks(tokens: Sequence[Token]) -> Iterator[Token]:
    """The stream with marks of notes in a text at the figures that they stand behind: 26 ² as 26²."""
    before: Token | None = None
    for token in tokens:
        near = before is not None and token.line - before.line < 2
        if before and near and token.is_mark and before.figure and before.text[-1:].isdecimal():
            before = replace(before, text=before.text + token.text)
            continue
        if before:
            yield before
        before = token
    if before:
        yield before


class _Signs(NamedTuple):
    """How the lines of a page are written: a pipe opens those of tables, one closes them, or pipes only part cells.

    ``bullets`` tells that lines are items of lists.
    """

    leading: bool
    closing: bool
    bullets: bool

    @classmethod
    def of(cls, page: Page) -> Self:
        """The signs of a page."""
        piped = [t for w in page.words if "|" in (t := w.text.translate(_FRAMES).strip()) and t.strip("| \t")]
        leading, closing = sum(t.startswith("|") for t in piped), sum(t.endswith("|") for t in piped)
        bullets = page.origin == "plain" and 2 * sum(0 < bullet(w.text) < len(w.text) for w in page.words) > len(
            page.words
        )
        return cls(2 * leading > len(piped), 2 * closing > len(piped), bullets)


def _numbers_a_page(words: Sequence[Word], page: Page) -> bool:
    if page.origin not in _PAGED or len(words) > _FEW_WORDS:
        return len(words) == 1 and _BETWEEN_DASHES.fullmatch(words[0].text.strip()) is not None
    middle = words[0].box.centre[1]
    margin = middle < _MARGIN * page.height or middle > (1 - _MARGIN) * page.height
    return margin and all(_PAGE_NUMBER.fullmatch(w.text) for w in words)


def _printed(words: Sequence[Word], page: Page, line: int, bottom: float | None, signs: _Signs) -> Iterator[Token]:
    """One line that does not number a page, behind a blank for each empty line that a text file has before it.

    ``bottom`` is where the line before it ends, ``None`` if there is none.
    """
    if _numbers_a_page(words, page):
        return
    word = words[0]
    if bottom is not None and page.origin == "plain" and word.size:
        # Lines of a text stand 1.9 characters from top to top, and an empty line takes up 1.4 more
        count = int((word.box.bottom - bottom - 2 * word.size) / (1.4 * word.size))
        for _ in range(min(count, _MOST_EMPTY)):
            yield Token("", page.number, word.box, line, soft=True)
            line += 1
    yield from _line(words, page, line, signs=signs)


def _line(words: Sequence[Word], page: Page, line: int, *, signs: _Signs) -> Iterator[Token]:
    """One line: of a single word its cells, where signs part them, otherwise its words."""
    text = words[0].text.translate(_FRAMES)
    if len(words) == 1 and (_BORDER.fullmatch(text) or (page.origin == "plain" and not text.strip("[](){}, \t"))):
        return
    if len(words) == 1 and (rows := rows_of_cells(text, is_figure, plain=page.origin == "plain")):
        yield from _cells(words[0], page, line, rows, signs)
        return
    for word in sorted(words, key=lambda w: w.box.x0):
        start = bullet(word.text) if signs.bullets else 0
        if 0 < start == len(word.text):
            yield Token.cut(word, page, start, start, (line, 0, 1))
        yield from _split(word, page, start, len(word.text), (line, 0, 1))


def _cells(word: Word, page: Page, line: int, rows: Sequence[list[Span]], signs: _Signs) -> Iterator[Token]:
    """The cells that signs part in a line, row by row."""
    text = word.text.translate(_FRAMES)
    for number, row in enumerate(rows):
        spans = list(outer_pipes(row, text, leading=signs.leading, closing=signs.closing)) if "|" in text else row
        for index, (start, end) in enumerate(spans):
            place = (line + number, index, len(spans))
            cell = text[start:end].strip()
            if not cell or is_figure(cell):
                yield Token.cut(word, page, start, end, place)
            else:
                yield from _split(word, page, start, end, place)


def _split(word: Word, page: Page, start: int, end: int, place: tuple[int, int, int]) -> Iterator[Token]:
    """The words between the blanks of a text; what a recogniser or a PDF gives as one word stays one."""
    for found in re.finditer(r"\S+", word.text[start:end]):
        yield Token.cut(word, page, start + found.start(), start + found.end(), place)


def part_of(box: Box, edges: Sequence[float], length: int, start: int, end: int) -> Box:
    """The box of some characters of a word: by their edges, or else as if all were equally wide."""
    if len(edges) == length + 1:
        return Box(edges[start], box.top, edges[end], box.bottom)
    step = box.width / max(length, 1)
    return Box(box.x0 + step * start, box.top, box.x0 + step * end, box.bottom)
