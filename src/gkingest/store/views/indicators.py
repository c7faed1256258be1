"""The indicators in SQL: ``indicators`` (a row each), ``indicators_wide`` (a column each), ``per_capita``.

``indicators`` is one query for each indicator and set of editions with the same cells, so that a database looks at
that one alone when asked for one, and at one district alone when asked for that. What editions lack shares one
query: each takes time and memory to prepare, whatever is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from gkingest.formats.crosswalk import Crosswalk
from gkingest.formats.indicators import (
    Counted,
    Indicator,
    Measures,
    Side,
    Term,
    breaks_series,
    in_edition,
    is_comparable,
    terms,
)
from gkingest.formats.load import by_age
from gkingest.formats.spec import Format
from gkingest.model.key import FactKey
from gkingest.store.views.cells import (
    ALL_NUMBERED,
    COUNTS,
    FLAGGED,
    LACKING,
    NUMBERED,
    SERIES_BREAK,
    Sum,
    added,
    cell_joins,
    gaps,
    word_of,
)
from gkingest.store.views.figures import looked_up
from gkingest.store.views.panel import who
from gkingest.store.views.view import View, ViewColumn, Words, quoted, select_of, union_of

ZERO_DENOMINATOR = "zero_denominator"
NEGATIVE_DENOMINATOR = "negative_denominator"
NO_POPULATION = "no_population"
# The words of ``reason`` that are no state of a cell and no word of panel_missing.
WORDS_OF_REASON = {
    ZERO_DENOMINATOR: Words("the denominator is 0", "分母为 0"),
    NEGATIVE_DENOMINATOR: Words("the printed figures make the denominator negative", "所印数字使分母为负"),
    NO_POPULATION: Words(
        "the table population lacks the division in that year", "population 表没有该区划该年度的人口"
    ),
}
PER_INHABITANTS = 10_000
FACTORS = {"percent": 100.0, "ratio": 1.0}
_OWN = {
    "indicator": Words("Key of the indicator", "指标的键"),
    "value": Words(
        "Its value: 100 × numerator / denominator where unit is percent; NULL where it cannot be computed",
        "指标值：unit 为 percent 时是 100×分子/分母；不能计算时为 NULL",
    ),
    "numerator": Words("Sum above; NULL unless every cell of it is a number", "分子；任一单元格不是数字则为 NULL"),
    "denominator": Words(
        "Sum below; NULL unless every cell of it is a number, and for counts",
        "分母；任一单元格不是数字则为 NULL，计数指标亦为 NULL",
    ),
    "unit": Words("percent · ratio · count", "计量单位：percent（百分比） · ratio（比） · count（件）"),
    "reason": Words(
        "Why value is NULL: unreadable · unit_unknown · absent · dash · blank · not_in_edition · "
        "zero_denominator · negative_denominator; NULL if it is not",
        "value 为 NULL 的原因：unreadable · unit_unknown · absent · dash · blank · not_in_edition · "
        "zero_denominator · negative_denominator；有值则为 NULL",
    ),
    "flagged": Words(
        "1 if a cell used is flagged; of what is counted over a whole report, if the report is not accepted",
        "所用任一单元格被标记则为 1；就整份报告计数的指标，报告未被采用则为 1",
    ),
    "comparable": Words(
        "1 if it may stand in one series over the editions that have it, of which the crosswalk says so, the "
        "report's among them",
        "在版本对照中有此指标的各版之间可连成序列，且报告所用版本在其中，则为 1",
    ),
    "series_break": SERIES_BREAK,
}
_NO_NUMBER, _NO_VALUE = "CAST(NULL AS NUMERIC)", "CAST(NULL AS DOUBLE PRECISION)"


@dataclass(frozen=True, slots=True)
class Case:
    """An indicator in the editions that make it of the same cells.

    ``sides`` are the cells of numerator and denominator, none where these editions lack it; ``editions`` are those
    that the case is for, or, with ``rest``, those that it is not for: a report of no known edition goes with the
    newest. ``known`` tells that the crosswalk has them and they have it, ``broken`` that they count otherwise.
    """

    indicator: Indicator
    form: Format
    known: bool
    sides: tuple[tuple[Term, ...], ...] | None
    editions: tuple[str, ...]
    rest: bool
    broken: bool = False

    @property
    def condition(self) -> str:
        """Which reports ``r`` it is about; empty: all."""
        listed = ", ".join(quoted(e) for e in self.editions)
        return f"r.format {'NOT IN' if self.rest else 'IN'} ({listed})" if listed else ""

    def is_for(self, edition: str) -> bool:
        """Whether it is about reports of this edition."""
        return (edition in self.editions) != self.rest

    def made(self) -> tuple[tuple[Side, tuple[Term, ...]], ...]:
        """Each side with its cells."""
        return tuple(zip(self.indicator.sides, self.sides, strict=True)) if self.sides is not None else ()

    @property
    def cells(self) -> tuple[FactKey, ...]:
        """The cells that it is made of, each once."""
        return tuple(dict.fromkeys(cell for side in self.sides or () for cell, _ in side))

    @property
    def can_be_negative(self) -> bool:
        """Whether the figures, each right by itself, can make the denominator negative."""
        return any(sign < 0 for side in (self.sides or ())[1:] for _, sign in side)

    @property
    def is_lacking(self) -> bool:
        """Whether these editions lack it, and are named."""
        return self.sides is None and not self.rest

    def quotient(self, above: float, below: float) -> tuple[float | None, str | None]:
        """Its value of these sums, and the word why there is none."""
        if below == 0:
            return None, ZERO_DENOMINATOR
        if below < 0 and self.can_be_negative:
            return None, NEGATIVE_DENOMINATOR
        return FACTORS.get(self.indicator.unit, 1.0) * above / below, None


def cases_of(indicator: Indicator, formats: Sequence[Format], crosswalk: Crosswalk) -> Iterator[Case]:
    """Its cases, one of which every report falls under."""
    groups: dict[tuple[tuple[tuple[Term, ...], ...] | None, str, bool, bool], list[Format]] = {}
    newest = max(formats, key=by_age)
    for form in formats:
        sides, known, broken = None, False, False
        if in_edition(indicator, form, crosswalk):
            sides = tuple(terms(side, form, crosswalk) or () for side in indicator.sides)
            known, broken = form.edition in crosswalk.editions, breaks_series(indicator, form, crosswalk)
        counted = any(isinstance(side, Counted) for side in indicator.sides)
        shape = (sides, form.edition if counted else "", known, broken)
        groups.setdefault(shape, []).append(form)
    for (sides, _, known, broken), forms in groups.items():
        rest = newest in forms
        editions = tuple(f.edition for f in formats if (f in forms) != rest)
        yield Case(indicator, forms[-1], known, sides, editions, rest, broken)


def indicator_views(formats: Sequence[Format], measures: Measures) -> tuple[View, ...]:
    """The views of the indicators, in all the editions that have them."""
    cases = {i: tuple(cases_of(i, formats, measures.crosswalk)) for i in measures.indicators}
    steady = {i: is_comparable(i, formats, measures.crosswalk) for i in cases}
    every = [*chain.from_iterable(cases.values())]
    lacking = [case for case in every if case.is_lacking]
    arms = [_arm(case, comparable=steady[case.indicator]) for case in every if not case.is_lacking]
    arms += [_arm_of_lacking(lacking)] if lacking else []
    counted = ", ".join(quoted(indicator.key) for indicator in cases if indicator.per_capita)
    return (
        View(
            "indicators",
            Words(
                "One row a current report and indicator, with numerator, denominator and, where there is no value, "
                "the reason. Ask for few indicators, years or divisions at a time",
                "每份现行报告的每个指标一行，附分子、分母；没有值时附原因。宜按指标、年度或区划查询",
            ),
            _columns(),
            f"FROM (\n{union_of(arms)}\n) AS m\nWHERE {COUNTS}",
        ),
        View(
            "indicators_wide",
            Words(
                "One row a current report, one column an indicator, NULL where it cannot be computed: see "
                "indicators for the reason",
                "每份现行报告一行，每个指标一列；不能计算时为 NULL，原因见 indicators",
            ),
            (*who("r"), *(_wide(indicator, found) for indicator, found in cases.items())),
            NUMBERED,
        ),
        View(
            "per_capita",
            Words(
                f"Counts for each {PER_INHABITANTS} inhabitants, one row a current report and indicator; the "
                "inhabitants are those of the table population",
                f"每 {PER_INHABITANTS} 人的数量，每份现行报告的每个指标一行；人口取自 population 表",
            ),
            _per_capita_columns(),
            f"FROM indicators AS i\nWHERE {f'i.indicator IN ({counted})' if counted else '1 = 0'}",
        ),
    )


def indicator_query(indicator: Indicator, formats: Sequence[Format], crosswalk: Crosswalk) -> str:
    """The rows of ``indicators`` for one indicator that need not be in a file, such as a cell by itself."""
    arms = (_arm(case, comparable=False) for case in cases_of(indicator, formats, crosswalk))
    return select_of(_columns(), f"FROM (\n{union_of(arms)}\n) AS m\nWHERE {COUNTS}")


def _columns() -> tuple[ViewColumn, ...]:
    """The columns of ``indicators``, of what the arms tell."""
    divided = "CAST(m.numerator AS DOUBLE PRECISION) / CAST(m.denominator AS DOUBLE PRECISION)"
    factor = f"CASE m.unit WHEN 'percent' THEN {FACTORS['percent']} ELSE {FACTORS['ratio']} END"
    count = "WHEN m.unit = 'count' THEN CAST(m.numerator AS DOUBLE PRECISION)"
    fit = "m.denominator > 0 OR m.denominator < 0 AND m.minus = 0"
    below = f"CASE WHEN m.denominator = 0 THEN '{ZERO_DENOMINATOR}'"
    below += f" WHEN m.denominator < 0 AND m.minus = 1 THEN '{NEGATIVE_DENOMINATOR}' END"
    made = {
        "value": f"CASE {count} WHEN {fit} THEN {factor} * {divided} END",
        "reason": f"COALESCE({word_of('m.gaps')}, {below})",
        "flagged": f"m.gaps & {FLAGGED}",
    }
    return (
        *who("m"),
        *(ViewColumn(name, made.get(name, f"m.{name}"), words) for name, words in _OWN.items()),
    )


def _arm(case: Case, *, comparable: bool) -> tuple[tuple[ViewColumn, ...], str]:
    """What ``indicators`` is made of for one case: the query that gives it, and where from."""
    cells = case.cells
    numbers = [
        _counted(side, case.form) if isinstance(side, Counted) else Sum(made, cells).value()
        for side, made in case.made()
    ]
    holes = gaps(cells) if cells else f"CASE WHEN r.verdict = 'accepted' THEN 0 ELSE {FLAGGED} END"
    told = {
        "indicator": quoted(case.indicator.key),
        "numerator": numbers[0] if numbers else _NO_NUMBER,
        "denominator": numbers[1] if len(numbers) > 1 else _NO_NUMBER,
        "unit": quoted(case.indicator.unit),
        "gaps": holes if numbers else LACKING,
        "minus": str(int(case.can_be_negative)),
        "comparable": str(int(comparable and case.known)),
        "series_break": str(int(case.broken)),
    }
    where = [f"WHERE {case.condition}"] if case.condition else []
    return _told(told), "\n".join([ALL_NUMBERED, *([cell_joins(cells)] if cells else []), *where])


def _arm_of_lacking(cases: Sequence[Case]) -> tuple[tuple[ViewColumn, ...], str]:
    """The arm of ``indicators`` for all that editions lack; what VALUES gives is called column1 and so on."""
    editions: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        editions.setdefault(case.editions, []).append(case)
    lacked = ",\n    ".join(
        f"({quoted(case.indicator.key)}, {quoted(case.indicator.unit)}, ' {' '.join(listed)} ')"
        for listed, alike in editions.items()
        for case in alike
    )
    none = {"numerator": _NO_NUMBER, "denominator": _NO_NUMBER, "gaps": LACKING}
    told = {"indicator": "lacked.column1", "numerator": "", "denominator": "", "unit": "lacked.column2"}
    told |= none | dict.fromkeys(("minus", "comparable", "series_break"), "0")
    has = "replace(lacked.column3, ' ' || r.format || ' ', '') <> lacked.column3"
    return _told(told), f"{ALL_NUMBERED}\nJOIN (VALUES {lacked}) AS lacked ON {has}"


def _told(told: Mapping[str, str]) -> tuple[ViewColumn, ...]:
    none = Words("", "")
    return (ViewColumn("*", "r.*", none), *(ViewColumn(name, sql, none) for name, sql in told.items()))


def _value(indicator: Indicator, numbers: Sequence[str], can_be_negative: bool) -> str:
    """The value; where the denominator is a sum without a minus it is written once, as it may be dear."""
    if not numbers:
        return _NO_VALUE
    if len(numbers) == 1:
        return f"CAST({numbers[0]} AS DOUBLE PRECISION)"
    above, below = (f"CAST({number} AS DOUBLE PRECISION)" for number in numbers)
    if not can_be_negative:
        return f"{FACTORS[indicator.unit]} * {above} / NULLIF({below}, 0)"
    return f"CASE WHEN {numbers[1]} > 0 THEN {FACTORS[indicator.unit]} * {above} / {below} END"


def _wide(indicator: Indicator, cases: Sequence[Case]) -> ViewColumn:
    """One column of ``indicators_wide``; every cell is looked up where it is needed."""
    told = []
    for case in cases:
        numbers = [
            _counted(side, case.form)
            if isinstance(side, Counted)
            else added((looked_up("form_value", cell), sign) for cell, sign in made)
            for side, made in case.made()
        ]
        value = _value(case.indicator, numbers, case.can_be_negative)
        told.append((case.condition if not case.rest else "", value))
    told.sort(key=lambda pair: not pair[0])
    *special, (_, last) = told
    sql = " ".join(f"WHEN {condition} THEN {value}" for condition, value in special)
    unit = "" if indicator.unit == "count" else f" ({indicator.unit})"
    comment = Words(indicator.title.en + unit, indicator.title.zh + (unit and f"（{indicator.unit}）"))
    return ViewColumn(indicator.key, f"CASE {sql} ELSE {last} END" if sql else last, comment)


# What is counted over a whole report.


def _counted(side: Counted, form: Format) -> str:
    return f"CAST({slots_of(form) if side.count == 'slots' else f'r.{COUNTED[side.count]}'} AS NUMERIC)"


def slots_of(form: Format) -> int:
    """How many figures the statutory tables of an edition have."""
    return sum(1 for table in form.tables for _ in table.slots())


# Counted once, when a report is saved: asking all findings and facts of a year took half a second a query.
COUNTED = {"reported": "reported", "assessed": "assessed", "broken": "misprinted"}


# Counts against the population.

_INHABITANTS = "(SELECT p.population FROM population AS p WHERE p.region_code = i.region_code AND p.year = i.year)"


def _per_capita_columns() -> tuple[ViewColumn, ...]:
    """The columns of ``per_capita``, of those of ``indicators``."""
    amounts = (f"CAST({sql} AS DOUBLE PRECISION)" for sql in ("i.numerator", _INHABITANTS))
    lacking = f"COALESCE(i.reason, CASE WHEN {_INHABITANTS} IS NULL THEN '{NO_POPULATION}' END)"
    reason = Words(
        f"Why value is NULL: a word of indicators.reason, or {NO_POPULATION}",
        f"缺失原因，同 indicators，或 {NO_POPULATION}",
    )
    rate = Words(f"Number for each {PER_INHABITANTS} inhabitants", f"每 {PER_INHABITANTS} 人的数量")
    return (
        *who("i"),
        ViewColumn("indicator", "i.indicator", _OWN["indicator"]),
        ViewColumn("value", f"{PER_INHABITANTS}.0 * {' / '.join(amounts)}", rate),
        ViewColumn("numerator", "i.numerator", Words("The number itself", "数量")),
        ViewColumn("population", _INHABITANTS, Words("Inhabitants, in persons", "人口（人）")),
        ViewColumn("reason", lacking, reason),
        ViewColumn("flagged", "i.flagged", _OWN["flagged"]),
    )
