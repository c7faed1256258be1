"""Decisions applied to a database: those of a file, or those that the database has from one.

What comes out depends on what was read and on the decisions, not on their order, on the file they came from, or on
what was applied before. A report whose decisions are applied already is passed over.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.check.years import YearRules
from gkingest.formats.spec import Format
from gkingest.model.decision import FILE_NAME, Decision, Field, Ruling
from gkingest.model.report import Status, Verdict
from gkingest.model.summary import Applied
from gkingest.review.ledger import Book, Ledger
from gkingest.review.sitting import Sitting
from gkingest.review.standing import standing
from gkingest.store.ask.deciding import has_decisions, kept_decisions
from gkingest.store.place import file_of
from gkingest.store.write.copies import link_copies
from gkingest.store.write.decisions import FileStanding, Standing, rewrite, save_decisions
from gkingest.store.write.years import compare_years
from gkingest.told import Told, joined

if TYPE_CHECKING:
    from sqlalchemy import Engine


def ledger_of(db: str, corrections: Path | None = None) -> Ledger | None:
    """The file of decisions that goes with a database: the one that is named, else the one beside its file.

    ``None`` where the database is no file and none is named. Raises :class:`DatabaseError` if ``db`` is no place.
    """
    if corrections is not None:
        return Ledger(corrections)
    file = file_of(db)
    return Ledger(file.parent / FILE_NAME) if file is not None else None


def apply_ledger(
    engine: "Engine", ledger: Ledger | None, formats: Sequence[Format], *, only: Collection[str] | None = None
) -> Applied:
    """Apply the decisions of a file; where there is none, those that the database has from one.

    With ``only`` these reports alone are brought up to date. Raises :class:`UsageError` where the file cannot be
    read, :class:`DatabaseError`.
    """
    book = kept_book(engine, ledger)
    applied = apply_decisions(engine, book.decisions, formats, only=only)
    return replace(applied, problems=(*book.problems, *applied.problems))


def kept_book(engine: "Engine | None", ledger: Ledger | None) -> Book:
    """The decisions of a file; where there is none, those that the database has from one.

    Raises :class:`UsageError` where the file cannot be read, :class:`DatabaseError`.
    """
    if ledger is not None and ledger.exists():
        return ledger.read()
    return Book(tuple(kept_decisions(engine))) if engine is not None else Book()


def decided_editions(engine: "Engine | None", ledger: Ledger | None, formats: Sequence[Format]) -> dict[str, str]:
    """The edition of the form, one of ``formats``, by the SHA-256 of each file of which a person decided it.

    Raises :class:`UsageError` where the file of decisions cannot be read, :class:`DatabaseError`.
    """
    known = {form.edition for form in formats}
    found: dict[str, set[str]] = {}
    for (sha256, _, subject), one in standing(kept_book(engine, ledger).decisions).items():
        if subject == Field.EDITION and one.stands is not None and one.stands.verdict is Ruling.SET:
            found.setdefault(sha256, set()).add(one.stands.value)
    # Of a file with reports of several editions all are tried, as nobody knows which pages are whose.
    single = {sha256: min(editions) for sha256, editions in found.items() if len(editions) == 1}
    return {sha256: edition for sha256, edition in single.items() if edition in known}


def apply_decisions(
    engine: "Engine",
    decisions: Iterable[Decision],
    formats: Sequence[Format],
    *,
    only: Collection[str] | None = None,
) -> Applied:
    """Apply these decisions and no others. Raises :class:`DatabaseError`."""
    every = sorted({d.id: d for d in decisions}.values(), key=lambda d: (d.at, d.id))
    if not every and not has_decisions(engine):
        return Applied()
    sitting = Sitting(engine, tuple(every), tuple(formats))
    changed = sitting.outdated(only)
    for sha256 in sorted({sitting.reports[report_id].sha256 for report_id in changed}):
        rewrite(engine, sha256, sitting.decide, partial(_place, sitting.no_reports(sha256)))
    rows: list[dict[str, object]] = [
        {
            "id": decision.id,
            "sha256": decision.source,
            "report": decision.report,
            "subject": decision.subject,
            "verdict": str(decision.verdict),
            "value": decision.value,
            "unit": decision.unit,
            "value_read": decision.value_read,
            "printed": decision.printed,
            "reason": decision.reason,
            "words": decision.words,
            "person": decision.by,
            "decided_at": decision.at,
            "page": decision.page,
            "box": " ".join(f"{edge:g}" for edge in decision.box) if decision.box else None,
            "undoes": decision.undoes,
            "file": decision.file,
            "organ": decision.organ,
            "year": decision.year,
            "standing": sitting.became(decision),
        }
        for decision in every
    ]
    save_decisions(engine, rows)
    told = [one.is_open for question, one in sitting.standing.items() if sitting.is_placed(question)]
    unplaced = len(sitting.standing) - len(told)
    return Applied(frozenset(changed), told.count(False), told.count(True), unplaced, tuple(sitting.unread()))


def follow_up(engine: "Engine", rules: YearRules, version: str) -> None:
    """Compare copies and consecutive years again, once decisions changed reports. Raises :class:`DatabaseError`."""
    link_copies(engine)
    compare_years(engine, rules.compare, rules.cells, version)


def _place(by: str, before: FileStanding, reports: Sequence[Standing]) -> FileStanding:
    """What is said of a file once its reports are decided; ``by`` are those who say that it holds none."""
    if by:
        return FileStanding(Status.NOT_A_REPORT, "other", Told("{0} decided that it is no report", by))
    if before.status not in (Status.OK, Status.NEEDS_REVIEW, Status.NEEDS_OCR):
        return before
    codes = {code for one in reports for code, _, _ in one.doubts}
    if before.status == Status.NEEDS_OCR and codes & {"page.unread", "reading.suspect"}:
        return before
    doubts = [(c, m) for one in reports for c, severity, m in one.doubts if severity != "info"]
    if all(one.verdict == Verdict.ACCEPTED for one in reports):
        return FileStanding(Status.OK, before.kind, "")
    if not doubts:
        return before
    more = Told("(and {0} more findings)", len(doubts) - 1) if len(doubts) > 1 else ""
    code, message = doubts[0]
    return FileStanding(Status.NEEDS_REVIEW, before.kind, joined(" ", (Told("{0} [{1}]", message, code), more)))
