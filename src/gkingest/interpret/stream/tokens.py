"""Pages → tokens in reading order: words, figures, and blanks where the source shows that a cell is empty.

Lines of words, cells that a file declares, and lines with tabs or pipes between cells all become one stream.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

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
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PAGED = ("text", "scan", "ofd")  # origins of pages that were printed, unlike those of files without pages
_FRAMES = str.maketrans("│┃║｜", "||||")
_BORDER = re.compile(
    r"[\s|+:]*(?:[-=]{3,}|[─━═┄┅┈┉┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├-╋╒-╬]{2,})[\s|+:=─━═┄┅┈┉┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├-╋╒-╬-]*"
)
_PARTING = "；;，"  # signs of prose that part cells where a table was written by them
_MARKS = re.compile(r"[*＊√†‡※¹²³⁴-⁹①-⑳]")
_CELL_ENDS = re.compile(r"(?<!\\)[|\t]")


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


@lru_cache(maxsize=8192)
def is_figure(text: str) -> bool:
    """Whether a text is a number, a dash, or digits that some mark makes unclear; labels are none of these."""
    state = read_number(text).state
    return state in (CellState.REPORTED, CellState.DASH) or _INK_OF_FIGURES.fullmatch(text) is not None


def is_ordinal(token: Token, following: Token | None) -> bool:
    """Whether a token numbers the label that follows it, as ``1.`` does."""
    if following is None or not following.text or following.figure or not _ORDINAL.fullmatch(token.text):
        return False
    return 0 < int("".join(c for c in fold(token.text) if c.isdigit())) <= _MOST_ORDINAL


def read_tokens(pages: Sequence[Page]) -> tuple[Token, ...]:
    """The document as one stream, page by page from the top."""
    found: list[Token] = []
    for page in pages:
        blocks: list[tuple[float, Grid | list[Word]]] = [(g.box.top, g) for g in page.tables]
        outside = [w for w in page.words if not any(g.box.contains(*w.box.centre) for g in page.tables)]
        blocks += [(min(w.box.top for w in row), row) for row in in_lines(outside, _LINES)]
        pipes = _outer_pipes(page)
        bottom: float | None = None
        for _, block in sorted(blocks, key=lambda b: b[0]):
            number = found[-1].line + 1 if found else 0
            if isinstance(block, Grid):
                found += _declared(block, number)
                bottom = None
            elif not _numbers_a_page(block, page):
                found += _after_gap(block, bottom, page, number)
                number = found[-1].line + 1 if found else 0
                found += _line(block, page, number, pipes=pipes)
                bottom = block[0].box.bottom
            elif page.origin not in _PAGED:  # the line that is left out is no empty one
                bottom = block[0].box.bottom
    found = [t for t in found if not t.soft] if _double_spaced(found) else found
    return tuple(_with_marks(found))


def _with_marks(tokens: Sequence[Token]) -> Iterator[Token]:
    """The stream with marks of notes in a text at the figures that they stand behind: 26 ² as 26²."""
    before: Token | None = None
    for token in tokens:
        loose = not token.paged and token.cells == 1 and _MARKS.fullmatch(token.text) is not None
        if before and loose and before.text[-1:].isdecimal() and before.figure and token.line - before.line < 2:
            before = replace(before, text=before.text + token.text)
            continue
        if before:
            yield before
        before = token
    if before:
        yield before


def _double_spaced(tokens: Sequence[Token]) -> bool:
    """Whether empty lines part what is no figure either, so that they tell nothing of blank cells."""
    texts = [n for n, t in enumerate(tokens) if t.text and not t.figure and t.cells == 1]
    pairs = [tokens[a + 1 : b] for a, b in pairwise(texts) if not any(t.text for t in tokens[a + 1 : b])]
    parted = sum(any(t.soft for t in between) for between in pairs)
    return parted > _LOOSE * len(pairs)


def _outer_pipes(page: Page) -> tuple[bool, bool]:
    """Whether a pipe opens the lines of a page's tables, and whether one closes them, or pipes only part cells."""
    piped = [t for w in page.words if "|" in (t := w.text.translate(_FRAMES).strip()) and t.strip("| \t")]
    leading, closing = sum(t.startswith("|") for t in piped), sum(t.endswith("|") for t in piped)
    return 2 * leading > len(piped), 2 * closing > len(piped)


def _numbers_a_page(words: Sequence[Word], page: Page) -> bool:
    if page.origin not in _PAGED or len(words) > _FEW_WORDS:
        return len(words) == 1 and _BETWEEN_DASHES.fullmatch(words[0].text.strip()) is not None
    middle = words[0].box.centre[1]
    margin = middle < _MARGIN * page.height or middle > (1 - _MARGIN) * page.height
    return margin and all(_PAGE_NUMBER.fullmatch(w.text) for w in words)


def _declared(grid: Grid, line: int) -> Iterator[Token]:
    """The cells that a file declares, row by row."""
    for cell in sorted(grid.cells, key=lambda c: (c.row, c.column)):
        place = (line + cell.row, cell.column, grid.columns)
        texts = [cell.text] if is_figure(cell.text) or not cell.text.strip() else cell.text.split()
        for text in texts:
            yield Token(text.strip(), cell.page, cell.ink, *place, False, False, cell.confidence, cell.doubt)


def _after_gap(words: Sequence[Word], bottom: float | None, page: Page, line: int) -> Iterator[Token]:
    """A blank for each empty line that a text file has between two lines."""
    word = words[0]
    if bottom is None or page.origin != "plain":
        return
    # Lines of a text stand 1.9 characters from top to top, and an empty line takes up 1.4 more
    count = int((word.box.bottom - bottom - 2 * word.size) / (1.4 * word.size)) if word.size else 0
    for n in range(min(count, _MOST_EMPTY)):
        yield Token("", page.number, word.box, line + n, soft=True)


def _line(words: Sequence[Word], page: Page, line: int, *, pipes: tuple[bool, bool]) -> Iterator[Token]:
    """One line: of a single word with tabs or pipes its cells, otherwise its words."""
    text = words[0].text.translate(_FRAMES)
    if len(words) == 1 and _BORDER.fullmatch(text):
        return
    spans = _cells_of(text, page, pipes) if len(words) == 1 else []
    if not spans:
        for word in sorted(words, key=lambda w: w.box.x0):
            yield from _split(word, page, 0, len(word.text), (line, 0, 1))
    for index, (start, end) in enumerate(spans):
        place = (line, index, len(spans))
        cell = text[start:end].strip()
        if not cell or is_figure(cell):
            yield _part(words[0], page, start, end, place)
        else:
            yield from _split(words[0], page, start, end, place)


def _cells_of(text: str, page: Page, pipes: tuple[bool, bool]) -> list[tuple[int, int]]:
    """Where each cell of a line begins and ends, by tabs, pipes or commas; none in a line of one cell."""
    ends = [m.start() for m in _CELL_ENDS.finditer(text)]
    if not ends and page.origin == "plain":
        sign = "," if _by_commas(text) else next((c for c in _PARTING if _parts_cells(text, c)), "")
        ends = [n for n, c in enumerate(text) if c == sign]
    if not ends:
        return []
    starts = [0, *(e + 1 for e in ends)]
    spans = list(zip(starts, [*ends, len(text)], strict=True))
    if "|" in text:
        leading, closing = pipes
        spans = spans[1:] if leading and not text[slice(*spans[0])].strip() else spans
        spans = spans[:-1] if closing and len(spans) > 1 and not text[slice(*spans[-1])].strip() else spans
    return spans


def _by_commas(text: str) -> bool:
    """Whether commas part the cells of a line, as they do not in a number or in prose."""
    cells = text.split(",")
    told = len(cells) > 3 or any(c and not is_figure(c) for c in cells)
    return (
        len(cells) > 1 and told and not (_GROUPS.fullmatch(text) or any(c.isspace() or c in '。；"' for c in text))
    )


def _parts_cells(text: str, sign: str) -> bool:
    """Whether a sign of prose parts the cells of a line: half of them are figures or blank, and the last is one."""
    cells = [c.strip() for c in text.split(sign)]
    inked = [c for c in cells if c]
    figures = sum(map(is_figure, inked))
    if not figures or not (is_figure(cells[-1]) or not cells[-1]) or "。" in text:
        return False
    return 2 * (len(cells) - len(inked) + figures) >= len(cells) > 1


def _split(word: Word, page: Page, start: int, end: int, place: tuple[int, int, int]) -> Iterator[Token]:
    """The words between the blanks of a text; what a recogniser or a PDF gives as one word stays one."""
    for found in re.finditer(r"\S+", word.text[start:end]):
        yield _part(word, page, start + found.start(), start + found.end(), place)


def _part(word: Word, page: Page, start: int, end: int, place: tuple[int, int, int]) -> Token:
    text = word.text[start:end].strip().replace("\\", "")
    return Token(
        text,
        page.number,
        part_of(word.box, word.edges, len(word.text), start, end),
        *place,
        False,
        page.origin in _PAGED,
        word.confidence,
        word.doubt,
    )


def part_of(box: Box, edges: Sequence[float], length: int, start: int, end: int) -> Box:
    """The box of some characters of a word: by their edges, or else as if all were equally wide."""
    if len(edges) == length + 1:
        return Box(edges[start], box.top, edges[end], box.bottom)
    step = box.width / max(length, 1)
    return Box(box.x0 + step * start, box.top, box.x0 + step * end, box.bottom)
