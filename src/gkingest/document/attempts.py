"""One reading of a document's tables: what each says, what it leaves open, and which reading of a table is best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gkingest.check.articulation import broken
from gkingest.formats.spec import Format
from gkingest.interpret.table.locate import Located
from gkingest.interpret.table.understanding import TableReading
from gkingest.model.finding import Finding, Severity
from gkingest.model.key import FactKey
from gkingest.model.method import RULED, Way
from gkingest.model.paper import Grid
from gkingest.model.report import CellState, Fact
from gkingest.text.numbers import is_number

_OPEN = (CellState.ABSENT, CellState.UNREADABLE)
_PLAIN = frozenset("0123456789０１２３４５６７８９,，.．+-－ \n")


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of all tables: in which way, its grids, where the tables are and what came out."""

    way: Way
    form: Format
    grids: tuple[Grid, ...]
    located: Located
    tables: Mapping[str, TableAttempt]


def judged(form: Format, key: str, reading: TableReading, grids: tuple[Grid, ...]) -> TableAttempt:
    """A table's reading with what it leaves open."""
    left_out = {f.key for f in reading.facts if f.state is CellState.ABSENT} & form.optional
    merged = [f for f in reading.findings if _is_merged(f, grids)]
    # what one drawn cell says of several figures no other reading of the page can tell apart
    left_out |= {k for f in merged for k in f.touches if isinstance(k, FactKey)}
    missing = sum(f.state in _OPEN and not is_odd(f) and f.key not in left_out for f in reading.facts)
    facts = {f.key: f for f in reading.facts}
    wrong = sum(len(broken(form, own, facts)) for t in form.printed if t.key == key for own in t.keys)
    doubts = sum(f.severity >= Severity.WARNING and not lasts(f) and f not in merged for f in reading.findings)
    return TableAttempt(reading, grids, missing, wrong, missing + 3 * wrong + doubts)


def _is_merged(finding: Finding, grids: Sequence[Grid]) -> bool:
    """Whether one number in a cell drawn by rules stands over the places of several figures."""
    drawn = bool(grids) and all(g.way == RULED for g in grids)
    return drawn and finding.code == "cell.ambiguous" and len(finding.touches) > 1 and is_number(finding.found)


def is_odd(fact: Fact) -> bool:
    """Whether ink was met that is no plain figure: no other reading of the same text can mend that."""
    return fact.state is CellState.UNREADABLE and any(c not in _PLAIN for c in fact.raw)


def lasts(finding: Finding) -> bool:
    """Whether a doubt is about the ink itself, so that reading the page in another way settles nothing."""
    if finding.code in ("cell.unreadable", "cell.ambiguous"):
        return any(c not in _PLAIN for c in finding.found)
    return finding.code in ("cell.doubt", "cell.sign", "cell.fraction", "cell.unit_unknown")


def best_attempt(attempts: Sequence[Attempt], key: str) -> Attempt:
    """The reading of all tables that leaves least of one table open."""
    read = {f.key for a in attempts for f in a.tables[key].reading.facts if f.state is CellState.REPORTED}

    def order(attempt: Attempt) -> tuple[int, bool]:
        own = attempt.tables[key]
        # Signs beside figures, such as a watermark's, that another reading tells apart
        odd = sum(is_odd(f) and f.key in read for f in own.reading.facts)
        return own.cost + odd, not own.grids

    return min(attempts, key=order)
