"""The name of an indicator or a cell → what is compared: its parts, its title, where it may stand in one series."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gkingest.errors import UsageError
from gkingest.formats.crosswalk import Crosswalk, Wording, joined, relation_of
from gkingest.formats.indicators import (
    Counted,
    Indicator,
    Measures,
    Side,
    breaks_series,
    in_edition,
    indicator_called,
    is_comparable,
    names_of,
    terms,
    unjoined,
    why_lacking,
)
from gkingest.formats.names import called, cell_called, form_keys, keys_like, near_cells, signed
from gkingest.formats.spec import Format
from gkingest.language import enumerated
from gkingest.model.key import ANY, EVERY_FIGURE, FactKey
from gkingest.store.ask.series import FACTORS
from gkingest.store.views.indicators import PER_INHABITANTS
from gkingest.store.views.panel import panel_slots
from gkingest.told import Told

_UNSAID = Wording(en="the crosswalk does not say that they do", zh="版本对照未说明其可比")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: an indicator, or one cell dressed as an indicator that has no denominator.

    ``unit`` is that of the values ("percent" as %, else the cell's); ``per_capita``: for each 10,000 inhabitants.
    ``editions`` have the measure; where there are several and not ``comparable``, ``why`` says what keeps their
    values apart, in both languages. ``breaks`` are the editions that count it otherwise than later ones, and why,
    ``stops`` those that have nothing for it, with why where the crosswalk says so.
    """

    name: str
    indicator: Indicator
    title: Wording
    unit: str
    formula: str
    comparable: bool
    editions: tuple[str, ...]
    why: Wording | None = None
    breaks: tuple[tuple[str, Wording], ...] = ()
    stops: tuple[tuple[str, Wording | None], ...] = ()
    per_capita: bool = False

    @property
    def kind(self) -> str:
        """What its values are: a count, ratio, percent or per_capita."""
        return "per_capita" if self.per_capita else self.indicator.unit

    @property
    def factor(self) -> int | None:
        """By what a quotient is multiplied; ``None`` where nothing is divided."""
        if self.per_capita:
            return PER_INHABITANTS
        return None if self.indicator.denominator is None else FACTORS[self.indicator.unit]

    @property
    def split(self) -> bool:
        """Whether values of two editions must not be ranked together or joined."""
        return len(self.editions) > 1 and not self.comparable


def printed_in(
    measure: Measure, editions: Collection[str], formats: Sequence[Format], crosswalk: Crosswalk
) -> Measure:
    """The measure where reports of these editions are compared.

    An edition that the crosswalk lacks keeps nothing apart unless a report is printed in it.
    """
    meant = [f for f in formats if f.edition in editions or f.edition in crosswalk.editions]
    having, comparable, why = _Editions(meant, crosswalk).series(measure.indicator)
    breaks = _Editions(meant, crosswalk).breaks(measure.indicator)
    stops = tuple(
        (f.edition, why_lacking(measure.indicator, f, formats, crosswalk))
        for f in formats
        if f.edition in editions and f.edition not in having
    )
    return replace(measure, editions=having, comparable=comparable, why=why, breaks=breaks, stops=stops)


def find_measure(name: str, formats: Sequence[Format], measures: Measures, *, per_capita: bool = False) -> Measure:
    """The measure called ``name``: the key of an indicator, or ``table/row/column`` (row may end in ``.*``).

    The name of a column of ``panel`` (``table__row__column``) is understood too. ``per_capita`` wants it for each
    10,000 inhabitants. Raises :class:`UsageError` with names that are near.
    """
    measure = _found(name, formats, measures)
    if not per_capita:
        return measure
    if measure.factor is not None or any(isinstance(side, Counted) for side in measure.indicator.sides):
        raise UsageError(
            f"{measure.name}: this counts no cases, so a rate by inhabitants would mean nothing; leave "
            "--per-capita out, or name a count such as requests"
        )
    return replace(
        measure,
        per_capita=True,
        title=Wording(
            en=f"{measure.title.en}, for each {PER_INHABITANTS:,} inhabitants",
            zh=f"{measure.title.zh}（每{PER_INHABITANTS // 10_000}万人）",
        ),
        unit=f"{measure.unit}/{PER_INHABITANTS:,}",
        formula=f"{PER_INHABITANTS} × {measure.formula} / inhabitants of the division",
    )


def _found(name: str, formats: Sequence[Format], measures: Measures) -> Measure:
    editions = _Editions(formats, measures.crosswalk)
    if indicator := indicator_called(name, measures):
        sign = "%" if indicator.unit == "percent" else ""
        return editions.measure(indicator.key, indicator, indicator.title, sign)
    # A column of ``panel`` is the cell that it is.
    printed = cell_called(name, formats) or name
    cell = str({slot.name: slot.fact_key for slot in panel_slots(formats)}.get(name, printed))
    if find_keys(cell, formats, measures.crosswalk):
        if ANY in cell.split("/"):
            raise UsageError(
                f"{cell}: this stands for many cells, and their sum would mean nothing; name one, or draw all of "
                "them with --chart FILE --chart-kind missing"
            )
        title, unit = editions.words(cell)
        made = Indicator(key="cell", title=title, unit="count", numerator=(cell,), source="the form")
        return editions.measure(cell, made, title, unit)
    every = find_keys(str(EVERY_FIGURE), formats, measures.crosswalk)
    beside = [word for i in measures.indicators for word in names_of(i)[:2]]
    near = near_cells(name, list(map(str, every)), [*beside, *called(formats)])
    told = Told("do you mean {0}?", enumerated(near)) if near else Told("a cell is written table/row/column")
    raise UsageError(
        Told("{0}: there is no such indicator or cell; {1} `gkingest codebook` lists all of them", name, told)
    )


def find_keys(name: str, formats: Sequence[Format], crosswalk: Crosswalk) -> tuple[FactKey, ...]:
    """The cells of all editions that a name stands for, in the form's order, sums of the crosswalk last."""
    cells = dict.fromkeys(c for form in reversed(formats) for c in keys_like(name, form_keys(form)))
    sums = (one.key for one in joined(crosswalk, formats))
    return (*cells, *(c for c in dict.fromkeys(sums) if c not in cells and keys_like(name, [c])))


@dataclass(frozen=True, slots=True)
class _Editions:
    """The editions of the form, and how their figures compare."""

    formats: Sequence[Format]
    crosswalk: Crosswalk

    def measure(self, name: str, indicator: Indicator, title: Wording, unit: str) -> Measure:
        """An indicator dressed as a measure."""
        formula = _side(indicator.numerator) + (
            f" / {_side(indicator.denominator)}" if indicator.denominator else ""
        )
        editions, comparable, why = self.series(indicator)
        return Measure(name, indicator, title, unit, formula, comparable, editions, why)

    def series(self, indicator: Indicator) -> tuple[tuple[str, ...], bool, Wording | None]:
        """Editions that have it, whether they make one series, and why not."""
        having = [f for f in self.formats if in_edition(indicator, f, self.crosswalk)]
        why = self.apart(indicator, having) if len(having) > 1 else None
        comparable = why is None and is_comparable(indicator, self.formats, self.crosswalk)
        if len(having) > 1 and not comparable:
            why = why or _UNSAID
        return tuple(f.edition for f in having), comparable, why

    def breaks(self, indicator: Indicator) -> tuple[tuple[str, Wording], ...]:
        """Editions that count it otherwise than later ones, each with why."""
        found: dict[str, Wording] = {}
        for form in self.formats:
            used = {key for side in indicator.sides for key, _ in terms(side, form, self.crosswalk) or ()}
            for key, link in relation_of(self.crosswalk, form).items():
                if link.relation == "break" and key in used and breaks_series(indicator, form, self.crosswalk):
                    found.setdefault(form.edition, link.reason)
        return tuple(found.items())

    def apart(self, indicator: Indicator, forms: Sequence[Format]) -> Wording | None:
        """Why values of these editions make no series; ``None`` where nothing keeps them apart."""
        if any(isinstance(side, Counted) for side in indicator.sides):
            return Wording(
                en="it is counted over the whole form, and the editions have different forms",
                zh="按整份表格计数，而两版表格不同",
            )
        if any(form.edition not in self.crosswalk.editions for form in forms):
            return _UNSAID
        for form in forms:
            for _, link in unjoined(indicator, form, self.crosswalk):
                return link.reason
        return None

    def words(self, name: str) -> tuple[Wording, str]:
        """Title and unit of a cell, or of several that are added up."""
        slots = {s.fact_key: s for s in panel_slots(self.formats)}
        found = [slots[c] for c in find_keys(name, self.formats, self.crosswalk) if c in slots]
        units = {s.unit for s in found}
        unit = units.pop() if len(units) == 1 else ""
        if len(found) == 1:
            return Wording(en=found[0].comment.en, zh=found[0].comment.zh), unit
        return Wording(en=f"Sum of {name}", zh=f"{name} 之和"), unit


def _side(side: Side) -> str:
    if isinstance(side, Counted):
        return f"count of {side.count}"
    joined_up = " ".join(f"{'-' if sign < 0 else '+'} {name}" for name, sign in map(signed, side))
    joined_up = joined_up.removeprefix("+ ")
    return f"({joined_up})" if len(side) > 1 else joined_up


def titles(cells: Iterable[FactKey], formats: Sequence[Format]) -> Mapping[FactKey, Wording]:
    """Titles of cells by the newest edition that has them."""
    wanted = set(cells)
    return {
        slot.fact_key: Wording(en=slot.comment.en, zh=slot.comment.zh)
        for slot in panel_slots(formats)
        if slot.fact_key in wanted
    }
