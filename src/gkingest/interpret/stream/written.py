"""Cells of a line of text, by the signs that part them or the brackets and quotes that they stand in."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from gkingest.text.labels import fold

Span = tuple[int, int]
IsFigure = Callable[[str], bool]

_PIPES = re.compile(r"(?<!\\)[|\t]")
# Signs of prose that part cells where a table was written by them; 一、 and 1、 number a label.
_SIGNS = (
    re.compile(r"[；;]"),
    re.compile(r"，"),
    re.compile(r", +"),
    re.compile(r" / "),
    re.compile(r" ?· ?"),
    re.compile(r"(?<![\d一二三四五六七八九十])、|(?<=\d)、(?=\d|$)"),
)
_COMMA = re.compile(",")
_QUOTE = re.compile("[\"']")
_QUOTED = r"\"(?:[^\"\\]|\\.|\"\")*\"|'(?:[^'\\]|\\.)*'"
_LISTED = re.compile(rf"[\s,;，；\[\](){{}}]*(?:(?:{_QUOTED}|-?\d+(?:\.\d+)?|null|None)[\s,;，；\[\](){{}}]*)+")
_ITEM = re.compile(rf"{_QUOTED}|(?<![\w.])-?\d+(?:\.\d+)?|null|None|\](?=\s*,\s*\[)")
_BRACKETED = re.compile(r"(?:\[[^\[\]]*\]\s*){2,}")
_EMPTY = ("null", "None")
_BULLET = re.compile(r"[-*•·](?:\s+|$)")
_ENDS = re.compile(r"[；;。]")
_NO_CELLS = re.compile(r"\A\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z|[。；\"\s]")  # a number with commas, or prose


def rows_of_cells(text: str, is_figure: IsFigure, *, plain: bool) -> list[list[Span]]:
    """The rows of a line, each as where its cells begin and end; none if the line has one cell only.

    ``plain`` tells that it is of a text file, whose tables may be written by any sign.
    """
    if _PIPES.search(text):
        return [[*map(partial(_unquoted, text), _between(text, _PIPES))]]
    if not plain:
        return []
    cells = text.split(",")
    several = len(cells) > 3 or not all(map(is_figure, filter(None, cells)))
    if len(cells) > 1 and several and not _NO_CELLS.search(text):
        return [_between(text, _COMMA)]
    if rows := _listed(text):
        return rows
    for sign in _SIGNS:
        if spans := _parted(text, (0, len(text)), sign, is_figure):
            return [spans]
    return _sentences(text, is_figure)


def bullet(text: str) -> int:
    """How many characters of a line open an item of a list, all of them if it is blank; 0 if none do."""
    found = _BULLET.match(text)
    return found.end() if found else 0


def _between(text: str, sign: re.Pattern[str], span: Span | None = None) -> list[Span]:
    """Where a text, or a span of it, begins and ends between signs."""
    start, end = span or (0, len(text))
    ends = [m.span() for m in sign.finditer(text, start, end)]
    return list(zip([start, *(b for _, b in ends)], [*(a for a, _ in ends), end], strict=True))


def _unquoted(text: str, span: Span) -> Span:
    """A cell without the quotes around it."""
    cell = text[slice(*span)]
    inner = cell.strip()
    if len(inner) < 2 or inner[0] not in "\"'" or inner[-1] != inner[0]:
        return span
    start = span[0] + cell.index(inner[0]) + 1
    return start, start + len(inner) - 2


def _listed(text: str) -> list[list[Span]]:
    """Cells in quotes, as lists of programs and of data have them, or each in brackets."""
    if _BRACKETED.fullmatch(text.strip()):
        return [[(m.start() + 1, m.end() - 1) for m in re.finditer(r"\[[^\[\]]*\]", text)]]
    quoted = _QUOTE.search(text) or (text.lstrip().startswith("[") and "," in text)
    if not quoted or not _LISTED.fullmatch(text):
        return []
    rows: list[list[Span]] = [[]]
    for found in _ITEM.finditer(text):
        if found[0] == "]":
            rows.append([])
        else:
            blank = found[0] in _EMPTY
            rows[-1].append((found.start(), found.start()) if blank else _unquoted(text, found.span()))
    return list(filter(None, rows))


def _parted(text: str, span: Span, sign: re.Pattern[str], is_figure: IsFigure) -> list[Span]:
    """Cells between signs of prose: half of them are figures or blank, and so is the last one."""
    spans = _between(text, sign, span)
    cells = [text[slice(*s)].strip() for s in spans]
    inked = [*filter(None, cells)]
    figures = sum(map(is_figure, inked))
    if len(cells) < 2 or "。" in text[slice(*span)]:
        return []
    if sign.pattern == " / ":  # no sign of prose, and a dash where it stands by itself
        return spans if "/" not in map(fold, cells) else []
    if not figures or not (is_figure(cells[-1]) or not cells[-1]):
        return []
    return spans if 2 * (len(cells) - len(inked) + figures) >= len(cells) else []


def _sentences(text: str, is_figure: IsFigure) -> list[list[Span]]:
    """Rows that end like sentences, their cells between commas: most of them have figures."""
    parts = [s for s in _between(text, _ENDS) if text[slice(*s)].strip()]
    if len(parts) < 3:
        return []
    rows = [_parted(text, s, _SIGNS[1], is_figure) for s in parts]
    return (
        [row or [span] for row, span in zip(rows, parts, strict=True)]
        if 2 * sum(map(bool, rows)) > len(rows)
        else []
    )


def outer_pipes(spans: list[Span], text: str, *, leading: bool, closing: bool) -> Iterator[Span]:
    """Cells without what stands before the first pipe of a line and behind the last, where pipes enclose tables."""
    first = leading and not text[slice(*spans[0])].strip()
    last = closing and len(spans) - first > 1 and not text[slice(*spans[-1])].strip()
    yield from spans[int(first) : len(spans) - int(last)]
