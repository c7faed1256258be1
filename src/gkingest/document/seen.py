"""Figures of fixed layouts held against the pictures of their pages: what no reader sees is no figure.

Each page that holds a table of the form is painted once as a viewer shows it. Characters that leave no ink are
taken from the text, and the tables are understood anew; where ink and text differ otherwise the picture is read, or
the figure is doubted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gkingest.document.ladder import Understanding
from gkingest.document.read_with import ReadWith
from gkingest.model.finding import Finding
from gkingest.model.key import EVERY_FIGURE, FactKey
from gkingest.model.method import ALIGNED, RULED, STREAM
from gkingest.model.paper import Box, Cell, Page, ReadDocument, Word, character_height
from gkingest.model.report import CellState, Fact
from gkingest.read.ink.glance import Cutout, cutouts, plain
from gkingest.read.ink.glyphs import lines_of
from gkingest.read.ink.held import AS_TOLD, Sight, held
from gkingest.read.ink.signs import UNITS
from gkingest.read.pdf.painted import Painted, paintable
from gkingest.read.picture.installed import is_installed
from gkingest.read.picture.recognise import look_again
from gkingest.text.signs import UNKNOWN
from gkingest.told import Told

_FIRM = 0.9  # chance that every look at a cell's picture must exceed to be taken for what the cell says
_FEW = 12  # cells of one page that are looked at one by one; with more the text layer itself is in doubt
_UNITS = frozenset(UNITS)
_NOT_PAINTED = "the page draws more than a report does, so its figures were not held against its picture"

Place = tuple[int, Box]  # page and box on it, upright as the page is read


@dataclass(frozen=True, slots=True)
class Doubted:
    """A cell whose text and picture differ. ``lost`` tells that its text is no figure then."""

    page: int
    box: Box
    reason: str
    lost: bool
    legible: bool = False
    code: str = "cell.doubt"

    def stands_in(self, fact: Fact, page: Page) -> bool:
        """Whether a figure stands in the doubted cell."""
        if fact.page != self.page or fact.box is None:
            return False
        box = page.displayed(self.box)
        return box.contains(*fact.box.centre) or fact.box.contains(*box.centre)

    def beside(self, facts: Mapping[FactKey, Fact], page: Page) -> list[FactKey]:
        """Figures of the row that a doubted cell without a figure of its own stands in."""
        middle = self.box.centre[1]
        return [f.key for f in facts.values() if f.page == self.page and f.box and not page.turn
                and f.box.top <= middle <= f.box.bottom]  # fmt: skip

    def unplaced(self, facts: Mapping[FactKey, Fact]) -> list[FactKey]:
        """Blanks of a table that stand nowhere, of which a cell that no figure was read from may be one."""
        boxes = [f.box for f in facts.values() if f.page == self.page and f.box]
        middle = self.box.centre[1]
        if not boxes or not min(b.top for b in boxes) - 40 <= middle <= max(b.bottom for b in boxes) + 40:
            return []
        return [f.key for f in facts.values() if f.state is CellState.BLANK and f.box is None]


def seen(
    read: ReadDocument,
    understood: Understanding,
    options: ReadWith,
    again: Callable[[ReadDocument], Understanding],
) -> tuple[ReadDocument, Understanding]:
    """The document as a reader sees it, understood anew by ``again`` where that is not what its text says."""
    cells = _cells(read.pages, understood)
    changed, doubts = _looked_at(read, cells)
    many = [n for n in cells if sum(d.legible and d.page == n for d in doubts) > _FEW]
    if many:  # not some figures but the text layer is in doubt: all is read from pictures, or waits for that
        suspect = replace(understood, findings=(*understood.findings, _suspect(many, doubts)))
        return changed, _without_blanks(suspect, doubts, {p.number: p for p in changed.pages})
    if any(d.legible for d in doubts) and options.ocr != "never" and is_installed():
        changed, doubts = _recognised(changed, doubts, options)
    if any(one is not other for one, other in zip(changed.pages, read.pages, strict=True)):
        understood = again(changed)
    doubts += _merged(understood)
    return changed, _doubted(understood, doubts, {p.number: p for p in changed.pages})


def _looked_at(read: ReadDocument, cells: Mapping[int, Sequence[Cell]]) -> tuple[ReadDocument, list[Doubted]]:
    """The document without characters of ``cells`` (by page) that leave no ink, and what else differs there."""
    pages = {p.number: p for p in read.pages}
    doubts: list[Doubted] = []
    for page, sights in _sights(read, [pages[n] for n in cells], cells):
        if sights is None:
            doubts += [Doubted(page.number, c.box, _NOT_PAINTED, lost=False) for c in cells[page.number]]
            continue
        gone = {(id(words[n]), c) for _, words, s in sights for n, c in s.gone}
        shown = [w for _, words, _ in sights for w in words if any(w is one for one in page.under)]
        whole = _uncovered(page, shown) if shown else page
        pages[page.number] = without(whole, gone) if gone else whole
        doubts += [
            Doubted(page.number, cell.box, s.doubt, lost=s.lost, legible=s.legible)
            for cell, _, s in sights
            if s.doubt
        ]
    return replace(read, pages=tuple(pages[p.number] for p in read.pages)), doubts


def _merged(understood: Understanding) -> Iterator[Doubted]:
    """Cells drawn over several columns that hold one figure, in grids whose rules another reading did not heed."""
    used = {id(g) for grids in understood.located.values() for g in grids}
    for grid in (g for g in understood.grids if id(g) not in used and g.way != ALIGNED and not g.way.declared):
        for cell in grid.cells:
            if cell.column_span > 1 and len(cell.text.split()) == 1 and cell.text.strip().isdecimal():
                reason = Told("one cell (“{0}”) is drawn over the places of several figures", cell.text)
                yield Doubted(cell.page, cell.box, reason, lost=True, code="cell.ambiguous")


def _cells(pages: Sequence[Page], understood: Understanding) -> dict[int, list[Cell]]:
    """Cells of the tables found that may hold a figure, by pages of a PDF's text layer."""
    layers = {p.number: p for p in pages if p.origin == "text" and p.words and not p.problem}
    figures = {(f.page, f.box) for f in understood.facts.values() if f.page in layers}
    located = [c for grids in understood.located.values() for g in grids for c in g.cells if c.page in layers]
    told = {c.page for c in located if (c.page, layers[c.page].displayed(c.ink)) in figures}
    drawn = [c for c in _drawn_around(understood, located) if _is_plain(c)]
    found: dict[int, list[Cell]] = {}
    for cell in located:
        plain = _is_plain(cell) or (cell.page, layers[cell.page].displayed(cell.ink)) in figures
        if plain and not any(d.page == cell.page and d.box.contains(*cell.ink.centre) for d in drawn):
            found.setdefault(cell.page, []).append(cell)
    for cell in drawn:
        found.setdefault(cell.page, []).append(cell)
    return {n: cells for n, cells in found.items() if n in told}


def _is_plain(cell: Cell) -> bool:
    """Whether a cell may hold a figure, be it not understood yet: no Chinese, or only units beside digits."""
    chinese = {c for c in cell.text if "\u4e00" <= c <= "\u9fff"}
    return not chinese or (chinese <= _UNITS and any(map(str.isdigit, cell.text)))


def _drawn_around(understood: Understanding, located: Sequence[Cell]) -> Iterator[Cell]:
    """Cells that rules draw where a table was read by how its words stand: such have no room beside their words."""
    used = [g for grids in understood.located.values() for g in grids]
    if all(g.way == RULED or g.way.declared for g in used):
        return
    # What was read by neither words nor rules has room of its own, where a watermark would be held once more.
    roomy = {c.page for g in used if g.way not in (ALIGNED, STREAM, RULED) for c in g.cells}
    around = [(c.page, c.box.top, c.box.bottom) for c in located]
    for grid in (g for g in understood.grids if g.way == RULED and not any(g is u for u in used)):
        for cell in grid.cells:
            middle, high = cell.box.centre[1], cell.box.height
            if cell.page in roomy:
                continue
            if any(page == cell.page and top - high <= middle <= foot + high for page, top, foot in around):
                yield cell


Sights = list[tuple[Cell, tuple[Word, ...], Sight]]


def _sights(
    read: ReadDocument, pages: Sequence[Page], cells: Mapping[int, Sequence[Cell]]
) -> Iterator[tuple[Page, Sights | None]]:
    """What is seen of the cells of each page: in grey, and of those that differ then in colours."""
    for page, sheet in paintable(read.data, pages):
        picture = sheet.painted(*_extent(cells[page.number]))
        sights = _held(picture, page, cells[page.number]) if picture else []
        unsure = [n for n, (*_, s) in enumerate(sights) if s.gone or s.doubt]
        if unsure:
            doubted = [sights[n][0] for n in unsure]
            picture = sheet.painted(*_extent(doubted), coloured=True)
            again = _held(picture, page, doubted) if picture else []
            for n, sight in zip(unsure, again, strict=picture is not None):
                sights[n] = sight
        yield page, sights if picture else None


def _extent(cells: Sequence[Cell]) -> tuple[float, float]:
    """From where to where on their page some cells stand."""
    return min(c.box.top for c in cells), max(c.box.bottom for c in cells)


def _held(picture: Painted, page: Page, cells: Sequence[Cell]) -> Sights:
    found = cutouts([c.box for c in cells], page.words)
    size = character_height(page)
    sure = plain(picture.pixels, picture.scale, found)
    sights: Sights = []
    for cell, cut, told in zip(cells, found, sure, strict=True):
        under = [w for w in page.under if cell.box.contains(*w.box.centre)]
        if not cut.words and _is_shown(picture, cut, under, size):
            sights.append((cell, tuple(under), AS_TOLD))
            continue
        sight = AS_TOLD if told else held(picture.pixels, picture.scale, cut.box, cut.words, cut.others, size)
        if not sight.doubt and any(cell.box.contains(*b.centre) for b in page.covered):
            sight = replace(sight, doubt="the cell has text that no viewer shows", lost=False)
        if not sight.doubt and picture.leaves_out(cell.box):
            sight = replace(
                sight, doubt="a note lies on the cell that each viewer draws in its own way", lost=False
            )
        drawn = [(mark, word) for mark in (*page.marks, *page.pictures) for word in cut.words]
        if not sight.doubt and any(_parts(*both) for both in drawn):
            doubt = "something is drawn between two digits, as a decimal point may be"
            sight = Sight(sight.gone, doubt, legible=True)
        elif not sight.doubt and any(_alters(*both) for both in drawn):
            sight = Sight(sight.gone, "something is drawn on a digit, which may make another of it", legible=True)
        sights.append((cell, cut.words, sight))
    return sights


def _is_shown(picture: Painted, cut: Cutout, under: Sequence[Word], size: float) -> bool:
    """Whether a cell shows figures that something is drawn over: it may be on a layer that is switched off."""
    known = all(w.text.isdecimal() and w.inks and None not in w.inks for w in under)
    return bool(under) and known and (
        held(picture.pixels, picture.scale, cut.box, under, cut.others, size) == AS_TOLD
    )  # fmt: skip


def _uncovered(page: Page, shown: Sequence[Word]) -> Page:
    """A page with words that were thought to be painted over, and are seen all the same."""
    words = (*page.words, *shown)
    left = tuple(b for b in page.covered if not any(w.box.contains(*b.centre) for w in shown))
    return replace(
        page,
        words=words,
        text="\n".join(lines_of(words)),
        covered=left,
        under=tuple(w for w in page.under if w not in shown),
        hidden=page.hidden - len(page.covered) + len(left),
    )


def _parts(mark: Box, word: Word) -> bool:
    """Whether a drawn mark stands between two characters of a figure, on neither of them."""
    x, y = mark.centre
    if not (word.inks and word.box.contains(x, y) and mark.width < word.size):
        return False
    return all(ink is not None and not ink.x0 <= x <= ink.x1 for ink in word.inks)


def _alters(mark: Box, word: Word) -> bool:
    """Whether a drawn mark as small as a digit lies on one, as the stroke that makes a 6 of a 5 does."""
    if max(mark.width, mark.height) > 1.5 * word.size or not word.box.contains(*mark.centre):
        return False
    return any(
        ink is not None
        and min(mark.x1, ink.x1) > max(mark.x0, ink.x0)
        and min(mark.bottom, ink.bottom) > max(mark.top, ink.top)
        for ink in word.inks
    )


def without(page: Page, gone: set[tuple[int, int]]) -> Page:
    """A page without characters: (identity of the word, index in it)."""
    words = []
    for word in page.words:
        kept = [c for c in range(len(word.text)) if (id(word), c) not in gone]
        if len(kept) == len(word.text):
            words.append(word)
        elif kept:
            words.append(_part(word, kept))
    return replace(page, words=tuple(words), text="\n".join(lines_of(words)), hidden=page.hidden + len(gone))


def _part(word: Word, kept: Sequence[int]) -> Word:
    """Some characters of a word; those that stood on both sides of what is gone are together now."""
    box = Box(word.edges[kept[0]], word.box.top, word.edges[kept[-1] + 1], word.box.bottom)
    claims = word.claims or word.text
    # A doubt about a character that follows on one that is gone was about the two of them.
    sure = {c for c in kept if word.text[c] == UNKNOWN and c - 1 not in kept}
    text = "".join(claims[c] if c in sure else word.text[c] for c in kept)
    told = "".join(claims[c] for c in kept)
    return replace(
        word,
        text=text,
        claims="" if text == told else told,
        box=box,
        edges=(*(word.edges[c] for c in kept), word.edges[kept[-1] + 1]),
        seams=(),
        inks=tuple(word.inks[c] for c in kept) if word.inks else (),
    )


def _recognised(
    read: ReadDocument, doubts: Sequence[Doubted], options: ReadWith
) -> tuple[ReadDocument, list[Doubted]]:
    """Cells with ink that the text does not tell of, read from the picture; the doubts that are left."""
    wanted: dict[int, list[Box]] = {}
    for doubt in (d for d in doubts if d.legible):
        wanted.setdefault(doubt.page, []).append(doubt.box)
    looks = look_again(read, wanted)
    figures: dict[Place, str] = {}
    for place, seen_ in looks.items():
        texts = {text for text, _ in seen_}
        if len(texts) == 1 and all(chance > _FIRM for _, chance in seen_):
            figures[place] = texts.pop()
    pages = [_with_figures(p, {box: t for (n, box), t in figures.items() if n == p.number}) for p in read.pages]
    left = [d for d in doubts if (d.page, d.box) not in figures]
    return replace(read, pages=tuple(pages)), left


def _suspect(pages: Sequence[int], doubts: Sequence[Doubted]) -> Finding:
    """The finding that figures of many cells are not those that the picture shows."""
    differing = [d for d in doubts if d.legible]
    return Finding(
        "reading.suspect",
        Told("{0} cells show other figures than the text layer says, as {1}", len(differing), differing[0].reason),
        page=pages[0],
        touches=(EVERY_FIGURE,),
        hint="look at the page; --ocr always reads a PDF as a picture",
    )


def _without_blanks(
    understood: Understanding, doubts: Sequence[Doubted], pages: Mapping[int, Page]
) -> Understanding:
    """Cells that show ink and were taken for blank or dashed are neither; figures stay as the layer has them."""
    tables = {}
    for key, reading in understood.tables.items():
        empty = [f for f in reading.facts if f.state in (CellState.BLANK, CellState.DASH)]
        inked = {f.key for f in empty if any(d.lost and d.stands_in(f, pages[d.page]) for d in doubts)}
        facts = tuple(_lost(f) if f.key in inked else f for f in reading.facts)
        tables[key] = replace(reading, facts=facts)
    return replace(understood, tables=tables)


def _with_figures(page: Page, figures: Mapping[Box, str]) -> Page:
    if not figures:
        return page
    words = [w for w in page.words if not any(box.contains(*w.box.centre) for box in figures)]
    for box, text in figures.items():
        size = min(box.height, 10.0)
        x, y = box.centre
        words.append(Word(text, Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2), size))
    boxes = tuple(figures)

    def elsewhere(marks: Iterable[Box]) -> tuple[Box, ...]:
        return tuple(m for m in marks if not any(b.contains(*m.centre) for b in boxes))

    return replace(page, words=tuple(words), marks=elsewhere(page.marks), pictures=elsewhere(page.pictures))


def _doubted(understood: Understanding, doubts: Sequence[Doubted], pages: Mapping[int, Page]) -> Understanding:
    """Doubts about places as doubts about the figures read from there; a figure that is lost is unreadable."""
    if not doubts:
        return understood
    tables = {}
    for key, reading in understood.tables.items():
        facts = {f.key: f for f in reading.facts}
        findings = list(reading.findings)
        for doubt in doubts:
            touched = [f for f in facts.values() if doubt.stands_in(f, pages[doubt.page])]
            merged = doubt.code == "cell.ambiguous"
            if merged and len(touched) < 2:
                continue
            keys = [f.key for f in touched] or doubt.beside(facts, pages[doubt.page]) or doubt.unplaced(facts)
            facts |= {f.key: _lost(f) for f in touched if doubt.lost}
            if keys:
                findings.append(
                    Finding(
                        doubt.code,
                        doubt.reason,
                        place=", ".join(map(str, keys[:3])),
                        page=doubt.page,
                        touches=tuple(keys),
                        found=touched[0].raw if touched else "",
                        hint="look at the page",
                    )
                )
        tables[key] = replace(reading, facts=tuple(facts.values()), findings=tuple(findings))
    return replace(understood, tables=tables)


def _lost(fact: Fact) -> Fact:
    return replace(fact, state=CellState.UNREADABLE, value=None, form_value=None, unit="")
