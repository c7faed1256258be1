"""What a report says with its decisions: figures, the form's arithmetic once more, what is settled, what is not.

A doubt about figures is settled once each of them is decided. A relation with a decided figure is judged anew, all
others stay as they were when the report was read; nothing is ever made to fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gkingest.check.articulation import TOLD, Evidence, Judgement, check_articulation, relations, tally
from gkingest.check.narrative import contradicted, sums_of
from gkingest.formats.spec import Format
from gkingest.model.decision import REASONS, Decision, Field, worded
from gkingest.model.finding import Finding, Severity
from gkingest.model.key import FactKey, is_several
from gkingest.model.report import CellState, Fact, Statement, Verdict
from gkingest.review.standing import Standing
from gkingest.review.whose import SETTLES, Identity
from gkingest.store.ask.deciding import AsRead, Doubt
from gkingest.store.write.decisions import Instead, Rewritten
from gkingest.text.numbers import convert
from gkingest.told import Told, joined

_SUSPECT, _NARRATIVE, _EMPTY = "reading.suspect", "narrative.differs", "cell.doubt"
_NO_IDENTITY = Identity({})
_OTHER_EDITION = (
    "its figures are still those of the other edition: run gkingest over its folder again to read it by this one"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is decided of one report.

    ``words`` by subject; ``identity`` is whose it is, where that is decided; ``elsewhere`` are decisions by subject
    about other bytes of the same document.
    """

    words: Mapping[str, Standing] = field(default_factory=dict)
    identity: Identity = _NO_IDENTITY
    elsewhere: Mapping[str, Decision] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is decided."""
        return bool(self.words or self.identity.columns or self.elsewhere)

    def standing(self) -> Iterator[tuple[str, Standing, Decision]]:
        """What is decided, people who differ left out."""
        for subject, one in sorted(self.words.items()):
            if one.stands is not None:
                yield subject, one, one.stands

    def settled(self, read: AsRead, looked: frozenset[FactKey]) -> Iterator[int]:
        """Doubts that decisions answer: about fields that are decided, and about figures of which each is."""
        prefixes = tuple(code for subject, *_ in self.standing() for code in SETTLES.get(subject, ()))
        if "organ_key" in self.identity.columns:
            prefixes += SETTLES[Field.SAME_ORGAN_AS]
        for doubt in read.doubts:
            if prefixes and doubt.code.startswith(prefixes):
                yield doubt.ordinal
            elif looked and doubt.touches and doubt.code not in TOLD and doubt.code != _SUSPECT:
                about = [key for key in read.facts if key.matches_any(doubt.touches)]
                exact = [FactKey(*t) for t in doubt.touches if not is_several(t)]
                if (about or exact) and looked.issuperset((*about, *exact)):
                    yield doubt.ordinal

    def told(self, read: AsRead) -> Iterator[Finding]:
        """What is to be said of the decisions themselves."""
        for subject, one in sorted(self.words.items()):
            key, word = one.words[0].key, one.stands
            touches = (key,) if key is not None else ()
            fact = read.facts.get(key) if key is not None else None
            page = fact.page if fact else None
            if word is None:
                sides = "; ".join(f"{d.by}: {d.value}{d.unit}" for d in one.words)
                yield Finding(
                    "decision.conflict",
                    Told("people differ, so what was read stands: {0}", sides),
                    place=subject,
                    found=sides,
                    touches=touches,
                    page=page,
                    hint="a third person decides: gkingest correct FILE CELL VALUE --by NAME",
                )
            elif subject == Field.IS_REPORT and word.value == "no":
                yield Finding(
                    "decision.no_report",
                    Told("{0} decided that it is no report: {1}", one.by, _why(word)),
                    place=subject,
                    hint="gkingest correct FILE --undo --report no takes it back",
                )
            elif (was := _read_otherwise(word, fact)) is not None:
                yield Finding(
                    "decision.set",
                    Told(
                        "{0} decided {1} in place of {2}: {3}",
                        one.by,
                        worded(f"{word.value}{word.unit}"),
                        worded(was) or Told("nothing"),
                        _why(word),
                    ),
                    place=subject,
                    found=was,
                    expected=f"{word.value}{word.unit}",
                    touches=touches,
                    page=page,
                    hint=_OTHER_EDITION if subject == Field.EDITION and word.value != read.format else "",
                )
        for subject, word in sorted(self.elsewhere.items()):
            if subject in self.words:
                continue
            key = word.key
            fact = read.facts.get(key) if key is not None else None
            was = as_said(fact.state, fact.value, fact.unit) if fact else ""
            decided = (word.by, f"{word.value}{word.unit}")
            message = Told("{0} decided {1} on other bytes of this document", *decided)
            if was:
                message = Told("{0} decided {1} on other bytes of this document; these read {2}", *decided, was)
            yield Finding(
                "decision.reopened",
                message,
                place=subject,
                found=was,
                expected=f"{word.value}{word.unit}",
                touches=(key,) if key is not None else (),
                page=fact.page if fact else None,
                hint="look at the page and decide again: the document was changed since",
            )

    def in_place(self, read: AsRead) -> Iterator[Instead]:
        """What had been read where a decision stands."""
        for subject, one, word in self.standing():
            if (key := word.key) is not None:
                fact = read.facts.get(key, Fact(key, CellState.ABSENT))
                yield Instead(subject, str(fact.state), fact.value, fact.unit, fact.raw, word.id, one.by)
            else:
                yield Instead(subject, "", None, "", word.value_read, word.id, one.by)


@dataclass(frozen=True, slots=True)
class _Decided(Evidence):
    """What is known once people ``looked`` at some figures; ``before`` are the verdicts until then, by place."""

    looked: frozenset[FactKey] = frozenset()
    before: Mapping[str, str] = field(default_factory=dict)

    def verdict(self, judgement: Judgement, facts: Mapping[FactKey, Fact]) -> tuple[str, str]:
        """Printed so if a person looked at every figure, or at those that the reading itself did not confirm."""
        numbers = [k for k, _ in judgement.relation.terms if facts[k].value is not None]
        if all(key in self.looked for key in numbers):
            return "printed", "a person looked at every figure, so it is printed so"
        if self.before.get(judgement.relation.place) == "printed":
            return "printed", "a person looked at some of the figures, and independent readings agree on the others"
        seen = "、".join(judgement.relation.cell(k) for k in numbers if k in self.looked)
        if not seen:
            return "undetermined", "no second reading of the page confirms the figures: compare them with it"
        return "undetermined", Told("a person looked at {0}: compare the others with the page", seen)


def rechecked(
    read: AsRead, order: Order, forms: Mapping[str, Format], units: Mapping[tuple[str, FactKey], str], digest: str
) -> Rewritten:
    """What decisions make of a report; ``units`` are those of the form by edition and figure."""
    edition = str(order.identity.columns.get("format", read.format))
    changed = {
        key: _decided(read.facts.get(key, Fact(key, CellState.ABSENT)), word, units.get((edition, key), ""))
        for subject, _, word in order.standing()
        if (key := word.key) is not None
    }
    facts = {**read.facts, **changed}
    looked = frozenset(changed)
    settled = set(order.settled(read, looked))
    said = [*order.identity.findings, *order.told(read)]
    agrees: dict[int, bool | None] = {}
    form = forms.get(edition)
    if form is not None and looked:
        judged_anew, findings = _judged_anew(read, form, facts, looked)
        settled |= judged_anew
        said += findings
        settled_words, said_words, agrees = _narrative(read, form, facts, looked)
        settled |= settled_words
        said += said_words
    open_ = [d for d in read.doubts if d.ordinal not in settled]
    columns = dict(order.identity.columns)
    flagged = _flagged(facts, open_, said, looked)
    grave = [d.severity for d in open_ if d.severity != "info"]
    grave += [f.code for f in said if f.severity >= Severity.WARNING]
    if not any(f.state is not CellState.ABSENT for f in facts.values()):
        verdict = Verdict.REJECTED
    else:
        verdict = Verdict.NEEDS_REVIEW if grave else Verdict.ACCEPTED
    columns |= {"verdict": str(verdict), "flagged": len(flagged)}
    if form is not None and looked:
        codes = [Finding(d.code, "", verdict=d.verdict) for d in open_]
        columns |= tally(form, facts, [*codes, *said])._asdict()
    return Rewritten(
        digest, columns, changed, frozenset(settled), tuple(said), flagged, agrees, tuple(order.in_place(read))
    )


def _decided(fact: Fact, word: Decision, form_unit: str) -> Fact:
    """A figure as a person says; its printed text and place stay what was read."""
    if (value := word.number) is None:
        return replace(fact, state=word.state, value=None, form_value=None, unit="")
    unit = word.unit or fact.unit or form_unit
    amount = convert(value, unit, form_unit) if form_unit else value
    return replace(fact, state=CellState.REPORTED, value=value, unit=unit, form_value=amount)


def as_said(state: CellState, value: Decimal | None, unit: str = "") -> str:
    """What a cell says, in a word: its number with the unit, or its state."""
    return str(state) if value is None else f"{value:f}{unit}"


def _read_otherwise(word: Decision, fact: Fact | None) -> str | None:
    """What was read where a decision says something else; ``None`` where it says the same."""
    if word.key is None:
        return word.value_read if word.value != word.value_read else None
    if fact is None:
        return str(CellState.ABSENT)
    same = (fact.state, fact.value) == (word.state, word.number) and word.unit in ("", fact.unit)
    return None if same else as_said(fact.state, fact.value, fact.unit)


def _why(word: Decision) -> str:
    return joined(", ", (REASONS.get(word.reason, ""), word.words)) or "no reason given"


def _judged_anew(
    read: AsRead, form: Format, facts: Mapping[FactKey, Fact], looked: frozenset[FactKey]
) -> tuple[set[int], list[Finding]]:
    """Findings on relations with a decided figure: those that fall, and those that are said in their place."""
    places = {r.place for r in relations(form) if any(k in looked for k, _ in r.terms)}
    fallen = {
        d.ordinal
        for d in read.doubts
        if (d.code in TOLD and d.place in places) or (d.code == _EMPTY and d.place in places)
    }
    pictured = frozenset(k for k, f in facts.items() if f.method is not None and f.method.way.pictured)
    before = {d.place: d.verdict for d in read.doubts if d.code == "rule.broken"}
    known = {k: facts.get(k, Fact(k, CellState.ABSENT)) for r in relations(form) for k, _ in r.terms}
    evidence = _Decided(pictured=pictured - looked, looked=looked, before=before)
    found = [f for f in check_articulation(form, {**facts, **known}, evidence) if f.place in places or not f.place]
    suspect = [d.ordinal for d in read.doubts if d.code == _SUSPECT]
    if any(f.code == _SUSPECT for f in found) and suspect:
        found = [f for f in found if f.code != _SUSPECT]  # as it was
    else:
        fallen |= set(suspect)
    return fallen, found


def _narrative(
    read: AsRead, form: Format, facts: Mapping[FactKey, Fact], looked: frozenset[FactKey]
) -> tuple[set[int], list[Finding], dict[int, bool | None]]:
    """The statements that stand for a decided figure, held against it: doubts that fall, new ones, what agrees."""
    fallen: set[int] = set()
    found: list[Finding] = []
    agrees: dict[int, bool | None] = {}
    for told in read.stated:
        before, after = sums_of(form, told.key, read.facts), sums_of(form, told.key, facts)
        # One that agreed by another unit, or was not understood, says nothing of the decided figure.
        if before == after or told.agrees is None or (told.agrees and told.value not in before):
            continue
        agreed = None if None in after and told.value not in after else told.value in after
        if agreed == told.agrees:
            continue
        agrees[told.ordinal] = agreed
        place = f"narrative/{told.key}"
        fallen |= {d.ordinal for d in read.doubts if d.code == _NARRATIVE and d.place == place}
        if agreed is False:
            statement = Statement(told.key, told.label, told.value, told.sentence, told.page)
            found.append(contradicted(statement, after))
    return fallen, found, agrees


def _flagged(
    facts: Mapping[FactKey, Fact], open_: Sequence[Doubt], said: Sequence[Finding], looked: frozenset[FactKey]
) -> frozenset[FactKey]:
    """What a warning or error touches; a figure that is decided only where a sum is wrong or people differ."""
    everything = [(d.code, d.touches) for d in open_ if d.severity != "info"]
    everything += [(f.code, f.touches) for f in said if f.severity >= Severity.WARNING]
    patterns = {t for _, touches in everything for t in touches}
    on_decided = {t for code, touches in everything if code == "rule.broken" for t in touches}
    wild = [t for t in patterns if is_several(t)]

    def is_flagged(key: FactKey) -> bool:
        if key in looked:
            return key in on_decided
        return key in patterns or key.matches_any(wild)

    return frozenset(key for key in facts if is_flagged(key))
