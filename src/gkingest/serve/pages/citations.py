"""How a report or a figure is cited, in the visitor's language, as `gkingest cite` writes it."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from gkingest.cite.citation import Citation
from gkingest.cite.references import address, english, fetched, gb7714, gb7714_of_report, published
from gkingest.cite.references import title as title_of
from gkingest.formats.spec import Format
from gkingest.language import language
from gkingest.model.key import FactKey
from gkingest.model.report import CellState, Fact
from gkingest.serve.served import key_of
from gkingest.store.ask.citing import Location, Source


def cited_report(report: sqlite3.Row, places: Sequence[sqlite3.Row], form: Format) -> str:
    """The reference of a report as a whole: GB/T 7714 in Chinese, else English."""
    citation = _citation(report, places, form, Fact(FactKey("", "", ""), CellState.ABSENT))
    if language() == "zh":
        return gb7714_of_report(citation)
    day, seen, where = published(citation), fetched(citation), address(citation)
    organ, called = citation.source.organ, title_of(citation)
    taken = f", fetched {seen}" if seen else ""
    about = f"Annual report on government information disclosure, {citation.source.year}"
    told = f" {where}{taken}." if where else ""
    return f"{organ or '[organ unknown]'} ({day or 'n.d.'}). {called} [{about}].{told}"


def cited_figure(figure: sqlite3.Row, report: sqlite3.Row, places: Sequence[sqlite3.Row], form: Format) -> str:
    """The reference of one figure."""
    state = CellState(figure["state"])
    value = None if figure["value"] is None else Decimal(str(figure["value"]))
    fact = Fact(key_of(figure), state, value, figure["unit"] or "", figure["raw_text"] or "", page=figure["page"])
    citation = _citation(report, places, form, fact)
    return gb7714(citation) if language() == "zh" else english(citation)


def web_of(places: Sequence[sqlite3.Row]) -> list[tuple[str, bool]]:
    """The addresses that may be links, and whether nobody told them: the database has what a crawl wrote."""
    urls = {row["url"]: _is_inferred(row) for row in places if row["url"]}
    return [(url, inferred) for url, inferred in urls.items() if url.lower().startswith(("http://", "https://"))]


def today() -> str:
    """The day on which something is looked at."""
    return datetime.now(UTC).date().isoformat()


def _citation(report: sqlite3.Row, places: Sequence[sqlite3.Row], form: Format, fact: Fact) -> Citation:
    source = Source(
        report["report_id"], report["organ"], report["region_code"] or "", report["region_name"] or "",
        report["province"] or "", report["prefecture"] or "", report["year"], report["format"], report["title"],
        report["issued_on"] or "", report["verdict"], report["sha256"], report["media_type"], report["page_count"],
        tuple(map(_place, places)),
    )  # fmt: skip
    return Citation(fact, False, source, form, (), (), (), ())


def _place(row: sqlite3.Row) -> Location:
    url, title, day, seen, name = (
        str(row[field] or "") for field in ("url", "title", "published_at", "fetched_at", "source_name")
    )
    return Location(row["path"], bool(row["gone"]), url, title, day, seen, name, _is_inferred(row))


def _is_inferred(row: sqlite3.Row) -> bool:
    return {witness for field, _, witness in json.loads(row["said"] or "[]") if field == "url"} == {"mirror"}
