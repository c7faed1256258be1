"""A decision put together: what a person says, with what was read, where it stands, whose report it is, when."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Self

from gkingest.errors import UsageError
from gkingest.formats.spec import Format
from gkingest.language import enumerated, in_chinese
from gkingest.model.decision import STATES, Decision, Field, Ruling, cell_of, problem_of
from gkingest.model.report import CellState, ReportId
from gkingest.regions.divisions import load_divisions
from gkingest.review.recheck import as_said
from gkingest.review.standing import Standing, standing
from gkingest.review.whose import is_division
from gkingest.store.ask.deciding import Known, cell_read, known_reports, places_of, sources_known
from gkingest.store.views.panel import panel_slots
from gkingest.text.numbers import read_number
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine


def made(  # noqa: PLR0913 - what a person says has so many parts
    engine: "Engine",
    report_id: str,
    subject: str,
    *,
    by: str,
    formats: Sequence[Format],
    value: str | None = None,
    unit: str = "",
    reason: str = "",
    words: str = "",
    at: str = "",
) -> Decision:
    """The decision that a figure or field of a report is ``value``; without one, that it is as it was read.

    ``value`` is a number as people write it (5万元, 1,234), the word of a state, or a sign for one (``-``). Raises
    :class:`UsageError` where it cannot be meant so, :class:`DatabaseError`.
    """
    known = known_reports(engine, [report_id]).get(report_id)
    if known is None and subject != Field.IS_REPORT:
        raise UsageError(f"{report_id}: the database has no such report, so nothing of it can be decided")
    source, ordinal = ReportId.parse(report_id)
    places = places_of(engine, [source]).get(source, ())
    read = _Read.of(engine, report_id, known, subject, formats)
    own = read.unit
    if value is not None and cell_of(subject) is not None:
        amount = typed(value)
        if amount.problem:
            told = (repr(value), amount.problem, enumerated(sorted(STATES)))
            raise UsageError(Told("{0}: {1}; write a number as 53 or 5万元, or one of {2}", *told))
        value, own = amount.value, amount.unit
    decision = Decision(
        source=source,
        subject=subject,
        verdict=Ruling.CONFIRM if value is None else Ruling.SET,
        value=read.value or str(CellState.ABSENT) if value is None else value.strip(),
        by=" ".join(by.split()),
        at=at or now(),
        report=ordinal,
        unit=unit or own,
        value_read=read.value,
        printed=" ".join(read.printed.split()),
        reason=reason or ("as_printed" if value is None else ""),
        words=" ".join(words.split()),
        page=read.page,
        box=read.box,
        file=PurePosixPath(places[0].path).name if places else "",
        organ=known.organ if known else "",
        year=known.year if known else None,
    )
    problem = problem_of(decision) or _misplaced(decision, engine, [form.edition for form in formats])
    if problem:
        raise UsageError(Told("{0}: {1}", Told(subject), problem))
    return decision


class _Read(NamedTuple):
    """What was read of a figure or field, as the decision says it, and where it is printed."""

    value: str = ""
    printed: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    unit: str = ""

    @classmethod
    def of(
        cls, engine: "Engine", report_id: str, known: Known | None, subject: str, formats: Sequence[Format]
    ) -> Self:
        """What was read of a field, or of a cell: nothing if the report lacks it.

        Raises :class:`UsageError` for a cell that every edition lacks.
        """
        key = cell_of(subject)
        if key is None:
            if known is None:
                return cls("no")
            fields = {
                Field.ORGAN: known.organ,
                Field.YEAR: str(known.year or ""),
                Field.REGION: known.region_code or "",
                Field.EDITION: known.format,
                Field.IS_REPORT: "yes",
            }
            return cls(fields.get(Field(subject), ""))
        cell = cell_read(engine, report_id, key)
        if cell is not None:
            return cls(as_said(CellState(cell.state), cell.value), cell.printed, cell.page, cell.box, cell.unit)
        if key not in {slot.fact_key for slot in panel_slots(tuple(formats))}:
            raise UsageError(f"{subject}: no edition of the form has such a cell; `gkingest codebook` lists them")
        return cls()


def taken_back(decision: Decision, *, by: str, words: str = "", at: str = "") -> Decision:
    """The line that takes a decision back."""
    return Decision(
        decision.source,
        decision.subject,
        Ruling.UNDO,
        "",
        " ".join(by.split()),
        at or now(),
        decision.report,
        words=" ".join(words.split()),
        undoes=decision.id,
        file=decision.file,
        organ=decision.organ,
        year=decision.year,
    )


def last_word(decisions: Sequence[Decision], report_id: str, subject: str, by: str) -> Decision:
    """The decision of a person on this that is not undone; raises :class:`UsageError` where there is none."""
    one = standing(decisions).get((*ReportId.parse(report_id), subject), Standing(None, ()))
    mine = [word for word in one.words if word.by == by]
    if not mine:
        others = ", ".join(word.by for word in one.words)
        told = f"decisions on it are by {others}" if others else "nobody decided it"
        raise UsageError(f"{subject}: {by} has no decision on it that could be taken back; {told}")
    return mine[-1]


def now() -> str:
    """This moment, in UTC, as decisions tell it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Typed(NamedTuple):
    """What a person typed for a cell: a number with its unit or the word of a state, or why it is neither."""

    value: str
    unit: str = ""
    problem: str = ""


def typed(words: str) -> Typed:
    """What is meant by a number as people write it, a sign for a state, or its word in either language."""
    if state := next((state for state in STATES if words.strip() in (state, in_chinese(state))), ""):
        return Typed(state)
    number = read_number(words)
    if number.state is CellState.UNREADABLE:
        return Typed("", problem=number.problem)
    return Typed(as_said(number.state, number.value), number.unit)


def _misplaced(decision: Decision, engine: "Engine", editions: Sequence[str]) -> str:
    """Why what is decided of a field is none that the database could take; "" if it is."""
    value = decision.value
    if decision.subject == Field.REGION and not is_division(value, load_divisions()):
        return f"{value} is the code of no division of any year"
    if decision.subject == Field.EDITION and value not in editions:
        return f"there is no edition {value}; one of {', '.join(editions)}"
    if decision.subject == Field.SAME_ORGAN_AS and value not in known_reports(engine, [value]):
        return f"the database has no report {value}"
    if decision.subject == Field.IS_REPORT and decision.source not in sources_known(engine):
        return "the database has no such file"
    return ""
