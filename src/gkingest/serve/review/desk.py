"""The desk of those who decide: what is to be looked at, in a fixed order, and what they decided, kept at once.

A decision is a line of the ledger before it is answered, so a kill loses none; the database is brought up to date
behind that, one report after the other.
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
from gkingest.review.ledger import Ledger
from gkingest.review.making import made, taken_back
from gkingest.review.queue import Doubtful, Place, Wanted, described, ranked

if TYPE_CHECKING:
    from sqlalchemy import Engine

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
    _pending: set[str] = field(default_factory=set)
    _last: float = 0.0
    _now: Event = field(default_factory=Event)
    _queues: OrderedDict[str, list[Place]] = field(default_factory=OrderedDict)
    _behind: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _lock: Lock = field(default_factory=Lock)

    def begin(self, wanted: Wanted) -> tuple[str, list[Place]]:
        """A new queue under a name by which its parts are asked for, of what is doubtful now.

        What the report itself adds up wrongly is left out unless a kind of doubt is asked for: it settles nothing.
        """
        self.settle()
        every = ranked(self.engine(), self.formats, wanted, self.measures)
        places = [p for p in every if wanted.codes or not p.is_misprint]
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
        self.ledger.append(decision)
        self._soon(report)
        return decision.id

    def take_back(self, decision: str, by: str) -> None:
        """Keep that a decision is taken back. Raises :class:`UsageError` where there is none of a person."""
        meant = next((d for d in self.ledger.read().decisions if d.id == decision and d.by == by), None)
        if meant is None:
            raise UsageError(f"{decision}: {by} has no such decision, so there is nothing to take back")
        self.ledger.append(taken_back(meant, by=by))
        self._soon(meant.report_id)

    def settle(self) -> None:
        """Bring the database up to date with all that is decided, also what was kept when a server was ended."""
        self._now.set()
        self._behind.submit(self._apply, None).result()

    def _soon(self, report: str) -> None:
        """Bring a report up to date in the first pause: whoever decides is not to wait for it."""
        with self._lock:
            begin = not self._pending
            self._pending.add(report)
            self._last = monotonic()
        if begin:
            self._now.clear()
            self._behind.submit(self._when_quiet)

    def _when_quiet(self) -> None:
        while (left := self._last + _PAUSE - monotonic()) > 0 and not self._now.wait(left):
            pass
        with self._lock:
            reports, self._pending = self._pending, set()
        self._apply(reports)

    def _apply(self, reports: set[str] | None) -> None:
        try:
            apply_ledger(self.engine(), self.ledger, self.formats, only=reports)
            self.problem = ""
        except GkingestError as error:  # the line is kept, and the next one, or the next start, applies it
            self.problem = str(error)

    def close(self) -> None:
        """Finish what is under way."""
        self._now.set()
        self._behind.shutdown(wait=True)
