"""Lines of words and the columns that figures stand in, where no rule tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Page, Word, bounding_box
from gkingest.model.report import CellState
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

    def heading_words(self, bands: Sequence[tuple[float, float]], left: float) -> list[Word]:
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

    bands: tuple[tuple[float, float], ...]
    border: float
    edges: tuple[float, ...]

    def is_label(self, word: Word) -> bool:
        """Whether a word stands beside the figures rather than above them."""
        overlaps = word.box.x1 > self.bands[0][0] + 1 and len(word.text) <= 8
        return word.box.centre[0] < self.border and not overlaps


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


def find_bands(region: Sequence[WordLine], size: float) -> list[tuple[float, float]]:
    """x extents of the figure columns: what the figures cover, and heading words beside them."""
    bands = _merged([(w.box.x0, w.box.x1) for n in region for w in n.figures if not n.numbers_label(w)])
    if not bands:
        return _heading_bands(region, size)
    labels = (w for n in region if n.figures for w in n.words if w not in n.figures and w.box.x1 < bands[0][0])
    left = max((w.box.x1 for w in labels), default=0.0)  # where the labels that stand beside figures end
    headings = sorted((n.heading_words(bands, left) for n in region if not n.figures), key=len)
    if headings and len(headings[-1]) > len(bands):  # some columns have a heading but no figure at all
        usual = median(w.box.width for w in headings[-1])
        for word in (w for words in reversed(headings) for w in words if w.box.width < 1.6 * usual):
            clear = all(word.box.x1 < a - 0.1 * size or word.box.x0 > b + 0.1 * size for a, b in bands)
            bands = _merged([*bands, (word.box.x0, word.box.x1)]) if clear else bands
    return bands


def _heading_bands(region: Sequence[WordLine], size: float) -> list[tuple[float, float]]:
    """Bands of a heading that stands alone at the foot of a page."""
    lines = sorted((list(n.words) for n in region), key=len)
    words = [w for w in lines[-1] if len(w.text) <= 10]
    if len(words) < 3:
        return []
    usual = median(w.box.width for w in words)
    bands = _merged([(w.box.x0, w.box.x1) for w in words])
    for word in (w for line in lines for w in line if w.box.width < 1.6 * usual and len(w.text) <= 8):
        clear = all(word.box.x1 < a - 0.1 * size or word.box.x0 > b + 0.1 * size for a, b in bands)
        bands = _merged([*bands, (word.box.x0, word.box.x1)]) if clear else bands
    return bands


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def column_edges(bands: list[tuple[float, float]], region: Sequence[WordLine], size: float) -> tuple[float, ...]:
    """Column edges: two columns for outer and inner labels, then half way between neighbouring bands."""
    left = min(w.box.x0 for n in region for w in n.words)
    right = max(w.box.x1 for n in region for w in n.words)
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(bands)]
    first = bands[0][0] - 0.2 * size
    left = min(left, bands[0][0] - size)
    return (left, (left + first) / 2, first, *between, max(right, bands[-1][1]) + 1)
