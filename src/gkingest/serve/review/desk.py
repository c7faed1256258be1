"""The desk of those who decide: what is to be looked at, in a fixed order, and what they decided, kept at once.

A decision is a line of the ledger before it is answered, so a kill loses none; the database is brought up to date
behind that, one report after the other. All doubts are ranked once; after that the reports that were decided are
ranked again, and all of them only when somebody else wrote into the database or into the ledger.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING

from gkingest.errors import GkingestError, UsageError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.review.apply import apply_ledger
from gkingest.review.ledger import Ledger, State
from gkingest.review.making import made, taken_back
from gkingest.review.queue import Doubtful, Question, Ranking, Wanted, described
from gkingest.store.ask.doubtful import rivals, runs_so_far

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gkingest.model.decision import Decision

_PAUSE = 2.0  # seconds without a decision
_KEPT = 16  # queues that are gone through at the same time


@dataclass
class Desk:
    """The decisions about one database; ``engine`` opens it for writing."""

    engine: Callable[[], "Engine"]
    ledger: Ledger
    formats: Sequence[Format]
    measures: Measures
    problem: str = ""
    _pending: "set[Decision]" = field(default_factory=set)
    _made: "dict[str, Decision]" = field(default_factory=dict)
    _waiting: bool = False
    _last: float = 0.0
    _now: Event = field(default_factory=Event)
    _ranking: Ranking | None = None
    _runs: tuple[object, ...] = ()
    _lines: State | None = None
    _queues: OrderedDict[str, list[Question]] = field(default_factory=OrderedDict)
    _behind: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _lock: Lock = field(default_factory=Lock)

    def begin(self, wanted: Wanted) -> tuple[str, list[Question]]:
        """A new queue under a name by which its parts are asked for, of what is doubtful now.

        What the report itself adds up wrongly is left out unless a kind of doubt is asked for: it settles nothing.
        Raises :class:`GkingestError` where the database cannot be asked.
        """
        places = [p for p in self.settle().queue(wanted) if wanted.codes or not p.is_misprint]
        name = secrets.token_hex(8)
        with self._lock:
            self._queues[name] = places
            while len(self._queues) > _KEPT:
                self._queues.popitem(last=False)
        return name, places

    def part(self, name: str, first: int, most: int) -> list[tuple[int, Doubtful]] | None:
        """Some of a queue with their numbers, and what is needed to decide; None if there is none of that name."""
        places = self._queues.get(name)
        if places is None:
            return None
        asked = places[first : first + most]
        numbers = {(p.report_id, p.subject): n for n, p in enumerate(asked, first)}
        found = described(self.engine(), self.formats, asked)
        return [(numbers[one.place.report_id, one.place.subject], one) for one in found]

    def decide(self, report: str, subject: str, by: str, value: str, reason: str, words: str) -> str:
        """Keep a decision, "" as value that it is as it was read; its id. Raises :class:`UsageError`."""
        decision = made(
            self.engine(),
            report,
            subject,
            by=by,
            formats=self.formats,
            value=value or None,
            reason=reason,
            words=words,
        )
        self._keep(decision)
        return decision.id

    def take_back(self, decision: str, by: str) -> None:
        """Keep that a decision is taken back. Raises :class:`UsageError` where there is none of a person."""
        every = self._made.values() if decision in self._made else self.ledger.read().decisions
        meant = next((d for d in every if d.id == decision), None)
        if meant is None or meant.by != by:
            raise UsageError(f"{decision}: {by} has no such decision, so there is nothing to take back")
        self._keep(taken_back(meant, by=by))

    def prepare(self) -> None:
        """Begin to bring the database up to date and to rank its doubts, before anybody waits for it."""
        self._behind.submit(self._up_to_date)

    def settle(self) -> Ranking:
        """All doubts, once the database is up to date with all that is decided, whoever decided it and when.

        Raises :class:`GkingestError` where the database cannot be asked.
        """
        self._now.set()
        return self._behind.submit(self._up_to_date).result()

    def _keep(self, decision: "Decision") -> None:
        """Put a line on the disk, and its report to those that are brought up to date in the first pause.

        Whoever decides is not to wait for that.
        """
        with self._lock:
            was, now = self.ledger.append(decision)
            if was == self._lines:
                self._lines = now  # nobody else has written into it
            self._pending.add(decision)
            self._made[decision.id] = decision
            self._last = monotonic()
            begin, self._waiting = not self._waiting, True
            if begin:
                self._now.clear()
        if begin:
            self._behind.submit(self._when_quiet)

    def _when_quiet(self) -> None:
        while (left := self._last + _PAUSE - monotonic()) > 0 and not self._now.wait(left):
            pass
        with self._lock:
            self._waiting = False
        try:
            self._up_to_date()
        except GkingestError as error:  # the lines are kept, and the next one, or the next page, applies them
            self.problem = str(error)

    def _up_to_date(self) -> Ranking:
        """Apply what is decided and rank what that changed; all of it where others wrote too."""
        engine = self.engine()
        runs = runs_so_far(engine)
        with self._lock:
            lines, pending = self.ledger.state(), self._pending
            before = self._ranking if (runs, lines) == (self._runs, self._lines) else None
            self._lines, self._pending = lines, set()
        reports = {decision.report_id for decision in pending}
        try:
            if before is None or reports:
                only = None if before is None else reports
                reports |= apply_ledger(engine, self.ledger, self.formats, only=only).changed
            self.problem = ""
        except GkingestError as error:
            self.problem = str(error)
            with self._lock:
                self._pending |= pending
                self._lines = None
        # What is decided of a whole report may make another one that of its organ and year.
        try:
            if before is None or any(decision.key is None for decision in pending):
                ranking = Ranking.of(engine, self.formats, self.measures)
            else:
                ranking = before.renewed({*reports, *rivals(engine, reports)})
        except GkingestError:
            self._lines = None  # so that the next one ranks all of them
            raise
        self._ranking, self._runs = ranking, runs
        return ranking

    def close(self) -> None:
        """Finish what is under way."""
        self._now.set()
        self._behind.shutdown(wait=True)
