"""What a run did: documents by status, cells by state, years compared, decisions applied."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from gkingest.model.report import CellState, Document, Status
from gkingest.model.years import YearTally

GOOD = frozenset({Status.OK, Status.NOT_A_REPORT})
READABLE = frozenset({*GOOD, Status.NEEDS_REVIEW})


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of decisions: reports whose rows changed, how many questions are decided or open, unread lines.

    ``unplaced`` decisions are about reports or cells that the database does not have.
    """

    changed: frozenset[str] = frozenset()
    decided: int = 0
    open: int = 0
    unplaced: int = 0
    problems: tuple[str, ...] = ()


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

    @classmethod
    def told_again(cls, tree: Mapping[str, Any], seconds: float) -> Self:
        """What a run says that finds all of it done, of the tree of one that did."""
        years, decisions = tree["years"], tree["decisions"]
        relations = {name: years[name] for name in YearTally._fields} if years else {}
        return cls(
            unchanged=Counter(tree["unchanged"]),
            left=Counter(tree["left_as_read"]),
            years=Years(years["pairs"], years["broken_pairs"], YearTally(**relations)) if years else None,
            applied=Applied(frozenset(), decisions["decided"], decisions["open"], decisions["unplaced"]),
            seconds=seconds,
        )

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
