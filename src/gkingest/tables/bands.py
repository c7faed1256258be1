"""Lines of words and the columns that figures stand in, where no rule tells them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Page, Word, bounding_box
from gkingest.model.report import CellState
from gkingest.tables.along import Stretch, joined
from gkingest.text.numbers import is_number, read_number

# Words of ten points that stand four apart are on one line, at five on two: there a label wraps beside its figures.
_ROWS = Tolerance(0.45, "lower", "first")
LABELS = 2  # columns of every grid that hold labels: outer, inner


@dataclass(frozen=True, slots=True)
class WordLine:
    """Words on one line; ``figures`` are those that are a number or a dash by themselves."""

    words: tuple[Word, ...]
    top: float
    bottom: float
    figures: tuple[Word, ...]

    @property
    def middle(self) -> float:
        """y of the line's middle, in points."""
        return (self.top + self.bottom) / 2

    def heading_words(self, bands: Sequence[Stretch], left: float) -> list[Word]:
        """Words of a line that stand above figure columns: some do for certain, so the others beside them may."""
        words = [w for w in self.words if w.box.x0 > left and len(w.text) <= 10]
        return words if any(w.box.x1 > bands[0][0] for w in words) else []

    def numbers_label(self, word: Word) -> bool:
        """Whether a number numbers the label right after it."""
        after = [w for w in self.words if w.box.x0 >= word.box.x1]
        return bool(after) and not is_figure(after[0]) and after[0].box.x0 - word.box.x1 < 0.8 * word.size


@dataclass(frozen=True, slots=True)
class Zone:
    """Figure columns of a region: their extents, where the labels end, and the edges between columns."""

    bands: tuple[Stretch, ...]
    border: float
    edges: tuple[float, ...]

    def is_label(self, word: Word) -> bool:
        """Whether a word stands beside the figures rather than above them."""
        overlaps = word.box.x1 > self.bands[0][0] + 1 and len(word.text) <= 8
        return word.box.centre[0] < self.border and not overlaps

    def is_centred(self, word: Word) -> bool:
        """Whether a lone heading stands over the middle of all columns (or of the whole table)."""
        whole, figures, right = self.edges[0], self.edges[LABELS], self.edges[-1]
        x, near = word.box.centre[0], 0.12 * (right - whole)
        return min(abs(x - (figures + right) / 2), abs(x - (whole + right) / 2)) < near

    def is_over_several(self, word: Word) -> bool:
        """Whether a word stands over more than one column of figures."""
        return sum(word.box.x1 > a + 1 and word.box.x0 < b - 1 for a, b in self.bands) > 1

    def spans(self, words: Sequence[Word]) -> Iterator[tuple[tuple[int, int], Word]]:
        """(first, after last) column of each word of a row above or in the columns."""
        last = len(self.edges) - 1
        figures = any(map(is_figure, words))
        if len(words) == 1 and not figures and self.is_centred(words[0]):
            yield (LABELS, last), words[0]
        elif not figures and len(words) == last - LABELS:  # a heading for each column: in order, however aligned
            for column, word in enumerate(sorted(words, key=lambda w: w.box.x0), LABELS):
                yield (column, column + 1), word
        else:
            for word in words:
                column = max(self.column_under(word), LABELS)
                yield (column, column + 1), word

    def column_under(self, word: Word) -> int:
        """The column that has most of the width of a word in common, of equals the first."""
        box, edges = word.box, self.edges
        return max(range(len(edges) - 1), key=lambda i: min(box.x1, edges[i + 1]) - max(box.x0, edges[i]))


def is_figure(word: Word) -> bool:
    """Whether a word is a number or a dash by itself."""
    return is_number(word.text) or read_number(word.text).state is CellState.DASH


def read_lines(page: Page) -> list[WordLine]:
    """Words of a page line by line, from the top."""
    lines = []
    for row in in_lines(page.words, _ROWS):
        words, box = sorted(row, key=lambda w: w.box.x0), bounding_box([w.box for w in row])
        lines.append(WordLine(tuple(words), box.top, box.bottom, tuple(w for w in words if is_figure(w))))
    return lines


def find_bands(region: Sequence[WordLine], size: float) -> list[Stretch]:
    """x extents of the figure columns: what the figures cover, and heading words beside them."""
    bands = joined(((w.box.x0, w.box.x1) for n in region for w in n.figures if not n.numbers_label(w)), 0.0)
    if not bands:
        return _heading_bands(region, size)
    beside = (w for n in region if n.figures for w in n.words if w not in n.figures)
    left = max((w.box.x1 for w in beside if w.box.x1 < bands[0][0]), default=0.0)  # where labels beside figures end
    headings = sorted((n.heading_words(bands, left) for n in region if not n.figures), key=len)
    if headings and len(headings[-1]) > len(bands):  # some columns have a heading but no figure at all
        return _with_others(bands, headings[-1], chain.from_iterable(reversed(headings)), size)
    return bands


def _heading_bands(region: Sequence[WordLine], size: float) -> list[Stretch]:
    """Bands of a heading that stands alone at the foot of a page."""
    lines = sorted((n.words for n in region), key=len)
    words = [w for w in lines[-1] if len(w.text) <= 10]
    if len(words) < 3:
        return []
    bands = joined(((w.box.x0, w.box.x1) for w in words), 0.0)
    return _with_others(bands, words, (w for line in lines for w in line if len(w.text) <= 8), size)


def _with_others(
    bands: list[Stretch], headings: Sequence[Word], words: Iterable[Word], size: float
) -> list[Stretch]:
    """The bands, and one for each of ``words`` that stands clear of all and is hardly wider than the headings."""
    widest = 1.6 * median(w.box.width for w in headings)
    for word in words:
        clear = all(word.box.x1 < a - 0.1 * size or word.box.x0 > b + 0.1 * size for a, b in bands)
        if clear and word.box.width < widest:
            bands = joined([*bands, (word.box.x0, word.box.x1)], 0.0)
    return bands


def column_edges(bands: list[Stretch], region: Sequence[WordLine], size: float) -> tuple[float, ...]:
    """Column edges: two columns for outer and inner labels, then half way between neighbouring bands."""
    left = min(w.box.x0 for n in region for w in n.words)
    right = max(w.box.x1 for n in region for w in n.words)
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(bands)]
    first = bands[0][0] - 0.2 * size
    left = min(left, bands[0][0] - size)
    return (left, (left + first) / 2, first, *between, max(right, bands[-1][1]) + 1)
