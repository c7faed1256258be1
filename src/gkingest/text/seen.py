"""Characters without ink, and those that turn the others round: what a reader sees of a text that has them."""

import re

# Shows nothing and moves nothing: soft hyphens, joiners, blanks of no width, selectors of a variant, and what says
# that text runs from left to right, as figures and Chinese do anyway.
_NO_INK = re.compile(
    "[\xad\u034f\u180b-\u180f\u200b-\u200e\u202a\u202c\u202d\u2060-\u2064\u2066\u2068\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
_FROM_RIGHT = re.compile("[\u061c\u200f\u202b\u2067]")  # text runs from the right, figures in it from the left
_TURNED = re.compile("\u202e(.*?)(?:\u202c|$)", re.DOTALL)  # every character from the right
_TURNS = re.compile("[\u202b\u202e\u2067\u2068]")
# Other signs of format, as of Unicode 15 (category Cf), digits that run from the right (NKo, Adlam) and control
# characters: nobody can say what they show.
_UNCLEAR = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u0600-\u0605\u06dd\u070f\u07c0-\u07c9\u0890\u0891\u08e2\u202e\u206a-\u206f"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U0001e950-\U0001e959]"
)
_SCOPE = re.compile("[\u202b\u202e\u2067]([^\u202c\u2069\n]*)")
_CELLS = re.compile("\t|[|│┃║｜]| {2,}|\u3000+")
_BLANKS = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "))  # letters and patterns without ink
_FRAMED = re.compile("(?<=[0-9])(\ufe0f?)\u20e3")  # a digit drawn as a key
_FIGURE = re.compile(r"\s*\d+(?:[.,]\d+)*\s*")
_INSIDE = re.compile(r"\d[^\d]*[\u061c\u200f\u202b\u2067]+[^\d]*\d")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f()\\[\\]<>{}]")


def in_cells(text: str) -> str:
    """Lines of text with U+FFFD in every cell that a sign of direction before it may turn or move.

    >>> in_cells("\\u202e35\\u202c|7"), in_cells("\\u202e35|7")
    ('\\u202e35\\u202c|7', '\ufffd35|\ufffd7')
    """
    return _SCOPE.sub(
        lambda s: "\ufffd" + _CELLS.sub(lambda gap: f"{gap[0]}\ufffd", s[1]) if _CELLS.search(s[1]) else s[0], text
    )


def in_place(text: str, instead: str) -> str:
    """``text`` of signs with places of their own, ``instead`` of those that turn others: there they turn none."""
    return _TURNS.sub(instead, text)


def as_seen(text: str) -> str | None:
    """``text`` as a reader sees it, without signs that have no ink; ``None`` where that is not certain.

    Unicode Bidirectional Algorithm (UAX #9) as far as one figure goes: an override turns its digits round, other
    signs of direction leave one figure as it is.

    >>> as_seen("\\u202e35\\u202c"), as_seen("5\\u200b3"), as_seen("5\\u200f-3")
    ('53', '53', None)
    """
    text = _FRAMED.sub("", text.translate(_BLANKS))
    if found := _TURNED.search(text):
        before, after, inside = text[: found.start()], text[found.end() :], _NO_INK.sub("", found[1])
        if _FROM_RIGHT.search(text) or _MARKS.search(inside) or any(map(str.isdigit, before + after)):
            return None
        text = before + inside[::-1] + after
    elif _FROM_RIGHT.search(text):
        plain = _FROM_RIGHT.sub("", _NO_INK.sub("", text))
        if _INSIDE.search(text) or (any(map(str.isdigit, plain)) and not _FIGURE.fullmatch(plain)):
            return None
        text = plain
    text = _NO_INK.sub("", text)
    return None if _UNCLEAR.search(text) else text
