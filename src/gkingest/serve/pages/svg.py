"""Where things stand in small charts, which a template draws: bars of a ranking, lines of a series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import NamedTuple

_BAR, _GAP, _LABELS, _WIDE, _VALUES = 18, 6, 300, 420, 170
_LINE, _NARROW, _NARROW_VALUES = 18, 210, 130  # in a narrow window the name stands over its bar
_COLOURS = ("#2f6f9f", "#c8102e", "#3a7d44", "#8c4fa8", "#b26a00", "#00797d", "#7a5c3e", "#555")
_HEIGHT, _LEFT, _TOP, _BOTTOM = 300, 60, 24, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: who, how much, how it is written, where a click leads; ``doubted`` where a figure is flagged."""

    label: str
    value: float
    text: str
    href: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a series: points are (year, value, written); ``None`` breaks the line."""

    label: str
    points: tuple[tuple[int, float | None, str], ...]

    def runs(self) -> Iterator[list[tuple[int, float, str]]]:
        """The stretches of a line that have a value every year."""
        run: list[tuple[int, float, str]] = []
        before: int | None = None
        for year, value, text in self.points:
            if run and (value is None or (before is not None and year > before + 1)):
                yield run
                run = []
            if value is not None:
                run.append((year, value, text))
                before = year
        if run:
            yield run


class DrawnBar(NamedTuple):
    """A bar in its place; measures are in pixels."""

    label: str
    text: str
    href: str
    doubted: bool
    x: int
    top: int
    width: float
    height: int


class Mark(NamedTuple):
    """A line across at a round value, with the value."""

    x0: int
    x1: float
    y: float
    text: str


class Words(NamedTuple):
    """Words in their place."""

    x: float
    y: float
    text: str


class Point(NamedTuple):
    """A value in its place."""

    x: float
    y: float
    year: int
    text: str


class DrawnLine(NamedTuple):
    """The stretches of a line, and where its legend stands."""

    label: str
    colour: str
    x: int
    top: int
    runs: Sequence[Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole chart."""

    title: str
    width: float
    height: float
    wide: bool = True
    bars: Sequence[DrawnBar] = ()
    marks: Sequence[Mark] = ()
    years: Sequence[Words] = ()
    lines: Sequence[DrawnLine] = ()


def bars(title: str, ranked: Sequence[Bar], wide: bool = True) -> Drawing:
    """A ranking; values below zero get no bar."""
    most = max((b.value for b in ranked), default=0.0) or 1.0
    left, length = (_LABELS, _WIDE) if wide else (0, _NARROW)
    step, down = (_BAR + _GAP, _GAP) if wide else (_LINE + _BAR + _GAP, _GAP + _LINE)
    drawn = [
        DrawnBar(
            bar.label, bar.text, bar.href, bar.doubted,
            left, down + number * step, max(bar.value, 0.0) / most * length, _BAR,
        )
        for number, bar in enumerate(ranked)
    ]  # fmt: skip
    width = _LABELS + _WIDE + _VALUES if wide else _NARROW + _NARROW_VALUES
    return Drawing(title, width, len(ranked) * step + _GAP, wide, bars=drawn)


def lines(title: str, series: Sequence[Curve], wide: bool = True) -> Drawing:
    """A series over years; a year without a value breaks the line, and is never 0."""
    years = sorted({year for line in series for year, _, _ in line.points})
    values = [v for line in series for _, v, _ in line.points if v is not None]
    most, least = round_over(max([*values, 0.0])), -round_over(-min([*values, 0.0])) or 0.0
    spread = (most - least) or 1.0
    length = _WIDE * 1.5 if wide else _NARROW + 60

    def across(year: int) -> float:
        return _LEFT + (years.index(year) + 0.5) * length / max(len(years), 1)

    def down(value: float) -> float:
        return _TOP + (most - value) / spread * (_HEIGHT - _TOP - _BOTTOM)

    width = _LEFT + length + 20
    marks = [
        Mark(_LEFT, width - 20, down(value), f"{value:,.0f}" if value == int(value) else f"{value:,.1f}")
        for value in dict.fromkeys((least, (least + most) / 2, most))
    ]
    drawn = []
    for number, line in enumerate(series):
        runs = [[Point(across(y), down(v), y, text) for y, v, text in run] for run in line.runs()]
        drawn.append(DrawnLine(line.label, _COLOURS[number % len(_COLOURS)], _LEFT, _HEIGHT + 20 * number, runs))
    below = [Words(across(year), _HEIGHT - _BOTTOM + 22, str(year)) for year in years]
    return Drawing(title, width, _HEIGHT + 20 * len(series), wide, marks=marks, years=below, lines=drawn)


def round_over(value: float) -> float:
    """The least round number that a value does not exceed, one whose half is round too; 0 for 0.

    >>> [round_over(value) for value in (0, 0.7, 3, 61.2, 100, 1273)]
    [0.0, 0.8, 4.0, 80.0, 100.0, 2000.0]
    """
    if value <= 0:
        return 0.0
    power = 10.0 ** floor(log10(value))
    return next((step * power for step in (1.0, 2.0, 4.0, 6.0, 8.0) if value <= step * power), 10 * power)
