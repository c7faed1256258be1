"""One measure of many current reports: the values that are compared, and the reasons where there are none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, text

from gkingest.errors import UsageError
from gkingest.formats.crosswalk import Crosswalk
from gkingest.formats.indicators import Indicator
from gkingest.formats.names import form_keys
from gkingest.formats.spec import Format
from gkingest.language import enumerated
from gkingest.model.key import FactKey
from gkingest.model.report import CellState
from gkingest.store.database import read_rows
from gkingest.store.tables.types import loaded_number
from gkingest.store.views.cells import NOT_IN_EDITION
from gkingest.store.views.indicators import NO_POPULATION, PER_INHABITANTS, indicator_query
from gkingest.store.views.organ import identity
from gkingest.store.views.panel import REGION_LEVEL, why_missing
from gkingest.told import Bilingual, Told, joined

_WHO = (
    "report_id, organ, organ_kind, organ_key, region_code, region_name, region_level, province, prefecture, year, "
    "format, verdict"
)
_MADE = {"report_id": "r.id AS report_id", "region_level": f"{REGION_LEVEL.expression} AS region_level"}
WHO_OF_REPORT = ", ".join(_MADE.get(name, f"r.{name}") for name in _WHO.split(", "))
_FIRST, _LAST = 1900, 2100  # what is a year, whether there are reports about it or not
_DOING = "the figures cannot be looked up"
_PRECISE = Context(prec=15)  # digits of a quotient, as many as a double holds; equal fractions stay equal
FACTORS = {"percent": 100, "ratio": 1}  # units of indicators that are divided
_KINDS = ("department", "township", "zone", "public_body")
_REGIONS = ("province", "prefecture", "county")
LEVELS = (*_REGIONS, *_KINDS)
# Levels as people say them, the name that is suggested first.
_SAID = {
    "province": ("省级", "省"),
    "prefecture": ("市级", "地级", "地市级", "市"),
    "county": ("县级", "区县级", "区县", "县"),
    "department": ("部门",),
    "township": ("乡镇街道", "乡镇", "街道"),
    "zone": ("开发区",),
    "public_body": ("公共企事业单位",),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which current reports are meant; nothing given means all.

    ``levels`` are words of :data:`LEVELS`: whole governments by the level of their division, other organs by kind.
    ``organs`` are parts of the name of an organ or of its division, or the division's code.
    """

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()

    def means(self, who: "Organ") -> bool:
        """Whether a report is among them, as :func:`conditions` says it in SQL."""
        return (
            (not self.years or who.year in self.years)
            and _has(self.provinces, who.province)
            and (not self.levels or who.level in self.levels)
            and (who.region_code in self.organs or _has(self.organs, who.organ, who.region_name))
        )


def _has(parts: Sequence[str], *texts: str | None) -> bool:
    """Whether one of the parts stands in one of the texts, or there are no parts."""
    told = [(text or "").casefold() for text in texts]
    return not parts or any(part.casefold() in text for part in parts for text in told)


def selection(
    years: Sequence[str] | None,
    provinces: Sequence[str] | None,
    levels: Sequence[str] | None,
    organs: Sequence[str] | None,
) -> Selection:
    """What was typed as a selection: years as 2023, 2019-2023 or 2019,2021; raises :class:`UsageError`."""
    found = sorted({year for words in years or () for part in words.split(",") for year in _years(part)})
    return Selection(tuple(found), tuple(provinces or ()), tuple(map(_level, levels or ())), tuple(organs or ()))


def _level(word: str) -> str:
    """The level that is called so, by its key or as people say it."""
    for level, names in _SAID.items():
        if word == level or word in names:
            return level
    chinese = "、".join(f"{names[0]}（{level}）" for level, names in _SAID.items())
    levels = Bilingual(", ".join(LEVELS), chinese)
    raise UsageError(Told("--level {0}: there is no such level; choose among {1}", word, levels))


def nothing_meant(engine: Engine, asked: Selection, consequence: str) -> UsageError:
    """The error that no current report is meant, with what there is. Raises :class:`DatabaseError`."""
    there = available(engine)
    if not there["year"]:
        return UsageError(Told("the database holds no report, so {0}; ingest first", consequence))
    years, provinces = (enumerated(there[name]) for name in ("year", "province"))
    told: str = Told(
        "no report is of these years, provinces, levels and organs; the database has years: {0}; provinces: {1}",
        years,
        provinces,
    )
    known = {name for who in chosen(engine, Selection()) for name in (who.organ, who.region_name) if name}
    near = [name for part in asked.organs for name in get_close_matches(part, sorted(known), 4, 0.4)]
    return UsageError(joined("; ", (told, Told("near it are {0}", enumerated(near)) if near else "")))


def _years(words: str) -> range:
    first, dash, last = words.strip().replace("–", "-").partition("-")
    if first.isdecimal() and (last.isdecimal() if dash else not last):
        start, end = int(first), int(last or first)
        if _FIRST <= start <= end <= _LAST:
            return range(start, end + 1)
        if _FIRST <= end < start <= _LAST:
            raise UsageError(Told("--year {0}: this ends before it begins; write {1}-{2}", words, end, start))
    raise UsageError(f"--year {words}: this is no year; write 2023, 2019-2023 or 2019,2021")


@dataclass(frozen=True, slots=True)
class Organ:
    """Whose report it is and for which year."""

    report_id: str
    organ: str
    organ_kind: str
    organ_key: str
    region_code: str | None
    region_name: str | None
    region_level: str | None
    province: str | None
    prefecture: str | None
    year: int | None
    edition: str
    verdict: str

    @property
    def identity(self) -> tuple[str, ...]:
        """What is the same in all reports of one organ; a report of no known organ is one by itself."""
        return identity(self.report_id, self.organ_key, self.region_code, self.prefecture, self.province)

    @property
    def order(self) -> tuple[int, str, str, str]:
        """By year, division and name, the same whatever a database thinks of nothing and of letters."""
        return self.year or 0, self.region_code or "", self.organ, self.report_id

    @property
    def level(self) -> str:
        """One of :data:`LEVELS`, "" if unknown."""
        return (self.region_level or "") if self.organ_kind == "government" else self.organ_kind


@dataclass(frozen=True, slots=True)
class Observation:
    """One measure in one report: ``value`` is ``None`` where ``reason`` tells why.

    ``series_break`` tells that the report's edition counts it otherwise than later ones.
    ``value`` is in the measure's unit, exact for counts and to 15 digits for what is divided.
    """

    who: Organ
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str
    flagged: bool
    series_break: bool = False


def observations(
    engine: Engine,
    indicator: Indicator,
    formats: Sequence[Format],
    crosswalk: Crosswalk,
    selection: Selection = Selection(),
    *,
    per_capita: bool = False,
) -> list[Observation]:
    """One measure in every current report that is meant, by year, division and organ.

    ``per_capita`` puts a count against the inhabitants of the organ's division in that year, for each
    10,000 of them as the view does. Raises :class:`DatabaseError`.
    """
    where, values = conditions(selection)
    told = indicator_query(indicator, formats, crosswalk)
    query = f"SELECT {_WHO}, numerator, denominator, reason, flagged, series_break FROM (\n{told}\n) AS m\n{where}"
    measured = read_rows(engine, lambda *c: _Measured(Organ(*c[:12]), *c[12:]), query, values, doing=_DOING)
    found = [_observation(indicator, row) for row in measured]
    if per_capita:
        counted = "SELECT region_code, year, population FROM population"
        rows = read_rows(engine, _Inhabitants, counted, doing=_DOING)
        inhabitants: dict[tuple[str | None, int | None], Decimal] = {
            (row.region_code, row.year): Decimal(row.population) for row in rows
        }
        for n, one in enumerate(found):
            people = inhabitants.get((one.who.region_code, one.who.year))
            value = quotient(one.value, people, PER_INHABITANTS)
            # Why there is no count goes before that there are no inhabitants.
            reason = one.reason or ("" if people is not None else NO_POPULATION)
            found[n] = replace(one, value=value, denominator=people, reason=reason)
    return sorted(found, key=lambda one: one.who.order)


def states(
    engine: Engine, cells: Sequence[FactKey], formats: Sequence[Format], selection: Selection
) -> list[tuple[Organ, dict[FactKey, tuple[str, bool]]]]:
    """What every current report that is meant says in each of the cells: why a number is missing ("" if it is
    there), and whether the cell is flagged. Raises :class:`DatabaseError`.
    """
    reports = chosen(engine, selection)
    facts = text(
        f"SELECT f.report_id, f.table_key, f.row_key, f.column_key, {why_missing('f')} AS missing, f.flagged "
        "FROM reports_current AS r JOIN fact AS f ON f.report_id = r.id WHERE f.table_key IN :tables"
    ).bindparams(bindparam("tables", expanding=True))
    tables = sorted({cell.table for cell in cells})
    told = {
        (row.report_id, row.table_key, row.row_key, row.column_key): (row.missing or "", bool(row.flagged))
        for row in read_rows(engine, _Stated, facts, {"tables": tables}, doing=_DOING)
    }
    known = {f.edition: set(form_keys(f)) for f in formats}
    found = []
    for who in sorted(reports, key=lambda who: who.order):
        own = known.get(who.edition, cells)
        unsaid = {cell: str(CellState.ABSENT) if cell in own else NOT_IN_EDITION for cell in cells}
        found.append((who, {c: told.get((who.report_id, *c), (unsaid[c], False)) for c in cells}))
    return found


def chosen(engine: Engine, selection: Selection) -> list[Organ]:
    """The current reports that are meant. Raises :class:`DatabaseError`."""
    where, values = conditions(selection)
    query = f"SELECT * FROM (SELECT {WHO_OF_REPORT} FROM reports_current AS r) AS m\n{where}"
    return read_rows(engine, Organ, query, values, doing=_DOING)


def available(engine: Engine) -> dict[str, list[str]]:
    """The years and provinces that current reports have, for a message. Raises :class:`DatabaseError`."""
    return {
        name: sorted(
            read_rows(
                engine,
                lambda word: str(word or "unknown"),
                f"SELECT DISTINCT {name} FROM reports_current",
                doing=_DOING,
            )
        )
        for name in ("year", "province")
    }


def conditions(selection: Selection) -> tuple[str, dict[str, object]]:
    """WHERE over the columns of ``_WHO``, and its parameters."""
    values: dict[str, object] = {}
    parts = []
    if selection.years:
        parts.append(f"year IN ({_bound('y', selection.years, values)})")
    if selection.provinces:
        names = _bound("p", [_pattern(p) for p in selection.provinces], values).split(", ")
        parts.append("(" + " OR ".join(f"province LIKE {n} ESCAPE '\\'" for n in names) + ")")
    if selection.levels:
        levels = _bound("l", selection.levels, values)
        parts.append(
            f"(organ_kind = 'government' AND region_level IN ({levels}) "
            f"OR organ_kind <> 'government' AND organ_kind IN ({levels}))"
        )
    if selection.organs:
        names = _bound("o", [_pattern(o) for o in selection.organs], values).split(", ")
        codes = _bound("c", selection.organs, values)
        alike = [f"organ LIKE {n} ESCAPE '\\' OR region_name LIKE {n} ESCAPE '\\'" for n in names]
        parts.append(f"({' OR '.join(alike)} OR region_code IN ({codes}))")
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def _bound(name: str, given: Sequence[object], values: dict[str, object]) -> str:
    """Names of parameters for these values, which are added to ``values``."""
    names = [f"{name}{n}" for n in range(len(given))]
    values.update(zip(names, given, strict=True))
    return ", ".join(f":{n}" for n in names)


def _pattern(part: str) -> str:
    for sign in ("\\", "%", "_"):
        part = part.replace(sign, f"\\{sign}")
    return f"%{part}%"


class _Inhabitants(NamedTuple):
    region_code: str
    year: int
    population: int


class _Stated(NamedTuple):
    """A cell of a report: why its number is missing, if it is."""

    report_id: str
    table_key: str
    row_key: str
    column_key: str
    missing: str | None
    flagged: int


class _Measured(NamedTuple):
    """What the query of a measure gives of a report."""

    who: Organ
    numerator: str | float | None
    denominator: str | float | None
    reason: str | None
    flagged: int
    series_break: int


def _observation(indicator: Indicator, row: _Measured) -> Observation:
    above, below = (None if n is None else loaded_number(n) for n in (row.numerator, row.denominator))
    value = above if indicator.denominator is None else quotient(above, below, FACTORS[indicator.unit])
    return Observation(row.who, value, above, below, row.reason or "", bool(row.flagged), bool(row.series_break))


def quotient(above: Decimal | None, below: Decimal | None, factor: int) -> Decimal | None:
    """``factor`` times numerator over denominator; ``None`` unless both are there and it can be."""
    if above is None or below is None or below <= 0:
        return None
    return _PRECISE.divide(factor * above, below)
