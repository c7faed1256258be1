"""Figures that the narrative states beside the tables, each with the sentence it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Self

from gkingest.formats.spec import Format, Narrated, Wording
from gkingest.interpret.prose.sections import Spelled, place_of
from gkingest.model.paper import Page
from gkingest.model.report import UNCLEAR, Section, Statement
from gkingest.text.labels import fold, read_label, simplified
from gkingest.text.numbers import convert

_SENTENCE = re.compile(r"[^。；;!！]+[。；;!！]?")
# A 、 parts clauses behind a count only (公开16件、部分公开5件): elsewhere what it lists is counted together.
_CLAUSE = re.compile(r"(?:[^,，、()（）:：]|(?<=\d),(?=\d{3})|(?<![件宗份起条项次例个])、)+")
_AGAIN = re.compile(
    r"[/(（,，]?(?:合|计|即|共|涉及|按[^)）,，。]{0,8}计)?(\d+)(?:件|条|项|个|次)(?=[)）,，。;；]|$)"
)
_COUNT = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d+)(?:余)?(?:件次|件|宗|份|起|条|项|次|例|个)")
_MONEY = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(万元|元)")
_MOST_FIGURES = 300  # figures: a narrative with more of them is no report's
_HEADING = 30  # characters of a heading at most
_SENTENCE_SIGNS = re.compile(r"[。；;!！,，]|\d(?:件|条|项|元|次)")
_PART = "其中"
_LISTED = re.compile(r"[和及与或、]")  # 公开和部分公开
# What is compared with another year, or is another year's, says nothing about this one.
_OTHER_YEAR = re.compile(
    r"同比|环比|相比|较上年|较去年|较20\d\d|比上年|比去年|比20\d\d|增长|增加|减少|上升|下降|累计至|历年"
)
_ABOUT = re.compile(r"约|近|超过|逾|多件|以上|平均")
_YEAR = re.compile(r"(20\d\d)年")


class _ClauseCount(NamedTuple):
    """What a clause counts, in one unit or in several; ``label`` are its own words where that is not certain."""

    key: str
    label: str
    values: tuple[Decimal, ...]


class _Hit(NamedTuple):
    """A known word in a clause."""

    start: int
    end: int
    narrated: Narrated


def read_statements(
    sections: Sequence[Section], pages: Sequence[Page], form: Format, year: int | None
) -> tuple[Statement, ...]:
    """Figures of the narrative in printed order; a figure of another year than ``year`` is none."""
    found: list[Statement] = []
    spelled: Spelled = {}
    for section in sections:
        known = [n for n in form.narrated if n.section in (None, section.number)]
        if not known:
            continue
        # A line break cuts no sentence; a paragraph ends where a sentence does.
        lines = map(fold, simplified(section.text).splitlines())
        if None in {n.section for n in known}:  # headings that the form does not know stand among the lines
            lines = map(_ended, lines)
        for sentence in _SENTENCE.findall("".join(lines)):
            for count in islice(_counts(sentence, known, form.wording, year), _MOST_FIGURES - len(found)):
                page, box = place_of(sentence.strip(), pages, section.page, spelled)
                first, *more = count.values
                found.append(Statement(count.key, count.label, first, sentence.strip(), page, tuple(more), box))
    return tuple(found)


def _ended(line: str) -> str:
    """A line of text, with a full stop behind it where it is a heading."""
    heading = len(line) <= _HEADING and read_label(line).level and not _SENTENCE_SIGNS.search(line)
    return f"{line}。" if heading else line


@dataclass(frozen=True, slots=True)
class _Words:
    """The figures that a sentence may speak of, and the plain words around them."""

    figures: Sequence[Narrated]
    wording: Wording

    @classmethod
    def of(cls, sentence: str, known: Sequence[Narrated], wording: Wording) -> Self:
        """Those of the figures that a sentence is about."""
        return cls([n for n in known if not n.about or any(word in sentence for word in n.about)], wording)

    def hits(self, text: str) -> list[_Hit]:
        """The known words of a text in printed order, none of them a part of a longer one."""
        found = [
            _Hit(m.start(), m.end(), narrated)
            for narrated in self.figures
            for word in narrated.words
            for m in re.finditer(re.escape(word), text)
        ]
        outer = [
            h for h in found if not any(o.start <= h.start and h.end <= o.end and o[:2] != h[:2] for o in found)
        ]
        return sorted(outer, key=lambda h: h[:2])

    def outcomes(self, text: str) -> list[_Hit]:
        """The known words of a text that are no verbs of all there is."""
        return [h for h in self.hits(text) if not h.narrated.whole]

    def meant(self, clause: str, found: re.Match[str], *, part: bool) -> Narrated | None:
        """What a number in a clause counts: the last outcome named before it, or the last verb of them all.

        ``None`` where that is another unit than the number has, or a whole where a ``part`` is told.
        """
        before = clause[: found.start()]
        if self.says_none(clause) or _ABOUT.search(before[-4:]):
            return None
        hits = self.outcomes(before) or self.hits(before)
        if not hits:
            return None
        meant = hits[-1].narrated
        fits = bool(meant.unit) == (found.re is _MONEY) and not (part and meant.whole)
        return meant if fits else None

    def is_clear(self, before: str) -> bool:
        """Whether one thing is counted, and whole: nothing stands in the clause that may narrow or change it.

        Before a verb of all requests stands who received them, which may be any name; before an outcome a ground
        (属于国家秘密) would make it another figure.
        """
        hits, outcomes = self.hits(before), self.outcomes(before)
        if len({h.narrated.key for h in outcomes}) > 1:
            return False
        # The words of figures fall away: what is left between them and the number says whether it is all.
        lead, *between = _beside(before, hits)
        lead = self.widened(lead)
        if self.is_narrowed(lead) or (outcomes and (_LISTED.search(lead) or not self.is_plain(lead))):
            return False
        return all(map(self.is_plain, between))

    def is_narrowed(self, lead: str) -> bool:
        """Whether what stands before the words of a figure tells that it counts a part, or something else."""
        return any(word in lead for word in self.wording.narrows)

    def number(self, clause: str) -> re.Match[str] | None:
        """The first count of a clause; or else amount, where one of the figures is one."""
        money = any(n.unit for n in self.figures)
        return _COUNT.search(clause) or (_MONEY.search(clause) if money else None)

    def says_none(self, clause: str) -> bool:
        """Whether a clause says in the words of a figure that there is none of it."""
        return any(phrase in clause for n in self.figures for phrase in n.none)

    def absent(self, clause: str) -> list[Narrated]:
        """What a clause without a number says there is none of."""
        return self.none(clause) if self.says_none(clause) else self.denied(clause)

    def none(self, clause: str) -> list[Narrated]:
        """What a clause says there is none of: outcomes that it names behind its phrase, else what that is of."""
        absent = ((n, phrase) for n in self.figures for phrase in n.none if phrase in clause)
        narrated, phrase = max(absent, key=lambda pair: len(pair[1]))
        lead, _, rest = clause.partition(phrase)
        hits = self.outcomes(rest)
        if self.is_narrowed(lead) or not self.is_plain("".join(_beside(rest, hits))):
            return []
        named = {h.narrated.key: h.narrated for h in hits}
        if narrated.section is None and any(word in phrase for word in narrated.words):
            named = {narrated.key: narrated, **named}
        return list(named.values()) or [narrated]

    def denied(self, clause: str) -> list[Narrated]:
        """What a clause says did not happen: outcomes named behind a word that denies, where all else is plain."""
        for denial in (word for word in self.wording.denies if word in clause):
            lead, _, rest = clause.partition(denial)
            hits = self.outcomes(rest)
            if all(map(self.is_plain, _beside(rest, hits))) and not self.is_narrowed(lead):
                return list({h.narrated.key: h.narrated for h in hits}.values())
        return []

    def widened(self, text: str) -> str:
        """A text without words that name ways in which all of it was done."""
        for word in self.wording.wide:
            text = text.replace(word, "")
        return text

    def is_plain(self, text: str) -> bool:
        """Whether a text is made up of plain words, figures of years and marks alone."""
        return not _plain(self.wording).sub("", text)


def _beside(text: str, hits: Sequence[_Hit]) -> list[str]:
    """What a text says before its known words, between each and the next, and behind the last."""
    ends, starts = [0, *(h.end for h in hits)], [*(h.start for h in hits), len(text)]
    return [text[a:b] for a, b in zip(ends, starts, strict=True)]


def _counts(sentence: str, known: Sequence[Narrated], wording: Wording, year: int | None) -> Iterator[_ClauseCount]:
    """What a sentence counts, clause by clause, and how much of it."""
    words = _Words.of(sentence, known, wording)
    for piece, part in _clauses(sentence, year):
        clause = piece[0]
        found = words.number(clause)
        if found is None:
            yield from (_ClauseCount(n.key, n.label, (Decimal(0),)) for n in words.absent(clause))
            continue
        meant = words.meant(clause, found, part=part)
        if meant is None:
            continue
        before = clause[: found.start()]
        number, *unit = found.groups()
        amount = convert(Decimal(number.replace(",", "")), "".join(unit), meant.unit)
        again = _AGAIN.match(sentence, piece.start() + found.end())  # in other units: 12件/15条
        more = (Decimal(again[1]),) if again and not meant.unit else ()
        if amount is not None and words.is_clear(before):
            yield _ClauseCount(meant.key, meant.label, (amount, *more))
        else:
            yield _ClauseCount(UNCLEAR, before, (Decimal(0) if amount is None else amount, *more))


def _clauses(sentence: str, year: int | None) -> Iterator[tuple[re.Match[str], bool]]:
    """The clauses of a sentence that speak of no other year, each with whether it tells a part of what was told."""
    part, end = False, 0
    outside: list[bool] = []  # what held before each bracket that is open
    for piece in _CLAUSE.finditer(sentence):
        clause = piece[0]
        for sign in sentence[end : piece.start()]:
            if sign in "(（":
                outside.append(part)
            elif sign in ")）" and outside:
                part = outside.pop()
        end = piece.end()
        part |= _PART in clause
        years = _YEAR.findall(clause)
        if not _OTHER_YEAR.search(clause) and (year is None or not years or str(year) in years):
            yield piece, part


@lru_cache(maxsize=8)
def _plain(wording: Wording) -> re.Pattern[str]:
    words = sorted(wording.plain, key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, words), r"20\d\d", r"[\W\d_]"]))
