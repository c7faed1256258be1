"""What a person should look at, most useful first: figures and fields that are doubtful and that nobody decided.

Useful is a figure that much hangs on: it stands in rules of the form, is a total, or goes into an indicator. What
keeps a whole report out of the views comes before all figures; sums that the report itself prints wrongly come
last, as there is nothing to decide.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from gkingest.check.articulation import Outcome, judge, relations
from gkingest.formats.indicators import Counted, Measures, shipped_measures, terms
from gkingest.formats.names import form_keys, printed_names
from gkingest.formats.spec import Format
from gkingest.model.decision import Field, cell_of
from gkingest.model.finding import CATALOGUE
from gkingest.model.key import FactKey, is_several
from gkingest.model.paper import Box
from gkingest.model.report import CellState, Fact
from gkingest.review.recheck import as_said
from gkingest.store.ask.citing import Doubt, doubts_of, facts_of
from gkingest.store.ask.doubtful import (
    Considered,
    Flagged,
    Warned,
    considered,
    decided_subjects,
    flagged_figures,
    sides,
    touched,
    warnings,
)
from gkingest.store.ask.series import Selection
from gkingest.store.tables.figures import STATE_NUMBERS, slot_number

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Doubts about whose report it is -> the field that settles them.
FIELDS = {
    "organ.unknown": Field.ORGAN,
    "organ.conflict": Field.ORGAN,
    "organ.doubtful": Field.ORGAN,
    "year.unknown": Field.YEAR,
    "year.conflict": Field.YEAR,
    "region.ambiguous": Field.REGION,
    "region.conflict": Field.REGION,
    "region.outdated": Field.YEAR,
    "format.close": Field.EDITION,
}
CONFLICT = "decision.conflict"
_ABOUT_THE_FIGURE = ("cell.", "decision.", "reading.disagrees", "page.renders_differently", "ink.")
_TOTAL, _INDICATOR = 2, 2  # what a total and a figure of an indicator count for, a rule counting 1
_DOUBTED = 10  # from here on there is something to decide
_FIRST = 1000  # what keeps a whole report out of the views


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue: reports, codes of findings (``cell.*`` for all of a kind), decided items or not."""

    selection: Selection = field(default_factory=Selection)
    codes: tuple[str, ...] = ()
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """What it may be, as the table says it (digits, or the word of a state), and why; ``told`` in words."""

    value: str
    why: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A doubtful figure or field of a report, and its rank: the greater, the more useful to decide."""

    report_id: str
    subject: str
    rank: int
    codes: tuple[str, ...]
    decided: bool = False

    @property
    def is_misprint(self) -> bool:
        """Whether it is doubtful only as the report itself adds up wrongly, so that looking settles nothing."""
        return self.rank < _DOUBTED

    @property
    def key(self) -> FactKey | None:
        """The figure; ``None`` for a field."""
        return cell_of(self.subject)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A place of the queue with all that a person needs to decide.

    ``label`` is the printed name, ``says`` what the database has now, ``raw`` the printed text, ``doubts`` are code
    and message of each finding, ``candidates`` begin with what was read.
    """

    place: Question
    report: Considered
    label: str
    says: str
    raw: str
    page: int | None
    box: Box | None
    doubts: tuple[tuple[str, str], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    decision: str = ""
    decided_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether people differ on it."""
        return CONFLICT in self.place.codes


def queue(
    engine: "Engine",
    formats: Sequence[Format],
    wanted: Wanted = Wanted(),
    limit: int | None = None,
    measures: Measures | None = None,
) -> list[Doubtful]:
    """What is doubtful, most useful first, with all that is needed to decide. Raises :class:`DatabaseError`."""
    return described(engine, formats, ranked(engine, formats, wanted, measures)[:limit])


def ranked(
    engine: "Engine", formats: Sequence[Format], wanted: Wanted = Wanted(), measures: Measures | None = None
) -> list[Question]:
    """Every place of the queue in its order, without its details: quick, even for very many."""
    return Ranking.of(engine, formats, measures, wanted.selection).queue(wanted)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every place of the queue, decided ones too, by report, and the reports; it is kept and renewed in parts.

    ``engine`` is the database that is asked, ``formats`` and ``measures`` are what is known of the figures.
    """

    engine: "Engine"
    formats: Sequence[Format]
    measures: Measures | None
    reports: Mapping[str, Considered]
    places: Mapping[str, Sequence[Question]]

    @classmethod
    def of(
        cls,
        engine: "Engine",
        formats: Sequence[Format],
        measures: Measures | None = None,
        selection: Selection | None = None,
        report_ids: Collection[str] = (),
    ) -> "Ranking":
        """The places of the reports that are meant, of these alone if any are given."""
        reports = considered(engine, selection or Selection(), report_ids)
        narrowed = bool(report_ids) or selection not in (None, Selection())
        serials = {one.serial: report_id for report_id, one in reports.items()}
        told: dict[str, list[Warned]] = defaultdict(list)
        for warned in warnings(engine, list(reports) if narrowed else None):
            told[warned.report_id].append(warned)
        flagged: dict[str, list[Flagged]] = defaultdict(list)
        for figure in flagged_figures(engine, list(serials) if narrowed else None):
            if figure.serial in serials:
                flagged[serials[figure.serial]].append(figure)
        keys = _Keys.of(tuple(formats), measures or shipped_measures())
        subjects = decided_subjects(engine, list(serials) if narrowed else None)
        places = {}
        for report_id, report in reports.items():
            warned_of = told.get(report_id, [])
            figures = keys.figures(report_id, flagged.get(report_id, ()), warned_of)
            places[report_id] = [*figures, *keys.fields(report_id, report.serial, warned_of, subjects)]
        return cls(engine, formats, measures, reports, places)

    def renewed(self, report_ids: Collection[str]) -> "Ranking":
        """The same with these reports looked at again. Raises :class:`DatabaseError`."""
        if not report_ids:
            return self
        fresh = Ranking.of(self.engine, self.formats, self.measures, report_ids=report_ids)
        others = {i: one for i, one in self.reports.items() if i not in report_ids}
        places = {**{i: self.places[i] for i in others}, **fresh.places}
        return replace(self, reports={**others, **fresh.reports}, places=places)

    def queue(self, wanted: Wanted) -> list[Question]:
        """The places that are wanted, in their order."""
        meant = [report_id for report_id, one in self.reports.items() if wanted.selection.means(one.who)]
        order = {report_id: n for n, report_id in enumerate(sorted(meant, key=lambda i: self.reports[i].who.order))}
        chosen = [p for report_id in meant for p in self.places[report_id] if p.decided == wanted.decided]
        if wanted.codes:
            chosen = [p for p in chosen if any(fnmatchcase(c, name) for c in p.codes for name in wanted.codes)]
        return sorted(chosen, key=lambda p: (-p.rank, order[p.report_id], p.subject))


@dataclass(frozen=True)
class _Keys:
    """The figures of all editions, by the number of their slot, with what hangs on each."""

    by_slot: Mapping[int, FactKey]
    weight: Mapping[FactKey, int]
    named: dict[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, formats: tuple[Format, ...], measures: Measures) -> "_Keys":
        """Those of these editions."""
        weight: dict[FactKey, int] = defaultdict(int)
        for form in formats:
            own: dict[FactKey, int] = defaultdict(int)
            for relation in relations(form):
                for key, _ in relation.terms:
                    own[key] += 1
            used = {key for cells in _indicator_cells(form, measures) for key in cells}
            totals = {
                FactKey(table.key, row, column)
                for table in form.tables
                for row, column, *heads in table.slots()
                if any(head.kind == "total" for head in heads)
            }
            for key in form_keys(form):
                own[key] += _TOTAL * (key in totals) + _INDICATOR * (key in used)
                weight[key] = max(weight[key], own[key])
        return cls({slot_number(*key): key for key in weight}, dict(weight))

    def slots(self, touches: str) -> frozenset[int]:
        """The slots that a finding is about."""
        if touches not in self.named:
            patterns = touched(touches)
            several = [pattern for pattern in patterns if is_several(pattern)]
            # One figure's name is looked up: to hold some twenty of a rule against every figure takes seconds.
            one = {slot_number(*pattern) for pattern in patterns} & self.by_slot.keys()
            self.named[touches] = frozenset(
                one | {slot for slot, key in self.by_slot.items() if several and key.matches_any(several)}
            )
        return self.named[touches]

    def figures(self, report_id: str, flagged: Iterable[Flagged], told: Sequence[Warned]) -> Iterator[Question]:
        """The doubtful figures of one report."""
        codes: dict[int, dict[str, None]] = defaultdict(dict)
        grave: dict[int, int] = defaultdict(int)
        doubted = list(flagged)
        flags = {figure.slot for figure in doubted}
        for warned in told if flags else ():
            # What the report prints wrongly itself: two readings agree, so looking again settles nothing.
            printed = warned.code == "rule.broken" and warned.verdict == "printed"
            own = warned.code.startswith(_ABOUT_THE_FIGURE)
            level = 0 if printed else 3 if own else 2 if warned.code == "rule.broken" else 1
            for slot in self.slots(warned.touches) & flags:
                codes[slot][warned.code] = None
                grave[slot] = max(grave[slot], level)
        open_ = {slot for slot, names in codes.items() if CONFLICT in names}
        for figure in doubted:
            key = self.by_slot.get(figure.slot)
            if key is None:
                continue
            level = 3 if figure.state == STATE_NUMBERS[CellState.UNREADABLE] else grave[figure.slot]
            rank = (_DOUBTED * (1 + self.weight[key]) + level) if level else self.weight[key]
            decided = figure.decided and figure.slot not in open_
            yield Question(report_id, str(key), rank, tuple(codes[figure.slot]), decided)

    def fields(
        self, report_id: str, serial: int, told: Sequence[Warned], subjects: Collection[tuple[int, str]]
    ) -> Iterator[Question]:
        """The doubtful fields of one report."""
        codes: dict[str, list[str]] = defaultdict(list)
        for warned in told:
            about = warned.place if warned.code == CONFLICT and cell_of(warned.place) is None else ""
            if subject := about or str(FIELDS.get(warned.code, "")):
                codes[subject].append(warned.code)
        for subject, names in codes.items():
            yield Question(report_id, subject, _FIRST, tuple(dict.fromkeys(names)), (serial, subject) in subjects)


def _indicator_cells(form: Format, measures: Measures) -> Iterator[list[FactKey]]:
    """The cells of each side of each indicator in an edition."""
    for indicator in measures.indicators:
        for side in indicator.sides:
            if not isinstance(side, Counted):
                yield [cell for cell, _ in terms(side, form, measures.crosswalk) or ()]


def described(engine: "Engine", formats: Sequence[Format], places: Sequence[Question]) -> list[Doubtful]:
    """These places of the queue with all that is needed to decide. Raises :class:`DatabaseError`."""
    if not places:
        return []
    ids = sorted({place.report_id for place in places})
    reports = considered(engine, Selection(), ids)
    told: dict[str, list[Warned]] = defaultdict(list)
    for warned in warnings(engine, ids):
        told[warned.report_id].append(warned)
    names = printed_names(formats)
    forms = {form.edition: form for form in formats}
    decided = decided_subjects(engine, [one.serial for one in reports.values()])
    facts = {report_id: facts_of(engine, report_id)[0] for report_id in ids}
    doubts = {report_id: doubts_of(engine, report_id) for report_id in ids}
    differing = sides(engine, ids) if any(CONFLICT in place.codes for place in places) else {}
    found = []
    for place in places:
        report = reports.get(place.report_id)
        if report is None:
            continue
        of_report = _OfReport(
            report,
            facts[place.report_id],
            told[place.report_id],
            doubts[place.report_id],
            forms.get(report.who.edition),
        )
        decision, by = decided.get((report.serial, place.subject), ("", ""))
        people = [Candidate(*one) for one in differing.get((place.report_id, place.subject), ())]
        found.append(of_report.described(place, names.get(place.subject, place.subject), decision, by, people))
    return found


@dataclass(frozen=True, slots=True)
class _OfReport:
    """One report, to describe its doubtful figures by."""

    report: Considered
    facts: Mapping[FactKey, Fact]
    told: Sequence[Warned]
    doubts: Sequence[Doubt]
    form: Format | None

    def described(
        self, place: Question, label: str, decision: str, by: str, people: Sequence[Candidate]
    ) -> Doubtful:
        key = place.key
        if key is None:
            doubts = tuple((d.code, d.message) for d in self.doubts if d.code in place.codes)
            who = self.report.who
            says = {
                Field.ORGAN: who.organ,
                Field.YEAR: str(who.year or ""),
                Field.REGION: who.region_code or "",
                Field.EDITION: who.edition,
            }.get(Field(place.subject), "")
            one = (Candidate(says, "read"), *people) if people else ()
            return Doubtful(place, self.report, label, says, "", None, None, doubts, one, decision, by)
        fact = self.facts.get(key, Fact(key, CellState.ABSENT))
        says = as_said(fact.state, fact.value, fact.unit)
        about = [w for w in self.told if key.matches_any(touched(w.touches))]
        grave = ("warning", "error")
        doubts = tuple((d.code, d.message) for d in self.doubts if d.severity in grave and d.concerns(key))
        candidates = tuple(self.candidates(key, fact, about, people))
        return Doubtful(
            place, self.report, label, says, fact.raw, fact.page, fact.box, doubts, candidates, decision, by
        )

    def candidates(
        self, key: FactKey, fact: Fact, about: Sequence[Warned], people: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """What was read, what people say, what else a reader saw, what each sum that does not hold wants."""
        seen = {as_said(fact.state, fact.value)}
        yield Candidate(as_said(fact.state, fact.value), "read")
        yield from (one for one in people if one.value not in seen)
        seen |= {one.value for one in people}
        for warned in about:
            if warned.code in ("cell.reread", "reading.disagrees"):
                for told in (warned.found, warned.expected):
                    if told and told not in seen:
                        seen.add(told)
                        yield Candidate(told, warned.code, CATALOGUE[warned.code].meaning)
        for relation in relations(self.form) if self.form else ():
            sign = next((s for k, s in relation.terms if k == key), 0)
            judgement = judge(relation, self.facts) if sign else None
            if judgement is None or [k for k in judgement.unknown if k != key]:
                continue
            if judgement.outcome is Outcome.HOLDS and not judgement.residual:
                continue
            wanted = (fact.value or Decimal(0)) - judgement.residual / sign
            if wanted >= 0 and f"{wanted:f}" not in seen:
                seen.add(f"{wanted:f}")
                yield Candidate(f"{wanted:f}", relation.place, relation.told)


def counts(places: Sequence[Question]) -> Mapping[str, int]:
    """How many places there are by the code of the finding, the most frequent first."""
    found: dict[str, int] = defaultdict(int)
    for place in places:
        for code in place.codes:
            found[code] += 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
