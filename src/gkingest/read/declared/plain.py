"""Plain text: its lines as they stand, and the tables that are written in it as markup.

A text file has no cells. What parts them in a line (tabs, pipes, blanks) is left in it, and what an empty line may
mean too: which label a figure belongs to is for the form to say.
"""

import re
from collections.abc import Iterator

from gkingest.model.paper import ReadDocument
from gkingest.read.declared.charset import decoded_text
from gkingest.read.declared.flow import Block, flow_document
from gkingest.read.declared.package import check_size
from gkingest.read.declared.webpage import read_html
from gkingest.read.options import ReadOptions

_OPEN, _CLOSE = "<table", "</table>"
_FRAME = re.compile(r"</?(?:html|body)[^<>]{0,200}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRONG = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_QUOTED = re.compile(r'"[^\n]*\n.*"', re.DOTALL)  # a cell of several lines in quotation marks
_FOLDED = 12  # lines that one cell of a spreadsheet may take up
_LONG = 400  # characters: a longer line is a page whose line breaks were taken out
_SET_OUT, _GAP = 5, re.compile(r"\S {3,}\S")  # lines with wide gaps that show a text to be set out by blanks
_PIECE = 60  # characters: words of such a line are no longer, if blanks still part them


def text_file(data: bytes, options: ReadOptions) -> ReadDocument:
    """A text as a document of one sheet."""
    return flow_document(data, read_plain(data), "plain")


def read_plain(data: bytes) -> tuple[Block, ...]:
    """Lines and tables of a text in any encoding that China uses; raises :class:`DocumentError` alone."""
    text = _without_remarks(decoded_text(data))
    low = text.lower() if text.isascii() or len(text.lower()) == len(text) else text
    blocks: list[Block] = []
    at = 0
    while (start := low.find(_OPEN, at)) >= 0 and (end := low.find(_CLOSE, start)) >= 0:
        end += len(_CLOSE)
        blocks += _lines(_FRAME.sub("", text[at:start]).strip("\n"))
        blocks += read_html(text[start:end].encode(), "utf-8").blocks
        at = end
    blocks += _lines((_FRAME.sub("", text[at:]) if at else text).strip("\n"))
    return tuple(blocks)


def _without_remarks(text: str) -> str:
    """The text without remarks of its markup, which is shown nowhere; one that nothing ends is text."""
    first, *others = text.split("<!--")
    parts = [other.partition("-->") for other in others]
    return first + "".join(behind if end else f"<!--{inside}" for inside, end, behind in parts)


def _lines(text: str) -> Iterator[Block]:
    """A block for each line; empty lines between two make one that says how many they were.

    Where blanks set a text out, lines keep those that they begin with: as many as characters stand above them.
    """
    empty = 0
    lines = text.split("\n")
    set_out = sum(_GAP.search(line) is not None for line in lines) >= _SET_OUT
    check_size(len(lines), max(line.count("\t") for line in lines) + 1)
    at = 0
    while at < len(lines):
        line, at = _unfolded(lines, at)
        plain = _STRONG.sub("", _BREAK.sub(" ", line)).strip(" \u3000\r\n\ufeff")
        if not plain.strip():
            empty += 1
            continue
        if empty:
            yield "\n" * empty
            empty = 0
        if set_out:
            yield " " * (len(line) - len(line.lstrip(" "))) + plain
        elif len(plain) > _LONG and "\t" not in plain and "|" not in plain:
            yield from _parted(plain)
        else:
            yield plain


def _unfolded(lines: list[str], at: int) -> tuple[str, int]:
    """A line, whole where a spreadsheet put a cell of several lines in quotation marks, and the next."""
    for end in range(at + 1, min(at + _FOLDED, len(lines)) + 1):
        cells = "\n".join(lines[at:end]).split("\t")
        if not any(c.startswith('"') and c.count('"') % 2 for c in cells):
            if end == at + 1:
                return lines[at], end
            quoted = [_QUOTED.fullmatch(c) for c in cells]
            whole = [c[1:-1].replace('""', '"').replace("\n", " ").strip() for c in cells]
            return "\t".join(w if q else c for c, w, q in zip(cells, whole, quoted, strict=True)), end
    return lines[at], at + 1


def _parted(line: str) -> Iterator[Block]:
    """A line that held a whole page: word by word if blanks part words, otherwise sentence by sentence."""
    for sentence in re.findall(r"[^。]+。?", line):
        words = sentence.split()
        if len(words) > 1 and sum(map(len, words)) < _PIECE * len(words):
            yield from words
        else:
            yield sentence.strip()
