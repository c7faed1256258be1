"""Sheets that are made of the current reports, told for every format at once, here or by processes that help.

To make rows and to tell them takes most of the time of an export, to write them little. So a few processes make
and tell, each some reports after the other, and this one writes what they send, in the order of the reports.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from gkingest.engine.crew import Crew
from gkingest.export.columnar import ParquetTeller
from gkingest.export.plain import CsvTeller
from gkingest.export.stata import StataTeller
from gkingest.export.workbook import ExcelTeller
from gkingest.export.writing import Teller
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format as Form
from gkingest.language import Language
from gkingest.store.ask.dump import Sheet, Snapshot, sheets
from gkingest.store.database import connect
from gkingest.store.place import place_of
from gkingest.store.walk.reports import Columns

HELPERS = 2  # that make what one writes; more would take more memory than an export should
WORTH = 40  # pieces: below, processes take longer to begin than they save


class Told(NamedTuple):
    """Some rows of sheets: how many each sheet has of them, and what each format takes of them, sheet by sheet."""

    rows: list[int]
    told: list[list[Any]]


class Telling:
    """Tells rows of some sheets for some formats, in their order."""

    def __init__(self, some: Sequence[Sheet], formats: Sequence[str], language: Language) -> None:
        made: dict[str, Callable[[Sheet], Teller]] = {
            "csv": CsvTeller,
            "parquet": partial(ParquetTeller, language=language),
            "xlsx": lambda _: ExcelTeller(),
            "dta": StataTeller,
        }
        self._tellers = [[made[name](sheet) for name in formats] for sheet in some]

    def of(self, together: Sequence[Columns]) -> Told:
        """Rows of all the sheets, column by column."""
        told = [
            [teller.told(columns) for teller in tellers]
            for tellers, columns in zip(self._tellers, together, strict=True)
        ]
        return Told([len(columns[0]) for columns in together], told)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is told, in words that another process understands: sheets are made anew there."""

    forms: Sequence[Form]
    measures: Measures
    formats: Sequence[str]
    language: Language

    def walked(self) -> list[Sheet]:
        """The sheets that are made of the current reports."""
        return [sheet for sheet in sheets(self.forms, self.measures) if sheet.maker is not None]

    def by(self, snapshot: Snapshot) -> Callable[[Sequence[int]], Told]:
        """What tells of reports, given their numbers."""
        some = self.walked()
        make, telling = snapshot.making(some), Telling(some, self.formats, self.language)
        return lambda serials: telling.of(make(serials))

    def told(self, snapshot: Snapshot, pieces: Sequence[Sequence[int]], helpers: int) -> Generator[Told]:
        """What is told of these reports, some at a time.

        Where somebody writes in the moment in which the helpers begin they would read another state, and nobody
        helps; nor where the database is no file.
        """
        here = self.by(snapshot)
        if helpers and len(pieces) >= WORTH and snapshot.file:
            with Crew(partial(_beginning, self, snapshot.file), helpers) as crew:
                if crew.ready() and snapshot.is_latest():
                    yield from crew.made(pieces, here)
                    return
        yield from map(here, pieces)


@contextmanager
def _beginning(asked: Asked, file: str) -> Iterator[Callable[[Sequence[int]], Told]]:
    """In another process: what tells of reports of the file as it is now."""
    engine = connect(place_of(file))
    try:
        with Snapshot(engine) as snapshot:
            yield asked.by(snapshot)
    finally:
        engine.dispose()
