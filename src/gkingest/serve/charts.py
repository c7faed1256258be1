"""The page of charts: a ranking of a year, or the series of organs."""

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from gkingest.formats.indicators import Indicator
from gkingest.serve.served import Database, Datasette, House, Request, houses
from gkingest.serve.svg import Bar, Curve, bars, lines
from gkingest.store.ask.browse import PROVINCES, RANKING, SERIES, YEARS

if TYPE_CHECKING:
    from datasette import Response

_MOST_BARS, _MOST_LINES, _LONGEST_LABEL = 60, 8, 22
_FIRST = "disclosure_rate"
_KINDS = ("government", "department", "township", "zone", "public_body")


async def chart_page(datasette: Datasette, request: Request) -> "Response":
    """The form with what was asked for, and the drawing."""
    from datasette.utils.asgi import Response

    house = houses[datasette]
    base = datasette.get_database(house.database)
    years = [str(r["year"]) for r in (await base.execute(YEARS)).rows]
    asked = _asked(request, house, years)
    shape = _series if asked.kind_of_chart == "series" else _ranking
    drawn = await shape(house, base, asked, datasette)
    told = {
        "asked": asked,
        "indicators": house.indicators,
        "years": years,
        "provinces": [r["province"] for r in (await base.execute(PROVINCES)).rows],
        "kinds": _KINDS,
        **drawn,
    }
    return Response.html(await datasette.render_template("gkingest_chart.html", told, request=request))


class _Asked(NamedTuple):
    """What the address asks for."""

    kind_of_chart: str
    indicator: Indicator
    year: str
    kind: str
    province: str
    organ: str


def _asked(request: Request, house: House, years: list[str]) -> _Asked:
    """What the address asks for; what is no indicator or year gives the first there is."""

    def said(name: str) -> str:
        return str(request.args.get(name) or "")

    known = {i.key: i for i in house.indicators}
    indicator = known.get(said("indicator")) or known.get(_FIRST) or house.indicators[0]
    year = said("year")
    series = said("chart") == "series"
    return _Asked(
        "series" if series else "ranking",
        indicator,
        year if year in years else (years[0] if years else ""),
        said("kind")[:40],
        said("province")[:40],
        said("organ").strip()[:80],
    )


async def _ranking(house: House, base: Database, asked: _Asked, datasette: Datasette) -> dict[str, object]:
    indicator = asked.indicator
    chosen = {"year": asked.year, "kind": asked.kind, "province": asked.province}
    rows = (await base.execute(RANKING, {"indicator": indicator.key, **chosen})).rows
    valued = [r for r in rows if r["value"] is not None]
    drawn = []
    for r in valued[:_MOST_BARS]:
        text = _number(r["value"], indicator)
        if indicator.unit != "count":  # with what it is made of
            text += f" ({_plain(r['numerator'])}/{_plain(r['denominator'])})"
        page = datasette.urls.row(house.database, "report", r["report_id"])
        drawn.append(Bar(_short(r["organ"]), r["value"], text, page, bool(r["flagged"])))
    return {
        "drawing": bars(f"{indicator.title.en} {asked.year}", drawn) if drawn else None,
        "missing": [r for r in rows if r["value"] is None],
        "hidden": max(len(valued) - _MOST_BARS, 0),
    }


async def _series(house: House, base: Database, asked: _Asked, datasette: Datasette) -> dict[str, object]:
    """Lines by organ; where the editions do not compare, a line of its own for each edition."""
    indicator = asked.indicator
    rows = (await base.execute(SERIES, {"indicator": indicator.key, "organ": asked.organ})).rows
    points: dict[tuple[str, str], list[tuple[int, float | None, str]]] = defaultdict(list)
    labels = {}
    for who, members in groupby(rows, key=lambda r: r["who"]):
        for r in members:
            edition = "" if r["comparable"] else str(r["format"])
            labels[who, edition] = _short(r["organ"]) + (f" ({edition})" if edition else "")
            points[who, edition].append((r["year"], r["value"], _number(r["value"], indicator)))
    chosen = list(points)[:_MOST_LINES]
    drawn = [Curve(labels[key], tuple(points[key])) for key in chosen]
    return {
        "drawing": lines(indicator.title.en, drawn) if drawn else None,
        "missing": [r for r in rows if r["value"] is None],
        "hidden": len(points) - len(chosen),
    }


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"


def _number(value: float | None, indicator: Indicator) -> str:
    if value is None:
        return ""
    if indicator.unit == "count":
        return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    return f"{value:.1f}%" if indicator.unit == "percent" else f"{value:.3f}"


def _plain(number: object) -> str:
    return str(number).strip()
