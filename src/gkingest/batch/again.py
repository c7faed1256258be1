"""Which readings no longer hold, why, and how long reading them again will take."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from gkingest.batch.fingerprint import Fingerprint, is_stale
from gkingest.batch.plan import Plan
from gkingest.corpus.intake import INSIDE
from gkingest.formats.spec import Format
from gkingest.language import said, titled
from gkingest.model.report import Status
from gkingest.model.summary import READABLE
from gkingest.read.kinds import kind_of
from gkingest.render import in_lines, printable
from gkingest.store.ask.known import Known, known_at, known_inside, packed, present_paths

if TYPE_CHECKING:
    from sqlalchemy import Engine

_NAMED = 3  # documents that are named for each reason, if not all are


class _Usual:
    """How long reading takes, learnt from what was read."""

    def __init__(self) -> None:
        # By media type, and whether its pages were read as pictures
        self._spent: dict[tuple[str, bool], list[float]] = {}

    def learn(self, known: Known) -> None:
        """Take one more reading into account."""
        if known.seconds is not None:
            self._spent.setdefault((known.media_type, known.pictured), []).append(known.seconds)

    def expected(self, known: Known, now: Fingerprint) -> float | None:
        """What a document takes: as it did, if it is read as then; as others of its kind; as all read alike."""
        # How its pages are read decides; of pages that were left unread that is not known from what is kept.
        pictured = known.pictured or now.reads_pictures_of(known)
        if known.seconds is not None and pictured == known.pictured:
            return known.seconds
        usual = {of: sum(spent) / len(spent) for of, spent in self._spent.items()}
        own = usual.get((known.media_type, pictured))
        alike = [told for of, told in usual.items() if of[1] == pictured] if own is None else [own]
        return sum(alike) / len(alike) if alike else None


@dataclass(frozen=True, slots=True)
class Again:
    """Documents that are to be read again: path → reason; ``seconds`` of work that takes, ``None`` if unknown.

    ``untimed`` of them are not in ``seconds``, as nothing like them was read yet. ``jobs`` are read at once.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    untimed: int = 0
    jobs: int = 1

    @property
    def duration(self) -> str:
        """How long it will take, in words."""
        if self.seconds is None:
            return "how long it takes is not known, as nothing like them was read yet"
        seconds = self.seconds / self.jobs
        if seconds < 120:
            told = f"{max(1, round(seconds))} s"
        else:
            told = f"{round(seconds / 60)} min" if seconds < 120 * 60 else f"{seconds / 3600:.1f} h"
        at_once = f" with {self.jobs} at once" if self.jobs > 1 else ""
        beside = f"; of {self.untimed} it is not known" if self.untimed else ""
        return f"about {told}{at_once}{beside}"

    def tree(self) -> dict[str, object]:
        """As plain values for JSON; ``expected_seconds`` with ``jobs`` at once."""
        return {
            "documents": len(self.reasons),
            "reasons": dict(Counter(self.reasons.values()).most_common()),
            "expected_seconds": None if self.seconds is None else round(self.seconds / self.jobs, 1),
            "untimed": self.untimed,
            "paths": [{"path": path, "reason": reason} for path, reason in self.reasons.items()],
        }


def why_again(known: Known, now: Fingerprint, formats: Sequence[Format], plan: Plan) -> str:
    """Why a run reads a file of unchanged bytes again, "" where what is known of it still holds."""
    if plan.force:
        return "everything is to be read again (--force)"
    if known.status is Status.FAILED:
        if plan.retry:
            return "it failed, and what failed is to be tried again (--retry)"
        if "(--timeout)" in known.message and plan.limits.seconds > known.timeout:
            return "it ran out of time, and is given more now (--timeout)"
        if "(--memory)" in known.message and plan.limits.megabytes > known.memory:
            return "it ran out of memory, and is given more now (--memory)"
    if known.edition != plan.reading.editions.get(known.sha256 or "", ""):
        return "what a person decided of the edition of its form is not what it was read by"
    return is_stale(known, now, formats)


def why_archive(database: "Engine", known: Known, now: Fingerprint, formats: Sequence[Format], plan: Plan) -> str:
    """As :func:`why_again`, for an archive, which is read as a whole: on account of any of its files too.

    Lines of files that were not there when it was last read do not count.
    """
    if reason := why_again(known, now, formats, plan):
        return reason
    inside = (member for member in known_inside(database, known.path) if member.run == known.run)
    return next(filter(None, (why_again(member, now, formats, plan) for member in inside)), "")


def left_as_read(known: Known, now: Fingerprint) -> str:
    """What an option would have read otherwise of a file that is not read again, "" for nothing."""
    if now.ocr == "never" and known.pictured:
        return "were read from pictures before: --ocr never leaves that as it is (--force reads them without)"
    pictured = kind_of(known.media_type).pictured
    if now.ocr == "auto" and known.ocr == "always" and pictured and known.status in READABLE:
        return "were read with --ocr always before: that stays as it is (--force reads them by --ocr auto)"
    if known.rendered > now.render and kind_of(known.media_type).browsed:
        return "were held against their print before: that stays as it is (--force reads them without --render)"
    return ""


def again(
    database: "Engine",
    now: Fingerprint,
    formats: Sequence[Format],
    plan: Plan,
    concerns: Callable[[str], bool] = lambda path: True,
) -> Again:
    """What a run reads again of the files that it ``concerns``, if their bytes are as they were."""
    reasons: dict[str, str] = {}
    documents: dict[str, Known] = {}
    usual, holding = _Usual(), packed(database)
    present = chain.from_iterable(known_at(database, paths).items() for paths in present_paths(database))
    for path, known in present:
        usual.learn(known)
        if INSIDE in path or not concerns(path):
            continue
        packs = path in holding
        why = partial(why_archive, database) if packs else why_again
        if reason := why(known, now, formats, plan):
            for one in [known, *known_inside(database, path)] if packs else [known]:
                reasons[one.path], documents[one.path] = reason, one
    expected = [usual.expected(document, now) for document in documents.values()]
    timed = [seconds for seconds in expected if seconds is not None]
    return Again(reasons, sum(timed) if timed else None, len(expected) - len(timed), plan.limits.jobs)


def render_again(found: Again, told: str, *, whole: bool = False) -> list[str]:
    """What ``told`` says is or would be read again, in lines: how many and how long, why, and which ones."""
    if not found.reasons:
        return []
    lines = in_lines(titled(f"{len(found.reasons)} {said(told)}", found.duration), "  ")
    for reason, count in Counter(found.reasons.values()).most_common():
        lines += in_lines(f"  {titled(str(count), reason)}", "     ")
        paths = [path for path, why in found.reasons.items() if why == reason]
        lines += [f"     {printable(path)}" for path in (paths if whole else paths[:_NAMED])]
        lines += [said(f"     … and {count - _NAMED} more (-v names all)")] if count > _NAMED and not whole else []
    return lines
