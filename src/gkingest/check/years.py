"""What the form promises between the reports of one organ for two years that follow each other.

The rules are those of kind ``carry`` in the format file of the later report. A figure of last year counts only
where it means the same in both editions: the crosswalk says so, or both reports are of one edition. As with the
arithmetic inside a report, a broken rule is told and changes nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gkingest.check.lines import axes_of, key_on, side_keys
from gkingest.formats.crosswalk import Crosswalk, relation_of
from gkingest.formats.names import printed_names
from gkingest.formats.rules import KINDS
from gkingest.formats.spec import Format, Rule
from gkingest.model.finding import CATALOGUE
from gkingest.model.key import FactKey
from gkingest.model.years import Taken, YearFinding, YearReport, YearTally
from gkingest.told import Told, joined

_CODE = {"warning": "years.broken", "info": "years.differs"}
_HINTS = {
    "printed": "neither reading is in doubt: the organ prints both; look at the two pages before relying on either",
    "reading": "a second look at a page already reads one of these figures differently; look at it first",
    "undetermined": "a figure is flagged, or was read from a picture once; look at the two pages",
}


@dataclass(frozen=True, slots=True)
class CarryOver:
    """One line of a rule: ``key`` = Σ sign x last year's cells + Σ sign x this year's."""

    rule: Rule
    key: FactKey
    last: tuple[tuple[FactKey, int], ...]
    this: tuple[tuple[FactKey, int], ...]
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def cell(self, key: FactKey) -> str:
        """What is printed for a cell."""
        return self.names.get(str(key), str(key))

    @property
    def told(self) -> str:
        """What the form says of it, and the cell that is meant."""
        return f"{self.rule.sentence}（{self.cell(self.key)}）"


@dataclass(frozen=True, slots=True)
class Carried:
    """One line of a rule between the reports of two years."""

    one: CarryOver
    earlier: YearReport
    later: YearReport

    @property
    def used(self) -> tuple[tuple[YearReport, FactKey, int], ...]:
        """The figures of the relation with their reports: the one that it is about, last year's, this year's."""
        return (
            (self.later, self.one.key, -1),
            *((self.earlier, key, sign) for key, sign in self.one.last),
            *((self.later, key, sign) for key, sign in self.one.this),
        )

    @property
    def verdict(self) -> str:
        """Whose fault it is if the relation does not hold, as far as the two reports tell."""
        words = {report.reliance(key) for report, key, _ in self.used}
        return next((word for word in ("reading", "undetermined") if word in words), "printed")

    @property
    def sum_told(self) -> str:
        """The figures that should make up the one it is about, with signs and years."""
        used = ((s, self.one.cell(k), r.figure(k).says, r.year) for r, k, s in self.used[1:])
        parts = [f"{'+' if sign > 0 else '-'} {cell} {says} ({year})" for sign, cell, says, year in used]
        return " ".join(parts).removeprefix("+ ")

    def outcome(self) -> YearFinding | None:
        """What is wrong with the relation; ``None`` if it holds."""
        one, found = self.one, self.later.figure(self.one.key)
        # A figure that is no number is not taken for 0, whatever it may stand for.
        lacking = [
            Told("the report of {0} has {1}: {2}", r.year, one.cell(k), Told(r.figure(k).says))
            for r, k, _ in self.used
            if r.figure(k).amount is None
        ]
        if lacking:
            words = (found.says, self.earlier.figure(one.last[0][0]).says)
            return self.finding("years.not_assessable", words, Told("{0}: {1}", one.told, joined("; ", lacking)))
        amounts = [sign * a for report, key, sign in self.used[1:] if (a := report.figure(key).amount) is not None]
        expected = sum(amounts, Decimal(0))
        if found.amount == expected:
            return None
        message = Told(
            "{0}: {1} in the report of {2}, and it should be {3} = {4}",
            one.told,
            found.says,
            self.later.year,
            expected,
            self.sum_told,
        )
        last = [a for r, key, _ in self.used if r is self.earlier and (a := r.figure(key).amount) is not None]
        anew = one.rule.restarts and found.amount is not None and found.amount < max(last)
        code = "years.restarted" if anew else _CODE[one.rule.severity]
        return self.finding(code, (found.says, str(expected)), message, self.verdict)

    def finding(self, code: str, words: tuple[str, str], message: str, verdict: str = "") -> YearFinding:
        """What is told of the relation; ``words`` are what was found and what was expected."""
        return YearFinding(
            code=code,
            severity=CATALOGUE[code].severity,
            rule=self.one.rule.id,
            key=self.one.key,
            found=words[0],
            expected=words[1],
            cells=tuple(Taken(r.year, key, sign, r.figure(key).says) for r, key, sign in self.used),
            message=message,
            hint=_HINTS[verdict] if verdict else "",
            verdict=verdict,
            earlier_page=next((p for k, _ in self.one.last if (p := self.earlier.figure(k).page)), None),
            later_page=self.later.figure(self.one.key).page,
        )


@dataclass(frozen=True)
class YearRules:
    """The rules across years of all editions, with what is needed to apply them."""

    formats: tuple[Format, ...]
    crosswalk: Crosswalk

    @property
    def cells(self) -> frozenset[FactKey]:
        """Every figure that one of the rules asks for."""
        return frozenset(
            key
            for form in self.formats
            for one in carry_overs(form)
            for key in (one.key, *(k for k, _ in (*one.last, *one.this)))
        )

    @property
    def version(self) -> str:
        """SHA-256 over the rules and the crosswalk."""
        digest = hashlib.sha256()
        for model in (*self.formats, self.crosswalk):
            digest.update(model.model_dump_json().encode())
        return digest.hexdigest()

    def compare(self, earlier: YearReport, later: YearReport) -> tuple[YearTally, tuple[YearFinding, ...]]:
        """How every relation between two reports comes out; whatever does not hold is a finding."""
        form = next((f for f in self.formats if f.edition == later.edition), None)
        found = [] if form is None else [self.judge(one, earlier, later) for one in carry_overs(form)]
        codes = [f.code for f in found if f]
        tally = YearTally(
            held=found.count(None),
            broken=codes.count("years.broken"),
            differing=codes.count("years.differs") + codes.count("years.restarted"),
            not_assessable=codes.count("years.not_assessable"),
            not_comparable=codes.count("years.not_comparable"),
        )
        return tally, tuple(f for f in found if f)

    def judge(self, one: CarryOver, earlier: YearReport, later: YearReport) -> YearFinding | None:
        """What is wrong with one relation between two reports; ``None`` if it holds."""
        carried = Carried(one, earlier, later)
        if earlier.edition != later.edition:
            editions = (earlier.edition, later.edition)
            relations = [relation_of(self.crosswalk, form) for form in self.formats if form.edition in editions]
            for key, _ in one.last:
                # A figure of last year counts where the crosswalk says that both editions mean the same by it.
                if [links[key].relation for links in relations if key in links] != ["same", "same"]:
                    shape = "{0}: the report of {1} is of edition {2}, where nothing means the same as {3} of {4}"
                    message = Told(shape, one.told, earlier.year, earlier.edition, one.cell(key), later.edition)
                    return carried.finding("years.not_comparable", (later.figure(one.key).says, ""), message)
        return carried.outcome()


def carry_overs(form: Format) -> tuple[CarryOver, ...]:
    """Every rule of an edition against last year's report, once for each line that it holds along."""
    found, names = [], printed_names([form])
    for rule in form.rules:
        if not KINDS[rule.kind].across_years:
            continue
        along, lines = axes_of(rule, form)
        for line in lines:
            last, this = (
                tuple((key_on(rule, key, line), sign) for key, sign in side_keys(rule, side, along))
                for side in ("last", "parts")
            )
            found.append(CarryOver(rule, key_on(rule, rule.total, line), last, this, names))
    return tuple(found)
