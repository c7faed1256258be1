"""What a run is to do, and what it did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.batch.settings import Settings
from gkingest.engine.adapter import Limits
from gkingest.formats.spec import Format
from gkingest.model.report import CellState, Document, Status
from gkingest.model.years import YearTally
from gkingest.redact import redacted, without_login
from gkingest.review.apply import Applied, decided_editions
from gkingest.review.ledger import Ledger

if TYPE_CHECKING:
    from sqlalchemy import Engine

GOOD = frozenset({Status.OK, Status.NOT_A_REPORT})
READABLE = frozenset({*GOOD, Status.NEEDS_REVIEW})


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes about its files, ``reading`` them.

    ``engine`` is a name of :func:`engine_named`; ``force`` reads what is unchanged too, ``retry`` what failed.
    ``roots`` are the paths that were given: above them no record of a crawl is looked for, below them files that
    are no longer there are marked. Without ``grids`` the content of raw tables is not saved.
    """

    reading: Settings = field(default_factory=Settings)
    engine: str = "inline"
    limits: Limits = field(default_factory=Limits)
    force: bool = False
    retry: bool = False
    fail_fast: bool = False
    roots: tuple[str, ...] = ()
    log: Path | None = None
    grids: bool = True
    ledger: Ledger | None = None

    def decided(self, database: "Engine | None", formats: Sequence[Format]) -> "Plan":
        """The same, with the editions of the form that people decided, each for its file.

        Raises :class:`UsageError` where the file of decisions cannot be read, :class:`DatabaseError`.
        """
        editions = decided_editions(database, self.ledger, formats)
        return replace(self, reading=replace(self.reading, editions=editions))

    def options(self) -> dict[str, object]:
        """The plan as a run notes it; passwords are not written down, those in addresses neither."""
        return {
            "paths": [without_login(root) for root in self.roots],
            "ocr": self.reading.ocr,
            "render": self.reading.render,
            "schemas": str(self.reading.schemas or ""),
            "engine": redacted(self.engine),
            "jobs": self.limits.jobs,
            "timeout": self.limits.seconds,
            "memory": self.limits.megabytes,
            "force": self.force,
            "retry": self.retry,
            "fail_fast": self.fail_fast,
            "passwords": bool(self.reading.passwords),
            "corrections": str(self.ledger.path) if self.ledger else "",
        }


@dataclass(frozen=True, slots=True)
class Years:
    """Reports of one organ for consecutive years, of all that the database holds.

    ``pairs`` of them, those in which a rule is ``broken``, and how many relations came out how.
    """

    pairs: int
    broken: int
    relations: YearTally


@dataclass(slots=True)
class Summary:
    """What a run did: documents by status, cells by state, findings by code; ``unchanged`` ones by status too,
    ``left`` those of them that an option would have read otherwise.

    ``years`` is ``None`` where nothing was compared, ``applied`` tells of decisions; ``ended_by`` is the signal
    that ended the run, 0 for none. ``problems`` are records of a crawl that could not be used, ``unlisted`` names
    that could not be looked into, with the reason.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    gone: int = 0
    years: Years | None = None
    applied: Applied = field(default_factory=Applied)
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    unlisted: dict[str, str] = field(default_factory=dict)
    stopped: bool = False
    ended_by: int = 0

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended the run before it was through."""
        return bool(self.ended_by)

    @property
    def documents(self) -> int:
        """How many documents were read."""
        return self.statuses.total()

    def tree(self, database: str) -> dict[str, object]:
        """The summary as plain values for JSON; ``database`` is where the rows lie, "" after a dry run."""
        years: dict[str, object] | None = None
        if self.years is not None:
            of_pairs = {"pairs": self.years.pairs, "broken_pairs": self.years.broken}
            years = {**of_pairs, **self.years.relations._asdict()}
        return {
            "type": "summary",
            "documents": self.documents,
            "statuses": dict(self.statuses),
            "unchanged": dict(self.unchanged),
            "left_as_read": dict(self.left),
            "gone": self.gone,
            "cells": dict(self.cells),
            "flagged": self.flagged,
            "findings": dict(self.findings),
            "years": years,
            "decisions": {
                "decided": self.applied.decided,
                "open": self.applied.open,
                "unplaced": self.applied.unplaced,
                "problems": list(self.applied.problems),
            },
            "problems": list(self.problems),
            "unlisted": [{"path": path, "reason": reason} for path, reason in self.unlisted.items()],
            "seconds": round(self.seconds, 3),
            "stopped": self.stopped,
            "interrupted": self.interrupted,
            "database": database or None,
        }

    def add(self, document: Document) -> None:
        """Count one more document."""
        self.statuses[document.status.value] += 1
        for report in document.reports:
            states = Counter(f.state for f in report.facts)
            self.cells.update({s.value: states[s] for s in CellState})
            self.findings.update(f.code for f in report.findings)
            self.flagged += len(report.flagged())
