"""A release: what is lacking is told first, then everything is written, the same whenever it is made."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.export.folder import SUMS, sha256_of
from gkingest.export.run import Beside, Written, export
from gkingest.export.writing import FORMATS
from gkingest.formats.expectations import Expectation
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.language import Language
from gkingest.quality.coverage import coverage
from gkingest.release.accuracy import Accuracy
from gkingest.release.described import (
    Story,
    citation_cff,
    croissant,
    data_package,
    datacite,
    json_text,
    licence_text,
    readme_text,
    zenodo,
)
from gkingest.release.difference import Change, Difference, compare
from gkingest.release.expected import Outcome, check
from gkingest.release.lacking import Lack, lacking, unfinished
from gkingest.release.side import ABOUT, opened_folder, side_of
from gkingest.release.tables import extras
from gkingest.release.wanted import Wanted
from gkingest.store.ask.coverage import counts
from gkingest.store.ask.dump import Snapshot
from gkingest.store.ask.releasing import last_moment, readings

if TYPE_CHECKING:
    from sqlalchemy import Engine

NAMES = frozenset(
    {
        ABOUT, "LICENSE", "datacite.json", "zenodo.json", "croissant.json", "accuracy.json", "expectations.json",
        # Those of a release before that had an earlier one.
        *(f"{name}.{end}" for name in ("changes", "changes_by_indicator") for end in ("csv", "parquet", "dta")),
    }
)  # fmt: skip


class LackingError(UsageError):
    """A release lacks what was not allowed to be lacking; ``lacks`` are all of it."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        kinds = " ".join(f"--allow {kind}" for kind in dict.fromkeys(str(lack.kind) for lack in lacks))
        super().__init__(
            f"nothing was written, as the release lacks what is named above; mend it, or release it as it is: "
            f"{kinds}"
        )
        self.lacks = tuple(lacks)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a release before anything is written."""

    wanted: Wanted
    date: str
    lacks: tuple[Lack, ...]
    outcomes: tuple[Outcome, ...]
    accuracy: Accuracy | None
    changes: Difference | None
    previous: tuple[str, str] | None  # version of the earlier release, SHA-256 of its sums
    read_with: Mapping[str, Mapping[str, object]]
    years: tuple[str, ...]

    def about(self, written: Written) -> dict[str, object]:
        """What a release says of itself to programs."""
        wanted = self.wanted
        tree: dict[str, object] = {
            "version": wanted.version,
            "date": self.date,
            "title": wanted.title,
            "license": wanted.licence.spdx,
            "authors": [author.name for author in wanted.authors],
            "software": {"name": "gkingest", "version": written.run["version"]},
            "rows": dict(written.rows),
            "lacks": [{"kind": str(lack.kind), "told": lack.told} for lack in self.lacks],
            "readings": self.read_with,
        }
        if self.previous:
            tree["previous"] = {"version": self.previous[0], "sha256sums": self.previous[1]}
        return tree

    def story(self) -> Story:
        """What the README tells of it."""
        changes: list[tuple[str, str]] = []
        if self.changes is not None and self.previous is not None:
            counted = {change: sum(f.change is change for f in self.changes.figures) for change in Change}
            words = [counted[change] for change in (Change.CHANGED, Change.ADDED, Change.GONE)]
            version = self.previous[0] or "?"
            changes.append(
                (
                    f"Against {version}: {words[0]} figures changed, {words[1]} added, {words[2]} gone; "
                    f"{len(self.changes.reports)} reports came, went or are others (`changes`).",
                    f"与 {version} 相比：{words[0]} 个数据改变，{words[1]} 个新增，{words[2]} 个消失；"
                    f"{len(self.changes.reports)} 份报告新增、消失或更换。",
                )
            )
        words_of = {True: ("held", "符合"), False: ("not held", "不符合"), None: ("not assessable", "无法判断")}
        expected = [
            (
                f"{words_of[o.held][0]}: {o.expectation.title.en} ({o.found})",
                f"{words_of[o.held][1]}：{o.expectation.title.zh}",
            )
            for o in self.outcomes
        ]
        lacks = [(lack.told, "") for lack in self.lacks]
        return Story(tuple(lacks), self.accuracy.lines if self.accuracy else (), tuple(changes), tuple(expected))

    def texts(self, written: Written) -> dict[str, str]:
        """Its own documents by file name."""
        wanted, date, software = self.wanted, self.date, written.run["version"]
        texts = {
            ABOUT: json_text(self.about(written)),
            "LICENSE": licence_text(wanted),
            "CITATION.cff": citation_cff(wanted, date, software),
            "README.md": readme_text(wanted, date, self.story(), written),
            "datapackage.json": json_text(data_package(json.loads(written.package), wanted, date)),
            "datacite.json": json_text(datacite(wanted, date, self.years, software)),
            "zenodo.json": json_text(zenodo(wanted, date)),
            "croissant.json": json_text(croissant(wanted, date, written)),
            "expectations.json": json_text({"expectations": [outcome.tree() for outcome in self.outcomes]}),
        }
        if self.accuracy is not None:
            texts["accuracy.json"] = json_text(self.accuracy.tree)
        return texts


def release(  # noqa: PLR0913, PLR0917 - what is released, of what, where to
    engine: "Engine",
    forms: Sequence[Format],
    measures: Measures,
    target: Path,
    wanted: Wanted,
    expectations: Sequence[Expectation],
    accuracy: Accuracy | None = None,
    previous: Path | None = None,
    formats: Sequence[str] = FORMATS,
    language: Language = "en",
    on_sheet: Callable[[str, int], object] = lambda name, rows: None,
) -> list[tuple[str, str]]:
    """Write a release of a database into ``target``; gives the files, each with what a reader should know.

    The same database, versions and wishes give the same bytes, wherever and whenever. Raises :class:`LackingError`
    where something is lacking that is not allowed to be, :class:`UsageError`, :class:`DatabaseError`.
    """
    if previous is not None and previous.resolve() == target.resolve():
        raise UsageError(f"{target}: the earlier release would be replaced by the new one; name another folder")
    with ExitStack() as stack:
        snapshot = stack.enter_context(Snapshot(engine))
        side = side_of(snapshot, target.name, forms, measures, wanted.version)
        before = stack.enter_context(opened_folder(previous)) if previous else None
        outcomes = check(expectations, side, before)
        told = accuracy.tree if accuracy else None
        lacks = [*lacking(side, forms, wanted, told, outcomes), *unfinished(snapshot.latest_run()["finished_at"])]
        if refused := [lack for lack in lacks if lack.kind not in wanted.allowed]:
            raise LackingError(refused)
        known = _Known(
            wanted,
            last_moment(snapshot)[:10],
            tuple(lacks),
            tuple(outcomes),
            accuracy,
            compare(before, side) if before else None,
            (before.version, _sums_of(previous)) if before and previous else None,
            readings(snapshot),
            tuple(sorted({report.year for report in side.reports.values() if report.year})),
        )
    more = Beside(extras(coverage(counts(engine)), known.changes), NAMES, known.texts)
    return export(
        engine, forms, measures, target, formats, language, on_sheet, authors=wanted.authors, beside=more
    )  # fmt: skip


def _sums_of(folder: Path) -> str:
    sums = folder / SUMS
    return sha256_of(sums) if sums.is_file() else ""
