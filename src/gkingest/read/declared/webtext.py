"""What a reader sees of the text in a cell or paragraph of a web page: hidden text left out, notes set apart.

Elements whose content is no text (controls, drawings, formulas, scripts that write) give their value where it is
certain; where it is not, U+FFFD stands in its place and the cell is doubted.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import tinycss2

from gkingest.read.declared.notes import FigureLine, has_digit
from gkingest.read.declared.scripts import Scripts, runs
from gkingest.read.style.look import MOVED, PLACED, Look
from gkingest.read.style.looks import Looks
from gkingest.text.signs import LOWERED, RAISED, UNKNOWN

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DEEPEST = 200  # elements within elements: deeper nesting is read as flat text
BLANK = "".join(map(chr, (0xA0, 0x3000, 0x200B, 0x200C, 0x200D, 0xFEFF, 0x2002, 0x2003, 0x2009)))
_BLANKS: dict[int, str] = {ord(c): "" if ord(c) in (0x200B, 0x200C, 0x200D, 0xFEFF) else " " for c in BLANK}
_OVERRIDES = re.compile("[\u202d\u202e]")  # characters that turn the order of those behind them
STRUCK = "characters in the cell are struck out"
PICTURE = "a picture stands in the cell"
CONTROL = "the cell holds something whose text is not in the file (a frame, a drawing, a control)"
WRITTEN = "a script of the page may change what the cell shows"
COUNTED = "style numbers or writes something in the cell that the file does not spell out"
NOTE = "small characters behind the figure may be a note or a part of it"
DEEP = "elements in the cell are nested deeper than they are followed"
_NUMBER = re.compile(r"[+＋\-−－]?[\d,，.．]*\d[\d,，.．]*[^\d\s]{0,6}")
_MARK = re.compile(r"\s*[\[(（〔【]?\s*(?:\d{1,2}|[①-⑳*※†‡a-z]|注\s*\d{0,2})\s*[\])）〕】]?\s*")
_PLAIN = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*")
_CONSTANT = re.compile(
    r"\s*(?:<!--[^\n]*\n)?\s*document\.write(?:ln)?\(\s*(?:(\d+(?:\.\d+)?)|'([^'<>&\\]*)'|\"([^\"<>&\\]*)\")\s*\)\s*;?"
    r"\s*(?://\s*-->)?\s*"
)
_WRITES = re.compile(
    r"write|innerHTML|innerText|textContent|append|insert|replace|createElement|currentScript|\.text\("
)
_UNTOLD = frozenset(
    ("password", "color", "range", "date", "month", "week", "time", "datetime-local", "file", "image")
)


@dataclass(slots=True)
class Ink:
    """Text of a cell or paragraph as it comes together; ``doubts`` in the order in which they are met.

    ``cell``: what is no text counts in cells alone; around paragraphs stand pictures of all kinds.
    """

    cell: bool = False
    pieces: list[tuple[str, Look | None]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def add(self, text: str, look: Look) -> None:
        """Text as the source has it: its line breaks are blanks to a reader where style does not keep them."""
        if not look.pre:
            text = re.sub(r"[\r\n\t]+", " ", text)
        if not look.seen:
            # What is set far off by an indent is only the first line of it.
            if look.indent < 0 and not look.gone and text.strip():
                self.doubts.append("")
            if look.drawn and look.pale and text.strip():
                self.unknown(look, PICTURE)  # a blot
            return
        if _OVERRIDES.search(text):
            self.doubts.append(PLACED)
        if look.room < 0.5 * look.drawn_size * len(text.strip()) and has_digit(text):
            self.doubts.append(MOVED)
        if look.struck and text.strip():
            self.doubts.append(STRUCK)
        elif text:
            self.pieces.append((text[::-1] if look.reversed else text, look))

    def end_line(self) -> None:
        """A break between lines."""
        self.pieces.append(("\n", None))

    def unknown(self, look: Look, why: str) -> None:
        """Something that a reader sees and that is not in the file."""
        if self.cell and not look.gone and look.visible:
            self.pieces.append((UNKNOWN, look))
            self.doubts.append(why)

    def read(self) -> tuple[str, str]:
        """What is read, a ``\\n`` between lines, and why it may not be what a reader sees ("" for no reason)."""
        text, noted = self._settled()
        told = [d for d in self.doubts if d]
        if len(told) < len(self.doubts) and any(look is None for _, look in self.pieces):
            told.append(MOVED)
        inked = [(p, look) for p, look in self.pieces if look is not None and p.strip(BLANK + " \r\n\t")]
        told += [look.trouble for _, look in inked if look.trouble]
        # What runs from the right puts signs and groups of digits in another order.
        astray = any(look.placed or look.reversed or look.rtl for _, look in inked)
        turned = any(look.rtl and not look.reversed and not p.strip().isdigit() for p, look in inked)
        if (turned or (astray and len(inked) > 1)) and any(has_digit(p) for p, _ in inked):
            told.append(PLACED)
        return text, next(iter(told), noted)

    def _settled(self) -> tuple[str, str]:
        """The text with notes set apart, and whether one of them may be none."""
        inked = [(p, look) for p, look in self.pieces if look is not None]
        if not any(look.shift for _, look in inked) and len({look.size for _, look in inked}) <= 1:
            return _joined([p for p, _ in self.pieces]), ""
        line = FigureLine.of(inked)
        plain = "".join(p for p, look in inked if not line.is_off(look))
        number = _NUMBER.fullmatch("".join(plain.translate(_BLANKS).replace(UNKNOWN, "").split())) is not None
        parts, noted, begun = [], "", False
        for piece, look in self.pieces:
            text = piece
            if look is None or not line.is_off(look):
                begun |= has_digit(piece)
            elif moved := line.shifted(look):
                small = look.drawn_size <= 0.92 * line.size
                # Nobody takes a note behind a figure for a part of it.
                note = number and begun and small and _MARK.fullmatch(piece)
                text = "" if note else piece.translate(RAISED if moved > 0 else LOWERED)
            elif number and has_digit(piece):
                text, noted = piece.translate(LOWERED), NOTE
            parts.append(text)
        return _joined(parts), noted


def _joined(parts: Sequence[str]) -> str:
    """Lines of a cell, blanks as readers see them."""
    joined = "".join(parts).translate(_BLANKS)
    if UNKNOWN in joined:
        rest = "".join(joined.replace(UNKNOWN, "").split())
        if rest and not _NUMBER.fullmatch(rest):
            joined = joined.replace(UNKNOWN, "")  # a mark beside a label
    lines = (" ".join(line.split()) for line in joined.split("\n"))
    return "\n".join(line for line in lines if line)


_ASIDE = frozenset(("rt", "rtc", "rp"))  # an aid to reading what it stands beside


class Collector:
    """Elements → ink."""

    def __init__(self, looks: Looks, root: "Element") -> None:
        self.looks = looks
        self.scripts = Scripts(root)

    def gather(self, element: "Element", look: Look, ink: Ink, depth: int = 0) -> None:
        """The content of an element, with what style writes before and after it."""
        text = element.text or ""
        self.write(element, look, ink, "before")
        ink.add(text, look)
        if look.in_cell and self.looks.begins_otherwise(element):
            ink.doubts.append(MOVED)
        if depth >= DEEPEST and len(element):
            ink.add("".join(element.itertext())[len(text) :], look)
            ink.doubts.append(DEEP)
        for child in element if depth < DEEPEST else ():
            if isinstance(child.tag, str):
                self.place(child, look, ink, depth)
            if child.tail:
                ink.add(child.tail, look)
        self.write(element, look, ink, "after")

    def place(self, child: "Element", around: Look, ink: Ink, depth: int) -> None:
        """One element within text that looks like ``around``."""
        tag, look = child.tag.lower(), self.looks.of(child, around)
        if look.in_cell and (look.unsure or self.scripts.name(child)):
            ink.doubts.append(MOVED if look.unsure else WRITTEN)
        if tag == "script":
            _Special(child, around, ink).script()
        elif look.absent:
            if tag == "template" and child.get("shadowrootmode"):
                ink.unknown(around, CONTROL)
        elif tag in _ASIDE:
            if self.looks.is_styled(child):
                ink.doubts.append(MOVED)
        elif tag == "br":
            ink.end_line()
        elif (found := _SPECIAL.get(tag)) and not (tag == "object" and child.get("data") is None):
            drawn = tag in ("svg", "math") and look.seen and self.looks.is_styled(child)
            (_Special.picture if drawn else found)(_Special(child, look, ink))
        else:
            self._enter(child, look, ink, depth)

    def _enter(self, element: "Element", look: Look, ink: Ink, depth: int) -> None:
        """What stands within an element, on lines of its own where it is set apart."""
        self._mark(element, look, ink)
        tag = element.tag.lower()
        apart = look.breaks or tag in ("td", "th", "tr", "caption")
        if apart:
            ink.end_line()
        if tag == "details" and element.get("open") is None:
            self._fold(element, look, ink, depth)
        else:
            self.gather(element, look, ink, depth + 1)
        if apart:
            ink.end_line()

    def _fold(self, child: "Element", look: Look, ink: Ink, depth: int) -> None:
        """Details that are closed show their summary alone."""
        summary = child.find("summary")
        if self.looks.begins_otherwise(child):
            ink.doubts.append(CONTROL)
        if summary is None:
            ink.doubts.append(CONTROL)
        else:
            self.place(summary, look, ink, depth + 1)

    def _mark(self, child: "Element", look: Look, ink: Ink) -> None:
        """What the box of an element shows beside its text."""
        if not look.in_cell or look.gone or not look.visible:
            return
        if look.pictured or (look.drawn and not len(child) and not (child.text or "").strip()):
            ink.unknown(look, PICTURE)
        elif look.covers:
            ink.doubts.append(MOVED)
        kinds = {child.get("type"), *(e.get("type") for e in child.iterancestors("ul")), *look.bullet.split()}
        if child.tag.lower() == "q" or (look.display == "list-item" and not kinds <= _BULLETS):
            ink.doubts.append(COUNTED)

    def write(self, element: "Element", look: Look, ink: Ink, where: str) -> None:
        """What style writes before or after the content of an element."""
        written = self.looks.written(element, look, where)
        if written is None:
            return
        if written.breaks:
            ink.end_line()
        if look.in_cell and written.pictured:
            ink.unknown(written, PICTURE)
        elif look.in_cell and written.covers:
            ink.doubts.append(MOVED)
        for token in tinycss2.parse_component_value_list(written.content, skip_comments=True):
            if token.type == "string":
                ink.add(token.value, written)
            elif token.type == "function" and token.lower_name == "attr" and len(token.arguments) == 1:
                ink.add(element.get(tinycss2.serialize(token.arguments).strip()) or "", written)
            elif token.type == "literal" and token.value == "/":
                break
            elif token.type not in ("whitespace", "url") and tinycss2.serialize([token])[:4] != "url(":
                ink.unknown(written, COUNTED)
        if written.breaks:
            ink.end_line()


@dataclass(frozen=True, slots=True)
class _Special:
    """An element whose content is no text, what it looks like, and where what it shows is written."""

    child: "Element"
    look: Look
    ink: Ink

    def formula(self) -> None:
        """MathML of numbers in a row, raised and lowered ones as notes; other formulas are pictures."""
        _formula(self.child, self.look, self.ink)

    def script(self) -> None:
        """What a script in the cell writes where it stands."""
        child, look = self.child, self.look
        code = child.text or ""
        if look.in_cell and runs(child):
            if said := _CONSTANT.fullmatch(code):
                self.ink.add(next(s for s in (*said.groups(), "") if s is not None), look)
            elif child.get("src") or _WRITES.search(code):
                self.ink.unknown(look, WRITTEN)

    def input(self) -> None:
        """What an input shows."""
        child, ink = self.child, self.ink
        kind, value = (child.get("type") or "").strip().lower(), child.get("value") or ""
        if kind in ("checkbox", "radio", "hidden"):
            return
        if kind in _UNTOLD or (not value and (child.get("placeholder") or kind in ("submit", "reset"))):
            ink.unknown(self.look, CONTROL)
            return
        ink.add(value, self.look)
        room = child.get("size") or "20"
        if (room.isdigit() and len(value) > int(room) > 0) or (kind == "number" and not _NUMBER.fullmatch(value)):
            ink.doubts.append(MOVED)

    def select(self) -> None:
        """What is chosen of a list."""
        child = self.child
        options = list(child.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or [
            o for o in options if o.get("disabled") is None
        ]
        if child.get("multiple") is not None or (child.get("size") or "1") not in ("", "0", "1"):
            self.ink.unknown(self.look, CONTROL)
        elif chosen:
            shown = chosen[-1] if chosen[-1].get("selected") is not None else chosen[0]
            self.ink.add(shown.get("label") or "".join(shown.itertext()), self.look)

    def textarea(self) -> None:
        """What a field of several lines shows."""
        child, ink = self.child, self.ink
        value = (child.text or "").strip()
        if len(child) or (not value and child.get("placeholder")):
            ink.unknown(self.look, CONTROL)
            return
        columns, rows = child.get("cols") or "20", child.get("rows") or "2"
        if columns.isdigit() and rows.isdigit() and len(value) > int(columns) * int(rows):
            ink.doubts.append(MOVED)
        ink.add(value, self.look)

    def picture(self) -> None:
        """A picture, if it is large enough to show anything."""
        extents = [re.match(r"\s*(\d+)(?!\d*%)", self.child.get(name) or "99") for name in ("width", "height")]
        if all(e is None or int(e[1]) > 2 for e in extents):
            self.ink.unknown(self.look, PICTURE)

    def foreign(self) -> None:
        """A frame, a drawing surface, a bar: not in the page, but for text that is the frame's own source."""
        child = self.child
        source = child.get("srcdoc") if child.tag.lower() == "iframe" else None
        if source is not None and not re.search(r"[<&]", source):
            self.ink.add(source, self.look)
        elif child.tag.lower() != "audio" or child.get("controls") is not None:
            self.ink.unknown(self.look, CONTROL)

    def drawing(self) -> None:
        """SVG: one text within the frame is read, anything else is a picture."""
        child, look = self.child, self.look
        inner = [e for e in child.iter() if isinstance(e.tag, str) and e is not child]
        (text, *more) = inner or (None,)
        if text is None:
            return
        plain = not more and text.tag == "text" and not child.get("viewbox") and not child.get("style")
        if plain and set(text.keys()) <= {"x", "y", "font-size", "font-family"}:
            asked = (
                *((text, n, "0") for n in ("x", "y", "font-size")),
                (child, "width", "300"),
                (child, "height", "150"),
            )
            found = [_PLAIN.fullmatch(e.get(name) or otherwise) for e, name, otherwise in asked]
            said = "".join(text.itertext()).strip()
            if all(found):
                x, y, size, width, height = (float(n[1]) for n in found if n)
                size = size or look.size
                # A digit is a good half of its size wide and three quarters of it high.
                if size >= 7 and x + 0.56 * size * len(said) <= width + 1 and 0.72 * size <= y <= height:
                    self.ink.add(said, look)
                    return
        self.ink.unknown(look, PICTURE)


# Marks of lists that are no signs to be read, and where they stand.
_BULLETS = frozenset((None, "disc", "circle", "square", "none", "inside", "outside"))

_PLAIN_MATH = frozenset(("xmlns", "display", "mathvariant", "id", "form"))
_ROWS = frozenset(("math", "mrow", "mn", "mi", "mo", "mtext", "mstyle", "semantics", "mpadded"))


def _formula(child: "Element", look: Look, ink: Ink) -> None:
    """MathML of numbers in a row, raised and lowered ones as notes; other formulas are pictures."""
    tag = child.tag.lower()
    parts = [e for e in child if isinstance(e.tag, str)]
    if tag in ("msup", "msub") and len(parts) == 2:
        _formula(parts[0], look, ink)
        shift = (0.33 if tag == "msup" else -0.2) * look.size
        _formula(parts[1], replace(look, shift=look.shift + shift, size=look.size * 0.71), ink)
    elif tag not in _ROWS or not _PLAIN_MATH.issuperset(child.keys()):
        ink.unknown(look, PICTURE)
    else:
        ink.add((child.text or "").strip(), look)
        for part in parts[:1] if tag == "semantics" else parts:
            _formula(part, look, ink)


_SPECIAL: dict[str, Callable[[_Special], None]] = {
    "input": _Special.input,
    "select": _Special.select,
    "textarea": _Special.textarea,
    "svg": _Special.drawing,
    "math": _Special.formula,
    "img": _Special.picture,
    "image": _Special.picture,
    **dict.fromkeys(("iframe", "object", "embed", "applet", "canvas", "video", "audio"), _Special.foreign),
    **dict.fromkeys(("meter", "progress"), _Special.foreign),
}
