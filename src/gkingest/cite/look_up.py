"""Organ, year and cell as typed → one figure, or what else may be meant."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gkingest.errors import UsageError
from gkingest.formats.crosswalk import Crosswalk, joined
from gkingest.formats.indicators import Counted, Measures, terms
from gkingest.formats.names import called, cell_called, form_keys, keys_like, near_cells
from gkingest.formats.spec import Format
from gkingest.language import enumerated
from gkingest.model.key import ANY, FactKey
from gkingest.store.ask.citing import Candidate, candidates
from gkingest.store.views.panel import panel_slots
from gkingest.told import Told

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SHOWN = 12


def find_report(engine: "Engine", organ: str, year: int) -> Candidate:
    """The current report of an organ for a year.

    ``organ`` is its name as printed; else part of it, the name or code of its division, or the identifier of a
    report. Raises :class:`UsageError` where none or several are meant.
    """
    every = candidates(engine)
    if not every:
        raise UsageError("the database holds no report, so there is nothing to cite; ingest first")
    meant = _meant(organ, every)
    if not meant:
        names = sorted({name for c in every for name in (c.organ, c.region_name) if name})
        near = get_close_matches(organ, names, n=5, cutoff=0.4)
        others = len({c.organ for c in every})
        told = Told("near it are {0}", enumerated(near)) if near else Told("the database has {0} others", others)
        raise UsageError(Told("{0}: no organ or division with a report is called so; {1}", organ, told))
    found = [c for c in meant if c.year == year]
    if len(found) == 1:
        return found[0]
    if not found:
        years = sorted({str(c.year) for c in meant if c.year is not None})
        raise UsageError(f"{organ}: there is no report for {year}, but for {', '.join(years) or 'no known year'}")
    listed = "".join(f"\n  {c.organ or '(organ unknown)'}  {c.region_code} {c.place}" for c in found[:_SHOWN])
    more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    alike = len({c.organ for c in found}) < len(found)
    advice = (
        f"name one by its report_id: {', '.join(c.report_id for c in found[:3])}" if alike else "name one in full"
    )
    raise UsageError(f"{organ} may be any of {len(found)} organs with a report for {year}; {advice}{listed}{more}")


def _meant(organ: str, every: Sequence[Candidate]) -> list[Candidate]:
    """Those that fit best: the name as it is, else in simplified characters, else part of it or the division."""
    wanted = "".join(organ.split())
    tests = (
        lambda c: organ == c.report_id,
        lambda c: wanted == "".join(c.organ.split()),
        lambda c: bool(c.organ_key) and wanted == c.region_name + c.organ_key,
        lambda c: wanted in c.organ or wanted in c.region_name + c.organ_key or wanted == c.region_code,
        lambda c: wanted in c.place,
    )
    if not wanted:
        return []
    return next((found for test in tests if (found := [c for c in every if test(c)])), [])


def find_cell(name: str, form: Format, formats: Sequence[Format], measures: Measures) -> FactKey:
    """The cell called ``name`` in the edition that a report is printed in; raises :class:`UsageError`.

    A column of ``panel`` (``table__row__column``) is understood too.
    """
    slots = {slot.name: slot.fact_key for slot in panel_slots(formats)}
    wanted = str(slots.get(name, cell_called(name, [form]) or name))
    own = form_keys(form)
    if key := next((k for k in own if str(k) == wanted), None):
        return key
    if parts := _parts(wanted, form, measures):
        raise UsageError(
            f"{name} is computed and printed nowhere; cite the cells that it is made of: {', '.join(parts)}"
        )
    elsewhere = [f.edition for f in formats if wanted in map(str, form_keys(f))]
    if elsewhere:
        summed = _summed(wanted, form, formats, measures.crosswalk)
        instead = f"there it is the sum of {', '.join(summed)}" if summed else "cite a cell that it has"
        raise UsageError(
            f"{name}: this report is printed in the edition of {form.edition}, which lacks that cell "
            f"(it is in {', '.join(elsewhere)}); {instead}"
        )
    near = near_cells(wanted, list(map(str, own)), [*called([form])])
    told = Told("do you mean {0}?", enumerated(near)) if near else Told("a cell is written table/row/column")
    raise UsageError(Told("{0}: there is no such cell; {1} `gkingest codebook` lists all of them", name, told))


def _parts(name: str, form: Format, measures: Measures) -> list[str]:
    """The cells of an indicator, or of a pattern, in an edition."""
    for indicator in measures.indicators:
        if indicator.key == name:
            sides = [s for s in indicator.sides if not isinstance(s, Counted)]
            return list(dict.fromkeys(str(c) for s in sides for c, _ in terms(s, form, measures.crosswalk) or ()))
    return [str(c) for c in keys_like(name, form_keys(form))] if ANY in name else []


def _summed(name: str, form: Format, formats: Sequence[Format], crosswalk: Crosswalk) -> list[str]:
    figures = (one for one in joined(crosswalk, formats) if one.relation == "sum")
    return [
        str(part)
        for one in figures
        if any(str(c) == name for cells in one.parts.values() for c in cells) or str(one.key) == name
        for part in one.parts.get(form.edition, ())
    ]
