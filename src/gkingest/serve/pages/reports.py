"""A report as the form: printed labels, figures in place, doubts in words, and the pages they are printed on."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from gkingest.model.key import FactKey
from gkingest.serve.pages.answer import nothing, page, table_file
from gkingest.serve.pages.citations import cited_report, web_of
from gkingest.serve.pages.doubts import ToldDoubt, doubts_of
from gkingest.serve.pages.form import FormTable, laid_out
from gkingest.serve.pages.page_view import why_no_picture
from gkingest.serve.served import (
    Datasette,
    Request,
    fact_address,
    houses,
    key_of,
    organ_address,
    page_address,
)
from gkingest.serve.spoken import rounded, say
from gkingest.store.ask.browse import FACTS_OF, FINDINGS_ABOUT, PLACES, REPORT
from gkingest.text.labels import ordinal

if TYPE_CHECKING:
    from datasette import Response

_MOST_SHEETS = 8  # pages that are painted for one report
_LONGEST = 20  # characters of a number with its unit
_MOST_MARKS = 3  # doubts that are named in one cell; all stand below
_COLUMNS = (
    "table_key",
    "row_key",
    "column_key",
    "state",
    "value",
    "unit",
    "form_value",
    "raw_text",
    "page",
    "flagged",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in its place: what stands there, in words where it is no number, and the doubts about it."""

    key: FactKey
    text: str
    word: str
    address: str
    ink: str
    marks: Sequence[int]
    doubted: bool
    decided: str = ""

    @classmethod
    def of(
        cls,
        datasette: Datasette,
        report: sqlite3.Row,
        key: FactKey,
        fact: sqlite3.Row | None,
        doubts: Sequence[ToldDoubt],
    ) -> Self:
        """A figure of a report as its form shows it."""
        marks = [d.number for d in doubts if key.matches_any(d.touches)][:_MOST_MARKS]
        address = datasette.urls.path(fact_address(report["report_id"], key))
        if fact is None or (fact["state"] == "absent" and not fact["decided_by"]):
            return cls(key, "", say("not printed"), address if fact else "", "", marks, bool(marks))
        printed = "".join((fact["raw_text"] or "").split())
        number = fact["state"] == "reported"
        decided = ""
        if fact["decided_by"]:
            read = printed or rounded(fact["value_read"]) or say("blank")
            decided, printed = say("decided by {0}; read: {1}", fact["decided_by"], read[:_LONGEST]), ""
        if number and len(printed) > _LONGEST:
            printed = f"{rounded(fact['value'])}{fact['unit']}"  # it is told in a sentence
        text = (printed or rounded(fact["value"])) if number else printed[:_LONGEST]
        ink = "-".join(("ink", *key)).replace(".", "_") if fact["page"] and fact["x0"] is not None else ""
        return cls(
            key, text, "" if number else say(fact["state"]), address, ink, marks, bool(fact["flagged"]), decided
        )


@dataclass(frozen=True, slots=True)
class Ink:
    """Where a figure is printed on its page, in points."""

    name: str
    box: str


async def report_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/report/REPORT``."""
    house = houses[datasette]
    base = datasette.get_database(house.database)
    asked = {"report": request.url_vars["report"]}
    report = (await base.execute(REPORT, asked)).first()
    if report is None:
        return await nothing(datasette, request, say("The database has no such report."))
    facts = {key_of(row): row for row in (await base.execute(FACTS_OF, asked)).rows}
    found = (await base.execute(FINDINGS_ABOUT, asked)).rows
    serious, notes = doubts_of(house, found)
    places = (await base.execute(PLACES, {"sha256": report["sha256"]})).rows
    tables = laid_out(house.form(report["format"]))
    figures = {
        key: Shown.of(datasette, report, key, facts.get(key), serious)
        for table in tables
        for part in table.parts
        for key in part.keys
    }
    told = {
        "report": report,
        # Each with the number of its section as the form writes it, and the doubts about it.
        "tables": [
            (t, f"{ordinal(t.section)}、{t.title}", [doubt for doubt in serious if _about(doubt, t)])
            for t in tables
        ],
        "figures": figures,
        "others": [d for d in serious if not any(_about(d, t) for t in tables)],
        "notes": notes,
        "doubts_count": len(serious),
        "sheets": _sheets(figures, facts),
        "why_not": await why_no_picture(house, base, report["sha256"], report["media_type"]),
        "places_rows": places,
        "web": web_of(places),
        "citation_text": cited_report(report, places, house.form(report["format"])),
        "organ_url": datasette.urls.path(organ_address(report["report_id"])),
        "csv_url": datasette.urls.path(f"/-/gkingest/report/{report['report_id']}.csv"),
        "page_url": lambda number: datasette.urls.path(page_address(report["sha256"], number)),
        "picture_url": lambda number: datasette.urls.path(f"/-/gkingest/picture/{report['sha256']}/{number}.png"),
    }
    return await page(datasette, request, "gkingest_report.html", told)


async def report_file(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/report/REPORT.csv``: every figure with what is printed and why a number is missing."""
    house = houses[datasette]
    base = datasette.get_database(house.database)
    asked = {"report": request.url_vars["report"]}
    report = (await base.execute(REPORT, asked)).first()
    if report is None:
        return await nothing(datasette, request, say("The database has no such report."))
    rows = (await base.execute(FACTS_OF, asked)).rows
    header = ("organ", "year", "title", *_COLUMNS)
    listed = (
        (report["organ"], report["year"], house.title(key_of(row)), *(row[name] for name in _COLUMNS))
        for row in rows
    )
    return table_file(f"{report['organ']}-{report['year']}", header, listed)


def _about(doubt: ToldDoubt, table: FormTable) -> bool:
    return any(key.matches_any(doubt.touches) for part in table.parts for key in part.keys)


def _sheets(figures: Mapping[FactKey, Shown], facts: Mapping[FactKey, sqlite3.Row]) -> list[tuple[int, list[Ink]]]:
    """The pages that figures are printed on, each with their places."""
    sheets: dict[int, list[Ink]] = {row["page"]: [] for row in facts.values() if row["page"]}
    for key, figure in figures.items():
        row = facts.get(key)
        if figure.ink and row is not None:
            box = ",".join(f"{row[edge]:g}" for edge in ("x0", "top", "x1", "bottom"))
            sheets[row["page"]].append(Ink(figure.ink, box))
    return sorted(sheets.items())[:_MOST_SHEETS]
