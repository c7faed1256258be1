"""A corpus: find its files, read them one by one, save each as soon as it is read."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gkingest.crawl.folder import FolderProvenance
from gkingest.errors import DocumentError, UsageError
from gkingest.formats.load import format_hash
from gkingest.formats.spec import Format
from gkingest.inspection import Inspection
from gkingest.intake import Intake
from gkingest.interpret.words import phrase, segmented
from gkingest.model.report import CellState, Document, Status
from gkingest.paths import stored_path
from gkingest.pipeline import examine
from gkingest.read.recognise import OcrMode
from gkingest.store.copies import link_copies
from gkingest.store.save import save_document, save_run, save_run_end
from gkingest.store.search import Hit, index_sections, search_sections

if TYPE_CHECKING:
    from sqlalchemy import Engine

GOOD = frozenset({Status.OK, Status.NOT_A_REPORT})
READABLE = frozenset({*GOOD, Status.NEEDS_REVIEW})


@dataclass(slots=True)
class Summary:
    """What a run did: documents by status, cells by state, findings by code."""

    statuses: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    stopped: bool = False
    interrupted: bool = False

    @property
    def documents(self) -> int:
        """How many documents were read."""
        return self.statuses.total()

    def tree(self, database: str) -> dict[str, Any]:
        """The summary as plain values for JSON; ``database`` is where the rows lie, "" after a dry run."""
        return {
            "type": "summary",
            "documents": self.documents,
            "statuses": dict(self.statuses),
            "cells": dict(self.cells),
            "flagged": self.flagged,
            "findings": dict(self.findings),
            "problems": list(self.problems),
            "seconds": round(self.seconds, 3),
            "stopped": self.stopped,
            "interrupted": self.interrupted,
            "database": database or None,
        }

    def add(self, document: Document) -> None:
        """Count one more document."""
        self.statuses[document.status.value] += 1
        for report in document.reports:
            states = Counter(f.state for f in report.facts)
            self.cells.update({s.value: states[s] for s in CellState})
            self.findings.update(f.code for f in report.findings)
            self.flagged += len(report.flagged())


def run(
    paths: Sequence[Path],
    formats: Sequence[Format],
    engine: "Engine | None" = None,
    *,
    schemas: Path | None = None,
    options: Mapping[str, Any] | None = None,
    on_done: Callable[[Document], None] = lambda document: None,
    fail_fast: bool = False,
) -> Summary:
    """Read ``paths`` one by one and save each at once; without ``engine`` nothing is saved.

    ``schemas`` (the folder of ``formats``) and ``options`` are noted with the run. Ctrl-C ends the run after
    what is saved; ``fail_fast`` ends it at the first document that is doubtful or unreadable. Of the options,
    ``ocr`` says which pages are read from their pictures: those without usable text, every one, or none; ``paths``
    are those that were given: above them no record of a crawl is looked for.
    """
    summary, start = Summary(), time.monotonic()
    ocr: OcrMode = (options or {}).get("ocr", "auto")
    given = [Path(p) for p in (options or {}).get("paths", ())]
    with _recorded(engine, summary, schemas, options or {}) as save:
        intake = Intake(formats, ocr, FolderProvenance(given or paths))
        for document in _all_documents(paths, intake):
            kept = save(document)
            summary.add(kept)
            on_done(kept)
            summary.seconds = time.monotonic() - start
            if fail_fast and kept.status not in GOOD:
                summary.stopped = True
                break
        summary.problems = tuple(intake.crawl.problems)
    return summary


@contextmanager
def _recorded(
    engine: "Engine | None", summary: Summary, schemas: Path | None, options: Mapping[str, Any]
) -> Iterator[Callable[[Document], Document]]:
    """A run noted in the database from beginning to end; gives the function that saves a document."""
    run_id = None
    if engine is not None:
        run_id = save_run(engine, version=version("gkingest"), format_hash=format_hash(schemas), options=options)
    try:
        yield lambda document: document if engine is None else _saved(engine, document, run_id)
    except KeyboardInterrupt:
        summary.interrupted = True
    if engine is not None and run_id is not None:
        link_copies(engine)
        index_sections(engine, segmented)
        ended = {"interrupted": 1} if summary.interrupted else {}
        save_run_end(engine, run_id, {**summary.statuses, **ended})


def _saved(engine: "Engine", document: Document, run_id: int | None) -> Document:
    """The document once it is saved: as it was read or, if its rows contradict the schema, as failed."""
    try:
        save_document(engine, document, run_id)
    except DocumentError as error:
        document = Document(document.path, document.source, Status(error.status), "", error.message)
        save_document(engine, document, run_id)
    return document


def _all_documents(paths: Sequence[Path], intake: Intake) -> Iterator[Document]:
    for path in paths:
        yield from intake.documents(path)


def look(path: Path, formats: Sequence[Format], ocr: OcrMode = "auto") -> Inspection:
    """One document with its pages, to be shown stage by stage."""
    document, pages = examine(path, formats, ocr)
    document = replace(document, path=stored_path(path))
    if document.source is None or document.source.page_count == 0:  # its pages could not be read
        return Inspection(document)
    editions = {f.edition: f for f in formats}
    return Inspection(document, pages, tuple(editions[r.format] for r in document.reports))


def discover(paths: Sequence[Path], commands: Sequence[str] = (), but: Path | None = None) -> tuple[Path, ...]:
    """Every file at or below ``paths``, each once, sorted; names that begin with a dot only if given.

    ``but`` is the SQLite file that is being written: it and its companions are no documents. Raises
    :class:`UsageError` for a path that does not exist, with the one of ``commands`` it may stand for.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(_missing(path, commands))
    found: dict[str, Path] = {}
    seen: set[tuple[int, int]] = set()
    for path in paths:
        for file in _files(path, seen) if path.is_dir() else [path]:
            found.setdefault(os.path.abspath(file), file)  # noqa: PTH100
    for ending in ("", "-wal", "-shm", "-journal") if but else ():
        found.pop(f"{os.path.abspath(str(but))}{ending}", None)  # noqa: PTH100
    return tuple(found[name] for name in sorted(found, key=lambda n: Path(n).parts))


def _files(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Files below ``folder``, real folders before linked ones, no folder twice (links may run in a circle).

    What cannot be opened is a document too, so that its failure is recorded: a folder without permission, a
    link that leads nowhere.
    """
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda e: (e.is_symlink(), e.name))
    except OSError:
        yield folder
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        if path.is_dir():
            yield from _files(path, seen)
        elif path.is_file() or (path.is_symlink() and not path.exists()):
            yield path


def _missing(path: Path, commands: Sequence[str]) -> str:
    name = str(path)
    near = [name] if name in commands else get_close_matches(name, commands, 1)
    if not near:
        return f"{name}: there is no such file or folder, so there is nothing to read; check the path"
    place = " (a command comes first)" if near[0] == name else ""
    return f"{name}: there is no such file or folder; did you mean the command `gkingest {near[0]}`?{place}"


def search(engine: "Engine", words: str, most: int) -> list[Hit]:
    """Sections of the reports in which all of ``words`` stand, the best first."""
    return list(search_sections(engine, phrase(words), most, words))
