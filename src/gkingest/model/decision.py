"""A decision: what a person says of a figure, or of whose report it is and for which year; who, when and why."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

from gkingest.model.key import ANY, FactKey
from gkingest.model.report import CellState, ReportId
from gkingest.told import Told, joined

Edges = tuple[float, float, float, float]  # x0, top, x1, bottom in points

FILE_NAME = "corrections.csv"  # of decisions, beside the database


class Ruling(StrEnum):
    """What a line does: say something else than what was read, confirm what was read, or take a line back."""

    SET = "set"
    CONFIRM = "confirm"
    UNDO = "undo"


class Field(StrEnum):
    """What can be decided of a report beside its figures."""

    ORGAN = "organ"
    YEAR = "year"
    REGION = "region"
    EDITION = "edition"
    IS_REPORT = "is_report"
    SAME_ORGAN_AS = "same_organ_as"


# Why somebody decides: word -> what it means.
REASONS: dict[str, str] = {
    "misread": "the page says something else than what was read",
    "missed": "the page has a figure where none was read",
    "misplaced": "the figure was read into the wrong cell",
    "unit": "the unit was read wrongly, or is not printed",
    "misprint": "the page is misprinted, and another source has the right figure",
    "whose": "organ, division, year or edition were taken wrongly",
    "kind": "the document is a report, or is none",
    "as_printed": "what was read is what is printed",
    "other": "another reason, told in words",
}
_LISTED = joined(", ", (Told("{0} ({1})", word, Told(meaning)) for word, meaning in REASONS.items()))


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of ``corrections.csv``.

    ``source`` is the sha256 of the bytes, ``report`` the place of the report in the file, from 1. ``subject`` is a
    cell (``table/row/column``) or one of :class:`Field`. ``value`` is what the person says: a number as digits, the
    word of a state (``blank``, ``dash``, ``absent``, ``unreadable``), a name, a year, a code, yes or no; of a
    confirmation it is what was read. ``unit`` is that of a number where it is not the one that was read.
    ``value_read`` is what had been read, ``printed`` the printed text, ``file``, ``organ`` and ``year`` what the
    file was called and whose it was then: words for people, and to know a changed document by. ``at`` is UTC, ISO
    8601; ``undoes`` the id of the line that is taken back.
    """

    source: str
    subject: str
    verdict: Ruling
    value: str
    by: str
    at: str
    report: int = 1
    unit: str = ""
    value_read: str = ""
    printed: str = ""
    reason: str = ""
    words: str = ""
    page: int | None = None
    box: Edges | None = None
    undoes: str = ""
    file: str = ""
    organ: str = ""
    year: int | None = None

    @property
    def id(self) -> str:
        """Made of all that the line says: two equal lines are one decision, wherever they stand."""
        return _id_of(self)

    @property
    def report_id(self) -> str:
        """The report it is about, as the database calls it."""
        return str(ReportId(self.source, self.report))

    @property
    def key(self) -> FactKey | None:
        """The cell it is about, ``None`` if it is about a field of the report."""
        return cell_of(self.subject)

    @property
    def says(self) -> tuple[str, str]:
        """Value and unit, to be held against those of others."""
        return self.value, self.unit

    @property
    def state(self) -> CellState:
        """Of a cell, the state that it is said to have."""
        return CellState(self.value) if self.value in STATES else CellState.REPORTED

    @property
    def number(self) -> Decimal | None:
        """Of a cell, the number that it is said to have."""
        return None if self.value in STATES else Decimal(self.value)


_SHA256 = re.compile("[0-9a-f]{64}")
STATES = frozenset(s.value for s in CellState if s is not CellState.REPORTED)
NAMES = tuple(f.name for f in fields(Decision))


def worded(value: str) -> str:
    """What a cell or field is said to be; the word of a state as a message, which each language has."""
    return Told(value) if value in STATES else value


@lru_cache(maxsize=131_072)
def _id_of(decision: Decision) -> str:
    told = []
    for value in (getattr(decision, name) for name in NAMES):
        words = [f"{edge:g}" for edge in value] if isinstance(value, tuple) else str(value).split()  # on one line
        told.append(" ".join(words) if value is not None else "")
    return "d" + hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:15]


def cell_of(subject: str) -> FactKey | None:
    """The cell that a subject names; ``None`` where it is none, such as a field of a report."""
    parts = subject.split("/")
    return FactKey(*parts) if len(parts) == 3 and all(parts) and ANY not in subject else None


def problem_of(decision: Decision) -> str:
    """Why a decision cannot be applied by what it says itself; "" if it can."""
    problems = {
        f"{decision.source!r} is no sha256 of 64 hexadecimal digits": not _SHA256.fullmatch(decision.source),
        f"report {decision.report}: the reports of a file are counted from 1": decision.report < 1,
        "it does not say who decided": not decision.by.strip(),
        Told("{0} is no reason; one of {1}", repr(decision.reason), _LISTED): decision.reason not in ("", *REASONS),
    }
    if found := next((words for words, true in problems.items() if true), ""):
        return found
    if decision.verdict is Ruling.UNDO:
        return "" if decision.undoes else "it does not say which decision it takes back"
    if decision.key is not None:
        return "" if is_amount(decision.value) else f"{decision.value!r} is no number and no state of a cell"
    return _FIELD_PROBLEMS.get(decision.subject, _no_subject)(decision.value)


def is_amount(value: str) -> bool:
    """Whether it is what a cell can be said to hold: a number in plain digits, or the word of a state."""
    try:
        return value in STATES or (value == value.strip() and Decimal(value).is_finite())
    except InvalidOperation:
        return False


def _no_subject(_: str) -> str:
    return f"its subject is no cell (table/row/column) and none of {', '.join(Field)}"


def _must(fine: bool, advice: str) -> str:
    return "" if fine else advice


_FIELD_PROBLEMS: Mapping[str, Callable[[str], str]] = {
    Field.ORGAN: lambda v: _must(bool(v.strip()), "the name of the organ is empty"),
    Field.YEAR: lambda v: _must(v.isdecimal() and 1949 < int(v) < 2200, f"{v!r} is no year"),
    Field.REGION: lambda v: _must(v.isdecimal() and len(v) == 6, f"{v!r} is no code of six digits"),
    Field.EDITION: lambda v: _must(bool(v.strip()), "the edition is empty"),
    Field.IS_REPORT: lambda v: _must(v in ("yes", "no"), f"{v!r} is neither yes nor no"),
    Field.SAME_ORGAN_AS: lambda v: _must("-" in v, f"{v!r} is no report (sha256, a hyphen, the place in its file)"),
}
