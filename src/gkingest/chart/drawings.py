"""Charts as values, drawn by matplotlib: ranking, time series, small multiples, map of what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from gkingest.chart.paper import COLOURS, GRID, INK, PALE, WARN, legend_below, plain_axes, sheet, style, written
from gkingest.render import text_width, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR = 0.26  # inches a bar
_CELL = 0.3  # inches a cell of a map
_WIDTH = 7.9  # inches of a drawing across all of a sheet
_YEAR = 0.34  # inches: a year below a drawing, and the room beside it
_SMALL_LETTER, _SMALL_LINE = 0.058, 0.16  # inches: half a Chinese character of a panel's title, a line of it
_REASON_LETTER = 0.047  # inches: half a Chinese character of a reason
_HATCH = "////"


@dataclass(frozen=True, slots=True)
class Headline:
    """Words around a drawing; ``axis`` says what its numbers are."""

    title: str
    subtitle: str
    axis: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its ``text`` behind it; without a value the text says why. ``group`` starts a new block."""

    label: str
    value: float | None
    text: str
    flagged: bool = False
    group: str = ""

    def draw(self, axes: "Axes", place: int, span: float) -> None:
        """Draw it at a place of the axes; ``span`` is how far they reach."""
        if self.value is None:
            axes.text(0.008 * span, place, self.text, va="center", fontsize=8, color=PALE, style="italic")
            return
        look: dict[str, Any] = {"color": COLOURS[0]}
        if self.flagged:
            look = {"facecolor": "#ffe7d6", "edgecolor": WARN, "hatch": _HATCH, "linewidth": 0.8}
        axes.barh(place, self.value, height=0.68, **look)
        at = max(self.value, 0.0) + 0.008 * span
        axes.text(at, place, self.text, va="center", fontsize=8, color=WARN if self.flagged else INK)


@dataclass(frozen=True, slots=True)
class Point:
    """One year of a line; without a value ``reason`` says why, in a word.

    ``series_break`` tells that it is counted otherwise than in later editions of the form.
    """

    year: int
    value: float | None
    edition: str = ""
    flagged: bool = False
    reason: str = ""
    series_break: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The years of one organ in order."""

    label: str
    points: tuple[Point, ...]

    def draw(self, axes: "Axes", colour: str, newest: str, number: int, count: int, width: float = _WIDTH) -> None:
        """Points joined from year to year; a year without a number breaks the line and is marked at the foot.

        With ``newest`` points of two editions are not joined, and those of the newest are squares. In a drawing of
        one line the reason stands at the mark where ``width`` inches give it room.
        """
        left, right = axes.get_xlim()
        room = width / (right - left) / _REASON_LETTER  # half Chinese characters from year to year
        for one, other in zip(self.points, self.points[1:], strict=False):
            joined = other.year == one.year + 1 and not (newest and one.edition != other.edition)
            if joined and one.value is not None and other.value is not None:
                # Dotted where the counting changed in between.
                dotted = one.series_break != other.series_break
                look = {"linestyle": (0, (1, 2)), "linewidth": 1.0} if dotted else {"linewidth": 1.6}
                axes.plot([one.year, other.year], [one.value, other.value], color=colour, **look)
        axes.plot([], [], color=colour, marker="o", label=self.label)
        low, high = axes.get_ylim()
        for point in self.points:
            if point.value is None:
                # Side by side, so that two organs without a number in one year are both seen.
                at = point.year + (number - (count - 1) / 2) * min(0.5 / count, 0.12)
                axes.plot(at, low + 0.05 * (high - low), marker="x", markersize=5, color=colour, clip_on=False)
                if count == 1 and text_width(point.reason) <= room:
                    told: dict[str, Any] = {
                        "textcoords": "offset points",
                        "ha": "center",
                        "fontsize": 6.5,
                        "color": PALE,
                    }
                    axes.annotate(point.reason, (point.year, 0.0), (0, 3), **told)
                continue
            shape = "s" if newest and point.edition == newest else "o"
            face = "white" if point.flagged else colour
            axes.plot(point.year, point.value, marker=shape, markersize=5.5, color=colour, markerfacecolor=face)
            if point.flagged:
                axes.annotate(
                    "!", (point.year, point.value), (5, 3), textcoords="offset points", color=WARN, fontsize=9
                )


@dataclass(frozen=True, slots=True)
class State:
    """How a cell of the map looks: its colour, a sign for those who do not see colours, and what it means."""

    colour: str
    sign: str
    meaning: str


def draw_ranking(words: Headline, bars: Sequence[Bar], kind: str) -> bytes:
    """Horizontal bars from top to bottom with their values behind them."""
    with style():
        figure = sheet(words.title, words.subtitle, words.notes, 8.6, max(_BAR * len(_spaced(bars)) + 0.7, 1.6))
        axes = figure.add_subplot()
        plain_axes(axes)
        values = [bar.value or 0.0 for bar in bars]
        least, most = min([*values, 0.0]), max([*values, 0.0])
        span = (most - least) or 1.0
        places = _spaced(bars)
        for place, bar in places:
            if isinstance(bar, str):
                axes.text(least, place, bar, va="center", fontsize=9, color=INK, fontweight="bold")
            else:
                bar.draw(axes, place, span)
        axes.set_yticks(
            [p for p, b in places if isinstance(b, Bar)], [b.label for _, b in places if isinstance(b, Bar)]
        )
        axes.set_ylim(len(places) - 0.4, -0.6)
        axes.set_xlim(least - (0.12 * span if least < 0 else 0), most + 0.24 * span)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.axvline(0, color=PALE, linewidth=0.8)
        axes.set_xlabel(words.axis)
        return written(figure, kind)


def _spaced(bars: Sequence[Bar]) -> list[tuple[int, Bar | str]]:
    """Bars and the headings of their groups, each at its place from the top."""
    lines: list[Bar | str] = []
    group = ""
    for bar in bars:
        if bar.group != group:
            lines.append(bar.group)
            group = bar.group
        lines.append(bar)
    return list(enumerate(lines))


def draw_series(words: Headline, lines: Sequence[Series], kind: str, split: bool) -> bytes:
    """Lines over the years in one drawing; with ``split`` points of two editions of the form are not joined."""
    with style():
        figure = sheet(words.title, words.subtitle, words.notes, 8.6, 4.0, (len(lines) + 1) // 2)
        newest = _newest(lines)
        axes = figure.add_subplot()
        _series_axes(axes, lines, words.axis)
        for number, line in enumerate(lines):
            line.draw(axes, COLOURS[number % len(COLOURS)], newest if split else "", number, len(lines))
        _say_break(axes, lines, split)
        legend_below(figure, 2)
        return written(figure, kind)


def draw_panels(words: Headline, lines: Sequence[Series], kind: str, split: bool) -> bytes:
    """One small drawing a line, all on the same scales."""
    across = min(4, max(len(lines), 1))
    down = -(-len(lines) // across)
    width = 7.9 / across
    titles = [wrapped(line.label, int(width / _SMALL_LETTER)) for line in lines]
    rows = (titles[at : at + across] for at in range(0, len(titles), across))
    more = sum(max(map(len, row)) - 1 for row in rows)  # lines of titles beyond one for each row of drawings
    with style():
        figure = sheet(words.title, words.subtitle, words.notes, 8.6, 1.75 * down + 0.35 + _SMALL_LINE * more)
        newest = _newest(lines)
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for number, axes in enumerate(grid.flat):
            if number >= len(lines):
                axes.set_visible(False)
                continue
            _series_axes(axes, lines, "", width)
            lines[number].draw(axes, COLOURS[0], newest if split else "", 0, 1, width)
            _say_break(axes, [lines[number]], split, small=True)
            axes.set_title("\n".join(titles[number]), fontsize=8, loc="left")
            axes.tick_params(labelsize=7)
        figure.supylabel(words.axis, fontsize=8)
        return written(figure, kind)


def _series_axes(axes: "Axes", lines: Sequence[Series], label: str, width: float = _WIDTH) -> None:
    """Years below and values at the left of a drawing ``width`` inches wide; of many years those that have room."""
    plain_axes(axes)
    years = sorted({p.year for line in lines for p in line.points})
    shown = years[:: -max(ceil(len(years) * _YEAR / width), 1)][::-1]
    values = [p.value for line in lines for p in line.points if p.value is not None]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    span = (high - low) or 1.0
    axes.set_xticks(shown, [str(y) for y in shown])
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.35)
    axes.set_ylim(low - 0.14 * span, high + 0.12 * span)  # room below for what is missing
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.axhline(0, color=PALE, linewidth=0.6)
    axes.set_ylabel(label)


def _newest(lines: Sequence[Series]) -> str:
    first = _first_years(p for line in lines for p in line.points)
    return max(first, key=lambda edition: (first[edition], edition), default="")


def _first_years(points: Iterable[Point]) -> dict[str, int]:
    """The first year of every edition."""
    first: dict[str, int] = {}
    for point in points:
        first[point.edition] = min(first.get(point.edition, point.year), point.year)
    return first


def _say_break(axes: "Axes", lines: Sequence[Series], split: bool, small: bool = False) -> None:
    """A dashed line where the first report of a newer edition stands, if the editions do not compare."""
    first = _first_years(p for line in lines for p in line.points if p.value is not None)
    if not split or len(first) < 2:
        return
    newest = max(first, key=lambda edition: (first[edition], edition))
    at = first[newest] - 0.5
    axes.axvline(at, color=PALE, linewidth=1.0, linestyle=(0, (4, 3)))
    if not small:
        axes.annotate(
            newest, (at, 1), (4, -2), xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
            fontsize=8, color=PALE,
        )  # fmt: skip


def draw_missing(
    words: Headline,
    rows: Sequence[str],
    columns: Sequence[str],
    states: Sequence[Sequence[str]],
    looks: Mapping[str, State],
    kind: str,
) -> bytes:
    """A map: a row an organ or cell, a column a year or organ, coloured by what is there; states by their word."""
    from matplotlib.patches import Patch, Rectangle

    tall = max((len(c) for c in columns), default=0) > 5
    with style():
        used = {word for row in states for word in row}
        patches = [
            Patch(facecolor=look.colour, edgecolor=GRID, linewidth=0.6, label=f"{look.sign} {look.meaning}".strip())
            for word, look in looks.items()
            if word in used
        ]
        wide = min(max(3.6 + _CELL * (1.6 if not tall else 1.0) * len(columns), 6.4), 16.0)
        high = _CELL * len(rows) + (1.9 if tall else 0.5)
        across = 3 if wide > 8 else 2
        figure = sheet(words.title, words.subtitle, words.notes, wide, high, -(-len(patches) // across))
        axes = figure.add_subplot()
        plain_axes(axes)
        axes.spines["bottom"].set_visible(False)
        for y, row in enumerate(states):
            for x, word in enumerate(row):
                look = looks[word]
                square = Rectangle(
                    (x + 0.04, y + 0.04), 0.92, 0.92, facecolor=look.colour, edgecolor=GRID, linewidth=0.6
                )
                axes.add_patch(square)
                axes.text(x + 0.5, y + 0.5, look.sign, ha="center", va="center", fontsize=8, color=INK)
        axes.set_xlim(0, max(len(columns), 1))
        axes.set_ylim(len(rows), 0)
        axes.set_yticks([y + 0.5 for y in range(len(rows))], rows, fontsize=8)
        axes.xaxis.tick_top()
        turned: dict[str, Any] = {"rotation": 60, "ha": "left", "rotation_mode": "anchor"} if tall else {}
        axes.set_xticks([x + 0.5 for x in range(len(columns))], columns, fontsize=8, **turned)
        legend_below(figure, across, handles=patches)
        return written(figure, kind)
