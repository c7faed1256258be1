"""Which grid is which statutory table, and which edition of the form the document uses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from gkingest.formats.spec import Format, Table
from gkingest.interpret.layout import vocabulary
from gkingest.model.paper import Grid
from gkingest.text.labels import label_key

_SHARED = 0.3  # weight of a label that several tables have, such as 总计
_LIKENESS = 84  # similarity (0–100) at which a misprinted label still counts as evidence
_EARNED = 0.9  # least evidence for a grid to be taken for a table


@dataclass(frozen=True, slots=True)
class Located:
    """The grids of each table by key, in printed order, and the grids that are none of them."""

    tables: dict[str, tuple[Grid, ...]]
    others: tuple[Grid, ...]
    score: float


def locate_tables(grids: Sequence[Grid], form: Format) -> Located:
    """Give each grid to the table whose labels it carries, if it earns the place."""
    words = {t.key: _weights(t, form) for t in form.tables}
    found: dict[str, list[Grid]] = {t.key: [] for t in form.tables}
    others: list[Grid] = []
    total = 0.0
    for grid in grids:
        keys = _keys(grid)
        evidence = {t: _evidence(keys, weights) for t, weights in words.items()}
        best = max(evidence, key=lambda t: evidence[t])
        if evidence[best] >= _EARNED and evidence[best] >= 0.2 * len(keys):
            found[best].append(grid)
            total += evidence[best]
        else:
            others.append(grid)
    return Located({t: tuple(g) for t, g in found.items()}, tuple(others), total)


def choose_format(
    grids: Sequence[Grid], formats: Sequence[Format], year: int | None
) -> tuple[Format, Located, float]:
    """The edition whose labels the printed tables carry; the year only breaks a tie.

    Returns the format, where its tables are, and how far ahead of the next edition it is (in labels).
    """
    ranked = []
    for form in formats:
        located = locate_tables(grids, form)
        meant = year is not None and form.first_year <= year <= (form.last_year or 9999)
        own = _own_labels(grids, form, formats)
        ranked.append((own + (0.4 if meant else 0.0), form.edition, form, located))
    ranked.sort(key=lambda r: (r[0], r[1]), reverse=True)
    lead = ranked[0][0] - ranked[1][0] if len(ranked) > 1 else ranked[0][0]
    return ranked[0][2], ranked[0][3], lead


def _own_labels(grids: Sequence[Grid], form: Format, formats: Sequence[Format]) -> float:
    """Printed labels that this edition has and not all others have."""
    mine = _official(form)
    common = frozenset.intersection(*(_official(f) for f in formats)) if len(formats) > 1 else frozenset()
    printed = {key for grid in grids for key in _keys(grid)}
    return float(len(printed & (mine - common)))


def _official(form: Format) -> frozenset[str]:
    keys: set[str] = set()
    for table in form.tables:
        words = vocabulary(table)
        keys |= words.rows | words.columns | words.captions
    return frozenset(keys)


def _weights(table: Table, form: Format) -> dict[str, float]:
    count: Counter[str] = Counter()
    for other in form.tables:
        words = vocabulary(other)
        count.update(words.rows | words.columns | words.captions)
    words = vocabulary(table)
    return {k: 1.0 if count[k] == 1 else _SHARED for k in words.rows | words.columns | words.captions}


def _keys(grid: Grid) -> set[str]:
    """Comparison keys of the labels in a grid; numbers and long prose are no labels."""
    keys = {label_key(c.text) for c in grid.cells if c.text}
    return {k for k in keys if k and not k.replace(".", "").isdigit() and len(k) <= 60}


def _evidence(keys: set[str], weights: dict[str, float]) -> float:
    known = keys & weights.keys()
    score = sum(weights[k] for k in known)
    for key in keys - known:
        if len(key) >= 5 and any(len(w) >= 5 and fuzz.ratio(key, w) >= _LIKENESS for w in weights):
            score += 0.7
    return score
