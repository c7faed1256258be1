"""Where a database stands: how much is in it, what would be read again and why, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gkingest.batch.again import Again, again, render_again
from gkingest.batch.fingerprint import fingerprint
from gkingest.batch.plan import Plan
from gkingest.formats.spec import Format
from gkingest.language import said
from gkingest.model.report import Status
from gkingest.render import alike, entry, in_lines, render_table, wrapped
from gkingest.store.ask.known import LastRun, known_alike, known_with, last_runs, status_counts
from gkingest.store.write.save import unfinished
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine

_UNREAD = (Status.FAILED, Status.CORRUPT, Status.ENCRYPTED, Status.UNSUPPORTED)
_SHOWN = 20  # failed files that are listed; JSON has all of them


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents by status, those gone, those that would be read again, failures and the last runs."""

    statuses: dict[str, int]
    gone: int
    again: Again = field(default_factory=Again)
    failed: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    alike: tuple[tuple[str, str, str], ...] = ()
    runs: tuple[LastRun, ...] = ()
    unfinished: bool = False

    def tree(self, database: str) -> dict[str, object]:
        """As plain values for JSON."""
        return {
            "type": "status",
            "database": database,
            "statuses": self.statuses,
            "gone": self.gone,
            "stale": self.again.tree()["reasons"],
            "again": self.again.tree(),
            "failed": [{"path": path, "message": message} for path, message in self.failed],
            "unreadable": [{"path": path, "message": message} for path, message in self.unreadable],
            "alike": [{"path": p, "resembles": like.split(", "), "message": m} for p, like, m in self.alike],
            "unfinished": self.unfinished,
            "runs": [run._asdict() for run in self.runs],
        }


def standing(database: "Engine", formats: Sequence[Format], plan: Plan) -> Standing:
    """Where ``database`` stands, compared with what a run of ``plan`` would read now."""
    statuses, gone = status_counts(database)
    now = fingerprint(formats, plan.reading.ocr, plan.reading.passwords, plan.reading.render)
    return Standing(
        statuses,
        gone,
        again(database, now, formats, plan.decided(database, formats)),
        tuple(known_with(database, (Status.FAILED,))),
        tuple(known_with(database, _UNREAD[1:])),
        tuple(known_alike(database)),
        tuple(last_runs(database, 5)),
        unfinished(database),
    )


def render_standing(found: Standing, database: str, *, whole: bool = False) -> list[str]:
    """What a person wants to know of it, in lines; ``whole`` names everything that would be read again."""
    lines = [said(f"{sum(found.statuses.values())} documents in {database}")]
    counted = [(said(status), f"{count:,}") for status, count in sorted(found.statuses.items())]
    lines += render_table(counted, right=True)
    lines += [said(f"{found.gone} of them are no longer where they were")] if found.gone else []
    if found.unfinished:
        lines += in_lines("the last run did not come to its end: the same command goes on where it stopped")
    lines += render_again(found.again, "documents would be read again", whole=whole)
    like_one = [(path, Told("has {0} of one: {1}", alike(like), message)) for path, like, message in found.alike]
    titles = ("failed", found.failed), ("unreadable", found.unreadable), ("no reports, but much like one", like_one)
    for title, some in titles:
        lines += [said(Told("{0} ({1})", said(title), len(some)))] if some else []
        for path, message in some[:_SHOWN]:
            lines += entry(path, message)
        lines += [said(f"  … and {len(some) - _SHOWN} more (table location)")] if len(some) > _SHOWN else []
    lines += [said("read the failed ones again: gkingest status --retry")] if found.failed else []
    runs = [[said(word) for word in ("run", "version", "started", "ended")]]
    for run in found.runs:
        ended = run.finished_at[:19] if run.finished_at else said("not ended")
        runs.append([str(run.id), run.version, run.started_at[:19], ended])
    told = render_table(runs)
    lines.append(told[0])
    for line, run in zip(told[1:], found.runs, strict=True):
        counts = said(", ").join(f"{n} {said(status)}" for status, n in (run.counts or {}).items())
        lines += [line, *(f"     {part}" for part in wrapped(counts, 74))]
    return lines
