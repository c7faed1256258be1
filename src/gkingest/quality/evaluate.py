"""What was read, held against what the pages say: cell by cell, by stratum, with intervals.

A cell that differs from the truth is *told* if it is flagged, unreadable, or its file was said not to be read;
otherwise it is *silent*. The share of silent errors is the headline.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from gkingest.errors import UsageError
from gkingest.language import said
from gkingest.model.key import FactKey
from gkingest.model.method import Method, in_words
from gkingest.model.report import CellState, Status
from gkingest.quality.intervals import by_report, none_seen, wilson
from gkingest.quality.truth import TrueCell, Truth, load_truth
from gkingest.store.ask.coverage import ReadCell, ReadReport, paths_of, read_report
from gkingest.told import Bilingual, Told

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

_SAID_SO = frozenset({Status.NEEDS_OCR, Status.ENCRYPTED, Status.CORRUPT, Status.UNSUPPORTED, Status.FAILED})
_NO_CELL = ReadCell(CellState.ABSENT.value, None, "", None, flagged=False)
OUTCOMES = ("right", "wrong", "missed", "invented", "state")
STRATA = ("table", "format", "kind_of_file", "source", "method", "year", "level")


@dataclass(frozen=True, slots=True)
class Compared:
    """``right``, ``wrong`` number, number ``missed``, number ``invented``, another ``state`` without one."""

    key: FactKey
    outcome: str
    told: bool
    truth: str
    read: str
    method: Method | None

    @property
    def silent(self) -> bool:
        """Whether it is an error that nothing tells of."""
        return self.outcome != "right" and not self.told

    @classmethod
    def of(cls, key: FactKey, truth: TrueCell, read: ReadCell, *, said: bool) -> Self:
        """A cell held against what is true; ``said`` tells that a finding speaks of its whole table."""
        state = CellState(read.state)
        same = truth.value == read.value and truth.unit in (None, read.unit)
        outcomes = {  # by whether there should be a number, and whether there is one
            (True, True): "right" if same else "wrong",
            (True, False): "missed",
            (False, True): "invented",
            (False, False): "right" if truth.state is state else "state",
        }
        return cls(
            key,
            outcomes[truth.state is CellState.REPORTED, state is CellState.REPORTED],
            said or state is CellState.UNREADABLE or read.flagged,
            _words(truth.state, truth.value, truth.unit),
            _words(state.value, read.value, read.unit),
            read.method,
        )


@dataclass(frozen=True, slots=True)
class Assessed:
    """One report of the truth folder, cell by cell; ``about`` are organ, year and edition that differ."""

    truth: Truth
    read: ReadReport
    cells: tuple[Compared, ...]
    about: tuple[tuple[str, str, str], ...]

    def stratum(self, stratum: str, cell: Compared) -> str:
        """Where a cell of it belongs in a stratum."""
        pictured = any(read.method is not None and read.method.way.pictured for read in self.read.cells.values())
        words: Mapping[str, str] = {
            "table": cell.key.table,
            "format": self.truth.format or self.read.format or "?",
            "kind_of_file": self.read.media_type,
            "source": "not read" if not self.read.cells else "picture" if pictured else "text",
            "method": str(cell.method or "not found"),
            "year": str(self.truth.year or self.read.year or "?"),
            "level": self.read.level or "?",
        }
        return words[stratum]


@dataclass(slots=True)
class Score:
    """Counts of one stratum; ``reports`` has (silent errors, cells) of each report in it."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES[1:], 0))
    reports: list[tuple[int, int]] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """Cells compared."""
        return sum(self.counts.values())

    @property
    def silent(self) -> int:
        """Errors that nothing tells of."""
        return self.cells - self.counts["right"] - sum(self.told.values())

    def add(self, cells: Sequence[Compared]) -> None:
        """Count the cells that one report has in the stratum."""
        for cell in cells:
            self.counts[cell.outcome] += 1
            if cell.outcome != "right" and cell.told:
                self.told[cell.outcome] += 1
        self.reports.append((sum(c.silent for c in cells), len(cells)))

    def tree(self) -> dict[str, object]:
        """As plain values for JSON; shares in 0-1, intervals of 95 %."""
        by = by_report(self.reports)
        with_silent = sum(1 for hits, _ in self.reports if hits)
        return {
            "reports": len(self.reports),
            "cells": self.cells,
            **self.counts,
            "told": dict(self.told),
            "silent": self.silent,
            "silent_share": round(self.silent / self.cells, 6) if self.cells else None,
            "silent_wilson": _rounded(wilson(self.silent, self.cells)),
            "silent_by_report": _rounded(by) if by else None,
            "right_wilson": _rounded(wilson(self.counts["right"], self.cells)),
            "reports_with_silent": with_silent,
            "reports_with_silent_at_most": round(
                none_seen(len(self.reports)) if not with_silent else wilson(with_silent, len(self.reports))[1], 6
            ),
        }

    def row(self) -> tuple[str, ...]:
        """A row of the table: how many cells came out how, and between which bounds the silent errors lie."""
        low, high = wilson(self.silent, self.cells)
        numbers = (*self.counts.values(), sum(self.told.values()), self.silent)
        return ("", *map(str, numbers), f"{100 * low:.2f}-{100 * high:.2f} %")

    def silent_share(self) -> str:
        """The share of silent errors in words, with its interval."""
        if not self.cells:
            return "nothing compared"
        low, high = wilson(self.silent, self.cells)
        told = (
            f"{100 * self.silent / self.cells:.3f} % of cells, 95 %: {100 * low:.3f}-{100 * high:.3f} % "
            "taking cells as independent (Wilson)"
        )
        if by := by_report(self.reports):
            return f"{told}, {100 * by[0]:.3f}-{100 * by[1]:.3f} % drawing whole reports (bootstrap)"
        if not self.silent:
            most = f"at most {100 * none_seen(len(self.reports)):.1f} % of such reports have one (95 %)"
            return f"{told}; none in {len(self.reports)} reports: {most}"
        return told


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole truth folder: what was compared, and the files of it that no document of the database answers to."""

    assessed: tuple[Assessed, ...]
    not_found: tuple[str, ...]

    @property
    def total(self) -> Score:
        """All cells."""
        score = Score()
        for one in self.assessed:
            score.add(one.cells)
        return score

    def by(self, stratum: str) -> dict[str, Score]:
        """Scores by the words of one of :data:`STRATA`, in their order."""
        scores: dict[str, Score] = {}
        for one in self.assessed:
            parts: dict[str, list[Compared]] = {}
            for cell in one.cells:
                parts.setdefault(one.stratum(stratum, cell), []).append(cell)
            for word, cells in parts.items():
                scores.setdefault(word, Score()).add(cells)
        return dict(sorted(scores.items()))

    def tree(self) -> dict[str, object]:
        """As plain values for JSON."""
        return {
            "type": "evaluation",
            "total": self.total.tree(),
            "strata": {s: {word: score.tree() for word, score in self.by(s).items()} for s in STRATA},
            "errors": [
                {
                    "document": one.read.path,
                    "cell": str(cell.key),
                    "outcome": cell.outcome,
                    "silent": cell.silent,
                    "truth": cell.truth,
                    "read": cell.read,
                    "method": str(cell.method or ""),
                }
                for one in self.assessed
                for cell in one.cells
                if cell.outcome != "right"
            ],
            "identity": [
                {"document": one.read.path, "what": what, "truth": truth, "read": read}
                for one in self.assessed
                for what, truth, read in one.about
            ],
            "not_in_database": list(self.not_found),
        }


def evaluate(engine: "Engine", folder: "Path") -> Evaluation:
    """The database held against every file of a truth folder.

    Raises :class:`UsageError`, :class:`DatabaseError`.
    """
    paths = paths_of(engine)
    assessed, not_found = [], []
    for truth in load_truth(folder):
        sha256 = truth.sha256 or _digest(truth, paths)
        read = read_report(engine, sha256, truth.ordinal) if sha256 else None
        if read is None:
            not_found.append(truth.file)
        else:
            assessed.append(assess(truth, read))
    return Evaluation(tuple(assessed), tuple(not_found))


def assess(truth: Truth, read: ReadReport) -> Assessed:
    """One report held against its truth; cells that the truth does not name are not looked at."""
    said = read.status in _SAID_SO
    cells = tuple(
        Compared.of(key, cell, read.cells.get(key, _NO_CELL), said=said) for key, cell in truth.cells.items()
    )
    pairs = (
        ("organ", truth.organ, read.organ),
        ("year", str(truth.year or ""), str(read.year or "")),
        ("format", truth.format, read.format),
    )
    return Assessed(truth, read, cells, tuple(p for p in pairs if p[1] and p[1] != p[2]))


def _words(state: str, value: object, unit: str | None) -> str:
    return f"{value}{unit or ''}" if value is not None else str(state)


def _digest(truth: Truth, paths: Sequence[tuple[str, str]]) -> str:
    """The one file that a name means: by its path, the end of it, its file name, or that without its ending."""
    name = truth.name.replace("\\", "/")
    tests = (
        lambda p: p == name,
        lambda p: p.endswith("/" + name),
        lambda p: PurePosixPath(p).stem == name,
    )
    for test in tests:
        found = {sha256 for path, sha256 in paths if test(path)}
        if len(found) > 1:
            raise UsageError(
                f"{truth.file}: {truth.name} may be {len(found)} different files of the database; name the path or "
                "the SHA-256"
            )
        if found:
            return found.pop()
    return ""


def _rounded(ends: tuple[float, float]) -> list[float]:
    return [round(end, 6) for end in ends]


def render_evaluation(found: Evaluation, names: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """The evaluation as lines of text; ``names`` are printed for keys where Chinese is spoken."""
    from gkingest.render import printable, render_table

    total = found.total
    yield f"{len(found.assessed)} reports, {total.cells} cells: {total.counts['right']} right"
    yield f"silent errors: {total.silent} ({total.silent_share()})"
    head = ("right", "wrong", "missed", "invented", "state", "told", "silent", "95 % (cells)")
    scores = [(said("all"), total)]
    for stratum in STRATA:
        worded = in_words if stratum == "method" else partial(_named, names=names)
        scores += [(f"{said(stratum)} {said(worded(word))}", score) for word, score in found.by(stratum).items()]
    rows = render_table([("", *map(said, head)), *(score.row() for _, score in scores)], right=True)
    yield rows[0]
    for (name, score), row in zip(scores, rows[1:], strict=True):  # names are long, and a line has 80 columns
        yield f"  {said(Told('{0}: {1} reports, {2} cells', name, len(score.reports), score.cells))}"
        yield row
    for one in found.assessed:
        for what, truth, read in one.about:
            yield printable(f"{one.read.path}: {what} is {truth}, read as {read or 'nothing'}")
        for cell in one.cells:
            if cell.outcome != "right":
                loud = Told("silent" if cell.silent else "told")
                place, truth, read = _named(str(cell.key), names), Told(cell.truth), Told(cell.read)
                yield Told(
                    "{0}: {1}: {2}, {3}; it is {4}, read as {5}",
                    *(printable(one.read.path), place, Told(cell.outcome), loud, truth, read),
                )
    for name in found.not_found:
        yield printable(f"{name}: no document of the database answers to it; not counted")


def _named(key: str, names: Mapping[str, str]) -> str:
    return Bilingual(key, names[key]) if key in names else key
