"""What every chart has in common: a sheet with title and notes, a font with Chinese, the same bytes every time."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gkingest.chart.fonts import families
from gkingest.errors import UsageError
from gkingest.render import wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PALE, GRID, WARN = "#1f2328", "#6e7781", "#d8dee4", "#bc4c00"
COLOURS = ("#0969da", "#bf3989", "#1a7f37", "#d4a72c", "#8250df", "#cf222e", "#1b7c83", "#57606a")
KINDS = ("svg", "png")
_LINE = 0.19  # inches: a line of a note
_KEY = 0.21  # inches: a line of the key
_TITLE = 0.62  # inches: title and subtitle
_LETTER = 0.061  # inches: half a Chinese character of a note
_DPI = 150
_LEGENDS: "WeakKeyDictionary[Figure, tuple[float, float]]" = WeakKeyDictionary()  # where the key stands


@contextmanager
def style() -> Iterator[None]:
    """Settings of matplotlib while a chart is made and written; raises as :func:`families` does."""
    import matplotlib as mpl

    settings: dict[str, object] = {
        "font.family": families(),
        "font.size": 9.0,
        "axes.unicode_minus": False,
        "axes.edgecolor": GRID,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "svg.fonttype": "path",  # a reader's machine need not have the font
        "svg.hashsalt": "gkingest",
        "hatch.linewidth": 0.6,
    }
    context: Any = mpl.rc_context  # which takes only keys that it knows by heart
    with context(settings):
        yield


def sheet(
    title: str, subtitle: str, notes: Sequence[str], width: float, height: float, legend: int = 0
) -> "Figure":
    """A figure of ``width`` inches with room for a drawing of ``height`` inches between title and notes.

    ``legend`` is how many lines :func:`legend_below` will take above the notes.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    columns = int((width - 0.3) / _LETTER)
    lines = [line for note in notes for line in wrapped(note, columns)]
    above, below = wrapped(title, int(columns * 0.62)), wrapped(subtitle, int(columns * 0.82))
    head = _TITLE + 0.24 * (len(above) - 1) + 0.17 * (len(below) - 1)
    foot = _LINE * len(lines) + _KEY * legend + 0.16
    whole = height + head + foot
    layout = ConstrainedLayoutEngine(rect=(0.0, foot / whole, 1.0, height / whole), h_pad=0.06, w_pad=0.08)
    figure = Figure(figsize=(width, whole), layout=layout)
    figure.text(0.15 / width, 1 - 0.12 / whole, "\n".join(above), fontsize=12, va="top", linespacing=1.35)
    at = 1 - (0.38 + 0.24 * (len(above) - 1)) / whole
    figure.text(0.15 / width, at, "\n".join(below), fontsize=9, color=PALE, va="top", linespacing=1.3)
    for number, line in enumerate(reversed(lines)):
        figure.text(0.15 / width, (0.1 + _LINE * number) / whole, line, fontsize=7.5, color=PALE, va="bottom")
    _LEGENDS[figure] = (0.12 / width, (_LINE * len(lines) + 0.1) / whole)
    return figure


def legend_below(figure: "Figure", columns: int, **options: object) -> None:
    """The key of a drawing, above the notes of its :func:`sheet`."""
    key = figure.legend(
        loc="lower left", bbox_to_anchor=_LEGENDS[figure], ncols=columns, fontsize=8, frameon=False,
        borderpad=0.0, borderaxespad=0.0, labelspacing=0.45, **options,
    )  # fmt: skip
    key.set_in_layout(False)


def written(figure: "Figure", kind: str) -> bytes:
    """The chart as ``svg`` or ``png``, the same bytes from the same values, libraries and font."""
    if kind not in KINDS:
        raise UsageError(f"a chart is written as {' or '.join(KINDS)}, not as {kind or 'a file without an ending'}")
    stream = io.BytesIO()
    told = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(stream, format=kind, dpi=_DPI, metadata=told, facecolor="white")
    return stream.getvalue()


def plain_axes(axes: "Axes") -> None:
    """Axes without a frame, with faint lines to read values by."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
