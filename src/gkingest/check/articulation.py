"""The arithmetic that the form promises (勾稽关系): sums and balances, judged with blanks in mind.

A rule that fails says so and changes nothing. Domain: 国办公开办函〔2021〕30号, note under the heading of table 3.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from gkingest.check.lines import axes_of, key_on, side_keys
from gkingest.formats.names import printed_names
from gkingest.formats.rules import KINDS, RuleKind
from gkingest.formats.spec import Format, Rule
from gkingest.model.finding import Finding
from gkingest.model.key import EVERY_FIGURE, FactKey
from gkingest.model.report import CellState, Fact, Tally
from gkingest.told import Told, joined

_SUSPECT = 12  # broken relations in one report that no organ prints


class Outcome(StrEnum):
    """How a relation came out; one that is ``vacuous`` has no number at all."""

    HOLDS = "holds"
    BROKEN = "broken"
    BLANK_CONSISTENT = "blank_consistent"
    NOT_ASSESSABLE = "not_assessable"
    VACUOUS = "vacuous"


# What is told of a relation in a report, by the code of the finding.
TOLD = {
    "rule.broken": Outcome.BROKEN,
    "rule.not_assessable": Outcome.NOT_ASSESSABLE,
    "rule.blank_consistent": Outcome.BLANK_CONSISTENT,
}


@dataclass(frozen=True, slots=True)
class Relation:
    """One instance of a rule: what its kind says of Σ sign × cell over ``terms``; sign −1 is the total's side."""

    rule: Rule
    line: str
    terms: tuple[tuple[FactKey, int], ...]
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    optional: frozenset[FactKey] = frozenset()

    @property
    def kind(self) -> RuleKind:
        """What the relation means."""
        return KINDS[self.rule.kind]

    @property
    def place(self) -> str:
        """Where it stands: rule id and the line it holds along."""
        return f"{self.rule.id} {self.line}"

    @property
    def told(self) -> str:
        """What the form says of it, and the row or column that is meant, in the words that are printed."""
        table, line = self.rule.table, self.line
        known = (f"{table}/{line}",) if self.rule.along == "columns" else (line, f"{table}/*/{line}")
        return f"{self.rule.sentence}（{next((self.names[key] for key in known if key in self.names), line)}）"

    def label(self, key: FactKey) -> str:
        """What is printed for the cell along the line."""
        along = f"{key.table}/{key.row}" if self.rule.along == "rows" else key.column
        return self.names.get(along, along)

    def cell(self, key: FactKey) -> str:
        """What is printed for the cell, row and column."""
        return self.names.get(str(key), str(key))

    def outcome(self, residual: Decimal, unknown: set[int], *, unread: bool) -> Outcome:
        """How it comes out by what is left of known parts less a known total.

        ``unknown`` are the signs of the cells without a number; ``unread`` tells that some could not be read.
        """
        breaks = self.kind.breaks
        if not unknown:
            return Outcome.BROKEN if breaks(residual, set()) else Outcome.HOLDS
        if unread:
            return Outcome.NOT_ASSESSABLE
        if breaks(residual, unknown):  # such as known parts that alone exceed the total
            return Outcome.BROKEN
        return Outcome.NOT_ASSESSABLE if breaks(residual, set()) else Outcome.BLANK_CONSISTENT

    def side(self, facts: Mapping[FactKey, Fact], sign: int) -> str:
        """Printed numbers of one side with their labels; zeros are left out, as they explain nothing."""
        numbers = [(k, v) for k, s in self.terms if s == sign and (v := facts[k].value) is not None]
        total = sum(v for _, v in numbers)
        shown = [f"{self.label(k)} {v}" for k, v in numbers if v]
        return f"{' + '.join(shown)} = {total}" if len(shown) > 1 else (shown[0] if shown else "0")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a relation came out.

    ``residual`` is known parts minus known total; ``unknown`` are the cells without a number.
    """

    relation: Relation
    outcome: Outcome
    residual: Decimal
    unknown: tuple[FactKey, ...]

    def explanation(self, facts: Mapping[FactKey, Fact], judged: "Sequence[Judgement]") -> str:
        """Cells whose change alone would mend every rule they take part in, with the value each would need."""
        candidates = []
        if self.relation.kind.breaks(Decimal(0), set()):
            return ""  # equal sides would not mend it, and by how much they must differ no rule says
        for key, _ in self.relation.terms:
            printed = facts[key].value
            if printed is None:
                continue
            wanted = {
                printed - j.residual / sign
                for j in judged
                # What holds though the two sides differ asks for no value of its own.
                if j.outcome is Outcome.BROKEN or (j.outcome is Outcome.HOLDS and not j.residual)
                for k, sign in j.relation.terms
                if k == key
            }
            if len(wanted) == 1 and (value := wanted.pop()) >= 0:
                candidates.append(f"{self.relation.cell(key)} {printed} → {value}")
        if not candidates:
            return "no single cell explains it"
        return Told("a single wrong cell would explain it: {0}", " / ".join(candidates))

    def unassessed(self, facts: Mapping[FactKey, Fact], evidence: "Evidence") -> Iterator[Finding]:
        """That a relation cannot be assessed, or holds if the cells without a number are zeros."""
        relation, unknown = self.relation, self.unknown
        names = [relation.label(k) for k in unknown]
        cells = "、".join(names) if len(names) <= 4 else Told("{0} cells", len(names))
        open_, apart = self.outcome is Outcome.NOT_ASSESSABLE, abs(self.residual)
        if not open_:
            message = Told("{0}: holds if the cells without a number are zeros ({1})", relation.told, cells)
        elif apart:
            shape = "{0}: cannot be judged, as {1} gives no number; the other numbers differ by {2}"
            message = Told(shape, relation.told, cells, apart)
        else:
            message = Told("{0}: cannot be judged, as {1} gives no number", relation.told, cells)
        touches = tuple(k for k, _ in relation.terms)
        yield Finding(f"rule.{self.outcome}", message, place=relation.place, touches=touches)
        # Cells of a picture that seem empty, while a sum wants a number there: faint print may have been missed.
        empty = [k for k in unknown if k in evidence.pictured and facts[k].state is CellState.BLANK]
        if empty and open_:
            yield Finding(
                "cell.doubt",
                Told("nothing was seen in the picture, but the sum lacks {0}", apart),
                place=relation.place,
                touches=tuple(empty),
                page=facts[empty[0]].page,
                hint="look at the page: the cell may hold a faint figure",
            )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how the figures were read.

    ``confirmed`` tells that two independent readings of the text layer gave the same figures. ``pictured`` are the
    figures that were read from a picture, ``steady`` those of them that every later look read alike; ``others``
    holds what a later look made of the rest.
    """

    confirmed: bool = False
    pictured: frozenset[FactKey] = frozenset()
    steady: frozenset[FactKey] = frozenset()
    others: Mapping[FactKey, tuple[Decimal, ...]] = field(default_factory=dict)

    def verdict(self, judgement: Judgement, facts: Mapping[FactKey, Fact]) -> tuple[str, str]:
        """Whose fault a broken relation is, one of ``VERDICTS``, and the evidence in words."""
        terms = [(k, sign, v) for k, sign in judgement.relation.terms if (v := facts[k].value) is not None]
        pictured = [k for k, _, _ in terms if k in self.pictured]
        for key, sign, value in terms:
            for other in self.others.get(key, ()):
                if not judgement.relation.kind.breaks(judgement.residual + sign * (other - value), set()):
                    cell = judgement.relation.cell(key)
                    told = Told("{0} reads {1}, but {2} at a second look, which would mend it", cell, value, other)
                    return "reading", told
        unsteady = "、".join(judgement.relation.cell(k) for k in pictured if k not in self.steady)
        if unsteady:
            shape = "looks at the picture differ or failed ({0}): compare them with the page"
            return "undetermined", Told(shape, unsteady)
        if len(pictured) == len(terms) > 0:
            return "printed", "every figure was read again from its picture with one result, so it is printed so"
        if self.confirmed:
            return "printed", "two independent readings of the page agree, so the report is printed so"
        return "undetermined", "no second reading of the page confirms the figures: compare them with it"

    def suspicion(self, judged: Sequence[Judgement]) -> Iterator[Finding]:
        """No organ errs in half of its sums: then the digits that were read are not those on the page."""
        assessed = [j for j in judged if j.outcome in (Outcome.HOLDS, Outcome.BROKEN)]
        wrong = [j for j in assessed if j.outcome is Outcome.BROKEN]
        if len(wrong) >= _SUSPECT and len(wrong) >= 0.4 * len(assessed):
            pictured = any(k in self.pictured for j in wrong for k, _ in j.relation.terms)
            doubt = (
                "the picture may have been misread" if pictured else "the text layer may not say what is printed"
            )
            step = "" if pictured else "where they differ, gkingest FILE --ocr always --force reads it as a picture"
            yield Finding(
                "reading.suspect",
                Told("{0} of {1} relations do not hold: {2}", len(wrong), len(assessed), doubt),
                touches=(EVERY_FIGURE,),
                hint=joined("; ", ("compare a few figures with the page", step)),
            )


NO_EVIDENCE = Evidence()


@lru_cache(maxsize=32)
def relations(form: Format) -> tuple[Relation, ...]:
    """Every sum and balance of the format, once for each line it holds along."""
    found, names = [], printed_names([form])
    for rule in form.rules:
        kind = KINDS[rule.kind]
        if kind.across_years:
            continue
        along, lines = axes_of(rule, form)
        terms = [term for side in kind.signs for term in side_keys(rule, side, along)]
        for line in lines:
            cells = tuple((key_on(rule, k, line), sign) for k, sign in terms)
            found.append(Relation(rule, line, cells, names, form.optional & {k for k, _ in cells}))
    return tuple(found)


def judge(relation: Relation, facts: Mapping[FactKey, Fact]) -> Judgement:
    """Compare the two sides of a relation as far as they are printed."""
    residual = Decimal(0)
    unknown: list[FactKey] = []
    signs: set[int] = set()
    unread = found = False
    for key, sign in relation.terms:
        fact = facts.get(key)
        if key in relation.optional and fact is not None and fact.state is CellState.ABSENT:
            continue  # a row that the organ's sheet does not have counts nothing
        if fact is not None and fact.state is CellState.REPORTED and fact.value is not None:
            residual += sign * fact.value
            found = True
        else:
            unknown.append(key)
            signs.add(sign)
            unread |= fact is None or fact.state is CellState.UNREADABLE
    outcome = relation.outcome(residual, signs, unread=unread) if found else Outcome.VACUOUS
    return Judgement(relation, outcome, residual, tuple(unknown))


def check_articulation(
    form: Format, facts: Mapping[FactKey, Fact], evidence: Evidence = NO_EVIDENCE
) -> tuple[Finding, ...]:
    """Findings for every relation that is broken, or that blanks keep from being assessed.

    A broken one is judged on the ``evidence``: whether the report prints it so or the reading may be at fault.
    """
    judged = [judge(r, facts) for r in relations(form)]
    findings = []
    for judgement in judged:
        if judgement.outcome is Outcome.BROKEN:
            # All of its cells are facts: one that was not found leaves a relation not assessable.
            relation, residual = judgement.relation, judgement.residual
            verdict, reason = evidence.verdict(judgement, facts)
            left, right = relation.side(facts, 1), relation.side(facts, -1)
            sides = (right, left) if relation.rule.kind == "sum" else (left, right)  # as the sentence has them
            findings.append(
                Finding(
                    "rule.broken",
                    Told(
                        "{0}: {1} {2} {3}, a difference of {4}",
                        relation.told,
                        sides[0],
                        relation.kind.unlike,
                        sides[1],
                        abs(residual),
                    ),
                    place=relation.place,
                    found=left,
                    expected=right,
                    hint=joined("; ", (judgement.explanation(facts, judged), reason)),
                    verdict=verdict,
                    touches=tuple(k for k, _ in relation.terms),
                    page=next((page for k, _ in relation.terms if (page := facts[k].page)), None),
                )
            )
        elif judgement.outcome in (Outcome.NOT_ASSESSABLE, Outcome.BLANK_CONSISTENT):
            findings += judgement.unassessed(facts, evidence)
    return (*findings, *evidence.suspicion(judged))


def tally(form: Format, facts: Mapping[FactKey, Fact], findings: Iterable[Finding]) -> Tally:
    """What is counted over a report; ``findings`` are those of :func:`check_articulation` among others."""
    tables = {t.key for t in form.tables}
    reported = sum(f.state is CellState.REPORTED for k, f in facts.items() if k.table in tables)
    outcomes = Counter((f.code, f.verdict) for f in findings)
    printed = outcomes["rule.broken", "printed"]
    known = sum(judge(r, facts).outcome is not Outcome.VACUOUS for r in relations(form))
    open_ = sum(n for (code, _), n in outcomes.items() if code in ("rule.broken", "rule.not_assessable"))
    return Tally(reported, known - open_ + printed, printed)


def broken(form: Format, table: str, facts: Mapping[FactKey, Fact]) -> tuple[Judgement, ...]:
    """The relations of one table that do not hold."""
    judged = (judge(r, facts) for r in relations(form) if r.rule.table == table)
    return tuple(j for j in judged if j.outcome is Outcome.BROKEN)
