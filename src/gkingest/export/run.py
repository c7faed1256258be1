"""One database → a folder that another researcher can use without us."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gkingest.export.columnar import ParquetFormat
from gkingest.export.folder import DOCUMENTS, SUMS, export_folder, write_sums
from gkingest.export.package import citation, data_package, html_codebook, readme
from gkingest.export.plain import LABELLED, CsvFormat
from gkingest.export.stata import StataFormat
from gkingest.export.workbook import WORKBOOK, ExcelFormat
from gkingest.export.writing import FORMATS, Format, require_libraries
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format as Form
from gkingest.language import Language
from gkingest.store.ask.dump import Sheet, Snapshot, sheets
from gkingest.store.codebook import codebook

if TYPE_CHECKING:
    from sqlalchemy import Engine


def export(
    database: "Engine",
    forms: Sequence[Form],
    measures: Measures,
    target: Path,
    formats: Sequence[str] = FORMATS,
    language: Language = "en",
    on_sheet: Callable[[str, int], object] = lambda name, rows: None,
) -> list[tuple[str, str]]:
    """Write all that ``database`` holds into ``target``; gives the files, each with what a reader should know.

    The same database gives the same bytes. CSV is always written, as the Data Package describes it. Raises
    :class:`UsageError` where the folder is not ours or a library is missing, :class:`DatabaseError`.
    """
    require_libraries(formats)
    wanted = sheets(forms, measures)
    # Every name that an export may leave, whatever its formats.
    tables = {f"{s.name}{ending}" for s in wanted for ending in (".csv", LABELLED, ".parquet", ".dta")}
    possible = frozenset({*tables, WORKBOOK, *DOCUMENTS, SUMS})
    with export_folder(target, possible) as folder, Snapshot(database, forms) as snapshot:
        makers = _makers(folder, formats, language, wanted)
        rows = {}
        for sheet in wanted:
            rows[sheet.name] = _fill(snapshot, sheet, makers)
            on_sheet(sheet.name, rows[sheet.name])
        files = [entry for maker in makers for entry in maker.close()]
        run = snapshot.latest_run()
        files += [(path, "") for path in _documents(folder, forms, measures, run)]
        files.append((data_package(folder, wanted, rows, run, language), ""))
        about = folder / "README.md"
        told = readme(wanted, rows, [(p.name, note) for p, note in files])
        about.write_text(told, encoding="utf-8", newline="\n")
        files.append((about, ""))
        write_sums(folder, [path for path, _ in files])
    return [(path.name, note) for path, note in sorted(files)]


def _makers(folder: Path, formats: Sequence[str], language: Language, wanted: Sequence[Sheet]) -> list[Format]:
    made: dict[str, Callable[[], Format]] = {
        "csv": lambda: CsvFormat(folder),
        "parquet": lambda: ParquetFormat(folder, language),
        "xlsx": lambda: ExcelFormat(folder, language, wanted),
        "dta": lambda: StataFormat(folder, language),
    }
    return [made[name]() for name in FORMATS if name == "csv" or name in formats]


def _fill(snapshot: Snapshot, sheet: Sheet, makers: Sequence[Format]) -> int:
    writers = [w for maker in makers if (w := maker.sheet(sheet)) is not None]
    count = 0
    for row in snapshot.rows(sheet):
        count += 1
        for writer in writers:
            writer.write(row)
    for writer in writers:
        writer.close()
    return count


def _documents(folder: Path, forms: Sequence[Form], measures: Measures, run: dict[str, str]) -> list[Path]:
    texts = {"CITATION.cff": citation(run)}
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        markdown = codebook(forms, language, measures)
        texts[f"codebook.{language}.md"] = markdown
        texts[f"codebook.{language}.html"] = html_codebook(markdown, language)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]
