"""A corpus: find its files, hand them out to be read, save each as soon as it comes back."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gkingest.batch.again import Again, again, left_as_read
from gkingest.batch.desk import Desk, Same, read_parcel
from gkingest.batch.fingerprint import Fingerprint, fingerprint, machine, rules_of
from gkingest.batch.interrupt import heeding_signals
from gkingest.batch.plan import Plan
from gkingest.batch.runlog import RunLog
from gkingest.batch.settings import Settings
from gkingest.batch.unchanged import Sieve, mark_gone
from gkingest.check.years import YearRules
from gkingest.corpus.discovery import Found
from gkingest.corpus.files import Corpus
from gkingest.corpus.intake import Parcel, Reading
from gkingest.engine.choose import engine_named
from gkingest.errors import DocumentError
from gkingest.formats.indicators import load_measures
from gkingest.formats.load import format_hash
from gkingest.formats.spec import Format
from gkingest.interpret.prose.search_words import segmented
from gkingest.model.report import Document, Status
from gkingest.model.summary import GOOD, Applied, Summary, Years
from gkingest.review.apply import apply_ledger
from gkingest.store.ask.known import known_at
from gkingest.store.ask.search import index_sections
from gkingest.store.write.copies import link_copies
from gkingest.store.write.save import save_document, save_run, save_run_end, unfinished
from gkingest.store.write.years import compare_years

if TYPE_CHECKING:
    from sqlalchemy import Engine

_DEFAULT = Plan()
Reader = Callable[[Settings, Parcel], Reading]


def run(  # noqa: PLR0913 - one parameter an event
    paths: Sequence[Found],
    formats: Sequence[Format],
    database: "Engine | None" = None,
    plan: Plan = _DEFAULT,
    *,
    on_done: Callable[[Document], object] = lambda document: None,
    on_again: Callable[[Again], object] = lambda found: None,
    on_same: Callable[[Same], object] = lambda same: None,
    on_interrupt: Callable[[int], object] = lambda number: None,
    reader: Reader = read_parcel,
    keep: Callable[[Summary, int], object] | None = None,
) -> Summary:
    """Read ``paths`` and save each document as it comes back; without ``database`` nothing is saved.

    Before anything is read ``on_again`` gets what is read again of unchanged files. ``on_done`` gets every document
    that was read, ``on_same`` those that need no reading. ``reader`` reads a parcel; it must be picklable. ``keep``
    gets what the next run will say, and the number of this one, where nothing is left to do. Ctrl-C, and a signal
    to end, end the run after what is saved (``on_interrupt`` gets the signal and may say so, from its handler);
    whatever ends it, the next run goes on where it stopped. Raises :class:`GkingestError`.
    """
    summary, start = Summary(), time.monotonic()
    with (
        heeding_signals(on_interrupt) as stopped,
        Corpus(paths, plan.roots) as corpus,
        RunLog(plan.log) as log,
    ):
        run_on = engine_named(plan.engine)  # before anything is noted: there may be none of that name
        plan = plan.decided(database, formats)
        now = fingerprint(formats, plan.reading.ocr, plan.reading.passwords, plan.reading.render)
        about = {
            "version": now.version,
            "format_hash": format_hash(plan.reading.schemas),
            "formats": dict(now.formats),
            "readers": dict(now.readers),
            "options": {**plan.options(), "ocr_used": now.ocr},
            "machine": machine(),
        }
        rules = YearRules(tuple(formats), load_measures(formats, plan.reading.schemas).crosswalk)
        with Saver(database, summary, about, log, rules) as saved:
            saved.grids = plan.grids
            saved.apply = partial(apply_ledger, ledger=plan.ledger, formats=formats)
            if database is not None and (found := again(database, now, formats, plan, corpus.holds)).reasons:
                log.write("again", **found.tree())
                on_again(found)
            sieve = Sieve(database, now, formats, plan, saved.run_id, saved.note_change)

            def passed_over(same: Same) -> None:
                _count(summary, now, same)
                on_same(same)

            # A cluster that runs elsewhere does not see this disk.
            fetched = partial(corpus.fetched, carried=plan.engine.startswith("dask:"))
            remembers = database is not None and not plan.force
            groups = corpus.groups(partial(known_at, database)) if remembers else corpus.groups()  # type: ignore[arg-type]
            desk = Desk(groups, plan.limits, sieve.unchanged, fetched, passed_over)
            outcomes = run_on(partial(reader, plan.reading), desk.take, plan.limits, stopped)
            with closing(outcomes):  # type: ignore[type-var]
                for document in chain.from_iterable(map(desk.settle, outcomes)):
                    kept = saved.keep(document)
                    summary.add(kept)
                    log.document(kept)
                    on_done(kept)
                    summary.seconds = time.monotonic() - start
                    if plan.fail_fast and kept.status not in GOOD:
                        summary.stopped = True
                        break
            summary.problems, summary.unlisted = tuple(corpus.problems), dict(corpus.unlisted)
            summary.ended_by = stopped.number
            if database is not None and not summary.stopped and not summary.interrupted:
                summary.gone = mark_gone(database, corpus)
        if keep is not None and database is not None and not (summary.stopped or summary.interrupted):

            def is_all_done(on_same: Callable[[Same], object]) -> bool:
                sieve = Sieve(database, now, formats, plan, saved.run_id, saved.note_change)
                return Desk(corpus.groups(), plan.limits, sieve.unchanged, on_same=on_same).take() is None

            told = _said_next(summary, now, is_all_done if saved.wrote else None)
            if told is not None:
                keep(told, saved.run_id or 0)
        summary.seconds = time.monotonic() - start
        log.write("end", **{k: v for k, v in summary.tree("").items() if k not in ("type", "database")})
    return summary


def _count(summary: Summary, now: Fingerprint, same: Same) -> None:
    summary.unchanged.update(known.status.value for known in same.values())
    summary.left.update(note for known in same.values() if (note := left_as_read(known, now)))


def _said_next(
    summary: Summary, now: Fingerprint, is_all_done: Callable[[Callable[[Same], object]], bool] | None
) -> Summary | None:
    """What the next run will say that finds nothing to do; ``None`` where it may find something.

    Once anything was written, what that one finds is not what this one found: then ``is_all_done`` asks the same
    questions of all files once more.
    """
    told = Summary(unchanged=summary.unchanged, left=summary.left, problems=summary.problems)
    told.years, told.applied = summary.years, replace(summary.applied, changed=frozenset())
    is_done = not summary.documents and not summary.unlisted
    if is_all_done is not None:
        told.unchanged, told.left = Counter(), Counter()
        is_done = is_all_done(partial(_count, told, now))
    # Problems are said in two languages and would be kept in one.
    return told if is_done and not (told.problems or told.applied.problems) else None


class Saver:
    """A run noted in the database from beginning to end, its documents, and what follows from all that it saved.

    Without a database it only passes documents on.
    """

    def __init__(
        self,
        database: "Engine | None",
        summary: Summary,
        about: Mapping[str, object],
        log: RunLog,
        rules: YearRules,
    ) -> None:
        log.write("start", **about)
        self._database, self._summary, self._rules = database, summary, rules
        self.grids = True  # whether the content of raw tables is saved
        self.apply: Callable[[Engine], Applied] = lambda engine: Applied()  # what people decided
        self.changed = database is not None and unfinished(database)  # what was cut off left its end undone
        self.run_id = save_run(database, about) if database is not None else None

    def __enter__(self) -> Self:
        """Begin to save."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Apply decisions, find copies, compare years, note the end, but of a run that something broke off."""
        database, summary, rules = self._database, self._summary, self._rules
        if error is not None or database is None or self.run_id is None:
            return
        summary.applied = self.apply(database)
        if self.wrote:
            link_copies(database)
            index_sections(database, segmented)
        found = compare_years(database, rules.compare, rules.cells, rules_of(rules), changed=self.wrote)
        summary.years = Years(*found)
        counts = {**summary.statuses, "unchanged": summary.unchanged.total(), "gone": summary.gone}
        counts |= {"interrupted": 1} if summary.interrupted else {}
        save_run_end(database, self.run_id, {k: n for k, n in counts.items() if n})

    @property
    def wrote(self) -> bool:
        """Whether the database is another one than before the run."""
        return self.changed or self._summary.gone > 0 or bool(self._summary.applied.changed)

    def note_change(self) -> None:
        """The database is about to be another one than before the run."""
        self.changed = True

    def keep(self, document: Document) -> Document:
        """The document once it is saved: as it was read or, if its rows contradict the schema, as failed.

        That a file cannot be opened now takes nothing away of what was read of it before.
        """
        if self._database is None:
            return document
        if document.source is None and document.status is Status.FAILED:
            before = known_at(self._database, [document.path]).get(document.path)
            if before is not None and before.sha256:
                return replace(document, message=f"{document.message}; what was read of it before is kept")
        self.note_change()
        try:
            save_document(self._database, document, self.run_id, grids=self.grids)
        except DocumentError as error:
            told = document.provenance
            document = Document(
                document.path, document.source, Status(error.status), "", error.message, provenance=told
            )
            save_document(self._database, document, self.run_id, grids=self.grids)
        return document
