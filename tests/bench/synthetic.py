"""As many reports as a benchmark wants, put straight into the store: no paper, no grids, no narrative.

Deterministic. Every county-level division has its government and departments, each with a report for every year
from 2019 to 2024. Figures are drawn by chance and do not add up; three cells in a hundred have no number, one in a
hundred is flagged.
"""

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count, islice
from random import Random
from typing import Any

from sqlalchemy import Engine, insert

from gkingest.formats.spec import Format
from gkingest.regions.divisions import load_divisions
from gkingest.store.database import writing
from gkingest.store.tables.schema import LocationRow, ReportRow, SourceRow
from gkingest.store.write.figures import insert_facts, next_serial
from gkingest.store.write.save import save_run

YEARS = range(2019, 2025)
DEPARTMENTS = (
    *("教育局", "财政局", "水利局", "林业局", "民政局", "司法局"),
    *("公安局", "商务局", "审计局", "统计局", "农业局"),
)
_AT_ONCE = 200
_EMPTY = ("blank", "blank", "dash", "unreadable")

Row = dict[str, Any]


def fill(engine: Engine, formats: Sequence[Format], number: int) -> None:
    """Put ``number`` reports into an empty database."""
    run = save_run(
        engine,
        {"version": "0", "format_hash": "", "formats": {}, "readers": {}, "options": {}, "machine": {}},
    )
    heads = iter(sorted(islice(_heads(), number), key=lambda head: head["sha256"]))  # as the tables are ordered
    while some := list(islice(heads, _AT_ONCE)):
        made = [_report(head, formats) for head in some]
        with writing(engine).begin() as connection:
            sources = [{"sha256": h["sha256"], "media_type": "application/pdf", "page_count": 4} for h in some]
            connection.execute(insert(SourceRow), sources)
            connection.execute(insert(LocationRow), [_location(head, run) for head in some])
            serials = count(next_serial(connection))
            connection.execute(insert(ReportRow), [{**report, "serial": next(serials)} for report, _ in made])
            insert_facts(connection, [fact for _, facts in made for fact in facts])


def _heads() -> Iterator[Row]:
    """Organs and years: all governments first, then all of one department after the other."""
    table = load_divisions()
    places = [(d, table.ancestors(d, 2021)) for d in table.rows if d.stands(2021) and d.level == "county"]
    for department in ("", *(f"{d}{n or ''}" for n in range(100) for d in DEPARTMENTS)):
        for place, above in places:
            for year in YEARS:
                organ = f"{place.name}{department or '人民政府'}"
                yield {
                    "sha256": hashlib.sha256(f"{place.code} {organ} {year}".encode()).hexdigest(),
                    "organ": organ,
                    "organ_kind": "department" if department else "government",
                    "organ_key": department or "人民政府",
                    "region_code": place.code,
                    "region_name": place.name,
                    "province": next((a.name for a in above if a.level == "province"), None),
                    "prefecture": next((a.name for a in above if a.level == "prefecture"), None),
                    "year": year,
                }


def _location(head: Row, run: int) -> Row:
    name = f"www.{head['region_code']}.gov.cn/{head['sha256'][:12]}"
    return {
        "path": f"crawl/{name}.pdf",
        "sha256": head["sha256"],
        "status": "ok",
        "kind": "report",
        "message": "",
        "run_id": run,
        "gone": 0,
        "url": f"http://{name}.pdf",
        "published_at": f"{head['year'] + 1}-01-20",
        "said": [],
    }


def _report(head: Row, formats: Sequence[Format]) -> tuple[Row, list[Row]]:
    form = next(f for f in formats if f.first_year <= head["year"] <= (f.last_year or 9999))
    rng = Random(head["sha256"])
    facts = [_fact(f"{head['sha256']}-1", key, rng) for key in _keys(form)]
    report = {
        **head,
        "id": f"{head['sha256']}-1",
        "ordinal": 1,
        "region_evidence": [["title", head["organ"], head["region_code"]]],
        "format": form.edition,
        "issued_on": f"{head['year'] + 1}-01-15",
        "title": f"{head['organ']}{head['year']}年政府信息公开工作年度报告",
        "verdict": "accepted" if rng.random() < 0.9 else "needs_review",
        "reported": sum(fact["state"] == "reported" for fact in facts),
        "flagged": sum(fact["flagged"] for fact in facts),
        "assessed": 60,
        "misprinted": int(rng.random() < 0.05),
    }
    return report, facts


def _keys(form: Format) -> list[tuple[str, str, str]]:
    return [(table.key, row, column) for table in form.tables for row, column, _, _ in table.slots()]


def _fact(report_id: str, key: tuple[str, str, str], rng: Random) -> Row:
    number = Decimal(rng.randrange(60)) if rng.random() < 0.97 else None
    if number is not None and key[0] == "proactive" and rng.random() < 0.1:
        number += Decimal(rng.randrange(100)) / 100
    return {
        "report_id": report_id,
        "table_key": key[0],
        "row_key": key[1],
        "column_key": key[2],
        "state": "reported" if number is not None else rng.choice(_EMPTY),
        "value": number,
        "unit": "",
        "form_value": number,
        "raw_text": "" if number is None else str(number),
        "page": 2,
        "x0": 100.5,
        "top": 200.25,
        "x1": 120.5,
        "bottom": 215.0,
        "method": "ruled/exact",
        "confidence": 1.0,
        "flagged": int(rng.random() < 0.01),
        "row_label": "行",
        "column_label": "列",
    }
