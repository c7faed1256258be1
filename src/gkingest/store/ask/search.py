"""Full-text search in the narrative: FTS5 in SQLite, a GIN index in PostgreSQL, over words cut beforehand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from gkingest.store.database import database_error, read_rows, writing
from gkingest.store.tables.contents import SectionRow

_BATCH = 200  # sections indexed in one transaction
_AROUND = 40  # characters shown on both sides of what was found

_FROM = """\
JOIN location AS l ON l.sha256 = s.sha256
    AND NOT EXISTS (SELECT 1 FROM location AS o WHERE o.sha256 = l.sha256 AND o.path < l.path)
LEFT JOIN report AS r ON r.sha256 = s.sha256 AND r.ordinal = 1"""
_WANTED = "l.path, r.organ, r.year, s.heading, s.page, s.text"
_SQLITE = f"""\
SELECT {_WANTED} FROM section_words AS w JOIN section AS s ON s.id = w.rowid {_FROM}
WHERE section_words MATCH :words ORDER BY w.rank, l.path, s.ordinal LIMIT :most"""
_POSTGRES = f"""\
SELECT {_WANTED} FROM section AS s {_FROM}
WHERE to_tsvector('simple', coalesce(s.words, '')) @@ to_tsquery('simple', :words)
ORDER BY l.path, s.ordinal LIMIT :most"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which the words stand, with the text around the first of them."""

    path: str
    organ: str
    year: int | None
    heading: str
    page: int
    excerpt: str


class _Found(NamedTuple):
    """A section with the file that it stands in."""

    path: str
    organ: str | None
    year: int | None
    heading: str
    page: int
    text: str


def index_sections(engine: Engine, segmented: Callable[[str], str]) -> int:
    """Cut the sections that are not indexed yet into words; gives how many. Raises :class:`DatabaseError`."""
    done = 0
    query = select(SectionRow.id, SectionRow.text).where(SectionRow.words.is_(None)).order_by(SectionRow.id)
    table = SectionRow.__table__
    change = update(SectionRow).where(table.c.id == bindparam("one")).values(words=bindparam("cut"))
    try:
        while True:
            with writing(engine).begin() as connection:
                found = connection.execute(query.limit(_BATCH)).all()
                if not found:
                    return done
                rows = [{"one": row.id, "cut": segmented(row.text)} for row in found]
                connection.execute(change, rows, execution_options={"synchronize_session": False})
                done += len(found)
    except SQLAlchemyError as error:
        raise database_error(engine, "the sections could not be indexed", error) from error


def search_sections(engine: Engine, words: str, most: int, shown: str) -> Iterator[Hit]:
    """Sections with all of ``words`` (cut, spaces between), the best first; ``shown`` is looked for in the text."""
    terms = words.split()
    if not terms:
        return
    quoted = [t.replace('"', '""').replace("'", "''") for t in terms]
    if engine.dialect.name == "sqlite":
        statement, wanted = _SQLITE, " AND ".join(f'"{t}"' for t in quoted)
    else:
        statement, wanted = _POSTGRES, " & ".join(f"'{t}'" for t in quoted)
    values = {"words": wanted, "most": most}
    for row in read_rows(engine, _Found, statement, values, doing="it cannot be searched"):
        plain = "".join(row.text.split())
        at = max(plain.find("".join(shown.split())), 0)
        excerpt = plain[max(at - _AROUND, 0) : at + _AROUND]
        yield Hit(row.path, row.organ or "", row.year, row.heading, row.page, excerpt)
