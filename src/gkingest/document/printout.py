"""A web page held against its print: a figure that a browser shows otherwise is a doubt, and stays as it was read.

What the file declares and what is printed are read in ways that have nothing in common but the form. So neither a
trick of style that only a layout tells nor a fault of ours in following the rules of style goes unnoticed.
"""

from collections.abc import Iterator
from dataclasses import replace

from gkingest.document.outcome import Outcome, message_of
from gkingest.model.finding import Finding
from gkingest.model.key import EVERY_FIGURE, FactKey, whole_table
from gkingest.model.report import CellState, Document, Fact, Report, Status, Verdict
from gkingest.told import Told

_LOOK = "open the page in a browser and read the figure off"
_FONTS = "open the page in a browser; if that shows no Chinese, install fonts (Debian: apt install fonts-noto-cjk)"


def against_print(outcome: Outcome, printed: Document) -> Outcome:
    """What a page came to, with a finding for all that its print shows otherwise."""
    shown = [report for report in printed.reports if report.verdict is not Verdict.REJECTED]
    if not outcome.reports and shown:
        message = (
            "a browser shows a report where the source of the page has none, and nothing of it was read; print the "
            "page to PDF and read that"
        )
        return replace(outcome, status=Status.NEEDS_REVIEW, message=message)
    told = []
    for at, report in enumerate(outcome.reports):
        if at < len(shown):
            found = tuple(_differences(report, shown[at]))
        else:
            lacks = Told(
                "a browser's print of the page holds no such report ({0})", printed.message or printed.status
            )
            found = (Finding("page.renders_differently", lacks, touches=(EVERY_FIGURE,), hint=_FONTS),)
        told.append(replace(report, findings=(*report.findings, *found)))
    return _with(outcome, told)


def unprinted(outcome: Outcome, why: str) -> Outcome:
    """What a page came to that no browser printed."""
    lacks = Finding("page.not_rendered", Told("the page could not be held against its print: {0}", why))
    return _with(outcome, [replace(report, findings=(*report.findings, lacks)) for report in outcome.reports])


def _with(outcome: Outcome, reports: list[Report]) -> Outcome:
    """The outcome with these reports, its status and message as they ask for it."""
    if not reports:
        return outcome
    doubted = [report for report in reports if report.verdict is not Verdict.ACCEPTED]
    status = Status.NEEDS_REVIEW if doubted and outcome.status is Status.OK else outcome.status
    message = outcome.message or (message_of(doubted[0], ()) if doubted else "")
    return replace(outcome, status=status, message=message, report=reports[0], more=tuple(reports[1:]))


def _differences(report: Report, shown: Report) -> Iterator[Finding]:
    """One finding for a figure, or for a table that one of the two does not have at all."""
    said = {f.key: f for f in report.facts if f.state is not CellState.ABSENT}
    seen = {f.key: f for f in shown.facts if f.state is not CellState.ABSENT}
    tables = {key.table: (_of(said, key.table), _of(seen, key.table)) for key in (*said, *seen)}
    for table, (ours, printed) in tables.items():
        if not (ours and printed):
            lacks = "its print shows none of it" if ours else "its print shows it, and the source has none of it"
            message = Told("the table {0} of the page: {1}", table, lacks)
            yield Finding("page.renders_differently", message, touches=(whole_table(table),), hint=_FONTS)
            continue
        for key in dict.fromkeys((*ours, *printed)):
            fact, other = ours.get(key), printed.get(key)
            if _amount(fact) != _amount(other):
                yield Finding(
                    "page.renders_differently",
                    Told("the source of the page has {0}, its print shows {1}", _told(fact), _told(other)),
                    place=str(key),
                    found=fact.raw if fact else "",
                    expected=other.raw if other else "",
                    hint=_LOOK,
                    touches=(key,),
                    page=fact.page if fact else None,
                )


def _of(facts: dict[FactKey, Fact], table: str) -> dict[FactKey, Fact]:
    return {key: fact for key, fact in facts.items() if key.table == table}


def _amount(fact: Fact | None) -> object:
    return fact and (fact.state, fact.value, fact.unit)


def _told(fact: Fact | None) -> str:
    """A figure in words."""
    if fact is None:
        return "nothing"
    return (
        f"{fact.value}{fact.unit}"
        if fact.state is CellState.REPORTED
        else Told("a cell that is {0}", Told(str(fact.state)))
    )
