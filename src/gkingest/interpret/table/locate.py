"""Which grid is which statutory table, and which edition of the form the document uses."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz, process

from gkingest.formats.spec import Format
from gkingest.interpret.table.layout import vocabulary
from gkingest.model.finding import Finding
from gkingest.model.key import whole_table
from gkingest.model.paper import Grid
from gkingest.text.labels import label_keys
from gkingest.text.numbers import is_number
from gkingest.told import Told

_SHARED = 0.3  # weight of a label that several tables have, such as 总计
_LONG = 5  # characters of a label that may be misprinted and still be known
_ALIKE = 0.7  # weight of such a label
_LIKENESS = 84  # similarity (0–100) at which a misprinted label still counts as evidence
_EARNED = 0.9  # least evidence for a grid to be taken for a table
_MIXED = 2  # labels that only another edition has which make a document a mixture
_GLUED = 2  # rows with words of one table only that make it a table of its own inside a grid


@dataclass(frozen=True, slots=True)
class Located:
    """The grids of each table by key, in printed order; grids that are none of them; those of a second report."""

    tables: dict[str, tuple[Grid, ...]]
    others: tuple[Grid, ...]
    second: tuple[Grid, ...]
    repeated: frozenset[str]
    score: float


@dataclass(frozen=True, slots=True)
class _TableWords:
    """A table's labels with their weight as evidence; its rows, its columns and its long labels by themselves."""

    weights: dict[str, float]
    rows: frozenset[str]
    columns: frozenset[str]
    long: tuple[str, ...]

    def heads(self, grid: Grid) -> bool:
        """Whether a grid has columns of the table."""
        return not self.columns.isdisjoint(_keys(grid))

    def are_rivals(self, one: Grid, other: Grid) -> bool:
        """Whether two grids have the same rows of the table."""
        own, others = _keys(one) & self.rows, _keys(other) & self.rows
        return len(own & others) >= max(2, 0.5 * min(len(own), len(others)))


def locate_tables(grids: Sequence[Grid], form: Format) -> Located:
    """Give each grid to the table whose labels it carries, if it earns the place."""
    words, owners = _table_words(form)
    claimed: list[tuple[str, Grid]] = []
    others: list[Grid] = []
    total = 0.0
    for grid in chain.from_iterable(_unglued(g, owners) for g in grids):
        keys = _keys(grid)
        evidence: dict[str, float] = {}
        for table, own in words.items():
            known = keys & own.weights.keys()
            score = sum(own.weights[k] for k in known)
            for key in keys - known:
                if len(key) >= _LONG and process.extractOne(
                    key, own.long, scorer=fuzz.ratio, score_cutoff=_LIKENESS
                ):
                    score += _ALIKE
            evidence[table] = score
        best = max(evidence, key=evidence.__getitem__)
        if evidence[best] >= _EARNED and evidence[best] >= 0.2 * len(keys):
            claimed.append((best, grid))
            total += evidence[best]
        else:
            others.append(grid)
    return _without_rivals(claimed, others, words, total)


def choose_format(grids: Sequence[Grid], formats: Sequence[Format], year: int | None) -> Format:
    """The edition that knows most of the printed labels.

    What several editions have counts for each of them alike, so that no edition changes how two others compare. Of
    those that know as many, the first in this order: meant for the year (an unknown year: still in use); where most
    of its labels are printed, fewest that are not (words in prose are no form); the older edition; by id.
    """
    printed = _printed(grids)

    def order(form: Format) -> tuple[int, bool, int, str, str]:
        labels = _official(form)
        known = len(printed & labels)
        meant = form.last_year is None if year is None else form.first_year <= year <= (form.last_year or year)
        lacking = len(labels) - known if 2 * known > len(labels) else 0
        return -known, not meant, lacking, form.edition, form.id

    return min((form for form in formats if form.printed), key=order)


def second_report(located: Located) -> Iterator[Finding]:
    """What to say of tables that are printed a second time."""
    if pages := sorted({g.page for g in located.second}):
        numbers = ", ".join(map(str, pages))
        yield Finding(
            "report.second",
            Told("statutory tables stand a second time, on page {0}; only the first of each was read", numbers),
            page=pages[0],
            touches=tuple(whole_table(key) for key in sorted(located.repeated)),
            hint="look which are meant: a second organ's report (split the file), or another year's figures",
        )


def unclaimed_tables(located: Located) -> Iterator[Finding]:
    """Tables that are none of the form's: stored, but not interpreted."""
    for grid in located.others:
        texts = [c.text for c in grid.cells if c.text.strip()]
        if sum(is_number(t) for t in texts) >= 2:
            words = " ".join("".join(t.split()) for t in texts[:6])
            yield Finding(
                "grid.unclaimed", Told("a table that is none of the form's begins: {0}", words), page=grid.page
            )


def rivals(grids: Sequence[Grid], form: Format, formats: Sequence[Format]) -> Iterator[tuple[Format, bool]]:
    """Other editions that the labels of these grids may be of, and whether labels of both stand in them.

    Such an edition knows some labels that ``form`` lacks, or as many, unless it is ``form`` with further labels of
    which none is printed.
    """
    printed, own = _printed(grids), _official(form)
    for other in formats:
        labels = _official(other)
        mixed = len(printed & labels - own) >= _MIXED
        as_many = len(printed & labels) >= len(printed & own) and not own < labels
        if other is not form and (mixed or as_many):
            yield other, mixed


def _printed(grids: Sequence[Grid]) -> frozenset[str]:
    return frozenset(key for grid in grids for key in _keys(grid))


def _unglued(grid: Grid, owners: dict[str, str]) -> Iterator[Grid]:
    """The grid, cut where the words of another table begin if several tables follow one another in it.

    A row is of the one table whose own words stand in it; ``owners`` are the tables of words that one alone has.
    """
    found: dict[int, set[str]] = {}
    for cell in grid.cells:
        found.setdefault(cell.row, set()).update(owners[k] for k in label_keys(cell.text) if k in owners)
    votes = [(row, next(iter(own))) for row, own in sorted(found.items()) if len(own) == 1]
    counts = Counter(table for _, table in votes)
    marks = [(row, table) for row, table in votes if counts[table] >= _GLUED]
    if len({table for _, table in marks}) < 2:
        yield grid
        return
    start, current = 0, marks[0][1]
    for row, table in marks:
        if table != current:
            yield grid.part(start, row)
            start, current = row, table
    yield grid.part(start, grid.rows)


def _without_rivals(
    claimed: list[tuple[str, Grid]], others: list[Grid], words: dict[str, _TableWords], total: float
) -> Located:
    """Of grids that claim the same rows, those with the form's columns; if both have them, the first report's."""
    tables: dict[str, tuple[Grid, ...]] = dict.fromkeys(words, ())
    order = list(words)
    second: list[Grid] = []
    repeated: set[str] = set()
    furthest = 0
    restarted = False  # an earlier table after a later one: another report has begun
    for table, grid in claimed:
        own, number = words[table], order.index(table)
        rivals = [known for known in tables[table] if own.are_rivals(grid, known)]
        restarted |= bool(rivals) and number < furthest and own.heads(grid)
        furthest = max(furthest, number)
        if restarted or (rivals and (not own.heads(grid) or any(map(own.heads, rivals)))):
            second.append(grid)
            repeated.add(table)
        else:
            tables[table] = (*(g for g in tables[table] if g not in rivals), grid)
            others.extend(rivals)
    return Located(tables, tuple(others), tuple(second), frozenset(repeated), total)


@lru_cache(maxsize=8)
def _official(form: Format) -> frozenset[str]:
    keys: set[str] = set()
    for table in form.printed:
        words = vocabulary(table)
        # 历年累计 and 2013年度 stand above any table: of a sheet the rows alone tell which edition it is.
        keys |= words.rows | (frozenset() if table.holds else words.columns | words.captions)
    return frozenset(keys)


@lru_cache(maxsize=8)
def _table_words(form: Format) -> tuple[dict[str, _TableWords], dict[str, str]]:
    """The words of each table, and the table of each word that one alone has."""
    known = {table.key: vocabulary(table) for table in form.printed}
    labels = {key: words.rows | words.columns | words.captions for key, words in known.items()}
    count = Counter(chain.from_iterable(labels.values()))
    owners = {k: key for key, own in labels.items() for k in own if count[k] == 1}
    alone = frozenset(owners)
    found = {}
    for key, words in known.items():
        weights = dict.fromkeys(labels[key], _SHARED) | dict.fromkeys(labels[key] & alone, 1.0)
        rows = (words.rows - words.columns or words.rows) & alone
        long = tuple(k for k in weights if len(k) >= _LONG)
        found[key] = _TableWords(weights, rows, words.columns & alone, long)
    return found, owners


@lru_cache(maxsize=512)
def _keys(grid: Grid) -> frozenset[str]:
    """Comparison keys of the labels in a grid; numbers and long prose are no labels."""
    keys = {k for c in grid.cells if c.text for k in label_keys(c.text)}
    return frozenset(k for k in keys if k and not k.replace(".", "").isdigit() and len(k) <= 60)
