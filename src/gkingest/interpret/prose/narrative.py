"""Figures that the narrative states beside the tables, each with the sentence it stands in."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from gkingest.formats.spec import Format, Narrated
from gkingest.interpret.prose.sections import Spelled, place_of
from gkingest.model.paper import Page
from gkingest.model.report import Section, Statement
from gkingest.text.labels import fold, simplified

_SENTENCE = re.compile(r"[^。；;!！]+[。；;!！]?")
_CLAUSE = re.compile(r"(?:[^,，、()（）:：]|(?<=\d),(?=\d{3}))+")
_AGAIN = re.compile(
    r"[/(（,，]?(?:合|计|即|共|涉及|按[^)）,，。]{0,8}计)?(\d+)(?:件|条|项|个|次)(?=[)）,，。;；]|$)"
)
_COUNT = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d+)(?:余)?(?:件次|件|宗|份|起|条|项|次|例|个)")
_MOST_FIGURES = 300  # figures: a narrative with more of them is no report's
_PART = "其中"
# What is compared with another year, or is another year's, says nothing about this one.
_OTHER_YEAR = re.compile(
    r"同比|环比|相比|较上年|较去年|较20\d\d|比上年|比去年|比20\d\d|增长|增加|减少|上升|下降|累计至|历年"
)
_ABOUT = re.compile(r"约|近|超过|逾|多件|以上|平均")
_YEAR = re.compile(r"(20\d\d)年")


def read_statements(
    sections: Sequence[Section], pages: Sequence[Page], form: Format, year: int | None
) -> tuple[Statement, ...]:
    """Figures of the narrative in printed order; a figure of another year than ``year`` is none."""
    found: list[Statement] = []
    spelled: Spelled = {}
    for section in sections:
        known = [n for n in form.narrated if n.section == section.number]
        # A line break cuts no sentence; a paragraph ends where a sentence does.
        text = "".join(fold(line) for line in simplified(section.text).splitlines()) if known else ""
        for sentence in _SENTENCE.findall(text):
            for meant, values in islice(_told(sentence, known, year), _MOST_FIGURES - len(found)):
                page, box = place_of(sentence.strip(), pages, section.page, spelled)
                found.append(Statement(meant.key, meant.label, values[0], sentence.strip(), page, values[1:], box))
    return tuple(found)


def _told(
    sentence: str, known: Sequence[Narrated], year: int | None
) -> Iterator[tuple[Narrated, tuple[Decimal, ...]]]:
    """What a sentence counts, clause by clause, and how much of it, in one unit or in several."""
    told = [n for n in known if not n.about or any(word in sentence for word in n.about)]
    part = False
    for piece in _CLAUSE.finditer(sentence):
        clause = piece[0]
        part = part or _PART in clause
        years = {int(y) for y in _YEAR.findall(clause)}
        if _OTHER_YEAR.search(clause) or (year is not None and years and year not in years):
            continue
        none = next((n for n in told for phrase in n.none if phrase in clause), None)
        if none is not None:
            if not _COUNT.search(clause):
                yield none, (Decimal(0),)
            continue
        found = _COUNT.search(clause)
        if found is None or _ABOUT.search(clause[: found.start()][-4:]):
            continue
        meant = _meant(clause[: found.start()], told, part=part)
        if meant is not None:
            behind = _AGAIN.match(sentence, piece.start() + found.end())
            values = [found[1].replace(",", ""), *([behind[1]] if behind else [])]
            yield meant, tuple(Decimal(v) for v in values)


def _meant(before: str, told: Sequence[Narrated], *, part: bool) -> Narrated | None:
    """What the number behind ``before`` counts: the last of the known words before it, the longest at one place."""
    best: tuple[int, int, Narrated] | None = None
    for narrated in told:
        for word in narrated.words:
            at = before.rfind(word)
            if at < 0 or (best is not None and (at + len(word), len(word)) <= best[:2]):
                continue
            best = (at + len(word), len(word), narrated)
    if best is None or (part and best[2].whole):
        return None
    return best[2]
