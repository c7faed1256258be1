"""Ways of reading a document's tables, from the cheapest to the last resort, and the choice among them.

The first reading that leaves nothing open is taken. Where a table stays doubtful, other readings of its pages
are made; each table takes the best, and where good readings differ that is a finding.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Self

from gkingest.check.articulation import relations
from gkingest.document.attempt import (
    LOOSE,
    STRICT,
    Attempt,
    TableAttempt,
    best_of,
    is_settled,
    judged,
    lasts,
    only_sums_open,
)
from gkingest.formats.spec import Format, Table
from gkingest.interpret.prose.sections import is_section_heading
from gkingest.interpret.stream.reading import read_stream, stream_labels
from gkingest.interpret.table import years
from gkingest.interpret.table.local import LocalTable, read_local_tables
from gkingest.interpret.table.locate import (
    Located,
    choose_format,
    locate_tables,
    rivals,
    second_report,
    unclaimed_tables,
)
from gkingest.interpret.table.promise import mentions_form
from gkingest.interpret.table.sheets import of_sheet, told_of_all, without_beside
from gkingest.interpret.table.understanding import TableReading, read_table
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, whole_table
from gkingest.model.method import ALIGNED, CAMELOT, RULED, STREAM, Way, in_words, plain_way
from gkingest.model.paper import Cell, Grid, Page, ReadDocument
from gkingest.model.report import CellState, Fact
from gkingest.read.pdf.painted import pages_with_paths
from gkingest.read.pdf.plumber import read_plumber
from gkingest.tables.aligned import find_aligned
from gkingest.tables.plain import find_plain, is_odd_sheet, read_camelot, shows_all
from gkingest.tables.ruled import find_ruled
from gkingest.tables.stitch import stitch_grids
from gkingest.text.numbers import is_number
from gkingest.told import Told

_STRUCTURAL = frozenset(
    {
        *("row.unmatched", "row.absent", "row.duplicate", "row.out_of_order", "ink.unused"),
        *("column.absent", "column.inherited", "cell.ambiguous"),
    }
)
_FIGURES = 3  # by themselves on its pages, for 1 to 3 s of camelot; prose beside scanned tables has one or two


@dataclass(frozen=True, slots=True)
class Understanding:
    """The tables as finally read.

    ``confirmed`` tells that every table with a broken relation was read twice, independently, with one result.
    ``local`` are small tables beside those of the form.
    """

    form: Format
    tables: Mapping[str, TableReading]
    grids: tuple[Grid, ...]
    located: Mapping[str, tuple[Grid, ...]]
    findings: tuple[Finding, ...]
    confirmed: bool
    local: tuple[LocalTable, ...] = ()

    @property
    def facts(self) -> dict[FactKey, Fact]:
        """Facts of all statutory tables by key."""
        return {f.key: f for reading in self.tables.values() for f in reading.facts}

    @property
    def has_figures(self) -> bool:
        """Whether any number stands in the tables."""
        return any(f.state is CellState.REPORTED for reading in self.tables.values() for f in reading.facts)

    @classmethod
    def of(
        cls,
        form: Format,
        attempts: Sequence[Attempt],
        close: Sequence[Finding],
        pages: Sequence[Page],
        beside: Sequence[Grid],
    ) -> Self:
        """The best reading of each table, and where good ones differ."""
        best = {t.key: best_of(attempts, t.key) for t in form.printed}
        located = {key: a.tables[key].grids for key, a in best.items()}
        used = list(chain.from_iterable(located.values()))
        grids = (*used, *(g for g in attempts[0].grids if not any(g is one for one in used)), *beside)
        read = [c for key, a in best.items() if a.way != RULED for g in located[key] for c in g.cells]
        local = read_local_tables(form, grids, pages)
        twice = told_of_all(second_report(attempts[0].located), form.printed)
        findings = [*twice, *_unclaimed(attempts[0].located, read, local), *close]
        for table in form.printed:
            findings += _doubts_of_choice(best[table.key], attempts, table)
        return cls(
            form=form,
            tables={t.key: _as_read(best[t.key], t) for t in form.printed},
            grids=grids,
            located=located,
            findings=tuple(findings),
            confirmed=all(_confirmed(a, attempts, key) for key, a in best.items()),
            local=local,
        )


def _unclaimed(first: Located, read: Sequence[Cell], local: Sequence[LocalTable]) -> list[Finding]:
    """Tables of the first reading that are none of the form, that no other reading used and no small table is."""
    others = tuple(
        g for g in first.others if not any(g.page == c.page and g.box.contains(*c.ink.centre) for c in read)
    )
    found = unclaimed_tables(replace(first, others=others))
    return [f for f in found if not any(table.claims(f) for table in local)]


def understand(read: ReadDocument, formats: Sequence[Format], year: int | None, *, titled: bool) -> Understanding:
    """Read the tables of a document as often as doubt remains and another way is left.

    ``titled`` tells that the document calls itself a report; one that does not, and shows no table at the first
    two looks, is not looked at further.
    """
    attempts: list[Attempt] = []
    seen: list[Grid] = []
    form = formats[-1]
    bands = years.bands_of_other_years(read.pages, formats, year)
    beside = years.inside_of(bands, [g for p in read.pages for g in p.tables or find_ruled(p)]) if bands else []
    read = replace(read, pages=years.outside_of(read.pages, bands))
    worded = [p for p in read.pages if p.words and not p.problem and mentions_form(p.text, tuple(formats))]
    likely = [p for p in worded if not p.tables]
    for way, grids in _readings(
        read, formats, lambda: _doubtful_pages(likely, attempts), bands, lambda: only_sums_open(attempts)
    ):
        seen += grids
        chosen = choose_format(seen, formats, year)
        if chosen is not form:
            attempts[:] = [_attempt(a.way, a.grids, chosen, read.pages, year) for a in attempts]
            form = chosen
        done = (t.key for t in form.printed if is_settled(t.key, attempts))
        settled = {key: best_of(attempts, key).tables[key] for key in done}
        attempts.append(_attempt(way, grids, form, read.pages, year, settled if way == STREAM else {}))
        if not worded or (not likely and way == STREAM) or _is_enough(attempts, form, titled=titled):
            break
    close = _close_calls(form, attempts, formats, read.pages, year)
    return Understanding.of(form, attempts, [*close, *years.told_beside(bands)], read.pages, beside)


def _is_enough(attempts: Sequence[Attempt], form: Format, *, titled: bool) -> bool:
    """Whether every table is settled, or two looks at a document without a title showed none."""
    none = not any(o.grids for a in attempts for o in a.tables.values())
    return (none and not titled and len(attempts) > 1) or all(is_settled(t.key, attempts) for t in form.printed)


def _readings(
    read: ReadDocument,
    formats: Sequence[Format],
    doubtful: Callable[[], Sequence[Page]],
    bands: Sequence[years.Band],
    only_sums: Callable[[], bool],
) -> Iterator[tuple[Way, tuple[Grid, ...]]]:
    """Each way of reading and its grids; all but the first look at the doubtful pages only, none into the bands.

    Where ``only_sums`` are open, to confirm the figures takes one more reading: that of least cost comes first.
    """
    blank = {p.number for p in read.pages if p.is_blank}
    yield RULED, stitch_grids([p.tables or find_ruled(p) for p in read.pages], blank)
    for way in (ALIGNED, STREAM) if only_sums() and doubtful() else (STREAM, ALIGNED):
        if way == STREAM:
            yield STREAM, stream_labels(read.pages, formats)
        else:
            aligned = [find_aligned(p, lambda line: is_section_heading(line, formats)) for p in doubtful()]
            yield ALIGNED, stitch_grids(aligned, blank)
    asked = [p for p in doubtful() if shows_all(p)]
    numbers = [p.number for p in asked]
    if not _has_figures(asked):  # then camelot is not asked, and pdfplumber finds tables by what is drawn alone
        numbers = pages_with_paths(read.data, numbers)
    plain = years.outside_of(read_plumber(read.data, numbers), bands)
    for tolerance in (STRICT, LOOSE):
        yield plain_way(tolerance), stitch_grids([find_plain(p, tolerance) for p in plain], blank)
    if pages := _worth_camelot(doubtful(), plain, read.pages):
        tables = read_camelot(read.data, pages)
        kept = [[o for g in tables.get(p.number, ()) if (o := years.grid_outside_of(g, bands))] for p in pages]
        yield CAMELOT, stitch_grids(kept, blank)


def _worth_camelot(doubtful: Sequence[Page], plain: Sequence[Page], every: Sequence[Page]) -> tuple[Page, ...]:
    """Pages that the last resort may tell more of; none where few figures stand on them by themselves."""
    odd = {p.number for p in plain if is_odd_sheet(p, every)}
    pages = tuple(p for p in doubtful if shows_all(p) and p.number not in odd)
    return pages if _has_figures(pages) else ()


def _has_figures(pages: Sequence[Page]) -> bool:
    """Whether enough figures stand on pages by themselves to be a table that nothing is drawn around."""
    tokens = (token for p in pages for w in p.words for token in w.text.split())
    return sum(map(is_number, tokens)) >= _FIGURES


def _doubtful_pages(likely: Sequence[Page], attempts: Sequence[Attempt]) -> Sequence[Page]:
    """Pages that another reading should look at: those of the tables not settled, all if one was not found."""
    wanted: set[int] = set()
    for key in attempts[-1].tables:
        if is_settled(key, attempts):
            continue
        best = best_of(attempts, key).tables[key]
        if best.missing:
            return likely
        wanted |= {c.page for g in best.grids for c in g.cells}
    return [p for p in likely if p.number in wanted]


def _attempt(
    way: Way,
    grids: tuple[Grid, ...],
    form: Format,
    pages: Sequence[Page],
    year: int | None,
    settled: Mapping[str, TableAttempt] = MappingProxyType({}),
) -> Attempt:
    """One reading; tables that are ``settled`` are left as they were read before."""
    if way == STREAM:
        return _streamed(grids, form, [years.declared_of_the_year(p, form, year) for p in pages], settled, year)
    located = locate_tables(grids, form)
    by_number = {p.number: p for p in pages}
    unread = any(p.problem for p in pages)
    outcomes = {}
    for table in form.printed:
        own = located.tables[table.key]
        of_year, left = years.of_the_year(own, form, year)
        bare, units = without_beside(of_year, table)
        reading = of_sheet(read_table(table, bare, by_number, form.id, units, unread=unread), table, year)
        reading = replace(reading, findings=(*reading.findings, *left))
        outcomes[table.key] = judged(form, table.key, reading, own)
    return Attempt(way, form, grids, located, outcomes)


def _streamed(
    labels: tuple[Grid, ...],
    form: Format,
    pages: Sequence[Page],
    settled: Mapping[str, TableAttempt],
    year: int | None,
) -> Attempt:
    """The tables that are still open, read by their order."""
    terms = tuple(r.terms for r in relations(form))
    found = read_stream(pages, form, [t.key for t in form.printed if t.key not in settled], terms, year)
    outcomes = dict(settled)
    for table in (t for t in form.printed if t.key in found):
        reading = of_sheet(found[table.key].reading, table, year, coded=found[table.key].coded)
        outcomes[table.key] = judged(form, table.key, reading, found[table.key].grids)
    located = Located({t.key: outcomes[t.key].grids for t in form.printed}, (), (), frozenset(), 0.0)
    return Attempt(STREAM, form, labels, located, outcomes)


def _as_read(best: Attempt, table: Table) -> TableReading:
    """A table's reading; without rules that hold rows together, a doubt about one touches the whole table."""
    reading = best.tables[table.key].reading
    if best.way in (RULED, STREAM):
        return reading
    whole = tuple(whole_table(key) for key in table.keys)
    findings = (replace(f, touches=whole) if f.code in _STRUCTURAL else f for f in reading.findings)
    return replace(reading, findings=tuple(findings))


def _close_calls(
    form: Format, attempts: Sequence[Attempt], formats: Sequence[Format], pages: Sequence[Page], year: int | None
) -> Iterator[Finding]:
    """Figures that another edition would read differently, where labels alone do not rule it out."""
    located = [g for a in attempts for g in a.found]
    used = [best_of(attempts, t.key) for t in form.printed]
    for rival, mixed in rivals(located, form, formats) if located else ():
        again = [_attempt(a.way, a.grids, rival, pages, year) for a in attempts if a in used]
        other = _best_facts(rival, again)
        mine = _best_facts(form, attempts)
        differing = [key for key, fact in mine.items() if not _alike(fact, other.get(key))]
        if differing:
            message = (
                Told("labels of another edition stand beside those of edition {0}, which was read", form.edition)
                if mixed
                else Told("no label of one edition only is printed; read as edition {0}", form.edition)
            )
            yield Finding(
                "format.close", message, found=form.edition, expected=rival.edition, touches=tuple(differing)
            )


def _best_facts(form: Format, attempts: Sequence[Attempt]) -> dict[FactKey, Fact]:
    """The facts of the best reading of each table."""
    best = ((best_of(attempts, table.key), table.key) for table in form.printed)
    return {f.key: f for attempt, key in best for f in attempt.tables[key].reading.facts}


def _alike(one: Fact, other: Fact | None) -> bool:
    """Whether both take the same ink for the same amount, or the first takes none."""
    same = ("state", "form_value", "raw", "page", "box")
    if one.state is CellState.ABSENT:
        return True
    return other is not None and all(getattr(one, name) == getattr(other, name) for name in same)


def _doubts_of_choice(best: Attempt, attempts: Sequence[Attempt], table: Table) -> Iterator[Finding]:
    """What is to be told of the reading of a table that was chosen, and of the others."""
    outcome = best.tables[table.key]
    shown = best.way != STREAM or attempts[0].tables[table.key].grids
    if shown and best.way != RULED and outcome.missing < len(outcome.reading.facts):
        message = Told("{0} was read {1}: its rules do not make a complete grid", table.title, in_words(best.way))
        yield Finding("reading.fallback", message, place=table.key, found=str(best.way))
    yield from _disagreements(best, attempts, table.key)
    yield from _lasting_doubts(best, attempts[0], table.key)


def _confirmed(best: Attempt, attempts: Sequence[Attempt], key: str) -> bool:
    outcome = best.tables[key]
    if not outcome.broken or (outcome.grids and all(g.way.declared for g in outcome.grids)):
        return True
    return any(a.confirms(best, key) for a in attempts)


def _lasting_doubts(best: Attempt, first: Attempt, key: str) -> Iterator[Finding]:
    """Doubts about ink that the first reading met: that another reading does not notice them settles nothing."""
    if best is first:
        return
    seen = {f.key: f for f in first.tables[key].reading.facts}
    for finding in first.tables[key].reading.findings:
        if lasts(finding) and any(pattern in seen for pattern in finding.touches):
            told = Told("{0} (seen {1}, not {2})", finding.message, in_words(first.way), in_words(best.way))
            yield replace(finding, message=told)


def _contradicts(fact: Fact, own: Fact, used: Sequence[Fact], *, worse: bool) -> bool:
    """Whether a figure of another reading, be it a ``worse`` one, stands against what was chosen.

    Where a blank was chosen, it stands in the blank cell, or nobody used its ink.
    """
    if fact.value is None or own.value == fact.value:
        return False
    if own.value is not None:
        return not worse or fact.shares_ink(own)
    if own.state is not CellState.BLANK or fact.box is None:
        return False
    inside = own.box is not None and own.page == fact.page and own.box.contains(*fact.box.centre)
    return inside or not any(fact.shares_ink(f) for f in used)


def _disagreements(best: Attempt, attempts: Sequence[Attempt], key: str) -> Iterator[Finding]:
    """Figures that another reading, no worse than the chosen one, gives differently, or whose ink was not used."""
    chosen = best.tables[key]
    mine = {f.key: f for f in chosen.reading.facts}
    used = [f for f in mine.values() if f.state is not CellState.BLANK]
    for other in (a for a in attempts if a is not best):
        outcome = other.tables[key]
        worse = outcome.missing > chosen.missing or outcome.broken > chosen.broken
        for fact in outcome.reading.facts:
            own = mine[fact.key]
            if not _contradicts(fact, own, used, worse=worse):
                continue
            yield Finding(
                "reading.disagrees",
                Told("{0} it reads “{1}”, {2} “{3}”", in_words(best.way), own.raw, in_words(other.way), fact.raw),
                place=str(fact.key),
                found=own.raw,
                expected=fact.raw,
                page=fact.page,
                touches=(fact.key,),
                hint="look at the page",
            )
