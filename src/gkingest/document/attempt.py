"""What one reading of the tables came to, which of several is the best, and when no other is worth its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gkingest.check.articulation import broken
from gkingest.formats.spec import Format
from gkingest.interpret.table.locate import Located
from gkingest.interpret.table.understanding import TableReading
from gkingest.model.finding import Finding, Severity
from gkingest.model.key import FactKey
from gkingest.model.method import RULED, Way, plain_way
from gkingest.model.paper import Grid
from gkingest.model.report import CellState, Fact
from gkingest.text.numbers import is_number

STRICT, LOOSE = 3.0, 6.0  # points: tolerances of pdfplumber
_OPEN = (CellState.ABSENT, CellState.UNREADABLE)
_PLAIN = frozenset("0123456789０１２３４５６７８９,，.．+-－ \n")
_PER_SUM = 3  # what a relation that does not hold counts, of open figures and doubts
_HOPELESS = 0.3  # share of a table's slots still missing that makes the last resort worth its seconds


@dataclass(frozen=True, slots=True)
class TableAttempt:
    """One table in one reading: what it says, how many figures are missing, how many relations are broken.

    ``cost`` sums up what the reading leaves open: missing figures, broken relations, doubts.
    """

    reading: TableReading
    grids: tuple[Grid, ...]
    missing: int
    broken: int
    cost: int

    @property
    def only_sums_open(self) -> bool:
        """Whether it is complete, and nothing is doubted but what sums that do not hold say of it."""
        return self.cost == _PER_SUM * self.broken

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is missing that the last resort is worth its seconds."""
        return self.missing >= _HOPELESS * len(self.reading.facts)

    def is_borne_out(self, alike: int) -> bool:
        """Whether so many other readings that give the same show that what is broken is printed so.

        It is complete, and read by rules and without them, or thrice with the same gaps.
        """
        return (alike > 0 and self.only_sums_open) or (alike > 1 and not self.is_hopeless)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of all tables: in which way, its grids, where the tables are and what came out."""

    way: Way
    form: Format
    grids: tuple[Grid, ...]
    located: Located
    tables: Mapping[str, TableAttempt]

    @property
    def found(self) -> list[Grid]:
        """The grids of all tables."""
        return [g for grids in self.located.tables.values() for g in grids]

    def confirms(self, other: "Attempt", key: str) -> bool:
        """Whether it is another reading of a table that gives each figure the same value, or none."""
        if self is other:
            return False
        mine, theirs = self.tables[key].reading.facts, other.tables[key].reading.facts
        return {f.key: f.value for f in mine} == {f.key: f.value for f in theirs}


def only_sums_open(attempts: Sequence[Attempt]) -> bool:
    """Whether all tables are complete and nothing is doubted but what sums that do not hold say of them."""
    best = (best_of(attempts, key).tables[key] for key in attempts[-1].tables)
    return all(outcome.only_sums_open for outcome in best)


def judged(form: Format, key: str, reading: TableReading, grids: tuple[Grid, ...]) -> TableAttempt:
    """A table as it was read, with what that leaves open."""
    merged = [f for f in reading.findings if _is_merged(f, grids)]
    missing = _missing(form, reading, merged)
    facts = {f.key: f for f in reading.facts}
    wrong = sum(len(broken(form, own, facts)) for t in form.printed if t.key == key for own in t.keys)
    doubts = sum(f.severity >= Severity.WARNING and not lasts(f) and f not in merged for f in reading.findings)
    doubts += (not grids and form.is_sheet) * len({f.key.row for f in reading.facts})  # half is more than none
    return TableAttempt(reading, grids, missing, wrong, missing + _PER_SUM * wrong + doubts)


def _missing(form: Format, reading: TableReading, merged: Sequence[Finding]) -> int:
    """How many figures of a table are open that another reading may tell."""
    left_out = {f.key for f in reading.facts if f.state is CellState.ABSENT} & form.optional
    # What one drawn cell says of several figures no other reading of the page can tell apart.
    left_out |= {k for f in merged for k in f.touches if isinstance(k, FactKey)}
    return sum(f.state in _OPEN and not _is_odd(f) and f.key not in left_out for f in reading.facts)


def _is_merged(finding: Finding, grids: Sequence[Grid]) -> bool:
    """Whether one number in a cell drawn by rules stands over the places of several figures."""
    drawn = bool(grids) and all(g.way == RULED for g in grids)
    return drawn and finding.code == "cell.ambiguous" and len(finding.touches) > 1 and is_number(finding.found)


def _is_odd(fact: Fact) -> bool:
    """Whether ink was met that is no plain figure: no other reading of the same text can mend that."""
    return fact.state is CellState.UNREADABLE and any(c not in _PLAIN for c in fact.raw)


def lasts(finding: Finding) -> bool:
    """Whether a doubt is about the ink itself, so that reading the page in another way settles nothing."""
    if finding.code in ("cell.unreadable", "cell.ambiguous"):
        return any(c not in _PLAIN for c in finding.found)
    return finding.code in ("cell.doubt", "cell.sign", "cell.fraction", "cell.unit_unknown")


def best_of(attempts: Sequence[Attempt], key: str) -> Attempt:
    """The reading that leaves least of a table open, of equals the first."""
    read = {f.key for a in attempts for f in a.tables[key].reading.facts if f.state is CellState.REPORTED}

    def order(attempt: Attempt) -> tuple[int, bool]:
        own = attempt.tables[key]
        # Signs beside figures, such as a watermark's, that another reading tells apart
        odd = sum(_is_odd(f) and f.key in read for f in own.reading.facts)
        return own.cost + odd, not own.grids

    return min(attempts, key=order)


def is_settled(key: str, attempts: Sequence[Attempt]) -> bool:
    """Whether another reading of a table is not worth its time."""
    if not attempts:
        return False
    best = best_of(attempts, key)
    outcome = best.tables[key]
    if outcome.cost == 0:
        return True
    alike = sum(a.confirms(best, key) for a in attempts)
    if outcome.is_borne_out(alike):
        return True
    tried = {a.way for a in attempts}
    if plain_way(STRICT) not in tried:
        return False
    return bool(alike) if outcome.missing == 0 else plain_way(LOOSE) in tried and not outcome.is_hopeless
