"""The crosswalk between two editions of the form: which of their figures may stand in one series.

``schemas/crosswalk.yaml`` puts every slot of both editions under exactly one of four relations. A slot is named
``table/row/column``; the row may end in ``.*`` (all keys below), row and column may be ``*`` (all of the table).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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

Relation = Literal["same", "sum", "different", "only"]
FILE = "crosswalk.yaml"


class Told(BaseModel):
    """One thing said in both languages of the codebook."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Text
    zh: Text


class Link(BaseModel):
    """Some slots of the editions, how they relate, and why.

    ``same``: the ``cells`` have one key and one meaning in every edition. ``sum``: only the sums over the cells of
    each edition have one meaning, which is called ``key``. ``different``: cells that look alike and are not.
    ``only``: cells of one edition that the other has nothing for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: Relation
    cells: tuple[Text, ...] = ()
    key: str = ""
    editions: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    reason: Told
    source: Text

    @model_validator(mode="after")
    def _shape(self) -> "Link":
        wrong = {
            "same": not self.cells or bool(self.editions) or bool(self.key),
            "sum": bool(self.cells) or len(self.editions) < 2 or not self.key,
            "different": bool(self.cells) or len(self.editions) < 2 or bool(self.key),
            "only": bool(self.cells) or len(self.editions) != 1 or bool(self.key),
        }
        if wrong[self.relation]:
            raise ValueError(
                f"{self.relation}: 'same' has cells; 'sum' has key and editions; 'different' has editions, "
                "'only' has one edition"
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

    def joined(self, slots: Mapping[str, tuple[FactKey, ...]]) -> Iterator["Joined"]:
        """The figures of the link that may be compared, given the cells of each edition."""
        found = {edition: self.cells_in(edition, keys) for edition, keys in slots.items()}
        if self.relation == "same":
            for key in dict.fromkeys(chain.from_iterable(found.values())):
                yield Joined(key, "same", {e: (key,) for e, keys in found.items() if key in keys})
        elif self.relation == "sum":
            parts: dict[FactKey, dict[str, tuple[FactKey, ...]]] = {}
            if not self.key.endswith(f"/{ANY}"):
                parts[self.figure("")] = {}
            for edition, keys in found.items():
                for key in keys:
                    of = parts.setdefault(self.figure(key.column), {})
                    of[edition] = (*of.get(edition, ()), key)
            yield from (Joined(figure, "sum", of) for figure, of in parts.items())


class Crosswalk(BaseModel):
    """How the slots of the editions relate."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __hash__ = object.__hash__

    editions: tuple[str, ...] = Field(min_length=2)
    links: tuple[Link, ...]

    def problems(self, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
        """What a valid model can still have wrong, as (problem, words to find its line by)."""
        forms = {f.edition: f for f in formats}
        for edition in self.editions:
            if edition not in forms:
                yield f"there is no edition {edition}; correct editions, or add its format file", edition
                return
        for link in self.links:
            yield from (
                (f"{e}: no edition of this crosswalk; add it under editions at the top, or correct it", e)
                for e in link.editions
                if e not in self.editions
            )
            if link.relation == "sum" and link.key.count("/") != 2:
                yield f"{link.key}: a key is written table/row/column; correct it", link.key
                return
        for edition in self.editions:
            yield from self.coverage(forms[edition])
        yield from self.joints([forms[e] for e in self.editions])

    def coverage(self, form: Format) -> Iterator[tuple[str, str]]:
        """Every slot of an edition exactly once, and no name that stands for nothing."""
        keys, seen = form_keys(form), dict[FactKey, str]()
        for link in self.links:
            for name in link.names(form.edition):
                found = keys_like(name, keys)
                if not found:
                    yield f"{name}: edition {form.edition} has no such cell; correct the name", name
                for key in found:
                    if key in seen:
                        yield (
                            f"{key} of edition {form.edition} stands under {seen[key]} and under {name}; keep one",
                            name,
                        )
                    seen[key] = name
        for key in keys:
            if key not in seen:
                yield f"{key} of edition {form.edition} stands under no relation; say how it compares", "links:"

    def joints(self, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
        """Figures called comparable have parts in every edition, one name each, and one unit."""
        taken: set[FactKey] = set()
        slots = {form.edition: form_keys(form) for form in formats}
        for link, one in [(of, one) for of in self.links for one in of.joined(slots)]:
            name = next(n for n in (*link.cells, link.key) if keys_like(n, [one.key]))
            if one.key in taken:
                yield f"{one.key} is the key of two comparable figures; keep one", name
            taken.add(one.key)
            units: set[tuple[str, str]] = set()
            for form in formats:
                if not one.parts.get(form.edition):
                    yield (
                        f"{one.key} is called {one.relation}, but edition {form.edition} has none; call it only",
                        name,
                    )
                units |= {_units(form)[cell] for cell in one.parts.get(form.edition, ())}
            if len(units) > 1:
                told = ", ".join(f"{number} {unit}".strip() for unit, number in sorted(units))
                yield f"{one.key} is called {one.relation}, but is measured as {told}; call it different", name


@dataclass(frozen=True, slots=True)
class Joined:
    """A figure that may stand in one series: what it is made of, by edition."""

    key: FactKey
    relation: Relation
    parts: Mapping[str, tuple[FactKey, ...]]


def joined(crosswalk: Crosswalk, formats: Sequence[Format]) -> tuple[Joined, ...]:
    """The figures that may be compared across the editions, in the order of the crosswalk."""
    slots = {f.edition: form_keys(f) for f in formats if f.edition in crosswalk.editions}
    return tuple(one for link in crosswalk.links for one in link.joined(slots))


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
        raise FormatError(f"{path}:{line_of(path, words)}: {problem}")
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
