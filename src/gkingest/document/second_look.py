"""Figures that break a rule of the form are looked at again before anybody is blamed.

Of a picture those figures alone; a text layer in which too many sums are wrong is held as a whole against the
pictures of its pages. The arithmetic tells where to look; only the ink may change a figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from gkingest.check.articulation import Evidence, Outcome, broken, judge, relations
from gkingest.document.read_with import ReadWith
from gkingest.formats.spec import Format
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import SCAN
from gkingest.model.paper import Box, Page, ReadDocument, Word
from gkingest.model.report import Fact, Report
from gkingest.read.picture.installed import is_installed
from gkingest.read.picture.recognise import Looks, look_again, read_pictures
from gkingest.told import Told

_FIRM = 0.9  # chance of every look from which they are believed against the first
_FAIR = 0.5  # chance from which a look counts as another opinion
_ALIKE = 0.9  # share of figures other than 0 that picture and text layer must have in common to confirm the layer
_MOST_SUSPECTS = (
    120  # figures: where more are in doubt it is the page that was misread, and looking again is no use
)


# Figures in doubt from which a print is unsure as a whole. Where figures were silently wrong 104 of 107 and 157 of
# 164 were in doubt; of hard scans that are read well 0 to 14 of 200.
_MANY = 12


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The facts after a second look, what changed, and what is now known of how they were read."""

    facts: Mapping[FactKey, Fact]
    findings: tuple[Finding, ...]
    evidence: Evidence

    @classmethod
    def of(
        cls,
        facts: Mapping[FactKey, Fact],
        confirmed: bool,
        pictured: frozenset[FactKey],
        looks: Mapping[FactKey, Looks],
    ) -> Self:
        """What the looks say: the same as the first, all of them another figure, or something in between."""
        settled, findings = dict(facts), []
        steady, others = set(), {}
        for key, seen in looks.items():
            fact = facts[key]
            values = [(_value(text), chance) for text, chance in seen]
            agreed = _agreed(values)
            if agreed is not None and agreed == fact.value:
                steady.add(key)
            elif agreed is not None:
                settled[key] = _changed(fact, agreed)
                steady.add(key)
                findings.append(_told(fact, agreed, len(seen)))
            else:
                others[key] = tuple(
                    dict.fromkeys(v for v, c in values if v is not None and v != fact.value and c >= _FAIR)
                )
        return cls(settled, tuple(findings), Evidence(confirmed, pictured, frozenset(steady), others))


def second_look(read: ReadDocument, form: Format, facts: Mapping[FactKey, Fact], *, confirmed: bool) -> SecondLook:
    """Look again at the pictured figures of every broken relation; ``confirmed`` is passed on for the others."""
    scans = {p.number: p for p in read.pages if p.origin == "scan"}
    pictured = frozenset(k for k, f in facts.items() if f.page in scans)
    suspects = _suspects(form, facts) & pictured
    if not suspects or len(suspects) > _MOST_SUSPECTS:
        return SecondLook(facts, (), Evidence(confirmed, pictured))
    places = {k: w for k in sorted(suspects) if (w := _word_of(facts[k], scans)) is not None}
    wanted: dict[int, list[Box]] = {}
    for key, word in places.items():
        wanted.setdefault(facts[key].page or 0, []).append(word.box)
    seen = look_again(read, wanted)
    return SecondLook.of(
        facts, confirmed, pictured, {k: seen[facts[k].page or 0, w.box] for k, w in places.items()}
    )


def _suspects(form: Format, facts: Mapping[FactKey, Fact]) -> frozenset[FactKey]:
    wrong = [j for table in form.tables for j in broken(form, table.key, facts)]
    keys = {k for j in wrong for k, _ in j.relation.terms}
    return frozenset(k for k in keys if k in facts and facts[k].value is not None)


def _word_of(fact: Fact, scans: Mapping[int, Page]) -> Word | None:
    """The single word that a figure was read from."""
    page = scans[fact.page or 0]
    box = fact.box
    if box is None:
        return None
    words = [w for w in page.words if _inside(page.displayed(w.box).centre, box)]
    return words[0] if len(words) == 1 else None


def _inside(point: tuple[float, float], box: Box) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.top <= point[1] <= box.bottom


def _value(text: str) -> Decimal | None:
    """A plain whole number; anything else is no second opinion on a figure."""
    return Decimal(text) if text.isascii() and text.isdigit() else None


def _agreed(values: Sequence[tuple[Decimal | None, float]]) -> Decimal | None:
    """The number on which every look agrees firmly."""
    numbers = {v for v, _ in values}
    firm = len(numbers) == 1 and all(c >= _FIRM for _, c in values)
    return numbers.pop() if firm else None


def _changed(fact: Fact, value: Decimal) -> Fact:
    return replace(fact, value=value, form_value=value, raw=str(value), confidence=min(fact.confidence, _FIRM))


def _told(fact: Fact, value: Decimal, looks: int) -> Finding:
    return Finding(
        "cell.reread",
        Told("first read as {0}, then {1} times as {2}, which was taken", fact.raw, looks, value),
        place=str(fact.key),
        found=fact.raw,
        expected=str(value),
        page=fact.page,
        touches=(fact.key,),
        hint="look at the page",
    )


def unsure_print(form: Format, report: Report, pictured: frozenset[FactKey]) -> Finding | None:
    """The doubt about every pictured figure that no relation confirms, where a third of all are in doubt already.

    What a thin or broken print does to one digit it does to the next, and the recogniser is as sure of 192 as it
    would be of the 392 on the page. ``pictured`` are the figures that were read from pictures.
    """
    flagged = report.flagged() & pictured
    if 3 * len(flagged) < len(pictured) or len(flagged) < _MANY:
        return None
    facts = {f.key: f for f in report.facts}
    judged = (judge(r, facts) for r in relations(form))
    confirmed = {k for j in judged if j.outcome is Outcome.HOLDS for k, _ in j.relation.terms}
    alone = tuple(sorted(k for k in pictured - flagged - confirmed if facts[k].value is not None))
    if not alone:
        return None
    told = Told("{0} of {1} figures read from pictures are in doubt", len(flagged), len(pictured))
    return Finding("reading.unsure", told, found=str(len(flagged)), expected=str(len(pictured)), touches=alone)


def suspicion(report: Report) -> Finding | None:
    """The finding that so many relations are broken that the reading as a whole is in doubt."""
    return next((f for f in report.findings if f.code == "reading.suspect"), None)


def has_layer(pages: Sequence[Page]) -> bool:
    """Whether the words are from a text layer alone, which pictures of the pages may contradict."""
    return any(p.origin == "text" and p.words for p in pages) and not any(p.origin == "scan" for p in pages)


def as_pictures(read: ReadDocument, report: Report, options: ReadWith) -> ReadDocument | None:
    """A document whose text layer is in doubt, read from its pictures; ``None`` where that cannot be done."""
    if suspicion(report) is None or options.ocr == "never" or not is_installed() or not has_layer(read.pages):
        return None
    doubt = "its text layer may not say what is printed"
    pages = tuple(replace(p, problem=p.problem or (doubt if p.words else "")) for p in read.pages)
    return read_pictures(replace(read, pages=pages), options)


def same_figures(layer: Report, pictured: Report) -> bool:
    """Whether the pictures confirm the text layer; zeros stand everywhere and confirm nothing."""
    seen = {f.key: f.value for f in pictured.facts}
    pairs = [(f.value, seen.get(f.key)) for f in layer.facts if f.value or seen.get(f.key)]
    return sum(one == other for one, other in pairs) >= _ALIKE * len(pairs)


def without_suspicion(report: Report) -> Report:
    """The report whose text layer its pictures confirm: what is broken in it is printed so."""
    return replace(report, findings=tuple(f for f in report.findings if f.code != "reading.suspect"))


def told_pictured(layer: Report, pictured: Report) -> Report:
    """The report as read from its pictures, with the reason why the text layer was not believed."""
    doubt = suspicion(layer)
    message = Told("{0}; so it was read from its pictures", doubt.message) if doubt else ""
    told = Finding("reading.fallback", message, found=str(SCAN))
    # A layer that has other digits names the organ all the same: two witnesses, where the picture alone was one.
    named = pictured.organ and pictured.organ == layer.organ
    findings = (f for f in pictured.findings if not (named and f.code == "organ.doubtful"))
    return replace(pictured, findings=(*findings, told))
