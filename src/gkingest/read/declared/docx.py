"""Word documents (DOCX): paragraphs and tables in printed order, with the cells merged as the file merges them.

The XML is walked itself: only there are merged cells, text boxes, tracked changes and struck-out text told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.declared.flow import Block, FlowCell, FlowPicture, FlowTable, flow_document
from gkingest.read.declared.office.colours import WHITE, Theme, colour_of
from gkingest.read.declared.office.fields import Fields, is_on_attribute, told
from gkingest.read.declared.office.numbering import Numbering
from gkingest.read.declared.office.pieces import Piece, together
from gkingest.read.declared.office.styles import InTable, Styles
from gkingest.read.declared.office.word_cell import found_inside, is_note_mark, runs_from_right, squeezed
from gkingest.read.declared.office.word_look import USUAL_SIZE, Around, WordLook
from gkingest.read.declared.package import Package, attribute, check_size, child, count, is_on, local_name
from gkingest.read.options import ReadOptions
from gkingest.text.numbers import is_number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STRUCK, _PICTURE = "characters in the cell are struck out", "a picture stands in the cell"
_TABLE, _BOX = "a table stands in the cell", "a text box stands in the cell"
_CROSSED, _LISTED = "a line is drawn across the cell", "a mark of a list stands before the figure"
_UNKNOWN = "\ufffd"  # stands for a sign that only a font or a formula explains
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": _UNKNOWN}
_SIGNS |= {f"{part}{form}": _UNKNOWN for part in ("day", "month", "year") for form in ("Short", "Long")}
_NOTES = frozenset({"footnoteReference", "endnoteReference"})
_DRAWN = frozenset({"drawing", "pict", "object"})
_IN_RUNS = frozenset({"t", "fldChar", "instrText", "r", *_SIGNS, *_NOTES, *_DRAWN})
_FORMULA = frozenset({"sSup", "sSub", "sSubSup", "sPre", "f", "rad", "nary", "limLow", "limUpp", "d", "eqArr", "m"})
_FORMULA |= {"acc", "bar", "groupChr", "phant", "func", "borderBox"}
_FROM_RIGHT = {"bdo": "\u202e", "dir": "\u202b"}  # elements that set a direction: of every sign, of text
# What is not printed and what only describes; every other element may hold text.
_UNPRINTED = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "ffData", "Fallback"})
_LEFT_OUT = _UNPRINTED | {"rPr", "pPr", "sdtPr", "sdtEndPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "rubyPr"}


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
    styles = Styles(package.xml(package.related(main, "styles", "word/styles.xml")))
    numbering = Numbering(package.xml(package.related(main, "numbering", "word/numbering.xml")), styles)
    settings = package.xml(package.related(main, "settings", "word/settings.xml"))
    theme = Theme(package.xml(package.related(main, "theme", "word/theme/theme1.xml")))
    page = colour_of(attribute(child(body.getparent(), "background"), "color"))
    coloured = page if page and is_on(child(settings, "displayBackgroundShape")) else WHITE
    fields = Fields(anew=is_on(child(settings, "updateFields")))
    try:
        return tuple(_Walk(WordLook(styles, theme, coloured), numbering, fields, package, main).blocks(body))
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


@dataclass(slots=True)
class _Ink:
    """What a paragraph or a cell shows: its text, and what stands there that is none."""

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    struck: bool = False
    picture: bool = False
    shown: list[FlowPicture] = field(default_factory=list)
    boxes: "list[Element]" = field(default_factory=list)
    doubt: str = ""
    style: str = ""

    def add(self, text: str, like: Piece | None = None) -> None:
        """More text, in the look of a piece."""
        self.pieces.append(replace(like, text=text) if like else Piece(text))

    def doubted(self, reason: str) -> None:
        """A doubt, "" for none, where there was none before."""
        self.doubt = self.doubt or reason


@dataclass(slots=True)
class _GrowingCell:
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

    def __init__(self, look: WordLook, numbering: Numbering, fields: Fields, package: Package, part: str) -> None:
        self._look, self._styles, self._numbering, self._fields = look, look.styles, numbering, fields
        self._package, self._targets = package, package.targets(part)

    def blocks(self, parent: "Element") -> Iterator[Block]:
        """Paragraphs and tables of the body, a cell or a text box."""
        for element in _flat(parent, frozenset({"p", "tbl"})):
            if local_name(element) == "tbl":
                yield from self._table(element)
                continue
            ink = self._paragraph(element, InTable())
            if ink.text:
                yield ink.text
            yield from ink.shown
            for box in ink.boxes:
                yield from self.blocks(box)

    def _paragraph(self, paragraph: "Element", place: InTable) -> _Ink:
        own = child(paragraph, "pPr")
        style = attribute(child(own, "pStyle"), "val", self._styles.usual)
        ink = _Ink(style=style)
        self._inline(paragraph, ink, Around(style, own, place))
        text, doubt = together(ink.pieces)
        ink.doubt = ink.doubt or doubt or self._fields.end_code()
        mark = child(own, "rPr")
        gone = any(is_on(child(mark, name)) for name in ("del", "moveFrom", "vanish"))
        if text.strip() or not gone:
            listed = self._numbering.text(paragraph, style)
            if listed == Numbering.UNKNOWN:
                listed = ""
                ink.doubted(_LISTED if is_number(text) else "")
            ink.text = (listed + text).strip()
        return ink

    def _inline(self, parent: "Element", ink: _Ink, around: Around) -> None:
        for element in parent:
            name = local_name(element)
            if name == "r":
                self._run(element, ink, around)
            elif name in _FORMULA:
                ink.add(_UNKNOWN)
            elif name == "AlternateContent":
                self._inline(_choice(element), ink, around)
            elif name in _FROM_RIGHT and attribute(element, "val") == "rtl":
                ink.add(_FROM_RIGHT[name])
                self._inline(element, ink, around)
                ink.add("\u202c")
            elif name == "fldSimple":
                before = len(ink.pieces)
                self._inline(element, ink, around)
                filled = len(ink.pieces) > before
                anew = self._fields.anew or is_on_attribute(element, "dirty")
                ink.doubted(told(attribute(element, "instr"), filled=filled, anew=anew))
            elif name not in _LEFT_OUT:
                self._inline(element, ink, around)

    def _run(self, run: "Element", ink: _Ink, around: Around) -> None:
        look = self._look.of(run, around)
        like = Piece("", look.size, look.rise, look.doubt, look.seen)
        for element in _flat(run, _IN_RUNS):
            name = local_name(element)
            if name == "fldChar":
                ink.doubt = self._fields.turn(element) or ink.doubt
            elif name == "instrText":
                self._fields.write(element.text or "")
            elif name == "r":  # below a reading aid
                self._run(element, ink, around)
            elif look.hidden or self._fields.in_code:
                continue
            elif name in _DRAWN:
                self._draw(element, ink)
            elif name in _NOTES:
                if is_note_mark(element) and not look.small:  # as large as the figure that it stands behind
                    ink.add(_UNKNOWN, like)
            else:
                text = _SIGNS.get(name) or element.text or ""
                ink.struck |= look.struck and bool(text.strip())
                if not look.struck:
                    self._fields.fill()
                    turned = look.from_right and any(c.isdecimal() for c in text)
                    ink.add(f"\u202b{text}\u202c" if turned else text.translate(look.small), like)

    def _draw(self, drawing: "Element", ink: _Ink) -> None:
        """Text boxes of a drawing, or its pictures."""
        boxes = list(_flat(drawing, frozenset({"txbxContent"})))
        ink.boxes += boxes
        ink.picture |= not boxes
        named = (attribute(e, "embed") or attribute(e, "id") for e in drawing.iter("{*}blip", "{*}imagedata"))
        ink.shown += self._package.pictures([self._targets.get(name, ("", ""))[1] for name in named])

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
        cells: list[_GrowingCell] = []
        after: list[Block] = []
        above: dict[int, _GrowingCell] = {}
        for number, (row, own) in enumerate(rows):
            above = self._row(own, (table, row, number, len(rows)), above, after)
            cells += [cell for cell in above.values() if cell.row == number]
        found = FlowTable(tuple(FlowCell(c.text, c.row, c.column, c.down, c.across, c.doubt) for c in cells))
        check_size(found.rows, found.columns)
        yield from [found] if cells else []
        yield from after

    def _row(
        self,
        cells: "list[Element]",
        at: "tuple[Element, Element, int, int]",
        above: dict[int, _GrowingCell],
        after: list[Block],
    ) -> dict[int, _GrowingCell]:
        """Cells of a row (its table, itself, its number, how many there are) by column; some go on from above."""
        table, tr, row, rows = at
        column = count(child(tr, "trPr", "gridBefore"), 0)
        found: dict[int, _GrowingCell] = {}
        last: _GrowingCell | None = None
        for number, tc in enumerate(cells):
            across = max(count(child(tc, "tcPr", "gridSpan"), 1), 1)
            upper = above.get(column)
            if last is not None and _continues(tc, "hMerge"):
                last.across += across
            elif upper and upper.merges and upper.across == across and _continues(tc, "vMerge"):
                upper.down += 1
                found[column], last = upper, None
            else:
                merges = child(tc, "tcPr", "vMerge") is not None
                place = self._styles.in_table(table, row, rows, number, len(cells))
                if (shade := child(tc, "tcPr", "shd")) is not None:
                    place = replace(place, shades=(shade, *place.shades))
                last = found[column] = _GrowingCell(
                    row, column, across, merges, *self._content(tr, tc, place, after)
                )
            column += across
        return found

    def _content(self, row: "Element", tc: "Element", place: InTable, after: list[Block]) -> tuple[str, str]:
        """Text of a cell and what is to be doubted; tables inside it are put behind its own."""
        if child(tc, "tcPr", "cellDel") is not None:
            return "", ""
        lines: list[str] = []
        paragraphs: list[tuple[Element, _Ink]] = []
        pictures: list[Block] = []
        tables, boxed = len(after), False
        for element in _flat(tc, frozenset({"p", "tbl"})):
            if local_name(element) == "tbl":
                after += self._table(element)
                continue
            own = self._paragraph(element, place)
            inside = [block for box in own.boxes for block in self.blocks(box)]
            turned = runs_from_right(element, own.style, self._styles) and any(c.isdecimal() for c in own.text)
            lines += [f"\u202b{own.text}\u202c" if turned else own.text]
            lines += [block for block in inside if isinstance(block, str)]
            after += [block for block in inside if not isinstance(block, str)]
            pictures += own.shown
            boxed |= bool(inside)
            paragraphs.append((element, own))
        text = "\n".join(filter(None, lines))
        found = {
            _STRUCK: any(own.struck for _, own in paragraphs),
            _TABLE: any(isinstance(block, FlowTable) for block in after[tables:]),
            _BOX: boxed,
            _PICTURE: any(own.picture for _, own in paragraphs),
            _CROSSED: any(is_on(child(tc, "tcPr", "tcBorders", name)) for name in ("tl2br", "tr2bl")),
        }
        doubts = [*compress(found, found.values()), *(own.doubt for _, own in paragraphs), found_inside(tc)]
        after += pictures
        if text:
            sizes = [(p, own.style, max((r.size for r in own.pieces), default=USUAL_SIZE)) for p, own in paragraphs]
            doubts.append(squeezed(row, tc, sizes, self._styles))
        return text, next(filter(None, doubts), "")


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
