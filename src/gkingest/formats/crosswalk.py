"""The crosswalk between the editions of the form: which of their figures may stand in one series.

``schemas/crosswalk.yaml`` puts every slot of every edition under exactly one of five relations. A slot is named
``table/row/column``; the row may end in ``.*`` (all keys below), row and column may be ``*`` (all of the table).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gkingest.errors import FormatError
from gkingest.formats.names import form_keys, keys_like
from gkingest.formats.spec import Format, Text
from gkingest.formats.yaml_file import line_of, load_model
from gkingest.model.key import ANY, FactKey, KeyPattern
from gkingest.paths import shipped_data
from gkingest.told import Told as Message

Relation = Literal["same", "sum", "break", "different", "only"]
JOINED = ("same", "sum", "break")  # the relations of figures that may stand in one series, the last with a mark
FILE = "crosswalk.yaml"
_NO_EDITION = "{0}: no edition of this crosswalk; add it under editions at the top, or correct it"
_NO_CELL = "{0}: edition {1} has no such cell; correct the name"


class Wording(BaseModel):
    """One thing said in both languages of the codebook."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Text
    zh: Text


class Link(BaseModel):
    """Some slots of the editions, how they relate, and why.

    ``same``: the ``cells`` have one key and one meaning in every edition that has them, or the one cell of each of
    the ``editions`` has the meaning of the figure ``key``. ``sum``: only the sums over the cells of each edition
    have one meaning, which is called ``key``. ``break``: as sum, of one concept whose counting changed, so that
    what it joins needs a mark. ``different``: cells that look alike and are not. ``only``: cells that later
    editions have nothing for. ``key`` may be that of another link, which its cells then join. ``beside`` are cells
    of further editions that go into the figure and stand under a relation of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: Relation
    cells: tuple[Text, ...] = ()
    key: str = ""
    editions: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    beside: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    reason: Wording
    source: Text

    @model_validator(mode="after")
    def _shape(self) -> "Link":
        named = bool(self.cells) != bool(self.editions)  # by one of the two
        wrong = {
            "same": not named or bool(self.editions) != bool(self.key),
            "sum": bool(self.cells) or not self.editions or not self.key,
            "break": bool(self.cells) or not self.editions or not self.key,
            "different": not named or bool(self.key) or len({*self.editions, *self.beside}) == 1,
            "only": not named or bool(self.key),
        }
        if wrong[self.relation]:
            raise ValueError(
                Message(
                    "{0}: 'same' has cells, or key and editions; 'sum' and 'break' have key and editions; "
                    "'different' has cells or several editions, 'only' has cells or editions",
                    self.relation,
                )
            )
        return self

    def names(self, edition: str) -> tuple[str, ...]:
        """Names of its cells in one edition."""
        return self.cells or self.editions.get(edition, ())

    def cells_in(self, edition: str, keys: tuple[FactKey, ...]) -> tuple[FactKey, ...]:
        """Those of the ``keys`` of an edition that its names stand for."""
        return tuple(chain.from_iterable(keys_like(name, keys) for name in self.names(edition)))

    def figure(self, column: str) -> FactKey:
        """The sum that cells of this column go into."""
        table, row, own = KeyPattern.parse(self.key)
        return FactKey(table, row, column if own == ANY else own)

    @property
    def base(self) -> Relation:
        """The relation of the editions that the figure is named after: those before a break are a sum."""
        return "sum" if self.relation == "break" else self.relation

    def gathered(self, slots: Mapping[str, tuple[FactKey, ...]]) -> dict[FactKey, dict[str, tuple[FactKey, ...]]]:
        """The cells of each edition that go into each figure of the link, those beside them too."""
        parts: dict[FactKey, dict[str, tuple[FactKey, ...]]] = {}
        if not self.key.endswith(f"/{ANY}"):
            parts[self.figure("")] = {}
        own = ((edition, self.cells_in(edition, keys)) for edition, keys in slots.items())
        beside = (
            (edition, tuple(chain.from_iterable(keys_like(name, slots[edition]) for name in names)))
            for edition, names in self.beside.items()
            if edition in slots
        )
        for edition, keys in chain(own, beside):
            for key in keys:
                # In the part of a year's total that one figure before was, the columns of others are rows here.
                of = parts.setdefault(self.figure(key.column), {})
                of[edition] = (*of.get(edition, ()), key)
        return parts

    def joined(self, slots: Mapping[str, tuple[FactKey, ...]]) -> Iterator["Joined"]:
        """The figures of the link that may be compared, given the cells of each edition."""
        if self.cells and self.relation == "same":
            found = {edition: self.cells_in(edition, keys) for edition, keys in slots.items()}
            for key in dict.fromkeys(chain.from_iterable(found.values())):
                own = {e: (key,) for e, keys in found.items() if key in keys}
                yield Joined(key, "same", own, dict.fromkeys(own, self.relation))
        elif self.relation in JOINED:
            for figure, of in self.gathered(slots).items():
                relations = {e: self.base if e in self.beside else self.relation for e in of}
                yield Joined(figure, self.base, of, relations)


class Stop(BaseModel):
    """Figures (names of cells or of sums) that some editions have nothing for, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figures: tuple[Text, ...] = Field(min_length=1)
    editions: tuple[str, ...] = Field(min_length=1)
    reason: Wording


class Crosswalk(BaseModel):
    """How the slots of the editions relate, and why some have nothing that does."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __hash__ = object.__hash__

    editions: tuple[str, ...] = Field(min_length=2)
    links: tuple[Link, ...]
    stops: tuple[Stop, ...] = ()

    def why_lacking(self, figure: FactKey, edition: str) -> Wording | None:
        """Why the series of a figure stops at an edition that lacks it; ``None`` where nothing says why."""

        def meant(names: Iterable[str]) -> bool:
            return any(keys_like(name, (figure,)) for name in names)

        for link in self.links:
            others = chain(*(names for e, names in (*link.editions.items(), *link.beside.items()) if e != edition))
            if link.relation == "different" and edition in link.editions and meant(others):
                return link.reason
        return next((s.reason for s in self.stops if edition in s.editions and meant(s.figures)), None)

    def problems(self, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
        """What a valid model can still have wrong, as (problem, words to find its line by)."""
        forms = {f.edition: f for f in formats}
        for edition in self.editions:
            if edition not in forms:
                yield Message("there is no edition {0}; correct editions, or add its format file", edition), edition
                return
        for link in self.links:
            yield from (
                (Message(_NO_EDITION, e), e) for e in (*link.editions, *link.beside) if e not in self.editions
            )
            if link.key and link.key.count("/") != 2:
                yield Message("{0}: a key is written table/row/column; correct it", link.key), link.key
                return
        own = [forms[edition] for edition in self.editions]
        yield from self.unknown_names(own)
        for form in own:
            yield from self.coverage(form)
        yield from self.joints(own)

    def unknown_names(self, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
        """Names of cells that no edition has, and names beside them that stand for nothing."""
        keys = {form.edition: form_keys(form) for form in formats}
        for link in self.links:
            for name in link.cells:
                if not any(keys_like(name, own) for own in keys.values()):
                    yield Message(_NO_CELL, name, formats[0].edition), name
            for edition, names in link.beside.items():
                for name in names:
                    if not keys_like(name, keys.get(edition, ())):
                        yield Message(_NO_CELL, name, edition), name

    def coverage(self, form: Format) -> Iterator[tuple[str, str]]:
        """Every slot of an edition exactly once, and no name that stands for nothing."""
        keys, seen = form_keys(form), dict[FactKey, str]()
        for link in self.links:
            for name in link.names(form.edition):
                found = keys_like(name, keys)
                if not found and name not in link.cells:
                    yield Message(_NO_CELL, name, form.edition), name
                for key in found:
                    if key in seen:
                        told = "{0} of edition {1} stands under {2} and under {3}; keep one"
                        yield Message(told, key, form.edition, seen[key], name), name
                    seen[key] = name
        for key in keys:
            if key not in seen:
                told = "{0} of edition {1} stands under no relation; say how it compares"
                yield Message(told, key, form.edition), "links:"

    def joints(self, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
        """Figures called comparable have parts in every edition, one name each, and one unit."""
        slots = {form.edition: form_keys(form) for form in formats}
        names: dict[FactKey, str] = {}
        held: dict[FactKey, set[str]] = {}
        for link in self.links:
            for one in link.joined(slots):
                names.setdefault(one.key, next(n for n in (*link.cells, link.key) if keys_like(n, [one.key])))
                if one.relation == "same" and max(map(len, one.parts.values()), default=0) > 1:
                    told = "{0} is called same, but is made of several cells; call it sum"
                    yield Message(told, one.key), names[one.key]
                if held.get(one.key, set()) & set(one.parts):
                    yield Message("{0} is the key of two comparable figures; keep one", one.key), names[one.key]
                held.setdefault(one.key, set()).update(one.parts)
        for one in joined(self, formats):
            yield from ((problem, names[one.key]) for problem in one.problems(formats))


@dataclass(frozen=True, slots=True)
class Joined:
    """A figure that may stand in one series: what it is made of and how it relates, by edition.

    ``relation`` is that of the link that gives the figure its key.
    """

    key: FactKey
    relation: Relation
    parts: Mapping[str, tuple[FactKey, ...]]
    relations: Mapping[str, Relation] = field(default_factory=dict, compare=False)

    def problems(self, formats: Sequence[Format]) -> Iterator[str]:
        """Why the figure may not stand in one series over these editions after all."""
        units: set[tuple[str, str]] = set()
        if len(self.parts) < 2:
            lacking = next(form.edition for form in formats if form.edition not in self.parts)
            told = "{0} is called {1}, but edition {2} has none; call it only"
            yield Message(told, self.key, self.relation, lacking)
        for form in formats:
            units |= {_units(form)[cell] for cell in self.parts.get(form.edition, ())}
        if len(units) > 1:
            measured = ", ".join(f"{number} {unit}".strip() for unit, number in sorted(units))
            told = "{0} is called {1}, but is measured as {2}; call it different"
            yield Message(told, self.key, self.relation, measured)

    def breaks(self, edition: str) -> bool:
        """Whether an edition counts otherwise than those that the figure is named after."""
        return self.relations.get(edition) == "break"


def joined(crosswalk: Crosswalk, formats: Sequence[Format]) -> tuple[Joined, ...]:
    """The figures that may be compared across the editions, in the order of the crosswalk."""
    slots = {f.edition: form_keys(f) for f in formats if f.edition in crosswalk.editions}
    found: dict[FactKey, Joined] = {}
    for one in (one for link in crosswalk.links for one in link.joined(slots)):
        known = found.setdefault(one.key, one)
        if known is not one:
            parts, relations = {**known.parts, **one.parts}, {**known.relations, **one.relations}
            found[one.key] = Joined(one.key, known.relation, parts, relations)
    return tuple(found.values())


@lru_cache(maxsize=8)
def relation_of(crosswalk: Crosswalk, form: Format) -> dict[FactKey, Link]:
    """The link that each slot of an edition stands under."""
    keys = form_keys(form)
    return {key: link for link in crosswalk.links for key in link.cells_in(form.edition, keys)}


def load_crosswalk(formats: Sequence[Format], path: Path | None = None) -> Crosswalk:
    """The crosswalk at ``path`` (default: the shipped one), checked against both editions.

    Raises :class:`FormatError` with file and line, also where a slot stands under no relation or under two.
    """
    path = path or shipped_data() / FILE
    crosswalk = load_model(path, Crosswalk)
    for problem, words in crosswalk.problems(formats):
        raise FormatError.at(path, line_of(path, words), problem)
    return crosswalk


@lru_cache(maxsize=1)
def shipped_crosswalk() -> Crosswalk:
    """The crosswalk that ships, unchecked: the formats in use may be a user's own."""
    return load_model(shipped_data() / FILE, Crosswalk)


@lru_cache(maxsize=8)
def _units(form: Format) -> dict[FactKey, tuple[str, str]]:
    """Unit and kind of number of every slot."""
    stated = {key: (unit, number) for s in form.stated for key, _, unit, number in s.slots()}
    return stated | {
        FactKey(table.key, row, column): (column_node.unit or row_node.unit, column_node.number)
        for table in form.tables
        for row, column, row_node, column_node in table.slots()
    }
