"""Glyphs → words and lines, and whether they make sense as text."""

import itertools
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.paper import Box, Ruling, Turn, Word, bounding_box
from gkingest.read.ink.spacing import Spacing
from gkingest.text.signs import RAISED, is_note

_GAP = 0.3  # of the glyph size: a wider gap ends a word
_SAME_PLACE = 0.15  # of the glyph size: the same character twice this close is fake bold
_WIDER = 0.1  # of the glyph size: by so much the gap that a rule stands in is wider than those beside it
_LEAN = 0.1  # of its height: so far the box of a figure may reach over the side of its cell
_MAX_GARBAGE = 0.1  # share of senseless characters that makes a text layer unusable
_MIN_TEXT = 12  # characters; fewer beside a picture are a stamp or a page number
_NOTE = 0.88  # of the size beside it: a smaller figure is a note, not part of the number
_LONGEST_NOTE = 3  # characters
_CLOSE = 0.15  # of its size: how far behind a figure a note to it stands at most
_LAP = 0.25  # of its width that a digit of another string may cover of the one before
# Less than the 0.4 of a height by which two glyphs of one word may differ (see _continues).
_GLYPHS = Tolerance(0.3499, "own", "recent")
# Half the height of the first word, however low that is: a line of plain text.
WORDS = Tolerance(0.5, "first", "first", rounded=1, least=0.0)


@dataclass(slots=True)  # frozen it would take three times as long to make, and there are thousands on a page
class Glyph:
    """One printed character, ``size`` points high; ``box`` is its em box.

    ``owner`` is the string of the file that it is of, 0 where nobody tells. ``ink`` is the box that its shape
    fills, where the font tells. ``blended`` tells that it is mixed with what is below it, so that viewers differ in
    what they show; ``parted``, that the file has a blank before it.
    """

    char: str
    size: float
    angle: float
    owner: int
    box: Box
    colour: int = 0
    ink: Box | None = None
    blended: bool = False
    parted: bool = False

    @property
    def base(self) -> float:
        """Where its em box ends on the upright page: a steady way below the line that it stands on."""
        return self.box.bottom - 0.15 * self.size

    def continues(self, glyph: "Glyph") -> bool:
        """Whether a glyph stands so close behind it on its line that both are of one word."""
        if self.angle or glyph.angle:
            return False
        one, other = self.box, glyph.box
        height = max(min(one.bottom - one.top, other.bottom - other.top), 1.0)
        same_line = abs((one.top + one.bottom) / 2 - (other.top + other.bottom) / 2) < 0.4 * height
        gap = other.x0 - one.x1
        return same_line and -0.5 * height < gap < _GAP * max(min(self.size, glyph.size), 1.0)

    def bears(self, note: Sequence["Glyph"]) -> bool:
        """Whether a few small signs stand right behind it, in the upper part of its line or above."""
        first = note[0]
        small = len(note) <= _LONGEST_NOTE and max(g.size for g in note) < _NOTE * self.size
        raised = self.box.top - 0.5 * self.size < first.box.top < self.box.bottom - first.box.height
        close = abs(first.box.x0 - self.box.x1) < _CLOSE * self.size
        return small and raised and close and not any(g.char.isalpha() or g.angle for g in (*note, self))


def snapped(angle: float) -> float:
    """An angle in degrees, 0 to 360; the right angle that it nearly is."""
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 5 else angle % 360


def dominant_turn(angles: Iterable[float]) -> Turn:
    """Clockwise turn that sets most of the text upright, of which each character has an angle.

    Taken from the glyphs: a file says how a page is displayed, not how its text runs.
    """
    counts = Counter(round(a / 90) % 4 * 90 for a in angles if abs((a + 45) % 90 - 45) < 5)
    return counts.most_common(1)[0][0] if counts else 0  # type: ignore[return-value]


class _Walls:
    """Rules that run down a page: what stands on both sides of one is not one word."""

    def __init__(self, rules: Iterable[Ruling]) -> None:
        self._rules = sorted((r for r in rules if not r.horizontal), key=lambda r: r.x0)
        self._places = [r.x0 for r in self._rules]

    def cut(self, run: list[Glyph], *, by_string: bool) -> Iterator[list[Glyph]]:
        """The words of a run of glyphs.

        A number that is too wide for its cell runs on across the rule, its digits no further apart there than
        elsewhere. Where the producer sets whole strings, it is one of them.
        """
        gaps = [b.box.x0 - a.box.x1 for a, b in itertools.pairwise(run)]
        start = 0
        for i, gap in enumerate(gaps) if self._rules else ():
            one, other = run[i], run[i + 1]
            beside = gaps[max(i - 1, 0) : i] + gaps[i + 1 : i + 2]
            wider = bool(beside) and gap > max(beside) + _WIDER * min(one.size, other.size)
            parted = one.owner != other.owner if by_string and one.owner else wider
            if parted and self._stand_between(one.box, other.box):
                yield run[start : i + 1]
                start = i + 1
        yield run[start:]

    def _stand_between(self, one: Box, other: Box) -> bool:
        """Whether rules run between two boxes for most of their height."""
        top, bottom = max(one.top, other.top), min(one.bottom, other.bottom)
        low, high = sorted((one.x1, other.x0))
        lean = _LEAN * (bottom - top)
        near = self._rules[bisect_left(self._places, low - lean) : bisect_right(self._places, high + lean)]
        return sum(max(0.0, min(r.bottom, bottom) - max(r.top, top)) for r in near) > 0.5 * (bottom - top)


def build_words(glyphs: Iterable[Glyph], rules: Iterable[Ruling] = ()) -> tuple[Word, ...]:
    """Join glyphs that stand side by side on a line between rules; a glyph set sideways stays by itself."""
    runs: list[list[Glyph]] = []
    ordered = _without_doubles(sorted_for_reading(list(glyphs)))
    spacing = Spacing.of(ordered)
    for glyph in ordered:
        if runs and (runs[-1][-1].continues(glyph) or spacing.joins(runs[-1][-1], glyph)):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    runs = _with_notes(list(spacing.by_columns(runs)))
    pairs = [a.owner == b.owner for run in runs for a, b in itertools.pairwise(run)]
    by_string = sum(pairs) >= 2 * (len(pairs) - sum(pairs))
    walls = _Walls(rules)
    return tuple(_word(part, by_string=by_string) for run in runs for part in walls.cut(run, by_string=by_string))


def _with_notes(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """Runs of glyphs, with notes that are raised out of the line of a figure behind that figure."""
    ends: dict[int, list[list[Glyph]]] = {}
    for run in runs:
        if run[-1].char.isdigit():
            ends.setdefault(round(run[-1].box.x1), []).append(run)
    kept = []
    for run in runs:
        at = round(run[0].box.x0)
        near = (own for x in (at - 1, at, at + 1) for own in ends.get(x, ()) if own is not run)
        figure = next((own for own in near if own[-1].bears(run)), None)
        if figure is None:
            kept.append(run)
        else:
            figure.extend(run)
    return kept


def sorted_for_reading(glyphs: list[Glyph]) -> list[Glyph]:
    """Glyphs line by line, each line from left to right."""
    return [g for row in in_lines(glyphs, _GLYPHS) for g in sorted(row, key=lambda g: (g.box.x0, g.char))]


def _without_doubles(glyphs: list[Glyph]) -> list[Glyph]:
    """Drop the second printing of a character that is set twice to look bold; the ink is that of both."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        near = _SAME_PLACE * max(glyph.size, 1.0)
        for index in range(max(len(kept) - 4, 0), len(kept)):
            g = kept[index]
            if g.char == glyph.char and max(abs(g.box.x0 - glyph.box.x0), abs(g.box.top - glyph.box.top)) < near:
                if g.ink and glyph.ink:
                    kept[index] = replace(g, ink=g.ink.union(glyph.ink))
                break
        else:
            kept.append(glyph)
    return kept


def _word(run: list[Glyph], *, by_string: bool) -> Word:
    """One word; its seams are told only where the producer sets whole strings, not single characters."""
    seams = [i for i in range(1, len(run)) if run[i].owner != run[i - 1].owner] if by_string else []
    edges = (*(g.box.x0 for g in run), run[-1].box.x1)
    text, claims = _text(run), "".join(g.char for g in run)
    return Word(
        text=text,
        box=bounding_box([g.box for g in run]),
        size=max(g.size for g in run),
        edges=edges,
        angle=int(run[0].angle),
        seams=tuple(seams),
        inks=tuple(g.ink for g in run) if any(g.ink for g in run) else (),
        claims="" if claims == text else claims,
    )


def _text(run: list[Glyph]) -> str:
    """Characters of a word, so that what is no plain figure cannot be read as one.

    Figures printed over one another, in two colours or blended with what is below become unreadable, one that is
    smaller than the figures before it or stands on another line a superscript.
    """
    tallest = max(g.size for g in run)
    text = ""
    main: Glyph | None = None  # the last digit that is no note
    for glyph in run:
        char = glyph.char
        small = glyph.size < _NOTE * tallest
        if char.isdigit():
            if main is not None and main.char.isdigit():
                small = small or is_note(glyph.size, glyph.base, (main.size, main.base))
                lap = 0.5 if glyph.owner == main.owner else _LAP
                over = main.box.x1 - glyph.box.x0 > lap * min(main.box.width, glyph.box.width)
                char = "\ufffd" if over or glyph.colour != main.colour else char
            char = "\ufffd" if glyph.blended else char
        if not small:
            main = glyph
        text += char.translate(RAISED) if small else char
    return text


def lines_of(words: Iterable[Word]) -> Iterator[str]:
    """Words as lines of text, top to bottom; words of a line stay apart by a space."""
    for line in in_lines(words, WORDS):
        yield " ".join(w.text for w in sorted(line, key=lambda w: w.box.x0))


def senseless(char: str) -> bool:
    """Whether a character cannot stand in a Chinese report: unmapped, private, control, or of an odd script."""
    code = ord(char)
    if 0x20 <= code < 0x7F or 0x4E00 <= code <= 0x9FFF or 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFFEF:
        return False
    category = unicodedata.category(char)
    if category in ("Cc", "Cn", "Co", "Cs") or char == "\ufffd":
        return True
    if category[0] in "LM" and not (0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or code < 0x250):
        return not ("GREEK" in unicodedata.name(char, "") or 0x3400 <= code <= 0x4DBF or code >= 0x20000)
    return False


def _is_common(char: str) -> bool:
    """Whether a Chinese character is in GB 2312 or level 1 of Big5, as nearly all of any readable text are."""
    for charset, level_one in (("gb2312", b"\xd7\xff"), ("big5", b"\xc6\x7f")):
        try:
            if char.encode(charset) <= level_one:
                return True
        except UnicodeEncodeError:
            continue
    return False


def visible_text_problem(glyphs: list[Glyph], hidden: int, unmapped: int, *, drawn: bool) -> str:
    """Why the page's text cannot be used, "" if it can; ``drawn`` tells whether anything else is on the page."""
    if hidden > len(glyphs):
        return "its text is a hidden layer over a picture, which may not say what the picture shows"
    if len(glyphs) < _MIN_TEXT:
        return "it is a picture without a text layer" if drawn else ""
    counts = Counter(g.char for g in glyphs)
    garbage = sum(count for char, count in counts.items() if senseless(char))
    if max(garbage, unmapped) > _MAX_GARBAGE * len(glyphs):
        return "its font does not say which characters it draws (no usable ToUnicode)"
    chinese = {char: count for char, count in counts.items() if "\u4e00" <= char <= "\u9fff"}
    written = sum(chinese.values())
    if written >= _MIN_TEXT and sum(n for c, n in chinese.items() if not _is_common(c)) / written > 0.5:
        return "its text layer is garbage: most of its characters are not those of written Chinese"
    return ""
