"""What a report says: facts, the report and its verdict."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

from gkingest.model.finding import Finding, Severity
from gkingest.model.key import FactKey, is_several
from gkingest.model.method import Method
from gkingest.model.paper import Box, Grid, Source
from gkingest.model.provenance import UNKNOWN, Provenance


class CellState(StrEnum):
    """What a cell can say; the five are never folded into one another."""

    REPORTED = "reported"
    BLANK = "blank"
    DASH = "dash"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


class ReportId(NamedTuple):
    """How the database calls a report: the SHA-256 of its file and its place among the reports in it, from 1."""

    sha256: str
    ordinal: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """``sha256-place`` as the id that it is; raises ``ValueError`` where it ends in no number."""
        sha256, _, ordinal = text.rpartition("-")
        return cls(sha256, int(ordinal))

    def __str__(self) -> str:
        return f"{self.sha256}-{self.ordinal}"


class Verdict(StrEnum):
    """How far a report can be relied on without a person looking at it."""

    ACCEPTED = "accepted"
    NEEDS_REVIEW = "needs_review"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Fact:
    """One slot of the format as this report fills it.

    ``value`` is the printed number in the printed ``unit`` (``None`` unless reported); ``form_value`` is the
    same amount in the unit that the form prescribes. ``raw`` is the printed text. ``box`` is in points on
    the displayed page. ``method`` is ``None`` where nothing was found; ``confidence`` is in 0–1.
    """

    key: FactKey
    state: CellState
    value: Decimal | None = None
    unit: str = ""
    raw: str = ""
    form_value: Decimal | None = None
    page: int | None = None
    box: Box | None = None
    method: Method | None = None
    confidence: float = 1.0
    row_label: str = ""
    column_label: str = ""

    def __reduce__(self) -> tuple[type["Fact"], tuple[object, ...]]:
        return Fact, tuple(getattr(self, name) for name in Fact.__slots__)

    def shares_ink(self, other: "Fact") -> bool:
        """Whether two readings of a figure stem from one place on the page."""
        a, b = self.box, other.box
        if a is None or b is None or self.page != other.page:
            return False
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        return across > 0.5 * min(a.width, b.width) and min(a.bottom, b.bottom) > max(a.top, b.top)


@dataclass(frozen=True, slots=True)
class Section:
    """Narrative text under one printed heading; ``number`` is 1–6, 0 for what stands before the first."""

    number: int
    heading: str
    text: str
    page: int


UNCLEAR = "unclear"  # key of a statement that counts a part, several outcomes together, or something else


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that the narrative states in words: what it counts, how much, the sentence and where that stands.

    ``also`` are the same thing counted in other units, as in 10件/53条. ``agrees`` tells whether the tables have
    the figure, ``None`` where they do not say. The key is :data:`UNCLEAR` where it is not certain what is counted.
    """

    key: str
    label: str
    value: Decimal
    sentence: str
    page: int
    also: tuple[Decimal, ...] = ()
    box: Box | None = None
    agrees: bool | None = None


class Tally(NamedTuple):
    """What is counted over a whole report.

    ``reported``: slots of the statutory tables with a number. ``assessed``: relations of the form that have a
    number and could be judged without doubting the reading. ``misprinted``: those of them that the report breaks.
    """

    reported: int = 0
    assessed: int = 0
    misprinted: int = 0


NOTHING_COUNTED = Tally()


@dataclass(frozen=True, slots=True)
class Report:
    """One organ's report for one year.

    ``region_code`` is the division (GB/T 2260, as of that year) whose organ it is, with its province and
    prefecture; ``organ_key`` the organ's name without divisions; ``issued_on`` the date printed below it,
    ``period`` the first and the last day that its figures are of, ``None`` where it does not say (ISO 8601 both).
    """

    organ: str
    year: int | None
    format: str
    title: str
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    region_code: str | None = None
    region_name: str | None = None
    province: str | None = None
    prefecture: str | None = None
    organ_kind: str = ""
    organ_key: str = ""
    region_evidence: tuple[tuple[str, str, str], ...] = ()
    issued_on: str = ""
    period: tuple[str, str] | None = None
    tally: Tally = NOTHING_COUNTED

    @property
    def verdict(self) -> Verdict:
        """Accepted without a warning, rejected without a single figure, otherwise for review."""
        if not any(f.state is not CellState.ABSENT for f in self.facts):
            return Verdict.REJECTED
        if any(f.severity >= Severity.WARNING for f in self.findings):
            return Verdict.NEEDS_REVIEW
        return Verdict.ACCEPTED

    def flagged(self) -> frozenset[FactKey]:
        """Keys that a warning or error touches, by itself or by its row, column, table or rule."""
        patterns = {t for f in self.findings if f.severity >= Severity.WARNING for t in f.touches}
        # Most name one figure, and a page of broken sums names thousands: those are looked up, not tried.
        wild = [t for t in patterns if is_several(t)]
        return frozenset(f.key for f in self.facts if f.key in patterns or f.key.matches_any(wild))


class Status(StrEnum):
    """What became of a file; every path given has one in ``documents``."""

    OK = "ok"
    NEEDS_REVIEW = "needs_review"
    NEEDS_OCR = "needs_ocr"
    NOT_A_REPORT = "not_a_report"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that one file gave: its status for ``documents`` and, where it is one, the report.

    ``source`` is ``None`` only where the bytes could not be read at all. ``grids`` are the raw tables,
    stored even where they mean nothing to us. ``kind`` is ``report`` or what else it is, "" if unknown. ``more``
    are the further reports of a file that holds several. ``resembles`` tells what a document that is none has
    of a report (title, headings, figures); ``identity`` is what the file system afar says of the bytes, ``seconds``
    how long reading took, where that is known.
    """

    path: str
    source: Source | None
    status: Status
    kind: str = ""
    message: str = ""
    report: Report | None = None
    grids: tuple[Grid, ...] = ()
    sections: tuple[Section, ...] = ()
    more: tuple[Report, ...] = ()
    provenance: Provenance = UNKNOWN
    resembles: tuple[str, ...] = ()
    identity: str = ""
    seconds: float | None = field(default=None, compare=False)

    @property
    def reports(self) -> tuple[Report, ...]:
        """All reports of the file in printed order."""
        return (self.report, *self.more) if self.report else ()

    @property
    def has_figures(self) -> bool:
        """Whether figures of the form were found in it."""
        return self.report is not None and self.report.verdict is not Verdict.REJECTED
