"""Names of divisions in text: the longest chain of them (河南省平顶山市卫东区) at a place, or all in a text."""

from collections.abc import Iterator
from dataclasses import dataclass

from gkingest.regions.divisions import Division, Divisions

# Common words that are names too: they name a division only where the text before or another clue tells the city.
VAGUE = frozenset("城区 郊区 矿区 东区 西区 新城区 新市区 南郊区 市中区 北市区 南市区 城关区 港口区".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Mention:
    """A chain of names from ``start`` to ``end``; ``divisions`` are all (of any year) that its last name can mean.

    ``short`` tells that the last name lacks its ending (卫东), ``vague`` that it is a common word standing alone.
    """

    text: str
    start: int
    end: int
    divisions: tuple[Division, ...]
    short: bool = False
    vague: bool = False
    links: int = 1

    def stands_alone(self, shorts: bool) -> bool:
        """Whether it names a division wherever it stands, and is no part of other words; see :func:`mentions`."""
        if self.short:
            return shorts and all(d.level != "county" for d in self.divisions)
        return self.links > 1 or (self.end - self.start > 2 and not self.vague)


def mention_at(table: Divisions, text: str, start: int = 0) -> Mention | None:
    """The best chain of names that begins at ``start``: the one that reaches farthest, then the one in full names.

    Reading on decides how the first name ends: 青岛市北区 is 青岛 + 市北区, as 青岛市 holds no 北区.
    """
    chains = list(_chains(table, text, start, ()))
    # A name without its ending may lead a chain or be all of it; after a full name it may be any word (新华书店).
    for chain in [c for c in chains if c.short and c.links > 1]:
        name = text[chain.start : chain.end]
        if any(table.named(name[:cut]) for cut in range(2, len(name))):
            chains.remove(chain)
    return max(chains, key=lambda c: (c.end, not c.short, c.links), default=None)


def mentions(table: Divisions, text: str, shorts: bool = False) -> tuple[Mention, ...]:
    """Chains of names anywhere in ``text``, from left to right.

    Single names of two characters (和县) are left out, for they stand in other words; names without an ending too
    (unless ``shorts``, and then only those of provinces and prefectures).
    """
    found, place = [], 0
    while place < len(text) - 1:
        chain = mention_at(table, text, place)
        if chain is None or not chain.stands_alone(shorts):
            place += 1
            continue
        found.append(chain)
        place = chain.end
    return tuple(found)


def names_inside(table: Divisions, text: str, outer: tuple[Division, ...]) -> Mention | None:
    """The last full name in ``text`` of something that lies in ``outer``; names of two characters do not count."""
    found = None
    for start in range(len(text)):
        for length in table.lengths(text[start : start + 2]):
            inner = _inside(table, table.named(text[start : start + length]), outer)
            if length > 2 and inner:
                found = Mention(text[start : start + length], start, start + length, inner)
                break
    return found


def short_inside(table: Divisions, text: str, outer: tuple[Division, ...]) -> Mention | None:
    """A name without its ending at the end of ``text``, of something that lies in ``outer``."""
    for length in range(min(6, len(text)), 1, -1):
        inner = _inside(table, table.called(text[-length:]), outer)
        if inner:
            return Mention(text[-length:], len(text) - length, len(text), inner, short=True)
    return None


def _chains(
    table: Divisions, text: str, start: int, outer: tuple[Division, ...], begun: int | None = None, links: int = 1
) -> Iterator[Mention]:
    begun = start if begun is None else begun
    for length in table.lengths(text[start : start + 2]):
        name = text[start : start + length]
        for short, known in ((False, table.named(name)), (True, table.called(name))):
            inner = _inside(table, known, outer) if outer else known
            if inner:
                end = start + length
                vague = name in VAGUE and not outer
                yield Mention(text[begun:end], begun, end, inner, short, vague, links)
                yield from _chains(table, text, end, inner, begun, links + 1)


def _inside(table: Divisions, inner: tuple[Division, ...], outer: tuple[Division, ...]) -> tuple[Division, ...]:
    return tuple(d for d in inner if any(table.within(d, o) for o in outer))
