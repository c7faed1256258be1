"""Small charts as SVG within the page: bars of a ranking, lines of a series. The browser brings the fonts."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_BAR, _GAP, _LABELS, _WIDE, _VALUES = 18, 6, 300, 420, 150
_INK, _BAR_INK, _DOUBT = "#222", "#2f6f9f", "#c8102e"
_COLOURS = ("#2f6f9f", "#c8102e", "#3a7d44", "#8c4fa8", "#b26a00", "#00797d", "#7a5c3e", "#555")
_HEIGHT, _LEFT, _TOP, _BOTTOM = 300, 70, 20, 40


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


def bars(title: str, drawn: Sequence[Bar]) -> str:
    """A ranking as SVG; values below zero get no bar."""
    most = max((b.value for b in drawn), default=0.0) or 1.0
    height = len(drawn) * (_BAR + _GAP) + _GAP
    parts = [_start(title, _LABELS + _WIDE + _VALUES, height)]
    for number, bar in enumerate(drawn):
        top = _GAP + number * (_BAR + _GAP)
        wide = max(bar.value, 0.0) / most * _WIDE
        fill = _DOUBT if bar.doubted else _BAR_INK
        shape = f'<rect x="{_LABELS}" y="{top}" width="{wide:.1f}" height="{_BAR}" fill="{fill}"/>'
        words = _text(_LABELS - 8, top + 14, bar.label, "end") + _text(_LABELS + wide + 6, top + 14, bar.text)
        told = f"<title>{escape(bar.label)}: {escape(bar.text)}</title>"
        inside = f"{told}{shape}{words}"
        parts.append(f"<a href={quoteattr(bar.href)}>{inside}</a>" if bar.href else f"<g>{inside}</g>")
    return "".join([*parts, "</svg>"])


def lines(title: str, drawn: Sequence[Curve]) -> str:
    """A series over years as SVG; a year without a value breaks the line, and is never 0."""
    years = sorted({year for line in drawn for year, _, _ in line.points})
    values = [v for line in drawn for _, v, _ in line.points if v is not None]
    most, least = max([*values, 0.0]), min([*values, 0.0])
    spread = (most - least) or 1.0

    def across(year: int) -> float:
        return _LEFT + (years.index(year) + 0.5) * _WIDE * 1.5 / max(len(years), 1)

    def down(value: float) -> float:
        return _TOP + (most - value) / spread * (_HEIGHT - _TOP - _BOTTOM)

    wide = _LEFT + _WIDE * 1.5 + 20
    parts = [_start(title, wide, _HEIGHT + 20 * len(drawn))]
    for mark in (least, (least + most) / 2, most):
        parts.append(
            f'<line x1="{_LEFT}" x2="{wide - 20:.0f}" y1="{down(mark):.1f}" y2="{down(mark):.1f}" stroke="#ddd"/>'
            + _text(_LEFT - 8, down(mark) + 4, f"{mark:g}" if mark == int(mark) else f"{mark:.1f}", "end")
        )
    parts += [_text(across(year), _HEIGHT - _BOTTOM + 22, str(year), "middle") for year in years]
    for number, line in enumerate(drawn):
        colour = _COLOURS[number % len(_COLOURS)]
        for run in _runs(line):
            path = " ".join(f"{across(year):.1f},{down(value):.1f}" for year, value, _ in run)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
            for year, value, text in run:
                told = f"<title>{escape(line.label)} {year}: {escape(text)}</title>"
                parts.append(
                    f'<circle cx="{across(year):.1f}" cy="{down(value):.1f}" r="4" fill="{colour}">{told}</circle>'
                    + _text(across(year), down(value) - 8, text, "middle")
                )
        top = _HEIGHT + 20 * number
        parts.append(f'<rect x="{_LEFT}" y="{top}" width="14" height="4" fill="{colour}"/>')
        parts.append(_text(_LEFT + 22, top + 7, line.label))
    return "".join([*parts, "</svg>"])


def _runs(line: Curve) -> list[list[tuple[int, float, str]]]:
    """The stretches of a line that have a value every year."""
    runs: list[list[tuple[int, float, str]]] = [[]]
    before: int | None = None
    for year, value, text in line.points:
        if runs[-1] and (value is None or (before is not None and year > before + 1)):
            runs.append([])
        if value is not None:
            runs[-1].append((year, value, text))
            before = year
    return [run for run in runs if run]


def _start(title: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'role="img" aria-label={quoteattr(title)} font-size="13" '
        'font-family="sans-serif"><title>' + escape(title) + "</title>"
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(words)}</text>'
