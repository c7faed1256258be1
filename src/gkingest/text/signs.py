"""Characters that are none, such as a damaged file gives in the place of text; and figures that are notes."""

import re

from gkingest.text.seen import in_place

UNKNOWN = "\ufffd"
# A small figure behind a figure is a note, and never part of the number: as one of these it is no plain digit.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# What figures and the dashes in their place are printed with; the shapes of these are held against the picture.
FIGURES = frozenset("0123456789０１２３４５６７８９.,，．+-−–—―－─/")
_NONE = re.compile(r"[\0\ud800-\udfff]")
_LAST = 0x10FFFF  # of Unicode; tables in files give any number


def sign_of(code: int) -> str:
    """The character of a code point that a file gives, U+FFFD where that is none that could be printed.

    >>> sign_of(0x5E74), sign_of(0x200000), sign_of(0xFFFF)
    ('年', '\ufffd', '\ufffd')
    """
    return UNKNOWN if not 0 <= code <= _LAST or code & 0xFFFE == 0xFFFE else placed(legible(chr(code)))


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
