"""How the text of an element looks to a reader, and whether he can tell what it says."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

from gkingest.read.style.values import Colour, contrast, laid_on

_WHITE, _BLACK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)
# Looked at in Chromium at 100 %: digits of 1 and 2 px leave nothing, of 3 px a speck, of 6 px one can guess them;
# on white #f6f6f6 leaves nothing, #eee a shade (contrast 1.16), #ddd (1.36) a pale digit, #ccc (1.6) a digit.
_TINY, _SMALL = 3.0, 7.0  # CSS pixels: below which nobody sees a character, and sees it for certain
SAME, _PALE = 12 / 255, 1.5  # of a channel; ratio of contrast
CLEAR, _DIM = 0.06, 0.3  # opacity: below which nothing is left, and a digit is pale
AWAY = -1000.0  # CSS pixels: to the left of any page; half of a screen is about what menus are moved by

FAINT = "characters in the cell are hardly to be told from their ground, or hardly large enough to be read"
MOVED = "style moves, turns, cuts or covers characters of the cell"
TURNED = "style turns or mirrors characters of the cell"
PLACED = "style sets parts of the cell in an order or at distances that the file does not tell"
OWN_FONT = "the cell is set in a font that the page brings along, whose shapes are not in the file"
REVEALED = "the table is hidden until a script of the page shows it"
UNFOLLOWED = "the page's rules of style cannot be followed to their end"


@dataclass(frozen=True)
class Look:
    """How the text in an element looks; what it inherits, what adds up from outside, and at last its own box.

    ``ground`` is ``None`` under a picture. ``shift`` is how far text is raised above its line. ``gone``: nothing of
    the element is drawn, whatever stands in it. ``absent``: it takes no room either. ``lifted`` out of the flow.
    """

    size: float = 16.0
    color: Colour = _BLACK
    fill: Colour | None = None
    visited: Colour | None = None  # the colour for readers who have followed the link, where that is another
    visible: bool = True
    indent: float = 0.0
    spacing: float = 0.0
    rtl: bool = False
    pre: bool = False
    family: str = ""
    edged: bool = False  # a shadow or an outline is drawn even of transparent text
    variables: tuple[tuple[str, str], ...] = ()
    ground: Colour | None = _WHITE
    opacity: float = 1.0
    zoom: float = 1.0
    shift: float = 0.0
    gone: bool = False
    struck: bool = False
    reversed: bool = False
    doubt: str = ""
    placed: bool = False
    display: str = "inline"
    absent: bool = False
    lifted: bool = False
    pictured: bool = False
    drawn: bool = False  # the box shows itself by its ground or a border
    covers: bool = False  # it is lifted out of the flow, and its ground hides what lies below
    column: bool = False  # what stands in it stands one below the other
    row: bool = False  # what stands in it stands side by side
    backwards: bool = False  # and in an order that the file does not have
    bullet: str = ""  # what style says of the marks of a list
    in_cell: bool = False
    content: str = ""  # what style writes here
    unsure: bool = False  # nobody can say whether what is said of it holds
    root: float = 16.0  # size of text in the root of the page
    width: float = math.nan  # CSS pixels that are asked for it
    fixed: float | None = None  # width of the table, where that is shared out whatever stands in its cells
    room: float = math.inf  # how wide the narrowest box around it is that cuts off what does not fit

    def around_table(self) -> "Look":
        """What a table takes of it: what a cell does with its own text says nothing of a table in it."""
        doubt = self.doubt if self.doubt in (REVEALED, TURNED) else ""
        return replace(self, fixed=None, in_cell=False, doubt=doubt, placed=False)

    @cached_property
    def drawn_size(self) -> float:
        """Size of its characters on the screen."""
        return self.size * self.zoom

    @cached_property
    def pale(self) -> bool | None:
        """Whether its characters cannot be told from their ground, ``None`` where that is hard or not certain."""
        told = {self._is_pale(ink) for ink in (self.fill or self.color, self.visited) if ink}
        return told.pop() if len(told) == 1 else None

    def _is_pale(self, ink: Colour) -> bool | None:
        """Whether ink of a colour cannot be told from the ground, ``None`` where that is hard or not certain."""
        shown = ink[3] * self.opacity
        if shown < CLEAR:
            return None if self.edged else True
        if self.ground is None:
            return None if min(ink[:3]) > 0.8 or shown < _DIM else False
        mixed = laid_on(self.ground, ink, self.opacity)
        if max(abs(a - b) for a, b in zip(mixed[:3], self.ground[:3], strict=True)) <= SAME:
            return None if self.edged else True
        return None if contrast(mixed, self.ground) < _PALE else False

    @cached_property
    def seen(self) -> bool:
        """Whether a reader sees its characters, be it with trouble."""
        return not (
            self.gone or not self.visible or self.drawn_size < _TINY or self.pale or self.indent <= AWAY * 0.9
        )

    @cached_property
    def trouble(self) -> str:
        """Why one cannot be certain of what a reader makes of its characters; "" where one can."""
        if self.doubt:
            return self.doubt
        if self.pale is None or self.drawn_size < _SMALL:
            return FAINT
        apart = not -0.3 * self.size <= self.spacing <= 0.8 * self.size
        return MOVED if self.indent < -100 or self.indent > 300 or apart else ""

    @property
    def boxed(self) -> bool:
        """Whether it has extents of its own."""
        return self.display not in ("inline", "contents")

    @property
    def inline(self) -> bool:
        """Whether it stands in a line of text."""
        return self.display.startswith("inline")

    @property
    def dropped(self) -> bool:
        """Whether a table has no cell here."""
        return self.absent or (self.lifted and self.gone)

    @property
    def breaks(self) -> bool:
        """Whether it stands on lines of its own."""
        return not self.lifted and self.display in ("block", "flex", "grid", "list-item", "flow-root", "table")
