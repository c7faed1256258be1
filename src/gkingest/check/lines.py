"""The lines that a rule of the form holds along, and which figures it takes on each."""

from collections.abc import Iterator, Sequence

from gkingest.formats.names import axes_along, expand
from gkingest.formats.rules import KINDS
from gkingest.formats.spec import Format, Rule
from gkingest.model.key import FactKey


def axes_of(rule: Rule, form: Format) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of the axis that the parts of a rule lie on, and those of the other for each of which it holds once."""
    along, lines = axes_along(form.table(rule.table), rule.along)
    only = {line for name in rule.only for line in expand(name, lines)} if rule.only else set(lines)
    return along, tuple(line for line in lines if line in only)


def side_keys(rule: Rule, side: str, along: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Which of the keys ``along`` an axis make up one side of a rule, each with its sign."""
    kind = KINDS[rule.kind]
    for written in rule.side(side):
        name, own = kind.term(side, written)
        yield from ((key, kind.signs[side] * own) for key in expand(name, along))


def key_on(rule: Rule, key: str, line: str) -> FactKey:
    """The figure of a rule on one of its lines."""
    return FactKey(rule.table, key, line) if rule.along == "rows" else FactKey(rule.table, line, key)
