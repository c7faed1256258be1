"""One database → a folder that another researcher can use without us."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.export.authors import Author
from gkingest.export.columnar import ParquetFormat
from gkingest.export.folder import DOCUMENTS, SUMS, export_folder, write_sums
from gkingest.export.package import citation, data_package, html_codebook, readme, sheet_codebook
from gkingest.export.plain import LABELLED, CsvFormat
from gkingest.export.stata import StataFormat
from gkingest.export.workbook import WORKBOOK, ExcelFormat
from gkingest.export.writing import FORMATS, Format, require_libraries
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format as Form
from gkingest.language import Language
from gkingest.store.ask.dump import Sheet, Snapshot, Value, sheets
from gkingest.store.ask.series import Selection, chosen
from gkingest.store.codebook import codebook

if TYPE_CHECKING:
    from sqlalchemy import Engine


_ALL = Selection()


@dataclass(frozen=True, slots=True)
class Part:
    """What of a database is wanted: the reports of a selection, and indicators by their keys; none means all."""

    reports: Selection = _ALL
    indicators: frozenset[str] = frozenset()


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
) -> list[tuple[str, str]]:
    """Write all that ``database`` holds into ``target``; gives the files, each with what a reader should know.

    The same database gives the same bytes. CSV is always written, as the Data Package describes it. Raises
    :class:`UsageError` where the folder is not ours or a library is missing, :class:`DatabaseError`.
    """
    require_libraries(formats)
    part = part or Part()
    if part.indicators:
        own = tuple(i for i in measures.indicators if i.key in part.indicators)
        measures = measures.model_copy(update={"indicators": own})
    wanted = (*sheets(forms, measures), *(extra.sheet for extra in beside.sheets))
    reports = None
    if part.reports != _ALL:
        reports = frozenset(organ.report_id for organ in chosen(database, part.reports))
        if not reports:
            raise UsageError(
                "no report is of these years, provinces, levels and organs, so nothing was written; "
                "`gkingest status` tells what there is"
            )
    # Every name that an export may leave, whatever its formats.
    tables = {f"{s.name}{ending}" for s in wanted for ending in (".csv", LABELLED, ".parquet", ".dta")}
    possible = frozenset({*tables, WORKBOOK, *DOCUMENTS, *beside.names, SUMS})
    made = {extra.sheet.name: extra.rows for extra in beside.sheets}
    with export_folder(target, possible) as folder, Snapshot(database, forms) as snapshot:
        makers = _makers(folder, formats, language, wanted, bom)
        rows = {}
        for sheet in wanted:
            source = made[sheet.name](snapshot) if sheet.name in made else snapshot.rows(sheet)
            rows[sheet.name] = _fill(source, sheet, makers, _asked_for(sheet, reports, part.indicators))
            on_sheet(sheet.name, rows[sheet.name])
        files = [entry for maker in makers for entry in maker.close()]
        run = snapshot.latest_run()
        texts = _codebooks(forms, measures, [extra.sheet for extra in beside.sheets])
        package = data_package(folder, wanted, rows, run, language, authors)
        notes = tuple((p.name, note) for p, note in files)
        texts["datapackage.json"] = package
        texts["CITATION.cff"] = citation(run, authors)
        texts["README.md"] = readme(wanted, rows, notes)
        texts |= beside.texts(Written(folder, wanted, rows, notes, run, package))
        for name, told in texts.items():
            (folder / name).write_text(told, encoding="utf-8", newline="\n")
            files.append((folder / name, ""))
        write_sums(folder, [path for path, _ in files])
    return [(path.name, note) for path, note in sorted(files)]


def _makers(
    folder: Path, formats: Sequence[str], language: Language, wanted: Sequence[Sheet], bom: bool
) -> list[Format]:
    made: dict[str, Callable[[], Format]] = {
        "csv": lambda: CsvFormat(folder, bom),
        "parquet": lambda: ParquetFormat(folder, language),
        "xlsx": lambda: ExcelFormat(folder, language, wanted),
        "dta": lambda: StataFormat(folder, language),
    }
    return [made[name]() for name in FORMATS if name == "csv" or name in formats]


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


def _fill(
    rows: Iterable[Sequence[Value]],
    sheet: Sheet,
    makers: Sequence[Format],
    wanted: Callable[[Sequence[object]], bool],
) -> int:
    writers = [w for maker in makers if (w := maker.sheet(sheet)) is not None]
    count = 0
    for row in filter(wanted, rows):
        count += 1
        for writer in writers:
            writer.write(row)
    for writer in writers:
        writer.close()
    return count


def _codebooks(forms: Sequence[Form], measures: Measures, more: Sequence[Sheet]) -> dict[str, str]:
    """The codebook in each language, as text and web page, with the columns of sheets that no view is."""
    texts = {}
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        markdown = codebook(forms, language, measures) + sheet_codebook(more, language)
        texts[f"codebook.{language}.md"] = markdown
        texts[f"codebook.{language}.html"] = html_codebook(markdown, language)
    return texts
