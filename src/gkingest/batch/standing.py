"""Where a database stands: how much is in it, what would be read again and why, what failed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gkingest.batch.fingerprint import fingerprint
from gkingest.batch.sieve import stale
from gkingest.formats.spec import Format
from gkingest.model.report import Status
from gkingest.read.recognise import OcrMode
from gkingest.render import printable, render_table
from gkingest.store.known import known_with, last_runs, status_counts
from gkingest.store.save import unfinished

if TYPE_CHECKING:
    from sqlalchemy import Engine

_UNREAD = (Status.FAILED, Status.CORRUPT, Status.ENCRYPTED, Status.UNSUPPORTED)
_SHOWN = 20  # failed files that are listed; JSON has all of them


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents by status, those gone, reasons for which some would be read again, failures and the last runs."""

    statuses: dict[str, int]
    gone: int
    stale: Counter[str] = field(default_factory=Counter)
    failed: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    runs: tuple[dict[str, Any], ...] = ()
    unfinished: bool = False

    def tree(self, database: str) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "type": "status",
            "database": database,
            "statuses": self.statuses,
            "gone": self.gone,
            "stale": dict(self.stale),
            "failed": [{"path": path, "message": message} for path, message in self.failed],
            "unreadable": [{"path": path, "message": message} for path, message in self.unreadable],
            "unfinished": self.unfinished,
            "runs": list(self.runs),
        }


def standing(database: "Engine", formats: Sequence[Format], ocr: OcrMode) -> Standing:
    """Where ``database`` stands, compared with what this installation would read now."""
    statuses, gone = status_counts(database)
    now = fingerprint(formats, ocr)
    return Standing(
        statuses,
        gone,
        Counter(reason for _, reason in stale(database, now, formats)),
        tuple(known_with(database, (Status.FAILED,))),
        tuple(known_with(database, _UNREAD[1:])),
        tuple(last_runs(database, 5)),
        unfinished(database),
    )


def render_standing(found: Standing, database: str) -> list[str]:
    """What a person wants to know of it, in lines."""
    lines = [f"{sum(found.statuses.values())} documents in {database}"]
    lines += render_table([(status, f"{count:,}") for status, count in sorted(found.statuses.items())], right=True)
    lines += [f"{found.gone} of them are no longer where they were"] if found.gone else []
    if found.unfinished:
        lines.append("the last run did not come to its end: the same command goes on where it stopped")
    for reason, count in found.stale.most_common():
        lines.append(f"{count} would be read again: {reason}")
    for title, some in (("failed", found.failed), ("unreadable", found.unreadable)):
        lines += [f"{title} ({len(some)})"] if some else []
        lines += [f"  {printable(path)}: {printable(message)}" for path, message in some[:_SHOWN]]
        lines += [f"  … and {len(some) - _SHOWN} more (table location)"] if len(some) > _SHOWN else []
    lines += ["read the failed ones again: gkingest status --retry"] if found.failed else []
    runs = [("run", "version", "started", "ended", "counts")]
    for run in found.runs:
        counts = ", ".join(f"{n} {status}" for status, n in (run["counts"] or {}).items())
        runs.append((str(run["id"]), run["version"], run["started_at"], run["finished_at"] or "not ended", counts))
    return [*lines, *render_table(runs)]
