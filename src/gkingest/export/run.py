"""One database → a folder that another researcher can use without us."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, groupby, islice
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.export.authors import Author
from gkingest.export.columnar import ParquetFormat
from gkingest.export.folder import DOCUMENTS, SUMS, Sums, export_folder
from gkingest.export.package import citation, data_package, html_codebook, readme, sheet_codebook
from gkingest.export.plain import LABELLED, CsvFormat
from gkingest.export.stata import StataFormat
from gkingest.export.telling import Asked, Telling, Told
from gkingest.export.workbook import WORKBOOK, ExcelFormat
from gkingest.export.writing import FORMATS, Format, require_libraries
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format as Form
from gkingest.language import Language
from gkingest.store.ask.dump import Sheet, Snapshot, Value, sheets
from gkingest.store.ask.series import Selection, chosen, nothing_meant
from gkingest.store.codebook import codebook

if TYPE_CHECKING:
    from sqlalchemy import Engine


_ALL = Selection()
_AT_ONCE = 500  # rows


@dataclass(frozen=True, slots=True)
class Part:
    """What of a database is wanted: the reports of a selection, and indicators by their keys; none means all."""

    reports: Selection = _ALL
    indicators: frozenset[str] = frozenset()

    def report_ids(self, database: "Engine") -> frozenset[str] | None:
        """The reports that it takes, ``None`` for all; :class:`UsageError` if there is none of them."""
        if self.reports == _ALL:
            return None
        reports = frozenset(organ.report_id for organ in chosen(database, self.reports))
        if not reports:
            raise nothing_meant(database, self.reports, "there is nothing to export")
        return reports

    def measures(self, every: Measures) -> Measures:
        """What there is to measure by, with the indicators that it takes."""
        if not self.indicators:
            return every
        own = tuple(i for i in every.indicators if i.key in self.indicators)
        return every.model_copy(update={"indicators": own})


@dataclass(frozen=True, slots=True)
class Extra:
    """A sheet beside those that every export has, and where its rows come from."""

    sheet: Sheet
    rows: Callable[[Snapshot], Iterable[Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Written:
    """What an export consists of before its documents are written: its folder, sheets, rows, files with notes.

    ``package`` is the text of ``datapackage.json``.
    """

    folder: Path
    sheets: tuple[Sheet, ...]
    rows: Mapping[str, int]
    notes: tuple[tuple[str, str], ...]
    run: Mapping[str, str]
    package: str


def _no_texts(written: Written) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes with an export that is more: sheets, and texts by file name, which go before those of an export.

    ``names`` are all that ``texts`` may give. What ``texts`` is asked of is whole but for the documents.
    """

    sheets: tuple[Extra, ...] = ()
    names: frozenset[str] = frozenset()
    texts: Callable[[Written], Mapping[str, str]] = _no_texts

    def possible_names(self, wanted: Sequence[Sheet]) -> frozenset[str]:
        """Every name that an export may leave, whatever its formats."""
        tables = {f"{s.name}{ending}" for s in wanted for ending in (".csv", LABELLED, ".parquet", ".dta")}
        return frozenset({*tables, WORKBOOK, *DOCUMENTS, *self.names, SUMS})


_NOTHING = Beside()


def export(  # noqa: PLR0913, PLR0917 - what is taken, where to, and how it is written
    database: "Engine",
    forms: Sequence[Form],
    measures: Measures,
    target: Path,
    formats: Sequence[str] = FORMATS,
    language: Language = "en",
    on_sheet: Callable[[str, int], object] = lambda name, rows: None,
    part: Part | None = None,
    bom: bool = False,
    authors: Sequence[Author] = (),
    beside: Beside = _NOTHING,
    on_progress: Callable[[Sequence[str], Fraction], object] = lambda names, done: None,
    helpers: int = 0,
) -> list[tuple[str, str]]:
    """Write all that ``database`` holds into ``target``; gives the files, each with what a reader should know.

    The same database gives the same bytes. CSV is always written, as the Data Package describes it.
    ``on_progress`` hears which sheets are being written and, where that is known, which part of them is. So many
    ``helpers``, processes that import the main module of this one as ``multiprocessing`` does, make the rows of a
    large database in an SQLite file. Raises :class:`UsageError` where the folder is not ours or a library is
    missing, :class:`DatabaseError`.
    """
    require_libraries(formats)
    part = part or Part()
    measures = part.measures(measures)
    wanted = (*sheets(forms, measures), *(extra.sheet for extra in beside.sheets))
    reports = part.report_ids(database)
    made = {extra.sheet.name: extra.rows for extra in beside.sheets}
    with export_folder(target, beside.possible_names(wanted)) as folder, Snapshot(database) as snapshot:
        chosen = [name for name in FORMATS if name == "csv" or name in formats]
        makers = _makers(folder, chosen, language, wanted, bom)
        asked = Asked(forms, measures, chosen, language)
        rows = dict[str, int]()
        # Sheets that are made of the current reports are written together, in one walk over these.
        for alone, group in groupby(wanted, key=lambda sheet: "" if sheet.maker else sheet.name):
            filled = tuple(group)
            done = partial(on_progress, [sheet.name for sheet in filled])
            if alone:
                given = made[alone](snapshot) if alone in made else snapshot.rows(filled[0])
                left = filter(_asked_for(filled[0], reports, part.indicators), given)
                blocks, expected = _blocks(left, Telling(filled, chosen, language)), 0
            else:
                pieces = snapshot.pieces(reports)
                blocks, expected = asked.told(snapshot, pieces, helpers), len(pieces)
            with closing(blocks):
                rows |= _fill(filled, blocks, makers, done, expected)
            for sheet in filled:
                on_sheet(sheet.name, rows[sheet.name])
        files = [entry for maker in makers for entry in maker.close()]
        run = snapshot.latest_run()
        texts = _codebooks(forms, measures, [extra.sheet for extra in beside.sheets])
        package = data_package(sums := Sums(folder), wanted, rows, run, language, authors)
        notes = tuple((p.name, note) for p, note in files)
        texts["datapackage.json"] = package
        texts["CITATION.cff"] = citation(run, authors)
        texts["README.md"] = readme(wanted, rows, notes)
        texts |= beside.texts(Written(folder, wanted, rows, notes, run, package))
        for name, told in texts.items():
            (folder / name).write_text(told, encoding="utf-8", newline="\n")
            files.append((folder / name, ""))
        sums.write(path.name for path, _ in files)
    return [(path.name, note) for path, note in sorted(files)]


def _makers(
    folder: Path, chosen: Sequence[str], language: Language, wanted: Sequence[Sheet], bom: bool
) -> list[Format]:
    made: dict[str, Callable[[], Format]] = {
        "csv": lambda: CsvFormat(folder, bom),
        "parquet": lambda: ParquetFormat(folder, language),
        "xlsx": lambda: ExcelFormat(folder, language, wanted),
        "dta": lambda: StataFormat(folder, language),
    }
    return [made[name]() for name in chosen]


def _asked_for(
    sheet: Sheet, reports: frozenset[str] | None, indicators: frozenset[str]
) -> Callable[[Sequence[object]], bool]:
    """Whether a row of a sheet is of a report and an indicator that are wanted; what is of no report always is."""
    names = [column.name for column in sheet.columns]
    own = {"reports": ("id",), "pair_findings": ("earlier_id", "later_id")}.get(sheet.name, ("report_id",))
    ids = [names.index(name) for name in own if name in names]
    told = names.index("indicator") if "indicator" in names else None

    def wanted(row: Sequence[object]) -> bool:
        mine = reports is None or not ids or any(row[at] in reports for at in ids)
        return mine and (told is None or not indicators or row[told] in indicators)

    return wanted


def _blocks(rows: Iterable[Sequence[Value]], telling: Telling) -> Generator[Told]:
    """What is told of rows of one sheet, some at a time."""
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield telling.of([list(zip(*some, strict=True))])


def _fill(
    some: Sequence[Sheet],
    blocks: Iterable[Told],
    makers: Sequence[Format],
    on_progress: Callable[[Fraction], object],
    expected: int = 0,
) -> dict[str, int]:
    """Write sheets side by side; gives how many rows each has. So many blocks are ``expected``, 0: not known."""
    writers = [[maker.sheet(sheet) for maker in makers] for sheet in some]
    counts = [0] * len(some)
    for number, block in enumerate(blocks, 1):
        counts = [*map(add, counts, block.rows)]
        for own, told in zip(chain.from_iterable(writers), chain.from_iterable(block.told), strict=True):
            own.write(told)
        on_progress(Fraction(number, expected) if expected else Fraction(0))
    for writer in chain.from_iterable(writers):
        writer.close()
    return dict(zip((sheet.name for sheet in some), counts, strict=True))


def _codebooks(forms: Sequence[Form], measures: Measures, more: Sequence[Sheet]) -> dict[str, str]:
    """The codebook in each language, as text and web page, with the columns of sheets that no view is."""
    texts = {}
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        markdown = codebook(forms, language, measures) + sheet_codebook(more, language)
        texts[f"codebook.{language}.md"] = markdown
        texts[f"codebook.{language}.html"] = html_codebook(markdown, language)
    return texts
