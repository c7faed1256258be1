"""Small tables that some reports print beside those of the form: what they say of an amount stated in words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple, Self

from gkingest.formats.spec import Format, StatedFee
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey
from gkingest.model.method import LabelMatch, Method
from gkingest.model.paper import Cell, Grid, Page
from gkingest.model.report import CellState, Fact
from gkingest.text.labels import fold, simplified
from gkingest.text.numbers import Number, convert, header_unit, read_number
from gkingest.told import Told

_UNIT = re.compile(r"[(（][^()（）]*[)）]$")


class LocalTable(NamedTuple):
    """A grid that has columns of ``stated``, and what stands in them."""

    stated: StatedFee
    grid: Grid
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]

    def claims(self, finding: Finding) -> bool:
        """Whether a finding says of this very table that it is none of the form's."""
        label = self.stated.printed[0].label
        return finding.code == "grid.unclaimed" and finding.page == self.grid.page and label in finding.message

    def beside(self, said: Fact, doubt: Finding | None) -> tuple[Sequence[Fact], Sequence[Finding]]:
        """What stands in it, with the amount as ``said`` in words where it has none; and the doubts."""
        amount = next((f for f in self.facts if f.key == said.key), said)
        if amount.state is not CellState.REPORTED:
            rest = (fact for fact in self.facts if fact.key != said.key)
            return [said, *rest], [*self.findings, *([doubt] if doubt else [])]
        if said.form_value is None or said.form_value == amount.form_value:
            return self.facts, self.findings
        differs = Finding(
            "fee.unclear",
            Told("the table says {0}, the text {1}{2}: {3}", amount.raw, said.value, said.unit, said.raw),
            found=amount.raw,
            expected=str(said.value),
            page=amount.page,
            touches=(amount.key,),
            hint="read both on their page",
        )
        return self.facts, [*self.findings, differs]

    @classmethod
    def of(cls, stated: StatedFee, grid: Grid, heads: dict[str, Cell], pages: dict[int, Page]) -> Self:
        """What stands below its heads."""
        facts, findings = [], []
        page, method = pages.get(grid.page), Method(grid.way, LabelMatch.EXACT)
        for node in stated.printed:
            head = heads[node.name]
            end = head.column + head.column_span
            below = [c for c in grid.cells if head.column - c.column_span < c.column < end]
            inked = [c for c in below if c.row >= head.row + head.row_span and fold(c.text)]
            cell, raw = (*inked, head)[0], "\n".join(map(attrgetter("text"), inked))
            number = read_number(raw) if len(inked) < 2 else Number.unreadable("several figures")
            fact = Fact(
                FactKey(stated.table, stated.row, node.name),
                number.state,
                raw=raw,
                page=cell.page,
                box=page.displayed(cell.ink) if page else cell.ink,
                method=method,
                row_label=stated.label,
                column_label=" ".join(head.text.split()),
            )
            if number.value is not None:
                unit = next(filter(None, (number.unit, header_unit(head.text), node.unit)), "")
                amount = convert(number.value, unit, node.unit)
                sure = cell.confidence
                fact = replace(fact, value=number.value, unit=unit, form_value=amount, confidence=sure)
            facts.append(fact)
            if fact.state is CellState.UNREADABLE:
                findings.append(
                    Finding(
                        "cell.unreadable",
                        Told("no single number stands below {0}", node.label),
                        place=str(fact.key),
                        found=fact.raw,
                        page=grid.page,
                        touches=(fact.key,),
                        hint="look at the page",
                    )
                )
        return cls(stated, grid, tuple(facts), tuple(findings))


def read_local_tables(form: Format, grids: Sequence[Grid], pages: Sequence[Page]) -> tuple[LocalTable, ...]:
    """The first grid with all columns of each small table that an edition knows; none where it is not printed."""
    by_number = {page.number: page for page in pages}
    first: dict[FactKey, LocalTable] = {}
    for stated in form.stated:
        names = {fold(label): node.name for node in stated.printed for label in node.labels}
        for grid in grids:
            texts = ((_UNIT.sub("", simplified(fold(cell.text))), cell) for cell in grid.cells)
            heads = {names[text]: cell for text, cell in texts if text in names}  # by the key of the column
            if 0 < len(heads) == len(stated.printed) and stated.fact_key not in first:
                first[stated.fact_key] = LocalTable.of(stated, grid, heads, by_number)
    return tuple(first.values())
