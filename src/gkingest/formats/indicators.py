"""Indicators as data: what is divided by what, with titles, note and source.

``schemas/indicators.yaml`` names cells as the crosswalk does (``requests/denied.*/total``), a minus before those
that are taken off. There is no expression language: an indicator is a sum of cells, or one sum over another.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gkingest.errors import FormatError, UsageError
from gkingest.formats.crosswalk import (
    JOINED,
    Crosswalk,
    Joined,
    Link,
    Wording,
    joined,
    load_crosswalk,
    relation_of,
    shipped_crosswalk,
)
from gkingest.formats.names import form_keys, keys_like, signed
from gkingest.formats.spec import Format, Text
from gkingest.formats.yaml_file import line_of, load_model
from gkingest.model.key import FactKey
from gkingest.paths import shipped_data
from gkingest.told import Told as Message

FILE = "indicators.yaml"
Term = tuple[FactKey, int]


class Counted(BaseModel):
    """Something counted over the whole report in place of cells.

    ``reported``: slots with a number; ``slots``: slots of the statutory tables; ``broken``: relations that the
    report prints wrong; ``assessed``: relations that could be judged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: Literal["reported", "slots", "broken", "assessed"]


Side = tuple[Text, ...] | Counted


class Indicator(BaseModel):
    """One indicator; a count has no denominator. ``editions`` limits it to some editions of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __hash__ = object.__hash__

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    title: Wording
    unit: Literal["percent", "ratio", "count"]
    numerator: Side
    denominator: Side | None = None
    editions: tuple[str, ...] = ()
    per_capita: bool = False
    note: Wording | None = None
    source: Text

    @property
    def sides(self) -> tuple[Side, ...]:
        """Numerator, and denominator if there is one."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    def problems(self, formats: Sequence[Format], crosswalk: Crosswalk) -> Iterator[str]:
        """What a valid model can still have wrong, such as cells that are nowhere or mean two things."""
        if (self.unit == "count") != (self.denominator is None):
            told = "{0}: a count has no denominator, and everything else has one; mend unit or denominator"
            yield Message(told, self.key)
        if self.per_capita and self.unit != "count":
            yield Message("{0}: only a count can be put against the population; remove per_capita", self.key)
        forms = [f for f in formats if in_edition(self, f, crosswalk)]
        if not forms:
            told = "{0}: no edition of the form has all of its cells; correct numerator or denominator"
            yield Message(told, self.key)
        known = set(map(attrgetter("edition"), formats))
        yield from (
            Message("{0}: there is no edition {1}; correct editions", self.key, e)
            for e in self.editions
            if e not in known
        )
        for form in forms if len(forms) > 1 else ():
            for key, link in unjoined(self, form, crosswalk):
                yield Message(
                    "{0}: {1} of edition {2} is called {3} in the crosswalk, so it makes no series over several "
                    "editions; name one under editions",
                    self.key,
                    key,
                    form.edition,
                    link.relation,
                )
                return


class IndicatorFile(BaseModel):
    """The file of indicators."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __hash__ = object.__hash__

    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Measures(BaseModel):
    """What is computed from the figures: the crosswalk and the indicators."""

    model_config = ConfigDict(frozen=True)
    __hash__ = object.__hash__

    crosswalk: Crosswalk
    indicators: tuple[Indicator, ...]


def terms(side: Side, form: Format, crosswalk: Crosswalk) -> tuple[Term, ...] | None:
    """The cells of one edition that a side is made of, each with its sign; None if the edition lacks one.

    A cell that the edition lacks may be a sum of cells of it by the crosswalk.
    """
    if isinstance(side, Counted):
        return ()
    found: list[Term] = []
    for name, sign in map(signed, side):
        keys = _keys(name, form, crosswalk)
        if not keys:
            return None
        found += [(key, sign) for key in keys]
    return tuple(found)


@lru_cache(maxsize=4096)
def _keys(name: str, form: Format, crosswalk: Crosswalk) -> tuple[FactKey, ...]:
    if own := keys_like(name, form_keys(form)):
        return own
    return tuple(
        part
        for one in _joined(crosswalk, form)
        if str(one.key) == name  # a name for several cells is not known to have them all
        for part in one.parts.get(form.edition, ())
    )


def in_edition(indicator: Indicator, form: Format, crosswalk: Crosswalk) -> bool:
    """Whether an edition has what the indicator is made of."""
    if indicator.editions and form.edition not in indicator.editions:
        return False
    return all(terms(side, form, crosswalk) is not None for side in indicator.sides)


def why_lacking(
    indicator: Indicator, form: Format, formats: Sequence[Format], crosswalk: Crosswalk
) -> Wording | None:
    """Why an edition lacks what the indicator is made of; ``None`` if it has it, or nothing says why."""
    for side in indicator.sides:
        for name, _ in () if isinstance(side, Counted) else map(signed, side):
            if _keys(name, form, crosswalk):
                continue
            cells = [key for other in reversed(formats) for key in keys_like(name, form_keys(other))]
            for key in cells or [FactKey(*name.split("/"))]:
                if (why := crosswalk.why_lacking(key, form.edition)) is not None:
                    return why
    return None


def unjoined(indicator: Indicator, form: Format, crosswalk: Crosswalk) -> Iterator[tuple[FactKey, Link]]:
    """Cells of an edition that keep its values apart from those of others, each with the link that says so."""
    links = relation_of(crosswalk, form)
    for side in indicator.sides:
        for key, _ in terms(side, form, crosswalk) or ():
            if key in links and links[key].relation not in JOINED:
                yield key, links[key]


def is_comparable(indicator: Indicator, formats: Sequence[Format], crosswalk: Crosswalk) -> bool:
    """Whether its values may stand in one series over the editions that have it and that the crosswalk knows."""
    if any(isinstance(side, Counted) for side in indicator.sides):
        return False
    return sum(f.edition in crosswalk.editions and in_edition(indicator, f, crosswalk) for f in formats) > 1


def breaks_series(indicator: Indicator, form: Format, crosswalk: Crosswalk) -> bool:
    """Whether an edition counts some part of it otherwise than later ones, so that a series breaks there."""
    used = {key for side in indicator.sides for key, _ in terms(side, form, crosswalk) or ()}
    broken = (one.parts[form.edition] for one in _joined(crosswalk, form) if one.breaks(form.edition))
    return any(not used.isdisjoint(cells) for cells in broken)


@lru_cache(maxsize=64)
def _joined(crosswalk: Crosswalk, form: Format) -> tuple[Joined, ...]:
    return joined(crosswalk, [form])


def load_indicators(
    formats: Sequence[Format], crosswalk: Crosswalk, path: Path | None = None
) -> tuple[Indicator, ...]:
    """The indicators at ``path`` (default: the shipped ones), checked against the editions and the crosswalk.

    Raises :class:`FormatError` with file and line.
    """
    path = path or shipped_data() / FILE
    indicators = load_model(path, IndicatorFile).indicators
    seen: set[str] = set()
    for one in indicators:
        problem = next(one.problems(formats, crosswalk), "")
        if one.key in seen:
            problem = Message("two indicators are called {0}; give each a key of its own", one.key)
        seen.add(one.key)
        if problem:
            raise FormatError.at(path, line_of(path, f"key: {one.key}"), problem)
    return indicators


def load_measures(formats: Sequence[Format], folder: Path | None = None) -> Measures:
    """Crosswalk and indicators of a schemas folder, the shipped ones where it has none; checked.

    A shipped file of editions that are not all in use is not held against those that are: less of it applies.
    Raises :class:`FormatError` with file and line.
    """
    crosswalk_file, indicator_file = (
        (folder / name if folder and (folder / name).is_file() else None) for name in ("crosswalk.yaml", FILE)
    )
    shipped = shipped_measures()
    fits = set(shipped.crosswalk.editions) <= {form.edition for form in formats}
    crosswalk = load_crosswalk(formats, crosswalk_file) if crosswalk_file or fits else shipped.crosswalk
    checked = load_indicators(formats, crosswalk, indicator_file) if indicator_file or fits else shipped.indicators
    return Measures(crosswalk=crosswalk, indicators=checked)


@lru_cache(maxsize=1)
def shipped_measures() -> Measures:
    """What ships, unchecked: the formats in use may be a user's own, and then less of it applies."""
    path = shipped_data() / FILE
    return Measures(crosswalk=shipped_crosswalk(), indicators=load_model(path, IndicatorFile).indicators)


def find_indicator(name: str, measures: Measures) -> Indicator:
    """The indicator of this key or Chinese name; raises :class:`UsageError` with names that are near."""
    for indicator in measures.indicators:
        if name in names_of(indicator):
            return indicator
    names = list(dict.fromkeys(known for indicator in measures.indicators for known in names_of(indicator)))
    near = get_close_matches(name, names, n=4, cutoff=0.4)
    told = f"do you mean {', '.join(near)}?" if near else "`gkingest codebook` lists all of them"
    raise UsageError(f"{name}: there is no such indicator; {told}")


def names_of(indicator: Indicator) -> tuple[str, str]:
    """Key, and the Chinese name before its explanation."""
    return indicator.key, indicator.title.zh.partition("：")[0]
