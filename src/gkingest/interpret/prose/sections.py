"""Narrative text under the six printed headings, and the fee that section six states in words."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from rapidfuzz import fuzz

from gkingest.formats.spec import Format, StatedFee
from gkingest.model.finding import Finding
from gkingest.model.lines import Tolerance, in_lines
from gkingest.model.method import SENTENCE, Method
from gkingest.model.paper import Box, Grid, Page, bounding_box
from gkingest.model.report import CellState, Fact, Section
from gkingest.text.labels import fold, label_key, read_label, simplified
from gkingest.text.numbers import convert
from gkingest.told import Told

_ALIKE = 70  # similarity (0–100) of a printed heading to the form's
_PROSE = Tolerance(0.5, "size", rounded=0)  # half of the print: lines of prose stand a whole size apart at least
_SENTENCE = re.compile(r"[^。；;\n]*[。；;]?")
_TITLES = re.compile(r"《[^《》]*》|[(（][^()（）]*号[)）]")
_COLLECTED = re.compile(
    r"(?:实际|实|共|总计|累计)?收(?:取|到|缴)[^,，。；;\d]{0,20}?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(万元|亿元|元)"
)
_AMOUNT = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(万元|亿元|元)")


def read_sections(pages: Sequence[Page], grids: Sequence[Grid], form: Format) -> tuple[Section, ...]:
    """Text outside the tables, cut at the printed section headings; number 0 is what stands before the first."""
    sections: list[tuple[int, str, int, list[str]]] = [(0, "", 1, [])]
    headings = dict(enumerate(form.sections, 1))
    for page, line in _prose(pages, grids):
        current, label = sections[-1][0], read_label(line)
        heading, rest = line, ""
        known = headings.get(label.ordinal, "") if label.level == "section" else ""
        start = line.find(known)
        if known and label.ordinal > current and 0 <= start <= 4:  # text may go on in the line of its heading
            heading, rest = line[: start + len(known)], line[start + len(known) :].lstrip("。．.：: ")
        number = _section_number(heading, form, current)
        if number:
            sections.append((number, heading.strip(), page, [rest] if rest else []))
        else:
            sections[-1][3].append(line)
    return tuple(
        Section(number, heading, "\n".join(lines).strip(), page)
        for number, heading, page, lines in sections
        if heading or any(lines)
    )


def _prose(pages: Sequence[Page], grids: Sequence[Grid]) -> list[tuple[int, str]]:
    """Number of the page and text of every line outside of the grids."""
    lines = []
    for page in pages:
        parts = [[c.box for c in grid.cells if c.page == page.number] for grid in grids]
        boxes = [bounding_box(part) for part in parts if part]
        if page.words and boxes:
            rows = in_lines(page.outside(boxes), _PROSE)
            lines += [(page.number, "".join(w.text for w in row)) for row in rows]
        else:
            lines += [(page.number, line) for line in page.text.splitlines()]
    return lines


def _section_number(line: str, form: Format, current: int) -> int:
    """Number of the section whose heading this line is, 0 if it is none."""
    label = read_label(line)
    if not label.key or len(label.key) > 32 or re.search(r"[。；]", line):
        return 0
    for number, heading in enumerate(form.sections, 1):
        alike = fuzz.ratio(label.key, label_key(heading))
        numbered = label.level == "section" and label.ordinal == number
        if number > current and (alike >= 92 or (numbered and alike >= _ALIKE)):
            return number
    return 0


def is_section_heading(line: str, forms: Sequence[Format]) -> bool:
    """Whether a line of text is one of the form's section headings."""
    return any(_section_number(line, form, 0) for form in forms)


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """A fact that prose states, and the doubt that goes with it if any."""

    fact: Fact
    finding: Finding | None = None


def read_stated(
    stated: StatedFee, sections: Sequence[Section], pages: Sequence[Page], *, unread: bool
) -> StatedAmount:
    """The amount that a section states in words: zero by a phrase, a sum with its unit, or unclear.

    Where that section is not printed at all, as in reports without headings, a sentence that names the fee counts.
    """
    key = stated.fact_key
    missing = CellState.UNREADABLE if unread else CellState.ABSENT
    wanted = [s for s in sections if s.number == stated.section]
    for section in wanted or sections:
        if not wanted and fold(stated.topics[0]) not in fold(section.text):
            continue
        found = _Passage(stated, section).read()
        if found is not None:
            page, box = place_of(found.fact.raw, pages, section.page, {})
            return replace(found, fact=replace(found.fact, page=page, box=box))
    return StatedAmount(Fact(key, missing))


@dataclass(frozen=True, slots=True)
class _Passage:
    """A section in which a fee may be stated."""

    stated: StatedFee
    section: Section

    def read(self) -> StatedAmount | None:
        """The amount of the section: none, what was collected, or what its sentences say."""
        first = fold(self.section.text.split("\n")[0])
        if label_key(first) in self.stated.nothing:
            return StatedAmount(self.fact(Decimal(0), self.stated.unit, first))
        sentences = _SENTENCE.findall(simplified(fold(self.section.text)))
        collected = self.collected(sentences)
        said = [f for s in sentences if (f := self.about(s)) is not None]
        values = {f.fact.value for f in said if f.fact.value is not None}
        if collected is None and len(values) > 1:  # another year's amount, or a tariff, beside this year's
            return self.unclear("".join(f.fact.raw for f in said))
        return collected or (said[0] if said else None)

    def collected(self, sentences: Sequence[str]) -> StatedAmount | None:
        """What was 收取, where a section tells it apart from what was asked for in notices."""
        for sentence in sentences:
            other = any(fold(word) in sentence for word in self.stated.other_topics)
            if "收取" not in sentence.partition("通知")[2] and "实际收" not in sentence:
                continue
            found = [] if other else _COLLECTED.findall(_TITLES.sub("", sentence))
            if len({(Decimal(n.replace(",", "")), unit) for n, unit in found}) == 1:
                value, unit = Decimal(found[0][0].replace(",", "")), found[0][1]
                return StatedAmount(self.fact(value, unit, sentence))
        return None

    def about(self, sentence: str) -> StatedAmount | None:
        """The amount of a sentence that is about the fee; a mere title of the rules on fees says nothing."""
        plain = _TITLES.sub("", sentence)
        named = any(fold(topic) in sentence for topic in self.stated.topics)
        about = fold(self.stated.topics[0]) in sentence or re.search(r"费|收取", plain)
        if not named or not about or any(fold(other) in sentence for other in self.stated.other_topics):
            return None
        return self.amount(sentence)

    def amount(self, sentence: str) -> StatedAmount | None:
        """The amount of a sentence, an unclear one where there are several; ``None`` where it has no figure."""
        plain = _TITLES.sub("", sentence)
        amounts = _AMOUNT.findall(plain)
        zero = any(fold(word) in plain for word in self.stated.zero)
        if len(amounts) == 1 and not (zero and Decimal(amounts[0][0].replace(",", ""))):
            value = Decimal(amounts[0][0].replace(",", ""))
            return StatedAmount(self.fact(value, amounts[0][1], sentence))
        if zero and not amounts:
            return StatedAmount(self.fact(Decimal(0), self.stated.unit, sentence))
        if not zero and not amounts:
            return self.unclear(sentence) if re.search(r"\d", plain) else None
        return self.unclear(sentence)

    def unclear(self, raw: str) -> StatedAmount:
        """Words out of which no single amount can be made."""
        page, key = self.section.page, self.stated.fact_key
        fact = Fact(key, CellState.UNREADABLE, raw=raw, page=page, method=Method(SENTENCE))
        doubt = Finding(
            "fee.unclear",
            Told("no single amount can be made out: {0}", raw),
            found=raw,
            page=page,
            touches=(key,),
            hint="read the sentence on its page",
        )
        return StatedAmount(fact, doubt)

    def fact(self, value: Decimal, unit: str, sentence: str) -> Fact:
        """The fact that a sentence states."""
        return Fact(
            self.stated.fact_key,
            CellState.REPORTED,
            value,
            unit,
            sentence,
            convert(value, unit, self.stated.unit),
            self.section.page,
            method=Method(SENTENCE),
            row_label=self.stated.label,
        )


Spelled = dict[int, tuple[str, list[int]]]  # by page: its words strung together, and where each ends


def place_of(sentence: str, pages: Sequence[Page], first: int, spelled: Spelled) -> tuple[int, Box | None]:
    """Page and box (on the displayed page) of the words that make up a sentence, as far as its page has it.

    ``spelled`` keeps what is known of the pages from one sentence to the next.
    """
    wanted = simplified(fold(sentence))
    for page in (p for p in pages if p.number >= first):
        if page.number not in spelled:
            texts = [simplified(fold(w.text)) for w in page.words]
            spelled[page.number] = "".join(texts), list(accumulate(len(t) for t in texts))
        whole, ends = spelled[page.number]
        for piece in (wanted, wanted[:12], wanted[-12:]):
            start = whole.find(piece)
            if start >= 0:
                since, until = bisect_right(ends, start), bisect_left(ends, start + len(piece))
                inside = [w.box for w in page.words[since : until + 1]]
                return page.number, page.displayed(bounding_box(inside)) if inside else None
    return first, None
