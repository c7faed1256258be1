"""Read a file of inhabitants into the table ``population``."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import SQLAlchemyError

from gkingest.errors import UsageError
from gkingest.store.database import database_error, writing
from gkingest.store.tables.population import PopulationRow

_COLUMNS = ("region_code", "year", "population")


def save_population(engine: Engine, path: Path) -> int:
    """Read a CSV file with the columns region_code, year, population (in persons); gives how many lines it has.

    What the table says of the same division and year is replaced, all else is kept. Raises :class:`UsageError`
    where a line cannot be read, and then nothing is written; :class:`DatabaseError`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); give a CSV file in UTF-8") from error
    rows = list(population_rows(text.splitlines(), str(path)))
    try:
        with writing(engine).begin() as connection:
            for row in rows:
                connection.execute(
                    delete(PopulationRow).where(
                        PopulationRow.region_code == row["region_code"], PopulationRow.year == row["year"]
                    )
                )
            if rows:
                connection.execute(insert(PopulationRow), rows)
    except SQLAlchemyError as error:
        raise database_error(engine, "the population could not be saved", error) from error
    return len(rows)


_LINE = re.compile(r"\d{6},\d+,\d+")


def population_rows(lines: Iterable[str], name: str) -> Iterator[dict[str, object]]:
    """Rows of the table from the lines of a CSV file; raises :class:`UsageError` with file and line."""
    reader = csv.DictReader(lines)
    lacking = [c for c in _COLUMNS if c not in (reader.fieldnames or ())]
    if lacking:
        raise UsageError(
            f"{name}:1: no column {', '.join(lacking)}; the first line must name {', '.join(_COLUMNS)}"
        )
    seen: dict[tuple[str, str], int] = {}
    for line, given in enumerate(reader, 2):
        code, year, people = ((given[c] or "").strip() for c in _COLUMNS)
        if not _LINE.fullmatch(f"{code},{year},{people}") or not int(people):
            raise UsageError(
                f"{name}:{line}: {code!r}, {year!r}, {people!r}: give a code of six digits, a year and the number "
                "of persons as a whole number above 0 (万人 times 10000)"
            )
        if (code, year) in seen:
            raise UsageError(f"{name}:{line}: {code} {year} stands on line {seen[code, year]} already; keep one")
        seen[code, year] = line
        yield {"region_code": code, "year": int(year), "population": int(people)}
