"""Clues about whose report it is, beside the organ's name, and the divisions that each of them points to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gkingest.regions.divisions import Division, Divisions
from gkingest.regions.hosts import SPELLS_ABOVE, SPELLS_BOTH, codes_of, site_of, spelling
from gkingest.regions.mentions import Mention, mentions
from gkingest.text.labels import fold, simplified

# The organ's own name decides; the rest tell same names apart. Two of these together never outweigh a contradiction
# of one that is STRONG. A host that merely spells a name in pinyin, and places named in the text, break ties.
WEIGHTS = {
    "organ": 100,
    "title": 40,
    "signature": 40,
    "host": 40,
    "site": 40,
    "source": 35,
    "filing": 25,
    "preface": 30,
    "text": 20,
    "spelling": 8,
}
STRONG = 30
_BESIDE, _PROVINCE = 5, 15  # what a clue loses where it names not the division itself but one around or in it
_SITE_YEAR = 2024  # the year of the codes in hosts.tsv
_PREFACE, _TEXT = 800, 6000  # characters that are read of each; what comes later speaks of work, not of the organ


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a report beside its organ; "" where nothing is.

    ``source_name`` is the name of the site or whatever else the crawl noted of the origin; ``text`` the whole text;
    ``site_code`` the ten digits of a government site (网站标识码), ``filings`` its 备案 with police and ministry.
    """

    title: str = ""
    preface: str = ""
    signature: str = ""
    host: str = ""
    source_name: str = ""
    text: str = ""
    site_code: str = ""
    filings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One clue: its kind (``organ``, ``title``, … as in WEIGHTS), what it said, the code it points to, its weight.

    ``code`` is ``None`` where what was said can mean several divisions or none.
    """

    clue: str
    said: str
    code: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class Clue:
    """The divisions that one clue names, chain by chain."""

    kind: str
    chains: tuple[Mention, ...]

    @property
    def weight(self) -> int:
        """Weight of a clue of this kind."""
        return WEIGHTS[self.kind]

    @property
    def full(self) -> tuple[Mention, ...]:
        """Its chains but those that end in a short name."""
        return tuple(chain for chain in self.chains if not chain.short)

    @property
    def divisions(self) -> list[Division]:
        """The divisions that its chains name."""
        return [d for chain in self.chains for d in chain.divisions]

    def support(self, table: Divisions, division: Division) -> int:
        """How much it speaks for ``division``: most where it names it, less where it names one around or in it."""
        named = self.divisions
        if any(table.body(division) == table.body(d) for d in named):
            return self.weight
        near = {d.level for d in named if table.related(division, d)}
        if near - {"province"}:
            return self.weight - _BESIDE
        return self.weight - _PROVINCE if near else 0

    def evidence(self) -> Iterator[Evidence]:
        """What it said, chain by chain."""
        for chain in self.chains:
            codes = {d.code for d in chain.divisions if d.until is None} or {d.code for d in chain.divisions}
            yield Evidence(self.kind, chain.text, codes.pop() if len(codes) == 1 else None, self.weight)


def read_clues(table: Divisions, clues: Clues) -> tuple[Clue, ...]:
    """The clues that name a division, the most telling first; the report's text is left for :func:`read_text`."""
    site = site_of(clues.host)
    division = table.coded(site.code, _SITE_YEAR) if site else None
    host = (Mention(site.host, 0, len(site.host), (division,)),) if site and division else ()
    found = [
        Clue("title", _named(table, clues.title)),
        Clue("signature", _named(table, clues.signature)),
        Clue("host", host),
        Clue("site", _coded(table, clues.site_code)),
        Clue("source", _named(table, clues.source_name, shorts=True)),
        Clue("preface", _named(table, clues.preface[:_PREFACE])),
        Clue("filing", tuple(chain for filing in clues.filings for chain in _coded(table, filing))),
    ]
    return tuple(clue for clue in found if clue.chains)


def read_text(table: Divisions, clues: Clues) -> tuple[Clue, ...]:
    """Provinces and prefectures that the text names, as one weak clue."""
    chains = _named(table, clues.text[:_TEXT])
    wide = tuple(c for c in chains if c.links > 1 or all(d.level != "county" for d in c.divisions))
    return (Clue("text", wide),) if wide else ()


def spelled(table: Divisions, host: str, candidates: Sequence[Division]) -> dict[Division, int]:
    """Support from a host name that spells the name of one candidate with one above it, or only the one above."""
    strengths = {d: spelling(table, host, d) for d in candidates} if host else {}
    for strength in (SPELLS_BOTH, SPELLS_ABOVE):
        if any(found == strength for found in strengths.values()):
            return {d: WEIGHTS["spelling"] for d, found in strengths.items() if found == strength}
    return {}


def _named(table: Divisions, text: str, shorts: bool = False) -> tuple[Mention, ...]:
    return mentions(table, simplified(fold(text)), shorts)


def _coded(table: Divisions, filing: str) -> tuple[Mention, ...]:
    """The division whose code a site's code or filing begins with, or the one around it that has one."""
    found = next((d for code in codes_of(filing) if (d := table.coded(code, _SITE_YEAR))), None)
    return (Mention(filing, 0, len(filing), (found,)),) if found else ()
