"""What a run says on standard output: lines as documents are done, doubts and summary at the end."""

from collections.abc import Callable, Collection, Container, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from gkingest.cli.common import print_lines, say, write
from gkingest.language import said, titled
from gkingest.told import Told

if TYPE_CHECKING:
    from gkingest.batch.again import Again
    from gkingest.batch.desk import Same
    from gkingest.formats.spec import Format
    from gkingest.model.report import Document
    from gkingest.model.summary import Applied, Summary

_SHOWN = 20  # documents and doubts of a kind that are shown; the rest is in the tables finding and location
_DOUBTS_EACH = 4  # of them for one document


class FailOn(StrEnum):
    """From which kind of document on a finished run counts as failed."""

    REVIEW = "review"
    UNREADABLE = "unreadable"


class Tone(NamedTuple):
    """How much a run says, and how; documents that ``fail_on`` minds are named though they are unchanged."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False
    fail_on: FailOn | None = None


def statuses_fine(fail_on: FailOn | None) -> Collection[str]:
    """Statuses of documents that do not make a run fail."""
    from gkingest.model.report import Status
    from gkingest.model.summary import GOOD, READABLE

    return {None: frozenset(Status), FailOn.REVIEW: GOOD, FailOn.UNREADABLE: READABLE}[fail_on]


class Reporter:
    """Reports a run as it goes on."""

    def __init__(self, advance: Callable[..., object], tone: Tone, formats: Sequence["Format"] = ()) -> None:
        """``advance`` moves the progress bar on; ``formats`` know what is printed for a key."""
        from gkingest.formats.names import printed_names

        self._names = printed_names(formats)
        self._advance = advance
        self._tone = tone
        self._unrecognised = False
        self._doubts: list[str] = []
        self._shown = self._more = 0
        self._alike: list[tuple[str, str]] = []
        self._minded: list[tuple[str, str]] = []

    def again(self, found: "Again") -> None:
        """Report what is read again though its bytes are unchanged."""
        from gkingest.batch.again import render_again
        from gkingest.render import render_json

        if self._tone.as_json:
            write(render_json({"type": "again", **found.tree()}))
        elif not self._tone.quiet:
            print_lines(render_again(found, "documents are read again", whole=self._tone.verbose))

    def same(self, same: "Same") -> None:
        """Report files that need no reading."""
        from gkingest.render import render_json

        self._advance(len(same))
        fine = statuses_fine(self._tone.fail_on)
        for path, known in same.items():
            if known.status in fine:
                continue
            if self._tone.as_json:
                told = {"path": path, "status": known.status.value, "message": known.message}
                write(render_json({"type": "unchanged", **told}))
            self._minded.append((path, titled(known.status.value, known.message)))

    def done(self, document: "Document") -> None:
        """Report one document."""
        from gkingest.read.picture.installed import MISSING
        from gkingest.render import (
            alike,
            messages_of,
            printable,
            render_document,
            render_doubts,
            render_json,
            render_line,
        )

        self._advance(1, printable(document.path))
        if self._tone.as_json:
            write(render_json(render_document(document)))
            return
        if self._tone.verbose:
            say(render_line(document))
        if document.resembles:
            self._alike.append(
                (document.path, Told("has {0} of one: {1}", alike(", ".join(document.resembles)), document.message))
            )
        self._unrecognised |= any(MISSING in told for told in (document.message, *messages_of(document)))
        doubts = render_doubts(document, self._names)
        shown = doubts[: min(_DOUBTS_EACH, _SHOWN - self._shown)]
        self._doubts += [printable(document.path), *shown] if shown else []
        self._shown += len(shown)
        self._more += len(doubts) - len(shown)

    def close(self, summary: "Summary", place: str) -> None:
        """Report the run."""
        from gkingest.read.picture.installed import is_installed, lacking
        from gkingest.render import in_lines, render_json, render_summary

        if self._tone.as_json:
            write(render_json(summary.tree(place)))
        elif not self._tone.quiet:
            print_lines(self._doubts)
            more = Told(
                "… and {0} more: `gkingest review` lists what to look at, `gkingest status` what was not read",
                self._more,
            )
            print_lines(in_lines(more) if self._more else [])
            print_lines([said(f"crawl record: {problem}") for problem in summary.problems])
            print_lines(_unlisted(summary, self._doubts))
            print_lines(self._listed("no reports, but much like one", self._alike))
            print_lines(self._listed("unchanged since they were read, and not fine (--fail-on)", self._minded))
            print_lines(render_summary(summary.statuses, summary.cells, summary.findings, _headline(summary)))
            for note, count in summary.left.items():
                print_lines(in_lines(f"{count} unchanged {note}"))
            print_lines(_years_line(summary))
            print_lines(decisions_lines(summary.applied))
            if self._unrecognised and not is_installed():
                print_lines(in_lines(lacking()))
            print_lines([said(f"saved in {place}" if place else "nothing was saved (dry run)")])

    def _listed(self, title: str, entries: Sequence[tuple[str, str]]) -> list[str]:
        """A title with its entries, all of them if much is to be said."""
        from gkingest.render import entry

        shown = entries if self._tone.verbose else entries[:_SHOWN]
        more = len(entries) - len(shown)
        lines = [said(Told("{0} ({1})", said(title), len(entries)))] if entries else []
        lines += [line for path, told in shown for line in entry(path, told)]
        return [*lines, *([said(f"  … and {more} more (-v names all)")] if more else [])]


def _unlisted(summary: "Summary", told: Container[str]) -> list[str]:
    """Lines on what could not be looked into, unless it was told among the doubts."""
    from gkingest.render import in_lines, printable

    some = [(n, reason) for name, reason in summary.unlisted.items() if (n := printable(name)) not in told]
    shown = [in_lines(f"not looked into: {name}: {reason}") for name, reason in some[:_SHOWN]]
    lines, more = [line for lines in shown for line in lines], len(some) - _SHOWN
    return [*lines, *([said(f"… and {more} more not looked into (table location)")] if more > 0 else [])]


def _headline(summary: "Summary") -> str:
    told = f"{summary.documents} documents in {summary.seconds:.1f} s"
    told += f"; {summary.unchanged.total()} unchanged since they were read" if summary.unchanged else ""
    told += f"; {summary.gone} no longer there" if summary.gone else ""
    if summary.interrupted:
        return f"{told}; interrupted: the same command reads the others"
    return f"{told}; stopped at the first doubtful one (--fail-fast)" if summary.stopped else told


def _years_line(summary: "Summary") -> list[str]:
    """A line on what was held against the year before, if anything was."""
    from gkingest.render import in_lines

    if summary.years is None or not summary.years.pairs:
        return []
    pairs, broken, told = summary.years.pairs, summary.years.broken, summary.years.relations
    parts = [
        f"{pairs} pairs of consecutive years: {told.held} relations hold, {told.broken} broken in {broken} pairs",
        *([f"{told.differing} soft ones differ"] if told.differing else []),
        *([f"{told.not_assessable} not assessable"] if told.not_assessable else []),
        *([f"{told.not_comparable} not comparable across the editions"] if told.not_comparable else []),
    ]
    return in_lines(f"{'; '.join(parts)} (view pair_findings)")


def decisions_lines(applied: "Applied") -> list[str]:
    """Lines on what people decided, if anything was."""
    from gkingest.render import in_lines

    told = [f"corrections: {problem}" for problem in applied.problems]
    if applied.decided or applied.open or applied.unplaced:
        parts = [f"decisions: {applied.decided} stand"]
        parts += [f"{applied.open} open, as people differ (gkingest review)"] if applied.open else []
        parts += [f"{applied.unplaced} about nothing in this database"] if applied.unplaced else []
        told.append("; ".join(parts))
    return [line for one in told for line in in_lines(one)]
