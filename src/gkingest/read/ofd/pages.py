"""OFD, the Chinese national format of fixed pages (GB/T 33190-2016) → :class:`Page`, read natively.

Lengths in the file are millimetres from the top left of the sheet, y downwards; pages come in points.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gkingest.errors import DocumentError
from gkingest.model.paper import Box, Page, ReadDocument, Ruling
from gkingest.read.ink.glyphs import Glyph, build_words, dominant_turn, lines_of, snapped, visible_text_problem
from gkingest.read.ink.plane import Matrix, times
from gkingest.read.ink.strokes import apart_from_strokes, without_decoration, without_struck
from gkingest.read.ofd.drawing import Budget, Drawing, Painter
from gkingest.read.ofd.objects import BLANKS
from gkingest.read.ofd.package import (
    Node,
    Package,
    Part,
    child,
    children,
    encrypted,
    flag,
    local,
    numbers,
    texts,
    too_large,
)
from gkingest.read.ofd.pictured import with_pictures
from gkingest.read.ofd.resources import Resources, is_alike, tint
from gkingest.read.options import ReadOptions
from gkingest.read.picture.recognise import read_pictures

_POINTS = 72 / 25.4  # in a millimetre
_MOST_PAGES = 2_000
_A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres, where the file does not say
_LARGEST = 7_000.0  # millimetres: the side of a sheet
_LAYERS = ("Background", "Body", "Foreground")
_MOST_PAIRS = 20_000_000  # characters times lines and areas of one page: each is held against each
_OUTLINES = 60  # painted paths on a page without text: its letters are drawn as outlines
_PICTURE = 0.3  # share of a page that pictures cover from which it may be one
_UNMAPPED = 0.1  # share of glyphs without a character that makes the text unusable
_FEW = 12  # characters: fewer say nothing about the fonts of a page
_NUMBERS_ONLY = (
    "its font does not say which characters it draws: the file gives them as numbers of glyphs only "
    "(CGTransform without text)"
)

Rectangle = tuple[float, float, float, float]  # left, top, width, height in millimetres


def fixed_layout(data: bytes, options: ReadOptions) -> ReadDocument:
    """Every page of an OFD file in order, of all documents in the package; lengths in points.

    Pages that are pictures are read as scans where that can be done. Raises :class:`DocumentError` where the file
    is damaged (corrupt), locked (encrypted), no OFD document or larger than is read (unsupported). The standard is
    GB/T 33190-2016.
    """
    return read_pictures(with_pictures(data, *_read(data)), options)


def _read(data: bytes) -> tuple[tuple[Page, ...], Package, dict[int, list[tuple[Box, str]]]]:
    """The pages, the package, and the members of it that are pictures on a page, with their places, by number."""
    package = Package(data)
    if package.is_encrypted():
        raise encrypted("it has an Encryptions.xml")
    if not package.find("/OFD.xml"):
        raise DocumentError(
            "unsupported",
            "the file is a ZIP archive without OFD.xml, so it is no OFD document; unpack it and read what it holds",
        )
    root = package.part("/OFD.xml")
    if any(local(node).startswith("Encrypt") for node in root.root.iter()):
        raise encrypted("OFD.xml says so")
    budget = Budget()
    pages: list[Page] = []
    media: dict[int, list[tuple[Box, str]]] = {}
    for body in children(root.root, "DocBody"):
        document = _Document.of(package, root, body)
        for node in document.pages():
            if len(pages) == _MOST_PAGES:
                raise too_large(f"the document has more than {_MOST_PAGES:,} pages")
            page, media[len(pages) + 1] = document.page(node, len(pages) + 1, budget)
            pages.append(page)
    if not pages:
        raise DocumentError(
            "corrupt", "the OFD document lists no page, so there is nothing to read; have it exported anew"
        )
    return tuple(pages), package, media


@dataclass(slots=True)
class _Document:
    """One document of a package: where its parts are. ``seals`` and ``notes`` are by the page's identifier."""

    package: Package
    part: Part
    resources: Resources
    area: Node | None = None
    templates: dict[str, Node] = field(default_factory=dict)
    notes: dict[str, list[Part]] = field(default_factory=dict)
    seals: dict[str, list[Rectangle]] = field(default_factory=dict)

    def pages(self) -> Iterator[Node]:
        """Entries of the page tree."""
        for tree in children(self.part.root, "Pages"):
            yield from children(tree, "Page")

    @classmethod
    def of(cls, package: Package, root: Part, body: Node) -> "_Document":
        """The document that an entry of OFD.xml names."""
        part = package.part(next(texts(body, "DocRoot"), ""), root.name)
        document = cls(package, part, Resources(package))
        common = child(part.root, "CommonData")
        if common is not None:
            files = (package.part_if_any(path, part.name) for path in texts(common, "PublicRes", "DocumentRes"))
            document.resources = document.resources.with_parts([p for p in files if p])
            document.area = child(common, "PageArea")
            document.templates = {t.get("ID", ""): t for t in children(common, "TemplatePage")}
        for path in texts(part.root, "Annotations"):
            document.add_notes(path)
        for path in texts(body, "Signatures"):
            document.add_seals(path, root)
        return document

    def add_notes(self, path: str) -> None:
        """Note the files of annotations by page; a list that is not there names none."""
        found: dict[str, list[Part]] = {}
        listed = self.package.part_if_any(path, self.part.name)
        for page in children(listed.root, "Page") if listed else ():
            for file in texts(page, "FileLoc"):
                part = self.package.part_if_any(file, listed.name if listed else "")
                found.setdefault(page.get("PageID", ""), []).extend([part] if part else [])
        self.notes |= found

    def add_seals(self, path: str, root: Part) -> None:
        """Note the place of every seal by page; a signature that cannot be read takes nothing from the pages."""
        try:
            listed = self.package.part_if_any(path, root.name)
            for entry in children(listed.root, "Signature") if listed else ():
                signature = self.package.part_if_any(entry.get("BaseLoc", ""), listed.name if listed else "")
                for stamp in signature.root.iter("{*}StampAnnot") if signature else ():
                    place, clip = numbers(stamp.get("Boundary")), numbers(stamp.get("Clip"))
                    if len(place) == 4:
                        # Its boundary, or the part of it that is shown: a seal across the edges of pages.
                        seen = (
                            (place[0] + clip[0], place[1] + clip[1], clip[2], clip[3]) if len(clip) == 4 else place
                        )
                        left, top, width, height = seen
                        self.seals.setdefault(stamp.get("PageRef", ""), []).append((left, top, width, height))
        except (DocumentError, ValueError):
            return

    def page(self, node: Node, number: int, budget: Budget) -> tuple[Page, list[tuple[Box, str]]]:
        """One page of the document, painted, and the pictures on it as :func:`_read` gives them."""
        part = self.package.part(node.get("BaseLoc", ""), self.part.name)
        try:
            sheet = _sheet(child(part.root, "Area"), self.area)
            left, top, width, height = sheet
            m = (_POINTS, 0.0, 0.0, _POINTS, -left * _POINTS, -top * _POINTS)
            drawing = self.painted(part, node.get("ID", ""), m, budget)
            seals = []
            for x, y, wide, high in self.seals.get(node.get("ID", ""), []):
                at_x, at_y = times((1, 0, 0, 1, x, y), m)[4:]
                seals.append(Box(at_x, at_y, at_x + wide * _POINTS, at_y + high * _POINTS))
        except ValueError as error:
            raise DocumentError(
                "corrupt",
                f"page {number} cannot be drawn: {error} ({part.name}), so its text cannot be placed; fetch "
                "the file again or have it exported anew",
            ) from error
        return _finished(drawing, seals, number, width * _POINTS, height * _POINTS), drawing.media

    def painted(self, part: Part, identifier: str, m: Matrix, budget: Budget) -> Drawing:
        """Templates, layers and annotations of a page in the order in which they are painted."""
        drawing = Drawing()
        painter = Painter(drawing, self.resources, budget)
        for owner, layer in self.layers(part):
            own = (self.package.part_if_any(path, owner.name) for path in texts(owner.root, "PageRes"))
            parts = [p for p in own if p]
            painter.resources = self.resources.with_parts(parts) if parts else self.resources
            painter.paint(layer, m)
        for notes in self.notes.get(identifier, []):
            for note in children(notes.root, "Annot"):
                look = child(note, "Appearance")
                if look is None or not flag(note, "Visible", otherwise=True):
                    continue
                x, y = (*numbers(look.get("Boundary")), 0.0, 0.0)[:2]
                painter.resources = self.resources
                painter.covers = note.get("Type", "") != "Highlight"  # text shines through a marker
                painter.paint(look, times((1, 0, 0, 1, x, y), m))
        return drawing

    def layers(self, page: Part) -> list[tuple[Part, Node]]:
        """Layers with the part that they stand in: those of templates behind its own, unless told otherwise."""
        found: list[tuple[tuple[int, int, int], Part, Node]] = []
        for use in children(page.root, "Template"):
            template = self.templates.get(use.get("TemplateID", ""))
            if template is None:
                raise ValueError(f"its template {use.get('TemplateID', '')!r} is not in the document")
            part = self.package.part(template.get("BaseLoc", ""), self.part.name)
            depth = _LAYERS.index(_layer(use, "ZOrder", _layer(template, "ZOrder", "Background")))
            found += [((depth, 0, _depth(layer)), part, layer) for layer in _own_layers(part)]
        found += [((1, 1, _depth(layer)), page, layer) for layer in _own_layers(page)]
        return [(part, layer) for _, part, layer in sorted(found, key=lambda f: f[0])]


def _sheet(*areas: Node | None) -> Rectangle:
    """The sheet of paper in millimetres: the page's own, else the document's."""
    for area in areas:
        for name in ("PhysicalBox", "ApplicationBox") if area is not None else ():
            box = numbers(" ".join(texts(area, name)))
            if len(box) == 4 and min(box[2:]) > 0:
                if max(box[2:]) > _LARGEST:
                    raise ValueError(f"a sheet of {box[2]:g} × {box[3]:g} mm")
                return box[0], box[1], box[2], box[3]
    return _A4


def _own_layers(part: Part) -> Iterator[Node]:
    for content in children(part.root, "Content"):
        yield from list(children(content, "Layer")) or [content]


def _layer(node: Node, attribute: str, otherwise: str) -> str:
    value = node.get(attribute, "")
    return value if value in _LAYERS else otherwise


def _depth(layer: Node) -> int:
    return _LAYERS.index(_layer(layer, "Type", "Body"))


def _finished(drawing: Drawing, seals: list[Box], number: int, width: float, height: float) -> Page:
    """The page with its text upright, as the text layer of a PDF gives it."""
    if len(drawing.glyphs) * (len(drawing.rulings) + len(drawing.patches)) > _MOST_PAIRS:
        raise too_large(
            f"page {number} draws {len(drawing.rulings):,} lines among {len(drawing.glyphs):,} characters"
        )
    glyphs, hidden, covered = _visible(drawing, width, height)
    turn = dominant_turn(g.angle for g in glyphs)

    def turned(box: Box) -> Box:
        return box.turned(turn, width, height)

    upright = [replace(g, box=turned(g.box), angle=snapped(g.angle - turn)) for g in glyphs]
    seen_width, seen_height = (height, width) if turn in (90, 270) else (width, height)
    rules = (turned(b) for b in drawing.rulings)
    everything = tuple(  # as far as they lie on the sheet
        Ruling(max(b.x0, 0), max(b.top, 0), min(b.x1, seen_width), min(b.bottom, seen_height))
        for b in rules
        if b.x1 >= 0 and b.bottom >= 0 and b.x0 <= seen_width and b.top <= seen_height
    )
    words = build_words(without_struck([g for g in upright if g.angle % 90 == 0], everything), everything)
    rulings, strokes = apart_from_strokes(without_decoration(everything, words))
    pictures = [box for _, box in drawing.pictures]
    unmapped = len(drawing.unmapped())
    numbers_only = unmapped > _UNMAPPED * len(glyphs) and (len(glyphs) >= _FEW or unmapped >= len(glyphs))
    drawn = sum(_share(b, width, height) for b in pictures) >= _PICTURE or drawing.paths > _OUTLINES
    return Page(
        number=number,
        width=seen_width,
        height=seen_height,
        words=words,
        rulings=rulings,
        origin="ofd",
        turn=turn,
        fills=tuple(turned(b) for _, b in drawing.fills),
        pictures=tuple(map(turned, [*pictures, *seals])),
        covered=tuple(map(turned, covered)),
        marks=(*map(turned, drawing.marks), *strokes),
        text="\n".join(lines_of(words)),
        problem=_NUMBERS_ONLY if numbers_only else visible_text_problem(upright, hidden, 0, drawn=drawn),
        hidden=hidden,
    )


def _visible(drawing: Drawing, width: float, height: float) -> tuple[list[Glyph], int, list[Box]]:
    """Glyphs that a reader sees on the sheet, how many are hidden, and where some are painted over."""
    unmapped = drawing.unmapped()
    glyphs: list[Glyph] = []
    covered: list[Box] = []
    hidden, sheet = drawing.hidden, Box(0, 0, width, height)
    for index, glyph in enumerate(drawing.glyphs):
        char = "\ufffd" if index in unmapped else glyph.char
        x, y = glyph.box.centre
        if char in BLANKS:
            continue
        outside = not sheet.contains(x, y)
        patched = any(o > glyph.owner and b.contains(x, y) for o, b in drawing.patches)
        huge = max(glyph.box.width, glyph.box.height) > max(width, height)
        if any((patched, outside, huge)) or _is_of_its_ground(glyph, drawing):
            hidden += 1
            covered += [glyph.box] if patched else []
            covered += filter(None, [drawing.rooms.get(glyph.owner)]) if outside else []
            continue
        glyphs.append(replace(glyph, char=char))
    return glyphs, hidden, covered


def _is_of_its_ground(glyph: Glyph, drawing: Drawing) -> bool:
    """Whether a glyph has the colour of what it stands on: of the paper, or of the last area painted before it."""
    x, y = glyph.box.centre
    grounds = [o for o, b in (*drawing.fills, *drawing.pictures) if o < glyph.owner and b.contains(x, y)]
    if not grounds:
        return glyph.owner in drawing.white
    below = drawing.colours.get(max(grounds))
    return below is not None and below[3] == 255 and is_alike(tint(below), glyph.colour)


def _share(box: Box, width: float, height: float) -> float:
    across = min(box.x1, width) - max(box.x0, 0)
    down = min(box.bottom, height) - max(box.top, 0)
    return max(across, 0) * max(down, 0) / (width * height)
