"""Ways of reading a document's tables, from the cheapest to the last resort, and the choice among them.

The first reading that leaves nothing open is taken. Where a table stays doubtful, other readings of its pages are
made; each table takes the best, and where good readings differ that is a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gkingest.check.articulation import Judgement, broken
from gkingest.formats.spec import Format
from gkingest.interpret.locate import Located, choose_format, locate_tables
from gkingest.interpret.sections import is_section_heading
from gkingest.interpret.table import TableReading, read_table
from gkingest.model.finding import Finding, Severity
from gkingest.model.paper import Grid, Page
from gkingest.model.report import CellState, Fact, FactKey
from gkingest.read.document import ReadDocument
from gkingest.read.plumber import read_plumber
from gkingest.tables.aligned import find_aligned
from gkingest.tables.plain import find_plain, read_camelot
from gkingest.tables.ruled import find_ruled
from gkingest.tables.stitch import stitch_grids

_OPEN = (CellState.ABSENT, CellState.UNREADABLE)
_HOPELESS = 0.3  # share of a table's slots still missing that makes the last resort worth its seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of all tables: its name, its grids, where the tables are and what they say."""

    name: str
    grids: tuple[Grid, ...]
    located: Located
    tables: Mapping[str, TableReading]


@dataclass(frozen=True, slots=True)
class Understanding:
    """The tables as finally read.

    ``confirmed`` tells that every table with a broken relation was read twice, independently, with one result.
    """

    form: Format
    tables: Mapping[str, TableReading]
    methods: Mapping[str, str]
    grids: tuple[Grid, ...]
    located: Mapping[str, tuple[Grid, ...]]
    findings: tuple[Finding, ...]
    lead: float
    confirmed: bool

    @property
    def facts(self) -> dict[FactKey, Fact]:
        """Facts of all statutory tables by key."""
        return {f.key: f for reading in self.tables.values() for f in reading.facts}


def understand(read: ReadDocument, formats: Sequence[Format], year: int | None) -> Understanding:
    """Read the tables of a document as often as doubt remains and another way is left."""
    attempts: list[Attempt] = []
    seen: list[Grid] = []
    form, lead = formats[-1], 0.0
    for name, grids in _readings(read, formats):
        seen += grids
        chosen, _, lead = choose_format(seen, formats, year)
        if chosen is not form:
            attempts = [_attempt(a.name, a.grids, chosen, read.pages) for a in attempts]
            form = chosen
        attempts.append(_attempt(name, grids, form, read.pages))
        best = {t.key: _best(attempts, t.key, form) for t in form.tables}
        if all(_settled(best[key], key, attempts, form) for key in best):
            break
    return _combine(form, attempts, lead)


def _readings(read: ReadDocument, formats: Sequence[Format]) -> Iterator[tuple[str, tuple[Grid, ...]]]:
    pages = read.pages
    close = [p for p in pages if p.words and not p.problem]
    yield "ruled", stitch_grids([find_ruled(p) for p in pages])
    yield (
        "aligned",
        stitch_grids([find_aligned(p, lambda line: is_section_heading(line, formats)) for p in close]),
    )
    plain = read_plumber(read.data, [p.number for p in close if p.turn == 0])
    for tolerance in (3.0, 6.0):
        yield f"pdfplumber-{tolerance:g}", stitch_grids([find_plain(p, tolerance) for p in plain])
    tables = read_camelot(read.data, tuple(close))
    yield "camelot", stitch_grids([tables.get(p.number, ()) for p in pages])


def _attempt(name: str, grids: tuple[Grid, ...], form: Format, pages: Sequence[Page]) -> Attempt:
    located = locate_tables(grids, form)
    by_number = {p.number: p for p in pages}
    unread = any(p.problem for p in pages)
    tables = {t.key: read_table(t, located.tables[t.key], by_number, form.id, unread=unread) for t in form.tables}
    return Attempt(name, grids, located, tables)


def _missing(reading: TableReading) -> int:
    return sum(f.state in _OPEN for f in reading.facts)


def _broken(reading: TableReading, key: str, form: Format) -> tuple[Judgement, ...]:
    facts = {f.key: f for f in reading.facts}
    return tuple(j for j in broken(form, facts) if j.relation.rule.table == key)


def _cost(attempt: Attempt, key: str, form: Format) -> int:
    """How much a reading of a table leaves open: missing figures, broken sums, doubts."""
    reading = attempt.tables[key]
    doubts = sum(f.severity >= Severity.WARNING for f in reading.findings)
    return _missing(reading) + 3 * len(_broken(reading, key, form)) + doubts


def _best(attempts: Sequence[Attempt], key: str, form: Format) -> Attempt:
    return min(attempts, key=lambda a: _cost(a, key, form))


def _settled(best: Attempt, key: str, attempts: Sequence[Attempt], form: Format) -> bool:
    """Whether another reading of a table is not worth its time."""
    if _cost(best, key, form) == 0:
        return True
    reading = best.tables[key]
    tried = {a.name for a in attempts}
    if "pdfplumber-3" not in tried:
        return False
    if _missing(reading) == 0:  # complete, and a second reading has been made: what is broken is printed so
        return any(a is not best and _agree(a.tables[key], reading) for a in attempts)
    return "pdfplumber-6" in tried and _missing(reading) < _HOPELESS * len(reading.facts)


def _agree(one: TableReading, other: TableReading) -> bool:
    facts = {f.key: f for f in one.facts}
    return all(facts[f.key].value == f.value for f in other.facts)


def _combine(form: Format, attempts: Sequence[Attempt], lead: float) -> Understanding:
    tables: dict[str, TableReading] = {}
    methods: dict[str, str] = {}
    located: dict[str, tuple[Grid, ...]] = {}
    findings: list[Finding] = []
    for table in form.tables:
        best = _best(attempts, table.key, form)
        tables[table.key] = best.tables[table.key]
        methods[table.key] = best.name
        located[table.key] = best.located.tables[table.key]
        if best.name != "ruled" and _missing(best.tables[table.key]) < len(best.tables[table.key].facts):
            findings.append(
                Finding(
                    "reading.fallback",
                    f"{table.title} was read by {best.name}: its rules do not make a complete grid",
                    place=table.key,
                    found=best.name,
                )
            )
        findings += _disagreements(best, attempts, table.key, form)
    if any(located_second := [g for a in attempts[:1] for g in a.located.second]):
        pages = sorted({g.page for g in located_second})
        findings.append(
            Finding(
                "report.second",
                "the statutory tables begin a second time on page "
                f"{', '.join(map(str, pages))}; only the first report was read",
                page=pages[0],
                hint="split the file, one report each",
            )
        )
    used = {id(g) for gs in located.values() for g in gs}
    grids = tuple(g for gs in located.values() for g in gs) + tuple(
        g for g in attempts[0].grids if id(g) not in used
    )
    confirmed = all(_confirmed(attempts, t.key, form) for t in form.tables)
    return Understanding(form, tables, methods, grids, located, tuple(findings), lead, confirmed)


def _confirmed(attempts: Sequence[Attempt], key: str, form: Format) -> bool:
    best = _best(attempts, key, form)
    reading = best.tables[key]
    if not _broken(reading, key, form):
        return True
    return any(a is not best and _agree(a.tables[key], reading) for a in attempts)


def _disagreements(best: Attempt, attempts: Sequence[Attempt], key: str, form: Format) -> Iterator[Finding]:
    """Figures that another reading, no worse than the chosen one, gives differently."""
    mine = {f.key: f for f in best.tables[key].facts}
    for other in attempts:
        reading = other.tables[key]
        no_worse = _missing(reading) <= _missing(best.tables[key]) and len(_broken(reading, key, form)) <= len(
            _broken(best.tables[key], key, form)
        )
        if other is best or not no_worse:
            continue
        differ = [f for f in reading.facts if f.value is not None and mine[f.key].value not in (None, f.value)]
        for fact in differ:
            yield Finding(
                "reading.disagrees",
                f"{best.name} reads {mine[fact.key].raw!r}, {other.name} reads {fact.raw!r}",
                place=str(fact.key),
                found=mine[fact.key].raw,
                expected=fact.raw,
                page=fact.page,
                touches=((fact.key.table, fact.key.row, fact.key.column),),
                hint="look at the page",
            )
