"""What ``gkingest serve`` asks of an SQLite database: whether it can be shown, and what its pages are made of."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gkingest.errors import DatabaseError
from gkingest.formats.indicators import Measures
from gkingest.formats.spec import Format
from gkingest.store.ask.canned import MATCH_FUNCTION
from gkingest.store.database import open_database
from gkingest.store.place import file_of, place_of, shown
from gkingest.store.tables.fit import IN_SQLITE, PROJECT, Found, check_fit, found_in, is_described
from gkingest.store.tables.packed import unpacked
from gkingest.store.tables.schema import Json
from gkingest.store.views.all_views import views
from gkingest.store.views.organ import organ_identity, place_of_organ
from gkingest.store.views.view import views_hash

# Parameters are named as in the addresses of the pages. A file is told under the least of its paths.
_REPORT = "r.id AS report_id, r.organ, r.year, r.title, r.verdict, r.sha256"
_FACT = (
    "f.table_key, f.row_key, f.column_key, f.state, f.value, f.unit, f.form_value, f.raw_text, f.page, "
    "f.x0, f.top, f.x1, f.bottom, f.method, f.confidence, f.flagged, f.row_label, f.column_label, "
    "f.value_read, f.decided_by, f.decision"
)
FACT = f"""\
SELECT {_REPORT}, {_FACT} FROM report AS r JOIN fact AS f ON f.report_id = r.id
WHERE r.id = :report AND f.table_key = :table AND f.row_key = :row AND f.column_key = :column"""
FACTS_AT = f"""\
SELECT {_REPORT}, {_FACT} FROM report AS r JOIN fact AS f ON f.report_id = r.id
WHERE r.sha256 = :sha256 AND f.page = :page AND abs(f.x0 - :x0) < 0.1 AND abs(f.top - :top) < 0.1
    AND abs(f.x1 - :x1) < 0.1 AND abs(f.bottom - :bottom) < 0.1
ORDER BY r.ordinal, f.table_key, f.row_key, f.column_key"""
SOURCE = "SELECT sha256, media_type, page_count FROM source WHERE sha256 = :sha256"
PLACES = """\
SELECT path, url, title, published_at, fetched_at, source_name, said, gone FROM location
WHERE sha256 = :sha256 ORDER BY gone, path"""
REPORTS_IN = "SELECT id, organ, year, title FROM report WHERE sha256 = :sha256 ORDER BY ordinal"
GRIDS_ON = "SELECT ordinal, page, content FROM grid WHERE sha256 = :sha256 AND content IS NOT NULL ORDER BY ordinal"
SECTIONS_ON = """\
SELECT heading, text, page FROM section WHERE sha256 = :sha256 AND page <= :page
    AND page >= (SELECT COALESCE(max(page), 0) FROM section WHERE sha256 = :sha256 AND page <= :page)
ORDER BY ordinal"""
FINDINGS_ABOUT = """\
SELECT code, severity, verdict, message, hint, message_zh, hint_zh, touches, place, found, expected, page
FROM finding WHERE report_id = :report ORDER BY ordinal"""
REPORT = """\
SELECT r.id AS report_id, r.organ, r.organ_key, r.region_code, r.region_name, r.province, r.prefecture, r.year,
    r.format, r.title, r.issued_on, r.verdict, r.reported, r.flagged, r.sha256, s.media_type, s.page_count
FROM report AS r JOIN source AS s ON s.sha256 = r.sha256 WHERE r.id = :report"""
FACTS_OF = f"""\
SELECT {_REPORT}, {_FACT} FROM report AS r JOIN fact AS f ON f.report_id = r.id WHERE r.id = :report"""
_YEARS = "SELECT r.id AS report_id, r.year, r.organ, r.format, r.verdict, r.sha256 FROM reports_current AS r"
ORGAN_YEARS = f"""\
{_YEARS} WHERE r.region_code IS :region_code AND r.organ_key = :organ_key AND {place_of_organ("r.")} = :place
ORDER BY r.year, r.id"""
ONE_YEAR = f"{_YEARS} WHERE r.id = :report"  # of a report whose organ may be one of several
FACTS_OF_ALL = """\
SELECT f.report_id, f.table_key, f.row_key, f.column_key, f.state, f.value, f.form_value, f.raw_text, f.flagged,
    f.decided_by
FROM fact AS f WHERE f.report_id IN (SELECT value FROM json_each(:reports))"""
PAIRS_OF = """\
SELECT earlier_id, later_id, held, broken, differing, not_assessable, not_comparable FROM report_pair
WHERE later_id IN (SELECT value FROM json_each(:reports))"""
PAIR_FINDINGS_OF = """\
SELECT earlier_id, later_id, code, severity, verdict, table_key, row_key, column_key, found, expected, message, hint
FROM pair_findings WHERE later_id IN (SELECT value FROM json_each(:reports))
ORDER BY later_id, severity DESC, table_key, row_key, column_key"""
ORGANS = f"""\
SELECT {organ_identity("r.", "r.id")} AS who, max(r.organ) AS organ, max(r.region_name) AS region_name,
    max(r.province) AS province, max(r.region_code) AS region_code,
    json_group_array(json_array(r.year, r.id, r.verdict)) AS years
FROM reports_current AS r
WHERE (:words = '' OR instr(r.organ, :words) > 0 OR instr(coalesce(r.region_name, ''), :words) > 0
        OR r.region_code = :words)
    AND (:province = '' OR r.province = :province) AND (:verdict = '' OR r.verdict = :verdict)
    AND (:year = '' OR r.year = CAST(:year AS INTEGER))
GROUP BY who
ORDER BY region_code, organ
LIMIT :most OFFSET :skipped"""
ORGANS_IN = """\
SELECT DISTINCT r.organ, r.province FROM reports_current AS r
WHERE r.organ <> '' AND (:province = '' OR r.province = :province) ORDER BY r.province, r.organ LIMIT :most"""
SEARCH = f"""\
SELECT s.sha256, s.heading, s.page, s.text, r.organ, r.year,
    (SELECT min(path) FROM location WHERE sha256 = s.sha256) AS path
FROM section_words AS w
JOIN section AS s ON s.id = w.rowid
LEFT JOIN report AS r ON r.sha256 = s.sha256 AND r.ordinal = 1
WHERE section_words MATCH {MATCH_FUNCTION}(:words)
ORDER BY w.rank, s.id
LIMIT :most"""
COUNTS = """\
SELECT (SELECT count(*) FROM report) AS reports, (SELECT count(*) FROM source) AS files,
    (SELECT count(*) FROM report WHERE verdict = 'needs_review') AS needs_review,
    (SELECT min(year) FROM report) AS first_year, (SELECT max(year) FROM report) AS last_year"""
YEARS = "SELECT DISTINCT year FROM report WHERE year IS NOT NULL ORDER BY year DESC"
PROVINCES = "SELECT DISTINCT province FROM report WHERE province IS NOT NULL ORDER BY province"
RANKING = """\
SELECT organ, year, value, numerator, denominator, reason, flagged, report_id FROM indicators
WHERE indicator = :indicator AND year = CAST(:year AS INTEGER)
    AND (:kind = '' OR organ_kind = :kind) AND (:province = '' OR province = :province)
ORDER BY value IS NULL, value DESC, organ"""
SERIES = f"""\
SELECT organ, year, value, numerator, denominator, reason, flagged, report_id, format, comparable,
    {organ_identity("", "report_id")} AS who
FROM indicators
WHERE indicator = :indicator AND year IS NOT NULL AND :organ <> ''
    AND (instr(organ, :organ) > 0 OR region_code = :organ)
ORDER BY who, year"""


def grid_of(content: bytes) -> Json:
    """What ``grid.content`` holds: the cells of a raw table, and what lies around them."""
    return unpacked(content)


@dataclass(frozen=True, slots=True)
class Browsable:
    """An SQLite file that can be shown; ``immutable`` where its folder is read-only."""

    path: Path
    immutable: bool = False


def browsable(db: str, formats: Sequence[Format], measures: Measures) -> Browsable:
    """The SQLite database at ``db``, its views those of ``formats``.

    Nothing is written unless the views are of another version. Raises :class:`DatabaseError` where ``db`` is a
    server, no database of ours, or of another version.
    """
    file = file_of(db)
    if file is None:
        raise DatabaseError(
            f"{shown(place_of(db))}: this is no file, and serve shows SQLite files only; ingest the same files "
            "with --db FILE.sqlite and serve that file"
        )
    (meta, found), immutable = _looked_at(file)
    if meta.get("project") != PROJECT:
        raise DatabaseError(f"{file}: this is no database of gkingest, so there is nothing to show; name another")
    check_fit(str(file), meta, found, "sqlite")
    if meta.get("views") != views_hash(views(formats, measures)):
        if immutable:
            raise DatabaseError(
                f"{file}: its views are of another version and its folder is write-protected, so they cannot be "
                "made again; copy the database to a folder where you may write"
            )
        open_database(str(file), formats, measures).dispose()
    return Browsable(file, immutable)


def _looked_at(path: Path) -> tuple[tuple[dict[str, str], Found], bool]:
    """What the database says it is and has, and whether it had to be opened as a file that nobody changes."""
    try:
        return _look(path, "mode=ro"), False
    except sqlite3.OperationalError as error:
        log = path.with_name(path.name + "-wal")
        if "open" not in str(error) and "readonly" not in str(error):
            raise _unusable(path, error) from error
        # Without its companions, which a read-only folder does not take, SQLite reads it only if nobody writes.
        if log.exists() and log.stat().st_size:
            raise _unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error
    try:
        return _look(path, "immutable=1"), True
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error


def _look(path: Path, how: str) -> tuple[dict[str, str], Found]:
    address = f"file:{quote(str(path.absolute()))}?{how}"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        found = found_in(connection.execute(IN_SQLITE))
        meta = dict(connection.execute("SELECT key, value FROM meta")) if is_described(found) else {}
        return meta, found


def _unusable(path: Path, error: sqlite3.Error) -> DatabaseError:
    return DatabaseError(
        f"{path}: it cannot be opened for reading ({error}), so there is nothing to show; name an SQLite file that "
        "gkingest made, in a folder that can be read"
    )
