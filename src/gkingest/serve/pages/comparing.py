"""One indicator compared: a ranking of a year, or the series of organs; chosen by menus, drawn and listed."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlencode

from gkingest.formats.indicators import Indicator
from gkingest.serve.pages.answer import page, table_file
from gkingest.serve.pages.citations import today
from gkingest.serve.pages.svg import Bar, Curve, Drawing, bars, lines
from gkingest.serve.served import BASE, Datasette, House, Request, houses, organ_address, report_address
from gkingest.serve.spoken import rounded, say, told
from gkingest.store.ask.browse import ORGANS_IN, PROVINCES, RANKING, SERIES, YEARS

if TYPE_CHECKING:
    from datasette import Response

_MOST_BARS, _MOST_LINES, _LONGEST_LABEL = 60, 8, 22
_MOST_ORGANS = 3000  # that one menu lists
_FIRST = "disclosure_rate"
_KINDS = ("government", "department", "township", "zone", "public_body")
_COLUMNS = ("organ", "year", "value", "numerator", "denominator", "reason", "flagged", "report_id")


class _Asked(NamedTuple):
    """What the address asks for."""

    chart: str
    indicator: Indicator
    year: str
    kind: str
    province: str
    organ: str

    @property
    def words(self) -> str:
        """As the address has it."""
        return urlencode({**self._asdict(), "indicator": self.indicator.key})

    @property
    def parts(self) -> list[str]:
        """What is compared, of whom."""
        kind = say(self.kind) if self.kind else ""
        whose = (self.organ,) if self.chart == "series" else (self.year, self.province, kind)
        return [told(self.indicator.title), *filter(None, whose)]

    @property
    def title(self) -> str:
        """The same in one line."""
        return " · ".join(self.parts)

    def citation(self, house: House, reports: int) -> str:
        """How the comparison is named in a paper."""
        return say(
            "{0}. {1} reports in the database {2}, annual reports on government information disclosure "
            "read with gkingest; looked at on {3}.",
            self.title,
            reports,
            house.database,
            today(),
        )


class Listed(NamedTuple):
    """One value in words: who, when, how much, of what, where it leads; ``reason`` where there is none."""

    organ: str
    year: int
    text: str
    parts: str
    reason: str
    address: str
    flagged: bool

    @classmethod
    def of(cls, datasette: Datasette, row: sqlite3.Row, indicator: Indicator) -> Self:
        """The value of one report."""
        address = datasette.urls.path(report_address(row["report_id"]))
        valued = row["value"] is not None
        parts = indicator.unit != "count" and valued
        return cls(
            row["organ"],
            row["year"],
            rounded(row["value"], indicator.unit) if valued else "",
            f"{rounded(row['numerator'])}/{rounded(row['denominator'])}" if parts else "",
            "" if valued else say(row["reason"]),
            address,
            bool(row["flagged"]),
        )


@dataclass(frozen=True, slots=True)
class _Compared:
    """The values, and the drawing for a wide and for a narrow window."""

    rows: Sequence[sqlite3.Row]
    drawings: Sequence[Drawing] = ()
    hidden: int = 0
    links: Sequence[tuple[str, str]] = field(default_factory=tuple)


async def compare_page(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/compare``: the menus with what was asked for, the drawing, and every value."""
    house = houses[datasette]
    base = datasette.get_database(house.database)
    asked, years = await _asked(datasette, request)
    compared = await _compared(datasette, house, asked)
    organs = (await base.execute(ORGANS_IN, {"province": asked.province, "most": _MOST_ORGANS + 1})).rows
    listed = [Listed.of(datasette, row, asked.indicator) for row in compared.rows]
    shown = {
        "asked": asked,
        "indicators": house.indicators,
        "years": years,
        "provinces": [r["province"] for r in (await base.execute(PROVINCES)).rows],
        "kinds": _KINDS,
        "organs": [row["organ"] for row in organs[:_MOST_ORGANS]],
        "too_many": len(organs) > _MOST_ORGANS,
        "drawings": compared.drawings,
        "hidden": compared.hidden,
        "listed": [one for one in listed if not one.reason],
        "missing": [one for one in listed if one.reason],
        "links": compared.links,
        "citation_text": asked.citation(house, len(listed)),
        "csv_url": f"{datasette.urls.path(f'{BASE}/compare.csv')}?{asked.words}",
        "svg_url": f"{datasette.urls.path(f'{BASE}/compare.svg')}?{asked.words}",
    }
    return await page(datasette, request, "gkingest_compare.html", shown)


async def compare_file(datasette: Datasette, request: Request) -> "Response":
    """``/-/gkingest/compare.csv`` and ``.svg``: what the page compares, as a file."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    asked, _ = await _asked(datasette, request)
    compared = await _compared(datasette, house, asked)
    if request.url_vars["kind"] == "csv":
        rows = ([row[name] for name in _COLUMNS] for row in compared.rows)
        return table_file("-".join(asked.parts), [say(name) for name in _COLUMNS], rows)
    drawing = compared.drawings[0] if compared.drawings else Drawing(asked.title, 10, 10)
    body = await datasette.render_template("gkingest_drawing.svg", {"drawing": drawing}, request=request)
    kept = {"content-disposition": f'attachment; filename="{asked.indicator.key}.svg"'}
    return Response(body, headers=kept, content_type="image/svg+xml; charset=utf-8")


async def _asked(datasette: Datasette, request: Request) -> tuple[_Asked, list[str]]:
    """What the address asks for, and the years there are; what is no indicator or year gives the first there is."""
    house = houses[datasette]
    years = [str(r["year"]) for r in (await datasette.get_database(house.database).execute(YEARS)).rows]

    def said(name: str) -> str:
        return str(request.args.get(name) or "")

    known = {i.key: i for i in house.indicators}
    indicator = known.get(said("indicator")) or known.get(_FIRST) or house.indicators[0]
    year = said("year")
    asked = _Asked(
        "series" if said("chart") == "series" else "ranking",
        indicator,
        year if year in years else (years[0] if years else ""),
        said("kind")[:40],
        said("province")[:40],
        said("organ").strip()[:80],
    )
    return asked, years


async def _compared(datasette: Datasette, house: House, asked: _Asked) -> _Compared:
    base, indicator = datasette.get_database(house.database), asked.indicator
    if asked.chart == "series":
        rows = (await base.execute(SERIES, {"indicator": indicator.key, "organ": asked.organ})).rows
        return _series(datasette, rows, asked)
    chosen = {"year": asked.year, "kind": asked.kind, "province": asked.province}
    rows = (await base.execute(RANKING, {"indicator": indicator.key, **chosen})).rows
    valued = [r for r in rows if r["value"] is not None]
    drawn = []
    for r in valued[:_MOST_BARS]:
        text = rounded(r["value"], indicator.unit)
        if indicator.unit != "count":  # with what it is made of
            text += f" ({rounded(r['numerator'])}/{rounded(r['denominator'])})"
        address = datasette.urls.path(report_address(r["report_id"]))
        drawn.append(Bar(_short(r["organ"]), r["value"], text, address, bool(r["flagged"])))
    drawings = [bars(asked.title, drawn, wide) for wide in (True, False)] if drawn else []
    return _Compared(rows, drawings, max(len(valued) - _MOST_BARS, 0))


def _series(datasette: Datasette, rows: Sequence[sqlite3.Row], asked: _Asked) -> _Compared:
    """Lines by organ; where the editions do not compare, a line of its own for each edition."""
    points: dict[tuple[str, str], list[tuple[int, float | None, str]]] = defaultdict(list)
    labels, links = {}, {}
    for who, members in groupby(rows, key=lambda r: r["who"]):
        for r in members:
            edition = "" if r["comparable"] else str(r["format"])
            labels[who, edition] = _short(r["organ"]) + (f" ({edition})" if edition else "")
            links[who] = (r["organ"], datasette.urls.path(organ_address(r["report_id"])))
            points[who, edition].append((r["year"], r["value"], rounded(r["value"], asked.indicator.unit)))
    chosen = list(points)[:_MOST_LINES]
    drawn = [Curve(labels[key], tuple(points[key])) for key in chosen]
    drawings = [lines(asked.title, drawn, wide) for wide in (True, False)] if drawn else []
    return _Compared(rows, drawings, len(points) - len(chosen), [links[who] for who, _ in chosen if who in links])


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
