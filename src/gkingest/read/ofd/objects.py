"""Text and path objects of an OFD page → characters at their places, outlines (GB/T 33190-2016, chapters 9 and 11).

An OFD file says where each character begins, not how wide it is: widths are those of a usual Chinese font, and no
wider than the way to the next character.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise, repeat

from gkingest.model.paper import Box
from gkingest.read.ink.plane import STRAIGHT, Matrix, Point, apply, hull, is_upright, times
from gkingest.read.ofd.package import Node, children, matrix, number, numbers
from gkingest.text.signs import placed, sign_of

BLANKS = frozenset(" \t\r\n\u00a0\u3000")
_DESCENT, _ASCENT = 0.15, 0.85  # of the size: how far an em box reaches below and above its baseline
_NARROW = frozenset("iljtfrI.,:;'`|!()[]{}-")
_BROAD = frozenset("mwMW@%&")
_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{4})")
_DIRECTIONS = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}  # clockwise, y downwards

_TOKEN = re.compile(r"[SMLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a text object: its em box and size in points, its angle counter-clockwise in degrees.

    ``string`` counts the TextCode it comes from, ``shape`` is the number of its glyph in the font where the file
    gives one.
    """

    char: str
    box: Box
    size: float
    angle: float
    string: int
    shape: int | None = None


def characters(node: Node, m: Matrix) -> Iterator[Character]:
    """Characters of a TextObject, blanks among them; ``m`` takes its object space to points on the page."""
    shapes = _shapes(node)
    codes = list(children(node, "TextCode"))
    strings = []
    for code in codes:
        text = "".join(code.itertext())
        if "\n" in text or "\r" in text:  # line breaks and what stands about them come from pretty-printing
            text = text.strip().replace("\r", "").replace("\n", "")
        # A character may be written as a backslash and four hexadecimal digits.
        signs = _ESCAPE.sub(lambda e: sign_of(int(e[1], 16)) if int(e[1], 16) >= 0x20 else " ", text)
        strings.append(placed(signs))
    if codes and shapes and not "".join(strings).strip():  # glyphs without characters: a blank for each
        strings[0] = strings[0].ljust(len(shapes))
    setting = _Setting(node, m)
    x = y = 0.0
    count = 0
    for index, (code, text) in enumerate(zip(codes, strings, strict=True)):
        x, y = _start(code, "X", x), _start(code, "Y", y)
        for char, place in zip(text, setting.places(code, text, x, y), strict=True):
            yield Character(char, setting.em_box(*place), setting.height, setting.angle, index, shapes.get(count))
            count += 1


def _start(code: Node, name: str, last: float) -> float:
    """Where a string begins: where the one before it did, if it does not say."""
    value = code.get(name, "").strip()
    return number(value) if value else last


class _Setting:
    """How the characters of one text object are set. ``height`` is their size in points, ``angle`` in degrees."""

    def __init__(self, node: Node, m: Matrix) -> None:
        self._size = abs(number(node.get("Size", "").strip()))
        self._stretch = abs(number(node.get("HScale", "").strip() or "1"))
        self._across = _direction(node.get("CharDirection"))
        self._along = _direction(node.get("ReadDirection"))
        self._m = m
        turned = (*m[:4], 0.0, 0.0)
        across = apply(turned, *self._across)
        self.angle = round(math.degrees(math.atan2(-across[1], across[0])), 1) % 360
        self.height = self._size * math.hypot(*apply(turned, self._across[1], -self._across[0]))

    def places(self, code: Node, text: str, x: float, y: float) -> Iterator[tuple[float, float, float]]:
        """Origin and width of each character of a string, in object space."""
        widths = [_ems(c) * self._size * self._stretch for c in text]
        over = _deltas(code.get("DeltaX"), len(text) - 1)
        down = _deltas(code.get("DeltaY"), len(text) - 1)
        if not over and not down:  # it is left to the font how far apart they are
            over, down = ([w * step for w in widths] for step in self._along)
        steps = zip(widths, chain(over, repeat(0.0)), chain(down, repeat(0.0)), strict=False)
        for index, (width, dx, dy) in enumerate(steps):
            step = dx * self._across[0] + dy * self._across[1]
            yield x, y, min(step, width) if step > 0 and index < len(text) - 1 else width
            x, y = x + dx, y + dy

    def em_box(self, x: float, y: float, width: float) -> Box:
        """Box on the page of a character with its origin and width in object space."""
        ax, ay = self._across
        ux, uy = ay * self._size, -ax * self._size
        return box_around(
            apply(self._m, x + ax * w + ux * h, y + ay * w + uy * h)
            for w in (0, width)
            for h in (-_DESCENT, _ASCENT)
        )


def _direction(text: str | None) -> Point:
    turn = numbers(text)
    return _DIRECTIONS[round(turn[0] / 90) * 90 % 360] if turn else _DIRECTIONS[0]


def _ems(char: str) -> float:
    """Width that a character has in a usual Chinese font; quotes and dashes are as wide as 字 there."""
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if char in _NARROW:
        return 0.35
    if char in _BROAD:
        return 0.85
    return 0.68 if char.isupper() else 0.5


def _deltas(text: str | None, count: int) -> list[float]:
    """``count`` steps between characters; ``g 3 4.2`` stands for 4.2 three times, and the last step goes on.

    Never more than ``count``, however often the file repeats one.
    """
    words = (text or "").replace(",", " ").split()
    steps: list[float] = []
    at = 0
    while at < len(words) and len(steps) < count:
        if words[at].lower() == "g":
            if len(words) < at + 3:
                raise ValueError(f"a repetition that breaks off: {(text or '')[-20:]!r}")
            steps += [number(words[at + 2])] * min(int(number(words[at + 1])), count - len(steps))
            at += 3
        else:
            steps.append(number(words[at]))
            at += 1
    return steps + steps[-1:] * (count - len(steps))


def _shapes(node: Node) -> dict[int, int]:
    """Glyph number by the index of its character (CGTransform, one to one)."""
    found: dict[int, int] = {}
    for transform in children(node, "CGTransform"):
        start = int(number(transform.get("CodePosition", "").strip() or "0"))
        for glyphs in children(transform, "Glyphs"):
            for offset, shape in enumerate(numbers("".join(glyphs.itertext()))):
                found.setdefault(start + offset, int(shape))
    return found


def clip_boxes(node: Node, m: Matrix) -> tuple[list[list[Box]], bool]:
    """Boxes of the areas of each clip of an object, all of which cut it; and whether they say it all.

    ``m`` takes its object space to points. Where an area is no rectangle, or a text, nobody can say what it leaves.
    """
    clips: list[list[Box]] = []
    certain = True
    for clip in (c for outer in children(node, "Clips") for c in children(outer, "Clip")):
        areas: list[Box] = []
        for area in children(clip, "Area"):
            inner = times(matrix(area.get("CTM")), m)
            for path in children(area, "Path"):
                x, y = (*numbers(path.get("Boundary")), 0.0, 0.0)[:2]
                own = times(matrix(path.get("CTM")), times((1, 0, 0, 1, x, y), inner))
                trace = Trace(" ".join("".join(d.itertext()) for d in children(path, "AbbreviatedData")), own)
                areas += [box_around(trace.points)] if trace.points else []
                certain = certain and bool(trace.points)
            certain = certain and next(children(area, "Text"), None) is None
        clips.append(areas)
    return clips, certain


class Trace:
    """Outline of a path on the page, in points: its straight runs, and ``points`` that tell how far it reaches.

    A curve ends the run before it. ``upright`` tells that there is none and that every side lies along an axis.
    """

    def __init__(self, data: str, m: Matrix) -> None:
        self.points: list[Point] = []
        self._runs: list[list[Point]] = []
        self._curved = False
        for operator, values in _operations(data):
            self._follow(operator, values, m)
        self.runs = [run for run in self._runs if len(run) > 1]
        self.upright = not self._curved and all(is_upright(run) for run in self.runs)

    def _follow(self, operator: str, values: list[float], m: Matrix) -> None:
        if not self._runs:
            self._runs.append([apply(m, 0, 0)])
        run = self._runs[-1]
        if operator == "C":
            run.append(run[0])
            self._runs.append([run[0]])
            return
        end = apply(m, *values[-2:])
        if operator == "L":
            self.points += [run[-1], end]
            run.append(end)
            return
        if operator in "QBA":
            self._curved = True
            if operator == "A":  # rx ry angle large sweep x y
                radius = scale(m) * max(values[:2])
                x, y = (run[-1][0] + end[0]) / 2, (run[-1][1] + end[1]) / 2
                far = [(x - radius, y - radius), (x + radius, y + radius)]
            else:  # control points tell how far the curve reaches
                far = [apply(m, *values[i : i + 2]) for i in range(0, len(values) - 2, 2)]
            self.points += [run[-1], *far, end]
        self._runs.append([end])


def _operations(data: str) -> Iterator[tuple[str, list[float]]]:
    """Operators of AbbreviatedData with their operands; one that lacks some ends the path."""
    words = _TOKEN.findall(data)
    at = 0
    while at < len(words):
        operator = words[at]
        count = _OPERANDS.get(operator, -1)
        values = words[at + 1 : at + 1 + max(count, 0)]
        if len(values) != count or any(v in _OPERANDS for v in values):
            return
        yield operator, [number(v) for v in values]
        at += 1 + count


def straight_sides(run: list[Point]) -> Iterator[Box]:
    """The sides of a run that are horizontal or vertical and longer than a dot."""
    for side in pairwise(run):
        box = box_around(side)
        if is_upright([*side]) and max(box.width, box.height) > STRAIGHT:
            yield box


def box_around(points: Iterable[Point]) -> Box:
    """Smallest box around points."""
    return Box(*hull(points))


def corners(m: Matrix, x: float, y: float, width: float, height: float) -> Box:
    """Box on the page around a rectangle of some other space."""
    return box_around(apply(m, x + across, y + down) for across in (0, width) for down in (0, height))


def scale(m: Matrix) -> float:
    """How much longer a transformation makes things, on the whole."""
    return math.sqrt(abs(m[0] * m[3] - m[1] * m[2]))
