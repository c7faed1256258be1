"""Lines and columns of a located table → facts, one for every slot of the form, and the doubts met on the way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gkingest.formats.spec import Node, Table
from gkingest.interpret.table.columns import Column
from gkingest.interpret.table.layout import TableLine
from gkingest.interpret.table.match import Match
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, KeyPattern, whole_row
from gkingest.model.method import Method
from gkingest.model.paper import Cell, Page
from gkingest.model.report import CellState, Fact
from gkingest.text.labels import fold
from gkingest.text.numbers import COUNTERS, UNITS, Number, convert, header_unit, read_number
from gkingest.told import Told

_LONG = 12  # digits beside an empty cell that make one suspect two numbers run together


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slot of the form is printed; ``unit`` is what stands beside its row."""

    row_key: str
    line: TableLine
    row_match: Match
    column: Column
    method: Method
    unit: str = ""

    @property
    def cells(self) -> list[Cell]:
        """The cells of the line that stand in the column."""
        start, end = self.column.start, self.column.end
        return [c for c in self.line.figure_cells if c.column < end and c.column + c.column_span > start]


@dataclass(slots=True)
class Extraction:
    """Facts and findings of one table as they come together."""

    table: Table
    pages: dict[int, Page]
    caption_unit: str = ""
    facts: dict[FactKey, Fact] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: dict[Cell, list[FactKey]] = field(default_factory=lambda: defaultdict(list))

    def note(self, code: str, message: str, *keys: KeyPattern, **more: object) -> None:
        """Write a doubt down."""
        self.findings.append(Finding(code, message, touches=keys, **more))  # type: ignore[arg-type]

    def note_of(self, fact: Fact, code: str, message: str, **more: object) -> None:
        """Write a doubt about the ink of one figure down."""
        self.note(code, message, fact.key, **{"page": fact.page, "found": fact.raw} | more)

    def form_value(self, fact: Fact, value: Decimal, unit: str, node: Node) -> Decimal | None:
        """A value in the unit of the form; ``None`` with a doubt where it cannot be told."""
        if not node.unit:
            if unit and unit not in COUNTERS:
                self.note_of(fact, "cell.unit_unknown", Told("a unit of money ({0}) where the form counts", unit))
                return None
            return value
        form_value = convert(value, unit, node.unit)
        if form_value is None:
            self.note_of(
                fact, "cell.unit_missing", "the amount names no unit, nor does its heading", expected=node.unit
            )
        return form_value

    def check_kind(self, fact: Fact, number: Number, node: Node) -> None:
        """Doubts about a number that is of another kind than the form asks for."""
        value = number.value or Decimal(0)
        if node.number != "change" and (number.signed or value < 0):
            self.note_of(fact, "cell.sign", Told("“{0}” carries a sign where the form has none", fact.raw))
        if node.number != "amount" and value != value.to_integral_value():
            self.note_of(fact, "cell.fraction", Told("“{0}” is no whole number, but the form counts", fact.raw))

    def located(self, fact: Fact, cell: Cell) -> Fact:
        """A fact with the place of its ink."""
        page = self.pages.get(cell.page)
        box = page.displayed(cell.ink) if page else cell.ink
        return replace(fact, page=cell.page, box=box, confidence=min(fact.confidence, cell.confidence))

    def valued(self, fact: Fact, number: Number, node: Node, beside_row: str) -> Fact:
        """A fact with the number that its ink is."""
        if number.state is not CellState.REPORTED or number.value is None:
            if number.state is CellState.UNREADABLE:
                row = whole_row(fact.key.table, fact.key.row)  # a neighbour's figure may be part of this ink
                self.note(
                    "cell.unreadable",
                    Told("“{0}”: {1}", fact.raw, number.problem),
                    row if len(fact.raw.split()) > 1 else fact.key,
                    place=str(fact.key),
                    page=fact.page,
                    found=fact.raw,
                    expected="a number, a blank or a dash",
                    hint="look at the page",
                )
            return replace(fact, state=number.state)
        if number.mark:
            message = Told("{0} stands behind the number and is no part of it", number.mark)
            self.note_of(fact, "cell.mark", message, place=str(fact.key))
        usual = self.usual_unit(fact, node, beside_row)
        unit = number.unit or usual
        self.check_kind(fact, number, node)
        form_value = self.form_value(fact, number.value, unit, node)
        if number.unit and usual and number.unit != usual:
            self.note_of(
                fact, "cell.unit", Told("printed in {0}, the heading says {1}", number.unit, usual), expected=usual
            )
        return replace(fact, state=CellState.REPORTED, value=number.value, unit=unit, form_value=form_value)

    def usual_unit(self, fact: Fact, node: Node, beside_row: str) -> str:
        """The unit that a heading or the text beside states, else the form's; a doubt where the two differ."""
        of_row = beside_row if beside_row in UNITS else ""
        heading, beside = header_unit(fact.column_label), of_row or (self.caption_unit if node.unit else "")
        if heading and beside and heading != beside:
            message = Told("the heading states {0}, the text beside the table {1}", heading, beside)
            self.note_of(fact, "cell.unit_unknown", message, found=beside, expected=heading)
        return heading or beside or (node.unit if node.unit_printed else "")

    def fact_at(self, key: FactKey, place: Place, node: Node) -> Fact:
        """The figure of a slot at its place."""
        cells = place.cells
        inked = [c for c in cells if fold(c.text)]
        for cell in cells:
            self.used[cell].append(key)
            if cell.doubt:
                self.note("cell.doubt", cell.doubt, key, page=cell.page, found=cell.text)
        fact = Fact(
            key,
            CellState.BLANK if cells else CellState.ABSENT,
            method=place.method,
            confidence=round(min(place.row_match.score or 1.0, place.column.match.score), 3),
            row_label=place.line.label,
            column_label=place.column.label,
        )
        if not inked:
            return self.located(fact, cells[0]) if cells else fact
        fact = self.located(replace(fact, raw="\n".join(c.text for c in inked)), inked[0])
        if len(inked) > 1:
            message = Told("{0} inked cells stand where the form has one figure", len(inked))
            self.note("cell.ambiguous", message, key, page=inked[0].page, found=fact.raw)
            return replace(fact, state=CellState.UNREADABLE)
        return self.valued(fact, read_number(inked[0].text), node, place.unit)

    def doubt_shared_cells(self) -> None:
        """An inked cell that would serve several slots serves none: nobody can say which it means."""
        for cell, keys in self.used.items():
            if len(keys) < 2 or not fold(cell.text):
                continue
            for key in keys:
                self.facts[key] = replace(
                    self.facts[key], state=CellState.UNREADABLE, value=None, form_value=None, unit=""
                )
            self.note(
                "cell.ambiguous",
                Told("one cell (“{0}”) stands for {1} figures", fold(cell.text), len(keys)),
                *keys,
                page=cell.page,
                found=cell.text,
                hint="look at the page: the cell is merged in print",
            )

    def doubt_run_together(self) -> None:
        """A very long number whose neighbour in the row is empty may be two numbers printed as one."""
        rows: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts.values():
            rows[fact.key.row].append(fact)
        for facts in rows.values():
            blank = any(f.state is CellState.BLANK for f in facts)
            for fact in facts:
                long = fact.value is not None and len(fact.value.as_tuple().digits) >= _LONG
                if blank and long:
                    self.note_of(
                        fact,
                        "cell.run_together",
                        Told("{0} stands beside an empty cell", fact.raw),
                        hint="look whether two figures were printed as one",
                    )


def extract_facts(
    table: Table,
    places: Sequence[Place],
    pages: dict[int, Page],
    missing: CellState,
    captions: Sequence[str] = (),
) -> Extraction:
    """One fact a slot; slots without a place are in state ``missing`` (absent, or unreadable on unread pages)."""
    work = Extraction(table, pages, next((u for c in captions if (u := header_unit(c))), ""))
    by_key: dict[FactKey, list[Place]] = defaultdict(list)
    for place in places:
        by_key[FactKey(table.key, place.row_key, place.column.key)].append(place)
    for row_key, column_key, row_node, column_node in table.slots():
        key = FactKey(table.key, row_key, column_key)
        candidates = by_key.get(key, [])
        if not candidates:
            work.facts[key] = Fact(key, missing)
            continue
        work.facts[key] = work.fact_at(key, candidates[0], row_node if row_node.unit else column_node)
    work.doubt_shared_cells()
    work.doubt_run_together()
    return work
