"""What a run is to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.batch.settings import Settings
from gkingest.engine.adapter import Limits
from gkingest.formats.spec import Format
from gkingest.redact import redacted, without_login
from gkingest.review.apply import decided_editions
from gkingest.review.ledger import Ledger

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
