"""Organs: a list with their years, and a page for each: its years side by side, and what carries over."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from gkingest.model.key import FactKey
from gkingest.serve.pages.answer import nothing, page, table_file
from gkingest.serve.pages.doubts import doubts_about
from gkingest.serve.pages.form import laid_out
from gkingest.serve.served import (
    Datasette,
    House,
    Request,
    fact_address,
    houses,
    key_of,
    organ_address,
    report_address,
)
from gkingest.serve.spoken import rounded, say
from gkingest.store.ask.browse import (
    FACTS_OF_ALL,
    ONE_YEAR,
    ORGAN_YEARS,
    ORGANS,
    PAIR_FINDINGS_OF,
    PAIRS_OF,
    PROVINCES,
    REPORT,
    YEARS,
)

if TYPE_CHECKING:
    from datasette import Response

_MOST_ORGANS = 100  # organs that one page lists
_VERDICTS = ("accepted", "needs_review", "rejected")


class Value(NamedTuple):
    """What one year says in one line."""

    text: str
    word: str
    address: str
    doubted: bool


class OverYears(NamedTuple):
    """A row of the form over the years."""

    label: str
    title: str
    values: list[Value | None]

    @classmethod
    def of(
        cls,
        datasette: Datasette,
        house: House,
        key: FactKey,
        label: str,
        title: str,
        years: Sequence[sqlite3.Row],
        facts: Mapping[tuple[str, FactKey], sqlite3.Row],
    ) -> Self:
        """One figure in each of the years."""
        values: list[Value | None] = []
        for row in years:
            fact = facts.get((row["report_id"], key))
            if fact is None:
                values.append(None)
                continue
            address = datasette.urls.path(fact_address(row["report_id"], key))
            if fact["state"] == "reported":
                values.append(Value(rounded(fact["value"]), "", address, bool(fact["flagged"])))
            else:
                word = say("not printed") if fact["state"] == "absent" else say(fact["state"])
                values.append(Value("", word, address, bool(fact["flagged"])))
        return cls(label, title, values)


class Pair(NamedTuple):
    """Two years that follow each other, and what carries over between them."""

    earlier: int
    later: int
    row: sqlite3.Row
    doubts: Sequence[object]


async def organs_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/reports``: organs with their years, by menus and part of a name."""
    house = houses[datasette]
    base = datasette.get_database(house.database)
    asked = {name: (request.args.get(name) or "").strip()[:80] for name in ("words", "province", "year", "verdict")}
    skipped = request.args.get("skip") or "0"
    skip = int(skipped) if skipped.isascii() and skipped.isdigit() and len(skipped) < 8 else 0
    rows = (await base.execute(ORGANS, {**asked, "most": _MOST_ORGANS + 1, "skipped": skip})).rows
    organs = []
    for row in rows[:_MOST_ORGANS]:
        years = sorted((year or 0, report, verdict) for year, report, verdict in json.loads(row["years"]))
        listed = [(year, datasette.urls.path(report_address(report)), verdict) for year, report, verdict in years]
        organs.append((row, datasette.urls.path(organ_address(years[-1][1])), listed))
    told = {
        "asked": asked,
        "organs": organs,
        "skip": skip,
        "most": _MOST_ORGANS,
        "more": len(rows) > _MOST_ORGANS,
        "verdicts": _VERDICTS,
        "years": [row["year"] for row in (await base.execute(YEARS)).rows],
        "provinces": [row["province"] for row in (await base.execute(PROVINCES)).rows],
    }
    return await page(datasette, request, "gkingest_organs.html", told)


async def organ_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/organ/REPORT``: the years of the organ of a report side by side."""
    house = houses[datasette]
    years = await _years(datasette, request)
    if not years:
        return await nothing(datasette, request, say("The database has no such organ."))
    facts = await _facts(datasette, years)
    base = datasette.get_database(house.database)
    asked = {"reports": json.dumps([row["report_id"] for row in years])}
    by_id = {row["report_id"]: row["year"] for row in years}
    found = (await base.execute(PAIR_FINDINGS_OF, asked)).rows
    pairs = [
        Pair(
            by_id[row["earlier_id"]],
            by_id[row["later_id"]],
            row,
            doubts_about(house, [f for f in found if (f[0], f[1]) == (row["earlier_id"], row["later_id"])]),
        )
        for row in (await base.execute(PAIRS_OF, asked)).rows
        if row["earlier_id"] in by_id and row["later_id"] in by_id
    ]
    told = {
        "years": [(row, datasette.urls.path(report_address(row["report_id"]))) for row in years],
        "organ": years[-1]["organ"],
        "tables": [
            (
                title,
                [
                    OverYears.of(datasette, house, key, label, heading, years, facts)
                    for key, label, heading in lines
                ],
            )
            for title, lines in _lines(house, years)
        ],
        "pairs": sorted(pairs),
        "csv_url": datasette.urls.path(f"{organ_address(request.url_vars['report'])}.csv"),
    }
    return await page(datasette, request, "gkingest_organ.html", told)


async def organ_file(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/organ/REPORT.csv``: every figure of the organ, a column a year."""
    house = houses[datasette]
    years = await _years(datasette, request)
    if not years:
        return await nothing(datasette, request, say("The database has no such organ."))
    facts = await _facts(datasette, years)
    keys = dict.fromkeys(key for _, key in facts)
    rows = []
    for key in keys:
        told: list[object] = [str(key), house.title(key)]
        for row in years:
            fact = facts.get((row["report_id"], key))
            if fact is not None and fact["state"] == "reported":
                told.append(fact["value"])
            else:
                told.append(say("not_in_edition" if fact is None else fact["state"]))
        rows.append(told)
    return table_file(years[-1]["organ"], ("key", "title", *(row["year"] for row in years)), rows)


async def _years(datasette: Datasette, request: Request) -> list[sqlite3.Row]:
    """The current reports of the organ of a report, the earliest first."""
    base = datasette.get_database(houses[datasette].database)
    asked = {"report": request.url_vars["report"]}
    report = (await base.execute(REPORT, asked)).first()
    if report is None:
        return []
    if not report["organ_key"]:
        return (await base.execute(ONE_YEAR, asked)).rows
    place = next((report[name] for name in ("region_code", "prefecture", "province") if report[name]), "")
    who = {"region_code": report["region_code"], "organ_key": report["organ_key"], "place": place}
    return (await base.execute(ORGAN_YEARS, who)).rows


async def _facts(datasette: Datasette, years: Sequence[sqlite3.Row]) -> dict[tuple[str, FactKey], sqlite3.Row]:
    base = datasette.get_database(houses[datasette].database)
    asked = {"reports": json.dumps([row["report_id"] for row in years])}
    rows = (await base.execute(FACTS_OF_ALL, asked)).rows
    return {(row["report_id"], key_of(row)): row for row in rows}


def _lines(house: House, years: Sequence[sqlite3.Row]) -> list[tuple[str, list[tuple[FactKey, str, str]]]]:
    """Lines by table: of each row its total where the form has one, else every column; the latest edition first."""
    tables: dict[str, dict[FactKey, tuple[str, str]]] = {}
    titles: dict[str, str] = {}
    for edition in sorted({row["format"] for row in years}, reverse=True):
        form = house.form(edition)
        for table in form.tables:
            titles.setdefault(table.key, table.title)
            totals = {column for _, column, _, node in table.slots() if node.kind == "total"}
            for row, column, row_node, column_node in table.slots():
                if totals and column not in totals:
                    continue
                named = [(row_node.label, row_node.title), (column_node.label, column_node.title)][
                    : 1 if totals else 2
                ]
                label, title = ("：".join(n[0] for n in named), ": ".join(n[1] for n in named))
                tables.setdefault(table.key, {}).setdefault(FactKey(table.key, row, column), (label, title))
        for laid in laid_out(form)[len(form.tables) :]:
            titles.setdefault(laid.key, laid.title)
            for part in laid.parts:
                for head, figure in part.body:
                    if figure.key:
                        tables.setdefault(laid.key, {}).setdefault(figure.key, (head.label, head.title))
    return [(titles[name], [(key, *words) for key, words in lines.items()]) for name, lines in tables.items()]
