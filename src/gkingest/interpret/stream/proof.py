"""What bears out the order in which figures are read: their places, the heads above them, the sums along them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from gkingest.formats.spec import Block, Table
from gkingest.interpret.stream.layouts import Known, Layout
from gkingest.interpret.stream.placing import Placed
from gkingest.model.finding import Finding
from gkingest.model.key import FactKey, whole_row
from gkingest.model.report import Fact
from gkingest.told import Told

Terms = tuple[tuple[FactKey, int], ...]  # the figures of a sum with their signs
Own = Sequence[tuple[Known, Placed]]


def order_doubts(
    *, table: Table, layout: Layout, placed: Own, facts: Mapping[FactKey, Fact], sums: Sequence[Terms]
) -> Iterator[Finding]:
    """Rows whose figures may stand in another order than they were read in.

    A sum along a row holds for every order of its parts, so that it bears out the place of its total alone: where
    neither the places of figures nor heads show an order, sums that hold are no reason to believe one.
    """
    # a page's text that was cut into blocks keeps the lines of its labels, and not the order of its figures
    cut = any(k.line.cut for k, _ in placed)
    for block in table.blocks:
        own = [(k, p) for k, p in placed if k.expected.block is block and p.is_shown]
        if told := _unsure_heads(table, block, layout, own, facts, sums):
            yield _doubt(table, block, own, told)
        if scattered := [(k, p) for k, p in own if k.line.scattered(cut=cut)]:
            yield _doubt(table, block, scattered, Told("the figures of a row do not stand one right of the other"))
        if elsewhere := [(k, p) for k, p in own if _under_others(k, p)]:
            yield _doubt(table, block, elsewhere, Told("figures of a row stand below other headings than theirs"))


def _under_others(known: Known, placed: Placed) -> bool:
    """Whether a figure on a page stands right below the heading of another column, and not below its own."""
    heads = [s.head.tokens for s in known.expected.spots]
    for n, token in enumerate(placed.tokens):
        if token is None or not token.paged:
            continue
        x = token.box.centre[0]
        above = {i for i, head in enumerate(heads) if any(t.paged and t.box.x0 < x < t.box.x1 for t in head)}
        if above and n not in above:
            return True
    return False


def _unsure_heads(
    table: Table, block: Block, layout: Layout, own: Own, facts: Mapping[FactKey, Fact], sums: Sequence[Terms]
) -> Told | None:
    """Why neither the heads nor the sums of a block of several columns tell their order."""
    order = layout.orders.get(block.key)
    if not own or order is None or len(order.leaves) < 2:
        return None
    if order.guessed:
        return Told("the headings stand on several lines, in an order that spaces alone show")
    if order.told or _summed(table, own, facts, layout, sums):
        return None
    names = " ".join(n.label for n in order.missing)
    return Told("no heading {0} was met: the figures were read in the form's order", names)


def _doubt(table: Table, block: Block, own: Own, told: Told) -> Finding:
    touches = tuple({whole_row(table.key, s.row) for k, _ in own for s in k.expected.spots})
    return Finding("column.inherited", told, place=block.key, touches=touches)


def _summed(table: Table, own: Own, facts: Mapping[FactKey, Fact], layout: Layout, sums: Sequence[Terms]) -> bool:
    """Whether sums along the figures bear their order out."""
    keys = {*chain.from_iterable(k.expected.keys(table) for k, _ in own)}
    line = attrgetter("column" if layout.transposed else "row")
    along = [terms for terms in sums if keys.issuperset(dict(terms)) and len({*map(line, dict(terms))}) == 1]
    values = [[sign * v for k, sign in terms if (v := facts[k].value) is not None] for terms in along]
    if any(map(sum, values)):
        return False
    return any(map(any, values)) or not any(facts[k].value for k in keys)
