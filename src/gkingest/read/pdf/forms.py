"""How much a PDF draws where it draws the same things again and again, told before PDFium draws them.

A form (Form XObject) is content that other content draws by its name. Ten forms that each draw the next one ten
times are a file of two kilobytes and ten thousand million objects, and PDFium makes them all as it opens the page.
Objects are told by their bytes, as streams are in :mod:`gkingest.read.pdf.bombs`: whatever a file means by a name,
the longest that it may mean is counted.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from gkingest.errors import DocumentError

_LEVELS = 40  # forms within one another that PDFium follows
_MOST_DRAWN = 8_000_000  # bytes of content that one page draws; PDFium keeps up to a hundred for each
_TOGETHER = 256_000_000  # bytes of content that all pages draw
_LETTER, _SAVED = 7, 14  # bytes more that a byte of text and a state saved count for, as PDFium keeps more for them
_DIGITS = re.compile(rb"[\d.]{2,}+")  # of a number, which PDFium keeps as one however long it is written
_OBJECT = 64  # bytes that the drawing of one thing counts for, be it empty
_DICTIONARIES = 8  # of names that one object is looked up in
# What begins with letters is found ten times as fast, so the number of an object is looked for before its word.
_WORD = re.compile(rb"obj\b")
_NUMBER = re.compile(rb"(?<!\d)(\d{1,9})\s{1,20}\d{1,5}\s{1,20}\Z")
_LONGEST_NUMBER = 55  # bytes that a number before a word may take, and one before it
_DRAWS = re.compile(rb"/([^\s/<>\[\](){}%]++)\s++Do\b")
_NAMED = re.compile(rb"/([^\s/<>\[\](){}%]++)\s++(\d{1,9})\s++\d{1,5}\s++R\b")
_REFERENCE = re.compile(rb"(\d{1,9})\s++\d{1,5}\s++R\b")
_LISTED = rb"\s*+(\[[^\]]*+\]|\d{1,9}\s++\d{1,5}\s++R\b)"
_CONTENTS, _NOTES = re.compile(rb"/Contents" + _LISTED), re.compile(rb"/Annots" + _LISTED)
_RESOURCES = re.compile(rb"/Resources\s*+(<<|(\d{1,9})\s++\d{1,5}\s++R\b)")
_XOBJECTS = re.compile(rb"/XObject\s++(\d{1,9})\s++\d{1,5}\s++R\b")
_PACKED_OBJECTS = re.compile(rb"/ObjStm\b")
_FIRST = re.compile(rb"/First\s++(\d{1,9})")
_STRING, _HEX_STRING = re.compile(rb"\([^()]*+\)"), re.compile(rb"<[0-9A-Fa-f\s]*+>")
_SAVES = re.compile(rb"q(?<!\Sq)(?!\S)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

Names = Mapping[bytes, set[int]]  # contents by the names that a dictionary gives them


@dataclass(frozen=True, slots=True)
class _Content:
    """What may be drawn: its weight in bytes, the names it draws how often, and its dictionary."""

    size: int
    draws: Mapping[bytes, int]
    text: bytes


class Drawing:
    """What the pages of a PDF draw: its objects, to which the unpacked streams are added one by one."""

    def __init__(self, data: bytes) -> None:
        ends = []
        self._places: list[int] = []
        self._numbers: list[int] = []
        for word in _WORD.finditer(data):
            before = max(word.start() - _LONGEST_NUMBER, 0)
            if number := _NUMBER.search(data[before : word.start()]):
                ends.append(word.end())
                self._places.append(before + number.start())
                self._numbers.append(int(number[1]))
        self._own: list[bytes] = []  # the dictionary of each
        self._texts: dict[int, list[bytes]] = {}
        self._contents: dict[int, _Content] = {}
        self._names: dict[int, Names] = {}
        self._inner: dict[int, list[int]] = {}
        for number_, end, after in zip(self._numbers, ends, [*self._places[1:], len(data)], strict=False):
            stream = data.find(b"stream", end, after)
            last = stream if stream >= 0 else after
            ended = data.find(b"endobj", end, last)
            text = _plain(data[end : ended if ended >= 0 else last])
            self._own.append(text)
            self._texts.setdefault(number_, []).append(text)

    def add(self, place: int, content: bytes, size: int) -> None:
        """A stream whose word begins at ``place``: as much of it as was unpacked, and how long all of it is."""
        index = bisect_right(self._places, place) - 1
        if index < 0:
            return
        number = self._numbers[index]
        text = self._own[index]
        if _PACKED_OBJECTS.search(text):
            for inner, own in _unpacked_objects(content, text):
                self._texts.setdefault(inner, []).append(_plain(own))
        draws = Counter(map(_plain, _DRAWS.findall(content) if b"Do" in content else ()))
        # One kind after the other, each of which begins with a sign of its own, which is fast to find.
        rest, strings = _STRING.subn(b"|", content)
        letters = len(content) - len(rest) + strings + sum(map(len, _HEX_STRING.findall(rest)))
        size += _LETTER * letters + _SAVED * sum(map(bool, _SAVES.finditer(content)))
        # a browser writes a border of dots point by point, with nine digits each
        size -= sum(len(found[0]) - 1 for found in _DIGITS.finditer(content))
        known = self._contents.get(number)
        if known is None or size + draws.total() > known.size:  # of several of one number the most that it may be
            self._contents[number] = _Content(size + _OBJECT, draws, text)

    def refuse(self) -> None:
        """Raise :class:`DocumentError` (unsupported) where a page draws more than any of a report."""
        anywhere: dict[bytes, set[int]] = {}
        for own in self._texts.values():
            for text in own:
                self._name(text, anywhere)
        costs = self._costs(anywhere)
        loose: set[int] = set()  # contents of pages, whose names mean what each page says
        together = 0
        for text in (text for own in self._texts.values() for text in own):
            if b"/Contents" in text or b"/Annots" in text:
                costs_here = _Costs(costs)
                scopes = self._scopes(text) or [anywhere]
                drawn = 0
                for number in self._listed(_CONTENTS, text):
                    loose.add(number)
                    content = self._contents.get(number)
                    drawn += _OBJECT + (costs_here.of(content, scopes) if content else 0)
                    _refuse(drawn, together)
                for number in self._listed(_NOTES, text):
                    named = (n for names in self._names_in(number).values() for n in names)
                    drawn += _OBJECT + sum(costs[n] for n in named if b"/BBox" in self._contents[n].text)
                    _refuse(drawn, together)
                together += drawn
        for number, content in self._contents.items():
            _refuse(costs[number] if content.draws and number not in loose else 0, 0)

    def _listed(self, key: re.Pattern[bytes], page: bytes) -> Iterator[int]:
        """Numbers of the objects under a key of a page, as often as it names them; a list may be an object too."""
        for found in key.findall(page):
            for number in map(int, _REFERENCE.findall(found)):
                if number in self._contents or found[:1] == b"[":
                    yield number
                else:
                    yield from (int(n) for text in self._texts.get(number, []) for n in _REFERENCE.findall(text))

    def _name(self, text: bytes, names: dict[bytes, set[int]]) -> None:
        for name, number in _NAMED.findall(text):
            if int(number) in self._contents:
                names.setdefault(name, set()).add(int(number))

    def _names_in(self, number: int) -> Names:
        if number not in self._names:
            names: dict[bytes, set[int]] = {}
            for text in self._texts.get(number, ()):
                self._name(text, names)
            self._names[number] = names
        return self._names[number]

    def _scopes(self, text: bytes) -> list[Names]:
        """Names in the resources that an object has of its own; none where it has those around it."""
        told = _RESOURCES.findall(text)
        named = list(dict.fromkeys(int(number) for _, number in told if number))[:_DICTIONARIES]
        scopes = [self._names_in(n) for number in named for n in (number, *self._drawings_in(number))]
        if any(not number for _, number in told):
            own: dict[bytes, set[int]] = {}
            self._name(text, own)
            scopes += [own, *map(self._names_in, _drawings([text]))]
        return scopes

    def _drawings_in(self, number: int) -> list[int]:
        if number not in self._inner:
            self._inner[number] = _drawings(self._texts.get(number, ()))
        return self._inner[number]

    def _costs(self, anywhere: Names) -> dict[int, int]:
        """Bytes that each content draws with all that is in it, as many levels down as PDFium goes."""
        costs = {number: content.size for number, content in self._contents.items()}
        inner = [(n, c, self._scopes(c.text) or [anywhere]) for n, c in self._contents.items() if c.draws]
        for _ in range(_LEVELS):
            level = _Costs(costs)
            deeper = {n: min(level.of(c, scopes), 2 * _MOST_DRAWN) for n, c, scopes in inner}
            if all(costs[n] == cost for n, cost in deeper.items()):
                break
            costs = costs | deeper
        return costs


class _Costs:
    """What it costs to draw contents, given what those inside of them cost; each name is looked up once."""

    def __init__(self, costs: Mapping[int, int]) -> None:
        self._costs = costs
        self._known: dict[tuple[int, bytes], int] = {}

    def of(self, content: _Content, scopes: Sequence[Names]) -> int:
        """Bytes that a content draws whose names are looked up in ``scopes``."""
        inside = (n * max(self._named(name, scope) for scope in scopes) for name, n in content.draws.items())
        return content.size + sum(inside)

    def _named(self, name: bytes, scope: Names) -> int:
        key = id(scope), name
        if key not in self._known:
            self._known[key] = max((self._costs[n] for n in scope.get(name, ())), default=0)
        return self._known[key]


def _drawings(texts: Iterable[bytes]) -> list[int]:
    """Numbers of the dictionaries of drawings that some resources name."""
    numbers = (int(number) for text in texts for number in _XOBJECTS.findall(text))
    return list(islice(dict.fromkeys(numbers), _DICTIONARIES))


def _unpacked_objects(content: bytes, text: bytes) -> Iterator[tuple[int, bytes]]:
    """Objects that are packed together in a stream, by their numbers."""
    first = _FIRST.search(text)
    start = int(first[1]) if first else 0
    heads = [int(word) for word in content[:start].split() if word.isdigit() and len(word) < 10]
    ends = [*heads[3::2], len(content)]
    done = 0
    for number, place, end in zip(heads[::2], heads[1::2], ends, strict=False):
        if done <= place <= end:  # in their order, so that none is taken twice
            yield number, content[start + place : start + end]
            done = end


def _plain(text: bytes) -> bytes:
    """Text with the characters in it that are written as their numbers (``/F#6frm``)."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text) if b"#" in text else text


def _refuse(drawn: int, together: int) -> None:
    if drawn > _MOST_DRAWN:
        raise _too_much(_MOST_DRAWN, "on one page")
    if drawn + together > _TOGETHER:
        raise _too_much(_TOGETHER, "in all")


def _too_much(most: int, where: str) -> DocumentError:
    return DocumentError(
        "unsupported",
        f"the PDF draws more than {most // 1_000_000} MB of content {where}, which no report does and which may "
        "exhaust the memory; look at what it is before opening it, or print it to PDF anew",
    )
