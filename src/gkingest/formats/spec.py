"""The form as data: frozen models of the YAML files in ``schemas/formats``.

A table is a sequence of blocks; a block is a tree of columns above a tree of rows. In a ``crossed`` block the
form prints the row tree as the upper levels of the heading and one line of figures below it. A sheet is printed as
one table and holds the rows of several: their keys name the table too (``volume/disclosed``).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from gkingest.formats.rules import KINDS
from gkingest.model.key import FactKey
from gkingest.told import Told

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
SlotName = Annotated[str, StringConstraints(pattern=r"^([a-z_]+/)?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
Text = Annotated[str, StringConstraints(min_length=1)]

YEAR_SIGN = "{Y}"  # in a heading's label or alias: any year in digits, as in {Y}年度
_YEARS = range(2003, 2031)  # that may be printed there


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Node(_Frozen):
    """A row or column of the form; a heading has children and no figures of its own.

    ``counter`` is what it counts in print (条, 件). One that is ``optional`` may be left out in print, one that is
    ``loose`` stand elsewhere, without a doubt. A column that is not ``wide`` has none in the panel. In a sheet a
    row's key names its table too.
    """

    key: SlotName | None = None
    label: Text
    kind: Literal["data", "heading", "total"] = "data"
    aliases: tuple[Text, ...] = ()
    unit: str = ""
    unit_printed: bool = True
    counter: str = ""
    number: Literal["count", "amount", "change"] = "count"
    title: str = ""
    optional: bool = False
    loose: bool = False
    wide: bool = True
    children: tuple["Node", ...] = ()

    @model_validator(mode="after")
    def _shape(self) -> "Node":
        if (self.kind == "heading") != bool(self.children):
            told = Told("{0}: a heading has children, and nothing else has; mend kind or children", self.label)
            raise ValueError(told)
        if self.kind != "heading" and self.key is None:
            raise ValueError(Told("{0}: a {1} node needs a key; add one", self.label, self.kind))
        return self

    @property
    def name(self) -> str:
        """Its key; "" where a heading has none."""
        return self.key or ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Official label first, then the aliases; those with a year once for each that it may be."""
        written = (self.label, *self.aliases)
        if not any(YEAR_SIGN in w for w in written):
            return written
        return tuple(w.replace(YEAR_SIGN, str(y)) for w in written for y in (_YEARS if YEAR_SIGN in w else (0,)))

    def leaves(self, above: tuple["Node", ...] = ()) -> "Iterator[tuple[Node, tuple[Node, ...]]]":
        """Data and total nodes in printed order, each with its headings from the outermost in."""
        if not self.children:
            yield self, above
        for child in self.children:
            yield from child.leaves((*above, self))


def leaves_of(nodes: Iterable[Node]) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
    """The leaves below some nodes in printed order, each with its headings from the outermost in."""
    return tuple(leaf for node in nodes for leaf in node.leaves())


class Beside(_Frozen):
    """A column beside the figures, such as the rows' units or numbers, by the headings that it may have."""

    kind: Literal["label", "unit", "code"]
    labels: tuple[Text, ...] = Field(min_length=1)


class Block(_Frozen):
    """Rows that stand under one heading."""

    __hash__ = object.__hash__

    key: Name
    caption: str = ""
    caption_aliases: tuple[Text, ...] = ()
    crossed: bool = False
    columns: tuple[Node, ...]
    rows: tuple[Node, ...]

    def row_leaves(self) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """Rows with figures in printed order, with their headings."""
        return leaves_of(self.rows)

    def column_leaves(self) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """Columns with figures in printed order, with their headings."""
        return leaves_of(self.columns)


class Table(_Frozen):
    """One table as it is printed: a statutory one, or a sheet of the rows of several.

    ``holds`` are the titles by key of the tables whose rows a sheet has.
    ``beside`` are the columns of a sheet that hold no figures.
    """

    __hash__ = object.__hash__  # read once a run, looked up by the thousand: identity is enough and cheap

    key: Name
    section: int
    title: Text
    blocks: tuple[Block, ...]
    ignored: tuple[Text, ...] = ()
    holds: dict[Name, Text] = Field(default_factory=dict)
    beside: tuple[Beside, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the tables whose rows are printed in it."""
        return tuple(self.holds) or (self.key,)

    def misplaces(self, key: str) -> bool:
        """Whether the key of a row begins with no table that it holds, or with one where it holds none."""
        front, slash, _ = key.rpartition("/")
        return bool(self.holds) != bool(slash) or (bool(slash) and front not in self.holds)

    def row_leaves(self) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """Rows with figures of all its blocks, with their headings."""
        return chain.from_iterable(block.row_leaves() for block in self.blocks)

    def parts(self) -> "tuple[Table, ...]":
        """The tables whose rows are printed in it: itself, or those of a sheet."""
        found = []
        for key, title in self.holds.items():
            blocks = []
            for block in self.blocks:
                rows = tuple(node for row in block.rows if (node := _of_table(row, f"{key}/")) is not None)
                blocks += [Block(key=key, columns=block.columns, rows=rows)] if rows else []
            found.append(Table(key=key, section=self.section, title=title, blocks=tuple(blocks)))
        return tuple(found) or (self,)

    def slots(self) -> Iterator[tuple[str, str, Node, Node]]:
        """(row key, column key, row node, column node) of every figure, in the form's order."""
        for block in self.blocks:
            columns = block.column_leaves()
            for row, _ in block.row_leaves():
                for column, _ in columns:
                    yield row.name, column.name, row, column


def _of_table(node: Node, front: str) -> Node | None:
    """A row of a sheet, with those below it, as far as their keys begin so; ``None`` if none does."""
    if not node.children:
        key = node.name
        return node.model_copy(update={"key": key.removeprefix(front)}) if key.startswith(front) else None
    below = tuple(own for child in node.children if (own := _of_table(child, front)) is not None)
    return node.model_copy(update={"children": below}) if below else None


SIDES = ("total", "parts", "last", "left", "right")


def _known_kind(kind: object) -> object:
    if not isinstance(kind, str) or kind not in KINDS:
        *front, end = (repr(known) for known in KINDS)
        expected = f"{', '.join(front)} or {end}"
        raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
    return kind


class Rule(_Frozen):
    """A relation that the form promises.

    ``sum``: total = Σ parts. ``balance``: Σ left = Σ right. ``at_most``: Σ left ≤ Σ right. ``carry``: total = Σ
    ``last``, taken from last year's report, + Σ parts of this year's; a minus before a part takes it off. What is
    carried over may begin anew where the rule ``restarts``. ``along`` names the axis the parts lie on;
    the rule holds once for each line of the other axis, or for those of ``only``.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]
    kind: Annotated[str, BeforeValidator(_known_kind)]
    table: Name
    along: Literal["rows", "columns"]
    total: str = ""
    parts: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    sentence: Text
    severity: Literal["warning", "info"] = "warning"
    restarts: bool = False

    @property
    def sides(self) -> dict[str, tuple[str, ...]]:
        """Names on each of :data:`SIDES` that the rule has, as they are written."""
        return {name: names for name in SIDES if (names := self.side(name))}

    def side(self, name: str) -> tuple[str, ...]:
        """Names on one of :data:`SIDES` as they are written, none where the rule does not have it."""
        written: str | tuple[str, ...] = getattr(self, name)
        return written if isinstance(written, tuple) else (written,) if written else ()


class StatedFee(_Frozen):
    """How section six states an amount in words.

    ``topics`` are words that a sentence about it contains, ``other_topics`` words of sentences about other fees,
    ``zero`` phrases that mean none; a section that says one of ``nothing`` and no more reports none. ``printed``
    are the columns of a small table that some reports print there, that of the amount itself among them: it is
    optional, so that one that is missing is no doubt.
    """

    table: Name
    row: Name
    column: Name
    label: Text
    section: int
    unit: str
    topics: tuple[Text, ...]
    other_topics: tuple[Text, ...] = ()
    zero: tuple[Text, ...]
    nothing: tuple[Text, ...] = ()
    printed: tuple[Node, ...] = ()

    def slots(self) -> "Iterator[tuple[FactKey, str, str, str]]":
        """(address, label, unit, kind of number) of the amount, then of what may be printed beside it."""
        yield self.fact_key, self.label, self.unit, "amount"
        for node in self.printed:
            if node.key and node.key != self.column:
                yield FactKey(self.table, self.row, node.key), node.label, node.unit, node.number

    @property
    def fact_key(self) -> FactKey:
        """The figure that it states."""
        return FactKey(self.table, self.row, self.column)


class Narrated(_Frozen):
    """A figure that the narrative states beside the tables, such as 共收到申请…件.

    ``words`` stand before the number in its clause, one of ``about`` somewhere in the sentence. ``whole`` tells
    that they are verbs of all that there is (受理, 答复): beside an outcome they say no more than it does, and what
    follows 其中 is not meant. ``none`` are phrases that mean zero. Without a ``section`` it may stand anywhere;
    ``unit`` is one of money where it is no count. ``equals`` lists what the figure may be: sums of
    cells, named as in the crosswalk (``table/row/column``, ``.*`` for all rows below a key).
    """

    key: Name
    label: Text
    section: int | None = None
    words: tuple[Text, ...]
    about: tuple[Text, ...] = ()
    whole: bool = False
    none: tuple[Text, ...] = ()
    equals: tuple[tuple[str, ...], ...]
    unit: str = ""


class Wording(_Frozen):
    """Words of the narrative that are no figure's own: by them it is told whether a clause is understood.

    ``plain`` may stand beside the words of a figure without changing what it counts (共, 政府信息公开申请);
    ``narrows`` tell that it counts a part, or something else (网络, 季度), ``wide`` that it counts all the same
    (通过各种渠道). What is named behind one that ``denies`` (未发生) there was none of.
    """

    __hash__ = object.__hash__

    plain: tuple[Text, ...] = ()
    denies: tuple[Text, ...] = ()
    wide: tuple[Text, ...] = ()
    narrows: tuple[Text, ...] = ()


class Format(_Frozen):
    """One official edition of the form.

    ``provisional`` says why its labels are not vouched for; each report that is read by it tells so. ``region`` is
    where it was in use, where that was not the whole country. An edition without tables is that of reports whose
    figures stand in sentences alone.
    """

    __hash__ = object.__hash__
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Name | Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    edition: Annotated[str, StringConstraints(pattern=r"^([a-z]{2,5}-)?\d{4}$")]
    title: Text
    authority: Text
    region: str = ""
    provisional: str = ""
    first_year: int
    last_year: int | None = None
    sections: tuple[Text, ...]
    printed: tuple[Table, ...] = Field(alias="tables")
    stated: tuple[StatedFee, ...] = ()
    narrated: tuple[Narrated, ...] = ()
    wording: Wording = Wording()
    rules: tuple[Rule, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables by whose keys figures are known; ``printed`` are those that stand on paper."""
        return _tables(self.printed)

    @property
    def is_sheet(self) -> bool:
        """Whether one printed table holds the rows of several."""
        return any(table.holds for table in self.printed)

    @property
    def optional(self) -> frozenset[FactKey]:
        """Figures of rows and columns that may be left out in print."""
        return _optional(self.tables)

    def stated_slots(self) -> Iterator[tuple[FactKey, str, str, str]]:
        """The slots of all amounts that it states, as :meth:`StatedFee.slots` gives them."""
        return chain.from_iterable(stated.slots() for stated in self.stated)

    def table(self, key: str) -> Table:
        """The table called ``key``; raises ``KeyError``."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


@lru_cache(maxsize=32)
def _tables(printed: tuple[Table, ...]) -> tuple[Table, ...]:
    return tuple(part for table in printed for part in table.parts())


@lru_cache(maxsize=32)
def _optional(tables: tuple[Table, ...]) -> frozenset[FactKey]:
    return frozenset(
        FactKey(table.key, row_key, column_key)
        for table in tables
        for row_key, column_key, row, column in table.slots()
        if row.optional or column.optional
    )
