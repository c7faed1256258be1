"""What the form promises between the reports of one organ for two years that follow each other.

The rules are those of kind ``carry`` in the format file of the later report. A figure of last year counts only
where it means the same in both editions: the crosswalk says so, or both reports are of one edition. As with the
arithmetic inside a report, a broken rule is told and changes nothing.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from gkingest.check.lines import axes_of, key_on, side_keys
from gkingest.formats.crosswalk import Crosswalk, relation_of
from gkingest.formats.names import expand
from gkingest.formats.rules import KINDS
from gkingest.formats.spec import Format, Rule
from gkingest.model.finding import CATALOGUE
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.model.years import Figure, Taken, YearFinding, YearReport, YearTally

_NO_FIGURE = Figure(CellState.ABSENT, None, None, None, flagged=False)
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
        found = [] if form is None else [self._judge(one, earlier, later) for one in carry_overs(form)]
        codes = [f.code for f in found if f]
        tally = YearTally(
            held=found.count(None),
            broken=codes.count("years.broken"),
            differing=codes.count("years.differs"),
            not_assessable=codes.count("years.not_assessable"),
            not_comparable=codes.count("years.not_comparable"),
        )
        return tally, tuple(f for f in found if f)

    def _judge(self, one: CarryOver, earlier: YearReport, later: YearReport) -> YearFinding | None:
        if earlier.edition != later.edition:
            editions = (earlier.edition, later.edition)
            relations = [relation_of(self.crosswalk, form) for form in self.formats if form.edition in editions]
            for key, _ in one.last:
                # A figure of last year counts where the crosswalk says that both editions mean the same by it.
                if [links[key].relation for links in relations if key in links] != ["same", "same"]:
                    message = (
                        f"{one.rule.id}: the report of {earlier.year} is of edition {earlier.edition}, which has "
                        f"nothing that means the same as {key} of edition {later.edition} (see the crosswalk)"
                    )
                    words = (_says(_figure(later, one.key)), "")
                    return _finding("years.not_comparable", one, (earlier, later), words, message)
        return _judged(one, earlier, later)


def carry_overs(form: Format) -> tuple[CarryOver, ...]:
    """Every rule of an edition against last year's report, once for each line that it holds along."""
    found = []
    for rule in form.rules:
        if not KINDS[rule.kind].across_years:
            continue
        along, lines = axes_of(rule, form)
        only = {line for name in rule.only for line in expand(name, lines)}
        for line in (line for line in lines if line in only or not rule.only):
            last, this = (
                tuple((key_on(rule, key, line), sign) for key, sign in side_keys(rule, side, along))
                for side in ("last", "parts")
            )
            found.append(CarryOver(rule, key_on(rule, rule.total, line), last, this))
    return tuple(found)


def _judged(one: CarryOver, earlier: YearReport, later: YearReport) -> YearFinding | None:
    """What is wrong with one relation; ``None`` if it holds."""
    terms = [(earlier, k, sign) for k, sign in one.last] + [(later, k, sign) for k, sign in one.this]
    found = _figure(later, one.key).amount
    amounts = [_figure(report, key).amount for report, key, _ in terms]
    known = [sign * amount for (_, _, sign), amount in zip(terms, amounts, strict=True) if amount is not None]
    if found is None or len(known) < len(terms):
        return _not_assessable(one, earlier, later)
    expected = sum(known, Decimal(0))
    return None if found == expected else _broken(one, earlier, later, expected)


def _broken(one: CarryOver, earlier: YearReport, later: YearReport, expected: Decimal) -> YearFinding:
    # Whose fault it is, as far as the two reports tell.
    used = [(later, one.key), *((earlier, k) for k, _ in one.last), *((later, k) for k, _ in one.this)]
    words = {_reliance(report, key) for report, key in used}
    verdict = next((word for word in ("reading", "undetermined") if word in words), "printed")
    found = _says(_figure(later, one.key))
    parts = [f"{'+' if t.sign > 0 else '-'} {t.key} {t.says} ({t.year})" for t in _taken(one, earlier, later)[1:]]
    message = (
        f"{one.key} is {found} in {later.year}, and by {one.rule.id} it should be {expected}: "
        f"{' '.join(parts).removeprefix('+ ')}"
    )
    code = _CODE[one.rule.severity]
    return _finding(code, one, (earlier, later), (found, str(expected)), message, verdict)


def _not_assessable(one: CarryOver, earlier: YearReport, later: YearReport) -> YearFinding:
    """A figure that the rule needs is no number; it is not taken for 0, whatever it may stand for."""
    cells = _taken(one, earlier, later)
    lacking = [t for t in cells if _figure(later if t.year == later.year else earlier, t.key).amount is None]
    named = ", ".join(f"{t.key} of {t.year} is {t.says}" for t in lacking)
    last = one.last[0][0]
    words = (_says(_figure(later, one.key)), _says(_figure(earlier, last)))
    return _finding("years.not_assessable", one, (earlier, later), words, f"{one.rule.id}: {named}")


def _finding(
    code: str,
    one: CarryOver,
    reports: tuple[YearReport, YearReport],
    words: tuple[str, str],
    message: str,
    verdict: str = "",
) -> YearFinding:
    earlier, later = reports
    return YearFinding(
        code=code,
        severity=CATALOGUE[code].severity,
        rule=one.rule.id,
        key=one.key,
        found=words[0],
        expected=words[1],
        cells=_taken(one, earlier, later),
        message=message,
        hint=_HINTS[verdict] if verdict else "",
        verdict=verdict,
        earlier_page=next((p for k, _ in one.last if (p := _figure(earlier, k).page)), None),
        later_page=_figure(later, one.key).page,
    )


def _taken(one: CarryOver, earlier: YearReport, later: YearReport) -> tuple[Taken, ...]:
    """The figures of a relation: the one that it is about, last year's, this year's."""
    return (
        Taken(later.year, one.key, -1, _says(_figure(later, one.key))),
        *(Taken(earlier.year, k, s, _says(_figure(earlier, k))) for k, s in one.last),
        *(Taken(later.year, k, s, _says(_figure(later, k))) for k, s in one.this),
    )


def _figure(report: YearReport, key: FactKey) -> Figure:
    return report.figures.get(key, _NO_FIGURE)


def _says(figure: Figure) -> str:
    """The amount, or the state in its place; a number in a unit that the form does not know has no amount."""
    if figure.amount is not None:
        return f"{figure.amount:f}"
    return "unit_unknown" if figure.state is CellState.REPORTED else figure.state.value


def _reliance(report: YearReport, key: FactKey) -> str:
    """``printed`` if the page says so, ``reading`` if a second look says otherwise, else ``undetermined``.

    A figure flagged only because its own report adds up wrongly in print was read twice and stands. One from a
    picture that no rule doubted was looked at once, which is not enough to blame the organ.
    """
    figure = _figure(report, key)
    told = {(d.code, d.verdict) for d in report.doubts if d.is_about(key)} if figure.flagged else set()
    if any(verdict == "reading" for _, verdict in told):
        return "reading"
    if told == {("rule.broken", "printed")}:
        return "printed"
    pictured = figure.method is not None and figure.method.way.pictured
    return "undetermined" if figure.flagged or pictured else "printed"
