"""The name of an indicator or a cell → what is compared: its parts, its title, where it may stand in one series."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gkingest.errors import UsageError
from gkingest.formats.crosswalk import Cell, Crosswalk, Told, cells_like, form_cells, joined, relation_of
from gkingest.formats.indicators import (
    Counted,
    Indicator,
    Measures,
    Side,
    in_edition,
    is_comparable,
    terms,
)
from gkingest.formats.spec import Format
from gkingest.store.panel import panel_slots

_SUGGESTED = 4
_UNSAID = Told(en="the crosswalk does not say that they do", zh="版本对照未说明其可比")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: an indicator, or one cell dressed as an indicator that has no denominator.

    ``unit`` is that of the values ("percent" as %, else the cell's). ``editions`` have the measure; where there are
    several and not ``comparable``, ``why`` says what keeps their values apart, in both languages.
    """

    name: str
    indicator: Indicator
    title: Told
    unit: str
    formula: str
    comparable: bool
    editions: tuple[str, ...]
    why: Told | None = None

    @property
    def split(self) -> bool:
        """Whether values of two editions must not be ranked together or joined."""
        return len(self.editions) > 1 and not self.comparable


def find_measure(name: str, formats: Sequence[Format], measures: Measures) -> Measure:
    """The measure called ``name``: the key of an indicator, or ``table/row/column`` (row may end in ``.*``).

    The name of a column of ``panel`` (``table__row__column``) is understood too. Raises :class:`UsageError` with
    names that are near.
    """
    for indicator in measures.indicators:
        if indicator.key == name:
            return _measure(name, indicator, indicator.title, _sign(indicator), formats, measures.crosswalk)
    cell = _cell_name(name, formats)
    if find_cells(cell, formats, measures.crosswalk):
        _refuse_patterns(cell)
        title, unit = _words(cell, formats, measures.crosswalk)
        made = Indicator(key="cell", title=title, unit="count", numerator=(cell,), source="the form")
        return _measure(cell, made, title, unit, formats, measures.crosswalk)
    raise UsageError(f"{name}: there is no such indicator or cell{_near(name, formats, measures)}")


def find_cells(name: str, formats: Sequence[Format], crosswalk: Crosswalk) -> tuple[Cell, ...]:
    """The cells of all editions that a name stands for, in the form's order, sums of the crosswalk last."""
    cells = dict.fromkeys(c for form in reversed(formats) for c in cells_like(name, form_cells(form)))
    sums = (one.cell for one in joined(crosswalk, formats) if one.relation == "sum")
    return (*cells, *(c for c in dict.fromkeys(sums) if c not in cells and cells_like(name, [c])))


def _refuse_patterns(cell: str) -> None:
    if any(part == "*" for part in cell.split("/")):
        raise UsageError(
            f"{cell}: this stands for many cells, and their sum would mean nothing; name one, or draw all of them "
            "with --chart FILE --chart-kind missing"
        )


def _cell_name(name: str, formats: Sequence[Format]) -> str:
    """A column of ``panel`` as the cell that it is."""
    slots = {slot.name: f"{slot.table}/{slot.row}/{slot.column}" for slot in panel_slots(formats)}
    return slots.get(name, name)


def _near(name: str, formats: Sequence[Format], measures: Measures) -> str:
    keys = [i.key for i in measures.indicators]
    cells = [str(c) for c in find_cells("*/*/*", formats, measures.crosswalk)]
    near = get_close_matches(name, keys + cells, n=_SUGGESTED, cutoff=0.5)
    # What was left out of a cell's name is the commonest slip: granted, requests/granted.
    part = f"/{name.strip('/')}/"
    within = [c for c in cells if part in f"/{c}/"]
    within = [c for c in within if c.endswith("/total")] or within
    shown = list(dict.fromkeys([*within[:_SUGGESTED], *near]))[:_SUGGESTED]
    listed = f"; do you mean {', '.join(shown)}?" if shown else "; a cell is written table/row/column"
    return f"{listed} `gkingest codebook` lists all of them"


def _sign(indicator: Indicator) -> str:
    return "%" if indicator.unit == "percent" else ""


def _measure(
    name: str, indicator: Indicator, title: Told, unit: str, formats: Sequence[Format], crosswalk: Crosswalk
) -> Measure:
    having = [f for f in formats if in_edition(indicator, f, crosswalk)]
    why = _apart(indicator, having, crosswalk)
    comparable = why is None and is_comparable(indicator, formats, crosswalk)
    if len(having) > 1 and not comparable:
        why = why or _UNSAID
    formula = _side(indicator.numerator) + (f" / {_side(indicator.denominator)}" if indicator.denominator else "")
    editions = tuple(f.edition for f in having)
    return Measure(name, indicator, title, unit, formula, comparable, editions, why)


def _apart(indicator: Indicator, forms: Sequence[Format], crosswalk: Crosswalk) -> Told | None:
    """Why values of these editions make no series; ``None`` where nothing keeps them apart."""
    if len(forms) < 2:
        return None
    if any(isinstance(side, Counted) for side in indicator.sides):
        return Told(
            en="it is counted over the whole form, and the editions have different forms",
            zh="按整份表格计数，而两版表格不同",
        )
    if any(form.edition not in crosswalk.editions for form in forms):
        return _UNSAID
    for form in forms:
        links = relation_of(crosswalk, form)
        for side in indicator.sides:
            for cell, _ in terms(side, form, crosswalk) or ():
                if cell in links and links[cell].relation not in ("same", "sum"):
                    return links[cell].reason
    return None


def _side(side: Side) -> str:
    if isinstance(side, Counted):
        return f"count of {side.count}"
    joined_up = " ".join(f"- {c.removeprefix('-')}" if c.startswith("-") else f"+ {c}" for c in side)
    joined_up = joined_up.removeprefix("+ ")
    return f"({joined_up})" if len(side) > 1 else joined_up


def _words(name: str, formats: Sequence[Format], crosswalk: Crosswalk) -> tuple[Told, str]:
    """Title and unit of a cell, or of several that are added up."""
    slots = {Cell(s.table, s.row, s.column): s for s in panel_slots(formats)}
    found = [slots[c] for c in find_cells(name, formats, crosswalk) if c in slots]
    units = {s.unit for s in found}
    unit = units.pop() if len(units) == 1 else ""
    if len(found) == 1:
        return Told(en=found[0].comment.en, zh=found[0].comment.zh), unit
    return Told(en=f"Sum of {name}", zh=f"{name} 之和"), unit


def titles(cells: Iterable[Cell], formats: Sequence[Format]) -> Mapping[Cell, Told]:
    """Titles of cells by the newest edition that has them."""
    wanted = set(cells)
    return {
        cell: Told(en=slot.comment.en, zh=slot.comment.zh)
        for slot in panel_slots(formats)
        if (cell := Cell(slot.table, slot.row, slot.column)) in wanted
    }
