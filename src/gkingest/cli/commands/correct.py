"""``gkingest correct`` and ``gkingest review``: say what a page says, and see what is still doubtful."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkingest.cli.account import decisions_lines
from gkingest.cli.app import app
from gkingest.cli.common import Asked, asked, print_lines, write
from gkingest.cli.early import DEFAULT_DATABASE
from gkingest.cli.options import (
    AsJson,
    Corrections,
    Database,
    Levels,
    Organs,
    Provinces,
    Schemas,
    Years,
)
from gkingest.errors import ExitCode, UsageError
from gkingest.language import language, said
from gkingest.told import Told

if TYPE_CHECKING:
    from gkingest.formats.spec import Format
    from gkingest.model.decision import Decision
    from gkingest.review.ledger import Ledger

_FILE = "PATH_OR_SHA"
_CELLS = "requests/granted/total"


class YesNo(StrEnum):
    """Whether a document is a report."""

    YES = "yes"
    NO = "no"


@app.command("correct")
def correct(  # noqa: PLR0913, PLR0917 - one parameter an option
    document: Annotated[
        str | None,
        typer.Argument(help="Path of the document, the end of one, or digits of its SHA-256.", metavar=_FILE),
    ] = None,
    cell: Annotated[
        str | None,
        typer.Argument(help="The cell, by key (requests/granted/total) or by its printed name.", metavar="CELL"),
    ] = None,
    value: Annotated[
        str | None,
        typer.Argument(
            help="What the page says: 53 (with a unit), blank, dash, absent, unreadable.", metavar="VALUE"
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", envvar="GKINGEST_BY", help="Who decides.")] = "",
    reason: Annotated[
        str,
        typer.Option(
            help="misread, missed, misplaced, unit, misprint, whose, kind, as_printed or other; words may follow a "
            "colon."
        ),
    ] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="What was read is what the page says.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what --by decided.")] = False,
    organ: Annotated[str | None, typer.Option("--organ", help="The organ is called so.")] = None,
    year: Annotated[str | None, typer.Option("--year", help="The figures are about this year.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="The division has this code of six digits.")
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option(
            "--edition",
            help="The form is of this edition: its figures are judged by the rules of that, and read by it when "
            "its folder is read again.",
        ),
    ] = None,
    report: Annotated[YesNo | None, typer.Option("--report", help="It is a report, or none.")] = None,
    same_organ_as: Annotated[
        str | None, typer.Option("--same-organ-as", help="The organ is that of this other document.")
    ] = None,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="Add the decisions of a file in .csv or .xlsx.")
    ] = None,
    to_file: Annotated[
        Path | None, typer.Option("--to", help="Write all decisions to a file in .csv or .xlsx.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    corrections: Corrections = None,
    schemas: Schemas = None,
) -> None:
    """Decide what a cell says, or whose report it is: a line in corrections.csv, applied at once and in every run.

    What was read stays beside it, and nothing is ever deleted: to take a decision back is a line too.
    """
    fields = {
        "organ": organ,
        "year": year,
        "region": region,
        "edition": edition,
        "is_report": report.value if report else None,
        "same_organ_as": same_organ_as,
    }
    given: dict[str, str | None] = {name: told for name, told in fields.items() if told is not None}
    with asked(db, "there is nothing to correct", schemas) as known:
        ledger = _ledger(db, corrections)
        if to_file is not None:
            from gkingest.review.apply import kept_book
            from gkingest.review.workbook import write_decisions
            from gkingest.store.ask.deciding import places_of

            kept = kept_book(known.engine, ledger).decisions  # of the database where the file is lost
            write_decisions(to_file, kept, places_of(known.engine, {decision.source for decision in kept}))
            print_lines([said(f"{len(kept)} decisions written to {to_file}")])
            return
        if from_file is not None:
            lines = _added(ledger, from_file)
        else:
            if document is None:
                raise UsageError("name the document and the cell, or --from or --to and a file")
            if not by.strip():
                raise UsageError("--by: say who decides; a name, or initials, also in the variable GKINGEST_BY")
            given = _with_cell(given, cell, value, confirm=confirm, undo=undo)
            word, _, more = reason.replace("：", ":").partition(":")
            person = _Person(known, ledger, by, (word.strip(), more.strip()))
            decisions = [person.decision(document, name, told, undo=undo) for name, told in given.items()]
            ledger.append(*decisions)
            lines = [_told(decision, known.formats) for decision in decisions]
        lines += _applied(known, ledger)
    print_lines([*map(said, lines), said(f"saved in {ledger.path}")])


@app.command("review")
def review(  # noqa: PLR0913, PLR0917 - one parameter an option
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="Findings of this code alone, as rule.broken or cell.*; may be given again."),
    ] = None,
    year: Years = None,
    province: Provinces = None,
    level: Levels = None,
    organ: Organs = None,
    top: Annotated[int, typer.Option(min=0, help="Show so many; 0: all.")] = 20,
    decided: Annotated[bool, typer.Option("--decided", help="What is decided already.")] = False,
    misprints: Annotated[
        bool, typer.Option("--misprints", help="Also wrong sums that the report itself prints.")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")] = False,
    db: Database = DEFAULT_DATABASE,
    corrections: Corrections = None,
    schemas: Schemas = None,
) -> None:
    """List what is doubtful and undecided, most useful first; the exit code is 1 as long as something is.

    First what keeps whole reports out of the views, then figures by the rules, totals and indicators they are in.
    """
    from gkingest.render import render_json
    from gkingest.review.listing import csv_lines, queue_lines, queue_tree
    from gkingest.review.queue import Ranking, Wanted, described
    from gkingest.store.ask.series import Selection, nothing_meant, selection

    chosen = selection(year, province, level, organ)
    with asked(db, "there is nothing to review", schemas) as known:
        engine, _, formats, measures = known
        lines = _applied(known, _ledger(db, corrections))
        ranking = Ranking.of(engine, formats, measures, chosen)
        if chosen != Selection() and not ranking.reports:
            raise nothing_meant(engine, chosen, "there is nothing to review")
        places = ranking.queue(Wanted(chosen, tuple(code or ()), decided))
        kept = [place for place in places if misprints or decided or not place.is_misprint]
        shown = described(engine, formats, kept[:top] if top else kept)
    nothing = "nothing doubtful is undecided"
    if decided:
        nothing = "nothing that was decided is doubtful; gkingest correct --to FILE.xlsx writes all decisions"
    if as_json:
        for one in shown:
            write(render_json(queue_tree(one)))
    elif as_csv:
        write(csv_lines(shown))
    else:
        print_lines([*map(said, lines), *queue_lines(shown, kept, len(places) - len(kept), nothing)])
    raise typer.Exit(ExitCode.FINDINGS if kept and not decided else ExitCode.OK)


def _with_cell(
    given: dict[str, str | None], cell: str | None, value: str | None, *, confirm: bool, undo: bool
) -> dict[str, str | None]:
    """What is said of which subject, that of a cell before the others; raises :class:`UsageError`."""
    if cell is not None:
        given = {cell: None} if undo else {cell: value, **given}
    problems = {
        "name a cell and what it says, or one of --organ, --year, --region, --edition, …": not given,
        f"{cell}: say what the page says, or --confirm what was read, or --undo": cell is not None
        and value is None
        and not (confirm or undo),
        f"{value} or --confirm: say what the page says, or confirm what was read": value is not None and confirm,
    }
    if problem := next((told for told, true in problems.items() if true), ""):
        raise UsageError(problem)
    return given


def _ledger(db: str, corrections: Path | None) -> "Ledger":
    from gkingest.review.apply import ledger_of

    ledger = ledger_of(db, corrections)
    if ledger is None:
        raise UsageError(
            "--corrections FILE: the database is no file that decisions could lie beside; name a file for them"
        )
    return ledger


class _Person:
    """Who decides, and why."""

    def __init__(self, known: "Asked", ledger: "Ledger", by: str, why: tuple[str, str]) -> None:
        self._known, self._ledger, self._by = known, ledger, by
        self._reason, self._words = why

    def decision(self, document: str, name: str, value: str | None, *, undo: bool) -> "Decision":
        """What is decided of a cell or field, with what was read there."""
        from gkingest.cite.look_up import find_cell
        from gkingest.model.decision import Field
        from gkingest.review.making import last_word, made, taken_back
        from gkingest.review.meant import meant

        engine, _, formats, measures = self._known
        report_id, known = meant(engine, document)
        if name not in [*Field]:
            form = next((f for f in formats if known and f.edition == known.format), formats[-1])
            name = str(find_cell(name, form, formats, measures))
        elif name == Field.SAME_ORGAN_AS and value is not None and not undo:
            value = meant(engine, value)[0]
        if undo:
            before = last_word(self._ledger.read().decisions, report_id, name, self._by)
            return taken_back(before, by=self._by, words=self._words)
        return made(
            engine,
            report_id,
            name,
            by=self._by,
            formats=formats,
            value=value,
            reason=self._reason,
            words=self._words,
        )


def _told(decision: "Decision", formats: "Sequence[Format]") -> str:
    """What was decided, in a line; in Chinese with the names that are printed."""
    from gkingest.formats.names import printed_names
    from gkingest.model.decision import Ruling, worded

    subject: str = decision.subject
    if language() == "zh":
        subject = printed_names(formats).get(subject, said(subject))
    whose = f"{decision.organ} {decision.year or ''}".strip() or decision.file
    value = worded(f"{decision.value}{decision.unit}")
    if decision.verdict is Ruling.UNDO:
        return said(Told("taken back: {0} ({1})", subject, whose))
    if decision.verdict is Ruling.CONFIRM:
        return said(Told("confirmed: {0} is {1} ({2})", subject, value, whose))
    was = worded(decision.value_read) or Told("nothing")
    return said(Told("decided: {0} is {1}, read as {2} ({3})", subject, value, was, whose))


def _added(ledger: "Ledger", file: Path) -> list[str]:
    """Decisions of a file that are not in the ledger yet, added to it."""
    from gkingest.review.workbook import read_decisions

    book = read_decisions(file)
    known = {decision.id for decision in ledger.read().decisions}
    fresh = [decision for decision in book.decisions if decision.id not in known]
    if fresh:
        ledger.append(*fresh)
    told = f"{len(fresh)} decisions added from {file}, {len(book.decisions) - len(fresh)} were there already"
    return [*book.problems, told]


def _applied(known: "Asked", ledger: "Ledger") -> list[str]:
    """Lines on the decisions, once they are applied and what hangs on them is compared again."""
    from gkingest.batch.fingerprint import rules_of
    from gkingest.check.years import YearRules
    from gkingest.review.apply import apply_ledger, follow_up

    applied = apply_ledger(known.engine, ledger, known.formats)
    if applied.changed:
        rules = YearRules(known.formats, known.measures.crosswalk)
        follow_up(known.engine, rules, rules_of(rules))
    return decisions_lines(applied)
