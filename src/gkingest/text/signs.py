"""Characters that are none, such as a damaged file gives in the place of text; and figures that are notes."""

import re

from gkingest.text.seen import in_place

UNKNOWN = "\ufffd"
# A small figure behind a figure is a note, and never part of the number: as one of these it is no plain digit.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# What figures and the dashes in their place are printed with; the shapes of these are held against the picture.
FIGURES = frozenset("0123456789０１２３４５６７８９.,，．+-−–—―－─/")
_LESS = 0.97  # of the size of the digit before it: no number of the shipped reports has digits of two sizes
_OFF_LINE = 0.1  # of the size: a digit that stands so much above or below the one before is a note
_NONE = re.compile(r"[\0\ud800-\udfff]")
_LAST = 0x10FFFF  # of Unicode; tables in files give any number


def sign_of(code: int) -> str:
    """The character of a code point that a file gives, U+FFFD where that is none that could be printed.

    >>> sign_of(0x5E74), sign_of(0x200000), sign_of(0xFFFF)
    ('年', '\ufffd', '\ufffd')
    """
    return UNKNOWN if not 0 <= code <= _LAST or code & 0xFFFE == 0xFFFE else placed(legible(chr(code)))


def is_note(size: float, base: float, before: tuple[float, float]) -> bool:
    """Whether a digit is a note on the one ``before`` it (size and base in points), and no part of its number.

    >>> is_note(9, 100, (9, 100)), is_note(8.1, 100, (9, 100)), is_note(9, 98, (9, 100))
    (False, True, True)
    """
    return size < _LESS * before[0] or abs(base - before[1]) > _OFF_LINE * before[0]


def placed(text: str) -> str:
    """``text`` that a page draws sign by sign, with signs of direction as U+FFFD: there they turn nothing.

    >>> placed("\\u202e35")
    '\ufffd35'
    """
    return in_place(text, UNKNOWN)


def legible(text: str) -> str:
    """``text`` with zeros and halves of pairs as U+FFFD: nobody has read them, and no database holds them.

    >>> legible("12\\0")
    '12\ufffd'
    """
    return _NONE.sub(UNKNOWN, text)
