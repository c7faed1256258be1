"""Pieces of a text that look unlike each other → what a reader sees, and why it may not be so."""

from collections.abc import Sequence
from dataclasses import dataclass

from gkingest.text.signs import LOWERED, RAISED, UNKNOWN

# A figure is set in one size, digits below four fifths of it are notes: those of Word have two thirds, neighbouring
# sizes of Chinese type (16, 14, 12, 10.5 and 9 points) have six sevenths of one another.
_NOTE = 0.8
_TINY = 1.5  # points: smaller text is a speck
UNSEEN = "characters stand in the cell that cannot be seen: too small, or in the colour of their ground"
FAINT = "characters in the cell can hardly be told from their ground"
SIGN_FONT = "characters in the cell are set in a font of pictures"
TWO_WAYS = "programs show either of two texts in the cell"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text in one look: ``size`` and ``rise`` over the line in points (0: not known), what is to be doubted."""

    text: str
    size: float = 0.0
    rise: float = 0.0
    doubt: str = ""
    seen: bool = True

    @property
    def shown(self) -> bool:
        """Whether a reader sees it."""
        return self.seen and not 0 < self.size <= _TINY

    @property
    def has_digit(self) -> bool:
        """Whether a figure may stand in it."""
        return any(c.isdecimal() for c in self.text)


def together(pieces: Sequence[Piece]) -> tuple[str, str]:
    """The text that can be seen, with digits that are notes as raised or lowered ones, and a doubt.

    Text that cannot be seen falls away, but between digits it leaves a gap that makes two numbers of them. It is
    doubted where nothing else stands beside it, as a ground that is not understood here would turn a figure into a
    blank.
    """
    with_digits = [p for p in pieces if p.shown and p.has_digit]
    main = max(with_digits, key=lambda p: p.size, default=Piece(""))
    text, gap = "", False
    for piece in pieces:
        if not piece.shown:
            gap = gap or bool(piece.text)
            continue
        if gap and text[-1:].isdecimal() and piece.text[:1].isdecimal():
            text += UNKNOWN
        gap = False
        small = 0 < piece.size < _NOTE * main.size
        moved = piece.rise - main.rise if with_digits else 0.0
        if small or abs(moved) >= 1:  # a point is less than a tenth of a line
            text += piece.text.translate(LOWERED if moved < 0 else RAISED)
        else:
            text += piece.text
    written = [p for p in pieces if p.text.strip()]
    doubt = next((p.doubt for p in written if p.doubt and p.shown), "")
    return text, doubt or (UNSEEN if written and not text.strip() else "")
