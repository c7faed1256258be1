"""Word documents (DOCX): paragraphs and tables in printed order, with the cells merged as the file merges them.

The XML is walked itself: only there are merged cells, text boxes, tracked changes and struck-out text told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, flow_document
from gkingest.read.declared.package import Package, attribute, check_size, child, count, is_on, local_name
from gkingest.read.options import ReadOptions
from gkingest.text.numbers import is_number
from gkingest.text.signs import LOWERED, RAISED

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STRUCK, _PICTURE = "characters in the cell are struck out", "a picture stands in the cell"
_TABLE, _BOX = "a table stands in the cell", "a text box stands in the cell"
_SMALL = {"superscript": RAISED, "subscript": LOWERED}
_CROSSED = "a line is drawn across the cell"
_UNKNOWN = "\ufffd"  # stands for a sign that only a font or a formula explains
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": _UNKNOWN}
_DRAWN = frozenset({"drawing", "pict", "object"})
_IN_RUNS = frozenset({"t", "fldChar", "r", *_SIGNS, *_DRAWN})
_FORMULA = frozenset({"sSup", "sSub", "sSubSup", "sPre", "f", "rad", "nary", "limLow", "limUpp"})
# What is not printed and what only describes; every other element may hold text.
_UNPRINTED = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "ffData", "Fallback"})
_LEFT_OUT = _UNPRINTED | {"rPr", "pPr", "sdtPr", "sdtEndPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "rubyPr"}
_CHINESE = "〇一二三四五六七八九"
_COUNTING = ("chineseCounting", "taiwaneseCounting", "japaneseCounting")  # and those that end in Thousand
_ONE_SIGN = {"ideographTraditional": "甲乙丙丁戊己庚辛壬癸", "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"}


def word_file(data: bytes, options: ReadOptions) -> ReadDocument:
    """A Word document as a document of one sheet."""
    return flow_document(data, read_docx(data), "docx")


def read_docx(data: bytes) -> tuple[Block, ...]:
    """Paragraphs and tables of a Word document in printed order; raises :class:`DocumentError` alone."""
    package = Package(data)
    main = package.related("", "officeDocument", "word/document.xml")
    body = child(package.xml(main), "body")
    if body is None:
        raise DocumentError(
            "unsupported",
            "the ZIP file holds no Word document, so there are no paragraphs to read; convert it to DOCX or PDF",
        )
    styles = _Styles(package.xml(package.related(main, "styles", "word/styles.xml")))
    numbering = _Numbering(package.xml(package.related(main, "numbering", "word/numbering.xml")), styles)
    try:
        return tuple(_Walk(styles, numbering).blocks(body))
    except RecursionError as error:
        raise DocumentError(
            "unsupported", "the parts of the document are nested deeper than those of any report; convert it to PDF"
        ) from error


def _flat(parent: "Element", names: frozenset[str]) -> "Iterator[Element]":
    """The nearest elements of these names, whatever content controls and the like are put around them."""
    for element in parent:
        if (name := local_name(element)) in names:
            yield element
        elif name == "AlternateContent":
            yield from _flat(_choice(element), names)
        elif name not in _LEFT_OUT:
            yield from _flat(element, names)


def _choice(alternatives: "Element") -> "Element":
    """One of several drawings of the same: the first choice, or the fallback if only that one has text."""
    ways = [e for e in alternatives if local_name(e) in ("Choice", "Fallback")]
    told = [e for e in ways if any(local_name(x) in ("t", "txbxContent") for x in e.iter())]
    return next(iter(told or ways), ())


class _Styles:
    """Styles by id, each with what it is based on."""

    def __init__(self, root: "Element") -> None:
        own = [e for e in root if local_name(e) == "style"] if root is not None else []
        usual = [e for e in own if attribute(e, "type") == "paragraph" and attribute(e, "default") in ("1", "true")]
        self.usual = attribute(usual[0], "styleId") if usual else ""
        self._by_id = {attribute(e, "styleId"): e for e in own}
        self._found: dict[tuple[str, ...], Element] = {}

    def find(self, style: str, *path: str) -> "Element":
        """The first element at ``path`` in a style or those that it is based on."""
        if (style, *path) not in self._found:
            self._found[style, *path] = self._search(style, *path)
        return self._found[style, *path]

    def _search(self, style: str, *path: str) -> "Element":
        for _ in range(20):  # styles may go round in circles
            element = self._by_id.get(style)
            if element is None or (found := child(element, *path)) is not None:
                return None if element is None else found
            style = attribute(child(element, "basedOn"), "val")
        return None


class _Numbering:
    """Automatic numbering, as far as it is plain."""

    def __init__(self, root: "Element", styles: _Styles) -> None:
        own = list(root) if root is not None else []
        self._styles = styles
        self._lists = {attribute(e, "abstractNumId"): e for e in own if local_name(e) == "abstractNum"}
        self._numbers = {attribute(e, "numId"): e for e in own if local_name(e) == "num"}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def text(self, paragraph: "Element", style: str) -> str:
        """What stands before a paragraph, counted on; "" for bullets and whatever is not plain."""
        direct = child(paragraph, "pPr", "numPr")
        found = direct if direct is not None else self._styles.find(style, "pPr", "numPr")
        number, level = attribute(child(found, "numId"), "val"), count(child(found, "ilvl"), 0)
        if number not in self._numbers:
            return ""
        counts = self._counts.setdefault(self._list(number), {})
        start = child(self._override(number, level), "startOverride")
        if start is not None and (number, level) not in self._begun:
            counts[level] = count(start, 1) - 1
        self._begun.add((number, level))
        counts[level] = counts.get(level, self._start(number, level) - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        return self._printed(number, level, counts)

    def _list(self, number: str) -> str:
        """Id of the list that a number belongs to; the levels of a list made by a style stand in another."""
        own = attribute(child(self._numbers[number], "abstractNumId"), "val")
        style = attribute(child(self._lists.get(own), "numStyleLink"), "val")
        linked = (k for k, e in self._lists.items() if attribute(child(e, "styleLink"), "val") == style)
        return next(linked, own) if style else own

    def _override(self, number: str, level: int) -> "Element":
        return _at_level(self._numbers[number], "lvlOverride", level)

    def _level(self, number: str, level: int) -> "Element":
        if (own := child(self._override(number, level), "lvl")) is not None:
            return own
        return _at_level(self._lists.get(self._list(number), ()), "lvl", level)

    def _start(self, number: str, level: int) -> int:
        return count(child(self._level(number, level), "start"), 1)

    def _printed(self, number: str, level: int, counts: dict[int, int]) -> str:
        own = self._level(number, level)
        text = attribute(child(own, "lvlText"), "val")
        if attribute(child(own, "numFmt"), "val") == "bullet" or not text:
            return ""
        for n in range(9):
            if f"%{n + 1}" in text:
                form = attribute(child(self._level(number, n), "numFmt"), "val", "decimal")
                sign = _ordinal(counts.get(n, self._start(number, n)), form)
                if not sign:
                    return ""
                text = text.replace(f"%{n + 1}", sign)
        return text + ("" if attribute(child(own, "suff"), "val") == "nothing" else " ")


def _at_level(parent: "Element", name: str, level: int) -> "Element":
    return next((e for e in parent if local_name(e) == name and count(e, -1, "ilvl") == level), None)


def _ordinal(value: int, form: str) -> str:
    """A number as its list writes it, "" if that is not known here."""
    tens, ones = divmod(value, 10)
    if form.startswith(_COUNTING) and 0 < value < 100:
        return (_CHINESE[tens] if tens > 1 else "") + ("十" if tens else "") + (_CHINESE[ones] if ones else "")
    if form.startswith("decimalFullWidth"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    signs = _ONE_SIGN.get(form.removesuffix("Chinese"), "")
    if 0 < value <= len(signs):
        return signs[value - 1]
    return {"decimal": str(value), "decimalZero": f"{value:02}"}.get(form, "")


@dataclass(slots=True)
class _Ink:
    """What a paragraph or a cell shows: its text, and what stands there that is none."""

    text: str = ""
    struck: bool = False
    picture: bool = False
    boxes: "list[Element]" = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    """A cell that may still grow."""

    row: int
    column: int
    across: int
    merges: bool
    text: str
    doubt: str
    down: int = 1


class _Walk:
    """One way through a document, with the fields that are open from paragraph to paragraph."""

    def __init__(self, styles: _Styles, numbering: _Numbering) -> None:
        self._styles, self._numbering = styles, numbering
        self._fields: list[str] = []  # "code" or "result", the innermost last

    def blocks(self, parent: "Element") -> Iterator[Block]:
        """Paragraphs and tables of the body, a cell or a text box."""
        for element in _flat(parent, frozenset({"p", "tbl"})):
            if local_name(element) == "tbl":
                yield from self._table(element)
                continue
            ink = self._paragraph(element)
            if ink.text:
                yield ink.text
            for box in ink.boxes:
                yield from self.blocks(box)

    def _paragraph(self, paragraph: "Element") -> _Ink:
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle"), "val", self._styles.usual)
        self._fields = [f for f in self._fields if f == "result"]  # the code of a field ends with its paragraph
        ink = _Ink()
        self._inline(paragraph, ink, style)
        mark = child(properties, "rPr")
        gone = any(is_on(child(mark, name)) for name in ("del", "moveFrom", "vanish"))
        if ink.text.strip() or not gone:
            ink.text = (self._numbering.text(paragraph, style) + ink.text).strip()
        return ink

    def _inline(self, parent: "Element", ink: _Ink, style: str) -> None:
        for element in parent:
            name = local_name(element)
            if name == "r":
                self._run(element, ink, style)
            elif name in _FORMULA:
                ink.text += _UNKNOWN
            elif name == "AlternateContent":
                self._inline(_choice(element), ink, style)
            elif name not in _LEFT_OUT:
                self._inline(element, ink, style)

    def _run(self, run: "Element", ink: _Ink, style: str) -> None:
        hidden = is_on(self._look(run, style, "vanish"))
        struck = any(is_on(self._look(run, style, name)) for name in ("strike", "dstrike"))
        small = _SMALL.get(attribute(self._look(run, style, "vertAlign"), "val"), {})
        for element in _flat(run, _IN_RUNS):
            name = local_name(element)
            if name == "fldChar":
                self._turn(attribute(element, "fldCharType"))
            elif name == "r":  # below a reading aid
                self._run(element, ink, style)
            elif hidden or "code" in self._fields:
                continue
            elif name in _DRAWN:
                boxes = list(_flat(element, frozenset({"txbxContent"})))
                ink.boxes += boxes
                ink.picture |= not boxes
            else:
                text = _SIGNS.get(name) or element.text or ""
                ink.struck |= struck and bool(text.strip())
                ink.text += "" if struck else text.translate(small)

    def _look(self, run: "Element", style: str, name: str) -> "Element":
        own = child(run, "rPr")
        if (found := child(own, name)) is None:
            found = self._styles.find(attribute(child(own, "rStyle"), "val"), "rPr", name)
        return found if found is not None else self._styles.find(style, "rPr", name)

    def _turn(self, kind: str) -> None:
        """Begin, turn or end a field."""
        if kind == "begin":
            self._fields.append("code")
        elif self._fields:
            self._fields.pop()
            self._fields += ["result"] if kind == "separate" else []

    def _table(self, table: "Element") -> Iterator[Block]:
        """The table, then what else stands in its cells; only what stands in it where it merely sets out a page."""
        rows = [
            (row, list(_flat(row, frozenset({"tc"}))))
            for row in _flat(table, frozenset({"tr"}))
            if not any(is_on(child(row, "trPr", name)) for name in ("del", "hidden"))
        ]
        if _is_layout([tc for _, own in rows for tc in own]):
            for _, own in rows:
                for tc in own:
                    yield from self.blocks(tc) if not _continues(tc, "vMerge") else ()
            return
        cells: list[_Cell] = []
        after: list[Block] = []
        above: dict[int, _Cell] = {}
        for number, (row, own) in enumerate(rows):
            above = self._row(own, number, count(child(row, "trPr", "gridBefore"), 0), above, after)
            cells += [cell for cell in above.values() if cell.row == number]
        found = FlowTable(tuple(FlowCell(c.text, c.row, c.column, c.down, c.across, c.doubt) for c in cells))
        check_size(found.rows, found.columns)
        yield from [found] if cells else []
        yield from after

    def _row(
        self, cells: "list[Element]", row: int, column: int, above: dict[int, _Cell], after: list[Block]
    ) -> dict[int, _Cell]:
        """Cells of a row by their first column; one that goes on from above grows."""
        found: dict[int, _Cell] = {}
        last: _Cell | None = None
        for tc in cells:
            across = max(count(child(tc, "tcPr", "gridSpan"), 1), 1)
            upper = above.get(column)
            if last is not None and _continues(tc, "hMerge"):
                last.across += across
            elif upper and upper.merges and upper.across == across and _continues(tc, "vMerge"):
                upper.down += 1
                found[column], last = upper, None
            else:
                merges = child(tc, "tcPr", "vMerge") is not None
                last = found[column] = _Cell(row, column, across, merges, *self._content(tc, after))
            column += across
        return found

    def _content(self, tc: "Element", after: list[Block]) -> tuple[str, str]:
        """Text of a cell and what is to be doubted; tables inside it are put behind its own."""
        if child(tc, "tcPr", "cellDel") is not None:
            return "", ""
        ink, lines, tables = _Ink(), [], len(after)
        for element in _flat(tc, frozenset({"p", "tbl"})):
            if local_name(element) == "tbl":
                after += self._table(element)
                continue
            own = self._paragraph(element)
            inside = [block for box in own.boxes for block in self.blocks(box)]
            lines += [own.text, *(block for block in inside if isinstance(block, str))]
            after += [block for block in inside if not isinstance(block, str)]
            ink.struck, ink.picture = ink.struck or own.struck, ink.picture or own.picture
            ink.boxes += inside
        text = "\n".join(filter(None, lines))
        crossed = any(is_on(child(tc, "tcPr", "tcBorders", name)) for name in ("tl2br", "tr2bl"))
        drawn = _PICTURE if ink.picture else _CROSSED if crossed else ""
        beside = _TABLE if len(after) > tables else _BOX if ink.boxes else "" if text else drawn
        return text, _STRUCK if ink.struck else beside


def _continues(tc: "Element", merge: str) -> bool:
    """Whether a cell is the rest of the one above or before it."""
    mark = child(tc, "tcPr", merge)
    return mark is not None and attribute(mark, "val", "continue") != "restart"


def _is_layout(cells: "list[Element]") -> bool:
    """Whether a table only sets out what stands in its cells: it has tables in it, and no figure of its own."""
    if all(next(_flat(tc, frozenset({"tbl"})), None) is None for tc in cells):
        return False
    texts = ["".join(t.text or "" for p in _flat(tc, frozenset({"p"})) for t in p.iter("{*}t")) for tc in cells]
    return not any(map(is_number, texts))
