"""A citation put together: the figure, where it is printed, how it was read, what speaks for and against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gkingest.check.articulation import TOLD, Outcome, judge, relations
from gkingest.cite.look_up import find_cell, find_report
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.language import in_chinese
from gkingest.model.key import FactKey
from gkingest.model.paper import Box
from gkingest.model.report import CellState, Fact
from gkingest.store.ask.citing import (
    Copy,
    Doubt,
    Said,
    Source,
    copies_of,
    decisions_on,
    doubts_of,
    facts_of,
    headings_before,
    source_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

OUTCOMES: dict[str, str] = {
    Outcome.HOLDS: "passed",
    Outcome.BROKEN: "broken",
    Outcome.BLANK_CONSISTENT: "passed if blank cells are zeros",
    Outcome.NOT_ASSESSABLE: "not assessable",
    Outcome.VACUOUS: "not assessable",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A relation of the form that the figure takes part in, and how it came out; ``told`` says more."""

    place: str
    sentence: str
    outcome: str
    told: str = ""
    told_zh: str = ""

    @property
    def words(self) -> str:
        """How it came out, where it stands, and what more is told of it."""
        told = self.told.removeprefix(self.sentence)
        more = told if told[:1] in ":" else f" ({told})"
        return f"{OUTCOMES.get(self.outcome, self.outcome)}: {self.place}: {self.sentence}{more}"


@dataclass(frozen=True, slots=True)
class Citation:
    """One figure and what stands behind it.

    ``table`` are all figures of its table, ``decisions`` what people said of it; ``headings`` is where those of the
    table stand if that is on a page before its figures.
    """

    fact: Fact
    flagged: bool
    source: Source
    form: Format
    checks: tuple[Check, ...]
    doubts: tuple[Doubt, ...]
    copies: tuple[Copy, ...]
    table: tuple[Fact, ...]
    decisions: tuple[Said, ...] = ()
    headings: tuple[int, Box] | None = None


def cite(
    engine: "Engine", organ: str, year: int, cell: str, formats: Sequence[Format], measures: Measures
) -> Citation:
    """The figure in one cell of the current report of an organ for a year.

    Raises :class:`UsageError` where organ or cell are not clear, :class:`DatabaseError`.
    """
    report = find_report(engine, organ, year)
    source = source_of(engine, report.report_id)
    form = next((f for f in formats if f.edition == source.edition), formats[-1])
    key = find_cell(cell, form, formats, measures)
    facts, flagged = facts_of(engine, report.report_id)
    doubts = doubts_of(engine, report.report_id)
    table = tuple(f for k, f in facts.items() if k.table == key.table)
    return Citation(
        facts.get(key, Fact(key, CellState.ABSENT)),
        key in flagged,
        source,
        form,
        _checks(form, key, facts, doubts),
        tuple(d for d in doubts if d.concerns(key) and d.code not in TOLD),
        copies_of(engine, report.report_id),
        table,
        decisions_on(engine, report.report_id, str(key)),
        headings_before(engine, source.sha256, table),
    )


def _checks(form: Format, key: FactKey, facts: dict[FactKey, Fact], doubts: Sequence[Doubt]) -> tuple[Check, ...]:
    """Every relation with the figure in it, judged as when the report was read; findings say more of some."""
    found, known = [], {d.place: d for d in doubts if d.code in TOLD}
    for relation in relations(form):
        if any(k == key for k, _ in relation.terms):
            place = relation.place
            judgement = judge(relation, facts)
            doubt = known.pop(place, None)
            empty = "no number in it" if judgement.outcome is Outcome.VACUOUS else ""
            told = _told(doubt) if doubt else (empty, in_chinese(empty))
            found.append(Check(place, relation.told, judgement.outcome, *told))
    # Relations that are not of this report alone, such as those across years.
    for doubt in known.values():
        if doubt.concerns(key):
            found.append(Check(doubt.place, doubt.message, TOLD[doubt.code], *_told(doubt)))
    return tuple(found)


def _told(doubt: Doubt) -> tuple[str, str]:
    """What is said of a relation, in English and in Chinese."""
    fault = {
        "printed": "printed so by the report",
        "reading": "our reading may be at fault",
        "undetermined": "whose fault it is could not be told",
    }.get(doubt.verdict, "")
    english = (doubt.message, fault, doubt.hint)
    chinese = (doubt.message_zh, in_chinese(fault), doubt.hint_zh)
    return "; ".join(filter(None, english)), "；".join(filter(None, chinese))


def label_of(citation: Citation) -> str:
    """Row and column in the form's words, table first: what is printed may be misspelt."""
    key = citation.fact.key
    for table in citation.form.tables:
        for row, column, row_node, column_node in table.slots() if table.key == key.table else ():
            if (row, column) == (key.row, key.column):
                return f"{table.title}：{row_node.label}／{column_node.label}"
    stated = next((s.label for s in citation.form.stated if s.table == key.table and s.row == key.row), "")
    return stated or str(key)
