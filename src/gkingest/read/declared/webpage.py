"""Web pages: the article among the navigation, as paragraphs and tables; and what the page says of itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from typing import TYPE_CHECKING

from gkingest.errors import DocumentError
from gkingest.model.paper import ReadDocument
from gkingest.read.beside import nothing
from gkingest.read.declared.charset import decoded_page
from gkingest.read.declared.flow import Block, FlowCell, FlowTable, Places, flow_document
from gkingest.read.declared.pictured import linked, parts_of
from gkingest.read.declared.scripts import write_cells
from gkingest.read.declared.webtext import BLANK, DEEPEST, PICTURE, WRITTEN, Collector, Ink
from gkingest.read.options import Beside, ReadOptions
from gkingest.read.style.columns import Columns
from gkingest.read.style.look import MOVED, PLACED, Look
from gkingest.read.style.looks import Looks

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LARGEST = 20_000_000  # bytes: a longer page is no report
_MOST_ATTRIBUTES = 10_000  # of one tag: the parser holds each against all before it
_SHORT = 50_000  # characters of a page whose tags can have no more
_MOST_SPANS = 200  # rows or columns that one cell may take up
_ARTICLE = re.compile(
    r"TRS_?Editor|TRS_UEDITOR|^zoom$|article|content|xxgk|UCAP-CONTENT|Custom_UnionStyle|v_news|pages?_content|"
    r"^con$|detail|main-?text|txt|nr$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"nav|menu|foot|header|breadcrumb|crumb|share|side-?bar|copyright|friendlink", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][^\s>]*+")
_VALUE = r"""\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?"""
_ATTRIBUTE = re.compile(rf"[\s/]*+(?:[^\s=>/]++(?:{_VALUE})?|=)")
_DATES = ("pubdate", "publishdate", "published", "article:published_time", "publish_date", "createdate")
_DAY = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_SAID = re.compile(
    r"(?:发布|发文|公开|成文|生成)(?:日期|时间)\s*[：:]?\s*(20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})"
)
# 网站标识码: ten digits, of which the first six are a division's code; stated alone in the meta tag of its name.
_SITE_CODE = re.compile(r"(?:网站标识码[:：]?|^)(\d{10})(?!\d)")
_POLICE = re.compile(r"公网安备(\d{14})号?")
_ICP = re.compile(r"[\u4e00-\u9fff]ICP备\d+号")
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar)$", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|－—–]{1,2}\s*[^-_|－—–]{2,30}$")
_PICTURES = 6  # cells of a table with a picture for their ground: more are decoration
_PICTURED = ("img", "image")
_ORDER = {"table-header-group": 0, "table-footer-group": 2}


@dataclass(frozen=True, slots=True)
class WebPage:
    """An article: its blocks in printed order, and what the page says of itself ("" where it does not).

    ``published`` is an ISO date, ``canonical`` the page's own address, ``site`` what it prints of its site
    (site_code, police_filing, icp) and the files that it links to (attachment).
    """

    blocks: tuple[Block, ...]
    title: str = ""
    published: str = ""
    canonical: str = ""
    site: tuple[tuple[str, str], ...] = ()

    def document(self, data: bytes) -> ReadDocument:
        """An article, its title above it where it is not printed there anyway, and what the page says of itself."""
        blocks = self.blocks
        above = "".join("".join(b.split()) for b in blocks[:6] if isinstance(b, str))
        if self.title and "".join(self.title.split()) not in above:
            blocks = (self.title, *blocks)
        told = (("url", self.canonical), ("title", self.title), ("published_at", self.published), *self.site)
        said = tuple((field, value, "page") for field, value in told if value)
        return flow_document(data, blocks, "html", said)


def web_page(data: bytes, options: ReadOptions, beside: Beside = nothing) -> ReadDocument:
    """A web page as a document of one sheet, but for its pictures; ``beside`` gives those of its folder."""
    return read_html(data, beside=beside).document(data)


def saved_page(data: bytes, options: ReadOptions, beside: Beside = nothing) -> ReadDocument:
    """A web page saved as one file as a document of one sheet."""
    return read_mhtml(data).document(data)


def read_html(data: bytes, declared: str = "", beside: Beside = nothing) -> WebPage:
    """Read a web page; ``declared`` is a charset that somebody claims, tried only where the bytes do not tell.

    Raises :class:`DocumentError` where there is no page in the bytes.
    """
    from lxml import html
    from lxml.etree import LxmlError

    if len(data) > _LARGEST:
        raise DocumentError(
            "unsupported",
            f"the web page has {len(data):,} bytes, more than any report; take the report out of it and run again",
        )
    text = decoded_page(data, declared)
    # A tag of more attributes than any would keep the parser busy for hours.
    at = 0
    while len(text) > _SHORT and (tag := _TAG.search(text, at)):
        at, count = tag.end(), 0
        while found := _ATTRIBUTE.match(text, at):
            at, count = found.end(), count + 1
            if count > _MOST_ATTRIBUTES:
                raise DocumentError(
                    "corrupt",
                    f"a tag of the web page has more than {_MOST_ATTRIBUTES:,} attributes, so it is damaged; fetch "
                    "it again",
                )
    parser = html.HTMLParser(huge_tree=True, no_network=True, remove_comments=False, remove_pis=True)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", ""), parser=parser)
    except (LxmlError, ValueError) as error:
        raise DocumentError(
            "corrupt", f"the web page is empty or damaged ({error}), so there is nothing to read; fetch it again"
        ) from error
    _group_rows(root)
    article = _article(root)
    blocks = tuple(_Walk(root, beside).blocks(article))
    if not any(isinstance(b, FlowTable) for b in blocks) and next(article.iter("table"), None) is not None:
        blocks = tuple(_Walk(root, beside, revealed=True).blocks(article))
    head = Head(root, text)
    return WebPage(blocks, head.title(), head.published(), head.canonical(), tuple(head.site()))


def _group_rows(root: "Element") -> None:
    """Rows that stand in a table itself are in a group of rows to a browser, and to rules of style."""
    for table in list(root.iter("table")):
        group = None
        for row in list(table):
            if row.tag != "tr":
                group = None if isinstance(row.tag, str) else group  # but for remarks
                continue
            if group is None:
                group = row.makeelement("tbody")
                row.addprevious(group)
            group.append(row)


def read_mhtml(data: bytes) -> WebPage:
    """The first page of a web page saved as one file; raises :class:`DocumentError` where there is none."""
    message = message_from_bytes(data)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                stated = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
                page = read_html(body, part.get_content_charset() or "", parts_of(message, stated))
                return replace(page, canonical=page.canonical or stated)
    raise DocumentError("corrupt", "the saved web page holds no page (no part of kind text/html); save it again")


def _article(root: "Element") -> "Element":
    """The element that holds the article: a known container with most of the text, else the whole body."""
    body = next(root.iterchildren("body"), root)
    whole = _weight(body)
    best, best_weight = body, 0.0
    for element in body.iter("div", "td", "article", "section"):
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if not any(_ARTICLE.search(word) for word in name.split()) or _ASIDE.search(name):
            continue
        weight = _weight(element)
        # The innermost container that still holds nearly everything.
        if weight >= 0.8 * whole and (best is body or weight >= 0.95 * best_weight):
            best, best_weight = element, weight
    return best


def _weight(element: "Element") -> float:
    """How much report is in an element: figures in tables, and Chinese text outside of links."""
    cells = sum(any(c.isdigit() for c in (cell.text_content() or "")[:40]) for cell in element.iter("td", "th"))
    text = "".join(element.itertext("p", "span", "td", "div", "font"))
    links = "".join("".join(a.itertext()) for a in element.iter("a"))
    return 20.0 * cells + len(text) - 2 * len(links)


class Head:
    """What a page says of itself, in its head and around the article."""

    def __init__(self, root: "Element", text: str) -> None:
        self._root, self._text = root, text

    def meta(self, names: Sequence[str]) -> str:
        """What the first of the meta tags with one of these names says."""
        said = {
            (m.get("name") or m.get("property") or "").lower(): _flat(m.get("content") or "")
            for m in self._root.iter("meta")
        }
        return next((said[name] for name in names if said.get(name)), "")

    def title(self) -> str:
        """The title that is stated, else the heading or the title of the window."""
        if stated := self.meta(("articletitle", "og:title")):
            return stated
        headings = [_flat(h.text_content()) for h in self._root.iter("h1")]
        plain = _flat(next((t.text_content() for t in self._root.iter("title")), ""))
        likely = [h for h in headings if "公开" in h]
        return next(iter(likely), "") or _SITE.sub("", plain) or next(iter(headings), "")

    def site(self) -> Iterator[tuple[str, str]]:
        """What is printed or stated of the site that the page is of, and links to documents."""
        text = _flat(self._root.text_content(), joint="")
        if code := _SITE_CODE.search(self.meta(("siteidcode",))) or _SITE_CODE.search(text):
            yield "site_code", code[1]
        if filing := _POLICE.search(text):
            yield "police_filing", filing[1]
        if icp := _ICP.search(text):
            yield "icp", icp[0]
        links = (str(a.get("href") or "").strip() for a in self._root.iter("a"))
        yield from (("attachment", link) for link in dict.fromkeys(links) if _DOCUMENT.search(link))

    def published(self) -> str:
        """ISO date of publication, "" if it says none."""
        if stated := _iso(_DAY.search(self.meta(_DATES))):
            return stated
        found = _SAID.search(_flat(self._root.text_content()[:20_000], joint=""))
        return _iso(_DAY.search(found[1])) if found else ""

    def canonical(self) -> str:
        """The page's own address, "" if it says none."""
        for link in self._root.iter("link"):
            if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
                return str(link.get("href")).strip()
        if stated := self.meta(("og:url", "url")):
            return stated
        saved = re.search(r"saved from url=\(\d+\)(\S+)", self._text[:3000])
        return saved[1] if saved else ""


def _iso(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    year, month, day = (int(n) for n in found.groups())
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _flat(text: str, joint: str = " ") -> str:
    return joint.join(text.translate(dict.fromkeys(map(ord, BLANK), " ")).split())


_WHOLE = frozenset(("svg", "math", "select", "object"))  # elements whose parts are no text of their own


class _Walk:
    """Elements in order → blocks."""

    def __init__(self, root: "Element", beside: Beside, revealed: bool = False) -> None:
        self.looks, self.beside = Looks(root, revealed), beside
        self.collector = Collector(self.looks, root)

    def blocks(self, element: "Element") -> Iterator[Block]:
        """The paragraphs and tables of an article."""
        ink = Ink()
        look = self.looks.within(element)
        # What holds the whole article is there to be shown, if by a script.
        yield from self._within(element, replace(look, gone=False, visible=True, absent=False, opacity=1.0), ink, 0)
        yield from _flushed(ink)

    def _within(self, element: "Element", look: Look, ink: Ink, depth: int) -> Iterator[Block]:
        self.collector.write(element, look, ink, "before")
        if element.text:
            ink.add(element.text, look)
        for child in element:
            if isinstance(child.tag, str) and not _aside(child):
                tag, own = child.tag.lower(), self.looks.of(child, look)
                if tag == "table" and not own.absent and _is_data(child):
                    yield from _flushed(ink)
                    yield from self._table(child, own)
                elif tag in _PICTURED and not own.absent and (shown := linked(child, self.beside)):
                    yield from _flushed(ink)
                    yield shown
                else:
                    whole = own.absent or depth >= DEEPEST or not len(child) or tag in _WHOLE
                    apart = own.breaks or (not whole and own.display.startswith("table"))
                    if apart:
                        yield from _flushed(ink)
                    if whole:
                        self.collector.place(child, look, ink, depth)
                    else:
                        yield from self._within(child, own, ink, depth + 1)
                    if apart:
                        yield from _flushed(ink)
            if child.tail:
                ink.add(child.tail, look)
        self.collector.write(element, look, ink, "after")

    def _table(self, table: "Element", look: Look) -> Iterator[Block]:
        """A table of figures, then the pictures that stand in it."""
        cells = tuple(self._cells(table, look))
        # A table that is there but not drawn is no table of blanks.
        if any(c.text for c in cells) or not table.text_content().strip():
            yield FlowTable(cells)
        yield from filter(None, (linked(e, self.beside) for e in table.iter(*_PICTURED)))

    def _cells(self, table: "Element", look: Look) -> Iterator[FlowCell]:
        """Cells by HTML's table model: each in the next column that is free, spans from above respected."""
        rows = self._rows(table, look)
        first = [(max(_span(cell, "colspan"), 1), own) for cell, own in rows[0][1]] if rows else []
        columns = Columns(table, look, self.looks, first)
        general = WRITTEN if write_cells(table) else columns.doubt
        pictured = sum(own.pictured for _, cells in rows for _, own in cells)
        places = Places()
        for number, (around, cells) in enumerate(rows):
            column = 0
            for cell, own in cells:
                down = min(_span(cell, "rowspan") or len(rows), len(rows) - number)
                column, across = places.take(number, column, down, max(_span(cell, "colspan"), 1))
                ink = Ink(cell=True)
                if own.pictured and pictured <= _PICTURES:
                    ink.unknown(own, PICTURE)
                self.collector.gather(cell, own, ink)
                if self.collector.scripts.name(cell):
                    ink.doubts.append(WRITTEN)
                text, doubt = ink.read()
                doubt = doubt or own.doubt or around.doubt or general or self.looks.doubt
                if not doubt and columns.cut(own, text, column, across):
                    doubt = MOVED
                yield FlowCell(text, number, column, down, across, doubt)
                column += across

    def _rows(self, table: "Element", look: Look) -> list[tuple[Look, list[tuple["Element", Look]]]]:
        """Rows that are there with their looks, in the order in which they are drawn, and the cells of each."""
        rows = []
        for row in (r for r in table.iter("tr") if _owner(r) is table):
            around = look
            above = [e for e in row.iterancestors() if e is not table and _owner(e) is table]
            for between in reversed(above):
                around = self.looks.of(between, around)
            own = self.looks.of(row, around)
            if any(map(self.collector.scripts.name, (row, *above))):
                own = replace(own, doubt=WRITTEN)
            elif any((w := self.looks.written(row, own, s)) and not w.lifted for s in ("before", "after")):
                own = replace(own, doubt=PLACED)  # it takes a place among the cells
            elif any(e.display.endswith("grid") or e.backwards or e.unsure for e in (look, around, own)):
                own = replace(own, doubt=PLACED)
            if not (around.absent or own.absent):
                rows.append((_ORDER.get(around.display, 1), row, own))
        rows.sort(key=lambda r: r[0])  # heads are drawn first and feet last, wherever they stand
        return [self._row(row, around) for _, row, around in rows]

    def _row(self, row: "Element", around: Look) -> tuple[Look, list[tuple["Element", Look]]]:
        """The cells of a row that take room, each with its look."""
        cells = [cell for cell in row if isinstance(cell.tag, str) and cell.tag.lower() in ("td", "th")]
        looks = [self.looks.of(cell, around) for cell in cells]
        shown = [(cell, own) for cell, own in zip(cells, looks, strict=True) if not own.dropped]
        return (replace(around, doubt=PLACED) if any(own.unsure for own in looks) else around), shown


def _flushed(ink: Ink) -> Iterator[Block]:
    text, _ = ink.read()
    ink.pieces.clear()
    ink.doubts.clear()
    if text:
        yield text


def _aside(element: "Element") -> bool:
    """Whether an element stands beside the article and holds no table of figures."""
    name = f"{element.get('id') or ''} {element.get('class') or ''}"
    aside = element.tag.lower() in ("nav", "footer", "aside") or bool(_ASIDE.search(name))
    return aside and not any(_is_data(t) for t in element.iter("table"))


def _is_data(table: "Element") -> bool:
    """Whether a table holds figures itself; one around other tables is a layout."""
    inner = [t for t in table.iter("table") if t is not table]
    own = [c for c in table.iter("td", "th") if _owner(c) is table]
    figures = sum(1 for c in own if re.fullmatch(r"[\s\d,.，．—/-]{1,16}", c.text_content() or "") is not None)
    if inner:
        return figures >= 4 and len(own) >= 12
    return len(own) >= 2


def _owner(cell: "Element") -> "Element":
    return next(cell.iterancestors("table"), None)


def _span(cell: "Element", name: str) -> int:
    """Rows or columns that a cell spans; a rowspan of 0 means all that follow."""
    found = re.match(r"\s*(\d{1,4})", cell.get(name) or "1")
    return min(int(found[1]), _MOST_SPANS) if found else 1
